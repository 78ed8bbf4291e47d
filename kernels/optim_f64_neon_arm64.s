//go:build !purego && !race

// Steps of optimisers: float64.
// Contract: the bits of optim_generic.go; the texts are those of optim.h.
// ISA: NEON.
// Registers: vec.h. Work per call: at most 8192 elements, below 50 µs.
// Memory: n elements of each slice; what a routine does not produce is read only.

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "optim.h"

// func adamF64NEON(p, m, v, grad *float64, n int, c *coefs[float64])
TEXT ·adamF64NEON(SB), NOSPLIT, $0-48
	MOVD p+0(FP), R0
	MOVD m+8(FP), R1
	MOVD v+16(FP), R2
	MOVD grad+24(FP), R3
	MOVD n+32(FP), n_left
	MOVD c+40(FP), own_table
	MAP(ADAM)
	RET

// func sgdF64NEON(p, grad *float64, n int, c *coefs[float64])
TEXT ·sgdF64NEON(SB), NOSPLIT, $0-32
	MOVD p+0(FP), R0
	MOVD grad+8(FP), R1
	MOVD n+16(FP), n_left
	MOVD c+24(FP), own_table
	MAP(SGD)
	RET

// func momentumF64NEON(p, v, grad *float64, n int, c *coefs[float64])
TEXT ·momentumF64NEON(SB), NOSPLIT, $0-40
	MOVD p+0(FP), R0
	MOVD v+8(FP), R1
	MOVD grad+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD c+32(FP), own_table
	MAP(MOMENTUM)
	RET

// func nesterovF64NEON(p, v, grad *float64, n int, c *coefs[float64])
TEXT ·nesterovF64NEON(SB), NOSPLIT, $0-40
	MOVD p+0(FP), R0
	MOVD v+8(FP), R1
	MOVD grad+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD c+32(FP), own_table
	MAP(NESTEROV)
	RET

// func adagradF64NEON(p, s, grad *float64, n int, c *coefs[float64])
TEXT ·adagradF64NEON(SB), NOSPLIT, $0-40
	MOVD p+0(FP), R0
	MOVD s+8(FP), R1
	MOVD grad+16(FP), R2
	MOVD n+24(FP), n_left
	MOVD c+32(FP), own_table
	MAP(ADAGRAD)
	RET
