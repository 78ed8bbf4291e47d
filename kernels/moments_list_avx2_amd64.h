// Diagonal weighted moments by lists of the rows that count, AVX2, for either type. Macros only; see moments_avx2_amd64.h for
// what the file that includes this names.

#define lists   R8  // of component 0; that of component c begins 256·c bytes further on
#define counts  SI  // the lists' lengths
#define byte_at DI  // what a byte lists
#define base8   BX  // the first row, in eight bytes
#define r_step3 R10
#define flags   R11 // which rows count: a byte for each component
#define some    R12
#define listed8 R13

// WHICH makes dst ones where a weight counts. Uses Y14 (skip), Y15 (the components' mask).
#define WHICH(weights, dst) \
	MASKMOV weights, Y15, dst \
	CMPV    $0x16, Y14, dst, dst /* not r ≤ skip */

// WHICH4 makes dst the bytes of four rows' weights. Uses r_ptr, r_step, r_step3. Clobbers t, u.
#define WHICH4(dst, t, u) \
	WHICH((r_ptr), dst) \
	WHICH((r_ptr)(r_step*1), t) \
	VPACKSSDW t, dst, dst \
	WHICH((r_ptr)(r_step*2), t) \
	WHICH((r_ptr)(r_step3*1), u) \
	VPACKSSDW u, t, t \
	VPACKSSWB t, dst, dst \
	LEAQ (r_ptr)(r_step*4), r_ptr

// LIST adds what the low byte of flags says to the list of component c. Uses lists, counts, byte_at, base8. Clobbers some,
// listed8, left.
#define LIST(c) \
	MOVBLZX flags, some \
	MOVQ    (byte_at)(some*8), listed8 \
	ADDQ    base8, listed8 \
	MOVQ    (8*c)(counts), left \
	MOVQ    listed8, (256*c)(lists)(left*1) \
	POPCNTL some, some \
	ADDQ    some, (8*c)(counts) \
	SHRL    $8, flags

// LISTS begins momentsLists. Uses args.
#define LISTS \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_rStep(args), r_step \
	LEAQ (r_step)(r_step*2), r_step3 \
	MOVQ momentsTile_at(args), lists \
	MOVQ momentsTile_w(args), counts \
	MOVQ momentsTile_skip(args), some \
	BCAST (some), Y14 \
	LEAQ ·tailMasks+32(SB), some \
	SUBQ momentsTile_tail(args), some \
	VMOVUPS (some), Y15 \
	MOVQ momentsTile_t(args), byte_at \
	XORQ base8, base8

// NEXT_ROWS goes on to the next eight rows; the flags tell whether there are any. Uses args. Clobbers some.
#define NEXT_ROWS \
	MOVQ $0x0808080808080808, some \
	ADDQ some, base8 \
	SUBQ $8, momentsTile_rows(args)

#define list R10
#define at_x R11
#define at_r R12

// LISTED begins a routine over a list: X8 s0, Y14 the mask of the last vector, Y15 the weight. Uses args.
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
	VMOVUPS (mask_ptr), Y14 \
	VXORPS Y8, Y8, Y8

// LISTED_ROW loads a row's weight into Y15, adds it to s0 and makes at_x the row's place.
#define LISTED_ROW \
	MOVBLZX (list), at_r \
	MOVQ  at_r, at_x \
	IMULQ r_step, at_r \
	IMULQ x_step, at_x \
	INCQ  list \
	BCAST (r_ptr)(at_r*1), Y15 \
	ADD1  X15, X8, X8

// MOMENTS adds the row's vector in Y12 to the sums. Uses Y15. Clobbers Y12, Y13.
#define MOMENTS(mean, s1, s2) \
	SUBV  mean, Y12, Y12 \
	MULV  Y12, Y15, Y13 \
	ADDV  Y13, s1, s1 \
	FMADD Y13, Y12, s2

// LISTED4 is momentsListed4: Y0-Y3 s1, Y4-Y7 s2, Y9-Y11 mean but for its first vector.
#define LISTED4 \
	LISTED \
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
	MOMENTS((m_ptr), Y0, Y4) \
	VMOVUPS 32(x_ptr)(at_x*1), Y12 \
	MOMENTS(Y9, Y1, Y5) \
	VMOVUPS 64(x_ptr)(at_x*1), Y12 \
	MOMENTS(Y10, Y2, Y6) \
	MASKMOV 96(x_ptr)(at_x*1), Y14, Y12 \
	MOMENTS(Y11, Y3, Y7) \
	DECQ left \
	JNZ  listed \
sums: \
	MOVQ momentsTile_s0(args), m_ptr \
	STORE1 X8, (m_ptr) \
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
	MOMENTS((m_ptr), Y0, Y4) \
	MASKMOV 32(x_ptr)(at_x*1), Y14, Y12 \
	MOMENTS(Y9, Y1, Y5) \
	DECQ left \
	JNZ  listed \
sums: \
	MOVQ momentsTile_s0(args), m_ptr \
	STORE1 X8, (m_ptr) \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	VMOVUPS Y1, 32(m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y4, (m_ptr) \
	VMOVUPS Y5, 32(m_ptr)

// LISTED1 is momentsListed1, as LISTED4.
#define LISTED1 \
	LISTED \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y4, Y4, Y4 \
	TESTQ left, left \
	JZ    sums \
	PCALIGN $32 \
listed: \
	LISTED_ROW \
	MASKMOV (x_ptr)(at_x*1), Y14, Y12 \
	MOMENTS((m_ptr), Y0, Y4) \
	DECQ left \
	JNZ  listed \
sums: \
	MOVQ momentsTile_s0(args), m_ptr \
	STORE1 X8, (m_ptr) \
	MOVQ momentsTile_s1(args), m_ptr \
	VMOVUPS Y0, (m_ptr) \
	MOVQ momentsTile_s2(args), m_ptr \
	VMOVUPS Y4, (m_ptr)
