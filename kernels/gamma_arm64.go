//go:build !purego && !race

package kernels

// gammaPiece bounds the work of one call of an assembly routine, which the scheduler cannot interrupt.
const gammaPiece = 1024

// for i := range n { dst[i] = lgamma(x[i]) }
//
//go:noescape
func lgammaNEONF32(dst, x *float32, n int)

func vecLGammaF32(dst, x []float32) {
	if Active() != NEON {
		lgammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		lgammaNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = digamma(x[i]) }
//
//go:noescape
func digammaNEONF32(dst, x *float32, n int)

func vecDigammaF32(dst, x []float32) {
	if Active() != NEON {
		digammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		digammaNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = trigamma(x[i]) }
//
//go:noescape
func trigammaNEONF32(dst, x *float32, n int)

func vecTrigammaF32(dst, x []float32) {
	if Active() != NEON {
		trigammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		trigammaNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = expDigamma(x[i]) }
//
//go:noescape
func expDigammaNEONF32(dst, x *float32, n int)

func vecExpDigammaF32(dst, x []float32) {
	if Active() != NEON {
		expDigammaGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		expDigammaNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = lgamma(x[i]) }
//
//go:noescape
func lgammaNEONF64(dst, x *float64, n int)

func vecLGammaF64(dst, x []float64) {
	if Active() != NEON {
		lgammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		lgammaNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = digamma(x[i]) }
//
//go:noescape
func digammaNEONF64(dst, x *float64, n int)

func vecDigammaF64(dst, x []float64) {
	if Active() != NEON {
		digammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		digammaNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = trigamma(x[i]) }
//
//go:noescape
func trigammaNEONF64(dst, x *float64, n int)

func vecTrigammaF64(dst, x []float64) {
	if Active() != NEON {
		trigammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		trigammaNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = expDigamma(x[i]) }
//
//go:noescape
func expDigammaNEONF64(dst, x *float64, n int)

func vecExpDigammaF64(dst, x []float64) {
	if Active() != NEON {
		expDigammaGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), gammaPiece)
		expDigammaNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}
