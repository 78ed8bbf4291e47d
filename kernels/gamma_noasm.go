//go:build (!amd64 && !arm64) || purego || race

package kernels

func vecLGammaF32(dst, x []float32)     { lgammaGenericF32(dst, x) }
func vecDigammaF32(dst, x []float32)    { digammaGenericF32(dst, x) }
func vecTrigammaF32(dst, x []float32)   { trigammaGenericF32(dst, x) }
func vecExpDigammaF32(dst, x []float32) { expDigammaGenericF32(dst, x) }
func vecLGammaF64(dst, x []float64)     { lgammaGenericF64(dst, x) }
func vecDigammaF64(dst, x []float64)    { digammaGenericF64(dst, x) }
func vecTrigammaF64(dst, x []float64)   { trigammaGenericF64(dst, x) }
func vecExpDigammaF64(dst, x []float64) { expDigammaGenericF64(dst, x) }
