package em_test

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

func TestMFARefusesStatistics(t *testing.T) {
	m := someMFA[float64](t, 2, 4, 1, false, em.PriorInverseWishart)
	x, _ := m.Sample(60, 1)
	stats := make([]float64, m.StatsLen())
	m.NewEStep().EStep(stats, elbo.Of(withHoles(x, 0.1)))
	before := m.AppendParameters(nil)
	for what, spoil := range map[string]func(s []float64){
		"negative weight":          func(s []float64) { s[2] = -1e3 },
		"no weight":                func(s []float64) { clear(s) },
		"NaN":                      func(s []float64) { s[2] = math.NaN() },
		"not positive definite":    func(s []float64) { s[0] = -1e3 },
		"negative square":          func(s []float64) { s[len(s)-1] = -1 },
		"infinite cross product":   func(s []float64) { s[len(s)-5] = math.Inf(1) },
		"column of negative count": func(s []float64) { s[8] = -1e3 },
	} {
		s := append([]float64(nil), stats...)
		spoil(s)
		if err := m.MStep(s, 60); err == nil || !bytes.Equal(m.AppendParameters(nil), before) {
			t.Errorf("%s: %v, or the model has changed", what, err)
		}
	}
	if err := m.MStep(stats[1:], 60); err == nil {
		t.Error("statistics of another length are taken")
	}
}

func saveMFA[T kernels.Float](t testing.TB, m *em.MFA[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMFARoundTrip(t *testing.T) {
	for _, shared := range []bool{false, true} {
		for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			m := someMFA[float32](t, 3, 4, 2, shared, prior)
			again, err := em.LoadMFA[float32](bytes.NewReader(saveMFA(t, m)))
			if err != nil || !bytes.Equal(saveMFA(t, again), saveMFA(t, m)) || again.GlobalBound() != m.GlobalBound() || again.SharedNoise() != shared {
				t.Errorf("a model that was read is not the one that was written (%v)", err)
			}
		}
	}
	b := saveMFA(t, someMFA[float64](t, 2, 3, 1, false, em.PriorNone))
	for _, change := range [][2]string{{"own", "any"}, {`"mfa"`, `"gmm"`}, {`"none"`, `"nine"`}, {`"format":"1"`, `"format":"7"`}} {
		if _, err := em.LoadMFA[float64](strings.NewReader(strings.Replace(string(b), change[0], change[1], 1))); err == nil {
			t.Errorf("%v: no error", change)
		}
	}
	if _, err := em.LoadMFA[float64](bytes.NewReader(b[:len(b)-9])); err == nil {
		t.Error("truncated: no error")
	}
}

// FuzzLoadMFA gives any bytes to LoadMFA: what it takes is a mixture that scores, samples and is written again alike.
func FuzzLoadMFA(f *testing.F) {
	f.Add(saveMFA(f, someMFA[float64](f, 2, 3, 1, true, em.PriorInverseWishart)))
	f.Add(saveMFA(f, someMFA[float64](f, 1, 3, 2, false, em.PriorNone)))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := em.LoadMFA[float64](bytes.NewReader(b))
		if err != nil {
			return
		}
		x, _ := m.Sample(2, 1)
		x.Data[0] = math.NaN()
		if _, err := m.LogDensity(x); err != nil {
			t.Fatal(err)
		}
		again, err := em.LoadMFA[float64](bytes.NewReader(saveMFA(t, m)))
		if err != nil || !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Fatalf("written and read again it is another model (%v)", err)
		}
	})
}

