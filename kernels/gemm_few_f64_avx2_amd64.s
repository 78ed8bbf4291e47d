//go:build !purego && !race

// The matrix product over one block of k for one to three rows, AVX2, float64.
//
// Contract: same bits as gemmGenericF64: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: AVX2, FMA.
//
// Register plan
//	DI args     SI a_ptr   R8 a_row     R9 a_k        DX b_ptr  R10 b_k   CX k_left   AX rows, or vectors of a row
//	R11 c_ptr   R12 c_row  SI init_ptr  R8 init_row   R13 second
//	Pair: BX a_next        R11 b_next   R12 k_rest
//	Stream: BX b_four      R11 sum_ptr  R12 b_three   R8 cols   R13 b_base
//	Y0-Y11 accumulators    Y12-Y15 op(A)[i][k]; in Wide Y12 columns of B
//	Stream: Y0, Y1 sums    Y6 columns under the mask  Y7        Y8-Y15 op(A)[0][k], …
//
// Work per call: rows × columns × k below the Go caller's bound.
// Memory: the rows and columns that args names, and no byte between them; Stream: sums, up to a whole vector.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_avx2_amd64.h"
#include "gemm_few_avx2_amd64.h"
#include "gemm_stream_avx2_amd64.h"

#define FMADD VFMADD231PD
#define ADDV  VADDPD
#define MAXV  VMAXPD
#define BCAST VBROADCASTSD

// 32 bytes of ones, 32 bytes of zeros: the vector loaded x bytes before the middle selects the first x bytes.
DATA few_mask<>+0(SB)/8, $-1
DATA few_mask<>+8(SB)/8, $-1
DATA few_mask<>+16(SB)/8, $-1
DATA few_mask<>+24(SB)/8, $-1
GLOBL few_mask<>(SB), RODATA|NOPTR, $64

// func gemmLineF64AVX2(t *gemmArgs)
TEXT ·gemmLineF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
line:
	MOVQ    gemmArgs_step(args), second
	CMPQ    second, gemmArgs_colsLeft(args)
	CMOVQGT gemmArgs_colsLeft(args), second
	LEAQ    31(second), rows
	SHRQ    $5, rows
	SUBQ    $32, second
	MOVQ    gemmArgs_bNow(args), b_ptr
	MOVQ    gemmArgs_a(args), a_ptr
	MOVQ    gemmArgs_aK(args), a_k
	MOVQ    gemmArgs_bK(args), b_k
	MOVQ    gemmArgs_k(args), k_left
	ZERO12
	LINES
	MOVQ  gemmArgs_cTop(args), c_ptr
	MOVQ  gemmArgs_initTop(args), init_ptr
	TESTQ init_ptr, init_ptr
	JZ    summed
	INIT_LINE(summed)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU12
put:
	PUT_LINE(stored)
	MOVQ  gemmArgs_step(args), k_left
	ADDQ  k_left, gemmArgs_bNow(args)
	ADDQ  k_left, gemmArgs_cTop(args)
	TESTQ init_ptr, init_ptr
	JZ    plain
	ADDQ  k_left, gemmArgs_initTop(args)
plain:
	SUBQ k_left, gemmArgs_colsLeft(args)
	JGT  line
	VZEROUPPER
	RET

// func gemmPairF64AVX2(t *gemmArgs)
TEXT ·gemmPairF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	MOVQ gemmArgs_cols(args), second
	LEAQ 31(second), rows
	SHRQ $5, rows
	SUBQ $32, second
	MOVQ gemmArgs_b(args), b_ptr
	MOVQ gemmArgs_a(args), a_ptr
	MOVQ gemmArgs_aK(args), a_k
	MOVQ gemmArgs_bK(args), b_k
	MOVQ gemmArgs_k(args), k_left
	MOVQ k_left, k_rest
	SUBQ gemmArgs_kNext(args), k_rest
	MOVQ a_k, a_next
	IMULQ k_left, a_next
	ADDQ a_ptr, a_next
	MOVQ b_k, b_next
	IMULQ k_left, b_next
	ADDQ b_ptr, b_next
	CMPQ k_left, gemmArgs_kNext(args)
	CMOVQGT gemmArgs_kNext(args), k_left
	ZERO12
	CMPQ rows, $5
	JGT  pair6
	JEQ  pair5
	CMPQ rows, $3
	JGT  pair4
	JEQ  pair3
	CMPQ rows, $1
	JGT  pair2
	PAIR(FORMER1, LATTER1, both1, rest1, one1, two1, out)
pair2:
	PAIR(FORMER2, LATTER2, both2, rest2, one2, two2, out)
pair3:
	PAIR(FORMER3, LATTER3, both3, rest3, one3, two3, out)
