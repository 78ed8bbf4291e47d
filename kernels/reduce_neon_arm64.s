//go:build !purego && !race

#include "textflag.h"
#include "neon_arm64.h"
#include "reduce_neon_arm64.h"

// Sums of a vector or of rows.
// Contract: the bits of reduce_generic.go: 32 (float32) or 16 (float64) lanes, element i in lane i mod L, one operation
// per element in increasing i, the last partial group padded with +0, then halving: h = L/2 … 1.
// ISA: NEON.
//
//	register   holds
//	R0         where the sum of the chunk goes
//	R1, R2     x, y
//	R3, R4     bytes beyond the chunk, bytes left in it
//	R5, R6     tmp
//	R7-R9      in rowSums: the row, rows left, stride
//	V0-V7      the lanes: register j holds bytes 16j to 16j+15 of every 128
//	V16-V31    elements; V31 is the factor of sumSquaresScaled
//
// A sum goes on from chunk to chunk, so that the loads of one do not wait for the halving of the one before.
// Work per call: at most 8 chunks of 8192 elements, 50 µs. Memory: n elements of x and y are read, no others.

// Lanes of zeros. Clobbers: V0-V7.
#define ZERO_LANES \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16

// The next chunk, of at most size bytes, and lanes of zeros. Uses: beyond. Clobbers: beyond, left, V0-V7, flags.
#define CHUNK(size) \
chunk: \
	MOVD $size, left \
	CMP  left, beyond \
	CSEL LT, beyond, left, left \
	SUB  left, beyond, beyond \
	ZERO_LANES

// Halving. Uses: V0-V7, the lanes. Clobbers: V0-V3; leaves the sum in F0.
#define HALVE_F32 \
	VFADD_S4(v4, v0, v0)            /* h = 16 */ \
	VFADD_S4(v5, v1, v1) \
	VFADD_S4(v6, v2, v2) \
	VFADD_S4(v7, v3, v3) \
	VFADD_S4(v2, v0, v0)            /* h = 8 */ \
	VFADD_S4(v3, v1, v1) \
	VFADD_S4(v1, v0, v0)            /* h = 4 */ \
	VEXT  $8, V0.B16, V0.B16, V1.B16 \
	VFADD_S4(v1, v0, v0)            /* h = 2 */ \
	VMOV  V0.S[1], V1.S[0] \
	FADDS F1, F0, F0                /* h = 1 */

// Halving. Uses: V0-V7, the lanes. Clobbers: V0-V3; leaves the sum in F0.
#define HALVE_F64 \
	VFADD_D2(v4, v0, v0)            /* h = 8 */ \
	VFADD_D2(v5, v1, v1) \
	VFADD_D2(v6, v2, v2) \
	VFADD_D2(v7, v3, v3) \
	VFADD_D2(v2, v0, v0)            /* h = 4 */ \
	VFADD_D2(v3, v1, v1) \
	VFADD_D2(v1, v0, v0)            /* h = 2 */ \
	VMOV  V0.D[1], V1.D[0] \
	FADDD F1, F0, F0                /* h = 1 */

// Steps of the sums. Uses: x_ptr, y_ptr, V31. Clobbers: acc, V16-V31, the pointers.
#define LOAD8_Y \
	VLD1.P 64(y_ptr), [V24.B16, V25.B16, V26.B16, V27.B16] \
	VLD1.P 64(y_ptr), [V28.B16, V29.B16, V30.B16, V31.B16]
#define SUM8_F32 \
	LOAD8(x_ptr) \
	VFADD_S4(v16, v0, v0) \
	VFADD_S4(v17, v1, v1) \
	VFADD_S4(v18, v2, v2) \
	VFADD_S4(v19, v3, v3) \
	VFADD_S4(v20, v4, v4) \
	VFADD_S4(v21, v5, v5) \
	VFADD_S4(v22, v6, v6) \
	VFADD_S4(v23, v7, v7)
#define SUM_F32(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFADD_S4(v16, a, a)
#define LAST_SUM_F32(acc, a, end) \
	PART_F32(x_ptr, V16, F16, end) \
	VFADD_S4(v16, a, a)
#define SQUARE8_F32 \
	LOAD8(x_ptr) \
	VFMLA V16.S4, V16.S4, V0.S4 \
	VFMLA V17.S4, V17.S4, V1.S4 \
	VFMLA V18.S4, V18.S4, V2.S4 \
	VFMLA V19.S4, V19.S4, V3.S4 \
	VFMLA V20.S4, V20.S4, V4.S4 \
	VFMLA V21.S4, V21.S4, V5.S4 \
	VFMLA V22.S4, V22.S4, V6.S4 \
	VFMLA V23.S4, V23.S4, V7.S4
#define SQUARE_F32(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMLA   V16.S4, V16.S4, acc.S4
#define LAST_SQUARE_F32(acc, a, end) \
	PART_F32(x_ptr, V16, F16, end) \
	VFMLA V16.S4, V16.S4, acc.S4
#define SCALED8_F32 \
	LOAD8(x_ptr) \
	VFMUL_S4(v31, v16, v16) \
	VFMUL_S4(v31, v17, v17) \
	VFMUL_S4(v31, v18, v18) \
	VFMUL_S4(v31, v19, v19) \
	VFMUL_S4(v31, v20, v20) \
	VFMUL_S4(v31, v21, v21) \
	VFMUL_S4(v31, v22, v22) \
	VFMUL_S4(v31, v23, v23) \
	VFMLA V16.S4, V16.S4, V0.S4 \
	VFMLA V17.S4, V17.S4, V1.S4 \
	VFMLA V18.S4, V18.S4, V2.S4 \
	VFMLA V19.S4, V19.S4, V3.S4 \
	VFMLA V20.S4, V20.S4, V4.S4 \
	VFMLA V21.S4, V21.S4, V5.S4 \
	VFMLA V22.S4, V22.S4, V6.S4 \
	VFMLA V23.S4, V23.S4, V7.S4
#define SCALED_F32(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMUL_S4(v31, v16, v16) \
	VFMLA   V16.S4, V16.S4, acc.S4
#define LAST_SCALED_F32(acc, a, end) \
	PART_F32(x_ptr, V16, F16, end) \
	VFMUL_S4(v31, v16, v16) \
	VFMLA V16.S4, V16.S4, acc.S4
#define DOT8_F32 \
	LOAD8(x_ptr) \
	LOAD8_Y \
	VFMLA V16.S4, V24.S4, V0.S4 \
	VFMLA V17.S4, V25.S4, V1.S4 \
	VFMLA V18.S4, V26.S4, V2.S4 \
	VFMLA V19.S4, V27.S4, V3.S4 \
	VFMLA V20.S4, V28.S4, V4.S4 \
	VFMLA V21.S4, V29.S4, V5.S4 \
	VFMLA V22.S4, V30.S4, V6.S4 \
	VFMLA V23.S4, V31.S4, V7.S4
#define DOT_F32(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	FMOVQ.P 16(y_ptr), F17 \
	VFMLA   V16.S4, V17.S4, acc.S4
#define LAST_DOT_F32(acc, a, end) \
	FMOVS (x_ptr), F16 \
	FMOVS (y_ptr), F17 \
	CMP   $8, left \
	BLT   end \
	ADD   $4, x_ptr, tmp \
	VLD1  (tmp), V16.S[1] \
	ADD   $4, y_ptr, tmp \
	VLD1  (tmp), V17.S[1] \
	BEQ   end \
	ADD   $8, x_ptr, tmp \
	VLD1  (tmp), V16.S[2] \
	ADD   $8, y_ptr, tmp \
	VLD1  (tmp), V17.S[2] \
end: \
	VFMLA V16.S4, V17.S4, acc.S4
#define SUM8_F64 \
	LOAD8(x_ptr) \
	VFADD_D2(v16, v0, v0) \
	VFADD_D2(v17, v1, v1) \
	VFADD_D2(v18, v2, v2) \
	VFADD_D2(v19, v3, v3) \
	VFADD_D2(v20, v4, v4) \
	VFADD_D2(v21, v5, v5) \
	VFADD_D2(v22, v6, v6) \
	VFADD_D2(v23, v7, v7)
#define SUM_F64(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFADD_D2(v16, a, a)
#define LAST_SUM_F64(acc, a, end) \
	PART_F64(x_ptr, V16, F16, end) \
	VFADD_D2(v16, a, a)
#define SQUARE8_F64 \
	LOAD8(x_ptr) \
	VFMLA V16.D2, V16.D2, V0.D2 \
	VFMLA V17.D2, V17.D2, V1.D2 \
	VFMLA V18.D2, V18.D2, V2.D2 \
	VFMLA V19.D2, V19.D2, V3.D2 \
	VFMLA V20.D2, V20.D2, V4.D2 \
	VFMLA V21.D2, V21.D2, V5.D2 \
	VFMLA V22.D2, V22.D2, V6.D2 \
	VFMLA V23.D2, V23.D2, V7.D2
#define SQUARE_F64(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMLA   V16.D2, V16.D2, acc.D2
#define LAST_SQUARE_F64(acc, a, end) \
	PART_F64(x_ptr, V16, F16, end) \
	VFMLA V16.D2, V16.D2, acc.D2
#define SCALED8_F64 \
	LOAD8(x_ptr) \
	VFMUL_D2(v31, v16, v16) \
	VFMUL_D2(v31, v17, v17) \
	VFMUL_D2(v31, v18, v18) \
	VFMUL_D2(v31, v19, v19) \
	VFMUL_D2(v31, v20, v20) \
	VFMUL_D2(v31, v21, v21) \
	VFMUL_D2(v31, v22, v22) \
	VFMUL_D2(v31, v23, v23) \
	VFMLA V16.D2, V16.D2, V0.D2 \
	VFMLA V17.D2, V17.D2, V1.D2 \
	VFMLA V18.D2, V18.D2, V2.D2 \
	VFMLA V19.D2, V19.D2, V3.D2 \
	VFMLA V20.D2, V20.D2, V4.D2 \
	VFMLA V21.D2, V21.D2, V5.D2 \
	VFMLA V22.D2, V22.D2, V6.D2 \
	VFMLA V23.D2, V23.D2, V7.D2
#define SCALED_F64(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMUL_D2(v31, v16, v16) \
	VFMLA   V16.D2, V16.D2, acc.D2
#define LAST_SCALED_F64(acc, a, end) \
	PART_F64(x_ptr, V16, F16, end) \
	VFMUL_D2(v31, v16, v16) \
	VFMLA V16.D2, V16.D2, acc.D2
#define DOT8_F64 \
	LOAD8(x_ptr) \
	LOAD8_Y \
	VFMLA V16.D2, V24.D2, V0.D2 \
	VFMLA V17.D2, V25.D2, V1.D2 \
	VFMLA V18.D2, V26.D2, V2.D2 \
	VFMLA V19.D2, V27.D2, V3.D2 \
	VFMLA V20.D2, V28.D2, V4.D2 \
	VFMLA V21.D2, V29.D2, V5.D2 \
	VFMLA V22.D2, V30.D2, V6.D2 \
	VFMLA V23.D2, V31.D2, V7.D2
#define DOT_F64(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	FMOVQ.P 16(y_ptr), F17 \
	VFMLA   V16.D2, V17.D2, acc.D2
#define LAST_DOT_F64(acc, a, end) \
	FMOVD (x_ptr), F16 \
	FMOVD (y_ptr), F17 \
	VFMLA V16.D2, V17.D2, acc.D2

// func sumF32NEON(sums, x *float32, n int)
TEXT ·sumF32NEON(SB), NOSPLIT, $0-24
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), beyond
	LSL  $2, beyond
	CHUNK(32768)
	FOLD(SUM8_F32, SUM_F32, LAST_SUM_F32)
	HALVE_F32
	FMOVS.P F0, 4(sums_ptr)
	CBNZ beyond, chunk
	RET

// func sumF64NEON(sums, x *float64, n int)
TEXT ·sumF64NEON(SB), NOSPLIT, $0-24
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), beyond
	LSL  $3, beyond
	CHUNK(65536)
	FOLD(SUM8_F64, SUM_F64, LAST_SUM_F64)
	HALVE_F64
	FMOVD.P F0, 8(sums_ptr)
	CBNZ beyond, chunk
	RET

// func sumSquaresF32NEON(sums, x *float32, n int)
TEXT ·sumSquaresF32NEON(SB), NOSPLIT, $0-24
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), beyond
	LSL  $2, beyond
	CHUNK(32768)
	FOLD(SQUARE8_F32, SQUARE_F32, LAST_SQUARE_F32)
	HALVE_F32
	FMOVS.P F0, 4(sums_ptr)
	CBNZ beyond, chunk
	RET

// func sumSquaresF64NEON(sums, x *float64, n int)
TEXT ·sumSquaresF64NEON(SB), NOSPLIT, $0-24
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), beyond
	LSL  $3, beyond
	CHUNK(65536)
	FOLD(SQUARE8_F64, SQUARE_F64, LAST_SQUARE_F64)
	HALVE_F64
	FMOVD.P F0, 8(sums_ptr)
	CBNZ beyond, chunk
	RET

// func sumSquaresScaledF32NEON(sums, x *float32, n int, a float32)
TEXT ·sumSquaresScaledF32NEON(SB), NOSPLIT, $0-28
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), beyond
	FMOVS a+24(FP), F31
	VDUP V31.S[0], V31.S4
	LSL  $2, beyond
	CHUNK(32768)
	FOLD(SCALED8_F32, SCALED_F32, LAST_SCALED_F32)
	HALVE_F32
	FMOVS.P F0, 4(sums_ptr)
	CBNZ beyond, chunk
	RET

// func sumSquaresScaledF64NEON(sums, x *float64, n int, a float64)
TEXT ·sumSquaresScaledF64NEON(SB), NOSPLIT, $0-32
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), beyond
	FMOVD a+24(FP), F31
	VDUP V31.D[0], V31.D2
	LSL  $3, beyond
	CHUNK(65536)
	FOLD(SCALED8_F64, SCALED_F64, LAST_SCALED_F64)
	HALVE_F64
	FMOVD.P F0, 8(sums_ptr)
	CBNZ beyond, chunk
	RET

// func dotF32NEON(sums, x, y *float32, n int)
TEXT ·dotF32NEON(SB), NOSPLIT, $0-32
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD y+16(FP), y_ptr
	MOVD n+24(FP), beyond
	LSL  $2, beyond
	CHUNK(32768)
	FOLD(DOT8_F32, DOT_F32, LAST_DOT_F32)
	HALVE_F32
	FMOVS.P F0, 4(sums_ptr)
	CBNZ beyond, chunk
	RET

// func dotF64NEON(sums, x, y *float64, n int)
TEXT ·dotF64NEON(SB), NOSPLIT, $0-32
	MOVD sums+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD y+16(FP), y_ptr
	MOVD n+24(FP), beyond
	LSL  $3, beyond
	CHUNK(65536)
	FOLD(DOT8_F64, DOT_F64, LAST_DOT_F64)
	HALVE_F64
	FMOVD.P F0, 8(sums_ptr)
	CBNZ beyond, chunk
	RET

// func foldSumF32NEON(lanes, x *float32, n int)
TEXT ·foldSumF32NEON(SB), NOSPLIT, $0-24
	MOVD lanes+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), left
	LSL  $2, left
	ADD  $64, sums_ptr, tmp
	VLD1 (sums_ptr), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1 (tmp), [V4.B16, V5.B16, V6.B16, V7.B16]
	FOLD(SUM8_F32, SUM_F32, LAST_SUM_F32)
	ADD  $64, sums_ptr, tmp
	VST1 [V0.B16, V1.B16, V2.B16, V3.B16], (sums_ptr)
	VST1 [V4.B16, V5.B16, V6.B16, V7.B16], (tmp)
	RET

// func foldDotF32NEON(lanes, x, y *float32, n int)
TEXT ·foldDotF32NEON(SB), NOSPLIT, $0-32
	MOVD lanes+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD y+16(FP), y_ptr
	MOVD n+24(FP), left
	LSL  $2, left
	ADD  $64, sums_ptr, tmp
	VLD1 (sums_ptr), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1 (tmp), [V4.B16, V5.B16, V6.B16, V7.B16]
	FOLD(DOT8_F32, DOT_F32, LAST_DOT_F32)
	ADD  $64, sums_ptr, tmp
	VST1 [V0.B16, V1.B16, V2.B16, V3.B16], (sums_ptr)
	VST1 [V4.B16, V5.B16, V6.B16, V7.B16], (tmp)
	RET

// func foldSumF64NEON(lanes, x *float64, n int)
TEXT ·foldSumF64NEON(SB), NOSPLIT, $0-24
	MOVD lanes+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD n+16(FP), left
	LSL  $3, left
	ADD  $64, sums_ptr, tmp
	VLD1 (sums_ptr), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1 (tmp), [V4.B16, V5.B16, V6.B16, V7.B16]
	FOLD(SUM8_F64, SUM_F64, LAST_SUM_F64)
	ADD  $64, sums_ptr, tmp
	VST1 [V0.B16, V1.B16, V2.B16, V3.B16], (sums_ptr)
	VST1 [V4.B16, V5.B16, V6.B16, V7.B16], (tmp)
	RET

// func foldDotF64NEON(lanes, x, y *float64, n int)
TEXT ·foldDotF64NEON(SB), NOSPLIT, $0-32
	MOVD lanes+0(FP), sums_ptr
	MOVD x+8(FP), x_ptr
	MOVD y+16(FP), y_ptr
	MOVD n+24(FP), left
	LSL  $3, left
	ADD  $64, sums_ptr, tmp
	VLD1 (sums_ptr), [V0.B16, V1.B16, V2.B16, V3.B16]
	VLD1 (tmp), [V4.B16, V5.B16, V6.B16, V7.B16]
	FOLD(DOT8_F64, DOT_F64, LAST_DOT_F64)
	ADD  $64, sums_ptr, tmp
	VST1 [V0.B16, V1.B16, V2.B16, V3.B16], (sums_ptr)
	VST1 [V4.B16, V5.B16, V6.B16, V7.B16], (tmp)
	RET

// func rowSumsF32NEON(s, e *float32, n, k, eStride int)
TEXT ·rowSumsF32NEON(SB), NOSPLIT, $0-40
	MOVD s+0(FP), sums_ptr
	MOVD e+8(FP), R7
	MOVD n+16(FP), R8
	MOVD eStride+32(FP), R9

row:
	MOVD R7, x_ptr
	MOVD k+24(FP), left
	LSL  $2, left
	ZERO_LANES
	FOLD(SUM8_F32, SUM_F32, LAST_SUM_F32)
	HALVE_F32
	FMOVS.P F0, 4(sums_ptr)
	ADD  R9, R7
	SUBS $1, R8
	BNE  row
	RET

// func rowSumsF64NEON(s, e *float64, n, k, eStride int)
TEXT ·rowSumsF64NEON(SB), NOSPLIT, $0-40
	MOVD s+0(FP), sums_ptr
	MOVD e+8(FP), R7
	MOVD n+16(FP), R8
	MOVD eStride+32(FP), R9

row:
	MOVD R7, x_ptr
	MOVD k+24(FP), left
	LSL  $3, left
	ZERO_LANES
	FOLD(SUM8_F64, SUM_F64, LAST_SUM_F64)
	HALVE_F64
	FMOVD.P F0, 8(sums_ptr)
	ADD  R9, R7
	SUBS $1, R8
	BNE  row
	RET
