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

// PoissonMixture is a mixture of products of Poisson distributions, of rows of counts,
//
//	p(x) = Σ_k π_k Π_d e^−λ_kd λ_kd^x_d / x_d!
//
// Entries are integers from 0 on, or NaN, missing: then the factor is left out, which is exact where what is missing does not
// depend on the value. It implements elbo.Model: elbo.Fit raises Σ_n w_n log p(x_n) + log p(θ) from the parameters that it
// has. T is the type of the data and of the E-step; parameters and statistics are float64.
//
// The E-step compares rates with a reference rate of each column, λ̄_d, which goes with the model: so large counts keep
// their digits in float32, too. The rounding of a log-density of counts about x is some units in the last place of x ln x: below a
// nat to 10¹³ in float64.
//
// A PoissonMixture that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Source: McLachlan and Peel, Finite Mixture Models, 2000, §1.4 and §5.
type PoissonMixture[T kernels.Float] struct {
	mixture[T]
	poisson *poisson[T]
}

var (
	_ elbo.Model[float64]  = (*PoissonMixture[float64])(nil)
	_ elbo.Domain[float32] = (*PoissonMixture[float32])(nil)
	_ elbo.Conditioned     = (*PoissonMixture[float64])(nil)
)

// PoissonMixtureOptions configures FitPoissonMixture and NewPoissonMixture. K has no default.
type PoissonMixtureOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed and how to iterate

	K int // number of components
	// Prior is λ_kd ~ Gamma of shape 1 + Strength·λ̄_d and rate Strength, and π ~ Dirichlet(Alpha, …, Alpha), unless it is
	// PriorNone: maximum likelihood, of which λ may be 0. λ̄_d = (Σ_n w_n x_nd + ½)/(Σ_n w_n + 1) over the rows in which x_nd is observed.
	Prior    Prior
	Strength float64       // the prior counts as much as so many rows of counts λ̄; 0: 1
	Alpha    float64       // at least 1; 0: 1, the uniform distribution
	Init     Init          // InitKMeans unless set
	Policy   elbo.Policy   // of components that are empty or collapse, see MStep and elbo.Policy
	Restarts elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// PoissonMixtureParameters are those of a mixture that was not fitted here.
type PoissonMixtureParameters struct {
	Weights []float64               // K, not negative, of sum 1
	Rates   kernels.Matrix[float64] // λ, K×D, not negative
	// Reference is λ̄, D positive rates: of the prior and of the E-step's arithmetic. nil: the mixture's own expectations, 1 where that is 0.
	Reference       []float64
	Prior           Prior // as in PoissonMixtureOptions, and so are the following
	Strength, Alpha float64
	Policy          elbo.Policy
}

func newPoissonMixture[T kernels.Float](k, d int, p Prior, strength, alpha float64) *PoissonMixture[T] {
	f := &poisson[T]{linear: newLinear[T](k, d), prior: p, strength: strength, reference: make([]float64, d), logs: make([]float64, d)}
	return &PoissonMixture[T]{newMixture[T]("poisson-mixture", k, d, p, alpha, f), f}
}

// FitPoissonMixture fits a mixture to the rows from o.Restarts starts (see NewPoissonMixture) and returns the one with the
// highest bound, the first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule and the
// errors. Where an error is returned the model and the record are the best that there are after the last complete
// iteration; the model is nil if there was no start.
func FitPoissonMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o PoissonMixtureOptions) (*PoissonMixture[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*PoissonMixture[T], error) {
		return startPoissonMixture(ctx, rows, o, uint64(restart))
	})
}

// NewPoissonMixture returns the model from which FitPoissonMixture's first restart begins: k-means++ seeding with o.Seed, at
// most 10 of Lloyd's iterations, then an M-step from the hard assignment of every row to its nearest centre. That M-step is
// under the default prior even if o.Prior is PriorNone: a rate of 0 would never leave it.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses, an entry that is neither
// missing nor an integer from 0 on, a column without an observed entry, and context.Cause(ctx).
func NewPoissonMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o PoissonMixtureOptions) (*PoissonMixture[T], error) {
	return startPoissonMixture(ctx, rows, o, 0)
}

func startPoissonMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o PoissonMixtureOptions, restart uint64) (*PoissonMixture[T], error) {
	if err := checkMixture("PoissonMixtureOptions", o.K, rows.X.Rows, o.Prior, o.Alpha, o.Policy); err != nil {
		return nil, err
	}
	if err := checkStrength("PoissonMixtureOptions", o.Strength); err != nil {
		return nil, err
	}
	m := newPoissonMixture[T](o.K, rows.X.Cols, 0, 1, 1)
	if err := m.check(rows); err != nil {
		return nil, err
	}
	m.poisson.setReference(meanCounts(rows))
	begins, err := m.cluster(ctx, rows, o.Init, kernels.NewKey(o.Seed, startStream+restart))
	if err != nil {
		return nil, err
	}
	if err := m.assign(rows, begins); err != nil {
		return nil, err
	}
	m.poisson.prior, m.poisson.strength = o.Prior, orDefault(o.Strength, 1)
	m.begin(o.Prior, o.Alpha, o.Policy)
	return m, nil
}

