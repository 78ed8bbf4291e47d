package bench

import (
	"context"
	"fmt"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// BenchmarkMFAFit runs 10 EM iterations of a mixture of factor analysers, and an E-step for the bound of the start, on the data of
// GMMFit and one goroutine; one entry in twenty is missing where missing=0.05.
func BenchmarkMFAFit(b *testing.B) {
	for _, s := range []struct{ n, k, d, q int }{{10000, 16, 16, 4}, {10000, 32, 64, 8}} {
		for _, missing := range []float64{0, 0.05} {
			benchMFA[float64](b, "f64", s.n, s.k, s.d, s.q, missing)
			benchMFA[float32](b, "f32", s.n, s.k, s.d, s.q, missing)
		}
	}
}

func benchMFA[T kernels.Float](b *testing.B, typ string, n, k, d, q int, missing float64) {
	const iters = 10
	var x kernels.Matrix[T]
	eachISA(b, fmt.Sprintf("type=%s/rows=%d/k=%d/d=%d/q=%d/missing=%v/iters=%d", typ, n, k, d, q, missing, iters), func(b *testing.B) {
		if x.Rows == 0 {
			x = clusters[T](n, k, d)
			var nan T
			nan /= nan
			for i := range x.Data {
				if uniform(41, uint64(i)) < missing {
					x.Data[i] = nan
				}
			}
		}
		o := em.MFAOptions{K: k, Q: q, Options: elbo.Options{MaxIter: iters, Tol: -1}}
		var r elbo.Result
		for b.Loop() {
			b.StopTimer()
			m, err := em.NewMFA(context.Background(), elbo.Of(x), o)
			b.StartTimer()
			if err == nil {
				r, err = elbo.Fit(context.Background(), m, elbo.Of(x), o.Options)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(n*iters*b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(r.LogLik/float64(n), "loglik/row")
	})
}
