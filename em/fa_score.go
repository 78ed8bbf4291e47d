package em

import (
	"fmt"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// FAScorer evaluates a fitted FA or PPCA on new rows, which may have missing entries (NaN). It is an immutable copy of what that
// needs, safe for any number of goroutines; each brings its own FAWorkspace. Its methods run on the caller's goroutine and allocate
// nothing. Results depend on the row alone, not on the batch that it is in. A row with ±Inf has the log-density −Inf, and no
// posterior: NaN.
type FAScorer[T kernels.Float] struct {
	frame frame[T]
	a     *analyser[T]
}

// FAWorkspace is the scratch that a goroutine needs to score; it belongs to the FAScorer that made it.
type FAWorkspace[T kernels.Float] struct{ c *conditioner[T] }

// NewScorer returns a scorer of the model's present parameters.
func (m *factors[T]) NewScorer() *FAScorer[T] {
	s := &FAScorer[T]{frame: m.frame.copyOf()}
	s.a = m.cur.copyOf(&s.frame)
	return s
}

// copyOf returns a copy that shares nothing.
func (f *frame[T]) copyOf() frame[T] {
	c := *f
	c.centre, c.scale, c.c, c.s = slices.Clone(f.centre), slices.Clone(f.scale), slices.Clone(f.c), slices.Clone(f.s)
	return c
}

// Dim returns the number of columns that rows must have.
func (s *FAScorer[T]) Dim() int { return s.a.d }

// Q returns the number of factors.
func (s *FAScorer[T]) Q() int { return s.a.q }

// NewWorkspace returns scratch for one goroutine.
func (s *FAScorer[T]) NewWorkspace() *FAWorkspace[T] {
	return &FAWorkspace[T]{newConditioner(s.a, false)}
}

// check returns an error unless x has the model's width and what, rows×cols, a row for each of x's and wantCols columns.
func (s *FAScorer[T]) check(x kernels.Matrix[T], what string, rows, cols, wantCols int) error {
	switch {
	case x.Cols != s.a.d:
		return fmt.Errorf("em: the rows have %d columns, the model has %d", x.Cols, s.a.d)
	case rows != x.Rows || cols != wantCols:
		return fmt.Errorf("em: %s is %d×%d, want %d×%d", what, rows, cols, x.Rows, wantCols)
	}
	return nil
}

// LogDensity writes ln N(x_o; μ_o, (WWᵀ + Ψ)_oo), over the observed entries of each row of x, in nats, to dst, which has one element
// per row: 0 for a row without any. Other shapes are an error.
func (s *FAScorer[T]) LogDensity(dst []T, x kernels.Matrix[T], w *FAWorkspace[T]) error {
	if err := s.check(x, "dst", len(dst), 1, 1); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		w.c.run(&s.frame, x.SliceRows(lo, hi), sink[T]{})
		copy(dst[lo:hi], w.c.logZ)
	}
	return nil
}

// Transform writes E[z | x_o], the factors given the observed entries of each row of x, to z, N×Q, and, unless cov has no rows, their
// covariance matrices to cov, (N·Q)×Q: rows n·Q … n·Q+Q−1 are that of row n, for complete rows always G. A row without observed
// entries has 0 and I. Other shapes are an error.
func (s *FAScorer[T]) Transform(z, cov, x kernels.Matrix[T], w *FAWorkspace[T]) error {
	q := s.a.q
	if err := s.check(x, "z", z.Rows, z.Cols, q); err != nil {
		return err
	}
	if cov.Rows != 0 && (cov.Rows != x.Rows*q || cov.Cols != q) {
		return fmt.Errorf("em: cov is %d×%d, want %d×%d", cov.Rows, cov.Cols, x.Rows*q, q)
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		to := sink[T]{}
		if cov.Rows != 0 {
			to.cov = cov.SliceRows(lo*q, hi*q)
		}
		w.c.run(&s.frame, x.SliceRows(lo, hi), to)
		for i := lo; i < hi; i++ {
			copy(z.Row(i), w.c.z[(i-lo)*q:])
		}
	}
	return nil
}

// Impute copies x to dst, of the same shape, and replaces missing entries by their expectations given the observed ones of the row,
// E[x_m | x_o] = μ_m + W_m E[z | x_o]. dst may be x. Other shapes are an error.
func (s *FAScorer[T]) Impute(dst, x kernels.Matrix[T], w *FAWorkspace[T]) error {
	if err := s.check(x, "dst", dst.Rows, dst.Cols, s.a.d); err != nil {
		return err
	}
	d := s.a.d
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		w.c.run(&s.frame, x.SliceRows(lo, hi), sink[T]{})
		for i := lo; i < hi; i++ {
			to, imputed := dst.Row(i), w.c.x[(i-lo)*d:][:d]
			for j, v := range x.Row(i) {
				if v != v {
					v = T(s.frame.centre[j] + float64(float64(imputed[j])/s.frame.scale[j]))
				}
				to[j] = v
			}
		}
	}
	return nil
}

// LogDensity returns the log-density of each row of x in nats: see FAScorer.LogDensity, which does it without allocating.
func (m *factors[T]) LogDensity(x kernels.Matrix[T]) ([]T, error) {
	s, dst := m.NewScorer(), make([]T, x.Rows)
	return dst, s.LogDensity(dst, x, s.NewWorkspace())
}

// Transform returns E[z | x], the factors of each row of x, N×Q, and their covariance matrices, (N·Q)×Q: see FAScorer.Transform.
func (m *factors[T]) Transform(x kernels.Matrix[T]) (z, cov kernels.Matrix[T], err error) {
	s := m.NewScorer()
	z, cov = kernels.NewMatrix[T](x.Rows, m.q), kernels.NewMatrix[T](x.Rows*m.q, m.q)
	return z, cov, s.Transform(z, cov, x, s.NewWorkspace())
}

// Impute returns a copy of x in which missing entries are replaced by their expectations: see FAScorer.Impute.
func (m *factors[T]) Impute(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	s, dst := m.NewScorer(), kernels.NewMatrix[T](x.Rows, x.Cols)
	return dst, s.Impute(dst, x, s.NewWorkspace())
}

// Sample draws n rows x = Wz + μ + ε, N×D, and returns them with their factors z, N×Q. Row i depends on the seed and i alone.
func (m *factors[T]) Sample(n int, seed uint64) (x, z kernels.Matrix[T]) {
	key := kernels.NewKey(seed, sampleStream)
	x, z = kernels.NewMatrix[T](n, m.d), kernels.NewMatrix[T](n, m.q)
	noise, factor := make([]float64, m.d), make([]float64, m.q)
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Normal(factor, key, at)
		at.Step = 1
		kernels.Normal(noise, key, at)
		m.cur.draw(x.Row(i), factor, noise)
		for q, v := range factor {
			z.Row(i)[q] = T(v)
		}
	}
	return x, z
}

// draw sets row to Wz + μ + √Ψ·noise.
func (a *analyser[T]) draw(row []T, z, noise []float64) {
	for j := range row {
		sum := float64(math.Sqrt(a.noise[j]) * noise[j])
		for q, w := range a.loadings[j*a.q:][:a.q] {
			sum = math.FMA(w, z[q], sum)
		}
		row[j] = T(a.mean[j] + sum)
	}
}
