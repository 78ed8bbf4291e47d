//go:build !purego && !race

// Steps of optimisers: float64.
// Contract: the bits of optim_generic.go; the texts are those of optim.h.
// ISA: AVX2 and FMA.
// Registers: vec.h; R11 holds the address of a call's constants. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"

#define OWN(i) 32*i(R11)

#include "vec_pair_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"
#include "optim.h"

// func adamF64AVX2(p, m, v, grad *float64, n int, c *coefs[float64])
TEXT ·adamF64AVX2(SB), NOSPLIT, $0-48
	MOVQ p+0(FP), p0
	MOVQ m+8(FP), p1
	MOVQ v+16(FP), p2
	MOVQ grad+24(FP), p3
	MOVQ n+32(FP), n_left
	MOVQ c+40(FP), R11
	MAP(ADAM)
	VZEROUPPER
	RET

// func sgdF64AVX2(p, grad *float64, n int, c *coefs[float64])
TEXT ·sgdF64AVX2(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), p0
	MOVQ grad+8(FP), p1
	MOVQ n+16(FP), n_left
	MOVQ c+24(FP), R11
	MAP(SGD)
	VZEROUPPER
	RET

// func momentumF64AVX2(p, v, grad *float64, n int, c *coefs[float64])
TEXT ·momentumF64AVX2(SB), NOSPLIT, $0-40
	MOVQ p+0(FP), p0
	MOVQ v+8(FP), p1
	MOVQ grad+16(FP), p2
	MOVQ n+24(FP), n_left
	MOVQ c+32(FP), R11
	MAP(MOMENTUM)
	VZEROUPPER
	RET

// func nesterovF64AVX2(p, v, grad *float64, n int, c *coefs[float64])
TEXT ·nesterovF64AVX2(SB), NOSPLIT, $0-40
	MOVQ p+0(FP), p0
	MOVQ v+8(FP), p1
	MOVQ grad+16(FP), p2
	MOVQ n+24(FP), n_left
	MOVQ c+32(FP), R11
	MAP(NESTEROV)
	VZEROUPPER
	RET

// func adagradF64AVX2(p, s, grad *float64, n int, c *coefs[float64])
TEXT ·adagradF64AVX2(SB), NOSPLIT, $0-40
	MOVQ p+0(FP), p0
	MOVQ s+8(FP), p1
	MOVQ grad+16(FP), p2
	MOVQ n+24(FP), n_left
	MOVQ c+32(FP), R11
	MAP(ADAGRAD)
	VZEROUPPER
	RET
