//go:build !purego && !race

#include "textflag.h"
#include "macros_amd64.h"
#include "rows_avx2_amd64.h"

// Maxima and sums of rows, and their scaling. Rows of 32 to 64 and of 65 to 128 bytes have loops of their own without
// branches, whose registers overlap within the row.
// Contract: the results of maxLine for rows without NaN; the halved lanes of sumLine; one product.
// ISA: AVX2.
//
//	register   holds
//	SI, DI     x or e, and r, at the element; in the routines that do not store rows DI: bytes of a row
//	CX         bytes left
//	R8-R10     address of a tail mask; in rowScale: bytes of a row; tmp
//	AX, BX     x or e, and r, at the row
//	DX, R13    m, s or 1/s; rows left
//	R11, R12   strides
//	Y0-Y7      elements
//	Y8         1/s in all lanes
//	Y9, X10    −Inf, +0
//	Y15        tail mask
//
// Work per call: the caller bounds n·k to 8192 elements: at most 5 µs.

#define x_row AX
#define r_row BX
#define one_ptr DX
#define x_stride R11
#define r_stride R12
#define rows_left R13
#define row_bytes DI
#define scale_bytes R9

// The larger of Y0 and the row's elements into Y0, lane by lane; of rows of 32 bytes or more the last 32 are looked at
// first, then whole registers, of which the last may look at some again. Uses: x_row, left, Y9 (−Inf). Clobbers: x_ptr,
// left, mask_ptr, tmp, Y0, Y1, tail_mask, flags.
#define ROW_MAX(MAX, BLEND) \
	MOVQ    x_row, x_ptr \
	CMPQ    left, $32 \
	JLT     max_short \
	VMOVUPS -32(x_row)(left*1), Y0 \
	VMOVAPS Y0, Y1 \
	SUBQ    $64, left \
	JLE     max_rest \
max2: \
	MAX     (x_ptr), Y0, Y0 \
	MAX     32(x_ptr), Y1, Y1 \
	ADDQ    $64, x_ptr \
	SUBQ    $64, left \
	JGT     max2 \
max_rest: \
	ADDQ    $32, left              /* bytes left, less 32 */ \
	JLE     max_done \
	MAX     (x_ptr), Y0, Y0 \
	JMP     max_done \
max_short: \
	NEXT_MASK \
	VMASKMOVPS (x_ptr), tail_mask, Y0 \
	BLEND   tail_mask, Y0, Y9, Y0 \
	VMOVAPS Y0, Y1 \
max_done: \
	MAX     Y1, Y0, Y0

// The sum of the terms of a row of more than 128 bytes, rounded up to registers, halved to one register: Y0. Terms are not below
// +0, and +0 beyond the row. Uses: x_row, left. Clobbers: x_ptr, left, Y0-Y3, flags.
#define ROW_SUM(ADD) \
	MOVQ    x_row, x_ptr \
	VMOVUPS (x_ptr), Y0 \
	VMOVUPS 32(x_ptr), Y1 \
	VMOVUPS 64(x_ptr), Y2 \
	VMOVUPS 96(x_ptr), Y3 \
sum_more: \
	ADDQ    $128, x_ptr \
	SUBQ    $128, left \
	ADD     (x_ptr), Y0, Y0 \
	CMPQ    left, $64 \
	JLT     sum_done \
	ADD     32(x_ptr), Y1, Y1 \
	JEQ     sum_done \
	ADD     64(x_ptr), Y2, Y2 \
	CMPQ    left, $128 \
	JLT     sum_done \
	ADD     96(x_ptr), Y3, Y3 \
	JGT     sum_more \
sum_done: \
	ADD     Y2, Y0, Y0 \
	ADD     Y3, Y1, Y1 \
	ADD     Y1, Y0, Y0

