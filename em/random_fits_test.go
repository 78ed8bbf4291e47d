package em_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// savable is a model that can be written.
type savable[T kernels.Float] interface {
	elbo.Model[T]
	Save(io.Writer) error
}

// rowScorer is a model of independent rows.
type rowScorer[T kernels.Float] interface {
	LogDensity(x kernels.Matrix[T]) ([]T, error)
	Impute(x kernels.Matrix[T]) (kernels.Matrix[T], error)
}

// draw is one random fit.
type draw[T kernels.Float] struct {
	kind     string // of the data: real, bit, code or count
	k, q     int
	c        em.Covariance
	prior    em.Prior
	policy   elbo.Policy
	init     em.Init
	restarts elbo.Restarts
	o        elbo.Options
	rows     elbo.Rows[T]
	model    string
	flat     bool // weights of very different sizes, or large counts: no digits of the log-likelihood are left to be compared
}

// oneOf returns one of the values.
func oneOf[V any](r *rand.Rand, values ...V) V { return values[r.IntN(len(values))] }

// modelsOf are the models of each kind of data.
var modelsOf = map[string][]string{
	"real": {"gmm", "gmm", "hmm", "student", "fa", "ppca", "mfa"}, "bit": {"bernoulli"}, "code": {"categorical", "hmm"}, "count": {"poisson", "hmm"},
}

func drawFit[T kernels.Float](r *rand.Rand) draw[T] {
	n, d := oneOf(r, 1, 2, 3, 5, 8, 20, 40, 100, 300), oneOf(r, 1, 2, 3, 4, 7)
	f := draw[T]{
		kind: oneOf(r, "real", "real", "bit", "code", "count"), k: oneOf(r, 1, 2, 3, 5, 17, n), q: 1 + r.IntN(2), c: em.Covariance(r.IntN(4)),
		prior: em.Prior(r.IntN(2)), policy: elbo.Policy(r.IntN(4)), init: em.Init(r.IntN(2)), restarts: elbo.Restarts{N: r.IntN(3), Short: r.IntN(2)},
		o: elbo.Options{MaxIter: oneOf(r, 5, 20, 40), Seed: uint64(r.IntN(1000)), Workers: 1 + r.IntN(3)},
	}
	f.k = min(f.k, 40)
	f.model = oneOf(r, modelsOf[f.kind]...)
	switch r.IntN(5) {
	case 0:
		f.o.Schedule = elbo.Stepwise{Rows: 1 + r.IntN(40), Kappa: oneOf(r, 0, 0.51, 1), Tau: oneOf(r, 0, 0.01, 10)}
	case 1:
		f.o.Schedule = elbo.Incremental{Blocks: r.IntN(12)}
	case 2:
		f.o.Accelerate = elbo.SQUAREM
	case 3:
		f.o.Aitken = true
	}
	x := kernels.NewMatrix[T](n, d)
	shape, distinct, shift, missing := r.IntN(9), oneOf(r, 1, 2, n, n, n), oneOf(r, 0, 0, 0, 1e3, 1e7), oneOf(r, 0, 0, 0.1, 0.3, 0.9)
	f.flat = f.kind == "count" && shape < 2
	for i := range n {
		for j := range d {
			if i >= distinct {
				x.Row(i)[j] = x.Row(i % distinct)[j]
				continue
			}
			x.Row(i)[j] = T(entry(r, f.kind, shape, i, j, shift))
		}
	}
	for i := range x.Data {
		if r.Float64() < missing {
			x.Data[i] = T(math.NaN())
		}
	}
	if r.IntN(9) == 0 {
		kernels.Fill(x.Row(r.IntN(n)), T(math.NaN()))
	}
	if r.IntN(9) == 0 {
		x.Data[r.IntN(len(x.Data))] = T(oneOf(r, math.Inf(1), math.Inf(-1), -1, 0.5, 1e300, 1<<62, 70000))
	}
	f.rows = elbo.Of(x)
	units := n
	if f.model == "hmm" {
		for left := n; left > 0; left -= f.rows.Lengths[len(f.rows.Lengths)-1] {
			f.rows.Lengths = append(f.rows.Lengths, 1+r.IntN(min(left, oneOf(r, 1, 3, 50, 300))))
		}
		units = len(f.rows.Lengths)
	}
	if r.IntN(3) == 0 {
		f.rows.Weights = make([]float64, units)
		how := r.IntN(4)
		f.flat = f.flat || how == 3
		for i := range f.rows.Weights {
			f.rows.Weights[i] = [...]float64{float64(r.IntN(3)), r.Float64(), 0x1p-60, oneOf(r, 0, 0x1p-25, 1, 0x1p25)}[how]
		}
		if r.IntN(9) == 0 {
			f.rows.Weights[0] = oneOf(r, 1e300, -1, math.NaN(), 5e-324, math.Inf(1))
		}
	}
	return f
}

