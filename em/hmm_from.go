package em

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// HMMParameters are those of a hidden Markov model that was not fitted here: a start of one's own, or a model from elsewhere.
type HMMParameters struct {
	Initial     []float64               // π, K, not negative, of sum 1
	Transitions kernels.Matrix[float64] // A, K×K, rows not negative, of sum 1; what is 0 stays 0

	Means         kernels.Matrix[float64]   // of Gaussian emissions, K×D; of Poisson ones, the rates, K×D, from 0 to 2⁶⁰
	Probabilities []kernels.Matrix[float64] // of categorical emissions, for each column K×C_d, rows not negative, of sum 1
	Covariances   []kernels.Matrix[float64] // of Gaussian emissions, K symmetric positive definite D×D matrices, as NewGMMFrom takes them
}

// NewHMMFrom returns the model with these parameters, which it copies: a start of one's own, or a model from elsewhere. elbo.Fit goes on
// from it. Of o it reads Emission, Covariance, Prior, Strength, PriorScale and Policy; o.K may be 0 or must be K. Without o.PriorScale the prior of Gaussian emissions
// is that of data with the variances of the states' mixture in equal parts, and so is the frame of the model; that of Poisson ones has the means of the rates.
// Shapes that do not fit and values that are no model are errors.
func NewHMMFrom[T kernels.Float](p HMMParameters, o HMMOptions) (*HMM[T], error) {
	if o.K != 0 && o.K != len(p.Initial) {
		return nil, fmt.Errorf("em: HMMOptions.K is %d, the initial distribution has %d states", o.K, len(p.Initial))
	}
	o.K = len(p.Initial)
	d := p.Means.Cols
	if o.Emission == CategoricalEmission {
		d = len(p.Probabilities)
	}
	if err := o.check(d); err != nil {
		return nil, err
	}
	if p.Transitions.Rows != o.K || p.Transitions.Cols != o.K {
		return nil, fmt.Errorf("em: HMMParameters.Transitions is %d×%d, the initial distribution has %d states", p.Transitions.Rows, p.Transitions.Cols, o.K)
	}
	var emission hmmEmission[T]
	var err error
	switch o.Emission {
	case GaussianEmission:
		emission, err = gaussFrom[T](&p, &o)
	case CategoricalEmission:
		emission, err = categoricalFrom[T](p.Probabilities, &o)
	default:
		emission, err = poissonFrom[T](p.Means, o.PriorScale, &o)
	}
	if err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m := newHMM(emission, o.K, d, &o)
	copy(m.chain.initial, p.Initial)
	for i := range o.K {
		copy(m.chain.trans[i*o.K:], p.Transitions.Row(i))
	}
	if err := m.chain.validate(); err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m.chain.compile()
	return m, nil
}

func gaussFrom[T kernels.Float](p *HMMParameters, o *HMMOptions) (*hmmGauss[T], error) {
	d := p.Means.Cols
	switch {
	case p.Means.Rows != o.K || d < 1:
		return nil, fmt.Errorf("HMMParameters.Means is %d×%d: want %d states × columns", p.Means.Rows, d, o.K)
	case len(p.Covariances) != o.K && (o.Covariance != Tied || len(p.Covariances) != 1):
		return nil, fmt.Errorf("%d covariance matrices for %d states: give one for each", len(p.Covariances), o.K)
	}
	e := newHMMGauss[T](o.K, d, o.Covariance)
	for k := range o.K {
		copy(e.cur.means[k*d:], p.Means.Row(k))
		e.cur.weights[k] = 1 / float64(o.K)
	}
	for k, c := range p.Covariances {
		if c.Rows != d || c.Cols != d {
			return nil, fmt.Errorf("covariance matrix %d is %d×%d, the means have %d columns", k, c.Rows, c.Cols, d)
		}
		if err := e.cur.setCovariance(k, c); err != nil {
			return nil, err
		}
	}
	mean, variance := e.cur.moments()
	for j, v := range variance {
		if !(v > 0 && v <= math.MaxFloat64) || mean[j]-mean[j] != 0 {
			return nil, fmt.Errorf("column %d has mean %v and variance %v under the parameters", j, mean[j], v)
		}
	}
	kernels.Fill(e.cur.weights, 1)
	e.setFrame(mean, variance)
	e.setPrior(GMMOptions{Prior: o.Prior, PriorScale: o.PriorScale}, nil, variance)
	return e, e.validate()
}

// validate returns an error unless the parameters are Gaussians, and compiles them.
func (e *hmmGauss[T]) validate() error {
	if !e.frame.compile() {
		return fmt.Errorf("centre or scale is out of the range of %T, or scale no power of two", T(0))
	}
	for j, v := range e.frame.scale {
		if e.covariance == Spherical && v != e.frame.scale[0] {
			return fmt.Errorf("scale %d is %v and scale 0 is %v: want one for all columns of spherical Gaussians", j, v, e.frame.scale[0])
		}
	}
	for j, v := range e.scale {
		if !(v > 0) || v-v != 0 {
			return fmt.Errorf("prior_scale %d is %v", j, v)
		}
	}
	for k := range e.k {
		for i := range e.d {
			for j := range i {
				if e.cur.at(k, i, j) != e.cur.at(k, j, i) {
					return fmt.Errorf("the covariance matrix of state %d is not symmetric", k)
				}
			}
		}
	}
	if k, j := e.compileAll(); j >= 0 {
		return fmt.Errorf("the covariance matrix of state %d is not positive definite, see column %d", k, j)
	}
	return nil
}
