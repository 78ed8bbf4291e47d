package kernels

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unsafe"
)

func init() {
	// The kit's buffers are of float32: two binary16 in each.
	halves := func(x []float32, n int) []Float16 {
		if n == 0 {
			return nil
		}
		return unsafe.Slice((*Float16)(unsafe.Pointer(&x[:(n+1)/2][0])), n)
	}
	shapes := lengths(50, 100, 1<<14, 1<<14+37)
	register(spec[float32]{
		name: "ToFloat16", shapes: shapes, bits: [][]int{{77}}, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: (d[0] + 1) / 2}, {name: "src", role: in, len: d[0]}}
		},
		run: func(d []int, b [][]float32) {
			clear(b[0])
			ToFloat16(halves(b[0], d[0]), b[1])
		},
	})
	register(spec[float32]{
		name: "FromFloat16", shapes: shapes, bits: [][]int{{77}}, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: d[0]}, {name: "src", role: in, len: (d[0] + 1) / 2}}
		},
		run: func(d []int, b [][]float32) { FromFloat16(b[0], halves(b[1], d[0])) },
	})
	for _, o := range gemmOps[:3] {
		part := gemmPart[float32]
		if o.opA == Trans {
			part = nil
		}
		register(spec[float32]{
			name: "GemmPackedFloat16." + o.name, shapes: packedShapes(), any: true, part: part,
			bits: [][]int{{7, 17, 300, 1, gemmPlain, 0, 0}, {1, 150, 400, 0, gemmBias, int(ActReLU), 0}, {2, 9, 641, 0, gemmAdd, int(ActTanh), 0}},
			ops: func(d []int) []operand {
				s := gemmShape[float32](o.opA, o.opB, d)
				r := s.ops()
				r[4] = operand{name: "memory", role: work, len: PackFloat16Len(s.k, s.n)}
				return r
			},
			run: func(d []int, b [][]float32) {
				s := gemmShape[float32](o.opA, o.opB, d)
				s.fitsPacked(b)
				c, x, y, e, memory := s.operands(b)
				p := PackFloat16Into(memory, s.opB, y, e.Bias)
				e.Bias = nil
				GemmPackedFloat16(s.opA, c, x, &p, e)
			},
		})
	}
}

// TestFloat16Exact: every binary16 becomes the number that it is, and that becomes it again.
func TestFloat16Exact(t *testing.T) {
	all := make([]Float16, 1<<16)
	for i := range all {
		all[i] = Float16(i)
	}
	wide, back := make([]float32, len(all)), make([]Float16, len(all))
	forEachISA(t, func(t *testing.T) {
		FromFloat16(wide, all)
		ToFloat16(back, wide)
		for i, h := range all {
			exp, frac := int(h>>10&31), float64(h&0x3ff)
			want := math.Ldexp(1024+frac, exp-25)
			switch {
			case exp == 0:
				want = math.Ldexp(frac, -24)
			case exp == 31 && frac == 0:
				want = math.Inf(1)
			case exp == 31:
				if wide[i] == wide[i] || back[i]&^0x8200 != h&^0x8200 || back[i]>>9&1 == 0 {
					t.Fatalf("%#04x, a NaN, becomes %v and %#04x", h, wide[i], back[i])
				}
				continue
			}
			if h>>15 != 0 {
				want = -want
			}
			if float64(wide[i]) != want || math.Signbit(float64(wide[i])) != (h>>15 != 0) || back[i] != h || h.Float32() != wide[i] {
				t.Fatalf("%#04x becomes %v and %#04x, want %v", h, wide[i], back[i], want)
			}
		}
	})
}

