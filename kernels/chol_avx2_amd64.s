//go:build !purego && !race

#include "textflag.h"

// The chain, the division and the rotations of the small factorisations.
// Contract: the bits of chainGeneric, divideGeneric, rotateGeneric and reflectGeneric: one FMA per term, k ascending;
// lanes are columns.
// ISA: AVX2, FMA.
//
//	register  holds
//	DI        dst (or the row of u)
//	SI        m (or x)
//	DX        s
//	R8, R9    bytes from a row of m to the next, and from an s to the next
//	CX        bytes of columns left
//	R10, R11  terms, terms left
//	R12, R13  m and s as they advance
//	AX        address of a tail mask
//	Y0-Y7     accumulators, or old and new elements
//	Y8        ±s[k]
//	Y9        tail mask
//	Y10-Y13   elements under the mask; coefficients
//	Y15       the sign to flip
//
// Work per call: chains of at most 2048 bytes of columns and 512 terms below 50 µs, as the callers see to; of the
// elementwise routines 8192 elements. Memory: dst, the elements of m and s that the definition names, no others.

#define dst_ptr DI
#define m_ptr SI
#define s_ptr DX
#define m_step R8
#define s_step R9
#define left CX
#define terms R10
#define k_left R11
#define m_row R12
#define s_now R13
#define mask_ptr AX
#define scale Y8
#define tail_mask Y9
#define flip Y15

#define mode_neg 2
#define mode_from 4

// NEXT goes to the next term. Uses m_step, s_step. Clobbers m_row, s_now.
#define NEXT \
	ADDQ m_step, m_row \
	ADDQ s_step, s_now

// FIRST goes to the first term. Uses m_ptr, s_ptr, terms. Clobbers m_row, s_now, k_left, flags.
#define FIRST \
	MOVQ  m_ptr, m_row \
	MOVQ  s_ptr, s_now \
	MOVQ  terms, k_left

// ALONG goes to the columns n bytes on. Clobbers dst_ptr, m_ptr.
#define ALONG(n) \
	ADDQ $n, dst_ptr \
	ADDQ $n, m_ptr

// SCALE puts ±s[k] in every lane. Uses s_now, flip. Clobbers scale.
#define SCALE(BCAST) \
	BCAST  (s_now), scale \
	VXORPS flip, scale, scale

// TAIL_MASK selects the first left bytes, 0 < left < 32. Uses left. Clobbers mask_ptr, tail_mask.
#define TAIL_MASK \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    left, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask

// CHAIN_LOOP is the chain over left bytes of columns, 256, 128 or 32 at a time. For a chain that starts from +0, mode_from
// is clear in mode_bits, the register that holds the mode.
// Uses: dst_ptr, m_ptr, s_ptr, m_step, s_step, terms, left, flip. Clobbers: all others.
#define CHAIN_LOOP(BCAST, FMADD, mode_bits) \
	SUBQ    $256, left \
	JLT     half \
wide: \
	VXORPS  Y0, Y0, Y0 \
	VXORPS  Y1, Y1, Y1 \
	VXORPS  Y2, Y2, Y2 \
	VXORPS  Y3, Y3, Y3 \
	VXORPS  Y4, Y4, Y4 \
	VXORPS  Y5, Y5, Y5 \
	VXORPS  Y6, Y6, Y6 \
	VXORPS  Y7, Y7, Y7 \
	TESTQ   $mode_from, mode_bits \
	JZ      wide_start \
	VMOVUPS (dst_ptr), Y0 \
	VMOVUPS 32(dst_ptr), Y1 \
	VMOVUPS 64(dst_ptr), Y2 \
	VMOVUPS 96(dst_ptr), Y3 \
	VMOVUPS 128(dst_ptr), Y4 \
	VMOVUPS 160(dst_ptr), Y5 \
	VMOVUPS 192(dst_ptr), Y6 \
	VMOVUPS 224(dst_ptr), Y7 \
wide_start: \
	FIRST \
	PCALIGN $32 \
