package peak

import (
	"testing"

	"example.com/elbo/kernels"
)

// TestLoops: what the loops through memory compute, and that the multiply-adds are counted.
func TestLoops(t *testing.T) {
	const n = streamed + 96
	a, b := make([]float64, n), make([]float64, n)
	for i := range a {
		a[i], b[i] = float64(i), float64(2*i)
	}
	for _, isa := range kernels.Available() {
		have := isa != kernels.Generic
		dst := make([]float64, n)
		if Copy(isa, dst, a) != have {
			t.Fatalf("%v: Copy: want %v", isa, have)
		}
		for i := range dst {
			if have && dst[i] != a[i] {
				t.Fatalf("%v: copy %d: %v, want %v", isa, i, dst[i], a[i])
			}
		}
		if Triad(isa, dst, a, b, 0.5) != have {
			t.Fatalf("%v: Triad: want %v", isa, have)
		}
		for i := range dst {
			if have && dst[i] != 2*a[i] {
				t.Fatalf("%v: triad %d: %v, want %v", isa, i, dst[i], 2*a[i])
			}
		}
		f32, f64 := FMA[float32](isa, 3), FMA[float64](isa, 3)
		if want := float64(3 * 24 * 2 * lanes(isa)); f32 != want || f64 != want/2 {
			t.Errorf("%v: %v and %v operations, want %v and half of it", isa, f32, f64, want)
		}
		if Copy(isa, dst[:33], a[:33]) || Triad(isa, dst[:32], a[:64], b[:32], 1) {
			t.Errorf("%v: took lengths that do not fit", isa)
		}
	}
}
