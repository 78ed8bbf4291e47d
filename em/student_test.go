package em_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// naiveStudent is the Student-t family from the textbook, with matrices that are inverted for every row.
type naiveStudent struct {
	diagonal bool
	mu       [][]float64
	sigma    [][][]float64
	nu       []float64
	psi      []float64 // of the prior; nil: none
	fixed    bool
	prior    em.FreedomPrior
}

// at returns the observed and the missing columns, and the inverse of the observed block with its log-determinant and δ.
func (f *naiveStudent) at(k int, row []float64) (seen, gone []int, inverse [][]float64, logDet, delta float64) {
	for j, v := range row {
		if v == v {
			seen = append(seen, j)
		} else {
			gone = append(gone, j)
		}
	}
	block := make([][]float64, len(seen))
	for a, i := range seen {
		for _, j := range seen {
			block[a] = append(block[a], f.sigma[k][i][j])
		}
	}
	inverse, logDet = invert(block)
	for a, i := range seen {
		for b, j := range seen {
			delta += (row[i] - f.mu[k][i]) * inverse[a][b] * (row[j] - f.mu[k][j])
		}
	}
	return seen, gone, inverse, logDet, delta
}

func (f *naiveStudent) logDensity(k int, row []float64) float64 {
	seen, _, _, logDet, delta := f.at(k, row)
	nu, o := f.nu[k], float64(len(seen))
	return lgamma((nu+o)/2) - lgamma(nu/2) - o/2*math.Log(nu*math.Pi) - logDet/2 - (nu+o)/2*math.Log1p(delta/nu)
}

// digamma by recurrence and the asymptotic series.
func digamma(x float64) float64 {
	s := 0.0
	for x < 30 {
		s -= 1 / x
		x++
	}
	z := 1 / (x * x)
	return s + math.Log(x) - 1/(2*x) - z*(1./12-z*(1./120-z*(1./252-z/240)))
}

