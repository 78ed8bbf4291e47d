//go:build !purego && !race

#include "textflag.h"

// The recursions of hidden Markov models, float32, lanes = sequences.
// Contract: the bits of hmm_generic.go.
// ISA: NEON.
// Registers: vec.h and hmm_neon_arm64.h. Work per call: hmm_blocks.go bounds it to about 50 µs. Memory: the lanes of the rows of hmmArgs.

#include "go_asm.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"
#include "vmath_f32.h"

#define FMA231 VFMLA_S4
#define ADD1 VFADD_S4
#define BCAST VLD1R (R15), [V31.S4]
#define EXP_TERM EXPNEG(r4, r5, r6, m0)

#include "hmm_neon_arm64.h"

// func hmmForwardF32NEON(a *hmmArgs)
TEXT ·hmmForwardF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD hmmArgs_lanes(R0), n_left
	SET_END
	MOVD $·vmathF32(SB), k_table
	V_BEGIN

lanes:
	UNLESS(1, tail)
	FORWARD(V_LOAD, V_STORE, max, maxed, four, chain4, one, chain1, given, sums, divide)
	ADVANCE(1)
	JUMP(lanes)

tail:
	V_TAIL(done)
	FORWARD(V_LOADM, V_STOREM, tail_max, tail_maxed, tail_four, tail_chain4, tail_one, tail_chain1, tail_given, tail_sums, tail_divide)

done:
	RET

// func hmmBackwardF32NEON(a *hmmArgs)
TEXT ·hmmBackwardF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD hmmArgs_lanes(R0), n_left
	SET_END
	MOVD $·vmathF32(SB), k_table
	V_BEGIN

lanes:
	UNLESS(1, tail)
	BACKWARD(V_LOAD, V_STORE, weight, four, chain4, one, chain1, out)
	ADVANCE(1)
	JUMP(lanes)

tail:
	V_TAIL(done)
	BACKWARD(V_LOADM, V_STOREM, tail_weight, tail_four, tail_chain4, tail_one, tail_chain1, tail_out)

done:
	RET

// func hmmViterbiF32NEON(a *hmmArgs)
TEXT ·hmmViterbiF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD hmmArgs_lanes(R0), n_left
	SET_END
	MOVD $·vmathF32(SB), k_table
	V_BEGIN

lanes:
	UNLESS(1, tail)
	VITERBI(V_LOAD, V_STORE, two, chain2, chosen2, one, chain1, chosen1, out)
	ADVANCE(1)
	JUMP(lanes)

tail:
	V_TAIL(done)
	VITERBI(V_LOADM, V_STOREM, tail_two, tail_chain2, tail_chosen2, tail_one, tail_chain1, tail_chosen1, tail_out)

done:
	RET
