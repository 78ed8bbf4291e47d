package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// BenchmarkVec times the elementwise functions.
func BenchmarkVec(b *testing.B) {
	benchVec[float32](b, "f32")
	benchVec[float64](b, "f64")
}

func benchVec[T kernels.Float](b *testing.B, typ string) {
	for _, n := range []int{1, 3, 7, 1000, 1023, 1024, 1000000} {
		for _, f := range []struct {
			name   string
			lo, hi float64
			run    func(dst, x []T)
		}{
			{"exp", -10, 10, kernels.Exp[T]}, {"log", 1e-3, 100, kernels.Log[T]}, {"tanh", -5, 5, kernels.Tanh[T]},
			{"sigmoid", -10, 10, kernels.Sigmoid[T]}, {"softplus", -10, 10, kernels.Softplus[T]},
			{"expm1", -10, 10, kernels.Expm1[T]}, {"log1p", -0.9, 10, kernels.Log1p[T]}, {"silu", -10, 10, kernels.SiLU[T]},
			{"sqrt", 0, 100, kernels.Sqrt[T]}, {"reciprocal", 1e-3, 100, kernels.Reciprocal[T]},
			{"erf", -3, 3, kernels.Erf[T]}, {"gelu", -5, 5, kernels.GELU[T]},
			{"lgamma", 1e-3, 20, kernels.LGamma[T]}, {"digamma", 1e-3, 20, kernels.Digamma[T]},
			{"trigamma", 1e-3, 20, kernels.Trigamma[T]}, {"expdigamma", 1e-3, 20, kernels.ExpDigamma[T]},
		} {
			measure(b, fmt.Sprintf("fn=%s/type=%s/n=%d", f.name, typ, n), work{elems: float64(n)}, func() func() {
				x, y := zeros[T](n), zeros[T](n)
				for i := range x {
					x[i] = T(f.lo + float64((f.hi-f.lo)*uniform(1, uint64(i))))
				}
				return func() { f.run(y, x) }
			})
		}
	}
}
