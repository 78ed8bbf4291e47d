package kernels

import (
	"fmt"
	"unsafe"
)

// Op says how Gemm takes a factor.
type Op uint8

// The factor as it is stored, or its transpose.
const (
	NoTrans Op = iota // op(X) = X
	Trans             // op(X) = Xᵀ
)

// Activation is the elementwise function that ends a product.
type Activation uint8

// The activations. ActReLU is max(0, x) := x < 0 ? 0 : x, so NaN stays NaN and −0 stays −0; the others are the
// kernels of their names.
const (
	ActIdentity Activation = iota
	ActReLU
	ActTanh
	ActSigmoid
	ActSoftplus
	ActGELU
	ActSiLU
)

// Epilogue says what Gemm adds to a product and what it makes of the sum. The zero value adds nothing and leaves the
// product as it is.
type Epilogue[T Float] struct {
	Bias       []T  // nil, or one element per column of C, added to every row
	Accumulate bool // the old C is added; never together with Bias
	Act        Activation
}

// Gemm computes C = act(op(A)·op(B) + bias) or, with Accumulate, C = act(C + op(A)·op(B)): op(A) is m×k, op(B) k×n,
// C m×n. c must not overlap a, b or the bias.
//
// The sum over k is cut into blocks of 256, the last of 256 to 383 (shorter only if it is the only one). In a block
// every element is one chain of fused multiply-adds from +0 with k ascending; the first block's sum S0 is added to
// the bias, to the old C, or stored as it is, and S1, S2, … are added in their order:
//
//	for k0, kc over the blocks, all i, j:
//		s = +0; s = fma(op(A)[i][k], op(B)[k][j], s), k = k0 … k0+kc−1
//		c[i][j] = s, or bias[j] + s, or c[i][j] + s if Accumulate, in the first block; c[i][j] + s in the others
//	c[i][j] = act(c[i][j])
//
// (the tile and the blocking of Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS
// 34(3), 2008; blocks of k bound the error as in Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.,
// §4.2). So an element depends on its row of op(A) and its column of op(B) alone, not on m, n or the other rows.
// NaN and infinities take part as in the loop above. If k = 0, C is act of the bias, of the old C, or of +0.
//
// work holds packed parts of the factors: GemmWork tells the length that gives full speed; with less, or nil, the
// bits are the same. Gemm panics if the shapes do not fit or if Bias comes with Accumulate.
func Gemm[T Float](opA, opB Op, c, a, b Matrix[T], e Epilogue[T], work []T) {
	k := checkGemm(opA, opB, &c, &a, &b, &e)
	if c.Rows == 0 || c.Cols == 0 {
		return
	}
	isa := gemmFor(Active(), c.Cols*sizeOf[T]())
	if isa == Generic || !gemmDirect(opA, opB, &c, &a, &b, &e, k, isa) {
		gemmBlocks(opA, opB, &c, &a, &b, &e, work, k, isa)
	}
	if e.Act > ActReLU {
		activate(c, e.Act)
	}
}

// gemmBlocks is Gemm block by block of k, without the activations that are kernels of their own.
func gemmBlocks[T Float](opA, opB Op, c, a, b *Matrix[T], e *Epilogue[T], work []T, k int, isa ISA) {
	p := gemmBlock[T]{m: c.Rows, n: c.Cols, c: c.Data, cRow: c.Stride, work: work, isa: isa}
	switch {
	case e.Accumulate:
		p.init, p.initRow = c.Data, c.Stride
	case e.Bias != nil:
		p.init = e.Bias
	}
	p.aRow, p.aK, p.bK, p.bCol = a.Stride, 1, b.Stride, 1
	if opA == Trans {
		p.aRow, p.aK = 1, a.Stride
	}
	if opB == Trans {
		p.bK, p.bCol = 1, b.Stride
	}
	if k == 0 {
		p.empty()
		if e.Act == ActReLU {
			for i := range c.Rows {
				reluRow(c.Row(i))
			}
		}
		return
	}
	p.packB, p.packA = opB == Trans || gemmPacks(p.m, p.n, k, p.bK*sizeOf[T](), sizeOf[T]()), p.packsA(k)
	pairs := p.pairs()
	for k0 := 0; k0 < k; k0 += p.k + p.kNext {
		p.k = gemmCut(k - k0)
		if pairs {
			p.kNext = gemmCut(k - k0 - p.k)
		}
		p.a, p.b = a.Data[k0*p.aK:], b.Data[k0*p.bK:]
		p.relu = e.Act == ActReLU && k0+p.k+p.kNext == k
		if is32[T]() {
			gemmF32((*gemmBlock[float32])(unsafe.Pointer(&p)))
		} else {
			gemmF64((*gemmBlock[float64])(unsafe.Pointer(&p)))
		}
		p.init, p.initRow = c.Data, c.Stride
	}
}

