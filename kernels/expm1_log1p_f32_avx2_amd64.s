//go:build !purego && !race

#include "textflag.h"
#include "vec_one_avx2_amd64.h"
#include "vec_f32_avx2_amd64.h"
#include "expm1_f32.h"

// Log1p of float32 slices.
// Contract: each element has the bits of the scalar function in expm1_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define OWN(i) ·expm1ConstsF32+32*i(SB)

// func log1pAVX2F32(dst, x *float32, n int)
TEXT ·log1pAVX2F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP(LOG1P_FULL)
	VZEROUPPER
	RET
