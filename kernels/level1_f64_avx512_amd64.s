//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx512_amd64.h"
#include "vec_f64_avx512_amd64.h"
#include "level1.h"

// Level 1 of float64: Add, Sub, Mul, Scale, Axpy, Clamp, Fill.
// Contract: the bits of level1_generic.go: one operation, one rounding per element.
// ISA: AVX-512 F.
// Registers: vec.h. Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand, no others; dst may be x or y.

// func addF64AVX512(dst, x, y *float64, n int)
TEXT ·addF64AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(ADD_TEXT)
	VZEROUPPER
	RET

// func subF64AVX512(dst, x, y *float64, n int)
TEXT ·subF64AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SUB_TEXT)
	VZEROUPPER
	RET

// func mulF64AVX512(dst, x, y *float64, n int)
TEXT ·mulF64AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(MUL_TEXT)
	VZEROUPPER
	RET

// func scaleF64AVX512(dst, x *float64, n int, a float64)
TEXT ·scaleF64AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSD a+24(FP), Z30
	MAP(SCALE_TEXT)
	VZEROUPPER
	RET

// func axpyF64AVX512(dst, x *float64, n int, a float64)
TEXT ·axpyF64AVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSD a+24(FP), Z30
	MAP(AXPY_TEXT)
	VZEROUPPER
	RET

// func clampF64AVX512(dst, x *float64, n int, lo, hi float64)
TEXT ·clampF64AVX512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	VBROADCASTSD lo+24(FP), Z30
	VBROADCASTSD hi+32(FP), Z29
	MAP(CLAMP_TEXT)
	VZEROUPPER
	RET

// func fillF64AVX512(dst *float64, n int, a float64)
TEXT ·fillF64AVX512(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ n+8(FP), n_left
	VBROADCASTSD a+16(FP), Z30
	MAP(FILL_TEXT)
	VZEROUPPER
	RET
