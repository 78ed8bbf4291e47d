//go:build !purego && !race

package kernels

import "unsafe"

// The sums below cut x into chunks of 8192 elements and write the sum of each to sums, one sum where n = 0. A chunk has L
// lanes s[j], 32 in float32 and 16 in float64, that start at +0; halve(s) is s[j] += s[j+h], j < h, for h = L/2 … 1, and then
// s[0]. n is at most 8 chunks.

// sumF32AVX2: s[i%L] += x[i]; sums[i/8192] = halve(s).
//
//go:noescape
func sumF32AVX2(sums, x *float32, n int)

// sumF64AVX2: s[i%L] += x[i]; sums[i/8192] = halve(s).
//
//go:noescape
func sumF64AVX2(sums, x *float64, n int)

// sumF32AVX512: s[i%L] += x[i]; sums[i/8192] = halve(s).
//
//go:noescape
func sumF32AVX512(sums, x *float32, n int)

// sumF64AVX512: s[i%L] += x[i]; sums[i/8192] = halve(s).
//
//go:noescape
func sumF64AVX512(sums, x *float64, n int)

// sumSquaresF32AVX2: s[i%L] = fma(x[i], x[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresF32AVX2(sums, x *float32, n int)

// sumSquaresF64AVX2: s[i%L] = fma(x[i], x[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresF64AVX2(sums, x *float64, n int)

// sumSquaresF32AVX512: s[i%L] = fma(x[i], x[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresF32AVX512(sums, x *float32, n int)

// sumSquaresF64AVX512: s[i%L] = fma(x[i], x[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresF64AVX512(sums, x *float64, n int)

// sumSquaresScaledF32AVX2: v = a·x[i]; s[i%L] = fma(v, v, s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresScaledF32AVX2(sums, x *float32, n int, a float32)

// sumSquaresScaledF64AVX2: v = a·x[i]; s[i%L] = fma(v, v, s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresScaledF64AVX2(sums, x *float64, n int, a float64)

// sumSquaresScaledF32AVX512: v = a·x[i]; s[i%L] = fma(v, v, s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresScaledF32AVX512(sums, x *float32, n int, a float32)

// sumSquaresScaledF64AVX512: v = a·x[i]; s[i%L] = fma(v, v, s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func sumSquaresScaledF64AVX512(sums, x *float64, n int, a float64)

// dotF32AVX2: s[i%L] = fma(x[i], y[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func dotF32AVX2(sums, x, y *float32, n int)

// dotF64AVX2: s[i%L] = fma(x[i], y[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func dotF64AVX2(sums, x, y *float64, n int)

// dotF32AVX512: s[i%L] = fma(x[i], y[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func dotF32AVX512(sums, x, y *float32, n int)

// dotF64AVX512: s[i%L] = fma(x[i], y[i], s[i%L]); sums[i/8192] = halve(s).
//
//go:noescape
func dotF64AVX512(sums, x, y *float64, n int)

// maxF32AVX2: if x[i] > m { m = x[i] }, i < n, from −Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF32AVX2(x *float32, n int) float32

// maxF64AVX2: if x[i] > m { m = x[i] }, i < n, from −Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF64AVX2(x *float64, n int) float64

// maxF32AVX512: if x[i] > m { m = x[i] }, i < n, from −Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF32AVX512(x *float32, n int) float32

// maxF64AVX512: if x[i] > m { m = x[i] }, i < n, from −Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF64AVX512(x *float64, n int) float64

// minF32AVX2: if x[i] < m { m = x[i] }, i < n, from +Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func minF32AVX2(x *float32, n int) float32

// minF64AVX2: if x[i] < m { m = x[i] }, i < n, from +Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func minF64AVX2(x *float64, n int) float64

// minF32AVX512: if x[i] < m { m = x[i] }, i < n, from +Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func minF32AVX512(x *float32, n int) float32

// minF64AVX512: if x[i] < m { m = x[i] }, i < n, from +Inf; NaN if any x[i] is, else m + 0.
//
//go:noescape
func minF64AVX512(x *float64, n int) float64

// indexF32AVX2: the least i < n where v − x[i] is 0 or NaN, n if there is none; v is no NaN.
//
//go:noescape
func indexF32AVX2(x *float32, n int, v float32) int

// indexF64AVX2: the least i < n where v − x[i] is 0 or NaN, n if there is none; v is no NaN.
//
//go:noescape
func indexF64AVX2(x *float64, n int, v float64) int

// indexF32AVX512: the least i < n where v − x[i] is 0 or NaN, n if there is none; v is no NaN.
//
//go:noescape
func indexF32AVX512(x *float32, n int, v float32) int

// indexF64AVX512: the least i < n where v − x[i] is 0 or NaN, n if there is none; v is no NaN.
//
//go:noescape
func indexF64AVX512(x *float64, n int, v float64) int

// sumExpF32AVX2: e[i] = expNeg(x[i] - m), s[i%L] += e[i], i < n; halve(s). e may be nil: not written then.
//
//go:noescape
func sumExpF32AVX2(e, x *float32, n int, m float32) float32

// sumExpF64AVX2: e[i] = expNeg(x[i] - m), s[i%L] += e[i], i < n; halve(s). e may be nil: not written then.
//
//go:noescape
func sumExpF64AVX2(e, x *float64, n int, m float64) float64

