package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// imputation is the scratch of one goroutine for what is expected of missing entries.
type imputation[T kernels.Float] struct {
	mean, square kernels.Matrix[float64] // of the rows of a block, in the frame: E[x], then E[(x − E[x])²]
	r            kernels.Matrix[T]       // responsibilities in sorted order
	chosen       []int
	chol         []float64
	z            []float64
}

func newImputation[T kernels.Float](k, d int) *imputation[T] {
	const n = elbo.BlockRows
	return &imputation[T]{
		mean: kernels.NewMatrix[float64](n, d), square: kernels.NewMatrix[float64](n, d), r: kernels.NewMatrix[T](n, k),
		chosen: make([]int, n), chol: make([]float64, d*d), z: make([]float64, d),
	}
}

// Impute writes x to dst, each missing entry replaced by its expectation given the row's entries that are there,
//
//	E[x_m | x_o] = Σ_k p(k | x_o) E_k[x_m | x_o],  E_k[x_m | x_o] = μ_m + Σ_mo Σ_oo⁻¹ (x_o − μ_o) of component k
//
// dst has the shape of x and may be x.
func (s *Scorer[T]) Impute(dst, x kernels.Matrix[T], w *Workspace[T]) error {
	return s.impute(dst, nil, x, w, nil)
}

// ImputeDeviations is Impute, and writes the conditional standard deviations √Var[x_m | x_o] of the missing entries to deviations, of
// the shape of x, with 0 for the entries that are there. The variance is that within the components and that between
// them, Σ_k p(k | x_o) (Var_k[x_m | x_o] + (E_k[x_m | x_o] − E[x_m | x_o])²).
func (s *Scorer[T]) ImputeDeviations(dst, deviations, x kernels.Matrix[T], w *Workspace[T]) error {
	if deviations.Rows != x.Rows || deviations.Cols != s.d {
		return fmt.Errorf("em: deviations is %d×%d, want %d×%d", deviations.Rows, deviations.Cols, x.Rows, s.d)
	}
	return s.impute(dst, &deviations, x, w, nil)
}

// ImputeSample is Impute with draws from the conditional distribution p(x_m | x_o) in place of its mean, as multiple imputation takes
// them: k ~ p(k | x_o), x_m ~ N_k(· | x_o). The draws of row i depend on the seed, i and the row alone.
func (s *Scorer[T]) ImputeSample(dst, x kernels.Matrix[T], seed uint64, w *Workspace[T]) error {
	key := kernels.NewKey(seed, imputeStream)
	return s.impute(dst, nil, x, w, &key)
}

func (s *Scorer[T]) impute(dst kernels.Matrix[T], deviations *kernels.Matrix[T], x kernels.Matrix[T], w *Workspace[T], key *kernels.Key) error {
	if err := s.check(x, "dst", dst.Rows); err != nil {
		return err
	}
	if dst.Cols != s.d {
		return fmt.Errorf("em: dst has %d columns, the model has %d", dst.Cols, s.d)
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		r := s.logJoint(x, lo, hi, w)
		from, to := x.SliceRows(lo, hi), dst.SliceRows(lo, hi)
		rows := kernels.MatrixOf(hi-lo, s.d, w.x[:(hi-lo)*s.d])
		incomplete := anyMissing(rows.Data)
		if incomplete {
			if w.imputation == nil {
				w.imputation = newImputation[T](s.k, s.d)
			}
			kernels.Responsibilities(r, w.logZ[:hi-lo], r)
			if key == nil {
				s.expect(rows, r, w, deviations != nil)
			} else {
				s.draw(rows, r, w, *key, lo)
			}
		}
		for i := range from.Rows {
			for j, v := range from.Row(i) {
				deviation := 0.0
				if v != v {
					v = T(s.frame.centre[j] + float64(w.imputation.mean.Row(i)[j]/s.frame.scale[j]))
					deviation = math.Sqrt(w.imputation.square.Row(i)[j]) / s.frame.scale[j]
				}
				to.Row(i)[j] = v
				if deviations != nil {
					deviations.Row(lo + i)[j] = T(deviation)
				}
			}
		}
	}
	return nil
}

// expect sets the means, and if asked the squares, of the missing entries of rows, which are in the frame.
func (s *Scorer[T]) expect(rows, r kernels.Matrix[T], w *Workspace[T], squares bool) {
	m := w.imputation
	if !s.covariance.whole() {
		for i := range rows.Rows {
			s.expectRow(m.mean.Row(i), m.square.Row(i), rows.Row(i), r.Row(i))
		}
		return
	}
	clear(m.mean.Data[:rows.Rows*s.d])
	clear(m.square.Data[:rows.Rows*s.d])
	b := w.missing.block
	b.Sort(rows)
	for b.Next() {
		lo, hi := b.Range()
		sorted, t := m.sorted(r, b.Order()[lo:hi]), w.missing.x.SliceRows(0, hi-lo)
		for pass := range 2 {
			if pass == 1 && !squares {
				break
			}
			for k := range s.k {
				b.Deviations(t, k, sorted, 0)
				for i, at := range b.Order()[lo:hi] {
					weight, mean, square := float64(sorted.Row(i)[k]), m.mean.Row(int(at)), m.square.Row(int(at))
					columns, cov := b.Conditional(i, k)
					for a, j := range columns {
						v := float64(s.p.mean.Row(k)[j]) + float64(t.Row(i)[j])
						if pass == 0 {
							mean[j] = math.FMA(weight, v, mean[j])
							continue
						}
						v -= mean[j]
						square[j] = math.FMA(weight, math.FMA(v, v, cov[a*(len(columns)+1)]), square[j])
					}
				}
			}
		}
	}
}

