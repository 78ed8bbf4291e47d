// Elementwise functions on one YMM register of float32 or float64: AVX2 and FMA. Macros only.
//
// Each macro gives the bits of the scalar function that it names in vmath_generic.go, in the same order of
// operations. Constants are broadcast from the tables in vmath_consts.s, one load each, so a macro needs
// no register besides those that it is given; all of them must differ. Arguments and results are in x unless
// the comment says otherwise; "Clobbers" lists the other registers that change. NaN in, NaN out, except where
// a comment says otherwise.
//
// A macro whose name ends in X2 does the same for two vectors, whose chains interleave and share the loads of the
// constants: registers ending in 0 belong to the first, in 1 to the second, and c to both. Its uses and clobbers
// are those of its twin.

// K32(i) and K64(i) are constant i of the tables in vmath_consts.s.
#define K32(i) ·vmathF32+32*i(SB)
#define K64(i) ·vmathF64+32*i(SB)
#include "vmath_consts.h"

// ---- float32: eight lanes ----

// One step of Horner's rule: q = q·x + k, fused, and the same for two vectors.
// Uses: x, q. Clobbers: q, c.
#define HORNER_F32(k, x, q, c) \
	VBROADCASTSS k, c \
	VFMADD213PS  c, x, q

#define HORNER_F32X2(k, x0, q0, x1, q1, c) \
	VBROADCASTSS k, c \
	VFMADD213PS  c, x0, q0 \
	VFMADD213PS  c, x1, q1

// expPartsF32: e^x = q·2^n, t = n + magic; magic is MAGIC_F32 or MAGIC_BIASED_F32.
// Uses: x. Clobbers: x, t, q, c; leaves 1 in c.
#define EXP_PARTS_F32(magic, x, t, q, c) \
	VBROADCASTSS LOG2E_F32, c \
	VBROADCASTSS magic, q \
	VMOVAPS      q, t \
	VFMADD231PS  c, x, t          /* t = x·log2 e + magic */ \
	VBROADCASTSS LN2_HI_F32, c \
	VSUBPS       q, t, q          /* n */ \
	VFNMADD231PS c, q, x \
	VBROADCASTSS LN2_LO_F32, c \
	VFNMADD231PS c, q, x          /* r */ \
	VBROADCASTSS EXP0_F32, q \
	HORNER_F32(EXP1_F32, x, q, c) \
	HORNER_F32(EXP2_F32, x, q, c) \
	HORNER_F32(EXP3_F32, x, q, c) \
	HORNER_F32(EXP4_F32, x, q, c) \
	HORNER_F32(ONE_F32, x, q, c) \
	VFMADD213PS  c, x, q

// e^x = q·2^n, t = n + magic, in two steps, for two vectors: first x = r = x − n·ln 2. Clobbers: t0, q0, t1, q1, c.
#define EXP_REDUCE_F32X2(magic, x0, t0, q0, x1, t1, q1, c) \
	VBROADCASTSS LOG2E_F32, c \
	VBROADCASTSS magic, q0 \
	VMOVAPS      q0, q1 \
	VMOVAPS      q0, t0 \
	VMOVAPS      q1, t1 \
	VFMADD231PS  c, x0, t0                    /* t = x·log2 e + magic */ \
	VFMADD231PS  c, x1, t1 \
	VBROADCASTSS LN2_HI_F32, c \
	VSUBPS       q0, t0, q0                   /* n */ \
	VSUBPS       q1, t1, q1 \
	VFNMADD231PS c, q0, x0 \
	VFNMADD231PS c, q1, x1 \
	VBROADCASTSS LN2_LO_F32, c \
	VFNMADD231PS c, q0, x0                    /* r */ \
	VFNMADD231PS c, q1, x1

// Then q = e^r. Uses: x0, x1. Clobbers: q0, q1, c; leaves 1 in c.
#define EXP_POLY_F32X2(x0, q0, x1, q1, c) \
	VBROADCASTSS EXP0_F32, q0 \
	VMOVAPS      q0, q1 \
	HORNER_F32X2(EXP1_F32, x0, q0, x1, q1, c) \
	HORNER_F32X2(EXP2_F32, x0, q0, x1, q1, c) \
	HORNER_F32X2(EXP3_F32, x0, q0, x1, q1, c) \
	HORNER_F32X2(EXP4_F32, x0, q0, x1, q1, c) \
	HORNER_F32X2(ONE_F32, x0, q0, x1, q1, c) \
	VFMADD213PS  c, x0, q0 \
	VFMADD213PS  c, x1, q1

