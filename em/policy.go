package em

import (
	"errors"
	"fmt"
	"math"

	"example.com/elbo"
)

// emptyShare is the share of the total weight below which a component is empty.
const emptyShare = 0x1p-30

// mostSplits is how often PolicySplit begins one component anew; then it drops it.
const mostSplits = 5

// ErrEmpty is what errors.Is finds in the error of a fit in which a component lost its rows under elbo.PolicyError; the error is an
// *EmptyError.
var ErrEmpty = errors.New("em: a component lost its rows")

// EmptyError reports a component that has lost its rows.
type EmptyError struct {
	Component int
	Rows      float64 // the expected number of rows left
}

// Error names the component and the mends.
func (e *EmptyError) Error() string {
	return fmt.Sprintf("em: component %d has lost its rows, of which %.3g are left: use fewer components, or elbo.PolicyPrior, PolicySplit or PolicyDrop", e.Component, e.Rows)
}

// Is reports whether target is ErrEmpty.
func (e *EmptyError) Is(target error) bool { return target == ErrEmpty }

// fate is what an M-step has to know of a component.
type fate struct {
	dropped   bool
	collapsed bool // in this M-step, in the first column without variance
	column    int
	splits    int
}

// Events returns the events of the last successful MStep: elbo.EventEmpty for a component that fell below 2⁻³⁰ of the total weight,
// elbo.EventCollapsed for one whose covariance matrix became singular, and after it what the policy made of it.
func (m *GMM[T]) Events() []elbo.Event { return m.events }

// Policy returns what the model does with a component that is empty or collapses.
func (m *GMM[T]) Policy() elbo.Policy { return m.policy }

func (m *GMM[T]) event(kind elbo.EventKind, k int, weight float64) {
	m.events = append(m.events, elbo.Event{Kind: kind, Component: k, Weight: weight})
}

// enforce applies the policy to the spare parameters, whose components are updated but for those that collapsed.
//
//	PolicyPrior  an empty component keeps its place; a collapse is an error
//	PolicySplit  the component takes half of the weight w of the heaviest one, (w, μ, Σ). Along the widest axis v of Σ, in the frame,
//	             with δ = Σv/√(2 vᵀΣv), these become (w/2, μ ± δ, Σ − δδᵀ), which has the same mean and covariance; tied: with the same Σ;
//	             diagonal and spherical: along the column of the largest variance
//	PolicyDrop   the component gets weight 0 for good, and the others its weight in proportion
//	PolicyError  both are errors
func (m *GMM[T]) enforce(stats []float64, total float64) error {
	p := m.spare
	for k := range m.k {
		f, n := &p.fates[k], stats[k*m.stride()]
		empty := !f.dropped && !f.collapsed && n < float64(emptyShare*total) && m.cur.weights[k] >= emptyShare
		switch {
		case f.collapsed && (m.policy == elbo.PolicyPrior || m.policy == elbo.PolicyError):
			return &CollapseError{Component: k, Rows: n, Column: f.column}
		case empty && m.policy == elbo.PolicyError:
			return &EmptyError{Component: k, Rows: n}
		case f.collapsed:
			m.event(elbo.EventCollapsed, k, n)
		case empty:
			m.event(elbo.EventEmpty, k, n)
		default:
			continue
		}
		if m.policy == elbo.PolicyPrior {
			continue
		}
		source := m.heaviest(k)
		if source < 0 {
			return &CollapseError{Component: k, Rows: n, Column: f.column}
		}
		m.keep(k)
		if m.policy == elbo.PolicySplit && f.splits < mostSplits && m.split(k, source) {
			f.splits++
			m.event(elbo.EventSplit, k, n)
			continue
		}
		f.dropped = true
		m.event(elbo.EventDropped, k, n)
	}
	if len(m.events) == 0 || m.policy == elbo.PolicyPrior {
		return nil
	}
	// The weights of what was dropped, and of what collapsed before it was split, go to the others.
	sum := 0.0
	for k, f := range p.fates {
		if f.dropped {
			p.weights[k] = 0
		}
		sum += p.weights[k]
	}
	for k := range p.weights {
		p.weights[k] /= sum
	}
	return m.recompile()
}

