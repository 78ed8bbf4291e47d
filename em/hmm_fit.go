package em

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// FitHMM fits a hidden Markov model to the sequences from o.Restarts starts (see NewHMM) and returns the one with the highest bound, the
// first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule, in which the unit of weight is a sequence, and the errors.
//
// A restart in which a state collapses does not count if another one ends well. Where an error is returned the model and the record are
// the best that there are after the last complete iteration; the model is nil if there was no start.
func FitHMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o HMMOptions) (*HMM[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*HMM[T], error) {
		return startHMM(ctx, rows, o, uint64(restart))
	})
}

// NewHMM returns the model from which FitHMM's first restart begins, for callers of elbo.Steps. Each frame is assigned to one state, and an
// M-step is made from that, with one transition more of every kind that may be, under the prior even if o.Prior is PriorNone:
//
//	LeftToRight   sequence by sequence, to K parts of the same length in turn
//	Gaussian      to the nearest of K centres: k-means++ with o.Seed and at most 10 of Lloyd's iterations, as in NewGMM
//	Poisson       likewise, of the square roots, whose variances are nearly the same
//
// Categorical emissions that are not left-to-right start from random distributions: θ_kd is the column's distribution, each
// probability times a draw from the exponential distribution, normalised; a state is kept with probability ½ + ½/K. Give some Restarts.
//
// Errors: options out of range; fewer frames than states; rows that elbo.Rows.Check refuses, missing entries allowed; a value that the family does
// not have; a column that has no observed entry or, under Gaussian ones, the same value in every frame; a variance that overflows; and context.Cause(ctx).
func NewHMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o HMMOptions) (*HMM[T], error) {
	return startHMM(ctx, rows, o, 0)
}

func startHMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o HMMOptions, restart uint64) (*HMM[T], error) {
	if rows.X.Cols < 1 {
		return nil, fmt.Errorf("em: the data have %d columns: at least one is needed", rows.X.Cols)
	}
	rows = sequences(rows)
	if err := rows.Check(rows.X.Cols, true); err != nil {
		return nil, err
	}
	if err := o.check(rows.X.Cols); err != nil {
		return nil, err
	}
	if rows.X.Rows < o.K {
		return nil, fmt.Errorf("em: %d states need as many frames, the data have %d: lower K", o.K, rows.X.Rows)
	}
	weights := frameWeights(rows)
	key := kernels.NewKey(o.Seed, startStream+restart)
	var labels []int32
	if o.LeftToRight {
		labels = segments(rows, o.K)
	}
	start := o // under the prior
	start.Policy = elbo.PolicyPrior
	start.Prior = PriorInverseWishart
	var emission hmmEmission[T]
	var err error
	switch o.Emission {
	case GaussianEmission:
		emission, labels, err = startGauss(ctx, rows.X, weights, labels, &start, key)
	case CategoricalEmission:
		emission, err = startCategorical(rows.X, weights, &start, key)
	default:
		emission, labels, err = startPoisson(ctx, rows.X, weights, labels, &start, key)
	}
	if err != nil {
		return nil, err
	}
	m := newHMM(emission, o.K, rows.X.Cols, &start)
	if err := m.CheckRows(rows.X); err != nil {
		return nil, err
	}
	m.chain.allow(o.LeftToRight)
	if labels != nil {
		if err := m.assign(rows, weights, labels); err != nil {
			return nil, err
		}
	} else {
		m.chain.keep()
	}
	m.policy, m.events = o.Policy, m.events[:0]
	if m.prior = o.Prior; o.Prior == PriorNone {
		m.strength = 0
		m.emission.noPrior()
	}
	return m, nil
}

// frameWeights returns the weight of each frame, nil if all are 1.
func frameWeights[T kernels.Float](rows elbo.Rows[T]) []float64 {
	if rows.Weights == nil {
		return nil
	}
	w := make([]float64, 0, rows.X.Rows)
	for i, n := range rows.Lengths {
		for range n {
			w = append(w, rows.Weights[i])
		}
	}
	return w
}

// segments cuts each sequence into k parts of nearly the same length.
func segments[T kernels.Float](rows elbo.Rows[T], k int) []int32 {
	labels := make([]int32, 0, rows.X.Rows)
	for _, n := range rows.Lengths {
		for t := range n {
			labels = append(labels, int32(int64(t)*int64(k)/int64(max(n, k))))
		}
	}
	return labels
}

