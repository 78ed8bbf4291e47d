// Weighted moments on AVX-512, for either type. Macros only.
//
// The file that includes this names the type: SIZE and SHIFT of an element, and the instructions SUBV, MULV, ADDV, FMADD,
// CMPV, BCAST, MOVV (vectors), MUL_BCAST, ADD_BCAST, FMADD_BCAST (with an operand broadcast from memory), LOAD1,
// STORE1, ADD1 and UCOMI (scalars). UCOMI w, skip sets the carry flag where w counts: where skip < w or one is NaN.

#define args     AX
#define x_ptr    SI
#define r_ptr    DX
#define m_ptr    BX // mean, then the sums
#define left     CX
#define x_step   R8
#define r_step   R9
#define s_step   R10
#define s_step3  R11
#define bits     R12
#define skip_ptr DI

// TAIL makes k the lanes of the last vector, tail bytes of 64. Uses args. Clobbers bits, R13.
#define TAIL(k) \
	MOVQ  momentsTile_tail(args), R13 \
	SHRQ  $SHIFT, R13 \
	MOVQ  $-1, bits \
	BZHIQ R13, bits, bits \
	KMOVW bits, k

// DIAG4 is momentsDiag4: Z0-Z3 s1, Z4-Z7 s2, Z8-Z11 mean. Z12 x, Z13 t, X14 skip, Z15 z. Uses args. Clobbers all
// registers above but args.
#define DIAG4 \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_mean(args), m_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	LEAQ (s_step)(s_step*2), s_step3 \
	TAIL(K1) \
	LOAD1 (skip_ptr), X14 \
	VMOVUPS (m_ptr), Z8 \
	VMOVUPS (m_ptr)(s_step*1), Z9 \
	VMOVUPS (m_ptr)(s_step*2), Z10 \
	VMOVUPS (m_ptr)(s_step3*1), Z11 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	VPXORD Z4, Z4, Z4 \
	VPXORD Z5, Z5, Z5 \
	VPXORD Z6, Z6, Z6 \
	VPXORD Z7, Z7, Z7 \
row: \
	MOVV.Z (x_ptr), K1, Z12 \
	UCOMI  (0*SIZE)(r_ptr), X14 \
	JCC    skip0 \
	SUBV   Z8, Z12, Z13 \
	MUL_BCAST (0*SIZE)(r_ptr), Z13, Z15 \
	ADDV   Z15, Z0, Z0 \
	FMADD  Z15, Z13, Z4 \
skip0: \
	UCOMI  (1*SIZE)(r_ptr), X14 \
	JCC    skip1 \
	SUBV   Z9, Z12, Z13 \
	MUL_BCAST (1*SIZE)(r_ptr), Z13, Z15 \
	ADDV   Z15, Z1, Z1 \
	FMADD  Z15, Z13, Z5 \
skip1: \
	UCOMI  (2*SIZE)(r_ptr), X14 \
	JCC    skip2 \
	SUBV   Z10, Z12, Z13 \
	MUL_BCAST (2*SIZE)(r_ptr), Z13, Z15 \
	ADDV   Z15, Z2, Z2 \
	FMADD  Z15, Z13, Z6 \
skip2: \
	UCOMI  (3*SIZE)(r_ptr), X14 \
	JCC    skip3 \
	SUBV   Z11, Z12, Z13 \
	MUL_BCAST (3*SIZE)(r_ptr), Z13, Z15 \
	ADDV   Z15, Z3, Z3 \
	FMADD  Z15, Z13, Z7 \
skip3: \
	ADDQ x_step, x_ptr \
	ADDQ r_step, r_ptr \
	DECQ left \
	JNZ  row \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Z0, (m_ptr) \
	VMOVUPS Z1, (m_ptr)(s_step*1) \
	VMOVUPS Z2, (m_ptr)(s_step*2) \
	VMOVUPS Z3, (m_ptr)(s_step3*1) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Z4, (m_ptr) \
	VMOVUPS Z5, (m_ptr)(s_step*1) \
	VMOVUPS Z6, (m_ptr)(s_step*2) \
	VMOVUPS Z7, (m_ptr)(s_step3*1)

// DIAG1 is momentsDiag1, as DIAG4.
#define DIAG1 \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_mean(args), m_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	LEAQ (s_step)(s_step*2), s_step3 \
	TAIL(K1) \
	LOAD1 (skip_ptr), X14 \
	VMOVUPS (m_ptr), Z8 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z4, Z4, Z4 \
row: \
	MOVV.Z (x_ptr), K1, Z12 \
	UCOMI  (0*SIZE)(r_ptr), X14 \
	JCC    skip0 \
	SUBV   Z8, Z12, Z13 \
	MUL_BCAST (0*SIZE)(r_ptr), Z13, Z15 \
	ADDV   Z15, Z0, Z0 \
	FMADD  Z15, Z13, Z4 \
skip0: \
	ADDQ x_step, x_ptr \
	ADDQ r_step, r_ptr \
	DECQ left \
	JNZ  row \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Z0, (m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Z4, (m_ptr)

// MASKED4 is momentsMasked4, as DIAG4 with Z16-Z19 s0, and K2 where x is a number.
#define MASKED4 \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_mean(args), m_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	LEAQ (s_step)(s_step*2), s_step3 \
	TAIL(K1) \
	LOAD1 (skip_ptr), X14 \
	VMOVUPS (m_ptr), Z8 \
	VMOVUPS (m_ptr)(s_step*1), Z9 \
	VMOVUPS (m_ptr)(s_step*2), Z10 \
	VMOVUPS (m_ptr)(s_step3*1), Z11 \
	VPXORD Z16, Z16, Z16 \
	VPXORD Z17, Z17, Z17 \
	VPXORD Z18, Z18, Z18 \
	VPXORD Z19, Z19, Z19 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	VPXORD Z4, Z4, Z4 \
	VPXORD Z5, Z5, Z5 \
	VPXORD Z6, Z6, Z6 \
	VPXORD Z7, Z7, Z7 \
row: \
	MOVV.Z (x_ptr), K1, Z12 \
	CMPV  $7, Z12, Z12, K2 \
	UCOMI  (0*SIZE)(r_ptr), X14 \
	JCC    skip0 \
	SUBV   Z8, Z12, Z13 \
	MUL_BCAST (0*SIZE)(r_ptr), Z13, Z15 \
	ADD_BCAST (0*SIZE)(r_ptr), Z16, K2, Z16 \
	ADDV   Z15, Z0, K2, Z0 \
	FMADD  Z15, Z13, K2, Z4 \
skip0: \
	UCOMI  (1*SIZE)(r_ptr), X14 \
	JCC    skip1 \
	SUBV   Z9, Z12, Z13 \
	MUL_BCAST (1*SIZE)(r_ptr), Z13, Z15 \
	ADD_BCAST (1*SIZE)(r_ptr), Z17, K2, Z17 \
	ADDV   Z15, Z1, K2, Z1 \
	FMADD  Z15, Z13, K2, Z5 \
skip1: \
	UCOMI  (2*SIZE)(r_ptr), X14 \
	JCC    skip2 \
	SUBV   Z10, Z12, Z13 \
	MUL_BCAST (2*SIZE)(r_ptr), Z13, Z15 \
	ADD_BCAST (2*SIZE)(r_ptr), Z18, K2, Z18 \
	ADDV   Z15, Z2, K2, Z2 \
	FMADD  Z15, Z13, K2, Z6 \
skip2: \
	UCOMI  (3*SIZE)(r_ptr), X14 \
	JCC    skip3 \
	SUBV   Z11, Z12, Z13 \
	MUL_BCAST (3*SIZE)(r_ptr), Z13, Z15 \
	ADD_BCAST (3*SIZE)(r_ptr), Z19, K2, Z19 \
	ADDV   Z15, Z3, K2, Z3 \
	FMADD  Z15, Z13, K2, Z7 \
skip3: \
	ADDQ x_step, x_ptr \
	ADDQ r_step, r_ptr \
	DECQ left \
	JNZ  row \
	MOVQ momentsTile_s0(args), m_ptr \
	VMOVUPS Z16, (m_ptr) \
	VMOVUPS Z17, (m_ptr)(s_step*1) \
	VMOVUPS Z18, (m_ptr)(s_step*2) \
	VMOVUPS Z19, (m_ptr)(s_step3*1) \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Z0, (m_ptr) \
	VMOVUPS Z1, (m_ptr)(s_step*1) \
	VMOVUPS Z2, (m_ptr)(s_step*2) \
	VMOVUPS Z3, (m_ptr)(s_step3*1) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Z4, (m_ptr) \
	VMOVUPS Z5, (m_ptr)(s_step*1) \
	VMOVUPS Z6, (m_ptr)(s_step*2) \
	VMOVUPS Z7, (m_ptr)(s_step3*1)

// MASKED1 is momentsMasked1, as MASKED4.
#define MASKED1 \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_mean(args), m_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	LEAQ (s_step)(s_step*2), s_step3 \
	TAIL(K1) \
	LOAD1 (skip_ptr), X14 \
	VMOVUPS (m_ptr), Z8 \
	VPXORD Z16, Z16, Z16 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z4, Z4, Z4 \
row: \
	MOVV.Z (x_ptr), K1, Z12 \
	CMPV  $7, Z12, Z12, K2 \
	UCOMI  (0*SIZE)(r_ptr), X14 \
	JCC    skip0 \
	SUBV   Z8, Z12, Z13 \
	MUL_BCAST (0*SIZE)(r_ptr), Z13, Z15 \
	ADD_BCAST (0*SIZE)(r_ptr), Z16, K2, Z16 \
	ADDV   Z15, Z0, K2, Z0 \
	FMADD  Z15, Z13, K2, Z4 \
skip0: \
	ADDQ x_step, x_ptr \
	ADDQ r_step, r_ptr \
	DECQ left \
	JNZ  row \
	MOVQ momentsTile_s0(args), m_ptr \
	VMOVUPS Z16, (m_ptr) \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Z0, (m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Z4, (m_ptr)

// COUNT is momentsCount: lanes = components. Uses args. Clobbers r_ptr, m_ptr, left, r_step, bits, skip_ptr, Z0, Z1, Z4,
// K1, K2.
#define COUNT \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_s0(args), m_ptr \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	TAIL(K1) \
	BCAST (skip_ptr), Z4 \
	VPXORD Z0, Z0, Z0 \
row: \
	MOVV.Z (r_ptr), K1, Z1 \
	CMPV   $0x16, Z4, Z1, K2 /* not r ≤ skip */ \
	ADDV   Z1, Z0, K2, Z0 \
	ADDQ   r_step, r_ptr \
	DECQ   left \
	JNZ    row \
	MOVV   Z0, K1, (m_ptr)

#define at_ptr R8
#define w_ptr  R10
#define offset R12
#define t_ptr  DI
#define z_ptr  DX
#define s_ptr  BX

// CENTRE is momentsCentre: Z0 t, Z2 z, X6 the weight, X7 s0, Z8 s1, Z10 mean, K1 tail. Uses args. Clobbers x_ptr,
// t_ptr, z_ptr, s_ptr, left, at_ptr, w_ptr, offset, R13.
#define CENTRE \
	TAIL(K1) \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_t(args), t_ptr \
	MOVQ momentsTile_z(args), z_ptr \
	MOVQ momentsTile_at(args), at_ptr \
	MOVQ momentsTile_w(args), w_ptr \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_mean(args), s_ptr \
	VMOVUPS (s_ptr), Z10 \
	MOVQ momentsTile_s0(args), s_ptr \
	LOAD1 (s_ptr), X7 \
	MOVQ momentsTile_s1(args), s_ptr \
	VMOVUPS (s_ptr), Z8 \
row: \
	MOVQ  (at_ptr), offset \
	LOAD1 (w_ptr), X6 \
	MOVV.Z (x_ptr)(offset*1), K1, Z0 \
	SUBV  Z10, Z0, Z0 \
	VMOVUPS Z0, (t_ptr) \
	MUL_BCAST (w_ptr), Z0, Z2 \
	VMOVUPS Z2, (z_ptr) \
	ADDV  Z2, Z8, Z8 \
	ADD1  X6, X7, X7 \
	ADDQ  $8, at_ptr \
	ADDQ  $SIZE, w_ptr \
	ADDQ  $64, t_ptr \
	ADDQ  $64, z_ptr \
	DECQ  left \
	JNZ   row \
	VMOVUPS Z8, (s_ptr) \
	MOVQ momentsTile_s0(args), s_ptr \
	STORE1 X7, (s_ptr)

#define t_base  SI
#define z_base  R8
#define rows    R9
#define z_rows  R12 // of the products, left
#define s_row   R13

// EACH_ROW does op on the eight rows of the sums. Uses s_ptr, s_step. Clobbers s_row.
#define EACH_ROW(op) \
	MOVQ s_ptr, s_row \
	op(Z0) \
	ADDQ s_step, s_row \
	op(Z1) \
	ADDQ s_step, s_row \
	op(Z2) \
	ADDQ s_step, s_row \
	op(Z3) \
	ADDQ s_step, s_row \
	op(Z4) \
	ADDQ s_step, s_row \
	op(Z5) \
	ADDQ s_step, s_row \
	op(Z6) \
	ADDQ s_step, s_row \
	op(Z7)

#define GET(z) VMOVUPS (s_row), z
#define PUT(z) VMOVUPS z, (s_row)

// PRODUCTS is momentsProducts: Z0-Z7 are eight rows of the sums. Uses args. Clobbers t_base, z_base, t_ptr, z_ptr,
// s_ptr, left, rows, s_step, s_row, z_rows, Z8.
#define PRODUCTS \
	MOVQ momentsTile_t(args), t_base \
	MOVQ momentsTile_z(args), z_base \
	MOVQ momentsTile_s2(args), s_ptr \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_found(args), z_rows \
	MOVQ momentsTile_rows(args), rows \
tile: \
	EACH_ROW(GET) \
	MOVQ t_base, t_ptr \
	MOVQ z_base, z_ptr \
	MOVQ rows, left \
	PCALIGN $32 \
row: \
	VMOVUPS (z_ptr), Z8 \
	FMADD_BCAST (0*SIZE)(t_ptr), Z8, Z0 \
	FMADD_BCAST (1*SIZE)(t_ptr), Z8, Z1 \
	FMADD_BCAST (2*SIZE)(t_ptr), Z8, Z2 \
	FMADD_BCAST (3*SIZE)(t_ptr), Z8, Z3 \
	FMADD_BCAST (4*SIZE)(t_ptr), Z8, Z4 \
	FMADD_BCAST (5*SIZE)(t_ptr), Z8, Z5 \
	FMADD_BCAST (6*SIZE)(t_ptr), Z8, Z6 \
	FMADD_BCAST (7*SIZE)(t_ptr), Z8, Z7 \
	ADDQ $64, z_ptr \
	ADDQ $64, t_ptr \
	DECQ left \
	JNZ  row \
	EACH_ROW(PUT) \
	LEAQ (s_ptr)(s_step*8), s_ptr \
	ADDQ $(8*SIZE), t_base \
	SUBQ $8, z_rows \
	JGT  tile
