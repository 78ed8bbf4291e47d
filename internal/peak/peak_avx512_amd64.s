//go:build !purego && !race

#include "textflag.h"

// The machine's limits by AVX-512. Contract: the arithmetic that the stubs say; the results of the multiply-adds are nobody's.
//
// ISA: AVX-512 F, x86-64.
//
// Registers: CX the count; DI, SI, DX the operands; Z0 … Z23 accumulators or data; Z24, Z25 the factors.
//
// Work of one call: package peak passes 2048 rounds or 8192 elements at most, some 20 µs. Memory: the operands, n elements each.

// FMA_ROUND is 24 multiply-adds.
// Uses: Z24 and Z25. Clobbers: Z0 … Z23.
#define FMA_ROUND(INS) \
	INS Z24, Z25, Z0; INS Z24, Z25, Z1; INS Z24, Z25, Z2; INS Z24, Z25, Z3; \
	INS Z24, Z25, Z4; INS Z24, Z25, Z5; INS Z24, Z25, Z6; INS Z24, Z25, Z7; \
	INS Z24, Z25, Z8; INS Z24, Z25, Z9; INS Z24, Z25, Z10; INS Z24, Z25, Z11; \
	INS Z24, Z25, Z12; INS Z24, Z25, Z13; INS Z24, Z25, Z14; INS Z24, Z25, Z15; \
	INS Z24, Z25, Z16; INS Z24, Z25, Z17; INS Z24, Z25, Z18; INS Z24, Z25, Z19; \
	INS Z24, Z25, Z20; INS Z24, Z25, Z21; INS Z24, Z25, Z22; INS Z24, Z25, Z23

// CLEAR sets the registers of FMA_ROUND to 0.
// Uses: nothing. Clobbers: Z24, Z25, Z0 … Z23.
#define CLEAR() \
	VPXORQ Z24, Z24, Z24; VPXORQ Z25, Z25, Z25; VPXORQ Z0, Z0, Z0; VPXORQ Z1, Z1, Z1; \
	VPXORQ Z2, Z2, Z2; VPXORQ Z3, Z3, Z3; VPXORQ Z4, Z4, Z4; VPXORQ Z5, Z5, Z5; \
	VPXORQ Z6, Z6, Z6; VPXORQ Z7, Z7, Z7; VPXORQ Z8, Z8, Z8; VPXORQ Z9, Z9, Z9; \
	VPXORQ Z10, Z10, Z10; VPXORQ Z11, Z11, Z11; VPXORQ Z12, Z12, Z12; VPXORQ Z13, Z13, Z13; \
	VPXORQ Z14, Z14, Z14; VPXORQ Z15, Z15, Z15; VPXORQ Z16, Z16, Z16; VPXORQ Z17, Z17, Z17; \
	VPXORQ Z18, Z18, Z18; VPXORQ Z19, Z19, Z19; VPXORQ Z20, Z20, Z20; VPXORQ Z21, Z21, Z21; \
	VPXORQ Z22, Z22, Z22; VPXORQ Z23, Z23, Z23

// func fmaF32AVX512(rounds int)
TEXT ·fmaF32AVX512(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	CLEAR()
	PCALIGN $32

round:
	FMA_ROUND(VFMADD231PS)
	DECQ CX
	JNZ  round
	VZEROUPPER
	RET

// func fmaF64AVX512(rounds int)
TEXT ·fmaF64AVX512(SB), NOSPLIT, $0-8
	MOVQ rounds+0(FP), CX
	CLEAR()
	PCALIGN $32

round:
	FMA_ROUND(VFMADD231PD)
	DECQ CX
	JNZ  round
	VZEROUPPER
	RET

// func triadAVX512(dst, a, b *float64, s float64, n int)
TEXT ·triadAVX512(SB), NOSPLIT, $0-40
	MOVQ         dst+0(FP), DI
	MOVQ         a+8(FP), SI
	MOVQ         b+16(FP), DX
	VBROADCASTSD s+24(FP), Z12
	MOVQ         n+32(FP), CX
	PCALIGN      $32

loop:
	VMOVUPD     0(SI), Z0
	VMOVUPD     64(SI), Z1
	VMOVUPD     128(SI), Z2
	VMOVUPD     192(SI), Z3
	VFMADD231PD 0(DX), Z12, Z0
	VFMADD231PD 64(DX), Z12, Z1
	VFMADD231PD 128(DX), Z12, Z2
	VFMADD231PD 192(DX), Z12, Z3
	VMOVUPD     Z0, 0(DI)
	VMOVUPD     Z1, 64(DI)
	VMOVUPD     Z2, 128(DI)
	VMOVUPD     Z3, 192(DI)
	ADDQ        $256, SI
	ADDQ        $256, DX
	ADDQ        $256, DI
	SUBQ        $32, CX
	JNZ         loop
	VZEROUPPER
	RET

// func moveAVX512(dst, src *float64, n int)
TEXT ·moveAVX512(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), DI
	MOVQ    src+8(FP), SI
	MOVQ    n+16(FP), CX
	PCALIGN $32

loop:
	VMOVUPD 0(SI), Z0
	VMOVUPD 64(SI), Z1
	VMOVUPD 128(SI), Z2
	VMOVUPD 192(SI), Z3
	VMOVUPD Z0, 0(DI)
	VMOVUPD Z1, 64(DI)
	VMOVUPD Z2, 128(DI)
	VMOVUPD Z3, 192(DI)
	ADDQ    $256, SI
	ADDQ    $256, DI
	SUBQ    $32, CX
	JNZ     loop
	VZEROUPPER
	RET
