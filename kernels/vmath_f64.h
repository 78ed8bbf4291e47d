// Elementwise functions of float64, in the words of vec.h: one text for AVX2, AVX-512 and NEON. Macros only.
//
// Each gives the bits of the scalar function that it names in vmath_generic.go, in the same order of operations.
// Registers that a macro is given must differ. A text for MAP reads p1 and writes p0; it clobbers r0 … r6 and m0.

// expReduceF64: x = n·ln 2 + r, r to x, t = n + magic; magic is MAGIC or MAGIC_BIASED.
// Uses: x. Clobbers: x, t, q.
#define EXP_REDUCE(magic, x, t, q) \
	CONST(magic, t) \
	V_FMAK(LOG2E_F64, x, t)   /* t = x·log2 e + magic */ \
	V_SUBK(magic, t, q)       /* n */ \
	V_FNMAK(LN2_HI_F64, q, x) \
	V_FNMAK(LN2_LO_F64, q, x) /* r */

// expPolyF64: q = (e^r - 1 - r)/r², r2 = r².
// Uses: r. Clobbers: q, r2, v.
#define EXP_POLY(r, q, r2, v) \
	V_MUL(r, r, r2) \
	CONST(EXP_U0_F64, q) \
	CONST(EXP_V0_F64, v) \
	HORNER2(EXP_U1_F64, EXP_U2_F64, r2, q) \
	HORNER2(EXP_V1_F64, EXP_V2_F64, r2, v) \
	HORNER2(EXP_U3_F64, EXP_U4_F64, r2, q) \
	HORNER2(EXP_V3_F64, EXP_V4_F64, r2, v) \
	V_FMA(v, r, q)

// expPartsF64: e^x = q·2^n, t = n + magic.
// Uses: x. Clobbers: x, t, q, u, v.
#define EXP_PARTS(magic, x, t, q, u, v) \
	EXP_REDUCE(magic, x, t, q) \
	EXP_POLY(x, q, u, v) \
	HORNER2(ONE_F64, ONE_F64, x, q)

// expNegF64: x = e^x for x ≤ 0, +0 where that is below the normal range.
// Uses: x. Clobbers: t, q, u, v, m.
#define EXPNEG(x, t, q, u, v, m) \
	V_LTK(EXPNEG_MIN_F64, x, m) \
	EXP_PARTS(MAGIC_BIASED_F64, x, t, q, u, v) \
	V_SHL(52, t, t)                      /* 2^n */ \
	V_MUL(t, q, x) \
	V_DROP(m, x, x)

// q = e^-|x|; the first form where no lane is extreme (EXP_TEST says no).
// Uses: x. Clobbers: x, t, q, u, v; the second form s too, which may be u.
#define EXP_NEGABS_FAST(x, t, q, u, v) \
	V_ORK(SIGN_F64, x, x) \
	EXP_PARTS(MAGIC_F64, x, t, q, u, v) \
	V_SHL(52, t, t) \
	V_IADD(t, q, q)
#define EXP_NEGABS_FULL(x, t, q, u, v, s) \
	V_ORK(SIGN_F64, x, x) \
	V_MAXK(EXP_LOW_F64, x, x)     /* NaN stays */ \
	EXP_PARTS(MAGIC_F64, x, t, q, u, v) \
	SCALE(t, q, s)

// expF64. The fast form is for blocks in which EXP_TEST finds no lane of ±708 or beyond and no NaN.
#define EXP_TEST(label) \
	V_LOAD(0, p1, r0) \
	V_LOAD(1, p1, r1) \
	V_ANDK(ABS_F64, r0, r0) \
	V_ANDK(ABS_F64, r1, r1) \
	V_UMAX(r1, r0, r0) \
	ANY_REACHES(EXP_REACH_F64, r0, label)
#define EXP_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	EXP_PARTS(MAGIC_F64, r0, r1, r2, r3, r4) \
	V_SHL(52, r1, r1) \
	V_IADD(r1, r2, r2) \
	ST(i, p0, r2)
