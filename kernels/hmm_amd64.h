// The recursions of hidden Markov models, in the words of vec.h: one text for AVX2 and AVX-512, both types. Macros only.
//
// The file that includes this names its type's instructions: FMA231, ADD1 and BCAST, the load of one element to all lanes; and
// EXP_TERM: r4 = e^r4 by EXPNEG, which may clobber r5 to r7, r10 and m0.
//
//	register     holds
//	p0           the arguments, hmmArgs
//	p1, p2, p3   rows of u, v, y
//	p4, p5       rows of x, the first element of a chain in t
//	R11          an element of t, or a count
//	R12, R13     tOut, thrice that
//	r0 to r3     chains
//	r8, r9       the greatest log b, the sum c
//	others       parts
//
// A text is for the lanes at v_offset of all rows; LD and ST read and write them. Its labels are arguments, for a routine says
// it for whole registers and again for what is left of one.

// SET_END keeps where x ends. Uses p0. Clobbers p4.
#define SET_END \
	MOVQ hmmArgs_x(p0), p4 \
	ADDQ hmmArgs_xBytes(p0), p4 \
	MOVQ p4, hmmArgs_xEnd(p0)

// d = fma(x, element, d). Uses: x. Clobbers: d, v_scratch.
#define FMA_AT(element, x, d) \
	BCAST element, v_scratch \
	GS3(FMA231, x, d)

// d = x + element. Uses: x. Clobbers: d, v_scratch.
#define ADD_AT(element, x, d) \
	BCAST element, v_scratch \
	GS3(ADD1, x, d)

// Four chains from p5, and p5 moves on. Uses: p0, p5, R12, R13. Clobbers: p4, p5, R11, r0 to r4.
#define CHAIN4(LD, loop) \
	V_ZERO(r0) \
	V_ZERO(r1) \
	V_ZERO(r2) \
	V_ZERO(r3) \
	MOVQ hmmArgs_x(p0), p4 \
	MOVQ p5, R11 \
loop: \
	LD(0, p4, r4) \
	FMA_AT((R11), r4, r0) \
	FMA_AT((R11)(R12*1), r4, r1) \
	FMA_AT((R11)(R12*2), r4, r2) \
	FMA_AT((R11)(R13*1), r4, r3) \
	ADDQ hmmArgs_tIn(p0), R11 \
	ADDQ hmmArgs_xRow(p0), p4 \
	CMPQ p4, hmmArgs_xEnd(p0) \
	JNE  loop \
	LEAQ (p5)(R12*4), p5

// One chain, likewise. Clobbers: p4, p5, R11, r0, r4.
#define CHAIN1(LD, loop) \
	V_ZERO(r0) \
	MOVQ hmmArgs_x(p0), p4 \
	MOVQ p5, R11 \
loop: \
	LD(0, p4, r4) \
	FMA_AT((R11), r4, r0) \
	ADDQ hmmArgs_tIn(p0), R11 \
	ADDQ hmmArgs_xRow(p0), p4 \
	CMPQ p4, hmmArgs_xEnd(p0) \
	JNE  loop \
	ADDQ R12, p5

// What the chains start from. Uses: p0. Clobbers: p3, p5, R11 to R13.
#define CHAINS \
	MOVQ hmmArgs_y(p0), p3 \
	MOVQ hmmArgs_t(p0), p5 \
	MOVQ hmmArgs_tOut(p0), R12 \
	LEAQ (R12)(R12*2), R13 \
	MOVQ hmmArgs_rows(p0), R11 \
	MOVQ R11, hmmArgs_left(p0)

// A row of b and of alpha, before it is divided, from the sum r, no part of EXP_TERM's. Uses: r8, r. Clobbers: r4 to r7, r10, m0, r, r9,
// p1 to p3.
#define EMIT(LD, ST, r) \
	LD(0, p1, r4) \
	V_SUB(r8, r4, r4) \
	EXP_TERM \
	ST(0, p2, r4) \
	V_MUL(r4, r, r) \
	V_ADD(r, r9, r9) \
	ST(0, p3, r) \
	ADDQ hmmArgs_uRow(p0), p1 \
	ADDQ hmmArgs_vRow(p0), p2 \
	ADDQ hmmArgs_yRow(p0), p3

// r = 1 where it is 0. Clobbers: r, t, m0.
#define DIVISOR(r, t) \
	V_ZERO(t) \
	V_EQ(t, r, m0) \
	CONST(ONE, t) \
	V_MERGE(m0, t, r)

// What LOG_FULL reads and writes. Uses: r8, r9. Clobbers: the register, r9.
#define LOAD_SUM(i, p, d) V_MOV(r9, d)
#define STORE_LOG(i, p, a) V_ADD(r8, a, r9)

// hmmForwardGeneric. Clobbers: all but v_offset, n_left and what LD and ST use.
#define FORWARD(LD, ST, max, maxed, four, chain4, one, chain1, given, sums, divide) \
	MOVQ hmmArgs_u(p0), p1 \
	MOVQ hmmArgs_rows(p0), R11 \
	LD(0, p1, r8) \
	DECQ R11 \
	JEQ  maxed \
max: \
	ADDQ hmmArgs_uRow(p0), p1 \
	LD(0, p1, r0) \
	V_MAX(r8, r0, r8) \
	DECQ R11 \
	JNE  max \
maxed: \
	V_EQK(NEG_INF, r8, m0) \
	V_DROP(m0, r8, r8) \
	V_ZERO(r9) \
	MOVQ hmmArgs_u(p0), p1 \
	MOVQ hmmArgs_v(p0), p2 \
	CHAINS \
	MOVQ hmmArgs_x(p0), p4 \
	CMPQ p4, hmmArgs_xEnd(p0) \
	JEQ  given \
four: \
	CMPQ hmmArgs_left(p0), $4 \
	JLT  one \
	CHAIN4(LD, chain4) \
	EMIT(LD, ST, r0) \
	EMIT(LD, ST, r1) \
	EMIT(LD, ST, r2) \
	EMIT(LD, ST, r3) \
	SUBQ $4, hmmArgs_left(p0) \
	JMP  four \
one: \
	CMPQ hmmArgs_left(p0), $0 \
	JEQ  sums \
	CHAIN1(LD, chain1) \
	EMIT(LD, ST, r0) \
	DECQ hmmArgs_left(p0) \
	JMP  one \
given: \
	LD(0, p3, r0) \
	EMIT(LD, ST, r0) \
	DECQ hmmArgs_left(p0) \
	JNE  given \
sums: \
	V_MOV(r9, r0) \
	DIVISOR(r0, r1) \
	MOVQ hmmArgs_y(p0), p3 \
	MOVQ hmmArgs_rows(p0), R11 \
divide: \
	LD(0, p3, r1) \
	V_DIV(r0, r1, r1) \
	ST(0, p3, r1) \
	ADDQ hmmArgs_yRow(p0), p3 \
	DECQ R11 \
	JNE  divide \
	MOVQ hmmArgs_c(p0), p1 \
	ST(0, p1, r9) \
	LOG_FULL(LOAD_SUM, STORE_LOG, 0) \
	MOVQ hmmArgs_logc(p0), p1 \
	ST(0, p1, r9)

// hmmBackwardGeneric, likewise.
#define BACKWARD(LD, ST, weight, four, chain4, one, chain1, out) \
	MOVQ hmmArgs_c(p0), p1 \
	LD(0, p1, r9) \
	DIVISOR(r9, r1) \
	MOVQ hmmArgs_u(p0), p1 \
	MOVQ hmmArgs_v(p0), p2 \
	MOVQ hmmArgs_x(p0), p4 \
	MOVQ hmmArgs_terms(p0), R11 \
weight: \
	LD(0, p1, r0) \
	LD(0, p2, r1) \
	V_MUL(r0, r1, r1) \
	V_DIV(r9, r1, r1) \
	ST(0, p4, r1) \
	ADDQ hmmArgs_uRow(p0), p1 \
	ADDQ hmmArgs_vRow(p0), p2 \
	ADDQ hmmArgs_xRow(p0), p4 \
	DECQ R11 \
	JNE  weight \
	CHAINS \
four: \
	CMPQ hmmArgs_left(p0), $4 \
	JLT  one \
	CHAIN4(LD, chain4) \
	ST(0, p3, r0) \
	ADDQ hmmArgs_yRow(p0), p3 \
	ST(0, p3, r1) \
	ADDQ hmmArgs_yRow(p0), p3 \
	ST(0, p3, r2) \
	ADDQ hmmArgs_yRow(p0), p3 \
	ST(0, p3, r3) \
	ADDQ hmmArgs_yRow(p0), p3 \
	SUBQ $4, hmmArgs_left(p0) \
	JMP  four \
one: \
	CMPQ hmmArgs_left(p0), $0 \
	JEQ  out \
	CHAIN1(LD, chain1) \
	ST(0, p3, r0) \
	ADDQ hmmArgs_yRow(p0), p3 \
	DECQ hmmArgs_left(p0) \
	JMP  one \
out:

// One state before, of index r4 and delta r5. Clobbers: best, from, r6, m0.
#define BETTER(element, best, from) \
	ADD_AT(element, r5, r6) \
	V_LT(r6, best, m0) \
	V_MERGE(m0, r6, best) \
	V_MERGE(m0, r4, from)

// A row of delta and of psi. Clobbers: best, r5, p1 to p3.
#define DECIDE(LD, ST, best, from) \
	LD(0, p1, r5) \
	V_ADD(r5, best, best) \
	ST(0, p3, best) \
	ST(0, p2, from) \
	ADDQ hmmArgs_uRow(p0), p1 \
	ADDQ hmmArgs_vRow(p0), p2 \
	ADDQ hmmArgs_yRow(p0), p3

// hmmViterbiGeneric, likewise; r4 is the index of the state before.
#define VITERBI(LD, ST, two, chain2, chosen2, one, chain1, chosen1, out) \
	MOVQ hmmArgs_u(p0), p1 \
	MOVQ hmmArgs_v(p0), p2 \
	CHAINS \
two: \
	CMPQ hmmArgs_left(p0), $2 \
	JLT  one \
	MOVQ hmmArgs_x(p0), p4 \
	MOVQ p5, R11 \
	LD(0, p4, r5) \
	ADD_AT((R11), r5, r0) \
	ADD_AT((R11)(R12*1), r5, r1) \
	V_ZERO(r2) \
	V_ZERO(r3) \
	V_ZERO(r4) \
chain2: \
	ADDQ hmmArgs_tIn(p0), R11 \
	ADDQ hmmArgs_xRow(p0), p4 \
	CMPQ p4, hmmArgs_xEnd(p0) \
	JEQ  chosen2 \
	LD(0, p4, r5) \
	V_ADDK(ONE, r4, r4) \
	BETTER((R11), r0, r2) \
	BETTER((R11)(R12*1), r1, r3) \
	JMP  chain2 \
chosen2: \
	DECIDE(LD, ST, r0, r2) \
	DECIDE(LD, ST, r1, r3) \
	LEAQ (p5)(R12*2), p5 \
	SUBQ $2, hmmArgs_left(p0) \
	JMP  two \
one: \
	CMPQ hmmArgs_left(p0), $0 \
	JEQ  out \
	MOVQ hmmArgs_x(p0), p4 \
	MOVQ p5, R11 \
	LD(0, p4, r5) \
	ADD_AT((R11), r5, r0) \
	V_ZERO(r2) \
	V_ZERO(r4) \
chain1: \
	ADDQ hmmArgs_tIn(p0), R11 \
	ADDQ hmmArgs_xRow(p0), p4 \
	CMPQ p4, hmmArgs_xEnd(p0) \
	JEQ  chosen1 \
	LD(0, p4, r5) \
	V_ADDK(ONE, r4, r4) \
	BETTER((R11), r0, r2) \
	JMP  chain1 \
chosen1: \
	DECIDE(LD, ST, r0, r2) \
	DECQ hmmArgs_left(p0) \
out:
