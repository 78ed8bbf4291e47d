// Box and Muller's transform of float64, in the words of vec.h: one text for AVX2, AVX-512 and NEON. Macros only.

#include "rng_consts.h"

// boxMullerF64: words r0, r1 become r·cos, r·sin. UPPER53(v, t), of the file that includes this, makes v >> 11 a float64.
// Uses: r0, r1. Clobbers: r0 … r6, m0.
#define BOX_MULLER \
	UPPER53(r0, r2) \
	UPPER53(r1, r3) \
	V_ADDK(ONE, r0, r0) \
	V_MULK(TWO_M53, r0, r0)              /* u */ \
	V_MULK(TWO_M53, r1, r1)              /* v */ \
	LOG_POS(r0, r2, r3, r4, r5, r6) \
	V_MULK(NEG_TWO_F64, r0, r0) \
	V_SQRT(r0, r0)                       /* r */ \
	CONST(MAGIC, r2) \
	V_FMAK(FOUR_F64, r1, r2)             /* t: the quadrant in the lower bits */ \
	V_SUBK(MAGIC, r2, r3) \
	V_FMAK(NEG_QUARTER, r3, r1)          /* x */ \
	V_MUL(r1, r1, r3)                    /* z */ \
	CONST(SIN5_F64, r4) \
	CONST(COS6_F64, r5) \
	HORNER2(SIN4_F64, SIN3_F64, r3, r4) \
	HORNER2(COS5_F64, COS4_F64, r3, r5) \
	HORNER2(SIN2_F64, SIN1_F64, r3, r4) \
	HORNER2(COS3_F64, COS2_F64, r3, r5) \
	HORNER2(SIN0_F64, PI_LO_F64, r3, r4) \
	HORNER2(COS1_F64, COS0_F64, r3, r5) \
	HORNER(ONE, r3, r5)                  /* cos 2πx */ \
	V_MUL(r1, r4, r4) \
	V_FMAK(PI_HI_F64, r1, r4)            /* sin 2πx */ \
	V_SHL(63, r2, r3) \
	V_SIGN(r3, m0) \
	V_SELECT(m0, r4, r5, r1)             /* cos of the quadrant */ \
	V_MERGE(m0, r5, r4)                  /* sin */ \
	V_IADDK(ONE_Q, r2, r3) \
	V_SHL(62, r3, r3) \
	V_SHL(62, r2, r2) \
	V_ANDK(SIGN, r3, r3) \
	V_ANDK(SIGN, r2, r2) \
	V_XOR(r3, r1, r1) \
	V_XOR(r2, r4, r4) \
	V_MUL(r1, r0, r5) \
	V_MUL(r4, r0, r1) \
	V_MOV(r5, r0)
