package em

import (
	"errors"
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// mfaWork is the scratch of an M-step.
type mfaWork struct {
	a, root   kernels.Matrix[float64] // P×P
	solution  []float64               // P
	sum, rest []float64               // P(P+1)/2
	counts    []float64               // N_k
	axis      [2][]float64            // Q each
	shared    [3][]float64            // D each: n_kd, squares of residuals and of deviations, summed over components, if the noise is shared
}

func (m *MFA[T]) scratch() *mfaWork {
	if m.work == nil {
		l := m.layout()
		m.work = &mfaWork{
			a: kernels.NewMatrix[float64](l.p, l.p), root: kernels.NewMatrix[float64](l.p, l.p), solution: make([]float64, l.p),
			sum: make([]float64, l.tri), rest: make([]float64, l.tri), counts: make([]float64, m.k), axis: [2][]float64{make([]float64, m.q), make([]float64, m.q)},
			shared: [3][]float64{make([]float64, m.d), make([]float64, m.d), make([]float64, m.d)},
		}
	}
	return m.work
}

var errNoRegression = errors.New("em: the statistics' factors have no positive definite second moments: no rows have such statistics")

// count returns N_k of one component's statistics.
func (l mfaLayout) count(st []float64) float64 { return st[l.tri-1] + st[2*l.tri-1] }

// Counts appends N_k = Σ_n w_n r_nk to dst.
func (m *MFA[T]) Counts(dst, stats []float64) []float64 {
	l := m.layout()
	for k := range m.k {
		dst = append(dst, l.count(stats[k*l.stride():]))
	}
	return dst
}

// MStep sets the parameters to the maximiser of the expected complete-data log-likelihood plus log prior: with A_kd = Σ w r E[z̃z̃ᵀ] and
// c_kd = Σ w r t_d E[z̃] over the rows in which column d is observed, n_kd their weight,
//
//	π_k = N_k/Σ_j N_j,  (w_kd, μ_kd − m_kd) = A_kd⁻¹ c_kd,  ψ_kd = (Σ w r t_d² − c_kdᵀ A_kd⁻¹ c_kd + ψ0_d)/(n_kd + ν + 2)
//
// m_k the mean of the E-step; under PriorNone ψ0 and ν + 2 are 0; where the noise is shared numerators and n_kd are summed over k.
// (Ghahramani and Hinton 1996, eqs. 11–15, for each column over the rows that have it.)
//
// A component without rows keeps its mean and loadings and gets weight 0. Statistics that no rows have are an error, and so is, unless
// MFAOptions.Policy says otherwise, a noise variance of 0, a *NoiseError; the model is then unchanged. One that all components share
// is an error under every policy. A component that was dropped stays so, whatever its statistics. weight is not used.
func (m *MFA[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("em: %d statistics, the model has %d", len(stats), m.StatsLen())
	}
	l, total, work := m.layout(), 0.0, m.scratch()
	for k := range m.k {
		f := m.cur.fates[k]
		f.collapsed, work.counts[k] = false, 0
		if m.spare.fates[k] = f; f.dropped {
			continue
		}
		n := l.count(stats[k*l.stride():])
		if !(n >= 0) {
			return fmt.Errorf("em: component %d has a weight of %v: no rows have such statistics", k, n)
		}
		work.counts[k] = n
		total += n
	}
	if !(total > 0) || total-total != 0 {
		return fmt.Errorf("em: the statistics have a total weight of %v", total)
	}
	for _, s := range work.shared {
		clear(s)
	}
	for k := range m.k {
		st := stats[k*l.stride():][:l.stride()]
		m.spare.weights[k] = work.counts[k] / total
		if m.keep(k); m.spare.fates[k].dropped {
			continue
		}
		if err := m.regress(k, st, l); err != nil {
			return err
		}
	}
	if m.shared {
		for j, n := range work.shared[0] {
			v, err := m.noiseOf(0, j, n, work.shared[1][j], work.shared[2][j])
			if err != nil {
				return err
			}
			for _, a := range m.spare.parts {
				a.noise[j] = v
			}
		}
	}
	for k := range m.k {
		f := &m.spare.fates[k]
		if f.collapsed {
			continue
		}
		if err := m.compile(m.spare, k); err != nil {
			if m.shared {
				return err
			}
			*f = f.at(err)
		}
	}
	p := m.spare
	e := enforcement{policy: m.policy, counts: work.counts, total: total, present: m.cur.weights, weights: p.weights, fates: p.fates, events: m.events[:0]}
	rebuilt, err := e.apply(m)
	if err != nil {
		return err
	}
	m.events = e.events
	for k := range m.k {
		if rebuilt {
			if err := m.compile(p, k); err != nil {
				return err
			}
		}
	}
	p.logPrior = m.logPriorOf(p)
	m.cur, m.spare = m.spare, m.cur
	return nil
}

// compile derives the rest of component k's parameters.
func (m *MFA[T]) compile(p *analysers[T], k int) *NoiseError {
	m.serial++
	p.logs[k] = logOf(p.weights[k])
	if j := p.parts[k].compile(&m.frame, m.serial); j >= 0 {
		return &NoiseError{Component: k, Column: j, Variance: p.parts[k].noise[j]}
	}
	return nil
}

// regress sets means and loadings of component k of the spare parameters, which are the present ones, and its noise, or adds to the
// scratch what the shared noise is made of.
func (m *MFA[T]) regress(k int, st []float64, l mfaLayout) error {
	complete, incomplete, observed, cross, square := l.split(st)
	work, a, old := m.scratch(), m.spare.parts[k], m.cur.parts[k]
	for j := range m.d {
		scale := m.frame.scale[j]
		n := complete[l.tri-1] + observed[(j+1)*l.tri-1]
		// Statistics that were translated have lost digits of the square of the distance.
		centre := float64(old.muT[j])
		if !(n >= 0) || !(square[j] >= -float64(inexact[T]()*n)*math.FMA(centre, centre, 1)) || square[j]-square[j] != 0 {
			return errNoRegression
		}
		squares, rest := max(square[j], 0), 0.0
		if n > 0 {
			if j == 0 || incomplete[l.tri-1] != 0 {
				kernels.Add(work.sum, complete, observed[j*l.tri:][:l.tri])
				kernels.Scale(work.sum, work.sum, 1/n)
				if !factorTriangle(work.root, work.sum) {
					if m.prior != PriorNone {
						return errNoRegression
					}
					// The posterior of z has no width left: the noise is about to vanish.
					return m.vanishes(k, &NoiseError{Component: k, Column: j, Variance: squares / n / scale / scale})
				}
			}
			c := cross[j*l.p:][:l.p]
			kernels.Scale(work.solution, c, 1/n)
			kernels.SolveLower(work.solution, work.root)
			kernels.SolveUpper(work.solution, work.root)
			rest = squares
			for i, v := range work.solution {
				rest = math.FMA(-v, c[i], rest)
				if v-v != 0 {
					return errNoRegression
				}
			}
			rest = max(rest, 0)
			for i, v := range work.solution[:m.q] {
				a.loadings[j*m.q+i] = v / scale
			}
			a.mean[j] = m.frame.centre[j] + float64((float64(old.muT[j])+work.solution[m.q])/scale)
		}
		switch {
		case m.shared:
			for i, v := range [...]float64{n, rest, squares} {
				work.shared[i][j] += v
			}
		case n > 0 || m.prior != PriorNone:
			v, err := m.noiseOf(k, j, n, rest, squares)
			if err != nil {
				return m.vanishes(k, err)
			}
			a.noise[j] = v
		}
	}
	return nil
}

// vanishes marks component k as one that collapsed or, if all share the noise, returns the error.
func (m *MFA[T]) vanishes(k int, err *NoiseError) error {
	if m.shared {
		return err
	}
	m.spare.fates[k] = m.spare.fates[k].at(err)
	return nil
}

// noiseOf returns the noise variance, in the units of the data, of column j, whose squared residuals, of deviations with these squares,
// sum to rest over rows of weight n.
func (m *MFA[T]) noiseOf(k, j int, n, rest, squares float64) (float64, *NoiseError) {
	s := m.frame.scale[j]
	if m.prior != PriorNone {
		return float64((rest+float64(m.scale[j]*s*s))/(n+noiseFreedom+2)) / s / s, nil
	}
	if !(rest > float64(16*unitRoundoff[T]()*squares)) {
		return 0, &NoiseError{Component: k, Column: j, Variance: squares / n / s / s}
	}
	return rest / n / s / s, nil
}

// factorTriangle sets root to the Cholesky factor of the matrix whose upper triangle's rows are tri.
func factorTriangle(root kernels.Matrix[float64], tri []float64) bool {
	for i := range root.Rows {
		copy(root.Row(i)[i:], tri)
		tri = tri[root.Rows-i:]
	}
	return kernels.Cholesky(root)
}

// ExpectedLogJoint returns, in nats at the present parameters, of the statistics that the last MStep took and which are about the means
// before it,
//
//	Σ_n w_n Σ_k r_nk E[ln π_k + ln N(z; 0, I) + Σ_d ln N(x_nd; μ_kd + w_kdᵀz, ψ_kd)], d over the observed columns
func (m *MFA[T]) ExpectedLogJoint(stats []float64, weight float64) float64 {
	l, sum := m.layout(), 0.0
	work := m.scratch()
	for k, a := range m.cur.parts {
		complete, incomplete, observed, cross, square := l.split(stats[k*l.stride():][:l.stride()])
		n := l.count(stats[k*l.stride():])
		if n == 0 || m.cur.fates[k].dropped {
			continue
		}
		trace, at := 0.0, 0
		for i := range m.q {
			trace += complete[at] + incomplete[at]
			at += l.p - i
		}
		sum += float64(n*(m.cur.logs[k]-float64(0.5*float64(float64(m.q)*log2Pi)))) - float64(0.5*trace)
		for j := range m.d {
			second := complete
			if incomplete[l.tri-1] != 0 {
				kernels.Add(work.rest, complete, observed[j*l.tri:][:l.tri])
				second = work.rest
			}
			c, v := cross[j*l.p:][:l.p], work.solution
			for i, w := range a.negative.Row(j) {
				v[i] = -float64(w)
			}
			v[m.q] = float64(a.muT[j]) - float64(m.spare.parts[k].muT[j])
			quadratic, at := square[j], 0
			for i := range l.p {
				quadratic = math.FMA(v[i], math.FMA(second[at], v[i], -float64(2*c[i])), quadratic)
				for b := i + 1; b < l.p; b++ {
					quadratic = math.FMA(2*v[i], float64(second[at+b-i]*v[b]), quadratic)
				}
				at += l.p - i
			}
			sum += float64(second[l.tri-1]*a.term[j]) - float64(0.5*float64(float64(a.precision.Data[j])*quadratic))
		}
	}
	return sum
}

// ToOrigin translates statistics from the present means to the origin of the frame.
func (m *MFA[T]) ToOrigin(stats []float64) { m.translate(stats, 1) }

// FromOrigin translates statistics about the origin of the frame to the present means, as MStep takes them.
func (m *MFA[T]) FromOrigin(stats []float64) { m.translate(stats, -1) }

func (m *MFA[T]) translate(stats []float64, sign float64) {
	l := m.layout()
	for k, a := range m.cur.parts {
		complete, _, observed, cross, square := l.split(stats[k*l.stride():][:l.stride()])
		for j := range m.d {
			by := sign * float64(a.muT[j])
			o, c := observed[j*l.tri:][:l.tri], cross[j*l.p:][:l.p]
			n := complete[l.tri-1] + o[l.tri-1]
			square[j] += math.FMA(2*c[m.q], by, float64(n*by)*by)
			at := m.q // of the last column of a row of the triangle
			for i := range l.p {
				c[i] = math.FMA(by, complete[at]+o[at], c[i])
				at += m.q - i
			}
		}
	}
}

// Rounding implements elbo.Conditioned: see FA's.
func (m *MFA[T]) Rounding() float64 {
	u, kappa := unitRoundoff[T](), m.condition()
	t := 8 * u * kappa
	return float64(float64(m.d) * (float64(4*u*math.Sqrt(kappa)) + float64(t*t)))
}

// StatsRounding implements elbo.ConditionedStats: the squares of residuals, in units of the noise, are off by up to 8uκ.
func (m *MFA[T]) StatsRounding() float64 {
	return float64(8 * float64(m.d) * unitRoundoff[T]() * m.condition())
}

// condition is κ of the worst component.
func (m *MFA[T]) condition() float64 {
	kappa := 1.0
	for k := range m.k {
		kappa = max(kappa, m.cur.parts[k].condition, m.spare.parts[k].condition)
	}
	return kappa
}
