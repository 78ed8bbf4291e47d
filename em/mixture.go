package em

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// mixture is what the mixtures of this package but GMM have in common,
//
//	p(x) = h(x) Σ_k π_k p_k(x),
//
// with K components of one family. An entry that is missing (NaN) is integrated out of every p_k.
type mixture[T kernels.Float] struct {
	kind       string
	k, d       int
	prior      Prior
	alpha      float64 // of the Dirichlet prior of the weights
	cur, spare *mixing
	family     family[T]
	policy     elbo.Policy
	events     []elbo.Event
}

// mixing is one setting of the weights.
type mixing struct {
	weights, logs []float64 // π_k, ln π_k
	fates         []fate
	logPrior      float64 // of all parameters
}

// family is what a mixture's components are, with two settings of their parameters: that in force, and another one.
type family[T kernels.Float] interface {
	statsLen() int
	parameters() int // free ones, of all components
	newEvaluator() evaluator[T]
	components // of which the new parameters are the other ones
	// mStep sets the other parameters from statistics, those in force being what made the statistics, and finish compiles them with
	// the logarithms of the weights. Components that are dropped are kept; fates say after mStep which have collapsed. In between
	// components may be kept and split: then they are rebuilt.
	mStep(stats, counts []float64, fates []fate) error
	finish(logs []float64, rebuilt bool) error
	swap()
	// expected is Σ_n w_n Σ_k r_nk E[log p_k(x_n)] under the parameters in force, of the statistics that the last mStep took.
	expected(stats, counts []float64) float64
	logPrior(other bool) float64 // of the parameters in force, or the others
	// bad returns the first column whose entry no component takes, or −1; domain says in words what they take there.
	bad(row []T) int
	domain(column int) string
	freeze() family[T] // the parameters in force, for a scorer
	sample(row []T, k int, key kernels.Key, at kernels.Counter)
	// permute makes component order[i] the i-th, in the parameters in force and the others.
	permute(order []int)
	locations() kernels.Matrix[float64] // numbers that tell components in force from each other, a row for each
	values() [][]float64                // that make the model
	tensors() ([]safetensors.Tensor, map[string]string)
}

// evaluator computes the E-step of the components for one goroutine.
type evaluator[T kernels.Float] interface {
	// logJoint writes log π_k + log p_k(x_n) to dst, N×K, and log h(x_n) to base. It may change x.
	logJoint(dst, x kernels.Matrix[T], base []float64)
	// add adds the statistics of the rows that logJoint saw last. r are their responsibilities times their weights, of which
	// weight is the largest; counts are the sums of r's columns. It returns Σ_n Σ_k r_nk H[q_k], of what is latent besides k.
	add(stats []float64, r kernels.Matrix[T], counts []T, weight T) float64
	// impute replaces the missing entries of x, of which r are the responsibilities.
	impute(x, r kernels.Matrix[T])
}

func newMixture[T kernels.Float](kind string, k, d int, p Prior, alpha float64, f family[T]) mixture[T] {
	setting := func() *mixing {
		return &mixing{weights: make([]float64, k), logs: make([]float64, k), fates: make([]fate, k)}
	}
	return mixture[T]{kind: kind, k: k, d: d, events: make([]elbo.Event, 0, 2*k), prior: p, alpha: alpha, cur: setting(), spare: setting(), family: f}
}

// K returns the number of components.
func (m *mixture[T]) K() int { return m.k }

// Dim returns D, the number of columns.
func (m *mixture[T]) Dim() int { return m.d }

// Kind returns the name of the model in files.
func (m *mixture[T]) Kind() string { return m.kind }

// Prior returns the prior under which the model is fitted.
func (m *mixture[T]) Prior() Prior { return m.prior }

// Policy returns what the model does with a component that is empty or collapses.
func (m *mixture[T]) Policy() elbo.Policy { return m.policy }

// TakesMissing returns true: missing entries (NaN) are integrated out.
func (m *mixture[T]) TakesMissing() bool { return true }

// Weights returns the mixing proportions π, which sum to 1 within rounding. A component that lost all its rows has
// weight 0.
func (m *mixture[T]) Weights() []float64 { return slices.Clone(m.cur.weights) }

// NumParameters returns the number of free parameters: K−1 weights and those of the components. Components of weight 0, such as were
// dropped, do not count.
func (m *mixture[T]) NumParameters() int {
	k := positive(m.cur.weights)
	return k - 1 + m.family.parameters()/m.k*k
}

