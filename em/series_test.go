package em

import (
	"math"
	"testing"

	"example.com/elbo/internal/special"
)

// TestFreedomSeries: where the series of a Student-t mixture's degrees of freedom begin, and beyond, they are what they replace.
func TestFreedomSeries(t *testing.T) {
	for _, x := range []float64{stirlingFrom, 17.25, 24, 40, 100} {
		l := special.Log(x)
		if got, want := digammaLess(x), special.Digamma(x)-l; !(math.Abs(got-want) <= 1e-12*math.Abs(want)) {
			t.Errorf("digammaLess(%v) = %v, want %v", x, got, want)
		}
		want := special.Lgamma(x) - float64((x-0.5)*l) + x - halfLog2Pi
		if got := stirling(x); !(math.Abs(got-want) <= 1e-12*special.Lgamma(x)) {
			t.Errorf("stirling(%v) = %v, want %v", x, got, want)
		}
	}
}

// TestHMMLostEnds: a lane that lacks more than what is negligible after its last frame is lost, and stays so.
func TestHMMLostEnds(t *testing.T) {
	testHMMLostEnds[float32](t)
	testHMMLostEnds[float64](t)
}

func testHMMLostEnds[T float32 | float64](t *testing.T) {
	few := hmmNegligible[T]() / 2
	l := hmmLost[T]{k: 2, lost: []bool{false, false, false, true, false}, lacks: []float64{0, few, few, 2.5 * few, 0, math.NaN(), 0, 0, few, few}}
	want := []bool{false, true, true, true, false}
	for s := range want {
		l.ends(s)
		if l.lost[s] != want[s] {
			t.Errorf("lane %d, which lacks %v: lost is %v", s, l.lacks[2*s:][:2], l.lost[s])
		}
	}
}

// TestPoissonSplitOfLowRates: halves of a rate below ½ are λ ± λ/2, so that neither is negative.
func TestPoissonSplitOfLowRates(t *testing.T) {
	f := &poisson[float64]{linear: linear[float64]{d: 2, spare: &linearParams[float64]{value: []float64{0.1, 0.3, 0, 0}}}}
	if !f.split(1, 0) {
		t.Fatal("no split")
	}
	for i, want := range []float64{0.1, 0.15, 0.1, 0.45} {
		if got := f.spare.value[i]; math.Abs(got-want) > 1e-15 {
			t.Errorf("rate %d is %v, want %v", i, got, want)
		}
	}
}
