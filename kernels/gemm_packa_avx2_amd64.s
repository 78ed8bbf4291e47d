//go:build !purego && !race

// The packing of op(A) for the matrix product, AVX2. Both types: a vector is 32 bytes, 8 float32 or 4 float64.
//
// Contract: the elements of A in another order; no arithmetic.
// ISA: AVX2.
//
// Register plan
//	DI dst_ptr   R11 dst_step   R13 dst_far (three steps)   CX left   AX height, or width
//	SI row0      R8 row1        R9 row2     R10 row3   R12 row4   BX row5: those beyond the last are the last again
//	Cols: SI src_ptr            R8 src_step R9 last (where the last piece of a row begins)
//	Y0-Y7 rows of the source    Y8-Y15 the transpose under way
//
// Work per call: 6 rows of 383 elements.
// Memory: src and dst as the loops of the stubs say, and some bytes beyond the end of dst.

#include "textflag.h"

#define dst_ptr  DI
#define dst_step R11
#define dst_far  R13
#define left     CX
#define height   AX
#define row0     SI
#define row1     R8
#define row2     R9
#define row3     R10
#define row4     R12
#define row5     BX

// NEXT makes the address of a row from that of the row before. Uses height, dst_step. Clobbers the flags.
#define NEXT(before, row, number) \
	LEAQ    (before)(dst_step*1), row \
	CMPQ    height, $number \
	CMOVQLE before, row

// POINTERS makes the addresses of all height; srcStep is in dst_step. Uses row0, height, dst_step.
#define POINTERS \
	NEXT(row0, row1, 1) \
	NEXT(row1, row2, 2) \
	NEXT(row2, row3, 3) \
	NEXT(row3, row4, 4) \
	NEXT(row4, row5, 5)

// ALONG goes to the next vectors.
#define ALONG \
	ADDQ $32, row0 \
	ADDQ $32, row1 \
	ADDQ $32, row2 \
	ADDQ $32, row3 \
	ADDQ $32, row4 \
	ADDQ $32, row5

// func gemmPackRowsF32AVX2(dst, src *float32, srcStep, rows, vectors int)
TEXT ·gemmPackRowsF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), row0
	MOVQ srcStep+16(FP), dst_step
	MOVQ rows+24(FP), height
	MOVQ vectors+32(FP), left
	POINTERS
	LEAQ (height*4), dst_step
	LEAQ (dst_step)(dst_step*2), dst_far
	TESTQ left, left
	JZ   done
	PCALIGN $32
block:
	VMOVUPS (row0), X0                                      // row 0, elements 0-3
	VMOVUPS (row1), X1
	VMOVUPS (row2), X2
	VMOVUPS (row3), X3
	VMOVUPS 16(row0), X4                                    // row 0, elements 4-7
	VMOVUPS 16(row1), X5
	VMOVUPS 16(row2), X6
	VMOVUPS 16(row3), X7
	VINSERTF128 $1, (row4), Y0, Y0                          // rows 0 | 4, elements 0-3
	VINSERTF128 $1, (row5), Y1, Y1
	VINSERTF128 $1, 16(row4), Y4, Y4
	VINSERTF128 $1, 16(row5), Y5, Y5
	VUNPCKLPS Y1, Y0, Y8                                    // r0e0 r1e0 r0e1 r1e1 | the same of rows 4, 5
	VUNPCKHPS Y1, Y0, Y9
	VUNPCKLPS Y3, Y2, Y10
	VUNPCKHPS Y3, Y2, Y11
	VUNPCKLPS Y5, Y4, Y12
	VUNPCKHPS Y5, Y4, Y13
	VUNPCKLPS Y7, Y6, Y14
	VUNPCKHPS Y7, Y6, Y15
	VUNPCKLPD Y10, Y8, Y0                                   // element 0 of rows 0-3 | 4, 5 and two zeros
	VUNPCKHPD Y10, Y8, Y1
	VUNPCKLPD Y11, Y9, Y2
	VUNPCKHPD Y11, Y9, Y3
	VUNPCKLPD Y14, Y12, Y4
	VUNPCKHPD Y14, Y12, Y5
	VUNPCKLPD Y15, Y13, Y6
	VUNPCKHPD Y15, Y13, Y7
	VMOVUPS Y0, (dst_ptr)                                   // each overwrites what the one before wrote too much
	VMOVUPS Y1, (dst_ptr)(dst_step*1)
	VMOVUPS Y2, (dst_ptr)(dst_step*2)
	VMOVUPS Y3, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	VMOVUPS Y4, (dst_ptr)
	VMOVUPS Y5, (dst_ptr)(dst_step*1)
	VMOVUPS Y6, (dst_ptr)(dst_step*2)
	VMOVUPS Y7, (dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	ALONG
	DECQ left
	JNZ  block
done:
	VZEROUPPER
	RET

// func gemmPackRowsF64AVX2(dst, src *float64, srcStep, rows, vectors int)
TEXT ·gemmPackRowsF64AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), row0
	MOVQ srcStep+16(FP), dst_step
	MOVQ rows+24(FP), height
	MOVQ vectors+32(FP), left
	POINTERS
	LEAQ (height*8), dst_step
	LEAQ (dst_step)(dst_step*2), dst_far
	TESTQ left, left
	JZ   done
	PCALIGN $32