func TestMFAErrors(t *testing.T) {
	ctx := context.Background()
	x, _ := someMFA[float64](t, 2, 4, 1, false, em.PriorNone).Sample(30, 1)
	for _, c := range []struct {
		o    em.MFAOptions
		want string
	}{
		{em.MFAOptions{Q: 1}, "MFAOptions.K is 0"},
		{em.MFAOptions{K: 2}, "MFAOptions.Q is 0"},
		{em.MFAOptions{K: 2, Q: 4}, "from 1 to 3"},
		{em.MFAOptions{K: 31, Q: 1}, "lower K"},
		{em.MFAOptions{K: 2, Q: 1, Prior: 7}, "Prior"},
		{em.MFAOptions{K: 2, Q: 1, PriorScale: []float64{1}}, "1 elements"},
		{em.MFAOptions{K: 2, Q: 1, Restarts: elbo.Restarts{N: -1}}, "Restarts"},
		{em.MFAOptions{K: 2, Q: 1, Options: elbo.Options{Workers: -1}}, "Workers"},
	} {
		if _, _, err := em.FitMFA(ctx, elbo.Of(x), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want an error with %q", c.o, err, c.want)
		}
	}
	m := someMFA[float64](t, 2, 4, 1, false, em.PriorNone)
	w, mu, l, n := m.Weights(), m.Means(), m.Loadings(), m.Noise()
	for what, err := range map[string]error{
		"weights":  second(em.NewMFAFrom[float64](w[:1], mu, l, n, em.MFAOptions{})),
		"sum":      second(em.NewMFAFrom[float64]([]float64{1, 1}, mu, l, n, em.MFAOptions{})),
		"loadings": second(em.NewMFAFrom[float64](w, mu, []kernels.Matrix[float64]{l[0], kernels.NewMatrix[float64](4, 2)}, n, em.MFAOptions{})),
		"noise":    second(em.NewMFAFrom[float64](w, mu, l, kernels.NewMatrix[float64](2, 4), em.MFAOptions{})),
		"shared":   second(em.NewMFAFrom[float64](w, mu, l, n, em.MFAOptions{SharedNoise: true})),
		"K":        second(em.NewMFAFrom[float64](w, mu, l, n, em.MFAOptions{K: 3})),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	s := m.NewScorer()
	work := s.NewWorkspace()
	for what, err := range map[string]error{
		"columns": s.LogDensity(make([]float64, 30), kernels.NewMatrix[float64](30, 3), work),
		"rows":    s.LogDensity(make([]float64, 29), x, work),
		"r":       s.Responsibilities(kernels.NewMatrix[float64](30, 3), x, work),
		"labels":  s.Predict(make([]int, 3), x, work),
		"z":       s.Transform(kernels.NewMatrix[float64](30, 1), x, work),
		"dst":     s.Impute(kernels.NewMatrix[float64](30, 3), x, work),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// A component that no row belongs to is reported, and gets weight 0.
func TestMFAEmptyComponent(t *testing.T) {
	m := someMFA[float64](t, 2, 4, 1, false, em.PriorInverseWishart)
	w, mu := []float64{0.5, 0.5}, m.Means()
	for j := range 4 {
		mu.Row(1)[j] = 1e4
	}
	far, err := em.NewMFAFrom[float64](w, mu, m.Loadings(), m.Noise(), em.MFAOptions{})
	if err != nil {
		t.Fatal(err)
	}
	x := kernels.NewMatrix[float64](10, 4)
	kernels.Normal(x.Data, kernels.NewKey(1, 1), kernels.Counter{})
	r, err := elbo.Fit(context.Background(), far, elbo.Of(x), elbo.Options{MaxIter: 3})
	if err != nil || len(r.Events) != 1 || r.Events[0].Kind != elbo.EventEmpty || r.Events[0].Component != 1 || far.Weights()[1] != 0 {
		t.Errorf("events %+v, weights %v, %v", r.Events, far.Weights(), err)
	}
}

// The log prior has all its constants: ln Γ(K) of the weights, and each noise variance's inverse gamma density.
func TestMFAPrior(t *testing.T) {
	for _, shared := range []bool{false, true} {
		m := someMFA[float64](t, 3, 4, 2, shared, em.PriorInverseWishart)
		want, _ := math.Lgamma(3)
		half, _ := math.Lgamma(1.5)
		for k := range 3 {
			for j, scale := range m.PriorScale() {
				psi := m.Noise().Row(k)[j]
				want += 1.5*math.Log(scale/2) - half - 2.5*math.Log(psi) - scale/2/psi
			}
			if shared {
				break
			}
		}
		if got := m.GlobalBound(); !near(got, want, 1e-13) {
			t.Errorf("shared %v: log prior %v, want %v", shared, got, want)
		}
	}
}

// The start has a component for each cluster, with its share of the rows.
func TestMFAStart(t *testing.T) {
	x := kernels.NewMatrix[float64](40, 3)
	kernels.Normal(x.Data, kernels.NewKey(5, 5), kernels.Counter{})
	for i := range 30 { // the first ten rows
		x.Data[i] += 100
	}
	m, err := em.NewMFA(context.Background(), elbo.Of(x), em.MFAOptions{K: 2, Q: 1})
	if err != nil {
		t.Fatal(err)
	}
	if w := m.Weights(); math.Min(w[0], w[1]) != 0.25 || math.Max(w[0], w[1]) != 0.75 {
		t.Errorf("weights %v, want 0.25 and 0.75", w)
	}
}
