// The tiles of the Gaussian log-densities on NEON, for either type. Macros only.
//
// The file that includes this names the type: SIZE and SHIFT of an element, LANES of a vector, and the instructions
// FADDV, FSUBV, FMULV, FMLAV, FCMEQV (vectors), FMLA_LANE, BCAST (an element to all lanes), LOAD1 and STORE1 (one element), SUB1, MUL1
// and FMADD1 (scalars). Vectors are loaded and stored as S4 whatever the type. A column of a tile is four vectors:
// lanes = rows of x.

#define args     R0
#define out_ptr  R1
#define x_ptr    R2
#define mean_ptr R3
#define p_base   R4 // of the component
#define t_base   R5
#define p_step   R6 // bytes
#define i0       R7 // first z of the tile or panel
#define left     R8
#define t_ptr    R9
#define p_ptr    R10
#define tiles    R11 // in ROW the components left
#define z_rows   R12
#define spare    R13

// ZERO clears V0 to V23.
#define ZERO \
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
	VEOR V17.B16, V17.B16, V17.B16 \
	VEOR V18.B16, V18.B16, V18.B16 \
	VEOR V19.B16, V19.B16, V19.B16 \
	VEOR V20.B16, V20.B16, V20.B16 \
	VEOR V21.B16, V21.B16, V21.B16 \
	VEOR V22.B16, V22.B16, V22.B16 \
	VEOR V23.B16, V23.B16, V23.B16

// TERMSx adds p[j][i]·t_j to z_i for i from x on. Uses p_ptr, V24-V27. Clobbers V28-V31.
#define TERMS5 \
	LOAD1 (5*SIZE)(p_ptr), F29 \
	FMLA_LANE(v29, 0, v24, v20) \
	FMLA_LANE(v29, 0, v25, v21) \
	FMLA_LANE(v29, 0, v26, v22) \
	FMLA_LANE(v29, 0, v27, v23)
#define TERMS4 \
	LOAD1 (4*SIZE)(p_ptr), F28 \
	FMLA_LANE(v28, 0, v24, v16) \
	FMLA_LANE(v28, 0, v25, v17) \
	FMLA_LANE(v28, 0, v26, v18) \
	FMLA_LANE(v28, 0, v27, v19) \
	TERMS5
#define TERMS3 \
	LOAD1 (3*SIZE)(p_ptr), F31 \
	FMLA_LANE(v31, 0, v24, v12) \
	FMLA_LANE(v31, 0, v25, v13) \
	FMLA_LANE(v31, 0, v26, v14) \
	FMLA_LANE(v31, 0, v27, v15) \
	TERMS4
#define TERMS2 \
	LOAD1 (2*SIZE)(p_ptr), F30 \
	FMLA_LANE(v30, 0, v24, v8) \
	FMLA_LANE(v30, 0, v25, v9) \
	FMLA_LANE(v30, 0, v26, v10) \
	FMLA_LANE(v30, 0, v27, v11) \
	TERMS3
#define TERMS1 \
	LOAD1 (1*SIZE)(p_ptr), F29 \
	FMLA_LANE(v29, 0, v24, v4) \
	FMLA_LANE(v29, 0, v25, v5) \
	FMLA_LANE(v29, 0, v26, v6) \
	FMLA_LANE(v29, 0, v27, v7) \
	TERMS2
#define TERMS0 \
	LOAD1 (0*SIZE)(p_ptr), F28 \
	FMLA_LANE(v28, 0, v24, v0) \
	FMLA_LANE(v28, 0, v25, v1) \
	FMLA_LANE(v28, 0, v26, v2) \
	FMLA_LANE(v28, 0, v27, v3) \
	TERMS1

// NORMx adds the square of z_x to the norm V24-V27.
#define NORM0 \
	FMLAV(v0, v0, v24) \
	FMLAV(v1, v1, v25) \
	FMLAV(v2, v2, v26) \
	FMLAV(v3, v3, v27)
#define NORM1 \
	FMLAV(v4, v4, v24) \
	FMLAV(v5, v5, v25) \
	FMLAV(v6, v6, v26) \
	FMLAV(v7, v7, v27)
#define NORM2 \
	FMLAV(v8, v8, v24) \
	FMLAV(v9, v9, v25) \
	FMLAV(v10, v10, v26) \
	FMLAV(v11, v11, v27)
