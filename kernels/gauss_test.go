package kernels

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func init() { registerGauss[float32](); registerGauss[float64]() }

// gaussOps are the operands of both kernels at d = {N, K, D, what the strides exceed the columns by}.
func gaussOps(full bool, size func(d int) int) func(d []int) []operand {
	return func(d []int) []operand {
		n, k, f, pad := d[0], d[1], d[2], d[3]
		rows := k
		if full {
			rows = k * f
		}
		return []operand{
			{name: "dst", role: out, len: span(n, k, pad)},
			{name: "x", role: in, len: span(n, f, pad)},
			{name: "mean", role: in, len: span(k, f, pad)},
			{name: "p", role: in, len: span(rows, f, pad)},
			{name: "c", role: in, len: k},
			{name: "work", role: work, len: size(f)},
		}
	}
}

// span is the length of the data of a rows×cols matrix whose stride is cols+pad.
func span(rows, cols, pad int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*(cols+pad) + cols
}

func view[T Float](rows, cols, pad int, data []T) Matrix[T] {
	return Matrix[T]{Rows: rows, Cols: cols, Data: data, Stride: cols + pad}
}

func registerGauss[T Float]() {
	bits := [][]int{{1, 3, 5, 0}, {19, 5, 7, 1}, {40, 9, 17, 0}, {2, 1, 400, 0}}
	var shapes [][]int
	ks := []int{1, 2, 3, 4, 5, 9}
	i := 0
	for _, d := range []int{1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 17, 33} {
		for _, n := range []int{1, 2, 3, 4, 7, 8, 9, 13, 15, 16, 17, 24, 29, 32, 33, 41} {
			shapes = append(shapes, []int{n, ks[i%len(ks)], d, i % 2})
			i++
		}
	}
	shapes = append(shapes, []int{0, 3, 4, 0}, []int{3, 0, 4, 0}, []int{3, 4, 0, 0}, []int{1, 17, 2, 1},
		[]int{1, 8, 16, 0}, []int{1000, 2, 1, 0}, []int{140, 3, 30, 2}, []int{17, 1, 64, 0}, []int{1, 1, 100, 3})
	diag := append([][]int{{16, 4, 300, 1}, {1, 5, 300, 0}}, shapes...)
	full := append([][]int{{1, 1, 383, 0}, {1, 1, 384, 0}, {16, 1, 387, 1}, {9, 1, 391, 0}, {16, 1, 396, 1}, {1, 2, 645, 1}, {2, 1, 411, 0}, {2, 1, 397, 1},
		{1, 1, 90, 1}, {1, 2, 52, 1}, {1, 2, 44, 1}, {1, 2, 27, 1}, {1, 2, 22, 1}}, shapes...) // one row: each width of a panel after another

	// Rows lo … hi−1 of dst and x.
	part := func(d []int, b [][]T, lo, hi int) ([]int, [][]T) {
		b = slices.Clone(b)
		from(b, 0, lo*(d[1]+d[3]))
		from(b, 1, lo*(d[2]+d[3]))
		return []int{hi - lo, d[1], d[2], d[3]}, b
	}
	register(spec[T]{
		name: "GaussDiag", shapes: diag, bits: bits, any: true, part: part, ops: gaussOps(false, GaussDiagWork[T]),
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			GaussDiag(view(n, k, pad, b[0]), view(n, f, pad, b[1]), view(k, f, pad, b[2]), view(k, f, pad, b[3]), b[4], b[5])
		},
	})
	register(spec[T]{
		name: "GaussDiagAhead", shapes: thinned(diag, true), bits: bits[1:3], any: true, part: func(d []int, b [][]T, lo, hi int) ([]int, [][]T) {
			d, b = part(d, b, lo, hi)
			b[6] = b[6][:d[0]*d[2]]
			return d, b
		},
		ops: func(d []int) []operand {
			return append(gaussOps(false, GaussDiagWork[T])(d), operand{name: "next", role: in, len: d[0] * d[2]})
		},
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			GaussDiagAhead(view(n, k, pad, b[0]), view(n, f, pad, b[1]), view(k, f, pad, b[2]), view(k, f, pad, b[3]), b[4], b[6], b[5])
		},
	})
	for _, kind := range []struct {
		name string
		one  int // of so many entries one is missing
	}{{"GaussDiagMasked", 9}, {"GaussDiagMasked.Rare", 200}} {
		register(spec[T]{
			name: kind.name, shapes: thinned(diag, kind.one > 9), bits: bits, any: true, part: part, ops: gaussMaskedOps[T],
			fill: func(d []int, b [][]T, g *gen) {
				for i := 1; i < 6; i++ {
					fillNormal(b[i], g)
				}
				for i := range b[1] {
					if g.intn(kind.one) == 0 {
						b[1][i] = T(math.NaN())
					}
				}
			},
			run: func(d []int, b [][]T) {
				n, k, f, pad := d[0], d[1], d[2], d[3]
				GaussDiagMasked(view(n, k, pad, b[0]), view(n, f, pad, b[1]), view(k, f, pad, b[2]), view(k, f, pad, b[3]), view(k, f, pad, b[4]), b[5], b[6])
			},
		})
	}
	register(spec[T]{
		name: "GaussFull", shapes: full, bits: bits, any: true, part: part, ops: gaussOps(true, GaussFullWork[T]),
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			GaussFull(view(n, k, pad, b[0]), view(n, f, pad, b[1]), view(k, f, pad, b[2]), view(k*f, f, pad, b[3]), b[4], b[5])
		},
	})
}

