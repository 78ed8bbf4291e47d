// Expm1, Log1p, SiLU, Sqrt and Reciprocal of float64, in the words of vec.h: one text for AVX2, AVX-512 and NEON.
// Macros only.
//
// Each gives the bits of the scalar function of its name in expm1_generic.go, in the same order of operations. A text
// reads p1 and writes p0; it clobbers r0 … r10, m0 and m1. Names of values stand at the lines that make them.

// The constants of expm1_consts.s.
#define EXPM1_POLY0_F64 OWN(0)
#define EXPM1_POLY1_F64 OWN(1)
#define EXPM1_POLY2_F64 OWN(2)
#define EXPM1_POLY3_F64 OWN(3)
#define EXPM1_POLY4_F64 OWN(4)
#define EXPM1_POLY5_F64 OWN(5)
#define EXPM1_POLY6_F64 OWN(6)
#define EXPM1_POLY7_F64 OWN(7)
#define EXPM1_POLY8_F64 OWN(8)
#define EXPM1_POLY9_F64 OWN(9)
#define EXPM1_HALF_F64 OWN(10)
#define EXPM1_LEAST_F64 OWN(11)
#define EXPM1_MOST_F64 OWN(12)
#define EXPM1_EXP_MAX_F64 OWN(13)
#define EXPM1_NO_REST_F64 OWN(14)
#define EXPM1_MINUS_ONE_F64 OWN(15)
#define EXPM1_SILU_LEAST_F64 OWN(16)
#define EXPM1_SILU_FLOOR_F64 OWN(17)
#define EXPM1_SILU_MOST_F64 OWN(18)

// expm1.
#define EXPM1_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MAXK(EXPM1_LEAST_F64, r0, r0)              /* NaN stays */ \
	V_MINK(EXPM1_MOST_F64, r0, r0) \
	CONST(MAGIC_F64, r1) \
	V_FMAK(LOG2E_F64, r0, r1)                    /* x·log2 e + magic */ \
	V_SUBK(MAGIC_F64, r1, r2) \
	V_FNMAK(LN2_HI_F64, r2, r0) \
	V_MOV(r0, r3) \
	V_FNMAK(LN2_LO_F64, r2, r3)                  /* r */ \
	V_SUB(r3, r0, r0) \
	V_FNMAK(LN2_LO_F64, r2, r0) \
	V_MOV(r0, r2) \
	V_FMA(r3, r0, r2) \
	V_MUL(r3, r3, r0) \
	CONST(EXPM1_POLY9_F64, r4) \
	CONST(EXPM1_POLY8_F64, r5) \
	HORNER2(EXPM1_POLY7_F64, EXPM1_POLY5_F64, r0, r4) \
	HORNER2(EXPM1_POLY6_F64, EXPM1_POLY4_F64, r0, r5) \
	HORNER2(EXPM1_POLY3_F64, EXPM1_POLY1_F64, r0, r4) \
	HORNER2(EXPM1_POLY2_F64, EXPM1_POLY0_F64, r0, r5) \
	V_FMA(r3, r4, r5) \
	HORNER(EXPM1_HALF_F64, r3, r5) \
	V_FMA(r5, r0, r2)                            /* e^r - 1 - r */ \
	V_MINK(EXPM1_EXP_MAX_F64, r1, r0) \
	V_SUB(r0, r1, r1) \
	V_ADDK(ONE_F64, r1, r1)                      /* 1, at the upper end 2 */ \
	V_SHL(52, r0, r0) \
	V_IADDK(ONE_F64, r0, r0)                     /* 2^n */ \
	V_SUBK(ONE_F64, r0, r4) \
	V_MOV(r4, r5) \
	V_FMA(r3, r0, r5) \
	V_SUB(r4, r0, r6) \
	V_SUBK(ONE_F64, r6, r6)                      /* what z lacks */ \
	V_SUB(r5, r4, r4) \
	V_FMA(r3, r0, r4) \
	V_ADD(r6, r4, r3) \
	V_FMA(r2, r0, r3) \
	V_ADD(r3, r5, r0) \
	V_MUL(r1, r0, r0) \
	LD(i, p1, r1)                                /* again */ \
	V_ANDK(SIGN_F64, r1, r1) \
	V_OR(r1, r0, r0) \
	ST(i, p0, r0)

