//go:build !purego && !race

// Weighted moments, AVX2, float32.
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

#define SIZE    4
#define SHIFT   2
#define SUBV    VSUBPS
#define MULV    VMULPS
#define ADDV    VADDPS
#define FMADD   VFMADD231PS
#define CMPV    VCMPPS
#define BCAST   VBROADCASTSS
#define MASKMOV VMASKMOVPS
#define LOAD1   VMOVSS
#define STORE1  VMOVSS
#define ADD1    VADDSS
#define NEGATE(dst) VPCMPEQD dst, dst, dst; VPSLLD $31, dst, dst
#define UCOMI   VUCOMISS

#include "moments_avx2_amd64.h"
#include "moments_list_avx2_amd64.h"
#include "moments_triangle_avx2_amd64.h"

// the bytes of a half, component by component
DATA moments_columns<>+0(SB)/8, $0x0d0905010c080400
DATA moments_columns<>+8(SB)/8, $0x0f0b07030e0a0602
DATA moments_columns<>+16(SB)/8, $0x0d0905010c080400
DATA moments_columns<>+24(SB)/8, $0x0f0b07030e0a0602
GLOBL moments_columns<>(SB), RODATA|NOPTR, $32

// func momentsMasked4F32AVX2(a *momentsTile)
TEXT ·momentsMasked4F32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED4
	VZEROUPPER
	RET

// func momentsMasked1F32AVX2(a *momentsTile)
TEXT ·momentsMasked1F32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MASKED1
	VZEROUPPER
	RET

// func momentsPickF32AVX2(a *momentsTile)
TEXT ·momentsPickF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	PICK
	VZEROUPPER
	RET

// func momentsCentreF32AVX2(a *momentsTile)
TEXT ·momentsCentreF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	CENTRE
	VZEROUPPER
	RET

// func momentsProductsF32AVX2(a *momentsTile)
TEXT ·momentsProductsF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	PRODUCTS
	VZEROUPPER
	RET

// func momentsProductsWideF32AVX2(a *momentsTile)
TEXT ·momentsProductsWideF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	WIDE
	VZEROUPPER
	RET

// func momentsMarksF32AVX2(a *momentsTile)
TEXT ·momentsMarksF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MARKS
	VMOVDQU moments_columns<>(SB), Y13
	PCALIGN $32
rows8:
	WHICH4(Y0, Y1, Y2) // of each half: rows, of each four components
	WHICH4(Y3, Y4, Y5)
	VPSHUFB Y13, Y0, Y0
	VPSHUFB Y13, Y3, Y3
	VPUNPCKLDQ Y3, Y0, Y1
	VPUNPCKHDQ Y3, Y0, Y2
	VPERM2I128 $0x20, Y2, Y1, Y0
	VPERM2I128 $0x31, Y2, Y1, Y1
	VPMOVMSKB Y0, flags
	VPMOVMSKB Y1, some
	MOVL flags, (mark_ptr)
	MOVL some, 4(mark_ptr)
	ADDQ $8, mark_ptr
	SUBQ $8, left
	JNZ  rows8
	VZEROUPPER
	RET

// func momentsListedF32AVX2(a *momentsList)
TEXT ·momentsListedF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	LISTED
	VZEROUPPER
	RET

// func momentsTriangleF32AVX2(a *momentsTile)
TEXT ·momentsTriangleF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	TRIANGLE
	MOVQ s_ptr, z_rows
	ZERO12
	CMPQ momentsTile_fresh(args), $0
	JNE  begin6
	LOAD4(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	DOWN4
	LOAD2(Y8, Y9, Y10, Y11)
begin6:
	ROWS
	PCALIGN $32
row6: // the first six
	Z_ROW
	BOTH(0, Y14, Y0, Y1)
	BOTH(1, Y15, Y2, Y3)
	BOTH(2, Y14, Y4, Y5)
	BOTH(3, Y15, Y6, Y7)
	BOTH(4, Y14, Y8, Y9)
	BOTH(5, Y15, Y10, Y11)
	NEXT_ROW
	JNZ  row6
	MOVQ z_rows, s_ptr
	STORE4(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	DOWN4
	STORE2(Y8, Y9, Y10, Y11)
	DOWN2
	MOVQ s_ptr, z_rows
	ZERO12
	CMPQ momentsTile_fresh(args), $0
	JNE  begin10
	LOAD2(Y0, Y1, Y2, Y3)
	DOWN2
	LOAD_LAST4(Y4, Y5, Y6, Y7)
	DOWN4
	LOAD_LAST4(Y8, Y9, Y10, Y11)
begin10:
	ROWS
	PCALIGN $32
row10: // the last ten
	Z_ROW
	BOTH(6, Y14, Y0, Y1)
	BOTH(7, Y15, Y2, Y3)
	LAST(8, Y14, Y4)
	LAST(9, Y15, Y5)
	LAST(10, Y14, Y6)
	LAST(11, Y15, Y7)
	LAST(12, Y14, Y8)
	LAST(13, Y15, Y9)
	LAST(14, Y14, Y10)
	LAST(15, Y15, Y11)
	NEXT_ROW
	JNZ  row10
	MOVQ z_rows, s_ptr
	STORE2(Y0, Y1, Y2, Y3)
	DOWN2
	STORE_LAST4(Y4, Y5, Y6, Y7)
	DOWN4
	STORE_LAST4(Y8, Y9, Y10, Y11)
	VZEROUPPER
	RET
