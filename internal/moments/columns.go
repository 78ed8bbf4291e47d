package moments

import "example.com/elbo/kernels"

// DiagLen is the length of the statistics of k components with diagonal covariances in d dimensions: per component N, then
// S1 (d), then the diagonal of S2 (d).
func DiagLen(k, d int) int { return k * (1 + 2*d) }

// Diag adds diagonal-covariance statistics. It holds the scratch of one goroutine.
type Diag[T kernels.Float] struct{ columns *columns[T] }

// NewDiag returns the scratch for blocks of at most rows rows in d dimensions.
func NewDiag[T kernels.Float](rows, d int) *Diag[T] { return &Diag[T]{newColumns[T](rows, d)} }

// Add adds the statistics of a block of rows to stats, as Full does, but of S2 the diagonal alone:
//
//	S2_kj += Σ_n r_nk (x_nj − c_kj)²
func (f *Diag[T]) Add(stats []float64, x, r, centres kernels.Matrix[T]) {
	f.columns.add(stats, x, r, centres, false)
}

// columns works on the transposed block: every sum over rows is then one call of a kernel on contiguous numbers.
type columns[T kernels.Float] struct {
	x    []T // the block, d×rows
	y, z []T // x − c; r·(x − c); d×rows
	r    []T // the weights
	ones []T
	kept []int // the rows that count, where they are few
}

func newColumns[T kernels.Float](rows, d int) *columns[T] {
	c := &columns[T]{
		x: make([]T, rows*d), y: make([]T, rows*d), z: make([]T, rows*d), r: make([]T, rows), ones: make([]T, rows),
		kept: make([]int, rows),
	}
	for i := range c.ones {
		c.ones[i] = 1
	}
	return c
}

func (c *columns[T]) add(stats []float64, x, r, centres kernels.Matrix[T], full bool) {
	rows, d := x.Rows, x.Cols
	for i := range rows {
		for j, v := range x.Row(i) {
			c.x[j*rows+i] = v
		}
	}
	stride := 1 + 2*d
	if full {
		stride = Stride(d)
	}
	for k := range centres.Rows {
		st := stats[k*stride:][:stride]
		n := c.keep(r, k)
		if n == 0 {
			continue
		}
		weights, ones := c.r[:n], c.ones[:n]
		st[0] += float64(kernels.Sum(weights))
		for j, centre := range centres.Row(k) {
			y, z := c.y[j*n:][:n], c.z[j*n:][:n]
			column := c.x[j*rows:][:rows]
			if n == rows {
				copy(y, column)
			} else {
				for i, row := range c.kept[:n] {
					y[i] = column[row]
				}
			}
			kernels.Axpy(y, -centre, ones) // y − c in one rounding
			kernels.Mul(z, y, weights)
			st[1+j] += float64(kernels.Sum(z))
			if !full {
				st[1+d+j] += float64(kernels.Dot(z, y))
			}
		}
		if !full {
			continue
		}
		for i := range d {
			z, s2 := c.z[i*n:][:n], st[1+d+i*d:][:d]
			for j := i; j < d; j++ {
				s2[j] += float64(kernels.Dot(z, c.y[j*n:][:n]))
			}
		}
	}
}

// keep sets the weights of component k and returns their number: all rows, or those that count if they are fewer than
// half.
func (c *columns[T]) keep(r kernels.Matrix[T], k int) int {
	n := 0
	for i := range r.Rows {
		w := r.Data[i*r.Stride+k]
		c.r[i], c.kept[n] = w, i
		if w > negligible {
			n++
		}
	}
	if 2*n >= r.Rows {
		return r.Rows
	}
	for i, row := range c.kept[:n] {
		c.r[i] = c.r[row]
	}
	return n
}