#define NORM3 \
	FMLAV(v12, v12, v24) \
	FMLAV(v13, v13, v25) \
	FMLAV(v14, v14, v26) \
	FMLAV(v15, v15, v27)
#define NORM4 \
	FMLAV(v16, v16, v24) \
	FMLAV(v17, v17, v25) \
	FMLAV(v18, v18, v26) \
	FMLAV(v19, v19, v27)
#define NORM5 \
	FMLAV(v20, v20, v24) \
	FMLAV(v21, v21, v25) \
	FMLAV(v22, v22, v26) \
	FMLAV(v23, v23, v27)

// DIAGONAL adds the diagonal block of a panel, row by row. Uses p_step. Clobbers t_ptr, p_ptr, V24-V31.
#define DIAGONAL \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS0 \
	ADD p_step, p_ptr \
step1: \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS1 \
	ADD p_step, p_ptr \
step2: \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS2 \
	ADD p_step, p_ptr \
step3: \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS3 \
	ADD p_step, p_ptr \
step4: \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS4 \
	ADD p_step, p_ptr \
step5: \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS5

// COLUMNS adds the columns left of the diagonal block. Uses p_step. Clobbers left, t_ptr, p_ptr, V24-V31.
#define COLUMNS(loop, done) \
	CBZ  left, done \
	PCALIGN $16 \