// TestFloat16Nearest: between neighbours the nearer is taken, in the middle the even one.
func TestFloat16Nearest(t *testing.T) {
	var x []float32
	var want []Float16
	for h := Float16(0); h < 0x7c00; h++ {
		low, high := float64(h.Float32()), float64((h + 1).Float32())
		if h == 0x7bff {
			high = 65536
		}
		middle := float32((low + high) / 2) // exact: it has 12 bits
		even := h + h&1
		for i, v := range []float32{math.Nextafter32(middle, 0), middle, math.Nextafter32(middle, 1e9)} {
			x = append(x, v, -v)
			w := []Float16{h, even, h + 1}[i]
			want = append(want, w, w|0x8000)
		}
	}
	x = append(x, math.MaxFloat32, math.SmallestNonzeroFloat32)
	want = append(want, 0x7c00, 0)
	got := make([]Float16, len(x))
	forEachISA(t, func(t *testing.T) {
		ToFloat16(got, x)
		for i, h := range got {
			if h != want[i] {
				t.Fatalf("%v becomes %#04x, want %#04x", x[i], h, want[i])
			}
		}
	})
}

// TestGemmPackedFloat16Oracle: every ISA gives the bits of the definition of Gemm on the widened weights, whichever ISA
// packed.
func TestGemmPackedFloat16Oracle(t *testing.T) {
	shapes := thin(packedShapes(), 25)
	forEachISA(t, func(t *testing.T) {
		for _, o := range gemmOps {
			for n, d := range shapes {
				s := gemmShape[float32](o.opA, o.opB, d)
				g := &gen{s: uint64(n)}
				var b [][]float32
				for _, p := range s.ops() {
					x := make([]float32, p.len)
					fillNormal(x, g)
					b = append(b, x)
				}
				c, x, y, e, _ := s.operands(b)
				exact := append([]float32(nil), y.Data...)
				for i, v := range y.Data {
					y.Data[i] = float16Of(v).Float32()
				}
				want := s.want(b)
				bias, before := e.Bias, append([]float32(nil), c.Data...)
				e.Bias = nil
				for _, by := range variants() {
					var p *PackedFloat16
					withISA(t, by, func() { p = PackFloat16(o.opB, Matrix[float32]{y.Rows, y.Cols, exact, y.Stride}, bias) })
					copy(c.Data, before)
					GemmPackedFloat16(o.opA, c, x, p, e)
					if i, ok := equalBits(c.Data, want); !ok {
						t.Fatalf("%s packed by %v, shape %v: element %d is %v, want %v", o.name, by, d, i, c.Data[i], want[i])
					}
				}
			}
		}
	})
}

// TestFloat16Misuse: shapes that do not fit are told.
func TestFloat16Misuse(t *testing.T) {
	x := func(r, c int) Matrix[float32] { return NewMatrix[float32](r, c) }
	p := PackFloat16(Trans, x(3, 4), make([]float32, 3))
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"ToFloat16: dst has length 2, want 3", func() { ToFloat16(make([]Float16, 2), make([]float32, 3)) }},
		{"FromFloat16: dst has length 4, want 3", func() { FromFloat16(make([]float32, 4), make([]Float16, 3)) }},
		{"GemmPackedFloat16: c is 2×3, op(a) 2×5, the packed op(b) 4×3", func() { GemmPackedFloat16(NoTrans, x(2, 3), x(2, 5), p, Epilogue[float32]{}) }},
		{"PackFloat16: the bias has length 2, want 3", func() { PackFloat16(NoTrans, x(4, 3), make([]float32, 2)) }},
		{"PackFloat16Into: the memory has length 3, want 128 for 4×3", func() { PackFloat16Into(make([]float32, 3), NoTrans, x(4, 3), nil) }},
	} {
		if msg := mustPanic(t, c.f); !strings.Contains(msg, c.want) {
			t.Errorf("panic %q, want it to tell %q", msg, c.want)
		}
	}
	if p.Rows() != 4 || p.Cols() != 3 {
		t.Errorf("the packed matrix is %d×%d, want 4×3", p.Rows(), p.Cols())
	}
}

func ExamplePackFloat16() {
	w := MatrixOf(3, 2, []float32{1, 0.1, 0, 1, -1, -1}) // 0.1 becomes 1638/16384
	layer := PackFloat16(NoTrans, w, []float32{2.5, 1})
	y := NewMatrix[float32](1, 2)
	GemmPackedFloat16(NoTrans, y, MatrixOf(1, 3, []float32{1, 2, 3}), layer, Epilogue[float32]{Act: ActReLU})
	fmt.Println(y.Data)
	// Output: [0.5 0.099975586]
}
