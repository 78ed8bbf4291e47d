//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Random numbers: Philox4x32-10 on eight counters at once, made into uniform or normal variates.
// Contract: the bits of rng_generic.go.
// ISA: AVX2, FMA.
//
// Blocks are in two sets of four. A word of a set is a register of four 64-bit lanes, the word in the low half and
// anything in the high half: VPMULUDQ reads low halves alone. The lanes of a set are blocks 0, 2, 1, 3, because
// interleaving the low and the high 64 bits of each 128-bit half then gives memory order.
//
//	register       holds
//	DI             dst
//	CX             groups of eight blocks left
//	Y0-Y5, Y6-Y11  a set's words and two registers for products
//	Y12, Y13       the round's key
//	Y14, Y15       Philox's multipliers
//
// After the rounds: Y0-Y3 the packed words of both sets, Y4-Y15 free.
//
// Work per call: at most 8192 elements, about 25 µs for normal variates in float64.

DATA philox<>+0(SB)/8, $0x00000000
DATA philox<>+8(SB)/8, $0x00000002
DATA philox<>+16(SB)/8, $0x00000001
DATA philox<>+24(SB)/8, $0x00000003
DATA philox<>+32(SB)/8, $0x00000004
DATA philox<>+40(SB)/8, $0x00000006
DATA philox<>+48(SB)/8, $0x00000005
DATA philox<>+56(SB)/8, $0x00000007
DATA philox<>+64(SB)/8, $0x9e3779b9
DATA philox<>+72(SB)/8, $0x9e3779b9
DATA philox<>+80(SB)/8, $0x9e3779b9
DATA philox<>+88(SB)/8, $0x9e3779b9
DATA philox<>+96(SB)/8, $0xbb67ae85
DATA philox<>+104(SB)/8, $0xbb67ae85
DATA philox<>+112(SB)/8, $0xbb67ae85
DATA philox<>+120(SB)/8, $0xbb67ae85
DATA philox<>+128(SB)/8, $0xd2511f53
DATA philox<>+136(SB)/8, $0xcd9e8d57
GLOBL philox<>(SB), RODATA|NOPTR, $144
DATA rngF32<>+0(SB)/4, $0x33800000 // 2^-24
DATA rngF32<>+4(SB)/4, $0x37800000 // 2^-16
DATA rngF32<>+8(SB)/4, $0x2f800000 // 2^-32
DATA rngF32<>+12(SB)/4, $0x2e800000 // 2^-34
DATA rngF32<>+16(SB)/4, $0xc0000000 // -2
DATA rngF32<>+20(SB)/4, $0x00000001 // 1, as an integer
DATA rngF32<>+24(SB)/4, $0x20000000 // an eighth of a turn, as an integer
DATA rngF32<>+28(SB)/4, $0x40000000 // a quarter of a turn, as an integer
DATA rngF32<>+32(SB)/4, $0x40c90fdb // 2π
DATA rngF32<>+36(SB)/4, $0xb43bbd2e
DATA rngF32<>+40(SB)/4, $0xc2255ddf
DATA rngF32<>+44(SB)/4, $0x42a32fe2
DATA rngF32<>+48(SB)/4, $0xc296dec9
DATA rngF32<>+52(SB)/4, $0xc19de9e6
DATA rngF32<>+56(SB)/4, $0x4281e0db
DATA rngF32<>+60(SB)/4, $0xc2aadb42
DATA rngF32<>+64(SB)/4, $0x426b0f14
GLOBL rngF32<>(SB), RODATA|NOPTR, $68
DATA rngF64<>+0(SB)/8, $0x3ca0000000000000 // 2^-53
DATA rngF64<>+8(SB)/8, $0x4330000000000000 // 2^52
DATA rngF64<>+16(SB)/8, $0x4530000000000000 // 2^84
DATA rngF64<>+24(SB)/8, $0x4530000000100000 // 2^84 + 2^52
DATA rngF64<>+32(SB)/8, $0xc000000000000000 // -2
DATA rngF64<>+40(SB)/8, $0x4010000000000000 // 4
DATA rngF64<>+48(SB)/8, $0xbfd0000000000000 // -1/4
DATA rngF64<>+56(SB)/8, $0x0000000000000001 // 1, as an integer
DATA rngF64<>+64(SB)/8, $0x401921fb54442d18 // 2π
DATA rngF64<>+72(SB)/8, $0x3cb1a62633145c07
DATA rngF64<>+80(SB)/8, $0xc044abbce625be46
DATA rngF64<>+88(SB)/8, $0x405466bc67758c6a
DATA rngF64<>+96(SB)/8, $0xc0532d2cce31fa29
DATA rngF64<>+104(SB)/8, $0x4045078300841253
DATA rngF64<>+112(SB)/8, $0xc02e3009539b825a
DATA rngF64<>+120(SB)/8, $0x400e3fe157a22827
DATA rngF64<>+128(SB)/8, $0xc033bd3cc9be45de
DATA rngF64<>+136(SB)/8, $0x40503c1f081b5a65
DATA rngF64<>+144(SB)/8, $0xc0555d3c7e3c2d7c
DATA rngF64<>+152(SB)/8, $0x404e1f5067b05ae7
DATA rngF64<>+160(SB)/8, $0xc03a6d1e6b560f58
DATA rngF64<>+168(SB)/8, $0x401f9c840f8b10b3
DATA rngF64<>+176(SB)/8, $0xbffb14b6a5c54cec
GLOBL rngF64<>(SB), RODATA|NOPTR, $184

