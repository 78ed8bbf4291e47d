//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Reductions of a vector to one number.
// Contract: the bits of reduce_generic.go: 32 (float32) or 16 (float64) lanes, element i in lane i mod L, one operation
// per element in increasing i, the last partial group padded with +0, then halving: h = L/2 … 1.
// ISA: AVX2, FMA.
//
//	register  holds
//	SI, DX    x, y
//	DI        where the sum of the chunk goes
//	BX, CX    bytes beyond the chunk, bytes left in it
//	R8        address of a tail mask
//	Y0-Y3     the lanes: register j holds bytes 32j to 32j+31 of every 128
//	Y4-Y7     elements
//	Y8        in Max, Min: ones where a NaN was seen; in Dot: the partial register of y; in sumSquaresScaled: the factor
//	Y9        in Max: −Inf; in Min: +Inf
//	Y15       tail mask
//
// A sum goes on from chunk to chunk, so that the loads of one do not wait for the halving of the one before.
// Work per call: at most 8 chunks of 8192 elements, 16 µs from the third-level cache.

#define x_ptr SI
#define y_ptr DX
#define sums_ptr DI
#define beyond BX
#define left CX
#define mask_ptr R8
#define tail_mask Y15
#define seen_nan Y8
#define factor Y8
#define bound Y9

// Halving. Uses: Y0-Y3, the lanes. Clobbers: Y0, Y1; leaves the sum in X0.
#define HALVE_F32 \
	VADDPS       Y2, Y0, Y0      /* h = 16 */ \
	VADDPS       Y3, Y1, Y1 \
	VADDPS       Y1, Y0, Y0      /* h = 8 */ \
	VEXTRACTF128 $1, Y0, X1 \
	VADDPS       X1, X0, X0      /* h = 4 */ \
	VPERMILPD    $1, X0, X1 \
	VADDPS       X1, X0, X0      /* h = 2 */ \
	VMOVSHDUP    X0, X1 \
	VADDSS       X1, X0, X0      /* h = 1 */

// Halving. Uses: Y0-Y3, the lanes. Clobbers: Y0, Y1; leaves the sum in X0.
#define HALVE_F64 \
	VADDPD       Y2, Y0, Y0      /* h = 8 */ \
	VADDPD       Y3, Y1, Y1 \
	VADDPD       Y1, Y0, Y0      /* h = 4 */ \
	VEXTRACTF128 $1, Y0, X1 \
	VADDPD       X1, X0, X0      /* h = 2 */ \
	VPERMILPD    $1, X0, X1 \
	VADDSD       X1, X0, X0      /* h = 1 */

// Uses: left. Clobbers: mask_ptr, tail_mask.
#define TAIL_MASK \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    left, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask

// All elements into lanes: STEP(off, acc, v) folds the 32 bytes at x_ptr+off into acc, MASKED(off, acc, v) those that
// tail_mask keeps; ADVANCE(k) moves the pointers on by k bytes.
// Uses: left, what STEP uses. Clobbers: left, mask_ptr, tail_mask, Y4-Y7, flags.
#define FOLD(STEP, MASKED, ADVANCE) \
	SUBQ    $128, left \
	JLT     rest \
	PCALIGN $32 \
loop4: \
	STEP(0, Y0, Y4) \
	STEP(32, Y1, Y5) \
	STEP(64, Y2, Y6) \
	STEP(96, Y3, Y7) \
	ADVANCE($128) \
	SUBQ    $128, left \
	JGE     loop4 \
rest: \
	ADDQ    $96, left             /* bytes left, less 32 */ \
	JLT     tail0 \
	STEP(0, Y0, Y4) \
	SUBQ    $32, left \
	JLT     tail1 \
	STEP(32, Y1, Y5) \
	SUBQ    $32, left \
	JLT     tail2 \
	STEP(64, Y2, Y6) \
	TESTQ   left, left \
	JEQ     done \
	TAIL_MASK \
	MASKED(96, Y3, Y7) \
	JMP     done \
tail0: \
	ADDQ    $32, left \
	JEQ     done \
	TAIL_MASK \
	MASKED(0, Y0, Y4) \
	JMP     done \
tail1: \
	ADDQ    $32, left \
	JEQ     done \
	TAIL_MASK \
	MASKED(32, Y1, Y5) \
	JMP     done \
tail2: \
	ADDQ    $32, left \
	JEQ     done \
	TAIL_MASK \
	MASKED(64, Y2, Y6) \
done:

// The next chunk, of at most size bytes, and lanes of zeros. Uses: beyond. Clobbers: beyond, left, Y0-Y3, flags.
#define CHUNK(size) \
chunk: \
	MOVQ    size, left \
	CMPQ    beyond, left \
	CMOVQLT beyond, left \
	SUBQ    left, beyond \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3

// Steps of FOLD. Uses: x_ptr, y_ptr, tail_mask. Clobbers: acc, v; MASKED_DOT_*: Y8 too.
#define ADVANCE_X(k) ADDQ k, x_ptr
#define ADVANCE_XY(k) \
	ADDQ k, x_ptr \
	ADDQ k, y_ptr
#define SUM_F32(off, acc, v) VADDPS off(x_ptr), acc, acc
#define SUM_F64(off, acc, v) VADDPD off(x_ptr), acc, acc
#define MASKED_SUM_F32(off, acc, v) \
	VMASKMOVPS off(x_ptr), tail_mask, v \
	VADDPS     v, acc, acc
#define MASKED_SUM_F64(off, acc, v) \
	VMASKMOVPD off(x_ptr), tail_mask, v \
	VADDPD     v, acc, acc
#define SQUARE_F32(off, acc, v) \
	VMOVUPS     off(x_ptr), v \
	VFMADD231PS v, v, acc
#define SQUARE_F64(off, acc, v) \
	VMOVUPD     off(x_ptr), v \
	VFMADD231PD v, v, acc
#define MASKED_SQUARE_F32(off, acc, v) \
	VMASKMOVPS  off(x_ptr), tail_mask, v \
	VFMADD231PS v, v, acc
#define MASKED_SQUARE_F64(off, acc, v) \
	VMASKMOVPD  off(x_ptr), tail_mask, v \
	VFMADD231PD v, v, acc
#define DOT_F32(off, acc, v) \
	VMOVUPS     off(x_ptr), v \
	VFMADD231PS off(y_ptr), v, acc
#define DOT_F64(off, acc, v) \
	VMOVUPD     off(x_ptr), v \
	VFMADD231PD off(y_ptr), v, acc
#define MASKED_DOT_F32(off, acc, v) \
	VMASKMOVPS  off(x_ptr), tail_mask, v \
	VMASKMOVPS  off(y_ptr), tail_mask, Y8 \
	VFMADD231PS Y8, v, acc
#define MASKED_DOT_F64(off, acc, v) \
	VMASKMOVPD  off(x_ptr), tail_mask, v \
	VMASKMOVPD  off(y_ptr), tail_mask, Y8 \
	VFMADD231PD Y8, v, acc

// Steps of sumSquaresScaled. Uses: x_ptr, tail_mask, factor. Clobbers: acc, v.
#define SCALED_F32(off, acc, v) \
	VMULPS      off(x_ptr), factor, v \
	VFMADD231PS v, v, acc
#define SCALED_F64(off, acc, v) \
	VMULPD      off(x_ptr), factor, v \
	VFMADD231PD v, v, acc
#define MASKED_SCALED_F32(off, acc, v) \
	VMASKMOVPS  off(x_ptr), tail_mask, v \
	VMULPS      v, factor, v \
	VFMADD231PS v, v, acc
#define MASKED_SCALED_F64(off, acc, v) \
	VMASKMOVPD  off(x_ptr), tail_mask, v \
	VMULPD      v, factor, v \
	VFMADD231PD v, v, acc

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

// func sumF32AVX2(sums, x *float32, n int)
TEXT ·sumF32AVX2(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(SUM_F32, MASKED_SUM_F32, ADVANCE_X)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumF64AVX2(sums, x *float64, n int)
TEXT ·sumF64AVX2(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(SUM_F64, MASKED_SUM_F64, ADVANCE_X)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresF32AVX2(sums, x *float32, n int)
TEXT ·sumSquaresF32AVX2(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(SQUARE_F32, MASKED_SQUARE_F32, ADVANCE_X)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresF64AVX2(sums, x *float64, n int)
TEXT ·sumSquaresF64AVX2(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(SQUARE_F64, MASKED_SQUARE_F64, ADVANCE_X)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresScaledF32AVX2(sums, x *float32, n int, a float32)
TEXT ·sumSquaresScaledF32AVX2(SB), NOSPLIT, $0-28
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	VBROADCASTSS a+24(FP), factor
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(SCALED_F32, MASKED_SCALED_F32, ADVANCE_X)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresScaledF64AVX2(sums, x *float64, n int, a float64)
TEXT ·sumSquaresScaledF64AVX2(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	VBROADCASTSD a+24(FP), factor
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(SCALED_F64, MASKED_SCALED_F64, ADVANCE_X)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func dotF32AVX2(sums, x, y *float32, n int)
TEXT ·dotF32AVX2(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), beyond
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(DOT_F32, MASKED_DOT_F32, ADVANCE_XY)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func dotF64AVX2(sums, x, y *float64, n int)
TEXT ·dotF64AVX2(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), beyond
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(DOT_F64, MASKED_DOT_F64, ADVANCE_XY)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

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