// r = e · inverse along the row, of which whole registers of e may be read. The last register of r overlaps the one before.
// Uses: x_row (e), r_row, left, Y8 (1/s in all lanes). Clobbers: x_ptr, r_ptr, left, mask_ptr, tmp, Y4-Y6, flags.
#define ROW_SCALE(MUL) \
	MOVQ    x_row, x_ptr \
	MOVQ    r_row, r_ptr \
	CMPQ    left, $32 \
	JLT     scale_short \
	MUL     -32(x_row)(left*1), Y8, Y6 \
	VMOVUPS Y6, -32(r_row)(left*1) \
	SUBQ    $64, left \
	JLE     scale_rest \
scale2: \
	MUL     (x_ptr), Y8, Y4 \
	MUL     32(x_ptr), Y8, Y5 \
	VMOVUPS Y4, (r_ptr) \
	VMOVUPS Y5, 32(r_ptr) \
	ADDQ    $64, x_ptr \
	ADDQ    $64, r_ptr \
	SUBQ    $64, left \
	JGT     scale2 \
scale_rest: \
	ADDQ    $32, left              /* bytes left, less 32 */ \
	JLE     scale_done \
	MUL     (x_ptr), Y8, Y4 \
	VMOVUPS Y4, (r_ptr) \
	JMP     scale_done \
scale_short: \
	MUL     (x_ptr), Y8, Y4 \
	STORE_PART(Y4, X4, scale_at8, scale_at4, scale_done)

// The larger of Y0 and the elements of a row of 32 to 64, or 64 to 128 bytes. Uses: x_row, row_bytes. Clobbers: Y0, Y1.
#define MAX_OF_2(MAX) \
	VMOVUPS (x_row), Y0 \
	MAX     -32(x_row)(row_bytes*1), Y0, Y0
#define MAX_OF_4(MAX) \
	VMOVUPS (x_row), Y0 \
	VMOVUPS 32(x_row), Y1 \
	MAX     -64(x_row)(row_bytes*1), Y0, Y0 \
	MAX     -32(x_row)(row_bytes*1), Y1, Y1 \
	MAX     Y1, Y0, Y0

// ROW_SUM of a row of up to 64, or 128 bytes, with +0 up to there. Uses: x_row. Clobbers: Y0, Y1.
#define SUM_OF_2(ADD) \
	VMOVUPS (x_row), Y0 \
	ADD     32(x_row), Y0, Y0
#define SUM_OF_4(ADD) \
	VMOVUPS (x_row), Y0 \
	VMOVUPS 32(x_row), Y1 \
	ADD     64(x_row), Y0, Y0 \
	ADD     96(x_row), Y1, Y1 \
	ADD     Y1, Y0, Y0

// ROW_SCALE of a row of 32 to 64, or 64 to 128 bytes. Uses: x_row, r_row, scale_bytes, Y8. Clobbers: Y4-Y7.
#define SCALE_OF_2(MUL) \
	MUL     (x_row), Y8, Y4 \
	MUL     -32(x_row)(scale_bytes*1), Y8, Y5 \
	VMOVUPS Y4, (r_row) \
	VMOVUPS Y5, -32(r_row)(scale_bytes*1)
#define SCALE_OF_4(MUL) \
	MUL     (x_row), Y8, Y4 \
	MUL     32(x_row), Y8, Y5 \
	MUL     -64(x_row)(scale_bytes*1), Y8, Y6 \
	MUL     -32(x_row)(scale_bytes*1), Y8, Y7 \
	VMOVUPS Y4, (r_row) \
	VMOVUPS Y5, 32(r_row) \
	VMOVUPS Y6, -64(r_row)(scale_bytes*1) \
	VMOVUPS Y7, -32(r_row)(scale_bytes*1)

// Y0 across to X0, by OP and in the last step SCALAR: in the order of halving. Clobbers: X1.
#define ACROSS_F32(OP, SCALAR) \
	VEXTRACTF128 $1, Y0, X1 \
	OP           X1, X0, X0 \
	VPERMILPD    $1, X0, X1 \
	OP           X1, X0, X0 \
	VMOVSHDUP    X0, X1 \
	SCALAR       X1, X0, X0
