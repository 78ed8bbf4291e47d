//go:build !purego && !race

package kernels

// gemmPanelF32AVX2 is the product over one block of k for 16 columns (64 bytes), any number of rows:
//
//	for i < rows, j: s = +0; for k ascending: s = fma(a[i·aRow+k·aK], b[k·bK+j], s)
//		c[i·cRow+j] = s, or init[i·initRow+j] + s; then, if relu, 0 where it is negative
//
// It uses the operands in t up.
//
//go:noescape
func gemmPanelF32AVX2(t *gemmArgs)

//go:noescape
func gemmPanelF64AVX2(t *gemmArgs)

// gemmTailF32AVX2 is gemmPanelF32AVX2 for t.cols bytes of columns, more than 32 and less than 64.
//
//go:noescape
func gemmTailF32AVX2(t *gemmArgs)

//go:noescape
func gemmTailF64AVX2(t *gemmArgs)

// gemmNarrowF32AVX2 is gemmPanelF32AVX2 for t.cols bytes of columns, 32 at most.
//
//go:noescape
func gemmNarrowF32AVX2(t *gemmArgs)

//go:noescape
func gemmNarrowF64AVX2(t *gemmArgs)

// gemmWideF32AVX2 is gemmPanelF32AVX2 for one row of 256 bytes, two of 192 or three of 128.
//
//go:noescape
func gemmWideF32AVX2(t *gemmArgs)

//go:noescape
func gemmWideF64AVX2(t *gemmArgs)

// gemmPartF32AVX2 is gemmPanelF32AVX2 for one or two rows of t.cols bytes, 128 at most.
//
//go:noescape
func gemmPartF32AVX2(t *gemmArgs)

//go:noescape
func gemmPartF64AVX2(t *gemmArgs)

func gemmF32(p *gemmBlock[float32]) {
	switch Active() {
	case AVX512, AVX2:
		gemmTiled(p)
	default:
		gemmGenericF32(p)
	}
}

func gemmF64(p *gemmBlock[float64]) {
	switch Active() {
	case AVX512, AVX2:
		gemmTiled(p)
	default:
		gemmGenericF64(p)
	}
}

// gemmWidth is the width of a panel in bytes.
const gemmWidth = 64

// gemmTile runs the routine for the columns that g describes.
func gemmTile[T Float](g *gemmArgs, width int) {
	g.cols = width
	switch {
	case width >= gemmWidth:
		if is32[T]() {
			gemmPanelF32AVX2(g)
		} else {
			gemmPanelF64AVX2(g)
		}
	case width > gemmWidth/2:
		if is32[T]() {
			gemmTailF32AVX2(g)
		} else {
			gemmTailF64AVX2(g)
		}
	default:
		if is32[T]() {
			gemmNarrowF32AVX2(g)
		} else {
			gemmNarrowF64AVX2(g)
		}
	}
}
