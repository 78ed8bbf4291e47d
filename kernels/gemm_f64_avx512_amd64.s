//go:build !purego && !race

// The matrix product over one block of k, AVX-512, float64.
//
// Contract: same bits as gemmGenericF64: one FMA per k and element, k ascending from +0, then init + sum.
// ISA: AVX-512 F.
//
// Register plan
//	DI args     SI a_ptr   BX a_five    R13 a_ten   R8 a_row   R12 a_row3   R9 a_k   DX b_ptr   R10 b_k
//	CX k_left   AX rows of the tile     R11 c_ptr   R12 c_row  SI init_ptr  R8 init_row
//	Z0-Z23 accumulators, one or two per row         Z24, Z25 columns of B   Z26-Z29 op(A)[i][k]
//	K1 columns of the first vector      K2 of the second
//
// Work per call: rows × columns × k below the Go caller's bound.
// Memory: the rows and columns that args names; the columns beyond a tail are masked off.

#include "go_asm.h"
#include "textflag.h"
#include "gemm_avx512_amd64.h"

#define FMADD VFMADD231PD
#define ADDV  VADDPD
#define MAXV  VMAXPD
#define BCAST VBROADCASTSD

// func gemmTilesF64AVX512(t *gemmArgs)
TEXT ·gemmTilesF64AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), args
	BEGIN
panel:
	BEGIN_PANEL
	CMPQ k_left, $64
	JLE  narrow
tile:
	NEXT_ROWS(take)
	LOAD_TILE
	ZERO24
	TILES(B2, ROWS21, ROWS22, ROWS23, ROWS24, ROWS25, ROWS26, ROWS27, ROWS28, ROWS29, ROWS210, ROWS211, ROWS212)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    summed
	EACH2(INIT2, summed)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put
	RELU24
put:
	CMPQ gemmArgs_colsLeft(args), $128
	JLT  masked
	EACH2(PUT2, stored)
	JMP  next
masked:
	EACH2(PUT2_MASKED, next)
	KEEP_OUT
	CMPQ gemmArgs_rowsLeft(args), $0
	JNE  tile
	NEXT_PANEL(plain)
	JGT  panel
	VZEROUPPER
	RET

narrow:
	NEXT_ROWS(take1)
	LOAD_TILE
	ZERO12
	TILES_NARROW(B1, ROWS11, ROWS12, ROWS13, ROWS14, ROWS15, ROWS16, ROWS17, ROWS18, ROWS19, ROWS110, ROWS111, ROWS112)
	LOAD_OUT
	TESTQ init_ptr, init_ptr
	JZ    summed1
	EACH1(INIT1, summed1)
	CMPQ gemmArgs_relu(args), $0
	JEQ  put1
	RELU12
put1:
	EACH1(PUT1, stored1)
	KEEP_OUT
	CMPQ gemmArgs_rowsLeft(args), $0
	JNE  narrow
	VZEROUPPER
	RET
