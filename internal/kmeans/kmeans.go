// Package kmeans gives mixtures their start: k-means++ seeding and a few of Lloyd's iterations on rows in memory, k-means||
// on streams of rows, and random responsibilities. Rows may have weights and missing entries (NaN).
package kmeans

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// Options configures Fit and Stream.
type Options struct {
	K          int         // the number of centres
	Iterations int         // the most of Lloyd's iterations
	Key        kernels.Key // of the draws
	Weights    []float64   // of Fit's rows, not negative; nil: each 1
	Sample     int         // the most rows that Fit seeds and iterates on; 0: SampleRows(K)
}

// The steps of the Philox counters. Row is the centre, the stratum or the row's position.
const (
	seedStep   = iota // of k-means++
	sampleStep        // of the subsample
	streamStep        // of the first round of k-means||; the following rounds have the following steps
)

// SampleRows returns max(2048, ⌈20 k ln k⌉): so many rows show where k centres should be, however many rows there are.
func SampleRows(k int) int {
	return max(2048, int(math.Ceil(float64(20*float64(k)*special.Log(float64(k))))))
}

// Fit returns k centres (k×D, complete) and the index of each row's nearest centre. The centres are seeded by k-means++
// (Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007: each next centre is a row drawn with
// probability proportional to its weight times its squared distance from the nearest one so far), then improved by at most
// o.Iterations of Lloyd's iterations with weighted means. If there are more than o.Sample rows, that happens on a subsample
// of so many, one from each of as many strata of the same weight, by position; all rows then get their labels.
//
// Distances are measured in standard deviations of the columns; constant columns do not count. Missing entries (NaN) are
// left out of means, variances and distances, which are scaled up by D/|o|, o the row's observed entries among the D
// columns that count; a centre that is seeded with an incomplete row has the columns' means in its place. A row without an
// observed entry is never drawn and belongs to centre 0. A row of weight 0 gets its label but moves no centre.
//
// Draws are Philox uniforms of the key, counted by the centre. The result is the same on every CPU.
//
// Errors: k < 1 or k > x.Rows, a weight that is negative or not finite, weights that sum to 0, a column without an observed
// entry (of positive weight), and context.Cause(ctx). x must not hold ±Inf. Where fewer than k rows are distinct some centres
// coincide, and all rows go to the first of them.
func Fit[T kernels.Float](ctx context.Context, x kernels.Matrix[T], o Options) (centres kernels.Matrix[T], labels []int32, err error) {
	if o.K < 1 || o.K > x.Rows {
		return centres, nil, fmt.Errorf("kmeans: %d clusters of %d rows", o.K, x.Rows)
	}
	if o.Sample == 0 {
		o.Sample = SampleRows(o.K)
	}
	weights, err := checkWeights(o.Weights, x.Rows)
	if err != nil {
		return centres, nil, err
	}
	g, err := measure(x, weights)
	if err != nil {
		return centres, nil, err
	}
	rows := x
	if x.Rows > o.Sample {
		rows, weights = subsample(x, weights, o.Sample, o.Key)
	}
	c := newClustering(g, rows, weights, o.K)
	if err := c.run(ctx, o.Key, o.Iterations); err != nil {
		return centres, nil, err
	}
	if x.Rows > o.Sample {
		c.x, c.near, c.labels = x, make([]float64, x.Rows), make([]int32, x.Rows)
		if _, err := c.assign(ctx, 0, o.K); err != nil {
			return centres, nil, err
		}
	}
	return c.centres, c.labels, nil
}

// checkWeights returns the weights, scaled by a power of two if their sum might overflow or vanish, or an error.
func checkWeights(weights []float64, rows int) ([]float64, error) {
	if weights == nil {
		return nil, nil
	}
	if len(weights) != rows {
		return nil, fmt.Errorf("kmeans: %d weights of %d rows", len(weights), rows)
	}
	most := 0.0
	for i, w := range weights {
		if !(w >= 0) || w-w != 0 {
			return nil, fmt.Errorf("kmeans: the weight of row %d is %v: want a finite number ≥ 0", i, w)
		}
		most = max(most, w)
	}
	if most == 0 {
		return nil, fmt.Errorf("kmeans: all %d weights are 0", rows)
	}
	if most >= 0x1p-400 && most <= 0x1p400 {
		return weights, nil
	}
	_, e := math.Frexp(most)
	scaled := make([]float64, rows)
	for i, w := range weights {
		scaled[i] = math.Ldexp(w, -e)
	}
	return scaled, nil
}

