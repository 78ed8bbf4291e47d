package em

import (
	"context"
	"fmt"
	"io"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// PPCA is probabilistic principal component analysis: factor analysis whose noise is the same in all columns,
//
//	x = Wz + μ + ε,  z ~ N(0, I),  ε ~ N(0, σ²I),  so that  p(x) = N(x; μ, WWᵀ + σ²I)
//
// The columns of W lie along the Q principal axes, and σ² is the mean variance along the others. It implements elbo.Model; NaN marks
// a missing entry, see FA, and so does all else that is said there, but that the columns must have one unit.
//
// Source: Tipping and Bishop, "Probabilistic principal component analysis", J. Roy. Stat. Soc. B 61, 1999.
type PPCA[T kernels.Float] struct{ factors[T] }

var (
	_ elbo.Model[float64] = (*PPCA[float64])(nil)
	_ elbo.Model[float32] = (*PPCA[float32])(nil)
)

// PPCAOptions configures FitPPCA and NewPPCA. Q has no default. The default prior is σ² ~ InverseWishart(ψ0, 3), ψ0 a tenth of the mean
// variance of the columns: as much as five numbers.
type PPCAOptions struct {
	elbo.Options // MaxIter, Tol, Workers; Seed is not used: there is one start

	Q          int     // the number of principal components, 1 to D−1
	Prior      Prior   // PriorInverseWishart unless set; PriorNone: maximum likelihood
	PriorScale float64 // ψ0 of PriorInverseWishart, in the squared units of the data; 0: from the data, as above
}

func (o *PPCAOptions) settings() factorSettings {
	s := factorSettings{o.Options, "PPCAOptions", o.Q, o.Prior, nil, 1}
	if o.PriorScale != 0 {
		s.scale = []float64{o.PriorScale}
	}
	return s
}

// FitPPCA fits probabilistic principal component analysis to the rows and returns it with the record of the fit. Of complete rows the
// first M-step is the solution, by the eigenvectors of their covariance matrix; with missing entries it takes iterations. See
// elbo.Fit for the stopping rule and the errors. The model is nil if there was no start.
func FitPPCA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o PPCAOptions) (*PPCA[T], elbo.Result, error) {
	m, err := NewPPCA(ctx, rows, o)
	if err != nil {
		return nil, elbo.Result{}, err
	}
	r, err := fitFactors(ctx, &m.factors, m, rows, o.Options)
	return m, r, err
}

// NewPPCA returns the model from which FitPPCA begins: W = 0 and σ² the mean variance of the columns. Errors as NewFA's, but a single
// column may be constant.
func NewPPCA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o PPCAOptions) (*PPCA[T], error) {
	m, err := startFactors(ctx, "ppca", rows, o.settings())
	if err != nil {
		return nil, err
	}
	return &PPCA[T]{m}, nil
}

// NewPPCAFrom returns the model with these parameters, which it copies: mean D, loadings D×Q, noise σ² > 0, in the units of the data
// and their squares. o.Q may be 0 or must be Q. Without o.PriorScale the prior is that of data with the model's own variances.
// Shapes that do not fit and values that are no model are errors.
func NewPPCAFrom[T kernels.Float](mean []float64, loadings kernels.Matrix[float64], noise float64, o PPCAOptions) (*PPCA[T], error) {
	all := make([]float64, len(mean))
	kernels.Fill(all, noise)
	m, err := factorsFrom[T]("ppca", mean, loadings, all, o.settings())
	if err != nil {
		return nil, err
	}
	return &PPCA[T]{m}, nil
}

// LoadPPCA reads a model that Save wrote: see LoadFA.
func LoadPPCA[T kernels.Float](r io.Reader) (*PPCA[T], error) {
	m, err := loadFactors[T](r, "ppca")
	if err != nil {
		return nil, err
	}
	for j, v := range m.cur.noise {
		if v != m.cur.noise[0] {
			return nil, fmt.Errorf("em: model file: the noise of column %d is %v, of column 0 %v", j, v, m.cur.noise[0])
		}
	}
	return &PPCA[T]{m}, nil
}

// Noise returns σ², in the squared units of the data.
func (m *PPCA[T]) Noise() float64 { return m.cur.noise[0] }

// PriorScale returns ψ0, in the squared units of the data, 0 under PriorNone.
func (m *PPCA[T]) PriorScale() float64 {
	if m.scale == nil {
		return 0
	}
	return m.scale[0]
}
