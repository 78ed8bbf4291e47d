//go:build !purego && !race

#include "textflag.h"
#include "neon_arm64.h"

// Random numbers: the words of Philox4x32-10 on eight counters at once, and uniform and Bernoulli variates of them.
// Contract: the bits of rng_generic.go.
// ISA: NEON.
//
// philox holds blocks in two sets of four; a word of a set is one register.
//
//	register         holds
//	R0, R2           dst, blocks left (philox) or groups left
//	R1, R3           p, words
//	R4, R5, R6       philox: the schedule, the block, a pointer
//	V0-V3, V4-V7     philox: the words of two sets
//	V16-V19          philox: products
//	V24, V25         philox: the multipliers
//	V26, V27         philox: the round's key
//	V28, V29         philox: the lanes' blocks
//	V30, V31         2^-24 or 2^-53, 1
//
// Work per call: 512 blocks or 64 groups, below 10 µs. Memory: dst is written, 16 bytes a block or 128 a group, and words and
// p are read, as many.

#define dst_ptr R0
#define p_ptr R1
#define left R2
#define w_ptr R3
#define keys R4
#define first R5

DATA philox<>+0(SB)/8, $0x0000000100000000
DATA philox<>+8(SB)/8, $0x0000000300000002
DATA philox<>+16(SB)/4, $0xd2511f53
DATA philox<>+20(SB)/4, $0xcd9e8d57
DATA philox<>+24(SB)/4, $4
GLOBL philox<>(SB), RODATA|NOPTR, $28

// Rounds 1 and 2 of a set, as schedule has them: a are the blocks, c and d what round 1 leaves. Arguments are a register's
// number and its name, in turn. Uses: a, V24-V27. Clobbers: a-d, V16, V17.
#define ROUND1(a, C, D) \
	VUMULL_D2(v24, a, v16) \
	VUMULL2_D2(v24, a, v17) \
	VUZP1 V17.S4, V16.S4, D.S4 \
	VUZP2 V17.S4, V16.S4, C.S4 \
	VEOR  V26.B16, C.B16, C.B16

#define ROUND2(A, B, c, C, D) \
	VUMULL_D2(v25, c, v18) \
	VUMULL2_D2(v25, c, v19) \
	VEOR  V27.B16, D.B16, C.B16 \
	VUZP1 V19.S4, V18.S4, B.S4 \
	VUZP2 V19.S4, V18.S4, A.S4 \
	VEOR  V26.B16, A.B16, A.B16

// Any later round of a set; in round 3 D is zero and V27 word d with the key. Uses: A-D, V24-V27. Clobbers: A-D, V16-V19.
#define ROUND(a, A, B, c, C, D) \
	VUMULL_D2(v24, a, v16) \
	VUMULL2_D2(v24, a, v17) \
	VUMULL_D2(v25, c, v18) \
	VUMULL2_D2(v25, c, v19) \
	VEOR  V26.B16, B.B16, A.B16 \
	VEOR  V27.B16, D.B16, C.B16 \
	VUZP1 V17.S4, V16.S4, D.S4 \
	VUZP1 V19.S4, V18.S4, B.S4 \
	VUZP2 V17.S4, V16.S4, V16.S4 \
	VUZP2 V19.S4, V18.S4, V18.S4 \
	VEOR  V16.B16, C.B16, C.B16 \
	VEOR  V18.B16, A.B16, A.B16

// A round of both sets, with the next keys. Uses: R6. Clobbers: R6, V0-V7, V16-V19, V26, V27.
#define ROUNDS \
	VLD1R.P 4(R6), [V26.S4] \
	VLD1R.P 4(R6), [V27.S4] \
	ROUND(v0, V0, V1, v2, V2, V3) \
	ROUND(v4, V4, V5, v6, V6, V7)

// func philoxNEON(dst *uint32, n int, block uint32, s *schedule)
TEXT ·philoxNEON(SB), NOSPLIT, $0-32
	MOVD    dst+0(FP), dst_ptr
	MOVD    n+8(FP), left
	MOVWU   block+16(FP), first
	MOVD    s+24(FP), keys
	MOVD    $philox<>(SB), R6
	VLD1.P  16(R6), [V28.S4]
	VLD1R.P 4(R6), [V24.S4]
	VLD1R.P 4(R6), [V25.S4]
	VLD1R   (R6), [V29.S4]
	VADD    V28.S4, V29.S4, V29.S4
	PCALIGN $16

loop:
	MOVD    keys, R6
	VDUP    first, V4.S4
	VADD    V28.S4, V4.S4, V0.S4
	VADD    V29.S4, V4.S4, V4.S4
	VLD1R.P 4(R6), [V26.S4]
	ROUND1(v0, V2, V3)
	ROUND1(v4, V6, V7)
	VLD1R.P 4(R6), [V26.S4]
	VLD1R.P 4(R6), [V27.S4]
	ROUND2(V0, V1, v2, V2, V3)
	ROUND2(V4, V5, v6, V6, V7)
	VEOR    V3.B16, V3.B16, V3.B16
	VEOR    V7.B16, V7.B16, V7.B16
	VLD1R.P 4(R6), [V27.S4]
	VLD1R.P 4(R6), [V26.S4]
	ROUND(v0, V0, V1, v2, V2, V3)
	ROUND(v4, V4, V5, v6, V6, V7)
	ROUNDS
	ROUNDS
	ROUNDS
	ROUNDS
	ROUNDS
	ROUNDS
	ROUNDS
	VST4.P  [V0.S4, V1.S4, V2.S4, V3.S4], 64(dst_ptr)
	VST4.P  [V4.S4, V5.S4, V6.S4, V7.S4], 64(dst_ptr)
	ADD     $8, first, first
	SUBS    $8, left, left
	BNE     loop
	RET

