package elbo

import (
	"errors"
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// incremental runs an Incremental fit.
func (f *fit[T]) incremental(s Incremental) {
	if s.Blocks == 0 {
		s.Blocks = 10
	}
	r := &incrementer[T]{f: f, x: make([]float64, f.e.length), old: make([]float64, f.e.length)}
	if err := r.first(int64(s.Blocks)); err != nil {
		f.fail(err)
		return
	}
	for i := 1; f.yield(f.p, nil) && f.p.Reason == Running; i++ {
		next, err := r.pass(i)
		if err != nil {
			f.fail(err)
			return
		}
		copy(f.e.total, r.total)
		f.accept(next)
		switch {
		case f.p.Delta <= float64(f.o.Tol*r.sum(weightAt)) && !rebuilt(f.p.Events):
			f.p.Reason = Converged
		case i == f.o.MaxIter:
			f.p.Reason = MaxIterations
		}
	}
}

// incrementer is the state of an Incremental fit.
type incrementer[T kernels.Float] struct {
	f      *fit[T]
	size   int64
	tree   [][]float64 // node i is the sum of the nodes 2i and 2i + 1; the last half are what each block's E-step added up to, about the origin
	blocks [][]float64 // that half
	total  []float64   // node 1, the sum of all
	x, old []float64   // statistics of all and of a block, about the centres
	bound  float64
	fell   float64 // by how much, at most, in a step of this iteration
}

// errRebuilt ends a pass in which a component was split or dropped.
var errRebuilt = errors.New("elbo: the model was rebuilt")

// sum returns a sum over all blocks that stands behind the statistics.
func (r *incrementer[T]) sum(at int) float64 { return r.total[r.f.e.length+at] }

// first makes the E-step of all blocks.
func (r *incrementer[T]) first(blocks int64) error {
	f := r.f
	if f.e.stream != nil { // how many rows there are decides where the blocks end
		if err := f.e.count(f.ctx); err != nil {
			return err
		}
	}
	blocks = min(blocks, f.e.units)
	r.size = (f.e.units + blocks - 1) / blocks
	n := int((f.e.units + r.size - 1) / r.size)
	r.tree = make([][]float64, 2*n)
	for i := range r.tree {
		r.tree[i] = make([]float64, f.e.length+extra)
	}
	r.blocks, r.total = r.tree[n:], r.tree[1]
	if err := r.all(0); err != nil {
		return err
	}
	p := Progress{LogLik: r.sum(logLikAt), Entropy: r.sum(entropyAt), Bound: r.bound, AfterMStep: math.NaN(), Delta: math.Inf(1)}
	p.ExpectedLogJoint = p.LogLik - p.Entropy
	copy(f.e.total, r.total)
	f.accept(p)
	return nil
}

// all makes the E-step of all blocks under the present parameters: then the bound is that of Batch.
func (r *incrementer[T]) all(i int) error {
	f := r.f
	err := f.pieces(r.size).each(0, func(b int, e *engine[T]) error {
		copy(r.blocks[b], e.total)
		e.toOrigin(r.blocks[b][:e.length])
		return nil
	})
	if err != nil {
		return err
	}
	for i := len(r.blocks) - 1; i > 0; i-- {
		kernels.Add(r.tree[i], r.tree[2*i], r.tree[2*i+1])
	}
	r.bound = r.sum(logLikAt) + f.m.GlobalBound()
	return f.finite(r.bound, i)
}

// replace makes x what the E-step of block b added up to. Nothing is subtracted, so that sums keep the digits of their terms.
func (r *incrementer[T]) replace(b int, x []float64) {
	i := len(r.blocks) + b
	copy(r.tree[i], x)
	for i /= 2; i > 0; i /= 2 {
		kernels.Add(r.tree[i], r.tree[2*i], r.tree[2*i+1])
	}
}

// pass makes a step for each block, or up to the one in which a component is split or dropped: the old statistics are then of another
// model, and those of all blocks are made anew.
func (r *incrementer[T]) pass(i int) (Progress, error) {
	f := r.f
	p := Progress{Iter: i, AfterMStep: math.NaN()}
	r.fell = 0
	err := r.steps(i)
	if errors.Is(err, errRebuilt) {
		if err = r.all(i); err != nil {
			f.m.Revert()
		}
	}
	if err != nil {
		return p, err
	}
	p.Bound, p.Entropy, p.Violation = r.bound, r.sum(entropyAt), r.fell
	p.LogLik = p.Bound - f.m.GlobalBound()
	p.ExpectedLogJoint, p.Delta = p.LogLik-p.Entropy, p.Bound-f.p.Bound
	return p, nil
}

func (r *incrementer[T]) steps(i int) error {
	f := r.f
	c := f.pieces(r.size)
	f.e.passes++
	if f.e.stream != nil {
		return c.stream(func(b int, piece Rows[T]) error { c.e.setRows(piece); return r.step(i, b, c) })
	}
	for b := range r.blocks {
		c.e.setRows(c.piece(b))
		if err := r.step(i, b, c); err != nil {
			return err
		}
	}
	return nil
}

// step makes an M-step from the statistics of all blocks, and the E-step of block b, whose rows the pieces' engine has.
func (r *incrementer[T]) step(i, b int, c *pieces[T]) error {
	f, e, n := r.f, c.e, r.f.e.length
	block := r.blocks[b]
	copy(r.x, r.total)
	copy(r.old, block)
	e.fromOrigin(r.x)
	e.fromOrigin(r.old)
	weight := r.sum(weightAt)
	events := len(f.events)
	if err := f.mStep(r.x, weight); err != nil {
		return fmt.Errorf("iteration %d, block %d: %w", i, b, err)
	}
	if rebuilt(f.events[events:]) {
		return errRebuilt
	}
	global := f.m.GlobalBound()
	mid := r.sum(entropyAt) + f.m.ExpectedLogJoint(r.x, weight) + global
	part := block[n+entropyAt] + f.m.ExpectedLogJoint(r.old, block[n+weightAt])
	if err := e.run(f.ctx); err != nil {
		f.m.Revert()
		return err
	}
	bound := mid - part + e.logLik()
	err := f.finite(bound, i)
	if err == nil {
		tolerance := f.e.toleranceOf(global, r.sum(magnitudeAt), weight) + f.e.statsTolerance(weight)
		switch {
		case !(mid >= r.bound-tolerance):
			err = &BoundDecreasedError{Iter: i, MStep: true, Before: r.bound, After: mid, Tolerance: tolerance}
		case !(bound >= mid-tolerance):
			err = &BoundDecreasedError{Iter: i, Before: mid, After: bound, Tolerance: tolerance}
		}
		r.fell = max(r.fell, r.bound-mid, mid-bound)
	}
	if err != nil {
		f.m.Revert()
		return err
	}
	r.bound = bound
	e.toOrigin(e.values())
	r.replace(b, e.total)
	return nil
}
