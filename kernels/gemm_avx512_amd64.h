// The tiles of the matrix product on AVX-512, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMADD, ADDV, MAXV, BCAST. Distances and widths are in
// bytes, a vector is 64 of them and masks count units of 4, so nothing else depends on the type. Lanes are columns;
// every accumulator is one chain over k.

#define args     DI
#define a_ptr    SI  // row 0 of the tile, advancing along k
#define a_five   BX  // row 5
#define a_ten    R13 // row 10
#define a_row    R8
#define a_row3   R12 // three times as far
#define a_k      R9
#define b_ptr    DX
#define b_k      R10
#define k_left   CX
#define rows     AX  // of this tile
#define c_ptr    R11
#define c_row    R12 // after the chain
#define init_ptr SI  // after the chain: what the sum is added to, or 0
#define init_row R8

// BEGIN starts at the first panel. What runs along lies in fields of its own, which the garbage collector does not
// follow: past the last tile it points nowhere. Uses args. Clobbers rows, k_left.
#define BEGIN \
	MOVQ gemmArgs_b(args), rows \
	MOVQ gemmArgs_c(args), k_left \
	MOVQ rows, gemmArgs_bNow(args) \
	MOVQ k_left, gemmArgs_cTop(args) \
	MOVQ gemmArgs_init(args), rows \
	MOVQ gemmArgs_cols(args), k_left \
	MOVQ rows, gemmArgs_initTop(args) \
	MOVQ k_left, gemmArgs_colsLeft(args)

// BEGIN_PANEL starts at the first tile of a panel: K1 selects its first 64 bytes of columns, K2 what is beyond them. It
// leaves its columns in k_left. Uses args. Clobbers rows, k_left, c_ptr, c_row.
#define BEGIN_PANEL \
	MOVQ    gemmArgs_a(args), rows \
	MOVQ    gemmArgs_rows(args), k_left \
	MOVQ    gemmArgs_cTop(args), c_ptr \
	MOVQ    gemmArgs_initTop(args), c_row \
	MOVQ    rows, gemmArgs_aNow(args) \
	MOVQ    k_left, gemmArgs_rowsLeft(args) \
	MOVQ    c_ptr, gemmArgs_cNow(args) \
	MOVQ    c_row, gemmArgs_initNow(args) \
	MOVQ    gemmArgs_colsLeft(args), c_ptr \
	MOVQ    $128, k_left \
	CMPQ    c_ptr, k_left \
	CMOVQLT c_ptr, k_left \
	SHRQ    $2, k_left \
	MOVQ    $1, rows \
	SHLQ    k_left, rows \
	DECQ    rows \
	KMOVW   rows, K1 \
	SHRQ    $16, rows \
	KMOVW   rows, K2 \
	MOVQ    c_ptr, k_left

// NEXT_PANEL goes to the next panel; the flags tell whether there is one. Uses args. Clobbers rows.
#define NEXT_PANEL(plain) \
	ADDQ $128, gemmArgs_cTop(args) \
	MOVQ gemmArgs_bPanel(args), rows \
	ADDQ rows, gemmArgs_bNow(args) \
	CMPQ gemmArgs_initTop(args), $0 \
	JEQ  plain \
	ADDQ $128, gemmArgs_initTop(args) \
plain: \
	SUBQ $128, gemmArgs_colsLeft(args)

// NEXT_ROWS takes 12 rows, or all if there are no more, or half of 13 to 23, and counts them off. Uses args. Clobbers
// rows, a_five.
#define NEXT_ROWS(take) \
	MOVQ    gemmArgs_rowsLeft(args), rows \
	CMPQ    rows, $12 \
	JLE     take \
	LEAQ    1(rows), a_five \
	SHRQ    $1, a_five \
	MOVQ    $12, rows \
	CMPQ    a_five, rows \
	CMOVQLT a_five, rows \
take: \
	SUBQ rows, gemmArgs_rowsLeft(args)

