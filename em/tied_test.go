package em_test

import (
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// tiedPair returns a mixture with a tied covariance matrix whose components are apart, in standard deviations within, by about the given
// number, the same with full ones, and rows near the means, in the units of the first.
func tiedPair[T kernels.Float](t *testing.T, k, d int, apart float64) (tied, full *em.GMM[T], x kernels.Matrix[T]) {
	t.Helper()
	cov, means := kernels.NewMatrix[float64](d, d), kernels.NewMatrix[float64](k, d)
	for i := range d {
		for j := range d {
			cov.Row(i)[j] = math.Pow(0.7, math.Abs(float64(i-j))) * math.Pow(3, float64(i%3+j%3))
		}
	}
	z := make([]float64, d)
	x = kernels.NewMatrix[T](20*k, d)
	for i := range k {
		kernels.Normal(z, kernels.NewKey(3, 1), kernels.Counter{Row: uint64(i)})
		for j, v := range z {
			means.Row(i)[j] = v * apart * math.Pow(3, float64(j%3))
		}
		for n := range 20 {
			kernels.Normal(z, kernels.NewKey(3, 2), kernels.Counter{Row: uint64(20*i + n)})
			for j, v := range z {
				x.Row(20*i + n)[j] = T(means.Row(i)[j] + v*math.Pow(3, float64(j%3)))
			}
		}
	}
	weights := make([]float64, k)
	kernels.Fill(weights, 1/float64(k))
	var covs []kernels.Matrix[float64]
	for range k {
		covs = append(covs, cov)
	}
	var err error
	if tied, err = em.NewGMMFrom[T](weights, means, covs, em.GMMOptions{Covariance: em.Tied}); err != nil {
		t.Fatal(err)
	}
	if full, err = em.NewGMMFrom[T](weights, means, covs, em.GMMOptions{Covariance: em.Full}); err != nil {
		t.Fatal(err)
	}
	return tied, full, x
}

// testWhitened compares densities of whitened rows with those of differences that are whitened, whose errors do not grow with the distances
// between the components; here they may by a rounding of the whitened row.
func testWhitened[T kernels.Float](t *testing.T, u float64) {
	for _, c := range []struct{ k, d int }{{1, 1}, {3, 2}, {5, 7}, {4, 20}, {2, 33}} {
		for _, apart := range []float64{1, 100, 1e4} {
			tied, full, x := tiedPair[T](t, c.k, c.d, apart)
			a, err := tied.LogDensity(x)
			if err != nil {
				t.Fatal(err)
			}
			b, err := full.LogDensity(x)
			if err != nil {
				t.Fatal(err)
			}
			tol := 16 * u * float64(c.d) * (float64(c.d) + apart*math.Sqrt(float64(c.d)))
			for i := range a {
				if d := math.Abs(float64(a[i] - b[i])); !(d <= tol) {
					t.Fatalf("k=%d, d=%d, %v apart: row %d has %v, with full matrices %v: off by %.2g, want %.2g", c.k, c.d, apart, i, a[i], b[i], d, tol)
				}
			}
		}
	}
}

func TestWhitened(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testWhitened[float64](t, 0x1p-53) })
	t.Run("f32", func(t *testing.T) { testWhitened[float32](t, 0x1p-24) })
}

// TestWhitenedInfinite: a row with an infinite entry has no density, whatever zeros the factor has; one with a missing entry beside an infinite one
// neither; the rows beside them have theirs, in any order and number.
func TestWhitenedInfinite(t *testing.T) {
	cov := kernels.MatrixOf(3, 3, []float64{1, 0, 0, 0, 2, 0, 0, 0, 3}) // P has zeros
	m, err := em.NewGMMFrom[float64]([]float64{0.5, 0.5}, kernels.MatrixOf(2, 3, []float64{0, 0, 0, 4, 4, 4}), []kernels.Matrix[float64]{cov}, em.GMMOptions{Covariance: em.Tied})
	if err != nil {
		t.Fatal(err)
	}
	inf, nan := math.Inf(1), math.NaN()
	x := kernels.MatrixOf(5, 3, []float64{1, 2, 3, inf, 0, 0, 0, -inf, 0, nan, 1, 2, 1, 2, 3})
	got, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsInf(got[1], -1) || !math.IsInf(got[2], -1) || got[0] != got[4] || got[3]-got[3] != 0 || got[0]-got[0] != 0 {
		t.Errorf("log-densities %v", got)
	}
	for i := range x.Rows {
		if one, err := m.LogDensity(x.SliceRows(i, i+1)); err != nil || one[0] != got[i] {
			t.Errorf("row %d alone has %v, among others %v (%v)", i, one[0], got[i], err)
		}
	}
}

// TestWhitenedPermuted: renumbering the components renumbers what the densities take, and a scorer keeps its parameters when the model goes on.
func TestWhitenedPermuted(t *testing.T) {
	m, _, x := tiedPair[float64](t, 4, 5, 3)
	s := m.NewScorer()
	before, err := m.Responsibilities(x)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Permute([]int{2, 0, 3, 1}); err != nil {
		t.Fatal(err)
	}
	after, err := m.Responsibilities(x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range x.Rows {
		for k, from := range []int{2, 0, 3, 1} {
			if !near(after.Row(i)[k], before.Row(i)[from], 1e-12) {
				t.Fatalf("row %d: component %d has %v, before %v", i, k, after.Row(i)[k], before.Row(i)[from])
			}
		}
	}
	for range 2 { // both sets of parameters are written
		stats := make([]float64, m.StatsLen())
		m.NewEStep().EStep(stats, elbo.Of(x))
		if err := m.MStep(stats, float64(x.Rows)); err != nil {
			t.Fatal(err)
		}
	}
	again := kernels.NewMatrix[float64](x.Rows, 4)
	if err := s.Responsibilities(again, x, s.NewWorkspace()); err != nil {
		t.Fatal(err)
	}
	for i, v := range again.Data {
		if v != before.Data[i] {
			t.Fatalf("the scorer's responsibility %d goes from %v to %v", i, before.Data[i], v)
		}
	}
}
