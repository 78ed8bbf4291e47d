// The recursions of hidden Markov models over the frames of one sequence, in the words of vec.h: NEON, both types. Macros only.
//
// The file that includes this names its type's instructions: FMA231, MAX1; BCAST, the load of the element at R15 to all lanes of V31; of one element
// ADD_ONE, F9 += that at R15, and MOV_ONE F9, (R3); DUP_ONE(d), which spreads V9's first; MAX_ACROSS(d), the
// greatest lane of d to its first; COPY_ONE(R), the bits of V9's first lane to R, and NEG_INF_BITS, those of −Inf; and SHIFT, ESIZE = 1<<SHIFT.
//
//	register     holds
//	R0           the arguments, hmmFramesArgs
//	R1, R2, R3   rows of b and y; of c (forward) or w
//	R4, R5       the scratch of a sequence: the state, and a, w or delta
//	R15, R25     an element of the row that is summed over, and its end
//	R24, R23     an element of t, tRow
//	R14          an element of c (backward, Viterbi)
//	n_left       the states of the last, partial register of a row
//	R26          a part
//	r0, r1       chains
//	r9           the divisor
//	others       parts
//
// Lanes are states.

// d = fma(x, element at R15, d). Uses: x. Clobbers: d, V31.
#define FMA_AT(x, d) \
	BCAST \
	GS3(FMA231, x, d)

// The next element of the row and of t. Uses: R23, R25. Clobbers: R15, R24, flags.
#define NEXT_TERM(loop) \
	ADD  $ESIZE, R15, R15 \
	ADD  R23, R24, R24 \
	CMP  R25, R15 \
	BNE  loop

// Two chains from R15 to R25, for the states at R8. Uses: R0, R15, R23, R25. Clobbers: R15, R24, r0, r1, r4, r5, V31.
#define CHAINS2(loop) \
	V_ZERO(r0) \
	V_ZERO(r1) \
	MOVD hmmFramesArgs_t(R0), R24 \
loop: \
	V_LOAD(0, 24, r4) \
	V_LOAD(1, 24, r5) \
	FMA_AT(r4, r0) \
	GS3(FMA231, r5, r1) \
	NEXT_TERM(loop)

// One chain, likewise. Clobbers: R15, R24, r0, r4, V31.
#define CHAINS1(LD, loop) \
	V_ZERO(r0) \
	MOVD hmmFramesArgs_t(R0), R24 \
loop: \
	LD(0, 24, r4) \
	FMA_AT(r4, r0) \
	NEXT_TERM(loop)

// r = 1 where it is 0. Clobbers: r, t, m0.
#define DIVISOR(r, t) \
	V_ZERO(t) \
	V_EQ(t, r, m0) \
	CONST(ONE, t) \
	V_MERGE(m0, t, r)

// On by some bytes. Clobbers: R8 to R11.
#define STEP(bytes) \
	ADD $bytes, R8, R8 \
	ADD $bytes, R9, R9 \
	ADD $bytes, R10, R10 \
	ADD $bytes, R11, R11

// Jumps unless a whole register is left. Uses: R0, R8. Clobbers: R26, flags.
#define UNLESS_WHOLE(label) \
	MOVD hmmFramesArgs_whole(R0), R26 \
	CMP  R26, R8 \
	BGE  label

// Jumps unless two are. Clobbers: R12, R26, flags.
#define UNLESS_TWO(label) \
	MOVD hmmFramesArgs_whole(R0), R26 \
	ADD  $64, R8, R12 \
	CMP  R26, R12 \
	BGT  label

// What the routines begin with: R25 is k elements on from the row at first. Clobbers: R1, R2, R4, R5, R23, R25, n_left.
#define FRAMES_BEGIN(first) \
	MOVD hmmFramesArgs_b(R0), R1 \
	MOVD hmmFramesArgs_y(R0), R2 \
	MOVD hmmFramesArgs_state(R0), R4 \
	MOVD hmmFramesArgs_states(R0), R26 \
	ADD  R4, R26, R26 \
	MOVD R26, hmmFramesArgs_stateEnd(R0) \
	MOVD hmmFramesArgs_now(R0), R26 \
	ADD  R26, R4, R4 \
	ADD  $512, R4, R5 \
	MOVD hmmFramesArgs_tRow(R0), R23 \
	MOVD hmmFramesArgs_rest(R0), n_left \
	MOVD hmmFramesArgs_k(R0), R25 \
	ADD  R25<<SHIFT, first, R25

// To the next frame and the next sequence's state, with OP for ADD or SUB. Clobbers: R1, R2, R4, R5, R25, R26, flags.
#define FRAMES_NEXT(OP, frame, same) \
	MOVD hmmFramesArgs_bRow(R0), R26 \
	OP   R26, R1, R1 \
	MOVD hmmFramesArgs_yRow(R0), R26 \
	OP   R26, R2, R2 \
	ADD  $1024, R4, R4 \
	ADD  $1024, R5, R5 \
	ADD  $1024, R25, R25 \
	MOVD hmmFramesArgs_stateEnd(R0), R26 \
	CMP  R26, R4 \
	BNE  same \
	MOVD hmmFramesArgs_states(R0), R26 \
	SUB  R26, R4, R4 \
	SUB  R26, R5, R5 \
	SUB  R26, R25, R25 \
