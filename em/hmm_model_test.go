package em_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// hmmParametersOf takes a model apart.
func hmmParametersOf[T kernels.Float](m *em.HMM[T]) em.HMMParameters {
	return em.HMMParameters{
		Initial: m.Initial(), Transitions: m.Transitions(), Means: m.Means(), Covariances: m.Covariances(), Probabilities: m.Probabilities(),
	}
}

// hmmObjective is what a fit maximises, of parameters.
func hmmObjective(t *testing.T, p em.HMMParameters, o em.HMMOptions, rows elbo.Rows[float64]) float64 {
	t.Helper()
	m, err := em.NewHMMFrom[float64](p, o)
	if err != nil {
		t.Fatal(err)
	}
	logLik, err := m.LogLikelihood(rows)
	if err != nil {
		t.Fatal(err)
	}
	sum := m.GlobalBound()
	for i, z := range logLik {
		if rows.Weights != nil {
			z *= rows.Weights[i]
		}
		sum += z
	}
	return sum
}

// hmmDirections returns for each free parameter a function that moves it by h.
func hmmDirections(p em.HMMParameters, o em.HMMOptions) map[string]func(p em.HMMParameters, h float64) {
	d := map[string]func(p em.HMMParameters, h float64){}
	mass := func(what string, row func(p em.HMMParameters) []float64) {
		free := 0
		for j, v := range row(p) {
			if v > 1e-6 { // what is at the border of the simplex has a derivative there
				if free++; free > 1 {
					d[what] = func(p em.HMMParameters, h float64) {
						first := 0
						for row(p)[first] <= 1e-6 {
							first++
						}
						row(p)[first] -= h
						row(p)[j] += h
					}
				}
			}
		}
	}
	mass("initial", func(p em.HMMParameters) []float64 { return p.Initial })
	for j := range p.Probabilities {
		for i := range p.Initial {
			mass(fmt.Sprintf("probability %d %d", i, j), func(p em.HMMParameters) []float64 { return p.Probabilities[j].Row(i) })
		}
	}
	for i := range p.Initial {
		mass("transitions "+string(rune('0'+i)), func(p em.HMMParameters) []float64 { return p.Transitions.Row(i) })
		for a := range p.Means.Cols {
			name := string(rune('0'+i)) + string(rune('0'+a))
			d["mean "+name] = func(p em.HMMParameters, h float64) { p.Means.Row(i)[a] += h }
			for b := range p.Means.Cols {
				if len(p.Covariances) > 0 && (a == b || o.Covariance == em.Full || o.Covariance == em.Tied) {
					d["covariance "+name+string(rune('0'+b))] = func(p em.HMMParameters, h float64) {
						for k, c := range p.Covariances {
							switch {
							case k != i && o.Covariance != em.Tied:
							case o.Covariance == em.Spherical:
								for j := range c.Rows {
									c.Row(j)[j] += h
								}
							case a == b:
								c.Row(a)[a] += h
							default:
								c.Row(a)[b] += h
								c.Row(b)[a] += h
							}
						}
					}
				}
			}
		}
	}
	return d
}

func hmmClone(p em.HMMParameters) em.HMMParameters {
	matrix := func(m kernels.Matrix[float64]) kernels.Matrix[float64] {
		m.Data = slices.Clone(m.Data)
		return m
	}
	p.Initial, p.Transitions, p.Means = slices.Clone(p.Initial), matrix(p.Transitions), matrix(p.Means)
	p.Probabilities = slices.Clone(p.Probabilities)
	for i, c := range p.Probabilities {
		p.Probabilities[i] = matrix(c)
	}
	p.Covariances = slices.Clone(p.Covariances)
	for i, c := range p.Covariances {
		p.Covariances[i] = matrix(c)
	}
	return p
}

