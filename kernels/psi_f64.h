// Digamma, Trigamma and ExpDigamma of float64, in the words of vec.h, after gamma_f64.h, which has the names
// of the constants. Macros only.
//
// The remarks of gamma_f64.h hold here too.

// digamma of positive, normal, finite numbers.
#define DIGAMMA_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_GEK(ONE_F64, r0, m0) \
	V_KEEPK(m0, ONE_F64, r1) \
	V_SUB(r1, r0, r2) \
	V_XORK(SIGN_F64, r2, r3) \
	V_MERGE(m0, r2, r3)                          /* -b or b - 1 */ \
	V_GEK(TWO_F64, r0, m0) \
	V_SUBK(GAMMA_HALF_F64, r0, r2) \
	V_SUB(r1, r2, r1) \
	V_KEEPK(m0, ONE_F64, r2) \
	V_SUB(r2, r1, r1) \
	V_SUBK(GAMMA_HALF_F64, r0, r2) \
	V_GEK(GAMMA_THREE_F64, r0, m0) \
	V_MERGE(m0, r2, r3) \
	V_RDIVK(ONE_F64, r3, r3)                     /* one division for all */ \
	V_GEK(ONE_F64, r0, m0) \
	V_DROP(m0, r3, r4) \
	V_GEK(TWO_F64, r0, m0) \
	V_KEEP(m0, r3, r0) \
	V_OR(r0, r4, r0) \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_NEAR22_F64, r5) \
	CONST(DIGAMMA_NEAR21_F64, r6) \
	HORNER2(DIGAMMA_NEAR20_F64, DIGAMMA_NEAR18_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR19_F64, DIGAMMA_NEAR17_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR16_F64, DIGAMMA_NEAR14_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR15_F64, DIGAMMA_NEAR13_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR12_F64, DIGAMMA_NEAR10_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR11_F64, DIGAMMA_NEAR9_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR8_F64, DIGAMMA_NEAR6_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR7_F64, DIGAMMA_NEAR5_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR4_F64, DIGAMMA_NEAR2_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR3_F64, DIGAMMA_NEAR1_F64, r4, r6) \
	HORNER(DIGAMMA_NEAR0_F64, r4, r5) \
	V_FMA(r1, r6, r5) \
	V_SUBK(GAMMA_ROOT_HI_F64, r1, r1) \
	V_FMA(r1, r5, r0) \
	V_FNMAK(GAMMA_ROOT_LO_F64, r5, r0)           /* b < 3 */ \
	V_MUL(r3, r3, r1) \
	V_ISUBK(LOG_OFF_F64, r2, r3) \
	V_ANDK(LOG_EXP_F64, r3, r4)                  /* 2^52·n */ \
	V_ISUB(r4, r2, r4) \
	V_XORK(SIGN_F64, r3, r3) \
	V_SHR(52, r3, r3) \
	V_ORK(LOG_TWO52_F64, r3, r3) \
	V_SUBK(LOG_BIAS_F64, r3, r3) \
	V_SUBK(ONE_F64, r4, r4)                      /* f */ \
	V_MULK(LN2_HI_F64, r3, r5) \
	V_ADD(r4, r5, r6)                            /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r4, r5) \
	V_ADDK(TWO_F64, r4, r7) \
	V_DIV(r7, r4, r7) \
	V_MUL(r7, r7, r8) \
	CONST(LOG0_F64, r9) \
	HORNER2(LOG1_F64, LOG2_F64, r8, r9) \
	HORNER2(LOG3_F64, LOG4_F64, r8, r9) \
	HORNER2(LOG5_F64, LOG6_F64, r8, r9) \
	V_MULK(HALF_F64, r4, r10) \
	V_MUL(r4, r10, r4)                           /* g²/2 */ \
	V_MUL(r8, r9, r8) \
	V_ADD(r8, r4, r8) \
	V_MULK(LN2_LO_F64, r3, r3) \
	V_FMA(r8, r7, r3) \
	V_SUB(r4, r3, r3) \
	V_ADD(r3, r5, r3)                            /* l */ \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_TAIL12_F64, r5) \
	CONST(DIGAMMA_TAIL11_F64, r7) \
	HORNER2(DIGAMMA_TAIL10_F64, DIGAMMA_TAIL8_F64, r4, r5) \
	HORNER2(DIGAMMA_TAIL9_F64, DIGAMMA_TAIL7_F64, r4, r7) \
	HORNER2(DIGAMMA_TAIL6_F64, DIGAMMA_TAIL4_F64, r4, r5) \
	HORNER2(DIGAMMA_TAIL5_F64, DIGAMMA_TAIL3_F64, r4, r7) \
	HORNER2(DIGAMMA_TAIL2_F64, DIGAMMA_TAIL0_F64, r4, r5) \
	HORNER(DIGAMMA_TAIL1_F64, r4, r7) \
	V_FMA(r1, r7, r5) \
	V_FMA(r1, r5, r3) \
	V_ADD(r3, r6, r1) \
	V_GEK(GAMMA_FIVE_HALVES_F64, r2, m0) \
	V_MERGE(m0, r1, r0) \
	ST(i, p0, r0)

// digamma.
#define DIGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_RSUBK(ONE_F64, r0, r1) \
	V_MERGE(m0, r1, r0)                          /* b */ \
	V_GEK(ONE_F64, r0, m0) \
	V_KEEPK(m0, ONE_F64, r1) \
	V_SUB(r1, r0, r2) \
	V_XORK(SIGN_F64, r2, r3) \
	V_MERGE(m0, r2, r3)                          /* -b or b - 1 */ \
	V_GEK(TWO_F64, r0, m0) \
	V_SUBK(GAMMA_HALF_F64, r0, r2) \
	V_SUB(r1, r2, r1) \
	V_KEEPK(m0, ONE_F64, r2) \
	V_SUB(r2, r1, r1) \
	V_SUBK(GAMMA_HALF_F64, r0, r2) \
	V_GEK(GAMMA_THREE_F64, r0, m0) \
	V_MERGE(m0, r2, r3) \
	V_RDIVK(ONE_F64, r3, r3)                     /* one division for all */ \
	V_GEK(ONE_F64, r0, m0) \
	V_DROP(m0, r3, r4) \
	V_GEK(TWO_F64, r0, m0) \
	V_KEEP(m0, r3, r0) \
	V_OR(r0, r4, r0) \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_NEAR22_F64, r5) \
	CONST(DIGAMMA_NEAR21_F64, r6) \
	HORNER2(DIGAMMA_NEAR20_F64, DIGAMMA_NEAR18_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR19_F64, DIGAMMA_NEAR17_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR16_F64, DIGAMMA_NEAR14_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR15_F64, DIGAMMA_NEAR13_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR12_F64, DIGAMMA_NEAR10_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR11_F64, DIGAMMA_NEAR9_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR8_F64, DIGAMMA_NEAR6_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR7_F64, DIGAMMA_NEAR5_F64, r4, r6) \
	HORNER2(DIGAMMA_NEAR4_F64, DIGAMMA_NEAR2_F64, r4, r5) \
	HORNER2(DIGAMMA_NEAR3_F64, DIGAMMA_NEAR1_F64, r4, r6) \
	HORNER(DIGAMMA_NEAR0_F64, r4, r5) \
	V_FMA(r1, r6, r5) \
	V_SUBK(GAMMA_ROOT_HI_F64, r1, r1) \
	V_FMA(r1, r5, r0) \
	V_FNMAK(GAMMA_ROOT_LO_F64, r5, r0)           /* b < 3 */ \
	V_MUL(r3, r3, r1) \
	V_ISUBK(LOG_OFF_F64, r2, r3) \
	V_ANDK(LOG_EXP_F64, r3, r4)                  /* 2^52·n */ \
	V_ISUB(r4, r2, r4) \
	V_XORK(SIGN_F64, r3, r3) \
	V_SHR(52, r3, r3) \
	V_ORK(LOG_TWO52_F64, r3, r3) \
	V_SUBK(LOG_BIAS_F64, r3, r3) \
	V_SUBK(ONE_F64, r4, r4)                      /* f */ \
	V_MULK(LN2_HI_F64, r3, r5) \
	V_ADD(r4, r5, r6)                            /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r4, r5) \
	V_ADDK(TWO_F64, r4, r7) \
	V_DIV(r7, r4, r7) \
	V_MUL(r7, r7, r8) \
	CONST(LOG0_F64, r9) \
	HORNER2(LOG1_F64, LOG2_F64, r8, r9) \
	HORNER2(LOG3_F64, LOG4_F64, r8, r9) \
	HORNER2(LOG5_F64, LOG6_F64, r8, r9) \
	V_MULK(HALF_F64, r4, r10) \
	V_MUL(r4, r10, r4)                           /* g²/2 */ \
	V_MUL(r8, r9, r8) \
	V_ADD(r8, r4, r8) \
	V_MULK(LN2_LO_F64, r3, r3) \
	V_FMA(r8, r7, r3) \
	V_SUB(r4, r3, r3) \
	V_ADD(r3, r5, r3)                            /* l */ \
	V_MUL(r1, r1, r4) \
	CONST(DIGAMMA_TAIL12_F64, r5) \
	CONST(DIGAMMA_TAIL11_F64, r7) \
	HORNER2(DIGAMMA_TAIL10_F64, DIGAMMA_TAIL8_F64, r4, r5) \
	HORNER2(DIGAMMA_TAIL9_F64, DIGAMMA_TAIL7_F64, r4, r7) \
	HORNER2(DIGAMMA_TAIL6_F64, DIGAMMA_TAIL4_F64, r4, r5) \
	HORNER2(DIGAMMA_TAIL5_F64, DIGAMMA_TAIL3_F64, r4, r7) \
	HORNER2(DIGAMMA_TAIL2_F64, DIGAMMA_TAIL0_F64, r4, r5) \
	HORNER(DIGAMMA_TAIL1_F64, r4, r7) \
	V_FMA(r1, r7, r5) \
	V_FMA(r1, r5, r3) \
	V_ADD(r3, r6, r1) \
	V_GEK(GAMMA_FIVE_HALVES_F64, r2, m0) \
	V_MERGE(m0, r1, r0) \
	LD(i, p1, r1)                                /* again */ \
	V_ANDK(ABS_F64, r1, r2) \
	V_MINK(GAMMA_INTEGERS_F64, r2, r2)           /* NaN stays */ \
	V_ADDK(GAMMA_INTEGERS_F64, r2, r3) \
	V_SUBK(GAMMA_INTEGERS_F64, r3, r3) \
	V_SUB(r3, r2, r2)                            /* f, from the nearest integer */ \
	V_MUL(r2, r2, r3) \
	V_MUL(r3, r3, r4) \
	CONST(GAMMA_COT14_F64, r5) \
	CONST(GAMMA_COT13_F64, r6) \
	HORNER2(GAMMA_COT12_F64, GAMMA_COT10_F64, r4, r5) \
	HORNER2(GAMMA_COT11_F64, GAMMA_COT9_F64, r4, r6) \
	HORNER2(GAMMA_COT8_F64, GAMMA_COT6_F64, r4, r5) \
	HORNER2(GAMMA_COT7_F64, GAMMA_COT5_F64, r4, r6) \
	HORNER2(GAMMA_COT4_F64, GAMMA_COT2_F64, r4, r5) \
	HORNER2(GAMMA_COT3_F64, GAMMA_COT1_F64, r4, r6) \
	HORNER(GAMMA_COT0_F64, r4, r5) \
	V_FMA(r3, r6, r5) \
	V_RDIVK(ONE_F64, r2, r3) \
	V_FMA(r2, r5, r3) \
	V_ZERO(r4) \
	V_LT(r4, r1, m0) \
	V_KEEP(m0, r3, r3) \
	V_ADD(r3, r0, r3) \
	V_MERGE(m0, r3, r0) \
	V_ZERO(r3) \
	V_EQ(r3, r2, m1) \
	M_AND(m1, m0, m0) \
	CONST(NAN_F64, r2) \
	V_MERGE(m0, r2, r0)                          /* poles */ \
	V_NLTK(INF_F64, r1, m0) \
	V_MERGE(m0, r1, r0)                          /* Inf, NaN */ \
	ST(i, p0, r0)

