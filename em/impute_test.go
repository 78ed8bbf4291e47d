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

// expected returns the conditional mean and standard deviation of the missing entries of row n, by inverses.
func (e *naiveMissing) expected(n int) (mean, sd []float64) {
	d := e.x.Cols
	l, total := make([]float64, len(e.pi)), 0.0
	var filled [][]float64
	var cov [][][]float64
	for k := range l {
		v, f, c := e.condition(n, k)
		l[k] = e.pi[k] * math.Exp(v)
		total += l[k]
		filled, cov = append(filled, f), append(cov, c)
	}
	mean, sd = make([]float64, d), make([]float64, d)
	for j := range d {
		for k := range l {
			mean[j] += l[k] / total * filled[k][j]
		}
		for k := range l {
			t := filled[k][j] - mean[j]
			sd[j] += l[k] / total * (cov[k][j][j] + t*t)
		}
		sd[j] = math.Sqrt(sd[j])
	}
	return mean, sd
}

// textbook returns the mixture's parameters for the textbook's formulas, and the rows.
func textbook[T kernels.Float](m *em.GMM[T], x kernels.Matrix[T]) *naiveMissing {
	wide := kernels.NewMatrix[float64](x.Rows, x.Cols)
	for i, v := range x.Data {
		wide.Data[i] = float64(v)
	}
	e := &naiveMissing{naive: naive{x: wide, shape: m.Covariance(), pi: m.Weights()}}
	for k := range m.K() {
		e.mu = append(e.mu, m.Means().Row(k))
		var s [][]float64
		for a := range x.Cols {
			s = append(s, m.Covariances()[k].Row(a))
		}
		e.sigma = append(e.sigma, s)
	}
	return e
}

func testImpute[T kernels.Float](t *testing.T, tol float64) {
	full := blobs[T](300, 4, 3)
	x := patterns(full)
	for _, c := range covariances {
		m, _ := fit(t, full, em.GMMOptions{K: 3, Covariance: c})
		e := textbook(m, x)
		filled, deviations, err := m.ImputeDeviations(x)
		if err != nil {
			t.Fatal(err)
		}
		only, err := m.Impute(x)
		if err != nil || !slices.Equal(only.Data, filled.Data) {
			t.Errorf("%v: Impute and ImputeDeviations differ (%v)", c, err)
		}
		s := m.NewScorer()
		w := s.NewWorkspace()
		one, two := kernels.NewMatrix[T](1, 4), kernels.NewMatrix[T](1, 4)
		for i := range x.Rows {
			mean, sd := e.expected(i)
			for j, v := range x.Row(i) {
				got, dev := float64(filled.Row(i)[j]), float64(deviations.Row(i)[j])
				scale := math.Sqrt(m.Covariances()[0].Row(j)[j]) + math.Abs(mean[j])
				if v == v && (filled.Row(i)[j] != v || dev != 0) || math.Abs(got-mean[j]) > tol*scale || v != v && math.Abs(dev-sd[j]) > tol*scale {
					t.Fatalf("%v, row %v, column %d: %v ± %v, want %v ± %v", c, x.Row(i), j, got, dev, mean[j], sd[j])
				}
			}
			if err := s.ImputeDeviations(one, two, x.SliceRows(i, i+1), w); err != nil || !slices.Equal(one.Data, filled.Row(i)) || !slices.Equal(two.Data, deviations.Row(i)) {
				t.Fatalf("%v, row %v alone: %v ± %v, among others %v ± %v (%v)", c, x.Row(i), one.Data, two.Data, filled.Row(i), deviations.Row(i), err)
			}
		}
		in, out, dev := x.SliceRows(33, 47), kernels.NewMatrix[T](14, 4), kernels.NewMatrix[T](14, 4)
		if n := testing.AllocsPerRun(5, func() {
			if s.Impute(out, in, w) != nil || s.ImputeDeviations(out, dev, in, w) != nil || s.ImputeSample(out, in, 3, w) != nil {
				t.Error("imputation fails")
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", c, n)
		}
		for what, err := range map[string]error{
			"columns":             s.Impute(out, kernels.NewMatrix[T](14, 3), w),
			"rows of dst":         s.Impute(one, in, w),
			"columns of dst":      s.Impute(kernels.NewMatrix[T](14, 3), in, w),
			"rows of deviations":  s.ImputeDeviations(out, one, in, w),
			"dst of ImputeSample": s.ImputeSample(one, in, 1, w),
		} {
			if err == nil {
				t.Errorf("wrong %s: no error", what)
			}
		}
	}
}

// Missing entries are filled with their conditional means.
func TestImpute(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testImpute[float64](t, 1e-11) })
	t.Run("f32", func(t *testing.T) { testImpute[float32](t, 1e-4) })
}