// Where a fit ends the gradient of likelihood times prior is 0: by finite differences, in every parameter, with missing entries and weights.
func TestHMMEndsAtAStationaryPoint(t *testing.T) {
	slow(t)
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			for _, share := range []float64{0, 0.25} {
				o.K, o.Prior, o.Tol, o.MaxIter = 2, prior, 1e-13, 5000
				rows := hmmSeries[float64](o, share)
				rows.Weights = make([]float64, len(rows.Lengths))
				for i := range rows.Weights {
					rows.Weights[i] = float64(1+i%3) / 2
				}
				m, r := fitHMM(t, rows, o)
				p, o := hmmParametersOf(m), o
				o.PriorScale = m.PriorScale()
				if got := hmmObjective(t, p, o, rows); !near(got, r.Bound, 1e-11) {
					t.Errorf("the bound is %v, likelihood times prior of the parameters %v", r.Bound, got)
				}
				const h = 1e-5
				for what, move := range hmmDirections(p, o) {
					up, down := hmmClone(p), hmmClone(p)
					move(up, h)
					move(down, -h)
					a, b := hmmObjective(t, up, o, rows), hmmObjective(t, down, o, rows)
					if slope := (a - b) / (2 * h); math.Abs(slope) > 2e-2 {
						t.Errorf("%v, %v missing: the derivative by %s is %v", prior, share, what, slope)
					}
					if a > r.Bound+1e-6 || b > r.Bound+1e-6 {
						t.Errorf("%v, %v missing: by %s the bound goes from %v to %v and %v", prior, share, what, r.Bound, a, b)
					}
				}
			}
		}
	})
}

// A sequence of weight 3 is three sequences.
func TestHMMWeightsAreRepetitions(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		o.K = 3
		m := randomHMM[float64](t, 3, 2, o, false)
		rows := hmmFrames[float64]([]int{30, 20, 5}, 2, o.Emission, 0.2, 4)
		rows.Weights = []float64{1, 3, 2}
		x, lengths := kernels.NewMatrix[float64](30+60+10, 2), []int{30, 20, 20, 20, 5, 5}
		at := 0
		for i, w := range rows.Weights {
			first := []int{0, 30, 50}[i]
			for range int(w) {
				at += copy(x.Data[at:], rows.X.SliceRows(first, first+rows.Lengths[i]).Data)
			}
		}
		a, la := hmmStats(m, rows)
		b, lb := hmmStats(m, elbo.Rows[float64]{X: x, Lengths: lengths})
		if !near(la.LogZ, lb.LogZ, 1e-13) || !near(la.Entropy, lb.Entropy, 1e-9) {
			t.Errorf("%+v with weights, %+v repeated", la, lb)
		}
		for i, v := range b {
			if math.Abs(a[i]-v) > 1e-10*(1+math.Abs(v)) {
				t.Fatalf("statistic %d is %v with weights, %v repeated", i, a[i], v)
			}
		}
	})
}

// Shards in any order give the bits of the fit.
func TestHMMShards(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		ctx := context.Background()
		lengths := make([]int, 70)
		for i := range lengths {
			lengths[i] = 1 + i*i%23
		}
		rows := hmmFrames[float32](lengths, 2, o.Emission, 0.1, 6)
		var first []int
		n := 0
		for i, l := range lengths {
			if i%elbo.ChunkSequences == 0 {
				first = append(first, n)
			}
			n += l
		}
		first = append(first, n)
		want := randomHMM[float32](t, 3, 2, o, false)
		r, err := elbo.Fit(ctx, want, rows, elbo.Options{MaxIter: 1, Tol: -1})
		if err != nil {
			t.Fatal(err)
		}
		m := randomHMM[float32](t, 3, 2, o, false)
		total := elbo.NewStats(m)
		for _, c := range []int{3, 0, 4, 1, 2} {
			lo, hi := c*elbo.ChunkSequences, min(len(lengths), (c+1)*elbo.ChunkSequences)
			s := elbo.NewStats(m)
			shard := elbo.Rows[float32]{X: rows.X.SliceRows(first[c], first[c+1]), Lengths: lengths[lo:hi]}
			if err := elbo.Accumulate(ctx, s, m, shard, int64(lo), elbo.Options{}); err != nil {
				t.Fatal(err)
			}
			if err := total.Merge(s); err != nil {
				t.Fatal(err)
			}
		}
		bound, err := elbo.Update(m, total, int64(len(lengths)))
		if err != nil {
			t.Fatal(err)
		}
		if bound != r.Bounds[0] || !bytes.Equal(m.AppendParameters(nil), want.AppendParameters(nil)) {
			t.Errorf("bound %v, want %v", bound, r.Bounds[0])
		}
	})
}

