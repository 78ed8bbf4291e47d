// Package linalg has the factorisations of small matrices that the models need and the kernels do not have, in float64, with one fixed
// order of operations.
package linalg

import (
	"math"

	"example.com/elbo/kernels"
)

// Eigen is the scratch and the result of symmetric eigenproblems of one size.
type Eigen struct {
	Values  []float64               // in falling order
	Vectors kernels.Matrix[float64] // row i is the unit eigenvector of Values[i]; its largest element by magnitude, the first of such, is positive
	a       kernels.Matrix[float64]
	e, p    []float64
	beta    []float64
	order   []int
	sorted  kernels.Matrix[float64]
}

// NewEigen returns the scratch for n×n matrices.
func NewEigen(n int) *Eigen {
	return &Eigen{
		Values: make([]float64, n), Vectors: kernels.NewMatrix[float64](n, n), a: kernels.NewMatrix[float64](n, n),
		e: make([]float64, n), p: make([]float64, n), beta: make([]float64, n), order: make([]int, n), sorted: kernels.NewMatrix[float64](n, n),
	}
}

// maxSweeps bounds the QL iterations for one eigenvalue; EISPACK allows 30.
const maxSweeps = 64

// Symmetric computes the eigenvalues and eigenvectors of the symmetric matrix whose upper triangle is a's. It reports whether all is
// finite and the iteration converged. Each eigenvalue is off by a modest multiple of u·‖A‖₂, u = 2⁻⁵³.
//
// Method: reduction to tridiagonal form by Householder's reflections, then implicit QL with Wilkinson's shift
// (Golub and Van Loan, Matrix Computations, 4th ed., §8.3; EISPACK's tred2 and imtql2).
func (s *Eigen) Symmetric(a kernels.Matrix[float64]) bool {
	n := len(s.Values)
	most := 0.0
	for i := range n {
		for _, v := range a.Row(i)[i:] {
			if v-v != 0 {
				return false
			}
			most = max(most, math.Abs(v))
		}
	}
	_, exponent := math.Frexp(most) // a power of two, so that nothing below can overflow
	for i := range n {
		for j, v := range a.Row(i)[i:] {
			s.a.Row(i)[i+j] = math.Ldexp(v, -exponent)
		}
	}
	s.tridiagonalise()
	s.accumulate()
	if !s.implicitQL() {
		return false
	}
	for i, v := range s.Values {
		s.Values[i] = math.Ldexp(v, exponent)
	}
	s.sort()
	return true
}

// tridiagonalise overwrites the upper triangle of a: row k gets the vector v of reflection k, I − β v vᵀ, right of the diagonal.
// Values gets the diagonal of T = QᵀAQ, e what is right of it.
func (s *Eigen) tridiagonalise() {
	n := len(s.Values)
	for k := range n {
		s.Values[k] = s.a.Row(k)[k]
		s.beta[k], s.e[k] = 0, 0
		if k == n-1 {
			break
		}
		v := s.a.Row(k)[k+1:]
		if kernels.SumSquares(v[1:]) == 0 {
			s.e[k] = v[0]
			continue
		}
		norm := math.Sqrt(kernels.SumSquares(v))
		alpha := norm
		if v[0] > 0 {
			alpha = -norm
		}
		s.e[k] = alpha
		beta := 1 / math.FMA(alpha, alpha, -float64(alpha*v[0]))
		s.beta[k] = beta
		v[0] -= alpha
		p := s.p[:len(v)]
		clear(p)
		for i, vi := range v {
			row := s.a.Row(k + 1 + i)[k+1+i:]
			p[i] += kernels.Dot(row, v[i:])
			kernels.Axpy(p[i+1:], vi, row[1:])
		}
		kernels.Scale(p, p, beta)
		kernels.Axpy(p, -float64(0.5*float64(beta*kernels.Dot(p, v))), v)
		for i, vi := range v {
			row := s.a.Row(k + 1 + i)[k+1+i:]
			kernels.Axpy(row, -vi, p[i:])
			kernels.Axpy(row, -p[i], v[i:])
		}
	}
}

