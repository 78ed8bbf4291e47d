//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// The sum of exponentials of one vector; maxima and sums of rows, and their scaling. Rows of
// 32 to 64 and of 65 to 128 bytes have loops of their own without branches, whose registers overlap within the row.
// Contract: the bits of sumExpGeneric: 32 (float32) or 16 (float64) lanes along the vector, element k in lane k mod L, then
// halving; the results of maxGeneric for rows without NaN; one product.
// ISA: AVX2, FMA.
//
//	register   holds
//	SI, DI     x, r at the element; in the routines of rows DI, or R8: bytes of a row
//	CX         bytes left
//	R8-R10     address of a tail mask; index of the lane register; tmp
//	AX, BX     in the routines of rows: x or e, and r, at the row
//	DX, R13    in the routines of rows: m, s or 1/s; rows left
//	R11, R12   in the routines of rows: strides
//	Y0-Y3      the lanes
//	Y4-Y7      elements
//	Y8         the maximum, or 1/s, in all lanes
//	Y9-Y14     clobbered by the exponential
//	Y15        tail mask
//
// Work per call: the caller bounds n·k to 8192 elements: at most 15 µs.

#define x_ptr SI
#define r_ptr DI
#define left CX
#define mask_ptr R8
#define index R9
#define tmp R10
#define x_row AX
#define r_row BX
#define one_ptr DX
#define x_stride R11
#define r_stride R12
#define row_bytes DI
#define scale_bytes R8
#define rows_left R13
#define tail_mask Y15
#define maximum Y8

// The mask of the next register: min(left, 32) bytes. Uses: left. Clobbers: tmp, mask_ptr, tail_mask, flags.
#define NEXT_MASK \
	MOVL    $32, tmp \
	CMPQ    left, tmp \
	CMOVQLT left, tmp \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    tmp, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask

// TERM(v): v = e(v − maximum); TERMS(v, w) likewise both. Uses: maximum. Clobbers: v, w, Y9-Y14;
// TERMS_F32: Y15 too.
#define TERM_F32(v) \
	VSUBPS maximum, v, v \
	EXPNEG_F32(v, Y10, Y11, Y12, Y13)
#define TERMS_F32(v, w) \
	VSUBPS maximum, v, v \
	VSUBPS maximum, w, w \
	EXPNEG_F32X2(v, Y9, Y10, Y11, w, Y12, Y13, Y14, Y15)
#define TERM_F64(v) \
	VSUBPD maximum, v, v \
	EXPNEG_F64(v, Y9, Y10, Y11, Y12, Y13, Y14)
#define TERMS_F64(v, w) \
	TERM_F64(v) \
	TERM_F64(w)

// The first left bytes of v, fewer than 32, to r_ptr: by halves, because a store under a mask is slow.
// x is v's lower half; at8, at4 and end are labels. Uses: left, v. Clobbers: r_ptr, v, flags.
#define STORE_PART(v, x, at8, at4, end) \
	TESTQ $16, left \
	JEQ   at8 \
	VMOVUPS x, (r_ptr) \
	VEXTRACTF128 $1, v, x \
	ADDQ  $16, r_ptr \
at8: \
	TESTQ $8, left \
	JEQ   at4 \
	VMOVSD x, (r_ptr) \
	VPERMILPD $1, x, x \
	ADDQ  $8, r_ptr \
at4: \
	TESTQ $4, left \
	JEQ   end \
	VMOVSS x, (r_ptr) \
end:

// Sum of terms into the lanes; ADD is VADDPS or VADDPD. With r_ptr = 0 the terms are not stored.
// Uses: x_ptr, r_ptr, left, maximum. Clobbers: x_ptr, r_ptr, left, index, tmp, mask_ptr, Y0-Y7, Y9-Y15, flags.
#define SUM_TERMS(TERM, TERMS, ADD) \
	VXORPS  Y0, Y0, Y0 \
	VXORPS  Y1, Y1, Y1 \
	VXORPS  Y2, Y2, Y2 \
	VXORPS  Y3, Y3, Y3 \
	SUBQ    $128, left \
	JLT     term_rest \
	PCALIGN $32 \
