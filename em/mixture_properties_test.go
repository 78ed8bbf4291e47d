package em_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/kernels"
)

// mixtureSubjects returns the mixtures but GMM under the prior.
func mixtureSubjects[T kernels.Float](p em.Prior) map[string]modeltest.Subject[T] {
	refuses := func(more ...string) []string { return append(more, refused...) }
	count := func(z float64) float64 { return math.Floor(math.Exp(z + 1.5)) }
	return map[string]modeltest.Subject[T]{
		"bernoulli": subject(func(z float64) float64 {
			if z > 0 {
				return 1
			}
			return 0
		}, refuses("huge entries", "a row of huge entries"), func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (*em.BernoulliMixture[T], error) {
			return em.NewBernoulliMixture(ctx, rows, em.BernoulliMixtureOptions{K: k, Prior: p, Options: o})
		}),
		"poisson": subject(count, refuses("subnormal entries", "huge entries", "a row of huge entries"),
			func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (*em.PoissonMixture[T], error) {
				return em.NewPoissonMixture(ctx, rows, em.PoissonMixtureOptions{K: k, Prior: p, Options: o})
			}),
		"categorical": subject(func(z float64) float64 { return min(count(z), 3) }, refuses("subnormal entries", "huge entries", "a row of huge entries"),
			func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (*em.CategoricalMixture[T], error) {
				return em.NewCategoricalMixture(ctx, rows, em.CategoricalMixtureOptions{K: k, Prior: p, Options: o})
			}),
		"student full":     studentSubject[T](em.Full, p),
		"student diagonal": studentSubject[T](em.Diagonal, p),
	}
}

func studentSubject[T kernels.Float](c em.Covariance, p em.Prior) modeltest.Subject[T] {
	refuses := append([]string{"constant column", "one row", "one row counts", "subnormal entries", "a column with one entry"}, refused...)
	if _, ok := any(T(0)).(float64); ok { // the squares overflow; those of float32 do not, in float64
		refuses = append(refuses, "huge entries", "a row of huge entries")
	} else if p == em.PriorNone {
		refuses = append(refuses, "a row of huge entries")
	}
	if p == em.PriorNone { // a component collapses
		refuses = append(refuses, "each row four times", "fewer distinct rows than components", "as many components as rows", "some entries missing",
			"large and small weights")
		if c == em.Full {
			refuses = append(refuses, "two rows", "fewer rows than columns")
		}
	}
	return subject(identity, refuses, func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (*em.StudentMixture[T], error) {
		return em.NewStudentMixture(ctx, rows, em.StudentMixtureOptions{K: k, Covariance: c, Prior: p, Options: o})
	})
}

func testMixtureProperties[T kernels.Float](t *testing.T, tol float64) {
	for _, p := range []em.Prior{0, em.PriorNone} {
		for name, s := range mixtureSubjects[T](p) {
			t.Run(fmt.Sprintf("%s, %v", name, p), func(t *testing.T) {
				modeltest.Degenerate(t, s)
				modeltest.InfinityIsNamed(t, s)
				modeltest.Weights(t, s, tol)
				modeltest.Cancelled(t, s)
			})
		}
	}
}

func TestMixtureProperties(t *testing.T) {
	slow(t)
	t.Run("f64", func(t *testing.T) { testMixtureProperties[float64](t, 1e-10) })
	t.Run("f32", func(t *testing.T) { testMixtureProperties[float32](t, 1e-4) })
}

// A fit of shifted and scaled data is the same fit.
func TestStudentEquivariance(t *testing.T) {
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		for _, p := range []em.Prior{0, em.PriorNone} {
			modeltest.Equivariance(t, studentSubject[float64](c, p), 1, 1e6, 1e-6)
			modeltest.Equivariance(t, studentSubject[float64](c, p), 1e60, 0, 1e-6)
			modeltest.Equivariance(t, studentSubject[float64](c, p), 1e-30, 1e-26, 1e-6)
			modeltest.ColumnEquivariance(t, studentSubject[float64](c, p), [3]float64{1e-90, 3, 1e80}, 1e-6)
			modeltest.Equivariance(t, studentSubject[float32](c, p), 1, 1e3, 1e-3)
			modeltest.Equivariance(t, studentSubject[float32](c, p), 1e-12, 0, 1e-3)
		}
	}
}

// Every schedule leads to batch EM's maximum, the accelerated one sooner.
func TestMixtureSchedules(t *testing.T) {
	slow(t)
	each(t, func(t *testing.T, k kind[float64]) {
		rows := elbo.Of(k.data(500, true))
		s := settings{k: 2, Options: elbo.Options{Seed: 1, Tol: 1e-11, MaxIter: 5000}}
		_, want := fitKind(t, k, rows, s)
		for _, o := range []elbo.Options{{Schedule: elbo.Incremental{}}, {Schedule: elbo.Stepwise{Rows: 100, Tau: 10}, MaxIter: 60}, {Accelerate: elbo.SQUAREM}} {
			o.Seed, o.Tol = 1, s.Tol
			if o.MaxIter == 0 {
				o.MaxIter = s.MaxIter
			}
			m, got := fitKind(t, k, rows, settings{k: 2, Options: o})
			if _, ok := o.Schedule.(elbo.Stepwise); ok { // whose steps shrink: batch EM ends it
				if got.Bound < want.Bounds[0] {
					t.Errorf("stepwise EM ends at %v and starts at %v", got.Bound, want.Bounds[0])
				}
				var err error
				if got, err = elbo.Fit(context.Background(), m, rows, s.Options); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("%T, acceleration %v: %v nats from batch EM's bound after %d E-steps, batch EM takes %d", o.Schedule, o.Accelerate, got.Bound-want.Bound, got.ESteps, want.ESteps)
			if math.Abs(got.Bound-want.Bound) > 1e-5 || o.Accelerate == elbo.SQUAREM && want.ESteps > 50 && got.ESteps*2 > want.ESteps {
				t.Errorf("%T, acceleration %v: bound %v, batch EM's is %v", o.Schedule, o.Accelerate, got.Bound, want.Bound)
			}
		}
	}, nil)
}
