//go:build !purego && !race

#include "textflag.h"
#include "neon_arm64.h"

// Exp of float32 and float64 slices.
// Contract: each element has the bits of expF32 or expF64 in vmath_generic.go.
// ISA: NEON.
//
// Registers:
//	R0, R1, R2    dst, x, elements left
//	R3            the table of constants, from kernels_arm64.s
//	V0, V1        two vectors of x, later of r
//	V2 … V13      t, and the parts of the polynomial
//	V14 … V31     constants
//
// A block of two vectors whose elements are all ordinary adds the exponent as an integer; any other, and the last
// few elements, are clamped and scaled in two steps. Work per call: at most 4096 elements, below 50 µs.
// Memory: n elements of x are read, n of dst written, no others; dst may be x.

#define dst_ptr R0
#define x_ptr R1
#define n_left R2
#define table R3

// e^V0 = p·2^n and e^V1 = p·2^n: p in V6 and V7, t = n + magic in V2 and V3.
// Uses: V0, V1, V16 … V25. Clobbers: V0 … V7.
#define EXP_PARTS_S4 \
	VMOV  V17.B16, V2.B16 \
	VMOV  V17.B16, V3.B16 \
	VFMLA V16.S4, V0.S4, V2.S4 /* t = x·log2 e + magic */ \
	VFMLA V16.S4, V1.S4, V3.S4 \
	VFSUB_S4(v17, v2, v4)      /* n */ \
	VFSUB_S4(v17, v3, v5) \
	VFMLS V18.S4, V4.S4, V0.S4 \
	VFMLS V18.S4, V5.S4, V1.S4 \
	VFMLS V19.S4, V4.S4, V0.S4 /* r */ \
	VFMLS V19.S4, V5.S4, V1.S4 \
	VMOV  V21.B16, V4.B16 \
	VMOV  V21.B16, V5.B16 \
	VFMLA V20.S4, V0.S4, V4.S4 \
	VFMLA V20.S4, V1.S4, V5.S4 \
	VMOV  V22.B16, V6.B16 \
	VMOV  V22.B16, V7.B16 \
	VFMLA V4.S4, V0.S4, V6.S4 \
	VFMLA V5.S4, V1.S4, V7.S4 \
	VMOV  V23.B16, V4.B16 \
	VMOV  V23.B16, V5.B16 \
	VFMLA V6.S4, V0.S4, V4.S4 \
	VFMLA V7.S4, V1.S4, V5.S4 \
	VMOV  V24.B16, V6.B16 \
	VMOV  V24.B16, V7.B16 \
	VFMLA V4.S4, V0.S4, V6.S4 \
	VFMLA V5.S4, V1.S4, V7.S4 \
	VMOV  V25.B16, V4.B16 \
	VMOV  V25.B16, V5.B16 \
	VFMLA V6.S4, V0.S4, V4.S4 \
	VFMLA V7.S4, V1.S4, V5.S4 \
	VMOV  V25.B16, V6.B16 \
	VMOV  V25.B16, V7.B16 \
	VFMLA V4.S4, V0.S4, V6.S4 \
	VFMLA V5.S4, V1.S4, V7.S4

// V0 = e^V0, V1 = e^V1.
// Uses: V0, V1, the constants. Clobbers: V0 … V7.
#define EXP_S4 \
	VFMAX_S4(v27, v0, v0)      /* NaN stays */ \
	VFMAX_S4(v27, v1, v1) \
	VFMIN_S4(v28, v0, v0) \
	VFMIN_S4(v28, v1, v1) \
	EXP_PARTS_S4 \
	VSUB  V29.S4, V2.S4, V2.S4 /* n + two biases */ \
	VSUB  V29.S4, V3.S4, V3.S4 \
	VUSHR $1, V2.S4, V4.S4     /* ⌊n/2⌋ + bias */ \
	VUSHR $1, V3.S4, V5.S4 \
	VSUB  V4.S4, V2.S4, V2.S4  /* n - ⌊n/2⌋ + bias */ \
	VSUB  V5.S4, V3.S4, V3.S4 \
	VSHL  $23, V4.S4, V4.S4 \
	VSHL  $23, V5.S4, V5.S4 \
	VSHL  $23, V2.S4, V2.S4 \
	VSHL  $23, V3.S4, V3.S4 \
	VFMUL_S4(v4, v6, v6) \
	VFMUL_S4(v5, v7, v7) \
	VFMUL_S4(v2, v6, v0) \
	VFMUL_S4(v3, v7, v1)

// func expNEONF32(dst, x *float32, n int)
TEXT ·expNEONF32(SB), NOSPLIT, $0-24
	MOVD    dst+0(FP), dst_ptr
	MOVD    x+8(FP), x_ptr
	MOVD    n+16(FP), n_left
	MOVD    $·expF32Consts(SB), table
	VLD1R.P 4(table), [V16.S4]
	VLD1R.P 4(table), [V17.S4]
	VLD1R.P 4(table), [V18.S4]
	VLD1R.P 4(table), [V19.S4]
	VLD1R.P 4(table), [V20.S4]
	VLD1R.P 4(table), [V21.S4]
	VLD1R.P 4(table), [V22.S4]
	VLD1R.P 4(table), [V23.S4]
	VLD1R.P 4(table), [V24.S4]
	VLD1R.P 4(table), [V25.S4]
	VLD1R.P 4(table), [V26.S4]
	VLD1R.P 4(table), [V27.S4]
	VLD1R.P 4(table), [V28.S4]
	VLD1R.P 4(table), [V29.S4]
	PCALIGN $32

block:
	CMP    $8, n_left
	BLT    tail
	VLD1.P 32(x_ptr), [V0.S4, V1.S4]
	VFACGE_S4(v0, v26, v4) // ordinary: limit ≥ |x|
	VFACGE_S4(v1, v26, v5)
	VAND   V4.B16, V5.B16, V4.B16
	VMOV   V4.D[0], R4
	VMOV   V4.D[1], R5
	AND    R4, R5, R4
	CMN    $1, R4
	BNE    special
	EXP_PARTS_S4
	VSHL   $23, V2.S4, V2.S4
	VSHL   $23, V3.S4, V3.S4
	VADD   V2.S4, V6.S4, V0.S4
	VADD   V3.S4, V7.S4, V1.S4
	VST1.P [V0.S4, V1.S4], 32(dst_ptr)
	SUB    $8, n_left, n_left
	B      block

special:
	EXP_S4
	VST1.P [V0.S4, V1.S4], 32(dst_ptr)
	SUB    $8, n_left, n_left
	B      block

tail: // four elements, or what is left, in V0
	CBZ    n_left, done
	CMP    $4, n_left
	BLT    partial
	VLD1.P 16(x_ptr), [V0.S4]
	VMOV   V0.B16, V1.B16
	EXP_S4
	VST1.P [V0.S4], 16(dst_ptr)
	SUB    $4, n_left, n_left
	B      tail

partial:
	FMOVS (x_ptr), F0
	CMP   $2, n_left
	BLT   compute
	ADD   $4, x_ptr, R4
	VLD1  (R4), V0.S[1]
	BEQ   compute
	ADD   $8, x_ptr, R4
	VLD1  (R4), V0.S[2]

compute:
	VMOV  V0.B16, V1.B16
	EXP_S4
	FMOVS F0, (dst_ptr)
	CMP   $2, n_left
	BLT   done
	ADD   $4, dst_ptr, R4
	VST1  V0.S[1], (R4)
	BEQ   done
	ADD   $8, dst_ptr, R4
	VST1  V0.S[2], (R4)

done:
	RET

// e^V0 = p·2^n and e^V1 = p·2^n: p in V8 and V9, t = n + magic in V2 and V3.
// Uses: V0, V1, V16 … V30. Clobbers: V0 … V13.
#define EXP_PARTS_D2 \
	VMOV  V17.B16, V2.B16 \
	VMOV  V17.B16, V3.B16 \
	VFMLA V16.D2, V0.D2, V2.D2  /* t = x·log2 e + magic */ \
	VFMLA V16.D2, V1.D2, V3.D2 \
	VFSUB_D2(v17, v2, v4)       /* n */ \
	VFSUB_D2(v17, v3, v5) \
	VFMLS V18.D2, V4.D2, V0.D2 \
	VFMLS V18.D2, V5.D2, V1.D2 \
	VFMLS V19.D2, V4.D2, V0.D2  /* r */ \
	VFMLS V19.D2, V5.D2, V1.D2 \
	VFMUL_D2(v0, v0, v4)        /* r² */ \
	VFMUL_D2(v1, v1, v5) \
	VMOV  V21.B16, V6.B16 \
	VMOV  V21.B16, V7.B16 \
	VMOV  V26.B16, V10.B16 \
	VMOV  V26.B16, V11.B16 \
	VFMLA V20.D2, V4.D2, V6.D2 \
	VFMLA V20.D2, V5.D2, V7.D2 \
	VFMLA V25.D2, V4.D2, V10.D2 \
	VFMLA V25.D2, V5.D2, V11.D2 \
	VMOV  V22.B16, V8.B16 \
	VMOV  V22.B16, V9.B16 \
	VMOV  V27.B16, V12.B16 \
	VMOV  V27.B16, V13.B16 \
	VFMLA V6.D2, V4.D2, V8.D2 \
	VFMLA V7.D2, V5.D2, V9.D2 \
	VFMLA V10.D2, V4.D2, V12.D2 \
	VFMLA V11.D2, V5.D2, V13.D2 \
	VMOV  V23.B16, V6.B16 \
	VMOV  V23.B16, V7.B16 \
	VMOV  V28.B16, V10.B16 \
	VMOV  V28.B16, V11.B16 \
	VFMLA V8.D2, V4.D2, V6.D2 \
	VFMLA V9.D2, V5.D2, V7.D2 \
	VFMLA V12.D2, V4.D2, V10.D2 \
	VFMLA V13.D2, V5.D2, V11.D2 \
	VMOV  V24.B16, V8.B16 \
	VMOV  V24.B16, V9.B16 \
	VMOV  V29.B16, V12.B16 \
	VMOV  V29.B16, V13.B16 \
	VFMLA V6.D2, V4.D2, V8.D2 \
	VFMLA V7.D2, V5.D2, V9.D2 \
	VFMLA V10.D2, V4.D2, V12.D2 \
	VFMLA V11.D2, V5.D2, V13.D2 \
	VFMLA V12.D2, V0.D2, V8.D2  /* (e^r - 1 - r)/r² */ \
	VFMLA V13.D2, V1.D2, V9.D2 \
	VMOV  V30.B16, V6.B16 \
	VMOV  V30.B16, V7.B16 \
	VFMLA V8.D2, V0.D2, V6.D2 \
	VFMLA V9.D2, V1.D2, V7.D2 \
	VMOV  V30.B16, V8.B16 \
	VMOV  V30.B16, V9.B16 \
	VFMLA V6.D2, V0.D2, V8.D2 \
	VFMLA V7.D2, V1.D2, V9.D2

