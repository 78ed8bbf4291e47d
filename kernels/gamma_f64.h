// LGamma, Digamma, Trigamma and ExpDigamma of float64, in the words of vec.h: one text for AVX2, AVX-512 and NEON.
// Macros only.
//
// Each gives the bits of the scalar function of its name in gamma_generic.go, in the same order of operations. A text
// reads p1 and writes p0; it clobbers r0 … r10, m0 and m1. Names of values stand at the lines that make them.

// The constants of gamma_consts.s.
#define LGAMMA_NEAR0_F64 OWN(0)
#define LGAMMA_NEAR1_F64 OWN(1)
#define LGAMMA_NEAR2_F64 OWN(2)
#define LGAMMA_NEAR3_F64 OWN(3)
#define LGAMMA_NEAR4_F64 OWN(4)
#define LGAMMA_NEAR5_F64 OWN(5)
#define LGAMMA_NEAR6_F64 OWN(6)
#define LGAMMA_NEAR7_F64 OWN(7)
#define LGAMMA_NEAR8_F64 OWN(8)
#define LGAMMA_NEAR9_F64 OWN(9)
#define LGAMMA_NEAR10_F64 OWN(10)
#define LGAMMA_NEAR11_F64 OWN(11)
#define LGAMMA_NEAR12_F64 OWN(12)
#define LGAMMA_NEAR13_F64 OWN(13)
#define LGAMMA_NEAR14_F64 OWN(14)
#define LGAMMA_NEAR15_F64 OWN(15)
#define LGAMMA_NEAR16_F64 OWN(16)
#define LGAMMA_NEAR17_F64 OWN(17)
#define LGAMMA_TAIL0_F64 OWN(18)
#define LGAMMA_TAIL1_F64 OWN(19)
#define LGAMMA_TAIL2_F64 OWN(20)
#define LGAMMA_TAIL3_F64 OWN(21)
#define LGAMMA_TAIL4_F64 OWN(22)
#define LGAMMA_TAIL5_F64 OWN(23)
#define LGAMMA_TAIL6_F64 OWN(24)
#define LGAMMA_TAIL7_F64 OWN(25)
#define LGAMMA_TAIL8_F64 OWN(26)
#define LGAMMA_TAIL9_F64 OWN(27)
#define LGAMMA_TAIL10_F64 OWN(28)
#define LGAMMA_TAIL11_F64 OWN(29)
#define LGAMMA_TAIL12_F64 OWN(30)
#define LGAMMA_TAIL13_F64 OWN(31)
#define LGAMMA_TAIL14_F64 OWN(32)
#define LGAMMA_TAIL15_F64 OWN(33)
#define DIGAMMA_NEAR0_F64 OWN(34)
#define DIGAMMA_NEAR1_F64 OWN(35)
#define DIGAMMA_NEAR2_F64 OWN(36)
#define DIGAMMA_NEAR3_F64 OWN(37)
#define DIGAMMA_NEAR4_F64 OWN(38)
#define DIGAMMA_NEAR5_F64 OWN(39)
#define DIGAMMA_NEAR6_F64 OWN(40)
#define DIGAMMA_NEAR7_F64 OWN(41)
#define DIGAMMA_NEAR8_F64 OWN(42)
#define DIGAMMA_NEAR9_F64 OWN(43)
#define DIGAMMA_NEAR10_F64 OWN(44)
#define DIGAMMA_NEAR11_F64 OWN(45)
#define DIGAMMA_NEAR12_F64 OWN(46)
#define DIGAMMA_NEAR13_F64 OWN(47)
#define DIGAMMA_NEAR14_F64 OWN(48)
#define DIGAMMA_NEAR15_F64 OWN(49)
#define DIGAMMA_NEAR16_F64 OWN(50)
#define DIGAMMA_NEAR17_F64 OWN(51)
#define DIGAMMA_NEAR18_F64 OWN(52)
#define DIGAMMA_NEAR19_F64 OWN(53)
#define DIGAMMA_NEAR20_F64 OWN(54)
#define DIGAMMA_NEAR21_F64 OWN(55)
#define DIGAMMA_NEAR22_F64 OWN(56)
#define DIGAMMA_TAIL0_F64 OWN(57)
#define DIGAMMA_TAIL1_F64 OWN(58)
#define DIGAMMA_TAIL2_F64 OWN(59)
#define DIGAMMA_TAIL3_F64 OWN(60)
#define DIGAMMA_TAIL4_F64 OWN(61)
#define DIGAMMA_TAIL5_F64 OWN(62)
#define DIGAMMA_TAIL6_F64 OWN(63)
#define DIGAMMA_TAIL7_F64 OWN(64)
#define DIGAMMA_TAIL8_F64 OWN(65)
#define DIGAMMA_TAIL9_F64 OWN(66)
#define DIGAMMA_TAIL10_F64 OWN(67)
#define DIGAMMA_TAIL11_F64 OWN(68)
#define DIGAMMA_TAIL12_F64 OWN(69)
#define EXP_NEAR0_F64 OWN(70)
#define EXP_NEAR1_F64 OWN(71)
#define EXP_NEAR2_F64 OWN(72)
#define EXP_NEAR3_F64 OWN(73)
#define EXP_NEAR4_F64 OWN(74)
#define EXP_NEAR5_F64 OWN(75)
#define EXP_NEAR6_F64 OWN(76)
#define EXP_NEAR7_F64 OWN(77)
#define EXP_NEAR8_F64 OWN(78)
#define EXP_NEAR9_F64 OWN(79)
#define EXP_NEAR10_F64 OWN(80)
#define EXP_NEAR11_F64 OWN(81)
#define EXP_NEAR12_F64 OWN(82)
#define EXP_NEAR13_F64 OWN(83)
#define EXP_NEAR14_F64 OWN(84)
#define EXP_NEAR15_F64 OWN(85)
#define EXP_NEAR16_F64 OWN(86)
#define EXP_NEAR17_F64 OWN(87)
#define EXP_NEAR18_F64 OWN(88)
#define EXP_NEAR19_F64 OWN(89)
#define EXP_NEAR20_F64 OWN(90)
#define EXP_TAIL0_F64 OWN(91)
#define EXP_TAIL1_F64 OWN(92)
#define EXP_TAIL2_F64 OWN(93)
#define EXP_TAIL3_F64 OWN(94)
#define EXP_TAIL4_F64 OWN(95)
#define EXP_TAIL5_F64 OWN(96)
#define EXP_TAIL6_F64 OWN(97)
#define EXP_TAIL7_F64 OWN(98)
#define EXP_TAIL8_F64 OWN(99)
#define EXP_TAIL9_F64 OWN(100)
#define EXP_TAIL10_F64 OWN(101)
#define EXP_TAIL11_F64 OWN(102)
#define EXP_TAIL12_F64 OWN(103)
#define TRIGAMMA_TAIL0_F64 OWN(104)
#define TRIGAMMA_TAIL1_F64 OWN(105)
#define TRIGAMMA_TAIL2_F64 OWN(106)
#define TRIGAMMA_TAIL3_F64 OWN(107)
#define TRIGAMMA_TAIL4_F64 OWN(108)
#define TRIGAMMA_TAIL5_F64 OWN(109)
#define TRIGAMMA_TAIL6_F64 OWN(110)
#define TRIGAMMA_TAIL7_F64 OWN(111)
#define TRIGAMMA_TAIL8_F64 OWN(112)
#define TRIGAMMA_TAIL9_F64 OWN(113)
#define TRIGAMMA_TAIL10_F64 OWN(114)
#define TRIGAMMA_TAIL11_F64 OWN(115)
#define TRIGAMMA_TAIL12_F64 OWN(116)
#define TRIGAMMA_TAIL13_F64 OWN(117)
#define TRIGAMMA_TAIL14_F64 OWN(118)
#define TRIGAMMA_TAIL15_F64 OWN(119)
#define GAMMA_COT0_F64 OWN(120)
#define GAMMA_COT1_F64 OWN(121)
#define GAMMA_COT2_F64 OWN(122)
#define GAMMA_COT3_F64 OWN(123)
#define GAMMA_COT4_F64 OWN(124)
#define GAMMA_COT5_F64 OWN(125)
#define GAMMA_COT6_F64 OWN(126)
#define GAMMA_COT7_F64 OWN(127)
#define GAMMA_COT8_F64 OWN(128)
#define GAMMA_COT9_F64 OWN(129)
#define GAMMA_COT10_F64 OWN(130)
#define GAMMA_COT11_F64 OWN(131)
#define GAMMA_COT12_F64 OWN(132)
#define GAMMA_COT13_F64 OWN(133)
#define GAMMA_COT14_F64 OWN(134)
#define GAMMA_CSC0_F64 OWN(135)
#define GAMMA_CSC1_F64 OWN(136)
#define GAMMA_CSC2_F64 OWN(137)
#define GAMMA_CSC3_F64 OWN(138)
#define GAMMA_CSC4_F64 OWN(139)
#define GAMMA_CSC5_F64 OWN(140)
#define GAMMA_CSC6_F64 OWN(141)
#define GAMMA_CSC7_F64 OWN(142)
#define GAMMA_CSC8_F64 OWN(143)
#define GAMMA_CSC9_F64 OWN(144)
#define GAMMA_CSC10_F64 OWN(145)
#define GAMMA_CSC11_F64 OWN(146)
#define GAMMA_CSC12_F64 OWN(147)
#define GAMMA_CSC13_F64 OWN(148)
#define GAMMA_CSC14_F64 OWN(149)
#define GAMMA_CSC15_F64 OWN(150)
#define GAMMA_SINC0_F64 OWN(151)
#define GAMMA_SINC1_F64 OWN(152)
#define GAMMA_SINC2_F64 OWN(153)
#define GAMMA_SINC3_F64 OWN(154)
#define GAMMA_SINC4_F64 OWN(155)
#define GAMMA_SINC5_F64 OWN(156)
#define GAMMA_SINC6_F64 OWN(157)
#define GAMMA_SINC7_F64 OWN(158)
#define GAMMA_SINC8_F64 OWN(159)
#define GAMMA_ROOT_HI_F64 OWN(160)
#define GAMMA_ROOT_LO_F64 OWN(161)
#define GAMMA_QUARTER_LOG_2PI_F64 OWN(162)
#define GAMMA_PSI_LEAST_F64 OWN(163)
#define GAMMA_INTEGERS_F64 OWN(164)
#define GAMMA_HALF_F64 OWN(165)
#define GAMMA_THREE_F64 OWN(166)
#define GAMMA_FIVE_HALVES_F64 OWN(167)
#define GAMMA_LGAMMA_CUT1_F64 OWN(168)
#define GAMMA_LGAMMA_CUT2_F64 OWN(169)
#define GAMMA_LGAMMA_CUT3_F64 OWN(170)

