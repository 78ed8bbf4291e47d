//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx512_amd64.h"
#include "vec_f32_avx512_amd64.h"
#include "level1.h"

// Level 1 of float32: Add, Sub, Mul, Scale, Axpy, Clamp, Fill.
// Contract: the bits of level1_generic.go: one operation, one rounding per element.
// ISA: AVX-512 F.
// Registers: vec.h. Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand, no others; dst may be x or y.

// func addF32AVX512(dst, x, y *float32, n int)
TEXT ·addF32AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(ADD_TEXT)
	VZEROUPPER
	RET

// func subF32AVX512(dst, x, y *float32, n int)
TEXT ·subF32AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SUB_TEXT)
	VZEROUPPER
	RET

// func mulF32AVX512(dst, x, y *float32, n int)
TEXT ·mulF32AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(MUL_TEXT)
	VZEROUPPER
	RET

// func scaleF32AVX512(dst, x *float32, n int, a float32)
TEXT ·scaleF32AVX512(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSS a+24(FP), Z30
	MAP(SCALE_TEXT)
	VZEROUPPER
	RET

// func axpyF32AVX512(dst, x *float32, n int, a float32)
TEXT ·axpyF32AVX512(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSS a+24(FP), Z30
	MAP(AXPY_TEXT)
	VZEROUPPER
	RET

// func clampF32AVX512(dst, x *float32, n int, lo, hi float32)
TEXT ·clampF32AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSS lo+24(FP), Z30
	VBROADCASTSS hi+28(FP), Z29
	MAP(CLAMP_TEXT)
	VZEROUPPER
	RET

// func fillF32AVX512(dst *float32, n int, a float32)
TEXT ·fillF32AVX512(SB), NOSPLIT, $0-20
	MOVQ dst+0(FP), p0
	MOVQ n+8(FP), n_left
	VBROADCASTSS a+16(FP), Z30
	MAP(FILL_TEXT)
	VZEROUPPER
	RET
