// The products of one to three rows on AVX2, for either type: tiles of few rows and many columns, to have as many chains.
// Macros only; see gemm_avx2_amd64.h for the registers.

// CHAIN4 is CHAIN with four terms per turn, for tiles whose terms are few.
#define CHAIN4(terms, along, loop, rest, last, end) \
	SUBQ $4, k_left \
	JLT  rest \
loop: \
	terms \
	along \
	terms \
	along \
	terms \
	along \
	terms \
	along \
	SUBQ $4, k_left \
	JGE  loop \
rest: \
	ADDQ $4, k_left \
	JZ   end \
last: \
	terms \
	along \
	DECQ k_left \
	JNZ  last \
end:

// ---- one row of up to 12 vectors; the last one, in Y11, starts at second ----

// LINEx adds the terms of x vectors. Uses a_ptr, b_ptr, second. Clobbers Y12.
#define LINE1 \
	BCAST (a_ptr), Y12 \
	FMADD (b_ptr)(second*1), Y12, Y11
#define LINE2 \
	LINE1 \
	FMADD (b_ptr), Y12, Y0
#define LINE3 \
	LINE2 \
	FMADD 32(b_ptr), Y12, Y1
#define LINE4 \
	LINE3 \
	FMADD 64(b_ptr), Y12, Y2
#define LINE5 \
	LINE4 \
	FMADD 96(b_ptr), Y12, Y3
#define LINE6 \
	LINE5 \
	FMADD 128(b_ptr), Y12, Y4
#define LINE7 \
	LINE6 \
	FMADD 160(b_ptr), Y12, Y5
#define LINE8 \
	LINE7 \
	FMADD 192(b_ptr), Y12, Y6
#define LINE9 \
	LINE8 \
	FMADD 224(b_ptr), Y12, Y7
#define LINE10 \
	LINE9 \
	FMADD 256(b_ptr), Y12, Y8
#define LINE11 \
	LINE10 \
	FMADD 288(b_ptr), Y12, Y9
#define LINE12 \
	LINE11 \
	FMADD 320(b_ptr), Y12, Y10

// LINES runs the chains of rows vectors. Uses rows and what the chains use.
#define LINES \
	CMPQ rows, $11 \
	JGT  line12 \
	JEQ  line11 \
	CMPQ rows, $7 \
	JGT  upper \
	JEQ  line7 \
	CMPQ rows, $3 \
	JGT  middle \
	JEQ  line3 \
	CMPQ rows, $1 \
	JGT  line2 \
	CHAIN4(LINE1, ALONG3, loop1, rest1, last1, out1) \
	JMP  out \
middle: \
	CMPQ rows, $5 \
	JGT  line6 \
	JEQ  line5 \
	CHAIN4(LINE4, ALONG3, loop4, rest4, last4, out4) \
	JMP  out \
upper: \
	CMPQ rows, $9 \
	JGT  line10 \
	JEQ  line9 \
	CHAIN(NOTHING, LINE8, ALONG3, loop8) \
	JMP  out \
line2: \
	CHAIN4(LINE2, ALONG3, loop2, rest2, last2, out2) \
	JMP  out \
line3: \
	CHAIN4(LINE3, ALONG3, loop3, rest3, last3, out3) \
	JMP  out \
line5: \
	CHAIN(NOTHING, LINE5, ALONG3, loop5) \
	JMP  out \
line6: \
	CHAIN(NOTHING, LINE6, ALONG3, loop6) \
	JMP  out \
line7: \
	CHAIN(NOTHING, LINE7, ALONG3, loop7) \
	JMP  out \
line9: \
	CHAIN(NOTHING, LINE9, ALONG3, loop9) \
	JMP  out \
line10: \
	CHAIN(NOTHING, LINE10, ALONG3, loop10) \
	JMP  out \
line11: \
	CHAIN(NOTHING, LINE11, ALONG3, loop11) \
	JMP  out \
line12: \
	CHAIN(NOTHING, LINE12, ALONG3, loop12) \
out:

// NOTHING is CHAIN's load where the terms load for themselves.
#define NOTHING

