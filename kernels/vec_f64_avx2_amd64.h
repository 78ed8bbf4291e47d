// The vocabulary of vec.h: float64 with AVX2.
//
// Clobbers: the last register, Y14, flags.

#define ESIZE 8
#define VLEN (VBYTES/8)
#define ONE ONE_F64
#define TWO TWO_F64
#define INF INF_F64
#define NEG_INF NEG_INF_F64
#define NAN NAN_F64
#define ABS ABS_F64
#define SIGN SIGN_F64
#define MAGIC MAGIC_F64
#define MAGIC_BIASED MAGIC_BIASED_F64
#define MANT_BITS 52

#define V_ADD(b, a, d) G3(VADDPD, b, a, d)
#define V_ADDK(k, a, d) GK3(VADDPD, k, a, d)
#define V_SUB(b, a, d) G3(VSUBPD, b, a, d)
#define V_SUBK(k, a, d) GK3(VSUBPD, k, a, d)
#define V_MUL(b, a, d) G3(VMULPD, b, a, d)
#define V_MULK(k, a, d) GK3(VMULPD, k, a, d)
#define V_DIV(b, a, d) G3(VDIVPD, b, a, d)
#define V_DIVK(k, a, d) GK3(VDIVPD, k, a, d)
#define V_RSUBK(k, a, d) GKR3(VSUBPD, k, a, d)
#define V_RDIVK(k, a, d) GKR3(VDIVPD, k, a, d)
#define V_SQRT(a, d) G2(VSQRTPD, a, d)
#define V_FMA(b, a, d) G3(VFMADD231PD, b, a, d)
#define V_FMAK(k, a, d) GK3(VFMADD231PD, k, a, d)
#define V_FNMA(b, a, d) G3(VFNMADD231PD, b, a, d)
#define V_FNMAK(k, a, d) GK3(VFNMADD231PD, k, a, d)
#define V_FMA213(c, a, d) G3(VFMADD213PD, c, a, d)
#define HORNER(k, x, q) GK3(VFMADD213PD, k, x, q)
#define HORNER2(k, l, x, q) \
	HORNER(k, x, q) \
	HORNER(l, x, q)
#define V_MAX(b, a, d) G3(VMAXPD, b, a, d)
#define V_MAXK(k, a, d) GKR3(VMAXPD, k, a, d)
#define V_MIN(b, a, d) G3(VMINPD, b, a, d)
#define V_MINK(k, a, d) GKR3(VMINPD, k, a, d)
#define V_RELU(a, d) \
	VXORPS v_scratch, v_scratch, v_scratch \
	GS3(VMAXPD, a, d)

#define V_IADD(b, a, d) G3(VPADDQ, b, a, d)
#define V_IADDK(k, a, d) GK3(VPADDQ, k, a, d)
#define V_ISUB(b, a, d) G3(VPSUBQ, b, a, d)
#define V_ISUBK(k, a, d) GK3(VPSUBQ, k, a, d)
#define V_SHL(n, a, d) GI3(VPSLLQ, n, a, d)
#define V_SHR(n, a, d) GI3(VPSRLQ, n, a, d)

// Gathers take longer.
#define V_ROWS(p, i, a, b) \
	V_SHL(4, i, i) \
	ROWS_D4(p, i(LO), a(LO), b(LO)) \
	ROWS_D4(p, i(HI), a(HI), b(HI))
// The rows at byte offsets i from p. Clobbers: R10 … R13, Y14.
#define ROWS_D4(p, i, a, b) \
	VMOVAPS      i, v_scratch \
	VMOVQ        X14, R10 \
	VPEXTRQ      $1, X14, R11 \
	VEXTRACTF128 $1, v_scratch, X14 \
	VMOVQ        X14, R12 \
	VPEXTRQ      $1, X14, R13 \
	VMOVUPD      (p)(R10*1), X14 \
	VINSERTF128  $1, (p)(R12*1), v_scratch, a \
	VMOVUPD      (p)(R11*1), X14 \
	VINSERTF128  $1, (p)(R13*1), v_scratch, v_scratch \
	VUNPCKHPD    v_scratch, a, b \
	VUNPCKLPD    v_scratch, a, a

#define V_LT(b, a, m) GI4(VCMPPD, 0x11, b, a, m)
#define V_LE(b, a, m) GI4(VCMPPD, 0x12, b, a, m)
#define V_EQ(b, a, m) GI4(VCMPPD, 0x00, b, a, m)
#define V_NLT(b, a, m) GI4(VCMPPD, 0x15, b, a, m)
#define V_LTK(k, a, m) GKI4(VCMPPD, 0x11, k, a, m)
#define V_GTK(k, a, m) GKI4(VCMPPD, 0x1e, k, a, m)
#define V_GEK(k, a, m) GKI4(VCMPPD, 0x1d, k, a, m)
#define V_EQK(k, a, m) GKI4(VCMPPD, 0x00, k, a, m)
#define V_NLTK(k, a, m) GKI4(VCMPPD, 0x15, k, a, m)
#define V_SELECT(m, b, a, d) G4(VBLENDVPD, m, b, a, d)
#define V_MERGE(m, a, d) G4(VBLENDVPD, m, a, d, d)
#define SCALE(t, q, s) \
	V_ISUBK(SCALE_BIAS_F64, t, t)   /* n + two biases */ \
	V_SHR(1, t, s)                /* ⌊n/2⌋ + bias */ \
	V_ISUB(s, t, t)               /* n - ⌊n/2⌋ + bias */ \
	V_SHL(MANT_BITS, s, s) \
	V_SHL(MANT_BITS, t, t) \
	V_MUL(s, q, q) \
	V_MUL(t, q, q)
