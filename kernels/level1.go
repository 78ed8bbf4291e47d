package kernels

// pieceLen is the number of elements that one call of an assembly kernel handles: assembly cannot be
// preempted, so long vectors are looped over in Go. It is a multiple of every kernel's block, and it is
// also the chunk of rule 11 of docs/numerics.md, by which long sums are cut.
const pieceLen = 8192

// Axpy adds a multiple of x to dst:
//
//	dst[i] = fma(a, x[i], dst[i])
//
// with one rounding per element. dst and x have the same length and may be the same slice.
// NaN and ±Inf follow IEEE-754. Axpy panics if the lengths differ.
func Axpy[T Float](dst []T, a T, x []T) {
	checkLen("Axpy", "x", len(x), len(dst))
	if is32[T]() {
		axpyF32(f32(dst), float32(a), f32(x))
	} else {
		axpyF64(f64(dst), float64(a), f64(x))
	}
}

// Scale multiplies x by a:
//
//	dst[i] = x[i] · a
//
// dst and x have the same length and may be the same slice. NaN and ±Inf follow IEEE-754.
// Scale panics if the lengths differ.
func Scale[T Float](dst, x []T, a T) {
	checkLen("Scale", "x", len(x), len(dst))
	if is32[T]() {
		scaleVecF32(f32(dst), f32(x), float32(a))
	} else {
		scaleVecF64(f64(dst), f64(x), float64(a))
	}
}

// Add adds two vectors:
//
//	dst[i] = x[i] + y[i]
//
// The three slices have the same length; dst may be the same slice as x or y or both. NaN and ±Inf follow
// IEEE-754. Add panics if the lengths differ.
func Add[T Float](dst, x, y []T) {
	checkLen("Add", "x", len(x), len(dst))
	checkLen("Add", "y", len(y), len(dst))
	if is32[T]() {
		addF32(f32(dst), f32(x), f32(y))
	} else {
		addF64(f64(dst), f64(x), f64(y))
	}
}

// Sub subtracts two vectors:
//
//	dst[i] = x[i] − y[i]
//
// The three slices have the same length; dst may be the same slice as x or y or both. NaN and ±Inf follow
// IEEE-754. Sub panics if the lengths differ.
func Sub[T Float](dst, x, y []T) {
	checkLen("Sub", "x", len(x), len(dst))
	checkLen("Sub", "y", len(y), len(dst))
	if is32[T]() {
		subF32(f32(dst), f32(x), f32(y))
	} else {
		subF64(f64(dst), f64(x), f64(y))
	}
}

// Mul multiplies two vectors element by element:
//
//	dst[i] = x[i] · y[i]
//
// The three slices have the same length; dst may be the same slice as x or y or both. NaN and ±Inf follow
// IEEE-754. Mul panics if the lengths differ.
func Mul[T Float](dst, x, y []T) {
	checkLen("Mul", "x", len(x), len(dst))
	checkLen("Mul", "y", len(y), len(dst))
	if is32[T]() {
		mulF32(f32(dst), f32(x), f32(y))
	} else {
		mulF64(f64(dst), f64(x), f64(y))
	}
}

// Clamp brings x into the range from lo to hi:
//
//	v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v
//
// dst and x have the same length and may be the same slice. What the comparisons leave alone keeps its bits: NaN stays
// NaN, and -0 passes a bound of +0. A bound that is NaN bounds nothing; if lo > hi, every number becomes hi. Clamp
// panics if the lengths differ.
func Clamp[T Float](dst, x []T, lo, hi T) {
	checkLen("Clamp", "x", len(x), len(dst))
	if is32[T]() {
		clampF32(f32(dst), f32(x), float32(lo), float32(hi))
	} else {
		clampF64(f64(dst), f64(x), float64(lo), float64(hi))
	}
}

// Fill sets every element to a:
//
//	dst[i] = a
func Fill[T Float](dst []T, a T) {
	if is32[T]() {
		fillF32(f32(dst), float32(a))
	} else {
		fillF64(f64(dst), float64(a))
	}
}
