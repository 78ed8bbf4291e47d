//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Log-sum-exp and responsibilities of rows of up to 4 columns in float64.
// Contract: the bits of softmaxRowGeneric: with at most 4 elements the lanes' halving is the tree
// (0+2)+(1+3), absent elements adding +0.
// ISA: AVX2, FMA.
//
// Four rows at a time, a register per column and a lane per row, by transposing registers. Absent columns are −Inf,
// whose terms are +0.
//
//	register  holds
//	SI        x at the first row of the group
//	R8, R9    x's stride and three times it, bytes
//	DI        r at the first row of the group, 0: no r
//	R10, R11  r's stride and three times it, bytes
//	DX        logZ
//	AX        bytes of a row
//	BX        address of a tail mask
//	CX        rows left
//	R12       where the group before has its logZ, or 0
//	Y0-Y15    columns, maximum, sum, and what exponential and logarithm clobber; see the code
//
// The logarithm of a group's sums is taken amid the group after it, which does not wait for it. Until then sums and maxima wait in
// the places of logZ of their group and of the next.
//
// Work per call: the caller bounds n·k to 8192 elements, at most 40 µs (one column).

#define x_ptr SI
#define x_stride R8
#define x_stride3 R9
#define r_ptr DI
#define r_stride R10
#define r_stride3 R11
#define logz_ptr DX
#define mask_ptr BX
#define cols AX
#define rows_left CX
#define before_ptr R12

// v = v, or −Inf where mask is clear. Uses: v, mask, inf. Clobbers: v.
#define ABSENT(mask, inf, v) VBLENDVPD mask, v, inf, v

// Sets the zero flag if no lane of nan is set and every lane of m is finite. Uses: nan, m. Clobbers: a, b, flags.
#define ALL_FINITE(nan, m, a, b) \
	VBROADCASTSD ABS_F64, a \
	VANDPD       m, a, a \
	VBROADCASTSD INF_F64, b \
	VCMPPD       $0x15, b, a, a \
	VORPD        nan, a, a \
	VPTEST       a, a

// Rows to columns and back: x0-x3. Uses: x0-x3. Clobbers: x0-x3, t0-t3.
#define TRANSPOSE(x0, x1, x2, x3, t0, t1, t2, t3) \
	VUNPCKLPD  x1, x0, t0 \
	VUNPCKHPD  x1, x0, t1 \
	VUNPCKLPD  x3, x2, t2 \
	VUNPCKHPD  x3, x2, t3 \
	VPERM2F128 $0x20, t2, t0, x0 \
	VPERM2F128 $0x20, t3, t1, x1 \
	VPERM2F128 $0x31, t2, t0, x2 \
	VPERM2F128 $0x31, t3, t1, x3

// Four loads at byte off of the rows. Uses: x_ptr, strides, mask. Clobbers: a-d.
#define LOAD_ROWS(off, mask, a, b, c, d) \
	VMASKMOVPD off(x_ptr), mask, a \
	VMASKMOVPD off(x_ptr)(x_stride*1), mask, b \
	VMASKMOVPD off(x_ptr)(x_stride*2), mask, c \
	VMASKMOVPD off(x_ptr)(x_stride3*1), mask, d

// Four stores at byte off of the rows; OP stores one. Uses: r_ptr, strides. Clobbers: nothing.
#define STORE_ROWS(OP, off, a, b, c, d) \
	OP a, off(r_ptr) \
	OP b, off(r_ptr)(r_stride*1) \
	OP c, off(r_ptr)(r_stride*2) \
	OP d, off(r_ptr)(r_stride3*1)

// The upper halves to X4-X7. Uses: Y0-Y3. Clobbers: Y4-Y7.
#define UPPER \
	VEXTRACTF128 $1, Y0, X4 \
	VEXTRACTF128 $1, Y1, X5 \
	VEXTRACTF128 $1, Y2, X6 \
	VEXTRACTF128 $1, Y3, X7

// The logarithms of the group before, whose sums wait at before_ptr; m are the maxima. Uses: before_ptr, m. Clobbers: Y8-Y14.
#define LOG_BEFORE(m) \
	VMOVUPD (before_ptr), Y8 \
	LOG_POS_F64(Y8, Y9, Y10, Y11, Y12, Y13, Y14) \
	VADDPD  m, Y8, Y8 \
	VMOVUPD Y8, (before_ptr)

