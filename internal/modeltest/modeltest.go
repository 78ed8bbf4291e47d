// Package modeltest holds what every mixture must do, for the tests of all of them: survive data of unpleasant kinds, refuse
// what it cannot take, treat a weight as so many rows, keep the last complete iteration when it is cancelled, and not depend on the
// units of real-valued data.
package modeltest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// Subject is a model under test.
type Subject[T kernels.Float] struct {
	// New returns the start of a fit of k components; an error comes with nil.
	New func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error)
	// Value maps a number that is about standard normal to one of the model's domain: itself, a count, 0 or 1.
	Value func(z float64) float64
	// Sequences says that the model's data are sequences: each row then is one of its own.
	Sequences bool
	// Refuses names the cases of Degenerate that must end in an error: all others must end in a fit.
	Refuses []string
}

// sines are the sines of 0, 1, … to two digits: places for centres. 44 is nearly a multiple of 2π.
var sines = [44]float64{
	0.0, 0.84, 0.91, 0.14, -0.76, -0.96, -0.28, 0.66, 0.99, 0.41, -0.54,
	-1.0, -0.54, 0.42, 0.99, 0.65, -0.29, -0.96, -0.75, 0.15, 0.91, 0.84,
	-0.01, -0.85, -0.91, -0.13, 0.76, 0.96, 0.27, -0.66, -0.99, -0.4, 0.55,
	1.0, 0.53, -0.43, -0.99, -0.64, 0.3, 0.96, 0.75, -0.16, -0.92, -0.83,
}

// blobs returns n rows of d columns around k centres.
func (s *Subject[T]) blobs(n, d, k int) kernels.Matrix[T] {
	x, z := kernels.NewMatrix[T](n, d), make([]float64, d)
	for i := range n {
		kernels.Normal(z, kernels.NewKey(3, 0), kernels.Counter{Row: uint64(i)})
		for j, v := range z {
			x.Row(i)[j] = T(s.Value(float64(0.5*v) + float64(1.5*sines[(5*(i%k)+3*j+1)%len(sines)])))
		}
	}
	return x
}

// rows returns rows as the model has them.
func (s *Subject[T]) rows(rows elbo.Rows[T]) elbo.Rows[T] {
	if s.Sequences && rows.Lengths == nil {
		rows.Lengths = slices.Repeat([]int{1}, rows.X.Rows)
	}
	return rows
}

// fit fits k components, and fails the test unless it ends within a minute.
func (s *Subject[T]) fit(t *testing.T, rows elbo.Rows[T], k int, o elbo.Options) (m elbo.Model[T], r elbo.Result, err error) {
	t.Helper()
	rows = s.rows(rows)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if m, err = s.New(context.Background(), rows, k, o); err == nil {
			r, err = elbo.Fit(context.Background(), m, rows, o)
		}
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("the fit hangs")
	}
	return m, r, err
}

// sound fails the test unless the model's parameters and the bounds are finite.
func sound[T kernels.Float](t *testing.T, m elbo.Model[T], r elbo.Result) {
	t.Helper()
	b := m.AppendParameters(nil)
	for i := 0; i+8 <= len(b); i += 8 {
		if v := math.Float64frombits(binary.LittleEndian.Uint64(b[i:])); v-v != 0 {
			t.Errorf("parameter %d is %v", i/8, v)
			return
		}
	}
	for i, v := range r.Bounds {
		if v-v != 0 {
			t.Errorf("bound %d is %v", i, v)
		}
	}
}

