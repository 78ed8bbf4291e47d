// A block of the Cholesky factorisation, and forward substitution with it, for AVX2 and AVX-512. Macros only.
//
// The file that includes this names the registers: a00 … a31 are two vectors of each of four rows, x0 and x1 two of the row
// above, c0 … c3 elements of U in every lane; and vbytes, the bytes of a vector. Rows are those of X, or of the block itself;
// a panel is two vectors of columns. Lanes are columns.

#define x_ptr DI     // the panel's first row
#define x_row R8     // bytes from row to row of X
#define u_ptr SI
#define u_row R9     // bytes from row to row of U
#define n_rows DX
#define panels CX
#define row_at R10   // i
#define x_now R11    // row i of the panel
#define x_k R12      // row k
#define u_k R13      // element (k, i) of U
#define k_left BX
#define x_three AX   // three times x_row

// LOAD4 and STORE4 move rows i … i+3 of the panel; LOAD1 and STORE1 row i. Uses x_now, x_row, x_three.
#define LOAD4(MOV) \
	MOV (x_now), a00 \
	MOV vbytes(x_now), a01 \
	MOV (x_now)(x_row*1), a10 \
	MOV vbytes(x_now)(x_row*1), a11 \
	MOV (x_now)(x_row*2), a20 \
	MOV vbytes(x_now)(x_row*2), a21 \
	MOV (x_now)(x_three*1), a30 \
	MOV vbytes(x_now)(x_three*1), a31
#define STORE4(MOV) \
	MOV a00, (x_now) \
	MOV a01, vbytes(x_now) \
	MOV a10, (x_now)(x_row*1) \
	MOV a11, vbytes(x_now)(x_row*1) \
	MOV a20, (x_now)(x_row*2) \
	MOV a21, vbytes(x_now)(x_row*2) \
	MOV a30, (x_now)(x_three*1) \
	MOV a31, vbytes(x_now)(x_three*1)
#define LOAD1(MOV) \
	MOV (x_now), a00 \
	MOV vbytes(x_now), a01
#define STORE1(MOV) \
	MOV a00, (x_now) \
	MOV a01, vbytes(x_now)

// UPDATE4 takes from rows i … i+3 what rows below k_left contribute; u_k is at element (0, i). UPDATE1 likewise for row i.
// Uses x_ptr, x_row, u_row. Clobbers x_k, u_k, k_left, x0, x1, c0 … c3; leaves u_k at element (i, i).
#define UPDATE4(MOV, BCAST, FNMADD, size, term, end) \
	MOVQ   x_ptr, x_k \
	TESTQ  k_left, k_left \
	JZ     end \
	PCALIGN $32 \
term: \
	MOV    (x_k), x0 \
	MOV    vbytes(x_k), x1 \
	BCAST  (u_k), c0 \
	BCAST  size(u_k), c1 \
	FNMADD x0, c0, a00 \
	FNMADD x1, c0, a01 \
	BCAST  2*size(u_k), c2 \
	FNMADD x0, c1, a10 \
	FNMADD x1, c1, a11 \
	BCAST  3*size(u_k), c3 \
	FNMADD x0, c2, a20 \
	FNMADD x1, c2, a21 \
	ADDQ   x_row, x_k \
	ADDQ   u_row, u_k \
	FNMADD x0, c3, a30 \
	FNMADD x1, c3, a31 \
	DECQ   k_left \
	JNZ    term \
end:
#define UPDATE1(MOV, BCAST, FNMADD, term, end) \
	TESTQ  k_left, k_left \
	JZ     end \
term: \
	BCAST  (u_k), c0 \
	FNMADD (x_k), c0, a00 \
	FNMADD vbytes(x_k), c0, a01 \
	ADDQ   x_row, x_k \
	ADDQ   u_row, u_k \
	DECQ   k_left \
	JNZ    term \
end:

// SOLVE4 ends rows i … i+3, which wait for each other; u_k is at element (i, i). Clobbers u_k, c0 … c3.
#define SOLVE4(BCAST, FNMADD, DIV, size) \
	BCAST  (u_k), c0 \
	BCAST  size(u_k), c1 \
	BCAST  2*size(u_k), c2 \
	BCAST  3*size(u_k), c3 \
	DIV    c0, a00, a00 \
	DIV    c0, a01, a01 \
	FNMADD a00, c1, a10 \
	FNMADD a01, c1, a11 \
	FNMADD a00, c2, a20 \
	FNMADD a01, c2, a21 \
	FNMADD a00, c3, a30 \
	FNMADD a01, c3, a31 \
	ADDQ   u_row, u_k \
	BCAST  size(u_k), c1 \
	BCAST  2*size(u_k), c2 \
	BCAST  3*size(u_k), c3 \
	DIV    c1, a10, a10 \
	DIV    c1, a11, a11 \
	FNMADD a10, c2, a20 \
	FNMADD a11, c2, a21 \
	FNMADD a10, c3, a30 \
	FNMADD a11, c3, a31 \
	ADDQ   u_row, u_k \
	BCAST  2*size(u_k), c2 \
	BCAST  3*size(u_k), c3 \
	DIV    c2, a20, a20 \
	DIV    c2, a21, a21 \
	FNMADD a20, c3, a30 \
	FNMADD a21, c3, a31 \
	ADDQ   u_row, u_k \
	BCAST  3*size(u_k), c3 \
	DIV    c3, a30, a30 \
	DIV    c3, a31, a31

