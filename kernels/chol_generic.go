package kernels

import "math"

// chainGeneric defines the bits of chain. It works on a few columns at a time to keep them near.
func chainGeneric[T Float](dst, m []T, mStride int, s []T, sStride, rows int, mode chainMode) {
	const block = 16
	var acc [block]T
	for lo := 0; lo < len(dst); lo += block {
		out := dst[lo:min(lo+block, len(dst))]
		a := acc[:len(out)]
		if mode&chainFrom != 0 {
			copy(a, out)
		} else {
			clear(a)
		}
		n := rows
		if mode&chainTri != 0 {
			n += lo + len(out)
		}
		for k := range n {
			v := s[k*sStride]
			if mode&chainNeg != 0 {
				v = -v
			}
			j := 0
			if mode&chainTri != 0 {
				j = max(0, k-rows-lo)
			}
			fmaRow(a[j:], v, m[k*mStride+lo+j:])
		}
		if mode&chainAdd != 0 {
			for j, v := range a {
				out[j] += v
			}
		} else {
			copy(out, a)
		}
	}
}

// fmaRow is acc[j] = fma(v, m[j], acc[j]).
func fmaRow[T Float](acc []T, v T, m []T) {
	m = m[:len(acc)]
	for j, c := range acc {
		if is32[T]() { // fma32, pasted: it is too long for the compiler to inline
			t := mul(float64(v), float64(m[j])) + float64(c)
			if math.Float64bits(t)<<36 != 0 {
				acc[j] = T(float32(t))
			} else {
				acc[j] = T(fma32Tie(float32(v), float32(m[j]), float32(c)))
			}
		} else {
			acc[j] = T(math.FMA(float64(v), float64(m[j]), float64(c)))
		}
	}
}

func divideGeneric[T Float](x []T, by T) {
	for i := range x {
		x[i] /= by
	}
}
