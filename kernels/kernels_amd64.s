//go:build !purego && !race

#include "textflag.h"

// The front door of the amd64 port. Each file holds one family for one ISA; FAMILY_generic.go defines its bits,
// FAMILY_amd64.go declares its entry points and picks the ISA.
//
//	kernels_amd64.s           this file: tail masks, and the level-1 kernels (AVX2)
//	vec.h, vec_*_amd64.h      the words in which elementwise kernels are written once for all ISAs
//	vmath_*.h                 Exp, Log, Tanh, Sigmoid, Softplus in these words
//	vmath_*_amd64.s           their routines; vmath_consts.s: the constants, for both ports
//	expm1_*, erf_*            Expm1, Log1p, SiLU, Sqrt, Reciprocal; Erf, GELU: the same again
//	gamma_*, psi_*.h          LGamma; Digamma, Trigamma, ExpDigamma
//	macros_amd64.h            exponential and logarithm of one register of AVX2, for the kernels that follow
//	reduce_*_amd64.s          Sum, Dot, SumSquares, Norm, Max, Min, ArgMax
//	rows_*avx2_amd64.s        LogSumExpRows, Responsibilities
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
//
// Level 1: elementwise kernels.
// Contract: the bits of level1_generic.go: one operation, one rounding per element.
// ISA: AVX2, FMA.
//
//	register  holds
//	DI        dst
//	SI, DX    x, y
//	AX        offset of the next element, bytes
//	CX        bytes left
//	R8        address of a tail mask
//	Y0-Y3     four vectors of 32 bytes
//	Y4        the second operand of the last, partial vector
//	Y5        tail mask
//	Y15       the scalar a in all lanes
//
// Work per call: at most 8192 elements, about 2 µs from the second-level cache.

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

#define dst_ptr DI
#define x_ptr SI
#define y_ptr DX
#define offset AX
#define left CX
#define mask_ptr R8
#define tail_mask Y5
#define scalar Y15

// dst = OP(x, y).
// Uses: dst_ptr, x_ptr, y_ptr, left. Clobbers: offset, left, mask_ptr, Y0-Y5, flags.
#define BINARY_LOOP(OP) \
	XORL    offset, offset \
	SUBQ    $128, left \
	JLT     rest \
	PCALIGN $32 \
loop4: \
	VMOVUPS (x_ptr)(offset*1), Y0 \
	VMOVUPS 32(x_ptr)(offset*1), Y1 \
	VMOVUPS 64(x_ptr)(offset*1), Y2 \
	VMOVUPS 96(x_ptr)(offset*1), Y3 \
	OP      (y_ptr)(offset*1), Y0, Y0 \
	OP      32(y_ptr)(offset*1), Y1, Y1 \
	OP      64(y_ptr)(offset*1), Y2, Y2 \
	OP      96(y_ptr)(offset*1), Y3, Y3 \
	VMOVUPS Y0, (dst_ptr)(offset*1) \
	VMOVUPS Y1, 32(dst_ptr)(offset*1) \
	VMOVUPS Y2, 64(dst_ptr)(offset*1) \
	VMOVUPS Y3, 96(dst_ptr)(offset*1) \
	ADDQ    $128, offset \
	SUBQ    $128, left \
	JGE     loop4 \
rest: \
	ADDQ    $96, left \
	JLT     tail \
loop1: \
	VMOVUPS (x_ptr)(offset*1), Y0 \
	OP      (y_ptr)(offset*1), Y0, Y0 \
	VMOVUPS Y0, (dst_ptr)(offset*1) \
	ADDQ    $32, offset \
	SUBQ    $32, left \
	JGE     loop1 \
tail: \
	ADDQ    $32, left \
	JEQ     done \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    left, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask \
	VMASKMOVPS (x_ptr)(offset*1), tail_mask, Y0 \
	VMASKMOVPS (y_ptr)(offset*1), tail_mask, Y4 \
	OP      Y4, Y0, Y0 \
	VMASKMOVPS Y0, tail_mask, (dst_ptr)(offset*1) \
done:

// dst = OP(x, scalar, dst): OP is a multiplication, or a multiplication by scalar that is added to dst.
// LOAD(a, r) brings the old dst to the register r, or does nothing; MASKLOAD likewise.
// Uses: dst_ptr, x_ptr, left, scalar. Clobbers: offset, left, mask_ptr, Y0-Y5, flags.
#define SCALAR_LOOP(OP, LOAD, MASKLOAD) \
	XORL    offset, offset \
	SUBQ    $128, left \
	JLT     rest \
	PCALIGN $32 \
