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
	if is32[T]() {
		fmaRowF32(f32(acc), float32(v), f32(m))
		return
	}
	m = m[:len(acc)]
	for j, c := range acc {
		acc[j] = T(math.FMA(float64(v), float64(m[j]), float64(c)))
	}
}

// fmaRowF32 is fma32, pasted four times: it is too long for the compiler to inline, and one at a time waits for itself.
func fmaRowF32(acc []float32, v float32, m []float32) {
	const tie = 1<<28 - 1
	w := float64(v)
	for len(acc) >= 4 && len(m) >= 4 {
		t0 := float64(w*float64(m[0])) + float64(acc[0])
		t1 := float64(w*float64(m[1])) + float64(acc[1])
		t2 := float64(w*float64(m[2])) + float64(acc[2])
		t3 := float64(w*float64(m[3])) + float64(acc[3])
		if math.Float64bits(t0)&tie == 0 || math.Float64bits(t1)&tie == 0 || math.Float64bits(t2)&tie == 0 || math.Float64bits(t3)&tie == 0 {
			acc[0], acc[1], acc[2], acc[3] = fma32(v, m[0], acc[0]), fma32(v, m[1], acc[1]), fma32(v, m[2], acc[2]), fma32(v, m[3], acc[3])
		} else {
			acc[0], acc[1], acc[2], acc[3] = float32(t0), float32(t1), float32(t2), float32(t3)
		}
		acc, m = acc[4:], m[4:]
	}
	for j, c := range acc {
		acc[j] = fma32(v, m[j], c)
	}
}

func divideGeneric[T Float](x []T, by T) {
	for i := range x {
		x[i] /= by
	}
}

// rotateGeneric is u[j] = fma(s, x[j], c·u[j]); x[j] = fma(c, x[j], −(s·u[j])), with the old u in both.
func rotateGeneric[T Float](u, x []T, c, s T) {
	x = x[:len(u)]
	for j, v := range u {
		u[j], x[j] = fma(s, x[j], mul(c, v)), fma(c, x[j], -mul(s, v))
	}
}

// reflectGeneric is u[j] = fma(−s, x[j], u[j])/c; x[j] = fma(c, x[j], −(s·u[j])), with the new u in the second.
func reflectGeneric[T Float](u, x []T, c, s T) {
	x = x[:len(u)]
	for j, v := range u {
		v = fma(-s, x[j], v) / c
		u[j], x[j] = v, fma(c, x[j], -mul(s, v))
	}
}

// cholLanesGeneric factors the lanes of buf, d×d matrices whose elements lie side by side: buf[(i·d+j)·lanes+l].
func cholLanesGeneric[T Float](buf []T, d, lanes int) {
	for i := range d {
		for j := i; j < d; j++ {
			for l := range lanes {
				acc := buf[(i*d+j)*lanes+l]
				for k := range i {
					acc = fma(-buf[(k*d+i)*lanes+l], buf[(k*d+j)*lanes+l], acc)
				}
				if j == i {
					acc = sqrt(acc)
				} else {
					acc /= buf[(i*d+i)*lanes+l]
				}
				buf[(i*d+j)*lanes+l] = acc
			}
		}
	}
}

// triLanesGeneric inverts the upper triangles of u's lanes into p, in the same arrangement; below p's diagonal are zeros.
func triLanesGeneric[T Float](p, u []T, d, lanes int) {
	for i := d - 1; i >= 0; i-- {
		for l := range lanes {
			p[(i*d+i)*lanes+l] = 1 / u[(i*d+i)*lanes+l]
		}
		for j := i + 1; j < d; j++ {
			for l := range lanes {
				var acc T
				for k := i + 1; k < d; k++ {
					acc = fma(u[(i*d+k)*lanes+l], p[(k*d+j)*lanes+l], acc)
				}
				p[(i*d+j)*lanes+l] = acc / -u[(i*d+i)*lanes+l]
			}
		}
	}
}
