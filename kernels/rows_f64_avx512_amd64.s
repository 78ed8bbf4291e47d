//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx512_amd64.h"
#include "vec_f64_avx512_amd64.h"
#include "vmath_f64.h"
#include "rows.h"

// Log-sum-exp, responsibilities and log-softmax in float64: what is done to each element of a block of rows, or of a
// block of samples whose components lie one after another.
// Contract: the bits of rows_generic.go.
// ISA: AVX-512 F, BW, DQ.
// Registers: vec.h; pointers in DI, SI, DX, R8, R9, R10; R11, R12: strides in bytes; R13: rows or components left.
// Work per call: the caller bounds n·k to 8192 elements, at most 20 µs.
// Memory: the elements named are read and written, no others; rowTerms and rowDeltas write whole registers.

#define TERM(x) EXPNEG(x, r1, r2, r3, r4, m0)
#define LOGARITHM LOG_POS(r0, r1, r2, r3, r4, r6)
#define LEAST EXPNEG_MIN_F64
#define ROW_ST(ST, i, p, r) V_STORE(i, p, r)

// func rowTermsF64AVX512(e, x, m *float64, n, k, eStride, xStride int)
TEXT ·rowTermsF64AVX512(SB), NOSPLIT, $0-56
	MOVQ e+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ n+24(FP), R13
	MOVQ eStride+40(FP), R11
	MOVQ xStride+48(FP), R12

row:
	MOVQ k+32(FP), n_left
	VBROADCASTSD (p2), a0(LO)
	ADDQ $8, p2
	MAP(ROW_TERMS)
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func rowDeltasF64AVX512(d, x, m *float64, n, k, dStride, xStride int)
TEXT ·rowDeltasF64AVX512(SB), NOSPLIT, $0-56
	MOVQ d+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ n+24(FP), R13
	MOVQ dStride+40(FP), R11
	MOVQ xStride+48(FP), R12

row:
	MOVQ k+32(FP), n_left
	VBROADCASTSD (p2), a0(LO)
	ADDQ $8, p2
	MAP(ROW_DELTAS)
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func rowScaleF64AVX512(r, e, inv *float64, n, k, rStride, eStride int)
TEXT ·rowScaleF64AVX512(SB), NOSPLIT, $0-56
	MOVQ r+0(FP), p0
	MOVQ e+8(FP), p1
	MOVQ inv+16(FP), p2
	MOVQ n+24(FP), R13
	MOVQ rStride+40(FP), R11
	MOVQ eStride+48(FP), R12

row:
	MOVQ k+32(FP), n_left
	VBROADCASTSD (p2), a0(LO)
	ADDQ $8, p2
	MAP(ROW_SCALE)
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func rowShiftF64AVX512(r, x, m, ls *float64, n, k, rStride, xStride int)
TEXT ·rowShiftF64AVX512(SB), NOSPLIT, $0-64
	MOVQ r+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ ls+24(FP), p3
	MOVQ n+32(FP), R13
	MOVQ rStride+48(FP), R11
	MOVQ xStride+56(FP), R12

row:
	MOVQ k+40(FP), n_left
	VBROADCASTSD (p2), a0(LO)
	ADDQ $8, p2
	VBROADCASTSD (p3), a1(LO)
	ADDQ $8, p3
	MAP(ROW_SHIFT)
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func finishF64AVX512(ls, inv, s, m, logZ *float64, n int)
TEXT ·finishF64AVX512(SB), NOSPLIT, $0-48
	MOVQ ls+0(FP), p0
	MOVQ inv+8(FP), p2
	MOVQ s+16(FP), p1
	MOVQ m+24(FP), p3
	MOVQ logZ+32(FP), p4
	MOVQ n+40(FP), n_left
	MAP(FINISH)
	VZEROUPPER
	RET

// func finishEntropyF64AVX512(ls, inv, s, m, logZ, q *float64, n int)
TEXT ·finishEntropyF64AVX512(SB), NOSPLIT, $0-56
	MOVQ ls+0(FP), p0
	MOVQ inv+8(FP), p2
	MOVQ s+16(FP), p1
	MOVQ m+24(FP), p3
	MOVQ logZ+32(FP), p4
	MOVQ q+40(FP), p5
	MOVQ n+48(FP), n_left
	MAP(FINISH_ENTROPY)
	VZEROUPPER
	RET

// func colMaximaF64AVX512(m, w, x *float64, n, k, xStride int)
TEXT ·colMaximaF64AVX512(SB), NOSPLIT, $0-48
	MOVQ m+0(FP), p0
	MOVQ w+8(FP), p2
	MOVQ x+16(FP), p1
	MOVQ k+32(FP), R13
	MOVQ xStride+40(FP), R11

component:
	MOVQ n+24(FP), n_left
	MAP(COL_MAXIMA)
	ADDQ R11, p1
	DECQ R13
	JNE  component
	VZEROUPPER
	RET

// func colTermsF64AVX512(r, x, m, lanes *float64, n, k, rStride, xStride int)
TEXT ·colTermsF64AVX512(SB), NOSPLIT, $0-64
	MOVQ r+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ lanes+24(FP), p3
	MOVQ k+40(FP), R13
	MOVQ rStride+48(FP), R11
	MOVQ xStride+56(FP), R12

component:
	MOVQ n+32(FP), n_left
	MAP(COL_TERMS)
	ADDQ R11, p0
	ADDQ R12, p1
	ADDQ $512, p3
	DECQ R13
	JNE  component
	VZEROUPPER
	RET

// func colTermsEntropyF64AVX512(r, x, m, lanes, qLanes *float64, n, k, rStride, xStride int)
TEXT ·colTermsEntropyF64AVX512(SB), NOSPLIT, $0-72
	MOVQ r+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ lanes+24(FP), p3
	MOVQ qLanes+32(FP), p4
	MOVQ k+48(FP), R13
	MOVQ rStride+56(FP), R11
	MOVQ xStride+64(FP), R12

component:
	MOVQ n+40(FP), n_left
	MAP(COL_TERMS_ENTROPY)
	ADDQ R11, p0
	ADDQ R12, p1
	ADDQ $512, p3
	ADDQ $512, p4
	DECQ R13
	JNE  component
	VZEROUPPER
	RET

// func colScaleF64AVX512(r, inv *float64, n, k, rStride int)
TEXT ·colScaleF64AVX512(SB), NOSPLIT, $0-40
	MOVQ r+0(FP), p0
	MOVQ inv+8(FP), p2
	MOVQ k+24(FP), R13
	MOVQ rStride+32(FP), R11

component:
	MOVQ n+16(FP), n_left
	MAP(COL_SCALE)
	ADDQ R11, p0
	DECQ R13
	JNE  component
	VZEROUPPER
	RET
