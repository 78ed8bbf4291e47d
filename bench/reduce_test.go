package bench

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"example.com/elbo/kernels"
)

// vectors runs a benchmark for the lengths of the peers' vectors. f gets x and y and returns what is timed; moved is how many
// numbers that reads and writes for each element.
func vectors[T kernels.Float](b *testing.B, typ string, moved float64, f func(x, y []T) func()) {
	var t T
	for _, n := range []int{15, 64, 100, 1000, 1001, 1024, 10007, 1000000} {
		w := work{elems: float64(n), bytes: moved * float64(n) * float64(unsafe.Sizeof(t))}
		measure(b, fmt.Sprintf("type=%s/n=%d", typ, n), w, func() func() { return f(normals[T](1, n), normals[T](2, n)) })
	}
}

func benchSum[T kernels.Float](b *testing.B, typ string) {
	vectors(b, typ, 1, func(x, _ []T) func() { return func() { kernels.Sum(x) } })
}

// BenchmarkSum times the sum of a vector.
func BenchmarkSum(b *testing.B) { benchSum[float32](b, "f32"); benchSum[float64](b, "f64") }

func benchDot[T kernels.Float](b *testing.B, typ string) {
	vectors(b, typ, 2, func(x, y []T) func() { return func() { kernels.Dot(x, y) } })
}

// BenchmarkDot times the inner product.
func BenchmarkDot(b *testing.B) { benchDot[float32](b, "f32"); benchDot[float64](b, "f64") }

func benchAxpy[T kernels.Float](b *testing.B, typ string) {
	vectors(b, typ, 3, func(x, y []T) func() { return func() { kernels.Axpy(y, 1e-9, x) } })
}

// BenchmarkAxpy times y += a·x.
func BenchmarkAxpy(b *testing.B) { benchAxpy[float32](b, "f32"); benchAxpy[float64](b, "f64") }

func benchNormal[T kernels.Float](b *testing.B, typ string) {
	k := kernels.NewKey(1, 0)
	vectors(b, typ, 0, func(x, _ []T) func() { return func() { kernels.Normal(x, k, kernels.Counter{}) } })
}

// BenchmarkNormal times standard normal variates.
func BenchmarkNormal(b *testing.B) { benchNormal[float32](b, "f32"); benchNormal[float64](b, "f64") }

func benchUniform[T kernels.Float](b *testing.B, typ string) {
	k := kernels.NewKey(1, 0)
	vectors(b, typ, 0, func(x, _ []T) func() { return func() { kernels.Uniform(x, k, kernels.Counter{}) } })
}

// BenchmarkUniform times uniform variates.
func BenchmarkUniform(b *testing.B) { benchUniform[float32](b, "f32"); benchUniform[float64](b, "f64") }

// BenchmarkBernoulli times draws of zeros and ones.
func BenchmarkBernoulli(b *testing.B) {
	benchBernoulli[float32](b, "f32")
	benchBernoulli[float64](b, "f64")
}

func benchBernoulli[T kernels.Float](b *testing.B, typ string) {
	k := kernels.NewKey(1, 0)
	for _, n := range []int{1024, 1000000} {
		p, x := make([]T, n), make([]T, n)
		for i := range p {
			p[i] = T(uniform(1, uint64(i)))
		}
		perISA(b, fmt.Sprintf("type=%s/n=%d", typ, n), n, func() { kernels.Bernoulli(x, p, k, kernels.Counter{}) })
	}
}

// BenchmarkPermutation times permutations.
func BenchmarkPermutation(b *testing.B) {
	k := kernels.NewKey(1, 0)
	for _, n := range []int{1024, 1000000} {
		x := make([]uint32, n)
		perISA(b, fmt.Sprintf("n=%d", n), n, func() { kernels.Permutation(x, k, kernels.Counter{}) })
	}
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
	for _, k := range []int{2, 3, 4, 5, 8, 10, 16, 20, 32, 64, 100, 256} {
		measure(b, fmt.Sprintf("type=%s/rows=%d/k=%d", typ, rows, k), work{elems: float64(rows * k), rows: rows}, func() func() {
			x, r, z := matrix[T](rows, k), matrix[T](rows, k), zeros[T](rows)
			for i := range x.Data {
				x.Data[i] = T(5 * normal(1, uint64(i)))
			}
			f(r, z, x)
			if math.IsNaN(float64(z[rows-1])) {
				b.Fatal("NaN")
			}
			return func() { f(r, z, x) }
		})
	}
}
