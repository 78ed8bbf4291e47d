//go:build (!amd64 && !arm64) || purego || race

package kernels

func adamF32(p, m, v, grad []float32, c *coefs[float32]) {
	adamGeneric(p, m, v, grad, c)
}

func sgdF32(p, grad []float32, c *coefs[float32]) {
	sgdGeneric(p, grad, c)
}

func momentumF32(p, v, grad []float32, c *coefs[float32], nesterov bool) {
	momentumGeneric(p, v, grad, c, nesterov)
}

func adagradF32(p, s, grad []float32, c *coefs[float32]) {
	adagradGeneric(p, s, grad, c)
}

func adamF64(p, m, v, grad []float64, c *coefs[float64]) {
	adamGeneric(p, m, v, grad, c)
}

func sgdF64(p, grad []float64, c *coefs[float64]) {
	sgdGeneric(p, grad, c)
}

func momentumF64(p, v, grad []float64, c *coefs[float64], nesterov bool) {
	momentumGeneric(p, v, grad, c, nesterov)
}

func adagradF64(p, s, grad []float64, c *coefs[float64]) {
	adagradGeneric(p, s, grad, c)
}
