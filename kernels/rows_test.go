package kernels

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func init() { registerRows[float32](); registerRows[float64]() }

func registerRows[T Float]() {
	var shapes [][]int // rows, columns, stride − columns
	for k := range 37 {
		shapes = append(shapes, []int{11, k, k % 3})
	}
	for n := range 20 {
		shapes = append(shapes, []int{n, 2, 0}, []int{n, 4, 0}, []int{n, 8, 0}, []int{n, 5, 2})
	}
	for n := 16; n < 96; n += 8 { // last groups of eight rows without a special one
		shapes = append(shapes, []int{n, 5 + n/8%3, 0}, []int{n, 8, 1})
	}
	shapes = append(shapes, []int{9, 2, 1}, []int{17, 4, 4}, []int{9, 48, 0}, []int{3, 63, 1}, []int{10, 64, 0}, []int{250, 8, 0}, []int{9, 65, 0}, []int{2, 131, 5},
		[]int{1, 1000, 0}, []int{2, pieceLen, 0}, []int{2, pieceLen + 1, 3}, []int{1030, 2, 0}, []int{515, 4, 0}, []int{4100, 2, 0})
	bits := [][]int{{11, 2, 0}, {9, 4, 1}, {20, 8, 0}, {3, 37, 2}, {2, 100, 0}}
	in3 := func(d []int) (n, k, stride int) { return d[0], d[1], d[1] + d[2] }
	data := func(d []int) int {
		n, k, stride := in3(d)
		if n == 0 {
			return 0
		}
		return (n-1)*stride + k
	}
	view := func(d []int, b []T) Matrix[T] {
		n, k, stride := in3(d)
		return Matrix[T]{Rows: n, Cols: k, Data: b, Stride: stride}
	}
	fill := func(d []int, b [][]T, g *gen) {
		x := b[len(b)-1]
		fillNormal(x, g)
		for i := range x { // rows where one element rules, and rows where all matter
			if i/max(1, d[1]+d[2])%2 == 1 {
				x[i] *= 20
			}
		}
		if d[0] > 2 { // among ordinary rows, some that are not
			v := view(d, x)
			for i := 0; i < d[0]; i += 1 + g.intn(40) {
				for j, r := 0, v.Row(i); j < len(r); j += 1 + g.intn(3) {
					r[j] = T(math.Inf(g.intn(2)*2 - 1))
				}
			}
		}
	}
	register(spec[T]{
		name: "LogSumExpRows", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](true, "vm"),
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: d[0]}, {name: "x", role: in, len: data(d)}}
		},
		run: func(d []int, b [][]T) { LogSumExpRows(b[0], view(d, b[1])) },
	})
	register(spec[T]{
		name: "Responsibilities", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](true, "mvm"),
		ops: func(d []int) []operand {
			return []operand{{name: "r", role: out, len: data(d), alias: 3}, {name: "logZ", role: out, len: d[0]}, {name: "logJoint", role: in, len: data(d)}}
		},
		run: func(d []int, b [][]T) { Responsibilities(view(d, b[0]), b[1], view(d, b[2])) },
	})
}

func init() { registerRowsMore[float32](); registerRowsMore[float64]() }

