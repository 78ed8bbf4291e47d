//go:build (!amd64 && !arm64) || purego || race

package kernels

func sum[T Float](x []T) T    { return reduce(ofElements, x, nil, 0) }
func dot[T Float](x, y []T) T { return reduce(ofProducts, x, y, 0) }

func reduceF32(op reduction, sums *float32, x, y []float32, a float32) {
	reduceGenericF32(op, sums, x, y, a)
}

func reduceF64(op reduction, sums *float64, x, y []float64, a float64) {
	reduceGenericF64(op, sums, x, y, a)
}

func maxF32(x []float32) float32          { return maxGeneric(x) }
func maxF64(x []float64) float64          { return maxGeneric(x) }
func minF32(x []float32) float32          { return minGeneric(x) }
func minF64(x []float64) float64          { return minGeneric(x) }
func indexF32(x []float32, v float32) int { return indexGeneric(x, v) }
func indexF64(x []float64, v float64) int { return indexGeneric(x, v) }

func sumExpF32(e, x []float32, m float32) float32 { return sumExpGeneric(e, x, m) }
func sumExpF64(e, x []float64, m float64) float64 { return sumExpGeneric(e, x, m) }
