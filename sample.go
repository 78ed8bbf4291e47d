package elbo

import (
	"container/heap"
	"context"
	"fmt"
	"slices"

	"example.com/elbo/kernels"
)

// samples is the stream of the seed that Sample draws from.
const samples = 1<<40 + 1

// Sample returns n rows of the source, or sequences, drawn without replacement, each with the same probability, in their order and with
// their weights; all rows if there are fewer. It makes one pass and holds no more than the sample: a start for a model whose data do
// not fit in memory,
//
//	rows, err := elbo.Sample(ctx, src, 10_000, seed)
//	m, err := em.NewGMM(ctx, rows, o)
//	result, err := elbo.Fit(ctx, m, src, o.Options)
//
// The rows drawn are those of the n least Philox uniforms, counted by position: they do not depend on the source's blocks. (Bottom-k
// sampling: Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007.)
//
// Errors: n < 1, a source without rows, one whose blocks have different widths or of which some have weights or lengths and others
// not, an error of the source, and context.Cause(ctx).
func Sample[T kernels.Float](ctx context.Context, src Source[T], n int, seed uint64) (Rows[T], error) {
	if n < 1 {
		return Rows[T]{}, fmt.Errorf("elbo: a sample of %d rows: draw at least one", n)
	}
	var (
		key      = kernels.NewKey(seed, samples)
		drawn    bottom[T]
		shape    Rows[T]
		row, pos int64
		u        [1]float64
	)
	for block, err := range src.Blocks() {
		switch {
		case err != nil:
			return Rows[T]{}, fmt.Errorf("elbo: the source failed after row %d: %w", row, err)
		case ctx.Err() != nil:
			return Rows[T]{}, context.Cause(ctx)
		case block.X.Rows == 0:
			continue
		case pos == 0:
			shape = block
		case block.X.Cols != shape.X.Cols || (block.Weights == nil) != (shape.Weights == nil) || (block.Lengths == nil) != (shape.Lengths == nil):
			return Rows[T]{}, fmt.Errorf("elbo: the block that begins at row %d has other columns than the first, or weights or lengths where that has none, or none", row)
		}
		frame := 0
		for i := range block.units() {
			frames := 1
			if block.Lengths != nil {
				frames = block.Lengths[i]
			}
			kernels.Uniform(u[:], key, kernels.Counter{Row: uint64(pos)})
			if drawn.Len() < n || u[0] < drawn[0].u {
				d := draw[T]{u: u[0], pos: pos, weight: 1}
				if block.Weights != nil {
					d.weight = block.Weights[i]
				}
				if drawn.Len() == n {
					d.rows = heap.Pop(&drawn).(draw[T]).rows[:0]
				}
				for j := range frames {
					d.rows = append(d.rows, block.X.Row(frame+j)...)
				}
				heap.Push(&drawn, d)
			}
			frame += frames
			pos++
		}
		row += int64(block.X.Rows)
	}
	if pos == 0 {
		return Rows[T]{}, errNoRows
	}
	slices.SortFunc(drawn, func(a, b draw[T]) int { return int(a.pos - b.pos) })
	s := Rows[T]{X: kernels.Matrix[T]{Cols: shape.X.Cols, Stride: max(shape.X.Cols, 1)}}
	for _, d := range drawn {
		frames := len(d.rows) / s.X.Stride
		s.X.Data = append(s.X.Data, d.rows...)
		s.X.Rows += frames
		if shape.Weights != nil {
			s.Weights = append(s.Weights, d.weight)
		}
		if shape.Lengths != nil {
			s.Lengths = append(s.Lengths, frames)
		}
	}
	return s, nil
}

// draw is a row, or a sequence, and the uniform that drew it.
type draw[T kernels.Float] struct {
	u      float64
	pos    int64
	weight float64
	rows   []T
}

// bottom is a heap of draws, the largest uniform first, of the later one first where two are equal.
type bottom[T kernels.Float] []draw[T]

func (b bottom[T]) Len() int { return len(b) }
func (b bottom[T]) Less(i, j int) bool {
	return b[i].u > b[j].u || b[i].u == b[j].u && b[i].pos > b[j].pos
}
func (b bottom[T]) Swap(i, j int) { b[i], b[j] = b[j], b[i] }
func (b *bottom[T]) Push(x any)   { *b = append(*b, x.(draw[T])) }
func (b *bottom[T]) Pop() any {
	n := len(*b) - 1
	x := (*b)[n]
	*b = (*b)[:n]
	return x
}
