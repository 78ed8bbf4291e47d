//go:build (!amd64 && !arm64) || purego || race

package kernels

// Not inlined: in another package the compiler no longer sees that the generic loops keep no operand.

//go:noinline
func logitsF32(term, grad, a, x []float32, scale float32) {
	logitsGeneric(term, grad, a, x, scale)
}

//go:noinline
func gaussMeansF32(res, grad, mean, x []float32, factor float32) {
	gaussMeansGeneric(res, grad, mean, x, factor)
}

//go:noinline
func gaussLogVarsF32(term, dMean, dLogVar, mean, logVar, x []float32, c *coefs[float32]) {
	gaussLogVarsGeneric(term, dMean, dLogVar, mean, logVar, x, c)
}

//go:noinline
func reparamF32(term, z, sigma, mu, logVar, eps []float32) {
	reparamGeneric(term, z, sigma, mu, logVar, eps)
}

//go:noinline
func reparamGradF32(dMu, dLogVar, dz, mu, sigma, eps []float32, scale float32) {
	reparamGradGeneric(dMu, dLogVar, dz, mu, sigma, eps, scale)
}

//go:noinline
func activationGradF32(d, dy, y []float32, act Activation) {
	activationGradGeneric(d, dy, y, act)
}

//go:noinline
func logitsF64(term, grad, a, x []float64, scale float64) {
	logitsGeneric(term, grad, a, x, scale)
}

//go:noinline
func gaussMeansF64(res, grad, mean, x []float64, factor float64) {
	gaussMeansGeneric(res, grad, mean, x, factor)
}

//go:noinline
func gaussLogVarsF64(term, dMean, dLogVar, mean, logVar, x []float64, c *coefs[float64]) {
	gaussLogVarsGeneric(term, dMean, dLogVar, mean, logVar, x, c)
}

//go:noinline
func reparamF64(term, z, sigma, mu, logVar, eps []float64) {
	reparamGeneric(term, z, sigma, mu, logVar, eps)
}

//go:noinline
func reparamGradF64(dMu, dLogVar, dz, mu, sigma, eps []float64, scale float64) {
	reparamGradGeneric(dMu, dLogVar, dz, mu, sigma, eps, scale)
}

//go:noinline
func activationGradF64(d, dy, y []float64, act Activation) {
	activationGradGeneric(d, dy, y, act)
}
