//go:build !purego && !race

#include "textflag.h"
#include "neon_arm64.h"

// The chain, the division and the rotations of the small factorisations, and those of a batch.
// Contract: the bits of chainGeneric, divideGeneric, rotateGeneric, reflectGeneric, cholLanesGeneric and
// triLanesGeneric: one FMA per term, k ascending; lanes are columns, or matrices of the batch.
// ISA: NEON.
//
//	register  holds
//	R0        dst (or the row of u; of the batch the row i of buf or p)
//	R1        m (or x; or the row i of u)
//	R2        s (or d)
//	R3, R4    bytes from a row of m to the next, and from an s to the next
//	R5        bytes of columns left (or i)
//	R6, R7    terms, terms left (or columns left, terms left)
//	R8, R9    m and s as they advance
//	R10       mode
//	R11       what is left of a row's step
//	V0-V7     chains, or old and new elements
//	V8-V15    elements
//	V16       ±s[k]
//	V17, V18  coefficients
//	V31       the sign to flip
//
// Work per call: chains of at most 2048 bytes of columns and 512 terms, as the callers see to; of the elementwise
// routines 8192 elements: below 50 µs. Memory: dst, the elements of m and s that the definition names, no others.

#define dst_ptr R0
#define m_ptr R1
#define s_ptr R2
#define m_step R3
#define s_step R4
#define left R5
#define terms R6
#define k_left R7
#define m_row R8
#define s_now R9
#define mode_bits R10
#define more R11

#define mode_neg 2
#define mode_from 4

// FIRST goes to the first term. Uses m_ptr, s_ptr, terms. Clobbers m_row, s_now, k_left.
#define FIRST \
	MOVD m_ptr, m_row \
	MOVD s_ptr, s_now \
	MOVD terms, k_left

// SCALE puts ±s[k] in every lane of V16 and goes on to the next s. Uses s_step, V31. Clobbers s_now, V16.
#define SCALE_S4 \
	VLD1R (s_now), [V16.S4] \
	ADD   s_step, s_now, s_now \
	VEOR  V31.B16, V16.B16, V16.B16

#define SCALE_D2 \
	VLD1R (s_now), [V16.D2] \
	ADD   s_step, s_now, s_now \
	VEOR  V31.B16, V16.B16, V16.B16

// CHAIN_S4 is the chain over left bytes of columns, 128 or 16 at a time, and then one by one.
// Uses: dst_ptr, m_ptr, s_ptr, m_step, s_step, terms, left, mode_bits, V31 (the sign to flip). Clobbers: all others.
#define CHAIN_S4(ADD1, SIZE) \
	SUBS   $128, left, left \
	BLT    rest \
wide: \
	VEOR   V0.B16, V0.B16, V0.B16 \
	VEOR   V1.B16, V1.B16, V1.B16 \
	VEOR   V2.B16, V2.B16, V2.B16 \
	VEOR   V3.B16, V3.B16, V3.B16 \
	VEOR   V4.B16, V4.B16, V4.B16 \
	VEOR   V5.B16, V5.B16, V5.B16 \
	VEOR   V6.B16, V6.B16, V6.B16 \
	VEOR   V7.B16, V7.B16, V7.B16 \
	TST    $mode_from, mode_bits \
	BEQ    wide_start \
	ADD    $64, dst_ptr, m_row \
	VLD1   (dst_ptr), [V0.S4, V1.S4, V2.S4, V3.S4] \
	VLD1   (m_row), [V4.S4, V5.S4, V6.S4, V7.S4] \
wide_start: \
	FIRST \
	SUB    $64, m_step, more \
