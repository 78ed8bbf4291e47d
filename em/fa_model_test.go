package em_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/modeltest"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

func TestFactorsSample(t *testing.T) {
	const n = 40000
	m := someAnalyser[float64](t, 4, 2, false, 10)
	x, z := m.Sample(n, 5)
	joint := jointOf(m)
	row := func(i int) []float64 { return append(append([]float64(nil), z.Row(i)...), x.Row(i)...) }
	mean := make([]float64, 6)
	for i := range n {
		for j, v := range row(i) {
			mean[j] += v / n
		}
	}
	for a := range 6 {
		if sd := math.Sqrt(joint.cov[a][a] / n); math.Abs(mean[a]-joint.mean[a]) > 5*sd {
			t.Errorf("mean %d is %v, want %v ± %v", a, mean[a], joint.mean[a], sd)
		}
		for b := range 6 {
			sum := 0.0
			for i := range n {
				r := row(i)
				sum += (r[a] - joint.mean[a]) * (r[b] - joint.mean[b]) / n
			}
			if sd := math.Sqrt(2 * joint.cov[a][a] * joint.cov[b][b] / n); math.Abs(sum-joint.cov[a][b]) > 5*sd {
				t.Errorf("covariance (%d, %d) is %v, want %v ± %v", a, b, sum, joint.cov[a][b], sd)
			}
		}
	}
	again, _ := m.Sample(3, 5)
	if again.Row(2)[1] != x.Row(2)[1] {
		t.Error("a row depends on how many are drawn")
	}
}

// An M-step that follows other rows can be undone, and statistics that no rows have change nothing.
func TestFactorsRefuseStatistics(t *testing.T) {
	for _, isotropic := range []bool{false, true} {
		m := someAnalyser[float64](t, 5, 2, isotropic, 1)
		x, _ := m.Sample(100, 3)
		stats := make([]float64, m.StatsLen())
		m.NewEStep().EStep(stats, elbo.Of(x))
		before, bound := m.AppendParameters(nil), m.GlobalBound()
		for what, spoil := range map[string]func(s []float64){
			"negative weight":  func(s []float64) { s[0] = -3 },
			"no weight":        func(s []float64) { clear(s) },
			"NaN":              func(s []float64) { s[0] = math.NaN() },
			"infinite sum":     func(s []float64) { s[2] = math.Inf(1) },
			"negative square":  func(s []float64) { s[6] = -1 },
			"impossible cross": func(s []float64) { s[7] = 1e6 },
			"NaN cross":        func(s []float64) { s[7] = math.NaN() },
		} {
			s := append([]float64(nil), stats...)
			spoil(s)
			if err := m.MStep(s, 100); err == nil || !bytes.Equal(m.AppendParameters(nil), before) || m.GlobalBound() != bound {
				t.Errorf("isotropic %v, %s: %v, or the model has changed", isotropic, what, err)
			}
		}
		if err := m.MStep(stats[1:], 100); err == nil {
			t.Error("statistics of another length are taken")
		}
		if err := m.MStep(stats, 100); err != nil || bytes.Equal(m.AppendParameters(nil), before) {
			t.Fatalf("the M-step fails or does nothing: %v", err)
		}
		if m.Revert(); !bytes.Equal(m.AppendParameters(nil), before) || m.GlobalBound() != bound {
			t.Errorf("isotropic %v: Revert gives other parameters", isotropic)
		}
	}
}

