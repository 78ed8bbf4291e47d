//go:build (amd64 || arm64) && !purego && !race

#include "textflag.h"

// The constants of the elementwise functions, one line each, for both ports; vmath_consts.h names them. The values
// are those of vmath_generic.go. Each fills 32 bytes, so that AVX2 and NEON load a whole vector of it and
// arithmetic instructions of AVX2 take it from memory; AVX-512 broadcasts its first element.

// Constant i of the table, by its bits.
#define F32(i, bits) \
	DATA ·vmathF32+32*i+0(SB)/8, $(bits<<32|bits) \
	DATA ·vmathF32+32*i+8(SB)/8, $(bits<<32|bits) \
	DATA ·vmathF32+32*i+16(SB)/8, $(bits<<32|bits) \
	DATA ·vmathF32+32*i+24(SB)/8, $(bits<<32|bits)

#define F64(i, bits) \
	DATA ·vmathF64+32*i+0(SB)/8, $bits \
	DATA ·vmathF64+32*i+8(SB)/8, $bits \
	DATA ·vmathF64+32*i+16(SB)/8, $bits \
	DATA ·vmathF64+32*i+24(SB)/8, $bits

F32(0, 0x3fb8aa3b) // LOG2E = 0x1.715476p0: log2 e
F32(1, 0x4b400000) // MAGIC = 0x1.8p23: the nearest integer goes to the low bits
F32(2, 0x4b40007f) // MAGIC_BIASED = 12583039.0: the same, with the exponent's bias
F32(3, 0x3f317200) // LN2_HI = 0x1.62e4p-1: ln 2, 15 bits
F32(4, 0x35bfbe8e) // LN2_LO = 0x1.7f7d1cp-20: and the rest
F32(5, 0x3ab4a647) // EXP0 = 0x1.694c8ep-10: (e^r - 1 - r)/r², highest power first
F32(6, 0x3c091cbf) // EXP1 = 0x1.12397ep-7
F32(7, 0x3d2aad13) // EXP2 = 0x1.555a26p-5
F32(8, 0x3e2aaa49) // EXP3 = 0x1.555492p-3
F32(9, 0x3efffffd) // EXP4 = 0x1.fffffap-2
F32(10, 0xc2d00000) // EXP_LOW = -104.0: e^x rounds to 0
F32(11, 0x42b20000) // EXP_HIGH = 89.0: e^x overflows
F32(12, 0xc2aeac4f) // EXPNEG_MIN = -0x1.5d589ep6: the least x whose e^x is normal
F32(13, 0x42ae999a) // EXP_LIMIT: the bits of 87.3, the greatest ordinary |x|
F32(14, 0x4b3fff02) // SCALE_BIAS: the bits of MAGIC, less two biases
F32(15, 0x3f800000) // ONE = 1.0
F32(16, 0x40000000) // TWO = 2.0
F32(17, 0x7f800000) // INF
F32(18, 0xff800000) // NEG_INF
F32(19, 0x7fc00000) // NAN
F32(20, 0x7fffffff) // ABS
F32(21, 0x80000000) // SIGN
F32(22, 0x3f2aaaab) // LOG_OFF: the bits of 2/3
F32(23, 0x00800000) // LOG_MIN = 0x1p-126: the least normal number
F32(24, 0x7f000000) // LOG_SPAN: as bits: from the least normal number to Inf
F32(25, 0x4b000000) // LOG_SCALE = 0x1p23: makes subnormals normal
F32(26, 0x41b80000) // LOG_SHIFT = 23.0: its exponent
F32(27, 0x3e0f39d0) // LOG_U0 = 0x1.1e73ap-3: (log(1+f) - f + f²/2)/f³, even powers
F32(28, 0x3e0f6a12) // LOG_U1 = 0x1.1ed424p-3
F32(29, 0x3e4ce82f) // LOG_U2 = 0x1.99d05ep-3
F32(30, 0x3eaaaa83) // LOG_U3 = 0x1.555506p-2
F32(31, 0xbe04064f) // LOG_V0 = -0x1.080c9ep-3: and odd powers
F32(32, 0xbdf9871b) // LOG_V1 = -0x1.f30e36p-4
F32(33, 0xbe2acef2) // LOG_V2 = -0x1.559de4p-3
F32(34, 0xbe7fff78) // LOG_V3 = -0x1.fffefp-3
F32(35, 0xbf000000) // NEG_HALF = -0.5
F32(36, 0xb102e308) // LOG_LN2_LO = -0x1.05c61p-29: ln 2 less the next, to nearest
F32(37, 0x3f317218) // LOG_LN2_HI = 0x1.62e43p-1: ln 2 to nearest
F32(38, 0xbbca5fa2) // TANH0 = -0x1.94bf44p-8: (tanh(a) - a)/a³ in a²
F32(39, 0x3cac1130) // TANH1 = 0x1.58226p-6
F32(40, 0xbd5c83ad) // TANH2 = -0x1.b9075ap-5
F32(41, 0x3e088632) // TANH3 = 0x1.110c64p-3
F32(42, 0xbeaaaaa4) // TANH4 = -0x1.555548p-2
F32(43, 0x3f100000) // TANH_CUT = 0.5625: the polynomial ends here
F32(44, 0x41200000) // TANH_MAX = 10.0: tanh is 1
F32(45, 0x3e8f6483) // SOFTPLUS0 = 0x1.1ec906p-2: (2 atanh(s) - 2s)/s³ in s²
F32(46, 0x3e8f6038) // SOFTPLUS1 = 0x1.1ec07p-2
F32(47, 0x3ecce8e5) // SOFTPLUS2 = 0x1.99d1cap-2
F32(48, 0x3f2aaa81) // SOFTPLUS3 = 0x1.555502p-1
F32(49, 0x42ae999b) // EXP_REACH: the bits of the least |x| above 87.3, which is not ordinary
GLOBL ·vmathF32(SB), RODATA|NOPTR, $(32*50)

F64(0, 0x3ff71547652b82fe) // LOG2E = 0x1.71547652b82fep0: log2 e
F64(1, 0x4338000000000000) // MAGIC = 0x1.8p52: the nearest integer goes to the low bits
F64(2, 0x43380000000003ff) // MAGIC_BIASED = 6755399441056767.0: the same, with the exponent's bias
F64(3, 0x3fe62e42fefa3800) // LN2_HI = 0x1.62e42fefa3800p-1: ln 2, 42 bits
F64(4, 0x3d2ef35793c76730) // LN2_LO = 0x1.ef35793c76730p-45: and the rest
F64(5, 0x3e928adfccab85d4) // EXP_U0 = 0x1.28adfccab85d4p-22: (e^r - 1 - r)/r², even powers, highest first
F64(6, 0x3efa019995efb56c) // EXP_U1 = 0x1.a019995efb56cp-16
F64(7, 0x3f56c16c18477082) // EXP_U2 = 0x1.6c16c18477082p-10
F64(8, 0x3fa55555555506bc) // EXP_U3 = 0x1.55555555506bcp-5
F64(9, 0x3fe000000000000a) // EXP_U4 = 0x1.000000000000ap-1
F64(10, 0x3e5ad92e88f87de4) // EXP_V0 = 0x1.ad92e88f87de4p-26: and odd powers
F64(11, 0x3ec71df18ef7a9d3) // EXP_V1 = 0x1.71df18ef7a9d3p-19
F64(12, 0x3f2a01a012fee98b) // EXP_V2 = 0x1.a01a012fee98bp-13
F64(13, 0x3f81111111126b36) // EXP_V3 = 0x1.1111111126b36p-7
F64(14, 0x3fc55555555554fe) // EXP_V4 = 0x1.55555555554fep-3
F64(15, 0xc087500000000000) // EXP_LOW = -746.0: e^x rounds to 0
F64(16, 0x4086300000000000) // EXP_HIGH = 710.0: e^x overflows
F64(17, 0xc086232bdd7abcd2) // EXPNEG_MIN = -0x1.6232bdd7abcd2p9: the least x whose e^x is normal
F64(18, 0x40861fff7fffffff) // EXP_LIMIT: high half: that of the greatest ordinary |x|, below 708; low half: never exceeded
F64(19, 0x4337fffffffff802) // SCALE_BIAS: the bits of MAGIC, less two biases
F64(20, 0x3ff0000000000000) // ONE = 1.0
F64(21, 0x4000000000000000) // TWO = 2.0
F64(22, 0x3fe0000000000000) // HALF = 0.5
F64(23, 0x7ff0000000000000) // INF
F64(24, 0xfff0000000000000) // NEG_INF
F64(25, 0x7ff8000000000000) // NAN
F64(26, 0x7fffffffffffffff) // ABS
F64(27, 0x8000000000000000) // SIGN
F64(28, 0x3fe6a09e667f3bcd) // LOG_OFF: the bits of √½
F64(29, 0xfff0000000000000) // LOG_EXP: sign and exponent
F64(30, 0x0010000000000000) // LOG_MIN = 0x1p-1022: the least normal number
F64(31, 0x7fe00000ffffffff) // LOG_SPAN: high half: from the least normal number to Inf; low half: exceeded never
F64(32, 0x4350000000000000) // LOG_SCALE = 0x1p54: makes subnormals normal
F64(33, 0x404b000000000000) // LOG_SHIFT = 54.0: its exponent
F64(34, 0x4330000000000000) // LOG_TWO52: 2^52, whose low bits hold an integer
F64(35, 0x4330000000000800) // LOG_BIAS = 4503599627372544.0: the same with the bias of a sign-flipped exponent
F64(36, 0x3fc2b58bfd815180) // LOG0 = 0x1.2b58bfd81518p-3: (2 atanh(s) - 2s)/s³ in s²
F64(37, 0x3fc39fe59b326cfa) // LOG1 = 0x1.39fe59b326cfap-3
F64(38, 0x3fc7462b4b7deac3) // LOG2 = 0x1.7462b4b7deac3p-3
F64(39, 0x3fcc71c62e659d66) // LOG3 = 0x1.c71c62e659d66p-3
F64(40, 0x3fd2492492deee3c) // LOG4 = 0x1.2492492deee3cp-2
F64(41, 0x3fd9999999995322) // LOG5 = 0x1.9999999995322p-2
F64(42, 0x3fe5555555555558) // LOG6 = 0x1.5555555555558p-1
F64(43, 0x4034000000000000) // TANH_MAX = 20.0: tanh is 1
F64(44, 0x3fb55c870e04365c) // SOFTPLUS_U0 = 0x1.55c870e04365cp-4: (2 atanh(s) - 2s)/s³ in s², even powers of it
F64(45, 0x3fc1068112711b1b) // SOFTPLUS_U1 = 0x1.1068112711b1bp-3
F64(46, 0x3fc745cb438b4b19) // SOFTPLUS_U2 = 0x1.745cb438b4b19p-3
F64(47, 0x3fd249249208e892) // SOFTPLUS_U3 = 0x1.249249208e892p-2
F64(48, 0x3fe5555555555535) // SOFTPLUS_U4 = 0x1.5555555555535p-1
F64(49, 0x3fc5c62242f698e6) // SOFTPLUS_V0 = 0x1.5c62242f698e6p-3: and odd powers
F64(50, 0x3fbefd33f51f835b) // SOFTPLUS_V1 = 0x1.efd33f51f835bp-4
F64(51, 0x3fc3b1dd62630701) // SOFTPLUS_V2 = 0x1.3b1dd62630701p-3
F64(52, 0x3fcc71c741b15a32) // SOFTPLUS_V3 = 0x1.c71c741b15a32p-3
F64(53, 0x3fd99999999a0725) // SOFTPLUS_V4 = 0x1.99999999a0725p-2
F64(54, 0x40862000ffffffff) // EXP_REACH: high half: that of 708, the least |x| that is not ordinary; low half: for lanes of 32 bits, reached by a NaN
GLOBL ·vmathF64(SB), RODATA|NOPTR, $(32*55)
