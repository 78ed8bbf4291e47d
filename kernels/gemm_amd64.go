//go:build !purego && !race

package kernels

import "unsafe"

// gemmTilesF32AVX2 is the product over one block of k, any number of rows and columns, op(A) and B packed or not:
//
//	for i < rows, j < cols: s = +0; for k ascending: s = fma(op(A)[i][k], B[k][j], s)
//		c[i·cRow+j] = s, or init[i·initRow+j] + s; then, if relu, 0 where it is negative
//
// where B[k][j] is b[j/16·bPanel + k·bK + j%16], and op(A)[i][k] is a[i·aRow+k·aK], or in tiles as gemmArgs says. Of the last
// columns, colsLeft of them, it may leave up to three rows: rowsLeft.
//
//go:noescape
func gemmTilesF32AVX2(t *gemmArgs)

//go:noescape
func gemmTilesF64AVX2(t *gemmArgs)

// gemmLineF32AVX2 is gemmTilesF32AVX2 for one row, nothing packed, step bytes of columns at a time: a multiple of 32, 384
// at most. What is left at last is 32 bytes or more.
//
//go:noescape
func gemmLineF32AVX2(t *gemmArgs)

//go:noescape
func gemmLineF64AVX2(t *gemmArgs)

// gemmPairF32AVX2 is gemmTilesF32AVX2 for one row over two blocks of k and kNext terms, for 32 to 192 bytes, nothing packed: c = (init + s) + s', where
// s' is the sum of the second block.
//
//go:noescape
func gemmPairF32AVX2(t *gemmArgs)

//go:noescape
func gemmPairF64AVX2(t *gemmArgs)

// gemmWideF32AVX2 is gemmTilesF32AVX2 for two rows and columns by 192 bytes, or three and by 128, as long as there are as
// many; nothing packed.
//
//go:noescape
func gemmWideF32AVX2(t *gemmArgs)

//go:noescape
func gemmWideF64AVX2(t *gemmArgs)

// gemmStreamF32AVX2 is gemmTilesF32AVX2 for one row, nothing packed; it keeps the sums at sums, whose length is cols
// rounded up to 32 bytes. That may be c, if it is not init and cols is such a number.
//
//go:noescape
func gemmStreamF32AVX2(t *gemmArgs)

//go:noescape
func gemmStreamF64AVX2(t *gemmArgs)

// gemmPackRowsF32AVX2: for k < 8·vectors, u < rows: dst[k·rows+u] = src[u·srcStep+k], the step in bytes, rows at most 6. It
// may write 28 bytes beyond.
//
//go:noescape
func gemmPackRowsF32AVX2(dst, src *float32, srcStep, rows, vectors int)

// gemmPackRowsF64AVX2: for k < 4·vectors, u < rows: dst[k·rows+u] = src[u·srcStep+k], the step in bytes, rows at most 6. It
// may write 40 bytes beyond.
//
//go:noescape
func gemmPackRowsF64AVX2(dst, src *float64, srcStep, rows, vectors int)

// gemmPackColsAVX2: for i < rows: the width bytes at src + i·srcStep go to dst + i·width; width is a multiple of 4, 96 at
// most.
//
//go:noescape
func gemmPackColsAVX2(dst, src unsafe.Pointer, srcStep, width, rows int)

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

// gemmTransposeHalfF32AVX2: for u < 4, k < 8·vectors: dst[k·dstStep+u] = src[u·srcStep+k], steps in bytes.
//
//go:noescape
func gemmTransposeHalfF32AVX2(dst, src *float32, srcStep, dstStep, vectors int)

// gemmTransposeF64AVX2: for u < 4, k < 4·vectors: dst[k·dstStep+u] = src[u·srcStep+k], steps in bytes.
//
//go:noescape
func gemmTransposeF64AVX2(dst, src *float64, srcStep, dstStep, vectors int)

// gemmTilesF32AVX512 is gemmTilesF32AVX2 with panels of 128 bytes.
//
//go:noescape
func gemmTilesF32AVX512(t *gemmArgs)

//go:noescape
func gemmTilesF64AVX512(t *gemmArgs)

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
	gemmLanes    = 32      // bytes of a vector in the transposition
	gemmMaxWidth = 128     // of a panel, bytes
	gemmSkinny   = 4       // fewer rows have routines of their own
	gemmLine     = 384     // bytes of columns of one row whose sums fit in registers
	gemmTwin     = 192     // the same over two blocks
	gemmNear     = 1 << 16 // bytes of B that are near
	gemmSums     = 4096    // bytes of a long row at a time
)

// gemmFor is the ISA for so many bytes of columns. Where AVX-512 works in halves its panels of 128 bytes take longer than AVX2's if the last one is far
// from full: where columns are few, or it has no more than a register of AVX2.
func gemmFor(isa ISA, bytes int) ISA {
	if isa == AVX512 && halves && bytes > 64 && (bytes < 192 && bytes%64 != 0 || bytes < 1088 && bytes%128 > 0 && bytes%128 <= 32) {
		return AVX2
	}
	return isa
}

// gemmWidth returns the width of the ISA's panels in bytes.
func gemmWidth(isa ISA) int {
	if isa == AVX512 {
		return 128
	}
	return 64
}

// gemmTall returns the rows of the ISA's tiles.
func gemmTall(isa ISA) int {
	if isa == AVX512 {
		return 12
	}
	return 6
}

// pairs tells whether two blocks are to be summed at a time: in a row so short that one keeps too few chains going.
func (p *gemmBlock[T]) pairs() bool {
	w := p.n * sizeOf[T]()
	return p.isa != Generic && p.m == 1 && p.bCol == 1 && w >= 32 && w <= gemmTwin
}

