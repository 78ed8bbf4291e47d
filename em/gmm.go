package em

import (
	"encoding/binary"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// GMM is a mixture of K Gaussians in D dimensions,
//
//	p(x) = Σ_k π_k N(x; μ_k, Σ_k),
//
// with covariance matrices that are full, diagonal, tied or spherical. It implements elbo.Model: elbo.Fit raises Σ_n log p(x_n) + log p(θ) from the
// parameters that it has. T is the type of the data and of the E-step; parameters and statistics are float64.
//
// The E-step sees the data in the frame of the model: each column less a centre, times a power of two that brings its spread
// near 1. Both are exact or cost one rounding, and they make fits of shifted or rescaled data the same fit, in
// float32 too.
//
// A GMM that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Rows may have missing entries, which are latent variables too: full and tied covariances give their conditional distribution
// given the others, and its moments are statistics; under diagonal and spherical ones they have no part in a component's
// likelihood. That is maximum likelihood, not imputation.
//
// Sources: Bishop, Pattern Recognition and Machine Learning, 2006, §9.2; Fraley and Raftery 2007 for the prior; Ghahramani and
// Jordan, "Supervised learning from incomplete data via an EM approach", NIPS 1994, for missing entries.
type GMM[T kernels.Float] struct {
	k, d       int
	covariance Covariance
	prior      Prior
	scale      []float64 // Ψ's diagonal, D, or ψ if spherical; nil under PriorNone
	normal     normalPrior
	frame      frame[T]
	cur, spare *params[T]
	versions   uint64 // of parameters so far
	policy     elbo.Policy
	events     []elbo.Event // of the last MStep
	work       mStepWork
}

var (
	_ elbo.Model[float64] = (*GMM[float64])(nil)
	_ elbo.Model[float32] = (*GMM[float32])(nil)
	_ elbo.Eventful       = (*GMM[float64])(nil)
)

// stamp gives parameters that have changed a new version.
func (m *GMM[T]) stamp(p *params[T]) {
	m.versions++
	p.version = m.versions
}

func newGMM[T kernels.Float](k, d int, c Covariance) *GMM[T] {
	return &GMM[T]{
		k: k, d: d, covariance: c, frame: newFrame[T](d), cur: newParams[T](k, d, c), spare: newParams[T](k, d, c),
		work: newMStepWork(k, d, c), events: make([]elbo.Event, 0, 2*k),
	}
}

// K returns the number of components.
func (m *GMM[T]) K() int { return m.k }

// Dim returns D, the number of columns.
func (m *GMM[T]) Dim() int { return m.d }

// Kind returns "gmm", the name of the model in files.
func (m *GMM[T]) Kind() string { return "gmm" }

// Covariance returns the shape of the covariance matrices.
func (m *GMM[T]) Covariance() Covariance { return m.covariance }

// Prior returns the prior under which the model is fitted.
func (m *GMM[T]) Prior() Prior { return m.prior }

// TakesMissing returns true: a NaN is a missing entry, which is integrated out. The fit, the scores and the predictions are those
// of the entries that are there; whether one is missing must not depend on its value but through the others (missing at
// random).
func (m *GMM[T]) TakesMissing() bool { return true }

// Weights returns the mixing proportions π, which sum to 1 within rounding. A component that lost all its rows has
// weight 0.
func (m *GMM[T]) Weights() []float64 { return slices.Clone(m.cur.weights) }

// Means returns the means μ, K×D, in the units of the data.
func (m *GMM[T]) Means() kernels.Matrix[float64] {
	return kernels.MatrixOf(m.k, m.d, slices.Clone(m.cur.means))
}

// Covariances returns the covariance matrices Σ_k, D×D each, in the units of the data. Diagonal, tied and
// spherical ones are written out.
func (m *GMM[T]) Covariances() []kernels.Matrix[float64] {
	out := make([]kernels.Matrix[float64], m.k)
	for k := range out {
		out[k] = kernels.NewMatrix[float64](m.d, m.d)
		for i := range m.d {
			for j := range m.d {
				out[k].Row(i)[j] = m.cur.at(k, i, j)
			}
		}
	}
	return out
}

// NumParameters returns the number of free parameters: K−1 weights, KD means and the covariances, KD(D+1)/2 if full, KD if
// diagonal, D(D+1)/2 if tied and K if spherical. Components of weight 0, such as were dropped, do not count.
func (m *GMM[T]) NumParameters() int {
	k := positive(m.cur.weights)
	n := k - 1 + k*m.d
	switch m.covariance {
	case Diagonal:
		return n + k*m.d
	case Tied:
		return n + m.d*(m.d+1)/2
	case Spherical:
		return n + k
	}
	return n + k*m.d*(m.d+1)/2
}

// BIC returns Schwarz's criterion −2·logLik + p·ln n for a log-likelihood in nats (Result.LogLik) of n rows, p the number of free
// parameters: lower is better, as in scikit-learn and R's BIC; mclust's has the opposite sign. (Schwarz,
// "Estimating the dimension of a model", Ann. Statist. 6, 1978.)
func (m *GMM[T]) BIC(logLik float64, n int) float64 {
	return float64(-2*logLik) + float64(float64(m.NumParameters())*logOf(float64(n)))
}

// AIC returns Akaike's criterion −2·logLik + 2p for a log-likelihood in nats, p the number of free parameters:
// lower is better.
func (m *GMM[T]) AIC(logLik float64) float64 {
	return float64(-2*logLik) + float64(2*m.NumParameters())
}

// ICL returns the integrated completed likelihood criterion BIC + 2·entropy for a log-likelihood of n rows, entropy being that of the
// responsibilities (ResponsibilityEntropy): lower is better. (Biernacki, Celeux and Govaert, "Assessing a mixture model for
// clustering with the integrated completed likelihood", IEEE PAMI 22, 2000.)
func (m *GMM[T]) ICL(logLik, entropy float64, n int) float64 {
	return m.BIC(logLik, n) + float64(2*entropy)
}

// GlobalBound returns the log prior density of the parameters in nats, with all constants; 0 under PriorNone. See
// PriorInverseWishart.
func (m *GMM[T]) GlobalBound() float64 { return m.cur.logPrior }

// Revert undoes the last successful MStep.
func (m *GMM[T]) Revert() { m.cur, m.spare = m.spare, m.cur }

// AppendParameters appends weights (K), means (K×D), covariances (K×D×D; K×D if diagonal, D×D if tied, K if
// spherical), and the frame's centres and
// scales (D each), float64, little-endian.
func (m *GMM[T]) AppendParameters(dst []byte) []byte {
	for _, s := range [][]float64{m.cur.weights, m.cur.means, m.cur.cov, m.frame.centre, m.frame.scale} {
		for _, v := range s {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}
