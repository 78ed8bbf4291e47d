package em_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// A model made of a model's parameters is the same mixture, and a fit goes on from it.
func TestFromParameters(t *testing.T) {
	x := datasets.Faithful()
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			m, r := fit(t, x, em.GMMOptions{K: 3, Covariance: c, Prior: p})
			again, err := em.FromParameters[float64](em.Parameters{
				Weights: m.Weights(), Means: m.Means(), Covariances: m.Covariances(), Covariance: c, PriorScale: m.PriorScale(),
			})
			if err != nil {
				t.Fatal(err)
			}
			if again.Prior() != p || again.Covariance() != c || !slices.Equal(again.Weights(), m.Weights()) || !slices.Equal(again.Means().Data, m.Means().Data) {
				t.Errorf("%v, %v: another model", c, p)
			}
			s, err := elbo.Fit(context.Background(), again, elbo.Of(x), elbo.Options{MaxIter: 1})
			if err != nil || !near(s.Bounds[0], r.Bound, 1e-12) {
				t.Errorf("%v, %v: bound %v, want %v (%v)", c, p, s.Bounds, r.Bound, err)
			}
		}
	}
}

func TestFromParametersRefuses(t *testing.T) {
	for says, change := range map[string]func(p *em.Parameters){
		"Means is 0×0":                func(p *em.Parameters) { p.Means = kernels.Matrix[float64]{} },
		"1 weights, 2 means":          func(p *em.Parameters) { p.Weights = p.Weights[:1] },
		"Covariance(9)":               func(p *em.Parameters) { p.Covariance = 9 },
		"PriorScale has 1":            func(p *em.Parameters) { p.PriorScale = []float64{1} },
		"prior_scale 1 is -1":         func(p *em.Parameters) { p.PriorScale = []float64{1, -1} },
		"covariance matrix 1 is 3×3":  func(p *em.Parameters) { p.Covariances[1] = kernels.NewMatrix[float64](3, 3) },
		"weight 0 is -0.5":            func(p *em.Parameters) { p.Weights[0], p.Weights[1] = -0.5, 1.5 },
		"the weights sum to 1.5":      func(p *em.Parameters) { p.Weights[0] = 1 },
		"column 1 has mean NaN":       func(p *em.Parameters) { p.Means.Row(0)[1] = math.NaN() },
		"not symmetric":               func(p *em.Parameters) { p.Covariances[1].Row(0)[1] = 0.1 },
		"component 0 is not positive": func(p *em.Parameters) { p.Covariances[0].Row(1)[1] = 0 },
		"":                            func(*em.Parameters) {},
	} {
		p := em.Parameters{Weights: []float64{0.5, 0.5}, Means: kernels.MatrixOf(2, 2, []float64{0, 1, 2, 3})}
		for range 2 {
			p.Covariances = append(p.Covariances, kernels.MatrixOf(2, 2, []float64{1, 0, 0, 1}))
		}
		change(&p)
		if _, err := em.FromParameters[float32](p); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}