loop: \
	VLD1.P 64(t_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	TERMS0 \
	ADD  p_step, p_ptr \
	SUBS $1, left \
	BNE  loop \
done:

// TILES is gaussTile: the first panel has rows mod 6 rows, if that is not 0; it takes the last steps of a diagonal
// block, its row 0 in the place of row 6 − first. Uses args. Clobbers all registers above, V0-V31.
#define TILES \
	MOVD gaussTile_out(args), out_ptr \
	MOVD gaussTile_x(args), x_ptr \
	MOVD gaussTile_mean(args), mean_ptr \
	MOVD gaussTile_p(args), p_base \
	MOVD gaussTile_t(args), t_base \
	MOVD gaussTile_pStride(args), p_step \
	MOVD gaussTile_tiles(args), tiles \
	MOVD gaussTile_rows(args), z_rows \
	LSL  $SHIFT, p_step, p_step \
tile: \
	MOVD t_base, t_ptr \
	MOVD mean_ptr, p_ptr \
	MOVD gaussTile_d(args), left \
centre: \
	VLD1.P 64(x_ptr), [V0.S4, V1.S4, V2.S4, V3.S4] \
	BCAST(p_ptr, V4) \
	FSUBV(v4, v0, v0) \
	FSUBV(v4, v1, v1) \
	FSUBV(v4, v2, v2) \
	FSUBV(v4, v3, v3) \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(t_ptr) \
	ADD  $SIZE, p_ptr \
	SUBS $1, left \
	BNE  centre \
	ZERO \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (out_ptr) \
	MOVD t_base, t_ptr \
	MOVD gaussTile_first(args), i0 \
	ADD  i0<<SHIFT, p_base, p_ptr \
	SUB  $(6*SIZE), p_ptr \
	CBZ  i0, panel \
	CMP  $1, i0 \
	BEQ  step5 \
	CMP  $2, i0 \
	BEQ  step4 \
	CMP  $3, i0 \
	BEQ  step3 \
	CMP  $4, i0 \
	BEQ  step2 \
	B    step1 \
panel: \
	CMP  z_rows, i0 \
	BGE  finish \
	ZERO \
	ADD  i0<<SHIFT, p_base, p_ptr \
	MOVD t_base, t_ptr \
	MOVD i0, left \
	ADD  $6, i0 \
	COLUMNS(column, diagonal) \
	DIAGONAL \
	VLD1 (out_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	NORM0 \
	NORM1 \
	NORM2 \
	NORM3 \
	NORM4 \
	NORM5 \
	VST1 [V24.S4, V25.S4, V26.S4, V27.S4], (out_ptr) \
	B    panel \
finish: \
	MOVD gaussTile_c(args), p_ptr \
	CBZ  p_ptr, next /* more panels follow: the norm stays */ \
	VLD1 (out_ptr), [V4.S4, V5.S4, V6.S4, V7.S4] \
	LOAD_HALF(F28) \
	RESULT(p_ptr, v4, v5, v6, v7) \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (out_ptr) \
next: \
	ADD  $64, out_ptr \
	SUBS $1, tiles \
	BNE  tile

// RESULT makes V0-V3 fma(−½, q, c). Uses V28, −½ in lane 0.
#define RESULT(c, q0, q1, q2, q3) \
	BCAST(c, V0) \
	VORR V0.B16, V0.B16, V1.B16 \
	VORR V0.B16, V0.B16, V2.B16 \
	VORR V0.B16, V0.B16, V3.B16 \
	FMLA_LANE(v28, 0, q0, v0) \
	FMLA_LANE(v28, 0, q1, v1) \
	FMLA_LANE(v28, 0, q2, v2) \
	FMLA_LANE(v28, 0, q3, v3)

// PARK and UNPARK: the z of a panel in scratch. Uses x_ptr. Clobbers spare; UNPARK V24-V27.
#define PARK \
	MOVD x_ptr, spare \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(spare) \
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(spare) \
	VST1.P [V8.S4, V9.S4, V10.S4, V11.S4], 64(spare) \
	VST1.P [V12.S4, V13.S4, V14.S4, V15.S4], 64(spare) \
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(spare) \
	VST1.P [V20.S4, V21.S4, V22.S4, V23.S4], 64(spare)
#define UNPARK \
	MOVD x_ptr, spare \
	VLD1.P 64(spare), [V24.S4, V25.S4, V26.S4, V27.S4] \
	FADDV(v24, v0, v0) \
	FADDV(v25, v1, v1) \
	FADDV(v26, v2, v2) \
	FADDV(v27, v3, v3) \
	VLD1.P 64(spare), [V24.S4, V25.S4, V26.S4, V27.S4] \
	FADDV(v24, v4, v4) \
	FADDV(v25, v5, v5) \
	FADDV(v26, v6, v6) \
	FADDV(v27, v7, v7) \
	VLD1.P 64(spare), [V24.S4, V25.S4, V26.S4, V27.S4] \
	FADDV(v24, v8, v8) \
	FADDV(v25, v9, v9) \
	FADDV(v26, v10, v10) \
	FADDV(v27, v11, v11) \
	VLD1.P 64(spare), [V24.S4, V25.S4, V26.S4, V27.S4] \
	FADDV(v24, v12, v12) \
	FADDV(v25, v13, v13) \
	FADDV(v26, v14, v14) \
	FADDV(v27, v15, v15) \
	VLD1.P 64(spare), [V24.S4, V25.S4, V26.S4, V27.S4] \
	FADDV(v24, v16, v16) \
	FADDV(v25, v17, v17) \
	FADDV(v26, v18, v18) \
	FADDV(v27, v19, v19) \
	VLD1.P 64(spare), [V24.S4, V25.S4, V26.S4, V27.S4] \
	FADDV(v24, v20, v20) \
	FADDV(v25, v21, v21) \
	FADDV(v26, v22, v22) \
	FADDV(v27, v23, v23)

// PANEL is gaussPanel. Uses out_ptr (q), x_ptr (z), t_ptr, p_ptr, p_step (elements), left, i0 (skip), args (mode).
// Clobbers spare, V0-V31.
#define PANEL \
	LSL  $SHIFT, p_step, p_step \
	ZERO \
	COLUMNS(column, end) \
	CBZ  args, put \
	CMP  $1, args \
	BEQ  add \
	DIAGONAL \
add: \
	UNPARK \
	CMP  $1, args \
	BGT  square \
put: \
	PARK \
	B    done \
square: \
	VLD1 (out_ptr), [V24.S4, V25.S4, V26.S4, V27.S4] \
	CBZ  i0, norm0 \
	CMP  $1, i0 \
	BEQ  norm1 \
	CMP  $2, i0 \
	BEQ  norm2 \
	CMP  $3, i0 \
	BEQ  norm3 \
	CMP  $4, i0 \
	BEQ  norm4 \
	B    norm5 \
norm0: \
	NORM0 \
norm1: \
	NORM1 \
norm2: \
	NORM2 \
norm3: \
	NORM3 \
norm4: \
	NORM4 \
norm5: \
	NORM5 \
	VST1 [V24.S4, V25.S4, V26.S4, V27.S4], (out_ptr) \
done:
