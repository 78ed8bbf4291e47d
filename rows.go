package elbo

import (
	"errors"
	"fmt"
	"iter"
	"math"

	"example.com/elbo/kernels"
)

// Rows are data in memory. A NaN in X is a missing entry. Weights say how many times each row counts; nil means once. A
// Sequential model's rows are the frames of sequences, one after the other, Lengths[i] ≥ 1 frames of sequence i; nil means that
// all are one sequence. Weights then has an element for each sequence.
//
// Rows are also the blocks in which an EStep sees the data.
type Rows[T kernels.Float] struct {
	X       kernels.Matrix[T] // N×D
	Weights []float64         // N, each 0 or from 2⁻⁶⁴ to 2⁶⁴, not all 0; or nil
	Lengths []int             // of sequences, Σ Lengths = N; or nil
}

// Of returns rows that each count once.
func Of[T kernels.Float](x kernels.Matrix[T]) Rows[T] { return Rows[T]{X: x} }

// A Source yields rows block by block, for data that need not lie in memory. Each range over Blocks is one pass over
// the same rows in the same order; the blocks may have any numbers of rows, on which no result depends, and one is valid until
// the next is asked for. All blocks have weights or none has, and likewise lengths. An error ends a pass.
type Source[T kernels.Float] interface {
	Blocks() iter.Seq2[Rows[T], error]
}

// Blocks makes Rows a Source of one block.
func (r Rows[T]) Blocks() iter.Seq2[Rows[T], error] {
	return func(yield func(Rows[T], error) bool) { yield(r, nil) }
}

// The range of weights: their products with squares of float32 numbers stay finite.
const (
	leastWeight = 0x1p-64
	mostWeight  = 0x1p64
)

// errNoWeight refuses rows none of which counts. A block of a stream may be so.
var errNoWeight = errors.New("elbo: all weights are 0: at least one row must count")

// Check returns an error unless X is what CheckData takes and Weights and Lengths, where they are not nil, fit it.
func (r Rows[T]) Check(dim int, missing bool) error {
	if err := CheckData(r.X, dim, missing); err != nil {
		return err
	}
	total := 0
	for i, n := range r.Lengths {
		if n < 1 || n > r.X.Rows-total {
			return fmt.Errorf("elbo: sequence %d has %d frames, from row %d of %d: lengths are positive and sum to the number of rows", i, n, total, r.X.Rows)
		}
		total += n
	}
	if r.Lengths != nil && total != r.X.Rows {
		return fmt.Errorf("elbo: the sequences have %d frames together, the data %d rows: lengths sum to the number of rows", total, r.X.Rows)
	}
	if r.Weights == nil {
		return nil
	}
	if n := r.units(); len(r.Weights) != n {
		return fmt.Errorf("elbo: %d weights for %d rows: give one for each", len(r.Weights), n)
	}
	sum := 0.0
	for i, w := range r.Weights {
		if w != 0 && !(w >= leastWeight && w <= mostWeight) {
			return fmt.Errorf("elbo: row %d has the weight %v: a weight is 0 or lies from 2⁻⁶⁴ to 2⁶⁴; scale them all by one factor", i, w)
		}
		sum += w
	}
	if sum == 0 {
		return errNoWeight
	}
	return nil
}

// prepare checks rows for a model, and makes one sequence of a Sequential model's rows without lengths.
func prepare[T kernels.Float](m Model[T], r Rows[T]) (Rows[T], error) {
	_, sequential := m.(Sequential)
	switch {
	case sequential && r.Lengths == nil && r.X.Rows > 0:
		r.Lengths = []int{r.X.Rows}
	case !sequential && r.Lengths != nil:
		return r, fmt.Errorf("elbo: rows with lengths are sequences, and %s is a model of independent rows: leave Lengths out", m.Kind())
	}
	if err := r.Check(m.Dim(), m.TakesMissing()); err != nil {
		return r, err
	}
	if d, ok := m.(Domain[T]); ok {
		return r, d.CheckRows(r.X)
	}
	return r, nil
}

// units is the number of rows, or of sequences.
func (r Rows[T]) units() int {
	if r.Lengths != nil {
		return len(r.Lengths)
	}
	return r.X.Rows
}

// Weight returns the sum of the weights: the number of rows, or sequences, without.
func (r Rows[T]) Weight() float64 {
	if r.Weights == nil {
		return float64(r.units())
	}
	sum := 0.0
	for _, w := range r.Weights {
		sum += w
	}
	return sum
}

// Slice returns the rows [lo, hi), without Lengths.
func (r Rows[T]) Slice(lo, hi int) Rows[T] {
	s := Rows[T]{X: r.X.SliceRows(lo, hi)}
	if r.Weights != nil {
		s.Weights = r.Weights[lo:hi]
	}
	return s
}

// block returns the rows that begin at the given one and that one E-step takes: BlockRows of them, or all sequences.
func (r Rows[T]) block(at int) Rows[T] {
	if r.Lengths != nil {
		return r
	}
	return r.Slice(at, min(at+BlockRows, r.X.Rows))
}

// starts appends the first frame of each chunk of sequences.
func (r Rows[T]) starts(starts []int) []int {
	at := 0
	for i, n := range r.Lengths {
		if i%ChunkSequences == 0 {
			starts = append(starts, at)
		}
		at += n
	}
	return starts
}

// chunk returns chunk c of the engine's rows.
func (e *engine[T]) chunk(c int) Rows[T] {
	if e.rows.Lengths == nil {
		return e.rows.Slice(c*ChunkRows, min((c+1)*ChunkRows, e.rows.X.Rows))
	}
	lo, hi := c*ChunkSequences, min((c+1)*ChunkSequences, len(e.rows.Lengths))
	end := e.rows.X.Rows
	if c+1 < len(e.starts) {
		end = e.starts[c+1]
	}
	s := Rows[T]{X: e.rows.X.SliceRows(e.starts[c], end), Lengths: e.rows.Lengths[lo:hi]}
	if e.rows.Weights != nil {
		s.Weights = e.rows.Weights[lo:hi]
	}
	return s
}

// Scale multiplies each row of r, responsibilities of these rows, by the row's weight; without weights it leaves r.
func (r Rows[T]) Scale(resp kernels.Matrix[T]) {
	for i, w := range r.Weights {
		row := resp.Row(i)
		kernels.Scale(row, row, T(w))
	}
}

// Sum returns Σ_n w_n v_n, v one number for each of these rows, in order.
func (r Rows[T]) Sum(v []T) float64 {
	sum := 0.0
	if r.Weights == nil {
		for _, x := range v {
			sum += float64(x)
		}
		return sum
	}
	for i, x := range v {
		if w := r.Weights[i]; w != 0 { // for 0 times −Inf
			sum = math.FMA(w, float64(x), sum)
		}
	}
	return sum
}

// MaxWeight returns the largest weight; 1 without weights.
func (r Rows[T]) MaxWeight() T {
	if r.Weights == nil {
		return 1
	}
	most := 0.0
	for _, w := range r.Weights {
		most = max(most, w)
	}
	return T(most)
}
