//go:build !purego && !race

#include "textflag.h"

// The front door of the amd64 port. Each file holds one family for one ISA; FAMILY_generic.go defines its bits,
// FAMILY_amd64.go declares its entry points and picks the ISA.
//
//	kernels_amd64.s           this file: tail masks
//	vec.h, vec_*_amd64.h      the words in which elementwise kernels are written once for all ISAs
//	vmath_*.h                 Exp, Log, Tanh, Sigmoid, Softplus in these words
//	vmath_*_amd64.s           their routines; vmath_consts.s: the constants, for both ports
//	expm1_*, erf_*            Expm1, Log1p, SiLU, Sqrt, Reciprocal; Erf, GELU: the same again
//	gamma_*, psi_*.h          LGamma; Digamma, Trigamma, ExpDigamma
//	macros_amd64.h            exponential and logarithm of one register of AVX2, for the kernels that follow
//	reduce_*_amd64.s          Sum, Dot, SumSquares, Norm, Max, Min, ArgMax
//	level1.h, level1_*        Add, Sub, Mul, Scale, Axpy, Clamp, Fill
//	rows.h, rows_*_amd64.s    log-sum-exp, responsibilities and log-softmax, by rows and by columns; rows_small_*: up to 8 columns
//	rng_avx2_amd64.s, rng_avx512_amd64.s    Philox, Uniform, Bernoulli; rng_f*_amd64.s: Normal; rng_consts.s: their constants
//	hmm_*_amd64.s             the recursions of hidden Markov models
//	optim*                    steps of Adam, SGD, Momentum, AdaGrad
//	nn*                       gradients of activations, losses, the reparameterisation
//	gemm_*_amd64.s            Gemm
//	gauss_*_amd64.s           Gaussian log-densities
//	moments_*_amd64.s         weighted moments
//	chol_*_amd64.s            Cholesky factors, triangular inverses and solves, batches of them, rotations
//
// What holds in all of them: R14 (g), R15 and BP are never touched; no byte outside the slices is read or written
// (the last, partial register is moved under a mask); VZEROUPPER stands before every RET; assembly cannot be
// preempted, so callers bound the work of a call.

// A load of 32 bytes at tailMasks+32-b is a mask that keeps the first b bytes, 0 ≤ b ≤ 32.
DATA ·tailMasks+0(SB)/8, $-1
DATA ·tailMasks+8(SB)/8, $-1
DATA ·tailMasks+16(SB)/8, $-1
DATA ·tailMasks+24(SB)/8, $-1
DATA ·tailMasks+32(SB)/8, $0
DATA ·tailMasks+40(SB)/8, $0
DATA ·tailMasks+48(SB)/8, $0
DATA ·tailMasks+56(SB)/8, $0
GLOBL ·tailMasks(SB), RODATA|NOPTR, $64

// The same for two vectors: loads at pairMasks+64-b and pairMasks+96-b keep the first b bytes, 0 ≤ b ≤ 64.
DATA ·pairMasks+0(SB)/8, $-1
DATA ·pairMasks+8(SB)/8, $-1
DATA ·pairMasks+16(SB)/8, $-1
DATA ·pairMasks+24(SB)/8, $-1
DATA ·pairMasks+32(SB)/8, $-1
DATA ·pairMasks+40(SB)/8, $-1
DATA ·pairMasks+48(SB)/8, $-1
DATA ·pairMasks+56(SB)/8, $-1
DATA ·pairMasks+64(SB)/8, $0
DATA ·pairMasks+72(SB)/8, $0
DATA ·pairMasks+80(SB)/8, $0
DATA ·pairMasks+88(SB)/8, $0
DATA ·pairMasks+96(SB)/8, $0
DATA ·pairMasks+104(SB)/8, $0
DATA ·pairMasks+112(SB)/8, $0
DATA ·pairMasks+120(SB)/8, $0
GLOBL ·pairMasks(SB), RODATA|NOPTR, $128
