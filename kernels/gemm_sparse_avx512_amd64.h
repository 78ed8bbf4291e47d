// A row of a sparse product on AVX-512, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMADD, ADDV, MAXV, BCAST, CMPEQ, and SIZE, the bytes of an
// element. Distances and widths are in bytes and a vector is 64 of them, so nothing else depends on the type. Lanes are
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

// ZERO8 clears the accumulators. Clobbers Z0 to Z7.
#define ZERO8 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	VPXORD Z4, Z4, Z4 \
	VPXORD Z5, Z5, Z5 \
	VPXORD Z6, Z6, Z6 \
	VPXORD Z7, Z7, Z7

// RELUS1 … RELUS8 are x = 0 > x ? 0 : x in the sums of so many vectors: NaN and −0 stay. Uses Z14, which is 0.
#define RELUS1 \
	MAXV Z0, Z14, Z0
#define RELUS2 \
	RELUS1 \
	MAXV Z1, Z14, Z1
#define RELUS3 \
	RELUS2 \
	MAXV Z2, Z14, Z2
#define RELUS4 \
	RELUS3 \
	MAXV Z3, Z14, Z3
#define RELUS5 \
	RELUS4 \
	MAXV Z4, Z14, Z4
#define RELUS6 \
	RELUS5 \
	MAXV Z5, Z14, Z5
#define RELUS7 \
	RELUS6 \
	MAXV Z6, Z14, Z6
#define RELUS8 \
	RELUS7 \
	MAXV Z7, Z14, Z7

// NEGATIVE is whether any sum is −0, in the flags. Clobbers Z14, K2, K3.
#define NEGATIVE \
	BCAST sparse_negative<>(SB), Z14 \
	CMPEQ Z0, Z14, K2 \
	CMPEQ Z1, Z14, K3 \
	KORW  K3, K2, K2 \
	CMPEQ Z2, Z14, K3 \
	KORW  K3, K2, K2 \
	CMPEQ Z3, Z14, K3 \
	KORW  K3, K2, K2 \
	CMPEQ Z4, Z14, K3 \
	KORW  K3, K2, K2 \
	CMPEQ Z5, Z14, K3 \
	KORW  K3, K2, K2 \
	CMPEQ Z6, Z14, K3 \
	KORW  K3, K2, K2 \
	CMPEQ Z7, Z14, K3 \
	KORW  K3, K2, K2 \
	KORTESTW K2, K2

// TERMS1 … TERMS7 add an element's terms to so many whole vectors of columns, TERM to the last, under the mask K1. Uses
// row, Z12. Clobbers Z13.
#define TERMS0
#define TERMS1 \
	FMADD 0(row), Z12, Z0
#define TERMS2 \
	TERMS1 \
	FMADD 64(row), Z12, Z1
#define TERMS3 \
	TERMS2 \
	FMADD 128(row), Z12, Z2
#define TERMS4 \
	TERMS3 \
	FMADD 192(row), Z12, Z3
#define TERMS5 \
	TERMS4 \
	FMADD 256(row), Z12, Z4
#define TERMS6 \
	TERMS5 \
	FMADD 320(row), Z12, Z5
#define TERMS7 \
	TERMS6 \
	FMADD 384(row), Z12, Z6
#define TERM(off, sum) \
	VMOVUPS.Z off(row), K1, Z13 \
	FMADD Z13, Z12, sum

// INITS1 … INITS7, INIT: the same for what the sums are added to. Uses init_ptr.
#define INITS0
#define INITS1 \
	ADDV 0(init_ptr), Z0, Z0
#define INITS2 \
	INITS1 \
	ADDV 64(init_ptr), Z1, Z1
#define INITS3 \
	INITS2 \
	ADDV 128(init_ptr), Z2, Z2
#define INITS4 \
	INITS3 \
	ADDV 192(init_ptr), Z3, Z3
