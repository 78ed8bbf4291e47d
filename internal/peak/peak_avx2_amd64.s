//go:build !purego && !race

#include "textflag.h"

// The machine's limits by AVX2. Contract: the arithmetic that the stubs say; the results of the multiply-adds are nobody's.
//
// ISA: AVX2 and FMA, x86-64.
//
// Registers: CX the count; DI, SI, DX the operands; Y0 … Y11 accumulators or data; Y12, Y13 the factors.
//
// Work of one call: package peak passes 2048 rounds or 8192 elements at most, some 20 µs. Memory: the operands, n elements each.

// FMA_ROUND is 24 multiply-adds.
// Uses: Y12 and Y13. Clobbers: Y0 … Y11.
#define FMA_ROUND(INS) \
	INS Y12, Y13, Y0; INS Y12, Y13, Y1; INS Y12, Y13, Y2; INS Y12, Y13, Y3; \
	INS Y12, Y13, Y4; INS Y12, Y13, Y5; INS Y12, Y13, Y6; INS Y12, Y13, Y7; \
	INS Y12, Y13, Y8; INS Y12, Y13, Y9; INS Y12, Y13, Y10; INS Y12, Y13, Y11; \
	INS Y12, Y13, Y0; INS Y12, Y13, Y1; INS Y12, Y13, Y2; INS Y12, Y13, Y3; \
	INS Y12, Y13, Y4; INS Y12, Y13, Y5; INS Y12, Y13, Y6; INS Y12, Y13, Y7; \
	INS Y12, Y13, Y8; INS Y12, Y13, Y9; INS Y12, Y13, Y10; INS Y12, Y13, Y11

// CLEAR sets the registers of FMA_ROUND to 0.
// Uses: nothing. Clobbers: Y12, Y13, Y0 … Y11.
#define CLEAR() \
	VXORPS Y12, Y12, Y12; VXORPS Y13, Y13, Y13; VXORPS Y0, Y0, Y0; VXORPS Y1, Y1, Y1; \
	VXORPS Y2, Y2, Y2; VXORPS Y3, Y3, Y3; VXORPS Y4, Y4, Y4; VXORPS Y5, Y5, Y5; \
	VXORPS Y6, Y6, Y6; VXORPS Y7, Y7, Y7; VXORPS Y8, Y8, Y8; VXORPS Y9, Y9, Y9; \
	VXORPS Y10, Y10, Y10; VXORPS Y11, Y11, Y11

// func fmaF32AVX2(rounds int)
TEXT ·fmaF32AVX2(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	CLEAR()
	PCALIGN $32

round:
	FMA_ROUND(VFMADD231PS)
	DECQ CX
	JNZ  round
	VZEROUPPER
	RET

// func fmaF64AVX2(rounds int)
TEXT ·fmaF64AVX2(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	CLEAR()
	PCALIGN $32

round:
	FMA_ROUND(VFMADD231PD)
	DECQ CX
	JNZ  round
	VZEROUPPER
	RET

// func triadAVX2(dst, a, b *float64, s float64, n int)
TEXT ·triadAVX2(SB), NOSPLIT, $0-40
	MOVQ         dst+0(FP), DI
	MOVQ         a+8(FP), SI
	MOVQ         b+16(FP), DX
	VBROADCASTSD s+24(FP), Y12
	MOVQ         n+32(FP), CX
	PCALIGN      $32

loop:
	VMOVUPD     0(SI), Y0
	VMOVUPD     32(SI), Y1
	VMOVUPD     64(SI), Y2
	VMOVUPD     96(SI), Y3
	VFMADD231PD 0(DX), Y12, Y0
	VFMADD231PD 32(DX), Y12, Y1
	VFMADD231PD 64(DX), Y12, Y2
	VFMADD231PD 96(DX), Y12, Y3
	VMOVUPD     Y0, 0(DI)
	VMOVUPD     Y1, 32(DI)
	VMOVUPD     Y2, 64(DI)
	VMOVUPD     Y3, 96(DI)
	ADDQ        $128, SI
	ADDQ        $128, DX
	ADDQ        $128, DI
	SUBQ        $16, CX
	JNZ         loop
	VZEROUPPER
	RET

// func moveAVX2(dst, src *float64, n int)
TEXT ·moveAVX2(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), DI
	MOVQ    src+8(FP), SI
	MOVQ    n+16(FP), CX
	PCALIGN $32

loop:
	VMOVUPD 0(SI), Y0
	VMOVUPD 32(SI), Y1
	VMOVUPD 64(SI), Y2
	VMOVUPD 96(SI), Y3
	VMOVUPD Y0, 0(DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	ADDQ    $128, SI
	ADDQ    $128, DI
	SUBQ    $16, CX
	JNZ     loop
	VZEROUPPER
	RET
