//go:build !purego && !race

// The transformation of single rows for the full-covariance log-densities, AVX2: lanes = elements of z.
//
// Contract: z_i² has the bits of gaussFullGeneric's: t = x − mean rounded; one FMA per term of z_i, j ascending. A term
// that a lane does not take is +0·+0: it can change the sign of a zero z_i alone, and the square hides that.
// ISA: AVX2, FMA.
//
// Register plan
//	SI p_comp   DX mean_ptr   DI z_ptr   R9 t_base   R8 p_step (bytes)   R13 comps   AX args, mask_ptr
//	R10 j0 (first column of the panel)   R11 cols left   CX left   BX p_ptr   R12 t_ptr
//	Y0-Y3 z of a panel of 1 to 4 vectors   Y7 mask of its last vector   Y8 t_j   Y9 slope   Y10, Y11 scratch
//
// Work per call: comps·d²/2 elements of p; the Go caller keeps that at or below 8·128², or one component.
// Memory: mean, x and p as in the reference loop, tails by masked loads; t and z are scratch and written up to a
// vector less one element past their ends.

#include "go_asm.h"
#include "textflag.h"

#define p_comp   SI
#define mean_ptr DX
#define z_ptr    DI
#define t_base   R9
#define p_step   R8
#define comps    R13
#define args     AX
#define mask_ptr AX
#define j0       R10
#define col_left R11
#define left     CX
#define p_ptr    BX
#define t_ptr    R12

// 32 bytes of zeros, 32 of ones: a vector loaded x elements after the first one has lane l set if x+l ≥ 0.
DATA gauss_slope<>+32(SB)/8, $-1
DATA gauss_slope<>+40(SB)/8, $-1
DATA gauss_slope<>+48(SB)/8, $-1
DATA gauss_slope<>+56(SB)/8, $-1
GLOBL gauss_slope<>(SB), RODATA|NOPTR, $64

// NEXT goes to the next column of the transformation, a row of p. Uses p_step. Clobbers p_ptr, t_ptr.
#define NEXT(size) \
	ADDQ p_step, p_ptr; \
	ADDQ size, t_ptr

// LAST adds a term to the last vector. Uses p_ptr, Y7, Y8. Clobbers Y11.
#define LAST(MASKMOV, FMADD, off, z) \
	MASKMOV off(p_ptr), Y7, Y11; \
	FMADD   Y11, Y8, z

// SLOPE adds a term to the lanes that mask_ptr's vector selects, SLOPE_LAST to those of them that Y7 does.
// Uses p_ptr, mask_ptr, Y7, Y8. Clobbers Y9, Y10, Y11.
#define SLOPE(MASKMOV, FMADD, off, z) \
	VMOVUPS (mask_ptr), Y9; \
	VANDPS  Y9, Y8, Y10; \
	MASKMOV off(p_ptr), Y9, Y11; \
	FMADD   Y11, Y10, z

#define SLOPE_LAST(MASKMOV, FMADD, off, z) \
	VANDPS  (mask_ptr), Y7, Y9; \
	VANDPS  Y9, Y8, Y10; \
	MASKMOV off(p_ptr), Y9, Y11; \
	FMADD   Y11, Y10, z

// FIRST_LANES sets the first n lanes of Y7, n at most a vector. Clobbers mask_ptr.
#define FIRST_LANES(n, size) \
	NEGQ n; \
	LEAQ gauss_slope<>+32(SB), mask_ptr; \
	VPCMPEQD Y7, Y7, Y7; \
	VPXOR (mask_ptr)(n*size), Y7, Y7; \
	NEGQ n

// func gaussRowF32AVX2(a *gaussTile)
TEXT ·gaussRowF32AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), z_ptr
	MOVQ gaussTile_mean(args), mean_ptr
	MOVQ gaussTile_p(args), p_comp
	MOVQ gaussTile_t(args), t_base
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_rows(args), comps
	SHLQ $2, p_step

component:
	MOVQ a+0(FP), args
	MOVQ gaussTile_x(args), p_ptr
	MOVQ gaussTile_d(args), left
	MOVQ mean_ptr, t_ptr
	MOVQ t_base, j0
	SUBQ $8, left
	JLT  centre_tail
centre:
	VMOVUPS (p_ptr), Y0
	VSUBPS (t_ptr), Y0, Y0
	VMOVUPS Y0, (j0)
	ADDQ $32, p_ptr
	ADDQ $32, t_ptr
	ADDQ $32, j0
	SUBQ $8, left
	JGE  centre
