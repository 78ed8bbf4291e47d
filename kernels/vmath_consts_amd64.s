//go:build !purego && !race

#include "textflag.h"

// The constants of the elementwise functions, one line each; macros_amd64.h names the offsets. The values are those
// of vmath_generic.go.

DATA ·vmathF32+0(SB)/4, $0x3fb8aa3b // LOG2E = 0x1.715476p0: log2 e
DATA ·vmathF32+4(SB)/4, $0x4b400000 // MAGIC = 0x1.8p23: the nearest integer goes to the low bits
DATA ·vmathF32+8(SB)/4, $0x4b40007f // MAGIC_BIASED = 12583039.0: the same, with the exponent's bias
DATA ·vmathF32+12(SB)/4, $0x3f317200 // LN2_HI = 0x1.62e4p-1: ln 2, 15 bits
DATA ·vmathF32+16(SB)/4, $0x35bfbe8e // LN2_LO = 0x1.7f7d1cp-20: and the rest
DATA ·vmathF32+20(SB)/4, $0x3ab4a647 // EXP0 = 0x1.694c8ep-10: (e^r - 1 - r)/r², highest power first
DATA ·vmathF32+24(SB)/4, $0x3c091cbf // EXP1 = 0x1.12397ep-7
DATA ·vmathF32+28(SB)/4, $0x3d2aad13 // EXP2 = 0x1.555a26p-5
DATA ·vmathF32+32(SB)/4, $0x3e2aaa49 // EXP3 = 0x1.555492p-3
DATA ·vmathF32+36(SB)/4, $0x3efffffd // EXP4 = 0x1.fffffap-2
DATA ·vmathF32+40(SB)/4, $0xc2d00000 // EXP_LOW = -104.0: e^x rounds to 0
DATA ·vmathF32+44(SB)/4, $0x42b20000 // EXP_HIGH = 89.0: e^x overflows
DATA ·vmathF32+48(SB)/4, $0xc2aeac4f // EXPNEG_MIN = -0x1.5d589ep6: the least x whose e^x is normal
DATA ·vmathF32+52(SB)/4, $0x42ae999a // EXP_LIMIT: the bits of 87.3, the greatest ordinary |x|
DATA ·vmathF32+56(SB)/4, $0x4b3fff02 // SCALE_BIAS: the bits of MAGIC, less two biases
DATA ·vmathF32+60(SB)/4, $0x3f800000 // ONE = 1.0
DATA ·vmathF32+64(SB)/4, $0x40000000 // TWO = 2.0
DATA ·vmathF32+68(SB)/4, $0x7f800000 // INF
DATA ·vmathF32+72(SB)/4, $0xff800000 // NEG_INF
DATA ·vmathF32+76(SB)/4, $0x7fc00000 // NAN
DATA ·vmathF32+80(SB)/4, $0x7fffffff // ABS
DATA ·vmathF32+84(SB)/4, $0x80000000 // SIGN
DATA ·vmathF32+88(SB)/4, $0x3f2aaaab // LOG_OFF: the bits of 2/3
DATA ·vmathF32+92(SB)/4, $0x00800000 // LOG_MIN = 0x1p-126: the least normal number
DATA ·vmathF32+96(SB)/4, $0x7f000000 // LOG_SPAN: as bits: from the least normal number to Inf
DATA ·vmathF32+100(SB)/4, $0x4b000000 // LOG_SCALE = 0x1p23: makes subnormals normal
DATA ·vmathF32+104(SB)/4, $0x41b80000 // LOG_SHIFT = 23.0: its exponent
DATA ·vmathF32+108(SB)/4, $0x3e0f39d0 // LOG_U0 = 0x1.1e73ap-3: (log(1+f) - f + f²/2)/f³, even powers
DATA ·vmathF32+112(SB)/4, $0x3e0f6a12 // LOG_U1 = 0x1.1ed424p-3
DATA ·vmathF32+116(SB)/4, $0x3e4ce82f // LOG_U2 = 0x1.99d05ep-3
DATA ·vmathF32+120(SB)/4, $0x3eaaaa83 // LOG_U3 = 0x1.555506p-2
DATA ·vmathF32+124(SB)/4, $0xbe04064f // LOG_V0 = -0x1.080c9ep-3: and odd powers
DATA ·vmathF32+128(SB)/4, $0xbdf9871b // LOG_V1 = -0x1.f30e36p-4
DATA ·vmathF32+132(SB)/4, $0xbe2acef2 // LOG_V2 = -0x1.559de4p-3
DATA ·vmathF32+136(SB)/4, $0xbe7fff78 // LOG_V3 = -0x1.fffefp-3
DATA ·vmathF32+140(SB)/4, $0xbf000000 // NEG_HALF = -0.5
DATA ·vmathF32+144(SB)/4, $0xb102e308 // LOG_LN2_LO = -0x1.05c61p-29: ln 2 less the next, to nearest
DATA ·vmathF32+148(SB)/4, $0x3f317218 // LOG_LN2_HI = 0x1.62e43p-1: ln 2 to nearest
DATA ·vmathF32+152(SB)/4, $0xbbca5fa2 // TANH0 = -0x1.94bf44p-8: (tanh(a) - a)/a³ in a²
DATA ·vmathF32+156(SB)/4, $0x3cac1130 // TANH1 = 0x1.58226p-6
DATA ·vmathF32+160(SB)/4, $0xbd5c83ad // TANH2 = -0x1.b9075ap-5
DATA ·vmathF32+164(SB)/4, $0x3e088632 // TANH3 = 0x1.110c64p-3
DATA ·vmathF32+168(SB)/4, $0xbeaaaaa4 // TANH4 = -0x1.555548p-2
DATA ·vmathF32+172(SB)/4, $0x3f100000 // TANH_CUT = 0.5625: the polynomial ends here
DATA ·vmathF32+176(SB)/4, $0x41200000 // TANH_MAX = 10.0: tanh is 1
DATA ·vmathF32+180(SB)/4, $0x3e8f6483 // SOFTPLUS0 = 0x1.1ec906p-2: (2 atanh(s) - 2s)/s³ in s²
DATA ·vmathF32+184(SB)/4, $0x3e8f6038 // SOFTPLUS1 = 0x1.1ec07p-2
DATA ·vmathF32+188(SB)/4, $0x3ecce8e5 // SOFTPLUS2 = 0x1.99d1cap-2
DATA ·vmathF32+192(SB)/4, $0x3f2aaa81 // SOFTPLUS3 = 0x1.555502p-1
GLOBL ·vmathF32(SB), RODATA|NOPTR, $196

