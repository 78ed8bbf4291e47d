package em_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// factorModel is what FA and PPCA have.
type factorModel[T kernels.Float] interface {
	elbo.Model[T]
	Mean() []float64
	Loadings() kernels.Matrix[float64]
	Covariance() kernels.Matrix[float64]
	LogDensity(kernels.Matrix[T]) ([]T, error)
	Transform(kernels.Matrix[T]) (z, cov kernels.Matrix[T], err error)
	Impute(kernels.Matrix[T]) (kernels.Matrix[T], error)
	Sample(int, uint64) (x, z kernels.Matrix[T])
	NewScorer() *em.FAScorer[T]
	Save(io.Writer) error
}

// faUniforms returns n numbers from lo to hi.
func faUniforms(n int, seed uint64, lo, hi float64) []float64 {
	u := make([]float64, n)
	kernels.Uniform(u, kernels.NewKey(seed, 99), kernels.Counter{})
	for i, v := range u {
		u[i] = lo + v*(hi-lo)
	}
	return u
}

// someAnalyser returns a factor analyser, PPCA if isotropic, with random parameters.
func someAnalyser[T kernels.Float](t testing.TB, d, q int, isotropic bool, shift float64) factorModel[T] {
	t.Helper()
	mean, w := faUniforms(d, 1, shift-1, shift+1), kernels.MatrixOf(d, q, faUniforms(d*q, 2, -1, 1))
	var m factorModel[T]
	var err error
	if isotropic {
		m, err = em.NewPPCAFrom[T](mean, w, 0.3, em.PPCAOptions{})
	} else {
		m, err = em.NewFAFrom[T](mean, w, faUniforms(d, 3, 0.05, 0.5), em.FAOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// withHoles returns a copy of x in which entries are missing with the given probability, and rows 3 and 4 entirely.
func withHoles[T kernels.Float](x kernels.Matrix[T], share float64) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	for i, v := range faUniforms(len(y.Data), 5, 0, 1) {
		y.Data[i] = x.Data[i]
		if v < share || share > 0 && (i/x.Cols == 3 || i/x.Cols == 4) {
			y.Data[i] = T(math.NaN())
		}
	}
	return y
}

func toFloat64s[T kernels.Float](x []T) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// testFactorsDense compares densities, posteriors, imputations, statistics and the parts of the bound with those of the Gaussian with the
// covariance matrix written out.
func testFactorsDense[T kernels.Float](t *testing.T, tol float64) {
	for _, s := range []struct {
		d, q      int
		isotropic bool
		share     float64
	}{{2, 1, false, 0}, {2, 1, true, 0.4}, {7, 2, false, 0}, {7, 6, true, 0}, {9, 3, false, 0.3}, {9, 3, true, 0.6}, {70, 9, false, 0}, {70, 9, false, 0.2}} {
		what := fmt.Sprintf("%+v", s)
		m := someAnalyser[T](t, s.d, s.q, s.isotropic, 3)
		x, _ := m.Sample(min(elbo.BlockRows, 2000/s.d), 1)
		x = withHoles(x, s.share)
		rows := elbo.Rows[T]{X: x}
		for i, u := range faUniforms(x.Rows, 6, 0, 2) {
			if rows.Weights = append(rows.Weights, u); i == 7 {
				rows.Weights[i] = 0
			}
		}
		g := denseGaussOf(m.Mean(), m.Covariance())
		density, err := m.LogDensity(x)
		if err != nil {
			t.Fatal(err)
		}
		z, cov, err := m.Transform(x)
		if err != nil {
			t.Fatal(err)
		}
		imputed, err := m.Impute(x)
		if err != nil {
			t.Fatal(err)
		}
		joint := jointOf(m)
		logZ, entropy, total := 0.0, 0.0, 0.0
		n, s1, s2 := 0.0, make([]float64, s.d), kernels.NewMatrix[float64](s.d, s.d)
		for i := range x.Rows {
			row := toFloat64s(x.Row(i))
			want, mean, c, h := g.given(row)
			if math.Abs(float64(density[i])-want) > tol*(1+math.Abs(want)) {
				t.Fatalf("%s: row %d has the log-density %v, want %v", what, i, density[i], want)
			}
			for j, v := range imputed.Row(i) {
				if math.Abs(float64(v)-mean[j]) > 10*tol || !math.IsNaN(row[j]) && float64(v) != row[j] {
					t.Fatalf("%s: row %d, column %d is imputed %v, want %v", what, i, j, v, mean[j])
				}
			}
			all := append(make([]float64, s.q), row...)
			for k := range s.q {
				all[k] = math.NaN()
			}
			_, zMean, zCov, _ := joint.given(all)
			for k := range s.q {
				if got := float64(z.Row(i)[k]); math.Abs(got-zMean[k]) > 100*tol {
					t.Fatalf("%s: row %d, factor %d is %v, want %v", what, i, k, got, zMean[k])
				}
				for l := range s.q {
					if got := float64(cov.Row(i*s.q + k)[l]); math.Abs(got-zCov[k][l]) > 10*tol {
						t.Fatalf("%s: row %d, covariance (%d, %d) is %v, want %v", what, i, k, l, got, zCov[k][l])
					}
				}
			}
			w := rows.Weights[i]
			logZ, entropy, total, n = logZ+w*want, entropy+w*h, total+w*math.Abs(want), n+w
			for a := range s.d {
				s1[a] += w * mean[a]
				for b := range s.d {
					s2.Row(a)[b] += w * (mean[a]*mean[b] + c[a][b])
				}
			}
		}
		stats := make([]float64, m.StatsLen())
		e := m.NewEStep()
		l := e.EStep(stats, rows)
		if math.Abs(l.LogZ-logZ) > tol*total || math.Abs(l.Entropy-entropy) > tol*total {
			t.Errorf("%s: log Z %v and entropy %v, want %v and %v", what, l.LogZ, l.Entropy, logZ, entropy)
		}
		if got := m.ExpectedLogJoint(stats, n); math.Abs(got-(l.LogZ-l.Entropy)) > 20*tol*total {
			t.Errorf("%s: expected log joint %v, want log Z − H = %v", what, got, l.LogZ-l.Entropy)
		}
		// The statistics, from the frame's coordinates to the data's.
		b := m.AppendParameters(nil)
		frame := b[len(b)-16*s.d:]
		centre, scale := littleEndian(frame[:8*s.d]), littleEndian(frame[8*s.d:])
		if math.Abs(stats[0]-n) > 10*tol*n {
			t.Errorf("%s: the weight is %v, want %v", what, stats[0], n)
		}
		for a := range s.d {
			if got, want := stats[1+a]/scale[a]+n*centre[a], s1[a]; math.Abs(got-want) > 100*tol*n {
				t.Errorf("%s: S1 of column %d is %v, want %v", what, a, got, want)
			}
			for c := a; c < s.d; c++ {
				got := stats[1+s.d+a*s.d+c] / scale[a] / scale[c]
				want := s2.Row(a)[c] - s1[a]*centre[c] - centre[a]*s1[c] + n*centre[a]*centre[c]
				if math.Abs(got-want) > 1000*tol*n {
					t.Errorf("%s: S2 (%d, %d) is %v, want %v", what, a, c, got, want)
				}
			}
		}
		if allocs := testing.AllocsPerRun(3, func() { e.EStep(stats, rows) }); allocs != 0 {
			t.Errorf("%s: an E-step makes %v allocations", what, allocs)
		}
		sc := m.NewScorer()
		work, one, zc, cc := sc.NewWorkspace(), make([]T, 1), kernels.NewMatrix[T](1, s.q), kernels.NewMatrix[T](s.q, s.q)
		buffer := kernels.NewMatrix[T](1, s.d)
		for i := range 20 {
			row := x.SliceRows(i, i+1)
			if allocs := testing.AllocsPerRun(1, func() {
				if sc.LogDensity(one, row, work) != nil || sc.Transform(zc, cc, row, work) != nil || sc.Impute(buffer, row, work) != nil {
					t.Error("a scorer fails")
				}
			}); allocs != 0 {
				t.Errorf("%s: scoring makes %v allocations", what, allocs)
			}
			if one[0] != density[i] || zc.Data[0] != z.Row(i)[0] || cc.Data[0] != cov.Row(i * s.q)[0] || buffer.Data[s.d-1] != imputed.Row(i)[s.d-1] {
				t.Errorf("%s: row %d alone has other results than among others", what, i)
			}
		}
	}
}

// jointOf is the distribution of (z, x).
func jointOf[T kernels.Float](m factorModel[T]) denseGauss {
	w, cov := m.Loadings(), m.Covariance()
	d, q := w.Rows, w.Cols
	c := kernels.NewMatrix[float64](q+d, q+d)
	for k := range q {
		c.Row(k)[k] = 1
	}
	for i := range d {
		for k := range q {
			c.Row(q + i)[k], c.Row(k)[q+i] = w.Row(i)[k], w.Row(i)[k]
		}
		copy(c.Row(q + i)[q:], cov.Row(i))
	}
	return denseGaussOf(append(make([]float64, q), m.Mean()...), c)
}

// littleEndian reads little-endian float64s.
func littleEndian(b []byte) []float64 {
	x := make([]float64, len(b)/8)
	for i := range x {
		bits := uint64(0)
		for k := range 8 {
			bits |= uint64(b[8*i+k]) << (8 * k)
		}
		x[i] = math.Float64frombits(bits)
	}
	return x
}

func TestFactorsAgainstDenseGaussian(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testFactorsDense[float64](t, 1e-12) })
	t.Run("f32", func(t *testing.T) { testFactorsDense[float32](t, 3e-6) })
}