#define EXP_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MAXK(EXP_LOW_F64, r0, r0)      /* NaN stays */ \
	V_MINK(EXP_HIGH_F64, r0, r0) \
	EXP_PARTS(MAGIC_F64, r0, r1, r2, r3, r4) \
	SCALE(r1, r2, r3) \
	ST(i, p0, r2)

// logScaledF64: ln(x·2^-shift), x positive, normal, finite; shift is subtracted from e between the two
// halves of the macro pair, or not at all. First half: x = f, e = exponent. Clobbers: e, u.
#define LOG_SPLIT(x, e, u) \
	V_ISUBK(LOG_OFF_F64, x, e) \
	V_ANDK(LOG_EXP_F64, e, u)   /* 2^52·n */ \
	V_ISUB(u, x, x)             /* m */ \
	V_XORK(SIGN_F64, e, e) \
	V_SHR(52, e, e)             /* n + 2048 */ \
	V_ORK(LOG_TWO52_F64, e, e) \
	V_SUBK(LOG_BIAS_F64, e, e) \
	V_SUBK(ONE_F64, x, x)       /* f = m - 1 */

// Second half: x = ln((1 + x)·2^e). Clobbers: z, u, v, d.
#define LOG_JOIN(x, e, z, u, v, d) \
	V_ADDK(TWO_F64, x, u) \
	V_DIV(u, x, u)                    /* s */ \
	V_MUL(u, u, z) \
	CONST(LOG0_F64, v) \
	HORNER2(LOG1_F64, LOG2_F64, z, v) \
	HORNER2(LOG3_F64, LOG4_F64, z, v) \
	HORNER2(LOG5_F64, LOG6_F64, z, v) \
	V_MUL(z, v, v)                    /* R */ \
	V_MULK(HALF_F64, x, z) \
	V_MUL(x, z, z)                    /* h = f²/2 */ \
	V_ADD(z, v, v)                    /* h + R */ \
	V_MULK(LN2_LO_F64, e, d) \
	V_FMA(v, u, d)                    /* s·(h + R) + e·ln2Lo */ \
	V_SUB(d, z, z) \
	V_SUB(z, x, x)                    /* f - (h - …) */ \
	V_FMAK(LN2_HI_F64, e, x)

// logPosF64: x = ln x for positive, normal, finite x; for other x, NaN among them, some number.
// Uses: x. Clobbers: e, z, u, v, d.
#define LOG_POS(x, e, z, u, v, d) \
	LOG_SPLIT(x, e, u) \
	LOG_JOIN(x, e, z, u, v, d)

// logF64. The fast form is for blocks in which LOG_TEST finds only positive, normal, finite lanes.
#define LOG_TEST(label) \
	V_LOAD(0, p1, r0) \
	V_LOAD(1, p1, r1) \
	V_ISUBK(LOG_MIN_F64, r0, r0) \
	V_ISUBK(LOG_MIN_F64, r1, r1) \
	V_UMAX(r1, r0, r0) \
	ANY_REACHES(LOG_SPAN_F64, r0, label)
#define LOG_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	LOG_POS(r0, r1, r2, r3, r4, r6) \
	ST(i, p0, r0)
#define LOG_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r5) \
	V_LTK(LOG_MIN_F64, r0, m0)   /* subnormal or not positive */ \
	V_MULK(LOG_SCALE_F64, r0, r3) \
	V_MERGE(m0, r3, r0) \
	LOG_SPLIT(r0, r1, r3) \
	V_KEEPK(m0, LOG_SHIFT_F64, r3) \
	V_SUB(r3, r1, r1) \
	LOG_JOIN(r0, r1, r2, r3, r4, r6) \
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

// tanhF64.
#define TANH_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(ABS_F64, r0, r1) \
	V_ANDK(SIGN_F64, r0, r0) \
	V_MINK(TANH_MAX_F64, r1, r1)         /* NaN stays */ \
	V_ADD(r1, r1, r1) \
	EXP_REDUCE(MAGIC_BIASED_F64, r1, r2, r3) \
	EXP_POLY(r1, r3, r4, r5) \
	V_SHL(52, r2, r2)                    /* E = 2^n */ \
	V_FMA(r3, r4, r1)                    /* e^r - 1 */ \
	V_SUBK(ONE_F64, r2, r5) \
	V_FMA(r1, r2, r5)                    /* N = e^2a - 1 */ \
	V_ADDK(TWO_F64, r5, r4) \
	V_DIV(r4, r5, r5) \
	V_OR(r5, r0, r0) \
	ST(i, p0, r0)