// EXP_PARTS_F32, for two vectors.
#define EXP_PARTS_F32X2(magic, x0, t0, q0, x1, t1, q1, c) \
	EXP_REDUCE_F32X2(magic, x0, t0, q0, x1, t1, q1, c) \
	EXP_POLY_F32X2(x0, q0, x1, q1, c)

// scaleF32: q = q·2^n in two steps, for t = n + MAGIC_F32.
// Uses: q, t. Clobbers: q, t, s, c.
#define SCALE_F32(t, q, s, c) \
	VBROADCASTSS SCALE_BIAS_F32, c \
	VPSUBD       c, t, t           /* n + two biases */ \
	VPSRLD       $1, t, s          /* ⌊n/2⌋ + bias */ \
	VPSUBD       s, t, t           /* n - ⌊n/2⌋ + bias */ \
	VPSLLD       $23, s, s \
	VPSLLD       $23, t, t \
	VMULPS       s, q, q \
	VMULPS       t, q, q

// e^x0 and e^x1 where every lane is ordinary (EXP_SPECIAL_F32 says no).
// Uses: x0, x1. Clobbers: t0, q0, t1, q1, c.
#define EXP_ORDINARY_F32X2(x0, t0, q0, x1, t1, q1, c) \
	EXP_PARTS_F32X2(MAGIC_F32, x0, t0, q0, x1, t1, q1, c) \
	VPSLLD $23, t0, t0 \
	VPSLLD $23, t1, t1 \
	VPADDD t0, q0, x0 \
	VPADDD t1, q1, x1

// expF32: e^x.
// Uses: x. Clobbers: t, q, c.
#define EXP_F32(x, t, q, c) \
	VBROADCASTSS EXP_LOW_F32, c \
	VMAXPS       x, c, x                 /* NaN stays */ \
	VBROADCASTSS EXP_HIGH_F32, c \
	VMINPS       x, c, x \
	EXP_PARTS_F32(MAGIC_F32, x, t, q, c) \
	SCALE_F32(t, q, x, c) \
	VMOVAPS      q, x

// expNegF32: e^x for x ≤ 0, +0 where that is below the normal range.
// Uses: x. Clobbers: t, q, m, c.
#define EXPNEG_F32(x, t, q, m, c) \
	VBROADCASTSS EXPNEG_MIN_F32, c \
	VCMPPS       $0x11, c, x, m                 /* below the least */ \
	EXP_PARTS_F32(MAGIC_BIASED_F32, x, t, q, c) \
	VPSLLD       $23, t, t                      /* 2^n */ \
	VMULPS       t, q, x \
	VANDNPS      x, m, x

// EXPNEG_F32, for two vectors.
#define EXPNEG_F32X2(x0, t0, q0, m0, x1, t1, q1, m1, c) \
	VBROADCASTSS EXPNEG_MIN_F32, c \
	VCMPPS       $0x11, c, x0, m0                                /* below the least */ \
	VCMPPS       $0x11, c, x1, m1 \
	EXP_PARTS_F32X2(MAGIC_BIASED_F32, x0, t0, q0, x1, t1, q1, c) \
	VPSLLD       $23, t0, t0                                     /* 2^n */ \
	VPSLLD       $23, t1, t1 \
	VMULPS       t0, q0, x0 \
	VMULPS       t1, q1, x1 \
	VANDNPS      x0, m0, x0 \
	VANDNPS      x1, m1, x1

// EXPNEG_F32X2 in two steps, between which other vectors may come: first x = r and t = 2^n, or 0 and 0. Clobbers: q0, m0, q1, m1, c.
#define EXPNEG_REDUCE_F32X2(x0, t0, q0, m0, x1, t1, q1, m1, c) \
	VBROADCASTSS EXPNEG_MIN_F32, c \
	VCMPPS       $0x11, c, x0, m0                                /* below the least */ \
	VCMPPS       $0x11, c, x1, m1 \
	EXP_REDUCE_F32X2(MAGIC_BIASED_F32, x0, t0, q0, x1, t1, q1, c) \
	VPSLLD       $23, t0, t0                                     /* 2^n */ \
	VPSLLD       $23, t1, t1 \
	VANDNPS      x0, m0, x0 \
	VANDNPS      x1, m1, x1 \
	VANDNPS      t0, m0, t0 \
	VANDNPS      t1, m1, t1

