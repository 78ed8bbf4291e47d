//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Exp, Log, Tanh, Sigmoid and Softplus of float64 slices.
// Contract: each element has the bits of the scalar function in vmath_generic.go.
// ISA: AVX2 and FMA.
//
// Registers:
//	DI, SI, CX    dst, x, elements left
//	Y0 … Y3       a block of 16 elements, or in Y0 a vector of 4
//	Y4 … Y14      temporaries of the macros (f64 softplus: Y15 too, in blocks)
//	Y15           the mask of the tail
//
// A block whose elements are all ordinary takes the short forms of the macros; any other gives one vector to the
// full forms and is looked at again. Work per call: at most 4096 elements, below 20 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define dst_ptr DI
#define x_ptr SI
#define n_left CX

// LOG_SPLIT_F64, for two vectors.
#define LOG_SPLIT_F64X2(x0, e0, u0, x1, e1, u1, c) \
	VBROADCASTSD LOG_OFF_F64, c \
	VPSUBQ       c, x0, e0 \
	VPSUBQ       c, x1, e1 \
	VBROADCASTSD LOG_EXP_F64, c \
	VPAND        c, e0, u0        /* 2^52·n */ \
	VPAND        c, e1, u1 \
	VPSUBQ       u0, x0, x0       /* m */ \
	VPSUBQ       u1, x1, x1 \
	VBROADCASTSD SIGN_F64, c \
	VPXOR        c, e0, e0 \
	VPXOR        c, e1, e1 \
	VPSRLQ       $52, e0, e0      /* n + 2048 */ \
	VPSRLQ       $52, e1, e1 \
	VBROADCASTSD LOG_TWO52_F64, c \
	VPOR         c, e0, e0 \
	VPOR         c, e1, e1 \
	VBROADCASTSD LOG_BIAS_F64, c \
	VSUBPD       c, e0, e0 \
	VSUBPD       c, e1, e1 \
	VBROADCASTSD ONE_F64, c \
	VSUBPD       c, x0, x0        /* f = m - 1 */ \
	VSUBPD       c, x1, x1

// LOG_JOIN_F64, for two vectors.
#define LOG_JOIN_F64X2(x0, e0, z0, u0, v0, d0, x1, e1, z1, u1, v1, d1, c) \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, x0, u0 \
	VADDPD       c, x1, u1 \
	VDIVPD       u0, x0, u0                   /* s */ \
	VDIVPD       u1, x1, u1 \
	VMULPD       u0, u0, z0 \
	VMULPD       u1, u1, z1 \
	VBROADCASTSD LOG0_F64, v0 \
	VMOVAPS      v0, v1 \
	HORNER_F64X2(LOG1_F64, z0, v0, z1, v1, c) \
	HORNER_F64X2(LOG2_F64, z0, v0, z1, v1, c) \
	HORNER_F64X2(LOG3_F64, z0, v0, z1, v1, c) \
	HORNER_F64X2(LOG4_F64, z0, v0, z1, v1, c) \
	HORNER_F64X2(LOG5_F64, z0, v0, z1, v1, c) \
	HORNER_F64X2(LOG6_F64, z0, v0, z1, v1, c) \
	VMULPD       z0, v0, v0                   /* R */ \
	VMULPD       z1, v1, v1 \
	VBROADCASTSD HALF_F64, c \
	VMULPD       c, x0, z0 \
	VMULPD       c, x1, z1 \
	VMULPD       x0, z0, z0                   /* h = f²/2 */ \
	VMULPD       x1, z1, z1 \
	VADDPD       z0, v0, v0                   /* h + R */ \
	VADDPD       z1, v1, v1 \
	VBROADCASTSD LN2_LO_F64, c \
	VMULPD       c, e0, d0 \
	VMULPD       c, e1, d1 \
	VFMADD231PD  v0, u0, d0                   /* s·(h + R) + e·ln2Lo */ \
	VFMADD231PD  v1, u1, d1 \
	VSUBPD       d0, z0, z0 \
	VSUBPD       d1, z1, z1 \
	VSUBPD       z0, x0, x0                   /* f - (h - …) */ \
	VSUBPD       z1, x1, x1 \
	VBROADCASTSD LN2_HI_F64, c \
	VFMADD231PD  c, e0, x0 \
	VFMADD231PD  c, e1, x1

