package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/conditional"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// incomplete is the scratch of one goroutine for blocks with missing entries. It is made when the first such block comes.
type incomplete[T kernels.Float] struct {
	of      *params[T] // that the block's factors are of
	version uint64
	block   *conditional.Block[T]
	joint   kernels.Matrix[T] // full and tied: of rows in sorted order, else of those with missing entries
	weights []float64         // in sorted order
	rows    []int32           // with missing entries
	x       kernels.Matrix[T] // they; deviations
	zero    kernels.Matrix[T] // 1×D
	work    []T
}

func newIncomplete[T kernels.Float](c Covariance, k, d int) *incomplete[T] {
	const n = elbo.BlockRows
	w := &incomplete[T]{joint: kernels.NewMatrix[T](n, k), x: kernels.NewMatrix[T](n, d)}
	if c.whole() {
		w.block = conditional.New[T](k, d, n, c == Tied)
		w.weights, w.zero = make([]float64, n), kernels.NewMatrix[T](1, d)
	} else {
		w.rows, w.work = make([]int32, 0, n), make([]T, kernels.GaussDiagMaskedWork[T](k, d))
	}
	return w
}

// sort gives the rows, in the frame, to the block, and the parameters if they are new.
func (w *incomplete[T]) sort(x kernels.Matrix[T], p *params[T], f *frame[T]) {
	if w.of != p || w.version != p.version {
		w.of, w.version = p, p.version
		w.block.Reset(conditional.Gaussians[T]{Mean: p.mean, Cov: p.cov, Scale: f.scale, Log: p.logWeight, Unit: f.logs})
	}
	w.block.Sort(x)
}

// anyMissing reports whether there is a NaN. The sum of numbers is one only with infinities among them.
func anyMissing[T kernels.Float](x []T) bool {
	if s := kernels.Sum(x); s == s {
		return false
	}
	for _, v := range x {
		if v != v {
			return true
		}
	}
	return false
}

// logJointMissing writes log π_k + log N(x_o; μ_k, Σ_k) of the rows with missing entries, of rows x in the frame, to their rows of
// dst.
func (p *params[T]) logJointMissing(dst, x kernels.Matrix[T], f *frame[T], w *incomplete[T]) {
	if !p.covariance.whole() {
		p.logJointMasked(dst, x, w)
		return
	}
	w.sort(x, p, f)
	order, complete := w.block.Order(), w.block.Complete()
	for w.block.Next() {
		lo, hi := w.block.Range()
		joint := w.joint.SliceRows(0, hi-lo)
		w.block.LogJoint(joint)
		for i := max(lo, complete); i < hi; i++ {
			copy(dst.Row(int(order[i])), joint.Row(i-lo))
		}
	}
}

// logJointMasked is logJointMissing for diagonal and spherical covariances.
func (p *params[T]) logJointMasked(dst, x kernels.Matrix[T], w *incomplete[T]) {
	w.rows = w.rows[:0]
	for i := range x.Rows {
		row := x.Row(i)
		for _, v := range row {
			if v != v {
				copy(w.x.Row(len(w.rows)), row)
				w.rows = append(w.rows, int32(i))
				break
			}
		}
	}
	n := len(w.rows)
	joint := w.joint.SliceRows(0, n)
	kernels.GaussDiagMasked(joint, w.x.SliceRows(0, n), p.mean, p.prec, p.logNorm, p.mix, w.work)
	for i, row := range w.rows {
		copy(dst.Row(int(row)), joint.Row(i))
	}
}

// ResponsibilityEntropy returns Σ_n w_n H[p(k | x_n)] in nats, which ICL takes: 0 if every row belongs to one component. Without
// missing entries, and under diagonal and spherical covariances, it is the Entropy of a fit's Progress, which else has the
// entropy of the missing entries too. Rows that elbo.Rows.Check refuses are an error.
func (m *GMM[T]) ResponsibilityEntropy(rows elbo.Rows[T]) (float64, error) {
	if err := checkIndependent(rows); err != nil {
		return 0, err
	}
	if err := rows.Check(m.d, true); err != nil {
		return 0, err
	}
	s, sum := m.NewScorer(), 0.0
	w := s.NewWorkspace()
	entropy := make([]T, elbo.BlockRows)
	for lo := 0; lo < rows.X.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, rows.X.Rows)
		joint := s.logJoint(rows.X, lo, hi, w)
		kernels.ResponsibilitiesEntropy(joint, w.logZ[:hi-lo], entropy[:hi-lo], joint)
		sum += rows.Slice(lo, hi).Sum(entropy[:hi-lo])
	}
	return sum, nil
}

