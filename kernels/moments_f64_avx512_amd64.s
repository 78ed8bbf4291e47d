//go:build !purego && !race

// Weighted moments, AVX-512, float64.
//
// Contract: same bits as moments_generic.go: t = x − mean and z = r·t rounded; s0 + r, s1 + z, fma(t, z, s2), one row after
// the other.
// ISA: AVX-512 F, BMI2. momentsPick is a scalar loop: its AVX2 form serves here too.
//
// Register plan: moments_avx512_amd64.h; there lanes = dimensions, but lanes = components in COUNT.
//
// Work per call: at most 256 rows by four components and a vector, or by 16 products of one vector: 2 µs.
// Memory: x, r and skip as in the reference loops, tails by masked loads; all else is scratch.

#include "go_asm.h"
#include "textflag.h"

#define SIZE  8
#define SHIFT 3
#define SUBV  VSUBPD
#define MULV  VMULPD
#define ADDV  VADDPD
#define FMADD VFMADD231PD
#define CMPV  VCMPPD
#define BCAST VBROADCASTSD
#define MOVV  VMOVUPD
#define MUL_BCAST   VMULPD.BCST
#define ADD_BCAST   VADDPD.BCST
#define FMADD_BCAST VFMADD231PD.BCST
#define LOAD1  VMOVSD
#define STORE1 VMOVSD
#define ADD1   VADDSD
#define UCOMI  VUCOMISD

#include "moments_avx512_amd64.h"

// func momentsDiag4F64AVX512(a *momentsTile)
TEXT ·momentsDiag4F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	DIAG4
	VZEROUPPER
	RET

// func momentsDiag1F64AVX512(a *momentsTile)
TEXT ·momentsDiag1F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	DIAG1
	VZEROUPPER
	RET

// func momentsMasked4F64AVX512(a *momentsTile)
TEXT ·momentsMasked4F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED4
	VZEROUPPER
	RET

// func momentsMasked1F64AVX512(a *momentsTile)
TEXT ·momentsMasked1F64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED1
	VZEROUPPER
	RET

// func momentsCountF64AVX512(a *momentsTile)
TEXT ·momentsCountF64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	COUNT
	VZEROUPPER
	RET

// func momentsCentreF64AVX512(a *momentsTile)
TEXT ·momentsCentreF64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	CENTRE
	VZEROUPPER
	RET

// func momentsProductsF64AVX512(a *momentsTile)
TEXT ·momentsProductsF64AVX512(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	PRODUCTS
	VZEROUPPER
	RET
