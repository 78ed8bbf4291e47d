//go:build !purego && !race

package kernels

import "unsafe"

// The diagonal moments by lists of the rows that count.

const (
	momentsMean    = momentsPiece // where scratch has a mean, behind a list
	momentsScratch = momentsMean + 32

	momentsColumns = 2048 // bytes of dimensions that a call takes: of one component, or twice as many of several
)

// momentsList are the operands of momentsListed.
type momentsList struct {
	momentsTile
	mStep, s2Step int // between components of mean and of s2
	comps, cols   int // components and, in bytes, dimensions
}

// momentsBytes holds for each byte the numbers of the bits that are set, a byte each.
var momentsBytes = func() (t [256]uint64) {
	for b := range t {
		n := 0
		for i := range 8 {
			if b>>i&1 != 0 {
				t[b] |= uint64(i) << (8 * n)
				n++
			}
		}
	}
	return t
}()

// momentsDiagListed is momentsDiag by lists of the rows that count: their number, not that of the rows, is what it takes time for.
func momentsDiagListed[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	k, d, size := len(s0), x.Cols, sizeOf[T]()
	cut := func(n int) []T {
		s := work[:n]
		work = work[n:]
		return s
	}
	sums0, sums1, sums2 := cut(k), s1, s2
	aside := add || d*size%32 != 0
	if aside {
		pad := momentsPad[T](d)
		sums1, sums2 = MatrixOf(k, pad, cut(k*pad)), MatrixOf(k, pad, cut(k*pad))
	}
	marks := unsafe.Slice((*uint8)(ptr(work)), momentsPiece+momentsScratch)
	a := momentsList{mStep: centre.Stride * size, s2Step: sums2.Stride * size}
	a.z, a.at, a.rows = unsafe.Pointer(&marks[momentsPiece]), unsafe.Pointer(&momentsBytes), (x.Rows+31)/32*32
	a.xStep, a.rStep, a.sStep = x.Stride*size, r.Stride*size, sums1.Stride*size
	for lo := 0; lo < k; lo += 32 / size {
		group := min(32/size, k-lo)
		momentsMark(marks, r, lo, group, skip)
		for at := 0; at < d; at += momentsColumns / size {
			a.cols = min(momentsColumns, (d-at)*size)
			most := max(1, 2*momentsColumns/a.cols)
			for c := 0; c < group; c += most {
				i := lo + c
				a.comps, a.t = min(most, group-c), unsafe.Pointer(&marks[c])
				a.x, a.r, a.mean = ptr(x.Data[at:]), ptr(r.Data[i:]), ptr(centre.Row(i)[at:])
				a.s0, a.s1, a.s2 = ptr(sums0[i:]), ptr(sums1.Row(i)[at:]), ptr(sums2.Row(i)[at:])
				if is32[T]() {
					momentsListedF32AVX2(&a)
				} else {
					momentsListedF64AVX2(&a)
				}
			}
		}
	}
	momentsPut(s0, sums0, add)
	if aside {
		for i := range k {
			momentsPut(s1.Row(i), sums1.Row(i), add)
			momentsPut(s2.Row(i), sums2.Row(i), add)
		}
	}
}

// momentsMark marks the rows that count for a group of components from lo on, and none up to the next multiple of 32 rows.
func momentsMark[T Float](marks []uint8, r Matrix[T], lo, group int, skip T) {
	size, whole := sizeOf[T](), r.Rows/8*8
	if whole > 0 {
		a := momentsTile{
			r: ptr(r.Data[lo:]), t: unsafe.Pointer(&marks[0]), skip: unsafe.Pointer(&skip), rStep: r.Stride * size, rows: whole, tail: group * size,
		}
		if is32[T]() {
			momentsMarksF32AVX2(&a)
		} else {
			momentsMarksF64AVX2(&a)
		}
	}
	clear(marks[whole : (r.Rows+31)/32*32])
	for n := whole; n < r.Rows; n++ {
		for i, w := range r.Row(n)[lo : lo+group] {
			if !(w <= skip) {
				marks[whole+i] |= 1 << (n - whole)
			}
		}
	}
}