same: \
	MOVD hmmFramesArgs_frames(R0), R26 \
	SUBS $1, R26, R26 \
	MOVD R26, hmmFramesArgs_frames(R0) \
	BNE  frame

// Register i of a, before it is divided. Clobbers: r, r4.
#define WEIGH(LD, ST, i, r) \
	LD(i, p1, r4) \
	V_MUL(r4, r, r) \
	ST(i, p5, r)

// A register of alpha. Uses: r9. Clobbers: r1.
#define DIVIDE(LD, ST) \
	LD(0, p5, r1) \
	V_DIV(r9, r1, r1) \
	ST(0, p4, r1) \
	ST(0, p2, r1)

// hmmForwardFramesGeneric. Clobbers: all.
#define FORWARD_FRAMES \
	FRAMES_BEGIN(R4) \
	MOVD hmmFramesArgs_c(R0), R3 \
frame: \
	V_BEGIN \
two: \
	UNLESS_TWO(one) \
	MOVD R4, R15 \
	CHAINS2(chain2) \
	WEIGH(V_LOAD, V_STORE, 0, r0) \
	WEIGH(V_LOAD, V_STORE, 1, r1) \
	STEP(64) \
	B    two \
one: \
	UNLESS_WHOLE(tail) \
	MOVD R4, R15 \
	CHAINS1(V_LOAD, chain1) \
	WEIGH(V_LOAD, V_STORE, 0, r0) \
	STEP(32) \
	B    one \
tail: \
	V_TAIL(total) \
	MOVD R4, R15 \
	CHAINS1(V_LOADM, tail_chain1) \
	WEIGH(V_LOADM, V_STOREM, 0, r0) \
total: \
	MOVD R4, R15 \
	V_ZERO(r9) \
	ADD  $512, R15, R15 \
	ADD  $512, R25, R24 \
sum: \
	ADD_ONE \
	ADD  $ESIZE, R15, R15 \
	CMP  R24, R15 \
	BNE  sum \
	MOV_ONE F9, (R3) \
	DUP_ONE(V21) \
	DUP_ONE(V9) \
	DIVISOR(r9, r1) \
	V_BEGIN \
divide: \
	UNLESS_WHOLE(tail_divide) \
	DIVIDE(V_LOAD, V_STORE) \
	STEP(32) \
	B    divide \
tail_divide: \
	V_TAIL(next) \
	DIVIDE(V_LOADM, V_STOREM) \
next: \
	ADD  $ESIZE, R3, R3 \
	FRAMES_NEXT(ADD, frame, same)

// Register i of beta. Uses: r.
#define PUT(ST, i, r) \
	ST(i, p4, r) \
	ST(i, p2, r)

// A register of w. Uses: r9. Clobbers: r0, r1.
#define QUOTIENT(LD, ST) \
	LD(0, p4, r0) \
	LD(0, p1, r1) \
	V_MUL(r0, r1, r1) \
	V_DIV(r9, r1, r1) \
	ST(0, p5, r1) \
	ST(0, p3, r1)

// hmmBackwardFramesGeneric. Clobbers: all.
#define BACKWARD_FRAMES \
	FRAMES_BEGIN(R5) \
	MOVD hmmFramesArgs_w(R0), R3 \
	MOVD hmmFramesArgs_c(R0), R14 \
frame: \
	MOVD R14, R15 \
	SUB  $ESIZE, R14, R14 \
	SPREAD \
	DIVISOR(r9, r1) \
	V_BEGIN \
weigh: \
	UNLESS_WHOLE(tail_weigh) \
	QUOTIENT(V_LOAD, V_STORE) \
	STEP(32) \
	B    weigh \
tail_weigh: \
	V_TAIL(weighed) \
	QUOTIENT(V_LOADM, V_STOREM) \
weighed: \
	V_BEGIN \
two: \
	UNLESS_TWO(one) \
	MOVD R5, R15 \
	CHAINS2(chain2) \
	PUT(V_STORE, 0, r0) \
	PUT(V_STORE, 1, r1) \
	STEP(64) \
	B    two \
one: \
	UNLESS_WHOLE(tail) \
	MOVD R5, R15 \
	CHAINS1(V_LOAD, chain1) \
	PUT(V_STORE, 0, r0) \
	STEP(32) \
	B    one \
tail: \
	V_TAIL(next) \
	MOVD R5, R15 \
	CHAINS1(V_LOADM, tail_chain1) \
	PUT(V_STOREM, 0, r0) \
next: \
	MOVD hmmFramesArgs_wRow(R0), R26 \
	SUB  R26, R3, R3 \
	FRAMES_NEXT(SUB, frame, same)

// The element at R15 to all lanes of r9.
#define SPREAD \
	BCAST \
	VMOV_B16(31, r9(LO)) \
	VMOV_B16(31, r9(HI))

