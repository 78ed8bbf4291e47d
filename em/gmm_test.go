package em_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

func fit[T kernels.Float](t testing.TB, x kernels.Matrix[T], o em.GMMOptions) (*em.GMM[T], elbo.Result) {
	t.Helper()
	m, r, err := em.FitGMM(context.Background(), elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	return m, r
}

// The log-likelihoods are those of mclust 6.0 (VVV, VVI, EEE, VII) and scikit-learn 1.2.
func TestOldFaithful(t *testing.T) {
	for c, want := range map[em.Covariance]float64{em.Full: -1130.264, em.Diagonal: -1147.806, em.Tied: -1140.187, em.Spherical: -1709.529} {
		for seed := range uint64(5) {
			m, r := fit(t, datasets.Faithful(), em.GMMOptions{K: 2, Covariance: c, Prior: em.PriorNone, Options: elbo.Options{Seed: seed}})
			if math.Abs(r.LogLik-want) > 0.002 || r.Bound != r.LogLik || !r.Converged {
				t.Errorf("%v, seed %d: log-likelihood %v, want %v; %v", c, seed, r.LogLik, want, r.Reason)
			}
			if p := map[em.Covariance]int{em.Full: 11, em.Diagonal: 9, em.Tied: 8, em.Spherical: 7}[c]; m.NumParameters() != p ||
				!near(m.BIC(r.LogLik, 272), -2*r.LogLik+float64(p)*math.Log(272), 1e-14) || m.AIC(r.LogLik) != -2*r.LogLik+2*float64(p) {
				t.Errorf("%v: %d parameters, BIC %v, AIC %v", c, m.NumParameters(), m.BIC(r.LogLik, 272), m.AIC(r.LogLik))
			}
		}
	}
}

func testOneComponent[T kernels.Float](t *testing.T, tol float64) {
	x := blobs[T](1000, 4, 3)
	m, r := fit(t, x, em.GMMOptions{K: 1, Prior: em.PriorNone})
	cov := m.Covariances()[0]
	for i := range 4 {
		mi := m.Means().Row(0)[i]
		for j := range 4 {
			mj, s, mean := m.Means().Row(0)[j], 0.0, 0.0
			for n := range x.Rows {
				mean += float64(x.Row(n)[j]) / 1000
				s += (float64(x.Row(n)[i]) - mi) * (float64(x.Row(n)[j]) - mj) / 1000
			}
			if math.Abs(mj-mean) > tol*20 || math.Abs(cov.Row(i)[j]-s) > tol*math.Sqrt(cov.Row(i)[i]*cov.Row(j)[j]) {
				t.Errorf("(%d, %d): mean %v and covariance %v, the data's are %v and %v", i, j, mj, cov.Row(i)[j], mean, s)
			}
		}
	}
	if r.Iterations > 2 {
		t.Errorf("%d iterations", r.Iterations)
	}
}

// With one component the fit is the data's mean and covariance matrix.
func TestOneComponent(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testOneComponent[float64](t, 1e-13) })
	t.Run("f32", func(t *testing.T) { testOneComponent[float32](t, 2e-6) })
}

// moved returns x·scale + shift.
func moved[T kernels.Float](x kernels.Matrix[float64], scale, shift float64) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	for i, v := range x.Data {
		y.Data[i] = T(v*scale + shift)
	}
	return y
}

func testEquivariance[T kernels.Float](t *testing.T, scale, shift, tol float64) {
	x := datasets.Faithful()
	for _, c := range covariances {
		for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
			o := em.GMMOptions{K: 2, Covariance: c, Prior: p, Options: elbo.Options{Seed: 2, Tol: 1e-10}}
			a, ra := fit(t, moved[T](x, 1, 0), o)
			b, rb := fit(t, moved[T](x, scale, shift), o)
			// The density of the scaled data is lower by the volume.
			if want := ra.LogLik - 272*2*math.Log(scale); math.Abs(rb.LogLik-want) > tol*math.Abs(ra.LogLik) {
				t.Errorf("%v, %v, ×%v + %v: log-likelihood %v, want %v", c, p, scale, shift, rb.LogLik, want)
			}
			for k := range 2 {
				if !near(a.Weights()[k], b.Weights()[k], tol) {
					t.Errorf("%v, %v, ×%v + %v: weight %v, want %v", c, p, scale, shift, b.Weights()[k], a.Weights()[k])
				}
				for i := range 2 {
					sd := math.Sqrt(a.Covariances()[k].Row(i)[i])
					if got, want := (b.Means().Row(k)[i]-shift)/scale, a.Means().Row(k)[i]; math.Abs(got-want) > tol*sd {
						t.Errorf("%v, %v, ×%v + %v: mean %v, want %v", c, p, scale, shift, got, want)
					}
					if got := math.Sqrt(b.Covariances()[k].Row(i)[i]) / scale; !near(got, sd, tol) {
						t.Errorf("%v, %v, ×%v + %v: standard deviation %v, want %v", c, p, scale, shift, got, sd)
					}
				}
			}
		}
	}
}

func TestShiftedAndScaledDataGiveTheSameFit(t *testing.T) {
	for _, shift := range []float64{1e3, -1e5, 1e7} {
		testEquivariance[float64](t, 1, shift, 1e-6)
	}
	for _, scale := range []float64{1e-100, 1e-20, 0.3, 1e20, 1e100} {
		testEquivariance[float64](t, scale, 0, 1e-6)
	}
	testEquivariance[float32](t, 1, 1e3, 1e-3)
	for _, scale := range []float64{1e-25, 0.3, 1e25} {
		testEquivariance[float32](t, scale, 0, 1e-3)
	}
}

func testBits[T kernels.Float](t *testing.T, x kernels.Matrix[T]) {
	for _, c := range covariances {
		o := em.GMMOptions{K: 4, Covariance: c, Options: elbo.Options{Seed: 4, MaxIter: 2}}
		want, wantResult := fit(t, x, o)
		same := func(what string, m *em.GMM[T], r elbo.Result) {
			t.Helper()
			if !slices.Equal(r.Bounds, wantResult.Bounds) || !slices.Equal(m.AppendParameters(nil), want.AppendParameters(nil)) {
				t.Errorf("%v: %s gives other bits", c, what)
			}
		}
		for _, workers := range []int{2, 3, 8} {
			o.Workers = workers
			m, r := fit(t, x, o)
			same("another number of workers", m, r)
		}
		for _, isa := range kernels.Available() {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
			m, r := fit(t, x, o)
			restore()
			same(isa.String(), m, r)
		}
	}
}

func TestBitsDoNotDependOnWorkersOrISA(t *testing.T) {
	for _, c := range []struct{ rows, columns int }{{elbo.ChunkRows + 300, 3}, {500, 20}} {
		t.Run("f64", func(t *testing.T) { testBits(t, blobs[float64](c.rows, c.columns, 3)) })
		t.Run("f32", func(t *testing.T) { testBits(t, blobs[float32](c.rows, c.columns, 3)) })
	}
}

func TestRestarts(t *testing.T) {
	x := blobs[float64](400, 2, 6)
	o := em.GMMOptions{K: 6, Options: elbo.Options{Seed: 1}}
	_, one := fit(t, x, o)
	o.Restarts = elbo.Restarts{N: 6}
	_, best := fit(t, x, o)
	if best.Bound < one.Bound {
		t.Errorf("the best of 6 restarts has bound %v, the first %v", best.Bound, one.Bound)
	}
}

