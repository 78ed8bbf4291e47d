package em_test

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// naiveHMM is Baum and Welch's algorithm from the textbook, in the log domain: float64, one sequence and one frame at a time, no
// common code with the model. density is log p(x | k), NaN in x passed over.
type naiveHMM struct {
	initial []float64
	trans   [][]float64
	density func(k int, x []float64) float64
}

func hmmMatrix(m kernels.Matrix[float64]) [][]float64 {
	var r [][]float64
	for i := range m.Rows {
		r = append(r, m.Row(i))
	}
	return r
}

func newNaiveHMM[T kernels.Float](m *em.HMM[T]) *naiveHMM {
	h := &naiveHMM{initial: m.Initial(), trans: hmmMatrix(m.Transitions())}
	switch m.Emission() {
	case em.GaussianEmission:
		means, covs := m.Means(), m.Covariances()
		h.density = func(k int, x []float64) float64 {
			var o []int
			for j, v := range x {
				if v == v {
					o = append(o, j)
				}
			}
			if len(o) == 0 {
				return 0
			}
			s := make([][]float64, len(o))
			for a, i := range o {
				for _, j := range o {
					s[a] = append(s[a], covs[k].Row(i)[j])
				}
			}
			inv, logDet := invert(s)
			q := 0.0
			for a, i := range o {
				for b, j := range o {
					q += (x[i] - means.Row(k)[i]) * inv[a][b] * (x[j] - means.Row(k)[j])
				}
			}
			return -0.5 * (float64(len(o))*math.Log(2*math.Pi) + logDet + q)
		}
	case em.CategoricalEmission:
		theta := m.Probabilities()
		h.density = func(k int, x []float64) float64 {
			s := 0.0
			for j, v := range x {
				if v == v {
					s += math.Log(theta[j].Row(k)[int(v)])
				}
			}
			return s
		}
	case em.PoissonEmission:
		rates := m.Means()
		h.density = func(k int, x []float64) float64 {
			s := 0.0
			for j, v := range x {
				if v == v {
					lg, _ := math.Lgamma(v + 1)
					s += v*math.Log(rates.Row(k)[j]) - rates.Row(k)[j] - lg
				}
			}
			return s
		}
	}
	return h
}

func hmmLogAdd(v []float64) float64 {
	top := math.Inf(-1)
	for _, x := range v {
		top = math.Max(top, x)
	}
	if math.IsInf(top, -1) {
		return top
	}
	s := 0.0
	for _, x := range v {
		s += math.Exp(x - top)
	}
	return top + math.Log(s)
}

// run returns log p(x), γ (T×K) and Σ_t ξ (K×K) of one sequence.
func (h *naiveHMM) run(x [][]float64) (logLik float64, gamma, xi [][]float64) {
	n, k := len(x), len(h.initial)
	matrix := func(rows int) [][]float64 {
		m := make([][]float64, rows)
		for i := range m {
			m[i] = make([]float64, k)
		}
		return m
	}
	alpha, beta, logb := matrix(n), matrix(n), matrix(n)
	for t := range n {
		for j := range k {
			logb[t][j] = h.density(j, x[t])
		}
	}
	gamma, xi = matrix(n), matrix(k)
	for t := range n {
		for j := range k {
			terms := []float64{math.Log(h.initial[j])}
			if t > 0 {
				terms = terms[:0]
				for i := range k {
					terms = append(terms, alpha[t-1][i]+math.Log(h.trans[i][j]))
				}
			}
			alpha[t][j] = hmmLogAdd(terms) + logb[t][j]
		}
	}
	logLik = hmmLogAdd(alpha[n-1])
	for t := n - 2; t >= 0; t-- {
		for i := range k {
			var terms []float64
			for j := range k {
				terms = append(terms, math.Log(h.trans[i][j])+logb[t+1][j]+beta[t+1][j])
			}
			beta[t][i] = hmmLogAdd(terms)
		}
	}
	for t := range n {
		for j := range k {
			gamma[t][j] = math.Exp(alpha[t][j] + beta[t][j] - logLik)
			for i := 0; i < k && t > 0; i++ {
				xi[i][j] += math.Exp(alpha[t-1][i] + math.Log(h.trans[i][j]) + logb[t][j] + beta[t][j] - logLik)
			}
		}
	}
	return logLik, gamma, xi
}

// enumerate sums over all paths: log p(x), the posterior's entropy, γ, and the most probable path with log p(x, path).
func (h *naiveHMM) enumerate(x [][]float64) (logLik, entropy float64, gamma [][]float64, path []int, best float64) {
	n, k := len(x), len(h.initial)
	count := 1
	for range n {
		count *= k
	}
	z := make([]int, n)
	joint := make([]float64, count)
	best = math.Inf(-1)
	logb := make([][]float64, n)
	for t := range n {
		for j := range k {
			logb[t] = append(logb[t], h.density(j, x[t]))
		}
	}
	at := func(c int) float64 {
		for t := range n {
			z[t] = c % k
			c /= k
		}
		l := math.Log(h.initial[z[0]])
		for t := range n {
			l += logb[t][z[t]]
			if t > 0 {
				l += math.Log(h.trans[z[t-1]][z[t]])
			}
		}
		return l
	}
	for c := range count {
		joint[c] = at(c)
		if joint[c] > best {
			best, path = joint[c], append([]int(nil), z...)
		}
	}
	logLik = hmmLogAdd(joint)
	gamma = make([][]float64, n)
	for t := range gamma {
		gamma[t] = make([]float64, k)
	}
	for c, l := range joint {
		at(c)
		if p := math.Exp(l - logLik); p > 0 {
			entropy -= p * (l - logLik)
			for t := range n {
				gamma[t][z[t]] += p
			}
		}
	}
	return logLik, entropy, gamma, path, best
}

// hmmSplit returns the frames of each sequence.
func hmmSplit[T kernels.Float](rows elbo.Rows[T]) [][][]float64 {
	var r [][][]float64
	lengths := rows.Lengths
	if lengths == nil {
		lengths = []int{rows.X.Rows}
	}
	at := 0
	for _, n := range lengths {
		var s [][]float64
		for range n {
			var row []float64
			for _, v := range rows.X.Row(at) {
				row = append(row, float64(v))
			}
			s = append(s, row)
			at++
		}
		r = append(r, s)
	}
	return r
}
