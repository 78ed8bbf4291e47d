//go:build !purego && !race

#include "textflag.h"

// Normal variates of float32, of the words of Philox, in place.
// Contract: the bits of boxMullerF32 in rng_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h; r0 and r1 are the words a and b of 16 pairs. They are taken apart at first and put together at last, within
// halves of vectors. Work per call: 64 groups of 128 bytes, below 5 µs. Memory: those groups, at dst.

#include "vec_pair_avx2_amd64.h"
#include "vec_f32_avx2_amd64.h"
#include "vmath_f32.h"

#define OWN(i) ·rngF32+32*i(SB)

#include "rng_f32.h"

// func boxMullerF32AVX2(dst *float32, n int)
TEXT ·boxMullerF32AVX2(SB), NOSPLIT, $0-16
	MOVQ    dst+0(FP), p0
	MOVQ    n+8(FP), n_left
	PCALIGN $32

loop:
	VMOVUPS   (p0), Y2
	VMOVUPS   32(p0), Y3
	VMOVUPS   64(p0), Y9
	VMOVUPS   96(p0), Y10
	VSHUFPS   $0x88, Y3, Y2, Y0
	VSHUFPS   $0xDD, Y3, Y2, Y1
	VSHUFPS   $0x88, Y10, Y9, Y7
	VSHUFPS   $0xDD, Y10, Y9, Y8
	BOX_MULLER
	VUNPCKLPS Y1, Y0, Y2
	VUNPCKHPS Y1, Y0, Y3
	VUNPCKLPS Y8, Y7, Y9
	VUNPCKHPS Y8, Y7, Y10
	VMOVUPS   Y2, (p0)
	VMOVUPS   Y3, 32(p0)
	VMOVUPS   Y9, 64(p0)
	VMOVUPS   Y10, 96(p0)
	ADDQ      $128, p0
	DECQ      n_left
	JNE       loop
	VZEROUPPER
	RET
