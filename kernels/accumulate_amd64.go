//go:build !purego && !race

package kernels

import "unsafe"

// accumulateAVX2: dst[i] += float64(x[i]), i < n.
//
//go:noescape
func accumulateAVX2(dst *float64, x *float32, n int)

// accumulateAVX512: dst[i] += float64(x[i]), i < n.
//
//go:noescape
func accumulateAVX512(dst *float64, x *float32, n int)

func accumulate(dst []float64, x []float32) {
	isa := Active()
	if isa == Generic {
		accumulateGeneric(dst, x)
		return
	}
	for len(x) > 0 {
		n := piece(x)
		if isa == AVX512 {
			accumulateAVX512(unsafe.SliceData(dst), unsafe.SliceData(x), n)
		} else {
			accumulateAVX2(unsafe.SliceData(dst), unsafe.SliceData(x), n)
		}
		dst, x = dst[n:], x[n:]
	}
}