// trigamma of positive, normal, finite numbers.
#define TRIGAMMA_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_GEK(GAMMA_THREE_F64, r0, m0) \
	V_SUBK(GAMMA_HALF_F64, r0, r1) \
	V_ADDK(GAMMA_FIVE_HALVES_F64, r0, r2) \
	V_MERGE(m0, r1, r2) \
	V_RDIVK(ONE_F64, r2, r1) \
	V_MUL(r1, r1, r2) \
	V_MUL(r2, r2, r3) \
	CONST(TRIGAMMA_TAIL15_F64, r4) \
	CONST(TRIGAMMA_TAIL14_F64, r5) \
	HORNER2(TRIGAMMA_TAIL13_F64, TRIGAMMA_TAIL11_F64, r3, r4) \
	HORNER2(TRIGAMMA_TAIL12_F64, TRIGAMMA_TAIL10_F64, r3, r5) \
	HORNER2(TRIGAMMA_TAIL9_F64, TRIGAMMA_TAIL7_F64, r3, r4) \
	HORNER2(TRIGAMMA_TAIL8_F64, TRIGAMMA_TAIL6_F64, r3, r5) \
	HORNER2(TRIGAMMA_TAIL5_F64, TRIGAMMA_TAIL3_F64, r3, r4) \
	HORNER2(TRIGAMMA_TAIL4_F64, TRIGAMMA_TAIL2_F64, r3, r5) \
	HORNER(TRIGAMMA_TAIL1_F64, r3, r4) \
	HORNER(TRIGAMMA_TAIL0_F64, r3, r5) \
	V_FMA(r2, r4, r5) \
	V_MUL(r2, r1, r2) \
	V_FMA(r2, r5, r1) \
	V_ADDK(ONE_F64, r0, r2) \
	V_ADDK(TWO_F64, r0, r3) \
	V_MUL(r3, r2, r4) \
	V_MUL(r3, r3, r3) \
	V_FMA(r2, r2, r3) \
	V_MUL(r4, r4, r2) \
	V_DIV(r2, r3, r2) \
	V_ADD(r2, r1, r2) \
	V_RDIVK(ONE_F64, r0, r0) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r1, r2) \
	ST(i, p0, r2)

