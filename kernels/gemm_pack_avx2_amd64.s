//go:build !purego && !race

// The packing of op(B) for the matrix product, AVX2. Both types: a vector is 32 bytes, 8 float32 or 4 float64.
//
// Contract: the elements of B in another order; no arithmetic.
// ISA: AVX2.
//
// Register plan
//	SI src_ptr   R8 src_step (bytes from row to row)   R9 src_triple   R10 src_high (row 4)
//	DI dst_ptr   R11 dst_step   R12 dst_near   R13 dst_far   BX dst_both   CX left
//	Y0-Y7 rows of the source, Y8-Y15 the transpose under way
//
// Work per call: at most 383 rows of 256 bytes, or 8 rows of 383 elements.
// Memory: src and dst as the loops of the stubs say.

#include "textflag.h"

#define src_ptr    SI
#define src_step   R8
#define src_triple R9
#define src_high   R10
#define dst_ptr    DI
#define dst_step   R11
#define dst_near   R12
#define dst_far    R13
#define dst_both   BX
#define left       CX

// func gemmCopy4AVX2(dst, src unsafe.Pointer, srcStep, dstStep, near, far, rows int)
TEXT ·gemmCopy4AVX2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ srcStep+16(FP), src_step
	MOVQ dstStep+24(FP), dst_step
	MOVQ near+32(FP), dst_near
	MOVQ far+40(FP), dst_far
	MOVQ rows+48(FP), left
	LEAQ (dst_near)(dst_far*1), dst_both
	LEAQ (src_step)(src_step*2), src_triple
	PCALIGN $32
row4:
	VMOVUPS (src_ptr), Y0
	VMOVUPS 32(src_ptr), Y1
	VMOVUPS 64(src_ptr), Y2
	VMOVUPS 96(src_ptr), Y3
	VMOVUPS 128(src_ptr), Y4
	VMOVUPS 160(src_ptr), Y5
	VMOVUPS 192(src_ptr), Y6
	VMOVUPS 224(src_ptr), Y7
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, (dst_ptr)(dst_near*1)
	VMOVUPS Y3, 32(dst_ptr)(dst_near*1)
	VMOVUPS Y4, (dst_ptr)(dst_far*1)
	VMOVUPS Y5, 32(dst_ptr)(dst_far*1)
	VMOVUPS Y6, (dst_ptr)(dst_both*1)
	VMOVUPS Y7, 32(dst_ptr)(dst_both*1)
	ADDQ dst_step, dst_ptr
	PREFETCHT0 (src_ptr)(src_triple*2)
	PREFETCHT0 64(src_ptr)(src_triple*2)
	PREFETCHT0 128(src_ptr)(src_triple*2)
	PREFETCHT0 192(src_ptr)(src_triple*2)
	ADDQ src_step, src_ptr
	DECQ left
	JNZ  row4
	VZEROUPPER
	RET

// func gemmCopy1AVX2(dst, src unsafe.Pointer, srcStep, dstStep, rows int)
TEXT ·gemmCopy1AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ srcStep+16(FP), src_step
	MOVQ dstStep+24(FP), dst_step
	MOVQ rows+32(FP), left
row1:
	VMOVUPS (src_ptr), Y0
	VMOVUPS 32(src_ptr), Y1
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	ADDQ src_step, src_ptr
	ADDQ dst_step, dst_ptr
	DECQ left
	JNZ  row1
	VZEROUPPER
	RET

// func gemmTransposeF32AVX2(dst, src *float32, srcStep, dstStep, vectors int)
TEXT ·gemmTransposeF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ srcStep+16(FP), src_step
	MOVQ dstStep+24(FP), dst_step
	MOVQ vectors+32(FP), left
	LEAQ (src_step)(src_step*2), src_triple
	LEAQ (src_ptr)(src_step*4), src_high
	LEAQ (dst_step)(dst_step*2), dst_far
