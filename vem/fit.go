package vem

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// lloyd is the number of Lloyd's iterations between the k-means++ seeding and the first M-step.
const lloyd = 10

// GMMOptions configures FitGMM and NewGMM. K has no default.
type GMMOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed
	// K is the number of components, of which superfluous ones die: their weight goes to about Alpha/(N + K·Alpha).
	K int
	// Prior is the prior; fields that are zero take their default. That of WInv is the data's covariance matrix
	// (divisor N − 1), or its diagonal where N ≤ D or the matrix is nearly singular.
	Prior Prior
	// Restarts says from how many starts to fit; the one with the highest bound counts.
	Restarts elbo.Restarts
}

// FitGMM fits q(π, μ, Λ) to the rows by coordinate ascent from o.Restarts starts (see NewGMM) and returns the model with the
// highest bound and the record of its fit: see elbo.Fit for the loop, the stopping rule, and the errors. Where that fails
// the model of the last complete iteration comes with the error; a model is nil only if there was no start.
func FitGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions) (*GMM[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*GMM[T], error) {
		return startGMM(ctx, rows, o, uint64(restart))
	})
}

// NewGMM returns the model from which FitGMM's first restart begins, for callers of elbo.Steps: the posterior given the hard
// assignment of every row to its nearest centre, after k-means++ seeding with o.Seed and a few of Lloyd's iterations. Errors: x with
// an infinite or missing value, fewer rows than components, a prior that is none, a column without
// a positive finite variance (a constant one) and no Prior.WInv.
func NewGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions) (*GMM[T], error) {
	return startGMM(ctx, rows, o, 0)
}

func startGMM[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o GMMOptions, restart uint64) (*GMM[T], error) {
	x := rows.X
	switch {
	case o.K < 1:
		return nil, fmt.Errorf("vem: K is %d, want at least 1", o.K)
	case x.Cols < 1:
		return nil, fmt.Errorf("vem: the data have no columns")
	case x.Rows < o.K:
		return nil, fmt.Errorf("vem: %d rows are fewer than the %d components: lower K", x.Rows, o.K)
	case rows.Lengths != nil:
		return nil, fmt.Errorf("vem: rows with lengths are sequences, and this is a model of independent rows: leave Lengths out")
	}
	if err := rows.Check(x.Cols, false); err != nil {
		return nil, err
	}
	p, err := withDefaults(rows, o)
	if err != nil {
		return nil, err
	}
	pr, err := newPrior(p, o.K, x.Cols)
	if err != nil {
		return nil, err
	}
	centres, labels, err := kmeans.Fit(ctx, x, kmeans.Options{
		K: o.K, Iterations: lloyd, Key: kernels.NewKey(o.Seed, startStream+restart), Weights: rows.Weights,
	})
	if err != nil {
		return nil, err
	}
	m := newGMM[T](o.K, x.Cols, pr)
	m.cur.centres = centres
	stats := hardStats(rows, centres, labels)
	return m, m.MStep(stats, rows.Weight())
}

// hardStats returns the statistics about the centres of rows that belong to one component each.
func hardStats[T kernels.Float](rows elbo.Rows[T], centres kernels.Matrix[T], labels []int32) []float64 {
	x := rows.X
	stats := make([]float64, moments.Len(centres.Rows, x.Cols))
	full := moments.NewFull[T](x.Cols)
	r := kernels.NewMatrix[T](elbo.BlockRows, centres.Rows)
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		b := rows.Slice(lo, min(lo+elbo.BlockRows, x.Rows))
		rb := r.SliceRows(0, b.X.Rows)
		clear(rb.Data)
		for i := range b.X.Rows {
			rb.Row(i)[labels[lo+i]] = 1
		}
		b.Scale(rb)
		full.Add(stats, b.X, rb, centres, b.MaxWeight())
	}
	return stats
}

// withDefaults fills the zero fields of the prior from the data.
func withDefaults[T kernels.Float](rows elbo.Rows[T], o GMMOptions) (Prior, error) {
	x := rows.X
	p, n, d := o.Prior, rows.Weight(), x.Cols
	if p.Alpha == 0 {
		p.Alpha = 1 / float64(o.K)
	}
	if p.Beta == 0 {
		p.Beta = 1
	}
	if p.Nu == 0 {
		p.Nu = float64(d)
	}
	if p.Mean != nil && p.WInv.Data != nil {
		return p, nil
	}
	centre := kernels.NewMatrix[T](1, d)
	mean := make([]float64, d)
	for i := range x.Rows {
		w := 1.0
		if rows.Weights != nil {
			w = rows.Weights[i]
		}
		for j, v := range x.Row(i) {
			mean[j] += float64(w*float64(v)) / n
		}
	}
	for j, v := range mean {
		centre.Data[j] = T(v)
	}
	stats := hardStats(rows, centre, make([]int32, x.Rows))
	s1, s2 := stats[1:1+d], stats[1+d:]
	if p.Mean == nil {
		p.Mean = make([]float64, d)
		for j := range d {
			p.Mean[j] = float64(centre.Data[j]) + s1[j]/n
		}
	}
	if p.WInv.Data != nil {
		return p, nil
	}
	for j := range d {
		if constant(x, j) {
			return p, fmt.Errorf("vem: column %d is constant: remove it or set Prior.WInv", j)
		}
	}
	w := kernels.NewMatrix[float64](d, d)
	for i := range d {
		for j := i; j < d; j++ {
			c := (s2[i*d+j] - float64(s1[i]*(s1[j]/n))) / max(n-1, 1)
			w.Row(i)[j], w.Row(j)[i] = c, c
		}
		if v := w.Row(i)[i]; !(v > 0) || math.IsInf(v, 1) {
			return p, fmt.Errorf("vem: column %d has variance %v, beyond the range of its type: scale it", i, v)
		}
	}
	if x.Rows <= d || nearlySingular[T](w) {
		for i := range d {
			v := w.Row(i)[i]
			clear(w.Row(i))
			w.Row(i)[i] = v
		}
	}
	p.WInv = w
	return p, nil
}

func constant[T kernels.Float](x kernels.Matrix[T], j int) bool {
	for i := range x.Rows {
		if x.Row(i)[j] != x.Row(0)[j] {
			return false
		}
	}
	return true
}

// nearlySingular reports whether some column is a linear function of others, but for a fraction of its variance that
// the statistics of type T do not resolve.
func nearlySingular[T kernels.Float](w kernels.Matrix[float64]) bool {
	least := 0x1p-30
	if _, ok := any(T(0)).(float32); ok {
		least = 0x1p-14
	}
	u := clone(w)
	if !kernels.Cholesky(u) {
		return true
	}
	for i := range u.Rows {
		if float64(u.Row(i)[i]*u.Row(i)[i]) < least*w.Row(i)[i] {
			return true
		}
	}
	return false
}
