//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"

// Reductions of a vector to one number.
// Contract: the bits of reduce_generic.go: 32 (float32) or 16 (float64) lanes, element i in lane i mod L, one operation
// per element in increasing i, the last partial group padded with +0, then halving: h = L/2 … 1.
// ISA: AVX-512 F, BW, DQ.
//
//	register  holds
//	SI, DX    x, y
//	DI        where the sum of the chunk goes
//	BX, CX    bytes beyond the chunk, bytes left in it; CX then elements left
//	AX        the bits of a mask
//	Z0, Z1    the lanes: register j holds bytes 64j to 64j+63 of every 128
//	Z4-Z7     elements
//	Z8        the factor of sumSquaresScaled, or what index looks for
//	Z9        in Max: −Inf; in Min: +Inf; in index: zeros
//	K1, K2    the elements of the last, partial group
//	K3-K6     comparisons; K4: where Max and Min have seen a NaN
//
// A sum goes on from chunk to chunk, so that the loads of one do not wait for the halving of the one before.
// Work per call: at most 8 chunks of 8192 elements, 16 µs from the third-level cache.

#define x_ptr SI
#define y_ptr DX
#define sums_ptr DI
#define beyond BX
#define left CX
#define factor Z8
#define bound Z9

// Halving. Uses: Z0, Z1, the lanes. Clobbers: Z0, Y1; leaves the sum in X0.
#define HALVE_F32 \
	VADDPS         Z1, Z0, Z0      /* h = 16 */ \
	VEXTRACTF64X4  $1, Z0, Y1 \
	VADDPS         Y1, Y0, Y0      /* h = 8 */ \
	VEXTRACTF128   $1, Y0, X1 \
	VADDPS         X1, X0, X0      /* h = 4 */ \
	VPERMILPD      $1, X0, X1 \
	VADDPS         X1, X0, X0      /* h = 2 */ \
	VMOVSHDUP      X0, X1 \
	VADDSS         X1, X0, X0      /* h = 1 */

// Halving. Uses: Z0, Z1, the lanes. Clobbers: Z0, Y1; leaves the sum in X0.
#define HALVE_F64 \
	VADDPD         Z1, Z0, Z0      /* h = 8 */ \
	VEXTRACTF64X4  $1, Z0, Y1 \
	VADDPD         Y1, Y0, Y0      /* h = 4 */ \
	VEXTRACTF128   $1, Y0, X1 \
	VADDPD         X1, X0, X0      /* h = 2 */ \
	VPERMILPD      $1, X0, X1 \
	VADDSD         X1, X0, X0      /* h = 1 */

// The next chunk, of at most size bytes, and lanes of zeros. Uses: beyond. Clobbers: beyond, left, Z0, Z1, flags.
#define CHUNK(size) \
chunk: \
	MOVQ    size, left \
	CMPQ    beyond, left \
	CMOVQLT beyond, left \
	SUBQ    left, beyond \
	VPXORD  Z0, Z0, Z0 \
	VPXORD  Z1, Z1, Z1

// The masks of the left bytes, fewer than 128, of elements of 1<<shift bytes; upper = 64>>shift.
// Uses: left. Clobbers: left, AX, K1, K2, flags.
#define MASKS(shift, upper) \
	SHRQ      shift, left \
	MOVL      $1, AX \
	SHLQ      CX, AX \
	DECQ      AX \
	KMOVD     AX, K1 \
	KSHIFTRD  upper, K1, K2

// All elements into lanes: STEP(off, acc, v) folds the 64 bytes at x_ptr+off into acc, MASKED(off, acc, v, k) those that
// k keeps; ADVANCE(k) moves the pointers on by k bytes.
// Uses: left, what STEP uses. Clobbers: left, AX, Z4, Z5, K1, K2, flags.
#define FOLD(STEP, MASKED, ADVANCE, shift, upper) \
	SUBQ    $128, left \
	JLT     rest \
	PCALIGN $32 \
loop2: \
	STEP(0, Z0, Z4) \
	STEP(64, Z1, Z5) \
	ADVANCE($128) \
	SUBQ    $128, left \
	JGE     loop2 \
rest: \
	ADDQ    $128, left \
	JEQ     done \
	MASKS(shift, upper) \
	MASKED(0, Z0, Z4, K1) \
	MASKED(64, Z1, Z5, K2) \
done:

// Steps of FOLD. Uses: x_ptr, y_ptr, factor, k. Clobbers: acc, v; MASKED_DOT_*: Z6 too.
#define ADVANCE_X(k) ADDQ k, x_ptr
#define ADVANCE_XY(k) \
	ADDQ k, x_ptr \
	ADDQ k, y_ptr
#define SUM_F32(off, acc, v) VADDPS off(x_ptr), acc, acc
#define MASKED_SUM_F32(off, acc, v, k) \
	VMOVUPS.Z off(x_ptr), k, v \
	VADDPS    v, acc, acc
#define SQUARE_F32(off, acc, v) \
	VMOVUPS     off(x_ptr), v \
	VFMADD231PS v, v, acc
#define MASKED_SQUARE_F32(off, acc, v, k) \
	VMOVUPS.Z   off(x_ptr), k, v \
	VFMADD231PS v, v, acc
#define SCALED_F32(off, acc, v) \
	VMULPS      off(x_ptr), factor, v \
	VFMADD231PS v, v, acc
#define MASKED_SCALED_F32(off, acc, v, k) \
	VMULPS.Z    off(x_ptr), factor, k, v \
	VFMADD231PS v, v, acc
#define DOT_F32(off, acc, v) \
	VMOVUPS     off(x_ptr), v \
	VFMADD231PS off(y_ptr), v, acc
#define MASKED_DOT_F32(off, acc, v, k) \
	VMOVUPS.Z   off(x_ptr), k, v \
	VMOVUPS.Z   off(y_ptr), k, Z6 \
	VFMADD231PS Z6, v, acc
#define SUM_F64(off, acc, v) VADDPD off(x_ptr), acc, acc
#define MASKED_SUM_F64(off, acc, v, k) \
	VMOVUPD.Z off(x_ptr), k, v \
	VADDPD    v, acc, acc
#define SQUARE_F64(off, acc, v) \
	VMOVUPD     off(x_ptr), v \
	VFMADD231PD v, v, acc
#define MASKED_SQUARE_F64(off, acc, v, k) \
	VMOVUPD.Z   off(x_ptr), k, v \
	VFMADD231PD v, v, acc
#define SCALED_F64(off, acc, v) \
	VMULPD      off(x_ptr), factor, v \
	VFMADD231PD v, v, acc
#define MASKED_SCALED_F64(off, acc, v, k) \
	VMULPD.Z    off(x_ptr), factor, k, v \
	VFMADD231PD v, v, acc
#define DOT_F64(off, acc, v) \
	VMOVUPD     off(x_ptr), v \
	VFMADD231PD off(y_ptr), v, acc
#define MASKED_DOT_F64(off, acc, v, k) \
	VMOVUPD.Z   off(x_ptr), k, v \
	VMOVUPD.Z   off(y_ptr), k, Z6 \
	VFMADD231PD Z6, v, acc

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

// func sumF32AVX512(sums, x *float32, n int)
TEXT ·sumF32AVX512(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(SUM_F32, MASKED_SUM_F32, ADVANCE_X, $2, $16)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumF64AVX512(sums, x *float64, n int)
TEXT ·sumF64AVX512(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(SUM_F64, MASKED_SUM_F64, ADVANCE_X, $3, $8)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresF32AVX512(sums, x *float32, n int)
TEXT ·sumSquaresF32AVX512(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(SQUARE_F32, MASKED_SQUARE_F32, ADVANCE_X, $2, $16)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresF64AVX512(sums, x *float64, n int)
TEXT ·sumSquaresF64AVX512(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(SQUARE_F64, MASKED_SQUARE_F64, ADVANCE_X, $3, $8)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresScaledF32AVX512(sums, x *float32, n int, a float32)
TEXT ·sumSquaresScaledF32AVX512(SB), NOSPLIT, $0-28
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	VBROADCASTSS a+24(FP), factor
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(SCALED_F32, MASKED_SCALED_F32, ADVANCE_X, $2, $16)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func sumSquaresScaledF64AVX512(sums, x *float64, n int, a float64)
TEXT ·sumSquaresScaledF64AVX512(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), beyond
	VBROADCASTSD a+24(FP), factor
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(SCALED_F64, MASKED_SCALED_F64, ADVANCE_X, $3, $8)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func dotF32AVX512(sums, x, y *float32, n int)
TEXT ·dotF32AVX512(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), beyond
	SHLQ $2, beyond
	CHUNK($32768)
	FOLD(DOT_F32, MASKED_DOT_F32, ADVANCE_XY, $2, $16)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ  $4, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

// func dotF64AVX512(sums, x, y *float64, n int)
TEXT ·dotF64AVX512(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), beyond
	SHLQ $3, beyond
	CHUNK($65536)
	FOLD(DOT_F64, MASKED_DOT_F64, ADVANCE_XY, $3, $8)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ  $8, sums_ptr
	TESTQ beyond, beyond
	JNE   chunk
	VZEROUPPER
	RET

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
