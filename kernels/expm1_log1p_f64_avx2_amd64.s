//go:build !purego && !race

#include "textflag.h"
#include "vec_one_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"
#include "expm1_f64.h"

// Log1p of float64 slices.
// Contract: each element has the bits of the scalar function in expm1_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define OWN(i) ·expm1ConstsF64+32*i(SB)

// func log1pAVX2F64(dst, x *float64, n int)
TEXT ·log1pAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP(LOG1P_FULL)
	VZEROUPPER
	RET
