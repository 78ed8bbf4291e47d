// The vocabulary of vec.h: float64 with NEON.
//
// Clobbers: the last register, R9 … R13, R19 … R22, V30, V31, flags.

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

#define V_TAIL(label) \
	CBZ n_left, label \
	SUB $1, n_left, R12 \
	TAIL_OFFSET(1, 3, R9) \
	TAIL_OFFSET(2, 3, R10)
#define V_LOADM(i, p, d) \
	VADD_X(8, p, 12) \
	VLD1R_D2(12, d(LO)) \
	VADD_X(9, p, 12) \
	VLD1_D1(12, d(LO)) \
	VADD_X(10, p, 12) \
	VLD1R_D2(12, d(HI))
#define V_STOREM(i, p, a) \
	VSTR_DX(8, p, a(LO)) \
	VADD_X(9, p, 12) \
	VST1_D1(12, a(LO)) \
	VSTR_DX(10, p, a(HI))

#define V_ADD(b, a, d) G3(VFADD_D2, b, a, d)
#define V_ADDK(k, a, d) GK3(VFADD_D2, k, a, d)
#define V_SUB(b, a, d) G3(VFSUB_D2, b, a, d)
#define V_SUBK(k, a, d) GK3(VFSUB_D2, k, a, d)
#define V_MUL(b, a, d) G3(VFMUL_D2, b, a, d)
#define V_MULK(k, a, d) GK3(VFMUL_D2, k, a, d)
#define V_DIV(b, a, d) G3(VFDIV_D2, b, a, d)
#define V_DIVK(k, a, d) GK3(VFDIV_D2, k, a, d)
#define V_RSUBK(k, a, d) GKR3(VFSUB_D2, k, a, d)
#define V_RDIVK(k, a, d) GKR3(VFDIV_D2, k, a, d)
#define V_SQRT(a, d) G2(VFSQRT_D2, a, d)
#define V_FMA(b, a, d) G3(VFMLA_D2, b, a, d)
#define V_FMAK(k, a, d) GK3(VFMLA_D2, k, a, d)
#define V_FNMA(b, a, d) G3(VFMLS_D2, b, a, d)
#define V_FNMAK(k, a, d) GK3(VFMLS_D2, k, a, d)
#define V_FMA213(c, a, d) \
	VMOV_B16(c(LO), 31) \
	VMOV_B16(c(HI), 30) \
	VFMLA_D2(a(LO), d(LO), 31) \
	VFMLA_D2(a(HI), d(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define HORNER(k, x, q) \
	VLDR_Q(k, 31) \
	VMOV_B16(31, 30) \
	VFMLA_D2(x(LO), q(LO), 31) \
	VFMLA_D2(x(HI), q(HI), 30) \
	VMOV_B16(31, q(LO)) \
	VMOV_B16(30, q(HI))
#define HORNER2(k, l, x, q) \
	VLDR_Q(k, 31) \
	VMOV_B16(31, 30) \
	VFMLA_D2(x(LO), q(LO), 31) \
	VFMLA_D2(x(HI), q(HI), 30) \
	VLDR_Q(l, q(LO)) \
	VMOV_B16(q(LO), q(HI)) \
	VFMLA_D2(x(LO), 31, q(LO)) \
	VFMLA_D2(x(HI), 30, q(HI))
#define V_MAX(b, a, d) \
	VFCMGT_D2(b(LO), a(LO), 31) \
	VFCMGT_D2(b(HI), a(HI), 30) \
	VBSL_B16(b(LO), a(LO), 31) \
	VBSL_B16(b(HI), a(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define V_MAXK(k, a, d) GK3(VFMAX_D2, k, a, d)
#define V_MIN(b, a, d) \
	VFCMGT_D2(a(LO), b(LO), 31) \
	VFCMGT_D2(a(HI), b(HI), 30) \
	VBSL_B16(b(LO), a(LO), 31) \
	VBSL_B16(b(HI), a(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define V_MINK(k, a, d) GK3(VFMIN_D2, k, a, d)
#define V_RELU(a, d) \
	VEOR_B16(31, 31, 31) \
	GS3(VFMAX_D2, a, d)

#define V_IADD(b, a, d) G3(VADD_D2, b, a, d)
#define V_IADDK(k, a, d) GK3(VADD_D2, k, a, d)
#define V_ISUB(b, a, d) G3(VSUB_D2, b, a, d)
#define V_ISUBK(k, a, d) GK3(VSUB_D2, k, a, d)
#define V_SHL(n, a, d) GI3(VSHL_D2, n, a, d)
#define V_SHR(n, a, d) GI3(VUSHR_D2, n, a, d)

#define V_ROWS(p, i, a, b) \
	V_SHL(4, i, i) \
	ROWS_D2(p, i(LO), a(LO), b(LO)) \
	ROWS_D2(p, i(HI), a(HI), b(HI))
// The rows at byte offsets i from p. Clobbers: R12, R13, V30, V31.
#define ROWS_D2(p, i, a, b) \
	VMOV_B16(i, 31) \
	VMOV V31.D[0], R12 \
	VMOV V31.D[1], R13 \
	VLDR_QX(12, p, 30) \
	VLDR_QX(13, p, 31) \
	VZIP1_D2(31, 30, a) \
	VZIP2_D2(31, 30, b)

#define V_LT(b, a, m) G3(VFCMGT_D2, a, b, m)
#define V_LE(b, a, m) G3(VFCMGE_D2, a, b, m)
#define V_EQ(b, a, m) G3(VFCMEQ_D2, a, b, m)
#define V_NLT(b, a, m) \
	V_LT(b, a, m) \
	G2(VNOT_B16, m, m)
#define V_LTK(k, a, m) GKR3(VFCMGT_D2, k, a, m)
#define V_GTK(k, a, m) GK3(VFCMGT_D2, k, a, m)
#define V_GEK(k, a, m) GK3(VFCMGE_D2, k, a, m)
#define V_EQK(k, a, m) GK3(VFCMEQ_D2, k, a, m)
#define V_NLTK(k, a, m) \
	V_LTK(k, a, m) \
	G2(VNOT_B16, m, m)
#define V_SIGN(a, m) GI3(VSSHR_D2, 63, a, m)
#define SCALE(t, q, s) \
	V_ISUBK(SCALE_BIAS_F64, t, t)   /* n + two biases */ \
	V_SHR(1, t, s)                /* ⌊n/2⌋ + bias */ \
	V_ISUB(s, t, t)               /* n - ⌊n/2⌋ + bias */ \
	V_SHL(MANT_BITS, s, s) \
	V_SHL(MANT_BITS, t, t) \
	V_MUL(s, q, q) \
	V_MUL(t, q, q)
