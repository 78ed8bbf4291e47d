package em

import (
	"slices"

	"example.com/elbo/internal/moments"
)

// ExpectedLogJoint returns Σ_n w_n Σ_k r_nk log[π_k N(x_n; μ_k, Σ_k)] in nats at the present parameters, of the statistics that
// the last MStep took, and which are about the means before it. What they say of dropped components does not count.
func (m *GMM[T]) ExpectedLogJoint(stats []float64, weight float64) float64 {
	p := m.cur
	for k, f := range p.fates {
		if f.dropped && stats[k*m.stride()] != 0 {
			stats = slices.Clone(stats)
			stats[k*m.stride()] = 0
		}
	}
	if m.covariance.whole() {
		return moments.ExpectedFull(m.work.expected, stats, m.spare.mean, p.mean, p.prec, p.c)
	}
	return moments.ExpectedDiag(m.work.expected, stats, m.spare.mean, p.mean, p.prec, p.logNorm, p.c)
}

// ToOrigin translates statistics from the present means to the origin of the frame.
func (m *GMM[T]) ToOrigin(stats []float64) { m.translate(stats, 1) }

// FromOrigin translates statistics about the origin of the frame to the present means, as MStep takes them.
func (m *GMM[T]) FromOrigin(stats []float64) { m.translate(stats, -1) }

func (m *GMM[T]) translate(stats []float64, sign float64) {
	if m.covariance.whole() {
		moments.Translate(stats, m.cur.mean, sign)
	} else {
		moments.TranslateDiag(stats, m.cur.mean, sign)
	}
}

// Counts appends N_k = Σ_n w_n r_nk to dst.
func (m *GMM[T]) Counts(dst, stats []float64) []float64 {
	for k := range m.k {
		dst = append(dst, stats[k*m.stride()])
	}
	return dst
}