// log1p.
#define LOG1P_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ADDK(ONE_F64, r0, r1) \
	V_SUBK(ONE_F64, r1, r2) \
	V_SUB(r2, r1, r3) \
	V_RSUBK(ONE_F64, r3, r3) \
	V_SUB(r2, r0, r2) \
	V_ADD(r2, r3, r2)                   /* what u lacks of 1 + x */ \
	V_LTK(EXPM1_NO_REST_F64, r0, m0) \
	V_ISUBK(LOG_OFF_F64, r1, r3) \
	V_ANDK(LOG_EXP_F64, r3, r4)         /* 2^52·n */ \
	V_ISUB(r4, r1, r1) \
	V_XORK(SIGN_F64, r3, r3) \
	V_SHR(52, r3, r3) \
	V_ORK(LOG_TWO52_F64, r3, r3) \
	V_SUBK(LOG_BIAS_F64, r3, r3) \
	V_SUBK(ONE_F64, r1, r1)             /* f */ \
	CONST(ONE_F64, r5) \
	V_ISUB(r4, r5, r4)                  /* 2^-n */ \
	V_MUL(r4, r2, r2) \
	V_KEEP(m0, r2, r2) \
	V_ADD(r2, r1, r4) \
	V_MULK(LN2_HI_F64, r3, r5) \
	V_ADD(r1, r5, r6)                   /* s */ \
	V_SUB(r5, r6, r5) \
	V_SUB(r5, r1, r1) \
	V_ADDK(TWO_F64, r4, r5) \
	V_DIV(r5, r4, r5) \
	V_MUL(r5, r5, r7) \
	CONST(LOG0_F64, r8) \
	HORNER2(LOG1_F64, LOG2_F64, r7, r8) \
	HORNER2(LOG3_F64, LOG4_F64, r7, r8) \
	HORNER2(LOG5_F64, LOG6_F64, r7, r8) \
	V_MULK(HALF_F64, r4, r9) \
	V_MUL(r4, r9, r4)                   /* g²/2 */ \
	V_MUL(r7, r8, r7) \
	V_ADD(r7, r4, r7) \
	V_MULK(LN2_LO_F64, r3, r3) \
	V_FMA(r7, r5, r3) \
	V_SUB(r4, r3, r3) \
	V_ADD(r2, r1, r1) \
	V_ADD(r3, r1, r1)                   /* l */ \
	V_ADD(r1, r6, r1) \
	V_ANDK(SIGN_F64, r0, r2) \
	V_OR(r2, r1, r1) \
	V_NLTK(INF_F64, r0, m0) \
	V_MERGE(m0, r0, r1)                 /* Inf, NaN */ \
	V_LTK(EXPM1_MINUS_ONE_F64, r0, m0) \
	CONST(NAN_F64, r2) \
	V_MERGE(m0, r2, r1) \
	V_EQK(EXPM1_MINUS_ONE_F64, r0, m0) \
	CONST(NEG_INF_F64, r0) \
	V_MERGE(m0, r0, r1) \
	ST(i, p0, r1)

// silu.
#define SILU_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MAXK(EXPM1_SILU_LEAST_F64, r0, r0)    /* NaN stays */ \
	V_ORK(SIGN_F64, r0, r0) \
	CONST(MAGIC_F64, r1) \
	V_FMAK(LOG2E_F64, r0, r1)               /* x·log2 e + magic */ \
	V_SUBK(MAGIC_F64, r1, r2) \
	V_FNMAK(LN2_HI_F64, r2, r0) \
	V_FNMAK(LN2_LO_F64, r2, r0)             /* r */ \
	V_MUL(r0, r0, r2) \
	CONST(EXP_U0_F64, r3) \
	CONST(EXP_V0_F64, r4) \
	HORNER2(EXP_U1_F64, EXP_U2_F64, r2, r3) \
	HORNER2(EXP_V1_F64, EXP_V2_F64, r2, r4) \
	HORNER2(EXP_U3_F64, EXP_U4_F64, r2, r3) \
	HORNER2(EXP_V3_F64, EXP_V4_F64, r2, r4) \
	V_FMA(r0, r4, r3) \
	HORNER(ONE_F64, r0, r3)                 /* (e^r - 1)/r */ \
	HORNER(ONE_F64, r3, r0) \
	V_MAXK(EXPM1_SILU_FLOOR_F64, r1, r2) \
	V_SHL(52, r2, r2) \
	V_IADDK(ONE_F64, r2, r2)                /* 2^n */ \
	V_MUL(r2, r0, r2) \
	LD(i, p1, r3)                           /* again */ \
	V_SIGN(r3, m0) \
	CONST(ONE_F64, r3) \
	V_MERGE(m0, r0, r3) \
	CONST(MAGIC_F64, r0) \
	V_MERGE(m0, r1, r0) \
	V_ADDK(ONE_F64, r2, r1) \
	V_DIV(r1, r3, r4) \
	V_FNMA(r4, r1, r3) \
	V_SUBK(ONE_F64, r1, r1) \
	V_SUB(r1, r2, r1) \
	V_FNMA(r4, r1, r3) \
	CONST(ONE_F64, r1) \
	V_FNMAK(EXPM1_HALF_F64, r2, r1)         /* 1/d, to a tenth */ \
	LD(i, p1, r2)                           /* again */ \
	V_MAXK(EXPM1_SILU_LEAST_F64, r2, r2) \
	V_MUL(r1, r2, r1) \
	V_MUL(r3, r1, r1) \
	V_FMA(r4, r2, r1) \
	SCALE(r0, r1, r2) \
	LD(i, p1, r0) \
	V_GTK(EXPM1_SILU_MOST_F64, r0, m0) \
	V_MERGE(m0, r0, r1) \
	ST(i, p0, r1)

// √x.
#define SQRT_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_SQRT(r0, r0) \
	ST(i, p0, r0)

// 1/x.
#define RECIPROCAL_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_RDIVK(ONE_F64, r0, r0) \
	ST(i, p0, r0)