// thinned returns a third of the shapes, if asked.
func thinned(shapes [][]int, yes bool) [][]int {
	if !yes {
		return shapes
	}
	return spread(shapes, len(shapes)/3)
}

func gaussMaskedOps[T Float](d []int) []operand {
	n, k, f, pad := d[0], d[1], d[2], d[3]
	return []operand{
		{name: "dst", role: out, len: span(n, k, pad)},
		{name: "x", role: in, len: span(n, f, pad)},
		{name: "mean", role: in, len: span(k, f, pad)},
		{name: "prec", role: in, len: span(k, f, pad)},
		{name: "logNorm", role: in, len: span(k, f, pad)},
		{name: "c", role: in, len: k},
		{name: "work", role: work, len: GaussDiagMaskedWork[T](k, f)},
	}
}

// gaussCase is a set of operands with moderate values.
type gaussCase[T Float] struct {
	dst, x, mean, prec, p Matrix[T]
	c, work               []T
}

func newGaussCase[T Float](n, k, d int, offset float64) gaussCase[T] {
	g := &gen{s: uint64(n*100+k*10+d) + 7}
	s := gaussCase[T]{
		dst: NewMatrix[T](n, k), x: NewMatrix[T](n, d), mean: NewMatrix[T](k, d), prec: NewMatrix[T](k, d),
		p: NewMatrix[T](k*d, d), c: make([]T, k), work: make([]T, max(GaussDiagWork[T](d), GaussFullWork[T](d))),
	}
	for i := range s.mean.Data {
		s.mean.Data[i] = T(offset + g.normal())
		s.prec.Data[i] = T(0.5 + g.uniform())
	}
	for i := range n {
		m := s.mean.Row(i % k)
		for j := range d {
			s.x.Data[i*d+j] = T(float64(m[j]) + g.normal())
		}
	}
	for i := range k * d {
		for j := range d {
			switch r := i % d; {
			case j < r:
				s.p.Data[i*d+j] = T(math.NaN())
			case j == r:
				s.p.Data[i*d+j] = T(0.5 + g.uniform())
			default:
				s.p.Data[i*d+j] = T(0.3 * g.normal() / math.Sqrt(float64(d)))
			}
		}
	}
	for i := range s.c {
		s.c[i] = T(g.normal())
	}
	return s
}

// exact are the log-densities of row n under component k, with little rounding, and the sizes of what was added up.
func (s *gaussCase[T]) exact(n, k int) (diag, full, size float64) {
	d := s.x.Cols
	size = 1
	for i := range d {
		t := float64(s.x.Data[n*d+i]) - float64(s.mean.Data[k*d+i])
		diag += t * t * float64(s.prec.Data[k*d+i])
		z, a := 0.0, 0.0
		for j := range i + 1 {
			t := float64(s.x.Data[n*d+j]) - float64(s.mean.Data[k*d+j])
			v := t * float64(s.p.Data[(k*d+j)*d+i])
			z, a = z+v, a+math.Abs(v)
		}
		full, size = full+z*z, size+a*a
	}
	c := float64(s.c[k])
	return c - 0.5*diag, c - 0.5*full, size
}

