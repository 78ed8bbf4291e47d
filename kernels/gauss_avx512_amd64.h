// The tiles of the Gaussian log-densities on AVX-512, for either type. Macros only.
//
// The file that includes this names the type: SIZE and SHIFT of an element, LANES of a vector, and the instructions
// SUBV, MULV, ADDV, FMADD, CMPV, BCAST (BCASTZ: zero where masked) and, with an operand broadcast from memory, SUB_BCAST, MUL_BCAST, FMADD_BCAST. A
// vector of 64 bytes is a column of a tile: lanes = rows of x, but lanes = elements of z in ROW.

#define args     AX
#define out_ptr  DI // results; in ROW z
#define x_ptr    SI // in PANEL the parked z
#define mean_ptr DX // in ROW too
#define p_base   BX // of the component
#define t_base   R9
#define p_step   R8 // bytes
#define i0       R10 // first z of the tile or panel
#define left     CX
#define t_ptr    R11
#define p_ptr    R12
#define tiles    R13 // in ROW the components left
#define spare    SI // in ROW

// ZERO clears Z0 to Z11.
#define ZERO \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	VPXORD Z4, Z4, Z4 \
	VPXORD Z5, Z5, Z5 \
	VPXORD Z6, Z6, Z6 \
	VPXORD Z7, Z7, Z7 \
	VPXORD Z8, Z8, Z8 \
	VPXORD Z9, Z9, Z9 \
	VPXORD Z10, Z10, Z10 \
	VPXORD Z11, Z11, Z11

// NEXT goes to the next column. Uses p_step. Clobbers t_ptr, p_ptr.
#define NEXT \
	ADDQ $64, t_ptr \
	ADDQ p_step, p_ptr

// TERMSx adds p[j][i]·t_j to z_i for i from x on. Uses p_ptr, Z12.
#define TERMS11 \
	FMADD_BCAST (11*SIZE)(p_ptr), Z12, Z11
#define TERMS10 \
	FMADD_BCAST (10*SIZE)(p_ptr), Z12, Z10 \
	TERMS11
#define TERMS9 \
	FMADD_BCAST (9*SIZE)(p_ptr), Z12, Z9 \
	TERMS10
#define TERMS8 \
	FMADD_BCAST (8*SIZE)(p_ptr), Z12, Z8 \
	TERMS9
#define TERMS7 \
	FMADD_BCAST (7*SIZE)(p_ptr), Z12, Z7 \
	TERMS8
#define TERMS6 \
	FMADD_BCAST (6*SIZE)(p_ptr), Z12, Z6 \
	TERMS7
#define TERMS5 \
	FMADD_BCAST (5*SIZE)(p_ptr), Z12, Z5 \
	TERMS6
#define TERMS4 \
	FMADD_BCAST (4*SIZE)(p_ptr), Z12, Z4 \
	TERMS5
#define TERMS3 \
	FMADD_BCAST (3*SIZE)(p_ptr), Z12, Z3 \
	TERMS4
#define TERMS2 \
	FMADD_BCAST (2*SIZE)(p_ptr), Z12, Z2 \
	TERMS3
#define TERMS1 \
	FMADD_BCAST (1*SIZE)(p_ptr), Z12, Z1 \
	TERMS2
#define TERMS0 \
	FMADD_BCAST (0*SIZE)(p_ptr), Z12, Z0 \
	TERMS1

// NORM adds the squares of Z0 to Z11 to the norm Z13.
#define NORM \
	FMADD Z0, Z0, Z13 \
	FMADD Z1, Z1, Z13 \
	FMADD Z2, Z2, Z13 \
	FMADD Z3, Z3, Z13 \
	FMADD Z4, Z4, Z13 \
	FMADD Z5, Z5, Z13 \
	FMADD Z6, Z6, Z13 \
	FMADD Z7, Z7, Z13 \
	FMADD Z8, Z8, Z13 \
	FMADD Z9, Z9, Z13 \
	FMADD Z10, Z10, Z13 \
	FMADD Z11, Z11, Z13

// DIAGONAL adds the diagonal block of a panel, row by row. Uses t_ptr, p_ptr, p_step. Clobbers Z12.
#define DIAGONAL \
	VMOVUPS (t_ptr), Z12 \
	TERMS0 \
	NEXT \
step1: \
	VMOVUPS (t_ptr), Z12 \
	TERMS1 \
	NEXT \
step2: \
	VMOVUPS (t_ptr), Z12 \
	TERMS2 \
	NEXT \
step3: \
	VMOVUPS (t_ptr), Z12 \
	TERMS3 \
	NEXT \
