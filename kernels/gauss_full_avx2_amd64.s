//go:build !purego && !race

// Full-covariance log-densities, AVX2: lanes = rows of x.
//
// Contract: same bits as gaussFullGeneric: t = x − mean rounded; one FMA per term of z_i, j ascending, i+1 terms exactly
// (a register tile of 6 rows of z runs over the columns left of its diagonal block, then over the block row by row,
// so that no entry below the diagonal is read); one FMA per z_i in the norm, i ascending.
// ISA: AVX2, FMA.
//
// Register plan
//	DI out_ptr (the norm waits there)  SI x_ptr   DX mean_ptr   BX p_base   R9 t_base   AX args
//	R8 p_step (bytes)   R10 i0 (first z of the tile)   CX left   R11 t_ptr   R12 p_ptr   R13 tiles
//	Y0-Y11 z: 6 elements x 2 vectors   Y12, Y13 t   Y14, Y15 broadcasts
//
// Work per call: tiles·d²/2 tile steps of about 1 cycle each; the Go caller keeps that below 100,000. One panel of at most
// 388 steps for the others.
// Memory: x, t and out hold whole tiles (two vectors per column), all scratch; mean[0:d]; the upper triangle of p.

#include "go_asm.h"
#include "textflag.h"

#define out_ptr  DI
#define x_ptr    SI
#define mean_ptr DX
#define p_base   BX
#define t_base   R9
#define p_step   R8
#define i0       R10
#define left     CX
#define t_ptr    R11
#define p_ptr    R12
#define tiles    R13
#define args     AX

DATA gauss_half<>+0(SB)/8, $-0.5
DATA gauss_half<>+8(SB)/4, $(-0.5)
GLOBL gauss_half<>(SB), RODATA|NOPTR, $16

// ZERO starts the accumulators. Clobbers Y0-Y11.
#define ZERO \
	VXORPS Y0, Y0, Y0; \
	VXORPS Y1, Y1, Y1; \
	VXORPS Y2, Y2, Y2; \
	VXORPS Y3, Y3, Y3; \
	VXORPS Y4, Y4, Y4; \
	VXORPS Y5, Y5, Y5; \
	VXORPS Y6, Y6, Y6; \
	VXORPS Y7, Y7, Y7; \
	VXORPS Y8, Y8, Y8; \
	VXORPS Y9, Y9, Y9; \
	VXORPS Y10, Y10, Y10; \
	VXORPS Y11, Y11, Y11

// T loads a column of t and NEXT goes to the next one. Uses t_ptr, p_ptr, p_step. Clobbers Y12, Y13.
#define T \
	VMOVUPS (t_ptr), Y12; \
	VMOVUPS 32(t_ptr), Y13

#define NEXT \
	ADDQ $64, t_ptr; \
	ADDQ p_step, p_ptr

// TERM adds p[j][i]·t_j to z_i. Uses p_ptr, Y12, Y13. Clobbers b.
#define TERM(BCAST, FMADD, off, b, z0, z1) \
	BCAST off(p_ptr), b; \
	FMADD Y12, b, z0; \
	FMADD Y13, b, z1

// NORM adds z_i² to the norm in Y12, Y13.
#define NORM(FMADD, z0, z1) \
	FMADD z0, z0, Y12; \
	FMADD z1, z1, Y13

// TERMS adds the terms of a column to the rows from s on; s is the size of an element. Clobbers Y14, Y15.
#define TERMS5(BCAST, FMADD, s) \
	TERM(BCAST, FMADD, (5*s), Y15, Y10, Y11)

#define TERMS4(BCAST, FMADD, s) \
	TERM(BCAST, FMADD, (4*s), Y14, Y8, Y9); \
	TERMS5(BCAST, FMADD, s)

#define TERMS3(BCAST, FMADD, s) \
	TERM(BCAST, FMADD, (3*s), Y15, Y6, Y7); \
	TERMS4(BCAST, FMADD, s)

#define TERMS2(BCAST, FMADD, s) \
	TERM(BCAST, FMADD, (2*s), Y14, Y4, Y5); \
	TERMS3(BCAST, FMADD, s)

#define TERMS1(BCAST, FMADD, s) \
	TERM(BCAST, FMADD, (1*s), Y15, Y2, Y3); \
	TERMS2(BCAST, FMADD, s)

#define TERMS0(BCAST, FMADD, s) \
	TERM(BCAST, FMADD, (0*s), Y14, Y0, Y1); \
	TERMS1(BCAST, FMADD, s)

