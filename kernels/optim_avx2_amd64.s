//go:build !purego && !race

#include "textflag.h"

// One step of Adam.
// Contract: the bits of adamGeneric: the order of operations stands beside the code.
// ISA: AVX2, FMA.
//
//	register    holds
//	DI, SI      p, m
//	DX, BX      v, g
//	R9          the step's constants
//	AX          offset of the next element, bytes
//	CX          bytes left
//	R8          address of a tail mask
//	Y0-Y6       p, m, v, g and intermediate values
//	Y8-Y14      β₁, 1−β₁, β₂, 1−β₂, 1/√(1−β₂ᵗ), ε, −α/(1−β₁ᵗ) in all lanes
//	Y15         tail mask
//
// Work per call: at most 8192 elements, about 8 µs in float64 (a division and a square root each).

#define p_ptr DI
#define m_ptr SI
#define v_ptr DX
#define g_ptr BX
#define coef_ptr R9
#define offset AX
#define left CX
#define mask_ptr R8
#define tail_mask Y15

// Moves of a whole register and under the mask. Uses, clobbers: what they name.
#define LOAD(a, r) VMOVUPS a, r
#define STORE(r, a) VMOVUPS r, a
#define MASKLOAD(a, r) VMASKMOVPS a, tail_mask, r
#define MASKSTORE(r, a) VMASKMOVPS r, tail_mask, a

// One register of elements. Uses: the pointers, offset, Y8-Y15. Clobbers: Y0-Y6.
#define STEP(LD, ST, MUL, FMA213, FMA231, SQRT, DIV) \
	LD((g_ptr)(offset*1), Y3) \
	LD((m_ptr)(offset*1), Y1) \
	LD((v_ptr)(offset*1), Y2) \
	LD((p_ptr)(offset*1), Y0) \
	MUL    Y3, Y9, Y4 \
	FMA213 Y4, Y8, Y1           /* m = β₁·m + (1−β₁)·g */ \
	MUL    Y3, Y11, Y5 \
	MUL    Y3, Y5, Y5 \
	FMA213 Y5, Y10, Y2          /* v = β₂·v + (1−β₂)·g·g */ \
	SQRT   Y2, Y6 \
	FMA213 Y13, Y12, Y6         /* √v/√(1−β₂ᵗ) + ε */ \
	DIV    Y6, Y1, Y6 \
	FMA231 Y6, Y14, Y0          /* p − α/(1−β₁ᵗ)·m/… */ \
	ST(Y1, (m_ptr)(offset*1)) \
	ST(Y2, (v_ptr)(offset*1)) \
	ST(Y0, (p_ptr)(offset*1))

// The whole loop. Uses: the pointers, left, Y8-Y14. Clobbers: offset, left, mask_ptr, Y0-Y6, tail_mask, flags.
#define LOOP(MUL, FMA213, FMA231, SQRT, DIV) \
	XORL    offset, offset \
	SUBQ    $32, left \
	JLT     tail \
	PCALIGN $32 \
loop: \
	STEP(LOAD, STORE, MUL, FMA213, FMA231, SQRT, DIV) \
	ADDQ    $32, offset \
	SUBQ    $32, left \
	JGE     loop \
tail: \
	ADDQ    $32, left \
	JEQ     done \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    left, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask \
	STEP(MASKLOAD, MASKSTORE, MUL, FMA213, FMA231, SQRT, DIV) \
done:

// func adamF32AVX2(p, m, v, grad *float32, n int, c *adamCoef[float32])
TEXT ·adamF32AVX2(SB), NOSPLIT, $0-48
	MOVQ         p+0(FP), p_ptr
	MOVQ         m+8(FP), m_ptr
	MOVQ         v+16(FP), v_ptr
	MOVQ         grad+24(FP), g_ptr
	MOVQ         n+32(FP), left
	MOVQ         c+40(FP), coef_ptr
	VBROADCASTSS (coef_ptr), Y8
	VBROADCASTSS 4(coef_ptr), Y9
	VBROADCASTSS 8(coef_ptr), Y10
	VBROADCASTSS 12(coef_ptr), Y11
	VBROADCASTSS 16(coef_ptr), Y12
	VBROADCASTSS 20(coef_ptr), Y13
	VBROADCASTSS 24(coef_ptr), Y14
	SHLQ         $2, left
	LOOP(VMULPS, VFMADD213PS, VFMADD231PS, VSQRTPS, VDIVPS)
	VZEROUPPER
	RET

// func adamF64AVX2(p, m, v, grad *float64, n int, c *adamCoef[float64])
TEXT ·adamF64AVX2(SB), NOSPLIT, $0-48
	MOVQ         p+0(FP), p_ptr
	MOVQ         m+8(FP), m_ptr
	MOVQ         v+16(FP), v_ptr
	MOVQ         grad+24(FP), g_ptr
	MOVQ         n+32(FP), left
	MOVQ         c+40(FP), coef_ptr
	VBROADCASTSD (coef_ptr), Y8
	VBROADCASTSD 8(coef_ptr), Y9
	VBROADCASTSD 16(coef_ptr), Y10
	VBROADCASTSD 24(coef_ptr), Y11
	VBROADCASTSD 32(coef_ptr), Y12
	VBROADCASTSD 40(coef_ptr), Y13
	VBROADCASTSD 48(coef_ptr), Y14
	SHLQ         $3, left
	LOOP(VMULPD, VFMADD213PD, VFMADD231PD, VSQRTPD, VDIVPD)
	VZEROUPPER
	RET
