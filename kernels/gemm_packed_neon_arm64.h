// One row of a packed product on NEON, for any type of the panels. Macros only.
//
// The file that includes this names the type's instructions: FMLA_LANE, FADDV, FLTZ, the load of one element, LOAD_A,
// and that of a panel's row, three vectors once widened, LOAD_B(pointer, V0, V1, V2, v0, v1, v2). Every accumulator is
// one chain over k.

#define args     R0
#define a_ptr    R1  // op(A)[0][k]
#define a_k      R2
#define b_0      R3  // the panels side by side
#define b_1      R4
#define b_2      R5
#define b_3      R6
#define b_step   R7  // from one to the next
#define k_left   R8
#define groups   R9
#define c_ptr    R10
#define init_ptr R11 // what the sums are added to, or 0
#define relu_too R12
#define a_two    R13 // the same of the second block
#define d_0      R14
#define d_1      R15
#define d_2      R19
#define d_step   R20

// ZERO18 clears the accumulators. Clobbers V0 to V17.
#define ZERO18 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16 \
	VEOR V8.B16, V8.B16, V8.B16 \
	VEOR V9.B16, V9.B16, V9.B16 \
	VEOR V10.B16, V10.B16, V10.B16 \
	VEOR V11.B16, V11.B16, V11.B16 \
	VEOR V12.B16, V12.B16, V12.B16 \
	VEOR V13.B16, V13.B16, V13.B16 \
	VEOR V14.B16, V14.B16, V14.B16 \
	VEOR V15.B16, V15.B16, V15.B16 \
	VEOR V16.B16, V16.B16, V16.B16 \
	VEOR V17.B16, V17.B16, V17.B16

// PANEL adds a term to a panel. Uses a. Clobbers V18 to V20 or V21 to V23, and goes to the next k.
#define PANEL(from, a, x, y, z) \
	LOAD_B(from, V18, V19, V20, v18, v19, v20) \
	FMLA_LANE(a, 0, v18, x) \
	FMLA_LANE(a, 0, v19, y) \
	FMLA_LANE(a, 0, v20, z)
#define PANEL_ODD(from, a, x, y, z) \
	LOAD_B(from, V21, V22, V23, v21, v22, v23) \
	FMLA_LANE(a, 0, v21, x) \
	FMLA_LANE(a, 0, v22, y) \
	FMLA_LANE(a, 0, v23, z)

// FIRST2, FIRST3 add a term to two or three panels of the first of two blocks, SECOND2, SECOND3 of the second. Uses a_k.
// Clobbers V18 to V23, V24, V25, and goes to the next k.
#define FIRST2 \
	LOAD_A (a_ptr), F24 \
	ADD    a_k, a_ptr \
	PANEL(b_0, v24, v0, v1, v2) \
	PANEL_ODD(b_1, v24, v3, v4, v5)
#define FIRST3 \
	FIRST2 \
	PANEL(b_2, v24, v6, v7, v8)
#define SECOND2 \
	LOAD_A (a_two), F25 \
	ADD    a_k, a_two \
	PANEL_ODD(d_0, v25, v9, v10, v11) \
	PANEL(d_1, v25, v12, v13, v14)
#define SECOND3 \
	SECOND2 \
	PANEL_ODD(d_2, v25, v15, v16, v17)

// INIT1 adds to a panel what its sums are added to; PUT1 stores them. Clobbers V18 to V20; init_ptr; c_ptr.
#define INIT1(x, y, z) \
	VLD1.P 48(init_ptr), [V18.S4, V19.S4, V20.S4] \
	FADDV(v18, x, x) \
	FADDV(v19, y, y) \
	FADDV(v20, z, z)
#define PUT1(x, y, z) \
	VST1.P [x.S4, y.S4, z.S4], 48(c_ptr)

// RELU1 is x = x < 0 ? 0 : x for a panel: NaN and −0 stay. Clobbers V18 to V20.
#define RELU1(x, y, z) \
	FLTZ(x, v18) \
	FLTZ(y, v19) \
	FLTZ(z, v20) \
	VBIC_B16(v18, x, x) \
	VBIC_B16(v19, y, y) \
	VBIC_B16(v20, z, z)

