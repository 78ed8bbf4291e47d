//go:build !purego && !race

package kernels

// the loop of adamGeneric.
//
//go:noescape
func adamF32NEON(p, m, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func adamF64NEON(p, m, v, grad *float64, n int, c *coefs[float64])

// the loop of sgdGeneric.
//
//go:noescape
func sgdF32NEON(p, grad *float32, n int, c *coefs[float32])

//go:noescape
func sgdF64NEON(p, grad *float64, n int, c *coefs[float64])

// the loop of momentumGeneric without look ahead.
//
//go:noescape
func momentumF32NEON(p, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func momentumF64NEON(p, v, grad *float64, n int, c *coefs[float64])

// the loop of momentumGeneric with look ahead.
//
//go:noescape
func nesterovF32NEON(p, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func nesterovF64NEON(p, v, grad *float64, n int, c *coefs[float64])

// the loop of adagradGeneric.
//
//go:noescape
func adagradF32NEON(p, s, grad *float32, n int, c *coefs[float32])

//go:noescape
func adagradF64NEON(p, s, grad *float64, n int, c *coefs[float64])

func adamF32(p, m, v, grad []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		adamGeneric(p, m, v, grad, c)
		return
	}
	adamF32NEON(&p[0], &m[0], &v[0], &grad[0], len(p), c)
}

func sgdF32(p, grad []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		sgdGeneric(p, grad, c)
		return
	}
	sgdF32NEON(&p[0], &grad[0], len(p), c)
}

func momentumF32(p, v, grad []float32, c *coefs[float32], nesterov bool) {
	isa := Active()
	if isa == Generic {
		momentumGeneric(p, v, grad, c, nesterov)
		return
	}
	if nesterov {
		nesterovF32NEON(&p[0], &v[0], &grad[0], len(p), c)
		return
	}
	momentumF32NEON(&p[0], &v[0], &grad[0], len(p), c)
}

func adagradF32(p, s, grad []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		adagradGeneric(p, s, grad, c)
		return
	}
	adagradF32NEON(&p[0], &s[0], &grad[0], len(p), c)
}

func adamF64(p, m, v, grad []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		adamGeneric(p, m, v, grad, c)
		return
	}
	adamF64NEON(&p[0], &m[0], &v[0], &grad[0], len(p), c)
}

func sgdF64(p, grad []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		sgdGeneric(p, grad, c)
		return
	}
	sgdF64NEON(&p[0], &grad[0], len(p), c)
}

func momentumF64(p, v, grad []float64, c *coefs[float64], nesterov bool) {
	isa := Active()
	if isa == Generic {
		momentumGeneric(p, v, grad, c, nesterov)
		return
	}
	if nesterov {
		nesterovF64NEON(&p[0], &v[0], &grad[0], len(p), c)
		return
	}
	momentumF64NEON(&p[0], &v[0], &grad[0], len(p), c)
}

func adagradF64(p, s, grad []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		adagradGeneric(p, s, grad, c)
		return
	}
	adagradF64NEON(&p[0], &s[0], &grad[0], len(p), c)
}
