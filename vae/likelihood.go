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
	u, w, e    []T
	scalar     [1]float64
	tMin, tMax T
}

func newDensity[T kernels.Float](v *VAE[T]) *density[T] {
	d := v.cfg.In
	l := &density[T]{v: v, u: make([]T, d), tMin: T(v.cfg.LogVarMin), tMax: T(v.cfg.LogVarMax)}
	if v.cfg.Likelihood == GaussianNetwork {
		l.w, l.e = make([]T, d), make([]T, d)
	}
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
	observed := len(x)
	for _, v := range raw {
		if v != v {
			observed--
		}
	}
	switch l.v.cfg.Likelihood {
	case Bernoulli:
		return l.bernoulli(grad, a, x, raw, scale), 0
	case GaussianNetwork:
		return l.network(grad, a, x, raw, scale, observed), 0
	}
	// r = x − m;  log p = −½[n(log 2π + t) + e^{−t} Σ r²];  ∂m = r e^{−t};  ∂t = ½[e^{−t} Σ r² − n]
	r := l.u
	kernels.Sub(r, x, a)
	clearMissing(r, raw)
	n, q := float64(observed), float64(float64(kernels.SumSquares(r))*l.precision)
	logp = float64(-0.5*(float64(n*(log2Pi+l.t))+q)) - l.v.frame.volume(raw)
	if grad != nil {
		kernels.Scale(grad, r, -scale*T(l.precision))
		dt = T(0.5*(n-q)) * scale
	}
	return logp, dt
}

// bernoulli: log p = Σ x·a − softplus(a);  ∂a = x − σ(a).
func (l *density[T]) bernoulli(grad, a, x, raw []T, scale T) float64 {
	kernels.Softplus(l.u, a)
	clearMissing(l.u, raw)
	logp := float64(kernels.Dot(x, a)) - float64(kernels.Sum(l.u))
	if grad != nil {
		kernels.Sigmoid(grad, a)
		kernels.Sub(grad, grad, x)
		kernels.Scale(grad, grad, scale)
		clearMissing(grad, raw)
	}
	return logp
}

// network: a is the means, then the log-variances t, clamped. r = x − m, w = r e^{−t};
// log p = −½[n log 2π + Σ t + Σ r w];  ∂m = w;  ∂t = ½(r w − 1), 0 where t is clamped.
func (l *density[T]) network(grad, a, x, raw []T, scale T, observed int) float64 {
	d := len(x)
	r, w, t := l.u, l.w, l.e
	kernels.Sub(r, x, a[:d])
	clearMissing(r, raw)
	clamp(t, a[d:], l.tMin, l.tMax)
	clearMissing(t, raw)
	sum := float64(kernels.Sum(t))
	for i, v := range t {
		t[i] = -v
	}
	kernels.Exp(w, t)
	kernels.Mul(w, w, r)
	logp := float64(-0.5*(float64(float64(observed)*log2Pi)+sum+float64(kernels.Dot(r, w)))) - l.v.frame.volume(raw)
	if grad == nil {
		return logp
	}
	kernels.Scale(grad[:d], w, -scale)
	kernels.Mul(r, r, w)
	for i, v := range a[d:] {
		g := (1 - r[i]) * (scale / 2)
		if v < l.tMin || v > l.tMax {
			g = 0
		}
		grad[d+i] = g
	}
	clearMissing(grad[d:], raw)
	return logp
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
		clamp(dst, a[len(dst):], l.tMin, l.tMax)
		kernels.Exp(dst, dst)
	} else {
		for i := range dst {
			dst[i] = T(1 / l.precision)
		}
	}
	l.v.frame.widen(dst)
}

// clamp sets dst[i] to s[i] within [lo, hi]; NaN stays NaN.
func clamp[T kernels.Float](dst, s []T, lo, hi T) {
	for i, v := range s {
		if v < lo {
			v = lo
		} else if v > hi {
			v = hi
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
