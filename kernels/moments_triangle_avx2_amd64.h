// Products of a column of weighted moments with itself, AVX2: of a block on the diagonal the rows of the upper triangle, in
// whole vectors. Macros only; see moments_avx2_amd64.h for what the file that includes this names.

// BOTH and LAST add a row of the products: two vectors, or the second alone. Uses t_ptr, Y12, Y13 (z). Clobbers b.
#define BOTH(i, b, s0, s1) \
	BCAST (i*SIZE)(t_ptr), b \
	FMADD Y12, b, s0 \
	FMADD Y13, b, s1
#define LAST(i, b, s1) \
	BCAST (i*SIZE)(t_ptr), b \
	FMADD Y13, b, s1

// TRIANGLE begins momentsTriangle. Uses args. Clobbers t_base, z_base, s_ptr, rows, s_step, s_step3.
#define TRIANGLE \
	MOVQ momentsTile_t(args), t_base \
	MOVQ momentsTile_z(args), z_base \
	MOVQ momentsTile_s2(args), s_ptr \
	MOVQ momentsTile_sStep(args), s_step \
	MOVQ momentsTile_rows(args), rows \
	LEAQ (s_step)(s_step*2), s_step3

// ROWS begins a loop over the rows and NEXT_ROW ends its step.
#define ROWS \
	MOVQ t_base, t_ptr \
	MOVQ z_base, z_ptr \
	MOVQ rows, left
#define Z_ROW \
	VMOVUPS (z_ptr), Y12 \
	VMOVUPS 32(z_ptr), Y13
#define NEXT_ROW \
	ADDQ $64, z_ptr \
	ADDQ $64, t_ptr \
	DECQ left

// LOAD4, STORE4, LOAD2 and STORE2 move two vectors of four or two rows of the sums, LOAD_LAST4 and STORE_LAST4 the second vector of each.
#define LOAD4(y0, y1, y2, y3, y4, y5, y6, y7) \
	VMOVUPS (s_ptr), y0 \
	VMOVUPS 32(s_ptr), y1 \
	VMOVUPS (s_ptr)(s_step*1), y2 \
	VMOVUPS 32(s_ptr)(s_step*1), y3 \
	VMOVUPS (s_ptr)(s_step*2), y4 \
	VMOVUPS 32(s_ptr)(s_step*2), y5 \
	VMOVUPS (s_ptr)(s_step3*1), y6 \
	VMOVUPS 32(s_ptr)(s_step3*1), y7
#define STORE4(y0, y1, y2, y3, y4, y5, y6, y7) \
	VMOVUPS y0, (s_ptr) \
	VMOVUPS y1, 32(s_ptr) \
	VMOVUPS y2, (s_ptr)(s_step*1) \
	VMOVUPS y3, 32(s_ptr)(s_step*1) \
	VMOVUPS y4, (s_ptr)(s_step*2) \
	VMOVUPS y5, 32(s_ptr)(s_step*2) \
	VMOVUPS y6, (s_ptr)(s_step3*1) \
	VMOVUPS y7, 32(s_ptr)(s_step3*1)
#define LOAD2(a, b, c, d) \
	VMOVUPS (s_ptr), a \
	VMOVUPS 32(s_ptr), b \
	VMOVUPS (s_ptr)(s_step*1), c \
	VMOVUPS 32(s_ptr)(s_step*1), d
#define STORE2(a, b, c, d) \
	VMOVUPS a, (s_ptr) \
	VMOVUPS b, 32(s_ptr) \
	VMOVUPS c, (s_ptr)(s_step*1) \
	VMOVUPS d, 32(s_ptr)(s_step*1)
#define LOAD_LAST4(a, b, c, d) \
	VMOVUPS 32(s_ptr), a \
	VMOVUPS 32(s_ptr)(s_step*1), b \
	VMOVUPS 32(s_ptr)(s_step*2), c \
	VMOVUPS 32(s_ptr)(s_step3*1), d
#define STORE_LAST4(a, b, c, d) \
	VMOVUPS a, 32(s_ptr) \
	VMOVUPS b, 32(s_ptr)(s_step*1) \
	VMOVUPS c, 32(s_ptr)(s_step*2) \
	VMOVUPS d, 32(s_ptr)(s_step3*1)
#define DOWN2 LEAQ (s_ptr)(s_step*2), s_ptr
#define DOWN4 LEAQ (s_ptr)(s_step*4), s_ptr
