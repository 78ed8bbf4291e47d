//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Log-sum-exp and responsibilities of rows of 5 to 8 columns in float64.
// Contract: the bits of softmaxRowGeneric: with at most 8 elements the lanes' halving is the tree
// ((0+4)+(2+6))+((1+5)+(3+7)), absent elements adding +0.
// ISA: AVX2, FMA.
//
// Blocks of 32 rows in three passes, four rows at a time: their maxima; their terms, in two steps, and the sums of these;
// logarithms, reciprocals and products. So chains of different rows fill the pipes, where those of a row would wait for each other.
// Maxima and sums are folded from four rows into one register, whose lanes are the rows. Absent columns are −Inf, whose
// terms are +0.
//
//	register  holds
//	SI        x at the first row of the block
//	R8        x's stride, bytes
//	DI        r at the first row that is not written, 0: no r
//	R10       r's stride, bytes
//	R9        three times one or the other
//	DX        logZ of the block: first the maxima
//	R12       e: 256 bytes of sums, then of reciprocals; terms, 64 bytes a row
//	R11       the first row of the group
//	CX, R13   bytes of logZ before the group, and in the block: a group has 32, and 256 bytes of terms
//	AX        bytes of a row
//	Y0-Y15    see the code; Y15 the mask of the columns from 4 on
//
// Work per call: the caller bounds n·k to 8192 elements, at most 30 µs.

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
#define POWERS 2304 // where e has the powers of two of a group

// Four columns from the fifth on. Uses: Y15. Clobbers: v, t.
#define UPPER(a, v, t) \
	VMASKMOVPD   a, Y15, v \
	VBROADCASTSD NEG_INF_F64, t \
	VANDNPD      t, Y15, t \
	VORPD        t, v, v

// OP of the elements 0, 1 and 2, 3 of two rows: those of v to the low half of v, those of w to the high. Uses: v, w. Clobbers: v, t, u.
#define FOLD(OP, v, w, t, u) \
	VBLENDPD   $0xC, w, v, t \
	VPERM2F128 $0x21, w, v, u \
	OP         u, t, v

// OP of the elements 0 and 1: a row in each lane. Uses: v, w. Clobbers: v, t, u.
#define FOLD2(OP, v, w, t, u) \
	VUNPCKLPD w, v, t \
	VUNPCKHPD w, v, u \
	OP        u, t, v

// The maximum of a row's halves in v, and where they are NaN in nan. Uses: Y15. Clobbers: v, nan, t, u.
#define MAXIMUM(a, b, v, nan, t, u) \
	VMOVUPD a, v \
	UPPER(b, t, u) \
	VCMPPD  $3, t, v, nan \
	VMAXPD  t, v, v

// The first step to the terms of row i at a and b. Uses: logz_ptr, e_ptr, at, Y15. Clobbers: Y0-Y8.
#define REDUCE(i, a, b) \
	VMOVUPD      a, Y0 \
	UPPER(b, Y8, Y2) \
	VBROADCASTSD 8*i(logz_ptr)(at*1), Y2 \
	VSUBPD       Y2, Y0, Y0 \
	VSUBPD       Y2, Y8, Y8 \
	EXPNEG_REDUCE_F64X2(Y0, Y1, Y2, Y3, Y8, Y4, Y5, Y6, Y7) \
	VMOVUPD      Y0, 256+64*i(e_ptr)(at*8) \
	VMOVUPD      Y8, 288+64*i(e_ptr)(at*8) \
	VMOVUPD      Y1, POWERS+64*i(e_ptr) \
	VMOVUPD      Y4, POWERS+32+64*i(e_ptr)

// The second step, and the sum of the row's halves in v. Uses: e_ptr, at. Clobbers: v, Y1-Y8.
#define TERMS(i, v) \
	VMOVUPD 256+64*i(e_ptr)(at*8), Y1 \
	VMOVUPD 288+64*i(e_ptr)(at*8), Y2 \
	EXPNEG_POLY_F64X2(Y1, POWERS+64*i(e_ptr), v, Y3, Y4, Y2, POWERS+32+64*i(e_ptr), Y5, Y6, Y7, Y8) \
	VMOVUPD v, 256+64*i(e_ptr)(at*8) \
	VMOVUPD Y5, 288+64*i(e_ptr)(at*8) \
	VADDPD  Y5, v, v

// Row i of r in v and w. Uses: e_ptr, at. Clobbers: v, w.
#define PRODUCT(i, v, w) \
	VBROADCASTSD 8*i(e_ptr)(at*1), w \
	VMULPD       256+64*i(e_ptr)(at*8), w, v \
	VMULPD       288+64*i(e_ptr)(at*8), w, w

// Four stores at byte off of the rows; OP stores one. Uses: r_ptr, r_stride, stride3. Clobbers: nothing.
#define STORE_ROWS(OP, off, a, b, c, d) \
	OP a, off(r_ptr) \
	OP b, off(r_ptr)(r_stride*1) \
	OP c, off(r_ptr)(r_stride*2) \
	OP d, off(r_ptr)(stride3*1)

