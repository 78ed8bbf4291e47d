package elbo

import (
	"fmt"
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// orders is the stream of the seed that orders minibatches.
const orders = 1 << 40

// stepwise runs a Stepwise fit.
func (f *fit[T]) stepwise(s Stepwise) {
	if s.Rows == 0 {
		if s.Rows = 1024; f.e.stats.chunk == ChunkSequences {
			s.Rows = ChunkSequences
		}
	}
	if s.Kappa == 0 {
		s.Kappa = 0.7
	}
	if s.Tau == 0 {
		s.Tau = 1
	}
	if err := f.first(); err != nil {
		f.fail(err)
		return
	}
	n := f.e.length
	batches := max(1, (f.e.units+int64(s.Rows)/2)/int64(s.Rows))
	run := &stepper[T]{
		f: f, s: s, size: (f.e.units + batches - 1) / batches, weight: f.e.weight(), mean: make([]float64, n+1), x: make([]float64, n+1),
	}
	run.batches = float64((f.e.units + run.size - 1) / run.size)
	copy(run.mean, f.e.values())
	run.mean[n] = run.weight
	f.e.toOrigin(run.mean[:n])
	for i := 1; f.yield(f.p, nil) && f.p.Reason == Running; i++ {
		last := f.p
		next, err := run.pass(i)
		if err != nil {
			f.fail(err)
			return
		}
		f.accept(next)
		switch {
		case math.Abs(f.p.Delta) <= float64(f.o.Tol*run.weight):
			f.p.Reason = Converged
		case i == f.o.MaxIter:
			f.p.Reason = MaxIterations
		}
		if f.p.Reason != Running {
			reason, events := f.p.Reason, f.p.Events
			exact, err := f.eStep(i)
			if err != nil {
				f.fail(err)
				return
			}
			exact.Delta = exact.Bound - last.Bound
			f.accept(exact)
			f.p.Reason, f.p.Events = reason, events
		}
	}
}

// stepper is the state of a Stepwise fit.
type stepper[T kernels.Float] struct {
	f       *fit[T]
	s       Stepwise
	size    int64     // of a minibatch
	batches float64   // how many there are
	t       int       // steps so far
	weight  float64   // of all rows
	mean, x []float64 // the running average about the origin, with the weight; what the M-step gets
	parts   Progress  // sums over the minibatches of a pass
}

// pass makes a step for each minibatch and returns the Progress of iteration i.
func (r *stepper[T]) pass(i int) (Progress, error) {
	f := r.f
	r.parts = Progress{Iter: i, AfterMStep: math.NaN(), Estimated: true}
	pieces := f.pieces(r.size)
	err := pieces.each(uint64(i), func(_ int, e *engine[T]) error { return r.step(e) })
	p := r.parts
	p.ExpectedLogJoint, p.Bound = p.LogLik-p.Entropy, p.LogLik+f.m.GlobalBound()
	p.Delta = p.Bound - f.p.Bound
	if err == nil {
		err = f.finite(p.Bound, i)
	}
	return p, err
}

// step makes the M-step after the minibatch whose E-step e has made.
func (r *stepper[T]) step(e *engine[T]) error {
	r.parts.LogLik += e.logLik()
	r.parts.Entropy += e.entropy()
	r.t++
	rho := special.Exp(-r.s.Kappa * special.Log(float64(r.t)+r.s.Tau))
	n := e.length
	e.toOrigin(e.values())
	for j := range r.mean {
		v := e.weight()
		if j < n {
			v = e.total[j]
		}
		r.mean[j] = math.FMA(rho, float64(r.batches*v)-r.mean[j], r.mean[j])
	}
	copy(r.x, r.mean)
	e.fromOrigin(r.x[:n])
	if err := r.f.mStep(r.x[:n], r.x[n]); err != nil {
		return fmt.Errorf("iteration %d, step %d: %w", r.parts.Iter, r.t, err)
	}
	return nil
}

// pieces cuts the rows into pieces of the same size, the last of which may be smaller.
type pieces[T kernels.Float] struct {
	f      *fit[T]
	size   int64
	e      *engine[T] // computes E-steps of pieces
	starts []int      // of sequences in memory, the first frame of each piece
	buffer *buffer[T] // of a stream
}

// pieces returns the fit's pieces, the same for as long as size is.
func (f *fit[T]) pieces(size int64) *pieces[T] {
	if f.cut != nil && f.cut.size == size {
		return f.cut
	}
	p := &pieces[T]{f: f, size: size, buffer: &buffer[T]{}}
	p.e = newEngine(f.m, Source[T](Rows[T]{}), 0, 1)
	p.e.esteps = f.e.esteps
	at := 0
	for i, n := range f.e.rows.Lengths {
		if int64(i)%size == 0 {
			p.starts = append(p.starts, at)
		}
		at += n
	}
	f.cut = p
	return p
}

// each makes the E-step of each piece and calls do. The pieces come in an order drawn for the iteration, those of a stream and, if
// iteration is 0, all in their own.
func (p *pieces[T]) each(iteration uint64, do func(i int, e *engine[T]) error) error {
	f := p.f
	one := func(i int, rows Rows[T]) error {
		p.e.setRows(rows)
		if err := p.e.run(f.ctx); err != nil {
			return err
		}
		return do(i, p.e)
	}
	f.e.passes++
	if f.e.stream != nil {
		return p.stream(one)
	}
	n := int((f.e.units + p.size - 1) / p.size)
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	if iteration > 0 {
		kernels.Permutation(order, kernels.NewKey(f.o.Seed, orders), kernels.Counter{Row: iteration})
	}
	for _, i := range order {
		if err := one(int(i), p.piece(int(i))); err != nil {
			return err
		}
	}
	return nil
}

// piece returns piece i of rows in memory.
func (p *pieces[T]) piece(i int) Rows[T] {
	rows := p.f.e.rows
	lo, hi := i*int(p.size), int(min(int64(i+1)*p.size, p.f.e.units))
	if rows.Lengths == nil {
		return rows.Slice(lo, hi)
	}
	end := rows.X.Rows
	if i+1 < len(p.starts) {
		end = p.starts[i+1]
	}
	s := Rows[T]{X: rows.X.SliceRows(p.starts[i], end), Lengths: rows.Lengths[lo:hi]}
	if rows.Weights != nil {
		s.Weights = rows.Weights[lo:hi]
	}
	return s
}

// stream calls one with each piece of a stream.
func (p *pieces[T]) stream(one func(i int, rows Rows[T]) error) error {
	f := p.f
	free := make(chan *buffer[T], 1)
	free <- p.buffer
	_, sequential := f.m.(Sequential)
	weighted := false
	units, err := f.e.read(f.ctx, p.size, &weighted, free, func(b *buffer[T]) error {
		err := one(int(b.index), b.view(weighted, sequential))
		free <- b
		return err
	})
	switch {
	case err != nil:
		return err
	case f.ctx.Err() != nil:
		return f.cause()
	case units != f.e.units:
		return fmt.Errorf("%w (%d rows, then %d)", errChanged, f.e.units, units)
	}
	return nil
}
