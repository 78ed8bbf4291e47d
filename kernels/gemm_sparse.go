package kernels

import (
	"fmt"
	"math"
	"unsafe"
)

// Sparse is a view of a matrix most of whose elements are +0 and are not stored (compressed rows): row i has Value[e] in
// column Index[e] for Start[i] ≤ e < Start[i+1], the columns ascending, and +0 elsewhere.
type Sparse[T Float] struct {
	Rows, Cols int
	Start      []int // Rows+1 of them
	Index      []int32
	Value      []T
}

// NonZeros writes the columns and the values of row's elements that are not +0 to the starts of index and value, and
// returns how many they are. −0 and NaN are not +0. index and value are at least as long as row; beyond the count
// their first len(row) elements are left with any contents.
func NonZeros[T Float](index []int32, value, row []T) int {
	if len(index) < len(row) || len(value) < len(row) || len(row) > math.MaxInt32 {
		panic(fmt.Sprintf("kernels: NonZeros: the indices have length %d and the values %d, want at least that of the row, %d, of at most 2^31−1",
			len(index), len(value), len(row)))
	}
	if is32[T]() {
		return nonZerosF32(index, f32(value), f32(row))
	}
	return nonZerosF64(index, f64(value), f64(row))
}

// GemmSparse computes C = act(S·B + bias) or, with Accumulate, C = act(C + S·B), S m×k, B k×n, by the elements of S that
// are stored: with the bits of Gemm on S written out, provided that B is finite.
//
// In each block of k (see Gemm) an element is the chain of the stored terms, k ascending. The terms left out are
// fma(+0, b, s): for a finite b they change s only if it is −0, which happens if a product underflows. So where a
// chain ends in −0 it is computed again with all terms:
//
//	for the blocks, all i, j:
//		s = +0; s = fma(v, b[k][j], s), (k, v) over the stored elements of row i in the block
//		if s is −0: s = +0; s = fma(s[i][k], b[k][j], s), k over the block
//		c[i][j] = s, or bias[j] + s, …, as in Gemm
//
// Where Gemm would find an infinity or NaN of B beside a +0 of S, 0·∞ = NaN, GemmSparse does not look. c must not
// overlap the operands. It panics if a shape does not fit, or an index is not in its place.
func GemmSparse[T Float](c Matrix[T], s Sparse[T], b Matrix[T], e Epilogue[T]) {
	checkSparse(&c, &s, &b, &e)
	p := sparseProduct[T]{gemmBlock: gemmBlock[T]{n: c.Cols, b: b.Data, bK: b.Stride, bCol: 1}}
	for i := range c.Rows {
		p.c = c.Row(i)
		p.init = e.Bias
		if e.Accumulate {
			p.init = p.c
		}
		p.relu = e.Act == ActReLU
		p.index, p.value = s.Index[s.Start[i]:s.Start[i+1]], s.Value[s.Start[i]:s.Start[i+1]]
		p.row(i, s.Cols)
	}
	if e.Act != ActReLU {
		activate(c, e.Act)
	}
}

// sparseProduct is the product of a row over a block of k, of which k0 is the first: index and value are those of the
// row's elements that are left, and the first count lie in the block.
type sparseProduct[T Float] struct {
	gemmBlock[T]
	index     []int32
	value     []T
	k0, count int
}

// row is the product for row i over all k.
func (p *sparseProduct[T]) row(i, k int) {
	if k == 0 {
		p.m = 1
		p.empty()
		if p.relu {
			reluRow(p.c)
		}
		return
	}
	relu, before := p.relu, int32(-1)
	for k0 := 0; k0 < k; k0 += p.k {
		p.k0, p.k, p.count = k0, gemmCut(k-k0), 0
		for _, x := range p.index {
			if int(x) >= k0+p.k {
				break
			}
			if x <= before {
				panic(fmt.Sprintf("kernels: GemmSparse: row %d has the column %d after %d, of %d columns", i, x, before, k))
			}
			before = x
			p.count++
		}
		p.relu = relu && k0+p.k == k
		if p.n > 0 {
			if is32[T]() {
				gemmSparseF32((*sparseProduct[float32])(unsafe.Pointer(p)))
			} else {
				gemmSparseF64((*sparseProduct[float64])(unsafe.Pointer(p)))
			}
		}
		p.init = p.c
		p.index, p.value = p.index[p.count:], p.value[p.count:]
	}
	if len(p.index) > 0 {
		panic(fmt.Sprintf("kernels: GemmSparse: row %d has the column %d, of %d columns", i, p.index[0], k))
	}
}

// generic defines the bits: the columns from lo to hi. It works on a few at a time to keep them near.
func (p *sparseProduct[T]) generic(lo, hi int) {
	const block = 16
	var acc [block]T
	for ; lo < hi; lo += block {
		out := p.c[lo:min(lo+block, hi)]
		s := acc[:len(out)]
		clear(s)
		for e, x := range p.index[:p.count] {
			fmaRow(s, p.value[e], p.b[int(x)*p.bK+lo:])
		}
		for j, v := range s {
			if v == 0 && math.Signbit(float64(v)) {
				s[j] = p.whole(lo + j)
			}
		}
		if p.init != nil {
			from := p.init[lo : lo+len(out)]
			for j, v := range s {
				out[j] = from[j] + v
			}
		} else {
			copy(out, s)
		}
		if p.relu {
			reluRow(out)
		}
	}
}

// whole returns the chain of column j with the terms that are not stored.
func (p *sparseProduct[T]) whole(j int) (s T) {
	e := 0
	for k := p.k0; k < p.k0+p.k; k++ {
		var v T
		if e < p.count && int(p.index[e]) == k {
			v = p.value[e]
			e++
		}
		s = fma(v, p.b[k*p.bK+j], s)
	}
	return s
}

// nonZerosTail is NonZeros from element at on, when n have been found.
func nonZerosTail[T Float](index []int32, value, row []T, at, n int) int {
	for i, v := range row[at:] {
		index[n], value[n] = int32(at+i), v
		if v != 0 || math.Signbit(float64(v)) {
			n++
		}
	}
	return n
}

// checkSparse panics if the operands do not fit.
func checkSparse[T Float](c *Matrix[T], s *Sparse[T], b *Matrix[T], e *Epilogue[T]) {
	if e.Act > ActSiLU {
		panic(fmt.Sprintf("kernels: GemmSparse: no such operation: activation %d", e.Act))
	}
	c.check("GemmSparse", "c")
	b.check("GemmSparse", "b")
	if s.Rows != c.Rows || s.Cols != b.Rows || c.Cols != b.Cols || s.Cols > math.MaxInt32 {
		panic(fmt.Sprintf("kernels: GemmSparse: c is %d×%d, s %d×%d, b %d×%d", c.Rows, c.Cols, s.Rows, s.Cols, b.Rows, b.Cols))
	}
	if e.Bias != nil {
		checkLen("GemmSparse", "the bias", len(e.Bias), c.Cols)
		if e.Accumulate {
			panic(fmt.Sprintf("kernels: GemmSparse: c is %d×%d, and both a bias and accumulation are asked for", c.Rows, c.Cols))
		}
	}
	checkLen("GemmSparse", "s.Start", len(s.Start), s.Rows+1)
	before := 0
	for i, at := range s.Start {
		if at < before || at > len(s.Index) || at > len(s.Value) {
			panic(fmt.Sprintf("kernels: GemmSparse: row %d starts at %d, after %d, of %d indices and %d values", i, at, before, len(s.Index), len(s.Value)))
		}
		before = at
	}
}
