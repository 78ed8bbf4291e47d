package kernels

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unsafe"
)

func init() { registerSparse[float32](); registerSparse[float64]() }

// sparseShapes are shapes of Gemm: every number of vectors of columns and its tail, and one, two and more blocks of k.
func sparseShapes() [][]int {
	var r [][]int
	for i, n := range []int{1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 21, 24, 31, 33, 40, 47, 49, 56, 64, 65, 79, 96, 100, 127, 128, 129, 145, 200, 257} {
		r = append(r, []int{1 + i%3, n, 5 + i%17, i % 3, i % gemmModes, (i / 2) % 2, 0}, []int{1, n, 40, 0, (i + 1) % gemmModes, (i / 3) % 2, 0})
	}
	for i, k := range []int{255, 256, 383, 384, 385, 512, 640, 784} {
		r = append(r, []int{1 + i%2, 9 + 30*(i%5), k, i % 2, i % gemmModes, (i / 3) % 2, 0})
	}
	return append(r, []int{2, 9, 8, 1, 0, int(ActTanh), 0}, []int{2, 27, 11, 0, gemmBias, int(ActReLU), 0}, []int{0, 3, 2, 0, 0, 0, 0}, []int{3, 0, 2, 0, 1, 0, 0}, []int{3, 5, 0, 1, 0, 2, 0}, []int{3, 5, 0, 1, 1, 1, 0})
}

// sparseOps are the operands of Gemm, and the memory of the elements that are stored.
func (s gemmCase[T]) sparseOps() []operand {
	r := s.ops()
	n := s.m * s.k
	r[4] = operand{name: "values", role: work, len: n}
	return append(r, operand{name: "indices", role: work, len: (4*n + sizeOf[T]() - 1) / sizeOf[T]()})
}

// indices views n elements of 4 bytes.
func indices[T Float](x []T, n int) []int32 {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*int32)(unsafe.Pointer(&x[:(4*n+sizeOf[T]()-1)/sizeOf[T]()][0])), n)
}

func (s gemmCase[T]) runSparse(b [][]T) {
	var start [8]int
	c, x, y, e, value := s.operands(b)
	index, n := indices(b[5], s.m*s.k), 0
	for i := 0; i < s.m && s.k > 0; i++ {
		row := x.Data[i*x.Stride : i*x.Stride+s.k]
		n += NonZeros(index[i*s.k:][:s.k], value[i*s.k:], row)
		copy(index[start[i]:], index[i*s.k:i*s.k+n-start[i]])
		copy(value[start[i]:], value[i*s.k:i*s.k+n-start[i]])
		start[i+1] = n
	}
	GemmSparse(c, Sparse[T]{s.m, s.k, start[:s.m+1], index[:n], value[:n]}, y, e)
}

// mostlyZero puts zeros in three of four places.
func mostlyZero[T Float](x []T, g *gen) {
	for i := range x {
		if g.intn(4) > 0 {
			x[i] = 0
		}
	}
}

func registerSparse[T Float]() {
	register(spec[T]{
		name: "GemmSparse", shapes: sparseShapes(), any: true, part: gemmPart[T],
		bits: [][]int{{3, 17, 300, 1, gemmPlain, 0, 0}, {2, 150, 400, 0, gemmBias, int(ActReLU), 0}, {2, 9, 641, 0, gemmAdd, int(ActTanh), 0}},
		ops:  func(d []int) []operand { return gemmShape[T](NoTrans, NoTrans, d).sparseOps() },
		fill: func(d []int, b [][]T, g *gen) {
			for _, x := range b[1:4] {
				fillNormal(x, g)
			}
			mostlyZero(b[1], g)
			if d[4] == gemmAdd {
				fillNormal(b[0], g)
			}
		},
		run: func(d []int, b [][]T) { gemmShape[T](NoTrans, NoTrans, d).runSparse(b) },
	})
	register(spec[T]{
		name: "NonZeros", shapes: lengths(70, 100, 784, 1<<14, 1<<14+37), bits: [][]int{{77}}, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "values", role: out, len: d[0]}, {name: "row", role: in, len: d[0]},
				{name: "indices", role: out, len: (4*d[0] + sizeOf[T]() - 1) / sizeOf[T]()}, {name: "count", role: out, len: 1}}
		},
		fill: func(d []int, b [][]T, g *gen) {
			fillNormal(b[1], g)
			mostlyZero(b[1], g)
		},
		run: func(d []int, b [][]T) {
			index := indices(b[2], d[0])
			clear(b[2])
			n := NonZeros(index, b[0], b[1])
			clear(index[n:])
			clear(b[0][n:])
			b[3][0] = T(n)
		},
	})
}

// TestGemmSparseDense: for a finite B every ISA gives the bits of Gemm, also where sums underflow to −0, where the
// left-out terms turn them to +0 or not.
func TestGemmSparseDense(t *testing.T) {
	t.Run("f32", testGemmSparseDense[float32])
	t.Run("f64", testGemmSparseDense[float64])
}

func testGemmSparseDense[T Float](t *testing.T) {
	shapes := append(thin(sparseShapes(), 25), []int{1, 260, 300, 0, 0, 0, 0}, []int{1, 150, 784, 0, 1, 0, 0})
	small := specials[T]()[7] // the least subnormal
	forEachISA(t, func(t *testing.T) {
		for n, d := range shapes {
			for _, tiny := range []bool{false, true} {
				s := gemmShape[T](NoTrans, NoTrans, d)
				g := &gen{s: uint64(n)}
				var b [][]T
				for _, p := range s.sparseOps() {
					x := make([]T, p.len)
					fillNormal(x, g)
					b = append(b, x)
				}
				if tiny { // products of a third of the least subnormal and less, of both signs
					for i := range b[1] {
						b[1][i] = small * T(g.intn(3)-1)
					}
					for i := range b[2] {
						b[2][i] = T(g.intn(7)-3) / 8
					}
					clear(b[3])
					clear(b[0])
				} else {
					mostlyZero(b[1], g)
				}
				want := s.want(b)
				s.runSparse(b)
				if i, ok := equalBits(b[0], want); !ok {
					t.Fatalf("shape %v, tiny %v: element %d is %v, want %v", d, tiny, i, b[0][i], want[i])
				}
			}
		}
	})
}