// entry returns row i, column j of data of a kind.
func entry(r *rand.Rand, kind string, shape, i, j int, shift float64) float64 {
	g, cluster := r.NormFloat64(), i%3
	switch kind {
	case "bit":
		switch shape {
		case 0:
			return r.Float64()
		case 1:
			return oneOf(r, 5e-324, 1-0x1p-53, 0, 1)
		}
		if r.Float64() < [...]float64{0.05, 0.5, 0.97}[cluster] {
			return 1
		}
		return 0
	case "code":
		if shape == 0 {
			return float64(i)
		}
		return float64(min(cluster+r.IntN(2+shape/3), 5))
	case "count":
		return math.Floor(math.Abs(g+float64(cluster)*4) * [...]float64{1e15, 0x1p57, 0, 1, 1, 5, 5, 100, 100}[shape])
	}
	switch shape {
	case 0:
		g /= math.Abs(r.NormFloat64() * r.NormFloat64())
	case 1:
		g = float64(i * (j + 1))
	case 2:
		g = math.Round(g)
	default:
		g += float64(4 * cluster)
	}
	return g + shift
}

// fitDrawn makes the fit and returns the model, or nil, and what reads it.
func fitDrawn[T kernels.Float](f draw[T]) (m savable[T], r elbo.Result, load func(io.Reader) (savable[T], error), err error) {
	ctx := context.Background()
	switch f.model {
	case "gmm":
		g, r, err := em.FitGMM(ctx, f.rows, em.GMMOptions{Options: f.o, K: f.k, Covariance: f.c, Prior: f.prior, Policy: f.policy, Init: f.init, Restarts: f.restarts})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadGMM[T](r) }, err
	case "student":
		g, r, err := em.FitStudentMixture(ctx, f.rows, em.StudentMixtureOptions{Options: f.o, K: f.k, Covariance: f.c % 2, Prior: f.prior, Policy: f.policy, Init: f.init, Restarts: f.restarts})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadStudentMixture[T](r) }, err
	case "fa":
		g, r, err := em.FitFA(ctx, f.rows, em.FAOptions{Options: f.o, Q: f.q, Prior: f.prior})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadFA[T](r) }, err
	case "ppca":
		g, r, err := em.FitPPCA(ctx, f.rows, em.PPCAOptions{Options: f.o, Q: f.q, Prior: f.prior})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadPPCA[T](r) }, err
	case "mfa":
		g, r, err := em.FitMFA(ctx, f.rows, em.MFAOptions{Options: f.o, K: f.k, Q: f.q, SharedNoise: f.c == em.Tied, Prior: f.prior, Policy: f.policy, Restarts: f.restarts})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadMFA[T](r) }, err
	case "bernoulli":
		g, r, err := em.FitBernoulliMixture(ctx, f.rows, em.BernoulliMixtureOptions{Options: f.o, K: f.k, Prior: f.prior, Policy: f.policy, Init: f.init, Restarts: f.restarts})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadBernoulliMixture[T](r) }, err
	case "categorical":
		g, r, err := em.FitCategoricalMixture(ctx, f.rows, em.CategoricalMixtureOptions{Options: f.o, K: f.k, Prior: f.prior, Policy: f.policy, Init: f.init, Restarts: f.restarts})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadCategoricalMixture[T](r) }, err
	case "poisson":
		g, r, err := em.FitPoissonMixture(ctx, f.rows, em.PoissonMixtureOptions{Options: f.o, K: f.k, Prior: f.prior, Policy: f.policy, Init: f.init, Restarts: f.restarts})
		return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadPoissonMixture[T](r) }, err
	}
	o := em.HMMOptions{Options: f.o, K: f.k, Covariance: f.c, Prior: f.prior, Restarts: f.restarts, LeftToRight: f.q == 2, Policy: f.policy / 3 * 3}
	o.Emission = map[string]em.Emission{"real": em.GaussianEmission, "code": em.CategoricalEmission, "count": em.PoissonEmission}[f.kind]
	g, r, err := em.FitHMM(ctx, f.rows, o)
	return orNone[T](g, g == nil), r, func(r io.Reader) (savable[T], error) { return em.LoadHMM[T](r) }, err
}

