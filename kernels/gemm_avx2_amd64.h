// The tiles of the matrix product on AVX2 and FMA, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMADD, ADDV, MAXV, BCAST. Distances and widths are in
// bytes and a vector is 32 of them, so nothing else depends on the type. Lanes are columns; every accumulator is one
// chain over k.

#define args     DI
#define a_ptr    SI  // row 0 of the tile, advancing along k
#define a_low    BX  // row 3 of the tile
#define a_row    R8
#define a_k      R9
#define b_ptr    DX
#define b_k      R10
#define k_left   CX
#define rows     AX  // of this tile
#define c_ptr    R11
#define c_row    R12
#define init_ptr SI  // after the chain: what the sum is added to, or 0
#define init_row R8
#define mask_ptr R13

// BEGIN starts at the first tile. What runs along lies in fields of its own, which the garbage collector does not
// follow: past the last tile it points nowhere. Uses args. Clobbers rows, k_left, c_ptr.
#define BEGIN \
	MOVQ gemmArgs_a(args), rows \
	MOVQ gemmArgs_c(args), k_left \
	MOVQ gemmArgs_init(args), c_ptr \
	MOVQ rows, gemmArgs_aNow(args) \
	MOVQ k_left, gemmArgs_cNow(args) \
	MOVQ c_ptr, gemmArgs_initNow(args)

// NEXT_ROWS takes 6 rows, or all if there are no more, or half of 7 to 11, and counts them off. Uses args. Clobbers
// rows, a_low.
#define NEXT_ROWS(take) \
	MOVQ    gemmArgs_rows(args), rows \
	CMPQ    rows, $6 \
	JLE     take \
	LEAQ    1(rows), a_low \
	SHRQ    $1, a_low \
	MOVQ    $6, rows \
	CMPQ    a_low, rows \
	CMOVQLT a_low, rows \
take: \
	SUBQ rows, gemmArgs_rows(args)

// LOAD_TILE loads the operands of the next tile. Uses args. Clobbers a_ptr, a_low, a_row, a_k, b_ptr, b_k, k_left.
#define LOAD_TILE \
	MOVQ gemmArgs_aNow(args), a_ptr \
	MOVQ gemmArgs_aRow(args), a_row \
	MOVQ gemmArgs_aK(args), a_k \
	MOVQ gemmArgs_b(args), b_ptr \
	MOVQ gemmArgs_bK(args), b_k \
	MOVQ gemmArgs_k(args), k_left \
	LEAQ (a_row)(a_row*2), a_low \
	ADDQ a_ptr, a_low

// LOAD_OUT loads where the tile goes, and moves A on to the next tile. Uses args, a_row, rows. Clobbers a_low, c_ptr,
// c_row, init_ptr, init_row.
#define LOAD_OUT \
	MOVQ  a_row, a_low \
	IMULQ rows, a_low \
	ADDQ  a_low, gemmArgs_aNow(args) \
	MOVQ  gemmArgs_cNow(args), c_ptr \
	MOVQ  gemmArgs_cRow(args), c_row \
	MOVQ  gemmArgs_initNow(args), init_ptr \
	MOVQ  gemmArgs_initRow(args), init_row

// KEEP_OUT keeps where the next tile goes. Uses args, c_ptr, init_ptr.
#define KEEP_OUT \
	MOVQ c_ptr, gemmArgs_cNow(args) \
	MOVQ init_ptr, gemmArgs_initNow(args)

// NOTHING is CHAIN's load where the terms load for themselves.
#define NOTHING

// CHAIN is one term of every accumulator for each k. Uses, clobbers: k_left, and as its parts do.
#define CHAIN(load, terms, along, loop) \
loop: \
	load \
	terms \
	along \
	DECQ k_left \
	JNZ  loop

// CHAIN4 is CHAIN with four terms per turn, for tiles whose terms are few.
#define CHAIN4(load, terms, along, loop, rest, last, end) \
	SUBQ $4, k_left \
	JLT  rest \
loop: \
	load \
	terms \
	along \
	load \
	terms \
	along \
	load \
	terms \
	along \
	load \
	terms \
	along \
	SUBQ $4, k_left \
	JGE  loop \
