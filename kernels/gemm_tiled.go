//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// gemmArgs is what an assembly routine of the product gets. Distances and widths are in bytes.
type gemmArgs struct {
	a, b, c, init unsafe.Pointer
	aRow, aK, bK  int
	cRow, initRow int
	rows, cols, k int // the routine counts rows down
	relu          int
	//lint:ignore U1000 assembly keeps here where it is
	aNow, cNow, initNow uintptr
}

// gemmRows bounds the rows of one call: times at most 128 bytes of columns and 383 terms about 15 µs.
const gemmRows = 96

// gemmTiled runs the product over one block of k on an ISA's tiles.
func gemmTiled[T Float](p *gemmBlock[T], isa ISA) {
	size := sizeOf[T]()
	width := gemmWidth(isa) / size
	room, packed := 0, p.bCol != 1
	if len(p.work) > 0 {
		room = len(p.work) / (p.k * width) // panels
	}
	switch {
	case packed && room == 0:
		gemmOnStack(p, isa)
		return
	case !packed && p.m < gemmSkinny:
		gemmFew(p, isa)
		return
	case room > 0 && gemmPacks(p.m, p.k, p.bK*size):
		packed = true
	}
	g := p.args()
	group := max(1, room) * width
	for j0 := 0; j0 < p.n; j0 += group {
		end := min(p.n, j0+group)
		if packed {
			p.packTiles(j0, end, width)
			g.bK = width * size
		}
		for i0 := 0; i0 < p.m; i0 += gemmRows {
			for j := j0; j < end; j += width {
				g.a, g.c, g.init = p.aAt(i0), p.cAt(i0, j), p.initAt(i0, j)
				if packed {
					g.b = unsafe.Pointer(&p.work[(j-j0)*p.k])
				} else {
					g.b = unsafe.Pointer(&p.b[j])
				}
				g.rows, g.cols = min(gemmRows, p.m-i0), min(width, end-j)*size
				gemmTile[T](&g, isa)
			}
		}
	}
}

// args returns what all calls have in common.
func (p *gemmBlock[T]) args() gemmArgs {
	size := sizeOf[T]()
	g := gemmArgs{aRow: p.aRow * size, aK: p.aK * size, bK: p.bK * size, cRow: p.cRow * size, initRow: p.initRow * size, k: p.k}
	if p.relu {
		g.relu = 1
	}
	return g
}

// aAt, cAt and initAt return where an operand has row i and column j. (That they return it, and do not store it through
// a pointer, keeps the operands from escaping.)
func (p *gemmBlock[T]) aAt(i int) unsafe.Pointer    { return unsafe.Pointer(&p.a[i*p.aRow]) }
func (p *gemmBlock[T]) cAt(i, j int) unsafe.Pointer { return unsafe.Pointer(&p.c[i*p.cRow+j]) }
func (p *gemmBlock[T]) initAt(i, j int) unsafe.Pointer {
	if p.init == nil {
		return nil
	}
	return unsafe.Pointer(&p.init[i*p.initRow+j])
}

// packTiles copies the columns j0 … end−1 of op(B) into panels in work: panel after panel, in it row after row.
func (p *gemmBlock[T]) packTiles(j0, end, width int) {
	if p.bCol != 1 {
		for j := j0; j < end; j += width {
			p.packTransposed(p.work[(j-j0)*p.k:], j, min(width, end-j), width)
		}
		return
	}
	whole := end - (end-j0)%width
	gemmCopy(p.work, p.b[j0:], width, p.bK, p.k, (whole-j0)/width)
	if whole < end {
		panel := p.work[(whole-j0)*p.k:]
		for k := range p.k {
			copy(panel[k*width:], p.b[k*p.bK+whole:k*p.bK+end])
		}
	}
}

// packTransposed is packTiles for one panel of w columns of op(B), which are rows of B.
func (p *gemmBlock[T]) packTransposed(panel []T, j, w, width int) {
	lanes := gemmLanes / sizeOf[T]()
	square := p.k - p.k%lanes
	for u := range w {
		col, from := p.b[(j+u)*p.bCol:], 0
		if u < w-w%lanes {
			from = square
			if u%lanes == 0 && square > 0 {
				gemmTranspose(panel[u:], col, width, p.bCol, square)
			}
		}
		for k := from; k < p.k; k++ {
			panel[k*width+u] = col[k]
		}
	}
}

// gemmOnStack is gemmTiled for a transposed B without work: one panel at a time is packed on the stack.
func gemmOnStack[T Float](p *gemmBlock[T], isa ISA) {
	var panel [gemmMaxCut * gemmMaxWidth / 8]float64
	q := *p
	q.work = unsafe.Slice((*T)(unsafe.Pointer(&panel)), p.k*gemmWidth(isa)/sizeOf[T]())
	gemmTiled(&q, isa)
}