#define LANES_0 philox<>+0(SB)
#define LANES_1 philox<>+32(SB)
#define WEYL_0 philox<>+64(SB)
#define WEYL_1 philox<>+96(SB)
#define PHILOX_M0 philox<>+128(SB)
#define PHILOX_M1 philox<>+136(SB)
#define TWO_M24 rngF32<>+0(SB)
#define TWO_M16 rngF32<>+4(SB)
#define TWO_M32 rngF32<>+8(SB)
#define TWO_M34 rngF32<>+12(SB)
#define NEG_TWO_F32 rngF32<>+16(SB)
#define ONE_D rngF32<>+20(SB)
#define EIGHTH rngF32<>+24(SB)
#define QUARTER rngF32<>+28(SB)
#define PI_HI_F32 rngF32<>+32(SB)
#define PI_LO_F32 rngF32<>+36(SB)
#define SIN0_F32 rngF32<>+40(SB)
#define SIN1_F32 rngF32<>+44(SB)
#define SIN2_F32 rngF32<>+48(SB)
#define COS0_F32 rngF32<>+52(SB)
#define COS1_F32 rngF32<>+56(SB)
#define COS2_F32 rngF32<>+60(SB)
#define COS3_F32 rngF32<>+64(SB)
#define TWO_M53 rngF64<>+0(SB)
#define EXP52 rngF64<>+8(SB)
#define EXP84 rngF64<>+16(SB)
#define EXP84_52 rngF64<>+24(SB)
#define NEG_TWO_F64 rngF64<>+32(SB)
#define FOUR_F64 rngF64<>+40(SB)
#define NEG_QUARTER rngF64<>+48(SB)
#define ONE_Q rngF64<>+56(SB)
#define PI_HI_F64 rngF64<>+64(SB)
#define PI_LO_F64 rngF64<>+72(SB)
#define SIN0_F64 rngF64<>+80(SB)
#define SIN1_F64 rngF64<>+88(SB)
#define SIN2_F64 rngF64<>+96(SB)
#define SIN3_F64 rngF64<>+104(SB)
#define SIN4_F64 rngF64<>+112(SB)
#define SIN5_F64 rngF64<>+120(SB)
#define COS0_F64 rngF64<>+128(SB)
#define COS1_F64 rngF64<>+136(SB)
#define COS2_F64 rngF64<>+144(SB)
#define COS3_F64 rngF64<>+152(SB)
#define COS4_F64 rngF64<>+160(SB)
#define COS5_F64 rngF64<>+168(SB)
#define COS6_F64 rngF64<>+176(SB)

