//go:build !purego && !race

// Gradients of activations, losses with their gradients, the reparameterisation: float32.
// Contract: the bits of nn_generic.go; the texts are those of nn.h.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "vmath_f32.h"
#include "nn_f32.h"
#include "nn.h"

// func reluGradF32NEON(d, dy, y *float32, n int)
TEXT ·reluGradF32NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP(RELU_GRAD)
	RET

// func tanhGradF32NEON(d, dy, y *float32, n int)
TEXT ·tanhGradF32NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP(TANH_GRAD)
	RET

// func sigmoidGradF32NEON(d, dy, y *float32, n int)
TEXT ·sigmoidGradF32NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP(SIGMOID_GRAD)
	RET

// func softplusGradF32NEON(d, dy, y *float32, n int)
TEXT ·softplusGradF32NEON(SB), NOSPLIT, $0-32
	MOVD d+0(FP), R0
	MOVD dy+8(FP), R1
	MOVD y+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD $·vmathF32(SB), k_table
	MAP(SOFTPLUS_GRAD)
	RET

// func logitsF32NEON(term, grad, a, x *float32, n int, scale float32)
TEXT ·logitsF32NEON(SB), NOSPLIT, $0-44
	MOVD  term+0(FP), R0
	MOVD  grad+8(FP), R1
	MOVD  a+16(FP), R2
	MOVD  x+24(FP), R3
	MOVD  n+32(FP), n_left
	FMOVS scale+40(FP), F28
	VDUP  V28.S[0], V28.S4
	MOVD  $·vmathF32(SB), k_table
	MAP(LOGITS)
	RET

// func gaussMeansF32NEON(res, grad, mean, x *float32, n int, factor float32)
TEXT ·gaussMeansF32NEON(SB), NOSPLIT, $0-44
	MOVD  res+0(FP), R0
	MOVD  grad+8(FP), R1
	MOVD  mean+16(FP), R2
	MOVD  x+24(FP), R3
	MOVD  n+32(FP), n_left
	FMOVS factor+40(FP), F28
	VDUP  V28.S[0], V28.S4
	MOVD  $·vmathF32(SB), k_table
	MAP(GAUSS_MEANS)
	RET

// func gaussLogVarsF32NEON(term, dMean, dLogVar, mean, logVar, x *float32, n int, c *coefs[float32])
TEXT ·gaussLogVarsF32NEON(SB), NOSPLIT, $0-64
	MOVD term+0(FP), R0
	MOVD dMean+8(FP), R1
	MOVD dLogVar+16(FP), R2
	MOVD mean+24(FP), R3
	MOVD logVar+32(FP), R4
	MOVD x+40(FP), R5
	MOVD n+48(FP), n_left
	MOVD c+56(FP), own_table
	MOVD $·vmathF32(SB), k_table
	MAP(GAUSS_LOG_VARS)
	RET

// func reparamF32NEON(term, z, sigma, mu, logVar, eps *float32, n int, half float32)
TEXT ·reparamF32NEON(SB), NOSPLIT, $0-60
	MOVD  term+0(FP), R0
	MOVD  z+8(FP), R1
	MOVD  sigma+16(FP), R2
	MOVD  mu+24(FP), R3
	MOVD  logVar+32(FP), R4
	MOVD  eps+40(FP), R5
	MOVD  n+48(FP), n_left
	FMOVS half+56(FP), F28
	VDUP  V28.S[0], V28.S4
	MOVD  $·vmathF32(SB), k_table
	MAP(REPARAM)
	RET

// func reparamGradF32NEON(dMu, dLogVar, dz, mu, sigma, eps *float32, n int, scale, half float32)
TEXT ·reparamGradF32NEON(SB), NOSPLIT, $0-64
	MOVD  dMu+0(FP), R0
	MOVD  dLogVar+8(FP), R1
	MOVD  dz+16(FP), R2
	MOVD  mu+24(FP), R3
	MOVD  sigma+32(FP), R4
	MOVD  eps+40(FP), R5
	MOVD  n+48(FP), n_left
	FMOVS scale+56(FP), F28
	VDUP  V28.S[0], V28.S4
	FMOVS half+60(FP), F29
	VDUP  V29.S[0], V29.S4
	MOVD  $·vmathF32(SB), k_table
	MAP(REPARAM_GRAD)
	RET
