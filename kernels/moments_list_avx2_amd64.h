// Diagonal weighted moments by lists of the rows that count, AVX2, for either type. Macros only; see moments_avx2_amd64.h for
// what the file that includes this names, and beside it MOVMSK and the registers of four elements: V0, V1, V2, V4.

#define lists   R8  // of component 0; that of component c begins 1024·c bytes further on
#define n0      SI  // rows listed for each component
#define n1      DI
#define n2      BX
#define n3      R11
#define n_row   CX
#define rows_up R10
#define bits    R12
#define tail4   R13

// KEEP lists the row for component c if it counts.
#define KEEP(c, n) \
	BTL  $c, bits \
	ADCQ $0, n

// PICK4 is momentsPick4: V0 sums of weights, V1 weights, V2 which count, V4 skip. Uses args. Clobbers r_ptr, r_step, skip_ptr
// and the registers above.
#define PICK4 \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_rows(args), rows_up \
	MOVQ momentsTile_at(args), lists \
	MOVQ momentsTile_skip(args), skip_ptr \
	LEAQ ·tailMasks+32(SB), tail4 \
	SUBQ momentsTile_tail(args), tail4 \
	VMOVUPS (tail4), V3 \
	BCAST (skip_ptr), V4 \
	VXORPS V0, V0, V0 \
	XORQ n0, n0 \
	XORQ n1, n1 \
	XORQ n2, n2 \
	XORQ n3, n3 \
	XORQ n_row, n_row \
	PCALIGN $32 \
next_row: \
	MASKMOV (r_ptr), V3, V1 \
	CMPV    $0x16, V4, V1, V2 /* not r ≤ skip */ \
	VANDPS  V2, V1, V1 \
	ADDV    V1, V0, V0 \
	MOVMSK  V2, bits \
	MOVL    n_row, (lists)(n0*4) \
	MOVL    n_row, 1024(lists)(n1*4) \
	MOVL    n_row, 2048(lists)(n2*4) \
	MOVL    n_row, 3072(lists)(n3*4) \
	KEEP(0, n0) \
	KEEP(1, n1) \
	KEEP(2, n2) \
	KEEP(3, n3) \
	ADDQ    r_step, r_ptr \
	INCQ    n_row \
	CMPQ    n_row, rows_up \
	JNE     next_row \
	MOVQ momentsTile_s0(args), r_ptr \
	MASKMOV V0, V3, (r_ptr) \
	MOVQ momentsTile_w(args), r_ptr \
	MOVQ n0, (r_ptr) \
	MOVQ n1, 8(r_ptr) \
	MOVQ n2, 16(r_ptr) \
	MOVQ n3, 24(r_ptr)

#define list R10
#define at_x R11
#define at_r R12

// LISTED begins a routine over a list: Y14 the mask of the last vector, Y15 the weight. Uses args.
#define LISTED \
	MOVQ momentsTile_x(args), x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_mean(args), m_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_at(args), list \
	MOVQ momentsTile_found(args), left \
	LEAQ ·tailMasks+32(SB), mask_ptr \
	SUBQ momentsTile_tail(args), mask_ptr \
	VMOVUPS (mask_ptr), Y14

// LISTED_ROW loads a row's weight into Y15 and makes at_x its place.
#define LISTED_ROW \
	MOVL  (list), at_r \
	MOVQ  at_r, at_x \
	IMULQ r_step, at_r \
	IMULQ x_step, at_x \
	ADDQ  $4, list \
	BCAST (r_ptr)(at_r*1), Y15

// MOMENTS adds the row's vector in Y12 to the sums. Uses Y15. Clobbers Y12, Y13.
#define MOMENTS(mean, s1, s2) \
	SUBV  mean, Y12, Y12 \
	MULV  Y12, Y15, Y13 \
	ADDV  Y13, s1, s1 \
	FMADD Y13, Y12, s2

// LISTED4 is momentsListed4: Y0-Y3 s1, Y4-Y7 s2, Y8-Y11 mean.
#define LISTED4 \
	LISTED \
	VMOVUPS (m_ptr), Y8 \
	VMOVUPS 32(m_ptr), Y9 \
	VMOVUPS 64(m_ptr), Y10 \
	VMOVUPS 96(m_ptr), Y11 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7 \
	TESTQ left, left \
	JZ    sums \
	PCALIGN $32 \
listed: \
	LISTED_ROW \
	VMOVUPS (x_ptr)(at_x*1), Y12 \
	MOMENTS(Y8, Y0, Y4) \
	VMOVUPS 32(x_ptr)(at_x*1), Y12 \
	MOMENTS(Y9, Y1, Y5) \
	VMOVUPS 64(x_ptr)(at_x*1), Y12 \
	MOMENTS(Y10, Y2, Y6) \
	MASKMOV 96(x_ptr)(at_x*1), Y14, Y12 \
	MOMENTS(Y11, Y3, Y7) \
	DECQ left \
	JNZ  listed \
sums: \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	VMOVUPS Y1, 32(m_ptr) \
	VMOVUPS Y2, 64(m_ptr) \
	VMOVUPS Y3, 96(m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y4, (m_ptr) \
	VMOVUPS Y5, 32(m_ptr) \
	VMOVUPS Y6, 64(m_ptr) \
	VMOVUPS Y7, 96(m_ptr)

// LISTED2 is momentsListed2, as LISTED4.
#define LISTED2 \
	LISTED \
	VMOVUPS (m_ptr), Y8 \
	VMOVUPS 32(m_ptr), Y9 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	TESTQ left, left \
	JZ    sums \
	PCALIGN $32 \
listed: \
	LISTED_ROW \
	VMOVUPS (x_ptr)(at_x*1), Y12 \
	MOMENTS(Y8, Y0, Y4) \
	MASKMOV 32(x_ptr)(at_x*1), Y14, Y12 \
	MOMENTS(Y9, Y1, Y5) \
	DECQ left \
	JNZ  listed \
sums: \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	VMOVUPS Y1, 32(m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y4, (m_ptr) \
	VMOVUPS Y5, 32(m_ptr)

// LISTED1 is momentsListed1, as LISTED4.
#define LISTED1 \
	LISTED \
	VMOVUPS (m_ptr), Y8 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y4, Y4, Y4 \
	TESTQ left, left \
	JZ    sums \
	PCALIGN $32 \
listed: \
	LISTED_ROW \
	MASKMOV (x_ptr)(at_x*1), Y14, Y12 \
	MOMENTS(Y8, Y0, Y4) \
	DECQ left \
	JNZ  listed \
sums: \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y4, (m_ptr)
