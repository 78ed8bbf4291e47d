package em

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// StudentMixture is a mixture of multivariate Student-t distributions, for data with outliers or heavy tails,
//
//	p(x) = Σ_k π_k t(x; μ_k, Σ_k, ν_k),
//	t(x; μ, Σ, ν) = Γ((ν + D)/2) / (Γ(ν/2) (νπ)^(D/2) |Σ|^½) · (1 + δ/ν)^−(ν+D)/2,  δ = (x − μ)ᵀΣ⁻¹(x − μ)
//
// with full or diagonal scale matrices Σ_k; the covariance matrix is Σν/(ν − 2) if ν > 2. A row is a Gaussian one whose precision is
// scaled by a latent u ~ Gamma(ν/2, ν/2), so that the M-step weights each row by E[u | x] = (ν + D)/(ν + δ): rows far out count little.
// EM takes k and u as latent; the M-step for ν is the exact maximiser. Under a diagonal scale matrix the columns of a component are
// uncorrelated, but not independent: they share u.
//
// A missing entry (NaN) is integrated out: what is observed has the Student-t distribution of the observed block of μ and Σ with
// the same ν. It implements elbo.Model: elbo.Fit raises Σ_n w_n log p(x_n) + log p(θ) from the parameters that it has. T is
// the type of the data and of the E-step, which sees rows in a frame as that of GMM; parameters and statistics are float64.
//
// A StudentMixture that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Sources: Peel and McLachlan, "Robust mixture modelling using the t distribution", Statistics and Computing 10, 2000; Liu and
// Rubin, "ML estimation of the t distribution using EM and its extensions, ECM and ECME", Statistica Sinica 5, 1995.
type StudentMixture[T kernels.Float] struct {
	mixture[T]
	student *student[T]
}

var (
	_ elbo.Model[float64]   = (*StudentMixture[float64])(nil)
	_ elbo.Domain[float32]  = (*StudentMixture[float32])(nil)
	_ elbo.Centred          = (*StudentMixture[float64])(nil)
	_ elbo.Conditioned      = (*StudentMixture[float64])(nil)
	_ elbo.ConditionedStats = (*StudentMixture[float64])(nil)
	_ elbo.Eventful         = (*StudentMixture[float64])(nil)
)

// The degrees of freedom that a fit can find: above the highest a Student-t distribution is as good as Gaussian, below
// the lowest it has no use.
const (
	LeastFreedom = 0.25
	MostFreedom  = 1000
)

// FreedomPrior is a Gamma distribution of the degrees of freedom of each component, in nats
//
//	ln p(ν) = a ln b − ln Γ(a) + (a − 1) ln ν − bν
//
// with the shape a ≥ 1 and the rate b. The likelihood of data without heavy tails goes on to rise, ever less, as ν grows, and that of a
// few rows may be best at the least ν; a proper prior has a mode in between. {1, b} is Geweke's exponential distribution of mean 1/b
// ("Bayesian treatment of the independent Student-t linear model", J. Appl. Econometrics 8, 1993); {2, 0.1}, of mode 10 and mean 20, is
// Juárez and Steel's ("Model-based clustering of non-Gaussian panel data based on skew-t distributions", J. Bus. Econ. Stat. 28, 2010).
type FreedomPrior struct {
	Shape, Rate float64 // a, b; both 0: none
}

// check returns an error unless the prior is one, or none.
func (p FreedomPrior) check(name string) error {
	if p != (FreedomPrior{}) && !(p.Shape >= 1 && p.Shape <= math.MaxFloat64 && p.Rate > 0 && p.Rate <= math.MaxFloat64) {
		return fmt.Errorf("em: %s.NuPrior has shape %v and rate %v: want a shape of at least 1 and a positive rate, or 0 for both", name, p.Shape, p.Rate)
	}
	return nil
}

// log returns ln p(ν).
func (p FreedomPrior) log(nu float64) float64 {
	if p == (FreedomPrior{}) {
		return 0
	}
	return float64(p.Shape*logOf(p.Rate)) - special.Lgamma(p.Shape) + float64((p.Shape-1)*logOf(nu)) - float64(p.Rate*nu)
}

