//go:build !purego && !race

// Diagonal-covariance log-densities and the norms of single rows, AVX2.
//
// Contract: same bits as gaussDiagGeneric: t = x − mean, u = t·prec rounded, q = fma(u, t, q), d ascending; then
// fma(−½, q, c). Tiles: lanes = rows of x, four components side by side, or one. Single rows: scalar chains, four
// components (diagonal) or eight rows of z (full covariance) side by side.
// ISA: AVX2, FMA.
//
// Register plan
//	AX args   SI x_ptr   DI out_ptr   CX left   R13 tiles
//	BX m_ptr, R8 m_step, R9 3·m_step   DX p_ptr, R10 p_step, R11 3·p_step (bytes)   R12 out_step
//	Y0-Y7 q: 4 components x 2 vectors   Y8, Y9 x   Y10, Y11 mean, prec   Y12, Y13 t   Y14, Y15 u
//
// Work per call: tiles·d steps of about 12 cycles; the Go caller keeps tiles·d at or below 512, or tiles at 1.
// Memory: x and out hold whole tiles (two vectors per column), all scratch; mean, prec and c as in the reference loops.

#include "go_asm.h"
#include "textflag.h"

#define args     AX
#define ahead    AX // within a tile
#define x_ptr    SI
#define out_ptr  DI
#define left     CX
#define tiles    R13
#define m_ptr    BX
#define m_step   R8
#define m_step3  R9
#define p_ptr    DX
#define p_step   R10
#define p_step3  R11
#define out_step R12

DATA gauss_minus_half<>+0(SB)/8, $-0.5
DATA gauss_minus_half<>+8(SB)/4, $(-0.5)
GLOBL gauss_minus_half<>(SB), RODATA|NOPTR, $16

// COMPONENT adds a column to the distances of a tile from one component. Uses Y8, Y9. Clobbers Y10-Y15.
#define COMPONENT(BCAST, SUB, MUL, FMADD, m, p, q0, q1) \
	BCAST m, Y10; \
	BCAST p, Y11; \
	SUB   Y10, Y8, Y12; \
	SUB   Y10, Y9, Y13; \
	MUL   Y11, Y12, Y14; \
	MUL   Y11, Y13, Y15; \
	FMADD Y12, Y14, q0; \
	FMADD Y13, Y15, q1

// FETCH8 fetches the lines of dst that eight rows of a tile go to later, FETCH16 those of sixteen. Uses args. Clobbers m_ptr, p_ptr.
#define FETCH8(near) \
	MOVQ       gaussTile_dstNow(args), m_ptr; \
	MOVQ       gaussTile_dstStep(args), p_ptr; \
	TESTQ      p_ptr, p_ptr; \
	JEQ        near; \
	FETCH4; \
	FETCH4; \
	MOVQ       m_ptr, gaussTile_dstNow(args); \
near:
#define FETCH16(near) \
	MOVQ       gaussTile_dstNow(args), m_ptr; \
	MOVQ       gaussTile_dstStep(args), p_ptr; \
	TESTQ      p_ptr, p_ptr; \
	JEQ        near; \
	FETCH4; \
	FETCH4; \
	FETCH4; \
	FETCH4; \
	MOVQ       m_ptr, gaussTile_dstNow(args); \
near:
#define FETCH4 \
	PREFETCHT0 (m_ptr); \
	ADDQ       p_ptr, m_ptr; \
	PREFETCHT0 (m_ptr); \
	ADDQ       p_ptr, m_ptr; \
	PREFETCHT0 (m_ptr); \
	ADDQ       p_ptr, m_ptr; \
	PREFETCHT0 (m_ptr); \
	ADDQ       p_ptr, m_ptr

// STORE writes fma(−½, q, c) of a tile. Uses Y14 = −½. Clobbers Y10, Y11.
#define STORE(BCAST, FMADD, c, q0, q1, out0, out1) \
	BCAST   c, Y10; \
	VMOVAPS Y10, Y11; \
	FMADD   q0, Y14, Y10; \
	FMADD   q1, Y14, Y11; \
	VMOVUPS Y10, out0; \
	VMOVUPS Y11, out1