#define ACROSS_F64(OP, SCALAR) \
	VEXTRACTF128 $1, Y0, X1 \
	OP           X1, X0, X0 \
	VPERMILPD    $1, X0, X1 \
	SCALAR       X1, X0, X0

// On to the next row; size is that of an element. Uses, clobbers: one_ptr, x_row, rows_left, flags.
#define NEXT_ROW(size) \
	ADDQ size, one_ptr \
	ADDQ x_stride, x_row \
	DECQ rows_left

// func rowMaximaF32AVX2(m, x *float32, n, k, xStride int)
TEXT ·rowMaximaF32AVX2(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), one_ptr
	MOVQ x+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ xStride+32(FP), x_stride
	SHLQ $2, row_bytes
	VBROADCASTSS NEG_INF_F32, Y9
	VXORPS X10, X10, X10
	CMPQ row_bytes, $32
	JLT  row
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_MAX(VMAXPS, VBLENDVPS)
	ACROSS_F32(VMAXPS, VMAXSS)
	VADDSS X10, X0, X0               // −0 becomes +0
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    row
	VZEROUPPER
	RET

two:
	MAX_OF_2(VMAXPS)
	ACROSS_F32(VMAXPS, VMAXSS)
	VADDSS X10, X0, X0               // −0 becomes +0
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    two
	VZEROUPPER
	RET

four:
	MAX_OF_4(VMAXPS)
	ACROSS_F32(VMAXPS, VMAXSS)
	VADDSS X10, X0, X0               // −0 becomes +0
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    four
	VZEROUPPER
	RET

// func rowSumsF32AVX2(s, e *float32, n, k, eStride int)
TEXT ·rowSumsF32AVX2(SB), NOSPLIT, $0-40
	MOVQ s+0(FP), one_ptr
	MOVQ e+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ eStride+32(FP), x_stride
	LEAQ 31(row_bytes*4), row_bytes
	ANDQ $-32, row_bytes
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_SUM(VADDPS)
	ACROSS_F32(VADDPS, VADDSS)
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    row
	VZEROUPPER
	RET

two:
	SUM_OF_2(VADDPS)
	ACROSS_F32(VADDPS, VADDSS)
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    two
	VZEROUPPER
	RET

four:
	SUM_OF_4(VADDPS)
	ACROSS_F32(VADDPS, VADDSS)
	VMOVSS X0, (one_ptr)
	NEXT_ROW($4)
	JNE    four
	VZEROUPPER
	RET

// func rowScaleF32AVX2(r, e, inv *float32, n, k, rStride, eStride int)
TEXT ·rowScaleF32AVX2(SB), NOSPLIT, $0-56
	MOVQ r+0(FP), r_row
	MOVQ e+8(FP), x_row
	MOVQ inv+16(FP), one_ptr
	MOVQ n+24(FP), rows_left
	MOVQ k+32(FP), scale_bytes
	MOVQ rStride+40(FP), r_stride
	MOVQ eStride+48(FP), x_stride
	SHLQ $2, scale_bytes
	CMPQ scale_bytes, $32
	JLT  row
	CMPQ scale_bytes, $64
	JLE  two
	CMPQ scale_bytes, $128
	JLE  four

row:
	VBROADCASTSS (one_ptr), Y8
	MOVQ scale_bytes, left
	ROW_SCALE(VMULPS)

next:
	ADDQ r_stride, r_row
	NEXT_ROW($4)
	JNE  row
	VZEROUPPER
	RET

two:
	VBROADCASTSS (one_ptr), Y8
	SCALE_OF_2(VMULPS)
	ADDQ r_stride, r_row
	NEXT_ROW($4)
	JNE  two
	VZEROUPPER
	RET