// func softmaxRows8F64AVX2(r, logZ, x, e *float64, rStride, xStride, n, k int) (left int)
TEXT ·softmaxRows8F64AVX2(SB), NOSPLIT, $0-72
	MOVQ r+0(FP), r_ptr
	MOVQ logZ+8(FP), logz_ptr
	MOVQ x+16(FP), x_ptr
	MOVQ e+24(FP), e_ptr
	MOVQ rStride+32(FP), r_stride
	MOVQ xStride+40(FP), x_stride
	MOVQ n+48(FP), end
	MOVQ k+56(FP), cols
	MOVQ end, left+64(FP)
	LEAQ    ·tailMasks+64(SB), row_ptr
	SUBQ    cols, row_ptr
	VMOVUPD (row_ptr), Y15

block:
	MOVQ    left+64(FP), end
	MOVL    $32, at
	CMPQ    end, at
	CMOVQGT at, end
	SHLQ    $3, end
	LEAQ    (x_stride)(x_stride*2), stride3
	MOVQ    x_ptr, row_ptr
	XORL    at, at

maxima:
	MAXIMUM((row_ptr), 32(row_ptr), Y0, Y8, Y4, Y5)
	MAXIMUM((row_ptr)(x_stride*1), 32(row_ptr)(x_stride*1), Y1, Y9, Y4, Y5)
	MAXIMUM((row_ptr)(x_stride*2), 32(row_ptr)(x_stride*2), Y2, Y10, Y6, Y7)
	MAXIMUM((row_ptr)(stride3*1), 32(row_ptr)(stride3*1), Y3, Y11, Y6, Y7)
	VORPD  Y9, Y8, Y8
	VORPD  Y11, Y10, Y10
	VORPD  Y10, Y8, Y8              // NaN
	FOLD(VMAXPD, Y0, Y2, Y4, Y5)
	FOLD(VMAXPD, Y1, Y3, Y6, Y7)
	FOLD2(VMAXPD, Y0, Y1, Y4, Y5)
	VMOVUPD      Y0, (logz_ptr)(at*1)
	VBROADCASTSD ABS_F64, Y1
	VANDPD       Y0, Y1, Y1
	VBROADCASTSD INF_F64, Y2
	VCMPPD       $0x15, Y2, Y1, Y1
	VORPD        Y8, Y1, Y1
	VPTEST       Y1, Y1
	JNE          special
	LEAQ         (row_ptr)(x_stride*4), row_ptr
	ADDQ         $32, at
	CMPQ         at, end
	JLT          maxima

sums:
	MOVQ x_ptr, row_ptr
	XORL at, at

terms:
	REDUCE(0, (row_ptr), 32(row_ptr))
	REDUCE(1, (row_ptr)(x_stride*1), 32(row_ptr)(x_stride*1))
	REDUCE(2, (row_ptr)(x_stride*2), 32(row_ptr)(x_stride*2))
	REDUCE(3, (row_ptr)(stride3*1), 32(row_ptr)(stride3*1))
	TERMS(0, Y13)
	TERMS(1, Y14)
	TERMS(2, Y11)
	TERMS(3, Y12)
	FOLD(VADDPD, Y13, Y11, Y1, Y2)
	FOLD(VADDPD, Y14, Y12, Y3, Y4)
	FOLD2(VADDPD, Y13, Y14, Y1, Y2)
	VMOVUPD Y13, (e_ptr)(at*1)
	LEAQ    (row_ptr)(x_stride*4), row_ptr
	ADDQ    $32, at
	CMPQ    at, end
	JLT     terms

	MOVQ row_ptr, x_ptr
	LEAQ (r_stride)(r_stride*2), stride3
	XORL at, at

finish:
	VMOVUPD      (e_ptr)(at*1), Y8
	VBROADCASTSD ONE_F64, Y9
	VDIVPD       Y8, Y9, Y9
	VMOVUPD      Y9, (e_ptr)(at*1)
	LOG_POS_F64(Y8, Y9, Y10, Y11, Y12, Y13, Y14)
	VADDPD       (logz_ptr)(at*1), Y8, Y8
	VMOVUPD      Y8, (logz_ptr)(at*1)
	TESTQ        r_ptr, r_ptr
	JEQ          next
	PRODUCT(0, Y4, Y0)
	PRODUCT(1, Y5, Y1)
	PRODUCT(2, Y6, Y2)
	PRODUCT(3, Y7, Y3)
	STORE_ROWS(VMOVUPD, 0, Y4, Y5, Y6, Y7)
	CMPQ         cols, $48
	JGT          long
	JEQ          six
	STORE_ROWS(VMOVSD, 32, X0, X1, X2, X3)
	JMP          stored

six:
	STORE_ROWS(VMOVUPD, 32, X0, X1, X2, X3)
	JMP stored

long:
	CMPQ cols, $64
	JEQ  eight
	STORE_ROWS(VMOVUPD, 32, X0, X1, X2, X3)
	VEXTRACTF128 $1, Y0, X4
	VEXTRACTF128 $1, Y1, X5
	VEXTRACTF128 $1, Y2, X6
	VEXTRACTF128 $1, Y3, X7
	STORE_ROWS(VMOVSD, 48, X4, X5, X6, X7)
	JMP  stored

eight:
	STORE_ROWS(VMOVUPD, 32, Y0, Y1, Y2, Y3)

stored:
	LEAQ (r_ptr)(r_stride*4), r_ptr

next:
	ADDQ $32, at
	CMPQ at, end
	JLT  finish
	ADDQ end, logz_ptr
	SHRQ $3, end
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
