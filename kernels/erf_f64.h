// Erf and GELU of float64, in the words of vec.h: one text for AVX2, AVX-512 and NEON.
// Macros only.
//
// Each gives the bits of the scalar function of its name in erf_generic.go, in the same order of operations. A text
// reads p1 and writes p0; it clobbers r0 … r10, m0 and m1. Names of values stand at the lines that make them.

// The constants of erf_consts.s.
#define ERF_SERIES0_0_F64 OWN(0)
#define ERF_SERIES0_1_F64 OWN(1)
#define ERF_SERIES1_0_F64 OWN(2)
#define ERF_SERIES1_1_F64 OWN(3)
#define ERF_SERIES2_0_F64 OWN(4)
#define ERF_SERIES2_1_F64 OWN(5)
#define ERF_SERIES2_2_F64 OWN(6)
#define ERF_SERIES3_0_F64 OWN(7)
#define ERF_SERIES3_1_F64 OWN(8)
#define ERF_SERIES3_2_F64 OWN(9)
#define ERF_SERIES4_0_F64 OWN(10)
#define ERF_SERIES4_1_F64 OWN(11)
#define ERF_SERIES4_2_F64 OWN(12)
#define ERF_SERIES4_3_F64 OWN(13)
#define ERF_ROUND_F64 OWN(14)
#define ERF_INDEX_F64 OWN(15)
#define ERF_MOST_F64 OWN(16)
#define GELU_NEAR0_F64 OWN(17)
#define GELU_NEAR1_F64 OWN(18)
#define GELU_NEAR2_F64 OWN(19)
#define GELU_NEAR3_F64 OWN(20)
#define GELU_NEAR4_F64 OWN(21)
#define GELU_NEAR5_F64 OWN(22)
#define GELU_NEAR6_F64 OWN(23)
#define GELU_NEAR7_F64 OWN(24)
#define GELU_NEAR8_F64 OWN(25)
#define GELU_NEAR9_F64 OWN(26)
#define ERF_GELU_CUT_F64 OWN(27)
#define ERF_HALF_F64 OWN(28)
#define MILLS0_F64 OWN(29)
#define MILLS1_F64 OWN(30)
#define MILLS2_F64 OWN(31)
#define MILLS3_F64 OWN(32)
#define MILLS4_F64 OWN(33)
#define MILLS5_F64 OWN(34)
#define MILLS6_F64 OWN(35)
#define MILLS7_F64 OWN(36)
#define MILLS8_F64 OWN(37)
#define MILLS9_F64 OWN(38)
#define MILLS10_F64 OWN(39)
#define MILLS11_F64 OWN(40)
#define MILLS12_F64 OWN(41)
#define MILLS13_F64 OWN(42)
#define MILLS14_F64 OWN(43)
#define MILLS15_F64 OWN(44)
#define MILLS16_F64 OWN(45)
#define MILLS17_F64 OWN(46)
#define MILLS18_F64 OWN(47)
#define MILLS19_F64 OWN(48)
#define MILLS20_F64 OWN(49)
#define MILLS21_F64 OWN(50)
#define ERF_GELU_SHIFT_F64 OWN(51)
#define ERF_GELU_MOST_F64 OWN(52)
#define ERF_MINUS_ONE_F64 OWN(53)
#define ERF_NEG_HALF_F64 OWN(54)

// erf. p2: erfRows.
#define ERF_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(ABS_F64, r0, r0) \
	V_MINK(ERF_MOST_F64, r0, r0)                 /* NaN stays */ \
	V_ADDK(ERF_ROUND_F64, r0, r1) \
	V_RSUBK(ERF_ROUND_F64, r1, r2)               /* -r */ \
	V_ANDK(ERF_INDEX_F64, r1, r1) \
	V_ROWS(p2, r1, r3, r4)                       /* erf(r), erf'(r) */ \
	V_ADD(r2, r0, r0)                            /* d */ \
	V_MUL(r2, r2, r1) \
	CONST(ERF_SERIES4_3_F64, r5) \
	HORNER2(ERF_SERIES4_2_F64, ERF_SERIES4_1_F64, r1, r5) \
	HORNER(ERF_SERIES4_0_F64, r1, r5) \
	CONST(ERF_SERIES3_2_F64, r6) \
	HORNER2(ERF_SERIES3_1_F64, ERF_SERIES3_0_F64, r1, r6) \
	V_MUL(r2, r6, r6) \
	V_FMA(r0, r5, r6) \
	CONST(ERF_SERIES2_2_F64, r5) \
	HORNER2(ERF_SERIES2_1_F64, ERF_SERIES2_0_F64, r1, r5) \
	V_FMA(r0, r6, r5) \
	CONST(ERF_SERIES1_1_F64, r6) \
	HORNER(ERF_SERIES1_0_F64, r1, r6) \
	V_MUL(r2, r6, r6) \
	V_FMA(r0, r5, r6) \
	CONST(ERF_SERIES0_1_F64, r5) \
	HORNER(ERF_SERIES0_0_F64, r1, r5) \
	V_FMA(r0, r6, r5) \
	V_FMA213(r2, r0, r5) \
	V_MUL(r0, r0, r1) \
	V_FMA(r5, r1, r0) \
	V_FMA(r4, r0, r3) \
	LD(i, p1, r1)                                /* again */ \
	V_ANDK(SIGN_F64, r1, r1) \
	V_OR(r1, r3, r3) \
	ST(i, p0, r3)

