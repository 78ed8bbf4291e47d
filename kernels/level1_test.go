package kernels

import (
	"fmt"
	"math"
	"testing"
)

func init() { registerLevel1[float32](); registerLevel1[float64]() }

func registerLevel1[T Float]() {
	shapes := lengths(2*lanesF32+3, 127, 128, 131, 1000, pieceLen+5)
	bits := [][]int{{1}, {37}, {1000}}
	unary := func(name string, f func(dst, x []T)) {
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true, part: elementwise[T],
			ops: func(d []int) []operand {
				return []operand{{name: "dst", role: out, len: d[0], alias: 2}, {name: "x", role: in, len: d[0]}}
			},
			run: func(d []int, b [][]T) { f(b[0], b[1]) },
		})
	}
	binary := func(name string, f func(dst, x, y []T)) {
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true, part: elementwise[T],
			ops: func(d []int) []operand {
				return []operand{{name: "dst", role: out, len: d[0], alias: 2}, {name: "x", role: in, len: d[0]}, {name: "y", role: in, len: d[0]}}
			},
			run: func(d []int, b [][]T) { f(b[0], b[1], b[2]) },
		})
	}
	register(spec[T]{
		name: "Axpy", shapes: shapes, bits: bits, any: true, part: elementwise[T],
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: inout, len: d[0]}, {name: "x", role: in, len: d[0]}}
		},
		run: func(d []int, b [][]T) { Axpy(b[0], T(0.7), b[1]) },
	})
	register(spec[T]{
		name: "Fill", shapes: shapes, bits: bits, any: true,
		ops: func(d []int) []operand { return []operand{{name: "dst", role: out, len: d[0]}} },
		run: func(d []int, b [][]T) { Fill(b[0], T(0.7)) },
	})
	unary("Clamp", func(dst, x []T) { Clamp(dst, x, T(-0.7), T(1.3)) })
	unary("Clamp.+0", func(dst, x []T) { Clamp(dst, x, 0, T(math.Inf(1))) })
	unary("Scale", func(dst, x []T) { Scale(dst, x, T(0.7)) })
	binary("Add", Add[T])
	binary("Sub", Sub[T])
	binary("Mul", Mul[T])
}

func ExampleAxpy() {
	y := []float64{1, 2, 3}
	Axpy(y, 10, []float64{1, 0, -1})
	fmt.Println(y)
	// Output: [11 2 -7]
}

func ExampleClamp() {
	y := make([]float32, 4)
	Clamp(y, []float32{-3, 0.5, 8, 1}, 0, 1)
	fmt.Println(y)
	// Output: [0 0.5 1 1]
}

func ExampleFill() {
	y := make([]float64, 3)
	Fill(y, 0.5)
	fmt.Println(y)
	// Output: [0.5 0.5 0.5]
}

// TestClamp: NaN and signed zeros pass, a NaN bounds nothing, crossed bounds give the upper one.
func TestClamp(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testClamp[float32](t); testClamp[float64](t) })
}

func testClamp[T Float](t *testing.T) {
	nan, inf, negZero := T(math.NaN()), T(math.Inf(1)), T(math.Copysign(0, -1))
	for _, c := range []struct{ x, lo, hi, want T }{
		{2, -1, 1, 1}, {-2, -1, 1, -1}, {0.5, -1, 1, 0.5}, {1, -1, 1, 1},
		{nan, -1, 1, nan}, {inf, -1, 1, 1}, {-inf, -1, 1, -1}, {-inf, nan, 1, -inf}, {inf, -1, nan, inf},
		{negZero, 0, 1, negZero}, {0, negZero, 1, 0}, {0, -1, negZero, 0}, {negZero, -1, 0, negZero},
		{0, 1, -1, -1}, {5, 1, -1, -1}, {-5, 1, -1, -1}, {nan, 1, -1, nan},
	} {
		y := []T{c.x, c.x, c.x, c.x, c.x}
		Clamp(y, y, c.lo, c.hi)
		for _, v := range y {
			if (v != c.want || math.Signbit(float64(v)) != math.Signbit(float64(c.want))) && (v == v || c.want == c.want) {
				t.Errorf("Clamp(%v, %v, %v) = %v, want %v", c.x, c.lo, c.hi, v, c.want)
			}
		}
	}
}

func ExampleDot() {
	x := []float32{1, 2, 3}
	fmt.Println(Dot(x, x), Sum(x), Max(x))
	// Output: 14 6 3
}

// mustPanic runs f and returns the message with which it panics.
func mustPanic(t *testing.T, f func()) (msg string) {
	t.Helper()
	defer func() {
		r := recover()
		if r == nil {
			t.Error("no panic")
		}
		msg = fmt.Sprint(r)
	}()
	f()
	return ""
}

func TestLevel1Panics(t *testing.T) {
	a, b := make([]float32, 3), make([]float32, 4)
	for want, f := range map[string]func(){
		"kernels: Axpy: x has length 4, want 3":  func() { Axpy(a, 1, b) },
		"kernels: Scale: x has length 4, want 3": func() { Scale(a, b, 1) },
		"kernels: Add: y has length 4, want 3":   func() { Add(a, a, b) },
		"kernels: Sub: x has length 4, want 3":   func() { Sub(a, b, a) },
		"kernels: Mul: y has length 4, want 3":   func() { Mul(a, a, b) },
		"kernels: Clamp: x has length 4, want 3": func() { Clamp(a, b, 0, 1) },
		"kernels: Dot: y has length 4, want 3":   func() { Dot(a, b) },
	} {
		if got := mustPanic(t, f); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}

// TestLevel1Alias: dst may be a source, to the same bits.
func TestLevel1Alias(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testLevel1Alias[float32](t); testLevel1Alias[float64](t) })
}

func testLevel1Alias[T Float](t *testing.T) {
	for _, n := range []int{1, 7, 33, 200, pieceLen + 3} {
		g := &gen{s: uint64(n)}
		x, y := make([]T, n), make([]T, n)
		fillNormal(x, g)
		fillNormal(y, g)
		want, got := make([]T, n), make([]T, n)
		for name, f := range map[string]func(dst, x, y []T){
			"Add": Add[T], "Sub": Sub[T], "Mul": Mul[T],
			"Scale": func(dst, x, _ []T) { Scale(dst, x, 3) },
			"Clamp": func(dst, x, _ []T) { Clamp(dst, x, -1, 1) },
		} {
			f(want, x, y)
			copy(got, x)
			f(got, got, y)
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%s, n=%d, dst = x: element %d is %v, want %v", name, n, i, got[i], want[i])
				}
			}
			if name == "Scale" || name == "Clamp" {
				continue
			}
			copy(got, y)
			f(got, x, got)
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%s, n=%d, dst = y: element %d is %v, want %v", name, n, i, got[i], want[i])
				}
			}
		}
		copy(want, x)
		Axpy(want, 2, x)
		copy(got, x)
		Axpy(got, 2, got)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("Axpy, n=%d, dst = x: element %d is %v, want %v", n, i, got[i], want[i])
			}
		}
	}
}
