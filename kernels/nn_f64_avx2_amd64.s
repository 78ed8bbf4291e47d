//go:build !purego && !race

// Gradients of activations, losses with their gradients, the reparameterisation: float64.
// Contract: the bits of nn_generic.go; the texts are those of nn.h.
// ISA: AVX2 and FMA.
// Registers: vec.h; R11 holds the address of a call's constants. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"

#define OWN(i) 32*i(R11)

#include "vec_one_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"
#include "vmath_f64.h"
#include "nn_f64.h"
#include "nn.h"

// func reluGradF64AVX2(d, dy, y *float64, n int)
TEXT ·reluGradF64AVX2(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(RELU_GRAD)
	VZEROUPPER
	RET

// func tanhGradF64AVX2(d, dy, y *float64, n int)
TEXT ·tanhGradF64AVX2(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(TANH_GRAD)
	VZEROUPPER
	RET

// func sigmoidGradF64AVX2(d, dy, y *float64, n int)
TEXT ·sigmoidGradF64AVX2(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SIGMOID_GRAD)
	VZEROUPPER
	RET

// func softplusGradF64AVX2(d, dy, y *float64, n int)
TEXT ·softplusGradF64AVX2(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SOFTPLUS_GRAD)
	VZEROUPPER
	RET

// func logitsF64AVX2(term, grad, a, x *float64, n int, scale float64)
TEXT ·logitsF64AVX2(SB), NOSPLIT, $0-48
	MOVQ         term+0(FP), p0
	MOVQ         grad+8(FP), p1
	MOVQ         a+16(FP), p2
	MOVQ         x+24(FP), p3
	MOVQ         n+32(FP), n_left
	VBROADCASTSD scale+40(FP), Y15
	MAP(LOGITS)
	VZEROUPPER
	RET

// func gaussMeansF64AVX2(res, grad, mean, x *float64, n int, factor float64)
TEXT ·gaussMeansF64AVX2(SB), NOSPLIT, $0-48
	MOVQ         res+0(FP), p0
	MOVQ         grad+8(FP), p1
	MOVQ         mean+16(FP), p2
	MOVQ         x+24(FP), p3
	MOVQ         n+32(FP), n_left
	VBROADCASTSD factor+40(FP), Y15
	MAP(GAUSS_MEANS)
	VZEROUPPER
	RET

// func gaussLogVarsF64AVX2(term, dMean, dLogVar, mean, logVar, x *float64, n int, c *coefs[float64])
TEXT ·gaussLogVarsF64AVX2(SB), NOSPLIT, $0-64
	MOVQ term+0(FP), p0
	MOVQ dMean+8(FP), p1
	MOVQ dLogVar+16(FP), p2
	MOVQ mean+24(FP), p3
	MOVQ logVar+32(FP), p4
	MOVQ x+40(FP), p5
	MOVQ n+48(FP), n_left
	MOVQ c+56(FP), R11
	MAP(GAUSS_LOG_VARS)
	VZEROUPPER
	RET

// func reparamF64AVX2(term, z, sigma, mu, logVar, eps *float64, n int, half float64)
TEXT ·reparamF64AVX2(SB), NOSPLIT, $0-64
	MOVQ         term+0(FP), p0
	MOVQ         z+8(FP), p1
	MOVQ         sigma+16(FP), p2
	MOVQ         mu+24(FP), p3
	MOVQ         logVar+32(FP), p4
	MOVQ         eps+40(FP), p5
	MOVQ         n+48(FP), n_left
	VBROADCASTSD half+56(FP), Y15
	MAP(REPARAM)
	VZEROUPPER
	RET

// func reparamGradF64AVX2(dMu, dLogVar, dz, mu, sigma, eps *float64, n int, scale, half float64)
TEXT ·reparamGradF64AVX2(SB), NOSPLIT, $0-72
	MOVQ         dMu+0(FP), p0
	MOVQ         dLogVar+8(FP), p1
	MOVQ         dz+16(FP), p2
	MOVQ         mu+24(FP), p3
	MOVQ         sigma+32(FP), p4
	MOVQ         eps+40(FP), p5
	MOVQ         n+48(FP), n_left
	VBROADCASTSD scale+56(FP), Y15
	VBROADCASTSD half+64(FP), Y13
	MAP(REPARAM_GRAD)
	VZEROUPPER
	RET
