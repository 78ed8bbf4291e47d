// The vocabulary of vec.h: float64 with AVX-512.
//
// Clobbers: the last register, Z31, K7, flags.

#define KLOAD VBROADCASTSD
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
	VPXORD v_scratch, v_scratch, v_scratch \
	GS3(VMAXPD, a, d)

#define V_IADD(b, a, d) G3(VPADDQ, b, a, d)
#define V_IADDK(k, a, d) GK3(VPADDQ, k, a, d)
#define V_ISUB(b, a, d) G3(VPSUBQ, b, a, d)
#define V_ISUBK(k, a, d) GK3(VPSUBQ, k, a, d)
#define V_SHL(n, a, d) GI3(VPSLLQ, n, a, d)
#define V_SHR(n, a, d) GI3(VPSRLQ, n, a, d)
#define V_AND(b, a, d) G3(VPANDQ, b, a, d)
#define V_ANDK(k, a, d) GK3(VPANDQ, k, a, d)
#define V_OR(b, a, d) G3(VPORQ, b, a, d)
#define V_ORK(k, a, d) GK3(VPORQ, k, a, d)
#define V_XOR(b, a, d) G3(VPXORQ, b, a, d)
#define V_XORK(k, a, d) GK3(VPXORQ, k, a, d)
#define V_ANDN(b, a, d) G3(VPANDNQ, a, b, d)

// Gathers take longer.
#define V_ROWS(p, i, a, b) \
	V_SHL(4, i, i) \
	ROWS_D8(p, i(LO), a(LO), b(LO)) \
	ROWS_D8(p, i(HI), a(HI), b(HI))
// The rows at byte offsets i from p. Clobbers: R10 … R13, Z26, Z27, Z28.
#define ROWS_D8(p, i, a, b) \
	ROWS_D4(0, p, i) \
	VUNPCKLPD     Z28, Z27, a \
	VUNPCKHPD     Z28, Z27, b \
	ROWS_D4(1, p, i) \
	VUNPCKLPD     Y28, Y27, Y26 \
	VINSERTF64X4  $1, Y26, a, a \
	VUNPCKHPD     Y28, Y27, Y26 \
	VINSERTF64X4  $1, Y26, b, b
#define ROWS_D4(half, p, i) \
	VEXTRACTF64X4 $half, i, Y26 \
	VMOVQ         X26, R10 \
	VPEXTRQ       $1, X26, R11 \
	VEXTRACTF64X2 $1, Y26, X26 \
	VMOVQ         X26, R12 \
	VPEXTRQ       $1, X26, R13 \
	VMOVUPD       (p)(R10*1), X27 \
	VINSERTF64X2  $1, (p)(R12*1), Y27, Y27 \
	VMOVUPD       (p)(R11*1), X28 \
	VINSERTF64X2  $1, (p)(R13*1), Y28, Y28

#define V_LT(b, a, m) GI4(VCMPPD, 0x11, b, a, m)
#define V_LE(b, a, m) GI4(VCMPPD, 0x12, b, a, m)
#define V_EQ(b, a, m) GI4(VCMPPD, 0x00, b, a, m)
#define V_NLT(b, a, m) GI4(VCMPPD, 0x15, b, a, m)
#define V_LTK(k, a, m) GKI4(VCMPPD, 0x11, k, a, m)
#define V_GTK(k, a, m) GKI4(VCMPPD, 0x1e, k, a, m)
#define V_GEK(k, a, m) GKI4(VCMPPD, 0x1d, k, a, m)
#define V_EQK(k, a, m) GKI4(VCMPPD, 0x00, k, a, m)
#define V_NLTK(k, a, m) GKI4(VCMPPD, 0x15, k, a, m)
#define V_SELECT(m, b, a, d) \
	VBLENDMPD b(LO), a(LO), m(LO), d(LO) \
	VBLENDMPD b(HI), a(HI), m(HI), d(HI)
#define V_MERGE(m, a, d) \
	VMOVAPD a(LO), m(LO), d(LO) \
	VMOVAPD a(HI), m(HI), d(HI)
#define V_SIGN(a, m) G2(VPMOVQ2M, a, m)
#define V_KEEP(m, a, d) \
	VMOVAPD.Z a(LO), m(LO), d(LO) \
	VMOVAPD.Z a(HI), m(HI), d(HI)
#define V_KEEPK(m, k, d) \
	VBROADCASTSD.Z k, m(LO), d(LO) \
	VBROADCASTSD.Z k, m(HI), d(HI)
#define V_DROP(m, a, d) \
	KNOTW m(LO), K7 \
	VMOVAPD.Z a(LO), K7, d(LO) \
	KNOTW m(HI), K7 \
	VMOVAPD.Z a(HI), K7, d(HI)
#define V_LOADM(i, p, d) \
	VMOVUPD.Z (p)(v_offset*1), K1, d(LO) \
	VMOVUPD.Z 64(p)(v_offset*1), K6, d(HI)
#define V_STOREM(i, p, a) \
	VMOVUPD a(LO), K1, (p)(v_offset*1) \
	VMOVUPD a(HI), K6, 64(p)(v_offset*1)
#define SCALE(t, q, s) \
	V_SUBK(MAGIC, t, s)     /* n */ \
	G3(VSCALEFPD, s, q, q)
