//go:build !purego && !race

// The matrix product over one block of k, AVX2, float64.
//
// Contract: same bits as gemmGenericF64: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: AVX2, FMA.
//
// Register plan
//	DI args     SI a_ptr   BX a_low     R8 a_row      R9 a_k    DX b_ptr   R10 b_k   CX k_left   AX rows of the tile
//	R11 c_ptr   R12 c_row  SI init_ptr  R8 init_row   R13 second
//	Y0-Y11 accumulators, one or two per row           Y12, Y13 columns of B   Y14 op(A)[i][k]
//	narrow: R11 a_six      R12 a_nine   Y13 permutation for the last piece of a row          Y15 mask
//	last: R13 b_next       Y10, Y11, Y14 op(A)[i][k]                  Y15 columns beyond the panel
//
// Work per call: rows × columns × k below the Go caller's bound.
// Memory: the rows and columns that args names, and no byte between them.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_avx2_amd64.h"
#include "gemm_narrow_avx2_amd64.h"
#include "gemm_last_avx2_amd64.h"

#define FMADD VFMADD231PD
#define ADDV  VADDPD
#define MAXV  VMAXPD
#define BCAST VBROADCASTSD

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

// The vector loaded 4x bytes from the start permutes elements so that the one with index x comes first.
DATA gemm_index<>+0(SB)/8, $0x100000000
DATA gemm_index<>+8(SB)/8, $0x300000002
DATA gemm_index<>+16(SB)/8, $0x500000004
DATA gemm_index<>+24(SB)/8, $0x700000006
DATA gemm_index<>+32(SB)/8, $0x100000000
DATA gemm_index<>+40(SB)/8, $0x300000002
GLOBL gemm_index<>(SB), RODATA|NOPTR, $48

// func gemmTilesF64AVX2(t *gemmArgs)
TEXT ·gemmTilesF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
panel:
	BEGIN_PANEL
	CMPQ k_left, $32
	JLE  narrow
	SECOND
	TRIPLE(last)
	FOURS(B3_AHEAD, ROWS3, INITS3, RELU12, PUTS3, four, loop_triple, plain_triple, put_triple)
	NEXT_TRIPLE(onward)
	JGT  panel
	VZEROUPPER
	RET
last:
	LAST(tile)
	JEQ  last_half
	FOURS(B3, ROWS3, INITS3, RELU12, PUTS3, four3, loop_three, plain3, put3)
	VZEROUPPER
	RET
last_half:
	FOURS(B_HALF, ROWS_HALF, INITS_HALF, RELUS_HALF, PUTS_HALF, four_half, loop_half, plain_half, put_half)
	VZEROUPPER
	RET

tile:
	NEXT_ROWS(take)
	LOAD_TILE
	FETCH_OUT(fetched)
	ZERO12
	TILES(B2, B2_AHEAD, B2, ROWS21, ROWS22, ROWS23, ROWS24, ROWS25, ROWS26)
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
	CMPQ gemmArgs_rowsLeft(args), $0
	JNE  tile
	NEXT_PANEL(plain)
	JGT  panel
	VZEROUPPER
	RET

narrow:
	NARROW_MASK(pieces)
tile1:
	NEXT_ROWS_NARROW(twelve, take1)
	LOAD_TILE
	ZERO12
	TILES_NARROW
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    summed1
	EACH1(INIT1, summed1)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put1
	RELU12
put1:
	STORE_NARROW(half, quarter, single, stored1)
	KEEP_OUT
	CMPQ gemmArgs_rowsLeft(args), $0
	JNE  tile1
	VZEROUPPER
	RET