func checkStrength(name string, v float64) error {
	if v != 0 && !(v > 0 && v <= math.MaxFloat64) {
		return fmt.Errorf("em: %s.Strength is %v: give a positive number of rows, or 0 for 1", name, v)
	}
	return nil
}

// meanCounts returns λ̄.
func meanCounts[T kernels.Float](rows elbo.Rows[T]) []float64 {
	sums, counts := make([]float64, rows.X.Cols), make([]float64, rows.X.Cols)
	w := 1.0
	for i := range rows.X.Rows {
		if rows.Weights != nil {
			w = rows.Weights[i]
		}
		for j, v := range rows.X.Row(i) {
			if !missing(v) {
				sums[j] = math.FMA(w, float64(v), sums[j])
				counts[j] += w
			}
		}
	}
	for j := range sums {
		sums[j] = max((sums[j]+0.5)/(counts[j]+1), 1/mostRate)
	}
	return sums
}

// NewPoissonMixtureFrom returns the mixture with these parameters, which it copies. elbo.Fit goes on from it. Shapes that do
// not fit and values that are no mixture are errors.
func NewPoissonMixtureFrom[T kernels.Float](p PoissonMixtureParameters) (*PoissonMixture[T], error) {
	k, d := p.Rates.Rows, p.Rates.Cols
	if err := checkParameters("PoissonMixtureParameters", "Rates", k, d, len(p.Weights), p.Prior, p.Alpha, p.Policy); err != nil {
		return nil, err
	}
	if err := checkStrength("PoissonMixtureParameters", p.Strength); err != nil {
		return nil, err
	}
	m := newPoissonMixture[T](k, d, p.Prior, orDefault(p.Strength, 1), orDefault(p.Alpha, 1))
	if err := m.set(p.Weights, m.poisson.cur.value, p.Rates, "the rate", mostRate); err != nil {
		return nil, err
	}
	reference := p.Reference
	if reference == nil {
		reference = make([]float64, d)
		for k, w := range p.Weights {
			for j, v := range p.Rates.Row(k) {
				reference[j] = math.FMA(w, v, reference[j])
			}
		}
		for j, v := range reference {
			if v == 0 {
				reference[j] = 1
			}
		}
	}
	if len(reference) != d {
		return nil, fmt.Errorf("em: PoissonMixtureParameters.Reference has %d elements, the rates have %d columns", len(reference), d)
	}
	for j, v := range reference {
		if !(v >= 1/mostRate && v <= 2*mostRate) {
			return nil, fmt.Errorf("em: PoissonMixtureParameters.Reference: rate %d is %v: want a positive number", j, v)
		}
	}
	m.poisson.setReference(reference)
	m.poisson.compile(m.poisson.cur, m.cur.logs)
	m.policy = p.Policy
	return m, m.ready()
}

// LoadPoissonMixture reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It is
// safe on any bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no mixture
// is an error.
func LoadPoissonMixture[T kernels.Float](r io.Reader) (*PoissonMixture[T], error) {
	f, err := openMixture(r, "poisson-mixture", "rates")
	if err != nil {
		return nil, err
	}
	p := PoissonMixtureParameters{
		Weights: f.values("weights", f.k), Rates: f.matrix("rates"), Reference: f.values("reference", f.d), Prior: f.prior, Policy: f.policy,
	}
	if f.prior != PriorNone {
		p.Strength, p.Alpha = f.number("strength"), f.number("alpha")
	}
	return loaded(f, func() (*PoissonMixture[T], error) { return NewPoissonMixtureFrom[T](p) })
}

// Rates returns λ, K×D.
func (m *PoissonMixture[T]) Rates() kernels.Matrix[float64] {
	return kernels.MatrixOf(m.k, m.d, slices.Clone(m.poisson.cur.value))
}

// Reference returns λ̄, D.
func (m *PoissonMixture[T]) Reference() []float64 { return slices.Clone(m.poisson.reference) }

// mostRate bounds counts and rates: below it sums of products of them stay finite, in float32 too.
const mostRate = 0x1p60

// poisson is the family, h(x) = Π_d e^−λ̄_d λ̄_d^x_d / x_d!.
type poisson[T kernels.Float] struct {
	linear[T]
	prior           Prior
	strength        float64
	reference, logs []float64 // λ̄, ln λ̄
}

func (f *poisson[T]) setReference(rates []float64) {
	copy(f.reference, rates)
	kernels.Log(f.logs, f.reference)
}

// mStep sets λ_kd = (S1_kd + Strength·λ̄_d)/(S0_kd + Strength). Where that is 0/0 λ stays.
func (f *poisson[T]) mStep(stats, counts []float64, fates []fate) error {
	strength := 0.0
	if f.prior != PriorNone {
		strength = f.strength
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
			at := k*f.d + d
			if s0+strength > 0 {
				f.spare.value[at] = min(math.FMA(strength, f.reference[d], s1)/(s0+strength), mostRate)
			} else {
				f.spare.value[at] = f.cur.value[at]
			}
		}
	}
	return nil
}