// registerRowsMore registers the kernels that go on from registerRows: shapes are rows (or samples), columns (or components), and
// what the strides have more.
func registerRowsMore[T Float]() {
	var shapes [][]int
	for k := 1; k < 37; k++ {
		shapes = append(shapes, []int{5, k, k % 3})
	}
	shapes = append(shapes, []int{0, 3, 0}, []int{1, 0, 0}, []int{70, 2, 0}, []int{67, 5, 1}, []int{20, 9, 0}, []int{20, 3, 1}, []int{31, 60, 1}, []int{15, 33, 0}, []int{16, 100, 0}, []int{12, 50, 0}, []int{33, 16, 0}, []int{45, 20, 0}, []int{45, 40, 1}, []int{3, 64, 0}, []int{3, 65, 1}, []int{4, 71, 0}, []int{4, 75, 0}, []int{4, 79, 0}, []int{30, 64, 0}, []int{14, 90, 0}, []int{13, 64, 2}, []int{31, 50, 0}, []int{2, 128, 0}, []int{2, 129, 0}, []int{4, 135, 0}, []int{4, 141, 0}, []int{4, 150, 0}, []int{4, 158, 0},
		[]int{6, 73, 0}, []int{6, 133, 0}, []int{6, 137, 0}, []int{6, 145, 0}, []int{6, 153, 0}, []int{6, 165, 0}, []int{6, 185, 0}, []int{3, 700, 2}, []int{130, 3, 1}, []int{2, pieceLen + 9, 0})
	for _, k := range []int{131, 135, 141, 150, 158, 3, 5, 9, 17, 40} {
		shapes = append(shapes, []int{6, k, 0}, []int{203, k % 20, 1}, []int{150 + k, 2, 0})
	}
	bits := [][]int{{11, 2, 0}, {9, 5, 1}, {70, 8, 0}, {3, 37, 2}, {2, 300, 0}}
	size := func(rows, cols, more int) int {
		if rows == 0 {
			return 0
		}
		return (rows-1)*(cols+more) + cols
	}
	rows := func(d []int, b []T) Matrix[T] { return Matrix[T]{Rows: d[0], Cols: d[1], Stride: d[1] + d[2], Data: b} }
	cols := func(d []int, b []T) Matrix[T] { return Matrix[T]{Rows: d[1], Cols: d[0], Stride: d[0] + d[2], Data: b} }
	fill := func(d []int, b [][]T, g *gen) {
		x := b[len(b)-1]
		fillNormal(x, g)
		for i := range x {
			switch {
			case d[0] == 6 || d[0] == 203: // every term counts
			case i%5 == 1:
				x[i] *= 30
			case d[0] != 45 && d[0] != 4 && g.intn(300) == 0: // a special line now and then, but for blocks that are done in one
				x[i] = T(math.Inf(g.intn(2)*2 - 1))
			}
		}
	}
	// A largest element of −0 among others that do not count: its logarithm keeps the sign that x − m has.
	negZero := func(d []int, b [][]T, g *gen) {
		fill(d, b, g)
		if d[0] < 2 {
			return
		}
		for j, r := d[1]-1, rows(d, b[len(b)-1]).Row(1); j >= 0; j-- {
			r[j] = -2000
			if j == d[1]/2 {
				r[j] = T(math.Copysign(0, -1))
			}
		}
	}
	rowsLen := func(d []int) int { return size(d[0], d[1], d[2]) }
	colsLen := func(d []int) int { return size(d[1], d[0], d[2]) }
	register(spec[T]{
		name: "ResponsibilitiesEntropy", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](true, "mvv m"), totals: []string{"degenerate"},
		ops: func(d []int) []operand {
			return []operand{{name: "r", role: out, len: rowsLen(d), alias: 5}, {name: "logZ", role: out, len: d[0]}, {name: "entropy", role: out, len: d[0]},
				{name: "degenerate", role: out, len: 1}, {name: "logJoint", role: in, len: rowsLen(d)}}
		},
		run: func(d []int, b [][]T) { b[3][0] = T(ResponsibilitiesEntropy(rows(d, b[0]), b[1], b[2], rows(d, b[4]))) },
	})
	register(spec[T]{
		name: "ResponsibilitiesCols", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](false, "mv m"), totals: []string{"degenerate"},
		ops: func(d []int) []operand {
			return []operand{{name: "r", role: out, len: colsLen(d), alias: 4}, {name: "logZ", role: out, len: d[0]}, {name: "degenerate", role: out, len: 1},
				{name: "logJoint", role: in, len: colsLen(d)}}
		},
		run: func(d []int, b [][]T) { b[2][0] = T(ResponsibilitiesCols(cols(d, b[0]), b[1], nil, cols(d, b[3]))) },
	})
	register(spec[T]{
		name: "ResponsibilitiesCols.entropy", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](false, "mvvm"),
		ops: func(d []int) []operand {
			return []operand{{name: "r", role: out, len: colsLen(d), alias: 4}, {name: "logZ", role: out, len: d[0]}, {name: "entropy", role: out, len: d[0]},
				{name: "logJoint", role: in, len: colsLen(d)}}
		},
		run: func(d []int, b [][]T) { ResponsibilitiesCols(cols(d, b[0]), b[1], b[2], cols(d, b[3])) },
	})
	register(spec[T]{
		name: "LogSumExpCols", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](false, "vm"),
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: d[0]}, {name: "x", role: in, len: colsLen(d)}}
		},
		run: func(d []int, b [][]T) { LogSumExpCols(b[0], cols(d, b[1])) },
	})
	register(spec[T]{
		name: "LogSoftmaxRows", shapes: shapes, bits: bits, any: true, fill: fill, part: rowsPart[T](true, "mm"),
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: rowsLen(d), alias: 2}, {name: "x", role: in, len: rowsLen(d)}}
		},
		run: func(d []int, b [][]T) { LogSoftmaxRows(rows(d, b[0]), rows(d, b[1])) },
	})
	register(spec[T]{
		name: "LogSoftmaxRows.zero", shapes: spread(shapes, 40), bits: [][]int{{9, 5, 1}, {3, 37, 2}}, fill: negZero,
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: rowsLen(d), alias: 2}, {name: "x", role: in, len: rowsLen(d)}}
		},
		run: func(d []int, b [][]T) { LogSoftmaxRows(rows(d, b[0]), rows(d, b[1])) },
	})
}

