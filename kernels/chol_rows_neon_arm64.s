//go:build !purego && !race

#include "textflag.h"
#include "neon_arm64.h"

// The division and the rotations of the small factorisations, and the factorisations of a batch.
// Contract: the bits of divideGeneric, rotateGeneric, reflectGeneric, cholLanesGeneric and triLanesGeneric: one FMA per
// term, k ascending; lanes are columns, or matrices of the batch.
// ISA: NEON.
//
//	register  holds
//	R0        x, or the row of u; of a batch the row i of buf or p
//	R1        x; of a batch the row i of u
//	R2        bytes left; of a batch d
//	R3        of a batch: bytes of a row
//	R4        i
//	R5, R6    columns left, terms left
//	R7        element (i, j)
//	R8, R9    elements (k, i) and (k, j), or (i, k) and (k, j)
//	R10       buf
//	V0, V1    elements of u and x, or the chain and an element
//	V2, V3    a new element, a product; of a batch the pivot's root or the negative pivot, and 1
//	V4        of a batch: an element
//	V16, V17  c (or the divisor), s
//
// Work per call: 8192 elements, or d³/3 terms, d at most 16: below 50 µs. Memory: the operands, no others.

#define u_ptr R0
#define x_ptr R1
#define left R2


// DIVIDE_S4 is u_ptr[…] /= V16. Uses u_ptr, left. Clobbers V0.
#define DIVIDE_S4(DIV1, SIZE) \
	SUBS   $16, left, left \
	BLT    tail \
loop: \
	VLD1   (u_ptr), [V0.S4] \
	VFDIV_S4(v16, v0, v0) \
	VST1.P [V0.S4], 16(u_ptr) \
	SUBS   $16, left, left \
	BGE    loop \
tail: \
	ADDS   $16, left, left \
	BEQ    done \
lone: \
	FMOVS  (u_ptr), F0 \
	DIV1   F16, F0, F0 \
	FMOVS  F0, (u_ptr) \
	ADD    SIZE, u_ptr, u_ptr \
	SUBS   SIZE, left, left \
	BNE    lone \
done:

// PAIR_S4 is one of the rotations over left bytes. Uses u_ptr, x_ptr, left, V16, V17. Clobbers V0-V3.
#define PAIR_S4(OP, SIZE) \
	SUBS   $16, left, left \
	BLT    tail \
loop: \
	VLD1   (u_ptr), [V0.S4] \
	VLD1   (x_ptr), [V1.S4] \
	OP \
	VST1.P [V0.S4], 16(u_ptr) \
	VST1.P [V1.S4], 16(x_ptr) \
	SUBS   $16, left, left \
	BGE    loop \
tail: \
	ADDS   $16, left, left \
	BEQ    done \
lone: \
	FMOVS  (u_ptr), F0 \
	FMOVS  (x_ptr), F1 \
	OP \
	FMOVS  F0, (u_ptr) \
	FMOVS  F1, (x_ptr) \
	ADD    SIZE, u_ptr, u_ptr \
	ADD    SIZE, x_ptr, x_ptr \
	SUBS   SIZE, left, left \
	BNE    lone \
done:

// ROTATE_S4: u = fma(s, x, c·u), x = fma(c, x, −(s·u)), c in V16, s in V17. Clobbers V0-V3.
#define ROTATE_S4 \
	VFMUL_S4(v0, v16, v2) \
	VFMUL_S4(v0, v17, v3) \
	VFMLA  V1.S4, V17.S4, V2.S4 \
	VFNEG_S4(v3, v3) \
	VFMLA  V1.S4, V16.S4, V3.S4 \
	VMOV   V2.B16, V0.B16 \
	VMOV   V3.B16, V1.B16

// REFLECT_S4: u = fma(−s, x, u)/c, x = fma(c, x, −(s·u)) with the new u. Clobbers V0-V3.
#define REFLECT_S4 \
	VFMLS  V1.S4, V17.S4, V0.S4 \
	VFDIV_S4(v16, v0, v0) \
	VFMUL_S4(v0, v17, v3) \
	VFNEG_S4(v3, v3) \
	VFMLA  V1.S4, V16.S4, V3.S4 \
	VMOV   V3.B16, V1.B16

