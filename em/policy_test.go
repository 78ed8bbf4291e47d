package em_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// twins are rows around two centres, and one row many times over, onto which a component collapses by maximum likelihood.
func twins(n int) kernels.Matrix[float64] {
	x := blobs[float64](n, 3, 2)
	for i := range x.Rows {
		if i%5 == 0 {
			copy(x.Row(i), []float64{3, -2, 5})
		}
	}
	return x
}

// from returns a mixture with components at three rows: the third is the one that occurs many times.
func from(t *testing.T, x kernels.Matrix[float64], o em.GMMOptions, third float64) *em.GMM[float64] {
	t.Helper()
	means := kernels.NewMatrix[float64](3, 3)
	var cov []kernels.Matrix[float64]
	for k, i := range []int{1, 2, 0} {
		copy(means.Row(k), x.Row(i))
		c := kernels.NewMatrix[float64](3, 3)
		for j := range 3 {
			c.Row(j)[j] = 1
		}
		cov = append(cov, c)
	}
	means.Row(2)[0] += third
	m, err := em.NewGMMFrom[float64]([]float64{0.4, 0.4, 0.2}, means, cov, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// eventsOfTwo returns the kinds of events of component 2, in order.
func eventsOfTwo(events []elbo.Event) (r []elbo.EventKind) {
	for _, e := range events {
		if e.Component == 2 {
			r = append(r, e.Kind)
		}
	}
	return r
}

// checkBounds checks that the bound fell at most in the iterations of a split or a drop.
func checkBounds(t *testing.T, r elbo.Result) {
	t.Helper()
	rebuilt := map[int]bool{}
	for _, e := range r.Events {
		if e.Kind == elbo.EventSplit || e.Kind == elbo.EventDropped {
			rebuilt[e.Iter] = true
		}
	}
	for i := 1; i < len(r.Bounds); i++ {
		if d := r.Bounds[i] - r.Bounds[i-1]; d < -1e-9*math.Abs(r.Bounds[i]) && !rebuilt[i] {
			t.Errorf("iteration %d: the bound fell by %v without a split or a drop", i, -d)
		}
	}
}

func TestCollapsePolicies(t *testing.T) {
	x := twins(300)
	ctx := context.Background()
	for _, c := range []em.Covariance{em.Full, em.Diagonal, em.Spherical} {
		o := em.GMMOptions{Covariance: c, Prior: em.PriorNone, Options: elbo.Options{MaxIter: 200}}
		for _, p := range []elbo.Policy{elbo.PolicyPrior, elbo.PolicyError} {
			o.Policy = p
			m := from(t, x, o, 0)
			before := m.AppendParameters(nil)
			r, err := elbo.Fit(ctx, m, elbo.Of(x), o.Options)
			var collapsed *em.CollapseError
			if !errors.As(err, &collapsed) || collapsed.Component != 2 || math.Abs(collapsed.Rows-60) > 5 || len(r.Events) > 0 {
				t.Errorf("%v, %v: %v, events %v", c, p, err, r.Events)
			}
			if r.Iterations == 0 && !bytes.Equal(m.AppendParameters(nil), before) {
				t.Errorf("%v, %v: the error changed the model", c, p)
			}
		}

		o.Policy = elbo.PolicyDrop
		m := from(t, x, o, 0)
		r, err := elbo.Fit(ctx, m, elbo.Of(x), o.Options)
		if err != nil {
			t.Fatalf("%v, drop: %v", c, err)
		}
		if got := eventsOfTwo(r.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventCollapsed, elbo.EventDropped}) || !r.Converged {
			t.Errorf("%v, drop: events %v, %v", c, r.Events, r.Reason)
		}
		checkBounds(t, r)
		if w := m.Weights(); w[2] != 0 || !near(w[0]+w[1], 1, 1e-15) {
			t.Errorf("%v, drop: weights %v", c, w)
		}
		// What is left is a fit of two components.
		two, err := em.NewGMMFrom[float64](m.Weights()[:2], kernels.MatrixOf(2, 3, m.Means().Data[:6]), m.Covariances()[:2], em.GMMOptions{Covariance: c, Prior: em.PriorNone})
		if err != nil {
			t.Fatal(err)
		}
		if s, err := elbo.Fit(ctx, two, elbo.Of(x), o.Options); err != nil || !near(s.Bound, r.Bound, 1e-5) || !near(s.Bounds[0], r.Bound, 1e-12) {
			t.Errorf("%v, drop: bound %v, that of the two components left is %v and becomes %v (%v)", c, r.Bound, s.Bounds, s.Bound, err)
		}

		o.Policy = elbo.PolicySplit
		m = from(t, x, o, 0)
		r, err = elbo.Fit(ctx, m, elbo.Of(x), o.Options)
		if err != nil {
			t.Fatalf("%v, split: %v", c, err)
		}
		if got := eventsOfTwo(r.Events); len(got) < 2 || got[0] != elbo.EventCollapsed || got[1] != elbo.EventSplit {
			t.Errorf("%v, split: events %v", c, r.Events)
		}
		checkBounds(t, r)
		if w := kernels.Sum(m.Weights()); !near(w, 1, 1e-12) {
			t.Errorf("%v, split: the weights sum to %v", c, w)
		}
	}
}

// A split has the mean and, unless tied, the covariance of what it splits.
func TestSplitKeepsTheMoments(t *testing.T) {
	x := blobs[float64](400, 3, 3)
	for _, c := range covariances {
		// The third component is far from all rows, and so loses them.
		o := em.GMMOptions{Covariance: c, Policy: elbo.PolicySplit, Options: elbo.Options{MaxIter: 1, Tol: -1}}
		m := from(t, x, o, 1e4)
		plain := o
		plain.Policy = elbo.PolicyPrior
		want := from(t, x, plain, 1e4)
		r, err := elbo.Fit(context.Background(), m, elbo.Of(x), o.Options)
		if err != nil {
			t.Fatal(err)
		}
		if got := eventsOfTwo(r.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventEmpty, elbo.EventSplit}) || r.Events[0].Iter != 1 {
			t.Errorf("%v: events %v", c, r.Events)
		}
		s, err := elbo.Fit(context.Background(), want, elbo.Of(x), o.Options)
		if err != nil {
			t.Fatal(err)
		}
		if got := eventsOfTwo(s.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventEmpty}) {
			t.Errorf("%v, PolicyPrior: events %v", c, s.Events)
		}
		heavy := kernels.ArgMax(want.Weights())
		if w := m.Weights(); !near(w[2], want.Weights()[heavy]/2, 1e-6) || w[2] != w[heavy] {
			t.Errorf("%v: weights %v, before the split %v", c, w, want.Weights())
		}
		for i := range 3 {
			a, b := m.Means().Row(heavy)[i], m.Means().Row(2)[i]
			if !near((a+b)/2, want.Means().Row(heavy)[i], 1e-9) {
				t.Errorf("%v: the halves' means are %v and %v, the whole's %v", c, a, b, want.Means().Row(heavy)[i])
			}
			for j := range 3 {
				between := (a - b) * (m.Means().Row(heavy)[j] - m.Means().Row(2)[j]) / 4
				got, whole := m.Covariances()[heavy].Row(i)[j], want.Covariances()[heavy].Row(i)[j]
				switch {
				case c == em.Full || c == em.Diagonal && i == j:
					got += between
				case c == em.Spherical && i == j:
					trace := 0.0
					for l := range 3 {
						d := (m.Means().Row(heavy)[l] - m.Means().Row(2)[l]) / 2
						trace += d * d
					}
					got += trace / 3
				}
				if math.Abs(got-whole) > 1e-9*math.Sqrt(want.Covariances()[heavy].Row(i)[i]*want.Covariances()[heavy].Row(j)[j]) {
					t.Errorf("%v: covariance (%d, %d) of the halves together is %v, of the whole %v", c, i, j, got, whole)
				}
			}
		}
		// The split pays: the bound ends higher than without it. (Spherical components do not suit these clusters: they all die but one.)
		o.MaxIter, plain.MaxIter = 500, 500
		m, want = from(t, x, o, 1e4), from(t, x, plain, 1e4)
		if r, err = elbo.Fit(context.Background(), m, elbo.Of(x), o.Options); err != nil {
			t.Fatal(err)
		}
		if s, err = elbo.Fit(context.Background(), want, elbo.Of(x), plain.Options); err != nil {
			t.Fatal(err)
		}
		checkBounds(t, r)
		if r.LogLik < s.LogLik-1e-6 || c != em.Spherical && !(r.LogLik > s.LogLik+1) {
			t.Errorf("%v: log-likelihood %v with a split, %v without", c, r.LogLik, s.LogLik)
		}
	}
}

// TestEmptyShare: a component is empty below 2⁻³⁰ of the weight.
func TestEmptyShare(t *testing.T) {
	x := blobs[float64](401, 3, 2)
	copy(x.Row(400), x.Row(0))
	x.Row(400)[0] += 1e4
	for _, c := range []struct {
		share float64
		empty bool
	}{{0x1p-29, false}, {0x1p-31, true}} {
		rows := elbo.Of(x)
		rows.Weights = make([]float64, 401)
		for i := range 400 {
			rows.Weights[i] = 1
		}
		rows.Weights[400] = 400 * c.share
		o := em.GMMOptions{Covariance: em.Diagonal, Policy: elbo.PolicyError, Options: elbo.Options{MaxIter: 2}}
		m := from(t, x, o, 1e4)
		if _, err := elbo.Fit(context.Background(), m, rows, o.Options); errors.Is(err, em.ErrEmpty) != c.empty || err != nil && !c.empty {
			t.Errorf("a component with %v of the weight: %v", c.share, err)
		}
	}
}

func TestEmptyPolicies(t *testing.T) {
	x := blobs[float64](400, 3, 2)
	for _, c := range covariances {
		o := em.GMMOptions{Covariance: c, Policy: elbo.PolicyError, Options: elbo.Options{MaxIter: 50}}
		m := from(t, x, o, 1e4)
		before := m.AppendParameters(nil)
		var empty *em.EmptyError
		if _, err := elbo.Fit(context.Background(), m, elbo.Of(x), o.Options); !errors.As(err, &empty) || !errors.Is(err, em.ErrEmpty) || empty.Component != 2 {
			t.Errorf("%v: %v", c, err)
		}
		if !bytes.Equal(m.AppendParameters(nil), before) {
			t.Errorf("%v: the error changed the model", c)
		}
		o.Policy = elbo.PolicyDrop
		for _, schedule := range []elbo.Schedule{elbo.Batch{}, elbo.Incremental{Blocks: 5}, elbo.Stepwise{Rows: 100}} {
			o.Schedule = schedule
			m := from(t, x, o, 1e4)
			r, err := elbo.Fit(context.Background(), m, elbo.Of(x), o.Options)
			if err != nil {
				t.Fatalf("%v, %T: %v", c, schedule, err)
			}
			if got := eventsOfTwo(r.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventEmpty, elbo.EventDropped}) || m.Weights()[2] != 0 {
				t.Errorf("%v, %T: events %v, weights %v", c, schedule, r.Events, m.Weights())
			}
		}
		// It is reported once, not in each iteration.
		o.Policy, o.Schedule, o.MaxIter, o.Tol = elbo.PolicyPrior, nil, 5, -1
		still := from(t, x, o, 1e4)
		if r, err := elbo.Fit(context.Background(), still, elbo.Of(x), o.Options); err != nil || !slices.Equal(eventsOfTwo(r.Events), []elbo.EventKind{elbo.EventEmpty}) {
			t.Errorf("%v: events %v, %v", c, r.Events, err)
		}
		if again, err := em.LoadGMM[float64](bytes.NewReader(save(t, m))); err != nil || again.Policy() != elbo.PolicyError {
			t.Errorf("%v: policy %v, %v", c, again.Policy(), err)
		}
	}
	if _, err := em.NewGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 2, Policy: 9}); err == nil {
		t.Error("policy 9: no error")
	}
}

// TestBestOfFailures: a start whose fit fails does not keep the others from being the best, whichever comes first; and the best, begun with short
// runs, goes on for what is left of MaxIter.
func TestBestOfFailures(t *testing.T) {
	x := blobs[float64](400, 3, 2)
	o := em.GMMOptions{Covariance: em.Diagonal, Policy: elbo.PolicyError, Options: elbo.Options{MaxIter: 10, Tol: -1}}
	for _, r := range []elbo.Restarts{{N: 3}, {N: 3, Short: 4}} {
		for good := range 3 {
			m, result, err := elbo.FitBest(context.Background(), elbo.Of(x), o.Options, r, func(restart int) (*em.GMM[float64], error) {
				if restart == good {
					return from(t, x, o, 0), nil
				}
				return from(t, x, o, 1e4), nil
			})
			if err != nil || m == nil || m.Weights()[2] == 0 || result.Iterations != 10 || len(result.Bounds) != 11 || result.ESteps != 11+min(r.Short, 1) {
				t.Errorf("%+v, start %d is good: %d iterations, %d bounds, %v", r, good, result.Iterations, len(result.Bounds), err)
			}
		}
	}
}