// Draws of missing entries have their conditional means, variances and covariances.
func TestImputeSample(t *testing.T) {
	full := blobs[float64](300, 4, 3)
	for _, c := range covariances {
		m, _ := fit(t, full, em.GMMOptions{K: 3, Covariance: c})
		const n = 20000
		x := kernels.NewMatrix[float64](n, 4)
		var row []float64 // full and tied: one that one component has
		for i := 0; row == nil; i++ {
			row = slices.Clone(full.Row(i))
			row[0], row[2] = math.NaN(), math.NaN()
			if r, err := m.Responsibilities(kernels.MatrixOf(1, 4, row)); err != nil || (c == em.Full || c == em.Tied) && !(kernels.Max(r.Data) > 0.999) {
				row = nil
			}
		}
		for i := range n {
			copy(x.Row(i), row)
		}
		y, err := m.ImputeSample(x, 5)
		if err != nil {
			t.Fatal(err)
		}
		short, err := m.ImputeSample(x.SliceRows(0, 300), 5)
		if err != nil || !slices.Equal(short.Data, y.Data[:1200]) {
			t.Errorf("%v: the draws depend on the number of rows (%v)", c, err)
		}
		mean, sd := textbook(m, x.SliceRows(0, 1)).expected(0)
		for j := range 4 {
			s1, s2 := 0.0, 0.0
			for i := range n {
				v := y.Row(i)[j] - mean[j]
				s1 += v / n
				s2 += v * v / n
			}
			if j%2 == 1 {
				if y.Row(9)[j] != row[j] {
					t.Errorf("%v: an observed entry has changed", c)
				}
				continue
			}
			if math.Abs(s1) > 5*sd[j]/math.Sqrt(n) || math.Abs(math.Sqrt(s2)/sd[j]-1) > 0.05 {
				t.Errorf("%v, column %d: the draws deviate by %v ± %v from the mean, want 0 ± %v", c, j, s1, math.Sqrt(s2), sd[j])
			}
		}
		if c != em.Tied && c != em.Full {
			continue
		}
		// Draws keep their correlation: E[log p(x_o, x_m)] is log p(x_o) less the entropy of x_m, where one component has the row.
		drawn, err := m.LogDensity(y)
		if err != nil {
			t.Fatal(err)
		}
		want, count := 0.0, 0.0
		marginal, err := m.LogDensity(x.SliceRows(0, 1))
		if err != nil {
			t.Fatal(err)
		}
		e := textbook(m, x.SliceRows(0, 1))
		resp, err := m.Responsibilities(x.SliceRows(0, 1))
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range resp.Row(0) {
			if r <= 0.999 {
				continue
			}
			_, _, cov := e.condition(0, k)
			_, logDet := invert(sub(cov, []int{0, 2}, []int{0, 2}))
			want = marginal[0] - 0.5*(logDet+2*(1+math.Log(2*math.Pi)))
			count++
		}
		got := 0.0
		for _, v := range drawn {
			got += v / n
		}
		if count != 1 || math.Abs(got-want) > 0.05 {
			t.Errorf("%v: the filled rows have the mean log-density %v, want %v", c, got, want)
		}
	}
}

