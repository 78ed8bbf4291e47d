//go:build !purego && !race

#include "textflag.h"

// The recursions of hidden Markov models over the frames of one sequence, float32, lanes = states.
// Contract: the bits of hmm_frames_generic.go.
// ISA: NEON.
// Registers: vec.h and hmm_frames_neon_arm64.h. Work per call: hmm_frames_blocks.go bounds it to about 50 µs. Memory: the rows of
// hmmFramesArgs and the scratch.

#include "go_asm.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f32_neon_arm64.h"

#define SHIFT 2
#define ESIZE (1<<SHIFT)
#define FMA231 VFMLA_S4
#define MAX1 VFMAX_S4
#define BCAST VLD1R (R15), [V31.S4]
#define MOV_ONE FMOVS
#define ADD_ONE \
	FMOVS (R15), F31 \
	FADDS F31, F9, F9
#define DUP_ONE(d) VDUP V9.S[0], d.S4

#define MAX_ACROSS(d) VFMAXV_S4(d, d)
#define COPY_ONE(R) VMOV V9.S[0], R
#define NEG_INF_BITS 0xff800000

#include "hmm_frames_neon_arm64.h"

// func hmmForwardFramesF32NEON(a *hmmFramesArgs)
TEXT ·hmmForwardFramesF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD $·vmathF32(SB), k_table
	FORWARD_FRAMES
	RET

// func hmmBackwardFramesF32NEON(a *hmmFramesArgs)
TEXT ·hmmBackwardFramesF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD $·vmathF32(SB), k_table
	BACKWARD_FRAMES
	RET

// func hmmViterbiFramesF32NEON(a *hmmFramesArgs)
TEXT ·hmmViterbiFramesF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD $·vmathF32(SB), k_table
	VITERBI_FRAMES
	RET
