package vem

import (
	"encoding/binary"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// GMM is the variational posterior of a Gaussian mixture with full covariances:
//
//	p(x_n, z_n | π, μ, Λ) = ∏_k [π_k Normal(x_n; μ_k, Λ_k⁻¹)]^{z_nk},  prior: see Prior
//	q(z, π, μ, Λ) = ∏_n q(z_n) · Dirichlet(π; α) ∏_k Normal(μ_k; m_k, (β_k Λ_k)⁻¹) Wishart(Λ_k; W_k, ν_k)
//
// and implements elbo.Model. Its bound Σ_n ln Z_n + GlobalBound() is the evidence lower bound of ln p(x) with every constant, so
// bounds of different K and priors on the same data compare. (One might add ln K! for the relabelled copies of
// the posterior; that is left to the caller.) With K = 1 it is ln p(x) itself.
//
// The posterior is kept in float64; T is the type of the data and of the E-step's arithmetic.
//
// A GMM that is being fitted is not for concurrent use, a fitted one is: no method but MStep and Revert changes it.
//
// Sources: Attias, "A variational Bayesian framework for graphical models", NIPS 1999; Bishop, Pattern
// Recognition and Machine Learning, 2006, §10.2.
type GMM[T kernels.Float] struct {
	k, d       int
	prior      prior
	cur, spare *posterior[T]
	expected   *moments.Expected
}

var _ elbo.Model[float64] = (*GMM[float64])(nil)

func newGMM[T kernels.Float](k, d int, pr prior) *GMM[T] {
	return &GMM[T]{k: k, d: d, prior: pr, cur: newPosterior[T](k, d), spare: newPosterior[T](k, d), expected: moments.NewExpected(d)}
}

// K returns the number of components.
func (m *GMM[T]) K() int { return m.k }

// Dim returns the number of columns of the data.
func (m *GMM[T]) Dim() int { return m.d }

// Kind returns "vbgmm", the name of the model in saved files.
func (m *GMM[T]) Kind() string { return "vbgmm" }

// TakesMissing returns false: NaN in the data is an error.
func (m *GMM[T]) TakesMissing() bool { return false }

// StatsLen returns K(1 + D + D²): per component N_k = Σ_n r_nk, then Σ_n r_nk (x_n − m_k), then
// Σ_n r_nk (x_n − m_k)(x_n − m_k)ᵀ, upper triangle, about the means m_k that made the responsibilities.
func (m *GMM[T]) StatsLen() int { return moments.Len(m.k, m.d) }

// GlobalBound returns −KL(q(π, μ, Λ) ‖ p(π, μ, Λ)) in nats, with every constant:
//
//	KL(Dirichlet) = ln Γ(Σα) − Σ ln Γ(α_k) − ln Γ(Kα0) + K ln Γ(α0) + Σ (α_k − α0)(ψ(α_k) − ψ(Σα))
//	KL(Normal–Wishart_k) = ½ [D (β0/β − 1 − ln(β0/β)) + β0 ν (m − m0)ᵀW(m − m0)]
//	  + ln B(W, ν) − ln B(W0, ν0) + ½ (ν − ν0) E ln|Λ| + ½ ν (tr(W0⁻¹W) − D)
func (m *GMM[T]) GlobalBound() float64 { return m.cur.bound }

// MStep makes q(π, μ, Λ) prior plus statistics (Bishop eqs. 10.58 and 10.60–10.63):
//
//	α_k = α0 + N_k, β_k = β0 + N_k, ν_k = ν0 + N_k, m_k = (β0 m0 + Σ r x)/β_k
//	W_k⁻¹ = W0⁻¹ + N_k S_k + (β0 N_k/β_k)(x̄_k − m0)(x̄_k − m0)ᵀ
//
// weight is the number of rows that stats describe. Statistics that give no finite, positive definite posterior are an
// error that names the component; the model is then unchanged.
func (m *GMM[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("vem: %d statistics, want %d", len(stats), m.StatsLen())
	}
	if err := m.spare.update(&m.prior, stats, m.cur.centres); err != nil {
		return err
	}
	m.cur, m.spare = m.spare, m.cur
	return nil
}

// Revert undoes the last successful MStep.
func (m *GMM[T]) Revert() { m.cur, m.spare = m.spare, m.cur }

// AppendParameters appends α, β, ν, m and W⁻¹, little-endian float64 in this order, to dst.
func (m *GMM[T]) AppendParameters(dst []byte) []byte {
	q := m.cur
	for _, s := range [][]float64{q.alpha, q.beta, q.nu, q.mean.Data, q.wInv.Data} {
		for _, v := range s {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}

// Prior returns a copy of the prior that the model was fitted under, defaults filled in.
func (m *GMM[T]) Prior() Prior {
	p := m.prior.Prior
	p.Mean = append([]float64(nil), p.Mean...)
	p.WInv.Data = append([]float64(nil), p.WInv.Data...)
	return p
}

// Weights returns the posterior means of the mixing proportions, E[π_k] = α_k / Σ_j α_j.
func (m *GMM[T]) Weights() []float64 {
	sum := 0.0
	for _, a := range m.cur.alpha {
		sum += a
	}
	w := make([]float64, m.k)
	for k, a := range m.cur.alpha {
		w[k] = a / sum
	}
	return w
}

// EffectiveCounts returns N_k = α_k − α0, the expected number of rows of each component.
func (m *GMM[T]) EffectiveCounts() []float64 {
	n := make([]float64, m.k)
	for k, a := range m.cur.alpha {
		n[k] = a - m.prior.Alpha
	}
	return n
}

// Live returns how many components have an expected number of rows of at least rows: the others died, their
// posterior is the prior. 1 is a sensible threshold.
func (m *GMM[T]) Live(rows float64) int {
	live := 0
	for _, n := range m.EffectiveCounts() {
		if n >= rows {
			live++
		}
	}
	return live
}

// Means returns the posterior means of the components' means, E[μ_k] = m_k, K×D.
func (m *GMM[T]) Means() kernels.Matrix[float64] {
	return kernels.MatrixOf(m.k, m.d, append([]float64(nil), m.cur.mean.Data...))
}

// Covariances returns E[Λ_k]⁻¹ = W_k⁻¹/ν_k, the inverse of the expected precision, as scikit-learn does: one D×D
// matrix per component. (The posterior mean E[Λ_k⁻¹] = W_k⁻¹/(ν_k − D − 1) does not exist for ν_k ≤ D + 1.)
func (m *GMM[T]) Covariances() []kernels.Matrix[float64] {
	out := make([]kernels.Matrix[float64], m.k)
	for k := range out {
		out[k] = kernels.NewMatrix[float64](m.d, m.d)
		for i := range m.d {
			for j, w := range m.cur.wInv.Row(k*m.d + i) {
				out[k].Row(i)[j] = w / m.cur.nu[k]
			}
		}
	}
	return out
}

// ExpectedLogJoint returns Σ_n w_n E[ln p(x_n, z_n | π, μ, Λ)] in nats, the expectation under the present q(π, μ, Λ) and the q(z)
// that made the statistics, which the last MStep took.
func (m *GMM[T]) ExpectedLogJoint(stats []float64, weight float64) float64 {
	q := m.cur
	return moments.ExpectedFull(m.expected, stats, m.spare.centres, q.centres, q.p, q.c)
}

// StatsRounding implements elbo.ConditionedStats: Σ_k tr(P_kᵀ S2_k P_k), P_k P_kᵀ = ν_k W_k, is off by up to 8Duκ per row, u being the unit
// roundoff of T and
//
//	κ = max_kj (Σ_i |P_k[i][j]| √(W_k⁻¹[i][i]/ν_k))²
func (m *GMM[T]) StatsRounding() float64 {
	q, reach := m.cur, 1.0
	for k := range m.k {
		for j := range m.d {
			sum := 0.0
			for i := range j + 1 {
				sum += float64(math.Abs(float64(q.p.Row(k*m.d + i)[j])) * math.Sqrt(q.wInv.Row(k*m.d + i)[i]/q.nu[k]))
			}
			reach = max(reach, sum)
		}
	}
	u := 0x1p-53
	if _, ok := any(T(0)).(float32); ok {
		u = 0x1p-24
	}
	return float64(4 * float64(m.d) * u * float64(reach*reach))
}

// ToOrigin translates statistics from the present means to 0.
func (m *GMM[T]) ToOrigin(stats []float64) { moments.Translate(stats, m.cur.centres, 1) }

// FromOrigin translates statistics about 0 to the present means, as MStep takes them.
func (m *GMM[T]) FromOrigin(stats []float64) { moments.Translate(stats, m.cur.centres, -1) }

// Counts appends N_k = Σ_n w_n r_nk to dst.
func (m *GMM[T]) Counts(dst, stats []float64) []float64 {
	for k := range m.k {
		dst = append(dst, stats[k*moments.Stride(m.d)])
	}
	return dst
}

// eStep is the E-step of one goroutine.
type eStep[T kernels.Float] struct {
	m       *GMM[T]
	r       kernels.Matrix[T]
	logZ    []T
	entropy []T
	work    []T
	full    *moments.Full[T]
}

// NewEStep returns the variational E-step at the model's present q(π, μ, Λ), with scratch of its own (Bishop eqs. 10.46–10.49,
// 10.64–10.66):
//
//	ln ρ_nk = E ln π_k + ½ E ln|Λ_k| − (D/2) ln 2π − D/(2β_k) − ½ ν_k (x_n − m_k)ᵀW_k(x_n − m_k)
//	Z_n = Σ_k ρ_nk, r_nk = ρ_nk / Z_n
//
// It allocates nothing after that.
func (m *GMM[T]) NewEStep() elbo.EStep[T] {
	return &eStep[T]{
		m: m, r: kernels.NewMatrix[T](elbo.BlockRows, m.k), logZ: make([]T, elbo.BlockRows), entropy: make([]T, elbo.BlockRows),
		work: make([]T, kernels.GaussFullWork[T](m.d)), full: moments.NewFull[T](m.d),
	}
}

// EStep adds the statistics of the rows, at most elbo.BlockRows, to stats and returns Σ_n w_n ln Z_n and Σ_n w_n H[q(z_n)].
func (e *eStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	q, n := e.m.cur, rows.X.Rows
	r, logZ, entropy := e.r.SliceRows(0, n), e.logZ[:n], e.entropy[:n]
	kernels.GaussFull(r, rows.X, q.centres, q.p, q.c, e.work)
	kernels.ResponsibilitiesEntropy(r, logZ, entropy, r)
	rows.Scale(r)
	e.full.Add(stats, rows.X, r, q.centres, rows.MaxWeight())
	return elbo.Local{LogZ: rows.Sum(logZ), Entropy: rows.Sum(entropy)}
}
