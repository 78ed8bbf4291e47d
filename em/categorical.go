package em

import (
	"context"
	"fmt"
	"io"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// CategoricalMixture is a mixture of products of categorical distributions: latent class analysis,
//
//	p(x) = Σ_k π_k Π_d θ_kd[x_d]
//
// Column d holds codes 0, 1, …, C_d − 1 of categories without order, or NaN, missing: then the factor is left out, which is
// exact where what is missing does not depend on the value. It implements elbo.Model: elbo.Fit raises Σ_n w_n log p(x_n) +
// log p(θ) from the parameters that it has. T is the type of the data and of the E-step; parameters and statistics are
// float64.
//
// A code of C_d or more is an error, in a fit and in scoring. A category that a fit by maximum likelihood has not seen has
// probability 0, and a row with it the log-density −Inf.
//
// A CategoricalMixture that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Sources: Goodman, "Exploratory latent structure analysis using both identifiable and unidentifiable models", Biometrika 61,
// 1974; Murphy, Machine Learning, 2012, §11.2.2 and §3.4 for the prior.
type CategoricalMixture[T kernels.Float] struct {
	mixture[T]
	categorical *categorical[T]
}

var (
	_ elbo.Model[float64]  = (*CategoricalMixture[float64])(nil)
	_ elbo.Domain[float32] = (*CategoricalMixture[float32])(nil)
)

// mostCategories is the most categories that a column may have.
const mostCategories = 1 << 16

// CategoricalMixtureOptions configures FitCategoricalMixture and NewCategoricalMixture. K has no default.
type CategoricalMixtureOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed and how to iterate

	K          int   // number of components
	Categories []int // C_d of each column, at most 65536; nil: the largest code of the data and 1
	// Prior is θ_kd ~ Dirichlet with all parameters 1 + Strength/C_d, and π ~ Dirichlet(Alpha, …, Alpha), unless it is PriorNone:
	// maximum likelihood, of which probabilities may be 0.
	Prior    Prior
	Strength float64       // the prior counts as much as so many rows, spread evenly over the categories; 0: 1
	Alpha    float64       // at least 1; 0: 1, the uniform distribution
	Init     Init          // InitKMeans unless set
	Policy   elbo.Policy   // of components that are empty or collapse, see MStep and elbo.Policy
	Restarts elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// CategoricalMixtureParameters are those of a mixture that was not fitted here.
type CategoricalMixtureParameters struct {
	Weights         []float64                 // K, not negative, of sum 1
	Probabilities   []kernels.Matrix[float64] // of each column, K×C_d, the rows not negative and of sum 1
	Prior           Prior                     // as in CategoricalMixtureOptions, and so are the following
	Strength, Alpha float64
	Policy          elbo.Policy
}

func newCategoricalMixture[T kernels.Float](k int, categories []int, p Prior, strength, alpha float64) *CategoricalMixture[T] {
	f := newCategorical[T](k, categories)
	f.prior, f.strength = p, strength
	return &CategoricalMixture[T]{newMixture[T]("categorical-mixture", k, len(categories), p, alpha, f), f}
}

// FitCategoricalMixture fits a mixture to the rows from o.Restarts starts (see NewCategoricalMixture) and returns the one with
// the highest bound, the first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule and the
// errors. Where an error is returned the model and the record are the best that there are after the last complete
// iteration; the model is nil if there was no start.
func FitCategoricalMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o CategoricalMixtureOptions) (*CategoricalMixture[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*CategoricalMixture[T], error) {
		return startCategoricalMixture(ctx, rows, o, uint64(restart))
	})
}

// NewCategoricalMixture returns the model from which FitCategoricalMixture's first restart begins. On a sample of at most
// max(2048, ⌈20 K ln K⌉) rows, evenly by position, whose entries are written as indicators of their categories, it is k-means++
// seeding with o.Seed and at most 10 of Lloyd's iterations; then an M-step from the hard assignment of the sample's rows to their
// nearest centres. That M-step is under the default prior even if o.Prior is PriorNone: a probability of 0 would never leave it.
//
// So it needs no more of a stream than such a sample, which elbo.Sample draws; give Categories, for a rare one may not be in it.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses, an entry that is neither
// missing nor a code, a column without an observed entry, and context.Cause(ctx).
func NewCategoricalMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o CategoricalMixtureOptions) (*CategoricalMixture[T], error) {
	return startCategoricalMixture(ctx, rows, o, 0)
}

func startCategoricalMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o CategoricalMixtureOptions, restart uint64) (*CategoricalMixture[T], error) {
	if err := checkMixture("CategoricalMixtureOptions", o.K, rows.X.Rows, o.Prior, o.Alpha, o.Policy); err != nil {
		return nil, err
	}
	if err := checkStrength("CategoricalMixtureOptions", o.Strength); err != nil {
		return nil, err
	}
	if err := checkRows(rows); err != nil {
		return nil, err
	}
	categories, err := categoriesOf(rows.X, o.Categories)
	if err != nil {
		return nil, err
	}
	m := newCategoricalMixture[T](o.K, categories, 0, 1, 1)
	if err := m.check(rows); err != nil {
		return nil, err
	}
	if err := o.Init.check(); err != nil {
		return nil, err
	}
	start := begins{key: kernels.NewKey(o.Seed, startStream+restart)}
	if o.Init == InitKMeans {
		var indicators kernels.Matrix[T]
		rows, indicators = m.categorical.sampleRows(rows)
		_, start.labels, err = kmeans.Fit(ctx, indicators, kmeans.Options{K: o.K, Iterations: lloyd, Key: start.key, Weights: rows.Weights})
		if err != nil {
			return nil, err
		}
	}
	if err := m.assign(rows, start); err != nil {
		return nil, err
	}
	m.categorical.prior, m.categorical.strength = o.Prior, orDefault(o.Strength, 1)
	m.begin(o.Prior, o.Alpha, o.Policy)
	return m, nil
}

// categoriesOf returns the numbers of categories that are given, or else those of the data.
func categoriesOf[T kernels.Float](x kernels.Matrix[T], given []int) ([]int, error) {
	if given != nil && len(given) != x.Cols {
		return nil, fmt.Errorf("em: CategoricalMixtureOptions.Categories has %d elements, the data have %d columns", len(given), x.Cols)
	}
	categories := make([]int, x.Cols)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			if v >= mostCategories {
				return nil, fmt.Errorf("em: row %d, column %d is %v: codes of categories are below %d: number them from 0 on", i, j, v, mostCategories)
			}
			if !missing(v) {
				categories[j] = max(categories[j], int(v)+1)
			}
		}
	}
	for j, c := range categories {
		if c == 0 {
			return nil, fmt.Errorf("em: column %d has no observed entry: leave it out", j)
		}
	}
	for j, c := range given {
		if c < 1 || c > mostCategories {
			return nil, fmt.Errorf("em: CategoricalMixtureOptions.Categories: column %d has %d: want a number from 1 to %d", j, c, mostCategories)
		}
		categories[j] = c
	}
	return categories, nil
}

// mostIndicators bounds the matrix of indicators of a start.
const mostIndicators = 1 << 24

// sampleRows returns rows of positive weight, evenly by position, and their entries as indicators of the categories, N×C. A missing
// entry's are missing, but 0 in a column of which the sample has no entry.
func (f *categorical[T]) sampleRows(rows elbo.Rows[T]) (elbo.Rows[T], kernels.Matrix[T]) {
	var counted []int
	for i := range rows.X.Rows {
		if rows.Weights == nil || rows.Weights[i] > 0 {
			counted = append(counted, i)
		}
	}
	n := min(len(counted), kmeans.SampleRows(f.k), max(f.k, mostIndicators/f.total))
	// Rows of weight 0 stand in where there are fewer others than components.
	for i := 0; n < f.k; i++ {
		if rows.Weights[i] == 0 {
			counted, n = append(counted, i), n+1
		}
	}
	sample := elbo.Rows[T]{X: kernels.NewMatrix[T](n, rows.X.Cols)}
	indicators := kernels.NewMatrix[T](n, f.total)
	observed := make([]bool, rows.X.Cols)
	for i := range n {
		from := counted[i*len(counted)/n]
		copy(sample.X.Row(i), rows.X.Row(from))
		if rows.Weights != nil {
			sample.Weights = append(sample.Weights, rows.Weights[from])
		}
		for j, v := range sample.X.Row(i) {
			observed[j] = observed[j] || !missing(v)
		}
	}
	for i := range n {
		for j, v := range sample.X.Row(i) {
			own := indicators.Row(i)[f.first[j]:f.first[j+1]]
			switch {
			case !missing(v):
				own[int(v)] = 1
			case observed[j]:
				kernels.Fill(own, v)
			}
		}
	}
	return sample, indicators
}

// NewCategoricalMixtureFrom returns the mixture with these parameters, which it copies. elbo.Fit goes on from it. Shapes that do
// not fit and values that are no mixture are errors.
func NewCategoricalMixtureFrom[T kernels.Float](p CategoricalMixtureParameters) (*CategoricalMixture[T], error) {
	k, d := len(p.Weights), len(p.Probabilities)
	if err := checkParameters("CategoricalMixtureParameters", "Probabilities", k, d, k, p.Prior, p.Alpha, p.Policy); err != nil {
		return nil, err
	}
	if err := checkStrength("CategoricalMixtureParameters", p.Strength); err != nil {
		return nil, err
	}
	categories := make([]int, d)
	for j, t := range p.Probabilities {
		if t.Rows != k || t.Cols < 1 || t.Cols > mostCategories {
			return nil, fmt.Errorf("em: column %d: the probabilities are %d×%d: want %d components × 1 to %d categories", j, t.Rows, t.Cols, k, mostCategories)
		}
		categories[j] = t.Cols
	}
	m := newCategoricalMixture[T](k, categories, p.Prior, orDefault(p.Strength, 1), orDefault(p.Alpha, 1))
	if err := m.setWeights(p.Weights); err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	for j, t := range p.Probabilities {
		for i := range k {
			if err := checkProportions(t.Row(i)); err != nil {
				return nil, fmt.Errorf("em: component %d, column %d: %w", i, j, err)
			}
			for c, v := range t.Row(i) {
				m.categorical.cur.value[(m.categorical.first[j]+c)*k+i] = v + 0 // −0 becomes 0
			}
		}
	}
	m.categorical.cur.compile(m.cur.logs)
	m.policy = p.Policy
	return m, m.ready()
}

// checkProportions returns an error unless the probabilities are of a distribution.
func checkProportions(p []float64) error {
	sum := 0.0
	for c, v := range p {
		if !(v >= 0) {
			return fmt.Errorf("probability %d is %v", c, v)
		}
		sum += v
	}
	if !(sum >= 1-1e-6 && sum <= 1+1e-6) {
		return fmt.Errorf("the probabilities sum to %v", sum)
	}
	return nil
}

// LoadCategoricalMixture reads a model that Save wrote, of either element type; a model of the same type is equal to the bit.
// It is safe on any bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no
// mixture is an error.
func LoadCategoricalMixture[T kernels.Float](r io.Reader) (*CategoricalMixture[T], error) {
	f, err := openMixture(r, "categorical-mixture", "probabilities")
	if err != nil {
		return nil, err
	}
	p := CategoricalMixtureParameters{Weights: f.values("weights", f.k), Prior: f.prior, Policy: f.policy}
	all, left := f.matrix("probabilities"), f.d
	for j, c := range f.values("categories", -1) {
		n := int(min(max(c, 0), mostCategories))
		if float64(n) != c || n < 1 || n > left {
			return nil, fmt.Errorf("em: model file: column %d has %v categories, and %d are left", j, c, left)
		}
		if f.err != nil {
			break
		}
		t := kernels.NewMatrix[float64](f.k, n)
		for i := range f.k {
			copy(t.Row(i), all.Row(i)[f.d-left:])
		}
		p.Probabilities, left = append(p.Probabilities, t), left-n
	}
	if f.err == nil && left != 0 {
		return nil, fmt.Errorf("em: model file: %d categories belong to no column", left)
	}
	if f.prior != PriorNone {
		p.Strength, p.Alpha = f.number("strength"), f.number("alpha")
	}
	return loaded(f, func() (*CategoricalMixture[T], error) { return NewCategoricalMixtureFrom[T](p) })
}

// Categories returns C_d, the number of categories of each column.
func (m *CategoricalMixture[T]) Categories() []int {
	c := make([]int, m.d)
	for j := range c {
		c[j] = m.categorical.first[j+1] - m.categorical.first[j]
	}
	return c
}

// Probabilities returns θ_kd of each column d, K×C_d.
func (m *CategoricalMixture[T]) Probabilities() []kernels.Matrix[float64] {
	var all []kernels.Matrix[float64]
	for j, n := range m.Categories() {
		t := kernels.NewMatrix[float64](m.k, n)
		for k := range m.k {
			for c := range n {
				t.Row(k)[c] = m.categorical.cur.value[(m.categorical.first[j]+c)*m.k+k]
			}
		}
		all = append(all, t)
	}
	return all
}
