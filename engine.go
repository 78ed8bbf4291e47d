package elbo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"example.com/elbo/kernels"
)

// engine computes E-steps over all rows, or over a part of them.
type engine[T kernels.Float] struct {
	m       Model[T]
	rows    Rows[T]   // in memory
	stream  Source[T] // or not, else nil
	units   int64     // rows, or sequences, of all; of a stream known after its first pass
	starts  []int     // the first frame of each chunk of sequences in memory
	base    uint64    // index of the first chunk
	esteps  []EStep[T]
	length  int       // of the model's statistics
	total   []float64 // what the last E-step added up to
	next    atomic.Int64
	stopped atomic.Bool
	mu      sync.Mutex // guards stats
	stats   *Stats
	passes  int
	filler  filler[T]
}

// newEngine returns an engine for rows that prepare has checked, or for a stream.
func newEngine[T kernels.Float](m Model[T], src Source[T], base uint64, workers int) *engine[T] {
	n := m.StatsLen()
	e := &engine[T]{m: m, base: base, length: n, stats: &Stats{kind: m.Kind(), length: n, chunk: chunkOf(m)}}
	e.total = make([]float64, n+extra)
	if rows, ok := src.(Rows[T]); ok {
		e.setRows(rows)
		workers = min(workers, e.chunks())
	} else {
		e.stream = src
	}
	for range workers {
		e.esteps = append(e.esteps, m.NewEStep())
	}
	return e
}

// setRows makes rows what the next E-step is over.
func (e *engine[T]) setRows(rows Rows[T]) {
	e.rows, e.units = rows, int64(rows.units())
	if rows.Lengths != nil {
		e.starts = rows.starts(e.starts[:0])
	}
}

func (e *engine[T]) chunks() int {
	chunk := int(e.stats.chunk)
	return (e.rows.units() + chunk - 1) / chunk
}

// run computes the E-step of all rows into e.total, or returns the cause of the context's end or the error of a stream.
func (e *engine[T]) run(ctx context.Context) error {
	e.stats.clear()
	e.next.Store(0)
	e.stopped.Store(false)
	e.passes++
	switch {
	case e.stream != nil:
		if err := e.runStream(ctx); err != nil {
			return err
		}
	case len(e.esteps) == 1:
		e.work(ctx, e.esteps[0])
	default:
		var wg sync.WaitGroup
		for _, step := range e.esteps {
			wg.Go(func() { e.work(ctx, step) })
		}
		wg.Wait()
	}
	if e.stopped.Load() {
		return context.Cause(ctx)
	}
	e.stats.fold(e.total)
	return nil
}

// work takes chunks of the rows in memory until there are none left or the context ends.
func (e *engine[T]) work(ctx context.Context, step EStep[T]) {
	for {
		c := int(e.next.Add(1)) - 1
		if c >= e.chunks() || !e.do(ctx, step, uint64(c), e.chunk(c)) {
			return
		}
	}
}

// do computes the E-step of a chunk and reports whether it came to its end before the context's.
func (e *engine[T]) do(ctx context.Context, step EStep[T], c uint64, chunk Rows[T]) bool {
	e.mu.Lock()
	values := e.stats.take()
	e.mu.Unlock()
	n := chunk.units()
	for at := 0; at < n; at += BlockRows {
		if ctx.Err() != nil {
			e.stopped.Store(true)
			return false
		}
		l := step.EStep(values[:e.length], chunk.block(at))
		values[e.length+logLikAt] += l.LogZ
		values[e.length+entropyAt] += l.Entropy
		values[e.length+magnitudeAt] += math.Abs(l.LogZ)
	}
	values[e.length+weightAt] = chunk.Weight()
	e.mu.Lock()
	e.stats.insert(node{index: e.base + c, rows: int64(n), values: values})
	e.mu.Unlock()
	return true
}

// What the last E-step added up to.
func (e *engine[T]) values() []float64  { return e.total[:e.length] }
func (e *engine[T]) weight() float64    { return e.total[e.length+weightAt] }
func (e *engine[T]) logLik() float64    { return e.total[e.length+logLikAt] }
func (e *engine[T]) entropy() float64   { return e.total[e.length+entropyAt] }
func (e *engine[T]) magnitude() float64 { return e.total[e.length+magnitudeAt] }

// tolerance returns what rounding may take from a bound whose global part is given, in nats.
func (e *engine[T]) tolerance(global float64) float64 {
	return e.toleranceOf(global, e.magnitude(), e.weight())
}

func (e *engine[T]) toleranceOf(global, magnitude, weight float64) float64 {
	scale := magnitude + float64(weight*float64(e.m.Dim())) + math.Abs(global)
	t := float64(slack[T]() * scale)
	if c, ok := e.m.(Conditioned); ok {
		t += float64(c.Rounding() * weight)
	}
	return t
}

// statsTolerance returns by how much more ExpectedLogJoint may be off, in nats.
func (e *engine[T]) statsTolerance(weight float64) float64 {
	if c, ok := e.m.(ConditionedStats); ok {
		return float64(c.StatsRounding() * weight)
	}
	return 0
}

// slack is what rounding may take from the bound, relative to the sum of the magnitudes of its terms: Σ|log Z| by
// blocks, one nat for each entry of the data, and the global part. It is 256 units in the last place of T.
func slack[T kernels.Float]() float64 {
	var z T
	if _, ok := any(z).(float32); ok {
		return 0x1p-16
	}
	return 0x1p-45
}

// toOrigin and fromOrigin translate statistics of a Centred model.
func (e *engine[T]) toOrigin(stats []float64) {
	if c, ok := e.m.(Centred); ok {
		c.ToOrigin(stats)
	}
}

func (e *engine[T]) fromOrigin(stats []float64) {
	if c, ok := e.m.(Centred); ok {
		c.FromOrigin(stats)
	}
}

// filler collects the blocks of a stream in chunks.
type filler[T kernels.Float] struct {
	buffers []*buffer[T]
}

// buffer is a chunk that is being filled.
type buffer[T kernels.Float] struct {
	index uint64
	rows  Rows[T]
}

func (b *buffer[T]) clear(dim int) {
	b.rows.X = kernels.Matrix[T]{Cols: dim, Stride: max(dim, 1), Data: b.rows.X.Data[:0]}
	b.rows.Weights, b.rows.Lengths = b.rows.Weights[:0], b.rows.Lengths[:0]
}

// add copies rows [lo, hi) of a block of independent rows.
func (b *buffer[T]) add(block Rows[T], lo, hi int) {
	for i := lo; i < hi; i++ {
		b.rows.X.Data = append(b.rows.X.Data, block.X.Row(i)...)
	}
	b.rows.X.Rows += hi - lo
}

// view returns the chunk; the slices that no block had are nil.
func (b *buffer[T]) view(weights, lengths bool) Rows[T] {
	r := b.rows
	if !weights {
		r.Weights = nil
	}
	if !lengths {
		r.Lengths = nil
	}
	return r
}

// errNoRows refuses an empty stream.
var errNoRows = errors.New("elbo: the source has no rows: at least one is needed")

// errChanged says that a stream is not the same on every pass.
var errChanged = errors.New("elbo: the source has not the same rows on every pass: give one that can be read again")

