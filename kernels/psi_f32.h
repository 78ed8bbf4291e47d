// Digamma, Trigamma and ExpDigamma of float32, in the words of vec.h, after gamma_f32.h, which has the names
// of the constants. Macros only.
//
// The remarks of gamma_f32.h hold here too.

// digamma of positive, normal, finite numbers.
#define DIGAMMA_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_GEK(ONE_F32, r0, m0) \
	V_KEEPK(m0, ONE_F32, r1) \
	V_SUB(r1, r0, r2) \
	V_XORK(SIGN_F32, r2, r3) \
	V_MERGE(m0, r2, r3)                          /* -b or b - 1 */ \
	V_GEK(TWO_F32, r0, m0) \
	V_SUBK(GAMMA_HALF_F32, r0, r2) \
	V_SUB(r1, r2, r1) \
	V_KEEPK(m0, ONE_F32, r2) \
	V_SUB(r2, r1, r1) \
	V_SUBK(GAMMA_HALF_F32, r0, r2) \
	V_GEK(GAMMA_THREE_F32, r0, m0) \
	V_MERGE(m0, r2, r3) \
	V_RDIVK(ONE_F32, r3, r3)                     /* one division for all */ \
	V_GEK(ONE_F32, r0, m0) \
	V_DROP(m0, r3, r4) \
	V_GEK(TWO_F32, r0, m0) \
	V_KEEP(m0, r3, r0) \
	V_OR(r0, r4, r0) \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_NEAR10_F32, r5) \
	CONST(DIGAMMA_NEAR9_F32, r6) \
	HORNER2(DIGAMMA_NEAR8_F32, DIGAMMA_NEAR6_F32, r4, r5) \
	HORNER2(DIGAMMA_NEAR7_F32, DIGAMMA_NEAR5_F32, r4, r6) \
	HORNER2(DIGAMMA_NEAR4_F32, DIGAMMA_NEAR2_F32, r4, r5) \
	HORNER2(DIGAMMA_NEAR3_F32, DIGAMMA_NEAR1_F32, r4, r6) \
	HORNER(DIGAMMA_NEAR0_F32, r4, r5) \
	V_FMA(r1, r6, r5) \
	V_SUBK(GAMMA_ROOT_HI_F32, r1, r1) \
	V_FMA(r1, r5, r0) \
	V_FNMAK(GAMMA_ROOT_LO_F32, r5, r0)           /* b < 3 */ \
	V_MUL(r3, r3, r1) \
	V_ISUBK(LOG_OFF_F32, r2, r3) \
	V_SAR(23, r3, r3) \
	V_SHL(23, r3, r4) \
	V_ISUB(r4, r2, r4) \
	V_I2F(r3, r3) \
	V_SUBK(ONE_F32, r4, r4)                      /* f */ \
	V_MULK(LN2_HI_F32, r3, r5) \
	V_ADD(r4, r5, r6)                            /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r4, r5) \
	V_MUL(r4, r4, r7) \
	CONST(LOG_U0_F32, r8) \
	CONST(LOG_V0_F32, r9) \
	HORNER2(LOG_U1_F32, LOG_U2_F32, r7, r8) \
	HORNER2(LOG_V1_F32, LOG_V2_F32, r7, r9) \
	HORNER(LOG_U3_F32, r7, r8) \
	HORNER(LOG_V3_F32, r7, r9) \
	V_FMA(r4, r9, r8) \
	HORNER(NEG_HALF_F32, r8, r4) \
	V_MULK(LN2_LO_F32, r3, r3) \
	V_FMA(r7, r4, r3) \
	V_ADD(r3, r5, r3)                            /* l */ \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_TAIL4_F32, r5) \
	CONST(DIGAMMA_TAIL3_F32, r7) \
	HORNER2(DIGAMMA_TAIL2_F32, DIGAMMA_TAIL0_F32, r4, r5) \
	HORNER(DIGAMMA_TAIL1_F32, r4, r7) \
	V_FMA(r1, r7, r5) \
	V_FMA(r1, r5, r3) \
	V_ADD(r3, r6, r1) \
	V_GEK(GAMMA_FIVE_HALVES_F32, r2, m0) \
	V_MERGE(m0, r1, r0) \
	ST(i, p0, r0)

