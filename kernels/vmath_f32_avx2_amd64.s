//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Exp, Log, Tanh, Sigmoid and Softplus of float32 slices.
// Contract: each element has the bits of the scalar function in vmath_generic.go.
// ISA: AVX2 and FMA.
//
// Registers:
//	DI, SI, CX    dst, x, elements left
//	Y0 … Y3       a block of 32 elements, or in Y0 a vector of 8
//	Y4 … Y12      temporaries of the macros
//	Y15           the mask of the tail
//
// A block whose elements are all ordinary takes the short forms of the macros; any other gives one vector to the
// full forms and is looked at again. Work per call: at most 4096 elements, below 20 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define dst_ptr DI
#define x_ptr SI
#define n_left CX

// LOG_SPLIT_F32, for two vectors.
#define LOG_SPLIT_F32X2(x0, e0, u0, x1, e1, u1, c) \
	VBROADCASTSS LOG_OFF_F32, c \
	VPSUBD       c, x0, e0 \
	VPSUBD       c, x1, e1 \
	VPSRAD       $23, e0, e0    /* n */ \
	VPSRAD       $23, e1, e1 \
	VPSLLD       $23, e0, u0 \
	VPSLLD       $23, e1, u1 \
	VPSUBD       u0, x0, x0     /* m */ \
	VPSUBD       u1, x1, x1 \
	VCVTDQ2PS    e0, e0 \
	VCVTDQ2PS    e1, e1 \
	VBROADCASTSS ONE_F32, c \
	VSUBPS       c, x0, x0      /* f = m - 1 */ \
	VSUBPS       c, x1, x1

// LOG_JOIN_F32, for two vectors.
#define LOG_JOIN_F32X2(x0, e0, z0, u0, v0, x1, e1, z1, u1, v1, c) \
	VMULPS       x0, x0, z0 \
	VMULPS       x1, x1, z1 \
	VBROADCASTSS LOG_U0_F32, u0 \
	VMOVAPS      u0, u1 \
	VBROADCASTSS LOG_V0_F32, v0 \
	VMOVAPS      v0, v1 \
	HORNER_F32X2(LOG_U1_F32, z0, u0, z1, u1, c) \
	HORNER_F32X2(LOG_V1_F32, z0, v0, z1, v1, c) \
	HORNER_F32X2(LOG_U2_F32, z0, u0, z1, u1, c) \
	HORNER_F32X2(LOG_V2_F32, z0, v0, z1, v1, c) \
	HORNER_F32X2(LOG_U3_F32, z0, u0, z1, u1, c) \
	HORNER_F32X2(LOG_V3_F32, z0, v0, z1, v1, c) \
	VFMADD213PS  u0, x0, v0                       /* (ln(1+f) - f + f²/2)/f³ */ \
	VFMADD213PS  u1, x1, v1 \
	HORNER_F32X2(NEG_HALF_F32, x0, v0, x1, v1, c) \
	VMULPS       z0, v0, v0 \
	VMULPS       z1, v1, v1 \
	VBROADCASTSS LOG_LN2_LO_F32, c \
	VFMADD231PS  c, e0, v0 \
	VFMADD231PS  c, e1, v1 \
	VADDPS       x0, v0, x0 \
	VADDPS       x1, v1, x1 \
	VBROADCASTSS LOG_LN2_HI_F32, c \
	VFMADD231PS  c, e0, x0 \
	VFMADD231PS  c, e1, x1

// LOG_POS_F32, for two vectors.
#define LOG_POS_F32X2(x0, e0, z0, u0, v0, x1, e1, z1, u1, v1, c) \
	LOG_SPLIT_F32X2(x0, e0, u0, x1, e1, u1, c) \
	LOG_JOIN_F32X2(x0, e0, z0, u0, v0, x1, e1, z1, u1, v1, c)

// tanhF32: tanh x.
// Uses: x. Clobbers: a, z, t, q, c.
#define TANH_F32(x, a, z, t, q, c) \
	VBROADCASTSS ABS_F32, c \
	VANDPS       c, x, a \
	VANDNPS      x, c, x                        /* the sign */ \
	VBROADCASTSS TANH_MAX_F32, c \
	VMINPS       a, c, a                        /* NaN stays */ \
	VADDPS       a, a, z \
	EXP_PARTS_F32(MAGIC_BIASED_F32, z, t, q, c) \
	VPSLLD       $23, t, t \
	VMULPS       t, q, q                        /* e^2a */ \
	VADDPS       c, q, q \
	VBROADCASTSS TWO_F32, t \
	VDIVPS       q, t, q \
	VSUBPS       q, c, q                        /* 1 - 2/(e^2a + 1) */ \
	VMULPS       a, a, z \
	VBROADCASTSS TANH0_F32, t \
	HORNER_F32(TANH1_F32, z, t, c) \
	HORNER_F32(TANH2_F32, z, t, c) \
	HORNER_F32(TANH3_F32, z, t, c) \
	HORNER_F32(TANH4_F32, z, t, c) \
	VMULPS       z, t, t \
	VFMADD213PS  a, a, t                        /* the polynomial */ \
	VBROADCASTSS TANH_CUT_F32, c \
	VCMPPS       $0x11, c, a, z \
	VBLENDVPS    z, t, q, q \
	VORPS        q, x, x

