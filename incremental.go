package elbo

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// incremental runs an Incremental fit.
func (f *fit[T]) incremental(s Incremental) {
	if s.Blocks == 0 {
		s.Blocks = 10
	}
	r := &incrementer[T]{f: f, total: make([]float64, f.e.length+extra), x: make([]float64, f.e.length), old: make([]float64, f.e.length)}
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
	blocks [][]float64 // what each block's E-step added up to, about the origin
	total  []float64   // their sum
	x, old []float64   // statistics of all and of a block, about the centres
	bound  float64
	fell   float64 // by how much, at most, in a step of this iteration
	loose  int     // steps in which the bound may fall, because the model was rebuilt
}

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
	err := f.pieces(r.size).each(0, func(_ int, e *engine[T]) error {
		b := append([]float64(nil), e.total...)
		e.toOrigin(b[:e.length])
		r.blocks = append(r.blocks, b)
		return nil
	})
	if err != nil {
		return err
	}
	r.fold()
	p := Progress{LogLik: r.sum(logLikAt), Entropy: r.sum(entropyAt), AfterMStep: math.NaN(), Delta: math.Inf(1)}
	p.ExpectedLogJoint, p.Bound = p.LogLik-p.Entropy, p.LogLik+f.m.GlobalBound()
	r.bound = p.Bound
	if err := f.finite(p.Bound, 0); err != nil {
		return err
	}
	copy(f.e.total, r.total)
	f.accept(p)
	return nil
}

// fold sets total to the sum of the blocks, in their order.
func (r *incrementer[T]) fold() {
	clear(r.total)
	for _, b := range r.blocks {
		addTo(r.total, b)
	}
}

// pass makes a step for each block.
func (r *incrementer[T]) pass(i int) (Progress, error) {
	f := r.f
	r.fold() // afresh, so that rounding does not add up
	p := Progress{Iter: i, AfterMStep: math.NaN()}
	r.fell = 0
	c := f.pieces(r.size)
	rows := func(b int) error { return r.step(i, b, c) }
	f.e.passes++
	if f.e.stream != nil {
		if err := c.stream(func(b int, piece Rows[T]) error { c.e.setRows(piece); return rows(b) }); err != nil {
			return p, err
		}
	} else {
		for b := range r.blocks {
			c.e.setRows(c.piece(b))
			if err := rows(b); err != nil {
				return p, err
			}
		}
	}
	p.Bound, p.Entropy, p.Violation = r.bound, r.sum(entropyAt), r.fell
	p.LogLik = p.Bound - f.m.GlobalBound()
	p.ExpectedLogJoint, p.Delta = p.LogLik-p.Entropy, p.Bound-f.p.Bound
	return p, nil
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
		r.loose = len(r.blocks)
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
	if err == nil && r.loose == 0 {
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
	r.loose = max(r.loose-1, 0)
	r.bound = bound
	e.toOrigin(e.values())
	kernels.Sub(r.total, r.total, block)
	copy(block, e.total)
	addTo(r.total, block)
	return nil
}
