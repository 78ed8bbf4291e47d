package nn

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// AdamOptions are Adam's settings; the zero value of a field stands for the usual one.
type AdamOptions struct {
	LR      float64 // learning rate; 0: 1e-3
	Beta1   float64 // decay of the gradient's mean; 0: 0.9
	Beta2   float64 // decay of the squared gradient's mean; 0: 0.999
	Epsilon float64 // added to the root; 0: 1e-8
}

// withDefaults fills in the usual settings and refuses the senseless ones.
func (o AdamOptions) withDefaults() (AdamOptions, error) {
	set := func(v *float64, usual float64) {
		if *v == 0 {
			*v = usual
		}
	}
	set(&o.LR, 1e-3)
	set(&o.Beta1, 0.9)
	set(&o.Beta2, 0.999)
	set(&o.Epsilon, 1e-8)
	switch {
	case !(o.LR > 0) || math.IsInf(o.LR, 0):
		return o, fmt.Errorf("nn: learning rate %v: want a positive number", o.LR)
	case !(o.Beta1 > 0 && o.Beta1 < 1) || !(o.Beta2 > 0 && o.Beta2 < 1):
		return o, fmt.Errorf("nn: Adam's decays %v and %v: want numbers between 0 and 1", o.Beta1, o.Beta2)
	case !(o.Epsilon > 0) || math.IsInf(o.Epsilon, 0):
		return o, fmt.Errorf("nn: Adam's epsilon %v: want a positive number", o.Epsilon)
	}
	return o, nil
}

// Adam is the optimiser of Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015, with PyTorch's order
// of operations (see kernels.Adam). It goes down the gradient. Its state, together with the parameters, is all
// that a training run needs to go on: M, V and Steps may be saved and put back.
type Adam[T kernels.Float] struct {
	M, V  []T // running means of the gradient and of its square
	Steps int // steps taken
	o     AdamOptions
}

// NewAdam returns the optimiser for n parameters, at step 0 with M = V = 0. It fails if a setting is out of range.
func NewAdam[T kernels.Float](n int, o AdamOptions) (*Adam[T], error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, fmt.Errorf("nn: Adam for %d parameters", n)
	}
	return &Adam[T]{M: make([]T, n), V: make([]T, n), o: o}, nil
}

// SetLR changes the learning rate from the next step on; it fails unless lr is positive and finite.
func (a *Adam[T]) SetLR(lr float64) error {
	if !(lr > 0) || math.IsInf(lr, 0) {
		return fmt.Errorf("nn: learning rate %v: want a positive number", lr)
	}
	a.o.LR = lr
	return nil
}

// Step moves the parameters p one step down the gradient g and counts the step. It fails, changing nothing, if the
// lengths are not the optimiser's.
func (a *Adam[T]) Step(p, g []T) error {
	if err := a.StepPart(p, g, 0, 1); err != nil {
		return err
	}
	a.Advance()
	return nil
}

// StepPart does part part of parts of a step, so that goroutines may share one; when all parts are done, one of
// them calls Advance. The bits do not depend on parts.
func (a *Adam[T]) StepPart(p, g []T, part, parts int) error {
	if len(p) != len(a.M) || len(g) != len(a.M) || len(a.V) != len(a.M) {
		return fmt.Errorf("nn: Adam for %d parameters got %d with a gradient of length %d", len(a.M), len(p), len(g))
	}
	if part < 0 || part >= parts {
		return fmt.Errorf("nn: Adam: part %d of %d", part, parts)
	}
	lo, hi := span(len(p), part, parts)
	kernels.Adam(p[lo:hi], a.M[lo:hi], a.V[lo:hi], g[lo:hi], kernels.AdamStep[T]{
		LR: T(a.o.LR), Beta1: T(a.o.Beta1), Beta2: T(a.o.Beta2), Epsilon: T(a.o.Epsilon), Step: a.Steps + 1,
	})
	return nil
}

// Advance counts a step whose parts are done.
func (a *Adam[T]) Advance() { a.Steps++ }
