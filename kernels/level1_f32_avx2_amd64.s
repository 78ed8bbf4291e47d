//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx2_amd64.h"
#include "vec_f32_avx2_amd64.h"
#include "level1.h"

// Level 1 of float32: Add, Sub, Mul, Scale, Axpy, Clamp, Fill.
// Contract: the bits of level1_generic.go: one operation, one rounding per element.
// ISA: AVX2 and FMA.
// Registers: vec.h. Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand, no others; dst may be x or y.

// func addF32AVX2(dst, x, y *float32, n int)
TEXT ·addF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(ADD_TEXT)
	VZEROUPPER
	RET

// func subF32AVX2(dst, x, y *float32, n int)
TEXT ·subF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SUB_TEXT)
	VZEROUPPER
	RET

// func mulF32AVX2(dst, x, y *float32, n int)
TEXT ·mulF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(MUL_TEXT)
	VZEROUPPER
	RET

// func scaleF32AVX2(dst, x *float32, n int, a float32)
TEXT ·scaleF32AVX2(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSS a+24(FP), Y15
	MAP(SCALE_TEXT)
	VZEROUPPER
	RET

// func axpyF32AVX2(dst, x *float32, n int, a float32)
TEXT ·axpyF32AVX2(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSS a+24(FP), Y15
	MAP(AXPY_TEXT)
	VZEROUPPER
	RET

// func clampF32AVX2(dst, x *float32, n int, lo, hi float32)
TEXT ·clampF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSS lo+24(FP), Y15
	VBROADCASTSS hi+28(FP), Y13
	MAP(CLAMP_TEXT)
	VZEROUPPER
	RET

// func fillF32AVX2(dst *float32, n int, a float32)
TEXT ·fillF32AVX2(SB), NOSPLIT, $0-20
	MOVQ dst+0(FP), p0
	MOVQ n+8(FP), n_left
	VBROADCASTSS a+16(FP), Y15
	MAP(FILL_TEXT)
	VZEROUPPER
	RET
