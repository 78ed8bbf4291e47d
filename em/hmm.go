package em

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// HMM is a hidden Markov model: of a sequence x_1 … x_T
//
//	p(x) = Σ_z π_{z_1} p(x_1 | z_1) Π_{t>1} A_{z_{t−1} z_t} p(x_t | z_t)
//
// with K states, the initial distribution π, the transition matrix A, and Gaussian, categorical or Poisson emissions p(x_t | z_t). Baum
// and Welch's algorithm, which is EM: it implements elbo.Model, and elbo.Fit raises Σ_i w_i log p(x of sequence i) + log p(θ)
// from the parameters that it has. Data are the frames of sequences, one after the other: elbo.Rows.Lengths says how long each is, and each
// sequence may have a weight. T is the type of the data and of the E-step; parameters and statistics are float64.
//
// A transition or initial probability that is 0 stays 0: so left-to-right and other structures are given. Gaussian
// emissions see the data in a frame of the model's own, as those of GMM do: shifted or rescaled data give the same fit.
//
// A HMM that is being fitted is not safe for concurrent use; one that is not changing is.
//
// Sources: Baum, Petrie, Soules and Weiss, "A maximization technique occurring in the statistical analysis of probabilistic functions of
// Markov chains", Ann. Math. Statist. 41 (1970); Rabiner, "A tutorial on hidden Markov models", Proc. IEEE 77 (1989).
type HMM[T kernels.Float] struct {
	k, d       int
	prior      Prior
	strength   float64 // of the Dirichlet and Gamma priors; 0 under PriorNone
	chain, old *hmmChain[T]
	emission   hmmEmission[T]
	work       hmmWork[T]
	frames     float64 // of a unit of weight, in the last M-step
	policy     elbo.Policy
	counts     []float64 // of the last M-step
	events     []elbo.Event
}

var (
	_ elbo.Model[float64]  = (*HMM[float64])(nil)
	_ elbo.Sequential      = (*HMM[float32])(nil)
	_ elbo.Centred         = (*HMM[float64])(nil)
	_ elbo.Counted         = (*HMM[float64])(nil)
	_ elbo.Eventful        = (*HMM[float64])(nil)
	_ elbo.Conditioned     = (*HMM[float64])(nil)
	_ elbo.Domain[float32] = (*HMM[float32])(nil)
)

// hmmEmission is a family of emission densities with its parameters, those before the last M-step, and its prior.
type hmmEmission[T kernels.Float] interface {
	name() Emission
	statsLen() int
	newWork() hmmWork[T]
	bad(row []T) int             // the first column whose entry the family does not have, or −1
	domain(column int) string    // what it has there, in words
	mStep(stats []float64) error // sets the old parameters, which swap makes the present ones
	swap()
	noPrior()
	logPrior() float64
	translate(stats []float64, sign float64) // from the present centres to the origin, or back
	numParameters() int
	rounding() (bound, stats float64)
	values() []hmmTensor // all parameters, in the order of the files
	snapshot() hmmEmission[T]
	permute(order []int)                // of the parameters and the old ones
	locations() kernels.Matrix[float64] // numbers that tell the states from each other, a row for each
	// sampler returns a function that draws a frame of state k.
	sampler() func(dst []T, k int, key kernels.Key, at kernels.Counter)
}

// hmmTensor is a parameter as files hold it.
type hmmTensor struct {
	name   string
	values []float64
	shape  []int
}

// hmmWork evaluates emissions; each goroutine has one. x has at most elbo.BlockRows rows.
type hmmWork[T kernels.Float] interface {
	// logDensity writes log p(x_n | k) in nats, over the entries that are there, to dst, N×K, less what it returns of each row; nil for zeros.
	logDensity(dst, x kernels.Matrix[T]) (base []float64)
	// add adds the statistics of rows whose responsibilities, times weights of which weight is the largest, are r.
	add(stats []float64, x, r kernels.Matrix[T], weight T)
	// expected returns Σ_n Σ_k r_nk E[log p(x_n | k)] of statistics that were made under the present parameters or, if moved, under
	// those before the last M-step.
	expected(stats []float64, moved bool) float64
	// fill replaces the missing entries of x by Σ_k r_nk E[x | k, observed entries].
	fill(x, r kernels.Matrix[T])
}

