//go:build !purego && !race

// The packing of op(B) for the matrix product, NEON. Both types: a vector is 16 bytes, 4 float32 or 2 float64.
//
// Contract: the elements of B in another order; no arithmetic.
// ISA: ASIMD.
//
// Register plan
//	R0 dst_ptr   R1 src_ptr   R2 src_step (bytes from row to row)   R3 dst_step   R4 left   R5-R7 the rows after src_ptr
//	V0-V3 rows of the source, V4-V7 the transpose under way
//
// Work per call: at most 383 rows of 48 bytes, or 4 rows of 383 elements.
// Memory: src and dst as the loops of the stubs say.

#include "textflag.h"

#define dst_ptr  R0
#define src_ptr  R1
#define src_step R2
#define dst_step R3
#define left     R4
#define src_1    R5
#define src_2    R6
#define src_3    R7

// func gemmCopyNEON(dst, src unsafe.Pointer, srcStep, rows int)
TEXT ·gemmCopyNEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), dst_ptr
	MOVD src+8(FP), src_ptr
	MOVD srcStep+16(FP), src_step
	MOVD rows+24(FP), left
row:
	VLD1.P (src_ptr)(src_step), [V0.B16, V1.B16, V2.B16]
	VST1.P [V0.B16, V1.B16, V2.B16], 48(dst_ptr)
	SUBS   $1, left
	BNE    row
	RET

// func gemmTransposeF32NEON(dst, src *float32, srcStep, dstStep, vectors int)
TEXT ·gemmTransposeF32NEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), dst_ptr
	MOVD src+8(FP), src_ptr
	MOVD srcStep+16(FP), src_step
	MOVD dstStep+24(FP), dst_step
	MOVD vectors+32(FP), left
	ADD  src_step, src_ptr, src_1
	ADD  src_step, src_1, src_2
	ADD  src_step, src_2, src_3
block:
	VLD1.P 16(src_ptr), [V0.S4]          // row 0, elements 0-3
	VLD1.P 16(src_1), [V1.S4]
	VLD1.P 16(src_2), [V2.S4]
	VLD1.P 16(src_3), [V3.S4]
	VTRN1  V1.S4, V0.S4, V4.S4           // r0e0 r1e0 r0e2 r1e2
	VTRN2  V1.S4, V0.S4, V5.S4
	VTRN1  V3.S4, V2.S4, V6.S4
	VTRN2  V3.S4, V2.S4, V7.S4
	VTRN1  V6.D2, V4.D2, V0.D2           // element 0 of rows 0-3
	VTRN1  V7.D2, V5.D2, V1.D2
	VTRN2  V6.D2, V4.D2, V2.D2
	VTRN2  V7.D2, V5.D2, V3.D2
	VST1.P [V0.S4], (dst_ptr)(dst_step)
	VST1.P [V1.S4], (dst_ptr)(dst_step)
	VST1.P [V2.S4], (dst_ptr)(dst_step)
	VST1.P [V3.S4], (dst_ptr)(dst_step)
	SUBS   $1, left
	BNE    block
	RET

// func gemmTransposeF64NEON(dst, src *float64, srcStep, dstStep, vectors int)
TEXT ·gemmTransposeF64NEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), dst_ptr
	MOVD src+8(FP), src_ptr
	MOVD srcStep+16(FP), src_step
	MOVD dstStep+24(FP), dst_step
	MOVD vectors+32(FP), left
	ADD  src_step, src_ptr, src_1
block:
	VLD1.P 16(src_ptr), [V0.D2]          // row 0, elements 0, 1
	VLD1.P 16(src_1), [V1.D2]
	VTRN1  V1.D2, V0.D2, V2.D2           // element 0 of rows 0, 1
	VTRN2  V1.D2, V0.D2, V3.D2
	VST1.P [V2.D2], (dst_ptr)(dst_step)
	VST1.P [V3.D2], (dst_ptr)(dst_step)
	SUBS   $1, left
	BNE    block
	RET
