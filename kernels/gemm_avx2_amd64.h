// The tiles of the matrix product on AVX2 and FMA, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMADD, ADDV, MAXV, BCAST. Distances and widths are in
// bytes and a vector is 32 of them, so nothing else depends on the type. Lanes are columns; every accumulator is one
// chain over k. A panel is 64 bytes of columns; where the last has between 32 and 64, its second vector begins so early
// that it ends with the last column: what it shares with the first is computed, and stored, twice alike.

#define args     DI
#define a_ptr    SI  // row 0 of the tile, advancing along k
#define a_low    BX  // row 3 of the tile
#define a_row    R8
#define a_k      R9
#define b_ptr    DX
#define b_k      R10
#define k_left   CX
#define rows     AX  // of this tile
#define a_six    R11 // rows 6 and 9, during the chain of a narrow tile
#define a_nine   R12
#define c_ptr    R11 // after the chain
#define c_row    R12
#define init_ptr SI  // after the chain: what the sum is added to, or 0
#define init_row R8
#define second   R13 // bytes from the first vector to the second; in a narrow tile to the last piece of a row

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

// BEGIN_PANEL starts at the first tile of a panel, whose columns it leaves in k_left. Uses args. Clobbers rows, k_left,
// c_ptr, c_row.
#define BEGIN_PANEL \
	MOVQ gemmArgs_a(args), rows \
	MOVQ gemmArgs_rows(args), k_left \
	MOVQ gemmArgs_cTop(args), c_ptr \
	MOVQ gemmArgs_initTop(args), c_row \
	MOVQ rows, gemmArgs_aNow(args) \
	MOVQ k_left, gemmArgs_rowsLeft(args) \
	MOVQ c_ptr, gemmArgs_cNow(args) \
	MOVQ c_row, gemmArgs_initNow(args) \
	MOVQ gemmArgs_colsLeft(args), k_left

// SECOND makes the distance of the second vector from the columns in k_left. Clobbers second.
#define SECOND \
	MOVQ    $64, second \
	CMPQ    k_left, second \
	CMOVQLT k_left, second \
	SUBQ    $32, second

// NEXT_PANEL goes to the next panel; the flags tell whether there is one. Uses args. Clobbers rows, k_left, c_ptr.
#define NEXT_PANEL(plain) \
	ADDQ  $64, gemmArgs_cTop(args) \
	MOVQ  gemmArgs_bPanel(args), rows \
	ADDQ  rows, gemmArgs_bNow(args) \
	CMPQ  gemmArgs_initTop(args), $0 \
	JEQ   plain \
	ADDQ  $64, gemmArgs_initTop(args) \
plain: \
	SUBQ $64, gemmArgs_colsLeft(args)

// NEXT_ROWS takes 6 rows, or all if there are no more, or half of 7 to 11, and counts them off. Uses args. Clobbers
// rows, a_low.
#define NEXT_ROWS(take) \
	MOVQ    gemmArgs_rowsLeft(args), rows \
	CMPQ    rows, $6 \
	JLE     take \
	LEAQ    1(rows), a_low \
	SHRQ    $1, a_low \
	MOVQ    $6, rows \
	CMPQ    a_low, rows \
	CMOVQLT a_low, rows \
take: \
	SUBQ rows, gemmArgs_rowsLeft(args)

// NEXT_ROWS_NARROW is NEXT_ROWS for tiles of 12 rows where op(A) is not packed in sixes.
#define NEXT_ROWS_NARROW(twelve, take) \
	MOVQ    gemmArgs_rowsLeft(args), rows \
	MOVQ    $12, a_k \
	CMPQ    gemmArgs_aTall(args), $0 \
	JEQ     twelve \
	MOVQ    $6, a_k \
twelve: \
	CMPQ    rows, a_k \
	JLE     take \
	LEAQ    1(rows), a_low \
	SHRQ    $1, a_low \
	MOVQ    a_k, rows \
	CMPQ    a_low, rows \
	CMOVQLT a_low, rows \
take: \
	SUBQ rows, gemmArgs_rowsLeft(args)

// LOAD_TILE loads the operands of the next tile, and moves A on to the one after it: by aRow per row, or, packed, by
// aTile, and then aTall is what aK grows by with every row of the tile. Uses args, rows. Clobbers a_ptr, a_low, a_row,
// a_k, b_ptr, b_k, k_left.
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
	LEAQ    (a_row)(a_row*2), a_low \
	ADDQ    a_ptr, a_low

// FETCH_OUT fetches where a tile of six rows goes, if its chain is long: what it adds to is there then. Uses args, rows, k_left. Clobbers c_ptr, c_row.
#define FETCH_OUT(fetched) \
	CMPQ       k_left, $128 \
	JLT        fetched \
	CMPQ       rows, $6 \
	JNE        fetched \
	MOVQ       gemmArgs_cNow(args), c_ptr \
	MOVQ       gemmArgs_cRow(args), c_row \
	PREFETCHT0 (c_ptr) \
	PREFETCHT0 60(c_ptr) \
	ADDQ       c_row, c_ptr \
	PREFETCHT0 (c_ptr) \
	PREFETCHT0 60(c_ptr) \
	ADDQ       c_row, c_ptr \
	PREFETCHT0 (c_ptr) \
	PREFETCHT0 60(c_ptr) \
	ADDQ       c_row, c_ptr \
	PREFETCHT0 (c_ptr) \
	PREFETCHT0 60(c_ptr) \
	ADDQ       c_row, c_ptr \
	PREFETCHT0 (c_ptr) \
	PREFETCHT0 60(c_ptr) \
	ADDQ       c_row, c_ptr \
	PREFETCHT0 (c_ptr) \
	PREFETCHT0 60(c_ptr) \
