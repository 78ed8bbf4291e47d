package kernels

// Expm1 sets dst[i] = e^x[i] - 1, accurate near 0 too. dst and x have the same length and may be the same slice.
//
// expm1(±0) = ±0, expm1(+Inf) = +Inf, expm1(-Inf) = -1, expm1(NaN) = NaN; subnormal x are exact; overflow gives +Inf.
// The error is below 1 ULP in both types.
//
// Method: as Exp, with the reduced argument r in two parts and e^r - 1 = r + (r²/2 + …); 2^n - 1 is added by an exact
// sum (Dekker's Fast2Sum). Panics if the lengths differ.
func Expm1[T Float](dst, x []T) {
	checkLen("Expm1", "x", len(x), len(dst))
	if is32[T]() {
		vecExpm1F32(f32(dst), f32(x))
	} else {
		vecExpm1F64(f64(dst), f64(x))
	}
}

// Log1p sets dst[i] = ln(1 + x[i]), accurate near 0 too. dst and x have the same length and may be the same slice.
//
// log1p(±0) = ±0, log1p(-1) = -Inf, log1p(x < -1) = NaN, log1p(+Inf) = +Inf, log1p(NaN) = NaN; subnormal x are exact.
// The error is below 1 ULP in both types.
//
// Method: u = 1 + x and what its rounding lost (Knuth's TwoSum); Log's method for u, to which the loss is added where
// it is small; e·ln 2 + f is added last by Fast2Sum. Panics if the lengths differ.
func Log1p[T Float](dst, x []T) {
	checkLen("Log1p", "x", len(x), len(dst))
	if is32[T]() {
		vecLog1pF32(f32(dst), f32(x))
	} else {
		vecLog1pF64(f64(dst), f64(x))
	}
}

// SiLU sets dst[i] = x[i]/(1 + e^-x[i]), the sigmoid linear unit, also called swish (Elfwing, Uchibe and Doya, "Sigmoid-
// weighted linear units for neural network function approximation in reinforcement learning", Neural Networks 107,
// 2018). dst and x have the same length and may be the same slice.
//
// silu(±0) = ±0, silu(+Inf) = +Inf, silu(-Inf) = -0, silu(NaN) = NaN; the lower tail keeps its relative accuracy down to
// the subnormal numbers. docs/accuracy.md has the error bounds.
//
// Method: as Sigmoid; x is multiplied in before the exponent, which only then may leave the normal range. Panics if
// the lengths differ.
func SiLU[T Float](dst, x []T) {
	checkLen("SiLU", "x", len(x), len(dst))
	if is32[T]() {
		vecSiLUF32(f32(dst), f32(x))
	} else {
		vecSiLUF64(f64(dst), f64(x))
	}
}

// Sqrt sets dst[i] = √x[i], correctly rounded. dst and x have the same length and may be the same slice.
//
// sqrt(±0) = ±0, sqrt(x < 0) = NaN, sqrt(+Inf) = +Inf, sqrt(NaN) = NaN. Panics if the lengths differ.
func Sqrt[T Float](dst, x []T) {
	checkLen("Sqrt", "x", len(x), len(dst))
	if is32[T]() {
		vecSqrtF32(f32(dst), f32(x))
	} else {
		vecSqrtF64(f64(dst), f64(x))
	}
}

// Reciprocal sets dst[i] = 1/x[i], correctly rounded. dst and x have the same length and may be the same slice.
//
// 1/±0 = ±Inf, 1/±Inf = ±0, 1/NaN = NaN. Panics if the lengths differ.
func Reciprocal[T Float](dst, x []T) {
	checkLen("Reciprocal", "x", len(x), len(dst))
	if is32[T]() {
		vecReciprocalF32(f32(dst), f32(x))
	} else {
		vecReciprocalF64(f64(dst), f64(x))
	}
}
