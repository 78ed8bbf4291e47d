package kernels

import "math"

func adamGeneric[T Float](p, m, v, g []T, c adamCoef[T]) {
	for i, gi := range g {
		mi := fma(c.b1, m[i], mul(c.c1, gi))
		vi := fma(c.b2, v[i], mul(mul(c.c2, gi), gi))
		// The square root of a float32, rounded to float64 and then to float32, is correctly rounded.
		d := fma(T(math.Sqrt(float64(vi))), c.rs, c.eps)
		m[i], v[i] = mi, vi
		p[i] = fma(c.step, mi/d, p[i])
	}
}
