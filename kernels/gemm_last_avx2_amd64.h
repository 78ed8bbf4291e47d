// Tiles of four rows for the matrix product on AVX2, for either type: of the last columns, a panel and half a vector more or a whole
// one; and of few rows and terms, three vectors of columns at a time, for twelve sums start less often than eight. Macros only; see
// gemm_avx2_amd64.h for the registers.
//
// Half a vector of two rows makes one accumulator: the first row's columns in its low half, the second row's in the high half. So
// 80 bytes of columns take ten multiply-adds per four rows, where two tiles take twelve.

#define b_next second // from a panel to the next
#define a_turn rows   // four rows on
#define X_PAIR X12    // half a row of what the sums are added to, on its way

// TRIPLE goes on if there are few rows in fours, many columns of few terms and, in k_left, three vectors of them, op(A) and B not
// packed; else to others. (Columns of many terms come from afar, and best as whole lines.) Uses args, k_left.
#define TRIPLE(others) \
	CMPQ  k_left, $96 \
	JLT   others \
	TESTQ $3, gemmArgs_rowsLeft(args) \
	JNZ   others \
	CMPQ  gemmArgs_rowsLeft(args), $32 \
	JGT   others \
	CMPQ  gemmArgs_cols(args), $512 \
	JLT   others \
	CMPQ  gemmArgs_k(args), $64 \
	JGT   others \
	CMPQ  gemmArgs_bPanel(args), $64 \
	JNE   others \
	CMPQ  gemmArgs_aTile(args), $0 \
	JNE   others

// NEXT_TRIPLE goes to the next three vectors; the flags tell whether there are columns. Uses args.
#define NEXT_TRIPLE(plain) \
	ADDQ $96, gemmArgs_cTop(args) \
	ADDQ $96, gemmArgs_bNow(args) \
	CMPQ gemmArgs_initTop(args), $0 \
	JEQ  plain \
	ADDQ $96, gemmArgs_initTop(args) \
plain: \
	SUBQ $96, gemmArgs_colsLeft(args)

// LAST goes on if what is left, in k_left, is a panel and 16 or 32 bytes, of four rows or more, op(A) not packed; else to wide.
// The flags tell which: equal if it is 16. Uses args. Clobbers rows, k_left.
#define LAST(wide) \
	SUBQ  $80, k_left \
	TESTQ $~16, k_left \
	JNZ   wide \
	CMPQ  gemmArgs_rowsLeft(args), $4 \
	JLT   wide \
	CMPQ  gemmArgs_aTile(args), $0 \
	JNE   wide \
	TESTQ k_left, k_left

// LOAD_LAST loads the operands of the next four rows, and moves A on. Uses args. Clobbers a_ptr, a_low, a_row, a_k, b_ptr, b_k,
// b_next, k_left, a_turn.
#define LOAD_LAST \
	MOVQ gemmArgs_aNow(args), a_ptr \
	MOVQ gemmArgs_aRow(args), a_row \
	MOVQ gemmArgs_aK(args), a_k \
	LEAQ (a_row)(a_row*2), a_low \
	ADDQ a_ptr, a_low \
	LEAQ (a_ptr)(a_row*4), a_turn \
	MOVQ a_turn, gemmArgs_aNow(args) \
	MOVQ gemmArgs_bNow(args), b_ptr \
	MOVQ gemmArgs_bK(args), b_k \
	MOVQ gemmArgs_bPanel(args), b_next \
	MOVQ gemmArgs_k(args), k_left

// B_HALF, B3 load the columns at this k. Uses b_ptr, b_next. Clobbers Y12, Y13, Y15.
#define B_HALF \
	VMOVUPS        (b_ptr), Y12 \
	VMOVUPS        32(b_ptr), Y13 \
	VBROADCASTF128 (b_ptr)(b_next*1), Y15
#define B3 \
	VMOVUPS (b_ptr), Y12 \
	VMOVUPS 32(b_ptr), Y13 \
	VMOVUPS (b_ptr)(b_next*1), Y15

// B3_AHEAD also fetches what is this row's part of the next three vectors.
#define B3_AHEAD \
	PREFETCHT0 128(b_ptr) \
	PREFETCHT0 160(b_ptr) \
	B3

// HALF2 adds two rows' terms, their halves in pair. Uses Y12, Y13, Y15. Clobbers Y10, Y11, Y14.
#define HALF2(from0, from1, low0, high0, low1, high1, pair) \
	BCAST    from0, Y10 \
	FMADD    Y12, Y10, low0 \
	FMADD    Y13, Y10, high0 \
	BCAST    from1, Y11 \
	FMADD    Y12, Y11, low1 \
	FMADD    Y13, Y11, high1 \
	VBLENDPS $0xF0, Y11, Y10, Y14 \
	FMADD    Y15, Y14, pair
