// The narrow tiles of the matrix product on AVX2, 1 to 12 rows of at most one vector of columns, for either type. Macros
// only; see gemm_avx2_amd64.h for the registers.

// NARROW_MASK makes the mask of the columns in k_left, and what PUT1 needs to store less than a vector: a row goes out as
// its first piece of 4, 8, 16 or 32 bytes and its last piece of the same length, which starts at second and shares bytes
// with the first. Clobbers k_left, second, Y13 (which elements begin the last piece), Y15 (mask), rows.
#define NARROW_MASK(pieces) \
	LEAQ    gemm_mask<>+128(SB), second \
	SUBQ    k_left, second \
	VMOVUPS (second), Y15 \
	MOVQ    $16, rows \
	CMPQ    k_left, rows \
	JGE     pieces \
	MOVQ    $8, rows \
pieces: \
	MOVQ    k_left, second \
	SUBQ    rows, second \
	LEAQ    gemm_index<>(SB), rows \
	VMOVUPS (rows)(second*1), Y13

// TILES_NARROW runs the chains of a tile of 1 to 12 rows. Uses rows and what the chains use.
#define TILES_NARROW \
	LEAQ (a_row)(a_row*2), a_nine \
	LEAQ (a_low)(a_nine*1), a_six \
	ADDQ a_six, a_nine \
	CMPQ rows, $11 \
	JGT  narrow12 \
	JEQ  narrow11 \
	CMPQ rows, $7 \
	JGT  upper \
	JEQ  narrow7 \
	CMPQ rows, $3 \
	JGT  middle \
	JEQ  narrow3 \
	CMPQ rows, $1 \
	JGT  narrow2 \
	CHAIN(B1, ROWS11, ALONG3, turn1) \
	JMP  end \
middle: \
	CMPQ rows, $5 \
	JGT  narrow6 \
	JEQ  narrow5 \
	CHAIN(B1, ROWS14, ALONG, turn4) \
	JMP  end \
upper: \
	CMPQ rows, $9 \
	JGT  narrow10 \
	JEQ  narrow9 \
	CHAIN(B1, ROWS18, ALONG9, turn8) \
	JMP  end \
narrow2: \
	CHAIN(B1, ROWS12, ALONG3, turn2) \
	JMP  end \
narrow3: \
	CHAIN(B1, ROWS13, ALONG3, turn3) \
	JMP  end \
narrow5: \
	CHAIN(B1, ROWS15, ALONG, turn5) \
	JMP  end \
narrow6: \
	CHAIN(B1, ROWS16, ALONG, turn6) \
	JMP  end \
narrow7: \
	CHAIN(B1, ROWS17, ALONG9, turn7) \
	JMP  end \
narrow9: \
	CHAIN(B1, ROWS19, ALONG9, turn9) \
	JMP  end \
narrow10: \
	CHAIN(B1, ROWS110, ALONG12, turn10) \
	JMP  end \
narrow11: \
	CHAIN(B1, ROWS111, ALONG12, turn11) \
	JMP  end \
narrow12: \
	CHAIN(B1, ROWS112, ALONG12, turn12) \
end:

// B1 loads the columns at this k. Uses b_ptr, Y15. Clobbers Y12.
#define B1 \
	VMASKMOVPS (b_ptr), Y15, Y12

// ROW1 adds a row's terms. Uses Y12. Clobbers Y14.
#define ROW1(from, acc) \
	BCAST from, Y14 \
	FMADD Y12, Y14, acc

// ROWS1x adds the terms of x rows. Uses a_ptr, a_low, a_six, a_nine, a_row, Y12. Clobbers Y14.
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
#define ROWS17 \
	ROWS16 \
	ROW1((a_six), Y6)
#define ROWS18 \
	ROWS17 \
	ROW1((a_six)(a_row*1), Y7)
#define ROWS19 \
	ROWS18 \
	ROW1((a_six)(a_row*2), Y8)
#define ROWS110 \
	ROWS19 \
	ROW1((a_nine), Y9)
#define ROWS111 \
	ROWS110 \
	ROW1((a_nine)(a_row*1), Y10)
#define ROWS112 \
	ROWS111 \
	ROW1((a_nine)(a_row*2), Y11)

// EACH1 does what, INIT1 or one of the PUTs, for the tile's rows. Uses rows. Clobbers what the other clobbers.
#define EACH1(what, done) \
	what(Y0, X0) \
	CMPQ rows, $2 \
	JLT  done \
	what(Y1, X1) \
	CMPQ rows, $3 \
	JLT  done \
	what(Y2, X2) \
	CMPQ rows, $4 \
	JLT  done \
	what(Y3, X3) \
	CMPQ rows, $5 \
	JLT  done \
	what(Y4, X4) \
	CMPQ rows, $6 \
	JLT  done \
	what(Y5, X5) \
	CMPQ rows, $7 \
	JLT  done \
	what(Y6, X6) \
	CMPQ rows, $8 \
	JLT  done \
	what(Y7, X7) \
	CMPQ rows, $9 \
	JLT  done \
	what(Y8, X8) \
	CMPQ rows, $10 \
	JLT  done \
	what(Y9, X9) \
	CMPQ rows, $11 \
	JLT  done \
	what(Y10, X10) \
	CMPQ rows, $12 \
	JLT  done \
	what(Y11, X11) \
done:

// INIT1 adds a row of what the sum is added to. Uses init_row, Y15. Clobbers init_ptr, Y12.
#define INIT1(acc, low) \
	VMASKMOVPS (init_ptr), Y15, Y12 \
	ADDV       Y12, acc, acc \
	ADDQ       init_row, init_ptr

// PUT1 stores a row of a vector, PUT16 of 16 bytes or more, PUT8 of 8 or more, PUT4 of 4. Uses c_row, second, Y13.
// Clobbers c_ptr, Y12.
#define PUT1(acc, low) \
	VMOVUPS acc, (c_ptr) \
	ADDQ    c_row, c_ptr
#define PUT16(acc, low) \
	VPERMPS acc, Y13, Y12 \
	VMOVUPS low, (c_ptr) \
	VMOVUPS X12, (c_ptr)(second*1) \
	ADDQ    c_row, c_ptr
#define PUT8(acc, low) \
	VPERMPS acc, Y13, Y12 \
	VMOVSD  low, (c_ptr) \
	VMOVSD  X12, (c_ptr)(second*1) \
	ADDQ    c_row, c_ptr
#define PUT4(acc, low) \
	VMOVSS low, (c_ptr) \
	ADDQ   c_row, c_ptr

// STORE_NARROW stores the tile. Uses args, rows and what the PUTs use. Clobbers k_left.
#define STORE_NARROW(half, quarter, single, stored) \
	MOVQ gemmArgs_colsLeft(args), k_left \
	CMPQ k_left, $32 \
	JLT  half \
	EACH1(PUT1, whole) \
	JMP  stored \
half: \
	CMPQ k_left, $16 \
	JLT  quarter \
	EACH1(PUT16, halves) \
	JMP  stored \
quarter: \
	CMPQ k_left, $8 \
	JLT  single \
	EACH1(PUT8, quarters) \
	JMP  stored \
single: \
	EACH1(PUT4, singles) \
stored:
