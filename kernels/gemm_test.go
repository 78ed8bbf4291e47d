package kernels

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

func init() {
	registerGemm[float32]()
	registerGemm[float64]()
	registerGemmBlock[float32]()
	registerGemmBlock[float64]()
}

// What a shape of Gemm says besides m, n, k and the padding of the rows.
const (
	gemmPlain = iota
	gemmBias
	gemmAdd
	gemmModes
)

// gemmCase reads a shape: m, n, k, padding, mode, activation, 1 for a work slice.
type gemmCase[T Float] struct {
	opA, opB     Op
	m, n, k, pad int
	mode         int
	act          Activation
	worked       bool
}

func gemmShape[T Float](opA, opB Op, d []int) gemmCase[T] {
	return gemmCase[T]{opA, opB, d[0], d[1], d[2], d[3], d[4], Activation(d[5]), d[6] != 0}
}

func (s gemmCase[T]) ops() []operand {
	n, role := 0, out
	if s.worked {
		n = GemmWork[T](s.opA, s.opB, s.m, s.n, s.k)
	}
	bias := 0
	switch s.mode {
	case gemmBias:
		bias = s.n
	case gemmAdd:
		role = inout
	}
	ra, ca, rb, cb := s.m, s.k, s.k, s.n
	if s.opA == Trans {
		ra, ca = ca, ra
	}
	if s.opB == Trans {
		rb, cb = cb, rb
	}
	return []operand{
		{name: "c", role: role, len: span(s.m, s.n, s.pad)},
		{name: "a", role: in, len: span(ra, ca, s.pad)},
		{name: "b", role: in, len: span(rb, cb, 2*s.pad)},
		{name: "bias", role: in, len: bias},
		{name: "work", role: work, len: n},
	}
}

func (s gemmCase[T]) operands(b [][]T) (c, x, y Matrix[T], e Epilogue[T], w []T) {
	ra, ca, rb, cb := s.m, s.k, s.k, s.n
	if s.opA == Trans {
		ra, ca = ca, ra
	}
	if s.opB == Trans {
		rb, cb = cb, rb
	}
	e.Act = s.act
	e.Accumulate = s.mode == gemmAdd
	if s.mode == gemmBias {
		e.Bias = b[3]
		if e.Bias == nil {
			e.Bias = []T{}
		}
	}
	return view(s.m, s.n, s.pad, b[0]), view(ra, ca, s.pad, b[1]), view(rb, cb, 2*s.pad, b[2]), e, b[4]
}

func (s gemmCase[T]) run(b [][]T) {
	c, x, y, e, w := s.operands(b)
	Gemm(s.opA, s.opB, c, x, y, e, w)
}

var gemmOps = []struct {
	name     string
	opA, opB Op
}{{"NN", NoTrans, NoTrans}, {"TN", Trans, NoTrans}, {"NT", NoTrans, Trans}, {"TT", Trans, Trans}}

// gemmShapes crosses every tail of the tiles with every other along lists of coprime lengths, and the cuts of k with
// small products; few are large.
func gemmShapes() [][]int {
	var r [][]int
	ms := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 25, 31, 33}
	ns := []int{1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 20, 24, 25, 29, 31, 32, 33, 37, 40, 47, 48, 49, 63, 64, 65, 79, 100}
	ks := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31}
	for i := range 2 * len(ns) {
		for j := range 2 {
			r = append(r, []int{ms[(i+7*j)%len(ms)], ns[i%len(ns)], ks[(i+3*j)%len(ks)], i % 3, (i + j) % gemmModes, (i + j) % 2, (i / 2) % 2})
		}
	}
	for i, k := range []int{255, 256, 257, 383, 384, 385, 512, 639, 640, 641} {
		r = append(r, []int{1 + i, 17 - i, k, i % 2, i % gemmModes, i % 2, i % 2})
	}
	for i, act := range []Activation{ActTanh, ActSigmoid, ActSoftplus, ActGELU, ActSiLU} {
		r = append(r, []int{3, 9, 8, 1, i % gemmModes, int(act), 0})
	}
	// One row of every number of vectors, and pairs of blocks of which either is the longer.
	for i, n := range []int{8, 13, 21, 29, 37, 45, 53, 61, 69, 77, 85, 93, 4, 11, 19, 27, 35, 43} {
		r = append(r, []int{1, n, 7, i % 2, i % gemmModes, 1, 0})
	}
	for i, n := range []int{8, 15, 23, 31, 39, 47, 4, 7, 11, 19} {
		r = append(r, []int{1, n, 391, i % 2, i % gemmModes, 1, 0}, []int{1, n, 520, i % 2, (i + 1) % gemmModes, 1, 0})
	}
	return append(r, []int{0, 3, 2, 0, 0, 0, 0}, []int{3, 0, 2, 0, 1, 0, 0}, []int{3, 5, 0, 1, 0, 2, 0}, []int{3, 5, 0, 1, 1, 1, 0},
		[]int{3, 5, 0, 1, 2, 1, 0}, []int{1, 200, 30, 0, 1, 0, 0}, []int{2, 111, 20, 1, 2, 1, 0}, []int{3, 97, 11, 0, 0, 1, 0},
		[]int{1, 300, 19, 0, 0, 1, 0}, []int{1, 333, 53, 1, 2, 0, 0}, []int{1, 1030, 21, 0, 1, 1, 0}, []int{1, 45, 400, 0, 2, 1, 0}, []int{1, 23, 520, 0, 1, 0, 0}, []int{1, 90, 13, 0, 1, 0, 0},
		[]int{49, 530, 70, 1, 1, 1, 1}, []int{100, 33, 16, 0, 0, 0, 1},
		// Every routine with ReLU, and a remainder of two rows and of three terms with masked columns.
		[]int{12, 7, 5, 0, 0, 1, 0}, []int{13, 3, 5, 1, 0, 1, 0}, []int{25, 11, 6, 0, 1, 1, 0}, []int{25, 7, 6, 0, 0, 1, 0}, []int{1, 70, 6, 0, 0, 1, 0},
		[]int{2, 60, 6, 0, 0, 1, 0}, []int{3, 40, 6, 0, 0, 1, 0}, []int{1, 21, 6, 0, 0, 1, 0}, []int{2, 30, 6, 0, 0, 1, 0},
		[]int{8, 13, 7, 1, 0, 0, 0}, []int{8, 7, 7, 0, 1, 0, 0},
		// A panel and half a vector, or a whole one, in float32 and in float64, and rows beyond the fours.
		[]int{4, 20, 391, 0, 0, 0, 1}, []int{9, 20, 7, 1, 1, 1, 0}, []int{7, 36, 5, 1, 2, 1, 0}, []int{5, 24, 9, 1, 1, 1, 0}, []int{8, 40, 6, 0, 2, 0, 0},
		[]int{6, 10, 9, 0, 1, 1, 0}, []int{9, 18, 5, 1, 2, 0, 0}, []int{4, 10, 7, 1, 0, 1, 1}, []int{7, 12, 6, 1, 2, 1, 0}, []int{8, 12, 5, 0, 0, 1, 0},
		// Three vectors after three vectors.
		[]int{8, 149, 6, 1, 1, 1, 0}, []int{4, 131, 5, 0, 2, 0, 0}, []int{12, 72, 7, 1, 0, 1, 0},
		// Columns of which AVX-512 has more than a register after whole panels, few rows.
		[]int{3, 55, 6, 1, 1, 1, 0}, []int{3, 57, 7, 0, 2, 0, 0}, []int{9, 55, 5, 0, 0, 1, 0}, []int{15, 58, 6, 1, 2, 0, 0})
}

// gemmPart takes rows lo … hi−1 of the product: those of c and, not transposed, of a.
func gemmPart[T Float](d []int, b [][]T, lo, hi int) ([]int, [][]T) {
	r, e := slices.Clone(b), slices.Clone(d)
	if d[1] > 0 {
		r[0] = b[0][lo*(d[1]+d[3]):]
	}
	if d[2] > 0 {
		r[1] = b[1][lo*(d[2]+d[3]):]
	}
	e[0] = hi - lo
	return e, r
}

func registerGemm[T Float]() {
	shapes := gemmShapes()
	bits := [][]int{{7, 17, 300, 1, gemmPlain, 0, 1}, {5, 33, 20, 0, gemmBias, int(ActReLU), 0}, {2, 9, 641, 0, gemmAdd, int(ActTanh), 0}}
	for _, o := range gemmOps {
		part := gemmPart[T]
		if o.opA == Trans {
			part = nil
		}
		register(spec[T]{
			name: "Gemm." + o.name, shapes: shapes, bits: bits, any: true, part: part,
			ops: func(d []int) []operand { return gemmShape[T](o.opA, o.opB, d).ops() },
			run: func(d []int, b [][]T) { gemmShape[T](o.opA, o.opB, d).run(b) },
		})
	}
}

// registerGemmBlock registers one block of the product with packing, which Gemm does only where the factors are large.
func registerGemmBlock[T Float]() {
	for _, o := range gemmOps {
		register(spec[T]{
			name: "Gemm.block." + o.name, any: true, bits: [][]int{{13, 33, 20, 0, gemmBias, 1, 1}},
			shapes: [][]int{{7, 17, 9, 1, gemmPlain, 0, 1}, {13, 33, 20, 0, gemmBias, 1, 1}, {25, 70, 35, 2, gemmAdd, 0, 1}, {100, 20, 31, 0, gemmPlain, 0, 1}, {12, 47, 383, 0, gemmPlain, 1, 1}, {1, 20, 9, 0, gemmBias, 1, 1}, {gemmRows + 1, 5, 3, 0, gemmPlain, 0, 1}},
			random: func(g *gen) []int {
				return []int{1 + g.intn(60), 1 + g.intn(80), 1 + g.intn(1+g.intn(383)), g.intn(3), g.intn(gemmModes), g.intn(2), 1}
			},
			ops: func(d []int) []operand {
				ops := gemmShape[T](o.opA, o.opB, d).ops()
				ops[4].len = (min(d[0], gemmRows)+d[1]+gemmPad)*d[2] + gemmSpill
				return ops
			},
			run: func(d []int, b [][]T) {
				c, x, y, e, w := gemmShape[T](o.opA, o.opB, d).operands(b)
				checkGemm(o.opA, o.opB, &c, &x, &y, &e)
				p := gemmBlock[T]{m: d[0], n: d[1], k: d[2], a: x.Data, aRow: x.Stride, aK: 1, b: y.Data, bK: y.Stride, bCol: 1, c: c.Data, cRow: c.Stride,
					relu: e.Act == ActReLU, work: w, isa: Active(), packB: true}
				if o.opA == Trans {
					p.aRow, p.aK = 1, x.Stride
				}
				if o.opB == Trans {
					p.bK, p.bCol = 1, y.Stride
				}
				p.packA = o.opA == Trans || p.isa == AVX2
				if e.Accumulate {
					p.init, p.initRow = c.Data, c.Stride
				} else {
					p.init = e.Bias
				}
				if is32[T]() {
					gemmF32((*gemmBlock[float32])(unsafe.Pointer(&p)))
				} else {
					gemmF64((*gemmBlock[float64])(unsafe.Pointer(&p)))
				}
			},
		})
	}
}

// want computes the product by the definition, one element at a time.
func (s gemmCase[T]) want(b [][]T) []T {
	c, x, y, e, _ := s.operands(b)
	at := func(m Matrix[T], o Op, i, j int) T {
		if o == Trans {
			i, j = j, i
		}
		return m.Data[i*m.Stride+j]
	}
	r := append([]T(nil), c.Data...)
	for i := range s.m {
		row := r[i*c.Stride : i*c.Stride+s.n]
		for j := range row {
			switch {
			case e.Bias != nil:
				row[j] = e.Bias[j]
			case !e.Accumulate:
				row[j] = 0
			}
			first := e.Bias == nil && !e.Accumulate
			for k := 0; k < s.k; {
				kc := s.k - k
				if kc >= 384 {
					kc = 256
				}
				var sum T
				for end := k + kc; k < end; k++ {
					sum = fma(at(x, s.opA, i, k), at(y, s.opB, k, j), sum)
				}
				if first {
					row[j], first = sum, false
				} else {
					row[j] += sum
				}
			}
		}
		switch e.Act {
		case ActReLU:
			for j, v := range row {
				row[j] = max(v, 0)
				if v == 0 {
					row[j] = v // −0 stays
				}
			}
		case ActTanh:
			Tanh(row, row)
		case ActSigmoid:
			Sigmoid(row, row)
		case ActSoftplus:
			Softplus(row, row)
		case ActGELU:
			GELU(row, row)
		case ActSiLU:
			SiLU(row, row)
		}
	}
	return r
}

// TestGemmOracle: every ISA gives the bits of the definition.
func TestGemmOracle(t *testing.T) {
	t.Run("f32", testGemmOracle[float32])
	t.Run("f64", testGemmOracle[float64])
}

func testGemmOracle[T Float](t *testing.T) {
	shapes := gemmShapes()
	if quick() {
		shapes = spread(shapes, 25)
	}
	forEachISA(t, func(t *testing.T) {
		for _, o := range gemmOps {
			for n, d := range shapes {
				s := gemmShape[T](o.opA, o.opB, d)
				g := &gen{s: uint64(n)}
				var b [][]T
				for _, p := range s.ops() {
					x := make([]T, p.len)
					fillNormal(x, g)
					b = append(b, x)
				}
				want := s.want(b)
				s.run(b)
				for i, v := range b[0] {
					if v != want[i] || math.Signbit(float64(v)) != math.Signbit(float64(want[i])) {
						t.Fatalf("%s, shape %v: element %d is %v, want %v", o.name, d, i, v, want[i])
					}
				}
			}
		}
	})
}

// TestGemmAlone: an element has the same bits when its row, or its column, is computed alone.
func TestGemmAlone(t *testing.T) {
	t.Run("f32", testGemmAlone[float32])
	t.Run("f64", testGemmAlone[float64])
}

func testGemmAlone[T Float](t *testing.T) {
	const m, n, k = 29, 75, 400
	a, b, whole := NewMatrix[T](m, k), NewMatrix[T](k, n), NewMatrix[T](m, n)
	g := &gen{s: 5}
	fillNormal(a.Data, g)
	fillNormal(b.Data, g)
	Gemm(NoTrans, NoTrans, whole, a, b, Epilogue[T]{}, nil)
	forEachISA(t, func(t *testing.T) {
		row, col := NewMatrix[T](1, n), NewMatrix[T](m, 1)
		for i := range m {
			Gemm(NoTrans, NoTrans, row, a.SliceRows(i, i+1), b, Epilogue[T]{}, nil)
			for j, v := range row.Data {
				if v != whole.Data[i*n+j] {
					t.Fatalf("row %d alone: element %d is %v, want %v", i, j, v, whole.Data[i*n+j])
				}
			}
		}
		for j := range n {
			x := Matrix[T]{Rows: k, Cols: 1, Data: b.Data[j:], Stride: n}
			Gemm(NoTrans, NoTrans, col, a, x, Epilogue[T]{}, nil)
			for i, v := range col.Data {
				if v != whole.Data[i*n+j] {
					t.Fatalf("column %d alone: element %d is %v, want %v", j, i, v, whole.Data[i*n+j])
				}
			}
		}
	})
}

// TestGemmWork: the length is bounded, and any shorter slice gives the same bits.
func TestGemmWork(t *testing.T) {
	if n := GemmWork[float32](NoTrans, NoTrans, 1<<20, 1<<20, 1<<20); n > 1<<19 {
		t.Errorf("the work slice of a huge product has %d elements", n)
	}
	if n := GemmWork[float64](NoTrans, NoTrans, 8, 8, 8); n != 0 {
		t.Errorf("the work slice of a small product has %d elements", n)
	}
	const m, n, k = 49, 2048, 65
	forEachISA(t, func(t *testing.T) {
		for _, o := range gemmOps {
			s := gemmCase[float32]{opA: o.opA, opB: o.opB, m: m, n: n, k: k}
			full := GemmWork[float32](o.opA, o.opB, m, n, k)
			var want []float32
			for _, w := range []int{0, k*16 - 1, k * 16, m*k + 8 + k*48 + 1, full} {
				b := [][]float32{make([]float32, m*n), make([]float32, m*k), make([]float32, k*n), nil, make([]float32, w)}
				g := &gen{s: 9}
				fillNormal(b[1], g)
				fillNormal(b[2], g)
				s.run(b)
				if want == nil {
					want = b[0]
				}
				for i, v := range b[0] {
					if v != want[i] {
						t.Fatalf("%s with %d elements of work: element %d is %v, want %v", o.name, w, i, v, want[i])
					}
				}
			}
		}
	})
}

// TestGemmMisuse: shapes that do not fit are told.
func TestGemmMisuse(t *testing.T) {
	x := func(r, c int) Matrix[float64] { return NewMatrix[float64](r, c) }
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"c is 2×3, op(a) 2×4, op(b) 5×3", func() { Gemm(NoTrans, NoTrans, x(2, 3), x(2, 4), x(5, 3), Epilogue[float64]{}, nil) }},
		{"c is 2×3, op(a) 4×2, op(b) 2×3", func() { Gemm(Trans, NoTrans, x(2, 3), x(2, 4), x(2, 3), Epilogue[float64]{}, nil) }},
		{"the bias has length 2, want 3", func() {
			Gemm(NoTrans, NoTrans, x(2, 3), x(2, 4), x(4, 3), Epilogue[float64]{Bias: make([]float64, 2)}, nil)
		}},
		{"both a bias and accumulation", func() {
			Gemm(NoTrans, NoTrans, x(2, 3), x(2, 4), x(4, 3), Epilogue[float64]{Bias: make([]float64, 3), Accumulate: true}, nil)
		}},
		{"no such operation", func() { Gemm(Op(2), NoTrans, x(2, 3), x(2, 4), x(4, 3), Epilogue[float64]{}, nil) }},
	} {
		if msg := mustPanic(t, c.f); !strings.HasPrefix(msg, "kernels: Gemm: ") || !strings.Contains(msg, c.want) {
			t.Errorf("panic %q, want it to tell %q", msg, c.want)
		}
	}
}

func ExampleGemm() {
	x := MatrixOf(2, 3, []float32{1, 2, 3, 4, 5, 6})
	w := MatrixOf(3, 2, []float32{1, 0, 0, 1, -1, -1})
	y := NewMatrix[float32](2, 2)
	Gemm(NoTrans, NoTrans, y, x, w, Epilogue[float32]{Bias: []float32{2.5, 1}, Act: ActReLU}, nil)
	fmt.Println(y.Data)
	// Output: [0.5 0 0.5 0]
}
