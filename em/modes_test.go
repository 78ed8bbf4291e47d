package em_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// overlapping returns rows of two Gaussians whose means lie one standard deviation apart.
func overlapping(n int) elbo.Rows[float64] {
	x := kernels.NewMatrix[float64](n, 2)
	kernels.Normal(x.Data, kernels.NewKey(5, 0), kernels.Counter{})
	for i := range n {
		if i%2 == 0 {
			x.Row(i)[0] += 1.5
			x.Row(i)[1] *= 1.5
		}
	}
	return elbo.Of(x)
}

// SQUAREM comes within 1e-3 nats of the maximum in at most half as many E-steps.
func TestSQUAREMOnOverlap(t *testing.T) {
	slow(t)
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		rows, o := overlapping(600), em.GMMOptions{K: 2, Covariance: c}
		steps := func(a elbo.Acceleration, target float64) (esteps int, bound float64) {
			m, err := em.NewGMM(context.Background(), rows, o)
			if err != nil {
				t.Fatal(err)
			}
			before := math.Inf(-1)
			for p, err := range elbo.Steps(context.Background(), m, rows, elbo.Options{MaxIter: 20000, Tol: 1e-13, Accelerate: a}) {
				if err != nil {
					t.Fatal(err)
				}
				if p.Bound < before-1e-8 {
					t.Errorf("%v, acceleration %v: the bound fell from %v to %v", c, a, before, p.Bound)
				}
				before = p.Bound
				esteps, bound = p.ESteps, p.Bound
				if p.Bound >= target {
					break
				}
			}
			return esteps, bound
		}
		_, best := steps(elbo.NoAcceleration, math.Inf(1))
		plain, _ := steps(elbo.NoAcceleration, best-1e-3)
		quick, reached := steps(elbo.SQUAREM, best-1e-3)
		t.Logf("%v: %d E-steps by EM, %d by SQUAREM", c, plain, quick)
		if reached < best-1e-3 || quick*2 > plain {
			t.Errorf("%v: %d E-steps to %v by SQUAREM, %d by EM to %v", c, quick, reached, plain, best-1e-3)
		}
	}
}

// Every schedule ends at batch EM's maximum, with the same bits for any number of workers.
func TestSchedules(t *testing.T) {
	rows := elbo.Of(datasets.Faithful())
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		o := em.GMMOptions{K: 2, Covariance: c, Options: elbo.Options{Tol: 1e-12}}
		_, want, err := em.FitGMM(context.Background(), rows, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []elbo.Schedule{elbo.Incremental{}, elbo.Stepwise{Rows: 64}} {
			o := o
			o.Schedule, o.MaxIter = s, 200
			m, r, err := em.FitGMM(context.Background(), rows, o)
			if err != nil {
				t.Fatal(err)
			}
			gap := 1e-7
			if _, ok := s.(elbo.Stepwise); ok {
				gap = 0.05 // its steps shrink, and noise with them
			}
			if !(math.Abs(r.Bound-want.Bound) < gap) {
				t.Errorf("%v, %T: bound %v, batch %v", c, s, r.Bound, want.Bound)
			}
			for _, o.Workers = range []int{2, 3, 8} {
				n, again, err := em.FitGMM(context.Background(), rows, o)
				if err != nil || !slices.Equal(again.Bounds, r.Bounds) || string(n.AppendParameters(nil)) != string(m.AppendParameters(nil)) {
					t.Errorf("%v, %T: other bits with %d workers (%v)", c, s, o.Workers, err)
				}
			}
		}
	}
}

// Whole weights are repeated rows, and weights of one factor change nothing but the bound's unit.
func TestWeights(t *testing.T) {
	x := datasets.Faithful()
	w := make([]float64, x.Rows)
	repeated := kernels.Matrix[float64]{Cols: 2, Stride: 2}
	for i := range w {
		w[i] = float64(i % 3)
		for range i % 3 {
			repeated.Data = append(repeated.Data, x.Row(i)...)
			repeated.Rows++
		}
	}
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		// From one start, that of the repeated rows.
		o := em.GMMOptions{K: 2, Covariance: c, Prior: em.PriorNone, Options: elbo.Options{MaxIter: 10, Tol: -1}}
		fit := func(rows elbo.Rows[float64]) (*em.GMM[float64], elbo.Result) {
			m, err := em.NewGMM(context.Background(), elbo.Of(repeated), o)
			if err != nil {
				t.Fatal(err)
			}
			r, err := elbo.Fit(context.Background(), m, rows, o.Options)
			if err != nil {
				t.Fatal(err)
			}
			return m, r
		}
		a, ra := fit(elbo.Of(repeated))
		b, rb := fit(elbo.Rows[float64]{X: x, Weights: w})
		tiny := make([]float64, len(w))
		for i := range w {
			tiny[i] = w[i] * 0x1p-60
		}
		s, rs := fit(elbo.Rows[float64]{X: x, Weights: tiny})
		if math.Abs(ra.Bound-rb.Bound) > 1e-9*math.Abs(ra.Bound) || math.Abs(rs.Bound*0x1p60-ra.Bound) > 1e-9*math.Abs(ra.Bound) {
			t.Errorf("%v: bounds %v repeated, %v weighted, %v·2⁻⁶⁰ with small weights", c, ra.Bound, rb.Bound, rs.Bound*0x1p60)
		}
		for i, v := range a.Means().Data {
			if d := math.Abs(v - b.Means().Data[i]); d > 1e-10*math.Abs(v) {
				t.Errorf("%v: mean %v repeated, %v weighted", c, v, b.Means().Data[i])
			}
			if d := math.Abs(v - s.Means().Data[i]); d > 1e-10*math.Abs(v) {
				t.Errorf("%v: mean %v repeated, %v with small weights", c, v, s.Means().Data[i])
			}
		}
	}
}
