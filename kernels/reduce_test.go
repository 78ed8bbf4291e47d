package kernels

import (
	"math"
	"math/big"
	"testing"
)

func init() { registerReduce[float32](); registerReduce[float64]() }

func registerReduce[T Float]() {
	shapes := lengths(4*lanesF32+3, 255, 1000, pieceLen-1, pieceLen, pieceLen+1, 3*pieceLen+77, 6*pieceLen+1)
	bits := [][]int{{5}, {100}, {3*pieceLen + 77}}
	unary := func(name string, f func(x []T) T) {
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true,
			ops: func(d []int) []operand {
				return []operand{{name: "result", role: out, len: 1}, {name: "x", role: in, len: d[0]}}
			},
			run: func(d []int, b [][]T) { b[0][0] = f(b[1]) },
		})
	}
	unary("Sum", Sum[T])
	unary("SumSquares", SumSquares[T])
	unary("Max", Max[T])
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
	if !plusZero(Sum[T](nil)) || !plusZero(Dot[T](nil, nil)) || !plusZero(SumSquares[T](nil)) || Max[T](nil) != -inf {
		t.Error("empty: want +0, +0, +0, -Inf")
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
			x[p] = inf
			if v := Max(x); v != inf {
				t.Fatalf("Max of %d with +Inf at %d is %v", n, p, v)
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
		long[p] = 7
		if v := Max(long); v != 7 {
			t.Errorf("Max with 7 at %d is %v", p, v)
		}
		long[p] = 0
	}
}
