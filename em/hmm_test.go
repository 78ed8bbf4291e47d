package em_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// hmmUniforms are n numbers in [0, 1).
func hmmUniforms(n int, seed uint64) []float64 {
	u := make([]float64, n)
	kernels.Uniform(u, kernels.NewKey(seed, 77), kernels.Counter{})
	return u
}

// hmmProbabilities are rows of k probabilities, some of them 0 if sparse.
func hmmProbabilities(rows, k int, sparse bool, seed uint64) kernels.Matrix[float64] {
	p := kernels.MatrixOf(rows, k, hmmUniforms(rows*k, seed))
	for i := range rows {
		row, sum := p.Row(i), 0.0
		for j := range row {
			if row[j] += 0.1; sparse && (i+2*j)%3 == 1 && k > 2 {
				row[j] = 0
			}
			sum += row[j]
		}
		for j := range row {
			row[j] /= sum
		}
	}
	return p
}

// randomHMM returns a model with parameters that mean nothing.
func randomHMM[T kernels.Float](t testing.TB, k, d int, o em.HMMOptions, sparse bool) *em.HMM[T] {
	t.Helper()
	p := em.HMMParameters{Initial: hmmProbabilities(1, k, false, 1).Row(0), Transitions: hmmProbabilities(k, k, sparse, 2)}
	u := hmmUniforms(k*d*(2+d), 3)
	switch o.Emission {
	case em.GaussianEmission:
		p.Means = kernels.NewMatrix[float64](k, d)
		for i := range p.Means.Data {
			p.Means.Data[i] = 4*u[i] - 2
		}
		for i := range k {
			c := kernels.NewMatrix[float64](d, d)
			for a := range d {
				for b := range d {
					for l := range d {
						c.Row(a)[b] += (u[k*d+(i*d+a)*d+l] - 0.5) * (u[k*d+(i*d+b)*d+l] - 0.5)
					}
				}
				c.Row(a)[a] += 0.5
			}
			if o.Covariance == em.Spherical {
				for a := range d {
					clear(c.Row(a))
					c.Row(a)[a] = 0.5 + u[k*d+i]
				}
			}
			if o.Covariance != em.Tied || i == 0 {
				p.Covariances = append(p.Covariances, c)
			}
		}
	}
	switch o.Emission {
	case em.CategoricalEmission:
		for j := range d {
			p.Probabilities = append(p.Probabilities, hmmProbabilities(k, 2+j, false, uint64(5+j)))
		}
	case em.PoissonEmission:
		p.Means = kernels.NewMatrix[float64](k, d)
		for i := range p.Means.Data {
			p.Means.Data[i] = 0.1 + 4*u[i]
		}
	}
	m, err := em.NewHMMFrom[T](p, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hmmFrames returns sequences of the given lengths that fit the family; of the entries a share is missing, of the frames another.
func hmmFrames[T kernels.Float](lengths []int, d int, e em.Emission, share float64, seed uint64) elbo.Rows[T] {
	n := 0
	for _, l := range lengths {
		n += l
	}
	x := kernels.NewMatrix[T](n, d)
	z, u := make([]float64, n*d), hmmUniforms(n*d+n, seed)
	kernels.Normal(z, kernels.NewKey(seed, 78), kernels.Counter{})
	for i := range x.Data {
		switch e {
		case em.GaussianEmission:
			x.Data[i] = T(1.5*z[i] + 2*math.Sin(float64(i/d)/3))
		case em.CategoricalEmission:
			x.Data[i] = T(math.Floor(float64(2+i%d) * u[i]))
		case em.PoissonEmission:
			x.Data[i] = T(math.Floor(6 * u[i] * u[i]))
		}
		if u[i] < share || u[n*d+i/d] < share/2 {
			x.Data[i] = T(math.NaN())
		}
	}
	return elbo.Rows[T]{X: x, Lengths: lengths}
}

// eachHMM runs f for all families.
func eachHMM(t *testing.T, f func(t *testing.T, o em.HMMOptions)) {
	for _, o := range []em.HMMOptions{
		{Emission: em.GaussianEmission, Covariance: em.Full},
		{Emission: em.GaussianEmission, Covariance: em.Diagonal},
		{Emission: em.GaussianEmission, Covariance: em.Tied},
		{Emission: em.GaussianEmission, Covariance: em.Spherical},
		{Emission: em.CategoricalEmission},
		{Emission: em.PoissonEmission},
	} {
		t.Run(fmt.Sprintf("%v-%v", o.Emission, o.Covariance), func(t *testing.T) { f(t, o) })
	}
}

func hmmStats[T kernels.Float](m *em.HMM[T], rows elbo.Rows[T]) ([]float64, elbo.Local) {
	stats := make([]float64, m.StatsLen())
	return stats, m.NewEStep().EStep(stats, rows)
}

// The likelihood and the entropy are those of the sum over all paths.
func TestHMMEnumeration(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, k := range []int{1, 2, 3} {
			for _, share := range []float64{0, 0.3} {
				for _, sparse := range []bool{false, true} {
					m := randomHMM[float64](t, k, 2, o, sparse)
					h := newNaiveHMM(m)
					rows := hmmFrames[float64]([]int{1, 7, 4, 7, 2}, 2, o.Emission, share, uint64(k))
					_, l := hmmStats(m, rows)
					logLik, entropy := 0.0, 0.0
					for _, x := range hmmSplit(rows) {
						z, e, _, _, _ := h.enumerate(x)
						logLik += z
						entropy += e
					}
					if !near(l.LogZ, logLik, 1e-12) {
						t.Errorf("k %d, %v missing: log-likelihood %v, want %v", k, share, l.LogZ, logLik)
					}
					// With full covariances the missing entries are latent too.
					if h, err := m.PathEntropy(rows); err != nil || math.Abs(h-entropy) > 1e-11 {
						t.Errorf("k %d, %v missing: entropy of the paths %v, want %v (%v)", k, share, h, entropy, err)
					}
					if (o.Emission != em.GaussianEmission || o.Covariance == em.Diagonal || o.Covariance == em.Spherical || share == 0) && math.Abs(l.Entropy-entropy) > 1e-11 {
						t.Errorf("k %d, %v missing: entropy %v, want %v", k, share, l.Entropy, entropy)
					}
				}
			}
		}
	})
}

// The expected counts are those of the textbook's recursions, for chunks of any lengths.
func TestHMMCounts(t *testing.T) {
	lengths := [][]int{{1}, {300}, {700, 3}, {40, 41, 300, 1, 1, 2, 39, 40, 40, 5, 80, 17, 16, 15, 259, 30}}
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, k := range []int{1, 3, 9} {
			for _, lengths := range lengths {
				m := randomHMM[float64](t, k, 3, o, true)
				h := newNaiveHMM(m)
				rows := hmmFrames[float64](lengths, 3, o.Emission, 0.1, 5)
				rows.Weights = make([]float64, len(lengths))
				for i := range rows.Weights {
					rows.Weights[i] = []float64{1, 0.5, 3, 0}[(i+3*len(lengths))%4]
				}
				if len(lengths) == 1 {
					rows.Weights[0] = 2
				}
				stats, l := hmmStats(m, rows)
				want, logLik := make([]float64, k+k*k), 0.0
				for i, x := range hmmSplit(rows) {
					z, gamma, xi := h.run(x)
					logLik += rows.Weights[i] * z
					for a := range k {
						want[a] += rows.Weights[i] * gamma[0][a]
						for b := range k {
							want[k+a*k+b] += rows.Weights[i] * xi[a][b]
						}
					}
				}
				if !near(l.LogZ, logLik, 1e-11) {
					t.Errorf("k %d, %v: log-likelihood %v, want %v", k, lengths, l.LogZ, logLik)
				}
				for i, v := range want {
					if math.Abs(stats[i]-v) > 1e-10*max(1, v) {
						t.Fatalf("k %d, %v: statistic %d is %v, want %v", k, lengths, i, stats[i], v)
					}
				}
			}
		}
	})
}

// hmmSeries is a sample of sequences that switch between regimes.
func hmmSeries[T kernels.Float](o em.HMMOptions, share float64) elbo.Rows[T] {
	lengths := []int{60, 25, 1, 80, 33, 60, 60, 2, 44, 45, 46, 47, 48, 49, 50, 12, 9, 30, 70, 61}
	rows := hmmFrames[T](lengths, 2, o.Emission, share, 9)
	at := 0
	for _, n := range lengths {
		for t := range n {
			if (t/7)%2 == 0 {
				switch o.Emission {
				case em.GaussianEmission:
					rows.X.Row(at + t)[0] += 5
				case em.PoissonEmission:
					rows.X.Row(at + t)[0] += 3
				case em.CategoricalEmission:
					for j := range rows.X.Row(at + t) {
						if v := rows.X.Row(at + t)[j]; v == v {
							rows.X.Row(at + t)[j] = T(1 - t/7%4/2)
						}
					}
				}
			}
		}
		at += n
	}
	return rows
}

func testHMMFit[T kernels.Float](t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			for _, share := range []float64{0, 0.2} {
				o.K, o.Prior, o.MaxIter = 3, prior, 60
				rows := hmmSeries[T](o, share)
				_, r, err := em.FitHMM(context.Background(), rows, o)
				if err != nil {
					t.Errorf("%v, %v missing: %v", prior, share, err)
					continue
				}
				if r.Iterations < 3 || r.Bound <= r.Bounds[0] {
					t.Errorf("%v: bounds %v", prior, r.Bounds)
				}
			}
		}
	})
}

// The engine demands that the bound rises in every step.
func TestHMMFit(t *testing.T) {
	t.Run("f64", testHMMFit[float64])
	t.Run("f32", testHMMFit[float32])
}

func fitHMM[T kernels.Float](t testing.TB, rows elbo.Rows[T], o em.HMMOptions) (*em.HMM[T], elbo.Result) {
	t.Helper()
	m, r, err := em.FitHMM(context.Background(), rows, o)
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

func testHMMBits[T kernels.Float](t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		o.K, o.MaxIter = 9, 2
		rows := hmmSeries[T](o, 0.2)
		want, wantResult := fitHMM(t, rows, o)
		same := func(what string, m *em.HMM[T], r elbo.Result) {
			t.Helper()
			if !slices.Equal(r.Bounds, wantResult.Bounds) || !slices.Equal(m.AppendParameters(nil), want.AppendParameters(nil)) {
				t.Errorf("%s gives other bits", what)
			}
		}
		for _, workers := range []int{2, 3, 8} {
			o.Workers = workers
			m, r := fitHMM(t, rows, o)
			same("another number of workers", m, r)
		}
		for _, isa := range kernels.Available() {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
			m, r := fitHMM(t, rows, o)
			restore()
			same(isa.String(), m, r)
		}
	})
}

func TestHMMBitsDoNotDependOnWorkersOrISA(t *testing.T) {
	t.Run("f64", testHMMBits[float64])
	t.Run("f32", testHMMBits[float32])
}

func TestHMMEStepDoesNotAllocate(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		m := randomHMM[float64](t, 3, 2, o, false)
		rows := hmmFrames[float64]([]int{50, 70, 20, 300}, 2, o.Emission, 0.1, 3)
		e, stats := m.NewEStep(), make([]float64, m.StatsLen())
		if n := testing.AllocsPerRun(5, func() { e.EStep(stats, rows) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

// The scores are those of the sum over all paths, or the greatest term.
func TestHMMScores(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		for _, sparse := range []bool{false, true} {
			m := randomHMM[float64](t, 3, 2, o, sparse)
			h := newNaiveHMM(m)
			rows := hmmFrames[float64]([]int{1, 7, 4, 7, 2, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 6, 5, 4}, 2, o.Emission, 0.2, 8)
			logLik, err := m.LogLikelihood(rows)
			if err != nil {
				t.Fatal(err)
			}
			gamma, err := m.Responsibilities(rows)
			if err != nil {
				t.Fatal(err)
			}
			path, logp, err := m.Viterbi(rows)
			if err != nil {
				t.Fatal(err)
			}
			at := 0
			for i, x := range hmmSplit(rows) {
				z, _, g, best, top := h.enumerate(x)
				if !near(logLik[i], z, 1e-12) || !near(logp[i], top, 1e-12) || !slices.Equal(path[at:at+len(x)], best) {
					t.Errorf("sequence %d: log-likelihood %v, want %v; path %v of %v, want %v of %v", i, logLik[i], z, path[at:at+len(x)], logp[i], best, top)
				}
				for _, row := range g {
					for k, v := range row {
						if math.Abs(gamma.Row(at)[k]-v) > 1e-12 {
							t.Errorf("row %d: γ %v, want %v", at, gamma.Row(at), row)
						}
					}
					at++
				}
			}
		}
	})
}

// Long sequences: against the textbook's recursions, and one sequence alone against itself among others.
func TestHMMScoresOfLongSequences(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		m := randomHMM[float64](t, 3, 2, o, true)
		h := newNaiveHMM(m)
		lengths := []int{1000, 300, 299, 1, 520}
		rows := hmmFrames[float64](lengths, 2, o.Emission, 0.2, 8)
		logLik, err := m.LogLikelihood(rows)
		if err != nil {
			t.Fatal(err)
		}
		path, logp, err := m.Viterbi(rows)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for i, x := range hmmSplit(rows) {
			z, _, _ := h.run(x)
			if !near(logLik[i], z, 1e-12) {
				t.Errorf("sequence %d: log-likelihood %v, want %v", i, logLik[i], z)
			}
			p := math.Log(h.initial[path[at]])
			for t, row := range x {
				p += h.density(path[at+t], row)
				if t > 0 {
					p += math.Log(h.trans[path[at+t-1]][path[at+t]])
				}
			}
			if !near(logp[i], p, 1e-12) {
				t.Errorf("sequence %d: the path has %v, its probability is %v", i, logp[i], p)
			}
			one := elbo.Of(rows.X.SliceRows(at, at+len(x)))
			alone, err := m.LogLikelihood(one)
			if err != nil {
				t.Fatal(err)
			}
			alonePath, aloneP, err := m.Viterbi(one)
			if err != nil {
				t.Fatal(err)
			}
			if alone[0] != logLik[i] || aloneP[0] != logp[i] || !slices.Equal(alonePath, path[at:at+len(x)]) {
				t.Errorf("sequence %d: alone it has other bits", i)
			}
			f := m.NewScorer().NewFilter()
			for _, row := range x {
				ahead, err := f.LogDensity(row)
				if err != nil {
					t.Fatal(err)
				}
				if step, err := f.Step(row); err != nil || step != ahead {
					t.Fatalf("predictive density %v, then %v (%v)", ahead, step, err)
				}
			}
			state := make([]float64, 3)
			if err := f.State(state); err != nil || !near(f.LogLikelihood(), logLik[i], 1e-13) || f.Frames() != len(x) {
				t.Errorf("sequence %d: the filter has %v after %d frames (%v)", i, f.LogLikelihood(), f.Frames(), err)
			}
			gamma, err := m.Responsibilities(one)
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range gamma.Row(len(x) - 1) {
				if math.Abs(v-state[k]) > 1e-12 {
					t.Errorf("sequence %d: the filter ends in %v, smoothing in %v", i, state, gamma.Row(len(x)-1))
				}
			}
			at += len(x)
		}
	})
}

// What is imputed is the posterior mean, by enumeration of the states.
func TestHMMImpute(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		m := randomHMM[float64](t, 3, 2, o, false)
		h := newNaiveHMM(m)
		rows := hmmFrames[float64]([]int{5, 3, 6}, 2, o.Emission, 0.4, 21)
		got, err := m.Impute(rows)
		if err != nil {
			t.Fatal(err)
		}
		means, covs, theta := m.Means(), m.Covariances(), m.Probabilities()
		at, missing := 0, 0
		for _, x := range hmmSplit(rows) {
			_, _, gamma, _, _ := h.enumerate(x)
			for i, row := range x {
				for j, v := range row {
					if v != v {
						v = 0
						missing++
						most := -1.0
						for c := 0; theta != nil && c < theta[j].Cols; c++ {
							p := 0.0
							for k, g := range gamma[i] {
								p += g * theta[j].Row(k)[c]
							}
							if p > most {
								most, v = p, float64(c)
							}
						}
						for k, g := range gamma[i] {
							if theta != nil {
								break
							}
							c := means.Row(k)[j]
							if other := row[1-j]; other == other && covs != nil {
								c += covs[k].Row(j)[1-j] / covs[k].Row(1 - j)[1-j] * (other - means.Row(k)[1-j])
							}
							v += g * c
						}
					}
					if math.Abs(got.Row(at)[j]-v) > 1e-12 {
						t.Errorf("(%d, %d): %v, want %v", at, j, got.Row(at)[j], v)
					}
				}
				at++
			}
		}
		if missing < 5 {
			t.Errorf("%d missing entries", missing)
		}
	})
}

func TestHMMScorerDoesNotAllocate(t *testing.T) {
	eachHMM(t, func(t *testing.T, o em.HMMOptions) {
		s := randomHMM[float64](t, 3, 2, o, false).NewScorer()
		w, f := s.NewWorkspace(), s.NewFilter()
		rows := hmmFrames[float64]([]int{50, 70, 20, 300}, 2, o.Emission, 0.1, 3)
		one := elbo.Of(rows.X)
		logLik, path, r, x := make([]float64, 4), make([]int, 440), kernels.NewMatrix[float64](440, 3), kernels.NewMatrix[float64](440, 2)
		state := make([]float64, 3)
		for name, call := range map[string]func() error{
			"LogLikelihood":    func() error { return s.LogLikelihood(logLik, rows, w) },
			"LogLikelihood 1":  func() error { return s.LogLikelihood(logLik[:1], one, w) },
			"Viterbi":          func() error { return s.Viterbi(path, logLik, rows, w) },
			"Responsibilities": func() error { return s.Responsibilities(r, rows, w) },
			"Impute":           func() error { return s.Impute(x, rows, w) },
			"Step":             func() error { _, err := f.Step(rows.X.Row(0)); return err },
			"LogDensity":       func() error { _, err := f.LogDensity(rows.X.Row(1)); return err },
			"Predict":          func() error { return f.Predict(state) },
		} {
			var err error
			if n := testing.AllocsPerRun(5, func() { err = call() }); n != 0 || err != nil {
				t.Errorf("%s: %v allocations, error %v", name, n, err)
			}
		}
	})
}
