package kernels

import (
	"fmt"
	"math"
	"math/big"
	"testing"
)

func init() { registerReduce[float32](); registerReduce[float64]() }

func registerReduce[T Float]() {
	shapes := lengths(4*lanesF32+3, 255, 1000, pieceLen-1, pieceLen, pieceLen+1, 3*pieceLen+77, groupLen+1)
	bits := [][]int{{5}, {100}, {3*pieceLen + 77}}
	// Norm's scaled sums are reached by magnitudes that the kit's ordinary values do not have.
	for name, scale := range map[string]float64{"Norm.tiny": 0x1p-120, "Norm.huge": 0x1p100} {
		if !is32[T]() {
			scale = math.Pow(scale, 8.4)
		}
		register(spec[T]{
			name: name, shapes: shapes, bits: bits,
			ops: func(d []int) []operand {
				return []operand{{name: "result", role: out, len: 1}, {name: "x", role: in, len: d[0]}}
			},
			fill: func(d []int, b [][]T, g *gen) {
				for i := range b[1] {
					b[1][i] = T(g.normal() * scale)
				}
			},
			run: func(d []int, b [][]T) { b[0][0] = Norm(b[1]) },
		})
	}
	unary := func(name string, f func(x []T) T) {
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true,
			ops: func(d []int) []operand {
				return []operand{{name: "result", role: out, len: 1}, {name: "x", role: in, len: d[0]}}
			},
			run: func(d []int, b [][]T) { b[0][0] = f(b[1]) },
		})
	}
	// The extreme of each is its last element, whichever lane that is in.
	for name, sign := range map[string]T{"Max.last": 1, "Min.last": -1} {
		register(spec[T]{
			name: name, shapes: lengths(4*lanesF32 + 3), bits: [][]int{{61}},
			ops: func(d []int) []operand {
				return []operand{{name: "result", role: out, len: 1}, {name: "x", role: in, len: d[0]}}
			},
			fill: func(d []int, b [][]T, g *gen) {
				for i := range b[1] {
					b[1][i] = sign * T(float64(i)+g.uniform())
				}
			},
			run: func(d []int, b [][]T) {
				if sign > 0 {
					b[0][0] = Max(b[1])
				} else {
					b[0][0] = Min(b[1])
				}
			},
		})
	}
	unary("Sum", Sum[T])
	unary("SumSquares", SumSquares[T])
	unary("Max", Max[T])
	unary("Min", Min[T])
	unary("ArgMax", func(x []T) T { return T(ArgMax(x)) })
	unary("Norm", Norm[T])
	unary("LogSumExp", LogSumExp[T])
	register(spec[T]{
		name: "Dot", shapes: shapes, bits: bits, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "result", role: out, len: 1}, {name: "x", role: in, len: d[0]}, {name: "y", role: in, len: d[0]}}
		},
		run: func(d []int, b [][]T) { b[0][0] = Dot(b[1], b[2]) },
	})
}

// naiveReduce is rules 9 and 11 written as plainly as they can be: pad, fold, halve; a level-by-level tree.
func naiveReduce[T Float](n int, fold func(s T, i int) T) T {
	lanes := lanesF64
	if is32[T]() {
		lanes = lanesF32
	}
	var level []T
	for lo := 0; lo == 0 || lo < n; lo += 8192 {
		s := make([]T, lanes)
		for i := lo; i < min(n, lo+8192); i++ {
			s[i%lanes] = fold(s[i%lanes], i)
		}
		for len(s) > 1 {
			h := len(s) / 2
			for j := range h {
				s[j] += s[j+h]
			}
			s = s[:h]
		}
		level = append(level, s[0])
	}
	for len(level) > 1 {
		var up []T
		for i := 0; i < len(level); i += 2 {
			if i+1 < len(level) {
				up = append(up, level[i]+level[i+1])
			} else {
				up = append(up, level[i])
			}
		}
		level = up
	}
	return level[0]
}

// TestReduceOrder: the sums have exactly the order that the contract states, on every ISA.
func TestReduceOrder(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testReduceOrder[float32](t); testReduceOrder[float64](t) })
}

func testReduceOrder[T Float](t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 17, 31, 32, 33, 100, 1000, 8191, 8192, 8193, 16384, 5 * 8192, 7*8192 + 100, 11 * 8192} {
		g := &gen{s: uint64(n)}
		x, y := make([]T, n), make([]T, n)
		fillNormal(x, g)
		fillNormal(y, g)
		for _, c := range []struct {
			name      string
			got, want T
		}{
			{"Sum", Sum(x), naiveReduce(n, func(s T, i int) T { return s + x[i] })},
			{"Dot", Dot(x, y), naiveReduce(n, func(s T, i int) T { return fma(x[i], y[i], s) })},
			{"SumSquares", SumSquares(x), naiveReduce(n, func(s T, i int) T { return fma(x[i], x[i], s) })},
		} {
			if c.got != c.want {
				t.Errorf("%s of %d elements is %v, want %v", c.name, n, c.got, c.want)
			}
		}
	}
}

// TestReduceError: the error is within the documented bound of the exact sum.
func TestReduceError(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testReduceError[float32](t); testReduceError[float64](t) })
}

func testReduceError[T Float](t *testing.T) {
	u, lanes := 0x1p-53, 16.0
	if is32[T]() {
		u, lanes = 0x1p-24, 32
	}
	for _, n := range []int{3, 1000, 8192, 100000} {
		g := &gen{s: uint64(n)}
		x := make([]T, n)
		fillNormal(x, g)
		exact, abs := new(big.Float).SetPrec(300), 0.0
		for _, v := range x {
			exact.Add(exact, big.NewFloat(float64(v)))
			abs += math.Abs(float64(v))
		}
		diff, _ := exact.Sub(exact, big.NewFloat(float64(Sum(x)))).Float64()
		bound := (float64(min(n, 8192))/lanes + math.Log2(lanes) + 1 + math.Ceil(math.Log2(float64(n)/8192+1))) * u * abs
		if math.Abs(diff) > bound {
			t.Errorf("Sum of %d: error %g, bound %g", n, diff, bound)
		}
	}
}

func TestReduceSpecials(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testReduceSpecials[float32](t); testReduceSpecials[float64](t) })
}

func testReduceSpecials[T Float](t *testing.T) {
	inf, nan, negZero := T(math.Inf(1)), T(math.NaN()), T(math.Copysign(0, -1))
	plusZero := func(v T) bool { return v == 0 && !math.Signbit(float64(v)) }
	if !plusZero(Sum[T](nil)) || !plusZero(Dot[T](nil, nil)) || !plusZero(SumSquares[T](nil)) || !plusZero(Norm[T](nil)) {
		t.Error("empty: want +0")
	}
	if Max[T](nil) != -inf || Min[T](nil) != inf || ArgMax[T](nil) != -1 {
		t.Errorf("empty: Max %v, Min %v, ArgMax %d, want -Inf, +Inf, -1", Max[T](nil), Min[T](nil), ArgMax[T](nil))
	}
	if i := ArgMax([]T{negZero, 0}); i != 0 {
		t.Errorf("ArgMax(-0, +0) is %d", i)
	}
	if i := ArgMax([]T{-inf, -inf}); i != 0 {
		t.Errorf("ArgMax(-Inf, -Inf) is %d", i)
	}
	if !plusZero(Sum([]T{negZero})) || !plusZero(Dot([]T{negZero}, []T{1})) {
		t.Error("a sum of -0 is not +0")
	}
	for n := 1; n < 140; n++ {
		x := make([]T, n)
		for p := range x {
			for i := range x {
				x[i] = T(-1 - i)
			}
			x[p] = nan
			if v := Max(x); v == v {
				t.Fatalf("Max of %d with NaN at %d is %v", n, p, v)
			}
			if v := Min(x); v == v {
				t.Fatalf("Min of %d with NaN at %d is %v", n, p, v)
			}
			if i := ArgMax(x); i != p {
				t.Fatalf("ArgMax of %d with NaN at %d is %d", n, p, i)
			}
			x[p] = inf
			if v := Max(x); v != inf {
				t.Fatalf("Max of %d with +Inf at %d is %v", n, p, v)
			}
			if i := ArgMax(x); i != p {
				t.Fatalf("ArgMax of %d with +Inf at %d is %d", n, p, i)
			}
			x[p] = T(-1000)
			if v := Min(x); v != -1000 {
				t.Fatalf("Min of %d with -1000 at %d is %v", n, p, v)
			}
			x[p] = negZero
			if v := Max(x); !plusZero(v) {
				t.Fatalf("Max of %d with -0 at %d is %v", n, p, v)
			}
			x[p] = -0.5
			if v := Max(x); v != -0.5 {
				t.Fatalf("Max of %d with -0.5 at %d is %v", n, p, v)
			}
		}
		for i := range x {
			x[i] = -inf
		}
		if v := Max(x); v != -inf {
			t.Fatalf("Max of %d × -Inf is %v", n, v)
		}
	}
	long := make([]T, 3*pieceLen+9)
	for _, p := range []int{0, pieceLen, 2*pieceLen + 8191, len(long) - 1} {
		long[p] = nan
		if v := Max(long); v == v {
			t.Errorf("Max with NaN at %d is %v", p, v)
		}
		if v := Min(long); v == v {
			t.Errorf("Min with NaN at %d is %v", p, v)
		}
		if i := ArgMax(long); i != p {
			t.Errorf("ArgMax with NaN at %d is %d", p, i)
		}
		long[p] = 7
		if v := Max(long); v != 7 {
			t.Errorf("Max with 7 at %d is %v", p, v)
		}
		if i := ArgMax(long); i != p {
			t.Errorf("ArgMax with 7 at %d is %d", p, i)
		}
		long[len(long)-1] = 7 // another one, as large
		if i := ArgMax(long); i != p {
			t.Errorf("ArgMax with 7 at %d and at the end is %d", p, i)
		}
		long[len(long)-1] = 0
		long[p] = -7
		if v := Min(long); v != -7 {
			t.Errorf("Min with -7 at %d is %v", p, v)
		}
		long[p] = 0
	}
}

// TestNorm: the norm is within two units of the last place of the exact one, whatever the magnitudes, and neither overflows nor
// underflows before it must.
func TestNorm(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testNorm[float32](t, 0x1p-23, 127, -149)
		testNorm[float64](t, 0x1p-52, 1023, -1074)
	})
}

func testNorm[T Float](t *testing.T, ulp float64, high, low int) {
	for _, n := range []int{1, 2, 3, 31, 100, 9000} {
		for _, e := range []int{low, low + 1, low + 20, low / 2, low/2 - 12, low/2 + 8, -20, 0, 20, high / 2, high/2 + 3, high - 8} {
			g := &gen{s: uint64(n)}
			x := make([]T, n)
			sum := new(big.Float).SetPrec(400)
			for i := range x {
				x[i] = T(math.Ldexp(g.normal(), e))
				v := new(big.Float).SetPrec(400).SetFloat64(float64(x[i]))
				sum.Add(sum, v.Mul(v, v))
			}
			exact := new(big.Float).SetPrec(400)
			if sum.Sign() > 0 {
				exact.Sqrt(sum)
			}
			got := Norm(x)
			if isSpecial(got) {
				t.Errorf("Norm of %d elements of 2^%d is %v", n, e, got)
				continue
			}
			want, _ := exact.Float64()
			diff, _ := new(big.Float).Sub(exact, new(big.Float).SetPrec(400).SetFloat64(float64(got))).Float64()
			if bound := (2+float64(n)/64)*ulp*want + math.Ldexp(0.5, low); math.Abs(diff) > bound {
				t.Errorf("Norm of %d elements of 2^%d is %v, want %v", n, e, got, want)
			}
		}
	}
	inf, nan := T(math.Inf(1)), T(math.NaN())
	for _, c := range []struct{ x, want []T }{
		{[]T{3, 4}, []T{5}}, {[]T{-inf, 1}, []T{inf}}, {[]T{0, T(math.Copysign(0, -1))}, []T{0}}, {[]T{inf, nan}, []T{nan}},
	} {
		if v := Norm(c.x); v != c.want[0] && (v == v || c.want[0] == c.want[0]) || v == 0 && math.Signbit(float64(v)) {
			t.Errorf("Norm(%v) is %v, want %v", c.x, v, c.want[0])
		}
	}
}

func ExampleArgMax() {
	fmt.Println(ArgMax([]float64{0.2, 0.7, 0.1}), ArgMax([]float32(nil)))
	// Output: 1 -1
}

func ExampleNorm() {
	fmt.Println(Norm([]float32{3e30, 4e30}) == 5e30, Norm([]float64{3e-200, 4e-200}))
	// Output: true 5e-200
}
