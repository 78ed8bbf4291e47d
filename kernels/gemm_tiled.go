//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// gemmArgs is what an assembly routine of the product gets. Distances and widths are in bytes.
type gemmArgs struct {
	a, b, c, init unsafe.Pointer
	aRow, aK, bK  int
	cRow, initRow int
	rows, cols, k int
	relu          int
	bPanel        int // from a panel of columns of b to the next
	// Packed, op(A) is tile after tile, and in a tile of r rows row after row of r elements: then aRow and aTall are the
	// size of an element, aK is 0 and aTile the length of a row of op(A). Else aTall and aTile are 0.
	aTile, aTall int
	kNext        int // the terms of the second block of a pair
	//lint:ignore U1000 for a long row, amd64 alone: columns at a time, and where the sums are kept
	step int
	//lint:ignore U1000 see step
	sums unsafe.Pointer
	//lint:ignore U1000 assembly keeps here where it is
	aNow, bNow, cNow, initNow, cTop, initTop uintptr
	//lint:ignore U1000 and what is left
	rowsLeft, colsLeft int
}

const (
	gemmTail = 32      // bytes of columns that go with the panel before them
	gemmCall = 1 << 20 // bounds the terms of one call of assembly: about 20 µs for float32
)

// gemmDirect is Gemm with one call of assembly, where nothing is packed and k is not cut; it tells whether it is so.
func gemmDirect[T Float](opA, opB Op, c, a, b *Matrix[T], e *Epilogue[T], k int, isa ISA) bool {
	size := sizeOf[T]()
	m, n := c.Rows, c.Cols
	if opB == Trans || k >= gemmLimit || k == 0 || m*n*k > gemmCall*4/size || gemmPacks(m, n, k, b.Stride*size, size) {
		return false
	}
	var g gemmArgs // field by field: a literal would be made elsewhere and copied
	g.a, g.b, g.c = unsafe.Pointer(unsafe.SliceData(a.Data)), unsafe.Pointer(unsafe.SliceData(b.Data)), unsafe.Pointer(unsafe.SliceData(c.Data))
	g.aRow, g.aK, g.bK, g.cRow = a.Stride*size, size, b.Stride*size, c.Stride*size
	g.bPanel, g.rows, g.cols, g.k = gemmWidth(isa), m, n*size, k
	if opA == Trans {
		g.aRow, g.aK = g.aK, g.aRow
	}
	if e.Accumulate {
		g.init, g.initRow = g.c, g.cRow
	} else {
		g.init = unsafe.Pointer(unsafe.SliceData(e.Bias))
	}
	if e.Act == ActReLU {
		g.relu = 1
	}
	if m < gemmSkinny {
		gemmFew[T](&g, isa)
	} else {
		gemmTile[T](&g, isa)
	}
	return true
}

// gemmTiled runs the product over one block of k on an ISA's tiles.
func gemmTiled[T Float](p *gemmBlock[T]) {
	size, isa := sizeOf[T](), p.isa
	width := gemmWidth(isa) / size
	g := p.args()
	if p.m < gemmSkinny && p.bCol == 1 {
		g.a, g.b, g.c, g.init = p.aAt(0), unsafe.Pointer(&p.b[0]), p.cAt(0, 0), p.initAt(0, 0)
		g.rows, g.cols, g.kNext = p.m, p.n*size, p.kNext
		gemmFew[T](&g, isa)
		return
	}
	work, packed := p.work, p.packB
	var aWork []T
	if need := min(gemmRows, p.m)*p.k + gemmSpill; p.packA && len(work) >= need && (!packed || len(work) >= need+p.k*width) {
		aWork, work = work[:need], work[need:]
		g.aRow, g.aK, g.aTall, g.aTile = size, 0, size, p.k*size
	}
	group := p.n
	if packed {
		group = len(work) / (p.k * width) * width
		if group == 0 && p.bCol != 1 {
			gemmOnStack(p)
			return
		}
		switch packed = group > 0; {
		case !packed:
			group = p.n
		case p.bCol != 1 && group >= p.n && p.n > width && p.n < 2*width: // one panel as wide as the columns fills less of the first cache
			width = p.n
			g.bK = width * size
		default:
			g.bK, g.bPanel = width*size, width*size*p.k
		}
	}
	for j0 := 0; j0 < p.n; j0 += group {
		end := min(p.n, j0+group)
		if packed {
			p.packTiles(work, j0, end, width)
		}
		for i0 := 0; i0 < p.m; i0 += gemmRows {
			rows := min(gemmRows, p.m-i0)
			if aWork != nil {
				p.packRows(aWork, i0, rows)
			}
			step := max(1, gemmCall*4/size/(rows*p.k*width)) * width
			for j, w := j0, 0; j < end; j += w {
				if w = step; end-j-w <= gemmTail/size { // a few columns more cost less than a call of their own
					w = end - j
				}
				g.a, g.c, g.init = p.aAt(i0), p.cAt(i0, j), p.initAt(i0, j)
				if aWork != nil {
					g.a = unsafe.Pointer(&aWork[0])
				}
				if packed {
					g.b = unsafe.Pointer(&work[(j-j0)*p.k])
				} else {
					g.b = unsafe.Pointer(&p.b[j])
				}
				g.rows, g.cols = rows, w*size
				gemmTile[T](&g, isa)
			}
		}
	}
}

// args returns what all calls have in common.
func (p *gemmBlock[T]) args() gemmArgs {
	size := sizeOf[T]()
	g := gemmArgs{
		aRow: p.aRow * size, aK: p.aK * size, bK: p.bK * size, cRow: p.cRow * size, initRow: p.initRow * size, k: p.k,
		bPanel: gemmWidth(p.isa),
	}
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
func (p *gemmBlock[T]) packTiles(work []T, j0, end, width int) {
	if p.bCol != 1 {
		for j := j0; j < end; j += width {
			p.packTransposed(work[(j-j0)*p.k:], j, min(width, end-j), width)
		}
		return
	}
	whole := end - (end-j0)%width
	gemmCopy(work, p.b[j0:], width, p.bK, p.k, (whole-j0)/width)
	if whole < end {
		panel := work[(whole-j0)*p.k:]
		for k := range p.k {
			copy(panel[k*width:], p.b[k*p.bK+whole:k*p.bK+end])
		}
	}
}

// packTransposed is packTiles for one panel of w columns of op(B), which are rows of B.
func (p *gemmBlock[T]) packTransposed(panel []T, j, w, width int) {
	square := p.k - p.k%(gemmLanes/sizeOf[T]())
	for u := 0; u < w; {
		from := square
		n := gemmTranspose(panel[u:], p.b[(j+u)*p.bCol:], width, p.bCol, square, w-u)
		if n == 0 {
			n, from = 1, 0
		}
		for end := u + n; u < end; u++ {
			for k := from; k < p.k; k++ {
				panel[k*width+u] = p.b[(j+u)*p.bCol+k]
			}
		}
	}
}

// packRows copies rows i0 … of op(A) into tiles of as many rows as assembly takes at a time.
func (p *gemmBlock[T]) packRows(work []T, i0, rows int) {
	for i := i0; rows > 0; {
		r := rows
		if most := gemmTall(p.isa); r > most {
			r = min(most, (r+1)/2)
		}
		gemmPackA(work, p.a[i*p.aRow:], p.aRow, p.aK, r, p.k)
		work = work[r*p.k:]
		i += r
		rows -= r
	}
}

// gemmOnStack is gemmTiled for a transposed B without work: one panel at a time is packed on the stack.
func gemmOnStack[T Float](p *gemmBlock[T]) {
	var panel [gemmMaxCut * gemmMaxWidth / 8]float64
	q := *p
	q.work = unsafe.Slice((*T)(unsafe.Pointer(&panel)), p.k*gemmWidth(p.isa)/sizeOf[T]())
	gemmTiled(&q)
}
