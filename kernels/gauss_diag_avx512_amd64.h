// The diagonal tiles of the Gaussian log-densities on AVX-512, for either type. Macros only; see gauss_avx512_amd64.h for
// what the including file names and for the common registers. Lanes = rows of x.

// COMPONENT adds a column to the distances of a tile, x in Z8. Clobbers t, u.
#define COMPONENT(m, p, t, u, q) \
	SUB_BCAST m, Z8, t \
	MUL_BCAST p, t, u \
	FMADD t, u, q

// RESULT writes fma(−½, q, c). Uses Z14 = −½. Clobbers v.
#define RESULT(c, q, v, out) \
	BCAST   c, v \
	FMADD   q, Z14, v \
	VMOVUPS v, out

#define m_ptr    BX
#define m_step   R8
#define m_step3  R9
#define d_ptr    DX // of the precisions
#define d_step   R10
#define d_step3  R11
#define out_step R12

// DIAG4 is gaussDiag4. Uses args. Clobbers all general registers above, Z0-Z3, Z8-Z15.
#define DIAG4 \
	MOVQ gaussTile_out(args), out_ptr \
	MOVQ gaussTile_x(args), x_ptr \
	MOVQ gaussTile_meanStride(args), m_step \
	MOVQ gaussTile_pStride(args), d_step \
	MOVQ gaussTile_outStride(args), out_step \
	MOVQ gaussTile_tiles(args), tiles \
	SHLQ $SHIFT, m_step \
	SHLQ $SHIFT, d_step \
	SHLQ $SHIFT, out_step \
	LEAQ (m_step)(m_step*2), m_step3 \
	LEAQ (d_step)(d_step*2), d_step3 \
	BCAST gauss_minus_half<>(SB), Z14 \
tile: \
	MOVQ gaussTile_mean(args), m_ptr \
	MOVQ gaussTile_p(args), d_ptr \
	MOVQ gaussTile_d(args), left \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	PCALIGN $32 \
column: \
	VMOVUPS (x_ptr), Z8 \
	COMPONENT((m_ptr), (d_ptr), Z9, Z10, Z0) \
	COMPONENT((m_ptr)(m_step*1), (d_ptr)(d_step*1), Z11, Z12, Z1) \
	COMPONENT((m_ptr)(m_step*2), (d_ptr)(d_step*2), Z9, Z10, Z2) \
	COMPONENT((m_ptr)(m_step3*1), (d_ptr)(d_step3*1), Z11, Z12, Z3) \
	ADDQ $64, x_ptr \
	ADDQ $SIZE, m_ptr \
	ADDQ $SIZE, d_ptr \
	DECQ left \
	JNZ  column \
	MOVQ gaussTile_c(args), m_ptr \
	MOVQ out_ptr, d_ptr \
	RESULT((m_ptr), Z0, Z9, (d_ptr)) \
	RESULT(SIZE(m_ptr), Z1, Z10, (d_ptr)(out_step*1)) \
	LEAQ (d_ptr)(out_step*2), d_ptr \
	RESULT((2*SIZE)(m_ptr), Z2, Z11, (d_ptr)) \
	RESULT((3*SIZE)(m_ptr), Z3, Z12, (d_ptr)(out_step*1)) \
	ADDQ $64, out_ptr \
	DECQ tiles \
	JNZ  tile

// DIAG1 is gaussDiag1. Uses args. Clobbers as DIAG4.
#define DIAG1 \
	MOVQ gaussTile_out(args), out_ptr \
	MOVQ gaussTile_x(args), x_ptr \
	MOVQ gaussTile_tiles(args), tiles \
	BCAST gauss_minus_half<>(SB), Z14 \
tile: \
	MOVQ gaussTile_mean(args), m_ptr \
	MOVQ gaussTile_p(args), d_ptr \
	MOVQ gaussTile_d(args), left \
	VPXORD Z0, Z0, Z0 \
column: \
	VMOVUPS (x_ptr), Z8 \
	COMPONENT((m_ptr), (d_ptr), Z9, Z10, Z0) \
	ADDQ $64, x_ptr \
	ADDQ $SIZE, m_ptr \
	ADDQ $SIZE, d_ptr \
	DECQ left \
	JNZ  column \
	MOVQ gaussTile_c(args), m_ptr \
	RESULT((m_ptr), Z0, Z9, (out_ptr)) \
	ADDQ $64, out_ptr \
	DECQ tiles \
	JNZ  tile

#define h_ptr  R9
#define h_step R11

// MASKED_COMPONENT adds a column, Z8, where it is a number, K1, to the distances q and norms a of a tile. A missing
// entry adds +0 to the norm: the mask makes it so in v. Clobbers t, u, v.
#define MASKED_COMPONENT(m, p, h, t, u, v, q, a) \
	SUB_BCAST m, Z8, t \
	MUL_BCAST p, t, u \
	FMADD t, u, K1, q \
	BCASTZ h, K1, v \
	ADDV  v, a, a

// MASKED is gaussMasked2. Uses args. Clobbers the registers of DIAG4, Z0-Z5, Z8-Z15, K1.
#define MASKED \
	MOVQ gaussTile_out(args), out_ptr \
	MOVQ gaussTile_x(args), x_ptr \
	MOVQ gaussTile_meanStride(args), m_step \
	MOVQ gaussTile_pStride(args), d_step \
	MOVQ gaussTile_hStride(args), h_step \
	MOVQ gaussTile_outStride(args), out_step \
	MOVQ gaussTile_tiles(args), tiles \
	SHLQ $SHIFT, m_step \
	SHLQ $SHIFT, d_step \
	SHLQ $SHIFT, h_step \
	SHLQ $SHIFT, out_step \
	BCAST gauss_minus_half<>(SB), Z14 \
tile: \
	MOVQ gaussTile_c(args), m_ptr \
	MOVQ gaussTile_rows(args), left \
	BCAST (m_ptr), Z4 \
	BCAST (-SIZE)(m_ptr)(left*SIZE), Z5 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	MOVQ gaussTile_mean(args), m_ptr \
	MOVQ gaussTile_p(args), d_ptr \
	MOVQ gaussTile_h(args), h_ptr \
	MOVQ gaussTile_d(args), left \
column: \
	VMOVUPS (x_ptr), Z8 \
	CMPV $7, Z8, Z8, K1 \
	MASKED_COMPONENT((m_ptr), (d_ptr), (h_ptr), Z9, Z10, Z11, Z0, Z4) \
	MASKED_COMPONENT((m_ptr)(m_step*1), (d_ptr)(d_step*1), (h_ptr)(h_step*1), Z12, Z13, Z15, Z1, Z5) \
	ADDQ $64, x_ptr \
	ADDQ $SIZE, m_ptr \
	ADDQ $SIZE, d_ptr \
	ADDQ $SIZE, h_ptr \
	DECQ left \
	JNZ  column \
	FMADD Z0, Z14, Z4 \
	FMADD Z1, Z14, Z5 \
	VMOVUPS Z4, (out_ptr) \
	VMOVUPS Z5, (out_ptr)(out_step*1) \
	ADDQ $64, out_ptr \
	DECQ tiles \
	JNZ  tile
