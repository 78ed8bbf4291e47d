//go:build !purego && !race

package kernels

import "unsafe"

// gemmPanelF32AVX2 is the product over one block of k for 16 columns (64 bytes), any number of rows:
//
//	for i < rows, j: s = +0; for k ascending: s = fma(a[i·aRow+k·aK], b[k·bK+j], s)
//		c[i·cRow+j] = s, or init[i·initRow+j] + s; then, if relu, 0 where it is negative
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

// gemmCopy4AVX2: for i < rows: the 256 bytes at src + i·srcStep go in quarters to d, d + near, d + far, d + near + far,
// where d = dst + i·dstStep.
//
//go:noescape
func gemmCopy4AVX2(dst, src unsafe.Pointer, srcStep, dstStep, near, far, rows int)

// gemmCopy1AVX2: for i < rows: the 64 bytes at src + i·srcStep go to dst + i·dstStep.
//
//go:noescape
func gemmCopy1AVX2(dst, src unsafe.Pointer, srcStep, dstStep, rows int)

// gemmTransposeF32AVX2: for u < 8, k < 8·vectors: dst[k·dstStep+u] = src[u·srcStep+k], steps in bytes.
//
//go:noescape
func gemmTransposeF32AVX2(dst, src *float32, srcStep, dstStep, vectors int)

// gemmTransposeF64AVX2: for u < 4, k < 4·vectors: dst[k·dstStep+u] = src[u·srcStep+k], steps in bytes.
//
//go:noescape
func gemmTransposeF64AVX2(dst, src *float64, srcStep, dstStep, vectors int)

// gemmPanelF32AVX512 is gemmPanelF32AVX2 for t.cols bytes of columns, more than 64 and 128 at most.
//
//go:noescape
func gemmPanelF32AVX512(t *gemmArgs)

//go:noescape
func gemmPanelF64AVX512(t *gemmArgs)

// gemmNarrowF32AVX512 is gemmPanelF32AVX2 for t.cols bytes of columns, 64 at most.
//
//go:noescape
func gemmNarrowF32AVX512(t *gemmArgs)

//go:noescape
func gemmNarrowF64AVX512(t *gemmArgs)

func gemmF32(p *gemmBlock[float32]) {
	switch Active() {
	case AVX512:
		gemmTiled(p, AVX512)
	case AVX2:
		gemmTiled(p, AVX2)
	default:
		gemmGenericF32(p)
	}
}

func gemmF64(p *gemmBlock[float64]) {
	switch Active() {
	case AVX512:
		gemmTiled(p, AVX512)
	case AVX2:
		gemmTiled(p, AVX2)
	default:
		gemmGenericF64(p)
	}
}

const (
	gemmLanes    = 32  // bytes of a vector in the transposition
	gemmMaxWidth = 128 // of a panel, bytes
	gemmSkinny   = 4   // fewer rows have routines of their own
)

// gemmWidth returns the width of the ISA's panels in bytes.
func gemmWidth(isa ISA) int {
	if isa == AVX512 {
		return 128
	}
	return 64
}

// gemmTile runs the routine for the columns that g describes.
func gemmTile[T Float](g *gemmArgs, isa ISA) {
	switch {
	case isa == AVX512 && g.cols > 64:
		if is32[T]() {
			gemmPanelF32AVX512(g)
		} else {
			gemmPanelF64AVX512(g)
		}
	case isa == AVX512:
		if is32[T]() {
			gemmNarrowF32AVX512(g)
		} else {
			gemmNarrowF64AVX512(g)
		}
	case g.cols == 64:
		if is32[T]() {
			gemmPanelF32AVX2(g)
		} else {
			gemmPanelF64AVX2(g)
		}
	case g.cols > 32:
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

// gemmFew is the product for one, two or three rows, B in place: tiles of fewer rows and more columns.
func gemmFew[T Float](p *gemmBlock[T], isa ISA) {
	size := sizeOf[T]()
	g := p.args()
	wide := [gemmSkinny]int{1: 256, 2: 192, 3: 128}[p.m] / size
	for j := 0; j < p.n; {
		g.a, g.b, g.c, g.init = p.aAt(0), unsafe.Pointer(&p.b[j]), p.cAt(0, j), p.initAt(0, j)
		g.rows = p.m
		w := min(wide, p.n-j)
		if w == wide {
			g.cols = w * size
			if is32[T]() {
				gemmWideF32AVX2(&g)
			} else {
				gemmWideF64AVX2(&g)
			}
		} else if p.m < 3 {
			w = min(w, 128/size)
			g.cols = w * size
			if is32[T]() {
				gemmPartF32AVX2(&g)
			} else {
				gemmPartF64AVX2(&g)
			}
		} else {
			w = min(w, 64/size)
			g.cols = w * size
			gemmTile[T](&g, isa)
		}
		j += w
	}
}

// gemmCopy copies whole panels: panel after panel into dst, from rows that lie srcRow apart in src.
func gemmCopy[T Float](dst, src []T, width, srcRow, rows, panels int) {
	size := sizeOf[T]()
	line, step := 64/size, width*size
	near, far := rows*64, rows*128 // from a line to the next, and to that after it
	if step == 128 {
		near = 64
	}
	lines := panels * width / line
	for i := 0; i < lines; {
		at := i / 2 * far
		if i%2 != 0 {
			at += near
		}
		to, from := unsafe.Pointer(&dst[at/size]), unsafe.Pointer(&src[i*line])
		if lines-i >= 4 {
			gemmCopy4AVX2(to, from, srcRow*size, step, near, far, rows)
			i += 4
		} else {
			gemmCopy1AVX2(to, from, srcRow*size, step, rows)
			i++
		}
	}
}

// gemmTranspose is dst[k·dstRow+u] = src[u·srcRow+k] for the lanes u of a vector and k < n, a multiple of the lanes.
func gemmTranspose[T Float](dst, src []T, dstRow, srcRow, n int) {
	if is32[T]() {
		gemmTransposeF32AVX2(&f32(dst)[0], &f32(src)[0], srcRow*4, dstRow*4, n/8)
	} else {
		gemmTransposeF64AVX2(&f64(dst)[0], &f64(src)[0], srcRow*8, dstRow*8, n/4)
	}
}
