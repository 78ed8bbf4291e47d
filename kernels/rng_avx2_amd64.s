//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Random numbers: the words of Philox4x32-10 on twelve counters at once, and uniform and Bernoulli variates of them.
// Contract: the bits of rng_generic.go.
// ISA: AVX2.
//
// philox holds blocks in sets of four. A word of a set is a register of four 64-bit lanes, the word in the low half and
// anything in the high half: VPMULUDQ reads low halves alone. The lanes of a set are blocks 0, 2, 1, 3, because
// interleaving the low and the high 64 bits of each 128-bit half then gives memory order.
//
//	register       holds
//	DI, CX         dst, blocks left (philox) or groups left
//	SI, DX         p, words
//	R8, R9         philox: the schedule, the block
//	Y0-Y3, Y4-Y7,  philox: the words of three sets
//	Y8-Y11
//	Y12            philox: one word of a set for a while
//	Y13, Y14       philox: the round's key
//	Y15            philox: a multiplier
//
// Work per call: 512 blocks or 64 groups, below 2 µs. Memory: dst is written, 16 bytes a block or 128 a group, and words and
// p are read, as many.

#define dst_ptr DI
#define p_ptr SI
#define w_ptr DX
#define left CX
#define keys R8
#define first R9

#define LANES_0 ·philoxConsts+0(SB)
#define LANES_1 ·philoxConsts+32(SB)
#define LANES_2 ·philoxConsts+64(SB)
#define PHILOX_M1 ·philoxConsts+160(SB)
#define PHILOX_M0 ·philoxConsts+192(SB)
#define TWO_M24 ·rngF32+0(SB)
#define TWO_M53 ·rngF64+0(SB)
#define EXP52 ·rngF64+32(SB)
#define EXP84 ·rngF64+64(SB)
#define EXP84_52 ·rngF64+96(SB)

// Rounds 1 and 2 of a set, as schedule has them. Uses: a, the blocks; Y15. Clobbers: a-d, Y12-Y14.
#define ROUND1(a, d, c) \
	VPMULUDQ Y15, a, d \
	VPSRLQ   $32, d, c \
	VPXOR    Y13, c, c

#define ROUND2(a, b, c, d) \
	VPMULUDQ PHILOX_M1, c, b \
	VPXOR    Y14, d, c \
	VPSRLQ   $32, b, a \
	VPXOR    Y13, a, a

// Round 3 of a set, where word d, with the key, is Y14. Uses: a, c, Y13-Y15. Clobbers: a-d, Y12.
#define ROUND3(a, b, c, d) \
	VPMULUDQ Y15, a, d \
	VPXOR    Y13, b, a \
	VPMULUDQ PHILOX_M1, c, b \
	VPSRLQ   $32, d, c \
	VPXOR    Y14, c, c \
	VPSRLQ   $32, b, Y12 \
	VPXOR    Y12, a, a

// Any later round of a set. Uses: a-d, Y13-Y15. Clobbers: a-d, Y12.
#define ROUND(a, b, c, d) \
	VPXOR    Y14, d, Y12 \
	VPMULUDQ Y15, a, d \
	VPXOR    Y13, b, a \
	VPMULUDQ PHILOX_M1, c, b \
	VPSRLQ   $32, d, c \
	VPXOR    Y12, c, c \
	VPSRLQ   $32, b, Y12 \
	VPXOR    Y12, a, a

// The keys at an offset of the schedule. Clobbers: Y13, Y14.
#define KEYS(at) \
	VPBROADCASTD at(keys), Y13 \
	VPBROADCASTD at+4(keys), Y14

// A round of three sets. Uses, clobbers: Y0-Y14; Y15.
#define ROUNDS(at) \
	KEYS(at) \
	ROUND(Y0, Y1, Y2, Y3) \
	ROUND(Y4, Y5, Y6, Y7) \
	ROUND(Y8, Y9, Y10, Y11)

// A round of one set. Uses, clobbers: Y0-Y3, Y12-Y14; Y15.
#define ROUNDS_1(at) \
	KEYS(at) \
	ROUND(Y0, Y1, Y2, Y3)

