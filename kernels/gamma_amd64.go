//go:build !purego && !race

package kernels

// gammaPiece bounds the work of one call of an assembly routine, which the scheduler cannot interrupt.
const gammaPiece = 1024

// for i := range n { dst[i] = lgamma(x[i]) }
//
//go:noescape
func lgammaAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = lgamma(x[i]) }
//
//go:noescape
func lgammaAVX512F32(dst, x *float32, n int)

func vecLGammaF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		lgammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			lgammaAVX512F32(&dst[0], &x[0], n)
		} else {
			lgammaAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = digamma(x[i]) }
//
//go:noescape
func digammaAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = digamma(x[i]) }
//
//go:noescape
func digammaAVX512F32(dst, x *float32, n int)

func vecDigammaF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		digammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			digammaAVX512F32(&dst[0], &x[0], n)
		} else {
			digammaAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = trigamma(x[i]) }
//
//go:noescape
func trigammaAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = trigamma(x[i]) }
//
//go:noescape
func trigammaAVX512F32(dst, x *float32, n int)

func vecTrigammaF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		trigammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			trigammaAVX512F32(&dst[0], &x[0], n)
		} else {
			trigammaAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = expDigamma(x[i]) }
//
//go:noescape
func expDigammaAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = expDigamma(x[i]) }
//
//go:noescape
func expDigammaAVX512F32(dst, x *float32, n int)

func vecExpDigammaF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		expDigammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			expDigammaAVX512F32(&dst[0], &x[0], n)
		} else {
			expDigammaAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = lgamma(x[i]) }
//
//go:noescape
func lgammaAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = lgamma(x[i]) }
//
//go:noescape
func lgammaAVX512F64(dst, x *float64, n int)

func vecLGammaF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		lgammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			lgammaAVX512F64(&dst[0], &x[0], n)
		} else {
			lgammaAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = digamma(x[i]) }
//
//go:noescape
func digammaAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = digamma(x[i]) }
//
//go:noescape
func digammaAVX512F64(dst, x *float64, n int)

func vecDigammaF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		digammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			digammaAVX512F64(&dst[0], &x[0], n)
		} else {
			digammaAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = trigamma(x[i]) }
//
//go:noescape
func trigammaAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = trigamma(x[i]) }
//
//go:noescape
func trigammaAVX512F64(dst, x *float64, n int)

func vecTrigammaF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		trigammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			trigammaAVX512F64(&dst[0], &x[0], n)
		} else {
			trigammaAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = expDigamma(x[i]) }
//
//go:noescape
func expDigammaAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = expDigamma(x[i]) }
//
//go:noescape
func expDigammaAVX512F64(dst, x *float64, n int)

func vecExpDigammaF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		expDigammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		if isa == AVX512 {
			expDigammaAVX512F64(&dst[0], &x[0], n)
		} else {
			expDigammaAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}