wide_term: \
	SCALE_S4 \
	VLD1.P 64(m_row), [V8.S4, V9.S4, V10.S4, V11.S4] \
	VLD1   (m_row), [V12.S4, V13.S4, V14.S4, V15.S4] \
	ADD    more, m_row, m_row \
	VFMLA  V8.S4, V16.S4, V0.S4 \
	VFMLA  V9.S4, V16.S4, V1.S4 \
	VFMLA  V10.S4, V16.S4, V2.S4 \
	VFMLA  V11.S4, V16.S4, V3.S4 \
	VFMLA  V12.S4, V16.S4, V4.S4 \
	VFMLA  V13.S4, V16.S4, V5.S4 \
	VFMLA  V14.S4, V16.S4, V6.S4 \
	VFMLA  V15.S4, V16.S4, V7.S4 \
	SUBS   $1, k_left, k_left \
	BNE    wide_term \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(dst_ptr) \
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(dst_ptr) \
	ADD    $128, m_ptr, m_ptr \
	SUBS   $128, left, left \
	BGE    wide \
rest: \
	ADDS   $112, left, left \
	BLT    tail \
one: \
	VEOR   V0.B16, V0.B16, V0.B16 \
	TST    $mode_from, mode_bits \
	BEQ    one_start \
	VLD1   (dst_ptr), [V0.S4] \
one_start: \
	FIRST \
one_term: \
	SCALE_S4 \
	VLD1   (m_row), [V8.S4] \
	ADD    m_step, m_row, m_row \
	VFMLA  V8.S4, V16.S4, V0.S4 \
	SUBS   $1, k_left, k_left \
	BNE    one_term \
	VST1.P [V0.S4], 16(dst_ptr) \
	ADD    $16, m_ptr, m_ptr \
	SUBS   $16, left, left \
	BGE    one \
tail: \
	ADDS   $16, left, left \
	BEQ    done \
lone: \
	VEOR   V0.B16, V0.B16, V0.B16 \
	TST    $mode_from, mode_bits \
	BEQ    lone_start \
	FMOVS  (dst_ptr), F0 \
lone_start: \
	FIRST \
lone_term: \
	SCALE_S4 \
	FMOVS  (m_row), F8 \
	ADD    m_step, m_row, m_row \
	ADD1   F8, F0, F16, F0 \
	SUBS   $1, k_left, k_left \
	BNE    lone_term \
	FMOVS  F0, (dst_ptr) \
	ADD    SIZE, dst_ptr, dst_ptr \
	ADD    SIZE, m_ptr, m_ptr \
	SUBS   SIZE, left, left \
	BNE    lone \
done:

// CHAIN_D2 is the chain over left bytes of columns, 128 or 16 at a time, and then one by one.
// Uses: dst_ptr, m_ptr, s_ptr, m_step, s_step, terms, left, mode_bits, V31 (the sign to flip). Clobbers: all others.
#define CHAIN_D2(ADD1, SIZE) \
	SUBS   $128, left, left \
	BLT    rest \
wide: \
	VEOR   V0.B16, V0.B16, V0.B16 \
	VEOR   V1.B16, V1.B16, V1.B16 \
	VEOR   V2.B16, V2.B16, V2.B16 \
	VEOR   V3.B16, V3.B16, V3.B16 \
	VEOR   V4.B16, V4.B16, V4.B16 \
	VEOR   V5.B16, V5.B16, V5.B16 \
	VEOR   V6.B16, V6.B16, V6.B16 \
	VEOR   V7.B16, V7.B16, V7.B16 \
	TST    $mode_from, mode_bits \
	BEQ    wide_start \
	ADD    $64, dst_ptr, m_row \
	VLD1   (dst_ptr), [V0.D2, V1.D2, V2.D2, V3.D2] \
	VLD1   (m_row), [V4.D2, V5.D2, V6.D2, V7.D2] \
wide_start: \
	FIRST \
	SUB    $64, m_step, more \
