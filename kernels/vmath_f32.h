// Elementwise functions of float32, in the words of vec.h: one text for AVX2, AVX-512 and NEON. Macros only.
//
// Each gives the bits of the scalar function that it names in vmath_generic.go, in the same order of operations.
// Registers that a macro is given must differ. A text for MAP reads p1 and writes p0; it clobbers r0 … r6 and m0.

// expPartsF32: e^x = q·2^n, t = n + magic; magic is MAGIC or MAGIC_BIASED.
// Uses: x. Clobbers: x, t, q.
#define EXP_PARTS(magic, x, t, q) \
	CONST(magic, t) \
	V_FMAK(LOG2E_F32, x, t)             /* t = x·log2 e + magic */ \
	V_SUBK(magic, t, q)                 /* n */ \
	V_FNMAK(LN2_HI_F32, q, x) \
	V_FNMAK(LN2_LO_F32, q, x)           /* r */ \
	CONST(EXP0_F32, q) \
	HORNER2(EXP1_F32, EXP2_F32, x, q) \
	HORNER2(EXP3_F32, EXP4_F32, x, q) \
	HORNER2(ONE_F32, ONE_F32, x, q)

// expNegF32: x = e^x for x ≤ 0, +0 where that is below the normal range.
// Uses: x. Clobbers: t, q, m.
#define EXPNEG(x, t, q, m) \
	V_LTK(EXPNEG_MIN_F32, x, m) \
	EXP_PARTS(MAGIC_BIASED_F32, x, t, q) \
	V_SHL(23, t, t)                      /* 2^n */ \
	V_MUL(t, q, x) \
	V_DROP(m, x, x)

// q = e^-|x|; the first form where no lane is extreme (EXP_TEST says no).
// Uses: x. Clobbers: x, t, q, the second form s.
#define EXP_NEGABS_FAST(x, t, q) \
	V_ORK(SIGN_F32, x, x) \
	EXP_PARTS(MAGIC_F32, x, t, q) \
	V_SHL(23, t, t) \
	V_IADD(t, q, q)
#define EXP_NEGABS_FULL(x, t, q, s) \
	V_ORK(SIGN_F32, x, x) \
	V_MAXK(EXP_LOW_F32, x, x)     /* NaN stays */ \
	EXP_PARTS(MAGIC_F32, x, t, q) \
	SCALE(t, q, s)

// expF32. The fast form is for blocks in which EXP_TEST finds no lane beyond ±87.3 and no NaN.
#define EXP_TEST(label) \
	V_LOAD(0, p1, r0) \
	V_LOAD(1, p1, r1) \
	V_ANDK(ABS_F32, r0, r0) \
	V_ANDK(ABS_F32, r1, r1) \
	V_UMAX(r1, r0, r0) \
	ANY_REACHES(EXP_REACH_F32, r0, label)
#define EXP_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	EXP_PARTS(MAGIC_F32, r0, r1, r2) \
	V_SHL(23, r1, r1) \
	V_IADD(r1, r2, r2) \
	ST(i, p0, r2)
#define EXP_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MAXK(EXP_LOW_F32, r0, r0)      /* NaN stays */ \
	V_MINK(EXP_HIGH_F32, r0, r0) \
	EXP_PARTS(MAGIC_F32, r0, r1, r2) \
	SCALE(r1, r2, r3) \
	ST(i, p0, r2)

// logScaledF32: ln(x·2^-shift), x positive, normal, finite; shift is subtracted from e between the two
// halves of the macro pair, or not at all. First half: x = f, e = exponent. Clobbers: e, u.
#define LOG_SPLIT(x, e, u) \
	V_ISUBK(LOG_OFF_F32, x, e) \
	V_SAR(23, e, e)            /* n */ \
	V_SHL(23, e, u) \
	V_ISUB(u, x, x)            /* m */ \
	V_I2F(e, e) \
	V_SUBK(ONE_F32, x, x)      /* f = m - 1 */

// Second half: x = ln((1 + x)·2^e). Clobbers: z, u, v.
#define LOG_JOIN(x, e, z, u, v) \
	V_MUL(x, x, z) \
	CONST(LOG_U0_F32, u) \
	CONST(LOG_V0_F32, v) \
	HORNER2(LOG_U1_F32, LOG_U2_F32, z, u) \
	HORNER2(LOG_V1_F32, LOG_V2_F32, z, v) \
	HORNER(LOG_U3_F32, z, u) \
	HORNER(LOG_V3_F32, z, v) \
	V_FMA(x, v, u)                        /* (ln(1+f) - f + f²/2)/f³ */ \
	HORNER(NEG_HALF_F32, x, u) \
	V_MUL(z, u, u) \
	V_FMAK(LOG_LN2_LO_F32, e, u) \
	V_ADD(x, u, x) \
	V_FMAK(LOG_LN2_HI_F32, e, x)

// logPosF32: x = ln x for positive, normal, finite x; for other x, NaN among them, some number.
// Uses: x. Clobbers: e, z, u, v.
#define LOG_POS(x, e, z, u, v) \
	LOG_SPLIT(x, e, u) \
	LOG_JOIN(x, e, z, u, v)

// logF32. The fast form is for blocks in which LOG_TEST finds only positive, normal, finite lanes.
#define LOG_TEST(label) \
	V_LOAD(0, p1, r0) \
	V_LOAD(1, p1, r1) \
	V_ISUBK(LOG_MIN_F32, r0, r0) \
	V_ISUBK(LOG_MIN_F32, r1, r1) \
	V_UMAX(r1, r0, r0) \
	ANY_REACHES(LOG_SPAN_F32, r0, label)
