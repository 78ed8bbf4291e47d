//go:build (!amd64 && !arm64) || purego || race

package kernels

func cholVector() int { return 16 }

func chainF32(dst, m []float32, mStride int, s []float32, sStride, rows int, mode chainMode) {
	chainGeneric(dst, m, mStride, s, sStride, rows, mode)
}

func divideF32(x []float32, by float32)       { divideGeneric(x, by) }
func rotateF32(u, x []float32, c, s float32)  { rotateGeneric(u, x, c, s) }
func reflectF32(u, x []float32, c, s float32) { reflectGeneric(u, x, c, s) }

//go:noinline
func cholLanesF32(buf []float32, d, lanes int) { cholLanesGeneric(buf, d, lanes) }

//go:noinline
func triLanesF32(p, u []float32, d, lanes int) { triLanesGeneric(p, u, d, lanes) }

func chainF64(dst, m []float64, mStride int, s []float64, sStride, rows int, mode chainMode) {
	chainGeneric(dst, m, mStride, s, sStride, rows, mode)
}

func divideF64(x []float64, by float64)       { divideGeneric(x, by) }
func rotateF64(u, x []float64, c, s float64)  { rotateGeneric(u, x, c, s) }
func reflectF64(u, x []float64, c, s float64) { reflectGeneric(u, x, c, s) }

//go:noinline
func cholLanesF64(buf []float64, d, lanes int) { cholLanesGeneric(buf, d, lanes) }

//go:noinline
func triLanesF64(p, u []float64, d, lanes int) { triLanesGeneric(p, u, d, lanes) }

// There are no panels: chains do their work.
func cholPanel(int) int                                                         { return 0 }
func forwardPanels[T Float](x []T, xRow int, u []T, uRow, n, panels, bytes int) {}
func diagonalPanel[T Float](x, u []T, row, first, n, bytes int)                 {}
