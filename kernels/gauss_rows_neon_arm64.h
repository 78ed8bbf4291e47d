// The diagonal tiles and the single rows of the Gaussian log-densities on NEON, for either type. Macros only; see
// gauss_neon_arm64.h for what the including file names and for the common registers.

#define m0 R3
#define m1 R4
#define m2 R5
#define m3 R6
#define d0 R7 // precisions
#define d1 R9
#define d2 R10
#define d3 R12
#define step R13
#define c_ptr R14
#define row_ptr R15

// POINTERS points p0 … p3 at rows one stride apart. Uses args. Clobbers step.
#define POINTERS(first, stride, p0, p1, p2, p3) \
	MOVD first, p0 \
	MOVD stride, step \
	ADD  step<<SHIFT, p0, p1 \
	ADD  step<<SHIFT, p1, p2 \
	ADD  step<<SHIFT, p2, p3

// COMPONENT adds the column V16-V19 to the distances of a tile from one component. Clobbers m, p (next column), V20-V29.
#define COMPONENT(m, p, q0, q1, q2, q3) \
	BCAST_P(m, V20) \
	LOAD1.P SIZE(p), F21 \
	FSUBV(v20, v16, v22) \
	FSUBV(v20, v17, v23) \
	FSUBV(v20, v18, v24) \
	FSUBV(v20, v19, v25) \
	FMUL_LANE(v21, 0, v22, v26) \
	FMUL_LANE(v21, 0, v23, v27) \
	FMUL_LANE(v21, 0, v24, v28) \
	FMUL_LANE(v21, 0, v25, v29) \
	FMLAV(v22, v26, q0) \
	FMLAV(v23, v27, q1) \
	FMLAV(v24, v28, q2) \
	FMLAV(v25, v29, q3)

// DIAG4 is gaussDiag4. Uses args. Clobbers all general registers above, V0-V29.
#define DIAG4 \
	MOVD gaussTile_out(args), out_ptr \
	MOVD gaussTile_x(args), x_ptr \
	MOVD gaussTile_tiles(args), tiles \
tile: \
	POINTERS(gaussTile_mean(args), gaussTile_meanStride(args), m0, m1, m2, m3) \
	POINTERS(gaussTile_p(args), gaussTile_pStride(args), d0, d1, d2, d3) \
	MOVD gaussTile_d(args), left \
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
	PCALIGN $16 \
column: \
	VLD1.P 64(x_ptr), [V16.S4, V17.S4, V18.S4, V19.S4] \
	COMPONENT(m0, d0, v0, v1, v2, v3) \
	COMPONENT(m1, d1, v4, v5, v6, v7) \
	COMPONENT(m2, d2, v8, v9, v10, v11) \
	COMPONENT(m3, d3, v12, v13, v14, v15) \
	SUBS $1, left \
	BNE  column \
	MOVD gaussTile_c(args), c_ptr \
	MOVD gaussTile_outStride(args), step \
	MOVD out_ptr, row_ptr \
	LOAD_HALF(F28) \
	DIAG_RESULT(v0, v1, v2, v3) \
	DIAG_RESULT(v4, v5, v6, v7) \
	DIAG_RESULT(v8, v9, v10, v11) \
	DIAG_RESULT(v12, v13, v14, v15) \
	ADD  $64, out_ptr \
	SUBS $1, tiles \
	BNE  tile

// DIAG_RESULT writes fma(−½, q, c) of one component. Uses step, V28. Clobbers c_ptr, row_ptr, V20-V23.
#define DIAG_RESULT(q0, q1, q2, q3) \
	BCAST_P(c_ptr, V20) \
	VORR V20.B16, V20.B16, V21.B16 \
	VORR V20.B16, V20.B16, V22.B16 \
	VORR V20.B16, V20.B16, V23.B16 \
	FMLA_LANE(v28, 0, q0, v20) \
	FMLA_LANE(v28, 0, q1, v21) \
	FMLA_LANE(v28, 0, q2, v22) \
	FMLA_LANE(v28, 0, q3, v23) \
	VST1 [V20.S4, V21.S4, V22.S4, V23.S4], (row_ptr) \
	ADD  step<<SHIFT, row_ptr, row_ptr