// rowsPart takes samples lo … hi−1: rows of the matrices, or columns, and elements of the vectors; kinds has an m or a v for each operand.
func rowsPart[T Float](rows bool, kinds string) func(d []int, b [][]T, lo, hi int) ([]int, [][]T) {
	return func(d []int, b [][]T, lo, hi int) ([]int, [][]T) {
		b = slices.Clone(b)
		for i, k := range kinds {
			switch {
			case k == 'v':
				b[i] = b[i][lo:hi]
			case k == 'm' && rows:
				from(b, i, lo*(d[1]+d[2]))
			case k == 'm':
				from(b, i, lo)
			}
		}
		if rows {
			return []int{hi - lo, d[1], d[2]}, b
		}
		return []int{hi - lo, d[1], d[0] + d[2] - (hi - lo)}, b
	}
}

// TestRowsMore: entropies and log-softmax beside float64 arithmetic by math's functions; columns beside rows, with ==.
func TestRowsMore(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testRowsMore[float32](t, 4e-7); testRowsMore[float64](t, 3e-15) })
}

func testRowsMore[T Float](t *testing.T, tol float64) {
	for _, k := range []int{1, 2, 3, 4, 5, 8, 9, 16, 17, 33, 64, 100, 129, 300, pieceLen + 10} {
		n := 70
		if k > 100 {
			n = 5
		}
		x, want, r, l := NewMatrix[T](n, k), NewMatrix[T](n, k), NewMatrix[T](n, k), NewMatrix[T](n, k)
		wantZ, logZ, h := make([]T, n), make([]T, n), make([]T, n)
		fillNormal(x.Data, &gen{s: uint64(k)})
		Scale(x.Data, x.Data, 6)
		for j := range x.Row(3) {
			x.Row(3)[j] = 2 // uniform
		}
		if k > 1 {
			x.Row(4)[0], x.Row(4)[1] = 900, T(math.Inf(-1)) // one component alone, and one that is impossible
		}
		Responsibilities(want, wantZ, x)
		if d := ResponsibilitiesEntropy(r, logZ, h, x); d != 0 {
			t.Errorf("K=%d: %d degenerate rows", k, d)
		}
		LogSoftmaxRows(l, x)
		for i := range n {
			if logZ[i] != wantZ[i] {
				t.Fatalf("K=%d: logZ[%d] is %v with the entropy, %v without", k, i, logZ[i], wantZ[i])
			}
			m := math.Inf(-1)
			for _, v := range x.Row(i) {
				m = max(m, float64(v))
			}
			s, q := 0.0, 0.0
			for _, v := range x.Row(i) {
				d := float64(v) - m
				s += math.Exp(d)
				if d > -700 {
					q += math.Exp(d) * d
				}
			}
			if e := math.Log(s) - q/s; math.Abs(float64(h[i])-e) > 8*tol*(1+e) {
				t.Errorf("K=%d: the entropy of row %d is %v, want %v", k, i, h[i], e)
			}
			if h[i] < 0 || math.Signbit(float64(h[i])) {
				t.Errorf("K=%d: the entropy of row %d is %v", k, i, h[i])
			}
			for j, v := range r.Row(i) {
				if v != want.Row(i)[j] {
					t.Fatalf("K=%d: r[%d][%d] is %v with the entropy, %v without", k, i, j, v, want.Row(i)[j])
				}
				d := float64(x.Row(i)[j]) - m
				if e := d - math.Log(s); math.Abs(float64(l.Row(i)[j])-e) > tol*(2+math.Abs(e)) && !math.IsInf(e, -1) {
					t.Errorf("K=%d: log-softmax [%d][%d] is %v, want %v", k, i, j, l.Row(i)[j], e)
				}
			}
		}
		// The same by components, into matrices of another stride and in place.
		xc := Matrix[T]{Rows: k, Cols: n, Stride: n + 3, Data: make([]T, k*(n+3))}
		for i := range n {
			for j := range k {
				xc.Row(j)[i] = x.Row(i)[j]
			}
		}
		z, hc, z2 := make([]T, n), make([]T, n), make([]T, n)
		LogSumExpCols(z2, xc)
		ResponsibilitiesCols(xc, z, hc, xc)
		for i := range n {
			if z[i] != logZ[i] || hc[i] != h[i] || z2[i] != logZ[i] {
				t.Fatalf("K=%d, sample %d: by columns logZ %v, %v and entropy %v, by rows %v and %v", k, i, z[i], z2[i], hc[i], logZ[i], h[i])
			}
			for j := range k {
				if xc.Row(j)[i] != r.Row(i)[j] {
					t.Fatalf("K=%d: r[%d][%d] by columns is %v, by rows %v", k, i, j, xc.Row(j)[i], r.Row(i)[j])
				}
			}
		}
	}
}

