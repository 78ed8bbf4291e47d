package kernels

import (
	"fmt"
	"unsafe"
)

// Packed is op(B), k×n, with the bias of its columns, in the order in which GemmPacked reads it: for weights that live
// long. It is made by Pack or PackInto; whoever has it may share it, for a product only reads it. The order is that of
// the ISA that is active when it is made; under another one it gives the same bits, more slowly.
//
// First comes the bias, then, for each block of k (see Gemm), the panels of width columns of op(B), each row after
// row. The last panel is filled up with zeros. Small and narrow matrices are one panel, in which the products of Gemm
// find their way.
type Packed[T Float] struct {
	k, n   int
	width  int  // of a panel, in elements
	flat   bool // there is but one panel, as wide as the matrix
	biased bool
	data   []T
}

// Rows returns k, the rows of op(B).
func (p *Packed[T]) Rows() int { return p.k }

// Cols returns n, the columns of op(B).
func (p *Packed[T]) Cols() int { return p.n }

// columns returns n, filled up to whole panels.
func (p *Packed[T]) columns() int { return (p.n + p.width - 1) / p.width * p.width }

// block returns the panels of the block of k that begins at k0.
func (p *Packed[T]) block(k0 int) []T { return p.data[(1+k0)*p.columns():] }

// Pack returns op(B) and the bias, nil or one element per column, packed.
func Pack[T Float](opB Op, b Matrix[T], bias []T) *Packed[T] {
	k, n := packShape("Pack", opB, &b, bias)
	p := PackInto(make([]T, PackLen[T](k, n)), opB, b, bias)
	return &p
}

// PackLen returns the length of the memory in which PackInto packs a k×n matrix. It does not depend on the ISA.
func PackLen[T Float](k, n int) int {
	if k < 0 || n <= 0 {
		return 0
	}
	wide, odd := 128/sizeOf[T](), 48/sizeOf[T]()
	columns := max((n+wide-1)/wide*wide, (n+odd-1)/odd*odd)
	return (1+k)*columns + packAlign/sizeOf[T]()
}

// packAlign is what the panels are aligned to, in bytes: a line of the cache.
const packAlign = 64

// PackInto is Pack in the caller's memory, of length PackLen at least. It allocates nothing: weights that have changed
// are packed again in the same memory, once no product reads it any more.
func PackInto[T Float](memory []T, opB Op, b Matrix[T], bias []T) Packed[T] {
	k, n := packShape("PackInto", opB, &b, bias)
	if want := PackLen[T](k, n); len(memory) < want {
		panic(fmt.Sprintf("kernels: PackInto: the memory has length %d, want %d for %d×%d", len(memory), want, k, n))
	}
	p := Packed[T]{k: k, n: n, width: packWidth(n*sizeOf[T]()) / sizeOf[T](), biased: bias != nil}
	if packsFlat(k, n*sizeOf[T]()) {
		p.flat, p.width = true, n
	}
	if n == 0 {
		return p
	}
	columns := p.columns()
	skip := aligned(memory)
	if p.flat { // its bias is any number of bytes
		skip = aligned(memory[n:])
	}
	p.data = memory[skip : skip+(1+k)*columns]
	clear(p.data[copy(p.data, bias):columns])
	q := gemmBlock[T]{n: n, bK: b.Stride, bCol: 1}
	if opB == Trans {
		q.bK, q.bCol = 1, b.Stride
	}
	for k0 := 0; k0 < k; k0 += q.k {
		q.k = gemmCut(k - k0)
		q.b, q.work = b.Data[k0*q.bK:], p.block(k0)
		if n < columns {
			clear(q.work[q.k*(columns-p.width) : q.k*columns])
		}
		packBlock(&q, p.width, p.flat)
	}
	return p
}

// packGeneric copies op(B) of the block into panels in work: panel after panel, in it row after row.
func packGeneric[T Float](p *gemmBlock[T], width int) {
	for j := 0; j < p.n; j += width {
		panel, w := p.work[j*p.k:], min(width, p.n-j)
		for k := range p.k {
			row := panel[k*width : k*width+w]
			for u := range row {
				row[u] = p.b[k*p.bK+(j+u)*p.bCol]
			}
		}
	}
}

// packShape checks the operands of a packing; it returns k and n.
func packShape[T Float](kernel string, opB Op, b *Matrix[T], bias []T) (k, n int) {
	if opB > Trans {
		panic(fmt.Sprintf("kernels: %s: no such operation: %d", kernel, opB))
	}
	b.check(kernel, "b")
	k, n = b.Rows, b.Cols
	if opB == Trans {
		k, n = n, k
	}
	if bias != nil {
		checkLen(kernel, "the bias", len(bias), n)
	}
	return k, n
}

// GemmPacked computes C = act(op(A)·op(B) + bias) or, with Accumulate, C = act(C + op(A)·op(B)), for an op(B) that is
// packed, with the bits of Gemm. It needs no work memory and allocates nothing. c must not overlap a.
//
// The bias is packed with op(B): e.Bias must be nil, and what is accumulated must have been packed without one.
// GemmPacked panics if that, or a shape, does not fit.
func GemmPacked[T Float](opA Op, c, a Matrix[T], p *Packed[T], e Epilogue[T]) {
	checkPacked("GemmPacked", opA, &c, &a, p.k, p.n, p.biased, &e)
	if c.Rows == 0 || c.Cols == 0 {
		return
	}
	if p.flat {
		if p.biased {
			e.Bias = p.data[:p.n]
		}
		p.gemm(opA, &c, &a, &e)
	} else {
		p.product(opA, &c, &a, &e)
	}
	if e.Act > ActReLU {
		activate(c, e.Act)
	}
}

