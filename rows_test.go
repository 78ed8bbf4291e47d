package elbo_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Weights of whole numbers are repeated rows.
func TestWeightsAreRepetitions(t *testing.T) {
	x := rows(400)
	w := make([]float64, 400)
	repeated := kernels.Matrix[float64]{Cols: 1, Stride: 1}
	for i := range w {
		w[i] = float64(i % 4)
		for range i % 4 {
			repeated.Data = append(repeated.Data, x.Data[i])
			repeated.Rows++
		}
	}
	a, b := &share{w: 0.9}, &share{w: 0.9}
	ra, err := elbo.Fit(context.Background(), a, elbo.Rows[float64]{X: x, Weights: w}, elbo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rb, err := elbo.Fit(context.Background(), b, elbo.Of(repeated), elbo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(a.w-b.w) > 1e-13 || math.Abs(ra.Bound-rb.Bound) > 1e-10 || ra.Iterations != rb.Iterations {
		t.Errorf("weighted %v with bound %v, repeated %v with %v", a.w, ra.Bound, b.w, rb.Bound)
	}
}

// The bound after an M-step lies between those of the E-steps around it, and the parts add up.
func TestPartsOfTheBound(t *testing.T) {
	before := math.Inf(-1)
	for p, err := range elbo.Steps(context.Background(), &share{w: 0.9}, elbo.Of(rows(1000)), elbo.Options{MaxIter: 8, Tol: -1}) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Entropy+p.ExpectedLogJoint != p.LogLik && math.Abs(p.Entropy+p.ExpectedLogJoint-p.LogLik) > 1e-9 || !(p.Entropy > 0) {
			t.Errorf("iteration %d: entropy %v and expected log joint %v, log-likelihood %v", p.Iter, p.Entropy, p.ExpectedLogJoint, p.LogLik)
		}
		if p.Iter > 0 && !(p.AfterMStep > before && p.AfterMStep < p.Bound) {
			t.Errorf("iteration %d: the bound after the M-step is %v, not between %v and %v", p.Iter, p.AfterMStep, before, p.Bound)
		}
		if !(p.Violation >= 0 && p.Violation < 1e-9) {
			t.Errorf("iteration %d: violation %v", p.Iter, p.Violation)
		}
		before = p.Bound
	}
}

func TestRefusedRows(t *testing.T) {
	x := rows(5)
	for says, r := range map[string]elbo.Rows[float64]{
		"4 weights for 5 rows":                     {X: x, Weights: make([]float64, 4)},
		"all weights are 0":                        {X: x, Weights: make([]float64, 5)},
		"row 2 has the weight 1e+300":              {X: x, Weights: []float64{1, 1, 1e300, 1, 1}},
		"row 1 has the weight 5e-324":              {X: x, Weights: []float64{1, 5e-324, 1, 1, 1}},
		"row 0 has the weight NaN":                 {X: x, Weights: []float64{math.NaN(), 1, 1, 1, 1}},
		"row 4 has the weight -1":                  {X: x, Weights: []float64{1, 1, 1, 1, -1}},
		"sequence 1 has 0 frames":                  {X: x, Lengths: []int{5, 0}},
		"the sequences have 4 frames":              {X: x, Lengths: []int{1, 3}},
		fmt.Sprint("sequence 1 has ", math.MaxInt): {X: x, Lengths: []int{1, math.MaxInt}},
		"2 weights for 1 rows":                     {X: x, Lengths: []int{5}, Weights: []float64{1, 1}},
	} {
		if err := r.Check(1, false); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	_, err := elbo.Fit(context.Background(), &share{w: 0.5}, elbo.Rows[float64]{X: x, Lengths: []int{5}}, elbo.Options{})
	if err == nil || !strings.Contains(err.Error(), "share is a model of independent rows") {
		t.Errorf("lengths for a model of rows: %v", err)
	}
}

// sequences counts frames and the largest number of sequences in a call.
type sequences struct {
	share
	most int
}

func (m *sequences) Sequential()                   {}
func (m *sequences) NewEStep() elbo.EStep[float64] { return m }
func (m *sequences) EStep(stats []float64, rows elbo.Rows[float64]) elbo.Local {
	m.most = max(m.most, len(rows.Lengths))
	at := 0
	for i, n := range rows.Lengths {
		for range n {
			stats[0] += float64(rows.Weights[i] * rows.X.Row(at)[0])
			at++
		}
	}
	if at != rows.X.Rows {
		panic("frames are missing")
	}
	return elbo.Local{}
}
func (m *sequences) ExpectedLogJoint(stats []float64, weight float64) float64 { return 0 }

func TestSequencesComeWhole(t *testing.T) {
	r := elbo.Rows[float64]{Lengths: make([]int, 100), Weights: make([]float64, 100)}
	want, total := 0.0, 0
	for i := range r.Lengths {
		r.Lengths[i], r.Weights[i] = 1+i*7%11, float64(1+i%3)
		total += r.Lengths[i]
	}
	r.X = kernels.NewMatrix[float64](total, 1)
	at := 0
	for i, n := range r.Lengths {
		for range n {
			r.X.Data[at] = float64(at)
			want += r.Weights[i] * float64(at)
			at++
		}
	}
	m := &sequences{}
	if _, err := elbo.Fit(context.Background(), m, r, elbo.Options{MaxIter: 1}); err != nil {
		t.Fatal(err)
	}
	if got := m.w * 199; math.Abs(got-want) > 1e-9*want || m.most != elbo.ChunkSequences { // weights sum to 199
		t.Errorf("sum %v, want %v; at most %d sequences in a call", got, want, m.most)
	}
	whole := elbo.NewStats(m)
	if err := elbo.Accumulate(context.Background(), whole, m, r, 0, elbo.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := whole.Covers(100); err != nil {
		t.Error(err)
	}
}

// even is a model of data without odd numbers.
type even struct{ share }

func (m *even) CheckRows(x kernels.Matrix[float64]) error {
	for i := range x.Rows {
		if v := x.Row(i)[0]; math.Mod(v, 2) != 0 {
			return fmt.Errorf("row %d is %v: odd", i, v)
		}
	}
	return nil
}

// A fit of rows outside of a model's domain is refused before anything is computed.
func TestDomain(t *testing.T) {
	m := &even{share{w: 0.5}}
	x := kernels.MatrixOf(3, 1, []float64{0, 2, 3})
	r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{})
	if err == nil || !strings.Contains(err.Error(), "row 2 is 3: odd") || len(r.Bounds) != 0 {
		t.Errorf("%v, bounds %v", err, r.Bounds)
	}
	if err := elbo.Accumulate(context.Background(), elbo.NewStats(m), m, elbo.Of(x), 0, elbo.Options{}); err == nil {
		t.Error("Accumulate: no error")
	}
}
