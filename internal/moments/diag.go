package moments

import (
	"math"

	"example.com/elbo/kernels"
)

// DiagLen is the length of the statistics of k components with diagonal covariances in d dimensions, of rows with missing entries: per
// component N, then S1 (d), the diagonal of S2 (d), and the counts C (d) of the entries that S1 and S2 are sums over.
func DiagLen(k, d int) int { return k * DiagStride(d) }

// DiagStride is the length of one component's statistics.
func DiagStride(d int) int { return 1 + 3*d }

// Diag adds diagonal-covariance statistics of rows that may have missing entries. It holds the scratch of one goroutine.
type Diag[T kernels.Float] struct {
	s0, work       []T
	counts, s1, s2 kernels.Matrix[T]
	ones           []float64 // d of them
}

// NewDiag returns the scratch for k components in d dimensions.
func NewDiag[T kernels.Float](k, d int) *Diag[T] {
	m := func() kernels.Matrix[T] { return kernels.NewMatrix[T](k, d) }
	ones := make([]float64, d)
	kernels.Fill(ones, 1)
	return &Diag[T]{ones: ones, s0: make([]T, k), counts: m(), s1: m(), s2: m(), work: make([]T, kernels.MomentsDiagWork[T](k, d))}
}

// Add adds the statistics of a block of complete rows to stats, as Full does, but of S2 the diagonal alone:
//
//	S2_kj += Σ_n r_nk (x_nj − c_kj)²,  C_kj += N_k
func (f *Diag[T]) Add(stats []float64, x, r, centres kernels.Matrix[T], weight T) {
	d := x.Cols
	kernels.MomentsDiag(f.s0, f.s1, f.s2, x, r, centres, Negligible*weight, f.work)
	for k, n := range f.s0 {
		st := stats[k*DiagStride(d):][:DiagStride(d)]
		st[0] += float64(n)
		kernels.Accumulate(st[1:1+d], f.s1.Row(k))
		kernels.Accumulate(st[1+d:1+2*d], f.s2.Row(k))
		kernels.Axpy(st[1+2*d:], float64(n), f.ones)
	}
}

// AddMissing is Add where a NaN is a missing entry: the sums over column j are over the rows in which it is there.
func (f *Diag[T]) AddMissing(stats []float64, x, r, centres kernels.Matrix[T], weight T) {
	d := x.Cols
	kernels.MomentsDiagMasked(f.counts, f.s1, f.s2, x, r, centres, Negligible*weight, f.work)
	for k := range f.s0 {
		st := stats[k*DiagStride(d):][:DiagStride(d)]
		n := 0.0
		for i := range r.Rows {
			if v := r.Row(i)[k]; v > Negligible*weight {
				n += float64(v)
			}
		}
		st[0] += n
		kernels.Accumulate(st[1:1+d], f.s1.Row(k))
		kernels.Accumulate(st[1+d:1+2*d], f.s2.Row(k))
		kernels.Accumulate(st[1+2*d:1+3*d], f.counts.Row(k))
	}
}

// TranslateDiag is Translate for these statistics.
func TranslateDiag[T kernels.Float](stats []float64, centres kernels.Matrix[T], sign float64) {
	d := centres.Cols
	for k := range centres.Rows {
		st := stats[k*DiagStride(d):][:DiagStride(d)]
		s1, s2, counts := st[1:1+d], st[1+d:1+2*d], st[1+2*d:]
		for j, v := range centres.Row(k) {
			c, n := sign*float64(v), counts[j]
			s2[j] += math.FMA(2*s1[j], c, float64(n*c)*c)
			s1[j] = math.FMA(n, c, s1[j])
		}
	}
}