// StudentMixtureOptions configures FitStudentMixture and NewStudentMixture. K has no default.
type StudentMixtureOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed and how to iterate

	K          int           // number of components
	Covariance Covariance    // of the scale matrices: Full unless set, or Diagonal
	Prior      Prior         // PriorInverseWishart, of the scale matrices, unless set
	PriorScale []float64     // of PriorInverseWishart, Ψ's diagonal, D, positive; nil: from the data as for a GMM
	Freedom    float64       // ν, fixed, of all components; 0: each component's own is fitted, from LeastFreedom to MostFreedom
	NuPrior    FreedomPrior  // of ν where it is fitted; the zero value: uniform
	Alpha      float64       // of the Dirichlet prior of the weights, at least 1; 0: 1, the uniform distribution
	Init       Init          // InitKMeans unless set
	Policy     elbo.Policy   // of components that are empty or collapse, see MStep and elbo.Policy
	Restarts   elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// StudentMixtureParameters are those of a mixture that was not fitted here.
type StudentMixtureParameters struct {
	Weights    []float64                 // K, not negative, of sum 1
	Means      kernels.Matrix[float64]   // μ, K×D
	Scales     []kernels.Matrix[float64] // Σ, K symmetric positive definite D×D matrices; Diagonal reads the diagonals alone
	Freedom    []float64                 // ν, K, positive
	Fixed      bool                      // whether a fit leaves ν as it is
	NuPrior    FreedomPrior              // of ν where it is fitted
	Covariance Covariance                // Full or Diagonal
	Prior      Prior                     // as in StudentMixtureOptions, and so are the following
	PriorScale []float64
	Alpha      float64
	Policy     elbo.Policy
}

func newStudentMixture[T kernels.Float](k, d int, c Covariance, alpha float64) *StudentMixture[T] {
	return studentMixtureOf(newGMM[T](k, d, c), alpha)
}

// studentMixtureOf returns a mixture whose locations, scale matrices, prior and frame are those of g.
func studentMixtureOf[T kernels.Float](g *GMM[T], alpha float64) *StudentMixture[T] {
	f := newStudent(g)
	return &StudentMixture[T]{newMixture[T]("student-mixture", g.k, g.d, g.prior, alpha, f), f}
}

// FitStudentMixture fits a mixture to the rows from o.Restarts starts (see NewStudentMixture) and returns the one with the
// highest bound, the first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule and the
// errors; ErrCollapsed is one of a fit under PriorNone. Where an error is returned the model and the record are the best that there are
// after the last complete iteration; the model is nil if there was no start.
//
// ν converges slowly where it is large; elbo.SQUAREM in o.Accelerate helps.
func FitStudentMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o StudentMixtureOptions) (*StudentMixture[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*StudentMixture[T], error) {
		return startStudentMixture(ctx, rows, o, uint64(restart))
	})
}

// NewStudentMixture returns the model from which FitStudentMixture's first restart begins: k-means++ seeding with o.Seed, at
// most 10 of Lloyd's iterations, then a Gaussian M-step from the hard assignment of every row to its nearest centre, and ν =
// 10 unless it is fixed. That M-step is under the default prior even if o.Prior is PriorNone, so that small clusters give a start too.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses, a column without an observed
// entry or whose variance is 0 or overflows, and context.Cause(ctx).
func NewStudentMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o StudentMixtureOptions) (*StudentMixture[T], error) {
	return startStudentMixture(ctx, rows, o, 0)
}

// The degrees of freedom of a start: of its M-step, and after it.
const (
	gaussianFreedom = 0x1p40
	firstFreedom    = 10
)

func startStudentMixture[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o StudentMixtureOptions, restart uint64) (*StudentMixture[T], error) {
	if err := checkRows(rows); err != nil {
		return nil, err
	}
	if err := o.check(rows.X.Rows, rows.X.Cols); err != nil {
		return nil, err
	}
	gaussian := o.gaussian()
	mean, variance, err := columns(rows)
	if err != nil {
		return nil, err
	}
	m := newStudentMixture[T](o.K, rows.X.Cols, o.Covariance, 1)
	f, g := m.student, m.student.g
	g.setFrame(mean, variance)
	g.setPrior(gaussian, nil, variance)
	if err := o.Init.check(); err != nil {
		return nil, err
	}
	centres, begins, err := g.cluster(ctx, rows, o.Init, kernels.NewKey(o.Seed, startStream+restart))
	if err != nil {
		return nil, err
	}
	if err := f.begin(centres); err != nil {
		return nil, err
	}
	if err := m.assign(rows, begins); err != nil {
		return nil, err
	}
	f.fixed, f.nuPrior = o.Freedom != 0, o.NuPrior
	for k := range f.cur.freedom {
		f.cur.freedom[k] = orDefault(o.Freedom, firstFreedom)
	}
	gaussian.Prior = o.Prior
	g.setPrior(gaussian, nil, variance)
	f.cur.compile(f, g.cur, m.cur.logs)
	m.begin(o.Prior, o.Alpha, o.Policy)
	return m, nil
}