// digamma.
#define DIGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_RSUBK(ONE_F32, r0, r1) \
	V_MERGE(m0, r1, r0)                          /* b */ \
	V_GEK(ONE_F32, r0, m0) \
	V_KEEPK(m0, ONE_F32, r1) \
	V_SUB(r1, r0, r2) \
	V_XORK(SIGN_F32, r2, r3) \
	V_MERGE(m0, r2, r3)                          /* -b or b - 1 */ \
	V_GEK(TWO_F32, r0, m0) \
	V_SUBK(GAMMA_HALF_F32, r0, r2) \
	V_SUB(r1, r2, r1) \
	V_KEEPK(m0, ONE_F32, r2) \
	V_SUB(r2, r1, r1) \
	V_SUBK(GAMMA_HALF_F32, r0, r2) \
	V_GEK(GAMMA_THREE_F32, r0, m0) \
	V_MERGE(m0, r2, r3) \
	V_RDIVK(ONE_F32, r3, r3)                     /* one division for all */ \
	V_GEK(ONE_F32, r0, m0) \
	V_DROP(m0, r3, r4) \
	V_GEK(TWO_F32, r0, m0) \
	V_KEEP(m0, r3, r0) \
	V_OR(r0, r4, r0) \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_NEAR10_F32, r5) \
	CONST(DIGAMMA_NEAR9_F32, r6) \
	HORNER2(DIGAMMA_NEAR8_F32, DIGAMMA_NEAR6_F32, r4, r5) \
	HORNER2(DIGAMMA_NEAR7_F32, DIGAMMA_NEAR5_F32, r4, r6) \
	HORNER2(DIGAMMA_NEAR4_F32, DIGAMMA_NEAR2_F32, r4, r5) \
	HORNER2(DIGAMMA_NEAR3_F32, DIGAMMA_NEAR1_F32, r4, r6) \
	HORNER(DIGAMMA_NEAR0_F32, r4, r5) \
	V_FMA(r1, r6, r5) \
	V_SUBK(GAMMA_ROOT_HI_F32, r1, r1) \
	V_FMA(r1, r5, r0) \
	V_FNMAK(GAMMA_ROOT_LO_F32, r5, r0)           /* b < 3 */ \
	V_MUL(r3, r3, r1) \
	V_ISUBK(LOG_OFF_F32, r2, r3) \
	V_SAR(23, r3, r3) \
	V_SHL(23, r3, r4) \
	V_ISUB(r4, r2, r4) \
	V_I2F(r3, r3) \
	V_SUBK(ONE_F32, r4, r4)                      /* f */ \
	V_MULK(LN2_HI_F32, r3, r5) \
	V_ADD(r4, r5, r6)                            /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r4, r5) \
	V_MUL(r4, r4, r7) \
	CONST(LOG_U0_F32, r8) \
	CONST(LOG_V0_F32, r9) \
	HORNER2(LOG_U1_F32, LOG_U2_F32, r7, r8) \
	HORNER2(LOG_V1_F32, LOG_V2_F32, r7, r9) \
	HORNER(LOG_U3_F32, r7, r8) \
	HORNER(LOG_V3_F32, r7, r9) \
	V_FMA(r4, r9, r8) \
	HORNER(NEG_HALF_F32, r8, r4) \
	V_MULK(LN2_LO_F32, r3, r3) \
	V_FMA(r7, r4, r3) \
	V_ADD(r3, r5, r3)                            /* l */ \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_TAIL4_F32, r5) \
	CONST(DIGAMMA_TAIL3_F32, r7) \
	HORNER2(DIGAMMA_TAIL2_F32, DIGAMMA_TAIL0_F32, r4, r5) \
	HORNER(DIGAMMA_TAIL1_F32, r4, r7) \
	V_FMA(r1, r7, r5) \
	V_FMA(r1, r5, r3) \
	V_ADD(r3, r6, r1) \
	V_GEK(GAMMA_FIVE_HALVES_F32, r2, m0) \
	V_MERGE(m0, r1, r0) \
	LD(i, p1, r1)                                /* again */ \
	V_ANDK(ABS_F32, r1, r2) \
	V_MINK(GAMMA_INTEGERS_F32, r2, r2)           /* NaN stays */ \
	V_ADDK(GAMMA_INTEGERS_F32, r2, r3) \
	V_SUBK(GAMMA_INTEGERS_F32, r3, r3) \
	V_SUB(r3, r2, r2)                            /* f, from the nearest integer */ \
	V_MUL(r2, r2, r3) \
	V_MUL(r3, r3, r4) \
	CONST(GAMMA_COT6_F32, r5) \
	CONST(GAMMA_COT5_F32, r6) \
	HORNER2(GAMMA_COT4_F32, GAMMA_COT2_F32, r4, r5) \
	HORNER2(GAMMA_COT3_F32, GAMMA_COT1_F32, r4, r6) \
	HORNER(GAMMA_COT0_F32, r4, r5) \
	V_FMA(r3, r6, r5) \
	V_RDIVK(ONE_F32, r2, r3) \
	V_FMA(r2, r5, r3) \
	V_ZERO(r4) \
	V_LT(r4, r1, m0) \
	V_KEEP(m0, r3, r3) \
	V_ADD(r3, r0, r3) \
	V_MERGE(m0, r3, r0) \
	V_ZERO(r3) \
	V_EQ(r3, r2, m1) \
	M_AND(m1, m0, m0) \
	CONST(NAN_F32, r2) \
	V_MERGE(m0, r2, r0)                          /* poles */ \
	V_NLTK(INF_F32, r1, m0) \
	V_MERGE(m0, r1, r0)                          /* Inf, NaN */ \
	ST(i, p0, r0)

