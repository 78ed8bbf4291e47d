//go:build !purego && !race

// Steps of optimisers: float32.
// Contract: the bits of optim_generic.go; the texts are those of optim.h.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "optim.h"

// func adamF32NEON(p, m, v, grad *float32, n int, c *coefs[float32])
TEXT ·adamF32NEON(SB), NOSPLIT, $0-48
	MOVD p+0(FP), R0
	MOVD m+8(FP), R1
	MOVD v+16(FP), R2
	MOVD grad+24(FP), R3
	MOVD n+32(FP), n_left
	MOVD c+40(FP), own_table
	MAP(ADAM)
	RET

// func sgdF32NEON(p, grad *float32, n int, c *coefs[float32])
TEXT ·sgdF32NEON(SB), NOSPLIT, $0-32
	MOVD p+0(FP), R0
	MOVD grad+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD c+24(FP), own_table
	MAP(SGD)
	RET

// func momentumF32NEON(p, v, grad *float32, n int, c *coefs[float32])
TEXT ·momentumF32NEON(SB), NOSPLIT, $0-40
	MOVD p+0(FP), R0
	MOVD v+8(FP), R1
	MOVD grad+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD c+32(FP), own_table
	MAP(MOMENTUM)
	RET

// func nesterovF32NEON(p, v, grad *float32, n int, c *coefs[float32])
TEXT ·nesterovF32NEON(SB), NOSPLIT, $0-40
	MOVD p+0(FP), R0
	MOVD v+8(FP), R1
	MOVD grad+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD c+32(FP), own_table
	MAP(NESTEROV)
	RET

// func adagradF32NEON(p, s, grad *float32, n int, c *coefs[float32])
TEXT ·adagradF32NEON(SB), NOSPLIT, $0-40
	MOVD p+0(FP), R0
	MOVD s+8(FP), R1
	MOVD grad+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD c+32(FP), own_table
	MAP(ADAGRAD)
	RET
