//go:build !purego && !race

// Gradients of activations, losses with their gradients, the reparameterisation: float32.
// Contract: the bits of nn_generic.go; the texts are those of nn.h.
// ISA: AVX-512 F, DQ.
// Registers: vec.h; R11 holds the address of a call's constants. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"

#define OWN(i) 32*i(R11)

#include "vec_pair_avx512_amd64.h"
#include "vec_f32_avx512_amd64.h"
#include "vmath_f32.h"
#include "nn_f32.h"
#include "nn.h"

// func reluGradF32AVX512(d, dy, y *float32, n int)
TEXT ·reluGradF32AVX512(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(RELU_GRAD)
	VZEROUPPER
	RET

// func tanhGradF32AVX512(d, dy, y *float32, n int)
TEXT ·tanhGradF32AVX512(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(TANH_GRAD)
	VZEROUPPER
	RET

// func sigmoidGradF32AVX512(d, dy, y *float32, n int)
TEXT ·sigmoidGradF32AVX512(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SIGMOID_GRAD)
	VZEROUPPER
	RET

// func softplusGradF32AVX512(d, dy, y *float32, n int)
TEXT ·softplusGradF32AVX512(SB), NOSPLIT, $0-32
	MOVQ d+0(FP), p0
	MOVQ dy+8(FP), p1
	MOVQ y+16(FP), p2
	MOVQ n+24(FP), n_left
	MAP(SOFTPLUS_GRAD)
	VZEROUPPER
	RET

// func logitsF32AVX512(term, grad, a, x *float32, n int, scale float32)
TEXT ·logitsF32AVX512(SB), NOSPLIT, $0-44
	MOVQ         term+0(FP), p0
	MOVQ         grad+8(FP), p1
	MOVQ         a+16(FP), p2
	MOVQ         x+24(FP), p3
	MOVQ         n+32(FP), n_left
	VBROADCASTSS scale+40(FP), Z30
	MAP(LOGITS)
	VZEROUPPER
	RET

// func gaussMeansF32AVX512(res, grad, mean, x *float32, n int, factor float32)
TEXT ·gaussMeansF32AVX512(SB), NOSPLIT, $0-44
	MOVQ         res+0(FP), p0
	MOVQ         grad+8(FP), p1
	MOVQ         mean+16(FP), p2
	MOVQ         x+24(FP), p3
	MOVQ         n+32(FP), n_left
	VBROADCASTSS factor+40(FP), Z30
	MAP(GAUSS_MEANS)
	VZEROUPPER
	RET

// func gaussLogVarsF32AVX512(term, dMean, dLogVar, mean, logVar, x *float32, n int, c *coefs[float32])
TEXT ·gaussLogVarsF32AVX512(SB), NOSPLIT, $0-64
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

// func reparamF32AVX512(term, z, sigma, mu, logVar, eps *float32, n int, half float32)
TEXT ·reparamF32AVX512(SB), NOSPLIT, $0-60
	MOVQ         term+0(FP), p0
	MOVQ         z+8(FP), p1
	MOVQ         sigma+16(FP), p2
	MOVQ         mu+24(FP), p3
	MOVQ         logVar+32(FP), p4
	MOVQ         eps+40(FP), p5
	MOVQ         n+48(FP), n_left
	VBROADCASTSS half+56(FP), Z30
	MAP(REPARAM)
	VZEROUPPER
	RET

// func reparamGradF32AVX512(dMu, dLogVar, dz, mu, sigma, eps *float32, n int, scale, half float32)
TEXT ·reparamGradF32AVX512(SB), NOSPLIT, $0-64
	MOVQ         dMu+0(FP), p0
	MOVQ         dLogVar+8(FP), p1
	MOVQ         dz+16(FP), p2
	MOVQ         mu+24(FP), p3
	MOVQ         sigma+32(FP), p4
	MOVQ         eps+40(FP), p5
	MOVQ         n+48(FP), n_left
	VBROADCASTSS scale+56(FP), Z30
	VBROADCASTSS half+60(FP), Z29
	MAP(REPARAM_GRAD)
	VZEROUPPER
	RET
