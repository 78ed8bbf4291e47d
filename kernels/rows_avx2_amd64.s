//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Log-sum-exp and responsibilities of rows of any length, and the sum of exponentials of one vector.
// Contract: the bits of rows_generic.go and sumExpGeneric: 32 (float32) or 16 (float64) lanes along the row, element
// k in lane k mod L, then halving; terms e(x − m); one logarithm, one reciprocal, one product.
// ISA: AVX2, FMA.
//
// Rows go in groups of 8 (float32) or 4 (float64). Each pass leaves one vector per row in scratch memory; a transposed
// reduction (three or two levels of shuffles) turns those into one vector with a lane per row, so that the
// logarithm and the division are done once per group.
//
//	register   holds
//	R11, R12   x and r at the first row of the group; R12 = 0: no r
//	DX         scratch memory: one vector per row; above it the rows' maxima, then 1/s
//	AX, BX     x and r at the row
//	SI, DI     x and r at the element
//	CX         bytes left in the row
//	R13        row within the group
//	R8-R10     tail mask; index of the lane register, number of rows; tmp
//	Y0-Y3      the lanes
//	Y4-Y7      elements
//	Y8         maximum of the row, or 1/s, in all lanes; in the first pass ones where a NaN was seen
//	Y9-Y14     clobbered by exponential and logarithm; Y9 is −Inf in the first pass
//	Y15        tail mask
//
// Work per call: the caller bounds n·k to 8192 elements, or one group of rows: at most 35 µs.

#define x_ptr SI
#define r_ptr DI
#define lanes_ptr DX
#define left CX
#define mask_ptr R8
#define index R9
#define tmp R10
#define x_group R11
#define r_group R12
#define row R13
#define x_row AX
#define r_row BX
#define tail_mask Y15
#define seen_nan Y8
#define neg_inf Y9
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

// Maximum of the row into Y0 (a lane per element position). NaN is left out of it and remembered in seen_nan.
// Uses: x_ptr, left, neg_inf. Clobbers: x_ptr, left, tmp, mask_ptr, Y0, Y1, Y4-Y7, tail_mask, seen_nan, flags.
#define ROW_MAX(MAX, CMP, BLEND) \
	VMOVAPS neg_inf, Y0 \
	VMOVAPS neg_inf, Y1 \
	SUBQ    $64, left \
	JLT     max_rest \
max2: \
	VMOVUPS (x_ptr), Y4 \
	VMOVUPS 32(x_ptr), Y5 \
	CMP     $3, Y5, Y4, Y6 \
	MAX     Y0, Y4, Y0 \
	MAX     Y1, Y5, Y1 \
	VORPS   Y6, seen_nan, seen_nan \
	ADDQ    $64, x_ptr \
	SUBQ    $64, left \
	JGE     max2 \
	MAX     Y1, Y0, Y0 \
max_rest: \
	ADDQ    $64, left \
	JEQ     max_done \
max1: \
	NEXT_MASK \
	VMASKMOVPS (x_ptr), tail_mask, Y4 \
	BLEND   tail_mask, Y4, neg_inf, Y4 \
	CMP     $3, Y4, Y4, Y6 \
	MAX     Y0, Y4, Y0 \
	VORPS   Y6, seen_nan, seen_nan \
	ADDQ    $32, x_ptr \
	SUBQ    $32, left \
	JGT     max1 \
max_done:

// r = r · inverse along the row. Uses: r_ptr, left, Y8 (1/s in all lanes).
// Clobbers: r_ptr, left, tmp, mask_ptr, Y4, Y5, tail_mask, flags.
#define ROW_SCALE(MUL) \
	SUBQ    $64, left \
	JLT     scale_rest \
scale2: \
	MUL     (r_ptr), Y8, Y4 \
	MUL     32(r_ptr), Y8, Y5 \
	VMOVUPS Y4, (r_ptr) \
	VMOVUPS Y5, 32(r_ptr) \
	ADDQ    $64, r_ptr \
	SUBQ    $64, left \
	JGE     scale2 \
