//go:build !purego && !race

// A row of a sparse product over one block of k, NEON, float64.
//
// Contract: same bits as sparseProduct.generic: one FMA per stored element and column, k ascending from +0, then init + sum.
// Where a sum is −0 it stores nothing and says so.
// ISA: ASIMD.
//
// Register plan
//	R0 args   R1 b_ptr   R2 idx_ptr   R3 val_ptr   R4 left   R5 b_row   R6 row   R7 c_ptr   R8 init_ptr   R9 relu_too   R10 some
//	V0-V7 accumulators   V16-V23 columns of B   V24 the element's value in lane 0   V25 −0
//
// Work per call: at most 383 elements times 128 bytes of columns.
// Memory: the columns of B in the rows of the elements, of c and of what the sums are added to.

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"
#include "gemm_sparse_neon_arm64.h"

#define LOAD_A FMOVD
#define FMLA_LANE(m, i, n, d) VFMLA_D2_LANE(m, i, n, d)
#define FADDV(m, n, d) VFADD_D2(m, n, d)
#define FLTZ(n, d) VFCMLTZ_D2(n, d)
#define CMPEQ(n, d) VCMEQ V25.D2, n.D2, d.D2
#define SHIFT 3

// MINUS_ZERO sets V25 to −0. Clobbers some.
#define MINUS_ZERO \
	MOVD $0x8000000000000000, some \
	VDUP some, V25.D2

// func sparseRow8F64NEON(t *sparseArgs)
TEXT ·sparseRow8F64NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	BEGIN
	MINUS_ZERO
	COLUMNS(TERMS8, INITS8, RELUS8, PUTS8, loop, summed, relu, put, negative)

// func sparseRow4F64NEON(t *sparseArgs)
TEXT ·sparseRow4F64NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	BEGIN
	MINUS_ZERO
	COLUMNS(TERMS4, INITS4, RELUS4, PUTS4, loop, summed, relu, put, negative)

// func sparseRow1F64NEON(t *sparseArgs)
TEXT ·sparseRow1F64NEON(SB), NOSPLIT, $0-8
	MOVD t+0(FP), args
	BEGIN
	MINUS_ZERO
	COLUMNS(TERMS1, INITS1, RELUS1, PUTS1, loop, summed, relu, put, negative)