func newHMM[T kernels.Float](emission hmmEmission[T], k, d int, o *HMMOptions) *HMM[T] {
	return &HMM[T]{
		k: k, d: d, prior: o.Prior, strength: o.strength(), chain: newHMMChain[T](k), old: newHMMChain[T](k), emission: emission,
		work: emission.newWork(), frames: 1, policy: o.Policy, counts: make([]float64, 0, k), events: make([]elbo.Event, 0, k),
	}
}

// K returns the number of states.
func (m *HMM[T]) K() int { return m.k }

// Dim returns D, the number of columns of a frame.
func (m *HMM[T]) Dim() int { return m.d }

// Kind returns "hmm", the name of the model in files.
func (m *HMM[T]) Kind() string { return "hmm" }

// Emission returns the family of the emission densities.
func (m *HMM[T]) Emission() Emission { return m.emission.name() }

// Prior returns the prior under which the model is fitted.
func (m *HMM[T]) Prior() Prior { return m.prior }

// Policy returns what the model does with a state that is empty or collapses.
func (m *HMM[T]) Policy() elbo.Policy { return m.policy }

// Events returns the events of the last successful MStep: elbo.EventEmpty for a state that fell below 2⁻³⁰ of the frames' weight.
func (m *HMM[T]) Events() []elbo.Event { return m.events }

// TakesMissing returns true: missing entries are integrated out.
func (m *HMM[T]) TakesMissing() bool { return true }

// CheckRows returns an error that names the first entry of x that the family of emissions does not have.
func (m *HMM[T]) CheckRows(x kernels.Matrix[T]) error { return checkEmissions(m.emission, x) }

func checkEmissions[T kernels.Float](e hmmEmission[T], x kernels.Matrix[T]) error {
	if e.name() == GaussianEmission {
		return nil
	}
	for i := range x.Rows {
		if j := e.bad(x.Row(i)); j >= 0 {
			return fmt.Errorf("em: row %d, column %d is %v: %v emissions take %s there: correct the entry or mark it missing with NaN", i, j, x.Row(i)[j], e.name(), e.domain(j))
		}
	}
	return nil
}

// Sequential implements elbo.Sequential: rows are the frames of sequences.
func (m *HMM[T]) Sequential() {}

// Initial returns π, the distribution of a sequence's first state, K probabilities.
func (m *HMM[T]) Initial() []float64 { return slices.Clone(m.chain.initial) }

// Transitions returns A, K×K: element (i, j) is the probability of going from state i to state j.
func (m *HMM[T]) Transitions() kernels.Matrix[float64] {
	return kernels.MatrixOf(m.k, m.k, slices.Clone(m.chain.trans))
}

// Means returns the means μ of Gaussian emissions, or those of Poisson emissions, the rates λ: K×D, in the units of the data. Categorical ones have
// none: an empty matrix.
func (m *HMM[T]) Means() kernels.Matrix[float64] {
	switch e := m.emission.(type) {
	case *hmmGauss[T]:
		return kernels.MatrixOf(m.k, m.d, slices.Clone(e.cur.means))
	case *hmmFamily[T]:
		if f, ok := e.family.(*poisson[T]); ok {
			return kernels.MatrixOf(m.k, m.d, slices.Clone(f.cur.value))
		}
	}
	return kernels.Matrix[float64]{}
}

// Probabilities returns θ of categorical emissions, of each column K×C_d; nil for other families.
func (m *HMM[T]) Probabilities() []kernels.Matrix[float64] {
	e, ok := m.emission.(*hmmFamily[T])
	if !ok || e.name() != CategoricalEmission {
		return nil
	}
	f := e.family.(*categorical[T])
	out := make([]kernels.Matrix[float64], m.d)
	for d := range out {
		out[d] = kernels.NewMatrix[float64](m.k, f.first[d+1]-f.first[d])
		for k := range m.k {
			for c := range out[d].Cols {
				out[d].Row(k)[c] = f.cur.value[(f.first[d]+c)*m.k+k]
			}
		}
	}
	return out
}

// Covariances returns the covariance matrices Σ_k of Gaussian emissions, D×D each, in the units of the data, diagonal ones written out; nil
// for other families.
func (m *HMM[T]) Covariances() []kernels.Matrix[float64] {
	e, ok := m.emission.(*hmmGauss[T])
	if !ok {
		return nil
	}
	out := make([]kernels.Matrix[float64], m.k)
	for k := range out {
		out[k] = kernels.NewMatrix[float64](m.d, m.d)
		for i := range m.d {
			for j := range m.d {
				out[k].Row(i)[j] = e.cur.at(k, i, j)
			}
		}
	}
	return out
}

// PriorScale returns what the prior of the emissions was scaled to: Ψ's diagonal, in the squared units of the data, of Gaussian ones, the means m_d of Poisson
// ones; nil for categorical ones and under PriorNone.
func (m *HMM[T]) PriorScale() []float64 {
	switch e := m.emission.(type) {
	case *hmmGauss[T]:
		return slices.Clone(e.scale)
	case *hmmFamily[T]:
		if f, ok := e.family.(*poisson[T]); ok && e.prior != PriorNone {
			return slices.Clone(f.reference)
		}
	}
	return nil
}

// NumParameters returns the number of free parameters: those of the initial distribution and of each row of the transitions, one less than the
// probabilities that are not 0, and those of the emissions: KD means and KD(D+1)/2 covariances (diagonal: KD, tied: D(D+1)/2, spherical: K); Σ_d K(C_d−1)
// probabilities; KD rates.
func (m *HMM[T]) NumParameters() int { return m.chain.numParameters() + m.emission.numParameters() }

// BIC returns Schwarz's criterion −2·logLik + p·ln n for a log-likelihood in nats (Result.LogLik), p the number of free parameters: lower is
// better. n is the number of observations that the criterion is to count, as a rule that of the frames.
func (m *HMM[T]) BIC(logLik float64, n int) float64 {
	return float64(-2*logLik) + float64(float64(m.NumParameters())*logOf(float64(n)))
}

// AIC returns Akaike's criterion −2·logLik + 2p for a log-likelihood in nats, p the number of free parameters: lower is better.
func (m *HMM[T]) AIC(logLik float64) float64 {
	return float64(-2*logLik) + float64(2*m.NumParameters())
}

// ICL returns the integrated completed likelihood BIC(logLik, n) + 2·entropy, entropy that of the posterior of the paths in nats (PathEntropy): lower is better. (Biernacki, Celeux and
// Govaert, "Assessing a mixture model for clustering with the integrated completed likelihood", IEEE Trans. PAMI 22, 2000.)
func (m *HMM[T]) ICL(logLik, entropy float64, n int) float64 {
	return m.BIC(logLik, n) + float64(2*entropy)
}

// StatsLen returns the length of the statistics: the expected numbers of sequences that begin in each state (K) and of transitions (K×K),
// then those of the emissions, each weighted by the posteriors γ of the states,
//
//	Gaussian, Full and Tied
//	             for each state N, S1 (D) and S2 (D×D, the upper triangle) of the frames with an observed entry; missing entries
//	             are replaced by their conditional expectations, of the products too
//	Gaussian, Diagonal and Spherical
//	             for each state and column N, S1 and S2 of the observed entries: three K×D matrices
//	Categorical  N of each state, 0, and for each column the numbers of observed entries of each value, C_d×K
//	Poisson      N of each state, Σ log h(x), S1 and N of each state and column: two K×D matrices
//
// Gaussian ones are in the model's frame and about the means that the E-step used.
func (m *HMM[T]) StatsLen() int { return m.k + m.k*m.k + m.emission.statsLen() }

// Counts appends the expected number of frames in each state to dst.
func (m *HMM[T]) Counts(dst, stats []float64) []float64 {
	for j := range m.k {
		n := stats[j]
		for i := range m.k {
			n += stats[m.k+i*m.k+j]
		}
		dst = append(dst, n)
	}
	return dst
}

