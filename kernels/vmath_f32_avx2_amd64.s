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
//	Y4 … Y10      temporaries of the macros
//	Y15           the mask of the tail
//
// A block whose elements are all ordinary takes the short forms of the macros; any other gives one vector to the
// full forms and is looked at again. Work per call: at most 4096 elements, below 20 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define dst_ptr DI
#define x_ptr SI
#define n_left CX

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
	VBROADCASTSS TANH1_F32, c \
	VFMADD213PS  c, z, t \
	VBROADCASTSS TANH2_F32, c \
	VFMADD213PS  c, z, t \
	VBROADCASTSS TANH3_F32, c \
	VFMADD213PS  c, z, t \
	VBROADCASTSS TANH4_F32, c \
	VFMADD213PS  c, z, t \
	VMULPS       z, t, t \
	VFMADD213PS  a, a, t                        /* the polynomial */ \
	VBROADCASTSS TANH_CUT_F32, c \
	VCMPPS       $0x11, c, a, c \
	VBLENDVPS    c, t, q, q \
	VORPS        q, x, x

// m = x, q = e^-|x|, where every lane is ordinary (EXP_SPECIAL_F32 says no).
// Uses: x. Clobbers: x, t, q, c, m.
#define EXP_NEGABS_ORDINARY_F32(x, t, q, c, m) \
	VMOVAPS      x, m \
	VBROADCASTSS SIGN_F32, c \
	VORPS        c, x, x \
	EXP_PARTS_F32(MAGIC_F32, x, t, q, c) \
	VPSLLD       $23, t, t \
	VPADDD       t, q, q

// m = x, q = e^-|x|.
// Uses: x. Clobbers: x, t, q, c, m.
#define EXP_NEGABS_F32(x, t, q, c, m) \
	VMOVAPS      x, m \
	VBROADCASTSS SIGN_F32, c \
	VORPS        c, x, x \
	VBROADCASTSS EXP_LOW_F32, c \
	VMAXPS       x, c, x                 /* NaN stays */ \
	EXP_PARTS_F32(MAGIC_F32, x, t, q, c) \
	SCALE_F32(t, q, x, c)

// sigmoidF32: x = 1/(1 + e^-m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, q, c.
#define SIGMOID_JOIN_F32(x, q, c, m) \
	VBROADCASTSS ONE_F32, c \
	VBLENDVPS    m, q, c, x /* by the sign of m */ \
	VADDPS       c, q, q \
	VDIVPS       q, x, x

// softplusF32: x = ln(1 + e^m), given q = e^-|m|.
// Uses: q, m. Clobbers: x, t, s, c, m.
#define SOFTPLUS_JOIN_F32(x, t, q, s, c, m) \
	VBROADCASTSS TWO_F32, c \
	VADDPS       c, q, x \
	VDIVPS       x, q, x          /* s = q/(2 + q) */ \
	VMULPS       x, x, t          /* z = s² */ \
	VBROADCASTSS SOFTPLUS0_F32, s \
	VBROADCASTSS SOFTPLUS1_F32, c \
	VFMADD213PS  c, t, s \
	VBROADCASTSS SOFTPLUS2_F32, c \
	VFMADD213PS  c, t, s \
	VBROADCASTSS SOFTPLUS3_F32, c \
	VFMADD213PS  c, t, s \
	VFMSUB213PS  q, t, s \
	VFMADD213PS  q, x, s          /* log1p(q) */ \
	VXORPS       c, c, c \
	VMAXPS       c, m, m          /* max(m, 0) */ \
	VADDPS       s, m, x

// func expAVX2F32(dst, x *float32, n int)
TEXT ·expAVX2F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $32
	JLT  vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	EXP_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	EXP_ORDINARY_F32(Y0, Y4, Y5, Y6)
	EXP_ORDINARY_F32(Y1, Y4, Y5, Y6)
	EXP_ORDINARY_F32(Y2, Y4, Y5, Y6)
	EXP_ORDINARY_F32(Y3, Y4, Y5, Y6)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $32, n_left
	JMP block

vector:
	CMPQ n_left, $8
	JLT tail
	VMOVUPS (x_ptr), Y0
	EXP_F32(Y0, Y4, Y5, Y6)
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $8, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVD n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD ·lanesF32(SB), Y15, Y15
	VMASKMOVPS (x_ptr), Y15, Y0
	EXP_F32(Y0, Y4, Y5, Y6)
	VMASKMOVPS Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func logAVX2F32(dst, x *float32, n int)
