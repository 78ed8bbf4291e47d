//go:build !amd64 || purego || race

package kernels

func sumF32(x []float32) float32        { return sumGenericF32(x) }
func sumF64(x []float64) float64        { return sumGenericF64(x) }
func dotF32(x, y []float32) float32     { return dotGenericF32(x, y) }
func dotF64(x, y []float64) float64     { return dotGenericF64(x, y) }
func sumSquaresF32(x []float32) float32 { return sumSquaresGenericF32(x) }
func sumSquaresF64(x []float64) float64 { return sumSquaresGenericF64(x) }
func maxF32(x []float32) float32        { return maxGeneric(x) }
func maxF64(x []float64) float64        { return maxGeneric(x) }

func sumExpF32(e, x []float32, m float32) float32 { return sumExpGeneric(e, x, m) }
func sumExpF64(e, x []float64, m float64) float64 { return sumExpGeneric(e, x, m) }