// Degenerate fits data that are at the limits of what can be fitted: each case must end in a fit whose parameters and bounds are
// finite or, if it is one that the model refuses, in an error that leaves no model, or one that is.
func Degenerate[T kernels.Float](t *testing.T, s Subject[T]) {
	for _, c := range s.cases() {
		t.Run(c.name, func(t *testing.T) {
			m, r, err := s.fit(t, c.rows, c.k, elbo.Options{MaxIter: 100})
			if refused := slices.Contains(s.Refuses, c.name); refused != (err != nil) {
				t.Errorf("%s: error %v, one is expected: %v", c.name, err, refused)
			}
			if err != nil && len(err.Error()) < 20 {
				t.Errorf("the error says too little: %v", err)
			}
			if m != nil {
				sound(t, m, r)
			} else if err == nil {
				t.Error("neither a model nor an error")
			}
		})
	}
	for _, name := range s.Refuses {
		if !slices.ContainsFunc(s.cases(), func(c degenerate[T]) bool { return c.name == name }) {
			t.Errorf("there is no case %q", name)
		}
	}
}

type degenerate[T kernels.Float] struct {
	name string
	rows elbo.Rows[T]
	k    int
}

// cases returns the data of Degenerate.
func (s *Subject[T]) cases() []degenerate[T] {
	nan := T(math.NaN())
	base := func() kernels.Matrix[T] { return s.blobs(60, 3, 3) }
	change := func(f func(x kernels.Matrix[T])) elbo.Rows[T] {
		x := base()
		f(x)
		return elbo.Of(x)
	}
	scaled := func(a float64, rows int) elbo.Rows[T] {
		return change(func(x kernels.Matrix[T]) {
			for i := range rows * x.Cols {
				x.Data[i] = T(float64(x.Data[i]) * a)
			}
		})
	}
	weighted := func(w func(i int) float64) elbo.Rows[T] {
		r := elbo.Of(base())
		for i := range r.X.Rows {
			r.Weights = append(r.Weights, w(i))
		}
		return r
	}
	tiny, huge := 5e-324, 1e300
	if T(tiny) == 0 {
		tiny, huge = 1e-45, 1e37
	}
	return []degenerate[T]{
		{"ordinary", elbo.Of(base()), 3},
		{"each row four times", change(func(x kernels.Matrix[T]) {
			for i := range x.Rows {
				copy(x.Row(i), x.Row(i/4*4))
			}
		}), 3},
		{"constant column", change(func(x kernels.Matrix[T]) {
			for i := range x.Rows {
				x.Row(i)[1] = x.Row(0)[1]
			}
		}), 2},
		{"fewer distinct rows than components", change(func(x kernels.Matrix[T]) {
			for i := range x.Rows {
				for j := range x.Cols {
					x.Row(i)[j] = T(s.Value(float64(2*(i%2) - 1)))
				}
			}
		}), 5},
		{"one row", elbo.Of(base().SliceRows(0, 1)), 1},
		{"two rows", elbo.Of(base().SliceRows(0, 2)), 1},
		{"one column", elbo.Of(s.blobs(60, 1, 3)), 2},
		{"fewer rows than columns", elbo.Of(s.blobs(6, 9, 2)), 2},
		{"as many components as rows", elbo.Of(base().SliceRows(0, 7)), 7},
		{"more components than rows", elbo.Of(base().SliceRows(0, 7)), 8},
		{"no components", elbo.Of(base()), 0},
		{"no rows", elbo.Of(base().SliceRows(0, 0)), 1},
		{"no columns", elbo.Of(kernels.NewMatrix[T](5, 0)), 1},
		{"some entries missing", change(func(x kernels.Matrix[T]) {
			for i := range x.Data {
				if i%5 == 2 {
					x.Data[i] = nan
				}
			}
		}), 3},
		{"each row lacks all but one entry", change(func(x kernels.Matrix[T]) {
			for i := range x.Rows {
				for j := range x.Cols {
					if j != i%x.Cols {
						x.Row(i)[j] = nan
					}
				}
			}
		}), 2},
		{"a row missing", change(func(x kernels.Matrix[T]) {
			for j := range x.Cols {
				x.Row(0)[j] = nan
			}
		}), 3},
		{"a column missing", change(func(x kernels.Matrix[T]) {
			for i := range x.Rows {
				x.Row(i)[1] = nan
			}
		}), 2},
		{"a column with one entry", change(func(x kernels.Matrix[T]) {
			for i := 1; i < x.Rows; i++ {
				x.Row(i)[1] = nan
			}
		}), 2},
		{"all missing", change(func(x kernels.Matrix[T]) {
			for i := range x.Data {
				x.Data[i] = nan
			}
		}), 2},
		{"weights of 0", weighted(func(i int) float64 { return float64(i % 2) }), 3},
		{"one row counts", weighted(func(i int) float64 { return float64(i / 59) }), 1},
		{"large and small weights", weighted(func(i int) float64 { return math.Ldexp(1, i%60-30) }), 3},
		{"all weights are 0", weighted(func(int) float64 { return 0 }), 2},
		{"a negative weight", weighted(func(i int) float64 { return float64(i - 1) }), 2},
		{"a weight that is NaN", weighted(func(i int) float64 { return special.Log(float64(i - 1)) }), 2},
		{"too few weights", elbo.Rows[T]{X: base(), Weights: []float64{1, 2}}, 2},
		{"sequences with weights", elbo.Rows[T]{X: base(), Lengths: []int{20, 40}, Weights: []float64{1, 2}}, 2},
		{"an infinite entry", change(func(x kernels.Matrix[T]) { x.Row(7)[2] = T(math.Inf(-1)) }), 2},
		{"subnormal entries", scaled(tiny*4, 60), 3},
		{"huge entries", scaled(huge, 60), 3},
		{"a row of huge entries", scaled(huge, 1), 2},
	}
}

