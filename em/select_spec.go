package em

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Spec says which model to fit, and how: it is a value of GMMOptions, StudentMixtureOptions, BernoulliMixtureOptions,
// CategoricalMixtureOptions, PoissonMixtureOptions, FAOptions, PPCAOptions, MFAOptions or HMMOptions. So
//
//	[]em.Spec{em.GMMOptions{K: 2}, em.MFAOptions{K: 2, Q: 1}, em.FAOptions{Q: 2}}
//
// are three candidates.
type Spec interface {
	// describe says which kind of model it is, of how many components or states and factors, and the shape of its covariances.
	describe(kind *string, k, q *int, c *Covariance)
}

func (o GMMOptions) describe(kind *string, k, _ *int, c *Covariance) {
	*kind, *k, *c = "gmm", o.K, o.Covariance
}

func (o StudentMixtureOptions) describe(kind *string, k, _ *int, c *Covariance) {
	*kind, *k, *c = "student-mixture", o.K, o.Covariance
}

func (o BernoulliMixtureOptions) describe(kind *string, k, _ *int, _ *Covariance) {
	*kind, *k = "bernoulli-mixture", o.K
}

func (o CategoricalMixtureOptions) describe(kind *string, k, _ *int, _ *Covariance) {
	*kind, *k = "categorical-mixture", o.K
}

func (o PoissonMixtureOptions) describe(kind *string, k, _ *int, _ *Covariance) {
	*kind, *k = "poisson-mixture", o.K
}

func (o FAOptions) describe(kind *string, _, q *int, _ *Covariance) { *kind, *q = "fa", o.Q }

func (o PPCAOptions) describe(kind *string, _, q *int, _ *Covariance) { *kind, *q = "ppca", o.Q }

func (o MFAOptions) describe(kind *string, k, q *int, _ *Covariance) {
	*kind, *k, *q = "mfa", o.K, o.Q
}

func (o HMMOptions) describe(kind *string, k, _ *int, c *Covariance) {
	*kind, *k, *c = "hmm", o.K, o.Covariance
}

// fitSpec fits the model of a spec with so many workers; it is nil if there is none.
func fitSpec[T kernels.Float](ctx context.Context, rows elbo.Rows[T], spec Spec, workers int) (Selectable[T], elbo.Result, error) {
	switch o := spec.(type) {
	case GMMOptions:
		o.Workers = workers
		return selectable[T](FitGMM(ctx, rows, o))
	case StudentMixtureOptions:
		o.Workers = workers
		return selectable[T](FitStudentMixture(ctx, rows, o))
	case BernoulliMixtureOptions:
		o.Workers = workers
		return selectable[T](FitBernoulliMixture(ctx, rows, o))
	case CategoricalMixtureOptions:
		o.Workers = workers
		return selectable[T](FitCategoricalMixture(ctx, rows, o))
	case PoissonMixtureOptions:
		o.Workers = workers
		return selectable[T](FitPoissonMixture(ctx, rows, o))
	case FAOptions:
		o.Workers = workers
		return selectable[T](FitFA(ctx, rows, o))
	case PPCAOptions:
		o.Workers = workers
		return selectable[T](FitPPCA(ctx, rows, o))
	case MFAOptions:
		o.Workers = workers
		return selectable[T](FitMFA(ctx, rows, o))
	case HMMOptions:
		o.Workers = workers
		return selectable[T](FitHMM(ctx, rows, o))
	}
	return nil, elbo.Result{}, fmt.Errorf("em: a spec of type %T: give the options of a model as a value, not a pointer", spec)
}

// selectable makes a nil pointer a nil interface.
func selectable[T kernels.Float, M interface {
	comparable
	Selectable[T]
}](m M, r elbo.Result, err error) (Selectable[T], elbo.Result, error) {
	var none M
	if m == none {
		return nil, r, err
	}
	return m, r, err
}

// units is the number of rows or, if they are sequences, that of sequences.
func units[T kernels.Float](rows elbo.Rows[T]) int {
	if rows.Lengths != nil {
		return len(rows.Lengths)
	}
	return rows.X.Rows
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

// split returns copies of the rows, or sequences, that are not in fold f, and of those that are.
func split[T kernels.Float](rows elbo.Rows[T], fold []int, f int) (train, test elbo.Rows[T]) {
	at, frames := 0, 1
	for i, g := range fold {
		to := &train
		if g == f {
			to = &test
		}
		if rows.Lengths != nil {
			frames = rows.Lengths[i]
			to.Lengths = append(to.Lengths, frames)
		}
		for range frames {
			to.X.Data = append(to.X.Data, rows.X.Row(at)...)
			at++
		}
		to.X.Rows += frames
		if rows.Weights != nil {
			to.Weights = append(to.Weights, rows.Weights[i])
		}
	}
	train.X = kernels.MatrixOf(train.X.Rows, rows.X.Cols, train.X.Data)
	test.X = kernels.MatrixOf(test.X.Rows, rows.X.Cols, test.X.Data)
	return train, test
}
