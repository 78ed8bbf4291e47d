package kernels

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func init() { registerMoments[float32](); registerMoments[float64]() }

// momentsOps are the operands at d = {N, K, D, what the strides exceed the columns by}.
func momentsOps(s0Rows, s2Rows func(d []int) int, size func(d []int) int) func(d []int) []operand {
	return func(d []int) []operand {
		n, k, f, pad := d[0], d[1], d[2], d[3]
		s0 := k
		if s0Rows != nil {
			s0 = span(s0Rows(d), f, pad)
		}
		return []operand{
			{name: "s0", role: out, len: s0},
			{name: "s1", role: out, len: span(k, f, pad)},
			{name: "s2", role: out, len: span(s2Rows(d), f, pad)},
			{name: "x", role: in, len: span(n, f, pad)},
			{name: "r", role: in, len: span(n, k, pad)},
			{name: "centre", role: in, len: span(k, f, pad)},
			{name: "work", role: work, len: size(d)},
		}
	}
}

const momentsSkip = 0x1p-60

// fillMoments makes weights of which some are 0 or too small to count.
func fillMoments[T Float](d []int, b [][]T, g *gen) {
	fillNormal(b[3], g)
	fillNormal(b[5], g)
	for i := range b[4] {
		switch v := g.uniform(); g.intn(5) {
		case 0:
			b[4][i] = 0
		case 1:
			b[4][i] = T(v * 0x1.fp-60)
		default:
			b[4][i] = T(v)
		}
	}
}

func registerMoments[T Float]() {
	bits := [][]int{{3, 2, 5, 0}, {19, 5, 7, 1}, {300, 3, 17, 0}, {70, 1, 1, 2}}
	shapes := [][]int{{0, 3, 4, 0}, {3, 0, 4, 0}, {3, 4, 0, 0}}
	ks := []int{1, 2, 3, 4, 5, 7, 8, 9, 17, 18}
	ns := []int{1, 2, 3, 5, 17, 130, 256, 257}
	for i, d := range []int{1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 33, 2, 3, 6, 1, 8, 16, 4, 3, 40} {
		shapes = append(shapes, []int{ns[i*3%len(ns)], ks[i%len(ks)], d, i % 2})
	}
	shapes = append(shapes, []int{520, 2, 3, 0}, []int{600, 5, 9, 1}, []int{140, 2, 33, 0}, []int{5, 19, 3, 0}, []int{9, 1, 50, 0}, []int{21, 2, 47, 0})
	k := func(d []int) int { return d[1] }
	kd := func(d []int) int { return d[1] * d[2] }
	diagWork := func(d []int) int { return MomentsDiagWork[T](d[1], d[2]) }
	register(spec[T]{
		name: "MomentsDiag", shapes: append([][]int{{40, 5, 300, 1}, {9, 2, 520, 0}}, shapes...), bits: bits, any: true, ops: momentsOps(nil, k, diagWork), fill: fillMoments[T],
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			MomentsDiag(b[0], view(k, f, pad, b[1]), view(k, f, pad, b[2]), view(n, f, pad, b[3]), view(n, k, pad, b[4]), view(k, f, pad, b[5]), momentsSkip, b[6])
		},
	})
	register(spec[T]{
		name: "MomentsDiagMasked", shapes: shapes, bits: bits, any: true, ops: momentsOps(k, k, diagWork),
		fill: func(d []int, b [][]T, g *gen) {
			fillMoments(d, b, g)
			for i := range b[3] {
				if g.intn(4) == 0 {
					b[3][i] = T(math.NaN())
				}
			}
		},
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			MomentsDiagMasked(view(k, f, pad, b[0]), view(k, f, pad, b[1]), view(k, f, pad, b[2]), view(n, f, pad, b[3]), view(n, k, pad, b[4]), view(k, f, pad, b[5]), momentsSkip, b[6])
		},
	})
	register(spec[T]{
		name: "MomentsFull", shapes: shapes, bits: bits, any: true, ops: momentsOps(nil, kd, func(d []int) int { return MomentsFullWork[T](d[2]) }), fill: fillMoments[T],
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			MomentsFull(b[0], view(k, f, pad, b[1]), view(k*f, f, pad, b[2]), view(n, f, pad, b[3]), view(n, k, pad, b[4]), view(k, f, pad, b[5]), momentsSkip, b[6])
		},
	})
	register(spec[T]{
		name: "MomentsFullAdd", shapes: shapes, bits: bits, any: true,
		ops: func(d []int) []operand {
			o := momentsOps(nil, kd, func(d []int) int { return MomentsFullWork[T](d[2]) })(d)
			for i := range 3 {
				o[i].role = inout
			}
			return o
		},
		fill: func(d []int, b [][]T, g *gen) {
			fillMoments(d, b, g)
			for i := range 3 {
				fillNormal(b[i], g)
			}
		},
		run: func(d []int, b [][]T) {
			n, k, f, pad := d[0], d[1], d[2], d[3]
			MomentsFullAdd(b[0], view(k, f, pad, b[1]), view(k*f, f, pad, b[2]), view(n, f, pad, b[3]), view(n, k, pad, b[4]), view(k, f, pad, b[5]), momentsSkip, b[6])
		},
	})
}

// TestMoments compares with sums in float64, at an offset from the origin that x·x would not survive, and the three kernels with
// each other, bit for bit.
func TestMoments(t *testing.T) {
	t.Run("f32", func(t *testing.T) { testMoments[float32](t, 3e-6) })
	t.Run("f64", func(t *testing.T) { testMoments[float64](t, 3e-14) })
}

func testMoments[T Float](t *testing.T, tol float64) {
	forEachISA(t, func(t *testing.T) {
		for _, c := range [][3]int{{1, 1, 1}, {7, 3, 2}, {300, 4, 5}, {530, 6, 19}} {
			n, k, d := c[0], c[1], c[2]
			g := &gen{s: uint64(n)}
			x, r, centre := NewMatrix[T](n, d), NewMatrix[T](n, k), NewMatrix[T](k, d)
			for i := range centre.Data {
				centre.Data[i] = T(math.Round(1e5 + 100*g.normal()))
			}
			for i := range x.Data {
				x.Data[i] = centre.Data[i%d] + T(math.Round(64*g.normal())/64)
			}
			for i := range r.Data {
				r.Data[i] = T(g.uniform())
				if g.intn(3) == 0 {
					r.Data[i] = 0x1p-61
				}
			}
			s0, s1, s2, full, fullS1 := make([]T, k), NewMatrix[T](k, d), NewMatrix[T](k, d), NewMatrix[T](k*d, d), NewMatrix[T](k, d)
			m0, m1, m2 := NewMatrix[T](k, d), NewMatrix[T](k, d), NewMatrix[T](k, d)
			work := make([]T, max(MomentsDiagWork[T](k, d), MomentsFullWork[T](d)))
			MomentsFull(s0, fullS1, full, x, r, centre, momentsSkip, work)
			fullS0 := append([]T(nil), s0...)
			MomentsDiag(s0, s1, s2, x, r, centre, momentsSkip, work)
			MomentsDiagMasked(m0, m1, m2, x, r, centre, momentsSkip, work)
			for a := range k {
				var w0 float64
				for i := range n {
					if w := float64(r.Row(i)[a]); w > momentsSkip {
						w0 += w
					}
				}
				if math.Abs(float64(s0[a])-w0) > tol*float64(n) || s0[a] != fullS0[a] {
					t.Fatalf("%v: s0[%d] is %v and %v, want %v", c, a, s0[a], fullS0[a], w0)
				}
				for p := range d {
					if s0[a] != m0.Row(a)[p] || s1.Row(a)[p] != m1.Row(a)[p] || s1.Row(a)[p] != fullS1.Row(a)[p] ||
						s2.Row(a)[p] != m2.Row(a)[p] || s2.Row(a)[p] != full.Row(a*d + p)[p] {
						t.Fatalf("%v: the kernels differ at component %d, dimension %d", c, a, p)
					}
					for q := p; q < d; q++ {
						var w1, w2, size float64
						for i := range n {
							w := float64(r.Row(i)[a])
							if w <= momentsSkip {
								continue
							}
							tp := float64(x.Row(i)[p]) - float64(centre.Row(a)[p])
							tq := float64(x.Row(i)[q]) - float64(centre.Row(a)[q])
							w1, w2, size = w1+w*tp, w2+w*tp*tq, size+w*(math.Abs(tp)+math.Abs(tp*tq))
						}
						if math.Abs(float64(s1.Row(a)[p])-w1) > tol*(1+size) || math.Abs(float64(full.Row(a*d + p)[q])-w2) > tol*(1+size) {
							t.Fatalf("%v: component %d, %d, %d: %v, %v, want %v, %v", c, a, p, q, s1.Row(a)[p], full.Row(a*d + p)[q], w1, w2)
						}
					}
				}
			}
		}
	})
}