#define dst_ptr DI
#define groups CX

// A round: words (a, b, c, d) become (a, f, c, e); b and d are free after it. The key is added to b and d, which do
// not wait for the products.
// Uses: a-d, Y12-Y15. Clobbers: a-f.
#define ROUND(a, b, c, d, e, f) \
	VPMULUDQ Y14, a, e \
	VPMULUDQ Y15, c, f \
	VPXOR    Y12, b, b \
	VPXOR    Y13, d, d \
	VPSRLQ   $32, f, a \
	VPSRLQ   $32, e, c \
	VPXOR    b, a, a \
	VPXOR    d, c, c

// Two rounds of both sets. Uses, clobbers: Y0-Y15.
#define ROUNDS2 \
	ROUND(Y0, Y1, Y2, Y3, Y4, Y5) \
	ROUND(Y6, Y7, Y8, Y9, Y10, Y11) \
	VPADDD WEYL_0, Y12, Y12 \
	VPADDD WEYL_1, Y13, Y13 \
	ROUND(Y0, Y5, Y2, Y4, Y3, Y1) \
	ROUND(Y6, Y11, Y8, Y10, Y9, Y7) \
	VPADDD WEYL_0, Y12, Y12 \
	VPADDD WEYL_1, Y13, Y13

// Eight blocks of four words each: Y0-Y3 and Y6-Y9. Uses: Y0, the block in all lanes; Y1-Y3, the other counter
// words; Y12, Y13, the key. Clobbers: Y0-Y15.
#define PHILOX \
	VPBROADCASTQ PHILOX_M0, Y14 \
	VPBROADCASTQ PHILOX_M1, Y15 \
	VPADDD  LANES_1, Y0, Y6 \
	VPADDD  LANES_0, Y0, Y0 \
	VMOVDQA Y1, Y7 \
	VMOVDQA Y2, Y8 \
	VMOVDQA Y3, Y9 \
	ROUNDS2 \
	ROUNDS2 \
	ROUNDS2 \
	ROUNDS2 \
	ROUNDS2

// d = low halves of lo and hi, in turn. Uses: lo, hi. Clobbers: hi, d.
#define PACK(lo, hi, d) \
	VPSLLQ   $32, hi, hi \
	VPBLENDD $0xAA, hi, lo, d

// Words in memory order: Y0-Y3. Uses: Y0-Y3, Y6-Y9. Clobbers: Y0-Y9.
#define MEMORY_ORDER \
	PACK(Y0, Y1, Y4) \
	PACK(Y2, Y3, Y5) \
	VPUNPCKLQDQ Y5, Y4, Y0 \
	VPUNPCKHQDQ Y5, Y4, Y1 \
	PACK(Y6, Y7, Y4) \
	PACK(Y8, Y9, Y5) \
	VPUNPCKLQDQ Y5, Y4, Y2 \
	VPUNPCKHQDQ Y5, Y4, Y3

// v = (v >> 8)·2^-24. Uses: v; Y15 = 2^-24. Clobbers: v.
#define UNIT_F32(v) \
	VPSRLD    $8, v, v \
	VCVTDQ2PS v, v \
	VMULPS    Y15, v, v

// v = (v >> 11) as a float64: the sum of its halves, each exact beside a power of two.
// Uses: v; Y13 = 2^52, Y14 = 2^84, Y15 = 2^84 + 2^52. Clobbers: v, h.
#define INT53(v, h) \
	VPSRLQ   $43, v, h \
	VPOR     Y14, h, h \
	VSUBPD   Y15, h, h \
	VPSRLQ   $11, v, v \
	VPBLENDD $0xAA, Y13, v, v \
	VADDPD   v, h, v

// The constants of INT53. Clobbers: Y13-Y15.
#define INT53_CONSTANTS \
	VPBROADCASTQ EXP52, Y13 \
	VPBROADCASTQ EXP84, Y14 \
	VBROADCASTSD EXP84_52, Y15

// q = k + q·z. Uses: k, q, z. Clobbers: q, c.
#define TERM_F32(k, q, z, c) \
	VBROADCASTSS k, c \
	VFMADD213PS  c, z, q
