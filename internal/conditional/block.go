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
		x := b.gatherRows(r, s)
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

// gatherRows returns the observed entries of a run's rows.
func (b *Block[T]) gatherRows(r run, s *slot[T]) kernels.Matrix[T] {
	x := kernels.MatrixOf(int(r.hi-r.lo), s.seen, b.observed[:int(r.hi-r.lo)*s.seen])
	for i := range x.Rows {
		from, to := b.x.Row(int(r.lo)+i), x.Row(i)
		for j, p := range s.columns[:s.seen] {
			to[j] = from[p]
		}
	}
	return x
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
		for i := lo; i < hi; i++ {
			counts = counts || r.Row(i)[k] > skip
		}
		expected := kernels.MatrixOf(hi-lo, m, b.filled[:(hi-lo)*m])
		if counts && o > 0 {
			x := b.gatherRows(run, s)
			for i := range x.Rows {
				kernels.Sub(x.Row(i), x.Row(i), s.mean[k*o:][:o])
			}
			weights := kernels.MatrixOf(o, m, s.weights[b.matrix(k)*o*m:][:o*m])
			kernels.Gemm(kernels.NoTrans, kernels.NoTrans, expected, x, weights, kernels.Epilogue[T]{}, b.work)
		} else {
			clear(expected.Data)
		}
		for i := lo; i < hi; i++ {
			from, to := b.x.Row(first+i), t.Row(i)
			for _, p := range s.columns[:o] {
				to[p] = from[p] - mean[p]
			}
			for j, p := range s.columns[o:] {
				to[p] = expected.Row(i - lo)[j]
			}
		}
	}
}

// subtract writes x − mean of every row to t, some rows at a time.
func (b *Block[T]) subtract(t, x kernels.Matrix[T], mean []T) {
	step := min(x.Rows, max(1, len(b.observed)/(4*b.d)))
	if t.Stride != b.d {
		step = 1
	}
	means := b.observed[:step*b.d] // a scratch that is free
	for i := range step {
		copy(means[i*b.d:], mean)
	}
	for i := 0; i < x.Rows; i += step {
		n := min(step, x.Rows-i) * b.d
		kernels.Sub(t.Data[i*t.Stride:][:n], x.Data[i*b.d:][:n], means[:n])
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
		for i := int(run.lo) - first; i < int(run.hi)-first; i++ {
			if w := r.Row(i)[k]; w > skip {
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
