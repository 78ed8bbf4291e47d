// Package moments accumulates the sufficient statistics of Gaussian mixtures: weighted counts, sums and scatters about
// given centres. Differences are taken before anything is multiplied, so data far from the origin loses nothing.
package moments

import "example.com/elbo/kernels"

// negligible is the responsibility below which a row is left out of a component: it is under the rounding of one count.
const negligible = 0x1p-64

// Len is the length of the statistics of k components in d dimensions: per component N, then S1 (d), then
// S2 (d×d, row-major, of which the upper triangle counts and the lower one stays zero).
func Len(k, d int) int { return k * Stride(d) }

// Stride is the length of one component's statistics.
func Stride(d int) int { return 1 + d + d*d }

// narrow is the largest d for which Full sums by columns: there it is up to three times as fast as by rows.
const narrow = 16

// Full adds full-covariance statistics. It holds the scratch of one goroutine.
type Full[T kernels.Float] struct {
	narrow  *columns[T] // instead of all the rest
	y, z, s []T         // x − c; r·(x − c); sums of a block
	w       []T         // the weights that are not negligible
	work    []T
}

// NewFull returns the scratch for blocks of at most rows rows in d dimensions.
func NewFull[T kernels.Float](rows, d int) *Full[T] {
	if d <= narrow {
		return &Full[T]{narrow: newColumns[T](rows, d)}
	}
	return &Full[T]{
		y: make([]T, rows*d), z: make([]T, rows*d), s: make([]T, d*d), w: make([]T, rows),
		work: make([]T, max(kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, d, d, rows), kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, 1, d, rows))),
	}
}

// Add adds the statistics of a block of rows to stats: for every component k with centre c_k, the row k of centres,
//
//	N_k  += Σ_n r_nk
//	S1_k += Σ_n r_nk (x_n − c_k)
//	S2_k += Σ_n r_nk (x_n − c_k)(x_n − c_k)ᵀ
//
// x is n×d, r n×K, centres K×d. Responsibilities of at most 2⁻⁶⁴ may count as zero. Sums over the block are made in T and
// added to the float64 totals once; but where d > 16 N is summed in float64. It allocates nothing.
func (f *Full[T]) Add(stats []float64, x, r, centres kernels.Matrix[T]) {
	if f.narrow != nil {
		f.narrow.add(stats, x, r, centres, true)
		return
	}
	d := x.Cols
	for k := range centres.Rows {
		st := stats[k*Stride(d):][:Stride(d)]
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

// compact fills y, z and w with the rows that belong to component k and returns their number.
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
		kernels.Sub(y, x.Row(i), c)
		kernels.Scale(z, y, w)
		n++
	}
	return n
}
