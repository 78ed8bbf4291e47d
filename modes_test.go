package elbo_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// cut is a source that yields rows in blocks of the given sizes, again and again.
type cut[T kernels.Float] struct {
	rows  elbo.Rows[T]
	sizes []int
	pass  *int // counts passes; the n-th leaves out the last n−lasting rows
	last  int  // passes that are the same; 0: all
	err   error
}

func (c cut[T]) Blocks() iter.Seq2[elbo.Rows[T], error] {
	return func(yield func(elbo.Rows[T], error) bool) {
		n := c.rows.X.Rows
		if c.pass != nil {
			if *c.pass++; c.last > 0 && *c.pass > c.last {
				n--
			}
		}
		for at, i := 0, 0; at < n; i++ {
			size := min(c.sizes[i%len(c.sizes)], n-at)
			block := c.rows.Slice(at, at+size)
			block.X.Data = slices.Clone(block.X.Data) // only this block may look at it
			if !yield(block, nil) {
				return
			}
			for j := range block.X.Data {
				block.X.Data[j] = T(math.NaN())
			}
			at += size
		}
		if c.err != nil {
			yield(elbo.Rows[T]{}, c.err)
		}
	}
}

func fit(t *testing.T, src elbo.Source[float64], o elbo.Options) (*share, elbo.Result) {
	t.Helper()
	m := &share{w: 0.9}
	r, err := elbo.Fit(context.Background(), m, src, o)
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

// A stream gives the bits of the same rows in memory, whatever its blocks and the workers, under every schedule.
func TestStreams(t *testing.T) {
	x := elbo.Of(rows(3*elbo.ChunkRows + 777))
	weighted := x
	weighted.Weights = make([]float64, x.X.Rows)
	for i := range weighted.Weights {
		weighted.Weights[i] = float64(i/5000%3) / 2 // whole blocks without weight
	}
	workers := []int{1, 2, 3, 8}
	if testing.Short() {
		workers = []int{1, 3}
	}
	for name, schedule := range map[string]elbo.Schedule{"batch": nil, "incremental": elbo.Incremental{Blocks: 7}} {
		for _, rows := range []elbo.Rows[float64]{x, weighted} {
			o := elbo.Options{MaxIter: 2, Tol: -1, Schedule: schedule}
			want, r := fit(t, rows, o)
			for _, sizes := range [][]int{{1000}, {1, 5000, 0, 20000}, {100000}} {
				for _, o.Workers = range workers {
					m, s := fit(t, cut[float64]{rows: rows, sizes: append([]int(nil), sizes...)}, o)
					if m.w != want.w || !slices.Equal(s.Bounds, r.Bounds) {
						t.Errorf("%s: blocks of %v, %d workers: %v with bounds %v, want %v with %v", name, sizes, o.Workers, m.w, s.Bounds, want.w, r.Bounds)
					}
				}
			}
		}
	}
	// A stepwise fit of a stream takes its minibatches in order.
	o := elbo.Options{MaxIter: 2, Tol: -1, Schedule: elbo.Stepwise{Rows: 3000}}
	want, _ := fit(t, cut[float64]{rows: x, sizes: []int{4000}}, o)
	o.Workers = 3
	if m, _ := fit(t, cut[float64]{rows: x, sizes: []int{1}}, o); m.w != want.w {
		t.Errorf("stepwise: %v, want %v", m.w, want.w)
	}
}

func TestStreamsThatFail(t *testing.T) {
	x := elbo.Of(rows(9000))
	mine := errors.New("mine")
	bad := elbo.Of(rows(9000))
	bad.X.Data[8500] = math.Inf(1)
	passes := 0
	for says, src := range map[string]elbo.Source[float64]{
		"mine":                           cut[float64]{rows: x, sizes: []int{2000}, err: mine},
		"row 8500, column 0 is +Inf":     cut[float64]{rows: bad, sizes: []int{2000}},
		"not the same rows":              cut[float64]{rows: x, sizes: []int{2000}, pass: &passes, last: 2},
		"the source has no rows":         cut[float64]{},
		"the block that begins at row 0": cut[float64]{rows: elbo.Of(kernels.NewMatrix[float64](4, 2)), sizes: []int{9}},
	} {
		if strings.HasPrefix(says, "not the") {
			says = "has not the same rows on every pass"
		}
		for _, schedule := range []elbo.Schedule{elbo.Batch{}, elbo.Stepwise{}, elbo.Incremental{}} {
			passes = 0
			m := &share{w: 0.9}
			r, err := elbo.Fit(context.Background(), m, src, elbo.Options{Schedule: schedule, Workers: 2, Tol: -1, MaxIter: 5})
			if err == nil || !strings.Contains(err.Error(), says) || r.Reason != elbo.Failed || m.w != m.w {
				t.Errorf("%T: %v, want %q", schedule, err, says)
			}
		}
	}
	if _, err := elbo.Fit(context.Background(), &share{w: 0.9}, cut[float64]{rows: x, sizes: []int{50}, err: mine}, elbo.Options{}); !errors.Is(err, mine) {
		t.Errorf("%v, want the source's error", err)
	}
}

// Incremental and stepwise EM find batch EM's maximum; the incremental bound never falls, at any step.
func TestSchedules(t *testing.T) {
	x := elbo.Of(rows(6000))
	want, batch := fit(t, x, elbo.Options{Tol: 1e-12})
	m, r := fit(t, x, elbo.Options{Tol: 1e-12, Schedule: elbo.Incremental{}})
	if math.Abs(m.w-want.w) > 1e-6 || math.Abs(r.Bound-batch.Bound) > 1e-6 || r.Iterations >= batch.Iterations {
		t.Errorf("incremental: %v with bound %v after %d iterations, batch %v with %v after %d", m.w, r.Bound, r.Iterations, want.w, batch.Bound, batch.Iterations)
	}
	for i := 1; i < len(r.Bounds); i++ {
		if r.Bounds[i] < r.Bounds[i-1]-1e-9 {
			t.Errorf("incremental: the bound fell to %v", r.Bounds[i])
		}
	}
	// At each iteration's end the bound is at most the log-likelihood at the parameters, and near it in the end.
	n := &share{w: 0.9}
	for p, err := range elbo.Steps(context.Background(), n, x, elbo.Options{MaxIter: 5, Tol: -1, Schedule: elbo.Incremental{Blocks: 3}}) {
		if err != nil {
			t.Fatal(err)
		}
		if at, _ := elbo.Fit(context.Background(), &share{w: n.w}, x, elbo.Options{MaxIter: 1}); p.Bound > at.Bounds[0]+1e-9 {
			t.Errorf("iteration %d: bound %v above the log-likelihood %v", p.Iter, p.Bound, at.Bounds[0])
		}
	}
	s, res := fit(t, x, elbo.Options{MaxIter: 30, Tol: -1, Schedule: elbo.Stepwise{Rows: 500}})
	if math.Abs(s.w-want.w) > 2e-3 || res.Bound > batch.Bound || res.Bound < batch.Bound-1 {
		t.Errorf("stepwise: %v with bound %v, want about %v with %v", s.w, res.Bound, want.w, batch.Bound)
	}
	if at, _ := elbo.Fit(context.Background(), &share{w: s.w}, x, elbo.Options{MaxIter: 1}); at.Bounds[0] != res.Bound {
		t.Errorf("stepwise: the last bound is %v, that of the parameters %v", res.Bound, at.Bounds[0])
	}
	again, _ := fit(t, x, elbo.Options{MaxIter: 30, Tol: -1, Workers: 4, Schedule: elbo.Stepwise{Rows: 500}})
	other, _ := fit(t, x, elbo.Options{MaxIter: 30, Tol: -1, Seed: 1, Schedule: elbo.Stepwise{Rows: 500}})
	if again.w != s.w || other.w == s.w {
		t.Errorf("stepwise: %v, again %v, another seed %v", s.w, again.w, other.w)
	}
}

// overlapping returns rows that tell the components hardly apart, so that EM creeps.
func overlapping() elbo.Rows[float64] {
	x := rows(2000)
	mean := kernels.Sum(x.Data) / 2000
	for i := range x.Data {
		x.Data[i] = 0.3*(x.Data[i]-mean) + 0.02
	}
	return elbo.Of(x)
}

// SQUAREM needs fewer E-steps, and its bounds never fall.
func TestSQUAREM(t *testing.T) {
	x := overlapping()
	plain, a := fit(t, x, elbo.Options{Tol: 1e-11})
	quick, b := fit(t, x, elbo.Options{Tol: 1e-11, Accelerate: elbo.SQUAREM})
	if b.ESteps*2 > a.ESteps || math.Abs(plain.w-quick.w) > 1e-4 || b.Bound < a.Bound-1e-7 {
		t.Errorf("plain: %v with %v in %d, squarem: %v with %v in %d", plain.w, a.Bound, a.ESteps, quick.w, b.Bound, b.ESteps)
	}
	for i := 1; i < len(b.Bounds); i++ {
		if b.Bounds[i] < b.Bounds[i-1]-1e-9 {
			t.Errorf("the bound fell to %v", b.Bounds[i])
		}
	}
}

// Aitken's rule stops where what is left to gain is small, which the plain rule does not know.
func TestAitken(t *testing.T) {
	x := overlapping()
	_, best := fit(t, x, elbo.Options{Tol: 1e-14})
	_, plain := fit(t, x, elbo.Options{Tol: 1e-6})
	_, aitken := fit(t, x, elbo.Options{Tol: 1e-6, Aitken: true})
	if gap := best.Bound - aitken.Bound; !(gap < 2*1e-6*2000) || best.Bound-plain.Bound < gap {
		t.Errorf("gaps: %v by Aitken's rule, %v by the plain one", gap, best.Bound-plain.Bound)
	}
	// It is the first iteration of which the rule holds.
	for i, b := range aitken.Bounds {
		if i < 2 {
			continue
		}
		before, last := aitken.Bounds[i-1]-aitken.Bounds[i-2], b-aitken.Bounds[i-1]
		a := last / before
		if holds := last*a/(1-a) <= 1e-6*2000; holds != (i == aitken.Iterations) {
			t.Errorf("iteration %d of %d: the gap is extrapolated to %v", i, aitken.Iterations, last*a/(1-a))
		}
	}
}

func TestFitBest(t *testing.T) {
	x := elbo.Of(rows(1000))
	starts := []float64{0.999, 0.5, math.NaN(), 0.31}
	r := elbo.Restarts{N: 4, Short: 2}
	m, res, err := elbo.FitBest(context.Background(), x, elbo.Options{Tol: 1e-10}, r, func(i int) (*share, error) { return &share{w: starts[i]}, nil })
	if err != nil {
		t.Fatal(err)
	}
	want := &share{w: 0.31}
	whole, _ := elbo.Fit(context.Background(), want, x, elbo.Options{Tol: 1e-10})
	if m.w != want.w || !slices.Equal(res.Bounds, whole.Bounds) || res.Iterations != whole.Iterations || !res.Converged {
		t.Errorf("%v with %+v, want %v with %+v", m.w, res, want.w, whole)
	}
	mine := errors.New("mine")
	if _, _, err := elbo.FitBest(context.Background(), x, elbo.Options{}, r, func(int) (*share, error) { return nil, mine }); !errors.Is(err, mine) {
		t.Errorf("%v, want the error of the start", err)
	}
	if _, _, err := elbo.FitBest(context.Background(), x, elbo.Options{}, elbo.Restarts{Short: -1}, func(int) (*share, error) { return want, nil }); err == nil {
		t.Error("Short −1: no error")
	}
}

func TestRefusedOptions(t *testing.T) {
	for says, o := range map[string]elbo.Options{
		"Stepwise.Rows is -1":      {Schedule: elbo.Stepwise{Rows: -1}},
		"Stepwise.Kappa is 0.5":    {Schedule: elbo.Stepwise{Kappa: 0.5}},
		"Stepwise.Tau is NaN":      {Schedule: elbo.Stepwise{Tau: math.NaN()}},
		"Incremental.Blocks is -2": {Schedule: elbo.Incremental{Blocks: -2}},
		"Accelerate is 7":          {Accelerate: 7},
		"Accelerate is of batch":   {Accelerate: elbo.SQUAREM, Schedule: elbo.Incremental{}},
		"Aitken is of batch":       {Aitken: true, Schedule: elbo.Stepwise{}},
	} {
		m := &share{w: 0.9}
		if _, err := elbo.Fit(context.Background(), m, elbo.Of(rows(9)), o); err == nil || !strings.Contains(err.Error(), says) || m.w != 0.9 {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

// A cancelled stepwise or incremental fit keeps the parameters of the last complete step.
func TestCancelledSchedules(t *testing.T) {
	for _, schedule := range []elbo.Schedule{elbo.Batch{}, elbo.Stepwise{Rows: 100}, elbo.Incremental{}} {
		ctx, cancel := context.WithCancel(context.Background())
		m := &broken{share: share{w: 0.9}, do: func(m *broken) error { cancel(); m.w = 0.6; return nil }}
		_, err := elbo.Fit(ctx, m, elbo.Of(rows(1000)), elbo.Options{Schedule: schedule, Tol: -1, MaxIter: 3})
		if !errors.Is(err, context.Canceled) || m.w-m.w != 0 || m.w < 0 || m.w > 1 {
			t.Errorf("%T: %v, %v", schedule, err, m.w)
		}
	}
}
