package em_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// hmmGolden is what testdata/gen/hmm.py writes.
type hmmGolden struct {
	Cases []struct {
		Name, Kind, Covariance string
		Lengths, Path          []int
		X                      []float64
		Columns                int
		Start, End             struct {
			Initial, Transitions []float64
			Emission             map[string][]float64
		}
		LogLik, Posterior []float64 // after each iteration; of every 17th frame
		LogP              float64
	}
}

func testHMMGolden[T kernels.Float](t *testing.T, tol float64) {
	text, err := os.ReadFile("testdata/hmm/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g hmmGolden
	if err := json.Unmarshal(text, &g); err != nil || len(g.Cases) != 11 {
		t.Fatalf("%d cases (%v)", len(g.Cases), err)
	}
	for _, c := range g.Cases {
		k, d := len(c.Start.Initial), c.Columns
		o := em.HMMOptions{Prior: em.PriorNone}
		p := em.HMMParameters{Initial: c.Start.Initial, Transitions: kernels.MatrixOf(k, k, c.Start.Transitions)}
		if o.Emission, err = em.ParseEmission(c.Kind); err != nil {
			t.Fatal(err)
		}
		switch o.Emission {
		case em.GaussianEmission:
			if o.Covariance, err = em.ParseCovariance(c.Covariance); err != nil {
				t.Fatal(err)
			}
			p.Means, p.Covariances = kernels.MatrixOf(k, d, c.Start.Emission["means_"]), square(c.Start.Emission["covars_"], d)
		case em.PoissonEmission:
			p.Means = kernels.MatrixOf(k, d, c.Start.Emission["lambdas_"])
		case em.CategoricalEmission:
			theta := c.Start.Emission["emissionprob_"]
			p.Probabilities = []kernels.Matrix[float64]{kernels.MatrixOf(k, len(theta)/k, theta)}
		}
		m, err := em.NewHMMFrom[T](p, o)
		if err != nil {
			t.Fatal(err)
		}
		rows := elbo.Rows[T]{X: moved[T](kernels.MatrixOf(len(c.Path), d, c.X), 1, 0), Lengths: c.Lengths}
		r, err := elbo.Fit(context.Background(), m, rows, elbo.Options{MaxIter: len(c.LogLik) - 1, Tol: -1})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.LogLik {
			if !near(r.Bounds[i], want, tol) {
				t.Errorf("%s: after %d iterations the log-likelihood is %v, hmmlearn's %v", c.Name, i, r.Bounds[i], want)
			}
		}
		same := func(what string, got, want []float64) {
			t.Helper()
			for i, v := range want {
				if math.Abs(got[i]-v) > 1000*tol*(1+math.Abs(v)) {
					t.Errorf("%s: element %d of the %s is %v, hmmlearn's %v", c.Name, i, what, got[i], v)
				}
			}
		}
		same("initial distribution", m.Initial(), c.End.Initial)
		same("transitions", m.Transitions().Data, c.End.Transitions)
		switch o.Emission {
		case em.CategoricalEmission:
			same("probabilities", m.Probabilities()[0].Data, c.End.Emission["emissionprob_"])
		case em.PoissonEmission:
			same("rates", m.Means().Data, c.End.Emission["lambdas_"])
		default:
			same("means", m.Means().Data, c.End.Emission["means_"])
			for i, s := range square(c.End.Emission["covars_"], d) {
				same("covariances", m.Covariances()[i].Data, s.Data)
			}
		}
		path, logp, err := m.Viterbi(rows)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range logp {
			sum += v
		}
		if !slices.Equal(path, c.Path) || !near(sum, c.LogP, tol) {
			t.Errorf("%s: the best path has %v, hmmlearn's %v", c.Name, sum, c.LogP)
		}
		gamma, err := m.Responsibilities(rows)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i*17 < gamma.Rows; i++ {
			var row []float64
			for _, v := range gamma.Row(17 * i) {
				row = append(row, float64(v))
			}
			same("posteriors", row, c.Posterior[i*k:][:k])
		}
	}
}

// From the same starts iterations, paths and posteriors are those of hmmlearn 0.3.3, on real data.
func TestHMMGolden(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testHMMGolden[float64](t, 1e-10) })
	t.Run("f32", func(t *testing.T) { testHMMGolden[float32](t, 2e-6) })
}
