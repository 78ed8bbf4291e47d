// The tiles of the matrix product on NEON, for either type. Macros only.
//
// The file that includes this names the type's instructions: FMLA_LANE, FADDV, FLTZ and the load of one element,
// LOAD_A. Distances and widths are in bytes and a vector is 16 of them, so nothing else depends on the type. Lanes are
// columns; every accumulator is one chain over k.

#define args     R0
#define a_0      R1  // the rows of the tile at k = 0
#define a_1      R2
#define a_2      R3
#define a_3      R4
#define a_4      R5
#define a_5      R6
#define a_6      R7
#define a_7      R8
#define a_at     R9  // from there to k
#define a_k      R10
#define b_ptr    R11
#define b_k      R12
#define k_left   R13
#define rows     R14 // of this tile
#define c_ptr    R15
#define c_row    R19
#define init_ptr R20 // what the sum is added to, or 0
#define init_row R21
#define rows_all R22 // left
#define a_row    R23
#define a_step   R24 // from a row to the next where tiles lie
#define a_tall   R25 // what a_k grows by with every row of a tile

// NEXT_ROWS takes 8 rows, or all if there are no more, or half of 9 to 15. Uses rows_all. Clobbers rows, rows_all,
// a_at.
#define NEXT_ROWS(take) \
	MOVD rows_all, rows \
	CMP  $8, rows \
	BLE  take \
	ADD  $1, rows, a_at \
	LSR  $1, a_at, a_at \
	MOVD $8, rows \
	CMP  rows, a_at \
	CSEL LT, a_at, rows, rows \
take: \
	SUB rows, rows_all

// LOAD_ARGS loads what all tiles have in common. Uses args. Clobbers a_0, a_row, a_k, b_k, c_ptr, c_row, init_ptr,
// init_row, rows_all, a_step, a_tall.
#define LOAD_ARGS \
	MOVD gemmArgs_a(args), a_0 \
	MOVD gemmArgs_aRow(args), a_row \
	MOVD gemmArgs_aTile(args), a_step \
	MOVD gemmArgs_aTall(args), a_tall \
	CMP  $0, a_step \
	CSEL EQ, a_row, a_step, a_step \
	MOVD gemmArgs_bK(args), b_k \
	MOVD gemmArgs_c(args), c_ptr \
	MOVD gemmArgs_cRow(args), c_row \
	MOVD gemmArgs_init(args), init_ptr \
	MOVD gemmArgs_initRow(args), init_row \
	MOVD gemmArgs_rows(args), rows_all

// LOAD_TILE finds the operands of the next tile. Uses args, a_0, a_row, a_tall, rows. Clobbers a_1 to a_7, a_at, a_k, b_ptr,
// k_left.
#define LOAD_TILE \
	MOVD gemmArgs_aK(args), a_k \
	MADD rows, a_k, a_tall, a_k \
	ADD  a_row, a_0, a_1 \
	ADD  a_row, a_1, a_2 \
	ADD  a_row, a_2, a_3 \
	ADD  a_row, a_3, a_4 \
	ADD  a_row, a_4, a_5 \
	ADD  a_row, a_5, a_6 \
	ADD  a_row, a_6, a_7 \
	MOVD ZR, a_at \
	MOVD gemmArgs_b(args), b_ptr \
	MOVD gemmArgs_k(args), k_left

// CHAIN is one term of every accumulator for each k. Uses a_k. Clobbers a_at, k_left, and as its parts do.
#define CHAIN(load, terms, loop) \
	PCALIGN $16 \
loop: \
	load \
	terms \
	ADD  a_k, a_at \
	SUBS $1, k_left \
	BNE  loop

// TILES runs the chains of a tile of 1 to 8 rows. Uses rows and what the chains use.
#define TILES(load, one, two, three, four, five, six, seven, eight) \
	CMP $7, rows \
	BGT rows8 \
	BEQ rows7 \
	CMP $5, rows \
	BGT rows6 \
	BEQ rows5 \
	CMP $3, rows \
	BGT rows4 \
	BEQ rows3 \
	CMP $1, rows \
	BGT rows2 \
	CHAIN(load, one, loop1) \
	B   out \
rows2: \
	CHAIN(load, two, loop2) \
	B   out \
rows3: \
	CHAIN(load, three, loop3) \
	B   out \
rows4: \
	CHAIN(load, four, loop4) \
	B   out \
rows5: \
	CHAIN(load, five, loop5) \
	B   out \
