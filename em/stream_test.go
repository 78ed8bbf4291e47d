package em_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/kernels"
)

// cut is a source of rows in blocks of the given size.
type cut[T kernels.Float] struct {
	rows elbo.Rows[T]
	size int
}

func (c cut[T]) Blocks() iter.Seq2[elbo.Rows[T], error] {
	return func(yield func(elbo.Rows[T], error) bool) {
		for lo := 0; lo < c.rows.X.Rows; lo += c.size {
			if !yield(c.rows.Slice(lo, min(lo+c.size, c.rows.X.Rows)), nil) {
				return
			}
		}
	}
}

// source is a function as a source.
type source func(yield func(elbo.Rows[float64], error) bool)

func (s source) Blocks() iter.Seq2[elbo.Rows[float64], error] {
	return iter.Seq2[elbo.Rows[float64], error](s)
}

// A fit of a stream ends where that of the rows in memory does, whatever the blocks, workers and ISA.
func TestNewGMMStream(t *testing.T) {
	slow(t)
	x := datasets.Faithful()
	w := make([]float64, x.Rows)
	for i := range w {
		w[i] = float64(i % 3)
	}
	for _, rows := range []elbo.Rows[float64]{elbo.Of(x), {X: x, Weights: w}} {
		for _, c := range covariances {
			for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
				o := em.GMMOptions{K: 2, Covariance: c, Prior: p, Options: elbo.Options{Tol: 1e-9}}
				_, want, err := em.FitGMM(context.Background(), rows, o)
				if err != nil {
					t.Fatal(err)
				}
				var first []byte
				for _, size := range []int{272, 10, 77} {
					src := cut[float64]{rows, size}
					m, err := em.NewGMMStream(context.Background(), src, o)
					if err != nil {
						t.Fatal(err)
					}
					if first == nil {
						first = m.AppendParameters(nil)
					} else if !slices.Equal(first, m.AppendParameters(nil)) {
						t.Errorf("%v: blocks of %d rows give another start", c, size)
					}
					if size == 77 {
						r, err := elbo.Fit(context.Background(), m, src, o.Options)
						if err != nil || !near(r.Bound, want.Bound, 1e-6) {
							t.Errorf("%v, %v: bound %v, in memory %v (%v)", c, p, r.Bound, want.Bound, err)
						}
					}
				}
				for _, isa := range kernels.Available() {
					restore, err := kernels.SetISA(isa)
					if err != nil {
						t.Fatal(err)
					}
					m, err := em.NewGMMStream(context.Background(), rows, o)
					restore()
					if err != nil || !slices.Equal(first, m.AppendParameters(nil)) {
						t.Errorf("%v: %v gives another start (%v)", c, isa, err)
					}
				}
			}
		}
	}
}

func testStreamProperties[T kernels.Float](t *testing.T, shift, scale, tol float64) {
	for _, c := range covariances {
		s := gmmSubject[T](c, em.PriorInverseWishart)
		s.New = func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error) {
			m, err := em.NewGMMStream(ctx, rows, em.GMMOptions{K: k, Covariance: c, Options: o})
			if m == nil {
				return nil, err
			}
			return m, err
		}
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			modeltest.Degenerate(t, s)
			modeltest.InfinityIsNamed(t, s)
			modeltest.Equivariance(t, s, 1, shift, tol)
			modeltest.Equivariance(t, s, scale, 0, tol)
		})
	}
}

func TestNewGMMStreamProperties(t *testing.T) {
	slow(t)
	t.Run("f64", func(t *testing.T) { testStreamProperties[float64](t, 1e7, 1e60, 1e-6) })
	t.Run("f32", func(t *testing.T) { testStreamProperties[float32](t, 1e3, 1e-12, 1e-3) })
}

func TestNewGMMStreamRefuses(t *testing.T) {
	x := datasets.Faithful()
	mine := errors.New("mine")
	far := moved[float64](x, 1, 0)
	far.Row(200)[1] = math.Inf(1)
	reads := 0
	for says, src := range map[string]elbo.Source[float64]{
		"has no rows": source(func(func(elbo.Rows[float64], error) bool) {}),
		"mine": source(func(yield func(elbo.Rows[float64], error) bool) {
			_ = yield(elbo.Of(x), nil) && yield(elbo.Rows[float64]{}, mine)
		}),
		"row 200, column 1 is +Inf": cut[float64]{elbo.Of(far), 30},
		"block that begins at row 272": source(func(yield func(elbo.Rows[float64], error) bool) {
			_ = yield(elbo.Of(x), nil) && yield(elbo.Of(kernels.NewMatrix[float64](3, 3)), nil)
		}),
		"and 1 weights":           elbo.Rows[float64]{X: x, Weights: []float64{1}},
		"row 1 has the weight -1": elbo.Rows[float64]{X: x.SliceRows(0, 3), Weights: []float64{1, -1, 1}},
		"when it was read again": source(func(yield func(elbo.Rows[float64], error) bool) {
			reads++
			yield(elbo.Of(x.SliceRows(0, 272-reads)), nil)
		}),
		"column 1 is 3 in every row": elbo.Of(kernels.MatrixOf(3, 2, []float64{1, 3, 2, 3, 3, 3})),
		"3 components need as many":  elbo.Of(x.SliceRows(0, 2)),
	} {
		if m, err := em.NewGMMStream(context.Background(), src, em.GMMOptions{K: 3}); err == nil || !strings.Contains(err.Error(), says) || m != nil {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(mine)
	if _, err := em.NewGMMStream(ctx, elbo.Of(x), em.GMMOptions{K: 2}); !errors.Is(err, mine) {
		t.Errorf("cancelled: %v", err)
	}
}
