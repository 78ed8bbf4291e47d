//go:build !purego && !race

// One row of a packed product, AVX-512, binary16 panels.
//
// Contract: same bits as gemmGenericF32 on the widened panels: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: AVX-512 F.
//
// Register plan
//	DI args   SI a_ptr   R9 a_k   DX b_ptr   R8 b_step   BX b_high   CX k_left   AX groups   R11 c_ptr
//	R12 init_ptr, before that two_step       R10 a_two   R13 b_two
//	Z0-Z11 accumulators, two per panel       Z12, Z13 op(A)[0][k]       Z14 columns, or 0
//
// Work per call: twelve groups of four panels of 64 bytes, at most 383 terms; three panels and two blocks.
// Memory: the panels, whole; whole panels of c and of what the sums are added to.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_packed_avx512_amd64.h"

#define ADDV  VADDPS
#define MAXV  VMAXPS
#define BCAST VBROADCASTSS
#define SECOND 32
#define LINE   64

// TERM adds the terms of a vector of columns. Clobbers Z14.
#define TERM(columns, a, sum) \
	VCVTPH2PS columns, Z14 \
	VFMADD231PS Z14, a, sum

// func packedRowF16AVX512(t *packedArgs)
TEXT ·packedRowF16AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	ROW(group, loop, summed, put)

// func packedEnd2F16AVX512(t *packedArgs)
TEXT ·packedEnd2F16AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	END(FIRST2, SECOND2, INITS2, ADDS2, RELUS2, PUTS2, both, first, loop1, second, loop2, out, add, relu, put)

// func packedEnd3F16AVX512(t *packedArgs)
TEXT ·packedEnd3F16AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	END(FIRST3, SECOND3, INITS3, ADDS3, RELUS3, PUTS3, both, first, loop1, second, loop2, out, add, relu, put)
