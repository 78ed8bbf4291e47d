//go:build amd64 && !purego && !race

package kernels

import "unsafe"

// gemmArgs is what an assembly routine of the product gets. Distances are in bytes.
type gemmArgs struct {
	a, b, c, init unsafe.Pointer
	aRow, aK, bK  int
	cRow, initRow int
	rows, cols, k int // cols in bytes
	relu          int
}

// gemmRows bounds the rows of one call, for each takes at most 64 bytes of columns and 383 terms: about 15 µs.
const gemmRows = 96

// gemmTiled runs the product over one block of k on tiles.
func gemmTiled[T Float](p *gemmBlock[T]) {
	if p.bCol != 1 && len(p.work) < p.k*gemmWidth/sizeOf[T]() {
		gemmOnStack(p)
		return
	}
	size := sizeOf[T]()
	width := gemmWidth / size
	g := gemmArgs{aRow: p.aRow * size, aK: p.aK * size, cRow: p.cRow * size, initRow: p.initRow * size, k: p.k}
	if p.relu {
		g.relu = 1
	}
	room := len(p.work) / (p.k * width) // panels
	group, packed := max(1, room), p.bCol != 1
	if !packed && room > 0 && p.m >= gemmPackRows && p.n*p.k >= gemmPackSize {
		packed = true
	}
	for j0 := 0; j0 < p.n; j0 += group * width {
		end := min(p.n, j0+group*width)
		if packed {
			p.packTiles(j0, end, width)
		}
		for i0 := 0; i0 < p.m; i0 += gemmRows {
			rows := min(gemmRows, p.m-i0)
			for j := j0; j < end; j += width {
				g.rows = rows
				g.a = unsafe.Pointer(&p.a[i0*p.aRow])
				g.c = unsafe.Pointer(&p.c[i0*p.cRow+j])
				if p.init != nil {
					g.init = unsafe.Pointer(&p.init[i0*p.initRow+j])
				}
				w := min(width, end-j)
				if packed {
					g.b, g.bK = unsafe.Pointer(&p.work[(j-j0)*p.k]), gemmWidth
				} else {
					g.b, g.bK = unsafe.Pointer(&p.b[j]), p.bK*size
				}
				gemmTile[T](&g, w*size)
			}
		}
	}
}

// packTiles copies the columns j0 … end−1 of op(B) into panels in work: panel after panel, in it row after row.
func (p *gemmBlock[T]) packTiles(j0, end, width int) {
	to := p.work
	for j := j0; j < end; j += width {
		w := min(width, end-j)
		for k := range p.k {
			row := to[k*width : k*width+w]
			if p.bCol == 1 {
				copy(row, p.b[k*p.bK+j:])
				continue
			}
			for u := range row {
				row[u] = p.b[k*p.bK+(j+u)*p.bCol]
			}
		}
		to = to[min(p.k*width, len(to)):]
	}
}

// gemmOnStack is gemmTiled for a transposed B without work: one panel at a time is packed on the stack.
func gemmOnStack[T Float](p *gemmBlock[T]) {
	var panel [gemmMaxCut * gemmWidth / 8]float64
	q := *p
	q.work = unsafe.Slice((*T)(unsafe.Pointer(&panel)), len(panel)*8/sizeOf[T]())
	q.work = q.work[:p.k*gemmWidth/sizeOf[T]()]
	gemmTiled(&q)
}

// sizeOf returns the bytes of an element.
func sizeOf[T Float]() int {
	var z T
	return int(unsafe.Sizeof(z))
}