// PARK stores the accumulators in scratch and UNPARK adds what is there. Uses x_ptr, Y0-Y11.
#define PARK \
	VMOVUPS Y0, (x_ptr); \
	VMOVUPS Y1, 32(x_ptr); \
	VMOVUPS Y2, 64(x_ptr); \
	VMOVUPS Y3, 96(x_ptr); \
	VMOVUPS Y4, 128(x_ptr); \
	VMOVUPS Y5, 160(x_ptr); \
	VMOVUPS Y6, 192(x_ptr); \
	VMOVUPS Y7, 224(x_ptr); \
	VMOVUPS Y8, 256(x_ptr); \
	VMOVUPS Y9, 288(x_ptr); \
	VMOVUPS Y10, 320(x_ptr); \
	VMOVUPS Y11, 352(x_ptr)

#define UNPARK(ADD) \
	ADD (x_ptr), Y0, Y0; \
	ADD 32(x_ptr), Y1, Y1; \
	ADD 64(x_ptr), Y2, Y2; \
	ADD 96(x_ptr), Y3, Y3; \
	ADD 128(x_ptr), Y4, Y4; \
	ADD 160(x_ptr), Y5, Y5; \
	ADD 192(x_ptr), Y6, Y6; \
	ADD 224(x_ptr), Y7, Y7; \
	ADD 256(x_ptr), Y8, Y8; \
	ADD 288(x_ptr), Y9, Y9; \
	ADD 320(x_ptr), Y10, Y10; \
	ADD 352(x_ptr), Y11, Y11

// func gaussTileF32AVX2(a *gaussTile)
TEXT ·gaussTileF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_mean(args), mean_ptr
	MOVQ gaussTile_p(args), p_base
	MOVQ gaussTile_t(args), t_base
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_tiles(args), tiles
	SHLQ $2, p_step

tile:
	MOVQ t_base, t_ptr
	MOVQ mean_ptr, p_ptr
	MOVQ gaussTile_d(args), left
centre:
	VBROADCASTSS (p_ptr), Y2
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VSUBPS Y2, Y0, Y0
	VSUBPS Y2, Y1, Y1
	VMOVUPS Y0, (t_ptr)
	VMOVUPS Y1, 32(t_ptr)
	ADDQ $4, p_ptr
	ADDQ $64, x_ptr
	ADDQ $64, t_ptr
	DECQ left
	JNZ  centre

	VXORPS Y12, Y12, Y12
	VMOVUPS Y12, (out_ptr)
	VMOVUPS Y12, 32(out_ptr)

	// The first panel has rows mod 6 rows, if that is not 0: it takes the last steps of a diagonal block, its row 0
	// in the place of row 6−first.
	ZERO
	MOVQ t_base, t_ptr
	MOVQ gaussTile_first(args), i0
	MOVQ i0, left
	SHLQ $2, left
	LEAQ -24(p_base)(left*1), p_ptr
	CMPQ i0, $1
	JLT  panel
	JEQ  step5
	CMPQ i0, $3
	JLT  step4
	JEQ  step3
	CMPQ i0, $5
	JLT  step2
	JMP  step1

panel:
	CMPQ i0, gaussTile_rows(args)
	JGE  finish
	ZERO
	MOVQ i0, p_ptr
	SHLQ $2, p_ptr
	ADDQ p_base, p_ptr
	MOVQ t_base, t_ptr
	MOVQ i0, left
	ADDQ $6, i0
	TESTQ left, left
	JZ   diagonal

	PCALIGN $32