// Statistics about the means and about the origin are each other's translation.
func TestHMMTranslate(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		m, other := randomHMM[float64](t, 3, 2, o, false), randomHMM[float64](t, 3, 2, o, false)
		rows := hmmFrames[float64]([]int{30, 20, 5}, 2, o.Emission, 0.2, 4)
		stats, _ := hmmStats(m, rows)
		moved := slices.Clone(stats)
		m.ToOrigin(moved)
		other.ToOrigin(moved)
		other.FromOrigin(moved)
		m.FromOrigin(moved)
		for i, v := range stats {
			if math.Abs(moved[i]-v) > 1e-12*(1+math.Abs(v)) {
				t.Errorf("there and back statistic %d is %v, was %v", i, moved[i], v)
			}
		}
		counts, sum := m.Counts(nil, stats), 0.0
		for _, n := range counts {
			sum += n
		}
		if len(counts) != 3 || !near(sum, 55, 1e-12) {
			t.Errorf("counts %v", counts)
		}
	})
}

// Revert gives the parameters before the M-step back, and statistics that no sequences have are refused.
func TestHMMRevert(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		m := randomHMM[float64](t, 3, 2, o, false)
		rows := hmmFrames[float64]([]int{30, 20, 5}, 2, o.Emission, 0.2, 4)
		before := m.AppendParameters(nil)
		stats, l := hmmStats(m, rows)
		if err := m.MStep(stats, 3); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(m.AppendParameters(nil), before) {
			t.Error("the M-step changed nothing")
		}
		m.Revert()
		if again, l2 := hmmStats(m, rows); !bytes.Equal(m.AppendParameters(nil), before) || !slices.Equal(again, stats) || l2 != l {
			t.Error("after Revert the model is another")
		}
		for i := range 3 + 9 + 1 {
			for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
				s := slices.Clone(stats)
				s[i] = bad
				if err := m.MStep(s, 3); err == nil {
					t.Errorf("statistic %d is %v: no error", i, bad)
				}
				if !bytes.Equal(m.AppendParameters(nil), before) {
					t.Fatal("a refused M-step changed the model")
				}
			}
		}
		if err := m.MStep(stats[1:], 3); err == nil {
			t.Error("statistics of another length: no error")
		}
	})
}

// Left-to-right models stay so.
func TestHMMLeftToRight(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			o.K, o.LeftToRight, o.Prior = 3, true, prior
			rows := hmmFrames[float64]([]int{12, 20, 9, 14, 30, 7, 3, 11}, 2, o.Emission, 0.1, 31)
			m, r := fitHMM(t, rows, o)
			if r.Iterations < 2 {
				t.Errorf("%d iterations", r.Iterations)
			}
			a := m.Transitions()
			for i := range 3 {
				for j := range 3 {
					if (a.Row(i)[j] > 0) != (j == i || j == i+1) {
						t.Errorf("transitions %v", a.Data)
					}
				}
			}
			if p := m.Initial(); p[0] != 1 {
				t.Errorf("initial %v", p)
			}
			path, err := m.Predict(rows)
			if err != nil {
				t.Fatal(err)
			}
			for i, l := 0, 0; i < len(rows.Lengths); i++ {
				if s := path[l : l+rows.Lengths[i]]; s[0] != 0 || !slices.IsSorted(s) {
					t.Errorf("path %v", s)
				}
				l += rows.Lengths[i]
			}
		}
	})
}

