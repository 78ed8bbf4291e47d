package em_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

func saveHMM[T kernels.Float](t testing.TB, m *em.HMM[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHMMSaveAndLoad(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			o.K, o.Prior, o.Strength, o.MaxIter = 3, prior, 0.5, 3
			rows := hmmSeries[float32](o, 0.1)
			m, _ := fitHMM(t, rows, o)
			file := saveHMM(t, m)
			again, err := em.LoadHMM[float32](bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(saveHMM(t, again), file) || again.GlobalBound() != m.GlobalBound() || again.Prior() != prior || again.Emission() != o.Emission {
				t.Error("saved and loaded the model is another")
			}
			a, la := hmmStats(m, elbo.Rows[float32]{X: rows.X.SliceRows(0, 85), Lengths: rows.Lengths[:2]})
			b, lb := hmmStats(again, elbo.Rows[float32]{X: rows.X.SliceRows(0, 85), Lengths: rows.Lengths[:2]})
			if !slices.Equal(a, b) || la != lb {
				t.Error("saved and loaded the model has other statistics")
			}
			if _, err := em.LoadHMM[float64](bytes.NewReader(file)); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestLoadHMMRefuses(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		o.K = 2
		m, _ := fitHMM(t, hmmSeries[float64](o, 0.1), o)
		good := saveHMM(t, m)
		for n := range good {
			if _, err := em.LoadHMM[float64](bytes.NewReader(good[:n])); err == nil {
				t.Fatalf("truncated to %d of %d bytes: no error", n, len(good))
			}
		}
		type change = func(meta map[string]string, t map[string][]float64)
		changes := map[string]change{
			"kind":        func(meta map[string]string, _ map[string][]float64) { meta["kind"] = "gmm" },
			"format":      func(meta map[string]string, _ map[string][]float64) { meta["format"] = "2" },
			"emission":    func(meta map[string]string, _ map[string][]float64) { meta["emission"] = "gamma" },
			"prior":       func(meta map[string]string, _ map[string][]float64) { delete(meta, "prior") },
			"initial":     func(_ map[string]string, v map[string][]float64) { v["initial"][0] += 0.1 },
			"transitions": func(_ map[string]string, v map[string][]float64) { v["transitions"][0] = -v["transitions"][0] },
			"NaN":         func(_ map[string]string, v map[string][]float64) { v["transitions"][3] = math.NaN() },
			"strength":    func(_ map[string]string, v map[string][]float64) { v["strength"][0] = 0 },
			"missing":     func(_ map[string]string, v map[string][]float64) { delete(v, "transitions") },
			"nothing":     nil,
		}
		switch o.Emission {
		case em.GaussianEmission:
			changes["covariance"] = func(meta map[string]string, _ map[string][]float64) { meta["covariance"] = "other" }
			changes["indefinite"] = func(_ map[string]string, v map[string][]float64) { v["covariances"][0] *= -1 }
			changes["scale"] = func(_ map[string]string, v map[string][]float64) { v["scale"][0] = 3 }
			changes["other shape"] = func(meta map[string]string, _ map[string][]float64) {
				meta["covariance"] = map[em.Covariance]string{em.Full: "tied", em.Tied: "spherical", em.Diagonal: "full", em.Spherical: "diag"}[o.Covariance]
			}
			changes["prior_scale"] = func(_ map[string]string, v map[string][]float64) { v["prior_scale"][0] = 0 }
			changes["means"] = func(_ map[string]string, v map[string][]float64) { delete(v, "means") }
		case em.CategoricalEmission:
			changes["categories"] = func(_ map[string]string, v map[string][]float64) { v["categories"][0] = 0.5 }
			changes["fewer categories"] = func(_ map[string]string, v map[string][]float64) { v["categories"][0]-- }
			changes["probabilities"] = func(_ map[string]string, v map[string][]float64) { v["probabilities"][1] += 0.1 }
		case em.PoissonEmission:
			changes["rates"] = func(_ map[string]string, v map[string][]float64) { v["rates"][1] = -1 }
			changes["rate 0"] = func(_ map[string]string, v map[string][]float64) { v["rates"][1] = 0 }
			changes["reference"] = func(_ map[string]string, v map[string][]float64) { v["reference"][1] = 0 }
		}
		for what, change := range changes {
			if _, err := em.LoadHMM[float64](bytes.NewReader(changed(t, good, change))); (err == nil) != (change == nil) {
				t.Errorf("%s: error %v", what, err)
			}
		}
	})
}

// FuzzLoadHMM gives any bytes to LoadHMM: what it takes is a model that scores, samples and is written again alike.
func FuzzLoadHMM(f *testing.F) {
	for _, o := range []em.HMMOptions{
		{K: 2}, {K: 2, Covariance: em.Diagonal, Prior: em.PriorNone}, {K: 2, Covariance: em.Tied}, {K: 2, Covariance: em.Spherical},
		{K: 2, Emission: em.CategoricalEmission}, {K: 2, Emission: em.PoissonEmission},
	} {
		o.MaxIter = 3
		m, _ := fitHMM(f, hmmSeries[float64](o, 0), o)
		f.Add(saveHMM(f, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := em.LoadHMM[float64](bytes.NewReader(b))
		if err != nil {
			return
		}
		again, err := em.LoadHMM[float64](bytes.NewReader(saveHMM(t, m)))
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		if !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Fatal("written and read again the parameters differ")
		}
		rows, _, err := m.Sample([]int{3, 1}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range rows.X.Data {
			if v-v != 0 {
				rows.X.Data[i] = math.NaN()
			}
		}
		if _, err := m.LogLikelihood(rows); err != nil {
			t.Fatal(err)
		}
		if _, _, err := m.Viterbi(rows); err != nil {
			t.Fatal(err)
		}
	})
}
