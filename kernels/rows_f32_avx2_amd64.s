//go:build !purego && !race

#include "textflag.h"
#include "vec_pair_avx2_amd64.h"
#include "vec_f32_avx2_amd64.h"
#include "vmath_f32.h"
#include "rows.h"

// Log-sum-exp, responsibilities and log-softmax in float32: what is done to each element of a block of rows, or of a
// block of samples whose components lie one after another.
// Contract: the bits of rows_generic.go.
// ISA: AVX2, FMA.
// Registers: vec.h; pointers in DI, SI, DX, R8, R9, R10; R11, R12: strides in bytes; R13: rows or components left.
// Work per call: the caller bounds n·k to 8192 elements, at most 20 µs.
// Memory: the elements named are read and written, no others; rowTerms and rowDeltas write whole registers.

#define TERM(x) EXPNEG(x, r1, r2, m0)
#define LOGARITHM LOG_POS(r0, r1, r2, r3, r4)
#define LEAST EXPNEG_MIN_F32
#define ROW_ST(ST, i, p, r) V_STORE(i, p, r)

// Y8-Y11 = q·2^n, the exponentials of Y0-Y3 where these are normal: four chains, a step of each at a time, keep the units busier
// than pairs do. Uses: Y0-Y3. Clobbers: Y0-Y7, Y12, Y14.
#define EACH4(OP, k, a0, a1, a2, a3, d0, d1, d2, d3) \
	OP k, a0, d0 \
	OP k, a1, d1 \
	OP k, a2, d2 \
	OP k, a3, d3
#define HORNER4(k) \
	VMOVUPS k, Y14 \
	EACH4(VFMADD213PS, Y14, Y0, Y1, Y2, Y3, Y8, Y9, Y10, Y11)
#define EXP4 \
	VMOVUPS      MAGIC_BIASED_F32, Y12 \
	VMOVUPS      LOG2E_F32, Y14 \
	VMOVAPS      Y12, Y4 \
	VMOVAPS      Y12, Y5 \
	VMOVAPS      Y12, Y6 \
	VMOVAPS      Y12, Y7 \
	EACH4(VFMADD231PS, Y14, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)       /* t */ \
	VMOVUPS      LN2_HI_F32, Y14 \
	EACH4(VSUBPS, Y12, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)          /* n */ \
	EACH4(VFNMADD231PS, Y14, Y8, Y9, Y10, Y11, Y0, Y1, Y2, Y3) \
	VMOVUPS      LN2_LO_F32, Y14 \
	EACH4(VFNMADD231PS, Y14, Y8, Y9, Y10, Y11, Y0, Y1, Y2, Y3)    /* r */ \
	VMOVUPS      EXP0_F32, Y8 \
	VMOVAPS      Y8, Y9 \
	VMOVAPS      Y8, Y10 \
	VMOVAPS      Y8, Y11 \
	HORNER4(EXP1_F32) \
	HORNER4(EXP2_F32) \
	HORNER4(EXP3_F32) \
	HORNER4(EXP4_F32) \
	HORNER4(ONE_F32) \
	EACH4(VFMADD213PS, Y14, Y0, Y1, Y2, Y3, Y8, Y9, Y10, Y11) \
	EACH4(VPSLLD, $23, Y4, Y5, Y6, Y7, Y4, Y5, Y6, Y7)            /* 2^n */ \
	EACH1(VMULPS)
#define EACH1(OP) \
	OP Y4, Y8, Y8 \
	OP Y5, Y9, Y9 \
	OP Y6, Y10, Y10 \
	OP Y7, Y11, Y11

// +0 in Y8-Y11 where Y0-Y3, the arguments again, are below the least. Clobbers: Y0-Y3, Y14.
#define FLUSH4 \
	VMOVUPS EXPNEG_MIN_F32, Y14 \
	VCMPPS  $0x11, Y14, Y0, Y0 \
	VCMPPS  $0x11, Y14, Y1, Y1 \
	VCMPPS  $0x11, Y14, Y2, Y2 \
	VCMPPS  $0x11, Y14, Y3, Y3 \
	VANDNPS Y8, Y0, Y8 \
	VANDNPS Y9, Y1, Y9 \
	VANDNPS Y10, Y2, Y10 \
	VANDNPS Y11, Y3, Y11

// 32 elements of a row, less the maximum. Uses: p1, v_offset, a0. Clobbers: Y0-Y3.
#define ARGUMENTS4 \
	VMOVUPS (p1)(v_offset*1), Y0 \
	VMOVUPS 32(p1)(v_offset*1), Y1 \
	VMOVUPS 64(p1)(v_offset*1), Y2 \
	VMOVUPS 96(p1)(v_offset*1), Y3 \
	EACH4(VSUBPS, a0(LO), Y0, Y1, Y2, Y3, Y0, Y1, Y2, Y3)

// Two rows of 9 to 16 elements, less their maxima. Uses: p1, R12, BX, Y13, Y15. Clobbers: Y0-Y3, Y12 (the mask of the last elements).
#define ARGUMENTS_OF_2 \
	VMOVUPS    (BX), Y12 \
	VMOVUPS    (p1), Y0 \
	VMASKMOVPS 32(p1), Y12, Y1 \
	VMOVUPS    (p1)(R12*1), Y2 \
	VMASKMOVPS 32(p1)(R12*1), Y12, Y3 \
	VSUBPS     Y15, Y0, Y0 \
	VSUBPS     Y15, Y1, Y1 \
	VSUBPS     Y13, Y2, Y2 \
	VSUBPS     Y13, Y3, Y3