// LOG_POS_F64, for two vectors.
#define LOG_POS_F64X2(x0, e0, z0, u0, v0, d0, x1, e1, z1, u1, v1, d1, c) \
	LOG_SPLIT_F64X2(x0, e0, u0, x1, e1, u1, c) \
	LOG_JOIN_F64X2(x0, e0, z0, u0, v0, d0, x1, e1, z1, u1, v1, d1, c)

// tanhF64: tanh x.
// Uses: x. Clobbers: a, t, q, u, v, c.
#define TANH_F64(x, a, t, q, u, v, c) \
	VBROADCASTSD ABS_F64, c \
	VANDPD       c, x, a \
	VANDNPD      x, c, x                         /* the sign */ \
	VBROADCASTSD TANH_MAX_F64, c \
	VMINPD       a, c, a                         /* NaN stays */ \
	VADDPD       a, a, a \
	EXP_REDUCE_F64(MAGIC_BIASED_F64, a, t, q, c) \
	EXP_POLY_F64(a, q, u, v, c) \
	VFMADD213PD  a, u, q                         /* e^r - 1 */ \
	VPSLLQ       $52, t, t                       /* 2^n */ \
	VBROADCASTSD ONE_F64, c \
	VSUBPD       c, t, u \
	VFMADD213PD  u, t, q                         /* N = e^2|x| - 1 */ \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, q, u \
	VDIVPD       u, q, q \
	VORPD        q, x, x

// TANH_F64, for two vectors.
#define TANH_F64X2(x0, a0, t0, q0, u0, v0, x1, a1, t1, q1, u1, v1, c) \
	VBROADCASTSD ABS_F64, c \
	VANDPD       c, x0, a0 \
	VANDPD       c, x1, a1 \
	VANDNPD      x0, c, x0                                        /* the sign */ \
	VANDNPD      x1, c, x1 \
	VBROADCASTSD TANH_MAX_F64, c \
	VMINPD       a0, c, a0                                        /* NaN stays */ \
	VMINPD       a1, c, a1 \
	VADDPD       a0, a0, a0 \
	VADDPD       a1, a1, a1 \
	EXP_REDUCE_F64X2(MAGIC_BIASED_F64, a0, t0, q0, a1, t1, q1, c) \
	EXP_POLY_F64X2(a0, q0, u0, v0, a1, q1, u1, v1, c) \
	VFMADD213PD  a0, u0, q0                                       /* e^r - 1 */ \
	VFMADD213PD  a1, u1, q1 \
	VPSLLQ       $52, t0, t0                                      /* 2^n */ \
	VPSLLQ       $52, t1, t1 \
	VBROADCASTSD ONE_F64, c \
	VSUBPD       c, t0, u0 \
	VSUBPD       c, t1, u1 \
	VFMADD213PD  u0, t0, q0                                       /* N = e^2|x| - 1 */ \
	VFMADD213PD  u1, t1, q1 \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, q0, u0 \
	VADDPD       c, q1, u1 \
	VDIVPD       u0, q0, q0 \
	VDIVPD       u1, q1, q1 \
	VORPD        q0, x0, x0 \
	VORPD        q1, x1, x1

// m = x, q = e^-|x|, where every lane is ordinary (EXP_SPECIAL_F64 says no).
// Uses: x. Clobbers: x, t, q, u, v, m, c.
#define EXP_NEGABS_ORDINARY_F64(x, t, q, u, v, m, c) \
	VMOVAPS      x, m \
	VBROADCASTSD SIGN_F64, c \
	VORPD        c, x, x \
	EXP_PARTS_F64(MAGIC_F64, x, t, q, u, v, c) \
	VPSLLQ       $52, t, t \
	VPADDQ       t, q, q

// EXP_NEGABS_ORDINARY_F64, for two vectors.
#define EXP_NEGABS_ORDINARY_F64X2(x0, t0, q0, u0, v0, m0, x1, t1, q1, u1, v1, m1, c) \
	VMOVAPS      x0, m0 \
	VMOVAPS      x1, m1 \
	VBROADCASTSD SIGN_F64, c \
	VORPD        c, x0, x0 \
	VORPD        c, x1, x1 \
	EXP_PARTS_F64X2(MAGIC_F64, x0, t0, q0, u0, v0, x1, t1, q1, u1, v1, c) \
	VPSLLQ       $52, t0, t0 \
	VPSLLQ       $52, t1, t1 \
	VPADDQ       t0, q0, q0 \
	VPADDQ       t1, q1, q1

// m = x, q = e^-|x|.
// Uses: x. Clobbers: x, t, q, u, v, m, c.
#define EXP_NEGABS_F64(x, t, q, u, v, m, c) \
	VMOVAPS      x, m \
	VBROADCASTSD SIGN_F64, c \
	VORPD        c, x, x \
	VBROADCASTSD EXP_LOW_F64, c \
	VMAXPD       x, c, x                       /* NaN stays */ \
	EXP_PARTS_F64(MAGIC_F64, x, t, q, u, v, c) \
	SCALE_F64(t, q, x, c)

// sigmoidF64: x = 1/(1 + e^-m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, t, q, m, c.
#define SIGMOID_JOIN_F64(x, t, q, m, c) \
	VBROADCASTSD ONE_F64, c \
	VBLENDVPD    m, q, c, x /* the numerator, by the sign of m */ \
	VADDPD       c, q, t    /* d = 1 + q */ \
	VDIVPD       t, x, m \
	VFNMADD231PD t, m, x    /* what the quotient left */ \
	VSUBPD       c, t, t \
	VSUBPD       t, q, q    /* what d left */ \
	VFNMADD231PD q, m, x \
	VADDPD       m, x, x

// SIGMOID_JOIN_F64, for two vectors.
#define SIGMOID_JOIN_F64X2(x0, t0, q0, m0, x1, t1, q1, m1, c) \
	VBROADCASTSD ONE_F64, c \
	VBLENDVPD    m0, q0, c, x0 /* the numerator, by the sign of m */ \
	VBLENDVPD    m1, q1, c, x1 \
	VADDPD       c, q0, t0     /* d = 1 + q */ \
	VADDPD       c, q1, t1 \
	VDIVPD       t0, x0, m0 \
	VDIVPD       t1, x1, m1 \
	VFNMADD231PD t0, m0, x0    /* what the quotient left */ \
	VFNMADD231PD t1, m1, x1 \
	VSUBPD       c, t0, t0 \
	VSUBPD       c, t1, t1 \
	VSUBPD       t0, q0, q0    /* what d left */ \
	VSUBPD       t1, q1, q1 \
	VFNMADD231PD q0, m0, x0 \
	VFNMADD231PD q1, m1, x1 \
	VADDPD       m0, x0, x0 \
	VADDPD       m1, x1, x1

// softplusF64: x = ln(1 + e^m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, t, u, v, w, m, c.
#define SOFTPLUS_JOIN_F64(x, t, q, u, v, w, m, c) \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, q, x \
	VDIVPD       x, q, x                 /* s = q/(2 + q) */ \
	VMULPD       x, x, t                 /* z = s² */ \
	VMULPD       t, t, w                 /* z² */ \
	VBROADCASTSD SOFTPLUS_U0_F64, u \
	VBROADCASTSD SOFTPLUS_V0_F64, v \
	HORNER_F64(SOFTPLUS_U1_F64, w, u, c) \
	HORNER_F64(SOFTPLUS_V1_F64, w, v, c) \
	HORNER_F64(SOFTPLUS_U2_F64, w, u, c) \
	HORNER_F64(SOFTPLUS_V2_F64, w, v, c) \
	HORNER_F64(SOFTPLUS_U3_F64, w, u, c) \
	HORNER_F64(SOFTPLUS_V3_F64, w, v, c) \
	HORNER_F64(SOFTPLUS_U4_F64, w, u, c) \
	HORNER_F64(SOFTPLUS_V4_F64, w, v, c) \
	VFMADD213PD  u, t, v \
	VFMSUB213PD  q, t, v \
	VFMADD213PD  q, x, v                 /* log1p(q) */ \
	VXORPD       c, c, c \
	VMAXPD       c, m, m                 /* max(m, 0) */ \
	VADDPD       v, m, x

// SOFTPLUS_JOIN_F64, for two vectors.
#define SOFTPLUS_JOIN_F64X2(x0, t0, q0, u0, v0, w0, m0, x1, t1, q1, u1, v1, w1, m1, c) \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, q0, x0 \
	VADDPD       c, q1, x1 \
	VDIVPD       x0, q0, x0                          /* s = q/(2 + q) */ \
	VDIVPD       x1, q1, x1 \
	VMULPD       x0, x0, t0                          /* z = s² */ \
	VMULPD       x1, x1, t1 \
	VMULPD       t0, t0, w0                          /* z² */ \
	VMULPD       t1, t1, w1 \
	VBROADCASTSD SOFTPLUS_U0_F64, u0 \
	VMOVAPS      u0, u1 \
	VBROADCASTSD SOFTPLUS_V0_F64, v0 \
	VMOVAPS      v0, v1 \
	HORNER_F64X2(SOFTPLUS_U1_F64, w0, u0, w1, u1, c) \
	HORNER_F64X2(SOFTPLUS_V1_F64, w0, v0, w1, v1, c) \
	HORNER_F64X2(SOFTPLUS_U2_F64, w0, u0, w1, u1, c) \
	HORNER_F64X2(SOFTPLUS_V2_F64, w0, v0, w1, v1, c) \
	HORNER_F64X2(SOFTPLUS_U3_F64, w0, u0, w1, u1, c) \
	HORNER_F64X2(SOFTPLUS_V3_F64, w0, v0, w1, v1, c) \
	HORNER_F64X2(SOFTPLUS_U4_F64, w0, u0, w1, u1, c) \
	HORNER_F64X2(SOFTPLUS_V4_F64, w0, v0, w1, v1, c) \
	VFMADD213PD  u0, t0, v0 \
	VFMADD213PD  u1, t1, v1 \
	VFMSUB213PD  q0, t0, v0 \
	VFMSUB213PD  q1, t1, v1 \
	VFMADD213PD  q0, x0, v0                          /* log1p(q) */ \
	VFMADD213PD  q1, x1, v1 \
	VXORPD       c, c, c \
	VMAXPD       c, m0, m0                           /* max(m, 0) */ \
	VMAXPD       c, m1, m1 \
	VADDPD       v0, m0, x0 \
	VADDPD       v1, m1, x1

// func expAVX2F64(dst, x *float64, n int)
TEXT ·expAVX2F64(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $16
	JLT     vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	EXP_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	EXP_ORDINARY_F64X2(Y0, Y4, Y5, Y6, Y7, Y1, Y8, Y9, Y10, Y11, Y12)
	EXP_ORDINARY_F64X2(Y2, Y4, Y5, Y6, Y7, Y3, Y8, Y9, Y10, Y11, Y12)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $16, n_left
	JMP     block

vector:
	CMPQ    n_left, $4
	JLT     tail
	VMOVUPD (x_ptr), Y0
	EXP_F64(Y0, Y4, Y5, Y6, Y7, Y8)
	VMOVUPD Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $4, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVQ        n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ     ·lanesF64(SB), Y15, Y15
	VMASKMOVPD   (x_ptr), Y15, Y0
	EXP_F64(Y0, Y4, Y5, Y6, Y7, Y8)
	VMASKMOVPD   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func logAVX2F64(dst, x *float64, n int)
TEXT ·logAVX2F64(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $16
	JLT     vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	LOG_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	LOG_POS_F64X2(Y0, Y4, Y5, Y6, Y7, Y8, Y1, Y9, Y10, Y11, Y12, Y13, Y14)
	LOG_POS_F64X2(Y2, Y4, Y5, Y6, Y7, Y8, Y3, Y9, Y10, Y11, Y12, Y13, Y14)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $16, n_left
	JMP     block

vector:
	CMPQ    n_left, $4
	JLT     tail
	VMOVUPD (x_ptr), Y0
	LOG_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)
	VMOVUPD Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $4, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVQ        n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ     ·lanesF64(SB), Y15, Y15
	VMASKMOVPD   (x_ptr), Y15, Y0
	LOG_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)
	VMASKMOVPD   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func tanhAVX2F64(dst, x *float64, n int)
