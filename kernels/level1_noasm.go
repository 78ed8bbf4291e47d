//go:build (!amd64 && !arm64) || purego || race

package kernels

func axpyF32(dst []float32, a float32, x []float32) { axpyGenericF32(dst, a, x) }
func scaleVecF32(dst, x []float32, a float32)       { scaleGeneric(dst, x, a) }
func addF32(dst, x, y []float32)                    { addGeneric(dst, x, y) }
func subF32(dst, x, y []float32)                    { subGeneric(dst, x, y) }
func mulF32(dst, x, y []float32)                    { mulGeneric(dst, x, y) }
func clampF32(dst, x []float32, lo, hi float32)     { clampGeneric(dst, x, lo, hi) }
func fillF32(dst []float32, a float32)              { fillGeneric(dst, a) }
func axpyF64(dst []float64, a float64, x []float64) { axpyGenericF64(dst, a, x) }
func scaleVecF64(dst, x []float64, a float64)       { scaleGeneric(dst, x, a) }
func addF64(dst, x, y []float64)                    { addGeneric(dst, x, y) }
func subF64(dst, x, y []float64)                    { subGeneric(dst, x, y) }
func mulF64(dst, x, y []float64)                    { mulGeneric(dst, x, y) }
func clampF64(dst, x []float64, lo, hi float64)     { clampGeneric(dst, x, lo, hi) }
func fillF64(dst []float64, a float64)              { fillGeneric(dst, a) }
