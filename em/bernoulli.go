package em

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// BernoulliMixture is a mixture of products of Bernoulli distributions: latent classes of rows of yes and no,
//
//	p(x) = Σ_k π_k Π_d θ_kd^x_d (1 − θ_kd)^(1−x_d)
//
// Entries are 0, 1, the probability of a 1 in between, or NaN, missing: then the factor is left out, which is exact where
// what is missing does not depend on the value. A component of which a θ is 0 or 1 excludes all other entries of that column, but none
// as near to 1 as 2⁻³⁰, in float32 2⁻¹⁴. It implements elbo.Model: elbo.Fit raises Σ_n w_n log p(x_n) + log p(θ) from
// the parameters that it has. T is the type of the data and of the E-step; parameters and statistics are float64.
//
// A BernoulliMixture that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Sources: Bishop, Pattern Recognition and Machine Learning, 2006, §9.3.3; Goodman, "Exploratory latent structure analysis
// using both identifiable and unidentifiable models", Biometrika 61, 1974.
type BernoulliMixture[T kernels.Float] struct {
	mixture[T]
	bernoulli *bernoulli[T]
}

var (
	_ elbo.Model[float64]  = (*BernoulliMixture[float64])(nil)
	_ elbo.Domain[float32] = (*BernoulliMixture[float32])(nil)
)

// BernoulliMixtureOptions configures FitBernoulliMixture and NewBernoulliMixture. K has no default.
type BernoulliMixtureOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed and how to iterate

	K int // number of components
	// Prior is θ_kd ~ Beta(A, B) and π ~ Dirichlet(Alpha, …, Alpha) unless it is PriorNone: maximum likelihood, of which θ may be 0 or 1.
	Prior    Prior
	A, B     float64       // at least 1; 0: 3/2, which counts as half a row of 0 and half a row of 1, and keeps θ inside (0, 1)
	Alpha    float64       // at least 1; 0: 1, the uniform distribution
	Init     Init          // InitKMeans unless set
	Policy   elbo.Policy   // of components that are empty or collapse, see MStep and elbo.Policy
	Restarts elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// BernoulliMixtureParameters are those of a mixture that was not fitted here.
type BernoulliMixtureParameters struct {
	Weights       []float64               // K, not negative, of sum 1
	Probabilities kernels.Matrix[float64] // θ, K×D, from 0 to 1
	Prior         Prior                   // as in BernoulliMixtureOptions, and so are the following
	A, B, Alpha   float64
	Policy        elbo.Policy
}

func newBernoulliMixture[T kernels.Float](k, d int, p Prior, a, b, alpha float64) *BernoulliMixture[T] {
	f := &bernoulli[T]{linear: newLinear[T](k, d), prior: p, a: a, b: b}
	return &BernoulliMixture[T]{newMixture[T]("bernoulli-mixture", k, d, p, alpha, f), f}
}

// FitBernoulliMixture fits a mixture to the rows from o.Restarts starts (see NewBernoulliMixture) and returns the one with
// the highest bound, the first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule and the
// errors. Where an error is returned the model and the record are the best that there are after the last complete
// iteration; the model is nil if there was no start.
func FitBernoulliMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o BernoulliMixtureOptions) (*BernoulliMixture[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*BernoulliMixture[T], error) {
		return startBernoulliMixture(ctx, rows, o, uint64(restart))
	})
}

// NewBernoulliMixture returns the model from which FitBernoulliMixture's first restart begins: k-means++ seeding with o.Seed, at
// most 10 of Lloyd's iterations, then an M-step from the hard assignment of every row to its nearest centre. That M-step is
// under the default prior even if o.Prior is PriorNone: θ at 0 or 1 would never leave it.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses, an entry that is neither
// missing nor from 0 to 1, a column without an observed entry, and context.Cause(ctx).
func NewBernoulliMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o BernoulliMixtureOptions) (*BernoulliMixture[T], error) {
	return startBernoulliMixture(ctx, rows, o, 0)
}

func startBernoulliMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o BernoulliMixtureOptions, restart uint64) (*BernoulliMixture[T], error) {
	if err := checkMixture("BernoulliMixtureOptions", o.K, rows.X.Rows, o.Prior, o.Alpha, o.Policy); err != nil {
		return nil, err
	}
	a, b, err := betaOf("BernoulliMixtureOptions", o.A, o.B)
	if err != nil {
		return nil, err
	}
	m := newBernoulliMixture[T](o.K, rows.X.Cols, 0, 1.5, 1.5, 1)
	begins, err := m.cluster(ctx, rows, o.Init, kernels.NewKey(o.Seed, startStream+restart))
	if err != nil {
		return nil, err
	}
	if err := m.assign(rows, begins); err != nil {
		return nil, err
	}
	m.bernoulli.prior, m.bernoulli.a, m.bernoulli.b = o.Prior, a, b
	m.begin(o.Prior, o.Alpha, o.Policy)
	return m, nil
}

func betaOf(name string, a, b float64) (float64, float64, error) {
	if err := atLeastOne(name+".A", a); err != nil {
		return 0, 0, err
	}
	return orDefault(a, 1.5), orDefault(b, 1.5), atLeastOne(name+".B", b)
}

// NewBernoulliMixtureFrom returns the mixture with these parameters, which it copies. elbo.Fit goes on from it. Shapes that
// do not fit and values that are no mixture are errors.
func NewBernoulliMixtureFrom[T kernels.Float](p BernoulliMixtureParameters) (*BernoulliMixture[T], error) {
	k, d := p.Probabilities.Rows, p.Probabilities.Cols
	if err := checkParameters("BernoulliMixtureParameters", "Probabilities", k, d, len(p.Weights), p.Prior, p.Alpha, p.Policy); err != nil {
		return nil, err
	}
	a, b, err := betaOf("BernoulliMixtureParameters", p.A, p.B)
	if err != nil {
		return nil, err
	}
	m := newBernoulliMixture[T](k, d, p.Prior, a, b, orDefault(p.Alpha, 1))
	if err := m.set(p.Weights, m.bernoulli.cur.value, p.Probabilities, "the probability", 1); err != nil {
		return nil, err
	}
	m.bernoulli.compile(m.bernoulli.cur, m.cur.logs)
	m.policy = p.Policy
	return m, m.ready()
}

// LoadBernoulliMixture reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It
// is safe on any bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no
// mixture is an error.
func LoadBernoulliMixture[T kernels.Float](r io.Reader) (*BernoulliMixture[T], error) {
	f, err := openMixture(r, "bernoulli-mixture", "probabilities")
	if err != nil {
		return nil, err
	}
	p := BernoulliMixtureParameters{Weights: f.values("weights", f.k), Probabilities: f.matrix("probabilities"), Prior: f.prior, Policy: f.policy}
	if f.prior != PriorNone {
		p.A, p.B, p.Alpha = f.number("a"), f.number("b"), f.number("alpha")
	}
	return loaded(f, func() (*BernoulliMixture[T], error) { return NewBernoulliMixtureFrom[T](p) })
}

// Probabilities returns θ, K×D: the probabilities of a 1.
func (m *BernoulliMixture[T]) Probabilities() kernels.Matrix[float64] {
	return kernels.MatrixOf(m.k, m.d, slices.Clone(m.bernoulli.cur.value))
}

// bernoulli is the family.
type bernoulli[T kernels.Float] struct {
	linear[T]
	prior Prior
	a, b  float64
}

func (f *bernoulli[T]) newEvaluator() evaluator[T] {
	return newLinearEvaluator(f.k, f.d, func() *linearParams[T] { return f.cur })
}

// mStep sets θ_kd = (S1_kd + A − 1)/(S0_kd + A + B − 2). Where that is 0/0 θ stays.
func (f *bernoulli[T]) mStep(stats, counts []float64, fates []fate) error {
	more, all, most := 0.0, 0.0, 1.0
	if f.prior != PriorNone {
		more, all = f.a-1, (f.a-1)+(f.b-1)
		if f.b > 1 {
			most = 1 - 0x1p-53 // the quotient is rounded to 1 where the prior weighs next to nothing
		}
	}
	for k := range f.k {
		if fates[k].dropped {
			f.keep(k)
			continue
		}
		for d := range f.d {
			s1, s0, err := f.sums(stats, counts, k, d)
			if err != nil {
				return err
			}
			if s1 > s0+float64(inexact[T]()*counts[k]) {
				return fmt.Errorf("em: component %d, column %d: ones of weight %v of %v: no rows have such statistics", k, d, s1, s0)
			}
			at := k*f.d + d
			if s0+all > 0 {
				f.spare.value[at] = min((s1+more)/(s0+all), most)
				if s1 > 0 {
					f.spare.value[at] = max(f.spare.value[at], math.SmallestNonzeroFloat64)
				}
			} else {
				f.spare.value[at] = f.cur.value[at]
			}
		}
	}
	return nil
}