#define INITS5 \
	INITS4 \
	ADDV 256(init_ptr), Z4, Z4
#define INITS6 \
	INITS5 \
	ADDV 320(init_ptr), Z5, Z5
#define INITS7 \
	INITS6 \
	ADDV 384(init_ptr), Z6, Z6
#define INIT(off, sum) \
	VMOVUPS.Z off(init_ptr), K1, Z13 \
	ADDV Z13, sum, sum

// PUTS1 … PUTS7, PUT store the sums. Uses c_ptr.
#define PUTS0
#define PUTS1 \
	VMOVUPS Z0, 0(c_ptr)
#define PUTS2 \
	PUTS1 \
	VMOVUPS Z1, 64(c_ptr)
#define PUTS3 \
	PUTS2 \
	VMOVUPS Z2, 128(c_ptr)
#define PUTS4 \
	PUTS3 \
	VMOVUPS Z3, 192(c_ptr)
#define PUTS5 \
	PUTS4 \
	VMOVUPS Z4, 256(c_ptr)
#define PUTS6 \
	PUTS5 \
	VMOVUPS Z5, 320(c_ptr)
#define PUTS7 \
	PUTS6 \
	VMOVUPS Z6, 384(c_ptr)
#define PUT(off, sum) \
	VMOVUPS sum, K1, off(c_ptr)

// COLUMNS is the product for whole vectors and one more, at off bytes. Uses args and what BEGIN loads. Clobbers at, row,
// and as its parts do.
#define COLUMNS(terms, inits, relus, puts, off, sum, loop, summed, relu, put) \
	TESTQ count, count \
	JZ    summed \
loop: \
	MOVLQSX (idx_ptr)(at*4), row \
	BCAST   (val_ptr)(at*SIZE), Z12 \
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
	VPXORD Z14, Z14, Z14 \
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
	MOVQ  sparseArgs_cols(args), left \
	LEAQ  -1(left), count \
	ANDQ  $63, count \
	NOTQ  count \
	ADDQ  $64, count \
	SHRQ  $2, count \
	MOVL  $0xffff, at \
	SHRL  count, at \
	KMOVW at, K1 \
	BEGIN \
	CMPQ left, $64 \
	JLE  cols1 \
	CMPQ left, $128 \
	JLE  cols2 \
	CMPQ left, $192 \
	JLE  cols3 \
	CMPQ left, $256 \
	JLE  cols4 \
	CMPQ left, $320 \
	JLE  cols5 \
	CMPQ left, $384 \
	JLE  cols6 \
	CMPQ left, $448 \
	JLE  cols7 \
	COLUMNS(TERMS7, INITS7, RELUS8, PUTS7, 448, Z7, loop8, summed8, relu8, put8) \
cols7: \
	COLUMNS(TERMS6, INITS6, RELUS7, PUTS6, 384, Z6, loop7, summed7, relu7, put7) \
cols6: \
	COLUMNS(TERMS5, INITS5, RELUS6, PUTS5, 320, Z5, loop6, summed6, relu6, put6) \
cols5: \
	COLUMNS(TERMS4, INITS4, RELUS5, PUTS4, 256, Z4, loop5, summed5, relu5, put5) \
cols4: \
	COLUMNS(TERMS3, INITS3, RELUS4, PUTS3, 192, Z3, loop4, summed4, relu4, put4) \
cols3: \
	COLUMNS(TERMS2, INITS2, RELUS3, PUTS2, 128, Z2, loop3, summed3, relu3, put3) \
cols2: \
	COLUMNS(TERMS1, INITS1, RELUS2, PUTS1, 64, Z1, loop2, summed2, relu2, put2) \
cols1: \
	COLUMNS(TERMS0, INITS0, RELUS1, PUTS0, 0, Z0, loop1, summed1, relu1, put1) \
negative: \
	MOVQ $1, sparseArgs_negative(args) \
	VZEROUPPER \
	RET
