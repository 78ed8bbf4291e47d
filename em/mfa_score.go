package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// MFAScorer evaluates a fitted MFA on new rows, which may have missing entries (NaN). It is an immutable copy of what that needs,
// safe for any number of goroutines; each brings its own MFAWorkspace. Its methods run on the caller's goroutine and allocate
// nothing. Results depend on the row alone, not on the batch that it is in. A row with ±Inf has the log-density −Inf.
type MFAScorer[T kernels.Float] struct {
	frame frame[T]
	p     *analysers[T]
}

// MFAWorkspace is the scratch that a goroutine needs to score; it belongs to the MFAScorer that made it.
type MFAWorkspace[T kernels.Float] struct {
	c      *conditioner[T]
	tables []*patterns
	joint  kernels.Matrix[T]
	logZ   []T
	sum    []float64
}

// NewScorer returns a scorer of the model's present parameters.
func (m *MFA[T]) NewScorer() *MFAScorer[T] {
	s := &MFAScorer[T]{frame: m.frame.copyOf(), p: newAnalysers[T](m.k, m.d, m.q)}
	copy(s.p.weights, m.cur.weights)
	copy(s.p.logs, m.cur.logs)
	for k, a := range m.cur.parts {
		s.p.parts[k] = a.copyOf(&s.frame)
	}
	return s
}

// K returns the number of components.
func (s *MFAScorer[T]) K() int { return len(s.p.parts) }

// Dim returns the number of columns that rows must have.
func (s *MFAScorer[T]) Dim() int { return s.p.parts[0].d }

// Q returns the number of factors of each component.
func (s *MFAScorer[T]) Q() int { return s.p.parts[0].q }

// NewWorkspace returns scratch for one goroutine.
func (s *MFAScorer[T]) NewWorkspace() *MFAWorkspace[T] {
	const n = elbo.BlockRows
	w := &MFAWorkspace[T]{
		c: newConditioner(s.p.parts[0], false), joint: kernels.NewMatrix[T](n, s.K()), logZ: make([]T, n), sum: make([]float64, n*s.Dim()),
	}
	for range s.K() {
		w.tables = append(w.tables, newPatterns(s.Dim(), s.Q(), s.K()))
	}
	return w
}

func (s *MFAScorer[T]) check(x kernels.Matrix[T], what string, rows, cols, wantCols int) error {
	switch {
	case x.Cols != s.Dim():
		return fmt.Errorf("em: the rows have %d columns, the model has %d", x.Cols, s.Dim())
	case rows != x.Rows || cols != wantCols:
		return fmt.Errorf("em: %s is %d×%d, want %d×%d", what, rows, cols, x.Rows, wantCols)
	}
	return nil
}

// logJoint returns ln π_k + ln N(x_n; μ_k, W_k W_kᵀ + Ψ_k), over observed entries, of the rows [lo, hi) of x, in w.
func (s *MFAScorer[T]) logJoint(x kernels.Matrix[T], lo, hi int, w *MFAWorkspace[T]) kernels.Matrix[T] {
	w.c.load(&s.frame, x.SliceRows(lo, hi))
	joint := w.joint.SliceRows(0, hi-lo)
	for k := range s.p.parts {
		s.evaluate(k, hi-lo, w)
		for i := range joint.Rows {
			joint.Row(i)[k] = w.c.logZ[i] + T(s.p.logs[k])
		}
	}
	return joint
}

// evaluate evaluates the n rows that were loaded under component k.
func (s *MFAScorer[T]) evaluate(k, n int, w *MFAWorkspace[T]) {
	w.c.a, w.c.table = s.p.parts[k], w.tables[k]
	w.c.evaluate(n, sink[T]{})
}

// LogDensity writes ln p(x_n) of the observed entries of each row of x, in nats, to dst, which has one element per row: 0, to rounding,
// for a row without any. Other shapes are an error.
func (s *MFAScorer[T]) LogDensity(dst []T, x kernels.Matrix[T], w *MFAWorkspace[T]) error {
	if err := s.check(x, "dst", len(dst), 1, 1); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		kernels.LogSumExpRows(dst[lo:hi], s.logJoint(x, lo, hi, w))
	}
	return nil
}

// Responsibilities writes p(k | x_n), given the observed entries, of each row of x to r, which is N×K. Other shapes are an error.
func (s *MFAScorer[T]) Responsibilities(r, x kernels.Matrix[T], w *MFAWorkspace[T]) error {
	if err := s.check(x, "r", r.Rows, r.Cols, s.K()); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		kernels.Responsibilities(r.SliceRows(lo, hi), w.logZ[:hi-lo], s.logJoint(x, lo, hi, w))
	}
	return nil
}