// FORWARD solves UᵀY = X for whole panels of columns. Uses x_ptr, x_row, u_ptr, u_row, n_rows, panels. Clobbers all.
#define FORWARD(MOV, BCAST, FNMADD, DIV, size) \
	LEAQ   (x_row)(x_row*2), x_three \
panel: \
	XORL   row_at, row_at \
	MOVQ   x_ptr, x_now \
four: \
	MOVQ   n_rows, k_left \
	SUBQ   row_at, k_left \
	CMPQ   k_left, $4 \
	JLT    rest \
	LOAD4(MOV) \
	LEAQ   (u_ptr)(row_at*size), u_k \
	MOVQ   row_at, k_left \
	UPDATE4(MOV, BCAST, FNMADD, size, term4, end4) \
	SOLVE4(BCAST, FNMADD, DIV, size) \
	STORE4(MOV) \
	LEAQ   (x_now)(x_row*4), x_now \
	ADDQ   $4, row_at \
	JMP    four \
rest: \
	CMPQ   row_at, n_rows \
	JGE    next \
	LOAD1(MOV) \
	LEAQ   (u_ptr)(row_at*size), u_k \
	MOVQ   x_ptr, x_k \
	MOVQ   row_at, k_left \
	UPDATE1(MOV, BCAST, FNMADD, term1, end1) \
	BCAST  (u_k), c0 \
	DIV    c0, a00, a00 \
	DIV    c0, a01, a01 \
	STORE1(MOV) \
	ADDQ   x_row, x_now \
	INCQ   row_at \
	JMP    rest \
next: \
	ADDQ   $(2*vbytes), x_ptr \
	DECQ   panels \
	JNZ    panel

// DIAGONAL ends the rows from row_at on of the panel that begins at their diagonal, of a block whose rows above are done: x_ptr
// is the panel's row 0, u_ptr the block. Uses x_ptr, x_row = u_row, u_ptr, row_at, n_rows. Clobbers all others.
#define DIAGONAL(MOV, BCAST, MOVS, FNMADD, DIV, SQRT, size, cS) \
	LEAQ   (x_row)(x_row*2), x_three \
	MOVQ   row_at, panels            /* the panel's first row */ \
	MOVQ   row_at, x_now \
	IMULQ  x_row, x_now \
	ADDQ   x_ptr, x_now \
above: \
	MOVQ   n_rows, k_left \
	SUBQ   row_at, k_left \
	CMPQ   k_left, $4 \
	JLT    lone \
	LOAD4(MOV) \
	LEAQ   (u_ptr)(row_at*size), u_k \
	MOVQ   panels, k_left \
	UPDATE4(MOV, BCAST, FNMADD, size, term4, end4) \
	STORE4(MOV) \
	LEAQ   (x_now)(x_row*4), x_now \
	ADDQ   $4, row_at \
	JMP    above \
lone: \
	CMPQ   row_at, n_rows \
	JGE    within \
	LOAD1(MOV) \
	LEAQ   (u_ptr)(row_at*size), u_k \
	MOVQ   x_ptr, x_k \
	MOVQ   panels, k_left \
	UPDATE1(MOV, BCAST, FNMADD, term1, end1) \
	STORE1(MOV) \
	ADDQ   x_row, x_now \
	INCQ   row_at \
	JMP    lone \
within: \
	MOVQ   panels, row_at \
	MOVQ   panels, x_now \
	IMULQ  x_row, x_now \
	LEAQ   (u_ptr)(x_now*1), u_ptr   /* row panels of the block */ \
	ADDQ   x_now, x_ptr              /* and of the panel */ \
	MOVQ   x_ptr, x_now \
row: \
	LOAD1(MOV) \
	LEAQ   (u_ptr)(row_at*size), u_k \
	MOVQ   x_ptr, x_k \
	MOVQ   row_at, k_left \
	SUBQ   panels, k_left \
	UPDATE1(MOV, BCAST, FNMADD, term2, end2) \
	STORE1(MOV) \
	BCAST  (u_k), c0                 /* the pivot */ \
	SQRT   c0, c0 \
	DIV    c0, a00, a00 \
	DIV    c0, a01, a01 \
	STORE1(MOV) \
	MOVS   cS, (u_k) \
	ADDQ   x_row, x_now \
	INCQ   row_at \
	CMPQ   row_at, n_rows \
	JLT    row
