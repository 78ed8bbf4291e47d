package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// mixtureEStep is the E-step of one goroutine.
type mixtureEStep[T kernels.Float] struct {
	m                             *mixture[T]
	evaluator                     evaluator[T]
	x, joint, logZ, entropy, sums []T
	base                          []float64
}

// NewEStep returns the E-step under the model's parameters, with scratch of its own:
//
//	r_nk = π_k p_k(x_n)/Σ_j π_j p_j(x_n)
//
// It adds what StatsLen describes.
func (m *mixture[T]) NewEStep() elbo.EStep[T] {
	const n = elbo.BlockRows
	return &mixtureEStep[T]{
		m: m, evaluator: m.family.newEvaluator(), x: make([]T, n*m.d), joint: make([]T, n*m.k), logZ: make([]T, n),
		entropy: make([]T, n), sums: make([]T, m.k), base: make([]float64, n),
	}
}

// EStep adds the statistics of the rows and returns Σ_n w_n log p(x_n) and Σ_n w_n H[q(z_n)].
func (e *mixtureEStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	m, n := e.m, rows.X.Rows
	if n > elbo.BlockRows || rows.X.Cols != m.d || len(stats) != m.StatsLen() {
		panic(fmt.Sprintf("em: EStep: %d×%d rows and %d statistics, the model takes at most %d×%d and %d",
			n, rows.X.Cols, len(stats), elbo.BlockRows, m.d, m.StatsLen()))
	}
	joint := kernels.MatrixOf(n, m.k, e.joint[:n*m.k])
	logZ, entropy, base := e.logZ[:n], e.entropy[:n], e.base[:n]
	e.evaluator.logJoint(joint, copied(e.x, rows.X), base)
	kernels.ResponsibilitiesEntropy(joint, logZ, entropy, joint)
	h := 0.0
	for i, v := range base {
		if rows.Weights != nil {
			v = float64(rows.Weights[i] * v)
		}
		h += v
	}
	return elbo.Local{LogZ: rows.Sum(logZ) + h, Entropy: rows.Sum(entropy) + e.add(stats, rows, joint, h)}
}

// add adds the statistics of the rows that logJoint saw last, given their responsibilities, which it multiplies by the
// rows' weights, and Σ_n w_n log h(x_n).
func (e *mixtureEStep[T]) add(stats []float64, rows elbo.Rows[T], r kernels.Matrix[T], h float64) (entropy float64) {
	rows.Scale(r)
	clear(e.sums)
	for i := range r.Rows {
		for k, v := range r.Row(i) {
			e.sums[k] += v
		}
	}
	k := e.m.k
	addSums(stats, e.sums)
	stats[k] += h
	return e.evaluator.add(stats[k+1:], r, e.sums, rows.MaxWeight())
}

// copied returns the rows in memory.
func copied[T kernels.Float](memory []T, x kernels.Matrix[T]) kernels.Matrix[T] {
	c := kernels.MatrixOf(x.Rows, x.Cols, memory[:x.Rows*x.Cols])
	for i := range x.Rows {
		copy(c.Row(i), x.Row(i))
	}
	return c
}

// addSums adds the sums of a block to totals.
func addSums[T kernels.Float](totals []float64, sums []T) {
	totals = totals[:len(sums)]
	if s, ok := any(sums).([]float64); ok {
		kernels.Add(totals, totals, s)
		return
	}
	for i, v := range sums {
		totals[i] += float64(v)
	}
}

// assign makes an M-step from rows that belong to one component each, under the parameters in force where statistics are
// about them.
func (m *mixture[T]) assign(data elbo.Rows[T], start begins) error {
	e := m.NewEStep().(*mixtureEStep[T])
	stats := make([]float64, m.StatsLen())
	for at := 0; at < data.X.Rows; at += elbo.BlockRows {
		block := data.Slice(at, min(at+elbo.BlockRows, data.X.Rows))
		n := block.X.Rows
		r := kernels.MatrixOf(n, m.k, e.joint[:n*m.k])
		e.evaluator.logJoint(r, copied(e.x, block.X), e.base[:n])
		fillBegins(start, r, at)
		e.add(stats, block, r, 0)
	}
	return m.MStep(stats, data.Weight())
}

// ResponsibilityEntropy returns Σ_n w_n H[p(k | x_n)] in nats, which ICL takes: 0 if every row belongs to one component.
func (m *mixture[T]) ResponsibilityEntropy(rows elbo.Rows[T]) (float64, error) {
	if err := checkIndependent(rows); err != nil {
		return 0, err
	}
	if err := rows.Check(m.d, true); err != nil {
		return 0, err
	}
	if err := m.CheckRows(rows.X); err != nil {
		return 0, err
	}
	e := m.NewEStep().(*mixtureEStep[T])
	sum := 0.0
	for at := 0; at < rows.X.Rows; at += elbo.BlockRows {
		block := rows.Slice(at, min(at+elbo.BlockRows, rows.X.Rows))
		n := block.X.Rows
		joint := kernels.MatrixOf(n, m.k, e.joint[:n*m.k])
		e.evaluator.logJoint(joint, copied(e.x, block.X), e.base[:n])
		kernels.ResponsibilitiesEntropy(joint, e.logZ[:n], e.entropy[:n], joint)
		sum += block.Sum(e.entropy[:n])
	}
	return sum, nil
}

// missing reports whether v is NaN.
func missing[T kernels.Float](v T) bool { return v != v }

// negInf returns −Inf.
func negInf[T kernels.Float]() T { return T(math.Inf(-1)) }
