//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Exp of float32 and float64 slices.
// Contract: each element has the bits of expF32 or expF64 in vmath_generic.go. VSCALEF rounds p·2^n once, as the
// two steps of scaleF32 do, so ordinary and extreme elements take one path.
// ISA: AVX-512 F.
//
// Registers:
//	DI, SI, CX    dst, x, elements left
//	Z0 … Z11      x (later r), n, the polynomial's parts, of two vectors
//	Z15 … Z31     constants
//	K1            the mask of the tail
//
// Work per call: at most 4096 elements, below 10 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define dst_ptr DI
#define x_ptr SI
#define n_left CX

#define high Z16
#define low Z17
#define log2e Z18
#define magic Z19
#define ln2_hi Z20
#define ln2_lo Z21
#define one Z22

// One step of Horner's rule for two vectors: q = q·x + k. Uses: k, x0, x1. Clobbers: q0, q1.
#define HORNER_PS(k, x0, q0, x1, q1) \
	VFMADD213PS k, x0, q0 \
	VFMADD213PS k, x1, q1

#define HORNER_PD(k, x0, q0, x1, q1) \
	VFMADD213PD k, x0, q0 \
	VFMADD213PD k, x1, q1

// x0 = e^x0, x1 = e^x1. Uses: the constants. Clobbers: n0, q0, n1, q1.
#define EXP_PS(x0, n0, q0, x1, n1, q1) \
	VMAXPS       x0, low, x0            /* NaN stays */ \
	VMAXPS       x1, low, x1 \
	VMINPS       x0, high, x0 \
	VMINPS       x1, high, x1 \
	VMOVAPS      magic, n0 \
	VMOVAPS      magic, n1 \
	VFMADD231PS  log2e, x0, n0 \
	VFMADD231PS  log2e, x1, n1 \
	VSUBPS       magic, n0, n0 \
	VSUBPS       magic, n1, n1 \
	VFNMADD231PS ln2_hi, n0, x0 \
	VFNMADD231PS ln2_hi, n1, x1 \
	VFNMADD231PS ln2_lo, n0, x0         /* r */ \
	VFNMADD231PS ln2_lo, n1, x1 \
	VMOVAPS      Z23, q0 \
	VMOVAPS      Z23, q1 \
	HORNER_PS(Z24, x0, q0, x1, q1) \
	HORNER_PS(Z25, x0, q0, x1, q1) \
	HORNER_PS(Z26, x0, q0, x1, q1) \
	HORNER_PS(Z27, x0, q0, x1, q1) \
	HORNER_PS(one, x0, q0, x1, q1) \
	HORNER_PS(one, x0, q0, x1, q1) \
	VSCALEFPS    n0, q0, x0 \
	VSCALEFPS    n1, q1, x1

// func expAVX512F32(dst, x *float32, n int)
TEXT ·expAVX512F32(SB), NOSPLIT, $0-24
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         x+8(FP), x_ptr
	MOVQ         n+16(FP), n_left
	VBROADCASTSS EXP_HIGH_F32, high
	VBROADCASTSS EXP_LOW_F32, low
	VBROADCASTSS LOG2E_F32, log2e
	VBROADCASTSS MAGIC_F32, magic
	VBROADCASTSS LN2_HI_F32, ln2_hi
	VBROADCASTSS LN2_LO_F32, ln2_lo
	VBROADCASTSS ONE_F32, one
	VBROADCASTSS EXP0_F32, Z23
	VBROADCASTSS EXP1_F32, Z24
	VBROADCASTSS EXP2_F32, Z25
	VBROADCASTSS EXP3_F32, Z26
	VBROADCASTSS EXP4_F32, Z27
	PCALIGN      $32

block:
	CMPQ    n_left, $64
	JLT     tail
	VMOVUPS (x_ptr), Z0
	VMOVUPS 64(x_ptr), Z1
	VMOVUPS 128(x_ptr), Z6
	VMOVUPS 192(x_ptr), Z7
	EXP_PS(Z0, Z2, Z4, Z1, Z3, Z5)
	EXP_PS(Z6, Z8, Z10, Z7, Z9, Z11)
	VMOVUPS Z0, (dst_ptr)
	VMOVUPS Z1, 64(dst_ptr)
	VMOVUPS Z6, 128(dst_ptr)
	VMOVUPS Z7, 192(dst_ptr)
	ADDQ    $256, x_ptr
	ADDQ    $256, dst_ptr
	SUBQ    $64, n_left
	JMP     block

tail: // 16 or fewer at a time
	TESTQ     n_left, n_left
	JLE       done
	MOVQ      $1, AX
	SHLQ      CX, AX
	DECQ      AX
	KMOVW     AX, K1
	VMOVUPS.Z (x_ptr), K1, Z0
	EXP_PS(Z0, Z2, Z4, Z1, Z3, Z5)
	VMOVUPS   Z0, K1, (dst_ptr)
	ADDQ      $64, x_ptr
	ADDQ      $64, dst_ptr
	SUBQ      $16, n_left
	JMP       tail

