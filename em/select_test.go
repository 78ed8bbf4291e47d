package em_test

import (
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

func sel(t *testing.T, rows elbo.Rows[float64], o em.SelectOptions) em.Selection[*em.GMM[float64]] {
	t.Helper()
	s, err := em.Select(context.Background(), rows, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each candidate is the fit that FitGMM gives, with the criteria by their definitions.
func TestSelect(t *testing.T) {
	x := datasets.Faithful()
	w := make([]float64, x.Rows)
	for i := range w {
		w[i] = float64(1 + i%3)
	}
	for _, rows := range []elbo.Rows[float64]{elbo.Of(x), {X: x, Weights: w}} {
		o := em.SelectOptions{Ks: []int{1, 2, 3, 4}, Covariances: []em.Covariance{em.Diagonal, em.Full}, GMMOptions: em.GMMOptions{Restarts: elbo.Restarts{N: 2}, Options: elbo.Options{Seed: 3, MaxIter: 60}}}
		s := sel(t, rows, o)
		if len(s.Candidates) != 8 {
			t.Fatalf("%d candidates", len(s.Candidates))
		}
		for i, c := range s.Candidates {
			g := o.GMMOptions
			g.K, g.Covariance = o.Ks[i%4], o.Covariances[i/4]
			m, r, err := em.FitGMM(context.Background(), rows, g)
			if err != nil || c.Err != nil || c.K != g.K || c.Covariance != g.Covariance || c.Fit.LogLik != r.LogLik || !slices.Equal(m.AppendParameters(nil), c.Model.AppendParameters(nil)) {
				t.Errorf("candidate %d: %+v (%v)", i, c, err)
			}
			z, err := m.Responsibilities(x)
			if err != nil {
				t.Fatal(err)
			}
			h := 0.0
			for j, v := range z.Data {
				if v > 0 {
					h -= weightAt(rows, j/c.K) * v * math.Log(v)
				}
			}
			p := float64(c.Model.NumParameters())
			bic := -2*r.LogLik + p*math.Log(272)
			if math.Abs(c.Entropy-h) > 1e-9*(1+h) || !near(c.BIC, bic, 1e-14) || !near(c.AIC, -2*r.LogLik+2*p, 1e-14) || !near(c.ICL, bic+2*h, 1e-12) || c.HeldOut == c.HeldOut {
				t.Errorf("candidate %d: entropy %v, BIC %v, AIC %v, ICL %v, held out %v: want %v, %v", i, c.Entropy, c.BIC, c.AIC, c.ICL, c.HeldOut, h, bic)
			}
		}
		for _, criterion := range []em.Criterion{em.BIC, em.AIC, em.ICL} {
			o.Criterion = criterion
			s := sel(t, rows, o)
			for i := range s.Candidates {
				if c := &s.Candidates[i]; c.Score(criterion) < s.Best.Score(criterion) {
					t.Errorf("%v: %v %d is better than the best, %v %d", criterion, c.Covariance, c.K, s.Best.Covariance, s.Best.K)
				}
			}
		}
	}
	// mclust 6.0 has −2322.192 for VVV with 2 components, its best of that shape.
	s := sel(t, elbo.Of(x), em.SelectOptions{Ks: []int{1, 2, 3, 4, 5}, Covariances: []em.Covariance{em.Full}, GMMOptions: em.GMMOptions{Prior: em.PriorNone}})
	if s.Best.K != 2 || math.Abs(s.Best.BIC-2322.192) > 0.001 {
		t.Errorf("best: %d components, BIC %v", s.Best.K, s.Best.BIC)
	}
}

func weightAt(r elbo.Rows[float64], i int) float64 {
	if r.Weights == nil {
		return 1
	}
	return r.Weights[i]
}

// The held-out criterion by a loop over the folds.
func TestSelectHeldOut(t *testing.T) {
	x := datasets.Faithful()
	w := make([]float64, x.Rows)
	for i := range w {
		w[i] = float64(i % 3)
	}
	for _, rows := range []elbo.Rows[float64]{elbo.Of(x), {X: x, Weights: w}} {
		const nfolds, seed = 4, 9
		o := em.SelectOptions{Ks: []int{1, 2, 6}, Criterion: em.HeldOut, Folds: nfolds, Covariances: []em.Covariance{em.Full}, GMMOptions: em.GMMOptions{Options: elbo.Options{Seed: seed}}}
		s := sel(t, rows, o)
		order := make([]uint32, x.Rows)
		kernels.Permutation(order, kernels.NewKey(seed, 2), kernels.Counter{})
		for _, c := range s.Candidates {
			want, scored := 0.0, 0
			for f := range nfolds {
				var train, test []int
				for i, row := range order {
					if i%nfolds == f {
						test = append(test, int(row))
					} else {
						train = append(train, int(row))
					}
				}
				slices.Sort(train)
				part := elbo.Rows[float64]{X: kernels.NewMatrix[float64](len(train), 2)}
				for i, row := range train {
					copy(part.X.Row(i), x.Row(row))
					if rows.Weights != nil {
						part.Weights = append(part.Weights, rows.Weights[row])
					}
				}
				g := o.GMMOptions
				g.K = c.K
				m, _, err := em.FitGMM(context.Background(), part, g)
				if err != nil {
					t.Fatal(err)
				}
				p, err := m.LogDensity(x)
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range test {
					want -= weightAt(rows, row) * p[row]
					scored++
				}
			}
			if scored != 272 || !near(c.HeldOut, want, 1e-12) {
				t.Errorf("%d components: held out %v, want %v", c.K, c.HeldOut, want)
			}
		}
		if s.Best.K != 2 {
			t.Errorf("best: %d components", s.Best.K)
		}
	}
}

func TestSelectDoesNotDependOnWorkers(t *testing.T) {
	x := blobs[float64](400, 2, 3)
	var want string
	for _, workers := range []int{1, 2, 3, 8} {
		s := sel(t, elbo.Of(x), em.SelectOptions{Ks: []int{1, 2, 3}, Criterion: em.HeldOut, Folds: 3, GMMOptions: em.GMMOptions{Options: elbo.Options{Workers: workers, MaxIter: 40}}})
		got := ""
		for _, c := range s.Candidates {
			got += fmt.Sprintf("%v %d %v %v %v %v %v %x\n", c.Covariance, c.K, c.Fit, c.BIC, c.AIC, c.ICL, c.HeldOut, c.Model.AppendParameters(nil))
		}
		got += fmt.Sprint(s.Best.K, s.Best.Covariance)
		if want == "" {
			want = got
		} else if got != want {
			t.Errorf("%d workers: another table", workers)
		}
	}
}

// What fails is in the table and does not count.
func TestSelectRecordsFailures(t *testing.T) {
	x := kernels.NewMatrix[float64](12, 2) // three distinct rows
	for i := range 12 {
		x.Row(i)[0], x.Row(i)[1] = float64(i%3), float64(i%3*(i%3))
	}
	o := em.SelectOptions{Ks: []int{3, 1, 13}, Covariances: []em.Covariance{em.Full}, GMMOptions: em.GMMOptions{Prior: em.PriorNone}}
	s := sel(t, elbo.Of(x), o)
	if !errors.Is(s.Candidates[0].Err, em.ErrCollapsed) || s.Candidates[1].Err != nil || s.Candidates[2].Err == nil || s.Best != &s.Candidates[1] {
		t.Errorf("%+v", s)
	}
	if c := s.Candidates[0]; c.BIC == c.BIC || c.ICL == c.ICL {
		t.Errorf("a failed candidate has criteria: %+v", c)
	}
	o.Ks = []int{3}
	if s, err := em.Select(context.Background(), elbo.Of(x), o); !errors.Is(err, em.ErrCollapsed) || s.Best != nil || len(s.Candidates) != 1 {
		t.Errorf("no candidate left: %v", err)
	}
	o.Criterion, o.Ks, o.Folds = em.HeldOut, []int{1, 10}, 4
	if s, err := em.Select(context.Background(), elbo.Of(x), o); err != nil || s.Best.K != 1 || s.Candidates[1].Err == nil {
		t.Errorf("10 components of folds of 9 rows: %+v, %v", s, err)
	}
}

func TestSelectRefuses(t *testing.T) {
	x := datasets.Faithful()
	bad := moved[float64](x, 1, 0)
	bad.Row(5)[1] = math.Inf(-1)
	one := []int{1}
	for says, c := range map[string]struct {
		x kernels.Matrix[float64]
		o em.SelectOptions
	}{
		"Ks is empty":             {x, em.SelectOptions{}},
		"Covariances is empty":    {x, em.SelectOptions{Ks: one, Covariances: []em.Covariance{}}},
		"Criterion(7)":            {x, em.SelectOptions{Ks: one, Criterion: 7}},
		"Folds is 1":              {x, em.SelectOptions{Ks: one, Criterion: em.HeldOut, Folds: 1}},
		"Folds is 273":            {x, em.SelectOptions{Ks: one, Criterion: em.HeldOut, Folds: 273}},
		"Workers is -1":           {x, em.SelectOptions{Ks: one, GMMOptions: em.GMMOptions{Options: elbo.Options{Workers: -1}}}},
		"MaxIter is -1":           {x, em.SelectOptions{Ks: one, GMMOptions: em.GMMOptions{Options: elbo.Options{MaxIter: -1}}}},
		"K is 0":                  {x, em.SelectOptions{Ks: []int{0}}},
		"row 5, column 1 is -Inf": {bad, em.SelectOptions{Ks: one}},
	} {
		if s, err := em.Select(context.Background(), elbo.Of(c.x), c.o); err == nil || !strings.Contains(err.Error(), says) || s.Best != nil {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	mine := errors.New("mine")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(mine)
	if s, err := em.Select(ctx, elbo.Of(x), em.SelectOptions{Ks: one}); !errors.Is(err, mine) || s.Best != nil {
		t.Errorf("cancelled: %v", err)
	}
}

// BIC and ICL choose two components with full covariance matrices for Old Faithful.
func ExampleSelect() {
	s, err := em.Select(context.Background(), elbo.Of(datasets.Faithful()), em.SelectOptions{
		Ks: []int{1, 2, 3}, Covariances: []em.Covariance{em.Full, em.Diagonal},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range s.Candidates {
		fmt.Printf("%v %d: BIC %.1f, ICL %.1f\n", c.Covariance, c.K, c.BIC, c.ICL)
	}
	fmt.Printf("best: %v, %d components\n", s.Best.Covariance, s.Best.K)
	// Output:
	// full 1: BIC 2607.7, ICL 2607.7
	// full 2: BIC 2322.4, ICL 2323.6
	// full 3: BIC 2338.5, ICL 2469.3
	// diag 1: BIC 3055.9, ICL 3055.9
	// diag 2: BIC 2346.2, ICL 2346.6
	// diag 3: BIC 2342.4, ICL 2426.3
	// best: full, 2 components
}
