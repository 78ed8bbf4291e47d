//go:build !purego && !race

package kernels

// for i := range n { dst[i] = expm1(x[i]) }
//
//go:noescape
func expm1AVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = expm1(x[i]) }
//
//go:noescape
func expm1AVX512F32(dst, x *float32, n int)

func vecExpm1F32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		expm1GenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			expm1AVX512F32(&dst[0], &x[0], n)
		} else {
			expm1AVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = log1p(x[i]) }
//
//go:noescape
func log1pAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = log1p(x[i]) }
//
//go:noescape
func log1pAVX512F32(dst, x *float32, n int)

func vecLog1pF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		log1pGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			log1pAVX512F32(&dst[0], &x[0], n)
		} else {
			log1pAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = silu(x[i]) }
//
//go:noescape
func siluAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = silu(x[i]) }
//
//go:noescape
func siluAVX512F32(dst, x *float32, n int)

func vecSiLUF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		siluGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			siluAVX512F32(&dst[0], &x[0], n)
		} else {
			siluAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = √x[i] }
//
//go:noescape
func sqrtAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = √x[i] }
//
//go:noescape
func sqrtAVX512F32(dst, x *float32, n int)

func vecSqrtF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		sqrtGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			sqrtAVX512F32(&dst[0], &x[0], n)
		} else {
			sqrtAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = 1 / x[i] }
//
//go:noescape
func reciprocalAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = 1 / x[i] }
//
//go:noescape
func reciprocalAVX512F32(dst, x *float32, n int)

func vecReciprocalF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		reciprocalGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			reciprocalAVX512F32(&dst[0], &x[0], n)
		} else {
			reciprocalAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = expm1(x[i]) }
//
//go:noescape
func expm1AVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = expm1(x[i]) }
//
//go:noescape
func expm1AVX512F64(dst, x *float64, n int)

func vecExpm1F64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		expm1GenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			expm1AVX512F64(&dst[0], &x[0], n)
		} else {
			expm1AVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = log1p(x[i]) }
//
//go:noescape
func log1pAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = log1p(x[i]) }
//
//go:noescape
func log1pAVX512F64(dst, x *float64, n int)

func vecLog1pF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		log1pGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			log1pAVX512F64(&dst[0], &x[0], n)
		} else {
			log1pAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = silu(x[i]) }
//
//go:noescape
func siluAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = silu(x[i]) }
//
//go:noescape
func siluAVX512F64(dst, x *float64, n int)

func vecSiLUF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		siluGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			siluAVX512F64(&dst[0], &x[0], n)
		} else {
			siluAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = √x[i] }
//
//go:noescape
func sqrtAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = √x[i] }
//
//go:noescape
func sqrtAVX512F64(dst, x *float64, n int)

func vecSqrtF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		sqrtGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			sqrtAVX512F64(&dst[0], &x[0], n)
		} else {
			sqrtAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = 1 / x[i] }
//
//go:noescape
func reciprocalAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = 1 / x[i] }
//
//go:noescape
func reciprocalAVX512F64(dst, x *float64, n int)

func vecReciprocalF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		reciprocalGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			reciprocalAVX512F64(&dst[0], &x[0], n)
		} else {
			reciprocalAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}