// BIC returns Schwarz's criterion −2·logLik + p·ln n for a log-likelihood in nats (Result.LogLik) of n rows, p the number of
// free parameters: lower is better. (Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978.)
func (m *mixture[T]) BIC(logLik float64, n int) float64 {
	return float64(-2*logLik) + float64(float64(m.NumParameters())*logOf(float64(n)))
}

// AIC returns Akaike's criterion −2·logLik + 2p for a log-likelihood in nats, p the number of free parameters: lower is
// better.
func (m *mixture[T]) AIC(logLik float64) float64 {
	return float64(-2*logLik) + float64(2*m.NumParameters())
}

// ICL returns the integrated completed likelihood criterion BIC + 2·entropy, entropy being that of the responsibilities
// (ResponsibilityEntropy): lower is better. (Biernacki, Celeux and Govaert, "Assessing a mixture model for clustering with
// the integrated completed likelihood", IEEE PAMI 22, 2000.)
func (m *mixture[T]) ICL(logLik, entropy float64, n int) float64 {
	return m.BIC(logLik, n) + float64(2*entropy)
}

// GlobalBound returns the log prior density of the parameters in nats, with all constants; 0 under PriorNone.
func (m *mixture[T]) GlobalBound() float64 { return m.cur.logPrior }

// CheckRows returns an error unless every entry of x is missing (NaN) or one that the components take.
func (m *mixture[T]) CheckRows(x kernels.Matrix[T]) error {
	for i := range x.Rows {
		if j := m.family.bad(x.Row(i)); j >= 0 {
			return outside(m.kind, m.family, i, j, x.Row(i)[j])
		}
	}
	return nil
}

func outside[T kernels.Float](kind string, f family[T], row, column int, v T) error {
	return fmt.Errorf("em: row %d, column %d is %v: a %s takes %s there: correct the entry or mark it missing with NaN",
		row, column, v, kind, f.domain(column))
}

// StatsLen returns the length of the statistics: N_k = Σ_n w_n r_nk of each component, Σ_n w_n log h(x_n), and those of
// the components.
func (m *mixture[T]) StatsLen() int { return m.k + 1 + m.family.statsLen() }

// Counts appends N_k = Σ_n w_n r_nk to dst.
func (m *mixture[T]) Counts(dst, stats []float64) []float64 { return append(dst, stats[:m.k]...) }

// MStep sets the parameters to the maximiser of the expected complete-data log-likelihood plus log prior. The weights become
//
//	π_k = (N_k + α − 1)/(Σ_j N_j + K(α − 1))
//
// over the components whose weight was not 0, if α > 1. Then the policy sees to components that are empty or collapse: see Policy and
// elbo.Policy. A component that was dropped stays so, whatever its statistics.
//
// Statistics that no rows have are an error, and the model unchanged. weight is not used.
func (m *mixture[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("em: %d statistics, the model has %d", len(stats), m.StatsLen())
	}
	for i, v := range stats {
		if v-v != 0 {
			return fmt.Errorf("em: statistic %d is %v", i, v)
		}
	}
	s, more := m.spare, 0.0
	if m.prior != PriorNone {
		more = m.alpha - 1
	}
	counts, total, free := stats[:m.k], 0.0, 0.0
	for k, n := range counts {
		f := m.cur.fates[k]
		f.collapsed = false
		if s.fates[k] = f; f.dropped {
			continue
		}
		if more == 0 || m.cur.weights[k] > 0 {
			free++
		}
		if !(n >= 0) {
			return fmt.Errorf("em: component %d has a weight of %v: no rows have such statistics", k, n)
		}
		total += n
	}
	if !(total > 0) || total-total != 0 {
		return fmt.Errorf("em: the statistics have a total weight of %v", total)
	}
	for k, n := range counts {
		switch {
		case s.fates[k].dropped || more > 0 && m.cur.weights[k] == 0:
			s.weights[k] = 0
		default:
			s.weights[k] = (n + more) / (total + float64(free*more))
		}
	}
	if err := m.family.mStep(stats[m.k+1:], counts, s.fates); err != nil {
		return err
	}
	e := enforcement{policy: m.policy, counts: counts, total: total, present: m.cur.weights, weights: s.weights, fates: s.fates, events: m.events[:0]}
	rebuilt, err := e.apply(m.family)
	if err != nil {
		return err
	}
	m.events = e.events
	kernels.Log(s.logs, s.weights)
	if err := m.family.finish(s.logs, rebuilt); err != nil {
		return err
	}
	s.logPrior = m.logPriorOf(s, true)
	m.Revert()
	return nil
}

