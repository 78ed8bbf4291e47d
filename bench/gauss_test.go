package bench

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// normal is mix as a near-normal variate of variance 1: the sum of its four 16-bit numbers.
func normal(seed, i uint64) float64 {
	u := mix(seed, i)
	s := int64(u&0xffff) + int64(u>>16&0xffff) + int64(u>>32&0xffff) + int64(u>>48)
	return float64(s-131070) * 2.6429e-05
}

// onEachISA runs a benchmark on every ISA, without allocations, and reports the metrics per run.
func onEachISA(b *testing.B, name string, metrics func(b *testing.B, ns float64), f func()) {
	for _, isa := range kernels.Available() {
		b.Run(fmt.Sprintf("%s/impl=elbo-%v", name, isa), func(b *testing.B) {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				b.Fatal(err)
			}
			defer restore()
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			metrics(b, float64(b.Elapsed().Nanoseconds())/float64(b.N))
		})
	}
}

// density is the peers' workload: rows of twice a standard normal under k components of their own covariances.
type density[T kernels.Float] struct {
	dst, x, mean, p kernels.Matrix[T]
	c, work         []T
}

func newDensity[T kernels.Float](n, k, d int, full bool) density[T] {
	s := density[T]{
		dst: kernels.NewMatrix[T](n, k), x: kernels.NewMatrix[T](n, d), mean: kernels.NewMatrix[T](k, d),
		c: make([]T, k), work: make([]T, max(kernels.GaussDiagWork[T](d), kernels.GaussFullWork[T](d))),
	}
	for i := range s.x.Data {
		s.x.Data[i] = T(2 * normal(21, uint64(i)))
	}
	for i := range s.mean.Data {
		s.mean.Data[i] = T(2 * normal(22, uint64(i)))
	}
	s.p = kernels.NewMatrix[T](k, d)
	if full {
		s.p = kernels.NewMatrix[T](k*d, d)
	}
	u, inv := kernels.NewMatrix[float64](d, d), kernels.NewMatrix[float64](d, d)
	for j := range k {
		for r := range d {
			for q := range r + 1 { // u is the transpose of the lower factor L
				v := 0.5 + uniform(23, uint64(j*d+r))
				if q < r {
					v = 0.1 * normal(24, uint64((j*d+r)*d+q))
				}
				u.Data[q*d+r] = v
			}
			if !full {
				v := u.Data[r*d+r]
				s.p.Data[j*d+r] = T(1 / float64(v*v))
			}
		}
		if full {
			kernels.TriInverse(inv, u)
			for i, v := range inv.Data {
				s.p.Data[j*d*d+i] = T(v)
			}
		}
		s.c[j] = T(-0.5 * (float64(kernels.LogDet(u)) + float64(float64(d)*math.Log(2*math.Pi))))
	}
	return s
}

// BenchmarkGaussLogDensity times the log-densities: the peers' shapes, and single rows.
func BenchmarkGaussLogDensity(b *testing.B) {
	for _, c := range []struct{ n, k, d int }{{10000, 16, 16}, {10000, 16, 64}, {1, 16, 16}, {1, 32, 32}, {1, 64, 64}} {
		for _, full := range []bool{false, true} {
			benchDensity[float32](b, "f32", c.n, c.k, c.d, full)
			benchDensity[float64](b, "f64", c.n, c.k, c.d, full)
		}
	}
}

func benchDensity[T kernels.Float](b *testing.B, typ string, n, k, d int, full bool) {
	s := newDensity[T](n, k, d, full)
	cov, run := "diag", func() { kernels.GaussDiag(s.dst, s.x, s.mean, s.p, s.c, s.work) }
	if full {
		cov, run = "full", func() { kernels.GaussFull(s.dst, s.x, s.mean, s.p, s.c, s.work) }
	}
	onEachISA(b, fmt.Sprintf("cov=%s/type=%s/rows=%d/k=%d/d=%d", cov, typ, n, k, d), func(b *testing.B, ns float64) {
		b.ReportMetric(ns/float64(n*k*d), "ns/elem")
		b.ReportMetric(float64(n)/ns*1e9, "rows/s")
	}, run)
}

// BenchmarkPrecision times what an M-step does to one covariance: factor, inverse of the factor, log-determinant.
func BenchmarkPrecision(b *testing.B) {
	for _, d := range []int{4, 16, 64} {
		benchPrecision[float32](b, "f32", d)
		benchPrecision[float64](b, "f64", d)
	}
}

func benchPrecision[T kernels.Float](b *testing.B, typ string, d int) {
	a, u, p := kernels.NewMatrix[T](d, d), kernels.NewMatrix[T](d, d), kernels.NewMatrix[T](d, d)
	for i := range d {
		for j := i; j < d; j++ {
			a.Data[i*d+j] = T(0.1 * normal(25, uint64(i*d+j)))
		}
		a.Data[i*d+i] = T(d)
	}
	onEachISA(b, fmt.Sprintf("type=%s/d=%d", typ, d), func(b *testing.B, ns float64) {
		b.ReportMetric(ns/1e3, "µs")
	}, func() {
		copy(u.Data, a.Data)
		if !kernels.Cholesky(u) {
			b.Fatal("not positive definite")
		}
		kernels.TriInverse(p, u)
		_ = kernels.LogDet(u)
	})
}