// Then q = e^r·2^n, for t in t0 and t1. Uses: x0, x1, t0, t1. Clobbers: q0, q1, c.
#define EXPNEG_POLY_F32X2(x0, t0, q0, x1, t1, q1, c) \
	EXP_POLY_F32X2(x0, q0, x1, q1, c) \
	VMULPS t0, q0, q0 \
	VMULPS t1, q1, q1

// Zero flag set if the 32 lanes of x0 … x3 are all ordinary: |x| ≤ 87.3, no NaN.
// Uses: x0, x1, x2, x3. Clobbers: a, b, c, flags.
#define EXP_SPECIAL_F32(x0, x1, x2, x3, a, b, c) \
	VBROADCASTSS ABS_F32, c \
	VPAND        x0, c, a \
	VPAND        x1, c, b \
	VPMAXUD      b, a, a \
	VPAND        x2, c, b \
	VPMAXUD      b, a, a \
	VPAND        x3, c, b \
	VPMAXUD      b, a, a \
	VBROADCASTSS EXP_LIMIT_F32, c \
	VPCMPGTD     c, a, a \
	VPTEST       a, a

// Zero flag set if the 32 lanes of x0 … x3 are all positive, normal and finite.
// Uses: x0, x1, x2, x3. Clobbers: a, b, c, flags.
#define LOG_SPECIAL_F32(x0, x1, x2, x3, a, b, c) \
	VBROADCASTSS LOG_MIN_F32, c \
	VPSUBD       c, x0, a \
	VPSUBD       c, x1, b \
	VPMAXUD      b, a, a \
	VPSUBD       c, x2, b \
	VPMAXUD      b, a, a \
	VPSUBD       c, x3, b \
	VPMAXUD      b, a, a \
	VBROADCASTSS LOG_SPAN_F32, c \
	VPMAXUD      c, a, b \
	VPCMPEQD     b, a, a \
	VPTEST       a, a

// logScaledF32: ln(x·2^-shift), x positive, normal, finite; shift is subtracted from e between the two
// halves of the macro pair, or not at all. First half: x = f, e = exponent. Clobbers: e, u, c.
#define LOG_SPLIT_F32(x, e, u, c) \
	VBROADCASTSS LOG_OFF_F32, c \
	VPSUBD       c, x, e \
	VPSRAD       $23, e, e      /* n */ \
	VPSLLD       $23, e, u \
	VPSUBD       u, x, x        /* m */ \
	VCVTDQ2PS    e, e \
	VBROADCASTSS ONE_F32, c \
	VSUBPS       c, x, x        /* f = m - 1 */

// Second half: x = ln((1 + x)·2^e). Clobbers: e, z, u, v, c.
#define LOG_JOIN_F32(x, e, z, u, v, c) \
	VMULPS       x, x, z \
	VBROADCASTSS LOG_U0_F32, u \
	VBROADCASTSS LOG_V0_F32, v \
	HORNER_F32(LOG_U1_F32, z, u, c) \
	HORNER_F32(LOG_V1_F32, z, v, c) \
	HORNER_F32(LOG_U2_F32, z, u, c) \
	HORNER_F32(LOG_V2_F32, z, v, c) \
	HORNER_F32(LOG_U3_F32, z, u, c) \
	HORNER_F32(LOG_V3_F32, z, v, c) \
	VFMADD213PS  u, x, v              /* (ln(1+f) - f + f²/2)/f³ */ \
	HORNER_F32(NEG_HALF_F32, x, v, c) \
	VMULPS       z, v, v \
	VBROADCASTSS LOG_LN2_LO_F32, c \
	VFMADD231PS  c, e, v \
	VADDPS       x, v, x \
	VBROADCASTSS LOG_LN2_HI_F32, c \
	VFMADD231PS  c, e, x

// logPosF32: ln x for positive, normal, finite x; for other x, NaN among them, some number.
// Uses: x. Clobbers: e, z, u, v, c.
#define LOG_POS_F32(x, e, z, u, v, c) \
	LOG_SPLIT_F32(x, e, u, c) \
	LOG_JOIN_F32(x, e, z, u, v, c)

