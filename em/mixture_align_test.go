package em_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// arranged is a mixture whose components can be renumbered and matched.
type arranged[M any] interface {
	elbo.Model[float64]
	em.Alignable[M]
	Order() []int
	Permute(order []int) error
	Weights() []float64
}

// testArranged renumbers the components of a mixture of four that fit returns anew each time.
func testArranged[M arranged[M]](t *testing.T, x kernels.Matrix[float64], fit func() M) {
	t.Helper()
	a, b := fit(), fit()
	order, inverse := []int{2, 3, 1, 0}, []int{3, 2, 0, 1}
	step, rows := b.NewEStep(), elbo.Of(x.SliceRows(0, 100))
	before := step.EStep(make([]float64, b.StatsLen()), rows)
	if err := b.Permute(order); err != nil {
		t.Fatal(err)
	}
	for i, k := range order {
		if a.Weights()[k] != b.Weights()[i] {
			t.Errorf("component %d is not what %d was", i, k)
		}
	}
	after := step.EStep(make([]float64, b.StatsLen()), rows)
	if !near(before.LogZ, after.LogZ, 1e-12) || !near(before.Entropy, after.Entropy, 1e-9) || !near(a.GlobalBound(), b.GlobalBound(), 1e-12) {
		t.Errorf("E-step %v, bound %v, permuted %v, %v", before, a.GlobalBound(), after, b.GlobalBound())
	}
	if match, err := em.Align(a, b); err != nil || !slices.Equal(match, inverse) {
		t.Errorf("matched %v, want %v (%v)", match, inverse, err)
	}
	o := elbo.Options{MaxIter: 3, Tol: -1}
	ra, err := elbo.Fit(context.Background(), a, elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	rb, err := elbo.Fit(context.Background(), b, elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ra.Bounds {
		if !near(ra.Bounds[i], rb.Bounds[i], 1e-11) {
			t.Errorf("bounds %v, permuted %v", ra.Bounds, rb.Bounds)
		}
	}
	a.Revert()
	b.Revert()
	if err := b.Permute(inverse); err != nil {
		t.Fatal(err)
	}
	for i, w := range a.Weights() {
		if !near(w, b.Weights()[i], 1e-9) {
			t.Errorf("after Revert weight %d is %v, want %v", i, b.Weights()[i], w)
		}
	}
	b = fit()
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
}

// gaps returns x with a seventh of the entries missing.
func gaps(x kernels.Matrix[float64]) kernels.Matrix[float64] {
	for i := range x.Data {
		if i%7 == 3 {
			x.Data[i] = math.NaN()
		}
	}
	return x
}

func must[M any](m M, _ elbo.Result, err error) M {
	if err != nil {
		panic(err)
	}
	return m
}

func TestMixturesArranged(t *testing.T) {
	ctx, few := context.Background(), elbo.Options{MaxIter: 4, Tol: -1}
	real := blobs[float64](300, 5, 4)
	counts, bits, codes := kernels.NewMatrix[float64](300, 5), kernels.NewMatrix[float64](300, 5), kernels.NewMatrix[float64](300, 5)
	for i, v := range real.Data {
		counts.Data[i] = math.Floor(math.Abs(v))
		codes.Data[i] = float64(int(math.Abs(v)) % 3)
		if v > 0 {
			bits.Data[i] = 1
		}
	}
	for _, m := range []kernels.Matrix[float64]{real, counts, bits, codes} {
		gaps(m)
	}
	t.Run("bernoulli", func(t *testing.T) {
		testArranged(t, bits, func() *em.BernoulliMixture[float64] {
			return must(em.FitBernoulliMixture(ctx, elbo.Of(bits), em.BernoulliMixtureOptions{K: 4, Options: few}))
		})
	})
	t.Run("poisson", func(t *testing.T) {
		testArranged(t, counts, func() *em.PoissonMixture[float64] {
			return must(em.FitPoissonMixture(ctx, elbo.Of(counts), em.PoissonMixtureOptions{K: 4, Options: few}))
		})
	})
	t.Run("categorical", func(t *testing.T) {
		testArranged(t, codes, func() *em.CategoricalMixture[float64] {
			return must(em.FitCategoricalMixture(ctx, elbo.Of(codes), em.CategoricalMixtureOptions{K: 4, Options: few}))
		})
	})
	t.Run("mfa", func(t *testing.T) {
		testArranged(t, real, func() *em.MFA[float64] {
			return must(em.FitMFA(ctx, elbo.Of(real), em.MFAOptions{K: 4, Q: 2, Options: few}))
		})
	})
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		t.Run("student "+c.String(), func(t *testing.T) {
			testArranged(t, real, func() *em.StudentMixture[float64] {
				return must(em.FitStudentMixture(ctx, elbo.Of(real), em.StudentMixtureOptions{K: 4, Covariance: c, Options: few}))
			})
		})
	}
	for _, c := range covariances {
		t.Run("gmm "+c.String(), func(t *testing.T) {
			testArranged(t, real, func() *em.GMM[float64] {
				return must(em.FitGMM(ctx, elbo.Of(real), em.GMMOptions{K: 4, Covariance: c, Options: few}))
			})
		})
	}
}

// checkDivergences compares divergences with −ln Σ_x √(p_i(x) p_j(x)) over all rows x, p the components' probabilities.
func checkDivergences(t *testing.T, d kernels.Matrix[float64], rows [][]float64, p func(k int, row []float64) float64) {
	t.Helper()
	for i := range d.Rows {
		for j := range d.Cols {
			sum := 0.0
			for _, row := range rows {
				sum += math.Sqrt(p(i, row) * p(j, row))
			}
			if want := -math.Log(sum); !near(d.Row(i)[j], want, 1e-10) && math.Abs(d.Row(i)[j]-want) > 1e-12 {
				t.Errorf("components %d and %d: %v, want %v", i, j, d.Row(i)[j], want)
			}
		}
	}
}

// grid returns the rows of two columns with entries 0 … n−1.
func grid(n int) (rows [][]float64) {
	for i := range n {
		for j := range n {
			rows = append(rows, []float64{float64(i), float64(j)})
		}
	}
	return rows
}

func TestDivergencesOfMixtures(t *testing.T) {
	theta := kernels.MatrixOf(3, 2, []float64{0.2, 0.9, 0.5, 0, 1, 0.3})
	w := []float64{0.3, 0.3, 0.4}
	bernoulli, err := em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: w, Probabilities: theta, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	d, err := bernoulli.Divergences(bernoulli)
	if err != nil {
		t.Fatal(err)
	}
	checkDivergences(t, d, grid(2), func(k int, row []float64) float64 {
		p := 1.0
		for j, v := range row {
			p *= v*theta.Row(k)[j] + (1-v)*(1-theta.Row(k)[j])
		}
		return p
	})
	rates := kernels.MatrixOf(3, 2, []float64{0.5, 3, 7, 1e-3, 2, 0})
	poisson, err := em.NewPoissonMixtureFrom[float64](em.PoissonMixtureParameters{Weights: w, Rates: rates, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = poisson.Divergences(poisson); err != nil {
		t.Fatal(err)
	}
	checkDivergences(t, d, grid(60), func(k int, row []float64) float64 {
		p := 1.0
		for j, v := range row {
			g, _ := math.Lgamma(v + 1)
			p *= math.Pow(rates.Row(k)[j], v) * math.Exp(-rates.Row(k)[j]-g)
		}
		return p
	})
	tables := []kernels.Matrix[float64]{
		kernels.MatrixOf(3, 3, []float64{0.2, 0.3, 0.5, 1, 0, 0, 0.1, 0.8, 0.1}), kernels.MatrixOf(3, 2, []float64{0.2, 0.8, 0.5, 0.5, 0, 1}),
	}
	categorical, err := em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{Weights: w, Probabilities: tables, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = categorical.Divergences(categorical); err != nil {
		t.Fatal(err)
	}
	checkDivergences(t, d, grid(3), func(k int, row []float64) float64 {
		if row[1] == 2 {
			return 0
		}
		return tables[0].Row(k)[int(row[0])] * tables[1].Row(k)[int(row[1])]
	})
	other, err := em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{Weights: w, Probabilities: []kernels.Matrix[float64]{tables[1], tables[0]}, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := categorical.Divergences(other); err == nil {
		t.Error("other categories: no error")
	}

	x := elbo.Of(blobs[float64](300, 4, 3))
	mfa := must(em.FitMFA(context.Background(), x, em.MFAOptions{K: 3, Q: 2, Options: elbo.Options{MaxIter: 3}}))
	gmm, err := em.NewGMMFrom[float64](mfa.Weights(), mfa.Means(), mfa.Covariances(), em.GMMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := mfa.Divergences(mfa)
	if err != nil {
		t.Fatal(err)
	}
	want, err := gmm.Divergences(gmm)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got.Data {
		if !near(v, want.Data[i], 1e-10) && math.Abs(v-want.Data[i]) > 1e-12 {
			t.Errorf("factor analysers: divergence %d is %v, of the Gaussians %v", i, v, want.Data[i])
		}
	}
}