four:
	VBROADCASTSS (one_ptr), Y8
	SCALE_OF_4(VMULPS)
	ADDQ r_stride, r_row
	NEXT_ROW($4)
	JNE  four
	VZEROUPPER
	RET

// func rowMaximaF64AVX2(m, x *float64, n, k, xStride int)
TEXT ·rowMaximaF64AVX2(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), one_ptr
	MOVQ x+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ xStride+32(FP), x_stride
	SHLQ $3, row_bytes
	VBROADCASTSD NEG_INF_F64, Y9
	VXORPS X10, X10, X10
	CMPQ row_bytes, $32
	JLT  row
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_MAX(VMAXPD, VBLENDVPD)
	ACROSS_F64(VMAXPD, VMAXSD)
	VADDSD X10, X0, X0               // −0 becomes +0
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    row
	VZEROUPPER
	RET

two:
	MAX_OF_2(VMAXPD)
	ACROSS_F64(VMAXPD, VMAXSD)
	VADDSD X10, X0, X0               // −0 becomes +0
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    two
	VZEROUPPER
	RET

four:
	MAX_OF_4(VMAXPD)
	ACROSS_F64(VMAXPD, VMAXSD)
	VADDSD X10, X0, X0               // −0 becomes +0
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    four
	VZEROUPPER
	RET

// func rowSumsF64AVX2(s, e *float64, n, k, eStride int)
TEXT ·rowSumsF64AVX2(SB), NOSPLIT, $0-40
	MOVQ s+0(FP), one_ptr
	MOVQ e+8(FP), x_row
	MOVQ n+16(FP), rows_left
	MOVQ k+24(FP), row_bytes
	MOVQ eStride+32(FP), x_stride
	LEAQ 31(row_bytes*8), row_bytes
	ANDQ $-32, row_bytes
	CMPQ row_bytes, $64
	JLE  two
	CMPQ row_bytes, $128
	JLE  four

row:
	MOVQ   row_bytes, left
	ROW_SUM(VADDPD)
	ACROSS_F64(VADDPD, VADDSD)
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    row
	VZEROUPPER
	RET

two:
	SUM_OF_2(VADDPD)
	ACROSS_F64(VADDPD, VADDSD)
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    two
	VZEROUPPER
	RET

four:
	SUM_OF_4(VADDPD)
	ACROSS_F64(VADDPD, VADDSD)
	VMOVSD X0, (one_ptr)
	NEXT_ROW($8)
	JNE    four
	VZEROUPPER
	RET

// func rowScaleF64AVX2(r, e, inv *float64, n, k, rStride, eStride int)
TEXT ·rowScaleF64AVX2(SB), NOSPLIT, $0-56
	MOVQ r+0(FP), r_row
	MOVQ e+8(FP), x_row
	MOVQ inv+16(FP), one_ptr
	MOVQ n+24(FP), rows_left
	MOVQ k+32(FP), scale_bytes
	MOVQ rStride+40(FP), r_stride
	MOVQ eStride+48(FP), x_stride
	SHLQ $3, scale_bytes
	CMPQ scale_bytes, $32
	JLT  row
	CMPQ scale_bytes, $64
	JLE  two
	CMPQ scale_bytes, $128
	JLE  four

row:
	VBROADCASTSD (one_ptr), Y8
	MOVQ scale_bytes, left
	ROW_SCALE(VMULPD)

next:
	ADDQ r_stride, r_row
	NEXT_ROW($8)
	JNE  row
	VZEROUPPER
	RET

two:
	VBROADCASTSD (one_ptr), Y8
	SCALE_OF_2(VMULPD)
	ADDQ r_stride, r_row
	NEXT_ROW($8)
	JNE  two
	VZEROUPPER
	RET

four:
	VBROADCASTSD (one_ptr), Y8
	SCALE_OF_4(VMULPD)
	ADDQ r_stride, r_row
	NEXT_ROW($8)
	JNE  four
	VZEROUPPER
	RET
