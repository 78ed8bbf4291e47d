// LGamma, Digamma, Trigamma and ExpDigamma of float32, in the words of vec.h: one text for AVX2, AVX-512 and NEON.
// Macros only.
//
// Each gives the bits of the scalar function of its name in gamma_generic.go, in the same order of operations. A text
// reads p1 and writes p0; it clobbers r0 … r10, m0 and m1. Names of values stand at the lines that make them.

// The constants of gamma_consts.s.
#define LGAMMA_NEAR0_F32 OWN(0)
#define LGAMMA_NEAR1_F32 OWN(1)
#define LGAMMA_NEAR2_F32 OWN(2)
#define LGAMMA_NEAR3_F32 OWN(3)
#define LGAMMA_NEAR4_F32 OWN(4)
#define LGAMMA_NEAR5_F32 OWN(5)
#define LGAMMA_NEAR6_F32 OWN(6)
#define LGAMMA_NEAR7_F32 OWN(7)
#define LGAMMA_TAIL0_F32 OWN(8)
#define LGAMMA_TAIL1_F32 OWN(9)
#define LGAMMA_TAIL2_F32 OWN(10)
#define LGAMMA_TAIL3_F32 OWN(11)
#define LGAMMA_TAIL4_F32 OWN(12)
#define DIGAMMA_NEAR0_F32 OWN(13)
#define DIGAMMA_NEAR1_F32 OWN(14)
#define DIGAMMA_NEAR2_F32 OWN(15)
#define DIGAMMA_NEAR3_F32 OWN(16)
#define DIGAMMA_NEAR4_F32 OWN(17)
#define DIGAMMA_NEAR5_F32 OWN(18)
#define DIGAMMA_NEAR6_F32 OWN(19)
#define DIGAMMA_NEAR7_F32 OWN(20)
#define DIGAMMA_NEAR8_F32 OWN(21)
#define DIGAMMA_NEAR9_F32 OWN(22)
#define DIGAMMA_NEAR10_F32 OWN(23)
#define DIGAMMA_TAIL0_F32 OWN(24)
#define DIGAMMA_TAIL1_F32 OWN(25)
#define DIGAMMA_TAIL2_F32 OWN(26)
#define DIGAMMA_TAIL3_F32 OWN(27)
#define DIGAMMA_TAIL4_F32 OWN(28)
#define EXP_NEAR0_F32 OWN(29)
#define EXP_NEAR1_F32 OWN(30)
#define EXP_NEAR2_F32 OWN(31)
#define EXP_NEAR3_F32 OWN(32)
#define EXP_NEAR4_F32 OWN(33)
#define EXP_NEAR5_F32 OWN(34)
#define EXP_NEAR6_F32 OWN(35)
#define EXP_NEAR7_F32 OWN(36)
#define EXP_NEAR8_F32 OWN(37)
#define EXP_NEAR9_F32 OWN(38)
#define EXP_TAIL0_F32 OWN(39)
#define EXP_TAIL1_F32 OWN(40)
#define EXP_TAIL2_F32 OWN(41)
#define EXP_TAIL3_F32 OWN(42)
#define EXP_TAIL4_F32 OWN(43)
#define TRIGAMMA_TAIL0_F32 OWN(44)
#define TRIGAMMA_TAIL1_F32 OWN(45)
#define TRIGAMMA_TAIL2_F32 OWN(46)
#define TRIGAMMA_TAIL3_F32 OWN(47)
#define TRIGAMMA_TAIL4_F32 OWN(48)
#define GAMMA_COT0_F32 OWN(49)
#define GAMMA_COT1_F32 OWN(50)
#define GAMMA_COT2_F32 OWN(51)
#define GAMMA_COT3_F32 OWN(52)
#define GAMMA_COT4_F32 OWN(53)
#define GAMMA_COT5_F32 OWN(54)
#define GAMMA_COT6_F32 OWN(55)
#define GAMMA_CSC0_F32 OWN(56)
#define GAMMA_CSC1_F32 OWN(57)
#define GAMMA_CSC2_F32 OWN(58)
#define GAMMA_CSC3_F32 OWN(59)
#define GAMMA_CSC4_F32 OWN(60)
#define GAMMA_CSC5_F32 OWN(61)
#define GAMMA_CSC6_F32 OWN(62)
#define GAMMA_CSC7_F32 OWN(63)
#define GAMMA_SINC0_F32 OWN(64)
#define GAMMA_SINC1_F32 OWN(65)
#define GAMMA_SINC2_F32 OWN(66)
#define GAMMA_SINC3_F32 OWN(67)
#define GAMMA_SINC4_F32 OWN(68)
#define GAMMA_ROOT_HI_F32 OWN(69)
#define GAMMA_ROOT_LO_F32 OWN(70)
#define GAMMA_QUARTER_LOG_2PI_F32 OWN(71)
#define GAMMA_PSI_LEAST_F32 OWN(72)
#define GAMMA_INTEGERS_F32 OWN(73)
#define GAMMA_HALF_F32 OWN(74)
#define GAMMA_THREE_F32 OWN(75)
#define GAMMA_FIVE_HALVES_F32 OWN(76)
#define GAMMA_LGAMMA_CUT1_F32 OWN(77)
#define GAMMA_LGAMMA_CUT2_F32 OWN(78)
#define GAMMA_LGAMMA_CUT3_F32 OWN(79)

