package em

import (
	"example.com/elbo"
	"example.com/elbo/kernels"
)

// negligible is the responsibility up to which a row does not count for a component: it lies below the rounding of one row.
const negligible = 0x1p-64

// moments adds up the weighted first and second moments of blocks of rows. Columns become rows, so that every sum over
// the rows of the block is one kernel call.
type moments[T kernels.Float] struct {
	diagonal bool
	d        int
	x        []T // D×BlockRows: the block transposed
	t, w     []T // x − mean and r·(x − mean), packed to the rows that count
	r        []T // their responsibilities
	one      []T
	rows     []int
}

func newMoments[T kernels.Float](d int, c Covariance) *moments[T] {
	const n = elbo.BlockRows
	a := &moments[T]{
		diagonal: c == Diagonal, d: d, x: make([]T, n*d), t: make([]T, n*d), w: make([]T, n*d),
		r: make([]T, n), one: make([]T, n), rows: make([]int, n),
	}
	for i := range a.one {
		a.one[i] = 1
	}
	return a
}

// add adds N_k, S1_k and S2_k of the rows of x, of responsibilities r, about the means: see StatsLen.
func (a *moments[T]) add(stats []float64, x, r, mean kernels.Matrix[T]) {
	n, d := x.Rows, a.d
	for i := range n {
		for j, v := range x.Row(i) {
			a.x[j*elbo.BlockRows+i] = v
		}
	}
	stride := len(stats) / mean.Rows
	for k := range mean.Rows {
		n := a.choose(r, k)
		if n == 0 {
			continue
		}
		st := stats[k*stride:][:stride]
		st[0] += float64(kernels.Sum(a.r[:n]))
		for j, centre := range mean.Row(k) {
			t, w := a.t[j*n:][:n], a.w[j*n:][:n]
			a.gather(t, a.x[j*elbo.BlockRows:][:x.Rows])
			kernels.Axpy(t, -centre, a.one[:n])
			kernels.Mul(w, t, a.r[:n])
			st[1+j] += float64(kernels.Sum(w))
			if a.diagonal {
				st[1+d+j] += float64(kernels.Dot(w, t))
			}
		}
		if !a.diagonal {
			a.scatter(st[1+d:], n)
		}
	}
}

// choose sets rows and r to the rows that count for component k, and returns their number.
func (a *moments[T]) choose(r kernels.Matrix[T], k int) int {
	n := 0
	for i := range r.Rows {
		v := r.Data[i*r.Stride+k]
		a.r[n], a.rows[n] = v, i
		if v > negligible {
			n++
		}
	}
	return n
}

// gather copies the elements of the chosen rows.
func (a *moments[T]) gather(dst, src []T) {
	if len(dst) == len(src) {
		copy(dst, src)
		return
	}
	for i, row := range a.rows[:len(dst)] {
		dst[i] = src[row]
	}
}

// scatter adds Σ_n w_i t_j, i ≤ j, to the upper triangle of s2.
func (a *moments[T]) scatter(s2 []float64, n int) {
	d := a.d
	for i := range d {
		w := a.w[i*n:][:n]
		for j := i; j < d; j++ {
			s2[i*d+j] += float64(kernels.Dot(w, a.t[j*n:][:n]))
		}
	}
}
