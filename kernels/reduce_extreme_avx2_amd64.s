//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"
#include "reduce_avx2_amd64.h"

// The largest and the smallest element of a vector, and the place of a value.
// Contract: the results of maxGeneric, minGeneric and indexGeneric.
// ISA: AVX2.
//
//	register  holds
//	SI, CX    x, bytes left
//	AX, DX    in index: the bits of a comparison; x's first element
//	R8        address of a tail mask
//	Y0-Y3     extremes, one lane for each of 128 bytes
//	Y4-Y7     elements
//	Y8        ones where a NaN was seen; in index: what it looks for
//	Y9        ∓Inf; in index: zeros
//	Y15       tail mask
//
// Work per call: at most 8 chunks of 8192 elements, 16 µs from the third-level cache.

// Steps of Max and Min: acc = x > acc ? x : acc (x < acc), which leaves NaN out; seen_nan remembers it.
// Uses: x_ptr, tail_mask, bound. Clobbers: acc, v, seen_nan.
#define MAX_F32(off, acc, v) EXTREME(VMAXPS, VCMPPS, off, acc, v)
#define MIN_F32(off, acc, v) EXTREME(VMINPS, VCMPPS, off, acc, v)
#define MAX_F64(off, acc, v) EXTREME(VMAXPD, VCMPPD, off, acc, v)
#define MIN_F64(off, acc, v) EXTREME(VMINPD, VCMPPD, off, acc, v)
#define EXTREME(OP, CMP, off, acc, v) \
	VMOVUPS off(x_ptr), v \
	OP      acc, v, acc \
	CMP     $3, v, v, v \
	VORPS   v, seen_nan, seen_nan
#define MASKED_MAX_F32(off, acc, v) MASKED_EXTREME(VMAXPS, VCMPPS, VBLENDVPS, off, acc, v)
#define MASKED_MIN_F32(off, acc, v) MASKED_EXTREME(VMINPS, VCMPPS, VBLENDVPS, off, acc, v)
#define MASKED_MAX_F64(off, acc, v) MASKED_EXTREME(VMAXPD, VCMPPD, VBLENDVPD, off, acc, v)
#define MASKED_MIN_F64(off, acc, v) MASKED_EXTREME(VMINPD, VCMPPD, VBLENDVPD, off, acc, v)
#define MASKED_EXTREME(OP, CMP, BLEND, off, acc, v) \
	VMASKMOVPS off(x_ptr), tail_mask, v \
	BLEND      tail_mask, v, bound, v \
	OP         acc, v, acc \
	CMP        $3, v, v, v \
	VORPS      v, seen_nan, seen_nan

// Lanes of ∓Inf. Uses: bound. Clobbers: Y0-Y3, seen_nan.
#define EXTREME_LANES \
	VMOVAPS bound, Y0 \
	VMOVAPS bound, Y1 \
	VMOVAPS bound, Y2 \
	VMOVAPS bound, Y3 \
	VXORPS  seen_nan, seen_nan, seen_nan

// The largest or smallest lane, plus +0 so that −0 becomes +0. Uses: Y0-Y3. Clobbers: Y0, Y1; leaves it in X0.
#define EXTREME_OF_F32(OP, SCALAR) \
	OP           Y2, Y0, Y0 \
	OP           Y3, Y1, Y1 \
	OP           Y1, Y0, Y0 \
	VEXTRACTF128 $1, Y0, X1 \
	OP           X1, X0, X0 \
	VPERMILPD    $1, X0, X1 \
	OP           X1, X0, X0 \
	VMOVSHDUP    X0, X1 \
	SCALAR       X1, X0, X0 \
	VXORPS       X1, X1, X1 \
	VADDSS       X1, X0, X0
#define EXTREME_OF_F64(OP, SCALAR) \
	OP           Y2, Y0, Y0 \
	OP           Y3, Y1, Y1 \
	OP           Y1, Y0, Y0 \
	VEXTRACTF128 $1, Y0, X1 \
	OP           X1, X0, X0 \
	VPERMILPD    $1, X0, X1 \
	SCALAR       X1, X0, X0 \
	VXORPS       X1, X1, X1 \
	VADDSD       X1, X0, X0

// The first element whose difference from v is zero or NaN (as that of equal infinities is).
// Leaves its address, or the end, in x_ptr. Uses: x_ptr, left, factor (v), bound (zeros).
// Clobbers: x_ptr, left, mask_ptr, Y0-Y4, tail_mask, flags.
#define FIND(SUB, CMP) \
	SUBQ    $128, left \
	JLT     rest \
	PCALIGN $32 \
