package em

import (
	"context"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// lloyd is the most of Lloyd's iterations between the k-means++ seeding and the first M-step.
const lloyd = 10

// The streams of the user's seed. Restart r starts on stream startStream + r.
const (
	sampleStream = 1
	foldStream   = 2
	imputeStream = 3
	startStream  = 1 << 32
)

// FitGMM fits a mixture to the rows from o.Restarts starts (see NewGMM) and returns the one with the highest bound, the
// first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule and the errors.
//
// A restart in which a component collapses does not count if another one ends well. Where an error is returned the model
// and the record are the best that there are after the last complete iteration; the model is nil if there was no start.
func FitGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions) (*GMM[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*GMM[T], error) {
		return startGMM(ctx, rows, o, uint64(restart))
	})
}

// NewGMM returns the model from which FitGMM's first restart begins, for callers of elbo.Steps: an M-step from the responsibilities
// that o.Init names, by default those of the nearest of K centres. That M-step is under the default prior even if o.Prior is
// PriorNone, so that small clusters give a start too.
//
// Missing entries (NaN) are left out of the means, the variances and the distances. Under full and tied covariances that M-step takes
// them for draws from their cluster's Gaussian with a diagonal covariance matrix.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses, a column that is missing in every row
// or whose variance is 0 or overflows, and context.Cause(ctx).
func NewGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions) (*GMM[T], error) {
	return startGMM(ctx, rows, o, 0)
}

func startGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions, restart uint64) (*GMM[T], error) {
	x := rows.X
	if err := checkRows(rows); err != nil {
		return nil, err
	}
	if err := o.check(x.Rows, x.Cols); err != nil {
		return nil, err
	}
	mean, variance, err := columns(rows)
	if err != nil {
		return nil, err
	}
	m := newGMM[T](o.K, x.Cols, o.Covariance)
	m.setFrame(mean, variance)
	start := o
	start.Prior = PriorInverseWishart
	m.setPrior(start, mean, variance)
	centres, begins, err := m.cluster(ctx, rows, o.Init, kernels.NewKey(o.Seed, startStream+restart))
	if err != nil {
		return nil, err
	}
	if err := m.assign(rows, centres, begins); err != nil {
		return nil, err
	}
	m.setPrior(o, mean, variance)
	m.cur.logPrior = m.logPriorOf(m.cur)
	return m, nil
}
