//go:build !purego && !race

package peak

import "example.com/elbo/kernels"

// fmaF32NEON: for r < rounds: 24 times acc = fma(0, 0, acc), in 24 accumulators of 4 float32.
//
//go:noescape
func fmaF32NEON(rounds int)

//go:noescape
func fmaF64NEON(rounds int)

// triadNEON: for i < n: dst[i] = fma(s, b[i], a[i]). n is a multiple of 32.
//
//go:noescape
func triadNEON(dst, a, b *float64, s float64, n int)

// moveNEON: for i < n: dst[i] = src[i]. n is a multiple of 32.
//
//go:noescape
func moveNEON(dst, src *float64, n int)

func fma(_ kernels.ISA, single bool, rounds int) {
	if single {
		fmaF32NEON(rounds)
		return
	}
	fmaF64NEON(rounds)
}

func triad(_ kernels.ISA, dst, a, b *float64, s float64, n int) { triadNEON(dst, a, b, s, n) }

func move(_ kernels.ISA, dst, src *float64, n int) { moveNEON(dst, src, n) }