func (f *naiveStudent) mStep(k int, x kernels.Matrix[float64], r []float64) {
	d := x.Cols
	matrix := func() [][]float64 {
		m := make([][]float64, d)
		for i := range m {
			m[i] = make([]float64, d)
		}
		return m
	}
	filled, cond, us := make([][]float64, x.Rows), make([][][]float64, x.Rows), make([]float64, x.Rows)
	count, logs := 0.0, 0.0
	for n := range r {
		row := x.Row(n)
		seen, gone, inverse, _, delta := f.at(k, row)
		us[n] = (f.nu[k] + float64(len(seen))) / (f.nu[k] + delta)
		count += r[n]
		logs += r[n] * (digamma((f.nu[k]+float64(len(seen)))/2) - math.Log((f.nu[k]+delta)/2) - us[n])
		filled[n], cond[n] = append([]float64(nil), row...), matrix()
		for _, i := range gone {
			filled[n][i] = f.mu[k][i]
			for _, j := range gone {
				cond[n][i][j] = f.sigma[k][i][j]
			}
			for a, p := range seen {
				for b, q := range seen {
					w := f.sigma[k][i][p] * inverse[a][b]
					filled[n][i] += w * (row[q] - f.mu[k][q])
					for _, j := range gone {
						cond[n][i][j] -= w * f.sigma[k][q][j]
					}
				}
			}
		}
	}
	// A diagonal matrix's missing entries are left out, for which n counts by column.
	weight := func(n, j int) float64 {
		if v := x.Row(n)[j]; f.diagonal && v != v {
			return 0
		}
		return r[n]
	}
	mu := make([]float64, d)
	for j := range mu {
		den := 0.0
		for n := range r {
			mu[j] += weight(n, j) * us[n] * filled[n][j]
			den += weight(n, j) * us[n]
		}
		mu[j] /= den
	}
	sigma := matrix()
	for a := range d {
		for b := range d {
			if f.diagonal && a != b {
				continue
			}
			den := 0.0
			for n := range r {
				w := weight(n, a)
				sigma[a][b] += w * us[n] * (filled[n][a] - mu[a]) * (filled[n][b] - mu[b])
				if !f.diagonal {
					sigma[a][b] += w * cond[n][a][b]
				}
				den += w
			}
			if f.psi != nil {
				if a == b {
					sigma[a][b] += f.psi[a]
				}
				if den += float64(d+2) + float64(d) + 1; f.diagonal {
					den += 5 - float64(2*d+3)
				}
			}
			sigma[a][b] /= den
		}
	}
	f.mu[k], f.sigma[k] = mu, sigma
	if f.fixed {
		return
	}
	lo, hi := em.LeastFreedom, float64(em.MostFreedom)
	for range 200 {
		mid := (lo + hi) / 2
		slope := count/2*(math.Log(mid/2)-digamma(mid/2)+1) + logs/2
		if f.prior.Shape > 0 {
			slope += (f.prior.Shape-1)/mid - f.prior.Rate
		}
		if slope > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	f.nu[k] = lo
}

func (f *naiveStudent) logPrior() float64 {
	if f.psi == nil {
		return 0
	}
	sum := 0.0
	wishart := func(psi []float64, sigma [][]float64) {
		p := len(psi)
		nu := float64(p + 2)
		inv, logDet := invert(sigma)
		sum += -nu*float64(p)/2*math.Ln2 - float64(p*(p-1))/4*math.Log(math.Pi) - (nu+float64(p)+1)/2*logDet
		for j := range psi {
			sum += nu/2*math.Log(psi[j]) - lgamma((nu-float64(j))/2) - psi[j]*inv[j][j]/2
		}
	}
	for k := range f.mu {
		if a, b := f.prior.Shape, f.prior.Rate; a > 0 {
			sum += math.Log(math.Pow(b, a)*math.Pow(f.nu[k], a-1)*math.Exp(-b*f.nu[k])) - lgamma(a)
		}
		if !f.diagonal {
			wishart(f.psi, f.sigma[k])
			continue
		}
		for j := range f.psi {
			wishart(f.psi[j:j+1], [][]float64{{f.sigma[k][j][j]}})
		}
	}
	return sum
}

func naiveStudentOf(m *em.StudentMixture[float64]) *naiveStudent {
	f := &naiveStudent{diagonal: m.Covariance() == em.Diagonal, mu: rowsOf(m.Means()), nu: m.Freedom(), psi: m.PriorScale(), fixed: m.Fixed(), prior: m.NuPrior()}
	for _, s := range m.Scales() {
		f.sigma = append(f.sigma, rowsOf(s))
	}
	return f
}

// With many degrees of freedom the fit is that of a Gaussian mixture.
func TestStudentWithManyDegreesOfFreedomIsGaussian(t *testing.T) {
	x := datasets.Faithful()
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		for _, p := range []em.Prior{0, em.PriorNone} {
			o := elbo.Options{Seed: 1, Tol: 1e-10}
			g, want := fit(t, x, em.GMMOptions{K: 2, Covariance: c, Prior: p, Options: o})
			m, got, err := em.FitStudentMixture(context.Background(), elbo.Of(x), em.StudentMixtureOptions{K: 2, Covariance: c, Prior: p, Freedom: 0x1p40, Options: o})
			if err != nil {
				t.Fatal(err)
			}
			if !near(got.Bound, want.Bound, 1e-9) || m.NumParameters() != g.NumParameters() {
				t.Errorf("%v, prior %v: bound %v of %d parameters, the Gaussian mixture has %v of %d", c, p, got.Bound, m.NumParameters(), want.Bound, g.NumParameters())
			}
			for k := range 2 {
				for i, v := range m.Scales()[k].Data {
					if w := g.Covariances()[k].Data[i]; math.Abs(v-w) > 1e-4*math.Abs(w) {
						t.Errorf("%v, prior %v: scale matrix %d has %v, the covariance matrix %v", c, p, k, v, w)
					}
				}
			}
		}
	}
}

// The densities of one column are those of R's dt, and integrate to 1 in two columns.
func TestStudentDensity(t *testing.T) {
	one, err := em.NewStudentMixtureFrom[float64](em.StudentMixtureParameters{
		Weights: []float64{1}, Means: kernels.MatrixOf(1, 1, []float64{1}), Scales: []kernels.Matrix[float64]{kernels.MatrixOf(1, 1, []float64{4})},
		Freedom: []float64{3}, Prior: em.PriorNone,
	})
	if err != nil {
		t.Fatal(err)
	}
	density, err := one.LogDensity(kernels.MatrixOf(3, 1, []float64{1, 4, -30}))
	if err != nil {
		t.Fatal(err)
	}
	// dt(c(0, 1.5, -15.5), 3, log = TRUE) - log(2)
	for i, want := range []float64{-1.6940360301834549, -2.8132676060543003, -10.4849908949794646} {
		if !near(density[i], want, 1e-14) {
			t.Errorf("log-density %v, R has %v", density[i], want)
		}
	}
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		off := 0.5
		if c == em.Diagonal {
			off = 0
		}
		two, err := em.NewStudentMixtureFrom[float64](em.StudentMixtureParameters{
			Weights: []float64{0.3, 0.7}, Means: kernels.MatrixOf(2, 2, []float64{0, 0, 3, 1}), Freedom: []float64{6, 30}, Covariance: c, Prior: em.PriorNone,
			Scales: []kernels.Matrix[float64]{kernels.MatrixOf(2, 2, []float64{1, off, off, 2}), kernels.MatrixOf(2, 2, []float64{0.5, 0, 0, 0.5})},
		})
		if err != nil {
			t.Fatal(err)
		}
		const n, h = 600, 0.25
		grid := kernels.NewMatrix[float64](n*n, 2)
		for i := range n * n {
			grid.Row(i)[0], grid.Row(i)[1] = h*float64(i/n-n/2), h*float64(i%n-n/2)
		}
		density, err := two.LogDensity(grid)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range density {
			sum += h * h * math.Exp(v)
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("%v: integral %v", c, sum)
		}
	}
}