// MStep sets the parameters to the maximiser of the expected complete-data log-likelihood plus log prior:
//
//	π_k = (N_k + s/n)/Σ,  A_ij = (N_ij + s/n)/Σ,  emissions as in a mixture whose responsibilities are γ
//
// with s and n as in HMMOptions, s = 0 under PriorNone. A state from which no sequence goes on then keeps its transitions, one without frames
// its emission: the bound does not depend on them. A negative count is an error, a singular covariance matrix a *CollapseError, and under
// elbo.PolicyError a state that falls below 2⁻³⁰ of the frames' weight an *EmptyError.
func (m *HMM[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("em: %d statistics, the model has %d", len(stats), m.StatsLen())
	}
	if err := m.old.update(m.chain, stats[:m.k+m.k*m.k], m.strength); err != nil {
		return err
	}
	m.counts = m.Counts(m.counts[:0], stats)
	frames := 0.0
	for _, n := range m.counts {
		frames += n
	}
	for k, n := range m.counts {
		if m.old.empty[k] = n < float64(emptyShare*frames); m.old.empty[k] && !m.chain.empty[k] && m.policy == elbo.PolicyError {
			return &EmptyError{Component: k, Rows: n}
		}
	}
	if err := m.emission.mStep(stats[m.k+m.k*m.k:]); err != nil {
		return err
	}
	if weight > 0 {
		m.frames = frames / weight
	}
	m.swap()
	m.events = m.events[:0]
	for k, n := range m.counts {
		if m.chain.empty[k] && !m.old.empty[k] {
			m.events = append(m.events, elbo.Event{Kind: elbo.EventEmpty, Component: k, Weight: n})
		}
	}
	return nil
}

func (m *HMM[T]) swap() {
	m.chain, m.old = m.old, m.chain
	m.emission.swap()
}

// Revert undoes the last successful MStep.
func (m *HMM[T]) Revert() { m.swap() }

// GlobalBound returns the log prior density of the parameters in nats, with all constants; 0 under PriorNone. See HMMOptions.
func (m *HMM[T]) GlobalBound() float64 {
	if m.prior == PriorNone {
		return 0
	}
	return m.chain.logPrior(m.strength) + m.emission.logPrior()
}

// ExpectedLogJoint returns Σ_i w_i E[log p(x of sequence i, its states)] in nats at the present parameters, of the statistics that the last
// MStep took. With Gaussian emissions of full covariance the missing entries of frames with observed ones belong to the latent variables.
func (m *HMM[T]) ExpectedLogJoint(stats []float64, weight float64) float64 {
	n := m.k + m.k*m.k
	return m.chain.expected(stats[:n]) + m.work.expected(stats[n:], true)
}

// ToOrigin translates statistics of Gaussian emissions from the present means to the origin of the frame; others have no centre.
func (m *HMM[T]) ToOrigin(stats []float64) { m.emission.translate(stats[m.k+m.k*m.k:], 1) }

// FromOrigin is the inverse of ToOrigin.
func (m *HMM[T]) FromOrigin(stats []float64) { m.emission.translate(stats[m.k+m.k*m.k:], -1) }

// Rounding implements elbo.Conditioned: per unit of weight, which is a sequence, for its frames.
func (m *HMM[T]) Rounding() float64 {
	bound, _ := m.emission.rounding()
	perFrame := float64(float64(64*m.d)*unitRoundoff[T]()) + bound
	return float64(m.frames * perFrame)
}

// StatsRounding implements elbo.ConditionedStats, per unit of weight too.
func (m *HMM[T]) StatsRounding() float64 {
	_, stats := m.emission.rounding()
	return float64(m.frames * stats)
}

// AppendParameters appends the initial distribution (K), the transitions (K×K) and the parameters of the emissions in the order of the
// files (see Save), float64, little-endian.
func (m *HMM[T]) AppendParameters(dst []byte) []byte {
	for _, t := range m.tensors() {
		for _, v := range t.values {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}

func (m *HMM[T]) tensors() []hmmTensor {
	return append([]hmmTensor{
		{"initial", m.chain.initial, []int{m.k}},
		{"transitions", m.chain.trans, []int{m.k, m.k}},
	}, m.emission.values()...)
}
