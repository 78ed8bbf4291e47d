//go:build !purego && !race

// Gaussian log-densities, AVX-512, float64.
//
// Contract: same bits as gauss_generic.go: t = x − mean rounded; one FMA per term of z_i, j ascending, i+1 terms exactly; one
// FMA per element of the norm, i ascending. Diagonal: u = t·p rounded, q = fma(u, t, q).
// ISA: AVX-512 F, BMI2.
//
// Register plan: general registers in gauss_avx512_amd64.h and gauss_diag_avx512_amd64.h.
//	Z0-Z11 z: 12 elements, lanes = rows   Z12 t   Z13 the norm   Z14 −½
//	diagonal: Z0-Z3 q of 4 components     Z8 x    Z9-Z12 t, u
//	single rows: Z0-Z3 z, lanes = elements of z   Z8 t_j   K1-K4 those there are   K5 those that the diagonal leaves
//
// Work per call: as for AVX2, tiles·d²/2 steps for a tile, at most 395 for a panel, tiles·d for the diagonal.
// Memory: x, t and out hold whole tiles, all scratch; mean, c and the upper triangle of p as in the reference loops.

#include "go_asm.h"
#include "textflag.h"

#define SIZE  8
#define SHIFT 3
#define LANES 8
#define SUBV  VSUBPD
#define ADDV  VADDPD
#define MOVV  VMOVUPD
#define FMADD VFMADD231PD
#define BCAST VBROADCASTSD
#define BCASTZ VBROADCASTSD.Z
#define CMPV  VCMPPD
#define SUB_BCAST   VSUBPD.BCST
#define MUL_BCAST   VMULPD.BCST
#define FMADD_BCAST VFMADD231PD.BCST

DATA gauss_minus_half<>+0(SB)/8, $(-0.5)
GLOBL gauss_minus_half<>(SB), RODATA|NOPTR, $8

#include "gauss_avx512_amd64.h"
#include "gauss_diag_avx512_amd64.h"

// func gaussTileF64AVX512(a *gaussTile)
TEXT ·gaussTileF64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	TILES
	VZEROUPPER
	RET

// func gaussDiag4F64AVX512(a *gaussTile)
TEXT ·gaussDiag4F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	DIAG4
	VZEROUPPER
	RET

// func gaussDiag1F64AVX512(a *gaussTile)
TEXT ·gaussDiag1F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	DIAG1
	VZEROUPPER
	RET

// func gaussMasked2F64AVX512(a *gaussTile)
TEXT ·gaussMasked2F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED
	VZEROUPPER
	RET

// func gaussRowF64AVX512(a *gaussTile)
TEXT ·gaussRowF64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	ROW
	VZEROUPPER
	RET

// func gaussPanelF64AVX512(q, z, t, p *float64, pStride, rows, skip, mode int)
TEXT ·gaussPanelF64AVX512(SB), NOSPLIT, $0-64
	MOVQ q+0(FP), out_ptr
	MOVQ z+8(FP), x_ptr
	MOVQ t+16(FP), t_ptr
	MOVQ p+24(FP), p_ptr
	MOVQ pStride+32(FP), p_step
	MOVQ rows+40(FP), left
	MOVQ skip+48(FP), i0
	MOVQ mode+56(FP), args
	PANEL
	VZEROUPPER
	RET
