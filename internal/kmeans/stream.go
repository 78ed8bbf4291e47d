package kmeans

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"example.com/elbo/kernels"
)

// What k-means|| does: in each of rounds rounds it takes oversampling·k rows as candidates. Bahmani et al. found five
// rounds of 2k enough.
const (
	rounds       = 5
	oversampling = 2
)

// Block is some consecutive rows of a stream and their weights, not negative; nil: each 1.
type Block[T kernels.Float] struct {
	X       kernels.Matrix[T]
	Weights []float64
}

// Summary is what Stream returns: centres, and the rows nearest to each.
type Summary[T kernels.Float] struct {
	Rows    int64
	Centres kernels.Matrix[T] // K×D
	Weight  []float64         // K: of the rows nearest to each centre
	// Observed is the weight of their entries by column, Sum and Squares their differences from the centre and the squares of these,
	// times weight; K×D each.
	Observed, Sum, Squares kernels.Matrix[float64]
}

// Stream returns o.K centres of the rows of a stream by k-means|| (Bahmani, Moseley, Vattani, Kumar and Vassilvitskii, "Scalable
// k-means++", PVLDB 5(7), 2012), in memory of O(K·D), and a summary of the rows:
//
//	C = one row, drawn by weight
//	five times: 2K rows, drawn without replacement by weight times squared distance from C, join C
//	k-means++ and ten of Lloyd's iterations on C, a row's weight that of the rows of the stream nearest to it
//	o.Iterations of Lloyd's iterations on the stream
//
// Exactly 2K rows are drawn, those of the least −ln u_n/(w_n·d²_n), u_n a Philox uniform counted by the row's position
// (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", Inf. Process. Lett. 97(5), 2006), so that a
// round is one pass. blocks is ranged over 8 + o.Iterations times, each time from the first row, and must yield the same rows;
// a block is not used after the next was asked for. The result does not depend on how the rows are cut into blocks. Distances,
// missing entries and weights are treated as by Fit, with o.Weights and o.Sample unused.
//
// Errors: those of Fit, an error of the stream, blocks of different widths, streams that yield another number of rows in a later pass.
func Stream[T kernels.Float](ctx context.Context, blocks iter.Seq2[Block[T], error], o Options) (*Summary[T], error) {
	if o.K < 1 {
		return nil, fmt.Errorf("kmeans: %d clusters", o.K)
	}
	s := &stream[T]{ctx: ctx, blocks: blocks, rows: -1}
	candidates, err := s.first(o.Key)
	if err != nil {
		return nil, err
	}
	if int64(o.K) > s.rows {
		return nil, fmt.Errorf("kmeans: %d clusters of %d rows", o.K, s.rows)
	}
	for round := range rounds {
		if candidates, err = s.more(candidates, o.K, o.Key, streamStep+1+uint32(round)); err != nil {
			return nil, err
		}
	}
	weights, err := s.weigh(candidates)
	if err != nil {
		return nil, err
	}
	c := newClustering(s.geometry, candidates, weights, o.K)
	if err := c.run(ctx, o.Key, 10); err != nil {
		return nil, err
	}
	sums := newSums[T](o.K, s.d)
	for range o.Iterations {
		sums.clear()
		err := s.nearest(c.centres, func(_ int64, b Block[T], near []float64, labels []int32) {
			sums.add(b.X, b.Weights, c.centres, labels)
		})
		if err != nil {
			return nil, err
		}
		sums.move(c.centres)
	}
	return s.summarise(c.centres)
}

// stream is the state of one run on a stream.
type stream[T kernels.Float] struct {
	ctx      context.Context
	blocks   iter.Seq2[Block[T], error]
	d        int
	rows     int64 // −1 before the first pass
	geometry *geometry[T]
}