column:
	T
	TERMS0(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	DECQ left
	JNZ  column

diagonal:
	T
	TERMS0(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
step1:
	T
	TERMS1(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
step2:
	T
	TERMS2(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
step3:
	T
	TERMS3(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
step4:
	T
	TERMS4(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
step5:
	T
	TERMS5(VBROADCASTSS, VFMADD231PS, 4)
	VMOVUPS (out_ptr), Y12
	VMOVUPS 32(out_ptr), Y13
	NORM(VFMADD231PS, Y0, Y1)
	NORM(VFMADD231PS, Y2, Y3)
	NORM(VFMADD231PS, Y4, Y5)
	NORM(VFMADD231PS, Y6, Y7)
	NORM(VFMADD231PS, Y8, Y9)
	NORM(VFMADD231PS, Y10, Y11)
	VMOVUPS Y12, (out_ptr)
	VMOVUPS Y13, 32(out_ptr)
	JMP  panel

finish:
	MOVQ gaussTile_c(args), p_ptr
	TESTQ p_ptr, p_ptr
	JZ   next // more panels follow: the norm stays
	VBROADCASTSS (p_ptr), Y0
	VMOVUPS Y0, Y1
	VBROADCASTSS gauss_half<>+8(SB), Y14
	VFMADD231PS (out_ptr), Y14, Y0
	VFMADD231PS 32(out_ptr), Y14, Y1
	VMOVUPS Y0, (out_ptr)
	VMOVUPS Y1, 32(out_ptr)

next:
	ADDQ $64, out_ptr
	DECQ tiles
	JNZ  tile
	VZEROUPPER
	RET

// func gaussPanelF32AVX2(q, z, t, p *float32, pStride, rows, skip, mode int)
TEXT ·gaussPanelF32AVX2(SB), NOSPLIT, $0-64
	MOVQ q+0(FP), out_ptr
	MOVQ z+8(FP), x_ptr
	MOVQ t+16(FP), t_ptr
	MOVQ p+24(FP), p_ptr
	MOVQ pStride+32(FP), p_step
	MOVQ rows+40(FP), left
	MOVQ skip+48(FP), i0
	MOVQ mode+56(FP), args
	SHLQ $2, p_step
	ZERO
	TESTQ left, left
	JZ   end

	PCALIGN $32
column:
	T
	TERMS0(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	DECQ left
	JNZ  column

end:
	CMPQ args, $1
	JEQ  park
	JGT  diagonal
	PARK
	VZEROUPPER
	RET

diagonal:
	T
	TERMS0(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	T
	TERMS1(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	T
	TERMS2(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	T
	TERMS3(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	T
	TERMS4(VBROADCASTSS, VFMADD231PS, 4)
	NEXT
	T
	TERMS5(VBROADCASTSS, VFMADD231PS, 4)
park:
	UNPARK(VADDPS)
	CMPQ args, $1
	JGT  square
	PARK
	VZEROUPPER
	RET

square:
	VMOVUPS (out_ptr), Y12
	VMOVUPS 32(out_ptr), Y13
	CMPQ i0, $1
	JLT  norm0
	JEQ  norm1
	CMPQ i0, $3
	JLT  norm2
	JEQ  norm3
	CMPQ i0, $5
	JLT  norm4
	JMP  norm5
norm0:
	NORM(VFMADD231PS, Y0, Y1)
norm1:
	NORM(VFMADD231PS, Y2, Y3)
norm2:
	NORM(VFMADD231PS, Y4, Y5)
norm3:
	NORM(VFMADD231PS, Y6, Y7)
norm4:
	NORM(VFMADD231PS, Y8, Y9)
norm5:
	NORM(VFMADD231PS, Y10, Y11)
	VMOVUPS Y12, (out_ptr)
	VMOVUPS Y13, 32(out_ptr)
	VZEROUPPER
	RET

// func gaussTileF64AVX2(a *gaussTile)
TEXT ·gaussTileF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_mean(args), mean_ptr
	MOVQ gaussTile_p(args), p_base
	MOVQ gaussTile_t(args), t_base
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_tiles(args), tiles
	SHLQ $3, p_step

tile:
	MOVQ t_base, t_ptr
	MOVQ mean_ptr, p_ptr
	MOVQ gaussTile_d(args), left
centre:
	VBROADCASTSD (p_ptr), Y2
	VMOVUPS (x_ptr), Y0
	VMOVUPS 32(x_ptr), Y1
	VSUBPD Y2, Y0, Y0
	VSUBPD Y2, Y1, Y1
	VMOVUPS Y0, (t_ptr)
	VMOVUPS Y1, 32(t_ptr)
	ADDQ $8, p_ptr
	ADDQ $64, x_ptr
	ADDQ $64, t_ptr
	DECQ left
	JNZ  centre

	VXORPS Y12, Y12, Y12
	VMOVUPS Y12, (out_ptr)
	VMOVUPS Y12, 32(out_ptr)

	// The first panel has rows mod 6 rows, if that is not 0: it takes the last steps of a diagonal block, its row 0
	// in the place of row 6−first.
	ZERO
	MOVQ t_base, t_ptr
	MOVQ gaussTile_first(args), i0
	MOVQ i0, left
	SHLQ $3, left
	LEAQ -48(p_base)(left*1), p_ptr
	CMPQ i0, $1
	JLT  panel
	JEQ  step5
	CMPQ i0, $3
	JLT  step4
	JEQ  step3
	CMPQ i0, $5
	JLT  step2
	JMP  step1

panel:
	CMPQ i0, gaussTile_rows(args)
	JGE  finish
	ZERO
	MOVQ i0, p_ptr
	SHLQ $3, p_ptr
	ADDQ p_base, p_ptr
	MOVQ t_base, t_ptr
	MOVQ i0, left
	ADDQ $6, i0
	TESTQ left, left
	JZ   diagonal

	PCALIGN $32
column:
	T
	TERMS0(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	DECQ left
	JNZ  column

diagonal:
	T
	TERMS0(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
step1:
	T
	TERMS1(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
step2:
	T
	TERMS2(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
step3:
	T
	TERMS3(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
step4:
	T
	TERMS4(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
step5:
	T
	TERMS5(VBROADCASTSD, VFMADD231PD, 8)
	VMOVUPS (out_ptr), Y12
	VMOVUPS 32(out_ptr), Y13
	NORM(VFMADD231PD, Y0, Y1)
	NORM(VFMADD231PD, Y2, Y3)
	NORM(VFMADD231PD, Y4, Y5)
	NORM(VFMADD231PD, Y6, Y7)
	NORM(VFMADD231PD, Y8, Y9)
	NORM(VFMADD231PD, Y10, Y11)
	VMOVUPS Y12, (out_ptr)
	VMOVUPS Y13, 32(out_ptr)
	JMP  panel

finish:
	MOVQ gaussTile_c(args), p_ptr
	TESTQ p_ptr, p_ptr
	JZ   next // more panels follow: the norm stays
	VBROADCASTSD (p_ptr), Y0
	VMOVUPS Y0, Y1
	VBROADCASTSD gauss_half<>+0(SB), Y14
	VFMADD231PD (out_ptr), Y14, Y0
	VFMADD231PD 32(out_ptr), Y14, Y1
	VMOVUPS Y0, (out_ptr)
	VMOVUPS Y1, 32(out_ptr)

next:
	ADDQ $64, out_ptr
	DECQ tiles
	JNZ  tile
	VZEROUPPER
	RET

// func gaussPanelF64AVX2(q, z, t, p *float64, pStride, rows, skip, mode int)
TEXT ·gaussPanelF64AVX2(SB), NOSPLIT, $0-64
	MOVQ q+0(FP), out_ptr
	MOVQ z+8(FP), x_ptr
	MOVQ t+16(FP), t_ptr
	MOVQ p+24(FP), p_ptr
	MOVQ pStride+32(FP), p_step
	MOVQ rows+40(FP), left
	MOVQ skip+48(FP), i0
	MOVQ mode+56(FP), args
	SHLQ $3, p_step
	ZERO
	TESTQ left, left
	JZ   end

	PCALIGN $32
column:
	T
	TERMS0(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	DECQ left
	JNZ  column

end:
	CMPQ args, $1
	JEQ  park
	JGT  diagonal
	PARK
	VZEROUPPER
	RET

diagonal:
	T
	TERMS0(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	T
	TERMS1(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	T
	TERMS2(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	T
	TERMS3(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	T
	TERMS4(VBROADCASTSD, VFMADD231PD, 8)
	NEXT
	T
	TERMS5(VBROADCASTSD, VFMADD231PD, 8)
park:
	UNPARK(VADDPD)
	CMPQ args, $1
	JGT  square
	PARK
	VZEROUPPER
	RET

square:
	VMOVUPS (out_ptr), Y12
	VMOVUPS 32(out_ptr), Y13
	CMPQ i0, $1
	JLT  norm0
	JEQ  norm1
	CMPQ i0, $3
	JLT  norm2
	JEQ  norm3
	CMPQ i0, $5
	JLT  norm4
	JMP  norm5
norm0:
	NORM(VFMADD231PD, Y0, Y1)
norm1:
	NORM(VFMADD231PD, Y2, Y3)
norm2:
	NORM(VFMADD231PD, Y4, Y5)
norm3:
	NORM(VFMADD231PD, Y6, Y7)
norm4:
	NORM(VFMADD231PD, Y8, Y9)
norm5:
	NORM(VFMADD231PD, Y10, Y11)
	VMOVUPS Y12, (out_ptr)
	VMOVUPS Y13, 32(out_ptr)
	VZEROUPPER
	RET
