//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"
#include "rows_avx2_amd64.h"

// The sum of exponentials of one vector.
// Contract: the bits of sumExpGeneric: 32 (float32) or 16 (float64) lanes along the vector, element k in lane k mod L, then
// halving.
// ISA: AVX2, FMA.
//
//	register   holds
//	SI, DI     x, e
//	CX         bytes left
//	R8-R10     address of a tail mask; index of the lane register; tmp
//	Y0-Y3      the lanes
//	Y4-Y7      elements
//	Y8         the maximum in all lanes
//	Y9-Y14     clobbered by the exponential
//	Y15        tail mask
//
// Work per call: at most 8192 elements, 15 µs.

#define index R9
#define maximum Y8

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
