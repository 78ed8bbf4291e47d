package em

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"example.com/elbo/internal/linalg"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// factors is what FA and PPCA have in common: one factor analyser, x = Wz + μ + ε, fitted by EM in which the latent variables are the
// missing entries, z being integrated out.
type factors[T kernels.Float] struct {
	kind       string
	d, q       int
	isotropic  bool // PPCA: Ψ = σ²I
	steps      int  // of an M-step of FA
	incomplete bool // the rows of the start have missing entries
	prior      Prior
	scale      []float64 // ψ0, in the units of the data squared: D, or 1 if isotropic; nil under PriorNone
	frame      frame[T]
	cur, spare *analyser[T]
	serial     uint64
	logPrior   [2]float64  // of cur and spare
	scratch    *factorWork // of the M-step; nil until it is needed
}

// factorWork is the scratch of an M-step.
type factorWork struct {
	*scatterWork
	eigen *linalg.Eigen
	white kernels.Matrix[float64] // D×D
	root  []float64
	w     kernels.Matrix[float64] // D×Q
	// Jöreskog's step, the noise that it leads to, and the matrix and noise whose spectrum is known.
	step, trial, psi []float64
	of               kernels.Matrix[float64]
	known            bool
}

// work returns the scratch of the M-step.
func (m *factors[T]) work() *factorWork {
	if m.scratch == nil {
		d := m.d
		m.scratch = &factorWork{
			scatterWork: newScatterWork(d, m.q), eigen: linalg.NewEigen(d), white: kernels.NewMatrix[float64](d, d), root: make([]float64, d),
			w: kernels.NewMatrix[float64](d, m.q), step: make([]float64, d), trial: make([]float64, d), psi: make([]float64, d), of: kernels.NewMatrix[float64](d, d),
		}
	}
	return m.scratch
}

func newFactors[T kernels.Float](kind string, d, q int) factors[T] {
	return factors[T]{
		kind: kind, d: d, q: q, isotropic: kind == "ppca", steps: 1, frame: newFrame[T](d), cur: newAnalyser[T](d, q), spare: newAnalyser[T](d, q),
	}
}

// Kind returns the name of the model in files.
func (m *factors[T]) Kind() string { return m.kind }

// Dim returns D, the number of columns.
func (m *factors[T]) Dim() int { return m.d }

// Q returns the number of factors, the dimensions of z.
func (m *factors[T]) Q() int { return m.q }

// Prior returns the prior under which the model is fitted.
func (m *factors[T]) Prior() Prior { return m.prior }

// TakesMissing returns true: missing entries are latent variables, given the observed ones of their rows.
func (m *factors[T]) TakesMissing() bool { return true }

// Mean returns μ, D numbers, in the units of the data.
func (m *factors[T]) Mean() []float64 { return slices.Clone(m.cur.mean) }

// Loadings returns W, D×Q, in the units of the data. A model whose fit has converged has WᵀΨ⁻¹W diagonal (PPCA: WᵀW, its columns along the
// principal axes), falling; up to that, W is determined to a rotation of the factors. The largest element of a column by
// magnitude is positive. A column may be 0: the data then ask for fewer factors.
func (m *factors[T]) Loadings() kernels.Matrix[float64] {
	return kernels.MatrixOf(m.d, m.q, slices.Clone(m.cur.loadings))
}

// Covariance returns WWᵀ + Ψ, D×D, the covariance matrix of x, in the units of the data.
func (m *factors[T]) Covariance() kernels.Matrix[float64] { return m.cur.covariance() }

// NumParameters returns the number of free parameters: D means, DQ − Q(Q−1)/2 loadings, for a rotation of the factors changes
// nothing, and D noise variances, or one.
func (m *factors[T]) NumParameters() int {
	n := m.d + m.d*m.q - m.q*(m.q-1)/2
	if m.isotropic {
		return n + 1
	}
	return n + m.d
}