DATA ·vmathF64+0(SB)/8, $0x3ff71547652b82fe // LOG2E = 0x1.71547652b82fep0: log2 e
DATA ·vmathF64+8(SB)/8, $0x4338000000000000 // MAGIC = 0x1.8p52: the nearest integer goes to the low bits
DATA ·vmathF64+16(SB)/8, $0x43380000000003ff // MAGIC_BIASED = 6755399441056767.0: the same, with the exponent's bias
DATA ·vmathF64+24(SB)/8, $0x3fe62e42fefa3800 // LN2_HI = 0x1.62e42fefa3800p-1: ln 2, 42 bits
DATA ·vmathF64+32(SB)/8, $0x3d2ef35793c76730 // LN2_LO = 0x1.ef35793c76730p-45: and the rest
DATA ·vmathF64+40(SB)/8, $0x3e928adfccab85d4 // EXP_U0 = 0x1.28adfccab85d4p-22: (e^r - 1 - r)/r², even powers, highest first
DATA ·vmathF64+48(SB)/8, $0x3efa019995efb56c // EXP_U1 = 0x1.a019995efb56cp-16
DATA ·vmathF64+56(SB)/8, $0x3f56c16c18477082 // EXP_U2 = 0x1.6c16c18477082p-10
DATA ·vmathF64+64(SB)/8, $0x3fa55555555506bc // EXP_U3 = 0x1.55555555506bcp-5
DATA ·vmathF64+72(SB)/8, $0x3fe000000000000a // EXP_U4 = 0x1.000000000000ap-1
DATA ·vmathF64+80(SB)/8, $0x3e5ad92e88f87de4 // EXP_V0 = 0x1.ad92e88f87de4p-26: and odd powers
DATA ·vmathF64+88(SB)/8, $0x3ec71df18ef7a9d3 // EXP_V1 = 0x1.71df18ef7a9d3p-19
DATA ·vmathF64+96(SB)/8, $0x3f2a01a012fee98b // EXP_V2 = 0x1.a01a012fee98bp-13
DATA ·vmathF64+104(SB)/8, $0x3f81111111126b36 // EXP_V3 = 0x1.1111111126b36p-7
DATA ·vmathF64+112(SB)/8, $0x3fc55555555554fe // EXP_V4 = 0x1.55555555554fep-3
DATA ·vmathF64+120(SB)/8, $0xc087500000000000 // EXP_LOW = -746.0: e^x rounds to 0
DATA ·vmathF64+128(SB)/8, $0x4086300000000000 // EXP_HIGH = 710.0: e^x overflows
DATA ·vmathF64+136(SB)/8, $0xc086232bdd7abcd2 // EXPNEG_MIN = -0x1.6232bdd7abcd2p9: the least x whose e^x is normal
DATA ·vmathF64+144(SB)/8, $0x40861fff7fffffff // EXP_LIMIT: high half: that of the greatest ordinary |x|, below 708; low half: never exceeded
DATA ·vmathF64+152(SB)/8, $0x4337fffffffff802 // SCALE_BIAS: the bits of MAGIC, less two biases
DATA ·vmathF64+160(SB)/8, $0x3ff0000000000000 // ONE = 1.0
DATA ·vmathF64+168(SB)/8, $0x4000000000000000 // TWO = 2.0
DATA ·vmathF64+176(SB)/8, $0x3fe0000000000000 // HALF = 0.5
DATA ·vmathF64+184(SB)/8, $0x7ff0000000000000 // INF
DATA ·vmathF64+192(SB)/8, $0xfff0000000000000 // NEG_INF
DATA ·vmathF64+200(SB)/8, $0x7ff8000000000000 // NAN
DATA ·vmathF64+208(SB)/8, $0x7fffffffffffffff // ABS
DATA ·vmathF64+216(SB)/8, $0x8000000000000000 // SIGN
DATA ·vmathF64+224(SB)/8, $0x3fe6a09e667f3bcd // LOG_OFF: the bits of √½
DATA ·vmathF64+232(SB)/8, $0xfff0000000000000 // LOG_EXP: sign and exponent
DATA ·vmathF64+240(SB)/8, $0x0010000000000000 // LOG_MIN = 0x1p-1022: the least normal number
DATA ·vmathF64+248(SB)/8, $0x7fe00000ffffffff // LOG_SPAN: high half: from the least normal number to Inf; low half: exceeded never
DATA ·vmathF64+256(SB)/8, $0x4350000000000000 // LOG_SCALE = 0x1p54: makes subnormals normal
DATA ·vmathF64+264(SB)/8, $0x404b000000000000 // LOG_SHIFT = 54.0: its exponent
DATA ·vmathF64+272(SB)/8, $0x4330000000000000 // LOG_TWO52: 2^52, whose low bits hold an integer
DATA ·vmathF64+280(SB)/8, $0x4330000000000800 // LOG_BIAS = 4503599627372544.0: the same with the bias of a sign-flipped exponent
DATA ·vmathF64+288(SB)/8, $0x3fc2b58bfd815180 // LOG0 = 0x1.2b58bfd81518p-3: (2 atanh(s) - 2s)/s³ in s²
DATA ·vmathF64+296(SB)/8, $0x3fc39fe59b326cfa // LOG1 = 0x1.39fe59b326cfap-3
DATA ·vmathF64+304(SB)/8, $0x3fc7462b4b7deac3 // LOG2 = 0x1.7462b4b7deac3p-3
DATA ·vmathF64+312(SB)/8, $0x3fcc71c62e659d66 // LOG3 = 0x1.c71c62e659d66p-3
DATA ·vmathF64+320(SB)/8, $0x3fd2492492deee3c // LOG4 = 0x1.2492492deee3cp-2
DATA ·vmathF64+328(SB)/8, $0x3fd9999999995322 // LOG5 = 0x1.9999999995322p-2
DATA ·vmathF64+336(SB)/8, $0x3fe5555555555558 // LOG6 = 0x1.5555555555558p-1
DATA ·vmathF64+344(SB)/8, $0x4034000000000000 // TANH_MAX = 20.0: tanh is 1
DATA ·vmathF64+352(SB)/8, $0x3fb55c870e04365c // SOFTPLUS_U0 = 0x1.55c870e04365cp-4: (2 atanh(s) - 2s)/s³ in s², even powers of it
DATA ·vmathF64+360(SB)/8, $0x3fc1068112711b1b // SOFTPLUS_U1 = 0x1.1068112711b1bp-3
DATA ·vmathF64+368(SB)/8, $0x3fc745cb438b4b19 // SOFTPLUS_U2 = 0x1.745cb438b4b19p-3
DATA ·vmathF64+376(SB)/8, $0x3fd249249208e892 // SOFTPLUS_U3 = 0x1.249249208e892p-2
DATA ·vmathF64+384(SB)/8, $0x3fe5555555555535 // SOFTPLUS_U4 = 0x1.5555555555535p-1
DATA ·vmathF64+392(SB)/8, $0x3fc5c62242f698e6 // SOFTPLUS_V0 = 0x1.5c62242f698e6p-3: and odd powers
DATA ·vmathF64+400(SB)/8, $0x3fbefd33f51f835b // SOFTPLUS_V1 = 0x1.efd33f51f835bp-4
DATA ·vmathF64+408(SB)/8, $0x3fc3b1dd62630701 // SOFTPLUS_V2 = 0x1.3b1dd62630701p-3
DATA ·vmathF64+416(SB)/8, $0x3fcc71c741b15a32 // SOFTPLUS_V3 = 0x1.c71c741b15a32p-3
DATA ·vmathF64+424(SB)/8, $0x3fd99999999a0725 // SOFTPLUS_V4 = 0x1.99999999a0725p-2
GLOBL ·vmathF64(SB), RODATA|NOPTR, $432

// The numbers of the lanes: the mask of a tail of n elements is n > lane.
DATA ·lanesF32+0(SB)/4, $0
DATA ·lanesF32+4(SB)/4, $1
DATA ·lanesF32+8(SB)/4, $2
DATA ·lanesF32+12(SB)/4, $3
DATA ·lanesF32+16(SB)/4, $4
DATA ·lanesF32+20(SB)/4, $5
DATA ·lanesF32+24(SB)/4, $6
DATA ·lanesF32+28(SB)/4, $7
GLOBL ·lanesF32(SB), RODATA|NOPTR, $32
DATA ·lanesF64+0(SB)/8, $0
DATA ·lanesF64+8(SB)/8, $1
DATA ·lanesF64+16(SB)/8, $2
DATA ·lanesF64+24(SB)/8, $3
GLOBL ·lanesF64(SB), RODATA|NOPTR, $32