rest: \
	ADDQ $4, k_left \
	JZ   end \
last: \
	load \
	terms \
	along \
	DECQ k_left \
	JNZ  last \
end:

// ALONG goes to the next k; ALONG3 where row 3 is not used. Uses a_k, b_k. Clobbers a_ptr, a_low, b_ptr.
#define ALONG3 \
	ADDQ b_k, b_ptr \
	ADDQ a_k, a_ptr
#define ALONG \
	ALONG3 \
	ADDQ a_k, a_low

// TILES runs the chains of a tile of 1 to 6 rows. Uses rows and what the chains use.
#define TILES(load, one, two, three, four, five, six) \
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
	CHAIN(load, three, ALONG3, loop3) \
	JMP  out \
rows4: \
	CHAIN(load, four, ALONG, loop4) \
	JMP  out \
rows5: \
	CHAIN(load, five, ALONG, loop5) \
	JMP  out \
rows6: \
	CHAIN(load, six, ALONG, loop6) \
out:

// ZERO6, ZERO8, ZERO12 clear the first accumulators. Clobbers Y0 to Y5, to Y7, to Y11.
#define ZERO6 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5
#define ZERO8 \
	ZERO6 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7
#define ZERO12 \
	ZERO8 \
	VXORPS Y8, Y8, Y8 \
	VXORPS Y9, Y9, Y9 \
	VXORPS Y10, Y10, Y10 \
	VXORPS Y11, Y11, Y11

// RELU6, RELU8, RELU12 are x = 0 > x ? 0 : x in them: NaN and −0 stay. Clobbers Y14.
#define RELU6 \
	VXORPS Y14, Y14, Y14 \
	MAXV   Y0, Y14, Y0 \
	MAXV   Y1, Y14, Y1 \
	MAXV   Y2, Y14, Y2 \
	MAXV   Y3, Y14, Y3 \
	MAXV   Y4, Y14, Y4 \
	MAXV   Y5, Y14, Y5
#define RELU8 \
	RELU6 \
	MAXV   Y6, Y14, Y6 \
	MAXV   Y7, Y14, Y7
#define RELU12 \
	RELU8 \
	MAXV   Y8, Y14, Y8 \
	MAXV   Y9, Y14, Y9 \
	MAXV   Y10, Y14, Y10 \
	MAXV   Y11, Y14, Y11

// ---- two vectors of columns: 64 bytes, or 36 to 60 under the mask Y15 of the second ----

// B2, B2_MASKED load the columns at this k. Uses b_ptr, Y15. Clobbers Y12, Y13.
#define B2 \
	VMOVUPS (b_ptr), Y12 \
	VMOVUPS 32(b_ptr), Y13
#define B2_MASKED \
	VMOVUPS    (b_ptr), Y12 \
	VMASKMOVPS 32(b_ptr), Y15, Y13

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

// INIT2 adds a row of what the sum is added to. Uses init_row, Y15. Clobbers init_ptr, Y12.
#define INIT2(low, high) \
	ADDV (init_ptr), low, low \
	ADDV 32(init_ptr), high, high \
	ADDQ init_row, init_ptr
#define INIT2_MASKED(low, high) \
	ADDV       (init_ptr), low, low \
	VMASKMOVPS 32(init_ptr), Y15, Y12 \
	ADDV       Y12, high, high \
	ADDQ       init_row, init_ptr

// PUT2 stores a row. Uses c_row, Y15. Clobbers c_ptr.
#define PUT2(low, high) \
	VMOVUPS low, (c_ptr) \
	VMOVUPS high, 32(c_ptr) \
	ADDQ    c_row, c_ptr
#define PUT2_MASKED(low, high) \
	VMOVUPS    low, (c_ptr) \
	VMASKMOVPS high, Y15, 32(c_ptr) \
	ADDQ       c_row, c_ptr

// ---- one vector of columns under the mask Y15: the same ----

// B1 loads the columns at this k. Uses b_ptr, Y15. Clobbers Y12.
#define B1 \
	VMASKMOVPS (b_ptr), Y15, Y12

// ROW1 adds a row's terms. Uses Y12. Clobbers Y14.
#define ROW1(from, acc) \
	BCAST from, Y14 \
	FMADD Y12, Y14, acc

