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

// Fits under priors of one's own are the textbook's.
func TestMixturePriors(t *testing.T) {
	ctx, o := context.Background(), elbo.Options{Seed: 5}
	x := votes[float64](200, true)
	b, err := em.NewBernoulliMixture(ctx, elbo.Of(x), em.BernoulliMixtureOptions{K: 3, A: 1.25, B: 4, Alpha: 3, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	testTextbook(t, b, x, 15, 1e-11, func(e *naiveMixture) {
		e.more = 2
		e.family.(*naiveBernoulli).a, e.family.(*naiveBernoulli).b = 0.25, 3
	})
	x = visits[float64](200, true)
	p, err := em.NewPoissonMixture(ctx, elbo.Of(x), em.PoissonMixtureOptions{K: 3, Strength: 4, Alpha: 1.5, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	testTextbook(t, p, x, 15, 1e-11, func(e *naiveMixture) {
		e.more = 0.5
		e.family.(*naivePoisson).strength = 4
	})
	x = answers[float64](200, true)
	c, err := em.NewCategoricalMixture(ctx, elbo.Of(x), em.CategoricalMixtureOptions{K: 3, Strength: 2.5, Alpha: 2, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	testTextbook(t, c, x, 15, 1e-11, func(e *naiveMixture) {
		e.more = 1
		e.family.(*naiveCategorical).strength = 2.5
	})
	x = heavy[float64](200, true)
	s, err := em.NewStudentMixture(ctx, elbo.Of(x), em.StudentMixtureOptions{K: 3, PriorScale: []float64{0.1, 2, 30}, Alpha: 2, Freedom: 7, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	testTextbook(t, s, x, 15, 1e-10, func(e *naiveMixture) {
		e.more = 1
		if f := e.family.(*naiveStudent); !f.fixed || f.psi[2] != 30 || f.nu[0] != 7 {
			t.Errorf("ν = %v, fixed %v, Ψ = %v", f.nu, f.fixed, f.psi)
		}
	})
	nu, err := em.NewStudentMixture(ctx, elbo.Of(x), em.StudentMixtureOptions{K: 3, NuPrior: em.FreedomPrior{Shape: 3, Rate: 0.7}, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	testTextbook(t, nu, x, 15, 1e-10, func(e *naiveMixture) {
		if f := e.family.(*naiveStudent); f.prior.Rate != 0.7 {
			t.Errorf("prior %v", f.prior)
		}
	})
	// A file keeps the prior.
	for _, m := range []anyMixture[float64]{b, p, c, s, nu} {
		for _, k := range kinds[float64]() {
			if k.name != m.Kind() {
				continue
			}
			again, err := k.load(bytes.NewReader(saved(t, m)))
			if err != nil {
				t.Fatal(err)
			}
			if again.GlobalBound() != m.GlobalBound() || !bytes.Equal(saved(t, again), saved(t, m)) {
				t.Errorf("%s: a file changes the prior", k.name)
			}
		}
	}
}

// Parameters where the prior has no density, and numbers out of range, are refused.
func TestMixturePriorsRefuse(t *testing.T) {
	zero, half := kernels.MatrixOf(1, 2, []float64{0, 0.5}), []float64{1}
	refused := func(err error, says string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	_, err := em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: half, Probabilities: zero})
	refused(err, "log prior of the parameters is -Inf")
	_, err = em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: half, Probabilities: zero, B: 0.5})
	refused(err, "B is 0.5")
	_, err = em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: half, Probabilities: kernels.MatrixOf(1, 1, []float64{1.5})})
	refused(err, "the probability 1.5 is not from 0 to 1")
	_, err = em.NewPoissonMixtureFrom[float64](em.PoissonMixtureParameters{Weights: half, Rates: zero, Reference: []float64{1, 1}})
	refused(err, "log prior of the parameters is -Inf")
	_, err = em.NewPoissonMixtureFrom[float64](em.PoissonMixtureParameters{Weights: half, Rates: zero, Prior: em.PriorNone, Reference: []float64{1}})
	refused(err, "Reference has 1 elements")
	_, err = em.NewPoissonMixtureFrom[float64](em.PoissonMixtureParameters{Weights: half, Rates: zero, Strength: -1})
	refused(err, "Strength is -1")
	tables := []kernels.Matrix[float64]{kernels.MatrixOf(1, 2, []float64{0, 1})}
	_, err = em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{Weights: half, Probabilities: tables})
	refused(err, "log prior of the parameters is -Inf")
	_, err = em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{Weights: []float64{0.5, 0.5}, Probabilities: tables})
	refused(err, "are 1×2: want 2 components")
	_, err = em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{
		Weights: half, Probabilities: []kernels.Matrix[float64]{kernels.MatrixOf(1, 2, []float64{0.5, 0.6})}, Prior: em.PriorNone,
	})
	refused(err, "the probabilities sum to 1.1")
	_, err = em.NewCategoricalMixtureFrom[float64](em.CategoricalMixtureParameters{Weights: half, Probabilities: tables, Prior: em.PriorNone, Alpha: math.Inf(1)})
	refused(err, "Alpha is +Inf")
	// A component of weight 0 is no part of the mixture.
	theta := kernels.MatrixOf(2, 1, []float64{0.5, 0.5})
	two, err := em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: []float64{0, 1}, Probabilities: theta, Alpha: 2})
	if err != nil {
		t.Fatal(err)
	}
	one, err := em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: half, Probabilities: theta.SliceRows(0, 1), Alpha: 2})
	if err != nil || !near(two.GlobalBound(), 2*one.GlobalBound(), 1e-14) { // but for the prior of its θ; ln Γ(2) − ln Γ(2) is 0
		t.Errorf("log prior %v with a component of weight 0, %v without (%v)", two.GlobalBound(), one.GlobalBound(), err)
	}
}
