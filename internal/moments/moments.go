// Package moments accumulates the sufficient statistics of Gaussian mixtures: weighted counts, sums and scatters about
// given centres. Differences are taken before anything is multiplied, so data far from the origin loses nothing.
//
// There are two ways to sum over the rows of a block: by columns, which takes all rows, and by rows, which takes those that
// count for the component. Which one is taken depends on the shape and on the number of rows that count.
package moments

import "example.com/elbo/kernels"

// negligible is the responsibility up to which a row may be left out of a component: it is under the rounding of one count.
const negligible = 0x1p-64

// narrow is the largest d for which sums of products of columns are faster than a matrix product.
const narrow = 16

// Len is the length of the statistics of k components in d dimensions: per component N, then S1 (d), then
// S2 (d×d, row-major, of which the upper triangle counts and the lower one stays zero).
func Len(k, d int) int { return k * Stride(d) }

// Stride is the length of one component's statistics.
func Stride(d int) int { return 1 + d + d*d }

// Full adds full-covariance statistics. It holds the scratch of one goroutine.
type Full[T kernels.Float] struct {
	columns *columns[T] // nil if d > narrow
	y, z, s []T         // x − c; r·(x − c); sums of a block
	w       []T         // the weights that are not negligible
	work    []T
}

// NewFull returns the scratch for blocks of at most rows rows in d dimensions.
func NewFull[T kernels.Float](rows, d int) *Full[T] {
	f := &Full[T]{
		y: make([]T, rows*d), z: make([]T, rows*d), s: make([]T, d*d), w: make([]T, rows),
		work: make([]T, max(kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, d, d, rows), kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, 1, d, rows))),
	}
	if d <= narrow {
		f.columns = newColumns[T](rows, d)
	}
	return f
}

// Add adds the statistics of a block of rows to stats: for every component k with centre c_k, the row k of centres,
//
//	N_k  += Σ_n r_nk
//	S1_k += Σ_n r_nk (x_n − c_k)
//	S2_k += Σ_n r_nk (x_n − c_k)(x_n − c_k)ᵀ
//
// x is n×d, r n×K, centres K×d. Responsibilities of at most 2⁻⁶⁴ may count as zero. Sums over the block are made in T (by
// rows, N in float64) and added to the float64 totals once. It allocates nothing.
func (f *Full[T]) Add(stats []float64, x, r, centres kernels.Matrix[T]) {
	d := x.Cols
	if f.columns != nil {
		f.columns.begin(x)
	}
	for k := range centres.Rows {
		st := stats[k*Stride(d):][:Stride(d)]
		if f.columns != nil && 2*f.columns.weigh(r, k) >= x.Rows {
			f.columns.first(st, centres.Row(k))
			f.columns.products(st[1+d:])
			continue
		}
		n := f.compact(st, x, r, centres.Row(k), k)
		if n == 0 {
			continue
		}
		y := kernels.MatrixOf(n, d, f.y[:n*d])
		z := kernels.MatrixOf(n, d, f.z[:n*d])
		w := kernels.MatrixOf(n, 1, f.w[:n])
		s1 := kernels.MatrixOf(1, d, f.s[:d])
		kernels.Gemm(kernels.Trans, kernels.NoTrans, s1, w, y, kernels.Epilogue[T]{}, f.work)
		for j, v := range s1.Data {
			st[1+j] += float64(v)
		}
		s2 := kernels.MatrixOf(d, d, f.s)
		kernels.Gemm(kernels.Trans, kernels.NoTrans, s2, y, z, kernels.Epilogue[T]{}, f.work)
		for i := range d {
			dst := st[1+d+i*d:][:d]
			for j, v := range s2.Row(i)[i:] {
				dst[i+j] += float64(v)
			}
		}
	}
}

// compact fills y, z and w with the rows that count for component k and returns their number.
func (f *Full[T]) compact(st []float64, x, r kernels.Matrix[T], c []T, k int) int {
	d, n := x.Cols, 0
	for i := range x.Rows {
		w := r.Data[i*r.Stride+k]
		if w <= negligible {
			continue
		}
		st[0] += float64(w)
		f.w[n] = w
		y, z := f.y[n*d:][:d], f.z[n*d:][:d]
		if d <= narrow {
			for j, v := range x.Row(i) {
				y[j] = v - c[j]
				z[j] = w * y[j]
			}
		} else {
			kernels.Sub(y, x.Row(i), c)
			kernels.Scale(z, y, w)
		}
		n++
	}
	return n
}