term4: \
	VMOVUPS (x_ptr), Y4 \
	VMOVUPS 32(x_ptr), Y5 \
	TERMS(Y4, Y5) \
	VMOVUPS 64(x_ptr), Y6 \
	VMOVUPS 96(x_ptr), Y7 \
	TERMS(Y6, Y7) \
	ADD     Y4, Y0, Y0 \
	ADD     Y5, Y1, Y1 \
	ADD     Y6, Y2, Y2 \
	ADD     Y7, Y3, Y3 \
	ADDQ    $128, x_ptr \
	TESTQ   r_ptr, r_ptr \
	JEQ     term4_next \
	VMOVUPS Y4, (r_ptr) \
	VMOVUPS Y5, 32(r_ptr) \
	VMOVUPS Y6, 64(r_ptr) \
	VMOVUPS Y7, 96(r_ptr) \
	ADDQ    $128, r_ptr \
term4_next: \
	SUBQ    $128, left \
	JGE     term4 \
term_rest: \
	ADDQ    $128, left \
	JEQ     term_done \
	XORL    index, index \
term1: \
	NEXT_MASK \
	VMASKMOVPS (x_ptr), tail_mask, Y4 \
	TERM(Y4) \
	VANDPS  tail_mask, Y4, Y4     /* lanes without an element hold +0 */ \
	ADDQ    $32, x_ptr \
	TESTQ   r_ptr, r_ptr \
	JEQ     term_lane \
	CMPQ    left, $32 \
	JLT     term_masked \
	VMOVUPS Y4, (r_ptr) \
	ADDQ    $32, r_ptr \
	JMP     term_lane \
term_masked: \
	VMOVAPS Y4, Y5 \
	STORE_PART(Y5, X5, term_at8, term_at4, term_lane) \
	INCL    index \
	CMPL    index, $2 \
	JLT     term_lane0 \
	JEQ     term_lane1 \
	CMPL    index, $3 \
	JEQ     term_lane2 \
	ADD     Y4, Y3, Y3 \
	JMP     term_done \
term_lane0: \
	ADD     Y4, Y0, Y0 \
	JMP     term_next \
term_lane1: \
	ADD     Y4, Y1, Y1 \
	JMP     term_next \
term_lane2: \
	ADD     Y4, Y2, Y2 \
term_next: \
	SUBQ    $32, left \
	JGT     term1 \
term_done:

// Halving of the four registers to one. Uses: Y0-Y3. Clobbers: Y0, Y1.
#define HALVE_REGISTERS(ADD) \
	ADD Y2, Y0, Y0 \
	ADD Y3, Y1, Y1 \
	ADD Y1, Y0, Y0

// The larger of Y0 and the row's elements into Y0, lane by lane; of rows of 32 bytes or more the last 32 are looked at
// first, then whole registers, of which the last may look at some again. Uses: x_row, left, Y9 (−Inf). Clobbers: x_ptr,
// left, mask_ptr, tmp, Y0, Y1, tail_mask, flags.
#define ROW_MAX(MAX, BLEND) \
	MOVQ    x_row, x_ptr \
	CMPQ    left, $32 \
	JLT     max_short \
	VMOVUPS -32(x_row)(left*1), Y0 \
	VMOVAPS Y0, Y1 \
	SUBQ    $64, left \
	JLE     max_rest \
max2: \
	MAX     (x_ptr), Y0, Y0 \
	MAX     32(x_ptr), Y1, Y1 \
	ADDQ    $64, x_ptr \
	SUBQ    $64, left \
	JGT     max2 \
max_rest: \
	ADDQ    $32, left              /* bytes left, less 32 */ \
	JLE     max_done \
	MAX     (x_ptr), Y0, Y0 \
	JMP     max_done \
max_short: \
	NEXT_MASK \
	VMASKMOVPS (x_ptr), tail_mask, Y0 \
	BLEND   tail_mask, Y0, Y9, Y0 \
	VMOVAPS Y0, Y1 \
max_done: \
	MAX     Y1, Y0, Y0

// The sum of the terms of a row of more than 128 bytes, rounded up to registers, halved to one register: Y0. Terms are not below
// +0, and +0 beyond the row. Uses: x_row, left. Clobbers: x_ptr, left, Y0-Y3, flags.
#define ROW_SUM(ADD) \
	MOVQ    x_row, x_ptr \
	VMOVUPS (x_ptr), Y0 \
	VMOVUPS 32(x_ptr), Y1 \
	VMOVUPS 64(x_ptr), Y2 \
	VMOVUPS 96(x_ptr), Y3 \