// InfinityIsNamed demands that ±Inf is refused by row and column.
func InfinityIsNamed[T kernels.Float](t *testing.T, s Subject[T]) {
	for i, v := range []float64{math.Inf(1), math.Inf(-1)} {
		x := s.blobs(400, 3, 2)
		x.Row(399 - i)[2-i] = T(v)
		_, _, err := s.fit(t, elbo.Of(x), 2, elbo.Options{})
		var e *elbo.DataError
		if !errors.As(err, &e) || e.Row != 399-i || e.Col != 2-i || e.Value != v {
			t.Errorf("%v in row %d, column %d: %v", v, 399-i, 2-i, err)
		}
	}
}

// Weights demands that a weight w is as w rows, that rows of weight 0 do not count, whatever they hold, and that all
// weights times a power of two give the same fit.
func Weights[T kernels.Float](t *testing.T, s Subject[T], tol float64) {
	x := s.blobs(300, 3, 3)
	rows := s.rows(elbo.Rows[T]{X: x})
	var copies []T
	for i := range x.Rows {
		rows.Weights = append(rows.Weights, float64(i*7%4))
		for range i * 7 % 4 {
			copies = append(copies, x.Row(i)...)
		}
	}
	o := elbo.Options{MaxIter: 10, Tol: -1}
	fit := func(data elbo.Rows[T]) (elbo.Model[T], elbo.Result) {
		t.Helper()
		m, err := s.New(context.Background(), rows, 3, o) // one start
		if err != nil {
			t.Fatal(err)
		}
		r, err := elbo.Fit(context.Background(), m, s.rows(data), o)
		if err != nil {
			t.Fatal(err)
		}
		return m, r
	}
	m, want := fit(rows)
	_, got := fit(elbo.Of(kernels.MatrixOf(len(copies)/x.Cols, x.Cols, copies)))
	for i, b := range want.Bounds {
		if !(math.Abs(got.Bounds[i]-b) <= tol*(math.Abs(b)+1)) {
			t.Errorf("iteration %d: bound %v with weights, %v with copies of the rows", i, b, got.Bounds[i])
		}
	}
	other := rows
	other.X = kernels.MatrixOf(x.Rows, x.Cols, slices.Clone(x.Data))
	for i, w := range rows.Weights {
		if w == 0 {
			copy(other.X.Row(i), x.Row(1))
		}
	}
	n, r := fit(other)
	if !bytes.Equal(m.AppendParameters(nil), n.AppendParameters(nil)) || !slices.Equal(r.Bounds, want.Bounds) {
		t.Error("rows of weight 0 matter")
	}
}

// interrupted is a model whose E-step ends the context at its given call.
type interrupted[T kernels.Float] struct {
	elbo.Model[T]
	calls, at int
	cancel    context.CancelFunc
}

func (m *interrupted[T]) NewEStep() elbo.EStep[T] { return &step[T]{e: m.Model.NewEStep(), m: m} }

type step[T kernels.Float] struct {
	e elbo.EStep[T]
	m *interrupted[T]
}

func (s *step[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	if s.m.calls++; s.m.calls == s.m.at {
		s.m.cancel()
	}
	return s.e.EStep(stats, rows)
}

// Cancelled demands that a fit that is cancelled at any block of rows leaves the model of the last complete iteration. It is not for
// sequences.
func Cancelled[T kernels.Float](t *testing.T, s Subject[T]) {
	rows := elbo.Of(s.blobs(3*elbo.BlockRows, 3, 3))
	start := func() elbo.Model[T] {
		t.Helper()
		m, err := s.New(context.Background(), rows, 3, elbo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for at := 1; at <= 9; at++ {
		ctx, cancel := context.WithCancel(context.Background())
		m := start()
		r, err := elbo.Fit(ctx, &interrupted[T]{Model: m, at: at, cancel: cancel}, rows, elbo.Options{Tol: -1, MaxIter: 4})
		cancel()
		// The context is looked at before each block: its end in the last one of an iteration shows in the next.
		complete := at/3 - 1
		if !errors.Is(err, context.Canceled) || r.Reason != elbo.Cancelled || r.Iterations != max(complete, 0) {
			t.Errorf("cancelled in block %d: %+v, %v; want %d iterations", at, r, err, complete)
		}
		want := start()
		if complete > 0 {
			if _, err := elbo.Fit(context.Background(), want, rows, elbo.Options{Tol: -1, MaxIter: complete}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(m.AppendParameters(nil), want.AppendParameters(nil)) {
			t.Errorf("cancelled in block %d: the model is not that of iteration %d", at, complete)
		}
	}
}

// Equivariance demands that data in other units, x·scale + shift, give the same fit: its log-likelihood differs by the volume,
// n·d·ln scale, within tol of its magnitude. It is for real-valued data.
func Equivariance[T kernels.Float](t *testing.T, s Subject[T], scale, shift, tol float64) {
	t.Helper()
	units(t, s, []float64{scale, scale, scale}, shift, tol)
}

// ColumnEquivariance demands the same where each of three columns has a unit of its own.
func ColumnEquivariance[T kernels.Float](t *testing.T, s Subject[T], scales [3]float64, tol float64) {
	t.Helper()
	units(t, s, scales[:], 0, tol)
}

func units[T kernels.Float](t *testing.T, s Subject[T], scales []float64, shift, tol float64) {
	t.Helper()
	x := s.blobs(300, 3, 3)
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	volume := 0.0
	for j, scale := range scales {
		volume += float64(float64(x.Rows) * special.Log(scale))
		for i := range x.Rows {
			y.Row(i)[j] = T(float64(float64(x.Row(i)[j])*scale) + shift)
		}
	}
	o := elbo.Options{MaxIter: 30, Tol: -1}
	_, a, err := s.fit(t, elbo.Of(x), 3, o)
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := s.fit(t, elbo.Of(y), 3, o)
	if err != nil {
		t.Errorf("×%v + %v: %v", scales, shift, err)
		return
	}
	if want := a.LogLik - volume; !(math.Abs(b.LogLik-want) <= tol*math.Abs(a.LogLik)) {
		t.Errorf("×%v + %v: log-likelihood %v, want %v", scales, shift, b.LogLik, want)
	}
}