// lgamma of positive, normal, finite numbers.
#define LGAMMA_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_SUBK(GAMMA_HALF_F32, r0, r1) \
	V_GEK(GAMMA_LGAMMA_CUT1_F32, r0, m0) \
	V_GEK(GAMMA_LGAMMA_CUT2_F32, r0, m1) \
	V_MOV(r0, r2) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r0, r2) \
	V_KEEPK(m0, ONE_F32, r3) \
	V_SUB(r3, r0, r3) \
	V_KEEPK(m1, ONE_F32, r4) \
	V_SUB(r4, r3, r3) \
	CONST(ONE_F32, r4) \
	V_MERGE(m1, r4, r2) \
	V_GEK(GAMMA_LGAMMA_CUT3_F32, r0, m0) \
	V_MERGE(m0, r1, r2) \
	V_ISUBK(LOG_OFF_F32, r2, r0) \
	V_SAR(23, r0, r0) \
	V_SHL(23, r0, r4) \
	V_ISUB(r4, r2, r2) \
	V_I2F(r0, r0) \
	V_SUBK(ONE_F32, r2, r2)                      /* f */ \
	V_MULK(LN2_HI_F32, r0, r4) \
	V_ADD(r2, r4, r5)                            /* s */ \
	V_SUB(r4, r5, r4) \
	V_SUB(r4, r2, r4) \
	V_MUL(r2, r2, r6) \
	CONST(LOG_U0_F32, r7) \
	CONST(LOG_V0_F32, r8) \
	HORNER2(LOG_U1_F32, LOG_U2_F32, r6, r7) \
	HORNER2(LOG_V1_F32, LOG_V2_F32, r6, r8) \
	HORNER(LOG_U3_F32, r6, r7) \
	HORNER(LOG_V3_F32, r6, r8) \
	V_FMA(r2, r8, r7) \
	HORNER(NEG_HALF_F32, r7, r2) \
	V_MULK(LN2_LO_F32, r0, r0) \
	V_FMA(r6, r2, r0) \
	V_ADD(r0, r4, r0)                            /* l */ \
	V_MUL(r3, r3, r2) \
	CONST(LGAMMA_NEAR7_F32, r4) \
	CONST(LGAMMA_NEAR6_F32, r6) \
	HORNER2(LGAMMA_NEAR5_F32, LGAMMA_NEAR3_F32, r2, r4) \
	HORNER2(LGAMMA_NEAR4_F32, LGAMMA_NEAR2_F32, r2, r6) \
	HORNER(LGAMMA_NEAR1_F32, r2, r4) \
	V_FMA(r3, r6, r4) \
	V_MOV(r0, r6) \
	V_FNMA(r2, r4, r6) \
	V_MOV(r5, r2) \
	V_FNMAK(LGAMMA_NEAR0_F32, r3, r2) \
	V_ZERO(r3) \
	V_ADD(r6, r2, r2) \
	V_SUB(r2, r3, r2)                            /* b < 5/2 */ \
	V_RDIVK(ONE_F32, r1, r3) \
	V_MUL(r3, r3, r4) \
	V_MUL(r4, r4, r6) \
	CONST(LGAMMA_TAIL4_F32, r7) \
	CONST(LGAMMA_TAIL3_F32, r8) \
	HORNER2(LGAMMA_TAIL2_F32, LGAMMA_TAIL0_F32, r6, r7) \
	HORNER(LGAMMA_TAIL1_F32, r6, r8) \
	V_FMA(r4, r8, r7) \
	V_MUL(r3, r7, r3) \
	V_MULK(GAMMA_HALF_F32, r1, r4) \
	V_FMA(r0, r4, r3) \
	CONST(GAMMA_QUARTER_LOG_2PI_F32, r0) \
	V_SUBK(ONE_F32, r5, r5) \
	V_FMA(r5, r4, r0) \
	V_ADD(r3, r0, r0) \
	V_ADD(r0, r0, r0) \
	V_GEK(TWO_F32, r1, m0) \
	V_MERGE(m0, r0, r2) \
	ST(i, p0, r2)

