package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/moments"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// hmmGauss are Gaussian emissions: the components of a mixture, each of weight 1, whose statistics know of missing entries.
type hmmGauss[T kernels.Float] struct {
	*GMM[T]
	norm, oldNorm kernels.Matrix[T] // K×D, of diagonal and spherical ones: ½ log(precision/2π) of each column
}

func newHMMGauss[T kernels.Float](k, d int, c Covariance) *hmmGauss[T] {
	e := &hmmGauss[T]{GMM: newGMM[T](k, d, c)}
	for i := range k {
		e.cur.weights[i], e.spare.weights[i] = 1, 1
	}
	if !c.whole() {
		e.norm, e.oldNorm = kernels.NewMatrix[T](k, d), kernels.NewMatrix[T](k, d)
	}
	return e
}

func (e *hmmGauss[T]) name() Emission { return GaussianEmission }

func (e *hmmGauss[T]) bad([]T) int { return -1 }

func (e *hmmGauss[T]) domain(int) string { return "any number" }

func (e *hmmGauss[T]) swap() {
	e.Revert()
	e.norm, e.oldNorm = e.oldNorm, e.norm
}

func (e *hmmGauss[T]) noPrior() { e.prior, e.scale = PriorNone, nil }

func (e *hmmGauss[T]) statsLen() int {
	if e.covariance.whole() {
		return moments.Len(e.k, e.d)
	}
	return 3 * e.k * e.d
}

func (e *hmmGauss[T]) numParameters() int { return e.GMM.NumParameters() - (e.k - 1) }

// statsOf returns the statistics of state k, N, S1 and S2; N for each column, or one.
func (e *hmmGauss[T]) statsOf(stats []float64, k int) (n, s1, s2 []float64) {
	if e.covariance.whole() {
		st := stats[k*moments.Stride(e.d):][:moments.Stride(e.d)]
		return st[:1], st[1:][:e.d], st[1+e.d:]
	}
	at, size := k*e.d, e.k*e.d
	return stats[at:][:e.d], stats[size+at:][:e.d], stats[2*size+at:][:e.d]
}

// mStep is that of GMM, but diagonal and spherical ones have an N for each column: see GMM.MStep.
func (e *hmmGauss[T]) mStep(stats []float64) error {
	e.spare.condition = 1
	for k := range e.k {
		n, _, _ := e.statsOf(stats, k)
		for _, v := range n {
			if !(v >= 0) || v-v != 0 {
				return fmt.Errorf("em: state %d has %v frames: no sequences have such statistics", k, v)
			}
		}
	}
	clear(e.work.pooled)
	clear(e.work.floor)
	total := 0.0
	for k := range e.k {
		n, s1, s2 := e.statsOf(stats, k)
		total += n[0]
		if err := e.update(k, n, s1, s2); err != nil {
			return err
		}
	}
	if e.covariance == Tied {
		if total == 0 && e.prior == PriorNone {
			copy(e.spare.cov, e.cur.cov)
			e.spare.compileTied(&e.frame, nil)
		} else if j := e.updateTied(total); j >= 0 {
			return &CollapseError{Component: -1, Rows: total, Column: j}
		}
	}
	e.stamp(e.spare)
	return nil
}

// update sets state k of the spare parameters, but for a tied covariance matrix.
func (e *hmmGauss[T]) update(k int, n, s1, s2 []float64) error {
	p, d, f := e.spare, e.d, &e.frame
	means, shift := p.means[k*d:][:d], e.work.shift
	copy(means, e.cur.means[k*d:][:d])
	frames := 0.0
	for j := range d {
		shift[j] = 0
		if v := n[min(j, len(n)-1)]; v > 0 {
			shift[j] = s1[j] / v
			means[j] = f.centre[j] + float64((float64(e.cur.mean.Row(k)[j])+shift[j])/f.scale[j])
			frames += v / float64(d)
		}
	}
	size := len(p.cov) / e.k
	switch {
	case e.covariance == Tied:
		if frames > 0 {
			e.pool(k, n[0], s1, s2)
		}
		return nil
	case e.covariance == Full && (frames > 0 || e.prior != PriorNone):
		e.updateFull(k, n[0], s1, s2)
	case e.covariance == Full:
		copy(p.cov[k*size:][:size], e.cur.cov[k*size:])
	default:
		e.updateColumns(k, n, s1, s2)
	}
	var floor []float64
	if e.prior == PriorNone {
		if floor = e.work.floor; frames == 0 {
			clear(floor)
		}
	}
	if j := e.compile(p, e.oldNorm, k, floor); j >= 0 {
		return &CollapseError{Component: k, Rows: frames, Column: j}
	}
	return nil
}

// updateColumns sets the variances of state k, of whose columns each has its own number of frames.
func (e *hmmGauss[T]) updateColumns(k int, n, s1, s2 []float64) {
	f, sum, frames := &e.frame, 0.0, 0.0
	for i, v := range n {
		w := e.scatter(v, s1, s2, i, i, i)
		e.work.floor[i] = 0
		if v > 0 {
			e.work.floor[i] = e.leftOver(k, i, s2[i], v)
		}
		sum += w
		frames += v
		if e.covariance == Diagonal {
			e.spare.cov[k*e.d+i] = e.cur.cov[k*e.d+i]
			if strength := e.strength(v); strength > 0 {
				e.spare.cov[k*e.d+i] = w / strength / f.scale[i] / f.scale[i]
			}
		}
	}
	if e.covariance == Spherical {
		e.spare.cov[k] = e.cur.cov[k]
		if e.prior != PriorNone {
			sum += float64(e.scale[0] * f.scale[0] * f.scale[0])
		}
		if strength := e.strength(frames); strength > 0 {
			e.spare.cov[k] = sum / strength / f.scale[0] / f.scale[0]
		}
	}
}

// compile derives what the kernels need of state k: see params.compile.
func (e *hmmGauss[T]) compile(p *params[T], norm kernels.Matrix[T], k int, floor []float64) int {
	if j := p.compile(k, &e.frame, floor); j >= 0 || e.covariance.whole() {
		return j
	}
	for j, v := range p.prec.Row(k) {
		norm.Row(k)[j] = T(float64(0.5*logOf(float64(v))) - float64(0.5*log2Pi) + e.frame.logScale(j))
	}
	return -1
}

// compileAll derives what the kernels need of the present parameters.
func (e *hmmGauss[T]) compileAll() (state, column int) {
	e.stamp(e.cur)
	if e.covariance == Tied {
		return 0, e.cur.compileTied(&e.frame, nil)
	}
	for k := range e.k {
		if j := e.compile(e.cur, e.norm, k, nil); j >= 0 {
			return k, j
		}
	}
	return 0, -1
}

// logPrior returns the log density of the inverse-Wishart priors in nats: that of the mixture without its weights.
func (e *hmmGauss[T]) logPrior() float64 {
	if e.prior == PriorNone {
		return 0
	}
	return e.logPriorOf(e.cur) - special.Lgamma(float64(e.k))
}

func (e *hmmGauss[T]) translate(stats []float64, sign float64) {
	if e.covariance.whole() {
		moments.Translate(stats, e.cur.mean, sign)
		return
	}
	for k := range e.k {
		n, s1, s2 := e.statsOf(stats, k)
		for j, v := range e.cur.mean.Row(k) {
			c := sign * float64(v)
			s2[j] += math.FMA(2*s1[j], c, float64(n[j]*c)*c)
			s1[j] = math.FMA(n[j], c, s1[j])
		}
	}
}

func (e *hmmGauss[T]) rounding() (bound, stats float64) {
	return e.GMM.Rounding(), e.GMM.StatsRounding()
}

func (e *hmmGauss[T]) values() []hmmTensor {
	t := []hmmTensor{
		{"means", e.cur.means, []int{e.k, e.d}}, {"covariances", e.cur.cov, covarianceShape(e.covariance, e.k, e.d)},
		{"centre", e.frame.centre, []int{e.d}}, {"scale", e.frame.scale, []int{e.d}},
	}
	if e.scale != nil {
		t = append(t, hmmTensor{"prior_scale", e.scale, []int{len(e.scale)}})
	}
	return t
}

func (e *hmmGauss[T]) snapshot() hmmEmission[T] {
	s := newHMMGauss[T](e.k, e.d, e.covariance)
	copy(s.frame.centre, e.frame.centre)
	copy(s.frame.scale, e.frame.scale)
	s.frame.compile()
	copy(s.cur.means, e.cur.means)
	copy(s.cur.cov, e.cur.cov)
	s.compileAll()
	return s
}

// sampler draws x = μ_k + U_kᵀ z, Σ_k = U_kᵀ U_k.
func (e *hmmGauss[T]) sampler() func(dst []T, k int, key kernels.Key, at kernels.Counter) {
	p, d := e.cur, e.d
	z := make([]float64, d)
	if !e.covariance.whole() {
		return func(dst []T, k int, key kernels.Key, at kernels.Counter) {
			kernels.Normal(z, key, at)
			for j, v := range z {
				dst[j] = T(math.FMA(math.Sqrt(p.at(k, j, j)), v, p.means[k*d+j]))
			}
		}
	}
	upper := kernels.NewMatrix[float64](e.k*d, d)
	for k := range e.k {
		// As in the E-step, the factorisation is that of the frame: there it has succeeded.
		u := upper.SliceRows(k*d, k*d+d)
		for i := range d {
			for j := i; j < d; j++ {
				u.Row(i)[j] = p.at(k, i, j) * e.frame.scale[i] * e.frame.scale[j]
			}
		}
		kernels.Cholesky(u)
	}
	return func(dst []T, k int, key kernels.Key, at kernels.Counter) {
		kernels.Normal(z, key, at)
		for j := range d {
			s := 0.0
			for l := range j + 1 {
				s = math.FMA(upper.Row(k*d + l)[j], z[l], s)
			}
			dst[j] = T(p.means[k*d+j] + float64(s/e.frame.scale[j]))
		}
	}
}