scale_rest: \
	ADDQ    $32, left \
	JLT     scale_tail \
	MUL     (r_ptr), Y8, Y4 \
	VMOVUPS Y4, (r_ptr) \
	ADDQ    $32, r_ptr \
	SUBQ    $32, left \
scale_tail: \
	ADDQ    $32, left \
	JEQ     scale_done \
	NEXT_MASK \
	VMASKMOVPS (r_ptr), tail_mask, Y4 \
	MUL     Y8, Y4, Y4 \
	STORE_PART(Y4, X4, scale_at8, scale_at4, scale_done)

// Eight vectors at lanes_ptr to Y0, lane = row: in each, (j, j+4), (j, j+2), (j, j+1). Clobbers: Y0-Y5.
#define REDUCE_ROWS_F32(OP) \
	VMOVUPS     (lanes_ptr), X0 \
	VINSERTF128 $1, 128(lanes_ptr), Y0, Y0 \
	VMOVUPS     16(lanes_ptr), X4 \
	VINSERTF128 $1, 144(lanes_ptr), Y4, Y4 \
	OP          Y4, Y0, Y0           /* rows 0, 4: four partials each */ \
	VMOVUPS     32(lanes_ptr), X1 \
	VINSERTF128 $1, 160(lanes_ptr), Y1, Y1 \
	VMOVUPS     48(lanes_ptr), X4 \
	VINSERTF128 $1, 176(lanes_ptr), Y4, Y4 \
	OP          Y4, Y1, Y1           /* rows 1, 5 */ \
	VMOVUPS     64(lanes_ptr), X2 \
	VINSERTF128 $1, 192(lanes_ptr), Y2, Y2 \
	VMOVUPS     80(lanes_ptr), X4 \
	VINSERTF128 $1, 208(lanes_ptr), Y4, Y4 \
	OP          Y4, Y2, Y2           /* rows 2, 6 */ \
	VMOVUPS     96(lanes_ptr), X3 \
	VINSERTF128 $1, 224(lanes_ptr), Y3, Y3 \
	VMOVUPS     112(lanes_ptr), X4 \
	VINSERTF128 $1, 240(lanes_ptr), Y4, Y4 \
	OP          Y4, Y3, Y3           /* rows 3, 7 */ \
	VSHUFPS     $0x44, Y1, Y0, Y4 \
	VSHUFPS     $0xEE, Y1, Y0, Y5 \
	OP          Y5, Y4, Y0           /* rows 0, 1 | 4, 5: two partials each */ \
	VSHUFPS     $0x44, Y3, Y2, Y4 \
	VSHUFPS     $0xEE, Y3, Y2, Y5 \
	OP          Y5, Y4, Y1           /* rows 2, 3 | 6, 7 */ \
	VSHUFPS     $0x88, Y1, Y0, Y4 \
	VSHUFPS     $0xDD, Y1, Y0, Y5 \
	OP          Y5, Y4, Y0

// Four vectors at lanes_ptr to Y0, lane = row: in each, (j, j+2), (j, j+1). Clobbers: Y0, Y1, Y4, Y5.
#define REDUCE_ROWS_F64(OP) \
	VMOVUPS     (lanes_ptr), X0 \
	VINSERTF128 $1, 64(lanes_ptr), Y0, Y0 \
	VMOVUPS     16(lanes_ptr), X4 \
	VINSERTF128 $1, 80(lanes_ptr), Y4, Y4 \
	OP          Y4, Y0, Y0           /* rows 0, 2: two partials each */ \
	VMOVUPS     32(lanes_ptr), X1 \
	VINSERTF128 $1, 96(lanes_ptr), Y1, Y1 \
	VMOVUPS     48(lanes_ptr), X4 \
	VINSERTF128 $1, 112(lanes_ptr), Y4, Y4 \
	OP          Y4, Y1, Y1           /* rows 1, 3 */ \
	VUNPCKLPD   Y1, Y0, Y4 \
	VUNPCKHPD   Y1, Y0, Y5 \
	OP          Y5, Y4, Y0

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

