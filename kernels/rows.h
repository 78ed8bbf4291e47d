// Log-sum-exp, responsibilities and log-softmax in the words of vec.h: one text for AVX2, AVX-512 and NEON, float32 and
// float64. Macros only. A file says before it includes this header
//
//	#define TERM(x)     x = e(x), of expNegF32 or expNegF64; clobbers r1 … r4, m0
//	#define LOGARITHM   r0 = ln r0, of logPosF32 or logPosF64; clobbers r1 … r6
//	#define LEAST       EXPNEG_MIN_F32 or EXPNEG_MIN_F64
//	#define ROW_ST(ST, i, p, r)   V_STORE(i, p, r), or where that does not do in a tail, ST(i, p, r)
//
// Clobbers: r0 … r6, m0.

// Along a row: a0 is its maximum, 1/s or maximum; a1 log s. The rows of ROW_TERMS and ROW_DELTAS have room for whole
// registers, so ROW_ST need not mask.
#define ROW_TERMS(LD, ST, i) \
	LD(i, p1, r0) \
	V_SUB(a0, r0, r0) \
	TERM(r0) \
	ROW_ST(ST, i, p0, r0)
#define ROW_DELTAS(LD, ST, i) \
	LD(i, p1, r0) \
	V_SUB(a0, r0, r0) \
	V_MAXK(LEAST, r0, r0) \
	ROW_ST(ST, i, p0, r0)
#define ROW_SCALE(LD, ST, i) \
	LD(i, p1, r0) \
	V_MUL(a0, r0, r0) \
	ST(i, p0, r0)
#define ROW_SHIFT(LD, ST, i) \
	LD(i, p1, r0) \
	V_SUB(a0, r0, r0) \
	V_SUB(a1, r0, r0) \
	ST(i, p0, r0)

// Along the maxima and sums of a block of rows or columns: p0 = log s, p1 = s, p2 = 1/s, p3 = m, p4 = m + log s; p5 holds q and
// gets the entropy.
#define FINISH(LD, ST, i) \
	LD(i, p1, r0) \
	V_RDIVK(ONE, r0, r1) \
	ST(i, p2, r1) \
	LOGARITHM \
	ST(i, p0, r0) \
	LD(i, p3, r1) \
	V_ADD(r0, r1, r1) \
	ST(i, p4, r1)
#define FINISH_ENTROPY(LD, ST, i) \
	FINISH(LD, ST, i) \
	LD(i, p2, r1) \
	LD(i, p5, r2) \
	V_FNMA(r1, r2, r0)       /* log s - q/s */ \
	ST(i, p5, r0)

// Along one component of a block of samples: p1 = x.
#define COL_MAXIMA(LD, ST, i) \
	LD(i, p0, r0) \
	LD(i, p1, r1) \
	LD(i, p2, r2) \
	V_MAX(r0, r1, r0) \
	V_ADD(r1, r2, r2)        /* NaN if any x is */ \
	ST(i, p0, r0) \
	ST(i, p2, r2)
#define COL_TERMS(LD, ST, i) \
	LD(i, p1, r0) \
	LD(i, p2, r1) \
	V_SUB(r1, r0, r0) \
	TERM(r0) \
	ST(i, p0, r0) \
	LD(i, p3, r1) \
	V_ADD(r0, r1, r1) \
	ST(i, p3, r1)
#define COL_TERMS_ENTROPY(LD, ST, i) \
	LD(i, p1, r0) \
	LD(i, p2, r1) \
	V_SUB(r1, r0, r0) \
	V_MAXK(LEAST, r0, r5) \
	TERM(r0) \
	ST(i, p0, r0) \
	LD(i, p3, r1) \
	V_ADD(r0, r1, r1) \
	ST(i, p3, r1) \
	LD(i, p4, r2) \
	V_FMA(r5, r0, r2) \
	ST(i, p4, r2)
#define COL_SCALE(LD, ST, i) \
	LD(i, p0, r0) \
	LD(i, p2, r1) \
	V_MUL(r1, r0, r0) \
	ST(i, p0, r0)
