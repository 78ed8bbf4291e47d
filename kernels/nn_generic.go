package kernels

// activationGradGeneric defines the bits of ActivationGrad.
func activationGradGeneric[T Float](d, dy, y []T, act Activation) {
	for i := range d {
		g, v := dy[i], y[i]
		switch act {
		case ActReLU:
			if v <= 0 {
				g = 0
			}
		case ActTanh:
			g *= (1 - v) * (1 + v)
		case ActSigmoid:
			g *= v * (1 - v)
		default:
			g *= 1 - expOf(-abs(v))
		}
		d[i] = g
	}
}

// logitsGeneric defines the bits of BernoulliLogits: its terms and the gradient.
func logitsGeneric[T Float](term, grad, a, x []T, scale T) {
	for i, v := range a {
		var t, g T
		if w := x[i]; w == w {
			t = fma(w, v, -softplusOf(v))
			g = (sigmoidOf(v) - w) * scale
		}
		grad[i] = g
		term[i] = t
	}
}

// gaussMeansGeneric defines the bits of GaussianMeans: its residuals and the gradient.
func gaussMeansGeneric[T Float](res, grad, mean, x []T, c T) {
	for i, m := range mean {
		var r, g T
		if v := x[i]; v == v {
			r = v - m
			g = r * c
		}
		grad[i] = g
		res[i] = r
	}
}

// gaussLogVarsGeneric defines the bits of GaussianLogVars: its terms and the gradients.
func gaussLogVarsGeneric[T Float](term, dMean, dLogVar, mean, logVar, x []T, c *coefs[T]) {
	lo, hi := c.at(0), c.at(1)
	for i, m := range mean {
		s := logVar[i]
		t, clamped := s, s < lo || s > hi
		if s < lo {
			t = lo
		}
		if s > hi {
			t = hi
		}
		var l, gm, gt T
		if v := x[i]; v == v {
			r := v - m
			w := mul(expOf(-t), r)
			l = fma(r, w, t+c.at(4)) * c.at(5)
			gm = w * c.at(2)
			if !clamped {
				gt = (1 - mul(r, w)) * c.at(3)
			}
		}
		dMean[i], dLogVar[i] = gm, gt
		term[i] = l
	}
}

// reparamGeneric defines the bits of Reparameterise: its terms, z and sigma.
func reparamGeneric[T Float](term, z, sigma, mu, logVar, eps []T) {
	for i, m := range mu {
		s, e := logVar[i], eps[i]
		d := expOf(mul(s, 0.5))
		sigma[i], z[i] = d, fma(d, e, m)
		term[i] = fma(m, m, fma(d, d, -(1+s))) * 0.5
	}
}

// reparamGradGeneric defines the bits of ReparameteriseGrad.
func reparamGradGeneric[T Float](dMu, dLogVar, dz, mu, sigma, eps []T, scale T) {
	for i, m := range mu {
		d, g := sigma[i], dz[i]
		dMu[i] += fma(scale, m, g)
		dLogVar[i] += mul(fma(mul(g, eps[i]), d, mul(scale, fma(d, d, -1))), 0.5)
	}
}

// The scalar functions by type.

func expOf[T Float](x T) T {
	if is32[T]() {
		return T(expF32(float32(x)))
	}
	return T(expF64(float64(x)))
}

func softplusOf[T Float](x T) T {
	if is32[T]() {
		return T(softplusF32(float32(x)))
	}
	return T(softplusF64(float64(x)))
}

func sigmoidOf[T Float](x T) T {
	if is32[T]() {
		return T(sigmoidF32(float32(x)))
	}
	return T(sigmoidF64(float64(x)))
}
