//go:build !purego && !race

package kernels

import "unsafe"

// gemmPanelF32NEON is the product over one block of k for 12 columns (48 bytes), any number of rows:
//
//	for i < rows, j: s = +0; for k ascending: s = fma(a[i·aRow+k·aK], b[k·bK+j], s)
//		c[i·cRow+j] = s, or init[i·initRow+j] + s; then, if relu, 0 where it is negative
//
//go:noescape
func gemmPanelF32NEON(t *gemmArgs)

//go:noescape
func gemmPanelF64NEON(t *gemmArgs)

// gemmNarrowF32NEON is gemmPanelF32NEON for 4 columns (16 bytes).
//
//go:noescape
func gemmNarrowF32NEON(t *gemmArgs)

//go:noescape
func gemmNarrowF64NEON(t *gemmArgs)

// gemmWideF32NEON is gemmPanelF32NEON for one row of 32 columns (128 bytes).
//
//go:noescape
func gemmWideF32NEON(t *gemmArgs)

//go:noescape
func gemmWideF64NEON(t *gemmArgs)

// gemmCopyNEON: for i < rows: the 48 bytes at src + i·srcStep go to dst + 48·i.
//
//go:noescape
func gemmCopyNEON(dst, src unsafe.Pointer, srcStep, rows int)

// gemmTransposeF32NEON: for u < 4, k < 4·vectors: dst[k·dstStep+u] = src[u·srcStep+k], steps in bytes.
//
//go:noescape
func gemmTransposeF32NEON(dst, src *float32, srcStep, dstStep, vectors int)

// gemmTransposeF64NEON: for u < 2, k < 2·vectors: dst[k·dstStep+u] = src[u·srcStep+k], steps in bytes.
//
//go:noescape
func gemmTransposeF64NEON(dst, src *float64, srcStep, dstStep, vectors int)

func gemmF32(p *gemmBlock[float32]) {
	switch p.isa {
	case NEON:
		gemmTiled(p, NEON)
	default:
		gemmGenericF32(p)
	}
}

func gemmF64(p *gemmBlock[float64]) {
	switch p.isa {
	case NEON:
		gemmTiled(p, NEON)
	default:
		gemmGenericF64(p)
	}
}

const (
	gemmLanes    = 16 // bytes of a vector in the transposition
	gemmMaxWidth = 48 // of a panel, bytes
	gemmSkinny   = 2  // fewer rows have routines of their own
)

// gemmWidth returns the width of the ISA's panels in bytes.
func gemmWidth(ISA) int { return gemmMaxWidth }

// gemmTile runs the routines for the columns that g describes.
func gemmTile[T Float](g *gemmArgs, _ ISA) {
	if g.cols == gemmMaxWidth {
		if is32[T]() {
			gemmPanelF32NEON(g)
		} else {
			gemmPanelF64NEON(g)
		}
		return
	}
	h := *g
	for at := 0; at < g.cols; at += gemmLanes {
		h.b, h.c = unsafe.Add(g.b, at), unsafe.Add(g.c, at)
		if g.init != nil {
			h.init = unsafe.Add(g.init, at)
		}
		if g.cols-at >= gemmLanes {
			gemmNarrow[T](&h)
		} else {
			gemmPadded[T](&h, g.cols-at)
		}
	}
}

func gemmNarrow[T Float](g *gemmArgs) {
	if is32[T]() {
		gemmNarrowF32NEON(g)
	} else {
		gemmNarrowF64NEON(g)
	}
}

// gemmPadded is gemmNarrow for less than a vector of columns, on copies that are as wide as one.
func gemmPadded[T Float](g *gemmArgs, width int) {
	var b [gemmMaxCut * gemmLanes / 8]float64
	var c [gemmRows * gemmLanes / 8]float64
	h := *g
	h.b, h.bK = unsafe.Pointer(&b), gemmLanes
	h.c, h.cRow = unsafe.Pointer(&c), gemmLanes
	gemmMove[T](h.b, g.b, h.bK, g.bK, g.k, width)
	if g.init != nil {
		gemmMove[T](h.c, g.init, h.cRow, g.initRow, g.rows, width)
		h.init, h.initRow = h.c, h.cRow
	}
	gemmNarrow[T](&h)
	gemmMove[T](g.c, unsafe.Pointer(&c), g.cRow, gemmLanes, g.rows, width)
}

// gemmMove copies rows of so many bytes, whole elements.
func gemmMove[T Float](dst, src unsafe.Pointer, dstStep, srcStep, rows, width int) {
	for i := range rows {
		for at := 0; at < width; at += sizeOf[T]() {
			*(*T)(unsafe.Add(dst, i*dstStep+at)) = *(*T)(unsafe.Add(src, i*srcStep+at))
		}
	}
}

// gemmFew is the product for one row, B in place: more columns side by side.
func gemmFew[T Float](p *gemmBlock[T], isa ISA) {
	size := sizeOf[T]()
	g := p.args()
	g.rows = 1
	wide := 128 / size
	for j := 0; j < p.n; {
		g.a, g.b, g.c, g.init = p.aAt(0), unsafe.Pointer(&p.b[j]), p.cAt(0, j), p.initAt(0, j)
		w := min(wide, p.n-j)
		if w == wide {
			if is32[T]() {
				gemmWideF32NEON(&g)
			} else {
				gemmWideF64NEON(&g)
			}
		} else {
			w = min(w, gemmMaxWidth/size)
			g.cols = w * size
			gemmTile[T](&g, isa)
		}
		j += w
	}
}

// gemmCopy copies whole panels: panel after panel into dst, from rows that lie srcRow apart in src.
func gemmCopy[T Float](dst, src []T, width, srcRow, rows, panels int) {
	for i := range panels {
		gemmCopyNEON(unsafe.Pointer(&dst[i*rows*width]), unsafe.Pointer(&src[i*width]), srcRow*sizeOf[T](), rows)
	}
}

// gemmTranspose is dst[k·dstRow+u] = src[u·srcRow+k] for the lanes u of a vector and k < n, a multiple of the lanes.
func gemmTranspose[T Float](dst, src []T, dstRow, srcRow, n int) {
	if is32[T]() {
		gemmTransposeF32NEON(&f32(dst)[0], &f32(src)[0], srcRow*4, dstRow*4, n/4)
	} else {
		gemmTransposeF64NEON(&f64(dst)[0], &f64(src)[0], srcRow*8, dstRow*8, n/2)
	}
}
