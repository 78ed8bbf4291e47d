package em_test

import (
	"context"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// TestStepwiseSteps: one minibatch of all rows has a closed form. The first step leaves the statistics as they are; after the second they are
// S(θ₀) + ρ₂·(S(θ₁) − S(θ₀)), ρ₂ = (2 + τ)^−κ, of which θ₂ is made.
func TestStepwiseSteps(t *testing.T) {
	x := []float64{1.8, 3.6, 2.3, 4.5, 1.9, 4.7, 4.1, 2.0, 4.3, 1.7, 3.1, 2.9}
	type moments [2][3]float64 // of each component: the rows, their sum, the sum of their squares
	sums := func(p moments) (s moments) {
		for _, v := range x {
			var d [2]float64
			for k := range d {
				mean := p[k][1] / p[k][0]
				variance := p[k][2]/p[k][0] - mean*mean
				d[k] = p[k][0] * math.Exp(-(v-mean)*(v-mean)/(2*variance)) / math.Sqrt(variance)
			}
			for k := range d {
				r := d[k] / (d[0] + d[1])
				s[k][0] += r
				s[k][1] += r * v
				s[k][2] += r * v * v
			}
		}
		return s
	}
	start := moments{{0.3, 0.3 * 2.5, 0.3 * (2.5*2.5 + 0.8)}, {0.7, 0.7 * 3.5, 0.7 * (3.5*3.5 + 1.1)}}
	first := sums(start)
	second := sums(first)
	for _, s := range []elbo.Stepwise{{Rows: len(x), Kappa: 1, Tau: 1}, {Rows: len(x), Kappa: 0.6, Tau: 2.5}} {
		rho := math.Pow(2+s.Tau, -s.Kappa)
		var want moments
		for k := range want {
			for i := range want[k] {
				want[k][i] = first[k][i] + rho*(second[k][i]-first[k][i])
			}
		}
		cov := []kernels.Matrix[float64]{kernels.MatrixOf(1, 1, []float64{0.8}), kernels.MatrixOf(1, 1, []float64{1.1})}
		o := em.GMMOptions{Covariance: em.Diagonal, Prior: em.PriorNone, Options: elbo.Options{MaxIter: 2, Tol: -1, Schedule: s}}
		m, err := em.NewGMMFrom[float64]([]float64{0.3, 0.7}, kernels.MatrixOf(2, 1, []float64{2.5, 3.5}), cov, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := elbo.Fit(context.Background(), m, elbo.Of(kernels.MatrixOf(len(x), 1, x)), o.Options); err != nil {
			t.Fatal(err)
		}
		for k, w := range want {
			mean := w[1] / w[0]
			for i, v := range [][2]float64{{m.Weights()[k], w[0] / float64(len(x))}, {m.Means().Data[k], mean}, {m.Covariances()[k].Data[0], w[2]/w[0] - mean*mean}} {
				if math.Abs(v[0]-v[1]) > 1e-11*math.Abs(v[1]) {
					t.Errorf("κ = %v, τ = %v, component %d: %s is %v, want %v", s.Kappa, s.Tau, k, []string{"the weight", "the mean", "the variance"}[i], v[0], v[1])
				}
			}
		}
	}
}
