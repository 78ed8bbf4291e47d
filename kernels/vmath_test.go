package kernels

import (
	"math"
	"testing"
)

func init() {
	registerVmath[float32]()
	registerVmath[float64]()
}

func registerVmath[T Float]() {
	w := 8 // elements of an AVX2 vector
	if !is32[T]() {
		w = 4
	}
	for _, k := range []struct {
		name string
		run  func(dst, x []T)
	}{{"Exp", Exp[T]}, {"Log", Log[T]}, {"Tanh", Tanh[T]}, {"Sigmoid", Sigmoid[T]}, {"Softplus", Softplus[T]}} {
		register(spec[T]{
			name:   k.name,
			shapes: lengths(8*w+3, 16*w, 16*w+5, 1000, 4101), // assembly is called on pieces of 4096
			bits:   [][]int{{1}, {37}, {1000}},
			any:    true,
			part:   elementwise[T],
			ops: func(d []int) []operand {
				return []operand{{name: "dst", role: out, len: d[0], alias: 2}, {name: "x", role: in, len: d[0]}}
			},
			fill: func(d []int, b [][]T, g *gen) {
				for i := range b[1] {
					b[1][i] = T(g.normal() * 8)
					if k.name == "Log" {
						b[1][i] = T(math.Abs(float64(b[1][i])) + 1e-3)
					}
				}
			},
			run: func(_ []int, b [][]T) { k.run(b[0], b[1]) },
		})
	}
}

// TestVmathSpecials states the values at the borders of the domain.
func TestVmathSpecials(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testVmathSpecials[float32](t)
		testVmathSpecials[float64](t)
	})
}

func testVmathSpecials[T Float](t *testing.T) {
	inf, nan, neg0 := T(math.Inf(1)), T(math.NaN()), T(math.Copysign(0, -1))
	for _, c := range []struct {
		name    string
		f       func(dst, x []T)
		x, want T
	}{
		{"Exp", Exp[T], inf, inf}, {"Exp", Exp[T], -inf, 0}, {"Exp", Exp[T], nan, nan}, {"Exp", Exp[T], neg0, 1},
		{"Exp", Exp[T], 0, 1}, {"Exp", Exp[T], 1e30, inf}, {"Exp", Exp[T], -1e30, 0},
		{"Log", Log[T], inf, inf}, {"Log", Log[T], -inf, nan}, {"Log", Log[T], nan, nan}, {"Log", Log[T], -1, nan},
		{"Log", Log[T], 0, -inf}, {"Log", Log[T], neg0, -inf}, {"Log", Log[T], 1, 0},
		{"Tanh", Tanh[T], inf, 1}, {"Tanh", Tanh[T], -inf, -1}, {"Tanh", Tanh[T], nan, nan}, {"Tanh", Tanh[T], 0, 0},
		{"Tanh", Tanh[T], neg0, neg0}, {"Tanh", Tanh[T], -1e-30, -1e-30},
		{"Sigmoid", Sigmoid[T], inf, 1}, {"Sigmoid", Sigmoid[T], -inf, 0}, {"Sigmoid", Sigmoid[T], nan, nan},
		{"Sigmoid", Sigmoid[T], neg0, 0.5},
		{"Softplus", Softplus[T], inf, inf}, {"Softplus", Softplus[T], -inf, 0}, {"Softplus", Softplus[T], nan, nan},
	} {
		for n := 1; n <= 40; n++ { // at every place of a block, and in the tail
			x, y := make([]T, n), make([]T, n)
			x[n-1] = c.x
			c.f(y, x)
			got := float64(y[n-1])
			if want := float64(c.want); math.Float64bits(got) != math.Float64bits(want) && (got == got || want == want) {
				t.Fatalf("%s(%v) = %v at place %d, want %v", c.name, c.x, got, n-1, want)
			}
		}
	}
}

// TestExpNegLogPos: the helpers of the row kernels agree with Exp and Log wherever they are defined.
func TestExpNegLogPos(t *testing.T) {
	if y := expNegF32(float32(math.NaN())); y == y {
		t.Errorf("expNegF32(NaN) = %v", y)
	}
	if y := expNegF64(math.NaN()); y == y {
		t.Errorf("expNegF64(NaN) = %v", y)
	}
	g := &gen{s: 5}
	for range 200000 {
		u := g.uniform()
		if x := float32(-88.5 * u); math.Float32bits(expNegF32(x)) != math.Float32bits(expF32(x)) && expF32(x) >= 0x1p-126 {
			t.Fatalf("expNegF32(%v) = %v, expF32: %v", x, expNegF32(x), expF32(x))
		}
		if x := -709 * u; expNegF64(x) != expF64(x) && expF64(x) >= 0x1p-1022 {
			t.Fatalf("expNegF64(%v) = %v, expF64: %v", x, expNegF64(x), expF64(x))
		}
		if x := float32(1 + 1000*u); logPosF32(x) != logF32(x) {
			t.Fatalf("logPosF32(%v) = %v, logF32: %v", x, logPosF32(x), logF32(x))
		}
		if x := 1 + 1000*u; logPosF64(x) != logF64(x) {
			t.Fatalf("logPosF64(%v) = %v, logF64: %v", x, logPosF64(x), logF64(x))
		}
	}
	if expNegF32(-0x1.5d589ep6) < 0x1p-126 || expF32(math.Nextafter32(-0x1.5d589ep6, -100)) >= 0x1p-126 {
		t.Error("expNegMinF32 is not the least x whose exponential is normal")
	}
	if expNegF64(expNegMinF64) < 0x1p-1022 || expF64(math.Nextafter(expNegMinF64, -1000)) >= 0x1p-1022 {
		t.Error("expNegMinF64 is not the least x whose exponential is normal")
	}
}
