// The recursions of hidden Markov models over the frames of one sequence, in the words of vec.h: AVX2, both types. Macros only.
//
// The file that includes this names its type's instructions: FMA231, ADD1 and BCAST, the load of one element to all lanes; ADD_ONE, MOV_ONE and
// COMPARE_ONE of one; and V_MAX_ACROSS(r, x, t, u): all lanes of r become its greatest, x and u being the low halves of r and t; clobbers t.
//
//	register     holds
//	p0           the arguments, hmmFramesArgs
//	p1, p2, p3   rows of b and y; of c (forward) or w
//	p4           the scratch of a sequence: the state, and 512 bytes on a, w or delta
//	p5, R12      an element of the row that is summed over, and its end
//	R11, R13     an element of t, tRow
//	n_left, BX   bytes of the last, partial register of a row, and its mask
//	r0 to r3     chains
//	r9           the divisor
//	others       parts
//
// Lanes are states. The sequences' frames come in turn, so that one's chains fill the time that another's wait. Full registers of the scratch and of t are read and written throughout: beyond the states t is zero, and what is there
// comes to no sum.

#define SUMS 16 /* the distance of a or w from the state, in registers */

// d = fma(m, x, d). Uses: x, m. Clobbers: d.
#define FMA_FROM(m, x, d) \
	FMA231 m, x(LO), d(LO)

// Four chains from p5 to R12, for the states at v_offset. Uses: p0, p5, R12, R13. Clobbers: p5, R11, r0 to r4.
#define CHAINS4(loop) \
	V_ZERO(r0) \
	V_ZERO(r1) \
	V_ZERO(r2) \
	V_ZERO(r3) \
	MOVQ hmmFramesArgs_t(p0), R11 \
	ADDQ v_offset, R11 \
loop: \
	BCAST (p5), r4(LO) \
	FMA_FROM((R11), r4, r0) \
	FMA_FROM(32(R11), r4, r1) \
	FMA_FROM(64(R11), r4, r2) \
	FMA_FROM(96(R11), r4, r3) \
	ADDQ $ESIZE, p5 \
	ADDQ R13, R11 \
	CMPQ p5, R12 \
	JNE  loop

// One chain, likewise. Clobbers: p5, R11, r0, r4.
#define CHAINS1(loop) \
	V_ZERO(r0) \
	MOVQ hmmFramesArgs_t(p0), R11 \
	ADDQ v_offset, R11 \
loop: \
	BCAST (p5), r4(LO) \
	FMA_FROM((R11), r4, r0) \
	ADDQ $ESIZE, p5 \
	ADDQ R13, R11 \
	CMPQ p5, R12 \
	JNE  loop

// r = 1 where it is 0. Clobbers: r, t, m0.
#define DIVISOR(r, t) \
	V_ZERO(t) \
	V_EQ(t, r, m0) \
	CONST(ONE, t) \
	V_MERGE(m0, t, r)

// What the routines begin with. Clobbers: p0, p1, p2, p4, R13, n_left, BX.
#define FRAMES_BEGIN(no_tail) \
	MOVQ hmmFramesArgs_b(p0), p1 \
	MOVQ hmmFramesArgs_y(p0), p2 \
	MOVQ hmmFramesArgs_state(p0), p4 \
	MOVQ hmmFramesArgs_states(p0), R11 \
	ADDQ p4, R11 \
	MOVQ R11, hmmFramesArgs_stateEnd(p0) \
	ADDQ hmmFramesArgs_now(p0), p4 \
	MOVQ hmmFramesArgs_tRow(p0), R13 \
	MOVQ hmmFramesArgs_rest(p0), n_left \
	V_TAIL(no_tail) \
no_tail:

// To the next sequence's state, and the next frame. Uses: p0. Clobbers: p4, R12, flags.
#define FRAMES_NEXT(frame, same) \
	ADDQ $1024, p4 \
	ADDQ $1024, R12 \
	CMPQ p4, hmmFramesArgs_stateEnd(p0) \
	JNE  same \
	SUBQ hmmFramesArgs_states(p0), p4 \
	SUBQ hmmFramesArgs_states(p0), R12 \