sum_more: \
	ADDQ    $128, x_ptr \
	SUBQ    $128, left \
	ADD     (x_ptr), Y0, Y0 \
	CMPQ    left, $64 \
	JLT     sum_done \
	ADD     32(x_ptr), Y1, Y1 \
	JEQ     sum_done \
	ADD     64(x_ptr), Y2, Y2 \
	CMPQ    left, $128 \
	JLT     sum_done \
	ADD     96(x_ptr), Y3, Y3 \
	JGT     sum_more \
sum_done: \
	ADD     Y2, Y0, Y0 \
	ADD     Y3, Y1, Y1 \
	ADD     Y1, Y0, Y0

// r = e · inverse along the row, of which whole registers of e may be read. The last register of r overlaps the one before.
// Uses: x_row (e), r_row, left, Y8 (1/s in all lanes). Clobbers: x_ptr, r_ptr, left, mask_ptr, tmp, Y4-Y6, flags.
#define ROW_SCALE(MUL) \
	MOVQ    x_row, x_ptr \
	MOVQ    r_row, r_ptr \
	CMPQ    left, $32 \
	JLT     scale_short \
	MUL     -32(x_row)(left*1), Y8, Y6 \
	VMOVUPS Y6, -32(r_row)(left*1) \
	SUBQ    $64, left \
	JLE     scale_rest \
scale2: \
	MUL     (x_ptr), Y8, Y4 \
	MUL     32(x_ptr), Y8, Y5 \
	VMOVUPS Y4, (r_ptr) \
	VMOVUPS Y5, 32(r_ptr) \
	ADDQ    $64, x_ptr \
	ADDQ    $64, r_ptr \
	SUBQ    $64, left \
	JGT     scale2 \
scale_rest: \
	ADDQ    $32, left              /* bytes left, less 32 */ \
	JLE     scale_done \
	MUL     (x_ptr), Y8, Y4 \
	VMOVUPS Y4, (r_ptr) \
	JMP     scale_done \
scale_short: \
	MUL     (x_ptr), Y8, Y4 \
	STORE_PART(Y4, X4, scale_at8, scale_at4, scale_done)

// The larger of Y0 and the elements of a row of 32 to 64, or 64 to 128 bytes. Uses: x_row, row_bytes. Clobbers: Y0, Y1.
#define MAX_OF_2(MAX) \
	VMOVUPS (x_row), Y0 \
	MAX     -32(x_row)(row_bytes*1), Y0, Y0
#define MAX_OF_4(MAX) \
	VMOVUPS (x_row), Y0 \
	VMOVUPS 32(x_row), Y1 \
	MAX     -64(x_row)(row_bytes*1), Y0, Y0 \
	MAX     -32(x_row)(row_bytes*1), Y1, Y1 \
	MAX     Y1, Y0, Y0

// ROW_SUM of a row of up to 64, or 128 bytes, with +0 up to there. Uses: x_row. Clobbers: Y0, Y1.
#define SUM_OF_2(ADD) \
	VMOVUPS (x_row), Y0 \
	ADD     32(x_row), Y0, Y0
#define SUM_OF_4(ADD) \
	VMOVUPS (x_row), Y0 \
	VMOVUPS 32(x_row), Y1 \
	ADD     64(x_row), Y0, Y0 \
	ADD     96(x_row), Y1, Y1 \
	ADD     Y1, Y0, Y0

// ROW_SCALE of a row of 32 to 64, or 64 to 128 bytes. Uses: x_row, r_row, scale_bytes, Y8. Clobbers: Y4-Y7.
#define SCALE_OF_2(MUL) \
	MUL     (x_row), Y8, Y4 \
	MUL     -32(x_row)(scale_bytes*1), Y8, Y5 \
	VMOVUPS Y4, (r_row) \
	VMOVUPS Y5, -32(r_row)(scale_bytes*1)
#define SCALE_OF_4(MUL) \
	MUL     (x_row), Y8, Y4 \
	MUL     32(x_row), Y8, Y5 \
	MUL     -64(x_row)(scale_bytes*1), Y8, Y6 \
	MUL     -32(x_row)(scale_bytes*1), Y8, Y7 \
	VMOVUPS Y4, (r_row) \
	VMOVUPS Y5, 32(r_row) \
	VMOVUPS Y6, -64(r_row)(scale_bytes*1) \
	VMOVUPS Y7, -32(r_row)(scale_bytes*1)

