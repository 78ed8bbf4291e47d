package conditional

import (
	"math"

	"example.com/elbo/kernels"
)

// LogJoint writes the log-densities of the observed entries of the rows that Next has made ready to joint, which has a row for
// each. Rows without a missing entry are left out.
func (b *Block[T]) LogJoint(joint kernels.Matrix[T]) {
	b.each(joint, func(s *slot[T]) []T { return s.c })
}

// each writes the constants that f gives less half the squared Mahalanobis distances.
func (b *Block[T]) each(joint kernels.Matrix[T], f func(s *slot[T]) []T) {
	first, _ := b.Range()
	for _, r := range b.runs[b.lo:b.hi] {
		if r.slot == complete {
			continue
		}
		s, dst := &b.cache.slots[r.slot], joint.SliceRows(int(r.lo)-first, int(r.hi)-first)
		o, c := s.seen, f(s)
		if o == 0 {
			for i := range dst.Rows {
				copy(dst.Row(i), c)
			}
			continue
		}
		x := b.observedOf(r, s)
		means := kernels.MatrixOf(b.k, o, s.mean[:b.k*o])
		if !b.shared {
			kernels.GaussFull(dst, x, means, kernels.MatrixOf(b.k*o, o, s.factor), c, b.work)
			continue
		}
		for k := range b.k {
			column := kernels.Matrix[T]{Rows: dst.Rows, Cols: 1, Data: dst.Data[k:], Stride: dst.Stride}
			kernels.GaussFull(column, x, means.SliceRows(k, k+1), kernels.MatrixOf(o, o, s.factor), c[k:k+1], b.work)
		}
	}
}

// gatherObserved writes the observed entries of the runs that are ready side by side.
func (b *Block[T]) gatherObserved() {
	for _, r := range b.runs[b.lo:b.hi] {
		if r.slot == complete {
			continue
		}
		s := &b.cache.slots[r.slot]
		columns, from, to := s.columns[:s.seen], b.x.Data[int(r.lo)*b.d:int(r.hi)*b.d], b.observed[int(r.lo)*b.d:]
		for len(from) > 0 {
			for j, p := range columns {
				to[j] = from[p]
			}
			from, to = from[b.d:], to[s.seen:]
		}
	}
}

// observedOf returns the observed entries of a run's rows.
func (b *Block[T]) observedOf(r run, s *slot[T]) kernels.Matrix[T] {
	n := int(r.hi - r.lo)
	return kernels.MatrixOf(n, s.seen, b.observed[int(r.lo)*b.d:][:n*s.seen])
}

// Deviations writes x̂ − μ_k of the rows that Next has made ready to t, which has a row for each: x − μ_k in the observed columns,
// what component k expects in the missing ones. Where a run of rows of one pattern has no weight above skip in column k of r,
// 0 stands for the latter.
func (b *Block[T]) Deviations(t kernels.Matrix[T], k int, r kernels.Matrix[T], skip T) {
	first, _ := b.Range()
	mean := b.g.Mean.Row(k)
	for _, run := range b.runs[b.lo:b.hi] {
		lo, hi := int(run.lo)-first, int(run.hi)-first
		if run.slot == complete {
			b.subtract(t.SliceRows(lo, hi), b.x.SliceRows(first+lo, first+hi), mean)
			continue
		}
		s := &b.cache.slots[run.slot]
		o, m := s.seen, b.d-s.seen
		counts := false
		for i := lo * r.Stride; i < hi*r.Stride; i += r.Stride {
			counts = counts || r.Data[i+k] > skip
		}
		expected := kernels.MatrixOf(hi-lo, m, b.filled[:(hi-lo)*m])
		if counts && o > 0 {
			x := kernels.MatrixOf(hi-lo, o, b.differences[:(hi-lo)*o])
			b.subtract(x, b.observedOf(run, s), s.mean[k*o:][:o])
			weights := kernels.MatrixOf(o, m, s.weights[b.matrix(k)*o*m:][:o*m])
			kernels.Gemm(kernels.NoTrans, kernels.NoTrans, expected, x, weights, kernels.Epilogue[T]{}, b.work)
		} else {
			clear(expected.Data)
		}
		b.subtract(t.SliceRows(lo, hi), b.x.SliceRows(first+lo, first+hi), mean)
		columns, from := s.columns[o:], expected.Data
		for i := lo; i < hi; i++ {
			to := t.Data[i*t.Stride:][:b.d]
			for j, p := range columns {
				to[p] = from[j]
			}
			from = from[m:]
		}
	}
}

