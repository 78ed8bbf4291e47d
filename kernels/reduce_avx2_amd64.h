// What reduce_avx2_amd64.s and reduce_extreme_avx2_amd64.s share: the walk over a vector with a lane for each element of 128
// bytes, and the steps of sums. Macros only. Registers are those of reduce_avx2_amd64.s.

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
