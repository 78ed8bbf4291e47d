package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// definite returns the peers' matrices, one below the other: nearly diagonal, symmetric, positive definite.
func definite[T kernels.Float](n, d int) kernels.Matrix[T] {
	a := matrix[T](n*d, d)
	for k := range n {
		for i := range d {
			for j := range i + 1 {
				v := 0.1 * normal(25, uint64((k*d+i)*d+j))
				if i == j {
					v = float64(d)
				}
				a.Data[(k*d+i)*d+j], a.Data[(k*d+j)*d+i] = T(v), T(v)
			}
		}
	}
	return a
}

// BenchmarkCholesky times the factor of a matrix and the inverse of the factor, BenchmarkCholeskyBatch those of many small
// ones. A call copies the matrix first.
func BenchmarkCholesky(b *testing.B) {
	for _, d := range []int{4, 8, 10, 16, 32, 50, 64, 128, 256, 512} {
		benchCholesky[float32](b, "f32", d)
		benchCholesky[float64](b, "f64", d)
	}
}

func benchCholesky[T kernels.Float](b *testing.B, typ string, d int) {
	n := float64(d)
	measure(b, fmt.Sprintf("type=%s/d=%d", typ, d), work{flop: n * n * n / 3}, func() func() {
		a, u := definite[T](1, d), matrix[T](d, d)
		return func() {
			copy(u.Data, a.Data)
			kernels.Cholesky(u)
		}
	})
}

func BenchmarkTriInverse(b *testing.B) {
	for _, d := range []int{4, 8, 10, 16, 32, 50, 64, 128, 256, 512} {
		benchTriInverse[float32](b, "f32", d)
		benchTriInverse[float64](b, "f64", d)
	}
}

func benchTriInverse[T kernels.Float](b *testing.B, typ string, d int) {
	n := float64(d)
	measure(b, fmt.Sprintf("type=%s/d=%d", typ, d), work{flop: n * n * n / 3}, func() func() {
		u, p := definite[T](1, d), matrix[T](d, d)
		kernels.Cholesky(u)
		return func() { kernels.TriInverse(p, u) }
	})
}

func BenchmarkCholeskyBatch(b *testing.B) {
	for _, d := range []int{2, 4, 8, 16} {
		benchCholeskyBatch[float32](b, "f32", d)
		benchCholeskyBatch[float64](b, "f64", d)
	}
}

func benchCholeskyBatch[T kernels.Float](b *testing.B, typ string, d int) {
	const n = 64
	measure(b, fmt.Sprintf("type=%s/k=%d/d=%d", typ, n, d), work{flop: n * float64(d*d*d) / 3, elems: n}, func() func() {
		a, u, ok := definite[T](n, d), matrix[T](n*d, d), make([]bool, n)
		return func() {
			copy(u.Data, a.Data)
			kernels.CholeskyBatch(u, ok)
		}
	})
}
