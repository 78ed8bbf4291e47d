//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx512_amd64.h"
#include "vec_f32_avx512_amd64.h"
#include "vmath_f32.h"

// Exp, Log, Tanh, Sigmoid and Softplus of float32 slices.
// Contract: each element has the bits of the scalar function in vmath_generic.go.
// ISA: AVX-512 F, DQ.
// Registers: vec.h. A block of four vectors whose elements are all ordinary takes the short text of its function; any
// other gives two vectors to the full text. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

// func expAVX512F32(dst, x *float32, n int)
TEXT ·expAVX512F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(EXP_TEST, EXP_FAST, EXP_FULL)
	VZEROUPPER
	RET

// func logAVX512F32(dst, x *float32, n int)
TEXT ·logAVX512F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(LOG_TEST, LOG_FAST, LOG_FULL)
	VZEROUPPER
	RET

// func tanhAVX512F32(dst, x *float32, n int)
TEXT ·tanhAVX512F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP(TANH_FULL)
	VZEROUPPER
	RET

// func sigmoidAVX512F32(dst, x *float32, n int)
TEXT ·sigmoidAVX512F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(EXP_TEST, SIGMOID_FAST, SIGMOID_FULL)
	VZEROUPPER
	RET

// func softplusAVX512F32(dst, x *float32, n int)
TEXT ·softplusAVX512F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(EXP_TEST, SOFTPLUS_FAST, SOFTPLUS_FULL)
	VZEROUPPER
	RET
