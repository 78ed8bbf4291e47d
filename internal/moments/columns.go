package moments

import "example.com/elbo/kernels"

// columns sums a component by columns: every sum over the rows of a block is one call of a kernel.
type columns[T kernels.Float] struct {
	x          kernels.Matrix[T] // the block
	transposed bool              // xt holds it
	xt         []T               // d×rows
	y, z       []T               // x − c; r·(x − c); d×rows
	r          []T               // the weights of the component
	ones       []T
}

func newColumns[T kernels.Float](rows, d int) *columns[T] {
	c := &columns[T]{xt: make([]T, rows*d), y: make([]T, rows*d), z: make([]T, rows*d), r: make([]T, rows), ones: make([]T, rows)}
	for i := range c.ones {
		c.ones[i] = 1
	}
	return c
}

// begin takes a new block.
func (c *columns[T]) begin(x kernels.Matrix[T]) { c.x, c.transposed = x, false }

// transpose fills xt, eight rows at a time: one by one, the writes would all fall into the same few sets of the cache.
func (c *columns[T]) transpose() {
	if c.transposed {
		return
	}
	c.transposed = true
	const tile = 8
	rows, d := c.x.Rows, c.x.Cols
	for lo := 0; lo < rows; lo += tile {
		hi := min(lo+tile, rows)
		for j := range d {
			to := c.xt[j*rows+lo : j*rows+hi]
			for i := range to {
				to[i] = c.x.Data[(lo+i)*c.x.Stride+j]
			}
		}
	}
}

// weigh takes the weights of component k and returns how many count.
func (c *columns[T]) weigh(r kernels.Matrix[T], k int) int {
	n := 0
	for i := range r.Rows {
		w := r.Data[i*r.Stride+k]
		c.r[i] = w
		if w > negligible {
			n++
		}
	}
	return n
}

// first adds N and S1, and keeps x − c and r·(x − c).
func (c *columns[T]) first(st []float64, centre []T) {
	c.transpose()
	n := c.x.Rows
	weights, ones := c.r[:n], c.ones[:n]
	st[0] += float64(kernels.Sum(weights))
	for j, v := range centre {
		y, z := c.y[j*n:][:n], c.z[j*n:][:n]
		copy(y, c.xt[j*n:])
		kernels.Axpy(y, -v, ones) // y − c, in one rounding
		kernels.Mul(z, y, weights)
		st[1+j] += float64(kernels.Sum(z))
	}
}

// squares adds the diagonal of S2.
func (c *columns[T]) squares(s2 []float64) {
	n := c.x.Rows
	for j := range s2 {
		s2[j] += float64(kernels.Dot(c.z[j*n:][:n], c.y[j*n:][:n]))
	}
}

// products adds the upper triangle of S2.
func (c *columns[T]) products(s2 []float64) {
	n, d := c.x.Rows, c.x.Cols
	for i := range d {
		z, to := c.z[i*n:][:n], s2[i*d:][:d]
		for j := i; j < d; j++ {
			to[j] += float64(kernels.Dot(z, c.y[j*n:][:n]))
		}
	}
}
