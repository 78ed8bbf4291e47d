//go:build !purego && !race

#include "textflag.h"

// The recursions of hidden Markov models, float32, lanes = sequences.
// Contract: the bits of hmm_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h and hmm_amd64.h. Work per call: hmm_blocks.go bounds it to about 50 µs. Memory: the lanes of the rows of hmmArgs.

#include "go_asm.h"
#include "vec_one_avx2_amd64.h"
#include "vec_f32_avx2_amd64.h"
#include "vmath_f32.h"

#define FMA231 VFMADD231PS
#define ADD1 VADDPS
#define BCAST VBROADCASTSS
#define EXP_TERM EXPNEG(r4, r5, r6, m0)

#include "hmm_amd64.h"

// func hmmForwardF32AVX2(a *hmmArgs)
TEXT ·hmmForwardF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), p0
	MOVQ hmmArgs_lanes(p0), n_left
	SET_END
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
	VZEROUPPER
	RET

// func hmmBackwardF32AVX2(a *hmmArgs)
TEXT ·hmmBackwardF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), p0
	MOVQ hmmArgs_lanes(p0), n_left
	SET_END
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
	VZEROUPPER
	RET

// func hmmViterbiF32AVX2(a *hmmArgs)
TEXT ·hmmViterbiF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), p0
	MOVQ hmmArgs_lanes(p0), n_left
	SET_END
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
	VZEROUPPER
	RET