// Outliers, which pull a Gaussian mixture away, hardly move a Student-t one; ν is found.
func TestStudentIsRobust(t *testing.T) {
	x := datasets.Faithful()
	for i := range 8 {
		x.Row(30 * i)[0], x.Row(30 * i)[1] = 3.5+30*math.Sin(float64(i)*2.4), 70+600*math.Cos(float64(i)*2.4)
	}
	clean, _ := fit(t, datasets.Faithful(), em.GMMOptions{K: 2})
	m, err := em.NewStudentMixtureFrom[float64](em.StudentMixtureParameters{
		Weights: clean.Weights(), Means: clean.Means(), Scales: clean.Covariances(), Freedom: []float64{10, 10},
	})
	if err != nil {
		t.Fatal(err)
	}
	g, err := em.NewGMMFrom[float64](clean.Weights(), clean.Means(), clean.Covariances(), em.GMMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []elbo.Model[float64]{m, g} {
		if _, err := elbo.Fit(context.Background(), model, elbo.Of(x), elbo.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	grown := func(scales []kernels.Matrix[float64]) (most float64) {
		for k := range 2 {
			for j := range 2 {
				most = max(most, math.Sqrt(scales[k].Row(j)[j]/clean.Covariances()[k].Row(j)[j]))
			}
		}
		return most
	}
	if student, gaussian := grown(m.Scales()), grown(g.Covariances()); student > 1.5 || gaussian < 10 {
		t.Errorf("the scales grow by a factor of up to %.3f, those of a Gaussian mixture of %.3f", student, gaussian)
	}
	// Rows of a model of 4 degrees of freedom give about as many back.
	one, err := em.NewStudentMixtureFrom[float64](em.StudentMixtureParameters{
		Weights: []float64{1}, Means: kernels.NewMatrix[float64](1, 2), Freedom: []float64{4},
		Scales: []kernels.Matrix[float64]{kernels.MatrixOf(2, 2, []float64{1, 0.3, 0.3, 2})},
	})
	if err != nil {
		t.Fatal(err)
	}
	sample, _ := one.Sample(20000, 3)
	back, r, err := em.FitStudentMixture(context.Background(), elbo.Of(sample), em.StudentMixtureOptions{K: 1, Prior: em.PriorNone})
	if err != nil || !r.Converged {
		t.Fatalf("%v, %v", r.Reason, err)
	}
	if nu := back.Freedom()[0]; math.Abs(nu-4) > 0.3 {
		t.Errorf("%v degrees of freedom, want about 4", nu)
	}
	for i, want := range []float64{1, 0.3, 0.3, 2} {
		if got := back.Scales()[0].Data[i]; math.Abs(got-want) > 0.1 {
			t.Errorf("scale matrix %v", back.Scales()[0].Data)
		}
	}
}

// TestFreedomPrior: where a fit ends the bound falls in both directions of each ν, which a prior keeps from the ends of its range, and a
// component without rows has the prior's mode.
func TestFreedomPrior(t *testing.T) {
	x := blobs[float64](300, 2, 2) // Gaussian
	o := em.StudentMixtureOptions{K: 2, Options: elbo.Options{Tol: 1e-13, MaxIter: 20000, Accelerate: elbo.SQUAREM}}
	flat, _, err := em.FitStudentMixture(context.Background(), elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	o.NuPrior = em.FreedomPrior{Shape: 2, Rate: 0.1}
	m, r, err := em.FitStudentMixture(context.Background(), elbo.Of(x), o)
	if err != nil || r.Reason != elbo.Converged {
		t.Fatal(r.Reason, err)
	}
	for k, nu := range m.Freedom() {
		if nu < 5 || nu > 60 || slices.Max(flat.Freedom()) < 200 {
			t.Errorf("component %d: ν = %v, without a prior %v", k, nu, flat.Freedom())
		}
		at := func(nu float64) float64 {
			p := em.StudentMixtureParameters{Weights: m.Weights(), Means: m.Means(), Scales: m.Scales(), Freedom: m.Freedom(), PriorScale: m.PriorScale(), NuPrior: o.NuPrior}
			p.Freedom[k] = nu
			moved, err := em.NewStudentMixtureFrom[float64](p)
			if err != nil {
				t.Fatal(err)
			}
			return boundOf(t, moved, elbo.Of(x))
		}
		h := 0.02 * nu
		up, mid, down := at(nu+h), at(nu), at(nu-h)
		if !(up < mid && down < mid) || math.Abs(up-down) > 0.1*(2*mid-up-down) {
			t.Errorf("component %d: the bound is %v at ν = %v, beside it %v and %v", k, mid, nu, down-mid, up-mid)
		}
	}
	// A strong prior wins, and the ends of the range hold.
	for rate, want := range map[float64]float64{1e6: em.LeastFreedom, 1e-9: em.MostFreedom} {
		o.NuPrior = em.FreedomPrior{Shape: 1e4, Rate: rate}
		if m, _, err := em.FitStudentMixture(context.Background(), elbo.Of(x), o); err != nil || m.Freedom()[0] != want {
			t.Errorf("rate %v: %v", rate, err)
		}
	}
	stats := make([]float64, m.StatsLen())
	m.NewEStep().EStep(stats, elbo.Of(x).Slice(0, 200))
	n := m.K() * (1 + 2 + 4)
	stats[1] = 0
	clear(stats[3+n/2 : 3+n])
	for _, i := range []int{1, 3, 5} {
		stats[3+n+i] = 0
	}
	if err := m.MStep(stats, 200); err != nil || math.Abs(m.Freedom()[1]-10) > 1e-9 {
		t.Errorf("without rows ν = %v, %v", m.Freedom()[1], err)
	}
}

func TestStudentRefuses(t *testing.T) {
	x := datasets.Faithful()
	same := kernels.NewMatrix[float64](30, 2) // two distinct rows
	for i := range 30 {
		same.Row(i)[0], same.Row(i)[1] = float64(i%2), float64(3*(i%2))
	}
	if _, _, err := em.FitStudentMixture(context.Background(), elbo.Of(same), em.StudentMixtureOptions{K: 2, Prior: em.PriorNone}); !errors.Is(err, em.ErrCollapsed) {
		t.Errorf("two points, maximum likelihood: %v", err)
	}
	for says, o := range map[string]em.StudentMixtureOptions{
		"Covariance is tied":             {K: 1, Covariance: em.Tied},
		"want a number from 0.25 to 2⁴⁰": {K: 1, Freedom: 0.1},
		"PriorScale":                     {K: 1, PriorScale: []float64{1}},
		"Alpha is 0.5":                   {K: 1, Alpha: 0.5},
		"NuPrior has shape 0.5":          {K: 1, NuPrior: em.FreedomPrior{Shape: 0.5, Rate: 1}},
		"rate 0: want":                   {K: 1, NuPrior: em.FreedomPrior{Shape: 2}},
		"and Prior is PriorNone":         {K: 1, NuPrior: em.FreedomPrior{Shape: 2, Rate: 0.1}, Prior: em.PriorNone},
		"and ν is fixed":                 {K: 1, NuPrior: em.FreedomPrior{Shape: 2, Rate: 0.1}, Freedom: 4},
	} {
		if _, _, err := em.FitStudentMixture(context.Background(), elbo.Of(x), o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	for says, change := range map[string]func(p *em.StudentMixtureParameters){
		"Means is 0×0":            func(p *em.StudentMixtureParameters) { p.Means = kernels.Matrix[float64]{} },
		"1 weights and 2":         func(p *em.StudentMixtureParameters) { p.Weights = p.Weights[:1] },
		"Freedom has 1":           func(p *em.StudentMixtureParameters) { p.Freedom = p.Freedom[:1] },
		"component 1: 0 degrees":  func(p *em.StudentMixtureParameters) { p.Freedom[1] = 0 },
		"the weights sum to 1.5":  func(p *em.StudentMixtureParameters) { p.Weights[0] = 1 },
		"not symmetric":           func(p *em.StudentMixtureParameters) { p.Scales[1].Row(0)[1] = 0.1 },
		"NuPrior is given and ν":  func(p *em.StudentMixtureParameters) { p.Fixed, p.NuPrior = true, em.FreedomPrior{Shape: 1, Rate: 1} },
		"Covariance is spherical": func(p *em.StudentMixtureParameters) { p.Covariance = em.Spherical },
		"":                        func(*em.StudentMixtureParameters) {},
	} {
		p := em.StudentMixtureParameters{Weights: []float64{0.5, 0.5}, Means: kernels.MatrixOf(2, 2, []float64{0, 1, 2, 3}), Freedom: []float64{2, 3}}
		for range 2 {
			p.Scales = append(p.Scales, kernels.MatrixOf(2, 2, []float64{1, 0, 0, 1}))
		}
		change(&p)
		if _, err := em.NewStudentMixtureFrom[float32](p); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}
