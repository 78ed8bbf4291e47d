//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "expm1_f32.h"

// Expm1, Log1p, SiLU, Sqrt and Reciprocal of float32 slices.
// Contract: each element has the bits of the scalar function in expm1_generic.go.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func expm1NEONF32(dst, x *float32, n int)
TEXT ·expm1NEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·expm1ConstsF32(SB), own_table
	MAP(EXPM1_FULL)
	RET

// func log1pNEONF32(dst, x *float32, n int)
TEXT ·log1pNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·expm1ConstsF32(SB), own_table
	MAP(LOG1P_FULL)
	RET

// func siluNEONF32(dst, x *float32, n int)
TEXT ·siluNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·expm1ConstsF32(SB), own_table
	MAP(SILU_FULL)
	RET

// func sqrtNEONF32(dst, x *float32, n int)
TEXT ·sqrtNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·expm1ConstsF32(SB), own_table
	MAP(SQRT_FULL)
	RET

// func reciprocalNEONF32(dst, x *float32, n int)
TEXT ·reciprocalNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·expm1ConstsF32(SB), own_table
	MAP(RECIPROCAL_FULL)
	RET