// hmmGaussWork evaluates them.
type hmmGaussWork[T kernels.Float] struct {
	e          *hmmGauss[T]
	x, work    []T
	zero       []T
	s0, s1, s2 kernels.Matrix[T] // diagonal
	full       *moments.Full[T]
	scratch    *moments.Expected
	missing    *incomplete[T] // nil until a frame with a missing entry comes
	filled     kernels.Matrix[float64]
}

func (e *hmmGauss[T]) newWork() hmmWork[T] {
	const n = elbo.BlockRows
	w := &hmmGaussWork[T]{e: e, x: make([]T, n*e.d), zero: make([]T, e.k)}
	if !e.covariance.whole() {
		w.work = make([]T, max(kernels.GaussDiagMaskedWork[T](e.k, e.d), kernels.MomentsDiagWork[T](e.k, e.d)))
		w.s0, w.s1, w.s2 = kernels.NewMatrix[T](e.k, e.d), kernels.NewMatrix[T](e.k, e.d), kernels.NewMatrix[T](e.k, e.d)
		return w
	}
	w.work = make([]T, gaussWork[T](e.covariance, e.d))
	w.full, w.scratch = moments.NewFull[T](e.d), moments.NewExpected(e.d)
	return w
}

// framed returns the rows in the frame.
func (w *hmmGaussWork[T]) framed(x kernels.Matrix[T]) kernels.Matrix[T] {
	rows := kernels.MatrixOf(x.Rows, w.e.d, w.x[:x.Rows*w.e.d])
	w.e.frame.apply(rows.Data, x)
	return rows
}

func (w *hmmGaussWork[T]) logDensity(dst, x kernels.Matrix[T]) (base []float64) {
	p, x := w.e.cur, w.framed(x)
	if !w.e.covariance.whole() {
		kernels.GaussDiagMasked(dst, x, p.mean, p.prec, w.e.norm, w.zero, w.work)
		return nil
	}
	p.logJoint(dst, x, nil, w.work)
	if anyMissing(x.Data) {
		p.logJointMissing(dst, x, &w.e.frame, w.gaps())
	}
	return nil
}

func (w *hmmGaussWork[T]) add(stats []float64, x, r kernels.Matrix[T], weight T) {
	p, x := w.e.cur, w.framed(x)
	if w.e.covariance.whole() {
		if anyMissing(x.Data) {
			w.addMissing(stats, x, r, weight)
		} else {
			w.full.Add(stats, x, r, p.mean, weight)
		}
		return
	}
	const negligible = 0x1p-64
	kernels.MomentsDiagMasked(w.s0, w.s1, w.s2, x, r, p.mean, negligible*weight, w.work)
	for i, s := range []kernels.Matrix[T]{w.s0, w.s1, w.s2} {
		totals := stats[i*len(s.Data):][:len(s.Data)]
		for j, v := range s.Data {
			totals[j] += float64(v)
		}
	}
}

func (w *hmmGaussWork[T]) expected(stats []float64, moved bool) float64 {
	e, p := w.e, w.e.cur
	old := p
	if moved {
		old = e.spare
	}
	if e.covariance.whole() {
		return moments.ExpectedFull(w.scratch, stats, old.mean, p.mean, p.prec, p.c)
	}
	sum := 0.0
	for k := range e.k {
		n, s1, s2 := e.statsOf(stats, k)
		for j, prec := range p.prec.Row(k) {
			if n[j] > 0 {
				t := float64(p.mean.Row(k)[j]) - float64(old.mean.Row(k)[j])
				quadratic := math.FMA(t, math.FMA(n[j], t, -2*s1[j]), s2[j])
				sum = math.FMA(n[j], float64(e.norm.Row(k)[j]), sum) - float64(0.5*float64(float64(prec)*quadratic))
			}
		}
	}
	return sum
}

func (w *hmmGaussWork[T]) fill(x, r kernels.Matrix[T]) {
	if w.e.covariance.whole() {
		if framed := w.framed(x); anyMissing(framed.Data) {
			w.fillMissing(x, framed, r)
		}
		return
	}
	imputeMeans(x, r, w.e.cur.means)
}