// DIAG1 is gaussDiag1. Uses args. Clobbers as DIAG4.
#define DIAG1 \
	MOVD gaussTile_out(args), row_ptr \
	MOVD gaussTile_x(args), x_ptr \
	MOVD gaussTile_tiles(args), tiles \
	MOVD $(64>>SHIFT), step \
	LOAD_HALF(F30) \
tile: \
	MOVD gaussTile_mean(args), m0 \
	MOVD gaussTile_p(args), d0 \
	MOVD gaussTile_c(args), c_ptr \
	MOVD gaussTile_d(args), left \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
column: \
	VLD1.P 64(x_ptr), [V16.S4, V17.S4, V18.S4, V19.S4] \
	COMPONENT(m0, d0, v0, v1, v2, v3) \
	SUBS $1, left \
	BNE  column \
	VORR V30.B16, V30.B16, V28.B16 \
	DIAG_RESULT(v0, v1, v2, v3) \
	SUBS $1, tiles \
	BNE  tile

// MASKED_COMPONENT adds the column V16-V19 to the distances and norms of a tile from one component: V20 mean, V21 p,
// V22 h, V23 ones where x is a number, V24 t, V25 u. Clobbers m, p, h (next column), V20-V26.
#define MASKED_COMPONENT(m, p, h, q0, q1, q2, q3, s0, s1, s2, s3) \
	BCAST_P(m, V20) \
	BCAST_P(p, V21) \
	BCAST_P(h, V22) \
	FCMEQV(v16, v16, v23) \
	FSUBV(v20, v16, v24) \
	VAND V23.B16, V24.B16, V24.B16 \
	FMULV(v21, v24, v25) \
	VAND V23.B16, V25.B16, V25.B16 \
	FMLAV(v24, v25, q0) \
	VAND V23.B16, V22.B16, V26.B16 \
	FADDV(v26, s0, s0) \
	FCMEQV(v17, v17, v23) \
	FSUBV(v20, v17, v24) \
	VAND V23.B16, V24.B16, V24.B16 \
	FMULV(v21, v24, v25) \
	VAND V23.B16, V25.B16, V25.B16 \
	FMLAV(v24, v25, q1) \
	VAND V23.B16, V22.B16, V26.B16 \
	FADDV(v26, s1, s1) \
	FCMEQV(v18, v18, v23) \
	FSUBV(v20, v18, v24) \
	VAND V23.B16, V24.B16, V24.B16 \
	FMULV(v21, v24, v25) \
	VAND V23.B16, V25.B16, V25.B16 \
	FMLAV(v24, v25, q2) \
	VAND V23.B16, V22.B16, V26.B16 \
	FADDV(v26, s2, s2) \
	FCMEQV(v19, v19, v23) \
	FSUBV(v20, v19, v24) \
	VAND V23.B16, V24.B16, V24.B16 \
	FMULV(v21, v24, v25) \
	VAND V23.B16, V25.B16, V25.B16 \
	FMLAV(v24, v25, q3) \
	VAND V23.B16, V22.B16, V26.B16 \
	FADDV(v26, s3, s3)

// MASKED is gaussMasked2: V0-V7 q, V8-V15 norms. Uses args. Clobbers all general registers above, V0-V28.
#define MASKED \
	MOVD gaussTile_out(args), out_ptr \
	MOVD gaussTile_x(args), x_ptr \
	MOVD gaussTile_tiles(args), tiles \
	LOAD_HALF(F28) \
