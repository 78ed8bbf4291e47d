package em_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/kernels"
)

// someMFA returns a mixture with random parameters.
func someMFA[T kernels.Float](t testing.TB, k, d, q int, shared bool, prior em.Prior) *em.MFA[T] {
	t.Helper()
	var loadings []kernels.Matrix[float64]
	weights := faUniforms(k, 11, 0.5, 1)
	total := 0.0
	for i := range k {
		loadings = append(loadings, kernels.MatrixOf(d, q, faUniforms(d*q, uint64(20+i), -1, 1)))
		total += weights[i]
	}
	for i := range weights {
		weights[i] /= total
	}
	noise := kernels.MatrixOf(k, d, faUniforms(k*d, 12, 0.05, 0.5))
	for i := range k {
		if shared {
			copy(noise.Row(i), noise.Row(0))
		}
	}
	m, err := em.NewMFAFrom[T](weights, kernels.MatrixOf(k, d, faUniforms(k*d, 13, 1, 4)), loadings, noise, em.MFAOptions{SharedNoise: shared, Prior: prior})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// naiveMFA is a mixture of factor analysers by dense linear algebra.
type naiveMFA struct {
	k, d, q int
	weights []float64
	joint   []denseGauss // of (z, x)
	x       []denseGauss
}

func newNaiveMFA[T kernels.Float](m *em.MFA[T]) naiveMFA {
	n := naiveMFA{k: m.K(), d: m.Dim(), q: m.Q(), weights: m.Weights()}
	covs := m.Covariances()
	for k, w := range m.Loadings() {
		c := kernels.NewMatrix[float64](n.q+n.d, n.q+n.d)
		for i := range n.q {
			c.Row(i)[i] = 1
		}
		for i := range n.d {
			for j := range n.q {
				c.Row(n.q + i)[j], c.Row(j)[n.q+i] = w.Row(i)[j], w.Row(i)[j]
			}
			copy(c.Row(n.q + i)[n.q:], covs[k].Row(i))
		}
		n.joint = append(n.joint, denseGaussOf(append(make([]float64, n.q), m.Means().Row(k)...), c))
		n.x = append(n.x, denseGaussOf(m.Means().Row(k), covs[k]))
	}
	return n
}

// row returns log p, the responsibilities, and given each component the mean and covariance of (z, x).
func (n naiveMFA) row(row []float64) (logZ float64, r []float64, means [][]float64, covs [][][]float64) {
	all := append(make([]float64, n.q), row...)
	for i := range n.q {
		all[i] = math.NaN()
	}
	most := math.Inf(-1)
	for k := range n.k {
		l, _, _, _ := n.x[k].given(row)
		_, mean, cov, _ := n.joint[k].given(all)
		r, means, covs = append(r, l+math.Log(n.weights[k])), append(means, mean), append(covs, cov)
		most = max(most, r[k])
	}
	sum := 0.0
	for _, v := range r {
		sum += math.Exp(v - most)
	}
	logZ = most + math.Log(sum)
	for k, v := range r {
		r[k] = math.Exp(v - logZ)
	}
	return logZ, r, means, covs
}

func testMFADense[T kernels.Float](t *testing.T, tol float64) {
	for _, s := range []struct {
		k, d, q int
		shared  bool
		share   float64
		prior   em.Prior
	}{{1, 3, 1, false, 0, em.PriorNone}, {2, 5, 2, false, 0, em.PriorInverseWishart}, {3, 6, 2, true, 0, em.PriorNone}, {2, 5, 2, false, 0.3, em.PriorNone}, {3, 7, 3, true, 0.4, em.PriorInverseWishart}} {
		what := fmt.Sprintf("%+v", s)
		m := someMFA[T](t, s.k, s.d, s.q, s.shared, s.prior)
		x, _ := m.Sample(120, 4)
		x = withHoles(x, s.share)
		rows := elbo.Rows[T]{X: x, Weights: faUniforms(x.Rows, 8, 0, 2)}
		rows.Weights[5] = 0
		naive := newNaiveMFA(m)
		density, err := m.LogDensity(x)
		if err != nil {
			t.Fatal(err)
		}
		resp, _ := m.Responsibilities(x)
		labels, _ := m.Predict(x)
		z, _ := m.Transform(x)
		imputed, _ := m.Impute(x)
		logZ, entropy, total := 0.0, 0.0, 0.0
		p := s.q + 1
		// The regressions' sums: by component and column A (p×p), c (p), Σt², n.
		type sums struct {
			a [][]float64
			c []float64
			s float64
		}
		stat := make([][]sums, s.k)
		for k := range stat {
			for range s.d {
				st := sums{c: make([]float64, p)}
				for range p {
					st.a = append(st.a, make([]float64, p))
				}
				stat[k] = append(stat[k], st)
			}
		}
		counts := make([]float64, s.k)
		for i := range x.Rows {
			row := toFloat64s(x.Row(i))
			l, r, means, covs := naive.row(row)
			w := rows.Weights[i]
			if math.Abs(float64(density[i])-l) > tol*(1+math.Abs(l)) {
				t.Fatalf("%s: row %d has the log-density %v, want %v", what, i, density[i], l)
			}
			logZ, total = logZ+w*l, total+w*(math.Abs(l)+float64(s.q))
			best := 0
			expect := make([]float64, s.d)
			for k, v := range r {
				if v > r[best] {
					best = k
				}
				if math.Abs(float64(resp.Row(i)[k])-v) > 100*tol {
					t.Fatalf("%s: row %d, responsibility %d is %v, want %v", what, i, k, resp.Row(i)[k], v)
				}
				zCov := make([][]float64, s.q)
				one := make([][]float64, s.q)
				for a := range s.q {
					if got := float64(z.Row(i)[k*s.q+a]); math.Abs(got-means[k][a]) > 100*tol {
						t.Fatalf("%s: row %d, factor %d of component %d is %v, want %v", what, i, a, k, got, means[k][a])
					}
					zCov[a], one[a] = covs[k][a][:s.q], make([]float64, s.q)
				}
				_, logDet := eliminate(zCov, one)
				if v > 0 {
					entropy += w * v * (0.5*(float64(s.q)*(1+math.Log(2*math.Pi))+logDet) - math.Log(v))
				}
				counts[k] += w * v
				for j := range s.d {
					expect[j] += v * means[k][s.q+j]
					if math.IsNaN(row[j]) {
						continue
					}
					st := &stat[k][j]
					for a := range p {
						za := 1.0
						if a < s.q {
							za = means[k][a]
						}
						for b := range p {
							zb, c := 1.0, 0.0
							if b < s.q {
								zb = means[k][b]
							}
							if a < s.q && b < s.q {
								c = covs[k][a][b]
							}
							st.a[a][b] += w * v * (za*zb + c)
						}
						st.c[a] += w * v * row[j] * za
					}
					st.s += w * v * row[j] * row[j]
				}
			}
			if labels[i] != best && r[best]-r[labels[i]] > 1e-6 {
				t.Errorf("%s: row %d is labelled %d, want %d", what, i, labels[i], best)
			}
			for j, v := range row {
				if got := float64(imputed.Row(i)[j]); math.IsNaN(v) && math.Abs(got-expect[j]) > 100*tol || v == v && got != v {
					t.Fatalf("%s: row %d, column %d is imputed %v, want %v", what, i, j, got, expect[j])
				}
			}
		}
		stats := make([]float64, m.StatsLen())
		e := m.NewEStep()
		l := e.EStep(stats, rows)
		if math.Abs(l.LogZ-logZ) > tol*total || math.Abs(l.Entropy-entropy) > 10*tol*total {
			t.Errorf("%s: log Z %v and entropy %v, want %v and %v", what, l.LogZ, l.Entropy, logZ, entropy)
		}
		for k, n := range m.Counts(nil, stats) {
			if math.Abs(n-counts[k]) > 100*tol*total {
				t.Errorf("%s: component %d has the weight %v, want %v", what, k, n, counts[k])
			}
		}
		// Translated to the origin and back they are what they were.
		back := append([]float64(nil), stats...)
		m.ToOrigin(back)
		m.FromOrigin(back)
		for i, v := range stats {
			if math.Abs(v-back[i]) > 1e-9 {
				t.Fatalf("%s: statistic %d is %v after two translations, was %v", what, i, back[i], v)
			}
		}
		before := m.AppendParameters(nil)
		if allocs := testing.AllocsPerRun(3, func() { e.EStep(back, rows) }); allocs != 0 {
			t.Errorf("%s: an E-step makes %v allocations", what, allocs)
		}
		if err := m.MStep(stats, rows.Weight()); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		weight := counts[0]
		for _, n := range counts[1:] {
			weight += n
		}
		nu := 0.0
		if s.prior == em.PriorInverseWishart {
			nu = 5
		}
		noise := kernels.NewMatrix[float64](s.k, s.d)
		for j := range s.d {
			shared, sharedN := nu, nu
			if psi := m.PriorScale(); psi != nil {
				shared = psi[j]
			}
			for k := range s.k {
				st := stat[k][j]
				var c [][]float64
				for _, v := range st.c {
					c = append(c, []float64{v})
				}
				solution, _ := eliminate(st.a, c)
				rest := st.s
				for a := range p {
					rest -= st.c[a] * solution[a][0]
				}
				n := st.a[s.q][s.q]
				for a := range s.q {
					if got, want := m.Loadings()[k].Row(j)[a], solution[a][0]; math.Abs(got-want) > 1e4*tol {
						t.Fatalf("%s: loading (%d, %d) of component %d is %v, want %v", what, j, a, k, got, want)
					}
				}
				if got, want := m.Means().Row(k)[j], solution[s.q][0]; math.Abs(got-want) > 1e4*tol {
					t.Fatalf("%s: mean %d of component %d is %v, want %v", what, j, k, got, want)
				}
				if s.shared {
					shared, sharedN = shared+rest, sharedN+n
					continue
				}
				if psi := m.PriorScale(); psi != nil {
					rest += psi[j]
				}
				noise.Row(k)[j] = rest / (n + nu)
			}
			for k := range s.k {
				if s.shared {
					noise.Row(k)[j] = shared / sharedN
				}
				if got := m.Noise().Row(k)[j]; math.Abs(got-noise.Row(k)[j]) > 1e4*tol {
					t.Fatalf("%s: noise %d of component %d is %v, want %v", what, j, k, got, noise.Row(k)[j])
				}
			}
		}
		for k, v := range m.Weights() {
			if math.Abs(v-counts[k]/weight) > 100*tol {
				t.Errorf("%s: weight %d is %v, want %v", what, k, v, counts[k]/weight)
			}
		}
		if m.Revert(); !bytes.Equal(before, m.AppendParameters(nil)) {
			t.Errorf("%s: Revert gives other parameters", what)
		}
		sc := m.NewScorer()
		work, one, r1, l1 := sc.NewWorkspace(), make([]T, 1), kernels.NewMatrix[T](1, s.k), make([]int, 1)
		z1, buffer := kernels.NewMatrix[T](1, s.k*s.q), kernels.NewMatrix[T](1, s.d)
		for i := range 20 {
			row := x.SliceRows(i, i+1)
			if allocs := testing.AllocsPerRun(1, func() {
				if sc.LogDensity(one, row, work) != nil || sc.Responsibilities(r1, row, work) != nil || sc.Predict(l1, row, work) != nil ||
					sc.Transform(z1, row, work) != nil || sc.Impute(buffer, row, work) != nil {
					t.Error("a scorer fails")
				}
			}); allocs != 0 {
				t.Errorf("%s: scoring makes %v allocations", what, allocs)
			}
			if one[0] != density[i] || r1.Data[0] != resp.Row(i)[0] || l1[0] != labels[i] || z1.Data[0] != z.Row(i)[0] || buffer.Data[s.d-1] != imputed.Row(i)[s.d-1] {
				t.Errorf("%s: row %d alone has other results than among others", what, i)
			}
		}
	}
}

func TestMFAAgainstDenseGaussians(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testMFADense[float64](t, 1e-12) })
	t.Run("f32", func(t *testing.T) { testMFADense[float32](t, 3e-6) })
}