// expectRow is expect of a row under diagonal and spherical covariances.
func (s *Scorer[T]) expectRow(mean, square []float64, row, r []T) {
	for j, v := range row {
		if v == v {
			continue
		}
		sum := 0.0
		for k, w := range r {
			sum = math.FMA(float64(w), float64(s.p.mean.Row(k)[j]), sum)
		}
		mean[j], square[j] = sum, 0
		for k, w := range r {
			t := float64(s.p.mean.Row(k)[j]) - sum
			square[j] = math.FMA(float64(w), math.FMA(t, t, s.variance(k, j)), square[j])
		}
	}
}

// variance returns the variance of column j of component k in the frame.
func (s *Scorer[T]) variance(k, j int) float64 {
	return s.p.at(k, j, j) * s.frame.scale[j] * s.frame.scale[j]
}

// sorted returns the rows of r in an order.
func (m *imputation[T]) sorted(r kernels.Matrix[T], order []int32) kernels.Matrix[T] {
	sorted := m.r.SliceRows(0, len(order))
	for i, at := range order {
		copy(sorted.Row(i), r.Row(int(at)))
	}
	return sorted
}

// draw sets the means to draws of the missing entries of rows, which are in the frame and the rows first, … of the data.
func (s *Scorer[T]) draw(rows, r kernels.Matrix[T], w *Workspace[T], key kernels.Key, first int) {
	m := w.imputation
	for i := range rows.Rows {
		u := m.z[:1]
		kernels.Uniform(u, key, kernels.Counter{Row: uint64(first + i)})
		m.chosen[i] = chooseFrom(r.Row(i), u[0])
	}
	if !s.covariance.whole() {
		for i := range rows.Rows {
			k := m.chosen[i]
			kernels.Normal(m.z, key, kernels.Counter{Row: uint64(first + i), Step: 1})
			for j, z := range m.z {
				m.mean.Row(i)[j] = math.FMA(math.Sqrt(s.variance(k, j)), z, float64(s.p.mean.Row(k)[j]))
			}
		}
		return
	}
	b := w.missing.block
	b.Sort(rows)
	for b.Next() {
		lo, hi := b.Range()
		sorted, t := m.sorted(r, b.Order()[lo:hi]), w.missing.x.SliceRows(0, hi-lo)
		for k := range s.k {
			b.Deviations(t, k, sorted, 0)
			for i, at := range b.Order()[lo:hi] {
				columns, cov := b.Conditional(i, k)
				if m.chosen[at] != k || columns == nil {
					continue
				}
				kernels.Normal(m.z, key, kernels.Counter{Row: uint64(first + int(at)), Step: 1})
				n := len(columns)
				u := kernels.MatrixOf(n, n, m.chol[:n*n])
				copy(u.Data, cov)
				kernels.Cholesky(u)
				for a, j := range columns {
					v := float64(s.p.mean.Row(k)[j]) + float64(t.Row(i)[j])
					for l := range a + 1 {
						v = math.FMA(u.Row(l)[a], m.z[l], v)
					}
					m.mean.Row(int(at))[j] = v
				}
			}
		}
	}
}

// chooseFrom is choose for responsibilities.
func chooseFrom[T kernels.Float](r []T, u float64) int {
	last := 0
	for k, w := range r {
		if w > 0 {
			last = k
			if u < float64(w) {
				break
			}
			u -= float64(w)
		}
	}
	return last
}

// Impute returns a copy of x with its missing entries replaced by their expectations: see Scorer.Impute.
func (m *GMM[T]) Impute(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s, dst := m.NewScorer(), kernels.NewMatrix[T](x.Rows, x.Cols)
	return dst, s.Impute(dst, x, s.NewWorkspace())
}

// ImputeDeviations returns Impute's result and the conditional standard deviations of the missing entries: see
// Scorer.ImputeDeviations.
func (m *GMM[T]) ImputeDeviations(x kernels.Matrix[T]) (filled, deviations kernels.Matrix[T], err error) {
	s := m.NewScorer()
	filled, deviations = kernels.NewMatrix[T](x.Rows, x.Cols), kernels.NewMatrix[T](x.Rows, x.Cols)
	return filled, deviations, s.ImputeDeviations(filled, deviations, x, s.NewWorkspace())
}

// ImputeSample returns a copy of x with its missing entries drawn from their conditional distribution: see Scorer.ImputeSample.
func (m *GMM[T]) ImputeSample(x kernels.Matrix[T], seed uint64) (kernels.Matrix[T], error) {
	s, dst := m.NewScorer(), kernels.NewMatrix[T](x.Rows, x.Cols)
	return dst, s.ImputeSample(dst, x, seed, s.NewWorkspace())
}
