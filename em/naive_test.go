package em_test

import (
	"context"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// blobs returns n rows around k centres, columns correlated and of different units.
func blobs[T kernels.Float](n, d, k int) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, d)
	z := make([]float64, d)
	for i := range n {
		kernels.Normal(z, kernels.NewKey(11, 0), kernels.Counter{Row: uint64(i)})
		c := i % k
		for j := range d {
			v := z[j] + 0.6*z[(j+c)%d] + 6*math.Sin(float64(7*c+3*j+1))
			x.Row(i)[j] = T(v * math.Pow(3, float64(j%3-1)))
		}
	}
	return x
}

// covariances are all shapes.
var covariances = []em.Covariance{em.Full, em.Diagonal, em.Tied, em.Spherical}

// naive is EM for Gaussian mixtures from the textbook: float64, one row at a time, no common code with the model.
type naive struct {
	x     kernels.Matrix[float64]
	shape em.Covariance
	psi   []float64 // of the prior; nil: none
	pi    []float64
	mu    [][]float64
	sigma [][][]float64
}

func newNaive(m *em.GMM[float64], x kernels.Matrix[float64]) *naive {
	e := &naive{x: x, shape: m.Covariance(), pi: m.Weights()}
	n, d, k := float64(x.Rows), x.Cols, m.K()
	for i := range k {
		e.mu = append(e.mu, m.Means().Row(i))
		var s [][]float64
		for a := range d {
			s = append(s, m.Covariances()[i].Row(a))
		}
		e.sigma = append(e.sigma, s)
	}
	if m.Prior() == em.PriorInverseWishart {
		for j := range d {
			mean, v := 0.0, 0.0
			for i := range x.Rows {
				mean += x.Row(i)[j] / n
			}
			for i := range x.Rows {
				v += (x.Row(i)[j] - mean) * (x.Row(i)[j] - mean) / n
			}
			e.psi = append(e.psi, v/math.Pow(float64(k), 2/float64(d)))
		}
		if e.shape == em.Spherical {
			e.psi = []float64{sum(e.psi) / float64(d)}
		}
	}
	return e
}

// invert returns the inverse and the log-determinant of a symmetric positive definite matrix, by Gauss and Jordan.
func invert(a [][]float64) (inverse [][]float64, logDet float64) {
	n := len(a)
	w := make([][]float64, n)
	for i := range w {
		w[i] = make([]float64, 2*n)
		copy(w[i], a[i])
		w[i][n+i] = 1
	}
	for i := range n {
		p := w[i][i]
		logDet += math.Log(p)
		for j := range w[i] {
			w[i][j] /= p
		}
		for r := range n {
			if f := w[r][i]; r != i {
				for j := range w[r] {
					w[r][j] -= f * w[i][j]
				}
			}
		}
	}
	for i := range n {
		inverse = append(inverse, w[i][n:])
	}
	return inverse, logDet
}

// responsibilities returns r and Σ log p(x_n).
func (e *naive) responsibilities() (r [][]float64, logLik float64) {
	d := e.x.Cols
	var inv [][][]float64
	var logDet []float64
	for _, s := range e.sigma {
		i, l := invert(s)
		inv, logDet = append(inv, i), append(logDet, l)
	}
	for n := range e.x.Rows {
		l := make([]float64, len(e.pi))
		top := math.Inf(-1)
		for k := range l {
			q := 0.0
			for a := range d {
				for b := range d {
					q += (e.x.Row(n)[a] - e.mu[k][a]) * inv[k][a][b] * (e.x.Row(n)[b] - e.mu[k][b])
				}
			}
			l[k] = math.Log(e.pi[k]) - 0.5*(float64(d)*math.Log(2*math.Pi)+logDet[k]+q)
			top = math.Max(top, l[k])
		}
		sum := 0.0
		for k := range l {
			l[k] = math.Exp(l[k] - top)
			sum += l[k]
		}
		for k := range l {
			l[k] /= sum
		}
		logLik += top + math.Log(sum)
		r = append(r, l)
	}
	return r, logLik
}