func (f *poisson[T]) finish(logs []float64, _ bool) error {
	f.compile(f.spare, logs)
	return nil
}

// split makes halves of the source, λ ± min(√(λ/2), λ/2) in the column of the highest rate, the first of those: they have the same mean.
func (f *poisson[T]) split(k, source int) bool {
	from := f.spare.value[source*f.d:][:f.d]
	widest := kernels.ArgMax(from)
	half := float64(0.5 * from[widest])
	return halve(from, f.spare.value[k*f.d:][:f.d], widest, min(math.Sqrt(half), half))
}

// compile sets a = ln λ − ln λ̄ and b = λ̄ − λ, a = 0 where λ is 0.
func (f *poisson[T]) compile(p *linearParams[T], logs []float64) {
	kernels.Log(p.logA, p.value)
	for i, v := range p.value {
		j := i % f.d
		p.logB[i] = f.reference[j] - v
		if p.notZero.Data[i] = 0; v == 0 {
			p.logA[i], p.notZero.Data[i] = 0, 1
		} else {
			p.logA[i] -= f.logs[j]
		}
	}
	p.compile(logs)
}

// logPrior is Σ_kd A ln B − ln Γ(A) + (A − 1) ln λ_kd − B λ_kd, of shapes A and the rate B.
func (f *poisson[T]) logPrior(other bool) float64 {
	p := f.cur
	if other {
		p = f.spare
	}
	sum, logStrength := 0.0, logOf(f.strength)
	for d, reference := range f.reference {
		more := float64(f.strength * reference)
		constant := float64((1+more)*logStrength) - special.Lgamma(1+more)
		for k := range f.k {
			v := p.value[k*f.d+d]
			sum += constant + times(more, logOf(v)) - float64(f.strength*v)
		}
	}
	return sum
}

// Rounding implements elbo.Conditioned: the terms of log p cancel.
func (m *PoissonMixture[T]) Rounding() float64 { return m.poisson.rounding() }

// rounding returns by how much it may be off in a row whose counts are the highest rates,
//
//	8 Σ_d max(λ̄_d, max_k λ_kd) [u (2 + max_k |ln λ_kd − ln λ̄_d|) + 2⁻⁵³ (1 + 2 |ln λ̄_d|)]
func (f *poisson[T]) rounding() float64 {
	sum := 0.0
	for d, reference := range f.reference {
		most, rate := 0.0, reference
		for _, p := range []*linearParams[T]{f.cur, f.spare} {
			for k := range f.k {
				most, rate = max(most, math.Abs(p.logA[k*f.d+d])), max(rate, p.value[k*f.d+d])
			}
		}
		sum += float64(rate * (float64(unitRoundoff[T]()*(2+most)) + float64(0x1p-53*(1+float64(2*math.Abs(f.logs[d]))))))
	}
	return 8 * sum
}

func (f *poisson[T]) bad(row []T) int {
	for j, v := range row {
		if !(v >= 0 && v <= mostRate && T(math.Trunc(float64(v))) == v) && !missing(v) {
			return j
		}
	}
	return -1
}

func (f *poisson[T]) domain(int) string { return "a count, an integer from 0 to 2⁶⁰," }

func (f *poisson[T]) freeze() family[T] {
	c := *f
	c.cur = f.cur.clone()
	return &c
}

func (f *poisson[T]) tensors() ([]safetensors.Tensor, map[string]string) {
	t := []safetensors.Tensor{safetensors.New("rates", f.cur.value, f.k, f.d), safetensors.New("reference", f.reference, f.d)}
	if f.prior == PriorNone {
		return t, map[string]string{"prior": "none"}
	}
	return append(t, safetensors.New("strength", []float64{f.strength}, 1)), map[string]string{"prior": "gamma"}
}

func (f *poisson[T]) values() [][]float64 { return [][]float64{f.cur.value, f.reference} }

// factorials is how many logarithms of factorials an evaluator keeps.
const factorials = 256

// poissonEvaluator adds log h to a linear evaluator.
type poissonEvaluator[T kernels.Float] struct {
	*linearEvaluator[T]
	f    *poisson[T]
	logs [factorials]float64 // ln x!
}

func (f *poisson[T]) newEvaluator() evaluator[T] {
	e := &poissonEvaluator[T]{linearEvaluator: newLinearEvaluator(f.k, f.d, func() *linearParams[T] { return f.cur }), f: f}
	for x := range e.logs {
		e.logs[x] = special.Lgamma(float64(x + 1))
	}
	return e
}

func (e *poissonEvaluator[T]) logJoint(dst, x kernels.Matrix[T], base []float64) {
	e.linearEvaluator.logJoint(dst, x, base)
	for i := range x.Rows {
		sum := 0.0
		mask := e.mask.Row(i)
		for j, v := range x.Row(i) {
			if e.incomplete && mask[j] == 0 {
				continue
			}
			c := float64(v)
			sum += float64(c*e.f.logs[j]) - e.f.reference[j]
			if c < factorials {
				sum -= e.logs[int(c)]
			} else {
				sum -= special.Lgamma(c + 1)
			}
		}
		base[i] = sum
	}
}
