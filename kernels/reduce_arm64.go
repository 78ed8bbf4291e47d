//go:build !purego && !race

package kernels

import "unsafe"

// The sums below cut x into chunks of 8192 elements and write the sum of each to sums, one sum where n = 0. A chunk has L
// lanes s[j], 32 in float32 and 16 in float64, that start at +0; halve(s) is s[j] += s[j+h], j < h, for h = L/2 … 1, and then
// s[0]. n is at most 8 chunks.

// sumF32NEON: s[i%L] += x[i]; sums[i/8192] = halve(s).
//
//go:noescape
func sumF32NEON(sums, x *float32, n int)

// sumF64NEON: s[i%L] += x[i]; sums[i/8192] = halve(s).
//
//go:noescape
func sumF64NEON(sums, x *float64, n int)

// sumSquaresF32NEON: s[i%L] = fma(x[i], x[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresF32NEON(sums, x *float32, n int)

// sumSquaresF64NEON: s[i%L] = fma(x[i], x[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresF64NEON(sums, x *float64, n int)

// sumSquaresScaledF32NEON: v = a·x[i]; s[i%L] = fma(v, v, s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresScaledF32NEON(sums, x *float32, n int, a float32)

// sumSquaresScaledF64NEON: v = a·x[i]; s[i%L] = fma(v, v, s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresScaledF64NEON(sums, x *float64, n int, a float64)

// dotF32NEON: s[i%L] = fma(x[i], y[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func dotF32NEON(sums, x, y *float32, n int)

// dotF64NEON: s[i%L] = fma(x[i], y[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func dotF64NEON(sums, x, y *float64, n int)

// maxF32NEON: if x[i] > m { m = x[i] }, i < n, from −Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF32NEON(x *float32, n int) float32

// maxF64NEON: if x[i] > m { m = x[i] }, i < n, from −Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF64NEON(x *float64, n int) float64

// minF32NEON: if x[i] < m { m = x[i] }, i < n, from +Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func minF32NEON(x *float32, n int) float32

// minF64NEON: if x[i] < m { m = x[i] }, i < n, from +Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func minF64NEON(x *float64, n int) float64

// indexF32NEON: the least i < n where v − x[i] is 0 or NaN, n if there is none; v is no NaN.
//
//go:noescape
func indexF32NEON(x *float32, n int, v float32) int

// indexF64NEON: the least i < n where v − x[i] is 0 or NaN, n if there is none; v is no NaN.
//
//go:noescape
func indexF64NEON(x *float64, n int, v float64) int

func sum[T Float](x []T) T    { return reduce(ofElements, x, nil, 0) }
func dot[T Float](x, y []T) T { return reduce(ofProducts, x, y, 0) }

func reduceF32(op reduction, sums *float32, x, y []float32, a float32) {
	xp, yp := unsafe.SliceData(x), unsafe.SliceData(y)
	switch Active() {
	case NEON:
		switch op {
		case ofElements:
			sumF32NEON(sums, xp, len(x))
		case ofSquares:
			sumSquaresF32NEON(sums, xp, len(x))
		case ofSquaresScaled:
			sumSquaresScaledF32NEON(sums, xp, len(x), a)
		default:
			dotF32NEON(sums, xp, yp, len(x))
		}
	default:
		reduceGenericF32(op, sums, x, y, a)
	}
}

func reduceF64(op reduction, sums *float64, x, y []float64, a float64) {
	xp, yp := unsafe.SliceData(x), unsafe.SliceData(y)
	switch Active() {
	case NEON:
		switch op {
		case ofElements:
			sumF64NEON(sums, xp, len(x))
		case ofSquares:
			sumSquaresF64NEON(sums, xp, len(x))
		case ofSquaresScaled:
			sumSquaresScaledF64NEON(sums, xp, len(x), a)
		default:
			dotF64NEON(sums, xp, yp, len(x))
		}
	default:
		reduceGenericF64(op, sums, x, y, a)
	}
}

func maxF32(x []float32) float32 {
	switch Active() {
	case NEON:
		return maxF32NEON(unsafe.SliceData(x), len(x))
	default:
		return maxGeneric(x)
	}
}

func maxF64(x []float64) float64 {
	switch Active() {
	case NEON:
		return maxF64NEON(unsafe.SliceData(x), len(x))
	default:
		return maxGeneric(x)
	}
}

func minF32(x []float32) float32 {
	switch Active() {
	case NEON:
		return minF32NEON(unsafe.SliceData(x), len(x))
	default:
		return minGeneric(x)
	}
}

func minF64(x []float64) float64 {
	switch Active() {
	case NEON:
		return minF64NEON(unsafe.SliceData(x), len(x))
	default:
		return minGeneric(x)
	}
}

func indexF32(x []float32, v float32) int {
	switch Active() {
	case NEON:
		return indexF32NEON(unsafe.SliceData(x), len(x), v)
	default:
		return indexGeneric(x, v)
	}
}

func indexF64(x []float64, v float64) int {
	switch Active() {
	case NEON:
		return indexF64NEON(unsafe.SliceData(x), len(x), v)
	default:
		return indexGeneric(x, v)
	}
}

func sumExpF32(e, x []float32, m float32) float32 {
	if Active() == NEON {
		return sumExpBlocks(e, x, m)
	}
	return sumExpGeneric(e, x, m)
}

func sumExpF64(e, x []float64, m float64) float64 {
	if Active() == NEON {
		return sumExpBlocks(e, x, m)
	}
	return sumExpGeneric(e, x, m)
}

// sumExpBlocks is the sum of exponentials of one vector of at most pieceLen elements; e may be nil.
func sumExpBlocks[T Float](e, x []T, m T) T {
	var buf [512]T
	s, _ := sumTerms(e, x, m, buf[:], false)
	return s
}
