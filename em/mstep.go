package em

import (
	"fmt"
	"math"

	"example.com/elbo/internal/moments"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// StatsLen returns the length of the statistics: for each component N_k, S1_k (D) and S2_k (D×D row-major, the upper
// triangle, or D if diagonal or spherical), in the frame and about the means m_k that the E-step used:
//
//	N_k = Σ_n w_n r_nk,  S1_k = Σ_n w_n r_nk (x′_n − m_k),  S2_k = Σ_n w_n r_nk (x′_n − m_k)(x′_n − m_k)ᵀ
//
// A missing entry counts in S1 and S2, if they are full or tied, with its conditional moments, E[x_m | x_o, k] for x_m and with the
// conditional covariance matrix added to the square. If diagonal or spherical it does not count; then C_k (D), the
// sums of w_n r_nk over the rows in which a column is there, stand behind S2_k.
func (m *GMM[T]) StatsLen() int {
	if m.covariance.whole() {
		return moments.Len(m.k, m.d)
	}
	return moments.DiagLen(m.k, m.d)
}

// counts returns C_k, or nil if the covariances are full or tied.
func (m *GMM[T]) counts(stats []float64, k int) []float64 {
	if m.covariance.whole() {
		return nil
	}
	return stats[k*m.stride()+1+2*m.d:][:m.d]
}

// stride is the length of one component's statistics.
func (m *GMM[T]) stride() int { return m.StatsLen() / m.k }

// mStepWork is the scratch of an M-step.
type mStepWork struct {
	shift, floor []float64
	pooled       []float64 // D×D if tied
	axis         []float64
	counts       []float64 // N_k
	expected     *moments.Expected
}

func newMStepWork(k, d int, c Covariance) mStepWork {
	w := mStepWork{shift: make([]float64, d), axis: make([]float64, d), floor: make([]float64, d), counts: make([]float64, k), expected: moments.NewExpected(d)}
	if c == Tied {
		w.pooled = make([]float64, d*d)
	}
	return w
}

// MStep sets the parameters to the maximiser of the expected complete-data log-likelihood plus log prior (Bishop 2006,
// eqs. 9.24–9.26; Fraley and Raftery 2007), δ = S1_k/N_k:
//
//	π_k = N_k/Σ_j N_j,  μ_k = m_k + δ,  W_k = S2_k − N_k δδᵀ
//	full:       Σ_k = (Ψ + W_k)/(N_k + ν + D + 1)
//	tied:       Σ = (Ψ + Σ_k W_k)/(Σ_k N_k + ν + D + 1)
//	diagonal:   σ²_kd = (ψ_d + W_kdd)/(C_kd + ν + 2)
//	spherical:  σ²_k = (ψ + tr W_k)/(Σ_d C_kd + ν + 2)
//
// where under PriorNone Ψ, ψ and the terms with ν are 0, and the last two have C_kd in place of N_k throughout. With
// GMMOptions.PriorShrinkage κ₀, e = m₀ − m_k,
//
//	δ = (S1_k + κ₀e)/(N_k + κ₀),  W_k = S2_k + κ₀eeᵀ − (N_k + κ₀) δδᵀ
//
// and the divisors are greater by 1, K if tied, D if spherical. Second moments are taken about the means of the E-step, not about
// 0: so nothing cancels.
//
// A component without rows keeps its mean and, under PriorNone, its covariance, and gets weight 0: the bound does not
// depend on them. A singular covariance matrix is, unless GMMOptions.Policy says otherwise, a *CollapseError, and the model
// unchanged. A component that was dropped stays so, whatever its statistics. weight is not used.
func (m *GMM[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("em: %d statistics, the model has %d", len(stats), m.StatsLen())
	}
	m.spare.condition = 1
	m.events = m.events[:0]
	total := 0.0
	for k := range m.k {
		f, n := m.cur.fates[k], stats[k*m.stride()]
		f.collapsed = false
		m.spare.fates[k] = f
		if f.dropped {
			continue
		}
		if !(n >= 0) {
			return fmt.Errorf("em: component %d has a weight of %v: no rows have such statistics", k, n)
		}
		for j, c := range m.counts(stats, k) {
			if !(c >= 0) {
				return fmt.Errorf("em: column %d has a weight of %v in component %d: no rows have such statistics", j, c, k)
			}
		}
		total += n
	}
	if !(total > 0) || total-total != 0 {
		return fmt.Errorf("em: the statistics have a total weight of %v", total)
	}
	clear(m.work.pooled)
	clear(m.work.floor)
	for k := range m.k {
		if m.spare.fates[k].dropped {
			m.spare.weights[k], m.work.counts[k] = 0, 0
			if m.keep(k); m.covariance != Tied {
				m.spare.compile(k, &m.frame, nil)
			} else if m.normal.rows > 0 { // its mean stays and has its prior
				clear(m.work.shift)
				none := make([]float64, m.d+m.d*m.d)
				s1, s2 := m.withNormal(k, none[:m.d], none[m.d:])
				m.pool(k, 0, s1, s2)
			}
			continue
		}
		st := stats[k*m.stride():][:m.stride()]
		m.work.counts[k] = st[0]
		if j := m.update(k, st[0], st[1:1+m.d], st[1+m.d:], m.counts(stats, k), total); j >= 0 {
			m.spare.fates[k].collapsed, m.spare.fates[k].column = true, j
		}
	}
	if m.covariance == Tied {
		if j := m.updateTied(total); j >= 0 {
			return &CollapseError{Component: -1, Rows: total, Column: j}
		}
	}
	if err := m.enforce(m.work.counts, total); err != nil {
		return err
	}
	m.spare.logPrior = m.logPriorOf(m.spare)
	m.stamp(m.spare)
	m.cur, m.spare = m.spare, m.cur
	return nil
}

// update sets component k of the spare parameters, but for a tied covariance matrix, and returns the first column without variance if
// the component has collapsed, else −1.
func (m *GMM[T]) update(k int, n float64, s1, s2, counts []float64, total float64) (bad int) {
	p, d, f := m.spare, m.d, &m.frame
	means, shift := p.means[k*d:][:d], m.work.shift
	p.weights[k] = n / total
	copy(means, m.cur.means[k*d:][:d])
	s1, s2 = m.withNormal(k, s1, s2)
	if n > 0 || m.normal.rows > 0 {
		for j := range d {
			c := n
			if counts != nil {
				c = counts[j]
			}
			c += m.normal.rows
			if shift[j] = 0; c > 0 {
				shift[j] = s1[j] / c
				means[j] = f.centre[j] + float64((float64(m.cur.mean.Row(k)[j])+shift[j])/f.scale[j])
			}
		}
	}
	switch {
	case m.covariance == Tied:
		if n > 0 || m.normal.rows > 0 {
			m.pool(k, n, s1, s2)
		}
		return -1
	case n == 0 && m.prior == PriorNone:
		size := len(p.cov) / m.k
		copy(p.cov[k*size:][:size], m.cur.cov[k*size:])
	case m.covariance == Full:
		m.updateFull(k, n, s1, s2)
	case m.covariance == Diagonal:
		m.updateDiagonal(k, s1, s2, counts)
	default:
		m.updateSpherical(k, s1, s2, counts)
	}
	var floor []float64
	if m.prior == PriorNone {
		if floor = m.work.floor; n == 0 {
			clear(floor)
		}
	}
	return p.compile(k, f, floor)
}

// strength is what the sum of squares over n rows is divided by.
func (m *GMM[T]) strength(n float64) float64 {
	if m.prior == PriorInverseWishart {
		n += m.freedom() + float64(m.wishartDim()) + 1 + m.normals()
	}
	return n
}

// scatter returns element (i, j) of W_k, which stands at the given place of S2_k, plus that of Ψ, in the frame.
func (m *GMM[T]) scatter(n float64, s1, s2 []float64, i, j, at int) float64 {
	v := 0.0
	if n > 0 || m.normal.rows > 0 {
		v = math.FMA(-s1[i], m.work.shift[j], s2[at])
	}
	if i == j && m.prior == PriorInverseWishart && m.covariance != Spherical {
		v += float64(m.scale[i] * m.frame.scale[i] * m.frame.scale[i])
	}
	return v
}

// leftOver is what rounding alone leaves of a variance that is 0: of S2 about the old mean, and of the rows themselves.
func (m *GMM[T]) leftOver(k, i int, s2, n float64) float64 {
	eps, mean := unitRoundoff[T](), float64(m.cur.mean.Row(k)[i])
	return max(4*eps*s2/n, float64(256*eps*eps*float64(1+float64(mean*mean))))
}

func (m *GMM[T]) updateFull(k int, n float64, s1, s2 []float64) {
	d, f := m.d, &m.frame
	cov, strength := m.spare.cov[k*d*d:][:d*d], m.strength(n)
	for i := range d {
		m.work.floor[i] = m.leftOver(k, i, s2[i*(d+1)], n)
		for j := i; j < d; j++ {
			v := m.scatter(n, s1, s2, i, j, i*d+j) / strength / f.scale[i] / f.scale[j]
			cov[i*d+j], cov[j*d+i] = v, v
		}
	}
}

// updateDiagonal keeps, without a prior, the variance of a column in which the component has no entries.
func (m *GMM[T]) updateDiagonal(k int, s1, s2, counts []float64) {
	cov, f := m.spare.cov[k*m.d:][:m.d], &m.frame
	for i, n := range counts {
		if n == 0 && m.prior == PriorNone {
			cov[i], m.work.floor[i] = m.cur.cov[k*m.d+i], 0
			continue
		}
		m.work.floor[i] = m.leftOver(k, i, s2[i], n)
		cov[i] = m.scatter(n, s1, s2, i, i, i) / m.strength(n) / f.scale[i] / f.scale[i]
	}
}

func (m *GMM[T]) updateSpherical(k int, s1, s2, counts []float64) {
	sum, total, scale := 0.0, 0.0, m.frame.scale[0]
	for i, n := range counts {
		m.work.floor[i] = 0
		if n > 0 {
			m.work.floor[i] = m.leftOver(k, i, s2[i], n)
		}
		total += n
		sum += m.scatter(n, s1, s2, i, i, i)
	}
	if m.prior == PriorInverseWishart {
		sum += float64(m.scale[0] * scale * scale)
	} else if total == 0 {
		m.spare.cov[k] = m.cur.cov[k]
		return
	}
	m.spare.cov[k] = sum / m.strength(total) / scale / scale
}

// pool adds W_k to the pooled scatter.
func (m *GMM[T]) pool(k int, n float64, s1, s2 []float64) {
	for i := range m.d {
		m.work.floor[i] = max(m.work.floor[i], m.leftOver(k, i, s2[i*(m.d+1)], n))
		for j := i; j < m.d; j++ {
			m.work.pooled[i*m.d+j] += math.FMA(-s1[i], m.work.shift[j], s2[i*m.d+j])
		}
	}
}

// updateTied makes the spare parameters' covariance matrix of the pooled scatter.
func (m *GMM[T]) updateTied(total float64) (bad int) {
	d, f, p, strength := m.d, &m.frame, m.spare, m.strength(total)
	for i := range d {
		for j := i; j < d; j++ {
			v := m.work.pooled[i*d+j]
			if i == j && m.prior == PriorInverseWishart {
				v += float64(m.scale[i] * f.scale[i] * f.scale[i])
			}
			v = v / strength / f.scale[i] / f.scale[j]
			p.cov[i*d+j], p.cov[j*d+i] = v, v
		}
	}
	var floor []float64
	if m.prior == PriorNone {
		floor = m.work.floor
	}
	return p.compileTied(f, floor)
}

// Rounding implements elbo.Conditioned. P_k the factor of the precision matrix and u the unit roundoff, let
//
//	κ = max_kj (Σ_i |P_k[i][j]| √Σ_k[i][i])²
//
// Rounding of the moments moves the variance of a whitened coordinate by up to uκ, which costs its square, since an M-step
// ends at a maximum; and in the E-step the coordinate is off by u√κ, if tied with |μ_ki| + √Σ[i][i] in the place of √Σ[i][i].
func (m *GMM[T]) Rounding() float64 {
	kappa := max(m.cur.condition, m.spare.condition)
	d, u := float64(m.d), unitRoundoff[T]()
	t := 8 * u * kappa
	return float64(4*d*u*math.Sqrt(max(kappa, m.cur.spread, m.spare.spread))) + float64(t*t)
}

// StatsRounding implements elbo.ConditionedStats: Σ_k tr(P_kᵀ S2_k P_k) is off by up to 8Duκ per row.
func (m *GMM[T]) StatsRounding() float64 {
	kappa := max(m.cur.condition, m.spare.condition)
	return float64(4 * float64(m.d) * unitRoundoff[T]() * kappa)
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
	if m.covariance.whole() {
		return m.d
	}
	return 1
}

// freedom is ν, their degrees of freedom.
func (m *GMM[T]) freedom() float64 { return float64(m.wishartDim() + 2) }

// logPriorOf returns log p(θ) in nats, the sum over the different covariance matrices:
//
//	ln Γ(K) + Σ_k [½ν ln|Ψ| − ½νD ln 2 − ln Γ_D(ν/2) − ½(ν + D + 1) ln|Σ_k| − ½ tr(Ψ Σ_k⁻¹)]
//
// and the sum over components of ½D ln(κ₀/2π) − ½ ln|Σ_k| − ½κ₀ (μ_k − m₀)ᵀΣ_k⁻¹(μ_k − m₀) if κ₀ > 0. If diagonal each of the
// first is D one-dimensional distributions, if spherical one.
func (m *GMM[T]) logPriorOf(p *params[T]) float64 {
	if m.prior == PriorNone {
		return 0
	}
	dim, nu := m.wishartDim(), m.freedom()
	perColumn := float64(0.5 * nu * float64(dim) * log2)
	constant := special.LogMultivariateGamma(dim, nu/2) + perColumn // of one distribution
	sum := special.Lgamma(float64(m.k))
	matrices, distributions := m.k, 1.0 // different ones, and of each
	switch m.covariance {
	case Tied:
		matrices = 1
	case Diagonal:
		distributions = float64(m.d)
	}
	for k := range matrices {
		logPsi, logDet, trace := m.priorTerms(p, k)
		sum += float64(0.5*float64(nu*logPsi)) - float64(distributions*constant)
		sum -= float64(0.5*float64((nu+float64(dim)+1)*logDet)) + float64(0.5*trace)
	}
	return sum + m.logNormal(p)
}

// priorTerms returns ln|Ψ|, ln|Σ_k| and tr(Ψ Σ_k⁻¹); if spherical ln ψ, ln σ²_k and ψ/σ²_k.
func (m *GMM[T]) priorTerms(p *params[T], k int) (logPsi, logDet, trace float64) {
	f := &m.frame
	for j, scale := range m.scale {
		logPsi += logOf(scale)
		if !m.covariance.whole() {
			v := p.cov[k*len(m.scale)+j]
			logDet += logOf(v)
			trace += scale / v
			continue
		}
		psi := scale * f.scale[j] * f.scale[j]
		row := p.prec.Row(k*m.d + j)[j:]
		logDet -= float64(2 * logOf(float64(row[0])))
		sum := 0.0
		for _, v := range row {
			sum = math.FMA(float64(v), float64(v), sum)
		}
		trace = math.FMA(psi, sum, trace)
	}
	if m.covariance.whole() {
		logDet -= float64(2 * f.logDet)
	}
	return logPsi, logDet, trace
}
