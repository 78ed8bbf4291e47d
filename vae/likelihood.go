package vae

import (
	"example.com/elbo/kernels"
)

// log2Pi is log 2π.
const log2Pi = 1.8378770664093454835606594728112352797

// density computes log p(x|a) of one row and its gradient. It has scratch of its own: one per goroutine.
type density[T kernels.Float] struct {
	v          *VAE[T]
	t          float64 // the log-variance of GaussianFixed and GaussianShared
	precision  float64 // e^{−t}
	u          []T
	scalar     [1]float64
	tMin, tMax T
}

func newDensity[T kernels.Float](v *VAE[T]) *density[T] {
	d := v.cfg.In
	l := &density[T]{v: v, u: make([]T, d), tMin: T(v.cfg.LogVarMin), tMax: T(v.cfg.LogVarMax)}
	l.refresh()
	return l
}

// refresh takes over the model's present variance.
func (l *density[T]) refresh() {
	l.scalar[0] = l.v.cfg.Variance
	kernels.Log(l.scalar[:], l.scalar[:])
	l.t = l.scalar[0]
	if len(l.v.shared) == 1 {
		l.t = float64(l.v.shared[0])
	}
	l.scalar[0] = -l.t
	kernels.Exp(l.scalar[:], l.scalar[:])
	l.precision = l.scalar[0]
}

// row returns log p(x|a) over the observed columns. x has 0 where raw, the row as it was given, is NaN; raw is nil if
// nothing is missing. If grad is not nil it becomes −scale·∂log p/∂a, with 0 at missing columns, and dt is
// −scale·∂log p/∂t of the shared variance.
func (l *density[T]) row(grad, a, x, raw []T, scale T) (logp float64, dt T) {
	x, observed := l.masked(x, raw)
	switch d := len(x); l.v.cfg.Likelihood {
	case Bernoulli: // log p = Σ x·a − softplus(a);  ∂a = x − σ(a)
		return float64(kernels.BernoulliLogits(grad, a, x, scale)), 0
	case GaussianNetwork: // a is the means, then the log-variances t, clamped
		var dMean, dLogVar []T
		if grad != nil {
			dMean, dLogVar = grad[:d], grad[d:]
		}
		return float64(kernels.GaussianLogVars(dMean, dLogVar, a[:d], a[d:], x, l.tMin, l.tMax, scale)) - l.v.frame.volume(raw), 0
	}
	// log p = −½[n(log 2π + t) + e^{−t} Σ r²];  ∂m = r e^{−t};  ∂t = ½[e^{−t} Σ r² − n]
	n, q := float64(observed), float64(float64(kernels.GaussianMeans(grad, a, x, T(l.precision), scale))*l.precision)
	logp = float64(-0.5*(float64(n*(log2Pi+l.t))+q)) - l.v.frame.volume(raw)
	if grad != nil {
		dt = T(0.5*(n-q)) * scale
	}
	return logp, dt
}

// masked returns x with NaN where it is missing, and the number of columns that are there.
func (l *density[T]) masked(x, raw []T) ([]T, int) {
	observed := len(x)
	for i, v := range raw {
		if l.u[i] = x[i]; v != v {
			l.u[i] = v
			observed--
		}
	}
	if observed < len(x) {
		x = l.u
	}
	return x, observed
}

// mean turns the decoder's output into E[x|z] of each column.
func (l *density[T]) mean(dst, a []T) {
	if l.v.cfg.Likelihood == Bernoulli {
		kernels.Sigmoid(dst, a)
		return
	}
	copy(dst, a[:len(dst)])
	l.v.frame.restore(dst)
}

// variances writes Var[x|z] of each column of a Gaussian likelihood.
func (l *density[T]) variances(dst, a []T) {
	if l.v.cfg.Likelihood == GaussianNetwork {
		l.clamp(dst, a[len(dst):])
		kernels.Exp(dst, dst)
	} else {
		for i := range dst {
			dst[i] = T(1 / l.precision)
		}
	}
	l.v.frame.widen(dst)
}

// clamp brings log-variances into their range; NaN stays NaN.
func (l *density[T]) clamp(dst, s []T) {
	for i, v := range s {
		if v < l.tMin {
			v = l.tMin
		} else if v > l.tMax {
			v = l.tMax
		}
		dst[i] = v
	}
}

// clearMissing sets dst to 0 where raw is NaN; raw may be nil.
func clearMissing[T kernels.Float](dst, raw []T) {
	for i, v := range raw {
		if v != v {
			dst[i] = 0
		}
	}
}
