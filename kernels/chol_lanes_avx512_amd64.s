//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Cholesky factors and triangular inverses of a batch of small matrices: lanes are matrices.
// Contract: the bits of cholLanesGeneric and triLanesGeneric, one FMA per term, k ascending.
// ISA: AVX-512 F. An element is a vector of 64 bytes.
//
//	register  holds
//	DI        buf (or p): the row i
//	SI        u: the row i
//	DX        d
//	R8        bytes of a row
//	CX        i
//	AX        columns left, j
//	BX        terms left
//	R9        element (i, j)
//	R10, R11  elements (k, i) and (k, j), or (i, k) and (k, j)
//	R12       buf
//	Z0        the chain
//	Z1        an element of the chain
//	Z2        the pivot's root, or the negative pivot
//	Z3, Z4    1, and the sign's bit
//
// Work per call: d³/6 or d³/3 terms, d at most 16: below 5 µs. Memory: d·d vectors of buf, or of p and u.

#define buf_ptr DI
#define p_ptr DI
#define u_ptr SI
#define dim DX
#define row_bytes R8
#define row_at CX
#define cols_left AX
#define k_left BX
#define now R9
#define left_ptr R10
#define right_ptr R11
#define base R12

// FACTOR is the loop of cholLanesGeneric. Uses buf_ptr, dim. Clobbers the others.
#define FACTOR(FNMADD, SQRT, DIV) \
	MOVQ    dim, row_bytes \
	SHLQ    $6, row_bytes \
	MOVQ    buf_ptr, base \
	XORL    row_at, row_at \
row: \
	MOVQ    row_at, now           /* element (i, i) */ \
	SHLQ    $6, now \
	ADDQ    buf_ptr, now \
	MOVQ    dim, cols_left \
	SUBQ    row_at, cols_left \
	MOVQ    row_at, left_ptr      /* element (0, i): the pivot's own column */ \
	SHLQ    $6, left_ptr \
	ADDQ    base, left_ptr \
	VMOVUPS (now), Z0 \
	MOVQ    row_at, k_left \
	TESTQ   k_left, k_left \
	JZ      pivot \
square: \
	VMOVUPS (left_ptr), Z1 \
	FNMADD  Z1, Z1, Z0 \
	ADDQ    row_bytes, left_ptr \
	DECQ    k_left \
	JNZ     square \
pivot: \
	SQRT    Z0, Z2 \
	VMOVUPS Z2, (now) \
	DECQ    cols_left \
	JZ      next \
column: \
	ADDQ    $64, now \
	MOVQ    row_at, left_ptr \
	SHLQ    $6, left_ptr \
	ADDQ    base, left_ptr \
	MOVQ    dim, right_ptr        /* element (0, j) */ \
	SUBQ    cols_left, right_ptr \
	SHLQ    $6, right_ptr \
	ADDQ    base, right_ptr \
	VMOVUPS (now), Z0 \
	MOVQ    row_at, k_left \
	TESTQ   k_left, k_left \
	JZ      quotient \
term: \
	VMOVUPS (left_ptr), Z1 \
	FNMADD  (right_ptr), Z1, Z0 \
	ADDQ    row_bytes, left_ptr \
	ADDQ    row_bytes, right_ptr \
	DECQ    k_left \
	JNZ     term \
quotient: \
	DIV     Z2, Z0, Z0 \
	VMOVUPS Z0, (now) \
	DECQ    cols_left \
	JNZ     column \
next: \
	ADDQ    row_bytes, buf_ptr \
	INCQ    row_at \
	CMPQ    row_at, dim \
	JLT     row

// INVERT is the loop of triLanesGeneric. Uses p_ptr, u_ptr, dim, Z3 (1), Z4 (the sign). Clobbers the others.
#define INVERT(FMADD, DIV) \
	MOVQ    dim, row_bytes \
	SHLQ    $6, row_bytes \
	MOVQ    dim, row_at \
	DECQ    row_at \
	MOVQ    row_at, now \
	IMULQ   row_bytes, now \
	ADDQ    now, p_ptr            /* the last row */ \
	ADDQ    now, u_ptr \
row: \
	MOVQ    row_at, now \
	SHLQ    $6, now            /* bytes before the diagonal */ \
	VMOVUPS (u_ptr)(now*1), Z2 \
	DIV     Z2, Z3, Z0 \
	VMOVUPS Z0, (p_ptr)(now*1) \
	VPXORQ  Z4, Z2, Z2     /* −u_ii */ \
	MOVQ    dim, cols_left \
	SUBQ    row_at, cols_left \
	DECQ    cols_left \
	JZ      next \
column: \
	ADDQ    $64, now \
	VPXORQ  Z0, Z0, Z0 \
	MOVQ    row_at, left_ptr      /* element (i, i+1) of u */ \
	INCQ    left_ptr \
	SHLQ    $6, left_ptr \
	ADDQ    u_ptr, left_ptr \
	LEAQ    (p_ptr)(now*1), right_ptr \
	ADDQ    row_bytes, right_ptr  /* element (i+1, j) of p */ \
	MOVQ    dim, k_left \
	SUBQ    row_at, k_left \
	DECQ    k_left \
term: \
	VMOVUPS (left_ptr), Z1 \
	FMADD   (right_ptr), Z1, Z0 \
	ADDQ    $64, left_ptr \
	ADDQ    row_bytes, right_ptr \
	DECQ    k_left \
	JNZ     term \
	DIV     Z2, Z0, Z0 \
	VMOVUPS Z0, (p_ptr)(now*1) \
	DECQ    cols_left \
	JNZ     column \
next: \
	SUBQ    row_bytes, p_ptr \
	SUBQ    row_bytes, u_ptr \
	DECQ    row_at \
	JGE     row

// func cholLanesF32AVX512(buf *float32, d int)
TEXT ·cholLanesF32AVX512(SB), NOSPLIT, $0-16
	MOVQ buf+0(FP), buf_ptr
	MOVQ d+8(FP), dim
	FACTOR(VFNMADD231PS, VSQRTPS, VDIVPS)
	VZEROUPPER
	RET

// func cholLanesF64AVX512(buf *float64, d int)
TEXT ·cholLanesF64AVX512(SB), NOSPLIT, $0-16
	MOVQ buf+0(FP), buf_ptr
	MOVQ d+8(FP), dim
	FACTOR(VFNMADD231PD, VSQRTPD, VDIVPD)
	VZEROUPPER
	RET

// func triLanesF32AVX512(p, u *float32, d int)
TEXT ·triLanesF32AVX512(SB), NOSPLIT, $0-24
	MOVQ         p+0(FP), p_ptr
	MOVQ         u+8(FP), u_ptr
	MOVQ         d+16(FP), dim
	VBROADCASTSS ONE_F32, Z3
	VBROADCASTSS SIGN_F32, Z4
	INVERT(VFMADD231PS, VDIVPS)
	VZEROUPPER
	RET

// func triLanesF64AVX512(p, u *float64, d int)
TEXT ·triLanesF64AVX512(SB), NOSPLIT, $0-24
	MOVQ         p+0(FP), p_ptr
	MOVQ         u+8(FP), u_ptr
	MOVQ         d+16(FP), dim
	VBROADCASTSD ONE_F64, Z3
	VBROADCASTSD SIGN_F64, Z4
	INVERT(VFMADD231PD, VDIVPD)
	VZEROUPPER
	RET
