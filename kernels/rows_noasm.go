//go:build !amd64 || purego || race

package kernels

func softmaxRowsF32(r Matrix[float32], logZ []float32, x Matrix[float32]) {
	softmaxRowsGeneric(r, logZ, x)
}

func softmaxRowsF64(r Matrix[float64], logZ []float64, x Matrix[float64]) {
	softmaxRowsGeneric(r, logZ, x)
}