// TestDegenerateRows: rows of −Inf alone are counted, by rows and by columns, and what lies beside them is what it would be.
func TestDegenerateRows(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testDegenerateRows[float32](t); testDegenerateRows[float64](t) })
}

func testDegenerateRows[T Float](t *testing.T) {
	inf, nan := T(math.Inf(1)), T(math.NaN())
	same := func(a, b T) bool { return a == b || a != a && b != b }
	for _, k := range []int{1, 2, 5, 8, 17, 40, 129, 600} {
		n := 100
		x := NewMatrix[T](n, k)
		set := func(i int, v T) {
			for j := range x.Row(i) {
				x.Row(i)[j] = v
			}
		}
		for _, i := range []int{7, 8, 99} {
			set(i, -inf)
		}
		set(20, -inf)
		x.Row(20)[k-1] = nan
		x.Row(30)[k/2] = inf
		r, l, xc, rc := NewMatrix[T](n, k), NewMatrix[T](n, k), NewMatrix[T](k, n), NewMatrix[T](k, n)
		logZ, h, hc := make([]T, n), make([]T, n), make([]T, n)
		for i := range n {
			for j := range k {
				xc.Row(j)[i] = x.Row(i)[j]
			}
		}
		if d, dc := ResponsibilitiesEntropy(r, logZ, h, x), ResponsibilitiesCols(rc, logZ, hc, xc); d != 3 || dc != 3 {
			t.Errorf("K=%d: %d degenerate rows, %d degenerate columns, want 3", k, d, dc)
		}
		LogSoftmaxRows(l, x)
		uniform := logPos(T(k))
		for i := range n {
			wantH, first, logFirst := uniform, 1/T(k), -uniform
			switch i {
			case 20:
				wantH, first, logFirst = nan, nan, nan
			case 30:
				wantH, first, logFirst = 0, 0, -inf
				if k/2 == 0 {
					first, logFirst = 1, 0
				}
			}
			if !same(h[i], wantH) || !same(hc[i], wantH) {
				t.Errorf("K=%d: the entropy of row %d is %v, of the column %v, want %v", k, i, h[i], hc[i], wantH)
			}
			if !same(r.Row(i)[0], first) || !same(rc.Row(0)[i], first) {
				t.Errorf("K=%d: r[%d][0] is %v, by columns %v, want %v", k, i, r.Row(i)[0], rc.Row(0)[i], first)
			}
			if !same(l.Row(i)[0], logFirst) {
				t.Errorf("K=%d: log-softmax [%d][0] is %v, want %v", k, i, l.Row(i)[0], logFirst)
			}
		}
	}
	z, h := []T{1}, []T{1}
	if d := ResponsibilitiesEntropy(Matrix[T]{Rows: 1}, z, h, Matrix[T]{Rows: 1}); d != 1 || z[0] != -inf || h[0] != 0 {
		t.Errorf("K=0: %d degenerate rows, logZ %v, entropy %v", d, z[0], h[0])
	}
}

func ExampleResponsibilitiesEntropy() {
	logJoint := MatrixOf(3, 2, []float64{-1, -1, -800, -803, math.Inf(-1), math.Inf(-1)})
	r, logZ, entropy := NewMatrix[float64](3, 2), make([]float64, 3), make([]float64, 3)
	degenerate := ResponsibilitiesEntropy(r, logZ, entropy, logJoint)
	fmt.Printf("%.4f %.4f %d\n", r.Data, entropy, degenerate)
	// Output: [0.5000 0.5000 0.9526 0.0474 0.5000 0.5000] [0.6931 0.1909 0.6931] 1
}

