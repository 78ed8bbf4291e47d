// A row of a sparse product on AVX2 and FMA, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMADD, ADDV, MAXV, BCAST, CMPEQ, and SIZE, the bytes of an
// element. Distances and widths are in bytes and a vector is 32 of them, so nothing else depends on the type. Lanes are
// columns; every accumulator is one chain over the stored elements.

#define args     DI
#define b_ptr    SI  // row 0 of B
#define idx_ptr  DX
#define val_ptr  R8
#define at       AX  // the element
#define count    CX
#define b_row    R9
#define row      R10 // of B
#define c_ptr    R11
#define init_ptr R12 // what the sums are added to, or 0
#define left     BX  // bytes of the last vector
#define mask_ptr R13

// ZERO8 clears the accumulators. Clobbers Y0 to Y7.
#define ZERO8 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7

// RELUS1 … RELUS8 are x = 0 > x ? 0 : x in the sums of so many vectors: NaN and −0 stay. Uses Y14, which is 0.
#define RELUS1 \
	MAXV Y0, Y14, Y0
#define RELUS2 \
	RELUS1 \
	MAXV Y1, Y14, Y1
#define RELUS3 \
	RELUS2 \
	MAXV Y2, Y14, Y2
#define RELUS4 \
	RELUS3 \
	MAXV Y3, Y14, Y3
#define RELUS5 \
	RELUS4 \
	MAXV Y4, Y14, Y4
#define RELUS6 \
	RELUS5 \
	MAXV Y5, Y14, Y5
#define RELUS7 \
	RELUS6 \
	MAXV Y6, Y14, Y6
#define RELUS8 \
	RELUS7 \
	MAXV Y7, Y14, Y7

// NEGATIVE is whether any sum is −0, in the flags. Clobbers Y12 to Y14.
#define NEGATIVE \
	BCAST sparse_negative<>(SB), Y14 \
	CMPEQ Y0, Y14, Y12 \
	CMPEQ Y1, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	CMPEQ Y2, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	CMPEQ Y3, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	CMPEQ Y4, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	CMPEQ Y5, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	CMPEQ Y6, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	CMPEQ Y7, Y14, Y13 \
	VPOR  Y13, Y12, Y12 \
	VPTEST Y12, Y12

// TERMS1 … TERMS7 add an element's terms to so many whole vectors of columns, TERM to the last, under the mask Y15. Uses
// row, Y12. Clobbers Y13.
#define TERMS0
#define TERMS1 \
	FMADD 0(row), Y12, Y0
#define TERMS2 \
	TERMS1 \
	FMADD 32(row), Y12, Y1
#define TERMS3 \
	TERMS2 \
	FMADD 64(row), Y12, Y2
#define TERMS4 \
	TERMS3 \
	FMADD 96(row), Y12, Y3
#define TERMS5 \
	TERMS4 \
	FMADD 128(row), Y12, Y4
#define TERMS6 \
	TERMS5 \
	FMADD 160(row), Y12, Y5
#define TERMS7 \
	TERMS6 \
	FMADD 192(row), Y12, Y6
#define TERM(off, sum) \
	VMASKMOVPS off(row), Y15, Y13 \
	FMADD Y13, Y12, sum

// INITS1 … INITS7, INIT: the same for what the sums are added to. Uses init_ptr.
#define INITS0
#define INITS1 \
	ADDV 0(init_ptr), Y0, Y0
#define INITS2 \
	INITS1 \
	ADDV 32(init_ptr), Y1, Y1
#define INITS3 \
	INITS2 \
	ADDV 64(init_ptr), Y2, Y2
#define INITS4 \
	INITS3 \
	ADDV 96(init_ptr), Y3, Y3
#define INITS5 \
	INITS4 \
	ADDV 128(init_ptr), Y4, Y4
#define INITS6 \
	INITS5 \
	ADDV 160(init_ptr), Y5, Y5
#define INITS7 \
	INITS6 \
	ADDV 192(init_ptr), Y6, Y6
#define INIT(off, sum) \
	VMASKMOVPS off(init_ptr), Y15, Y13 \
	ADDV Y13, sum, sum

// PUTS1 … PUTS7, PUT store the sums. Uses c_ptr.
#define PUTS0
#define PUTS1 \
	VMOVUPS Y0, 0(c_ptr)
#define PUTS2 \
	PUTS1 \
	VMOVUPS Y1, 32(c_ptr)
