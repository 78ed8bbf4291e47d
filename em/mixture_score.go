package em

import (
	"fmt"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// MixtureScorer evaluates a fitted mixture other than GMM on new rows. It is an immutable copy of what that needs, safe for
// any number of goroutines; each brings its own MixtureWorkspace. Its methods run on the caller's goroutine and allocate
// nothing.
//
// Missing entries (NaN) are integrated out. An entry that the components do not take (BernoulliMixture and its like say which)
// is an error that names row and column; then what was to be written has any contents. Results depend on the row alone, not
// on the batch that it is in.
type MixtureScorer[T kernels.Float] struct {
	kind   string
	k, d   int
	family family[T]
}

// MixtureWorkspace is the scratch that a goroutine needs to score; it belongs to the MixtureScorer that made it.
type MixtureWorkspace[T kernels.Float] struct {
	x, joint, logZ []T
	base           []float64
	evaluator      evaluator[T]
}

// NewScorer returns a scorer of the model's present parameters.
func (m *mixture[T]) NewScorer() *MixtureScorer[T] {
	return &MixtureScorer[T]{kind: m.kind, k: m.k, d: m.d, family: m.family.freeze()}
}

// K returns the number of components.
func (s *MixtureScorer[T]) K() int { return s.k }

// Dim returns the number of columns that rows must have.
func (s *MixtureScorer[T]) Dim() int { return s.d }

// NewWorkspace returns scratch for one goroutine.
func (s *MixtureScorer[T]) NewWorkspace() *MixtureWorkspace[T] {
	const n = elbo.BlockRows
	return &MixtureWorkspace[T]{
		x: make([]T, n*s.d), joint: make([]T, n*s.k), logZ: make([]T, n), base: make([]float64, n), evaluator: s.family.newEvaluator(),
	}
}

func (s *MixtureScorer[T]) check(x kernels.Matrix[T], what string, rows int) error {
	if x.Cols != s.d {
		return fmt.Errorf("em: the rows have %d columns, the model has %d", x.Cols, s.d)
	}
	if rows != x.Rows {
		return fmt.Errorf("em: %s has %d rows, x has %d", what, rows, x.Rows)
	}
	return nil
}

// logJoint returns log π_k + log p_k(x_n) − log h(x_n) of the rows [lo, hi) of x, and leaves log h(x_n) in w.base.
func (s *MixtureScorer[T]) logJoint(x kernels.Matrix[T], lo, hi int, w *MixtureWorkspace[T]) (kernels.Matrix[T], error) {
	n := hi - lo
	joint := kernels.MatrixOf(n, s.k, w.joint[:n*s.k])
	rows := copied(w.x, x.SliceRows(lo, hi))
	for i := range n {
		if j := s.family.bad(rows.Row(i)); j >= 0 {
			return joint, outside(s.kind, s.family, lo+i, j, rows.Row(i)[j])
		}
	}
	w.evaluator.logJoint(joint, rows, w.base[:n])
	return joint, nil
}

// LogDensity writes log p(x_n) of each row of x, in nats, of what is observed, to dst, which has one element per row: −Inf for a row
// that no component can give. x of another width or dst of another length is an error.
func (s *MixtureScorer[T]) LogDensity(dst []T, x kernels.Matrix[T], w *MixtureWorkspace[T]) error {
	if err := s.check(x, "dst", len(dst)); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		joint, err := s.logJoint(x, lo, hi, w)
		if err != nil {
			return err
		}
		kernels.LogSumExpRows(dst[lo:hi], joint)
		for i, h := range w.base[:hi-lo] {
			dst[lo+i] = T(float64(dst[lo+i]) + h)
		}
	}
	return nil
}

// Responsibilities writes p(k | x_n) of each row of x to r, which is N×K; equal shares for a row that no component can give. Other
// shapes are an error.
func (s *MixtureScorer[T]) Responsibilities(r, x kernels.Matrix[T], w *MixtureWorkspace[T]) error {
	if err := s.check(x, "r", r.Rows); err != nil {
		return err
	}
	if r.Cols != s.k {
		return fmt.Errorf("em: r has %d columns, the model has %d components", r.Cols, s.k)
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		joint, err := s.logJoint(x, lo, hi, w)
		if err != nil {
			return err
		}
		kernels.Responsibilities(r.SliceRows(lo, hi), w.logZ[:hi-lo], joint)
	}
	return nil
}

// Predict writes the index of the component with the highest responsibility for each row of x to labels, the lowest such
// index where several tie. Other shapes are an error.
func (s *MixtureScorer[T]) Predict(labels []int, x kernels.Matrix[T], w *MixtureWorkspace[T]) error {
	if err := s.check(x, "labels", len(labels)); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		joint, err := s.logJoint(x, lo, min(lo+elbo.BlockRows, x.Rows), w)
		if err != nil {
			return err
		}
		for i := range joint.Rows {
			labels[lo+i] = kernels.ArgMax(joint.Row(i))
		}
	}
	return nil
}

// Impute writes x to dst, its missing entries replaced by what the model expects of them given the row's observed ones: their
// expectation Σ_k p(k | x_observed) E_k[x_missing | x_observed] or, if they are categories, the most probable one. dst has the shape of x.
func (s *MixtureScorer[T]) Impute(dst, x kernels.Matrix[T], w *MixtureWorkspace[T]) error {
	if err := s.check(x, "dst", dst.Rows); err != nil {
		return err
	}
	if dst.Cols != s.d {
		return fmt.Errorf("em: dst has %d columns, the model has %d", dst.Cols, s.d)
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		joint, err := s.logJoint(x, lo, hi, w)
		if err != nil {
			return err
		}
		kernels.Responsibilities(joint, w.logZ[:hi-lo], joint)
		rows := copied(w.x, x.SliceRows(lo, hi))
		w.evaluator.impute(rows, joint)
		for i := range rows.Rows {
			copy(dst.Row(lo+i), rows.Row(i))
		}
	}
	return nil
}

// LogDensity returns log p(x_n) of each row of x in nats: see MixtureScorer.LogDensity, which does not allocate.
func (m *mixture[T]) LogDensity(x kernels.Matrix[T]) ([]T, error) {
	s := m.NewScorer()
	dst := make([]T, x.Rows)
	return dst, s.LogDensity(dst, x, s.NewWorkspace())
}

// Responsibilities returns p(k | x_n) of each row of x, N×K: see MixtureScorer.Responsibilities.
func (m *mixture[T]) Responsibilities(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s := m.NewScorer()
	r := kernels.NewMatrix[T](x.Rows, m.k)
	return r, s.Responsibilities(r, x, s.NewWorkspace())
}

// Predict returns the most responsible component of each row of x: see MixtureScorer.Predict.
func (m *mixture[T]) Predict(x kernels.Matrix[T]) ([]int, error) {
	s := m.NewScorer()
	labels := make([]int, x.Rows)
	return labels, s.Predict(labels, x, s.NewWorkspace())
}

// Impute returns a copy of x with its missing entries replaced: see MixtureScorer.Impute.
func (m *mixture[T]) Impute(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s := m.NewScorer()
	dst := kernels.NewMatrix[T](x.Rows, x.Cols)
	return dst, s.Impute(dst, x, s.NewWorkspace())
}
