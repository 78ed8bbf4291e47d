package kernels

// Erf sets dst[i] = 2/√π ∫₀^x[i] e^-t² dt, the error function. dst and x have the same length and may be the same slice.
//
// erf(±0) = ±0, erf(±Inf) = ±1, erf(NaN) = NaN. docs/accuracy.md has the error bounds.
//
// Method: float32 has eight polynomials, each about a point where erf is almost a float32 number. float64 has a table of
// erf and erf' at the multiples of 1/64, and goes from the nearest one, r, by Taylor's series,
// erf(r + d) = erf(r) + erf'(r)·(d - r·d² + (2r² - 1)/3·d³ - …), to the seventh power. Panics if the lengths differ.
func Erf[T Float](dst, x []T) {
	checkLen("Erf", "x", len(x), len(dst))
	if is32[T]() {
		vecErfF32(f32(dst), f32(x))
	} else {
		vecErfF64(f64(dst), f64(x))
	}
}

// GELU sets dst[i] = x[i]·Φ(x[i]) = x/2·(1 + erf(x/√2)), the Gaussian error linear unit in its exact form (Hendrycks and
// Gimpel, "Gaussian error linear units", arXiv:1606.08415). dst and x have the same length and may be the same slice.
//
// gelu(±0) = ±0, gelu(+Inf) = +Inf, gelu(-Inf) = -0, gelu(NaN) = NaN; the lower tail keeps its relative accuracy down to
// the subnormal numbers. docs/accuracy.md has the error bounds.
//
// Method: with a = |x|, Φ(-a) = e^{-a²/2}·M(a): what a² is rounded by goes into the exponential's argument, and Mills'
// ratio M, times a + k, is a polynomial in (a - k)/(a + k) (Shepherd and Laframboise, "Chebyshev approximation of
// (1 + 2x) exp(x²) erfc x", Mathematics of Computation 36, 1981). Panics if the lengths differ.
func GELU[T Float](dst, x []T) {
	checkLen("GELU", "x", len(x), len(dst))
	if is32[T]() {
		vecGELUF32(f32(dst), f32(x))
	} else {
		vecGELUF64(f64(dst), f64(x))
	}
}
