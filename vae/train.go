package vae

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// TrainOptions are the settings of a training run. The zero value of every field but Binarize stands for its default.
type TrainOptions struct {
	Epochs    int       // passes over the data; 0: 10
	Batch     int       // rows of a step; 0: 128. The last step of an epoch takes what is left
	LR        float64   // Adam's learning rate; 0: 1e-3
	Seed      uint64    // of the order of the rows, the noise and the binarisation
	Workers   int       // goroutines; 0: 1. Changes speed, no bit
	Estimator Estimator // of the gradient
	Samples   int       // L, noise draws per row and step; 0: 1, for the score function 2
	// Binarize replaces every entry by a draw from {0, 1} with the entry as the probability of 1, anew in every
	// epoch: dynamic binarisation (Salakhutdinov and Murray 2008). For data in [0, 1].
	Binarize bool
	// Schedule, if not nil, gives the learning rate of each epoch, from 0, instead of LR.
	Schedule func(epoch int) float64
}

func (o TrainOptions) withDefaults() (TrainOptions, error) {
	least := 1
	if o.Estimator.usesScore() {
		least = 2
	}
	set := func(v *int, usual int) {
		if *v == 0 {
			*v = usual
		}
	}
	set(&o.Epochs, 10)
	set(&o.Batch, 128)
	set(&o.Workers, 1)
	set(&o.Samples, least)
	if o.LR == 0 {
		o.LR = 1e-3
	}
	switch {
	case o.Estimator > ScoreSampled:
		return o, fmt.Errorf("vae: unknown estimator %d", o.Estimator)
	case o.Epochs < 0 || o.Epochs > math.MaxInt32:
		return o, fmt.Errorf("vae: %d epochs", o.Epochs)
	case o.Batch < 1 || o.Batch > maxRows:
		return o, fmt.Errorf("vae: batch of %d rows: want 1 to %d", o.Batch, maxRows)
	case o.Samples < least:
		return o, fmt.Errorf("vae: %d samples: the estimator %v wants at least %d", o.Samples, o.Estimator, least)
	case o.Samples > maxRows/o.Batch:
		return o, fmt.Errorf("vae: %d samples of %d rows are more than %d", o.Samples, o.Batch, maxRows)
	case o.Workers < 1:
		return o, fmt.Errorf("vae: %d workers: want at least 1", o.Workers)
	case !(o.LR > 0) || math.IsInf(o.LR, 0):
		return o, fmt.Errorf("vae: learning rate %v: want a positive number", o.LR)
	}
	return o, nil
}

// maxRows bounds the rows of a batch times its samples.
const maxRows = 1 << 20

// Progress tells of one step of training.
type Progress struct {
	Epoch, Step int         // both from 0; Step counts through all epochs
	Rows        int         // rows of this step
	Rec, KL     float64     // means over the rows of the estimates of E_q[log p(x|z)] and of the KL divergence, nats
	Bound       float64     // Rec − KL: the estimate of the evidence lower bound, at the parameters before the step
	EpochEnd    bool        // whether this is the last step of its epoch
	EpochBound  float64     // mean of Bound over the epoch's rows so far
	Reason      elbo.Reason // Running, or why this is the last step
}

// Result is the outcome of a training run.
type Result struct {
	Epochs, Steps int         // complete ones
	Bounds        []float64   // EpochBound of each complete epoch
	Bound         float64     // the last of them; NaN if there is none
	Reason        elbo.Reason // why it ended: MaxIterations when all epochs are done
}

// ErrNonFinite is what a NonFiniteError is, for errors.Is.
var ErrNonFinite = errors.New("vae: the bound or its gradient is not finite")

// NonFiniteError says where training left the finite numbers. The parameters are those before that step.
type NonFiniteError struct {
	Epoch, Step int
	Row         int    // of the data, −1 if it cannot be told
	What        string // "bound" or "gradient"
}

// Error names the place and what may help.
func (e *NonFiniteError) Error() string {
	at := fmt.Sprintf("vae: epoch %d, step %d", e.Epoch, e.Step)
	if e.Row >= 0 {
		at += fmt.Sprintf(", row %d", e.Row)
	}
	return at + ": the " + e.What + " is not finite; the parameters are those before the step: scale the data or lower the learning rate"
}

// Is reports that the error is ErrNonFinite.
func (e *NonFiniteError) Is(target error) bool { return target == ErrNonFinite }

