package em_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

func testHMMFarFrames[T kernels.Float](t *testing.T, far, tol float64) {
	// State 2 is reached through state 1 alone, where no frame belongs: densities at states that can be reached lie below those at others by far more
	// than the range of T.
	for name, p := range map[string]em.HMMParameters{
		"left to right": {Initial: []float64{1, 0, 0}, Transitions: kernels.MatrixOf(3, 3, []float64{0.9, 0.1, 0, 0, 0.8, 0.2, 0, 0, 1})},
		"branch":        {Initial: []float64{1, 0, 0}, Transitions: kernels.MatrixOf(3, 3, []float64{0.5, 0.25, 0.25, 0, 1, 0, 0, 0, 1})},
		"cycle":         {Initial: []float64{0.5, 0.5, 0}, Transitions: kernels.MatrixOf(3, 3, []float64{0, 1, 0, 0, 0.5, 0.5, 0.75, 0, 0.25})},
	} {
		one := kernels.MatrixOf(1, 1, []float64{1})
		p.Means, p.Covariances = kernels.MatrixOf(3, 1, []float64{0, far, 2 * far}), []kernels.Matrix[float64]{one, one, one}
		m, err := em.NewHMMFrom[T](p, em.HMMOptions{Prior: em.PriorNone})
		if err != nil {
			t.Fatal(err)
		}
		h := newNaiveHMM(m)
		var x []T
		lengths := []int{8, 8, 5, 12, 1, 3}
		if name == "branch" {
			lengths = []int{12, 12, 12, 1}
		}
		for i := range 37 {
			if name == "branch" {
				// After the second frame state 1 is out of T's range; all further ones, by less than that each, speak for it.
				x = append(x, T([]float64{0, 2 * far, 1.45 * far}[min(i%12, 2)]))
				continue
			}
			x = append(x, T([]float64{2 * far, 2.25 * far, 0.5, far, 2 * far, 0.25, 1.5 * far, 0, math.NaN()}[(5*i+i/9)%9]))
		}
		for _, rows := range []elbo.Rows[T]{
			{X: kernels.MatrixOf(len(x), 1, x), Lengths: lengths}, {X: kernels.MatrixOf(len(x), 1, x), Lengths: []int{len(x)}},
		} {
			name := fmt.Sprintf("%s, %T, %d sequences", name, x[0], len(rows.Lengths))
			logLik, err := m.LogLikelihood(rows)
			if err != nil {
				t.Fatal(err)
			}
			r, err := m.Responsibilities(rows)
			if err != nil {
				t.Fatal(err)
			}
			stats, l := hmmStats(m, rows)
			want := make([]float64, 3+9)
			at, sum := 0, 0.0
			for i, s := range hmmSplit(rows) {
				z, gamma, xi := h.run(s)
				sum += z
				if !near(logLik[i], z, tol) {
					t.Errorf("%s: the log-likelihood of %d is %v, want %v", name, i, logLik[i], z)
				}
				f := m.NewScorer().NewFilter()
				for j := range s {
					if _, err := f.Step(rows.X.Row(at)); err != nil {
						t.Fatal(err)
					}
					for k, v := range gamma[j] {
						if math.Abs(float64(r.Row(at)[k])-v) > 1e4*tol {
							t.Errorf("%s: γ of row %d is %v, want %v", name, at, r.Row(at), gamma[j])
						}
					}
					at++
				}
				if !near(f.LogLikelihood(), z, tol) {
					t.Errorf("%s: the filter has %v, want %v", name, f.LogLikelihood(), logLik[i])
				}
				for a := range 3 {
					want[a] += gamma[0][a]
					for b := range 3 {
						want[3+3*a+b] += xi[a][b]
					}
				}
			}
			if !near(l.LogZ, sum, tol) {
				t.Errorf("%s: the log-likelihood is %v, want %v", name, l.LogZ, sum)
			}
			for i, v := range want {
				if math.Abs(stats[i]-v) > 1e5*tol {
					t.Errorf("%s: statistic %d is %v, want %v", name, i, stats[i], v)
				}
			}
		}
	}
}

// Frames that fit no state that can be reached are improbable, not impossible.
func TestHMMFarFrames(t *testing.T) {
	testHMMFarFrames[float64](t, 64, 1e-12)
	testHMMFarFrames[float32](t, 20, 1e-6)
}