// sum and dot are reduce for vectors that are often short: with one call less between the caller and the assembly.
func sum[T Float](x []T) T {
	if len(x) > pieceLen {
		return reduceLong(ofElements, x, nil, 0)
	}
	if is32[T]() {
		var s float32
		switch Active() {
		case AVX512:
			sumF32AVX512(&s, p32(unsafe.SliceData(x)), len(x))
		case AVX2:
			sumF32AVX2(&s, p32(unsafe.SliceData(x)), len(x))
		default:
			s = sumGenericF32(f32(x))
		}
		return T(s)
	}
	var s float64
	switch Active() {
	case AVX512:
		sumF64AVX512(&s, p64(unsafe.SliceData(x)), len(x))
	case AVX2:
		sumF64AVX2(&s, p64(unsafe.SliceData(x)), len(x))
	default:
		s = sumGenericF64(f64(x))
	}
	return T(s)
}

func dot[T Float](x, y []T) T {
	if len(x) > pieceLen {
		return reduceLong(ofProducts, x, y, 0)
	}
	if is32[T]() {
		var s float32
		switch Active() {
		case AVX512:
			dotF32AVX512(&s, p32(unsafe.SliceData(x)), p32(unsafe.SliceData(y)), len(x))
		case AVX2:
			dotF32AVX2(&s, p32(unsafe.SliceData(x)), p32(unsafe.SliceData(y)), len(x))
		default:
			s = dotGenericF32(f32(x), f32(y))
		}
		return T(s)
	}
	var s float64
	switch Active() {
	case AVX512:
		dotF64AVX512(&s, p64(unsafe.SliceData(x)), p64(unsafe.SliceData(y)), len(x))
	case AVX2:
		dotF64AVX2(&s, p64(unsafe.SliceData(x)), p64(unsafe.SliceData(y)), len(x))
	default:
		s = dotGenericF64(f64(x), f64(y))
	}
	return T(s)
}

func reduceF32(op reduction, sums *float32, x, y []float32, a float32) {
	xp, yp := unsafe.SliceData(x), unsafe.SliceData(y)
	switch Active() {
	case AVX512:
		switch op {
		case ofElements:
			sumF32AVX512(sums, xp, len(x))
		case ofSquares:
			sumSquaresF32AVX512(sums, xp, len(x))
		case ofSquaresScaled:
			sumSquaresScaledF32AVX512(sums, xp, len(x), a)
		default:
			dotF32AVX512(sums, xp, yp, len(x))
		}
	case AVX2:
		switch op {
		case ofElements:
			sumF32AVX2(sums, xp, len(x))
		case ofSquares:
			sumSquaresF32AVX2(sums, xp, len(x))
		case ofSquaresScaled:
			sumSquaresScaledF32AVX2(sums, xp, len(x), a)
		default:
			dotF32AVX2(sums, xp, yp, len(x))
		}
	default:
		reduceGenericF32(op, sums, x, y, a)
	}
}

func reduceF64(op reduction, sums *float64, x, y []float64, a float64) {
	xp, yp := unsafe.SliceData(x), unsafe.SliceData(y)
	switch Active() {
	case AVX512:
		switch op {
		case ofElements:
			sumF64AVX512(sums, xp, len(x))
		case ofSquares:
			sumSquaresF64AVX512(sums, xp, len(x))
		case ofSquaresScaled:
			sumSquaresScaledF64AVX512(sums, xp, len(x), a)
		default:
			dotF64AVX512(sums, xp, yp, len(x))
		}
	case AVX2:
		switch op {
		case ofElements:
			sumF64AVX2(sums, xp, len(x))
		case ofSquares:
			sumSquaresF64AVX2(sums, xp, len(x))
		case ofSquaresScaled:
			sumSquaresScaledF64AVX2(sums, xp, len(x), a)
		default:
			dotF64AVX2(sums, xp, yp, len(x))
		}
	default:
		reduceGenericF64(op, sums, x, y, a)
	}
}

func maxF32(x []float32) float32 {
	switch Active() {
	case AVX512:
		return maxF32AVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return maxF32AVX2(unsafe.SliceData(x), len(x))
	default:
		return maxGeneric(x)
	}
}

func maxF64(x []float64) float64 {
	switch Active() {
	case AVX512:
		return maxF64AVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return maxF64AVX2(unsafe.SliceData(x), len(x))
	default:
		return maxGeneric(x)
	}
}

func minF32(x []float32) float32 {
	switch Active() {
	case AVX512:
		return minF32AVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return minF32AVX2(unsafe.SliceData(x), len(x))
	default:
		return minGeneric(x)
	}
}

func minF64(x []float64) float64 {
	switch Active() {
	case AVX512:
		return minF64AVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return minF64AVX2(unsafe.SliceData(x), len(x))
	default:
		return minGeneric(x)
	}
}

func indexF32(x []float32, v float32) int {
	switch Active() {
	case AVX512:
		return indexF32AVX512(unsafe.SliceData(x), len(x), v)
	case AVX2:
		return indexF32AVX2(unsafe.SliceData(x), len(x), v)
	default:
		return indexGeneric(x, v)
	}
}

func indexF64(x []float64, v float64) int {
	switch Active() {
	case AVX512:
		return indexF64AVX512(unsafe.SliceData(x), len(x), v)
	case AVX2:
		return indexF64AVX2(unsafe.SliceData(x), len(x), v)
	default:
		return indexGeneric(x, v)
	}
}

func sumExpF32(e, x []float32, m float32) float32 {
	switch Active() {
	case AVX512, AVX2: // its chains of additions, not the exponentials, take the time
		return sumExpF32AVX2(unsafe.SliceData(e), unsafe.SliceData(x), len(x), m)
	default:
		return sumExpGeneric(e, x, m)
	}
}

func sumExpF64(e, x []float64, m float64) float64 {
	switch Active() {
	case AVX512, AVX2: // its chains of additions, not the exponentials, take the time
		return sumExpF64AVX2(unsafe.SliceData(e), unsafe.SliceData(x), len(x), m)
	default:
		return sumExpGeneric(e, x, m)
	}
}