func TestDegenerateData(t *testing.T) {
	ctx := context.Background()
	same := kernels.NewMatrix[float64](30, 2) // two distinct rows
	for i := range 30 {
		same.Row(i)[0], same.Row(i)[1] = float64(i%2), float64(3*(i%2))
	}
	m, r := fit(t, same, em.GMMOptions{K: 3})
	finite(t, m, r)
	var collapsed *em.CollapseError
	if _, _, err := em.FitGMM(ctx, elbo.Of(same), em.GMMOptions{K: 2, Prior: em.PriorNone}); !errors.Is(err, em.ErrCollapsed) || !errors.As(err, &collapsed) {
		t.Errorf("two points, maximum likelihood: %v", err)
	}
	few := blobs[float64](6, 2, 3)
	m, r = fit(t, few, em.GMMOptions{K: 6})
	finite(t, m, r)
	if got, _, err := em.FitGMM(ctx, elbo.Of(few), em.GMMOptions{K: 6, Prior: em.PriorNone}); !errors.Is(err, em.ErrCollapsed) || got == nil {
		t.Errorf("a component for each row, maximum likelihood: %v", err)
	} else {
		finite(t, got, elbo.Result{})
	}
	wide := blobs[float64](10, 20, 1) // fewer rows than columns
	m, r = fit(t, wide, em.GMMOptions{K: 2})
	finite(t, m, r)
	line := blobs[float64](100, 2, 1) // one column determines the other
	for i := range line.Rows {
		line.Row(i)[1] = 2 * line.Row(i)[0]
	}
	_, _, err := em.FitGMM(ctx, elbo.Of(line), em.GMMOptions{K: 1, Prior: em.PriorNone})
	if !errors.As(err, &collapsed) || collapsed.Column != 1 || collapsed.Component != 0 {
		t.Errorf("a line, maximum likelihood: %v", err)
	}
	m, r = fit(t, line, em.GMMOptions{K: 2})
	finite(t, m, r)

	for says, c := range map[string]struct {
		x kernels.Matrix[float64]
		o em.GMMOptions
	}{
		"column 0 is 5 in every row":     {kernels.MatrixOf(3, 1, []float64{5, 5, 5}), em.GMMOptions{K: 1}},
		"column 1 is 2 in every row":     {kernels.MatrixOf(2, 2, []float64{1, 2, 3, 2}), em.GMMOptions{K: 1}},
		"column 0 is 3 in every row":     {kernels.MatrixOf(1, 2, []float64{3, 2}), em.GMMOptions{K: 1}},
		"7 components need as many rows": {few, em.GMMOptions{K: 7}},
		"the variance of column 0":       {kernels.MatrixOf(3, 1, []float64{1e-160, 0, 0}), em.GMMOptions{K: 1}},
		"K is 0":                         {few, em.GMMOptions{}},
		"Covariance(7)":                  {few, em.GMMOptions{K: 1, Covariance: 7}},
		"Prior(9)":                       {few, em.GMMOptions{K: 1, Prior: 9}},
		"Restarts.N is -1":               {few, em.GMMOptions{K: 1, Restarts: elbo.Restarts{N: -1}}},
		"0 rows":                         {kernels.Matrix[float64]{Cols: 2, Stride: 2}, em.GMMOptions{K: 1}},
		"0 columns":                      {kernels.Matrix[float64]{Rows: 2}, em.GMMOptions{K: 1}},
		"row 1, column 0 is +Inf":        {kernels.MatrixOf(2, 1, []float64{5, math.Inf(1)}), em.GMMOptions{K: 1}},
		"column 0 is 1 in every row":     {kernels.MatrixOf(2, 1, []float64{math.NaN(), 1}), em.GMMOptions{K: 1}},
		"column 1 is missing in every":   {kernels.MatrixOf(2, 2, []float64{0, math.NaN(), 1, math.NaN()}), em.GMMOptions{K: 1}},
	} {
		if m, _, err := em.FitGMM(ctx, elbo.Of(c.x), c.o); err == nil || !strings.Contains(err.Error(), says) || m != nil {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}

// finite checks that no parameter is NaN or infinite and that the bound never fell.
func finite(t *testing.T, m *em.GMM[float64], r elbo.Result) {
	t.Helper()
	v := append(m.Weights(), m.Means().Data...)
	for _, c := range m.Covariances() {
		v = append(v, c.Data...)
	}
	for i, x := range append(v, r.Bounds...) {
		if x-x != 0 {
			t.Errorf("parameter %d is %v", i, x)
		}
	}
}

// A component that lost all its rows has weight 0 and changes nothing.
func TestEmptyComponent(t *testing.T) {
	for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
		for _, c := range covariances {
			x := blobs[float64](100, 2, 2)
			m, err := em.NewGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 2, Prior: p, Covariance: c})
			if err != nil {
				t.Fatal(err)
			}
			stats := make([]float64, m.StatsLen())
			m.NewEStep().EStep(stats, elbo.Of(x))
			clear(stats[len(stats)/2:])
			if err := m.MStep(stats, 100); err != nil {
				t.Fatal(err)
			}
			if w := m.Weights(); w[0] != 1 || w[1] != 0 {
				t.Errorf("%v, %v: weights %v", p, c, w)
			}
			r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{})
			if err != nil {
				t.Fatal(err)
			}
			finite(t, m, r)
			if _, labels := m.Sample(1000, 1); slices.Max(labels) != 0 {
				t.Errorf("%v, %v: sampled from a component of weight 0", p, c)
			}
		}
	}
}

// cancelOn is a model whose E-step ends the context when the given iteration begins.
type cancelOn struct {
	*em.GMM[float64]
	steps, at int
	cancel    context.CancelFunc
}