tile: \
	MOVD gaussTile_mean(args), m0 \
	MOVD gaussTile_meanStride(args), step \
	ADD  step<<SHIFT, m0, m1 \
	MOVD gaussTile_p(args), d0 \
	MOVD gaussTile_pStride(args), step \
	ADD  step<<SHIFT, d0, d1 \
	MOVD gaussTile_h(args), m2 \
	MOVD gaussTile_hStride(args), step \
	ADD  step<<SHIFT, m2, m3 \
	MOVD gaussTile_c(args), c_ptr \
	MOVD gaussTile_rows(args), left \
	BCAST(c_ptr, V8) \
	ADD  left<<SHIFT, c_ptr, c_ptr \
	SUB  $SIZE, c_ptr \
	BCAST(c_ptr, V12) \
	VORR V8.B16, V8.B16, V9.B16 \
	VORR V8.B16, V8.B16, V10.B16 \
	VORR V8.B16, V8.B16, V11.B16 \
	VORR V12.B16, V12.B16, V13.B16 \
	VORR V12.B16, V12.B16, V14.B16 \
	VORR V12.B16, V12.B16, V15.B16 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16 \
	MOVD gaussTile_d(args), left \
column: \
	VLD1.P 64(x_ptr), [V16.S4, V17.S4, V18.S4, V19.S4] \
	MASKED_COMPONENT(m0, d0, m2, v0, v1, v2, v3, v8, v9, v10, v11) \
	MASKED_COMPONENT(m1, d1, m3, v4, v5, v6, v7, v12, v13, v14, v15) \
	SUBS $1, left \
	BNE  column \
	FMLA_LANE(v28, 0, v0, v8) \
	FMLA_LANE(v28, 0, v1, v9) \
	FMLA_LANE(v28, 0, v2, v10) \
	FMLA_LANE(v28, 0, v3, v11) \
	FMLA_LANE(v28, 0, v4, v12) \
	FMLA_LANE(v28, 0, v5, v13) \
	FMLA_LANE(v28, 0, v6, v14) \
	FMLA_LANE(v28, 0, v7, v15) \
	MOVD gaussTile_outStride(args), step \
	ADD  step<<SHIFT, out_ptr, row_ptr \
	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (out_ptr) \
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (row_ptr) \
	ADD  $64, out_ptr \
	SUBS $1, tiles \
	BNE  tile

// SCALAR adds an element, F8, to the distance from one component. Clobbers m, p (next element), F16-F18.
#define SCALAR(m, p, q) \
	LOAD1.P SIZE(m), F16 \
	LOAD1.P SIZE(p), F17 \
	SUB1   F16, F8, F16 \
	MUL1   F17, F16, F18 \
	FMADD1 F16, q, F18, q

// SCALAR_RESULT writes fma(−½, q, c) of one component. Uses F8 = −½. Clobbers c_ptr, out_ptr (next component), F16.
#define SCALAR_RESULT(q) \
	LOAD1.P SIZE(c_ptr), F16 \
	FMADD1  q, F16, F8, F16 \
	STORE1.P F16, SIZE(out_ptr)

// DIAG_ROW is gaussDiagRow. Uses args. Clobbers all general registers above, F0-F3, F8, F16-F18.
#define DIAG_ROW \
	MOVD gaussTile_out(args), out_ptr \
	MOVD gaussTile_x(args), x_ptr \
	MOVD gaussTile_c(args), c_ptr \
	MOVD gaussTile_d(args), left \
	MOVD gaussTile_rows(args), tiles \
	POINTERS(gaussTile_mean(args), gaussTile_meanStride(args), m0, m1, m2, m3) \
	POINTERS(gaussTile_p(args), gaussTile_pStride(args), d0, d1, d2, d3) \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	CMP  $4, tiles \
	BNE  one \
four: \
	LOAD1.P SIZE(x_ptr), F8 \
	SCALAR(m0, d0, F0) \
	SCALAR(m1, d1, F1) \
	SCALAR(m2, d2, F2) \
	SCALAR(m3, d3, F3) \
	SUBS $1, left \
	BNE  four \
	B    result \
