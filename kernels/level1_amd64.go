//go:build !purego && !race

package kernels

import "unsafe"

// addF32AVX2: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF32AVX2(dst, x, y *float32, n int)

// addF64AVX2: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF64AVX2(dst, x, y *float64, n int)

// subF32AVX2: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF32AVX2(dst, x, y *float32, n int)

// subF64AVX2: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF64AVX2(dst, x, y *float64, n int)

// mulF32AVX2: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF32AVX2(dst, x, y *float32, n int)

// mulF64AVX2: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF64AVX2(dst, x, y *float64, n int)

// scaleF32AVX2: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF32AVX2(dst, x *float32, n int, a float32)

// scaleF64AVX2: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF64AVX2(dst, x *float64, n int, a float64)

// axpyF32AVX2: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF32AVX2(dst, x *float32, n int, a float32)

// axpyF64AVX2: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF64AVX2(dst, x *float64, n int, a float64)

func axpyF32(dst []float32, a float32, x []float32) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x = dst[piece(dst):], x[piece(x):] {
			axpyF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), piece(dst), a)
		}
	default:
		axpyGenericF32(dst, a, x)
	}
}

func axpyF64(dst []float64, a float64, x []float64) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x = dst[piece(dst):], x[piece(x):] {
			axpyF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), piece(dst), a)
		}
	default:
		axpyGenericF64(dst, a, x)
	}
}

func scaleVecF32(dst, x []float32, a float32) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x = dst[piece(dst):], x[piece(x):] {
			scaleF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), piece(dst), a)
		}
	default:
		scaleGeneric(dst, x, a)
	}
}

func scaleVecF64(dst, x []float64, a float64) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x = dst[piece(dst):], x[piece(x):] {
			scaleF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), piece(dst), a)
		}
	default:
		scaleGeneric(dst, x, a)
	}
}

func addF32(dst, x, y []float32) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x, y = dst[piece(dst):], x[piece(x):], y[piece(y):] {
			addF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), piece(dst))
		}
	default:
		addGeneric(dst, x, y)
	}
}

func addF64(dst, x, y []float64) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x, y = dst[piece(dst):], x[piece(x):], y[piece(y):] {
			addF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), piece(dst))
		}
	default:
		addGeneric(dst, x, y)
	}
}

func subF32(dst, x, y []float32) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x, y = dst[piece(dst):], x[piece(x):], y[piece(y):] {
			subF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), piece(dst))
		}
	default:
		subGeneric(dst, x, y)
	}
}

func subF64(dst, x, y []float64) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x, y = dst[piece(dst):], x[piece(x):], y[piece(y):] {
			subF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), piece(dst))
		}
	default:
		subGeneric(dst, x, y)
	}
}

func mulF32(dst, x, y []float32) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x, y = dst[piece(dst):], x[piece(x):], y[piece(y):] {
			mulF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), piece(dst))
		}
	default:
		mulGeneric(dst, x, y)
	}
}

func mulF64(dst, x, y []float64) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(dst) > 0; dst, x, y = dst[piece(dst):], x[piece(x):], y[piece(y):] {
			mulF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), piece(dst))
		}
	default:
		mulGeneric(dst, x, y)
	}
}

// piece is the length of the part of x that one call handles.
func piece[T Float](x []T) int { return min(len(x), pieceLen) }
