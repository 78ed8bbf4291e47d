// One row of a packed product on AVX-512, for any type of the panels. Macros only.
//
// The file that includes this names the type's instructions, FMADD, ADDV, MAXV, BCAST, and says how a term is added:
// TERM(columns, factor, sum) with 64 bytes of columns per vector once widened; SECOND and LINE are the bytes from a
// panel's row to its second vector and to its next row. Every accumulator is one chain over k.

#define args     DI
#define a_ptr    SI  // op(A)[0][k]
#define a_k      R9
#define b_ptr    DX  // of the first of the panels side by side
#define b_step   R8  // from one to the next
#define b_high   BX  // of the fourth
#define k_left   CX
#define groups   AX
#define c_ptr    R11
#define init_ptr R12 // what the sums are added to, or 0
#define a_two    R10 // the same of the second block
#define b_two    R13
#define two_step R12 // before init_ptr is there

// ZERO8 clears the accumulators. Clobbers Z0 to Z7.
#define ZERO8 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3 \
	VPXORD Z4, Z4, Z4 \
	VPXORD Z5, Z5, Z5 \
	VPXORD Z6, Z6, Z6 \
	VPXORD Z7, Z7, Z7

// RELU1 is x = 0 > x ? 0 : x: NaN and −0 stay. Uses Z14, which is 0.
#define RELU1(x) \
	MAXV x, Z14, x
#define RELU4 \
	RELU1(Z0) \
	RELU1(Z1) \
	RELU1(Z2) \
	RELU1(Z3)

// AHEAD is how far before its use a line is asked for, per panel, in bytes: the panels come from the second or third
// cache, and a page has but 64 lines.
#define AHEAD 256

// FOUR adds a term to four panels. Uses a_ptr, b_ptr, b_step, b_high. Clobbers Z12, Z14.
#define FOUR \
	BCAST      (a_ptr), Z12 \
	PREFETCHT0 AHEAD(b_ptr) \
	PREFETCHT0 (AHEAD+64)(b_ptr) \
	PREFETCHT0 AHEAD(b_ptr)(b_step*1) \
	PREFETCHT0 (AHEAD+64)(b_ptr)(b_step*1) \
	PREFETCHT0 AHEAD(b_ptr)(b_step*2) \
	PREFETCHT0 (AHEAD+64)(b_ptr)(b_step*2) \
	PREFETCHT0 AHEAD(b_high) \
	PREFETCHT0 (AHEAD+64)(b_high) \
	TERM((b_ptr), Z12, Z0) \
	TERM(SECOND(b_ptr), Z12, Z1) \
	TERM((b_ptr)(b_step*1), Z12, Z2) \
	TERM(SECOND(b_ptr)(b_step*1), Z12, Z3) \
	TERM((b_ptr)(b_step*2), Z12, Z4) \
	TERM(SECOND(b_ptr)(b_step*2), Z12, Z5) \
	TERM((b_high), Z12, Z6) \
	TERM(SECOND(b_high), Z12, Z7)

// PANELS2, PANELS3 add a term to two or three panels of one block. Uses a_k. Clobbers a, Z14, and goes to the next k.
#define PANELS2(from, columns, step, a, s0, s1, s2, s3) \
	BCAST (from), a \
	TERM((columns), a, s0) \
	TERM(SECOND(columns), a, s1) \
	TERM((columns)(step*1), a, s2) \
	TERM(SECOND(columns)(step*1), a, s3) \
	ADDQ  $LINE, columns \
	ADDQ  a_k, from
#define PANELS3(from, columns, step, a, s0, s1, s2, s3, s4, s5) \
	BCAST (from), a \
	TERM((columns), a, s0) \
	TERM(SECOND(columns), a, s1) \
	TERM((columns)(step*1), a, s2) \
	TERM(SECOND(columns)(step*1), a, s3) \
	TERM((columns)(step*2), a, s4) \
	TERM(SECOND(columns)(step*2), a, s5) \
	ADDQ  $LINE, columns \
	ADDQ  a_k, from

// The same for the panels of the first of two blocks, and of the second.
#define FIRST2 PANELS2(a_ptr, b_ptr, b_step, Z12, Z0, Z1, Z2, Z3)
#define SECOND2 PANELS2(a_two, b_two, two_step, Z13, Z6, Z7, Z8, Z9)
#define FIRST3 PANELS3(a_ptr, b_ptr, b_step, Z12, Z0, Z1, Z2, Z3, Z4, Z5)
#define SECOND3 PANELS3(a_two, b_two, two_step, Z13, Z6, Z7, Z8, Z9, Z10, Z11)

// INIT4 adds what the sums are added to, PUT4 stores them. Uses init_ptr; c_ptr.
#define INIT4(at, v0, v1, v2, v3) \
	ADDV at+0(init_ptr), v0, v0 \
	ADDV at+64(init_ptr), v1, v1 \
	ADDV at+128(init_ptr), v2, v2 \
	ADDV at+192(init_ptr), v3, v3