// LOAD_TILE loads the operands of the next tile, and moves A on to the one after it: by aRow per row, or, packed, by
// aTile, and then aTall is what aK grows by with every row of the tile. Uses args, rows. Clobbers a_ptr, a_five, a_ten,
// a_row, a_row3, a_k, b_ptr, b_k, k_left.
#define LOAD_TILE \
	MOVQ    gemmArgs_aNow(args), a_ptr \
	MOVQ    gemmArgs_aRow(args), a_row \
	MOVQ    gemmArgs_aTile(args), b_ptr \
	MOVQ    gemmArgs_aTall(args), a_k \
	TESTQ   b_ptr, b_ptr \
	CMOVQEQ a_row, b_ptr \
	IMULQ   rows, b_ptr \
	IMULQ   rows, a_k \
	ADDQ    b_ptr, gemmArgs_aNow(args) \
	ADDQ    gemmArgs_aK(args), a_k \
	MOVQ    gemmArgs_bNow(args), b_ptr \
	MOVQ    gemmArgs_bK(args), b_k \
	MOVQ    gemmArgs_k(args), k_left \
	LEAQ    (a_row)(a_row*4), a_ten \
	LEAQ    (a_ptr)(a_ten*1), a_five \
	LEAQ    (a_ptr)(a_ten*2), a_ten \
	LEAQ    (a_row)(a_row*2), a_row3

// LOAD_OUT loads where the tile goes. Uses args. Clobbers c_ptr, c_row, init_ptr, init_row.
#define LOAD_OUT \
	MOVQ gemmArgs_cNow(args), c_ptr \
	MOVQ gemmArgs_cRow(args), c_row \
	MOVQ gemmArgs_initNow(args), init_ptr \
	MOVQ gemmArgs_initRow(args), init_row

// KEEP_OUT keeps where the next tile goes. Uses args, c_ptr, init_ptr.
#define KEEP_OUT \
	MOVQ c_ptr, gemmArgs_cNow(args) \
	MOVQ init_ptr, gemmArgs_initNow(args)

// CHAIN is one term of every accumulator for each k. Uses, clobbers: k_left, and as its parts do.
#define CHAIN(load, terms, along, loop) \
loop: \
	load \
	terms \
	along \
	DECQ k_left \
	JNZ  loop

// ALONG5, ALONG10, ALONG12 go to the next k where so many rows are used at most. Uses a_k, b_k. Clobbers a_ptr,
// a_five, a_ten, b_ptr.
#define ALONG5 \
	ADDQ b_k, b_ptr \
	ADDQ a_k, a_ptr
#define ALONG10 \
	ALONG5 \
	ADDQ a_k, a_five
#define ALONG12 \
	ALONG10 \
	ADDQ a_k, a_ten

// TILES runs the chains of a tile of 1 to 12 rows. Uses rows and what the chains use.
#define TILES(load, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve) \
	CMPQ rows, $11 \
	JGT  rows12 \
	JEQ  rows11 \
	CMPQ rows, $7 \
	JGT  upper \
	JEQ  rows7 \
	CMPQ rows, $3 \
	JGT  middle \
	JEQ  rows3 \
	CMPQ rows, $1 \
	JGT  rows2 \
	CHAIN(load, one, ALONG5, loop1) \
	JMP  out \
middle: \
	CMPQ rows, $5 \
	JGT  rows6 \
	JEQ  rows5 \
	CHAIN(load, four, ALONG5, loop4) \
	JMP  out \
upper: \
	CMPQ rows, $9 \
	JGT  rows10 \
	JEQ  rows9 \
	CHAIN(load, eight, ALONG10, loop8) \
	JMP  out \
rows2: \
	CHAIN(load, two, ALONG5, loop2) \
	JMP  out \
rows3: \
	CHAIN(load, three, ALONG5, loop3) \
	JMP  out \
rows5: \
	CHAIN(load, five, ALONG5, loop5) \
	JMP  out \
rows6: \
	CHAIN(load, six, ALONG10, loop6) \
	JMP  out \
rows7: \
	CHAIN(load, seven, ALONG10, loop7) \
	JMP  out \
rows9: \
	CHAIN(load, nine, ALONG10, loop9) \
	JMP  out \
rows10: \
	CHAIN(load, ten, ALONG10, loop10) \
	JMP  out \
rows11: \
	CHAIN(load, eleven, ALONG12, loop11) \
	JMP  out \
rows12: \
	CHAIN(load, twelve, ALONG12, loop12) \
out:

// TILES_NARROW is TILES with labels of its own.
#define TILES_NARROW(load, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve) \
	CMPQ rows, $11 \
	JGT  narrow12 \
	JEQ  narrow11 \
	CMPQ rows, $7 \
	JGT  above \
	JEQ  narrow7 \
	CMPQ rows, $3 \
	JGT  between \
	JEQ  narrow3 \
	CMPQ rows, $1 \
	JGT  narrow2 \
	CHAIN(load, one, ALONG5, turn1) \
	JMP  end \
between: \
	CMPQ rows, $5 \
	JGT  narrow6 \
	JEQ  narrow5 \
	CHAIN(load, four, ALONG5, turn4) \
	JMP  end \
above: \
	CMPQ rows, $9 \
	JGT  narrow10 \
	JEQ  narrow9 \
	CHAIN(load, eight, ALONG10, turn8) \
	JMP  end \
narrow2: \
	CHAIN(load, two, ALONG5, turn2) \
	JMP  end \
narrow3: \
	CHAIN(load, three, ALONG5, turn3) \
	JMP  end \
narrow5: \
	CHAIN(load, five, ALONG5, turn5) \
	JMP  end \
narrow6: \
	CHAIN(load, six, ALONG10, turn6) \
	JMP  end \
narrow7: \
	CHAIN(load, seven, ALONG10, turn7) \
	JMP  end \
narrow9: \
	CHAIN(load, nine, ALONG10, turn9) \
	JMP  end \
narrow10: \
	CHAIN(load, ten, ALONG10, turn10) \
	JMP  end \
narrow11: \
	CHAIN(load, eleven, ALONG12, turn11) \
	JMP  end \
narrow12: \
	CHAIN(load, twelve, ALONG12, turn12) \
end:

// ZERO12, ZERO24 clear the accumulators of tiles of one and of two vectors. Clobbers Z0 to Z11, to Z23.
#define ZERO12 \
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
#define ZERO24 \
	ZERO12 \
	VPXORD Z12, Z12, Z12 \
	VPXORD Z13, Z13, Z13 \
	VPXORD Z14, Z14, Z14 \
	VPXORD Z15, Z15, Z15 \
	VPXORD Z16, Z16, Z16 \
	VPXORD Z17, Z17, Z17 \
	VPXORD Z18, Z18, Z18 \
	VPXORD Z19, Z19, Z19 \
	VPXORD Z20, Z20, Z20 \
	VPXORD Z21, Z21, Z21 \
	VPXORD Z22, Z22, Z22 \
	VPXORD Z23, Z23, Z23

// RELU12, RELU24 are x = 0 > x ? 0 : x in them: NaN and −0 stay. Clobbers Z26.
#define RELU12 \
	VPXORD Z26, Z26, Z26 \
	MAXV   Z0, Z26, Z0 \
	MAXV   Z1, Z26, Z1 \
	MAXV   Z2, Z26, Z2 \
	MAXV   Z3, Z26, Z3 \
	MAXV   Z4, Z26, Z4 \
	MAXV   Z5, Z26, Z5 \
	MAXV   Z6, Z26, Z6 \
	MAXV   Z7, Z26, Z7 \
	MAXV   Z8, Z26, Z8 \
	MAXV   Z9, Z26, Z9 \
	MAXV   Z10, Z26, Z10 \
	MAXV   Z11, Z26, Z11
