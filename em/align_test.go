package em_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// The distance of two one-dimensional Gaussians is −ln ∫ √(p q), by the trapezoidal rule.
func TestDivergenceIsTheIntegral(t *testing.T) {
	for _, c := range covariances {
		cov := []kernels.Matrix[float64]{kernels.MatrixOf(1, 1, []float64{0.5}), kernels.MatrixOf(1, 1, []float64{4}), kernels.MatrixOf(1, 1, []float64{1})}
		if c == em.Tied {
			cov = cov[:1]
		}
		m, err := em.NewGMMFrom[float64]([]float64{0.2, 0.3, 0.5}, kernels.MatrixOf(3, 1, []float64{-1, 2, 2.5}), cov, em.GMMOptions{Covariance: c})
		if err != nil {
			t.Fatal(err)
		}
		d, err := m.Divergences(m)
		if err != nil {
			t.Fatal(err)
		}
		density := func(k int, x float64) float64 {
			v := m.Covariances()[k].Data[0]
			return math.Exp(-0.5*math.Pow(x-m.Means().Data[k], 2)/v) / math.Sqrt(2*math.Pi*v)
		}
		for i := range 3 {
			for j := range 3 {
				sum := 0.0
				for x := -30.0; x < 30; x += 0.05 {
					sum += 0.05 * math.Sqrt(density(i, x)*density(j, x))
				}
				if got, want := d.Row(i)[j], -math.Log(sum); math.Abs(got-want) > 1e-12 {
					t.Errorf("%v, components %d and %d: %v, the integral is %v", c, i, j, got, want)
				}
			}
		}
	}
}

// In more columns the distance is that of the formula by Gauss and Jordan; symmetric, and the same in all units.
func TestDivergenceOfSeveralColumns(t *testing.T) {
	x := blobs[float64](300, 4, 3)
	for _, c := range covariances {
		o := em.GMMOptions{K: 3, Covariance: c, Options: elbo.Options{MaxIter: 3}}
		a, _ := fit(t, x, o)
		o.Seed, o.K = 5, 4
		b, _ := fit(t, x, o)
		d, err := a.Divergences(b)
		if err != nil {
			t.Fatal(err)
		}
		back, err := b.Divergences(a)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			for j := range 4 {
				var mid, ci, cj [][]float64
				delta := make([]float64, 4)
				for r := range 4 {
					p, q := a.Covariances()[i].Row(r), b.Covariances()[j].Row(r)
					delta[r] = a.Means().Row(i)[r] - b.Means().Row(j)[r]
					row := make([]float64, 4)
					for s := range row {
						row[s] = (p[s] + q[s]) / 2
					}
					mid, ci, cj = append(mid, row), append(ci, p), append(cj, q)
				}
				inverse, logDet := invert(mid)
				_, logI := invert(ci)
				_, logJ := invert(cj)
				want := logDet/2 - (logI+logJ)/4
				for r := range 4 {
					for s := range 4 {
						want += delta[r] * inverse[r][s] * delta[s] / 8
					}
				}
				if !near(d.Row(i)[j], want, 1e-10) || !near(back.Row(j)[i], want, 1e-10) {
					t.Errorf("%v, components %d and %d: %v and %v, want %v", c, i, j, d.Row(i)[j], back.Row(j)[i], want)
				}
			}
		}
	}
	full, _ := fit(t, x, em.GMMOptions{K: 3})
	other, _ := fit(t, x, em.GMMOptions{K: 2, Covariance: em.Diagonal})
	if d, err := full.Divergences(other); err != nil || d.Rows != 3 || d.Cols != 2 || !(kernels.Min(d.Data) > 0) {
		t.Errorf("full and diagonal: %v, %v", d, err)
	}
	for _, scale := range []float64{1e-100, 1e100} {
		for _, c := range covariances {
			o := em.GMMOptions{K: 2, Covariance: c, Options: elbo.Options{Tol: 1e-12}}
			a, _ := fit(t, datasets.Faithful(), o)
			b, _ := fit(t, moved[float64](datasets.Faithful(), scale, 0), o)
			da, _ := a.Divergences(a)
			db, _ := b.Divergences(b)
			if !near(da.Row(0)[1], db.Row(0)[1], 1e-6) {
				t.Errorf("%v: %v, in other units %v", c, da.Data, db.Data)
			}
		}
	}
}

