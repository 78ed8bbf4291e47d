//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Log-sum-exp and responsibilities of rows of 5 to 8 columns in float32.
// Contract: the bits of softmaxRowGeneric: with at most 8 elements the lanes' halving is the tree
// ((0+4)+(2+6))+((1+5)+(3+7)), absent elements adding +0.
// ISA: AVX2, FMA.
//
// Blocks of 64 rows in three passes, eight rows at a time: their maxima; their terms, in two steps, and the sums of these;
// logarithms, reciprocals and products. So chains of different rows fill the pipes, where those of a row would wait for each other.
// Maxima and sums are folded from eight rows into one register, whose lanes are the rows. Absent columns are −Inf, whose
// terms are +0.
//
//	register  holds
//	SI        x at the first row of the block
//	R8        x's stride, bytes
//	DI        r at the first row that is not written, 0: no r
//	R10       r's stride, bytes
//	R9        three times one or the other
//	DX        logZ of the block: first the maxima
//	R12       e: 256 bytes of sums, then of reciprocals; terms, 32 bytes a row
//	R11, BX   the first row of the group; four rows on
//	CX, R13   bytes of logZ before the group, and in the block: a group has 32, and 256 bytes of terms
//	AX        bytes of a row
//	Y0-Y15    see the code; Y15 the mask of the columns, Y14 −Inf in the others
//
// Work per call: the caller bounds n·k to 8192 elements, at most 12 µs.

#define x_ptr SI
#define x_stride R8
#define stride3 R9
#define r_ptr DI
#define r_stride R10
#define logz_ptr DX
#define e_ptr R12
#define row_ptr R11
#define at CX
#define end R13
#define cols AX
#define half_ptr BX
#define POWERS 2304 // where e has the powers of two of a group

// A row of columns. Uses: Y14, Y15. Clobbers: v.
#define ROW(a, v) \
	VMASKMOVPS a, Y15, v \
	VORPS      Y14, v, v

// OP of the elements 0-3 and 4-7 of two rows: those of v to the low half of v, those of w to the high. Uses: v, w. Clobbers: v, t, u.
#define FOLD(OP, v, w, t, u) \
	VBLENDPS   $0xF0, w, v, t \
	VPERM2F128 $0x21, w, v, u \
	OP         u, t, v

// OP of the elements 0, 1 and 2, 3: of the rows in v and of those in w, in turn. Uses: v, w. Clobbers: v, t, u.
#define FOLD2(OP, v, w, t, u) \
	VUNPCKLPD w, v, t \
	VUNPCKHPD w, v, u \
	OP        u, t, v

// OP of the elements 0 and 1: a row in each lane. Uses: v, w. Clobbers: v, t, u.
#define FOLD3(OP, v, w, t, u) \
	VSHUFPS $0x88, w, v, t \
	VSHUFPS $0xDD, w, v, u \
	OP      u, t, v

// The first step to the terms of rows i and i+4 at a and b. Uses: logz_ptr, e_ptr, at, Y14, Y15. Clobbers: v, w, Y1-Y7.
#define REDUCE(i, a, b, v, w) \
	ROW(a, v) \
	ROW(b, w) \
	VBROADCASTSS 4*i(logz_ptr)(at*1), Y1 \
	VBROADCASTSS 4*i+16(logz_ptr)(at*1), Y2 \
	VSUBPS       Y1, v, v \
	VSUBPS       Y2, w, w \
	EXPNEG_REDUCE_F32X2(v, Y1, Y2, Y3, w, Y4, Y5, Y6, Y7) \
	VMOVUPS      v, 256+32*i(e_ptr)(at*8) \
	VMOVUPS      w, 384+32*i(e_ptr)(at*8) \
	VMOVUPS      Y1, POWERS+32*i(e_ptr) \
	VMOVUPS      Y4, POWERS+128+32*i(e_ptr)

// The second step, and the terms' sums, folded once, in v. Uses: e_ptr, at. Clobbers: v, w, a, b, c.
#define TERMS2(i, v, w, a, b, c) \
	VMOVUPS 256+32*i(e_ptr)(at*8), a \
	VMOVUPS 384+32*i(e_ptr)(at*8), b \
	EXPNEG_POLY_F32X2(a, POWERS+32*i(e_ptr), v, b, POWERS+128+32*i(e_ptr), w, c) \
	VMOVUPS v, 256+32*i(e_ptr)(at*8) \
	VMOVUPS w, 384+32*i(e_ptr)(at*8) \
	FOLD(VADDPS, v, w, a, b)

