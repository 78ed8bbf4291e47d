package kernels

import (
	"math"
	"testing"
)

// TestSolveMatrix: a column of many is solved as it is alone.
func TestSolveMatrix(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testSolveMatrix[float32](t)
		testSolveMatrix[float64](t)
	})
}

func testSolveMatrix[T Float](t *testing.T) {
	for _, d := range []int{1, 5, 32, 33, 70} {
		g := &gen{s: uint64(d)}
		u, x := NewMatrix[T](d, d), NewMatrix[T](d, 11)
		fillUpper(u, g)
		fillNormal(x.Data, g)
		for _, f := range []struct {
			name   string
			vector func([]T, Matrix[T])
			matrix func(Matrix[T], Matrix[T])
		}{{"SolveLower", SolveLower[T], SolveLowerMatrix[T]}, {"SolveUpper", SolveUpper[T], SolveUpperMatrix[T]}} {
			all := MatrixOf(d, 11, append([]T(nil), x.Data...))
			f.matrix(all, u)
			one := make([]T, d)
			for j := range 11 {
				for i := range d {
					one[i] = x.Data[i*11+j]
				}
				f.vector(one, u)
				for i := range d {
					if one[i] != all.Data[i*11+j] {
						t.Fatalf("%s, D %d: element %d of column %d is %v, alone %v", f.name, d, i, j, all.Data[i*11+j], one[i])
					}
				}
			}
		}
	}
}

// TestCholeskyBatch: matrices side by side have the bits of single ones, refused ones among them.
func TestCholeskyBatch(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testCholeskyBatch[float32](t)
		testCholeskyBatch[float64](t)
	})
}

func testCholeskyBatch[T Float](t *testing.T) {
	for _, d := range []int{1, 2, 7, 16, 17, 40} {
		const n = 19
		g := &gen{s: uint64(d)}
		u, p := NewMatrix[T](n*d, d), NewMatrix[T](n*d, d)
		for k := range n {
			fillSPD(u.SliceRows(k*d, k*d+d), g)
		}
		u.Data[(3*d+d-1)*d+d-1] = -1 // matrix 3 is not definite, 7 not finite
		u.Data[(7*d+d-1)*d+d-1] = T(math.Inf(1))
		single := MatrixOf(n*d, d, append([]T(nil), u.Data...))
		ok := make([]bool, n)
		CholeskyBatch(u, ok)
		TriInverseBatch(p, u)
		q := NewMatrix[T](d, d)
		for k := range n {
			a := single.SliceRows(k*d, k*d+d)
			if got, want := ok[k], Cholesky(a); got != want || want != (k != 3 && k != 7) {
				t.Fatalf("D %d: matrix %d definite: %v, alone %v", d, k, got, want)
			}
			if k == 3 || k == 7 {
				continue
			}
			TriInverse(q, a)
			for i := range d {
				for j := range d {
					at := (k*d+i)*d + j
					if j >= i && u.Data[at] != a.Data[i*d+j] || p.Data[at] != q.Data[i*d+j] {
						t.Fatalf("D %d: matrix %d, element (%d, %d): factor %v, inverse %v, alone %v, %v", d, k, i, j, u.Data[at], p.Data[at], a.Data[i*d+j], q.Data[i*d+j])
					}
				}
			}
		}
	}
}

// TestCholeskyUpdateRefuses: pivots that are not positive and finite.
func TestCholeskyUpdateRefuses(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	forEachISA(t, func(t *testing.T) {
		for _, c := range []struct {
			u, x     float64
			up, down bool
		}{
			{2, 1, true, true}, {2, 2, true, false}, {2, 3, true, false}, {0, 0, false, false}, {0, 1, true, false}, {inf, 1, false, false}, {2, inf, false, false},
			{nan, 1, false, false}, {2, nan, false, false}, {1e300, 1, false, true}, {-2, 1, true, false},
		} {
			u, v := MatrixOf(1, 1, []float64{c.u}), MatrixOf(1, 1, []float64{c.u})
			up, down := CholeskyUpdate(u, []float64{c.x}), CholeskyDowndate(v, []float64{c.x})
			if up != c.up || down != c.down {
				t.Errorf("of %v by %v: update %v, downdate %v, want %v, %v", c.u, c.x, up, down, c.up, c.down)
			}
			if !up && u.Data[0] == u.Data[0] || !down && v.Data[0] == v.Data[0] {
				t.Errorf("of %v by %v: refused, but the factor is %v and %v", c.u, c.x, u.Data[0], v.Data[0])
			}
		}
	})
}

// TestCholeskyUpdate: the updated factor's square is A + x·xᵀ; a downdate by the same x leads back; one by too long an x
// is refused.
func TestCholeskyUpdate(t *testing.T) {
	t.Run("f32", func(t *testing.T) { testCholeskyUpdate[float32](t, 1e-6) })
	t.Run("f64", func(t *testing.T) { testCholeskyUpdate[float64](t, 3e-15) })
}

func testCholeskyUpdate[T Float](t *testing.T, tol float64) {
	forEachISA(t, func(t *testing.T) {
		for _, d := range []int{1, 2, 9, 33, 100} {
			g := &gen{s: uint64(d)}
			u := NewMatrix[T](d, d)
			fillSPD(u, g)
			a := append([]T(nil), u.Data...)
			x, y := make([]T, d), make([]T, d)
			fillNormal(x, g)
			square := func(v Matrix[T], i, j int) (s float64) {
				for k := range i + 1 {
					s += mul(float64(v.Data[k*d+i]), float64(v.Data[k*d+j]))
				}
				return s
			}
			check := func(step string, sign float64) {
				for i := range d {
					for j := i; j < d; j++ {
						want := float64(a[i*d+j]) + mul(sign, mul(float64(x[i]), float64(x[j])))
						scale := math.Sqrt(mul(square(u, i, i), square(u, j, j)))
						if e := math.Abs(square(u, i, j) - want); !(e <= tol*float64(d+10)*scale) {
							t.Fatalf("D %d, %s: (UᵀU)[%d][%d] is off by %v", d, step, i, j, e)
						}
					}
				}
			}
			if !Cholesky(u) {
				t.Fatal("refused")
			}
			copy(y, x)
			if !CholeskyUpdate(u, y) {
				t.Fatal("update refused")
			}
			check("update", 1)
			copy(y, x)
			if !CholeskyDowndate(u, y) {
				t.Fatal("downdate refused")
			}
			check("downdate", 0)
			for j := range d { // twice the first row of U is more than A holds
				y[j] = 2 * u.Data[j]
			}
			if CholeskyDowndate(u, y) {
				t.Fatalf("D %d: a downdate to an indefinite matrix is accepted", d)
			}
			if u.Data[0] == u.Data[0] {
				t.Fatalf("D %d: a refused factor holds %v, want NaN", d, u.Data[0])
			}
		}
	})
}