func orNone[T kernels.Float](m savable[T], none bool) savable[T] {
	if none {
		return nil
	}
	return m
}

// checkFit reports what is wrong with a random fit.
func checkFit[T kernels.Float](f draw[T]) error {
	before := slices.Clone(f.rows.X.Data)
	m, r, load, err := fitDrawn(f)
	if !slices.EqualFunc(before, f.rows.X.Data, func(a, b T) bool { return a == b || a != a && b != b }) {
		return errors.New("the fit changed the data")
	}
	// Without a prior, or with one that weighs next to nothing, a component may come so close to a point that the translation of
	// statistics loses it: that is reported.
	translates := (f.prior == em.PriorNone || f.flat) && f.kind == "real" && (f.o.Accelerate == elbo.SQUAREM || f.o.Schedule != nil)
	switch {
	case (errors.Is(err, elbo.ErrBoundDecreased) || errors.Is(err, elbo.ErrBoundNotFinite)) && !translates:
		return err
	case m == nil && err == nil:
		return errors.New("neither a model nor an error")
	case m == nil:
		return nil
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		return err
	}
	again, lost := load(&file)
	if lost != nil {
		return fmt.Errorf("the saved model: %w", lost)
	}
	if !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) || again.GlobalBound() != m.GlobalBound() {
		return errors.New("the model is another one after it was saved and read")
	}
	s, ok := m.(rowScorer[T])
	if !ok || err != nil {
		return nil
	}
	densities, err := s.LogDensity(f.rows.X)
	if err != nil {
		return err
	}
	sum, most := 0.0, 0.0
	for i, v := range densities {
		w := 1.0
		if f.rows.Weights != nil {
			w = f.rows.Weights[i]
		}
		if v != v {
			return fmt.Errorf("the log-density of row %d is NaN", i)
		}
		if w > 0 {
			sum += w * float64(v)
			most += w * (math.Abs(float64(v)) + float64(f.rows.X.Cols))
		}
	}
	_, incremental := f.o.Schedule.(elbo.Incremental) // whose bound is with the posteriors of before
	tolerance := 1e-9
	if _, single := any(T(0)).(float32); single {
		tolerance = 1e-4
	}
	if !f.flat && !incremental && math.Abs(sum-r.LogLik) > tolerance*most {
		return fmt.Errorf("the rows' log-densities sum to %v, the log-likelihood is %v", sum, r.LogLik)
	}
	filled, err := s.Impute(f.rows.X)
	if err != nil {
		return err
	}
	for i, v := range filled.Data {
		if v-v != 0 {
			return fmt.Errorf("imputed entry %d is %v", i, v)
		}
	}
	return nil
}

func testRandomFits[T kernels.Float](t *testing.T, seeds uint64) {
	for seed := range seeds {
		f := drawFit[T](rand.New(rand.NewPCG(seed, 1)))
		if err := checkFit(f); err != nil {
			t.Errorf("seed %d: %s of %d×%d, K %d, %v, prior %v, policy %v, %+v: %v", seed, f.model, f.rows.X.Rows, f.rows.X.Cols, f.k, f.c, f.prior, f.policy, f.o, err)
		}
	}
}

// Any model on any data in any mode is fitted or refused: it is the same after it was saved and read, its log-densities are finite and
// sum to the log-likelihood, and what it imputes is finite.
func TestRandomFits(t *testing.T) {
	slow(t)
	seeds := uint64(150)
	if !testing.Short() {
		seeds = 1500
	}
	t.Run("f64", func(t *testing.T) { testRandomFits[float64](t, seeds) })
	t.Run("f32", func(t *testing.T) { testRandomFits[float32](t, seeds) })
}