// allow sets uniform distributions over what may be.
func (c *hmmChain[T]) allow(leftToRight bool) {
	k := c.k
	for i := range k {
		c.initial[i] = 1 / float64(k)
		for j := range k {
			c.trans[i*k+j] = 1 / float64(k)
		}
	}
	if leftToRight {
		clear(c.initial)
		clear(c.trans)
		c.initial[0], c.trans[k*k-1] = 1, 1
		for i := range k - 1 {
			c.trans[i*k+i], c.trans[i*k+i+1] = 0.5, 0.5
		}
	}
	c.compile()
}

// keep makes a state be kept with probability ½ + ½/K.
func (c *hmmChain[T]) keep() {
	for i := range c.k {
		for j := range c.k {
			c.trans[i*c.k+j] = 0.5 / float64(c.k)
		}
		c.trans[i*(c.k+1)] += 0.5
	}
	c.compile()
}

// assign makes an M-step from frames that belong to one state each. A frame without an observed entry belongs to the state of the frame before.
func (m *HMM[T]) assign(rows elbo.Rows[T], weights []float64, labels []int32) error {
	stats := make([]float64, m.StatsLen())
	initial, count, emission := stats[:m.k], stats[m.k:][:m.k*m.k], stats[m.k+m.k*m.k:]
	at := 0
	for i, n := range rows.Lengths {
		w := 1.0
		if rows.Weights != nil {
			w = rows.Weights[i]
		}
		initial[labels[at]] += w
		for t := at + 1; t < at+n; t++ {
			if empty(rows.X.Row(t)) {
				labels[t] = labels[t-1]
			}
			count[int(labels[t-1])*m.k+int(labels[t])] += w
		}
		at += n
	}
	for i, p := range m.chain.trans {
		if p > 0 {
			count[i]++
		}
	}
	most := 1.0
	if weights != nil {
		most = float64(rows.MaxWeight())
	}
	r := kernels.NewMatrix[T](elbo.BlockRows, m.k)
	for at := 0; at < rows.X.Rows; at += elbo.BlockRows {
		n := min(elbo.BlockRows, rows.X.Rows-at)
		block := r.SliceRows(0, n)
		clear(block.Data)
		for i := range n {
			w := T(1)
			if weights != nil {
				w = T(weights[at+i])
			}
			block.Row(i)[labels[at+i]] = w
		}
		m.work.add(emission, rows.X.SliceRows(at, at+n), block, T(most))
	}
	return m.MStep(stats, rows.Weight())
}

// empty reports whether a row has no observed entry.
func empty[T kernels.Float](row []T) bool {
	for _, v := range row {
		if v == v {
			return false
		}
	}
	return true
}

// startGauss returns emissions whose means are the centres of clusters, or the columns' means if the frames have labels, and whose variances are those of the
// columns; and the labels.
func startGauss[T kernels.Float](ctx context.Context, x kernels.Matrix[T], weights []float64, labels []int32, o *HMMOptions, key kernels.Key) (hmmEmission[T], []int32, error) {
	mean, variance, err := observedColumns(x, weights)
	if err != nil {
		return nil, nil, err
	}
	e := newHMMGauss[T](o.K, x.Cols, o.Covariance)
	e.setFrame(mean, variance)
	e.setPrior(GMMOptions{PriorScale: o.PriorScale}, nil, variance)
	centres := kernels.NewMatrix[T](o.K, e.d) // in the frame
	if labels == nil {
		// Squares of the data might leave T's range: seed in the frame.
		framed := kernels.NewMatrix[T](x.Rows, x.Cols)
		e.frame.apply(framed.Data, x)
		centres, labels, err = kmeans.Fit(ctx, framed, kmeans.Options{K: o.K, Iterations: lloyd, Key: key, Weights: weights})
		if err != nil {
			return nil, nil, err
		}
	}
	for k := range o.K {
		for j, v := range variance {
			e.cur.means[k*e.d+j] = e.frame.centre[j] + float64(float64(centres.Row(k)[j])/e.frame.scale[j])
			switch o.Covariance {
			case Full:
				e.cur.cov[(k*e.d+j)*e.d+j] = v
			case Tied:
				e.cur.cov[j*(e.d+1)] = v
			case Diagonal:
				e.cur.cov[k*e.d+j] = v
			default:
				e.cur.cov[k] = max(e.cur.cov[k], v)
			}
		}
	}
	if _, j := e.compileAll(); j >= 0 {
		return nil, nil, fmt.Errorf("em: the variance of column %d is %v: rescale the column", j, variance[j])
	}
	return e, labels, nil
}

