package vem

import (
	"fmt"
	"testing"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// benchModel is a mixture after a few iterations on data of k groups.
func benchModel[T kernels.Float](b *testing.B, n, d, k int) (*GMM[T], kernels.Matrix[T]) {
	b.Helper()
	x := kernels.NewMatrix[T](n, d)
	for i := range n {
		kernels.Normal(x.Row(i), kernels.NewKey(1, 0), kernels.Counter{Row: uint64(i)})
		x.Row(i)[i%k%d] += T(4 * (1 + i%k/d))
	}
	m, _ := fit(b, x, GMMOptions{K: k, Options: elbo.Options{MaxIter: 3, Tol: -1}})
	return m, x
}

func benchmarkEStep[T kernels.Float](b *testing.B, d, k int) {
	m, x := benchModel[T](b, elbo.BlockRows, d, k)
	e, stats := m.NewEStep(), make([]float64, m.StatsLen())
	b.ReportAllocs()
	for b.Loop() {
		e.EStep(stats, elbo.Of(x))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(x.Rows*k), "ns/(row·component)")
}

// BenchmarkEStep is the E-step of a block with its statistics: all that a fit does per row.
func BenchmarkEStep(b *testing.B) {
	for _, c := range []struct{ d, k int }{{2, 6}, {16, 16}, {32, 32}} {
		b.Run(fmt.Sprintf("d=%d/k=%d/f32", c.d, c.k), func(b *testing.B) { benchmarkEStep[float32](b, c.d, c.k) })
		b.Run(fmt.Sprintf("d=%d/k=%d/f64", c.d, c.k), func(b *testing.B) { benchmarkEStep[float64](b, c.d, c.k) })
	}
}

// BenchmarkLogDensity scores one row: the serving path.
func BenchmarkLogDensity(b *testing.B) {
	for _, c := range []struct{ d, k int }{{2, 6}, {16, 16}, {32, 32}} {
		b.Run(fmt.Sprintf("d=%d/k=%d/f64", c.d, c.k), func(b *testing.B) {
			m, x := benchModel[float64](b, elbo.BlockRows, c.d, c.k)
			s := m.NewScorer()
			w, dst := s.NewWorkspace(), make([]float64, 1)
			b.ReportAllocs()
			for b.Loop() {
				if err := s.LogDensity(dst, x.SliceRows(7, 8), w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