// The words of a set in memory order, at an offset of dst. Uses, clobbers: a-d.
#define STORE_SET(a, b, c, d, at) \
	VPSLLQ      $32, b, b \
	VPSLLQ      $32, d, d \
	VPBLENDD    $0xAA, b, a, a \
	VPBLENDD    $0xAA, d, c, c \
	VPUNPCKLQDQ c, a, b \
	VPUNPCKHQDQ c, a, d \
	VMOVDQU     b, at(dst_ptr) \
	VMOVDQU     d, at+32(dst_ptr)

// func philoxAVX2(dst *uint32, n int, block uint32, s *schedule)
TEXT ·philoxAVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	MOVL         block+16(FP), first
	MOVQ         s+24(FP), keys
	VPBROADCASTQ PHILOX_M0, Y15
	SUBQ         $12, left
	JLT          rest
	PCALIGN      $32

loop:
	VMOVD        first, X12
	VPBROADCASTD X12, Y12
	VPADDD       LANES_0, Y12, Y0
	VPADDD       LANES_1, Y12, Y4
	VPADDD       LANES_2, Y12, Y8
	VPBROADCASTD (keys), Y13
	ROUND1(Y0, Y3, Y2)
	ROUND1(Y4, Y7, Y6)
	ROUND1(Y8, Y11, Y10)
	KEYS(4)
	ROUND2(Y0, Y1, Y2, Y3)
	ROUND2(Y4, Y5, Y6, Y7)
	ROUND2(Y8, Y9, Y10, Y11)
	VPBROADCASTD 12(keys), Y14
	VPBROADCASTD 16(keys), Y13
	ROUND3(Y0, Y1, Y2, Y3)
	ROUND3(Y4, Y5, Y6, Y7)
	ROUND3(Y8, Y9, Y10, Y11)
	ROUNDS(20)
	ROUNDS(28)
	ROUNDS(36)
	ROUNDS(44)
	ROUNDS(52)
	ROUNDS(60)
	ROUNDS(68)
	STORE_SET(Y0, Y1, Y2, Y3, 0)
	STORE_SET(Y4, Y5, Y6, Y7, 64)
	STORE_SET(Y8, Y9, Y10, Y11, 128)
	ADDQ         $192, dst_ptr
	ADDL         $12, first
	SUBQ         $12, left
	JGE          loop

rest: // four blocks at a time
	ADDQ $12, left
	JEQ  done

loop4:
	VMOVD        first, X12
	VPBROADCASTD X12, Y12
	VPADDD       LANES_0, Y12, Y0
	VPBROADCASTD (keys), Y13
	ROUND1(Y0, Y3, Y2)
	KEYS(4)
	ROUND2(Y0, Y1, Y2, Y3)
	VPBROADCASTD 12(keys), Y14
	VPBROADCASTD 16(keys), Y13
	ROUND3(Y0, Y1, Y2, Y3)
	ROUNDS_1(20)
	ROUNDS_1(28)
	ROUNDS_1(36)
	ROUNDS_1(44)
	ROUNDS_1(52)
	ROUNDS_1(60)
	ROUNDS_1(68)
	STORE_SET(Y0, Y1, Y2, Y3, 0)
	ADDQ         $64, dst_ptr
	ADDL         $4, first
	SUBQ         $4, left
	JNE          loop4

done:
	VZEROUPPER
	RET

// v = (v >> 8)·2^-24. Uses: v; Y15 = 2^-24. Clobbers: v.
#define UNIT_F32(v) \
	VPSRLD    $8, v, v \
	VCVTDQ2PS v, v \
	VMULPS    Y15, v, v

// v = (v >> 11)·2^-53: the sum of its halves, each exact beside a power of two.
// Uses: v; Y12 = 2^-53, Y13 = 2^52, Y14 = 2^84, Y15 = 2^84 + 2^52. Clobbers: v, h.
#define UNIT_F64(v, h) \
	VPSRLQ   $43, v, h \
	VPOR     Y14, h, h \
	VSUBPD   Y15, h, h \
	VPSRLQ   $11, v, v \
	VPBLENDD $0xAA, Y13, v, v \
	VADDPD   v, h, v \
	VMULPD   Y12, v, v

// func unitF32AVX2(dst *float32, n int)
TEXT ·unitF32AVX2(SB), NOSPLIT, $0-16
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSS TWO_M24, Y15

