package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// mix is output i of splitmix64 seeded with seed.
func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uniform is mix as a number in [0, 1).
func uniform(seed, i uint64) float64 { return float64(mix(seed, i)>>11) * 0x1p-53 }

// BenchmarkVec times the elementwise functions.
func BenchmarkVec(b *testing.B) {
	benchVec[float32](b, "f32")
	benchVec[float64](b, "f64")
}

func benchVec[T kernels.Float](b *testing.B, typ string) {
	for _, n := range []int{1024, 1000000} {
		for _, f := range []struct {
			name   string
			lo, hi float64
			run    func(dst, x []T)
		}{
			{"exp", -10, 10, kernels.Exp[T]}, {"log", 1e-3, 100, kernels.Log[T]}, {"tanh", -5, 5, kernels.Tanh[T]},
			{"sigmoid", -10, 10, kernels.Sigmoid[T]}, {"softplus", -10, 10, kernels.Softplus[T]},
		} {
			x, y := make([]T, n), make([]T, n)
			for i := range x {
				x[i] = T(f.lo + float64((f.hi-f.lo)*uniform(1, uint64(i))))
			}
			for _, isa := range kernels.Available() {
				b.Run(fmt.Sprintf("fn=%s/type=%s/n=%d/impl=elbo-%v", f.name, typ, n, isa), func(b *testing.B) {
					restore, err := kernels.SetISA(isa)
					if err != nil {
						b.Fatal(err)
					}
					defer restore()
					b.ReportAllocs()
					for b.Loop() {
						f.run(y, x)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/elem")
				})
			}
		}
	}
}