// missingEStep is EStep for rows x, in the frame, with missing entries, under full and tied covariances: with x̂ and C the
// conditional mean and covariance matrix of the missing entries, 0 elsewhere,
//
//	S1_k += Σ_n w_n r_nk (x̂_nk − m_k),  S2_k += Σ_n w_n r_nk [(x̂_nk − m_k)(x̂_nk − m_k)ᵀ + C_nk]
//
// The rows are taken in the order of their patterns of missing entries. The entropy is that of the missing entries, too.
func (e *eStep[T]) missingEStep(stats []float64, x kernels.Matrix[T], rows elbo.Rows[T]) elbo.Local {
	w, p := e.incomplete(), e.m.cur
	w.sort(x, p, &e.m.frame)
	sorted := elbo.Rows[T]{}
	if rows.Weights != nil {
		sorted.Weights = w.weights[:x.Rows]
		for i, from := range w.block.Order() {
			sorted.Weights[i] = rows.Weights[from]
		}
	}
	var local elbo.Local
	for w.block.Next() {
		lo, hi := w.block.Range()
		part := elbo.Rows[T]{X: w.block.Rows(lo, hi)}
		if sorted.Weights != nil {
			part.Weights = sorted.Weights[lo:hi]
		}
		joint, logZ, entropy := kernels.MatrixOf(hi-lo, p.k, e.joint[:(hi-lo)*p.k]), e.logZ[:hi-lo], e.entropy[:hi-lo]
		if n := min(w.block.Complete(), hi) - lo; n > 0 {
			p.logJoint(joint.SliceRows(0, n), part.X.SliceRows(0, n), nil, e.work)
		}
		w.block.LogJoint(joint)
		kernels.ResponsibilitiesEntropy(joint, logZ, entropy, joint)
		part.Scale(joint)
		local.LogZ += part.Sum(logZ)
		local.Entropy += part.Sum(entropy) + w.block.Entropy(joint)
		w.add(stats, joint, part.MaxWeight(), e.full)
	}
	return local
}

// add adds the statistics of the rows that the block has ready, r their responsibilities times their weights.
func (w *incomplete[T]) add(stats []float64, r kernels.Matrix[T], weight T, full *moments.Full[T]) {
	d := w.x.Cols
	deviations, skip := w.x.SliceRows(0, r.Rows), moments.Negligible*weight
	for k := range r.Cols {
		st := stats[k*moments.Stride(d):][:moments.Stride(d)]
		w.block.Deviations(deviations, k, r, skip)
		full.AddComponent(st, deviations, r, k, w.zero, weight)
		w.block.AddCovariances(st[1+d:], k, r, skip)
	}
}

// inOrder returns the rows of r that belong to those that the block has ready, in their order.
func (w *incomplete[T]) inOrder(r kernels.Matrix[T]) kernels.Matrix[T] {
	lo, hi := w.block.Range()
	sorted := w.joint.SliceRows(0, hi-lo)
	for i, from := range w.block.Order()[lo:hi] {
		copy(sorted.Row(i), r.Row(int(from)))
	}
	return sorted
}

// fill replaces in x, in the units of the data, the missing entries of the rows that the block has ready by Σ_k r_nk E_k[x | x_o], r in the
// order of the block. deviations and expected are scratch.
func (p *params[T]) fill(x, r kernels.Matrix[T], b *conditional.Block[T], f *frame[T], deviations kernels.Matrix[T], expected kernels.Matrix[float64]) {
	t, total := deviations.SliceRows(0, r.Rows), expected.SliceRows(0, r.Rows)
	clear(total.Data[:total.Rows*total.Stride])
	for k := range p.k {
		b.Deviations(t, k, r, 0)
		for i := range t.Rows {
			weight := float64(r.Row(i)[k])
			to := total.Row(i)
			for j, v := range t.Row(i) {
				if weight > 0 {
					to[j] = math.FMA(weight, p.means[k*p.d+j]+float64(v)/f.scale[j], to[j])
				}
			}
		}
	}
	lo, hi := b.Range()
	for i, at := range b.Order()[lo:hi] {
		row := x.Row(int(at))
		for j, v := range row {
			if missing(v) {
				row[j] = T(total.Row(i)[j])
			}
		}
	}
}