step4: \
	VMOVUPS (t_ptr), Z12 \
	TERMS4 \
	NEXT \
step5: \
	VMOVUPS (t_ptr), Z12 \
	TERMS5 \
	NEXT \
step6: \
	VMOVUPS (t_ptr), Z12 \
	TERMS6 \
	NEXT \
step7: \
	VMOVUPS (t_ptr), Z12 \
	TERMS7 \
	NEXT \
step8: \
	VMOVUPS (t_ptr), Z12 \
	TERMS8 \
	NEXT \
step9: \
	VMOVUPS (t_ptr), Z12 \
	TERMS9 \
	NEXT \
step10: \
	VMOVUPS (t_ptr), Z12 \
	TERMS10 \
	NEXT \
step11: \
	VMOVUPS (t_ptr), Z12 \
	TERMS11

// TILES is gaussTile: the first panel has rows mod 12 rows, if that is not 0; it takes the last steps of a diagonal
// block, its row 0 in the place of row 12 − first. Uses args. Clobbers all registers above, Z0-Z14.
#define TILES \
	MOVQ  gaussTile_out(args), out_ptr \
	MOVQ  gaussTile_x(args), x_ptr \
	MOVQ  gaussTile_mean(args), mean_ptr \
	MOVQ  gaussTile_p(args), p_base \
	MOVQ  gaussTile_t(args), t_base \
	MOVQ  gaussTile_pStride(args), p_step \
	MOVQ  gaussTile_tiles(args), tiles \
	SHLQ  $SHIFT, p_step \
tile: \
	MOVQ  t_base, t_ptr \
	MOVQ  mean_ptr, p_ptr \
	MOVQ  gaussTile_d(args), left \
centre: \
	VMOVUPS (x_ptr), Z0 \
	SUB_BCAST (p_ptr), Z0, Z0 \
	VMOVUPS Z0, (t_ptr) \
	ADDQ  $SIZE, p_ptr \
	ADDQ  $64, x_ptr \
	ADDQ  $64, t_ptr \
	DECQ  left \
	JNZ   centre \
	VPXORD Z13, Z13, Z13 \
	ZERO \
	MOVQ  t_base, t_ptr \
	MOVQ  gaussTile_first(args), i0 \
	MOVQ  i0, left \
	SHLQ  $SHIFT, left \
	LEAQ  (-12*SIZE)(p_base)(left*1), p_ptr \
	CMPQ i0, $1 \
	JLT  panel \
	JEQ  step11 \
	CMPQ i0, $3 \
	JLT  step10 \
	JEQ  step9 \
	CMPQ i0, $5 \
	JLT  step8 \
	JEQ  step7 \
	CMPQ i0, $7 \
	JLT  step6 \
	JEQ  step5 \
	CMPQ i0, $9 \
	JLT  step4 \
	JEQ  step3 \
	CMPQ i0, $11 \
	JLT  step2 \
	JMP  step1 \
panel: \
	CMPQ  i0, gaussTile_rows(args) \
	JGE   finish \
	ZERO \
	MOVQ  i0, p_ptr \
	SHLQ  $SHIFT, p_ptr \
	ADDQ  p_base, p_ptr \
	MOVQ  t_base, t_ptr \
	MOVQ  i0, left \
	ADDQ  $12, i0 \
	TESTQ left, left \
	JZ    diagonal \
	PCALIGN $32 \
column: \
	VMOVUPS (t_ptr), Z12 \
	TERMS0 \
	NEXT \
	DECQ  left \
	JNZ   column \
diagonal: \
	DIAGONAL \
	NORM \
	JMP   panel \
finish: \
	MOVQ  gaussTile_c(args), p_ptr \
	TESTQ p_ptr, p_ptr \
	JZ    next /* more panels follow: the norm stays */ \
	BCAST (p_ptr), Z0 \
	BCAST gauss_minus_half<>(SB), Z14 \
	FMADD Z13, Z14, Z0 \
	VMOVAPS Z0, Z13 \
next: \
	VMOVUPS Z13, (out_ptr) \
	ADDQ  $64, out_ptr \
	DECQ  tiles \
	JNZ   tile

// PANEL is gaussPanel. Uses out_ptr (q), x_ptr (z), t_ptr, p_ptr, p_step (elements), left, i0 (skip), args (mode).
// Clobbers Z0-Z13.
#define PANEL \
	SHLQ  $SHIFT, p_step \
	ZERO \
	TESTQ left, left \
	JZ    end \
	PCALIGN $32 \
column: \
	VMOVUPS (t_ptr), Z12 \
	TERMS0 \
	NEXT \
	DECQ  left \
	JNZ   column \
