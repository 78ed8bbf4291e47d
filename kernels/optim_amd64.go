//go:build !purego && !race

package kernels

// the loop of adamGeneric.
//
//go:noescape
func adamF32AVX2(p, m, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func adamF64AVX2(p, m, v, grad *float64, n int, c *coefs[float64])

// the loop of sgdGeneric.
//
//go:noescape
func sgdF32AVX2(p, grad *float32, n int, c *coefs[float32])

//go:noescape
func sgdF64AVX2(p, grad *float64, n int, c *coefs[float64])

// the loop of momentumGeneric without look ahead.
//
//go:noescape
func momentumF32AVX2(p, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func momentumF64AVX2(p, v, grad *float64, n int, c *coefs[float64])

// the loop of momentumGeneric with look ahead.
//
//go:noescape
func nesterovF32AVX2(p, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func nesterovF64AVX2(p, v, grad *float64, n int, c *coefs[float64])

// the loop of adagradGeneric.
//
//go:noescape
func adagradF32AVX2(p, s, grad *float32, n int, c *coefs[float32])

//go:noescape
func adagradF64AVX2(p, s, grad *float64, n int, c *coefs[float64])

// the loop of adamGeneric.
//
//go:noescape
func adamF32AVX512(p, m, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func adamF64AVX512(p, m, v, grad *float64, n int, c *coefs[float64])

// the loop of sgdGeneric.
//
//go:noescape
func sgdF32AVX512(p, grad *float32, n int, c *coefs[float32])

//go:noescape
func sgdF64AVX512(p, grad *float64, n int, c *coefs[float64])

// the loop of momentumGeneric without look ahead.
//
//go:noescape
func momentumF32AVX512(p, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func momentumF64AVX512(p, v, grad *float64, n int, c *coefs[float64])

// the loop of momentumGeneric with look ahead.
//
//go:noescape
func nesterovF32AVX512(p, v, grad *float32, n int, c *coefs[float32])

//go:noescape
func nesterovF64AVX512(p, v, grad *float64, n int, c *coefs[float64])

// the loop of adagradGeneric.
//
//go:noescape
func adagradF32AVX512(p, s, grad *float32, n int, c *coefs[float32])

//go:noescape
func adagradF64AVX512(p, s, grad *float64, n int, c *coefs[float64])

func adamF32(p, m, v, grad []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		adamGeneric(p, m, v, grad, c)
		return
	}
	if isa == AVX512 {
		adamF32AVX512(&p[0], &m[0], &v[0], &grad[0], len(p), c)
	} else {
		adamF32AVX2(&p[0], &m[0], &v[0], &grad[0], len(p), c)
	}
}

func sgdF32(p, grad []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		sgdGeneric(p, grad, c)
		return
	}
	if isa == AVX512 {
		sgdF32AVX512(&p[0], &grad[0], len(p), c)
	} else {
		sgdF32AVX2(&p[0], &grad[0], len(p), c)
	}
}

func momentumF32(p, v, grad []float32, c *coefs[float32], nesterov bool) {
	isa := Active()
	if isa == Generic {
		momentumGeneric(p, v, grad, c, nesterov)
		return
	}
	if nesterov {
		if isa == AVX512 {
			nesterovF32AVX512(&p[0], &v[0], &grad[0], len(p), c)
		} else {
			nesterovF32AVX2(&p[0], &v[0], &grad[0], len(p), c)
		}
		return
	}
	if isa == AVX512 {
		momentumF32AVX512(&p[0], &v[0], &grad[0], len(p), c)
	} else {
		momentumF32AVX2(&p[0], &v[0], &grad[0], len(p), c)
	}
}

func adagradF32(p, s, grad []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		adagradGeneric(p, s, grad, c)
		return
	}
	if isa == AVX512 {
		adagradF32AVX512(&p[0], &s[0], &grad[0], len(p), c)
	} else {
		adagradF32AVX2(&p[0], &s[0], &grad[0], len(p), c)
	}
}

func adamF64(p, m, v, grad []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		adamGeneric(p, m, v, grad, c)
		return
	}
	if isa == AVX512 {
		adamF64AVX512(&p[0], &m[0], &v[0], &grad[0], len(p), c)
	} else {
		adamF64AVX2(&p[0], &m[0], &v[0], &grad[0], len(p), c)
	}
}

func sgdF64(p, grad []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		sgdGeneric(p, grad, c)
		return
	}
	if isa == AVX512 {
		sgdF64AVX512(&p[0], &grad[0], len(p), c)
	} else {
		sgdF64AVX2(&p[0], &grad[0], len(p), c)
	}
}

func momentumF64(p, v, grad []float64, c *coefs[float64], nesterov bool) {
	isa := Active()
	if isa == Generic {
		momentumGeneric(p, v, grad, c, nesterov)
		return
	}
	if nesterov {
		if isa == AVX512 {
			nesterovF64AVX512(&p[0], &v[0], &grad[0], len(p), c)
		} else {
			nesterovF64AVX2(&p[0], &v[0], &grad[0], len(p), c)
		}
		return
	}
	if isa == AVX512 {
		momentumF64AVX512(&p[0], &v[0], &grad[0], len(p), c)
	} else {
		momentumF64AVX2(&p[0], &v[0], &grad[0], len(p), c)
	}
}

func adagradF64(p, s, grad []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		adagradGeneric(p, s, grad, c)
		return
	}
	if isa == AVX512 {
		adagradF64AVX512(&p[0], &s[0], &grad[0], len(p), c)
	} else {
		adagradF64AVX2(&p[0], &s[0], &grad[0], len(p), c)
	}
}
