package em_test

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// After a split or a drop an incremental fit has the posteriors of the model that it then is: its bound is that of batch EM, and never
// infinite, though components without a prior exclude what those before them had.
func TestIncrementalRebuilds(t *testing.T) {
	eachLossy(t, func(t *testing.T, l lossy, prior em.Prior) {
		for _, policy := range []elbo.Policy{elbo.PolicySplit, elbo.PolicyDrop} {
			for _, workers := range []int{1, 3} {
				m, rebuilt := l.model(t, prior, policy), 0
				o := elbo.Options{MaxIter: 12, Workers: workers, Schedule: elbo.Incremental{Blocks: 5}}
				for p, err := range elbo.Steps(context.Background(), m, elbo.Of(l.x), o) {
					if err != nil {
						t.Fatal(policy, err)
					}
					for _, e := range p.Events {
						if e.Kind == elbo.EventSplit || e.Kind == elbo.EventDropped {
							rebuilt++
							if got := logLik(t, m, l.x); !near(got, p.LogLik, 1e-9) {
								t.Errorf("%v: iteration %d: log-likelihood %v, want %v", policy, p.Iter, p.LogLik, got)
							}
						}
					}
				}
				if rebuilt == 0 {
					t.Errorf("%v: nothing was split or dropped", policy)
				}
			}
		}
	})
}

// A count so small that the probability made of it is 0 adds nothing to the expected log joint.
func TestProbabilitiesRoundedToZero(t *testing.T) {
	const tiny = math.SmallestNonzeroFloat64
	finite := func(name string, m elbo.Model[float64], stats []float64) {
		t.Helper()
		if err := m.MStep(stats, 100); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if v := m.ExpectedLogJoint(stats, 100); v-v != 0 || v == 0 {
			t.Errorf("%s: the expected log joint is %v", name, v)
		}
	}
	hmm, err := em.NewHMMFrom[float64](em.HMMParameters{
		Initial: []float64{0.5, 0.5}, Transitions: kernels.MatrixOf(2, 2, []float64{0.5, 0.5, 0.5, 0.5}), Means: kernels.MatrixOf(2, 1, []float64{1, 2}),
	}, em.HMMOptions{Emission: em.PoissonEmission, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	finite("hmm", hmm, []float64{100, tiny, 60, tiny, tiny, 40, 60, 40, 0, 50, 80, 60, 40})
	half := []float64{0.5, 0.5}
	c, err := em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{
		Weights: half, Probabilities: []kernels.Matrix[float64]{kernels.MatrixOf(2, 2, []float64{0.5, 0.5, 0.5, 0.5})}, Prior: em.PriorNone,
	})
	if err != nil {
		t.Fatal(err)
	}
	finite("categories", c, []float64{60, 40, 0, 60, 10, tiny, 30})
	finite("weights", c, []float64{100, tiny, 0, 60, tiny, 40, tiny})
}

// A component of which the E-step has left out every row, because its shares are negligible, keeps its parameters.
func TestStudentNegligibleComponent(t *testing.T) {
	for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
		one := kernels.MatrixOf(1, 1, []float64{1})
		m, err := em.NewStudentMixtureFrom[float64](em.StudentMixtureParameters{
			Weights: []float64{0.5, 0.5}, Means: kernels.MatrixOf(2, 1, []float64{0, 5}), Scales: []kernels.Matrix[float64]{one, one},
			Freedom: []float64{4, 7}, Prior: prior,
		})
		if err != nil {
			t.Fatal(err)
		}
		// N and 0; U, S1 and S2 of each; then the sums of E[u], E[ln u − u + 1] and of the entropies.
		if err := m.MStep([]float64{100, 1e-19, 0, 90, 1, 80, 0, 0, 0, 90, 0, -5, 0, 1, 0}, 100); err != nil {
			t.Fatal(prior, err)
		}
		if got := m.Means().Data[1]; got != 5 || m.Freedom()[1] != 7 {
			t.Errorf("%v: mean %v, %v degrees of freedom", prior, got, m.Freedom()[1])
		}
		if m.MStep([]float64{100, 1, 0, 90, 1, 80, 0, 0, 0, 90, 0, -5, 0, 1, 0}, 100) == nil {
			t.Errorf("%v: a row without a scale was taken", prior)
		}
	}
}

