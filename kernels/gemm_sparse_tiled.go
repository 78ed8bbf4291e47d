//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// sparseArgs is what an assembly routine of the sparse product gets. Distances and widths are in bytes.
type sparseArgs struct {
	b, c, init   unsafe.Pointer
	index, value unsafe.Pointer
	count, bRow  int
	cols         int
	relu         int
	negative     int // the routine sets it, and writes nothing, if a sum is −0
}

// gemmSparseTiled runs a row of a sparse product over one block of k on an ISA's routines.
func gemmSparseTiled[T Float](p *sparseProduct[T], isa ISA) {
	size := sizeOf[T]()
	t := sparseArgs{count: p.count, bRow: p.bK * size}
	if p.count > 0 {
		t.index, t.value = unsafe.Pointer(&p.index[0]), unsafe.Pointer(&p.value[0])
	}
	if p.relu {
		t.relu = 1
	}
	for j := 0; j < p.n; {
		w := sparseWidth(isa, (p.n-j)*size) / size
		t.b, t.c, t.cols, t.negative = unsafe.Pointer(&p.b[j]), unsafe.Pointer(&p.c[j]), w*size, 0
		if p.init != nil {
			t.init = unsafe.Pointer(&p.init[j])
		}
		sparseRow[T](&t, isa)
		if t.negative != 0 {
			p.generic(j, j+w)
		}
		j += w
	}
}

// nonZerosShift adds to indices what a piece's first element has.
func nonZerosShift(index []int32, by int) {
	if by == 0 {
		return
	}
	for i := range index {
		index[i] += int32(by)
	}
}
