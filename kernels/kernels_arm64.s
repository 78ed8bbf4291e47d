//go:build !purego && !race

#include "textflag.h"

// The arm64 port's front door: the constants that its kernels share. The other files:
//
//	neon_arm64.h          vector instructions that Go's assembler has no name for, as macros (made by internal/neonasm)
//	vmath_neon_arm64.s    Exp
//	chol_*neon_arm64.s    Cholesky factors, triangular inverses and solves, batches of them, rotations
//	gemm_*_neon_arm64.s   Gemm
//	gauss_*_neon_arm64.s  Gaussian log-densities
//
// Every arm64 processor has NEON (ASIMD), the only ISA used. Kernels without a NEON form run in pure Go.
//
// In all files: R0 … R5 operands and counters, V0 … V15 data, V16 … V31 constants or accumulators; R16 … R18 and
// R27 … R29 are left alone. No routine has a stack frame. A macro argument v7 is a register's number, V7 its name.

// expF32: in the order in which vmath_neon_arm64.s loads them. The values are those of vmath_generic.go.
DATA ·expF32Consts+0(SB)/4, $0x3fb8aa3b // log2 e
DATA ·expF32Consts+4(SB)/4, $0x4b400000 // magic: 1.5·2^23
DATA ·expF32Consts+8(SB)/4, $0x3f317200 // ln 2, 15 bits
DATA ·expF32Consts+12(SB)/4, $0x35bfbe8e // and the rest
DATA ·expF32Consts+16(SB)/4, $0x3ab4a647 // (e^r - 1 - r)/r², highest power first
DATA ·expF32Consts+20(SB)/4, $0x3c091cbf
DATA ·expF32Consts+24(SB)/4, $0x3d2aad13
DATA ·expF32Consts+28(SB)/4, $0x3e2aaa49
DATA ·expF32Consts+32(SB)/4, $0x3efffffd
DATA ·expF32Consts+36(SB)/4, $0x3f800000 // 1
DATA ·expF32Consts+40(SB)/4, $0x42ae999a // 87.3: greatest ordinary |x|
DATA ·expF32Consts+44(SB)/4, $0xc2d00000 // -104: e^x rounds to 0
DATA ·expF32Consts+48(SB)/4, $0x42b20000 // 89: e^x overflows
DATA ·expF32Consts+52(SB)/4, $0x4b3fff02 // the bits of magic, less two biases
GLOBL ·expF32Consts(SB), RODATA|NOPTR, $56

// expF64, likewise.
DATA ·expF64Consts+0(SB)/8, $0x3ff71547652b82fe // log2 e
DATA ·expF64Consts+8(SB)/8, $0x4338000000000000 // magic: 1.5·2^52
DATA ·expF64Consts+16(SB)/8, $0x3fe62e42fefa3800 // ln 2, 42 bits
DATA ·expF64Consts+24(SB)/8, $0x3d2ef35793c76730 // and the rest
DATA ·expF64Consts+32(SB)/8, $0x3e928adfccab85d4 // (e^r - 1 - r)/r², even powers, highest first
DATA ·expF64Consts+40(SB)/8, $0x3efa019995efb56c
DATA ·expF64Consts+48(SB)/8, $0x3f56c16c18477082
DATA ·expF64Consts+56(SB)/8, $0x3fa55555555506bc
DATA ·expF64Consts+64(SB)/8, $0x3fe000000000000a
DATA ·expF64Consts+72(SB)/8, $0x3e5ad92e88f87de4 // and odd powers
DATA ·expF64Consts+80(SB)/8, $0x3ec71df18ef7a9d3
DATA ·expF64Consts+88(SB)/8, $0x3f2a01a012fee98b
DATA ·expF64Consts+96(SB)/8, $0x3f81111111126b36
DATA ·expF64Consts+104(SB)/8, $0x3fc55555555554fe
DATA ·expF64Consts+112(SB)/8, $0x3ff0000000000000 // 1
DATA ·expF64Consts+120(SB)/8, $0x4086200000000000 // greatest ordinary |x|
DATA ·expF64Consts+128(SB)/8, $0xc087500000000000 // e^x rounds to 0
DATA ·expF64Consts+136(SB)/8, $0x4086300000000000 // e^x overflows
DATA ·expF64Consts+144(SB)/8, $0x4337fffffffff802 // the bits of magic, less two biases
GLOBL ·expF64Consts(SB), RODATA|NOPTR, $152