same: \
	DECQ hmmFramesArgs_frames(p0) \
	JNE  frame

// Register i of a, before it is divided. Clobbers: r, r4.
#define WEIGH(LD, i, r) \
	LD(i, p1, r4) \
	V_MUL(r4, r, r) \
	V_STORE((SUMS+i), p4, r)

// A frame of hmmForwardFramesGeneric. Clobbers: all but R13, n_left, BX, p0, p4.
#define FORWARD_FRAMES \
	FRAMES_BEGIN(whole) \
	MOVQ hmmFramesArgs_c(p0), p3 \
	MOVQ hmmFramesArgs_k(p0), R12 \
	LEAQ (p4)(R12*ESIZE), R12 \
frame: \
	XORL v_offset, v_offset \
four: \
	LEAQ 128(v_offset), R11 \
	CMPQ R11, hmmFramesArgs_whole(p0) \
	JGT  one \
	MOVQ p4, p5 \
	CHAINS4(chain4) \
	WEIGH(V_LOAD, 0, r0) \
	WEIGH(V_LOAD, 1, r1) \
	WEIGH(V_LOAD, 2, r2) \
	WEIGH(V_LOAD, 3, r3) \
	ADDQ $128, v_offset \
	JMP  four \
one: \
	CMPQ v_offset, hmmFramesArgs_whole(p0) \
	JGE  tail \
	MOVQ p4, p5 \
	CHAINS1(chain1) \
	WEIGH(V_LOAD, 0, r0) \
	ADDQ $32, v_offset \
	JMP  one \
tail: \
	TESTQ n_left, n_left \
	JEQ  total \
	MOVQ p4, p5 \
	CHAINS1(tail_chain1) \
	WEIGH(V_LOADM, 0, r0) \
total: \
	MOVQ p4, p5 \
	V_ZERO(r9) \
sum: \
	ADD_ONE (SUMS*32)(p5), X9, X9 \
	ADDQ $ESIZE, p5 \
	CMPQ p5, R12 \
	JNE  sum \
	MOV_ONE X9, (p3) \
	BCAST X9, r9(LO) \
	DIVISOR(r9, r1) \
	XORL v_offset, v_offset \
divide: \
	CMPQ v_offset, hmmFramesArgs_whole(p0) \
	JGE  tail_divide \
	V_LOAD(SUMS, p4, r1) \
	V_DIV(r9, r1, r1) \
	V_STORE(0, p4, r1) \
	V_STORE(0, p2, r1) \
	ADDQ $32, v_offset \
	JMP  divide \
tail_divide: \
	TESTQ n_left, n_left \
	JEQ  next \
	V_LOAD(SUMS, p4, r1) \
	V_DIV(r9, r1, r1) \
	V_STORE(0, p4, r1) \
	V_STOREM(0, p2, r1) \
next: \
	ADDQ $ESIZE, p3 \
	ADDQ hmmFramesArgs_bRow(p0), p1 \
	ADDQ hmmFramesArgs_yRow(p0), p2 \
	FRAMES_NEXT(frame, same)

// A register of w. Uses: r9. Clobbers: r0, r1.
#define QUOTIENT(LD, ST) \
	V_LOAD(0, p4, r0) \
	LD(0, p1, r1) \
	V_MUL(r0, r1, r1) \
	V_DIV(r9, r1, r1) \
	V_STORE(SUMS, p4, r1) \
	ST(0, p3, r1)

// Register i of beta. Uses: r.
#define PUT(ST, i, r) \
	V_STORE(i, p4, r) \
	ST(i, p2, r)

// A frame of hmmBackwardFramesGeneric, likewise. R10, which is p5, starts from the sums.
#define BACKWARD_FRAMES \
	FRAMES_BEGIN(whole) \
	MOVQ hmmFramesArgs_w(p0), p3 \
	MOVQ hmmFramesArgs_k(p0), R12 \
	LEAQ (SUMS*32)(p4)(R12*ESIZE), R12 \
	MOVQ hmmFramesArgs_c(p0), R11 \
	MOVQ R11, hmmFramesArgs_cNow(p0) \
