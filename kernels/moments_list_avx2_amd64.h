// Diagonal weighted moments by lists of the rows that count, AVX2, for either type. Macros only; see moments_avx2_amd64.h for
// what the file that includes this names, and NEGATE, which makes dst the sign bits.

#define r_step3 R10
#define flags   R11 // which of eight rows count: a byte for each component
#define some    R12

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

#define mark_ptr DI

// MARKS begins momentsMarks. Uses args.
#define MARKS \
	MOVQ momentsTile_r(args), r_ptr \
	MOVQ momentsTile_rStep(args), r_step \
	LEAQ (r_step)(r_step*2), r_step3 \
	MOVQ momentsTile_t(args), mark_ptr \
	MOVQ momentsTile_skip(args), some \
	BCAST (some), Y14 \
	LEAQ ·tailMasks+32(SB), some \
	SUBQ momentsTile_tail(args), some \
	VMOVUPS (some), Y15 \
	MOVQ momentsTile_rows(args), left

// In LISTED: a component's list is made and gone through once for each four vectors of dimensions, or for two or one of the last.
#define comp     DI
#define col      R13
#define list     R10
#define at_x     R11
#define at_r     R12
#define byte_at  BX // what a byte lists
#define base8    R8 // the first of eight rows, in eight bytes
#define eight8   R9
#define mark_at  SI
#define octets   DX
#define listed8  R11
#define rest     R12
#define sum1_ptr R11
#define sum2_ptr R12

// OCTET adds eight rows to the list. Uses mark_at, byte_at, list, eight8. Adds to left, base8. Clobbers some, listed8.
#define OCTET(i) \
	MOVBLZX (8*i)(mark_at), some \
	MOVQ    (byte_at)(some*8), listed8 \
	ADDQ    base8, listed8 \
	MOVQ    listed8, (list)(left*1) \
	POPCNTL some, some \
	ADDQ    some, left \
	ADDQ    eight8, base8

// LISTED_ROW loads a row's weight into Y15, adds it to s0 and makes at_x the row's place.
#define LISTED_ROW \
	MOVBLZX (list), at_r \
	MOVQ  at_r, at_x \
	IMULQ r_step, at_r \
	IMULQ x_step, at_x \
	INCQ  list \
	BCAST (r_ptr)(at_r*1), Y15 \
	ADD1  X15, X8, X8

// MOMENTS adds a row's vector to the sums; minus is −mean. Uses Y15. Clobbers Y12, Y13.
#define MOMENTS(x, minus, s1, s2) \
	ADDV  x, minus, Y12 \
	MULV  Y12, Y15, Y13 \
	ADDV  Y13, s1, s1 \
	FMADD Y13, Y12, s2

// MOMENTS_LAST is MOMENTS for the elements that the mask Y14 names.
#define MOMENTS_LAST(x, minus, s1, s2) \
	MASKMOV x, Y14, Y12 \
	MOMENTS(minus, Y12, s1, s2)

// TAIL_MASK makes Y14 the mask of the last of the vectors from col on, which is 32 bytes long or ends the row. Uses rest. Clobbers
// listed8.
#define TAIL_MASK(bytes) \
	SUBQ $(bytes-32), rest \
	MOVL $32, listed8 \
	CMPQ rest, listed8 \
	CMOVQGT listed8, rest \
	NEGQ rest \
	LEAQ ·tailMasks+32(SB), listed8 \
	VMOVUPS (listed8)(rest*1), Y14

// SUMS makes sum1_ptr and sum2_ptr the places of the sums from col on. Uses args, comp, col.
#define SUMS \
	MOVQ  momentsTile_sStep(args), sum1_ptr \
	IMULQ comp, sum1_ptr \
	ADDQ  momentsTile_s1(args), sum1_ptr \
	ADDQ  col, sum1_ptr \
	MOVQ  momentsList_s2Step(args), sum2_ptr \
	IMULQ comp, sum2_ptr \
	ADDQ  momentsTile_s2(args), sum2_ptr \
	ADDQ  col, sum2_ptr

// LISTED is momentsListed: Y0-Y3 s1, Y4-Y7 s2, X8 s0, Y9-Y11 −mean, the fourth vector's in memory behind the list, Y14 the mask of the
// last vector, Y15 the weight. Uses args. Clobbers all.
#define LISTED \
	XORQ comp, comp \
component: \
	MOVQ momentsTile_t(args), mark_at \
	ADDQ comp, mark_at \
	MOVQ momentsTile_at(args), byte_at \
	MOVQ momentsTile_z(args), list \
	MOVQ momentsTile_rows(args), octets \
	MOVQ $0x0808080808080808, eight8 \
	XORQ base8, base8 \
	XORQ left, left \
	PCALIGN $32 \
