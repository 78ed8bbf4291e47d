//go:build !purego && !race

// A row of a sparse product over one block of k, AVX2, float64.
//
// Contract: same bits as sparseProduct.generic: one FMA per stored element and column, k ascending from +0, then init + sum.
// Where a sum is −0 it stores nothing and says so.
// ISA: AVX2, FMA.
//
// Register plan
//	DI args   SI b_ptr   DX idx_ptr   R8 val_ptr   AX at   CX count   R9 b_row   R10 row   R11 c_ptr   R12 init_ptr   BX left
//	Y0-Y7 accumulators   Y12 the element's value   Y13 the last vector of columns   Y14 0, or −0   Y15 mask of the last
//
// Work per call: at most 383 elements times 256 bytes of columns.
// Memory: the columns of B in the rows of the elements, of c and of what the sums are added to; those beyond are masked off.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_sparse_avx2_amd64.h"

#define FMADD VFMADD231PD
#define ADDV  VADDPD
#define MAXV  VMAXPD
#define BCAST VBROADCASTSD
#define CMPEQ VPCMPEQQ
#define SIZE  8

// −0.
DATA sparse_negative<>(SB)/8, $0x8000000000000000
GLOBL sparse_negative<>(SB), RODATA|NOPTR, $8

// func sparseRowF64AVX2(t *sparseArgs)
TEXT ·sparseRowF64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	ROW
