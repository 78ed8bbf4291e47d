package em

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// Criterion is what Select and SelectModel compare candidates by. L is the log-likelihood in nats, p the number of free parameters, N
// that of rows. For all of them lower is better.
type Criterion uint8

// The criteria.
const (
	BIC     Criterion = iota // −2L + p ln N (Schwarz 1978)
	AIC                      // −2L + 2p (Akaike 1974)
	ICL                      // BIC + 2H, H the entropy of the components or states: it asks for separate clusters (Biernacki, Celeux and Govaert 2000)
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

// Selectable is what all models of this package are.
type Selectable[T kernels.Float] interface {
	elbo.Model[T]
	// NumParameters returns the number of free parameters.
	NumParameters() int
}

// Sweep configures SelectModel.
type Sweep struct {
	Specs     []Spec    // the candidates
	Criterion Criterion // BIC unless set
	Folds     int       // of HeldOut; 0: 5
	Seed      uint64    // of the folds; those of the fits are in Specs
	Workers   int       // shared out among the fits, whose own are not used; 0: 1
	// Done, unless it is nil, is called after each fit with the number of fits that are done, that of all, and the bound of the
	// last; never twice at a time.
	Done func(done, of int, bound float64)
}

// Candidate is a model that was tried, of type M.
type Candidate[M any] struct {
	Kind       string      // of the model, as in files
	K          int         // components or states; 0 if it has none
	Q          int         // factors; 0 if it has none
	Covariance Covariance  // of the kinds that have covariance matrices of different shapes
	Model      M           // the model of the last complete iteration on all rows; nil if there is none
	Fit        elbo.Result // its fit
	Entropy    float64     // H, nats: Σ_n w_n H[p(k | x_n)], of an HMM that of the paths; NaN of models without components
	BIC        float64
	AIC        float64
	ICL        float64 // NaN of models without components
	HeldOut    float64 // −Σ_n w_n ln p(x_n) over the held-out folds, nats; NaN unless that is the criterion
	// Err is why the candidate does not count, such as ErrCollapsed; nil if it does. The criteria then are NaN.
	Err error
}

// Score returns the value of a criterion.
func (c *Candidate[M]) Score(criterion Criterion) float64 {
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

// Selection is what was found among models of type M.
type Selection[M any] struct {
	Candidates []Candidate[M] // in the order of Sweep.Specs; of Select for each of Covariances, in order, each of Ks
	Best       *Candidate[M]  // the one with the lowest criterion, the first of those; nil if all have errors
}

// SelectModel fits a model for each spec, whatever its kind, and returns all of them with their criteria. A candidate whose fit fails,
// because a component collapses or there are fewer rows than components, has its error beside it and does not count; under ICL that
// is so of a model without components, too.
//
// HeldOut is cross-validation: rows, or sequences if there are Lengths, are dealt out to Folds folds by a permutation that Seed gives,
// and each fold is scored under a fit to the others. It takes Folds + 1 fits of each candidate.
//
// Candidates are fitted side by side, as many as Workers says, each with its share of the workers; the result does not depend on
// it, to the bit. N of the criteria is the number of rows, those of sequences too, whatever their weights; p is NumParameters. The
// likelihoods must be of the same data to be compared: counts and indicators have probabilities, and numbers densities.
//
// Errors: options out of range, data that elbo.Rows.Check refuses, no candidate without an error (the first one's is wrapped),
// and context.Cause(ctx), with which no Best is set.
//
// Sources: Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978; Akaike, "A new look at the statistical model
// identification", IEEE Trans. Automat. Contr. 19, 1974; Biernacki, Celeux and Govaert, "Assessing a mixture model for clustering
// with the integrated completed likelihood", IEEE PAMI 22, 2000; Smyth, "Model selection for probabilistic clustering using
// cross-validated likelihood", Statistics and Computing 10, 2000.
func SelectModel[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o Sweep) (Selection[Selectable[T]], error) {
	var s Selection[Selectable[T]]
	if d := rows.X.Cols; d < 1 {
		return s, fmt.Errorf("em: the data have %d columns: at least one is needed", d)
	}
	if err := rows.Check(rows.X.Cols, true); err != nil {
		return s, err
	}
	o, err := o.withDefaults("Sweep", units(rows))
	if err != nil {
		return s, err
	}
	for _, spec := range o.Specs {
		nan := math.NaN()
		c := Candidate[Selectable[T]]{Entropy: nan, BIC: nan, AIC: nan, ICL: nan, HeldOut: nan}
		spec.describe(&c.Kind, &c.K, &c.Q, &c.Covariance)
		s.Candidates = append(s.Candidates, c)
	}
	r := sweep[T]{ctx: ctx, o: o, candidates: s.Candidates, fits: len(s.Candidates)}
	if o.Criterion == HeldOut {
		r.fits *= 1 + o.Folds
	}
	r.each(func(c *Candidate[Selectable[T]], spec Spec, workers int) error {
		return fitCandidate(ctx, c, rows, spec, workers)
	})
	if o.Criterion == HeldOut {
		fold := folds(units(rows), o.Folds, o.Seed)
		for f := range o.Folds {
			train, test := split(rows, fold, f)
			r.each(func(c *Candidate[Selectable[T]], spec Spec, workers int) error {
				h, err := heldOut(ctx, train, test, spec, workers)
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
		if c.Err == nil && o.Criterion == ICL && c.ICL != c.ICL {
			c.Err = fmt.Errorf("em: ICL is of models with components or states, and %s has none", c.Kind)
		}
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

func (o Sweep) withDefaults(name string, units int) (Sweep, error) {
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	switch {
	case len(o.Specs) == 0:
		return o, fmt.Errorf("em: %s.Specs is empty: give candidates", name)
	case o.Criterion > HeldOut:
		return o, fmt.Errorf("em: %s.Criterion is %v: want BIC, AIC, ICL or HeldOut", name, o.Criterion)
	case o.Workers < 0:
		return o, fmt.Errorf("em: %s.Workers is %d: give a positive number, or 0 for 1", name, o.Workers)
	case o.Criterion == HeldOut && (o.Folds < 2 || o.Folds > units):
		return o, fmt.Errorf("em: %s.Folds is %d: give from 2 to the number of rows or sequences, %d", name, o.Folds, units)
	case o.Criterion == HeldOut && units > math.MaxInt32:
		return o, fmt.Errorf("em: %d rows cannot be dealt out to folds: take fewer than 2³¹, or another criterion", units)
	}
	for i, s := range o.Specs {
		if s == nil {
			return o, fmt.Errorf("em: %s.Specs[%d] is nil: give the options of a model", name, i)
		}
	}
	return o, nil
}

// sweep are the fits of a SelectModel.
type sweep[T kernels.Float] struct {
	ctx        context.Context
	o          Sweep
	candidates []Candidate[Selectable[T]]
	fits       int
	mu         sync.Mutex // guards done
	done       int
}

// each calls f for the candidates that have not failed, side by side.
func (r *sweep[T]) each(f func(c *Candidate[Selectable[T]], spec Spec, workers int) error) {
	n := len(r.candidates)
	side := min(r.o.Workers, n)
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range side {
		wg.Go(func() {
			for i := range next {
				c := &r.candidates[i]
				if c.Err == nil && r.ctx.Err() == nil {
					c.Err = f(c, r.o.Specs[i], r.o.Workers/side)
				}
				if r.o.Done != nil {
					r.mu.Lock()
					r.done++
					r.o.Done(r.done, r.fits, c.Fit.Bound)
					r.mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
}

// fitCandidate fits the candidate to all rows and sets its criteria.
func fitCandidate[T kernels.Float](ctx context.Context, c *Candidate[Selectable[T]], rows elbo.Rows[T], spec Spec, workers int) (err error) {
	if c.Model, c.Fit, err = fitSpec(ctx, rows, spec, workers); err != nil {
		return err
	}
	p, n := float64(c.Model.NumParameters()), float64(rows.X.Rows)
	c.BIC = float64(-2*c.Fit.LogLik) + float64(p*special.Log(n))
	c.AIC = float64(-2*c.Fit.LogLik) + float64(2*p)
	switch m := c.Model.(type) {
	case interface {
		ResponsibilityEntropy(rows elbo.Rows[T]) (float64, error)
	}:
		if c.Entropy, err = m.ResponsibilityEntropy(rows); err != nil {
			return err
		}
	case *HMM[T]:
		if c.Entropy, err = m.PathEntropy(rows); err != nil {
			return err
		}
	}
	c.ICL = c.BIC + float64(2*c.Entropy)
	return nil
}

// heldOut returns Σ_n w_n ln p(x_n) over test under a fit to train.
func heldOut[T kernels.Float](ctx context.Context, train, test elbo.Rows[T], spec Spec, workers int) (float64, error) {
	m, _, err := fitSpec(ctx, train, spec, workers)
	if err != nil || test.Weight() == 0 {
		return 0, err
	}
	for p, err := range elbo.Steps(ctx, m, test, elbo.Options{Workers: workers}) {
		return p.LogLik, err
	}
	return 0, nil
}

// SelectOptions configures Select.
type SelectOptions struct {
	GMMOptions // of each fit; K and Covariance are not used, Workers is shared out among the fits

	Ks          []int        // numbers of components
	Covariances []Covariance // nil: all
	Criterion   Criterion    // BIC unless set
	Folds       int          // of HeldOut; 0: 5
}

// Select is SelectModel for Gaussian mixtures: it fits one for each covariance shape and number of components.
func Select[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o SelectOptions) (Selection[*GMM[T]], error) {
	var s Selection[*GMM[T]]
	if o.Covariances == nil {
		o.Covariances = []Covariance{Full, Diagonal, Tied, Spherical}
	}
	switch {
	case len(o.Ks) == 0:
		return s, errors.New("em: SelectOptions.Ks is empty: give numbers of components")
	case len(o.Covariances) == 0:
		return s, errors.New("em: SelectOptions.Covariances is empty: give shapes, or nil for all")
	}
	if err := checkIndependent(rows); err != nil {
		return s, err
	}
	r := Sweep{Criterion: o.Criterion, Folds: o.Folds, Seed: o.Seed, Workers: o.Workers}
	for _, c := range o.Covariances {
		for _, k := range o.Ks {
			spec := o.GMMOptions
			spec.K, spec.Covariance = k, c
			r.Specs = append(r.Specs, spec)
		}
	}
	r, err := r.withDefaults("SelectOptions", units(rows))
	if err != nil {
		return s, err
	}
	found, err := SelectModel(ctx, rows, r)
	for i := range found.Candidates {
		c := &found.Candidates[i]
		m, _ := c.Model.(*GMM[T])
		s.Candidates = append(s.Candidates, Candidate[*GMM[T]]{
			Kind: c.Kind, K: c.K, Q: c.Q, Covariance: c.Covariance, Model: m, Fit: c.Fit, Entropy: c.Entropy,
			BIC: c.BIC, AIC: c.AIC, ICL: c.ICL, HeldOut: c.HeldOut, Err: c.Err,
		})
	}
	for i := range found.Candidates {
		if found.Best == &found.Candidates[i] {
			s.Best = &s.Candidates[i]
		}
	}
	return s, err
}