// logPrior is written with SciPy's form of the inverse-Wishart density.
func (e *naive) logPrior() float64 {
	if e.psi == nil {
		return 0
	}
	lgamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	k, d := len(e.pi), e.x.Cols
	sum := lgamma(float64(k))
	wishart := func(psi []float64, sigma [][]float64) float64 {
		p := len(psi)
		nu := float64(p + 2)
		inv, logDet := invert(sigma)
		v := -nu*float64(p)/2*math.Ln2 - float64(p*(p-1))/4*math.Log(math.Pi) - (nu+float64(p)+1)/2*logDet
		for j := range psi {
			v += nu/2*math.Log(psi[j]) - lgamma((nu-float64(j))/2) - psi[j]*inv[j][j]/2
		}
		return v
	}
	for i := range k {
		switch {
		case e.shape == em.Full || e.shape == em.Tied && i == 0:
			sum += wishart(e.psi, e.sigma[i])
		case e.shape == em.Diagonal:
			for j := range d {
				sum += wishart(e.psi[j:j+1], [][]float64{{e.sigma[i][j][j]}})
			}
		case e.shape == em.Spherical:
			sum += wishart(e.psi, [][]float64{{e.sigma[i][0][0]}})
		}
	}
	return sum
}

func sum(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s
}

func (e *naive) mStep(r [][]float64) {
	d, rows := e.x.Cols, float64(e.x.Rows)
	pooled := make([][]float64, d)
	for a := range pooled {
		pooled[a] = make([]float64, d)
	}
	for k := range e.pi {
		nk := 0.0
		mu := make([]float64, d)
		for n := range r {
			nk += r[n][k]
			for j := range mu {
				mu[j] += r[n][k] * e.x.Row(n)[j]
			}
		}
		for j := range mu {
			mu[j] /= nk
		}
		e.pi[k], e.mu[k] = nk/rows, mu
		trace := 0.0
		for a := range d {
			for b := range d {
				s := 0.0
				for n := range r {
					s += r[n][k] * (e.x.Row(n)[a] - mu[a]) * (e.x.Row(n)[b] - mu[b])
				}
				pooled[a][b] += s
				psi, p := 0.0, 0.0
				if e.psi != nil {
					if p = 2 + 3; e.shape == em.Full {
						p = float64(2*d) + 3
					}
					if a == b && e.shape != em.Spherical {
						psi = e.psi[a]
					}
				}
				if a == b {
					trace += s
				}
				switch {
				case e.shape == em.Full || e.shape == em.Diagonal && a == b:
					e.sigma[k][a][b] = (s + psi) / (nk + p)
				default:
					e.sigma[k][a][b] = 0
				}
			}
		}
		if e.shape == em.Spherical {
			for a := range d {
				if e.sigma[k][a][a] = trace / (nk * float64(d)); e.psi != nil {
					e.sigma[k][a][a] = (trace + e.psi[0]) / (nk*float64(d) + 5)
				}
			}
		}
	}
	if e.shape != em.Tied {
		return
	}
	for k := range e.pi {
		for a := range d {
			for b := range d {
				if e.sigma[k][a][b] = pooled[a][b] / rows; e.psi != nil {
					psi := 0.0
					if a == b {
						psi = e.psi[a]
					}
					e.sigma[k][a][b] = (pooled[a][b] + psi) / (rows + float64(2*d+3))
				}
			}
		}
	}
}

func TestEveryIterationEqualsTheTextbook(t *testing.T) {
	slow(t)
	for name, x := range map[string]kernels.Matrix[float64]{
		"faithful": datasets.Faithful(), "blobs": blobs[float64](500, 3, 4), "wide": blobs[float64](200, 17, 2),
	} {
		for _, c := range covariances {
			for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
				o := em.GMMOptions{K: 3, Covariance: c, Prior: p, Options: elbo.Options{Seed: 3, MaxIter: 20, Tol: -1}}
				m, err := em.NewGMM(context.Background(), elbo.Of(x), o)
				if err != nil {
					t.Fatal(err)
				}
				e := newNaive(m, x)
				for got, err := range elbo.Steps(context.Background(), m, elbo.Of(x), o.Options) {
					if err != nil {
						t.Fatalf("%s, %v, %v: %v", name, c, p, err)
					}
					if got.Iter > 0 {
						r, _ := e.responsibilities()
						e.mStep(r)
					}
					_, logLik := e.responsibilities()
					bound := logLik + e.logPrior()
					if !near(got.LogLik, logLik, 1e-9) || !near(got.Bound, bound, 1e-9) {
						t.Fatalf("%s, %v, %v, iteration %d: log-likelihood %v, bound %v, the textbook has %v, %v",
							name, c, p, got.Iter, got.LogLik, got.Bound, logLik, bound)
					}
					if got.Delta < -1e-12*math.Abs(bound) {
						t.Errorf("%s, %v, %v, iteration %d: the bound fell by %v", name, c, p, got.Iter, -got.Delta)
					}
				}
			}
		}
	}
}

func near(a, b, relative float64) bool {
	return a == b || math.Abs(a-b) <= relative*math.Max(math.Abs(a), math.Abs(b))
}
