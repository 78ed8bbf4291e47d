package em

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// MFA is a mixture of K factor analysers in D dimensions with Q < D factors each,
//
//	p(x) = Σ_k π_k N(x; μ_k, W_k W_kᵀ + Ψ_k),  Ψ_k diagonal, of each component its own or one for all:
//
// a mixture of Gaussians whose covariance matrices have D(Q + 1) numbers instead of D²/2, and whose cost grows with DQ instead of D². It implements
// elbo.Model. NaN marks a missing entry; such entries are integrated out, exactly, under the usual assumption that which are missing
// does not depend on what they are. T is the type of the data and of the E-step; parameters and statistics are float64. Shifted
// and rescaled data, column by column, give the same fit.
//
// An MFA that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Source: Ghahramani and Hinton, "The EM algorithm for mixtures of factor analyzers", CRG-TR-96-1, University of Toronto, 1996.
type MFA[T kernels.Float] struct {
	k, d, q    int
	shared     bool
	prior      Prior
	scale      []float64 // ψ0, D, in the units of the data squared; nil under PriorNone
	frame      frame[T]
	cur, spare *analysers[T]
	serial     uint64
	work       *mfaWork // of the M-step; nil until it is needed
	policy     elbo.Policy
	events     []elbo.Event
}

// analysers are the parameters of a mixture.
type analysers[T kernels.Float] struct {
	weights  []float64
	logs     []float64 // ln weights
	parts    []*analyser[T]
	fates    []fate
	logPrior float64
}

var (
	_ elbo.Model[float64] = (*MFA[float64])(nil)
	_ elbo.Model[float32] = (*MFA[float32])(nil)
)

func newAnalysers[T kernels.Float](k, d, q int) *analysers[T] {
	a := &analysers[T]{weights: make([]float64, k), logs: make([]float64, k), parts: make([]*analyser[T], k), fates: make([]fate, k)}
	for i := range a.parts {
		a.parts[i] = newAnalyser[T](d, q)
	}
	return a
}

func newMFA[T kernels.Float](k, d, q int) *MFA[T] {
	return &MFA[T]{k: k, d: d, q: q, frame: newFrame[T](d), cur: newAnalysers[T](k, d, q), spare: newAnalysers[T](k, d, q)}
}

// MFAOptions configures FitMFA and NewMFA. K and Q have no default.
//
// The default prior gives each noise variance an inverse gamma distribution, which is an inverse Wishart one in one dimension,
//
//	ψ_kd ~ InverseWishart(ψ0_d, 3),  ψ0_d = v_d/10/K^(2/D) = E[ψ_kd]
//
// v_d the variance of column d: as much as five rows. It keeps components from collapsing, and variances off 0. Weights are uniform over
// the simplex, means and loadings over the space.
type MFAOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed

	K           int           // the number of components
	Q           int           // the number of factors of each, 1 to D−1
	SharedNoise bool          // one Ψ for all components
	Prior       Prior         // PriorInverseWishart unless set; PriorNone: maximum likelihood
	PriorScale  []float64     // ψ0 of PriorInverseWishart, D, positive, in the squared units of the data; nil: from the data, as above
	Policy      elbo.Policy   // of components that are empty or whose noise is 0, see MStep and elbo.Policy
	Restarts    elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// check returns an error if an option is out of range for d columns.
func (o *MFAOptions) check(d int) error {
	if o.K < 1 {
		return fmt.Errorf("em: MFAOptions.K is %d: give the number of components", o.K)
	}
	if err := checkPolicy("MFAOptions", o.Policy); err != nil {
		return err
	}
	s := factorSettings{name: "MFAOptions", q: o.Q, prior: o.Prior, scale: o.PriorScale}
	if err := s.check(d); err != nil {
		return err
	}
	if o.PriorScale != nil && len(o.PriorScale) != d {
		return fmt.Errorf("em: MFAOptions.PriorScale has %d elements, the data have %d columns", len(o.PriorScale), d)
	}
	return nil
}

// Kind returns "mfa", the name of the model in files.
func (m *MFA[T]) Kind() string { return "mfa" }

// Dim returns D, the number of columns.
func (m *MFA[T]) Dim() int { return m.d }

// K returns the number of components.
func (m *MFA[T]) K() int { return m.k }

// Q returns the number of factors of each component.
func (m *MFA[T]) Q() int { return m.q }

// SharedNoise reports whether all components have the same noise variances.
func (m *MFA[T]) SharedNoise() bool { return m.shared }

// Prior returns the prior under which the model is fitted.
func (m *MFA[T]) Prior() Prior { return m.prior }

// Policy returns what the model does with a component that is empty or whose noise is 0.
func (m *MFA[T]) Policy() elbo.Policy { return m.policy }

// PriorScale returns ψ0, D numbers, in the squared units of the data, or nil under PriorNone.
func (m *MFA[T]) PriorScale() []float64 { return slices.Clone(m.scale) }

// TakesMissing returns true: missing entries are integrated out.
func (m *MFA[T]) TakesMissing() bool { return true }