// logF32: ln x.
// Uses: x. Clobbers: e, z, u, v, w, m, c.
#define LOG_F32(x, e, z, u, v, w, m, c) \
	VMOVAPS      x, w \
	VBROADCASTSS LOG_MIN_F32, c \
	VCMPPS       $0x11, c, x, m    /* subnormal or not positive */ \
	VBROADCASTSS LOG_SCALE_F32, c \
	VMULPS       c, x, u \
	VBLENDVPS    m, u, x, x \
	LOG_SPLIT_F32(x, e, u, c) \
	VBROADCASTSS LOG_SHIFT_F32, c \
	VANDPS       m, c, c \
	VSUBPS       c, e, e \
	LOG_JOIN_F32(x, e, z, u, v, c) \
	VBROADCASTSS INF_F32, c \
	VCMPPS       $0x15, c, w, m    /* Inf or NaN */ \
	VBLENDVPS    m, w, x, x \
	VXORPS       u, u, u \
	VCMPPS       $0x11, u, w, m    /* negative */ \
	VBROADCASTSS NAN_F32, c \
	VBLENDVPS    m, c, x, x \
	VCMPPS       $0x00, u, w, m    /* zero */ \
	VBROADCASTSS NEG_INF_F32, c \
	VBLENDVPS    m, c, x, x

// ---- float64: four lanes ----

// One step of Horner's rule: q = q·x + k, fused, and the same for two vectors.
// Uses: x, q. Clobbers: q, c.
#define HORNER_F64(k, x, q, c) \
	VBROADCASTSD k, c \
	VFMADD213PD  c, x, q

#define HORNER_F64X2(k, x0, q0, x1, q1, c) \
	VBROADCASTSD k, c \
	VFMADD213PD  c, x0, q0 \
	VFMADD213PD  c, x1, q1

// expReduceF64: x = n·ln 2 + r, r to x, t = n + magic; magic is MAGIC_F64 or MAGIC_BIASED_F64.
// Uses: x. Clobbers: x, t, q, c.
#define EXP_REDUCE_F64(magic, x, t, q, c) \
	VBROADCASTSD LOG2E_F64, c \
	VBROADCASTSD magic, q \
	VMOVAPS      q, t \
	VFMADD231PD  c, x, t       /* t = x·log2 e + magic */ \
	VBROADCASTSD LN2_HI_F64, c \
	VSUBPD       q, t, q       /* n */ \
	VFNMADD231PD c, q, x \
	VBROADCASTSD LN2_LO_F64, c \
	VFNMADD231PD c, q, x       /* r */

// EXP_REDUCE_F64, for two vectors.
#define EXP_REDUCE_F64X2(magic, x0, t0, q0, x1, t1, q1, c) \
	VBROADCASTSD LOG2E_F64, c \
	VBROADCASTSD magic, q0 \
	VMOVAPS      q0, q1 \
	VMOVAPS      q0, t0 \
	VMOVAPS      q1, t1 \
	VFMADD231PD  c, x0, t0     /* t = x·log2 e + magic */ \
	VFMADD231PD  c, x1, t1 \
	VBROADCASTSD LN2_HI_F64, c \
	VSUBPD       q0, t0, q0    /* n */ \
	VSUBPD       q1, t1, q1 \
	VFNMADD231PD c, q0, x0 \
	VFNMADD231PD c, q1, x1 \
	VBROADCASTSD LN2_LO_F64, c \
	VFNMADD231PD c, q0, x0     /* r */ \
	VFNMADD231PD c, q1, x1

// expPolyF64: q = (e^r - 1 - r)/r², r2 = r².
// Uses: r. Clobbers: q, r2, v, c.
#define EXP_POLY_F64(r, q, r2, v, c) \
	VMULPD       r, r, r2 \
	VBROADCASTSD EXP_U0_F64, q \
	VBROADCASTSD EXP_V0_F64, v \
	HORNER_F64(EXP_U1_F64, r2, q, c) \
	HORNER_F64(EXP_V1_F64, r2, v, c) \
	HORNER_F64(EXP_U2_F64, r2, q, c) \
	HORNER_F64(EXP_V2_F64, r2, v, c) \
	HORNER_F64(EXP_U3_F64, r2, q, c) \
	HORNER_F64(EXP_V3_F64, r2, v, c) \
	HORNER_F64(EXP_U4_F64, r2, q, c) \
	HORNER_F64(EXP_V4_F64, r2, v, c) \
	VFMADD231PD  v, r, q