func TestFactorsErrors(t *testing.T) {
	ctx := context.Background()
	x, _ := someAnalyser[float64](t, 4, 1, false, 0).Sample(30, 1)
	edit := func(f func(x kernels.Matrix[float64])) elbo.Rows[float64] {
		y := kernels.NewMatrix[float64](x.Rows, x.Cols)
		copy(y.Data, x.Data)
		f(y)
		return elbo.Of(y)
	}
	column := func(j int, v float64) elbo.Rows[float64] {
		return edit(func(y kernels.Matrix[float64]) {
			for i := range y.Rows {
				y.Row(i)[j] = v
			}
		})
	}
	for _, c := range []struct {
		rows elbo.Rows[float64]
		o    em.FAOptions
		want string
	}{
		{elbo.Of(x), em.FAOptions{}, "FAOptions.Q is 0"},
		{elbo.Of(x), em.FAOptions{Q: 4}, "from 1 to 3"},
		{elbo.Of(kernels.NewMatrix[float64](3, 1)), em.FAOptions{Q: 1}, "at least 2"},
		{elbo.Of(kernels.NewMatrix[float64](0, 4)), em.FAOptions{Q: 1}, "0 rows"},
		{elbo.Of(x), em.FAOptions{Q: 1, Prior: 9}, "Prior"},
		{elbo.Of(x), em.FAOptions{Q: 1, Steps: -1}, "Steps"},
		{elbo.Of(x), em.FAOptions{Q: 1, PriorScale: []float64{1, 2}}, "2 elements"},
		{elbo.Of(x), em.FAOptions{Q: 1, PriorScale: []float64{1, 2, 0, 1}}, "PriorScale[2]"},
		{elbo.Of(x), em.FAOptions{Q: 1, Prior: em.PriorNone, PriorScale: []float64{1, 2, 3, 1}}, "leave out one"},
		{elbo.Of(x), em.FAOptions{Q: 1, Options: elbo.Options{MaxIter: -1}}, "MaxIter"},
		{edit(func(y kernels.Matrix[float64]) { y.Row(7)[2] = math.Inf(1) }), em.FAOptions{Q: 1}, "row 7, column 2"},
		{column(1, 3.7), em.FAOptions{Q: 1}, "column 1 is constant"},
		{column(3, math.NaN()), em.FAOptions{Q: 1}, "column 3 has no observed"},
		{column(0, 0), em.FAOptions{Q: 1}, "column 0 is constant"},
		{edit(func(y kernels.Matrix[float64]) { kernels.Scale(y.Data, y.Data, 1e200) }), em.FAOptions{Q: 1}, "rescale"},
		{elbo.Rows[float64]{X: x, Weights: []float64{1}}, em.FAOptions{Q: 1}, "weights"},
		{elbo.Rows[float64]{X: x, Lengths: []int{30}}, em.FAOptions{Q: 1}, "lengths"},
	} {
		if _, _, err := em.FitFA(ctx, c.rows, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want an error with %q", c.o, err, c.want)
		}
	}
	if _, _, err := em.FitPPCA(ctx, column(2, 5), em.PPCAOptions{Q: 1}); err != nil {
		t.Errorf("PPCA of data with a constant column: %v", err)
	}
	if _, _, err := em.FitPPCA(ctx, elbo.Of(x), em.PPCAOptions{Q: 1, PriorScale: -1}); err == nil {
		t.Error("a negative scale is taken")
	}
	w := kernels.NewMatrix[float64](3, 1)
	for what, err := range map[string]error{
		"noise":        second(em.NewFAFrom[float64](make([]float64, 3), w, []float64{1, 0, 1}, em.FAOptions{})),
		"noises":       second(em.NewFAFrom[float64](make([]float64, 3), w, []float64{1, 1}, em.FAOptions{})),
		"loadings":     second(em.NewFAFrom[float64](make([]float64, 4), w, []float64{1, 1, 1, 1}, em.FAOptions{})),
		"factors":      second(em.NewFAFrom[float64](make([]float64, 3), w, []float64{1, 1, 1}, em.FAOptions{Q: 2})),
		"mean":         second(em.NewFAFrom[float64]([]float64{0, math.NaN(), 0}, w, []float64{1, 1, 1}, em.FAOptions{})),
		"infinite":     second(em.NewFAFrom[float64](make([]float64, 3), w, []float64{1, math.Inf(1), 1}, em.FAOptions{})),
		"range":        second(em.NewFAFrom[float32](make([]float64, 3), kernels.MatrixOf(3, 1, []float64{1e30, 1, 1}), []float64{1, 1, 1}, em.FAOptions{})),
		"σ²":           second(em.NewPPCAFrom[float64](make([]float64, 3), w, 0, em.PPCAOptions{})),
		"many factors": second(em.NewFAFrom[float64](make([]float64, 3), kernels.NewMatrix[float64](3, 3), []float64{1, 1, 1}, em.FAOptions{})),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	m := someAnalyser[float64](t, 4, 1, false, 0)
	s := m.NewScorer()
	work := s.NewWorkspace()
	none := kernels.Matrix[float64]{}
	for what, err := range map[string]error{
		"columns":           s.LogDensity(make([]float64, 30), kernels.NewMatrix[float64](30, 3), work),
		"rows":              s.LogDensity(make([]float64, 29), x, work),
		"factors":           s.Transform(kernels.NewMatrix[float64](30, 2), none, x, work),
		"covariances":       s.Transform(kernels.NewMatrix[float64](30, 1), kernels.NewMatrix[float64](3, 1), x, work),
		"columns of Impute": s.Impute(kernels.NewMatrix[float64](30, 3), x, work),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	density, err := m.LogDensity(kernels.MatrixOf(2, 4, []float64{0, math.Inf(-1), 0, 0, math.NaN(), math.Inf(1), 0, 0}))
	if err != nil || !math.IsInf(density[0], -1) || !math.IsInf(density[1], -1) {
		t.Errorf("infinite entries score %v, %v", density, err)
	}
	cancelled, cancel := context.WithCancelCause(ctx)
	cause := errors.New("cause")
	cancel(cause)
	if _, _, err := em.FitFA(cancelled, elbo.Of(x), em.FAOptions{Q: 1}); !errors.Is(err, cause) {
		t.Errorf("cancelled: %v", err)
	}
}

func second[M any](_ M, err error) error { return err }

// The bound never falls, whatever the schedule of the weights and the holes, and float32 sees nearly the same.
func TestFactorsBoundRises(t *testing.T) {
	slow(t)
	ctx := context.Background()
	full, _ := someAnalyser[float64](t, 8, 2, false, 20).Sample(500, 6)
	for _, share := range []float64{0, 0.3, 0.7} {
		x := withHoles(full, share)
		y := kernels.NewMatrix[float32](x.Rows, x.Cols)
		for i, v := range x.Data {
			y.Data[i] = float32(v)
		}
		weights := faUniforms(x.Rows, 8, 0, 3)
		for _, q := range []int{1, 2, 5} {
			_, a, err := em.FitFA(ctx, elbo.Rows[float64]{X: x, Weights: weights}, em.FAOptions{Q: q, Options: elbo.Options{MaxIter: 40}})
			if err != nil {
				t.Errorf("%v missing, %d factors: %v", share, q, err)
			}
			_, b, err := em.FitFA(ctx, elbo.Rows[float32]{X: y, Weights: weights}, em.FAOptions{Q: q, Options: elbo.Options{MaxIter: 40}})
			if err != nil || math.Abs(a.Bound-b.Bound) > 0.01+1e-5*math.Abs(a.Bound) {
				t.Errorf("%v missing, %d factors: bound %v, in float32 %v (%v)", share, q, a.Bound, b.Bound, err)
			}
			_, p, err := em.FitPPCA(ctx, elbo.Rows[float64]{X: x, Weights: weights}, em.PPCAOptions{Q: q, Options: elbo.Options{MaxIter: 40}})
			if err != nil {
				t.Errorf("%v missing, %d components: %v", share, q, err)
			}
			for i := 1; i < len(p.Bounds); i++ {
				if p.Bounds[i] < p.Bounds[i-1]-1e-9*math.Abs(p.Bounds[i]) {
					t.Errorf("%v missing, %d components: bound %d fell from %v to %v", share, q, i, p.Bounds[i-1], p.Bounds[i])
				}
			}
		}
	}
}

// A weight of 2 is the row twice.
func TestFactorsWeights(t *testing.T) {
	ctx := context.Background()
	full, _ := someAnalyser[float64](t, 5, 2, false, 0).Sample(60, 6)
	for _, share := range []float64{0, 0.3} {
		x := withHoles(full, share)
		twice := kernels.NewMatrix[float64](0, 5)
		var weights []float64
		for i := range x.Rows {
			weights = append(weights, float64(i%3))
			for range i % 3 {
				twice.Data = append(twice.Data, x.Row(i)...)
				twice.Rows++
			}
		}
		o := em.FAOptions{Q: 2, Options: elbo.Options{MaxIter: 5, Tol: -1}}
		a, ra, err := em.FitFA(ctx, elbo.Rows[float64]{X: x, Weights: weights}, o)
		if err != nil {
			t.Fatal(err)
		}
		b, rb, err := em.FitFA(ctx, elbo.Of(twice), o)
		if err != nil || !near(ra.Bound, rb.Bound, 1e-11) || !near(a.Noise()[2], b.Noise()[2], 1e-10) {
			t.Errorf("%v missing: bound %v with weights, %v with rows twice (%v)", share, ra.Bound, rb.Bound, err)
		}
	}
}

func saveFactors[T kernels.Float](t testing.TB, m factorModel[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFactorsRoundTrip(t *testing.T) {
	x, _ := someAnalyser[float32](t, 5, 2, false, 3).Sample(50, 1)
	x = withHoles(x, 0.1)
	for _, prior := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
		m, _, err := em.FitFA(context.Background(), elbo.Of(x), em.FAOptions{Q: 1, Prior: prior, Options: elbo.Options{MaxIter: 3}})
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := em.FitPPCA(context.Background(), elbo.Of(x), em.PPCAOptions{Q: 2, Prior: prior})
		if err != nil {
			t.Fatal(err)
		}
		m2, err := em.LoadFA[float32](bytes.NewReader(saveFactors(t, m)))
		if err != nil {
			t.Fatal(err)
		}
		p2, err := em.LoadPPCA[float32](bytes.NewReader(saveFactors(t, p)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saveFactors(t, m), saveFactors(t, m2)) || !bytes.Equal(saveFactors(t, p), saveFactors(t, p2)) || m.GlobalBound() != m2.GlobalBound() || p.GlobalBound() != p2.GlobalBound() {
			t.Error("a model that was read is not the one that was written")
		}
		// A fit goes on alike.
		ra, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: 3})
		rb, err2 := elbo.Fit(context.Background(), m2, elbo.Of(x), elbo.Options{MaxIter: 3})
		if err != nil || err2 != nil || ra.Bound != rb.Bound {
			t.Errorf("the fit goes on to %v, that of the file to %v (%v, %v)", ra.Bound, rb.Bound, err, err2)
		}
		if _, err := em.LoadFA[float64](bytes.NewReader(saveFactors(t, p))); err == nil || !strings.Contains(err.Error(), "ppca") {
			t.Errorf("PPCA as FA: %v", err)
		}
		if d, err := em.LoadFA[float64](bytes.NewReader(saveFactors(t, m))); err != nil || d.Noise()[1] != m.Noise()[1] {
			t.Errorf("float32 as float64: %v", err)
		}
	}
}

// damagedFactors are files that are no model.
func TestFactorsDamagedFiles(t *testing.T) {
	m := someAnalyser[float64](t, 3, 1, true, 2)
	f, err := safetensors.Read(bytes.NewReader(saveFactors(t, m)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	tensors := func(name string, v []float64, shape ...int) []byte {
		var all []safetensors.Tensor
		for _, n := range []string{"mean", "loadings", "noise", "centre", "scale", "prior_scale"} {
			if n == name {
				if v != nil {
					all = append(all, safetensors.New(n, v, shape...))
				}
				continue
			}
			old, err := f.Lookup(n)
			if err != nil {
				t.Fatal(err)
			}
			values, err := safetensors.Values[float64](&f, n, old.Shape...)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, safetensors.New(n, values, old.Shape...))
		}
		var b bytes.Buffer
		if err := safetensors.Write(&b, f.Metadata, all); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if _, err := em.LoadPPCA[float64](bytes.NewReader(tensors("", nil))); err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string][]byte{
		"no mean":         tensors("mean", nil),
		"negative noise":  tensors("noise", []float64{-1, -1, -1}, 3),
		"unequal noise":   tensors("noise", []float64{1, 2, 1}, 3),
		"NaN":             tensors("loadings", []float64{1, math.NaN(), 1}, 3, 1),
		"too many":        tensors("loadings", make([]float64, 9), 3, 3),
		"vector":          tensors("loadings", make([]float64, 3), 3),
		"scale":           tensors("scale", []float64{1, 3, 1}, 3),
		"unequal scales":  tensors("scale", []float64{1, 2, 1}, 3),
		"no prior":        tensors("prior_scale", nil),
		"prior":           tensors("prior_scale", []float64{0}, 1),
		"huge loadings":   tensors("loadings", []float64{1e300, 1, 1}, 3, 1),
		"truncated":       tensors("", nil)[:200],
		"nothing":         {},
		"noise too small": tensors("noise", []float64{1e-320, 1e-320, 1e-320}, 3),
	} {
		if _, err := em.LoadPPCA[float64](bytes.NewReader(b)); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func fuzzFactors[M factorModel[float64]](f *testing.F, load func(b []byte) (M, error)) {
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := load(b)
		if err != nil {
			return
		}
		x, _ := m.Sample(2, 1)
		x.Data[0] = math.NaN()
		if _, err := m.LogDensity(x); err != nil {
			t.Fatal(err)
		}
		if _, _, err := m.Transform(x); err != nil {
			t.Fatal(err)
		}
		again, err := load(saveFactors(t, factorModel[float64](m)))
		if err != nil || !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Fatalf("written and read again it is another model (%v)", err)
		}
	})
}

// FuzzLoadFA gives any bytes to LoadFA: what it takes is a model that samples, scores and is written again alike.
func FuzzLoadFA(f *testing.F) {
	f.Add(saveFactors(f, someAnalyser[float64](f, 3, 2, false, 1)))
	f.Add(saveFactors(f, someAnalyser[float64](f, 3, 1, true, 1)))
	fuzzFactors(f, func(b []byte) (*em.FA[float64], error) { return em.LoadFA[float64](bytes.NewReader(b)) })
}

// FuzzLoadPPCA is FuzzLoadFA for LoadPPCA.
func FuzzLoadPPCA(f *testing.F) {
	f.Add(saveFactors(f, someAnalyser[float64](f, 3, 1, true, 1)))
	fuzzFactors(f, func(b []byte) (*em.PPCA[float64], error) { return em.LoadPPCA[float64](bytes.NewReader(b)) })
}

func testFactorsDegenerate[T kernels.Float](t *testing.T, tol float64) {
	value := func(z float64) float64 { return z }
	fa := modeltest.Subject[T]{
		New: func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error) {
			m, err := em.NewFA(ctx, rows, em.FAOptions{Q: min(k, max(rows.X.Cols-1, 1)), Options: o})
			if err != nil {
				return nil, err
			}
			return m, nil
		},
		Value: value,
		Refuses: []string{"constant column", "one row", "one column", "no components", "no rows", "no columns", "a column missing", "a column with one entry",
			"all missing", "one row counts", "all weights are 0", "a negative weight", "a weight that is NaN", "too few weights", "sequences with weights", "an infinite entry",
			"subnormal entries"},
	}
	ppca := modeltest.Subject[T]{
		New: func(ctx context.Context, rows elbo.Rows[T], k int, o elbo.Options) (elbo.Model[T], error) {
			m, err := em.NewPPCA(ctx, rows, em.PPCAOptions{Q: min(k, max(rows.X.Cols-1, 1)), Options: o})
			if err != nil {
				return nil, err
			}
			return m, nil
		},
		Value: value,
		Refuses: []string{"one row", "one column", "no components", "no rows", "no columns", "a column missing",
			"all missing", "one row counts", "all weights are 0", "a negative weight", "a weight that is NaN", "too few weights", "sequences with weights", "an infinite entry",
			"subnormal entries"},
	}
	for name, s := range map[string]modeltest.Subject[T]{"FA": fa, "PPCA": ppca} {
		if _, ok := any(T(0)).(float64); ok { // squares of float32's numbers are in range
			s.Refuses = append(s.Refuses, "huge entries", "a row of huge entries")
		}
		t.Run(name, func(t *testing.T) {
			modeltest.Degenerate(t, s)
			modeltest.InfinityIsNamed(t, s)
			modeltest.Weights(t, s, tol)
			modeltest.Cancelled(t, s)
		})
	}
}

func TestFactorsOfUnpleasantData(t *testing.T) {
	t.Run("f64", func(t *testing.T) { testFactorsDegenerate[float64](t, 1e-9) })
	t.Run("f32", func(t *testing.T) { testFactorsDegenerate[float32](t, 1e-4) })
}

// Each schedule ends near the bound of the batch.
func TestFactorsSchedules(t *testing.T) {
	ctx := context.Background()
	full, _ := someAnalyser[float64](t, 6, 2, false, 4).Sample(3000, 6)
	for _, share := range []float64{0, 0.2} {
		x := withHoles(full, share)
		_, want, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Steps: 20})
		if err != nil || want.ESteps < 1 || share == 0 && want.ESteps != 1 {
			t.Fatal(want.ESteps, err)
		}
		for what, o := range map[string]elbo.Options{
			"stepwise":    {Schedule: elbo.Stepwise{Rows: 512}, MaxIter: 20},
			"incremental": {Schedule: elbo.Incremental{Blocks: 5}},
			"SQUAREM":     {Accelerate: elbo.SQUAREM},
			"Aitken":      {Aitken: true},
		} {
			_, r, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Steps: 20, Options: o})
			if err != nil || math.Abs(r.Bound-want.Bound) > 2 {
				t.Errorf("%v missing, %s: bound %v, want %v (%v)", share, what, r.Bound, want.Bound, err)
			}
		}
	}
}