loop4: \
	LOAD((dst_ptr)(offset*1), Y0) \
	LOAD(32(dst_ptr)(offset*1), Y1) \
	LOAD(64(dst_ptr)(offset*1), Y2) \
	LOAD(96(dst_ptr)(offset*1), Y3) \
	OP      (x_ptr)(offset*1), scalar, Y0 \
	OP      32(x_ptr)(offset*1), scalar, Y1 \
	OP      64(x_ptr)(offset*1), scalar, Y2 \
	OP      96(x_ptr)(offset*1), scalar, Y3 \
	VMOVUPS Y0, (dst_ptr)(offset*1) \
	VMOVUPS Y1, 32(dst_ptr)(offset*1) \
	VMOVUPS Y2, 64(dst_ptr)(offset*1) \
	VMOVUPS Y3, 96(dst_ptr)(offset*1) \
	ADDQ    $128, offset \
	SUBQ    $128, left \
	JGE     loop4 \
rest: \
	ADDQ    $96, left \
	JLT     tail \
loop1: \
	LOAD((dst_ptr)(offset*1), Y0) \
	OP      (x_ptr)(offset*1), scalar, Y0 \
	VMOVUPS Y0, (dst_ptr)(offset*1) \
	ADDQ    $32, offset \
	SUBQ    $32, left \
	JGE     loop1 \
tail: \
	ADDQ    $32, left \
	JEQ     done \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    left, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask \
	MASKLOAD((dst_ptr)(offset*1), Y0) \
	VMASKMOVPS (x_ptr)(offset*1), tail_mask, Y4 \
	OP      Y4, scalar, Y0 \
	VMASKMOVPS Y0, tail_mask, (dst_ptr)(offset*1) \
done:

// Uses: what they name. Clobbers: r.
#define LOAD_DST(a, r) VMOVUPS a, r
#define MASKLOAD_DST(a, r) VMASKMOVPS a, tail_mask, r
#define LOAD_NONE(a, r)

// func addF32AVX2(dst, x, y *float32, n int)
TEXT ·addF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $2, left
	BINARY_LOOP(VADDPS)
	VZEROUPPER
	RET

// func addF64AVX2(dst, x, y *float64, n int)
TEXT ·addF64AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $3, left
	BINARY_LOOP(VADDPD)
	VZEROUPPER
	RET

// func subF32AVX2(dst, x, y *float32, n int)
TEXT ·subF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $2, left
	BINARY_LOOP(VSUBPS)
	VZEROUPPER
	RET

// func subF64AVX2(dst, x, y *float64, n int)
TEXT ·subF64AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $3, left
	BINARY_LOOP(VSUBPD)
	VZEROUPPER
	RET

// func mulF32AVX2(dst, x, y *float32, n int)
TEXT ·mulF32AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $2, left
	BINARY_LOOP(VMULPS)
	VZEROUPPER
	RET

// func mulF64AVX2(dst, x, y *float64, n int)
TEXT ·mulF64AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $3, left
	BINARY_LOOP(VMULPD)
	VZEROUPPER
	RET

// func scaleF32AVX2(dst, x *float32, n int, a float32)
TEXT ·scaleF32AVX2(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $2, left
	VBROADCASTSS a+24(FP), scalar
	SCALAR_LOOP(VMULPS, LOAD_NONE, LOAD_NONE)
	VZEROUPPER
	RET

// func scaleF64AVX2(dst, x *float64, n int, a float64)
TEXT ·scaleF64AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $3, left
	VBROADCASTSD a+24(FP), scalar
	SCALAR_LOOP(VMULPD, LOAD_NONE, LOAD_NONE)
	VZEROUPPER
	RET

// func axpyF32AVX2(dst, x *float32, n int, a float32)
TEXT ·axpyF32AVX2(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $2, left
	VBROADCASTSS a+24(FP), scalar
	SCALAR_LOOP(VFMADD231PS, LOAD_DST, MASKLOAD_DST)
	VZEROUPPER
	RET

// func axpyF64AVX2(dst, x *float64, n int, a float64)
TEXT ·axpyF64AVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $3, left
	VBROADCASTSD a+24(FP), scalar
	SCALAR_LOOP(VFMADD231PD, LOAD_DST, MASKLOAD_DST)
	VZEROUPPER
	RET