pair4:
	PAIR(FORMER4, LATTER4, both4, rest4, one4, two4, out)
pair5:
	PAIR(FORMER5, LATTER5, both5, rest5, one5, two5, out)
pair6:
	PAIR(FORMER6, LATTER6, both6, rest6, one6, two6, out)
out:
	MOVQ gemmArgs_c(args), c_ptr
	MOVQ gemmArgs_init(args), init_ptr
	TESTQ init_ptr, init_ptr
	JZ    summed
	INIT_PAIR(summed)
	SUM_PAIR
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU6
put:
	PUT_PAIR(done)
	VZEROUPPER
	RET

// func gemmWideF64AVX2(t *gemmArgs)
TEXT ·gemmWideF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
	CMPQ gemmArgs_rows(args), $2
	JGT  rows3
rows2:
	LOAD_WIDE
	ZERO12
	CHAIN(NOTHING, WIDE2, ALONG3, loop2)
	LOAD_OUT_WIDE
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
	NEXT_WIDE(192, plain2)
	JGE  rows2
	VZEROUPPER
	RET

rows3:
	LOAD_WIDE
	ZERO12
	CHAIN(NOTHING, WIDE3, ALONG3, loop3)
	LOAD_OUT_WIDE
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
	NEXT_WIDE(128, plain3)
	JGE  rows3
	VZEROUPPER
	RET

// func gemmStreamF64AVX2(t *gemmArgs)
TEXT ·gemmStreamF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	MOVQ gemmArgs_cols(args), cols
	MOVQ gemmArgs_sums(args), sum_ptr
	VXORPS Y0, Y0, Y0
clear:
	VMOVUPS Y0, (sum_ptr)
	ADDQ $32, sum_ptr
	SUBQ $32, cols
	JGT  clear
	ANDQ $31, cols
	LEAQ few_mask<>+32(SB), b_four
	SUBQ cols, b_four
	VMOVUPS (b_four), Y7
	MOVQ gemmArgs_a(args), a_ptr
	MOVQ gemmArgs_aK(args), a_k
	MOVQ gemmArgs_b(args), b_base
	MOVQ gemmArgs_bK(args), b_k
	MOVQ gemmArgs_k(args), k_left
	LEAQ (b_k)(b_k*2), b_three
	SUBQ $8, k_left
	JLT  four
eight:
	FACTOR(Y8)
	FACTOR(Y9)
	FACTOR(Y10)
	FACTOR(Y11)
	FACTOR(Y12)
	FACTOR(Y13)
	FACTOR(Y14)
	FACTOR(Y15)
	SWEEP(TERM8, EDGE8, loop8, one8, part8, done8)
	LEAQ (b_base)(b_k*8), b_base
	SUBQ $8, k_left
	JGE  eight
four:
	ADDQ $4, k_left
	JLT  rest
	FACTOR(Y8)
	FACTOR(Y9)
	FACTOR(Y10)
	FACTOR(Y11)
	SWEEP(TERM4, EDGE4, loop4, one4, part4, done4)
	LEAQ (b_base)(b_k*4), b_base
	SUBQ $4, k_left
rest:
	ADDQ $4, k_left
	JZ   finish
single:
	FACTOR(Y8)
	SWEEP(TERM1, EDGE1, loop1, one1, part1, done1)
	ADDQ b_k, b_base
	DECQ k_left
	JNZ  single
finish:
	MOVQ gemmArgs_sums(args), sum_ptr
	MOVQ gemmArgs_init(args), init_ptr
	MOVQ gemmArgs_c(args), b_ptr
	MOVQ gemmArgs_cols(args), cols
	VXORPS Y14, Y14, Y14
	SUBQ $32, cols
	JLT  edge
whole:
	VMOVUPS (sum_ptr), Y0
	TESTQ init_ptr, init_ptr
	JZ   summed
	ADDV (init_ptr), Y0, Y0
	ADDQ $32, init_ptr
summed:
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	MAXV Y0, Y14, Y0
put:
	VMOVUPS Y0, (b_ptr)
	ADDQ $32, sum_ptr
	ADDQ $32, b_ptr
	SUBQ $32, cols
	JGE  whole
edge:
	ADDQ $32, cols
	JZ   end
	VMOVUPS (sum_ptr), Y0
	TESTQ init_ptr, init_ptr
	JZ   added
	VMASKMOVPS (init_ptr), Y7, Y6
	ADDV Y6, Y0, Y0
added:
	CMPQ gemmArgs_relu(args), $0
	JEQ  last
	MAXV Y0, Y14, Y0
last:
	VMASKMOVPS Y0, Y7, (b_ptr)
end:
	VZEROUPPER
	RET