// heaviest returns the component with the highest weight but k that is neither dropped nor collapsed, or −1.
func (m *GMM[T]) heaviest(k int) int {
	best, p := -1, m.spare
	for i, f := range p.fates {
		if i != k && !f.dropped && !f.collapsed && p.weights[i] > 0 && (best < 0 || p.weights[i] > p.weights[best]) {
			best = i
		}
	}
	return best
}

// keep gives component k of the spare parameters its present mean and covariance, and no weight.
func (m *GMM[T]) keep(k int) {
	p := m.spare
	p.weights[k], p.fates[k].collapsed = 0, false
	copy(p.means[k*m.d:][:m.d], m.cur.means[k*m.d:])
	if m.covariance != Tied {
		size := len(p.cov) / m.k
		copy(p.cov[k*size:][:size], m.cur.cov[k*size:])
	}
}

// split makes component k half of the source, see enforce; false if the source's two halves would not be apart.
func (m *GMM[T]) split(k, source int) bool {
	p, d, f := m.spare, m.d, &m.frame
	delta := m.work.shift
	m.axis(delta, source)
	apart := false
	for j, v := range delta {
		from, to := &p.means[source*d+j], &p.means[k*d+j]
		mean, step := *from, v/f.scale[j]
		*from, *to = mean-step, mean+step
		apart = apart || *from != *to
		delta[j] = step
	}
	if !apart {
		return false
	}
	p.weights[source] /= 2
	p.weights[k] = p.weights[source]
	switch m.covariance {
	case Full:
		from := p.cov[source*d*d:][:d*d]
		for i := range d {
			for j := range d {
				from[i*d+j] -= float64(delta[i] * delta[j])
			}
		}
		copy(p.cov[k*d*d:][:d*d], from)
	case Diagonal:
		for j := range d {
			p.cov[source*d+j] -= float64(delta[j] * delta[j])
		}
		copy(p.cov[k*d:][:d], p.cov[source*d:])
	case Spherical:
		sum := 0.0
		for _, v := range delta {
			sum = math.FMA(v, v, sum)
		}
		p.cov[source] -= sum / float64(d)
		p.cov[k] = p.cov[source]
	}
	return true
}

// axis writes δ = Σv/√(2 vᵀΣv) of the component to delta, in the frame, v by power iteration from the column of the largest variance.
func (m *GMM[T]) axis(delta []float64, k int) {
	p, d, s := m.spare, m.d, m.frame.scale
	at := func(i, j int) float64 { return p.at(k, i, j) * s[i] * s[j] }
	widest := 0
	for j := range d {
		if at(j, j) > at(widest, widest) {
			widest = j
		}
	}
	clear(delta)
	if !m.covariance.whole() {
		delta[widest] = math.Sqrt(at(widest, widest) / 2)
		return
	}
	v := m.work.axis
	clear(v)
	v[widest] = 1
	quadratic := 0.0
	for range 50 {
		quadratic = 0
		norm := 0.0
		for i := range d {
			delta[i] = 0
			for j := range d {
				delta[i] = math.FMA(at(i, j), v[j], delta[i])
			}
			quadratic = math.FMA(v[i], delta[i], quadratic)
			norm = math.FMA(delta[i], delta[i], norm)
		}
		norm = math.Sqrt(norm)
		for i := range d {
			v[i] = delta[i] / norm
		}
	}
	scale := math.Sqrt(2 * quadratic)
	for i := range d {
		delta[i] /= scale
	}
}

// recompile derives the spare parameters' constants anew.
func (m *GMM[T]) recompile() error {
	p := m.spare
	p.condition = 1
	if m.covariance == Tied {
		if j := p.compileTied(&m.frame, nil); j >= 0 {
			return &CollapseError{Component: -1, Column: j}
		}
		return nil
	}
	for k := range m.k {
		if j := p.compile(k, &m.frame, nil); j >= 0 {
			return &CollapseError{Component: k, Column: j}
		}
	}
	return nil
}
