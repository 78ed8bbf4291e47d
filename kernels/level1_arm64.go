//go:build !purego && !race

package kernels

import "unsafe"

// addF32NEON: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF32NEON(dst, x, y *float32, n int)

// addF64NEON: dst[i] = x[i] + y[i], i < n.
//
//go:noescape
func addF64NEON(dst, x, y *float64, n int)

// subF32NEON: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF32NEON(dst, x, y *float32, n int)

// subF64NEON: dst[i] = x[i] - y[i], i < n.
//
//go:noescape
func subF64NEON(dst, x, y *float64, n int)

// mulF32NEON: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF32NEON(dst, x, y *float32, n int)

// mulF64NEON: dst[i] = x[i] * y[i], i < n.
//
//go:noescape
func mulF64NEON(dst, x, y *float64, n int)

// scaleF32NEON: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF32NEON(dst, x *float32, n int, a float32)

// scaleF64NEON: dst[i] = x[i] * a, i < n.
//
//go:noescape
func scaleF64NEON(dst, x *float64, n int, a float64)

// axpyF32NEON: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF32NEON(dst, x *float32, n int, a float32)

// axpyF64NEON: dst[i] = fma(a, x[i], dst[i]), i < n.
//
//go:noescape
func axpyF64NEON(dst, x *float64, n int, a float64)

// clampF32NEON: v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v, i < n.
//
//go:noescape
func clampF32NEON(dst, x *float32, n int, lo, hi float32)

// clampF64NEON: v := x[i]; if v < lo { v = lo }; if v > hi { v = hi }; dst[i] = v, i < n.
//
//go:noescape
func clampF64NEON(dst, x *float64, n int, lo, hi float64)

// fillF32NEON: dst[i] = a, i < n.
//
//go:noescape
func fillF32NEON(dst *float32, n int, a float32)

// fillF64NEON: dst[i] = a, i < n.
//
//go:noescape
func fillF64NEON(dst *float64, n int, a float64)

func addF32(dst, x, y []float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			addF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		addF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		addGeneric(dst, x, y)
	}
}

func addF64(dst, x, y []float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			addF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		addF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		addGeneric(dst, x, y)
	}
}

func subF32(dst, x, y []float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			subF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		subF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		subGeneric(dst, x, y)
	}
}

func subF64(dst, x, y []float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			subF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		subF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		subGeneric(dst, x, y)
	}
}

func mulF32(dst, x, y []float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			mulF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		mulF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		mulGeneric(dst, x, y)
	}
}

func mulF64(dst, x, y []float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x, y = dst[pieceLen:], x[pieceLen:], y[pieceLen:] {
			mulF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), pieceLen)
		}
		mulF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		mulGeneric(dst, x, y)
	}
}

func scaleVecF32(dst, x []float32, a float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			scaleF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		scaleF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		scaleGeneric(dst, x, a)
	}
}

func scaleVecF64(dst, x []float64, a float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			scaleF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		scaleF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		scaleGeneric(dst, x, a)
	}
}

func axpyF32(dst []float32, a float32, x []float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			axpyF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		axpyF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		axpyGenericF32(dst, a, x)
	}
}

func axpyF64(dst []float64, a float64, x []float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			axpyF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, a)
		}
		axpyF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), a)
	default:
		axpyGenericF64(dst, a, x)
	}
}

func clampF32(dst, x []float32, lo, hi float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			clampF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, lo, hi)
		}
		clampF32NEON(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), lo, hi)
	default:
		clampGeneric(dst, x, lo, hi)
	}
}

func clampF64(dst, x []float64, lo, hi float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst, x = dst[pieceLen:], x[pieceLen:] {
			clampF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), pieceLen, lo, hi)
		}
		clampF64NEON(unsafe.SliceData(dst), unsafe.SliceData(x), len(dst), lo, hi)
	default:
		clampGeneric(dst, x, lo, hi)
	}
}

func fillF32(dst []float32, a float32) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst = dst[pieceLen:] {
			fillF32NEON(unsafe.SliceData(dst), pieceLen, a)
		}
		fillF32NEON(unsafe.SliceData(dst), len(dst), a)
	default:
		fillGeneric(dst, a)
	}
}

func fillF64(dst []float64, a float64) {
	switch Active() {
	case NEON:
		for ; len(dst) > pieceLen; dst = dst[pieceLen:] {
			fillF64NEON(unsafe.SliceData(dst), pieceLen, a)
		}
		fillF64NEON(unsafe.SliceData(dst), len(dst), a)
	default:
		fillGeneric(dst, a)
	}
}