centre_tail:
	ADDQ $8, left
	JZ   centred
	FIRST_LANES(left, 4)
	VMASKMOVPS (p_ptr), Y7, Y0
	VMASKMOVPS (t_ptr), Y7, Y1
	VSUBPS Y1, Y0, Y0
	VMOVUPS Y0, (j0)
centred:
	XORQ j0, j0

panel:
	MOVQ a+0(FP), args
	MOVQ gaussTile_d(args), col_left
	SUBQ j0, col_left
	JZ   next
	LEAQ (p_comp)(j0*4), p_ptr
	MOVQ t_base, t_ptr
	MOVQ j0, left
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	CMPQ col_left, $32
	JGE  vectors4_whole
	CMPQ col_left, $8
	JLE  vectors1
	CMPQ col_left, $16
	JLE  vectors2
	CMPQ col_left, $24
	JLE  vectors3
	JMP  vectors4

vectors4_whole:
	MOVQ $32, col_left
vectors4:
	SUBQ $24, col_left // those of the last vector, at most a vector
	FIRST_LANES(col_left, 4)
	TESTQ left, left
	JZ   slope4_0

	PCALIGN $32
row4:
	VBROADCASTSS (t_ptr), Y8
	VFMADD231PS (p_ptr), Y8, Y0
	VFMADD231PS 32(p_ptr), Y8, Y1
	VFMADD231PS 64(p_ptr), Y8, Y2
	LAST(VMASKMOVPS, VFMADD231PS, 96, Y3)
	NEXT($4)
	DECQ left
	JNZ  row4
slope4_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $8, left
slope4_0_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE(VMASKMOVPS, VFMADD231PS, 0, Y0)
	VFMADD231PS 32(p_ptr), Y8, Y1
	VFMADD231PS 64(p_ptr), Y8, Y2
	LAST(VMASKMOVPS, VFMADD231PS, 96, Y3)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope4_0_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $8, left
slope4_1_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE(VMASKMOVPS, VFMADD231PS, 32, Y1)
	VFMADD231PS 64(p_ptr), Y8, Y2
	LAST(VMASKMOVPS, VFMADD231PS, 96, Y3)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope4_1_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $8, left
slope4_2_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE(VMASKMOVPS, VFMADD231PS, 64, Y2)
	LAST(VMASKMOVPS, VFMADD231PS, 96, Y3)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope4_2_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope4_3_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPS, VFMADD231PS, 96, Y3)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope4_3_row
	VMOVUPS Y0, (z_ptr)
	VMOVUPS Y1, 32(z_ptr)
	VMOVUPS Y2, 64(z_ptr)
	VMOVUPS Y3, 96(z_ptr)
	ADDQ $96, z_ptr
	CMPQ col_left, $8
	JLT  row_done
	ADDQ $32, z_ptr
	ADDQ $32, j0
	JMP  panel

vectors3:
	SUBQ $16, col_left // those of the last vector, at most a vector
	FIRST_LANES(col_left, 4)
	TESTQ left, left
	JZ   slope3_0

	PCALIGN $32
row3:
	VBROADCASTSS (t_ptr), Y8
	VFMADD231PS (p_ptr), Y8, Y0
	VFMADD231PS 32(p_ptr), Y8, Y1
	LAST(VMASKMOVPS, VFMADD231PS, 64, Y2)
	NEXT($4)
	DECQ left
	JNZ  row3
slope3_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $8, left
slope3_0_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE(VMASKMOVPS, VFMADD231PS, 0, Y0)
	VFMADD231PS 32(p_ptr), Y8, Y1
	LAST(VMASKMOVPS, VFMADD231PS, 64, Y2)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope3_0_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $8, left
slope3_1_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE(VMASKMOVPS, VFMADD231PS, 32, Y1)
	LAST(VMASKMOVPS, VFMADD231PS, 64, Y2)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope3_1_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope3_2_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPS, VFMADD231PS, 64, Y2)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope3_2_row
	VMOVUPS Y0, (z_ptr)
	VMOVUPS Y1, 32(z_ptr)
	VMOVUPS Y2, 64(z_ptr)
	ADDQ $64, z_ptr
	JMP  row_done

vectors2:
	SUBQ $8, col_left // those of the last vector, at most a vector
	FIRST_LANES(col_left, 4)
	TESTQ left, left
	JZ   slope2_0

	PCALIGN $32
row2:
	VBROADCASTSS (t_ptr), Y8
	VFMADD231PS (p_ptr), Y8, Y0
	LAST(VMASKMOVPS, VFMADD231PS, 32, Y1)
	NEXT($4)
	DECQ left
	JNZ  row2
