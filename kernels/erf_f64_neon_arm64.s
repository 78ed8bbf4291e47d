//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "erf_f64.h"

// Erf and GELU of float64 slices.
// Contract: each element has the bits of the scalar function in erf_generic.go.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func erfNEONF64(dst, x *float64, n int)
TEXT ·erfNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·erfConstsF64(SB), own_table
	MOVD $·erfRows(SB), R2
	MAP(ERF_FULL)
	RET

// func geluNEONF64(dst, x *float64, n int)
TEXT ·geluNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·erfConstsF64(SB), own_table
	MAP(GELU_FULL)
	RET