// accumulate sets Vectors to Qᵀ, the product of the reflections.
func (s *Eigen) accumulate() {
	n := len(s.Values)
	clear(s.Vectors.Data)
	for i := range n {
		s.Vectors.Row(i)[i] = 1
	}
	for k := n - 3; k >= 0; k-- {
		if s.beta[k] == 0 {
			continue
		}
		v := s.a.Row(k)[k+1:]
		for i := k + 1; i < n; i++ {
			z := s.Vectors.Row(i)[k+1:]
			kernels.Axpy(z, -float64(s.beta[k]*kernels.Dot(z, v)), v)
		}
	}
}

// implicitQL diagonalises the tridiagonal matrix of Values and e, and applies its rotations to the rows of Vectors.
func (s *Eigen) implicitQL() bool {
	d, e := s.Values, s.e
	n := len(d)
	norm := 0.0
	for i, v := range d {
		norm = max(norm, math.Abs(v)+math.Abs(e[i]))
	}
	for l := range n {
		for sweep := 0; ; sweep++ {
			m := l
			for m < n-1 && math.Abs(e[m]) > 0x1p-53*max(math.Abs(d[m])+math.Abs(d[m+1]), norm/8) {
				m++
			}
			if m == l {
				break
			}
			if sweep == maxSweeps {
				return false
			}
			g := (d[l+1] - d[l]) / (2 * e[l])
			root := math.Copysign(math.Sqrt(math.FMA(g, g, 1)), g)
			g = d[m] - d[l] + e[l]/(g+root)
			sin, cos, p := 1.0, 1.0, 0.0
			i := m - 1
			for ; i >= l; i-- {
				f, b := float64(sin*e[i]), float64(cos*e[i])
				r := math.Sqrt(math.FMA(f, f, float64(g*g)))
				e[i+1] = r
				if r == 0 {
					d[i+1] -= p
					e[m] = 0
					break
				}
				sin, cos = f/r, g/r
				g = d[i+1] - p
				r = math.FMA(d[i]-g, sin, float64(2*float64(cos*b)))
				p = float64(sin * r)
				d[i+1] = g + p
				g = math.FMA(cos, r, -b)
				rotate(s.Vectors.Row(i), s.Vectors.Row(i+1), sin, cos)
			}
			if i < l {
				d[l] -= p
				e[l], e[m] = g, 0
			}
		}
	}
	return true
}

// rotate sets (x, y) to (cos·x − sin·y, sin·x + cos·y), by three shears, each of which is one kernel; a rotation by more than a
// right angle is one by less and a half turn.
func rotate(x, y []float64, sin, cos float64) {
	if cos < 0 {
		sin, cos = -sin, -cos
		kernels.Scale(x, x, -1)
		kernels.Scale(y, y, -1)
	}
	t := -sin / (1 + cos) // −tan of half the angle, at most 1
	kernels.Axpy(x, t, y)
	kernels.Axpy(y, sin, x)
	kernels.Axpy(x, t, y)
}

// sort puts the eigenvalues in falling order and gives the vectors their signs.
func (s *Eigen) sort() {
	for i := range s.order {
		s.order[i] = i
		for j := i; j > 0 && s.Values[s.order[j]] > s.Values[s.order[j-1]]; j-- {
			s.order[j], s.order[j-1] = s.order[j-1], s.order[j]
		}
	}
	for i, from := range s.order {
		row, most := s.Vectors.Row(from), 0.0
		for _, v := range row {
			if math.Abs(v) > math.Abs(most) {
				most = v
			}
		}
		kernels.Scale(s.sorted.Row(i), row, math.Copysign(1, most))
		s.p[i] = s.Values[from]
	}
	copy(s.Values, s.p)
	s.Vectors, s.sorted = s.sorted, s.Vectors
}