#define ROWS_HALF \
	HALF2((a_ptr), (a_ptr)(a_row*1), Y0, Y1, Y2, Y3, Y8) \
	HALF2((a_ptr)(a_row*2), (a_low), Y4, Y5, Y6, Y7, Y9)

// ROW3 adds a row's terms. Uses Y12, Y13, Y15. Clobbers Y14.
#define ROW3(from, low, high, last) \
	BCAST from, Y14 \
	FMADD Y12, Y14, low \
	FMADD Y13, Y14, high \
	FMADD Y15, Y14, last
#define ROWS3 \
	ROW3((a_ptr), Y0, Y1, Y8) \
	ROW3((a_ptr)(a_row*1), Y2, Y3, Y9) \
	ROW3((a_ptr)(a_row*2), Y4, Y5, Y10) \
	ROW3((a_low), Y6, Y7, Y11)

// INIT_HALF adds two rows of what the sums are added to, PUT_HALF stores them. Uses init_row; c_row. Clobbers init_ptr, Y12; c_ptr.
#define INIT_HALF(low0, high0, low1, high1, pair) \
	ADDV        (init_ptr), low0, low0 \
	ADDV        32(init_ptr), high0, high0 \
	VMOVUPS     64(init_ptr), X_PAIR \
	ADDQ        init_row, init_ptr \
	ADDV        (init_ptr), low1, low1 \
	ADDV        32(init_ptr), high1, high1 \
	VINSERTF128 $1, 64(init_ptr), Y12, Y12 \
	ADDV        Y12, pair, pair \
	ADDQ        init_row, init_ptr
#define PUT_HALF(low0, high0, low1, high1, pair, pair_low) \
	VMOVUPS      low0, (c_ptr) \
	VMOVUPS      high0, 32(c_ptr) \
	VMOVUPS      pair_low, 64(c_ptr) \
	ADDQ         c_row, c_ptr \
	VMOVUPS      low1, (c_ptr) \
	VMOVUPS      high1, 32(c_ptr) \
	VEXTRACTF128 $1, pair, 64(c_ptr) \
	ADDQ         c_row, c_ptr

// INIT3, PUT3 are INIT2, PUT2 for three vectors.
#define INIT3(low, high, last) \
	ADDV (init_ptr), low, low \
	ADDV 32(init_ptr), high, high \
	ADDV 64(init_ptr), last, last \
	ADDQ init_row, init_ptr
#define PUT3(low, high, last) \
	VMOVUPS low, (c_ptr) \
	VMOVUPS high, 32(c_ptr) \
	VMOVUPS last, 64(c_ptr) \
	ADDQ    c_row, c_ptr

// INITS_HALF, RELUS_HALF, PUTS_HALF, INITS3, PUTS3 are those of the tile. Clobbers: RELUS_HALF Y14.
#define INITS_HALF \
	INIT_HALF(Y0, Y1, Y2, Y3, Y8) \
	INIT_HALF(Y4, Y5, Y6, Y7, Y9)
#define RELUS_HALF \
	RELU8 \
	MAXV Y8, Y14, Y8 \
	MAXV Y9, Y14, Y9
#define PUTS_HALF \
	PUT_HALF(Y0, Y1, Y2, Y3, Y8, X8) \
	PUT_HALF(Y4, Y5, Y6, Y7, Y9, X9)
#define INITS3 \
	INIT3(Y0, Y1, Y8) \
	INIT3(Y2, Y3, Y9) \
	INIT3(Y4, Y5, Y10) \
	INIT3(Y6, Y7, Y11)
#define PUTS3 \
	PUT3(Y0, Y1, Y8) \
	PUT3(Y2, Y3, Y9) \
	PUT3(Y4, Y5, Y10) \
	PUT3(Y6, Y7, Y11)

// FOURS runs tiles of four rows, as many as there are; the rows beyond them are left to the caller. Uses args. Clobbers all registers.
#define FOURS(load, terms, inits, relus, puts, four, loop, plain, put) \
four: \
	LOAD_LAST \
	ZERO12 \
	CHAIN(load, terms, ALONG, loop) \
	LOAD_OUT \
	TESTQ init_ptr, init_ptr \
	JZ    plain \
	inits \
plain: \
	CMPQ gemmArgs_relu(args), $0 \
	JEQ  put \
	relus \
put: \
	puts \
	KEEP_OUT \
	SUBQ $4, gemmArgs_rowsLeft(args) \
	CMPQ gemmArgs_rowsLeft(args), $4 \
	JGE  four
