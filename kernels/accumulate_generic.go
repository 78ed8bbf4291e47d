package kernels

// accumulateGeneric defines the bits of Accumulate for float32.
func accumulateGeneric(dst []float64, x []float32) {
	for i, v := range x {
		dst[i] += float64(v)
	}
}
