//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "expm1_f64.h"

// Expm1, Log1p, SiLU, Sqrt and Reciprocal of float64 slices.
// Contract: each element has the bits of the scalar function in expm1_generic.go.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func expm1NEONF64(dst, x *float64, n int)
TEXT ·expm1NEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·expm1ConstsF64(SB), own_table
	MAP(EXPM1_FULL)
	RET

// func log1pNEONF64(dst, x *float64, n int)
TEXT ·log1pNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·expm1ConstsF64(SB), own_table
	MAP(LOG1P_FULL)
	RET

// func siluNEONF64(dst, x *float64, n int)
TEXT ·siluNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·expm1ConstsF64(SB), own_table
	MAP(SILU_FULL)
	RET

// func sqrtNEONF64(dst, x *float64, n int)
TEXT ·sqrtNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·expm1ConstsF64(SB), own_table
	MAP(SQRT_FULL)
	RET

// func reciprocalNEONF64(dst, x *float64, n int)
TEXT ·reciprocalNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·expm1ConstsF64(SB), own_table
	MAP(RECIPROCAL_FULL)
	RET
