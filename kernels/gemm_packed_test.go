package kernels

import (
	"fmt"
	"strings"
	"testing"
)

func init() { registerPacked[float32](); registerPacked[float64]() }

// packedShapes: as gemmShapes; one row with every tail of the groups of panels, and one, two and more blocks of k.
func packedShapes() [][]int {
	var r [][]int
	for i, n := range []int{1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 20, 24, 31, 32, 33, 40, 47, 48, 49, 63, 64, 65, 79, 96, 97, 128, 129, 144, 160, 161, 200, 257} {
		r = append(r, []int{1, n, 1 + i%7, i % 3, i % gemmModes, (i / 2) % 2, 0})
	}
	for i, k := range []int{255, 256, 383, 384, 385, 512, 513, 639, 640, 641, 784} {
		r = append(r, []int{1, 9 + 30*(i%5), k, i % 2, i % gemmModes, (i / 3) % 2, 0}, []int{2 + i, 17 - i, k, i % 2, i % gemmModes, i % 2, 0})
	}
	for i, m := range []int{2, 3, 4, 5, 6, 7, 8, 12, 13, 25} {
		r = append(r, []int{m, 13 + 21*(i%4), 4 + i, i % 2, i % gemmModes, i % 2, 0})
	}
	// Two and three whole panels of every ISA, with more terms in the first of two blocks or in the second.
	for i, n := range []int{16, 18, 24, 32, 36, 48, 64, 96} {
		r = append(r, []int{1, n, 400, 0, gemmBias, i % 2, 0}, []int{1, n, 639, 0, gemmPlain, 1 - i%2, 0})
	}
	// More than is packed flat: four, five and six panels abreast, and two or three at the end, of a block or of two.
	for i, n := range []int{79, 100, 112, 128, 144, 157, 159, 176, 192, 95, 223} {
		r = append(r, []int{1, n, []int{400, 639, 250}[i%3], 0, gemmPlain, i % 2, 0}, []int{1, n, []int{250, 400, 639}[i%3], 0, gemmBias, 1 - i%2, 0})
	}
	r = append(r, []int{1, 79, 639, 0, gemmBias, 1, 0}, []int{1, 157, 639, 0, gemmBias, 1, 0}, []int{1, 95, 639, 0, gemmBias, 1, 0}, []int{5, 149, 400, 1, gemmAdd, 1, 0}, []int{13, 79, 250, 0, gemmBias, 1, 0}, []int{1, 210, 250, 3, gemmAdd, 1, 0})
	for i, act := range []Activation{ActTanh, ActSigmoid, ActSoftplus, ActGELU, ActSiLU} {
		r = append(r, []int{1 + 2*i, 9, 8, 1, i % gemmModes, int(act), 0})
	}
	return append(r, []int{0, 3, 2, 0, 0, 0, 0}, []int{3, 0, 2, 0, 1, 0, 0}, []int{3, 5, 0, 1, 0, 2, 0}, []int{3, 5, 0, 1, 1, 1, 0},
		[]int{1, 5, 0, 1, 2, 1, 0}, []int{97, 33, 5, 0, 1, 1, 0}, []int{1, 800, 3, 0, 1, 1, 0}, []int{1, 1700, 2, 0, 1, 0, 0})
}

// packedOps are the operands of Gemm with the memory of the packed weights instead of the work.
func (s gemmCase[T]) packedOps() []operand {
	r := s.ops()
	r[4] = operand{name: "memory", role: work, len: PackLen[T](s.k, s.n)}
	return r
}

func (s gemmCase[T]) runPacked(b [][]T) {
	s.fitsPacked(b)
	c, x, y, e, memory := s.operands(b)
	p := PackInto(memory, s.opB, y, e.Bias)
	e.Bias = nil
	GemmPacked(s.opA, c, x, &p, e)
}

// fitsPacked panics if what is packed does not fit: Pack would tell, under its own name.
func (s gemmCase[T]) fitsPacked(b [][]T) {
	rows, cols := s.k, s.n
	if s.opB == Trans {
		rows, cols = cols, rows
	}
	_ = b[2][:span(rows, cols, 2*s.pad)]
	if s.mode == gemmBias {
		_ = b[3][:s.n]
	}
}

func registerPacked[T Float]() {
	shapes := packedShapes()
	bits := [][]int{{7, 17, 300, 1, gemmPlain, 0, 0}, {1, 150, 400, 0, gemmBias, int(ActReLU), 0}, {2, 9, 641, 0, gemmAdd, int(ActTanh), 0}}
	for _, o := range gemmOps {
		if o.opA == Trans && o.opB == Trans {
			continue
		}
		part := gemmPart[T]
		if o.opA == Trans {
			part = nil
		}
		register(spec[T]{
			name: "GemmPacked." + o.name, shapes: shapes, bits: bits, any: true, part: part,
			ops: func(d []int) []operand { return gemmShape[T](o.opA, o.opB, d).packedOps() },
			run: func(d []int, b [][]T) { gemmShape[T](o.opA, o.opB, d).runPacked(b) },
		})
	}
}

// TestGemmPackedOracle: every ISA gives the bits of the definition of Gemm, whichever ISA packed.
func TestGemmPackedOracle(t *testing.T) {
	t.Run("f32", testGemmPackedOracle[float32])
	t.Run("f64", testGemmPackedOracle[float64])
}

func testGemmPackedOracle[T Float](t *testing.T) {
	shapes := thin(packedShapes(), 25)
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
				c, x, y, e, _ := s.operands(b)
				bias, before := e.Bias, append([]T(nil), c.Data...)
				e.Bias = nil
				for _, by := range variants() {
					var p *Packed[T]
					withISA(t, by, func() { p = Pack(o.opB, y, bias) })
					copy(c.Data, before)
					GemmPacked(o.opA, c, x, p, e)
					if i, ok := equalBits(c.Data, want); !ok {
						t.Fatalf("%s packed by %v, shape %v: element %d is %v, want %v", o.name, by, d, i, c.Data[i], want[i])
					}
				}
			}
		}
	})
}

// equalBits compares two slices without NaN, zeros with their signs; it tells the first difference.
func equalBits[T Float](a, b []T) (int, bool) {
	for i := range a {
		if a[i] != b[i] || 1/a[i] != 1/b[i] {
			return i, false
		}
	}
	return 0, true
}

// TestGemmPackedMisuse: shapes that do not fit are told.
func TestGemmPackedMisuse(t *testing.T) {
	x := func(r, c int) Matrix[float64] { return NewMatrix[float64](r, c) }
	plain, biased := Pack(NoTrans, x(4, 3), nil), Pack(Trans, x(3, 4), make([]float64, 3))
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"GemmPacked: c is 2×3, op(a) 2×5, the packed op(b) 4×3", func() { GemmPacked(NoTrans, x(2, 3), x(2, 5), plain, Epilogue[float64]{}) }},
		{"GemmPacked: c is 2×3, op(a) 5×2, the packed op(b) 4×3", func() { GemmPacked(Trans, x(2, 3), x(2, 5), plain, Epilogue[float64]{}) }},
		{"GemmPacked: a bias of length 3 beside", func() {
			GemmPacked(NoTrans, x(2, 3), x(2, 4), plain, Epilogue[float64]{Bias: make([]float64, 3)})
		}},
		{"both a bias and accumulation", func() { GemmPacked(NoTrans, x(2, 3), x(2, 4), biased, Epilogue[float64]{Accumulate: true}) }},
		{"GemmPacked: no such operation", func() { GemmPacked(NoTrans, x(2, 3), x(2, 4), plain, Epilogue[float64]{Act: 9}) }},
		{"Pack: no such operation", func() { Pack(Op(2), x(4, 3), nil) }},
		{"Pack: the bias has length 2, want 3", func() { Pack(NoTrans, x(4, 3), make([]float64, 2)) }},
		{"PackInto: the memory has length 3, want 88", func() { PackInto(make([]float64, 3), NoTrans, x(4, 3), nil) }},
	} {
		if msg := mustPanic(t, c.f); !strings.Contains(msg, c.want) {
			t.Errorf("panic %q, want it to tell %q", msg, c.want)
		}
	}
	if p := Pack(Trans, x(3, 4), nil); p.Rows() != 4 || p.Cols() != 3 {
		t.Errorf("the packed matrix is %d×%d, want 4×3", p.Rows(), p.Cols())
	}
}

func ExamplePack() {
	w := MatrixOf(3, 2, []float32{1, 0, 0, 1, -1, -1})
	layer := Pack(NoTrans, w, []float32{2.5, 1})
	x := MatrixOf(2, 3, []float32{1, 2, 3, 4, 5, 6})
	y := NewMatrix[float32](2, 2)
	GemmPacked(NoTrans, y, x, layer, Epilogue[float32]{Act: ActReLU})
	fmt.Println(y.Data)
	// Output: [0.5 0 0.5 0]
}
