//go:build !purego && !race

// Gradients of activations, losses with their gradients, the reparameterisation: float64.
// Contract: the bits of nn_generic.go; the texts are those of nn.h.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "vmath_f64.h"
#include "nn_f64.h"
#include "nn.h"

// func reluGradF64NEON(d, dy, y *float64, n int)
TEXT ·reluGradF64NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MAP(RELU_GRAD)
	RET

// func tanhGradF64NEON(d, dy, y *float64, n int)
TEXT ·tanhGradF64NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MAP(TANH_GRAD)
	RET

// func sigmoidGradF64NEON(d, dy, y *float64, n int)
TEXT ·sigmoidGradF64NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MAP(SIGMOID_GRAD)
	RET

// func softplusGradF64NEON(d, dy, y *float64, n int)
TEXT ·softplusGradF64NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MAP(SOFTPLUS_GRAD)
	RET

// func logitsF64NEON(term, grad, a, x *float64, n int, scale float64)
TEXT ·logitsF64NEON(SB), NOSPLIT, $0-48
	MOVD  term+0(FP), R0
	MOVD  grad+8(FP), R1
	MOVD  a+16(FP), R2
	MOVD  x+24(FP), R3
	MOVD  n+32(FP), n_left
	FMOVD scale+40(FP), F28
	VDUP  V28.D[0], V28.D2
	MOVD  $·vmathF64(SB), k_table
	MAP(LOGITS)
	RET

// func gaussMeansF64NEON(res, grad, mean, x *float64, n int, factor float64)
TEXT ·gaussMeansF64NEON(SB), NOSPLIT, $0-48
	MOVD  res+0(FP), R0
	MOVD  grad+8(FP), R1
	MOVD  mean+16(FP), R2
	MOVD  x+24(FP), R3
	MOVD  n+32(FP), n_left
	FMOVD factor+40(FP), F28
	VDUP  V28.D[0], V28.D2
	MOVD  $·vmathF64(SB), k_table
	MAP(GAUSS_MEANS)
	RET

// func gaussLogVarsF64NEON(term, dMean, dLogVar, mean, logVar, x *float64, n int, c *coefs[float64])
TEXT ·gaussLogVarsF64NEON(SB), NOSPLIT, $0-64
	MOVD term+0(FP), R0
	MOVD dMean+8(FP), R1
	MOVD dLogVar+16(FP), R2
	MOVD mean+24(FP), R3
	MOVD logVar+32(FP), R4
	MOVD x+40(FP), R5
	MOVD n+48(FP), n_left
	MOVD c+56(FP), own_table
	MOVD $·vmathF64(SB), k_table
	MAP(GAUSS_LOG_VARS)
	RET

// func reparamF64NEON(term, z, sigma, mu, logVar, eps *float64, n int, half float64)
TEXT ·reparamF64NEON(SB), NOSPLIT, $0-64
	MOVD  term+0(FP), R0
	MOVD  z+8(FP), R1
	MOVD  sigma+16(FP), R2
	MOVD  mu+24(FP), R3
	MOVD  logVar+32(FP), R4
	MOVD  eps+40(FP), R5
	MOVD  n+48(FP), n_left
	FMOVD half+56(FP), F28
	VDUP  V28.D[0], V28.D2
	MOVD  $·vmathF64(SB), k_table
	MAP(REPARAM)
	RET

// func reparamGradF64NEON(dMu, dLogVar, dz, mu, sigma, eps *float64, n int, scale, half float64)
TEXT ·reparamGradF64NEON(SB), NOSPLIT, $0-72
	MOVD  dMu+0(FP), R0
	MOVD  dLogVar+8(FP), R1
	MOVD  dz+16(FP), R2
	MOVD  mu+24(FP), R3
	MOVD  sigma+32(FP), R4
	MOVD  eps+40(FP), R5
	MOVD  n+48(FP), n_left
	FMOVD scale+56(FP), F28
	VDUP  V28.D[0], V28.D2
	FMOVD half+64(FP), F29
	VDUP  V29.D[0], V29.D2
	MOVD  $·vmathF64(SB), k_table
	MAP(REPARAM_GRAD)
	RET
