//go:build (!amd64 && !arm64) || purego || race

package kernels

func vecErfF32(dst, x []float32)  { erfGenericF32(dst, x) }
func vecGELUF32(dst, x []float32) { geluGenericF32(dst, x) }
func vecErfF64(dst, x []float64)  { erfGenericF64(dst, x) }
func vecGELUF64(dst, x []float64) { geluGenericF64(dst, x) }
