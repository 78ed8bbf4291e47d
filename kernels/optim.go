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
	// WeightDecay λ, apart from the gradient (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019:
	// AdamW); 0 for none.
	WeightDecay T
}

// Adam makes one step of Adam down the gradient g, for parameters p with running means m of the gradient and v
// of its square, which start at zero (Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, with
// the denominator that PyTorch uses). For each i, every line one rounding but where · stands inside (then two):
//
//	m[i] = fma(β₁, m[i], (1−β₁)·g[i])
//	v[i] = fma(β₂, v[i], ((1−β₂)·g[i])·g[i])
//	d    = fma(√v[i], 1/√(1−β₂ᵗ), ε)
//	p[i] = fma(−α/(1−β₁ᵗ), m[i]/d, p[i]·(1−αλ))
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
	var c coefs[T]
	c.set(0, s.Beta1, 1-s.Beta1, s.Beta2, 1-s.Beta2, T(1/math.Sqrt(r2)), s.Epsilon, T(-float64(s.LR)/r1),
		T(1-float64(float64(s.LR)*float64(s.WeightDecay))))
	for lo := 0; lo < len(p); lo += pieceLen {
		hi := min(lo+pieceLen, len(p))
		if is32[T]() {
			adamF32(f32(p[lo:hi]), f32(m[lo:hi]), f32(v[lo:hi]), f32(g[lo:hi]), c.f32())
		} else {
			adamF64(f64(p[lo:hi]), f64(m[lo:hi]), f64(v[lo:hi]), f64(g[lo:hi]), c.f64())
		}
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

// SGDStep holds the constants of a step of SGD and of Momentum.
type SGDStep[T Float] struct {
	LR          T    // the step size α
	WeightDecay T    // λ, added to the gradient as λ·p; 0 for none
	Momentum    T    // μ, in [0, 1); Momentum alone reads it
	Nesterov    bool // look ahead; Momentum alone reads it
}

// SGD makes one step of gradient descent, for each i
//
//	p[i] = fma(−α, fma(λ, p[i], g[i]), p[i])
//
// p and g have one length and do not overlap. NaN gives NaN. SGD panics if the lengths differ.
func SGD[T Float](p, g []T, s SGDStep[T]) {
	checkLen("SGD", "g", len(g), len(p))
	var c coefs[T]
	c.set(0, -s.LR, s.WeightDecay)
	for lo := 0; lo < len(p); lo += pieceLen {
		hi := min(lo+pieceLen, len(p))
		if is32[T]() {
			sgdF32(f32(p[lo:hi]), f32(g[lo:hi]), c.f32())
		} else {
			sgdF64(f64(p[lo:hi]), f64(g[lo:hi]), c.f64())
		}
	}
}

// Momentum makes one step of gradient descent with a velocity v, which starts at zero, in PyTorch's form (Sutskever, Martens,
// Dahl and Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013). For each i:
//
//	d = fma(λ, p[i], g[i]); v[i] = fma(μ, v[i], d)
//	p[i] = fma(−α, v[i], p[i]), or with Nesterov's look ahead fma(−α, fma(μ, v[i], d), p[i])
//
// p, v and g have one length and do not overlap. NaN gives NaN. Momentum panics if the lengths differ.
func Momentum[T Float](p, v, g []T, s SGDStep[T]) {
	checkLen("Momentum", "v", len(v), len(p))
	checkLen("Momentum", "g", len(g), len(p))
	var c coefs[T]
	c.set(0, -s.LR, s.WeightDecay, s.Momentum)
	for lo := 0; lo < len(p); lo += pieceLen {
		hi := min(lo+pieceLen, len(p))
		if is32[T]() {
			momentumF32(f32(p[lo:hi]), f32(v[lo:hi]), f32(g[lo:hi]), c.f32(), s.Nesterov)
		} else {
			momentumF64(f64(p[lo:hi]), f64(v[lo:hi]), f64(g[lo:hi]), c.f64(), s.Nesterov)
		}
	}
}

// AdaGradStep holds the constants of a step of AdaGrad.
type AdaGradStep[T Float] struct {
	LR          T // the step size α
	Epsilon     T // added to the denominator
	WeightDecay T // λ, added to the gradient as λ·p; 0 for none
}

// AdaGrad makes one step of AdaGrad (Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic
// optimization", JMLR 12, 2011), for parameters p with the sums s of the squared gradients, which start at zero or a little
// above it. For each i:
//
//	d = fma(λ, p[i], g[i]); s[i] = fma(d, d, s[i])
//	p[i] = fma(−α, d/(√s[i] + ε), p[i])
//
// p, s and g have one length and do not overlap. NaN gives NaN. AdaGrad panics if the lengths differ.
func AdaGrad[T Float](p, s, g []T, step AdaGradStep[T]) {
	checkLen("AdaGrad", "s", len(s), len(p))
	checkLen("AdaGrad", "g", len(g), len(p))
	var c coefs[T]
	c.set(0, -step.LR, step.WeightDecay, step.Epsilon)
	for lo := 0; lo < len(p); lo += pieceLen {
		hi := min(lo+pieceLen, len(p))
		if is32[T]() {
			adagradF32(f32(p[lo:hi]), f32(s[lo:hi]), f32(g[lo:hi]), c.f32())
		} else {
			adagradF64(f64(p[lo:hi]), f64(s[lo:hi]), f64(g[lo:hi]), c.f64())
		}
	}
}
