//go:build !purego && !race

#include "textflag.h"

// Normal variates of float32, of the words of Philox, in place.
// Contract: the bits of boxMullerF32 in rng_generic.go.
// ISA: NEON.
// Registers: vec.h; r0 and r1 are the words a and b of 8 pairs. Work per call: 64 groups of 128 bytes, below 20 µs. Memory:
// those groups, at dst.

#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "vmath_f32.h"
#include "rng_f32.h"

// func boxMullerF32NEON(dst *float32, n int)
TEXT ·boxMullerF32NEON(SB), NOSPLIT, $0-16
	MOVD    dst+0(FP), R0
	MOVD    n+8(FP), n_left
	MOVD    $·vmathF32(SB), k_table
	MOVD    $·rngF32(SB), own_table
	LSL     $1, n_left, n_left
	PCALIGN $16

loop: // half a group
	ADD    $32, R0, R1
	VLD2   (R0), [V0.S4, V1.S4]
	VLD2   (R1), [V12.S4, V13.S4]
	BOX_MULLER
	VST2.P [V0.S4, V1.S4], 32(R0)
	VST2.P [V12.S4, V13.S4], 32(R0)
	SUBS   $1, n_left, n_left
	BNE    loop
	RET