fetched:

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

// ALONG goes to the next k; ALONG3 where no row from 3 on is used, ALONG9 and ALONG12 where rows 6 and 9 are. Uses a_k,
// b_k. Clobbers a_ptr, a_low, a_six, a_nine, b_ptr.
#define ALONG3 \
	ADDQ b_k, b_ptr \
	ADDQ a_k, a_ptr
#define ALONG \
	ALONG3 \
	ADDQ a_k, a_low
#define ALONG9 \
	ALONG \
	ADDQ a_k, a_six
#define ALONG12 \
	ALONG9 \
	ADDQ a_k, a_nine

// TILES runs the chains of a tile of 1 to 6 rows. Uses rows and what the chains use. Tiles of three and four rows are
// those of products that have few, and soon go on to the next panel: they may load ahead.
#define TILES(load, load3, load4, one, two, three, four, five, six) \
	CMPQ rows, $5 \
	JGT  rows6 \
	JEQ  rows5 \
	CMPQ rows, $3 \
	JGT  rows4 \
	JEQ  rows3 \
	CMPQ rows, $1 \
	JGT  rows2 \
	CHAIN(load, one, ALONG3, loop1) \
	JMP  out \
rows2: \
	CHAIN(load, two, ALONG3, loop2) \
	JMP  out \
rows3: \
	CHAIN(load3, three, ALONG3, loop3) \
	JMP  out \
rows4: \
	CMPQ gemmArgs_rowsLeft(args), $0 \
	JEQ  last4 \
	CHAIN(load, four, ALONG, loop4) \
	JMP  out \
last4: \
	CHAIN(load4, four, ALONG, turn_last4) \
	JMP  out \
rows5: \
	CHAIN(load, five, ALONG, loop5) \
	JMP  out \
rows6: \
	CHAIN(load, six, ALONG, loop6) \
out:

// ZERO4 and its like clear the first accumulators. Clobbers Y0 to Y3, …
#define ZERO4 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3
#define ZERO8 \
	ZERO4 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7
#define ZERO12 \
	ZERO8 \
	VXORPS Y8, Y8, Y8 \
	VXORPS Y9, Y9, Y9 \
	VXORPS Y10, Y10, Y10 \
	VXORPS Y11, Y11, Y11

// RELU4 and its like are x = 0 > x ? 0 : x in them: NaN and −0 stay. Clobbers Y14.
#define RELU4 \
	VXORPS Y14, Y14, Y14 \
	MAXV   Y0, Y14, Y0 \
	MAXV   Y1, Y14, Y1 \
	MAXV   Y2, Y14, Y2 \
	MAXV   Y3, Y14, Y3
#define RELU8 \
	RELU4 \
	MAXV   Y4, Y14, Y4 \
	MAXV   Y5, Y14, Y5 \
	MAXV   Y6, Y14, Y6 \
	MAXV   Y7, Y14, Y7
#define RELU12 \
	RELU8 \
	MAXV   Y8, Y14, Y8 \
	MAXV   Y9, Y14, Y9 \
	MAXV   Y10, Y14, Y10 \
	MAXV   Y11, Y14, Y11

// ---- two vectors of columns ----

// B2 loads the columns at this k. Uses b_ptr, second. Clobbers Y12, Y13.
#define B2 \
	VMOVUPS (b_ptr), Y12 \
	VMOVUPS (b_ptr)(second*1), Y13

// B2_AHEAD also fetches what, B not packed, is this row's part of the next panel.
#define B2_AHEAD \
	PREFETCHT0 64(b_ptr) \
	B2

// ROW2 adds a row's terms. Uses Y12, Y13. Clobbers Y14.
#define ROW2(from, low, high) \
	BCAST from, Y14 \
	FMADD Y12, Y14, low \
	FMADD Y13, Y14, high

// ROWS2x adds the terms of x rows. Uses a_ptr, a_low, a_row, Y12, Y13. Clobbers Y14.
#define ROWS21 \
	ROW2((a_ptr), Y0, Y1)
#define ROWS22 \
	ROWS21 \
	ROW2((a_ptr)(a_row*1), Y2, Y3)
#define ROWS23 \
	ROWS22 \
	ROW2((a_ptr)(a_row*2), Y4, Y5)
#define ROWS24 \
	ROWS23 \
	ROW2((a_low), Y6, Y7)
#define ROWS25 \
	ROWS24 \
	ROW2((a_low)(a_row*1), Y8, Y9)
#define ROWS26 \
	ROWS25 \
	ROW2((a_low)(a_row*2), Y10, Y11)

// EACH2 does what, INIT2 or PUT2, for the tile's rows. Uses rows. Clobbers what the other clobbers.
#define EACH2(what, done) \
	what(Y0, Y1) \
	CMPQ rows, $2 \
	JLT  done \
	what(Y2, Y3) \
	CMPQ rows, $3 \
	JLT  done \
	what(Y4, Y5) \
	CMPQ rows, $4 \
	JLT  done \
	what(Y6, Y7) \
	CMPQ rows, $5 \
	JLT  done \
	what(Y8, Y9) \
	CMPQ rows, $6 \
	JLT  done \
	what(Y10, Y11) \
done:

// INIT2 adds a row of what the sum is added to. Uses init_row, second. Clobbers init_ptr.
#define INIT2(low, high) \
	ADDV (init_ptr), low, low \
	ADDV (init_ptr)(second*1), high, high \
	ADDQ init_row, init_ptr

// PUT2 stores a row. Uses c_row, second. Clobbers c_ptr.
#define PUT2(low, high) \
	VMOVUPS low, (c_ptr) \
	VMOVUPS high, (c_ptr)(second*1) \
	ADDQ    c_row, c_ptr
