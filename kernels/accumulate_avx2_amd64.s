//go:build !purego && !race

// Sums in float64 of vectors of float32, AVX2.
//
// Contract: same bits as accumulateGeneric.
// ISA: AVX2.
//
// Register plan
//	DI dst_ptr   SI x_ptr   CX left (elements)   Y0, Y1 the elements
//
// Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand.

#include "textflag.h"

#define dst_ptr DI
#define x_ptr   SI
#define left    CX

// func accumulateAVX2(dst *float64, x *float32, n int)
TEXT ·accumulateAVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SUBQ $8, left
	JLT  few
	PCALIGN $32
loop:
	VCVTPS2PD (x_ptr), Y0
	VCVTPS2PD 16(x_ptr), Y1
	VADDPD    (dst_ptr), Y0, Y0
	VADDPD    32(dst_ptr), Y1, Y1
	VMOVUPD   Y0, (dst_ptr)
	VMOVUPD   Y1, 32(dst_ptr)
	ADDQ      $32, x_ptr
	ADDQ      $64, dst_ptr
	SUBQ      $8, left
	JGE       loop
few:
	ADDQ $8, left
	JEQ  done
one:
	VMOVSS    (x_ptr), X0
	VCVTSS2SD X0, X0, X0
	VADDSD    (dst_ptr), X0, X0
	VMOVSD    X0, (dst_ptr)
	ADDQ      $4, x_ptr
	ADDQ      $8, dst_ptr
	DECQ      left
	JNZ       one
done:
	VZEROUPPER
	RET
