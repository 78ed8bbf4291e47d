//go:build !purego && !race

#include "textflag.h"

// Normal variates of float64, of the words of Philox, in place.
// Contract: the bits of boxMullerF64 in rng_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h; r0 and r1 are the words a and b of 8 pairs. They are taken apart at first and put together at last, within
// halves of vectors. Work per call: 64 groups of 128 bytes, below 10 µs. Memory: those groups, at dst.

#include "vec_pair_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"
#include "vmath_f64.h"

#define OWN(i) ·rngF64+32*i(SB)

#include "rng_f64.h"

// v = v >> 11 as a float64: the sum of its halves, each exact beside a power of two. Uses: v. Clobbers: v, t.
#define UPPER53(v, t) \
	V_SHR(43, v, t) \
	V_ORK(EXP84, t, t) \
	V_SUBK(EXP84_52, t, t) \
	V_SHR(11, v, v) \
	VMOVAPD  EXP52, v_scratch \
	VPBLENDD $0xAA, v_scratch, v(LO), v(LO) \
	VPBLENDD $0xAA, v_scratch, v(HI), v(HI) \
	V_ADD(v, t, v)

// func boxMullerF64AVX2(dst *float64, n int)
TEXT ·boxMullerF64AVX2(SB), NOSPLIT, $0-16
	MOVQ    dst+0(FP), p0
	MOVQ    n+8(FP), n_left
	PCALIGN $32

loop:
	VMOVUPD   (p0), Y2
	VMOVUPD   32(p0), Y3
	VMOVUPD   64(p0), Y9
	VMOVUPD   96(p0), Y10
	VUNPCKLPD Y3, Y2, Y0
	VUNPCKHPD Y3, Y2, Y1
	VUNPCKLPD Y10, Y9, Y7
	VUNPCKHPD Y10, Y9, Y8
	BOX_MULLER
	VUNPCKLPD Y1, Y0, Y2
	VUNPCKHPD Y1, Y0, Y3
	VUNPCKLPD Y8, Y7, Y9
	VUNPCKHPD Y8, Y7, Y10
	VMOVUPD   Y2, (p0)
	VMOVUPD   Y3, 32(p0)
	VMOVUPD   Y9, 64(p0)
	VMOVUPD   Y10, 96(p0)
	ADDQ      $128, p0
	DECQ      n_left
	JNE       loop
	VZEROUPPER
	RET
