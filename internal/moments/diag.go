package moments

import "example.com/elbo/kernels"

// DiagLen is the length of the statistics of k components with diagonal covariances in d dimensions: per component N, then
// S1 (d), then the diagonal of S2 (d).
func DiagLen(k, d int) int { return k * (1 + 2*d) }

// Diag adds diagonal-covariance statistics. It holds the scratch of one goroutine.
type Diag[T kernels.Float] struct {
	columns *columns[T]
	y, z    []T // x − c and its square
	s1, s2  []T
}

// NewDiag returns the scratch for blocks of at most rows rows in d dimensions.
func NewDiag[T kernels.Float](rows, d int) *Diag[T] {
	return &Diag[T]{columns: newColumns[T](rows, d), y: make([]T, d), z: make([]T, d), s1: make([]T, d), s2: make([]T, d)}
}

// Add adds the statistics of a block of rows to stats, as Full does, but of S2 the diagonal alone:
//
//	S2_kj += Σ_n r_nk (x_nj − c_kj)²
func (f *Diag[T]) Add(stats []float64, x, r, centres kernels.Matrix[T]) {
	d := x.Cols
	f.columns.begin(x)
	for k := range centres.Rows {
		st := stats[k*(1+2*d):][:1+2*d]
		n := f.columns.weigh(r, k)
		switch {
		case n >= 2*d || 2*n >= x.Rows:
			f.columns.first(st, centres.Row(k))
			f.columns.squares(st[1+d:])
		case n > 0:
			f.byRows(st, x, r, centres.Row(k), k)
		}
	}
}

// byRows adds the rows that count for component k.
func (f *Diag[T]) byRows(st []float64, x, r kernels.Matrix[T], centre []T, k int) {
	clear(f.s1)
	clear(f.s2)
	for i := range x.Rows {
		w := r.Data[i*r.Stride+k]
		if w <= negligible {
			continue
		}
		st[0] += float64(w)
		kernels.Sub(f.y, x.Row(i), centre)
		kernels.Axpy(f.s1, w, f.y)
		kernels.Mul(f.z, f.y, f.y)
		kernels.Axpy(f.s2, w, f.z)
	}
	d := x.Cols
	for j := range d {
		st[1+j] += float64(f.s1[j])
		st[1+d+j] += float64(f.s2[j])
	}
}