// gaussian returns the options of the Gaussians of a start.
func (o *StudentMixtureOptions) gaussian() GMMOptions {
	return GMMOptions{K: o.K, Covariance: o.Covariance, Prior: PriorInverseWishart, PriorScale: o.PriorScale}
}

// check returns an error if an option is out of range for data of the given sizes.
func (o *StudentMixtureOptions) check(rows, columns int) error {
	if err := checkMixture("StudentMixtureOptions", o.K, rows, o.Prior, o.Alpha, o.Policy); err != nil {
		return err
	}
	if o.Freedom != 0 {
		if err := checkFreedom(o.Freedom); err != nil {
			return fmt.Errorf("em: StudentMixtureOptions.Freedom: %w", err)
		}
	}
	if err := checkNuPrior("StudentMixtureOptions", o.NuPrior, o.Prior, o.Freedom != 0); err != nil {
		return err
	}
	gaussian := o.gaussian()
	return checkStudent("StudentMixtureOptions", &gaussian, columns)
}

// checkStudent returns an error unless the options are some that the Gaussians of a Student-t mixture take.
func checkStudent(name string, o *GMMOptions, columns int) error {
	if o.Covariance != Full && o.Covariance != Diagonal {
		return fmt.Errorf("em: %s.Covariance is %v: want Full or Diagonal", name, o.Covariance)
	}
	return o.checkModel(columns)
}

// checkNuPrior returns an error unless the prior of ν fits the other options.
func checkNuPrior(name string, p FreedomPrior, of Prior, fixed bool) error {
	switch {
	case p != (FreedomPrior{}) && of == PriorNone:
		return fmt.Errorf("em: %s.NuPrior is given and Prior is PriorNone: leave out one of the two", name)
	case p != (FreedomPrior{}) && fixed:
		return fmt.Errorf("em: %s.NuPrior is given and ν is fixed: leave out one of the two", name)
	}
	return p.check(name)
}

func checkFreedom(v float64) error {
	if !(v >= LeastFreedom && v <= gaussianFreedom) {
		return fmt.Errorf("%v degrees of freedom: want a number from %v to 2⁴⁰", v, LeastFreedom)
	}
	return nil
}

// NewStudentMixtureFrom returns the mixture with these parameters, which it copies. elbo.Fit goes on from it. Shapes that do
// not fit and values that are no mixture are errors. The model's frame, and without p.PriorScale its prior, are those of data with the
// means and scale matrices of the mixture.
func NewStudentMixtureFrom[T kernels.Float](p StudentMixtureParameters) (*StudentMixture[T], error) {
	k := p.Means.Rows
	if err := checkParameters("StudentMixtureParameters", "Means", k, p.Means.Cols, len(p.Weights), p.Prior, p.Alpha, p.Policy); err != nil {
		return nil, err
	}
	o := GMMOptions{Covariance: p.Covariance, Prior: p.Prior, PriorScale: p.PriorScale}
	if p.Prior == PriorNone {
		o.PriorScale = nil
	}
	if err := checkStudent("StudentMixtureParameters", &o, p.Means.Cols); err != nil {
		return nil, err
	}
	if len(p.Freedom) != k {
		return nil, fmt.Errorf("em: StudentMixtureParameters.Freedom has %d elements, there are %d means", len(p.Freedom), k)
	}
	if err := checkNuPrior("StudentMixtureParameters", p.NuPrior, p.Prior, p.Fixed); err != nil {
		return nil, err
	}
	g, err := NewGMMFrom[T](p.Weights, p.Means, p.Scales, o)
	if err != nil {
		return nil, err
	}
	m := studentMixtureOf(g, orDefault(p.Alpha, 1))
	m.student.nuPrior = p.NuPrior
	m.policy = p.Policy
	return m, m.complete(p.Weights, p.Freedom, p.Fixed)
}