octets4: \
	OCTET(0) \
	OCTET(1) \
	OCTET(2) \
	OCTET(3) \
	ADDQ $32, mark_at \
	SUBQ $32, octets \
	JHI  octets4 \
	MOVQ left, momentsTile_found(args) \
	XORQ col, col \
columns: \
	MOVQ momentsTile_found(args), left \
	MOVQ momentsList_mStep(args), m_ptr \
	IMULQ comp, m_ptr \
	ADDQ momentsTile_mean(args), m_ptr \
	ADDQ col, m_ptr \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7 \
	VXORPS Y8, Y8, Y8 \
	NEGATE(Y13) \
	MOVQ momentsTile_x(args), x_ptr \
	ADDQ col, x_ptr \
	MOVQ momentsTile_r(args), r_ptr \
	LEAQ (r_ptr)(comp*SIZE), r_ptr \
	MOVQ momentsTile_xStep(args), x_step \
	MOVQ momentsTile_rStep(args), r_step \
	MOVQ momentsTile_z(args), list \
	MOVQ momentsList_cols(args), rest \
	SUBQ col, rest \
	CMPQ rest, $96 \
	JGT  four \
	CMPQ rest, $32 \
	JGT  two \
	TAIL_MASK(32) \
	MASKMOV (m_ptr), Y14, Y9 \
	VXORPS Y13, Y9, Y9 \
	TESTQ left, left \
	JZ    sums1 \
	PCALIGN $32 \
row1: \
	LISTED_ROW \
	MOMENTS_LAST((x_ptr)(at_x*1), Y9, Y0, Y4) \
	DECQ left \
	JNZ  row1 \
sums1: \
	SUMS \
	VMOVUPS Y0, (sum1_ptr) \
	VMOVUPS Y4, (sum2_ptr) \
	ADDQ $32, col \
	JMP  next \
two: \
	TAIL_MASK(64) \
	VXORPS (m_ptr), Y13, Y9 \
	MASKMOV 32(m_ptr), Y14, Y10 \
	VXORPS Y13, Y10, Y10 \
	TESTQ left, left \
	JZ    sums2 \
	PCALIGN $32 \
row2: \
	LISTED_ROW \
	MOMENTS((x_ptr)(at_x*1), Y9, Y0, Y4) \
	MOMENTS_LAST(32(x_ptr)(at_x*1), Y10, Y1, Y5) \
	DECQ left \
	JNZ  row2 \
sums2: \
	SUMS \
	VMOVUPS Y0, (sum1_ptr) \
	VMOVUPS Y1, 32(sum1_ptr) \
	VMOVUPS Y4, (sum2_ptr) \
	VMOVUPS Y5, 32(sum2_ptr) \
	ADDQ $64, col \
	JMP  next \
four: \
	TAIL_MASK(128) \
	VXORPS (m_ptr), Y13, Y9 \
	VXORPS 32(m_ptr), Y13, Y10 \
	VXORPS 64(m_ptr), Y13, Y11 \
	MASKMOV 96(m_ptr), Y14, Y12 \
	VXORPS Y13, Y12, Y12 \
	VMOVUPS Y12, const_momentsMean(list) \
	LEAQ const_momentsMean(list), m_ptr \
	TESTQ left, left \
	JZ    sums4 \
	PCALIGN $32 \
row4: \
	LISTED_ROW \
	MOMENTS((x_ptr)(at_x*1), Y9, Y0, Y4) \
	MOMENTS(32(x_ptr)(at_x*1), Y10, Y1, Y5) \
	MOMENTS(64(x_ptr)(at_x*1), Y11, Y2, Y6) \
	MOMENTS_LAST(96(x_ptr)(at_x*1), (m_ptr), Y3, Y7) \
	DECQ left \
	JNZ  row4 \
sums4: \
	SUMS \
	VMOVUPS Y0, (sum1_ptr) \
	VMOVUPS Y1, 32(sum1_ptr) \
	VMOVUPS Y2, 64(sum1_ptr) \
	VMOVUPS Y3, 96(sum1_ptr) \
	VMOVUPS Y4, (sum2_ptr) \
	VMOVUPS Y5, 32(sum2_ptr) \
	VMOVUPS Y6, 64(sum2_ptr) \
	VMOVUPS Y7, 96(sum2_ptr) \
	ADDQ $128, col \
next: \
	MOVQ momentsTile_s0(args), sum1_ptr \
	STORE1 X8, (sum1_ptr)(comp*SIZE) \
	CMPQ col, momentsList_cols(args) \
	JLT  columns \
	INCQ comp \
	CMPQ comp, momentsList_comps(args) \
	JLT  component
