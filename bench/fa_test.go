package bench

import (
	"context"
	"fmt"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// factorData is the peers' data of FAFit: x = Wz + √ψ·ε with ψ_j = ¼ + u.
func factorData[T kernels.Float](n, d, q int) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, d)
	w, sd := make([]float64, d*q), make([]float64, d)
	for i := range w {
		w[i] = float64(normal(31, uint64(i)))
	}
	for j := range sd {
		sd[j] = math.Sqrt(0.25 + uniform(34, uint64(j)))
	}
	z := make([]float64, q)
	for i := range n {
		for k := range z {
			z[k] = float64(normal(32, uint64(i*q+k)))
		}
		for j := range d {
			sum := sd[j] * float64(normal(33, uint64(i*d+j)))
			for k, v := range z {
				sum = math.FMA(w[j*q+k], v, sum)
			}
			x.Row(i)[j] = T(sum)
		}
	}
	return x
}

// BenchmarkFAFit runs 46 iterations of factor analysis by maximum likelihood, from the data in memory, on one goroutine: as many as
// scikit-learn makes on these data with its defaults.
func BenchmarkFAFit(b *testing.B) {
	for _, s := range []struct{ n, d, q int }{{10000, 16, 4}, {100000, 64, 8}} {
		benchFactors[float64](b, "f64", s.n, s.d, s.q)
		benchFactors[float32](b, "f32", s.n, s.d, s.q)
	}
}

func benchFactors[T kernels.Float](b *testing.B, typ string, n, d, q int) {
	const iters = 46
	var r elbo.Result
	measure(b, fmt.Sprintf("type=%s/rows=%d/d=%d/q=%d/iters=%d", typ, n, d, q, iters), work{rows: float64(n)}, func() func() {
		x := factorData[T](n, d, q)
		return func() {
			var err error
			if _, r, err = em.FitFA(context.Background(), elbo.Of(x), em.FAOptions{Q: q, Prior: em.PriorNone, Options: elbo.Options{MaxIter: iters, Tol: -1}}); err != nil {
				b.Fatal(err)
			}
		}
	}, func(b *testing.B) { b.ReportMetric(r.LogLik/float64(n), "loglik/row") })
}

// BenchmarkFAScoreRow is the log-density of one row by a compiled scorer.
func BenchmarkFAScoreRow(b *testing.B) {
	for _, s := range []struct{ d, q int }{{16, 4}, {64, 8}} {
		benchFactorScore[float64](b, "f64", s.d, s.q)
		benchFactorScore[float32](b, "f32", s.d, s.q)
	}
}

func benchFactorScore[T kernels.Float](b *testing.B, typ string, d, q int) {
	x := factorData[T](1000, d, q)
	m, _, err := em.FitFA(context.Background(), elbo.Of(x), em.FAOptions{Q: q, Options: elbo.Options{MaxIter: 5}})
	if err != nil {
		b.Fatal(err)
	}
	s := m.NewScorer()
	w, dst := s.NewWorkspace(), make([]T, 1)
	onEachISA(b, fmt.Sprintf("type=%s/d=%d/q=%d", typ, d, q), func(*testing.B, float64) {}, func() {
		if err := s.LogDensity(dst, x.SliceRows(0, 1), w); err != nil {
			b.Fatal(err)
		}
	})
}
