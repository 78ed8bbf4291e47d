//go:build !purego && !race

#include "textflag.h"

// Normal variates of float32, of the words of Philox, in place.
// Contract: the bits of boxMullerF32 in rng_generic.go.
// ISA: AVX-512 F, DQ.
// Registers: vec.h; r0 and r1 are the words a and b of 32 pairs, two groups. They are taken apart at first and put together at
// last, within quarters of vectors. An odd group is done twice over. Work per call: 64 groups of 128 bytes, below 5 µs. Memory: those groups, at dst.

#include "vec_pair_avx512_amd64.h"
#include "vec_f32_avx512_amd64.h"
#include "vmath_f32.h"

#define OWN(i) ·rngF32+32*i(SB)

#include "rng_f32.h"

// func boxMullerF32AVX512(dst *float32, n int)
TEXT ·boxMullerF32AVX512(SB), NOSPLIT, $0-16
	MOVQ    dst+0(FP), p0
	MOVQ    n+8(FP), n_left
	PCALIGN $32

loop:
	LEAQ      128(p0), p1   // the second group
	CMPQ      n_left, $1
	CMOVQEQ   p0, p1
	VMOVUPS   (p0), Z2
	VMOVUPS   64(p0), Z3
	VMOVUPS   (p1), Z4
	VMOVUPS   64(p1), Z5
	VSHUFPS   $0x88, Z3, Z2, Z0
	VSHUFPS   $0xDD, Z3, Z2, Z1
	VSHUFPS   $0x88, Z5, Z4, Z13
	VSHUFPS   $0xDD, Z5, Z4, Z14
	BOX_MULLER
	VUNPCKLPS Z1, Z0, Z2
	VUNPCKHPS Z1, Z0, Z3
	VUNPCKLPS Z14, Z13, Z4
	VUNPCKHPS Z14, Z13, Z5
	VMOVUPS   Z2, (p0)
	VMOVUPS   Z3, 64(p0)
	VMOVUPS   Z4, (p1)
	VMOVUPS   Z5, 64(p1)
	ADDQ      $256, p0
	SUBQ      $2, n_left
	JGT       loop
	VZEROUPPER
	RET