end: \
	CMPQ  args, $1 \
	JLT   put \
	JEQ   add \
	DIAGONAL \
add: \
	ADDV  (x_ptr), Z0, Z0 \
	ADDV  64(x_ptr), Z1, Z1 \
	ADDV  128(x_ptr), Z2, Z2 \
	ADDV  192(x_ptr), Z3, Z3 \
	ADDV  256(x_ptr), Z4, Z4 \
	ADDV  320(x_ptr), Z5, Z5 \
	ADDV  384(x_ptr), Z6, Z6 \
	ADDV  448(x_ptr), Z7, Z7 \
	ADDV  512(x_ptr), Z8, Z8 \
	ADDV  576(x_ptr), Z9, Z9 \
	ADDV  640(x_ptr), Z10, Z10 \
	ADDV  704(x_ptr), Z11, Z11 \
	CMPQ  args, $1 \
	JGT   square \
put: \
	VMOVUPS Z0, (x_ptr) \
	VMOVUPS Z1, 64(x_ptr) \
	VMOVUPS Z2, 128(x_ptr) \
	VMOVUPS Z3, 192(x_ptr) \
	VMOVUPS Z4, 256(x_ptr) \
	VMOVUPS Z5, 320(x_ptr) \
	VMOVUPS Z6, 384(x_ptr) \
	VMOVUPS Z7, 448(x_ptr) \
	VMOVUPS Z8, 512(x_ptr) \
	VMOVUPS Z9, 576(x_ptr) \
	VMOVUPS Z10, 640(x_ptr) \
	VMOVUPS Z11, 704(x_ptr) \
	JMP   done \
square: \
	VMOVUPS (out_ptr), Z13 \
	CMPQ i0, $1 \
	JLT  norm0 \
	JEQ  norm1 \
	CMPQ i0, $3 \
	JLT  norm2 \
	JEQ  norm3 \
	CMPQ i0, $5 \
	JLT  norm4 \
	JEQ  norm5 \
	CMPQ i0, $7 \
	JLT  norm6 \
	JEQ  norm7 \
	CMPQ i0, $9 \
	JLT  norm8 \
	JEQ  norm9 \
	CMPQ i0, $11 \
	JLT  norm10 \
	JMP  norm11 \
norm0: \
	FMADD Z0, Z0, Z13 \
norm1: \
	FMADD Z1, Z1, Z13 \
norm2: \
	FMADD Z2, Z2, Z13 \
norm3: \
	FMADD Z3, Z3, Z13 \
norm4: \
	FMADD Z4, Z4, Z13 \
norm5: \
	FMADD Z5, Z5, Z13 \
norm6: \
	FMADD Z6, Z6, Z13 \
norm7: \
	FMADD Z7, Z7, Z13 \
norm8: \
	FMADD Z8, Z8, Z13 \
norm9: \
	FMADD Z9, Z9, Z13 \
norm10: \
	FMADD Z10, Z10, Z13 \
norm11: \
	FMADD Z11, Z11, Z13 \
	VMOVUPS Z13, (out_ptr) \
done:

// MASK makes k the first max(0, min(n, LANES)) lanes. Clobbers n and spare.
#define MASK(n, k) \
	XORL    spare, spare \
	CMPQ    n, spare \
	CMOVQLT spare, n \
	MOVL    $LANES, spare \
	CMPQ    n, spare \
	CMOVQGT spare, n \
	MOVQ    $-1, spare \
	BZHIQ   n, spare, spare \
	KMOVW   spare, k

// MASK_VECTOR makes k the lanes of the panel's vector v that there are. Uses args, i0. Clobbers left, spare.
#define MASK_VECTOR(v, k) \
	MOVQ gaussTile_d(args), left \
	SUBQ i0, left \
	SUBQ $(v*LANES), left \
	MASK(left, k)

// MOREx adds a term to the vectors from x on, LAST to the second one. Uses p_ptr, Z8, K2-K4.
#define MORE4
#define MORE3 \
	FMADD 192(p_ptr), Z8, K4, Z3
#define MORE2 \
	FMADD 128(p_ptr), Z8, K3, Z2 \
	MORE3
#define MORE1 \
	FMADD 64(p_ptr), Z8, K2, Z1 \
	MORE2
#define LAST \
	FMADD 64(p_ptr), Z8, K2, Z1

// ABOVE adds the rows of p above the diagonal block of a panel. Uses i0, t_base, p_step. Clobbers left, t_ptr, p_ptr, Z8.
#define ABOVE(more, row, done) \
	MOVQ  t_base, t_ptr \
	LEAQ  (p_base)(i0*SIZE), p_ptr \
	MOVQ  i0, left \
	TESTQ left, left \
	JZ    done \
row: \
	BCAST (t_ptr), Z8 \
	FMADD (p_ptr), Z8, K1, Z0 \
	more \
	ADDQ  $SIZE, t_ptr \
	ADDQ  p_step, p_ptr \
	DECQ  left \
	JNZ   row \
done:

// SLOPE adds the rows in which the diagonal runs through vector v of a panel; more are the vectors after it. Uses args,
// i0, p_step, k. Clobbers left, spare, t_ptr, p_ptr, K5, Z8.
#define SLOPE(v, k, z, more, row, done) \
	MOVQ     gaussTile_d(args), left \
	SUBQ     i0, left \
	SUBQ     $(v*LANES), left \
	JLE      done \
	MOVL     $LANES, spare \
	CMPQ     left, spare \
	CMOVQGT  spare, left \
	KMOVW    k, K5 \
row: \
	BCAST    (t_ptr), Z8 \
	FMADD    (64*v)(p_ptr), Z8, K5, z \
	more \
	KSHIFTLW $1, K5, K5 \
	KANDW    k, K5, K5 \
	ADDQ     $SIZE, t_ptr \
	ADDQ     p_step, p_ptr \
	DECQ     left \
	JNZ      row \
done:

// ROW is gaussRow: panels of four vectors, or two at the end. Uses args. Clobbers all general registers of TILES,
// K1-K5, Z0-Z3, Z8.
#define ROW \
	MOVQ gaussTile_out(args), out_ptr \
	MOVQ gaussTile_mean(args), mean_ptr \
	MOVQ gaussTile_p(args), p_base \
	MOVQ gaussTile_t(args), t_base \
	MOVQ gaussTile_pStride(args), p_step \
	MOVQ gaussTile_rows(args), tiles \
	SHLQ $SHIFT, p_step \
component: \
	MOVQ gaussTile_x(args), p_ptr \
	MOVQ gaussTile_d(args), i0 \
	MOVQ mean_ptr, t_ptr \
	MOVQ t_base, left \
centre: \
	SUBQ $LANES, i0 \
	JLT  centre_tail \
	VMOVUPS (p_ptr), Z0 \
	SUBV (t_ptr), Z0, Z0 \
	VMOVUPS Z0, (left) \
	ADDQ $64, p_ptr \
	ADDQ $64, t_ptr \
	ADDQ $64, left \
	JMP  centre \
centre_tail: \
	ADDQ $LANES, i0 \
	JZ   centred \
	MASK(i0, K1) \
	MOVV.Z (p_ptr), K1, Z0 \
	MOVV.Z (t_ptr), K1, Z1 \
	SUBV Z1, Z0, Z0 \
	MOVV Z0, K1, (left) \
centred: \
	XORQ i0, i0 \
panel: \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	MASK_VECTOR(0, K1) \
	MASK_VECTOR(1, K2) \
	MOVQ gaussTile_d(args), left \
	SUBQ i0, left \
	CMPQ left, $(2*LANES) \
	JLE  narrow \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	MASK_VECTOR(2, K3) \
	MASK_VECTOR(3, K4) \
	ABOVE(MORE1, above, above_done) \
	SLOPE(0, K1, Z0, MORE1, slope0, slope0_done) \
	SLOPE(1, K2, Z1, MORE2, slope1, slope1_done) \
	SLOPE(2, K3, Z2, MORE3, slope2, slope2_done) \
	SLOPE(3, K4, Z3, MORE4, slope3, slope3_done) \
	LEAQ (out_ptr)(i0*SIZE), spare \
	MOVV Z2, K3, 128(spare) \
	MOVV Z3, K4, 192(spare) \
	JMP  put \
narrow: \
	ABOVE(LAST, near, near_done) \
	SLOPE(0, K1, Z0, LAST, near0, near0_done) \
	SLOPE(1, K2, Z1, MORE4, near1, near1_done) \
put: \
	LEAQ (out_ptr)(i0*SIZE), spare \
	MOVV Z0, K1, (spare) \
	MOVV Z1, K2, 64(spare) \
	ADDQ $(4*LANES), i0 \
	CMPQ i0, gaussTile_d(args) \
	JLT  panel \
	MOVQ gaussTile_d(args), left \
	LEAQ (out_ptr)(left*SIZE), out_ptr \
	IMULQ p_step, left \
	ADDQ left, p_base \
	MOVQ gaussTile_meanStride(args), left \
	LEAQ (mean_ptr)(left*SIZE), mean_ptr \
	DECQ tiles \
	JNZ  component
