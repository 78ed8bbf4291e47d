// One row of a packed product on AVX2 and FMA, for any type of the panels. Macros only.
//
// The file that includes this names the type's instructions, FMADD, ADDV, MAXV, BCAST, and says how a term is added:
// TERM(columns, factor, sum) with 32 bytes of columns per vector once widened; SECOND and LINE are the bytes from a
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

// ZERO8 clears the accumulators. Clobbers Y0 to Y7.
#define ZERO8 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7

// RELU1 is x = 0 > x ? 0 : x: NaN and −0 stay. Uses Y14, which is 0.
#define RELU1(x) \
	MAXV x, Y14, x
#define RELU4 \
	RELU1(Y0) \
	RELU1(Y1) \
	RELU1(Y2) \
	RELU1(Y3)

// AHEAD is how far before its use a line is asked for, per panel, in bytes: the panels come from the second or third
// cache, and a page has but 64 lines.
#define AHEAD 256

// ABREAST4 and its like add a term to four panels, …. Uses a_ptr, b_ptr, b_step, b_high. Clobbers Y12, Y14.
#define ABREAST4 \
	BCAST (a_ptr), Y12 \
	PREFETCHT0 AHEAD(b_ptr) \
	TERM((b_ptr), Y12, Y0) \
	TERM(SECOND(b_ptr), Y12, Y1) \
	PREFETCHT0 AHEAD(b_ptr)(b_step*1) \
	TERM((b_ptr)(b_step*1), Y12, Y2) \
	TERM(SECOND(b_ptr)(b_step*1), Y12, Y3) \
	PREFETCHT0 AHEAD(b_ptr)(b_step*2) \
	TERM((b_ptr)(b_step*2), Y12, Y4) \
	TERM(SECOND(b_ptr)(b_step*2), Y12, Y5) \
	PREFETCHT0 AHEAD(b_high) \
	TERM((b_high), Y12, Y6) \
	TERM(SECOND(b_high), Y12, Y7)
#define ABREAST5 \
	ABREAST4 \
	PREFETCHT0 AHEAD(b_high)(b_step*1) \
	TERM((b_high)(b_step*1), Y12, Y8) \
	TERM(SECOND(b_high)(b_step*1), Y12, Y9)
#define ABREAST6 \
	ABREAST5 \
	PREFETCHT0 AHEAD(b_high)(b_step*2) \
	TERM((b_high)(b_step*2), Y12, Y10) \
	TERM(SECOND(b_high)(b_step*2), Y12, Y11)

// PANELS2, PANELS3 add a term to two or three panels of one block. Uses a_k. Clobbers a, Y14, and goes to the next k.
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
#define FIRST2 PANELS2(a_ptr, b_ptr, b_step, Y12, Y0, Y1, Y2, Y3)
#define SECOND2 PANELS2(a_two, b_two, two_step, Y13, Y6, Y7, Y8, Y9)
#define FIRST3 PANELS3(a_ptr, b_ptr, b_step, Y12, Y0, Y1, Y2, Y3, Y4, Y5)
#define SECOND3 PANELS3(a_two, b_two, two_step, Y13, Y6, Y7, Y8, Y9, Y10, Y11)

// INIT4 adds what the sums are added to, PUT4 stores them. Uses init_ptr; c_ptr.
#define INIT4(at, v0, v1, v2, v3) \
	ADDV at+0(init_ptr), v0, v0 \
	ADDV at+32(init_ptr), v1, v1 \
	ADDV at+64(init_ptr), v2, v2 \
	ADDV at+96(init_ptr), v3, v3
#define PUT4(at, v0, v1, v2, v3) \
	VMOVUPS v0, at+0(c_ptr) \
	VMOVUPS v1, at+32(c_ptr) \
	VMOVUPS v2, at+64(c_ptr) \
	VMOVUPS v3, at+96(c_ptr)

// ROW goes through the groups of panels: as many abreast as t says. Uses args. Clobbers all of the above.
#define ROW(four, five, six) \
	MOVQ packedArgs_b(args), b_ptr \
	MOVQ packedArgs_bStep(args), b_step \
	MOVQ packedArgs_aK(args), a_k \
	MOVQ packedArgs_c(args), c_ptr \
	MOVQ packedArgs_init(args), init_ptr \
	MOVQ packedArgs_groups(args), groups \
	CMPQ packedArgs_abreast(args), $5 \
	JGT  six \
	JEQ  five \
	JMP  four

// GROUPS is one of the cases of ROW, with bytes of columns in a group.
#define GROUPS(terms, inits, relus, puts, bytes, group, loop, summed, put) \
group: \
	MOVQ packedArgs_a(args), a_ptr \
	MOVQ packedArgs_k(args), k_left \
	LEAQ (b_step)(b_step*2), b_high \
	ADDQ b_ptr, b_high \
	ZERO8 \
	VXORPS Y8, Y8, Y8 \
	VXORPS Y9, Y9, Y9 \
	VXORPS Y10, Y10, Y10 \
	VXORPS Y11, Y11, Y11 \
loop: \
	terms \
	ADDQ  $LINE, b_ptr \
	ADDQ  $LINE, b_high \
	ADDQ  a_k, a_ptr \
	DECQ  k_left \
	JNZ   loop \
	TESTQ init_ptr, init_ptr \
	JZ    summed \
	inits \
	ADDQ  $bytes, init_ptr \
summed: \
	CMPQ packedArgs_relu(args), $0 \
	JEQ  put \
	VXORPS Y14, Y14, Y14 \
	relus \
put: \
	puts \
	ADDQ $bytes, c_ptr \
	MOVQ packedArgs_bSkip(args), b_high \
	ADDQ b_high, b_ptr \
	DECQ groups \
	JNZ  group \
	VZEROUPPER \
	RET

// INITS2, ADDS2, RELUS2, PUTS2: the same for two panels, and the sum of the second block; INITS3 … for three.
#define INITS2 \
	INIT4(0, Y0, Y1, Y2, Y3)
#define ADDS2 \
	ADDV Y6, Y0, Y0 \
	ADDV Y7, Y1, Y1 \
	ADDV Y8, Y2, Y2 \
	ADDV Y9, Y3, Y3
#define RELUS2 \
	RELU4
#define PUTS2 \
	PUT4(0, Y0, Y1, Y2, Y3)
#define INITS3 \
	INITS2 \
	ADDV 128(init_ptr), Y4, Y4 \
	ADDV 160(init_ptr), Y5, Y5
#define ADDS3 \
	ADDS2 \
	ADDV Y10, Y4, Y4 \
	ADDV Y11, Y5, Y5
#define RELUS3 \
	RELU4 \
	RELU1(Y4) \
	RELU1(Y5)
#define PUTS3 \
	PUTS2 \
	VMOVUPS Y4, 128(c_ptr) \
	VMOVUPS Y5, 160(c_ptr)

// INITS4, RELUS4, PUTS4 and so on: the same for the groups of ROW.
#define INITS4 \
	INIT4(0, Y0, Y1, Y2, Y3) \
	INIT4(128, Y4, Y5, Y6, Y7)
#define RELUS4 \
	RELU4 \
	RELU1(Y4) \
	RELU1(Y5) \
	RELU1(Y6) \
	RELU1(Y7)
#define PUTS4 \
	PUT4(0, Y0, Y1, Y2, Y3) \
	PUT4(128, Y4, Y5, Y6, Y7)
#define INITS5 \
	INITS4 \
	ADDV 256(init_ptr), Y8, Y8 \
	ADDV 288(init_ptr), Y9, Y9
#define RELUS5 \
	RELUS4 \
	RELU1(Y8) \
	RELU1(Y9)
#define PUTS5 \
	PUTS4 \
	VMOVUPS Y8, 256(c_ptr) \
	VMOVUPS Y9, 288(c_ptr)
#define INITS6 \
	INITS5 \
	ADDV 320(init_ptr), Y10, Y10 \
	ADDV 352(init_ptr), Y11, Y11
#define RELUS6 \
	RELUS5 \
	RELU1(Y10) \
	RELU1(Y11)
#define PUTS6 \
	PUTS5 \
	VMOVUPS Y10, 320(c_ptr) \
	VMOVUPS Y11, 352(c_ptr)

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
	VXORPS Y8, Y8, Y8 \
	VXORPS Y9, Y9, Y9 \
	VXORPS Y10, Y10, Y10 \
	VXORPS Y11, Y11, Y11 \
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
	VXORPS Y14, Y14, Y14 \
	relus \
put: \
	puts \
	VZEROUPPER \
	RET
