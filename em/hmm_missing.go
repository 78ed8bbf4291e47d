package em

import (
	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Gaussian emissions of full and tied covariances on blocks with missing entries. What differs from a mixture is that a frame without
// any entry adds nothing to the statistics: it has no latent variable but its state.

// gaps returns the scratch for blocks with missing entries.
func (w *hmmGaussWork[T]) gaps() *incomplete[T] {
	if w.missing == nil {
		w.missing = newIncomplete[T](w.e.covariance, w.e.k, w.e.d)
	}
	return w.missing
}

// addMissing is add for frames x, in the frame of the model, with missing entries.
func (w *hmmGaussWork[T]) addMissing(stats []float64, x, r kernels.Matrix[T], weight T) {
	m := w.gaps()
	m.sort(x, w.e.cur, &w.e.frame)
	for m.block.Next() {
		sorted := m.inOrder(r)
		clear(sorted.Data[m.block.Observed()*sorted.Cols:])
		m.add(stats, sorted, weight, w.full)
	}
}

// fillMissing replaces the missing entries of x, which is framed in the frame, by Σ_k r_nk E[x | x_o, k].
func (w *hmmGaussWork[T]) fillMissing(x, framed, r kernels.Matrix[T]) {
	m := w.gaps()
	m.sort(framed, w.e.cur, &w.e.frame)
	if w.filled.Data == nil {
		w.filled = kernels.NewMatrix[float64](elbo.BlockRows, w.e.d)
	}
	for m.block.Next() {
		w.e.cur.fill(x, m.inOrder(r), m.block, &w.e.frame, m.x, w.filled)
	}
}
