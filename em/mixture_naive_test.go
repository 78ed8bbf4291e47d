package em_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// naiveFamily is a family written from the textbook, one entry at a time.
type naiveFamily interface {
	logDensity(k int, row []float64) float64 // of the observed entries
	mStep(k int, x kernels.Matrix[float64], r []float64)
	logPrior() float64
}

// naiveMixture is EM for mixtures from the textbook: float64, no common code with the models.
type naiveMixture struct {
	x      kernels.Matrix[float64]
	pi     []float64
	family naiveFamily
	more   float64 // α − 1 of the prior of the weights
}

func (e *naiveMixture) responsibilities() (r [][]float64, logLik float64) {
	for n := range e.x.Rows {
		l := make([]float64, len(e.pi))
		for k := range l {
			l[k] = math.Log(e.pi[k]) + e.family.logDensity(k, e.x.Row(n))
		}
		top, sum := slices.Max(l), 0.0
		for k := range l {
			l[k] = math.Exp(l[k] - top)
			sum += l[k]
		}
		for k := range l {
			l[k] /= sum
		}
		logLik += top + math.Log(sum)
		r = append(r, l)
	}
	return r, logLik
}

func (e *naiveMixture) step() {
	r, _ := e.responsibilities()
	for k := range e.pi {
		column, sum := make([]float64, len(r)), 0.0
		for n := range r {
			column[n] = r[n][k]
			sum += r[n][k]
		}
		e.pi[k] = (sum + e.more) / (float64(len(r)) + float64(len(e.pi))*e.more)
		e.family.mStep(k, e.x, column)
	}
}

func (e *naiveMixture) bound(prior bool) float64 {
	_, l := e.responsibilities()
	if prior {
		k := float64(len(e.pi))
		l += lgamma(k*(1+e.more)) - k*lgamma(1+e.more) + e.family.logPrior()
		for _, p := range e.pi {
			l += xlogy(e.more, p)
		}
	}
	return l
}

func lgamma(x float64) float64 { v, _ := math.Lgamma(x); return v }

// xlogy is x ln y, and 0 where x is.
func xlogy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(y)
}

// sums returns Σ r x and Σ r over the rows in which column j is observed.
func sums(x kernels.Matrix[float64], r []float64, j int) (s1, s0 float64) {
	for n, w := range r {
		if v := x.Row(n)[j]; v == v {
			s1 += w * v
			s0 += w
		}
	}
	return s1, s0
}

type naiveBernoulli struct {
	theta [][]float64
	a, b  float64 // A − 1, B − 1
}

func (f *naiveBernoulli) logDensity(k int, row []float64) float64 {
	l := 0.0
	for j, v := range row {
		if v == v {
			l += xlogy(v, f.theta[k][j]) + xlogy(1-v, 1-f.theta[k][j])
		}
	}
	return l
}

func (f *naiveBernoulli) mStep(k int, x kernels.Matrix[float64], r []float64) {
	for j := range f.theta[k] {
		s1, s0 := sums(x, r, j)
		f.theta[k][j] = (s1 + f.a) / (s0 + f.a + f.b)
	}
}

func (f *naiveBernoulli) logPrior() float64 {
	l := 0.0
	for _, row := range f.theta {
		for _, p := range row {
			l += xlogy(f.a, p) + xlogy(f.b, 1-p) - lgamma(1+f.a) - lgamma(1+f.b) + lgamma(2+f.a+f.b)
		}
	}
	return l
}

type naivePoisson struct {
	rate     [][]float64
	mean     []float64
	strength float64
}

func (f *naivePoisson) logDensity(k int, row []float64) float64 {
	l := 0.0
	for j, v := range row {
		if v == v {
			l += xlogy(v, f.rate[k][j]) - f.rate[k][j] - lgamma(v+1)
		}
	}
	return l
}

