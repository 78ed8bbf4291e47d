// What reduce_avx512_amd64.s and reduce_extreme_avx512_amd64.s share: the walk over a vector with a lane for each element of 128
// bytes, and the steps of sums. Macros only. Registers are those of reduce_avx512_amd64.s.

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