#define TERM_F64(k, q, z, c) \
	VBROADCASTSD k, c \
	VFMADD213PD  c, z, q

// boxMullerF32: words a, b become r·cos, r·sin. Uses: a, b. Clobbers: a, b, Y4-Y11.
#define BOX_MULLER_F32(a, b) \
	VPSRLD       $16, a, Y4 \
	VCVTDQ2PS    Y4, Y4 \
	VPSLLD       $16, a, a \
	VPSRLD       $16, a, a \
	VPBROADCASTD ONE_D, Y5 \
	VPADDD       Y5, a, a \
	VCVTDQ2PS    a, a \
	VBROADCASTSS TWO_M32, Y5 \
	VMULPS       Y5, a, a \
	VBROADCASTSS TWO_M16, Y5 \
	VFMADD231PS  Y5, Y4, a                    /* u */ \
	LOG_POS_F32(a, Y4, Y5, Y6, Y7, Y8) \
	VBROADCASTSS NEG_TWO_F32, Y5 \
	VMULPS       Y5, a, a \
	VSQRTPS      a, a                         /* r */ \
	VPSLLD       $2, b, Y4 \
	VCVTDQ2PS    Y4, Y4 \
	VBROADCASTSS TWO_M34, Y5 \
	VMULPS       Y5, Y4, Y4                   /* x */ \
	VMULPS       Y4, Y4, Y5                   /* z */ \
	VBROADCASTSS SIN2_F32, Y6 \
	VBROADCASTSS COS3_F32, Y7 \
	TERM_F32(SIN1_F32, Y6, Y5, Y8) \
	TERM_F32(COS2_F32, Y7, Y5, Y9) \
	TERM_F32(SIN0_F32, Y6, Y5, Y8) \
	TERM_F32(COS1_F32, Y7, Y5, Y9) \
	TERM_F32(PI_LO_F32, Y6, Y5, Y8) \
	TERM_F32(COS0_F32, Y7, Y5, Y9) \
	VMULPS       Y4, Y6, Y6 \
	VBROADCASTSS PI_HI_F32, Y8 \
	VFMADD231PS  Y8, Y4, Y6                   /* sin 2πx */ \
	TERM_F32(ONE_F32, Y7, Y5, Y9)             /* cos 2πx */ \
	VPBROADCASTD EIGHTH, Y8 \
	VPADDD       Y8, b, b                     /* n: the quadrant in the upper bits */ \
	VPADDD       b, b, Y9 \
	VBLENDVPS    Y9, Y6, Y7, Y10              /* cos of the quadrant */ \
	VBLENDVPS    Y9, Y7, Y6, Y11              /* sin */ \
	VPBROADCASTD QUARTER, Y8 \
	VPADDD       Y8, b, Y9 \
	VBROADCASTSS SIGN_F32, Y8 \
	VANDPS       Y8, Y9, Y9 \
	VANDPS       Y8, b, b \
	VXORPS       Y9, Y10, Y10 \
	VXORPS       b, Y11, Y11 \
	VMULPS       Y11, a, b \
	VMULPS       Y10, a, a

