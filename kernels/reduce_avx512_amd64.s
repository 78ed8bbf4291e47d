//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"
#include "reduce_avx512_amd64.h"

// Sums of a vector or of rows.
// Contract: the bits of reduce_generic.go: 32 (float32) or 16 (float64) lanes, element i in lane i mod L, one operation
// per element in increasing i, the last partial group padded with +0, then halving: h = L/2 … 1.
// ISA: AVX-512 F, BW, DQ.
//
//	register  holds
//	SI, DX    x, y
//	DI        where the sum of the chunk goes
//	BX, CX    bytes beyond the chunk, bytes left in it; CX then elements left
//	AX        the bits of a mask
//	R9, R10   in rowSums: the row, rows left
//	Z0, Z1    the lanes: register j holds bytes 64j to 64j+63 of every 128
//	Z4-Z7     elements
//	Z8        the factor of sumSquaresScaled
//	K1, K2    the elements of the last, partial group
//
// A sum goes on from chunk to chunk, so that the loads of one do not wait for the halving of the one before.
// Work per call: at most 8 chunks of 8192 elements, 16 µs from the third-level cache.

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

// func foldSumF32AVX512(lanes, x *float32, n int)
TEXT ·foldSumF32AVX512(SB), NOSPLIT, $0-24
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $2, left
	VMOVUPS (sums_ptr), Z0
	VMOVUPS 64(sums_ptr), Z1
	FOLD(SUM_F32, MASKED_SUM_F32, ADVANCE_X, $2, $16)
	VMOVUPS Z0, (sums_ptr)
	VMOVUPS Z1, 64(sums_ptr)
	VZEROUPPER
	RET

// func foldDotF32AVX512(lanes, x, y *float32, n int)
TEXT ·foldDotF32AVX512(SB), NOSPLIT, $0-32
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $2, left
	VMOVUPS (sums_ptr), Z0
	VMOVUPS 64(sums_ptr), Z1
	FOLD(DOT_F32, MASKED_DOT_F32, ADVANCE_XY, $2, $16)
	VMOVUPS Z0, (sums_ptr)
	VMOVUPS Z1, 64(sums_ptr)
	VZEROUPPER
	RET

// func foldSumF64AVX512(lanes, x *float64, n int)
TEXT ·foldSumF64AVX512(SB), NOSPLIT, $0-24
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $3, left
	VMOVUPS (sums_ptr), Z0
	VMOVUPS 64(sums_ptr), Z1
	FOLD(SUM_F64, MASKED_SUM_F64, ADVANCE_X, $3, $8)
	VMOVUPS Z0, (sums_ptr)
	VMOVUPS Z1, 64(sums_ptr)
	VZEROUPPER
	RET

// func foldDotF64AVX512(lanes, x, y *float64, n int)
TEXT ·foldDotF64AVX512(SB), NOSPLIT, $0-32
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $3, left
	VMOVUPS (sums_ptr), Z0
	VMOVUPS 64(sums_ptr), Z1
	FOLD(DOT_F64, MASKED_DOT_F64, ADVANCE_XY, $3, $8)
	VMOVUPS Z0, (sums_ptr)
	VMOVUPS Z1, 64(sums_ptr)
	VZEROUPPER
	RET

// func rowSumsF32AVX512(s, e *float32, n, k, eStride int)
TEXT ·rowSumsF32AVX512(SB), NOSPLIT, $0-40
	MOVQ s+0(FP), sums_ptr
	MOVQ e+8(FP), R9
	MOVQ n+16(FP), R10

row:
	MOVQ R9, x_ptr
	MOVQ k+24(FP), left
	SHLQ $2, left
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	FOLD(SUM_F32, MASKED_SUM_F32, ADVANCE_X, $2, $16)
	HALVE_F32
	VMOVSS X0, (sums_ptr)
	ADDQ $4, sums_ptr
	ADDQ eStride+32(FP), R9
	DECQ R10
	JNE  row
	VZEROUPPER
	RET

// func rowSumsF64AVX512(s, e *float64, n, k, eStride int)
TEXT ·rowSumsF64AVX512(SB), NOSPLIT, $0-40
	MOVQ s+0(FP), sums_ptr
	MOVQ e+8(FP), R9
	MOVQ n+16(FP), R10

row:
	MOVQ R9, x_ptr
	MOVQ k+24(FP), left
	SHLQ $3, left
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	FOLD(SUM_F64, MASKED_SUM_F64, ADVANCE_X, $3, $8)
	HALVE_F64
	VMOVSD X0, (sums_ptr)
	ADDQ $8, sums_ptr
	ADDQ eStride+32(FP), R9
	DECQ R10
	JNE  row
	VZEROUPPER
	RET
