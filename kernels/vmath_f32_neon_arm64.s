//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "vmath_f32.h"

// Exp, Log, Tanh, Sigmoid and Softplus of float32 slices.
// Contract: each element has the bits of the scalar function in vmath_generic.go.
// ISA: NEON.
// Registers: vec.h. A block of four vectors whose elements are all ordinary takes the short text of its function; any
// other gives two vectors to the full text. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func expNEONF32(dst, x *float32, n int)
TEXT ·expNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP_FAST(EXP_TEST, EXP_FAST, EXP_FULL)
	RET

// func logNEONF32(dst, x *float32, n int)
TEXT ·logNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP_FAST(LOG_TEST, LOG_FAST, LOG_FULL)
	RET

// func tanhNEONF32(dst, x *float32, n int)
TEXT ·tanhNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP(TANH_FULL)
	RET

// func sigmoidNEONF32(dst, x *float32, n int)
TEXT ·sigmoidNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP_FAST(EXP_TEST, SIGMOID_FAST, SIGMOID_FULL)
	RET

// func softplusNEONF32(dst, x *float32, n int)
TEXT ·softplusNEONF32(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP_FAST(EXP_TEST, SOFTPLUS_FAST, SOFTPLUS_FULL)
	RET
