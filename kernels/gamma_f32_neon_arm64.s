//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "vmath_f32.h"
#include "gamma_f32.h"
#include "psi_f32.h"

// LGamma, Digamma, Trigamma and ExpDigamma of float32 slices.
// Contract: each element has the bits of the scalar function in gamma_generic.go.
// ISA: NEON.
// Registers: vec.h. A block whose elements are all positive, normal and finite takes the short text of its function; any
// other gives one register to the full text. Work per call: at most 1024 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func lgammaNEONF32(dst, x *float32, n int)
TEXT ·lgammaNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·gammaConstsF32(SB), own_table
	MAP_FAST(LOG_TEST, LGAMMA_FAST, LGAMMA_FULL)
	RET

// func digammaNEONF32(dst, x *float32, n int)
TEXT ·digammaNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·gammaConstsF32(SB), own_table
	MAP_FAST(LOG_TEST, DIGAMMA_FAST, DIGAMMA_FULL)
	RET

// func trigammaNEONF32(dst, x *float32, n int)
TEXT ·trigammaNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·gammaConstsF32(SB), own_table
	MAP_FAST(LOG_TEST, TRIGAMMA_FAST, TRIGAMMA_FULL)
	RET

// func expDigammaNEONF32(dst, x *float32, n int)
TEXT ·expDigammaNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MOVD $·gammaConstsF32(SB), own_table
	MAP(EXPDIGAMMA_FULL)
	RET
