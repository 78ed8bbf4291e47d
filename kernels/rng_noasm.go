//go:build !amd64 || purego || race

package kernels

func uniformF32(dst []float32, k Key, c Counter) { uniformGenericF32(dst, k, c) }
func uniformF64(dst []float64, k Key, c Counter) { uniformGenericF64(dst, k, c) }
func normalF32(dst []float32, k Key, c Counter)  { normalGenericF32(dst, k, c) }
func normalF64(dst []float64, k Key, c Counter)  { normalGenericF64(dst, k, c) }
