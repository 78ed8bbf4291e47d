package vem_test

import (
	"context"
	"testing"

	"example.com/elbo"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/kernels"
	"example.com/elbo/vem"
)

func gmmSubject[T kernels.Float]() modeltest.Subject[T] {
	refuses := []string{
		"constant column", "one row", "one row counts", "more components than rows", "no components", "no rows", "no columns", "all weights are 0",
		"a negative weight", "a weight that is NaN", "too few weights", "sequences with weights", "an infinite entry", "subnormal entries", "huge entries", "a row of huge entries",
		"some entries missing", "each row lacks all but one entry", "a row missing", "a column missing", "a column with one entry", "all missing",
	}
	return modeltest.Subject[T]{Value: func(z float64) float64 { return z }, Refuses: refuses, New: func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error) {
		m, err := vem.NewGMM(ctx, rows, vem.GMMOptions{K: k, Options: o})
		if m == nil {
			return nil, err
		}
		return m, err
	}}
}

func testProperties[T kernels.Float](t *testing.T, tol float64) {
	s := gmmSubject[T]()
	modeltest.Degenerate(t, s)
	modeltest.InfinityIsNamed(t, s)
	modeltest.Weights(t, s, tol)
	modeltest.Cancelled(t, s)
}

func TestProperties(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testProperties[float64](t, 1e-10) })
	t.Run("f32", func(t *testing.T) { testProperties[float32](t, 1e-4) })
}

func TestEquivariance(t *testing.T) {
	for _, shift := range []float64{1e3, -1e5, 1e7} {
		modeltest.Equivariance(t, gmmSubject[float64](), 1, shift, 1e-6)
	}
	modeltest.Equivariance(t, gmmSubject[float64](), 1e-30, 1e-26, 1e-6)
	modeltest.Equivariance(t, gmmSubject[float64](), 1e60, 0, 1e-6)
	modeltest.ColumnEquivariance(t, gmmSubject[float64](), [3]float64{1e-30, 3, 1e20}, 1e-6)
	modeltest.ColumnEquivariance(t, gmmSubject[float32](), [3]float64{1e-6, 3, 1e5}, 1e-3)
	modeltest.Equivariance(t, gmmSubject[float32](), 1, 1e3, 1e-3)
	modeltest.Equivariance(t, gmmSubject[float32](), 1e-12, 0, 1e-3)
}
