// The recursions of hidden Markov models, in the words of vec.h: for NEON, both types. Macros only.
//
// The file that includes this names its type's instructions: FMA231, ADD1 and BCAST(R15), the load of the element there to all lanes of V31;
// and EXP_TERM: r4 = e^r4 by EXPNEG, which may clobber r5 to r7, r10 and m0.
//
//	register     holds
//	R0           the arguments, hmmArgs
//	R1, R2, R3   rows of u, v, y
//	R4, R5       rows of x, the first element of a chain in t
//	R15, R24     elements of t
//	R23, R25     tOut, a count
//	R26          a part
//	r0 to r3     chains
//	r8, r9       the greatest log b, the sum c
//	others       parts
//
// A text is for the lanes at R8 of all rows; LD and ST read and write them. Its labels are arguments, for a routine says
// it for whole registers and again for what is left of one.

// SET_END keeps where x ends. Uses R0. Clobbers R1, R2.
#define SET_END \
	MOVD hmmArgs_x(R0), R1 \
	MOVD hmmArgs_xBytes(R0), R2 \
	ADD  R2, R1, R1 \
	MOVD R1, hmmArgs_xEnd(R0)

// d = fma(x, element at R15, d). Uses: x. Clobbers: d, V31.
#define FMA_AT(x, d) \
	BCAST \
	GS3(FMA231, x, d)

// d = x + element at R15. Uses: x. Clobbers: d, V31.
#define ADD_AT(x, d) \
	BCAST \
	GS3(ADD1, x, d)

// Four chains from R5, which moves on. Uses: R0, R5, R23. Clobbers: R4, R5, R15, R24, R26, r0 to r4.
#define CHAIN4(LD, loop) \
	V_ZERO(r0) \
	V_ZERO(r1) \
	V_ZERO(r2) \
	V_ZERO(r3) \
	MOVD hmmArgs_x(R0), R4 \
	MOVD R5, R24 \
loop: \
	LD(0, p4, r4) \
	MOVD R24, R15 \
	FMA_AT(r4, r0) \
	ADD  R23, R15, R15 \
	FMA_AT(r4, r1) \
	ADD  R23, R15, R15 \
	FMA_AT(r4, r2) \
	ADD  R23, R15, R15 \
	FMA_AT(r4, r3) \
	MOVD hmmArgs_tIn(R0), R26 \
	ADD  R26, R24, R24 \
	MOVD hmmArgs_xRow(R0), R26 \
	ADD  R26, R4, R4 \
	MOVD hmmArgs_xEnd(R0), R26 \
	CMP  R26, R4 \
	BNE  loop \
	ADD  R23<<2, R5, R5

// One chain, likewise. Clobbers: R4, R5, R15, R24, R26, r0, r4.
#define CHAIN1(LD, loop) \
	V_ZERO(r0) \
	MOVD hmmArgs_x(R0), R4 \
	MOVD R5, R24 \
loop: \
	LD(0, p4, r4) \
	MOVD R24, R15 \
	FMA_AT(r4, r0) \
	MOVD hmmArgs_tIn(R0), R26 \
	ADD  R26, R24, R24 \
	MOVD hmmArgs_xRow(R0), R26 \
	ADD  R26, R4, R4 \
	MOVD hmmArgs_xEnd(R0), R26 \
	CMP  R26, R4 \
	BNE  loop \
	ADD  R23, R5, R5

// What the chains start from. Uses: R0. Clobbers: R3, R5, R23, R25.
#define CHAINS \
	MOVD hmmArgs_y(R0), R3 \
	MOVD hmmArgs_t(R0), R5 \
	MOVD hmmArgs_tOut(R0), R23 \
	MOVD hmmArgs_rows(R0), R25

// A row of b and of alpha, before it is divided, from the sum r, no part of EXP_TERM's. Uses: r8, r. Clobbers: r4 to r7, r10, m0, r, r9,
// R1 to R3, R26.
#define EMIT(LD, ST, r) \
	LD(0, p1, r4) \
	V_SUB(r8, r4, r4) \
	EXP_TERM \
	ST(0, p2, r4) \
	V_MUL(r4, r, r) \
	V_ADD(r, r9, r9) \
	ST(0, p3, r) \
	MOVD hmmArgs_uRow(R0), R26 \
	ADD  R26, R1, R1 \
	MOVD hmmArgs_vRow(R0), R26 \
	ADD  R26, R2, R2 \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3

