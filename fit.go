package elbo

import (
	"context"
	"fmt"
	"iter"
	"math"
	"sync"
	"sync/atomic"

	"example.com/elbo/kernels"
)

// Fit raises the bound of the model on the rows, from the model's present parameters, until an iteration
// raises it by at most o.Tol nats per unit of weight or o.MaxIter iterations are done. Not converging is no error. m has the
// parameters of the result's Bound.
//
// The result, to the bit, depends on the model, the rows, MaxIter and Tol alone: neither on the processor nor on Workers.
//
// Errors: options out of range; data that Rows.Check refuses (they are validated before anything is computed); what the
// model's MStep returns; ErrBoundDecreased and ErrBoundNotFinite; and context.Cause(ctx) soon after ctx ends, which is
// looked at once per block of rows. After an error the model has the parameters of the last complete iteration, which
// the result describes, or those it started from. No goroutine survives.
func Fit[T kernels.Float](ctx context.Context, m Model[T], rows Rows[T], o Options) (Result, error) {
	var r Result
	for p, err := range Steps(ctx, m, rows, o) {
		r.Reason, r.Converged = p.Reason, p.Reason == Converged
		if err != nil {
			return r, err
		}
		r.Iterations, r.Bound, r.LogLik = p.Iter, p.Bound, p.LogLik
		r.Bounds = append(r.Bounds, p.Bound)
	}
	return r, nil
}

// Steps is Fit as an iterator: it yields each complete iteration, while m has that iteration's parameters. A caller may
// look at the model and may break: the model keeps the parameters. An error comes as the last pair, with the
// Progress of the last complete iteration, zero if there is none but for the Reason.
//
// Each range over the iterator is a fit of its own, from the parameters that the model then has. The model must not be
// changed between its steps.
func Steps[T kernels.Float](ctx context.Context, m Model[T], rows Rows[T], o Options) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		var p Progress
		fail := func(reason Reason, err error) {
			p.Reason = reason
			yield(p, err)
		}
		o, err := o.withDefaults()
		if err == nil {
			rows, err = prepare(m, rows)
		}
		if err != nil {
			fail(Failed, err)
			return
		}
		e := newEngine(m, rows, 0, o.Workers)
		for i := 0; ; i++ {
			if ctx.Err() != nil {
				fail(Cancelled, context.Cause(ctx))
				return
			}
			if i > 0 {
				if err := m.MStep(e.total[:e.length], e.total[e.length+weightAt]); err != nil {
					fail(Failed, fmt.Errorf("iteration %d: %w", i, err))
					return
				}
			}
			next, err := e.bound(ctx, p, i)
			if err != nil {
				if i > 0 {
					m.Revert()
				}
				if e.stopped.Load() {
					fail(Cancelled, err)
				} else {
					fail(Failed, err)
				}
				return
			}
			p = next
			switch {
			case i > 0 && p.Delta <= float64(o.Tol*e.total[e.length+weightAt]):
				p.Reason = Converged
			case i == o.MaxIter:
				p.Reason = MaxIterations
			}
			if !yield(p, nil) || p.Reason != Running {
				return
			}
		}
	}
}

// engine computes E-steps over all rows.
type engine[T kernels.Float] struct {
	m       Model[T]
	rows    Rows[T]
	starts  []int  // the first frame of each chunk of sequences
	base    uint64 // index of the first chunk
	esteps  []EStep[T]
	length  int       // of the model's statistics
	total   []float64 // what the last E-step added up to
	next    atomic.Int64
	stopped atomic.Bool
	mu      sync.Mutex // guards stats
	stats   *Stats
}

func newEngine[T kernels.Float](m Model[T], rows Rows[T], base uint64, workers int) *engine[T] {
	n := m.StatsLen()
	e := &engine[T]{m: m, rows: rows, base: base, length: n, stats: &Stats{kind: m.Kind(), length: n, chunk: chunkOf(m)}}
	e.total = make([]float64, e.length+extra)
	for range min(workers, e.chunks()) {
		e.esteps = append(e.esteps, m.NewEStep())
	}
	if rows.Lengths != nil {
		e.starts = rows.starts()
	}
	return e
}

