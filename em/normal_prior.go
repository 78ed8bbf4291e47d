package em

import (
	"fmt"
	"math"
	"slices"

	"example.com/elbo/internal/safetensors"
)

// The prior of the means given the covariance matrices, μ_k ~ N(m₀, Σ_k/κ₀), which makes the inverse-Wishart prior a
// Normal–inverse-Wishart one. In an M-step it is κ₀ rows at m₀ that each component has besides its own:
//
//	S1_k + κ₀ e_k,  S2_k + κ₀ e_k e_kᵀ,  e_k = m₀ − m_k,
//
// and a power of |Σ_k|^−½, of the tied one for each component, of a spherical one for each column.
type normalPrior struct {
	rows float64   // κ₀; 0: the means are uniform
	mean []float64 // m₀, in the units of the data
	s    []float64 // scratch for S1 and S2
}

// checkNormal returns an error unless the options' prior of the means is one.
func (o *GMMOptions) checkNormal(columns int) error {
	switch rows := o.PriorShrinkage; {
	case !(rows >= 0 && rows <= math.MaxFloat64):
		return fmt.Errorf("em: GMMOptions.PriorShrinkage is %v: want a number of rows of at least 0", rows)
	case rows > 0 && o.Prior == PriorNone:
		return fmt.Errorf("em: GMMOptions.PriorShrinkage is given and Prior is PriorNone: leave out one of the two")
	case rows == 0 && o.PriorMean != nil:
		return fmt.Errorf("em: GMMOptions.PriorMean is given without PriorShrinkage: say how many rows it counts as")
	case o.PriorMean != nil && len(o.PriorMean) != columns:
		return fmt.Errorf("em: GMMOptions.PriorMean has %d elements, want %d", len(o.PriorMean), columns)
	}
	for j, v := range o.PriorMean {
		if v-v != 0 {
			return fmt.Errorf("em: GMMOptions.PriorMean[%d] is %v: want a finite number", j, v)
		}
	}
	return nil
}

// setNormal sets the prior of the options, for columns of these means.
func (m *GMM[T]) setNormal(o GMMOptions, mean []float64) {
	m.normal = normalPrior{rows: o.PriorShrinkage}
	if o.PriorShrinkage == 0 || o.Prior == PriorNone {
		m.normal.rows = 0
		return
	}
	m.normal.mean = slices.Clone(mean)
	copy(m.normal.mean, o.PriorMean)
	m.normal.s = make([]float64, m.d+m.d*m.d)
}

// PriorShrinkage returns κ₀; 0 if the means have a uniform prior.
func (m *GMM[T]) PriorShrinkage() float64 { return m.normal.rows }

// PriorMean returns m₀, D, in the units of the data; nil if the means have a uniform prior.
func (m *GMM[T]) PriorMean() []float64 { return slices.Clone(m.normal.mean) }

// offset returns m₀ − m_k in the frame.
func (m *GMM[T]) offset(k, j int) float64 {
	return float64((m.normal.mean[j]-m.frame.centre[j])*m.frame.scale[j]) - float64(m.cur.mean.Row(k)[j])
}

// withNormal returns S1 and S2 of component k with those of the prior's rows.
func (m *GMM[T]) withNormal(k int, s1, s2 []float64) (_, _ []float64) {
	d, rows := m.d, m.normal.rows
	if rows == 0 {
		return s1, s2
	}
	t1, t2 := m.normal.s[:d], m.normal.s[d:]
	for i := range d {
		e := m.offset(k, i)
		t1[i] = math.FMA(rows, e, s1[i])
		if !m.covariance.whole() {
			t2[i] = math.FMA(float64(rows*e), e, s2[i])
			continue
		}
		for j := i; j < d; j++ {
			t2[i*d+j] = math.FMA(float64(rows*e), m.offset(k, j), s2[i*d+j])
		}
	}
	return t1, t2
}

// normals is how many Gaussian variables of the prior have the same variance: the power of its −½.
func (m *GMM[T]) normals() float64 {
	switch {
	case m.normal.rows == 0:
		return 0
	case m.covariance == Tied:
		return float64(m.k)
	case m.covariance == Spherical:
		return float64(m.d)
	}
	return 1
}

// logNormal returns Σ_k ln N(μ_k; m₀, Σ_k/κ₀) in nats.
func (m *GMM[T]) logNormal(p *params[T]) float64 {
	rows, sum := m.normal.rows, 0.0
	if rows == 0 {
		return 0
	}
	e := m.work.axis
	for k := range m.k {
		for j := range e {
			e[j] = float64((p.means[k*m.d+j] - m.normal.mean[j]) * m.frame.scale[j])
		}
		root, q := m.frame.logDet, 0.0 // ½ ln |Σ_k⁻¹|
		for j := range e {
			if !m.covariance.whole() {
				v := float64(p.prec.Row(k)[j])
				root += float64(0.5 * logOf(v))
				q = math.FMA(float64(v*e[j]), e[j], q)
				continue
			}
			at := 0
			if m.covariance == Full {
				at = k * m.d
			}
			z := 0.0
			for i := range j + 1 {
				z = math.FMA(float64(p.prec.Row(at + i)[j]), e[i], z)
			}
			root += logOf(float64(p.prec.Row(at + j)[j]))
			q = math.FMA(z, z, q)
		}
		sum += float64(float64(m.d)*float64(0.5*(logOf(rows)-log2Pi))) + root - float64(0.5*float64(rows*q))
	}
	return sum
}

// tensors returns the prior as Save writes it.
func (n *normalPrior) tensors() []safetensors.Tensor {
	if n.rows == 0 {
		return nil
	}
	return []safetensors.Tensor{safetensors.New("prior_shrinkage", []float64{n.rows}, 1), safetensors.New("prior_mean", n.mean, len(n.mean))}
}

// readNormal reads the prior, if the file has one.
func (m *GMM[T]) readNormal(r *reader) error {
	if _, err := r.f.Lookup("prior_shrinkage"); err != nil {
		return nil
	}
	rows, mean := r.values("prior_shrinkage", 1), r.values("prior_mean", m.d)
	if r.err != nil {
		return r.err
	}
	o := GMMOptions{Prior: m.prior, PriorShrinkage: rows[0], PriorMean: mean}
	if err := o.checkNormal(m.d); err != nil {
		return err
	}
	m.setNormal(o, mean)
	return nil
}
