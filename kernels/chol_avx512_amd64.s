//go:build !purego && !race

#include "textflag.h"

// The chain, the division and the rotations of the small factorisations.
// Contract: the bits of chainGeneric, divideGeneric, rotateGeneric and reflectGeneric: one FMA per term, k ascending;
// lanes are columns.
// ISA: AVX-512 F, BMI2.
//
//	register  holds
//	DI        dst (or the row of u)
//	SI        m (or x)
//	DX        s
//	R8, R9    bytes from a row of m to the next, and from an s to the next
//	CX        columns left
//	R10, R11  terms, terms left
//	R12, R13  m and s as they advance
//	AX        bits of the masks
//	BX        mode
//	Z0-Z3     accumulators, or old and new elements
//	Z8        ±s[k]
//	Z10, Z11  coefficients
//	Z15       the sign to flip
//	K1-K4     the columns that Z0-Z3 hold
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
#define bits AX
#define scale Z8
#define flip Z15

#define mode_neg 2
#define mode_from 4

// NEXT goes to the next term. Uses m_step, s_step. Clobbers m_row, s_now.
#define NEXT \
	ADDQ m_step, m_row \
	ADDQ s_step, s_now

// SCALE puts ±s[k] in every lane. Uses s_now, flip. Clobbers scale.
#define SCALE(BCAST) \
	BCAST  (s_now), scale \
	VPXORQ flip, scale, scale

// MASKS selects the first columns that are left, lanes of them to a vector. Uses left. Clobbers bits, m_row, flags, K1-K4.
#define MASKS(lanes) \
	MOVQ    $64, m_row \
	CMPQ    left, m_row \
	CMOVQLT left, m_row /* BZHI looks at eight bits of its index alone */ \
	MOVQ    $-1, bits \
	BZHIQ   m_row, bits, bits \
	KMOVW   bits, K1 \
	SHRQ    $lanes, bits \
	KMOVW   bits, K2 \
	SHRQ    $lanes, bits \
	KMOVW   bits, K3 \
	SHRQ    $lanes, bits \
	KMOVW   bits, K4

// CHAIN_LOOP is the chain over the columns that are left, four vectors at a time, of which a mask may leave out some.
// lanes are those of a vector, all is four times as many.
// Uses: dst_ptr, m_ptr, s_ptr, m_step, s_step, terms, left, BX, flip. Clobbers: all others.
#define CHAIN_LOOP(BCAST, FMADD, LOAD, STORE, lanes, all) \
panel: \
	MASKS(lanes) \
	VPXORQ  Z0, Z0, Z0 \
	VPXORQ  Z1, Z1, Z1 \
	VPXORQ  Z2, Z2, Z2 \
	VPXORQ  Z3, Z3, Z3 \
	TESTQ   $mode_from, BX \
	JZ      start \
	LOAD (dst_ptr), K1, Z0 \
	LOAD 64(dst_ptr), K2, Z1 \
	LOAD 128(dst_ptr), K3, Z2 \
	LOAD 192(dst_ptr), K4, Z3 \
start: \
	MOVQ    m_ptr, m_row \
	MOVQ    s_ptr, s_now \
	MOVQ    terms, k_left \
	CMPQ    left, $lanes \
	JLE     term1 \
	PCALIGN $32 \
term4: \
	SCALE(BCAST) \
	FMADD   (m_row), scale, K1, Z0 \
	FMADD   64(m_row), scale, K2, Z1 \
	FMADD   128(m_row), scale, K3, Z2 \
	FMADD   192(m_row), scale, K4, Z3 \
	NEXT \
	DECQ    k_left \
	JNZ     term4 \
	JMP     store \
term1: \
	SCALE(BCAST) \
	FMADD   (m_row), scale, K1, Z0 \
	NEXT \
	DECQ    k_left \
	JNZ     term1 \
