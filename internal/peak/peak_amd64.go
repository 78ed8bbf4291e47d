//go:build !purego && !race

package peak

import "example.com/elbo/kernels"

// fmaF32AVX2: for r < rounds: 24 times acc = fma(0, 0, acc), in 12 accumulators of 8 float32.
//
//go:noescape
func fmaF32AVX2(rounds int)

//go:noescape
func fmaF64AVX2(rounds int)

// fmaF32AVX512 is fmaF32AVX2 with 24 accumulators of 16 float32.
//
//go:noescape
func fmaF32AVX512(rounds int)

//go:noescape
func fmaF64AVX512(rounds int)

// triadAVX2: for i < n: dst[i] = fma(s, b[i], a[i]). n is a multiple of 32.
//
//go:noescape
func triadAVX2(dst, a, b *float64, s float64, n int)

//go:noescape
func triadAVX512(dst, a, b *float64, s float64, n int)

// moveAVX2: for i < n: dst[i] = src[i]. n is a multiple of 32.
//
//go:noescape
func moveAVX2(dst, src *float64, n int)

//go:noescape
func moveAVX512(dst, src *float64, n int)

func fma(isa kernels.ISA, single bool, rounds int) {
	switch {
	case isa == kernels.AVX512 && single:
		fmaF32AVX512(rounds)
	case isa == kernels.AVX512:
		fmaF64AVX512(rounds)
	case single:
		fmaF32AVX2(rounds)
	default:
		fmaF64AVX2(rounds)
	}
}

func triad(isa kernels.ISA, dst, a, b *float64, s float64, n int) {
	if isa == kernels.AVX512 {
		triadAVX512(dst, a, b, s, n)
		return
	}
	triadAVX2(dst, a, b, s, n)
}

func move(isa kernels.ISA, dst, src *float64, n int) {
	if isa == kernels.AVX512 {
		moveAVX512(dst, src, n)
		return
	}
	moveAVX2(dst, src, n)
}
