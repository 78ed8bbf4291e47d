//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Random numbers: the words of Philox4x32-10 on 32 counters at once, and uniform and Bernoulli variates of them.
// Contract: the bits of rng_generic.go.
// ISA: AVX-512 F, DQ.
//
// philox holds blocks in sets of eight. A word of a set is a register of eight 64-bit lanes, the word in the low half and
// anything in the high half: VPMULUDQ reads low halves alone. The lanes of a set are blocks 0, 4, 1, 5, 2, 6, 3, 7, because
// interleaving the low and the high 64 bits of each 128-bit part then gives memory order.
//
//	register         holds
//	DI, CX           dst, blocks left (philox) or groups left
//	SI, DX           p, words
//	R8, R9, AX       philox: the schedule, the block, a block
//	Z0-Z5, Z6-Z11,   philox: the words of four sets, and two registers for products each
//	Z12-Z17, Z18-Z23
//	Z24, Z25         philox: the multipliers
//	Z26, Z27         philox: the round's key
//	Z28              philox: the lanes' blocks
//	K1               philox: the high halves
//
// Work per call: 512 blocks or 64 groups, below 2 µs. Memory: dst is written, 16 bytes a block or 128 a group, and words and
// p are read, as many.

#define dst_ptr DI
#define p_ptr SI
#define w_ptr DX
#define left CX
#define keys R8
#define first R9

#define LANES ·philoxConsts+96(SB)
#define PHILOX_M1 ·philoxConsts+160(SB)
#define PHILOX_M0 ·philoxConsts+192(SB)
#define TWO_M24 ·rngF32+0(SB)
#define TWO_M53 ·rngF64+0(SB)

// Rounds 1 and 2 of a set, as schedule has them. Uses: a, the blocks; Z24-Z27. Clobbers: a-d.
#define ROUND1(a, d, c) \
	VPMULUDQ Z24, a, d \
	VPSRLQ   $32, d, c \
	VPXORD   Z26, c, c

#define ROUND2(a, b, c, d) \
	VPMULUDQ Z25, c, b \
	VPXORD   Z27, d, c \
	VPSRLQ   $32, b, a \
	VPXORD   Z26, a, a

// Round 3 of a set, where word d, with the key, is Z27: words (a, b, c, ·) become (a, f, c, e). Uses: a-c, Z24-Z27.
// Clobbers: a, c, e, f.
#define ROUND3(a, b, c, e, f) \
	VPMULUDQ   Z24, a, e \
	VPMULUDQ   Z25, c, f \
	VPSRLQ     $32, f, a \
	VPSRLQ     $32, e, c \
	VPTERNLOGD $0x96, Z26, b, a \
	VPXORD     Z27, c, c

// Any later round of a set: words (a, b, c, d) become (a, f, c, e). Uses: a-d, Z24-Z27. Clobbers: a, c, e, f.
#define ROUND(a, b, c, d, e, f) \
	VPMULUDQ   Z24, a, e \
	VPMULUDQ   Z25, c, f \
	VPSRLQ     $32, f, a \
	VPSRLQ     $32, e, c \
	VPTERNLOGD $0x96, Z26, b, a \
	VPTERNLOGD $0x96, Z27, d, c

// The keys at an offset of the schedule. Clobbers: Z26, Z27.
#define KEYS(at) \
	VPBROADCASTD at(keys), Z26 \
	VPBROADCASTD at+4(keys), Z27

// A round of four sets: from the words 0, 5, 2, 4 of each to 0, 1, 2, 3, and back. Uses, clobbers: Z0-Z27.
#define EVEN(at) \
	KEYS(at) \
	ROUND(Z0, Z5, Z2, Z4, Z3, Z1) \
	ROUND(Z6, Z11, Z8, Z10, Z9, Z7) \
	ROUND(Z12, Z17, Z14, Z16, Z15, Z13) \
	ROUND(Z18, Z23, Z20, Z22, Z21, Z19)

#define ODD(at) \
	KEYS(at) \
	ROUND(Z0, Z1, Z2, Z3, Z4, Z5) \
	ROUND(Z6, Z7, Z8, Z9, Z10, Z11) \
	ROUND(Z12, Z13, Z14, Z15, Z16, Z17) \
	ROUND(Z18, Z19, Z20, Z21, Z22, Z23)

// The same for one set. Uses, clobbers: Z0-Z5, Z24-Z27.
#define EVEN_1(at) \
	KEYS(at) \
	ROUND(Z0, Z5, Z2, Z4, Z3, Z1)

#define ODD_1(at) \
	KEYS(at) \
	ROUND(Z0, Z1, Z2, Z3, Z4, Z5)

// The words of a set in memory order, at an offset of dst. Uses: K1. Clobbers: a-d.
#define STORE_SET(a, b, c, d, at) \
	VPSHUFD     $0xA0, b, K1, a \
	VPSHUFD     $0xA0, d, K1, c \
	VPUNPCKLQDQ c, a, b \
	VPUNPCKHQDQ c, a, d \
	VMOVDQU32   b, at(dst_ptr) \
	VMOVDQU32   d, at+64(dst_ptr)

// func philoxAVX512(dst *uint32, n int, block uint32, s *schedule)
TEXT ·philoxAVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	MOVL         block+16(FP), first
	MOVQ         s+24(FP), keys
	VPBROADCASTQ PHILOX_M0, Z24
	VPBROADCASTQ PHILOX_M1, Z25
	VMOVDQU64    LANES, Z28
	MOVL         $0xAAAA, AX
	KMOVW        AX, K1
	SUBQ         $32, left
	JLT          rest
	PCALIGN      $32

loop:
	VPBROADCASTD first, Z0
	LEAL         8(first), AX
	VPBROADCASTD AX, Z6
	LEAL         16(first), AX
	VPBROADCASTD AX, Z12
	LEAL         24(first), AX
	VPBROADCASTD AX, Z18
	VPADDD       Z28, Z0, Z0
	VPADDD       Z28, Z6, Z6
	VPADDD       Z28, Z12, Z12
	VPADDD       Z28, Z18, Z18
	VPBROADCASTD (keys), Z26
	ROUND1(Z0, Z3, Z2)
	ROUND1(Z6, Z9, Z8)
	ROUND1(Z12, Z15, Z14)
	ROUND1(Z18, Z21, Z20)
	KEYS(4)
	ROUND2(Z0, Z1, Z2, Z3)
	ROUND2(Z6, Z7, Z8, Z9)
	ROUND2(Z12, Z13, Z14, Z15)
	ROUND2(Z18, Z19, Z20, Z21)
	VPBROADCASTD 12(keys), Z27
	VPBROADCASTD 16(keys), Z26
	ROUND3(Z0, Z1, Z2, Z4, Z5)
	ROUND3(Z6, Z7, Z8, Z10, Z11)
	ROUND3(Z12, Z13, Z14, Z16, Z17)
	ROUND3(Z18, Z19, Z20, Z22, Z23)
	EVEN(20)
	ODD(28)
	EVEN(36)
	ODD(44)
	EVEN(52)
	ODD(60)
	EVEN(68)
	STORE_SET(Z0, Z1, Z2, Z3, 0)
	STORE_SET(Z6, Z7, Z8, Z9, 128)
	STORE_SET(Z12, Z13, Z14, Z15, 256)
	STORE_SET(Z18, Z19, Z20, Z21, 384)
	ADDQ         $512, dst_ptr
	ADDL         $32, first
	SUBQ         $32, left
	JGE          loop

rest: // eight blocks at a time
	ADDQ $32, left
	JEQ  done

loop8:
	VPBROADCASTD first, Z0
	VPADDD       Z28, Z0, Z0
	VPBROADCASTD (keys), Z26
	ROUND1(Z0, Z3, Z2)
	KEYS(4)
	ROUND2(Z0, Z1, Z2, Z3)
	VPBROADCASTD 12(keys), Z27
	VPBROADCASTD 16(keys), Z26
	ROUND3(Z0, Z1, Z2, Z4, Z5)
	EVEN_1(20)
	ODD_1(28)
	EVEN_1(36)
	ODD_1(44)
	EVEN_1(52)
	ODD_1(60)
	EVEN_1(68)
	STORE_SET(Z0, Z1, Z2, Z3, 0)
	ADDQ         $128, dst_ptr
	ADDL         $8, first
	SUBQ         $8, left
	JNE          loop8

done:
	VZEROUPPER
	RET

// func unitF32AVX512(dst *float32, n int)
TEXT ·unitF32AVX512(SB), NOSPLIT, $0-16
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSS TWO_M24, Z2

loop:
	VPSRLD    $8, (dst_ptr), Z0
	VPSRLD    $8, 64(dst_ptr), Z1
	VCVTDQ2PS Z0, Z0
	VCVTDQ2PS Z1, Z1
	VMULPS    Z2, Z0, Z0
	VMULPS    Z2, Z1, Z1
	VMOVUPS   Z0, (dst_ptr)
	VMOVUPS   Z1, 64(dst_ptr)
	ADDQ      $128, dst_ptr
	DECQ      left
	JNE       loop
	VZEROUPPER
	RET

// func unitF64AVX512(dst *float64, n int)
TEXT ·unitF64AVX512(SB), NOSPLIT, $0-16
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSD TWO_M53, Z2

loop:
	VPSRLQ    $11, (dst_ptr), Z0
	VPSRLQ    $11, 64(dst_ptr), Z1
	VCVTQQ2PD Z0, Z0
	VCVTQQ2PD Z1, Z1
	VMULPD    Z2, Z0, Z0
	VMULPD    Z2, Z1, Z1
	VMOVUPD   Z0, (dst_ptr)
	VMOVUPD   Z1, 64(dst_ptr)
	ADDQ      $128, dst_ptr
	DECQ      left
	JNE       loop
	VZEROUPPER
	RET

// 1 where the uniform variate of the words at an offset is below p, NaN where p is. Uses: Z2 = 2^-24 or 2^-53, Z3 = 1.
// Clobbers: Z0, Z1, K1, K2.
#define COIN_F32(at) \
	VPSRLD    $8, at(w_ptr), Z0 \
	VCVTDQ2PS Z0, Z0 \
	VMULPS    Z2, Z0, Z0 \
	VMOVUPS   at(p_ptr), Z1 \
	VCMPPS    $0x11, Z1, Z0, K1 \
	VCMPPS    $0x03, Z1, Z1, K2 \
	VMOVAPS.Z Z3, K1, Z0 \
	VMOVAPS   Z1, K2, Z0 \
	VMOVUPS   Z0, at(dst_ptr)

#define COIN_F64(at) \
	VPSRLQ    $11, at(w_ptr), Z0 \
	VCVTQQ2PD Z0, Z0 \
	VMULPD    Z2, Z0, Z0 \
	VMOVUPD   at(p_ptr), Z1 \
	VCMPPD    $0x11, Z1, Z0, K1 \
	VCMPPD    $0x03, Z1, Z1, K2 \
	VMOVAPD.Z Z3, K1, Z0 \
	VMOVAPD   Z1, K2, Z0 \
	VMOVUPD   Z0, at(dst_ptr)

// func coinF32AVX512(dst, p *float32, w *uint32, n int)
TEXT ·coinF32AVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         p+8(FP), p_ptr
	MOVQ         w+16(FP), w_ptr
	MOVQ         n+24(FP), left
	VBROADCASTSS TWO_M24, Z2
	VBROADCASTSS ONE_F32, Z3

loop:
	COIN_F32(0)
	COIN_F32(64)
	ADDQ $128, dst_ptr
	ADDQ $128, p_ptr
	ADDQ $128, w_ptr
	DECQ left
	JNE  loop
	VZEROUPPER
	RET

// func coinF64AVX512(dst, p *float64, w *uint32, n int)
TEXT ·coinF64AVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         p+8(FP), p_ptr
	MOVQ         w+16(FP), w_ptr
	MOVQ         n+24(FP), left
	VBROADCASTSD TWO_M53, Z2
	VBROADCASTSD ONE_F64, Z3

loop:
	COIN_F64(0)
	COIN_F64(64)
	ADDQ $128, dst_ptr
	ADDQ $128, p_ptr
	ADDQ $128, w_ptr
	DECQ left
	JNE  loop
	VZEROUPPER
	RET