// trigamma.
#define TRIGAMMA_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	V_RSUBK(ONE_F64, r0, r1) \
	V_MERGE(m0, r1, r0)                          /* b */ \
	V_GEK(GAMMA_THREE_F64, r0, m0) \
	V_SUBK(GAMMA_HALF_F64, r0, r1) \
	V_ADDK(GAMMA_FIVE_HALVES_F64, r0, r2) \
	V_MERGE(m0, r1, r2) \
	V_RDIVK(ONE_F64, r2, r1) \
	V_MUL(r1, r1, r2) \
	V_MUL(r2, r2, r3) \
	CONST(TRIGAMMA_TAIL15_F64, r4) \
	CONST(TRIGAMMA_TAIL14_F64, r5) \
	HORNER2(TRIGAMMA_TAIL13_F64, TRIGAMMA_TAIL11_F64, r3, r4) \
	HORNER2(TRIGAMMA_TAIL12_F64, TRIGAMMA_TAIL10_F64, r3, r5) \
	HORNER2(TRIGAMMA_TAIL9_F64, TRIGAMMA_TAIL7_F64, r3, r4) \
	HORNER2(TRIGAMMA_TAIL8_F64, TRIGAMMA_TAIL6_F64, r3, r5) \
	HORNER2(TRIGAMMA_TAIL5_F64, TRIGAMMA_TAIL3_F64, r3, r4) \
	HORNER2(TRIGAMMA_TAIL4_F64, TRIGAMMA_TAIL2_F64, r3, r5) \
	HORNER(TRIGAMMA_TAIL1_F64, r3, r4) \
	HORNER(TRIGAMMA_TAIL0_F64, r3, r5) \
	V_FMA(r2, r4, r5) \
	V_MUL(r2, r1, r2) \
	V_FMA(r2, r5, r1) \
	V_ADDK(ONE_F64, r0, r2) \
	V_ADDK(TWO_F64, r0, r3) \
	V_MUL(r3, r2, r4) \
	V_MUL(r3, r3, r3) \
	V_FMA(r2, r2, r3) \
	V_MUL(r4, r4, r2) \
	V_DIV(r2, r3, r2) \
	V_ADD(r2, r1, r2) \
	V_RDIVK(ONE_F64, r0, r0) \
	V_FMA(r0, r0, r2) \
	V_MERGE(m0, r1, r2) \
	LD(i, p1, r0)                                /* again */ \
	V_ANDK(ABS_F64, r0, r1) \
	V_MINK(GAMMA_INTEGERS_F64, r1, r1)           /* NaN stays */ \
	V_ADDK(GAMMA_INTEGERS_F64, r1, r3) \
	V_SUBK(GAMMA_INTEGERS_F64, r3, r3) \
	V_SUB(r3, r1, r1)                            /* f, from the nearest integer */ \
	V_MUL(r1, r1, r3) \
	V_MUL(r3, r3, r4) \
	CONST(GAMMA_CSC15_F64, r5) \
	CONST(GAMMA_CSC14_F64, r6) \
	HORNER2(GAMMA_CSC13_F64, GAMMA_CSC11_F64, r4, r5) \
	HORNER2(GAMMA_CSC12_F64, GAMMA_CSC10_F64, r4, r6) \
	HORNER2(GAMMA_CSC9_F64, GAMMA_CSC7_F64, r4, r5) \
	HORNER2(GAMMA_CSC8_F64, GAMMA_CSC6_F64, r4, r6) \
	HORNER2(GAMMA_CSC5_F64, GAMMA_CSC3_F64, r4, r5) \
	HORNER2(GAMMA_CSC4_F64, GAMMA_CSC2_F64, r4, r6) \
	HORNER(GAMMA_CSC1_F64, r4, r5) \
	HORNER(GAMMA_CSC0_F64, r4, r6) \
	V_FMA(r3, r5, r6) \
	V_SUB(r2, r6, r3) \
	V_RDIVK(ONE_F64, r1, r1) \
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
	V_MAXK(GAMMA_PSI_LEAST_F64, r0, r1)          /* NaN stays */ \
	V_GEK(ONE_F64, r1, m0) \
	V_KEEPK(m0, ONE_F64, r2) \
	V_SUB(r2, r1, r3) \
	V_XORK(SIGN_F64, r3, r4) \
	V_MERGE(m0, r3, r4)                          /* -b or b - 1 */ \
	V_GEK(TWO_F64, r1, m0) \
	V_SUBK(GAMMA_HALF_F64, r1, r3) \
	V_SUB(r2, r3, r2) \
	V_KEEPK(m0, ONE_F64, r3) \
	V_SUB(r3, r2, r2) \
	V_SUBK(GAMMA_HALF_F64, r0, r3) \
	V_GEK(GAMMA_THREE_F64, r0, m0) \
	V_MERGE(m0, r3, r4) \
	V_RDIVK(ONE_F64, r4, r0)                     /* one division for all */ \
	CONST(ONE_F64, r5) \
	V_FNMA(r0, r4, r5) \
	V_MUL(r0, r5, r4) \
	V_GEK(ONE_F64, r1, m1) \
	V_DROP(m1, r0, r5) \
	V_GEK(TWO_F64, r1, m1) \
	V_KEEP(m1, r0, r6) \
	V_OR(r6, r5, r5) \
	V_GEK(ONE_F64, r1, m1) \
	V_DROP(m1, r4, r6) \
	V_GEK(TWO_F64, r1, m1) \
	V_KEEP(m1, r4, r1) \
	V_OR(r1, r6, r1) \
	V_DROP(m0, r5, r4) \
	V_DROP(m0, r1, r1) \
	CONST(MAGIC_F64, r5) \
	V_FMAK(LOG2E_F64, r4, r5)                    /* x·log2 e + magic */ \
	V_SUBK(MAGIC_F64, r5, r6) \
	V_FNMAK(LN2_HI_F64, r6, r4) \
	V_FNMAK(LN2_LO_F64, r6, r4)                  /* r */ \
	V_ADD(r1, r4, r1) \
	V_MUL(r2, r2, r4) \
	CONST(EXP_NEAR20_F64, r6) \
	CONST(EXP_NEAR19_F64, r7) \
	HORNER2(EXP_NEAR18_F64, EXP_NEAR16_F64, r4, r6) \
	HORNER2(EXP_NEAR17_F64, EXP_NEAR15_F64, r4, r7) \
	HORNER2(EXP_NEAR14_F64, EXP_NEAR12_F64, r4, r6) \
	HORNER2(EXP_NEAR13_F64, EXP_NEAR11_F64, r4, r7) \
	HORNER2(EXP_NEAR10_F64, EXP_NEAR8_F64, r4, r6) \
	HORNER2(EXP_NEAR9_F64, EXP_NEAR7_F64, r4, r7) \
	HORNER2(EXP_NEAR6_F64, EXP_NEAR4_F64, r4, r6) \
	HORNER2(EXP_NEAR5_F64, EXP_NEAR3_F64, r4, r7) \
	HORNER2(EXP_NEAR2_F64, EXP_NEAR0_F64, r4, r6) \
	HORNER(EXP_NEAR1_F64, r4, r7) \
	V_FMA(r2, r7, r6) \
	V_MUL(r1, r1, r2) \
	CONST(EXP_U0_F64, r4) \
	CONST(EXP_V0_F64, r7) \
	HORNER2(EXP_U1_F64, EXP_U2_F64, r2, r4) \
	HORNER2(EXP_V1_F64, EXP_V2_F64, r2, r7) \
	HORNER2(EXP_U3_F64, EXP_U4_F64, r2, r4) \
	HORNER2(EXP_V3_F64, EXP_V4_F64, r2, r7) \
	V_FMA(r1, r7, r4) \
	HORNER(ONE_F64, r1, r4)                      /* (e^r - 1)/r */ \
	V_MUL(r6, r4, r2) \
	V_FMA(r1, r2, r6) \
	SCALE(r5, r6, r1) \
	V_MUL(r0, r0, r1) \
	V_MUL(r1, r1, r2) \
	CONST(EXP_TAIL12_F64, r4) \
	CONST(EXP_TAIL11_F64, r5) \
	HORNER2(EXP_TAIL10_F64, EXP_TAIL8_F64, r2, r4) \
	HORNER2(EXP_TAIL9_F64, EXP_TAIL7_F64, r2, r5) \
	HORNER2(EXP_TAIL6_F64, EXP_TAIL4_F64, r2, r4) \
	HORNER2(EXP_TAIL5_F64, EXP_TAIL3_F64, r2, r5) \
	HORNER2(EXP_TAIL2_F64, EXP_TAIL0_F64, r2, r4) \
	HORNER(EXP_TAIL1_F64, r2, r5) \
	V_FMA(r1, r5, r4) \
	V_FMA213(r3, r0, r4) \
	V_GEK(GAMMA_FIVE_HALVES_F64, r3, m0) \
	V_MERGE(m0, r4, r6) \
	LD(i, p1, r0)                                /* again */ \
	V_ZERO(r1) \
	V_LT(r1, r0, m0) \
	CONST(NAN_F64, r1) \
	V_MERGE(m0, r1, r6) \
	V_EQ(r0, r0, m0) \
	V_MERGE(m0, r6, r0)                          /* NaN */ \
	ST(i, p0, r0)