wide_term: \
	SCALE_D2 \
	VLD1.P 64(m_row), [V8.D2, V9.D2, V10.D2, V11.D2] \
	VLD1   (m_row), [V12.D2, V13.D2, V14.D2, V15.D2] \
	ADD    more, m_row, m_row \
	VFMLA  V8.D2, V16.D2, V0.D2 \
	VFMLA  V9.D2, V16.D2, V1.D2 \
	VFMLA  V10.D2, V16.D2, V2.D2 \
	VFMLA  V11.D2, V16.D2, V3.D2 \
	VFMLA  V12.D2, V16.D2, V4.D2 \
	VFMLA  V13.D2, V16.D2, V5.D2 \
	VFMLA  V14.D2, V16.D2, V6.D2 \
	VFMLA  V15.D2, V16.D2, V7.D2 \
	SUBS   $1, k_left, k_left \
	BNE    wide_term \
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(dst_ptr) \
	VST1.P [V4.D2, V5.D2, V6.D2, V7.D2], 64(dst_ptr) \
	ADD    $128, m_ptr, m_ptr \
	SUBS   $128, left, left \
	BGE    wide \
rest: \
	ADDS   $112, left, left \
	BLT    tail \
one: \
	VEOR   V0.B16, V0.B16, V0.B16 \
	TST    $mode_from, mode_bits \
	BEQ    one_start \
	VLD1   (dst_ptr), [V0.D2] \
one_start: \
	FIRST \
one_term: \
	SCALE_D2 \
	VLD1   (m_row), [V8.D2] \
	ADD    m_step, m_row, m_row \
	VFMLA  V8.D2, V16.D2, V0.D2 \
	SUBS   $1, k_left, k_left \
	BNE    one_term \
	VST1.P [V0.D2], 16(dst_ptr) \
	ADD    $16, m_ptr, m_ptr \
	SUBS   $16, left, left \
	BGE    one \
tail: \
	ADDS   $16, left, left \
	BEQ    done \
lone: \
	VEOR   V0.B16, V0.B16, V0.B16 \
	TST    $mode_from, mode_bits \
	BEQ    lone_start \
	FMOVD  (dst_ptr), F0 \
lone_start: \
	FIRST \
lone_term: \
	SCALE_D2 \
	FMOVD  (m_row), F8 \
	ADD    m_step, m_row, m_row \
	ADD1   F8, F0, F16, F0 \
	SUBS   $1, k_left, k_left \
	BNE    lone_term \
	FMOVD  F0, (dst_ptr) \
	ADD    SIZE, dst_ptr, dst_ptr \
	ADD    SIZE, m_ptr, m_ptr \
	SUBS   SIZE, left, left \
	BNE    lone \
done:

// func chainF32NEON(dst, m, s *float32, mStride, sStride, cols, rows, mode int)
TEXT ·chainF32NEON(SB), NOSPLIT, $0-64
	MOVD dst+0(FP), dst_ptr
	MOVD m+8(FP), m_ptr
	MOVD s+16(FP), s_ptr
	MOVD mStride+24(FP), m_step
	MOVD sStride+32(FP), s_step
	MOVD cols+40(FP), left
	MOVD rows+48(FP), terms
	MOVD mode+56(FP), mode_bits
	LSL  $2, m_step, m_step
	LSL  $2, s_step, s_step
	LSL  $2, left, left
	VEOR V31.B16, V31.B16, V31.B16
	TST  $mode_neg, mode_bits
	BEQ  signed
	MOVD $0x80000000, R8
	VDUP R8, V31.S4

signed:
	CHAIN_S4(FMADDS, $4)
	RET

// func chainF64NEON(dst, m, s *float64, mStride, sStride, cols, rows, mode int)
TEXT ·chainF64NEON(SB), NOSPLIT, $0-64
	MOVD dst+0(FP), dst_ptr
	MOVD m+8(FP), m_ptr
	MOVD s+16(FP), s_ptr
	MOVD mStride+24(FP), m_step
	MOVD sStride+32(FP), s_step
	MOVD cols+40(FP), left
	MOVD rows+48(FP), terms
	MOVD mode+56(FP), mode_bits
	LSL  $3, m_step, m_step
	LSL  $3, s_step, s_step
	LSL  $3, left, left
	VEOR V31.B16, V31.B16, V31.B16
	TST  $mode_neg, mode_bits
	BEQ  signed
	MOVD $0x8000000000000000, R8
	VDUP R8, V31.D2

signed:
	CHAIN_D2(FMADDD, $8)
	RET
