//go:build !purego && !race

package kernels

// sparseRow8F32NEON is a row of a sparse product over one block of k, for 128 bytes of columns:
//
//	for j over the columns: s = +0; for e < count: s = fma(value[e], b[index[e]·bRow+j], s)
//	if any s is −0: negative = 1, and no more
//	c[j] = s, or init[j] + s; then, if relu, 0 where it is negative
//
//go:noescape
func sparseRow8F32NEON(t *sparseArgs)

//go:noescape
func sparseRow8F64NEON(t *sparseArgs)

// sparseRow4F32NEON is sparseRow8F32NEON for 64 bytes.
//
//go:noescape
func sparseRow4F32NEON(t *sparseArgs)

//go:noescape
func sparseRow4F64NEON(t *sparseArgs)

// sparseRow1F32NEON is sparseRow8F32NEON for 16 bytes.
//
//go:noescape
func sparseRow1F32NEON(t *sparseArgs)

//go:noescape
func sparseRow1F64NEON(t *sparseArgs)

// nonZerosF32NEON is NonZeros for n elements, a multiple of 4; it returns the count.
//
//	for i < n: index[count] = i; value[count] = row[i]; if row[i] is not +0: count++
//
//go:noescape
func nonZerosF32NEON(index *int32, value, row *float32, n int, table *[16]nonZeroLanes) int

// nonZeroLanes says of a set of 4 lanes where the bytes of its lanes are, from the lowest on, and how many lanes it has.
type nonZeroLanes struct {
	bytes [16]byte
	count int
	_     int
}

var nonZerosTable = func() (t [16]nonZeroLanes) {
	for set := range t {
		for lane := range 4 {
			if set>>lane&1 == 0 {
				continue
			}
			for b := range 4 {
				t[set].bytes[4*t[set].count+b] = byte(4*lane + b)
			}
			t[set].count++
		}
	}
	return t
}()

func gemmSparseF32(p *sparseProduct[float32]) {
	switch isa := Active(); isa {
	case NEON:
		gemmSparseTiled(p, isa)
	default:
		p.generic(0, p.n)
	}
}

func gemmSparseF64(p *sparseProduct[float64]) {
	switch isa := Active(); isa {
	case NEON:
		gemmSparseTiled(p, isa)
	default:
		p.generic(0, p.n)
	}
}

// sparseWidth returns the bytes of columns that the next call does when so many are left.
func sparseWidth(_ ISA, left int) int {
	switch {
	case left >= 128:
		return 128
	case left >= 64:
		return 64
	case left >= 16:
		return 16
	}
	return left
}

// sparseRow runs the routine for the columns that t describes. Less than a vector of them is a matter of pure Go.
func sparseRow[T Float](t *sparseArgs, _ ISA) {
	switch {
	case t.cols == 128 && is32[T]():
		sparseRow8F32NEON(t)
	case t.cols == 128:
		sparseRow8F64NEON(t)
	case t.cols == 64 && is32[T]():
		sparseRow4F32NEON(t)
	case t.cols == 64:
		sparseRow4F64NEON(t)
	case t.cols == 16 && is32[T]():
		sparseRow1F32NEON(t)
	case t.cols == 16:
		sparseRow1F64NEON(t)
	default:
		t.negative = 1
	}
}

const nonZerosPiece = 1 << 14 // elements of one call: about 20 µs

func nonZerosF32(index []int32, value, row []float32) int {
	at, n := 0, 0
	for Active() == NEON && len(row)-at >= 4 {
		piece := min(len(row)-at, nonZerosPiece) / 4 * 4
		found := nonZerosF32NEON(&index[n], &value[n], &row[at], piece, &nonZerosTable)
		nonZerosShift(index[n:n+found], at)
		at, n = at+piece, n+found
	}
	return nonZerosTail(index, value, row, at, n)
}

func nonZerosF64(index []int32, value, row []float64) int {
	return nonZerosTail(index, value, row, 0, 0)
}