// INIT_LINE, PUT_LINE add what the sum is added to, and store. Uses rows, second, init_ptr or c_ptr.
#define INIT_LINE(done) \
	ADDV (init_ptr)(second*1), Y11, Y11 \
	CMPQ rows, $2 \
	JLT  done \
	ADDV (init_ptr), Y0, Y0 \
	CMPQ rows, $3 \
	JLT  done \
	ADDV 32(init_ptr), Y1, Y1 \
	CMPQ rows, $4 \
	JLT  done \
	ADDV 64(init_ptr), Y2, Y2 \
	CMPQ rows, $5 \
	JLT  done \
	ADDV 96(init_ptr), Y3, Y3 \
	CMPQ rows, $6 \
	JLT  done \
	ADDV 128(init_ptr), Y4, Y4 \
	CMPQ rows, $7 \
	JLT  done \
	ADDV 160(init_ptr), Y5, Y5 \
	CMPQ rows, $8 \
	JLT  done \
	ADDV 192(init_ptr), Y6, Y6 \
	CMPQ rows, $9 \
	JLT  done \
	ADDV 224(init_ptr), Y7, Y7 \
	CMPQ rows, $10 \
	JLT  done \
	ADDV 256(init_ptr), Y8, Y8 \
	CMPQ rows, $11 \
	JLT  done \
	ADDV 288(init_ptr), Y9, Y9 \
	CMPQ rows, $12 \
	JLT  done \
	ADDV 320(init_ptr), Y10, Y10 \
done:
#define PUT_LINE(done) \
	VMOVUPS Y11, (c_ptr)(second*1) \
	CMPQ    rows, $2 \
	JLT     done \
	VMOVUPS Y0, (c_ptr) \
	CMPQ    rows, $3 \
	JLT     done \
	VMOVUPS Y1, 32(c_ptr) \
	CMPQ    rows, $4 \
	JLT     done \
	VMOVUPS Y2, 64(c_ptr) \
	CMPQ    rows, $5 \
	JLT     done \
	VMOVUPS Y3, 96(c_ptr) \
	CMPQ    rows, $6 \
	JLT     done \
	VMOVUPS Y4, 128(c_ptr) \
	CMPQ    rows, $7 \
	JLT     done \
	VMOVUPS Y5, 160(c_ptr) \
	CMPQ    rows, $8 \
	JLT     done \
	VMOVUPS Y6, 192(c_ptr) \
	CMPQ    rows, $9 \
	JLT     done \
	VMOVUPS Y7, 224(c_ptr) \
	CMPQ    rows, $10 \
	JLT     done \
	VMOVUPS Y8, 256(c_ptr) \
	CMPQ    rows, $11 \
	JLT     done \
	VMOVUPS Y9, 288(c_ptr) \
	CMPQ    rows, $12 \
	JLT     done \
	VMOVUPS Y10, 320(c_ptr) \
done:

// ---- one row of up to 6 vectors over two blocks of k side by side; the last one is in Y5 and Y11 ----

#define a_next a_low // of the second block
#define b_next R11
#define k_rest R12   // by how much the first block is longer

// FORMERx, LATTERx add the terms of x vectors in the first and in the second block. Uses a_ptr, b_ptr, a_next, b_next,
// second. Clobbers Y12, Y13.
#define FORMER1 \
	BCAST (a_ptr), Y12 \
	FMADD (b_ptr)(second*1), Y12, Y5
#define FORMER2 \
	FORMER1 \
	FMADD (b_ptr), Y12, Y0
#define FORMER3 \
	FORMER2 \
	FMADD 32(b_ptr), Y12, Y1
#define FORMER4 \
	FORMER3 \
	FMADD 64(b_ptr), Y12, Y2
#define FORMER5 \
	FORMER4 \
	FMADD 96(b_ptr), Y12, Y3
#define FORMER6 \
	FORMER5 \
	FMADD 128(b_ptr), Y12, Y4
#define LATTER1 \
	BCAST (a_next), Y13 \
	FMADD (b_next)(second*1), Y13, Y11
#define LATTER2 \
	LATTER1 \
	FMADD (b_next), Y13, Y6
#define LATTER3 \
	LATTER2 \
	FMADD 32(b_next), Y13, Y7
#define LATTER4 \
	LATTER3 \
	FMADD 64(b_next), Y13, Y8
#define LATTER5 \
	LATTER4 \
	FMADD 96(b_next), Y13, Y9
#define LATTER6 \
	LATTER5 \
	FMADD 128(b_next), Y13, Y10

// ALONG_NEXT goes to the next k in the second block. Uses a_k, b_k. Clobbers a_next, b_next.
#define ALONG_NEXT \
	ADDQ b_k, b_next \
	ADDQ a_k, a_next