// SCALAR adds a column to the distance of the row X8 from one component. Clobbers X9, X10.
#define SCALAR(SUB, MUL, FMADD, m, p, q) \
	SUB   m, X8, X9; \
	MUL   p, X9, X10; \
	FMADD X9, X10, q

// SQUARE adds the square of an element to a norm. Clobbers X8.
#define SQUARE(MOV, FMADD, z, q) \
	MOV   z, X8; \
	FMADD X8, X8, q

// RESULT writes fma(−½, q, c) of one component and ends after the last one. Uses X14 = −½, out_ptr, m_ptr (c).
// Clobbers X9.
#define RESULT(MOV, FMADD, off, q) \
	MOV   off(m_ptr), X9; \
	FMADD q, X14, X9; \
	MOV   X9, off(out_ptr)

// func gaussDiag4F32AVX2(a *gaussTile)
TEXT ·gaussDiag4F32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_meanStride(args), m_step
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_outStride(args), out_step
	MOVQ gaussTile_tiles(args), tiles
	SHLQ $2, m_step
	SHLQ $2, p_step
	SHLQ $2, out_step
	LEAQ (m_step)(m_step*2), m_step3
	LEAQ (p_step)(p_step*2), p_step3

tile:
	FETCH16(near)
	MOVQ gaussTile_mean(args), m_ptr
	MOVQ gaussTile_p(args), p_ptr
	MOVQ gaussTile_d(args), left
	MOVQ gaussTile_ahead(args), ahead
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7

	PCALIGN $32
column:
	PREFETCHT1 (x_ptr)(ahead*1)
	VMOVUPS (x_ptr), Y8
	VMOVUPS 32(x_ptr), Y9
	COMPONENT(VBROADCASTSS, VSUBPS, VMULPS, VFMADD231PS, (m_ptr), (p_ptr), Y0, Y1)
	COMPONENT(VBROADCASTSS, VSUBPS, VMULPS, VFMADD231PS, (m_ptr)(m_step*1), (p_ptr)(p_step*1), Y2, Y3)
	COMPONENT(VBROADCASTSS, VSUBPS, VMULPS, VFMADD231PS, (m_ptr)(m_step*2), (p_ptr)(p_step*2), Y4, Y5)
	COMPONENT(VBROADCASTSS, VSUBPS, VMULPS, VFMADD231PS, (m_ptr)(m_step3*1), (p_ptr)(p_step3*1), Y6, Y7)
	ADDQ $64, x_ptr
	ADDQ $4, m_ptr
	ADDQ $4, p_ptr
	DECQ left
	JNZ  column
	MOVQ a+0(FP), args

	MOVQ gaussTile_c(args), m_ptr
	VBROADCASTSS gauss_minus_half<>+8(SB), Y14
	MOVQ out_ptr, p_ptr
	STORE(VBROADCASTSS, VFMADD231PS, (m_ptr), Y0, Y1, (p_ptr), 32(p_ptr))
	ADDQ out_step, p_ptr
	STORE(VBROADCASTSS, VFMADD231PS, 4(m_ptr), Y2, Y3, (p_ptr), 32(p_ptr))
	ADDQ out_step, p_ptr
	STORE(VBROADCASTSS, VFMADD231PS, 8(m_ptr), Y4, Y5, (p_ptr), 32(p_ptr))
	ADDQ out_step, p_ptr
	STORE(VBROADCASTSS, VFMADD231PS, 12(m_ptr), Y6, Y7, (p_ptr), 32(p_ptr))
	ADDQ $64, out_ptr
	DECQ tiles
	JNZ  tile
	VZEROUPPER
	RET

// func gaussDiag1F32AVX2(a *gaussTile)
TEXT ·gaussDiag1F32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_tiles(args), tiles

tile:
	MOVQ gaussTile_mean(args), m_ptr
	MOVQ gaussTile_p(args), p_ptr
	MOVQ gaussTile_d(args), left
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1

	PCALIGN $32
