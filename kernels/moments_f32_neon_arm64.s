//go:build !purego && !race

// Weighted moments, NEON, float32.
//
// Contract: same bits as moments_generic.go: t = x − mean and z = r·t rounded; s0 + r, s1 + z, fma(t, z, s2), one row after
// the other.
// ISA: ASIMD.
//
// Register plan: moments_neon_arm64.h; there lanes = dimensions, but lanes = components in COUNT.
//
// Work per call: at most 256 rows by four components and two vectors, or by 16 products of four vectors.
// Memory: x, r and skip as in the reference loops; all else is scratch.

#include "go_asm.h"
#include "textflag.h"
#include "neon_arm64.h"

#define SIZE  4
#define SHIFT 2
#define FADDV(m, n, d) VFADD_S4(m, n, d)
#define FSUBV(m, n, d) VFSUB_S4(m, n, d)
#define FMULV(m, n, d) VFMUL_S4(m, n, d)
#define FMLAV(m, n, d) VFMLA_S4(m, n, d)
#define FCMEQV(m, n, d) VFCMEQ_S4(m, n, d)
#define FCMGEV(m, n, d) VFCMGE_S4(m, n, d)
#define FMLA_LANE(m, i, n, d) VFMLA_S4_LANE(m, i, n, d)
#define FMUL_LANE(m, i, n, d) VFMUL_S4_LANE(m, i, n, d)
#define BCAST(p, d) VLD1R (p), [d.S4]
#define LOAD1  FMOVS
#define STORE1 FMOVS
#define ADD1   FADDS
#define CMP1   FCMPS

#include "moments_neon_arm64.h"

// func momentsDiag4F32NEON(a *momentsTile)
TEXT ·momentsDiag4F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG4
	RET

// func momentsDiag1F32NEON(a *momentsTile)
TEXT ·momentsDiag1F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG1
	RET

// func momentsMasked4F32NEON(a *momentsTile)
TEXT ·momentsMasked4F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	MASKED4
	RET

// func momentsMasked1F32NEON(a *momentsTile)
TEXT ·momentsMasked1F32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	MASKED1
	RET

// func momentsCountF32NEON(a *momentsTile)
TEXT ·momentsCountF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	COUNT
	RET

// func momentsPickF32NEON(a *momentsTile)
TEXT ·momentsPickF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	PICK
	RET

// func momentsCentreF32NEON(a *momentsTile)
TEXT ·momentsCentreF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	CENTRE
	RET

// func momentsProductsF32NEON(a *momentsTile)
TEXT ·momentsProductsF32NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	PRODUCTS
	RET
