package em_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// anyMixture is what all mixtures but GMM can do.
type anyMixture[T kernels.Float] interface {
	elbo.Model[T]
	elbo.Domain[T]
	elbo.Counted
	elbo.Eventful
	K() int
	Weights() []float64
	Prior() em.Prior
	Policy() elbo.Policy
	NumParameters() int
	BIC(logLik float64, n int) float64
	AIC(logLik float64) float64
	ICL(logLik, entropy float64, n int) float64
	ResponsibilityEntropy(rows elbo.Rows[T]) (float64, error)
	LogDensity(x kernels.Matrix[T]) ([]T, error)
	Responsibilities(x kernels.Matrix[T]) (kernels.Matrix[T], error)
	Predict(x kernels.Matrix[T]) ([]int, error)
	Impute(x kernels.Matrix[T]) (kernels.Matrix[T], error)
	Sample(n int, seed uint64) (kernels.Matrix[T], []int)
	NewScorer() *em.MixtureScorer[T]
	Save(w io.Writer) error
}

// settings are what the options of all mixtures have.
type settings struct {
	elbo.Options
	k, restarts int
	prior       em.Prior
}

// kind is a family of mixtures under test.
type kind[T kernels.Float] struct {
	name    string
	data    func(n int, missing bool) kernels.Matrix[T]
	fit     func(ctx context.Context, rows elbo.Rows[T], s settings) (anyMixture[T], elbo.Result, error)
	start   func(rows elbo.Rows[T], s settings) (anyMixture[T], error)
	load    func(r io.Reader) (anyMixture[T], error)
	again   func(m anyMixture[T]) (anyMixture[T], error) // from its parameters
	outside T                                            // an entry that it does not take
	tensor  string                                       // of the components, and a value that it must not have
	wrong   float64
}

// boxed makes a nil pointer a nil interface.
func boxed[T kernels.Float, M interface {
	comparable
	anyMixture[T]
}](m M) anyMixture[T] {
	var none M
	if m == none {
		return nil
	}
	return m
}

func kinds[T kernels.Float]() []kind[T] {
	return []kind[T]{bernoulliKind[T](), poissonKind[T](), categoricalKind[T](), studentKind[T](em.Full), studentKind[T](em.Diagonal)}
}

// votes returns n rows of answers, 0 or 1, of three kinds of people to eight questions.
func votes[T kernels.Float](n int, missing bool) kernels.Matrix[T] {
	const d = 8
	x := kernels.NewMatrix[T](n, d)
	u, gone := make([]float64, d), make([]float64, d)
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Uniform(u, kernels.NewKey(3, 0), at)
		kernels.Uniform(gone, kernels.NewKey(3, 1), at)
		for j := range d {
			if p := 0.5 + 0.42*math.Sin(float64(1+(i%3)*d+j)*1.7); u[j] < p {
				x.Row(i)[j] = 1
			}
			if missing && i%2 == 0 && gone[j] < 0.3 {
				x.Row(i)[j] = T(math.NaN())
			}
		}
	}
	return x
}

func bernoulliOptions(s settings) em.BernoulliMixtureOptions {
	return em.BernoulliMixtureOptions{Options: s.Options, K: s.k, Prior: s.prior, Restarts: elbo.Restarts{N: s.restarts}}
}

func bernoulliKind[T kernels.Float]() kind[T] {
	return kind[T]{
		name: "bernoulli-mixture",
		data: votes[T],
		fit: func(ctx context.Context, rows elbo.Rows[T], s settings) (anyMixture[T], elbo.Result, error) {
			m, r, err := em.FitBernoulliMixture(ctx, rows, bernoulliOptions(s))
			return boxed[T](m), r, err
		},
		start: func(rows elbo.Rows[T], s settings) (anyMixture[T], error) {
			m, err := em.NewBernoulliMixture(context.Background(), rows, bernoulliOptions(s))
			return boxed[T](m), err
		},
		load: func(r io.Reader) (anyMixture[T], error) {
			m, err := em.LoadBernoulliMixture[T](r)
			return boxed[T](m), err
		},
		again: func(m anyMixture[T]) (anyMixture[T], error) {
			b := m.(*em.BernoulliMixture[T])
			return em.NewBernoulliMixtureFrom[T](em.BernoulliMixtureParameters{Weights: b.Weights(), Probabilities: b.Probabilities(), Prior: b.Prior()})
		},
		outside: 1.5, tensor: "probabilities", wrong: 1.25,
	}
}

