//go:build !purego && !race

package kernels

// for i := range n { dst[i] = erf(x[i]) }
//
//go:noescape
func erfAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = erf(x[i]) }
//
//go:noescape
func erfAVX512F32(dst, x *float32, n int)

func vecErfF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		erfGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			erfAVX512F32(&dst[0], &x[0], n)
		} else {
			erfAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = gelu(x[i]) }
//
//go:noescape
func geluAVX2F32(dst, x *float32, n int)

// for i := range n { dst[i] = gelu(x[i]) }
//
//go:noescape
func geluAVX512F32(dst, x *float32, n int)

func vecGELUF32(dst, x []float32) {
	isa := activeFor(4 * len(x))
	if isa == Generic {
		geluGenericF32(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			geluAVX512F32(&dst[0], &x[0], n)
		} else {
			geluAVX2F32(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = erf(x[i]) }
//
//go:noescape
func erfAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = erf(x[i]) }
//
//go:noescape
func erfAVX512F64(dst, x *float64, n int)

func vecErfF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		erfGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			erfAVX512F64(&dst[0], &x[0], n)
		} else {
			erfAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}

// for i := range n { dst[i] = gelu(x[i]) }
//
//go:noescape
func geluAVX2F64(dst, x *float64, n int)

// for i := range n { dst[i] = gelu(x[i]) }
//
//go:noescape
func geluAVX512F64(dst, x *float64, n int)

func vecGELUF64(dst, x []float64) {
	isa := activeFor(8 * len(x))
	if isa == Generic {
		geluGenericF64(dst, x)
		return
	}
	for len(x) > 0 {
		n := min(len(x), vmathPiece)
		if isa == AVX512 {
			geluAVX512F64(&dst[0], &x[0], n)
		} else {
			geluAVX2F64(&dst[0], &x[0], n)
		}
		dst, x = dst[n:], x[n:]
	}
}
