package kernels

import (
	"fmt"
	"unsafe"
)

// Sums of these kernels go over pieces of lossPiece elements: within a piece in the order of Sum, the pieces in order.
const lossPiece = 256

// log2Pi is ln 2π.
const log2Pi = 1.8378770664093454835606594728112352797

// ActivationGrad turns the gradient dy in an activation's output y = act(x) into that in its input, by the derivative as a
// function of the output:
//
//	identity  d[i] = dy[i]
//	ReLU      d[i] = y[i] ≤ 0 ? 0 : dy[i]
//	tanh      d[i] = dy[i]·((1 − y[i])·(1 + y[i]))
//	sigmoid   d[i] = dy[i]·(y[i]·(1 − y[i]))
//	softplus  d[i] = dy[i]·(1 − e^−|y[i]|)
//
// Each operation is rounded; the exponential has the bits of Exp. The three slices have one length; d may be dy or y. NaN
// in dy or y gives NaN, save that ReLU passes dy on where y is NaN. ActivationGrad panics if the lengths differ, and for
// activations whose derivative is no function of the output.
func ActivationGrad[T Float](d, dy, y []T, act Activation) {
	checkLen("ActivationGrad", "dy", len(dy), len(d))
	checkLen("ActivationGrad", "y", len(y), len(d))
	if act == ActIdentity {
		copy(d, dy)
		return
	}
	if act > ActSoftplus {
		panic(fmt.Sprintf("kernels: ActivationGrad: activation %d of %d elements has no derivative by its output", act, len(d)))
	}
	for len(d) > 0 {
		n := min(len(d), pieceLen)
		if is32[T]() {
			activationGradF32(f32(d[:n]), f32(dy), f32(y), act)
		} else {
			activationGradF64(f64(d[:n]), f64(dy), f64(y), act)
		}
		d, dy, y = d[n:], dy[n:], y[n:]
	}
}

// BernoulliLogits returns the log-likelihood of x under independent Bernoulli variables with logits a, in nats, and the
// gradient of its negative, times scale, in one pass:
//
//	log p = Σ fma(x[i], a[i], −softplus(a[i]))
//	grad[i] = (σ(a[i]) − x[i])·scale                  = −scale·∂log p/∂a[i]
//
// softplus and σ have the bits of Softplus and Sigmoid. x is 0 or 1, or a probability between (then log p is the negative
// cross-entropy). A NaN in x is missing: it adds nothing, and its gradient is 0. A NaN in a gives NaN where x is there.
// grad, a and x have one length; grad may be nil if it is not wanted, and may be a. The sum has the order of Sum over pieces
// of 256 elements, which are added in order. BernoulliLogits panics if the lengths differ.
func BernoulliLogits[T Float](grad, a, x []T, scale T) T {
	checkLen("BernoulliLogits", "x", len(x), len(a))
	if grad != nil {
		checkLen("BernoulliLogits", "grad", len(grad), len(a))
	}
	var sum T
	var term [lossPiece]T // where the gradient goes, too, if it is not wanted: it is written first
	for lo := 0; lo < len(a); lo += lossPiece {
		hi := min(lo+lossPiece, len(a))
		g := term[:hi-lo]
		if grad != nil {
			g = grad[lo:hi]
		}
		if is32[T]() {
			logitsF32(f32(term[:]), f32(g), f32(a[lo:hi]), f32(x[lo:hi]), float32(scale))
		} else {
			logitsF64(f64(term[:]), f64(g), f64(a[lo:hi]), f64(x[lo:hi]), float64(scale))
		}
		sum += Sum(term[:hi-lo])
	}
	return sum
}

// GaussianMeans is the loss of a Gaussian with a network's means m and one fixed precision: it returns the sum of the squared
// residuals and writes the gradient of the negative log-likelihood, times scale, in one pass:
//
//	r = x[i] − mean[i]
//	q = Σ r²                          in the order of SumSquares, over pieces of 256 elements, which are added in order
//	grad[i] = r·(−scale·precision)    = −scale·∂log p/∂mean[i]
//
// so that log p = −½(n·(log 2π − log precision) + precision·q) over the n entries that are there. A NaN in x is missing: it
// adds nothing to q, and its gradient is 0. grad may be nil if it is not wanted, and may be mean. GaussianMeans panics if the
// lengths differ.
func GaussianMeans[T Float](grad, mean, x []T, precision, scale T) T {
	checkLen("GaussianMeans", "x", len(x), len(mean))
	if grad != nil {
		checkLen("GaussianMeans", "grad", len(grad), len(mean))
	}
	var sum T
	var r [lossPiece]T // where the gradient goes, too, if it is not wanted: it is written first
	c := -scale * precision
	for lo := 0; lo < len(mean); lo += lossPiece {
		hi := min(lo+lossPiece, len(mean))
		g := r[:hi-lo]
		if grad != nil {
			g = grad[lo:hi]
		}
		if is32[T]() {
			gaussMeansF32(f32(r[:]), f32(g), f32(mean[lo:hi]), f32(x[lo:hi]), float32(c))
		} else {
			gaussMeansF64(f64(r[:]), f64(g), f64(mean[lo:hi]), f64(x[lo:hi]), float64(c))
		}
		sum += SumSquares(r[:hi-lo])
	}
	return sum
}

// GaussianLogVars returns the log-likelihood of x under independent Gaussians whose means and log-variances a network gives,
// in nats, and the gradients of its negative, times scale, in one pass:
//
//	t = logVar[i] within [lo, hi]; r = x[i] − mean[i]; w = r·e^−t
//	log p = Σ −½·fma(r, w, t + log 2π)
//	dMean[i] = w·(−scale)                   = −scale·∂log p/∂mean[i]
//	dLogVar[i] = (1 − r·w)·(scale/2)        = −scale·∂log p/∂logVar[i], 0 where logVar[i] is outside [lo, hi]
//
// The exponential has the bits of Exp, the sum the order of Sum over pieces of 256 elements, which are added in order. A NaN
// in x is missing: it adds nothing, and its gradients are 0. All slices have one length; both gradients may be nil if they
// are not wanted, and they may be mean and logVar. GaussianLogVars panics if the lengths differ or if lo ≤ hi does not hold.
func GaussianLogVars[T Float](dMean, dLogVar, mean, logVar, x []T, lo, hi, scale T) T {
	checkLen("GaussianLogVars", "x", len(x), len(mean))
	checkLen("GaussianLogVars", "logVar", len(logVar), len(mean))
	if dMean != nil || dLogVar != nil {
		checkLen("GaussianLogVars", "dMean", len(dMean), len(mean))
		checkLen("GaussianLogVars", "dLogVar", len(dLogVar), len(mean))
	}
	if !(lo <= hi) {
		panic(fmt.Sprintf("kernels: GaussianLogVars: the log-variances of %d elements are to be in [%v, %v]", len(mean), lo, hi))
	}
	var c coefs[T]
	c.set(0, lo, hi, -scale, scale/2, T(log2Pi), -0.5)
	var sum T
	var term [lossPiece]T // where the gradient goes, too, if it is not wanted: it is written first
	for at := 0; at < len(mean); at += lossPiece {
		end := min(at+lossPiece, len(mean))
		gm, gt := term[:end-at], term[:end-at]
		if dMean != nil {
			gm, gt = dMean[at:end], dLogVar[at:end]
		}
		if is32[T]() {
			gaussLogVarsF32(f32(term[:]), f32(gm), f32(gt), f32(mean[at:end]), f32(logVar[at:end]), f32(x[at:end]), c.f32())
		} else {
			gaussLogVarsF64(f64(term[:]), f64(gm), f64(gt), f64(mean[at:end]), f64(logVar[at:end]), f64(x[at:end]), c.f64())
		}
		sum += Sum(term[:end-at])
	}
	return sum
}

// Reparameterise draws z from the Gaussian with the given means and log-variances by way of standard normal variates eps, and
// returns the divergence of that Gaussian from N(0, I), in nats (Kingma and Welling, "Auto-encoding variational Bayes", ICLR
// 2014, §2.4 and appendix B):
//
//	sigma[i] = e^(½·logVar[i]); z[i] = fma(sigma[i], eps[i], mu[i])
//	KL = Σ ½·fma(mu[i], mu[i], fma(sigma[i], sigma[i], −(1 + logVar[i])))
//
// The exponential has the bits of Exp, the sum the order of Sum over pieces of 256 elements, which are added in order. NaN
// gives NaN. All slices have one length; z may be eps, sigma may be logVar. Reparameterise panics if the lengths differ.
func Reparameterise[T Float](z, sigma, mu, logVar, eps []T) T {
	checkLen("Reparameterise", "sigma", len(sigma), len(z))
	checkLen("Reparameterise", "mu", len(mu), len(z))
	checkLen("Reparameterise", "logVar", len(logVar), len(z))
	checkLen("Reparameterise", "eps", len(eps), len(z))
	var sum T
	var term [lossPiece]T
	for lo := 0; lo < len(z); lo += lossPiece {
		hi := min(lo+lossPiece, len(z))
		if is32[T]() {
			reparamF32(f32(term[:]), f32(z[lo:hi]), f32(sigma[lo:hi]), f32(mu[lo:hi]), f32(logVar[lo:hi]), f32(eps[lo:hi]))
		} else {
			reparamF64(f64(term[:]), f64(z[lo:hi]), f64(sigma[lo:hi]), f64(mu[lo:hi]), f64(logVar[lo:hi]), f64(eps[lo:hi]))
		}
		sum += Sum(term[:hi-lo])
	}
	return sum
}

// ReparameteriseGrad is the backward pass of Reparameterise: given the gradient dz of a function of z, it adds to dMu and
// dLogVar the gradients of that function plus scale times the divergence:
//
//	dMu[i] += fma(scale, mu[i], dz[i])
//	dLogVar[i] += ½·fma(dz[i]·eps[i], sigma[i], scale·fma(sigma[i], sigma[i], −1))
//
// Several samples of one row are added up by as many calls, all but one of them with scale 0. NaN gives NaN. All slices have
// one length; dMu and dLogVar overlap no other. ReparameteriseGrad panics if the lengths differ.
func ReparameteriseGrad[T Float](dMu, dLogVar, dz, mu, sigma, eps []T, scale T) {
	checkLen("ReparameteriseGrad", "dLogVar", len(dLogVar), len(dMu))
	checkLen("ReparameteriseGrad", "dz", len(dz), len(dMu))
	checkLen("ReparameteriseGrad", "mu", len(mu), len(dMu))
	checkLen("ReparameteriseGrad", "sigma", len(sigma), len(dMu))
	checkLen("ReparameteriseGrad", "eps", len(eps), len(dMu))
	for lo := 0; lo < len(dMu); lo += pieceLen {
		hi := min(lo+pieceLen, len(dMu))
		if is32[T]() {
			reparamGradF32(f32(dMu[lo:hi]), f32(dLogVar[lo:hi]), f32(dz[lo:hi]), f32(mu[lo:hi]), f32(sigma[lo:hi]), f32(eps[lo:hi]), float32(scale))
		} else {
			reparamGradF64(f64(dMu[lo:hi]), f64(dLogVar[lo:hi]), f64(dz[lo:hi]), f64(mu[lo:hi]), f64(sigma[lo:hi]), f64(eps[lo:hi]), float64(scale))
		}
	}
}

// coefs holds up to eight constants of a call, each as often as fills 32 bytes: the assembly reads them as OWN(i).
type coefs[T Float] [64]T

func (c *coefs[T]) set(first int, v ...T) {
	lanes := 32 / sizeOf[T]()
	for i, x := range v {
		row := c[(first+i)*lanes:][:lanes]
		for j := range row {
			row[j] = x
		}
	}
}

// at is constant i.
func (c *coefs[T]) at(i int) T { return c[i*32/sizeOf[T]()] }

func (c *coefs[T]) f32() *coefs[float32] { return (*coefs[float32])(unsafe.Pointer(c)) }
func (c *coefs[T]) f64() *coefs[float64] { return (*coefs[float64])(unsafe.Pointer(c)) }