// GemmWork returns the length of the work slice with which Gemm is fastest for these shapes: op(A) is m×k, op(B)
// k×n. It is 0 where nothing would be packed, and bounded whatever the shapes. It does not depend on the ISA.
func GemmWork[T Float](opA, opB Op, m, n, k int) int {
	if m <= 0 || n <= 0 || k <= 0 {
		return 0
	}
	size := sizeOf[T]()
	need := min(m, gemmRows)*min(k, gemmMaxCut) + gemmSpill
	if opA == NoTrans && opB == NoTrans && !gemmPacks(m, n, k, n*size, size) {
		return 0
	}
	wide := (n*size + gemmPad - 1) / gemmPad * gemmPad
	return need + min(k, gemmMaxCut)*min(wide, gemmGroup)/size
}

const (
	gemmUnit   = 256              // rule of the cut: while 384 or more remain take 256, else the rest
	gemmLimit  = gemmUnit * 3 / 2 // what remains is cut from here on
	gemmMaxCut = gemmLimit - 1    // the longest block
	gemmRows   = 96               // rows of op(A) that are packed, and used, at a time: a multiple of the tiles' rows
	gemmSpill  = 8                // elements that packing op(A) may write beyond its end
	gemmGroup  = 4096             // bytes of columns of op(B) that are packed at a time
	gemmPad    = 384              // a multiple of the widths of all panels, bytes
)

// gemmPacks tells whether packing op(B), not transposed, gains more than it costs: it is used very often; or often, and
// its rows lie so far apart, at multiples of a page, that the columns of a panel fall on few sets of the caches.
func gemmPacks(m, n, k, rowBytes, size int) bool {
	if n*size < 256 || k < 64 || rowBytes < 1024 {
		return false
	}
	return m >= 320 || m >= 48 && rowBytes%4096 == 0
}

// packsA tells whether packing op(A) gains more than it costs: its elements for a tile lie apart and it is large, or they
// are read often, from rows that are far apart.
func (p *gemmBlock[T]) packsA(k int) bool {
	if p.aK != 1 {
		return p.n*sizeOf[T]() >= 1024 && min(k, gemmMaxCut)*p.aK*sizeOf[T]() > 1<<17
	}
	return p.isa == AVX2 && p.m >= 320 && p.n >= 768 && k >= 64
}

// gemmCut returns the length of the next block of k when so much remains.
func gemmCut(remaining int) int {
	if remaining >= gemmLimit {
		return gemmUnit
	}
	return remaining
}

// gemmBlock is the product over one block of k: c = init + op(a)·op(b), strides in elements.
type gemmBlock[T Float] struct {
	m, n, k  int
	a        []T
	aRow, aK int // op(A)[i][k] is a[i·aRow + k·aK]
	b        []T
	bK, bCol int // op(B)[k][j] is b[k·bK + j·bCol]; one of the two is 1
	c        []T
	cRow     int
	init     []T // what the sum is added to, or nil
	initRow  int // 0 for a bias
	relu     bool
	work     []T
	isa      ISA
	kNext    int  // the terms of the next block, if both are to be summed: for pairs
	packA    bool // whether op(A) and op(B) are packed where there is room
	packB    bool
}

// sizeOf returns the bytes of an element.
func sizeOf[T Float]() int {
	var z T
	return int(unsafe.Sizeof(z))
}

// empty is the product without a block: c = init.
func (p *gemmBlock[T]) empty() {
	for i := range p.m {
		row := p.c[i*p.cRow : i*p.cRow+p.n]
		switch {
		case p.init == nil:
			clear(row)
		case p.initRow == 0:
			copy(row, p.init)
		}
	}
}

// reluRow is x[i] = max(0, x[i]).
func reluRow[T Float](x []T) {
	for i, v := range x {
		if v < 0 {
			x[i] = 0
		}
	}
}

// checkGemm panics if the operands do not fit; it returns k. What it tells is found out apart: small products are quick.
func checkGemm[T Float](opA, opB Op, c, a, b *Matrix[T], e *Epilogue[T]) int {
	m, k, kb, n := a.Rows, a.Cols, b.Rows, b.Cols
	if opA != NoTrans {
		m, k = k, m
	}
	if opB != NoTrans {
		kb, n = n, kb
	}
	if opA > Trans || opB > Trans || e.Act > ActSiLU || !c.fits() || !a.fits() || !b.fits() || k != kb || m != c.Rows || n != c.Cols ||
		e.Bias != nil && (e.Accumulate || len(e.Bias) != n) {
		refuseGemm(opA, opB, c, a, b, e, m, n, k, kb)
	}
	return k
}

// refuseGemm panics with what does not fit.
func refuseGemm[T Float](opA, opB Op, c, a, b *Matrix[T], e *Epilogue[T], m, n, k, kb int) {
	if opA > Trans || opB > Trans || e.Act > ActSiLU {
		panic(fmt.Sprintf("kernels: Gemm: no such operation: op %d, op %d, activation %d", opA, opB, e.Act))
	}
	c.check("Gemm", "c")
	a.check("Gemm", "a")
	b.check("Gemm", "b")
	if k != kb || m != c.Rows || n != c.Cols {
		panic(fmt.Sprintf("kernels: Gemm: c is %d×%d, op(a) %d×%d, op(b) %d×%d", c.Rows, c.Cols, m, k, kb, n))
	}
	checkLen("Gemm", "the bias", len(e.Bias), n)
	panic(fmt.Sprintf("kernels: Gemm: c is %d×%d, and both a bias and accumulation are asked for", m, n))
}
