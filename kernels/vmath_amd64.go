//go:build !purego && !race

package kernels

import "unsafe"

// vmathPiece bounds the work of one call of an assembly routine, which the scheduler cannot interrupt.
const vmathPiece = 4096

// for i := range n { dst[i] = expF32(x[i]) }
//
//go:noescape
func expAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = expF32(x[i]) }
//
//go:noescape
func expAVX512F32(dst, x *float32, n int)

func vecExpF32(dst, x []float32) {
	switch activeFor(4 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			expAVX512F32(&dst[0], &x[0], vmathPiece)
		}
		expAVX512F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			expAVX2F32(&dst[0], &x[0], vmathPiece)
		}
		expAVX2F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		expGenericF32(dst, x)
	}
}

// for i := range n { dst[i] = logF32(x[i]) }
//
//go:noescape
func logAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = logF32(x[i]) }
//
//go:noescape
func logAVX512F32(dst, x *float32, n int)

func vecLogF32(dst, x []float32) {
	switch activeFor(4 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			logAVX512F32(&dst[0], &x[0], vmathPiece)
		}
		logAVX512F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			logAVX2F32(&dst[0], &x[0], vmathPiece)
		}
		logAVX2F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		logGenericF32(dst, x)
	}
}

// for i := range n { dst[i] = tanhF32(x[i]) }
//
//go:noescape
func tanhAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = tanhF32(x[i]) }
//
//go:noescape
func tanhAVX512F32(dst, x *float32, n int)

func vecTanhF32(dst, x []float32) {
	switch activeFor(4 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			tanhAVX512F32(&dst[0], &x[0], vmathPiece)
		}
		tanhAVX512F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			tanhAVX2F32(&dst[0], &x[0], vmathPiece)
		}
		tanhAVX2F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		tanhGenericF32(dst, x)
	}
}

// for i := range n { dst[i] = sigmoidF32(x[i]) }
//
//go:noescape
func sigmoidAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = sigmoidF32(x[i]) }
//
//go:noescape
func sigmoidAVX512F32(dst, x *float32, n int)

func vecSigmoidF32(dst, x []float32) {
	switch activeFor(4 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			sigmoidAVX512F32(&dst[0], &x[0], vmathPiece)
		}
		sigmoidAVX512F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			sigmoidAVX2F32(&dst[0], &x[0], vmathPiece)
		}
		sigmoidAVX2F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		sigmoidGenericF32(dst, x)
	}
}

// for i := range n { dst[i] = softplusF32(x[i]) }
//
//go:noescape
func softplusAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = softplusF32(x[i]) }
//
//go:noescape
func softplusAVX512F32(dst, x *float32, n int)

func vecSoftplusF32(dst, x []float32) {
	switch activeFor(4 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			softplusAVX512F32(&dst[0], &x[0], vmathPiece)
		}
		softplusAVX512F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			softplusAVX2F32(&dst[0], &x[0], vmathPiece)
		}
		softplusAVX2F32(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		softplusGenericF32(dst, x)
	}
}

// for i := range n { dst[i] = expF64(x[i]) }
//
//go:noescape
func expAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = expF64(x[i]) }
//
//go:noescape
func expAVX512F64(dst, x *float64, n int)

func vecExpF64(dst, x []float64) {
	switch activeFor(8 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			expAVX512F64(&dst[0], &x[0], vmathPiece)
		}
		expAVX512F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			expAVX2F64(&dst[0], &x[0], vmathPiece)
		}
		expAVX2F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		expGenericF64(dst, x)
	}
}

// for i := range n { dst[i] = logF64(x[i]) }
//
//go:noescape
func logAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = logF64(x[i]) }
//
//go:noescape
func logAVX512F64(dst, x *float64, n int)

func vecLogF64(dst, x []float64) {
	switch activeFor(8 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			logAVX512F64(&dst[0], &x[0], vmathPiece)
		}
		logAVX512F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			logAVX2F64(&dst[0], &x[0], vmathPiece)
		}
		logAVX2F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		logGenericF64(dst, x)
	}
}

// for i := range n { dst[i] = tanhF64(x[i]) }
//
//go:noescape
func tanhAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = tanhF64(x[i]) }
//
//go:noescape
func tanhAVX512F64(dst, x *float64, n int)

func vecTanhF64(dst, x []float64) {
	switch activeFor(8 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			tanhAVX512F64(&dst[0], &x[0], vmathPiece)
		}
		tanhAVX512F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			tanhAVX2F64(&dst[0], &x[0], vmathPiece)
		}
		tanhAVX2F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		tanhGenericF64(dst, x)
	}
}

// for i := range n { dst[i] = sigmoidF64(x[i]) }
//
//go:noescape
func sigmoidAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = sigmoidF64(x[i]) }
//
//go:noescape
func sigmoidAVX512F64(dst, x *float64, n int)

func vecSigmoidF64(dst, x []float64) {
	switch activeFor(8 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			sigmoidAVX512F64(&dst[0], &x[0], vmathPiece)
		}
		sigmoidAVX512F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			sigmoidAVX2F64(&dst[0], &x[0], vmathPiece)
		}
		sigmoidAVX2F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		sigmoidGenericF64(dst, x)
	}
}

// for i := range n { dst[i] = softplusF64(x[i]) }
//
//go:noescape
func softplusAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = softplusF64(x[i]) }
//
//go:noescape
func softplusAVX512F64(dst, x *float64, n int)

func vecSoftplusF64(dst, x []float64) {
	switch activeFor(8 * len(x)) {
	case AVX512:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			softplusAVX512F64(&dst[0], &x[0], vmathPiece)
		}
		softplusAVX512F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		for ; len(x) > vmathPiece; dst, x = dst[vmathPiece:], x[vmathPiece:] {
			softplusAVX2F64(&dst[0], &x[0], vmathPiece)
		}
		softplusAVX2F64(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		softplusGenericF64(dst, x)
	}
}