// Predict writes the index of the component with the highest responsibility for each row of x to labels, the lowest such index where
// several tie. Other shapes are an error.
func (s *MFAScorer[T]) Predict(labels []int, x kernels.Matrix[T], w *MFAWorkspace[T]) error {
	if err := s.check(x, "labels", len(labels), 1, 1); err != nil {
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

// Transform writes E[z | x_n, k], the factors of every component given the observed entries of each row of x, to z, N×(K·Q): columns
// k·Q … k·Q+Q−1 are those of component k. Other shapes are an error.
func (s *MFAScorer[T]) Transform(z, x kernels.Matrix[T], w *MFAWorkspace[T]) error {
	q := s.Q()
	if err := s.check(x, "z", z.Rows, z.Cols, s.K()*q); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		w.c.load(&s.frame, x.SliceRows(lo, hi))
		for k := range s.p.parts {
			s.evaluate(k, hi-lo, w)
			for i := lo; i < hi; i++ {
				copy(z.Row(i)[k*q:][:q], w.c.z[(i-lo)*q:])
			}
		}
	}
	return nil
}

// Impute copies x to dst, of the same shape, and replaces missing entries by their expectations given the observed ones of the row,
//
//	E[x_m | x_o] = Σ_k p(k | x_o) (μ_km + W_km E[z | x_o, k])
//
// dst may be x. Other shapes are an error.
func (s *MFAScorer[T]) Impute(dst, x kernels.Matrix[T], w *MFAWorkspace[T]) error {
	d := s.Dim()
	if err := s.check(x, "dst", dst.Rows, dst.Cols, d); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		n := hi - lo
		joint := s.logJoint(x, lo, hi, w)
		kernels.Responsibilities(joint, w.logZ[:n], joint)
		clear(w.sum)
		if len(w.c.rows) > 0 {
			for k := range s.p.parts {
				s.evaluate(k, n, w)
				for _, m := range w.c.rows {
					r, sum := float64(joint.Row(m.row)[k]), w.sum[m.row*d:][:d]
					for j, v := range w.c.x[m.row*d:][:d] {
						sum[j] = math.FMA(r, float64(v), sum[j])
					}
				}
			}
		}
		for i := lo; i < hi; i++ {
			to, sum := dst.Row(i), w.sum[(i-lo)*d:][:d]
			for j, v := range x.Row(i) {
				if v != v {
					v = T(s.frame.centre[j] + float64(sum[j]/s.frame.scale[j]))
				}
				to[j] = v
			}
		}
	}
	return nil
}

// LogDensity returns ln p(x_n) of each row of x in nats: see MFAScorer.LogDensity, which does it without allocating.
func (m *MFA[T]) LogDensity(x kernels.Matrix[T]) ([]T, error) {
	s, dst := m.NewScorer(), make([]T, x.Rows)
	return dst, s.LogDensity(dst, x, s.NewWorkspace())
}

// Responsibilities returns p(k | x_n) of each row of x, N×K: see MFAScorer.Responsibilities.
func (m *MFA[T]) Responsibilities(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s, r := m.NewScorer(), kernels.NewMatrix[T](x.Rows, m.k)
	return r, s.Responsibilities(r, x, s.NewWorkspace())
}

// ResponsibilityEntropy returns Σ_n w_n H[p(k | x_n)] in nats, which ICL takes: 0 if every row belongs to one component. Rows that
// elbo.Rows.Check refuses are an error.
func (m *MFA[T]) ResponsibilityEntropy(rows elbo.Rows[T]) (float64, error) {
	if err := checkIndependent(rows); err != nil {
		return 0, err
	}
	if err := rows.Check(m.d, true); err != nil {
		return 0, err
	}
	s := m.NewScorer()
	w, sum := s.NewWorkspace(), 0.0
	entropy := make([]T, elbo.BlockRows)
	for lo := 0; lo < rows.X.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, rows.X.Rows)
		joint := s.logJoint(rows.X, lo, hi, w)
		kernels.ResponsibilitiesEntropy(joint, w.logZ[:hi-lo], entropy[:hi-lo], joint)
		sum += rows.Slice(lo, hi).Sum(entropy[:hi-lo])
	}
	return sum, nil
}

// Predict returns the most responsible component of each row of x: see MFAScorer.Predict.
func (m *MFA[T]) Predict(x kernels.Matrix[T]) ([]int, error) {
	s, labels := m.NewScorer(), make([]int, x.Rows)
	return labels, s.Predict(labels, x, s.NewWorkspace())
}

// Transform returns the factors of every component for each row of x, N×(K·Q): see MFAScorer.Transform.
func (m *MFA[T]) Transform(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s, z := m.NewScorer(), kernels.NewMatrix[T](x.Rows, m.k*m.q)
	return z, s.Transform(z, x, s.NewWorkspace())
}

// Impute returns a copy of x in which missing entries are replaced by their expectations: see MFAScorer.Impute.
func (m *MFA[T]) Impute(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s, dst := m.NewScorer(), kernels.NewMatrix[T](x.Rows, x.Cols)
	return dst, s.Impute(dst, x, s.NewWorkspace())
}

// Sample draws n rows, N×D, and returns them with their components. Row i depends on the seed and i alone.
func (m *MFA[T]) Sample(n int, seed uint64) (x kernels.Matrix[T], labels []int) {
	key := kernels.NewKey(seed, sampleStream)
	x, labels = kernels.NewMatrix[T](n, m.d), make([]int, n)
	u, noise, z := make([]float64, 1), make([]float64, m.d), make([]float64, m.q)
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Uniform(u, key, at)
		labels[i] = choose(m.cur.weights, u[0])
		at.Step = 1
		kernels.Normal(z, key, at)
		at.Step = 2
		kernels.Normal(noise, key, at)
		m.cur.parts[labels[i]].draw(x.Row(i), z, noise)
	}
	return x, labels
}
