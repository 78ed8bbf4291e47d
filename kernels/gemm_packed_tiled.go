//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// packedArgs is what the assembly routines for one row of a packed product get. Distances are in bytes.
type packedArgs struct {
	a, b, c, init unsafe.Pointer
	aK, bStep     int // from a term to the next; from a panel to the next
	k, groups     int
	relu          int
	// Of a group: its panels, and the bytes from the end of its first panel to the next group.
	abreast, bSkip int
	// What follows is of the second of two blocks, for packedPair.
	a2, b2   unsafe.Pointer
	b2Step   int
	both, k2 int // terms that both blocks have; that the second has beyond them
}

const (
	packedAbreast = 4  // panels that one row goes through side by side, at least
	packedGroups  = 12 // bounds one call: so many times that, of 128 bytes × 383 terms, about 30 µs from the third cache
)

// packWidth returns the bytes of a panel's row for so many bytes of columns.
func packWidth(bytes int) int {
	if isa := Active(); isa != Generic {
		return gemmWidth(gemmFor(isa, bytes))
	}
	return 64
}

// packBlock packs op(B) of the block into panels in work, or into one, flat.
func packBlock[T Float](p *gemmBlock[T], width int, flat bool) {
	switch {
	case Active() == Generic:
		packGeneric(p, width)
	case !flat:
		p.packTiles(p.work, 0, p.n, width)
	case p.bCol != 1:
		p.packTransposed(p.work, 0, p.n, width)
	default:
		for k := range p.k {
			copy(p.work[k*width:], p.b[k*p.bK:k*p.bK+p.n])
		}
	}
}

// gemmPackedTiled runs a packed product on an ISA's tiles.
func gemmPackedTiled[T Float](p *packedProduct[T], isa ISA) {
	size := sizeOf[T]()
	isa = packedFor(isa, p.packed.width*size)
	width, native := p.packed.width, gemmWidth(isa)/size
	if p.m == 1 && width == native {
		r := packedRows[T]{p.gemmBlock, width, p.packed.columns(), unsafe.Pointer(unsafe.SliceData(p.packed.block(0))), size}
		r.row(isa)
		return
	}
	for k0, kc := 0, 0; k0 < p.k; k0 += kc {
		kc = gemmCut(p.k - k0)
		panels := p.packed.block(k0)
		q := p.panel(k0, kc, 0, p.n, panels)
		q.isa = isa
		g := q.args()
		g.bPanel = kc * width * size
		for i0 := 0; i0 < q.m; i0 += gemmRows {
			rows := min(gemmRows, q.m-i0)
			step := max(1, gemmCall*4/size/(rows*kc*width)) * width // the columns of a call: whole panels, or a part of one
			for j, w := 0, 0; j < q.n; j += w {
				if w = min(step, q.n-j); width != native {
					w = min(native, width-j%width, q.n-j)
				}
				g.a, g.c, g.init = q.aAt(i0), q.cAt(i0, j), q.initAt(i0, j)
				g.b = unsafe.Pointer(&panels[(j-j%width)*kc+j%width])
				g.rows, g.cols = rows, w*size
				gemmTile[T](&g, isa)
			}
		}
	}
}

// packedRows is a product for one row with panels whose elements take so many bytes in store; 2 of them are half of a
// float32.
type packedRows[T Float] struct {
	gemmBlock[T]
	width, columns int
	panels         unsafe.Pointer
	bytes          int
}

// at returns where the block that begins at k0 and has kc terms has the panel of column j.
func (p *packedRows[T]) at(k0, kc, j int) unsafe.Pointer {
	return unsafe.Add(p.panels, (k0*p.columns+j*kc)*p.bytes)
}

// row goes through the panels side by side, and at the end, where there are too few or one is not whole, the blocks.
func (p *packedRows[T]) row(isa ISA) {
	most := packedMost(isa)
	all, tail := (p.n+p.width-1)/p.width, 0
	if p.n%p.width != 0 || !groups(all, most) {
		for _, tail = range [...]int{3, 2, 1, 4} {
			if groups(all-tail, most) {
				break
			}
		}
	}
	if whole := all - tail; whole > 0 {
		n := (whole + most - 1) / most
		p.groups(0, whole/n+1, whole%n, isa)
		p.groups(whole%n*(whole/n+1), whole/n, n-whole%n, isa)
	}
	switch at := (all - tail) * p.width; {
	case tail > 3:
		p.end(at, 2, isa)
		p.end(at+2*p.width, 2, isa)
	case tail > 0:
		p.end(at, tail, isa)
	}
}

// groups tells whether so many panels can be cut into groups of packedAbreast to most.
func groups(panels, most int) bool {
	return panels >= (panels+most-1)/most*packedAbreast
}

// groups goes through groups of panels, from a panel on.
func (p *packedRows[T]) groups(first, abreast, n int, isa ISA) {
	group := abreast * p.width
	for k0, kc := 0, 0; k0 < p.k && n > 0; k0 += kc {
		kc = gemmCut(p.k - k0)
		var t packedArgs
		t.a, t.aK, t.bStep, t.k, t.abreast = unsafe.Pointer(&p.a[k0*p.aK]), p.aK*sizeOf[T](), kc*p.width*p.bytes, kc, abreast
		t.bSkip = (abreast - 1) * t.bStep
		if p.relu && k0+kc == p.k {
			t.relu = 1
		}
		init := p.init
		if k0 > 0 {
			init = p.c
		}
		for i := 0; i < n; i += packedGroups {
			j := first*p.width + i*group
			t.b, t.c = p.at(k0, kc, j), unsafe.Pointer(&p.c[j])
			if init != nil {
				t.init = unsafe.Pointer(&init[j])
			}
			t.groups = min(packedGroups, n-i)
			packedRow(&t, p.bytes, isa)
		}
	}
}

// end is row for so many panels from column j on, one to three, the last of which may have less than its columns: two
// blocks side by side.
func (p *packedRows[T]) end(j, panels int, isa ISA) {
	var room [3 * gemmMaxWidth / 8]float64
	s := unsafe.Slice((*T)(unsafe.Pointer(&room)), 3*p.width)
	out := p.c[j:min(j+panels*p.width, p.n)]
	t := packedArgs{c: unsafe.Pointer(&s[0]), aK: p.aK * sizeOf[T]()}
	if p.init != nil {
		copy(s, p.init[j:j+len(out)])
		t.init = t.c
	}
	for k0 := 0; k0 < p.k; {
		kc := gemmCut(p.k - k0)
		t.a, t.b, t.bStep = unsafe.Pointer(&p.a[k0*p.aK]), p.at(k0, kc, j), kc*p.width*p.bytes
		t.both, t.k, t.k2, t.b2 = 0, kc, 0, nil
		k0 += kc
		if k0 < p.k {
			next := gemmCut(p.k - k0)
			t.a2, t.b2, t.b2Step = unsafe.Pointer(&p.a[k0*p.aK]), p.at(k0, next, j), next*p.width*p.bytes
			t.both = min(kc, next)
			t.k, t.k2 = kc-t.both, next-t.both
			k0 += next
		}
		if panels == 1 { // the same panel twice
			t.bStep, t.b2Step = 0, 0
		}
		if p.relu && k0 == p.k {
			t.relu = 1
		}
		packedEnd(&t, panels, p.bytes, isa)
		t.init = t.c
	}
	copy(out, s)
}