// DIVIDE_D2 is u_ptr[…] /= V16. Uses u_ptr, left. Clobbers V0.
#define DIVIDE_D2(DIV1, SIZE) \
	SUBS   $16, left, left \
	BLT    tail \
loop: \
	VLD1   (u_ptr), [V0.D2] \
	VFDIV_D2(v16, v0, v0) \
	VST1.P [V0.D2], 16(u_ptr) \
	SUBS   $16, left, left \
	BGE    loop \
tail: \
	ADDS   $16, left, left \
	BEQ    done \
lone: \
	FMOVD  (u_ptr), F0 \
	DIV1   F16, F0, F0 \
	FMOVD  F0, (u_ptr) \
	ADD    SIZE, u_ptr, u_ptr \
	SUBS   SIZE, left, left \
	BNE    lone \
done:

// PAIR_D2 is one of the rotations over left bytes. Uses u_ptr, x_ptr, left, V16, V17. Clobbers V0-V3.
#define PAIR_D2(OP, SIZE) \
	SUBS   $16, left, left \
	BLT    tail \
loop: \
	VLD1   (u_ptr), [V0.D2] \
	VLD1   (x_ptr), [V1.D2] \
	OP \
	VST1.P [V0.D2], 16(u_ptr) \
	VST1.P [V1.D2], 16(x_ptr) \
	SUBS   $16, left, left \
	BGE    loop \
tail: \
	ADDS   $16, left, left \
	BEQ    done \
lone: \
	FMOVD  (u_ptr), F0 \
	FMOVD  (x_ptr), F1 \
	OP \
	FMOVD  F0, (u_ptr) \
	FMOVD  F1, (x_ptr) \
	ADD    SIZE, u_ptr, u_ptr \
	ADD    SIZE, x_ptr, x_ptr \
	SUBS   SIZE, left, left \
	BNE    lone \
done:

// ROTATE_D2: u = fma(s, x, c·u), x = fma(c, x, −(s·u)), c in V16, s in V17. Clobbers V0-V3.
#define ROTATE_D2 \
	VFMUL_D2(v0, v16, v2) \
	VFMUL_D2(v0, v17, v3) \
	VFMLA  V1.D2, V17.D2, V2.D2 \
	VFNEG_D2(v3, v3) \
	VFMLA  V1.D2, V16.D2, V3.D2 \
	VMOV   V2.B16, V0.B16 \
	VMOV   V3.B16, V1.B16

// REFLECT_D2: u = fma(−s, x, u)/c, x = fma(c, x, −(s·u)) with the new u. Clobbers V0-V3.
#define REFLECT_D2 \
	VFMLS  V1.D2, V17.D2, V0.D2 \
	VFDIV_D2(v16, v0, v0) \
	VFMUL_D2(v0, v17, v3) \
	VFNEG_D2(v3, v3) \
	VFMLA  V1.D2, V16.D2, V3.D2 \
	VMOV   V3.B16, V1.B16

// func divideF32NEON(x *float32, n int, by float32)
TEXT ·divideF32NEON(SB), NOSPLIT, $0-20
	MOVD  x+0(FP), u_ptr
	MOVD  n+8(FP), left
	FMOVS by+16(FP), F16
	VDUP  V16.S[0], V16.S4
	LSL   $2, left, left
	DIVIDE_S4(FDIVS, $4)
	RET

// func rotateF32NEON(u, x *float32, n int, c, s float32)
TEXT ·rotateF32NEON(SB), NOSPLIT, $0-32
	MOVD  u+0(FP), u_ptr
	MOVD  x+8(FP), x_ptr
	MOVD  n+16(FP), left
	FMOVS c+24(FP), F16
	FMOVS s+28(FP), F17
	VDUP  V16.S[0], V16.S4
	VDUP  V17.S[0], V17.S4
	LSL   $2, left, left
	PAIR_S4(ROTATE_S4, $4)
	RET

// func reflectF32NEON(u, x *float32, n int, c, s float32)
TEXT ·reflectF32NEON(SB), NOSPLIT, $0-32
	MOVD  u+0(FP), u_ptr
	MOVD  x+8(FP), x_ptr
	MOVD  n+16(FP), left
	FMOVS c+24(FP), F16
	FMOVS s+28(FP), F17
	VDUP  V16.S[0], V16.S4
	VDUP  V17.S[0], V17.S4
	LSL   $2, left, left
	PAIR_S4(REFLECT_S4, $4)
	RET

// func divideF64NEON(x *float64, n int, by float64)
TEXT ·divideF64NEON(SB), NOSPLIT, $0-24
	MOVD  x+0(FP), u_ptr
	MOVD  n+8(FP), left
	FMOVD by+16(FP), F16
	VDUP  V16.D[0], V16.D2
	LSL   $3, left, left
	DIVIDE_D2(FDIVD, $8)
	RET

// func rotateF64NEON(u, x *float64, n int, c, s float64)
TEXT ·rotateF64NEON(SB), NOSPLIT, $0-40
	MOVD  u+0(FP), u_ptr
	MOVD  x+8(FP), x_ptr
	MOVD  n+16(FP), left
	FMOVD c+24(FP), F16
	FMOVD s+32(FP), F17
	VDUP  V16.D[0], V16.D2
	VDUP  V17.D[0], V17.D2
	LSL   $3, left, left
	PAIR_D2(ROTATE_D2, $8)
	RET

// func reflectF64NEON(u, x *float64, n int, c, s float64)
TEXT ·reflectF64NEON(SB), NOSPLIT, $0-40
	MOVD  u+0(FP), u_ptr
	MOVD  x+8(FP), x_ptr
	MOVD  n+16(FP), left
	FMOVD c+24(FP), F16
	FMOVD s+32(FP), F17
	VDUP  V16.D[0], V16.D2
	VDUP  V17.D[0], V17.D2
	LSL   $3, left, left
	PAIR_D2(REFLECT_D2, $8)
	RET

#define buf_ptr R0
#define u_row R1
#define dim R2
#define row_bytes R3
#define row_at R4
#define cols_left R5
#define k_left R6
#define now R7
#define left_ptr R8
#define right_ptr R9
#define base R10

// FACTOR_S4 is the loop of cholLanesGeneric. Uses buf_ptr, dim. Clobbers the others.
#define FACTOR_S4 \
	LSL   $4, dim, row_bytes \
	MOVD  buf_ptr, base \
	MOVD  $0, row_at \
row: \
	ADD   row_at<<4, buf_ptr, now    /* element (i, i) */ \
	SUB   row_at, dim, cols_left \
	ADD   row_at<<4, base, left_ptr  /* element (0, i): the pivot's own column */ \
	VLD1  (now), [V0.S4] \
	MOVD  row_at, k_left \
	CBZ   k_left, pivot \
square: \
	VLD1  (left_ptr), [V1.S4] \
	ADD   row_bytes, left_ptr, left_ptr \
	VFMLS V1.S4, V1.S4, V0.S4 \
	SUBS  $1, k_left, k_left \
	BNE   square \
pivot: \
	VFSQRT_S4(v0, v2) \
	VST1  [V2.S4], (now) \
	SUBS  $1, cols_left, cols_left \
	BEQ   next \
column: \
	ADD   $16, now, now \
	ADD   row_at<<4, base, left_ptr \
	SUB   cols_left, dim, right_ptr  /* element (0, j) */ \
	ADD   right_ptr<<4, base, right_ptr \
	VLD1  (now), [V0.S4] \
	MOVD  row_at, k_left \
	CBZ   k_left, quotient \
term: \
	VLD1  (left_ptr), [V1.S4] \
	VLD1  (right_ptr), [V4.S4] \
	ADD   row_bytes, left_ptr, left_ptr \
	ADD   row_bytes, right_ptr, right_ptr \
	VFMLS V4.S4, V1.S4, V0.S4 \
	SUBS  $1, k_left, k_left \
	BNE   term \
quotient: \
	VFDIV_S4(v2, v0, v0) \
	VST1  [V0.S4], (now) \
	SUBS  $1, cols_left, cols_left \
	BNE   column \
next: \
	ADD   row_bytes, buf_ptr, buf_ptr \
	ADD   $1, row_at, row_at \
	CMP   dim, row_at \
	BLT   row

// INVERT_S4 is the loop of triLanesGeneric. Uses buf_ptr (p), u_row, dim, V3 (the number 1). Clobbers the others.
#define INVERT_S4 \
	LSL   $4, dim, row_bytes \
	SUB   $1, dim, row_at \
	MUL   row_at, row_bytes, now \
	ADD   now, buf_ptr, buf_ptr      /* the last row */ \
	ADD   now, u_row, u_row \
row: \
	ADD   row_at<<4, u_row, left_ptr \
	ADD   row_at<<4, buf_ptr, now \
	VLD1.P 16(left_ptr), [V2.S4]    /* then element (i, i+1) of u */ \
	VFDIV_S4(v2, v3, v0) \
	VST1  [V0.S4], (now) \
	VFNEG_S4(v2, v2)                /* −u_ii */ \
	SUB   row_at, dim, cols_left \
	SUBS  $1, cols_left, cols_left \
	BEQ   next \
	MOVD  left_ptr, base \
column: \
	ADD   $16, now, now \
	VEOR  V0.B16, V0.B16, V0.B16 \
	MOVD  base, left_ptr \
	ADD   row_bytes, now, right_ptr  /* element (i+1, j) of p */ \
	SUB   row_at, dim, k_left \
	SUB   $1, k_left, k_left \
term: \
	VLD1.P 16(left_ptr), [V1.S4] \
	VLD1  (right_ptr), [V4.S4] \
	ADD   row_bytes, right_ptr, right_ptr \
	VFMLA V4.S4, V1.S4, V0.S4 \
	SUBS  $1, k_left, k_left \
	BNE   term \
	VFDIV_S4(v2, v0, v0) \
	VST1  [V0.S4], (now) \
	SUBS  $1, cols_left, cols_left \
	BNE   column \
next: \
	SUB   row_bytes, buf_ptr, buf_ptr \
	SUB   row_bytes, u_row, u_row \
	SUBS  $1, row_at, row_at \
	BGE   row

// FACTOR_D2 is the loop of cholLanesGeneric. Uses buf_ptr, dim. Clobbers the others.
#define FACTOR_D2 \
	LSL   $4, dim, row_bytes \
	MOVD  buf_ptr, base \
	MOVD  $0, row_at \
row: \
	ADD   row_at<<4, buf_ptr, now    /* element (i, i) */ \
	SUB   row_at, dim, cols_left \
	ADD   row_at<<4, base, left_ptr  /* element (0, i): the pivot's own column */ \
	VLD1  (now), [V0.D2] \
	MOVD  row_at, k_left \
	CBZ   k_left, pivot \
square: \
	VLD1  (left_ptr), [V1.D2] \
	ADD   row_bytes, left_ptr, left_ptr \
	VFMLS V1.D2, V1.D2, V0.D2 \
	SUBS  $1, k_left, k_left \
	BNE   square \
pivot: \
	VFSQRT_D2(v0, v2) \
	VST1  [V2.D2], (now) \
	SUBS  $1, cols_left, cols_left \
	BEQ   next \
column: \
	ADD   $16, now, now \
	ADD   row_at<<4, base, left_ptr \
	SUB   cols_left, dim, right_ptr  /* element (0, j) */ \
	ADD   right_ptr<<4, base, right_ptr \
	VLD1  (now), [V0.D2] \
	MOVD  row_at, k_left \
	CBZ   k_left, quotient \
term: \
	VLD1  (left_ptr), [V1.D2] \
	VLD1  (right_ptr), [V4.D2] \
	ADD   row_bytes, left_ptr, left_ptr \
	ADD   row_bytes, right_ptr, right_ptr \
	VFMLS V4.D2, V1.D2, V0.D2 \
	SUBS  $1, k_left, k_left \
	BNE   term \
quotient: \
	VFDIV_D2(v2, v0, v0) \
	VST1  [V0.D2], (now) \
	SUBS  $1, cols_left, cols_left \
	BNE   column \
next: \
	ADD   row_bytes, buf_ptr, buf_ptr \
	ADD   $1, row_at, row_at \
	CMP   dim, row_at \
	BLT   row

// INVERT_D2 is the loop of triLanesGeneric. Uses buf_ptr (p), u_row, dim, V3 (the number 1). Clobbers the others.
#define INVERT_D2 \
	LSL   $4, dim, row_bytes \
	SUB   $1, dim, row_at \
	MUL   row_at, row_bytes, now \
	ADD   now, buf_ptr, buf_ptr      /* the last row */ \
	ADD   now, u_row, u_row \
row: \
	ADD   row_at<<4, u_row, left_ptr \
	ADD   row_at<<4, buf_ptr, now \
	VLD1.P 16(left_ptr), [V2.D2]    /* then element (i, i+1) of u */ \
	VFDIV_D2(v2, v3, v0) \
	VST1  [V0.D2], (now) \
	VFNEG_D2(v2, v2)                /* −u_ii */ \
	SUB   row_at, dim, cols_left \
	SUBS  $1, cols_left, cols_left \
	BEQ   next \
	MOVD  left_ptr, base \
column: \
	ADD   $16, now, now \
	VEOR  V0.B16, V0.B16, V0.B16 \
	MOVD  base, left_ptr \
	ADD   row_bytes, now, right_ptr  /* element (i+1, j) of p */ \
	SUB   row_at, dim, k_left \
	SUB   $1, k_left, k_left \
term: \
	VLD1.P 16(left_ptr), [V1.D2] \
	VLD1  (right_ptr), [V4.D2] \
	ADD   row_bytes, right_ptr, right_ptr \
	VFMLA V4.D2, V1.D2, V0.D2 \
	SUBS  $1, k_left, k_left \
	BNE   term \
	VFDIV_D2(v2, v0, v0) \
	VST1  [V0.D2], (now) \
	SUBS  $1, cols_left, cols_left \
	BNE   column \
next: \
	SUB   row_bytes, buf_ptr, buf_ptr \
	SUB   row_bytes, u_row, u_row \
	SUBS  $1, row_at, row_at \
	BGE   row

// func cholLanesF32NEON(buf *float32, d int)
TEXT ·cholLanesF32NEON(SB), NOSPLIT, $0-16
	MOVD buf+0(FP), buf_ptr
	MOVD d+8(FP), dim
	FACTOR_S4
	RET

// func triLanesF32NEON(p, u *float32, d int)
TEXT ·triLanesF32NEON(SB), NOSPLIT, $0-24
	MOVD  p+0(FP), buf_ptr
	MOVD  u+8(FP), u_row
	MOVD  d+16(FP), dim
	FMOVS $1.0, F3
	VDUP  V3.S[0], V3.S4
	INVERT_S4
	RET

// func cholLanesF64NEON(buf *float64, d int)
TEXT ·cholLanesF64NEON(SB), NOSPLIT, $0-16
	MOVD buf+0(FP), buf_ptr
	MOVD d+8(FP), dim
	FACTOR_D2
	RET

// func triLanesF64NEON(p, u *float64, d int)
TEXT ·triLanesF64NEON(SB), NOSPLIT, $0-24
	MOVD  p+0(FP), buf_ptr
	MOVD  u+8(FP), u_row
	MOVD  d+16(FP), dim
	FMOVD $1.0, F3
	VDUP  V3.D[0], V3.D2
	INVERT_D2
	RET