TEXT ·tanhAVX2F64(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $16
	JLT     vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	TANH_F64X2(Y0, Y4, Y5, Y6, Y7, Y8, Y1, Y9, Y10, Y11, Y12, Y13, Y14)
	TANH_F64X2(Y2, Y4, Y5, Y6, Y7, Y8, Y3, Y9, Y10, Y11, Y12, Y13, Y14)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $16, n_left
	JMP     block

vector:
	CMPQ    n_left, $4
	JLT     tail
	VMOVUPD (x_ptr), Y0
	TANH_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $4, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVQ        n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ     ·lanesF64(SB), Y15, Y15
	VMASKMOVPD   (x_ptr), Y15, Y0
	TANH_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	VMASKMOVPD   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func sigmoidAVX2F64(dst, x *float64, n int)
TEXT ·sigmoidAVX2F64(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $16
	JLT     vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	EXP_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	EXP_NEGABS_ORDINARY_F64X2(Y0, Y4, Y5, Y6, Y7, Y8, Y1, Y9, Y10, Y11, Y12, Y13, Y14)
	SIGMOID_JOIN_F64X2(Y0, Y4, Y5, Y8, Y1, Y9, Y10, Y13, Y14)
	EXP_NEGABS_ORDINARY_F64X2(Y2, Y4, Y5, Y6, Y7, Y8, Y3, Y9, Y10, Y11, Y12, Y13, Y14)
	SIGMOID_JOIN_F64X2(Y2, Y4, Y5, Y8, Y3, Y9, Y10, Y13, Y14)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $16, n_left
	JMP     block

vector:
	CMPQ    n_left, $4
	JLT     tail
	VMOVUPD (x_ptr), Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y0, Y4, Y5, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $4, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVQ        n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ     ·lanesF64(SB), Y15, Y15
	VMASKMOVPD   (x_ptr), Y15, Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y0, Y4, Y5, Y8, Y9)
	VMASKMOVPD   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func softplusAVX2F64(dst, x *float64, n int)
TEXT ·softplusAVX2F64(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $16
	JLT     vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	EXP_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	EXP_NEGABS_ORDINARY_F64X2(Y0, Y4, Y5, Y6, Y7, Y8, Y1, Y9, Y10, Y11, Y12, Y13, Y14)
	SOFTPLUS_JOIN_F64X2(Y0, Y4, Y5, Y6, Y7, Y2, Y8, Y1, Y9, Y10, Y11, Y12, Y15, Y13, Y14)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD 64(x_ptr), Y2 // the first pair's temporary
	EXP_NEGABS_ORDINARY_F64X2(Y2, Y4, Y5, Y6, Y7, Y8, Y3, Y9, Y10, Y11, Y12, Y13, Y14)
	SOFTPLUS_JOIN_F64X2(Y2, Y4, Y5, Y6, Y7, Y0, Y8, Y3, Y9, Y10, Y11, Y12, Y15, Y13, Y14)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $16, n_left
	JMP     block

vector:
	CMPQ    n_left, $4
	JLT     tail
	VMOVUPD (x_ptr), Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y0, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $4, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVQ        n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ     ·lanesF64(SB), Y15, Y15
	VMASKMOVPD   (x_ptr), Y15, Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y0, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	VMASKMOVPD   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET
