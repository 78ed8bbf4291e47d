package em

import (
	"fmt"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Scorer evaluates a fitted mixture on new rows. It is an immutable copy of what that needs, safe for any number of
// goroutines; each brings its own Workspace. Its methods run on the caller's goroutine and allocate nothing but
// what Workspace says.
//
// A NaN is a missing entry: the row has the density, and the responsibilities, of the entries that are there; without any the
// log-density is 0, within rounding, and the responsibilities are the weights. A row with ±Inf scores −Inf. Results depend on the row alone, not on
// the batch that it is in.
type Scorer[T kernels.Float] struct {
	k, d       int
	covariance Covariance
	frame      frame[T]
	p          params[T]
}

// Workspace is the scratch that a goroutine needs to score; it belongs to the Scorer that made it. For the first row with a missing
// entry it grows once, by up to some megabytes: under full and tied covariances it keeps the factors of the latest patterns of
// missing entries.
type Workspace[T kernels.Float] struct {
	x, joint, logZ, work []T
	missing              *incomplete[T] // nil until a row with a missing entry comes
	imputation           *imputation[T] // nil until one is to be imputed
}

// NewScorer returns a scorer of the model's present parameters.
func (m *GMM[T]) NewScorer() *Scorer[T] {
	s := &Scorer[T]{k: m.k, d: m.d, covariance: m.covariance, frame: m.frame}
	s.frame.centre, s.frame.scale, s.frame.logs = slices.Clone(m.frame.centre), slices.Clone(m.frame.scale), slices.Clone(m.frame.logs)
	s.frame.c, s.frame.s = slices.Clone(m.frame.c), slices.Clone(m.frame.s)
	p := m.cur
	s.p = params[T]{
		k: m.k, d: m.d, covariance: p.covariance, mean: clone(p.mean), prec: clone(p.prec), c: slices.Clone(p.c),
		cov: slices.Clone(p.cov), logNorm: clone(p.logNorm), logWeight: slices.Clone(p.logWeight), mix: slices.Clone(p.mix),
	}
	if p.covariance == Tied {
		s.p.white = p.white.clone(s.p.prec)
	}
	return s
}

func clone[T kernels.Float](m kernels.Matrix[T]) kernels.Matrix[T] {
	m.Data = slices.Clone(m.Data)
	return m
}

// K returns the number of components.
func (s *Scorer[T]) K() int { return s.k }

// Dim returns the number of columns that rows must have.
func (s *Scorer[T]) Dim() int { return s.d }

// NewWorkspace returns scratch for one goroutine.
func (s *Scorer[T]) NewWorkspace() *Workspace[T] {
	const n = elbo.BlockRows
	return &Workspace[T]{
		x: make([]T, n*s.d), joint: make([]T, n*s.k), logZ: make([]T, n), work: make([]T, gaussWork[T](s.covariance, s.d)),
	}
}

func (s *Scorer[T]) check(x kernels.Matrix[T], what string, rows int) error {
	if x.Cols != s.d {
		return fmt.Errorf("em: the rows have %d columns, the model has %d", x.Cols, s.d)
	}
	if rows != x.Rows {
		return fmt.Errorf("em: %s has %d rows, x has %d", what, rows, x.Rows)
	}
	return nil
}

// logJoint returns log π_k + log N(x_n; μ_k, Σ_k) of the rows [lo, hi) of x, in w.
func (s *Scorer[T]) logJoint(x kernels.Matrix[T], lo, hi int, w *Workspace[T]) kernels.Matrix[T] {
	n := hi - lo
	rows, joint := kernels.MatrixOf(n, s.d, w.x[:n*s.d]), kernels.MatrixOf(n, s.k, w.joint[:n*s.k])
	x = x.SliceRows(lo, hi)
	s.frame.apply(rows.Data, x)
	s.p.logJoint(joint, rows, following(x), w.work)
	if anyMissing(rows.Data) {
		if w.missing == nil {
			w.missing = newIncomplete[T](s.covariance, s.k, s.d)
		}
		s.p.logJointMissing(joint, rows, &s.frame, w.missing)
	}
	return joint
}

// LogDensity writes log p(x_n) of each row of x, in nats, to dst, which has one element per row. x of another width or
// dst of another length is an error.
func (s *Scorer[T]) LogDensity(dst []T, x kernels.Matrix[T], w *Workspace[T]) error {
	if err := s.check(x, "dst", len(dst)); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		kernels.LogSumExpRows(dst[lo:hi], s.logJoint(x, lo, hi, w))
	}
	return nil
}

// Responsibilities writes p(z_n = k | x_n) of each row of x to r, which is N×K. Other shapes are an error.
func (s *Scorer[T]) Responsibilities(r, x kernels.Matrix[T], w *Workspace[T]) error {
	if err := s.check(x, "r", r.Rows); err != nil {
		return err
	}
	if r.Cols != s.k {
		return fmt.Errorf("em: r has %d columns, the model has %d components", r.Cols, s.k)
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		kernels.Responsibilities(r.SliceRows(lo, hi), w.logZ[:hi-lo], s.logJoint(x, lo, hi, w))
	}
	return nil
}

// Predict writes the index of the component with the highest responsibility for each row of x to labels, the lowest such
// index where several tie. Other shapes are an error.
func (s *Scorer[T]) Predict(labels []int, x kernels.Matrix[T], w *Workspace[T]) error {
	if err := s.check(x, "labels", len(labels)); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		joint := s.logJoint(x, lo, hi, w)
		for i := range joint.Rows {
			row, best := joint.Row(i), 0
			for k, v := range row {
				if v > row[best] {
					best = k
				}
			}
			labels[lo+i] = best
		}
	}
	return nil
}

// LogDensity returns log p(x_n) of each row of x in nats. A Scorer does it without allocating.
func (m *GMM[T]) LogDensity(x kernels.Matrix[T]) ([]T, error) {
	s := m.NewScorer()
	dst := make([]T, x.Rows)
	return dst, s.LogDensity(dst, x, s.NewWorkspace())
}

// Responsibilities returns p(z_n = k | x_n) of each row of x, N×K: see Scorer.Responsibilities.
func (m *GMM[T]) Responsibilities(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s := m.NewScorer()
	r := kernels.NewMatrix[T](x.Rows, m.k)
	return r, s.Responsibilities(r, x, s.NewWorkspace())
}

// Predict returns the most responsible component of each row of x: see Scorer.Predict.
func (m *GMM[T]) Predict(x kernels.Matrix[T]) ([]int, error) {
	s := m.NewScorer()
	labels := make([]int, x.Rows)
	return labels, s.Predict(labels, x, s.NewWorkspace())
}