// Weights returns the mixing proportions π, which sum to 1 within rounding. A component that lost all its rows has weight 0.
func (m *MFA[T]) Weights() []float64 { return slices.Clone(m.cur.weights) }

// Means returns the means μ, K×D, in the units of the data.
func (m *MFA[T]) Means() kernels.Matrix[float64] {
	out := kernels.NewMatrix[float64](m.k, m.d)
	for k, a := range m.cur.parts {
		copy(out.Row(k), a.mean)
	}
	return out
}

// Loadings returns W_k, D×Q each, in the units of the data. Each is determined to a rotation of its factors.
func (m *MFA[T]) Loadings() []kernels.Matrix[float64] {
	out := make([]kernels.Matrix[float64], m.k)
	for k, a := range m.cur.parts {
		out[k] = kernels.MatrixOf(m.d, m.q, slices.Clone(a.loadings))
	}
	return out
}

// Noise returns the noise variances, the diagonals of Ψ_k, K×D, in the squared units of the data.
func (m *MFA[T]) Noise() kernels.Matrix[float64] {
	out := kernels.NewMatrix[float64](m.k, m.d)
	for k, a := range m.cur.parts {
		copy(out.Row(k), a.noise)
	}
	return out
}

// Covariances returns W_k W_kᵀ + Ψ_k, D×D each, in the units of the data.
func (m *MFA[T]) Covariances() []kernels.Matrix[float64] {
	out := make([]kernels.Matrix[float64], m.k)
	for k, a := range m.cur.parts {
		out[k] = a.covariance()
	}
	return out
}

// NumParameters returns the number of free parameters: K−1 weights, for each component D means and DQ − Q(Q−1)/2 loadings, for a
// rotation of its factors changes nothing, and D noise variances for each, or for all together. Components of weight 0, such as were
// dropped, do not count.
func (m *MFA[T]) NumParameters() int {
	k := positive(m.cur.weights)
	n := k - 1 + k*(m.d+m.d*m.q-m.q*(m.q-1)/2)
	if m.shared {
		return n + m.d
	}
	return n + k*m.d
}

// BIC returns −2·logLik + p·ln n for a log-likelihood in nats (Result.LogLik) of n rows, p the number of free parameters: lower is
// better. (Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978.)
func (m *MFA[T]) BIC(logLik float64, n int) float64 {
	return float64(-2*logLik) + float64(float64(m.NumParameters())*logOf(float64(n)))
}

// AIC returns −2·logLik + 2p for a log-likelihood in nats, p the number of free parameters: lower is better.
func (m *MFA[T]) AIC(logLik float64) float64 {
	return float64(-2*logLik) + float64(2*m.NumParameters())
}

// ICL returns BIC + 2·entropy, entropy that of the responsibilities of all rows in nats, Σ_n H[p(k | x_n)]: lower is better. (Biernacki,
// Celeux and Govaert, "Assessing a mixture model for clustering with the integrated completed likelihood", IEEE Trans. PAMI 22, 2000.)
// Result.Entropy counts that of the factors too: ResponsibilityEntropy gives what is wanted here.
func (m *MFA[T]) ICL(logLik, entropy float64, n int) float64 {
	return m.BIC(logLik, n) + float64(2*entropy)
}

// GlobalBound returns the log prior density of the parameters in nats, with all constants; 0 under PriorNone.
func (m *MFA[T]) GlobalBound() float64 { return m.cur.logPrior }

// Revert undoes the last successful MStep.
func (m *MFA[T]) Revert() {
	m.cur, m.spare = m.spare, m.cur
	m.events = m.events[:0]
}

// Events returns the events of the last successful MStep: elbo.EventEmpty for a component that fell below 2⁻³⁰ of the total weight,
// elbo.EventCollapsed for one a noise variance of which became 0, and after it what the policy made of it.
func (m *MFA[T]) Events() []elbo.Event { return m.events }

// AppendParameters appends weights (K), then for each component mean (D), loadings (D×Q) and noise variances (D), then the frame's centres
// and scales (D each), float64, little-endian.
func (m *MFA[T]) AppendParameters(dst []byte) []byte {
	add := func(s []float64) {
		for _, v := range s {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	add(m.cur.weights)
	for _, a := range m.cur.parts {
		add(a.mean)
		add(a.loadings)
		add(a.noise)
	}
	add(m.frame.centre)
	add(m.frame.scale)
	return dst
}

// logPriorOf returns ln Γ(K), the density of the weights, plus Σ_kd ln IW(ψ_kd; ψ0_d, ν), over one k if the noise is shared.
func (m *MFA[T]) logPriorOf(p *analysers[T]) float64 {
	if m.prior == PriorNone {
		return 0
	}
	sum := special.Lgamma(float64(m.k))
	for _, a := range p.parts {
		for j, scale := range m.scale {
			sum += logNoisePrior(a.noise[j], scale)
		}
		if m.shared {
			break
		}
	}
	return sum
}
