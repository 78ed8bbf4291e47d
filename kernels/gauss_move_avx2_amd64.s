//go:build !purego && !race

// Transposes into and out of the tiles of the Gaussian log-densities, AVX2. They move bits and compute nothing.
//
// Contract: same bits as the reference loops of their stubs.
// ISA: AVX2.
//
// Register plan
//	SI x_ptr (rows 0-3), BX x_ptr4 (rows 4-7)   DI dst_ptr, DX dst_ptr4   R8, R9 step and 3·step of the rows
//	R10, R11 step and 3·step of the components   CX left   Y0-Y11 blocks of 4 columns, lanes 0-3 | rows 4-7
//	gather: R10 row_ptr   R11 back, R12 turns: from the end of a vector's columns to the next vector's, both in turn   R13 vectors
//	AX columns
//
// Work per call: a block of gaussBlock(d) tiles, 32 KB at most beyond a tile; n rows of four components.
// Memory: exactly the elements that are moved.

#include "textflag.h"

#define x_ptr    SI
#define x_ptr4   BX
#define dst_ptr  DI
#define dst_ptr4 DX
#define step     R8
#define step3    R9
#define comp     R10
#define comp3    R11
#define left     CX
#define row_ptr  R10
#define back     R11
#define turns    R12
#define vectors  R13
#define columns  AX

// GATHER sets up the vectors of rows. Uses columns. Clobbers back, turns.
#define GATHER \
	MOVQ columns, turns; \
	SHLQ $6, turns; \
	LEAQ -32(turns), back

// NEXT goes from the end of a vector's columns in a tile to the next vector: from the first half of the tile to the second, and
// from there to the next tile.
#define NEXT \
	SUBQ back, dst_ptr; \
	NEGQ back; \
	ADDQ turns, back

// TRANSPOSE4 makes Y8-Y11 the transposes of the 4x4 blocks in the halves of Y0-Y3. Clobbers Y4-Y7.
#define TRANSPOSE4 \
	VUNPCKLPS Y1, Y0, Y4; \
	VUNPCKHPS Y1, Y0, Y5; \
	VUNPCKLPS Y3, Y2, Y6; \
	VUNPCKHPS Y3, Y2, Y7; \
	VUNPCKLPD Y6, Y4, Y8; \
	VUNPCKHPD Y6, Y4, Y9; \
	VUNPCKLPD Y7, Y5, Y10; \
	VUNPCKHPD Y7, Y5, Y11

// func gaussGatherF32AVX2(dst, x *float32, stride, d, n int)
TEXT ·gaussGatherF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), row_ptr
	MOVQ stride+16(FP), step
	MOVQ d+24(FP), columns
	MOVQ n+32(FP), vectors
	SHLQ $2, step
	LEAQ (step)(step*2), step3
	GATHER

vector:
	MOVQ row_ptr, x_ptr
	LEAQ (row_ptr)(step*4), x_ptr4
	LEAQ (row_ptr)(step*8), row_ptr
	MOVQ columns, left
	SUBQ $4, left
	JLT  single

columns4:
	VMOVUPS (x_ptr), X0
	VMOVUPS (x_ptr)(step*1), X1
	VMOVUPS (x_ptr)(step*2), X2
	VMOVUPS (x_ptr)(step3*1), X3
	VINSERTF128 $1, (x_ptr4), Y0, Y0
	VINSERTF128 $1, (x_ptr4)(step*1), Y1, Y1
	VINSERTF128 $1, (x_ptr4)(step*2), Y2, Y2
	VINSERTF128 $1, (x_ptr4)(step3*1), Y3, Y3
	TRANSPOSE4
	VMOVUPS Y8, (dst_ptr)
	VMOVUPS Y9, 64(dst_ptr)
	VMOVUPS Y10, 128(dst_ptr)
	VMOVUPS Y11, 192(dst_ptr)
	ADDQ $16, x_ptr
	ADDQ $16, x_ptr4
	ADDQ $256, dst_ptr
	SUBQ $4, left
	JGE  columns4

single:
	ADDQ $4, left
	JZ   done

column:
	VMOVSS (x_ptr), X0
	VINSERTPS $0x10, (x_ptr)(step*1), X0, X0
	VINSERTPS $0x20, (x_ptr)(step*2), X0, X0
	VINSERTPS $0x30, (x_ptr)(step3*1), X0, X0
	VMOVSS (x_ptr4), X1
	VINSERTPS $0x10, (x_ptr4)(step*1), X1, X1
	VINSERTPS $0x20, (x_ptr4)(step*2), X1, X1
	VINSERTPS $0x30, (x_ptr4)(step3*1), X1, X1
	VMOVUPS X0, (dst_ptr)
	VMOVUPS X1, 16(dst_ptr)
	ADDQ $4, x_ptr
	ADDQ $4, x_ptr4
	ADDQ $64, dst_ptr
	DECQ left
	JNZ  column

done:
	NEXT
	DECQ vectors
	JNZ  vector
	VZEROUPPER
	RET

