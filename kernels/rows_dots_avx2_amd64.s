//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// What the entropies of rows need: inner products of terms and deltas.
// Contract: the bits of Dot of the terms and of max(x − m, c): 32 (float32) or 16 (float64) lanes along the row, then halving.
// ISA: AVX2, FMA. AVX-512 takes these routines too: of rows this short it is the halving that takes the time.
//
//	register   holds
//	SI, DI     x, e, at the lanes
//	AX, BX     x, e, at the row
//	DX, R8     m, q
//	R9, R13    bytes of a row; rows left
//	R11, R12   strides
//	CX, R10    bytes left; address of a tail mask
//	Y0-Y3      the lanes
//	Y4, Y5     deltas, terms
//	Y8, Y9     m, c in all lanes
//	Y15        tail mask
//
// Work per call: the caller bounds n·k to 2048 elements: 2 µs.
// Memory: x and e as named, tails by masked loads.

#define x_at     SI
#define e_at     DI
#define x_row    AX
#define e_row    BX
#define m_ptr    DX
#define q_ptr    R8
#define bytes    R9
#define mask_at  R10
#define x_stride R11
#define e_stride R12
#define rows     R13
#define left     CX

// PRODUCTS adds those of a register to the lanes in acc, TAIL_PRODUCTS those of the last one. Uses x_at, e_at, Y8, Y9, Y15.
// Clobbers Y4, Y5.
#define PRODUCTS(SUB, MAX, FMADD, off, acc) \
	VMOVUPS off(x_at), Y4 \
	SUB     Y8, Y4, Y4 \
	MAX     Y9, Y4, Y4 \
	FMADD   off(e_at), Y4, acc
#define TAIL_PRODUCTS(SUB, MAX, FMADD, off, acc) \
	VMASKMOVPS off(x_at), Y15, Y4 \
	VMASKMOVPS off(e_at), Y15, Y5 \
	SUB     Y8, Y4, Y4 \
	MAX     Y9, Y4, Y4 \
	FMADD   Y5, Y4, acc

// ROW_DOT makes the lanes of a row in Y0-Y3 and halves them to Y0. Uses the registers above.
#define ROW_DOT(SUB, MAX, FMADD, ADD) \
	MOVQ   x_row, x_at \
	MOVQ   e_row, e_at \
	MOVQ   bytes, left \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	SUBQ   $128, left \
	JLT    part \
whole: \
	PRODUCTS(SUB, MAX, FMADD, 0, Y0) \
	PRODUCTS(SUB, MAX, FMADD, 32, Y1) \
	PRODUCTS(SUB, MAX, FMADD, 64, Y2) \
	PRODUCTS(SUB, MAX, FMADD, 96, Y3) \
	ADDQ   $128, x_at \
	ADDQ   $128, e_at \
	SUBQ   $128, left \
	JGE    whole \
part: \
	ADDQ   $128, left \
	JZ     halve \
	CMPQ   left, $32 \
	JLT    tail0 \
	PRODUCTS(SUB, MAX, FMADD, 0, Y0) \
	SUBQ   $32, left \
	JZ     halve \
	CMPQ   left, $32 \
	JLT    tail1 \
	PRODUCTS(SUB, MAX, FMADD, 32, Y1) \
	SUBQ   $32, left \
	JZ     halve \
	CMPQ   left, $32 \
	JLT    tail2 \
	PRODUCTS(SUB, MAX, FMADD, 64, Y2) \
	SUBQ   $32, left \
	JZ     halve \
	TAIL_PRODUCTS(SUB, MAX, FMADD, 96, Y3) \
	JMP    halve \
tail2: \
	TAIL_PRODUCTS(SUB, MAX, FMADD, 64, Y2) \
	JMP    halve \
tail1: \
	TAIL_PRODUCTS(SUB, MAX, FMADD, 32, Y1) \
	JMP    halve \
tail0: \
	TAIL_PRODUCTS(SUB, MAX, FMADD, 0, Y0) \
halve: \
	ADD    Y2, Y0, Y0 \
	ADD    Y3, Y1, Y1 \
	ADD    Y1, Y0, Y0

// func rowDotsF32AVX2(q, e, x, m *float32, n, k, eStride, xStride int)
TEXT ·rowDotsF32AVX2(SB), NOSPLIT, $0-64
	MOVQ q+0(FP), q_ptr
	MOVQ e+8(FP), e_row
	MOVQ x+16(FP), x_row
	MOVQ m+24(FP), m_ptr
	MOVQ n+32(FP), rows
	MOVQ k+40(FP), bytes
	MOVQ eStride+48(FP), e_stride
	MOVQ xStride+56(FP), x_stride
	SHLQ $2, bytes
	MOVQ bytes, left
	ANDQ $31, left
	LEAQ ·tailMasks+32(SB), mask_at
	SUBQ left, mask_at
	VMOVUPS (mask_at), Y15
	VBROADCASTSS EXPNEG_MIN_F32, Y9

row:
	VBROADCASTSS (m_ptr), Y8
	ROW_DOT(VSUBPS, VMAXPS, VFMADD231PS, VADDPS)
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VADDPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, (q_ptr)
	ADDQ $4, m_ptr
	ADDQ $4, q_ptr
	ADDQ x_stride, x_row
	ADDQ e_stride, e_row
	DECQ rows
	JNE  row
	VZEROUPPER
	RET

// func rowDotsF64AVX2(q, e, x, m *float64, n, k, eStride, xStride int)
TEXT ·rowDotsF64AVX2(SB), NOSPLIT, $0-64
	MOVQ q+0(FP), q_ptr
	MOVQ e+8(FP), e_row
	MOVQ x+16(FP), x_row
	MOVQ m+24(FP), m_ptr
	MOVQ n+32(FP), rows
	MOVQ k+40(FP), bytes
	MOVQ eStride+48(FP), e_stride
	MOVQ xStride+56(FP), x_stride
	SHLQ $3, bytes
	MOVQ bytes, left
	ANDQ $31, left
	LEAQ ·tailMasks+32(SB), mask_at
	SUBQ left, mask_at
	VMOVUPS (mask_at), Y15
	VBROADCASTSD EXPNEG_MIN_F64, Y9

row:
	VBROADCASTSD (m_ptr), Y8
	ROW_DOT(VSUBPD, VMAXPD, VFMADD231PD, VADDPD)
	VEXTRACTF128 $1, Y0, X1
	VADDPD       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VADDSD       X1, X0, X0
	VMOVSD       X0, (q_ptr)
	ADDQ $8, m_ptr
	ADDQ $8, q_ptr
	ADDQ x_stride, x_row
	ADDQ e_stride, e_row
	DECQ rows
	JNE  row
	VZEROUPPER
	RET