#define PUTS3 \
	PUTS2 \
	VMOVUPS Y2, 64(c_ptr)
#define PUTS4 \
	PUTS3 \
	VMOVUPS Y3, 96(c_ptr)
#define PUTS5 \
	PUTS4 \
	VMOVUPS Y4, 128(c_ptr)
#define PUTS6 \
	PUTS5 \
	VMOVUPS Y5, 160(c_ptr)
#define PUTS7 \
	PUTS6 \
	VMOVUPS Y6, 192(c_ptr)
#define PUT(off, sum) \
	VMASKMOVPS sum, Y15, off(c_ptr)

// COLUMNS is the product for whole vectors and one more, at off bytes. Uses args and what BEGIN loads. Clobbers at, row,
// and as its parts do.
#define COLUMNS(terms, inits, relus, puts, off, sum, loop, summed, relu, put) \
	TESTQ count, count \
	JZ    summed \
loop: \
	MOVLQSX (idx_ptr)(at*4), row \
	BCAST   (val_ptr)(at*SIZE), Y12 \
	IMULQ   b_row, row \
	ADDQ    b_ptr, row \
	terms \
	TERM(off, sum) \
	INCQ    at \
	CMPQ    at, count \
	JLT     loop \
	NEGATIVE \
	JNZ     negative \
summed: \
	TESTQ init_ptr, init_ptr \
	JZ    relu \
	inits \
	INIT(off, sum) \
relu: \
	CMPQ sparseArgs_relu(args), $0 \
	JEQ  put \
	VXORPS Y14, Y14, Y14 \
	relus \
put: \
	puts \
	PUT(off, sum) \
	VZEROUPPER \
	RET

// BEGIN loads the operands. Uses args.
#define BEGIN \
	MOVQ sparseArgs_b(args), b_ptr \
	MOVQ sparseArgs_index(args), idx_ptr \
	MOVQ sparseArgs_value(args), val_ptr \
	MOVQ sparseArgs_count(args), count \
	MOVQ sparseArgs_bRow(args), b_row \
	MOVQ sparseArgs_c(args), c_ptr \
	MOVQ sparseArgs_init(args), init_ptr \
	XORL at, at \
	ZERO8

// ROW chooses by the width. Uses args. Clobbers all of the above.
#define ROW \
	BEGIN \
	MOVQ sparseArgs_cols(args), left \
	LEAQ -1(left), row \
	ANDQ $31, row \
	INCQ row \
	LEAQ ·tailMasks+32(SB), mask_ptr \
	SUBQ row, mask_ptr \
	VMOVUPS (mask_ptr), Y15 \
	CMPQ left, $32 \
	JLE  cols1 \
	CMPQ left, $64 \
	JLE  cols2 \
	CMPQ left, $96 \
	JLE  cols3 \
	CMPQ left, $128 \
	JLE  cols4 \
	CMPQ left, $160 \
	JLE  cols5 \
	CMPQ left, $192 \
	JLE  cols6 \
	CMPQ left, $224 \
	JLE  cols7 \
	COLUMNS(TERMS7, INITS7, RELUS8, PUTS7, 224, Y7, loop8, summed8, relu8, put8) \
cols7: \
	COLUMNS(TERMS6, INITS6, RELUS7, PUTS6, 192, Y6, loop7, summed7, relu7, put7) \
cols6: \
	COLUMNS(TERMS5, INITS5, RELUS6, PUTS5, 160, Y5, loop6, summed6, relu6, put6) \
cols5: \
	COLUMNS(TERMS4, INITS4, RELUS5, PUTS4, 128, Y4, loop5, summed5, relu5, put5) \
cols4: \
	COLUMNS(TERMS3, INITS3, RELUS4, PUTS3, 96, Y3, loop4, summed4, relu4, put4) \
cols3: \
	COLUMNS(TERMS2, INITS2, RELUS3, PUTS2, 64, Y2, loop3, summed3, relu3, put3) \
cols2: \
	COLUMNS(TERMS1, INITS1, RELUS2, PUTS1, 32, Y1, loop2, summed2, relu2, put2) \
cols1: \
	COLUMNS(TERMS0, INITS0, RELUS1, PUTS0, 0, Y0, loop1, summed1, relu1, put1) \
negative: \
	MOVQ $1, sparseArgs_negative(args) \
	VZEROUPPER \
	RET