// gelu.
#define GELU_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(ABS_F64, r0, r0) \
	V_MINK(ERF_GELU_MOST_F64, r0, r0)            /* NaN stays */ \
	V_ADDK(ERF_GELU_SHIFT_F64, r0, r1) \
	V_DIV(r1, r0, r1) \
	CONST(ERF_MINUS_ONE_F64, r2) \
	V_FMAK(TWO_F64, r1, r2) \
	V_MUL(r2, r2, r3) \
	CONST(MILLS21_F64, r4) \
	CONST(MILLS20_F64, r5) \
	HORNER2(MILLS19_F64, MILLS17_F64, r3, r4) \
	HORNER2(MILLS18_F64, MILLS16_F64, r3, r5) \
	HORNER2(MILLS15_F64, MILLS13_F64, r3, r4) \
	HORNER2(MILLS14_F64, MILLS12_F64, r3, r5) \
	HORNER2(MILLS11_F64, MILLS9_F64, r3, r4) \
	HORNER2(MILLS10_F64, MILLS8_F64, r3, r5) \
	HORNER2(MILLS7_F64, MILLS5_F64, r3, r4) \
	HORNER2(MILLS6_F64, MILLS4_F64, r3, r5) \
	HORNER(MILLS3_F64, r3, r4) \
	HORNER(MILLS2_F64, r3, r5) \
	V_FMA(r2, r4, r5) \
	HORNER2(MILLS1_F64, MILLS0_F64, r2, r5) \
	V_MUL(r1, r5, r1)                            /* a·Φ(-a)·e^{a²/2} */ \
	V_MUL(r0, r0, r2) \
	V_MULK(ERF_NEG_HALF_F64, r2, r3) \
	CONST(MAGIC_F64, r4) \
	V_FMAK(LOG2E_F64, r3, r4)                    /* x·log2 e + magic */ \
	V_SUBK(MAGIC_F64, r4, r5) \
	V_FNMAK(LN2_HI_F64, r5, r3) \
	V_FNMAK(LN2_LO_F64, r5, r3)                  /* r */ \
	V_XORK(SIGN_F64, r2, r2) \
	V_FMA(r0, r0, r2) \
	V_FMAK(ERF_NEG_HALF_F64, r2, r3) \
	V_MUL(r3, r3, r0) \
	CONST(EXP_U0_F64, r2) \
	CONST(EXP_V0_F64, r5) \
	HORNER2(EXP_U1_F64, EXP_U2_F64, r0, r2) \
	HORNER2(EXP_V1_F64, EXP_V2_F64, r0, r5) \
	HORNER2(EXP_U3_F64, EXP_U4_F64, r0, r2) \
	HORNER2(EXP_V3_F64, EXP_V4_F64, r0, r5) \
	V_FMA(r3, r5, r2) \
	HORNER(ONE_F64, r3, r2)                      /* (e^r - 1)/r */ \
	V_MUL(r1, r2, r0) \
	V_FMA(r3, r0, r1) \
	SCALE(r4, r1, r0) \
	LD(i, p1, r0)                                /* again */ \
	V_RELU(r0, r2) \
	V_SUB(r1, r2, r1) \
	V_MUL(r0, r0, r2) \
	V_MUL(r2, r2, r3) \
	CONST(GELU_NEAR9_F64, r4) \
	CONST(GELU_NEAR8_F64, r5) \
	HORNER2(GELU_NEAR7_F64, GELU_NEAR5_F64, r3, r4) \
	HORNER2(GELU_NEAR6_F64, GELU_NEAR4_F64, r3, r5) \
	HORNER2(GELU_NEAR3_F64, GELU_NEAR1_F64, r3, r4) \
	HORNER2(GELU_NEAR2_F64, GELU_NEAR0_F64, r3, r5) \
	V_FMA(r2, r4, r5) \
	V_MULK(ERF_HALF_F64, r0, r3) \
	V_FMA(r5, r2, r3) \
	V_LTK(ERF_GELU_CUT_F64, r2, m0) \
	V_MERGE(m0, r3, r1) \
	V_ANDK(SIGN_F64, r0, r0) \
	V_OR(r0, r1, r0) \
	ST(i, p0, r0)
