package em

import "example.com/elbo/internal/special"

// The parts of ln Γ and ψ that are left of Stirling's formula. With them the terms of a Student-t density do not cancel, however
// many degrees of freedom there are.

// stirling is where their asymptotic series take over.
const stirlingFrom = 16

const halfLog2Pi = 0.91893853320467274178 // ½ ln 2π

// stirling returns ln Γ(x) − (x − ½) ln x + x − ½ ln 2π, x > 0 (Abramowitz and Stegun 6.1.41).
func stirling(x float64) float64 {
	if x < stirlingFrom {
		return special.Lgamma(x) - float64((x-0.5)*logOf(x)) + x - halfLog2Pi
	}
	z := 1 / float64(x*x)
	s := 1.0 / 156
	for _, c := range [...]float64{-691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12} {
		s = float64(s*z) + c
	}
	return s / x
}

// digammaLess returns ψ(x) − ln x, x > 0, which rises from −∞ to 0 (Abramowitz and Stegun 6.3.18).
func digammaLess(x float64) float64 {
	if x < stirlingFrom {
		return special.Digamma(x) - logOf(x)
	}
	z := 1 / float64(x*x)
	s := 1.0 / 12
	for _, c := range [...]float64{-691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252, -1.0 / 120, 1.0 / 12} {
		s = float64(s*z) + c
	}
	return -float64(s*z) - 0.5/x
}

// freedomFor returns the ν from LeastFreedom to MostFreedom that maximises Σ_n w_n r_nk E[log Gamma(u_nk; ν/2, ν/2)], v being the
// average of E[ln u − u + 1]: the root of ψ(ν/2) − ln(ν/2) = v, or the end of the range nearer to it. The left side
// rises, so that bisection finds it to the last bit.
func freedomFor(v float64) float64 {
	return maximum(func(b float64) bool { return digammaLess(b) < v })
}

// freedomFor is freedomFor of n rows whose sum of E[ln u − u + 1] is v, with the prior: its derivative by ν falls too.
func (p FreedomPrior) freedomFor(v, n float64) float64 {
	return maximum(func(b float64) bool { return float64(n*digammaLess(b))+float64(2*p.Rate)-(p.Shape-1)/b < v })
}

// maximum returns the ν from LeastFreedom to MostFreedom at which what rises, as rises says of ν/2, ceases to.
func maximum(rises func(b float64) bool) float64 {
	lo, hi := LeastFreedom/2.0, MostFreedom/2.0
	switch {
	case !rises(lo):
		return LeastFreedom
	case rises(hi):
		return MostFreedom
	}
	for {
		mid := lo + float64((hi-lo)/2)
		if mid <= lo || mid >= hi {
			return 2 * mid
		}
		if rises(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
}
