//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_neon_arm64.h"
#include "vec_f64_neon_arm64.h"
#include "vmath_f64.h"
#include "rows.h"

// Log-sum-exp, responsibilities and log-softmax in float64: what is done to each element of a block of rows, or of a
// block of samples whose components lie one after another.
// Contract: the bits of rows_generic.go.
// ISA: NEON.
// Registers: vec.h; pointers in R0 … R5; R23, R24: strides in bytes; R25: rows or components left.
// Work per call: the caller bounds n·k to 8192 elements, at most 50 µs.
// Memory: the elements named are read and written, no others.

#define TERM(x) EXPNEG(x, r1, r2, r3, r4, m0)
#define LOGARITHM LOG_POS(r0, r1, r2, r3, r4, r6)
#define LEAST EXPNEG_MIN_F64
#define ROW_ST(ST, i, p, r) ST(i, p, r)

// func rowTermsF64NEON(e, x, m *float64, n, k, eStride, xStride int)
TEXT ·rowTermsF64NEON(SB), NOSPLIT, $0-56
	MOVD e+0(FP), R0
	MOVD x+8(FP), R1
	MOVD m+16(FP), R2
	MOVD n+24(FP), R25
	MOVD eStride+40(FP), R23
	MOVD xStride+48(FP), R24
	MOVD $·vmathF64(SB), k_table

row:
	MOVD k+32(FP), n_left
	VLD1R.P 8(R2), [V28.D2]
	MAP(ROW_TERMS)
	ADD  R23, R0
	ADD  R24, R1
	SUBS $1, R25
	BNE  row
	RET

// func rowDeltasF64NEON(d, x, m *float64, n, k, dStride, xStride int)
TEXT ·rowDeltasF64NEON(SB), NOSPLIT, $0-56
	MOVD d+0(FP), R0
	MOVD x+8(FP), R1
	MOVD m+16(FP), R2
	MOVD n+24(FP), R25
	MOVD dStride+40(FP), R23
	MOVD xStride+48(FP), R24
	MOVD $·vmathF64(SB), k_table

row:
	MOVD k+32(FP), n_left
	VLD1R.P 8(R2), [V28.D2]
	MAP(ROW_DELTAS)
	ADD  R23, R0
	ADD  R24, R1
	SUBS $1, R25
	BNE  row
	RET

// func rowScaleF64NEON(r, e, inv *float64, n, k, rStride, eStride int)
TEXT ·rowScaleF64NEON(SB), NOSPLIT, $0-56
	MOVD r+0(FP), R0
	MOVD e+8(FP), R1
	MOVD inv+16(FP), R2
	MOVD n+24(FP), R25
	MOVD rStride+40(FP), R23
	MOVD eStride+48(FP), R24
	MOVD $·vmathF64(SB), k_table

row:
	MOVD k+32(FP), n_left
	VLD1R.P 8(R2), [V28.D2]
	MAP(ROW_SCALE)
	ADD  R23, R0
	ADD  R24, R1
	SUBS $1, R25
	BNE  row
	RET

// func rowShiftF64NEON(r, x, m, ls *float64, n, k, rStride, xStride int)
TEXT ·rowShiftF64NEON(SB), NOSPLIT, $0-64
	MOVD r+0(FP), R0
	MOVD x+8(FP), R1
	MOVD m+16(FP), R2
	MOVD ls+24(FP), R3
	MOVD n+32(FP), R25
	MOVD rStride+48(FP), R23
	MOVD xStride+56(FP), R24
	MOVD $·vmathF64(SB), k_table

row:
	MOVD k+40(FP), n_left
	VLD1R.P 8(R2), [V28.D2]
	VLD1R.P 8(R3), [V29.D2]
	MAP(ROW_SHIFT)
	ADD  R23, R0
	ADD  R24, R1
	SUBS $1, R25
	BNE  row
	RET

// func finishF64NEON(ls, inv, s, m, logZ *float64, n int)
TEXT ·finishF64NEON(SB), NOSPLIT, $0-48
	MOVD ls+0(FP), R0
	MOVD inv+8(FP), R2
	MOVD s+16(FP), R1
	MOVD m+24(FP), R3
	MOVD logZ+32(FP), R4
	MOVD n+40(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MAP(FINISH)
	RET

// func finishEntropyF64NEON(ls, inv, s, m, logZ, q *float64, n int)
TEXT ·finishEntropyF64NEON(SB), NOSPLIT, $0-56
	MOVD ls+0(FP), R0
	MOVD inv+8(FP), R2
	MOVD s+16(FP), R1
	MOVD m+24(FP), R3
	MOVD logZ+32(FP), R4
	MOVD q+40(FP), R5
	MOVD n+48(FP), n_left
	MOVD $·vmathF64(SB), k_table
	MAP(FINISH_ENTROPY)
	RET

// func colMaximaF64NEON(m, w, x *float64, n, k, xStride int)
TEXT ·colMaximaF64NEON(SB), NOSPLIT, $0-48
	MOVD m+0(FP), R0
	MOVD w+8(FP), R2
	MOVD x+16(FP), R1
	MOVD k+32(FP), R25
	MOVD xStride+40(FP), R23
	MOVD $·vmathF64(SB), k_table

component:
	MOVD n+24(FP), n_left
	MAP(COL_MAXIMA)
	ADD  R23, R1
	SUBS $1, R25
	BNE  component
	RET

// func colTermsF64NEON(r, x, m, lanes *float64, n, k, rStride, xStride int)
TEXT ·colTermsF64NEON(SB), NOSPLIT, $0-64
	MOVD r+0(FP), R0
	MOVD x+8(FP), R1
	MOVD m+16(FP), R2
	MOVD lanes+24(FP), R3
	MOVD k+40(FP), R25
	MOVD rStride+48(FP), R23
	MOVD xStride+56(FP), R24
	MOVD $·vmathF64(SB), k_table

component:
	MOVD n+32(FP), n_left
	MAP(COL_TERMS)
	ADD  R23, R0
	ADD  R24, R1
	ADD  $512, R3
	SUBS $1, R25
	BNE  component
	RET

// func colTermsEntropyF64NEON(r, x, m, lanes, qLanes *float64, n, k, rStride, xStride int)
TEXT ·colTermsEntropyF64NEON(SB), NOSPLIT, $0-72
	MOVD r+0(FP), R0
	MOVD x+8(FP), R1
	MOVD m+16(FP), R2
	MOVD lanes+24(FP), R3
	MOVD qLanes+32(FP), R4
	MOVD k+48(FP), R25
	MOVD rStride+56(FP), R23
	MOVD xStride+64(FP), R24
	MOVD $·vmathF64(SB), k_table

component:
	MOVD n+40(FP), n_left
	MAP(COL_TERMS_ENTROPY)
	ADD  R23, R0
	ADD  R24, R1
	ADD  $512, R3
	ADD  $512, R4
	SUBS $1, R25
	BNE  component
	RET

// func colScaleF64NEON(r, inv *float64, n, k, rStride int)
TEXT ·colScaleF64NEON(SB), NOSPLIT, $0-40
	MOVD r+0(FP), R0
	MOVD inv+8(FP), R2
	MOVD k+24(FP), R25
	MOVD rStride+32(FP), R23
	MOVD $·vmathF64(SB), k_table

component:
	MOVD n+16(FP), n_left
	MAP(COL_SCALE)
	ADD  R23, R0
	SUBS $1, R25
	BNE  component
	RET
