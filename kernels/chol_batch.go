package kernels

import (
	"fmt"
	"unsafe"
)

// batchDim is the largest dimension whose matrices are factored side by side, lanes being matrices; larger ones fill
// vectors by themselves. It is at most cholBlock, so the order of operations is the same.
const batchDim = 16

// batchBytes holds the upper triangles of as many matrices as fill a vector, as squares.
type batchBytes [batchDim * batchDim * 8]float64 // 64 bytes, AVX-512's vector, an element

// CholeskyBatch factors K symmetric positive definite matrices that lie one below the other in u, which is (K·D)×D:
// rows k·D … k·D+D−1 hold matrix k and get its factor, as Cholesky would make it, with the same bits. ok[k], K of them,
// tells whether matrix k was positive definite; if not, its upper triangle is NaN. Matrices of up to 16 dimensions are
// factored side by side and cost a fraction of single ones. CholeskyBatch panics if the shapes do not fit.
func CholeskyBatch[T Float](u Matrix[T], ok []bool) {
	u.check("CholeskyBatch", "u")
	d, n := u.Cols, len(ok)
	if u.Rows != n*d {
		panic(fmt.Sprintf("kernels: CholeskyBatch: u is %d×%d, want %d·%d rows", u.Rows, d, n, d))
	}
	lanes := cholVector() / sizeOf[T]()
	if d > batchDim || d == 0 {
		for k := range ok {
			ok[k] = Cholesky(u.SliceRows(k*d, k*d+d))
		}
		return
	}
	var room batchBytes
	buf := batchOf[T](&room, d, lanes)
	for k := 0; k < n; k += lanes {
		m := min(lanes, n-k)
		batchIn(buf, u, k, m, lanes)
		cholLanes(buf, d, lanes)
		batchOut(u, buf, k, m, lanes)
		for l := range m {
			a := u.SliceRows((k+l)*d, (k+l+1)*d)
			ok[k+l] = true
			for i := range d {
				if v := a.Data[i*a.Stride+i]; !(v > 0) || v-v != 0 {
					ok[k+l] = false
				}
			}
			if !ok[k+l] {
				notDefinite(a)
			}
		}
	}
}

// TriInverseBatch inverts K upper triangular matrices that lie one below the other in u, which is (K·D)×D, into p of the
// same shape: TriInverse of each, with the same bits. Matrices of up to 16 dimensions are inverted side by side. p must
// not overlap u. TriInverseBatch panics if the shapes do not fit, or if the rows of u are no multiple of its columns.
func TriInverseBatch[T Float](p, u Matrix[T]) {
	p.check("TriInverseBatch", "p")
	u.check("TriInverseBatch", "u")
	d := u.Cols
	if p.Rows != u.Rows || p.Cols != d || d == 0 && u.Rows > 0 || d > 0 && u.Rows%d != 0 {
		panic(fmt.Sprintf("kernels: TriInverseBatch: p is %d×%d, u %d×%d", p.Rows, p.Cols, u.Rows, u.Cols))
	}
	if u.Rows == 0 {
		return
	}
	n, lanes := u.Rows/d, cholVector()/sizeOf[T]()
	if d > batchDim {
		for k := range n {
			TriInverse(p.SliceRows(k*d, k*d+d), u.SliceRows(k*d, k*d+d))
		}
		return
	}
	var from, to batchBytes
	in, out := batchOf[T](&from, d, lanes), batchOf[T](&to, d, lanes)
	for k := 0; k < n; k += lanes {
		m := min(lanes, n-k)
		batchIn(in, u, k, m, lanes)
		triLanes(out, in, d, lanes)
		batchOut(p, out, k, m, lanes)
		for r := k * d; r < (k+m)*d; r++ {
			clear(p.Row(r)[:r%d])
		}
	}
}

// batchOf views the room as d·d vectors of lanes elements.
func batchOf[T Float](room *batchBytes, d, lanes int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(room)), d*d*lanes)
}

func cholLanes[T Float](buf []T, d, lanes int) {
	if is32[T]() {
		cholLanesF32(f32(buf), d, lanes)
	} else {
		cholLanesF64(f64(buf), d, lanes)
	}
}

func triLanes[T Float](p, u []T, d, lanes int) {
	if is32[T]() {
		triLanesF32(f32(p), f32(u), d, lanes)
	} else {
		triLanesF64(f64(p), f64(u), d, lanes)
	}
}

// batchIn takes the upper triangles of m matrices from the k-th on into the lanes of buf; lanes beyond them get the
// elements of the first, for something must be computed there.
func batchIn[T Float](buf []T, u Matrix[T], k, m, lanes int) {
	d := u.Cols
	for l := range lanes {
		from := k
		if l < m {
			from = k + l
		}
		for i := range d {
			row := u.Data[(from*d+i)*u.Stride+i:][:d-i]
			at := (i*d+i)*lanes + l
			for _, v := range row {
				buf[at] = v
				at += lanes
			}
		}
	}
}

// batchOut is the inverse of batchIn.
func batchOut[T Float](u Matrix[T], buf []T, k, m, lanes int) {
	d := u.Cols
	for l := range m {
		for i := range d {
			row := u.Data[((k+l)*d+i)*u.Stride+i:][:d-i]
			at := (i*d+i)*lanes + l
			for j := range row {
				row[j] = buf[at]
				at += lanes
			}
		}
	}
}
