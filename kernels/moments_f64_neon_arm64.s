//go:build !purego && !race

// Weighted moments, NEON, float64.
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

#define SIZE  8
#define SHIFT 3
#define FADDV(m, n, d) VFADD_D2(m, n, d)
#define FSUBV(m, n, d) VFSUB_D2(m, n, d)
#define FMULV(m, n, d) VFMUL_D2(m, n, d)
#define FMLAV(m, n, d) VFMLA_D2(m, n, d)
#define FCMEQV(m, n, d) VFCMEQ_D2(m, n, d)
#define FCMGEV(m, n, d) VFCMGE_D2(m, n, d)
#define FMLA_LANE(m, i, n, d) VFMLA_D2_LANE(m, i, n, d)
#define FMUL_LANE(m, i, n, d) VFMUL_D2_LANE(m, i, n, d)
#define BCAST(p, d) VLD1R (p), [d.D2]
#define LOAD1  FMOVD
#define STORE1 FMOVD
#define ADD1   FADDD
#define CMP1   FCMPD

#include "moments_neon_arm64.h"

// func momentsDiag4F64NEON(a *momentsTile)
TEXT ·momentsDiag4F64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG4
	RET

// func momentsDiag1F64NEON(a *momentsTile)
TEXT ·momentsDiag1F64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	DIAG1
	RET

// func momentsMasked4F64NEON(a *momentsTile)
TEXT ·momentsMasked4F64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	MASKED4
	RET

// func momentsMasked1F64NEON(a *momentsTile)
TEXT ·momentsMasked1F64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	MASKED1
	RET

// func momentsCountF64NEON(a *momentsTile)
TEXT ·momentsCountF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	COUNT
	RET

// func momentsPickF64NEON(a *momentsTile)
TEXT ·momentsPickF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	PICK
	RET

// func momentsCentreF64NEON(a *momentsTile)
TEXT ·momentsCentreF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	CENTRE
	RET

// func momentsProductsF64NEON(a *momentsTile)
TEXT ·momentsProductsF64NEON(SB), NOSPLIT, $0-8
	MOVD a+0(FP), args
	PRODUCTS
	RET