column:
	VMOVUPS (x_ptr), Y8
	VMOVUPS 32(x_ptr), Y9
	COMPONENT(VBROADCASTSS, VSUBPS, VMULPS, VFMADD231PS, (m_ptr), (p_ptr), Y0, Y1)
	ADDQ $64, x_ptr
	ADDQ $4, m_ptr
	ADDQ $4, p_ptr
	DECQ left
	JNZ  column

	MOVQ gaussTile_c(args), m_ptr
	VBROADCASTSS gauss_minus_half<>+8(SB), Y14
	STORE(VBROADCASTSS, VFMADD231PS, (m_ptr), Y0, Y1, (out_ptr), 32(out_ptr))
	ADDQ $64, out_ptr
	DECQ tiles
	JNZ  tile
	VZEROUPPER
	RET

// func gaussDiagRowF32AVX2(a *gaussTile)
TEXT ·gaussDiagRowF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_meanStride(args), m_step
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_mean(args), m_ptr
	MOVQ gaussTile_p(args), p_ptr
	MOVQ gaussTile_d(args), left
	MOVQ gaussTile_rows(args), tiles // components: 1 or 4
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	CMPQ tiles, $4
	JNE  one
	SHLQ $2, m_step
	SHLQ $2, p_step
	LEAQ (m_step)(m_step*2), m_step3
	LEAQ (p_step)(p_step*2), p_step3

	PCALIGN $32
four_column:
	VMOVSS (x_ptr), X8
	SCALAR(VSUBSS, VMULSS, VFMADD231SS, (m_ptr), (p_ptr), X0)
	SCALAR(VSUBSS, VMULSS, VFMADD231SS, (m_ptr)(m_step*1), (p_ptr)(p_step*1), X1)
	SCALAR(VSUBSS, VMULSS, VFMADD231SS, (m_ptr)(m_step*2), (p_ptr)(p_step*2), X2)
	SCALAR(VSUBSS, VMULSS, VFMADD231SS, (m_ptr)(m_step3*1), (p_ptr)(p_step3*1), X3)
	ADDQ $4, x_ptr
	ADDQ $4, m_ptr
	ADDQ $4, p_ptr
	DECQ left
	JNZ  four_column
	JMP  result

one:
	VMOVSS (x_ptr), X8
	SCALAR(VSUBSS, VMULSS, VFMADD231SS, (m_ptr), (p_ptr), X0)
	ADDQ $4, x_ptr
	ADDQ $4, m_ptr
	ADDQ $4, p_ptr
	DECQ left
	JNZ  one

result:
	MOVQ gaussTile_c(args), m_ptr
	VMOVSS gauss_minus_half<>+8(SB), X14
	RESULT(VMOVSS, VFMADD231SS, 0, X0)
	CMPQ tiles, $4
	JNE  done
	RESULT(VMOVSS, VFMADD231SS, 4, X1)
	RESULT(VMOVSS, VFMADD231SS, 8, X2)
	RESULT(VMOVSS, VFMADD231SS, 12, X3)
done:
	VZEROUPPER
	RET

// func gaussNormsF32AVX2(out, z, c *float32, d, n int)
TEXT ·gaussNormsF32AVX2(SB), NOSPLIT, $0-40
	MOVQ out+0(FP), out_ptr
	MOVQ z+8(FP), x_ptr
	MOVQ c+16(FP), m_ptr
	MOVQ d+24(FP), left
	MOVQ n+32(FP), tiles
	MOVQ left, m_step
	SHLQ $2, m_step
	LEAQ (m_step)(m_step*2), m_step3
	LEAQ (m_step)(m_step*4), p_step
	LEAQ (m_step3)(m_step*4), p_step3
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	VXORPS X4, X4, X4
	VXORPS X5, X5, X5
	VXORPS X6, X6, X6
	VXORPS X7, X7, X7

	PCALIGN $32
column:
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr), X0)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(m_step*1), X1)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(m_step*2), X2)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(m_step3*1), X3)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(m_step*4), X4)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(p_step*1), X5)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(m_step3*2), X6)
	SQUARE(VMOVSS, VFMADD231SS, (x_ptr)(p_step3*1), X7)
	ADDQ $4, x_ptr
	DECQ left
	JNZ  column

	VMOVSS gauss_minus_half<>+8(SB), X14
	RESULT(VMOVSS, VFMADD231SS, 0, X0)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 4, X1)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 8, X2)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 12, X3)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 16, X4)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 20, X5)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 24, X6)
	DECQ tiles
	JZ   done
	RESULT(VMOVSS, VFMADD231SS, 28, X7)
