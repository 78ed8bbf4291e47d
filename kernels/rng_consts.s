//go:build (amd64 || arm64) && !purego && !race

#include "textflag.h"

// The constants of the random numbers, one line each, for both ports; rng_consts.h names them. The polynomials' values are
// those of rng_generic.go. Each fills 32 bytes, as in vmath_consts.s.

// Constant i of the table, by its bits.
#define F32(i, bits) \
	DATA ·rngF32+32*i+0(SB)/8, $(bits<<32|bits) \
	DATA ·rngF32+32*i+8(SB)/8, $(bits<<32|bits) \
	DATA ·rngF32+32*i+16(SB)/8, $(bits<<32|bits) \
	DATA ·rngF32+32*i+24(SB)/8, $(bits<<32|bits)

#define F64(i, bits) \
	DATA ·rngF64+32*i+0(SB)/8, $bits \
	DATA ·rngF64+32*i+8(SB)/8, $bits \
	DATA ·rngF64+32*i+16(SB)/8, $bits \
	DATA ·rngF64+32*i+24(SB)/8, $bits

F32(0, 0x33800000) // TWO_M24: 2^-24
F32(1, 0x37800000) // TWO_M16: 2^-16
F32(2, 0x2f800000) // TWO_M32: 2^-32
F32(3, 0x2e800000) // TWO_M34: 2^-34
F32(4, 0xc0000000) // NEG_TWO_F32: -2
F32(5, 0x00000001) // ONE_D: 1, as an integer
F32(6, 0x20000000) // EIGHTH: an eighth of a turn, as an integer
F32(7, 0x40000000) // QUARTER: a quarter of a turn, as an integer
F32(8, 0x40c90fdb) // PI_HI_F32: 2π
F32(9, 0xb43bbd2e) // PI_LO_F32: sin 2πx in x², lowest power first, less 2π
F32(10, 0xc2255ddf) // SIN0_F32
F32(11, 0x42a32fe2) // SIN1_F32
F32(12, 0xc296dec9) // SIN2_F32
F32(13, 0xc19de9e6) // COS0_F32: cos 2πx in x², lowest power first, less 1
F32(14, 0x4281e0db) // COS1_F32
F32(15, 0xc2aadb42) // COS2_F32
F32(16, 0x426b0f14) // COS3_F32
F32(17, 0x0000ffff) // LOW_HALF: the low half of a word
GLOBL ·rngF32(SB), RODATA|NOPTR, $576

F64(0, 0x3ca0000000000000) // TWO_M53: 2^-53
F64(1, 0x4330000000000000) // EXP52: 2^52
F64(2, 0x4530000000000000) // EXP84: 2^84
F64(3, 0x4530000000100000) // EXP84_52: 2^84 + 2^52
F64(4, 0xc000000000000000) // NEG_TWO_F64: -2
F64(5, 0x4010000000000000) // FOUR_F64: 4
F64(6, 0xbfd0000000000000) // NEG_QUARTER: -1/4
F64(7, 0x0000000000000001) // ONE_Q: 1, as an integer
F64(8, 0x401921fb54442d18) // PI_HI_F64: 2π
F64(9, 0x3cb1a62633145c07) // PI_LO_F64: sin 2πx in x², lowest power first, less 2π
F64(10, 0xc044abbce625be46) // SIN0_F64
F64(11, 0x405466bc67758c6a) // SIN1_F64
F64(12, 0xc0532d2cce31fa29) // SIN2_F64
F64(13, 0x4045078300841253) // SIN3_F64
F64(14, 0xc02e3009539b825a) // SIN4_F64
F64(15, 0x400e3fe157a22827) // SIN5_F64
F64(16, 0xc033bd3cc9be45de) // COS0_F64: cos 2πx in x², lowest power first, less 1
F64(17, 0x40503c1f081b5a65) // COS1_F64
F64(18, 0xc0555d3c7e3c2d7c) // COS2_F64
F64(19, 0x404e1f5067b05ae7) // COS3_F64
F64(20, 0xc03a6d1e6b560f58) // COS4_F64
F64(21, 0x401f9c840f8b10b3) // COS5_F64
F64(22, 0xbffb14b6a5c54cec) // COS6_F64
GLOBL ·rngF64(SB), RODATA|NOPTR, $736

// Philox. In 64-bit lanes: which block each lane of a set holds (AVX2: three sets of four blocks; AVX-512: eight
// blocks), the multipliers; in 32-bit lanes those of NEON.
DATA ·philoxConsts+0(SB)/8, $0
DATA ·philoxConsts+8(SB)/8, $2
DATA ·philoxConsts+16(SB)/8, $1
DATA ·philoxConsts+24(SB)/8, $3
DATA ·philoxConsts+32(SB)/8, $4
DATA ·philoxConsts+40(SB)/8, $6
DATA ·philoxConsts+48(SB)/8, $5
DATA ·philoxConsts+56(SB)/8, $7
DATA ·philoxConsts+64(SB)/8, $8
DATA ·philoxConsts+72(SB)/8, $10
DATA ·philoxConsts+80(SB)/8, $9
DATA ·philoxConsts+88(SB)/8, $11
DATA ·philoxConsts+96(SB)/8, $0
DATA ·philoxConsts+104(SB)/8, $4
DATA ·philoxConsts+112(SB)/8, $1
DATA ·philoxConsts+120(SB)/8, $5
DATA ·philoxConsts+128(SB)/8, $2
DATA ·philoxConsts+136(SB)/8, $6
DATA ·philoxConsts+144(SB)/8, $3
DATA ·philoxConsts+152(SB)/8, $7
DATA ·philoxConsts+160(SB)/8, $0xcd9e8d57
DATA ·philoxConsts+168(SB)/8, $0xcd9e8d57
DATA ·philoxConsts+176(SB)/8, $0xcd9e8d57
DATA ·philoxConsts+184(SB)/8, $0xcd9e8d57
DATA ·philoxConsts+192(SB)/8, $0xd2511f53
GLOBL ·philoxConsts(SB), RODATA|NOPTR, $200
