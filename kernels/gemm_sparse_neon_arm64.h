// A row of a sparse product on NEON, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMLA_LANE, FADDV, FLTZ, CMPEQ, the load of one element,
// LOAD_A, and SHIFT, the logarithm of its bytes. Distances and widths are in bytes and a vector is 16 of them, so
// nothing else depends on the type. Lanes are columns; every accumulator is one chain over the stored elements.

#define args     R0
#define b_ptr    R1  // row 0 of B
#define idx_ptr  R2
#define val_ptr  R3
#define left     R4  // elements
#define b_row    R5
#define row      R6  // of B
#define c_ptr    R7
#define init_ptr R8  // what the sums are added to, or 0
#define relu_too R9
#define some     R10

// ZERO8 clears the accumulators. Clobbers V0 to V7.
#define ZERO8 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16

// TERMS8, TERMS4, TERMS1 add an element's terms to so many vectors of columns. Uses row, V24. Clobbers row, V16 to V23.
#define TERMS8 \
	VLD1.P 64(row), [V16.S4, V17.S4, V18.S4, V19.S4] \
	VLD1   (row), [V20.S4, V21.S4, V22.S4, V23.S4] \
	FMLA_LANE(v24, 0, v16, v0) \
	FMLA_LANE(v24, 0, v17, v1) \
	FMLA_LANE(v24, 0, v18, v2) \
	FMLA_LANE(v24, 0, v19, v3) \
	FMLA_LANE(v24, 0, v20, v4) \
	FMLA_LANE(v24, 0, v21, v5) \
	FMLA_LANE(v24, 0, v22, v6) \
	FMLA_LANE(v24, 0, v23, v7)
#define TERMS4 \
	VLD1 (row), [V16.S4, V17.S4, V18.S4, V19.S4] \
	FMLA_LANE(v24, 0, v16, v0) \
	FMLA_LANE(v24, 0, v17, v1) \
	FMLA_LANE(v24, 0, v18, v2) \
	FMLA_LANE(v24, 0, v19, v3)
#define TERMS1 \
	VLD1 (row), [V16.S4] \
	FMLA_LANE(v24, 0, v16, v0)

// INITS8, INITS4, INITS1 add what the sums are added to. Uses init_ptr. Clobbers init_ptr, V16 to V23.
#define INITS8 \
	VLD1.P 64(init_ptr), [V16.S4, V17.S4, V18.S4, V19.S4] \
	VLD1   (init_ptr), [V20.S4, V21.S4, V22.S4, V23.S4] \
	FADDV(v16, v0, v0) \
	FADDV(v17, v1, v1) \
	FADDV(v18, v2, v2) \
	FADDV(v19, v3, v3) \
	FADDV(v20, v4, v4) \
	FADDV(v21, v5, v5) \
	FADDV(v22, v6, v6) \
	FADDV(v23, v7, v7)
#define INITS4 \
	VLD1 (init_ptr), [V16.S4, V17.S4, V18.S4, V19.S4] \
	FADDV(v16, v0, v0) \
	FADDV(v17, v1, v1) \
	FADDV(v18, v2, v2) \
	FADDV(v19, v3, v3)
#define INITS1 \
	VLD1 (init_ptr), [V16.S4] \
	FADDV(v16, v0, v0)

// PUTS8, PUTS4, PUTS1 store the sums. Uses c_ptr. Clobbers c_ptr.
#define PUTS8 \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(c_ptr) \
	VST1   [V4.S4, V5.S4, V6.S4, V7.S4], (c_ptr)
#define PUTS4 \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (c_ptr)
#define PUTS1 \
	VST1 [V0.S4], (c_ptr)

// RELU1 is x = x < 0 ? 0 : x: NaN and −0 stay. Clobbers V16.
#define RELU1(x) \
	FLTZ(x, v16) \
	VBIC_B16(v16, x, x)
#define RELUS1 \
	RELU1(v0)
#define RELUS4 \
	RELUS1 \
	RELU1(v1) \
	RELU1(v2) \
	RELU1(v3)
#define RELUS8 \
	RELUS4 \
	RELU1(v4) \
	RELU1(v5) \
	RELU1(v6) \
	RELU1(v7)

// NEGATIVE sets some to other than 0 if a sum is −0. Uses V25, which is −0. Clobbers row, V16, V17.
#define NEGATIVE1(x) \
	CMPEQ(x, V17) \
	VORR V17.B16, V16.B16, V16.B16
#define NEGATIVE \
	CMPEQ(V0, V16) \
	NEGATIVE1(V1) \
	NEGATIVE1(V2) \
	NEGATIVE1(V3) \
	NEGATIVE1(V4) \
	NEGATIVE1(V5) \
	NEGATIVE1(V6) \
	NEGATIVE1(V7) \
	VMOV V16.D[0], some \
	VMOV V16.D[1], row \
	ORR  row, some

// BEGIN loads the operands. Uses args.
#define BEGIN \
	MOVD sparseArgs_b(args), b_ptr \
	MOVD sparseArgs_index(args), idx_ptr \
	MOVD sparseArgs_value(args), val_ptr \
	MOVD sparseArgs_count(args), left \
	MOVD sparseArgs_bRow(args), b_row \
	MOVD sparseArgs_c(args), c_ptr \
	MOVD sparseArgs_init(args), init_ptr \
	MOVD sparseArgs_relu(args), relu_too \
	ZERO8

// COLUMNS is the product for some vectors. Uses args and what BEGIN loads. Clobbers left, row, some, V24, and as its parts do.
#define COLUMNS(terms, inits, relus, puts, loop, summed, relu, put, negative) \
	CBZ left, summed \
loop: \
	MOVW.P 4(idx_ptr), row \
	LOAD_A (val_ptr), F24 \
	ADD    $(1<<SHIFT), val_ptr \
	MADD   b_row, b_ptr, row, row \
	terms \
	SUBS   $1, left \
	BNE    loop \
	NEGATIVE \
	CBNZ   some, negative \
summed: \
	CBZ  init_ptr, relu \
	inits \
relu: \
	CBZ  relu_too, put \
	relus \
put: \
	puts \
	RET \
negative: \
	MOVD $1, some \
	MOVD some, sparseArgs_negative(args) \
	RET
