package em

import (
	"math"

	"example.com/elbo/kernels"
)

// Sample draws n rows from the mixture and returns them with their components. Row i depends on the seed and i alone:
//
//	k ~ π,  x = μ_k + U_kᵀ z,  z ~ N(0, I),  Σ_k = U_kᵀ U_k
func (m *GMM[T]) Sample(n int, seed uint64) (x kernels.Matrix[T], labels []int) {
	p, d := m.cur, m.d
	key := kernels.NewKey(seed, sampleStream)
	x, labels = kernels.NewMatrix[T](n, d), make([]int, n)
	var upper kernels.Matrix[float64]
	if m.covariance.whole() {
		// As in the E-step, the factorisation is that of the frame: there it has succeeded.
		upper = kernels.NewMatrix[float64](m.k*d, d)
		for k := range m.k {
			u := upper.SliceRows(k*d, k*d+d)
			for i := range d {
				for j := i; j < d; j++ {
					u.Row(i)[j] = p.at(k, i, j) * m.frame.scale[i] * m.frame.scale[j]
				}
			}
			kernels.Cholesky(u)
		}
	}
	z := make([]float64, d)
	u := make([]float64, 1)
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Uniform(u, key, at)
		k := choose(p.weights, u[0])
		labels[i] = k
		at.Step = 1
		kernels.Normal(z, key, at)
		for j := range d {
			if !m.covariance.whole() {
				x.Row(i)[j] = T(math.FMA(math.Sqrt(p.at(k, j, j)), z[j], p.means[k*d+j]))
				continue
			}
			s := 0.0
			for l := range j + 1 {
				s = math.FMA(upper.Row(k*d + l)[j], z[l], s)
			}
			x.Row(i)[j] = T(p.means[k*d+j] + float64(s/m.frame.scale[j]))
		}
	}
	return x, labels
}

// choose returns the component on which u, uniform in [0, 1), falls; never one of weight 0.
func choose(weights []float64, u float64) int {
	last := 0
	for k, w := range weights {
		if w > 0 {
			last = k
			if u < w {
				break
			}
			u -= w
		}
	}
	return last
}