wide_term: \
	SCALE(BCAST) \
	FMADD   (m_row), scale, Y0 \
	FMADD   32(m_row), scale, Y1 \
	FMADD   64(m_row), scale, Y2 \
	FMADD   96(m_row), scale, Y3 \
	FMADD   128(m_row), scale, Y4 \
	FMADD   160(m_row), scale, Y5 \
	FMADD   192(m_row), scale, Y6 \
	FMADD   224(m_row), scale, Y7 \
	NEXT \
	DECQ    k_left \
	JNZ     wide_term \
	VMOVUPS Y0, (dst_ptr) \
	VMOVUPS Y1, 32(dst_ptr) \
	VMOVUPS Y2, 64(dst_ptr) \
	VMOVUPS Y3, 96(dst_ptr) \
	VMOVUPS Y4, 128(dst_ptr) \
	VMOVUPS Y5, 160(dst_ptr) \
	VMOVUPS Y6, 192(dst_ptr) \
	VMOVUPS Y7, 224(dst_ptr) \
	ALONG(256) \
	SUBQ    $256, left \
	JGE     wide \
half: \
	ADDQ    $128, left \
	JLT     quarter \
	VXORPS  Y0, Y0, Y0 \
	VXORPS  Y1, Y1, Y1 \
	VXORPS  Y2, Y2, Y2 \
	VXORPS  Y3, Y3, Y3 \
	TESTQ   $mode_from, mode_bits \
	JZ      half_start \
	VMOVUPS (dst_ptr), Y0 \
	VMOVUPS 32(dst_ptr), Y1 \
	VMOVUPS 64(dst_ptr), Y2 \
	VMOVUPS 96(dst_ptr), Y3 \
half_start: \
	FIRST \
half_term: \
	SCALE(BCAST) \
	FMADD   (m_row), scale, Y0 \
	FMADD   32(m_row), scale, Y1 \
	FMADD   64(m_row), scale, Y2 \
	FMADD   96(m_row), scale, Y3 \
	NEXT \
	DECQ    k_left \
	JNZ     half_term \
	VMOVUPS Y0, (dst_ptr) \
	VMOVUPS Y1, 32(dst_ptr) \
	VMOVUPS Y2, 64(dst_ptr) \
	VMOVUPS Y3, 96(dst_ptr) \
	ALONG(128) \
	SUBQ    $128, left \
quarter: \
	ADDQ    $64, left \
	JLT     one \
	VXORPS  Y0, Y0, Y0 \
	VXORPS  Y1, Y1, Y1 \
	TESTQ   $mode_from, mode_bits \
	JZ      quarter_start \
	VMOVUPS (dst_ptr), Y0 \
	VMOVUPS 32(dst_ptr), Y1 \
quarter_start: \
	FIRST \
quarter_term: \
	SCALE(BCAST) \
	FMADD   (m_row), scale, Y0 \
	FMADD   32(m_row), scale, Y1 \
	NEXT \
	DECQ    k_left \
	JNZ     quarter_term \
	VMOVUPS Y0, (dst_ptr) \
	VMOVUPS Y1, 32(dst_ptr) \
	ALONG(64) \
	SUBQ    $64, left \
one: \
	ADDQ    $32, left \
	JLT     tail \
	VXORPS  Y0, Y0, Y0 \
	TESTQ   $mode_from, mode_bits \
	JZ      one_start \
	VMOVUPS (dst_ptr), Y0 \
one_start: \
	FIRST \
one_term: \
	SCALE(BCAST) \
	FMADD   (m_row), scale, Y0 \
	NEXT \
	DECQ    k_left \
	JNZ     one_term \
	VMOVUPS Y0, (dst_ptr) \
	ALONG(32) \
	SUBQ    $32, left \
tail: \
	ADDQ    $32, left \
	JEQ     done \
	TAIL_MASK \
	VXORPS  Y0, Y0, Y0 \
	TESTQ   $mode_from, mode_bits \
	JZ      tail_start \
	VMASKMOVPS (dst_ptr), tail_mask, Y0 \
tail_start: \
	FIRST \
tail_term: \
	SCALE(BCAST) \
	VMASKMOVPS (m_row), tail_mask, Y1 \
	FMADD   Y1, scale, Y0 \
	NEXT \
	DECQ    k_left \
	JNZ     tail_term \
	VMASKMOVPS Y0, tail_mask, (dst_ptr) \