// EXP_POLY_F64, for two vectors.
#define EXP_POLY_F64X2(r0, q0, r20, v0, r1, q1, r21, v1, c) \
	VMULPD       r0, r0, r20 \
	VMULPD       r1, r1, r21 \
	VBROADCASTSD EXP_U0_F64, q0 \
	VMOVAPS      q0, q1 \
	VBROADCASTSD EXP_V0_F64, v0 \
	VMOVAPS      v0, v1 \
	HORNER_F64X2(EXP_U1_F64, r20, q0, r21, q1, c) \
	HORNER_F64X2(EXP_V1_F64, r20, v0, r21, v1, c) \
	HORNER_F64X2(EXP_U2_F64, r20, q0, r21, q1, c) \
	HORNER_F64X2(EXP_V2_F64, r20, v0, r21, v1, c) \
	HORNER_F64X2(EXP_U3_F64, r20, q0, r21, q1, c) \
	HORNER_F64X2(EXP_V3_F64, r20, v0, r21, v1, c) \
	HORNER_F64X2(EXP_U4_F64, r20, q0, r21, q1, c) \
	HORNER_F64X2(EXP_V4_F64, r20, v0, r21, v1, c) \
	VFMADD231PD  v0, r0, q0 \
	VFMADD231PD  v1, r1, q1

// expPartsF64: e^x = q·2^n, t = n + magic.
// Uses: x. Clobbers: x, t, q, u, v, c; leaves 1 in c.
#define EXP_PARTS_F64(magic, x, t, q, u, v, c) \
	EXP_REDUCE_F64(magic, x, t, q, c) \
	EXP_POLY_F64(x, q, u, v, c) \
	VBROADCASTSD ONE_F64, c \
	VFMADD213PD  c, x, q \
	VFMADD213PD  c, x, q

// EXP_PARTS_F64, for two vectors.
#define EXP_PARTS_F64X2(magic, x0, t0, q0, u0, v0, x1, t1, q1, u1, v1, c) \
	EXP_REDUCE_F64X2(magic, x0, t0, q0, x1, t1, q1, c) \
	EXP_POLY_F64X2(x0, q0, u0, v0, x1, q1, u1, v1, c) \
	VBROADCASTSD ONE_F64, c \
	VFMADD213PD  c, x0, q0 \
	VFMADD213PD  c, x1, q1 \
	VFMADD213PD  c, x0, q0 \
	VFMADD213PD  c, x1, q1

// scaleF64: q = q·2^n in two steps, for t = n + MAGIC_F64.
// Uses: q, t. Clobbers: q, t, s, c.
#define SCALE_F64(t, q, s, c) \
	VBROADCASTSD SCALE_BIAS_F64, c \
	VPSUBQ       c, t, t           /* n + two biases */ \
	VPSRLQ       $1, t, s          /* ⌊n/2⌋ + bias */ \
	VPSUBQ       s, t, t           /* n - ⌊n/2⌋ + bias */ \
	VPSLLQ       $52, s, s \
	VPSLLQ       $52, t, t \
	VMULPD       s, q, q \
	VMULPD       t, q, q

// e^x0 and e^x1 where every lane is ordinary (EXP_SPECIAL_F64 says no).
// Uses: x0, x1. Clobbers: t0, q0, u0, v0, t1, q1, u1, v1, c.
#define EXP_ORDINARY_F64X2(x0, t0, q0, u0, v0, x1, t1, q1, u1, v1, c) \
	EXP_PARTS_F64X2(MAGIC_F64, x0, t0, q0, u0, v0, x1, t1, q1, u1, v1, c) \
	VPSLLQ $52, t0, t0 \
	VPSLLQ $52, t1, t1 \
	VPADDQ t0, q0, x0 \
	VPADDQ t1, q1, x1

// expF64: e^x.
// Uses: x. Clobbers: t, q, u, v, c.
#define EXP_F64(x, t, q, u, v, c) \
	VBROADCASTSD EXP_LOW_F64, c \
	VMAXPD       x, c, x                       /* NaN stays */ \
	VBROADCASTSD EXP_HIGH_F64, c \
	VMINPD       x, c, x \
	EXP_PARTS_F64(MAGIC_F64, x, t, q, u, v, c) \
	SCALE_F64(t, q, x, c) \
	VMOVAPS      q, x