done:
	VZEROUPPER
	RET

// x0 = e^x0, x1 = e^x1. Uses: the constants. Clobbers: n0, s0, q0, v0, n1, s1, q1, v1.
#define EXP_PD(x0, n0, s0, q0, v0, x1, n1, s1, q1, v1) \
	VMAXPD       x0, low, x0            /* NaN stays */ \
	VMAXPD       x1, low, x1 \
	VMINPD       x0, high, x0 \
	VMINPD       x1, high, x1 \
	VMOVAPD      magic, n0 \
	VMOVAPD      magic, n1 \
	VFMADD231PD  log2e, x0, n0 \
	VFMADD231PD  log2e, x1, n1 \
	VSUBPD       magic, n0, n0 \
	VSUBPD       magic, n1, n1 \
	VFNMADD231PD ln2_hi, n0, x0 \
	VFNMADD231PD ln2_hi, n1, x1 \
	VFNMADD231PD ln2_lo, n0, x0         /* r */ \
	VFNMADD231PD ln2_lo, n1, x1 \
	VMULPD       x0, x0, s0             /* r² */ \
	VMULPD       x1, x1, s1 \
	VMOVAPD      Z23, q0 \
	VMOVAPD      Z23, q1 \
	VBROADCASTSD EXP_V0_F64, v0 \
	VMOVAPD      v0, v1 \
	HORNER_PD(Z24, s0, q0, s1, q1) \
	HORNER_PD(Z28, s0, v0, s1, v1) \
	HORNER_PD(Z25, s0, q0, s1, q1) \
	HORNER_PD(Z29, s0, v0, s1, v1) \
	HORNER_PD(Z26, s0, q0, s1, q1) \
	HORNER_PD(Z30, s0, v0, s1, v1) \
	HORNER_PD(Z27, s0, q0, s1, q1) \
	HORNER_PD(Z31, s0, v0, s1, v1) \
	VFMADD231PD  v0, x0, q0 \
	VFMADD231PD  v1, x1, q1 \
	HORNER_PD(one, x0, q0, x1, q1) \
	HORNER_PD(one, x0, q0, x1, q1) \
	VSCALEFPD    n0, q0, x0 \
	VSCALEFPD    n1, q1, x1

// func expAVX512F64(dst, x *float64, n int)
TEXT ·expAVX512F64(SB), NOSPLIT, $0-24
	MOVQ         dst+0(FP), dst_ptr
	MOVQ         x+8(FP), x_ptr
	MOVQ         n+16(FP), n_left
	VBROADCASTSD EXP_HIGH_F64, high
	VBROADCASTSD EXP_LOW_F64, low
	VBROADCASTSD LOG2E_F64, log2e
	VBROADCASTSD MAGIC_F64, magic
	VBROADCASTSD LN2_HI_F64, ln2_hi
	VBROADCASTSD LN2_LO_F64, ln2_lo
	VBROADCASTSD ONE_F64, one
	VBROADCASTSD EXP_U0_F64, Z23
	VBROADCASTSD EXP_U1_F64, Z24
	VBROADCASTSD EXP_U2_F64, Z25
	VBROADCASTSD EXP_U3_F64, Z26
	VBROADCASTSD EXP_U4_F64, Z27
	VBROADCASTSD EXP_V1_F64, Z28
	VBROADCASTSD EXP_V2_F64, Z29
	VBROADCASTSD EXP_V3_F64, Z30
	VBROADCASTSD EXP_V4_F64, Z31
	PCALIGN      $32

block:
	CMPQ    n_left, $16
	JLT     tail
	VMOVUPD (x_ptr), Z0
	VMOVUPD 64(x_ptr), Z1
	EXP_PD(Z0, Z2, Z4, Z6, Z8, Z1, Z3, Z5, Z7, Z9)
	VMOVUPD Z0, (dst_ptr)
	VMOVUPD Z1, 64(dst_ptr)
	ADDQ    $128, x_ptr
	ADDQ    $128, dst_ptr
	SUBQ    $16, n_left
	JMP     block

tail: // 8 or fewer at a time
	TESTQ     n_left, n_left
	JLE       done
	MOVQ      $1, AX
	SHLQ      CX, AX
	DECQ      AX
	KMOVW     AX, K1
	VMOVUPD.Z (x_ptr), K1, Z0
	EXP_PD(Z0, Z2, Z4, Z6, Z8, Z1, Z3, Z5, Z7, Z9)
	VMOVUPD   Z0, K1, (dst_ptr)
	ADDQ      $64, x_ptr
	ADDQ      $64, dst_ptr
	SUBQ      $8, n_left
	JMP       tail

done:
	VZEROUPPER
	RET
