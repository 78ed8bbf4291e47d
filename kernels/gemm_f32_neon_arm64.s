//go:build !purego && !race

// The matrix product over one block of k, NEON, float32.
//
// Contract: same bits as gemmGenericF32: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: ASIMD.
//
// Register plan
//	R0 args   R1-R8 a_0 … a_7   R9 a_at    R10 a_k   R11 b_ptr   R12 b_k   R13 k_left   R14 rows of the tile
//	R15 c_ptr   R19 c_row       R20 init_ptr   R21 init_row      R22 rows_all           R23 a_row
//	V0-V23 accumulators, row after row   V24-V26 columns of B    V27-V31 op(A)[i][k] in lane 0
//
// Work per call: one panel of columns, rows × k below the Go caller's bound.
// Memory: the rows and columns that args names.

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"
#include "gemm_neon_arm64.h"

#define LOAD_A FMOVS
#define FMLA_LANE(m, i, n, d) VFMLA_S4_LANE(m, i, n, d)
#define FADDV(m, n, d) VFADD_S4(m, n, d)
#define FLTZ(n, d) VFCMLTZ_S4(n, d)

// func gemmPanelF32NEON(t *gemmArgs)
TEXT ·gemmPanelF32NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	LOAD_ARGS
tile:
	NEXT_ROWS(take)
	LOAD_TILE
	ZERO24
	TILES(B3, ROWS31, ROWS32, ROWS33, ROWS34, ROWS35, ROWS36, ROWS37, ROWS38)
	CBZ init_ptr, summed
	EACH3(INIT3, summed)
	MOVD gemmArgs_relu(args), a_at
	CBZ  a_at, put
	RELU24
put:
	EACH3(PUT3, stored)
	MADD rows, a_0, a_step, a_0
	CBNZ rows_all, tile
	RET

// func gemmNarrowF32NEON(t *gemmArgs)
TEXT ·gemmNarrowF32NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	LOAD_ARGS
tile:
	NEXT_ROWS(take)
	LOAD_TILE
	ZERO8
	TILES(B1, ROWS11, ROWS12, ROWS13, ROWS14, ROWS15, ROWS16, ROWS17, ROWS18)
	CBZ init_ptr, summed
	EACH1(INIT1, summed)
	MOVD gemmArgs_relu(args), a_at
	CBZ  a_at, put
	RELU8
put:
	EACH1(PUT1, stored)
	MADD rows, a_0, a_step, a_0
	CBNZ rows_all, tile
	RET

// func gemmWideF32NEON(t *gemmArgs)
//
// V0-V7 accumulators; V16-V23 columns of B; V27 op(A)[0][k] in lane 0.
TEXT ·gemmWideF32NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	LOAD_ARGS
	LOAD_TILE
	ZERO8
	CHAIN(B8, WIDE, loop)
	CBZ    init_ptr, summed
	VLD1.P 64(init_ptr), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1   (init_ptr), [V20.S4, V21.S4, V22.S4, V23.S4]
	FADDV(v16, v0, v0)
	FADDV(v17, v1, v1)
	FADDV(v18, v2, v2)
	FADDV(v19, v3, v3)
	FADDV(v20, v4, v4)
	FADDV(v21, v5, v5)
	FADDV(v22, v6, v6)
	FADDV(v23, v7, v7)
summed:
	MOVD gemmArgs_relu(args), a_at
	CBZ  a_at, put
	RELU8
put:
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(c_ptr)
	VST1   [V4.S4, V5.S4, V6.S4, V7.S4], (c_ptr)
	RET