// expNegF64: e^x for x ≤ 0, +0 where that is below the normal range.
// Uses: x. Clobbers: t, q, u, v, m, c.
#define EXPNEG_F64(x, t, q, u, v, m, c) \
	VBROADCASTSD EXPNEG_MIN_F64, c \
	VCMPPD       $0x11, c, x, m                       /* below the least */ \
	EXP_PARTS_F64(MAGIC_BIASED_F64, x, t, q, u, v, c) \
	VPSLLQ       $52, t, t                            /* 2^n */ \
	VMULPD       t, q, x \
	VANDNPS      x, m, x

// EXPNEG_F64, for two vectors.
#define EXPNEG_F64X2(x0, t0, q0, u0, v0, m0, x1, t1, q1, u1, v1, m1, c) \
	VBROADCASTSD EXPNEG_MIN_F64, c \
	VCMPPD       $0x11, c, x0, m0                                                /* below the least */ \
	VCMPPD       $0x11, c, x1, m1 \
	EXP_PARTS_F64X2(MAGIC_BIASED_F64, x0, t0, q0, u0, v0, x1, t1, q1, u1, v1, c) \
	VPSLLQ       $52, t0, t0                                                     /* 2^n */ \
	VPSLLQ       $52, t1, t1 \
	VMULPD       t0, q0, x0 \
	VMULPD       t1, q1, x1 \
	VANDNPS      x0, m0, x0 \
	VANDNPS      x1, m1, x1

// EXPNEG_F64X2 in two steps, between which other vectors may come: first x = r and t = 2^n, or 0 and 0. Clobbers: q0, m0, q1, m1, c.
#define EXPNEG_REDUCE_F64X2(x0, t0, q0, m0, x1, t1, q1, m1, c) \
	VBROADCASTSD EXPNEG_MIN_F64, c \
	VCMPPD       $0x11, c, x0, m0                                                /* below the least */ \
	VCMPPD       $0x11, c, x1, m1 \
	EXP_REDUCE_F64X2(MAGIC_BIASED_F64, x0, t0, q0, x1, t1, q1, c) \
	VPSLLQ       $52, t0, t0                                                     /* 2^n */ \
	VPSLLQ       $52, t1, t1 \
	VANDNPS      x0, m0, x0 \
	VANDNPS      x1, m1, x1 \
	VANDNPS      t0, m0, t0 \
	VANDNPS      t1, m1, t1

// Then q = e^r·2^n, for t in t0 and t1. Uses: x0, x1, t0, t1. Clobbers: q0, u0, v0, q1, u1, v1, c.
#define EXPNEG_POLY_F64X2(x0, t0, q0, u0, v0, x1, t1, q1, u1, v1, c) \
	EXP_POLY_F64X2(x0, q0, u0, v0, x1, q1, u1, v1, c) \
	VBROADCASTSD ONE_F64, c \
	VFMADD213PD  c, x0, q0 \
	VFMADD213PD  c, x1, q1 \
	VFMADD213PD  c, x0, q0 \
	VFMADD213PD  c, x1, q1 \
	VMULPD       t0, q0, q0 \
	VMULPD       t1, q1, q1

// Zero flag set if the 16 lanes of x0 … x3 are all ordinary: |x| < 708, no NaN. It looks at the high halves.
// Uses: x0, x1, x2, x3. Clobbers: a, b, c, flags.
#define EXP_SPECIAL_F64(x0, x1, x2, x3, a, b, c) \
	VBROADCASTSD ABS_F64, c \
	VPAND        x0, c, a \
	VPAND        x1, c, b \
	VPMAXUD      b, a, a \
	VPAND        x2, c, b \
	VPMAXUD      b, a, a \
	VPAND        x3, c, b \
	VPMAXUD      b, a, a \
	VBROADCASTSD EXP_LIMIT_F64, c \
	VPCMPGTD     c, a, a \
	VPTEST       a, a

// Zero flag set only if the 16 lanes of x0 … x3 are all positive, normal and finite. It looks at the high halves.
// Uses: x0, x1, x2, x3. Clobbers: a, b, c, flags.
#define LOG_SPECIAL_F64(x0, x1, x2, x3, a, b, c) \
	VBROADCASTSD LOG_MIN_F64, c \
	VPSUBD       c, x0, a \
	VPSUBD       c, x1, b \
	VPMAXUD      b, a, a \
	VPSUBD       c, x2, b \
	VPMAXUD      b, a, a \
	VPSUBD       c, x3, b \
	VPMAXUD      b, a, a \
	VBROADCASTSD LOG_SPAN_F64, c \
	VPMAXUD      c, a, b \
	VPCMPEQD     b, a, a \
	VPTEST       a, a