rows6: \
	CHAIN(load, six, loop6) \
	B   out \
rows7: \
	CHAIN(load, seven, loop7) \
	B   out \
rows8: \
	CHAIN(load, eight, loop8) \
out:

// ZERO8, ZERO24 clear the accumulators of tiles of one and of three vectors. Clobbers V0 to V7, to V23.
#define ZERO8 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16
#define ZERO24 \
	ZERO8 \
	VEOR V8.B16, V8.B16, V8.B16 \
	VEOR V9.B16, V9.B16, V9.B16 \
	VEOR V10.B16, V10.B16, V10.B16 \
	VEOR V11.B16, V11.B16, V11.B16 \
	VEOR V12.B16, V12.B16, V12.B16 \
	VEOR V13.B16, V13.B16, V13.B16 \
	VEOR V14.B16, V14.B16, V14.B16 \
	VEOR V15.B16, V15.B16, V15.B16 \
	VEOR V16.B16, V16.B16, V16.B16 \
	VEOR V17.B16, V17.B16, V17.B16 \
	VEOR V18.B16, V18.B16, V18.B16 \
	VEOR V19.B16, V19.B16, V19.B16 \
	VEOR V20.B16, V20.B16, V20.B16 \
	VEOR V21.B16, V21.B16, V21.B16 \
	VEOR V22.B16, V22.B16, V22.B16 \
	VEOR V23.B16, V23.B16, V23.B16

// RELU1 is x = x < 0 ? 0 : x: NaN and −0 stay. Clobbers V24.
#define RELU1(x) \
	FLTZ(x, v24) \
	VBIC_B16(v24, x, x)

// RELU8, RELU24 do so in the accumulators. Clobbers V24.
#define RELU8 \
	RELU1(v0) \
	RELU1(v1) \
	RELU1(v2) \
	RELU1(v3) \
	RELU1(v4) \
	RELU1(v5) \
	RELU1(v6) \
	RELU1(v7)
#define RELU24 \
	RELU8 \
	RELU1(v8) \
	RELU1(v9) \
	RELU1(v10) \
	RELU1(v11) \
	RELU1(v12) \
	RELU1(v13) \
	RELU1(v14) \
	RELU1(v15) \
	RELU1(v16) \
	RELU1(v17) \
	RELU1(v18) \
	RELU1(v19) \
	RELU1(v20) \
	RELU1(v21) \
	RELU1(v22) \
	RELU1(v23)

// ---- three vectors of columns ----

// B3 loads the columns at this k. Uses b_k. Clobbers b_ptr, V24 to V26.
#define B3 \
	VLD1.P (b_ptr)(b_k), [V24.S4, V25.S4, V26.S4]

// ROW3 adds a row's terms. Uses a_at, V24 to V26. Clobbers to, which is also lane 0 of a.
#define ROW3(from, to, a, x, y, z) \
	LOAD_A (from)(a_at), to \
	FMLA_LANE(a, 0, v24, x) \
	FMLA_LANE(a, 0, v25, y) \
	FMLA_LANE(a, 0, v26, z)

// ROWS3x adds the terms of x rows. Uses a_0 to a_7, a_at, V24 to V26. Clobbers V27 to V31.
#define ROWS31 \
	ROW3(a_0, F27, v27, v0, v1, v2)
#define ROWS32 \
	ROWS31 \
	ROW3(a_1, F28, v28, v3, v4, v5)
#define ROWS33 \
	ROWS32 \
	ROW3(a_2, F29, v29, v6, v7, v8)
#define ROWS34 \
	ROWS33 \
	ROW3(a_3, F30, v30, v9, v10, v11)
#define ROWS35 \
	ROWS34 \
	ROW3(a_4, F31, v31, v12, v13, v14)
#define ROWS36 \
	ROWS35 \
	ROW3(a_5, F27, v27, v15, v16, v17)
#define ROWS37 \
	ROWS36 \
	ROW3(a_6, F28, v28, v18, v19, v20)
#define ROWS38 \
	ROWS37 \
	ROW3(a_7, F29, v29, v21, v22, v23)

// INIT3 adds a row of what the sum is added to. Uses init_row. Clobbers init_ptr, V24 to V26.
#define INIT3(x, y, z, X, Y, Z) \
	VLD1.P (init_ptr)(init_row), [V24.S4, V25.S4, V26.S4] \
	FADDV(v24, x, x) \
	FADDV(v25, y, y) \
	FADDV(v26, z, z)