// ROW_TERMS on a row, the last half of a pair alone, and +0 in the rest of the last register. Uses: p0, p1, n_left, a0. Clobbers: n_left, AX, BX, r0-r4, m0, flags.
#define TERMS_OF_ROW \
	V_BEGIN \
	PCALIGN $32 \
block: \
	UNLESS(2, pair) \
	ARGUMENTS4 \
	EXP4 \
	ARGUMENTS4 \
	FLUSH4 \
	VMOVUPS Y8, (p0)(v_offset*1) \
	VMOVUPS Y9, 32(p0)(v_offset*1) \
	VMOVUPS Y10, 64(p0)(v_offset*1) \
	VMOVUPS Y11, 96(p0)(v_offset*1) \
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
	VSUBPS     a0(LO), Y0, Y0 \
	EXPNEG_F32(Y0, Y1, Y2, Y3, Y4) \
	VANDPS     (BX), Y0, Y0 \
	VMOVUPS    Y0, (p0)(v_offset*1) \
done:

// func rowTermsF32AVX2(e, x, m, r *float32, n, k, eStride, xStride, rStride int)
TEXT ·rowTermsF32AVX2(SB), NOSPLIT, $0-72
	MOVQ e+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ r+24(FP), p3
	MOVQ n+32(FP), R13
	MOVQ eStride+48(FP), R11
	MOVQ xStride+56(FP), R12
	MOVQ R13, p4
	IMULQ R12, p4                 // from these rows of x to the next block's
	MOVQ k+40(FP), n_left
	CMPQ n_left, $8
	JLE  row
	CMPQ n_left, $16
	JGT  row
	SHLQ $2, n_left
	LEAQ ·tailMasks+64(SB), BX   // the mask of the elements from 8 on
	SUBQ n_left, BX

two:
	CMPQ         R13, $2
	JLT          row
	VBROADCASTSS (p2), Y15
	VBROADCASTSS 4(p2), Y13
	ARGUMENTS_OF_2
	EXP4
	ARGUMENTS_OF_2
	FLUSH4
	VANDPS       Y12, Y9, Y9
	VANDPS       Y12, Y11, Y11
	VMOVUPS      Y8, (p0)
	VMOVUPS      Y9, 32(p0)
	VMOVUPS      Y10, (p0)(R11*1)
	VMOVUPS      Y11, 32(p0)(R11*1)
	ADDQ         $8, p2
	LEAQ         (p0)(R11*2), p0
	LEAQ         (p1)(R12*2), p1
	SUBQ         $2, R13
	JNE          two
	VZEROUPPER
	RET

row:
	MOVQ k+40(FP), n_left
	VBROADCASTSS (p2), a0(LO)
	ADDQ $4, p2
	TESTQ p3, p3
	JEQ  near
	MOVQ p3, p5
	LEAQ (p3)(n_left*4), BX
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

// func rowDeltasF32AVX2(d, x, m *float32, n, k, dStride, xStride int)
TEXT ·rowDeltasF32AVX2(SB), NOSPLIT, $0-56
	MOVQ d+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ n+24(FP), R13
	MOVQ dStride+40(FP), R11
	MOVQ xStride+48(FP), R12

row:
	MOVQ k+32(FP), n_left
	VBROADCASTSS (p2), a0(LO)
	ADDQ $4, p2
	MAP(ROW_DELTAS)
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func rowShiftF32AVX2(r, x, m, ls *float32, n, k, rStride, xStride int)
TEXT ·rowShiftF32AVX2(SB), NOSPLIT, $0-64
	MOVQ r+0(FP), p0
	MOVQ x+8(FP), p1
	MOVQ m+16(FP), p2
	MOVQ ls+24(FP), p3
	MOVQ n+32(FP), R13
	MOVQ rStride+48(FP), R11
	MOVQ xStride+56(FP), R12

row:
	MOVQ k+40(FP), n_left
	VBROADCASTSS (p2), a0(LO)
	ADDQ $4, p2
	VBROADCASTSS (p3), a1(LO)
	ADDQ $4, p3
	MAP(ROW_SHIFT)
	ADDQ R11, p0
	ADDQ R12, p1
	DECQ R13
	JNE  row
	VZEROUPPER
	RET

// func finishF32AVX2(ls, inv, s, m, logZ *float32, n int)
TEXT ·finishF32AVX2(SB), NOSPLIT, $0-48
	MOVQ ls+0(FP), p0
	MOVQ inv+8(FP), p2
	MOVQ s+16(FP), p1
	MOVQ m+24(FP), p3
	MOVQ logZ+32(FP), p4
	MOVQ n+40(FP), n_left
	MAP(FINISH)
	VZEROUPPER
	RET

// func finishEntropyF32AVX2(ls, inv, s, m, logZ, q *float32, n int)
TEXT ·finishEntropyF32AVX2(SB), NOSPLIT, $0-56
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

// func colMaximaF32AVX2(m, w, x *float32, n, k, xStride int)
TEXT ·colMaximaF32AVX2(SB), NOSPLIT, $0-48
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

// func colTermsF32AVX2(r, x, m, lanes *float32, n, k, rStride, xStride int)
TEXT ·colTermsF32AVX2(SB), NOSPLIT, $0-64
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
	ADDQ $256, p3
	DECQ R13
	JNE  component
	VZEROUPPER
	RET

// func colTermsEntropyF32AVX2(r, x, m, lanes, qLanes *float32, n, k, rStride, xStride int)
TEXT ·colTermsEntropyF32AVX2(SB), NOSPLIT, $0-72
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
	ADDQ $256, p3
	ADDQ $256, p4
	DECQ R13
	JNE  component
	VZEROUPPER
	RET

// func colScaleF32AVX2(r, inv *float32, n, k, rStride int)
TEXT ·colScaleF32AVX2(SB), NOSPLIT, $0-40
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