// A noise variance of 10⁻¹² of a column's: squares of residuals are 10¹² of the rest, and nothing may cancel. The reference is
// the density with 2D terms, by the chain of the factors' own posterior in the oracle's arithmetic, which is good for 10⁻⁵.
func TestFactorsIllConditioned(t *testing.T) {
	w := kernels.MatrixOf(3, 1, []float64{1, 1, 1})
	m, err := em.NewFAFrom[float64]([]float64{0, 0, 0}, w, []float64{1e-12, 1, 1}, em.FAOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// x_0 = z to 10⁻⁶: then x_1 − x_0 and x_2 − x_0 are the other noises.
	x := kernels.MatrixOf(1, 3, []float64{0.5, 1.25, -0.75})
	got, err := m.LogDensity(x)
	want := -0.5 * (3*math.Log(2*math.Pi) + 0.25 + 0.75*0.75 + 1.25*1.25)
	if err != nil || math.Abs(got[0]-want) > 1e-11 {
		t.Errorf("log-density %v, want %v (%v)", got, want, err)
	}
}

// faGolden is a case of testdata/fa/golden.json, which testdata/gen/fa.py has written.
type faGolden struct {
	Name         string
	Rows         float64
	Factors      int
	Mean         []float64
	Covariance   [][]float64
	FALogLik     *float64  `json:"fa_loglik"`
	FANoise      []float64 `json:"fa_noise"`
	Uniquenesses []float64
	PPCANoise    float64 `json:"ppca_noise"`
}

func faGoldens(t *testing.T) (cases []faGolden) {
	t.Helper()
	b, err := os.ReadFile("testdata/fa/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &cases)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// rows returns 2D rows of the case's number, mean and covariance matrix: mean ± √D times the columns of a root of the matrix.
func (g *faGolden) rows() elbo.Rows[float64] {
	d := len(g.Mean)
	values, vectors := jacobiEigen(append([][]float64(nil), g.Covariance...))
	r := elbo.Rows[float64]{X: kernels.NewMatrix[float64](2*d, d)}
	for i := range 2 * d {
		r.Weights = append(r.Weights, g.Rows/float64(2*d))
		for j := range d {
			r.X.Row(i)[j] = g.Mean[j] + float64(1-2*(i%2))*math.Sqrt(float64(d)*values[i/2])*vectors[i/2][j]
		}
	}
	return r
}

// FA is held to scikit-learn's log-likelihood and noise, and to R's uniquenesses, where these converge; PPCA to its noise.
func TestFactorsAgainstPeers(t *testing.T) {
	ctx := context.Background()
	for _, g := range faGoldens(t) {
		rows := g.rows()
		if g.FALogLik != nil {
			m, r, err := em.FitFA(ctx, rows, em.FAOptions{Q: g.Factors, Prior: em.PriorNone, Options: elbo.Options{Tol: 1e-15, MaxIter: 10000}})
			if err != nil || math.Abs(r.LogLik-*g.FALogLik) > 1e-6 {
				t.Errorf("%s: log-likelihood %v after %d iterations, scikit-learn's is %v (%v)", g.Name, r.LogLik, r.Iterations, *g.FALogLik, err)
			}
			for j, v := range m.Noise() {
				if v /= g.Covariance[j][j]; math.Abs(v-g.Uniquenesses[j]) > 1e-4 || math.Abs(v-g.FANoise[j]/g.Covariance[j][j]) > 1e-4 {
					t.Errorf("%s: uniqueness %d is %v, R's %v, scikit-learn's %v", g.Name, j, v, g.Uniquenesses[j], g.FANoise[j]/g.Covariance[j][j])
				}
			}
		}
		m, _, err := em.FitPPCA(ctx, rows, em.PPCAOptions{Q: g.Factors, Prior: em.PriorNone})
		if err != nil || !near(m.Noise(), g.PPCANoise, 1e-10) {
			t.Errorf("%s: noise %v, PCA's is %v (%v)", g.Name, m.Noise(), g.PPCANoise, err)
		}
	}
}

// PPCA's solution is that of the eigenvalues and eigenvectors of the covariance matrix.
func TestPPCAAgainstEigenvectors(t *testing.T) {
	const d, n = 12, 500
	x, _ := someAnalyser[float64](t, d, 4, false, 100).Sample(n, 3)
	cov, mean := make([][]float64, d), make([]float64, d)
	for i := range n {
		for j, v := range x.Row(i) {
			mean[j] += v / n
		}
	}
	for a := range d {
		cov[a] = make([]float64, d)
		for b := range d {
			for i := range n {
				cov[a][b] += (x.Row(i)[a] - mean[a]) * (x.Row(i)[b] - mean[b]) / n
			}
		}
	}
	values, vectors := jacobiEigen(append([][]float64(nil), cov...))
	for q := 1; q < d; q++ {
		m, r, err := em.FitPPCA(context.Background(), elbo.Of(x), em.PPCAOptions{Q: q, Prior: em.PriorNone})
		if err != nil {
			t.Fatal(err)
		}
		noise, logLik := 0.0, float64(d)*math.Log(2*math.Pi)+float64(d)
		for _, v := range values[q:] {
			noise += v / float64(d-q)
		}
		for i, v := range values {
			if i >= q {
				v = noise
			}
			logLik += math.Log(v)
		}
		if logLik *= -0.5 * n; !near(m.Noise(), noise, 1e-10) || !near(r.LogLik, logLik, 1e-10) || r.Iterations > 2 {
			t.Errorf("%d components: noise %v and log-likelihood %v after %d iterations, want %v and %v", q, m.Noise(), r.LogLik, r.Iterations, noise, logLik)
		}
		w := m.Loadings()
		for k := range q {
			want, dot := math.Sqrt(values[k]-noise), 0.0
			for j := range d {
				dot += w.Row(j)[k] * vectors[k][j]
			}
			if !near(math.Abs(dot), want, 1e-10) {
				t.Errorf("%d components: column %d has the length %v along the axis, want %v", q, k, math.Abs(dot), want)
			}
		}
		if p := m.NumParameters(); p != d+d*q-q*(q-1)/2+1 || m.AIC(-3) != 6+2*float64(p) || !near(m.BIC(-3, n), 6+float64(p)*math.Log(n), 1e-14) {
			t.Errorf("%d components: %d parameters", q, p)
		}
	}
}

// A converged fit is where the gradient of the log posterior density by W and Ψ is 0, by finite differences of the density of the data.
func TestFactorsAreStationary(t *testing.T) {
	ctx := context.Background()
	const d, q = 6, 2
	full, _ := someAnalyser[float64](t, d, q, false, 0).Sample(300, 8)
	for _, share := range []float64{0, 0.25} {
		for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			x := withHoles(full, share)
			o := em.FAOptions{Q: q, Prior: prior, Steps: 20, Options: elbo.Options{Tol: 1e-14, MaxIter: 20000}}
			m, r, err := em.FitFA(ctx, elbo.Of(x), o)
			if err != nil {
				t.Fatal(err)
			}
			o.PriorScale = m.PriorScale()
			value := func(mean []float64, w kernels.Matrix[float64], noise []float64) float64 {
				c, err := em.NewFAFrom[float64](mean, w, noise, o)
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
			mean, w, noise := m.Mean(), m.Loadings(), m.Noise()
			if got := value(mean, w, noise); !near(got, r.Bound, 1e-11) {
				t.Errorf("%v missing, %v: the bound is %v, the log posterior density %v", share, prior, r.Bound, got)
			}
			for _, s := range [][]float64{mean, w.Data, noise} {
				for i, v := range s {
					const h = 1e-4
					s[i] = v + h
					up := value(mean, w, noise)
					s[i] = v - h
					down := value(mean, w, noise)
					s[i] = v
					if gradient, curve := (up-down)/(2*h), (up-2*r.Bound+down)/(h*h); math.Abs(gradient) > 0.02 || curve > 1 {
						t.Errorf("%v missing, %v: the gradient of parameter %d is %v, the curvature %v", share, prior, i, gradient, curve)
					}
				}
			}
		}
	}
}

// The iterations on the statistics are those that elbo.Fit makes on the rows.
func TestFitFAIsFit(t *testing.T) {
	ctx := context.Background()
	x, _ := someAnalyser[float64](t, 8, 3, false, 50).Sample(3000, 2)
	o := em.FAOptions{Q: 3, Options: elbo.Options{MaxIter: 12}}
	a, ra, err := em.FitFA(ctx, elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := em.NewFA(ctx, elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	rb, err := elbo.Fit(ctx, b, elbo.Of(x), o.Options)
	if err != nil || len(ra.Bounds) != len(rb.Bounds) {
		t.Fatalf("%d and %d bounds, %v", len(ra.Bounds), len(rb.Bounds), err)
	}
	for i, v := range ra.Bounds {
		if !near(v, rb.Bounds[i], 1e-13) {
			t.Errorf("bound %d is %v from the statistics, %v from the rows", i, v, rb.Bounds[i])
		}
	}
	if !bytes.Equal(a.AppendParameters(nil), b.AppendParameters(nil)) {
		t.Error("the parameters are not the same to the bit")
	}
}

func testFactorsBits[T kernels.Float](t *testing.T) {
	ctx := context.Background()
	full, _ := someAnalyser[T](t, 5, 2, false, 5).Sample(elbo.ChunkRows+500, 4)
	for _, share := range []float64{0, 0.1} {
		x := withHoles(full, share)
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
				o := elbo.Options{MaxIter: 2, Workers: workers}
				m, r, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Options: o})
				p, rp, err2 := em.FitPPCA(ctx, elbo.Of(x), em.PPCAOptions{Q: 2, Options: o})
				restore()
				if err != nil || err2 != nil {
					t.Fatal(err, err2)
				}
				if got := fmt.Sprint(m.AppendParameters(nil), p.AppendParameters(nil), r.Bounds, rp.Bounds); want == "" {
					want = got
				} else if got != want {
					t.Errorf("%v missing: %d workers on %v give other bits", share, workers, isa)
				}
			}
		}
	}
}

func TestFactorsHaveTheSameBits(t *testing.T) {
	t.Run("f64", testFactorsBits[float64])
	t.Run("f32", testFactorsBits[float32])
}

// Shifted and scaled data, for FA column by column, give the same fit.
func testFactorsMoved[T kernels.Float](t *testing.T, shift float64, scales []float64, tol float64) {
	ctx := context.Background()
	full, _ := someAnalyser[float64](t, 6, 2, false, 0).Sample(120, 7)
	for _, share := range []float64{0, 0.2} {
		for _, isotropic := range []bool{false, true} {
			fit := func(scales []float64, shift float64) (logLik float64, cov kernels.Matrix[float64], mean []float64) {
				x, volume := kernels.NewMatrix[T](full.Rows, 6), 0.0
				for i := range x.Rows {
					for j, v := range withHoles(full, share).Row(i) {
						x.Row(i)[j] = T(v*scales[j] + shift)
						if v == v {
							volume += math.Log(scales[j])
						}
					}
				}
				o := elbo.Options{Tol: 1e-9}
				if isotropic {
					m, r, err := em.FitPPCA(ctx, elbo.Of(x), em.PPCAOptions{Q: 2, Options: o})
					if err != nil {
						t.Fatal(err)
					}
					return r.LogLik + volume, m.Covariance(), m.Mean()
				}
				m, r, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Steps: 1, Options: o})
				if err != nil {
					t.Fatal(err)
				}
				return r.LogLik + volume, m.Covariance(), m.Mean()
			}
			ones := []float64{1, 1, 1, 1, 1, 1}
			s := scales
			if isotropic {
				s = []float64{scales[0], scales[0], scales[0], scales[0], scales[0], scales[0]}
			}
			wantLogLik, wantCov, wantMean := fit(ones, 0)
			logLik, cov, mean := fit(s, shift)
			if math.Abs(logLik-wantLogLik) > tol*math.Abs(wantLogLik) {
				t.Errorf("%v missing, isotropic %v, + %v: log-likelihood %v, want %v", share, isotropic, shift, logLik, wantLogLik)
			}
			for i := range 6 {
				if got := (mean[i] - shift) / s[i]; math.Abs(got-wantMean[i]) > tol {
					t.Errorf("%v missing, isotropic %v, + %v: mean %v, want %v", share, isotropic, shift, got, wantMean[i])
				}
				for j := range 6 {
					if got := cov.Row(i)[j] / s[i] / s[j]; math.Abs(got-wantCov.Row(i)[j]) > tol {
						t.Errorf("%v missing, isotropic %v, + %v: covariance %v, want %v", share, isotropic, shift, got, wantCov.Row(i)[j])
					}
				}
			}
		}
	}
}