one: \
	LOAD1.P SIZE(x_ptr), F8 \
	SCALAR(m0, d0, F0) \
	SUBS $1, left \
	BNE  one \
result: \
	LOAD_HALF(F8) \
	SCALAR_RESULT(F0) \
	CMP  $4, tiles \
	BNE  done \
	SCALAR_RESULT(F1) \
	SCALAR_RESULT(F2) \
	SCALAR_RESULT(F3) \
done:

// SQUARE adds the square of an element to a norm. Clobbers z (next element), F16.
#define SQUARE(z, q) \
	LOAD1.P SIZE(z), F16 \
	FMADD1  F16, q, F16, q

// NORMS is gaussNorms. Uses out_ptr, m0 (z), c_ptr, left (d), tiles (n). Clobbers the general registers above, F0-F8, F16.
#define NORMS \
	ADD  left<<SHIFT, m0, m1 \
	ADD  left<<SHIFT, m1, m2 \
	ADD  left<<SHIFT, m2, m3 \
	ADD  left<<SHIFT, m3, d0 \
	ADD  left<<SHIFT, d0, d1 \
	ADD  left<<SHIFT, d1, d2 \
	ADD  left<<SHIFT, d2, d3 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16 \
	PCALIGN $16 \
column: \
	SQUARE(m0, F0) \
	SQUARE(m1, F1) \
	SQUARE(m2, F2) \
	SQUARE(m3, F3) \
	SQUARE(d0, F4) \
	SQUARE(d1, F5) \
	SQUARE(d2, F6) \
	SQUARE(d3, F7) \
	SUBS $1, left \
	BNE  column \
	LOAD_HALF(F8) \
	SCALAR_RESULT(F0) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F1) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F2) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F3) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F4) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F5) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F6) \
	SUBS $1, tiles \
	BEQ  done \
	SCALAR_RESULT(F7) \
done:

#define p_comp   R4
#define t_at     R9
#define p_at     R10
#define j0       R7 // first element of the panel
#define last     R6 // its greatest value
#define row_step R12 // bytes
#define mask_at  R15
#define spare1   R14

// ROW_PANELS transforms a row under one component in panels of W vectors that start at 0, W·LANES, … and at last, which
// is d − W·LANES: what is computed twice is so with the same bits. load, terms and put are the panel's parts; a row of p
// that the diagonal runs through is masked, and so is t_j: a term that a lane does not take is +0·+0.
#define ROW_PANELS(lanes, zero, load, terms, masked, put, panel, inside, above, diagonal, slope) \
	MOVD gaussTile_d(args), last \
	SUB  $(lanes), last \
	MOVD ZR, j0 \
panel: \
	CMP  last, j0 \
	BLE  inside \
	MOVD last, j0 \
inside: \
	ADD  j0<<SHIFT, p_comp, p_at \
	MOVD gaussTile_t(args), t_at \
	zero \
	MOVD j0, left \
	CBZ  left, diagonal \
above: \
	LOAD1.P SIZE(t_at), F16 \
	load \
	terms \
	ADD  row_step, p_at \
	SUBS $1, left \
	BNE  above \
diagonal: \
	MOVD $(lanes), left \
	MOVD $gauss_slope<>+64(SB), mask_at \
slope: \
	BCAST_P(t_at, V16) \
	load \
	masked \
	ADD  row_step, p_at \
	SUB  $SIZE, mask_at \
	SUBS $1, left \
	BNE  slope \
	ADD  j0<<SHIFT, out_ptr, spare1 \
	put \
	CMP  last, j0 \
	ADD  $(lanes), j0 \
	BLT  panel

// Panels of four, two and one vector: V0-V3 z, V4-V7 a row of p, V16 t_j, V8-V11 the mask, V12-V15 t_j masked.
#define ZERO4 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16
#define MASK_TERM(p, k, t, pv, tv, z) \
	VAND k.B16, p.B16, p.B16 \
	VAND k.B16, V16.B16, t.B16 \
	FMLAV(pv, tv, z)
