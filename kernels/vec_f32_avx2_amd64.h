// The vocabulary of vec.h: float32 with AVX2.
//
// Clobbers: the last register, Y14, flags.

#define ESIZE 4
#define VLEN (VBYTES/4)
#define ONE ONE_F32
#define TWO TWO_F32
#define INF INF_F32
#define NEG_INF NEG_INF_F32
#define NAN NAN_F32
#define ABS ABS_F32
#define SIGN SIGN_F32
#define MAGIC MAGIC_F32
#define MAGIC_BIASED MAGIC_BIASED_F32
#define MANT_BITS 23

#define V_ADD(b, a, d) G3(VADDPS, b, a, d)
#define V_ADDK(k, a, d) GK3(VADDPS, k, a, d)
#define V_SUB(b, a, d) G3(VSUBPS, b, a, d)
#define V_SUBK(k, a, d) GK3(VSUBPS, k, a, d)
#define V_MUL(b, a, d) G3(VMULPS, b, a, d)
#define V_MULK(k, a, d) GK3(VMULPS, k, a, d)
#define V_DIV(b, a, d) G3(VDIVPS, b, a, d)
#define V_DIVK(k, a, d) GK3(VDIVPS, k, a, d)
#define V_RSUBK(k, a, d) GKR3(VSUBPS, k, a, d)
#define V_RDIVK(k, a, d) GKR3(VDIVPS, k, a, d)
#define V_SQRT(a, d) G2(VSQRTPS, a, d)
#define V_FMA(b, a, d) G3(VFMADD231PS, b, a, d)
#define V_FMAK(k, a, d) GK3(VFMADD231PS, k, a, d)
#define V_FNMA(b, a, d) G3(VFNMADD231PS, b, a, d)
#define V_FNMAK(k, a, d) GK3(VFNMADD231PS, k, a, d)
#define V_FMA213(c, a, d) G3(VFMADD213PS, c, a, d)
#define HORNER(k, x, q) GK3(VFMADD213PS, k, x, q)
#define HORNER2(k, l, x, q) \
	HORNER(k, x, q) \
	HORNER(l, x, q)
#define V_MAX(b, a, d) G3(VMAXPS, b, a, d)
#define V_MAXK(k, a, d) GKR3(VMAXPS, k, a, d)
#define V_MIN(b, a, d) G3(VMINPS, b, a, d)
#define V_MINK(k, a, d) GKR3(VMINPS, k, a, d)
#define V_RELU(a, d) \
	VXORPS v_scratch, v_scratch, v_scratch \
	GS3(VMAXPS, a, d)

#define V_IADD(b, a, d) G3(VPADDD, b, a, d)
#define V_IADDK(k, a, d) GK3(VPADDD, k, a, d)
#define V_ISUB(b, a, d) G3(VPSUBD, b, a, d)
#define V_ISUBK(k, a, d) GK3(VPSUBD, k, a, d)
#define V_SHL(n, a, d) GI3(VPSLLD, n, a, d)
#define V_SHR(n, a, d) GI3(VPSRLD, n, a, d)
#define V_SAR(n, a, d) GI3(VPSRAD, n, a, d)
#define V_I2F(a, d) G2(VCVTDQ2PS, a, d)

#define V_INDEX(i)
#define V_LOOKUP(k, i, d) \
	VMOVUPS k, v_scratch \
	VPERMPS v_scratch, i(LO), d(LO) \
	VPERMPS v_scratch, i(HI), d(HI)

#define V_LT(b, a, m) GI4(VCMPPS, 0x11, b, a, m)
#define V_LE(b, a, m) GI4(VCMPPS, 0x12, b, a, m)
#define V_EQ(b, a, m) GI4(VCMPPS, 0x00, b, a, m)
#define V_NLT(b, a, m) GI4(VCMPPS, 0x15, b, a, m)
#define V_LTK(k, a, m) GKI4(VCMPPS, 0x11, k, a, m)
#define V_GTK(k, a, m) GKI4(VCMPPS, 0x1e, k, a, m)
#define V_GEK(k, a, m) GKI4(VCMPPS, 0x1d, k, a, m)
#define V_EQK(k, a, m) GKI4(VCMPPS, 0x00, k, a, m)
#define V_NLTK(k, a, m) GKI4(VCMPPS, 0x15, k, a, m)
#define V_SELECT(m, b, a, d) G4(VBLENDVPS, m, b, a, d)
#define V_MERGE(m, a, d) G4(VBLENDVPS, m, a, d, d)
#define SCALE(t, q, s) \
	V_ISUBK(SCALE_BIAS_F32, t, t)   /* n + two biases */ \
	V_SHR(1, t, s)                /* ⌊n/2⌋ + bias */ \
	V_ISUB(s, t, t)               /* n - ⌊n/2⌋ + bias */ \
	V_SHL(MANT_BITS, s, s) \
	V_SHL(MANT_BITS, t, t) \
	V_MUL(s, q, q) \
	V_MUL(t, q, q)