// boxMullerF64: words a, b become r·cos, r·sin. Uses: a, b. Clobbers: a, b, Y4-Y15.
#define BOX_MULLER_F64(a, b) \
	INT53_CONSTANTS \
	INT53(a, Y4) \
	INT53(b, Y5) \
	VBROADCASTSD ONE_F64, Y6 \
	VADDPD       Y6, a, a \
	VBROADCASTSD TWO_M53, Y7 \
	VMULPD       Y7, a, a                     /* u */ \
	VMULPD       Y7, b, b                     /* v */ \
	LOG_POS_F64(a, Y4, Y5, Y6, Y7, Y8, Y9) \
	VBROADCASTSD NEG_TWO_F64, Y5 \
	VMULPD       Y5, a, a \
	VSQRTPD      a, a                         /* r */ \
	VBROADCASTSD MAGIC_F64, Y5 \
	VBROADCASTSD FOUR_F64, Y6 \
	VMOVAPD      Y5, Y10 \
	VFMADD231PD  Y6, b, Y10                   /* t: the quadrant in the lower bits */ \
	VSUBPD       Y5, Y10, Y5 \
	VBROADCASTSD NEG_QUARTER, Y6 \
	VFMADD231PD  Y6, Y5, b                    /* x */ \
	VMULPD       b, b, Y5                     /* z */ \
	VBROADCASTSD SIN5_F64, Y6 \
	VBROADCASTSD COS6_F64, Y7 \
	TERM_F64(SIN4_F64, Y6, Y5, Y8) \
	TERM_F64(COS5_F64, Y7, Y5, Y9) \
	TERM_F64(SIN3_F64, Y6, Y5, Y8) \
	TERM_F64(COS4_F64, Y7, Y5, Y9) \
	TERM_F64(SIN2_F64, Y6, Y5, Y8) \
	TERM_F64(COS3_F64, Y7, Y5, Y9) \
	TERM_F64(SIN1_F64, Y6, Y5, Y8) \
	TERM_F64(COS2_F64, Y7, Y5, Y9) \
	TERM_F64(SIN0_F64, Y6, Y5, Y8) \
	TERM_F64(COS1_F64, Y7, Y5, Y9) \
	TERM_F64(PI_LO_F64, Y6, Y5, Y8) \
	TERM_F64(COS0_F64, Y7, Y5, Y9) \
	VMULPD       b, Y6, Y6 \
	VBROADCASTSD PI_HI_F64, Y8 \
	VFMADD231PD  Y8, b, Y6                    /* sin 2πx */ \
	TERM_F64(ONE_F64, Y7, Y5, Y9)             /* cos 2πx */ \
	VPSLLQ       $63, Y10, Y9 \
	VBLENDVPD    Y9, Y6, Y7, Y4               /* cos of the quadrant */ \
	VBLENDVPD    Y9, Y7, Y6, Y5               /* sin */ \
	VPBROADCASTQ ONE_Q, Y8 \
	VPADDQ       Y8, Y10, Y9 \
	VPSRLQ       $1, Y9, Y9 \
	VPSLLQ       $63, Y9, Y9 \
	VPSRLQ       $1, Y10, Y10 \
	VPSLLQ       $63, Y10, Y10 \
	VXORPD       Y9, Y4, Y4 \
	VXORPD       Y10, Y5, Y5 \
	VMULPD       Y5, a, b \
	VMULPD       Y4, a, a

// func uniformF32AVX2(dst *float32, n int, block, step, row0, row1, k0, k1 uint32)
TEXT ·uniformF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ n+8(FP), groups

loop:
	VBROADCASTSS block+16(FP), Y0
	VBROADCASTSS step+20(FP), Y1
	VBROADCASTSS row0+24(FP), Y2
	VBROADCASTSS row1+28(FP), Y3
	VBROADCASTSS k0+32(FP), Y12
	VBROADCASTSS k1+36(FP), Y13
	PHILOX
	MEMORY_ORDER
	VBROADCASTSS TWO_M24, Y15
	UNIT_F32(Y0)
	UNIT_F32(Y1)
	UNIT_F32(Y2)
	UNIT_F32(Y3)
	VMOVUPS      Y0, (dst_ptr)
	VMOVUPS      Y1, 32(dst_ptr)
	VMOVUPS      Y2, 64(dst_ptr)
	VMOVUPS      Y3, 96(dst_ptr)
	ADDQ         $128, dst_ptr
	ADDL         $8, block+16(FP)
	DECQ         groups
	JNE          loop
	VZEROUPPER
	RET

// func uniformF64AVX2(dst *float64, n int, block, step, row0, row1, k0, k1 uint32)
TEXT ·uniformF64AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ n+8(FP), groups

