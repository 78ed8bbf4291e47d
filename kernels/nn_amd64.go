//go:build !purego && !race

package kernels

// the loop of activationGradGeneric for ActReLU.
//
//go:noescape
func reluGradF32AVX2(d, dy, y *float32, n int)

//go:noescape
func reluGradF64AVX2(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActTanh.
//
//go:noescape
func tanhGradF32AVX2(d, dy, y *float32, n int)

//go:noescape
func tanhGradF64AVX2(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActSigmoid.
//
//go:noescape
func sigmoidGradF32AVX2(d, dy, y *float32, n int)

//go:noescape
func sigmoidGradF64AVX2(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActSoftplus.
//
//go:noescape
func softplusGradF32AVX2(d, dy, y *float32, n int)

//go:noescape
func softplusGradF64AVX2(d, dy, y *float64, n int)

// for i < n: term[i] = fma(x[i], a[i], −softplus(a[i])); grad[i] = (sigmoid(a[i]) − x[i])·scale; both 0 where x[i] is NaN.
//
//go:noescape
func logitsF32AVX2(term, grad, a, x *float32, n int, scale float32)

//go:noescape
func logitsF64AVX2(term, grad, a, x *float64, n int, scale float64)

// for i < n: res[i] = x[i] − mean[i]; grad[i] = res[i]·factor; both 0 where x[i] is NaN.
//
//go:noescape
func gaussMeansF32AVX2(res, grad, mean, x *float32, n int, factor float32)

//go:noescape
func gaussMeansF64AVX2(res, grad, mean, x *float64, n int, factor float64)

// the loop of gaussLogVarsGeneric.
//
//go:noescape
func gaussLogVarsF32AVX2(term, dMean, dLogVar, mean, logVar, x *float32, n int, c *coefs[float32])

//go:noescape
func gaussLogVarsF64AVX2(term, dMean, dLogVar, mean, logVar, x *float64, n int, c *coefs[float64])

// the loop of reparamGeneric; half is ½.
//
//go:noescape
func reparamF32AVX2(term, z, sigma, mu, logVar, eps *float32, n int, half float32)

//go:noescape
func reparamF64AVX2(term, z, sigma, mu, logVar, eps *float64, n int, half float64)

// the loop of reparamGradGeneric; half is ½.
//
//go:noescape
func reparamGradF32AVX2(dMu, dLogVar, dz, mu, sigma, eps *float32, n int, scale, half float32)

//go:noescape
func reparamGradF64AVX2(dMu, dLogVar, dz, mu, sigma, eps *float64, n int, scale, half float64)

// the loop of activationGradGeneric for ActReLU.
//
//go:noescape
func reluGradF32AVX512(d, dy, y *float32, n int)

//go:noescape
func reluGradF64AVX512(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActTanh.
//
//go:noescape
func tanhGradF32AVX512(d, dy, y *float32, n int)

//go:noescape
func tanhGradF64AVX512(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActSigmoid.
//
//go:noescape
func sigmoidGradF32AVX512(d, dy, y *float32, n int)

//go:noescape
func sigmoidGradF64AVX512(d, dy, y *float64, n int)

// the loop of activationGradGeneric for ActSoftplus.
//
//go:noescape
func softplusGradF32AVX512(d, dy, y *float32, n int)

//go:noescape
func softplusGradF64AVX512(d, dy, y *float64, n int)

// for i < n: term[i] = fma(x[i], a[i], −softplus(a[i])); grad[i] = (sigmoid(a[i]) − x[i])·scale; both 0 where x[i] is NaN.
//
//go:noescape
func logitsF32AVX512(term, grad, a, x *float32, n int, scale float32)

//go:noescape
func logitsF64AVX512(term, grad, a, x *float64, n int, scale float64)

// for i < n: res[i] = x[i] − mean[i]; grad[i] = res[i]·factor; both 0 where x[i] is NaN.
//
//go:noescape
func gaussMeansF32AVX512(res, grad, mean, x *float32, n int, factor float32)

//go:noescape
func gaussMeansF64AVX512(res, grad, mean, x *float64, n int, factor float64)

// the loop of gaussLogVarsGeneric.
//
//go:noescape
func gaussLogVarsF32AVX512(term, dMean, dLogVar, mean, logVar, x *float32, n int, c *coefs[float32])

//go:noescape
func gaussLogVarsF64AVX512(term, dMean, dLogVar, mean, logVar, x *float64, n int, c *coefs[float64])

// the loop of reparamGeneric; half is ½.
//
//go:noescape
func reparamF32AVX512(term, z, sigma, mu, logVar, eps *float32, n int, half float32)

//go:noescape
func reparamF64AVX512(term, z, sigma, mu, logVar, eps *float64, n int, half float64)

// the loop of reparamGradGeneric; half is ½.
//
//go:noescape
func reparamGradF32AVX512(dMu, dLogVar, dz, mu, sigma, eps *float32, n int, scale, half float32)

//go:noescape
func reparamGradF64AVX512(dMu, dLogVar, dz, mu, sigma, eps *float64, n int, scale, half float64)

func logitsF32(term, grad, a, x []float32, scale float32) {
	isa := Active()
	if isa == Generic {
		logitsGeneric(term, grad, a, x, scale)
		return
	}
	if isa == AVX512 {
		logitsF32AVX512(&term[0], &grad[0], &a[0], &x[0], len(a), scale)
	} else {
		logitsF32AVX2(&term[0], &grad[0], &a[0], &x[0], len(a), scale)
	}
}

func gaussMeansF32(res, grad, mean, x []float32, factor float32) {
	isa := Active()
	if isa == Generic {
		gaussMeansGeneric(res, grad, mean, x, factor)
		return
	}
	if isa == AVX512 {
		gaussMeansF32AVX512(&res[0], &grad[0], &mean[0], &x[0], len(mean), factor)
	} else {
		gaussMeansF32AVX2(&res[0], &grad[0], &mean[0], &x[0], len(mean), factor)
	}
}

func gaussLogVarsF32(term, dMean, dLogVar, mean, logVar, x []float32, c *coefs[float32]) {
	isa := Active()
	if isa == Generic {
		gaussLogVarsGeneric(term, dMean, dLogVar, mean, logVar, x, c)
		return
	}
	if isa == AVX512 {
		gaussLogVarsF32AVX512(&term[0], &dMean[0], &dLogVar[0], &mean[0], &logVar[0], &x[0], len(mean), c)
	} else {
		gaussLogVarsF32AVX2(&term[0], &dMean[0], &dLogVar[0], &mean[0], &logVar[0], &x[0], len(mean), c)
	}
}

func reparamF32(term, z, sigma, mu, logVar, eps []float32) {
	isa := Active()
	if isa == Generic {
		reparamGeneric(term, z, sigma, mu, logVar, eps)
		return
	}
	if isa == AVX512 {
		reparamF32AVX512(&term[0], &z[0], &sigma[0], &mu[0], &logVar[0], &eps[0], len(mu), 0.5)
	} else {
		reparamF32AVX2(&term[0], &z[0], &sigma[0], &mu[0], &logVar[0], &eps[0], len(mu), 0.5)
	}
}

func reparamGradF32(dMu, dLogVar, dz, mu, sigma, eps []float32, scale float32) {
	isa := Active()
	if isa == Generic {
		reparamGradGeneric(dMu, dLogVar, dz, mu, sigma, eps, scale)
		return
	}
	if isa == AVX512 {
		reparamGradF32AVX512(&dMu[0], &dLogVar[0], &dz[0], &mu[0], &sigma[0], &eps[0], len(mu), scale, 0.5)
	} else {
		reparamGradF32AVX2(&dMu[0], &dLogVar[0], &dz[0], &mu[0], &sigma[0], &eps[0], len(mu), scale, 0.5)
	}
}

func activationGradF32(d, dy, y []float32, act Activation) {
	isa := Active()
	switch {
	case isa == Generic:
		activationGradGeneric(d, dy, y, act)
	case isa == AVX512 && act == ActReLU:
		reluGradF32AVX512(&d[0], &dy[0], &y[0], len(d))
	case isa == AVX512 && act == ActTanh:
		tanhGradF32AVX512(&d[0], &dy[0], &y[0], len(d))
	case isa == AVX512 && act == ActSigmoid:
		sigmoidGradF32AVX512(&d[0], &dy[0], &y[0], len(d))
	case isa == AVX512 && act == ActSoftplus:
		softplusGradF32AVX512(&d[0], &dy[0], &y[0], len(d))
	case act == ActReLU:
		reluGradF32AVX2(&d[0], &dy[0], &y[0], len(d))
	case act == ActTanh:
		tanhGradF32AVX2(&d[0], &dy[0], &y[0], len(d))
	case act == ActSigmoid:
		sigmoidGradF32AVX2(&d[0], &dy[0], &y[0], len(d))
	default:
		softplusGradF32AVX2(&d[0], &dy[0], &y[0], len(d))
	}
}

func logitsF64(term, grad, a, x []float64, scale float64) {
	isa := Active()
	if isa == Generic {
		logitsGeneric(term, grad, a, x, scale)
		return
	}
	if isa == AVX512 {
		logitsF64AVX512(&term[0], &grad[0], &a[0], &x[0], len(a), scale)
	} else {
		logitsF64AVX2(&term[0], &grad[0], &a[0], &x[0], len(a), scale)
	}
}

func gaussMeansF64(res, grad, mean, x []float64, factor float64) {
	isa := Active()
	if isa == Generic {
		gaussMeansGeneric(res, grad, mean, x, factor)
		return
	}
	if isa == AVX512 {
		gaussMeansF64AVX512(&res[0], &grad[0], &mean[0], &x[0], len(mean), factor)
	} else {
		gaussMeansF64AVX2(&res[0], &grad[0], &mean[0], &x[0], len(mean), factor)
	}
}

func gaussLogVarsF64(term, dMean, dLogVar, mean, logVar, x []float64, c *coefs[float64]) {
	isa := Active()
	if isa == Generic {
		gaussLogVarsGeneric(term, dMean, dLogVar, mean, logVar, x, c)
		return
	}
	if isa == AVX512 {
		gaussLogVarsF64AVX512(&term[0], &dMean[0], &dLogVar[0], &mean[0], &logVar[0], &x[0], len(mean), c)
	} else {
		gaussLogVarsF64AVX2(&term[0], &dMean[0], &dLogVar[0], &mean[0], &logVar[0], &x[0], len(mean), c)
	}
}

func reparamF64(term, z, sigma, mu, logVar, eps []float64) {
	isa := Active()
	if isa == Generic {
		reparamGeneric(term, z, sigma, mu, logVar, eps)
		return
	}
	if isa == AVX512 {
		reparamF64AVX512(&term[0], &z[0], &sigma[0], &mu[0], &logVar[0], &eps[0], len(mu), 0.5)
	} else {
		reparamF64AVX2(&term[0], &z[0], &sigma[0], &mu[0], &logVar[0], &eps[0], len(mu), 0.5)
	}
}

func reparamGradF64(dMu, dLogVar, dz, mu, sigma, eps []float64, scale float64) {
	isa := Active()
	if isa == Generic {
		reparamGradGeneric(dMu, dLogVar, dz, mu, sigma, eps, scale)
		return
	}
	if isa == AVX512 {
		reparamGradF64AVX512(&dMu[0], &dLogVar[0], &dz[0], &mu[0], &sigma[0], &eps[0], len(mu), scale, 0.5)
	} else {
		reparamGradF64AVX2(&dMu[0], &dLogVar[0], &dz[0], &mu[0], &sigma[0], &eps[0], len(mu), scale, 0.5)
	}
}

func activationGradF64(d, dy, y []float64, act Activation) {
	isa := Active()
	switch {
	case isa == Generic:
		activationGradGeneric(d, dy, y, act)
	case isa == AVX512 && act == ActReLU:
		reluGradF64AVX512(&d[0], &dy[0], &y[0], len(d))
	case isa == AVX512 && act == ActTanh:
		tanhGradF64AVX512(&d[0], &dy[0], &y[0], len(d))
	case isa == AVX512 && act == ActSigmoid:
		sigmoidGradF64AVX512(&d[0], &dy[0], &y[0], len(d))
	case isa == AVX512 && act == ActSoftplus:
		softplusGradF64AVX512(&d[0], &dy[0], &y[0], len(d))
	case act == ActReLU:
		reluGradF64AVX2(&d[0], &dy[0], &y[0], len(d))
	case act == ActTanh:
		tanhGradF64AVX2(&d[0], &dy[0], &y[0], len(d))
	case act == ActSigmoid:
		sigmoidGradF64AVX2(&d[0], &dy[0], &y[0], len(d))
	default:
		softplusGradF64AVX2(&d[0], &dy[0], &y[0], len(d))
	}
}