// With one component the mixture is factor analysis: the same bound, by two implementations.
func TestMFAIsFA(t *testing.T) {
	ctx := context.Background()
	full, _ := someAnalyser[float64](t, 6, 2, false, 3).Sample(200, 8)
	for _, share := range []float64{0, 0.25} {
		x := withHoles(full, share)
		scale := []float64{.1, .1, .1, .1, .1, .1}
		o := elbo.Options{Tol: 1e-13, MaxIter: 20000, Accelerate: elbo.SQUAREM}
		a, ra, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, PriorScale: scale, Steps: 20, Options: elbo.Options{Tol: 1e-13, MaxIter: 20000}})
		if err != nil {
			t.Fatal(err)
		}
		b, rb, err := em.FitMFA(ctx, elbo.Of(x), em.MFAOptions{K: 1, Q: 2, PriorScale: scale, Options: o})
		if err != nil || math.Abs(ra.Bound-rb.Bound) > 1e-6 || a.NumParameters() != b.NumParameters() {
			t.Errorf("%v missing: bound %v, as a mixture %v (%v)", share, ra.Bound, rb.Bound, err)
		}
		for j, v := range a.Noise() {
			if got := b.Noise().Row(0)[j]; math.Abs(got-v) > 1e-4 {
				t.Errorf("%v missing: noise %d is %v, as a mixture %v", share, j, v, got)
			}
		}
	}
}

// At convergence the bound after the M-step is that of the E-steps, and the gradient of the log posterior density is 0.
func TestMFAIsStationary(t *testing.T) {
	ctx := context.Background()
	full, _ := someMFA[float64](t, 2, 4, 1, false, em.PriorNone).Sample(150, 3)
	for _, share := range []float64{0, 0.15} {
		for _, shared := range []bool{false, true} {
			x := withHoles(full, share)
			o := em.MFAOptions{K: 2, Q: 1, SharedNoise: shared, Options: elbo.Options{Tol: -1, MaxIter: 500, Accelerate: elbo.SQUAREM}}
			m, err := em.NewMFA(ctx, elbo.Of(x), o)
			if err != nil {
				t.Fatal(err)
			}
			var last elbo.Progress
			for p, err := range elbo.Steps(ctx, m, elbo.Of(x), o.Options) {
				if err != nil {
					t.Fatal(err)
				}
				last = p
			}
			if math.Abs(last.AfterMStep-last.Bound) > 1e-8*math.Abs(last.Bound) {
				t.Errorf("%v missing, shared %v: the bound is %v after the E-step, %v after the M-step", share, shared, last.Bound, last.AfterMStep)
			}
			o.PriorScale = m.PriorScale()
			weights, means, loadings, noise := m.Weights(), m.Means(), m.Loadings(), m.Noise()
			value := func() float64 {
				c, err := em.NewMFAFrom[float64](weights, means, loadings, noise, o)
				if err != nil {
					t.Fatal(err)
				}
				density, _ := c.LogDensity(x)
				sum := c.GlobalBound()
				for _, v := range density {
					sum += v
				}
				return sum
			}
			if got := value(); !near(got, last.Bound, 1e-11) {
				t.Errorf("%v missing, shared %v: the bound is %v, the log posterior density %v", share, shared, last.Bound, got)
			}
			check := func(what string, set func(h float64)) {
				const h = 1e-5
				set(h)
				up := value()
				set(-2 * h)
				down := value()
				set(h)
				if gradient := (up - down) / (2 * h); math.Abs(gradient) > 0.02 {
					t.Errorf("%v missing, shared %v: the gradient of %s is %v", share, shared, what, gradient)
				}
			}
			check("the weights", func(h float64) { weights[0], weights[1] = weights[0]+h, weights[1]-h })
			for k := range 2 {
				for j := range 4 {
					check(fmt.Sprintf("mean %d, %d", k, j), func(h float64) { means.Row(k)[j] += h })
					check(fmt.Sprintf("loading %d, %d", k, j), func(h float64) { loadings[k].Row(j)[0] += h })
					check(fmt.Sprintf("noise %d, %d", k, j), func(h float64) {
						noise.Row(k)[j] += h
						if shared {
							noise.Row(1 - k)[j] += h
						}
					})
				}
			}
		}
	}
}

func testMFABits[T kernels.Float](t *testing.T) {
	full, _ := someMFA[T](t, 2, 5, 2, false, em.PriorNone).Sample(elbo.ChunkRows+300, 4)
	x := withHoles(full, 0.03)
	want := ""
	for _, workers := range []int{1, 2, 3, 8} {
		for _, isa := range kernels.Available() {
			if workers > 1 && isa != kernels.Active() {
				continue
			}
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
			m, r, err := em.FitMFA(context.Background(), elbo.Of(x), em.MFAOptions{K: 2, Q: 2, Options: elbo.Options{MaxIter: 2, Workers: workers}})
			restore()
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(m.AppendParameters(nil), r.Bounds); want == "" {
				want = got
			} else if got != want {
				t.Errorf("%d workers on %v give other bits", workers, isa)
			}
		}
	}
}

func TestMFAHasTheSameBits(t *testing.T) {
	t.Run("f64", testMFABits[float64])
	t.Run("f32", testMFABits[float32])
}

func mfaSubject[T kernels.Float](shared bool) modeltest.Subject[T] {
	return modeltest.Subject[T]{
		New: func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error) {
			m, err := em.NewMFA(ctx, rows, em.MFAOptions{K: k, Q: 1, SharedNoise: shared, Options: o})
			if err != nil {
				return nil, err
			}
			return m, nil
		},
		Value: func(z float64) float64 { return z },
		Refuses: []string{"constant column", "one row", "one column", "more components than rows", "no components", "no rows", "no columns", "a column missing",
			"a column with one entry", "all missing", "one row counts", "all weights are 0", "a negative weight", "a weight that is NaN", "too few weights", "sequences with weights",
			"an infinite entry", "subnormal entries"},
	}
}

func testMFAUnpleasant[T kernels.Float](t *testing.T, tol float64) {
	for _, shared := range []bool{false, true} {
		s := mfaSubject[T](shared)
		if _, ok := any(T(0)).(float64); ok { // squares of float32's numbers are in range
			s.Refuses = append(s.Refuses, "huge entries", "a row of huge entries")
		}
		modeltest.Degenerate(t, s)
		modeltest.InfinityIsNamed(t, s)
		modeltest.Weights(t, s, tol)
		modeltest.Cancelled(t, s)
	}
}

func TestMFAOfUnpleasantData(t *testing.T) {
	slow(t)
	t.Run("f64", func(t *testing.T) { testMFAUnpleasant[float64](t, 1e-8) })
	t.Run("f32", func(t *testing.T) { testMFAUnpleasant[float32](t, 1e-3) })
}

func TestMFAOfShiftedAndScaledData(t *testing.T) {
	for _, shift := range []float64{1e3, -1e6} {
		modeltest.Equivariance(t, mfaSubject[float64](false), 1, shift, 1e-6)
	}
	modeltest.Equivariance(t, mfaSubject[float64](true), 1e-30, 1e-26, 1e-6)
	modeltest.Equivariance(t, mfaSubject[float64](false), 1e60, 0, 1e-6)
}
