package em

import (
	"context"
	"fmt"
	"io"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// FA is factor analysis: D columns are explained by Q < D independent factors and noise of each column,
//
//	x = Wz + μ + ε,  z ~ N(0, I),  ε ~ N(0, Ψ), Ψ diagonal,  so that  p(x) = N(x; μ, WWᵀ + Ψ)
//
// It implements elbo.Model. NaN marks a missing entry; such entries are handled exactly, as latent variables given the observed
// entries of their rows, under the usual assumption that which are missing does not depend on what they are. T is the type of the
// data and of the E-step; parameters and statistics are float64. Shifted and rescaled data, column by column, give the same fit.
//
// An FA that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Sources: Rubin and Thayer, "EM algorithms for ML factor analysis", Psychometrika 47, 1982; Bishop, Pattern Recognition and
// Machine Learning, 2006, §12.2.4.
type FA[T kernels.Float] struct{ factors[T] }

var (
	_ elbo.Model[float64] = (*FA[float64])(nil)
	_ elbo.Model[float32] = (*FA[float32])(nil)
)

// FAOptions configures FitFA and NewFA. Q has no default.
//
// The default prior gives each noise variance an inverse gamma distribution, which is an inverse Wishart one in one dimension,
//
//	ψ_d ~ InverseWishart(ψ0_d, 3),  ψ0_d = v_d/10 = E[ψ_d]
//
// v_d the variance of column d: as much as five rows. It keeps variances off 0, where the likelihood has a maximum at the border or
// none in so-called Heywood cases. (Martin and McDonald, "Bayesian estimation in unrestricted factor analysis: a
// treatment for Heywood cases", Psychometrika 40, 1975.)
type FAOptions struct {
	elbo.Options // MaxIter, Tol, Workers; Seed is not used: there is one start

	Q          int       // the number of factors, 1 to D−1
	Prior      Prior     // PriorInverseWishart unless set; PriorNone: maximum likelihood
	PriorScale []float64 // ψ0 of PriorInverseWishart, D, positive, in the squared units of the data; nil: from the data, as above
	Steps      int       // steps of an M-step, see MStep, which cost D³ each and no pass over the data; 0: 1, of rows with missing entries 4
}

func (o *FAOptions) settings() factorSettings {
	return factorSettings{o.Options, "FAOptions", o.Q, o.Prior, o.PriorScale, o.Steps}
}

// FitFA fits factor analysis to the rows, from NewFA's start, and returns it with the record of the fit. See elbo.Fit for the stopping
// rule and the errors.
//
// Complete rows are read to be checked and centred, and for their scatter, a matrix D×D, on which the iterations run alone. Each of
// these gives the bound that elbo.Fit has from the rows, to rounding. The iterations are of second order (see MStep): ten or
// twenty do where EM takes hundreds. The model is nil if there was no start.
func FitFA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o FAOptions) (*FA[T], elbo.Result, error) {
	m, err := NewFA(ctx, rows, o)
	if err != nil {
		return nil, elbo.Result{}, err
	}
	r, err := fitFactors(ctx, &m.factors, m, rows, o.Options)
	return m, r, err
}

// NewFA returns the model from which FitFA begins: no factors, W = 0, and Ψ the variances of the columns. The first M-step's loadings are
// so the principal components of the correlation matrix.
//
// Errors: options out of range, rows that elbo.Rows.Check refuses, a column without an observed entry, or whose variance is 0 or
// overflows, and context.Cause(ctx).
func NewFA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o FAOptions) (*FA[T], error) {
	m, err := startFactors(ctx, "fa", rows, o.settings())
	if err != nil {
		return nil, err
	}
	return &FA[T]{m}, nil
}

// NewFAFrom returns the model with these parameters, which it copies: mean D, loadings D×Q, noise D, positive, in the units of the
// data and their squares. o.Q may be 0 or must be Q. Without o.PriorScale the prior is that of data with the model's own
// variances. Shapes that do not fit and values that are no model are errors.
func NewFAFrom[T kernels.Float](mean []float64, loadings kernels.Matrix[float64], noise []float64, o FAOptions) (*FA[T], error) {
	if len(noise) != len(mean) {
		return nil, fmt.Errorf("em: %d noise variances and %d means: want as many of each", len(noise), len(mean))
	}
	m, err := factorsFrom[T]("fa", mean, loadings, noise, o.settings())
	if err != nil {
		return nil, err
	}
	return &FA[T]{m}, nil
}

// LoadFA reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It is safe on any
// bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no model is an error.
func LoadFA[T kernels.Float](r io.Reader) (*FA[T], error) {
	m, err := loadFactors[T](r, "fa")
	if err != nil {
		return nil, err
	}
	return &FA[T]{m}, nil
}

// Noise returns the noise variances, Ψ's diagonal, D numbers, in the squared units of the data.
func (m *FA[T]) Noise() []float64 { return slices.Clone(m.cur.noise) }

// PriorScale returns ψ0, D numbers, in the squared units of the data, or nil under PriorNone.
func (m *FA[T]) PriorScale() []float64 { return slices.Clone(m.scale) }
