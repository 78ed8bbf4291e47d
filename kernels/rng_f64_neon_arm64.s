//go:build !purego && !race

#include "textflag.h"

// Normal variates of float64, of the words of Philox, in place.
// Contract: the bits of boxMullerF64 in rng_generic.go.
// ISA: NEON.
// Registers: vec.h; r0 and r1 are the words a and b of 4 pairs. Work per call: 64 groups of 128 bytes, below 40 µs. Memory:
// those groups, at dst.

#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "vmath_f64.h"
#include "rng_f64.h"

// v = v >> 11 as a float64. Uses: v. Clobbers: v.
#define UPPER53(v, t) \
	V_SHR(11, v, v) \
	G2(VUCVTF_D2, v, v)

// func boxMullerF64NEON(dst *float64, n int)
TEXT ·boxMullerF64NEON(SB), NOSPLIT, $0-16
	MOVD    dst+0(FP), R0
	MOVD    n+8(FP), n_left
	MOVD    $·vmathF64(SB), k_table
	MOVD    $·rngF64(SB), own_table
	LSL     $1, n_left, n_left
	PCALIGN $16

loop: // half a group
	ADD    $32, R0, R1
	VLD2   (R0), [V0.D2, V1.D2]
	VLD2   (R1), [V12.D2, V13.D2]
	BOX_MULLER
	VST2.P [V0.D2, V1.D2], 32(R0)
	VST2.P [V12.D2, V13.D2], 32(R0)
	SUBS   $1, n_left, n_left
	BNE    loop
	RET
