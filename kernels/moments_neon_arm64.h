// Weighted moments on NEON, for either type. Macros only.
//
// The file that includes this names the type: SIZE and SHIFT of an element, and the instructions FADDV, FSUBV, FMULV,
// FMLAV, FCMEQV, FCMGEV (vectors), FMLA_LANE, FMUL_LANE, BCAST (an element to all lanes), LOAD1, STORE1, ADD1, CMP1 (scalars).
// After CMP1 skip, w the condition LS is w ≤ skip, false where one of them is NaN.

#define args    R0
#define x_ptr   R1
#define r_ptr   R2
#define left    R3
#define x_step  R4
#define r_step  R5
#define s_step  R6
#define spare   R7
#define m0      R8 // means; m0 then the sums
#define m1      R9
#define m2      R10
#define m3      R11

// DIAG4 is momentsDiag4, two vectors of dimensions: V0-V7 s1, V8-V15 s2, V16-V23 mean, V24, V25 x, V26, V27 t, V28 the
// weight in lane 0, V29, V30 z, F31 skip. Uses args. Clobbers all registers above but args.
#define DIAG4 \
	MOVD momentsTile_x(args), x_ptr \
	MOVD momentsTile_r(args), r_ptr \
	MOVD momentsTile_xStep(args), x_step \
	MOVD momentsTile_rStep(args), r_step \
	MOVD momentsTile_sStep(args), s_step \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_skip(args), spare \
	LOAD1 (spare), F31 \
	MOVD momentsTile_mean(args), m0 \
	ADD  s_step, m0, m1 \
	ADD  s_step, m1, m2 \
	ADD  s_step, m2, m3 \
	VLD1 (m0), [V16.S4, V17.S4] \
	VLD1 (m1), [V18.S4, V19.S4] \
	VLD1 (m2), [V20.S4, V21.S4] \
	VLD1 (m3), [V22.S4, V23.S4] \
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
row: \
	VLD1 (x_ptr), [V24.S4, V25.S4] \
	LOAD1 (0*SIZE)(r_ptr), F28 \
	CMP1  F31, F28 \
	BLS   skip0 \
	FSUBV(v16, v24, v26) \
	FSUBV(v17, v25, v27) \
	FMUL_LANE(v28, 0, v26, v29) \
	FMUL_LANE(v28, 0, v27, v30) \
	FADDV(v29, v0, v0) \
	FADDV(v30, v1, v1) \
	FMLAV(v29, v26, v8) \
	FMLAV(v30, v27, v9) \
skip0: \
	LOAD1 (1*SIZE)(r_ptr), F28 \
	CMP1  F31, F28 \
	BLS   skip1 \
	FSUBV(v18, v24, v26) \
	FSUBV(v19, v25, v27) \
	FMUL_LANE(v28, 0, v26, v29) \
	FMUL_LANE(v28, 0, v27, v30) \
	FADDV(v29, v2, v2) \
	FADDV(v30, v3, v3) \
	FMLAV(v29, v26, v10) \
	FMLAV(v30, v27, v11) \
skip1: \
	LOAD1 (2*SIZE)(r_ptr), F28 \
	CMP1  F31, F28 \
	BLS   skip2 \
	FSUBV(v20, v24, v26) \
	FSUBV(v21, v25, v27) \
	FMUL_LANE(v28, 0, v26, v29) \
	FMUL_LANE(v28, 0, v27, v30) \
	FADDV(v29, v4, v4) \
	FADDV(v30, v5, v5) \
	FMLAV(v29, v26, v12) \
	FMLAV(v30, v27, v13) \
skip2: \
	LOAD1 (3*SIZE)(r_ptr), F28 \
	CMP1  F31, F28 \
	BLS   skip3 \
	FSUBV(v22, v24, v26) \
	FSUBV(v23, v25, v27) \
	FMUL_LANE(v28, 0, v26, v29) \
	FMUL_LANE(v28, 0, v27, v30) \
	FADDV(v29, v6, v6) \
	FADDV(v30, v7, v7) \
	FMLAV(v29, v26, v14) \
	FMLAV(v30, v27, v15) \
skip3: \
	ADD  x_step, x_ptr \
	ADD  r_step, r_ptr \
	SUBS $1, left \
	BNE  row \
	MOVD momentsTile_s1(args), m0 \
	VST1 [V0.S4, V1.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V2.S4, V3.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V4.S4, V5.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V6.S4, V7.S4], (m0) \
	MOVD momentsTile_s2(args), m0 \
	VST1 [V8.S4, V9.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V10.S4, V11.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V12.S4, V13.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V14.S4, V15.S4], (m0)

// DIAG1 is momentsDiag1, as DIAG4.
#define DIAG1 \
	MOVD momentsTile_x(args), x_ptr \
	MOVD momentsTile_r(args), r_ptr \
	MOVD momentsTile_xStep(args), x_step \
	MOVD momentsTile_rStep(args), r_step \
	MOVD momentsTile_sStep(args), s_step \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_skip(args), spare \
	LOAD1 (spare), F31 \
	MOVD momentsTile_mean(args), m0 \
	VLD1 (m0), [V16.S4, V17.S4] \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V8.B16, V8.B16, V8.B16 \
	VEOR V9.B16, V9.B16, V9.B16 \
	PCALIGN $16 \
row: \
	VLD1 (x_ptr), [V24.S4, V25.S4] \
	LOAD1 (0*SIZE)(r_ptr), F28 \
	CMP1  F31, F28 \
	BLS   skip0 \
	FSUBV(v16, v24, v26) \
	FSUBV(v17, v25, v27) \
	FMUL_LANE(v28, 0, v26, v29) \
	FMUL_LANE(v28, 0, v27, v30) \
	FADDV(v29, v0, v0) \
	FADDV(v30, v1, v1) \
	FMLAV(v29, v26, v8) \
	FMLAV(v30, v27, v9) \
skip0: \
	ADD  x_step, x_ptr \
	ADD  r_step, r_ptr \
	SUBS $1, left \
	BNE  row \
	MOVD momentsTile_s1(args), m0 \
	VST1 [V0.S4, V1.S4], (m0) \
	MOVD momentsTile_s2(args), m0 \
	VST1 [V8.S4, V9.S4], (m0)

// MASKED4 is momentsMasked4: V0-V7 s0, V8-V15 s1, V16-V23 s2, V24, V25 x, V26 t, V27 ones where x is a number, V28 the
// weight, V29 masked, V30 z, F31 skip. A missing entry adds +0 and +0·+0, which change no sum. Clobbers as DIAG4.
#define MASKED4 \
	MOVD momentsTile_x(args), x_ptr \
	MOVD momentsTile_r(args), r_ptr \
	MOVD momentsTile_xStep(args), x_step \
	MOVD momentsTile_rStep(args), r_step \
	MOVD momentsTile_sStep(args), s_step \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_skip(args), spare \
	LOAD1 (spare), F31 \
	MOVD momentsTile_mean(args), m0 \
	ADD  s_step, m0, m1 \
	ADD  s_step, m1, m2 \
	ADD  s_step, m2, m3 \
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
	VEOR V23.B16, V23.B16, V23.B16 \
	PCALIGN $16 \
row: \
	VLD1 (x_ptr), [V24.S4, V25.S4] \
	ADD   $(0*SIZE), r_ptr, spare \
	BCAST(spare, V28) \
	CMP1  F31, F28 \
	BLS   skip0 \
	FCMEQV(v24, v24, v27) \
	FMOVQ 0(m0), F26 \
	FSUBV(v26, v24, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v0, v0) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v8, v8) \
	FMLAV(v30, v26, v16) \
	FCMEQV(v25, v25, v27) \
	FMOVQ 16(m0), F26 \
	FSUBV(v26, v25, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v1, v1) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v9, v9) \
	FMLAV(v30, v26, v17) \
