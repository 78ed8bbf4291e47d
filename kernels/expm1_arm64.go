//go:build !purego && !race

package kernels

// for i := range n { dst[i] = expm1(x[i]) }
//
//go:noescape
func expm1NEONF32(dst, x *float32, n int)

func vecExpm1F32(dst, x []float32) {
	if Active() != NEON {
		expm1GenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		expm1NEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = log1p(x[i]) }
//
//go:noescape
func log1pNEONF32(dst, x *float32, n int)

func vecLog1pF32(dst, x []float32) {
	if Active() != NEON {
		log1pGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		log1pNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = silu(x[i]) }
//
//go:noescape
func siluNEONF32(dst, x *float32, n int)

func vecSiLUF32(dst, x []float32) {
	if Active() != NEON {
		siluGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		siluNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = √x[i] }
//
//go:noescape
func sqrtNEONF32(dst, x *float32, n int)

func vecSqrtF32(dst, x []float32) {
	if Active() != NEON {
		sqrtGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		sqrtNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = 1 / x[i] }
//
//go:noescape
func reciprocalNEONF32(dst, x *float32, n int)

func vecReciprocalF32(dst, x []float32) {
	if Active() != NEON {
		reciprocalGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		reciprocalNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = expm1(x[i]) }
//
//go:noescape
func expm1NEONF64(dst, x *float64, n int)

func vecExpm1F64(dst, x []float64) {
	if Active() != NEON {
		expm1GenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		expm1NEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = log1p(x[i]) }
//
//go:noescape
func log1pNEONF64(dst, x *float64, n int)

func vecLog1pF64(dst, x []float64) {
	if Active() != NEON {
		log1pGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		log1pNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = silu(x[i]) }
//
//go:noescape
func siluNEONF64(dst, x *float64, n int)

func vecSiLUF64(dst, x []float64) {
	if Active() != NEON {
		siluGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		siluNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = √x[i] }
//
//go:noescape
func sqrtNEONF64(dst, x *float64, n int)

func vecSqrtF64(dst, x []float64) {
	if Active() != NEON {
		sqrtGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		sqrtNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = 1 / x[i] }
//
//go:noescape
func reciprocalNEONF64(dst, x *float64, n int)

func vecReciprocalF64(dst, x []float64) {
	if Active() != NEON {
		reciprocalGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		reciprocalNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}
