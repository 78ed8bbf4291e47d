// The vocabulary of vec.h: float32 with NEON.
//
// Clobbers: the last register, R9 … R13, R19 … R22, V30, V31, flags.

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

#define V_TAIL(label) \
	CBZ n_left, label \
	SUB $1, n_left, R12 \
	TAIL_OFFSET(1, 2, R9) \
	TAIL_OFFSET(2, 2, R10) \
	TAIL_OFFSET(3, 2, R11) \
	TAIL_OFFSET(4, 2, R19) \
	TAIL_OFFSET(5, 2, R20) \
	TAIL_OFFSET(6, 2, R21)
#define V_LOADM(i, p, d) \
	TAIL_LOAD_S(0, 8, p, d(LO)) \
	TAIL_LOAD_S(1, 9, p, d(LO)) \
	TAIL_LOAD_S(2, 10, p, d(LO)) \
	TAIL_LOAD_S(3, 11, p, d(LO)) \
	TAIL_LOAD_S(0, 19, p, d(HI)) \
	TAIL_LOAD_S(1, 20, p, d(HI)) \
	TAIL_LOAD_S(2, 21, p, d(HI)) \
	TAIL_LOAD_S(3, 21, p, d(HI))
#define V_STOREM(i, p, a) \
	TAIL_STORE_S(0, 8, p, a(LO)) \
	TAIL_STORE_S(1, 9, p, a(LO)) \
	TAIL_STORE_S(2, 10, p, a(LO)) \
	TAIL_STORE_S(3, 11, p, a(LO)) \
	TAIL_STORE_S(0, 19, p, a(HI)) \
	TAIL_STORE_S(1, 20, p, a(HI)) \
	TAIL_STORE_S(2, 21, p, a(HI))

#define V_ADD(b, a, d) G3(VFADD_S4, b, a, d)
#define V_ADDK(k, a, d) GK3(VFADD_S4, k, a, d)
#define V_SUB(b, a, d) G3(VFSUB_S4, b, a, d)
#define V_SUBK(k, a, d) GK3(VFSUB_S4, k, a, d)
#define V_MUL(b, a, d) G3(VFMUL_S4, b, a, d)
#define V_MULK(k, a, d) GK3(VFMUL_S4, k, a, d)
#define V_DIV(b, a, d) G3(VFDIV_S4, b, a, d)
#define V_DIVK(k, a, d) GK3(VFDIV_S4, k, a, d)
#define V_RSUBK(k, a, d) GKR3(VFSUB_S4, k, a, d)
#define V_RDIVK(k, a, d) GKR3(VFDIV_S4, k, a, d)
#define V_SQRT(a, d) G2(VFSQRT_S4, a, d)
#define V_FMA(b, a, d) G3(VFMLA_S4, b, a, d)
#define V_FMAK(k, a, d) GK3(VFMLA_S4, k, a, d)
#define V_FNMA(b, a, d) G3(VFMLS_S4, b, a, d)
#define V_FNMAK(k, a, d) GK3(VFMLS_S4, k, a, d)
#define V_FMA213(c, a, d) \
	VMOV_B16(c(LO), 31) \
	VMOV_B16(c(HI), 30) \
	VFMLA_S4(a(LO), d(LO), 31) \
	VFMLA_S4(a(HI), d(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define HORNER(k, x, q) \
	VLDR_Q(k, 31) \
	VMOV_B16(31, 30) \
	VFMLA_S4(x(LO), q(LO), 31) \
	VFMLA_S4(x(HI), q(HI), 30) \
	VMOV_B16(31, q(LO)) \
	VMOV_B16(30, q(HI))
#define HORNER2(k, l, x, q) \
	VLDR_Q(k, 31) \
	VMOV_B16(31, 30) \
	VFMLA_S4(x(LO), q(LO), 31) \
	VFMLA_S4(x(HI), q(HI), 30) \
	VLDR_Q(l, q(LO)) \
	VMOV_B16(q(LO), q(HI)) \
	VFMLA_S4(x(LO), 31, q(LO)) \
	VFMLA_S4(x(HI), 30, q(HI))
#define V_MAX(b, a, d) \
	VFCMGT_S4(b(LO), a(LO), 31) \
	VFCMGT_S4(b(HI), a(HI), 30) \
	VBSL_B16(b(LO), a(LO), 31) \
	VBSL_B16(b(HI), a(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define V_MAXK(k, a, d) GK3(VFMAX_S4, k, a, d)
#define V_MIN(b, a, d) \
	VFCMGT_S4(a(LO), b(LO), 31) \
	VFCMGT_S4(a(HI), b(HI), 30) \
	VBSL_B16(b(LO), a(LO), 31) \
	VBSL_B16(b(HI), a(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define V_MINK(k, a, d) GK3(VFMIN_S4, k, a, d)
#define V_RELU(a, d) \
	VEOR_B16(31, 31, 31) \
	GS3(VFMAX_S4, a, d)

#define V_IADD(b, a, d) G3(VADD_S4, b, a, d)
#define V_IADDK(k, a, d) GK3(VADD_S4, k, a, d)
#define V_ISUB(b, a, d) G3(VSUB_S4, b, a, d)
#define V_ISUBK(k, a, d) GK3(VSUB_S4, k, a, d)
#define V_SHL(n, a, d) GI3(VSHL_S4, n, a, d)
#define V_SHR(n, a, d) GI3(VUSHR_S4, n, a, d)
#define V_SAR(n, a, d) GI3(VSSHR_S4, n, a, d)
#define V_I2F(a, d) G2(VSCVTF_S4, a, d)

#define V_INDEX(i)               /* 4n + 0, … 3 in the bytes of a lane */ \
	MOVD $0x04040404, R12 \
	VDUP R12, V31.S4 \
	MOVD $0xd7020100, R12 \
	VDUP R12, V30.S4 \
	G2(INDEX_S4, i, i)
#define INDEX_S4(a, d) \
	VMUL_S4(31, a, d) \
	VADD_S4(30, d, d)
#define V_LOOKUP(k, i, d) \
	VLDR_Q(k, 30) \
	VLDR_Q_HIGH(k, 31) \
	VTBL2_B16(i(LO), 30, d(LO)) \
	VTBL2_B16(i(HI), 30, d(HI))

#define V_LT(b, a, m) G3(VFCMGT_S4, a, b, m)
#define V_LE(b, a, m) G3(VFCMGE_S4, a, b, m)
#define V_EQ(b, a, m) G3(VFCMEQ_S4, a, b, m)
#define V_NLT(b, a, m) \
	V_LT(b, a, m) \
	G2(VNOT_B16, m, m)
#define V_LTK(k, a, m) GKR3(VFCMGT_S4, k, a, m)
#define V_GTK(k, a, m) GK3(VFCMGT_S4, k, a, m)
#define V_GEK(k, a, m) GK3(VFCMGE_S4, k, a, m)
#define V_EQK(k, a, m) GK3(VFCMEQ_S4, k, a, m)
#define V_NLTK(k, a, m) \
	V_LTK(k, a, m) \
	G2(VNOT_B16, m, m)
#define V_SIGN(a, m) GI3(VSSHR_S4, 31, a, m)
#define SCALE(t, q, s) \
	V_ISUBK(SCALE_BIAS_F32, t, t)   /* n + two biases */ \
	V_SHR(1, t, s)                /* ⌊n/2⌋ + bias */ \
	V_ISUB(s, t, t)               /* n - ⌊n/2⌋ + bias */ \
	V_SHL(MANT_BITS, s, s) \
	V_SHL(MANT_BITS, t, t) \
	V_MUL(s, q, q) \
	V_MUL(t, q, q)
