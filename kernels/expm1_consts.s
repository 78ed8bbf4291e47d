//go:build (amd64 || arm64) && !purego && !race

#include "textflag.h"

// The constants of Expm1, Log1p, SiLU, Sqrt and Reciprocal, one line each, for both ports; expm1_f32.h and
// expm1_f64.h name them. The values are those of expm1_generic.go. Each fills 32 bytes, as in vmath_consts.s.

// Constant i of the table, by its bits.
#define F32(i, bits) \
	DATA ·expm1ConstsF32+32*i+0(SB)/8, $(bits<<32|bits) \
	DATA ·expm1ConstsF32+32*i+8(SB)/8, $(bits<<32|bits) \
	DATA ·expm1ConstsF32+32*i+16(SB)/8, $(bits<<32|bits) \
	DATA ·expm1ConstsF32+32*i+24(SB)/8, $(bits<<32|bits)

#define F64(i, bits) \
	DATA ·expm1ConstsF64+32*i+0(SB)/8, $bits \
	DATA ·expm1ConstsF64+32*i+8(SB)/8, $bits \
	DATA ·expm1ConstsF64+32*i+16(SB)/8, $bits \
	DATA ·expm1ConstsF64+32*i+24(SB)/8, $bits

F32(0, 0x3e2aaaab) // EXPM1_POLY0 = 0x1.555556p-3: (e^r - 1 - r - r²/2)/r³, lowest power first
F32(1, 0x3d2aaa8d) // EXPM1_POLY1 = 0x1.55551ap-5
F32(2, 0x3c0887d8) // EXPM1_POLY2 = 0x1.110fbp-7
F32(3, 0x3ab68806) // EXPM1_POLY3 = 0x1.6d100cp-10
F32(4, 0x39517fcc) // EXPM1_POLY4 = 0x1.a2ff98p-13
F32(5, 0x3f000000) // EXPM1_HALF = 0.5
F32(6, 0xc1a00000) // EXPM1_LEAST = -20: expm1 rounds to -1
F32(7, 0x42b20000) // EXPM1_MOST = 89: it overflows
F32(8, 0x4b40007f) // EXPM1_EXP_MAX = 0x1.8p23+127: MAGIC + the largest exponent
F32(9, 0x53800000) // EXPM1_NO_REST = 0x1p40: 1 + x loses nothing that counts
F32(10, 0xbf800000) // EXPM1_MINUS_ONE = -1
F32(11, 0xc2f00000) // EXPM1_SILU_LEAST = -120: silu rounds to -0
F32(12, 0x4b3fffc0) // EXPM1_SILU_FLOOR = 0x1.8p23-64: MAGIC - 64
F32(13, 0x42800000) // EXPM1_SILU_MOST = 64: silu(x) = x above
GLOBL ·expm1ConstsF32(SB), RODATA|NOPTR, $(32*14)

F64(0, 0x3fc5555555555556) // EXPM1_POLY0 = 0x1.5555555555556p-3: (e^r - 1 - r - r²/2)/r³, lowest power first
F64(1, 0x3fa5555555555554) // EXPM1_POLY1 = 0x1.5555555555554p-5
F64(2, 0x3f81111111110709) // EXPM1_POLY2 = 0x1.1111111110709p-7
F64(3, 0x3f56c16c16c179fe) // EXPM1_POLY3 = 0x1.6c16c16c179fep-10
F64(4, 0x3f2a01a01a90438d) // EXPM1_POLY4 = 0x1.a01a01a90438dp-13
F64(5, 0x3efa01a019c4e292) // EXPM1_POLY5 = 0x1.a01a019c4e292p-16
F64(6, 0x3ec71de0a3401c0c) // EXPM1_POLY6 = 0x1.71de0a3401c0cp-19
F64(7, 0x3e927e4f8293c7de) // EXPM1_POLY7 = 0x1.27e4f8293c7dep-22
F64(8, 0x3e5af3f1d1634e16) // EXPM1_POLY8 = 0x1.af3f1d1634e16p-26
F64(9, 0x3e21f3e5ee4a3368) // EXPM1_POLY9 = 0x1.1f3e5ee4a3368p-29
F64(10, 0x3fe0000000000000) // EXPM1_HALF = 0.5
F64(11, 0xc044000000000000) // EXPM1_LEAST = -40: expm1 rounds to -1
F64(12, 0x4086300000000000) // EXPM1_MOST = 710: it overflows
F64(13, 0x43380000000003ff) // EXPM1_EXP_MAX = 0x1.8p52+1023: MAGIC + the largest exponent
F64(14, 0x4270000000000000) // EXPM1_NO_REST = 0x1p40: 1 + x loses nothing that counts
F64(15, 0xbff0000000000000) // EXPM1_MINUS_ONE = -1
F64(16, 0xc087c00000000000) // EXPM1_SILU_LEAST = -760: silu rounds to -0
F64(17, 0x4337ffffffffffc0) // EXPM1_SILU_FLOOR = 0x1.8p52-64: MAGIC - 64
F64(18, 0x4050000000000000) // EXPM1_SILU_MOST = 64: silu(x) = x above
GLOBL ·expm1ConstsF64(SB), RODATA|NOPTR, $(32*19)