// TestGemmSparseNegativeZero: −0 in, −0 out, and the terms that are not stored count.
func TestGemmSparseNegativeZero(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		// 2^−1074·(−¼) is −0. A +0 beside 1 turns it to +0, beside −1 it does not.
		s := Sparse[float64]{Rows: 1, Cols: 2, Start: []int{0, 1}, Index: []int32{0}, Value: []float64{math.SmallestNonzeroFloat64}}
		b := MatrixOf(2, 3, []float64{-0.25, -0.25, 0.25, 1, -1, 1})
		c := NewMatrix[float64](1, 3)
		GemmSparse(c, s, b, Epilogue[float64]{})
		for j, want := range []bool{false, true, false} {
			if c.Data[j] != 0 || math.Signbit(c.Data[j]) != want {
				t.Errorf("column %d is %v, want a zero with sign bit %v", j, c.Data[j], want)
			}
		}
		// An infinity in a row that is left out is not looked at.
		b.Data[3] = math.Inf(1)
		s.Value[0] = 2
		GemmSparse(c, s, b, Epilogue[float64]{})
		if c.Data[0] != -0.5 {
			t.Errorf("beside an infinity that is left out: %v, want −0.5", c.Data[0])
		}
	})
}

// TestGemmSparseMisuse: shapes and indices that do not fit are told.
func TestGemmSparseMisuse(t *testing.T) {
	x := func(r, c int) Matrix[float64] { return NewMatrix[float64](r, c) }
	s := func(index ...int32) Sparse[float64] {
		return Sparse[float64]{Rows: 1, Cols: 400, Start: []int{0, len(index)}, Index: index, Value: make([]float64, len(index))}
	}
	var none Epilogue[float64]
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"c is 2×3, s 1×400, b 400×3", func() { GemmSparse(x(2, 3), s(1), x(400, 3), none) }},
		{"row 0 has the column 5 after 7, of 400 columns", func() { GemmSparse(x(1, 3), s(7, 5), x(400, 3), none) }},
		{"row 0 has the column 7 after 7, of 400 columns", func() { GemmSparse(x(1, 3), s(7, 7), x(400, 3), none) }},
		{"row 0 has the column 255 after 256, of 400 columns", func() { GemmSparse(x(1, 3), s(256, 255), x(400, 3), none) }},
		{"row 0 has the column 400, of 400 columns", func() { GemmSparse(x(1, 3), s(7, 400), x(400, 3), none) }},
		{"row 0 has the column -1 after -1", func() { GemmSparse(x(1, 3), s(-1), x(400, 3), none) }},
		{"row 1 starts at 2, after 0, of 1 indices and 1 values", func() {
			y := s(7)
			y.Start[1] = 2
			GemmSparse(x(1, 3), y, x(400, 3), none)
		}},
		{"row 1 starts at 0, after 1, of 1 indices and 1 values", func() {
			y := s(7)
			y.Start = []int{1, 0}
			GemmSparse(x(1, 3), y, x(400, 3), none)
		}},
		{"row 0 starts at -1, after 0, of 1 indices and 1 values", func() {
			y := s(7)
			y.Start[0] = -1
			GemmSparse(x(1, 3), y, x(400, 3), none)
		}},
		{"row 1 starts at 1, after 0, of 1 indices and 0 values", func() {
			y := s(7)
			y.Value = nil
			GemmSparse(x(1, 3), y, x(400, 3), none)
		}},
		{"s.Start has length 1, want 2", func() {
			y := s(7)
			y.Start = y.Start[:1]
			GemmSparse(x(1, 3), y, x(400, 3), none)
		}},
		{"the bias has length 2, want 3", func() { GemmSparse(x(1, 3), s(7), x(400, 3), Epilogue[float64]{Bias: make([]float64, 2)}) }},
		{"both a bias and accumulation", func() {
			GemmSparse(x(1, 3), s(7), x(400, 3), Epilogue[float64]{Bias: make([]float64, 3), Accumulate: true})
		}},
		{"no such operation", func() { GemmSparse(x(1, 3), s(7), x(400, 3), Epilogue[float64]{Act: 9}) }},
	} {
		if msg := mustPanic(t, c.f); !strings.HasPrefix(msg, "kernels: GemmSparse: ") || !strings.Contains(msg, c.want) {
			t.Errorf("panic %q, want it to tell %q", msg, c.want)
		}
	}
	if msg := mustPanic(t, func() { NonZeros(make([]int32, 2), make([]float64, 3), make([]float64, 3)) }); !strings.Contains(msg, "NonZeros: the indices have length 2") {
		t.Errorf("panic %q", msg)
	}
}

func ExampleGemmSparse() {
	row := []float32{0, 1, 0, 0, 1, 0}
	index, value := make([]int32, len(row)), make([]float32, len(row))
	n := NonZeros(index, value, row)
	x := Sparse[float32]{Rows: 1, Cols: len(row), Start: []int{0, n}, Index: index[:n], Value: value[:n]}
	w := MatrixOf(6, 2, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	y := NewMatrix[float32](1, 2)
	GemmSparse(y, x, w, Epilogue[float32]{Bias: []float32{0.5, 0.25}})
	fmt.Println(index[:n], y.Data)
	// Output: [1 4] [12.5 14.25]
}
