// The product of one long row on AVX2, for either type: the sums stay in memory, and B is read row by row, eight of them
// at a time. Macros only; see gemm_avx2_amd64.h for the registers.

#define sum_ptr R11
#define b_four  a_low // row 4
#define b_three R12   // three times b_k
#define cols    R8    // left, bytes
#define b_base  R13   // row 0 at the first column

// FACTOR loads a factor of a row. Uses a_k. Clobbers a_ptr.
#define FACTOR(to) \
	BCAST (a_ptr), to \
	ADDQ  a_k, a_ptr

// TERMx adds the terms of x rows at a distance. Uses b_ptr, b_four, b_k, b_three, Y8 to Y15.
#define TERM1(at, sum) \
	FMADD at(b_ptr), Y8, sum
#define TERM4(at, sum) \
	TERM1(at, sum) \
	FMADD at(b_ptr)(b_k*1), Y9, sum \
	FMADD at(b_ptr)(b_k*2), Y10, sum \
	FMADD at(b_ptr)(b_three*1), Y11, sum
#define TERM8(at, sum) \
	TERM4(at, sum) \
	FMADD at(b_four), Y12, sum \
	FMADD at(b_four)(b_k*1), Y13, sum \
	FMADD at(b_four)(b_k*2), Y14, sum \
	FMADD at(b_four)(b_three*1), Y15, sum

// EDGEx does it for less than a vector, under the mask Y7. Clobbers Y6.
#define EDGE(from, factor) \
	VMASKMOVPS from, Y7, Y6 \
	FMADD      Y6, factor, Y0
#define EDGE1 \
	EDGE((b_ptr), Y8)
#define EDGE4 \
	EDGE1 \
	EDGE((b_ptr)(b_k*1), Y9) \
	EDGE((b_ptr)(b_k*2), Y10) \
	EDGE((b_ptr)(b_three*1), Y11)
#define EDGE8 \
	EDGE4 \
	EDGE((b_four), Y12) \
	EDGE((b_four)(b_k*1), Y13) \
	EDGE((b_four)(b_k*2), Y14) \
	EDGE((b_four)(b_three*1), Y15)

// SWEEP adds the terms of some rows to all sums. Uses args, b_base, b_k, b_three, Y7 to Y15. Clobbers cols, sum_ptr, b_ptr,
// b_four, Y0, Y1, Y6.
#define SWEEP(term, edge, loop, one, part, done) \
	MOVQ b_base, b_ptr \
	LEAQ (b_base)(b_k*4), b_four \
	MOVQ gemmArgs_sums(args), sum_ptr \
	MOVQ gemmArgs_cols(args), cols \
	SUBQ $64, cols \
	JLT  one \
loop: \
	VMOVUPS (sum_ptr), Y0 \
	VMOVUPS 32(sum_ptr), Y1 \
	term(0, Y0) \
	term(32, Y1) \
	VMOVUPS Y0, (sum_ptr) \
	VMOVUPS Y1, 32(sum_ptr) \
	ADDQ $64, b_ptr \
	ADDQ $64, b_four \
	ADDQ $64, sum_ptr \
	SUBQ $64, cols \
	JGE  loop \
one: \
	ADDQ $32, cols \
	JLT  part \
	VMOVUPS (sum_ptr), Y0 \
	term(0, Y0) \
	VMOVUPS Y0, (sum_ptr) \
	ADDQ $32, b_ptr \
	ADDQ $32, b_four \
	ADDQ $32, sum_ptr \
	SUBQ $32, cols \
part: \
	ADDQ $32, cols \
	JZ   done \
	VMOVUPS (sum_ptr), Y0 \
	edge \
	VMOVUPS Y0, (sum_ptr) \
done:
