//go:build !purego && !race

#include "textflag.h"
#include "neon_arm64.h"
#include "reduce_neon_arm64.h"

// The largest and the smallest element of a vector, the maxima of rows, and the place of a value.
// Contract: the results of maxGeneric, minGeneric and indexGeneric.
// ISA: NEON. FMAX and FMIN let NaN through.
//
//	register   holds
//	R1         x
//	R4         bytes left
//	R5, R6     tmp
//	R0, R7-R9  in rowMaxima: where the maximum goes, the row, rows left, stride
//	V0-V7      extremes, one lane for each of 128 bytes
//	V16-V23    elements
//	V30, V31   in index: zeros, what it looks for
//
// Work per call: at most 8 chunks of 8192 elements, 50 µs. Memory: n elements of x are read, no others.

// Steps of Max and Min. Uses: x_ptr. Clobbers: acc, V16-V23, x_ptr; LAST_ repeats the first of the elements that are left.
#define MAX8_F32 \
	LOAD8(x_ptr) \
	VFMAX_S4(v16, v0, v0) \
	VFMAX_S4(v17, v1, v1) \
	VFMAX_S4(v18, v2, v2) \
	VFMAX_S4(v19, v3, v3) \
	VFMAX_S4(v20, v4, v4) \
	VFMAX_S4(v21, v5, v5) \
	VFMAX_S4(v22, v6, v6) \
	VFMAX_S4(v23, v7, v7)
#define MAX_F32(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMAX_S4(v16, a, a)
#define LAST_MAX_F32(acc, a, end) \
	VLD1R (x_ptr), [V16.S4] \
	CMP   $8, left \
	BLT   end \
	ADD   $4, x_ptr, tmp \
	VLD1  (tmp), V16.S[1] \
	BEQ   end \
	ADD   $8, x_ptr, tmp \
	VLD1  (tmp), V16.S[2] \
end: \
	VFMAX_S4(v16, a, a)
#define MAX8_F64 \
	LOAD8(x_ptr) \
	VFMAX_D2(v16, v0, v0) \
	VFMAX_D2(v17, v1, v1) \
	VFMAX_D2(v18, v2, v2) \
	VFMAX_D2(v19, v3, v3) \
	VFMAX_D2(v20, v4, v4) \
	VFMAX_D2(v21, v5, v5) \
	VFMAX_D2(v22, v6, v6) \
	VFMAX_D2(v23, v7, v7)
#define MAX_F64(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMAX_D2(v16, a, a)
#define LAST_MAX_F64(acc, a, end) \
	VLD1R (x_ptr), [V16.D2] \
	VFMAX_D2(v16, a, a)
#define MIN8_F32 \
	LOAD8(x_ptr) \
	VFMIN_S4(v16, v0, v0) \
	VFMIN_S4(v17, v1, v1) \
	VFMIN_S4(v18, v2, v2) \
	VFMIN_S4(v19, v3, v3) \
	VFMIN_S4(v20, v4, v4) \
	VFMIN_S4(v21, v5, v5) \
	VFMIN_S4(v22, v6, v6) \
	VFMIN_S4(v23, v7, v7)
#define MIN_F32(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMIN_S4(v16, a, a)
#define LAST_MIN_F32(acc, a, end) \
	VLD1R (x_ptr), [V16.S4] \
	CMP   $8, left \
	BLT   end \
	ADD   $4, x_ptr, tmp \
	VLD1  (tmp), V16.S[1] \
	BEQ   end \
	ADD   $8, x_ptr, tmp \
	VLD1  (tmp), V16.S[2] \
end: \
	VFMIN_S4(v16, a, a)
#define MIN8_F64 \
	LOAD8(x_ptr) \
	VFMIN_D2(v16, v0, v0) \
	VFMIN_D2(v17, v1, v1) \
	VFMIN_D2(v18, v2, v2) \
	VFMIN_D2(v19, v3, v3) \
	VFMIN_D2(v20, v4, v4) \
	VFMIN_D2(v21, v5, v5) \
	VFMIN_D2(v22, v6, v6) \
	VFMIN_D2(v23, v7, v7)
#define MIN_F64(acc, a) \
	FMOVQ.P 16(x_ptr), F16 \
	VFMIN_D2(v16, a, a)
#define LAST_MIN_F64(acc, a, end) \
	VLD1R (x_ptr), [V16.D2] \
	VFMIN_D2(v16, a, a)

// The largest or smallest lane, NaN if any is, plus +0 so that −0 becomes +0. Uses: V0-V7. Clobbers: V0-V3; leaves it in F0.
#define EXTREME_OF_F32(OP, ACROSS) \
	OP(v4, v0, v0) \
	OP(v5, v1, v1) \
	OP(v6, v2, v2) \
	OP(v7, v3, v3) \
	OP(v2, v0, v0) \
	OP(v3, v1, v1) \
	OP(v1, v0, v0) \
	ACROSS(v0, v0) \
	FMOVS ZR, F1 \
	FADDS F1, F0, F0
#define EXTREME_OF_F64(OP, ACROSS) \
	OP(v4, v0, v0) \
	OP(v5, v1, v1) \
	OP(v6, v2, v2) \
	OP(v7, v3, v3) \
	OP(v2, v0, v0) \
	OP(v3, v1, v1) \
	OP(v1, v0, v0) \
	ACROSS(v0, v0) \
	FMOVD ZR, F1 \
	FADDD F1, F0, F0

// Lanes that are all V0. Clobbers: V1-V7.
#define SPREAD_LANES \
	VMOV V0.B16, V1.B16 \
	VMOV V0.B16, V2.B16 \
	VMOV V0.B16, V3.B16 \
	VMOV V0.B16, V4.B16 \
	VMOV V0.B16, V5.B16 \
	VMOV V0.B16, V6.B16 \
	VMOV V0.B16, V7.B16

// The first element whose difference from v is zero or NaN (as that of equal infinities is): not |v − x| > 0.
// Leaves its address, or the end, in x_ptr. Uses: x_ptr, left, V31 (v), V30 (zeros). Clobbers: left, V16-V23, R5-R8, flags.
#define FIND(SUB, GT, LOAD, SCALARSUB, SCALARCMP, size) \
	SUBS    $64, left \
	BLT     rest \
	PCALIGN $32 \
loop4: \
	VLD1    (x_ptr), [V16.B16, V17.B16, V18.B16, V19.B16] \
	SUB(v16, v31, v16) \
	SUB(v17, v31, v17) \
	SUB(v18, v31, v18) \
	SUB(v19, v31, v19) \
	GT(v30, v16, v16)      /* ones: not it */ \
	GT(v30, v17, v17) \
	GT(v30, v18, v18) \
	GT(v30, v19, v19) \
	VAND    V17.B16, V16.B16, V16.B16 \
	VAND    V19.B16, V18.B16, V18.B16 \
	VAND    V18.B16, V16.B16, V16.B16 \
	VMOV    V16.D[0], R5 \
	VMOV    V16.D[1], R6 \
	AND     R6, R5, R5 \
	CMN     $1, R5 \
	BNE     rest \
	ADD     $64, x_ptr \
	SUBS    $64, left \
	BGE     loop4 \
rest: \
	ADD     $64, left \
	CBZ     left, done \
loop1: \
	LOAD    (x_ptr), F16 \
	SCALARSUB F16, F31, F16 \
	SCALARCMP $(0.0), F16 \
	BEQ     done \
	BVS     done \
	ADD     $size, x_ptr \
	SUBS    $size, left \
	BNE     loop1 \
done:

// func maxF32NEON(x *float32, n int) float32
TEXT ·maxF32NEON(SB), NOSPLIT, $0-20
	MOVD x+0(FP), x_ptr
	MOVD n+8(FP), left
	LSL  $2, left
	MOVD $0xff800000, tmp
	VDUP tmp, V0.S4
	SPREAD_LANES
	FOLD(MAX8_F32, MAX_F32, LAST_MAX_F32)
	EXTREME_OF_F32(VFMAX_S4, VFMAXV_S4)
	FMOVS F0, ret+16(FP)
	RET

// func maxF64NEON(x *float64, n int) float64
TEXT ·maxF64NEON(SB), NOSPLIT, $0-24
	MOVD x+0(FP), x_ptr
	MOVD n+8(FP), left
	LSL  $3, left
	MOVD $0xfff0000000000000, tmp
	VDUP tmp, V0.D2
	SPREAD_LANES
	FOLD(MAX8_F64, MAX_F64, LAST_MAX_F64)
	EXTREME_OF_F64(VFMAX_D2, VFMAXP_D)
	FMOVD F0, ret+16(FP)
	RET

// func minF32NEON(x *float32, n int) float32
TEXT ·minF32NEON(SB), NOSPLIT, $0-20
	MOVD x+0(FP), x_ptr
	MOVD n+8(FP), left
	LSL  $2, left
	MOVD $0x7f800000, tmp
	VDUP tmp, V0.S4
	SPREAD_LANES
	FOLD(MIN8_F32, MIN_F32, LAST_MIN_F32)
	EXTREME_OF_F32(VFMIN_S4, VFMINV_S4)
	FMOVS F0, ret+16(FP)
	RET

// func minF64NEON(x *float64, n int) float64
TEXT ·minF64NEON(SB), NOSPLIT, $0-24
	MOVD x+0(FP), x_ptr
	MOVD n+8(FP), left
	LSL  $3, left
	MOVD $0x7ff0000000000000, tmp
	VDUP tmp, V0.D2
	SPREAD_LANES
	FOLD(MIN8_F64, MIN_F64, LAST_MIN_F64)
	EXTREME_OF_F64(VFMIN_D2, VFMINP_D)
	FMOVD F0, ret+16(FP)
	RET

// func indexF32NEON(x *float32, n int, v float32) int
TEXT ·indexF32NEON(SB), NOSPLIT, $0-32
	MOVD  x+0(FP), x_ptr
	MOVD  n+8(FP), left
	FMOVS v+16(FP), F31
	VDUP  V31.S[0], V31.S4
	VEOR  V30.B16, V30.B16, V30.B16
	LSL   $2, left
	FIND(VFSUB_S4, VFACGT_S4, FMOVS, FSUBS, FCMPS, 4)
	MOVD  x+0(FP), R5
	SUB   R5, x_ptr, R5
	LSR   $2, R5
	MOVD  R5, ret+24(FP)
	RET

// func indexF64NEON(x *float64, n int, v float64) int
TEXT ·indexF64NEON(SB), NOSPLIT, $0-32
	MOVD  x+0(FP), x_ptr
	MOVD  n+8(FP), left
	FMOVD v+16(FP), F31
	VDUP  V31.D[0], V31.D2
	VEOR  V30.B16, V30.B16, V30.B16
	LSL   $3, left
	FIND(VFSUB_D2, VFACGT_D2, FMOVD, FSUBD, FCMPD, 8)
	MOVD  x+0(FP), R5
	SUB   R5, x_ptr, R5
	LSR   $3, R5
	MOVD  R5, ret+24(FP)
	RET

// func rowMaximaF32NEON(m, x *float32, n, k, xStride int)
TEXT ·rowMaximaF32NEON(SB), NOSPLIT, $0-40
	MOVD m+0(FP), sums_ptr
	MOVD x+8(FP), R7
	MOVD n+16(FP), R8
	MOVD xStride+32(FP), R9

row:
	MOVD R7, x_ptr
	MOVD k+24(FP), left
	LSL  $2, left
	MOVD $0xff800000, tmp
	VDUP tmp, V0.S4
	SPREAD_LANES
	FOLD(MAX8_F32, MAX_F32, LAST_MAX_F32)
	EXTREME_OF_F32(VFMAX_S4, VFMAXV_S4)
	FMOVS.P F0, 4(sums_ptr)
	ADD  R9, R7
	SUBS $1, R8
	BNE  row
	RET

// func rowMaximaF64NEON(m, x *float64, n, k, xStride int)
TEXT ·rowMaximaF64NEON(SB), NOSPLIT, $0-40
	MOVD m+0(FP), sums_ptr
	MOVD x+8(FP), R7
	MOVD n+16(FP), R8
	MOVD xStride+32(FP), R9

row:
	MOVD R7, x_ptr
	MOVD k+24(FP), left
	LSL  $3, left
	MOVD $0xfff0000000000000, tmp
	VDUP tmp, V0.D2
	SPREAD_LANES
	FOLD(MAX8_F64, MAX_F64, LAST_MAX_F64)
	EXTREME_OF_F64(VFMAX_D2, VFMAXP_D)
	FMOVD.P F0, 8(sums_ptr)
	ADD  R9, R7
	SUBS $1, R8
	BNE  row
	RET
