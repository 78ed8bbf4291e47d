//go:build !purego && !race

// Gaussian log-densities, NEON, float32.
//
// Contract: same bits as gauss_generic.go: t = x − mean rounded; one FMA per term of z_i, j ascending, i+1 terms exactly; one
// FMA per element of the norm, i ascending. Diagonal: u = t·p rounded, q = fma(u, t, q). In a single row a term that a lane
// does not take is +0·+0, which can change the sign of a zero z_i alone, and the square hides that.
// ISA: ASIMD.
//
// Register plan: general registers in gauss_neon_arm64.h and gauss_rows_neon_arm64.h.
//	V0-V23 z: 6 elements x 4 vectors, lanes = rows   V24-V27 t, the norm   V28-V31 p in lane 0, −½
//	diagonal: V0-V15 q of 4 components x 4 vectors   V16-V19 x   V20 mean   V21 p   V22-V25 t   V26-V29 u
//	single rows: V0-V3 z, lanes = elements of z      V4-V7 a row of p   V8-V15 masked   V16 t_j
//
// Work per call: as for AVX2, tiles·d²/2 steps for a tile, at most 389 for a panel, tiles·d for the diagonal.
// Memory: x, t and out hold whole tiles, all scratch; mean, c and p as in the reference loops, but for single rows
// also entries of p below the diagonal, which are masked.

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"

#define SIZE  4
#define SHIFT 2
#define LANES 4
#define FADDV(m, n, d) VFADD_S4(m, n, d)
#define FSUBV(m, n, d) VFSUB_S4(m, n, d)
#define FMULV(m, n, d) VFMUL_S4(m, n, d)
#define FCMEQV(m, n, d) VFCMEQ_S4(m, n, d)
#define FMLAV(m, n, d) VFMLA_S4(m, n, d)
#define FMLA_LANE(m, i, n, d) VFMLA_S4_LANE(m, i, n, d)
#define FMUL_LANE(m, i, n, d) VFMUL_S4_LANE(m, i, n, d)
#define BCAST(p, d)   VLD1R (p), [d.S4]
#define BCAST_P(p, d) VLD1R.P SIZE(p), [d.S4]
#define LOAD_HALF(d)  FMOVS $-0.5, d
#define LOAD1  FMOVS
#define STORE1 FMOVS
#define SUB1   FSUBS
#define MUL1   FMULS
#define FMADD1 FMADDS

// 64 bytes of zeros, 64 of ones: a vector loaded x elements after the first one has lane l set if x+l ≥ 0.
DATA gauss_slope<>+64(SB)/8, $-1
DATA gauss_slope<>+72(SB)/8, $-1
DATA gauss_slope<>+80(SB)/8, $-1
DATA gauss_slope<>+88(SB)/8, $-1
DATA gauss_slope<>+96(SB)/8, $-1
DATA gauss_slope<>+104(SB)/8, $-1
DATA gauss_slope<>+112(SB)/8, $-1
DATA gauss_slope<>+120(SB)/8, $-1
GLOBL gauss_slope<>(SB), RODATA|NOPTR, $128

#include "gauss_neon_arm64.h"
#include "gauss_rows_neon_arm64.h"

// func gaussTileF32NEON(a *gaussTile)
TEXT ·gaussTileF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	TILES
	RET

// func gaussDiag4F32NEON(a *gaussTile)
TEXT ·gaussDiag4F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG4
	RET

// func gaussDiag1F32NEON(a *gaussTile)
TEXT ·gaussDiag1F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG1
	RET

// func gaussDiagRowF32NEON(a *gaussTile)
TEXT ·gaussDiagRowF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG_ROW
	RET

// func gaussMasked2F32NEON(a *gaussTile)
TEXT ·gaussMasked2F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	MASKED
	RET

// func gaussRowF32NEON(a *gaussTile)
TEXT ·gaussRowF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	ROW
	RET

