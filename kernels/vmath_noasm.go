//go:build (!amd64 && !arm64) || purego || race

package kernels

func vecExpF32(dst, x []float32)      { expGenericF32(dst, x) }
func vecLogF32(dst, x []float32)      { logGenericF32(dst, x) }
func vecTanhF32(dst, x []float32)     { tanhGenericF32(dst, x) }
func vecSigmoidF32(dst, x []float32)  { sigmoidGenericF32(dst, x) }
func vecSoftplusF32(dst, x []float32) { softplusGenericF32(dst, x) }
func vecExpF64(dst, x []float64)      { expGenericF64(dst, x) }
func vecLogF64(dst, x []float64)      { logGenericF64(dst, x) }
func vecTanhF64(dst, x []float64)     { tanhGenericF64(dst, x) }
func vecSigmoidF64(dst, x []float64)  { sigmoidGenericF64(dst, x) }
func vecSoftplusF64(dst, x []float64) { softplusGenericF64(dst, x) }
