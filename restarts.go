package elbo

import (
	"context"
	"fmt"

	"example.com/elbo/kernels"
)

// Restarts says how often FitBest starts. The zero value is one start.
type Restarts struct {
	N     int // starts; 0: 1
	Short int // iterations after which all but the start with the highest bound are given up; 0: each is fitted to its end
}

// Check returns an error if a number is negative.
func (r Restarts) Check() error {
	switch {
	case r.N < 0:
		return fmt.Errorf("elbo: Restarts.N is %d: give a positive number, or 0 for 1", r.N)
	case r.Short < 0:
		return fmt.Errorf("elbo: Restarts.Short is %d: give a number of iterations, or 0 to fit each start to its end", r.Short)
	}
	return nil
}

// FitBest fits the models that start returns for 0, 1, …, r.N−1, and returns the one with the highest bound, the first of those, with
// the record of its fit. With r.Short each goes r.Short iterations and only the best one on, to the end that o gives: the bound of a few
// iterations tells good starts from bad ones (Biernacki, Celeux and Govaert, "Choosing starting values for the EM algorithm for
// getting the highest likelihood in multivariate Gaussian mixture models", Comput. Statist. Data Anal. 41, 2003).
//
// A start whose fit fails does not count if another one's ends well. Where an error is returned the model and the record are the best that
// there are after the last complete iteration; the model is the zero value if there was no start. An error of start itself ends the
// whole.
func FitBest[T kernels.Float, M Model[T]](ctx context.Context, src Source[T], o Options, r Restarts, start func(restart int) (M, error)) (M, Result, error) {
	var (
		best   M
		result Result
		failed error
	)
	if err := r.Check(); err != nil {
		return best, result, err
	}
	full, err := o.withDefaults()
	if err != nil {
		return best, result, err
	}
	short := o
	if n := max(1, r.N); r.Short > 0 && n > 1 {
		short.MaxIter = min(r.Short, full.MaxIter)
	}
	for i := range max(1, r.N) {
		m, err := start(i)
		if err != nil {
			return best, result, err
		}
		res, err := Fit(ctx, m, src, short)
		if i == 0 || failed != nil && err == nil || (failed == nil) == (err == nil) && len(res.Bounds) > 0 && (len(result.Bounds) == 0 || res.Bound > result.Bound) {
			best, result, failed = m, res, err
		}
		if err != nil && ctx.Err() != nil {
			return best, result, err
		}
	}
	if failed != nil || result.Reason != MaxIterations || result.Iterations >= full.MaxIter {
		return best, result, failed
	}
	rest := o
	rest.MaxIter = full.MaxIter - result.Iterations
	res, err := Fit(ctx, best, src, rest)
	result.continueWith(res)
	return best, result, err
}

// continueWith appends the record of a fit that went on from where r ended.
func (r *Result) continueWith(next Result) {
	for i := range next.Events {
		next.Events[i].Iter += r.Iterations
	}
	r.Events = append(r.Events, next.Events...)
	if len(next.Bounds) > 0 {
		r.Bounds = append(r.Bounds, next.Bounds[1:]...)
		r.Bound, r.LogLik, r.Entropy, r.Counts = next.Bound, next.LogLik, next.Entropy, next.Counts
		r.Violation = max(r.Violation, next.Violation)
	}
	r.Iterations += next.Iterations
	r.ESteps += next.ESteps
	r.Reason, r.Converged = next.Reason, next.Converged
}
