package em_test

import (
	"context"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/kernels"
)

func hmmSubject[T kernels.Float](o em.HMMOptions, value func(z float64) float64, refuses ...string) modeltest.Subject[T] {
	for _, r := range refused {
		if r != "sequences with weights" {
			refuses = append(refuses, r)
		}
	}
	s := subject(value, refuses, func(ctx context.Context, rows elbo.Rows[T], k int, base elbo.Options) (*em.HMM[T], error) {
		o := o
		o.K, o.Options = k, base
		return em.NewHMM(ctx, rows, o)
	})
	s.Sequences = true
	return s
}

func testHMMProperties[T kernels.Float](t *testing.T, tol float64) {
	count := func(z float64) float64 { return math.Floor(math.Exp(z + 1.5)) }
	subjects := map[string]modeltest.Subject[T]{
		"poisson":     hmmSubject[T](em.HMMOptions{Emission: em.PoissonEmission}, count, "subnormal entries", "huge entries", "a row of huge entries"),
		"categorical": hmmSubject[T](em.HMMOptions{Emission: em.CategoricalEmission}, func(z float64) float64 { return min(count(z), 3) }, "subnormal entries", "huge entries", "a row of huge entries"),
	}
	for _, c := range covariances {
		refuses := []string{"constant column", "one row", "one row counts", "subnormal entries", "a column with one entry"}
		if _, ok := any(T(0)).(float64); ok { // the squares overflow; those of float32 do not, in float64
			refuses = append(refuses, "huge entries", "a row of huge entries")
		}
		subjects["gaussian, "+c.String()] = hmmSubject[T](em.HMMOptions{Covariance: c}, identity, refuses...)
	}
	for name, s := range subjects {
		t.Run(name, func(t *testing.T) {
			modeltest.Degenerate(t, s)
			modeltest.InfinityIsNamed(t, s)
			modeltest.Weights(t, s, tol)
		})
	}
}

// A hidden Markov model of sequences of one frame each is a mixture, and must do what mixtures must.
func TestHMMProperties(t *testing.T) {
	slow(t)
	t.Run("f64", func(t *testing.T) { testHMMProperties[float64](t, 1e-10) })
	t.Run("f32", func(t *testing.T) { testHMMProperties[float32](t, 1e-4) })
}

func TestHMMEquivariance(t *testing.T) {
	for _, c := range covariances {
		s, s32 := hmmSubject[float64](em.HMMOptions{Covariance: c}, identity), hmmSubject[float32](em.HMMOptions{Covariance: c}, identity)
		for _, shift := range []float64{1e3, -1e5, 1e7} {
			modeltest.Equivariance(t, s, 1, shift, 1e-6)
		}
		modeltest.Equivariance(t, s, 1e60, 0, 1e-6)
		modeltest.Equivariance(t, s32, 1, 1e3, 1e-3)
		modeltest.Equivariance(t, s32, 1e-12, 0, 1e-3)
	}
}