func (e *engine[T]) chunks() int {
	chunk := int(e.stats.chunk)
	return (e.rows.units() + chunk - 1) / chunk
}

// run computes the E-step of every chunk into e.stats, or returns the cause of the context's end.
func (e *engine[T]) run(ctx context.Context) error {
	e.stats.clear()
	e.next.Store(0)
	e.stopped.Store(false)
	if len(e.esteps) == 1 {
		e.work(ctx, e.esteps[0])
	} else {
		var wg sync.WaitGroup
		for _, step := range e.esteps {
			wg.Go(func() { e.work(ctx, step) })
		}
		wg.Wait()
	}
	if e.stopped.Load() {
		return context.Cause(ctx)
	}
	return nil
}

// work takes chunks until there are none left or the context ends.
func (e *engine[T]) work(ctx context.Context, step EStep[T]) {
	for {
		c := int(e.next.Add(1)) - 1
		if c >= e.chunks() {
			return
		}
		e.mu.Lock()
		values := e.stats.take()
		e.mu.Unlock()
		chunk := e.chunk(c)
		n := chunk.units()
		for at := 0; at < n; at += BlockRows {
			if ctx.Err() != nil {
				e.stopped.Store(true)
				return
			}
			l := step.EStep(values[:e.length], chunk.block(at))
			values[e.length+logLikAt] += l.LogZ
			values[e.length+entropyAt] += l.Entropy
			values[e.length+magnitudeAt] += math.Abs(l.LogZ)
		}
		values[e.length+weightAt] = chunk.Weight()
		e.mu.Lock()
		e.stats.insert(node{index: e.base + uint64(c), rows: int64(n), values: values})
		e.mu.Unlock()
	}
}

// bound runs the E-step of iteration i, after its M-step, and returns its Progress; p is that of the iteration before.
func (e *engine[T]) bound(ctx context.Context, p Progress, i int) (Progress, error) {
	next := Progress{Iter: i, AfterMStep: math.NaN(), Delta: math.Inf(1)}
	global := e.m.GlobalBound()
	if i > 0 {
		expected := e.m.ExpectedLogJoint(e.total[:e.length], e.total[e.length+weightAt])
		next.AfterMStep = e.total[e.length+entropyAt] + expected + global
	}
	if err := e.run(ctx); err != nil {
		return p, err
	}
	e.stats.fold(e.total)
	next.LogLik, next.Entropy = e.total[e.length+logLikAt], e.total[e.length+entropyAt]
	next.ExpectedLogJoint, next.Bound = next.LogLik-next.Entropy, next.LogLik+global
	if next.Bound-next.Bound != 0 {
		return p, fmt.Errorf("%w: it is %v after iteration %d: do the rows lie astronomically far apart?", ErrBoundNotFinite, next.Bound, i)
	}
	if i > 0 {
		next.Delta = next.Bound - p.Bound
		weight := e.total[e.length+weightAt]
		scale := e.total[e.length+magnitudeAt] + float64(weight*float64(e.rows.X.Cols)) + math.Abs(global)
		tolerance := float64(slack[T]() * scale)
		if c, ok := e.m.(Conditioned); ok {
			tolerance += float64(c.Rounding() * weight)
		}
		switch {
		case next.Delta < -tolerance:
			return p, &BoundDecreasedError{Iter: i, Before: p.Bound, After: next.Bound, Tolerance: tolerance}
		case !(next.AfterMStep >= p.Bound-tolerance):
			return p, &BoundDecreasedError{Iter: i, MStep: true, Before: p.Bound, After: next.AfterMStep, Tolerance: tolerance}
		case !(next.AfterMStep <= next.Bound+tolerance):
			return p, &BoundDecreasedError{Iter: i, Before: next.AfterMStep, After: next.Bound, Tolerance: tolerance}
		}
	}
	return next, nil
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
