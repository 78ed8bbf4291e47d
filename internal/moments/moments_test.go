package moments

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
)

func inputs[T kernels.Float](n, d, k int) (x, r, centres kernels.Matrix[T]) {
	x, r, centres = kernels.NewMatrix[T](n, d), kernels.NewMatrix[T](n, k), kernels.NewMatrix[T](k, d)
	kernels.Uniform(x.Data, kernels.NewKey(1, 0), kernels.Counter{})
	kernels.Uniform(r.Data, kernels.NewKey(1, 1), kernels.Counter{})
	kernels.Uniform(centres.Data, kernels.NewKey(1, 2), kernels.Counter{})
	for i := range r.Data {
		if i%5 == 2 {
			r.Data[i] = 0x1p-64 // negligible
		}
	}
	return x, r, centres
}

func test[T kernels.Float](t *testing.T, tol float64) {
	for _, c := range []struct{ n, d, k int }{{0, 2, 2}, {1, 1, 1}, {7, 3, 2}, {256, 2, 6}, {100, 15, 2}, {100, 16, 2}, {255, 33, 3}} {
		x, r, centres := inputs[T](c.n, c.d, c.k)
		stats := make([]float64, Len(c.k, c.d))
		f := NewFull[T](c.d)
		f.Add(stats, x, r, centres, 1)
		want := make([]float64, len(stats))
		for k := range c.k {
			st := want[k*Stride(c.d):]
			for i := range c.n {
				w := float64(r.Row(i)[k])
				if w == 0x1p-64 {
					continue
				}
				st[0] += w
				for a := range c.d {
					ta := float64(x.Row(i)[a]) - float64(centres.Row(k)[a])
					st[1+a] += w * ta
					for b := a; b < c.d; b++ {
						st[1+c.d+a*c.d+b] += w * ta * (float64(x.Row(i)[b]) - float64(centres.Row(k)[b]))
					}
				}
			}
		}
		for i, v := range stats {
			if math.Abs(v-want[i]) > tol*math.Max(1, float64(c.n)) {
				t.Fatalf("%v: statistic %d is %v, want %v", c, i, v, want[i])
			}
		}
		for _, isa := range kernels.Available() {
			restore, _ := kernels.SetISA(isa)
			again := make([]float64, len(stats))
			f.Add(again, x, r, centres, 1)
			restore()
			if fmt.Sprint(again) != fmt.Sprint(stats) {
				t.Errorf("%v: %v gives other bits", c, isa)
			}
		}
		if n := testing.AllocsPerRun(5, func() { f.Add(stats, x, r, centres, 1) }); n != 0 {
			t.Errorf("%v: %v allocations", c, n)
		}
	}
}

func TestAdd(t *testing.T) {
	t.Run("f32", func(t *testing.T) { test[float32](t, 1e-6) })
	t.Run("f64", func(t *testing.T) { test[float64](t, 1e-14) })
}

func BenchmarkAdd(b *testing.B) {
	for _, d := range []int{2, 8, 32, 64} {
		b.Run(fmt.Sprintf("d=%d", d), func(b *testing.B) {
			x, r, centres := inputs[float64](256, d, 8)
			f, stats := NewFull[float64](d), make([]float64, Len(8, d))
			for b.Loop() {
				f.Add(stats, x, r, centres, 1)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(256*8), "ns/(row,component)")
		})
	}
}
