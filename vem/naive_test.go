package vem

import (
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// naive is the textbook: dense inverses, two-pass sums, math's logarithms.
type naive struct {
	p               Prior
	k, d            int
	alpha, beta, nu []float64
	m               [][]float64
	wInv            [][][]float64
}

func newNaive(g *GMM[float64]) *naive {
	n := &naive{p: g.Prior(), k: g.K(), d: g.Dim()}
	for k := range n.k {
		n.alpha = append(n.alpha, g.cur.alpha[k])
		n.beta = append(n.beta, g.cur.beta[k])
		n.nu = append(n.nu, g.cur.nu[k])
		n.m = append(n.m, append([]float64(nil), g.cur.mean.Row(k)...))
		n.wInv = append(n.wInv, naiveCopy(g.cur.wInv.SliceRows(k*n.d, k*n.d+n.d)))
	}
	return n
}

func naiveCopy(m kernels.Matrix[float64]) [][]float64 {
	out := make([][]float64, m.Rows)
	for i := range out {
		out[i] = append([]float64(nil), m.Row(i)...)
	}
	return out
}

// gaussJordan returns a⁻¹ and ln|a| of a symmetric positive definite matrix.
func gaussJordan(a [][]float64) (inv [][]float64, logDet float64) {
	d := len(a)
	w := make([][]float64, d)
	for i := range w {
		w[i] = append(append([]float64(nil), a[i]...), make([]float64, d)...)
		w[i][d+i] = 1
	}
	for i := range d {
		piv := w[i][i]
		logDet += math.Log(piv)
		for j := range w[i] {
			w[i][j] /= piv
		}
		for k := range d {
			if f := w[k][i]; k != i {
				for j := range w[k] {
					w[k][j] -= f * w[i][j]
				}
			}
		}
	}
	for i := range w {
		inv = append(inv, w[i][d:])
	}
	return inv, logDet
}

func naiveLogDet(a [][]float64) float64 { _, l := gaussJordan(a); return l }

func quad(a [][]float64, v []float64) (s float64) {
	for i := range v {
		for j := range v {
			s += v[i] * a[i][j] * v[j]
		}
	}
	return s
}

func minus(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

func (n *naive) sumAlpha() (s float64) {
	for _, a := range n.alpha {
		s += a
	}
	return s
}

func (n *naive) expLogDet(k int) float64 {
	_, l := gaussJordan(n.wInv[k])
	s := float64(n.d)*math.Ln2 - l
	for i := 1; i <= n.d; i++ {
		s += special.Digamma((n.nu[k] + 1 - float64(i)) / 2)
	}
	return s
}

func (n *naive) logRho(x []float64, k int) float64 {
	w, _ := gaussJordan(n.wInv[k])
	d := float64(n.d)
	return special.Digamma(n.alpha[k]) - special.Digamma(n.sumAlpha()) + n.expLogDet(k)/2 - d/2*math.Log(2*math.Pi) -
		(d/n.beta[k]+n.nu[k]*quad(w, minus(x, n.m[k])))/2
}

func (n *naive) eStep(x kernels.Matrix[float64]) (r [][]float64, logZ float64) {
	for i := range x.Rows {
		row := make([]float64, n.k)
		top := math.Inf(-1)
		for k := range row {
			row[k] = n.logRho(x.Row(i), k)
			top = math.Max(top, row[k])
		}
		z := 0.0
		for k := range row {
			row[k] = math.Exp(row[k] - top)
			z += row[k]
		}
		for k := range row {
			row[k] /= z
		}
		logZ += top + math.Log(z)
		r = append(r, row)
	}
	return r, logZ
}

// definition is E[ln p(x, z | θ)] + H[q(z)] at given responsibilities.
func (n *naive) definition(x kernels.Matrix[float64], r [][]float64) (s float64) {
	for i := range r {
		for k, v := range r[i] {
			if v > 0 {
				s += v * (n.logRho(x.Row(i), k) - math.Log(v))
			}
		}
	}
	return s
}

func (n *naive) mStep(x kernels.Matrix[float64], r [][]float64) {
	for k := range n.k {
		nk, mean := 0.0, make([]float64, n.d)
		for i := range r {
			nk += r[i][k]
		}
		for i := range r {
			for j, v := range x.Row(i) {
				mean[j] += r[i][k] * v / nk
			}
		}
		p := n.p
		n.alpha[k], n.beta[k], n.nu[k] = p.Alpha+nk, p.Beta+nk, p.Nu+nk
		dm := minus(mean, p.Mean)
		for a := range n.d {
			n.m[k][a] = (p.Beta*p.Mean[a] + nk*mean[a]) / n.beta[k]
			for b := range n.d {
				s := p.WInv.Row(a)[b] + p.Beta*nk/n.beta[k]*dm[a]*dm[b]
				for i := range r {
					s += r[i][k] * (x.Row(i)[a] - mean[a]) * (x.Row(i)[b] - mean[b])
				}
				n.wInv[k][a][b] = s
			}
		}
	}
}

// logB is Bishop eq. B.79, its log-multivariate gamma written out.
func (n *naive) logB(logDetWInv, nu float64) float64 {
	d := float64(n.d)
	s := nu/2*logDetWInv - nu*d/2*math.Ln2 - d*(d-1)/4*math.Log(math.Pi)
	for i := 1; i <= n.d; i++ {
		s -= special.Lgamma((nu + 1 - float64(i)) / 2)
	}
	return s
}

func (n *naive) logC(alpha []float64) float64 {
	sum, s := 0.0, 0.0
	for _, a := range alpha {
		sum += a
		s -= special.Lgamma(a)
	}
	return s + special.Lgamma(sum)
}

func (n *naive) priorAlpha() []float64 {
	a := make([]float64, n.k)
	for k := range a {
		a[k] = n.p.Alpha
	}
	return a
}

// kl sums E_q[ln q − ln p] density by density: Bishop eqs. 10.73, 10.74, 10.76, 10.77.
func (n *naive) kl() float64 {
	d := float64(n.d)
	w0 := naiveCopy(n.p.WInv)
	logP, logQ := n.logC(n.priorAlpha()), n.logC(n.alpha)
	for k := range n.k {
		lp := special.Digamma(n.alpha[k]) - special.Digamma(n.sumAlpha())
		logP += (n.p.Alpha - 1) * lp
		logQ += (n.alpha[k] - 1) * lp
		w, logDet := gaussJordan(n.wInv[k])
		ll := n.expLogDet(k)
		trace := 0.0
		for i := range w {
			for j := range w {
				trace += w0[i][j] * w[j][i]
			}
		}
		logP += 0.5*(d*math.Log(n.p.Beta/(2*math.Pi))+ll-d*n.p.Beta/n.beta[k]-n.p.Beta*n.nu[k]*quad(w, minus(n.m[k], n.p.Mean))) +
			n.logB(naiveLogDet(w0), n.p.Nu) + (n.p.Nu-d-1)/2*ll - n.nu[k]/2*trace
		logQ += 0.5*(ll+d*math.Log(n.beta[k]/(2*math.Pi))-d) + n.logB(logDet, n.nu[k]) + (n.nu[k]-d-1)/2*ll - n.nu[k]*d/2
	}
	return logQ - logP
}

// afterM is the bound right after an M-step: H[q(z)] − (ND/2) ln 2π plus the ratio of the conjugate families' normalisers.
func (n *naive) afterM(x kernels.Matrix[float64], r [][]float64) float64 {
	s := -float64(x.Rows) * float64(n.d) / 2 * math.Log(2*math.Pi)
	for i := range r {
		for _, v := range r[i] {
			if v > 0 {
				s -= v * math.Log(v)
			}
		}
	}
	s += n.logC(n.priorAlpha()) - n.logC(n.alpha)
	for k := range n.k {
		s += float64(n.d)/2*math.Log(n.p.Beta/n.beta[k]) + n.logB(naiveLogDet(naiveCopy(n.p.WInv)), n.p.Nu) - n.logB(naiveLogDet(n.wInv[k]), n.nu[k])
	}
	return s
}
