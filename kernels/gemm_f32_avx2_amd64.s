//go:build !purego && !race

// The matrix product over one block of k, AVX2, float32.
//
// Contract: same bits as gemmGenericF32: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: AVX2, FMA.
//
// Register plan (Panel, Tail, Narrow)
//	DI args     SI a_ptr   BX a_low     R8 a_row      R9 a_k    DX b_ptr   R10 b_k   CX k_left   AX rows of the tile
//	R11 c_ptr   R12 c_row  SI init_ptr  R8 init_row   R13 mask_ptr
//	Y0-Y11 accumulators, one or two per row           Y12, Y13 columns of B   Y14 op(A)[i][k]     Y15 mask
//
// Work per call: one panel of columns, rows × k below the Go caller's bound.
// Memory: the rows and columns that args names; the columns beyond a tail are masked off.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_avx2_amd64.h"

#define FMADD VFMADD231PS
#define ADDV  VADDPS
#define MAXV  VMAXPS
#define BCAST VBROADCASTSS

// 128 bytes of ones, 128 bytes of zeros: the vector loaded x bytes before the middle selects the first x bytes.
DATA gemm_mask<>+0(SB)/8, $-1
DATA gemm_mask<>+8(SB)/8, $-1
DATA gemm_mask<>+16(SB)/8, $-1
DATA gemm_mask<>+24(SB)/8, $-1
DATA gemm_mask<>+32(SB)/8, $-1
DATA gemm_mask<>+40(SB)/8, $-1
DATA gemm_mask<>+48(SB)/8, $-1
DATA gemm_mask<>+56(SB)/8, $-1
DATA gemm_mask<>+64(SB)/8, $-1
DATA gemm_mask<>+72(SB)/8, $-1
DATA gemm_mask<>+80(SB)/8, $-1
DATA gemm_mask<>+88(SB)/8, $-1
DATA gemm_mask<>+96(SB)/8, $-1
DATA gemm_mask<>+104(SB)/8, $-1
DATA gemm_mask<>+112(SB)/8, $-1
DATA gemm_mask<>+120(SB)/8, $-1
GLOBL gemm_mask<>(SB), RODATA|NOPTR, $256

// func gemmPanelF32AVX2(t *gemmArgs)
TEXT ·gemmPanelF32AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
tile:
	NEXT_ROWS(take)
	LOAD_TILE
	ZERO12
	TILES(B2, ROWS21, ROWS22, ROWS23, ROWS24, ROWS25, ROWS26)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    summed
	EACH2(INIT2, summed)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU12
put:
	EACH2(PUT2, stored)
	KEEP_OUT
	CMPQ gemmArgs_rows(args), $0
	JNE  tile
	VZEROUPPER
	RET

// func gemmTailF32AVX2(t *gemmArgs)
TEXT ·gemmTailF32AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
	LEAQ gemm_mask<>+160(SB), mask_ptr
	SUBQ gemmArgs_cols(args), mask_ptr
	VMOVUPS (mask_ptr), Y15
tile:
	NEXT_ROWS(take)
	LOAD_TILE
	ZERO12
	TILES(B2_MASKED, ROWS21, ROWS22, ROWS23, ROWS24, ROWS25, ROWS26)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    summed
	EACH2(INIT2_MASKED, summed)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU12
put:
	EACH2(PUT2_MASKED, stored)
	KEEP_OUT
	CMPQ gemmArgs_rows(args), $0
	JNE  tile
	VZEROUPPER
	RET

// func gemmNarrowF32AVX2(t *gemmArgs)
TEXT ·gemmNarrowF32AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
	LEAQ gemm_mask<>+128(SB), mask_ptr
	SUBQ gemmArgs_cols(args), mask_ptr
	VMOVUPS (mask_ptr), Y15
tile:
	NEXT_ROWS(take)
	LOAD_TILE
	ZERO6
	TILES(B1, ROWS11, ROWS12, ROWS13, ROWS14, ROWS15, ROWS16)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    summed
	EACH1(INIT1, summed)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU6
