package elbo

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"example.com/elbo/kernels"
)

// Fit raises the bound of the model on the rows of the source, from the model's present parameters, until an iteration
// raises it by at most o.Tol nats per unit of weight or o.MaxIter iterations are done. Not converging is no error. m has the
// parameters of the result's Bound. Rows are a Source that lies in memory; any other is read anew in each iteration.
//
// The result, to the bit, depends on the model, the rows and the options but Workers alone: neither on the processor nor on how a
// source cuts its rows into blocks.
//
// Errors: options out of range; rows that Rows.Check refuses (those in memory are validated before anything is computed); an error
// of the source, or one that changes between passes; what the model's MStep returns; ErrBoundDecreased and ErrBoundNotFinite;
// and context.Cause(ctx) soon after ctx ends, which is looked at once per block of rows. After an error the model has the parameters
// of the last complete iteration, which the result describes, or those it started from; under Stepwise and Incremental those of the last
// complete step. No goroutine survives.
func Fit[T kernels.Float](ctx context.Context, m Model[T], src Source[T], o Options) (Result, error) {
	var r Result
	for p, err := range Steps(ctx, m, src, o) {
		r.Reason, r.Converged = p.Reason, p.Reason == Converged
		if err != nil {
			return r, err
		}
		r.add(p)
	}
	return r, nil
}

// add records an iteration.
func (r *Result) add(p Progress) {
	r.Iterations, r.Bound, r.LogLik, r.Entropy, r.ESteps = p.Iter, p.Bound, p.LogLik, p.Entropy, p.ESteps
	r.Violation = max(r.Violation, p.Violation)
	r.Counts = append(r.Counts[:0], p.Counts...)
	r.Events = append(r.Events, p.Events...)
	r.Bounds = append(r.Bounds, p.Bound)
}

// Steps is Fit as an iterator: it yields each complete iteration, while m has that iteration's parameters. A caller may
// look at the model and may break: the model keeps the parameters. An error comes as the last pair, with the
// Progress of the last complete iteration, zero if there is none but for the Reason.
//
// Each range over the iterator is a fit of its own, from the parameters that the model then has. The model must not be
// changed between its steps.
func Steps[T kernels.Float](ctx context.Context, m Model[T], src Source[T], o Options) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		f := fit[T]{ctx: ctx, m: m, yield: yield}
		var err error
		if f.o, err = o.withDefaults(); err != nil {
			f.fail(err)
			return
		}
		if rows, ok := src.(Rows[T]); ok {
			if rows, err = prepare(m, rows); err != nil {
				f.fail(err)
				return
			}
			src = rows
		}
		f.e = newEngine(m, src, 0, f.o.Workers)
		if ctx.Err() != nil {
			f.fail(context.Cause(ctx))
			return
		}
		switch s := f.o.Schedule.(type) {
		case Stepwise:
			f.stepwise(s)
		case Incremental:
			f.incremental(s)
		default:
			f.batch()
		}
	}
}

// fit is a running fit.
type fit[T kernels.Float] struct {
	ctx    context.Context
	m      Model[T]
	o      Options
	e      *engine[T]
	yield  func(Progress, error) bool
	p      Progress // of the last complete iteration
	counts []float64
	events []Event // of the running iteration
	cut    *pieces[T]
	recent [3]float64 // the last bounds, for Aitken's extrapolation
}

func (f *fit[T]) cause() error { return context.Cause(f.ctx) }

// fail yields an error, with the last complete iteration.
func (f *fit[T]) fail(err error) {
	f.p.Reason = Failed
	if f.ctx.Err() != nil && err == context.Cause(f.ctx) {
		f.p.Reason = Cancelled
	}
	f.yield(f.p, err)
}

// batch is EM, with SQUAREM's extrapolations or without.
func (f *fit[T]) batch() {
	var accelerate *squarem
	if f.o.Accelerate == SQUAREM {
		accelerate = newSquarem(f.e.length)
	}
	for i := 0; ; i++ {
		extrapolated := false
		if i > 0 && accelerate != nil && accelerate.full() {
			ok, err := f.extrapolate(accelerate, i)
			if err != nil {
				f.fail(err)
				return
			}
			extrapolated = ok
		}
		if !extrapolated {
			if err := f.plain(i); err != nil {
				f.fail(err)
				return
			}
		}
		if accelerate != nil {
			f.push(accelerate)
		}
		switch {
		case i > 0 && !extrapolated && f.settled():
			f.p.Reason = Converged
		case i == f.o.MaxIter:
			f.p.Reason = MaxIterations
		}
		if !f.yield(f.p, nil) || f.p.Reason != Running {
			return
		}
	}
}