// r = 1 where it is 0. Clobbers: r, t, m0.
#define DIVISOR(r, t) \
	V_ZERO(t) \
	V_EQ(t, r, m0) \
	CONST(ONE, t) \
	V_MERGE(m0, t, r)

// What LOG_FULL reads and writes. Uses: r8, r9. Clobbers: the register, r9.
#define LOAD_SUM(i, p, d) V_MOV(r9, d)
#define STORE_LOG(i, p, a) V_ADD(r8, a, r9)

// hmmForwardGeneric. Clobbers: all but n_left, R8 and what LD and ST use.
#define FORWARD(LD, ST, max, maxed, four, chain4, one, chain1, given, sums, divide) \
	MOVD hmmArgs_u(R0), R1 \
	MOVD hmmArgs_rows(R0), R25 \
	LD(0, p1, r8) \
	SUBS $1, R25, R25 \
	BEQ  maxed \
max: \
	MOVD hmmArgs_uRow(R0), R26 \
	ADD  R26, R1, R1 \
	LD(0, p1, r0) \
	V_MAX(r8, r0, r8) \
	SUBS $1, R25, R25 \
	BNE  max \
maxed: \
	V_EQK(NEG_INF, r8, m0) \
	V_DROP(m0, r8, r8) \
	V_ZERO(r9) \
	MOVD hmmArgs_u(R0), R1 \
	MOVD hmmArgs_v(R0), R2 \
	CHAINS \
	MOVD hmmArgs_x(R0), R4 \
	MOVD hmmArgs_xEnd(R0), R26 \
	CMP  R26, R4 \
	BEQ  given \
four: \
	CMP  $4, R25 \
	BLT  one \
	CHAIN4(LD, chain4) \
	EMIT(LD, ST, r0) \
	EMIT(LD, ST, r1) \
	EMIT(LD, ST, r2) \
	EMIT(LD, ST, r3) \
	SUB  $4, R25, R25 \
	B    four \
one: \
	CMP  $0, R25 \
	BEQ  sums \
	CHAIN1(LD, chain1) \
	EMIT(LD, ST, r0) \
	SUBS $1, R25, R25 \
	B    one \
given: \
	LD(0, p3, r0) \
	EMIT(LD, ST, r0) \
	SUBS $1, R25, R25 \
	BNE  given \
sums: \
	V_MOV(r9, r0) \
	DIVISOR(r0, r1) \
	MOVD hmmArgs_y(R0), R3 \
	MOVD hmmArgs_rows(R0), R25 \
divide: \
	LD(0, p3, r1) \
	V_DIV(r0, r1, r1) \
	ST(0, p3, r1) \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3 \
	SUBS $1, R25, R25 \
	BNE  divide \
	MOVD hmmArgs_c(R0), R1 \
	ST(0, p1, r9) \
	LOG_FULL(LOAD_SUM, STORE_LOG, 0) \
	MOVD hmmArgs_logc(R0), R1 \
	ST(0, p1, r9)

// hmmBackwardGeneric, likewise.
#define BACKWARD(LD, ST, weight, four, chain4, one, chain1, out) \
	MOVD hmmArgs_c(R0), R1 \
	LD(0, p1, r9) \
	DIVISOR(r9, r1) \
	MOVD hmmArgs_u(R0), R1 \
	MOVD hmmArgs_v(R0), R2 \
	MOVD hmmArgs_x(R0), R4 \
	MOVD hmmArgs_terms(R0), R25 \
weight: \
	LD(0, p1, r0) \
	LD(0, p2, r1) \
	V_MUL(r0, r1, r1) \
	V_DIV(r9, r1, r1) \
	ST(0, p4, r1) \
	MOVD hmmArgs_uRow(R0), R26 \
	ADD  R26, R1, R1 \
	MOVD hmmArgs_vRow(R0), R26 \
	ADD  R26, R2, R2 \
	MOVD hmmArgs_xRow(R0), R26 \
	ADD  R26, R4, R4 \
	SUBS $1, R25, R25 \
	BNE  weight \
	CHAINS \
