package kernels

import (
	"math"
	"testing"
)

func init() {
	registerElementwise("Expm1", Expm1[float32], Expm1[float64], func(g *gen) float64 {
		switch g.intn(8) {
		case 0: // where 2^n - 1 is rounded: n = 25
			return 17 + g.uniform()/4
		case 1: // n = 54
			return 37 + g.uniform()/2
		}
		return g.normal() * 8
	})
	registerElementwise("Log1p", Log1p[float32], Log1p[float64], func(g *gen) float64 {
		if g.intn(2) == 0 { // just above the first step of the exponent
			return 0.34 + g.uniform()/8
		}
		u := g.normal()
		return float64(u*u*4) - 0.9
	})
	registerElementwise("SiLU", SiLU[float32], SiLU[float64], scaled(8))
	registerElementwise("Sqrt", Sqrt[float32], Sqrt[float64], scaled(8))
	registerElementwise("Reciprocal", Reciprocal[float32], Reciprocal[float64], scaled(8))
}

// scaled gives normal variates of standard deviation s.
func scaled(s float64) func(g *gen) float64 {
	return func(g *gen) float64 { return float64(g.normal() * s) }
}

// registerElementwise registers dst[i] = f(x[i]) with inputs from draw. Every other shape has their magnitudes only, for
// the texts that take such blocks alone.
func registerElementwise(name string, f32 func(dst, x []float32), f64 func(dst, x []float64), draw func(*gen) float64) {
	register(specOf(name, f32, draw))
	register(specOf(name, f64, draw))
}

func specOf[T Float](name string, f func(dst, x []T), draw func(*gen) float64) spec[T] {
	w := 16 // elements of an AVX-512 vector
	if !is32[T]() {
		w = 8
	}
	return spec[T]{
		name:   name,
		shapes: lengths(2*w+3, 4*w, 4*w+2, 6*w, 7*w-1, 8*w+5, 10*w, 14*w, 18*w+1, 22*w, 26*w-1, 30*w, 34*w+3, 37*w+9, 39*w+11, 1001, 1007, 2015, 4101, 4103, 8197), // assembly is called on pieces of 4096
		bits:   [][]int{{1}, {37}, {1000}},
		any:    true,
		part:   elementwise[T],
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: d[0], alias: 2}, {name: "x", role: in, len: d[0]}}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for i := range b[1] {
				b[1][i] = T(draw(g))
				if d[0]%2 == 0 {
					b[1][i] = abs(b[1][i])
				}
			}
		},
		run: func(_ []int, b [][]T) { f(b[0], b[1]) },
	}
}

// special is a value that a function must take, in both types.
type special struct {
	name    string
	f32     func(dst, x []float32)
	f64     func(dst, x []float64)
	x, want float64
}

// testSpecials wants the exact values, signs of zeros too, at every place of a block and in the tail.
func testSpecials(t *testing.T, cases []special) {
	forEachISA(t, func(t *testing.T) {
		for _, c := range cases {
			testSpecial(t, c.name, c.f32, c.x, c.want)
			testSpecial(t, c.name, c.f64, c.x, c.want)
		}
	})
}

func testSpecial[T Float](t *testing.T, name string, f func(dst, x []T), at, want float64) {
	t.Helper()
	for n := 1; n <= 40; n++ {
		x, y := make([]T, n), make([]T, n)
		for i := range x {
			x[i] = 1
		}
		x[n-1] = T(at)
		f(y, x)
		got, want := float64(y[n-1]), float64(T(want))
		if math.Float64bits(got) != math.Float64bits(want) && (got == got || want == want) {
			t.Fatalf("%s(%v) = %v at place %d of %T, want %v", name, at, got, n-1, y, want)
		}
	}
}

func TestExpm1Specials(t *testing.T) {
	inf, nan, neg0 := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	var cases []special
	for _, c := range []struct {
		name string
		f32  func(dst, x []float32)
		f64  func(dst, x []float64)
		at   [][2]float64
	}{
		{"Expm1", Expm1[float32], Expm1[float64], [][2]float64{{0, 0}, {neg0, neg0}, {inf, inf}, {-inf, -1}, {nan, nan}, {1e30, inf}, {-1e30, -1}, {1e-30, 1e-30}, {-1e-30, -1e-30}, {720, inf}}},
		{"Log1p", Log1p[float32], Log1p[float64], [][2]float64{{0, 0}, {neg0, neg0}, {inf, inf}, {-inf, nan}, {nan, nan}, {-1, -inf}, {-1.0625, nan}, {-1e30, nan}, {1e-30, 1e-30}, {-1e-30, -1e-30}}},
		{"SiLU", SiLU[float32], SiLU[float64], [][2]float64{{0, 0}, {neg0, neg0}, {inf, inf}, {-inf, neg0}, {nan, nan}, {1e30, 1e30}, {-1e30, neg0}}},
		{"Sqrt", Sqrt[float32], Sqrt[float64], [][2]float64{{0, 0}, {neg0, neg0}, {inf, inf}, {-inf, nan}, {nan, nan}, {-1, nan}, {4, 2}}},
		{"Reciprocal", Reciprocal[float32], Reciprocal[float64], [][2]float64{{0, inf}, {neg0, -inf}, {inf, 0}, {-inf, neg0}, {nan, nan}, {4, 0.25}}},
	} {
		for _, v := range c.at {
			cases = append(cases, special{c.name, c.f32, c.f64, v[0], v[1]})
		}
	}
	testSpecials(t, cases)
}