store: \
	STORE Z0, K1, (dst_ptr) \
	STORE Z1, K2, 64(dst_ptr) \
	STORE Z2, K3, 128(dst_ptr) \
	STORE Z3, K4, 192(dst_ptr) \
	ADDQ    $256, dst_ptr \
	ADDQ    $256, m_ptr \
	SUBQ    $all, left \
	JGT     panel

// func chainF32AVX512(dst, m, s *float32, mStride, sStride, cols, rows, mode int)
TEXT ·chainF32AVX512(SB), NOSPLIT, $0-64
	MOVQ       dst+0(FP), dst_ptr
	MOVQ       m+8(FP), m_ptr
	MOVQ       s+16(FP), s_ptr
	MOVQ       mStride+24(FP), m_step
	MOVQ       sStride+32(FP), s_step
	MOVQ       cols+40(FP), left
	MOVQ       rows+48(FP), terms
	MOVQ       mode+56(FP), BX
	SHLQ       $2, m_step
	SHLQ       $2, s_step
	VPXORQ     flip, flip, flip
	TESTQ      $mode_neg, BX
	JZ         signed
	VPTERNLOGD $0xff, flip, flip, flip
	VPSLLD     $31, flip, flip

signed:
	CHAIN_LOOP(VBROADCASTSS, VFMADD231PS, VMOVUPS.Z, VMOVUPS, 16, 64)
	VZEROUPPER
	RET

// func chainF64AVX512(dst, m, s *float64, mStride, sStride, cols, rows, mode int)
TEXT ·chainF64AVX512(SB), NOSPLIT, $0-64
	MOVQ       dst+0(FP), dst_ptr
	MOVQ       m+8(FP), m_ptr
	MOVQ       s+16(FP), s_ptr
	MOVQ       mStride+24(FP), m_step
	MOVQ       sStride+32(FP), s_step
	MOVQ       cols+40(FP), left
	MOVQ       rows+48(FP), terms
	MOVQ       mode+56(FP), BX
	SHLQ       $3, m_step
	SHLQ       $3, s_step
	VPXORQ     flip, flip, flip
	TESTQ      $mode_neg, BX
	JZ         signed
	VPTERNLOGD $0xff, flip, flip, flip
	VPSLLQ     $63, flip, flip

signed:
	CHAIN_LOOP(VBROADCASTSD, VFMADD231PD, VMOVUPD.Z, VMOVUPD, 8, 32)
	VZEROUPPER
	RET

// DIVIDE_LOOP is dst /= Z8. Uses dst_ptr, left. Clobbers bits, m_row, Z0-Z3, K1-K4.
#define DIVIDE_LOOP(DIV, LOAD, STORE, lanes, all) \
loop: \
	MASKS(lanes) \
	LOAD    (dst_ptr), K1, Z0 \
	LOAD    64(dst_ptr), K2, Z1 \
	LOAD    128(dst_ptr), K3, Z2 \
	LOAD    192(dst_ptr), K4, Z3 \
	DIV     Z8, Z0, Z0 \
	DIV     Z8, Z1, Z1 \
	DIV     Z8, Z2, Z2 \
	DIV     Z8, Z3, Z3 \
	STORE   Z0, K1, (dst_ptr) \
	STORE   Z1, K2, 64(dst_ptr) \
	STORE   Z2, K3, 128(dst_ptr) \
	STORE   Z3, K4, 192(dst_ptr) \
	ADDQ    $256, dst_ptr \
	SUBQ    $all, left \
	JGT     loop

// func divideF32AVX512(x *float32, n int, by float32)
TEXT ·divideF32AVX512(SB), NOSPLIT, $0-20
	MOVQ         x+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSS by+16(FP), Z8
	DIVIDE_LOOP(VDIVPS, VMOVUPS.Z, VMOVUPS, 16, 64)
	VZEROUPPER
	RET