// observedColumns returns the weighted means and variances of the observed entries of each column, or an error for a column of which no
// variance can be computed.
func observedColumns[T kernels.Float](x kernels.Matrix[T], weights []float64) (mean, variance []float64, err error) {
	mean, variance = make([]float64, x.Cols), make([]float64, x.Cols)
	total, first, varies := make([]float64, x.Cols), make([]T, x.Cols), make([]bool, x.Cols)
	each := func(f func(j int, v T, w float64)) {
		for i := range x.Rows {
			w := 1.0
			if weights != nil {
				w = weights[i]
			}
			for j, v := range x.Row(i) {
				if v == v && w > 0 {
					f(j, v, w)
				}
			}
		}
	}
	each(func(j int, v T, w float64) {
		if total[j] == 0 {
			first[j] = v
		}
		varies[j] = varies[j] || v != first[j]
		total[j] += w
		mean[j] += float64(w * float64(v))
	})
	for j, n := range total {
		mean[j] /= n
	}
	each(func(j int, v T, w float64) {
		t := float64(v) - mean[j]
		variance[j] += float64(w * float64(t*t))
	})
	for j, n := range total {
		variance[j] /= n
		switch v := variance[j]; {
		case n == 0:
			return nil, nil, fmt.Errorf("em: column %d has no observed entry: leave it out", j)
		case !varies[j]:
			return nil, nil, fmt.Errorf("em: column %d is %v in every row: it has no density, leave it out", j, first[j])
		case !(v >= 0x1p-900 && v <= 0x1p900):
			return nil, nil, fmt.Errorf("em: the variance of column %d is %v: rescale the column", j, v)
		}
	}
	return mean, variance, nil
}

// startCategorical returns emissions whose distributions are random, about those of the columns.
func startCategorical[T kernels.Float](x kernels.Matrix[T], weights []float64, o *HMMOptions, key kernels.Key) (hmmEmission[T], error) {
	if o.Categories != nil && len(o.Categories) != x.Cols {
		return nil, fmt.Errorf("em: HMMOptions.Categories has %d elements, the data have %d columns", len(o.Categories), x.Cols)
	}
	for j, c := range o.Categories {
		if c < 1 || c > mostCategories {
			return nil, fmt.Errorf("em: HMMOptions.Categories: column %d has %d: want a number from 1 to %d", j, c, mostCategories)
		}
	}
	categories, err := categoriesOf(x, o.Categories)
	if err != nil {
		return nil, err
	}
	e := newHMMCategorical[T](o.K, categories, o)
	if err := checkEmissions[T](e, x); err != nil {
		return nil, err
	}
	f := e.family.(*categorical[T])
	share := make([]float64, f.total)
	for d, n := range categories {
		for c := range n {
			share[f.first[d]+c] = 1 / float64(n)
		}
	}
	for i := range x.Rows {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		for d, v := range x.Row(i) {
			if !missing(v) {
				share[f.first[d]+int(v)] += w
			}
		}
	}
	for d, n := range categories {
		draw := make([]float64, n)
		for k := range o.K {
			kernels.Uniform(draw, key, kernels.Counter{Row: uint64(k), Step: uint32(d)})
			sum := 0.0
			for c, u := range draw {
				draw[c] = -float64(share[f.first[d]+c] * logOf(1-u+0x1p-53))
				sum += draw[c]
			}
			for c, v := range draw {
				f.cur.value[(f.first[d]+c)*o.K+k] = v / sum
			}
		}
	}
	f.cur.compile(e.ones)
	return e, nil
}

// startPoisson returns emissions under which nothing has been seen yet, and the labels: those given, or clusters of the square roots.
func startPoisson[T kernels.Float](ctx context.Context, x kernels.Matrix[T], weights []float64, labels []int32, o *HMMOptions, key kernels.Key) (hmmEmission[T], []int32, error) {
	reference := o.PriorScale
	if reference == nil {
		reference = meanCounts(elbo.Rows[T]{X: x, Weights: weights})
	}
	e := newHMMPoisson[T](o.K, x.Cols, reference, o)
	if err := checkEmissions[T](e, x); err != nil {
		return nil, nil, err
	}
	if err := checkReference(reference); err != nil {
		return nil, nil, fmt.Errorf("em: %w", err)
	}
	if labels != nil {
		return e, labels, nil
	}
	roots := kernels.NewMatrix[T](x.Rows, x.Cols)
	kernels.Sqrt(roots.Data, copied(roots.Data, x).Data)
	_, labels, err := kmeans.Fit(ctx, roots, kmeans.Options{K: o.K, Iterations: lloyd, Key: key, Weights: weights})
	if err != nil {
		return nil, nil, fmt.Errorf("em: %w", err)
	}
	return e, labels, nil
}