// ROWS1x adds the terms of x rows. Uses a_ptr, a_low, a_row, Y12. Clobbers Y14.
#define ROWS11 \
	ROW1((a_ptr), Y0)
#define ROWS12 \
	ROWS11 \
	ROW1((a_ptr)(a_row*1), Y1)
#define ROWS13 \
	ROWS12 \
	ROW1((a_ptr)(a_row*2), Y2)
#define ROWS14 \
	ROWS13 \
	ROW1((a_low), Y3)
#define ROWS15 \
	ROWS14 \
	ROW1((a_low)(a_row*1), Y4)
#define ROWS16 \
	ROWS15 \
	ROW1((a_low)(a_row*2), Y5)

// EACH1 does what, INIT1 or PUT1, for the tile's rows. Uses rows. Clobbers what the other clobbers.
#define EACH1(what, done) \
	what(Y0) \
	CMPQ rows, $2 \
	JLT  done \
	what(Y1) \
	CMPQ rows, $3 \
	JLT  done \
	what(Y2) \
	CMPQ rows, $4 \
	JLT  done \
	what(Y3) \
	CMPQ rows, $5 \
	JLT  done \
	what(Y4) \
	CMPQ rows, $6 \
	JLT  done \
	what(Y5) \
done:

// INIT1 adds a row of what the sum is added to. Uses init_row, Y15. Clobbers init_ptr, Y12.
#define INIT1(acc) \
	VMASKMOVPS (init_ptr), Y15, Y12 \
	ADDV       Y12, acc, acc \
	ADDQ       init_row, init_ptr

// PUT1 stores a row. Uses c_row, Y15. Clobbers c_ptr.
#define PUT1(acc) \
	VMASKMOVPS acc, Y15, (c_ptr) \
	ADDQ       c_row, c_ptr

// ---- few rows: more vectors of columns, to have as many chains ----

// WIDE1 adds the terms of one row of 8 vectors. Uses a_ptr, b_ptr. Clobbers Y12.
#define WIDE1 \
	BCAST (a_ptr), Y12 \
	FMADD (b_ptr), Y12, Y0 \
	FMADD 32(b_ptr), Y12, Y1 \
	FMADD 64(b_ptr), Y12, Y2 \
	FMADD 96(b_ptr), Y12, Y3 \
	FMADD 128(b_ptr), Y12, Y4 \
	FMADD 160(b_ptr), Y12, Y5 \
	FMADD 192(b_ptr), Y12, Y6 \
	FMADD 224(b_ptr), Y12, Y7

// COL2 adds two rows' terms of one vector, whose factors are in Y13 and Y14. Clobbers Y12.
#define COL2(at, first, second) \
	VMOVUPS at(b_ptr), Y12 \
	FMADD   Y12, Y13, first \
	FMADD   Y12, Y14, second

// WIDE2 adds the terms of two rows of 6 vectors. Uses a_ptr, a_row, b_ptr. Clobbers Y12 to Y14.
#define WIDE2 \
	BCAST (a_ptr), Y13 \
	BCAST (a_ptr)(a_row*1), Y14 \
	COL2(0, Y0, Y6) \
	COL2(32, Y1, Y7) \
	COL2(64, Y2, Y8) \
	COL2(96, Y3, Y9) \
	COL2(128, Y4, Y10) \
	COL2(160, Y5, Y11)

// WIDE3 adds the terms of three rows of 4 vectors. Uses a_ptr, a_row, b_ptr. Clobbers Y12 to Y15.
#define WIDE3 \
	BCAST (a_ptr), Y13 \
	BCAST (a_ptr)(a_row*1), Y14 \
	BCAST (a_ptr)(a_row*2), Y15 \
	COL2(0, Y0, Y4) \
	FMADD Y12, Y15, Y8 \
	COL2(32, Y1, Y5) \
	FMADD Y12, Y15, Y9 \
	COL2(64, Y2, Y6) \
	FMADD Y12, Y15, Y10 \
	COL2(96, Y3, Y7) \
	FMADD Y12, Y15, Y11

