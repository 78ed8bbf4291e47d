// Box and Muller's transform of float32, in the words of vec.h: one text for AVX2, AVX-512 and NEON. Macros only.

#include "rng_consts.h"

// boxMullerF32: words r0, r1 become r·cos, r·sin. Uses: r0, r1. Clobbers: r0 … r5, m0.
#define BOX_MULLER \
	V_SHR(16, r0, r2) \
	V_I2F(r2, r2) \
	V_ANDK(LOW_HALF, r0, r0) \
	V_IADDK(ONE_D, r0, r0) \
	V_I2F(r0, r0) \
	V_MULK(TWO_M32, r0, r0) \
	V_FMAK(TWO_M16, r2, r0)              /* u */ \
	LOG_POS(r0, r2, r3, r4, r5) \
	V_MULK(NEG_TWO_F32, r0, r0) \
	V_SQRT(r0, r0)                       /* r */ \
	V_SHL(2, r1, r2) \
	V_I2F(r2, r2) \
	V_MULK(TWO_M34, r2, r2)              /* x */ \
	V_MUL(r2, r2, r3)                    /* z */ \
	CONST(SIN2_F32, r4) \
	CONST(COS3_F32, r5) \
	HORNER2(SIN1_F32, SIN0_F32, r3, r4) \
	HORNER2(COS2_F32, COS1_F32, r3, r5) \
	HORNER(PI_LO_F32, r3, r4) \
	HORNER2(COS0_F32, ONE, r3, r5)       /* cos 2πx */ \
	V_MUL(r2, r4, r4) \
	V_FMAK(PI_HI_F32, r2, r4)            /* sin 2πx */ \
	V_IADDK(EIGHTH, r1, r1)              /* n: the quadrant in the upper bits */ \
	V_SHL(1, r1, r2) \
	V_SIGN(r2, m0) \
	V_SELECT(m0, r4, r5, r2)             /* cos of the quadrant */ \
	V_MERGE(m0, r5, r4)                  /* sin */ \
	V_IADDK(QUARTER, r1, r3) \
	V_ANDK(SIGN, r3, r3) \
	V_ANDK(SIGN, r1, r1) \
	V_XOR(r3, r2, r2) \
	V_XOR(r1, r4, r4) \
	V_MUL(r4, r0, r1) \
	V_MUL(r2, r0, r0)
