package kernels

import (
	"math"
	"testing"
)

func init() {
	registerElementwise("LGamma", LGamma[float32], LGamma[float64], shapes)
	registerElementwise("Digamma", Digamma[float32], Digamma[float64], shapes)
	registerElementwise("Trigamma", Trigamma[float32], Trigamma[float64], shapes)
	registerElementwise("ExpDigamma", ExpDigamma[float32], ExpDigamma[float64], shapes)
}

// shapes gives arguments of Γ: most are small, some of them large or negative.
func shapes(g *gen) float64 {
	x := float64(g.normal() * 3)
	if g.uniform() < 0.1 {
		x = float64(x * float64(x*x))
	}
	return x
}

func TestGammaSpecials(t *testing.T) {
	inf, nan, neg0 := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	var cases []special
	for _, c := range []struct {
		name string
		f32  func(dst, x []float32)
		f64  func(dst, x []float64)
		at   [][2]float64
	}{
		{"LGamma", LGamma[float32], LGamma[float64], [][2]float64{{1, 0}, {2, 0}, {0, inf}, {neg0, inf}, {-1, inf}, {-30, inf}, {-1e30, inf}, {inf, inf}, {-inf, inf}, {nan, nan}}},
		{"Digamma", Digamma[float32], Digamma[float64], [][2]float64{{0, -inf}, {neg0, inf}, {-1, nan}, {-30, nan}, {-1e30, nan}, {inf, inf}, {-inf, nan}, {nan, nan}}},
		{"Trigamma", Trigamma[float32], Trigamma[float64], [][2]float64{{0, inf}, {neg0, inf}, {-1, inf}, {-30, inf}, {-1e30, inf}, {inf, 0}, {-inf, inf}, {nan, nan}}},
		{"ExpDigamma", ExpDigamma[float32], ExpDigamma[float64], [][2]float64{{0, 0}, {neg0, 0}, {1e-5, 0}, {-1, nan}, {-inf, nan}, {inf, inf}, {nan, nan}, {1e30, 1e30}}},
	} {
		for _, v := range c.at {
			cases = append(cases, special{c.name, c.f32, c.f64, v[0], v[1]})
		}
	}
	testSpecials(t, cases)
}