// ROW goes through the groups of four panels. Uses args. Clobbers all of the above.
#define ROW(group, loop, summed, put) \
	MOVD packedArgs_b(args), b_0 \
	MOVD packedArgs_bStep(args), b_step \
	MOVD packedArgs_aK(args), a_k \
	MOVD packedArgs_c(args), c_ptr \
	MOVD packedArgs_init(args), init_ptr \
	MOVD packedArgs_relu(args), relu_too \
	MOVD packedArgs_groups(args), groups \
group: \
	MOVD packedArgs_a(args), a_ptr \
	MOVD packedArgs_k(args), k_left \
	ADD  b_step, b_0, b_1 \
	ADD  b_step, b_1, b_2 \
	ADD  b_step, b_2, b_3 \
	ZERO18 \
	PCALIGN $16 \
loop: \
	FIRST3 \
	PANEL_ODD(b_3, v24, v9, v10, v11) \
	SUBS $1, k_left \
	BNE  loop \
	CBZ  init_ptr, summed \
	INIT1(v0, v1, v2) \
	INIT1(v3, v4, v5) \
	INIT1(v6, v7, v8) \
	INIT1(v9, v10, v11) \
summed: \
	CBZ  relu_too, put \
	RELU1(v0, v1, v2) \
	RELU1(v3, v4, v5) \
	RELU1(v6, v7, v8) \
	RELU1(v9, v10, v11) \
put: \
	PUT1(V0, V1, V2) \
	PUT1(V3, V4, V5) \
	PUT1(V6, V7, V8) \
	PUT1(V9, V10, V11) \
	MOVD b_3, b_0 \
	SUBS $1, groups \
	BNE  group \
	RET

// INITS2, ADDS2, RELUS2, PUTS2 do so for two panels, with the sum of the second block; INITS3 … for three.
#define INITS2 \
	INIT1(v0, v1, v2) \
	INIT1(v3, v4, v5)
#define INITS3 \
	INITS2 \
	INIT1(v6, v7, v8)
#define ADDS2 \
	FADDV(v9, v0, v0) \
	FADDV(v10, v1, v1) \
	FADDV(v11, v2, v2) \
	FADDV(v12, v3, v3) \
	FADDV(v13, v4, v4) \
	FADDV(v14, v5, v5)
#define ADDS3 \
	ADDS2 \
	FADDV(v15, v6, v6) \
	FADDV(v16, v7, v7) \
	FADDV(v17, v8, v8)
#define RELUS2 \
	RELU1(v0, v1, v2) \
	RELU1(v3, v4, v5)
#define RELUS3 \
	RELUS2 \
	RELU1(v6, v7, v8)
#define PUTS2 \
	PUT1(V0, V1, V2) \
	PUT1(V3, V4, V5)
#define PUTS3 \
	PUTS2 \
	PUT1(V6, V7, V8)

// END goes through two or three panels of one block, or of two side by side. Uses args. Clobbers all of the above.
#define END(one, two, inits, adds, relus, puts, both, first, loop1, second, loop2, out, add, relu, put) \
	MOVD packedArgs_a(args), a_ptr \
	MOVD packedArgs_aK(args), a_k \
	MOVD packedArgs_b(args), b_0 \
	MOVD packedArgs_bStep(args), b_step \
	ADD  b_step, b_0, b_1 \
	ADD  b_step, b_1, b_2 \
	MOVD packedArgs_a2(args), a_two \
	MOVD packedArgs_b2(args), d_0 \
	MOVD packedArgs_b2Step(args), d_step \
	ADD  d_step, d_0, d_1 \
	ADD  d_step, d_1, d_2 \
	ZERO18 \
	MOVD packedArgs_both(args), k_left \
	CBZ  k_left, first \
both: \
	one \
	two \
	SUBS $1, k_left \
	BNE  both \
first: \
	MOVD packedArgs_k(args), k_left \
	CBZ  k_left, second \
loop1: \
	one \
	SUBS $1, k_left \
	BNE  loop1 \
second: \
	MOVD packedArgs_k2(args), k_left \
	CBZ  k_left, out \
loop2: \
	two \
	SUBS $1, k_left \
	BNE  loop2 \
out: \
	MOVD packedArgs_c(args), c_ptr \
	MOVD packedArgs_init(args), init_ptr \
	CBZ  init_ptr, add \
	inits \
add: \
	MOVD packedArgs_b2(args), d_0 \
	CBZ  d_0, relu \
	adds \
relu: \
	MOVD packedArgs_relu(args), relu_too \
	CBZ  relu_too, put \
	relus \
put: \
	puts \
	RET
