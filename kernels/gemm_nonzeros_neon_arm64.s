//go:build !purego && !race

// The elements of a row that are not +0, NEON, float32. (Two lanes of float64 gain nothing over pure Go.)
//
// Contract: same bits as nonZerosTail; no arithmetic on the values.
// ISA: ASIMD.
//
// Register plan
//	R0 idx_ptr   R1 val_ptr   R2 row_ptr   R3 left   R4 sets   R5 found   R6 set of lanes   R7 number
//	V0 elements   V1 bits of the lanes that are kept   V2 bytes to keep   V3 kept elements, indices   V4 weights of the lanes
//	V5 first index, everywhere   V6 its step
//
// Work per call: below the Go caller's bound.
// Memory: n elements of each operand: a vector is stored where it has room, for no more have been found than read.

#include "textflag.h"
#include "neon_arm64.h"

#define idx_ptr R0
#define val_ptr R1
#define row_ptr R2
#define left    R3
#define sets    R4
#define found   R5
#define lanes   R6
#define number  R7

DATA weights<>+0(SB)/8, $0x200000001
DATA weights<>+8(SB)/8, $0x800000004
DATA weights<>+16(SB)/8, $0x100000000
DATA weights<>+24(SB)/8, $0x300000002
GLOBL weights<>(SB), RODATA|NOPTR, $32

// func nonZerosF32NEON(index *int32, value, row *float32, n int, table *[16]nonZeroLanes) int
TEXT ·nonZerosF32NEON(SB), NOSPLIT, $0-48
	MOVD index+0(FP), idx_ptr
	MOVD value+8(FP), val_ptr
	MOVD row+16(FP), row_ptr
	MOVD n+24(FP), left
	MOVD table+32(FP), sets
	MOVD $weights<>(SB), lanes
	VLD1 (lanes), [V4.S4, V5.S4]      // weights; the lanes' own numbers
	MOVD $4, number
	VDUP number, V6.S4
	MOVD ZR, found
loop:
	VLD1.P 16(row_ptr), [V0.B16]
	VCMTST V0.S4, V0.S4, V1.S4
	VAND   V1.B16, V4.B16, V1.B16
	VADDV  V1.S4, V1
	VMOV   V1.S[0], lanes
	ADD    lanes<<5, sets, number
	VLD1.P 16(number), [V2.B16]
	VTBL   V2.B16, [V0.B16], V3.B16
	VST1.P [V3.B16], 16(val_ptr)
	VTBL   V2.B16, [V5.B16], V3.B16
	VST1.P [V3.B16], 16(idx_ptr)
	MOVD   (number), number
	VADD   V6.S4, V5.S4, V5.S4
	ADD    number, found
	SUB    $4, number
	ADD    number<<2, val_ptr
	ADD    number<<2, idx_ptr
	SUBS   $4, left
	BNE    loop
	MOVD found, ret+40(FP)
	RET
