package kernels

import (
	"math"
	"math/big"
	"testing"
)

func init() { registerChol[float32](); registerChol[float64]() }

func registerChol[T Float]() {
	shapes := [][]int{}
	for i, d := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 17, 18, 23, 31, 32, 33, 34, 40, 47, 63, 64, 65, 100, 131} {
		shapes = append(shapes, []int{d, i % 3})
	}
	random := func(g *gen) []int { return []int{g.intn(1 + g.intn(150)), g.intn(4)} }
	bits := [][]int{{3, 0}, {17, 1}, {75, 0}}
	square := func(name string, r role) func(d []int) operand {
		return func(d []int) operand { return operand{name: name, role: r, len: span(d[0], d[0], d[1])} }
	}
	u := square("u", in)
	register(spec[T]{
		name: "Cholesky", shapes: shapes, bits: bits, any: true, random: random,
		ops: func(d []int) []operand {
			return []operand{{name: "ok", role: out, len: 1}, square("u", inout)(d)}
		},
		fill: func(d []int, b [][]T, g *gen) { fillSPD(view(d[0], d[0], d[1], b[1]), g) },
		run: func(d []int, b [][]T) {
			b[0][0] = flag01[T](Cholesky(view(d[0], d[0], d[1], b[1])))
		},
	})
	register(spec[T]{
		name: "TriInverse", shapes: shapes, bits: bits, any: true, random: random,
		ops:  func(d []int) []operand { return []operand{square("p", out)(d), u(d)} },
		fill: func(d []int, b [][]T, g *gen) { fillUpper(view(d[0], d[0], d[1], b[1]), g) },
		run: func(d []int, b [][]T) {
			TriInverse(view(d[0], d[0], d[1], b[0]), view(d[0], d[0], d[1], b[1]))
		},
	})
	solve := func(name string, f func(x []T, u Matrix[T])) {
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true, random: random,
			ops: func(d []int) []operand { return []operand{{name: "x", role: inout, len: d[0]}, u(d)} },
			fill: func(d []int, b [][]T, g *gen) {
				fillNormal(b[0], g)
				fillUpper(view(d[0], d[0], d[1], b[1]), g)
			},
			run: func(d []int, b [][]T) { f(b[0], view(d[0], d[0], d[1], b[1])) },
		})
	}
	solve("SolveLower", SolveLower[T])
	solve("SolveUpper", SolveUpper[T])
	var many [][]int // dimension, columns, padding
	for i, d := range []int{0, 1, 3, 7, 8, 16, 17, 31, 32, 33, 40, 65} {
		many = append(many, []int{d, []int{5, 1, 2, 9, 17, 64, 0, 70, 33, 4, 12, 8}[i], i % 3})
	}
	for i := range 70 { // every tail of the columns
		many = append(many, []int{3 + i%5, i, i % 2})
	}
	many = append(many, []int{37, 150, 1}, []int{6, 77, 0}) // wide panels
	solveMatrix := func(name string, f func(x, u Matrix[T])) {
		register(spec[T]{
			name: name, shapes: many, bits: [][]int{{3, 5, 0}, {17, 9, 1}, {70, 33, 1}}, any: true,
			random: func(g *gen) []int { return []int{g.intn(1 + g.intn(120)), g.intn(1 + g.intn(120)), g.intn(4)} },
			ops: func(d []int) []operand {
				return []operand{{name: "x", role: inout, len: span(d[0], d[1], 2*d[2])}, {name: "u", role: in, len: span(d[0], d[0], d[2])}}
			},
			fill: func(d []int, b [][]T, g *gen) {
				fillNormal(b[0], g)
				fillUpper(view(d[0], d[0], d[2], b[1]), g)
			},
			run: func(d []int, b [][]T) { f(view(d[0], d[1], 2*d[2], b[0]), view(d[0], d[0], d[2], b[1])) },
		})
	}
	solveMatrix("SolveLowerMatrix", SolveLowerMatrix[T])
	solveMatrix("SolveUpperMatrix", SolveUpperMatrix[T])
	rankOne := func(name string, f func(u Matrix[T], x []T) bool, size T) {
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true, random: random,
			ops: func(d []int) []operand {
				return []operand{{name: "ok", role: out, len: 1}, square("u", inout)(d), {name: "x", role: inout, len: d[0]}}
			},
			fill: func(d []int, b [][]T, g *gen) {
				fillUpper(view(d[0], d[0], d[1], b[1]), g)
				for i := range b[2] {
					b[2][i] = size * T(g.normal())
				}
			},
			run: func(d []int, b [][]T) { b[0][0] = flag01[T](f(view(d[0], d[0], d[1], b[1]), b[2])) },
		})
	}
	rankOne("CholeskyUpdate", CholeskyUpdate[T], 1)
	rankOne("CholeskyDowndate", CholeskyDowndate[T], 0.02)
	var batches [][]int // dimension, matrices, padding
	for i, d := range []int{0, 1, 2, 3, 4, 5, 7, 8, 11, 15, 16, 17, 33} {
		for _, n := range []int{0, 1, 3, 4, 8, 9, 17} {
			if n*d < 150 {
				batches = append(batches, []int{d, n, i % 3})
			}
		}
	}
	few := func(g *gen) []int { return []int{g.intn(18), g.intn(20), g.intn(3)} }
	register(spec[T]{
		name: "CholeskyBatch", shapes: batches, bits: [][]int{{3, 9, 0}, {8, 5, 1}, {17, 2, 0}}, any: true, random: few,
		ops: func(d []int) []operand {
			return []operand{{name: "ok", role: out, len: d[1]}, {name: "u", role: inout, len: span(d[0]*d[1], d[0], d[2])}}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for k := range d[1] {
				fillSPD(view(d[0]*d[1], d[0], d[2], b[1]).SliceRows(k*d[0], k*d[0]+d[0]), g)
			}
		},
		run: func(d []int, b [][]T) {
			var ok [20]bool
			CholeskyBatch(view(d[0]*d[1], d[0], d[2], b[1]), ok[:d[1]])
			for i := range b[0] {
				b[0][i] = flag01[T](ok[i])
			}
		},
	})
	register(spec[T]{
		name: "TriInverseBatch", shapes: batches, bits: [][]int{{3, 9, 0}, {8, 5, 1}, {17, 2, 0}}, any: true, random: few,
		ops: func(d []int) []operand {
			n := span(d[0]*d[1], d[0], d[2])
			return []operand{{name: "p", role: out, len: n}, {name: "u", role: in, len: n}}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for k := range d[1] {
				fillUpper(view(d[0]*d[1], d[0], d[2], b[1]).SliceRows(k*d[0], k*d[0]+d[0]), g)
			}
		},
		run: func(d []int, b [][]T) {
			TriInverseBatch(view(d[0]*d[1], d[0], d[2], b[0]), view(d[0]*d[1], d[0], d[2], b[1]))
		},
	})
	register(spec[T]{
		name: "LogDet", shapes: shapes, bits: [][]int{{3, 0}, {17, 1}, {40, 0}}, any: true, random: random,
		ops:  func(d []int) []operand { return []operand{{name: "result", role: out, len: 1}, u(d)} },
		fill: func(d []int, b [][]T, g *gen) { fillUpper(view(d[0], d[0], d[1], b[1]), g) },
		run:  func(d []int, b [][]T) { b[0][0] = LogDet(view(d[0], d[0], d[1], b[1])) },
	})
}

