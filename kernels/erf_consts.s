//go:build (amd64 || arm64) && !purego && !race

#include "textflag.h"

// The constants of Erf and GELU, one line each, for both ports; erf_f32.h and
// erf_f64.h name them. The values are those of erf_generic.go. Each fills 32 bytes, as in vmath_consts.s.

// Constant i of the table, by its bits.
#define F32(i, bits) \
	DATA ·erfConstsF32+32*i+0(SB)/8, $(bits<<32|bits) \
	DATA ·erfConstsF32+32*i+8(SB)/8, $(bits<<32|bits) \
	DATA ·erfConstsF32+32*i+16(SB)/8, $(bits<<32|bits) \
	DATA ·erfConstsF32+32*i+24(SB)/8, $(bits<<32|bits)

// Table i of eight.
#define F32X8(i, b0, b1, b2, b3, b4, b5, b6, b7) \
	DATA ·erfConstsF32+32*i+0(SB)/8, $(b1<<32|b0) \
	DATA ·erfConstsF32+32*i+8(SB)/8, $(b3<<32|b2) \
	DATA ·erfConstsF32+32*i+16(SB)/8, $(b5<<32|b4) \
	DATA ·erfConstsF32+32*i+24(SB)/8, $(b7<<32|b6)

#define F64(i, bits) \
	DATA ·erfConstsF64+32*i+0(SB)/8, $bits \
	DATA ·erfConstsF64+32*i+8(SB)/8, $bits \
	DATA ·erfConstsF64+32*i+16(SB)/8, $bits \
	DATA ·erfConstsF64+32*i+24(SB)/8, $bits

F32X8(0, 0x00000000, 0x3f06545c, 0x3f86528c, 0x3fc970fa, 0x400648b1, 0x4027dd01, 0x404974ca, 0x406c3c40) // ERF_CENTRE: the intervals' centres
F32X8(1, 0x00000000, 0x3f0abdae, 0x3f5cb9ba, 0x3f795586, 0x3f7f3b1a, 0x3f7ff261, 0x3f7fff71, 0x3f7ffffd) // ERF_VALUE: erf there
F32X8(2, 0x3e0375d4, 0x3f5b5713, 0x3ec012da, 0x3dc228d3, 0x3c626f34, 0x3a98267a, 0x386b7d7c, 0x35b743cc) // ERF_SLOPE0: (erf(centre + t) - erf(centre))/t in t, lowest power first; of the first interval less 1
F32X8(3, 0x33c12c3e, 0xbee62fa4, 0xbec98fa5, 0xbe18c7c2, 0xbced8cd4, 0xbb4788d9, 0xb93952ad, 0xb6a925cd) // ERF_SLOPE1
F32X8(4, 0xbec093ed, 0xbe03685e, 0x3e19f90b, 0x3dffddd4, 0x3d1345b4, 0x3ba1c549, 0x39b8a261, 0x3748953b) // ERF_SLOPE2
F32X8(5, 0x379c9a59, 0x3e3be22f, 0x3d56743c, 0xbd46f01c, 0xbce5e21e, 0xbbb2e798, 0xba01b45d, 0xb7aa4a23) // ERF_SLOPE3
F32X8(6, 0x3de70b86, 0xb6f935b6, 0xbd895415, 0xbbe28de4, 0x3c511310, 0x3b8b348a, 0x3a07bb04, 0x37db9576) // ERF_SLOPE4
F32X8(7, 0xb9db14d2, 0xbd435d18, 0x3c1023d6, 0x3c8665c0, 0xbaa42fb8, 0xbb138870, 0xb9df0bf6, 0xb7f35c8c) // ERF_SLOPE5
F32X8(8, 0xbccea387, 0x3be4deaf, 0x3c5280d2, 0xbbb67902, 0xbb10fd46, 0x3a2b8108, 0x3983b851, 0x37db340f) // ERF_SLOPE6
F32(9, 0x3ff40000) // ERF_SCALE = 1.90625
F32(10, 0x4b000000) // ERF_ROUND = 0x1p23
F32(11, 0x407b8000) // ERF_MOST = 0x1.f7p1
F32(12, 0x3ecc422a) // GELU_NEAR0 = 0x1.988454p-2: (Φ(x) - ½)/x in x²
F32(13, 0xbd882c51) // GELU_NEAR1 = -0x1.1058a2p-4
F32(14, 0x3c23787d) // GELU_NEAR2 = 0x1.46f0fap-7
F32(15, 0xba9dad38) // GELU_NEAR3 = -0x1.3b5a7p-10
F32(16, 0x3915b8ce) // GELU_NEAR4 = 0x1.2b719cp-13
F32(17, 0xb7dd9991) // GELU_NEAR5 = -0x1.bb3322p-16
F32(18, 0x3f100000) // ERF_GELU_CUT = 0.5625
F32(19, 0x3f000000) // ERF_HALF = 0.5
F32(20, 0x3f415a5e) // MILLS0 = 0x1.82b4bcp-1: e^{a²/2} Φ(-a)·(a + shift)
F32(21, 0xbf1b9f1d) // MILLS1 = -0x1.373e3ap-1
F32(22, 0x3ec636c6) // MILLS2 = 0x1.8c6d8cp-2
F32(23, 0xbe3effd9) // MILLS3 = -0x1.7dffb2p-3
F32(24, 0x3d776c83) // MILLS4 = 0x1.eed906p-5
F32(25, 0xbbf6a88f) // MILLS5 = -0x1.ed511ep-8
F32(26, 0xbb66c4df) // MILLS6 = -0x1.cd89bep-9
F32(27, 0x3acdcbd4) // MILLS7 = 0x1.9b97a8p-10
F32(28, 0x3947bd19) // MILLS8 = 0x1.8f7a32p-13
F32(29, 0xb9041a99) // MILLS9 = -0x1.083532p-13
F32(30, 0x40800000) // ERF_GELU_SHIFT = 4
F32(31, 0x416c0000) // ERF_GELU_MOST = 14.75
F32(32, 0xbf800000) // ERF_MINUS_ONE = -1
F32(33, 0xbf000000) // ERF_NEG_HALF = -0.5
GLOBL ·erfConstsF32(SB), RODATA|NOPTR, $(32*34)

F64(0, 0xbfd5555555555555) // ERF_SERIES0_0 = -0x1.5555555555555p-2: coefficient of erf'(r)·d³ in r², lowest power first
F64(1, 0x3fe5555555555555) // ERF_SERIES0_1 = 0x1.5555555555555p-1
F64(2, 0xbfe0000000000000) // ERF_SERIES1_0 = -0x1p-1
F64(3, 0x3fd5555555555555) // ERF_SERIES1_1 = 0x1.5555555555555p-2
F64(4, 0x3fb999999999999a) // ERF_SERIES2_0 = 0x1.999999999999ap-4
F64(5, 0xbfd999999999999a) // ERF_SERIES2_1 = -0x1.999999999999ap-2
F64(6, 0x3fc1111111111111) // ERF_SERIES2_2 = 0x1.1111111111111p-3
F64(7, 0x3fc5555555555555) // ERF_SERIES3_0 = 0x1.5555555555555p-3
F64(8, 0xbfcc71c71c71c71c) // ERF_SERIES3_1 = -0x1.c71c71c71c71cp-3
F64(9, 0x3fa6c16c16c16c17) // ERF_SERIES3_2 = 0x1.6c16c16c16c17p-5
F64(10, 0xbf98618618618618) // ERF_SERIES4_0 = -0x1.8618618618618p-6
F64(11, 0x3fc2492492492492) // ERF_SERIES4_1 = 0x1.2492492492492p-3
F64(12, 0xbfb8618618618618) // ERF_SERIES4_2 = -0x1.8618618618618p-4
F64(13, 0x3f8a01a01a01a01a) // ERF_SERIES4_3 = 0x1.a01a01a01a01ap-7
F64(14, 0x42d8000000000000) // ERF_ROUND = 0x1.8p46
F64(15, 0x00000000000001ff) // ERF_INDEX = 511
F64(16, 0x4017d00000000000) // ERF_MOST = 5.953125
F64(17, 0x3fd9884533d43651) // GELU_NEAR0 = 0x1.9884533d43651p-2: (Φ(x) - ½)/x in x²
F64(18, 0xbfb1058377e2cf9e) // GELU_NEAR1 = -0x1.1058377e2cf9ep-4
F64(19, 0x3f846d0429774974) // GELU_NEAR2 = 0x1.46d0429774974p-7
F64(20, 0xbf537403f70add9f) // GELU_NEAR3 = -0x1.37403f70add9fp-10
F64(21, 0x3f1e42b0fb9ffcdc) // GELU_NEAR4 = 0x1.e42b0fb9ffcdcp-14
F64(22, 0xbee3ce950c87cf79) // GELU_NEAR5 = -0x1.3ce950c87cf79p-17
F64(23, 0x3ea65989989cf2fb) // GELU_NEAR6 = 0x1.65989989cf2fbp-21
F64(24, 0xbe66391789c7d639) // GELU_NEAR7 = -0x1.6391789c7d639p-25
F64(25, 0x3e24be66e7173c4a) // GELU_NEAR8 = 0x1.4be66e7173c4ap-29
F64(26, 0xbde5be5f87f3113c) // GELU_NEAR9 = -0x1.5be5f87f3113cp-33
F64(27, 0x3fe2000000000000) // ERF_GELU_CUT = 0.5625
F64(28, 0x3fe0000000000000) // ERF_HALF = 0.5
F64(29, 0x3fe89d3abe1f95ae) // MILLS0 = 0x1.89d3abe1f95aep-1: e^{a²/2} Φ(-a)·(a + shift)
F64(30, 0xbfe54ad03f27ca16) // MILLS1 = -0x1.54ad03f27ca16p-1
F64(31, 0x3fdfb31653876f75) // MILLS2 = 0x1.fb31653876f75p-2
F64(32, 0xbfd410ed5f875b15) // MILLS3 = -0x1.410ed5f875b15p-2
F64(33, 0x3fc51f6329f01ecd) // MILLS4 = 0x1.51f6329f01ecdp-3
F64(34, 0xbfb1b1c254c95228) // MILLS5 = -0x1.1b1c254c95228p-4
F64(35, 0x3f954b4d4f4866f5) // MILLS6 = 0x1.54b4d4f4866f5p-6
F64(36, 0xbf688590eb480946) // MILLS7 = -0x1.88590eb480946p-9
F64(37, 0xbf4a2503795b63a5) // MILLS8 = -0x1.a2503795b63a5p-11
F64(38, 0x3f41daf1e88f453a) // MILLS9 = 0x1.1daf1e88f453ap-11
F64(39, 0xbf0f2147735c079f) // MILLS10 = -0x1.f2147735c079fp-15
F64(40, 0xbf0a1713705bde90) // MILLS11 = -0x1.a1713705bde9p-15
F64(41, 0x3ef17dd995b538bc) // MILLS12 = 0x1.17dd995b538bcp-16
F64(42, 0x3ed0b311b2603f86) // MILLS13 = 0x1.0b311b2603f86p-18
F64(43, 0xbec73b271c6f26a5) // MILLS14 = -0x1.73b271c6f26a5p-19
F64(44, 0xbe96aa9ab014e589) // MILLS15 = -0x1.6aa9ab014e589p-22
F64(45, 0x3e9d103a0ed999f2) // MILLS16 = 0x1.d103a0ed999f2p-22
F64(46, 0x3e6775f222488a43) // MILLS17 = 0x1.775f222488a43p-25
F64(47, 0xbe719c693066bc4f) // MILLS18 = -0x1.19c693066bc4fp-24
F64(48, 0xbe4628eafa75a803) // MILLS19 = -0x1.628eafa75a803p-27
F64(49, 0x3e3f3c2270e6168e) // MILLS20 = 0x1.f3c2270e6168ep-28
F64(50, 0x3e21b2736bd18c75) // MILLS21 = 0x1.1b2736bd18c75p-29
F64(51, 0x4014000000000000) // ERF_GELU_SHIFT = 5
F64(52, 0x4043600000000000) // ERF_GELU_MOST = 38.75
F64(53, 0xbff0000000000000) // ERF_MINUS_ONE = -1
F64(54, 0xbfe0000000000000) // ERF_NEG_HALF = -0.5
GLOBL ·erfConstsF64(SB), RODATA|NOPTR, $(32*55)