four: \
	CMP  $4, R25 \
	BLT  one \
	CHAIN4(LD, chain4) \
	ST(0, p3, r0) \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3 \
	ST(0, p3, r1) \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3 \
	ST(0, p3, r2) \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3 \
	ST(0, p3, r3) \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3 \
	SUB  $4, R25, R25 \
	B    four \
one: \
	CMP  $0, R25 \
	BEQ  out \
	CHAIN1(LD, chain1) \
	ST(0, p3, r0) \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3 \
	SUBS $1, R25, R25 \
	B    one \
out:

// One state before, of index r4 and delta r5. Clobbers: best, from, r6, m0.
#define BETTER(best, from) \
	ADD_AT(r5, r6) \
	V_LT(r6, best, m0) \
	V_MERGE(m0, r6, best) \
	V_MERGE(m0, r4, from)

// A row of delta and of psi. Clobbers: best, r5, R1 to R3, R26.
#define DECIDE(LD, ST, best, from) \
	LD(0, p1, r5) \
	V_ADD(r5, best, best) \
	ST(0, p3, best) \
	ST(0, p2, from) \
	MOVD hmmArgs_uRow(R0), R26 \
	ADD  R26, R1, R1 \
	MOVD hmmArgs_vRow(R0), R26 \
	ADD  R26, R2, R2 \
	MOVD hmmArgs_yRow(R0), R26 \
	ADD  R26, R3, R3

// hmmViterbiGeneric, likewise; r4 is the index of the state before.
#define VITERBI(LD, ST, two, chain2, chosen2, one, chain1, chosen1, out) \
	MOVD hmmArgs_u(R0), R1 \
	MOVD hmmArgs_v(R0), R2 \
	CHAINS \
two: \
	CMP  $2, R25 \
	BLT  one \
	MOVD hmmArgs_x(R0), R4 \
	MOVD R5, R24 \
	LD(0, p4, r5) \
	MOVD R24, R15 \
	ADD_AT(r5, r0) \
	ADD  R23, R15, R15 \
	ADD_AT(r5, r1) \
	V_ZERO(r2) \
	V_ZERO(r3) \
	V_ZERO(r4) \
chain2: \
	MOVD hmmArgs_tIn(R0), R26 \
	ADD  R26, R24, R24 \
	MOVD hmmArgs_xRow(R0), R26 \
	ADD  R26, R4, R4 \
	MOVD hmmArgs_xEnd(R0), R26 \
	CMP  R26, R4 \
	BEQ  chosen2 \
	LD(0, p4, r5) \
	V_ADDK(ONE, r4, r4) \
	MOVD R24, R15 \
	BETTER(r0, r2) \
	ADD  R23, R15, R15 \
	BETTER(r1, r3) \
	B    chain2 \
chosen2: \
	DECIDE(LD, ST, r0, r2) \
	DECIDE(LD, ST, r1, r3) \
	ADD  R23<<1, R5, R5 \
	SUB  $2, R25, R25 \
	B    two \
one: \
	CMP  $0, R25 \
	BEQ  out \
	MOVD hmmArgs_x(R0), R4 \
	MOVD R5, R24 \
	LD(0, p4, r5) \
	MOVD R24, R15 \
	ADD_AT(r5, r0) \
	V_ZERO(r2) \
	V_ZERO(r4) \
chain1: \
	MOVD hmmArgs_tIn(R0), R26 \
	ADD  R26, R24, R24 \
	MOVD hmmArgs_xRow(R0), R26 \
	ADD  R26, R4, R4 \
	MOVD hmmArgs_xEnd(R0), R26 \
	CMP  R26, R4 \
	BEQ  chosen1 \
	LD(0, p4, r5) \
	V_ADDK(ONE, r4, r4) \
	MOVD R24, R15 \
	BETTER(r0, r2) \
	B    chain1 \
chosen1: \
	DECIDE(LD, ST, r0, r2) \
	SUBS $1, R25, R25 \
out:

