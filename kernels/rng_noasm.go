//go:build (!amd64 && !arm64) || purego || race

package kernels

func uniformF32(dst []float32, k Key, c Counter)      { uniformGenericF32(dst, k, c) }
func uniformF64(dst []float64, k Key, c Counter)      { uniformGenericF64(dst, k, c) }
func normalF32(dst []float32, k Key, c Counter)       { normalGenericF32(dst, k, c) }
func normalF64(dst []float64, k Key, c Counter)       { normalGenericF64(dst, k, c) }
func bernoulliF32(dst, p []float32, k Key, c Counter) { bernoulliGenericF32(dst, p, k, c) }
func bernoulliF64(dst, p []float64, k Key, c Counter) { bernoulliGenericF64(dst, p, k, c) }
func permute(dst []uint32, k Key, c Counter)          { permuteGeneric(dst, k, c) }
