//go:build !purego && !race

#include "textflag.h"

// A block of the Cholesky factorisation, and forward substitution with it.
// Contract: each element is a chain of one FMA per term, k ascending, from its old value, then divided by the pivot, as
// forward and factorBlock in chol.go have it.
// ISA: AVX-512 F. Registers: chol_block_amd64.h; Z0-Z7 four rows, Z8, Z9 a row above, Z10-Z13 elements of U.
// Work per call: 32 rows of at most 1024 columns, below 50 µs. Memory: whole panels of 128 bytes of X; of U the upper triangle.

#define a00 Z0
#define a01 Z1
#define a10 Z2
#define a11 Z3
#define a20 Z4
#define a21 Z5
#define a30 Z6
#define a31 Z7
#define x0 Z8
#define x1 Z9
#define c0 Z10
#define c1 Z11
#define c2 Z12
#define c3 Z13
#define vbytes 64
#include "chol_block_amd64.h"

// func forwardF32AVX512(x *float32, xRow int, u *float32, uRow, n, count int)
TEXT ·forwardF32AVX512(SB), NOSPLIT, $0-48
	MOVQ x+0(FP), x_ptr
	MOVQ xRow+8(FP), x_row
	MOVQ u+16(FP), u_ptr
	MOVQ uRow+24(FP), u_row
	MOVQ n+32(FP), n_rows
	MOVQ count+40(FP), panels
	FORWARD(VMOVUPS, VBROADCASTSS, VFNMADD231PS, VDIVPS, 4)
	VZEROUPPER
	RET

// func diagonalF32AVX512(x, u *float32, row, first, n int)
TEXT ·diagonalF32AVX512(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), x_ptr
	MOVQ u+8(FP), u_ptr
	MOVQ row+16(FP), x_row
	MOVQ first+24(FP), row_at
	MOVQ n+32(FP), n_rows
	MOVQ x_row, u_row
	DIAGONAL(VMOVUPS, VBROADCASTSS, VMOVSS, VFNMADD231PS, VDIVPS, VSQRTPS, 4, X10)
	VZEROUPPER
	RET

// func forwardF64AVX512(x *float64, xRow int, u *float64, uRow, n, count int)
TEXT ·forwardF64AVX512(SB), NOSPLIT, $0-48
	MOVQ x+0(FP), x_ptr
	MOVQ xRow+8(FP), x_row
	MOVQ u+16(FP), u_ptr
	MOVQ uRow+24(FP), u_row
	MOVQ n+32(FP), n_rows
	MOVQ count+40(FP), panels
	FORWARD(VMOVUPD, VBROADCASTSD, VFNMADD231PD, VDIVPD, 8)
	VZEROUPPER
	RET

// func diagonalF64AVX512(x, u *float64, row, first, n int)
TEXT ·diagonalF64AVX512(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), x_ptr
	MOVQ u+8(FP), u_ptr
	MOVQ row+16(FP), x_row
	MOVQ first+24(FP), row_at
	MOVQ n+32(FP), n_rows
	MOVQ x_row, u_row
	DIAGONAL(VMOVUPD, VBROADCASTSD, VMOVSD, VFNMADD231PD, VDIVPD, VSQRTPD, 8, X10)
	VZEROUPPER
	RET