func TestFactorsOfShiftedAndScaledData(t *testing.T) {
	testFactorsMoved[float64](t, 1e7, []float64{1, 1, 1, 1, 1, 1}, 1e-6)
	testFactorsMoved[float64](t, 0, []float64{1e-90, 1e90, 3, 1e20, 1e-20, 7}, 1e-9)
	testFactorsMoved[float64](t, 0, []float64{8, 0x1p-40, 0x1p90, 1, 1, 0x1p13}, 1e-13)
	testFactorsMoved[float32](t, 1e3, []float64{1, 1, 1, 1, 1, 1}, 1e-3)
	testFactorsMoved[float32](t, 0, []float64{1e25, 1e-20, 1e20, 1, 1e-10, 3}, 1e-3)
}

// The prior's density integrates to 1: its constants are all there.
func TestNoisePriorIntegratesToOne(t *testing.T) {
	o := em.FAOptions{PriorScale: []float64{0.7, 0.7}}
	density := func(psi float64) float64 {
		m, err := em.NewFAFrom[float64]([]float64{0, 0}, kernels.MatrixOf(2, 1, []float64{1, 1}), []float64{psi, 1}, o)
		if err != nil {
			t.Fatal(err)
		}
		return m.GlobalBound()
	}
	one, err := em.NewFAFrom[float64]([]float64{0, 0}, kernels.MatrixOf(2, 1, []float64{1, 1}), []float64{1, 1}, o)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	const h = 0.01
	for u := -12.0; u < 25; u += h { // ψ = e^u
		sum += math.Exp(density(math.Exp(u))-one.GlobalBound()/2+u) * h
	}
	if math.Abs(sum-1) > 1e-6 {
		t.Errorf("the integral is %v", sum)
	}
}

// A column that the factor explains entirely has no maximum of the likelihood; the prior gives one.
func TestHeywood(t *testing.T) {
	x, _ := someAnalyser[float64](t, 5, 1, false, 0).Sample(200, 9)
	for i := range x.Rows {
		x.Row(i)[4] = x.Row(i)[0] * 2
	}
	_, _, err := em.FitFA(context.Background(), elbo.Of(x), em.FAOptions{Q: 1, Prior: em.PriorNone, Options: elbo.Options{MaxIter: 100000, Tol: 1e-12}})
	var noise *em.NoiseError
	if !errors.As(err, &noise) || !errors.Is(err, em.ErrCollapsed) || noise.Column != 0 && noise.Column != 4 || !strings.Contains(err.Error(), "Heywood") {
		t.Errorf("without a prior: %v", err)
	}
	m, r, err := em.FitFA(context.Background(), elbo.Of(x), em.FAOptions{Q: 1})
	if err != nil || !r.Converged {
		t.Errorf("with the prior: %v, %v", r.Reason, err)
	}
	for j, v := range m.Noise() {
		if least := m.PriorScale()[j] / 205; v < least {
			t.Errorf("the noise of column %d is %v, below what the prior alone gives, %v", j, v, least)
		}
	}
}