func (f *naivePoisson) mStep(k int, x kernels.Matrix[float64], r []float64) {
	for j := range f.rate[k] {
		s1, s0 := sums(x, r, j)
		f.rate[k][j] = (s1 + f.strength*f.mean[j]) / (s0 + f.strength)
	}
}

func (f *naivePoisson) logPrior() float64 {
	l := 0.0
	for _, row := range f.rate {
		for j, v := range row {
			shape, rate := 1+f.strength*f.mean[j], f.strength
			l += shape*math.Log(rate) - lgamma(shape) + (shape-1)*math.Log(v) - rate*v
		}
	}
	return l
}

type naiveCategorical struct {
	theta    [][][]float64 // column, component, category
	strength float64
}

func (f *naiveCategorical) logDensity(k int, row []float64) float64 {
	l := 0.0
	for j, v := range row {
		if v == v {
			l += math.Log(f.theta[j][k][int(v)])
		}
	}
	return l
}

func (f *naiveCategorical) mStep(k int, x kernels.Matrix[float64], r []float64) {
	for j := range f.theta {
		n, all := make([]float64, len(f.theta[j][k])), 0.0
		for i, w := range r {
			if v := x.Row(i)[j]; v == v {
				n[int(v)] += w
				all += w
			}
		}
		for c := range n {
			f.theta[j][k][c] = (n[c] + f.strength/float64(len(n))) / (all + f.strength)
		}
	}
}

func (f *naiveCategorical) logPrior() float64 {
	l := 0.0
	for _, column := range f.theta {
		for _, p := range column {
			c := float64(len(p))
			l += lgamma(c + f.strength)
			for _, v := range p {
				l += f.strength/c*math.Log(v) - lgamma(1+f.strength/c)
			}
		}
	}
	return l
}

func rowsOf(m kernels.Matrix[float64]) (r [][]float64) {
	for i := range m.Rows {
		r = append(r, slices.Clone(m.Row(i)))
	}
	return r
}

// naiveOf returns the textbook's mixture with the model's parameters, and reads those of the model again.
func naiveOf(m anyMixture[float64], x kernels.Matrix[float64]) (naiveFamily, func() []float64, func(naiveFamily) []float64) {
	prior := m.Prior() != em.PriorNone
	flat := func(r [][]float64) []float64 { return slices.Concat(r...) }
	switch m := m.(type) {
	case *em.BernoulliMixture[float64]:
		f := &naiveBernoulli{theta: rowsOf(m.Probabilities())}
		if prior {
			f.a, f.b = 0.5, 0.5
		}
		return f, func() []float64 { return m.Probabilities().Data }, func(f naiveFamily) []float64 { return flat(f.(*naiveBernoulli).theta) }
	case *em.PoissonMixture[float64]:
		f := &naivePoisson{rate: rowsOf(m.Rates())}
		if prior {
			f.strength = 1
		}
		one := make([]float64, x.Rows)
		for i := range one {
			one[i] = 1
		}
		for j := range x.Cols {
			s1, s0 := sums(x, one, j)
			f.mean = append(f.mean, (s1+0.5)/(s0+1))
		}
		return f, func() []float64 { return m.Rates().Data }, func(f naiveFamily) []float64 { return flat(f.(*naivePoisson).rate) }
	case *em.CategoricalMixture[float64]:
		f := &naiveCategorical{}
		if prior {
			f.strength = 1
		}
		for _, t := range m.Probabilities() {
			f.theta = append(f.theta, rowsOf(t))
		}
		get := func() (all []float64) {
			for _, t := range m.Probabilities() {
				all = append(all, t.Data...)
			}
			return all
		}
		return f, get, func(f naiveFamily) (all []float64) {
			for _, t := range f.(*naiveCategorical).theta {
				all = append(all, flat(t)...)
			}
			return all
		}
	case *em.StudentMixture[float64]:
		get := func() []float64 {
			all := append(m.Freedom(), m.Means().Data...)
			for _, s := range m.Scales() {
				all = append(all, s.Data...)
			}
			return all
		}
		return naiveStudentOf(m), get, func(f naiveFamily) []float64 {
			s := f.(*naiveStudent)
			all := append(slices.Clone(s.nu), flat(s.mu)...)
			for _, m := range s.sigma {
				all = append(all, flat(m)...)
			}
			return all
		}
	}
	panic("no textbook for this mixture")
}

