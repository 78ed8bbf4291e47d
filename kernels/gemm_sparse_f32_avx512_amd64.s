//go:build !purego && !race

// A row of a sparse product over one block of k, AVX-512, float32.
//
// Contract: same bits as sparseProduct.generic: one FMA per stored element and column, k ascending from +0, then init + sum.
// Where a sum is −0 it stores nothing and says so.
// ISA: AVX-512 F.
//
// Register plan
//	DI args   SI b_ptr   DX idx_ptr   R8 val_ptr   AX at   CX count   R9 b_row   R10 row   R11 c_ptr   R12 init_ptr   BX left
//	Z0-Z7 accumulators   Z12 the element's value   Z13 the last vector of columns   Z14 0, or −0   K1 mask of the last
//
// Work per call: at most 383 elements times 512 bytes of columns.
// Memory: the columns of B in the rows of the elements, of c and of what the sums are added to; those beyond are masked off.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_sparse_avx512_amd64.h"

#define FMADD VFMADD231PS
#define ADDV  VADDPS
#define MAXV  VMAXPS
#define BCAST VBROADCASTSS
#define CMPEQ VPCMPEQD
#define SIZE  4

// −0.
DATA sparse_negative<>(SB)/4, $0x80000000
GLOBL sparse_negative<>(SB), RODATA|NOPTR, $4

// func sparseRowF32AVX512(t *sparseArgs)
TEXT ·sparseRowF32AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	ROW
