package em_test

import (
	"context"
	"fmt"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/kernels"
)

// subject makes a subject of a model's constructor: a nil pointer is no model.
func subject[T kernels.Float, M interface {
	comparable
	elbo.Model[T]
}](value func(z float64) float64, refuses []string, start func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (M, error)) modeltest.Subject[T] {
	return modeltest.Subject[T]{Value: value, Refuses: refuses, New: func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error) {
		m, err := start(ctx, rows, k, o)
		var none M
		if m == none {
			return nil, err
		}
		return m, err
	}}
}

func identity(z float64) float64 { return z }

// refused are the data that no mixture takes.
var refused = []string{
	"more components than rows", "no components", "no rows", "no columns", "a column missing", "all missing", "all weights are 0",
	"a negative weight", "a weight that is NaN", "too few weights", "sequences with weights", "an infinite entry",
}

func gmmSubject[T kernels.Float](c em.Covariance, p em.Prior) modeltest.Subject[T] {
	refuses := append([]string{
		"constant column", "one row", "one row counts", "subnormal entries",
		"a column with one entry",
	}, refused...)
	if _, ok := any(T(0)).(float64); ok { // the squares overflow; those of float32 do not, in float64
		refuses = append(refuses, "huge entries", "a row of huge entries")
	} else if p == em.PriorNone {
		refuses = append(refuses, "a row of huge entries")
	}
	if p == em.PriorNone { // a component collapses
		refuses = append(refuses, "fewer distinct rows than components", "as many components as rows")
		if c != em.Tied {
			refuses = append(refuses, "large and small weights", "some entries missing")
		}
		if c == em.Full || c == em.Diagonal {
			refuses = append(refuses, "each row four times")
		}
		if c == em.Full || c == em.Tied {
			refuses = append(refuses, "fewer rows than columns", "two rows")
		}
	}
	return subject(identity, refuses, func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (*em.GMM[T], error) {
		return em.NewGMM(ctx, rows, em.GMMOptions{K: k, Covariance: c, Prior: p, Options: o})
	})
}

func testGMMProperties[T kernels.Float](t *testing.T, tol float64) {
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			t.Run(fmt.Sprintf("%v, %v", c, p), func(t *testing.T) {
				s := gmmSubject[T](c, p)
				modeltest.Degenerate(t, s)
				modeltest.InfinityIsNamed(t, s)
				modeltest.Weights(t, s, tol)
				modeltest.Cancelled(t, s)
			})
		}
	}
}

func TestGMMProperties(t *testing.T) {
	slow(t)
	t.Run("f64", func(t *testing.T) { testGMMProperties[float64](t, 1e-10) })
	t.Run("f32", func(t *testing.T) { testGMMProperties[float32](t, 1e-4) })
}

func TestGMMEquivariance(t *testing.T) {
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			for _, shift := range []float64{1e3, -1e5, 1e7} {
				modeltest.Equivariance(t, gmmSubject[float64](c, p), 1, shift, 1e-6)
			}
			modeltest.Equivariance(t, gmmSubject[float64](c, p), 1e-30, 1e-26, 1e-6)
			modeltest.Equivariance(t, gmmSubject[float64](c, p), 1e60, 0, 1e-6)
			modeltest.Equivariance(t, gmmSubject[float32](c, p), 1, 1e3, 1e-3)
			modeltest.Equivariance(t, gmmSubject[float32](c, p), 1e-12, 0, 1e-3)
			if c != em.Spherical {
				modeltest.ColumnEquivariance(t, gmmSubject[float64](c, p), [3]float64{1e-90, 3, 1e80}, 1e-6)
				modeltest.ColumnEquivariance(t, gmmSubject[float32](c, p), [3]float64{1e-9, 3, 1e8}, 1e-3)
			}
		}
	}
}
