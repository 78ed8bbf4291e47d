//go:build !purego && !race

#include "textflag.h"

// Normal variates of float64, of the words of Philox, in place.
// Contract: the bits of boxMullerF64 in rng_generic.go.
// ISA: AVX-512 F, DQ.
// Registers: vec.h; r0 and r1 are the words a and b of 16 pairs, two groups. They are taken apart at first and put together at
// last, within quarters of vectors. An odd group is done twice over. Work per call: 64 groups of 128 bytes, below 5 µs. Memory: those groups, at dst.

#include "vec_pair_avx512_amd64.h"
#include "vec_f64_avx512_amd64.h"
#include "vmath_f64.h"

#define OWN(i) ·rngF64+32*i(SB)

#include "rng_f64.h"

// v = v >> 11 as a float64. Uses: v. Clobbers: v.
#define UPPER53(v, t) \
	V_SHR(11, v, v) \
	G2(VCVTQQ2PD, v, v)

// func boxMullerF64AVX512(dst *float64, n int)
TEXT ·boxMullerF64AVX512(SB), NOSPLIT, $0-16
	MOVQ    dst+0(FP), p0
	MOVQ    n+8(FP), n_left
	PCALIGN $32

loop:
	LEAQ      128(p0), p1   // the second group
	CMPQ      n_left, $1
	CMOVQEQ   p0, p1
	VMOVUPD   (p0), Z2
	VMOVUPD   64(p0), Z3
	VMOVUPD   (p1), Z4
	VMOVUPD   64(p1), Z5
	VUNPCKLPD Z3, Z2, Z0
	VUNPCKHPD Z3, Z2, Z1
	VUNPCKLPD Z5, Z4, Z13
	VUNPCKHPD Z5, Z4, Z14
	BOX_MULLER
	VUNPCKLPD Z1, Z0, Z2
	VUNPCKHPD Z1, Z0, Z3
	VUNPCKLPD Z14, Z13, Z4
	VUNPCKHPD Z14, Z13, Z5
	VMOVUPD   Z2, (p0)
	VMOVUPD   Z3, 64(p0)
	VMOVUPD   Z4, (p1)
	VMOVUPD   Z5, 64(p1)
	ADDQ      $256, p0
	SUBQ      $2, n_left
	JGT       loop
	VZEROUPPER
	RET
