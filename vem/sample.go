package vem

import (
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// The streams of the user's seed. Restart r starts on stream startStream + r.
const (
	sampleStream = 1
	startStream  = 1 << 32
)

// Sample draws n rows from the predictive density (see NewScorer) and returns them with their components. Row i depends on the
// seed and i alone. A component is drawn by E[π_k], then
//
//	x = m_k + √((1 + β_k)/(β_k g)) U_kᵀ z,  z ~ Normal(0, I), g ~ χ² with ν_k + 1 − D degrees of freedom, W_k⁻¹ = U_kᵀU_k
func (m *GMM[T]) Sample(n int, seed uint64) (x kernels.Matrix[T], labels []int) {
	q, d := m.cur, m.d
	key := kernels.NewKey(seed, sampleStream)
	x, labels = kernels.NewMatrix[T](n, d), make([]int, n)
	weights := m.Weights()
	upper := kernels.NewMatrix[float64](m.k*d, d)
	copy(upper.Data, q.wInv.Data)
	for k := range m.k {
		kernels.Cholesky(upper.SliceRows(k*d, k*d+d)) // succeeded when the posterior was made
	}
	z := make([]float64, d)
	var u [1]float64
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Uniform(u[:], key, at)
		k, rest := 0, u[0]
		for k < m.k-1 && rest >= weights[k] {
			rest -= weights[k]
			k++
		}
		labels[i] = k
		at.Step = 1
		kernels.Normal(z, key, at)
		at.Step = 2
		g := max(2*gamma((q.nu[k]+1-float64(d))/2, key, at), 0x1p-1000) // 0 is in reach of the tiniest degrees of freedom
		scale := math.Sqrt((1 + q.beta[k]) / float64(q.beta[k]*g))
		for j := range d {
			s := 0.0
			for l := 0; l <= j; l++ {
				s = math.FMA(upper.Row(k*d + l)[j], z[l], s)
			}
			x.Row(i)[j] = T(math.FMA(scale, s, q.mean.Row(k)[j]))
		}
	}
	return x, labels
}

// gamma draws from the gamma distribution of the shape and scale 1. Try t uses step c.Step + t. (Marsaglia and Tsang, "A Simple
// Method for Generating Gamma Variables", ACM TOMS 26(3), 2000; shapes below 1 by its §6: Gamma(a + 1)·U^{1/a}.)
func gamma(shape float64, key kernels.Key, c kernels.Counter) float64 {
	var z, u [1]float64
	boost := 1.0
	if shape < 1 {
		kernels.Uniform(u[:], key, kernels.Counter{Row: c.Row, Step: c.Step, Block: 2})
		boost = special.Exp(special.Log(1-u[0]) / shape)
		shape++
	}
	d := shape - 1.0/3
	f := 1 / (3 * math.Sqrt(d))
	for ; ; c.Step++ {
		kernels.Normal(z[:], key, c)
		kernels.Uniform(u[:], key, kernels.Counter{Row: c.Row, Step: c.Step, Block: 1})
		v := math.FMA(f, z[0], 1)
		v = float64(float64(v*v) * v)
		if v <= 0 {
			continue
		}
		// accept if ln U < z²/2 + d − d v + d ln v
		if special.Log(1-u[0]) < float64(0.5*float64(z[0]*z[0]))+float64(d*(1-v+special.Log(v))) {
			return float64(float64(d*v) * boost)
		}
	}
}