loop:
	VMOVUPS (dst_ptr), Y0
	VMOVUPS 32(dst_ptr), Y1
	VMOVUPS 64(dst_ptr), Y2
	VMOVUPS 96(dst_ptr), Y3
	UNIT_F32(Y0)
	UNIT_F32(Y1)
	UNIT_F32(Y2)
	UNIT_F32(Y3)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ    $128, dst_ptr
	DECQ    left
	JNE     loop
	VZEROUPPER
	RET

// func unitF64AVX2(dst *float64, n int)
TEXT ·unitF64AVX2(SB), NOSPLIT, $0-16
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         n+8(FP), left
	VBROADCASTSD TWO_M53, Y12
	VBROADCASTSD EXP52, Y13
	VBROADCASTSD EXP84, Y14
	VBROADCASTSD EXP84_52, Y15

loop:
	VMOVUPD (dst_ptr), Y0
	VMOVUPD 32(dst_ptr), Y1
	VMOVUPD 64(dst_ptr), Y2
	VMOVUPD 96(dst_ptr), Y3
	UNIT_F64(Y0, Y4)
	UNIT_F64(Y1, Y5)
	UNIT_F64(Y2, Y6)
	UNIT_F64(Y3, Y7)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ    $128, dst_ptr
	DECQ    left
	JNE     loop
	VZEROUPPER
	RET

// 1 where the uniform variate of the words at an offset is below p, NaN where p is. Uses: Y10 = 1; UNIT's constants.
// Clobbers: u, p, m.
#define COIN_F32(at, u, p, m) \
	VMOVUPS at(w_ptr), u \
	UNIT_F32(u) \
	VMOVUPS at(p_ptr), p \
	VCMPPS  $0x11, p, u, u  /* u < p */ \
	VCMPPS  $0x03, p, p, m  /* NaN */ \
	VANDPS  Y10, u, u \
	VANDPS  p, m, m \
	VORPS   m, u, u \
	VMOVUPS u, at(dst_ptr)

#define COIN_F64(at, u, p, m) \
	VMOVUPD at(w_ptr), u \
	UNIT_F64(u, m) \
	VMOVUPD at(p_ptr), p \
	VCMPPD  $0x11, p, u, u  /* u < p */ \
	VCMPPD  $0x03, p, p, m  /* NaN */ \
	VANDPD  Y10, u, u \
	VANDPD  p, m, m \
	VORPD   m, u, u \
	VMOVUPD u, at(dst_ptr)

// func coinF32AVX2(dst, p *float32, w *uint32, n int)
TEXT ·coinF32AVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         p+8(FP), p_ptr
	MOVQ         w+16(FP), w_ptr
	MOVQ         n+24(FP), left
	VBROADCASTSS ONE_F32, Y10
	VBROADCASTSS TWO_M24, Y15

loop:
	COIN_F32(0, Y0, Y1, Y2)
	COIN_F32(32, Y3, Y4, Y5)
	COIN_F32(64, Y6, Y7, Y8)
	COIN_F32(96, Y0, Y1, Y2)
	ADDQ $128, dst_ptr
	ADDQ $128, p_ptr
	ADDQ $128, w_ptr
	DECQ left
	JNE  loop
	VZEROUPPER
	RET

// func coinF64AVX2(dst, p *float64, w *uint32, n int)
TEXT ·coinF64AVX2(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         p+8(FP), p_ptr
	MOVQ         w+16(FP), w_ptr
	MOVQ         n+24(FP), left
	VBROADCASTSD ONE_F64, Y10
	VBROADCASTSD TWO_M53, Y12
	VBROADCASTSD EXP52, Y13
	VBROADCASTSD EXP84, Y14
	VBROADCASTSD EXP84_52, Y15

loop:
	COIN_F64(0, Y0, Y1, Y2)
	COIN_F64(32, Y3, Y4, Y5)
	COIN_F64(64, Y6, Y7, Y8)
	COIN_F64(96, Y0, Y1, Y2)
	ADDQ $128, dst_ptr
	ADDQ $128, p_ptr
	ADDQ $128, w_ptr
	DECQ left
	JNE  loop
	VZEROUPPER
	RET