// plain makes the M-step and the E-step of iteration i, of iteration 0 the E-step alone.
func (f *fit[T]) plain(i int) error {
	e := f.e
	if i == 0 {
		return f.first()
	}
	entropy := e.entropy()
	if err := f.mStep(e.values(), e.weight()); err != nil {
		return fmt.Errorf("iteration %d: %w", i, err)
	}
	after := entropy + f.m.ExpectedLogJoint(e.values(), e.weight()) + f.m.GlobalBound()
	next, err := f.eStep(i)
	if err == nil {
		next.AfterMStep = after
		err = f.compare(&next)
	}
	if err != nil {
		f.m.Revert()
		return err
	}
	f.accept(next)
	return nil
}

// first makes the E-step of iteration 0.
func (f *fit[T]) first() error {
	p, err := f.eStep(0)
	if err == nil {
		f.accept(p)
	}
	return err
}

// mStep makes an M-step and collects its events.
func (f *fit[T]) mStep(stats []float64, weight float64) error {
	if err := f.m.MStep(stats, weight); err != nil {
		return err
	}
	if v, ok := f.m.(Eventful); ok {
		f.events = append(f.events, v.Events()...)
	}
	return nil
}

// rebuilt reports whether an event made the model another one.
func rebuilt(events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == EventSplit || e.Kind == EventDropped })
}

// eStep makes the E-step over all rows and returns the Progress that it makes.
func (f *fit[T]) eStep(i int) (Progress, error) {
	e := f.e
	if err := e.run(f.ctx); err != nil {
		return Progress{}, err
	}
	p := Progress{Iter: i, LogLik: e.logLik(), Entropy: e.entropy(), AfterMStep: math.NaN(), Delta: math.Inf(1)}
	p.ExpectedLogJoint, p.Bound = p.LogLik-p.Entropy, p.LogLik+f.m.GlobalBound()
	if i > 0 {
		p.Delta = p.Bound - f.p.Bound
	}
	return p, f.finite(p.Bound, i)
}

func (f *fit[T]) finite(bound float64, i int) error {
	if bound-bound != 0 {
		return fmt.Errorf("%w: it is %v after iteration %d: do rows, or their weights, lie astronomically far apart?", ErrBoundNotFinite, bound, i)
	}
	return nil
}

// compare returns an error unless f.p.Bound ≤ next.AfterMStep ≤ next.Bound, to rounding, and sets next.Violation.
func (f *fit[T]) compare(next *Progress) error {
	if rebuilt(f.events) {
		return nil
	}
	tolerance := f.e.tolerance(f.m.GlobalBound())
	between := tolerance + f.e.statsTolerance(f.e.weight())
	fell := func(mStep bool, before, after, tolerance float64) error {
		return &BoundDecreasedError{Iter: next.Iter, MStep: mStep, Before: before, After: after, Tolerance: tolerance}
	}
	switch {
	case next.Delta < -tolerance:
		return fell(false, f.p.Bound, next.Bound, tolerance)
	case !(next.AfterMStep >= f.p.Bound-between):
		return fell(true, f.p.Bound, next.AfterMStep, between)
	case !(next.AfterMStep <= next.Bound+between):
		return fell(false, next.AfterMStep, next.Bound, between)
	}
	next.Violation = max(0, f.p.Bound-next.AfterMStep, next.AfterMStep-next.Bound)
	return nil
}

// accept makes next the last complete iteration.
func (f *fit[T]) accept(next Progress) {
	for i := range f.events {
		f.events[i].Iter = next.Iter
	}
	next.Events, f.events = f.events, nil
	next.ESteps = f.e.passes
	if c, ok := f.m.(Counted); ok {
		f.counts = c.Counts(f.counts[:0], f.e.values())
		next.Counts = f.counts
	}
	f.recent[0], f.recent[1], f.recent[2] = f.recent[1], f.recent[2], next.Bound
	f.p = next
}

// settled reports whether the last iteration was the last that pays, by the rule that Options.Tol and Options.Aitken give.
func (f *fit[T]) settled() bool {
	least := float64(f.o.Tol * f.e.weight())
	if rebuilt(f.p.Events) {
		return false
	}
	if !f.o.Aitken || f.p.Delta <= 0 {
		return f.p.Delta <= least
	}
	if f.p.Iter < 2 {
		return false
	}
	before, last := f.recent[1]-f.recent[0], f.recent[2]-f.recent[1]
	a := last / before
	return a < 1 && before > 0 && float64(last*a)/(1-a) <= least
}