// lgamma.
#define LGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_RSUBK(ONE_F32, r0, r1) \
	V_MERGE(m0, r1, r0)                          /* b */ \
	V_SUBK(GAMMA_HALF_F32, r0, r1) \
	V_GEK(GAMMA_LGAMMA_CUT1_F32, r0, m0) \
	V_GEK(GAMMA_LGAMMA_CUT2_F32, r0, m1) \
	V_MOV(r0, r2) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r0, r2) \
	V_KEEPK(m0, ONE_F32, r3) \
	V_SUB(r3, r0, r3) \
	V_KEEPK(m1, ONE_F32, r4) \
	V_SUB(r4, r3, r3) \
	CONST(ONE_F32, r4) \
	V_MERGE(m1, r4, r2) \
	V_GEK(GAMMA_LGAMMA_CUT3_F32, r0, m0) \
	V_MERGE(m0, r1, r2) \
	V_LTK(LOG_MIN_F32, r2, m0) \
	V_MULK(LOG_SCALE_F32, r2, r0) \
	V_MERGE(m0, r0, r2) \
	V_ISUBK(LOG_OFF_F32, r2, r0) \
	V_SAR(23, r0, r0) \
	V_SHL(23, r0, r4) \
	V_ISUB(r4, r2, r2) \
	V_I2F(r0, r0) \
	V_SUBK(ONE_F32, r2, r2)                      /* f */ \
	V_KEEPK(m0, LOG_SHIFT_F32, r4) \
	V_SUB(r4, r0, r0) \
	V_MULK(LN2_HI_F32, r0, r4) \
	V_ADD(r2, r4, r5)                            /* s */ \
	V_SUB(r4, r5, r4) \
	V_SUB(r4, r2, r4) \
	V_MUL(r2, r2, r6) \
	CONST(LOG_U0_F32, r7) \
	CONST(LOG_V0_F32, r8) \
	HORNER2(LOG_U1_F32, LOG_U2_F32, r6, r7) \
	HORNER2(LOG_V1_F32, LOG_V2_F32, r6, r8) \
	HORNER(LOG_U3_F32, r6, r7) \
	HORNER(LOG_V3_F32, r6, r8) \
	V_FMA(r2, r8, r7) \
	HORNER(NEG_HALF_F32, r7, r2) \
	V_MULK(LN2_LO_F32, r0, r0) \
	V_FMA(r6, r2, r0) \
	V_ADD(r0, r4, r0)                            /* l */ \
	V_MUL(r3, r3, r2) \
	CONST(LGAMMA_NEAR7_F32, r4) \
	CONST(LGAMMA_NEAR6_F32, r6) \
	HORNER2(LGAMMA_NEAR5_F32, LGAMMA_NEAR3_F32, r2, r4) \
	HORNER2(LGAMMA_NEAR4_F32, LGAMMA_NEAR2_F32, r2, r6) \
	HORNER(LGAMMA_NEAR1_F32, r2, r4) \
	V_FMA(r3, r6, r4) \
	V_MOV(r0, r6) \
	V_FNMA(r2, r4, r6) \
	V_MOV(r5, r2) \
	V_FNMAK(LGAMMA_NEAR0_F32, r3, r2) \
	V_ZERO(r3) \
	V_ADD(r6, r2, r2) \
	V_SUB(r2, r3, r2)                            /* b < 5/2 */ \
	V_RDIVK(ONE_F32, r1, r3) \
	V_MUL(r3, r3, r4) \
	V_MUL(r4, r4, r6) \
	CONST(LGAMMA_TAIL4_F32, r7) \
	CONST(LGAMMA_TAIL3_F32, r8) \
	HORNER2(LGAMMA_TAIL2_F32, LGAMMA_TAIL0_F32, r6, r7) \
	HORNER(LGAMMA_TAIL1_F32, r6, r8) \
	V_FMA(r4, r8, r7) \
	V_MUL(r3, r7, r3) \
	V_MULK(GAMMA_HALF_F32, r1, r4) \
	V_FMA(r0, r4, r3) \
	CONST(GAMMA_QUARTER_LOG_2PI_F32, r0) \
	V_SUBK(ONE_F32, r5, r5) \
	V_FMA(r5, r4, r0) \
	V_ADD(r3, r0, r0) \
	V_ADD(r0, r0, r0) \
	V_GEK(TWO_F32, r1, m0) \
	V_MERGE(m0, r0, r2) \
	LD(i, p1, r0)                                /* again */ \
	V_ANDK(ABS_F32, r0, r1) \
	V_MINK(GAMMA_INTEGERS_F32, r1, r1)           /* NaN stays */ \
	V_ADDK(GAMMA_INTEGERS_F32, r1, r3) \
	V_SUBK(GAMMA_INTEGERS_F32, r3, r3) \
	V_SUB(r3, r1, r1)                            /* f, from the nearest integer */ \
	V_ANDK(ABS_F32, r0, r3) \
	V_EQK(INF_F32, r3, m0) \
	V_MERGE(m0, r3, r2) \
	V_MUL(r1, r1, r3) \
	V_ANDK(ABS_F32, r1, r4) \
	V_MUL(r3, r3, r5) \
	CONST(GAMMA_SINC4_F32, r6) \
	CONST(GAMMA_SINC3_F32, r7) \
	HORNER2(GAMMA_SINC2_F32, GAMMA_SINC0_F32, r5, r6) \
	HORNER(GAMMA_SINC1_F32, r5, r7) \
	V_FMA(r3, r7, r6) \
	V_MUL(r6, r4, r3) \
	V_LTK(LOG_MIN_F32, r3, m0) \
	V_MULK(LOG_SCALE_F32, r3, r4) \
	V_MERGE(m0, r4, r3) \
	V_ISUBK(LOG_OFF_F32, r3, r4) \
	V_SAR(23, r4, r4) \
	V_SHL(23, r4, r5) \
	V_ISUB(r5, r3, r3) \
	V_I2F(r4, r4) \
	V_SUBK(ONE_F32, r3, r3)                      /* f */ \
	V_KEEPK(m0, LOG_SHIFT_F32, r5) \
	V_SUB(r5, r4, r4) \
	V_MULK(LN2_HI_F32, r4, r5) \
	V_ADD(r3, r5, r6)                            /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r3, r5) \
	V_MUL(r3, r3, r7) \
	CONST(LOG_U0_F32, r8) \
	CONST(LOG_V0_F32, r9) \
	HORNER2(LOG_U1_F32, LOG_U2_F32, r7, r8) \
	HORNER2(LOG_V1_F32, LOG_V2_F32, r7, r9) \
	HORNER(LOG_U3_F32, r7, r8) \
	HORNER(LOG_V3_F32, r7, r9) \
	V_FMA(r3, r9, r8) \
	HORNER(NEG_HALF_F32, r8, r3) \
	V_MULK(LN2_LO_F32, r4, r4) \
	V_FMA(r7, r3, r4) \
	V_ADD(r4, r5, r3)                            /* l */ \
	V_ADD(r2, r3, r3) \
	V_ADD(r3, r6, r3) \
	V_XORK(SIGN_F32, r3, r3) \
	V_ZERO(r4) \
	V_LT(r4, r0, m0) \
	V_MERGE(m0, r3, r2) \
	V_ZERO(r3) \
	V_LE(r3, r0, m0) \
	V_ZERO(r3) \
	V_EQ(r3, r1, m1) \
	M_AND(m1, m0, m0) \
	CONST(INF_F32, r1) \
	V_MERGE(m0, r1, r2)                          /* poles */ \
	V_EQ(r0, r0, m0) \
	V_MERGE(m0, r2, r0)                          /* NaN */ \
	ST(i, p0, r0)
