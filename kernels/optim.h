// Steps of optimisers, in the words of vec.h: one text for AVX2, AVX-512 and NEON, float32 and float64. Macros only.
//
// Each gives the bits of the function of optim_generic.go that it names, whose constants are OWN(0), OWN(1), … A text for MAP
// reads and writes the slices at p0, p1, … in the order of its routine's arguments; it clobbers r0 … r3.

// adamGeneric: p at p0, m at p1, v at p2, g at p3.
#define ADAM(LD, ST, i) \
	LD(i, p3, r0) \
	V_MULK(OWN(1), r0, r1) \
	LD(i, p1, r2) \
	V_FMAK(OWN(0), r2, r1) \
	ST(i, p1, r1) \
	V_MULK(OWN(3), r0, r2) \
	V_MUL(r0, r2, r2) \
	LD(i, p2, r3) \
	V_FMAK(OWN(2), r3, r2) \
	ST(i, p2, r2) \
	V_SQRT(r2, r2) \
	CONST(OWN(5), r3) \
	V_FMAK(OWN(4), r2, r3)    /* the denominator */ \
	V_DIV(r3, r1, r1) \
	LD(i, p0, r2) \
	V_MULK(OWN(7), r2, r2) \
	V_FMAK(OWN(6), r1, r2) \
	ST(i, p0, r2)

// sgdGeneric: p at p0, g at p1.
#define SGD(LD, ST, i) \
	LD(i, p0, r0) \
	LD(i, p1, r1) \
	V_FMAK(OWN(1), r0, r1) \
	V_FMAK(OWN(0), r1, r0) \
	ST(i, p0, r0)

// momentumGeneric: p at p0, v at p1, g at p2; then with Nesterov's look ahead.
#define MOMENTUM(LD, ST, i) \
	LD(i, p0, r0) \
	LD(i, p2, r1) \
	V_FMAK(OWN(1), r0, r1)    /* d */ \
	LD(i, p1, r2) \
	V_FMAK(OWN(2), r2, r1) \
	ST(i, p1, r1) \
	V_FMAK(OWN(0), r1, r0) \
	ST(i, p0, r0)
#define NESTEROV(LD, ST, i) \
	LD(i, p0, r0) \
	LD(i, p2, r1) \
	V_FMAK(OWN(1), r0, r1)    /* d */ \
	LD(i, p1, r2) \
	V_MOV(r1, r3) \
	V_FMAK(OWN(2), r2, r3) \
	ST(i, p1, r3) \
	V_FMAK(OWN(2), r3, r1) \
	V_FMAK(OWN(0), r1, r0) \
	ST(i, p0, r0)

// adagradGeneric: p at p0, s at p1, g at p2.
#define ADAGRAD(LD, ST, i) \
	LD(i, p0, r0) \
	LD(i, p2, r1) \
	V_FMAK(OWN(1), r0, r1)    /* d */ \
	LD(i, p1, r2) \
	V_FMA(r1, r1, r2) \
	ST(i, p1, r2) \
	V_SQRT(r2, r2) \
	V_ADDK(OWN(2), r2, r2) \
	V_DIV(r2, r1, r1) \
	V_FMAK(OWN(0), r1, r0) \
	ST(i, p0, r0)
