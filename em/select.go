package em

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Criterion is what Select compares candidates by. L is the log-likelihood in nats, p the number of free parameters, N that of rows.
// For all of them lower is better.
type Criterion uint8

// The criteria.
const (
	BIC     Criterion = iota // −2L + p ln N (Schwarz 1978)
	AIC                      // −2L + 2p (Akaike 1974)
	ICL                      // BIC + 2H, H = −Σ_n w_n Σ_k r_nk ln r_nk: it asks for separate clusters (Biernacki, Celeux and Govaert 2000)
	HeldOut                  // −Σ_n w_n ln p(x_n) of each row under the model that was fitted to the other folds (Smyth 2000)
)

// String returns the criterion's name.
func (c Criterion) String() string {
	names := [...]string{"BIC", "AIC", "ICL", "held-out"}
	if int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("Criterion(%d)", uint8(c))
}

// SelectOptions configures Select.
type SelectOptions struct {
	GMMOptions // of each fit; K and Covariance are not used, Workers is shared out among the fits

	Ks          []int        // numbers of components
	Covariances []Covariance // nil: all
	Criterion   Criterion    // BIC unless set
	Folds       int          // of HeldOut; 0: 5
}

// Candidate is a mixture that Select has tried.
type Candidate[T kernels.Float] struct {
	K          int
	Covariance Covariance
	Model      *GMM[T]     // the model of the last complete iteration on all rows; nil if there is none
	Fit        elbo.Result // its fit
	Entropy    float64     // H, nats: Σ_n w_n H[r_n]
	BIC        float64
	AIC        float64
	ICL        float64
	HeldOut    float64 // −Σ_n w_n ln p(x_n) over the held-out folds, nats; NaN unless that is the criterion
	// Err is why the candidate does not count, such as ErrCollapsed; nil if it does. The criteria then are NaN.
	Err error
}

// Score returns the value of a criterion.
func (c *Candidate[T]) Score(criterion Criterion) float64 {
	switch criterion {
	case AIC:
		return c.AIC
	case ICL:
		return c.ICL
	case HeldOut:
		return c.HeldOut
	}
	return c.BIC
}

// Selection is what Select has found.
type Selection[T kernels.Float] struct {
	Candidates []Candidate[T] // for each of Covariances, in order, each of Ks
	Best       *Candidate[T]  // the one with the lowest criterion, the first of those; nil if all have errors
}

// Select fits a mixture for each covariance shape and number of components, and returns all of them with their criteria. A
// candidate whose fit fails, because a component collapses or there are fewer rows than components, has its error beside it and
// does not count.
//
// HeldOut is cross-validation: rows are dealt out to Folds folds by a permutation that Seed gives, and each fold is scored
// under a fit to the others. It takes Folds + 1 fits of each candidate.
//
// Candidates are fitted side by side, as many as Workers says, each with its share of the workers; the result does not depend on
// it, to the bit. N of the criteria is the number of rows, whatever their weights; p is NumParameters.
//
// Errors: options out of range, data that elbo.Rows.Check refuses, no candidate without an error (the first one's is wrapped),
// and context.Cause(ctx), with which no Best is set.
//
// Sources: Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978; Akaike, "A new look at the statistical model
// identification", IEEE Trans. Automat. Contr. 19, 1974; Biernacki, Celeux and Govaert, "Assessing a mixture model for clustering
// with the integrated completed likelihood", IEEE PAMI 22, 2000; Smyth, "Model selection for probabilistic clustering using
// cross-validated likelihood", Statistics and Computing 10, 2000.
func Select[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o SelectOptions) (Selection[T], error) {
	var s Selection[T]
	o, err := o.withDefaults(rows.X.Rows)
	if err != nil {
		return s, err
	}
	if err := checkRows(rows); err != nil {
		return s, err
	}
	for _, c := range o.Covariances {
		for _, k := range o.Ks {
			nan := math.NaN()
			s.Candidates = append(s.Candidates, Candidate[T]{K: k, Covariance: c, Entropy: nan, BIC: nan, AIC: nan, ICL: nan, HeldOut: nan})
		}
	}
	each := func(f func(c *Candidate[T], o GMMOptions) error) {
		side := min(o.Workers, len(s.Candidates))
		parallel(len(s.Candidates), side, func(i int) {
			c, fit := &s.Candidates[i], o.GMMOptions
			fit.K, fit.Covariance, fit.Workers = c.K, c.Covariance, o.Workers/side
			if c.Err == nil && ctx.Err() == nil {
				c.Err = f(c, fit)
			}
		})
	}
	each(func(c *Candidate[T], o GMMOptions) error { return c.fit(ctx, rows, o) })
	if o.Criterion == HeldOut {
		fold := folds(rows.X.Rows, o.Folds, o.Seed)
		for f := range o.Folds {
			train, test := split(rows, fold, f)
			each(func(c *Candidate[T], o GMMOptions) error {
				h, err := heldOut(ctx, train, test, o)
				if err != nil {
					return fmt.Errorf("em: fold %d: %w", f, err)
				}
				if f == 0 {
					c.HeldOut = 0
				}
				c.HeldOut -= h
				return nil
			})
		}
	}
	if ctx.Err() != nil {
		return s, context.Cause(ctx)
	}
	for i := range s.Candidates {
		c := &s.Candidates[i]
		if c.Err != nil {
			c.BIC, c.AIC, c.ICL, c.HeldOut = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		} else if s.Best == nil || c.Score(o.Criterion) < s.Best.Score(o.Criterion) {
			s.Best = c
		}
	}
	if s.Best == nil {
		return s, fmt.Errorf("em: none of %d candidates could be fitted; the first: %w", len(s.Candidates), s.Candidates[0].Err)
	}
	return s, nil
}

