package vem

import (
	"fmt"
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

const (
	log2   = 0x1.62e42fefa39efp-1
	log2Pi = 0x1.d67f1c864beb5p+0
	logPi  = 0x1.250d048e7a1bdp+0
)

// Prior is the conjugate prior of the mixture (Bishop, Pattern Recognition and Machine Learning, 2006, eqs. 10.39 and 10.40):
//
//	p(π) = Dirichlet(π; Alpha, …, Alpha)
//	p(μ_k, Λ_k) = Normal(μ_k; Mean, (Beta Λ_k)⁻¹) Wishart(Λ_k; W, Nu),  W⁻¹ = WInv
//
// A zero field of Options.Prior takes its default, which is scikit-learn's:
type Prior struct {
	Alpha float64                 // concentration per component, > 0; default 1/K
	Beta  float64                 // rows' worth of certainty about the means, > 0; default 1
	Nu    float64                 // degrees of freedom, > D − 1; default D
	Mean  []float64               // length D; default the data's mean
	WInv  kernels.Matrix[float64] // inverse scale matrix, D×D, symmetric positive definite; default: see Options.Prior
}

// prior is a complete Prior with what follows from it.
type prior struct {
	Prior
	u      kernels.Matrix[float64] // WInv = UᵀU
	logB   float64                 // ln B(W0, ν0), Bishop eq. B.79
	logDir float64                 // ln Γ(K α0) − K ln Γ(α0)
}

// newPrior checks a prior whose fields are all set.
func newPrior(p Prior, k, d int) (prior, error) {
	positive := func(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
	switch {
	case !positive(p.Alpha):
		return prior{}, fmt.Errorf("vem: prior Alpha is %v, want a positive number", p.Alpha)
	case !positive(p.Beta):
		return prior{}, fmt.Errorf("vem: prior Beta is %v, want a positive number", p.Beta)
	case !positive(p.Nu) || p.Nu <= float64(d-1):
		return prior{}, fmt.Errorf("vem: prior Nu is %v, want more than the columns less one, %d", p.Nu, d-1)
	case len(p.Mean) != d:
		return prior{}, fmt.Errorf("vem: prior Mean has length %d, want one value per column, %d", len(p.Mean), d)
	case p.WInv.Rows != d || p.WInv.Cols != d || p.WInv.Stride < d || len(p.WInv.Data) < (d-1)*p.WInv.Stride+d:
		return prior{}, fmt.Errorf("vem: prior WInv is %d×%d (stride %d, %d elements), want %d×%d", p.WInv.Rows, p.WInv.Cols, p.WInv.Stride, len(p.WInv.Data), d, d)
	}
	for j, v := range p.Mean {
		if v-v != 0 {
			return prior{}, fmt.Errorf("vem: prior Mean[%d] is %v, want a finite number", j, v)
		}
	}
	q := prior{Prior: p, u: kernels.NewMatrix[float64](d, d)}
	q.Mean = append([]float64(nil), p.Mean...)
	q.WInv = kernels.NewMatrix[float64](d, d)
	for i := range d {
		for j := range d {
			v := p.WInv.Row(i)[j]
			if v != p.WInv.Row(j)[i] {
				return prior{}, fmt.Errorf("vem: prior WInv is not symmetric: row %d, column %d is %v, its mirror is %v", i, j, v, p.WInv.Row(j)[i])
			}
			q.WInv.Row(i)[j] = v
		}
	}
	copy(q.u.Data, q.WInv.Data)
	if !kernels.Cholesky(q.u) {
		return prior{}, fmt.Errorf("vem: prior WInv is not positive definite")
	}
	q.logB = logWishart(-kernels.LogDet(q.u), p.Nu, d)
	q.logDir = special.Lgamma(float64(float64(k)*p.Alpha)) - float64(float64(k)*special.Lgamma(p.Alpha))
	return q, nil
}

// logWishart is ln B(W, ν) = −(ν/2) ln|W| − (νD/2) ln 2 − ln Γ_D(ν/2), the log-normaliser of the Wishart density.
func logWishart(logDetW, nu float64, d int) float64 {
	return -float64(nu/2*(logDetW+float64(float64(d)*log2))) - special.LogMultivariateGamma(d, nu/2)
}