loop:
	VBROADCASTSS block+16(FP), Y0
	VBROADCASTSS step+20(FP), Y1
	VBROADCASTSS row0+24(FP), Y2
	VBROADCASTSS row1+28(FP), Y3
	VBROADCASTSS k0+32(FP), Y12
	VBROADCASTSS k1+36(FP), Y13
	PHILOX
	MEMORY_ORDER
	INT53_CONSTANTS
	INT53(Y0, Y4)
	INT53(Y1, Y5)
	INT53(Y2, Y6)
	INT53(Y3, Y7)
	VBROADCASTSD TWO_M53, Y8
	VMULPD       Y8, Y0, Y0
	VMULPD       Y8, Y1, Y1
	VMULPD       Y8, Y2, Y2
	VMULPD       Y8, Y3, Y3
	VMOVUPD      Y0, (dst_ptr)
	VMOVUPD      Y1, 32(dst_ptr)
	VMOVUPD      Y2, 64(dst_ptr)
	VMOVUPD      Y3, 96(dst_ptr)
	ADDQ         $128, dst_ptr
	ADDL         $8, block+16(FP)
	DECQ         groups
	JNE          loop
	VZEROUPPER
	RET

// func normalF32AVX2(dst *float32, n int, block, step, row0, row1, k0, k1 uint32)
TEXT ·normalF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ n+8(FP), groups

loop:
	VBROADCASTSS block+16(FP), Y0
	VBROADCASTSS step+20(FP), Y1
	VBROADCASTSS row0+24(FP), Y2
	VBROADCASTSS row1+28(FP), Y3
	VBROADCASTSS k0+32(FP), Y12
	VBROADCASTSS k1+36(FP), Y13
	PHILOX
	PACK(Y0, Y2, Y0)              // a: words 0, 2
	PACK(Y1, Y3, Y1)              // b: words 1, 3
	PACK(Y6, Y8, Y2)
	PACK(Y7, Y9, Y3)
	BOX_MULLER_F32(Y0, Y1)
	BOX_MULLER_F32(Y2, Y3)
	VUNPCKLPS    Y1, Y0, Y4       // blocks 0, 1
	VUNPCKHPS    Y1, Y0, Y5       // blocks 2, 3
	VUNPCKLPS    Y3, Y2, Y6
	VUNPCKHPS    Y3, Y2, Y7
	VMOVUPS      Y4, (dst_ptr)
	VMOVUPS      Y5, 32(dst_ptr)
	VMOVUPS      Y6, 64(dst_ptr)
	VMOVUPS      Y7, 96(dst_ptr)
	ADDQ         $128, dst_ptr
	ADDL         $8, block+16(FP)
	DECQ         groups
	JNE          loop
	VZEROUPPER
	RET

// func normalF64AVX2(dst *float64, n int, block, step, row0, row1, k0, k1 uint32)
TEXT ·normalF64AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ n+8(FP), groups

loop:
	VBROADCASTSS block+16(FP), Y0
	VBROADCASTSS step+20(FP), Y1
	VBROADCASTSS row0+24(FP), Y2
	VBROADCASTSS row1+28(FP), Y3
	VBROADCASTSS k0+32(FP), Y12
	VBROADCASTSS k1+36(FP), Y13
	PHILOX
	PACK(Y0, Y1, Y0)              // a: words 0 and 1
	PACK(Y2, Y3, Y1)              // b: words 2 and 3
	PACK(Y6, Y7, Y2)
	PACK(Y8, Y9, Y3)
	BOX_MULLER_F64(Y0, Y1)
	BOX_MULLER_F64(Y2, Y3)
	VUNPCKLPD    Y1, Y0, Y4       // blocks 0, 1
	VUNPCKHPD    Y1, Y0, Y5       // blocks 2, 3
	VUNPCKLPD    Y3, Y2, Y6
	VUNPCKHPD    Y3, Y2, Y7
	VMOVUPD      Y4, (dst_ptr)
	VMOVUPD      Y5, 32(dst_ptr)
	VMOVUPD      Y6, 64(dst_ptr)
	VMOVUPD      Y7, 96(dst_ptr)
	ADDQ         $128, dst_ptr
	ADDL         $8, block+16(FP)
	DECQ         groups
	JNE          loop
	VZEROUPPER
	RET
