package nn

import (
	"fmt"
	"math"
)

// GradientReport is the worst disagreement that CheckGradient found.
type GradientReport struct {
	Index     int     // the parameter
	Gradient  float64 // the gradient given for it
	Numerical float64 // the central difference
	RelError  float64 // |Gradient − Numerical| / max(|Gradient|, |Numerical|, scale)
}

// CheckGradient compares grad with central differences of f at theta,
//
//	f' ≈ [8(f(θ+h) − f(θ−h)) − (f(θ+2h) − f(θ−2h))] / 12h,   h = 2e-5·max(1, |θ|)
//
// whose error is about 1e-11·|f|, and returns the worst parameter. scale is 1e-3 of the largest element of grad: what is far
// below it is lost in f's rounding. f must be smooth around theta (a kink of ReLU within 2h shows as an
// error); it sees theta changed in one element, and theta is restored before CheckGradient returns. It
// fails if the lengths differ or f is not finite.
func CheckGradient(f func(theta []float64) float64, theta, grad []float64) (GradientReport, error) {
	worst := GradientReport{Index: -1}
	if len(theta) != len(grad) {
		return worst, fmt.Errorf("nn: CheckGradient: %d parameters, %d gradient elements", len(theta), len(grad))
	}
	scale := 0.0
	for _, g := range grad {
		scale = max(scale, math.Abs(g))
	}
	scale = max(scale*1e-3, math.SmallestNonzeroFloat64)
	for i, old := range theta {
		h := float64(2e-5 * max(1, math.Abs(old)))
		h2 := float64(2 * h)
		at := func(step float64) float64 {
			theta[i] = old + step
			return f(theta)
		}
		near, far := at(h)-at(-h), at(h2)-at(-h2)
		theta[i] = old
		num := (float64(8*near) - far) / (12 * h)
		if math.IsNaN(num) || math.IsInf(num, 0) {
			return worst, fmt.Errorf("nn: CheckGradient: f is not finite near parameter %d = %v", i, old)
		}
		e := math.Abs(grad[i]-num) / max(math.Abs(grad[i]), math.Abs(num), scale)
		if worst.Index < 0 || e > worst.RelError || e != e {
			worst = GradientReport{Index: i, Gradient: grad[i], Numerical: num, RelError: e}
		}
	}
	return worst, nil
}