// BIC returns −2·logLik + p·ln n for a log-likelihood in nats (Result.LogLik) of n rows, p the number of free parameters: lower is
// better. (Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978.)
func (m *factors[T]) BIC(logLik float64, n int) float64 {
	return float64(-2*logLik) + float64(float64(m.NumParameters())*logOf(float64(n)))
}

// AIC returns −2·logLik + 2p for a log-likelihood in nats, p the number of free parameters: lower is better.
func (m *factors[T]) AIC(logLik float64) float64 {
	return float64(-2*logLik) + float64(2*m.NumParameters())
}

// GlobalBound returns the log prior density of the noise variances in nats, with all constants; 0 under PriorNone.
func (m *factors[T]) GlobalBound() float64 { return m.logPrior[0] }

// Revert undoes the last successful MStep.
func (m *factors[T]) Revert() {
	m.cur, m.spare = m.spare, m.cur
	m.logPrior[0], m.logPrior[1] = m.logPrior[1], m.logPrior[0]
}

// AppendParameters appends mean (D), loadings (D×Q), noise variances (D), and the frame's centres and scales (D each), float64,
// little-endian.
func (m *factors[T]) AppendParameters(dst []byte) []byte {
	for _, s := range [][]float64{m.cur.mean, m.cur.loadings, m.cur.noise, m.frame.centre, m.frame.scale} {
		for _, v := range s {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}

// StatsLen returns the length of the statistics, 1 + D + D², in the frame: the weight of the rows, their sum, and the expectation of
// their scatter, of which the upper triangle counts,
//
//	N = Σ_n w_n,  S1 = Σ_n w_n E[x_n],  S2 = Σ_n w_n E[x_n x_nᵀ]
//
// given the observed entries. Complete rows add what depends on no parameter.
func (m *factors[T]) StatsLen() int { return 1 + m.d + m.d*m.d }

const (
	noiseFreedom = 3   // ν of the inverse-Wishart priors of the noise variances, one dimension each
	noiseShare   = 0.1 // E[ψ_d] under the prior, as a part of the variance of column d
)

// scaleAt returns ψ0 of column j, in the frame.
func (m *factors[T]) scaleAt(j int) float64 {
	if m.prior == PriorNone {
		return 0
	}
	s := m.frame.scale[j]
	if m.isotropic {
		return m.scale[0] * s * s
	}
	return m.scale[j] * s * s
}

// strength is ν + 2 of the prior, or 0.
func (m *factors[T]) strength() float64 {
	if m.prior == PriorNone {
		return 0
	}
	return noiseFreedom + 2
}

// logPriorOf returns the log prior density of an analyser's noise, of one variance if isotropic.
func (m *factors[T]) logPriorOf(a *analyser[T]) float64 {
	sum := 0.0
	for j, scale := range m.scale {
		sum += logNoisePrior(a.noise[j], scale)
	}
	return sum
}

// logNoisePrior returns ln IW(ψ; ψ0, ν) in one dimension, ½ν ln(½ψ0) − ln Γ(½ν) − (½ν + 1) ln ψ − ½ψ0/ψ.
func logNoisePrior(psi, scale float64) float64 {
	v := float64(0.5*noiseFreedom*logOf(0.5*scale)) - special.Lgamma(0.5*noiseFreedom)
	return v - float64((0.5*noiseFreedom+1)*logOf(psi)) - float64(0.5*(scale/psi))
}

// NoiseError reports a noise variance that went to 0: a Heywood case. The likelihood then has no maximum, or has it at the border.
// errors.Is finds ErrCollapsed in it.
type NoiseError struct {
	Component int // of a mixture, else 0
	Column    int
	Variance  float64 // of the column
}

// Error names the column and the mends.
func (e *NoiseError) Error() string {
	return fmt.Sprintf("em: component %d: the factors explain column %d, of variance %.3g, to the last digit, and no noise is left (a Heywood case): use the default prior, fewer factors, or leave out a column that the others determine",
		e.Component, e.Column, e.Variance)
}

// Is reports whether target is ErrCollapsed.
func (e *NoiseError) Is(target error) bool { return target == ErrCollapsed }

// MStep sets the parameters from the statistics, S the covariance matrix (S2 − N μμᵀ)/N with μ = S1/N.
//
// PPCA's are the maximiser, in closed form (Tipping and Bishop, "Probabilistic principal component analysis", J. Roy. Stat. Soc. B 61,
// 1999, eqs. 14–15, with the prior's pseudo-counts): λ_1 ≥ … ≥ λ_D the eigenvalues of S with eigenvectors u_i,
//
//	σ² = (N Σ_{i>q} λ_i + ψ0)/(N(D − q) + ν + 2),  w_i = u_i √(λ_i − σ²), i ≤ q
//
// where q is the largest number up to Q with λ_q > σ², and under PriorNone ψ0 and ν + 2 are 0.
//
// FA's raise the expected log-likelihood of x plus log prior, by one or more steps. A step takes the loadings that are best for the
// Ψ that there is, from λ_i and u_i of Ψ^−½ S Ψ^−½,
//
//	w_i = Ψ^½ u_i √(λ_i − 1), i ≤ Q, 0 unless λ_i > 1
//
// and then makes Jöreskog's second-order step in ln Ψ with the loadings that are best for its result; or, if that would not raise the
// bound, the conditional maximisation over Ψ for the posterior of z that there then is,
//
//	ψ_d = (N (S_dd − Σ_i w_di²) + ψ0_d)/(N + ν + 2)
//
// (Jöreskog, "Some contributions to maximum likelihood factor analysis", Psychometrika 32, 1967, eq. 19 and §6; Liu and Rubin,
// "Maximum likelihood estimation of factor analysis using the ECME algorithm", Statistica Sinica 8, 1998; Barber, Bayesian
// Reasoning and Machine Learning, 2012, §21.2.2). None of it reads the data. EM proper would move the loadings a little at a time.
//
// Statistics that no rows have are an error, a noise variance of 0 a *NoiseError; the model is then unchanged. weight is not used.
func (m *factors[T]) MStep(stats []float64, weight float64) error {
	if len(stats) != m.StatsLen() {
		return fmt.Errorf("em: %d statistics, the model has %d", len(stats), m.StatsLen())
	}
	d, a, n := m.d, m.spare, stats[0]
	if !(n > 0) || n-n != 0 {
		return fmt.Errorf("em: the statistics have a total weight of %v: no rows have such statistics", n)
	}
	s1, s2, s := stats[1:1+d], stats[1+d:], m.work().scatter
	for j, v := range s1 {
		a.mu[j] = v / n
	}
	for i := range d {
		for j := i; j < d; j++ {
			v := math.FMA(-s1[i], a.mu[j], s2[i*d+j]) / n
			if v-v != 0 {
				return errNoScatter
			}
			s.Row(i)[j], s.Row(j)[i] = v, v
		}
		// What rounding alone makes of a variance of 0.
		if tiny := float64(float64(d) * unitRoundoff[T]() * (s2[i*d+i] / n)); !(s.Row(i)[i] >= -tiny) {
			return errNoScatter
		}
		s.Row(i)[i] = max(s.Row(i)[i], 0)
	}
	maximise := m.maximiseFA
	if m.isotropic {
		maximise = m.maximisePPCA
	}
	if err := maximise(n, s, a); err != nil {
		return err
	}
	for j := range d {
		c := m.frame.scale[j]
		a.mean[j] = m.frame.centre[j] + float64(a.mu[j]/c)
		a.noise[j] = a.psi[j] / c / c
		for q, w := range a.w.Row(j) {
			a.loadings[j*m.q+q] = w / c
		}
	}
	m.serial++
	if j := a.compile(&m.frame, m.serial); j >= 0 {
		return &NoiseError{Column: j, Variance: m.variance(s, j)}
	}
	m.logPrior[1] = m.logPriorOf(a)
	m.Revert() // swaps
	return nil
}

var errNoScatter = errors.New("em: the statistics' scatter is not positive semidefinite: no rows have such statistics")

// variance returns S_jj in the units of the data.
func (m *factors[T]) variance(s kernels.Matrix[float64], j int) float64 {
	return s.Row(j)[j] / m.frame.scale[j] / m.frame.scale[j]
}

// spectrum computes the eigenvalues and vectors of a covariance matrix, and refuses one that is none.
func (m *factors[T]) spectrum(a kernels.Matrix[float64]) error {
	eigen := m.work().eigen
	if !eigen.Symmetric(a) {
		return errNoScatter
	}
	v := eigen.Values
	if least := v[len(v)-1]; !(least >= -float64(1024*unitRoundoff[T]()*v[0])) {
		return errNoScatter
	}
	return nil
}

// maximiseFA sets a.w and a.psi, in the frame.
func (m *factors[T]) maximiseFA(n float64, s kernels.Matrix[float64], a *analyser[T]) error {
	copy(a.psi, m.cur.psi)
	work := m.work()
	for range m.steps {
		before, err := m.loadingsFor(n, s, a.psi, a.w)
		if err != nil {
			return err
		}
		if m.propose(n, s, a) {
			after, err := m.loadingsFor(n, s, work.trial, work.w)
			if err == nil && after >= before {
				copy(a.psi, work.trial)
				copy(a.w.Data, work.w.Data)
				continue
			}
		}
		for j := range m.d {
			rest := residual(s, a.w, j)
			if m.prior == PriorNone && !(rest > float64(16*unitRoundoff[T]()*s.Row(j)[j])) {
				return &NoiseError{Column: j, Variance: m.variance(s, j)}
			}
			a.psi[j] = math.FMA(n, max(rest, 0), m.scaleAt(j)) / (n + m.strength())
		}
	}
	return nil
}

// residual returns S_jj − Σ_i w_ji².
func residual(s, w kernels.Matrix[float64], j int) float64 {
	rest := s.Row(j)[j]
	for _, v := range w.Row(j) {
		rest = math.FMA(-v, v, rest)
	}
	return rest
}

// loadingsFor sets w to the loadings that maximise the expected log-likelihood for the noise psi, and returns that and the log prior, but
// for constants. The spectrum of the last call is not computed again.
func (m *factors[T]) loadingsFor(n float64, s kernels.Matrix[float64], psi []float64, w kernels.Matrix[float64]) (float64, error) {
	work := m.work()
	if !work.known || !slices.Equal(psi, work.psi) || !slices.Equal(s.Data, work.of.Data) {
		for j, v := range psi {
			work.root[j] = math.Sqrt(v)
		}
		for i := range m.d {
			for j := i; j < m.d; j++ {
				work.white.Row(i)[j] = s.Row(i)[j] / work.root[i] / work.root[j]
			}
		}
		work.known = false
		if err := m.spectrum(work.white); err != nil {
			return 0, err
		}
		copy(work.psi, psi)
		copy(work.of.Data, s.Data)
		work.known = true
	}
	sum := 0.0
	for q, v := range work.eigen.Values {
		length := 0.0
		if q < m.q && v > 1 {
			length = math.Sqrt(v - 1)
			sum += logOf(v) + 1
		} else {
			sum += v
		}
		if q < m.q {
			for j, u := range work.eigen.Vectors.Row(q) {
				w.Row(j)[q] = float64(u*length) * work.root[j]
			}
		}
	}
	prior := 0.0
	for j, v := range psi {
		l := logOf(v)
		sum += l
		prior += float64(m.strength()*l) + m.scaleAt(j)/v
	}
	return float64(-0.5 * math.FMA(n, sum, prior)), nil
}

// propose sets the trial noise to the step of Jöreskog's iteration from a.psi, for which the spectrum is known, and reports whether
// there is one. With ω_i the eigenvectors whose factors are left out, the log-likelihood as a function of ln Ψ has, where the model fits,
// the second derivatives −½n (Σ_i ω_ji ω_ki)².
func (m *factors[T]) propose(n float64, s kernels.Matrix[float64], a *analyser[T]) bool {
	work := m.work()
	left := 0 // the first factor that is left out
	for left < m.q && work.eigen.Values[left] > 1 {
		left++
	}
	out := work.eigen.Vectors.SliceRows(left, m.d)
	kernels.Gemm(kernels.Trans, kernels.NoTrans, work.white, out, out, kernels.Epilogue[float64]{}, work.work)
	const ridge = 0x1p-20 // the Hadamard square is singular where there are too many factors for so few columns
	for i := range m.d {
		row, prior := work.white.Row(i), m.scaleAt(i)/a.psi[i]
		for j, v := range row {
			row[j] = float64(v * v)
		}
		row[i] += prior/n + ridge
		work.step[i] = (residual(s, a.w, i)/a.psi[i] - 1) + (prior-m.strength())/n
	}
	if !kernels.Cholesky(work.white) {
		return false
	}
	kernels.SolveLower(work.step, work.white)
	kernels.SolveUpper(work.step, work.white)
	most := 0.0
	for _, v := range work.step {
		most = max(most, math.Abs(v))
	}
	if most < 0x1p-30 { // its square is what the bound would gain
		return false
	}
	for i, v := range work.step {
		work.trial[i] = a.psi[i] * special.Exp(v/max(most, 1))
		if !(work.trial[i] > float64(16*unitRoundoff[T]()*s.Row(i)[i])) {
			return false
		}
	}
	return true
}

// maximisePPCA sets a.w and a.psi, in the frame, in which Ψ is isotropic too.
func (m *factors[T]) maximisePPCA(n float64, s kernels.Matrix[float64], a *analyser[T]) error {
	if err := m.spectrum(s); err != nil {
		return err
	}
	eigen, kept := m.work().eigen, m.q
	values := eigen.Values
	rest := 0.0
	for i := m.d - 1; i >= m.q; i-- {
		rest += max(values[i], 0)
	}
	noise := func() float64 {
		return math.FMA(n, rest, m.scaleAt(0)) / (float64(n*float64(m.d-kept)) + m.strength())
	}
	psi := noise()
	for kept > 0 && !(values[kept-1] > psi) {
		kept--
		rest += values[kept]
		psi = noise()
	}
	if m.prior == PriorNone && !(psi > float64(16*unitRoundoff[T]()*values[0])) {
		return &NoiseError{Column: m.d - 1, Variance: m.variance(s, m.d-1)}
	}
	for j := range m.d {
		a.psi[j] = psi
		for q := range m.q {
			length := 0.0
			if q < kept {
				length = math.Sqrt(values[q] - psi)
			}
			a.w.Row(j)[q] = float64(eigen.Vectors.Row(q)[j] * length)
		}
	}
	return nil
}

// ExpectedLogJoint returns Σ_n w_n E[ln N(x_n; μ, WWᵀ + Ψ)] in nats at the present parameters, where missing entries have the posterior
// that made the statistics.
func (m *factors[T]) ExpectedLogJoint(stats []float64, weight float64) float64 {
	return m.cur.logDensity(stats[0], stats[1:1+m.d], stats[1+m.d:], m.work().scatterWork)
}

// Rounding implements elbo.Conditioned. With κ = max_d Σ_dd/ψ_d and u the unit roundoff, residuals in units of the noise are off by
// u√κ, and rounding of the statistics moves the parameters by uκ from a maximum, which costs the square of that.
func (m *factors[T]) Rounding() float64 {
	kappa := max(m.cur.condition, m.spare.condition)
	d, u := float64(m.d), unitRoundoff[T]()
	t := 8 * u * kappa
	return float64(d * (float64(4*u*math.Sqrt(kappa)) + float64(t*t)))
}

// StatsRounding implements elbo.ConditionedStats: tr(Σ⁻¹S) is off by up to 8Duκ per row.
func (m *factors[T]) StatsRounding() float64 {
	return float64(4 * float64(m.d) * unitRoundoff[T]() * max(m.cur.condition, m.spare.condition))
}