// Row i of r in v. Uses: e_ptr, at. Clobbers: v.
#define PRODUCT(i, v) \
	VBROADCASTSS 4*i(e_ptr)(at*1), v \
	VMULPS       256+32*i(e_ptr)(at*8), v, v

// Eight stores, v0-v7 at byte off of the rows; OP stores one. Uses: r_ptr, half_ptr, r_stride, stride3. Clobbers: nothing.
#define STORE_ROWS(OP, off, v0, v1, v2, v3, v4, v5, v6, v7) \
	OP(v0, off(r_ptr)) \
	OP(v1, off(r_ptr)(r_stride*1)) \
	OP(v2, off(r_ptr)(r_stride*2)) \
	OP(v3, off(r_ptr)(stride3*1)) \
	OP(v4, off(half_ptr)) \
	OP(v5, off(half_ptr)(r_stride*1)) \
	OP(v6, off(half_ptr)(r_stride*2)) \
	OP(v7, off(half_ptr)(stride3*1))
#define WHOLE(v, a) VMOVUPS v, a
#define PAIR(v, a) VMOVSD v, a
#define SINGLE(v, a) VMOVSS v, a
#define THIRD(v, a) VEXTRACTPS $2, v, a

// func softmaxRows8F32AVX2(r, logZ, x, e *float32, rStride, xStride, n, k int) (left int)
TEXT ·softmaxRows8F32AVX2(SB), NOSPLIT, $0-72
	MOVQ r+0(FP), r_ptr
	MOVQ logZ+8(FP), logz_ptr
	MOVQ x+16(FP), x_ptr
	MOVQ e+24(FP), e_ptr
	MOVQ rStride+32(FP), r_stride
	MOVQ xStride+40(FP), x_stride
	MOVQ n+48(FP), end
	MOVQ k+56(FP), cols
	MOVQ end, left+64(FP)
	LEAQ         ·tailMasks+32(SB), half_ptr
	SUBQ         cols, half_ptr
	VMOVUPS      (half_ptr), Y15
	VBROADCASTSS NEG_INF_F32, Y14
	VANDNPS      Y14, Y15, Y14

block:
	MOVQ    left+64(FP), end
	MOVL    $64, at
	CMPQ    end, at
	CMOVQGT at, end
	SHLQ    $2, end
	LEAQ    (x_stride)(x_stride*2), stride3
	MOVQ    x_ptr, row_ptr
	XORL    at, at

maxima:
	LEAQ (row_ptr)(x_stride*4), half_ptr
	ROW((row_ptr), Y0)
	ROW((row_ptr)(x_stride*1), Y1)
	ROW((row_ptr)(x_stride*2), Y2)
	ROW((row_ptr)(stride3*1), Y3)
	ROW((half_ptr), Y4)
	ROW((half_ptr)(x_stride*1), Y5)
	ROW((half_ptr)(x_stride*2), Y6)
	ROW((half_ptr)(stride3*1), Y7)
	VCMPPS $3, Y4, Y0, Y8
	VCMPPS $3, Y5, Y1, Y9
	VCMPPS $3, Y6, Y2, Y10
	VCMPPS $3, Y7, Y3, Y11
	VORPS  Y9, Y8, Y8
	VORPS  Y11, Y10, Y10
	VORPS  Y10, Y8, Y8              // NaN
	FOLD(VMAXPS, Y0, Y4, Y9, Y10)
	FOLD(VMAXPS, Y1, Y5, Y11, Y12)
	FOLD(VMAXPS, Y2, Y6, Y9, Y10)
	FOLD(VMAXPS, Y3, Y7, Y11, Y12)
	FOLD2(VMAXPS, Y0, Y1, Y9, Y10)
	FOLD2(VMAXPS, Y2, Y3, Y11, Y12)
	FOLD3(VMAXPS, Y0, Y2, Y9, Y10)
	VMOVUPS      Y0, (logz_ptr)(at*1)
	VBROADCASTSS ABS_F32, Y1
	VANDPS       Y0, Y1, Y1
	VBROADCASTSS INF_F32, Y2
	VCMPPS       $0x15, Y2, Y1, Y1
	VORPS        Y8, Y1, Y1
	VPTEST       Y1, Y1
	JNE          special
	LEAQ         (row_ptr)(x_stride*8), row_ptr
	ADDQ         $32, at
	CMPQ         at, end
	JLT          maxima

