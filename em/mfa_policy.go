package em

import (
	"math"

	"example.com/elbo/kernels"
)

// at returns the fate of a component that collapsed with a *NoiseError.
func (f fate) at(err *NoiseError) fate {
	f.collapsed, f.column, f.variance = true, err.Column, err.Variance
	return f
}

func (m *MFA[T]) collapse(k int, rows float64, f *fate) error {
	return &NoiseError{Component: k, Column: f.column, Variance: f.variance}
}

func (m *MFA[T]) keep(k int) {
	a, old := m.spare.parts[k], m.cur.parts[k]
	copy(a.mean, old.mean)
	copy(a.loadings, old.loadings)
	if !m.shared {
		copy(a.noise, old.noise)
	}
}

// split makes halves of the source (w, μ, W, Ψ): with u the eigenvector of the largest eigenvalue of WᵀW, in the frame, and δ = Wu/√2
// they are (w/2, μ ± δ, W(I − (1 − 1/√2)uuᵀ), Ψ), which have the same mean and covariance.
func (m *MFA[T]) split(k, source int) bool {
	from, to, q := m.spare.parts[source], m.spare.parts[k], m.q
	u, v := m.scratch().axis[0], m.scratch().axis[1]
	kernels.Fill(u, 1/math.Sqrt(float64(q)))
	along := func(j int) float64 { return kernels.Dot(from.loadings[j*q:][:q], u) } // of Wu, in the units of the data
	for range 50 {
		clear(v)
		for j, s := range m.frame.scale {
			t := along(j) * s * s
			for i, w := range from.loadings[j*q:][:q] {
				v[i] = math.FMA(t, w, v[i])
			}
		}
		norm := math.Sqrt(kernels.Dot(v, v))
		if !(norm > 0) {
			break
		}
		for i, x := range v {
			u[i] = x / norm
		}
	}
	apart := false
	for j, mean := range from.mean {
		step := along(j) / math.Sqrt2
		apart = apart || mean-step != mean+step
	}
	if !apart {
		return false
	}
	copy(to.noise, from.noise)
	for j := range m.d {
		t := along(j)
		mean, step := from.mean[j], t/math.Sqrt2
		from.mean[j], to.mean[j] = mean-step, mean+step
		for i := range q {
			from.loadings[j*q+i] = math.FMA(float64((math.Sqrt2/2-1)*t), u[i], from.loadings[j*q+i])
		}
		copy(to.loadings[j*q:][:q], from.loadings[j*q:])
	}
	return true
}
