//go:build !purego && !race

package kernels

import "unsafe"

// addF32AVX2: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF32AVX2(dst, x, y *float32, n int)

// addF32AVX512: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF32AVX512(dst, x, y *float32, n int)

// addF64AVX2: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF64AVX2(dst, x, y *float64, n int)

// addF64AVX512: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF64AVX512(dst, x, y *float64, n int)

// subF32AVX2: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF32AVX2(dst, x, y *float32, n int)

// subF32AVX512: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF32AVX512(dst, x, y *float32, n int)

// subF64AVX2: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF64AVX2(dst, x, y *float64, n int)

// subF64AVX512: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF64AVX512(dst, x, y *float64, n int)

// mulF32AVX2: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF32AVX2(dst, x, y *float32, n int)

// mulF32AVX512: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF32AVX512(dst, x, y *float32, n int)

// mulF64AVX2: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF64AVX2(dst, x, y *float64, n int)

// mulF64AVX512: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF64AVX512(dst, x, y *float64, n int)

// scaleF32AVX2: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF32AVX2(dst, x *float32, n int, a float32)

// scaleF32AVX512: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF32AVX512(dst, x *float32, n int, a float32)

// scaleF64AVX2: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF64AVX2(dst, x *float64, n int, a float64)

// scaleF64AVX512: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF64AVX512(dst, x *float64, n int, a float64)

// axpyF32AVX2: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF32AVX2(dst, x *float32, n int, a float32)

// axpyF32AVX512: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF32AVX512(dst, x *float32, n int, a float32)

// axpyF64AVX2: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF64AVX2(dst, x *float64, n int, a float64)

// axpyF64AVX512: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF64AVX512(dst, x *float64, n int, a float64)

// clampF32AVX2: v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v, i < n.
//
//go:noescape
func clampF32AVX2(dst, x *float32, n int, lo, hi float32)

// clampF32AVX512: v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v, i < n.
//
//go:noescape
func clampF32AVX512(dst, x *float32, n int, lo, hi float32)

// clampF64AVX2: v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v, i < n.
//
//go:noescape
func clampF64AVX2(dst, x *float64, n int, lo, hi float64)

// clampF64AVX512: v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v, i < n.
//
//go:noescape
func clampF64AVX512(dst, x *float64, n int, lo, hi float64)

// fillF32AVX2: dst[i] = a, i < n.
//
//go:noescape
func fillF32AVX2(dst *float32, n int, a float32)

// fillF32AVX512: dst[i] = a, i < n.
//
//go:noescape
func fillF32AVX512(dst *float32, n int, a float32)

// fillF64AVX2: dst[i] = a, i < n.
//
//go:noescape
func fillF64AVX2(dst *float64, n int, a float64)

// fillF64AVX512: dst[i] = a, i < n.
//
//go:noescape
func fillF64AVX512(dst *float64, n int, a float64)

func addF32(dst, x, y []float32) {
	switch shortFor(4 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			addF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		addF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			addF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		addF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		addGeneric(dst, x, y)
	}
}

func addF64(dst, x, y []float64) {
	switch shortFor(8 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			addF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		addF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			addF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		addF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		addGeneric(dst, x, y)
	}
}

func subF32(dst, x, y []float32) {
	switch shortFor(4 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			subF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		subF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			subF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		subF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		subGeneric(dst, x, y)
	}
}

func subF64(dst, x, y []float64) {
	switch shortFor(8 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			subF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		subF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			subF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		subF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		subGeneric(dst, x, y)
	}
}

func mulF32(dst, x, y []float32) {
	switch shortFor(4 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			mulF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		mulF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			mulF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		mulF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		mulGeneric(dst, x, y)
	}
}

func mulF64(dst, x, y []float64) {
	switch shortFor(8 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			mulF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		mulF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			mulF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		mulF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		mulGeneric(dst, x, y)
	}
}

func scaleVecF32(dst, x []float32, a float32) {
	switch shortFor(4 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			scaleF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		scaleF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	case AVX2:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			scaleF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		scaleF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		scaleGeneric(dst, x, a)
	}
}

func scaleVecF64(dst, x []float64, a float64) {
	switch shortFor(8 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			scaleF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		scaleF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	case AVX2:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			scaleF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		scaleF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		scaleGeneric(dst, x, a)
	}
}

func axpyF32(dst []float32, a float32, x []float32) {
	switch shortFor(4 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			axpyF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		axpyF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	case AVX2:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			axpyF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		axpyF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		axpyGenericF32(dst, a, x)
	}
}

func axpyF64(dst []float64, a float64, x []float64) {
	switch shortFor(8 * len(dst)) {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			axpyF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		axpyF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	case AVX2:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			axpyF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		axpyF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		axpyGenericF64(dst, a, x)
	}
}

func clampF32(dst, x []float32, lo, hi float32) {
	switch Active() {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			clampF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, lo, hi)
		}
		clampF32AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), lo, hi)
	case AVX2:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			clampF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, lo, hi)
		}
		clampF32AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), lo, hi)
	default:
		clampGeneric(dst, x, lo, hi)
	}
}

func clampF64(dst, x []float64, lo, hi float64) {
	switch Active() {
	case AVX512:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			clampF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, lo, hi)
		}
		clampF64AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), lo, hi)
	case AVX2:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			clampF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, lo, hi)
		}
		clampF64AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), lo, hi)
	default:
		clampGeneric(dst, x, lo, hi)
	}
}

func fillF32(dst []float32, a float32) {
	switch Active() {
	case AVX512:
		for ; len(dst) > pieceLen; dst = dst[pieceLen:] {
			fillF32AVX512(unsafe.SliceData(dst), pieceLen, a)
		}
		fillF32AVX512(unsafe.SliceData(dst), len(dst), a)
	case AVX2:
		for ; len(dst) > pieceLen; dst = dst[pieceLen:] {
			fillF32AVX2(unsafe.SliceData(dst), pieceLen, a)
		}
		fillF32AVX2(unsafe.SliceData(dst), len(dst), a)
	default:
		fillGeneric(dst, a)
	}
}

func fillF64(dst []float64, a float64) {
	switch Active() {
	case AVX512:
		for ; len(dst) > pieceLen; dst = dst[pieceLen:] {
			fillF64AVX512(unsafe.SliceData(dst), pieceLen, a)
		}
		fillF64AVX512(unsafe.SliceData(dst), len(dst), a)
	case AVX2:
		for ; len(dst) > pieceLen; dst = dst[pieceLen:] {
			fillF64AVX2(unsafe.SliceData(dst), pieceLen, a)
		}
		fillF64AVX2(unsafe.SliceData(dst), len(dst), a)
	default:
		fillGeneric(dst, a)
	}
}