// gemm is Gemm with the one panel in place.
func (p *Packed[T]) gemm(opA Op, c, a *Matrix[T], e *Epilogue[T]) {
	var b Matrix[T]
	b.Data, b.Rows, b.Cols, b.Stride = p.data[p.width:], p.k, p.n, p.width
	isa := gemmFor(Active(), c.Cols*sizeOf[T]())
	if isa == Generic || !gemmDirect(opA, NoTrans, c, a, &b, e, p.k, isa) {
		gemmBlocks(opA, NoTrans, c, a, &b, e, nil, p.k, isa)
	}
}

// product is the product with panels.
func (p *Packed[T]) product(opA Op, c, a *Matrix[T], e *Epilogue[T]) {
	q := packedProduct[T]{packed: p, gemmBlock: gemmBlock[T]{m: c.Rows, n: c.Cols, c: c.Data, cRow: c.Stride}}
	q.aRow, q.aK = a.Stride, 1
	if opA == Trans {
		q.aRow, q.aK = 1, a.Stride
	}
	switch {
	case e.Accumulate:
		q.init, q.initRow = c.Data, c.Stride
	case p.biased:
		q.init = p.data[:p.columns()]
	}
	q.k, q.a, q.relu = p.k, a.Data, e.Act == ActReLU
	if p.k == 0 {
		q.empty()
		if q.relu {
			activate(*c, ActReLU)
		}
		return
	}
	if is32[T]() {
		gemmPackedF32((*packedProduct[float32])(unsafe.Pointer(&q)))
	} else {
		gemmPackedF64((*packedProduct[float64])(unsafe.Pointer(&q)))
	}
}

// packedProduct is a product over all of k: what gemmBlock says but for b, which is packed. A bias is as long as the
// columns of the panels.
type packedProduct[T Float] struct {
	gemmBlock[T]
	packed *Packed[T]
}

// panel is the block of k that begins at k0 and the columns j to j+w, of one panel, whose elements are in b.
func (p *packedProduct[T]) panel(k0, kc, j, w int, b []T) gemmBlock[T] {
	q := p.gemmBlock
	q.k, q.n, q.a, q.b, q.bK, q.bCol, q.c = kc, w, p.a[k0*p.aK:], b, p.packed.width, 1, p.c[j:]
	q.relu = p.relu && k0+kc == p.k
	if k0 > 0 {
		q.init, q.initRow = p.c, p.cRow
	}
	if q.init != nil {
		q.init = q.init[j:]
	}
	return q
}

// gemmPackedGenericF32 defines the bits of GemmPacked for float32: those of gemmGenericF32.
func gemmPackedGenericF32(p *packedProduct[float32]) {
	width := p.packed.width
	for k0, kc := 0, 0; k0 < p.k; k0 += kc {
		kc = gemmCut(p.k - k0)
		panels := p.packed.block(k0)
		for j := 0; j < p.n; j += width {
			q := p.panel(k0, kc, j, min(width, p.n-j), panels[j*kc:])
			gemmGenericF32(&q)
		}
	}
}

// gemmPackedGenericF64 is gemmPackedGenericF32 for float64.
func gemmPackedGenericF64(p *packedProduct[float64]) {
	width := p.packed.width
	for k0, kc := 0, 0; k0 < p.k; k0 += kc {
		kc = gemmCut(p.k - k0)
		panels := p.packed.block(k0)
		for j := 0; j < p.n; j += width {
			q := p.panel(k0, kc, j, min(width, p.n-j), panels[j*kc:])
			gemmGenericF64(&q)
		}
	}
}

// checkPacked panics if the operands of a product with a packed k×n matrix do not fit.
func checkPacked[T Float](kernel string, opA Op, c, a *Matrix[T], k, n int, biased bool, e *Epilogue[T]) {
	m, ka := a.Rows, a.Cols
	if opA != NoTrans {
		m, ka = ka, m
	}
	if opA > Trans || e.Act > ActSiLU || !c.fits() || !a.fits() || ka != k || m != c.Rows || n != c.Cols || e.Bias != nil || biased && e.Accumulate {
		refusePacked(kernel, opA, c, a, m, ka, k, n, e)
	}
}

// refusePacked panics with what does not fit.
func refusePacked[T Float](kernel string, opA Op, c, a *Matrix[T], m, ka, k, n int, e *Epilogue[T]) {
	if opA > Trans || e.Act > ActSiLU {
		panic(fmt.Sprintf("kernels: %s: no such operation: op %d, activation %d", kernel, opA, e.Act))
	}
	c.check(kernel, "c")
	a.check(kernel, "a")
	if ka != k || m != c.Rows || n != c.Cols {
		panic(fmt.Sprintf("kernels: %s: c is %d×%d, op(a) %d×%d, the packed op(b) %d×%d", kernel, c.Rows, c.Cols, m, ka, k, n))
	}
	if e.Bias != nil {
		panic(fmt.Sprintf("kernels: %s: a bias of length %d beside the packed op(b), %d×%d: pack it with that", kernel, len(e.Bias), k, n))
	}
	panic(fmt.Sprintf("kernels: %s: c is %d×%d, and both a bias and accumulation are asked for", kernel, c.Rows, c.Cols))
}

// activate applies the activation to the rows of c.
func activate[T Float](c Matrix[T], act Activation) {
	if act == ActIdentity {
		return
	}
	for i := range c.Rows {
		row := c.Row(i)
		switch act {
		case ActReLU:
			reluRow(row)
		case ActTanh:
			Tanh(row, row)
		case ActSigmoid:
			Sigmoid(row, row)
		case ActSoftplus:
			Softplus(row, row)
		case ActGELU:
			GELU(row, row)
		case ActSiLU:
			SiLU(row, row)
		}
	}
}
