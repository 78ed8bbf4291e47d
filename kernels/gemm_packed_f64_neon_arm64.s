//go:build !purego && !race

// One row of a packed product, NEON, float64.
//
// Contract: same bits as gemmGenericF64: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: ASIMD.
//
// Register plan
//	R0 args   R1 a_ptr   R2 a_k   R3-R6 b_0 … b_3   R7 b_step   R8 k_left   R9 groups   R10 c_ptr   R11 init_ptr
//	R12 relu_too   R13 a_two   R14, R15, R19 d_0 … d_2   R20 d_step
//	V0-V17 accumulators, three per panel   V18-V23 columns of B   V24, V25 op(A)[0][k] in lane 0
//
// Work per call: twelve groups of four panels of 48 bytes, at most 383 terms; three panels and two blocks.
// Memory: the panels, whole; whole panels of c and of what the sums are added to.

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"
#include "gemm_packed_neon_arm64.h"

#define LOAD_A FMOVD
#define LOAD_B(from, V_0, V_1, V_2, v_0, v_1, v_2) VLD1.P 48(from), [V_0.S4, V_1.S4, V_2.S4]
#define FMLA_LANE(m, i, n, d) VFMLA_D2_LANE(m, i, n, d)
#define FADDV(m, n, d) VFADD_D2(m, n, d)
#define FLTZ(n, d) VFCMLTZ_D2(n, d)

// func packedRowF64NEON(t *packedArgs)
TEXT ·packedRowF64NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	ROW(group, loop, summed, put)

// func packedEnd2F64NEON(t *packedArgs)
TEXT ·packedEnd2F64NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	END(FIRST2, SECOND2, INITS2, ADDS2, RELUS2, PUTS2, both, first, loop1, second, loop2, out, add, relu, put)

// func packedEnd3F64NEON(t *packedArgs)
TEXT ·packedEnd3F64NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	END(FIRST3, SECOND3, INITS3, ADDS3, RELUS3, PUTS3, both, first, loop1, second, loop2, out, add, relu, put)
