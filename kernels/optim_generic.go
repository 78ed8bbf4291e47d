package kernels

// adamGeneric defines the bits of Adam; the constants stand in the order of its coefs.
func adamGeneric[T Float](p, m, v, g []T, c *coefs[T]) {
	b1, c1, b2, c2, rs, eps, step, keep := c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7)
	for i, gi := range g {
		mi := fma(b1, m[i], mul(c1, gi))
		vi := fma(b2, v[i], mul(mul(c2, gi), gi))
		d := fma(sqrt(vi), rs, eps)
		m[i], v[i] = mi, vi
		p[i] = fma(step, mi/d, mul(p[i], keep))
	}
}

// sgdGeneric defines the bits of SGD.
func sgdGeneric[T Float](p, g []T, c *coefs[T]) {
	for i, v := range p {
		p[i] = fma(c.at(0), fma(c.at(1), v, g[i]), v)
	}
}

// momentumGeneric defines the bits of Momentum.
func momentumGeneric[T Float](p, v, g []T, c *coefs[T], nesterov bool) {
	for i, w := range p {
		d := fma(c.at(1), w, g[i])
		v[i] = fma(c.at(2), v[i], d)
		if nesterov {
			d = fma(c.at(2), v[i], d)
		} else {
			d = v[i]
		}
		p[i] = fma(c.at(0), d, w)
	}
}

// adagradGeneric defines the bits of AdaGrad.
func adagradGeneric[T Float](p, s, g []T, c *coefs[T]) {
	for i, w := range p {
		d := fma(c.at(1), w, g[i])
		s[i] = fma(d, d, s[i])
		p[i] = fma(c.at(0), d/(sqrt(s[i])+c.at(2)), w)
	}
}