// Sampled sequences have the model's frequencies.
func TestHMMSample(t *testing.T) {
	slow(t)
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		m := randomHMM[float64](t, 3, 2, o, true)
		lengths := make([]int, 400)
		for i := range lengths {
			lengths[i] = 50
		}
		rows, states, err := m.Sample(lengths, 5)
		if err != nil {
			t.Fatal(err)
		}
		few, fewStates, err := m.Sample(lengths[:3], 5)
		if err != nil || !slices.Equal(few.X.Data, rows.X.Data[:len(few.X.Data)]) || !slices.Equal(fewStates, states[:150]) {
			t.Errorf("fewer sequences have other frames (%v)", err)
		}
		start, from, count := make([]float64, 3), make([]float64, 3), make([]float64, 9)
		for i, s := range states {
			if i%50 == 0 {
				start[s] += 1.0 / 400
			} else {
				count[3*states[i-1]+s]++
				from[states[i-1]]++
			}
		}
		for i := range 3 {
			if math.Abs(start[i]-m.Initial()[i]) > 0.08 {
				t.Errorf("%v of the sequences begin in state %d, want %v", start[i], i, m.Initial()[i])
			}
			for j := range 3 {
				if got, want := count[3*i+j]/from[i], m.Transitions().Row(i)[j]; math.Abs(got-want) > 0.03 || want == 0 && got != 0 {
					t.Errorf("transition (%d, %d): %v, want %v", i, j, got, want)
				}
			}
		}
		// A fit from the truth stays near it.
		fitted, err := em.NewHMMFrom[float64](hmmParametersOf(m), o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := elbo.Fit(context.Background(), fitted, rows, elbo.Options{MaxIter: 20}); err != nil {
			t.Fatal(err)
		}
		for i, v := range fitted.Means().Data {
			if math.Abs(v-m.Means().Data[i]) > 0.15 {
				t.Errorf("fitted mean %d is %v, was %v", i, v, m.Means().Data[i])
			}
		}
		for _, bad := range [][]int{{0}, {1, -1}} {
			if _, _, err := m.Sample(bad, 1); err == nil {
				t.Errorf("lengths %v: no error", bad)
			}
		}
	})
}

func TestHMMRefuses(t *testing.T) {
	ctx := context.Background()
	x := hmmFrames[float64]([]int{20}, 2, em.GaussianEmission, 0, 1)
	nan, inf := math.NaN(), math.Inf(1)
	same := func(v float64) elbo.Rows[float64] {
		r := hmmFrames[float64]([]int{20}, 2, em.GaussianEmission, 0, 1)
		for i := range 20 {
			r.X.Row(i)[1] = v
		}
		return r
	}
	for _, c := range []struct {
		rows elbo.Rows[float64]
		o    em.HMMOptions
		want string
	}{
		{x, em.HMMOptions{}, "K is 0"},
		{x, em.HMMOptions{K: 21}, "frames"},
		{x, em.HMMOptions{K: 2, Emission: 9}, "Emission"},
		{x, em.HMMOptions{K: 2, Covariance: 9}, "Covariance"},
		{x, em.HMMOptions{K: 2, Prior: 9}, "Prior"},
		{x, em.HMMOptions{K: 2, Strength: -1}, "Strength"},
		{x, em.HMMOptions{K: 2, Strength: nan}, "Strength"},
		{x, em.HMMOptions{K: 2, Restarts: elbo.Restarts{N: -1}}, "Restarts"},
		{x, em.HMMOptions{K: 2, PriorScale: []float64{1}}, "PriorScale has 1"},
		{x, em.HMMOptions{K: 2, PriorScale: []float64{1, 0}}, "PriorScale[1]"},
		{x, em.HMMOptions{K: 2, PriorScale: []float64{1, 1}, Prior: em.PriorNone}, "no scale"},
		{x, em.HMMOptions{K: 2, Categories: []int{2}}, "Categories"},
		{same(3), em.HMMOptions{K: 2}, "column 1 is 3"},
		{same(nan), em.HMMOptions{K: 2}, "no observed entry"},
		{same(inf), em.HMMOptions{K: 2}, "column 1 is +Inf"},
		{elbo.Rows[float64]{X: x.X, Lengths: []int{21}}, em.HMMOptions{K: 2}, "frames"},
		{elbo.Rows[float64]{X: x.X, Weights: []float64{1, 2}}, em.HMMOptions{K: 2}, "weights"},
		{elbo.Rows[float64]{}, em.HMMOptions{K: 2}, "columns"},
	} {
		m, _, err := em.FitHMM(ctx, c.rows, c.o)
		if m != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want an error with %q, got %v", c.want, err)
		}
	}
	ended, cancel := context.WithCancelCause(ctx)
	why := errors.New("why")
	cancel(why)
	if _, _, err := em.FitHMM(ended, x, em.HMMOptions{K: 2}); !errors.Is(err, why) {
		t.Errorf("cancelled: %v", err)
	}
	m, _ := fitHMM(t, x, em.HMMOptions{K: 2, Options: elbo.Options{MaxIter: 2}})
	other := hmmFrames[float64]([]int{20}, 3, em.GaussianEmission, 0, 1)
	bad := same(inf)
	s := m.NewScorer()
	w, f := s.NewWorkspace(), s.NewFilter()
	for what, err := range map[string]error{
		"columns":        s.LogLikelihood(make([]float64, 1), other, w),
		"infinite":       s.LogLikelihood(make([]float64, 1), bad, w),
		"dst":            s.LogLikelihood(nil, x, w),
		"path":           s.Viterbi(make([]int, 19), nil, x, w),
		"logp":           s.Viterbi(make([]int, 20), []float64{}, x, w),
		"r":              s.Responsibilities(kernels.NewMatrix[float64](20, 3), x, w),
		"impute":         s.Impute(kernels.NewMatrix[float64](20, 3), x, w),
		"filter state":   f.State(nil),
		"filter predict": f.Predict(nil),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	if _, err := f.Step([]float64{1}); err == nil {
		t.Error("a frame of one column: no error")
	}
	if _, err := f.Step([]float64{1, inf}); err == nil || f.Frames() != 0 {
		t.Errorf("an infinite frame: error %v, %d frames", err, f.Frames())
	}
}