// Entries within rounding of 1, and weights against which the prior is nothing, give a model that can be saved and read.
func TestDiscreteLimits(t *testing.T) {
	ctx := context.Background()
	weights := []float64{0x1p60, 0x1p60, 0x1p60, 1}
	x := kernels.MatrixOf(4, 2, []float64{1, 0, 1, 0, 1, 0, 1, 0})
	b, _, err := em.FitBernoulliMixture(ctx, elbo.Rows[float64]{X: x, Weights: weights}, em.BernoulliMixtureOptions{K: 1})
	if err != nil {
		t.Fatal(err)
	}
	if p := b.Probabilities().Data; !(p[0] < 1) || !(p[1] > 0) {
		t.Errorf("probabilities %v under a prior that excludes 0 and 1", p)
	}
	var file bytes.Buffer
	if err := b.Save(&file); err != nil {
		t.Fatal(err)
	}
	if _, err := em.LoadBernoulliMixture[float64](&file); err != nil {
		t.Error(err)
	}
	for _, v := range []float64{1 - 0x1p-53, 5e-324} {
		x := kernels.NewMatrix[float64](50, 3)
		kernels.Fill(x.Data, v)
		x.Data[0], x.Data[1] = 0, 1
		if _, _, err := em.FitBernoulliMixture(ctx, elbo.Of(x), em.BernoulliMixtureOptions{K: 2, Prior: em.PriorNone, Init: em.InitRandom}); err != nil {
			t.Errorf("entries %v: %v", v, err)
		}
	}

	p, _, err := em.FitPoissonMixture(ctx, elbo.Rows[float64]{X: kernels.MatrixOf(4, 2, []float64{0, 1, 0, 2, 0, 3, 0, 4}), Weights: weights}, em.PoissonMixtureOptions{K: 1})
	if err != nil {
		t.Fatal(err)
	}
	file.Reset()
	if err := p.Save(&file); err != nil {
		t.Fatal(err)
	}
	if _, err := em.LoadPoissonMixture[float64](&file); err != nil {
		t.Error(err)
	}
}

// What rounds in a log-density of large counts is no fall of the bound.
func TestLargeCounts(t *testing.T) {
	for _, count := range []float64{3e15, 0x1p60} {
		x := kernels.NewMatrix[float64](300, 4)
		for i := range x.Data {
			x.Data[i] = math.Floor(count / (1 + float64(0.37*float64(i%4))))
		}
		for _, schedule := range []elbo.Schedule{elbo.Batch{}, elbo.Incremental{Blocks: 3}} {
			o := elbo.Options{MaxIter: 20, Schedule: schedule}
			if _, _, err := em.FitPoissonMixture(context.Background(), elbo.Of(x), em.PoissonMixtureOptions{Options: o, K: 9, Prior: em.PriorNone, Init: em.InitRandom}); err != nil {
				t.Errorf("%g: %v", count, err)
			}
			rows := elbo.Rows[float64]{X: x, Lengths: []int{100, 200}}
			if _, _, err := em.FitHMM(context.Background(), rows, em.HMMOptions{Options: o, K: 3, Emission: em.PoissonEmission, Prior: em.PriorNone}); err != nil {
				t.Errorf("hmm, %g: %v", count, err)
			}
		}
	}
	x := kernels.MatrixOf(4, 1, []float64{1, 2, 1e300, 3})
	_, err := em.NewHMM(context.Background(), elbo.Of(x), em.HMMOptions{K: 1, Emission: em.PoissonEmission})
	if err == nil || !strings.Contains(err.Error(), "row 2, column 0 is 1e+300") {
		t.Errorf("a count of 1e300: %v", err)
	}
}

// Squares that the translation of statistics has rounded below 0 are 0.
func TestMFAIncrementalRounded(t *testing.T) {
	x := kernels.NewMatrix[float64](300, 7)
	z, u := make([]float64, len(x.Data)), make([]float64, len(x.Data))
	kernels.Normal(z, kernels.NewKey(1, 1), kernels.Counter{})
	kernels.Uniform(u, kernels.NewKey(2, 1), kernels.Counter{})
	for i, v := range z {
		if x.Data[i] = 1000 + math.Round(v); u[i] < 0.9 {
			x.Data[i] = math.NaN()
		}
	}
	for _, schedule := range []elbo.Schedule{elbo.Incremental{Blocks: 8}, elbo.Stepwise{Rows: 15}} {
		o := em.MFAOptions{Options: elbo.Options{MaxIter: 40, Schedule: schedule}, K: 6, Q: 2}
		if _, _, err := em.FitMFA(context.Background(), elbo.Of(x), o); err != nil {
			t.Errorf("%T: %v", schedule, err)
		}
	}
}
