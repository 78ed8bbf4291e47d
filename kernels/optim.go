package kernels

import (
	"fmt"
	"math"
)

// AdamStep holds the constants of one step of Adam. The usual values are LR 1e-3, Beta1 0.9, Beta2 0.999,
// Epsilon 1e-8.
type AdamStep[T Float] struct {
	LR      T   // the step size α
	Beta1   T   // the decay of the mean of the gradient, in [0, 1)
	Beta2   T   // the decay of the mean of its square, in [0, 1)
	Epsilon T   // added to the denominator
	Step    int // t, counted from 1
}

// adamCoef holds what the kernels need of a step. The assembly reads it by these offsets: seven values in a row.
type adamCoef[T Float] struct {
	b1, c1 T // β₁, 1−β₁
	b2, c2 T // β₂, 1−β₂
	rs     T // 1/√(1−β₂ᵗ)
	eps    T
	step   T // −α/(1−β₁ᵗ)
}

// Adam makes one step of Adam down the gradient g, for parameters p with running means m of the gradient and v
// of its square, which start at zero (Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with
// the denominator that PyTorch uses). For each i, every line one rounding but where · stands inside (then two):
//
//	m[i] = fma(β₁, m[i], (1−β₁)·g[i])
//	v[i] = fma(β₂, v[i], ((1−β₂)·g[i])·g[i])
//	d    = fma(√v[i], 1/√(1−β₂ᵗ), ε)
//	p[i] = fma(−α/(1−β₁ᵗ), m[i]/d, p[i])
//
// The constants of the step are computed in float64, βᵗ by repeated squaring, and then rounded to T. The four
// slices have the same length and do not overlap. NaN in g makes m, v and p NaN at that place; √v is NaN
// where v is negative. Adam panics if the lengths differ or if t < 1.
func Adam[T Float](p, m, v, g []T, s AdamStep[T]) {
	checkLen("Adam", "m", len(m), len(p))
	checkLen("Adam", "v", len(v), len(p))
	checkLen("Adam", "g", len(g), len(p))
	if s.Step < 1 {
		panic(fmt.Sprintf("kernels: Adam: Step is %d: the first step is 1", s.Step))
	}
	b1, b2 := float64(s.Beta1), float64(s.Beta2)
	r1, r2 := 1-powInt(b1, s.Step), 1-powInt(b2, s.Step)
	c := adamCoef[T]{
		b1: s.Beta1, c1: 1 - s.Beta1, b2: s.Beta2, c2: 1 - s.Beta2,
		rs: T(1 / math.Sqrt(r2)), eps: s.Epsilon, step: T(-float64(s.LR) / r1),
	}
	if is32[T]() {
		c := adamCoef[float32]{float32(c.b1), float32(c.c1), float32(c.b2), float32(c.c2), float32(c.rs), float32(c.eps), float32(c.step)}
		adamF32(f32(p), f32(m), f32(v), f32(g), &c)
	} else {
		c := adamCoef[float64]{float64(c.b1), float64(c.c1), float64(c.b2), float64(c.c2), float64(c.rs), float64(c.eps), float64(c.step)}
		adamF64(f64(p), f64(m), f64(v), f64(g), &c)
	}
}

// powInt returns bⁿ, n ≥ 0, by squaring from the lowest bit of n.
func powInt(b float64, n int) float64 {
	r := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			r *= b
		}
		b *= b
	}
	return r
}
