//go:build !purego && !race

// Conversions between binary16 and float32, AVX-512.
//
// Contract: same bits as toFloat16Generic and fromFloat16Generic.
// ISA: AVX-512 F.
//
// Register plan
//	DI dst_ptr   SI src_ptr   CX left (elements)   Z0 the elements
//
// Work per call: below the Go caller's bound.
// Memory: n elements of each operand.

#include "textflag.h"

#define dst_ptr DI
#define src_ptr SI
#define left    CX

// func narrowAVX512(dst *Float16, src *float32, n int)
TEXT ·narrowAVX512(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ n+16(FP), left
loop:
	VMOVUPS   (src_ptr), Z0
	VCVTPS2PH $0, Z0, (dst_ptr)
	ADDQ      $64, src_ptr
	ADDQ      $32, dst_ptr
	SUBQ      $16, left
	JNZ       loop
	VZEROUPPER
	RET

// func widenAVX512(dst *float32, src *Float16, n int)
TEXT ·widenAVX512(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ n+16(FP), left
loop:
	VCVTPH2PS (src_ptr), Z0
	VMOVUPS   Z0, (dst_ptr)
	ADDQ      $32, src_ptr
	ADDQ      $64, dst_ptr
	SUBQ      $16, left
	JNZ       loop
	VZEROUPPER
	RET
