package em_test

import (
	"bytes"
	"context"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

func testScores[T kernels.Float](t *testing.T, c em.Covariance, tol float64) {
	x := blobs[T](elbo.BlockRows+77, 5, 3)
	m, r := fit(t, x, em.GMMOptions{K: 3, Covariance: c})
	density, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := m.Responsibilities(x)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	s := m.NewScorer()
	w := s.NewWorkspace()
	one := make([]T, 1)
	for i := range x.Rows {
		sum += float64(density[i])
		row, best := resp.Row(i), 0
		total := 0.0
		for k, v := range row {
			if total += float64(v); v > row[best] {
				best = k
			}
		}
		if math.Abs(total-1) > 1e-6 || labels[i] != best {
			t.Fatalf("row %d: responsibilities %v, label %d", i, row, labels[i])
		}
		if err := s.LogDensity(one, x.SliceRows(i, i+1), w); err != nil || one[0] != density[i] {
			t.Fatalf("row %d alone has log-density %v, among others %v (%v)", i, one[0], density[i], err)
		}
	}
	if !near(sum, r.LogLik, tol) {
		t.Errorf("the log-densities sum to %v, the fit's log-likelihood is %v", sum, r.LogLik)
	}
	row := x.SliceRows(0, 1)
	single, label := kernels.NewMatrix[T](1, 3), make([]int, 1)
	if n := testing.AllocsPerRun(10, func() {
		if s.LogDensity(one, row, w) != nil || s.Responsibilities(single, row, w) != nil || s.Predict(label, row, w) != nil {
			t.Error("scoring fails")
		}
	}); n != 0 {
		t.Errorf("%v allocations for a row", n)
	}
	bad := x.Row(0)
	bad[1] = T(math.Inf(1))
	if err := s.LogDensity(one, row, w); err != nil || !math.IsInf(float64(one[0]), -1) {
		t.Errorf("a row with +Inf scores %v, %v", one[0], err)
	}
	for what, err := range map[string]error{
		"columns":      s.LogDensity(one, kernels.NewMatrix[T](1, 4), w),
		"rows":         s.LogDensity(one, x, w),
		"rows of r":    s.Responsibilities(kernels.NewMatrix[T](2, 3), row, w),
		"columns of r": s.Responsibilities(kernels.NewMatrix[T](1, 2), row, w),
		"labels":       s.Predict(nil, row, w),
	} {
		if err == nil {
			t.Errorf("wrong %s: no error", what)
		}
	}
}

func TestScores(t *testing.T) {
	for _, c := range covariances {
		testScores[float64](t, c, 1e-13)
		testScores[float32](t, c, 1e-7)
	}
}

// The density integrates to 1.
func TestDensityIntegratesToOne(t *testing.T) {
	for _, c := range covariances {
		m, _ := fit(t, datasets.Faithful(), em.GMMOptions{K: 2, Covariance: c})
		const nx, ny, hy = 120, 120, 1.25
		x0, hx := -1.0, 0.08
		if c == em.Spherical { // whose deviation is that of the longer column
			x0, hx = -50, 1
		}
		grid := kernels.NewMatrix[float64](nx*ny, 2)
		for i := range nx * ny {
			grid.Row(i)[0], grid.Row(i)[1] = x0+hx*float64(i/ny), -5+hy*float64(i%ny)
		}
		density, err := m.LogDensity(grid)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range density {
			sum += hx * hy * math.Exp(v)
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("%v: integral %v", c, sum)
		}
	}
}

// A sample has the model's moments, and its rows do not depend on their number.
func TestSample(t *testing.T) {
	for _, c := range covariances {
		m, _ := fit(t, datasets.Faithful(), em.GMMOptions{K: 2, Covariance: c})
		const n = 40000
		x, labels := m.Sample(n, 7)
		y, _ := m.Sample(10, 7)
		if !slices.Equal(y.Data, x.Data[:20]) {
			t.Errorf("%v: the first rows of a short sample differ from those of a long one", c)
		}
		for k, w := range m.Weights() {
			var count float64
			var mean [2]float64
			for i, l := range labels {
				if l == k {
					count++
					mean[0] += x.Row(i)[0]
					mean[1] += x.Row(i)[1]
				}
			}
			if z := (count/n - w) / math.Sqrt(w*(1-w)/n); math.Abs(z) > 5 {
				t.Errorf("%v: %v of the rows are of component %d, want %v", c, count/n, k, w)
			}
			cov := m.Covariances()[k]
			for a := range 2 {
				want := m.Means().Row(k)[a]
				if z := (mean[a]/count - want) / math.Sqrt(cov.Row(a)[a]/count); math.Abs(z) > 5 {
					t.Errorf("%v: mean %v, want %v", c, mean[a]/count, want)
				}
				for b := range 2 {
					s := 0.0
					for i, l := range labels {
						if l == k {
							s += (x.Row(i)[a] - mean[a]/count) * (x.Row(i)[b] - mean[b]/count) / count
						}
					}
					sd := math.Sqrt((cov.Row(a)[a]*cov.Row(b)[b] + cov.Row(a)[b]*cov.Row(a)[b]) / count)
					if math.Abs(s-cov.Row(a)[b]) > 5*sd {
						t.Errorf("%v: covariance (%d, %d) of component %d is %v, want %v", c, a, b, k, s, cov.Row(a)[b])
					}
				}
			}
		}
	}
}

func save[T kernels.Float](t testing.TB, m *em.GMM[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func testRoundTrip[T kernels.Float](t *testing.T) {
	x := blobs[T](300, 3, 2)
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			m, _ := fit(t, x, em.GMMOptions{K: 2, Covariance: c, Prior: p})
			b := save(t, m)
			again, err := em.LoadGMM[T](bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(save(t, again), b) || again.GlobalBound() != m.GlobalBound() || again.Covariance() != c || again.Prior() != p {
				t.Errorf("%v, %v: the model that was read differs", c, p)
			}
			want, err := m.LogDensity(x)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := again.LogDensity(x); err != nil || !slices.Equal(got, want) {
				t.Errorf("%v, %v: other log-densities (%v)", c, p, err)
			}
			// A fit goes on from it as it would have from the model itself.
			o := elbo.Options{MaxIter: 2, Tol: -1}
			a, err := elbo.Fit(context.Background(), m, elbo.Of(x), o)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := elbo.Fit(context.Background(), again, elbo.Of(x), o); err != nil || !slices.Equal(a.Bounds, b.Bounds) {
				t.Errorf("%v, %v: a fit from the file has bounds %v, want %v (%v)", c, p, b.Bounds, a.Bounds, err)
			}
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	t.Run("f64", testRoundTrip[float64])
	t.Run("f32", testRoundTrip[float32])
	m, r := fit(t, datasets.Faithful(), em.GMMOptions{K: 2})
	narrow, err := em.LoadGMM[float32](bytes.NewReader(save(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	density, err := narrow.LogDensity(moved[float32](datasets.Faithful(), 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range density {
		sum += float64(v)
	}
	if !near(sum, r.LogLik, 1e-6) {
		t.Errorf("in float32 the log-likelihood is %v, want %v", sum, r.LogLik)
	}
}

func TestLoadRefuses(t *testing.T) {
	m, _ := fit(t, datasets.Faithful(), em.GMMOptions{K: 2})
	good := save(t, m)
	for n := range good {
		if _, err := em.LoadGMM[float64](bytes.NewReader(good[:n])); err == nil {
			t.Fatalf("truncated to %d of %d bytes: no error", n, len(good))
		}
	}
	nan := math.NaN()
	for what, change := range map[string]func(meta map[string]string, t map[string][]float64){
		"kind":            func(meta map[string]string, _ map[string][]float64) { meta["kind"] = "vae" },
		"format":          func(meta map[string]string, _ map[string][]float64) { meta["format"] = "2" },
		"covariance":      func(meta map[string]string, _ map[string][]float64) { meta["covariance"] = "round" },
		"other shape":     func(meta map[string]string, _ map[string][]float64) { meta["covariance"] = "diag" },
		"tied's shape":    func(meta map[string]string, _ map[string][]float64) { meta["covariance"] = "tied" },
		"prior":           func(meta map[string]string, _ map[string][]float64) { delete(meta, "prior") },
		"negative weight": func(_ map[string]string, v map[string][]float64) { v["weights"][0], v["weights"][1] = -0.5, 1.5 },
		"weights":         func(_ map[string]string, v map[string][]float64) { v["weights"][0] += 0.1 },
		"NaN":             func(_ map[string]string, v map[string][]float64) { v["means"][0] = nan },
		"asymmetric":      func(_ map[string]string, v map[string][]float64) { v["covariances"][1] *= 2 },
		"indefinite":      func(_ map[string]string, v map[string][]float64) { v["covariances"][0] *= -1 },
		"scale":           func(_ map[string]string, v map[string][]float64) { v["scale"][0] = 3 },
		"zero scale":      func(_ map[string]string, v map[string][]float64) { v["scale"][0] = 0 },
		"prior_scale":     func(_ map[string]string, v map[string][]float64) { v["prior_scale"][0] = 0 },
		"missing":         func(_ map[string]string, v map[string][]float64) { delete(v, "centre") },
		"nothing":         nil,
	} {
		if _, err := em.LoadGMM[float64](bytes.NewReader(changed(t, good, change))); (err == nil) != (change == nil) {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

// FuzzLoadGMM gives any bytes to LoadGMM: what it takes is a mixture that scores, samples and is written again alike.
func FuzzLoadGMM(f *testing.F) {
	for _, o := range []em.GMMOptions{{K: 2}, {K: 1, Covariance: em.Diagonal, Prior: em.PriorNone}, {K: 2, Covariance: em.Tied}, {K: 2, Covariance: em.Spherical}} {
		m, _ := fit(f, datasets.Faithful(), o)
		f.Add(save(f, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := em.LoadGMM[float64](bytes.NewReader(b))
		if err != nil {
			return
		}
		again, err := em.LoadGMM[float64](bytes.NewReader(save(t, m)))
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		if !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Fatal("written and read again the parameters differ")
		}
		x, _ := m.Sample(3, 1)
		if _, err := m.LogDensity(x); err != nil {
			t.Fatal(err)
		}
	})
}
