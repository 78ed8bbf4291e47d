package em

import (
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// factorStep is the E-step of one goroutine.
type factorStep[T kernels.Float] struct {
	m       *factors[T]
	c       *conditioner[T]
	weights kernels.Matrix[T] // of a block
	centre  kernels.Matrix[T] // 0
	moments *moments.Full[T]
}

// NewEStep returns the E-step under the model's parameters, with scratch of its own: the distribution of the missing entries of each row
// given the observed ones, and the log-density of these. It adds what StatsLen describes.
func (m *factors[T]) NewEStep() elbo.EStep[T] {
	return &factorStep[T]{
		m: m, c: newConditioner(m.cur, true), weights: kernels.NewMatrix[T](elbo.BlockRows, 1), centre: kernels.NewMatrix[T](1, m.d),
		moments: moments.NewFull[T](m.d),
	}
}

// EStep adds the statistics of the rows and returns Σ_n w_n ln p(x_n), of the observed entries, and Σ_n w_n times the entropy of the
// missing ones.
func (e *factorStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	m, n := e.m, rows.X.Rows
	if n > elbo.BlockRows || rows.X.Cols != m.d || len(stats) != m.StatsLen() {
		panic(fmt.Sprintf("em: EStep: %d×%d rows and %d statistics, the model takes at most %d×%d and %d",
			n, rows.X.Cols, len(stats), elbo.BlockRows, m.d, m.StatsLen()))
	}
	e.c.a = m.cur
	e.c.run(&m.frame, rows.X, sink[T]{s2: stats[1+m.d:], weights: rows.Weights})
	e.add(stats, rows, kernels.MatrixOf(n, m.d, e.c.x))
	return elbo.Local{LogZ: rows.Sum(e.c.logZ[:n]), Entropy: rows.Sum(e.c.entropy[:n])}
}

// add adds the moments of complete rows in the frame.
func (e *factorStep[T]) add(stats []float64, rows elbo.Rows[T], x kernels.Matrix[T]) {
	w := e.weights.SliceRows(0, x.Rows)
	kernels.Fill(w.Data, 1)
	rows.Scale(w)
	e.moments.Add(stats, x, w, e.centre, rows.MaxWeight())
}

// scatterOnly is a model of complete rows whose E-step only adds them up: what FitFA and FitPPCA go through the data with.
type scatterOnly[T kernels.Float] struct{ *factors[T] }

type scatterStep[T kernels.Float] struct {
	factorStep[T]
	x []T
}

// NewEStep returns an E-step that adds the statistics of complete rows and evaluates no density.
func (s scatterOnly[T]) NewEStep() elbo.EStep[T] {
	m := s.factors
	return &scatterStep[T]{
		factorStep: factorStep[T]{
			m: m, weights: kernels.NewMatrix[T](elbo.BlockRows, 1), centre: kernels.NewMatrix[T](1, m.d), moments: moments.NewFull[T](m.d),
		},
		x: make([]T, elbo.BlockRows*m.d),
	}
}

// EStep adds the statistics of the rows.
func (e *scatterStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	x := kernels.MatrixOf(rows.X.Rows, e.m.d, e.x[:rows.X.Rows*e.m.d])
	e.m.frame.apply(x.Data, rows.X)
	e.add(stats, rows, x)
	return elbo.Local{}
}

// onStatistics is the model whose data are the statistics of complete rows, which no parameter changes: its one row stands for them
// all. So the engine iterates without touching the rows.
type onStatistics[T kernels.Float] struct {
	*factors[T]
	values []float64
}

// NewEStep returns itself: it has no scratch but the model's, and there is one row and so one goroutine.
func (s onStatistics[T]) NewEStep() elbo.EStep[T] { return s }

// EStep adds the statistics of all rows.
func (s onStatistics[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	kernels.Add(stats, stats, s.values)
	return elbo.Local{LogZ: s.ExpectedLogJoint(s.values, 0)}
}

// Rounding is that of the bound from the statistics, which are float64.
func (s onStatistics[T]) Rounding() float64 {
	return float64(4 * float64(s.d) * 0x1p-53 * max(s.cur.condition, s.spare.condition))
}
