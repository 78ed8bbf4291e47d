//go:build !purego && !race

// Conversions between binary16 and float32, NEON.
//
// Contract: same bits as toFloat16Generic and fromFloat16Generic.
// ISA: ASIMD.
//
// Register plan
//	R0 dst_ptr   R1 src_ptr   R2 left (elements)   V0, V1 the elements
//
// Work per call: below the Go caller's bound.
// Memory: n elements of each operand.

#include "textflag.h"
#include "neon_arm64.h"

#define dst_ptr R0
#define src_ptr R1
#define left    R2

// func narrowNEON(dst *Float16, src *float32, n int)
TEXT ·narrowNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), dst_ptr
	MOVD src+8(FP), src_ptr
	MOVD n+16(FP), left
loop:
	VLD1.P 32(src_ptr), [V0.S4, V1.S4]
	VFCVTN_H4(v0, v0)
	VFCVTN_H4(v1, v1)
	VST1.P [V0.B8, V1.B8], 16(dst_ptr)
	SUBS   $8, left
	BNE    loop
	RET

// func widenNEON(dst *float32, src *Float16, n int)
TEXT ·widenNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), dst_ptr
	MOVD src+8(FP), src_ptr
	MOVD n+16(FP), left
loop:
	VLD1.P 16(src_ptr), [V0.B8, V1.B8]
	VFCVTL_S4(v0, v0)
	VFCVTL_S4(v1, v1)
	VST1.P [V0.S4, V1.S4], 32(dst_ptr)
	SUBS   $8, left
	BNE    loop
	RET