// flag01 is a bool as a number.
func flag01[T Float](ok bool) T {
	if ok {
		return 1
	}
	return 0
}

// fillSPD makes the upper triangle that of a symmetric positive definite matrix; what no kernel may use is NaN.
func fillSPD[T Float](a Matrix[T], g *gen) {
	d := a.Cols
	f := make([]float64, d*d)
	fillNormal(f, g)
	for i := range a.Data {
		a.Data[i] = T(math.NaN())
	}
	for i := range d {
		for j := i; j < d; j++ {
			s := 0.0
			if i == j {
				s = 0.1 * float64(d)
			}
			for k := range d {
				s += mul(f[i*d+k], f[j*d+k])
			}
			a.Data[i*a.Stride+j] = T(s)
		}
	}
}

// fillUpper makes a well-conditioned upper triangle; what no kernel may use is NaN.
func fillUpper[T Float](u Matrix[T], g *gen) {
	for i := range u.Data {
		u.Data[i] = T(math.NaN())
	}
	for i := range u.Rows {
		for j := i; j < u.Cols; j++ {
			v := 0.5 + g.uniform()
			if j > i {
				v = 0.3 * g.normal()
			}
			u.Data[i*u.Stride+j] = T(v)
		}
	}
}

// near compares element (i, j) with its exact value, to tol times the size of what was added up.
func near[T Float](t *testing.T, what string, i, j int, got T, want, size, tol float64) {
	t.Helper()
	if e := math.Abs(float64(got) - want); !(e <= tol*size) {
		t.Fatalf("%s[%d][%d] = %v, want %v: error %.2g", what, i, j, got, want, e)
	}
}