// withoutMissing returns the complete rows of x, and x with its columns' means for what is missing.
func withoutMissing(x kernels.Matrix[float64]) (complete, filled kernels.Matrix[float64]) {
	d := x.Cols
	complete, filled = kernels.Matrix[float64]{Cols: d, Stride: d}, kernels.NewMatrix[float64](x.Rows, d)
	mean, count := make([]float64, d), make([]float64, d)
	for i := range x.Rows {
		whole := true
		for j, v := range x.Row(i) {
			if whole = whole && v == v; v == v {
				mean[j] += v
				count[j]++
			}
		}
		if whole {
			complete.Data = append(complete.Data, x.Row(i)...)
			complete.Rows++
		}
	}
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			if filled.Row(i)[j] = v; v != v {
				filled.Row(i)[j] = mean[j] / count[j]
			}
		}
	}
	return complete, filled
}

// With 30 % of the entries missing, the exact fit has a higher held-out density than fits to the complete rows and to rows filled
// with the columns' means.
func TestMissingBeatsImputation(t *testing.T) {
	x := blobs[float64](700, 4, 3)
	train, test := x.SliceRows(0, 200), x.SliceRows(200, 700)
	with := holes(train, 0.3, 9)
	complete, filled := withoutMissing(with)
	score := func(x kernels.Matrix[float64], c em.Covariance) float64 {
		m, _, err := em.FitGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 3, Covariance: c, Restarts: elbo.Restarts{N: 3}})
		if err != nil {
			t.Fatal(err)
		}
		density, err := m.LogDensity(test)
		if err != nil {
			t.Fatal(err)
		}
		return kernels.Sum(density) / 500
	}
	for _, c := range covariances {
		exact, rows, means := score(with, c), score(complete, c), score(filled, c)
		if !(exact > rows && exact > means) {
			t.Errorf("%v: held-out nats a row %.4f, from complete rows %.4f, from filled ones %.4f", c, exact, rows, means)
		}
		t.Logf("%v: held-out nats a row %.4f, from complete rows %.4f, from filled ones %.4f, from all entries %.4f", c, exact, rows, means, score(train, c))
	}
}

// The air of New York has missing values: every row counts.
func TestAirQuality(t *testing.T) {
	x := datasets.AirQuality()
	for _, c := range covariances {
		m, r := fit(t, x, em.GMMOptions{K: 2, Covariance: c})
		if !r.Converged {
			t.Errorf("%v: %v", c, r.Reason)
		}
		y, err := m.Impute(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range y.Data {
			if v != v {
				t.Fatalf("%v: an entry is still missing", c)
			}
		}
	}
}

// The same on iris, by five folds: 120 rows with 30 % of their entries missing are fitted, 30 whole rows scored.
func TestMissingBeatsImputationOnIris(t *testing.T) {
	slow(t)
	_, iris := readGolden(t, "testdata/gmm/iris_sklearn.json")
	for _, c := range covariances {
		var exact, rows, means float64
		for fold := range 5 {
			var train, test kernels.Matrix[float64]
			train.Cols, train.Stride, test.Cols, test.Stride = 4, 4, 4, 4
			for i := range iris.Rows {
				to := &train
				if i%5 == fold {
					to = &test
				}
				to.Data = append(to.Data, iris.Row(i)...)
				to.Rows++
			}
			with := holes(train, 0.3, uint64(20+fold))
			complete, filled := withoutMissing(with)
			score := func(x kernels.Matrix[float64]) float64 {
				m, r, err := em.FitGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 3, Covariance: c, Restarts: elbo.Restarts{N: 5}})
				if err != nil {
					t.Fatal(err)
				}
				for i := 1; i < len(r.Bounds); i++ {
					if r.Bounds[i] < r.Bounds[i-1]-1e-9 {
						t.Errorf("%v: the bound fell from %v to %v", c, r.Bounds[i-1], r.Bounds[i])
					}
				}
				density, err := m.LogDensity(test)
				if err != nil {
					t.Fatal(err)
				}
				return kernels.Sum(density) / float64(iris.Rows)
			}
			exact, rows, means = exact+score(with), rows+score(complete), means+score(filled)
		}
		t.Logf("%v: held-out nats a row %.4f, from complete rows %.4f, from filled ones %.4f", c, exact, rows, means)
		if !(exact > rows && exact > means) {
			t.Errorf("%v: held-out nats a row %.4f, from complete rows %.4f, from filled ones %.4f", c, exact, rows, means)
		}
	}
}
