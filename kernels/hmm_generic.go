package kernels

import "math"

// hmmForwardGeneric takes the sums p from alpha if they are given.
func hmmForwardGeneric[T Float](alpha, b Matrix[T], c, logc []T, prev, trans, logb Matrix[T], given bool) {
	for s := range c {
		m := logb.Data[s]
		for j := 1; j < logb.Rows; j++ {
			m = greater(logb.Row(j)[s], m)
		}
		if m == T(math.Inf(-1)) {
			m = 0
		}
		sum := T(0)
		for j := range logb.Rows {
			p := T(0)
			if given {
				p = alpha.Row(j)[s]
			} else {
				for i := range prev.Rows {
					p = fma(trans.Row(i)[j], prev.Row(i)[s], p)
				}
			}
			e := expNeg(logb.Row(j)[s] - m)
			a := mul(p, e)
			b.Row(j)[s], alpha.Row(j)[s] = e, a
			sum += a
		}
		d := hmmDivisor(sum)
		for j := range alpha.Rows {
			alpha.Row(j)[s] /= d
		}
		c[s], logc[s] = sum, logEither(sum)+m
	}
}

// hmmDivisor is c, or 1 where no state is possible.
func hmmDivisor[T Float](c T) T {
	if c == 0 {
		return 1
	}
	return c
}

func logEither[T Float](x T) T {
	if is32[T]() {
		return T(logF32(float32(x)))
	}
	return T(logF64(float64(x)))
}

// hmmBackwardGeneric leaves beta to the caller without chain.
func hmmBackwardGeneric[T Float](beta, w, next, trans, b Matrix[T], c []T, chain bool) {
	for s := range c {
		d := hmmDivisor(c[s])
		for j := range b.Rows {
			w.Row(j)[s] = mul(b.Row(j)[s], next.Row(j)[s]) / d
		}
		if !chain {
			continue
		}
		for i := range beta.Rows {
			p := T(0)
			for j, a := range trans.Row(i) {
				p = fma(a, w.Row(j)[s], p)
			}
			beta.Row(i)[s] = p
		}
	}
}

func hmmViterbiGeneric[T Float](delta, psi, prev, logTrans, logb Matrix[T]) {
	for j := range logb.Rows {
		for s, e := range logb.Row(j) {
			best, from := prev.Data[s]+logTrans.Data[j], T(0)
			for i := 1; i < prev.Rows; i++ {
				if v := prev.Row(i)[s] + logTrans.Row(i)[j]; v > best {
					best, from = v, T(i)
				}
			}
			delta.Row(j)[s], psi.Row(j)[s] = best+e, from
		}
	}
}
