//go:build (!amd64 && !arm64) || purego || race

package kernels

func vecExpm1F32(dst, x []float32)      { expm1GenericF32(dst, x) }
func vecLog1pF32(dst, x []float32)      { log1pGenericF32(dst, x) }
func vecSiLUF32(dst, x []float32)       { siluGenericF32(dst, x) }
func vecSqrtF32(dst, x []float32)       { sqrtGenericF32(dst, x) }
func vecReciprocalF32(dst, x []float32) { reciprocalGenericF32(dst, x) }
func vecExpm1F64(dst, x []float64)      { expm1GenericF64(dst, x) }
func vecLog1pF64(dst, x []float64)      { log1pGenericF64(dst, x) }
func vecSiLUF64(dst, x []float64)       { siluGenericF64(dst, x) }
func vecSqrtF64(dst, x []float64)       { sqrtGenericF64(dst, x) }
func vecReciprocalF64(dst, x []float64) { reciprocalGenericF64(dst, x) }