// trigamma of positive, normal, finite numbers.
#define TRIGAMMA_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_GEK(GAMMA_THREE_F32, r0, m0) \
	V_SUBK(GAMMA_HALF_F32, r0, r1) \
	V_ADDK(GAMMA_FIVE_HALVES_F32, r0, r2) \
	V_MERGE(m0, r1, r2) \
	V_RDIVK(ONE_F32, r2, r1) \
	V_MUL(r1, r1, r2) \
	V_MUL(r2, r2, r3) \
	CONST(TRIGAMMA_TAIL4_F32, r4) \
	CONST(TRIGAMMA_TAIL3_F32, r5) \
	HORNER2(TRIGAMMA_TAIL2_F32, TRIGAMMA_TAIL0_F32, r3, r4) \
	HORNER(TRIGAMMA_TAIL1_F32, r3, r5) \
	V_FMA(r2, r5, r4) \
	V_MUL(r2, r1, r2) \
	V_FMA(r2, r4, r1) \
	V_ADDK(ONE_F32, r0, r2) \
	V_ADDK(TWO_F32, r0, r3) \
	V_MUL(r3, r2, r4) \
	V_MUL(r3, r3, r3) \
	V_FMA(r2, r2, r3) \
	V_MUL(r4, r4, r2) \
	V_DIV(r2, r3, r2) \
	V_ADD(r2, r1, r2) \
	V_RDIVK(ONE_F32, r0, r0) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r1, r2) \
	ST(i, p0, r2)

// trigamma.
#define TRIGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_RSUBK(ONE_F32, r0, r1) \
	V_MERGE(m0, r1, r0)                          /* b */ \
	V_GEK(GAMMA_THREE_F32, r0, m0) \
	V_SUBK(GAMMA_HALF_F32, r0, r1) \
	V_ADDK(GAMMA_FIVE_HALVES_F32, r0, r2) \
	V_MERGE(m0, r1, r2) \
	V_RDIVK(ONE_F32, r2, r1) \
	V_MUL(r1, r1, r2) \
	V_MUL(r2, r2, r3) \
	CONST(TRIGAMMA_TAIL4_F32, r4) \
	CONST(TRIGAMMA_TAIL3_F32, r5) \
	HORNER2(TRIGAMMA_TAIL2_F32, TRIGAMMA_TAIL0_F32, r3, r4) \
	HORNER(TRIGAMMA_TAIL1_F32, r3, r5) \
	V_FMA(r2, r5, r4) \
	V_MUL(r2, r1, r2) \
	V_FMA(r2, r4, r1) \
	V_ADDK(ONE_F32, r0, r2) \
	V_ADDK(TWO_F32, r0, r3) \
	V_MUL(r3, r2, r4) \
	V_MUL(r3, r3, r3) \
	V_FMA(r2, r2, r3) \
	V_MUL(r4, r4, r2) \
	V_DIV(r2, r3, r2) \
	V_ADD(r2, r1, r2) \
	V_RDIVK(ONE_F32, r0, r0) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r1, r2) \
	LD(i, p1, r0)                                /* again */ \
	V_ANDK(ABS_F32, r0, r1) \
	V_MINK(GAMMA_INTEGERS_F32, r1, r1)           /* NaN stays */ \
	V_ADDK(GAMMA_INTEGERS_F32, r1, r3) \
	V_SUBK(GAMMA_INTEGERS_F32, r3, r3) \
	V_SUB(r3, r1, r1)                            /* f, from the nearest integer */ \
	V_MUL(r1, r1, r3) \
	V_MUL(r3, r3, r4) \
	CONST(GAMMA_CSC7_F32, r5) \
	CONST(GAMMA_CSC6_F32, r6) \
	HORNER2(GAMMA_CSC5_F32, GAMMA_CSC3_F32, r4, r5) \
	HORNER2(GAMMA_CSC4_F32, GAMMA_CSC2_F32, r4, r6) \
	HORNER(GAMMA_CSC1_F32, r4, r5) \
	HORNER(GAMMA_CSC0_F32, r4, r6) \
	V_FMA(r3, r5, r6) \
	V_SUB(r2, r6, r3) \
	V_RDIVK(ONE_F32, r1, r1) \
	V_FMA(r1, r1, r3) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_MERGE(m0, r3, r2) \
	V_EQ(r0, r0, m0) \
	V_MERGE(m0, r2, r0)                          /* NaN */ \
	ST(i, p0, r0)

