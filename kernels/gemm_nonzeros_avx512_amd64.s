//go:build !purego && !race

// The elements of a row that are not +0, AVX-512.
//
// Contract: same bits as nonZerosTail; no arithmetic on the values.
// ISA: AVX-512 F, VL.
//
// Register plan
//	DI idx_ptr   SI val_ptr   DX row_ptr   CX left   AX found   R10 number of lanes that are kept
//	Z0 elements   Z2 kept elements, indices   Z3 indices   Z4 their step   K1 lanes that are kept
//
// Work per call: below the Go caller's bound.
// Memory: n elements of each operand: a vector is stored where it has room, for no more have been found than read.

#include "textflag.h"

#define idx_ptr DI
#define val_ptr SI
#define row_ptr DX
#define left    CX
#define found   AX
#define number  R10

DATA indices<>+0(SB)/8, $0x100000000
DATA indices<>+8(SB)/8, $0x300000002
DATA indices<>+16(SB)/8, $0x500000004
DATA indices<>+24(SB)/8, $0x700000006
DATA indices<>+32(SB)/8, $0x900000008
DATA indices<>+40(SB)/8, $0xb0000000a
DATA indices<>+48(SB)/8, $0xd0000000c
DATA indices<>+56(SB)/8, $0xf0000000e
GLOBL indices<>(SB), RODATA|NOPTR, $64
DATA steps<>+0(SB)/4, $16
DATA steps<>+4(SB)/4, $8
GLOBL steps<>(SB), RODATA|NOPTR, $8

// func nonZerosF32AVX512(index *int32, value, row *float32, n int) int
TEXT ·nonZerosF32AVX512(SB), NOSPLIT, $0-40
	MOVQ index+0(FP), idx_ptr
	MOVQ value+8(FP), val_ptr
	MOVQ row+16(FP), row_ptr
	MOVQ n+24(FP), left
	XORL found, found
	VMOVDQU32    indices<>(SB), Z3
	VPBROADCASTD steps<>+0(SB), Z4
loop:
	VMOVDQU32   (row_ptr), Z0
	VPTESTMD    Z0, Z0, K1
	KMOVW       K1, number
	VPCOMPRESSD Z0, K1, Z2
	VMOVDQU32   Z2, (val_ptr)(found*4)
	VPCOMPRESSD Z3, K1, Z2
	VMOVDQU32   Z2, (idx_ptr)(found*4)
	VPADDD      Z4, Z3, Z3
	POPCNTL     number, number
	ADDQ        number, found
	ADDQ        $64, row_ptr
	SUBQ        $16, left
	JNZ         loop
	MOVQ found, ret+32(FP)
	VZEROUPPER
	RET

// func nonZerosF64AVX512(index *int32, value, row *float64, n int) int
TEXT ·nonZerosF64AVX512(SB), NOSPLIT, $0-40
	MOVQ index+0(FP), idx_ptr
	MOVQ value+8(FP), val_ptr
	MOVQ row+16(FP), row_ptr
	MOVQ n+24(FP), left
	XORL found, found
	VMOVDQU32    indices<>(SB), Y3
	VPBROADCASTD steps<>+4(SB), Y4
loop:
	VMOVDQU64   (row_ptr), Z0
	VPTESTMQ    Z0, Z0, K1
	KMOVW       K1, number
	VPCOMPRESSQ Z0, K1, Z2
	VMOVDQU64   Z2, (val_ptr)(found*8)
	VPCOMPRESSD Y3, K1, Y2
	VMOVDQU32   Y2, (idx_ptr)(found*4)
	VPADDD      Y4, Y3, Y3
	POPCNTL     number, number
	ADDQ        number, found
	ADDQ        $64, row_ptr
	SUBQ        $8, left
	JNZ         loop
	MOVQ found, ret+32(FP)
	VZEROUPPER
	RET
