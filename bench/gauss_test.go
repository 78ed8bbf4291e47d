package bench

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// density is the peers' workload: rows of twice a standard normal under k components of their own covariances.
type density[T kernels.Float] struct {
	dst, x, mean, p kernels.Matrix[T]
	c, work         []T
}

func newDensity[T kernels.Float](n, k, d int, full bool) density[T] {
	s := density[T]{
		dst: matrix[T](n, k), x: matrix[T](n, d), mean: matrix[T](k, d),
		c: zeros[T](k), work: zeros[T](max(kernels.GaussDiagWork[T](d), kernels.GaussFullWork[T](d))),
	}
	for i := range s.x.Data {
		s.x.Data[i] = T(2 * normal(21, uint64(i)))
	}
	for i := range s.mean.Data {
		s.mean.Data[i] = T(2 * normal(22, uint64(i)))
	}
	s.p = matrix[T](k, d)
	if full {
		s.p = matrix[T](k*d, d)
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

// densities are the peers' shapes, with some of single rows.
var densities = []struct{ n, k, d int }{
	{10000, 4, 2}, {10000, 5, 3}, {10000, 8, 8}, {10000, 16, 10}, {10000, 16, 16}, {10000, 16, 64}, {10000, 64, 32},
	{1, 16, 16}, {1, 32, 32}, {1, 64, 64},
}

// BenchmarkGaussLogDensity times the log-densities.
func BenchmarkGaussLogDensity(b *testing.B) {
	for _, c := range densities {
		for _, full := range []bool{false, true} {
			benchDensity[float32](b, "f32", c.n, c.k, c.d, full)
			benchDensity[float64](b, "f64", c.n, c.k, c.d, full)
		}
	}
}

func benchDensity[T kernels.Float](b *testing.B, typ string, n, k, d int, full bool) {
	measure(b, densityName(typ, n, k, d, full), work{elems: float64(n * k * d), rows: float64(n)}, func() func() {
		s := newDensity[T](n, k, d, full)
		return func() { s.run(full) }
	})
}

func densityName(typ string, n, k, d int, full bool) string {
	cov := "diag"
	if full {
		cov = "full"
	}
	return fmt.Sprintf("cov=%s/type=%s/rows=%d/k=%d/d=%d", cov, typ, n, k, d)
}

func (s density[T]) run(full bool) {
	if full {
		kernels.GaussFull(s.dst, s.x, s.mean, s.p, s.c, s.work)
		return
	}
	kernels.GaussDiag(s.dst, s.x, s.mean, s.p, s.c, s.work)
}

// BenchmarkGMMEStep times log-densities, responsibilities and log-normalisers under equal weights.
func BenchmarkGMMEStep(b *testing.B) {
	for _, c := range densities {
		for _, full := range []bool{false, true} {
			benchEStep[float32](b, "f32", c.n, c.k, c.d, full)
			benchEStep[float64](b, "f64", c.n, c.k, c.d, full)
		}
	}
}

func benchEStep[T kernels.Float](b *testing.B, typ string, n, k, d int, full bool) {
	measure(b, densityName(typ, n, k, d, full), work{elems: float64(n * k * d), rows: float64(n)}, func() func() {
		s, z, resp := newDensity[T](n, k, d, full), zeros[T](n), matrix[T](n, k)
		for j := range s.c {
			s.c[j] -= T(math.Log(float64(k)))
		}
		const block = 256 // rows that stay in the first caches between the two
		return func() {
			for i := 0; i < n; i += block {
				q, end := s, min(i+block, n)
				q.x, q.dst = s.x.SliceRows(i, end), s.dst.SliceRows(0, end-i)
				q.run(full)
				kernels.Responsibilities(resp.SliceRows(i, end), z[i:end], q.dst)
			}
			_ = kernels.Sum(z)
		}
	})
}

// BenchmarkGaussDiagMasked times the diagonal log-densities of rows of which some have a missing entry.
func BenchmarkGaussDiagMasked(b *testing.B) {
	for _, missing := range []float64{0, 0.01, 0.5} {
		benchMasked[float32](b, "f32", 10000, 16, 16, missing)
		benchMasked[float64](b, "f64", 10000, 16, 16, missing)
	}
}

func benchMasked[T kernels.Float](b *testing.B, typ string, n, k, d int, missing float64) {
	s := newDensity[T](n, k, d, false)
	h, work := kernels.NewMatrix[T](k, d), make([]T, kernels.GaussDiagMaskedWork[T](k, d))
	for i := range n {
		if uniform(27, uint64(i)) < missing {
			s.x.Row(i)[i%d] = T(math.NaN())
		}
	}
	onEachISA(b, fmt.Sprintf("type=%s/rows=%d/k=%d/d=%d/missing=%v", typ, n, k, d, missing), func(b *testing.B, ns float64) {
		b.ReportMetric(ns/float64(n*k*d), "ns/elem")
	}, func() { kernels.GaussDiagMasked(s.dst, s.x, s.mean, s.p, h, s.c, work) })
}

// BenchmarkPrecision times what an M-step does to one covariance: factor, inverse of the factor, log-determinant.
func BenchmarkPrecision(b *testing.B) {
	for _, d := range []int{4, 16, 64} {
		benchPrecision[float32](b, "f32", d)
		benchPrecision[float64](b, "f64", d)
	}
}

func benchPrecision[T kernels.Float](b *testing.B, typ string, d int) {
	a, u, p := matrix[T](d, d), matrix[T](d, d), matrix[T](d, d)
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
