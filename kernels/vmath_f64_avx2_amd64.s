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
//	Y4 … Y10      temporaries of the macros
//	Y15           the mask of the tail
//
// A block whose elements are all ordinary takes the short forms of the macros; any other gives one vector to the
// full forms and is looked at again. Work per call: at most 4096 elements, below 20 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define dst_ptr DI
#define x_ptr SI
#define n_left CX

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

// m = x, q = e^-|x|, where every lane is ordinary (EXP_SPECIAL_F64 says no).
// Uses: x. Clobbers: x, t, q, u, v, c, m.
#define EXP_NEGABS_ORDINARY_F64(x, t, q, u, v, c, m) \
	VMOVAPS      x, m \
	VBROADCASTSD SIGN_F64, c \
	VORPD        c, x, x \
	EXP_PARTS_F64(MAGIC_F64, x, t, q, u, v, c) \
	VPSLLQ       $52, t, t \
	VPADDQ       t, q, q

// m = x, q = e^-|x|.
// Uses: x. Clobbers: x, t, q, u, v, c, m.
#define EXP_NEGABS_F64(x, t, q, u, v, c, m) \
	VMOVAPS      x, m \
	VBROADCASTSD SIGN_F64, c \
	VORPD        c, x, x \
	VBROADCASTSD EXP_LOW_F64, c \
	VMAXPD       x, c, x                       /* NaN stays */ \
	EXP_PARTS_F64(MAGIC_F64, x, t, q, u, v, c) \
	SCALE_F64(t, q, x, c)

// sigmoidF64: x = 1/(1 + e^-m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, q, c.
#define SIGMOID_JOIN_F64(x, q, c, m) \
	VBROADCASTSD ONE_F64, c \
	VBLENDVPD    m, q, c, x /* by the sign of m */ \
	VADDPD       c, q, q \
	VDIVPD       q, x, x

// softplusF64: x = ln(1 + e^m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, t, u, v, w, c, m.
#define SOFTPLUS_JOIN_F64(x, t, q, u, v, w, c, m) \
	VBROADCASTSD TWO_F64, c \
	VADDPD       c, q, x \
	VDIVPD       x, q, x            /* s = q/(2 + q) */ \
	VMULPD       x, x, t            /* z = s² */ \
	VMULPD       t, t, w            /* z² */ \
	VBROADCASTSD SOFTPLUS_U0_F64, u \
	VBROADCASTSD SOFTPLUS_V0_F64, v \
	VBROADCASTSD SOFTPLUS_U1_F64, c \
	VFMADD213PD  c, w, u \
	VBROADCASTSD SOFTPLUS_V1_F64, c \
	VFMADD213PD  c, w, v \
	VBROADCASTSD SOFTPLUS_U2_F64, c \
	VFMADD213PD  c, w, u \
	VBROADCASTSD SOFTPLUS_V2_F64, c \
	VFMADD213PD  c, w, v \
	VBROADCASTSD SOFTPLUS_U3_F64, c \
	VFMADD213PD  c, w, u \
	VBROADCASTSD SOFTPLUS_V3_F64, c \
	VFMADD213PD  c, w, v \
	VBROADCASTSD SOFTPLUS_U4_F64, c \
	VFMADD213PD  c, w, u \
	VBROADCASTSD SOFTPLUS_V4_F64, c \
	VFMADD213PD  c, w, v \
	VFMADD213PD  u, t, v \
	VFMSUB213PD  q, t, v \
	VFMADD213PD  q, x, v            /* log1p(q) */ \
	VXORPD       c, c, c \
	VMAXPD       c, m, m            /* max(m, 0) */ \
	VADDPD       v, m, x

// func expAVX2F64(dst, x *float64, n int)
TEXT ·expAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $16
	JLT  vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	EXP_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	EXP_ORDINARY_F64(Y0, Y4, Y5, Y6, Y7, Y8)
	EXP_ORDINARY_F64(Y1, Y4, Y5, Y6, Y7, Y8)
	EXP_ORDINARY_F64(Y2, Y4, Y5, Y6, Y7, Y8)
	EXP_ORDINARY_F64(Y3, Y4, Y5, Y6, Y7, Y8)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $16, n_left
	JMP block