// lgamma of positive, normal, finite numbers.
#define LGAMMA_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_SUBK(GAMMA_HALF_F64, r0, r1) \
	V_GEK(GAMMA_LGAMMA_CUT1_F64, r0, m0) \
	V_GEK(GAMMA_LGAMMA_CUT2_F64, r0, m1) \
	V_MOV(r0, r2) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r0, r2) \
	V_KEEPK(m0, ONE_F64, r3) \
	V_SUB(r3, r0, r3) \
	V_KEEPK(m1, ONE_F64, r4) \
	V_SUB(r4, r3, r3) \
	CONST(ONE_F64, r4) \
	V_MERGE(m1, r4, r2) \
	V_GEK(GAMMA_LGAMMA_CUT3_F64, r0, m0) \
	V_MERGE(m0, r1, r2) \
	V_ISUBK(LOG_OFF_F64, r2, r0) \
	V_ANDK(LOG_EXP_F64, r0, r4)                  /* 2^52·n */ \
	V_ISUB(r4, r2, r2) \
	V_XORK(SIGN_F64, r0, r0) \
	V_SHR(52, r0, r0) \
	V_ORK(LOG_TWO52_F64, r0, r0) \
	V_SUBK(LOG_BIAS_F64, r0, r0) \
	V_SUBK(ONE_F64, r2, r2)                      /* f */ \
	V_MULK(LN2_HI_F64, r0, r4) \
	V_ADD(r2, r4, r5)                            /* s */ \
	V_SUB(r4, r5, r4) \
	V_SUB(r4, r2, r4) \
	V_ADDK(TWO_F64, r2, r6) \
	V_DIV(r6, r2, r6) \
	V_MUL(r6, r6, r7) \
	CONST(LOG0_F64, r8) \
	HORNER2(LOG1_F64, LOG2_F64, r7, r8) \
	HORNER2(LOG3_F64, LOG4_F64, r7, r8) \
	HORNER2(LOG5_F64, LOG6_F64, r7, r8) \
	V_MULK(HALF_F64, r2, r9) \
	V_MUL(r2, r9, r2)                            /* g²/2 */ \
	V_MUL(r7, r8, r7) \
	V_ADD(r7, r2, r7) \
	V_MULK(LN2_LO_F64, r0, r0) \
	V_FMA(r7, r6, r0) \
	V_SUB(r2, r0, r0) \
	V_ADD(r0, r4, r0)                            /* l */ \
	V_MUL(r3, r3, r2) \
	CONST(LGAMMA_NEAR17_F64, r4) \
	CONST(LGAMMA_NEAR16_F64, r6) \
	HORNER2(LGAMMA_NEAR15_F64, LGAMMA_NEAR13_F64, r2, r4) \
	HORNER2(LGAMMA_NEAR14_F64, LGAMMA_NEAR12_F64, r2, r6) \
	HORNER2(LGAMMA_NEAR11_F64, LGAMMA_NEAR9_F64, r2, r4) \
	HORNER2(LGAMMA_NEAR10_F64, LGAMMA_NEAR8_F64, r2, r6) \
	HORNER2(LGAMMA_NEAR7_F64, LGAMMA_NEAR5_F64, r2, r4) \
	HORNER2(LGAMMA_NEAR6_F64, LGAMMA_NEAR4_F64, r2, r6) \
	HORNER2(LGAMMA_NEAR3_F64, LGAMMA_NEAR1_F64, r2, r4) \
	HORNER(LGAMMA_NEAR2_F64, r2, r6) \
	V_FMA(r3, r6, r4) \
	V_MOV(r0, r6) \
	V_FNMA(r2, r4, r6) \
	V_MOV(r5, r2) \
	V_FNMAK(LGAMMA_NEAR0_F64, r3, r2) \
	V_ZERO(r3) \
	V_ADD(r6, r2, r2) \
	V_SUB(r2, r3, r2)                            /* b < 5/2 */ \
	V_RDIVK(ONE_F64, r1, r3) \
	V_MUL(r3, r3, r4) \
	V_MUL(r4, r4, r6) \
	CONST(LGAMMA_TAIL15_F64, r7) \
	CONST(LGAMMA_TAIL14_F64, r8) \
	HORNER2(LGAMMA_TAIL13_F64, LGAMMA_TAIL11_F64, r6, r7) \
	HORNER2(LGAMMA_TAIL12_F64, LGAMMA_TAIL10_F64, r6, r8) \
	HORNER2(LGAMMA_TAIL9_F64, LGAMMA_TAIL7_F64, r6, r7) \
	HORNER2(LGAMMA_TAIL8_F64, LGAMMA_TAIL6_F64, r6, r8) \
	HORNER2(LGAMMA_TAIL5_F64, LGAMMA_TAIL3_F64, r6, r7) \
	HORNER2(LGAMMA_TAIL4_F64, LGAMMA_TAIL2_F64, r6, r8) \
	HORNER(LGAMMA_TAIL1_F64, r6, r7) \
	HORNER(LGAMMA_TAIL0_F64, r6, r8) \
	V_FMA(r4, r7, r8) \
	V_MUL(r3, r8, r3) \
	V_MULK(GAMMA_HALF_F64, r1, r4) \
	V_FMA(r0, r4, r3) \
	CONST(GAMMA_QUARTER_LOG_2PI_F64, r0) \
	V_SUBK(ONE_F64, r5, r5) \
	V_FMA(r5, r4, r0) \
	V_ADD(r3, r0, r0) \
	V_ADD(r0, r0, r0) \
	V_GEK(TWO_F64, r1, m0) \
	V_MERGE(m0, r0, r2) \
	ST(i, p0, r2)