// logScaledF64: ln(x·2^-shift), x positive, normal, finite; shift is subtracted from e between the two
// halves of the macro pair, or not at all. First half: x = f, e = exponent. Clobbers: e, u, c.
#define LOG_SPLIT_F64(x, e, u, c) \
	VBROADCASTSD LOG_OFF_F64, c \
	VPSUBQ       c, x, e \
	VBROADCASTSD LOG_EXP_F64, c \
	VPAND        c, e, u          /* 2^52·n */ \
	VPSUBQ       u, x, x          /* m */ \
	VBROADCASTSD SIGN_F64, c \
	VPXOR        c, e, e \
	VPSRLQ       $52, e, e        /* n + 2048 */ \
	VBROADCASTSD LOG_TWO52_F64, c \
	VPOR         c, e, e \
	VBROADCASTSD LOG_BIAS_F64, c \
	VSUBPD       c, e, e \
	VBROADCASTSD ONE_F64, c \
	VSUBPD       c, x, x          /* f = m - 1 */

// Second half: x = ln((1 + x)·2^e). Clobbers: e, z, u, v, d, c.
#define LOG_JOIN_F64(x, e, z, u, v, d, c) \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, x, u \
	VDIVPD       u, x, u          /* s */ \
	VMULPD       u, u, z \
	VBROADCASTSD LOG0_F64, v \
	HORNER_F64(LOG1_F64, z, v, c) \
	HORNER_F64(LOG2_F64, z, v, c) \
	HORNER_F64(LOG3_F64, z, v, c) \
	HORNER_F64(LOG4_F64, z, v, c) \
	HORNER_F64(LOG5_F64, z, v, c) \
	HORNER_F64(LOG6_F64, z, v, c) \
	VMULPD       z, v, v          /* R */ \
	VBROADCASTSD HALF_F64, c \
	VMULPD       c, x, z \
	VMULPD       x, z, z          /* h = f²/2 */ \
	VADDPD       z, v, v          /* h + R */ \
	VBROADCASTSD LN2_LO_F64, c \
	VMULPD       c, e, d \
	VFMADD231PD  v, u, d          /* s·(h + R) + e·ln2Lo */ \
	VSUBPD       d, z, z \
	VSUBPD       z, x, x          /* f - (h - …) */ \
	VBROADCASTSD LN2_HI_F64, c \
	VFMADD231PD  c, e, x

// logPosF64: ln x for positive, normal, finite x; for other x, NaN among them, some number.
// Uses: x. Clobbers: e, z, u, v, d, c.
#define LOG_POS_F64(x, e, z, u, v, d, c) \
	LOG_SPLIT_F64(x, e, u, c) \
	LOG_JOIN_F64(x, e, z, u, v, d, c)

// logF64: ln x.
// Uses: x. Clobbers: e, z, u, v, d, w, m, c.
#define LOG_F64(x, e, z, u, v, d, w, m, c) \
	VMOVAPS      x, w \
	VBROADCASTSD LOG_MIN_F64, c \
	VCMPPD       $0x11, c, x, m       /* subnormal or not positive */ \
	VBROADCASTSD LOG_SCALE_F64, c \
	VMULPD       c, x, u \
	VBLENDVPD    m, u, x, x \
	LOG_SPLIT_F64(x, e, u, c) \
	VBROADCASTSD LOG_SHIFT_F64, c \
	VANDPD       m, c, c \
	VSUBPD       c, e, e \
	LOG_JOIN_F64(x, e, z, u, v, d, c) \
	VBROADCASTSD INF_F64, c \
	VCMPPD       $0x15, c, w, m       /* Inf or NaN */ \
	VBLENDVPD    m, w, x, x \
	VXORPS       u, u, u \
	VCMPPD       $0x11, u, w, m       /* negative */ \
	VBROADCASTSD NAN_F64, c \
	VBLENDVPD    m, c, x, x \
	VCMPPD       $0x00, u, w, m       /* zero */ \
	VBROADCASTSD NEG_INF_F64, c \
	VBLENDVPD    m, c, x, x