slope2_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $8, left
slope2_0_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE(VMASKMOVPS, VFMADD231PS, 0, Y0)
	LAST(VMASKMOVPS, VFMADD231PS, 32, Y1)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope2_0_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope2_1_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPS, VFMADD231PS, 32, Y1)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope2_1_row
	VMOVUPS Y0, (z_ptr)
	VMOVUPS Y1, 32(z_ptr)
	ADDQ $32, z_ptr
	JMP  row_done

vectors1:
	FIRST_LANES(col_left, 4)
	TESTQ left, left
	JZ   slope1_0

	PCALIGN $32
row1:
	VBROADCASTSS (t_ptr), Y8
	LAST(VMASKMOVPS, VFMADD231PS, 0, Y0)
	NEXT($4)
	DECQ left
	JNZ  row1
slope1_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope1_0_row:
	VBROADCASTSS (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPS, VFMADD231PS, 0, Y0)
	NEXT($4)
	SUBQ $4, mask_ptr
	DECQ left
	JNZ  slope1_0_row
	VMOVUPS Y0, (z_ptr)

row_done:
	LEAQ (z_ptr)(col_left*4), z_ptr
next:
	MOVQ a+0(FP), args
	MOVQ gaussTile_meanStride(args), left
	LEAQ (mean_ptr)(left*4), mean_ptr
	MOVQ gaussTile_d(args), left
	IMULQ p_step, left
	ADDQ left, p_comp
	DECQ comps
	JNZ  component
	VZEROUPPER
	RET

// func gaussRowF64AVX2(a *gaussTile)
TEXT ·gaussRowF64AVX2(SB), NOSPLIT, $0-8
	MOVQ a+0(FP), args
	MOVQ gaussTile_out(args), z_ptr
	MOVQ gaussTile_mean(args), mean_ptr
	MOVQ gaussTile_p(args), p_comp
	MOVQ gaussTile_t(args), t_base
	MOVQ gaussTile_pStride(args), p_step
	MOVQ gaussTile_rows(args), comps
	SHLQ $3, p_step

component:
	MOVQ a+0(FP), args
	MOVQ gaussTile_x(args), p_ptr
	MOVQ gaussTile_d(args), left
	MOVQ mean_ptr, t_ptr
	MOVQ t_base, j0
	SUBQ $4, left
	JLT  centre_tail
centre:
	VMOVUPS (p_ptr), Y0
	VSUBPD (t_ptr), Y0, Y0
	VMOVUPS Y0, (j0)
	ADDQ $32, p_ptr
	ADDQ $32, t_ptr
	ADDQ $32, j0
	SUBQ $4, left
	JGE  centre
centre_tail:
	ADDQ $4, left
	JZ   centred
	FIRST_LANES(left, 8)
	VMASKMOVPD (p_ptr), Y7, Y0
	VMASKMOVPD (t_ptr), Y7, Y1
	VSUBPD Y1, Y0, Y0
	VMOVUPS Y0, (j0)
centred:
	XORQ j0, j0

panel:
	MOVQ a+0(FP), args
	MOVQ gaussTile_d(args), col_left
	SUBQ j0, col_left
	JZ   next
	LEAQ (p_comp)(j0*8), p_ptr
	MOVQ t_base, t_ptr
	MOVQ j0, left
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	CMPQ col_left, $16
	JGE  vectors4_whole
	CMPQ col_left, $4
	JLE  vectors1
	CMPQ col_left, $8
	JLE  vectors2
	CMPQ col_left, $12
	JLE  vectors3
	JMP  vectors4

vectors4_whole:
	MOVQ $16, col_left
vectors4:
	SUBQ $12, col_left // those of the last vector, at most a vector
	FIRST_LANES(col_left, 8)
	TESTQ left, left
	JZ   slope4_0

	PCALIGN $32
row4:
	VBROADCASTSD (t_ptr), Y8
	VFMADD231PD (p_ptr), Y8, Y0
	VFMADD231PD 32(p_ptr), Y8, Y1
	VFMADD231PD 64(p_ptr), Y8, Y2
	LAST(VMASKMOVPD, VFMADD231PD, 96, Y3)
	NEXT($8)
	DECQ left
	JNZ  row4
slope4_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $4, left
slope4_0_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE(VMASKMOVPD, VFMADD231PD, 0, Y0)
	VFMADD231PD 32(p_ptr), Y8, Y1
	VFMADD231PD 64(p_ptr), Y8, Y2
	LAST(VMASKMOVPD, VFMADD231PD, 96, Y3)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope4_0_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $4, left
