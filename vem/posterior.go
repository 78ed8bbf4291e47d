package vem

import (
	"fmt"
	"math"

	"example.com/elbo/internal/moments"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// posterior is q(π) ∏_k q(μ_k, Λ_k), Dirichlet and Normal–Wishart, with what the E-step needs of it.
type posterior[T kernels.Float] struct {
	alpha, beta, nu []float64               // K
	mean            kernels.Matrix[float64] // K×D, m_k
	wInv            kernels.Matrix[float64] // (K·D)×D, W_k⁻¹, symmetric

	factor  kernels.Matrix[float64] // (K·D)×D, U_k⁻¹ where W_k⁻¹ = U_kᵀU_k: W_k = U_k⁻¹U_k⁻ᵀ
	logDetW []float64               // K
	bound   float64                 // −KL(q‖p)

	centres kernels.Matrix[T] // m_k in T
	p       kernels.Matrix[T] // √ν_k U_k⁻¹: E[Λ_k] = P_k P_kᵀ
	c       []T               // E ln π_k + ½ E ln|Λ_k| − (D/2) ln 2π − D/(2 β_k)

	u kernels.Matrix[float64] // D×D scratch
	v []float64               // D scratch
}

func newPosterior[T kernels.Float](k, d int) *posterior[T] {
	return &posterior[T]{
		alpha: make([]float64, k), beta: make([]float64, k), nu: make([]float64, k),
		mean: kernels.NewMatrix[float64](k, d), wInv: kernels.NewMatrix[float64](k*d, d),
		factor: kernels.NewMatrix[float64](k*d, d), logDetW: make([]float64, k),
		centres: kernels.NewMatrix[T](k, d), p: kernels.NewMatrix[T](k*d, d), c: make([]T, k),
		u: kernels.NewMatrix[float64](d, d), v: make([]float64, d),
	}
}

// absorb adds one component's statistics, taken about centre, to the prior: Bishop eqs. 10.58 and 10.60–10.63 with
//
//	δ = x̄_k − m0 = (centre − m0) + S1/N,  m_k = m0 + (N/β_k) δ
//	W_k⁻¹ = W0⁻¹ + (S2 − S1 S1ᵀ/N) + (β0 N/β_k) δ δᵀ
func absorb[T kernels.Float](q *posterior[T], pr *prior, k int, st []float64, centre []T) error {
	d := len(centre)
	n, s1, s2 := st[0], st[1:1+d], st[1+d:]
	if !(n >= 0) || math.IsInf(n, 1) {
		return fmt.Errorf("vem: the statistics of component %d count %v rows", k, n)
	}
	q.alpha[k], q.beta[k], q.nu[k] = pr.Alpha+n, pr.Beta+n, pr.Nu+n
	delta := q.v
	perRow := 0.0
	if n > 0 {
		perRow = 1 / n
	}
	if math.IsInf(perRow, 1) {
		n, perRow = 0, 0
	}
	for j := range d {
		delta[j] = (float64(centre[j]) - pr.Mean[j]) + float64(s1[j]*perRow)
		q.mean.Row(k)[j] = math.FMA(n/q.beta[k], delta[j], pr.Mean[j])
	}
	shrink := pr.Beta * (n / q.beta[k])
	for i := range d {
		for j := i; j < d; j++ {
			w := pr.WInv.Row(i)[j]
			if n > 0 {
				w += math.FMA(-s1[i]*perRow, s1[j], s2[i*d+j])
				w = math.FMA(shrink*delta[i], delta[j], w)
			}
			q.wInv.Row(k*d + i)[j] = w
			q.wInv.Row(k*d + j)[i] = w
		}
	}
	return nil
}

// update makes q the posterior of the statistics, which were taken about the centres.
func (q *posterior[T]) update(pr *prior, stats []float64, centres kernels.Matrix[T]) error {
	d := centres.Cols
	for k := range centres.Rows {
		if err := absorb(q, pr, k, stats[k*moments.Stride(d):][:moments.Stride(d)], centres.Row(k)); err != nil {
			return err
		}
	}
	return q.derive(pr)
}

// derive computes everything that follows from alpha, beta, nu, mean and wInv.
//
//	−KL(q‖p) = −KL(Dirichlet) − Σ_k KL(Normal–Wishart_k)
func (q *posterior[T]) derive(pr *prior) error {
	d := q.mean.Cols
	dim := float64(d)
	sum := 0.0
	for _, a := range q.alpha {
		sum += a
	}
	psiSum := special.Digamma(sum)
	kl := special.Lgamma(sum) - pr.logDir
	for k, alpha := range q.alpha {
		logPiK := special.Digamma(alpha) - psiSum
		kl += float64((alpha-pr.Alpha)*logPiK) - special.Lgamma(alpha)

		w := q.wInv.SliceRows(k*d, k*d+d)
		f := q.factor.SliceRows(k*d, k*d+d)
		for i := range d {
			copy(q.u.Row(i)[i:], w.Row(i)[i:])
		}
		if !kernels.Cholesky(q.u) {
			return fmt.Errorf("vem: the scale matrix of component %d is not positive definite: its data are too large, or the prior WInv too small for them", k)
		}
		q.logDetW[k] = -kernels.LogDet(q.u)
		kernels.TriInverse(f, q.u)

		beta, nu := q.beta[k], q.nu[k]
		logDet := float64(dim*log2) + q.logDetW[k] // E ln|Λ_k|, Bishop eq. 10.65
		for i := range d {
			logDet += special.Digamma((nu - float64(i)) / 2)
		}
		c := logPiK + float64(0.5*(logDet-float64(dim*log2Pi)-dim/beta))
		if c-c != 0 {
			return fmt.Errorf("vem: the expected log-density of component %d is %v", k, c)
		}
		q.c[k] = T(c)
		scale := math.Sqrt(nu)
		for i := range d {
			for j := i; j < d; j++ {
				q.p.Row(k*d + i)[j] = T(scale * f.Row(i)[j])
			}
			q.centres.Row(k)[i] = T(q.mean.Row(k)[i])
		}
		kl += q.normalKL(pr, k, f) + q.wishartKL(pr, k, f, logDet)
	}
	if kl-kl != 0 {
		return fmt.Errorf("vem: KL(q‖p) of the parameters is %v", kl)
	}
	q.bound = -kl
	return nil
}

// normalKL is E_Λ KL(N(m, (βΛ)⁻¹) ‖ N(m0, (β0Λ)⁻¹)) = ½ [D (β0/β − 1 − ln(β0/β)) + β0 ν (m − m0)ᵀW(m − m0)].
func (q *posterior[T]) normalKL(pr *prior, k int, f kernels.Matrix[float64]) float64 {
	d := f.Rows
	for j := range d {
		q.v[j] = q.mean.Row(k)[j] - pr.Mean[j]
	}
	m := 0.0
	for j := range d {
		z := 0.0
		for i := 0; i <= j; i++ {
			z = math.FMA(f.Row(i)[j], q.v[i], z)
		}
		m = math.FMA(z, z, m)
	}
	r := pr.Beta / q.beta[k]
	return float64(0.5 * (float64(float64(d)*(r-1-special.Log(r))) + float64(pr.Beta*q.nu[k]*m)))
}

// wishartKL is KL(W(W, ν) ‖ W(W0, ν0)) = ln B(W, ν) − ln B(W0, ν0) + ½ (ν − ν0) E ln|Λ| + ½ ν (tr(W0⁻¹W) − D).
func (q *posterior[T]) wishartKL(pr *prior, k int, f kernels.Matrix[float64], logDet float64) float64 {
	d := f.Rows
	trace := 0.0 // tr(U0ᵀU0 F Fᵀ) = ‖U0 F‖², both upper triangular
	for i := range d {
		for j := i; j < d; j++ {
			s := 0.0
			for l := i; l <= j; l++ {
				s = math.FMA(pr.u.Row(i)[l], f.Row(l)[j], s)
			}
			trace = math.FMA(s, s, trace)
		}
	}
	nu := q.nu[k]
	kl := logWishart(q.logDetW[k], nu, d) - pr.logB
	return kl + float64(0.5*(float64((nu-pr.Nu)*logDet)+float64(nu*(trace-float64(d)))))
}