put:
	EACH1(PUT1, stored)
	KEEP_OUT
	CMPQ gemmArgs_rows(args), $0
	JNE  tile
	VZEROUPPER
	RET

// func gemmWideF32AVX2(t *gemmArgs)
//
// Y0-Y11 accumulators, row after row; Y12 columns of B or op(A)[0][k]; Y13-Y15 op(A)[i][k].
TEXT ·gemmWideF32AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
	MOVQ gemmArgs_rows(args), rows
	LOAD_TILE
	ZERO12
	CMPQ rows, $2
	JGT  rows3
	JEQ  rows2
	CHAIN4(NOTHING, WIDE1, ALONG3, loop1, rest1, last1, end1)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    relu1
	INIT4(0, Y0, Y1, Y2, Y3)
	INIT4(128, Y4, Y5, Y6, Y7)
relu1:
	CMPQ gemmArgs_relu(args), $0
	JEQ  put1
	RELU12
put1:
	PUT4(0, Y0, Y1, Y2, Y3)
	PUT4(128, Y4, Y5, Y6, Y7)
	JMP  done

rows2:
	CHAIN(NOTHING, WIDE2, ALONG3, loop2)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    relu2
	INIT4(0, Y0, Y1, Y2, Y3)
	INIT2_AT(128, Y4, Y5)
	ADDQ init_row, init_ptr
	INIT4(0, Y6, Y7, Y8, Y9)
	INIT2_AT(128, Y10, Y11)
relu2:
	CMPQ gemmArgs_relu(args), $0
	JEQ  put2
	RELU12
put2:
	PUT4(0, Y0, Y1, Y2, Y3)
	PUT2_AT(128, Y4, Y5)
	ADDQ c_row, c_ptr
	PUT4(0, Y6, Y7, Y8, Y9)
	PUT2_AT(128, Y10, Y11)
	JMP  done

rows3:
	CHAIN(NOTHING, WIDE3, ALONG3, loop3)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    relu3
	INIT4(0, Y0, Y1, Y2, Y3)
	ADDQ init_row, init_ptr
	INIT4(0, Y4, Y5, Y6, Y7)
	ADDQ init_row, init_ptr
	INIT4(0, Y8, Y9, Y10, Y11)
relu3:
	CMPQ gemmArgs_relu(args), $0
	JEQ  put3
	RELU12
put3:
	PUT4(0, Y0, Y1, Y2, Y3)
	ADDQ c_row, c_ptr
	PUT4(0, Y4, Y5, Y6, Y7)
	ADDQ c_row, c_ptr
	PUT4(0, Y8, Y9, Y10, Y11)
done:
	VZEROUPPER
	RET

// func gemmPartF32AVX2(t *gemmArgs)
//
// Y0-Y3, Y4-Y7 accumulators of the two rows; Y8-Y11 masks; Y12 columns of B; Y13, Y14 op(A)[i][k].
TEXT ·gemmPartF32AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
	MOVQ gemmArgs_rows(args), rows
	ZERO8
	MASKS
	LOAD_TILE
	CMPQ rows, $1
	JGT  rows2
	CHAIN(NOTHING, PART1, ALONG3, loop1)
	JMP  out
rows2:
	CHAIN(NOTHING, PART2, ALONG3, loop2)
out:
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    relu
	INIT4_MASKED(Y0, Y1, Y2, Y3)
	CMPQ rows, $1
	JEQ  relu
	ADDQ init_row, init_ptr
	INIT4_MASKED(Y4, Y5, Y6, Y7)
relu:
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU8
put:
	PUT4_MASKED(Y0, Y1, Y2, Y3)
	CMPQ rows, $1
	JEQ  done
	ADDQ c_row, c_ptr
	PUT4_MASKED(Y4, Y5, Y6, Y7)
done:
	VZEROUPPER
	RET
