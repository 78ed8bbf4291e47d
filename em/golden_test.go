package em_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// golden is a file of testdata/gmm that another library has written; the scripts are in testdata/gen.
type golden struct {
	Source  string
	K       int
	Missing []int // entries of the data that are missing
	// Of a prior: κ₀, m₀ and the elements of Ψ's diagonal.
	Shrinkage float64
	Mean      []float64
	Scale     float64
	Cases     []struct {
		Covariance                                    string
		Iterations                                    int
		Weights, Means, Covariances                   []float64 // the start
		LogDensity                                    []float64 // of each row after the iterations
		FittedWeights, FittedMeans, FittedCovariances []float64
		BIC, AIC                                      float64
	}
}

// options are those of a model like the other library's.
func (g *golden) options(c em.Covariance, columns int) em.GMMOptions {
	o := em.GMMOptions{Covariance: c, Prior: em.PriorNone}
	if g.Shrinkage > 0 {
		o.Prior, o.PriorShrinkage, o.PriorMean = em.PriorInverseWishart, g.Shrinkage, g.Mean
		if o.PriorScale = slices.Repeat([]float64{g.Scale}, columns); c == em.Spherical {
			o.PriorScale = o.PriorScale[:1]
		}
	}
	return o
}

func readGolden(t *testing.T, path string) (g golden, x kernels.Matrix[float64]) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(filepath.Base(path), "_")
	f, err := os.Open(filepath.Join(filepath.Dir(path), name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	x = kernels.NewMatrix[float64](len(records), len(records[0]))
	for i, record := range records {
		for j, text := range record {
			if x.Row(i)[j], err = strconv.ParseFloat(text, 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, i := range g.Missing {
		x.Data[i] = math.NaN()
	}
	return g, x
}

// square returns k matrices d×d that lie one after the other.
func square(s []float64, d int) []kernels.Matrix[float64] {
	var out []kernels.Matrix[float64]
	for ; len(s) > 0; s = s[d*d:] {
		out = append(out, kernels.MatrixOf(d, d, s[:d*d]))
	}
	return out
}

func testGolden[T kernels.Float](t *testing.T, by string, files int, tol float64) {
	paths, err := filepath.Glob("testdata/gmm/*_" + by + ".json")
	if err != nil || len(paths) != files {
		t.Fatalf("%d files by %s (%v)", len(paths), by, err)
	}
	for _, path := range paths {
		g, x := readGolden(t, path)
		data := moved[T](x, 1, 0)
		for _, c := range g.Cases {
			covariance, err := em.ParseCovariance(c.Covariance)
			if err != nil {
				t.Fatal(err)
			}
			m, err := em.NewGMMFrom[T](c.Weights, kernels.MatrixOf(g.K, x.Cols, c.Means), square(c.Covariances, x.Cols), g.options(covariance, x.Cols))
			if err != nil {
				t.Fatalf("%s, %v: %v", path, covariance, err)
			}
			r, err := elbo.Fit(context.Background(), m, elbo.Of(data), elbo.Options{MaxIter: c.Iterations, Tol: -1})
			if err != nil {
				t.Fatalf("%s, %v: %v", path, covariance, err)
			}
			density, err := m.LogDensity(data)
			if err != nil {
				t.Fatal(err)
			}
			sum, worst := 0.0, 0.0
			for i, want := range c.LogDensity {
				sum += want
				worst = max(worst, math.Abs(float64(density[i])-want)/max(1, math.Abs(want)))
			}
			if !(worst <= tol) || len(density) != len(c.LogDensity) {
				t.Errorf("%s (%s), %v: a log-density differs by %v", path, g.Source, covariance, worst)
			}
			if !near(r.LogLik, sum, tol) || c.BIC != 0 && (!near(m.BIC(r.LogLik, x.Rows), c.BIC, tol) || !near(m.AIC(r.LogLik), c.AIC, tol)) {
				t.Errorf("%s, %v: log-likelihood %v, BIC %v, AIC %v, want %v, %v, %v", path, covariance, r.LogLik, m.BIC(r.LogLik, x.Rows), m.AIC(r.LogLik), sum, c.BIC, c.AIC)
			}
			want := square(c.FittedCovariances, x.Cols)
			for k, w := range m.Weights() {
				if !near(w, c.FittedWeights[k], tol) {
					t.Errorf("%s, %v: weight %d is %v, want %v", path, covariance, k, w, c.FittedWeights[k])
				}
				cov := m.Covariances()[k]
				for i := range x.Cols {
					deviation := math.Sqrt(want[k].Row(i)[i])
					if got, want := m.Means().Row(k)[i], c.FittedMeans[k*x.Cols+i]; math.Abs(got-want) > tol*(deviation+math.Abs(want)) {
						t.Errorf("%s, %v: mean %v, want %v", path, covariance, got, want)
					}
					for j := range x.Cols {
						if got, want := cov.Row(i)[j], want[k].Row(i)[j]; math.Abs(got-want) > 10*tol*deviation*math.Sqrt(cov.Row(j)[j]) {
							t.Errorf("%s, %v: covariance %v, want %v", path, covariance, got, want)
						}
					}
				}
			}
		}
	}
}

// From the same start, after the same number of iterations, each row has the log-density that scikit-learn and mclust give.
func TestOtherLibraries(t *testing.T) {
	for _, by := range []string{"sklearn", "mclust"} {
		t.Run(by+" f64", func(t *testing.T) { testGolden[float64](t, by, 4, 1e-10) })
		t.Run(by+" f32", func(t *testing.T) { testGolden[float32](t, by, 4, 1e-4) })
	}
}

// With missing entries, by numpy row by row.
func TestMissingEntriesByTheBook(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testGolden[float64](t, "missing", 3, 1e-10) })
	t.Run("f32", func(t *testing.T) { testGolden[float32](t, "missing", 3, 1e-4) })
}

// Under a prior of means and covariances too, with mclust.
func TestOtherLibrariesPrior(t *testing.T) {
	testGolden[float64](t, "prior", 1, 1e-10)
	testGolden[float32](t, "prior", 1, 1e-4)
}
