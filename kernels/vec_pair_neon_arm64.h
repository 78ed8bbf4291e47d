// The vocabulary of vec.h for NEON, two vectors to a register: what is the same for both types. Registers are numbers,
// for the WORD macros of neon_arm64.h.
//
// Clobbers: the last register, R6, R8 … R13, R19 … R22, V30, V31, flags.

#include "neon_arm64.h"
#include "vec.h"

#define K32(i) (32*i+7)
#define K64(i) (32*i+7)
#define OWN(i) (32*i+14)
#include "vmath_consts.h"

#define p0 0
#define p1 1
#define p2 2
#define p3 3
#define p4 4
#define p5 5
#define r0(S) S(0, 12)
#define r1(S) S(1, 13)
#define r2(S) S(2, 14)
#define r3(S) S(3, 15)
#define r4(S) S(4, 16)
#define r5(S) S(5, 17)
#define r6(S) S(6, 18)
#define r7(S) S(7, 19)
#define r8(S) S(8, 20)
#define r9(S) S(9, 21)
#define r10(S) S(10, 22)
#define r11(S) S(11, 23)
#define m0(S) S(24, 25)
#define m1(S) S(26, 27)
#define a0(S) 28
#define a1(S) 29
#define n_left R6
#define k_table R7
#define own_table R14
#define VBYTES 32

// G3(OP, …): OP on both vectors of each register; GI: with an immediate n first; GK: with a constant first; GKR: with
// a constant second; GS: with the scratch register first.
#define G1(OP, d) \
	OP(d(LO), d(LO), d(LO)) \
	OP(d(HI), d(HI), d(HI))
#define G2(OP, a, d) \
	OP(a(LO), d(LO)) \
	OP(a(HI), d(HI))
#define G3(OP, b, a, d) \
	OP(b(LO), a(LO), d(LO)) \
	OP(b(HI), a(HI), d(HI))
#define G4(OP, c, b, a, d) \
	OP(c(LO), b(LO), a(LO), d(LO)) \
	OP(c(HI), b(HI), a(HI), d(HI))
#define GI3(OP, n, a, d) \
	OP(n, a(LO), d(LO)) \
	OP(n, a(HI), d(HI))
#define GK3(OP, k, a, d) \
	VLDR_Q(k, 31) \
	OP(31, a(LO), d(LO)) \
	OP(31, a(HI), d(HI))
#define GKR3(OP, k, a, d) \
	VLDR_Q(k, 31) \
	OP(a(LO), 31, d(LO)) \
	OP(a(HI), 31, d(HI))
#define GS3(OP, a, d) \
	OP(31, a(LO), d(LO)) \
	OP(31, a(HI), d(HI))

// R8 … R11 are the offsets of four vectors; in the tail they, R19, R20 … are those of the elements, the last one's
// repeated.
#define V_BEGIN \
	MOVD ZR, R8 \
	MOVD $16, R9 \
	MOVD $32, R10 \
	MOVD $48, R11
#define UNLESS(count, label) \
	CMP $(count*VLEN), n_left \
	BLT label
#define ADVANCE(count) \
	ADD $(count*VBYTES), R8, R8 \
	ADD $(count*VBYTES), R9, R9 \
	ADD $(count*VBYTES), R10, R10 \
	ADD $(count*VBYTES), R11, R11 \
	SUB $(count*VLEN), n_left, n_left
#define WHILE(count, label) \
	CMP $(count*VLEN), n_left \
	BGE label
#define JUMP(label) B label
#define V_LOAD(i, p, d) \
	VLDR_QX(8+2*i, p, d(LO)) \
	VLDR_QX(9+2*i, p, d(HI))
#define V_STORE(i, p, a) \
	VSTR_QX(8+2*i, p, a(LO)) \
	VSTR_QX(9+2*i, p, a(HI))
// to = R8 + shifted by min(j, R12): the offset of element j, or the last. Clobbers: R13, to.
#define TAIL_OFFSET(j, shift, to) \
	MOVD $j, R13 \
	CMP  R13, R12 \
	CSEL LT, R12, R13, R13 \
	ADD  R13<<shift, R8, to
#define TAIL_LOAD_S(i, r, p, d) \
	VADD_X(r, p, 12) \
	VLD1_S(i, 12, d)
#define TAIL_STORE_S(i, r, p, a) \
	VADD_X(r, p, 12) \
	VST1_S(i, 12, a)

#define CONST(k, d) \
	VLDR_Q(k, d(LO)) \
	VMOV_B16(d(LO), d(HI))
#define V_MOV(a, d) G2(VMOV_B16, a, d)
#define V_ZERO(d) G1(VEOR_B16, d)
#define V_AND(b, a, d) G3(VAND_B16, b, a, d)
#define V_ANDK(k, a, d) GK3(VAND_B16, k, a, d)
#define V_OR(b, a, d) G3(VORR_B16, b, a, d)
#define V_ORK(k, a, d) GK3(VORR_B16, k, a, d)
#define V_XOR(b, a, d) G3(VEOR_B16, b, a, d)
#define V_XORK(k, a, d) GK3(VEOR_B16, k, a, d)
#define V_ANDN(b, a, d) G3(VBIC_B16, b, a, d)
#define V_UMAX(b, a, d) G3(VUMAX_S4, b, a, d)
#define ANY_REACHES(k, a, label) \
	VUMAX_S4(a(LO), a(HI), a(LO)) \
	VLDR_Q(k, 31) \
	VCMHS_S4(31, a(LO), 31) \
	VUMAXV_S4(31, 31) \
	FMOVS F31, R12 \
	CBNZ  R12, label
#define V_SELECT(m, b, a, d) \
	VMOV_B16(m(LO), 31) \
	VBSL_B16(a(LO), b(LO), 31) \
	VMOV_B16(m(HI), 30) \
	VBSL_B16(a(HI), b(HI), 30) \
	VMOV_B16(31, d(LO)) \
	VMOV_B16(30, d(HI))
#define V_MERGE(m, a, d) G3(VBIT_B16, m, a, d)
#define V_KEEP(m, a, d) G3(VAND_B16, m, a, d)
#define V_KEEPK(m, k, d) GK3(VAND_B16, k, m, d)
#define V_DROP(m, a, d) G3(VBIC_B16, m, a, d)
#define M_AND(b, a, m) G3(VAND_B16, b, a, m)
#define M_OR(b, a, m) G3(VORR_B16, b, a, m)
#define M_ANY(m, label) \
	VORR_B16(m(LO), m(HI), 31) \
	VUMAXV_S4(31, 31) \
	FMOVS F31, R12 \
	CBNZ  R12, label
