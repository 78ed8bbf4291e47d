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
	if p.isa == Generic {
		gemmGenericF32(p)
	} else {
		gemmTiled(p)
	}
}

func gemmF64(p *gemmBlock[float64]) {
	if p.isa == Generic {
		gemmGenericF64(p)
	} else {
		gemmTiled(p)
	}
}

const (
	gemmLanes    = 16 // bytes of a vector in the transposition
	gemmMaxWidth = 48 // of a panel, bytes
	gemmSkinny   = 2  // fewer rows have routines of their own
)

// gemmWidth returns the width of the ISA's panels in bytes.
func gemmWidth(ISA) int { return gemmMaxWidth }

// gemmTall returns the rows of the ISA's tiles.
func gemmTall(ISA) int { return 8 }

// pairs tells whether two blocks are to be summed at a time: no routine does.
func (p *gemmBlock[T]) pairs() bool { return false }

// gemmTile runs the routines for what g describes, panel after panel.
func gemmTile[T Float](g *gemmArgs, _ ISA) {
	h := *g
	for i := 0; i < g.rows; i += gemmRows { // packed, there is one turn
		h.rows = min(gemmRows, g.rows-i)
		h.a = unsafe.Add(g.a, i*g.aRow)
		for j, panel := 0, 0; j < g.cols; j, panel = j+gemmMaxWidth, panel+g.bPanel {
			h.b, h.c, h.cols = unsafe.Add(g.b, panel), unsafe.Add(g.c, i*g.cRow+j), min(gemmMaxWidth, g.cols-j)
			if g.init != nil {
				h.init = unsafe.Add(g.init, i*g.initRow+j)
			}
			gemmStrip[T](&h)
		}
	}
}

// gemmStrip runs the routines for one panel of columns.
func gemmStrip[T Float](g *gemmArgs) {
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
func gemmFew[T Float](g *gemmArgs, isa ISA) {
	h := *g
	for j := 0; j < g.cols; j += h.cols {
		h.b, h.c = unsafe.Add(g.b, j), unsafe.Add(g.c, j)
		if g.init != nil {
			h.init = unsafe.Add(g.init, j)
		}
		if h.cols = min(128, g.cols-j); h.cols < 128 {
			gemmTile[T](&h, isa)
		} else if is32[T]() {
			gemmWideF32NEON(&h)
		} else {
			gemmWideF64NEON(&h)
		}
	}
}

// gemmPackA packs r rows of op(A) for one tile.
func gemmPackA[T Float](dst, src []T, aRow, aK, r, k int) {
	for i := range k {
		if aRow == 1 {
			copy(dst[i*r:i*r+r], src[i*aK:])
			continue
		}
		for u := range r {
			dst[i*r+u] = src[u*aRow+i*aK]
		}
	}
}

// gemmCopy copies whole panels: panel after panel into dst, from rows that lie srcRow apart in src.
func gemmCopy[T Float](dst, src []T, width, srcRow, rows, panels int) {
	for i := range panels {
		gemmCopyNEON(unsafe.Pointer(&dst[i*rows*width]), unsafe.Pointer(&src[i*width]), srcRow*sizeOf[T](), rows)
	}
}

// gemmTranspose is dst[k·dstRow+u] = src[u·srcRow+k] for k < n, a multiple of a vector's elements, and as many of w columns u as
// a routine takes; it returns how many.
func gemmTranspose[T Float](dst, src []T, dstRow, srcRow, n, w int) int {
	lanes := gemmLanes / sizeOf[T]()
	switch {
	case n == 0 || w < lanes:
		return 0
	case is32[T]():
		gemmTransposeF32NEON(&f32(dst)[0], &f32(src)[0], srcRow*4, dstRow*4, n/4)
	default:
		gemmTransposeF64NEON(&f64(dst)[0], &f64(src)[0], srcRow*8, dstRow*8, n/2)
	}
	return lanes
}

// gemmFor is the ISA for so many bytes of columns.
func gemmFor(isa ISA, _ int) ISA { return isa }
