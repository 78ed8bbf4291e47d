package vem

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// Scorer evaluates a fitted mixture on new rows. It is an immutable copy of what that needs, safe for any number of
// goroutines; each brings its own Workspace. Its methods run on the caller's goroutine and allocate nothing.
//
// A row with a NaN scores NaN. Results depend on the row alone, not on the batch that it is in.
type Scorer[T kernels.Float] struct {
	k, d    int
	centres kernels.Matrix[T]
	p       kernels.Matrix[T] // of the E-step
	c       []T
	pt      kernels.Matrix[T] // √(β/(β+1)) U⁻¹, of the predictive density
	ct      []T               // its constants
	half    []T               // (ν + 1)/2
	zero    []T
}

// Workspace is the scratch that a goroutine needs to score; it belongs to the Scorer that made it.
type Workspace[T kernels.Float] struct {
	log, work, one []T // Block×K twice and what kernels.GaussFull needs
	q              []T
}

// NewScorer returns a scorer of the model's present parameters.
//
// The predictive density is the mixture of multivariate Student-t densities (Bishop eq. 10.81; a normalised density):
//
//	p(x | data) = Σ_k E[π_k] St(x; m_k, L_k, ν_k + 1 − D),  L_k = (ν_k + 1 − D) β_k/(1 + β_k) W_k
//	ln St = ln Γ((ν+1)/2) − ln Γ((ν+1−D)/2) + (D/2) ln(β/((1+β)π)) + ½ ln|W| − ((ν+1)/2) ln(1 + β/(1+β) (x−m)ᵀW(x−m))
func (m *GMM[T]) NewScorer() *Scorer[T] {
	q := m.cur
	s := &Scorer[T]{
		k: m.k, d: m.d, centres: clone(q.centres), p: clone(q.p), c: append([]T(nil), q.c...),
		pt: kernels.NewMatrix[T](m.k*m.d, m.d), ct: make([]T, m.k), half: make([]T, m.k), zero: make([]T, m.k),
	}
	dim := float64(m.d)
	for k, w := range m.Weights() {
		nu, shrink := q.nu[k], q.beta[k]/(1+q.beta[k])
		s.half[k] = T((nu + 1) / 2)
		c := special.Log(w) + special.Lgamma((nu+1)/2) - special.Lgamma((nu+1-dim)/2)
		s.ct[k] = T(c + float64(0.5*(float64(dim*(special.Log(shrink)-logPi))+q.logDetW[k])))
		scale := math.Sqrt(shrink)
		for i := range m.d {
			for j := i; j < m.d; j++ {
				s.pt.Row(k*m.d + i)[j] = T(scale * q.factor.Row(k*m.d + i)[j])
			}
		}
	}
	return s
}

func clone[T kernels.Float](m kernels.Matrix[T]) kernels.Matrix[T] {
	m.Data = append([]T(nil), m.Data...)
	return m
}

// K returns the number of components.
func (s *Scorer[T]) K() int { return s.k }

// Dim returns the number of columns that rows must have.
func (s *Scorer[T]) Dim() int { return s.d }

// NewWorkspace returns scratch for one goroutine.
func (s *Scorer[T]) NewWorkspace() *Workspace[T] {
	n := elbo.BlockRows * s.k
	return &Workspace[T]{log: make([]T, n), one: make([]T, n), q: make([]T, n), work: make([]T, kernels.GaussFullWork[T](s.d))}
}

func (s *Scorer[T]) check(x kernels.Matrix[T], what string, rows int) error {
	if x.Cols != s.d {
		return fmt.Errorf("vem: the rows have %d columns, the model has %d", x.Cols, s.d)
	}
	if rows != x.Rows {
		return fmt.Errorf("vem: %s has %d rows, x has %d", what, rows, x.Rows)
	}
	return nil
}

// LogDensity writes the log predictive density of each row of x, in nats, to dst, which has one element per row.
// x of another width or dst of another length is an error.
func (s *Scorer[T]) LogDensity(dst []T, x kernels.Matrix[T], w *Workspace[T]) error {
	if err := s.check(x, "dst", len(dst)); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		b := x.SliceRows(lo, min(lo+elbo.BlockRows, x.Rows))
		n := b.Rows * s.k
		joint := kernels.MatrixOf(b.Rows, s.k, w.log[:n])
		kernels.GaussFull(joint, b, s.centres, s.pt, s.zero, w.work) // −q/2
		// ln(1 + q) = ln u + (q − (u − 1))/u with u = 1 + q rounded: the second term is what the rounding lost,
		// which (ν + 1)/2, a large number, would magnify.
		one, q := w.one[:n], w.q[:n]
		for i, v := range joint.Data {
			q[i] = T(-2 * v)
			one[i] = 1 + q[i]
		}
		kernels.Log(joint.Data, one)
		for i := range b.Rows {
			row := joint.Row(i)
			for k := range row {
				u, v := one[i*s.k+k], q[i*s.k+k]
				lost := (v - (u - 1)) / u
				if u-u != 0 {
					lost = 0 // the row is infinitely far, or not a number
				}
				row[k] = s.ct[k] - T(s.half[k]*(row[k]+lost))
			}
		}
		kernels.LogSumExpRows(dst[lo:lo+b.Rows], joint)
	}
	return nil
}

// Responsibilities writes q(z_n = k) of each row of x to r, which is N×K: the E-step's r_nk under the expected
// parameters. Other shapes are an error.
func (s *Scorer[T]) Responsibilities(r, x kernels.Matrix[T], w *Workspace[T]) error {
	if err := s.check(x, "r", r.Rows); err != nil {
		return err
	}
	if r.Cols != s.k {
		return fmt.Errorf("vem: r has %d columns, the model has %d components", r.Cols, s.k)
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		hi := min(lo+elbo.BlockRows, x.Rows)
		b, rb := x.SliceRows(lo, hi), r.SliceRows(lo, hi)
		kernels.GaussFull(rb, b, s.centres, s.p, s.c, w.work)
		kernels.Responsibilities(rb, w.one[:b.Rows], rb)
	}
	return nil
}

// Predict writes the index of the component with the highest responsibility for each row of x to labels, the lowest such
// index where several tie, 0 for a row with a NaN. Other shapes are an error.
func (s *Scorer[T]) Predict(labels []int, x kernels.Matrix[T], w *Workspace[T]) error {
	if err := s.check(x, "labels", len(labels)); err != nil {
		return err
	}
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		b := x.SliceRows(lo, min(lo+elbo.BlockRows, x.Rows))
		joint := kernels.MatrixOf(b.Rows, s.k, w.log[:b.Rows*s.k])
		kernels.GaussFull(joint, b, s.centres, s.p, s.c, w.work)
		for i := range b.Rows {
			best := 0
			row := joint.Row(i)
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

// LogDensity returns the log predictive density of each row of x in nats: see NewScorer, which is the way to
// score often without allocating.
func (m *GMM[T]) LogDensity(x kernels.Matrix[T]) ([]T, error) {
	s := m.NewScorer()
	dst := make([]T, x.Rows)
	return dst, s.LogDensity(dst, x, s.NewWorkspace())
}

// Responsibilities returns q(z_n = k) of each row of x: see Scorer.Responsibilities.
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
