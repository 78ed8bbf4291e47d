package moments

import (
	"math"

	"example.com/elbo/kernels"
)

// DiagLen is the length of the statistics of k components with diagonal covariances in d dimensions: per component N, then
// S1 (d), then the diagonal of S2 (d).
func DiagLen(k, d int) int { return k * (1 + 2*d) }

// Diag adds diagonal-covariance statistics. It holds the scratch of one goroutine.
type Diag[T kernels.Float] struct {
	s0, work []T
	s1, s2   kernels.Matrix[T]
}

// NewDiag returns the scratch for k components in d dimensions.
func NewDiag[T kernels.Float](k, d int) *Diag[T] {
	return &Diag[T]{s0: make([]T, k), s1: kernels.NewMatrix[T](k, d), s2: kernels.NewMatrix[T](k, d), work: make([]T, kernels.MomentsDiagWork[T](k, d))}
}

// Add adds the statistics of a block of rows to stats, as Full does, but of S2 the diagonal alone:
//
//	S2_kj += Σ_n r_nk (x_nj − c_kj)²
func (f *Diag[T]) Add(stats []float64, x, r, centres kernels.Matrix[T], weight T) {
	d := x.Cols
	kernels.MomentsDiag(f.s0, f.s1, f.s2, x, r, centres, negligible*weight, f.work)
	for k := range centres.Rows {
		st := stats[k*(1+2*d):][:1+2*d]
		st[0] += float64(f.s0[k])
		add(st[1:], f.s1.Row(k))
		add(st[1+d:], f.s2.Row(k))
	}
}

// TranslateDiag is Translate for diagonal-covariance statistics.
func TranslateDiag[T kernels.Float](stats []float64, centres kernels.Matrix[T], sign float64) {
	d := centres.Cols
	for k := range centres.Rows {
		st := stats[k*(1+2*d):][:1+2*d]
		n, s1, s2 := st[0], st[1:1+d], st[1+d:]
		for j, v := range centres.Row(k) {
			c := sign * float64(v)
			s2[j] += math.FMA(2*s1[j], c, float64(n*c)*c)
			s1[j] = math.FMA(n, c, s1[j])
		}
	}
}