// visits returns n rows of counts, in columns of rates from 0.4 to 400, of three kinds.
func visits[T kernels.Float](n int, missing bool) kernels.Matrix[T] {
	rates := kernels.MatrixOf(3, 5, []float64{
		0.4, 3, 8, 60, 400,
		2.5, 1, 20, 75, 330,
		0.9, 6, 14, 50, 310,
	})
	m, err := em.NewPoissonMixtureFrom[T](em.PoissonMixtureParameters{Weights: []float64{0.5, 0.3, 0.2}, Rates: rates})
	if err != nil {
		panic(err)
	}
	x, _ := m.Sample(n, 5)
	if missing {
		hide(x)
	}
	return x
}

// hide makes a sixth of the entries missing, in two rows of three.
func hide[T kernels.Float](x kernels.Matrix[T]) {
	u := make([]float64, x.Cols)
	for i := range x.Rows {
		kernels.Uniform(u, kernels.NewKey(8, 1), kernels.Counter{Row: uint64(i)})
		for j := range u {
			if i%3 > 0 && u[j] < 0.25 {
				x.Row(i)[j] = T(math.NaN())
			}
		}
	}
}

func poissonOptions(s settings) em.PoissonMixtureOptions {
	return em.PoissonMixtureOptions{Options: s.Options, K: s.k, Prior: s.prior, Restarts: elbo.Restarts{N: s.restarts}}
}

func poissonKind[T kernels.Float]() kind[T] {
	return kind[T]{
		name: "poisson-mixture",
		data: visits[T],
		fit: func(ctx context.Context, rows elbo.Rows[T], s settings) (anyMixture[T], elbo.Result, error) {
			m, r, err := em.FitPoissonMixture(ctx, rows, poissonOptions(s))
			return boxed[T](m), r, err
		},
		start: func(rows elbo.Rows[T], s settings) (anyMixture[T], error) {
			m, err := em.NewPoissonMixture(context.Background(), rows, poissonOptions(s))
			return boxed[T](m), err
		},
		load: func(r io.Reader) (anyMixture[T], error) {
			m, err := em.LoadPoissonMixture[T](r)
			return boxed[T](m), err
		},
		again: func(m anyMixture[T]) (anyMixture[T], error) {
			p := m.(*em.PoissonMixture[T])
			return em.NewPoissonMixtureFrom[T](em.PoissonMixtureParameters{Weights: p.Weights(), Rates: p.Rates(), Reference: p.Reference(), Prior: p.Prior()})
		},
		outside: 2.5, tensor: "rates", wrong: -1,
	}
}

// answers returns n rows of answers, with 3, 2, 5 and 4 to choose from, of three kinds of people.
func answers[T kernels.Float](n int, missing bool) kernels.Matrix[T] {
	var p []kernels.Matrix[float64]
	for j, c := range []int{3, 2, 5, 4} {
		t := kernels.NewMatrix[float64](3, c)
		for k := range 3 {
			sum := 0.0
			for i := range c {
				t.Row(k)[i] = math.Exp(2 * math.Sin(float64(7*k+3*i+j)))
				sum += t.Row(k)[i]
			}
			kernels.Scale(t.Row(k), t.Row(k), 1/sum)
		}
		p = append(p, t)
	}
	m, err := em.NewCategoricalMixtureFrom[T](em.CategoricalMixtureParameters{Weights: []float64{0.5, 0.3, 0.2}, Probabilities: p})
	if err != nil {
		panic(err)
	}
	x, _ := m.Sample(n, 5)
	if missing {
		hide(x)
	}
	return x
}

func categoricalOptions(s settings) em.CategoricalMixtureOptions {
	return em.CategoricalMixtureOptions{Options: s.Options, K: s.k, Prior: s.prior, Restarts: elbo.Restarts{N: s.restarts}}
}