// ALONG_BOTH goes to the next k in both.
#define ALONG_BOTH \
	ALONG3 \
	ALONG_NEXT

// PAIR runs both blocks as far as the shorter reaches, in k_left, and then the rest of the longer. Uses k_rest.
#define PAIR(former, latter, both, rest, one, two, out) \
	CHAIN(former, latter, ALONG_BOTH, both) \
	MOVQ  k_rest, k_left \
	TESTQ k_left, k_left \
	JZ    out \
	JLT   rest \
	CHAIN(NOTHING, former, ALONG3, one) \
	JMP   out \
rest: \
	NEGQ k_left \
	CHAIN(NOTHING, latter, ALONG_NEXT, two) \
	JMP  out

// RELU6 is RELU4 for the sums of a pair. Clobbers Y14.
#define RELU6 \
	RELU4 \
	MAXV Y4, Y14, Y4 \
	MAXV Y5, Y14, Y5

// INIT_PAIR adds what the first block is added to, SUM_PAIR the second block's sum, PUT_PAIR stores. Uses rows, second,
// init_ptr or c_ptr.
#define INIT_PAIR(done) \
	ADDV (init_ptr)(second*1), Y5, Y5 \
	CMPQ rows, $2 \
	JLT  done \
	ADDV (init_ptr), Y0, Y0 \
	CMPQ rows, $3 \
	JLT  done \
	ADDV 32(init_ptr), Y1, Y1 \
	CMPQ rows, $4 \
	JLT  done \
	ADDV 64(init_ptr), Y2, Y2 \
	CMPQ rows, $5 \
	JLT  done \
	ADDV 96(init_ptr), Y3, Y3 \
	CMPQ rows, $6 \
	JLT  done \
	ADDV 128(init_ptr), Y4, Y4 \
done:
#define SUM_PAIR \
	ADDV Y6, Y0, Y0 \
	ADDV Y7, Y1, Y1 \
	ADDV Y8, Y2, Y2 \
	ADDV Y9, Y3, Y3 \
	ADDV Y10, Y4, Y4 \
	ADDV Y11, Y5, Y5
#define PUT_PAIR(done) \
	VMOVUPS Y5, (c_ptr)(second*1) \
	CMPQ    rows, $2 \
	JLT     done \
	VMOVUPS Y0, (c_ptr) \
	CMPQ    rows, $3 \
	JLT     done \
	VMOVUPS Y1, 32(c_ptr) \
	CMPQ    rows, $4 \
	JLT     done \
	VMOVUPS Y2, 64(c_ptr) \
	CMPQ    rows, $5 \
	JLT     done \
	VMOVUPS Y3, 96(c_ptr) \
	CMPQ    rows, $6 \
	JLT     done \
	VMOVUPS Y4, 128(c_ptr) \
done:

// ---- two rows of 6 vectors, three of 4 ----

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

// NEXT_WIDE goes to the next columns, step bytes on; the flags tell whether as many are left. Uses args. Clobbers rows.
#define NEXT_WIDE(step, plain) \
	ADDQ $step, gemmArgs_bNow(args) \
	ADDQ $step, gemmArgs_cTop(args) \
	CMPQ gemmArgs_initTop(args), $0 \
	JEQ  plain \
	ADDQ $step, gemmArgs_initTop(args) \
plain: \
	SUBQ $step, gemmArgs_colsLeft(args) \
	CMPQ gemmArgs_colsLeft(args), $step

// LOAD_WIDE loads the operands of the columns that are next. Uses args. Clobbers a_ptr, a_row, a_k, b_ptr, b_k, k_left.
#define LOAD_WIDE \
	MOVQ gemmArgs_a(args), a_ptr \
	MOVQ gemmArgs_aRow(args), a_row \
	MOVQ gemmArgs_aK(args), a_k \
	MOVQ gemmArgs_bNow(args), b_ptr \
	MOVQ gemmArgs_bK(args), b_k \
	MOVQ gemmArgs_k(args), k_left

// LOAD_OUT_WIDE loads where they go. Uses args. Clobbers c_ptr, c_row, init_ptr, init_row.
#define LOAD_OUT_WIDE \
	MOVQ gemmArgs_cTop(args), c_ptr \
	MOVQ gemmArgs_cRow(args), c_row \
	MOVQ gemmArgs_initTop(args), init_ptr \
	MOVQ gemmArgs_initRow(args), init_row