// PUT3 stores a row. Uses c_row. Clobbers c_ptr.
#define PUT3(x, y, z, X, Y, Z) \
	VST1.P [X.S4, Y.S4, Z.S4], (c_ptr)(c_row)

// EACH3 does what, INIT3 or PUT3, for the tile's rows. Uses rows. Clobbers what the other clobbers.
#define EACH3(what, done) \
	what(v0, v1, v2, V0, V1, V2) \
	CMP $2, rows \
	BLT done \
	what(v3, v4, v5, V3, V4, V5) \
	CMP $3, rows \
	BLT done \
	what(v6, v7, v8, V6, V7, V8) \
	CMP $4, rows \
	BLT done \
	what(v9, v10, v11, V9, V10, V11) \
	CMP $5, rows \
	BLT done \
	what(v12, v13, v14, V12, V13, V14) \
	CMP $6, rows \
	BLT done \
	what(v15, v16, v17, V15, V16, V17) \
	CMP $7, rows \
	BLT done \
	what(v18, v19, v20, V18, V19, V20) \
	CMP $8, rows \
	BLT done \
	what(v21, v22, v23, V21, V22, V23) \
done:

// ---- one vector of columns: the same ----

// B1 loads the columns at this k. Uses b_k. Clobbers b_ptr, V24.
#define B1 \
	VLD1.P (b_ptr)(b_k), [V24.S4]

// ROW1 adds a row's terms. Uses a_at, V24. Clobbers to, which is also lane 0 of a.
#define ROW1(from, to, a, x) \
	LOAD_A (from)(a_at), to \
	FMLA_LANE(a, 0, v24, x)

// ROWS1x adds the terms of x rows. Uses a_0 to a_7, a_at, V24. Clobbers V27 to V31.
#define ROWS11 \
	ROW1(a_0, F27, v27, v0)
#define ROWS12 \
	ROWS11 \
	ROW1(a_1, F28, v28, v1)
#define ROWS13 \
	ROWS12 \
	ROW1(a_2, F29, v29, v2)
#define ROWS14 \
	ROWS13 \
	ROW1(a_3, F30, v30, v3)
#define ROWS15 \
	ROWS14 \
	ROW1(a_4, F31, v31, v4)
#define ROWS16 \
	ROWS15 \
	ROW1(a_5, F27, v27, v5)
#define ROWS17 \
	ROWS16 \
	ROW1(a_6, F28, v28, v6)
#define ROWS18 \
	ROWS17 \
	ROW1(a_7, F29, v29, v7)

// INIT1, PUT1, EACH1: INIT3, PUT3, EACH3 for one vector.
#define INIT1(x, X) \
	VLD1.P (init_ptr)(init_row), [V24.S4] \
	FADDV(v24, x, x)
#define PUT1(x, X) \
	VST1.P [X.S4], (c_ptr)(c_row)
#define EACH1(what, done) \
	what(v0, V0) \
	CMP $2, rows \
	BLT done \
	what(v1, V1) \
	CMP $3, rows \
	BLT done \
	what(v2, V2) \
	CMP $4, rows \
	BLT done \
	what(v3, V3) \
	CMP $5, rows \
	BLT done \
	what(v4, V4) \
	CMP $6, rows \
	BLT done \
	what(v5, V5) \
	CMP $7, rows \
	BLT done \
	what(v6, V6) \
	CMP $8, rows \
	BLT done \
	what(v7, V7) \
done:

// ---- one row of eight vectors ----

// B8 loads the columns at this k and advances. Uses b_k. Clobbers b_ptr, a_1, V16 to V23.
#define B8 \
	ADD    $64, b_ptr, a_1 \
	VLD1.P (b_ptr)(b_k), [V16.S4, V17.S4, V18.S4, V19.S4] \
	VLD1   (a_1), [V20.S4, V21.S4, V22.S4, V23.S4]

// WIDE adds the row's terms. Uses a_0, a_at, V16 to V23. Clobbers V27.
#define WIDE \
	LOAD_A (a_0)(a_at), F27 \
	FMLA_LANE(v27, 0, v16, v0) \
	FMLA_LANE(v27, 0, v17, v1) \
	FMLA_LANE(v27, 0, v18, v2) \
	FMLA_LANE(v27, 0, v19, v3) \
	FMLA_LANE(v27, 0, v20, v4) \
	FMLA_LANE(v27, 0, v21, v5) \
	FMLA_LANE(v27, 0, v22, v6) \
	FMLA_LANE(v27, 0, v23, v7)