func (f *bernoulli[T]) finish(logs []float64, _ bool) error {
	f.compile(f.spare, logs)
	return nil
}

// split makes halves of the source, θ ± ½ min(θ, 1 − θ) in the column where that is largest, the first of those: together they are the
// same density.
func (f *bernoulli[T]) split(k, source int) bool {
	from, to := f.spare.value[source*f.d:][:f.d], f.spare.value[k*f.d:][:f.d]
	widest := 0
	step := func(j int) float64 { return float64(0.5 * min(from[j], 1-from[j])) }
	for j := range from {
		if step(j) > step(widest) {
			widest = j
		}
	}
	return halve(from, to, widest, step(widest))
}

// halve makes parameters that are moved by step in column j, up and down, and reports whether they differ; if not, it leaves both.
func halve(from, to []float64, j int, step float64) bool {
	v := from[j]
	if v-step == v+step {
		return false
	}
	copy(to, from)
	from[j], to[j] = v-step, v+step
	return true
}

// compile sets a = ln θ − ln(1 − θ) and b = ln(1 − θ), or both 0 where θ is 0 or 1.
func (f *bernoulli[T]) compile(p *linearParams[T], logs []float64) {
	kernels.Log(p.logA, p.value)
	for i, v := range p.value {
		p.logB[i] = -v
	}
	kernels.Log1p(p.logB, p.logB)
	for i, v := range p.value {
		p.notZero.Data[i], p.notOne.Data[i] = 0, 0
		switch v {
		case 0:
			p.logA[i], p.logB[i], p.notZero.Data[i] = 0, 0, 1
		case 1:
			p.logA[i], p.logB[i], p.notOne.Data[i] = 0, 0, 1
		default:
			p.logA[i] -= p.logB[i]
		}
	}
	p.compile(logs)
}

// logPrior is Σ_kd (A − 1) ln θ_kd + (B − 1) ln(1 − θ_kd) − ln B(A, B).
func (f *bernoulli[T]) logPrior(other bool) float64 {
	p := f.cur
	if other {
		p = f.spare
	}
	lnBeta := special.Lgamma(f.a) + special.Lgamma(f.b) - special.Lgamma(f.a+f.b)
	sum := 0.0
	for _, v := range p.value {
		sum -= lnBeta
		if f.a != 1 || f.b != 1 {
			// At 0 and 1 the logarithms are infinite, and a factor 0 before one counts.
			sum += times(f.a-1, logOf(v)) + times(f.b-1, logOf(1-v))
		}
	}
	return sum
}

// times returns a·b, 0 if a is.
func times(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return float64(a * b)
}

func (f *bernoulli[T]) bad(row []T) int {
	for j, v := range row {
		if !(v >= 0 && v <= 1) && !missing(v) {
			return j
		}
	}
	return -1
}

func (f *bernoulli[T]) domain(int) string { return "0, 1, or a probability between" }

func (f *bernoulli[T]) freeze() family[T] {
	c := *f
	c.cur = f.cur.clone()
	return &c
}

func (f *bernoulli[T]) sample(row []T, k int, key kernels.Key, at kernels.Counter) {
	u := make([]float64, f.d)
	kernels.Uniform(u, key, at)
	for j, p := range f.cur.value[k*f.d:][:f.d] {
		if row[j] = 0; u[j] < p {
			row[j] = 1
		}
	}
}

func (f *bernoulli[T]) tensors() ([]safetensors.Tensor, map[string]string) {
	t := []safetensors.Tensor{safetensors.New("probabilities", f.cur.value, f.k, f.d)}
	if f.prior == PriorNone {
		return t, map[string]string{"prior": "none"}
	}
	return append(t, safetensors.New("a", []float64{f.a}, 1), safetensors.New("b", []float64{f.b}, 1)), map[string]string{"prior": "beta"}
}