// TestMomentsSkip: a row that is left out does not reach the sums, whatever is in it, and a NaN weight is not left out.
func TestMomentsSkip(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		inf, nan := math.Inf(1), math.NaN()
		x := MatrixOf(3, 2, []float64{1, 2, inf, nan, 3, 5})
		centre := MatrixOf(1, 2, []float64{1, 1})
		s0, s1, s2, full := make([]float64, 1), NewMatrix[float64](1, 2), NewMatrix[float64](1, 2), NewMatrix[float64](2, 2)
		m0 := NewMatrix[float64](1, 2)
		work := make([]float64, max(MomentsDiagWork[float64](1, 2), MomentsFullWork[float64](2)))
		for _, c := range []struct {
			r    []float64
			want string
		}{
			{[]float64{0.5, 0, 0.25}, "[0.75] [0.5 1.5] [1 4.5] [1 2 0 4.5] [0.75 0.75]"},
			{[]float64{0.5, 0x1p-64, 0.25}, "[0.75] [0.5 1.5] [1 4.5] [1 2 0 4.5] [0.75 0.75]"},
			{[]float64{0.5, 1, 0.25}, "[1.75] [+Inf NaN] [+Inf NaN] [+Inf NaN 0 NaN] [1.75 0.75]"},
			{[]float64{0.5, 0, nan}, "[NaN] [NaN NaN] [NaN NaN] [NaN NaN 0 NaN] [NaN NaN]"},
			{[]float64{0, 0, 0}, "[0] [0 0] [0 0] [0 0 0 0] [0 0]"},
		} {
			r := MatrixOf(3, 1, c.r)
			MomentsDiagMasked(m0, s1, s2, x, r, centre, 0x1p-64, work)
			MomentsFull(s0, s1, full, x, r, centre, 0x1p-64, work)
			MomentsDiag(s0, s1, s2, x, r, centre, 0x1p-64, work)
			if got := fmt.Sprint(s0, s1.Data, s2.Data, full.Data, m0.Data); got != c.want {
				t.Errorf("weights %v: %s, want %s", c.r, got, c.want)
			}
		}
	})
}

func TestMomentsMisuse(t *testing.T) {
	x, r, m, s, f := NewMatrix[float64](3, 4), NewMatrix[float64](3, 2), NewMatrix[float64](2, 4), NewMatrix[float64](2, 4), NewMatrix[float64](8, 4)
	s0, work := make([]float64, 2), make([]float64, max(MomentsDiagWork[float64](2, 4), MomentsFullWork[float64](4)))
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"kernels: MomentsDiag: s1 2×4, s2 8×4", func() { MomentsDiag(s0, s, f, x, r, m, 0, work) }},
		{"kernels: MomentsDiag: s0 1, work", func() { MomentsDiag(s0[:1], s, s, x, r, m, 0, work) }},
		{"kernels: MomentsDiag: s0 2, work", func() { MomentsDiag(s0, s, s, x, r, m, 0, work[:5]) }},
		{"kernels: MomentsDiagMasked: s0 8×4", func() { MomentsDiagMasked(f, s, s, x, r, m, 0, work) }},
		{"kernels: MomentsFull: s1 2×4, s2 2×4", func() { MomentsFull(s0, s, s, x, r, m, 0, work) }},
		{"kernels: MomentsFull: s1 2×4, s2 8×4, x 3×4, r 2×2", func() { MomentsFull(s0, s, f, x, r.SliceRows(0, 2), m, 0, work) }},
		{"kernels: MomentsFull: s0 2, work 5", func() { MomentsFull(s0, s, f, x, r, m, 0, work[:5]) }},
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

// Two components share four rows; the M-step divides the sums by the counts.
func ExampleMomentsDiag() {
	x := MatrixOf(4, 1, []float64{-1, 1, 9, 11})
	r := MatrixOf(4, 2, []float64{1, 0, 1, 0, 0, 1, 0, 1})
	old := MatrixOf(2, 1, []float64{0.5, 9.5})
	n, s1, s2 := make([]float64, 2), NewMatrix[float64](2, 1), NewMatrix[float64](2, 1)
	MomentsDiag(n, s1, s2, x, r, old, 0x1p-64, make([]float64, MomentsDiagWork[float64](2, 1)))
	for k := range n {
		shift := s1.Row(k)[0] / n[k]
		fmt.Println("mean", old.Row(k)[0]+shift, "variance", s2.Row(k)[0]/n[k]-float64(shift*shift))
	}
	// Output:
	// mean 0 variance 1
	// mean 10 variance 1
}

func ExampleMomentsFull() {
	x := MatrixOf(3, 2, []float64{1, 2, 3, 4, 5, 9})
	r := MatrixOf(3, 1, []float64{1, 1, 1})
	centre := MatrixOf(1, 2, []float64{3, 5})
	n, s1, s2 := make([]float64, 1), NewMatrix[float64](1, 2), NewMatrix[float64](2, 2)
	MomentsFull(n, s1, s2, x, r, centre, 0, make([]float64, MomentsFullWork[float64](2)))
	fmt.Println(n, s1.Data, s2.Row(0), s2.Row(1)[1:])
	// Output: [3] [0 0] [8 14] [26]
}

// The second entry of the second row is missing.
func ExampleMomentsDiagMasked() {
	x := MatrixOf(2, 2, []float64{1, 2, 3, math.NaN()})
	r := MatrixOf(2, 1, []float64{1, 1})
	centre := NewMatrix[float64](1, 2)
	n, s1, s2 := NewMatrix[float64](1, 2), NewMatrix[float64](1, 2), NewMatrix[float64](1, 2)
	MomentsDiagMasked(n, s1, s2, x, r, centre, 0, make([]float64, MomentsDiagWork[float64](1, 2)))
	fmt.Println(n.Data, s1.Data, s2.Data)
	// Output: [2 1] [4 2] [10 4]
}