// lgamma.
#define LGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_RSUBK(ONE_F64, r0, r1) \
	V_MERGE(m0, r1, r0)                          /* b */ \
	V_SUBK(GAMMA_HALF_F64, r0, r1) \
	V_GEK(GAMMA_LGAMMA_CUT1_F64, r0, m0) \
	V_GEK(GAMMA_LGAMMA_CUT2_F64, r0, m1) \
	V_MOV(r0, r2) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r0, r2) \
	V_KEEPK(m0, ONE_F64, r3) \
	V_SUB(r3, r0, r3) \
	V_KEEPK(m1, ONE_F64, r4) \
	V_SUB(r4, r3, r3) \
	CONST(ONE_F64, r4) \
	V_MERGE(m1, r4, r2) \
	V_GEK(GAMMA_LGAMMA_CUT3_F64, r0, m0) \
	V_MERGE(m0, r1, r2) \
	V_LTK(LOG_MIN_F64, r2, m0) \
	V_MULK(LOG_SCALE_F64, r2, r0) \
	V_MERGE(m0, r0, r2) \
	V_ISUBK(LOG_OFF_F64, r2, r0) \
	V_ANDK(LOG_EXP_F64, r0, r4)                  /* 2^52·n */ \
	V_ISUB(r4, r2, r2) \
	V_XORK(SIGN_F64, r0, r0) \
	V_SHR(52, r0, r0) \
	V_ORK(LOG_TWO52_F64, r0, r0) \
	V_SUBK(LOG_BIAS_F64, r0, r0) \
	V_SUBK(ONE_F64, r2, r2)                      /* f */ \
	V_KEEPK(m0, LOG_SHIFT_F64, r4) \
	V_SUB(r4, r0, r0) \
	V_MULK(LN2_HI_F64, r0, r4) \
	V_ADD(r2, r4, r5)                            /* s */ \
	V_SUB(r4, r5, r4) \
	V_SUB(r4, r2, r4) \
	V_ADDK(TWO_F64, r2, r6) \
	V_DIV(r6, r2, r6) \
	V_MUL(r6, r6, r7) \
	CONST(LOG0_F64, r8) \
	HORNER2(LOG1_F64, LOG2_F64, r7, r8) \
	HORNER2(LOG3_F64, LOG4_F64, r7, r8) \
	HORNER2(LOG5_F64, LOG6_F64, r7, r8) \
	V_MULK(HALF_F64, r2, r9) \
	V_MUL(r2, r9, r2)                            /* g²/2 */ \
	V_MUL(r7, r8, r7) \
	V_ADD(r7, r2, r7) \
	V_MULK(LN2_LO_F64, r0, r0) \
	V_FMA(r7, r6, r0) \
	V_SUB(r2, r0, r0) \
	V_ADD(r0, r4, r0)                            /* l */ \
	V_MUL(r3, r3, r2) \
	CONST(LGAMMA_NEAR17_F64, r4) \
	CONST(LGAMMA_NEAR16_F64, r6) \
	HORNER2(LGAMMA_NEAR15_F64, LGAMMA_NEAR13_F64, r2, r4) \
	HORNER2(LGAMMA_NEAR14_F64, LGAMMA_NEAR12_F64, r2, r6) \
	HORNER2(LGAMMA_NEAR11_F64, LGAMMA_NEAR9_F64, r2, r4) \
	HORNER2(LGAMMA_NEAR10_F64, LGAMMA_NEAR8_F64, r2, r6) \
	HORNER2(LGAMMA_NEAR7_F64, LGAMMA_NEAR5_F64, r2, r4) \
	HORNER2(LGAMMA_NEAR6_F64, LGAMMA_NEAR4_F64, r2, r6) \
	HORNER2(LGAMMA_NEAR3_F64, LGAMMA_NEAR1_F64, r2, r4) \
	HORNER(LGAMMA_NEAR2_F64, r2, r6) \
	V_FMA(r3, r6, r4) \
	V_MOV(r0, r6) \
	V_FNMA(r2, r4, r6) \
	V_MOV(r5, r2) \
	V_FNMAK(LGAMMA_NEAR0_F64, r3, r2) \
	V_ZERO(r3) \
	V_ADD(r6, r2, r2) \
	V_SUB(r2, r3, r2)                            /* b < 5/2 */ \
	V_RDIVK(ONE_F64, r1, r3) \
	V_MUL(r3, r3, r4) \
	V_MUL(r4, r4, r6) \
	CONST(LGAMMA_TAIL15_F64, r7) \
	CONST(LGAMMA_TAIL14_F64, r8) \
	HORNER2(LGAMMA_TAIL13_F64, LGAMMA_TAIL11_F64, r6, r7) \
	HORNER2(LGAMMA_TAIL12_F64, LGAMMA_TAIL10_F64, r6, r8) \
	HORNER2(LGAMMA_TAIL9_F64, LGAMMA_TAIL7_F64, r6, r7) \
	HORNER2(LGAMMA_TAIL8_F64, LGAMMA_TAIL6_F64, r6, r8) \
	HORNER2(LGAMMA_TAIL5_F64, LGAMMA_TAIL3_F64, r6, r7) \
	HORNER2(LGAMMA_TAIL4_F64, LGAMMA_TAIL2_F64, r6, r8) \
	HORNER(LGAMMA_TAIL1_F64, r6, r7) \
	HORNER(LGAMMA_TAIL0_F64, r6, r8) \
	V_FMA(r4, r7, r8) \
	V_MUL(r3, r8, r3) \
	V_MULK(GAMMA_HALF_F64, r1, r4) \
	V_FMA(r0, r4, r3) \
	CONST(GAMMA_QUARTER_LOG_2PI_F64, r0) \
	V_SUBK(ONE_F64, r5, r5) \
	V_FMA(r5, r4, r0) \
	V_ADD(r3, r0, r0) \
	V_ADD(r0, r0, r0) \
	V_GEK(TWO_F64, r1, m0) \
	V_MERGE(m0, r0, r2) \
	LD(i, p1, r0)                                /* again */ \
	V_ANDK(ABS_F64, r0, r1) \
	V_MINK(GAMMA_INTEGERS_F64, r1, r1)           /* NaN stays */ \
	V_ADDK(GAMMA_INTEGERS_F64, r1, r3) \
	V_SUBK(GAMMA_INTEGERS_F64, r3, r3) \
	V_SUB(r3, r1, r1)                            /* f, from the nearest integer */ \
	V_ANDK(ABS_F64, r0, r3) \
	V_EQK(INF_F64, r3, m0) \
	V_MERGE(m0, r3, r2) \
	V_MUL(r1, r1, r3) \
	V_ANDK(ABS_F64, r1, r4) \
	V_MUL(r3, r3, r5) \
	CONST(GAMMA_SINC8_F64, r6) \
	CONST(GAMMA_SINC7_F64, r7) \
	HORNER2(GAMMA_SINC6_F64, GAMMA_SINC4_F64, r5, r6) \
	HORNER2(GAMMA_SINC5_F64, GAMMA_SINC3_F64, r5, r7) \
	HORNER2(GAMMA_SINC2_F64, GAMMA_SINC0_F64, r5, r6) \
	HORNER(GAMMA_SINC1_F64, r5, r7) \
	V_FMA(r3, r7, r6) \
	V_MUL(r6, r4, r3) \
	V_LTK(LOG_MIN_F64, r3, m0) \
	V_MULK(LOG_SCALE_F64, r3, r4) \
	V_MERGE(m0, r4, r3) \
	V_ISUBK(LOG_OFF_F64, r3, r4) \
	V_ANDK(LOG_EXP_F64, r4, r5)                  /* 2^52·n */ \
	V_ISUB(r5, r3, r3) \
	V_XORK(SIGN_F64, r4, r4) \
	V_SHR(52, r4, r4) \
	V_ORK(LOG_TWO52_F64, r4, r4) \
	V_SUBK(LOG_BIAS_F64, r4, r4) \
	V_SUBK(ONE_F64, r3, r3)                      /* f */ \
	V_KEEPK(m0, LOG_SHIFT_F64, r5) \
	V_SUB(r5, r4, r4) \
	V_MULK(LN2_HI_F64, r4, r5) \
	V_ADD(r3, r5, r6)                            /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r3, r5) \
	V_ADDK(TWO_F64, r3, r7) \
	V_DIV(r7, r3, r7) \
	V_MUL(r7, r7, r8) \
	CONST(LOG0_F64, r9) \
	HORNER2(LOG1_F64, LOG2_F64, r8, r9) \
	HORNER2(LOG3_F64, LOG4_F64, r8, r9) \
	HORNER2(LOG5_F64, LOG6_F64, r8, r9) \
	V_MULK(HALF_F64, r3, r10) \
	V_MUL(r3, r10, r3)                           /* g²/2 */ \
	V_MUL(r8, r9, r8) \
	V_ADD(r8, r3, r8) \
	V_MULK(LN2_LO_F64, r4, r4) \
	V_FMA(r8, r7, r4) \
	V_SUB(r3, r4, r3) \
	V_ADD(r3, r5, r3)                            /* l */ \
	V_ADD(r2, r3, r3) \
	V_ADD(r3, r6, r3) \
	V_XORK(SIGN_F64, r3, r3) \
	V_ZERO(r4) \
	V_LT(r4, r0, m0) \
	V_MERGE(m0, r3, r2) \
	V_ZERO(r3) \
	V_LE(r3, r0, m0) \
	V_ZERO(r3) \
	V_EQ(r3, r1, m1) \
	M_AND(m1, m0, m0) \
	CONST(INF_F64, r1) \
	V_MERGE(m0, r1, r2)                          /* poles */ \
	V_EQ(r0, r0, m0) \
	V_MERGE(m0, r2, r0)                          /* NaN */ \
	ST(i, p0, r0)
