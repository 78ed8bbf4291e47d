//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx512_amd64.h"
#include "vec_f64_avx512_amd64.h"
#include "erf_f64.h"

// Erf and GELU of float64 slices.
// Contract: each element has the bits of the scalar function in erf_generic.go.
// ISA: AVX-512 (F, DQ, BW, VL).
// Registers: vec.h. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define OWN(i) ·erfConstsF64+32*i(SB)

// func erfAVX512F64(dst, x *float64, n int)
TEXT ·erfAVX512F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	LEAQ ·erfRows(SB), p2
	MAP(ERF_FULL)
	VZEROUPPER
	RET

// func geluAVX512F64(dst, x *float64, n int)
TEXT ·geluAVX512F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP(GELU_FULL)
	VZEROUPPER
	RET
