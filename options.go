package elbo

import (
	"fmt"
	"math"
)

// Options are the settings that all fits share. The zero value is the default: batch EM.
type Options struct {
	MaxIter int     // the most iterations; 0: 1000
	Tol     float64 // stop when an iteration raises the bound by at most Tol nats per unit of weight; 0: 1e-7; negative: never
	// Aitken makes Tol a bound on what all further iterations together would add, L∞ − L, extrapolated from the last three
	// bounds of a batch fit: L∞ = L_t + (L_t − L_{t−1})·a/(1 − a) with a = (L_t − L_{t−1})/(L_{t−1} − L_{t−2}) < 1. EM converges
	// linearly, at a rate near 1 where components overlap, so that a small step says little. (Böhning et al., "The
	// distribution of the likelihood ratio for mixtures of densities from the one-parameter exponential family", Ann. Inst.
	// Statist. Math. 46, 1994.)
	Aitken   bool
	Workers  int      // goroutines of the E-step, 0: 1; the result does not depend on it
	Seed     uint64   // of all random draws; the result depends on it
	Schedule Schedule // after which rows an M-step comes: Batch{} (nil too), Stepwise{} or Incremental{}
	// Accelerate makes batch EM take SQUAREM's extrapolations, which never lower the bound.
	Accelerate Acceleration
}

// A Schedule says after which rows an M-step comes: Batch, Stepwise or Incremental.
type Schedule interface {
	check() error
}

// Batch makes an M-step after each pass over all rows: the EM algorithm proper.
type Batch struct{}

func (Batch) check() error { return nil }

// Stepwise is online EM, for vem stochastic variational inference: an M-step after every minibatch, from a running average of the
// statistics,
//
//	S ← (1 − ρ_t) S + ρ_t B Ŝ_t,  ρ_t = (t + Tau)^−Kappa,  t = 1, 2, …
//
// Ŝ_t those of one of B minibatches, which all have the same number of rows, the last perhaps some fewer. It starts with an E-step over all rows. An iteration is a pass over the
// data, its minibatches in an order drawn anew from Seed (of a Source, in the source's order). The bound of an iteration is an
// estimate: the sum over minibatches, each before its M-step; only that of the last iteration is exact, by one more E-step over
// all rows. (Cappé and Moulines, "On-line expectation–maximization algorithm for latent data models", J. Roy. Stat. Soc. B 71,
// 2009; Hoffman et al., "Stochastic variational inference", J. Mach. Learn. Res. 14, 2013.)
type Stepwise struct {
	Rows  int     // of a minibatch, or sequences, about; 0: 1024, or 16 sequences
	Kappa float64 // from above ½ to 1, where the steps converge; 0: 0.7
	Tau   float64 // at least 0: it weakens the first steps; 0: 1
}

func (s Stepwise) check() error {
	switch {
	case s.Rows < 0:
		return fmt.Errorf("elbo: Stepwise.Rows is %d: give a positive number, or 0 for 1024", s.Rows)
	case s.Kappa != 0 && !(s.Kappa > 0.5 && s.Kappa <= 1):
		return fmt.Errorf("elbo: Stepwise.Kappa is %v: want a number above 0.5 and at most 1, or 0 for 0.7", s.Kappa)
	case !(s.Tau >= 0) || math.IsInf(s.Tau, 1):
		return fmt.Errorf("elbo: Stepwise.Tau is %v: want a number of at least 0", s.Tau)
	}
	return nil
}

// Incremental keeps the statistics of each of a number of blocks of rows. A step makes an M-step from their sum, then the E-step of
// one block, whose statistics replace the old ones. Every step raises the bound, which is exact and needs no pass over the data: with
// the blocks' old posteriors q it is L(q, θ) ≤ log p(x | θ), and equal to it at the fixed point. An iteration is a step for each block, in
// order; it costs one pass and gets further than one of Batch where rows are many and alike. For vem this is memoized variational Bayes.
// After a component was split or dropped, which ends the iteration, the statistics of all blocks are made anew, by one more pass.
// The memory is twice Blocks times the statistics. (Neal and Hinton 1998; Hughes and Sudderth, "Memoized online variational inference for
// Dirichlet process mixture models", NIPS 2013.)
type Incremental struct {
	Blocks int // 0: 10; at most one a row
}

func (s Incremental) check() error {
	if s.Blocks < 0 {
		return fmt.Errorf("elbo: Incremental.Blocks is %d: give a positive number, or 0 for 10", s.Blocks)
	}
	return nil
}

// Acceleration is a way to need fewer iterations.
type Acceleration uint8

// The accelerations. SQUAREM extrapolates from the statistics S0, S1, S2 of three consecutive E-steps to S = S0 − 2αr + α²v,
// r = S1 − S0, v = S2 − 2S1 + S0, α = −‖r‖/‖v‖, and keeps what the M-step and E-step from there give if the bound is not lower; else EM
// goes on from S2 and the next steps are shorter. Where the M-step does not take the statistics −α is halved. (Varadhan and Roland, "Simple and globally convergent methods for
// accelerating the convergence of any EM algorithm", Scand. J. Statist. 35, 2008, scheme S3, in statistics instead of parameters:
// so it knows nothing of the model.)
const (
	NoAcceleration Acceleration = iota
	SQUAREM
)

// withDefaults returns the options with their zeros replaced, or an error that says which is out of range.
func (o Options) withDefaults() (Options, error) {
	switch {
	case o.MaxIter < 0:
		return o, fmt.Errorf("elbo: Options.MaxIter is %d: give a positive number, or 0 for 1000", o.MaxIter)
	case o.Tol-o.Tol != 0:
		return o, fmt.Errorf("elbo: Options.Tol is %v: give a finite number of nats per unit of weight, or 0 for 1e-7", o.Tol)
	case o.Workers < 0:
		return o, fmt.Errorf("elbo: Options.Workers is %d: give a positive number, or 0 for 1", o.Workers)
	case o.Accelerate > SQUAREM:
		return o, fmt.Errorf("elbo: Options.Accelerate is %d: want NoAcceleration or SQUAREM", o.Accelerate)
	}
	if o.MaxIter == 0 {
		o.MaxIter = 1000
	}
	if o.Tol == 0 {
		o.Tol = 1e-7
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	if o.Schedule == nil {
		o.Schedule = Batch{}
	}
	if err := o.Schedule.check(); err != nil {
		return o, err
	}
	switch _, batch := o.Schedule.(Batch); {
	case !batch && o.Accelerate != NoAcceleration:
		return o, fmt.Errorf("elbo: Options.Accelerate is of batch fits: leave it out, or Schedule")
	case o.Aitken && (!batch || o.Accelerate != NoAcceleration):
		return o, fmt.Errorf("elbo: Options.Aitken is of batch fits without acceleration: leave it out")
	}
	return o, nil
}
