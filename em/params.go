package em

import (
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

const (
	log2   = 0.69314718055994530942 // ln 2
	log2Pi = 1.83787706640934548356 // ln 2π
)

func logOf(x float64) float64 { return special.Log(x) }

// frame maps rows to the coordinates of the E-step: x′ = (x − centre)·scale. centre has values of T and scale powers of
// two, so that x − centre is the only rounding.
type frame[T kernels.Float] struct {
	centre, scale []float64
	c, s          []T     // the same
	logDet        float64 // Σ ln scale: log p(x) = log p′(x′) + logDet
}

func newFrame[T kernels.Float](d int) frame[T] {
	return frame[T]{centre: make([]float64, d), scale: make([]float64, d), c: make([]T, d), s: make([]T, d)}
}

// set fits the frame to columns of these means and variances, which are positive.
func (f *frame[T]) set(mean, variance []float64) {
	for j := range mean {
		f.centre[j] = float64(T(mean[j]))
		_, e := math.Frexp(math.Sqrt(variance[j]))
		f.scale[j] = math.Ldexp(1, -e)
	}
	f.compile()
}

// compile derives the rest from centre and scale, and reports whether they are what set makes.
func (f *frame[T]) compile() bool {
	f.logDet = 0
	for j := range f.centre {
		f.c[j], f.s[j] = T(f.centre[j]), T(f.scale[j])
		frac, e := math.Frexp(f.scale[j])
		if float64(f.c[j]) != f.centre[j] || float64(f.s[j]) != f.scale[j] || frac != 0.5 {
			return false
		}
		f.logDet += float64(float64(e-1) * log2)
	}
	return true
}

// extreme reports whether squares of the data, or their inverses, come near the ends of T's range.
func (f *frame[T]) extreme() bool {
	var z T
	most := 0x1p300
	if _, ok := any(z).(float32); ok {
		most = 0x1p30
	}
	for _, s := range f.scale {
		if s > most || s < 1/most {
			return true
		}
	}
	return false
}

// apply writes the rows of x in the frame to dst, which is as large as x.
func (f *frame[T]) apply(dst []T, x kernels.Matrix[T]) {
	d := x.Cols
	c, s := f.c[:d], f.s[:d]
	for i := range x.Rows {
		row, to := x.Row(i)[:d], dst[i*d:][:d]
		for j, v := range row {
			to[j] = (v - c[j]) * s[j]
		}
	}
}

// params are parameters and what the kernels need of them.
type params[T kernels.Float] struct {
	k, d          int
	diagonal      bool
	weights       []float64 // K
	means         []float64 // K×D
	cov           []float64 // K×D×D, or K×D if diagonal
	mean          kernels.Matrix[T]
	prec          kernels.Matrix[T] // upper triangular factors, (K·D)×D, or 1/variance, K×D
	c             []T               // what does not depend on x, with log weight
	logPrior      float64
	chol, inverse kernels.Matrix[float64] // scratch
}

func newParams[T kernels.Float](k, d int, c Covariance) *params[T] {
	p := &params[T]{
		k: k, d: d, diagonal: c == Diagonal, weights: make([]float64, k), means: make([]float64, k*d),
		mean: kernels.NewMatrix[T](k, d), c: make([]T, k),
	}
	if p.diagonal {
		p.cov, p.prec = make([]float64, k*d), kernels.NewMatrix[T](k, d)
	} else {
		p.cov, p.prec = make([]float64, k*d*d), kernels.NewMatrix[T](k*d, d)
		p.chol, p.inverse = kernels.NewMatrix[float64](d, d), kernels.NewMatrix[float64](d, d)
	}
	return p
}

// at returns element (i, j) of the covariance of component k.
func (p *params[T]) at(k, i, j int) float64 {
	switch {
	case !p.diagonal:
		return p.cov[(k*p.d+i)*p.d+j]
	case i == j:
		return p.cov[k*p.d+i]
	}
	return 0
}

// compile derives what the kernels need of component k. It returns the first column whose variance, given those
// before it, is in the frame not above floor (nil: 0) or out of T's range; −1 if all is well.
func (p *params[T]) compile(k int, f *frame[T], floor []float64) int {
	d := p.d
	for j := range d {
		p.mean.Row(k)[j] = T(float64((p.means[k*d+j] - f.centre[j]) * f.scale[j]))
	}
	pivot := func(j int) float64 { return p.chol.Row(j)[j] * p.chol.Row(j)[j] }
	if p.diagonal {
		pivot = func(j int) float64 { return p.cov[k*d+j] * f.scale[j] * f.scale[j] }
	} else {
		for i := range d {
			for j := i; j < d; j++ {
				p.chol.Row(i)[j] = p.at(k, i, j) * f.scale[i] * f.scale[j]
			}
		}
		if !kernels.Cholesky(p.chol) {
			return p.firstSingular(k, f)
		}
		kernels.TriInverse(p.inverse, p.chol)
	}
	// The constant is that of the factor as T holds it: the density that is evaluated integrates to 1.
	logRoot := 0.0
	for j := range d {
		v := pivot(j)
		least := 0.0
		if floor != nil {
			least = floor[j]
		}
		var factor T
		if p.diagonal {
			factor = T(1 / v)
			p.prec.Row(k)[j] = factor
			logRoot += float64(0.5 * logOf(float64(factor)))
		} else {
			factor = T(p.inverse.Row(j)[j])
			logRoot += logOf(float64(factor))
			for i := range j + 1 {
				p.prec.Row(k*d + i)[j] = T(p.inverse.Row(i)[j])
			}
		}
		if !(v > least) || factor <= 0 || factor-factor != 0 {
			return j
		}
	}
	c := logOf(p.weights[k]) + logRoot
	p.c[k] = T(c - float64(0.5*float64(float64(d)*log2Pi)) + f.logDet)
	return -1
}

// firstSingular returns the first column whose pivot in the Cholesky factorisation of component k's covariance matrix is
// not positive.
func (p *params[T]) firstSingular(k int, f *frame[T]) int {
	for n := 1; n < p.d; n++ {
		u := kernels.NewMatrix[float64](n, n)
		for i := range n {
			for j := i; j < n; j++ {
				u.Row(i)[j] = p.at(k, i, j) * f.scale[i] * f.scale[j]
			}
		}
		if !kernels.Cholesky(u) {
			return n - 1
		}
	}
	return p.d - 1
}