// softplusF64: x = ln(1 + e^y), given q = e^-|y|.
// Uses: q, y. Clobbers: x, z, u, v, w, q, y.
#define SOFTPLUS_JOIN(x, z, u, v, w, q, y) \
	V_ADDK(TWO_F64, q, x) \
	V_DIV(x, q, x)                                    /* s = q/(2 + q) */ \
	V_MUL(x, x, z)                                    /* s² */ \
	V_MUL(z, z, w) \
	CONST(SOFTPLUS_U0_F64, u) \
	CONST(SOFTPLUS_V0_F64, v) \
	HORNER2(SOFTPLUS_U1_F64, SOFTPLUS_U2_F64, w, u) \
	HORNER2(SOFTPLUS_V1_F64, SOFTPLUS_V2_F64, w, v) \
	HORNER2(SOFTPLUS_U3_F64, SOFTPLUS_U4_F64, w, u) \
	HORNER2(SOFTPLUS_V3_F64, SOFTPLUS_V4_F64, w, v) \
	V_FMA(z, v, u) \
	V_MOV(q, w) \
	V_FNMA(z, u, w)                                   /* the negative of fma(u, s², -q) */ \
	V_FNMA(w, x, q) \
	V_RELU(y, y)                                      /* max(y, 0) */ \
	V_ADD(q, y, x)

#define SOFTPLUS_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FAST(r0, r1, r2, r3, r5) \
	SOFTPLUS_JOIN(r0, r1, r3, r5, r6, r2, r4) \
	ST(i, p0, r0)
#define SOFTPLUS_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FULL(r0, r1, r2, r3, r5, r6) \
	SOFTPLUS_JOIN(r0, r1, r3, r5, r6, r2, r4) \
	ST(i, p0, r0)

// sigmoidF64: x = 1/(1 + e^-y), given q = e^-|y|.
// Uses: q, y. Clobbers: x, t, u, q, m0.
#define SIGMOID_JOIN(x, t, u, q, y) \
	CONST(ONE_F64, x) \
	V_SIGN(y, m0) \
	V_MERGE(m0, q, x)      /* the numerator */ \
	V_ADDK(ONE_F64, q, t)  /* d = 1 + q */ \
	V_DIV(t, x, u) \
	V_FNMA(t, u, x)        /* what the division left of the numerator */ \
	V_SUBK(ONE_F64, t, t) \
	V_SUB(t, q, q) \
	V_FNMA(q, u, x)        /* and what d left */ \
	V_ADD(x, u, x)

#define SIGMOID_FAST(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FAST(r0, r1, r2, r3, r5) \
	SIGMOID_JOIN(r0, r1, r3, r2, r4) \
	ST(i, p0, r0)
#define SIGMOID_FULL(LD, ST, i) \
	LD(i, p1, r0) \
	V_MOV(r0, r4) \
	EXP_NEGABS_FULL(r0, r1, r2, r3, r5, r6) \
	SIGMOID_JOIN(r0, r1, r3, r2, r4) \
	ST(i, p0, r0)

// The fast form in two parts: e^-|x| with the sign of x, and what it makes.
#define SIGMOID_FIRST(LD, ST, i) \
	LD(i, p1, r0) \
	V_ANDK(SIGN_F64, r0, r4) \
	EXP_NEGABS_FAST(r0, r1, r2, r3, r5) \
	V_OR(r4, r2, r2) \
	ST(i, p0, r2)
#define SIGMOID_SECOND(LD, ST, i) \
	LD(i, p0, r4) \
	V_ANDK(ABS_F64, r4, r2) \
	SIGMOID_JOIN(r0, r1, r3, r2, r4) \
	ST(i, p0, r0)
