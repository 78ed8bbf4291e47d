//go:build (!amd64 && !arm64) || purego || race

package kernels

func vecExpF32(dst, x []float32) { expGenericF32(dst, x) }
func vecExpF64(dst, x []float64) { expGenericF64(dst, x) }
