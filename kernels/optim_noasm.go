//go:build (!amd64 && !arm64) || purego || race

package kernels

// Not inlined: in another package the compiler no longer sees that the generic loops keep no operand.

//go:noinline
func adamF32(p, m, v, grad []float32, c *coefs[float32]) {
	adamGeneric(p, m, v, grad, c)
}

//go:noinline
func sgdF32(p, grad []float32, c *coefs[float32]) {
	sgdGeneric(p, grad, c)
}

//go:noinline
func momentumF32(p, v, grad []float32, c *coefs[float32], nesterov bool) {
	momentumGeneric(p, v, grad, c, nesterov)
}

//go:noinline
func adagradF32(p, s, grad []float32, c *coefs[float32]) {
	adagradGeneric(p, s, grad, c)
}

//go:noinline
func adamF64(p, m, v, grad []float64, c *coefs[float64]) {
	adamGeneric(p, m, v, grad, c)
}

//go:noinline
func sgdF64(p, grad []float64, c *coefs[float64]) {
	sgdGeneric(p, grad, c)
}

//go:noinline
func momentumF64(p, v, grad []float64, c *coefs[float64], nesterov bool) {
	momentumGeneric(p, v, grad, c, nesterov)
}

//go:noinline
func adagradF64(p, s, grad []float64, c *coefs[float64]) {
	adagradGeneric(p, s, grad, c)
}
