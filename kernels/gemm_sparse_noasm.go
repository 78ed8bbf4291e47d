//go:build (!amd64 && !arm64) || purego || race

package kernels

func gemmSparseF32(p *sparseProduct[float32]) { p.generic(0, p.n) }
func gemmSparseF64(p *sparseProduct[float64]) { p.generic(0, p.n) }

func nonZerosF32(index []int32, value, row []float32) int {
	return nonZerosTail(index, value, row, 0, 0)
}
func nonZerosF64(index []int32, value, row []float64) int {
	return nonZerosTail(index, value, row, 0, 0)
}