vector:
	CMPQ n_left, $4
	JLT tail
	VMOVUPD (x_ptr), Y0
	EXP_F64(Y0, Y4, Y5, Y6, Y7, Y8)
	VMOVUPD Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $4, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVQ n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ ·lanesF64(SB), Y15, Y15
	VMASKMOVPD (x_ptr), Y15, Y0
	EXP_F64(Y0, Y4, Y5, Y6, Y7, Y8)
	VMASKMOVPD Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func logAVX2F64(dst, x *float64, n int)
TEXT ·logAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $16
	JLT  vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	LOG_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	LOG_POS_F64(Y0, Y4, Y5, Y6, Y7, Y8)
	LOG_POS_F64(Y1, Y4, Y5, Y6, Y7, Y8)
	LOG_POS_F64(Y2, Y4, Y5, Y6, Y7, Y8)
	LOG_POS_F64(Y3, Y4, Y5, Y6, Y7, Y8)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $16, n_left
	JMP block

vector:
	CMPQ n_left, $4
	JLT tail
	VMOVUPD (x_ptr), Y0
	LOG_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10)
	VMOVUPD Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $4, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVQ n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ ·lanesF64(SB), Y15, Y15
	VMASKMOVPD (x_ptr), Y15, Y0
	LOG_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10)
	VMASKMOVPD Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func tanhAVX2F64(dst, x *float64, n int)
TEXT ·tanhAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

vector:
	CMPQ n_left, $4
	JLT tail
	VMOVUPD (x_ptr), Y0
	TANH_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $4, n_left
	JMP vector

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVQ n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ ·lanesF64(SB), Y15, Y15
	VMASKMOVPD (x_ptr), Y15, Y0
	TANH_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	VMASKMOVPD Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func sigmoidAVX2F64(dst, x *float64, n int)
TEXT ·sigmoidAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $16
	JLT  vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	EXP_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	EXP_NEGABS_ORDINARY_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y0, Y5, Y8, Y9)
	EXP_NEGABS_ORDINARY_F64(Y1, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y1, Y5, Y8, Y9)
	EXP_NEGABS_ORDINARY_F64(Y2, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y2, Y5, Y8, Y9)
	EXP_NEGABS_ORDINARY_F64(Y3, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y3, Y5, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $16, n_left
	JMP block

vector:
	CMPQ n_left, $4
	JLT tail
	VMOVUPD (x_ptr), Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y0, Y5, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $4, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVQ n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ ·lanesF64(SB), Y15, Y15
	VMASKMOVPD (x_ptr), Y15, Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SIGMOID_JOIN_F64(Y0, Y5, Y8, Y9)
	VMASKMOVPD Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func softplusAVX2F64(dst, x *float64, n int)
TEXT ·softplusAVX2F64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $16
	JLT  vector
	VMOVUPD (x_ptr), Y0
	VMOVUPD 32(x_ptr), Y1
	VMOVUPD 64(x_ptr), Y2
	VMOVUPD 96(x_ptr), Y3
	EXP_SPECIAL_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	EXP_NEGABS_ORDINARY_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y0, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	EXP_NEGABS_ORDINARY_F64(Y1, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y1, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	EXP_NEGABS_ORDINARY_F64(Y2, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y2, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	EXP_NEGABS_ORDINARY_F64(Y3, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y3, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	VMOVUPD Y1, 32(dst_ptr)
	VMOVUPD Y2, 64(dst_ptr)
	VMOVUPD Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $16, n_left
	JMP block

vector:
	CMPQ n_left, $4
	JLT tail
	VMOVUPD (x_ptr), Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y0, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	VMOVUPD Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $4, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVQ n_left, X15
	VPBROADCASTQ X15, Y15
	VPCMPGTQ ·lanesF64(SB), Y15, Y15
	VMASKMOVPD (x_ptr), Y15, Y0
	EXP_NEGABS_F64(Y0, Y4, Y5, Y6, Y7, Y8, Y9)
	SOFTPLUS_JOIN_F64(Y0, Y4, Y5, Y6, Y7, Y10, Y8, Y9)
	VMASKMOVPD Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET
