// Weighted moments on AVX2, for either type. Macros only.
//
// The file that includes this names the type: SIZE and SHIFT of an element, and the instructions SUBV, MULV, ADDV, FMADD,
// CMPV, BCAST, MASKMOV (vectors), LOAD1, STORE1, ADD1 and UCOMI (scalars). UCOMI w, skip sets the carry flag where w
// counts: where skip < w or one of them is NaN.

#define args     AX
#define x_ptr    SI
#define r_ptr    DX
#define m_ptr    BX // mean, then the sums
#define left     CX
#define x_step   R8
#define r_step   R9
#define s_step   R10
#define s_step3  R11
#define mask_ptr R12
#define skip_ptr DI

// MASKED4 is momentsMasked4: Y0-Y3 s0, Y4-Y7 s1, Y8-Y11 s2. Y12 x, Y13 t, Y14 the weight, z, Y15 ones where x is a
// number. A missing entry adds +0 and +0·+0, which change no sum. Uses args. Clobbers all registers above but args.
#define MASKED4 \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_mean(args), m_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	LEAQ ·tailMasks+32(SB), mask_ptr \
	SUBQ momentsTile_tail(args), mask_ptr \
	LEAQ (s_step)(s_step*2), s_step3 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7 \
	VXORPS Y8, Y8, Y8 \
	VXORPS Y9, Y9, Y9 \
	VXORPS Y10, Y10, Y10 \
	VXORPS Y11, Y11, Y11 \
	PCALIGN $32 \
row: \
	VMOVUPS (mask_ptr), Y13 \
	MASKMOV (x_ptr), Y13, Y12 \
	CMPV  $7, Y12, Y12, Y15 \
	BCAST  (0*SIZE)(r_ptr), Y14 \
	UCOMI  (skip_ptr), X14 \
	JHI    count0 \
	JPC    skip0 \
count0: \
	SUBV   (m_ptr), Y12, Y13 \
	VANDPS Y15, Y13, Y13 \
	VANDPS Y15, Y14, Y14 \
	ADDV   Y14, Y0, Y0 \
	MULV   Y13, Y14, Y14 \
	ADDV   Y14, Y4, Y4 \
	FMADD  Y14, Y13, Y8 \
skip0: \
	BCAST  (1*SIZE)(r_ptr), Y14 \
	UCOMI  (skip_ptr), X14 \
	JHI    count1 \
	JPC    skip1 \
count1: \
	SUBV   (m_ptr)(s_step*1), Y12, Y13 \
	VANDPS Y15, Y13, Y13 \
	VANDPS Y15, Y14, Y14 \
	ADDV   Y14, Y1, Y1 \
	MULV   Y13, Y14, Y14 \
	ADDV   Y14, Y5, Y5 \
	FMADD  Y14, Y13, Y9 \
skip1: \
	BCAST  (2*SIZE)(r_ptr), Y14 \
	UCOMI  (skip_ptr), X14 \
	JHI    count2 \
	JPC    skip2 \
count2: \
	SUBV   (m_ptr)(s_step*2), Y12, Y13 \
	VANDPS Y15, Y13, Y13 \
	VANDPS Y15, Y14, Y14 \
	ADDV   Y14, Y2, Y2 \
	MULV   Y13, Y14, Y14 \
	ADDV   Y14, Y6, Y6 \
	FMADD  Y14, Y13, Y10 \
skip2: \
	BCAST  (3*SIZE)(r_ptr), Y14 \
	UCOMI  (skip_ptr), X14 \
	JHI    count3 \
	JPC    skip3 \
count3: \
	SUBV   (m_ptr)(s_step3*1), Y12, Y13 \
	VANDPS Y15, Y13, Y13 \
	VANDPS Y15, Y14, Y14 \
	ADDV   Y14, Y3, Y3 \
	MULV   Y13, Y14, Y14 \
	ADDV   Y14, Y7, Y7 \
	FMADD  Y14, Y13, Y11 \
skip3: \
	ADDQ x_step, x_ptr \
	ADDQ r_step, r_ptr \
	DECQ left \
	JNZ  row \
	MOVQ momentsTile_s0(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	VMOVUPS Y1, (m_ptr)(s_step*1) \
	VMOVUPS Y2, (m_ptr)(s_step*2) \
	VMOVUPS Y3, (m_ptr)(s_step3*1) \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y4, (m_ptr) \
	VMOVUPS Y5, (m_ptr)(s_step*1) \
	VMOVUPS Y6, (m_ptr)(s_step*2) \
	VMOVUPS Y7, (m_ptr)(s_step3*1) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y8, (m_ptr) \
	VMOVUPS Y9, (m_ptr)(s_step*1) \
	VMOVUPS Y10, (m_ptr)(s_step*2) \
	VMOVUPS Y11, (m_ptr)(s_step3*1)

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
	LEAQ ·tailMasks+32(SB), mask_ptr \
	SUBQ momentsTile_tail(args), mask_ptr \
	LEAQ (s_step)(s_step*2), s_step3 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y8, Y8, Y8 \
	PCALIGN $32 \
row: \
	VMOVUPS (mask_ptr), Y13 \
	MASKMOV (x_ptr), Y13, Y12 \
	CMPV  $7, Y12, Y12, Y15 \
	BCAST  (0*SIZE)(r_ptr), Y14 \
	UCOMI  (skip_ptr), X14 \
	JHI    count0 \
	JPC    skip0 \
count0: \
	SUBV   (m_ptr), Y12, Y13 \
	VANDPS Y15, Y13, Y13 \
	VANDPS Y15, Y14, Y14 \
	ADDV   Y14, Y0, Y0 \
	MULV   Y13, Y14, Y14 \
	ADDV   Y14, Y4, Y4 \
	FMADD  Y14, Y13, Y8 \
skip0: \
	ADDQ x_step, x_ptr \
	ADDQ r_step, r_ptr \
	DECQ left \
	JNZ  row \
	MOVQ momentsTile_s0(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y4, (m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y8, (m_ptr)

#define at_ptr R8
#define w_ptr  R10
#define found  R11
#define offset R12
#define step   R13

// PICK is momentsPick. Uses args. Clobbers r_ptr, left, r_step, at_ptr, w_ptr, found, offset, step, skip_ptr, X0, X14.
#define PICK \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_skip(args), skip_ptr \
	MOVQ momentsTile_at(args), at_ptr \
	MOVQ momentsTile_w(args), w_ptr \
	MOVQ momentsTile_xStep(args), step \
	LOAD1 (skip_ptr), X14 \
	XORQ offset, offset \
	XORQ found, found \
row: \
	LOAD1 (r_ptr), X0 \
	MOVQ  offset, (at_ptr)(found*8) \
	STORE1 X0, (w_ptr)(found*SIZE) \
	UCOMI X0, X14 \
	ADCQ  $0, found \
	ADDQ  step, offset \
	ADDQ  r_step, r_ptr \
	DECQ  left \
	JNZ   row \
	MOVQ  found, momentsTile_found(args)

#define t_ptr DI
#define z_ptr DX
#define s_ptr BX

// CENTRE is momentsCentre: Y0, Y1 t, Y2, Y3 z, Y6 the weight, X7 s0, Y8, Y9 s1, Y10, Y11 mean, Y14, Y15 tail masks.
// Uses args. Clobbers x_ptr, t_ptr, z_ptr, s_ptr, left, at_ptr, w_ptr, offset, mask_ptr.
#define CENTRE \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_t(args), t_ptr \
	MOVQ momentsTile_z(args), z_ptr \
	MOVQ momentsTile_at(args), at_ptr \
	MOVQ momentsTile_w(args), w_ptr \
	MOVQ momentsTile_rows(args), left \
	MOVQ momentsTile_mean(args), s_ptr \
	VMOVUPS (s_ptr), Y10 \
	VMOVUPS 32(s_ptr), Y11 \
	MOVQ momentsTile_tail(args), offset \
	MOVQ $32, found \
	CMPQ offset, found \
	CMOVQLT offset, found \
	SUBQ found, offset \
	LEAQ ·tailMasks+32(SB), step \
	SUBQ found, step \
	VMOVUPS (step), Y14 \
	LEAQ ·tailMasks+32(SB), step \
	SUBQ offset, step \
	VMOVUPS (step), Y15 \
	MOVQ momentsTile_s0(args), s_ptr \
	LOAD1 (s_ptr), X7 \
	MOVQ momentsTile_s1(args), s_ptr \
	VMOVUPS (s_ptr), Y8 \
	VMOVUPS 32(s_ptr), Y9 \
	PCALIGN $32 \
row: \
	MOVQ  (at_ptr), offset \
	BCAST (w_ptr), Y6 \
	MASKMOV (x_ptr)(offset*1), Y14, Y0 \
	MASKMOV 32(x_ptr)(offset*1), Y15, Y1 \
	SUBV  Y10, Y0, Y0 \
	SUBV  Y11, Y1, Y1 \
	VMOVUPS Y0, (t_ptr) \
	VMOVUPS Y1, 32(t_ptr) \
	MULV  Y6, Y0, Y2 \
	MULV  Y6, Y1, Y3 \
	VMOVUPS Y2, (z_ptr) \
	VMOVUPS Y3, 32(z_ptr) \
	ADDV  Y2, Y8, Y8 \
	ADDV  Y3, Y9, Y9 \
	ADD1  X6, X7, X7 \
	ADDQ  $8, at_ptr \
	ADDQ  $SIZE, w_ptr \
	ADDQ  $64, t_ptr \
	ADDQ  $64, z_ptr \
	DECQ  left \
	JNZ   row \
	VMOVUPS Y8, (s_ptr) \
	VMOVUPS Y9, 32(s_ptr) \
	MOVQ momentsTile_s0(args), s_ptr \
	STORE1 X7, (s_ptr)

#define t_base  SI
#define z_base  R8
#define rows    R9
#define z_rows  R12 // of the products, left

// TERM adds a row of the products. Uses t_ptr, Y8, Y9 (z). Clobbers b.
#define TERM(i, b, s0, s1) \
	BCAST (i*SIZE)(t_ptr), b \
	FMADD Y8, b, s0 \
	FMADD Y9, b, s1

// ZERO12 starts sums. Clobbers Y0-Y11.
#define ZERO12 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7 \
	VXORPS Y8, Y8, Y8 \
	VXORPS Y9, Y9, Y9 \
	VXORPS Y10, Y10, Y10 \
	VXORPS Y11, Y11, Y11

// PRODUCTS is momentsProducts: Y0-Y7 are four rows of the sums, two vectors each. Uses args. Clobbers t_base, z_base,
// t_ptr, z_ptr, s_ptr, left, rows, s_step, s_step3, z_rows, Y8-Y13.
#define PRODUCTS \
	MOVQ momentsTile_t(args), t_base \
	MOVQ momentsTile_z(args), z_base \
	MOVQ momentsTile_s2(args), s_ptr \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_found(args), z_rows \
	MOVQ momentsTile_rows(args), rows \
	LEAQ (s_step)(s_step*2), s_step3 \
tile: \
	ZERO12 \
	CMPQ momentsTile_fresh(args), $0 \
	JNE  begin \
	VMOVUPS (s_ptr), Y0 \
	VMOVUPS 32(s_ptr), Y1 \
	VMOVUPS (s_ptr)(s_step*1), Y2 \
	VMOVUPS 32(s_ptr)(s_step*1), Y3 \
	VMOVUPS (s_ptr)(s_step*2), Y4 \
	VMOVUPS 32(s_ptr)(s_step*2), Y5 \
	VMOVUPS (s_ptr)(s_step3*1), Y6 \
	VMOVUPS 32(s_ptr)(s_step3*1), Y7 \
begin: \
	MOVQ t_base, t_ptr \
	MOVQ z_base, z_ptr \
	MOVQ rows, left \
	PCALIGN $32 \
row: \
	VMOVUPS (z_ptr), Y8 \
	VMOVUPS 32(z_ptr), Y9 \
	TERM(0, Y10, Y0, Y1) \
	TERM(1, Y11, Y2, Y3) \
	TERM(2, Y12, Y4, Y5) \
	TERM(3, Y13, Y6, Y7) \
	ADDQ $64, z_ptr \
	ADDQ $64, t_ptr \
	DECQ left \
	JNZ  row \
	VMOVUPS Y0, (s_ptr) \
	VMOVUPS Y1, 32(s_ptr) \
	VMOVUPS Y2, (s_ptr)(s_step*1) \
	VMOVUPS Y3, 32(s_ptr)(s_step*1) \
	VMOVUPS Y4, (s_ptr)(s_step*2) \
	VMOVUPS Y5, 32(s_ptr)(s_step*2) \
	VMOVUPS Y6, (s_ptr)(s_step3*1) \
	VMOVUPS Y7, 32(s_ptr)(s_step3*1) \
	LEAQ (s_ptr)(s_step*4), s_ptr \
	ADDQ $(4*SIZE), t_base \
	SUBQ $4, z_rows \
	JGT  tile

#define Z_PANEL 8192 // bytes from a row of z to that of the next column of tiles

// WIDE is momentsProductsWide: Y0-Y11 are three rows of the sums, or two, four vectors each; Y12-Y14 t, Y15 z. Uses args.
// Clobbers the registers of PRODUCTS but s_step3.
#define WIDE \
	MOVQ momentsTile_t(args), t_base \
	MOVQ momentsTile_z(args), z_base \
	MOVQ momentsTile_s2(args), s_ptr \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_found(args), z_rows \
	MOVQ momentsTile_rows(args), rows \
tile: \
	CMPQ z_rows, $4 \
	JEQ  two \
	CMPQ z_rows, $3 \
	JLT  two \
	ZERO12 \
	CMPQ momentsTile_fresh(args), $0 \
	JNE  begin3 \
	VMOVUPS (s_ptr), Y0 \
	VMOVUPS 32(s_ptr), Y1 \
	VMOVUPS 64(s_ptr), Y2 \
	VMOVUPS 96(s_ptr), Y3 \
	VMOVUPS (s_ptr)(s_step*1), Y4 \
	VMOVUPS 32(s_ptr)(s_step*1), Y5 \
	VMOVUPS 64(s_ptr)(s_step*1), Y6 \
	VMOVUPS 96(s_ptr)(s_step*1), Y7 \
	VMOVUPS (s_ptr)(s_step*2), Y8 \
	VMOVUPS 32(s_ptr)(s_step*2), Y9 \
	VMOVUPS 64(s_ptr)(s_step*2), Y10 \
	VMOVUPS 96(s_ptr)(s_step*2), Y11 \
begin3: \
	MOVQ t_base, t_ptr \
	MOVQ z_base, z_ptr \
	MOVQ rows, left \
	PCALIGN $32 \
row3: \
	BCAST (0*SIZE)(t_ptr), Y12 \
	BCAST (1*SIZE)(t_ptr), Y13 \
	BCAST (2*SIZE)(t_ptr), Y14 \
	VMOVUPS (z_ptr), Y15 \
	FMADD Y15, Y12, Y0 \
	FMADD Y15, Y13, Y4 \
	FMADD Y15, Y14, Y8 \
	VMOVUPS 32(z_ptr), Y15 \
	FMADD Y15, Y12, Y1 \
	FMADD Y15, Y13, Y5 \
	FMADD Y15, Y14, Y9 \
	VMOVUPS Z_PANEL(z_ptr), Y15 \
	FMADD Y15, Y12, Y2 \
	FMADD Y15, Y13, Y6 \
	FMADD Y15, Y14, Y10 \
	VMOVUPS (Z_PANEL+32)(z_ptr), Y15 \
	FMADD Y15, Y12, Y3 \
	FMADD Y15, Y13, Y7 \
	FMADD Y15, Y14, Y11 \
	ADDQ $64, z_ptr \
	ADDQ $64, t_ptr \
	DECQ left \
	JNZ  row3 \
	VMOVUPS Y0, (s_ptr) \
	VMOVUPS Y1, 32(s_ptr) \
	VMOVUPS Y2, 64(s_ptr) \
	VMOVUPS Y3, 96(s_ptr) \
	VMOVUPS Y4, (s_ptr)(s_step*1) \
	VMOVUPS Y5, 32(s_ptr)(s_step*1) \
	VMOVUPS Y6, 64(s_ptr)(s_step*1) \
	VMOVUPS Y7, 96(s_ptr)(s_step*1) \
	VMOVUPS Y8, (s_ptr)(s_step*2) \
	VMOVUPS Y9, 32(s_ptr)(s_step*2) \
	VMOVUPS Y10, 64(s_ptr)(s_step*2) \
	VMOVUPS Y11, 96(s_ptr)(s_step*2) \
	LEAQ (s_ptr)(s_step*2), s_ptr \
	ADDQ s_step, s_ptr \
	ADDQ $(3*SIZE), t_base \
	SUBQ $3, z_rows \
	JGT  tile \
	JMP  done \
two: \
	ZERO12 \
	CMPQ momentsTile_fresh(args), $0 \
	JNE  begin2 \
	VMOVUPS (s_ptr), Y0 \
	VMOVUPS 32(s_ptr), Y1 \
	VMOVUPS 64(s_ptr), Y2 \
	VMOVUPS 96(s_ptr), Y3 \
	VMOVUPS (s_ptr)(s_step*1), Y4 \
	VMOVUPS 32(s_ptr)(s_step*1), Y5 \
	VMOVUPS 64(s_ptr)(s_step*1), Y6 \
	VMOVUPS 96(s_ptr)(s_step*1), Y7 \
begin2: \
	MOVQ t_base, t_ptr \
	MOVQ z_base, z_ptr \
	MOVQ rows, left \
	PCALIGN $32 \
row2: \
	BCAST (0*SIZE)(t_ptr), Y12 \
	BCAST (1*SIZE)(t_ptr), Y13 \
	VMOVUPS (z_ptr), Y15 \
	FMADD Y15, Y12, Y0 \
	FMADD Y15, Y13, Y4 \
	VMOVUPS 32(z_ptr), Y15 \
	FMADD Y15, Y12, Y1 \
	FMADD Y15, Y13, Y5 \
	VMOVUPS Z_PANEL(z_ptr), Y15 \
	FMADD Y15, Y12, Y2 \
	FMADD Y15, Y13, Y6 \
	VMOVUPS (Z_PANEL+32)(z_ptr), Y15 \
	FMADD Y15, Y12, Y3 \
	FMADD Y15, Y13, Y7 \
	ADDQ $64, z_ptr \
	ADDQ $64, t_ptr \
	DECQ left \
	JNZ  row2 \
	VMOVUPS Y0, (s_ptr) \
	VMOVUPS Y1, 32(s_ptr) \
	VMOVUPS Y2, 64(s_ptr) \
	VMOVUPS Y3, 96(s_ptr) \
	VMOVUPS Y4, (s_ptr)(s_step*1) \
	VMOVUPS Y5, 32(s_ptr)(s_step*1) \
	VMOVUPS Y6, 64(s_ptr)(s_step*1) \
	VMOVUPS Y7, 96(s_ptr)(s_step*1) \
	LEAQ (s_ptr)(s_step*2), s_ptr \
	ADDQ $(2*SIZE), t_base \
	SUBQ $2, z_rows \
	JGT  tile \
done:
