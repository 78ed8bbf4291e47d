//go:build !purego && !race

#include "textflag.h"
#include "vec_one_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"
#include "vmath_f64.h"
#include "gamma_f64.h"
#include "psi_f64.h"

// LGamma, Digamma, Trigamma and ExpDigamma of float64 slices.
// Contract: each element has the bits of the scalar function in gamma_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h. A block whose elements are all positive, normal and finite takes the short text of its function; any
// other gives one register to the full text. Work per call: at most 1024 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define OWN(i) ·gammaConstsF64+32*i(SB)

// func lgammaAVX2F64(dst, x *float64, n int)
TEXT ·lgammaAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(LOG_TEST, LGAMMA_FAST, LGAMMA_FULL)
	VZEROUPPER
	RET

// func digammaAVX2F64(dst, x *float64, n int)
TEXT ·digammaAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(LOG_TEST, DIGAMMA_FAST, DIGAMMA_FULL)
	VZEROUPPER
	RET

// func trigammaAVX2F64(dst, x *float64, n int)
TEXT ·trigammaAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP_FAST(LOG_TEST, TRIGAMMA_FAST, TRIGAMMA_FULL)
	VZEROUPPER
	RET

// func expDigammaAVX2F64(dst, x *float64, n int)
TEXT ·expDigammaAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ n+16(FP), n_left
	MAP(EXPDIGAMMA_FULL)
	VZEROUPPER
	RET
