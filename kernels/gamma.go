package kernels

// LGamma sets dst[i] = ln |Γ(x[i])|. dst and x have the same length and may be the same slice.
//
// lgamma(1) = lgamma(2) = +0; lgamma(±0) = lgamma(negative integer) = lgamma(±Inf) = +Inf, lgamma(NaN) = NaN. For x > 0
// the error is below 4 ULP, near the zeros at 1 and 2 too; below 0 the zeros have an absolute error: docs/accuracy.md.
//
// Method: for x ≥ 5/2 Stirling's series about w = x - ½, ln Γ(w + ½) = w (ln w - 1) + ½ ln 2π - 1/24w + …, its tail a
// minimax polynomial in 1/w²; below, Γ(x) = Γ(x + k)/(x…) leads to ln Γ(2 + t) = t·K(t), |t| ≤ 9/16; logarithms come in two
// parts. x < 0: Γ(x) Γ(1 - x) = π/sin πx (Abramowitz and Stegun 6.1.17). Panics if the lengths differ.
func LGamma[T Float](dst, x []T) {
	checkLen("LGamma", "x", len(x), len(dst))
	if is32[T]() {
		vecLGammaF32(f32(dst), f32(x))
	} else {
		vecLGammaF64(f64(dst), f64(x))
	}
}

// Digamma sets dst[i] = ψ(x[i]) = d/dx ln Γ(x). dst and x have the same length and may be the same slice.
//
// ψ(±0) = ∓Inf, ψ(negative integer) = ψ(-Inf) = NaN, ψ(+Inf) = +Inf, ψ(NaN) = NaN. For x > 0 the error is below 4 ULP,
// near the zero at 1.4616… too; below 0 the zeros have an absolute error: docs/accuracy.md.
//
// Method: for x ≥ 3, ψ(w + ½) = ln w + 1/24w² - …, w = x - ½, the tail a minimax polynomial in 1/w²; below, ψ(x + 1) =
// ψ(x) + 1/x leads to [1, 2], where ψ(x) = (x - x₀) R(x) with the zero x₀ in two parts. x < 0: ψ(x) = ψ(1 - x) -
// π cot πx (Abramowitz and Stegun 6.3.7). Panics if the lengths differ.
func Digamma[T Float](dst, x []T) {
	checkLen("Digamma", "x", len(x), len(dst))
	if is32[T]() {
		vecDigammaF32(f32(dst), f32(x))
	} else {
		vecDigammaF64(f64(dst), f64(x))
	}
}

// Trigamma sets dst[i] = ψ′(x[i]) = d²/dx² ln Γ(x). dst and x have the same length and may be the same slice.
//
// ψ′(±0) = ψ′(negative integer) = ψ′(-Inf) = +Inf, ψ′(+Inf) = +0, ψ′(NaN) = NaN. docs/accuracy.md has the error bounds.
//
// Method: for x ≥ 3, ψ′(w + ½) = 1/w - 1/12w³ + …, w = x - ½, the tail a minimax polynomial in 1/w²; below, three steps
// of ψ′(x) = ψ′(x + 1) + 1/x². x < 0: ψ′(x) = π²/sin² πx - ψ′(1 - x) (Abramowitz and Stegun 6.4.7). Panics if the
// lengths differ.
func Trigamma[T Float](dst, x []T) {
	checkLen("Trigamma", "x", len(x), len(dst))
	if is32[T]() {
		vecTrigammaF32(f32(dst), f32(x))
	} else {
		vecTrigammaF64(f64(dst), f64(x))
	}
}

// ExpDigamma sets dst[i] = e^ψ(x[i]) for x[i] ≥ 0: the geometric mean of a gamma variate of shape x, and, divided by that
// of the sum, of the parts of a Dirichlet variate, as variational inference needs it. dst and x have the same length and
// may be the same slice.
//
// It falls as e^-1/x towards x = 0, where it is +0, and is x - ½ + 1/24x + … for large x; e^ψ(+Inf) = +Inf, NaN for
// x < 0 and NaN. docs/accuracy.md has the error bounds, which hold down to the subnormal numbers; Exp of Digamma would
// lose as many units as |ψ|.
//
// Method: for x ≥ 3, w + 1/24w - …, w = x - ½, the tail a minimax polynomial in 1/w²; below, e^ψ(x) = e^ψ(x + 1)·e^-1/x
// leads to [1, 2] and a polynomial; what 1/x is rounded by goes into the exponential. Panics if the lengths differ.
func ExpDigamma[T Float](dst, x []T) {
	checkLen("ExpDigamma", "x", len(x), len(dst))
	if is32[T]() {
		vecExpDigammaF32(f32(dst), f32(x))
	} else {
		vecExpDigammaF64(f64(dst), f64(x))
	}
}
