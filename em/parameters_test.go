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
func TestNewGMMFrom(t *testing.T) {
	x := datasets.Faithful()
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			m, r := fit(t, x, em.GMMOptions{K: 3, Covariance: c, Prior: p})
			again, err := em.NewGMMFrom[float64](m.Weights(), m.Means(), m.Covariances(), em.GMMOptions{Covariance: c, Prior: p, PriorScale: m.PriorScale()})
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

func TestNewGMMFromRefuses(t *testing.T) {
	type arguments struct {
		weights []float64
		means   kernels.Matrix[float64]
		cov     []kernels.Matrix[float64]
		o       em.GMMOptions
	}
	for says, change := range map[string]func(p *arguments){
		"the means are 0×0":           func(p *arguments) { p.means = kernels.Matrix[float64]{} },
		"1 weights, 2 means":          func(p *arguments) { p.weights = p.weights[:1] },
		"1 covariance matrices":       func(p *arguments) { p.cov = p.cov[:1] },
		"K is 3, there are 2 means":   func(p *arguments) { p.o.K = 3 },
		"Covariance(9)":               func(p *arguments) { p.o.Covariance = 9 },
		"PriorScale has 1":            func(p *arguments) { p.o.PriorScale = []float64{1} },
		"PriorScale has 2":            func(p *arguments) { p.o.PriorScale, p.o.Covariance = []float64{1, 1}, em.Spherical },
		"PriorScale[1] is -1":         func(p *arguments) { p.o.PriorScale = []float64{1, -1} },
		"leave out one of the two":    func(p *arguments) { p.o.PriorScale, p.o.Prior = []float64{1, 1}, em.PriorNone },
		"covariance matrix 1 is 3×3":  func(p *arguments) { p.cov[1] = kernels.NewMatrix[float64](3, 3) },
		"weight 0 is -0.5":            func(p *arguments) { p.weights[0], p.weights[1] = -0.5, 1.5 },
		"the weights sum to 1.5":      func(p *arguments) { p.weights[0] = 1 },
		"column 1 has mean NaN":       func(p *arguments) { p.means.Row(0)[1] = math.NaN() },
		"not symmetric":               func(p *arguments) { p.cov[1].Row(0)[1] = 0.1 },
		"component 0 is not positive": func(p *arguments) { p.cov[0].Row(1)[1] = 0 },
		"0 and 1 differ in row 1":     func(p *arguments) { p.cov[0].Row(1)[1], p.o.Covariance = 2, em.Tied },
		"variances 1 and 2":           func(p *arguments) { p.cov[0].Row(1)[1], p.o.Covariance = 2, em.Spherical },
		"":                            func(p *arguments) { p.o.K = 2 },
	} {
		p := arguments{weights: []float64{0.5, 0.5}, means: kernels.MatrixOf(2, 2, []float64{0, 1, 2, 3})}
		for range 2 {
			p.cov = append(p.cov, kernels.MatrixOf(2, 2, []float64{1, 0, 0, 1}))
		}
		change(&p)
		if _, err := em.NewGMMFrom[float32](p.weights, p.means, p.cov, p.o); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}

// One covariance matrix will do for a tied mixture.
func TestNewGMMFromTied(t *testing.T) {
	one := []kernels.Matrix[float64]{kernels.MatrixOf(1, 1, []float64{2})}
	m, err := em.NewGMMFrom[float64]([]float64{0.5, 0.5}, kernels.MatrixOf(2, 1, []float64{0, 1}), one, em.GMMOptions{Covariance: em.Tied})
	if err != nil || m.Covariances()[1].Data[0] != 2 {
		t.Errorf("%v", err)
	}
}