done:

// func chainF32AVX2(dst, m, s *float32, mStride, sStride, cols, rows, mode int)
TEXT ·chainF32AVX2(SB), NOSPLIT, $0-64
	MOVQ     dst+0(FP), dst_ptr
	MOVQ     m+8(FP), m_ptr
	MOVQ     s+16(FP), s_ptr
	MOVQ     mStride+24(FP), m_step
	MOVQ     sStride+32(FP), s_step
	MOVQ     cols+40(FP), left
	MOVQ     rows+48(FP), terms
	MOVQ     mode+56(FP), BX
	SHLQ     $2, m_step
	SHLQ     $2, s_step
	SHLQ     $2, left
	VXORPS   flip, flip, flip
	TESTQ    $mode_neg, BX
	JZ       signed
	VPCMPEQD flip, flip, flip
	VPSLLD   $31, flip, flip

signed:
	CHAIN_LOOP(VBROADCASTSS, VFMADD231PS, BX)
	VZEROUPPER
	RET

// func chainF64AVX2(dst, m, s *float64, mStride, sStride, cols, rows, mode int)
TEXT ·chainF64AVX2(SB), NOSPLIT, $0-64
	MOVQ     dst+0(FP), dst_ptr
	MOVQ     m+8(FP), m_ptr
	MOVQ     s+16(FP), s_ptr
	MOVQ     mStride+24(FP), m_step
	MOVQ     sStride+32(FP), s_step
	MOVQ     cols+40(FP), left
	MOVQ     rows+48(FP), terms
	MOVQ     mode+56(FP), BX
	SHLQ     $3, m_step
	SHLQ     $3, s_step
	SHLQ     $3, left
	VXORPS   flip, flip, flip
	TESTQ    $mode_neg, BX
	JZ       signed
	VPCMPEQD flip, flip, flip
	VPSLLQ   $63, flip, flip

signed:
	CHAIN_LOOP(VBROADCASTSD, VFMADD231PD, BX)
	VZEROUPPER
	RET

// DIVIDE_LOOP is dst /= Y8. Uses dst_ptr, left. Clobbers mask_ptr, tail_mask, Y0-Y3.
#define DIVIDE_LOOP(DIV) \
	SUBQ    $128, left \
	JLT     rest \
loop4: \
	VMOVUPS (dst_ptr), Y0 \
	VMOVUPS 32(dst_ptr), Y1 \
	VMOVUPS 64(dst_ptr), Y2 \
	VMOVUPS 96(dst_ptr), Y3 \
	DIV     Y8, Y0, Y0 \
	DIV     Y8, Y1, Y1 \
	DIV     Y8, Y2, Y2 \
	DIV     Y8, Y3, Y3 \
	VMOVUPS Y0, (dst_ptr) \
	VMOVUPS Y1, 32(dst_ptr) \
	VMOVUPS Y2, 64(dst_ptr) \
	VMOVUPS Y3, 96(dst_ptr) \
	ADDQ    $128, dst_ptr \
	SUBQ    $128, left \
	JGE     loop4 \
rest: \
	ADDQ    $96, left \
	JLT     tail \
loop1: \
	VMOVUPS (dst_ptr), Y0 \
	DIV     Y8, Y0, Y0 \
	VMOVUPS Y0, (dst_ptr) \
	ADDQ    $32, dst_ptr \
	SUBQ    $32, left \
	JGE     loop1 \
tail: \
	ADDQ    $32, left \
	JEQ     done \
	TAIL_MASK \
	VMASKMOVPS (dst_ptr), tail_mask, Y0 \
	DIV     Y8, Y0, Y0 \
	VMASKMOVPS Y0, tail_mask, (dst_ptr) \
done:

// func divideF32AVX2(x *float32, n int, by float32)
TEXT ·divideF32AVX2(SB), NOSPLIT, $0-20
	MOVQ         x+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSS by+16(FP), Y8
	SHLQ         $2, left
	DIVIDE_LOOP(VDIVPS)
	VZEROUPPER
	RET