// TANH_F32, for two vectors.
#define TANH_F32X2(x0, a0, z0, t0, q0, x1, a1, z1, t1, q1, c) \
	VBROADCASTSS ABS_F32, c \
	VANDPS       c, x0, a0 \
	VANDPS       c, x1, a1 \
	VANDNPS      x0, c, x0                                       /* the sign */ \
	VANDNPS      x1, c, x1 \
	VBROADCASTSS TANH_MAX_F32, c \
	VMINPS       a0, c, a0                                       /* NaN stays */ \
	VMINPS       a1, c, a1 \
	VADDPS       a0, a0, z0 \
	VADDPS       a1, a1, z1 \
	EXP_PARTS_F32X2(MAGIC_BIASED_F32, z0, t0, q0, z1, t1, q1, c) \
	VPSLLD       $23, t0, t0 \
	VPSLLD       $23, t1, t1 \
	VMULPS       t0, q0, q0                                      /* e^2a */ \
	VMULPS       t1, q1, q1 \
	VADDPS       c, q0, q0 \
	VADDPS       c, q1, q1 \
	VBROADCASTSS TWO_F32, t0 \
	VMOVAPS      t0, t1 \
	VDIVPS       q0, t0, q0 \
	VDIVPS       q1, t1, q1 \
	VSUBPS       q0, c, q0                                       /* 1 - 2/(e^2a + 1) */ \
	VSUBPS       q1, c, q1 \
	VMULPS       a0, a0, z0 \
	VMULPS       a1, a1, z1 \
	VBROADCASTSS TANH0_F32, t0 \
	VMOVAPS      t0, t1 \
	HORNER_F32X2(TANH1_F32, z0, t0, z1, t1, c) \
	HORNER_F32X2(TANH2_F32, z0, t0, z1, t1, c) \
	HORNER_F32X2(TANH3_F32, z0, t0, z1, t1, c) \
	HORNER_F32X2(TANH4_F32, z0, t0, z1, t1, c) \
	VMULPS       z0, t0, t0 \
	VMULPS       z1, t1, t1 \
	VFMADD213PS  a0, a0, t0                                      /* the polynomial */ \
	VFMADD213PS  a1, a1, t1 \
	VBROADCASTSS TANH_CUT_F32, c \
	VCMPPS       $0x11, c, a0, z0 \
	VCMPPS       $0x11, c, a1, z1 \
	VBLENDVPS    z0, t0, q0, q0 \
	VBLENDVPS    z1, t1, q1, q1 \
	VORPS        q0, x0, x0 \
	VORPS        q1, x1, x1

// m = x, q = e^-|x|, where every lane is ordinary (EXP_SPECIAL_F32 says no).
// Uses: x. Clobbers: x, t, q, m, c.
#define EXP_NEGABS_ORDINARY_F32(x, t, q, m, c) \
	VMOVAPS      x, m \
	VBROADCASTSS SIGN_F32, c \
	VORPS        c, x, x \
	EXP_PARTS_F32(MAGIC_F32, x, t, q, c) \
	VPSLLD       $23, t, t \
	VPADDD       t, q, q

// EXP_NEGABS_ORDINARY_F32, for two vectors.
#define EXP_NEGABS_ORDINARY_F32X2(x0, t0, q0, m0, x1, t1, q1, m1, c) \
	VMOVAPS      x0, m0 \
	VMOVAPS      x1, m1 \
	VBROADCASTSS SIGN_F32, c \
	VORPS        c, x0, x0 \
	VORPS        c, x1, x1 \
	EXP_PARTS_F32X2(MAGIC_F32, x0, t0, q0, x1, t1, q1, c) \
	VPSLLD       $23, t0, t0 \
	VPSLLD       $23, t1, t1 \
	VPADDD       t0, q0, q0 \
	VPADDD       t1, q1, q1