// trainer is a training run in progress. Its step allocates nothing.
type trainer[T kernels.Float] struct {
	v          *VAE[T]
	data       kernels.Matrix[T]
	o          TrainOptions
	plan       *plan[T]
	pass       []*pass[T]
	adam       *nn.Adam[T]
	grad       []T
	perm       []uint32
	team       *team
	errs       []error
	finite     []bool
	forward    func(worker int)
	gradient   func(worker int)
	check      func(worker int)
	update     func(worker int)
	key        [3]kernels.Key // shuffle, binarize, noise
	epoch      int
	at         int // rows of the epoch that are done
	step       int
	rows       int // of the present batch
	epochBound float64
}

func newTrainer[T kernels.Float](v *VAE[T], x kernels.Matrix[T], o TrainOptions) (*trainer[T], error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := v.checkData(x); err != nil {
		return nil, err
	}
	if o.Binarize && v.cfg.Likelihood != Bernoulli {
		return nil, fmt.Errorf("vae: Binarize is for the Bernoulli likelihood: the model's is %v", v.cfg.Likelihood)
	}
	if uint64(x.Rows) > math.MaxUint32 {
		return nil, fmt.Errorf("vae: %d rows are too many", x.Rows)
	}
	batch := min(o.Batch, x.Rows)
	t := &trainer[T]{v: v, data: x, o: o, grad: make([]T, len(v.params)), perm: make([]uint32, x.Rows)}
	if t.plan, err = newPlan(v, batch, o.Samples); err != nil {
		return nil, err
	}
	if t.adam, err = nn.NewAdam[T](len(v.params), nn.AdamOptions{LR: o.LR}); err != nil {
		return nil, err
	}
	for i, s := range []uint64{streamShuffle, streamBinarize, streamNoise} {
		t.key[i] = kernels.NewKey(o.Seed, s)
	}
	w := min(o.Workers, batch)
	for i := range w {
		t.pass = append(t.pass, t.plan.slice(batch*i/w, batch*(i+1)/w))
	}
	t.errs, t.finite = make([]error, w), make([]bool, w)
	t.forward, t.gradient, t.check, t.update = t.forwardPart, t.gradientPart, t.checkPart, t.updatePart
	t.team = newTeam(w)
	return t, nil
}

// forwardPart does the worker's rows, forwards and backwards.
func (t *trainer[T]) forwardPart(w int) {
	p := t.pass[w]
	for r := p.lo; r < min(p.hi, t.rows); r++ {
		row := t.perm[t.at+r]
		p.id[r] = uint64(row)
		if t.o.Binarize {
			p.raw[r] = gatherBinary(p.x.Row(r), t.data.Row(int(row)), t.key[1], uint64(row), uint32(t.epoch))
		} else {
			p.raw[r] = p.v.frame.gather(p.x.Row(r), t.data.Row(int(row)))
		}
	}
	t.errs[w] = p.run(t.rows, t.o.Estimator, noise{t.key[2], uint32(t.epoch)}, 1/T(t.rows))
}

// gradientPart does the worker's part of the sums over the rows.
func (t *trainer[T]) gradientPart(w int) {
	p, v, n := t.pass[w], t.v, t.rows
	l, nEnc, nDec := t.o.Samples, t.v.enc.Len(), t.v.dec.Len()
	if err := v.enc.BackwardParams(p.enc, t.grad[:nEnc], p.x.SliceRows(0, n), p.dHead.SliceRows(0, n), w, len(t.pass)); err != nil {
		t.errs[w] = err
	}
	if err := v.dec.BackwardParams(p.dec, t.grad[nEnc:nEnc+nDec], p.z.SliceRows(0, n*l), p.dOut.SliceRows(0, n*l), w, len(t.pass)); err != nil {
		t.errs[w] = err
	}
	if w == 0 && len(v.shared) == 1 {
		t.grad[nEnc+nDec] = kernels.Sum(p.dt[:n*l])
	}
}

// checkLen is the piece of a gradient that is checked by one sum: of a fixed size, so that the check does not
// depend on the number of workers.
const checkLen = 8192

// checkPart looks for NaN and ±Inf in the worker's pieces of the gradient.
func (t *trainer[T]) checkPart(w int) {
	t.finite[w] = true
	for lo := w * checkLen; lo < len(t.grad); lo += len(t.pass) * checkLen {
		if s := kernels.Sum(t.grad[lo:min(lo+checkLen, len(t.grad))]); s-s != 0 {
			t.finite[w] = false
		}
	}
}

// updatePart does the worker's part of Adam's step.
func (t *trainer[T]) updatePart(w int) {
	t.errs[w] = t.adam.StepPart(t.v.params, t.grad, w, len(t.pass))
}

func (t *trainer[T]) firstError() error {
	for _, err := range t.errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// next does one step. On an error the parameters are as they were before it.
func (t *trainer[T]) next() (Progress, error) {
	if t.at == 0 {
		kernels.Permutation(t.perm, t.key[0], kernels.Counter{Step: uint32(t.epoch)})
		t.epochBound = 0
		if t.o.Schedule != nil {
			if err := t.adam.SetLR(t.o.Schedule(t.epoch)); err != nil {
				return Progress{}, fmt.Errorf("vae: epoch %d: %w", t.epoch, err)
			}
		}
	}
	t.rows = min(t.plan.x.Rows, t.data.Rows-t.at)
	t.team.run(t.forward)
	if err := t.firstError(); err != nil {
		return Progress{}, err
	}
	rec, kl, bad := t.plan.bound(t.rows)
	if bad >= 0 {
		return Progress{}, &NonFiniteError{Epoch: t.epoch, Step: t.step, Row: int(t.plan.id[bad]), What: "bound"}
	}
	t.team.run(t.gradient)
	if err := t.firstError(); err != nil {
		return Progress{}, err
	}
	t.team.run(t.check)
	for _, ok := range t.finite {
		if !ok {
			return Progress{}, &NonFiniteError{Epoch: t.epoch, Step: t.step, Row: -1, What: "gradient"}
		}
	}
	t.team.run(t.update)
	if err := t.firstError(); err != nil {
		return Progress{}, err
	}
	t.adam.Advance()
	t.epochBound += float64((rec - kl) * float64(t.rows))
	p := Progress{Epoch: t.epoch, Step: t.step, Rows: t.rows, Rec: rec, KL: kl, Bound: rec - kl}
	t.at += t.rows
	t.step++
	p.EpochBound = t.epochBound / float64(t.at)
	if t.at == t.data.Rows {
		p.EpochEnd = true
		t.at = 0
		if t.epoch++; t.epoch == t.o.Epochs {
			p.Reason = elbo.MaxIterations
		}
	}
	return p, nil
}

// Steps trains the model on the rows of x and yields after every step. The caller may break off at any step: the model
// then is that of the last step done. When the context ends, Steps yields its cause; when the bound or the gradient
// ceases to be finite, a *NonFiniteError; in both cases the model is that of the last complete step, whose Progress comes
// with the error. Wrong options and data (±Inf, a wrong number of columns, …) are yielded as an error before anything
// is trained. Adam starts anew with each range over Steps. The model and x must not be used otherwise meanwhile.
func (v *VAE[T]) Steps(ctx context.Context, x kernels.Matrix[T], o TrainOptions) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		t, err := newTrainer(v, x, o)
		if err != nil {
			yield(Progress{Reason: elbo.Failed}, err)
			return
		}
		defer t.team.close()
		var last Progress
		for t.epoch < t.o.Epochs {
			if ctx.Err() != nil {
				last.Reason = elbo.Cancelled
				yield(last, fmt.Errorf("vae: stopped after %d steps: %w", t.step, context.Cause(ctx)))
				return
			}
			p, err := t.next()
			if err != nil {
				last.Reason = elbo.Failed
				yield(last, err)
				return
			}
			if last = p; !yield(p, nil) {
				return
			}
		}
	}
}

// Fit trains the model as Steps does, to the end. With an error it returns what was done before it.
func (v *VAE[T]) Fit(ctx context.Context, x kernels.Matrix[T], o TrainOptions) (Result, error) {
	r := Result{Bound: math.NaN()}
	for p, err := range v.Steps(ctx, x, o) {
		r.Reason = p.Reason
		if err != nil {
			return r, err
		}
		r.Steps++
		if p.EpochEnd {
			r.Epochs++
			r.Bound = p.EpochBound
			r.Bounds = append(r.Bounds, r.Bound)
		}
	}
	return r, nil
}