func ExampleLogSoftmaxRows() {
	x := MatrixOf(1, 3, []float32{0, 0, -1000})
	LogSoftmaxRows(x, x)
	fmt.Printf("%.4f\n", x.Data)
	// Output: [-0.6931 -0.6931 -1000.6932]
}

func ExampleResponsibilities() {
	logJoint := MatrixOf(2, 2, []float64{-1, -1, -800, -803})
	r, logZ := NewMatrix[float64](2, 2), make([]float64, 2)
	Responsibilities(r, logZ, logJoint)
	fmt.Printf("%.4f %.4f\n", r.Data, logZ)
	// Output: [0.5000 0.5000 0.9526 0.0474] [-0.3069 -799.9514]
}

// TestRows compares with float64 arithmetic by math's functions, on rows of every length.
func TestRows(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testRows[float32](t, 4e-7); testRows[float64](t, 3e-15) })
}

func testRows[T Float](t *testing.T, tol float64) {
	for _, k := range []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100, 1000, pieceLen + 10} {
		n := 13
		x, r, logZ, lse := NewMatrix[T](n, k), NewMatrix[T](n, k), make([]T, n), make([]T, n)
		fillNormal(x.Data, &gen{s: uint64(k)})
		Scale(x.Data, x.Data, 6)
		Responsibilities(r, logZ, x)
		LogSumExpRows(lse, x)
		for i := range n {
			m, s := math.Inf(-1), 0.0
			for _, v := range x.Row(i) {
				m = max(m, float64(v))
			}
			for _, v := range x.Row(i) {
				s += math.Exp(float64(v) - m)
			}
			want := m + math.Log(s)
			if math.Abs(float64(logZ[i])-want) > tol*(1+math.Abs(want)) {
				t.Errorf("K=%d: logZ[%d] is %v, want %v", k, i, logZ[i], want)
			}
			if lse[i] != logZ[i] || LogSumExp(x.Row(i)) != logZ[i] {
				t.Errorf("K=%d, row %d: LogSumExpRows %v, LogSumExp %v, Responsibilities %v differ", k, i, lse[i], LogSumExp(x.Row(i)), logZ[i])
			}
			total := 0.0
			for j, v := range r.Row(i) {
				d := float64(x.Row(i)[j]) - m
				p := math.Exp(d) / s
				if math.Abs(float64(v)-p) > tol*(3-d)*p+1e-37 { // d itself is rounded
					t.Errorf("K=%d: r[%d][%d] is %v, want %v", k, i, j, v, p)
				}
				total += float64(v)
			}
			if math.Abs(total-1) > 3*tol {
				t.Errorf("K=%d: row %d of r sums to %v", k, i, total)
			}
		}
	}
}

// TestRowsLayout: a row gives the same bits alone, among others, and with any stride; r may be logJoint.
func TestRowsLayout(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testRowsLayout[float32](t); testRowsLayout[float64](t) })
}

func testRowsLayout[T Float](t *testing.T) {
	for k := 1; k < 70; k++ {
		n := 19
		x, want, logZ := NewMatrix[T](n, k), NewMatrix[T](n, k), make([]T, n)
		fillNormal(x.Data, &gen{s: uint64(k)})
		Responsibilities(want, logZ, x)
		wide := Matrix[T]{Rows: n, Cols: k, Stride: k + 3, Data: make([]T, n*(k+3))}
		for i := range n {
			copy(wide.Row(i), x.Row(i))
		}
		z := make([]T, n)
		Responsibilities(wide, z, wide)
		one, z1 := NewMatrix[T](1, k), make([]T, 1)
		for i := range n {
			Responsibilities(one, z1, x.SliceRows(i, i+1))
			if z[i] != logZ[i] || z1[0] != logZ[i] {
				t.Fatalf("K=%d, row %d: logZ is %v, in place with a stride %v, alone %v", k, i, logZ[i], z[i], z1[0])
			}
			for j, v := range want.Row(i) {
				if wide.Row(i)[j] != v || one.Data[j] != v {
					t.Fatalf("K=%d, r[%d][%d] is %v, in place with a stride %v, alone %v", k, i, j, v, wide.Row(i)[j], one.Data[j])
				}
			}
		}
	}
}

