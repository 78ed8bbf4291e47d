//go:build !purego && !race

// One row of a packed product, AVX2, float64.
//
// Contract: same bits as gemmGenericF64: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: AVX2, FMA.
//
// Register plan
//	DI args   SI a_ptr   R9 a_k   DX b_ptr   R8 b_step   BX b_high   CX k_left   AX groups   R11 c_ptr
//	R12 init_ptr, before that two_step       R10 a_two   R13 b_two
//	Y0-Y11 accumulators, two per panel       Y12, Y13 op(A)[0][k]       Y14 0
//
// Work per call: twelve groups of six panels of 64 bytes, at most 383 terms; three panels and two blocks.
// Memory: the panels, whole; whole panels of c and of what the sums are added to.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_packed_avx2_amd64.h"

#define FMADD VFMADD231PD
#define ADDV  VADDPD
#define MAXV  VMAXPD
#define BCAST VBROADCASTSD
#define SECOND 32
#define LINE   64

// TERM adds the terms of a vector of columns.
#define TERM(columns, a, sum) FMADD columns, a, sum

// func packedRowF64AVX2(t *packedArgs)
TEXT ·packedRowF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	ROW(group4, group5, group6)
	GROUPS(ABREAST4, INITS4, RELUS4, PUTS4, 256, group4, loop4, summed4, put4)
	GROUPS(ABREAST5, INITS5, RELUS5, PUTS5, 320, group5, loop5, summed5, put5)
	GROUPS(ABREAST6, INITS6, RELUS6, PUTS6, 384, group6, loop6, summed6, put6)

// func packedEnd2F64AVX2(t *packedArgs)
TEXT ·packedEnd2F64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	END(FIRST2, SECOND2, INITS2, ADDS2, RELUS2, PUTS2, both, first, loop1, second, loop2, out, add, relu, put)

// func packedEnd3F64AVX2(t *packedArgs)
TEXT ·packedEnd3F64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	END(FIRST3, SECOND3, INITS3, ADDS3, RELUS3, PUTS3, both, first, loop1, second, loop2, out, add, relu, put)