func (m *cancelOn) MStep(stats []float64, weight float64) error {
	if m.steps++; m.steps == m.at {
		m.cancel()
	}
	return m.GMM.MStep(stats, weight)
}

func TestCancelledFitKeepsTheLastCompleteIteration(t *testing.T) {
	x := blobs[float64](500, 3, 5)
	o := em.GMMOptions{K: 5, Options: elbo.Options{MaxIter: 3, Tol: -1}}
	want, _ := fit(t, x, o)
	m, err := em.NewGMM(context.Background(), elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, err := elbo.Fit(ctx, &cancelOn{GMM: m, at: 4, cancel: cancel}, elbo.Of(x), elbo.Options{Tol: -1})
	if !errors.Is(err, context.Canceled) || r.Iterations != 3 || r.Reason != elbo.Cancelled {
		t.Errorf("%+v, %v: want iteration 3, cancelled", r, err)
	}
	if !slices.Equal(m.AppendParameters(nil), want.AppendParameters(nil)) {
		t.Error("the parameters are not those of iteration 3")
	}
	if m, _, err := em.FitGMM(ctx, elbo.Of(x), o); !errors.Is(err, context.Canceled) || m != nil {
		t.Errorf("context ended before: %v", err)
	}
}

func TestEStepAllocatesNothing(t *testing.T) {
	for _, c := range covariances {
		x := blobs[float32](700, 6, 3)
		m, err := em.NewGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 3, Covariance: c})
		if err != nil {
			t.Fatal(err)
		}
		e, stats := m.NewEStep(), make([]float64, m.StatsLen())
		block := x.SliceRows(100, 100+elbo.BlockRows)
		if n := testing.AllocsPerRun(5, func() { e.EStep(stats, elbo.Of(block)) }); n != 0 {
			t.Errorf("%v: E-step: %v allocations", c, n)
		}
		if n := testing.AllocsPerRun(5, func() {
			if err := m.MStep(stats, 700); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%v: M-step: %v allocations", c, n)
		}
	}
}

func TestParseCovariance(t *testing.T) {
	for _, c := range covariances {
		if got, err := em.ParseCovariance(c.String()); got != c || err != nil {
			t.Errorf("%v: %v, %v", c, got, err)
		}
	}
	if _, err := em.ParseCovariance("round"); err == nil {
		t.Error("round: no error")
	}
}

// The bits of fits of real data, on every platform.
func TestBitsOfFits(t *testing.T) {
	for _, c := range []struct {
		covariance em.Covariance
		prior      em.Prior
		f64, f32   string
	}{
		{em.Full, em.PriorInverseWishart, "734c449655fba79c", "d63b0eab3dd18fbb"},
		{em.Full, em.PriorNone, "584a0485ff54a0a8", "a10e1d92e085714d"},
		{em.Diagonal, em.PriorInverseWishart, "8ff3ffa42deb5cf6", "e2fb5f0031c483ee"},
		{em.Diagonal, em.PriorNone, "2d692d9bfb53ebd9", "3b179e12af61b2a8"},
		{em.Tied, em.PriorInverseWishart, "11ffa75007af17f8", "9d234ed8b099e971"},
		{em.Tied, em.PriorNone, "d5a743995d2d80aa", "5946db869b6b1020"},
		{em.Spherical, em.PriorInverseWishart, "36276a021c9ff3d0", "5c2b0f0c162387d9"},
		{em.Spherical, em.PriorNone, "5477c7f55bde2114", "21b976d31316d67c"},
	} {
		o := em.GMMOptions{K: 3, Covariance: c.covariance, Prior: c.prior, Options: elbo.Options{Seed: 5, MaxIter: 30, Tol: -1}}
		m, _ := fit(t, datasets.Faithful(), o)
		if sum := sha256.Sum256(m.AppendParameters(nil)); hex.EncodeToString(sum[:8]) != c.f64 {
			t.Errorf("%v, %v, float64: %x, want %s", c.covariance, c.prior, sum[:8], c.f64)
		}
		n, _ := fit(t, moved[float32](datasets.Faithful(), 1, 0), o)
		if sum := sha256.Sum256(n.AppendParameters(nil)); hex.EncodeToString(sum[:8]) != c.f32 {
			t.Errorf("%v, %v, float32: %x, want %s", c.covariance, c.prior, sum[:8], c.f32)
		}
	}
}