// m = x, q = e^-|x|.
// Uses: x. Clobbers: x, t, q, m, c.
#define EXP_NEGABS_F32(x, t, q, m, c) \
	VMOVAPS      x, m \
	VBROADCASTSS SIGN_F32, c \
	VORPS        c, x, x \
	VBROADCASTSS EXP_LOW_F32, c \
	VMAXPS       x, c, x                 /* NaN stays */ \
	EXP_PARTS_F32(MAGIC_F32, x, t, q, c) \
	SCALE_F32(t, q, x, c)

// sigmoidF32: x = 1/(1 + e^-m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, t, q, c.
#define SIGMOID_JOIN_F32(x, t, q, m, c) \
	VBROADCASTSS ONE_F32, c \
	VBLENDVPS    m, q, c, x /* the numerator, by the sign of m */ \
	VADDPS       c, q, t    /* d = 1 + q */ \
	VDIVPS       t, x, x \
	VSUBPS       c, t, t \
	VSUBPS       t, q, q    /* what d left */ \
	VFNMADD213PS x, q, x

// SIGMOID_JOIN_F32, for two vectors.
#define SIGMOID_JOIN_F32X2(x0, t0, q0, m0, x1, t1, q1, m1, c) \
	VBROADCASTSS ONE_F32, c \
	VBLENDVPS    m0, q0, c, x0 /* the numerator, by the sign of m */ \
	VBLENDVPS    m1, q1, c, x1 \
	VADDPS       c, q0, t0     /* d = 1 + q */ \
	VADDPS       c, q1, t1 \
	VDIVPS       t0, x0, x0 \
	VDIVPS       t1, x1, x1 \
	VSUBPS       c, t0, t0 \
	VSUBPS       c, t1, t1 \
	VSUBPS       t0, q0, q0    /* what d left */ \
	VSUBPS       t1, q1, q1 \
	VFNMADD213PS x0, q0, x0 \
	VFNMADD213PS x1, q1, x1

// softplusF32: x = ln(1 + e^m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, t, s, m, c.
#define SOFTPLUS_JOIN_F32(x, t, q, s, m, c) \
	VBROADCASTSS TWO_F32, c \
	VADDPS       c, q, x \
	VDIVPS       x, q, x               /* s = q/(2 + q) */ \
	VMULPS       x, x, t               /* z = s² */ \
	VBROADCASTSS SOFTPLUS0_F32, s \
	HORNER_F32(SOFTPLUS1_F32, t, s, c) \
	HORNER_F32(SOFTPLUS2_F32, t, s, c) \
	HORNER_F32(SOFTPLUS3_F32, t, s, c) \
	VFMSUB213PS  q, t, s \
	VFMADD213PS  q, x, s               /* log1p(q) */ \
	VXORPS       c, c, c \
	VMAXPS       c, m, m               /* max(m, 0) */ \
	VADDPS       s, m, x

// SOFTPLUS_JOIN_F32, for two vectors.
#define SOFTPLUS_JOIN_F32X2(x0, t0, q0, s0, m0, x1, t1, q1, s1, m1, c) \
	VBROADCASTSS TWO_F32, c \
	VADDPS       c, q0, x0 \
	VADDPS       c, q1, x1 \
	VDIVPS       x0, q0, x0                        /* s = q/(2 + q) */ \
	VDIVPS       x1, q1, x1 \
	VMULPS       x0, x0, t0                        /* z = s² */ \
	VMULPS       x1, x1, t1 \
	VBROADCASTSS SOFTPLUS0_F32, s0 \
	VMOVAPS      s0, s1 \
	HORNER_F32X2(SOFTPLUS1_F32, t0, s0, t1, s1, c) \
	HORNER_F32X2(SOFTPLUS2_F32, t0, s0, t1, s1, c) \
	HORNER_F32X2(SOFTPLUS3_F32, t0, s0, t1, s1, c) \
	VFMSUB213PS  q0, t0, s0 \
	VFMSUB213PS  q1, t1, s1 \
	VFMADD213PS  q0, x0, s0                        /* log1p(q) */ \
	VFMADD213PS  q1, x1, s1 \
	VXORPS       c, c, c \
	VMAXPS       c, m0, m0                         /* max(m, 0) */ \
	VMAXPS       c, m1, m1 \
	VADDPS       s0, m0, x0 \
	VADDPS       s1, m1, x1