skip0: \
	ADD   $(1*SIZE), r_ptr, spare \
	BCAST(spare, V28) \
	CMP1  F31, F28 \
	BLS   skip1 \
	FCMEQV(v24, v24, v27) \
	FMOVQ 0(m1), F26 \
	FSUBV(v26, v24, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v2, v2) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v10, v10) \
	FMLAV(v30, v26, v18) \
	FCMEQV(v25, v25, v27) \
	FMOVQ 16(m1), F26 \
	FSUBV(v26, v25, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v3, v3) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v11, v11) \
	FMLAV(v30, v26, v19) \
skip1: \
	ADD   $(2*SIZE), r_ptr, spare \
	BCAST(spare, V28) \
	CMP1  F31, F28 \
	BLS   skip2 \
	FCMEQV(v24, v24, v27) \
	FMOVQ 0(m2), F26 \
	FSUBV(v26, v24, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v4, v4) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v12, v12) \
	FMLAV(v30, v26, v20) \
	FCMEQV(v25, v25, v27) \
	FMOVQ 16(m2), F26 \
	FSUBV(v26, v25, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v5, v5) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v13, v13) \
	FMLAV(v30, v26, v21) \
skip2: \
	ADD   $(3*SIZE), r_ptr, spare \
	BCAST(spare, V28) \
	CMP1  F31, F28 \
	BLS   skip3 \
	FCMEQV(v24, v24, v27) \
	FMOVQ 0(m3), F26 \
	FSUBV(v26, v24, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v6, v6) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v14, v14) \
	FMLAV(v30, v26, v22) \
	FCMEQV(v25, v25, v27) \
	FMOVQ 16(m3), F26 \
	FSUBV(v26, v25, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v7, v7) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v15, v15) \
	FMLAV(v30, v26, v23) \
skip3: \
	ADD  x_step, x_ptr \
	ADD  r_step, r_ptr \
	SUBS $1, left \
	BNE  row \
	MOVD momentsTile_s0(args), m0 \
	VST1 [V0.S4, V1.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V2.S4, V3.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V4.S4, V5.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V6.S4, V7.S4], (m0) \
	MOVD momentsTile_s1(args), m0 \
	VST1 [V8.S4, V9.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V10.S4, V11.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V12.S4, V13.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V14.S4, V15.S4], (m0) \
	MOVD momentsTile_s2(args), m0 \
	VST1 [V16.S4, V17.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V18.S4, V19.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V20.S4, V21.S4], (m0) \
	ADD  s_step, m0 \
	VST1 [V22.S4, V23.S4], (m0)

// MASKED1 is momentsMasked1, as MASKED4.
#define MASKED1 \
	MOVD momentsTile_x(args), x_ptr \
	MOVD momentsTile_r(args), r_ptr \
	MOVD momentsTile_xStep(args), x_step \
	MOVD momentsTile_rStep(args), r_step \
	MOVD momentsTile_sStep(args), s_step \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_skip(args), spare \
	LOAD1 (spare), F31 \
	MOVD momentsTile_mean(args), m0 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V8.B16, V8.B16, V8.B16 \
	VEOR V9.B16, V9.B16, V9.B16 \
	VEOR V16.B16, V16.B16, V16.B16 \
	VEOR V17.B16, V17.B16, V17.B16 \
	PCALIGN $16 \
row: \
	VLD1 (x_ptr), [V24.S4, V25.S4] \
	ADD   $(0*SIZE), r_ptr, spare \
	BCAST(spare, V28) \
	CMP1  F31, F28 \
	BLS   skip0 \
	FCMEQV(v24, v24, v27) \
	FMOVQ 0(m0), F26 \
	FSUBV(v26, v24, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v0, v0) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v8, v8) \
	FMLAV(v30, v26, v16) \
	FCMEQV(v25, v25, v27) \
	FMOVQ 16(m0), F26 \
	FSUBV(v26, v25, v26) \
	VAND  V27.B16, V26.B16, V26.B16 \
	VAND  V27.B16, V28.B16, V29.B16 \
	FADDV(v29, v1, v1) \
	FMULV(v26, v29, v30) \
	FADDV(v30, v9, v9) \
	FMLAV(v30, v26, v17) \
skip0: \
	ADD  x_step, x_ptr \
	ADD  r_step, r_ptr \
	SUBS $1, left \
	BNE  row \
	MOVD momentsTile_s0(args), m0 \
	VST1 [V0.S4, V1.S4], (m0) \
	MOVD momentsTile_s1(args), m0 \
	VST1 [V8.S4, V9.S4], (m0) \
	MOVD momentsTile_s2(args), m0 \
	VST1 [V16.S4, V17.S4], (m0)

// COUNT is momentsCount: lanes = components. Uses args. Clobbers r_ptr, left, r_step, spare, V0-V3.
#define COUNT \
	MOVD momentsTile_r(args), r_ptr \
	MOVD momentsTile_rStep(args), r_step \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_skip(args), spare \
	BCAST(spare, V1) \
	VEOR V0.B16, V0.B16, V0.B16 \
row: \
	VLD1 (r_ptr), [V2.S4] \
	FCMGEV(v2, v1, v3) /* skip ≥ r */ \
	VBIC_B16(v3, v2, v2) \
	FADDV(v2, v0, v0) \
	ADD  r_step, r_ptr \
	SUBS $1, left \
	BNE  row \
	MOVD momentsTile_s0(args), spare \
	VST1 [V0.S4], (spare)

#define at_ptr R8
#define w_ptr  R9
#define found  R10
#define offset R11
#define t_ptr  R12
#define z_ptr  R13

// PICK is momentsPick. Uses args. Clobbers r_ptr, left, x_step, r_step, spare, at_ptr, w_ptr, found, offset, F0, F31.
#define PICK \
	MOVD momentsTile_r(args), r_ptr \
	MOVD momentsTile_rStep(args), r_step \
	MOVD momentsTile_xStep(args), x_step \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_skip(args), spare \
	MOVD momentsTile_at(args), at_ptr \
	MOVD momentsTile_w(args), w_ptr \
	LOAD1 (spare), F31 \
	MOVD ZR, offset \
	MOVD ZR, found \
row: \
	LOAD1 (r_ptr), F0 \
	MOVD  offset, (at_ptr)(found<<3) \
	STORE1 F0, (w_ptr)(found<<SHIFT) \
	CMP1  F31, F0 \
	CINC  HI, found, found \
	ADD   x_step, offset \
	ADD   r_step, r_ptr \
	SUBS  $1, left \
	BNE   row \
	MOVD  found, momentsTile_found(args)

// CENTRE is momentsCentre: V0-V3 t, V4-V7 z, V8-V11 s1, V12-V15 mean, V16 the weight in lane 0, F17 s0. at holds numbers
// of rows. Uses args. Clobbers x_ptr, left, x_step, spare, at_ptr, w_ptr, offset, t_ptr, z_ptr.
#define CENTRE \
	MOVD momentsTile_x(args), x_ptr \
	MOVD momentsTile_xStep(args), x_step \
	MOVD momentsTile_t(args), t_ptr \
	MOVD momentsTile_z(args), z_ptr \
	MOVD momentsTile_at(args), at_ptr \
	MOVD momentsTile_w(args), w_ptr \
	MOVD momentsTile_rows(args), left \
	MOVD momentsTile_mean(args), spare \
	VLD1 (spare), [V12.S4, V13.S4, V14.S4, V15.S4] \
	MOVD momentsTile_s0(args), spare \
	LOAD1 (spare), F17 \
	MOVD momentsTile_s1(args), spare \
	VLD1 (spare), [V8.S4, V9.S4, V10.S4, V11.S4] \
