//go:build !amd64 || purego || race

package kernels

func chainF32(dst, m []float32, mStride int, s []float32, sStride, rows int, mode chainMode) {
	chainGeneric(dst, m, mStride, s, sStride, rows, mode)
}

func chainF64(dst, m []float64, mStride int, s []float64, sStride, rows int, mode chainMode) {
	chainGeneric(dst, m, mStride, s, sStride, rows, mode)
}

func divideF32(x []float32, by float32) { divideGeneric(x, by) }
func divideF64(x []float64, by float64) { divideGeneric(x, by) }
