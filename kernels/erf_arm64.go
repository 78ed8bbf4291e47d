//go:build !purego && !race

package kernels

// for i := range n { dst[i] = erf(x[i]) }
//
//go:noescape
func erfNEONF32(dst, x *float32, n int)

func vecErfF32(dst, x []float32) {
	if Active() != NEON {
		erfGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		erfNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = gelu(x[i]) }
//
//go:noescape
func geluNEONF32(dst, x *float32, n int)

func vecGELUF32(dst, x []float32) {
	if Active() != NEON {
		geluGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		geluNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = erf(x[i]) }
//
//go:noescape
func erfNEONF64(dst, x *float64, n int)

func vecErfF64(dst, x []float64) {
	if Active() != NEON {
		erfGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		erfNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = gelu(x[i]) }
//
//go:noescape
func geluNEONF64(dst, x *float64, n int)

func vecGELUF64(dst, x []float64) {
	if Active() != NEON {
		geluGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		geluNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}