#define PUT4(at, v0, v1, v2, v3) \
	VMOVUPS v0, at+0(c_ptr) \
	VMOVUPS v1, at+64(c_ptr) \
	VMOVUPS v2, at+128(c_ptr) \
	VMOVUPS v3, at+192(c_ptr)

// ROW goes through the groups of four panels. Uses args. Clobbers all of the above.
#define ROW(group, loop, summed, put) \
	MOVQ packedArgs_b(args), b_ptr \
	MOVQ packedArgs_bStep(args), b_step \
	MOVQ packedArgs_aK(args), a_k \
	MOVQ packedArgs_c(args), c_ptr \
	MOVQ packedArgs_init(args), init_ptr \
	MOVQ packedArgs_groups(args), groups \
group: \
	MOVQ packedArgs_a(args), a_ptr \
	MOVQ packedArgs_k(args), k_left \
	LEAQ (b_step)(b_step*2), b_high \
	ADDQ b_ptr, b_high \
	ZERO8 \
loop: \
	FOUR \
	ADDQ  $LINE, b_ptr \
	ADDQ  $LINE, b_high \
	ADDQ  a_k, a_ptr \
	DECQ  k_left \
	JNZ   loop \
	TESTQ init_ptr, init_ptr \
	JZ    summed \
	INIT4(0, Z0, Z1, Z2, Z3) \
	INIT4(256, Z4, Z5, Z6, Z7) \
	ADDQ  $512, init_ptr \
summed: \
	CMPQ packedArgs_relu(args), $0 \
	JEQ  put \
	VPXORD Z14, Z14, Z14 \
	RELU4 \
	RELU1(Z4) \
	RELU1(Z5) \
	RELU1(Z6) \
	RELU1(Z7) \
put: \
	PUT4(0, Z0, Z1, Z2, Z3) \
	PUT4(256, Z4, Z5, Z6, Z7) \
	ADDQ $512, c_ptr \
	LEAQ (b_step)(b_step*2), b_high \
	ADDQ b_high, b_ptr \
	DECQ groups \
	JNZ  group \
	VZEROUPPER \
	RET

// INITS2, ADDS2, RELUS2, PUTS2: the same for two panels, and the sum of the second block; INITS3 … for three.
#define INITS2 \
	INIT4(0, Z0, Z1, Z2, Z3)
#define ADDS2 \
	ADDV Z6, Z0, Z0 \
	ADDV Z7, Z1, Z1 \
	ADDV Z8, Z2, Z2 \
	ADDV Z9, Z3, Z3
#define RELUS2 \
	RELU4
#define PUTS2 \
	PUT4(0, Z0, Z1, Z2, Z3)
#define INITS3 \
	INITS2 \
	ADDV 256(init_ptr), Z4, Z4 \
	ADDV 320(init_ptr), Z5, Z5
#define ADDS3 \
	ADDS2 \
	ADDV Z10, Z4, Z4 \
	ADDV Z11, Z5, Z5
#define RELUS3 \
	RELU4 \
	RELU1(Z4) \
	RELU1(Z5)
#define PUTS3 \
	PUTS2 \
	VMOVUPS Z4, 256(c_ptr) \
	VMOVUPS Z5, 320(c_ptr)

// END goes through two or three panels of one block, or of two side by side. Uses args. Clobbers all of the above.
#define END(one, two, inits, adds, relus, puts, both, first, loop1, second, loop2, out, add, relu, put) \
	MOVQ packedArgs_a(args), a_ptr \
	MOVQ packedArgs_aK(args), a_k \
	MOVQ packedArgs_b(args), b_ptr \
	MOVQ packedArgs_bStep(args), b_step \
	MOVQ packedArgs_a2(args), a_two \
	MOVQ packedArgs_b2(args), b_two \
	MOVQ packedArgs_b2Step(args), two_step \
	ZERO8 \
	VPXORD Z8, Z8, Z8 \
	VPXORD Z9, Z9, Z9 \
	VPXORD Z10, Z10, Z10 \
	VPXORD Z11, Z11, Z11 \
	MOVQ   packedArgs_both(args), k_left \
	TESTQ  k_left, k_left \
	JZ     first \
both: \
	one \
	two \
	DECQ k_left \
	JNZ  both \
first: \
	MOVQ  packedArgs_k(args), k_left \
	TESTQ k_left, k_left \
	JZ    second \
loop1: \
	one \
	DECQ k_left \
	JNZ  loop1 \
second: \
	MOVQ  packedArgs_k2(args), k_left \
	TESTQ k_left, k_left \
	JZ    out \
loop2: \
	two \
	DECQ k_left \
	JNZ  loop2 \
out: \
	MOVQ  packedArgs_c(args), c_ptr \
	MOVQ  packedArgs_init(args), init_ptr \
	TESTQ init_ptr, init_ptr \
	JZ    add \
	inits \
add: \
	CMPQ packedArgs_b2(args), $0 \
	JEQ  relu \
	adds \
relu: \
	CMPQ packedArgs_relu(args), $0 \
	JEQ  put \
	VPXORD Z14, Z14, Z14 \
	relus \
put: \
	puts \
	VZEROUPPER \
	RET
