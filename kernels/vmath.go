package kernels

// The elementwise functions share one method: reduce the argument by exactly rounded steps, evaluate a
// minimax polynomial made by Sollya's fpminimax (Brisebarre and Chevillard, "Efficient polynomial
// L∞-approximations", ARITH 2007), put the parts together by the fewest roundings. Each uses +, -, *, /, fma,
// integer operations and selects only, so that every ISA gives the same bits. docs/accuracy.md lists the
// largest errors, and how they are measured.

// Exp sets dst[i] = e^x[i]. dst and x have the same length and may be the same slice.
//
// exp(+Inf) = +Inf, exp(-Inf) = +0, exp(NaN) = NaN; results below the normal range are rounded once, overflow
// gives +Inf. The error is below 1 ULP in both types.
//
// Method: x = n·ln 2 + r with ln 2 in two parts (Cody and Waite, "Software Manual for the Elementary
// Functions", 1980, chapter 6), e^r by a polynomial, the exponent added as an integer. Panics if the lengths differ.
func Exp[T Float](dst, x []T) {
	checkLen("Exp", "x", len(x), len(dst))
	if is32[T]() {
		vecExpF32(f32(dst), f32(x))
	} else {
		vecExpF64(f64(dst), f64(x))
	}
}

// Log sets dst[i] = ln x[i], the natural logarithm (nats). dst and x have the same length and may be the same slice.
//
// log(±0) = -Inf, log(x < 0) = NaN, log(+Inf) = +Inf, log(NaN) = NaN; subnormal x are exact inputs. The error
// is below 1 ULP in both types.
//
// Method: x = 2^e·m with m near 1, then a polynomial in m-1 (float32) or in s = (m-1)/(m+1) as in Sun's fdlibm
// e_log.c (float64), and e·ln 2 in two parts. Panics if the lengths differ.
func Log[T Float](dst, x []T) {
	checkLen("Log", "x", len(x), len(dst))
	if is32[T]() {
		vecLogF32(f32(dst), f32(x))
	} else {
		vecLogF64(f64(dst), f64(x))
	}
}

// Tanh sets dst[i] = tanh x[i] = (e^2x - 1)/(e^2x + 1). dst and x have the same length and may be the same slice.
//
// tanh(±0) = ±0, tanh(±Inf) = ±1, tanh(NaN) = NaN. The error is below 1.6 ULP in float32, 2.8 ULP in float64.
//
// Method: float32: an odd polynomial below 0.5625, 1 - 2/(e^2|x| + 1) above; float64: N/(N+2) with N = e^2|x| - 1
// (fdlibm s_tanh.c). Panics if the lengths differ.
func Tanh[T Float](dst, x []T) {
	checkLen("Tanh", "x", len(x), len(dst))
	if is32[T]() {
		vecTanhF32(f32(dst), f32(x))
	} else {
		vecTanhF64(f64(dst), f64(x))
	}
}

// Sigmoid sets dst[i] = 1/(1 + e^-x[i]), the logistic function. dst and x have the same length and may be the
// same slice.
//
// sigmoid(+Inf) = 1, sigmoid(-Inf) = +0, sigmoid(NaN) = NaN; the lower tail keeps its relative accuracy down to
// the smallest subnormal. The error is below 2 ULP in both types.
//
// Method: E = e^-|x|, then 1/(1+E) or, for x < 0, E/(1+E): no cancellation, no overflow. What the rounding of 1+E
// left, which is exact, and in float64 what the quotient left, are made good. Panics if the lengths differ.
func Sigmoid[T Float](dst, x []T) {
	checkLen("Sigmoid", "x", len(x), len(dst))
	if is32[T]() {
		vecSigmoidF32(f32(dst), f32(x))
	} else {
		vecSigmoidF64(f64(dst), f64(x))
	}
}

// Softplus sets dst[i] = ln(1 + e^x[i]). dst and x have the same length and may be the same slice.
//
// softplus(+Inf) = +Inf, softplus(-Inf) = +0, softplus(NaN) = NaN. The error is below 1.8 ULP in
// float32, 2.0 ULP in float64.
//
// Method: max(x, 0) + log1p(y) with y = e^-|x|, and log1p(y) = 2 atanh(s), s = y/(2+y), by a polynomial in s²
// (fdlibm s_log1p.c). Panics if the lengths differ.
func Softplus[T Float](dst, x []T) {
	checkLen("Softplus", "x", len(x), len(dst))
	if is32[T]() {
		vecSoftplusF32(f32(dst), f32(x))
	} else {
		vecSoftplusF64(f64(dst), f64(x))
	}
}
