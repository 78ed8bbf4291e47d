//go:build !purego && !race

package kernels

import "unsafe"

// vmathPiece bounds the work of one call of an assembly routine, which the scheduler cannot interrupt.
const vmathPiece = 4096

// for i := range n { dst[i] = expF32(x[i]) }
//
//go:noescape
func expNEONF32(dst, x *float32, n int)

func vecExpF32(dst, x []float32) {
	if Active() != NEON {
		expGenericF32(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		expNEONF32(&dst[0], &x[0], vmathPiece)
	}
	expNEONF32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = logF32(x[i]) }
//
//go:noescape
func logNEONF32(dst, x *float32, n int)

func vecLogF32(dst, x []float32) {
	if Active() != NEON {
		logGenericF32(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		logNEONF32(&dst[0], &x[0], vmathPiece)
	}
	logNEONF32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = tanhF32(x[i]) }
//
//go:noescape
func tanhNEONF32(dst, x *float32, n int)

func vecTanhF32(dst, x []float32) {
	if Active() != NEON {
		tanhGenericF32(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		tanhNEONF32(&dst[0], &x[0], vmathPiece)
	}
	tanhNEONF32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = sigmoidF32(x[i]) }
//
//go:noescape
func sigmoidNEONF32(dst, x *float32, n int)

func vecSigmoidF32(dst, x []float32) {
	if Active() != NEON {
		sigmoidGenericF32(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		sigmoidNEONF32(&dst[0], &x[0], vmathPiece)
	}
	sigmoidNEONF32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = softplusF32(x[i]) }
//
//go:noescape
func softplusNEONF32(dst, x *float32, n int)

func vecSoftplusF32(dst, x []float32) {
	if Active() != NEON {
		softplusGenericF32(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		softplusNEONF32(&dst[0], &x[0], vmathPiece)
	}
	softplusNEONF32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = expF64(x[i]) }
//
//go:noescape
func expNEONF64(dst, x *float64, n int)

func vecExpF64(dst, x []float64) {
	if Active() != NEON {
		expGenericF64(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		expNEONF64(&dst[0], &x[0], vmathPiece)
	}
	expNEONF64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = logF64(x[i]) }
//
//go:noescape
func logNEONF64(dst, x *float64, n int)

func vecLogF64(dst, x []float64) {
	if Active() != NEON {
		logGenericF64(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		logNEONF64(&dst[0], &x[0], vmathPiece)
	}
	logNEONF64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = tanhF64(x[i]) }
//
//go:noescape
func tanhNEONF64(dst, x *float64, n int)

func vecTanhF64(dst, x []float64) {
	if Active() != NEON {
		tanhGenericF64(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		tanhNEONF64(&dst[0], &x[0], vmathPiece)
	}
	tanhNEONF64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = sigmoidF64(x[i]) }
//
//go:noescape
func sigmoidNEONF64(dst, x *float64, n int)

func vecSigmoidF64(dst, x []float64) {
	if Active() != NEON {
		sigmoidGenericF64(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		sigmoidNEONF64(&dst[0], &x[0], vmathPiece)
	}
	sigmoidNEONF64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}

// for i := range n { dst[i] = softplusF64(x[i]) }
//
//go:noescape
func softplusNEONF64(dst, x *float64, n int)

func vecSoftplusF64(dst, x []float64) {
	if Active() != NEON {
		softplusGenericF64(dst, x)
		return
	}
	for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
		softplusNEONF64(&dst[0], &x[0], vmathPiece)
	}
	softplusNEONF64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
}
