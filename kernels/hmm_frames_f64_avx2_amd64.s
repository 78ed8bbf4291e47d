//go:build !purego && !race

#include "textflag.h"

// The recursions of hidden Markov models over the frames of one sequence, float64, lanes = states.
// Contract: the bits of hmm_frames_generic.go.
// ISA: AVX2 and FMA.
// Registers: vec.h and hmm_frames_amd64.h. Work per call: hmm_frames_blocks.go bounds it to about 50 µs. Memory: the rows of
// hmmFramesArgs and the scratch.

#include "go_asm.h"
#include "vec_one_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"

#define FMA231 VFMADD231PD
#define ADD1 VADDPD
#define BCAST VBROADCASTSD
#define ADD_ONE VADDSD
#define MOV_ONE VMOVSD
#define COMPARE_ONE VUCOMISD
#define V_MAX_ACROSS(r, x, t, u) \
	VEXTRACTF128 $1, r(LO), u \
	VMAXPD       u, x, x \
	VPERMILPD    $1, x, u \
	VMAXPD       u, x, x \
	VINSERTF128  $1, x, r(LO), r(LO)

#include "hmm_frames_amd64.h"

// func hmmForwardFramesF64AVX2(a *hmmFramesArgs)
TEXT ·hmmForwardFramesF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), p0
	FORWARD_FRAMES
	VZEROUPPER
	RET

// func hmmBackwardFramesF64AVX2(a *hmmFramesArgs)
TEXT ·hmmBackwardFramesF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), p0
	BACKWARD_FRAMES
	VZEROUPPER
	RET

// func hmmViterbiFramesF64AVX2(a *hmmFramesArgs)
TEXT ·hmmViterbiFramesF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), p0
	VITERBI_FRAMES
	VZEROUPPER
	RET
