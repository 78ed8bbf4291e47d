//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "vmath_f64.h"
#include "gamma_f64.h"
#include "psi_f64.h"

// LGamma, Digamma, Trigamma and ExpDigamma of float64 slices.
// Contract: each element has the bits of the scalar function in gamma_generic.go.
// ISA: NEON.
// Registers: vec.h. A block whose elements are all positive, normal and finite takes the short text of its function; any
// other gives one register to the full text. Work per call: at most 1024 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func lgammaNEONF64(dst, x *float64, n int)
TEXT ·lgammaNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·gammaConstsF64(SB), own_table
	MAP_FAST(LOG_TEST, LGAMMA_FAST, LGAMMA_FULL)
	RET

// func digammaNEONF64(dst, x *float64, n int)
TEXT ·digammaNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·gammaConstsF64(SB), own_table
	MAP_FAST(LOG_TEST, DIGAMMA_FAST, DIGAMMA_FULL)
	RET

// func trigammaNEONF64(dst, x *float64, n int)
TEXT ·trigammaNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·gammaConstsF64(SB), own_table
	MAP_FAST(LOG_TEST, TRIGAMMA_FAST, TRIGAMMA_FULL)
	RET

// func expDigammaNEONF64(dst, x *float64, n int)
TEXT ·expDigammaNEONF64(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MOVD $·gammaConstsF64(SB), own_table
	MAP(EXPDIGAMMA_FULL)
	RET