// pass calls f with the pieces of the stream, of at most block rows, and the position of their first row.
func (s *stream[T]) pass(f func(at int64, b Block[T]) error) error {
	at := int64(0)
	for b, err := range s.blocks {
		if err != nil {
			return err
		}
		if at == 0 && s.rows < 0 {
			s.d = b.X.Cols
		}
		if b.X.Cols != s.d {
			return fmt.Errorf("kmeans: row %d of the stream has %d columns, those before it %d", at, b.X.Cols, s.d)
		}
		if b.Weights != nil && len(b.Weights) != b.X.Rows {
			return fmt.Errorf("kmeans: %d weights of %d rows from row %d of the stream", len(b.Weights), b.X.Rows, at)
		}
		for lo := 0; lo < b.X.Rows; lo += block {
			if s.ctx.Err() != nil {
				return context.Cause(s.ctx)
			}
			hi := min(lo+block, b.X.Rows)
			piece := Block[T]{X: b.X.SliceRows(lo, hi)}
			if b.Weights != nil {
				piece.Weights = b.Weights[lo:hi]
			}
			if err := f(at+int64(lo), piece); err != nil {
				return err
			}
		}
		at += int64(b.X.Rows)
	}
	switch {
	case s.ctx.Err() != nil:
		return context.Cause(s.ctx)
	case s.rows >= 0 && at != s.rows:
		return fmt.Errorf("kmeans: the stream had %d rows, and when it was read again %d", s.rows, at)
	}
	s.rows = at
	return nil
}

// first measures the columns, in one pass by West's recurrences ("Updating mean and variance estimates: an improved
// method", CACM 22(9), 1979), and returns the first candidate.
func (s *stream[T]) first(key kernels.Key) (candidates kernels.Matrix[T], err error) {
	var mean, squares, weight []float64
	total := 0.0
	g := new(geometry[T])
	drawn := newReservoir[T](1, key, streamStep)
	one := make([]float64, block)
	err = s.pass(func(at int64, b Block[T]) error {
		if mean == nil {
			mean, squares, weight = make([]float64, s.d), make([]float64, s.d), make([]float64, s.d)
		}
		for i := range b.X.Rows {
			w := weightOf(b.Weights, i)
			if !(w >= 0) || w-w != 0 {
				return fmt.Errorf("kmeans: the weight of row %d is %v: want a finite number ≥ 0", at+int64(i), w)
			}
			one[i] = 0
			if w == 0 {
				continue
			}
			total += w
			for j, v := range b.X.Row(i) {
				if v != v {
					g.missing = true
					continue
				}
				one[i] = w
				weight[j] += w
				t := float64(v) - mean[j]
				mean[j] += float64(t * (w / weight[j]))
				squares[j] += float64(float64(w*t) * (float64(v) - mean[j]))
			}
		}
		drawn.add(at, b.X, one[:b.X.Rows])
		return nil
	})
	switch {
	case err != nil:
		return candidates, err
	case s.rows == 0:
		return candidates, errors.New("kmeans: the stream has no rows")
	case !(total >= 0x1p-400 && total <= 0x1p400):
		return candidates, fmt.Errorf("kmeans: the weights of the stream sum to %v: scale them", total)
	}
	if err := g.set(mean, squares, weight); err != nil {
		return candidates, err
	}
	s.geometry = g
	return drawn.rows(candidates, s.d), nil
}

// nearest calls f with the pieces of the stream, their scores and labels.
func (s *stream[T]) nearest(centres kernels.Matrix[T], f func(at int64, b Block[T], near []float64, labels []int32)) error {
	find := newFinder(s.geometry, centres.Rows)
	near, labels := make([]float64, block), make([]int32, block)
	return s.pass(func(at int64, b Block[T]) error {
		n := b.X.Rows
		find.nearest(b.X, centres, 0, centres.Rows, near[:n], labels[:n])
		f(at, b, near[:n], labels[:n])
		return nil
	})
}

// more returns the candidates and those of another round.
func (s *stream[T]) more(candidates kernels.Matrix[T], k int, key kernels.Key, step uint32) (kernels.Matrix[T], error) {
	filled := kernels.NewMatrix[T](candidates.Rows, s.d)
	for i := range candidates.Rows {
		s.geometry.fill(filled.Row(i), candidates.Row(i))
	}
	drawn := newReservoir[T](oversampling*k, key, step)
	mass := make([]float64, block)
	err := s.nearest(filled, func(at int64, b Block[T], near []float64, _ []int32) {
		for i, v := range near {
			mass[i] = float64(-v * weightOf(b.Weights, i))
		}
		drawn.add(at, b.X, mass[:b.X.Rows])
	})
	return drawn.rows(candidates, s.d), err
}