// The next group. Uses, clobbers: the pointers, rows_left, flags.
#define ADVANCE \
	LEAQ (x_ptr)(x_stride*4), x_ptr \
	LEAQ (r_ptr)(r_stride*4), r_ptr \
	ADDQ $32, logz_ptr \
	SUBQ $4, rows_left

// func softmaxRows4F64AVX2(r, logZ, x *float64, rStride, xStride, n, k int) (left int)
TEXT ·softmaxRows4F64AVX2(SB), NOSPLIT, $0-64
	MOVQ r+0(FP), r_ptr
	MOVQ logZ+8(FP), logz_ptr
	MOVQ x+16(FP), x_ptr
	MOVQ rStride+24(FP), r_stride
	MOVQ xStride+32(FP), x_stride
	MOVQ n+40(FP), rows_left
	MOVQ k+48(FP), cols
	LEAQ (r_stride)(r_stride*2), r_stride3
	LEAQ (x_stride)(x_stride*2), x_stride3
	LEAQ ·tailMasks+32(SB), mask_ptr
	SUBQ cols, mask_ptr
	XORL before_ptr, before_ptr

group:
	VMOVUPD      (mask_ptr), Y15
	VBROADCASTSD NEG_INF_F64, Y14
	LOAD_ROWS(0, Y15, Y0, Y1, Y2, Y3)
	ABSENT(Y15, Y14, Y0)
	ABSENT(Y15, Y14, Y1)
	ABSENT(Y15, Y14, Y2)
	ABSENT(Y15, Y14, Y3)
	VCMPPD       $3, Y1, Y0, Y13
	VCMPPD       $3, Y3, Y2, Y12
	VORPD        Y12, Y13, Y13           // NaN
	TRANSPOSE(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	VMAXPD       Y2, Y0, Y15
	VMAXPD       Y3, Y1, Y14
	VMAXPD       Y14, Y15, Y15           // m
	ALL_FINITE(Y13, Y15, Y4, Y5)
	JNE          finish                  // a row is special: the caller does the group
	VSUBPD       Y15, Y0, Y0
	VSUBPD       Y15, Y1, Y1
	EXPNEG_F64X2(Y0, Y4, Y5, Y6, Y7, Y8, Y1, Y9, Y10, Y11, Y12, Y13, Y14)
	CMPQ         cols, $16
	JGT          terms
	VXORPD       Y2, Y2, Y2              // columns 2 and 3 are absent
	VXORPD       Y3, Y3, Y3
	JMP          sum

terms:
	VSUBPD Y15, Y2, Y2
	VSUBPD Y15, Y3, Y3
	EXPNEG_F64X2(Y2, Y4, Y5, Y6, Y7, Y8, Y3, Y9, Y10, Y11, Y12, Y13, Y14)

sum:
	TESTQ        before_ptr, before_ptr
	JEQ          first
	LOG_BEFORE((logz_ptr))

first:
	VADDPD       Y2, Y0, Y4
	VADDPD       Y3, Y1, Y5
	VADDPD       Y5, Y4, Y4              // s
	MOVQ         logz_ptr, before_ptr
	VMOVUPD      Y4, (logz_ptr)
	CMPQ         rows_left, $4
	JEQ          scale
	VMOVUPD      Y15, 32(logz_ptr)       // for the next group

scale:
	TESTQ        r_ptr, r_ptr
	JEQ          next
	VBROADCASTSD ONE_F64, Y14
	VDIVPD       Y4, Y14, Y14            // 1/s
	VMULPD       Y14, Y0, Y0
	VMULPD       Y14, Y1, Y1
	VMULPD       Y14, Y2, Y2
	VMULPD       Y14, Y3, Y3
	TRANSPOSE(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	CMPQ         cols, $16
	JGT          long
	JEQ          two
	STORE_ROWS(VMOVSD, 0, X0, X1, X2, X3)
	JMP          next

two:
	STORE_ROWS(VMOVUPD, 0, X0, X1, X2, X3)
	JMP next

long:
	CMPQ cols, $32
	JEQ  four
	STORE_ROWS(VMOVUPD, 0, X0, X1, X2, X3)
	UPPER
	STORE_ROWS(VMOVSD, 16, X4, X5, X6, X7)
	JMP  next

four:
	STORE_ROWS(VMOVUPD, 0, Y0, Y1, Y2, Y3)

next:
	ADVANCE
	JNE group
	LOG_BEFORE(Y15)
	JMP none

finish:
	TESTQ before_ptr, before_ptr
	JEQ   none
	LOG_BEFORE((logz_ptr))

none:
	MOVQ rows_left, left+56(FP)
	VZEROUPPER
	RET
