// The vocabulary of vec.h for AVX2, two vectors to a register: what is the same for both types.
//
// Clobbers: the last register, BX, BX, n_left, Y14, flags.

#include "vec_amd64.h"

#define r0(S) S(Y0, Y7)
#define r1(S) S(Y1, Y8)
#define r2(S) S(Y2, Y9)
#define r3(S) S(Y3, Y10)
#define r4(S) S(Y4, Y11)
#define r5(S) S(Y5, Y12)
#define r6(S) S(Y6, Y13)
#define m0(S) S(Y6, Y13)
#define m1(S) S(Y5, Y12)
#define a0(S) Y15
#define a1(S) Y13
#define v_scratch Y14
#define VBYTES 64
#define KLOAD VMOVUPS

// G3(OP, …): OP on both vectors of each register; GI: with an immediate n first; GK: with a constant first; GKR: with
// a constant second; GS: with the scratch register first.
#define G1(OP, d) \
	OP d(LO), d(LO), d(LO) \
	OP d(HI), d(HI), d(HI)
#define G2(OP, a, d) \
	OP a(LO), d(LO) \
	OP a(HI), d(HI)
#define G3(OP, b, a, d) \
	OP b(LO), a(LO), d(LO) \
	OP b(HI), a(HI), d(HI)
#define G4(OP, c, b, a, d) \
	OP c(LO), b(LO), a(LO), d(LO) \
	OP c(HI), b(HI), a(HI), d(HI)
#define GI3(OP, n, a, d) \
	OP $n, a(LO), d(LO) \
	OP $n, a(HI), d(HI)
#define GI4(OP, n, b, a, d) \
	OP $n, b(LO), a(LO), d(LO) \
	OP $n, b(HI), a(HI), d(HI)
#define GK3(OP, k, a, d) \
	KLOAD k, v_scratch \
	OP v_scratch, a(LO), d(LO) \
	OP v_scratch, a(HI), d(HI)
#define GKI4(OP, n, k, a, d) \
	KLOAD k, v_scratch \
	OP $n, v_scratch, a(LO), d(LO) \
	OP $n, v_scratch, a(HI), d(HI)
#define GKR3(OP, k, a, d) \
	KLOAD k, v_scratch \
	OP a(LO), v_scratch, d(LO) \
	OP a(HI), v_scratch, d(HI)
#define GS3(OP, a, d) \
	OP v_scratch, a(LO), d(LO) \
	OP v_scratch, a(HI), d(HI)

#define V_LOAD(i, p, d) \
	VMOVUPS i*64(p)(v_offset*1), d(LO) \
	VMOVUPS i*64+32(p)(v_offset*1), d(HI)
#define V_STORE(i, p, a) \
	VMOVUPS a(LO), i*64(p)(v_offset*1) \
	VMOVUPS a(HI), i*64+32(p)(v_offset*1)
#define V_LOADM(i, p, d) \
	VMOVUPS    (BX), v_scratch \
	VMASKMOVPS (p)(v_offset*1), v_scratch, d(LO) \
	VMOVUPS    32(BX), v_scratch \
	VMASKMOVPS 32(p)(v_offset*1), v_scratch, d(HI)
// What is left is stored by halves: a masked store takes many times as long. Clobbers: Y14.
#define V_STOREM(i, p, a) \
	LEAQ         (p)(v_offset*1), BX \
	VMOVAPS      a(LO), v_scratch \
	TESTL        $32, n_left \
	JEQ          4(PC) \
	VMOVUPS      v_scratch, (BX) \
	VMOVAPS      a(HI), v_scratch \
	ADDQ         $32, BX \
	TESTL        $16, n_left \
	JEQ          4(PC) \
	VMOVUPS      X14, (BX) \
	VEXTRACTF128 $1, v_scratch, X14 \
	ADDQ         $16, BX \
	TESTL        $8, n_left \
	JEQ          4(PC) \
	VMOVLPS      X14, (BX) \
	VPSRLDQ      $8, X14, X14 \
	ADDQ         $8, BX \
	TESTL        $4, n_left \
	JEQ          2(PC) \
	VMOVSS       X14, (BX) \
	LEAQ         ·pairMasks+64(SB), BX \
	SUBQ         n_left, BX
// n_left = the bytes left, BX = the masks for loads.
#define V_TAIL(label) \
	TESTQ n_left, n_left \
	JEQ   label \
	LEAQ  (n_left*ESIZE), n_left \
	LEAQ  ·pairMasks+64(SB), BX \
	SUBQ  n_left, BX
#define CONST(k, d) \
	VMOVUPS k, d(LO) \
	VMOVAPS d(LO), d(HI)
#define ANY_REACHES(k, a, label) \
	VPMAXUD  a(LO), a(HI), a(LO) \
	VPMAXUD  k, a(LO), v_scratch \
	VPCMPEQD v_scratch, a(LO), v_scratch \
	VPTEST   v_scratch, v_scratch \
	JNZ      label
#define M_ANY(m, label) \
	VORPS  m(LO), m(HI), v_scratch \
	VPTEST v_scratch, v_scratch \
	JNZ    label
#define V_MOV(a, d) G2(VMOVAPS, a, d)
#define V_ZERO(d) G1(VXORPS, d)
#define V_AND(b, a, d) G3(VANDPS, b, a, d)
#define V_ANDK(k, a, d) GK3(VANDPS, k, a, d)
#define V_OR(b, a, d) G3(VORPS, b, a, d)
#define V_ORK(k, a, d) GK3(VORPS, k, a, d)
#define V_XOR(b, a, d) G3(VXORPS, b, a, d)
#define V_XORK(k, a, d) GK3(VXORPS, k, a, d)
#define V_ANDN(b, a, d) G3(VANDNPS, a, b, d)
#define V_UMAX(b, a, d) G3(VPMAXUD, b, a, d)
#define V_SIGN(a, m) G2(VMOVAPS, a, m)
#define V_KEEP(m, a, d) G3(VANDPS, m, a, d)
#define V_KEEPK(m, k, d) GK3(VANDPS, k, m, d)
#define V_DROP(m, a, d) G3(VANDNPS, a, m, d)
#define M_AND(b, a, m) G3(VANDPS, b, a, m)
#define M_OR(b, a, m) G3(VORPS, b, a, m)
