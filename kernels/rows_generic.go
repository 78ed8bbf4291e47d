package kernels

import "math"

// A line is a row or a column: element j is x[j*step].
//
// softmaxLine writes the responsibilities of one line of any length to r, unless that is nil, and returns logZ and, if wanted,
// the entropy.
func softmaxLine[T Float](r, x []T, rStep, xStep, k int, entropy bool) (logZ, h T) {
	m := maxLine(x, xStep, k)
	if isSpecial(m) {
		return specialLine(r, x, rStep, xStep, k, m)
	}
	s, q := sumLine(r, x, rStep, xStep, k, m, entropy)
	inv, ls := 1/s, logPos(s)
	if r != nil {
		for j := range k {
			r[j*rStep] *= inv
		}
	}
	return m + ls, fma(-q, inv, ls)
}

func maxLine[T Float](x []T, step, k int) T {
	m, nan := T(math.Inf(-1)), false
	for j := range k {
		v := x[j*step]
		if v > m {
			m = v
		}
		nan = nan || v != v
	}
	if nan {
		return T(math.NaN())
	}
	return m + 0 // −0 becomes +0
}

// sumLine returns s = Σ e[j], e[j] = e(x[j] − m), and, if wanted, q = Σ e[j]·max(x[j] − m, expNegMin), both in the order of
// Dot, and writes the terms to e unless that is nil.
func sumLine[T Float](e, x []T, eStep, xStep, k int, m T, entropy bool) (s, q T) {
	if k > pieceLen {
		h := treeSplit(k)
		var right []T
		if e != nil {
			right = e[h*eStep:]
		}
		s, q = sumLine(e, x, eStep, xStep, h, m, entropy)
		s2, q2 := sumLine(right, x[h*xStep:], eStep, xStep, k-h, m, entropy)
		return s + s2, q + q2
	}
	var lanes, qLanes [lanesF32]T
	n := lanesOf[T]()
	least := T(expNegMinF64)
	if is32[T]() {
		least = expNegMinF32
	}
	for j := range k {
		d := x[j*xStep] - m
		v := expNeg(d)
		lanes[j&(n-1)] += v
		if entropy {
			qLanes[j&(n-1)] = fma(v, greater(d, least), qLanes[j&(n-1)])
		}
		if e != nil {
			e[j*eStep] = v
		}
	}
	return halve(lanes[:n]), halve(qLanes[:n])
}

// specialLine is a line whose maximum m is NaN or infinite: its responsibilities are shared by the elements that equal m.
func specialLine[T Float](r, x []T, rStep, xStep, k int, m T) (logZ, h T) {
	n := equalTo(x, xStep, k, m)
	share, h := 1/T(n), logPos(T(n))
	if m != m {
		share, h = m, m
	}
	if r != nil {
		for j := range k {
			v := x[j*xStep]
			r[j*rStep] = 0
			if v == m || m != m {
				r[j*rStep] = share
			}
		}
	}
	return m, h
}

func equalTo[T Float](x []T, step, k int, m T) (n int) {
	for j := range k {
		if x[j*step] == m {
			n++
		}
	}
	return n
}

// softmaxRowsGeneric does rows lo to hi; r.Data and h may be nil.
func softmaxRowsGeneric[T Float](r Matrix[T], logZ, h []T, x Matrix[T], lo, hi int) {
	for i := lo; i < hi; i++ {
		var ri []T
		if r.Data != nil {
			ri = r.Row(i)
		}
		z, e := softmaxLine(ri, x.Row(i), 1, 1, x.Cols, h != nil)
		logZ[i] = z
		if h != nil {
			h[i] = e
		}
	}
}

// softmaxColsGeneric does columns lo to hi; r.Data and h may be nil.
func softmaxColsGeneric[T Float](r Matrix[T], logZ, h []T, x Matrix[T], lo, hi int) {
	for i := lo; i < hi; i++ {
		var ri []T
		if r.Data != nil {
			ri = r.Data[i:]
		}
		z, e := softmaxLine(ri, x.Data[i:], r.Stride, x.Stride, x.Rows, h != nil)
		logZ[i] = z
		if h != nil {
			h[i] = e
		}
	}
}

// logSoftmaxRowsGeneric does rows lo to hi.
func logSoftmaxRowsGeneric[T Float](dst, x Matrix[T], lo, hi int) {
	for i := lo; i < hi; i++ {
		d, v := dst.Row(i), x.Row(i)
		m := maxLine(v, 1, len(v))
		if isSpecial(m) {
			ls := logPos(T(equalTo(v, 1, len(v), m)))
			for j, e := range v {
				switch {
				case m != m:
					d[j] = m
				case e == m:
					d[j] = -ls
				default:
					d[j] = T(math.Inf(-1))
				}
			}
			continue
		}
		s, _ := sumLine(nil, v, 1, 1, len(v), m, false)
		ls := logPos(s)
		for j, e := range v {
			d[j] = (e - m) - ls
		}
	}
}
