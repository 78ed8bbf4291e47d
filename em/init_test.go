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
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// weighted is a model with weights.
type weighted interface {
	elbo.Model[float64]
	Weights() []float64
}

// Random responsibilities make the first parameters, by weight, whatever the model.
func TestInitRandom(t *testing.T) {
	ctx, seed, n := context.Background(), uint64(6), 300
	real := gaps(blobs[float64](n, 3, 3))
	bits := kernels.NewMatrix[float64](n, 3)
	for i, v := range real.Data {
		if bits.Data[i] = v - v; v > 0 {
			bits.Data[i] = 1
		}
	}
	for _, weights := range [][]float64{nil, slices.Repeat([]float64{1, 0, 2.5}, n/3)} {
		r := kernels.NewMatrix[float64](n, 3)
		kmeans.RandomResponsibilities(r, kernels.NewKey(seed, 1<<32), 0)
		want, total := make([]float64, 3), 0.0
		mean := kernels.NewMatrix[float64](3, 3) // of the indicators, by component and column
		there := kernels.NewMatrix[float64](3, 3)
		for i := range n {
			w := 1.0
			if weights != nil {
				w = weights[i]
			}
			total += w
			for k, v := range r.Row(i) {
				want[k] += w * v
				for j, x := range bits.Row(i) {
					if x == x {
						mean.Row(k)[j] += w * v * x
						there.Row(k)[j] += w * v
					}
				}
			}
		}
		o := elbo.Options{Seed: seed}
		data, indicators := elbo.Rows[float64]{X: real, Weights: weights}, elbo.Rows[float64]{X: bits, Weights: weights}
		check := func(m weighted, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			for k, w := range m.Weights() {
				if !near(w, want[k]/total, 1e-12) {
					t.Errorf("%s: weight %d is %v, want %v", m.Kind(), k, w, want[k]/total)
				}
			}
		}
		for _, c := range covariances {
			m, err := em.NewGMM(ctx, data, em.GMMOptions{K: 3, Covariance: c, Init: em.InitRandom, Options: o})
			check(m, err)
		}
		for _, c := range []em.Covariance{em.Full, em.Diagonal} {
			m, err := em.NewStudentMixture(ctx, data, em.StudentMixtureOptions{K: 3, Covariance: c, Init: em.InitRandom, Options: o})
			check(m, err)
		}
		bernoulli, err := em.NewBernoulliMixture(ctx, indicators, em.BernoulliMixtureOptions{K: 3, Init: em.InitRandom, Options: o})
		check(bernoulli, err)
		for i, p := range bernoulli.Probabilities().Data { // with half a row of each
			if want := (mean.Data[i] + 0.5) / (there.Data[i] + 1); !near(p, want, 1e-12) {
				t.Errorf("probability %d is %v, want %v", i, p, want)
			}
		}
		poisson, err := em.NewPoissonMixture(ctx, indicators, em.PoissonMixtureOptions{K: 3, Init: em.InitRandom, Options: o})
		check(poisson, err)
		categorical, err := em.NewCategoricalMixture(ctx, indicators, em.CategoricalMixtureOptions{K: 3, Init: em.InitRandom, Options: o})
		check(categorical, err)
	}
}

// From random responsibilities EM finds Old Faithful's two kinds of eruption too.
func TestInitRandomFindsTheMaximum(t *testing.T) {
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		o := em.GMMOptions{K: 2, Covariance: c, Options: elbo.Options{Tol: 1e-10}}
		_, want := fit(t, datasets.Faithful(), o)
		o.Init = em.InitRandom
		m, r := fit(t, datasets.Faithful(), o)
		if math.Abs(r.Bound-want.Bound) > 1e-4 || r.Iterations <= want.Iterations {
			t.Errorf("%v: bound %v after %d iterations, from k-means++ %v after %d", c, r.Bound, r.Iterations, want.Bound, want.Iterations)
		}
		o.Seed = 1
		if n, _ := fit(t, datasets.Faithful(), o); slices.Equal(m.AppendParameters(nil), n.AppendParameters(nil)) {
			t.Errorf("%v: another seed gives the same start", c)
		}
	}
}

func TestInitRefuses(t *testing.T) {
	ctx, x := context.Background(), elbo.Of(kernels.MatrixOf(4, 1, []float64{0, 1, 1, 0}))
	for name, err := range map[string]error{
		"gmm":         second(em.NewGMM(ctx, x, em.GMMOptions{K: 2, Init: 9})),
		"bernoulli":   second(em.NewBernoulliMixture(ctx, x, em.BernoulliMixtureOptions{K: 2, Init: 9})),
		"poisson":     second(em.NewPoissonMixture(ctx, x, em.PoissonMixtureOptions{K: 2, Init: 9})),
		"categorical": second(em.NewCategoricalMixture(ctx, x, em.CategoricalMixtureOptions{K: 2, Init: 9})),
		"student":     second(em.NewStudentMixture(ctx, x, em.StudentMixtureOptions{K: 2, Init: 9})),
	} {
		if err == nil || !strings.Contains(err.Error(), "Init(9)") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if em.InitKMeans.String() != "k-means" || em.InitRandom.String() != "random" {
		t.Error("names")
	}
}
