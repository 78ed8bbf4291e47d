package em

import (
	"math"

	"example.com/elbo/kernels"
)

// analyser is one factor analyser, N(μ, WWᵀ + Ψ) with Ψ diagonal, and what evaluating it takes. With M = I + WᵀΨ⁻¹W and
// G = M⁻¹, by Woodbury's identity,
//
//	ẑ = E[z | x] = G Wᵀ Ψ⁻¹ (x − μ),  Cov[z | x] = G,  ln|WWᵀ + Ψ| = ln|Ψ| + ln|M|
//	(x − μ)ᵀ(WWᵀ + Ψ)⁻¹(x − μ) = (x − μ − Wẑ)ᵀ Ψ⁻¹ (x − μ − Wẑ) + ẑᵀẑ
//
// The last is a sum of squares, which ẑ minimises: so an error of ẑ counts by its square, and nothing cancels. (Rubin and Thayer, "EM
// algorithms for ML factor analysis", Psychometrika 47, 1982; Ghahramani and Hinton, "The EM algorithm for mixtures of
// factor analyzers", CRG-TR-96-1, 1996.)
type analyser[T kernels.Float] struct {
	d, q                  int
	mean, loadings, noise []float64               // D, D×Q and D, in the units of the data
	mu, psi               []float64               // D, in the frame
	w, v, b               kernels.Matrix[float64] // D×Q, in the frame: W, Ψ⁻¹W, Ψ⁻¹WG
	m                     kernels.Matrix[float64] // Q×Q: M
	most                  float64                 // its largest element
	root, inverse, g      kernels.Matrix[float64] // Q×Q: U, UᵀU = M; P = U⁻¹; G = PPᵀ
	term                  []float64               // what a column adds to a log-density whatever its value, nats
	terms, logDet         float64                 // their sum; ln|M|
	condition             float64                 // max_d Σ_dd/ψ_d, see Rounding
	serial                uint64                  // of the compilation
	muT                   []T
	bT, vT, negative      kernels.Matrix[T] // b, v and −w
	precision             kernels.Matrix[T] // 1×D, 1/ψ
	work                  []float64
}

func newAnalyser[T kernels.Float](d, q int) *analyser[T] {
	tall := func() kernels.Matrix[float64] { return kernels.NewMatrix[float64](d, q) }
	small := func() kernels.Matrix[float64] { return kernels.NewMatrix[float64](q, q) }
	return &analyser[T]{
		d: d, q: q, mean: make([]float64, d), loadings: make([]float64, d*q), noise: make([]float64, d), mu: make([]float64, d), psi: make([]float64, d),
		w: tall(), v: tall(), b: tall(), m: small(), root: small(), inverse: small(), g: small(), term: make([]float64, d), muT: make([]T, d),
		bT: kernels.NewMatrix[T](d, q), vT: kernels.NewMatrix[T](d, q), negative: kernels.NewMatrix[T](d, q), precision: kernels.NewMatrix[T](1, d),
		work: make([]float64, max(kernels.GemmWork[float64](kernels.Trans, kernels.NoTrans, q, q, d), kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, d, q, q))),
	}
}

// compile derives the rest from mean, loadings and noise. It returns the first column that is in the frame out of T's range, −1 if
// there is none.
func (a *analyser[T]) compile(f *frame[T], serial uint64) (bad int) {
	a.serial, a.terms, a.condition = serial, 0, 1
	for j := range a.d {
		s := f.scale[j]
		a.mu[j] = float64((a.mean[j] - f.centre[j]) * s)
		a.psi[j] = a.noise[j] * s * s
		precision := T(1 / a.psi[j])
		if !(a.psi[j] > 0) || precision <= 0 || precision-precision != 0 || T(a.mu[j])-T(a.mu[j]) != 0 {
			return j
		}
		a.muT[j], a.precision.Data[j] = T(a.mu[j]), precision
		variance := a.psi[j]
		for q, v := range a.loadings[j*a.q:][:a.q] {
			v *= s
			if T(v)-T(v) != 0 || T(v/a.psi[j])-T(v/a.psi[j]) != 0 {
				return j
			}
			a.w.Row(j)[q], a.v.Row(j)[q] = v, v/a.psi[j]
			a.negative.Row(j)[q], a.vT.Row(j)[q] = -T(v), T(v/a.psi[j])
			variance = math.FMA(v, v, variance)
		}
		a.condition = max(a.condition, variance/a.psi[j])
		// Of the precision as T holds it: so the density that is evaluated integrates to 1.
		a.term[j] = float64(0.5*(logOf(float64(precision))-log2Pi)) + f.logScale(j)
		a.terms += a.term[j]
	}
	kernels.Gemm(kernels.Trans, kernels.NoTrans, a.m, a.v, a.w, kernels.Epilogue[float64]{}, a.work)
	a.most = 0
	for i := range a.q {
		a.m.Row(i)[i]++
		a.most = max(a.most, a.m.Row(i)[i])
	}
	a.logDet = a.factor(a.root, a.v, a.work)
	if a.logDet-a.logDet != 0 {
		return 0
	}
	kernels.TriInverse(a.inverse, a.root)
	kernels.Gemm(kernels.NoTrans, kernels.Trans, a.g, a.inverse, a.inverse, kernels.Epilogue[float64]{}, a.work)
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, a.b, a.v, a.g, kernels.Epilogue[float64]{}, a.work)
	for i, v := range a.b.Data {
		a.bT.Data[i] = T(v)
	}
	return -1
}