block:
	VMOVUPS (src_ptr), X0                                   // row 0, elements 0-3
	VMOVUPS (src_ptr)(src_step*1), X1
	VMOVUPS (src_ptr)(src_step*2), X2
	VMOVUPS (src_ptr)(src_triple*1), X3
	VMOVUPS 16(src_ptr), X4                                 // row 0, elements 4-7
	VMOVUPS 16(src_ptr)(src_step*1), X5
	VMOVUPS 16(src_ptr)(src_step*2), X6
	VMOVUPS 16(src_ptr)(src_triple*1), X7
	VINSERTF128 $1, (src_high), Y0, Y0                      // rows 0 | 4, elements 0-3
	VINSERTF128 $1, (src_high)(src_step*1), Y1, Y1
	VINSERTF128 $1, (src_high)(src_step*2), Y2, Y2
	VINSERTF128 $1, (src_high)(src_triple*1), Y3, Y3
	VINSERTF128 $1, 16(src_high), Y4, Y4
	VINSERTF128 $1, 16(src_high)(src_step*1), Y5, Y5
	VINSERTF128 $1, 16(src_high)(src_step*2), Y6, Y6
	VINSERTF128 $1, 16(src_high)(src_triple*1), Y7, Y7
	VUNPCKLPS Y1, Y0, Y8                                    // r0e0 r1e0 r0e1 r1e1 | the same of rows 4, 5
	VUNPCKHPS Y1, Y0, Y9
	VUNPCKLPS Y3, Y2, Y10
	VUNPCKHPS Y3, Y2, Y11
	VUNPCKLPS Y5, Y4, Y12
	VUNPCKHPS Y5, Y4, Y13
	VUNPCKLPS Y7, Y6, Y14
	VUNPCKHPS Y7, Y6, Y15
	VUNPCKLPD Y10, Y8, Y0                                   // element 0 of rows 0-3 | 4-7
	VUNPCKHPD Y10, Y8, Y1
	VUNPCKLPD Y11, Y9, Y2
	VUNPCKHPD Y11, Y9, Y3
	VUNPCKLPD Y14, Y12, Y4
	VUNPCKHPD Y14, Y12, Y5
	VUNPCKLPD Y15, Y13, Y6
	VUNPCKHPD Y15, Y13, Y7
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, (dst_ptr)(dst_step*1)
	VMOVUPS Y2, (dst_ptr)(dst_step*2)
	VMOVUPS Y3, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	VMOVUPS Y4, (dst_ptr)
	VMOVUPS Y5, (dst_ptr)(dst_step*1)
	VMOVUPS Y6, (dst_ptr)(dst_step*2)
	VMOVUPS Y7, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	ADDQ $32, src_ptr
	ADDQ $32, src_high
	DECQ left
	JNZ  block
	VZEROUPPER
	RET

// func gemmTransposeHalfF32AVX2(dst, src *float32, srcStep, dstStep, vectors int)
TEXT ·gemmTransposeHalfF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ srcStep+16(FP), src_step
	MOVQ dstStep+24(FP), dst_step
	MOVQ vectors+32(FP), left
	LEAQ (src_step)(src_step*2), src_triple
	LEAQ (dst_step)(dst_step*2), dst_far
block:
	VMOVUPS (src_ptr), Y0                                   // row 0, elements 0-3 | 4-7
	VMOVUPS (src_ptr)(src_step*1), Y1
	VMOVUPS (src_ptr)(src_step*2), Y2
	VMOVUPS (src_ptr)(src_triple*1), Y3
	VUNPCKLPS Y1, Y0, Y8                                    // r0e0 r1e0 r0e1 r1e1 | the same of elements 4, 5
	VUNPCKHPS Y1, Y0, Y9
	VUNPCKLPS Y3, Y2, Y10
	VUNPCKHPS Y3, Y2, Y11
	VUNPCKLPD Y10, Y8, Y0                                   // element 0 | 4 of rows 0-3
	VUNPCKHPD Y10, Y8, Y1
	VUNPCKLPD Y11, Y9, Y2
	VUNPCKHPD Y11, Y9, Y3
	VMOVUPS X0, (dst_ptr)
	VMOVUPS X1, (dst_ptr)(dst_step*1)
	VMOVUPS X2, (dst_ptr)(dst_step*2)
	VMOVUPS X3, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	VEXTRACTF128 $1, Y0, (dst_ptr)
	VEXTRACTF128 $1, Y1, (dst_ptr)(dst_step*1)
	VEXTRACTF128 $1, Y2, (dst_ptr)(dst_step*2)
	VEXTRACTF128 $1, Y3, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	ADDQ $32, src_ptr
	DECQ left
	JNZ  block
	VZEROUPPER
	RET

// func gemmTransposeF64AVX2(dst, src *float64, srcStep, dstStep, vectors int)
TEXT ·gemmTransposeF64AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ srcStep+16(FP), src_step
	MOVQ dstStep+24(FP), dst_step
	MOVQ vectors+32(FP), left
	LEAQ (src_step)(src_step*2), src_triple
	LEAQ (dst_step)(dst_step*2), dst_far
block:
	VMOVUPS (src_ptr), X0                                   // row 0, elements 0, 1
	VMOVUPS (src_ptr)(src_step*1), X1
	VMOVUPS 16(src_ptr), X2
	VMOVUPS 16(src_ptr)(src_step*1), X3
	VINSERTF128 $1, (src_ptr)(src_step*2), Y0, Y0           // rows 0 | 2
	VINSERTF128 $1, (src_ptr)(src_triple*1), Y1, Y1
	VINSERTF128 $1, 16(src_ptr)(src_step*2), Y2, Y2
	VINSERTF128 $1, 16(src_ptr)(src_triple*1), Y3, Y3
	VUNPCKLPD Y1, Y0, Y4                                    // element 0 of rows 0, 1 | 2, 3
	VUNPCKHPD Y1, Y0, Y5
	VUNPCKLPD Y3, Y2, Y6
	VUNPCKHPD Y3, Y2, Y7
	VMOVUPS Y4, (dst_ptr)
	VMOVUPS Y5, (dst_ptr)(dst_step*1)
	VMOVUPS Y6, (dst_ptr)(dst_step*2)
	VMOVUPS Y7, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	ADDQ $32, src_ptr
	DECQ left
	JNZ  block
	VZEROUPPER
	RET