// weigh returns the weight of the rows nearest to each candidate.
func (s *stream[T]) weigh(candidates kernels.Matrix[T]) ([]float64, error) {
	filled := kernels.NewMatrix[T](candidates.Rows, s.d)
	for i := range candidates.Rows {
		s.geometry.fill(filled.Row(i), candidates.Row(i))
	}
	weights := make([]float64, candidates.Rows)
	err := s.nearest(filled, func(_ int64, b Block[T], _ []float64, labels []int32) {
		for i, l := range labels {
			weights[l] += weightOf(b.Weights, i)
		}
	})
	if err != nil {
		return nil, err
	}
	return checkWeights(weights, len(weights))
}

// summarise returns the summary of the stream.
func (s *stream[T]) summarise(centres kernels.Matrix[T]) (*Summary[T], error) {
	k := centres.Rows
	sums, squares, weight := newSums[T](k, s.d), kernels.NewMatrix[float64](k, s.d), make([]float64, k)
	err := s.nearest(centres, func(_ int64, b Block[T], near []float64, labels []int32) {
		sums.add(b.X, b.Weights, centres, labels)
		for i, l := range labels {
			w := weightOf(b.Weights, i)
			weight[l] += w
			centre, square := centres.Row(int(l)), squares.Row(int(l))
			for j, v := range b.X.Row(i) {
				if v == v {
					t := float64(v - centre[j])
					square[j] += float64(float64(w*t) * t)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return &Summary[T]{Rows: s.rows, Centres: centres, Weight: weight, Observed: sums.weight, Sum: sums.total, Squares: squares}, nil
}

// reservoir holds the rows of the least −ln u/mass, in the order of their positions.
type reservoir[T kernels.Float] struct {
	size  int
	key   kernels.Key
	step  uint32
	kept  []drawn[T]
	most  float64 // the largest rank that can stay
	u, ln []float64
}

type drawn[T kernels.Float] struct {
	rank float64
	at   int64
	row  []T
}

func newReservoir[T kernels.Float](size int, key kernels.Key, step uint32) *reservoir[T] {
	return &reservoir[T]{size: size, key: key, step: step, most: math.Inf(1), u: make([]float64, 1), ln: make([]float64, block)}
}

// add offers rows, at most block, with their masses; those of mass 0 are not drawn.
func (r *reservoir[T]) add(at int64, x kernels.Matrix[T], mass []float64) {
	for i := range mass {
		kernels.Uniform(r.u, r.key, kernels.Counter{Row: uint64(at) + uint64(i), Step: r.step})
		r.ln[i] = 1 - r.u[0] // in (0, 1]
	}
	kernels.Log(r.ln[:len(mass)], r.ln[:len(mass)])
	for i, m := range mass {
		if rank := -r.ln[i] / m; m > 0 && rank < r.most {
			r.kept = append(r.kept, drawn[T]{rank: rank, at: at + int64(i), row: slices.Clone(x.Row(i))})
			if len(r.kept) >= 2*r.size {
				r.cut()
			}
		}
	}
}

// cut keeps the size least.
func (r *reservoir[T]) cut() {
	slices.SortFunc(r.kept, func(a, b drawn[T]) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.at, b.at)) })
	if len(r.kept) >= r.size {
		clear(r.kept[r.size:])
		r.kept = r.kept[:r.size]
		r.most = r.kept[r.size-1].rank
	}
}

// rows returns a matrix of the rows of x and, behind them, those drawn.
func (r *reservoir[T]) rows(x kernels.Matrix[T], d int) kernels.Matrix[T] {
	r.cut()
	slices.SortFunc(r.kept, func(a, b drawn[T]) int { return cmp.Compare(a.at, b.at) })
	y := kernels.NewMatrix[T](x.Rows+len(r.kept), d)
	for i := range x.Rows {
		copy(y.Row(i), x.Row(i))
	}
	for i, k := range r.kept {
		copy(y.Row(x.Rows+i), k.row)
	}
	return y
}
