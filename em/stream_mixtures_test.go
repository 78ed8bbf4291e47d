package em_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// streamKind is a mixture that starts from a stream.
type streamKind struct {
	name      string
	x         kernels.Matrix[float64]
	start     func(ctx context.Context, src elbo.Source[float64], p em.Prior) (elbo.Model[float64], error)
	fit       func(rows elbo.Rows[float64], p em.Prior, o elbo.Options) (elbo.Result, error)
	constants bool // columns may be constant
}

func streamKinds() []streamKind {
	ctx, o := context.Background(), elbo.Options{Tol: 1e-9, Seed: 1}
	all := []streamKind{
		{"bernoulli", votes[float64](600, true), func(ctx context.Context, src elbo.Source[float64], p em.Prior) (elbo.Model[float64], error) {
			return em.NewBernoulliMixtureStream(ctx, src, em.BernoulliMixtureOptions{K: 3, Prior: p, Options: o})
		}, func(rows elbo.Rows[float64], p em.Prior, o elbo.Options) (elbo.Result, error) {
			_, r, err := em.FitBernoulliMixture(ctx, rows, em.BernoulliMixtureOptions{K: 3, Prior: p, Options: o})
			return r, err
		}, true},
		{"poisson", visits[float64](600, true), func(ctx context.Context, src elbo.Source[float64], p em.Prior) (elbo.Model[float64], error) {
			return em.NewPoissonMixtureStream(ctx, src, em.PoissonMixtureOptions{K: 3, Prior: p, Options: o})
		}, func(rows elbo.Rows[float64], p em.Prior, o elbo.Options) (elbo.Result, error) {
			_, r, err := em.FitPoissonMixture(ctx, rows, em.PoissonMixtureOptions{K: 3, Prior: p, Options: o})
			return r, err
		}, true},
	}
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		all = append(all, streamKind{"student " + c.String(), heavy[float64](600, true), func(ctx context.Context, src elbo.Source[float64], p em.Prior) (elbo.Model[float64], error) {
			return em.NewStudentMixtureStream(ctx, src, em.StudentMixtureOptions{K: 3, Covariance: c, Prior: p, Options: o})
		}, func(rows elbo.Rows[float64], p em.Prior, o elbo.Options) (elbo.Result, error) {
			_, r, err := em.FitStudentMixture(ctx, rows, em.StudentMixtureOptions{K: 3, Covariance: c, Prior: p, Options: o})
			return r, err
		}, false})
	}
	for _, shared := range []bool{false, true} {
		all = append(all, streamKind{"mfa", blobs[float64](600, 5, 3), func(ctx context.Context, src elbo.Source[float64], p em.Prior) (elbo.Model[float64], error) {
			return em.NewMFAStream(ctx, src, em.MFAOptions{K: 3, Q: 1, SharedNoise: shared, Prior: p, Options: o})
		}, func(rows elbo.Rows[float64], p em.Prior, o elbo.Options) (elbo.Result, error) {
			_, r, err := em.FitMFA(ctx, rows, em.MFAOptions{K: 3, Q: 1, SharedNoise: shared, Prior: p, Options: o})
			return r, err
		}, false})
	}
	return all
}

// A fit of a stream ends nearly as high as those of the rows in memory, from other starts, do, for all are local maxima; its start does not depend on blocks and ISA.
func TestMixtureStreams(t *testing.T) {
	slow(t)
	for _, k := range streamKinds() {
		for _, p := range []em.Prior{0, em.PriorNone} {
			rows := elbo.Of(k.x)
			if p == em.PriorNone {
				rows.Weights = rowWeights(k.x.Rows)
			}
			want := math.Inf(1)
			for seed := range uint64(5) {
				r, err := k.fit(rows, p, elbo.Options{Tol: 1e-9, Seed: seed})
				if err != nil {
					t.Fatalf("%s: %v", k.name, err)
				}
				want = min(want, r.Bound)
			}
			var first []byte
			start := func(what string, src elbo.Source[float64]) elbo.Model[float64] {
				m, err := k.start(context.Background(), src, p)
				if err != nil {
					t.Fatalf("%s, %v: %v", k.name, p, err)
				}
				if first == nil {
					first = m.AppendParameters(nil)
				} else if !slices.Equal(first, m.AppendParameters(nil)) {
					t.Errorf("%s, %v: %s gives another start", k.name, p, what)
				}
				return m
			}
			start("all rows", rows)
			for _, isa := range kernels.Available() {
				restore, err := kernels.SetISA(isa)
				if err != nil {
					t.Fatal(err)
				}
				start(isa.String(), rows)
				restore()
			}
			start("blocks of 10 rows", cut[float64]{rows, 10})
			src := cut[float64]{rows, 77}
			m := start("blocks of 77 rows", src)
			r, err := elbo.Fit(context.Background(), m, src, elbo.Options{Tol: 1e-9, Workers: 2})
			if err != nil || r.Bound < want-5e-3*math.Abs(want) {
				t.Errorf("%s, %v: bound %v, in memory %v (%v)", k.name, p, r.Bound, want, err)
			}
		}
	}
}

// The clusters together have the moments of the rows, by their weights.
func TestMixtureStreamMoments(t *testing.T) {
	for _, k := range streamKinds() {
		x := kernels.MatrixOf(k.x.Rows, k.x.Cols, slices.Clone(k.x.Data))
		for i, v := range x.Data {
			if v != v {
				x.Data[i] = float64(i % 2)
			}
		}
		w := make([]float64, x.Rows)
		total, mean := 0.0, make([]float64, x.Cols)
		for i := range w {
			w[i] = float64(1 + i%3)
			total += w[i]
			for j, v := range x.Row(i) {
				mean[j] += w[i] * v
			}
		}
		m, err := k.start(context.Background(), cut[float64]{elbo.Rows[float64]{X: x, Weights: w}, 100}, 0)
		if err != nil {
			t.Fatal(err)
		}
		var weights []float64
		var values kernels.Matrix[float64]
		more := func(int) float64 { return 0 } // of one row in each cluster
		switch m := m.(type) {
		case *em.BernoulliMixture[float64]:
			weights, values, more = m.Weights(), m.Probabilities(), func(int) float64 { return 0.5 }
		case *em.PoissonMixture[float64]:
			weights, values, more = m.Weights(), m.Rates(), func(j int) float64 { return (mean[j] + 0.5) / (total + 1) }
		case *em.StudentMixture[float64]:
			weights, values = m.Weights(), m.Means()
		case *em.MFA[float64]:
			weights, values = m.Weights(), m.Means()
		}
		for j, want := range mean {
			got, rows := 0.0, 0.0
			if more(j) > 0 {
				rows = 1
			}
			for c, p := range weights {
				got += (p*total+rows)*values.Row(c)[j] - more(j)
			}
			if math.Abs(got-want) > 1e-9*total*(1+math.Abs(want/total)) {
				t.Errorf("%s, column %d: the clusters have the sum %v, the rows %v", k.name, j, got, want)
			}
		}
		if weights[0] > 0.99 {
			t.Errorf("%s: weights %v", k.name, weights)
		}
	}
}

func TestMixtureStreamsRefuse(t *testing.T) {
	mine := errors.New("mine")
	for _, k := range streamKinds() {
		far := kernels.MatrixOf(k.x.Rows, k.x.Cols, slices.Clone(k.x.Data))
		far.Row(200)[1] = math.Inf(1)
		negative := kernels.MatrixOf(k.x.Rows, k.x.Cols, slices.Clone(k.x.Data))
		negative.Row(70)[2] = -2
		constant := kernels.MatrixOf(k.x.Rows, k.x.Cols, slices.Clone(k.x.Data))
		for i := range constant.Rows {
			constant.Row(i)[1] = 1
		}
		pair := kernels.NewMatrix[float64](2, k.x.Cols) // complete rows
		copy(pair.Row(0), k.x.Row(0))
		copy(pair.Row(1), k.x.Row(3))
		for says, src := range map[string]elbo.Source[float64]{
			"has no rows": source(func(func(elbo.Rows[float64], error) bool) {}),
			"mine": source(func(yield func(elbo.Rows[float64], error) bool) {
				_ = yield(elbo.Of(k.x), nil) && yield(elbo.Rows[float64]{}, mine)
			}),
			"row 200, column 1 is +Inf": cut[float64]{elbo.Of(far), 30},
			"row 1 has the weight -1":   elbo.Rows[float64]{X: k.x.SliceRows(0, 3), Weights: []float64{1, -1, 1}},
			"3 components need as many": elbo.Of(pair),
			"row 70, column 2 is -2":    cut[float64]{elbo.Of(negative), 30},
			"column 1 is 1 in every":    elbo.Of(constant),
		} {
			_, err := k.start(context.Background(), src, 0)
			if says == "row 70, column 2 is -2" && !k.constants || says == "column 1 is 1 in every" && k.constants {
				if err != nil {
					t.Errorf("%s: %v", k.name, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: error %v, want %q", k.name, err, says)
			}
		}
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(mine)
		if _, err := k.start(ctx, elbo.Of(k.x), 0); !errors.Is(err, mine) {
			t.Errorf("%s: cancelled: %v", k.name, err)
		}
	}
}
