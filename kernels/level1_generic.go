package kernels

import "math"

func axpyGenericF32(dst []float32, a float32, x []float32) {
	for i, v := range x {
		// fma32, pasted: it is too long for the compiler to inline.
		s := float64(float64(a)*float64(v)) + float64(dst[i])
		if math.Float64bits(s)<<36 != 0 {
			dst[i] = float32(s)
		} else {
			dst[i] = fma32Tie(a, v, dst[i])
		}
	}
}

func axpyGenericF64(dst []float64, a float64, x []float64) {
	for i, v := range x {
		dst[i] = math.FMA(a, v, dst[i])
	}
}

func scaleGeneric[T Float](dst, x []T, a T) {
	for i, v := range x {
		dst[i] = v * a
	}
}

func addGeneric[T Float](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v + y[i]
	}
}

func subGeneric[T Float](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v - y[i]
	}
}

func mulGeneric[T Float](dst, x, y []T) {
	for i, v := range x {
		dst[i] = v * y[i]
	}
}

func clampGeneric[T Float](dst, x []T, lo, hi T) {
	for i, v := range x {
		if v < lo {
			v = lo
		}
		if v > hi {
			v = hi
		}
		dst[i] = v
	}
}

func fillGeneric[T Float](dst []T, a T) {
	for i := range dst {
		dst[i] = a
	}
}
