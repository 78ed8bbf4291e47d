//go:build !purego && !race

// Sums in float64 of vectors of float32, NEON.
//
// Contract: same bits as accumulateGeneric.
// ISA: ASIMD.
//
// Register plan
//	R0 dst_ptr   R1 x_ptr   R2 left (elements)   V0 the elements, V1, V2 in float64   V3, V4 the sums
//
// Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand.

#include "textflag.h"
#include "neon_arm64.h"

#define dst_ptr R0
#define x_ptr   R1
#define left    R2

// func accumulateNEON(dst *float64, x *float32, n int)
TEXT ·accumulateNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), dst_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), left
	SUBS $4, left
	BLT  few
loop:
	VLD1.P 16(x_ptr), [V0.S4]
	VFCVTL_D2(v0, v1)
	VFCVTL2_D2(v0, v2)
	VLD1 (dst_ptr), [V3.D2, V4.D2]
	VFADD_D2(v3, v1, v1)
	VFADD_D2(v4, v2, v2)
	VST1.P [V1.D2, V2.D2], 32(dst_ptr)
	SUBS   $4, left
	BGE    loop
few:
	ADDS $4, left
	BEQ  done
one:
	FMOVS.P 4(x_ptr), F0
	FCVTSD  F0, F0
	FMOVD   (dst_ptr), F1
	FADDD   F1, F0, F0
	FMOVD.P F0, 8(dst_ptr)
	SUBS    $1, left
	BNE     one
done:
	RET