block:
	VMOVUPS (row0), X0                                      // row 0, elements 0, 1
	VMOVUPS (row1), X1
	VMOVUPS 16(row0), X2
	VMOVUPS 16(row1), X3
	VMOVUPS (row4), Y4                                      // row 4, elements 0-3
	VMOVUPS (row5), Y5
	VINSERTF128 $1, (row2), Y0, Y0                          // rows 0 | 2
	VINSERTF128 $1, (row3), Y1, Y1
	VINSERTF128 $1, 16(row2), Y2, Y2
	VINSERTF128 $1, 16(row3), Y3, Y3
	VUNPCKLPD Y1, Y0, Y8                                    // element 0 of rows 0, 1 | 2, 3
	VUNPCKHPD Y1, Y0, Y9
	VUNPCKLPD Y3, Y2, Y10
	VUNPCKHPD Y3, Y2, Y11
	VUNPCKLPD Y5, Y4, Y12                                   // elements 0 | 2 of rows 4, 5
	VUNPCKHPD Y5, Y4, Y13                                   // elements 1 | 3
	VMOVUPS Y8, (dst_ptr)                                   // each overwrites what the one before wrote too much
	VMOVUPS X12, 32(dst_ptr)
	VMOVUPS Y9, (dst_ptr)(dst_step*1)
	VMOVUPS X13, 32(dst_ptr)(dst_step*1)
	VMOVUPS Y10, (dst_ptr)(dst_step*2)
	VEXTRACTF128 $1, Y12, 32(dst_ptr)(dst_step*2)
	VMOVUPS Y11, (dst_ptr)(dst_far*1)
	VEXTRACTF128 $1, Y13, 32(dst_ptr)(dst_far*1)
	LEAQ (dst_ptr)(dst_step*4), dst_ptr
	ALONG
	DECQ left
	JNZ  block
done:
	VZEROUPPER
	RET

#define src_ptr  SI
#define src_step R8
#define last     R9

// COPY copies height by a first and a last piece of the same length, which may overlap. Uses src_ptr, dst_ptr, last, height,
// left.
#define COPY(move, reg0, reg1, loop) \
loop: \
	move (src_ptr), reg0 \
	move (src_ptr)(last*1), reg1 \
	move reg0, (dst_ptr) \
	move reg1, (dst_ptr)(last*1) \
	ADDQ src_step, src_ptr \
	ADDQ height, dst_ptr \
	DECQ left \
	JNZ  loop

// func gemmPackColsAVX2(dst, src unsafe.Pointer, srcStep, width, rows int)
TEXT ·gemmPackColsAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ src+8(FP), src_ptr
	MOVQ srcStep+16(FP), src_step
	MOVQ width+24(FP), height
	MOVQ rows+32(FP), left
	CMPQ height, $8
	JLT  four
	LEAQ -8(height), last
	CMPQ height, $16
	JLT  eight
	LEAQ -16(height), last
	CMPQ height, $32
	JLE  sixteen
	LEAQ -32(height), last
	CMPQ height, $64
	JLE  vector
three:
	VMOVUPS (src_ptr), Y0
	VMOVUPS 32(src_ptr), Y1
	VMOVUPS (src_ptr)(last*1), Y2
	VMOVUPS Y0, (dst_ptr)
	VMOVUPS Y1, 32(dst_ptr)
	VMOVUPS Y2, (dst_ptr)(last*1)
	ADDQ src_step, src_ptr
	ADDQ height, dst_ptr
	DECQ left
	JNZ  three
	JMP  done
vector:
	COPY(VMOVUPS, Y0, Y1, loop32)
	JMP  done
sixteen:
	COPY(VMOVUPS, X0, X1, loop16)
	JMP  done
eight:
	COPY(VMOVSD, X0, X1, loop8)
	JMP  done
four:
	VMOVSS (src_ptr), X0
	VMOVSS X0, (dst_ptr)
	ADDQ src_step, src_ptr
	ADDQ height, dst_ptr
	DECQ left
	JNZ  four
done:
	VZEROUPPER
	RET
