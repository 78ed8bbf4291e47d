package bench

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// perISA runs f on every ISA and reports the time per element.
func perISA(b *testing.B, name string, elems int, f func()) {
	onEachISA(b, name, func(b *testing.B, ns float64) { b.ReportMetric(ns/float64(elems), "ns/elem") }, f)
}

// vectors runs f for both lengths of the peers' vector benchmarks.
func vectors[T kernels.Float](b *testing.B, typ string, f func(x, y []T)) {
	for _, n := range []int{1024, 1000000} {
		x, y := normals[T](1, n), normals[T](2, n)
		perISA(b, fmt.Sprintf("type=%s/n=%d", typ, n), n, func() { f(x, y) })
	}
}

// BenchmarkSum times the sum of a vector.
func BenchmarkSum(b *testing.B) {
	vectors(b, "f32", func(x, _ []float32) { kernels.Sum(x) })
	vectors(b, "f64", func(x, _ []float64) { kernels.Sum(x) })
}

// BenchmarkDot times the inner product.
func BenchmarkDot(b *testing.B) {
	vectors(b, "f32", func(x, y []float32) { kernels.Dot(x, y) })
	vectors(b, "f64", func(x, y []float64) { kernels.Dot(x, y) })
}

// BenchmarkAxpy times y += a·x.
func BenchmarkAxpy(b *testing.B) {
	vectors(b, "f32", func(x, y []float32) { kernels.Axpy(y, 1e-9, x) })
	vectors(b, "f64", func(x, y []float64) { kernels.Axpy(y, 1e-9, x) })
}

// BenchmarkNormal times standard normal variates.
func BenchmarkNormal(b *testing.B) {
	k := kernels.NewKey(1, 0)
	vectors(b, "f32", func(x, _ []float32) { kernels.Normal(x, k, kernels.Counter{}) })
	vectors(b, "f64", func(x, _ []float64) { kernels.Normal(x, k, kernels.Counter{}) })
}

// BenchmarkUniform times uniform variates.
func BenchmarkUniform(b *testing.B) {
	k := kernels.NewKey(1, 0)
	vectors(b, "f32", func(x, _ []float32) { kernels.Uniform(x, k, kernels.Counter{}) })
	vectors(b, "f64", func(x, _ []float64) { kernels.Uniform(x, k, kernels.Counter{}) })
}

// BenchmarkAdam times one step of Adam.
func BenchmarkAdam(b *testing.B) {
	benchAdam[float32](b, "f32")
	benchAdam[float64](b, "f64")
}

func benchAdam[T kernels.Float](b *testing.B, typ string) {
	s := kernels.AdamStep[T]{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Step: 10}
	for _, n := range []int{1024, 1000000} {
		p, m, v, g := normals[T](1, n), normals[T](2, n), normals[T](3, n), normals[T](4, n)
		kernels.Mul(v, v, v)
		perISA(b, fmt.Sprintf("type=%s/n=%d", typ, n), n, func() { kernels.Adam(p, m, v, g, s) })
	}
}

// BenchmarkLogSumExp times the log-sum-exp of rows.
func BenchmarkLogSumExp(b *testing.B) {
	matrices(b, "f32", func(_ kernels.Matrix[float32], z []float32, x kernels.Matrix[float32]) { kernels.LogSumExpRows(z, x) })
	matrices(b, "f64", func(_ kernels.Matrix[float64], z []float64, x kernels.Matrix[float64]) { kernels.LogSumExpRows(z, x) })
}

// BenchmarkSoftmax times responsibilities and log-normalisers.
func BenchmarkSoftmax(b *testing.B) {
	matrices(b, "f32", kernels.Responsibilities[float32])
	matrices(b, "f64", kernels.Responsibilities[float64])
}

func matrices[T kernels.Float](b *testing.B, typ string, f func(r kernels.Matrix[T], z []T, x kernels.Matrix[T])) {
	const rows = 10000
	for _, k := range []int{2, 3, 4, 8, 16, 32, 64, 256} {
		x := kernels.NewMatrix[T](rows, k)
		for i := range x.Data {
			x.Data[i] = T(5 * normal(1, uint64(i)))
		}
		r, z := kernels.NewMatrix[T](rows, k), make([]T, rows)
		f(r, z, x)
		if math.IsNaN(float64(z[rows-1])) {
			b.Fatal("NaN")
		}
		perISA(b, fmt.Sprintf("type=%s/rows=%d/k=%d", typ, rows, k), rows*k, func() { f(r, z, x) })
	}
}
