//go:build (!amd64 && !arm64) || purego || race

package kernels

func accumulate(dst []float64, x []float32) { accumulateGeneric(dst, x) }
