// The vocabulary of vec.h: what AVX2 and AVX-512 share. VLEN is the number of lanes of a pair, VBYTES their bytes.
//
// Uses: n_left, v_offset. Clobbers: what they name, flags.

#include "macros_amd64.h"
#include "vec.h"

#define p0 DI
#define p1 SI
#define p2 DX
#define p3 R8
#define p4 R9
#define p5 R10
#define n_left CX
#define v_offset AX

#define V_BEGIN XORL v_offset, v_offset
#define UNLESS(count, label) \
	CMPQ n_left, $(count*VLEN) \
	JLT  label
#define ADVANCE(count) \
	ADDQ $(count*VBYTES), v_offset \
	SUBQ $(count*VLEN), n_left
#define WHILE(count, label) \
	CMPQ n_left, $(count*VLEN) \
	JGE  label
#define JUMP(label) JMP label
