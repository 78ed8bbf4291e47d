//go:build !purego && !race

#include "textflag.h"

// The arm64 port's front door. Each file holds one family; FAMILY_generic.go defines its bits, FAMILY_arm64.go
// declares its entry points.
//
//	neon_arm64.h                vector instructions that Go's assembler has no name for, as macros (made by internal/neonasm)
//	vec.h, vec_*_arm64.h        the words in which elementwise kernels are written once for all ISAs
//	vmath_*.h                   Exp, Log, Tanh, Sigmoid, Softplus in these words
//	vmath_*_neon_arm64.s        their routines; vmath_consts.s: the constants, for both ports
//	expm1_*, erf_*              Expm1, Log1p, SiLU, Sqrt, Reciprocal; Erf, GELU: the same again
//	gamma_*, psi_*.h            LGamma; Digamma, Trigamma, ExpDigamma
//	level1.h, level1_*          Add, Sub, Mul, Scale, Axpy, Clamp, Fill
//	chol_*neon_arm64.s          Cholesky factors, triangular inverses and solves, batches of them, rotations
//	gemm_*_neon_arm64.s         Gemm
//	reduce_*neon_arm64.s        Sum, Dot, SumSquares, Norm; Max, Min, ArgMax
//	rows.h, rows_*_neon_arm64.s log-sum-exp, responsibilities and log-softmax, by rows and by columns
//	gauss_*_neon_arm64.s        Gaussian log-densities
//	moments_*_neon_arm64.s      weighted moments
//	rng_neon_arm64.s            Philox, Uniform, Bernoulli; rng_f*_neon_arm64.s: Normal; rng_consts.s: their constants
//	hmm_*_neon_arm64.s          the recursions of hidden Markov models
//	optim*                      steps of Adam, SGD, Momentum, AdaGrad
//	nn*                         gradients of activations, losses, the reparameterisation
//
// Every arm64 processor has NEON (ASIMD), the only ISA used. Kernels without a NEON form run in pure Go.
//
// In all files: R0 … R5 operands and counters, V0 … V15 data, V16 … V31 constants or accumulators, save where vec.h
// says otherwise; R16 … R18 and R27 … R29 are left alone. No routine has a stack frame. A macro argument v7 is a
// register's number, V7 its name.
