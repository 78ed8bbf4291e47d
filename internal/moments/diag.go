package moments

import "example.com/elbo/kernels"

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
func (f *Diag[T]) Add(stats []float64, x, r, centres kernels.Matrix[T]) {
	d := x.Cols
	kernels.MomentsDiag(f.s0, f.s1, f.s2, x, r, centres, negligible, f.work)
	for k := range centres.Rows {
		st := stats[k*(1+2*d):][:1+2*d]
		st[0] += float64(f.s0[k])
		add(st[1:], f.s1.Row(k))
		add(st[1+d:], f.s2.Row(k))
	}
}
