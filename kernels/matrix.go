package kernels

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"
)

// Float is the set of element types that every kernel has: IEEE-754 binary32 and binary64.
// There is no tilde: dispatch to assembly is by the exact type.
type Float interface {
	float32 | float64
}

// Matrix is a row-major view of a matrix: element (i, j) is Data[i*Stride+j], 0 ≤ i < Rows,
// 0 ≤ j < Cols ≤ Stride. The fields and their order are those of gonum's blas64.General, so that a gonum
// matrix converts without a copy: kernels.Matrix[float64](m.RawMatrix()). Elements between Cols and Stride
// belong to somebody else: no kernel reads or writes them.
type Matrix[T Float] struct {
	Rows, Cols int
	Data       []T
	Stride     int
}

// NewMatrix returns a zeroed rows×cols matrix with Stride = cols. It panics if a dimension is negative or their product no int.
func NewMatrix[T Float](rows, cols int) Matrix[T] {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("kernels: NewMatrix: %d×%d has a negative dimension", rows, cols))
	}
	if over, n := bits.Mul(uint(rows), uint(cols)); over != 0 || n > math.MaxInt {
		panic(fmt.Sprintf("kernels: NewMatrix: %d×%d has too many elements", rows, cols))
	}
	return Matrix[T]{Rows: rows, Cols: cols, Data: make([]T, rows*cols), Stride: cols}
}

// MatrixOf returns the rows×cols view of data with Stride = cols. It panics if data is shorter than rows·cols.
func MatrixOf[T Float](rows, cols int, data []T) Matrix[T] {
	m := Matrix[T]{Rows: rows, Cols: cols, Data: data, Stride: cols}
	m.check("MatrixOf", "data")
	return m
}

// Row returns row i, of length Cols, as a slice of the matrix's own memory.
func (m Matrix[T]) Row(i int) []T {
	if m.Cols == 0 {
		return m.Data[:0:0] // a matrix without columns may have a stride, but no data
	}
	return m.Data[i*m.Stride : i*m.Stride+m.Cols : i*m.Stride+m.Cols]
}

// SliceRows returns the view of rows [lo, hi). It panics if there are no such rows.
func (m Matrix[T]) SliceRows(lo, hi int) Matrix[T] {
	if lo < 0 || hi < lo || hi > m.Rows {
		panic(fmt.Sprintf("kernels: SliceRows: [%d, %d) of %d rows", lo, hi, m.Rows))
	}
	if lo == hi || m.Cols == 0 {
		return Matrix[T]{Rows: hi - lo, Cols: m.Cols, Stride: m.Stride}
	}
	return Matrix[T]{Rows: hi - lo, Cols: m.Cols, Data: m.Data[lo*m.Stride : (hi-1)*m.Stride+m.Cols], Stride: m.Stride}
}

// check panics, naming the kernel and the operand, if the view does not fit its data.
func (m *Matrix[T]) check(kernel, operand string) {
	if !m.fits() {
		panic(fmt.Sprintf("kernels: %s: %s is %d×%d with stride %d, but has %d elements",
			kernel, operand, m.Rows, m.Cols, m.Stride, len(m.Data)))
	}
}

// fits tells whether the view fits its data.
func (m *Matrix[T]) fits() bool {
	if m.Rows <= 0 || m.Cols <= 0 {
		return m.Rows >= 0 && m.Cols >= 0 && m.Stride >= m.Cols
	}
	over, last := bits.Mul(uint(m.Rows-1), uint(m.Stride)) // where the last row begins, however long the stride
	return m.Stride >= m.Cols && len(m.Data) >= m.Cols && over == 0 && last <= uint(len(m.Data)-m.Cols)
}

// checkLen panics if a vector operand has not the length that the kernel needs.
func checkLen(kernel, operand string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("kernels: %s: %s has length %d, want %d", kernel, operand, got, want))
	}
}

// is32 reports whether T is float32; it is a constant in each instance.
func is32[T Float]() bool {
	var z T
	return unsafe.Sizeof(z) == 4
}

// f32 and f64 view a slice of T as what it is. They are how a generic entry point reaches the kernel of
// its type without an interface and without an allocation.
func f32[T Float](x []T) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

func f64[T Float](x []T) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// matrixF32 and matrixF64 are f32 and f64 for matrices.
func matrixF32[T Float](m Matrix[T]) Matrix[float32] {
	return Matrix[float32]{Rows: m.Rows, Cols: m.Cols, Data: f32(m.Data), Stride: m.Stride}
}

func matrixF64[T Float](m Matrix[T]) Matrix[float64] {
	return Matrix[float64]{Rows: m.Rows, Cols: m.Cols, Data: f64(m.Data), Stride: m.Stride}
}
