package bench

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// clusters is the peers' data of GMMFit: n rows around k centres.
func clusters[T kernels.Float](n, k, d int) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, d)
	for i := range n {
		l := uint64(uniform(13, uint64(i)) * float64(k))
		for j := range d {
			centre := float64(2 * normal(12, l*uint64(d)+uint64(j)))
			x.Row(i)[j] = T(centre + normal(11, uint64(i*d+j)))
		}
	}
	return x
}

// startOf returns what makes the peers' start: equal weights, rows as means, covariance 4·I.
func startOf[T kernels.Float](b *testing.B, x kernels.Matrix[T], k int, c em.Covariance) func() *em.GMM[T] {
	means := kernels.NewMatrix[float64](k, x.Cols)
	var weights []float64
	var covariances []kernels.Matrix[float64]
	for j := range k {
		weights = append(weights, 1/float64(k))
		cov := kernels.NewMatrix[float64](x.Cols, x.Cols)
		for i, v := range x.Row(j * (x.Rows / k)) {
			means.Row(j)[i] = float64(v)
			cov.Row(i)[i] = 4
		}
		covariances = append(covariances, cov)
	}
	return func() *em.GMM[T] {
		m, err := em.NewGMMFrom[T](weights, means, covariances, em.GMMOptions{Covariance: c, Prior: em.PriorNone})
		if err != nil {
			b.Fatal(err)
		}
		return m
	}
}

// BenchmarkGMMFit runs 10 EM iterations, and an E-step for the bound of the start, on one goroutine.
func BenchmarkGMMFit(b *testing.B) {
	for _, s := range []struct{ n, k, d int }{{10000, 16, 16}, {10000, 32, 64}, {100000, 16, 16}, {100000, 32, 64}} {
		for _, c := range []em.Covariance{em.Diagonal, em.Tied, em.Full} {
			benchFit[float64](b, "f64", s.n, s.k, s.d, c)
			benchFit[float32](b, "f32", s.n, s.k, s.d, c)
		}
	}
}

func benchFit[T kernels.Float](b *testing.B, typ string, n, k, d int, c em.Covariance) {
	const iters = 10
	data := sync.OnceValue(func() kernels.Matrix[T] { return clusters[T](n, k, d) })
	var r elbo.Result
	measure(b, fmt.Sprintf("cov=%v/type=%s/rows=%d/k=%d/d=%d/iters=%d", c, typ, n, k, d, iters), work{rows: float64(n * iters)}, func() func() {
		x := data()
		start := startOf(b, x, k, c)
		return func() {
			var err error
			if r, err = elbo.Fit(context.Background(), start(), elbo.Of(x), elbo.Options{MaxIter: iters, Tol: -1}); err != nil {
				b.Fatal(err)
			}
		}
	}, func(b *testing.B) { b.ReportMetric(r.LogLik/float64(n), "loglik/row") })
}

// BenchmarkGMMFitMissing is BenchmarkGMMFit with missing entries: each with probability 0.1, so that nearly all rows have patterns of their
// own, or the last quarter of the columns in every other row, which is one pattern.
func BenchmarkGMMFitMissing(b *testing.B) {
	for _, c := range []em.Covariance{em.Diagonal, em.Tied, em.Full} {
		for _, pattern := range []string{"random", "block"} {
			benchFitMissing[float64](b, "f64", 10000, 8, 16, c, pattern)
			benchFitMissing[float32](b, "f32", 10000, 8, 16, c, pattern)
		}
	}
}

func benchFitMissing[T kernels.Float](b *testing.B, typ string, n, k, d int, c em.Covariance, pattern string) {
	const iters = 10
	data := sync.OnceValues(func() (kernels.Matrix[T], func() *em.GMM[T]) {
		x := clusters[T](n, k, d)
		start := startOf(b, x, k, c)
		for i := range n {
			for j := range d {
				if pattern == "random" && uniform(14, uint64(i*d+j)) < 0.1 || pattern == "block" && i%2 == 1 && j >= d-d/4 {
					x.Row(i)[j] = T(math.NaN())
				}
			}
		}
		return x, start
	})
	var r elbo.Result
	measure(b, fmt.Sprintf("cov=%v/type=%s/rows=%d/k=%d/d=%d/missing=%s/iters=%d", c, typ, n, k, d, pattern, iters), work{rows: float64(n * iters)}, func() func() {
		x, start := data()
		return func() {
			var err error
			if r, err = elbo.Fit(context.Background(), start(), elbo.Of(x), elbo.Options{MaxIter: iters, Tol: -1}); err != nil {
				b.Fatal(err)
			}
		}
	}, func(b *testing.B) { b.ReportMetric(r.LogLik/float64(n), "loglik/row") })
}

// BenchmarkGMMScoreRow is the log-density of one row by a compiled scorer.
func BenchmarkGMMScoreRow(b *testing.B) {
	for _, c := range []em.Covariance{em.Diagonal, em.Full} {
		for _, size := range []int{2, 16, 32, 64} {
			benchScore[float64](b, "f64", size, c)
			benchScore[float32](b, "f32", size, c)
		}
	}
}

func benchScore[T kernels.Float](b *testing.B, typ string, size int, c em.Covariance) {
	measure(b, fmt.Sprintf("cov=%v/type=%s/k=%d/d=%d", c, typ, size, size), work{rows: 1}, func() func() { return scorer[T](b, size, c) })
}

// scorer returns what scores one row after another.
func scorer[T kernels.Float](b *testing.B, size int, c em.Covariance) func() {
	x := clusters[T](1000, size, size)
	s := startOf(b, x, size, c)().NewScorer()
	w, dst, i := s.NewWorkspace(), make([]T, 1), 0
	return func() {
		i = (i + 1) % x.Rows
		if err := s.LogDensity(dst, x.SliceRows(i, i+1), w); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGMMScoreLatency is BenchmarkGMMScoreRow with each call timed, the median and the 99th percentile as metrics. Then comes as
// often a loop in registers that takes as long as the median: its percentiles, spin-…, are what the machine's interruptions alone do to
// anything of that length, though not what it costs that they empty the caches.
func BenchmarkGMMScoreLatency(b *testing.B) {
	for _, size := range []int{16, 32, 64} {
		benchLatency[float64](b, "f64", size)
		benchLatency[float32](b, "f32", size)
	}
}

func benchLatency[T kernels.Float](b *testing.B, typ string, size int) {
	eachISA(b, fmt.Sprintf("cov=full/type=%s/k=%d/d=%d", typ, size, size), func(b *testing.B) {
		f := scorer[T](b, size, em.Full)
		times := make([]time.Duration, 0, 1<<20)
		b.ReportAllocs()
		for b.Loop() {
			if d := timed(f); len(times) < cap(times) {
				times = append(times, d)
			}
		}
		b.StopTimer()
		percentiles(b, "", times) // sorts them
		spins, steps := times[:0:0], spinSteps(times[len(times)/2])
		for range times {
			spins = append(spins, timed(func() { spin(steps) }))
		}
		percentiles(b, "spin-", spins)
	})
}

func timed(f func()) time.Duration {
	t := time.Now()
	f()
	return time.Since(t)
}

var spun uint64

// spin makes steps of a chain of multiplications and additions in a register.
func spin(steps int) {
	x := spun
	for range steps {
		x = x*6364136223846793005 + 1
	}
	spun = x
}

// spinSteps returns how many steps take about d.
func spinSteps(d time.Duration) int {
	const n = 1 << 16
	least := time.Duration(math.MaxInt64)
	for range 20 {
		least = min(least, timed(func() { spin(n) }))
	}
	return int(float64(n) * float64(d) / float64(least))
}

// percentiles reports those of the times of single calls.
func percentiles(b *testing.B, prefix string, times []time.Duration) {
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Nanoseconds()) }
	b.ReportMetric(at(0.5), prefix+"p50-ns")
	b.ReportMetric(at(0.99), prefix+"p99-ns")
	b.ReportMetric(at(0.99)/at(0.5), prefix+"p99/p50")
}
