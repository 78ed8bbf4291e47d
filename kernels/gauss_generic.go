package kernels

import "math"

// gaussDiagGeneric defines the bits of GaussDiag.
func gaussDiagGeneric[T Float](dst, x, mean, prec Matrix[T], c []T) {
	for n := range x.Rows {
		row, out := x.Row(n), dst.Row(n)
		for k := range out {
			out[k] = fma(-0.5, diagDistance(row, mean.Row(k), prec.Row(k)), c[k])
		}
	}
}

func diagDistance[T Float](x, mean, prec []T) T {
	var q T
	mean, prec = mean[:len(x)], prec[:len(x)]
	for d, v := range x {
		t := v - mean[d]
		u := T(t * prec[d])
		if is32[T]() { // fma32, pasted: it is too long for the compiler to inline
			s := float64(float64(u)*float64(t)) + float64(q)
			if math.Float64bits(s)<<36 != 0 {
				q = T(float32(s))
			} else {
				q = T(fma32Tie(float32(u), float32(t), float32(q)))
			}
		} else {
			q = T(math.FMA(float64(u), float64(t), float64(q)))
		}
	}
	return q
}

// gaussDiagMaskedGeneric defines the bits of GaussDiagMasked.
func gaussDiagMaskedGeneric[T Float](dst, x, mean, prec, logNorm Matrix[T], c []T) {
	for n := range x.Rows {
		row, out := x.Row(n), dst.Row(n)
		for k := range out {
			out[k] = maskedDensity(row, mean.Row(k), prec.Row(k), logNorm.Row(k), c[k])
		}
	}
}

func maskedDensity[T Float](x, mean, prec, logNorm []T, a T) T {
	var q T
	for d, v := range x {
		if v != v {
			a += 0
			continue
		}
		t := v - mean[d]
		q = fma(T(t*prec[d]), t, q)
		a += logNorm[d]
	}
	return fma(-0.5, q, a)
}

// gaussFullGeneric defines the bits of GaussFull. Every row of x is transformed with lanes along z, by chain
// of chol.go.
func gaussFullGeneric[T Float](dst, x, mean, p Matrix[T], c []T, work []T) {
	d := x.Cols
	t, z := work[:d], work[d:2*d]
	for n := range x.Rows {
		row, out := x.Row(n), dst.Row(n)
		for k := range out {
			for j, m := range mean.Row(k) {
				t[j] = row[j] - m
			}
			gaussZ(z, t, p.SliceRows(k*d, k*d+d))
			var q T
			for _, v := range z {
				q = fma(v, v, q)
			}
			out[k] = fma(-0.5, q, c[k])
		}
	}
}

// gaussZ writes z_i = Σ_{j≤i} p[j][i]·t[j], each chain cut by the rule that GaussFull states.
func gaussZ[T Float](z, t []T, p Matrix[T]) {
	d := len(z)
	for lo, cuts := 0, 0; lo < d; cuts++ {
		hi := min(d, gaussWhole+cuts*gaussCut) // the rows lo … hi−1 have the same cuts
		var add chainMode
		for b := range cuts {
			chain(z[lo:hi], p.Data[b*gaussCut*p.Stride+lo:], p.Stride, t[b*gaussCut:], 1, gaussCut, add)
			add = chainAdd
		}
		j := cuts * gaussCut
		chain(z[lo:hi], p.Data[j*p.Stride+lo:], p.Stride, t[j:], 1, lo-j, add|chainTri)
		lo = hi
	}
}
