//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "level1.h"

// Level 1 of float32: Add, Sub, Mul, Scale, Axpy, Clamp, Fill.
// Contract: the bits of level1_generic.go: one operation, one rounding per element.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand, no others; dst may be x or y.

// func addF32NEON(dst, x, y *float32, n int)
TEXT ·addF32NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MAP(ADD_TEXT)
	RET

// func subF32NEON(dst, x, y *float32, n int)
TEXT ·subF32NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MAP(SUB_TEXT)
	RET

// func mulF32NEON(dst, x, y *float32, n int)
TEXT ·mulF32NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MAP(MUL_TEXT)
	RET

// func scaleF32NEON(dst, x *float32, n int, a float32)
TEXT ·scaleF32NEON(SB), NOSPLIT, $0-28
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	FMOVS a+24(FP), F28
	VDUP V28.S[0], V28.S4
	MAP(SCALE_TEXT)
	RET

// func axpyF32NEON(dst, x *float32, n int, a float32)
TEXT ·axpyF32NEON(SB), NOSPLIT, $0-28
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	FMOVS a+24(FP), F28
	VDUP V28.S[0], V28.S4
	MAP(AXPY_TEXT)
	RET

// func clampF32NEON(dst, x *float32, n int, lo, hi float32)
TEXT ·clampF32NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), n_left
	FMOVS lo+24(FP), F28
	VDUP V28.S[0], V28.S4
	FMOVS hi+28(FP), F29
	VDUP V29.S[0], V29.S4
	MAP(CLAMP_TEXT)
	RET

// func fillF32NEON(dst *float32, n int, a float32)
TEXT ·fillF32NEON(SB), NOSPLIT, $0-20
	MOVD dst+0(FP), R0
	MOVD n+8(FP), n_left
	FMOVS a+16(FP), F28
	VDUP V28.S[0], V28.S4
	MAP(FILL_TEXT)
	RET