func TestRowsSpecials(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testRowsSpecials[float32](t); testRowsSpecials[float64](t) })
}

func testRowsSpecials[T Float](t *testing.T) {
	inf, nan := T(math.Inf(1)), T(math.NaN())
	for _, k := range []int{1, 2, 3, 4, 5, 8, 9, 16, 31, 32, 33, 100, pieceLen + 1} {
		// Row 8 of 17 ordinary ones becomes special.
		x, r, logZ := NewMatrix[T](17, k), NewMatrix[T](17, k), make([]T, 17)
		for _, at := range []int{0, k / 2, k - 1} {
			run := func(what string, wantZ T, want func(j int) T) {
				t.Helper()
				Responsibilities(r, logZ, x)
				same := func(a, b T) bool { return a == b || a != a && b != b }
				if lse := LogSumExp(x.Row(8)); !same(logZ[8], wantZ) || !same(lse, wantZ) {
					t.Fatalf("K=%d, %s: logZ is %v, LogSumExp %v, want %v", k, what, logZ[8], lse, wantZ)
				}
				for j, v := range r.Row(8) {
					if !same(v, want(j)) {
						t.Fatalf("K=%d, %s: r[%d] is %v, want %v", k, what, j, v, want(j))
					}
				}
				for _, i := range []int{0, 7, 9, 16} {
					if logZ[i] != logPos(T(k)) || r.Row(i)[k-1] != 1/T(k) {
						t.Fatalf("K=%d, %s: row %d is spoilt: logZ %v, r %v", k, what, i, logZ[i], r.Row(i)[k-1])
					}
				}
			}
			row := x.Row(8)
			set := func(v T) {
				for j := range row {
					row[j] = v
				}
			}
			set(-inf)
			run("all -Inf", -inf, func(int) T { return 1 / T(k) })
			row[at] = -700
			run("one finite", -700, func(j int) T {
				if j == at {
					return 1
				}
				return 0
			})
			row[at] = nan
			run("NaN among -Inf", nan, func(int) T { return nan })
			set(1)
			row[at] = nan
			run("one NaN", nan, func(int) T { return nan })
			row[0], row[at] = inf, inf
			n := T(2)
			if at == 0 {
				n = 1
			}
			run("+Inf", inf, func(j int) T {
				if j == at || j == 0 {
					return 1 / n
				}
				return 0
			})
			row[k-1] = nan
			run("+Inf and NaN", nan, func(int) T { return nan })
			set(0)
		}
	}
	z := []T{1, 2, 3}
	LogSumExpRows(z, Matrix[T]{Rows: 3})
	if z[0] != -inf || z[2] != -inf || LogSumExp[T](nil) != -inf {
		t.Errorf("K=0: %v, %v, want -Inf", z, LogSumExp[T](nil))
	}
	big := T(3e38)
	if v := LogSumExp([]T{big, -big}); v != big {
		t.Errorf("LogSumExp(3e38, -3e38) is %v", v)
	}
}

func TestRowsPanics(t *testing.T) {
	x := NewMatrix[float32](3, 4)
	for want, f := range map[string]func(){
		"kernels: LogSumExpRows: dst has length 2, want 3":     func() { LogSumExpRows(make([]float32, 2), x) },
		"kernels: Responsibilities: logZ has length 2, want 3": func() { Responsibilities(x, make([]float32, 2), x) },
		"kernels: Responsibilities: r is 3×5, logJoint is 3×4": func() { Responsibilities(NewMatrix[float32](3, 5), make([]float32, 3), x) },
		"kernels: ResponsibilitiesEntropy: entropy has length 1, want 3": func() {
			ResponsibilitiesEntropy(x, make([]float32, 3), make([]float32, 1), x)
		},
		"kernels: ResponsibilitiesCols: logZ has length 3, want 4": func() { ResponsibilitiesCols(x, make([]float32, 3), nil, x) },
		"kernels: LogSumExpCols: dst has length 3, want 4":         func() { LogSumExpCols(make([]float32, 3), x) },
		"kernels: LogSoftmaxRows: dst is 4×3, x is 3×4":            func() { LogSoftmaxRows(NewMatrix[float32](4, 3), x) },
		"kernels: Responsibilities: logJoint is 9×4 with stride 4, but has 12 elements": func() {
			y := x
			y.Rows = 9
			Responsibilities(x, make([]float32, 3), y)
		},
	} {
		if got := mustPanic(t, f); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}
