package em

import (
	"math"
	"slices"

	"example.com/elbo/kernels"
)

// gaussian is a Gaussian density with what its divergence from others needs.
type gaussian struct {
	mean   []float64
	cov    kernels.Matrix[float64] // D×D, the upper triangle counts
	logDet float64                 // of cov; NaN if it is not positive definite
}

// scaledGaussian returns the density in coordinates that are scaled; it takes cov over.
func scaledGaussian(mean []float64, cov kernels.Matrix[float64], scale []float64) gaussian {
	mean = slices.Clone(mean)
	for i := range mean {
		mean[i] *= scale[i]
		for j := range cov.Row(i) {
			cov.Row(i)[j] *= scale[i] * scale[j]
		}
	}
	u := kernels.MatrixOf(cov.Rows, cov.Cols, slices.Clone(cov.Data))
	logDet := math.NaN()
	if kernels.Cholesky(u) {
		logDet = kernels.LogDet(u)
	}
	return gaussian{mean: mean, cov: cov, logDet: logDet}
}

// divergencesOf returns the Bhattacharyya distances of the densities.
func divergencesOf(a, b []gaussian) kernels.Matrix[float64] {
	out := kernels.NewMatrix[float64](len(a), len(b))
	for i := range a {
		for j := range b {
			out.Row(i)[j] = a[i].bhattacharyya(&b[j])
		}
	}
	return out
}

// bhattacharyya returns the Bhattacharyya distance of two Gaussians: see GMM.Divergences. It is +Inf where rounding makes
// one of the covariance matrices indefinite.
func (a *gaussian) bhattacharyya(b *gaussian) float64 {
	d := len(a.mean)
	u, delta := kernels.NewMatrix[float64](d, d), make([]float64, d)
	for i := range d {
		delta[i] = a.mean[i] - b.mean[i]
		for j := i; j < d; j++ {
			u.Row(i)[j] = float64(0.5*a.cov.Row(i)[j]) + float64(0.5*b.cov.Row(i)[j])
		}
	}
	if !kernels.Cholesky(u) {
		return math.Inf(1)
	}
	kernels.SolveLower(delta, u)
	distance := float64(0.125*kernels.SumSquares(delta)) + float64(0.5*kernels.LogDet(u)) - float64(0.25*(a.logDet+b.logDet))
	if distance != distance {
		return math.Inf(1)
	}
	return max(distance, 0) // rounding
}

// bhattacharyyaDiagonal is the same for diagonal covariance matrices, column by column,
//
//	Σ_d ¼ δ²/(v + w) + ½ ln(½(v + w)/√(v w))
func bhattacharyyaDiagonal(mean, v, otherMean, w []float64) float64 {
	sum := 0.0
	for j := range mean {
		delta, ratio := (mean[j]-otherMean[j])/math.Sqrt(v[j]+w[j]), math.Sqrt(v[j])/math.Sqrt(w[j])
		sum += float64(0.25*float64(delta*delta)) + float64(0.5*logOf(float64(0.5*(ratio+1/ratio))))
	}
	return max(sum, 0)
}
