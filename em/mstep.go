package em

import (
	"fmt"
	"math"

	"example.com/elbo/internal/moments"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// StatsLen returns the length of the statistics: for each component N_k, S1_k (D) and S2_k (D×D row-major, the upper
// triangle, or D if diagonal), in the frame and about the means m_k that the E-step used:
//
//	N_k = Σ_n w_n r_nk,  S1_k = Σ_n w_n r_nk (x′_n − m_k),  S2_k = Σ_n w_n r_nk (x′_n − m_k)(x′_n − m_k)ᵀ
func (m *GMM[T]) StatsLen() int {
	if m.covariance == Diagonal {
		return moments.DiagLen(m.k, m.d)
	}
	return moments.Len(m.k, m.d)
}

// stride is the length of one component's statistics.
func (m *GMM[T]) stride() int { return m.StatsLen() / m.k }

// mStepWork is the scratch of an M-step.
type mStepWork struct {
	shift, floor []float64
	expected     *moments.Expected
}

func newMStepWork(d int) mStepWork {
	return mStepWork{shift: make([]float64, d), floor: make([]float64, d), expected: moments.NewExpected(d)}
}

// MStep sets the parameters to the maximiser of the expected complete-data log-likelihood plus log prior (Bishop 2006,
// eqs. 9.24–9.26; Fraley and Raftery 2007), δ = S1_k/N_k:
//
//	π_k = N_k/Σ_j N_j,  μ_k = m_k + δ,  Σ_k = (Ψ + S2_k − N_k δδᵀ)/(N_k + ν + D + 1)
//
// where under PriorNone Ψ and ν + D + 1 are 0. If diagonal, D is 1 in this: there are D one-dimensional problems.
// Second moments are taken about the means of the E-step, not about 0: so nothing cancels.
//
// A component without rows keeps its mean and, under PriorNone, its covariance, and gets weight 0: the bound does not
// depend on them. A singular covariance matrix is a *CollapseError, and the model unchanged. weight is not used.
func (m *GMM[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("em: %d statistics, the model has %d", len(stats), m.StatsLen())
	}
	m.spare.condition = 1
	total := 0.0
	for k := range m.k {
		n := stats[k*m.stride()]
		if !(n >= 0) {
			return fmt.Errorf("em: component %d has a weight of %v: no rows have such statistics", k, n)
		}
		total += n
	}
	if !(total > 0) || total-total != 0 {
		return fmt.Errorf("em: the statistics have a total weight of %v", total)
	}
	for k := range m.k {
		st := stats[k*m.stride():][:m.stride()]
		if err := m.update(k, st[0], st[1:1+m.d], st[1+m.d:], total); err != nil {
			return err
		}
	}
	m.spare.logPrior = m.logPriorOf(m.spare)
	m.cur, m.spare = m.spare, m.cur
	return nil
}

// update sets component k of the spare parameters.
func (m *GMM[T]) update(k int, n float64, s1, s2 []float64, total float64) error {
	p, d, f := m.spare, m.d, &m.frame
	size := len(p.cov) / m.k
	cov, means := p.cov[k*size:][:size], p.means[k*d:][:d]
	p.weights[k] = n / total
	copy(means, m.cur.means[k*d:][:d])
	shift := m.work.shift
	var floor []float64
	if m.prior == PriorNone {
		floor = m.work.floor
		clear(floor)
	}
	if n > 0 {
		for j := range d {
			shift[j] = s1[j] / n
			means[j] = f.centre[j] + float64((float64(m.cur.mean.Row(k)[j])+shift[j])/f.scale[j])
		}
	} else if m.prior == PriorNone {
		copy(cov, m.cur.cov[k*size:][:size])
		if j := p.compile(k, f, floor); j >= 0 {
			return &CollapseError{Component: k, Rows: n, Column: j}
		}
		return nil
	}
	strength := n
	if m.prior == PriorInverseWishart {
		strength += m.freedom() + float64(m.wishartDim()) + 1
	}
	element := func(i, j, at int) float64 {
		v := 0.0
		if n > 0 {
			v = math.FMA(-s1[i], shift[j], s2[at])
		}
		if i == j && m.prior == PriorInverseWishart {
			v += float64(m.scale[i] * f.scale[i] * f.scale[i])
		}
		return v / strength / f.scale[i] / f.scale[j]
	}
	eps := unitRoundoff[T]()
	for i := range d {
		// What rounding alone leaves of a variance that is 0: of S2 about the old mean, and of the rows themselves.
		if floor != nil {
			at := i * (d + 1)
			if m.covariance == Diagonal {
				at = i
			}
			mean := float64(m.cur.mean.Row(k)[i])
			floor[i] = max(4*eps*s2[at]/n, float64(256*eps*eps*float64(1+float64(mean*mean))))
		}
		if m.covariance == Diagonal {
			cov[i] = element(i, i, i)
			continue
		}
		for j := i; j < d; j++ {
			v := element(i, j, i*d+j)
			cov[i*d+j], cov[j*d+i] = v, v
		}
	}
	if j := p.compile(k, f, floor); j >= 0 {
		return &CollapseError{Component: k, Rows: n, Column: j}
	}
	return nil
}

// Rounding implements elbo.Conditioned. P_k the factor of the precision matrix and u the unit roundoff, let
//
//	κ = max_kj (Σ_i |P_k[i][j]| √Σ_k[i][i])²
//
// Rounding of the moments moves the variance of a whitened coordinate by up to uκ, which costs its square, since an M-step
// ends at a maximum; and in the E-step the coordinate is off by u√κ.
func (m *GMM[T]) Rounding() float64 {
	kappa := max(m.cur.condition, m.spare.condition)
	d, u := float64(m.d), unitRoundoff[T]()
	t := 8 * u * kappa
	return float64(4*d*u*math.Sqrt(kappa)) + float64(t*t)
}

// unitRoundoff returns 2⁻²⁴ or 2⁻⁵³.
func unitRoundoff[T kernels.Float]() float64 {
	var z T
	if _, ok := any(z).(float32); ok {
		return 0x1p-24
	}
	return 0x1p-53
}

// wishartDim is the dimension of the inverse-Wishart distributions: D, or 1 where each variance has one.
func (m *GMM[T]) wishartDim() int {
	if m.covariance == Diagonal {
		return 1
	}
	return m.d
}

// freedom is ν, their degrees of freedom.
func (m *GMM[T]) freedom() float64 { return float64(m.wishartDim() + 2) }

// logPriorOf returns log p(θ) in nats:
//
//	ln Γ(K) + Σ_k [½ν ln|Ψ| − ½νD ln 2 − ln Γ_D(ν/2) − ½(ν + D + 1) ln|Σ_k| − ½ tr(Ψ Σ_k⁻¹)]
func (m *GMM[T]) logPriorOf(p *params[T]) float64 {
	if m.prior == PriorNone {
		return 0
	}
	dim, nu := m.wishartDim(), m.freedom()
	perColumn := float64(0.5 * nu * float64(dim) * log2)
	constant := special.LogMultivariateGamma(dim, nu/2) + perColumn // of one distribution
	sum := special.Lgamma(float64(m.k))
	for k := range m.k {
		logPsi, logDet, trace := m.priorTerms(p, k)
		distributions := float64(m.d / dim)
		sum += float64(0.5*float64(nu*logPsi)) - float64(distributions*constant)
		sum -= float64(0.5*float64((nu+float64(dim)+1)*logDet)) + float64(0.5*trace)
	}
	return sum
}

// priorTerms returns ln|Ψ|, ln|Σ_k| and tr(Ψ Σ_k⁻¹).
func (m *GMM[T]) priorTerms(p *params[T], k int) (logPsi, logDet, trace float64) {
	f := &m.frame
	for j := range m.d {
		logPsi += logOf(m.scale[j])
		if m.covariance == Diagonal {
			v := p.cov[k*m.d+j]
			logDet += logOf(v)
			trace += m.scale[j] / v
			continue
		}
		psi := m.scale[j] * f.scale[j] * f.scale[j]
		row := p.prec.Row(k*m.d + j)[j:]
		logDet -= float64(2 * logOf(float64(row[0])))
		sum := 0.0
		for _, v := range row {
			sum = math.FMA(float64(v), float64(v), sum)
		}
		trace = math.FMA(psi, sum, trace)
	}
	if m.covariance == Full {
		logDet -= float64(2 * f.logDet)
	}
	return logPsi, logDet, trace
}
