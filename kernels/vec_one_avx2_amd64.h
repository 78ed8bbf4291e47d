// The vocabulary of vec.h for AVX2, one vector to a register: what is the same for both types.
//
// Clobbers: the last register, BX, BX, n_left, Y14, flags.

#include "vec_amd64.h"

#define r0(S) Y0
#define r1(S) Y1
#define r2(S) Y2
#define r3(S) Y3
#define r4(S) Y4
#define r5(S) Y5
#define r6(S) Y6
#define r7(S) Y7
#define r8(S) Y8
#define r9(S) Y9
#define r10(S) Y10
#define r11(S) Y11
#define r12(S) Y12
#define m0(S) Y12
#define m1(S) Y11
#define a0(S) Y15
#define a1(S) Y13
#define v_scratch Y14
#define VBYTES 32
#define KLOAD VMOVUPS

// G3(OP, …): OP on both vectors of each register; GI: with an immediate n first; GK: with a constant first; GKR: with
// a constant second; GS: with the scratch register first.
#define G1(OP, d) \
	OP d(LO), d(LO), d(LO)
#define G2(OP, a, d) \
	OP a(LO), d(LO)
#define G3(OP, b, a, d) \
	OP b(LO), a(LO), d(LO)
#define G4(OP, c, b, a, d) \
	OP c(LO), b(LO), a(LO), d(LO)
#define GI3(OP, n, a, d) \
	OP $n, a(LO), d(LO)
#define GI4(OP, n, b, a, d) \
	OP $n, b(LO), a(LO), d(LO)
#define GK3(OP, k, a, d) \
	OP k, a(LO), d(LO)
#define GKI4(OP, n, k, a, d) \
	OP $n, k, a(LO), d(LO)
#define GKR3(OP, k, a, d) \
	KLOAD k, v_scratch \
	OP a(LO), v_scratch, d(LO)
#define GS3(OP, a, d) \
	OP v_scratch, a(LO), d(LO)

#define V_LOAD(i, p, d) VMOVUPS i*32(p)(v_offset*1), d(LO)
#define V_STORE(i, p, a) VMOVUPS a(LO), i*32(p)(v_offset*1)
#define V_LOADM(i, p, d) \
	VMOVUPS    (BX), v_scratch \
	VMASKMOVPS (p)(v_offset*1), v_scratch, d(LO)
// What is left is stored by halves: a masked store takes many times as long. Clobbers: Y14.
#define V_STOREM(i, p, a) \
	LEAQ         (p)(v_offset*1), BX \
	VMOVAPS      a(LO), v_scratch \
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
	LEAQ         ·tailMasks+32(SB), BX \
	SUBQ         n_left, BX
// n_left = the bytes left, BX = the masks for loads.
#define V_TAIL(label) \
	TESTQ n_left, n_left \
	JEQ   label \
	LEAQ  (n_left*ESIZE), n_left \
	LEAQ  ·tailMasks+32(SB), BX \
	SUBQ  n_left, BX
#define CONST(k, d) VMOVUPS k, d(LO)
#define ANY_REACHES(k, a, label) \
	VPMAXUD  k, a(LO), v_scratch \
	VPCMPEQD v_scratch, a(LO), v_scratch \
	VPTEST   v_scratch, v_scratch \
	JNZ      label
#define M_ANY(m, label) \
	VPTEST m(LO), m(LO) \
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