row: \
	MOVD.P 8(at_ptr), offset \
	LOAD1.P SIZE(w_ptr), F16 \
	MADD x_step, x_ptr, offset, offset \
	VLD1 (offset), [V0.S4, V1.S4, V2.S4, V3.S4] \
	FSUBV(v12, v0, v0) \
	FSUBV(v13, v1, v1) \
	FSUBV(v14, v2, v2) \
	FSUBV(v15, v3, v3) \
	FMUL_LANE(v16, 0, v0, v4) \
	FMUL_LANE(v16, 0, v1, v5) \
	FMUL_LANE(v16, 0, v2, v6) \
	FMUL_LANE(v16, 0, v3, v7) \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(t_ptr) \
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(z_ptr) \
	FADDV(v4, v8, v8) \
	FADDV(v5, v9, v9) \
	FADDV(v6, v10, v10) \
	FADDV(v7, v11, v11) \
	ADD1 F16, F17, F17 \
	SUBS $1, left \
	BNE  row \
	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (spare) \
	MOVD momentsTile_s0(args), spare \
	STORE1 F17, (spare)

#define t_base x_ptr
#define z_base r_ptr
#define rows   R4
#define z_rows R5
#define s_ptr  R8
#define s_row  R9

// PRODUCTS is momentsProducts: V0-V15 are four rows of the sums, four vectors each; V16-V19 z, V20-V23 t in lane 0. Uses
// args. Clobbers t_base, z_base, left, rows, z_rows, s_step, s_ptr, s_row, t_ptr, z_ptr.
#define PRODUCTS \
	MOVD momentsTile_t(args), t_base \
	MOVD momentsTile_z(args), z_base \
	MOVD momentsTile_s2(args), s_ptr \
	MOVD momentsTile_sStep(args), s_step \
	MOVD momentsTile_found(args), z_rows \
	MOVD momentsTile_rows(args), rows \
tile: \
	MOVD s_ptr, s_row \
	VLD1 (s_row), [V0.S4, V1.S4, V2.S4, V3.S4] \
	ADD  s_step, s_row \
	VLD1 (s_row), [V4.S4, V5.S4, V6.S4, V7.S4] \
	ADD  s_step, s_row \
	VLD1 (s_row), [V8.S4, V9.S4, V10.S4, V11.S4] \
	ADD  s_step, s_row \
	VLD1 (s_row), [V12.S4, V13.S4, V14.S4, V15.S4] \
	MOVD t_base, t_ptr \
	MOVD z_base, z_ptr \
	MOVD rows, left \
	PCALIGN $16 \
row: \
	VLD1.P 64(z_ptr), [V16.S4, V17.S4, V18.S4, V19.S4] \
	LOAD1 (0*SIZE)(t_ptr), F20 \
	FMLA_LANE(v20, 0, v16, v0) \
	FMLA_LANE(v20, 0, v17, v1) \
	FMLA_LANE(v20, 0, v18, v2) \
	FMLA_LANE(v20, 0, v19, v3) \
	LOAD1 (1*SIZE)(t_ptr), F21 \
	FMLA_LANE(v21, 0, v16, v4) \
	FMLA_LANE(v21, 0, v17, v5) \
	FMLA_LANE(v21, 0, v18, v6) \
	FMLA_LANE(v21, 0, v19, v7) \
	LOAD1 (2*SIZE)(t_ptr), F22 \
	FMLA_LANE(v22, 0, v16, v8) \
	FMLA_LANE(v22, 0, v17, v9) \
	FMLA_LANE(v22, 0, v18, v10) \
	FMLA_LANE(v22, 0, v19, v11) \
	LOAD1 (3*SIZE)(t_ptr), F23 \
	FMLA_LANE(v23, 0, v16, v12) \
	FMLA_LANE(v23, 0, v17, v13) \
	FMLA_LANE(v23, 0, v18, v14) \
	FMLA_LANE(v23, 0, v19, v15) \
	ADD  $64, t_ptr \
	SUBS $1, left \
	BNE  row \
	MOVD s_ptr, s_row \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (s_row) \
	ADD  s_step, s_row \
	VST1 [V4.S4, V5.S4, V6.S4, V7.S4], (s_row) \
	ADD  s_step, s_row \
	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (s_row) \
	ADD  s_step, s_row \
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (s_row) \
	ADD  s_step<<2, s_ptr, s_ptr \
	ADD  $(4*SIZE), t_base \
	SUBS $4, z_rows \
	BGT  tile
