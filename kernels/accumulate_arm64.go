//go:build !purego && !race

package kernels

import "unsafe"

// accumulateNEON: dst[i] += float64(x[i]), i < n.
//
//go:noescape
func accumulateNEON(dst *float64, x *float32, n int)

func accumulate(dst []float64, x []float32) {
	if Active() == Generic {
		accumulateGeneric(dst, x)
		return
	}
	for len(x) > 0 {
		n := piece(x)
		accumulateNEON(unsafe.SliceData(dst), unsafe.SliceData(x), n)
		dst, x = dst[n:], x[n:]
	}
}
