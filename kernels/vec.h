// A vocabulary for elementwise kernels: one text of a function serves AVX2, AVX-512 and NEON, and where the method is
// the same float32 and float64 too. Macros only.
//
// A register of a text stands for a pair of vectors, whose chains interleave and share the loads of constants. A file
// includes a header for its ISA and one for its type, then texts, as vmath_f32_avx2_amd64.s does with vmath_f32.h:
//
//	vec_pair_avx2_amd64.h or vec_one_avx2_amd64.h      vec_f32_avx2_amd64.h, vec_f64_avx2_amd64.h
//	vec_pair_avx512_amd64.h                            vec_f32_avx512_amd64.h, vec_f64_avx512_amd64.h
//	vec_pair_neon_arm64.h                              vec_f32_neon_arm64.h, vec_f64_neon_arm64.h
//
// (vec_one: one vector to a register, for texts that need many.) A routine moves its arguments in the open, where go
// vet reads them, and says one of the loops below:
//
//	TEXT ·expAVX2F32(SB), NOSPLIT, $0-24           TEXT ·expNEONF32(SB), NOSPLIT, $0-24
//		MOVQ dst+0(FP), p0                             MOVD dst+0(FP), R0
//		MOVQ x+8(FP), p1                               MOVD x+8(FP), R1
//		MOVQ n+16(FP), n_left                          MOVD n+16(FP), n_left
//		MAP(EXP_FULL)                                  MOVD $·vmathF32(SB), k_table
//		VZEROUPPER                                     MAP(EXP_FULL)
//		RET                                            RET
//
// with a text such as
//
//	#define HALVE(LD, ST, i) \
//		LD(i, p1, r0) \
//		V_MULK(HALF, r0, r0) \
//		ST(i, p0, r0)
//
// Registers. Operands go from source to destination: the last changes, the others keep their values unless a line
// below says more. Any of them may be the same.
//
//	p0 … p5        the slices' first bytes; p0 is dst by custom
//	r0 … r6        the text's own; AVX2 has no more pairs. vec_one: r0 … r12
//	m0, m1         masks, written by V_LT and its like; on AVX2 m0 is r6 and m1 is r5 (vec_one: r12, r11)
//	a0, a1         scalar arguments, broadcast in the open: AVX2 Y15, Y13 (r6 is then taken), AVX-512 Z30, Z29,
//	               NEON V28, V29; read only
//	k_table        arm64: ·vmathF32 or ·vmathF64, the tables behind the names of vmath_consts.h
//	own_table      arm64: a table of the family's own behind OWN(i); an amd64 file says
//	               #define OWN(i) ·erfF32+32*i(HI) instead, before it includes the text
//
// Beyond them the macros use: amd64 AX, BX, CX, Y14 or Z31, K1, K6, K7; arm64 R6 … R14, R19 … R22, V30, V31.
//
// Words. k is the name of a constant of 32 bytes, as in vmath_consts.s. NaN: as IEEE-754 unless said.
//
//	CONST(k, d)                d = k
//	V_MOV(a, d), V_ZERO(d)
//	V_ADD(b, a, d)             d = a + b; V_SUB: a - b, V_MUL, V_DIV: a / b; V_SQRT(a, d)
//	V_ADDK(k, a, d)            d = a + k; V_SUBK, V_MULK, V_DIVK; V_RSUBK: k - a; V_RDIVK: k / a
//	V_FMA(b, a, d)             d = fma(a, b, d); V_FNMA: fma(-a, b, d); V_FMAK(k, a, d), V_FNMAK
//	V_FMA213(c, a, d)          d = fma(d, a, c)
//	HORNER(k, x, q)            q = fma(q, x, k); x is not q
//	HORNER2(k, l, x, q)        two such steps; better on NEON than HORNER twice
//	V_MAX(b, a, d)             d = a > b ? a : b; V_MIN: a < b ? a : b
//	V_MAXK(k, a, d)            the same with k for b, but NaN stays; k is no zero; V_MINK
//	V_RELU(a, d)               d = a > 0 ? a : +0; of NaN: NaN or +0
//	V_AND(b, a, d)             V_OR, V_XOR; V_ANDN: a and not b; V_ANDK(k, a, d), V_ORK, V_XORK
//
//	V_IADD(b, a, d)            lanes as integers of the type's size; V_ISUB: a - b; V_IADDK(k, a, d), V_ISUBK
//	V_SHL(n, a, d)             shift by n bits; V_SHR logical; V_SAR arithmetic (float32 alone: AVX2 has no other)
//	V_I2F(a, d)                d = a as a float (float32 alone)
//	V_UMAX(b, a, d)            lanes of 32 bits, without sign, for tests
//
//	V_INDEX(i)                 i, floats 2^23 + n with n < 8, becomes the index of V_LOOKUP (float32 alone)
//	V_LOOKUP(k, i, d)          d = element n of k, eight different ones; any of NaN (float32 alone)
//	V_ROWS(p, i, a, b)         a, b = the numbers of row i, an integer, of a table of pairs at p; clobbers i, p5, R11 … R13,
//	                           Z26 … Z28 (float64 alone)
//
//	V_LT(b, a, m)              m = a < b; V_LE, V_EQ; V_NLT: !(a < b); V_LTK(k, a, m), V_GTK: a > k, V_GEK, V_EQK, V_NLTK
//	V_SIGN(a, m)               m = a has its sign bit set; for V_MERGE and V_SELECT alone
//	V_SELECT(m, b, a, d)       d = m ? b : a
//	V_MERGE(m, a, d)           d = m ? a : d
//	V_KEEP(m, a, d)            d = m ? a : +0; V_DROP: m ? +0 : a; V_KEEPK(m, k, d)
//	M_AND(b, a, m), M_OR       of masks
//	M_ANY(m, label)            jump if any lane of m is set
//	ANY_REACHES(k, a, label)   jump if any lane of 32 bits of a, without sign, is k or more
//
//	SCALE(t, q, s)             q = q·2^n, one rounding, for t = n + MAGIC; clobbers t and s; three registers
//
//	LD(i, p, r), ST(i, p, r)   pair i of the block at p, or what is left of one
//	LOAD_BLOCK(i, p, r)        pair i of the block, for the test of MAP_FAST

