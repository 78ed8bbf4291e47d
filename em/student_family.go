package em

import (
	"fmt"
	"math"
	"slices"

	"example.com/elbo/internal/moments"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// student is the family. g has the locations, the scale matrices, their prior and the frame; its weights are not used.
//
// The statistics are, in the frame and about the means m_k that the E-step used, u = E[u | x_n, k]: if full, for each component
//
//	U_k = Σ_n w_n r_nk u,  S1_k = Σ_n w_n r_nk u (x′_n − m_k),  S2_k = Σ_n w_n r_nk u (x′_n − m_k)(x′_n − m_k)ᵀ
//
// if diagonal U, S1, S2 and N of each column, K×D each, over the rows in which it is observed; then, K each,
//
//	U_k,  V_k = Σ_n w_n r_nk (E[ln u] − u + 1),  L_k = Σ_n w_n r_nk ½o_n E[ln u]
//
// o_n being D if full, the number of observed columns if diagonal.
type student[T kernels.Float] struct {
	g          *GMM[T]
	fixed      bool
	nuPrior    FreedomPrior
	cur, spare *studentParams[T]
	zero       []T // K
}

// studentParams are degrees of freedom and what the E-step needs of them, for rows with o = 0, …, D observed columns, (D+1)×K each.
type studentParams[T kernels.Float] struct {
	freedom  []float64 // ν, K
	constant []float64 // ln π + ln Γ((ν+o)/2) − ln Γ(ν/2) − ½o ln πν
	half     []float64 // (ν + o)/2
	inverse  []T       // K: −2/ν
	share    []float64 // o/ν
	logShare []float64 // ln(1 + o/ν)
	psi      []float64 // ψ((ν+o)/2) − ln((ν+o)/2)
	entropy  []float64 // of Gamma((ν+o)/2, β), plus ln β less ln((ν+o)/2)
	root     []float64 // K: ½ ln |Σ⁻¹| in the units of the data
	logNorm  kernels.Matrix[T]
	complete []T       // K: what of a complete row's log-density does not depend on it
	mixing   []float64 // ln π
}

func newStudent[T kernels.Float](g *GMM[T]) *student[T] {
	for _, p := range []*params[T]{g.cur, g.spare} {
		kernels.Fill(p.weights, 1/float64(g.k))
	}
	return &student[T]{g: g, cur: newStudentParams[T](g), spare: newStudentParams[T](g), zero: make([]T, g.k)}
}

func newStudentParams[T kernels.Float](g *GMM[T]) *studentParams[T] {
	table := func() []float64 { return make([]float64, g.k*(g.d+1)) }
	return &studentParams[T]{
		freedom: make([]float64, g.k), constant: table(), half: table(), inverse: make([]T, g.k), share: table(), logShare: table(), psi: table(), entropy: table(),
		root: make([]float64, g.k), logNorm: kernels.NewMatrix[T](g.k, g.d), complete: make([]T, g.k), mixing: make([]float64, g.k),
	}
}

// begin sets the parameters of a start: means, K×D, in the frame; Σ = Ψ; nearly Gaussian components that stay so.
func (f *student[T]) begin(centres kernels.Matrix[T]) error {
	g := f.g
	p := g.cur
	for k := range g.k {
		for j, v := range centres.Row(k) {
			p.means[k*g.d+j] = g.frame.centre[j] + float64(float64(v)/g.frame.scale[j])
			if g.covariance == Full {
				p.cov[(k*g.d+j)*g.d+j] = g.scale[j]
			} else {
				p.cov[k*g.d+j] = g.scale[j]
			}
		}
		if j := p.compile(k, &g.frame, nil); j >= 0 {
			return fmt.Errorf("em: the variance of column %d is out of range: rescale the column", j)
		}
	}
	f.fixed = true
	kernels.Fill(f.cur.freedom, gaussianFreedom)
	f.cur.compile(f, p, make([]float64, g.k))
	return nil
}

// compile derives the rest from the degrees of freedom, the Gaussians' parameters p and the logarithms of the weights.
func (s *studentParams[T]) compile(f *student[T], p *params[T], logs []float64) {
	g := f.g
	copy(s.mixing, logs)
	for k, nu := range s.freedom {
		s.root[k] = 0
		for j := range g.d {
			var l float64
			if g.covariance == Full {
				l = logOf(float64(p.prec.Row(k*g.d + j)[j]))
			} else {
				l = float64(0.5 * logOf(float64(p.prec.Row(k)[j])))
			}
			l += g.frame.logs[j]
			s.logNorm.Row(k)[j] = T(l)
			s.root[k] += l
		}
		for o := range g.d + 1 {
			at, n := o*g.k+k, float64(o)
			a := float64(nu/2) + float64(n/2)
			s.half[at], s.share[at] = a, n/nu
			s.psi[at] = digammaLess(a)
		}
	}
	kernels.Log1p(s.logShare, s.share)
	for k, nu := range s.freedom {
		s.inverse[k] = T(-2 / nu)
		b := float64(nu / 2)
		less := stirling(b)
		for o := range g.d + 1 {
			at, n := o*g.k+k, float64(o)
			a := b + float64(n/2)
			rest := stirling(a)
			s.constant[at] = logs[k] + float64((a-0.5)*s.logShare[at]) - float64(n*(0.5+halfLog2Pi)) + (rest - less)
			s.entropy[at] = halfLog2Pi - float64(0.5*logOf(a)) + rest + float64((1-a)*s.psi[at])
		}
		s.complete[k] = T(s.constant[g.d*g.k+k] + s.root[k])
	}
}

func (f *student[T]) statsLen() int {
	if f.g.covariance == Full {
		return moments.Len(f.g.k, f.g.d) + 3*f.g.k
	}
	return 4*f.g.k*f.g.d + 3*f.g.k
}

// tail returns U, V and L.
func (f *student[T]) tail(stats []float64) (u, v, l []float64) {
	k := f.g.k
	t := stats[len(stats)-3*k:]
	return t[:k], t[k : 2*k], t[2*k:]
}

// columns returns U, S1, S2 and N of each column of a component with a diagonal scale matrix.
func (f *student[T]) columns(stats []float64, k int) (u, s1, s2, n []float64) {
	d := f.g.d
	all, at := f.g.k*d, k*d
	return stats[at:][:d], stats[all+at:][:d], stats[2*all+at:][:d], stats[3*all+at:][:d]
}

func (f *student[T]) parameters() int {
	g := f.g
	n := 2 * g.k * g.d
	if g.covariance == Full {
		n = g.k*g.d + g.k*g.d*(g.d+1)/2
	}
	if !f.fixed {
		n += g.k
	}
	return n
}

func (f *student[T]) swap() {
	f.cur, f.spare = f.spare, f.cur
	f.g.Revert()
}

func (f *student[T]) logPrior(other bool) float64 {
	p := f.g.cur
	if other {
		p = f.g.spare
	}
	sum := f.g.logPriorOf(p) - special.Lgamma(float64(f.g.k)) // its weights are uniform over the simplex
	s := f.cur
	if other {
		s = f.spare
	}
	for _, nu := range s.freedom {
		sum += f.nuPrior.log(nu)
	}
	return sum
}

// mStep sets (Peel and McLachlan 2000, eqs. 29–31), δ = S1_k/U_k:
//
//	μ_k = m_k + δ,  Σ_k = (Ψ + S2_k − U_k δδᵀ)/(N_k + ν₀ + D + 1),  ψ(ν_k/2) − ln(ν_k/2) = V_k/N_k
//
// with ν₀ the degrees of freedom of the prior, and if diagonal the statistics of each column. ν_k is the maximiser in its range,
// under a prior of its own the root of N_k(ψ(ν/2) − ln(ν/2)) = V_k + 2((a − 1)/ν − b).
func (f *student[T]) mStep(stats, counts []float64, fates []fate) error {
	g := f.g
	us, vs, _ := f.tail(stats)
	total := 0.0
	for _, n := range counts {
		total += n
	}
	slack := float64(inexact[T]() * total)
	g.spare.condition = 1
	for k, n := range counts {
		if fates[k].dropped {
			f.keep(k)
			g.spare.compile(k, &g.frame, nil)
			continue
		}
		if !(us[k] >= -slack) || !(vs[k] <= slack) || n > slack && !(us[k] > 0) {
			return fmt.Errorf("em: component %d: scales of weight %v and logarithms of weight %v of %v: no rows have such statistics", k, us[k], vs[k], n)
		}
		if !(us[k] > 0) { // every row's share is so small that the E-step has left it out
			n = 0
		}
		copy(g.spare.means[k*g.d:][:g.d], g.cur.means[k*g.d:])
		bad := -1
		if g.covariance == Full {
			bad = f.updateFull(k, n, stats[k*moments.Stride(g.d):][:moments.Stride(g.d)])
		} else {
			bad = f.updateDiagonal(k, n, stats)
		}
		if bad >= 0 {
			fates[k].collapsed, fates[k].column = true, bad
		}
		switch f.spare.freedom[k] = f.cur.freedom[k]; {
		case f.fixed:
		case f.nuPrior != (FreedomPrior{}):
			f.spare.freedom[k] = f.nuPrior.freedomFor(vs[k], n)
		case n > 0:
			f.spare.freedom[k] = freedomFor(vs[k] / n)
		}
	}
	return nil
}

func (f *student[T]) finish(logs []float64, rebuilt bool) error {
	if rebuilt {
		if err := f.g.recompile(); err != nil {
			return err
		}
	}
	f.g.stamp(f.g.spare)
	f.spare.compile(f, f.g.spare, logs)
	return nil
}

func (f *student[T]) keep(k int) {
	f.g.keep(k)
	f.spare.freedom[k] = f.cur.freedom[k]
}

func (f *student[T]) collapse(k int, rows float64, at *fate) error { return f.g.collapse(k, rows, at) }

// split makes halves of the source, whose locations and scale matrices are as those of GMM and whose degrees of freedom are the source's.
func (f *student[T]) split(k, source int) bool {
	if !f.g.split(k, source) {
		return false
	}
	f.spare.freedom[k] = f.spare.freedom[source]
	return true
}

// move sets the mean of component k and column j to that of the E-step plus a shift.
func (f *student[T]) move(k, j int, shift float64) {
	g := f.g
	g.spare.means[k*g.d+j] = g.frame.centre[j] + float64((float64(g.cur.mean.Row(k)[j])+shift)/g.frame.scale[j])
}

func (f *student[T]) updateFull(k int, n float64, st []float64) (bad int) {
	g := f.g
	d := g.d
	u, s1, s2 := st[0], st[1:1+d], st[1+d:]
	cov, shift, floor := g.spare.cov[k*d*d:][:d*d], g.work.shift, g.work.floor
	if n == 0 && g.prior == PriorNone {
		copy(cov, g.cur.cov[k*d*d:])
		return f.check(k, nil)
	}
	for j := range d {
		if shift[j] = 0; u > 0 {
			shift[j] = s1[j] / u
			f.move(k, j, shift[j])
		}
	}
	strength := g.strength(n)
	for i := range d {
		floor[i] = g.leftOver(k, i, s2[i*(d+1)], n)
		for j := i; j < d; j++ {
			v := math.FMA(-s1[i], shift[j], s2[i*d+j])
			if i == j && g.prior != PriorNone {
				v += float64(g.scale[i] * g.frame.scale[i] * g.frame.scale[i])
			}
			v = v / strength / g.frame.scale[i] / g.frame.scale[j]
			cov[i*d+j], cov[j*d+i] = v, v
		}
	}
	return f.check(k, floor)
}

func (f *student[T]) updateDiagonal(k int, n float64, stats []float64) (bad int) {
	g := f.g
	us, s1, s2, counts := f.columns(stats, k)
	cov, floor := g.spare.cov[k*g.d:][:g.d], g.work.floor
	for j, u := range us {
		shift, c := 0.0, max(counts[j], 0)
		if u > 0 {
			shift = s1[j] / u
			f.move(k, j, shift)
		}
		if floor[j] = 0; !(c > 0) && g.prior == PriorNone {
			cov[j] = g.cur.cov[k*g.d+j]
			continue
		}
		v := math.FMA(-s1[j], shift, s2[j])
		if g.prior != PriorNone {
			v += float64(g.scale[j] * g.frame.scale[j] * g.frame.scale[j])
		}
		floor[j] = g.leftOver(k, j, s2[j], c)
		cov[j] = v / g.strength(c) / g.frame.scale[j] / g.frame.scale[j]
	}
	return f.check(k, floor)
}

// check compiles component k of the other parameters, and returns the first column without variance if it collapsed, else −1.
func (f *student[T]) check(k int, floor []float64) (bad int) {
	if f.g.prior != PriorNone {
		floor = nil
	}
	return f.g.spare.compile(k, &f.g.frame, floor)
}

// expected is, o columns being observed, b = ν/2, Λ = Σ w r E[ln u] = V + U − N, with the terms that cancel taken together,
//
//	Σ_k Σ_d N_kd (½ ln prec_kd − ½ ln 2π) + L_k − ½ tr(P_kᵀ S_k P_k) + N_k (b ln b − ln Γ(b)) + (b − 1) Λ_k − b U_k
func (f *student[T]) expected(stats, counts []float64) float64 {
	g := f.g
	us, vs, ls := f.tail(stats)
	sum := 0.0
	if g.covariance == Full {
		sum = moments.ExpectedFull(g.work.expected, stats[:moments.Len(g.k, g.d)], g.spare.mean, g.cur.mean, g.cur.prec, f.zero)
	}
	for k, n := range counts {
		if !(n > 0) {
			continue
		}
		if g.covariance == Full {
			sum = math.FMA(n, f.cur.root[k]-float64(float64(g.d)*halfLog2Pi), sum)
		} else {
			sum += f.expectedDiagonal(stats, k)
		}
		b := f.cur.freedom[k] / 2
		lambda := vs[k] + us[k] - n
		sum += ls[k] - lambda + float64(b*vs[k]) + float64(n*(float64(0.5*logOf(b))-halfLog2Pi-stirling(b)))
	}
	return sum
}

func (f *student[T]) expectedDiagonal(stats []float64, k int) float64 {
	g := f.g
	u, s1, s2, n := f.columns(stats, k)
	sum := 0.0
	for j, p := range g.cur.prec.Row(k) {
		t := float64(g.cur.mean.Row(k)[j]) - float64(g.spare.mean.Row(k)[j])
		square := math.FMA(t, math.FMA(u[j], t, float64(-2*s1[j])), s2[j])
		sum = math.FMA(n[j], float64(f.cur.logNorm.Row(k)[j])-halfLog2Pi, sum) - float64(0.5*float64(float64(p)*square))
	}
	return sum
}

func (f *student[T]) translate(stats []float64, sign float64) {
	g := f.g
	if g.covariance == Full {
		moments.Translate(stats[:moments.Len(g.k, g.d)], g.cur.mean, sign)
		return
	}
	for k := range g.k {
		u, s1, s2, _ := f.columns(stats, k)
		for j, v := range g.cur.mean.Row(k) {
			c := sign * float64(v)
			s2[j] += math.FMA(2*s1[j], c, float64(u[j]*c)*c)
			s1[j] = math.FMA(u[j], c, s1[j])
		}
	}
}

func (f *student[T]) bad(row []T) int {
	for j, v := range row {
		if v-v != 0 && !missing(v) {
			return j
		}
	}
	return -1
}

func (f *student[T]) domain(int) string { return "a finite number" }

func (f *student[T]) freeze() family[T] {
	g := newGMM[T](f.g.k, f.g.d, f.g.covariance)
	g.prior, g.scale = f.g.prior, slices.Clone(f.g.scale)
	copy(g.frame.centre, f.g.frame.centre)
	copy(g.frame.scale, f.g.frame.scale)
	g.frame.compile()
	c := newStudent(g)
	c.fixed, c.nuPrior = f.fixed, f.nuPrior
	copy(g.cur.means, f.g.cur.means)
	copy(g.cur.cov, f.g.cur.cov)
	for k := range g.k {
		g.cur.compile(k, &g.frame, nil)
	}
	copy(c.cur.freedom, f.cur.freedom)
	c.cur.compile(c, g.cur, f.cur.mixing)
	return c
}

// sample draws x = μ + U_kᵀz/√u, Σ_k = U_kᵀU_k, u ~ Gamma(ν/2, ν/2).
func (f *student[T]) sample(row []T, k int, key kernels.Key, at kernels.Counter) {
	g := f.g
	d := g.d
	z := make([]float64, d)
	kernels.Normal(z, key, at)
	at.Step++
	s := uniforms{key: key, at: at}
	b := f.cur.freedom[k] / 2
	scale := math.Sqrt(b / s.gamma(b))
	if g.covariance == Diagonal {
		for j := range row {
			row[j] = T(math.FMA(float64(math.Sqrt(g.cur.cov[k*d+j])*scale), z[j], g.cur.means[k*d+j]))
		}
		return
	}
	upper := kernels.NewMatrix[float64](d, d)
	for i := range d {
		for j := i; j < d; j++ {
			upper.Row(i)[j] = g.cur.at(k, i, j) * g.frame.scale[i] * g.frame.scale[j]
		}
	}
	kernels.Cholesky(upper)
	for j := range row {
		sum := 0.0
		for l := range j + 1 {
			sum = math.FMA(upper.Row(l)[j], z[l], sum)
		}
		row[j] = T(g.cur.means[k*d+j] + float64(float64(sum*scale)/g.frame.scale[j]))
	}
}

func (f *student[T]) values() [][]float64 {
	g := f.g
	return [][]float64{g.cur.means, g.cur.cov, f.cur.freedom, g.frame.centre, g.frame.scale}
}

func (f *student[T]) tensors() ([]safetensors.Tensor, map[string]string) {
	g := f.g
	t := []safetensors.Tensor{
		safetensors.New("means", g.cur.means, g.k, g.d), safetensors.New("covariances", g.cur.cov, covarianceShape(g.covariance, g.k, g.d)...),
		safetensors.New("centre", g.frame.centre, g.d), safetensors.New("scale", g.frame.scale, g.d), safetensors.New("freedom", f.cur.freedom, g.k),
	}
	if g.prior != PriorNone {
		t = append(t, safetensors.New("prior_scale", g.scale, g.d))
	}
	if p := f.nuPrior; p != (FreedomPrior{}) {
		t = append(t, safetensors.New("freedom_prior", []float64{p.Shape, p.Rate}, 2))
	}
	meta := map[string]string{"prior": g.prior.String(), "covariance": g.covariance.String(), "freedom": "fitted"}
	if f.fixed {
		meta["freedom"] = "fixed"
	}
	return t, meta
}