frame: \
	MOVQ hmmFramesArgs_cNow(p0), R11 \
	BCAST (R11), r9(LO) \
	DIVISOR(r9, r1) \
	SUBQ $ESIZE, R11 \
	MOVQ R11, hmmFramesArgs_cNow(p0) \
	XORL v_offset, v_offset \
weigh: \
	CMPQ v_offset, hmmFramesArgs_whole(p0) \
	JGE  tail_weigh \
	QUOTIENT(V_LOAD, V_STORE) \
	ADDQ $32, v_offset \
	JMP  weigh \
tail_weigh: \
	TESTQ n_left, n_left \
	JEQ  weighed \
	QUOTIENT(V_LOADM, V_STOREM) \
weighed: \
	XORL v_offset, v_offset \
four: \
	LEAQ 128(v_offset), R11 \
	CMPQ R11, hmmFramesArgs_whole(p0) \
	JGT  one \
	LEAQ (SUMS*32)(p4), p5 \
	CHAINS4(chain4) \
	PUT(V_STORE, 0, r0) \
	PUT(V_STORE, 1, r1) \
	PUT(V_STORE, 2, r2) \
	PUT(V_STORE, 3, r3) \
	ADDQ $128, v_offset \
	JMP  four \
one: \
	CMPQ v_offset, hmmFramesArgs_whole(p0) \
	JGE  tail \
	LEAQ (SUMS*32)(p4), p5 \
	CHAINS1(chain1) \
	PUT(V_STORE, 0, r0) \
	ADDQ $32, v_offset \
	JMP  one \
tail: \
	TESTQ n_left, n_left \
	JEQ  next \
	LEAQ (SUMS*32)(p4), p5 \
	CHAINS1(tail_chain1) \
	PUT(V_STOREM, 0, r0) \
next: \
	SUBQ hmmFramesArgs_bRow(p0), p1 \
	SUBQ hmmFramesArgs_wRow(p0), p3 \
	SUBQ hmmFramesArgs_yRow(p0), p2 \
	FRAMES_NEXT(frame, same)

// The greater of best and x + r4, and the state that it comes from, r9. Uses: x, r4, r9. Clobbers: best, from, r10, m0.
#define BETTER(x, best, from) \
	ADD1 x, r4(LO), r10(LO) \
	V_LT(r10, best, m0) \
	V_MAX(best, r10, best) \
	V_MERGE(m0, r9, from)

// What all chains of Viterbi's recursion begin with. Clobbers: R11, r4, r9.
#define FIRST_STATE \
	MOVQ hmmFramesArgs_t(p0), R11 \
	ADDQ v_offset, R11 \
	MOVQ p4, p5 \
	V_ZERO(r9) \
	BCAST (p5), r4(LO)

// To the next state before, or away. Clobbers: p5, R11, r4, r9.
#define NEXT_STATE(chosen) \
	ADDQ $ESIZE, p5 \
	CMPQ p5, R12 \
	JEQ  chosen \
	ADDQ R13, R11 \
	V_ADDK(ONE, r9, r9) \
	BCAST (p5), r4(LO)

// Register i of psi, and of delta before the maximum is taken out. Clobbers: r4.
#define DECIDE(LD, ST, i, best, from) \
	LD(i, p1, r4) \
	V_ADD(r4, best, best) \
	V_STORE((SUMS+i), p4, best) \
	ST(i, p3, from)

// One register, with LD and ST.
#define CHOOSE1(LD, ST, loop, chosen) \
	FIRST_STATE \
	ADD1 (R11), r4(LO), r0(LO) \
	V_ZERO(r5) \
loop: \
	NEXT_STATE(chosen) \
	BETTER((R11), r0, r5) \
	JMP  loop \
chosen: \
	DECIDE(LD, ST, 0, r0, r5)

// A frame of hmmViterbiFramesGeneric, likewise: beyond the states t is -Inf. It ends at a frame where delta holds NaN, +Inf or -Inf alone.
#define VITERBI_FRAMES \
	FRAMES_BEGIN(whole) \
	MOVQ hmmFramesArgs_w(p0), p3 \
	MOVQ hmmFramesArgs_c(p0), R11 \
	MOVQ R11, hmmFramesArgs_cNow(p0) \
	MOVQ hmmFramesArgs_k(p0), R12 \
	LEAQ (p4)(R12*ESIZE), R12 \
frame: \
	XORL v_offset, v_offset \
four: \
	LEAQ 128(v_offset), R11 \
	CMPQ R11, hmmFramesArgs_whole(p0) \
	JGT  one \
	FIRST_STATE \
	ADD1 (R11), r4(LO), r0(LO) \
	ADD1 32(R11), r4(LO), r1(LO) \
	ADD1 64(R11), r4(LO), r2(LO) \
	ADD1 96(R11), r4(LO), r3(LO) \
	V_ZERO(r5) \
	V_ZERO(r6) \
	V_ZERO(r7) \
	V_ZERO(r8) \
state4: \
	NEXT_STATE(chosen4) \
	BETTER((R11), r0, r5) \
	BETTER(32(R11), r1, r6) \
	BETTER(64(R11), r2, r7) \
	BETTER(96(R11), r3, r8) \
	JMP  state4 \
chosen4: \
	DECIDE(V_LOAD, V_STORE, 0, r0, r5) \
	DECIDE(V_LOAD, V_STORE, 1, r1, r6) \
	DECIDE(V_LOAD, V_STORE, 2, r2, r7) \
	DECIDE(V_LOAD, V_STORE, 3, r3, r8) \
	ADDQ $128, v_offset \
	JMP  four \
one: \
	CMPQ v_offset, hmmFramesArgs_whole(p0) \
	JGE  tail \
	CHOOSE1(V_LOAD, V_STORE, state1, chosen1) \
	ADDQ $32, v_offset \
	JMP  one \
tail: \
	TESTQ n_left, n_left \
	JEQ  greatest \
	CHOOSE1(V_LOADM, V_STOREM, tail_state1, tail_chosen1) \
greatest: \
	CONST(NEG_INF, r0) \
	V_ZERO(m1) \
	XORL v_offset, v_offset \
max: \
	V_LOAD(SUMS, p4, r1) \
	V_MAX(r1, r0, r0) \
	V_NLTK(INF, r1, m0) \
	M_OR(m0, m1, m1) \
	ADDQ $32, v_offset \
	CMPQ v_offset, R13 \
	JLT  max \
	M_ANY(m1, special) \
	V_MAX_ACROSS(r0, X0, r1, X1) \
	V_ZERO(r1) \
	V_ADD(r1, r0, r0) \
	COMPARE_ONE NEG_INF, X0 \
	JEQ  special \
	MOVQ hmmFramesArgs_cNow(p0), R11 \
	MOV_ONE X0, (R11) \
	ADDQ $ESIZE, R11 \
	MOVQ R11, hmmFramesArgs_cNow(p0) \
	XORL v_offset, v_offset \
lower: \
	CMPQ v_offset, hmmFramesArgs_whole(p0) \
	JGE  tail_lower \
	V_LOAD(SUMS, p4, r1) \
	V_SUB(r0, r1, r1) \
	V_STORE(0, p4, r1) \
	V_STORE(0, p2, r1) \
	ADDQ $32, v_offset \
	JMP  lower \
tail_lower: \
	TESTQ n_left, n_left \
	JEQ  next \
	V_LOAD(SUMS, p4, r1) \
	V_SUB(r0, r1, r1) \
	V_STORE(0, p4, r1) \
	V_STOREM(0, p2, r1) \
next: \
	ADDQ hmmFramesArgs_bRow(p0), p1 \
	ADDQ hmmFramesArgs_yRow(p0), p2 \
	ADDQ hmmFramesArgs_wRow(p0), p3 \
	FRAMES_NEXT(frame, same) \
special:
