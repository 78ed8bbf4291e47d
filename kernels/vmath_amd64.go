//go:build !purego && !race

package kernels

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
	isa := Active()
	if isa == Generic {
		expGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			expAVX512F32(&dst[0], &x[0], n)
		} else {
			expAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		logGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			logAVX512F32(&dst[0], &x[0], n)
		} else {
			logAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		tanhGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			tanhAVX512F32(&dst[0], &x[0], n)
		} else {
			tanhAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		sigmoidGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			sigmoidAVX512F32(&dst[0], &x[0], n)
		} else {
			sigmoidAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		softplusGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			softplusAVX512F32(&dst[0], &x[0], n)
		} else {
			softplusAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		expGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			expAVX512F64(&dst[0], &x[0], n)
		} else {
			expAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		logGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			logAVX512F64(&dst[0], &x[0], n)
		} else {
			logAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		tanhGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			tanhAVX512F64(&dst[0], &x[0], n)
		} else {
			tanhAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		sigmoidGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			sigmoidAVX512F64(&dst[0], &x[0], n)
		} else {
			sigmoidAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
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
	isa := Active()
	if isa == Generic {
		softplusGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			softplusAVX512F64(&dst[0], &x[0], n)
		} else {
			softplusAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}