// V0 = e^V0, V1 = e^V1.
// Uses: V0, V1, the constants. Clobbers: V0 … V13.
#define EXP_D2 \
	VFMAX_D2(v14, v0, v0)     /* NaN stays */ \
	VFMAX_D2(v14, v1, v1) \
	VFMIN_D2(v15, v0, v0) \
	VFMIN_D2(v15, v1, v1) \
	EXP_PARTS_D2 \
	VLD1R (table), [V6.D2] \
	VSUB  V6.D2, V2.D2, V2.D2 /* n + two biases */ \
	VSUB  V6.D2, V3.D2, V3.D2 \
	VUSHR $1, V2.D2, V4.D2    /* ⌊n/2⌋ + bias */ \
	VUSHR $1, V3.D2, V5.D2 \
	VSUB  V4.D2, V2.D2, V2.D2 /* n - ⌊n/2⌋ + bias */ \
	VSUB  V5.D2, V3.D2, V3.D2 \
	VSHL  $52, V4.D2, V4.D2 \
	VSHL  $52, V5.D2, V5.D2 \
	VSHL  $52, V2.D2, V2.D2 \
	VSHL  $52, V3.D2, V3.D2 \
	VFMUL_D2(v4, v8, v8) \
	VFMUL_D2(v5, v9, v9) \
	VFMUL_D2(v2, v8, v0) \
	VFMUL_D2(v3, v9, v1)

// func expNEONF64(dst, x *float64, n int)
TEXT ·expNEONF64(SB), NOSPLIT, $0-24
	MOVD    dst+0(FP), dst_ptr
	MOVD    x+8(FP), x_ptr
	MOVD    n+16(FP), n_left
	MOVD    $·expF64Consts(SB), table
	VLD1R.P 8(table), [V16.D2]
	VLD1R.P 8(table), [V17.D2]
	VLD1R.P 8(table), [V18.D2]
	VLD1R.P 8(table), [V19.D2]
	VLD1R.P 8(table), [V20.D2]
	VLD1R.P 8(table), [V21.D2]
	VLD1R.P 8(table), [V22.D2]
	VLD1R.P 8(table), [V23.D2]
	VLD1R.P 8(table), [V24.D2]
	VLD1R.P 8(table), [V25.D2]
	VLD1R.P 8(table), [V26.D2]
	VLD1R.P 8(table), [V27.D2]
	VLD1R.P 8(table), [V28.D2]
	VLD1R.P 8(table), [V29.D2]
	VLD1R.P 8(table), [V30.D2]
	VLD1R.P 8(table), [V31.D2]
	VLD1R.P 8(table), [V14.D2]
	VLD1R.P 8(table), [V15.D2]
	PCALIGN $32

block:
	CMP    $4, n_left
	BLT    tail
	VLD1.P 32(x_ptr), [V0.D2, V1.D2]
	VFACGE_D2(v0, v31, v4) // ordinary: limit ≥ |x|
	VFACGE_D2(v1, v31, v5)
	VAND   V4.B16, V5.B16, V4.B16
	VMOV   V4.D[0], R4
	VMOV   V4.D[1], R5
	AND    R4, R5, R4
	CMN    $1, R4
	BNE    special
	EXP_PARTS_D2
	VSHL   $52, V2.D2, V2.D2
	VSHL   $52, V3.D2, V3.D2
	VADD   V2.D2, V8.D2, V0.D2
	VADD   V3.D2, V9.D2, V1.D2
	VST1.P [V0.D2, V1.D2], 32(dst_ptr)
	SUB    $4, n_left, n_left
	B      block

special:
	EXP_D2
	VST1.P [V0.D2, V1.D2], 32(dst_ptr)
	SUB    $4, n_left, n_left
	B      block

tail: // two elements or one in V0
	CBZ    n_left, done
	CMP    $2, n_left
	BLT    last
	VLD1.P 16(x_ptr), [V0.D2]
	VMOV   V0.B16, V1.B16
	EXP_D2
	VST1.P [V0.D2], 16(dst_ptr)
	SUB    $2, n_left, n_left
	B      tail

last:
	FMOVD (x_ptr), F0
	VMOV  V0.B16, V1.B16
	EXP_D2
	FMOVD F0, (dst_ptr)

done:
	RET