loop4: \
	SUB     (x_ptr), factor, Y0 \
	SUB     32(x_ptr), factor, Y1 \
	SUB     64(x_ptr), factor, Y2 \
	SUB     96(x_ptr), factor, Y3 \
	CMP     $8, bound, Y0, Y0 \
	CMP     $8, bound, Y1, Y1 \
	CMP     $8, bound, Y2, Y2 \
	CMP     $8, bound, Y3, Y3 \
	VORPS   Y1, Y0, Y0 \
	VORPS   Y3, Y2, Y2 \
	VORPS   Y2, Y0, Y0 \
	VPTEST  Y0, Y0 \
	JNE     rest \
	ADDQ    $128, x_ptr \
	SUBQ    $128, left \
	JGE     loop4 \
rest: \
	ADDQ    $96, left             /* bytes left, less 32 */ \
	JLT     tail \
loop1: \
	SUB     (x_ptr), factor, Y0 \
	CMP     $8, bound, Y0, Y0 \
	VPMOVMSKB Y0, AX \
	TESTL   AX, AX \
	JNE     found \
	ADDQ    $32, x_ptr \
	SUBQ    $32, left \
	JGE     loop1 \
tail: \
	ADDQ    $32, left \
	JEQ     none \
	TAIL_MASK \
	VMASKMOVPS (x_ptr), tail_mask, Y0 \
	SUB     Y0, factor, Y0 \
	CMP     $8, bound, Y0, Y0 \
	VANDPS  tail_mask, Y0, Y0 \
	VPMOVMSKB Y0, AX \
	ADDQ    left, x_ptr           /* the end */ \
	TESTL   AX, AX \
	JEQ     none \
	SUBQ    left, x_ptr \
found: \
	BSFL    AX, AX \
	ADDQ    AX, x_ptr \
none:

// func maxF32AVX2(x *float32, n int) float32
TEXT ·maxF32AVX2(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	VBROADCASTSS NEG_INF_F32, bound
	EXTREME_LANES
	FOLD(MAX_F32, MASKED_MAX_F32, ADVANCE_X)
	EXTREME_OF_F32(VMAXPS, VMAXSS)
	VPTEST seen_nan, seen_nan
	JEQ    result
	VMOVSS NAN_F32, X0

result:
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func maxF64AVX2(x *float64, n int) float64
TEXT ·maxF64AVX2(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	VBROADCASTSD NEG_INF_F64, bound
	EXTREME_LANES
	FOLD(MAX_F64, MASKED_MAX_F64, ADVANCE_X)
	EXTREME_OF_F64(VMAXPD, VMAXSD)
	VPTEST seen_nan, seen_nan
	JEQ    result
	VMOVSD NAN_F64, X0

result:
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func minF32AVX2(x *float32, n int) float32
TEXT ·minF32AVX2(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	VBROADCASTSS INF_F32, bound
	EXTREME_LANES
	FOLD(MIN_F32, MASKED_MIN_F32, ADVANCE_X)
	EXTREME_OF_F32(VMINPS, VMINSS)
	VPTEST seen_nan, seen_nan
	JEQ    result
	VMOVSS NAN_F32, X0

result:
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func minF64AVX2(x *float64, n int) float64
TEXT ·minF64AVX2(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	VBROADCASTSD INF_F64, bound
	EXTREME_LANES
	FOLD(MIN_F64, MASKED_MIN_F64, ADVANCE_X)
	EXTREME_OF_F64(VMINPD, VMINSD)
	VPTEST seen_nan, seen_nan
	JEQ    result
	VMOVSD NAN_F64, X0

result:
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func indexF32AVX2(x *float32, n int, v float32) int
TEXT ·indexF32AVX2(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	MOVQ x_ptr, y_ptr
	SHLQ $2, left
	VBROADCASTSS v+16(FP), factor
	VXORPS bound, bound, bound
	FIND(VSUBPS, VCMPPS)
	SUBQ y_ptr, x_ptr
	SHRQ $2, x_ptr
	MOVQ x_ptr, ret+24(FP)
	VZEROUPPER
	RET

// func indexF64AVX2(x *float64, n int, v float64) int
TEXT ·indexF64AVX2(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	MOVQ x_ptr, y_ptr
	SHLQ $3, left
	VBROADCASTSD v+16(FP), factor
	VXORPS bound, bound, bound
	FIND(VSUBPD, VCMPPD)
	SUBQ y_ptr, x_ptr
	SHRQ $3, x_ptr
	MOVQ x_ptr, ret+24(FP)
	VZEROUPPER
	RET