// subtract writes x − mean of every row to t, some rows at a time.
func (b *Block[T]) subtract(t, x kernels.Matrix[T], mean []T) {
	d := len(mean)
	step := min(x.Rows, max(1, len(b.means)/d))
	if step < 4 || t.Stride != d || x.Stride != d {
		for i := range x.Rows {
			kernels.Sub(t.Data[i*t.Stride:][:d], x.Data[i*x.Stride:][:d], mean)
		}
		return
	}
	means := b.means[:step*d]
	for i := 0; i < len(means); i += d {
		copy(means[i:], mean)
	}
	for i := 0; i < x.Rows*d; i += step * d {
		n := min(step*d, x.Rows*d-i)
		kernels.Sub(t.Data[i:][:n], x.Data[i:][:n], means[:n])
	}
}

// AddCovariances adds Σ_n r_nk C_nk of component k over the rows that Next has made ready to the upper triangle of s2, D×D. Rows
// whose weight in column k of r is at most skip are left out.
func (b *Block[T]) AddCovariances(s2 []float64, k int, r kernels.Matrix[T], skip T) {
	first, _ := b.Range()
	for _, run := range b.runs[b.lo:b.hi] {
		if run.slot == complete {
			continue
		}
		n := 0.0
		for i := (int(run.lo) - first) * r.Stride; i < (int(run.hi)-first)*r.Stride; i += r.Stride {
			if w := r.Data[i+k]; w > skip {
				n += float64(w)
			}
		}
		if n == 0 {
			continue
		}
		s := &b.cache.slots[run.slot]
		m := b.d - s.seen
		cov := s.cov[b.matrix(k)*m*m:][:m*m]
		for i, p := range s.columns[s.seen:] {
			row := s2[int(p)*b.d:][:b.d]
			for j := i; j < m; j++ {
				q := s.columns[s.seen+j]
				row[q] = math.FMA(n, cov[i*m+j], row[q])
			}
		}
	}
}

// Entropy returns Σ_n Σ_k r_nk H[N(·; x̂_nk, C_nk)] in nats over the rows that Next has made ready.
func (b *Block[T]) Entropy(r kernels.Matrix[T]) float64 {
	first, _ := b.Range()
	sum := 0.0
	for _, run := range b.runs[b.lo:b.hi] {
		if run.slot == complete {
			continue
		}
		h := b.cache.slots[run.slot].entropy
		for i := int(run.lo) - first; i < int(run.hi)-first; i++ {
			for k, v := range r.Row(i) {
				sum = math.FMA(float64(v), h[k], sum)
			}
		}
	}
	return sum
}

// Conditional returns the missing columns of row i of those that Next has made ready, and the covariance matrix, m×m, of their
// conditional distribution under component k. The slices are b's own. A complete row has neither.
func (b *Block[T]) Conditional(i, k int) (columns []int32, cov []float64) {
	first, _ := b.Range()
	for _, run := range b.runs[b.lo:b.hi] {
		if first+i >= int(run.hi) {
			continue
		}
		if run.slot == complete {
			break
		}
		s := &b.cache.slots[run.slot]
		m := b.d - s.seen
		return s.columns[s.seen:], s.cov[b.matrix(k)*m*m:][:m*m]
	}
	return nil, nil
}