#define RELU24 \
	RELU12 \
	MAXV   Z12, Z26, Z12 \
	MAXV   Z13, Z26, Z13 \
	MAXV   Z14, Z26, Z14 \
	MAXV   Z15, Z26, Z15 \
	MAXV   Z16, Z26, Z16 \
	MAXV   Z17, Z26, Z17 \
	MAXV   Z18, Z26, Z18 \
	MAXV   Z19, Z26, Z19 \
	MAXV   Z20, Z26, Z20 \
	MAXV   Z21, Z26, Z21 \
	MAXV   Z22, Z26, Z22 \
	MAXV   Z23, Z26, Z23

// ---- two vectors of columns: 64 bytes and those under the mask K2 ----

// B2 loads the columns at this k. Uses b_ptr, K2. Clobbers Z24, Z25.
#define B2 \
	VMOVUPS   (b_ptr), Z24 \
	VMOVUPS.Z 64(b_ptr), K2, Z25

// ROW2 adds a row's terms. Uses Z24, Z25. Clobbers a.
#define ROW2(from, a, low, high) \
	BCAST from, a \
	FMADD Z24, a, low \
	FMADD Z25, a, high

// ROWS2x adds the terms of x rows. Uses a_ptr, a_five, a_ten, a_row, a_row3, Z24, Z25. Clobbers Z26 to Z29.
#define ROWS21 \
	ROW2((a_ptr), Z26, Z0, Z1)
#define ROWS22 \
	ROWS21 \
	ROW2((a_ptr)(a_row*1), Z27, Z2, Z3)
#define ROWS23 \
	ROWS22 \
	ROW2((a_ptr)(a_row*2), Z28, Z4, Z5)
#define ROWS24 \
	ROWS23 \
	ROW2((a_ptr)(a_row3*1), Z29, Z6, Z7)
#define ROWS25 \
	ROWS24 \
	ROW2((a_ptr)(a_row*4), Z26, Z8, Z9)
#define ROWS26 \
	ROWS25 \
	ROW2((a_five), Z27, Z10, Z11)
#define ROWS27 \
	ROWS26 \
	ROW2((a_five)(a_row*1), Z28, Z12, Z13)
#define ROWS28 \
	ROWS27 \
	ROW2((a_five)(a_row*2), Z29, Z14, Z15)
#define ROWS29 \
	ROWS28 \
	ROW2((a_five)(a_row3*1), Z26, Z16, Z17)
#define ROWS210 \
	ROWS29 \
	ROW2((a_five)(a_row*4), Z27, Z18, Z19)
#define ROWS211 \
	ROWS210 \
	ROW2((a_ten), Z28, Z20, Z21)
#define ROWS212 \
	ROWS211 \
	ROW2((a_ten)(a_row*1), Z29, Z22, Z23)

// EACH2 does what, INIT2 or PUT2, for the tile's rows. Uses rows. Clobbers what the other clobbers.
#define EACH2(what, done) \
	what(Z0, Z1) \
	CMPQ rows, $2 \
	JLT  done \
	what(Z2, Z3) \
	CMPQ rows, $3 \
	JLT  done \
	what(Z4, Z5) \
	CMPQ rows, $4 \
	JLT  done \
	what(Z6, Z7) \
	CMPQ rows, $5 \
	JLT  done \
	what(Z8, Z9) \
	CMPQ rows, $6 \
	JLT  done \
	what(Z10, Z11) \
	CMPQ rows, $7 \
	JLT  done \
	what(Z12, Z13) \
	CMPQ rows, $8 \
	JLT  done \
	what(Z14, Z15) \
	CMPQ rows, $9 \
	JLT  done \
	what(Z16, Z17) \
	CMPQ rows, $10 \
	JLT  done \
	what(Z18, Z19) \
	CMPQ rows, $11 \
	JLT  done \
	what(Z20, Z21) \
	CMPQ rows, $12 \
	JLT  done \
	what(Z22, Z23) \
done:

// INIT2 adds a row of what the sum is added to. Uses init_row, K2. Clobbers init_ptr, Z24.
#define INIT2(low, high) \
	ADDV      (init_ptr), low, low \
	VMOVUPS.Z 64(init_ptr), K2, Z24 \
	ADDV      Z24, high, high \
	ADDQ      init_row, init_ptr

// PUT2 stores a row; PUT2_MASKED under the mask. Uses c_row, K2. Clobbers c_ptr.
#define PUT2(low, high) \
	VMOVUPS low, (c_ptr) \
	VMOVUPS high, 64(c_ptr) \
	ADDQ    c_row, c_ptr
#define PUT2_MASKED(low, high) \
	VMOVUPS low, (c_ptr) \
	VMOVUPS high, K2, 64(c_ptr) \
	ADDQ    c_row, c_ptr

// ---- one vector of columns under the mask K1: the same ----

// B1 loads the columns at this k. Uses b_ptr, K1. Clobbers Z24.
#define B1 \
	VMOVUPS.Z (b_ptr), K1, Z24

// ROWS1x adds the terms of x rows. Uses a_ptr, a_five, a_ten, a_row, a_row3, Z24.
#define ROWS11 \
	FMADD.BCST (a_ptr), Z24, Z0
#define ROWS12 \
	ROWS11 \
	FMADD.BCST (a_ptr)(a_row*1), Z24, Z1
#define ROWS13 \
	ROWS12 \
	FMADD.BCST (a_ptr)(a_row*2), Z24, Z2
#define ROWS14 \
	ROWS13 \
	FMADD.BCST (a_ptr)(a_row3*1), Z24, Z3
#define ROWS15 \
	ROWS14 \
	FMADD.BCST (a_ptr)(a_row*4), Z24, Z4
#define ROWS16 \
	ROWS15 \
	FMADD.BCST (a_five), Z24, Z5
#define ROWS17 \
	ROWS16 \
	FMADD.BCST (a_five)(a_row*1), Z24, Z6
#define ROWS18 \
	ROWS17 \
	FMADD.BCST (a_five)(a_row*2), Z24, Z7
#define ROWS19 \
	ROWS18 \
	FMADD.BCST (a_five)(a_row3*1), Z24, Z8
#define ROWS110 \
	ROWS19 \
	FMADD.BCST (a_five)(a_row*4), Z24, Z9
#define ROWS111 \
	ROWS110 \
	FMADD.BCST (a_ten), Z24, Z10
#define ROWS112 \
	ROWS111 \
	FMADD.BCST (a_ten)(a_row*1), Z24, Z11

// EACH1 does what, INIT1 or PUT1, for the tile's rows. Uses rows. Clobbers what the other clobbers.
#define EACH1(what, done) \
	what(Z0) \
	CMPQ rows, $2 \
	JLT  done \
	what(Z1) \
	CMPQ rows, $3 \
	JLT  done \
	what(Z2) \
	CMPQ rows, $4 \
	JLT  done \
	what(Z3) \
	CMPQ rows, $5 \
	JLT  done \
	what(Z4) \
	CMPQ rows, $6 \
	JLT  done \
	what(Z5) \
	CMPQ rows, $7 \
	JLT  done \
	what(Z6) \
	CMPQ rows, $8 \
	JLT  done \
	what(Z7) \
	CMPQ rows, $9 \
	JLT  done \
	what(Z8) \
	CMPQ rows, $10 \
	JLT  done \
	what(Z9) \
	CMPQ rows, $11 \
	JLT  done \
	what(Z10) \
	CMPQ rows, $12 \
	JLT  done \
	what(Z11) \
done:

// INIT1 adds a row of what the sum is added to. Uses init_row, K1. Clobbers init_ptr, Z24.
#define INIT1(acc) \
	VMOVUPS.Z (init_ptr), K1, Z24 \
	ADDV      Z24, acc, acc \
	ADDQ      init_row, init_ptr

// PUT1 stores a row. Uses c_row, K1. Clobbers c_ptr.
#define PUT1(acc) \
	VMOVUPS acc, K1, (c_ptr) \
	ADDQ    c_row, c_ptr