// logPriorOf returns log p(π) + log p(components), the latter those in force or the others. If α > 1 components of weight 0 are no part of π.
func (m *mixture[T]) logPriorOf(s *mixing, other bool) float64 {
	if m.prior == PriorNone {
		return 0
	}
	k, logs := float64(m.k), 0.0
	if m.alpha != 1 {
		for i, w := range s.weights {
			if w == 0 {
				k--
				continue
			}
			logs += float64((m.alpha - 1) * s.logs[i])
		}
	}
	sum := special.Lgamma(float64(k*m.alpha)) - float64(k*special.Lgamma(m.alpha)) + logs
	return sum + m.family.logPrior(other)
}

// Revert undoes the last successful MStep.
func (m *mixture[T]) Revert() {
	m.cur, m.spare = m.spare, m.cur
	m.family.swap()
}

// ExpectedLogJoint returns Σ_n w_n E_q[log p(x_n, z_n)] in nats at the present parameters, of the statistics that the last
// MStep took. What they say of dropped components' weights does not count.
func (m *mixture[T]) ExpectedLogJoint(stats []float64, weight float64) float64 {
	counts := stats[:m.k]
	sum := stats[m.k]
	for k, n := range counts {
		if m.cur.weights[k] > 0 && !m.cur.fates[k].dropped { // 0 is n, or rounded from n
			sum = math.FMA(n, m.cur.logs[k], sum)
		}
	}
	return sum + m.family.expected(stats[m.k+1:], counts)
}

// Events returns the events of the last successful MStep: elbo.EventEmpty for a component that fell below 2⁻³⁰ of the total weight,
// elbo.EventCollapsed for one whose density became singular, and after it what the policy made of it.
func (m *mixture[T]) Events() []elbo.Event { return m.events }

// AppendParameters appends the weights (K) and the values of the components, as Save writes them, float64, little-endian.
func (m *mixture[T]) AppendParameters(dst []byte) []byte {
	for _, s := range append([][]float64{m.cur.weights}, m.family.values()...) {
		for _, v := range s {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}

// Sample draws n rows and returns them with their components: k ~ π, then x from component k. Row i depends on the seed
// and i alone.
func (m *mixture[T]) Sample(n int, seed uint64) (x kernels.Matrix[T], labels []int) {
	key := kernels.NewKey(seed, sampleStream)
	x, labels = kernels.NewMatrix[T](n, m.d), make([]int, n)
	u := make([]float64, 1)
	for i := range n {
		at := kernels.Counter{Row: uint64(i)}
		kernels.Uniform(u, key, at)
		labels[i] = choose(m.cur.weights, u[0])
		at.Step = 1
		m.family.sample(x.Row(i), labels[i], key, at)
	}
	return x, labels
}

// setWeights sets the weights in force, of a model that is made from parameters.
func (m *mixture[T]) setWeights(weights []float64) error {
	if err := checkWeights(weights); err != nil {
		return err
	}
	copy(m.cur.weights, weights)
	kernels.Log(m.cur.logs, m.cur.weights)
	dropped(m.cur.fates, weights)
	return nil
}

// checkMixture returns an error if an option that all mixtures have is out of range for data of the given number of rows.
func checkMixture(name string, k, rows int, p Prior, alpha float64, policy elbo.Policy) error {
	switch {
	case k < 1:
		return fmt.Errorf("em: %s.K is %d: give the number of components", name, k)
	case k > rows:
		return fmt.Errorf("em: %d components need as many rows, the data have %d: lower K", k, rows)
	case p != 0 && p != PriorNone:
		return fmt.Errorf("em: %s.Prior is %v: want the default or PriorNone", name, p)
	}
	if err := checkPolicy(name, policy); err != nil {
		return err
	}
	return atLeastOne(name+".Alpha", alpha)
}

// atLeastOne returns an error unless the parameter of a Beta or Dirichlet prior is 1 or more, or 0 for its default.
func atLeastOne(name string, v float64) error {
	if v != 0 && !(v >= 1 && v <= math.MaxFloat64) {
		return fmt.Errorf("em: %s is %v: give a number from 1 on, or 0 for the default", name, v)
	}
	return nil
}

// orDefault returns v, or the default for 0.
func orDefault(v, value float64) float64 {
	if v == 0 {
		return value
	}
	return v
}
