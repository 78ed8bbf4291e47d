//go:build !purego && !race

// Diagonal-covariance log-densities of rows with missing entries, AVX2.
//
// Contract: same bits as gaussDiagMaskedGeneric: what a missing entry would add to q is +0·+0, to the norm +0.
// ISA: AVX2, FMA.
//
// Register plan
//	AX args   SI x_ptr   DI out_ptr   CX left   R13 tiles
//	BX m_ptr, R8 m_step   DX p_ptr, R9 p_step   R10 h_ptr, R11 h_step (bytes)   R12 out_step
//	Y0-Y3 q: 2 components x 2 vectors   Y4-Y7 norms   Y8, Y9 x   Y10, Y11 ones where x is a number   Y12-Y15 scratch
//
// Work per call: a tile, d steps of about 6 cycles.
// Memory: x and out hold whole tiles, all scratch; mean, prec, h and c as in the reference loop.

#include "go_asm.h"
#include "textflag.h"

#define args     AX
#define x_ptr    SI
#define out_ptr  DI
#define left     CX
#define tiles    R13
#define m_ptr    BX
#define m_step   R8
#define p_ptr    DX
#define p_step   R9
#define h_ptr    R10
#define h_step   R11
#define out_step R12

DATA gauss_minus_half<>+0(SB)/8, $-0.5
DATA gauss_minus_half<>+8(SB)/4, $(-0.5)
GLOBL gauss_minus_half<>(SB), RODATA|NOPTR, $16

// COMPONENT adds a column, Y8 and Y9, Y10 and Y11 where they are numbers, to the distances q and norms a of a tile from
// one component. Clobbers Y12-Y15.
#define COMPONENT(BCAST, SUB, MUL, ADD, FMADD, m, p, h, q0, q1, a0, a1) \
	BCAST  m, Y12; \
	SUB    Y12, Y8, Y13; \
	SUB    Y12, Y9, Y14; \
	VANDPS Y10, Y13, Y13; \
	VANDPS Y11, Y14, Y14; \
	BCAST  p, Y12; \
	MUL    Y12, Y13, Y15; \
	VANDPS Y10, Y15, Y15; \
	FMADD  Y13, Y15, q0; \
	MUL    Y12, Y14, Y15; \
	VANDPS Y11, Y15, Y15; \
	FMADD  Y14, Y15, q1; \
	BCAST  h, Y12; \
	VANDPS Y10, Y12, Y13; \
	VANDPS Y11, Y12, Y14; \
	ADD    Y13, a0, a0; \
	ADD    Y14, a1, a1

// MASKED is gaussMasked2 for elements of size bytes. Uses args. Clobbers all registers above.
#define MASKED(BCAST, SUB, MUL, ADD, FMADD, CMP, size, shift, half) \
	MOVQ gaussTile_out(args), out_ptr; \
	MOVQ gaussTile_x(args), x_ptr; \
	MOVQ gaussTile_meanStride(args), m_step; \
	MOVQ gaussTile_pStride(args), p_step; \
	MOVQ gaussTile_hStride(args), h_step; \
	MOVQ gaussTile_outStride(args), out_step; \
	MOVQ gaussTile_tiles(args), tiles; \
	SHLQ $shift, m_step; \
	SHLQ $shift, p_step; \
	SHLQ $shift, h_step; \
	SHLQ $shift, out_step; \
tile: \
	MOVQ gaussTile_c(args), m_ptr; \
	MOVQ gaussTile_rows(args), left; \
	BCAST (m_ptr), Y4; \
	BCAST (-size)(m_ptr)(left*size), Y6; \
	VMOVAPS Y4, Y5; \
	VMOVAPS Y6, Y7; \
	VXORPS Y0, Y0, Y0; \
	VXORPS Y1, Y1, Y1; \
	VXORPS Y2, Y2, Y2; \
	VXORPS Y3, Y3, Y3; \
	MOVQ gaussTile_mean(args), m_ptr; \
	MOVQ gaussTile_p(args), p_ptr; \
	MOVQ gaussTile_h(args), h_ptr; \
	MOVQ gaussTile_d(args), left; \
column: \
	VMOVUPS (x_ptr), Y8; \
	VMOVUPS 32(x_ptr), Y9; \
	CMP  $7, Y8, Y8, Y10; \
	CMP  $7, Y9, Y9, Y11; \
	COMPONENT(BCAST, SUB, MUL, ADD, FMADD, (m_ptr), (p_ptr), (h_ptr), Y0, Y1, Y4, Y5); \
	COMPONENT(BCAST, SUB, MUL, ADD, FMADD, (m_ptr)(m_step*1), (p_ptr)(p_step*1), (h_ptr)(h_step*1), Y2, Y3, Y6, Y7); \
	ADDQ $64, x_ptr; \
	ADDQ $size, m_ptr; \
	ADDQ $size, p_ptr; \
	ADDQ $size, h_ptr; \
	DECQ left; \
	JNZ  column; \
	BCAST half, Y14; \
	FMADD Y0, Y14, Y4; \
	FMADD Y1, Y14, Y5; \
	FMADD Y2, Y14, Y6; \
	FMADD Y3, Y14, Y7; \
	VMOVUPS Y4, (out_ptr); \
	VMOVUPS Y5, 32(out_ptr); \
	VMOVUPS Y6, (out_ptr)(out_step*1); \
	VMOVUPS Y7, 32(out_ptr)(out_step*1); \
	ADDQ $64, out_ptr; \
	DECQ tiles; \
	JNZ  tile

// func gaussMasked2F32AVX2(a *gaussTile)
TEXT ·gaussMasked2F32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED(VBROADCASTSS, VSUBPS, VMULPS, VADDPS, VFMADD231PS, VCMPPS, 4, 2, gauss_minus_half<>+8(SB))
	VZEROUPPER
	RET

// func gaussMasked2F64AVX2(a *gaussTile)
TEXT ·gaussMasked2F64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED(VBROADCASTSD, VSUBPD, VMULPD, VADDPD, VFMADD231PD, VCMPPD, 8, 3, gauss_minus_half<>+0(SB))
	VZEROUPPER
	RET
