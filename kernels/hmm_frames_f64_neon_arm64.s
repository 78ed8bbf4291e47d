//go:build !purego && !race

#include "textflag.h"

// The recursions of hidden Markov models over the frames of one sequence, float64, lanes = states.
// Contract: the bits of hmm_frames_generic.go.
// ISA: NEON.
// Registers: vec.h and hmm_frames_neon_arm64.h. Work per call: hmm_frames_blocks.go bounds it to about 50 µs. Memory: the rows of
// hmmFramesArgs and the scratch.

#include "go_asm.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"

#define SHIFT 3
#define ESIZE (1<<SHIFT)
#define FMA231 VFMLA_D2
#define MAX1 VFMAX_D2
#define BCAST VLD1R (R15), [V31.D2]
#define MOV_ONE FMOVD
#define ADD_ONE \
	FMOVD (R15), F31 \
	FADDD F31, F9, F9
#define DUP_ONE(d) VDUP V9.D[0], d.D2

#define MAX_ACROSS(d) VFMAXP_D2(d, d, d)
#define COPY_ONE(R) VMOV V9.D[0], R
#define NEG_INF_BITS 0xfff0000000000000

#include "hmm_frames_neon_arm64.h"

// func hmmForwardFramesF64NEON(a *hmmFramesArgs)
TEXT ·hmmForwardFramesF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD $·vmathF64(SB), k_table
	FORWARD_FRAMES
	RET

// func hmmBackwardFramesF64NEON(a *hmmFramesArgs)
TEXT ·hmmBackwardFramesF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD $·vmathF64(SB), k_table
	BACKWARD_FRAMES
	RET

// func hmmViterbiFramesF64NEON(a *hmmFramesArgs)
TEXT ·hmmViterbiFramesF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), R0
	MOVD $·vmathF64(SB), k_table
	VITERBI_FRAMES
	RET