// func expAVX2F32(dst, x *float32, n int)
TEXT ·expAVX2F32(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $32
	JLT     vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	EXP_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	EXP_ORDINARY_F32X2(Y0, Y4, Y5, Y1, Y6, Y7, Y8)
	EXP_ORDINARY_F32X2(Y2, Y4, Y5, Y3, Y6, Y7, Y8)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $32, n_left
	JMP     block

vector:
	CMPQ    n_left, $8
	JLT     tail
	VMOVUPS (x_ptr), Y0
	EXP_F32(Y0, Y4, Y5, Y6)
	VMOVUPS Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $8, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVD        n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD     ·lanesF32(SB), Y15, Y15
	VMASKMOVPS   (x_ptr), Y15, Y0
	EXP_F32(Y0, Y4, Y5, Y6)
	VMASKMOVPS   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func logAVX2F32(dst, x *float32, n int)
TEXT ·logAVX2F32(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $32
	JLT     vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	LOG_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	LOG_POS_F32X2(Y0, Y4, Y5, Y6, Y7, Y1, Y8, Y9, Y10, Y11, Y12)
	LOG_POS_F32X2(Y2, Y4, Y5, Y6, Y7, Y3, Y8, Y9, Y10, Y11, Y12)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $32, n_left
	JMP     block

vector:
	CMPQ    n_left, $8
	JLT     tail
	VMOVUPS (x_ptr), Y0
	LOG_F32(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10)
	VMOVUPS Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $8, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVD        n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD     ·lanesF32(SB), Y15, Y15
	VMASKMOVPS   (x_ptr), Y15, Y0
	LOG_F32(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10)
	VMASKMOVPS   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func tanhAVX2F32(dst, x *float32, n int)
TEXT ·tanhAVX2F32(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $32
	JLT     vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	TANH_F32X2(Y0, Y4, Y5, Y6, Y7, Y1, Y8, Y9, Y10, Y11, Y12)
	TANH_F32X2(Y2, Y4, Y5, Y6, Y7, Y3, Y8, Y9, Y10, Y11, Y12)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $32, n_left
	JMP     block

vector:
	CMPQ    n_left, $8
	JLT     tail
	VMOVUPS (x_ptr), Y0
	TANH_F32(Y0, Y4, Y5, Y6, Y7, Y8)
	VMOVUPS Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $8, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVD        n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD     ·lanesF32(SB), Y15, Y15
	VMASKMOVPS   (x_ptr), Y15, Y0
	TANH_F32(Y0, Y4, Y5, Y6, Y7, Y8)
	VMASKMOVPS   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func sigmoidAVX2F32(dst, x *float32, n int)
TEXT ·sigmoidAVX2F32(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $32
	JLT     vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	EXP_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	EXP_NEGABS_ORDINARY_F32X2(Y0, Y4, Y5, Y6, Y1, Y7, Y8, Y9, Y10)
	SIGMOID_JOIN_F32X2(Y0, Y4, Y5, Y6, Y1, Y7, Y8, Y9, Y10)
	EXP_NEGABS_ORDINARY_F32X2(Y2, Y4, Y5, Y6, Y3, Y7, Y8, Y9, Y10)
	SIGMOID_JOIN_F32X2(Y2, Y4, Y5, Y6, Y3, Y7, Y8, Y9, Y10)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $32, n_left
	JMP     block

vector:
	CMPQ    n_left, $8
	JLT     tail
	VMOVUPS (x_ptr), Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y0, Y4, Y5, Y6, Y7)
	VMOVUPS Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $8, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVD        n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD     ·lanesF32(SB), Y15, Y15
	VMASKMOVPS   (x_ptr), Y15, Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y0, Y4, Y5, Y6, Y7)
	VMASKMOVPS   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func softplusAVX2F32(dst, x *float32, n int)
TEXT ·softplusAVX2F32(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), dst_ptr
	MOVQ    x+8(FP), x_ptr
	MOVQ    n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ    n_left, $32
	JLT     vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	EXP_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ     vector
	EXP_NEGABS_ORDINARY_F32X2(Y0, Y4, Y5, Y6, Y1, Y7, Y8, Y9, Y10)
	SOFTPLUS_JOIN_F32X2(Y0, Y4, Y5, Y11, Y6, Y1, Y7, Y8, Y12, Y9, Y10)
	EXP_NEGABS_ORDINARY_F32X2(Y2, Y4, Y5, Y6, Y3, Y7, Y8, Y9, Y10)
	SOFTPLUS_JOIN_F32X2(Y2, Y4, Y5, Y11, Y6, Y3, Y7, Y8, Y12, Y9, Y10)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $32, n_left
	JMP     block

vector:
	CMPQ    n_left, $8
	JLT     tail
	VMOVUPS (x_ptr), Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y0, Y4, Y5, Y8, Y6, Y7)
	VMOVUPS Y0, (dst_ptr)
	ADDQ    $32, x_ptr
	ADDQ    $32, dst_ptr
	SUBQ    $8, n_left
	JMP     block

tail:
	TESTQ        n_left, n_left
	JZ           done
	VMOVD        n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD     ·lanesF32(SB), Y15, Y15
	VMASKMOVPS   (x_ptr), Y15, Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y0, Y4, Y5, Y8, Y6, Y7)
	VMASKMOVPS   Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET
