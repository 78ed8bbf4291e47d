//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx2_amd64.h"
#include "vec_f64_avx2_amd64.h"
#include "vmath_f64.h"
#include "rows.h"

// Log-sum-exp, responsibilities and log-softmax in float64: what is done to each element of a block of rows, or of a
// block of samples whose components lie one after another.
// Contract: the bits of rows_generic.go.
// ISA: AVX2, FMA.
// Registers: vec.h; pointers in DI, SI, DX, R8, R9, R10; R11, R12: strides in bytes; R13: rows or components left.
// Work per call: the caller bounds n·k to 8192 elements, at most 20 µs.
// Memory: the elements named are read and written, no others; rowTerms and rowDeltas write whole registers.

#define TERM(x) EXPNEG(x, r1, r2, r3, r4, m0)
#define LOGARITHM LOG_POS(r0, r1, r2, r3, r4, r6)
#define LEAST EXPNEG_MIN_F64
#define ROW_ST(ST, i, p, r) V_STORE(i, p, r)

// ROW_TERMS on a row, the last half of a pair alone, and +0 in the rest of the last register. Uses: p0, p1, n_left, a0. Clobbers: n_left, AX, BX, r0-r4, m0, flags.
#define TERMS_OF_ROW \
	V_BEGIN \
	PCALIGN $32 \
block: \
	UNLESS(2, pair) \
	ROW_TERMS(V_LOAD, V_STORE, 0) \
	ROW_TERMS(V_LOAD, V_STORE, 1) \
	ADVANCE(2) \
	JUMP(block) \
pair: \
	UNLESS(1, tail) \
	ROW_TERMS(V_LOAD, V_STORE, 0) \
	ADVANCE(1) \
tail: \
	CMPQ n_left, $(VLEN/2) \
	JLE  half \
	V_TAIL(done) \
	V_LOADM(0, p1, r0) \
	V_SUB(a0, r0, r0) \
	TERM(r0) \
	VANDPS (BX), r0(LO), r0(LO) \
	VANDPS 32(BX), r0(HI), r0(HI) \
	V_STORE(0, p0, r0) \
	JMP  done \
half: \
	V_TAIL(done) \
	VMOVUPS    (BX), Y1 \
	VMASKMOVPS (p1)(v_offset*1), Y1, Y0 \
	VSUBPD     a0(LO), Y0, Y0 \
	EXPNEG_F64(Y0, Y1, Y2, Y3, Y4, Y5, Y6) \
	VANDPS     (BX), Y0, Y0 \
	VMOVUPS    Y0, (p0)(v_offset*1) \
done:

// func rowTermsF64AVX2(e, x, m, r *float64, n, k, eStride, xStride, rStride int)
TEXT ·rowTermsF64AVX2(SB), NOSPLIT, $0-72
	MOVQ e+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ r+24(FP), p3
	MOVQ n+32(FP), R13
	MOVQ eStride+48(FP), R11
	MOVQ xStride+56(FP), R12
	MOVQ R13, p4
	IMULQ R12, p4                 // from these rows of x to the next block's

row:
	MOVQ k+40(FP), n_left
	VBROADCASTSD (p2), a0(LO)
	ADDQ $8, p2
	TESTQ p3, p3
	JEQ  near
	MOVQ p3, p5
	LEAQ (p3)(n_left*8), BX
	LEAQ (p1)(p4*1), AX
	SUBQ p3, AX

fetch:
	PREFETCHT1 (p5)               // to the second cache: the first holds x and e
	PREFETCHT1 (p5)(AX*1)
	ADDQ $64, p5
	CMPQ p5, BX
	JLT  fetch
	ADDQ rStride+64(FP), p3

near:
	TERMS_OF_ROW
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func rowDeltasF64AVX2(d, x, m *float64, n, k, dStride, xStride int)
TEXT ·rowDeltasF64AVX2(SB), NOSPLIT, $0-56
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

// func rowShiftF64AVX2(r, x, m, ls *float64, n, k, rStride, xStride int)
TEXT ·rowShiftF64AVX2(SB), NOSPLIT, $0-64
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

// func finishF64AVX2(ls, inv, s, m, logZ *float64, n int)
TEXT ·finishF64AVX2(SB), NOSPLIT, $0-48
	MOVQ ls+0(FP), p0
	MOVQ inv+8(FP), p2
	MOVQ s+16(FP), p1
	MOVQ m+24(FP), p3
	MOVQ logZ+32(FP), p4
	MOVQ n+40(FP), n_left
	MAP(FINISH)
	VZEROUPPER
	RET

// func finishEntropyF64AVX2(ls, inv, s, m, logZ, q *float64, n int)
TEXT ·finishEntropyF64AVX2(SB), NOSPLIT, $0-56
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

// func colMaximaF64AVX2(m, w, x *float64, n, k, xStride int)
TEXT ·colMaximaF64AVX2(SB), NOSPLIT, $0-48
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

// func colTermsF64AVX2(r, x, m, lanes *float64, n, k, rStride, xStride int)
TEXT ·colTermsF64AVX2(SB), NOSPLIT, $0-64
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

// func colTermsEntropyF64AVX2(r, x, m, lanes, qLanes *float64, n, k, rStride, xStride int)
TEXT ·colTermsEntropyF64AVX2(SB), NOSPLIT, $0-72
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

// func colScaleF64AVX2(r, inv *float64, n, k, rStride int)
TEXT ·colScaleF64AVX2(SB), NOSPLIT, $0-40
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
