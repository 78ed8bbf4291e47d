package elbo_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// rows returns n draws of the share model with w = 0.3.
func rows(n int) kernels.Matrix[float64] {
	x := kernels.NewMatrix[float64](n, 1)
	kernels.Normal(x.Data, kernels.NewKey(3, 0), kernels.Counter{})
	u := make([]float64, n)
	kernels.Uniform(u, kernels.NewKey(3, 1), kernels.Counter{})
	for i := range u {
		if x.Data[i]--; u[i] < 0.3 {
			x.Data[i] += 2
		}
	}
	return x
}

func TestFit(t *testing.T) {
	x := rows(5*elbo.ChunkRows + 777)
	m := &share{w: 0.9}
	r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Converged || r.Reason != elbo.Converged || len(r.Bounds) != r.Iterations+1 || r.Bound != r.Bounds[r.Iterations] || r.LogLik != r.Bound {
		t.Errorf("result %+v is inconsistent", r)
	}
	if math.Abs(m.w-0.3) > 0.01 {
		t.Errorf("share %v, want about 0.3", m.w)
	}
	for i := 1; i < len(r.Bounds); i++ {
		if r.Bounds[i] < r.Bounds[i-1] {
			t.Errorf("iteration %d: bound fell from %v to %v", i, r.Bounds[i-1], r.Bounds[i])
		}
	}
	// The reported bound is that of the returned parameters.
	again, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: 1})
	if err != nil || again.Bounds[0] != r.Bound {
		t.Errorf("the model's bound is %v, the fit reported %v (%v)", again.Bounds[0], r.Bound, err)
	}
	for _, workers := range []int{2, 3, 8} {
		n := &share{w: 0.9}
		s, err := elbo.Fit(context.Background(), n, elbo.Of(x), elbo.Options{Workers: workers})
		if err != nil || !slices.Equal(s.Bounds, r.Bounds) {
			t.Errorf("%d workers: bounds %v, want %v (%v)", workers, s.Bounds, r.Bounds, err)
		}
	}
}

func TestMaxIter(t *testing.T) {
	r, err := elbo.Fit(context.Background(), &share{w: 0.9}, elbo.Of(rows(100)), elbo.Options{MaxIter: 7, Tol: -1})
	if err != nil || r.Iterations != 7 || r.Reason != elbo.MaxIterations || r.Converged {
		t.Errorf("result %+v, %v, want 7 iterations", r, err)
	}
}

// chunkSums is a model whose statistic and bound are sums of rows, so that the order of all sums shows.
type chunkSums struct{ share }

func (m *chunkSums) NewEStep() elbo.EStep[float64] { return m }
func (m *chunkSums) EStep(stats []float64, rows elbo.Rows[float64]) elbo.Local {
	for i := range rows.X.Rows {
		stats[0] += rows.X.Row(i)[0]
	}
	return elbo.Local{}
}
func (m *chunkSums) ExpectedLogJoint(stats []float64, weight float64) float64 { return 0 }

func TestSumsFollowTheTree(t *testing.T) {
	x := rows(13*elbo.ChunkRows - 5)
	var tree func(lo, hi int) float64 // of the chunks [lo, hi), hi−lo a power of two
	tree = func(lo, hi int) float64 {
		if hi-lo > 1 {
			mid := (lo + hi) / 2
			if mid*elbo.ChunkRows >= x.Rows {
				return tree(lo, mid)
			}
			return tree(lo, mid) + tree(mid, hi)
		}
		sum := 0.0
		for i := lo * elbo.ChunkRows; i < min(hi*elbo.ChunkRows, x.Rows); i++ {
			sum += x.Data[i]
		}
		return sum
	}
	for _, workers := range []int{1, 2, 5} {
		m := &chunkSums{}
		if _, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: 1, Workers: workers}); err != nil {
			t.Fatal(err)
		}
		if want := tree(0, 16) / float64(x.Rows); m.w != want {
			t.Errorf("%d workers: mean %v, want %v", workers, m.w, want)
		}
	}
}

// broken is a model that misbehaves in its third M-step.
type broken struct {
	share
	steps int
	do    func(m *broken) error
}

func (m *broken) MStep(stats []float64, weight float64) error {
	if m.steps++; m.steps == 3 {
		m.before = m.w
		return m.do(m)
	}
	return m.share.MStep(stats, weight)
}

// misjudged is a model that gives a wrong bound after the M-step.
type misjudged struct {
	share
	by float64
}

func (m *misjudged) ExpectedLogJoint(stats []float64, weight float64) float64 {
	return m.share.ExpectedLogJoint(stats, weight) + m.by
}

// TestInterleaving: the bound after an M-step lies between those of the E-steps before and after.
func TestInterleaving(t *testing.T) {
	for _, by := range []float64{-1000, 0, 1000} {
		_, err := elbo.Fit(context.Background(), &misjudged{share{w: 0.9}, by}, elbo.Of(rows(300)), elbo.Options{})
		var fell *elbo.BoundDecreasedError
		if by == 0 {
			if err != nil {
				t.Error(err)
			}
		} else if !errors.As(err, &fell) || fell.Iter != 1 || fell.MStep != (by < 0) || !(fell.Before > fell.After) {
			t.Errorf("by %v: %v", by, err)
		}
	}
}

func TestFailedIterations(t *testing.T) {
	x := rows(300)
	want := &share{w: 0.9}
	good, err := elbo.Fit(context.Background(), want, elbo.Of(x), elbo.Options{MaxIter: 2})
	if err != nil {
		t.Fatal(err)
	}
	mine := errors.New("mine")
	ctx, cancel := context.WithCancelCause(context.Background())
	cases := []struct {
		name   string
		do     func(m *broken) error
		is     error
		says   string
		reason elbo.Reason
	}{
		{"falls", func(m *broken) error { m.w = 0.999; return nil }, elbo.ErrBoundDecreased, "iteration 3", elbo.Failed},
		{"NaN", func(m *broken) error { m.w = math.NaN(); return nil }, elbo.ErrBoundNotFinite, "iteration 3", elbo.Failed},
		{"error", func(*broken) error { return mine }, mine, "iteration 3", elbo.Failed},
		{"cancelled", func(m *broken) error { m.w = 0.5; cancel(mine); return nil }, mine, "mine", elbo.Cancelled},
	}
	for _, c := range cases {
		m := &broken{share: share{w: 0.9}, do: c.do}
		r, err := elbo.Fit(ctx, m, elbo.Of(x), elbo.Options{})
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || r.Reason != c.reason {
			t.Errorf("%s: %v, %v", c.name, r.Reason, err)
		}
		if m.w != want.w || !slices.Equal(r.Bounds, good.Bounds) {
			t.Errorf("%s: the model is not that of iteration 2: %v with bounds %v, want %v with %v", c.name, m.w, r.Bounds, want.w, good.Bounds)
		}
	}
	var fell *elbo.BoundDecreasedError
	_, err = elbo.Fit(context.Background(), &broken{share: share{w: 0.9}, do: cases[0].do}, elbo.Of(x), elbo.Options{})
	if !errors.As(err, &fell) || fell.Iter != 3 || fell.Before != good.Bound || !(fell.After < fell.Before-fell.Tolerance) {
		t.Errorf("%+v: want iteration 3, from %v", fell, good.Bound)
	}
	m := &share{w: 0.9}
	if r, err := elbo.Fit(ctx, m, elbo.Of(x), elbo.Options{}); !errors.Is(err, mine) || r.Reason != elbo.Cancelled || len(r.Bounds) != 0 || m.w != 0.9 {
		t.Errorf("context ended before: %+v, %v", r, err)
	}
}

// slow cancels the context in its first block.
type slow struct {
	share
	cancel context.CancelFunc
	blocks int
}

func (m *slow) NewEStep() elbo.EStep[float64] { return m }
func (m *slow) EStep([]float64, elbo.Rows[float64]) elbo.Local {
	m.cancel()
	m.blocks++
	return elbo.Local{}
}

func TestCancellationIsPrompt(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	m := &slow{cancel: cancel}
	if _, err := elbo.Fit(ctx, m, elbo.Of(rows(3*elbo.ChunkRows)), elbo.Options{}); !errors.Is(err, context.Canceled) || m.blocks != 1 {
		t.Errorf("%v after %d blocks, want 1", err, m.blocks)
	}
	for range elbo.Steps(context.Background(), &share{w: 0.5}, elbo.Of(rows(3*elbo.ChunkRows)), elbo.Options{Workers: 3}) {
		break
	}
	after := runtime.NumGoroutine()
	for end := time.Now().Add(5 * time.Second); after > before && time.Now().Before(end); after = runtime.NumGoroutine() {
		time.Sleep(time.Millisecond) // a goroutine that has reported its end is counted until it is gone
	}
	if after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

func TestRefusedData(t *testing.T) {
	x := rows(20)
	x.Data[17] = math.Inf(-1)
	var e *elbo.DataError
	if _, err := elbo.Fit(context.Background(), &share{w: 0.5}, elbo.Of(x), elbo.Options{}); !errors.As(err, &e) || e.Row != 17 || e.Col != 0 || !strings.Contains(err.Error(), "row 17, column 0 is -Inf") {
		t.Errorf("−Inf: %v", err)
	}
	x.Data[17] = math.Inf(1)
	if err := elbo.CheckData(x, 1, true); err == nil || !strings.Contains(err.Error(), "is +Inf") {
		t.Errorf("+Inf: %v", err)
	}
	x.Data[17] = math.NaN()
	if err := elbo.CheckData(x, 1, false); err == nil || !strings.Contains(err.Error(), "is NaN, a missing entry") {
		t.Errorf("NaN: %v", err)
	}
	if err := elbo.CheckData(x, 1, true); err != nil {
		t.Errorf("NaN where missing entries are taken: %v", err)
	}
	for says, m := range map[string]kernels.Matrix[float64]{
		"0 rows":    {Cols: 1, Stride: 1},
		"2 columns": kernels.NewMatrix[float64](3, 2),
		"elements":  {Rows: 3, Cols: 1, Stride: 2, Data: make([]float64, 4)},
		"stride 0":  {Rows: 3, Cols: 1, Data: make([]float64, 4)},
	} {
		if err := elbo.CheckData(m, 1, false); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", m, err, says)
		}
	}
	for says, o := range map[string]elbo.Options{"MaxIter": {MaxIter: -1}, "Tol": {Tol: math.NaN()}, "Workers": {Workers: -2}} {
		if _, err := elbo.Fit(context.Background(), &share{w: 0.5}, elbo.Of(rows(3)), o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestIterationsAllocateNothing(t *testing.T) {
	var at5, at45 runtime.MemStats
	for p, err := range elbo.Steps(context.Background(), &share{w: 0.9}, elbo.Of(rows(3*elbo.ChunkRows+5)), elbo.Options{MaxIter: 45, Tol: -1}) {
		switch {
		case err != nil:
			t.Fatal(err)
		case p.Iter == 5:
			runtime.ReadMemStats(&at5)
		case p.Iter == 45:
			runtime.ReadMemStats(&at45)
		}
	}
	if n := at45.Mallocs - at5.Mallocs; n > 10 { // the runtime's own, at most
		t.Errorf("%d allocations in 40 iterations", n)
	}
}
