//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Log-sum-exp and responsibilities of rows of up to 4 columns in float32.
// Contract: the bits of softmaxRowGeneric: with at most 4 elements the lanes' halving is the tree
// (0+2)+(1+3), absent elements adding +0.
// ISA: AVX2, FMA.
//
// Eight rows at a time, a register per column and a lane per row, by transposing registers. Absent columns are −Inf,
// whose terms are +0.
//
//	register  holds
//	SI        x at the first row of the group; BX: four rows on
//	R8, R9    x's stride and three times it, bytes
//	DI        r at the first row of the group, 0: no r
//	R10, R11  r's stride and three times it, bytes
//	DX        logZ
//	AX        bytes of a row
//	CX        rows left
//	R12       where the group before has its logZ, or 0
//	Y0-Y15    columns, maximum, sum, and what exponential and logarithm clobber; see the code
//
// The logarithm of a group's sums is taken amid the group after it, which does not wait for it; until then sums and maxima are in
// Y15 and Y14.
//
// Work per call: the caller bounds n·k to 8192 elements, at most 16 µs (one column).

#define x_ptr SI
#define x_stride R8
#define x_stride3 R9
#define r_ptr DI
#define r_stride R10
#define r_stride3 R11
#define logz_ptr DX
#define half_ptr BX
#define cols AX
#define rows_left CX
#define before_ptr R12

// v = v, or −Inf where mask is clear. Uses: v, mask, inf. Clobbers: v.
#define ABSENT(mask, inf, v) VBLENDVPS mask, v, inf, v

// Sets the zero flag if no lane of nan is set and every lane of m is finite. Uses: nan, m. Clobbers: a, b, flags.
#define ALL_FINITE(nan, m, a, b) \
	VBROADCASTSS ABS_F32, a \
	VANDPS       m, a, a \
	VBROADCASTSS INF_F32, b \
	VCMPPS       $0x15, b, a, a \
	VORPS        nan, a, a \
	VPTEST       a, a

// Rows to columns and back in each half: x0-x3. Uses: x0-x3. Clobbers: x0-x3, t0-t3.
#define TRANSPOSE4(x0, x1, x2, x3, t0, t1, t2, t3) \
	VUNPCKLPS x1, x0, t0 \
	VUNPCKHPS x1, x0, t1 \
	VUNPCKLPS x3, x2, t2 \
	VUNPCKHPS x3, x2, t3 \
	VSHUFPS   $0x44, t2, t0, x0 \
	VSHUFPS   $0xEE, t2, t0, x1 \
	VSHUFPS   $0x44, t3, t1, x2 \
	VSHUFPS   $0xEE, t3, t1, x3

// Eight stores, v0-v7 at byte off of the rows; OP stores one. Uses: r_ptr, half_ptr, strides. Clobbers: nothing.
#define STORE_ROWS(OP, off, v0, v1, v2, v3, v4, v5, v6, v7) \
	OP(v0, off(r_ptr)) \
	OP(v1, off(r_ptr)(r_stride*1)) \
	OP(v2, off(r_ptr)(r_stride*2)) \
	OP(v3, off(r_ptr)(r_stride3*1)) \
	OP(v4, off(half_ptr)) \
	OP(v5, off(half_ptr)(r_stride*1)) \
	OP(v6, off(half_ptr)(r_stride*2)) \
	OP(v7, off(half_ptr)(r_stride3*1))
#define WHOLE(v, a) VMOVUPS v, a
#define PAIR(v, a) VMOVSD v, a
#define SINGLE(v, a) VMOVSS v, a
#define THIRD(v, a) VEXTRACTPS $2, v, a

// The next group. Uses, clobbers: the pointers, rows_left, flags.
#define ADVANCE \
	LEAQ (x_ptr)(x_stride*8), x_ptr \
	LEAQ (r_ptr)(r_stride*8), r_ptr \
	ADDQ $32, logz_ptr \
	SUBQ $8, rows_left

// func softmaxRows4F32AVX2(r, logZ, x *float32, rStride, xStride, n, k int) (left int)
TEXT ·softmaxRows4F32AVX2(SB), NOSPLIT, $0-64
	MOVQ r+0(FP), r_ptr
	MOVQ logZ+8(FP), logz_ptr
	MOVQ x+16(FP), x_ptr
	MOVQ rStride+24(FP), r_stride
	MOVQ xStride+32(FP), x_stride
	MOVQ n+40(FP), rows_left
	MOVQ k+48(FP), cols
	LEAQ (r_stride)(r_stride*2), r_stride3
	LEAQ (x_stride)(x_stride*2), x_stride3
	XORL before_ptr, before_ptr

