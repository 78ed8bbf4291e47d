//go:build !purego && !race

package kernels

import "math/bits"

// sparseRowF32AVX2 is a row of a sparse product over one block of k, for t.cols bytes of columns, 256 at most:
//
//	for j over the columns: s = +0; for e < count: s = fma(value[e], b[index[e]·bRow+j], s)
//	if any s is −0: negative = 1, and no more
//	c[j] = s, or init[j] + s; then, if relu, 0 where it is negative
//
//go:noescape
func sparseRowF32AVX2(t *sparseArgs)

//go:noescape
func sparseRowF64AVX2(t *sparseArgs)

// sparseRowF32AVX512 is sparseRowF32AVX2 for at most 512 bytes.
//
//go:noescape
func sparseRowF32AVX512(t *sparseArgs)

//go:noescape
func sparseRowF64AVX512(t *sparseArgs)

// nonZerosF32AVX2 is NonZeros for n elements, a multiple of 8; it returns the count.
//
//	for i < n: index[count] = i; value[count] = row[i]; if row[i] is not +0: count++
//
//go:noescape
func nonZerosF32AVX2(index *int32, value, row *float32, n int, table *[256]uint64) int

// nonZerosF64AVX2 is nonZerosF32AVX2 for a multiple of 4.
//
//go:noescape
func nonZerosF64AVX2(index *int32, value, row *float64, n int, table *[256]uint64) int

// nonZerosF32AVX512 is nonZerosF32AVX2 for a multiple of 16.
//
//go:noescape
func nonZerosF32AVX512(index *int32, value, row *float32, n int) int

// nonZerosF64AVX512 is nonZerosF32AVX2 for a multiple of 8.
//
//go:noescape
func nonZerosF64AVX512(index *int32, value, row *float64, n int) int

// nonZerosTable has for every set of 8 lanes their numbers, a byte each, from the lowest on.
var nonZerosTable = func() (t [256]uint64) {
	for set := range t {
		n := 0
		for rest := uint(set); rest != 0; rest &= rest - 1 {
			t[set] |= uint64(bits.TrailingZeros(rest)) << n
			n += 8
		}
	}
	return t
}()

func gemmSparseF32(p *sparseProduct[float32]) {
	switch isa := Active(); isa {
	case AVX512, AVX2:
		gemmSparseTiled(p, isa)
	default:
		p.generic(0, p.n)
	}
}

func gemmSparseF64(p *sparseProduct[float64]) {
	switch isa := Active(); isa {
	case AVX512, AVX2:
		gemmSparseTiled(p, isa)
	default:
		p.generic(0, p.n)
	}
}

// sparseWidth returns the bytes of columns that the next call does when so many are left.
func sparseWidth(isa ISA, left int) int {
	if isa == AVX512 {
		return min(left, 512)
	}
	return min(left, 256)
}

func sparseRow[T Float](t *sparseArgs, isa ISA) {
	switch {
	case isa == AVX512 && is32[T]():
		sparseRowF32AVX512(t)
	case isa == AVX512:
		sparseRowF64AVX512(t)
	case is32[T]():
		sparseRowF32AVX2(t)
	default:
		sparseRowF64AVX2(t)
	}
}

const nonZerosPiece = 1 << 14 // elements of one call: about 10 µs

// nonZerosISA: where AVX-512 works in halves, its compression takes longer than AVX2's table.
func nonZerosISA() ISA {
	if isa := Active(); isa != AVX512 || !halves {
		return isa
	}
	return AVX2
}

func nonZerosF32(index []int32, value, row []float32) int {
	isa, lanes := nonZerosISA(), 8
	if isa == AVX512 {
		lanes = 16
	}
	at, n := 0, 0
	for isa != Generic && len(row)-at >= lanes {
		piece := min(len(row)-at, nonZerosPiece) / lanes * lanes
		var found int
		if isa == AVX512 {
			found = nonZerosF32AVX512(&index[n], &value[n], &row[at], piece)
		} else {
			found = nonZerosF32AVX2(&index[n], &value[n], &row[at], piece, &nonZerosTable)
		}
		nonZerosShift(index[n:n+found], at)
		at, n = at+piece, n+found
	}
	return nonZerosTail(index, value, row, at, n)
}

func nonZerosF64(index []int32, value, row []float64) int {
	isa, lanes := nonZerosISA(), 4
	if isa == AVX512 {
		lanes = 8
	}
	at, n := 0, 0
	for isa != Generic && len(row)-at >= lanes {
		piece := min(len(row)-at, nonZerosPiece) / lanes * lanes
		var found int
		if isa == AVX512 {
			found = nonZerosF64AVX512(&index[n], &value[n], &row[at], piece)
		} else {
			found = nonZerosF64AVX2(&index[n], &value[n], &row[at], piece, &nonZerosTable)
		}
		nonZerosShift(index[n:n+found], at)
		at, n = at+piece, n+found
	}
	return nonZerosTail(index, value, row, at, n)
}