// Y0 across to X0, by OP and in the last step SCALAR: in the order of halving. Clobbers: X1.
#define ACROSS_F32(OP, SCALAR) \
	VEXTRACTF128 $1, Y0, X1 \
	OP           X1, X0, X0 \
	VPERMILPD    $1, X0, X1 \
	OP           X1, X0, X0 \
	VMOVSHDUP    X0, X1 \
	SCALAR       X1, X0, X0
#define ACROSS_F64(OP, SCALAR) \
	VEXTRACTF128 $1, Y0, X1 \
	OP           X1, X0, X0 \
	VPERMILPD    $1, X0, X1 \
	SCALAR       X1, X0, X0

// On to the next row; size is that of an element. Uses, clobbers: one_ptr, x_row, rows_left, flags.
#define NEXT_ROW(size) \
	ADDQ size, one_ptr \
	ADDQ x_stride, x_row \
	DECQ rows_left

// func sumExpF32AVX2(e, x *float32, n int, m float32) float32
TEXT ·sumExpF32AVX2(SB), NOSPLIT, $0-36
	MOVQ         e+0(FP), r_ptr
	MOVQ         x+8(FP), x_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSS m+24(FP), maximum
	SHLQ         $2, left
	SUM_TERMS(TERM_F32, TERMS_F32, VADDPS)
	HALVE_REGISTERS(VADDPS)
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VADDPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, ret+32(FP)
	VZEROUPPER
	RET

// func sumExpF64AVX2(e, x *float64, n int, m float64) float64
TEXT ·sumExpF64AVX2(SB), NOSPLIT, $0-40
	MOVQ         e+0(FP), r_ptr
	MOVQ         x+8(FP), x_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSD m+24(FP), maximum
	SHLQ         $3, left
	SUM_TERMS(TERM_F64, TERMS_F64, VADDPD)
	HALVE_REGISTERS(VADDPD)
	VEXTRACTF128 $1, Y0, X1
	VADDPD       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VADDSD       X1, X0, X0
	VMOVSD       X0, ret+32(FP)
	VZEROUPPER
	RET

// func rowMaximaF32AVX2(m, x *float32, n, k, xStride int)
TEXT ·rowMaximaF32AVX2(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), one_ptr
	MOVQ x+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ xStride+32(FP), x_stride
	SHLQ $2, row_bytes
	VBROADCASTSS NEG_INF_F32, Y9
	VXORPS X10, X10, X10
	CMPQ row_bytes, $32
	JLT  row
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_MAX(VMAXPS, VBLENDVPS)
	ACROSS_F32(VMAXPS, VMAXSS)
	VADDSS X10, X0, X0               // −0 becomes +0
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    row
	VZEROUPPER
	RET

two:
	MAX_OF_2(VMAXPS)
	ACROSS_F32(VMAXPS, VMAXSS)
	VADDSS X10, X0, X0               // −0 becomes +0
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    two
	VZEROUPPER
	RET

four:
	MAX_OF_4(VMAXPS)
	ACROSS_F32(VMAXPS, VMAXSS)
	VADDSS X10, X0, X0               // −0 becomes +0
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    four
	VZEROUPPER
	RET

// func rowSumsF32AVX2(s, e *float32, n, k, eStride int)
TEXT ·rowSumsF32AVX2(SB), NOSPLIT, $0-40
	MOVQ s+0(FP), one_ptr
	MOVQ e+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ eStride+32(FP), x_stride
	LEAQ 31(row_bytes*4), row_bytes
	ANDQ $-32, row_bytes
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_SUM(VADDPS)
	ACROSS_F32(VADDPS, VADDSS)
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    row
	VZEROUPPER
	RET

two:
	SUM_OF_2(VADDPS)
	ACROSS_F32(VADDPS, VADDSS)
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    two
	VZEROUPPER
	RET

four:
	SUM_OF_4(VADDPS)
	ACROSS_F32(VADDPS, VADDSS)
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    four
	VZEROUPPER
	RET

// func rowScaleF32AVX2(r, e, inv *float32, n, k, rStride, eStride int)
TEXT ·rowScaleF32AVX2(SB), NOSPLIT, $0-56
	MOVQ r+0(FP), r_row
	MOVQ e+8(FP), x_row
	MOVQ inv+16(FP), one_ptr
	MOVQ n+24(FP), rows_left
	MOVQ k+32(FP), scale_bytes
	MOVQ rStride+40(FP), r_stride
	MOVQ eStride+48(FP), x_stride
	SHLQ $2, scale_bytes
	CMPQ scale_bytes, $32
	JLT  row
	CMPQ scale_bytes, $64
	JLE  two
	CMPQ scale_bytes, $128
	JLE  four

