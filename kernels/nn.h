// Gradients of activations, losses with their gradients, the reparameterisation: in the words of vec.h, one text for AVX2,
// AVX-512 and NEON, float32 and float64. Macros only.
//
// Each gives the bits of the function of nn_generic.go that it names. A text for MAP reads and writes the slices at p0, p1, …
// in the order of its routine's arguments; it clobbers r0 … r10, m0, m1.

// activationGradGeneric: d at p0 from dy at p1, y at p2.
#define RELU_GRAD(LD, ST, i) \
	LD(i, p2, r0) \
	LD(i, p1, r1) \
	V_ZERO(r2) \
	V_LE(r2, r0, m0)          /* y ≤ 0 */ \
	V_DROP(m0, r1, r1) \
	ST(i, p0, r1)
#define TANH_GRAD(LD, ST, i) \
	LD(i, p2, r0) \
	V_RSUBK(ONE, r0, r1) \
	V_ADDK(ONE, r0, r0) \
	V_MUL(r0, r1, r1)         /* 1 - y² */ \
	LD(i, p1, r0) \
	V_MUL(r1, r0, r0) \
	ST(i, p0, r0)
#define SIGMOID_GRAD(LD, ST, i) \
	LD(i, p2, r0) \
	V_RSUBK(ONE, r0, r1) \
	V_MUL(r0, r1, r1)         /* y·(1 - y) */ \
	LD(i, p1, r0) \
	V_MUL(r1, r0, r0) \
	ST(i, p0, r0)
#define SOFTPLUS_GRAD(LD, ST, i) \
	LD(i, p2, r0) \
	NN_NEGABS(r0, r1, r2, r3, r4) \
	V_RSUBK(ONE, r2, r2)      /* 1 - e^-y */ \
	LD(i, p1, r0) \
	V_MUL(r2, r0, r0) \
	ST(i, p0, r0)

// logitsGeneric: the terms at p0, the gradient at p1; a at p2, x at p3; a0 is scale.
#define LOGITS(LD, ST, i) \
	LD(i, p2, r4)             /* a */ \
	V_MOV(r4, r0) \
	V_MOV(r4, r8) \
	NN_NEGABS(r0, r1, r2, r3, r5) \
	V_MOV(r2, r6) \
	NN_SIGMOID(r0, r1, r3, r6, r4) \
	NN_SOFTPLUS(r1, r3, r5, r6, r7, r2, r8) \
	LD(i, p3, r2)             /* x */ \
	V_XORK(SIGN, r1, r1) \
	V_FMA(r4, r2, r1)         /* x·a - softplus */ \
	V_SUB(r2, r0, r0) \
	V_MUL(a0, r0, r0)         /* (sigmoid - x)·scale */ \
	V_EQ(r2, r2, m0)          /* there */ \
	V_KEEP(m0, r0, r0) \
	V_KEEP(m0, r1, r1) \
	ST(i, p1, r0) \
	ST(i, p0, r1)

// gaussMeansGeneric: the residuals at p0, the gradient at p1; mean at p2, x at p3; a0 is their factor.
#define GAUSS_MEANS(LD, ST, i) \
	LD(i, p2, r0) \
	LD(i, p3, r1) \
	V_EQ(r1, r1, m0)          /* there */ \
	V_SUB(r0, r1, r1) \
	V_MUL(a0, r1, r0) \
	V_KEEP(m0, r0, r0) \
	V_KEEP(m0, r1, r1) \
	ST(i, p1, r0) \
	ST(i, p0, r1)

// gaussLogVarsGeneric: the terms at p0, the gradients at p1 and p2; mean at p3, logVar at p4, x at p5.
#define GAUSS_LOG_VARS(LD, ST, i) \
	LD(i, p4, r0) \
	V_LTK(OWN(0), r0, m0) \
	V_GTK(OWN(1), r0, m1) \
	CONST(OWN(0), r1) \
	V_MERGE(m0, r1, r0) \
	CONST(OWN(1), r1) \
	V_MERGE(m1, r1, r0)       /* t */ \
	M_OR(m1, m0, m0)          /* clamped */ \
	V_XORK(SIGN, r0, r2) \
	NN_EXP(r2, r3, r4, r5, r6) \
	LD(i, p5, r1)             /* x */ \
	V_EQ(r1, r1, m1)          /* there */ \
	LD(i, p3, r2) \
	V_SUB(r2, r1, r1)         /* r */ \
	V_MUL(r1, r4, r4)         /* w = r·e^-t */ \
	V_MUL(r1, r4, r5) \
	V_RSUBK(ONE, r5, r5) \
	V_MULK(OWN(3), r5, r5) \
	V_DROP(m0, r5, r5) \
	V_KEEP(m1, r5, r5)        /* (1 - r·w)·scale/2 */ \
	V_ADDK(OWN(4), r0, r0) \
	V_FMA(r4, r1, r0) \
	V_MULK(OWN(5), r0, r0) \
	V_KEEP(m1, r0, r0)        /* -(r·w + t + log 2π)/2 */ \
	V_MULK(OWN(2), r4, r4) \
	V_KEEP(m1, r4, r4)        /* -w·scale */ \
	ST(i, p1, r4) \
	ST(i, p2, r5) \
	ST(i, p0, r0)

// reparamGeneric: the terms at p0, z at p1, sigma at p2; mu at p3, logVar at p4, eps at p5; a0 is a half.
#define REPARAM(LD, ST, i) \
	LD(i, p4, r0) \
	V_MUL(a0, r0, r1) \
	NN_EXP(r1, r2, r3, r4, r5) \
	LD(i, p3, r4)             /* mu */ \
	LD(i, p5, r5)             /* eps */ \
	V_MOV(r4, r6) \
	V_FMA(r5, r3, r6)         /* z */ \
	V_ADDK(ONE, r0, r0) \
	V_XORK(SIGN, r0, r0) \
	V_FMA(r3, r3, r0) \
	V_FMA(r4, r4, r0)         /* mu² + sigma² - 1 - s */ \
	V_MUL(a0, r0, r0) \
	ST(i, p2, r3) \
	ST(i, p1, r6) \
	ST(i, p0, r0)

// reparamGradGeneric: dMu at p0, dLogVar at p1; dz at p2, mu at p3, sigma at p4, eps at p5; a0 is scale, a1 a half.
#define REPARAM_GRAD(LD, ST, i) \
	LD(i, p2, r0)             /* dz */ \
	LD(i, p3, r1) \
	V_MOV(r0, r2) \
	V_FMA(a0, r1, r2) \
	LD(i, p0, r1) \
	V_ADD(r2, r1, r1) \
	ST(i, p0, r1) \
	LD(i, p4, r1)             /* sigma */ \
	CONST(ONE, r2) \
	V_XORK(SIGN, r2, r2) \
	V_FMA(r1, r1, r2) \
	V_MUL(a0, r2, r2)         /* scale·(sigma² - 1) */ \
	LD(i, p5, r3) \
	V_MUL(r0, r3, r3) \
	V_FMA(r3, r1, r2) \
	V_MUL(a1, r2, r2) \
	LD(i, p1, r1) \
	V_ADD(r2, r1, r1) \
	ST(i, p1, r1)