// expDigamma.
#define EXPDIGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MAXK(GAMMA_PSI_LEAST_F32, r0, r1)          /* NaN stays */ \
	V_GEK(ONE_F32, r1, m0) \
	V_KEEPK(m0, ONE_F32, r2) \
	V_SUB(r2, r1, r3) \
	V_XORK(SIGN_F32, r3, r4) \
	V_MERGE(m0, r3, r4)                          /* -b or b - 1 */ \
	V_GEK(TWO_F32, r1, m0) \
	V_SUBK(GAMMA_HALF_F32, r1, r3) \
	V_SUB(r2, r3, r2) \
	V_KEEPK(m0, ONE_F32, r3) \
	V_SUB(r3, r2, r2) \
	V_SUBK(GAMMA_HALF_F32, r0, r3) \
	V_GEK(GAMMA_THREE_F32, r0, m0) \
	V_MERGE(m0, r3, r4) \
	V_RDIVK(ONE_F32, r4, r0)                     /* one division for all */ \
	CONST(ONE_F32, r5) \
	V_FNMA(r0, r4, r5) \
	V_MUL(r0, r5, r4) \
	V_GEK(ONE_F32, r1, m1) \
	V_DROP(m1, r0, r5) \
	V_GEK(TWO_F32, r1, m1) \
	V_KEEP(m1, r0, r6) \
	V_OR(r6, r5, r5) \
	V_GEK(ONE_F32, r1, m1) \
	V_DROP(m1, r4, r6) \
	V_GEK(TWO_F32, r1, m1) \
	V_KEEP(m1, r4, r1) \
	V_OR(r1, r6, r1) \
	V_DROP(m0, r5, r4) \
	V_DROP(m0, r1, r1) \
	CONST(MAGIC_F32, r5) \
	V_FMAK(LOG2E_F32, r4, r5)                    /* x·log2 e + magic */ \
	V_SUBK(MAGIC_F32, r5, r6) \
	V_FNMAK(LN2_HI_F32, r6, r4) \
	V_FNMAK(LN2_LO_F32, r6, r4)                  /* r */ \
	V_ADD(r1, r4, r1) \
	V_MUL(r2, r2, r4) \
	CONST(EXP_NEAR9_F32, r6) \
	CONST(EXP_NEAR8_F32, r7) \
	HORNER2(EXP_NEAR7_F32, EXP_NEAR5_F32, r4, r6) \
	HORNER2(EXP_NEAR6_F32, EXP_NEAR4_F32, r4, r7) \
	HORNER2(EXP_NEAR3_F32, EXP_NEAR1_F32, r4, r6) \
	HORNER2(EXP_NEAR2_F32, EXP_NEAR0_F32, r4, r7) \
	V_FMA(r2, r6, r7) \
	CONST(EXP0_F32, r2) \
	HORNER2(EXP1_F32, EXP2_F32, r1, r2) \
	HORNER2(EXP3_F32, EXP4_F32, r1, r2) \
	HORNER(ONE_F32, r1, r2)                      /* (e^r - 1)/r */ \
	V_MUL(r7, r2, r2) \
	V_FMA(r1, r2, r7) \
	SCALE(r5, r7, r1) \
	V_MUL(r0, r0, r1) \
	V_MUL(r1, r1, r2) \
	CONST(EXP_TAIL4_F32, r4) \
	CONST(EXP_TAIL3_F32, r5) \
	HORNER2(EXP_TAIL2_F32, EXP_TAIL0_F32, r2, r4) \
	HORNER(EXP_TAIL1_F32, r2, r5) \
	V_FMA(r1, r5, r4) \
	V_FMA213(r3, r0, r4) \
	V_GEK(GAMMA_FIVE_HALVES_F32, r3, m0) \
	V_MERGE(m0, r4, r7) \
	LD(i, p1, r0)                                /* again */ \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	CONST(NAN_F32, r1) \
	V_MERGE(m0, r1, r7) \
	V_EQ(r0, r0, m0) \
	V_MERGE(m0, r7, r0)                          /* NaN */ \
	ST(i, p0, r0)