done:
	VZEROUPPER
	RET

// func gaussDiag4F64AVX2(a *gaussTile)
TEXT ·gaussDiag4F64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_meanStride(args), m_step
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_outStride(args), out_step
	MOVQ gaussTile_tiles(args), tiles
	SHLQ $3, m_step
	SHLQ $3, p_step
	SHLQ $3, out_step
	LEAQ (m_step)(m_step*2), m_step3
	LEAQ (p_step)(p_step*2), p_step3

tile:
	FETCH8(near)
	MOVQ gaussTile_mean(args), m_ptr
	MOVQ gaussTile_p(args), p_ptr
	MOVQ gaussTile_d(args), left
	MOVQ gaussTile_ahead(args), ahead
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7

	PCALIGN $32
column:
	PREFETCHT1 (x_ptr)(ahead*1)
	VMOVUPS (x_ptr), Y8
	VMOVUPS 32(x_ptr), Y9
	COMPONENT(VBROADCASTSD, VSUBPD, VMULPD, VFMADD231PD, (m_ptr), (p_ptr), Y0, Y1)
	COMPONENT(VBROADCASTSD, VSUBPD, VMULPD, VFMADD231PD, (m_ptr)(m_step*1), (p_ptr)(p_step*1), Y2, Y3)
	COMPONENT(VBROADCASTSD, VSUBPD, VMULPD, VFMADD231PD, (m_ptr)(m_step*2), (p_ptr)(p_step*2), Y4, Y5)
	COMPONENT(VBROADCASTSD, VSUBPD, VMULPD, VFMADD231PD, (m_ptr)(m_step3*1), (p_ptr)(p_step3*1), Y6, Y7)
	ADDQ $64, x_ptr
	ADDQ $8, m_ptr
	ADDQ $8, p_ptr
	DECQ left
	JNZ  column
	MOVQ a+0(FP), args

	MOVQ gaussTile_c(args), m_ptr
	VBROADCASTSD gauss_minus_half<>+0(SB), Y14
	MOVQ out_ptr, p_ptr
	STORE(VBROADCASTSD, VFMADD231PD, (m_ptr), Y0, Y1, (p_ptr), 32(p_ptr))
	ADDQ out_step, p_ptr
	STORE(VBROADCASTSD, VFMADD231PD, 8(m_ptr), Y2, Y3, (p_ptr), 32(p_ptr))
	ADDQ out_step, p_ptr
	STORE(VBROADCASTSD, VFMADD231PD, 16(m_ptr), Y4, Y5, (p_ptr), 32(p_ptr))
	ADDQ out_step, p_ptr
	STORE(VBROADCASTSD, VFMADD231PD, 24(m_ptr), Y6, Y7, (p_ptr), 32(p_ptr))
	ADDQ $64, out_ptr
	DECQ tiles
	JNZ  tile
	VZEROUPPER
	RET

// func gaussDiag1F64AVX2(a *gaussTile)
TEXT ·gaussDiag1F64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_tiles(args), tiles

tile:
	MOVQ gaussTile_mean(args), m_ptr
	MOVQ gaussTile_p(args), p_ptr
	MOVQ gaussTile_d(args), left
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1

	PCALIGN $32
column:
	VMOVUPS (x_ptr), Y8
	VMOVUPS 32(x_ptr), Y9
	COMPONENT(VBROADCASTSD, VSUBPD, VMULPD, VFMADD231PD, (m_ptr), (p_ptr), Y0, Y1)
	ADDQ $64, x_ptr
	ADDQ $8, m_ptr
	ADDQ $8, p_ptr
	DECQ left
	JNZ  column

	MOVQ gaussTile_c(args), m_ptr
	VBROADCASTSD gauss_minus_half<>+0(SB), Y14
	STORE(VBROADCASTSD, VFMADD231PD, (m_ptr), Y0, Y1, (out_ptr), 32(out_ptr))
	ADDQ $64, out_ptr
	DECQ tiles
	JNZ  tile
	VZEROUPPER
	RET