// Uniform variates of words. Uses: V30 = 2^-24 or 2^-53. Clobbers: the register.
#define UNIT_S4(v, V) \
	VUSHR $8, V.S4, V.S4 \
	VUCVTF_S4(v, v) \
	VFMUL_S4(v30, v, v)

#define UNIT_D2(v, V) \
	VUSHR $11, V.D2, V.D2 \
	VUCVTF_D2(v, v) \
	VFMUL_D2(v30, v, v)

// func unitF32NEON(dst *float32, n int)
TEXT ·unitF32NEON(SB), NOSPLIT, $0-16
	MOVD  dst+0(FP), dst_ptr
	MOVD  n+8(FP), left
	LSL   $1, left, left
	MOVD  $0x33800000, R4
	VDUP  R4, V30.S4

loop: // half a group
	VLD1   (dst_ptr), [V0.S4, V1.S4, V2.S4, V3.S4]
	UNIT_S4(v0, V0)
	UNIT_S4(v1, V1)
	UNIT_S4(v2, V2)
	UNIT_S4(v3, V3)
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(dst_ptr)
	SUBS   $1, left, left
	BNE    loop
	RET

// func unitF64NEON(dst *float64, n int)
TEXT ·unitF64NEON(SB), NOSPLIT, $0-16
	MOVD  dst+0(FP), dst_ptr
	MOVD  n+8(FP), left
	LSL   $1, left, left
	MOVD  $0x3CA0000000000000, R4
	VDUP  R4, V30.D2

loop: // half a group
	VLD1   (dst_ptr), [V0.D2, V1.D2, V2.D2, V3.D2]
	UNIT_D2(v0, V0)
	UNIT_D2(v1, V1)
	UNIT_D2(v2, V2)
	UNIT_D2(v3, V3)
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(dst_ptr)
	SUBS   $1, left, left
	BNE    loop
	RET

// 1 where u < p, NaN where p is, else 0. Uses: u, p, V31 = 1. Clobbers: u, M.
#define COIN(FCMGT, FCMEQ, u, U, p, P, m, M) \
	FCMGT(u, p, u) \
	FCMEQ(p, p, m) \
	VAND V31.B16, U.B16, U.B16 \
	VBIF M.B16, P.B16, U.B16

// func coinF32NEON(dst, p *float32, w *uint32, n int)
TEXT ·coinF32NEON(SB), NOSPLIT, $0-32
	MOVD  dst+0(FP), dst_ptr
	MOVD  p+8(FP), p_ptr
	MOVD  w+16(FP), w_ptr
	MOVD  n+24(FP), left
	LSL   $2, left, left
	MOVD  $0x33800000, R4
	VDUP  R4, V30.S4
	MOVD  $0x3F800000, R4
	VDUP  R4, V31.S4

loop: // a quarter of a group
	VLD1.P 32(w_ptr), [V0.S4, V1.S4]
	VLD1.P 32(p_ptr), [V2.S4, V3.S4]
	UNIT_S4(v0, V0)
	UNIT_S4(v1, V1)
	COIN(VFCMGT_S4, VFCMEQ_S4, v0, V0, v2, V2, v4, V4)
	COIN(VFCMGT_S4, VFCMEQ_S4, v1, V1, v3, V3, v5, V5)
	VST1.P [V0.S4, V1.S4], 32(dst_ptr)
	SUBS   $1, left, left
	BNE    loop
	RET

// func coinF64NEON(dst, p *float64, w *uint32, n int)
TEXT ·coinF64NEON(SB), NOSPLIT, $0-32
	MOVD  dst+0(FP), dst_ptr
	MOVD  p+8(FP), p_ptr
	MOVD  w+16(FP), w_ptr
	MOVD  n+24(FP), left
	LSL   $2, left, left
	MOVD  $0x3CA0000000000000, R4
	VDUP  R4, V30.D2
	MOVD  $0x3FF0000000000000, R4
	VDUP  R4, V31.D2

loop: // a quarter of a group
	VLD1.P 32(w_ptr), [V0.D2, V1.D2]
	VLD1.P 32(p_ptr), [V2.D2, V3.D2]
	UNIT_D2(v0, V0)
	UNIT_D2(v1, V1)
	COIN(VFCMGT_D2, VFCMEQ_D2, v0, V0, v2, V2, v4, V4)
	COIN(VFCMGT_D2, VFCMEQ_D2, v1, V1, v3, V3, v5, V5)
	VST1.P [V0.D2, V1.D2], 32(dst_ptr)
	SUBS   $1, left, left
	BNE    loop
	RET
