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
	c, s          []T       // the same, over and over, for several rows at a time
	logs          []float64 // ln scale
	logDet        float64   // their sum: log p(x) = log p′(x′) + logDet
}

// frameElems is about the length of c and s: a part of a first-level cache.
const frameElems = 512

func newFrame[T kernels.Float](d int) frame[T] {
	n := d * max(1, frameElems/d)
	return frame[T]{centre: make([]float64, d), scale: make([]float64, d), logs: make([]float64, d), c: make([]T, n), s: make([]T, n)}
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
	d := len(f.centre)
	for j := range f.centre {
		f.c[j], f.s[j] = T(f.centre[j]), T(f.scale[j])
		frac, e := math.Frexp(f.scale[j])
		if float64(f.c[j]) != f.centre[j] || float64(f.s[j]) != f.scale[j] || frac != 0.5 {
			return false
		}
		f.logs[j] = float64(float64(e-1) * log2)
		f.logDet += f.logs[j]
	}
	for i := d; i < len(f.c); i++ {
		f.c[i], f.s[i] = f.c[i-d], f.s[i-d]
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
	d, step := x.Cols, 1
	if x.Stride == d {
		step = len(f.c) / d
	}
	for i := 0; i < x.Rows; i += step {
		n := min(step, x.Rows-i) * d
		to := dst[i*d:][:n]
		kernels.Sub(to, x.Data[i*x.Stride:][:n], f.c[:n])
		kernels.Mul(to, to, f.s[:n])
	}
}

// params are parameters and what the kernels need of them.
type params[T kernels.Float] struct {
	k, d          int
	covariance    Covariance
	weights       []float64         // K
	means         []float64         // K×D
	cov           []float64         // K×D×D, diagonal K×D, tied D×D, spherical K
	mean          kernels.Matrix[T] // in the frame
	prec          kernels.Matrix[T] // upper triangular factors, (K·D)×D, tied D×D; or 1/variance, K×D
	c             []T               // what does not depend on x, with log weight
	logNorm       kernels.Matrix[T] // diagonal and spherical: each column's part of c, K×D
	logWeight     []float64         // the rest of c, and in T
	mix           []T
	version       uint64 // parameters of one model that are not the same have different ones
	fates         []fate
	logPrior      float64
	white         whitened[T]             // if tied
	condition     float64                 // of the worst component, see Rounding
	spread        float64                 // of rows as the densities see them, see Rounding
	chol, inverse kernels.Matrix[float64] // scratch
	reach, logs   []float64
}

func newParams[T kernels.Float](k, d int, c Covariance) *params[T] {
	p := &params[T]{
		k: k, d: d, covariance: c, weights: make([]float64, k), means: make([]float64, k*d),
		mean: kernels.NewMatrix[T](k, d), c: make([]T, k), logs: make([]float64, d), logWeight: make([]float64, k), mix: make([]T, k), fates: make([]fate, k),
	}
	size := 1
	for _, n := range covarianceShape(c, k, d) {
		size *= n
	}
	p.cov = make([]float64, size)
	if c.whole() {
		p.prec = kernels.NewMatrix[T](size/d, d)
		p.chol, p.inverse = kernels.NewMatrix[float64](d, d), kernels.NewMatrix[float64](d, d)
		p.reach = make([]float64, d)
		if c == Tied {
			p.white = newWhitened[T](k, d)
		}
	} else {
		p.prec, p.logNorm = kernels.NewMatrix[T](k, d), kernels.NewMatrix[T](k, d)
	}
	return p
}

// covarianceShape is the shape of params.cov.
func covarianceShape(c Covariance, k, d int) []int {
	switch c {
	case Diagonal:
		return []int{k, d}
	case Tied:
		return []int{d, d}
	case Spherical:
		return []int{k}
	}
	return []int{k, d, d}
}

// at returns element (i, j) of the covariance of component k.
func (p *params[T]) at(k, i, j int) float64 {
	switch {
	case p.covariance == Full:
		return p.cov[(k*p.d+i)*p.d+j]
	case p.covariance == Tied:
		return p.cov[i*p.d+j]
	case i != j:
		return 0
	case p.covariance == Diagonal:
		return p.cov[k*p.d+i]
	}
	return p.cov[k]
}

// compileMean sets component k's mean in the frame.
func (p *params[T]) compileMean(k int, f *frame[T]) {
	for j := range p.d {
		p.mean.Row(k)[j] = T(float64((p.means[k*p.d+j] - f.centre[j]) * f.scale[j]))
	}
}

// compile derives what the kernels need of component k. It returns the first column whose variance, given those before it,
// is in the frame not positive or out of T's range, or not above floor or the rounding of the moments if floor is not
// nil; −1 if all is well.
func (p *params[T]) compile(k int, f *frame[T], floor []float64) int {
	p.compileMean(k, f)
	logRoot, bad := 0.0, 0
	if p.covariance.whole() {
		logRoot, bad = p.compileWhole(k, f, floor)
	} else {
		logRoot, bad = p.compileDiagonal(k, f, floor)
	}
	p.setConstant(k, f, logRoot)
	return bad
}

// compileTied is compile of all components, whose covariance matrix is one.
func (p *params[T]) compileTied(f *frame[T], floor []float64) int {
	logRoot, bad := p.compileWhole(0, f, floor)
	for k := range p.k {
		p.compileMean(k, f)
		p.setConstant(k, f, logRoot)
	}
	if bad < 0 {
		for i := range p.reach { // a scratch that is free
			p.reach[i] = math.Sqrt(p.at(0, i, i)) * f.scale[i]
		}
		p.spread = max(1, p.white.set(p.mean, p.prec, p.reach))
	}
	return bad
}

// setConstant sets c for component k; logRoot is the logarithm of the root of the precision's determinant.
func (p *params[T]) setConstant(k int, f *frame[T], logRoot float64) {
	p.logWeight[k] = logOf(p.weights[k])
	p.mix[k] = T(p.logWeight[k])
	c := p.logWeight[k] + logRoot
	p.c[k] = T(c - float64(0.5*float64(float64(p.d)*log2Pi)) + f.logDet)
}

// compileDiagonal sets the precisions and returns half the logarithm of their product. That is of the factors as T holds them: so
// the density that is evaluated integrates to 1.
func (p *params[T]) compileDiagonal(k int, f *frame[T], floor []float64) (logRoot float64, bad int) {
	for j := range p.d {
		v := p.at(k, j, j) * f.scale[j] * f.scale[j]
		precision := T(1 / v)
		if !(v > 0) || floor != nil && v <= floor[j] || precision <= 0 || precision-precision != 0 {
			return 0, j
		}
		p.prec.Row(k)[j] = precision
		p.logs[j] = float64(precision)
	}
	kernels.Log(p.logs, p.logs)
	for j, v := range p.logs {
		root := float64(0.5 * v)
		p.logNorm.Row(k)[j] = T(root - 0.5*log2Pi + f.logs[j])
		logRoot += root
	}
	return logRoot, -1
}

// compileWhole sets the factor of the precision matrix and returns the logarithm of its determinant, as compileDiagonal.
func (p *params[T]) compileWhole(k int, f *frame[T], floor []float64) (logRoot float64, bad int) {
	d := p.d
	for i := range d {
		for j := i; j < d; j++ {
			p.chol.Row(i)[j] = p.at(k, i, j) * f.scale[i] * f.scale[j]
		}
	}
	if !kernels.Cholesky(p.chol) {
		return 0, p.firstSingular(k, f)
	}
	kernels.TriInverse(p.inverse, p.chol)
	clear(p.reach)
	for i := range d {
		deviation := math.Sqrt(p.at(k, i, i)) * f.scale[i]
		for j := i; j < d; j++ {
			v := p.inverse.Row(i)[j]
			p.prec.Row(k*d + i)[j] = T(v)
			p.reach[j] = math.FMA(math.Abs(v), deviation, p.reach[j])
		}
	}
	u := unitRoundoff[T]()
	for j, r := range p.reach {
		root, factor := p.chol.Row(j)[j], p.prec.Row(k*d + j)[j]
		if floor != nil && (float64(root*root) <= floor[j] || r*r*u >= 1) || factor <= 0 || factor-factor != 0 {
			return 0, j
		}
		logRoot += logOf(float64(factor))
		p.condition = max(p.condition, r*r)
	}
	return logRoot, -1
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