func (o SelectOptions) withDefaults(rows int) (SelectOptions, error) {
	if o.Covariances == nil {
		o.Covariances = []Covariance{Full, Diagonal, Tied, Spherical}
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	switch {
	case len(o.Ks) == 0:
		return o, errors.New("em: SelectOptions.Ks is empty: give numbers of components")
	case len(o.Covariances) == 0:
		return o, errors.New("em: SelectOptions.Covariances is empty: give shapes, or nil for all")
	case o.Criterion > HeldOut:
		return o, fmt.Errorf("em: SelectOptions.Criterion is %v: want BIC, AIC, ICL or HeldOut", o.Criterion)
	case o.Workers < 0:
		return o, fmt.Errorf("em: SelectOptions.Workers is %d: give a positive number, or 0 for 1", o.Workers)
	case o.Criterion == HeldOut && (o.Folds < 2 || o.Folds > rows):
		return o, fmt.Errorf("em: SelectOptions.Folds is %d: give from 2 to the number of rows, %d", o.Folds, rows)
	case o.Criterion == HeldOut && rows > math.MaxInt32:
		return o, fmt.Errorf("em: %d rows cannot be dealt out to folds: take fewer than 2³¹, or another criterion", rows)
	}
	return o, nil
}

// parallel calls f(0), …, f(n−1) on that many goroutines.
func parallel(n, workers int, f func(i int)) {
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}

// fit fits the candidate to all rows and sets its criteria.
func (c *Candidate[T]) fit(ctx context.Context, rows elbo.Rows[T], o GMMOptions) (err error) {
	if c.Model, c.Fit, err = FitGMM(ctx, rows, o); err != nil {
		return err
	}
	p, err := evaluate(ctx, c.Model, rows, o.Workers)
	if err != nil {
		return err
	}
	c.Entropy = p.Entropy
	if c.Covariance.whole() && rows.Check(rows.X.Cols, false) != nil { // else that of the missing entries would be in it
		if c.Entropy, err = c.Model.ResponsibilityEntropy(rows); err != nil {
			return err
		}
	}
	c.BIC, c.AIC = c.Model.BIC(c.Fit.LogLik, rows.X.Rows), c.Model.AIC(c.Fit.LogLik)
	c.ICL = c.Model.ICL(c.Fit.LogLik, c.Entropy, rows.X.Rows)
	return nil
}

// evaluate returns the bound and its parts under the model's parameters.
func evaluate[T kernels.Float](ctx context.Context, m *GMM[T], rows elbo.Rows[T], workers int) (p elbo.Progress, err error) {
	for p, err = range elbo.Steps(ctx, m, rows, elbo.Options{Workers: workers}) {
		break
	}
	return p, err
}

// heldOut returns Σ_n w_n ln p(x_n) over test under a fit to train.
func heldOut[T kernels.Float](ctx context.Context, train, test elbo.Rows[T], o GMMOptions) (float64, error) {
	m, _, err := FitGMM(ctx, train, o)
	if err != nil || test.Weight() == 0 {
		return 0, err
	}
	p, err := evaluate(ctx, m, test, o.Workers)
	return p.LogLik, err
}

// folds returns the fold of each row: the rows are dealt out in random order, so that folds differ by at most one row.
func folds(rows, n int, seed uint64) []int {
	order, fold := make([]uint32, rows), make([]int, rows)
	kernels.Permutation(order, kernels.NewKey(seed, foldStream), kernels.Counter{})
	for i, row := range order {
		fold[row] = i % n
	}
	return fold
}

// split returns copies of the rows that are not in fold f, and of those that are.
func split[T kernels.Float](rows elbo.Rows[T], fold []int, f int) (train, test elbo.Rows[T]) {
	n := 0
	for _, g := range fold {
		if g == f {
			n++
		}
	}
	part := func(n int) elbo.Rows[T] {
		r := elbo.Rows[T]{X: kernels.NewMatrix[T](n, rows.X.Cols)}
		if rows.Weights != nil {
			r.Weights = make([]float64, n)
		}
		return r
	}
	train, test = part(len(fold)-n), part(n)
	var at [2]int
	for i, g := range fold {
		to, j := &train, &at[0]
		if g == f {
			to, j = &test, &at[1]
		}
		copy(to.X.Row(*j), rows.X.Row(i))
		if rows.Weights != nil {
			to.Weights[*j] = rows.Weights[i]
		}
		*j++
	}
	return train, test
}