func testHMMEquivariance[T kernels.Float](t *testing.T, scale, shift, tol float64) {
	x := datasets.Faithful()
	for _, c := range []em.Covariance{em.Full, em.Diagonal, em.Tied} {
		o := em.HMMOptions{K: 2, Covariance: c, Options: elbo.Options{Seed: 2, Tol: 1e-10}}
		a, ra := fitHMM(t, elbo.Of(moved[T](x, 1, 0)), o)
		b, rb := fitHMM(t, elbo.Of(moved[T](x, scale, shift)), o)
		if want := ra.LogLik - 272*2*math.Log(scale); math.Abs(rb.LogLik-want) > tol*math.Abs(ra.LogLik) {
			t.Errorf("%v, ×%v + %v: log-likelihood %v, want %v", c, scale, shift, rb.LogLik, want)
		}
		for k := range 2 {
			for i := range 2 {
				if got, want := b.Transitions().Row(k)[i], a.Transitions().Row(k)[i]; math.Abs(got-want) > tol {
					t.Errorf("%v, ×%v + %v: transition %v, want %v", c, scale, shift, got, want)
				}
				sd := math.Sqrt(a.Covariances()[k].Row(i)[i])
				if got, want := (b.Means().Row(k)[i]-shift)/scale, a.Means().Row(k)[i]; math.Abs(got-want) > tol*sd {
					t.Errorf("%v, ×%v + %v: mean %v, want %v", c, scale, shift, got, want)
				}
			}
		}
	}
}

func TestHMMOfShiftedAndScaledData(t *testing.T) {
	testHMMEquivariance[float64](t, 1, 1e7, 1e-6)
	testHMMEquivariance[float64](t, 1e-100, 0, 1e-6)
	testHMMEquivariance[float64](t, 1e100, 0, 1e-6)
	testHMMEquivariance[float32](t, 1, 1e3, 1e-3)
	testHMMEquivariance[float32](t, 1e-25, 0, 1e-3)
	testHMMEquivariance[float32](t, 1e25, 0, 1e-3)
}
