package kernels

// hmmForwardFramesGeneric is the recursion of HMMForwardFrames: b and the maxima are there.
func hmmForwardFramesGeneric[T Float](alpha, b Matrix[T], c, prev []T, trans Matrix[T]) {
	for t := range c {
		a, sum := alpha.Row(t), T(0)
		for j, e := range b.Row(t) {
			p := T(0)
			for i, v := range prev {
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
		prev = a
	}
}

// hmmBackwardFramesGeneric is HMMBackwardFrames.
func hmmBackwardFramesGeneric[T Float](beta, w Matrix[T], next []T, trans, b Matrix[T], c []T) {
	for t := len(c) - 1; t >= 0; t-- {
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
		next = now
	}
}
