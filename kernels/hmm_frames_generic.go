package kernels

// hmmForwardFramesGeneric is the recursion of HMMForwardFrames: b and the maxima are there.
func hmmForwardFramesGeneric[T Float](alpha, b Matrix[T], c, prev []T, trans Matrix[T]) {
	s := sequencesOf(prev, trans)
	for t := range c {
		before := hmmBefore(alpha, prev, t, s)
		a, sum := alpha.Row(t), T(0)
		for j, e := range b.Row(t) {
			p := T(0)
			for i, v := range before {
				p = fma(trans.Row(i)[j], v, p)
			}
			a[j] = mul(p, e)
			sum += a[j]
		}
		c[t] = sum
		d := hmmDivisor(sum)
		for j := range a {
			a[j] /= d
		}
	}
}

// hmmBackwardFramesGeneric is HMMBackwardFrames.
func hmmBackwardFramesGeneric[T Float](beta, w Matrix[T], next []T, trans, b Matrix[T], c []T) {
	s := sequencesOf(next, trans)
	for t := len(c) - 1; t >= 0; t-- {
		next := hmmAfter(beta, next, t, s)
		d, to := hmmDivisor(c[t]), w.Row(t)
		for j, e := range b.Row(t) {
			to[j] = mul(e, next[j]) / d
		}
		now := beta.Row(t)
		for i := range now {
			p := T(0)
			for j, a := range trans.Row(i) {
				p = fma(a, to[j], p)
			}
			now[i] = p
		}
	}
}

// hmmViterbiFramesGeneric is HMMViterbiFrames.
func hmmViterbiFramesGeneric[T Float](delta, psi Matrix[T], most, prev []T, logTrans, logb Matrix[T]) {
	s := sequencesOf(prev, logTrans)
	for t := range most {
		prev := hmmBefore(delta, prev, t, s)
		d, from := delta.Row(t), psi.Row(t)
		for j, e := range logb.Row(t) {
			best, which := prev[0]+logTrans.Data[j], 0
			for i := 1; i < len(prev); i++ {
				if v := prev[i] + logTrans.Data[i*logTrans.Stride+j]; v > best {
					best, which = v, i
				}
			}
			d[j], from[j] = best+e, T(which)
		}
		most[t] = hmmLower(d)
	}
}

// sequencesOf returns how many sequences' states of k elements there are, k > 0.
func sequencesOf[T Float](state []T, trans Matrix[T]) int { return len(state) / trans.Rows }

// hmmBefore returns row t−s of x, or the row of prev in its place.
func hmmBefore[T Float](x Matrix[T], prev []T, t, s int) []T {
	if t < s {
		return prev[t*x.Cols:][:x.Cols]
	}
	return x.Row(t - s)
}

// hmmAfter returns row t+s of x, or the row of next in its place.
func hmmAfter[T Float](x Matrix[T], next []T, t, s int) []T {
	if t += s; t >= x.Rows {
		return next[(t-x.Rows)*x.Cols:][:x.Cols]
	}
	return x.Row(t)
}

// hmmLower returns the greatest element plus +0, NaN if one is NaN, and subtracts it if it is finite.
func hmmLower[T Float](d []T) T {
	m := d[0]
	for _, v := range d[1:] {
		m = max(m, v)
	}
	m += 0
	if m-m == 0 {
		for j := range d {
			d[j] -= m
		}
	}
	return m
}
