package em_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// direct fits the model of a spec without SelectModel.
func direct(t *testing.T, rows elbo.Rows[float64], spec em.Spec) (em.Selectable[float64], elbo.Result) {
	t.Helper()
	var m em.Selectable[float64]
	var r elbo.Result
	var err error
	ctx := context.Background()
	switch o := spec.(type) {
	case em.GMMOptions:
		m, r, err = em.FitGMM(ctx, rows, o)
	case em.StudentMixtureOptions:
		m, r, err = em.FitStudentMixture(ctx, rows, o)
	case em.BernoulliMixtureOptions:
		m, r, err = em.FitBernoulliMixture(ctx, rows, o)
	case em.CategoricalMixtureOptions:
		m, r, err = em.FitCategoricalMixture(ctx, rows, o)
	case em.PoissonMixtureOptions:
		m, r, err = em.FitPoissonMixture(ctx, rows, o)
	case em.FAOptions:
		m, r, err = em.FitFA(ctx, rows, o)
	case em.PPCAOptions:
		m, r, err = em.FitPPCA(ctx, rows, o)
	case em.MFAOptions:
		m, r, err = em.FitMFA(ctx, rows, o)
	case em.HMMOptions:
		m, r, err = em.FitHMM(ctx, rows, o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

// sweeps are candidates of every kind, and data for them with missing entries and weights.
func sweeps() map[string]struct {
	rows  elbo.Rows[float64]
	specs []em.Spec
} {
	o := elbo.Options{Seed: 2, MaxIter: 25}
	x, y := heavy[float64](120, true), votes[float64](120, true)
	return map[string]struct {
		rows  elbo.Rows[float64]
		specs []em.Spec
	}{
		"numbers": {elbo.Of(x), []em.Spec{
			em.GMMOptions{K: 2, Options: o}, em.GMMOptions{K: 3, Covariance: em.Diagonal, Options: o},
			em.StudentMixtureOptions{K: 2, Options: o}, em.FAOptions{Q: 1, Options: o}, em.PPCAOptions{Q: 2, Options: o},
			em.MFAOptions{K: 2, Q: 1, Options: o}, em.HMMOptions{K: 2, Options: o}, em.HMMOptions{K: 2, Covariance: em.Spherical, Options: o},
		}},
		"counts": {elbo.Rows[float64]{X: y, Weights: rowWeights(120)}, []em.Spec{
			em.BernoulliMixtureOptions{K: 2, Options: o}, em.CategoricalMixtureOptions{K: 3, Options: o, Categories: slices.Repeat([]int{2}, 8)},
			em.PoissonMixtureOptions{K: 2, Restarts: elbo.Restarts{N: 2}, Options: o},
		}},
		"sequences": {elbo.Rows[float64]{X: y, Lengths: []int{20, 30, 10, 40, 20}, Weights: []float64{1, 2, 1, 0.5, 1}}, []em.Spec{
			em.HMMOptions{K: 1, Emission: em.CategoricalEmission, Options: o, Categories: slices.Repeat([]int{2}, 8)}, em.HMMOptions{K: 3, Emission: em.PoissonEmission, Options: o},
		}},
	}
}

// Each candidate is the fit that there is without SelectModel, with the criteria by their definitions.
func TestSelectModel(t *testing.T) {
	for name, c := range sweeps() {
		s, err := em.SelectModel(context.Background(), c.rows, em.Sweep{Specs: c.specs})
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Candidates {
			got := &s.Candidates[i]
			if got.Err != nil {
				t.Errorf("%s, %d: %v", name, i, got.Err)
				continue
			}
			m, r := direct(t, c.rows, c.specs[i])
			if got.Kind != m.Kind() || got.Fit.LogLik != r.LogLik || !bytes.Equal(got.Model.AppendParameters(nil), m.AppendParameters(nil)) {
				t.Errorf("%s, %d, %s: another fit", name, i, got.Kind)
			}
			p, n := float64(m.NumParameters()), float64(c.rows.X.Rows)
			if !near(got.BIC, -2*r.LogLik+p*math.Log(n), 1e-13) || !near(got.AIC, -2*r.LogLik+2*p, 1e-13) || got.HeldOut == got.HeldOut {
				t.Errorf("%s, %d: BIC %v, AIC %v, held out %v", name, i, got.BIC, got.AIC, got.HeldOut)
			}
			if got.Score(em.BIC) < s.Best.BIC || got.K == 0 && got.Q == 0 {
				t.Errorf("%s: %+v, best %+v", name, got, s.Best)
			}
			entropy := math.NaN()
			switch m := m.(type) {
			case interface {
				Responsibilities(x kernels.Matrix[float64]) (kernels.Matrix[float64], error)
			}:
				resp, err := m.Responsibilities(c.rows.X)
				if err != nil {
					t.Fatal(err)
				}
				entropy = 0
				for j, v := range resp.Data {
					if v > 0 {
						entropy -= weightAt(c.rows, j/resp.Cols) * v * math.Log(v)
					}
				}
			case *em.HMM[float64]:
				entropy, _ = m.PathEntropy(c.rows)
				if complete := c.rows.Check(c.rows.X.Cols, false) == nil; (complete || got.Covariance == em.Spherical || name == "sequences") && math.Abs(entropy-r.Entropy) > 1e-9 {
					t.Errorf("%s, %d: entropy of the paths %v, of the fit %v", name, i, entropy, r.Entropy)
				}
			}
			if (entropy == entropy) != (got.Entropy == got.Entropy) || math.Abs(got.Entropy-entropy) > 1e-9 || entropy == entropy && !near(got.ICL, got.BIC+2*entropy, 1e-12) {
				t.Errorf("%s, %d, %s: entropy %v, ICL %v, want %v", name, i, got.Kind, got.Entropy, got.ICL, entropy)
			}
		}
	}
}

// The held-out criterion by a loop over the folds, of sequences too.
func TestSelectModelHeldOut(t *testing.T) {
	for name, c := range sweeps() {
		const nfolds, seed = 3, 5
		s, err := em.SelectModel(context.Background(), c.rows, em.Sweep{Specs: c.specs, Criterion: em.HeldOut, Folds: nfolds, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		lengths := c.rows.Lengths
		if lengths == nil {
			lengths = slices.Repeat([]int{1}, c.rows.X.Rows)
		}
		order := make([]uint32, len(lengths))
		kernels.Permutation(order, kernels.NewKey(seed, 2), kernels.Counter{})
		part := func(in func(fold int) bool) elbo.Rows[float64] {
			r, at := elbo.Rows[float64]{}, 0
			var data []float64
			for i, n := range lengths {
				if in(slices.Index(order, uint32(i)) % nfolds) {
					data = append(data, c.rows.X.SliceRows(at, at+n).Data[:n*c.rows.X.Cols]...)
					if c.rows.Lengths != nil {
						r.Lengths = append(r.Lengths, n)
					}
					if c.rows.Weights != nil {
						r.Weights = append(r.Weights, c.rows.Weights[i])
					}
				}
				at += n
			}
			r.X = kernels.MatrixOf(len(data)/c.rows.X.Cols, c.rows.X.Cols, data)
			return r
		}
		for i := range s.Candidates {
			got, want := &s.Candidates[i], 0.0
			if got.Err != nil {
				t.Errorf("%s, %d: %v", name, i, got.Err)
				continue
			}
			for f := range nfolds {
				m, _ := direct(t, part(func(g int) bool { return g != f }), c.specs[i])
				for p, err := range elbo.Steps(context.Background(), m, part(func(g int) bool { return g == f }), elbo.Options{}) {
					if err != nil {
						t.Fatal(err)
					}
					want -= p.LogLik
					break
				}
			}
			if !near(got.HeldOut, want, 1e-13) || got.HeldOut < s.Best.HeldOut {
				t.Errorf("%s, %d: held out %v, want %v, best %v", name, i, got.HeldOut, want, s.Best.HeldOut)
			}
		}
	}
}

func TestSelectModelDoesNotDependOnWorkers(t *testing.T) {
	for name, c := range sweeps() {
		want := ""
		for _, workers := range []int{1, 2, 3, 8} {
			calls, last := 0, 0
			s, err := em.SelectModel(context.Background(), c.rows, em.Sweep{Specs: c.specs, Criterion: em.HeldOut, Folds: 2, Workers: workers, Done: func(done, of int, _ float64) {
				calls++
				if last = of; done != calls {
					t.Errorf("call %d: %d fits are done", calls, done)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			if calls != 3*len(c.specs) || last != calls {
				t.Errorf("%d calls, %d fits", calls, last)
			}
			got := fmt.Sprint(s.Best.Kind, s.Best.K, s.Best.Q)
			for _, c := range s.Candidates {
				got += fmt.Sprintf("%v %v %v %v %v %x\n", c.Fit, c.BIC, c.AIC, c.ICL, c.HeldOut, c.Model.AppendParameters(nil))
			}
			if want == "" {
				want = got
			} else if got != want {
				t.Errorf("%s, %d workers: another table", name, workers)
			}
		}
	}
}

func TestSelectModelRefuses(t *testing.T) {
	ctx, rows := context.Background(), elbo.Of(heavy[float64](30, false))
	for says, o := range map[string]em.Sweep{
		"Sweep.Specs is empty":    {},
		"Sweep.Specs[1] is nil":   {Specs: []em.Spec{em.FAOptions{Q: 1}, nil}},
		"Sweep.Workers is -1":     {Specs: []em.Spec{em.FAOptions{Q: 1}}, Workers: -1},
		"Sweep.Folds is 31":       {Specs: []em.Spec{em.FAOptions{Q: 1}}, Folds: 31, Criterion: em.HeldOut},
		"Criterion(9)":            {Specs: []em.Spec{em.FAOptions{Q: 1}}, Criterion: 9},
		"*em.GMMOptions":          {Specs: []em.Spec{&em.GMMOptions{K: 1}}},
		"31 components need":      {Specs: []em.Spec{em.GMMOptions{K: 31}}},
		"and fa has none":         {Specs: []em.Spec{em.FAOptions{Q: 1}}, Criterion: em.ICL},
		"poisson-mixture takes a": {Specs: []em.Spec{em.PoissonMixtureOptions{K: 1}}},
	} {
		s, err := em.SelectModel(ctx, rows, o)
		if err == nil || !strings.Contains(err.Error(), says) || s.Best != nil {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	// What fails does not count.
	s, err := em.SelectModel(ctx, rows, em.Sweep{Specs: []em.Spec{em.FAOptions{Q: 1}, em.MFAOptions{K: 2, Q: 1}, em.MFAOptions{K: 2, Q: 7}}, Criterion: em.ICL})
	if err != nil || s.Best != &s.Candidates[1] || s.Candidates[0].Err == nil || s.Candidates[2].Err == nil || s.Candidates[2].Model != nil {
		t.Errorf("%+v, %v", s, err)
	}
	rows.Lengths = []int{30}
	s, err = em.SelectModel(ctx, rows, em.Sweep{Specs: []em.Spec{em.GMMOptions{K: 1}, em.HMMOptions{K: 1}}})
	if err != nil || s.Best != &s.Candidates[1] || s.Candidates[0].Err == nil {
		t.Errorf("sequences: %+v, %v", s, err)
	}
	mine := errors.New("mine")
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(mine)
	if s, err := em.SelectModel(ctx, rows, em.Sweep{Specs: []em.Spec{em.HMMOptions{K: 1}}}); !errors.Is(err, mine) || s.Best != nil {
		t.Errorf("cancelled: %v", err)
	}
}

// Of all kinds a mixture of two Gaussians fits Old Faithful best.
func ExampleSelectModel() {
	var specs []em.Spec
	for _, k := range []int{1, 2} {
		specs = append(specs, em.GMMOptions{K: k}, em.StudentMixtureOptions{K: k}, em.MFAOptions{K: k, Q: 1})
	}
	specs = append(specs, em.FAOptions{Q: 1})
	s, err := em.SelectModel(context.Background(), elbo.Of(datasets.Faithful()), em.Sweep{Specs: specs, Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range s.Candidates {
		fmt.Printf("%-15s %d components, %d factors: BIC %.0f\n", c.Kind, c.K, c.Q, c.BIC)
	}
	fmt.Printf("best: %s, %d components\n", s.Best.Kind, s.Best.K)
	// Output:
	// gmm             1 components, 0 factors: BIC 2608
	// student-mixture 1 components, 0 factors: BIC 2614
	// mfa             1 components, 1 factors: BIC 2613
	// gmm             2 components, 0 factors: BIC 2322
	// student-mixture 2 components, 0 factors: BIC 2333
	// mfa             2 components, 1 factors: BIC 2334
	// fa              0 components, 1 factors: BIC 2613
	// best: gmm, 2 components
}