// complete makes a model of its Gaussians, weights and degrees of freedom.
func (m *StudentMixture[T]) complete(weights, freedom []float64, fixed bool) error {
	if err := m.setWeights(weights); err != nil {
		return fmt.Errorf("em: %w", err)
	}
	for k, v := range freedom {
		if err := checkFreedom(v); err != nil {
			return fmt.Errorf("em: component %d: %w", k, err)
		}
	}
	f := m.student
	copy(f.cur.freedom, freedom)
	f.fixed = fixed
	f.cur.compile(f, f.g.cur, m.cur.logs)
	return m.ready()
}

// LoadStudentMixture reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It
// is safe on any bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no
// mixture is an error.
func LoadStudentMixture[T kernels.Float](r io.Reader) (*StudentMixture[T], error) {
	f, err := openMixture(r, "student-mixture", "means")
	if err != nil {
		return nil, err
	}
	alpha := 1.0
	if f.prior != PriorNone {
		alpha = f.number("alpha")
	}
	weights, freedom := f.values("weights", f.k), f.values("freedom", f.k)
	fixed := f.f.Metadata["freedom"] == "fixed"
	var nuPrior FreedomPrior
	if _, err := f.f.Lookup("freedom_prior"); err == nil {
		if v := f.values("freedom_prior", 2); f.err == nil {
			nuPrior = FreedomPrior{v[0], v[1]}
		}
	}
	return loaded(f, func() (*StudentMixture[T], error) {
		// What is left are the tensors of a mixture of Gaussians.
		if err := atLeastOne("alpha", alpha); err != nil {
			return nil, err
		}
		if err := checkNuPrior("model", nuPrior, f.prior, fixed); err != nil {
			return nil, err
		}
		f.f.Metadata["kind"] = "gmm"
		g, err := decode[T](f.f)
		if err != nil {
			return nil, err
		}
		if err := checkStudent("model", &GMMOptions{Covariance: g.covariance, Prior: g.prior}, g.d); err != nil {
			return nil, err
		}
		g.normal = normalPrior{} // a mixture of Gaussians could have it
		m := studentMixtureOf(g, alpha)
		m.student.nuPrior = nuPrior
		m.policy = f.policy
		return m, m.complete(weights, freedom, fixed)
	})
}

// Covariance returns the shape of the scale matrices, Full or Diagonal.
func (m *StudentMixture[T]) Covariance() Covariance { return m.student.g.covariance }

// Means returns μ, K×D, in the units of the data: the means of the components if ν > 1.
func (m *StudentMixture[T]) Means() kernels.Matrix[float64] { return m.student.g.Means() }

// Scales returns the scale matrices Σ_k, D×D each, in the units of the data. Diagonal ones are written out.
func (m *StudentMixture[T]) Scales() []kernels.Matrix[float64] { return m.student.g.Covariances() }

// Freedom returns the degrees of freedom ν, K.
func (m *StudentMixture[T]) Freedom() []float64 { return slices.Clone(m.student.cur.freedom) }

// Fixed reports whether a fit leaves the degrees of freedom as they are.
func (m *StudentMixture[T]) Fixed() bool { return m.student.fixed }

// NuPrior returns the prior of the degrees of freedom; the zero value if there is none.
func (m *StudentMixture[T]) NuPrior() FreedomPrior { return m.student.nuPrior }

// PriorScale returns the diagonal of Ψ, D, in the squared units of the data; nil under PriorNone.
func (m *StudentMixture[T]) PriorScale() []float64 { return m.student.g.PriorScale() }

// ToOrigin translates statistics from the present means to the origin of the frame.
func (m *StudentMixture[T]) ToOrigin(stats []float64) { m.student.translate(stats[m.k+1:], 1) }

// FromOrigin translates statistics about the origin of the frame to the present means, as MStep takes them.
func (m *StudentMixture[T]) FromOrigin(stats []float64) { m.student.translate(stats[m.k+1:], -1) }

// Rounding implements elbo.Conditioned, as that of GMM.
func (m *StudentMixture[T]) Rounding() float64 { return m.student.g.Rounding() }

// StatsRounding implements elbo.ConditionedStats, as that of GMM.
func (m *StudentMixture[T]) StatsRounding() float64 { return m.student.g.StatsRounding() }
