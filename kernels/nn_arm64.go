//go:build !purego && !race

package kernels

// the loop of activationGradGeneric for ActReLU.
//
//go:noescape
func reluGradF32NEON(d, dy, y *float32, n int)

//go:noescape
func reluGradF64NEON(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActTanh.
//
//go:noescape
func tanhGradF32NEON(d, dy, y *float32, n int)

//go:noescape
func tanhGradF64NEON(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActSigmoid.
//
//go:noescape
func sigmoidGradF32NEON(d, dy, y *float32, n int)

//go:noescape
func sigmoidGradF64NEON(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActSoftplus.
//
//go:noescape
func softplusGradF32NEON(d, dy, y *float32, n int)

//go:noescape
func softplusGradF64NEON(d, dy, y *float64, n int)

// for i < n: term[i] = fma(x[i], a[i], −softplus(a[i])); grad[i] = (sigmoid(a[i]) − x[i])·scale; both 0 where x[i] is NaN.
//
//go:noescape
func logitsF32NEON(term, grad, a, x *float32, n int, scale float32)

//go:noescape
func logitsF64NEON(term, grad, a, x *float64, n int, scale float64)

// for i < n: res[i] = x[i] − mean[i]; grad[i] = res[i]·factor; both 0 where x[i] is NaN.
//
//go:noescape
func gaussMeansF32NEON(res, grad, mean, x *float32, n int, factor float32)

//go:noescape
func gaussMeansF64NEON(res, grad, mean, x *float64, n int, factor float64)

// the loop of gaussLogVarsGeneric.
//
//go:noescape
func gaussLogVarsF32NEON(term, dMean, dLogVar, mean, logVar, x *float32, n int, c *coefs[float32])

//go:noescape
func gaussLogVarsF64NEON(term, dMean, dLogVar, mean, logVar, x *float64, n int, c *coefs[float64])

// the loop of reparamGeneric; half is ½.
//
//go:noescape
func reparamF32NEON(term, z, sigma, mu, logVar, eps *float32, n int, half float32)

//go:noescape
func reparamF64NEON(term, z, sigma, mu, logVar, eps *float64, n int, half float64)

// the loop of reparamGradGeneric; half is ½.
//
//go:noescape
func reparamGradF32NEON(dMu, dLogVar, dz, mu, sigma, eps *float32, n int, scale, half float32)

//go:noescape
func reparamGradF64NEON(dMu, dLogVar, dz, mu, sigma, eps *float64, n int, scale, half float64)

func logitsF32(term, grad, a, x []float32, scale float32) {
	isa := Active()
	if isa == Generic {
		logitsGeneric(term, grad, a, x, scale)
		return
	}
	logitsF32NEON(&term[0], &grad[0], &a[0], &x[0], len(a), scale)
}

func gaussMeansF32(res, grad, mean, x []float32, factor float32) {
	isa := Active()
	if isa == Generic {
		gaussMeansGeneric(res, grad, mean, x, factor)
		return
	}
	gaussMeansF32NEON(&res[0], &grad[0], &mean[0], &x[0], len(mean), factor)
}

func gaussLogVarsF32(term, dMean, dLogVar, mean, logVar, x []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		gaussLogVarsGeneric(term, dMean, dLogVar, mean, logVar, x, c)
		return
	}
	gaussLogVarsF32NEON(&term[0], &dMean[0], &dLogVar[0], &mean[0], &logVar[0], &x[0], len(mean), c)
}

func reparamF32(term, z, sigma, mu, logVar, eps []float32) {
	isa := Active()
	if isa == Generic {
		reparamGeneric(term, z, sigma, mu, logVar, eps)
		return
	}
	reparamF32NEON(&term[0], &z[0], &sigma[0], &mu[0], &logVar[0], &eps[0], len(mu), 0.5)
}

func reparamGradF32(dMu, dLogVar, dz, mu, sigma, eps []float32, scale float32) {
	isa := Active()
	if isa == Generic {
		reparamGradGeneric(dMu, dLogVar, dz, mu, sigma, eps, scale)
		return
	}
	reparamGradF32NEON(&dMu[0], &dLogVar[0], &dz[0], &mu[0], &sigma[0], &eps[0], len(mu), scale, 0.5)
}

func activationGradF32(d, dy, y []float32, act Activation) {
	isa := Active()
	if isa == Generic {
		activationGradGeneric(d, dy, y, act)
		return
	}
	switch act {
	case ActReLU:
		reluGradF32NEON(&d[0], &dy[0], &y[0], len(d))
	case ActTanh:
		tanhGradF32NEON(&d[0], &dy[0], &y[0], len(d))
	case ActSigmoid:
		sigmoidGradF32NEON(&d[0], &dy[0], &y[0], len(d))
	default:
		softplusGradF32NEON(&d[0], &dy[0], &y[0], len(d))
	}
}

func logitsF64(term, grad, a, x []float64, scale float64) {
	isa := Active()
	if isa == Generic {
		logitsGeneric(term, grad, a, x, scale)
		return
	}
	logitsF64NEON(&term[0], &grad[0], &a[0], &x[0], len(a), scale)
}

func gaussMeansF64(res, grad, mean, x []float64, factor float64) {
	isa := Active()
	if isa == Generic {
		gaussMeansGeneric(res, grad, mean, x, factor)
		return
	}
	gaussMeansF64NEON(&res[0], &grad[0], &mean[0], &x[0], len(mean), factor)
}

func gaussLogVarsF64(term, dMean, dLogVar, mean, logVar, x []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		gaussLogVarsGeneric(term, dMean, dLogVar, mean, logVar, x, c)
		return
	}
	gaussLogVarsF64NEON(&term[0], &dMean[0], &dLogVar[0], &mean[0], &logVar[0], &x[0], len(mean), c)
}

func reparamF64(term, z, sigma, mu, logVar, eps []float64) {
	isa := Active()
	if isa == Generic {
		reparamGeneric(term, z, sigma, mu, logVar, eps)
		return
	}
	reparamF64NEON(&term[0], &z[0], &sigma[0], &mu[0], &logVar[0], &eps[0], len(mu), 0.5)
}

func reparamGradF64(dMu, dLogVar, dz, mu, sigma, eps []float64, scale float64) {
	isa := Active()
	if isa == Generic {
		reparamGradGeneric(dMu, dLogVar, dz, mu, sigma, eps, scale)
		return
	}
	reparamGradF64NEON(&dMu[0], &dLogVar[0], &dz[0], &mu[0], &sigma[0], &eps[0], len(mu), scale, 0.5)
}

func activationGradF64(d, dy, y []float64, act Activation) {
	isa := Active()
	if isa == Generic {
		activationGradGeneric(d, dy, y, act)
		return
	}
	switch act {
	case ActReLU:
		reluGradF64NEON(&d[0], &dy[0], &y[0], len(d))
	case ActTanh:
		tanhGradF64NEON(&d[0], &dy[0], &y[0], len(d))
	case ActSigmoid:
		sigmoidGradF64NEON(&d[0], &dy[0], &y[0], len(d))
	default:
		softplusGradF64NEON(&d[0], &dy[0], &y[0], len(d))
	}
}
