package vae

import (
	"math"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// Estimator is a way to estimate the gradient of the bound in the encoder's outputs μ and s = log σ², from L samples
// z_l = μ + σ⊙ε_l, ε_l ~ N(0, I), per row. Below ℓ(z) = log p(x|z) and v = ∂ℓ/∂z. All are unbiased. The gradient that the
// encoder then backpropagates, and the decoder's, which is that of (1/L) Σ_l ℓ(z_l), are the same for all.
type Estimator uint8

const (
	// SGVBB is the default: the reparameterised gradient of ℓ with the closed form of the KL divergence (Kingma and
	// Welling 2014, estimator B),
	//
	//	∂μ_j = (1/L) Σ_l v_lj − μ_j        ∂s_j = (1/L) Σ_l ½ v_lj σ_j ε_lj − ½(e^{s_j} − 1)
	SGVBB Estimator = iota
	// SGVBA samples all three terms, ℓ + log p(z) − log q(z|x) (estimator A),
	//
	//	∂μ_j = (1/L) Σ_l (v_lj − z_lj)     ∂s_j = (1/L) Σ_l ½(v_lj − z_lj) σ_j ε_lj + ½
	//
	// It differs from SGVBB by (1/L) Σ −σ_j ε_lj and (1/L) Σ ½(e^{s_j} − z_lj σ_j ε_lj), whose means are 0.
	SGVBA
	// Score is the Monte Carlo score function (REINFORCE, Williams 1992; Paisley, Blei and Jordan, "Variational Bayesian
	// inference with stochastic search", ICML 2012), which needs no derivative of ℓ. Its control variate is the
	// leave-one-out mean, hence L ≥ 2; the KL term is in closed form (Rao-Blackwellised):
	//
	//	c_l  = ℓ(z_l) − mean_{m≠l} ℓ(z_m)
	//	∂μ_j = (1/L) Σ_l c_l ε_lj/σ_j − μ_j   ∂s_j = (1/L) Σ_l c_l ½(ε_lj² − 1) − ½(e^{s_j} − 1)
	Score
	// ScoreSampled is Score with f = ℓ + log p(z) − log q(z|x) sampled in place of ℓ, and no closed form.
	ScoreSampled
)

var estimatorNames = [...]string{"sgvb-b", "sgvb-a", "score", "score-sampled"}

// String returns the estimator's name: sgvb-b, sgvb-a, score or score-sampled.
func (e Estimator) String() string { return nameOf(estimatorNames[:], int(e)) }

// ParseEstimator is the inverse of String.
func ParseEstimator(name string) (Estimator, error) {
	i, err := parseName("estimator", estimatorNames[:], name)
	return Estimator(i), err
}

// usesScore reports whether the estimator is a score function.
func (e Estimator) usesScore() bool { return e == Score || e == ScoreSampled }

// plan is the memory of one training step of a batch: everything that more than one worker touches.
type plan[T kernels.Float] struct {
	v       *VAE[T]
	samples int
	enc     *nn.Workspace[T]
	dec     *nn.Workspace[T]
	x       kernels.Matrix[T] // rows as the encoder sees them: 0 for missing
	raw     [][]T             // a row as given if it has missing entries, else nil
	id      []uint64          // what a row's random numbers are counted by
	logVar  kernels.Matrix[T] // s, clamped
	sigma   kernels.Matrix[T] // e^{s/2}
	dHead   kernels.Matrix[T] // −scale·gradient in (μ, s)
	eps     kernels.Matrix[T] // from here on: row r's sample l is row r·samples + l
	z, dz   kernels.Matrix[T]
	dOut    kernels.Matrix[T]
	rec     []float64 // log p(x|z)
	dt      []T       // −scale·gradient in t of GaussianShared
	kl      []float64 // per row
}

// pass is one worker's share of a plan: rows [lo, hi).
type pass[T kernels.Float] struct {
	*plan[T]
	lo, hi   int
	enc, dec *nn.Workspace[T]
	density  *density[T]
	tmp      []T       // of length Latent
	weight   []float64 // of length samples
}

func newPlan[T kernels.Float](v *VAE[T], rows, samples int) (*plan[T], error) {
	j, d := v.cfg.Latent, v.cfg.In
	p := &plan[T]{v: v, samples: samples, raw: make([][]T, rows), id: make([]uint64, rows), kl: make([]float64, rows)}
	var err error
	if p.enc, err = v.enc.NewWorkspace(rows); err != nil {
		return nil, err
	}
	if p.dec, err = v.dec.NewWorkspace(rows * samples); err != nil {
		return nil, err
	}
	p.x = kernels.NewMatrix[T](rows, d)
	p.logVar, p.sigma = kernels.NewMatrix[T](rows, j), kernels.NewMatrix[T](rows, j)
	p.dHead = kernels.NewMatrix[T](rows, 2*j)
	rows *= samples
	p.eps, p.z, p.dz = kernels.NewMatrix[T](rows, j), kernels.NewMatrix[T](rows, j), kernels.NewMatrix[T](rows, j)
	p.dOut = kernels.NewMatrix[T](rows, v.cfg.outputs())
	p.rec, p.dt = make([]float64, rows), make([]T, rows)
	return p, nil
}

// slice returns the share of the plan that is rows [lo, hi).
func (p *plan[T]) slice(lo, hi int) *pass[T] {
	l := p.samples
	return &pass[T]{plan: p, lo: lo, hi: hi, enc: p.enc.SliceRows(lo, hi), dec: p.dec.SliceRows(lo*l, hi*l),
		density: newDensity(p.v), tmp: make([]T, p.v.cfg.Latent), weight: make([]float64, l)}
}

// noise says how a pass draws its ε: by key, counted by (row's id, step, sample).
type noise struct {
	key  kernels.Key
	step uint32
}

// draw fills e with sample l of the row's noise. Samples start at whole Philox blocks, so that a sample's draw does not
// depend on how many there are.
func draw[T kernels.Float](e []T, n noise, id uint64, l int) {
	per := 4
	if _, f64 := any(e).([]float64); f64 {
		per = 2
	}
	blocks := (len(e) + per - 1) / per
	kernels.Normal(e, n.key, kernels.Counter{Row: id, Step: n.step, Block: uint32(l * blocks)})
}

// run does the forward pass of the share's rows below n, and the backward pass down to every row's gradient before each
// layer's activation. The gradients are those of −scale·Σ_rows bound.
func (p *pass[T]) run(n int, est Estimator, nz noise, scale T) error {
	lo, hi := p.lo, min(p.hi, n)
	if lo >= hi {
		return nil
	}
	j, l := p.v.cfg.Latent, p.samples
	p.density.refresh()
	head, err := p.v.enc.Forward(p.enc, p.x.SliceRows(lo, hi))
	if err != nil {
		return err
	}
	for r := lo; r < hi; r++ {
		h, s, sigma := head.Row(r-lo), p.logVar.Row(r), p.sigma.Row(r)
		p.density.clamp(s, h[j:])
		for i := r * l; i < (r+1)*l; i++ {
			e := p.eps.Row(i)
			draw(e, nz, p.id[r], i-r*l)
			p.kl[r] = float64(kernels.Reparameterise(p.z.Row(i), sigma, h[:j], s, e))
		}
	}
	a, err := p.v.dec.Forward(p.dec, p.z.SliceRows(lo*l, hi*l))
	if err != nil {
		return err
	}
	each := scale / T(l)
	for r := lo; r < hi; r++ {
		for i := r * l; i < (r+1)*l; i++ {
			p.rec[i], p.dt[i] = p.density.row(p.dOut.Row(i), a.Row(i-lo*l), p.x.Row(r), p.raw[r], each)
		}
	}
	dz := p.dz.SliceRows(lo*l, hi*l)
	if est.usesScore() {
		dz = kernels.Matrix[T]{}
	}
	if err := p.v.dec.BackwardInput(p.dec, p.dOut.SliceRows(lo*l, hi*l), dz); err != nil {
		return err
	}
	for r := lo; r < hi; r++ {
		p.headGradient(r, head.Row(r-lo), est, scale)
	}
	return p.v.enc.BackwardInput(p.enc, p.dHead.SliceRows(lo, hi), kernels.Matrix[T]{})
}

// headGradient writes row r of dHead: −scale times the estimate of the bound's gradient in (μ, s).
func (p *pass[T]) headGradient(r int, head []T, est Estimator, scale T) {
	j, l := p.v.cfg.Latent, p.samples
	mu, sigma, d := head[:j], p.sigma.Row(r), p.dHead.Row(r)
	dmu, ds := d[:j], d[j:]
	half := scale / 2
	clear(d)
	switch est {
	case Score: // the closed-form KL's part; that of SGVBB comes with its first sample
		kernels.Scale(dmu, mu, scale)
		kernels.Mul(ds, sigma, sigma)
		for i, v := range ds {
			ds[i] = (v - 1) * half
		}
	case SGVBA: // the entropy's part
		for i := range ds {
			ds[i] = -half
		}
	}
	if est.usesScore() {
		p.scoreWeights(r, est)
	}
	for k := range l {
		i := r*l + k
		e, u := p.eps.Row(i), p.tmp
		if est.usesScore() {
			c := -scale * T(p.weight[k])
			for q, v := range e {
				u[q] = v / sigma[q]
			}
			kernels.Axpy(dmu, c, u)
			kernels.Mul(u, e, e)
			for q := range u {
				u[q]--
			}
			kernels.Axpy(ds, c/2, u)
			continue
		}
		dz := p.dz.Row(i) // −scale/l·v
		if est == SGVBA {
			kernels.Axpy(dz, scale/T(l), p.z.Row(i))
		}
		kl := T(0)
		if est == SGVBB && k == 0 {
			kl = scale
		}
		kernels.ReparameteriseGrad(dmu, ds, dz, mu, sigma, e, kl)
	}
	for i, s := range head[j:] {
		if s < p.density.tMin || s > p.density.tMax {
			ds[i] = 0
		}
	}
}

// scoreWeights sets weight[l] = (f_l − mean_{m≠l} f_m)/L, which is (f_l − mean f)/(L−1).
func (p *pass[T]) scoreWeights(r int, est Estimator) {
	l := p.samples
	mean := 0.0
	for k := range l {
		i := r*l + k
		f := p.rec[i]
		if est == ScoreSampled { // log p(z) − log q(z|x) = ½ Σ (ε² + s − z²)
			f += float64(0.5 * (float64(kernels.SumSquares(p.eps.Row(i))) + float64(kernels.Sum(p.logVar.Row(r))) - float64(kernels.SumSquares(p.z.Row(i)))))
		}
		p.weight[k] = f
		mean += f
	}
	mean /= float64(l)
	for k := range p.weight {
		p.weight[k] = (p.weight[k] - mean) / float64(l-1)
	}
}

// bound returns the means over the batch's n rows of log p(x|z) and of the KL divergence, and the first row whose
// share is not finite, or −1.
func (p *plan[T]) bound(n int) (rec, kl float64, bad int) {
	bad = -1
	for r := range n {
		row := 0.0
		for _, v := range p.rec[r*p.samples : (r+1)*p.samples] {
			row += v
		}
		if s := row + p.kl[r]; bad < 0 && (math.IsNaN(s) || math.IsInf(s, 0)) {
			bad = r
		}
		rec += row / float64(p.samples)
		kl += p.kl[r]
	}
	return rec / float64(n), kl / float64(n), bad
}
