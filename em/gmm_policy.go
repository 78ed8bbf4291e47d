package em

import (
	"math"

	"example.com/elbo"
)

// Events returns the events of the last successful MStep: elbo.EventEmpty for a component that fell below 2⁻³⁰ of the total weight,
// elbo.EventCollapsed for one whose covariance matrix became singular, and after it what the policy made of it.
func (m *GMM[T]) Events() []elbo.Event { return m.events }

// Policy returns what the model does with a component that is empty or collapses.
func (m *GMM[T]) Policy() elbo.Policy { return m.policy }

// enforce applies the policy to the spare parameters.
func (m *GMM[T]) enforce(counts []float64, total float64) error {
	p := m.spare
	e := enforcement{policy: m.policy, counts: counts, total: total, present: m.cur.weights, weights: p.weights, fates: p.fates, events: m.events}
	rebuilt, err := e.apply(m)
	m.events = e.events
	if !rebuilt || err != nil {
		return err
	}
	return m.recompile()
}

func (m *GMM[T]) collapse(k int, rows float64, f *fate) error {
	return &CollapseError{Component: k, Rows: rows, Column: f.column}
}

func (m *GMM[T]) keep(k int) {
	p := m.spare
	copy(p.means[k*m.d:][:m.d], m.cur.means[k*m.d:])
	if m.covariance != Tied {
		size := len(p.cov) / m.k
		copy(p.cov[k*size:][:size], m.cur.cov[k*size:])
	}
}

// split makes halves of the source (w, μ, Σ). Along the widest axis v of Σ, in the frame, with δ = Σv/√(2 vᵀΣv), they are
// (w/2, μ ± δ, Σ − δδᵀ), which have the same mean and covariance; tied: with the same Σ; diagonal and spherical: along the column of the
// largest variance.
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