// func divideF64AVX512(x *float64, n int, by float64)
TEXT ·divideF64AVX512(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSD by+16(FP), Z8
	DIVIDE_LOOP(VDIVPD, VMOVUPD.Z, VMOVUPD, 8, 32)
	VZEROUPPER
	RET

// PAIR_LOOP is one of the rotations: OP makes the new pair of Z0 (of u) and Z1 (of x).
// Uses: dst_ptr, m_ptr, left, Z10, Z11. Clobbers: bits, m_row, Z0-Z3, K1-K4.
#define PAIR_LOOP(OP, LOAD, STORE, lanes) \
loop: \
	MASKS(lanes) \
	LOAD    (dst_ptr), K1, Z0 \
	LOAD    (m_ptr), K1, Z1 \
	OP \
	STORE   Z0, K1, (dst_ptr) \
	STORE   Z1, K1, (m_ptr) \
	ADDQ    $64, dst_ptr \
	ADDQ    $64, m_ptr \
	SUBQ    $lanes, left \
	JGT     loop

// ROTATE: u = fma(s, x, c·u), x = fma(c, x, −(s·u)), c in Z10, s in Z11. Clobbers Z0-Z3.
#define ROTATE(MUL, FMADD, FMSUB) \
	MUL     Z0, Z10, Z2 \
	MUL     Z0, Z11, Z3 \
	FMADD   Z1, Z11, Z2 \
	FMSUB   Z3, Z10, Z1 \
	VMOVAPS Z2, Z0

// REFLECT: u = fma(−s, x, u)/c, x = fma(c, x, −(s·u)) with the new u; c in Z10, s in Z11. Clobbers Z0-Z3.
#define REFLECT(MUL, DIV, FNMADD, FMSUB) \
	FNMADD Z1, Z11, Z0 \
	DIV    Z10, Z0, Z0 \
	MUL    Z0, Z11, Z3 \
	FMSUB  Z3, Z10, Z1

#define ROTATE_F32 ROTATE(VMULPS, VFMADD231PS, VFMSUB213PS)
#define ROTATE_F64 ROTATE(VMULPD, VFMADD231PD, VFMSUB213PD)
#define REFLECT_F32 REFLECT(VMULPS, VDIVPS, VFNMADD231PS, VFMSUB213PS)
#define REFLECT_F64 REFLECT(VMULPD, VDIVPD, VFNMADD231PD, VFMSUB213PD)

// func rotateF32AVX512(u, x *float32, n int, c, s float32)
TEXT ·rotateF32AVX512(SB), NOSPLIT, $0-32
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSS c+24(FP), Z10
	VBROADCASTSS s+28(FP), Z11
	PAIR_LOOP(ROTATE_F32, VMOVUPS.Z, VMOVUPS, 16)
	VZEROUPPER
	RET

// func rotateF64AVX512(u, x *float64, n int, c, s float64)
TEXT ·rotateF64AVX512(SB), NOSPLIT, $0-40
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSD c+24(FP), Z10
	VBROADCASTSD s+32(FP), Z11
	PAIR_LOOP(ROTATE_F64, VMOVUPD.Z, VMOVUPD, 8)
	VZEROUPPER
	RET

// func reflectF32AVX512(u, x *float32, n int, c, s float32)
TEXT ·reflectF32AVX512(SB), NOSPLIT, $0-32
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSS c+24(FP), Z10
	VBROADCASTSS s+28(FP), Z11
	PAIR_LOOP(REFLECT_F32, VMOVUPS.Z, VMOVUPS, 16)
	VZEROUPPER
	RET

// func reflectF64AVX512(u, x *float64, n int, c, s float64)
TEXT ·reflectF64AVX512(SB), NOSPLIT, $0-40
	MOVQ         u+0(FP), dst_ptr
	MOVQ         x+8(FP), m_ptr
	MOVQ         n+16(FP), left
	VBROADCASTSD c+24(FP), Z10
	VBROADCASTSD s+32(FP), Z11
	PAIR_LOOP(REFLECT_F64, VMOVUPD.Z, VMOVUPD, 8)
	VZEROUPPER
	RET