func categoricalKind[T kernels.Float]() kind[T] {
	return kind[T]{
		name: "categorical-mixture",
		data: answers[T],
		fit: func(ctx context.Context, rows elbo.Rows[T], s settings) (anyMixture[T], elbo.Result, error) {
			m, r, err := em.FitCategoricalMixture(ctx, rows, categoricalOptions(s))
			return boxed[T](m), r, err
		},
		start: func(rows elbo.Rows[T], s settings) (anyMixture[T], error) {
			m, err := em.NewCategoricalMixture(context.Background(), rows, categoricalOptions(s))
			return boxed[T](m), err
		},
		load: func(r io.Reader) (anyMixture[T], error) {
			m, err := em.LoadCategoricalMixture[T](r)
			return boxed[T](m), err
		},
		again: func(m anyMixture[T]) (anyMixture[T], error) {
			c := m.(*em.CategoricalMixture[T])
			return em.NewCategoricalMixtureFrom[T](em.CategoricalMixtureParameters{Weights: c.Weights(), Probabilities: c.Probabilities(), Prior: c.Prior()})
		},
		outside: 1.5, tensor: "probabilities", wrong: 1.25,
	}
}

// heavy returns n rows of three columns, correlated and of different units, around three centres, with outliers.
func heavy[T kernels.Float](n int, missing bool) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, 3)
	z, u := make([]float64, 3), make([]float64, 1)
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Normal(z, kernels.NewKey(21, 0), at)
		kernels.Uniform(u, kernels.NewKey(21, 1), at)
		scale := 0.5 / math.Sqrt(0.05+u[0])
		for j := range 3 {
			v := scale*(z[j]+0.6*z[(j+1)%3]) + 5*math.Sin(float64(7*(i%3)+3*j+1))
			// Rounded, for the bits of sines and of sums of products depend on the processor.
			x.Row(i)[j] = T(math.Round(1024*(v*math.Pow(10, float64(j-1))+float64(3*j))) / 1024)
		}
	}
	if missing {
		hide(x)
	}
	return x
}

func studentKind[T kernels.Float](c em.Covariance) kind[T] {
	options := func(s settings) em.StudentMixtureOptions {
		return em.StudentMixtureOptions{Options: s.Options, K: s.k, Covariance: c, Prior: s.prior, Restarts: elbo.Restarts{N: s.restarts}}
	}
	return kind[T]{
		name: "student-mixture",
		data: heavy[T],
		fit: func(ctx context.Context, rows elbo.Rows[T], s settings) (anyMixture[T], elbo.Result, error) {
			m, r, err := em.FitStudentMixture(ctx, rows, options(s))
			return boxed[T](m), r, err
		},
		start: func(rows elbo.Rows[T], s settings) (anyMixture[T], error) {
			m, err := em.NewStudentMixture(context.Background(), rows, options(s))
			return boxed[T](m), err
		},
		load: func(r io.Reader) (anyMixture[T], error) {
			m, err := em.LoadStudentMixture[T](r)
			return boxed[T](m), err
		},
		again: func(m anyMixture[T]) (anyMixture[T], error) {
			s := m.(*em.StudentMixture[T])
			return em.NewStudentMixtureFrom[T](em.StudentMixtureParameters{
				Weights: s.Weights(), Means: s.Means(), Scales: s.Scales(), Freedom: s.Freedom(), Covariance: c, Prior: s.Prior(), PriorScale: s.PriorScale(),
			})
		},
		outside: T(math.Inf(1)), tensor: "covariances", wrong: -1,
	}
}

// each runs the test for every family and element type.
func each(t *testing.T, f64 func(*testing.T, kind[float64]), f32 func(*testing.T, kind[float32])) {
	if f64 != nil {
		for _, k := range kinds[float64]() {
			t.Run(k.name+"/f64", func(t *testing.T) { f64(t, k) })
		}
	}
	if f32 != nil {
		for _, k := range kinds[float32]() {
			t.Run(k.name+"/f32", func(t *testing.T) { f32(t, k) })
		}
	}
}

func fitKind[T kernels.Float](t testing.TB, k kind[T], rows elbo.Rows[T], s settings) (anyMixture[T], elbo.Result) {
	t.Helper()
	m, r, err := k.fit(context.Background(), rows, s)
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

func saved[T kernels.Float](t testing.TB, m anyMixture[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rowWeights(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(i%4) / 2
	}
	return w
}