// testTextbook compares every iteration of a fit with the textbook's, whose prior set changes.
func testTextbook(t *testing.T, m anyMixture[float64], x kernels.Matrix[float64], iterations int, tol float64, set ...func(e *naiveMixture)) {
	t.Helper()
	f, get, want := naiveOf(m, x)
	e := &naiveMixture{x: x, pi: m.Weights(), family: f}
	for _, s := range set {
		s(e)
	}
	prior := m.Prior() != em.PriorNone
	for p, err := range elbo.Steps(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: iterations, Tol: -1}) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Iter > 0 {
			e.step()
		}
		if b := e.bound(prior); !near(p.Bound, b, tol) {
			t.Fatalf("iteration %d: bound %v, the textbook has %v", p.Iter, p.Bound, b)
		}
		if p.Delta < -1e-12*math.Abs(p.Bound) {
			t.Errorf("iteration %d: the bound fell by %v", p.Iter, -p.Delta)
		}
	}
	for i, v := range get() {
		if w := want(f)[i]; math.Abs(v-w) > 1e-7*(1+math.Abs(w)) {
			t.Errorf("parameter %d is %v, the textbook has %v", i, v, w)
		}
	}
}

func TestMixturesEqualTheTextbook(t *testing.T) {
	slow(t)
	each(t, func(t *testing.T, k kind[float64]) {
		for _, prior := range []em.Prior{0, em.PriorNone} {
			for _, missing := range []bool{false, true} {
				x := k.data(300, missing)
				m, err := k.start(elbo.Of(x), settings{k: 3, prior: prior, Options: elbo.Options{Seed: 3}})
				if err != nil {
					t.Fatal(err)
				}
				testTextbook(t, m, x, 20, 1e-10)
			}
		}
	}, nil)
}

// The fits of real votes, of which 392 are missing.
func TestVotes(t *testing.T) {
	x, republican := datasets.Votes()
	m, err := em.NewBernoulliMixture(context.Background(), elbo.Of(x), em.BernoulliMixtureOptions{K: 2})
	if err != nil {
		t.Fatal(err)
	}
	testTextbook(t, m, x, 40, 1e-11)
	labels, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	agree := 0
	for i, l := range labels {
		if (l == 1) == republican[i] {
			agree++
		}
	}
	if agree = max(agree, len(labels)-agree); agree < 375 {
		t.Errorf("%d of %d members are with their party", agree, len(labels))
	}
}

// counting visits all rows of entries below base.
func counting(base, d int, f func(row []float64)) {
	row := make([]float64, d)
	for {
		f(row)
		j := 0
		for ; j < d; j++ {
			if row[j]++; row[j] < float64(base) {
				break
			}
			row[j] = 0
		}
		if j == d {
			return
		}
	}
}

// total returns the sum of the probabilities of all rows with entries below base in which those of given that are not NaN stand.
func total(t *testing.T, m anyMixture[float64], base int, given []float64) float64 {
	t.Helper()
	var data []float64
	n := 0
	counting(base, len(given), func(row []float64) {
		for j, v := range given {
			if v == v && v != row[j] {
				return
			}
		}
		data, n = append(data, row...), n+1
	})
	density, err := m.LogDensity(kernels.MatrixOf(n, len(given), data))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range density {
		sum += math.Exp(v)
	}
	return sum
}