// func softmaxRowsF32AVX2(r, logZ, x, scratch *float32, rStride, xStride, n, k int) (done int)
TEXT ·softmaxRowsF32AVX2(SB), NOSPLIT, $0-72
	MOVQ r+0(FP), r_group
	MOVQ x+16(FP), x_group
	MOVQ scratch+24(FP), lanes_ptr
	MOVQ $0, done+64(FP)

group:
	VBROADCASTSS NEG_INF_F32, neg_inf
	VXORPS       seen_nan, seen_nan, seen_nan
	MOVQ         x_group, x_row
	XORL         row, row

maxima_row:
	MOVQ    x_row, x_ptr
	MOVQ    k+56(FP), left
	ROW_MAX(VMAXPS, VCMPPS, VBLENDVPS)
	MOVQ    row, tmp
	SHLQ    $5, tmp
	VMOVUPS Y0, (lanes_ptr)(tmp*1)
	ADDQ    xStride+40(FP), x_row
	INCQ    row
	CMPQ    row, n+48(FP)
	JGE     maxima_done
	CMPQ    row, $8
	JLT     maxima_row

maxima_done:
	REDUCE_ROWS_F32(VMAXPS)
	VMOVUPS      Y0, 256(lanes_ptr)
	VBROADCASTSS ABS_F32, Y1
	VANDPS       Y1, Y0, Y1
	VBROADCASTSS INF_F32, Y2
	VCMPPS       $0x15, Y2, Y1, Y1 // not less than Inf
	VORPS        seen_nan, Y1, Y1
	VPTEST       Y1, Y1
	JNE          finish            // a row of the group is special: the caller does the group
	MOVQ         x_group, x_row
	MOVQ         r_group, r_row
	XORL         row, row

terms_row:
	VBROADCASTSS 256(lanes_ptr)(row*4), maximum
	MOVQ         x_row, x_ptr
	MOVQ         r_row, r_ptr
	MOVQ         k+56(FP), left
	SUM_TERMS(TERM_F32, TERMS_F32, VADDPS)
	HALVE_REGISTERS(VADDPS)
	MOVQ         row, tmp
	SHLQ         $5, tmp
	VMOVUPS      Y0, (lanes_ptr)(tmp*1)
	ADDQ         xStride+40(FP), x_row
	ADDQ         rStride+32(FP), r_row
	INCQ         row
	CMPQ         row, n+48(FP)
	JGE          terms_done
	CMPQ         row, $8
	JLT          terms_row

terms_done:
	MOVQ         x_row, x_group        // the next group
	REDUCE_ROWS_F32(VADDPS)
	VBROADCASTSS ONE_F32, Y1
	VDIVPS       Y0, Y1, Y1
	VMOVUPS      Y1, 288(lanes_ptr)    // 1/s
	LOG_POS_F32(Y0, Y1, Y2, Y3, Y4, Y5)
	VADDPS       256(lanes_ptr), Y0, Y0 // m + log s
	SHLQ         $2, row
	MOVQ         row, left
	NEXT_MASK
	MOVQ         logZ+8(FP), tmp
	VMASKMOVPS   Y0, tail_mask, (tmp)
	ADDQ         row, logZ+8(FP)
	SHRQ         $2, row
	ADDQ         row, done+64(FP)
	SUBQ         row, n+48(FP)
	TESTQ        r_group, r_group
	JEQ          next
	MOVQ         r_group, r_row
	MOVQ         row, index            // rows of this group
	XORL         row, row

scale_row:
	VBROADCASTSS 288(lanes_ptr)(row*4), Y8
	MOVQ         r_row, r_ptr
	MOVQ         k+56(FP), left
	ROW_SCALE(VMULPS)
	ADDQ         rStride+32(FP), r_row
	INCQ         row
	CMPQ         row, index
	JLT          scale_row
	MOVQ         r_row, r_group