#define LOG_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	LOG_POS(r0, r1, r2, r3, r4) \
	ST(i, p0, r0)
#define LOG_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r5) \
	V_LTK(LOG_MIN_F32, r0, m0)   /* subnormal or not positive */ \
	V_MULK(LOG_SCALE_F32, r0, r3) \
	V_MERGE(m0, r3, r0) \
	LOG_SPLIT(r0, r1, r3) \
	V_KEEPK(m0, LOG_SHIFT_F32, r3) \
	V_SUB(r3, r1, r1) \
	LOG_JOIN(r0, r1, r2, r3, r4) \
	LOG_SPECIAL(r0, r5, r3) \
	ST(i, p0, r0)

// y = ln x where x is none of the positive finite numbers. Uses: x, y. Clobbers: t, m0.
#define LOG_SPECIAL(y, x, t) \
	V_NLTK(INF, x, m0)            /* Inf or NaN */ \
	V_MERGE(m0, x, y) \
	V_ZERO(t) \
	V_LT(t, x, m0)                /* negative */ \
	CONST(NAN, t) \
	V_MERGE(m0, t, y) \
	V_ZERO(t) \
	V_EQ(t, x, m0) \
	CONST(NEG_INF, t) \
	V_MERGE(m0, t, y)

// tanhF32.
#define TANH_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(ABS_F32, r0, r1) \
	V_ANDK(SIGN_F32, r0, r0) \
	V_MINK(TANH_MAX_F32, r1, r1)            /* NaN stays */ \
	V_ADD(r1, r1, r2) \
	EXP_PARTS(MAGIC_BIASED_F32, r2, r3, r4) \
	V_SHL(23, r3, r3) \
	V_MUL(r3, r4, r4)                       /* e^2a */ \
	V_ADDK(ONE_F32, r4, r4) \
	V_RDIVK(TWO_F32, r4, r4) \
	V_RSUBK(ONE_F32, r4, r4)                /* 1 - 2/(e^2a + 1) */ \
	V_MUL(r1, r1, r2) \
	CONST(TANH0_F32, r3) \
	HORNER2(TANH1_F32, TANH2_F32, r2, r3) \
	HORNER2(TANH3_F32, TANH4_F32, r2, r3) \
	V_MUL(r2, r3, r3) \
	V_FMA213(r1, r1, r3)                    /* the polynomial */ \
	V_LTK(TANH_CUT_F32, r1, m0) \
	V_MERGE(m0, r3, r4) \
	V_OR(r4, r0, r0) \
	ST(i, p0, r0)

// softplusF32: x = ln(1 + e^y), given q = e^-|y|.
// Uses: q, y. Clobbers: x, z, p, w, q, y.
#define SOFTPLUS_JOIN(x, z, p, w, q, y) \
	V_ADDK(TWO_F32, q, x) \
	V_DIV(x, q, x)                              /* s = q/(2 + q) */ \
	V_MUL(x, x, z)                              /* s² */ \
	CONST(SOFTPLUS0_F32, p) \
	HORNER2(SOFTPLUS1_F32, SOFTPLUS2_F32, z, p) \
	HORNER(SOFTPLUS3_F32, z, p) \
	V_MOV(q, w) \
	V_FNMA(z, p, w)                            /* the negative of fma(p, s², -q) */ \
	V_FNMA(w, x, q) \
	V_RELU(y, y)                                /* max(y, 0) */ \
	V_ADD(q, y, x)

#define SOFTPLUS_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FAST(r0, r1, r2) \
	SOFTPLUS_JOIN(r0, r1, r3, r5, r2, r4) \
	ST(i, p0, r0)
#define SOFTPLUS_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FULL(r0, r1, r2, r3) \
	SOFTPLUS_JOIN(r0, r1, r3, r5, r2, r4) \
	ST(i, p0, r0)

// sigmoidF32: t = 1/(1 + e^-y), given q = e^-|y|.
// Uses: q, y. Clobbers: x, t, q, m0.
#define SIGMOID_JOIN(x, t, q, y) \
	CONST(ONE_F32, x) \
	V_SIGN(y, m0) \
	V_MERGE(m0, q, x)      /* the numerator */ \
	V_ADDK(ONE_F32, q, t)  /* d = 1 + q */ \
	V_DIV(t, x, x) \
	V_SUBK(ONE_F32, t, t) \
	V_SUB(t, q, q)         /* what d left */ \
	V_MOV(x, t) \
	V_FNMA(q, x, t)

#define SIGMOID_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FAST(r0, r1, r2) \
	SIGMOID_JOIN(r0, r1, r2, r4) \
	ST(i, p0, r1)
#define SIGMOID_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FULL(r0, r1, r2, r3) \
	SIGMOID_JOIN(r0, r1, r2, r4) \
	ST(i, p0, r1)

// The fast form in two parts: e^-|x| with the sign of x, and what it makes.
#define SIGMOID_FIRST(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(SIGN_F32, r0, r4) \
	EXP_NEGABS_FAST(r0, r1, r2) \
	V_OR(r4, r2, r2) \
	ST(i, p0, r2)
#define SIGMOID_SECOND(LD, ST, i) \
	LD(i, p0, r4) \
	V_ANDK(ABS_F32, r4, r2) \
	SIGMOID_JOIN(r0, r1, r2, r4) \
	ST(i, p0, r1)