#define LOAD_4 VLD1 (p_at), [V4.S4, V5.S4, V6.S4, V7.S4]
#define LOAD_2 VLD1 (p_at), [V4.S4, V5.S4]
#define LOAD_1 VLD1 (p_at), [V4.S4]
#define TERMS_1 \
	FMLA_LANE(v16, 0, v4, v0)
#define TERMS_2 \
	TERMS_1 \
	FMLA_LANE(v16, 0, v5, v1)
#define TERMS_4 \
	TERMS_2 \
	FMLA_LANE(v16, 0, v6, v2) \
	FMLA_LANE(v16, 0, v7, v3)
#define MASKED_1 \
	VLD1 (mask_at), [V8.S4] \
	MASK_TERM(V4, V8, V12, v4, v12, v0)
#define MASKED_2 \
	VLD1 (mask_at), [V8.S4, V9.S4] \
	MASK_TERM(V4, V8, V12, v4, v12, v0) \
	MASK_TERM(V5, V9, V13, v5, v13, v1)
#define MASKED_4 \
	VLD1 (mask_at), [V8.S4, V9.S4, V10.S4, V11.S4] \
	MASK_TERM(V4, V8, V12, v4, v12, v0) \
	MASK_TERM(V5, V9, V13, v5, v13, v1) \
	MASK_TERM(V6, V10, V14, v6, v14, v2) \
	MASK_TERM(V7, V11, V15, v7, v15, v3)
#define PUT_4 VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (spare1)
#define PUT_2 VST1 [V0.S4, V1.S4], (spare1)
#define PUT_1 VST1 [V0.S4], (spare1)

// ROW is gaussRow. Uses args. Clobbers all general registers above, V0-V16.
#define ROW \
	MOVD gaussTile_out(args), out_ptr \
	MOVD gaussTile_mean(args), mean_ptr \
	MOVD gaussTile_p(args), p_comp \
	MOVD gaussTile_pStride(args), row_step \
	MOVD gaussTile_rows(args), tiles \
	LSL  $SHIFT, row_step, row_step \
component: \
	MOVD gaussTile_x(args), x_ptr \
	MOVD gaussTile_t(args), t_at \
	MOVD gaussTile_d(args), last \
	SUB  $LANES, last \
	MOVD ZR, j0 \
centre: \
	CMP  last, j0 \
	BLE  centre_vector \
	MOVD last, j0 \
centre_vector: \
	ADD  j0<<SHIFT, x_ptr, p_at \
	ADD  j0<<SHIFT, mean_ptr, spare1 \
	VLD1 (p_at), [V0.S4] \
	VLD1 (spare1), [V1.S4] \
	FSUBV(v1, v0, v0) \
	ADD  j0<<SHIFT, t_at, spare1 \
	VST1 [V0.S4], (spare1) \
	CMP  last, j0 \
	ADD  $LANES, j0 \
	BLT  centre \
	MOVD gaussTile_first(args), left \
	CMP  $2, left \
	BEQ  two \
	BLT  one \
	ROW_PANELS(4*LANES, ZERO4, LOAD_4, TERMS_4, MASKED_4, PUT_4, panel4, inside4, above4, diagonal4, slope4) \
	B    next \
two: \
	ROW_PANELS(2*LANES, ZERO4, LOAD_2, TERMS_2, MASKED_2, PUT_2, panel2, inside2, above2, diagonal2, slope2) \
	B    next \
one: \
	ROW_PANELS(LANES, ZERO4, LOAD_1, TERMS_1, MASKED_1, PUT_1, panel1, inside1, above1, diagonal1, slope1) \
next: \
	MOVD gaussTile_d(args), left \
	ADD  left<<SHIFT, out_ptr, out_ptr \
	MADD row_step, p_comp, left, p_comp \
	MOVD gaussTile_meanStride(args), left \
	ADD  left<<SHIFT, mean_ptr, mean_ptr \
	SUBS $1, tiles \
	BNE  component
