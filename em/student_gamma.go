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
	lo, hi := LeastFreedom/2.0, MostFreedom/2.0
	switch {
	case !(v > digammaLess(lo)):
		return LeastFreedom
	case v >= digammaLess(hi):
		return MostFreedom
	}
	for {
		mid := lo + float64((hi-lo)/2)
		if mid <= lo || mid >= hi {
			return 2 * mid
		}
		if digammaLess(mid) < v {
			lo = mid
		} else {
			hi = mid
		}
	}
}
