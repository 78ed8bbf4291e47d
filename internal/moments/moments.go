// Package moments accumulates the sufficient statistics of Gaussian mixtures: weighted counts, sums and scatters about
// given centres. Differences are taken before anything is multiplied, so data far from the origin loses nothing. The sums
// over a block of rows are those of kernels.MomentsFull and kernels.MomentsDiag; totals are float64.
package moments

import (
	"math"

	"example.com/elbo/kernels"
)

// Negligible is the responsibility up to which a row is left out of a component: it is under the rounding of one count.
const Negligible = 0x1p-64

// Len is the length of the statistics of k components in d dimensions: per component N, then S1 (d), then
// S2 (d×d, row-major, of which the upper triangle counts and the lower one stays zero).
func Len(k, d int) int { return k * Stride(d) }

// Stride is the length of one component's statistics.
func Stride(d int) int { return 1 + d + d*d }

// Full adds full-covariance statistics. It holds the scratch of one goroutine.
type Full[T kernels.Float] struct {
	s0, s1, s2, work []T // of one component
}

// NewFull returns the scratch for d dimensions.
func NewFull[T kernels.Float](d int) *Full[T] {
	return &Full[T]{s0: make([]T, 1), s1: make([]T, d), s2: make([]T, d*d), work: make([]T, kernels.MomentsFullWork[T](d))}
}

// Add adds the statistics of a block of rows to stats: for every component k with centre c_k, the row k of centres,
//
//	N_k  += Σ_n r_nk
//	S1_k += Σ_n r_nk (x_n − c_k)
//	S2_k += Σ_n r_nk (x_n − c_k)(x_n − c_k)ᵀ
//
// x is n×d, r n×K, centres K×d. r are responsibilities times the rows' weights, of which weight is the largest; those of at
// most 2⁻⁶⁴ weight count as zero. Sums over the block, of at most 256 rows, are made in T and added
// to the float64 totals once. It allocates nothing.
func (f *Full[T]) Add(stats []float64, x, r, centres kernels.Matrix[T], weight T) {
	for k := range centres.Rows {
		f.AddComponent(stats[k*Stride(x.Cols):][:Stride(x.Cols)], x, r, k, centres.SliceRows(k, k+1), weight)
	}
}

// AddComponent is Add for component k alone, whose statistics and centre, 1×D, are given.
func (f *Full[T]) AddComponent(st []float64, x, r kernels.Matrix[T], k int, centre kernels.Matrix[T], weight T) {
	if x.Rows == 0 {
		return
	}
	d := x.Cols
	weights := kernels.Matrix[T]{Rows: r.Rows, Cols: 1, Data: r.Data[k:], Stride: r.Stride}
	if st, ok := any(st).([]T); ok {
		t1, t2 := kernels.MatrixOf(1, d, st[1:1+d]), kernels.MatrixOf(d, d, st[1+d:])
		kernels.MomentsFullAdd(st[:1], t1, t2, x, weights, centre, Negligible*weight, f.work)
		return
	}
	s1, s2 := kernels.MatrixOf(1, d, f.s1), kernels.MatrixOf(d, d, f.s2)
	kernels.MomentsFull(f.s0, s1, s2, x, weights, centre, Negligible*weight, f.work)
	if f.s0[0] == 0 {
		return // no row counts
	}
	st[0] += float64(f.s0[0])
	kernels.Accumulate(st[1:1+d], f.s1)
	for i := range d {
		kernels.Accumulate(st[1+d+i*d+i:1+d+(i+1)*d], s2.Row(i)[i:])
	}
}

// Translate moves full-covariance statistics, in place, from the centres c_k, the rows of centres, to c_k − sign·c_k: with sign 1
// from the centres to the origin, with −1 back.
//
//	S2 += sign (S1 cᵀ + c S1ᵀ) + N c cᵀ,  S1 += sign N c
func Translate[T kernels.Float](stats []float64, centres kernels.Matrix[T], sign float64) {
	d := centres.Cols
	for k := range centres.Rows {
		st, c := stats[k*Stride(d):][:Stride(d)], centres.Row(k)
		n, s1, s2 := st[0], st[1:1+d], st[1+d:]
		for i := range d {
			ci := sign * float64(c[i])
			for j := i; j < d; j++ {
				cj := sign * float64(c[j])
				s2[i*d+j] += math.FMA(s1[i], cj, math.FMA(ci, s1[j], float64(n*ci)*cj))
			}
		}
		for i := range d {
			s1[i] = math.FMA(n, sign*float64(c[i]), s1[i])
		}
	}
}