// runStream makes one pass over the stream. One goroutine reads, and as many as there are E-steps compute; with one there
// is none but the caller's.
func (e *engine[T]) runStream(ctx context.Context) error {
	f := &e.filler
	for len(f.buffers) < len(e.esteps)+1 {
		f.buffers = append(f.buffers, &buffer[T]{})
	}
	var (
		free = make(chan *buffer[T], len(f.buffers))
		jobs chan *buffer[T]
		wg   sync.WaitGroup
	)
	for _, b := range f.buffers {
		free <- b
	}
	_, sequential := e.m.(Sequential)
	weighted := false
	finish := func() {}
	submit := func(b *buffer[T]) error {
		e.do(ctx, e.esteps[0], b.index, b.view(weighted, sequential))
		free <- b
		return nil
	}
	if len(e.esteps) > 1 {
		jobs = make(chan *buffer[T])
		for _, step := range e.esteps {
			wg.Go(func() {
				for b := range jobs {
					e.do(ctx, step, b.index, b.view(weighted, sequential))
					free <- b
				}
			})
		}
		submit = func(b *buffer[T]) error { jobs <- b; return nil }
		finish = func() { close(jobs); wg.Wait() }
	}
	units, err := e.read(ctx, e.stats.chunk, &weighted, free, submit)
	finish()
	switch {
	case err != nil:
		return err
	case e.stopped.Load():
		return nil
	case units == 0:
		return errNoRows
	case e.passes > 1 && units != e.units:
		return fmt.Errorf("%w (%d rows, then %d)", errChanged, e.units, units)
	}
	e.units = units
	return nil
}

// read cuts the stream into pieces of size rows or sequences and submits them, until the context ends; it returns how many there were.
func (e *engine[T]) read(ctx context.Context, size int64, weighted *bool, free chan *buffer[T], submit func(*buffer[T]) error) (units int64, err error) {
	dim, first := e.m.Dim(), true
	_, sequential := e.m.(Sequential)
	var b *buffer[T]
	var row int64 // the first of the block
	sum := 0.0
	fresh := func() {
		b = <-free
		b.index = uint64(units / size)
		b.clear(dim)
	}
	for block, err := range e.stream.Blocks() {
		if err != nil {
			return units, fmt.Errorf("elbo: the source failed after row %d: %w", row, err)
		}
		if ctx.Err() != nil {
			e.stopped.Store(true)
			return units, nil
		}
		if block.X.Rows == 0 {
			continue
		}
		if block, err = prepare(e.m, block); err != nil {
			var at *DataError
			if errors.As(err, &at) {
				at.Row += int(row)
			} else if !errors.Is(err, errNoWeight) {
				err = fmt.Errorf("%w (in the block that begins at row %d)", err, row)
			}
			if !errors.Is(err, errNoWeight) {
				return units, err
			}
		}
		if first {
			*weighted, first = block.Weights != nil, false
		} else if *weighted != (block.Weights != nil) {
			return units, fmt.Errorf("elbo: the block that begins at row %d has weights and others have not: all or none", row)
		}
		frame := 0
		for at := 0; at < block.units(); {
			if b == nil {
				fresh()
			}
			n := int(min(size-int64(b.rows.units()), int64(block.units()-at)))
			if sequential {
				frames := 0
				for _, l := range block.Lengths[at : at+n] {
					frames += l
				}
				b.add(block, frame, frame+frames)
				b.rows.Lengths = append(b.rows.Lengths, block.Lengths[at:at+n]...)
				frame += frames
			} else {
				b.add(block, at, at+n)
			}
			if *weighted {
				b.rows.Weights = append(b.rows.Weights, block.Weights[at:at+n]...)
				for _, w := range block.Weights[at : at+n] {
					sum += w
				}
			}
			at += n
			units += int64(n)
			if units%size == 0 {
				if err := submit(b); err != nil {
					return units, err
				}
				b = nil
			}
		}
		row += int64(block.X.Rows)
	}
	if b != nil {
		if err := submit(b); err != nil {
			return units, err
		}
	}
	if units > 0 && *weighted && sum == 0 {
		return units, errNoWeight
	}
	return units, nil
}

// count makes a pass over the stream that only counts.
func (e *engine[T]) count(ctx context.Context) error {
	_, sequential := e.m.(Sequential)
	e.units = 0
	for block, err := range e.stream.Blocks() {
		switch {
		case err != nil:
			return fmt.Errorf("elbo: the source failed: %w", err)
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case sequential && block.Lengths == nil && block.X.Rows > 0:
			e.units++
		default:
			e.units += int64(block.units())
		}
	}
	if e.units == 0 {
		return errNoRows
	}
	return nil
}