row:
	VBROADCASTSS (one_ptr), Y8
	MOVQ scale_bytes, left
	ROW_SCALE(VMULPS)

next:
	ADDQ r_stride, r_row
	NEXT_ROW($4)
	JNE  row
	VZEROUPPER
	RET

two:
	VBROADCASTSS (one_ptr), Y8
	SCALE_OF_2(VMULPS)
	ADDQ r_stride, r_row
	NEXT_ROW($4)
	JNE  two
	VZEROUPPER
	RET

four:
	VBROADCASTSS (one_ptr), Y8
	SCALE_OF_4(VMULPS)
	ADDQ r_stride, r_row
	NEXT_ROW($4)
	JNE  four
	VZEROUPPER
	RET

// func rowMaximaF64AVX2(m, x *float64, n, k, xStride int)
TEXT ·rowMaximaF64AVX2(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), one_ptr
	MOVQ x+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ xStride+32(FP), x_stride
	SHLQ $3, row_bytes
	VBROADCASTSD NEG_INF_F64, Y9
	VXORPS X10, X10, X10
	CMPQ row_bytes, $32
	JLT  row
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_MAX(VMAXPD, VBLENDVPD)
	ACROSS_F64(VMAXPD, VMAXSD)
	VADDSD X10, X0, X0               // −0 becomes +0
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    row
	VZEROUPPER
	RET

two:
	MAX_OF_2(VMAXPD)
	ACROSS_F64(VMAXPD, VMAXSD)
	VADDSD X10, X0, X0               // −0 becomes +0
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    two
	VZEROUPPER
	RET

four:
	MAX_OF_4(VMAXPD)
	ACROSS_F64(VMAXPD, VMAXSD)
	VADDSD X10, X0, X0               // −0 becomes +0
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    four
	VZEROUPPER
	RET

// func rowSumsF64AVX2(s, e *float64, n, k, eStride int)
TEXT ·rowSumsF64AVX2(SB), NOSPLIT, $0-40
	MOVQ s+0(FP), one_ptr
	MOVQ e+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ eStride+32(FP), x_stride
	LEAQ 31(row_bytes*8), row_bytes
	ANDQ $-32, row_bytes
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_SUM(VADDPD)
	ACROSS_F64(VADDPD, VADDSD)
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    row
	VZEROUPPER
	RET

two:
	SUM_OF_2(VADDPD)
	ACROSS_F64(VADDPD, VADDSD)
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    two
	VZEROUPPER
	RET

four:
	SUM_OF_4(VADDPD)
	ACROSS_F64(VADDPD, VADDSD)
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    four
	VZEROUPPER
	RET

// func rowScaleF64AVX2(r, e, inv *float64, n, k, rStride, eStride int)
TEXT ·rowScaleF64AVX2(SB), NOSPLIT, $0-56
	MOVQ r+0(FP), r_row
	MOVQ e+8(FP), x_row
	MOVQ inv+16(FP), one_ptr
	MOVQ n+24(FP), rows_left
	MOVQ k+32(FP), scale_bytes
	MOVQ rStride+40(FP), r_stride
	MOVQ eStride+48(FP), x_stride
	SHLQ $3, scale_bytes
	CMPQ scale_bytes, $32
	JLT  row
	CMPQ scale_bytes, $64
	JLE  two
	CMPQ scale_bytes, $128
	JLE  four

row:
	VBROADCASTSD (one_ptr), Y8
	MOVQ scale_bytes, left
	ROW_SCALE(VMULPD)

next:
	ADDQ r_stride, r_row
	NEXT_ROW($8)
	JNE  row
	VZEROUPPER
	RET

two:
	VBROADCASTSD (one_ptr), Y8
	SCALE_OF_2(VMULPD)
	ADDQ r_stride, r_row
	NEXT_ROW($8)
	JNE  two
	VZEROUPPER
	RET

four:
	VBROADCASTSD (one_ptr), Y8
	SCALE_OF_4(VMULPD)
	ADDQ r_stride, r_row
	NEXT_ROW($8)
	JNE  four
	VZEROUPPER
	RET