func TestAlign(t *testing.T) {
	x := blobs[float64](300, 3, 5)
	for _, c := range covariances {
		o := em.GMMOptions{K: 5, Covariance: c, Restarts: elbo.Restarts{N: 3}}
		a, _ := fit(t, x, o)
		b, _ := fit(t, moved[float64](x, 1, 1e-3), o)
		order := []int{3, 0, 4, 1, 2}
		if err := b.Permute(order); err != nil {
			t.Fatal(err)
		}
		match, err := em.Align(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Permute(match); err != nil {
			t.Fatal(err)
		}
		d, _ := a.Divergences(b)
		for i := range 5 {
			if j := kernels.ArgMax(negative(d.Row(i))); j != i || d.Row(i)[i] > 0.01 {
				t.Errorf("%v: component %d is nearest to %d: %v", c, i, j, d.Row(i))
			}
		}
		if match, err := em.Align(a, b); err != nil || !slices.Equal(match, []int{0, 1, 2, 3, 4}) {
			t.Errorf("%v: aligned mixtures are matched %v, %v", c, match, err)
		}
	}
	large, _ := fit(t, x, em.GMMOptions{K: 5})
	small, _ := fit(t, x, em.GMMOptions{K: 3})
	if match, err := em.Align(large, small); err != nil || !distinct(match, 3, 2) {
		t.Errorf("5 and 3 components: %v, %v", match, err)
	}
	if match, err := em.Align(small, large); err != nil || !distinct(match, 3, 0) {
		t.Errorf("3 and 5 components: %v, %v", match, err)
	}
	other, _ := fit(t, datasets.Faithful(), em.GMMOptions{K: 2})
	if _, err := em.Align(small, other); err == nil {
		t.Error("3 and 2 columns: no error")
	}
}

func negative(x []float64) []float64 {
	y := make([]float64, len(x))
	kernels.Scale(y, x, -1)
	return y
}

// distinct reports whether match holds that many different components and that many times −1.
func distinct(match []int, components, without int) bool {
	seen := map[int]bool{}
	for _, m := range match {
		if m < 0 {
			without--
		} else {
			seen[m] = true
		}
	}
	return len(seen) == components && without == 0
}

func TestCanonicalOrder(t *testing.T) {
	nan := math.NaN()
	means := kernels.MatrixOf(6, 2, []float64{5, 1, 0, 2, 0, 1, 0, 2, math.Copysign(0, -1), 9, nan, nan})
	if got := em.CanonicalOrder([]float64{0.5, 0.1, 0.1, 0.1, 0.1, 0.1}, means); !slices.Equal(got, []int{0, 5, 4, 2, 1, 3}) {
		t.Errorf("order %v", got)
	}
	a, _ := fit(t, blobs[float64](300, 3, 4), em.GMMOptions{K: 4})
	if err := a.Permute(a.Order()); err != nil {
		t.Fatal(err)
	}
	canonical := a.AppendParameters(nil)
	for _, order := range [][]int{{1, 2, 3, 0}, {3, 2, 1, 0}} {
		if err := a.Permute(order); err != nil {
			t.Fatal(err)
		}
		if err := a.Permute(a.Order()); err != nil || !slices.Equal(a.AppendParameters(nil), canonical) {
			t.Errorf("the canonical order depends on the order before, %v (%v)", order, err)
		}
	}
	if w := a.Weights(); !slices.IsSortedFunc(w, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("weights %v", w)
	}
}

// A permuted mixture is the same density, and its fit the same fit.
func TestPermute(t *testing.T) {
	x := blobs[float64](500, 3, 4)
	order := []int{2, 3, 1, 0}
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			o := em.GMMOptions{K: 4, Covariance: c, Prior: p, Options: elbo.Options{MaxIter: 2}}
			a, _ := fit(t, x, o)
			b, _ := fit(t, x, o)
			if err := b.Permute(order); err != nil {
				t.Fatal(err)
			}
			for i, k := range order {
				if a.Weights()[k] != b.Weights()[i] || !slices.Equal(a.Means().Row(k), b.Means().Row(i)) || !slices.Equal(a.Covariances()[k].Data, b.Covariances()[i].Data) {
					t.Errorf("%v: component %d is not what %d was", c, i, k)
				}
			}
			ra, err := elbo.Fit(context.Background(), a, elbo.Of(x), o.Options)
			if err != nil {
				t.Fatal(err)
			}
			rb, err := elbo.Fit(context.Background(), b, elbo.Of(x), o.Options)
			if err != nil {
				t.Fatal(err)
			}
			for i := range ra.Bounds {
				if !near(ra.Bounds[i], rb.Bounds[i], 1e-12) {
					t.Errorf("%v: bounds %v, permuted %v", c, ra.Bounds, rb.Bounds)
				}
			}
			if d, err := a.Divergences(b); err != nil || !(d.Row(2)[0] < 1e-12) {
				t.Errorf("%v: distances %v, %v", c, d.Row(2), err)
			}
			b.Revert()
			a.Revert()
			for i, k := range order {
				if !near(a.Weights()[k], b.Weights()[i], 1e-12) {
					t.Errorf("%v: after Revert component %d is not what %d was", c, i, k)
				}
			}
		}
	}
	a, _ := fit(t, x, em.GMMOptions{K: 4})
	for _, order := range [][]int{{0, 1, 2}, {0, 1, 2, 2}, {0, 1, 2, 4}, {0, 1, 2, -1}} {
		if err := a.Permute(order); err == nil {
			t.Errorf("%v: no error", order)
		}
	}
}
