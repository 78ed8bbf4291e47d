package em

import (
	"fmt"

	"example.com/elbo/kernels"
)

// Order returns the canonical order of the states, which does not depend on how they are numbered: by ascending means of Gaussian
// emissions, or rates, or probabilities, the first column first; among states that are equal in these by ascending variances, initial
// probabilities and probabilities of staying. States that are equal to the bit in all of that keep their order. (Weights, by which
// the components of mixtures are ordered, states have none.)
func (m *HMM[T]) Order() []int {
	at := m.emission.locations()
	keys := kernels.NewMatrix[float64](m.k, at.Cols+2)
	for k := range m.k {
		row := keys.Row(k)
		copy(row, at.Row(k))
		row[at.Cols], row[at.Cols+1] = m.chain.initial[k], m.chain.trans[k*m.k+k]
	}
	return CanonicalOrder(make([]float64, m.k), keys)
}

// Permute renumbers the states: state i is then what was state order[i], in the initial distribution, the transitions and the emissions.
// The density stays what it is; statistics made before are stale. Structure moves along: after it a left-to-right model may be one
// from state 2 to state 0. An order that is no permutation of 0 … K−1 is an error.
func (m *HMM[T]) Permute(order []int) error {
	if err := checkOrder(order, m.k); err != nil {
		return err
	}
	m.chain.permute(order)
	m.old.permute(order)
	m.emission.permute(order)
	return nil
}

func (c *hmmChain[T]) permute(order []int) {
	permute(c.initial, order)
	permute(c.empty, order)
	permute(c.trans, order)
	for i := range c.k {
		permute(c.trans[i*c.k:][:c.k], order)
	}
	c.compile()
}

// Divergences returns the Bhattacharyya distances in nats of the states' emissions, K×K of the other model, by which Align matches states:
// see those of GMM, PoissonMixture and CategoricalMixture. Transitions do not count. Other emissions, or another number of columns or
// of their categories, are an error.
func (m *HMM[T]) Divergences(other *HMM[T]) (kernels.Matrix[float64], error) {
	switch a := m.emission.(type) {
	case *hmmGauss[T]:
		if b, ok := other.emission.(*hmmGauss[T]); ok {
			return a.Divergences(b.GMM)
		}
	case *hmmFamily[T]:
		b, ok := other.emission.(*hmmFamily[T])
		if !ok {
			break
		}
		switch f := a.family.(type) {
		case *poisson[T]:
			if g, ok := b.family.(*poisson[T]); ok {
				return f.divergences(g)
			}
		case *categorical[T]:
			if g, ok := b.family.(*categorical[T]); ok {
				return f.divergences(g)
			}
		}
	}
	return kernels.Matrix[float64]{}, fmt.Errorf("em: %v and %v emissions cannot be compared", m.Emission(), other.Emission())
}

// permute renumbers the states.
func (e *hmmGauss[T]) permute(order []int) {
	e.GMM.permute(order)
	if !e.covariance.whole() {
		permute(e.norm.Data, order)
		permute(e.oldNorm.Data, order)
	}
}

// locations are the means and the variances.
func (e *hmmGauss[T]) locations() kernels.Matrix[float64] {
	out := kernels.NewMatrix[float64](e.k, 2*e.d)
	for k := range e.k {
		copy(out.Row(k), e.cur.means[k*e.d:][:e.d])
		for j := range e.d {
			out.Row(k)[e.d+j] = e.cur.at(k, j, j)
		}
	}
	return out
}
