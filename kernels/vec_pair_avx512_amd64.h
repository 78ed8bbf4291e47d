// The vocabulary of vec.h for AVX-512 (F, DQ), two vectors to a register: what is the same for both types.
//
// Clobbers: the last register, BX, Z31, K1, K6, K7, flags.

#include "vec_amd64.h"

#define r0(S) S(Z0, Z13)
#define r1(S) S(Z1, Z14)
#define r2(S) S(Z2, Z15)
#define r3(S) S(Z3, Z16)
#define r4(S) S(Z4, Z17)
#define r5(S) S(Z5, Z18)
#define r6(S) S(Z6, Z19)
#define r7(S) S(Z7, Z20)
#define r8(S) S(Z8, Z21)
#define r9(S) S(Z9, Z22)
#define r10(S) S(Z10, Z23)
#define r11(S) S(Z11, Z24)
#define r12(S) S(Z12, Z25)
#define m0(S) S(K2, K3)
#define m1(S) S(K4, K5)
#define a0(S) Z30
#define a1(S) Z29
#define v_scratch Z31
#define VBYTES 128

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
	VMOVUPS i*128(p)(v_offset*1), d(LO) \
	VMOVUPS i*128+64(p)(v_offset*1), d(HI)
#define V_STORE(i, p, a) \
	VMOVUPS a(LO), i*128(p)(v_offset*1) \
	VMOVUPS a(HI), i*128+64(p)(v_offset*1)
#define V_TAIL(label) \
	TESTQ n_left, n_left \
	JEQ   label \
	MOVL  $1, BX \
	SHLQ  CX, BX \
	DECQ  BX \
	KMOVW BX, K1 \
	SHRQ  $(VLEN/2), BX \
	KMOVW BX, K6
#define CONST(k, d) \
	KLOAD   k, d(LO) \
	VMOVAPS d(LO), d(HI)
#define V_MOV(a, d) G2(VMOVAPS, a, d)
#define V_ZERO(d) G1(VPXORD, d)
#define V_UMAX(b, a, d) G3(VPMAXUD, b, a, d)
#define ANY_REACHES(k, a, label) \
	VPMAXUD  a(LO), a(HI), a(LO) \
	KLOAD    k, v_scratch \
	VPCMPUD  $5, v_scratch, a(LO), K7 \
	KORTESTW K7, K7 \
	JNE      label
#define M_AND(b, a, m) G3(KANDW, b, a, m)
#define M_OR(b, a, m) G3(KORW, b, a, m)
#define M_ANY(m, label) \
	KORTESTW m(LO), m(HI) \
	JNE      label