// The greater of best and x + r9, and the state that it comes from, r8. Uses: x, r8, r9. Clobbers: best, from, r10, m0.
#define BETTER(x, best, from) \
	V_ADD(r9, x, r10) \
	V_LT(r10, best, m0) \
	V_MERGE(m0, r10, best) \
	V_MERGE(m0, r8, from)

// What all chains of Viterbi's recursion begin with. Clobbers: R15, R24, r8, r9, V31.
#define FIRST_STATE \
	MOVD hmmFramesArgs_t(R0), R24 \
	MOVD R4, R15 \
	V_ZERO(r8) \
	SPREAD

// To the next state before, or away. Clobbers: R15, R24, r8, r9, V31.
#define NEXT_STATE(chosen) \
	ADD  $ESIZE, R15, R15 \
	CMP  R25, R15 \
	BEQ  chosen \
	ADD  R23, R24, R24 \
	V_ADDK(ONE, r8, r8) \
	SPREAD

// Register i of psi, and of delta before the maximum is taken out. Clobbers: r4.
#define DECIDE(LD, ST, i, best, from) \
	LD(i, p1, r4) \
	V_ADD(r4, best, best) \
	ST(i, p5, best) \
	ST(i, p3, from)

// One register, with LD and ST.
#define CHOOSE1(LD, ST, loop, chosen) \
	FIRST_STATE \
	LD(0, 24, r4) \
	V_ADD(r9, r4, r0) \
	V_ZERO(r2) \
loop: \
	NEXT_STATE(chosen) \
	LD(0, 24, r4) \
	BETTER(r4, r0, r2) \
	B    loop \
chosen: \
	DECIDE(LD, ST, 0, r0, r2)

// A register of delta: the greatest so far, and the lanes that are NaN or +Inf. Clobbers: r0, r1, m0, m1.
#define GREATEST(LD) \
	LD(0, p5, r1) \
	V_MAX(r1, r0, r0) \
	V_NLTK(INF, r1, m0) \
	M_OR(m0, m1, m1)

// A register of delta less the greatest. Uses: r9. Clobbers: r1.
#define LOWER(LD, ST) \
	LD(0, p5, r1) \
	V_SUB(r9, r1, r1) \
	ST(0, p4, r1) \
	ST(0, p2, r1)

// hmmViterbiFramesGeneric. It ends at a frame where delta holds NaN, +Inf or −Inf alone. Clobbers: all.
#define VITERBI_FRAMES \
	FRAMES_BEGIN(R4) \
	MOVD hmmFramesArgs_w(R0), R3 \
	MOVD hmmFramesArgs_c(R0), R14 \
frame: \
	V_BEGIN \
two: \
	UNLESS_TWO(one) \
	FIRST_STATE \
	V_LOAD(0, 24, r4) \
	V_LOAD(1, 24, r5) \
	V_ADD(r9, r4, r0) \
	V_ADD(r9, r5, r1) \
	V_ZERO(r2) \
	V_ZERO(r3) \
state2: \
	NEXT_STATE(chosen2) \
	V_LOAD(0, 24, r4) \
	V_LOAD(1, 24, r5) \
	BETTER(r4, r0, r2) \
	BETTER(r5, r1, r3) \
	B    state2 \
chosen2: \
	DECIDE(V_LOAD, V_STORE, 0, r0, r2) \
	DECIDE(V_LOAD, V_STORE, 1, r1, r3) \
	STEP(64) \
	B    two \
one: \
	UNLESS_WHOLE(tail) \
	CHOOSE1(V_LOAD, V_STORE, state1, chosen1) \
	STEP(32) \
	B    one \
tail: \
	V_TAIL(greatest) \
	CHOOSE1(V_LOADM, V_STOREM, tail_state1, tail_chosen1) \
greatest: \
	CONST(NEG_INF, r0) \
	V_ZERO(m1) \
	V_BEGIN \
max: \
	UNLESS_WHOLE(tail_max) \
	GREATEST(V_LOAD) \
	STEP(32) \
	B    max \
tail_max: \
	V_TAIL(across) \
	GREATEST(V_LOADM) \
across: \
	M_ANY(m1, special) \
	MAX1(r0(LO), r0(HI), 9) \
	MAX_ACROSS(9) \
	DUP_ONE(V21) \
	DUP_ONE(V9) \
	V_ZERO(r1) \
	V_ADD(r1, r9, r9) \
	COPY_ONE(R26) \
	MOVD $NEG_INF_BITS, R12 \
	CMP  R12, R26 \
	BEQ  special \
	MOV_ONE F9, (R14) \
	ADD  $ESIZE, R14, R14 \
	V_BEGIN \
lower: \
	UNLESS_WHOLE(tail_lower) \
	LOWER(V_LOAD, V_STORE) \
	STEP(32) \
	B    lower \
tail_lower: \
	V_TAIL(next) \
	LOWER(V_LOADM, V_STOREM) \
next: \
	MOVD hmmFramesArgs_wRow(R0), R26 \
	ADD  R26, R3, R3 \
	FRAMES_NEXT(ADD, frame, same) \
special:
