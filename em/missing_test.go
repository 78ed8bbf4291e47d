package em_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// holes returns x with each entry missing with the given probability, but for one in each column.
func holes[T kernels.Float](x kernels.Matrix[T], share float64, seed uint64) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	copy(y.Data, x.Data)
	u := make([]float64, len(y.Data))
	kernels.Uniform(u, kernels.NewKey(seed, 21), kernels.Counter{})
	for i := range y.Data {
		if i >= x.Cols && u[i] < share {
			y.Data[i] = T(math.NaN())
		}
	}
	return y
}

// sub returns the rows and columns of a that are listed.
func sub(a [][]float64, rows, columns []int) [][]float64 {
	var s [][]float64
	for _, i := range rows {
		var r []float64
		for _, j := range columns {
			r = append(r, a[i][j])
		}
		s = append(s, r)
	}
	return s
}

// naiveMissing is EM with missing entries from the textbook, with nothing but inverses of matrices.
type naiveMissing struct {
	naive
	weights []float64
}

// split returns the observed and the missing columns of row n.
func (e *naiveMissing) split(n int) (o, m []int) {
	for j, v := range e.x.Row(n) {
		if v == v {
			o = append(o, j)
		} else {
			m = append(m, j)
		}
	}
	return o, m
}

// condition returns log N(x_o) of row n under component k, the conditional mean filled in, and the conditional covariance, D×D.
func (e *naiveMissing) condition(n, k int) (logN float64, filled []float64, c [][]float64) {
	o, m := e.split(n)
	x, mu, sigma := e.x.Row(n), e.mu[k], e.sigma[k]
	inv, logDet := invert(sub(sigma, o, o))
	logN = -0.5 * (float64(len(o))*math.Log(2*math.Pi) + logDet)
	filled = slices.Clone(x)
	for _, j := range m {
		filled[j] = mu[j]
	}
	for range e.mu[k] {
		c = append(c, make([]float64, len(mu)))
	}
	for a, i := range o {
		for b, j := range o {
			logN -= 0.5 * (x[i] - mu[i]) * inv[a][b] * (x[j] - mu[j])
			for _, p := range m {
				filled[p] += sigma[p][i] * inv[a][b] * (x[j] - mu[j])
				for _, q := range m {
					c[p][q] -= sigma[p][i] * inv[a][b] * sigma[j][q]
				}
			}
		}
	}
	for _, p := range m {
		for _, q := range m {
			c[p][q] += sigma[p][q]
		}
	}
	return logN, filled, c
}

func (e *naiveMissing) eStep() (r [][]float64, logLik float64) {
	for n := range e.x.Rows {
		l, top := make([]float64, len(e.pi)), math.Inf(-1)
		for k := range l {
			v, _, _ := e.condition(n, k)
			l[k] = math.Log(e.pi[k]) + v
			top = math.Max(top, l[k])
		}
		s := 0.0
		for k := range l {
			l[k] = math.Exp(l[k] - top)
			s += l[k]
		}
		w := 1.0
		if e.weights != nil {
			w = e.weights[n]
		}
		for k := range l {
			l[k] *= w / s
		}
		logLik += w * (top + math.Log(s))
		r = append(r, l)
	}
	return r, logLik
}

func (e *naiveMissing) mStep(r [][]float64) {
	d, prior := e.x.Cols, e.psi != nil
	psi := func(a, b int) float64 {
		if !prior || a != b {
			return 0
		}
		return e.psi[a]
	}
	total := 0.0
	for n := range r {
		total += sum(r[n])
	}
	pooled := make([][]float64, d)
	for a := range pooled {
		pooled[a] = make([]float64, d)
	}
	whole := e.shape == em.Full || e.shape == em.Tied
	for k := range e.pi {
		nk, count, s1 := 0.0, make([]float64, d), make([]float64, d)
		s2 := make([][]float64, d)
		for a := range s2 {
			s2[a] = make([]float64, d)
		}
		var filled [][]float64
		var cov [][][]float64
		for n := range r {
			_, f, c := e.condition(n, k)
			filled, cov = append(filled, f), append(cov, c)
			nk += r[n][k]
			for j, v := range e.x.Row(n) {
				if v == v || whole {
					count[j] += r[n][k]
					s1[j] += r[n][k] * f[j]
				}
			}
		}
		for j := range s1 {
			s1[j] /= count[j]
		}
		for n := range r {
			for a := range d {
				for b := range d {
					if whole || e.x.Row(n)[a] == e.x.Row(n)[a] && a == b {
						s2[a][b] += r[n][k] * (filled[n][a] - s1[a]) * (filled[n][b] - s1[b])
						if whole {
							s2[a][b] += r[n][k] * cov[n][a][b]
						}
					}
				}
			}
		}
		e.pi[k], e.mu[k] = nk/total, s1
		trace := 0.0
		for a := range d {
			trace += s2[a][a]
			for b := range d {
				pooled[a][b] += s2[a][b]
				more := 0.0
				if prior && e.shape == em.Full {
					more = float64(2*d + 3)
				} else if prior {
					more = 5
				}
				if e.shape == em.Full {
					e.sigma[k][a][b] = (s2[a][b] + psi(a, b)) / (nk + more)
				} else if e.shape == em.Diagonal && a == b {
					e.sigma[k][a][a] = (s2[a][a] + psi(a, a)) / (count[a] + more)
				}
			}
		}
		if e.shape == em.Spherical {
			for a := range d {
				if e.sigma[k][a][a] = trace / sum(count); prior {
					e.sigma[k][a][a] = (trace + e.psi[0]) / (sum(count) + 5)
				}
			}
		}
	}
	if e.shape != em.Tied {
		return
	}
	for k := range e.pi {
		for a := range d {
			for b := range d {
				if e.sigma[k][a][b] = pooled[a][b] / total; prior {
					e.sigma[k][a][b] = (pooled[a][b] + psi(a, b)) / (total + float64(2*d+3))
				}
			}
		}
	}
}

func TestEveryIterationWithMissingEntriesEqualsTheTextbook(t *testing.T) {
	slow(t)
	weights := make([]float64, 120)
	for i := range weights {
		weights[i] = float64(i%4) / 2
	}
	for _, data := range []struct {
		x       kernels.Matrix[float64]
		weights []float64
	}{{holes(blobs[float64](150, 4, 3), 0.3, 1), nil}, {holes(blobs[float64](120, 3, 2), 0.5, 2), weights}} {
		for _, c := range covariances {
			for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
				rows := elbo.Rows[float64]{X: data.x, Weights: data.weights}
				o := em.GMMOptions{K: 2, Covariance: c, Prior: p, Options: elbo.Options{Seed: 3, MaxIter: 15, Tol: -1}}
				m, err := em.NewGMM(context.Background(), rows, o)
				if err != nil {
					t.Fatal(err)
				}
				e := &naiveMissing{naive: *newNaive(m, data.x), weights: data.weights}
				e.psi = m.PriorScale()
				last := math.Inf(-1)
				for got, err := range elbo.Steps(context.Background(), m, rows, o.Options) {
					if err != nil {
						t.Fatalf("%v, %v: %v", c, p, err)
					}
					if got.Iter > 0 {
						r, _ := e.eStep()
						e.mStep(r)
					}
					_, logLik := e.eStep()
					bound := logLik + e.logPrior()
					if !near(got.LogLik, logLik, 1e-10) || !near(got.Bound, bound, 1e-10) {
						t.Fatalf("%v, %v, iteration %d: log-likelihood %v, bound %v, the textbook has %v, %v", c, p, got.Iter, got.LogLik, got.Bound, logLik, bound)
					}
					slack := 1e-12 * math.Abs(bound)
					if got.Iter > 0 && !(last-slack <= got.AfterMStep && got.AfterMStep <= got.Bound+slack) {
						t.Errorf("%v, %v, iteration %d: bounds %v, %v after the M-step, %v after the E-step", c, p, got.Iter, last, got.AfterMStep, got.Bound)
					}
					last = got.Bound
				}
			}
		}
	}
}

// patterns returns the rows of x over and over, with every pattern of missing entries.
func patterns[T kernels.Float](x kernels.Matrix[T]) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	for i := range y.Rows {
		copy(y.Row(i), x.Row(i))
		for j := range y.Cols {
			if i>>j&1 == 1 {
				y.Row(i)[j] = T(math.NaN())
			}
		}
	}
	return y
}

func testMarginals[T kernels.Float](t *testing.T, tol float64) {
	full := blobs[T](300, 5, 3)
	x := patterns(full)
	for _, c := range covariances {
		m, _ := fit(t, full, em.GMMOptions{K: 3, Covariance: c})
		wide := kernels.NewMatrix[float64](x.Rows, x.Cols)
		for i, v := range x.Data {
			wide.Data[i] = float64(v)
		}
		e := &naiveMissing{naive: naive{x: wide, pi: m.Weights()}}
		for k := range 3 {
			e.mu = append(e.mu, m.Means().Row(k))
			var s [][]float64
			for a := range x.Cols {
				s = append(s, m.Covariances()[k].Row(a))
			}
			e.sigma = append(e.sigma, s)
		}
		density, err := m.LogDensity(x)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := m.Responsibilities(x)
		if err != nil {
			t.Fatal(err)
		}
		s := m.NewScorer()
		w := s.NewWorkspace()
		for i := range x.Rows {
			l, total := make([]float64, 3), 0.0
			for k := range l {
				v, _, _ := e.condition(i, k)
				l[k] = math.Log(e.pi[k]) + v
				total += math.Exp(l[k])
			}
			want := math.Log(total)
			if math.Abs(float64(density[i])-want) > tol*math.Max(1, math.Abs(want)) {
				t.Fatalf("%v, row %v: log-density %v, want %v", c, x.Row(i), density[i], want)
			}
			for k := range l {
				if math.Abs(float64(resp.Row(i)[k])-math.Exp(l[k]-want)) > tol {
					t.Fatalf("%v, row %v: responsibilities %v, want %v of %d", c, x.Row(i), resp.Row(i), math.Exp(l[k]-want), k)
				}
			}
			one := make([]T, 1)
			if err := s.LogDensity(one, x.SliceRows(i, i+1), w); err != nil || one[0] != density[i] {
				t.Fatalf("%v, row %v alone has log-density %v, among others %v (%v)", c, x.Row(i), one[0], density[i], err)
			}
		}
		if math.Abs(float64(density[31])) > 1e-7 {
			t.Errorf("%v: a row without entries has log-density %v", c, density[31])
		}
		complete, err := m.LogDensity(full)
		if err != nil {
			t.Fatal(err)
		}
		if density[32] != complete[32] || density[64] != complete[64] {
			t.Errorf("%v: complete rows score otherwise among incomplete ones", c)
		}
		row, label := x.SliceRows(40, 43), make([]int, 3)
		one, r := make([]T, 3), kernels.NewMatrix[T](3, 3)
		if n := testing.AllocsPerRun(10, func() {
			if s.LogDensity(one, row, w) != nil || s.Responsibilities(r, row, w) != nil || s.Predict(label, row, w) != nil {
				t.Error("scoring fails")
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", c, n)
		}
	}
}

// Rows with missing entries score the marginal density.
func TestMarginals(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testMarginals[float64](t, 1e-11) })
	t.Run("f32", func(t *testing.T) { testMarginals[float32](t, 1e-5) })
}

// Fits with missing entries do not depend on workers, ISA, or the number of patterns that are kept.
func TestBitsWithMissingEntries(t *testing.T) {
	for _, c := range []struct{ rows, columns int }{{elbo.ChunkRows + 300, 3}, {300, 20}, {40, 40}} {
		t.Run(fmt.Sprint("f64/", c), func(t *testing.T) { testBits(t, holes(blobs[float64](c.rows, c.columns, 3), 0.1, 5)) })
		t.Run(fmt.Sprint("f32/", c), func(t *testing.T) { testBits(t, holes(blobs[float32](c.rows, c.columns, 3), 0.1, 5)) })
	}
}

func TestMissingEStepAllocatesNothing(t *testing.T) {
	for _, c := range covariances {
		x := holes(blobs[float32](256, 6, 3), 0.3, 7)
		m, err := em.NewGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 3, Covariance: c})
		if err != nil {
			t.Fatal(err)
		}
		e, stats := m.NewEStep(), make([]float64, m.StatsLen())
		if n := testing.AllocsPerRun(5, func() { e.EStep(stats, elbo.Of(x)) }); n != 0 {
			t.Errorf("%v: %v allocations", c, n)
		}
	}
}

// Shifted and rescaled data with missing entries give the same fit.
func TestMissingEquivariance(t *testing.T) {
	x := holes(datasets.Faithful(), 0.2, 3)
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			for _, by := range [][2]float64{{1, 1e7}, {1e-100, 0}, {1e100, 0}} {
				o := em.GMMOptions{K: 2, Covariance: c, Prior: p, Options: elbo.Options{Seed: 2, Tol: 1e-10}}
				_, a := fit(t, x, o)
				_, b := fit(t, moved[float64](x, by[0], by[1]), o)
				there := 0.0
				for _, v := range x.Data {
					if v == v {
						there++
					}
				}
				if want := a.LogLik - there*math.Log(by[0]); math.Abs(b.LogLik-want) > 1e-6*math.Abs(a.LogLik) {
					t.Errorf("%v, %v, %v: log-likelihood %v, want %v", c, p, by, b.LogLik, want)
				}
			}
		}
	}
}

// The entropy of the responsibilities has nothing of the missing entries'.
func TestResponsibilityEntropy(t *testing.T) {
	x := holes(blobs[float64](400, 3, 3), 0.2, 4)
	w := make([]float64, x.Rows)
	for i := range w {
		w[i] = float64(i%3) / 2
	}
	for _, c := range covariances {
		m, r := fit(t, x, em.GMMOptions{K: 3, Covariance: c})
		resp, err := m.Responsibilities(x)
		if err != nil {
			t.Fatal(err)
		}
		want := 0.0
		for i := range x.Rows {
			for _, v := range resp.Row(i) {
				if v > 0 {
					want -= w[i] * v * math.Log(v)
				}
			}
		}
		h, err := m.ResponsibilityEntropy(elbo.Rows[float64]{X: x, Weights: w})
		if err != nil || !near(h, want, 1e-9) {
			t.Errorf("%v: entropy %v, want %v (%v)", c, h, want, err)
		}
		if got := m.ICL(r.LogLik, h, x.Rows); got != m.BIC(r.LogLik, x.Rows)+2*h {
			t.Errorf("%v: ICL %v", c, got)
		}
		s, err := em.Select(context.Background(), elbo.Of(x), em.SelectOptions{Ks: []int{3}, Covariances: []em.Covariance{c}})
		if err != nil {
			t.Fatal(err)
		}
		if h, err = s.Best.Model.ResponsibilityEntropy(elbo.Of(x)); err != nil || !near(s.Best.Entropy, h, 1e-9) {
			t.Errorf("%v: Select's entropy is %v, want %v (%v)", c, s.Best.Entropy, h, err)
		}
		if _, err := m.ResponsibilityEntropy(elbo.Of(x.SliceRows(0, 0))); err == nil {
			t.Errorf("%v: no rows: no error", c)
		}
	}
}

// Every schedule takes missing entries, and so does a source; their bounds end near that of batch EM.
func TestSchedulesWithMissingEntries(t *testing.T) {
	slow(t)
	x := holes(blobs[float64](900, 3, 3), 0.25, 6)
	for _, c := range covariances {
		o := em.GMMOptions{K: 3, Covariance: c, Options: elbo.Options{Seed: 1, Tol: 1e-9, MaxIter: 400}}
		start := func() *em.GMM[float64] {
			m, err := em.NewGMM(context.Background(), elbo.Of(x), o)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		batch, err := elbo.Fit(context.Background(), start(), elbo.Of(x), o.Options)
		if err != nil {
			t.Fatal(err)
		}
		for what, change := range map[string]func(o *elbo.Options){
			"SQUAREM":     func(o *elbo.Options) { o.Accelerate = elbo.SQUAREM },
			"incremental": func(o *elbo.Options) { o.Schedule = elbo.Incremental{Blocks: 7} },
			"stepwise":    func(o *elbo.Options) { o.Schedule, o.MaxIter = elbo.Stepwise{Rows: 300}, 60 },
		} {
			p := o.Options
			change(&p)
			r, err := elbo.Fit(context.Background(), start(), elbo.Of(x), p)
			if err != nil {
				t.Fatalf("%v, %s: %v", c, what, err)
			}
			slack := 1e-4
			if what == "stepwise" {
				slack = 20
			}
			if !(r.Bound > batch.Bound-slack) {
				t.Errorf("%v, %s: bound %v after %d iterations, batch EM has %v after %d", c, what, r.Bound, r.Iterations, batch.Bound, batch.Iterations)
			}
		}
		s, err := elbo.Fit(context.Background(), start(), cut[float64]{elbo.Of(x), 100}, o.Options)
		if err != nil || s.Bound != batch.Bound {
			t.Errorf("%v: from a source the bound is %v, from memory %v (%v)", c, s.Bound, batch.Bound, err)
		}
	}
}