// gemmTile runs the routine for what g describes.
func gemmTile[T Float](g *gemmArgs, isa ISA) {
	switch {
	case isa == AVX512 && is32[T]():
		gemmTilesF32AVX512(g)
		return
	case isa == AVX512:
		gemmTilesF64AVX512(g)
		return
	case is32[T]():
		gemmTilesF32AVX2(g)
	default:
		gemmTilesF64AVX2(g)
	}
	if g.rowsLeft > 0 {
		gemmRest[T](g)
	}
}

// gemmRest is the product for what the tiles of four rows have left over.
func gemmRest[T Float](g *gemmArgs) {
	h, row, col := *g, g.rows-g.rowsLeft, g.cols-g.colsLeft // a copy: what is stored behind a pointer escapes
	h.a, h.b, h.c = unsafe.Add(g.a, row*g.aRow), unsafe.Add(g.b, col/64*g.bPanel), unsafe.Add(g.c, row*g.cRow+col)
	if g.init != nil {
		h.init = unsafe.Add(g.init, row*g.initRow+col)
	}
	h.rows, h.cols = g.rowsLeft, g.colsLeft
	if is32[T]() {
		gemmTilesF32AVX2(&h)
	} else {
		gemmTilesF64AVX2(&h)
	}
}

// gemmFew is the product for one, two or three rows, B in place: tiles of fewer rows and more columns.
func gemmFew[T Float](g *gemmArgs, isa ISA) {
	wide := 128
	switch {
	case g.cols < 32:
		gemmTile[T](g, isa)
		return
	case g.rows == 1:
		switch {
		case g.kNext > 0:
			if is32[T]() {
				gemmPairF32AVX2(g)
			} else {
				gemmPairF64AVX2(g)
			}
		case g.cols > gemmLine && g.k*g.bK > gemmNear || !gemmLines[T](g):
			gemmStream[T](g)
		}
		return
	case g.rows == 2:
		wide = 192
	}
	h, done := *g, g.cols-g.cols%wide // a copy: what is stored behind a pointer escapes
	if h.cols = done; done > 0 {
		if is32[T]() {
			gemmWideF32AVX2(&h)
		} else {
			gemmWideF64AVX2(&h)
		}
	}
	if h.cols = g.cols - done; h.cols > 0 {
		h.b, h.c = unsafe.Add(g.b, done), unsafe.Add(g.c, done)
		if g.init != nil {
			h.init = unsafe.Add(g.init, done)
		}
		gemmTile[T](&h, isa)
	}
}

// gemmLines is the product for one row whose part of B is near, as many columns at a time as sums fit in registers; it
// tells whether it could, which takes a whole vector at the end.
func gemmLines[T Float](g *gemmArgs) bool {
	vectors := uint32(g.cols+31) / 32 // few: what is long has gone another way, and 64-bit division is slow
	lines := (vectors + gemmLine/32 - 1) / (gemmLine / 32)
	g.step = int((vectors + lines - 1) / lines * 32)
	if g.cols-int(lines-1)*g.step < 32 {
		return false
	}
	if is32[T]() {
		gemmLineF32AVX2(g)
	} else {
		gemmLineF64AVX2(g)
	}
	return true
}

// gemmStream is the product for one long row.
func gemmStream[T Float](g *gemmArgs) {
	h := *g
	if g.cols%32 == 0 && g.init != g.c {
		h.sums = g.c
		gemmSweep[T](&h)
		return
	}
	var sums [gemmSums / 8]float64
	h.sums = unsafe.Pointer(&sums)
	for at := 0; at < g.cols; at += gemmSums { // no pointer is made beyond the end
		h.b, h.c = unsafe.Add(g.b, at), unsafe.Add(g.c, at)
		if g.init != nil {
			h.init = unsafe.Add(g.init, at)
		}
		h.cols = min(g.cols-at, gemmSums)
		gemmSweep[T](&h)
	}
}

func gemmSweep[T Float](g *gemmArgs) {
	if is32[T]() {
		gemmStreamF32AVX2(g)
	} else {
		gemmStreamF64AVX2(g)
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

// gemmTranspose is dst[k·dstRow+u] = src[u·srcRow+k] for k < n, a multiple of a vector's elements, and as many of w columns u as
// a routine takes; it returns how many.
func gemmTranspose[T Float](dst, src []T, dstRow, srcRow, n, w int) int {
	switch {
	case n == 0 || w < 4:
		return 0
	case !is32[T]():
		gemmTransposeF64AVX2(&f64(dst)[0], &f64(src)[0], srcRow*8, dstRow*8, n/4)
		return 4
	case w < 8:
		gemmTransposeHalfF32AVX2(&f32(dst)[0], &f32(src)[0], srcRow*4, dstRow*4, n/8)
		return 4
	}
	gemmTransposeF32AVX2(&f32(dst)[0], &f32(src)[0], srcRow*4, dstRow*4, n/8)
	return 8
}

// gemmPackA packs r rows of op(A) for one tile.
func gemmPackA[T Float](dst, src []T, aRow, aK, r, k int) {
	size := sizeOf[T]()
	if aK != 1 {
		gemmPackColsAVX2(unsafe.Pointer(&dst[0]), unsafe.Pointer(&src[0]), aK*size, r*size, k)
		return
	}
	whole := k - k%(32/size)
	if is32[T]() {
		gemmPackRowsF32AVX2(&f32(dst)[0], &f32(src)[0], aRow*4, r, k/8)
	} else {
		gemmPackRowsF64AVX2(&f64(dst)[0], &f64(src)[0], aRow*8, r, k/4)
	}
	for ; whole < k; whole++ {
		for u := range r {
			dst[whole*r+u] = src[u*aRow+whole]
		}
	}
}