// INIT4, PUT4 are INIT2, PUT2 for four vectors from at on, without going to the next row.
#define INIT4(at, v0, v1, v2, v3) \
	ADDV at+0(init_ptr), v0, v0 \
	ADDV at+32(init_ptr), v1, v1 \
	ADDV at+64(init_ptr), v2, v2 \
	ADDV at+96(init_ptr), v3, v3
#define PUT4(at, v0, v1, v2, v3) \
	VMOVUPS v0, at+0(c_ptr) \
	VMOVUPS v1, at+32(c_ptr) \
	VMOVUPS v2, at+64(c_ptr) \
	VMOVUPS v3, at+96(c_ptr)

// INIT2_AT, PUT2_AT: the same for two vectors.
#define INIT2_AT(at, v0, v1) \
	ADDV at+0(init_ptr), v0, v0 \
	ADDV at+32(init_ptr), v1, v1
#define PUT2_AT(at, v0, v1) \
	VMOVUPS v0, at+0(c_ptr) \
	VMOVUPS v1, at+32(c_ptr)

// MASKS loads the masks of up to 128 bytes of columns into Y8 to Y11. Uses args. Clobbers mask_ptr, k_left.
#define MASKS \
	LEAQ    gemm_mask<>+128(SB), mask_ptr \
	MOVQ    gemmArgs_cols(args), k_left \
	SUBQ    k_left, mask_ptr \
	VMOVUPS (mask_ptr), Y8 \
	VMOVUPS 32(mask_ptr), Y9 \
	VMOVUPS 64(mask_ptr), Y10 \
	VMOVUPS 96(mask_ptr), Y11

// PART1, PART2 add the terms of one or two rows of 4 vectors under the masks. Uses a_ptr, a_row, b_ptr, Y8 to Y11.
// Clobbers Y12 to Y14.
#define PART1 \
	BCAST      (a_ptr), Y13 \
	VMASKMOVPS (b_ptr), Y8, Y12 \
	FMADD      Y12, Y13, Y0 \
	VMASKMOVPS 32(b_ptr), Y9, Y12 \
	FMADD      Y12, Y13, Y1 \
	VMASKMOVPS 64(b_ptr), Y10, Y12 \
	FMADD      Y12, Y13, Y2 \
	VMASKMOVPS 96(b_ptr), Y11, Y12 \
	FMADD      Y12, Y13, Y3
#define PART2 \
	BCAST      (a_ptr), Y13 \
	BCAST      (a_ptr)(a_row*1), Y14 \
	VMASKMOVPS (b_ptr), Y8, Y12 \
	FMADD      Y12, Y13, Y0 \
	FMADD      Y12, Y14, Y4 \
	VMASKMOVPS 32(b_ptr), Y9, Y12 \
	FMADD      Y12, Y13, Y1 \
	FMADD      Y12, Y14, Y5 \
	VMASKMOVPS 64(b_ptr), Y10, Y12 \
	FMADD      Y12, Y13, Y2 \
	FMADD      Y12, Y14, Y6 \
	VMASKMOVPS 96(b_ptr), Y11, Y12 \
	FMADD      Y12, Y13, Y3 \
	FMADD      Y12, Y14, Y7

// INIT4_MASKED, PUT4_MASKED: a row of 4 vectors under the masks. Uses Y8 to Y11. Clobbers Y12.
#define INIT4_MASKED(v0, v1, v2, v3) \
	VMASKMOVPS (init_ptr), Y8, Y12 \
	ADDV       Y12, v0, v0 \
	VMASKMOVPS 32(init_ptr), Y9, Y12 \
	ADDV       Y12, v1, v1 \
	VMASKMOVPS 64(init_ptr), Y10, Y12 \
	ADDV       Y12, v2, v2 \
	VMASKMOVPS 96(init_ptr), Y11, Y12 \
	ADDV       Y12, v3, v3
#define PUT4_MASKED(v0, v1, v2, v3) \
	VMASKMOVPS v0, Y8, (c_ptr) \
	VMASKMOVPS v1, Y9, 32(c_ptr) \
	VMASKMOVPS v2, Y10, 64(c_ptr) \
	VMASKMOVPS v3, Y11, 96(c_ptr)
