//go:build !purego && !race

package kernels

import "unsafe"

// The stubs below have L lanes s[j], 32 in float32 and 16 in float64, that start at +0 (−Inf for the maximum);
// halve(s) is s[j] += s[j+h], j < h, for h = L/2 … 1, and then s[0].

// sumF32AVX2: s[i%L] += x[i], i < n; halve(s).
//
//go:noescape
func sumF32AVX2(x *float32, n int) float32

// sumF64AVX2: s[i%L] += x[i], i < n; halve(s).
//
//go:noescape
func sumF64AVX2(x *float64, n int) float64

// sumSquaresF32AVX2: s[i%L] = fma(x[i], x[i], s[i%L]), i < n; halve(s).
//
//go:noescape
func sumSquaresF32AVX2(x *float32, n int) float32

// sumSquaresF64AVX2: s[i%L] = fma(x[i], x[i], s[i%L]), i < n; halve(s).
//
//go:noescape
func sumSquaresF64AVX2(x *float64, n int) float64

// dotF32AVX2: s[i%L] = fma(x[i], y[i], s[i%L]), i < n; halve(s).
//
//go:noescape
func dotF32AVX2(x, y *float32, n int) float32

// dotF64AVX2: s[i%L] = fma(x[i], y[i], s[i%L]), i < n; halve(s).
//
//go:noescape
func dotF64AVX2(x, y *float64, n int) float64

// maxF32AVX2: if x[i] > m { m = x[i] }, i < n; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF32AVX2(x *float32, n int) float32

// maxF64AVX2: if x[i] > m { m = x[i] }, i < n; NaN if any x[i] is, else m + 0.
//
//go:noescape
func maxF64AVX2(x *float64, n int) float64

// sumExpF32AVX2: e[i] = expNeg(x[i] - m), s[i%L] += e[i], i < n; halve(s). e may be nil: not written then.
//
//go:noescape
func sumExpF32AVX2(e, x *float32, n int, m float32) float32

// sumExpF64AVX2: e[i] = expNeg(x[i] - m), s[i%L] += e[i], i < n; halve(s). e may be nil: not written then.
//
//go:noescape
func sumExpF64AVX2(e, x *float64, n int, m float64) float64

func sumF32(x []float32) float32 {
	switch Active() {
	case AVX512, AVX2:
		return sumF32AVX2(unsafe.SliceData(x), len(x))
	default:
		return sumGenericF32(x)
	}
}

func sumF64(x []float64) float64 {
	switch Active() {
	case AVX512, AVX2:
		return sumF64AVX2(unsafe.SliceData(x), len(x))
	default:
		return sumGenericF64(x)
	}
}

func sumSquaresF32(x []float32) float32 {
	switch Active() {
	case AVX512, AVX2:
		return sumSquaresF32AVX2(unsafe.SliceData(x), len(x))
	default:
		return sumSquaresGenericF32(x)
	}
}

func sumSquaresF64(x []float64) float64 {
	switch Active() {
	case AVX512, AVX2:
		return sumSquaresF64AVX2(unsafe.SliceData(x), len(x))
	default:
		return sumSquaresGenericF64(x)
	}
}

func maxF32(x []float32) float32 {
	switch Active() {
	case AVX512, AVX2:
		return maxF32AVX2(unsafe.SliceData(x), len(x))
	default:
		return maxGeneric(x)
	}
}

func maxF64(x []float64) float64 {
	switch Active() {
	case AVX512, AVX2:
		return maxF64AVX2(unsafe.SliceData(x), len(x))
	default:
		return maxGeneric(x)
	}
}

func dotF32(x, y []float32) float32 {
	switch Active() {
	case AVX512, AVX2:
		return dotF32AVX2(unsafe.SliceData(x), unsafe.SliceData(y), len(x))
	default:
		return dotGenericF32(x, y)
	}
}

func dotF64(x, y []float64) float64 {
	switch Active() {
	case AVX512, AVX2:
		return dotF64AVX2(unsafe.SliceData(x), unsafe.SliceData(y), len(x))
	default:
		return dotGenericF64(x, y)
	}
}

func sumExpF32(e, x []float32, m float32) float32 {
	switch Active() {
	case AVX512, AVX2:
		return sumExpF32AVX2(unsafe.SliceData(e), unsafe.SliceData(x), len(x), m)
	default:
		return sumExpGeneric(e, x, m)
	}
}

func sumExpF64(e, x []float64, m float64) float64 {
	switch Active() {
	case AVX512, AVX2:
		return sumExpF64AVX2(unsafe.SliceData(e), unsafe.SliceData(x), len(x), m)
	default:
		return sumExpGeneric(e, x, m)
	}
}
