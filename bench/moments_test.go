package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// BenchmarkMoments times the weighted moments of the M-step: every row counts for every component (kept=1), or, as it is where
// the clusters lie apart, one in sixteen.
func BenchmarkMoments(b *testing.B) {
	for _, c := range []struct{ n, k, d, every int }{{8192, 3, 2, 1}, {8192, 5, 7, 1}, {8192, 16, 16, 1}, {8192, 32, 32, 1}, {8192, 64, 64, 1}, {8192, 64, 64, 16}} {
		for _, full := range []bool{false, true} {
			benchMoments[float32](b, "f32", c.n, c.k, c.d, c.every, full)
			benchMoments[float64](b, "f64", c.n, c.k, c.d, c.every, full)
		}
	}
}

func benchMoments[T kernels.Float](b *testing.B, typ string, n, k, d, every int, full bool) {
	x, r, m := kernels.NewMatrix[T](n, d), kernels.NewMatrix[T](n, k), kernels.NewMatrix[T](k, d)
	for i := range x.Data {
		x.Data[i] = T(2 * normal(21, uint64(i)))
	}
	for i := range m.Data {
		m.Data[i] = T(2 * normal(22, uint64(i)))
	}
	for i := range r.Data {
		if mix(26, uint64(i))%uint64(every) == 0 {
			r.Data[i] = T(0.01 + uniform(25, uint64(i)))
		}
	}
	s0, s1, s2 := make([]T, k), kernels.NewMatrix[T](k, d), kernels.NewMatrix[T](k, d)
	cov, flop, work := "diag", 2, make([]T, kernels.MomentsDiagWork[T](k, d))
	run := func() { kernels.MomentsDiag(s0, s1, s2, x, r, m, 0x1p-64, work) }
	if full {
		cov, flop, work, s2 = "full", d+1, make([]T, kernels.MomentsFullWork[T](d)), kernels.NewMatrix[T](k*d, d)
		run = func() { kernels.MomentsFull(s0, s1, s2, x, r, m, 0x1p-64, work) }
	}
	name := fmt.Sprintf("cov=%s/type=%s/rows=%d/k=%d/d=%d/kept=%.3g", cov, typ, n, k, d, 1/float64(every))
	onEachISA(b, name, func(b *testing.B, ns float64) {
		b.ReportMetric(ns/float64(n*k), "ns/(row,component)")
		b.ReportMetric(float64(n*k*d*flop)/float64(every)/ns, "GFLOP/s")
	}, run)
}