slope4_1_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE(VMASKMOVPD, VFMADD231PD, 32, Y1)
	VFMADD231PD 64(p_ptr), Y8, Y2
	LAST(VMASKMOVPD, VFMADD231PD, 96, Y3)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope4_1_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $4, left
slope4_2_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE(VMASKMOVPD, VFMADD231PD, 64, Y2)
	LAST(VMASKMOVPD, VFMADD231PD, 96, Y3)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope4_2_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope4_3_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPD, VFMADD231PD, 96, Y3)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope4_3_row
	VMOVUPS Y0, (z_ptr)
	VMOVUPS Y1, 32(z_ptr)
	VMOVUPS Y2, 64(z_ptr)
	VMOVUPS Y3, 96(z_ptr)
	ADDQ $96, z_ptr
	CMPQ col_left, $4
	JLT  row_done
	ADDQ $32, z_ptr
	ADDQ $16, j0
	JMP  panel

vectors3:
	SUBQ $8, col_left // those of the last vector, at most a vector
	FIRST_LANES(col_left, 8)
	TESTQ left, left
	JZ   slope3_0

	PCALIGN $32
row3:
	VBROADCASTSD (t_ptr), Y8
	VFMADD231PD (p_ptr), Y8, Y0
	VFMADD231PD 32(p_ptr), Y8, Y1
	LAST(VMASKMOVPD, VFMADD231PD, 64, Y2)
	NEXT($8)
	DECQ left
	JNZ  row3
slope3_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $4, left
slope3_0_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE(VMASKMOVPD, VFMADD231PD, 0, Y0)
	VFMADD231PD 32(p_ptr), Y8, Y1
	LAST(VMASKMOVPD, VFMADD231PD, 64, Y2)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope3_0_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $4, left
slope3_1_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE(VMASKMOVPD, VFMADD231PD, 32, Y1)
	LAST(VMASKMOVPD, VFMADD231PD, 64, Y2)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope3_1_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope3_2_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPD, VFMADD231PD, 64, Y2)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope3_2_row
	VMOVUPS Y0, (z_ptr)
	VMOVUPS Y1, 32(z_ptr)
	VMOVUPS Y2, 64(z_ptr)
	ADDQ $64, z_ptr
	JMP  row_done

vectors2:
	SUBQ $4, col_left // those of the last vector, at most a vector
	FIRST_LANES(col_left, 8)
	TESTQ left, left
	JZ   slope2_0

	PCALIGN $32
row2:
	VBROADCASTSD (t_ptr), Y8
	VFMADD231PD (p_ptr), Y8, Y0
	LAST(VMASKMOVPD, VFMADD231PD, 32, Y1)
	NEXT($8)
	DECQ left
	JNZ  row2
slope2_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ $4, left
slope2_0_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE(VMASKMOVPD, VFMADD231PD, 0, Y0)
	LAST(VMASKMOVPD, VFMADD231PD, 32, Y1)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope2_0_row
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope2_1_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPD, VFMADD231PD, 32, Y1)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope2_1_row
	VMOVUPS Y0, (z_ptr)
	VMOVUPS Y1, 32(z_ptr)
	ADDQ $32, z_ptr
	JMP  row_done

vectors1:
	FIRST_LANES(col_left, 8)
	TESTQ left, left
	JZ   slope1_0

	PCALIGN $32
row1:
	VBROADCASTSD (t_ptr), Y8
	LAST(VMASKMOVPD, VFMADD231PD, 0, Y0)
	NEXT($8)
	DECQ left
	JNZ  row1
slope1_0:
	LEAQ gauss_slope<>+32(SB), mask_ptr
	MOVQ col_left, left
slope1_0_row:
	VBROADCASTSD (t_ptr), Y8
	SLOPE_LAST(VMASKMOVPD, VFMADD231PD, 0, Y0)
	NEXT($8)
	SUBQ $8, mask_ptr
	DECQ left
	JNZ  slope1_0_row
	VMOVUPS Y0, (z_ptr)

row_done:
	LEAQ (z_ptr)(col_left*8), z_ptr
next:
	MOVQ a+0(FP), args
	MOVQ gaussTile_meanStride(args), left
	LEAQ (mean_ptr)(left*8), mean_ptr
	MOVQ gaussTile_d(args), left
	IMULQ p_step, left
	ADDQ left, p_comp
	DECQ comps
	JNZ  component
	VZEROUPPER
	RET