// The start has the means and variances of the observed entries, by weight.
func TestFactorsStart(t *testing.T) {
	full, _ := someAnalyser[float64](t, 4, 1, false, 2).Sample(50, 4)
	x, weights := withHoles(full, 0.3), faUniforms(50, 3, 0, 2)
	fa, err := em.NewFA(context.Background(), elbo.Rows[float64]{X: x, Weights: weights}, em.FAOptions{Q: 1})
	if err != nil {
		t.Fatal(err)
	}
	ppca, err := em.NewPPCA(context.Background(), elbo.Rows[float64]{X: x, Weights: weights}, em.PPCAOptions{Q: 1})
	if err != nil {
		t.Fatal(err)
	}
	all := 0.0
	for j := range 4 {
		n, mean, variance := 0.0, 0.0, 0.0
		for pass := range 2 {
			for i, w := range weights {
				if v := x.Row(i)[j]; v == v && pass == 0 {
					n, mean = n+w, mean+w*v
				} else if v == v {
					variance += w * (v - mean) * (v - mean) / n
				}
			}
			if pass == 0 {
				mean /= n
			}
		}
		if !near(fa.Mean()[j], mean, 1e-13) || !near(fa.Noise()[j], variance, 1e-13) || !near(fa.PriorScale()[j], variance/10, 1e-13) {
			t.Errorf("column %d: mean %v, noise %v, prior %v; the data have %v and %v", j, fa.Mean()[j], fa.Noise()[j], fa.PriorScale()[j], mean, variance)
		}
		all += variance / 4
	}
	if !near(ppca.Noise(), all, 1e-13) || !near(ppca.PriorScale(), all/10, 1e-13) {
		t.Errorf("PPCA: noise %v and prior %v, the mean variance is %v", ppca.Noise(), ppca.PriorScale(), all)
	}
}