// testDistribution checks that the probabilities of all rows sum to 1, and those of the rows that agree with an incomplete one to
// its density.
func testDistribution(t *testing.T, m anyMixture[float64], base int, incomplete []float64) {
	t.Helper()
	nothing := make([]float64, len(incomplete))
	kernels.Fill(nothing, math.NaN())
	if sum := total(t, m, base, nothing); math.Abs(sum-1) > 1e-12 {
		t.Errorf("the probabilities sum to %v", sum)
	}
	density, err := m.LogDensity(kernels.MatrixOf(1, len(incomplete), incomplete))
	if err != nil {
		t.Fatal(err)
	}
	if sum := total(t, m, base, incomplete); !near(sum, math.Exp(density[0]), 1e-11) {
		t.Errorf("the completions of %v have probability %v, it has %v", incomplete, sum, math.Exp(density[0]))
	}
}

func TestDiscreteMixturesAreDistributions(t *testing.T) {
	nan := math.NaN()
	for _, p := range [][]float64{{0.1, 0.5, 0.7, 0.3, 0.25, 0.99}, {0, 1, 0.5, 1, 0, 0.5}} {
		m, err := em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{
			Weights: []float64{0.25, 0.75}, Probabilities: kernels.MatrixOf(2, 3, p), Prior: em.PriorNone,
		})
		if err != nil {
			t.Fatal(err)
		}
		testDistribution(t, m, 2, []float64{1, nan, 0})
		testDistribution(t, m, 2, []float64{nan, 0, nan})
	}
	for _, p := range [][]float64{{0.1, 0.5, 0.4, 0.3, 0.6, 0.1}, {0, 1, 0, 0.5, 0.5, 0}} {
		m, err := em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{
			Weights: []float64{0.25, 0.75}, Prior: em.PriorNone,
			Probabilities: []kernels.Matrix[float64]{
				kernels.MatrixOf(2, 3, p), kernels.MatrixOf(2, 3, p), kernels.MatrixOf(2, 3, []float64{0.2, 0.2, 0.6, 0.1, 0, 0.9}),
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		testDistribution(t, m, 3, []float64{1, nan, 0})
		testDistribution(t, m, 3, []float64{nan, 2, nan})
	}
	for _, rates := range [][]float64{{0.5, 3, 2, 1}, {0, 4, 2, 0}} {
		m, err := em.NewPoissonMixtureFrom[float64](em.PoissonMixtureParameters{
			Weights: []float64{0.4, 0.6}, Rates: kernels.MatrixOf(2, 2, rates), Prior: em.PriorNone,
		})
		if err != nil {
			t.Fatal(err)
		}
		testDistribution(t, m, 40, []float64{nan, 2})
	}
}

// With one component maximum likelihood is the mean of what is observed; columns that are constant give probabilities of 0 and 1.
func TestOneDiscreteComponent(t *testing.T) {
	nan := math.NaN()
	x := kernels.MatrixOf(5, 4, []float64{
		0, 1, 1, nan,
		0, 1, 0, 0.5,
		nan, 1, 0, 0.25,
		0, nan, 0, 1,
		0, 1, 1, nan,
	})
	m, r, err := em.FitBernoulliMixture(context.Background(), elbo.Of(x), em.BernoulliMixtureOptions{K: 1, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Probabilities().Data, []float64{0, 1, 0.4, 1.75 / 3}; !slices.EqualFunc(got, want, func(a, b float64) bool { return near(a, b, 1e-15) }) {
		t.Errorf("probabilities %v, want %v", got, want)
	}
	want := 2*math.Log(0.4) + 3*math.Log(0.6) + 1.75*math.Log(1.75/3) + 1.25*math.Log(1.25/3)
	if !near(r.LogLik, want, 1e-14) {
		t.Errorf("log-likelihood %v, want %v", r.LogLik, want)
	}
	density, err := m.LogDensity(kernels.MatrixOf(4, 4, []float64{1, 1, 0, 0, 0, 0.75, 0, 0, 1e-300, nan, nan, nan, nan, nan, nan, nan}))
	if err != nil || !math.IsInf(density[0], -1) || !math.IsInf(density[1], -1) || !math.IsInf(density[2], -1) || density[3] != 0 {
		t.Errorf("rows that cannot be, and one without an entry: %v (%v)", density, err)
	}
	counts := kernels.MatrixOf(4, 2, []float64{0, 3, 0, nan, nan, 5, 0, 1})
	p, s, err := em.FitPoissonMixture(context.Background(), elbo.Of(counts), em.PoissonMixtureOptions{K: 1, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Rates().Data; got[0] != 0 || !near(got[1], 3, 1e-15) {
		t.Errorf("rates %v, want 0 and 3", got)
	}
	if want := 9*math.Log(3) - 9 - math.Log(6) - math.Log(120); !near(s.LogLik, want, 1e-14) {
		t.Errorf("log-likelihood %v, want %v", s.LogLik, want)
	}
	density, err = p.LogDensity(kernels.MatrixOf(2, 2, []float64{1, 3, 0, 0}))
	if err != nil || !math.IsInf(density[0], -1) || !near(density[1], -3, 1e-14) {
		t.Errorf("log-densities %v (%v)", density, err)
	}
}

// Of categories, those that were not seen have probability 0 by maximum likelihood, and more of them can be announced.
func TestUnseenCategories(t *testing.T) {
	nan := math.NaN()
	x := kernels.MatrixOf(4, 2, []float64{0, 2, 2, 0, 2, nan, nan, 2})
	o := em.CategoricalMixtureOptions{K: 1, Prior: em.PriorNone, Categories: []int{4, 3}}
	m, r, err := em.FitCategoricalMixture(context.Background(), elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range [][]float64{{1. / 3, 0, 2. / 3, 0}, {1. / 3, 0, 2. / 3}} {
		if got := m.Probabilities()[j].Data; !slices.EqualFunc(got, want, func(a, b float64) bool { return near(a, b, 1e-15) }) {
			t.Errorf("column %d: probabilities %v, want %v", j, got, want)
		}
	}
	if want := 2*math.Log(1./3) + 4*math.Log(2./3); !near(r.LogLik, want, 1e-14) {
		t.Errorf("log-likelihood %v, want %v", r.LogLik, want)
	}
	if m.NumParameters() != 5 || !slices.Equal(m.Categories(), []int{4, 3}) {
		t.Errorf("%d parameters, categories %v", m.NumParameters(), m.Categories())
	}
	density, err := m.LogDensity(kernels.MatrixOf(2, 2, []float64{3, 2, 0, nan}))
	if err != nil || !math.IsInf(density[0], -1) || !near(density[1], math.Log(1./3), 1e-15) {
		t.Errorf("log-densities %v (%v)", density, err)
	}
	if full, err := m.Impute(x); err != nil || full.Row(2)[1] != 2 || full.Row(3)[0] != 2 {
		t.Errorf("imputed %v (%v)", full.Data, err)
	}
	for says, bad := range map[string]float64{"an integer from 0 to 2": 3, "column 1 is -1": -1, "column 1 is 0.5": 0.5, "is 1e+300": 1e300} {
		row := kernels.MatrixOf(1, 2, []float64{0, bad})
		if _, err := m.LogDensity(row); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("code %v: %v, want %q", bad, err, says)
		}
		if _, _, err := em.FitCategoricalMixture(context.Background(), elbo.Of(row), em.CategoricalMixtureOptions{K: 1, Categories: []int{2, 3}}); err == nil {
			t.Errorf("code %v: a fit takes it", bad)
		}
	}
	for says, c := range map[string][]int{"Categories has 1 elements": {3}, "column 1 has 0": {3, 0}, "from 0 to 1": {2, 3}} {
		if _, _, err := em.FitCategoricalMixture(context.Background(), elbo.Of(x), em.CategoricalMixtureOptions{K: 1, Categories: c}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