// factor sets root to the Cholesky factor of I + vᵀW, v being Ψ⁻¹W with rows of 0 for the columns that do not count, and returns the
// logarithm of the determinant.
func (a *analyser[T]) factor(root, v kernels.Matrix[float64], work []float64) float64 {
	kernels.Gemm(kernels.Trans, kernels.NoTrans, root, v, a.w, kernels.Epilogue[float64]{}, work)
	for i := range a.q {
		root.Row(i)[i]++
	}
	kernels.Cholesky(root)
	return kernels.LogDet(root)
}

// mostSubtracted is the largest element of M from which columns are subtracted: the rest, at least I, then is exact to 2⁻⁴¹.
const mostSubtracted = 0x1p12

// without is factor for all columns but these.
func (a *analyser[T]) without(root kernels.Matrix[float64], columns []int) float64 {
	copy(root.Data, a.m.Data)
	for _, j := range columns {
		v, w := a.v.Row(j), a.w.Row(j)
		for i, vi := range v {
			row := root.Row(i)
			for k := i; k < a.q; k++ {
				row[k] = math.FMA(-vi, w[k], row[k])
			}
		}
	}
	kernels.Cholesky(root)
	return kernels.LogDet(root)
}

// covariance returns WWᵀ + Ψ in the units of the data.
func (a *analyser[T]) covariance() kernels.Matrix[float64] {
	c, w := kernels.NewMatrix[float64](a.d, a.d), kernels.MatrixOf(a.d, a.q, a.loadings)
	kernels.Gemm(kernels.NoTrans, kernels.Trans, c, w, w, kernels.Epilogue[float64]{}, nil)
	for j, v := range a.noise {
		c.Row(j)[j] += v
	}
	return c
}

// copyOf returns a copy under the frame, which is that of the original's last compilation.
func (a *analyser[T]) copyOf(f *frame[T]) *analyser[T] {
	c := newAnalyser[T](a.d, a.q)
	copy(c.mean, a.mean)
	copy(c.loadings, a.loadings)
	copy(c.noise, a.noise)
	c.compile(f, a.serial)
	return c
}

// logScale returns ln scale of column j.
func (f *frame[T]) logScale(j int) float64 {
	_, e := math.Frexp(f.scale[j])
	return float64(float64(e-1) * log2)
}

// logDensity returns E[ln N(x; μ, WWᵀ + Ψ)] summed over rows with these statistics: their weight n, Σx (D) and Σxxᵀ, of which the upper
// triangle counts, in the frame; in nats per unit of the data's volume. It is linear in the statistics.
//
//	n (Σ_d term_d − ½ ln|M|) − ½ Σ_d [(I − WB) S (I − WB)ᵀ]_dd/ψ_d − ½ tr(B S Bᵀ),  B = GWᵀΨ⁻¹, S = Σ(x − μ)(x − μ)ᵀ
func (a *analyser[T]) logDensity(n float64, s1, s2 []float64, work *scatterWork) float64 {
	s := work.scatter
	for i := range a.d {
		for j := i; j < a.d; j++ {
			v := s2[i*a.d+j] - math.FMA(s1[i], a.mu[j], float64(a.mu[i]*math.FMA(-n, a.mu[j], s1[j])))
			s.Row(i)[j], s.Row(j)[i] = v, v
		}
	}
	h, k := work.cross, work.moment
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, h, s, a.b, kernels.Epilogue[float64]{}, work.work)
	kernels.Gemm(kernels.Trans, kernels.NoTrans, k, a.b, h, kernels.Epilogue[float64]{}, work.work)
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, work.product, a.w, k, kernels.Epilogue[float64]{}, work.work)
	quadratic := 0.0
	for i := range a.d {
		r := s.Row(i)[i]
		for q, w := range a.w.Row(i) {
			r = math.FMA(w, math.FMA(-2, h.Row(i)[q], work.product.Row(i)[q]), r)
		}
		quadratic += r / a.psi[i]
	}
	for q := range a.q {
		quadratic += k.Row(q)[q]
	}
	return float64(n*(a.terms-float64(0.5*a.logDet))) - float64(0.5*quadratic)
}

// scatterWork is scratch for D×D statistics.
type scatterWork struct {
	scatter        kernels.Matrix[float64] // D×D
	cross, product kernels.Matrix[float64] // D×Q
	moment         kernels.Matrix[float64] // Q×Q
	work           []float64
}

func newScatterWork(d, q int) *scatterWork {
	return &scatterWork{
		scatter: kernels.NewMatrix[float64](d, d), cross: kernels.NewMatrix[float64](d, q), product: kernels.NewMatrix[float64](d, q),
		moment: kernels.NewMatrix[float64](q, q),
		work: make([]float64, max(kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, d, q, d),
			kernels.GemmWork[float64](kernels.Trans, kernels.NoTrans, q, q, d), kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, d, q, q))),
	}
}