// testChol: the factor's square is the matrix, the inverse times the factor is the unit matrix, solves invert products,
// the log-determinant is that of big arithmetic.
func testChol[T Float](t *testing.T, tol float64) {
	forEachISA(t, func(t *testing.T) {
		sizes := []int{1, 2, 5, 16, 17, 33, 64, 130}
		if !quick() {
			sizes = append(sizes, 512)
		}
		for _, d := range sizes {
			g := &gen{s: uint64(d)}
			a, p := NewMatrix[T](d, d), NewMatrix[T](d, d)
			fillSPD(a, g)
			u := MatrixOf(d, d, append([]T(nil), a.Data...))
			if !Cholesky(u) {
				t.Fatalf("D %d: a positive definite matrix was refused", d)
			}
			TriInverse(p, u)
			at := func(m Matrix[T], i, j int) float64 { return float64(m.Data[i*d+j]) }
			det := big.NewFloat(1).SetPrec(200)
			for i := range d {
				det.Mul(det, big.NewFloat(at(u, i, i)))
				for j := i; j < d; j++ {
					var s, size, r, rsize float64
					for k := range i + 1 {
						s += at(u, k, i) * at(u, k, j)
						size += math.Abs(at(u, k, i) * at(u, k, j))
					}
					near(t, "UᵀU", i, j, a.Data[i*d+j], s, size, tol*float64(i+2))
					for k := i; k <= j; k++ {
						r += at(u, i, k) * at(p, k, j)
						rsize += math.Abs(at(u, i, k) * at(p, k, j))
					}
					unit := 0.0
					if i == j {
						unit = 1
					}
					near(t, "UP", i, j, T(r), unit, rsize, tol*float64(j-i+2))
				}
				for j := range i {
					if p.Data[i*d+j] != 0 || u.Data[i*d+j] == u.Data[i*d+j] {
						t.Fatalf("D %d: below the diagonal: inverse %v, factor %v", d, p.Data[i*d+j], u.Data[i*d+j])
					}
				}
			}
			mant := new(big.Float)
			exp := det.MantExp(mant)
			m, _ := mant.Float64()
			want := 2 * (math.Log(m) + float64(exp)*math.Ln2)
			near(t, "LogDet", 0, 0, LogDet(u), want, 10+float64(d), tol*float64(d))

			x, y := make([]T, d), make([]T, d)
			fillNormal(x, g)
			for _, s := range []struct {
				name string
				f    func([]T, Matrix[T])
				at   func(i, k int) float64
			}{
				{"SolveLower", SolveLower[T], func(i, k int) float64 { return at(u, k, i) }},
				{"SolveUpper", SolveUpper[T], func(i, k int) float64 { return at(u, i, k) }},
			} {
				copy(y, x)
				s.f(y, u)
				for i := range d {
					var sum, size float64
					for k := range d {
						if lower := s.name == "SolveLower"; lower && k <= i || !lower && k >= i {
							sum += s.at(i, k) * float64(y[k])
							size += math.Abs(s.at(i, k) * float64(y[k]))
						}
					}
					near(t, s.name, i, 0, x[i], sum, size, tol*float64(d+2))
				}
			}
		}
	})
}

func TestCholesky(t *testing.T) {
	t.Run("f32", func(t *testing.T) { testChol[float32](t, 6e-8) })
	t.Run("f64", func(t *testing.T) { testChol[float64](t, 3e-16) })
}

// TestCholeskyRefuses: what is not positive definite, or not finite, is refused.
func TestCholeskyRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	forEachISA(t, func(t *testing.T) {
		for _, a := range [][]float64{
			{1, 2, 0, 1}, {0, 0, 0, 1}, {1, 0, 0, -1}, {1, 1, 0, 1}, {nan, 0, 0, 1}, {1, nan, 0, 1}, {inf, 0, 0, 1}, {1, 0, 0, inf}, {-1, 0, 0, 1},
		} {
			if Cholesky(MatrixOf(2, 2, append([]float64(nil), a...))) {
				t.Errorf("%v was accepted", a)
			}
		}
		if !Cholesky(MatrixOf(2, 2, []float64{4, 2, nan, 3})) || !Cholesky(Matrix[float32]{}) {
			t.Error("a positive definite matrix was refused")
		}
	})
}
