//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"
#include "reduce_avx2_amd64.h"

// Sums of a vector.
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
//	Y8        in Dot: the partial register of y; in sumSquaresScaled: the factor
//	Y15       tail mask
//
// A sum goes on from chunk to chunk, so that the loads of one do not wait for the halving of the one before.
// Work per call: at most 8 chunks of 8192 elements, 16 µs from the third-level cache.

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

// func foldSumF32AVX2(lanes, x *float32, n int)
TEXT ·foldSumF32AVX2(SB), NOSPLIT, $0-24
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $2, left
	VMOVUPS (sums_ptr), Y0
	VMOVUPS 32(sums_ptr), Y1
	VMOVUPS 64(sums_ptr), Y2
	VMOVUPS 96(sums_ptr), Y3
	FOLD(SUM_F32, MASKED_SUM_F32, ADVANCE_X)
	VMOVUPS Y0, (sums_ptr)
	VMOVUPS Y1, 32(sums_ptr)
	VMOVUPS Y2, 64(sums_ptr)
	VMOVUPS Y3, 96(sums_ptr)
	VZEROUPPER
	RET

// func foldDotF32AVX2(lanes, x, y *float32, n int)
TEXT ·foldDotF32AVX2(SB), NOSPLIT, $0-32
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $2, left
	VMOVUPS (sums_ptr), Y0
	VMOVUPS 32(sums_ptr), Y1
	VMOVUPS 64(sums_ptr), Y2
	VMOVUPS 96(sums_ptr), Y3
	FOLD(DOT_F32, MASKED_DOT_F32, ADVANCE_XY)
	VMOVUPS Y0, (sums_ptr)
	VMOVUPS Y1, 32(sums_ptr)
	VMOVUPS Y2, 64(sums_ptr)
	VMOVUPS Y3, 96(sums_ptr)
	VZEROUPPER
	RET

// func foldSumF64AVX2(lanes, x *float64, n int)
TEXT ·foldSumF64AVX2(SB), NOSPLIT, $0-24
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ n+16(FP), left
	SHLQ $3, left
	VMOVUPS (sums_ptr), Y0
	VMOVUPS 32(sums_ptr), Y1
	VMOVUPS 64(sums_ptr), Y2
	VMOVUPS 96(sums_ptr), Y3
	FOLD(SUM_F64, MASKED_SUM_F64, ADVANCE_X)
	VMOVUPS Y0, (sums_ptr)
	VMOVUPS Y1, 32(sums_ptr)
	VMOVUPS Y2, 64(sums_ptr)
	VMOVUPS Y3, 96(sums_ptr)
	VZEROUPPER
	RET

// func foldDotF64AVX2(lanes, x, y *float64, n int)
TEXT ·foldDotF64AVX2(SB), NOSPLIT, $0-32
	MOVQ lanes+0(FP), sums_ptr
	MOVQ x+8(FP), x_ptr
	MOVQ y+16(FP), y_ptr
	MOVQ n+24(FP), left
	SHLQ $3, left
	VMOVUPS (sums_ptr), Y0
	VMOVUPS 32(sums_ptr), Y1
	VMOVUPS 64(sums_ptr), Y2
	VMOVUPS 96(sums_ptr), Y3
	FOLD(DOT_F64, MASKED_DOT_F64, ADVANCE_XY)
	VMOVUPS Y0, (sums_ptr)
	VMOVUPS Y1, 32(sums_ptr)
	VMOVUPS Y2, 64(sums_ptr)
	VMOVUPS Y3, 96(sums_ptr)
	VZEROUPPER
	RET