// The log prior has all its constants.
func TestHMMLogPrior(t *testing.T) {
	lgamma := func(x float64) float64 {
		v, _ := math.Lgamma(x)
		return v
	}
	dirichlet := func(p []float64, strength float64) float64 {
		n := 0
		for _, v := range p {
			if v > 0 {
				n++
			}
		}
		a := 1 + strength/float64(n)
		sum := lgamma(float64(n) * a)
		for _, v := range p {
			if v > 0 {
				sum += (a-1)*math.Log(v) - lgamma(a)
			}
		}
		return sum
	}
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, strength := range []float64{0, 2.5} {
			o.Strength = strength
			switch o.Emission {
			case em.GaussianEmission:
				if o.PriorScale = []float64{0.7, 1.9}; o.Covariance == em.Spherical {
					o.PriorScale = o.PriorScale[:1]
				}
			case em.PoissonEmission:
				o.PriorScale = []float64{0.7, 1.9}
			}
			m := randomHMM[float64](t, 3, 2, o, true)
			if strength == 0 {
				strength = 1
			}
			want := dirichlet(m.Initial(), strength)
			for i := range 3 {
				want += dirichlet(m.Transitions().Row(i), strength)
			}
			switch o.Emission {
			case em.GaussianEmission: // the mixture's is tested against naive EM
				g, err := em.NewGMMFrom[float64]([]float64{0.2, 0.3, 0.5}, m.Means(), m.Covariances(), em.GMMOptions{Covariance: o.Covariance, PriorScale: o.PriorScale})
				if err != nil {
					t.Fatal(err)
				}
				want += g.GlobalBound() - lgamma(3)
			case em.CategoricalEmission:
				for _, theta := range m.Probabilities() {
					for k := range 3 {
						want += dirichlet(theta.Row(k), strength)
					}
				}
			case em.PoissonEmission:
				for k := range 3 {
					for j, l := range m.Means().Row(k) {
						a, b := 1+strength*o.PriorScale[j], strength
						want += a*math.Log(b) - lgamma(a) + (a-1)*math.Log(l) - b*l
					}
				}
			}
			if got := m.GlobalBound(); !near(got, want, 1e-12) {
				t.Errorf("strength %v: the log prior is %v, want %v", strength, got, want)
			}
			o.Prior, o.PriorScale, o.Strength = em.PriorNone, nil, 0
			if m := randomHMM[float64](t, 3, 2, o, true); m.GlobalBound() != 0 {
				t.Errorf("without a prior the log prior is %v", m.GlobalBound())
			}
			o.Prior = em.PriorInverseWishart
		}
	})
}

// A step of SQUAREM, stepwise and incremental fits add and subtract statistics.
func TestHMMSchedules(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		o.K = 2
		rows := hmmSeries[float64](o, 0.1)
		o.Options = elbo.Options{MaxIter: 3000, Tol: 1e-9}
		_, want := fitHMM(t, rows, o)
		for name, change := range map[string]func(*elbo.Options){
			"SQUAREM":     func(p *elbo.Options) { p.Accelerate = elbo.SQUAREM },
			"incremental": func(p *elbo.Options) { p.Schedule = elbo.Incremental{Blocks: 2} },
		} {
			o := o
			change(&o.Options)
			if _, r := fitHMM(t, rows, o); math.Abs(r.Bound-want.Bound) > 1e-3 {
				t.Errorf("%s ends at %v, batch EM at %v", name, r.Bound, want.Bound)
			}
		}
	})
}

// Under PriorNone a state whose frames have no variance collapses, and the error says so.
func TestHMMCollapse(t *testing.T) {
	for _, c := range []em.Covariance{em.Full, em.Diagonal, em.Spherical} {
		rows := hmmFrames[float64]([]int{200}, 2, em.GaussianEmission, 0, 3)
		for i := range 200 {
			if row := rows.X.Row(i); i/10%2 == 0 {
				row[0], row[1] = 1e3+0.1, 7.3
				if c == em.Diagonal {
					row[1] = float64(i) / 100
				}
			}
		}
		_, _, err := em.FitHMM(context.Background(), rows, em.HMMOptions{K: 2, Covariance: c, Prior: em.PriorNone})
		var collapse *em.CollapseError
		if !errors.As(err, &collapse) || !errors.Is(err, em.ErrCollapsed) {
			t.Errorf("%v: %v", c, err)
		}
		if _, _, err := em.FitHMM(context.Background(), rows, em.HMMOptions{K: 2, Covariance: c}); err != nil {
			t.Errorf("%v, with the prior: %v", c, err)
		}
	}
}
