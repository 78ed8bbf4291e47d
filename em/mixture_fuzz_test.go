package em_test

import (
	"bytes"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
)

// fuzzLoad gives any bytes to a loader: what it takes is a mixture that scores, samples and is written again alike.
func fuzzLoad(f *testing.F, k kind[float64]) {
	for _, prior := range []em.Prior{0, em.PriorNone} {
		m, _ := fitKind(f, k, elbo.Of(k.data(40, true)), settings{k: 2, prior: prior, Options: elbo.Options{MaxIter: 5}})
		f.Add(saved(f, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := k.load(bytes.NewReader(b))
		if err != nil {
			return
		}
		again, err := k.load(bytes.NewReader(saved(t, m)))
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		if !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Fatal("written and read again the parameters differ")
		}
		x, _ := m.Sample(3, 1)
		if err := m.CheckRows(x); err != nil {
			return // counts beyond the range of the model's data
		}
		density, err := m.LogDensity(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range density {
			if v != v {
				t.Fatal("a log-density is NaN")
			}
		}
	})
}

func FuzzLoadBernoulliMixture(f *testing.F) { fuzzLoad(f, bernoulliKind[float64]()) }

func FuzzLoadPoissonMixture(f *testing.F) { fuzzLoad(f, poissonKind[float64]()) }

func FuzzLoadCategoricalMixture(f *testing.F) { fuzzLoad(f, categoricalKind[float64]()) }

func FuzzLoadStudentMixture(f *testing.F) { fuzzLoad(f, studentKind[float64](em.Full)) }