next:
	CMPQ n+48(FP), $0
	JGT  group

finish:
	VZEROUPPER
	RET

// func softmaxRowsF64AVX2(r, logZ, x, scratch *float64, rStride, xStride, n, k int) (done int)
TEXT ·softmaxRowsF64AVX2(SB), NOSPLIT, $0-72
	MOVQ r+0(FP), r_group
	MOVQ x+16(FP), x_group
	MOVQ scratch+24(FP), lanes_ptr
	MOVQ $0, done+64(FP)

group:
	VBROADCASTSD NEG_INF_F64, neg_inf
	VXORPS       seen_nan, seen_nan, seen_nan
	MOVQ         x_group, x_row
	XORL         row, row

maxima_row:
	MOVQ    x_row, x_ptr
	MOVQ    k+56(FP), left
	ROW_MAX(VMAXPD, VCMPPD, VBLENDVPD)
	MOVQ    row, tmp
	SHLQ    $5, tmp
	VMOVUPS Y0, (lanes_ptr)(tmp*1)
	ADDQ    xStride+40(FP), x_row
	INCQ    row
	CMPQ    row, n+48(FP)
	JGE     maxima_done
	CMPQ    row, $4
	JLT     maxima_row

maxima_done:
	REDUCE_ROWS_F64(VMAXPD)
	VMOVUPS      Y0, 128(lanes_ptr)
	VBROADCASTSD ABS_F64, Y1
	VANDPS       Y1, Y0, Y1
	VBROADCASTSD INF_F64, Y2
	VCMPPD       $0x15, Y2, Y1, Y1 // not less than Inf
	VORPS        seen_nan, Y1, Y1
	VPTEST       Y1, Y1
	JNE          finish            // a row of the group is special: the caller does the group
	MOVQ         x_group, x_row
	MOVQ         r_group, r_row
	XORL         row, row

terms_row:
	VBROADCASTSD 128(lanes_ptr)(row*8), maximum
	MOVQ         x_row, x_ptr
	MOVQ         r_row, r_ptr
	MOVQ         k+56(FP), left
	SUM_TERMS(TERM_F64, TERMS_F64, VADDPD)
	HALVE_REGISTERS(VADDPD)
	MOVQ         row, tmp
	SHLQ         $5, tmp
	VMOVUPS      Y0, (lanes_ptr)(tmp*1)
	ADDQ         xStride+40(FP), x_row
	ADDQ         rStride+32(FP), r_row
	INCQ         row
	CMPQ         row, n+48(FP)
	JGE          terms_done
	CMPQ         row, $4
	JLT          terms_row

terms_done:
	MOVQ         x_row, x_group        // the next group
	REDUCE_ROWS_F64(VADDPD)
	VBROADCASTSD ONE_F64, Y1
	VDIVPD       Y0, Y1, Y1
	VMOVUPS      Y1, 160(lanes_ptr)    // 1/s
	LOG_POS_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	VADDPD       128(lanes_ptr), Y0, Y0 // m + log s
	SHLQ         $3, row
	MOVQ         row, left
	NEXT_MASK
	MOVQ         logZ+8(FP), tmp
	VMASKMOVPS   Y0, tail_mask, (tmp)
	ADDQ         row, logZ+8(FP)
	SHRQ         $3, row
	ADDQ         row, done+64(FP)
	SUBQ         row, n+48(FP)
	TESTQ        r_group, r_group
	JEQ          next
	MOVQ         r_group, r_row
	MOVQ         row, index            // rows of this group
	XORL         row, row

scale_row:
	VBROADCASTSD 160(lanes_ptr)(row*8), Y8
	MOVQ         r_row, r_ptr
	MOVQ         k+56(FP), left
	ROW_SCALE(VMULPD)
	ADDQ         rStride+32(FP), r_row
	INCQ         row
	CMPQ         row, index
	JLT          scale_row
	MOVQ         r_row, r_group

next:
	CMPQ n+48(FP), $0
	JGT  group

finish:
	VZEROUPPER
	RET
