package em

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// Parameters are those of a mixture that was not fitted here: a start of one's own, or a model from elsewhere.
type Parameters struct {
	Weights     []float64                 // K, not negative, of sum 1
	Means       kernels.Matrix[float64]   // K×D
	Covariances []kernels.Matrix[float64] // K symmetric positive definite D×D matrices
	Covariance  Covariance                // Diagonal reads the diagonals alone
	PriorScale  []float64                 // Ψ's diagonal, D, positive: see PriorInverseWishart; nil: PriorNone
}

// FromParameters returns the mixture with these parameters, which it copies. elbo.Fit goes on from it. Shapes that do
// not fit and values that are no mixture are errors. The model's frame is that of its own mean and variances.
func FromParameters[T kernels.Float](p Parameters) (*GMM[T], error) {
	k, d := p.Means.Rows, p.Means.Cols
	switch {
	case k < 1 || d < 1:
		return nil, fmt.Errorf("em: Parameters.Means is %d×%d: want components × columns", k, d)
	case p.Covariance > Diagonal:
		return nil, fmt.Errorf("em: Parameters.Covariance is %v: want Full or Diagonal", p.Covariance)
	case len(p.Weights) != k || len(p.Covariances) != k:
		return nil, fmt.Errorf("em: %d weights, %d means and %d covariance matrices: want as many of each", len(p.Weights), k, len(p.Covariances))
	case p.PriorScale != nil && len(p.PriorScale) != d:
		return nil, fmt.Errorf("em: Parameters.PriorScale has %d elements, the means have %d columns", len(p.PriorScale), d)
	}
	if err := checkWeights(p.Weights); err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m := newGMM[T](k, d, p.Covariance)
	m.prior = PriorNone
	if p.PriorScale != nil {
		m.prior, m.scale = PriorInverseWishart, append([]float64(nil), p.PriorScale...)
	}
	q := m.cur
	copy(q.weights, p.Weights)
	for i, c := range p.Covariances {
		if c.Rows != d || c.Cols != d {
			return nil, fmt.Errorf("em: covariance matrix %d is %d×%d, the means have %d columns", i, c.Rows, c.Cols, d)
		}
		copy(q.means[i*d:], p.Means.Row(i))
		for a := range d {
			if p.Covariance == Diagonal {
				q.cov[i*d+a] = c.Row(a)[a]
			} else {
				copy(q.cov[(i*d+a)*d:], c.Row(a))
			}
		}
	}
	mean, variance := q.moments()
	for j, v := range variance {
		if !(v > 0 && v <= math.MaxFloat64) || mean[j]-mean[j] != 0 {
			return nil, fmt.Errorf("em: column %d has mean %v and variance %v under the parameters", j, mean[j], v)
		}
	}
	m.frame.set(mean, variance)
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	return m, nil
}

// moments returns the mean and the variances of the mixture, E[μ] and E[σ²] + Var[μ].
func (p *params[T]) moments() (mean, variance []float64) {
	mean, variance = make([]float64, p.d), make([]float64, p.d)
	for j := range p.d {
		for k, w := range p.weights {
			mean[j] += float64(w * p.means[k*p.d+j])
		}
		for k, w := range p.weights {
			t := p.means[k*p.d+j] - mean[j]
			variance[j] += float64(w * (p.at(k, j, j) + float64(t*t)))
		}
	}
	return mean, variance
}

// PriorScale returns the diagonal of Ψ, in the squared units of the data, or nil under PriorNone.
func (m *GMM[T]) PriorScale() []float64 { return append([]float64(nil), m.scale...) }