sums:
	MOVQ x_ptr, row_ptr
	XORL at, at

terms:
	LEAQ (row_ptr)(x_stride*4), half_ptr
	REDUCE(0, (row_ptr), (half_ptr), Y8, Y0)
	REDUCE(1, (row_ptr)(x_stride*1), (half_ptr)(x_stride*1), Y8, Y0)
	REDUCE(2, (row_ptr)(x_stride*2), (half_ptr)(x_stride*2), Y8, Y0)
	REDUCE(3, (row_ptr)(stride3*1), (half_ptr)(stride3*1), Y8, Y0)
	TERMS2(0, Y10, Y0, Y1, Y2, Y3)
	TERMS2(1, Y11, Y4, Y5, Y6, Y7)
	TERMS2(2, Y12, Y0, Y1, Y2, Y3)
	TERMS2(3, Y13, Y4, Y5, Y6, Y7)
	FOLD2(VADDPS, Y10, Y11, Y0, Y1)
	FOLD2(VADDPS, Y12, Y13, Y2, Y3)
	FOLD3(VADDPS, Y10, Y12, Y0, Y1)
	VMOVUPS Y10, (e_ptr)(at*1)
	LEAQ    (row_ptr)(x_stride*8), row_ptr
	ADDQ    $32, at
	CMPQ    at, end
	JLT     terms

	MOVQ row_ptr, x_ptr
	LEAQ (r_stride)(r_stride*2), stride3
	XORL at, at

finish:
	VMOVUPS      (e_ptr)(at*1), Y8
	VBROADCASTSS ONE_F32, Y9
	VDIVPS       Y8, Y9, Y9
	VMOVUPS      Y9, (e_ptr)(at*1)
	LOG_POS_F32(Y8, Y9, Y10, Y11, Y12, Y13)
	VADDPS       (logz_ptr)(at*1), Y8, Y8
	VMOVUPS      Y8, (logz_ptr)(at*1)
	TESTQ        r_ptr, r_ptr
	JEQ          next
	PRODUCT(0, Y0)
	PRODUCT(1, Y1)
	PRODUCT(2, Y2)
	PRODUCT(3, Y3)
	PRODUCT(4, Y4)
	PRODUCT(5, Y5)
	PRODUCT(6, Y6)
	PRODUCT(7, Y7)
	LEAQ (r_ptr)(r_stride*4), half_ptr
	CMPQ cols, $32
	JNE  part
	STORE_ROWS(WHOLE, 0, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	JMP  stored

part:
	STORE_ROWS(WHOLE, 0, X0, X1, X2, X3, X4, X5, X6, X7)
	VEXTRACTF128 $1, Y0, X0
	VEXTRACTF128 $1, Y1, X1
	VEXTRACTF128 $1, Y2, X2
	VEXTRACTF128 $1, Y3, X3
	VEXTRACTF128 $1, Y4, X4
	VEXTRACTF128 $1, Y5, X5
	VEXTRACTF128 $1, Y6, X6
	VEXTRACTF128 $1, Y7, X7
	CMPQ         cols, $24
	JGE          six
	STORE_ROWS(SINGLE, 16, X0, X1, X2, X3, X4, X5, X6, X7)
	JMP          stored

six:
	STORE_ROWS(PAIR, 16, X0, X1, X2, X3, X4, X5, X6, X7)
	JEQ stored
	STORE_ROWS(THIRD, 24, X0, X1, X2, X3, X4, X5, X6, X7)

stored:
	LEAQ (r_ptr)(r_stride*8), r_ptr

next:
	ADDQ $32, at
	CMPQ at, end
	JLT  finish
	ADDQ end, logz_ptr
	SHRQ $2, end
	SUBQ end, left+64(FP)
	JNE  block
	VZEROUPPER
	RET

special: // a row is: the groups before are a block, and after that the caller does the group
	MOVQ  at, end
	TESTQ at, at
	JNE   sums
	VZEROUPPER
	RET
