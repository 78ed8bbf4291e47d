//go:build !purego && !race

// Weighted moments, AVX2, float64.
//
// Contract: same bits as moments_generic.go: t = x − mean and z = r·t rounded; s0 + r, s1 + z, fma(t, z, s2), one row after
// the other.
// ISA: AVX2, FMA.
//
// Register plan: moments_avx2_amd64.h, moments_list_avx2_amd64.h; there lanes = dimensions, but lanes = components in MARKS.
//
// Work per call: at most 256 rows by four components and a vector, or by 16 products of four vectors: 3 µs; LISTED at most 256 rows by 128 vectors: 15 µs.
// Memory: x, r and skip as in the reference loops, tails by masked loads; all else is scratch.

#include "go_asm.h"
#include "textflag.h"

#define SIZE    8
#define SHIFT   3
#define SUBV    VSUBPD
#define MULV    VMULPD
#define ADDV    VADDPD
#define FMADD   VFMADD231PD
#define CMPV    VCMPPD
#define BCAST   VBROADCASTSD
#define MASKMOV VMASKMOVPD
#define LOAD1   VMOVSD
#define STORE1  VMOVSD
#define ADD1    VADDSD
#define NEGATE(dst) VPCMPEQD dst, dst, dst; VPSLLQ $63, dst, dst
#define UCOMI   VUCOMISD

#include "moments_avx2_amd64.h"
#include "moments_list_avx2_amd64.h"
#include "moments_triangle_avx2_amd64.h"

// the bytes of a half, component by component
DATA moments_columns<>+0(SB)/8, $0x0e0c0a0806040200
DATA moments_columns<>+8(SB)/8, $0x0f0d0b0907050301
DATA moments_columns<>+16(SB)/8, $0x0e0c0a0806040200
DATA moments_columns<>+24(SB)/8, $0x0f0d0b0907050301
GLOBL moments_columns<>(SB), RODATA|NOPTR, $32

// func momentsMasked4F64AVX2(a *momentsTile)
TEXT ·momentsMasked4F64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED4
	VZEROUPPER
	RET

// func momentsMasked1F64AVX2(a *momentsTile)
TEXT ·momentsMasked1F64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED1
	VZEROUPPER
	RET

// func momentsPickF64AVX2(a *momentsTile)
TEXT ·momentsPickF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	PICK
	VZEROUPPER
	RET

// func momentsCentreF64AVX2(a *momentsTile)
TEXT ·momentsCentreF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	CENTRE
	VZEROUPPER
	RET

// func momentsProductsF64AVX2(a *momentsTile)
TEXT ·momentsProductsF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	PRODUCTS
	VZEROUPPER
	RET

// func momentsProductsWideF64AVX2(a *momentsTile)
TEXT ·momentsProductsWideF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	WIDE
	VZEROUPPER
	RET

// func momentsMarksF64AVX2(a *momentsTile)
TEXT ·momentsMarksF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MARKS
	VMOVDQU moments_columns<>(SB), Y13
	PCALIGN $32
rows8:
	WHICH4(Y0, Y1, Y2)
	WHICH4(Y3, Y4, Y5)
	VPACKSSWB Y3, Y0, Y0 // of each half: rows, of each two components
	VPSHUFB Y13, Y0, Y0
	VPMOVMSKB Y0, flags
	MOVL flags, (mark_ptr)
	ADDQ $8, mark_ptr
	SUBQ $8, left
	JNZ  rows8
	VZEROUPPER
	RET

// func momentsListedF64AVX2(a *momentsList)
TEXT ·momentsListedF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	LISTED
	VZEROUPPER
	RET

// func momentsTriangleF64AVX2(a *momentsTile)
TEXT ·momentsTriangleF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	TRIANGLE
	MOVQ s_ptr, z_rows
	ZERO12
	CMPQ momentsTile_fresh(args), $0
	JNE  begin
	LOAD4(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	DOWN4
	LOAD_LAST4(Y8, Y9, Y10, Y11)
begin:
	ROWS
	PCALIGN $32
row:
	Z_ROW
	BOTH(0, Y14, Y0, Y1)
	BOTH(1, Y15, Y2, Y3)
	BOTH(2, Y14, Y4, Y5)
	BOTH(3, Y15, Y6, Y7)
	LAST(4, Y14, Y8)
	LAST(5, Y15, Y9)
	LAST(6, Y14, Y10)
	LAST(7, Y15, Y11)
	NEXT_ROW
	JNZ  row
	MOVQ z_rows, s_ptr
	STORE4(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	DOWN4
	STORE_LAST4(Y8, Y9, Y10, Y11)
	VZEROUPPER
	RET
