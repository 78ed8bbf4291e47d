//go:build !purego && !race

package kernels

// adamF32AVX2 does for each i < n:
//
//	m[i] = fma(c.b1, m[i], c.c1*grad[i])
//	v[i] = fma(c.b2, v[i], (c.c2*grad[i])*grad[i])
//	p[i] = fma(c.step, m[i]/fma(sqrt(v[i]), c.rs, c.eps), p[i])
//
//go:noescape
func adamF32AVX2(p, m, v, grad *float32, n int, c *adamCoef[float32])

// adamF64AVX2 is adamF32AVX2 in float64.
//
//go:noescape
func adamF64AVX2(p, m, v, grad *float64, n int, c *adamCoef[float64])

func adamF32(p, m, v, g []float32, c *adamCoef[float32]) {
	switch Active() {
	case AVX512, AVX2:
		for i := 0; i < len(p); i += pieceLen {
			adamF32AVX2(&p[i], &m[i], &v[i], &g[i], piece(p[i:]), c)
		}
	default:
		adamGeneric(p, m, v, g, *c)
	}
}

func adamF64(p, m, v, g []float64, c *adamCoef[float64]) {
	switch Active() {
	case AVX512, AVX2:
		for i := 0; i < len(p); i += pieceLen {
			adamF64AVX2(&p[i], &m[i], &v[i], &g[i], piece(p[i:]), c)
		}
	default:
		adamGeneric(p, m, v, g, *c)
	}
}
