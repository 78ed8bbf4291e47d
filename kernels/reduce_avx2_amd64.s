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
//	CX        bytes left
//	R8        address of a tail mask
//	Y0-Y3     the lanes: register j holds bytes 32j to 32j+31 of every 128
//	Y4-Y7     elements
//	Y8        in Max: ones where a NaN was seen; in Dot: the partial register of y
//	Y9        in Max: −Inf
//	Y15       tail mask
//
// Work per call: at most 8192 elements, about 2 µs from the second-level cache.

#define x_ptr SI
#define y_ptr DX
#define left CX
#define mask_ptr R8
#define tail_mask Y15
#define seen_nan Y8
#define neg_inf Y9

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

// Lanes of zeros. Clobbers: Y0-Y3.
#define ZERO_LANES \
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

// Steps of Max: acc = x > acc ? x : acc, which leaves NaN out; seen_nan remembers it.
// Uses: x_ptr, tail_mask, neg_inf. Clobbers: acc, v, seen_nan.
#define MAX_F32(off, acc, v) \
	VMOVUPS off(x_ptr), v \
	VMAXPS  acc, v, acc \
	VCMPPS  $3, v, v, v \
	VORPS   v, seen_nan, seen_nan
#define MAX_F64(off, acc, v) \
	VMOVUPD off(x_ptr), v \
	VMAXPD  acc, v, acc \
	VCMPPD  $3, v, v, v \
	VORPD   v, seen_nan, seen_nan
#define MASKED_MAX_F32(off, acc, v) \
	VMASKMOVPS off(x_ptr), tail_mask, v \
	VBLENDVPS  tail_mask, v, neg_inf, v \
	VMAXPS     acc, v, acc \
	VCMPPS     $3, v, v, v \
	VORPS      v, seen_nan, seen_nan
#define MASKED_MAX_F64(off, acc, v) \
	VMASKMOVPD off(x_ptr), tail_mask, v \
	VBLENDVPD  tail_mask, v, neg_inf, v \
	VMAXPD     acc, v, acc \
	VCMPPD     $3, v, v, v \
	VORPD      v, seen_nan, seen_nan

// Lanes of −Inf. Uses: neg_inf. Clobbers: Y0-Y3, seen_nan.
#define MAX_LANES \
	VMOVAPS neg_inf, Y0 \
	VMOVAPS neg_inf, Y1 \
	VMOVAPS neg_inf, Y2 \
	VMOVAPS neg_inf, Y3 \
	VXORPS  seen_nan, seen_nan, seen_nan

// func sumF32AVX2(x *float32, n int) float32
TEXT ·sumF32AVX2(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	ZERO_LANES
	FOLD(SUM_F32, MASKED_SUM_F32, ADVANCE_X)
	HALVE_F32
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func sumF64AVX2(x *float64, n int) float64
TEXT ·sumF64AVX2(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	ZERO_LANES
	FOLD(SUM_F64, MASKED_SUM_F64, ADVANCE_X)
	HALVE_F64
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func sumSquaresF32AVX2(x *float32, n int) float32
TEXT ·sumSquaresF32AVX2(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $2, left
	ZERO_LANES
	FOLD(SQUARE_F32, MASKED_SQUARE_F32, ADVANCE_X)
	HALVE_F32
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func sumSquaresF64AVX2(x *float64, n int) float64
TEXT ·sumSquaresF64AVX2(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), x_ptr
	MOVQ n+8(FP), left
	SHLQ $3, left
	ZERO_LANES
	FOLD(SQUARE_F64, MASKED_SQUARE_F64, ADVANCE_X)
	HALVE_F64
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET

// func dotF32AVX2(x, y *float32, n int) float32
TEXT ·dotF32AVX2(SB), NOSPLIT, $0-28
	MOVQ x+0(FP), x_ptr
	MOVQ y+8(FP), y_ptr
	MOVQ n+16(FP), left
	SHLQ $2, left
	ZERO_LANES
	FOLD(DOT_F32, MASKED_DOT_F32, ADVANCE_XY)
	HALVE_F32
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// func dotF64AVX2(x, y *float64, n int) float64
TEXT ·dotF64AVX2(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), x_ptr
	MOVQ y+8(FP), y_ptr
	MOVQ n+16(FP), left
	SHLQ $3, left
	ZERO_LANES
	FOLD(DOT_F64, MASKED_DOT_F64, ADVANCE_XY)
	HALVE_F64
	VMOVSD X0, ret+24(FP)
	VZEROUPPER
	RET

// func maxF32AVX2(x *float32, n int) float32
TEXT ·maxF32AVX2(SB), NOSPLIT, $0-20
	MOVQ         x+0(FP), x_ptr
	MOVQ         n+8(FP), left
	SHLQ         $2, left
	VBROADCASTSS NEG_INF_F32, neg_inf
	MAX_LANES
	FOLD(MAX_F32, MASKED_MAX_F32, ADVANCE_X)
	VMAXPS       Y2, Y0, Y0
	VMAXPS       Y3, Y1, Y1
	VMAXPS       Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPS       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VMAXPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VMAXSS       X1, X0, X0
	VXORPS       X1, X1, X1
	VADDSS       X1, X0, X0       // −0 becomes +0
	VPTEST       seen_nan, seen_nan
	JEQ          result
	VMOVSS       NAN_F32, X0

result:
	VMOVSS X0, ret+16(FP)
	VZEROUPPER
	RET

// func maxF64AVX2(x *float64, n int) float64
TEXT ·maxF64AVX2(SB), NOSPLIT, $0-24
	MOVQ         x+0(FP), x_ptr
	MOVQ         n+8(FP), left
	SHLQ         $3, left
	VBROADCASTSD NEG_INF_F64, neg_inf
	MAX_LANES
	FOLD(MAX_F64, MASKED_MAX_F64, ADVANCE_X)
	VMAXPD       Y2, Y0, Y0
	VMAXPD       Y3, Y1, Y1
	VMAXPD       Y1, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPD       X1, X0, X0
	VPERMILPD    $1, X0, X1
	VMAXSD       X1, X0, X0
	VXORPS       X1, X1, X1
	VADDSD       X1, X0, X0       // −0 becomes +0
	VPTEST       seen_nan, seen_nan
	JEQ          result
	VMOVSD       NAN_F64, X0

result:
	VMOVSD X0, ret+16(FP)
	VZEROUPPER
	RET
