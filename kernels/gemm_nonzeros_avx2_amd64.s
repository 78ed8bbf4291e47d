//go:build !purego && !race

// The elements of a row that are not +0, AVX2.
//
// Contract: same bits as nonZerosTail; no arithmetic on the values.
// ISA: AVX2.
//
// Register plan
//	DI idx_ptr   SI val_ptr   DX row_ptr   CX left   R8 sets   AX found   R9 set of lanes   R10 their number
//	Y0 elements   Y1 numbers of the lanes that are kept   Y2 kept elements, indices   Y3 first index   Y4 its step   Y5 0
//	Y6, Y7 halves of an element
//
// Work per call: below the Go caller's bound.
// Memory: n elements of each operand: a vector is stored where it has room, for no more have been found than read.

#include "textflag.h"

#define idx_ptr DI
#define val_ptr SI
#define row_ptr DX
#define left    CX
#define sets    R8
#define found   AX
#define lanes   R9
#define number  R10

DATA eight<>(SB)/4, $8
GLOBL eight<>(SB), RODATA|NOPTR, $4
DATA four<>(SB)/4, $4
GLOBL four<>(SB), RODATA|NOPTR, $4
// An element of 8 bytes is two lanes of 4: bytes 0 0 1 1 2 2 3 3 spread the numbers, 0 1 0 1 … tell the halves.
DATA twice<>+0(SB)/8, $0x0303020201010000
DATA twice<>+8(SB)/8, $-1
GLOBL twice<>(SB), RODATA|NOPTR, $16
DATA halves<>+0(SB)/8, $0x0100000000
DATA halves<>+8(SB)/8, $0x0100000000
DATA halves<>+16(SB)/8, $0x0100000000
DATA halves<>+24(SB)/8, $0x0100000000
GLOBL halves<>(SB), RODATA|NOPTR, $32

// func nonZerosF32AVX2(index *int32, value, row *float32, n int, table *[256]uint64) int
TEXT ·nonZerosF32AVX2(SB), NOSPLIT, $0-48
	MOVQ index+0(FP), idx_ptr
	MOVQ value+8(FP), val_ptr
	MOVQ row+16(FP), row_ptr
	MOVQ n+24(FP), left
	MOVQ table+32(FP), sets
	XORL found, found
	VPXOR Y3, Y3, Y3
	VPXOR Y5, Y5, Y5
	VPBROADCASTD eight<>(SB), Y4
loop:
	VMOVDQU   (row_ptr), Y0
	VPCMPEQD  Y0, Y5, Y1
	VMOVMSKPS Y1, lanes
	XORL      $255, lanes
	VPMOVZXBD (sets)(lanes*8), Y1
	VPERMD    Y0, Y1, Y2
	POPCNTL   lanes, number
	VMOVDQU   Y2, (val_ptr)(found*4)
	VPADDD    Y3, Y1, Y2
	VMOVDQU   Y2, (idx_ptr)(found*4)
	VPADDD    Y4, Y3, Y3
	ADDQ      number, found
	ADDQ      $32, row_ptr
	SUBQ      $8, left
	JNZ       loop
	MOVQ found, ret+40(FP)
	VZEROUPPER
	RET

// func nonZerosF64AVX2(index *int32, value, row *float64, n int, table *[256]uint64) int
TEXT ·nonZerosF64AVX2(SB), NOSPLIT, $0-48
	MOVQ index+0(FP), idx_ptr
	MOVQ value+8(FP), val_ptr
	MOVQ row+16(FP), row_ptr
	MOVQ n+24(FP), left
	MOVQ table+32(FP), sets
	XORL found, found
	VPXOR Y3, Y3, Y3
	VPXOR Y5, Y5, Y5
	VPBROADCASTD four<>(SB), Y4
	VMOVDQU twice<>(SB), X6
	VMOVDQU halves<>(SB), Y7
loop:
	VMOVDQU   (row_ptr), Y0
	VPCMPEQQ  Y0, Y5, Y1
	VMOVMSKPD Y1, lanes
	XORL      $15, lanes
	VMOVQ     (sets)(lanes*8), X1
	VPMOVZXBD X1, X2                    // numbers of the elements
	VPADDD    X3, X2, X2
	VMOVDQU   X2, (idx_ptr)(found*4)
	VPSHUFB   X6, X1, X1
	VPMOVZXBD X1, Y1
	VPADDD    Y1, Y1, Y1
	VPADDD    Y7, Y1, Y1                // numbers of their halves
	VPERMD    Y0, Y1, Y2
	POPCNTL   lanes, number
	VMOVDQU   Y2, (val_ptr)(found*8)
	VPADDD    Y4, Y3, Y3
	ADDQ      number, found
	ADDQ      $32, row_ptr
	SUBQ      $4, left
	JNZ       loop
	MOVQ found, ret+40(FP)
	VZEROUPPER
	RET
