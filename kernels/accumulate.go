package kernels

// Accumulate adds a vector to sums in float64:
//
//	dst[i] += float64(x[i])
//
// with one rounding, of the sum. NaN and ±Inf follow IEEE-754. Accumulate panics if the lengths differ.
func Accumulate[T Float](dst []float64, x []T) {
	checkLen("Accumulate", "x", len(x), len(dst))
	if is32[T]() {
		accumulate(dst, f32(x))
	} else {
		addF64(dst, dst, f64(x))
	}
}
