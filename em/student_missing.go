package em

import (
	"example.com/elbo"
	"example.com/elbo/internal/conditional"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// studentGaps is what a goroutine needs for incomplete rows under full scale matrices: given u the components are Gaussian, with
// Σ_k/u for covariance matrices. So what is expected of the missing entries does not depend on u,
//
//	x̂ = μ_m + Σ_mo Σ_oo⁻¹ (x_o − μ_o),  E[u (x − m)(x − m)ᵀ] = E[u] (x̂ − m)(x̂ − m)ᵀ + C,  C = Σ_mm − Σ_mo Σ_oo⁻¹ Σ_om
//
// with E[u] = (ν + o)/(ν + δ_o) of the o observed entries. (Wang, Zhang, Luo and Wei, "Estimation of mixtures of multivariate
// t-distributions with missing information", Pattern Recognition Letters 25, 2004.)
type studentGaps[T kernels.Float] struct {
	of         *params[T] // that the block's factors are of
	version    uint64
	block      *conditional.Block[T]
	q, c, r, u kernels.Matrix[T] // N×K, in sorted order
	deviations kernels.Matrix[T]
	zero       kernels.Matrix[T] // 1×D
	mixing     []float64         // K zeros
	memory     []T               // of rows in the frame
	expected   kernels.Matrix[float64]
}

// conditional returns e.gaps with the present parameters.
func (e *studentEvaluator[T]) conditional() *studentGaps[T] {
	const n = elbo.BlockRows
	g := e.f.g
	if e.gaps == nil {
		rows := func() kernels.Matrix[T] { return kernels.NewMatrix[T](n, g.k) }
		e.gaps = &studentGaps[T]{
			block: conditional.New[T](g.k, g.d, n, false), q: rows(), c: rows(), r: rows(), u: rows(),
			deviations: kernels.NewMatrix[T](n, g.d), zero: kernels.NewMatrix[T](1, g.d), mixing: make([]float64, g.k),
			memory: make([]T, n*g.d), expected: kernels.NewMatrix[float64](n, g.d),
		}
	}
	w := e.gaps
	if w.of != g.cur || w.version != g.cur.version {
		w.of, w.version = g.cur, g.cur.version
		w.block.Reset(conditional.Gaussians[T]{Mean: g.cur.mean, Cov: g.cur.cov, Scale: g.frame.scale, Log: w.mixing, Unit: g.frame.logs})
	}
	return w
}

// distances writes −½δ of the incomplete rows to q and their Gaussians' constants to norm.
func (w *studentGaps[T]) distances(norm, q, x kernels.Matrix[T], f *student[T]) {
	w.block.Sort(x)
	order, complete := w.block.Order(), w.block.Complete()
	for w.block.Next() {
		lo, hi := w.block.Range()
		w.block.Distances(top(w.q, hi-lo), top(w.c, hi-lo))
		for i := max(lo, complete); i < hi; i++ {
			copy(q.Row(int(order[i])), w.q.Row(i-lo))
			copy(norm.Row(int(order[i])), w.c.Row(i-lo))
		}
	}
}

// add adds the moments and returns Σ_n Σ_k r_nk H[N(·; x̂_nk, C_nk)]: with u it is the entropy of q(x_m | u) once ½m E[ln u] is taken off
// for its m columns.
func (w *studentGaps[T]) add(stats []float64, x, r, scaled kernels.Matrix[T], weight T, e *studentEvaluator[T]) (entropy float64) {
	d, skip := x.Cols, moments.Negligible*weight
	w.block.Sort(x)
	order := w.block.Order()
	for w.block.Next() {
		lo, hi := w.block.Range()
		rows, scales, t := top(w.r, hi-lo), top(w.u, hi-lo), top(w.deviations, hi-lo)
		for i := lo; i < hi; i++ {
			copy(rows.Row(i-lo), r.Row(int(order[i])))
			copy(scales.Row(i-lo), scaled.Row(int(order[i])))
		}
		entropy += w.block.Entropy(rows)
		for k := range r.Cols {
			st := stats[k*moments.Stride(d):][:moments.Stride(d)]
			w.block.Deviations(t, k, scales, skip)
			e.full.AddComponent(st, t, scales, k, w.zero, weight)
			w.block.AddCovariances(st[1+d:], k, rows, skip)
		}
	}
	return entropy
}

// impute writes E[x_d | what is observed] = Σ_k r_nk E_k[x_d | what is observed] where an entry is missing.
func (e *studentEvaluator[T]) impute(x, r kernels.Matrix[T]) {
	g := e.f.g
	if g.covariance == Diagonal {
		imputeMeans(x, r, g.cur.means)
		return
	}
	w := e.conditional()
	framed := copied(w.memory, x)
	g.frame.apply(framed.Data, framed)
	w.block.Sort(framed)
	order := w.block.Order()
	for w.block.Next() {
		lo, hi := w.block.Range()
		rows := top(w.r, hi-lo)
		for i := lo; i < hi; i++ {
			copy(rows.Row(i-lo), r.Row(int(order[i])))
		}
		g.cur.fill(x, rows, w.block, &g.frame, w.deviations, w.expected)
	}
}