// func divideF64AVX2(x *float64, n int, by float64)
TEXT ·divideF64AVX2(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSD by+16(FP), Y8
	SHLQ         $3, left
	DIVIDE_LOOP(VDIVPD)
	VZEROUPPER
	RET

// PAIR_LOOP is one of the rotations over left bytes: OP makes the new pair of Y0 (of u) and Y1 (of x).
// Uses: dst_ptr, m_ptr, left, Y10, Y11, Y12. Clobbers: mask_ptr, tail_mask, Y0-Y3.
#define PAIR_LOOP(OP) \
	SUBQ    $32, left \
	JLT     tail \
loop: \
	VMOVUPS (dst_ptr), Y0 \
	VMOVUPS (m_ptr), Y1 \
	OP \
	VMOVUPS Y0, (dst_ptr) \
	VMOVUPS Y1, (m_ptr) \
	ALONG(32) \
	SUBQ    $32, left \
	JGE     loop \
tail: \
	ADDQ    $32, left \
	JEQ     done \
	TAIL_MASK \
	VMASKMOVPS (dst_ptr), tail_mask, Y0 \
	VMASKMOVPS (m_ptr), tail_mask, Y1 \
	OP \
	VMASKMOVPS Y0, tail_mask, (dst_ptr) \
	VMASKMOVPS Y1, tail_mask, (m_ptr) \
done:

// ROTATE: u = fma(s, x, c·u), x = fma(c, x, −(s·u)), c in Y10, s in Y11. Clobbers Y0-Y3.
#define ROTATE(MUL, FMADD, FMSUB) \
	MUL   Y0, Y10, Y2 \
	MUL   Y0, Y11, Y3 \
	FMADD Y1, Y11, Y2 \
	FMSUB Y3, Y10, Y1 \
	VMOVAPS Y2, Y0

// REFLECT: u = fma(−s, x, u)/c, x = fma(c, x, −(s·u)) with the new u; c in Y10, s in Y11. Clobbers Y0-Y3.
#define REFLECT(MUL, DIV, FNMADD, FMSUB) \
	FNMADD Y1, Y11, Y0 \
	DIV   Y10, Y0, Y0 \
	MUL   Y0, Y11, Y3 \
	FMSUB Y3, Y10, Y1

#define ROTATE_F32 ROTATE(VMULPS, VFMADD231PS, VFMSUB213PS)
#define ROTATE_F64 ROTATE(VMULPD, VFMADD231PD, VFMSUB213PD)
#define REFLECT_F32 REFLECT(VMULPS, VDIVPS, VFNMADD231PS, VFMSUB213PS)
#define REFLECT_F64 REFLECT(VMULPD, VDIVPD, VFNMADD231PD, VFMSUB213PD)

// func rotateF32AVX2(u, x *float32, n int, c, s float32)
TEXT ·rotateF32AVX2(SB), NOSPLIT, $0-32
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSS c+24(FP), Y10
	VBROADCASTSS s+28(FP), Y11
	SHLQ         $2, left
	PAIR_LOOP(ROTATE_F32)
	VZEROUPPER
	RET

// func rotateF64AVX2(u, x *float64, n int, c, s float64)
TEXT ·rotateF64AVX2(SB), NOSPLIT, $0-40
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSD c+24(FP), Y10
	VBROADCASTSD s+32(FP), Y11
	SHLQ         $3, left
	PAIR_LOOP(ROTATE_F64)
	VZEROUPPER
	RET

// func reflectF32AVX2(u, x *float32, n int, c, s float32)
TEXT ·reflectF32AVX2(SB), NOSPLIT, $0-32
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSS c+24(FP), Y10
	VBROADCASTSS s+28(FP), Y11
	SHLQ         $2, left
	PAIR_LOOP(REFLECT_F32)
	VZEROUPPER
	RET

// func reflectF64AVX2(u, x *float64, n int, c, s float64)
TEXT ·reflectF64AVX2(SB), NOSPLIT, $0-40
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSD c+24(FP), Y10
	VBROADCASTSD s+32(FP), Y11
	SHLQ         $3, left
	PAIR_LOOP(REFLECT_F64)
	VZEROUPPER
	RET
