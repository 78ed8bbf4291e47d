// Package kmeans gives mixtures their start: k-means++ seeding and a few of Lloyd's iterations.
package kmeans

import (
	"context"
	"fmt"

	"example.com/elbo/kernels"
)

// block is the number of rows whose distances are computed at once.
const block = 256

// clustering is the state of one run. Distances are in units of the columns' standard deviations, so
// that no unit of measurement decides the start: score −½ Σ_d (x_d − c_d)²/var_d, by kernels.GaussDiag.
type clustering[T kernels.Float] struct {
	x       kernels.Matrix[T]
	centres kernels.Matrix[T]
	prec    kernels.Matrix[T] // every row the columns' 1/var
	zero    []T               // the scores' constants
	scores  []T               // block×k
	work    []T
	near    []float64 // per row, the score of the nearest centre so far
	labels  []int32
}

// Cluster returns k centres (k×D) and the index of each row's nearest centre. The centres are seeded by k-means++
// (Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007: each next centre is a row drawn with
// probability proportional to its squared distance from the nearest one so far), then improved by the given number
// of Lloyd's iterations. Distances are measured in standard deviations of the columns; constant columns do not count.
// Draws are Philox uniforms of the key, counted by the centre. The result is the same on every CPU.
//
// x must be finite, with 1 ≤ k ≤ x.Rows; other k are an error, as is the end of ctx. Where fewer than k rows are
// distinct some centres coincide, and all rows go to the first of them.
func Cluster[T kernels.Float](ctx context.Context, x kernels.Matrix[T], k int, key kernels.Key, iterations int) (centres kernels.Matrix[T], labels []int32, err error) {
	if k < 1 || k > x.Rows {
		return centres, nil, fmt.Errorf("kmeans: %d clusters of %d rows", k, x.Rows)
	}
	c := &clustering[T]{
		x: x, centres: kernels.NewMatrix[T](k, x.Cols), prec: kernels.NewMatrix[T](k, x.Cols),
		zero: make([]T, k), scores: make([]T, block*k), work: make([]T, kernels.GaussDiagWork[T](x.Cols)),
		near: make([]float64, x.Rows), labels: make([]int32, x.Rows),
	}
	c.measure()
	if err := c.seed(ctx, key); err != nil {
		return centres, nil, err
	}
	for range iterations {
		c.update()
		changed, err := c.assign(ctx, 0, k)
		if err != nil {
			return centres, nil, err
		}
		if !changed {
			break
		}
	}
	return c.centres, c.labels, nil
}

// measure sets the precisions. Columns whose variance or its inverse is not finite in T count for nothing.
func (c *clustering[T]) measure() {
	n, d := c.x.Rows, c.x.Cols
	mean, variance := make([]float64, d), make([]float64, d)
	for i := range n {
		for j, v := range c.x.Row(i) {
			mean[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] /= float64(n)
	}
	for i := range n {
		for j, v := range c.x.Row(i) {
			t := float64(v) - mean[j]
			variance[j] += float64(t * t)
		}
	}
	for j := range variance {
		p := T(float64(n) / variance[j])
		if p-p != 0 {
			p = 0
		}
		for k := range c.prec.Rows {
			c.prec.Row(k)[j] = p
		}
	}
}

// seed draws the centres one by one.
func (c *clustering[T]) seed(ctx context.Context, key kernels.Key) error {
	for k := range c.centres.Rows {
		total := 0.0
		if k > 0 {
			for _, s := range c.near {
				total -= s
			}
		}
		var u [1]float64
		kernels.Uniform(u[:], key, kernels.Counter{Row: uint64(k)})
		pick := min(int(float64(u[0]*float64(c.x.Rows))), c.x.Rows-1)
		if total > 0 && total-total == 0 {
			pick = c.draw(float64(u[0] * total))
		}
		copy(c.centres.Row(k), c.x.Row(pick))
		if _, err := c.assign(ctx, k, k+1); err != nil {
			return err
		}
	}
	return nil
}

// draw returns the row at which the running sum of squared distances passes the threshold.
func (c *clustering[T]) draw(threshold float64) int {
	pick, sum := 0, 0.0
	for i, s := range c.near {
		if s < 0 {
			pick = i
			if sum -= s; sum > threshold {
				break
			}
		}
	}
	return pick
}

// assign compares every row with the centres [lo, hi) and reports whether a label changed; with lo = 0 it starts
// afresh. Ties go to the lower centre.
func (c *clustering[T]) assign(ctx context.Context, lo, hi int) (changed bool, err error) {
	k := hi - lo
	centres, prec := c.centres.SliceRows(lo, hi), c.prec.SliceRows(lo, hi)
	for at := 0; at < c.x.Rows; at += block {
		if at%(32*block) == 0 && ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		n := min(block, c.x.Rows-at)
		s := kernels.MatrixOf(n, k, c.scores[:n*k])
		kernels.GaussDiag(s, c.x.SliceRows(at, at+n), centres, prec, c.zero[:k], c.work)
		for i := range n {
			best, label := c.near[at+i], c.labels[at+i]
			for j, v := range s.Row(i) {
				if v := float64(v); lo+j == 0 || v > best {
					best, label = v, int32(lo+j)
				}
			}
			changed = changed || label != c.labels[at+i]
			c.near[at+i], c.labels[at+i] = best, label
		}
	}
	return changed, nil
}

// update moves each centre to the mean of its rows, summed in float64, in row order, about the old centre.
// A centre without rows stays.
func (c *clustering[T]) update() {
	d := c.x.Cols
	sums, counts := make([]float64, c.centres.Rows*d), make([]float64, c.centres.Rows)
	for i, l := range c.labels {
		counts[l]++
		centre, sum := c.centres.Row(int(l)), sums[int(l)*d:][:d]
		for j, v := range c.x.Row(i) {
			sum[j] += float64(v - centre[j])
		}
	}
	for k, n := range counts {
		if n == 0 {
			continue
		}
		for j := range d {
			c.centres.Row(k)[j] += T(sums[k*d+j] / n)
		}
	}
}