group:
	LEAQ         ·tailMasks+32(SB), half_ptr
	SUBQ         cols, half_ptr
	VMOVUPS      (half_ptr), X13
	VINSERTF128  $1, X13, Y13, Y13
	VBROADCASTSS NEG_INF_F32, Y12
	LEAQ         (x_ptr)(x_stride*4), half_ptr
	VMASKMOVPS   (x_ptr), X13, X0
	VMASKMOVPS   (x_ptr)(x_stride*1), X13, X1
	VMASKMOVPS   (x_ptr)(x_stride*2), X13, X2
	VMASKMOVPS   (x_ptr)(x_stride3*1), X13, X3
	VMASKMOVPS   (half_ptr), X13, X4
	VMASKMOVPS   (half_ptr)(x_stride*1), X13, X5
	VMASKMOVPS   (half_ptr)(x_stride*2), X13, X6
	VMASKMOVPS   (half_ptr)(x_stride3*1), X13, X7
	VINSERTF128  $1, X4, Y0, Y0
	VINSERTF128  $1, X5, Y1, Y1
	VINSERTF128  $1, X6, Y2, Y2
	VINSERTF128  $1, X7, Y3, Y3
	ABSENT(Y13, Y12, Y0)
	ABSENT(Y13, Y12, Y1)
	ABSENT(Y13, Y12, Y2)
	ABSENT(Y13, Y12, Y3)
	VCMPPS       $3, Y1, Y0, Y13
	VCMPPS       $3, Y3, Y2, Y12
	VORPS        Y12, Y13, Y13           // NaN
	TRANSPOSE4(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	VMAXPS       Y2, Y0, Y12
	VMAXPS       Y3, Y1, Y11
	VMAXPS       Y11, Y12, Y12           // m
	ALL_FINITE(Y13, Y12, Y4, Y5)
	JNE          finish                  // a row is special: the caller does the group
	VSUBPS       Y12, Y0, Y0
	VSUBPS       Y12, Y1, Y1
	EXPNEG_F32X2(Y0, Y4, Y5, Y6, Y1, Y7, Y8, Y9, Y10)
	CMPQ         cols, $8
	JGT          terms
	VXORPS       Y2, Y2, Y2              // columns 2 and 3 are absent
	VXORPS       Y3, Y3, Y3
	JMP          sum

terms:
	VSUBPS Y12, Y2, Y2
	VSUBPS Y12, Y3, Y3
	EXPNEG_F32X2(Y2, Y4, Y5, Y6, Y3, Y7, Y8, Y9, Y10)

sum:
	TESTQ        before_ptr, before_ptr
	JEQ          first
	LOG_POS_F32(Y15, Y4, Y5, Y6, Y7, Y8)
	VADDPS       Y15, Y14, Y15
	VMOVUPS      Y15, (before_ptr)

first:
	MOVQ         logz_ptr, before_ptr
	VMOVAPS      Y12, Y14
	VADDPS       Y2, Y0, Y15
	VADDPS       Y3, Y1, Y10
	VADDPS       Y10, Y15, Y15           // s
	VBROADCASTSS ONE_F32, Y13
	VDIVPS       Y15, Y13, Y13           // 1/s
	TESTQ        r_ptr, r_ptr
	JEQ          next
	VMULPS       Y13, Y0, Y0
	VMULPS       Y13, Y1, Y1
	VMULPS       Y13, Y2, Y2
	VMULPS       Y13, Y3, Y3
	TRANSPOSE4(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	VEXTRACTF128 $1, Y0, X4
	VEXTRACTF128 $1, Y1, X5
	VEXTRACTF128 $1, Y2, X6
	VEXTRACTF128 $1, Y3, X7
	LEAQ         (r_ptr)(r_stride*4), half_ptr
	CMPQ         cols, $8
	JGT          long
	JEQ          two
	STORE_ROWS(SINGLE, 0, X0, X1, X2, X3, X4, X5, X6, X7)
	JMP          next

two:
	STORE_ROWS(PAIR, 0, X0, X1, X2, X3, X4, X5, X6, X7)
	JMP next

long:
	CMPQ cols, $16
	JEQ  four
	STORE_ROWS(PAIR, 0, X0, X1, X2, X3, X4, X5, X6, X7)
	STORE_ROWS(THIRD, 8, X0, X1, X2, X3, X4, X5, X6, X7)
	JMP  next

four:
	STORE_ROWS(WHOLE, 0, X0, X1, X2, X3, X4, X5, X6, X7)

next:
	ADVANCE
	JNE group

finish:
	TESTQ   before_ptr, before_ptr
	JEQ     none
	LOG_POS_F32(Y15, Y4, Y5, Y6, Y7, Y8)
	VADDPS  Y15, Y14, Y15
	VMOVUPS Y15, (before_ptr)

none:
	MOVQ rows_left, left+56(FP)
	VZEROUPPER
	RET
