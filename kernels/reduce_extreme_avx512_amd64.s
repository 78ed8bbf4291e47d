//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"
#include "reduce_avx512_amd64.h"

// The largest and the smallest element of a vector, the maxima of rows, and the place of a value.
// Contract: the results of maxGeneric, minGeneric and indexGeneric; rowMaxima: of rows without NaN.
// ISA: AVX-512 F, BW, DQ.
//
//	register  holds
//	SI, CX    x, bytes left (then elements left)
//	DI        in rowMaxima: where the maximum goes
//	AX        the bits of a mask
//	BX, DX    in index: the end, the place in the block
//	R9, R10   in rowMaxima: the row, rows left
//	Z0, Z1    extremes, one lane for each of 128 bytes
//	Z4, Z5    elements
//	Z8, Z9    in index: what it looks for, zeros; Z9 else: ∓Inf
//	K1, K2    the elements of the last, partial group
//	K3-K6     comparisons; K4: where Max and Min have seen a NaN
//
// Work per call: at most 8 chunks of 8192 elements, 16 µs from the third-level cache.

// Steps of Max and Min: acc = x > acc ? x : acc (x < acc), which leaves NaN out; K4 remembers it.
// Uses: x_ptr, k, bound. Clobbers: acc, v, K3, K4.
#define MAX_F32(off, acc, v) EXTREME(VMAXPS, VCMPPS, off, acc, v)
#define MIN_F32(off, acc, v) EXTREME(VMINPS, VCMPPS, off, acc, v)
#define MAX_F64(off, acc, v) EXTREME(VMAXPD, VCMPPD, off, acc, v)
#define MIN_F64(off, acc, v) EXTREME(VMINPD, VCMPPD, off, acc, v)
#define EXTREME(OP, CMP, off, acc, v) \
	VMOVUPS off(x_ptr), v \
	OP      acc, v, acc \
	CMP     $3, v, v, K3 \
	KORW    K3, K4, K4
#define MASKED_MAX_F32(off, acc, v, k) MASKED_EXTREME(VMOVUPS, VMAXPS, VCMPPS, off, acc, v, k)
#define MASKED_MIN_F32(off, acc, v, k) MASKED_EXTREME(VMOVUPS, VMINPS, VCMPPS, off, acc, v, k)
#define MASKED_MAX_F64(off, acc, v, k) MASKED_EXTREME(VMOVUPD, VMAXPD, VCMPPD, off, acc, v, k)
#define MASKED_MIN_F64(off, acc, v, k) MASKED_EXTREME(VMOVUPD, VMINPD, VCMPPD, off, acc, v, k)
#define MASKED_EXTREME(MOV, OP, CMP, off, acc, v, k) \
	VMOVAPS bound, v \
	MOV     off(x_ptr), k, v \
	OP      acc, v, acc \
	CMP     $3, v, v, K3 \
	KORW    K3, K4, K4

// Lanes of ∓Inf. Uses: bound. Clobbers: Z0, Z1, K4.
#define EXTREME_LANES \
	VMOVAPS bound, Z0 \
	VMOVAPS bound, Z1 \
	KXORW   K4, K4, K4

// The largest or smallest lane, plus +0 so that −0 becomes +0. Uses: Z0, Z1. Clobbers: Z0, Y1; leaves it in X0.
#define EXTREME_OF_F32(OP, SCALAR) \
	OP             Z1, Z0, Z0 \
	VEXTRACTF64X4  $1, Z0, Y1 \
	OP             Y1, Y0, Y0 \
	VEXTRACTF128   $1, Y0, X1 \
	OP             X1, X0, X0 \
	VPERMILPD      $1, X0, X1 \
	OP             X1, X0, X0 \
	VMOVSHDUP      X0, X1 \
	SCALAR         X1, X0, X0 \
	VXORPS         X1, X1, X1 \
	VADDSS         X1, X0, X0
#define EXTREME_OF_F64(OP, SCALAR) \
	OP             Z1, Z0, Z0 \
	VEXTRACTF64X4  $1, Z0, Y1 \
	OP             Y1, Y0, Y0 \
	VEXTRACTF128   $1, Y0, X1 \
	OP             X1, X0, X0 \
	VPERMILPD      $1, X0, X1 \
	SCALAR         X1, X0, X0 \
	VXORPS         X1, X1, X1 \
	VADDSD         X1, X0, X0

// The first element whose difference from v is zero or NaN (as that of equal infinities is).
// Leaves its index, or n, in DX; shift and upper are those of MASKS. Uses: x_ptr, left, factor (v),
// bound (zeros). Clobbers: x_ptr, left, AX, BX, DX, Z4, Z5, K1-K6, flags.
#define FIND(SUB, CMP, shift, upper) \
	XORL     DX, DX \
	SUBQ     $128, left \
	JLT      rest \
	PCALIGN  $32 \
loop2: \
	SUB      (x_ptr), factor, Z4 \
	SUB      64(x_ptr), factor, Z5 \
	CMP      $8, bound, Z4, K5 \
	CMP      $8, bound, Z5, K6 \
	KORTESTW K5, K6 \
	JNE      found \
	ADDQ     $128, x_ptr \
	SUBQ     $128, left \
	JGE      loop2 \
rest: \
	ADDQ     $128, left \
	MOVQ     x_ptr, BX \
	ADDQ     left, BX             /* the end */ \
	MASKS(shift, upper) \
	SUB.Z    (x_ptr), factor, K1, Z4 \
	SUB.Z    64(x_ptr), factor, K2, Z5 \
	CMP      $8, bound, Z4, K1, K5 \
	CMP      $8, bound, Z5, K2, K6 \
	KORTESTW K5, K6 \
	JNE      found \
	MOVQ     BX, x_ptr \
	JMP      none \
found: \
	KSHIFTLD upper, K6, K6 \
	KORD     K5, K6, K5 \
	KMOVD    K5, DX \
	BSFL     DX, DX \
none:

// Steps of rowMaxima. Uses: x_ptr, k. Clobbers: acc.
#define PLAIN_MAX_F32(off, acc, v) VMAXPS off(x_ptr), acc, acc
#define MASKED_PLAIN_MAX_F32(off, acc, v, k) VMAXPS off(x_ptr), acc, k, acc
#define PLAIN_MAX_F64(off, acc, v) VMAXPD off(x_ptr), acc, acc
#define MASKED_PLAIN_MAX_F64(off, acc, v, k) VMAXPD off(x_ptr), acc, k, acc

// func maxF32AVX512(x *float32, n int) float32
TEXT ·maxF32AVX512(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	VBROADCASTSS NEG_INF_F32, bound
	EXTREME_LANES
	FOLD(MAX_F32, MASKED_MAX_F32, ADVANCE_X, $2, $16)
	EXTREME_OF_F32(VMAXPS, VMAXSS)
	KORTESTW K4, K4
	JEQ    result
	VMOVSS NAN_F32, X0

result:
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func maxF64AVX512(x *float64, n int) float64
TEXT ·maxF64AVX512(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	VBROADCASTSD NEG_INF_F64, bound
	EXTREME_LANES
	FOLD(MAX_F64, MASKED_MAX_F64, ADVANCE_X, $3, $8)
	EXTREME_OF_F64(VMAXPD, VMAXSD)
	KORTESTW K4, K4
	JEQ    result
	VMOVSD NAN_F64, X0

result:
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func minF32AVX512(x *float32, n int) float32
TEXT ·minF32AVX512(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	VBROADCASTSS INF_F32, bound
	EXTREME_LANES
	FOLD(MIN_F32, MASKED_MIN_F32, ADVANCE_X, $2, $16)
	EXTREME_OF_F32(VMINPS, VMINSS)
	KORTESTW K4, K4
	JEQ    result
	VMOVSS NAN_F32, X0

result:
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func minF64AVX512(x *float64, n int) float64
TEXT ·minF64AVX512(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	VBROADCASTSD INF_F64, bound
	EXTREME_LANES
	FOLD(MIN_F64, MASKED_MIN_F64, ADVANCE_X, $3, $8)
	EXTREME_OF_F64(VMINPD, VMINSD)
	KORTESTW K4, K4
	JEQ    result
	VMOVSD NAN_F64, X0

result:
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func indexF32AVX512(x *float32, n int, v float32) int
TEXT ·indexF32AVX512(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	VBROADCASTSS v+16(FP), factor
	VPXORD bound, bound, bound
	FIND(VSUBPS, VCMPPS, $2, $16)
	SUBQ x+0(FP), x_ptr
	SHRQ $2, x_ptr
	ADDQ x_ptr, DX
	MOVQ DX, ret+24(FP)
	VZEROUPPER
	RET

// func indexF64AVX512(x *float64, n int, v float64) int
TEXT ·indexF64AVX512(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	VBROADCASTSD v+16(FP), factor
	VPXORD bound, bound, bound
	FIND(VSUBPD, VCMPPD, $3, $8)
	SUBQ x+0(FP), x_ptr
	SHRQ $3, x_ptr
	ADDQ x_ptr, DX
	MOVQ DX, ret+24(FP)
	VZEROUPPER
	RET

// func rowMaximaF32AVX512(m, x *float32, n, k, xStride int)
TEXT ·rowMaximaF32AVX512(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), sums_ptr
	MOVQ x+8(FP), R9
	MOVQ n+16(FP), R10
	VBROADCASTSS NEG_INF_F32, bound

row:
	MOVQ R9, x_ptr
	MOVQ k+24(FP), left
	SHLQ $2, left
	VMOVAPS bound, Z0
	VMOVAPS bound, Z1
	FOLD(PLAIN_MAX_F32, MASKED_PLAIN_MAX_F32, ADVANCE_X, $2, $16)
	EXTREME_OF_F32(VMAXPS, VMAXSS)
	VMOVSS X0, (sums_ptr)
	ADDQ $4, sums_ptr
	ADDQ xStride+32(FP), R9
	DECQ R10
	JNE  row
	VZEROUPPER
	RET

// func rowMaximaF64AVX512(m, x *float64, n, k, xStride int)
TEXT ·rowMaximaF64AVX512(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), sums_ptr
	MOVQ x+8(FP), R9
	MOVQ n+16(FP), R10
	VBROADCASTSD NEG_INF_F64, bound

row:
	MOVQ R9, x_ptr
	MOVQ k+24(FP), left
	SHLQ $3, left
	VMOVAPS bound, Z0
	VMOVAPS bound, Z1
	FOLD(PLAIN_MAX_F64, MASKED_PLAIN_MAX_F64, ADVANCE_X, $3, $8)
	EXTREME_OF_F64(VMAXPD, VMAXSD)
	VMOVSD X0, (sums_ptr)
	ADDQ $8, sums_ptr
	ADDQ xStride+32(FP), R9
	DECQ R10
	JNE  row
	VZEROUPPER
	RET
