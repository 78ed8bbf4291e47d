package em

import (
	"fmt"
	"math"
	"slices"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// NewGMMFrom returns the mixture with these parameters, which it copies: a start of one's own, or a model from elsewhere. elbo.Fit
// goes on from it.
//
//	weights      K, not negative, of sum 1
//	means        K×D
//	covariances  K symmetric positive definite D×D matrices
//
// as the methods Weights, Means and Covariances return them. Under o.Covariance == Diagonal the diagonals alone are read; under
// Spherical the elements on each must be equal; under Tied the matrices must, and one will do. o.K may be 0 or must be K. Without
// o.PriorScale the prior is that of data with the mixture's own mean and variances; so is the frame of the model. Shapes that do not
// fit and values that are no mixture are errors.
func NewGMMFrom[T kernels.Float](weights []float64, means kernels.Matrix[float64], covariances []kernels.Matrix[float64], o GMMOptions) (*GMM[T], error) {
	k, d := means.Rows, means.Cols
	switch {
	case k < 1 || d < 1:
		return nil, fmt.Errorf("em: the means are %d×%d: want components × columns", k, d)
	case o.K != 0 && o.K != k:
		return nil, fmt.Errorf("em: GMMOptions.K is %d, there are %d means", o.K, k)
	case len(weights) != k || len(covariances) != k && (o.Covariance != Tied || len(covariances) != 1):
		return nil, fmt.Errorf("em: %d weights, %d means and %d covariance matrices: want as many of each", len(weights), k, len(covariances))
	}
	if err := o.checkModel(d); err != nil {
		return nil, err
	}
	if err := checkWeights(weights); err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m := newGMM[T](k, d, o.Covariance)
	copy(m.cur.weights, weights)
	for i := range k {
		copy(m.cur.means[i*d:], means.Row(i))
	}
	for i, c := range covariances {
		if c.Rows != d || c.Cols != d {
			return nil, fmt.Errorf("em: covariance matrix %d is %d×%d, the means have %d columns", i, c.Rows, c.Cols, d)
		}
		if err := m.cur.setCovariance(i, c); err != nil {
			return nil, err
		}
	}
	mean, variance := m.cur.moments()
	for j, v := range variance {
		if !(v > 0 && v <= math.MaxFloat64) || mean[j]-mean[j] != 0 {
			return nil, fmt.Errorf("em: column %d has mean %v and variance %v under the parameters", j, mean[j], v)
		}
	}
	m.setFrame(mean, variance)
	m.setPrior(o, mean, variance)
	if err := m.validate(); err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	return m, nil
}

// setCovariance copies the matrix of component k.
func (p *params[T]) setCovariance(k int, c kernels.Matrix[float64]) error {
	for i := range p.d {
		row := c.Row(i)
		switch p.covariance {
		case Full:
			copy(p.cov[(k*p.d+i)*p.d:], row)
		case Diagonal:
			p.cov[k*p.d+i] = row[i]
		case Tied:
			if k > 0 && !slices.Equal(row, p.cov[i*p.d:][:p.d]) {
				return fmt.Errorf("em: covariance matrices 0 and %d differ in row %d: give one under Tied", k, i)
			}
			copy(p.cov[i*p.d:], row)
		case Spherical:
			if p.cov[k] = row[i]; row[i] != c.Row(0)[0] {
				return fmt.Errorf("em: covariance matrix %d has variances %v and %v: give a multiple of the unit matrix under Spherical", k, c.Row(0)[0], row[i])
			}
		}
	}
	return nil
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

// scales is the length of PriorScale.
func scales(c Covariance, columns int) int {
	if c == Spherical {
		return 1
	}
	return columns
}

// setFrame fits the frame to columns of these means and variances. If spherical, one scale serves all columns, so that the
// covariances are spherical in the frame too.
func (m *GMM[T]) setFrame(mean, variance []float64) {
	if m.covariance == Spherical {
		variance = slices.Repeat([]float64{slices.Max(variance)}, m.d)
	}
	m.frame.set(mean, variance)
}

// setPrior sets the prior of the options for columns of these means and variances.
func (m *GMM[T]) setPrior(o GMMOptions, mean, variance []float64) {
	m.policy = o.Policy
	m.setNormal(o, mean)
	if m.prior, m.scale = o.Prior, nil; m.prior == PriorNone {
		return
	}
	if o.PriorScale != nil {
		m.scale = slices.Clone(o.PriorScale)
		return
	}
	shrink := special.Exp(-2 * logOf(float64(m.k)) / float64(m.d))
	m.scale = make([]float64, scales(m.covariance, m.d))
	for j, v := range variance {
		if m.covariance == Spherical {
			m.scale[0] += v * shrink / float64(m.d)
		} else {
			m.scale[j] = v * shrink
		}
	}
}

// PriorScale returns the diagonal of Ψ, D, or ψ if spherical, in the squared units of the data; nil under PriorNone.
func (m *GMM[T]) PriorScale() []float64 { return append([]float64(nil), m.scale...) }