// testGaussAccuracy compares with plain float64 arithmetic on the same inputs; the error must stay a small multiple
// of the unit roundoff wherever the data lie, because the form is the difference form.
func testGaussAccuracy[T Float](t *testing.T, offset, tol float64) {
	forEachISA(t, func(t *testing.T) {
		for _, d := range []int{1, 2, 5, 16, 33, 100} {
			const n, k = 21, 5
			s := newGaussCase[T](n, k, d, offset)
			diag, full := s.dst, NewMatrix[T](n, k)
			GaussDiag(diag, s.x, s.mean, s.prec, s.c, s.work)
			GaussFull(full, s.x, s.mean, s.p, s.c, s.work)
			for i := range n {
				for j := range k {
					wd, wf, size := s.exact(i, j)
					if e := math.Abs(float64(diag.Row(i)[j])-wd) / (1 + math.Abs(wd)); !(e < tol) {
						t.Fatalf("D %d: GaussDiag[%d][%d] = %v, want %v", d, i, j, diag.Row(i)[j], wd)
					}
					if e := math.Abs(float64(full.Row(i)[j])-wf) / size; !(e < tol) {
						t.Fatalf("D %d: GaussFull[%d][%d] = %v, want %v", d, i, j, full.Row(i)[j], wf)
					}
				}
			}
		}
	})
}

func TestGaussAccuracy(t *testing.T) {
	for _, o := range []float64{0, 1e2, 1e4} {
		t.Run(fmt.Sprintf("f32/offset=%g", o), func(t *testing.T) { testGaussAccuracy[float32](t, o, 1e-6) })
		t.Run(fmt.Sprintf("f64/offset=%g", o), func(t *testing.T) { testGaussAccuracy[float64](t, o, 2e-14) })
	}
}

// TestGaussTranslation: where x − mean is exact, moving data and means together changes no bit.
func TestGaussTranslation(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		const n, k, d = 37, 6, 13
		s := newGaussCase[float32](n, k, d, 0)
		for _, m := range []Matrix[float32]{s.x, s.mean} {
			for i, v := range m.Data {
				m.Data[i] = float32(math.Round(float64(v)*64) / 64)
			}
		}
		at := func() (diag, full Matrix[float32]) {
			diag, full = NewMatrix[float32](n, k), NewMatrix[float32](n, k)
			GaussDiag(diag, s.x, s.mean, s.prec, s.c, s.work)
			GaussFull(full, s.x, s.mean, s.p, s.c, s.work)
			return diag, full
		}
		diag, full := at()
		for _, m := range []Matrix[float32]{s.x, s.mean} {
			for i := range m.Data {
				m.Data[i] += 10000
			}
		}
		movedDiag, movedFull := at()
		for i := range diag.Data {
			if diag.Data[i] != movedDiag.Data[i] || full.Data[i] != movedFull.Data[i] {
				t.Fatalf("element %d: %v, %v at 0 but %v, %v at 10000", i, diag.Data[i], full.Data[i], movedDiag.Data[i], movedFull.Data[i])
			}
		}
	})
}

// TestGaussBatch: a row has the same bits whatever the batch that it is in.
func TestGaussBatch(t *testing.T) { testGaussBatch[float32](t); testGaussBatch[float64](t) }