// func gaussDiagRowF64AVX2(a *gaussTile)
TEXT ·gaussDiagRowF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), out_ptr
	MOVQ gaussTile_x(args), x_ptr
	MOVQ gaussTile_meanStride(args), m_step
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_mean(args), m_ptr
	MOVQ gaussTile_p(args), p_ptr
	MOVQ gaussTile_d(args), left
	MOVQ gaussTile_rows(args), tiles // components: 1 or 4
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	CMPQ tiles, $4
	JNE  one
	SHLQ $3, m_step
	SHLQ $3, p_step
	LEAQ (m_step)(m_step*2), m_step3
	LEAQ (p_step)(p_step*2), p_step3

	PCALIGN $32
four_column:
	VMOVSD (x_ptr), X8
	SCALAR(VSUBSD, VMULSD, VFMADD231SD, (m_ptr), (p_ptr), X0)
	SCALAR(VSUBSD, VMULSD, VFMADD231SD, (m_ptr)(m_step*1), (p_ptr)(p_step*1), X1)
	SCALAR(VSUBSD, VMULSD, VFMADD231SD, (m_ptr)(m_step*2), (p_ptr)(p_step*2), X2)
	SCALAR(VSUBSD, VMULSD, VFMADD231SD, (m_ptr)(m_step3*1), (p_ptr)(p_step3*1), X3)
	ADDQ $8, x_ptr
	ADDQ $8, m_ptr
	ADDQ $8, p_ptr
	DECQ left
	JNZ  four_column
	JMP  result

one:
	VMOVSD (x_ptr), X8
	SCALAR(VSUBSD, VMULSD, VFMADD231SD, (m_ptr), (p_ptr), X0)
	ADDQ $8, x_ptr
	ADDQ $8, m_ptr
	ADDQ $8, p_ptr
	DECQ left
	JNZ  one

result:
	MOVQ gaussTile_c(args), m_ptr
	VMOVSD gauss_minus_half<>+0(SB), X14
	RESULT(VMOVSD, VFMADD231SD, 0, X0)
	CMPQ tiles, $4
	JNE  done
	RESULT(VMOVSD, VFMADD231SD, 8, X1)
	RESULT(VMOVSD, VFMADD231SD, 16, X2)
	RESULT(VMOVSD, VFMADD231SD, 24, X3)
done:
	VZEROUPPER
	RET

// func gaussNormsF64AVX2(out, z, c *float64, d, n int)
TEXT ·gaussNormsF64AVX2(SB), NOSPLIT, $0-40
	MOVQ out+0(FP), out_ptr
	MOVQ z+8(FP), x_ptr
	MOVQ c+16(FP), m_ptr
	MOVQ d+24(FP), left
	MOVQ n+32(FP), tiles
	MOVQ left, m_step
	SHLQ $3, m_step
	LEAQ (m_step)(m_step*2), m_step3
	LEAQ (m_step)(m_step*4), p_step
	LEAQ (m_step3)(m_step*4), p_step3
	VXORPS X0, X0, X0
	VXORPS X1, X1, X1
	VXORPS X2, X2, X2
	VXORPS X3, X3, X3
	VXORPS X4, X4, X4
	VXORPS X5, X5, X5
	VXORPS X6, X6, X6
	VXORPS X7, X7, X7

	PCALIGN $32
column:
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr), X0)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(m_step*1), X1)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(m_step*2), X2)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(m_step3*1), X3)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(m_step*4), X4)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(p_step*1), X5)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(m_step3*2), X6)
	SQUARE(VMOVSD, VFMADD231SD, (x_ptr)(p_step3*1), X7)
	ADDQ $8, x_ptr
	DECQ left
	JNZ  column

	VMOVSD gauss_minus_half<>+0(SB), X14
	RESULT(VMOVSD, VFMADD231SD, 0, X0)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 8, X1)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 16, X2)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 24, X3)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 32, X4)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 40, X5)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 48, X6)
	DECQ tiles
	JZ   done
	RESULT(VMOVSD, VFMADD231SD, 56, X7)
done:
	VZEROUPPER
	RET
