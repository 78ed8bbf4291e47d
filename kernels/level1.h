// The level-1 kernels in the words of vec.h: one text for AVX2, AVX-512 and NEON, float32 and float64. Macros only.
//
// Each gives the bits of its loop in level1_generic.go: one operation, one rounding per element. p0 is dst, p1 is x,
// p2 is y; a0 and a1 are the scalars. Clobbers r0, r1.

#define ADD_TEXT(LD, ST, i) \
	LD(i, p1, r0) \
	LD(i, p2, r1) \
	V_ADD(r1, r0, r0) \
	ST(i, p0, r0)
#define SUB_TEXT(LD, ST, i) \
	LD(i, p1, r0) \
	LD(i, p2, r1) \
	V_SUB(r1, r0, r0) \
	ST(i, p0, r0)
#define MUL_TEXT(LD, ST, i) \
	LD(i, p1, r0) \
	LD(i, p2, r1) \
	V_MUL(r1, r0, r0) \
	ST(i, p0, r0)
#define SCALE_TEXT(LD, ST, i) \
	LD(i, p1, r0) \
	V_MUL(a0, r0, r0) \
	ST(i, p0, r0)
#define AXPY_TEXT(LD, ST, i) \
	LD(i, p1, r0) \
	LD(i, p0, r1) \
	V_FMA(a0, r0, r1) \
	ST(i, p0, r1)
#define CLAMP_TEXT(LD, ST, i) \
	LD(i, p1, r0) \
	V_MAX(r0, a0, r0)       /* lo > x ? lo : x */ \
	V_MIN(r0, a1, r0) \
	ST(i, p0, r0)
#define FILL_TEXT(LD, ST, i) \
	ST(i, p0, a0)