func testGaussBatch[T Float](t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		for _, shape := range [][3]int{{37, 5, 3}, {37, 5, 20}, {19, 1, 390}} {
			n, k, d := shape[0], shape[1], shape[2]
			s := newGaussCase[T](n, k, d, 1)
			for _, kernel := range []struct {
				name string
				f    func(dst, x Matrix[T])
			}{
				{"GaussDiag", func(dst, x Matrix[T]) { GaussDiag(dst, x, s.mean, s.prec, s.c, s.work) }},
				{"GaussDiagAhead", func(dst, x Matrix[T]) { GaussDiagAhead(dst, x, s.mean, s.prec, s.c, x.Data[:len(x.Data)/2], s.work) }},
				{"GaussFull", func(dst, x Matrix[T]) { GaussFull(dst, x, s.mean, s.p, s.c, s.work) }},
			} {
				whole, parts := NewMatrix[T](n, k), NewMatrix[T](n, k)
				kernel.f(whole, s.x)
				if kernel.name == "GaussDiagAhead" {
					GaussDiag(whole, s.x, s.mean, s.prec, s.c, s.work)
				}
				for lo, step := 0, 1; lo < n; step++ {
					hi := min(lo+step*step, n)
					kernel.f(parts.SliceRows(lo, hi), s.x.SliceRows(lo, hi))
					lo = hi
				}
				for i := range whole.Data {
					if whole.Data[i] != parts.Data[i] {
						t.Fatalf("%s, D %d: element %d is %v in the whole and %v in parts", kernel.name, d, i, whole.Data[i], parts.Data[i])
					}
				}
			}
		}
	})
}

// TestGaussCuts writes the rule of the cuts as plainly as it can be.
func TestGaussCuts(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		for _, d := range []int{383, 384, 390, 643} {
			for _, n := range []int{1, 8} {
				s := newGaussCase[float32](n, 1, d, 0)
				GaussFull(s.dst, s.x, s.mean, s.p, s.c, s.work)
				for r := range n {
					var q float32
					for i := range d {
						var z float32
						for j, left := 0, i+1; left > 0; {
							take := left
							if left >= 384 {
								take = 256
							}
							var a float32
							for range take {
								a = fma32(s.p.Data[j*d+i], s.x.Data[r*d+j]-s.mean.Data[j], a)
								j++
							}
							left -= take
							z += a
						}
						q = fma32(z, z, q)
					}
					if want := fma32(-0.5, q, s.c[0]); s.dst.Data[r] != want {
						t.Fatalf("D %d, row %d of %d: %v, want %v", d, r, n, s.dst.Data[r], want)
					}
				}
			}
		}
	})
}

// TestGaussCutPlaces: where the chains are cut, by a P of which one column alone is not 0, so that no other z hides a last bit.
func TestGaussCutPlaces(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		const n, d = 17, 642
		s := newGaussCase[float64](n, 1, d, 0)
		p := append([]float64(nil), s.p.Data...)
		for _, at := range []int{382, 383, 384, 638, 639, 640} { // 383 terms … 641
			clear(s.p.Data)
			for j := range at + 1 {
				s.p.Data[j*d+at] = p[j*d+at]
			}
			GaussFull(s.dst, s.x, s.mean, s.p, s.c, s.work)
			GaussFull(s.dst.SliceRows(1, 2), s.x.SliceRows(1, 2), s.mean, s.p, s.c, s.work) // one row goes another way
			for r := range n {
				var z float64
				for j, left := 0, at+1; left > 0; {
					take := left
					if left >= 384 {
						take = 256
					}
					var a float64
					for range take {
						a = math.FMA(p[j*d+at], s.x.Data[r*d+j]-s.mean.Data[j], a)
						j++
					}
					left -= take
					z += a
				}
				if want := math.FMA(-0.5, mul(z, z), s.c[0]); s.dst.Data[r] != want {
					t.Fatalf("z of %d terms, row %d: %v, want %v", at+1, r, s.dst.Data[r], want)
				}
			}
		}
	})
}

func TestGaussMisuse(t *testing.T) {
	s := newGaussCase[float64](3, 2, 4, 0)
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"kernels: GaussDiag: dst 3×2, x 3×4, mean 2×4, prec 1×4", func() { GaussDiag(s.dst, s.x, s.mean, s.prec.SliceRows(0, 1), s.c, s.work) }},
		{"kernels: GaussDiag: dst 3×2, x 3×4", func() { GaussDiag(s.dst, s.x, s.mean, s.prec, s.c, s.work[:GaussDiagWork[float64](4)-1]) }},
		{"kernels: GaussFull: dst 3×2, x 2×4", func() { GaussFull(s.dst, s.x.SliceRows(0, 2), s.mean, s.p, s.c, s.work) }},
		{"kernels: GaussFull: dst 3×2, x 3×4", func() { GaussFull(s.dst, s.x, s.mean, s.p, s.c, s.work[:GaussFullWork[float64](4)-1]) }},
		{"kernels: GaussFull: p is", func() { s := s; s.p.Data = nil; GaussFull(s.dst, s.x, s.mean, s.p, s.c, s.work) }},
	} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.HasPrefix(r, c.want) {
					t.Errorf("panic %q, want %q…", r, c.want)
				}
			}()
			c.f()
		}()
	}
}

