//go:build !purego && !race

package kernels

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
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		expNEONF32(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
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
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		expNEONF64(&dst[0], &x[0], n)
		dst, x = dst[n:], x[n:]
	}
}