func weightOf(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

// clustering is the state of one run on rows in memory.
type clustering[T kernels.Float] struct {
	finder[T]
	x       kernels.Matrix[T]
	weights []float64
	centres kernels.Matrix[T]
	near    []float64 // per row, the score of the nearest centre so far
	labels  []int32
}

func newClustering[T kernels.Float](g *geometry[T], x kernels.Matrix[T], weights []float64, k int) *clustering[T] {
	return &clustering[T]{
		finder: newFinder(g, k), x: x, weights: weights, centres: kernels.NewMatrix[T](k, x.Cols),
		near: make([]float64, x.Rows), labels: make([]int32, x.Rows),
	}
}

// run seeds the centres and improves them.
func (c *clustering[T]) run(ctx context.Context, key kernels.Key, iterations int) error {
	if err := c.seed(ctx, key); err != nil {
		return err
	}
	sums := newSums[T](c.centres.Rows, c.x.Cols)
	for range iterations {
		sums.clear()
		sums.add(c.x, c.weights, c.centres, c.labels)
		sums.move(c.centres)
		changed, err := c.assign(ctx, 0, c.centres.Rows)
		if err != nil {
			return err
		}
		if !changed {
			break
		}
	}
	return nil
}

// seed draws the centres one by one.
func (c *clustering[T]) seed(ctx context.Context, key kernels.Key) error {
	observed := func(i int) float64 { // the weight of a row that has an observed entry
		if c.missing && c.observed(c.x.Row(i)) == 0 {
			return 0
		}
		return weightOf(c.weights, i)
	}
	far := func(i int) float64 { return float64(-c.near[i] * weightOf(c.weights, i)) }
	for k := range c.centres.Rows {
		total := 0.0
		if k > 0 {
			for i := range c.near {
				total += far(i)
			}
		}
		var u [1]float64
		kernels.Uniform(u[:], key, kernels.Counter{Row: uint64(k), Step: seedStep})
		pick := min(int(float64(u[0]*float64(c.x.Rows))), c.x.Rows-1)
		switch {
		case total > 0 && total-total == 0:
			pick = c.draw(float64(u[0]*total), far)
		case c.weights != nil || c.missing:
			total = 0
			for i := range c.x.Rows {
				total += observed(i)
			}
			if total > 0 {
				pick = c.draw(float64(u[0]*total), observed)
			}
		}
		c.fill(c.centres.Row(k), c.x.Row(pick))
		if _, err := c.assign(ctx, k, k+1); err != nil {
			return err
		}
	}
	return nil
}

// draw returns the row at which the running sum of mass passes the threshold, never one of mass 0.
func (c *clustering[T]) draw(threshold float64, mass func(i int) float64) int {
	pick, sum := 0, 0.0
	for i := range c.x.Rows {
		if m := mass(i); m > 0 {
			pick = i
			if sum += m; sum > threshold {
				break
			}
		}
	}
	return pick
}

// assign compares every row with the centres [lo, hi) and reports whether a label changed; with lo = 0 it starts
// afresh.
func (c *clustering[T]) assign(ctx context.Context, lo, hi int) (changed bool, err error) {
	for at := 0; at < c.x.Rows; at += block {
		if at%(32*block) == 0 && ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		end := min(at+block, c.x.Rows)
		if c.nearest(c.x.SliceRows(at, end), c.centres, lo, hi, c.near[at:end], c.labels[at:end]) {
			changed = true
		}
	}
	return changed, nil
}

// subsample returns rows rows of x and their weights. The weight of x is cut, by position, into as many strata of the same
// weight, and a row drawn from each in proportion to weight. A row drawn more than once is there once, with the number as its
// weight.
func subsample[T kernels.Float](x kernels.Matrix[T], weights []float64, rows int, key kernels.Key) (kernels.Matrix[T], []float64) {
	u := make([]float64, rows)
	kernels.Uniform(u, key, kernels.Counter{Step: sampleStep})
	s := kernels.NewMatrix[T](rows, x.Cols)
	if weights == nil {
		for i := range rows {
			lo, hi := int(int64(i)*int64(x.Rows)/int64(rows)), int(int64(i+1)*int64(x.Rows)/int64(rows))
			copy(s.Row(i), x.Row(min(lo+int(float64(u[i]*float64(hi-lo))), hi-1)))
		}
		return s, nil
	}
	total, last := 0.0, 0
	for i, w := range weights {
		if w > 0 {
			total += w
			last = i
		}
	}
	var (
		counts []float64
		at     = -1 // the row drawn last
		row    = 0
		sum    = weights[0] // of the rows up to row
	)
	for i := range rows {
		for threshold := (float64(i) + u[i]) / float64(rows) * total; row < last && !(sum > threshold); {
			row++
			sum += weights[row]
		}
		if row != at {
			copy(s.Row(len(counts)), x.Row(row))
			counts = append(counts, 0)
			at = row
		}
		counts[len(counts)-1]++
	}
	return s.SliceRows(0, len(counts)), counts
}
