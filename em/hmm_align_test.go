package em_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
)

// Renumbered states are the same model, which goes on to the same fit.
func TestHMMPermute(t *testing.T) {
	order, inverse := []int{2, 3, 1, 0}, []int{3, 2, 0, 1}
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		rows := hmmFrames[float64]([]int{40, 25, 60}, 2, o.Emission, 0.1, 3)
		fit := func() *em.HMM[float64] {
			m := randomHMM[float64](t, 4, 2, o, true)
			if _, err := elbo.Fit(context.Background(), m, rows, elbo.Options{MaxIter: 2, Tol: -1}); err != nil {
				t.Fatal(err)
			}
			return m
		}
		a, b := fit(), fit()
		if err := b.Permute(order); err != nil {
			t.Fatal(err)
		}
		for i, k := range order {
			if a.Initial()[k] != b.Initial()[i] {
				t.Errorf("state %d begins with %v, state %d with %v before", i, b.Initial()[i], k, a.Initial()[k])
			}
			for j, l := range order {
				if a.Transitions().Row(k)[l] != b.Transitions().Row(i)[j] {
					t.Errorf("from %d to %d: %v, before %v", i, j, b.Transitions().Row(i)[j], a.Transitions().Row(k)[l])
				}
			}
		}
		if match, err := em.Align(a, b); err != nil || !slices.Equal(match, inverse) {
			t.Errorf("matched %v, want %v (%v)", match, inverse, err)
		}
		if !near(a.GlobalBound(), b.GlobalBound(), 1e-12) {
			t.Errorf("log prior %v, permuted %v", a.GlobalBound(), b.GlobalBound())
		}
		path, _, err := a.Viterbi(rows)
		if err != nil {
			t.Fatal(err)
		}
		permuted, _, err := b.Viterbi(rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range path {
			if permuted[i] != inverse[k] {
				t.Fatalf("frame %d is of state %d, permuted %d", i, k, permuted[i])
			}
		}
		ra, err := elbo.Fit(context.Background(), a, rows, elbo.Options{MaxIter: 3, Tol: -1})
		if err != nil {
			t.Fatal(err)
		}
		rb, err := elbo.Fit(context.Background(), b, rows, elbo.Options{MaxIter: 3, Tol: -1})
		if err != nil {
			t.Fatal(err)
		}
		for i := range ra.Bounds {
			if !near(ra.Bounds[i], rb.Bounds[i], 1e-11) {
				t.Errorf("bounds %v, permuted %v", ra.Bounds, rb.Bounds)
			}
		}
		// The parameters before the last M-step are renumbered, too.
		c, d := fit(), fit()
		if err := c.Permute(order); err != nil {
			t.Fatal(err)
		}
		c.Revert()
		d.Revert()
		if err := d.Permute(order); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(c.AppendParameters(nil), d.AppendParameters(nil)) {
			t.Error("Permute and Revert are not Revert and Permute")
		}
		a.Revert()
		b.Revert()
		if err := b.Permute(inverse); err != nil {
			t.Fatal(err)
		}
		for i, v := range a.Transitions().Data {
			if math.Abs(v-b.Transitions().Data[i]) > 1e-9 {
				t.Errorf("after Revert transition %d is %v, want %v", i, b.Transitions().Data[i], v)
			}
		}
		if err := b.Permute(b.Order()); err != nil {
			t.Fatal(err)
		}
		canonical := b.AppendParameters(nil)
		if err := b.Permute(order); err != nil {
			t.Fatal(err)
		}
		if slices.Equal(b.AppendParameters(nil), canonical) {
			t.Error("Permute changes nothing")
		}
		if err := b.Permute(b.Order()); err != nil || !slices.Equal(b.AppendParameters(nil), canonical) {
			t.Errorf("the canonical order depends on the order before (%v)", err)
		}
		for _, order := range [][]int{{0, 1, 2}, {0, 1, 2, 2}, {0, 1, 2, 4}, {0, 1, 2, -1}} {
			if err := b.Permute(order); err == nil {
				t.Errorf("%v: no error", order)
			}
		}
	})
}

// Models that cannot be compared.
func TestHMMAlignRefuses(t *testing.T) {
	gauss := randomHMM[float64](t, 2, 2, em.HMMOptions{}, false)
	poisson := randomHMM[float64](t, 2, 2, em.HMMOptions{Emission: em.PoissonEmission}, false)
	codes := randomHMM[float64](t, 2, 2, em.HMMOptions{Emission: em.CategoricalEmission}, false)
	wide := randomHMM[float64](t, 2, 3, em.HMMOptions{Emission: em.PoissonEmission}, false)
	for _, pair := range [][2]*em.HMM[float64]{{gauss, poisson}, {poisson, gauss}, {poisson, codes}, {codes, poisson}, {poisson, wide}} {
		if _, err := em.Align(pair[0], pair[1]); err == nil {
			t.Errorf("%v and %v emissions: no error", pair[0].Emission(), pair[1].Emission())
		}
	}
}