TEXT ·logAVX2F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $32
	JLT  vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	LOG_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	LOG_POS_F32(Y0, Y4, Y5, Y6, Y7, Y8)
	LOG_POS_F32(Y1, Y4, Y5, Y6, Y7, Y8)
	LOG_POS_F32(Y2, Y4, Y5, Y6, Y7, Y8)
	LOG_POS_F32(Y3, Y4, Y5, Y6, Y7, Y8)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $32, n_left
	JMP block

vector:
	CMPQ n_left, $8
	JLT tail
	VMOVUPS (x_ptr), Y0
	LOG_F32(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10)
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $8, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVD n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD ·lanesF32(SB), Y15, Y15
	VMASKMOVPS (x_ptr), Y15, Y0
	LOG_F32(Y0, Y4, Y5, Y6, Y7, Y8, Y9, Y10)
	VMASKMOVPS Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func tanhAVX2F32(dst, x *float32, n int)
TEXT ·tanhAVX2F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

vector:
	CMPQ n_left, $8
	JLT tail
	VMOVUPS (x_ptr), Y0
	TANH_F32(Y0, Y4, Y5, Y6, Y7, Y8)
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $8, n_left
	JMP vector

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVD n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD ·lanesF32(SB), Y15, Y15
	VMASKMOVPS (x_ptr), Y15, Y0
	TANH_F32(Y0, Y4, Y5, Y6, Y7, Y8)
	VMASKMOVPS Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func sigmoidAVX2F32(dst, x *float32, n int)
TEXT ·sigmoidAVX2F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $32
	JLT  vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	EXP_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	EXP_NEGABS_ORDINARY_F32(Y0, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y0, Y5, Y6, Y7)
	EXP_NEGABS_ORDINARY_F32(Y1, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y1, Y5, Y6, Y7)
	EXP_NEGABS_ORDINARY_F32(Y2, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y2, Y5, Y6, Y7)
	EXP_NEGABS_ORDINARY_F32(Y3, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y3, Y5, Y6, Y7)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $32, n_left
	JMP block

vector:
	CMPQ n_left, $8
	JLT tail
	VMOVUPS (x_ptr), Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y0, Y5, Y6, Y7)
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $8, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVD n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD ·lanesF32(SB), Y15, Y15
	VMASKMOVPS (x_ptr), Y15, Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SIGMOID_JOIN_F32(Y0, Y5, Y6, Y7)
	VMASKMOVPS Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET

// func softplusAVX2F32(dst, x *float32, n int)
TEXT ·softplusAVX2F32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), n_left
	PCALIGN $32

block:
	CMPQ n_left, $32
	JLT  vector
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VMOVUPS 64(x_ptr), Y2
	VMOVUPS 96(x_ptr), Y3
	EXP_SPECIAL_F32(Y0, Y1, Y2, Y3, Y4, Y5, Y6)
	JNZ vector
	EXP_NEGABS_ORDINARY_F32(Y0, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y0, Y4, Y5, Y8, Y6, Y7)
	EXP_NEGABS_ORDINARY_F32(Y1, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y1, Y4, Y5, Y8, Y6, Y7)
	EXP_NEGABS_ORDINARY_F32(Y2, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y2, Y4, Y5, Y8, Y6, Y7)
	EXP_NEGABS_ORDINARY_F32(Y3, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y3, Y4, Y5, Y8, Y6, Y7)
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, 64(dst_ptr)
	VMOVUPS Y3, 96(dst_ptr)
	ADDQ $128, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $32, n_left
	JMP block

vector:
	CMPQ n_left, $8
	JLT tail
	VMOVUPS (x_ptr), Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y0, Y4, Y5, Y8, Y6, Y7)
	VMOVUPS Y0, (dst_ptr)
	ADDQ $32, x_ptr
	ADDQ $32, dst_ptr
	SUBQ $8, n_left
	JMP block

tail:
	TESTQ n_left, n_left
	JZ done
	VMOVD n_left, X15
	VPBROADCASTD X15, Y15
	VPCMPGTD ·lanesF32(SB), Y15, Y15
	VMASKMOVPS (x_ptr), Y15, Y0
	EXP_NEGABS_F32(Y0, Y4, Y5, Y6, Y7)
	SOFTPLUS_JOIN_F32(Y0, Y4, Y5, Y8, Y6, Y7)
	VMASKMOVPS Y0, Y15, (dst_ptr)

done:
	VZEROUPPER
	RET