// TestGaussDiagMasked compares with the density of the columns that are there, row by row, and with GaussDiag where nothing
// is missing; a row without entries has the constants.
func TestGaussDiagMasked(t *testing.T) {
	testGaussDiagMasked[float32](t)
	testGaussDiagMasked[float64](t)
}

func testGaussDiagMasked[T Float](t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		const n, k, d = 77, 7, 9
		s := newGaussCase[T](n, k, d, 3)
		h, whole, work := NewMatrix[T](k, d), make([]T, k), make([]T, GaussDiagMaskedWork[T](k, d))
		for i, p := range s.prec.Data {
			h.Data[i] = T(0.5 * math.Log(float64(p)/(2*math.Pi)))
		}
		for i := range k {
			whole[i] = s.c[i]
			for _, v := range h.Row(i) {
				whole[i] += v
			}
		}
		full, masked := NewMatrix[T](n, k), NewMatrix[T](n, k)
		GaussDiag(full, s.x, s.mean, s.prec, whole, s.work)
		GaussDiagMasked(masked, s.x, s.mean, s.prec, h, s.c, work)
		for i, v := range full.Data {
			if masked.Data[i] != v {
				t.Fatalf("element %d is %v, but %v from GaussDiag", i, masked.Data[i], v)
			}
		}
		for i := range n {
			for j := range d {
				if (i*5+j*3)%7 == 0 || i%11 == 4 {
					s.x.Row(i)[j] = T(math.NaN())
				}
			}
		}
		GaussDiagMasked(masked, s.x, s.mean, s.prec, h, s.c, work)
		for i := range n {
			var here []int
			for j, v := range s.x.Row(i) {
				if v == v {
					here = append(here, j)
				}
			}
			pick := func(m Matrix[T]) Matrix[T] {
				r := NewMatrix[T](m.Rows, len(here))
				for i := range m.Rows {
					for a, j := range here {
						r.Row(i)[a] = m.Row(i)[j]
					}
				}
				return r
			}
			c := append([]T(nil), s.c...)
			for a := range k {
				for _, j := range here {
					c[a] += h.Row(a)[j]
				}
			}
			want := NewMatrix[T](1, k)
			GaussDiag(want, pick(s.x.SliceRows(i, i+1)), pick(s.mean), pick(s.prec), c, s.work)
			for a, v := range want.Data {
				if masked.Row(i)[a] != v || len(here) == 0 && v != s.c[a] {
					t.Fatalf("row %d, component %d, %d entries: %v, want %v", i, a, len(here), masked.Row(i)[a], v)
				}
			}
		}
	})
}

// A row whose second entry is missing has the density of the first alone, and one without entries the log weight.
func ExampleGaussDiagMasked() {
	nan := math.NaN()
	x := MatrixOf(3, 2, []float64{1, 2, 1, nan, nan, nan})
	mean, prec := MatrixOf(1, 2, []float64{0, 0}), MatrixOf(1, 2, []float64{1, 4})
	const log2pi = 1.8378770664093453
	logNorm := MatrixOf(1, 2, []float64{-0.5 * log2pi, 0.5 * (math.Log(4) - log2pi)})
	logp := NewMatrix[float64](3, 1)
	GaussDiagMasked(logp, x, mean, prec, logNorm, []float64{math.Log(0.5)}, make([]float64, GaussDiagMaskedWork[float64](1, 2)))
	fmt.Printf("%.4f %.4f %.4f\n", logp.Data[0], logp.Data[1], logp.Data[2])
	// Output: -10.3379 -2.1121 -0.6931
}
