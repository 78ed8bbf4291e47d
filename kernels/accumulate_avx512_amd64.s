//go:build !purego && !race

// Sums in float64 of vectors of float32, AVX-512.
//
// Contract: same bits as accumulateGeneric.
// ISA: AVX-512 F.
//
// Register plan
//	DI dst_ptr   SI x_ptr   CX left (elements)   AX bits of the mask   K1 the last elements   Z0 the elements   Z1 the sums
//
// Work per call: at most 8192 elements, a few µs.
// Memory: n elements of each operand, the last ones by masked loads and stores.

#include "textflag.h"

#define dst_ptr DI
#define x_ptr   SI
#define left    CX

// func accumulateAVX512(dst *float64, x *float32, n int)
TEXT ·accumulateAVX512(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SUBQ $8, left
	JLT  few
	PCALIGN $32
loop:
	VCVTPS2PD (x_ptr), Z0
	VADDPD    (dst_ptr), Z0, Z0
	VMOVUPD   Z0, (dst_ptr)
	ADDQ      $32, x_ptr
	ADDQ      $64, dst_ptr
	SUBQ      $8, left
	JGE       loop
few:
	ADDQ $8, left
	JEQ  done
	MOVL $1, AX
	SHLL CX, AX
	DECL AX
	KMOVW AX, K1
	VMOVUPS.Z (x_ptr), K1, Z0
	VCVTPS2PD Y0, Z0
	VMOVUPD.Z (dst_ptr), K1, Z1
	VADDPD    Z1, Z0, Z0
	VMOVUPD   Z0, K1, (dst_ptr)
done:
	VZEROUPPER
	RET
