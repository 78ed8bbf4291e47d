//go:build !purego && !race

// The chain and the division of the small factorisations, AVX2.
//
// Contract: same bits as chainGeneric and divideGeneric: one FMA per term, k ascending; lanes = columns j. A lane that
// a term does not reach (above the triangle's slope) keeps its accumulator by a blend, sign of zero included.
// ISA: AVX2, FMA.
//
// Register plan
//	DI dst_ptr   SI m_ptr   DX s_ptr   R8 m_step   R9 s_step (bytes)
//	CX col_count      R10 k_left R11 mode_bits   AX mask_ptr BX scratch
//	Y0-Y3 accumulators      Y4-Y7 column masks (tail panels)
//	Y8 ±s[k]     Y9 slope mask, Y10-Y12 scratch    Y15 sign to flip
//
// Work per call: one panel of at most 4 vectors of columns, rows below the Go caller's bound.
// Memory: dst[0:col_count]; of row k of m the columns that the term reaches; s. Tails by masked loads and stores.

#include "textflag.h"

#define dst_ptr  DI
#define m_ptr    SI
#define s_ptr    DX
#define m_step   R8
#define s_step   R9
#define col_count     CX
#define k_left   R10
#define mode_bits     R11
#define mask_ptr AX

#define mode_tri  1
#define mode_neg  2
#define mode_from 4
#define mode_add  8

// 128 bytes of zeros, 128 bytes of ones: a vector loaded x elements after the middle has lane l set if x+l ≥ 0.
DATA chol_slope<>+128(SB)/8, $-1
DATA chol_slope<>+136(SB)/8, $-1
DATA chol_slope<>+144(SB)/8, $-1
DATA chol_slope<>+152(SB)/8, $-1
DATA chol_slope<>+160(SB)/8, $-1
DATA chol_slope<>+168(SB)/8, $-1
DATA chol_slope<>+176(SB)/8, $-1
DATA chol_slope<>+184(SB)/8, $-1
DATA chol_slope<>+192(SB)/8, $-1
DATA chol_slope<>+200(SB)/8, $-1
DATA chol_slope<>+208(SB)/8, $-1
DATA chol_slope<>+216(SB)/8, $-1
DATA chol_slope<>+224(SB)/8, $-1
DATA chol_slope<>+232(SB)/8, $-1
DATA chol_slope<>+240(SB)/8, $-1
DATA chol_slope<>+248(SB)/8, $-1
GLOBL chol_slope<>(SB), RODATA|NOPTR, $256

// NEXT goes to the next row of m. Uses m_step, s_step. Clobbers m_ptr, s_ptr.
#define NEXT \
	ADDQ m_step, m_ptr; \
	ADDQ s_step, s_ptr

// SCALE puts ±s[k] in every lane of Y8. Uses s_ptr, Y15. Clobbers Y8.
#define SCALE(BCAST) \
	BCAST  (s_ptr), Y8; \
	VXORPS Y15, Y8, Y8

// SLOPED adds a term to the lanes of acc that Y9 selects, reading no other element. Uses Y8, Y9. Clobbers Y11, Y12.
#define SLOPED(MASKMOV, FMADD, BLEND, off, acc) \
	MASKMOV off(m_ptr), Y9, Y11; \
	VMOVAPS acc, Y12; \
	FMADD   Y11, Y8, Y12; \
	BLEND   Y9, Y12, acc, acc

// TAIL adds a term to the vector at off under its column mask. Uses Y8. Clobbers Y11.
#define TAIL(MASKMOV, FMADD, off, mask, acc) \
	MASKMOV off(m_ptr), mask, Y11; \
	FMADD   Y11, Y8, acc

// TAIL_SLOPED is SLOPED for the vector at off of a tail panel. Uses mask_ptr, Y8. Clobbers Y9, Y10, Y11, Y12.
#define TAIL_SLOPED(MASKMOV, FMADD, BLEND, off, mask, acc) \
	VMOVUPS off(mask_ptr), Y9; \
	VANDPS  mask, Y9, Y10; \
	MASKMOV off(m_ptr), Y10, Y11; \
	VMOVAPS acc, Y12; \
	FMADD   Y11, Y8, Y12; \
	BLEND   Y9, Y12, acc, acc

// COLUMN_MASKS sets Y4-Y7: lane l of vector v is set if v·W+l < col_count. Uses mask_ptr (the middle less col_count
// elements). Clobbers Y12.
#define COLUMN_MASKS \
	VPCMPEQD Y12, Y12, Y12; \
	VPXOR    (mask_ptr), Y12, Y4; \
	VPXOR    32(mask_ptr), Y12, Y5; \
	VPXOR    64(mask_ptr), Y12, Y6; \
	VPXOR    96(mask_ptr), Y12, Y7

// func chainPanelF32AVX2(dst, m, s *float32, mStride, sStride, cols, rows, mode int)
TEXT ·chainPanelF32AVX2(SB), NOSPLIT, $0-64
	MOVQ dst+0(FP), dst_ptr
	MOVQ m+8(FP), m_ptr
	MOVQ s+16(FP), s_ptr
	MOVQ mStride+24(FP), m_step
	MOVQ sStride+32(FP), s_step
	MOVQ cols+40(FP), col_count
	MOVQ rows+48(FP), k_left
	MOVQ mode+56(FP), mode_bits
	SHLQ $2, m_step
	SHLQ $2, s_step
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y15, Y15, Y15
	TESTQ $mode_neg, mode_bits
	JZ   signed
	VPCMPEQD Y15, Y15, Y15
	VPSLLD $31, Y15, Y15

signed:
	LEAQ chol_slope<>+128(SB), mask_ptr
	CMPQ col_count, $32
	JLT  tail
	TESTQ $mode_from, mode_bits
	JZ   full
	VMOVUPS (dst_ptr), Y0
	VMOVUPS 32(dst_ptr), Y1
	VMOVUPS 64(dst_ptr), Y2
	VMOVUPS 96(dst_ptr), Y3

full:
	TESTQ k_left, k_left
	JZ   full_slope

	PCALIGN $32
full_row:
	SCALE(VBROADCASTSS)
	VFMADD231PS (m_ptr), Y8, Y0
	VFMADD231PS 32(m_ptr), Y8, Y1
	VFMADD231PS 64(m_ptr), Y8, Y2
	VFMADD231PS 96(m_ptr), Y8, Y3
	NEXT
	DECQ k_left
	JNZ  full_row

full_slope:
	TESTQ $mode_tri, mode_bits
	JZ   full_done
	MOVQ $8, k_left
slope0:
	SCALE(VBROADCASTSS)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 0, Y0)
	VFMADD231PS 32(m_ptr), Y8, Y1
	VFMADD231PS 64(m_ptr), Y8, Y2
	VFMADD231PS 96(m_ptr), Y8, Y3
	NEXT
	SUBQ $4, mask_ptr
	DECQ k_left
	JNZ  slope0
	MOVQ $8, k_left
	ADDQ $32, mask_ptr
slope1:
	SCALE(VBROADCASTSS)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 32, Y1)
	VFMADD231PS 64(m_ptr), Y8, Y2
	VFMADD231PS 96(m_ptr), Y8, Y3
	NEXT
	SUBQ $4, mask_ptr
	DECQ k_left
	JNZ  slope1
	MOVQ $8, k_left
	ADDQ $32, mask_ptr
slope2:
	SCALE(VBROADCASTSS)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 64, Y2)
	VFMADD231PS 96(m_ptr), Y8, Y3
	NEXT
	SUBQ $4, mask_ptr
	DECQ k_left
	JNZ  slope2
	MOVQ $8, k_left
	ADDQ $32, mask_ptr
slope3:
	SCALE(VBROADCASTSS)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 96, Y3)
	NEXT
	SUBQ $4, mask_ptr
	DECQ k_left
	JNZ  slope3

full_done:
	TESTQ $mode_add, mode_bits
	JZ   full_store
	VADDPS (dst_ptr), Y0, Y0
	VADDPS 32(dst_ptr), Y1, Y1
	VADDPS 64(dst_ptr), Y2, Y2
	VADDPS 96(dst_ptr), Y3, Y3
full_store:
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	VZEROUPPER
	RET

tail:
	MOVQ col_count, BX
	SHLQ $2, BX
	SUBQ BX, mask_ptr
	COLUMN_MASKS
	ADDQ BX, mask_ptr
	TESTQ $mode_from, mode_bits
	JZ   tail_rows
	VMASKMOVPS (dst_ptr), Y4, Y0
	VMASKMOVPS 32(dst_ptr), Y5, Y1
	VMASKMOVPS 64(dst_ptr), Y6, Y2
	VMASKMOVPS 96(dst_ptr), Y7, Y3

tail_rows:
	TESTQ k_left, k_left
	JZ   tail_slope

	PCALIGN $32
tail_row:
	SCALE(VBROADCASTSS)
	TAIL(VMASKMOVPS, VFMADD231PS, 0, Y4, Y0)
	CMPQ col_count, $8
	JLE  tail_next
	TAIL(VMASKMOVPS, VFMADD231PS, 32, Y5, Y1)
	CMPQ col_count, $16
	JLE  tail_next
	TAIL(VMASKMOVPS, VFMADD231PS, 64, Y6, Y2)
	CMPQ col_count, $24
	JLE  tail_next
	TAIL(VMASKMOVPS, VFMADD231PS, 96, Y7, Y3)
tail_next:
	NEXT
	DECQ k_left
	JNZ  tail_row

tail_slope:
	TESTQ $mode_tri, mode_bits
	JZ   tail_done
	MOVQ col_count, k_left
tail_slope_row:
	SCALE(VBROADCASTSS)
	TAIL_SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 0, Y4, Y0)
	CMPQ col_count, $8
	JLE  tail_slope_next
	TAIL_SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 32, Y5, Y1)
	CMPQ col_count, $16
	JLE  tail_slope_next
	TAIL_SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 64, Y6, Y2)
	CMPQ col_count, $24
	JLE  tail_slope_next
	TAIL_SLOPED(VMASKMOVPS, VFMADD231PS, VBLENDVPS, 96, Y7, Y3)
tail_slope_next:
	NEXT
	SUBQ $4, mask_ptr
	DECQ k_left
	JNZ  tail_slope_row

tail_done:
	TESTQ $mode_add, mode_bits
	JZ   tail_store
	VMASKMOVPS (dst_ptr), Y4, Y9
	VMASKMOVPS 32(dst_ptr), Y5, Y10
	VMASKMOVPS 64(dst_ptr), Y6, Y11
	VMASKMOVPS 96(dst_ptr), Y7, Y12
	VADDPS Y9, Y0, Y0
	VADDPS Y10, Y1, Y1
	VADDPS Y11, Y2, Y2
	VADDPS Y12, Y3, Y3
tail_store:
	VMASKMOVPS Y0, Y4, (dst_ptr)
	CMPQ col_count, $8
	JLE  tail_end
	VMASKMOVPS Y1, Y5, 32(dst_ptr)
	CMPQ col_count, $16
	JLE  tail_end
	VMASKMOVPS Y2, Y6, 64(dst_ptr)
	CMPQ col_count, $24
	JLE  tail_end
	VMASKMOVPS Y3, Y7, 96(dst_ptr)
tail_end:
	VZEROUPPER
	RET

// func divideF32AVX2(x *float32, n int, by float32)
TEXT ·divideF32AVX2(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), dst_ptr
	MOVQ n+8(FP), col_count
	VBROADCASTSS by+16(FP), Y8
	SUBQ $8, col_count
	JLT  tail
loop:
	VMOVUPS (dst_ptr), Y0
	VDIVPS Y8, Y0, Y0
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, dst_ptr
	SUBQ $8, col_count
	JGE  loop
tail:
	ADDQ $8, col_count
	JZ   done
	LEAQ chol_slope<>+128(SB), mask_ptr
	SHLQ $2, col_count
	SUBQ col_count, mask_ptr
	VPCMPEQD Y1, Y1, Y1
	VPXOR (mask_ptr), Y1, Y1 // lanes below the rest's length
	VMASKMOVPS (dst_ptr), Y1, Y0
	VDIVPS Y8, Y0, Y0
	VMASKMOVPS Y0, Y1, (dst_ptr)
done:
	VZEROUPPER
	RET

// func chainPanelF64AVX2(dst, m, s *float64, mStride, sStride, cols, rows, mode int)
TEXT ·chainPanelF64AVX2(SB), NOSPLIT, $0-64
	MOVQ dst+0(FP), dst_ptr
	MOVQ m+8(FP), m_ptr
	MOVQ s+16(FP), s_ptr
	MOVQ mStride+24(FP), m_step
	MOVQ sStride+32(FP), s_step
	MOVQ cols+40(FP), col_count
	MOVQ rows+48(FP), k_left
	MOVQ mode+56(FP), mode_bits
	SHLQ $3, m_step
	SHLQ $3, s_step
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y15, Y15, Y15
	TESTQ $mode_neg, mode_bits
	JZ   signed
	VPCMPEQD Y15, Y15, Y15
	VPSLLQ $63, Y15, Y15

signed:
	LEAQ chol_slope<>+128(SB), mask_ptr
	CMPQ col_count, $16
	JLT  tail
	TESTQ $mode_from, mode_bits
	JZ   full
	VMOVUPS (dst_ptr), Y0
	VMOVUPS 32(dst_ptr), Y1
	VMOVUPS 64(dst_ptr), Y2
	VMOVUPS 96(dst_ptr), Y3

full:
	TESTQ k_left, k_left
	JZ   full_slope

	PCALIGN $32
full_row:
	SCALE(VBROADCASTSD)
	VFMADD231PD (m_ptr), Y8, Y0
	VFMADD231PD 32(m_ptr), Y8, Y1
	VFMADD231PD 64(m_ptr), Y8, Y2
	VFMADD231PD 96(m_ptr), Y8, Y3
	NEXT
	DECQ k_left
	JNZ  full_row

full_slope:
	TESTQ $mode_tri, mode_bits
	JZ   full_done
	MOVQ $4, k_left
slope0:
	SCALE(VBROADCASTSD)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 0, Y0)
	VFMADD231PD 32(m_ptr), Y8, Y1
	VFMADD231PD 64(m_ptr), Y8, Y2
	VFMADD231PD 96(m_ptr), Y8, Y3
	NEXT
	SUBQ $8, mask_ptr
	DECQ k_left
	JNZ  slope0
	MOVQ $4, k_left
	ADDQ $32, mask_ptr
slope1:
	SCALE(VBROADCASTSD)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 32, Y1)
	VFMADD231PD 64(m_ptr), Y8, Y2
	VFMADD231PD 96(m_ptr), Y8, Y3
	NEXT
	SUBQ $8, mask_ptr
	DECQ k_left
	JNZ  slope1
	MOVQ $4, k_left
	ADDQ $32, mask_ptr
slope2:
	SCALE(VBROADCASTSD)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 64, Y2)
	VFMADD231PD 96(m_ptr), Y8, Y3
	NEXT
	SUBQ $8, mask_ptr
	DECQ k_left
	JNZ  slope2
	MOVQ $4, k_left
	ADDQ $32, mask_ptr
slope3:
	SCALE(VBROADCASTSD)
	VMOVUPS (mask_ptr), Y9
	SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 96, Y3)
	NEXT
	SUBQ $8, mask_ptr
	DECQ k_left
	JNZ  slope3

full_done:
	TESTQ $mode_add, mode_bits
	JZ   full_store
	VADDPD (dst_ptr), Y0, Y0
	VADDPD 32(dst_ptr), Y1, Y1
	VADDPD 64(dst_ptr), Y2, Y2
	VADDPD 96(dst_ptr), Y3, Y3
full_store:
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	VZEROUPPER
	RET

tail:
	MOVQ col_count, BX
	SHLQ $3, BX
	SUBQ BX, mask_ptr
	COLUMN_MASKS
	ADDQ BX, mask_ptr
	TESTQ $mode_from, mode_bits
	JZ   tail_rows
	VMASKMOVPD (dst_ptr), Y4, Y0
	VMASKMOVPD 32(dst_ptr), Y5, Y1
	VMASKMOVPD 64(dst_ptr), Y6, Y2
	VMASKMOVPD 96(dst_ptr), Y7, Y3

tail_rows:
	TESTQ k_left, k_left
	JZ   tail_slope

	PCALIGN $32
tail_row:
	SCALE(VBROADCASTSD)
	TAIL(VMASKMOVPD, VFMADD231PD, 0, Y4, Y0)
	CMPQ col_count, $4
	JLE  tail_next
	TAIL(VMASKMOVPD, VFMADD231PD, 32, Y5, Y1)
	CMPQ col_count, $8
	JLE  tail_next
	TAIL(VMASKMOVPD, VFMADD231PD, 64, Y6, Y2)
	CMPQ col_count, $12
	JLE  tail_next
	TAIL(VMASKMOVPD, VFMADD231PD, 96, Y7, Y3)
tail_next:
	NEXT
	DECQ k_left
	JNZ  tail_row

tail_slope:
	TESTQ $mode_tri, mode_bits
	JZ   tail_done
	MOVQ col_count, k_left
tail_slope_row:
	SCALE(VBROADCASTSD)
	TAIL_SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 0, Y4, Y0)
	CMPQ col_count, $4
	JLE  tail_slope_next
	TAIL_SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 32, Y5, Y1)
	CMPQ col_count, $8
	JLE  tail_slope_next
	TAIL_SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 64, Y6, Y2)
	CMPQ col_count, $12
	JLE  tail_slope_next
	TAIL_SLOPED(VMASKMOVPD, VFMADD231PD, VBLENDVPD, 96, Y7, Y3)
tail_slope_next:
	NEXT
	SUBQ $8, mask_ptr
	DECQ k_left
	JNZ  tail_slope_row

tail_done:
	TESTQ $mode_add, mode_bits
	JZ   tail_store
	VMASKMOVPD (dst_ptr), Y4, Y9
	VMASKMOVPD 32(dst_ptr), Y5, Y10
	VMASKMOVPD 64(dst_ptr), Y6, Y11
	VMASKMOVPD 96(dst_ptr), Y7, Y12
	VADDPD Y9, Y0, Y0
	VADDPD Y10, Y1, Y1
	VADDPD Y11, Y2, Y2
	VADDPD Y12, Y3, Y3
tail_store:
	VMASKMOVPD Y0, Y4, (dst_ptr)
	CMPQ col_count, $4
	JLE  tail_end
	VMASKMOVPD Y1, Y5, 32(dst_ptr)
	CMPQ col_count, $8
	JLE  tail_end
	VMASKMOVPD Y2, Y6, 64(dst_ptr)
	CMPQ col_count, $12
	JLE  tail_end
	VMASKMOVPD Y3, Y7, 96(dst_ptr)
tail_end:
	VZEROUPPER
	RET

// func divideF64AVX2(x *float64, n int, by float64)
TEXT ·divideF64AVX2(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), dst_ptr
	MOVQ n+8(FP), col_count
	VBROADCASTSD by+16(FP), Y8
	SUBQ $4, col_count
	JLT  tail
loop:
	VMOVUPS (dst_ptr), Y0
	VDIVPD Y8, Y0, Y0
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, dst_ptr
	SUBQ $4, col_count
	JGE  loop
tail:
	ADDQ $4, col_count
	JZ   done
	LEAQ chol_slope<>+128(SB), mask_ptr
	SHLQ $3, col_count
	SUBQ col_count, mask_ptr
	VPCMPEQD Y1, Y1, Y1
	VPXOR (mask_ptr), Y1, Y1 // lanes below the rest's length
	VMASKMOVPD (dst_ptr), Y1, Y0
	VDIVPD Y8, Y0, Y0
	VMASKMOVPD Y0, Y1, (dst_ptr)
done:
	VZEROUPPER
	RET