// func gaussGatherF64AVX2(dst, x *float64, stride, d, n int)
TEXT ·gaussGatherF64AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ x+8(FP), row_ptr
	MOVQ stride+16(FP), step
	MOVQ d+24(FP), columns
	MOVQ n+32(FP), vectors
	SHLQ $3, step
	LEAQ (step)(step*2), step3
	GATHER

vector:
	MOVQ row_ptr, x_ptr
	LEAQ (row_ptr)(step*4), row_ptr
	MOVQ columns, left
	SUBQ $2, left
	JLT  single

columns2:
	VMOVUPD (x_ptr), X0
	VMOVUPD (x_ptr)(step*1), X1
	VINSERTF128 $1, (x_ptr)(step*2), Y0, Y0
	VINSERTF128 $1, (x_ptr)(step3*1), Y1, Y1
	VUNPCKLPD Y1, Y0, Y2
	VUNPCKHPD Y1, Y0, Y3
	VMOVUPD Y2, (dst_ptr)
	VMOVUPD Y3, 64(dst_ptr)
	ADDQ $16, x_ptr
	ADDQ $128, dst_ptr
	SUBQ $2, left
	JGE  columns2

single:
	ADDQ $2, left
	JZ   done
	VMOVSD (x_ptr), X0
	VMOVHPD (x_ptr)(step*1), X0, X0
	VMOVSD (x_ptr)(step*2), X1
	VMOVHPD (x_ptr)(step3*1), X1, X1
	VMOVUPD X0, (dst_ptr)
	VMOVUPD X1, 16(dst_ptr)
	ADDQ $64, dst_ptr

done:
	NEXT
	DECQ vectors
	JNZ  vector
	VZEROUPPER
	RET

// func gaussScatterF32AVX2(dst, out *float32, dstStride, outStride, n int)
TEXT ·gaussScatterF32AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ out+8(FP), x_ptr
	MOVQ dstStride+16(FP), step
	MOVQ outStride+24(FP), comp
	MOVQ n+32(FP), left
	SHLQ $2, step
	SHLQ $2, comp
	LEAQ (step)(step*2), step3
	LEAQ (comp)(comp*2), comp3
	LEAQ (dst_ptr)(step*4), dst_ptr4

rows8:
	VMOVUPS (x_ptr), Y0
	VMOVUPS (x_ptr)(comp*1), Y1
	VMOVUPS (x_ptr)(comp*2), Y2
	VMOVUPS (x_ptr)(comp3*1), Y3
	TRANSPOSE4
	VMOVUPS X8, (dst_ptr)
	VMOVUPS X9, (dst_ptr)(step*1)
	VMOVUPS X10, (dst_ptr)(step*2)
	VMOVUPS X11, (dst_ptr)(step3*1)
	VEXTRACTF128 $1, Y8, (dst_ptr4)
	VEXTRACTF128 $1, Y9, (dst_ptr4)(step*1)
	VEXTRACTF128 $1, Y10, (dst_ptr4)(step*2)
	VEXTRACTF128 $1, Y11, (dst_ptr4)(step3*1)
	ADDQ $32, x_ptr
	LEAQ (dst_ptr)(step*8), dst_ptr
	LEAQ (dst_ptr4)(step*8), dst_ptr4
	SUBQ $8, left
	JNZ  rows8
	VZEROUPPER
	RET

// func gaussScatterF64AVX2(dst, out *float64, dstStride, outStride, n int)
TEXT ·gaussScatterF64AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), dst_ptr
	MOVQ out+8(FP), x_ptr
	MOVQ dstStride+16(FP), step
	MOVQ outStride+24(FP), comp
	MOVQ n+32(FP), left
	SHLQ $3, step
	SHLQ $3, comp
	LEAQ (step)(step*2), step3
	LEAQ (comp)(comp*2), comp3

rows4:
	VMOVUPD (x_ptr), Y0
	VMOVUPD (x_ptr)(comp*1), Y1
	VMOVUPD (x_ptr)(comp*2), Y2
	VMOVUPD (x_ptr)(comp3*1), Y3
	VUNPCKLPD Y1, Y0, Y4 // row 0: components 0, 1 | row 2
	VUNPCKHPD Y1, Y0, Y5 // row 1 | row 3
	VUNPCKLPD Y3, Y2, Y6 // row 0: components 2, 3 | row 2
	VUNPCKHPD Y3, Y2, Y7
	VINSERTF128 $1, X6, Y4, Y8
	VINSERTF128 $1, X7, Y5, Y9
	VPERM2F128 $0x31, Y6, Y4, Y10
	VPERM2F128 $0x31, Y7, Y5, Y11
	VMOVUPD Y8, (dst_ptr)
	VMOVUPD Y9, (dst_ptr)(step*1)
	VMOVUPD Y10, (dst_ptr)(step*2)
	VMOVUPD Y11, (dst_ptr)(step3*1)
	ADDQ $32, x_ptr
	LEAQ (dst_ptr)(step*4), dst_ptr
	SUBQ $4, left
	JNZ  rows4
	VZEROUPPER
	RET