// func gaussPanelF32NEON(q, z, t, p *float32, pStride, rows, skip, mode int)
TEXT ·gaussPanelF32NEON(SB), NOSPLIT, $0-64
	MOVD q+0(FP), out_ptr
	MOVD z+8(FP), x_ptr
	MOVD t+16(FP), t_ptr
	MOVD p+24(FP), p_ptr
	MOVD pStride+32(FP), p_step
	MOVD rows+40(FP), left
	MOVD skip+48(FP), i0
	MOVD mode+56(FP), args
	PANEL
	RET

// func gaussNormsF32NEON(out, z, c *float32, d, n int)
TEXT ·gaussNormsF32NEON(SB), NOSPLIT, $0-40
	MOVD out+0(FP), out_ptr
	MOVD z+8(FP), m0
	MOVD c+16(FP), c_ptr
	MOVD d+24(FP), left
	MOVD n+32(FP), tiles
	NORMS
	RET

// func gaussGatherF32NEON(dst, x *float32, stride, d int)
TEXT ·gaussGatherF32NEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), out_ptr
	MOVD x+8(FP), x_ptr
	MOVD stride+16(FP), step
	MOVD d+24(FP), left
	ADD  step<<SHIFT, x_ptr, m0
	ADD  step<<SHIFT, m0, m1
	ADD  step<<SHIFT, m1, m2
	ADD  step<<SHIFT, m2, m3
	ADD  step<<SHIFT, m3, d0
	ADD  step<<SHIFT, d0, d1
	ADD  step<<SHIFT, d1, d2
column:
	VLD1.P 4(x_ptr), V0.S[0]
	VLD1.P 4(m0), V0.S[1]
	VLD1.P 4(m1), V0.S[2]
	VLD1.P 4(m2), V0.S[3]
	VLD1.P 4(m3), V1.S[0]
	VLD1.P 4(d0), V1.S[1]
	VLD1.P 4(d1), V1.S[2]
	VLD1.P 4(d2), V1.S[3]
	VST1 [V0.S4, V1.S4], (out_ptr)
	ADD  $64, out_ptr
	SUBS $1, left
	BNE  column
	RET

// func gaussScatterF32NEON(dst, out *float32, dstStride, outStride, n int)
TEXT ·gaussScatterF32NEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), out_ptr
	MOVD out+8(FP), m0
	MOVD dstStride+16(FP), row_ptr
	MOVD outStride+24(FP), step
	MOVD n+32(FP), left
	LSL  $SHIFT, row_ptr, row_ptr
	ADD  step<<SHIFT, m0, m1
	ADD  step<<SHIFT, m1, m2
	ADD  step<<SHIFT, m2, m3
block:
	VLD1.P 16(m0), [V0.S4]
	VLD1.P 16(m1), [V1.S4]
	VLD1.P 16(m2), [V2.S4]
	VLD1.P 16(m3), [V3.S4]
	VTRN1 V1.S4, V0.S4, V4.S4 // row 0: components 0, 1; row 2
	VTRN2 V1.S4, V0.S4, V5.S4 // row 1; row 3
	VTRN1 V3.S4, V2.S4, V6.S4
	VTRN2 V3.S4, V2.S4, V7.S4
	VTRN1 V6.D2, V4.D2, V16.D2
	VTRN1 V7.D2, V5.D2, V17.D2
	VTRN2 V6.D2, V4.D2, V18.D2
	VTRN2 V7.D2, V5.D2, V19.D2
	VST1  [V16.S4], (out_ptr)
	ADD   row_ptr, out_ptr
	VST1  [V17.S4], (out_ptr)
	ADD   row_ptr, out_ptr
	VST1  [V18.S4], (out_ptr)
	ADD   row_ptr, out_ptr
	VST1  [V19.S4], (out_ptr)
	ADD   row_ptr, out_ptr
	SUBS  $4, left
	BNE   block
	RET