// MAP: TEXT(LD, ST, i) on every pair: two in a row, then one, then what is left of one (whose other lanes hold +0 or
// copies of the last element; results for them are dropped). Clobbers n_left and what the text does.
#define MAP(FULL) \
	V_BEGIN \
	UNLESS(2, pair) \
	PCALIGN $32 \
block: \
	FULL(V_LOAD, V_STORE, 0) \
	FULL(V_LOAD, V_STORE, 1) \
	ADVANCE(2) \
	WHILE(2, block) \
pair: \
	UNLESS(1, tail) \
	FULL(V_LOAD, V_STORE, 0) \
	ADVANCE(1) \
tail: \
	V_TAIL(done) \
	FULL(V_LOADM, V_STOREM, 0) \
done:

// MAP1: MAP with one pair at a time, for a long text.
#define MAP1(FULL) \
	V_BEGIN \
	PCALIGN $32 \
pair: \
	UNLESS(1, tail) \
	FULL(V_LOAD, V_STORE, 0) \
	ADVANCE(1) \
	JUMP(pair) \
tail: \
	V_TAIL(done) \
	FULL(V_LOADM, V_STOREM, 0) \
done:

// MAP_FAST: MAP with two texts of the same bits: FAST for a block of two pairs from which TEST(label) does not jump
// away, FULL for all else.
#define MAP_FAST(TEST, FAST, FULL) \
	V_BEGIN \
begin: \
	UNLESS(2, pair) \
	PCALIGN $32 \
block: \
	TEST(pair) \
	FAST(V_LOAD, V_STORE, 0) \
	FAST(V_LOAD, V_STORE, 1) \
	ADVANCE(2) \
	WHILE(2, block) \
pair: \
	UNLESS(1, tail) \
	FULL(V_LOAD, V_STORE, 0) \
	ADVANCE(1) \
	JUMP(begin) \
tail: \
	V_TAIL(done) \
	FULL(V_LOADM, V_STOREM, 0) \
done:

// MAP_PIPE: MAP_FAST with a fast text in two parts (amd64). FIRST leaves in dst what SECOND makes the result of, a block
// later: no instruction then waits long in the processor's queues, which are shorter than a long chain. dst may be x
// if SECOND does not need x.
#define MAP_PIPE(TEST, FIRST, SECOND, FULL) \
	V_BEGIN \
begin: \
	UNLESS(2, pair) \
	TEST(pair) \
	FIRST(V_LOAD, V_STORE, 0) \
	FIRST(V_LOAD, V_STORE, 1) \
	ADVANCE(2) \
	UNLESS(2, last) \
	PCALIGN $32 \
block: \
	TEST(last) \
	FIRST(V_LOAD, V_STORE, 0) \
	FIRST(V_LOAD, V_STORE, 1) \
	SECOND(V_LOAD, V_STORE, -2) \
	SECOND(V_LOAD, V_STORE, -1) \
	ADVANCE(2) \
	WHILE(2, block) \
last: \
	SECOND(V_LOAD, V_STORE, -2) \
	SECOND(V_LOAD, V_STORE, -1) \
pair: \
	UNLESS(1, tail) \
	FULL(V_LOAD, V_STORE, 0) \
	ADVANCE(1) \
	JUMP(begin) \
tail: \
	V_TAIL(done) \
	FULL(V_LOADM, V_STOREM, 0) \
done:

// The first and the second of a pair.
#define LO(a, b) a
#define HI(a, b) b
