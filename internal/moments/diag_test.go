package moments

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// testDiag compares the sums of all rows, and of few, with sums in float64.
func testDiag[T kernels.Float](t *testing.T, tol float64) {
	for _, c := range []struct{ n, d, k, every int }{{1, 1, 1, 1}, {7, 3, 2, 1}, {200, 2, 6, 3}, {256, 16, 2, 5}, {255, 40, 3, 2}, {100, 4, 3, 256}} {
		x, r, centres := inputs[T](c.n, c.d, c.k)
		for i := range r.Data {
			if r.Data[i] <= Negligible || i/c.k%c.every != 0 {
				r.Data[i] = 0
			}
		}
		f, stats := NewDiag[T](c.k, c.d), make([]float64, DiagLen(c.k, c.d))
		f.Add(stats, x, r, centres, 1)
		full, all := NewFull[T](c.d), make([]float64, Len(c.k, c.d))
		full.Add(all, x, r, centres, 1)
		for k := range c.k {
			st, fu := stats[k*DiagStride(c.d):], all[k*Stride(c.d):]
			n := 0.0
			for i := range c.n {
				n += float64(r.Row(i)[k])
			}
			for j := range c.d {
				s1, s2 := 0.0, 0.0
				for i := range c.n {
					y := float64(x.Row(i)[j]) - float64(centres.Row(k)[j])
					s1 += float64(r.Row(i)[k]) * y
					s2 += float64(r.Row(i)[k]) * y * y
				}
				for _, got := range [][3]float64{{st[0], st[1+j], st[1+c.d+j]}, {fu[0], fu[1+j], fu[1+c.d+j*c.d+j]}} {
					if math.Abs(got[0]-n)+math.Abs(got[1]-s1)+math.Abs(got[2]-s2) > tol*float64(c.n) {
						t.Fatalf("%v: component %d, column %d: %v, want %v", c, k, j, got, [3]float64{n, s1, s2})
					}
				}
			}
		}
		for _, isa := range kernels.Available() {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
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

func TestDiag(t *testing.T) {
	t.Run("f32", func(t *testing.T) { testDiag[float32](t, 1e-6) })
	t.Run("f64", func(t *testing.T) { testDiag[float64](t, 1e-14) })
}
