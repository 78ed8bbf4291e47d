// Erf and GELU of float32, in the words of vec.h: one text for AVX2, AVX-512 and NEON.
// Macros only.
//
// Each gives the bits of the scalar function of its name in erf_generic.go, in the same order of operations. A text
// reads p1 and writes p0; it clobbers r0 … r10, m0 and m1. Names of values stand at the lines that make them.

// The constants of erf_consts.s.
#define ERF_CENTRE_F32 OWN(0)
#define ERF_VALUE_F32 OWN(1)
#define ERF_SLOPE0_F32 OWN(2)
#define ERF_SLOPE1_F32 OWN(3)
#define ERF_SLOPE2_F32 OWN(4)
#define ERF_SLOPE3_F32 OWN(5)
#define ERF_SLOPE4_F32 OWN(6)
#define ERF_SLOPE5_F32 OWN(7)
#define ERF_SLOPE6_F32 OWN(8)
#define ERF_SCALE_F32 OWN(9)
#define ERF_ROUND_F32 OWN(10)
#define ERF_MOST_F32 OWN(11)
#define GELU_NEAR0_F32 OWN(12)
#define GELU_NEAR1_F32 OWN(13)
#define GELU_NEAR2_F32 OWN(14)
#define GELU_NEAR3_F32 OWN(15)
#define GELU_NEAR4_F32 OWN(16)
#define GELU_NEAR5_F32 OWN(17)
#define ERF_GELU_CUT_F32 OWN(18)
#define ERF_HALF_F32 OWN(19)
#define MILLS0_F32 OWN(20)
#define MILLS1_F32 OWN(21)
#define MILLS2_F32 OWN(22)
#define MILLS3_F32 OWN(23)
#define MILLS4_F32 OWN(24)
#define MILLS5_F32 OWN(25)
#define MILLS6_F32 OWN(26)
#define MILLS7_F32 OWN(27)
#define MILLS8_F32 OWN(28)
#define MILLS9_F32 OWN(29)
#define ERF_GELU_SHIFT_F32 OWN(30)
#define ERF_GELU_MOST_F32 OWN(31)
#define ERF_MINUS_ONE_F32 OWN(32)
#define ERF_NEG_HALF_F32 OWN(33)

// erf.
#define ERF_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(ABS_F32, r0, r0) \
	V_MINK(ERF_MOST_F32, r0, r0)                 /* NaN stays */ \
	CONST(ERF_ROUND_F32, r1) \
	V_FMAK(ERF_SCALE_F32, r0, r1)                /* 2^23 + interval */ \
	V_EQK(ERF_ROUND_F32, r1, m0) \
	V_INDEX(r1) \
	V_LOOKUP(ERF_CENTRE_F32, r1, r2) \
	V_SUB(r2, r0, r2)                            /* t */ \
	V_LOOKUP(ERF_SLOPE6_F32, r1, r3) \
	V_LOOKUP(ERF_SLOPE5_F32, r1, r4) \
	V_FMA(r2, r3, r4) \
	V_LOOKUP(ERF_SLOPE4_F32, r1, r3) \
	V_FMA(r2, r4, r3) \
	V_LOOKUP(ERF_SLOPE3_F32, r1, r4) \
	V_FMA(r2, r3, r4) \
	V_LOOKUP(ERF_SLOPE2_F32, r1, r3) \
	V_FMA(r2, r4, r3) \
	V_LOOKUP(ERF_SLOPE1_F32, r1, r4) \
	V_FMA(r2, r3, r4) \
	V_LOOKUP(ERF_SLOPE0_F32, r1, r3) \
	V_FMA(r2, r4, r3) \
	V_LOOKUP(ERF_VALUE_F32, r1, r4) \
	V_MERGE(m0, r2, r4) \
	V_FMA(r2, r3, r4) \
	LD(i, p1, r1)                                /* again */ \
	V_ANDK(SIGN_F32, r1, r1) \
	V_OR(r1, r4, r4) \
	ST(i, p0, r4)

// gelu.
#define GELU_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(ABS_F32, r0, r0) \
	V_MINK(ERF_GELU_MOST_F32, r0, r0)            /* NaN stays */ \
	V_ADDK(ERF_GELU_SHIFT_F32, r0, r1) \
	V_DIV(r1, r0, r1) \
	CONST(ERF_MINUS_ONE_F32, r2) \
	V_FMAK(TWO_F32, r1, r2) \
	V_MUL(r2, r2, r3) \
	CONST(MILLS9_F32, r4) \
	CONST(MILLS8_F32, r5) \
	HORNER2(MILLS7_F32, MILLS5_F32, r3, r4) \
	HORNER2(MILLS6_F32, MILLS4_F32, r3, r5) \
	HORNER(MILLS3_F32, r3, r4) \
	HORNER(MILLS2_F32, r3, r5) \
	V_FMA(r2, r4, r5) \
	HORNER2(MILLS1_F32, MILLS0_F32, r2, r5) \
	V_MUL(r1, r5, r1)                            /* a·Φ(-a)·e^{a²/2} */ \
	V_MUL(r0, r0, r2) \
	V_MULK(ERF_NEG_HALF_F32, r2, r3) \
	CONST(MAGIC_F32, r4) \
	V_FMAK(LOG2E_F32, r3, r4)                    /* x·log2 e + magic */ \
	V_SUBK(MAGIC_F32, r4, r5) \
	V_FNMAK(LN2_HI_F32, r5, r3) \
	V_FNMAK(LN2_LO_F32, r5, r3)                  /* r */ \
	V_XORK(SIGN_F32, r2, r2) \
	V_FMA(r0, r0, r2) \
	V_FMAK(ERF_NEG_HALF_F32, r2, r3) \
	CONST(EXP0_F32, r0) \
	HORNER2(EXP1_F32, EXP2_F32, r3, r0) \
	HORNER2(EXP3_F32, EXP4_F32, r3, r0) \
	HORNER(ONE_F32, r3, r0)                      /* (e^r - 1)/r */ \
	V_MUL(r1, r0, r0) \
	V_FMA(r3, r0, r1) \
	SCALE(r4, r1, r0) \
	LD(i, p1, r0)                                /* again */ \
	V_RELU(r0, r2) \
	V_SUB(r1, r2, r1) \
	V_MUL(r0, r0, r2) \
	V_MUL(r2, r2, r3) \
	CONST(GELU_NEAR5_F32, r4) \
	CONST(GELU_NEAR4_F32, r5) \
	HORNER2(GELU_NEAR3_F32, GELU_NEAR1_F32, r3, r4) \
	HORNER2(GELU_NEAR2_F32, GELU_NEAR0_F32, r3, r5) \
	V_FMA(r2, r4, r5) \
	V_MULK(ERF_HALF_F32, r0, r3) \
	V_FMA(r5, r2, r3) \
	V_LTK(ERF_GELU_CUT_F32, r2, m0) \
	V_MERGE(m0, r3, r1) \
	V_ANDK(SIGN_F32, r0, r0) \
	V_OR(r0, r1, r0) \
	ST(i, p0, r0)
