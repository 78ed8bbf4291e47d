//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "level1.h"

// Level 1 of float64: Add, Sub, Mul, Scale, Axpy, Clamp, Fill.
// Contract: the bits of level1_generic.go: one operation, one rounding per element.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand, no others; dst may be x or y.

// func addF64NEON(dst, x, y *float64, n int)
TEXT ·addF64NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MAP(ADD_TEXT)
	RET

// func subF64NEON(dst, x, y *float64, n int)
TEXT ·subF64NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MAP(SUB_TEXT)
	RET

// func mulF64NEON(dst, x, y *float64, n int)
TEXT ·mulF64NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MAP(MUL_TEXT)
	RET

// func scaleF64NEON(dst, x *float64, n int, a float64)
TEXT ·scaleF64NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	FMOVD a+24(FP), F28
	VDUP V28.D[0], V28.D2
	MAP(SCALE_TEXT)
	RET

// func axpyF64NEON(dst, x *float64, n int, a float64)
TEXT ·axpyF64NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	FMOVD a+24(FP), F28
	VDUP V28.D[0], V28.D2
	MAP(AXPY_TEXT)
	RET

// func clampF64NEON(dst, x *float64, n int, lo, hi float64)
TEXT ·clampF64NEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	FMOVD lo+24(FP), F28
	VDUP V28.D[0], V28.D2
	FMOVD hi+32(FP), F29
	VDUP V29.D[0], V29.D2
	MAP(CLAMP_TEXT)
	RET

// func fillF64NEON(dst *float64, n int, a float64)
TEXT ·fillF64NEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD n+8(FP), n_left
	FMOVD a+16(FP), F28
	VDUP V28.D[0], V28.D2
	MAP(FILL_TEXT)
	RET
