package kmeans

import (
	"fmt"

	"example.com/elbo/kernels"
)

const (
	block = 256 // rows whose distances are computed at once
	group = 512 // centres whose distances are computed at once
)

// geometry says how far rows are from each other: in units of the columns' standard deviations, so that no unit of measurement
// decides the start.
type geometry[T kernels.Float] struct {
	mean    []T // of the columns' observed entries
	prec    []T // 1/variance, 0 for a column that does not count
	columns int // how many count
	missing bool
}

// set derives the geometry from the columns' means, sums of squares about them and weights. Columns whose variance or its
// inverse is not finite in T count for nothing.
func (g *geometry[T]) set(mean, squares, weight []float64) error {
	g.mean, g.prec = make([]T, len(mean)), make([]T, len(mean))
	for j := range mean {
		if !(weight[j] > 0) {
			return fmt.Errorf("kmeans: column %d has no observed entry: leave it out", j)
		}
		p := T(weight[j] / squares[j])
		if p-p != 0 {
			p = 0
		}
		if p > 0 {
			g.columns++
		}
		g.mean[j], g.prec[j] = T(mean[j]), p
	}
	return nil
}

// measure returns the geometry of the rows of x.
func measure[T kernels.Float](x kernels.Matrix[T], weights []float64) (*geometry[T], error) {
	d := x.Cols
	g := new(geometry[T])
	mean, squares, weight := make([]float64, d), make([]float64, d), make([]float64, d)
	for i := range x.Rows {
		w := weightOf(weights, i)
		for j, v := range x.Row(i) {
			if v != v {
				g.missing = true
				continue
			}
			mean[j] += float64(w * float64(v))
			weight[j] += w
		}
	}
	for j := range mean {
		mean[j] /= weight[j]
	}
	for i := range x.Rows {
		w := weightOf(weights, i)
		for j, v := range x.Row(i) {
			if v == v {
				t := float64(v) - mean[j]
				squares[j] += float64(float64(w*t) * t)
			}
		}
	}
	return g, g.set(mean, squares, weight)
}

// observed returns the number of entries of the row that are there, in columns that count.
func (g *geometry[T]) observed(row []T) int {
	n := 0
	for j, v := range row {
		if v == v && g.prec[j] > 0 {
			n++
		}
	}
	return n
}

// fill copies a row to a centre, with the columns' means for what is missing.
func (g *geometry[T]) fill(centre, row []T) {
	for j, v := range row {
		if v != v {
			v = g.mean[j]
		}
		centre[j] = v
	}
}

// finder finds nearest centres. Scores are −½ Σ_d (x_d − c_d)²/var_d, by kernels.GaussDiag or, over the observed d,
// kernels.GaussDiagMasked, times D/|o|.
type finder[T kernels.Float] struct {
	*geometry[T]
	precs   kernels.Matrix[T] // every row geometry's
	logNorm kernels.Matrix[T] // zeros, as are the constants
	zero    []T
	scores  []T
	work    []T
	before  []int32
}

// newFinder returns the scratch for up to k centres.
func newFinder[T kernels.Float](g *geometry[T], k int) finder[T] {
	k, d := min(k, group), len(g.prec)
	f := finder[T]{
		geometry: g, precs: kernels.NewMatrix[T](k, d), logNorm: kernels.NewMatrix[T](k, d), zero: make([]T, k), scores: make([]T, block*k),
		work: make([]T, max(kernels.GaussDiagWork[T](d), kernels.GaussDiagMaskedWork[T](k, d))), before: make([]int32, block),
	}
	for i := range k {
		copy(f.precs.Row(i), g.prec)
	}
	return f
}

// nearest compares the rows of x, at most block, with the centres [lo, hi): near holds the score of the nearest so far, labels
// which it is; with lo = 0 it starts afresh. Ties go to the lower centre. It reports whether a label changed.
func (f *finder[T]) nearest(x, centres kernels.Matrix[T], lo, hi int, near []float64, labels []int32) (changed bool) {
	copy(f.before, labels)
	for ; lo < hi; lo += group {
		end := min(lo+group, hi)
		k := end - lo
		c, s := centres.SliceRows(lo, end), kernels.MatrixOf(x.Rows, k, f.scores[:x.Rows*k])
		if f.missing {
			kernels.GaussDiagMasked(s, x, c, f.precs.SliceRows(0, k), f.logNorm.SliceRows(0, k), f.zero[:k], f.work)
		} else {
			kernels.GaussDiag(s, x, c, f.precs.SliceRows(0, k), f.zero[:k], f.work)
		}
		for i := range x.Rows {
			scale := 1.0
			if f.missing {
				if o := f.observed(x.Row(i)); o > 0 {
					scale = float64(f.columns) / float64(o)
				}
			}
			best, label := near[i], labels[i]
			for j, v := range s.Row(i) {
				if v := float64(scale * float64(v)); lo+j == 0 || v > best {
					best, label = v, int32(lo+j)
				}
			}
			near[i], labels[i] = best, label
		}
	}
	for i, l := range labels {
		changed = changed || l != f.before[i]
	}
	return changed
}

// sums are what Lloyd's step needs: for each centre and column the weight of the observed entries and the sum of their weighted
// differences from the centre, in float64, in row order.
type sums[T kernels.Float] struct {
	total, weight kernels.Matrix[float64]
}

func newSums[T kernels.Float](k, d int) *sums[T] {
	return &sums[T]{total: kernels.NewMatrix[float64](k, d), weight: kernels.NewMatrix[float64](k, d)}
}

func (s *sums[T]) clear() {
	clear(s.total.Data)
	clear(s.weight.Data)
}

// add adds rows that belong to the labelled centres.
func (s *sums[T]) add(x kernels.Matrix[T], weights []float64, centres kernels.Matrix[T], labels []int32) {
	for i, l := range labels {
		w := weightOf(weights, i)
		centre, total, weight := centres.Row(int(l)), s.total.Row(int(l)), s.weight.Row(int(l))
		for j, v := range x.Row(i) {
			if v == v {
				total[j] += float64(w * float64(v-centre[j]))
				weight[j] += w
			}
		}
	}
}

// move moves each centre to the mean of its rows. Where it has none, it stays.
func (s *sums[T]) move(centres kernels.Matrix[T]) {
	for k := range centres.Rows {
		centre, total, weight := centres.Row(k), s.total.Row(k), s.weight.Row(k)
		for j := range centre {
			if weight[j] > 0 {
				centre[j] += T(total[j] / weight[j])
			}
		}
	}
}
