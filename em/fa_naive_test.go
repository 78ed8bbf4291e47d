package em_test

import (
	"math"

	"example.com/elbo/kernels"
)

// denseGauss is a Gaussian with its covariance matrix written out: the oracle of the factor models.
type denseGauss struct {
	mean []float64
	cov  [][]float64
}

func denseGaussOf(mean []float64, cov kernels.Matrix[float64]) denseGauss {
	g := denseGauss{mean: mean}
	for i := range cov.Rows {
		g.cov = append(g.cov, append([]float64(nil), cov.Row(i)...))
	}
	return g
}

// eliminate returns A⁻¹B and ln|A|, by elimination with pivots.
func eliminate(a, b [][]float64) (x [][]float64, logDet float64) {
	n := len(a)
	m := make([][]float64, n)
	for i := range m {
		m[i] = append(append([]float64(nil), a[i]...), b[i]...)
	}
	for k := range n {
		p := k
		for i := k; i < n; i++ {
			if math.Abs(m[i][k]) > math.Abs(m[p][k]) {
				p = i
			}
		}
		m[k], m[p] = m[p], m[k]
		logDet += math.Log(math.Abs(m[k][k]))
		for i := range n {
			if i == k {
				continue
			}
			f := m[i][k] / m[k][k]
			for j := k; j < len(m[i]); j++ {
				m[i][j] -= f * m[k][j]
			}
		}
	}
	for i := range n {
		row := m[i][n:]
		for j := range row {
			row[j] /= m[i][i]
		}
		x = append(x, row)
	}
	return x, logDet
}

// given conditions on the entries of row that are not NaN: it returns their log-density, and the mean and the covariance of all (0 for
// what is observed), and the entropy of what is missing.
func (g denseGauss) given(row []float64) (logDensity float64, mean []float64, cov [][]float64, entropy float64) {
	var o, m []int
	for j, v := range row {
		if v == v {
			o = append(o, j)
		} else {
			m = append(m, j)
		}
	}
	d := len(row)
	mean, cov = append([]float64(nil), row...), make([][]float64, d)
	for i := range cov {
		cov[i] = make([]float64, d)
	}
	a, b := make([][]float64, len(o)), make([][]float64, len(o))
	for i, r := range o {
		for _, c := range o {
			a[i] = append(a[i], g.cov[r][c])
		}
		b[i] = []float64{row[r] - g.mean[r]}
		for _, c := range m {
			b[i] = append(b[i], g.cov[r][c])
		}
	}
	x, logDet := eliminate(a, b)
	logDensity = -0.5 * (float64(len(o))*math.Log(2*math.Pi) + logDet)
	for i := range o {
		logDensity -= 0.5 * b[i][0] * x[i][0]
	}
	c, one := make([][]float64, len(m)), make([][]float64, len(m))
	for k, r := range m {
		mean[r] = g.mean[r]
		for i := range o {
			mean[r] += b[i][1+k] * x[i][0]
		}
		one[k] = make([]float64, len(m))
		for l, s := range m {
			v := g.cov[r][s]
			for i := range o {
				v -= b[i][1+k] * x[i][1+l]
			}
			cov[r][s] = v
			c[k] = append(c[k], v)
		}
	}
	_, logDet = eliminate(c, one)
	return logDensity, mean, cov, 0.5 * (float64(len(m))*(1+math.Log(2*math.Pi)) + logDet)
}

// jacobiEigen returns the eigenvalues of a symmetric matrix, falling, and the unit eigenvectors, by Jacobi's rotations.
func jacobiEigen(a [][]float64) (values []float64, vectors [][]float64) {
	n := len(a)
	v := make([][]float64, n)
	for i := range v {
		v[i] = make([]float64, n)
		v[i][i] = 1
		a[i] = append([]float64(nil), a[i]...)
	}
	for range 60 {
		for p := range n {
			for q := p + 1; q < n; q++ {
				if a[p][q] == 0 {
					continue
				}
				theta := 0.5 * math.Atan2(2*a[p][q], a[p][p]-a[q][q])
				c, s := math.Cos(theta), math.Sin(theta)
				for k := range n {
					a[k][p], a[k][q] = c*a[k][p]+s*a[k][q], c*a[k][q]-s*a[k][p]
				}
				for k := range n {
					a[p][k], a[q][k] = c*a[p][k]+s*a[q][k], c*a[q][k]-s*a[p][k]
					v[p][k], v[q][k] = c*v[p][k]+s*v[q][k], c*v[q][k]-s*v[p][k]
				}
			}
		}
	}
	for range n {
		best := -1
		for i := range n {
			if v[i] != nil && (best < 0 || a[i][i] > a[best][best]) {
				best = i
			}
		}
		values, vectors = append(values, a[best][best]), append(vectors, v[best])
		v[best] = nil
	}
	return values, vectors
}
