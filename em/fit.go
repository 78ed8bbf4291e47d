package em

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// lloyd is the most of Lloyd's iterations between the k-means++ seeding and the first M-step.
const lloyd = 10

// The streams of the user's seed. Restart r starts on stream startStream + r.
const (
	sampleStream = 1
	foldStream   = 2
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

// NewGMM returns the model from which FitGMM's first restart begins, for callers of elbo.Steps: k-means++ seeding with o.Seed and at
// most 10 of Lloyd's iterations, by weight, on a sample of max(2048, ⌈20 K ln K⌉) rows if there are more, then an M-step from the hard assignment of every row to its nearest centre. That M-step is
// under the default prior even if o.Prior is PriorNone, so that small clusters give a start too.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses with NaN not
// allowed, a column whose variance is 0 or overflows, and context.Cause(ctx).
func NewGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions) (*GMM[T], error) {
	return startGMM(ctx, rows, o, 0)
}

func startGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions, restart uint64) (*GMM[T], error) {
	x := rows.X
	if x.Cols < 1 {
		return nil, fmt.Errorf("em: the data have %d columns: at least one is needed", x.Cols)
	}
	if err := rows.Check(x.Cols, false); err != nil {
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
	m.setPrior(start, variance)
	near := x
	if m.frame.extreme() {
		// Squares of the data would leave T's range: seed in the frame, at the price of a copy of the data.
		near = kernels.NewMatrix[T](x.Rows, x.Cols)
		m.frame.apply(near.Data, x)
	}
	centres, labels, err := kmeans.Fit(ctx, near, kmeans.Options{
		K: o.K, Iterations: lloyd, Key: kernels.NewKey(o.Seed, startStream+restart), Weights: rows.Weights,
	})
	if err != nil {
		return nil, err
	}
	if !m.frame.extreme() {
		m.frame.apply(centres.Data, centres)
	}
	if err := m.assign(rows, centres, labels); err != nil {
		return nil, err
	}
	m.setPrior(o, variance)
	m.cur.logPrior = m.logPriorOf(m.cur)
	return m, nil
}

// assign makes an M-step from rows that belong to one component each; centres, K×D, are in the frame.
func (m *GMM[T]) assign(data elbo.Rows[T], centres kernels.Matrix[T], labels []int32) error {
	for k := range m.k {
		for j, v := range centres.Row(k) {
			m.cur.mean.Row(k)[j] = v
			m.cur.means[k*m.d+j] = m.frame.centre[j] + float64(float64(v)/m.frame.scale[j])
		}
	}
	e := m.NewEStep().(*eStep[T])
	stats := make([]float64, m.StatsLen())
	for at := 0; at < data.X.Rows; at += elbo.BlockRows {
		n := min(elbo.BlockRows, data.X.Rows-at)
		block := data.Slice(at, at+n)
		rows, r := kernels.MatrixOf(n, m.d, e.x[:n*m.d]), kernels.MatrixOf(n, m.k, e.joint[:n*m.k])
		m.frame.apply(rows.Data, block.X)
		clear(r.Data)
		for i, k := range labels[at : at+n] {
			r.Row(i)[k] = 1
		}
		block.Scale(r)
		e.moments.Add(stats, rows, r, m.cur.mean, block.MaxWeight())
	}
	return m.MStep(stats, data.Weight())
}

// columns returns the weighted means and variances of the columns, or an error for one of which no variance can be
// computed.
func columns[T kernels.Float](rows elbo.Rows[T]) (mean, variance []float64, err error) {
	x := rows.X
	total := rows.Weight()
	mean, variance = make([]float64, x.Cols), make([]float64, x.Cols)
	weight := func(i int) float64 {
		if rows.Weights == nil {
			return 1
		}
		return rows.Weights[i]
	}
	for i := range x.Rows {
		w := weight(i)
		for j, v := range x.Row(i) {
			mean[j] += float64(w * float64(v))
		}
	}
	for j := range mean {
		mean[j] /= total
	}
	first := 0 // row that counts
	for weight(first) == 0 {
		first++
	}
	constant := make([]bool, x.Cols)
	for j := range constant {
		constant[j] = true
	}
	for i := range x.Rows {
		w := weight(i)
		if w == 0 {
			continue
		}
		for j, v := range x.Row(i) {
			t := float64(v) - mean[j]
			variance[j] += float64(w * float64(t*t))
			constant[j] = constant[j] && v == x.Row(first)[j]
		}
	}
	for j := range variance {
		variance[j] /= total
		switch v := variance[j]; {
		case constant[j]:
			return nil, nil, fmt.Errorf("em: column %d is %v in every row: it has no density, leave it out", j, x.Row(first)[j])
		case !(v >= 0x1p-900 && v <= 0x1p900):
			return nil, nil, fmt.Errorf("em: the variance of column %d is %v: rescale the column", j, v)
		}
	}
	return mean, variance, nil
}
