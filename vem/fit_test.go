package vem

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

func convert[T kernels.Float](x kernels.Matrix[float64]) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	for i, v := range x.Data {
		y.Data[i] = T(v)
	}
	return y
}

// byWeight returns the components in order of falling weight.
func byWeight(w []float64) []int {
	order := make([]int, len(w))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if w[a] > w[b] {
			return -1
		}
		return 1
	})
	return order
}

// Six components on Old Faithful: two live, four die. The numbers are those of scikit-learn 1.2.1:
//
//	from sklearn.mixture import BayesianGaussianMixture
//	m = BayesianGaussianMixture(n_components=6, weight_concentration_prior_type='dirichlet_distribution',
//	        reg_covar=0, tol=1e-10, max_iter=20000, random_state=0).fit(x)
//	m.weights_, m.means_, m.covariances_, m.degrees_of_freedom_, m.mean_precision_
//
// and likewise with n_components=2. (Its lower_bound_ leaves out constants and is no ELBO.)
func TestAgainstScikitLearn(t *testing.T) {
	type component struct {
		weight     float64
		mean       [2]float64
		covariance [3]float64
		nu         float64
	}
	dead := component{6.11349070e-04, [2]float64{3.48776782, 70.89674469}, [3]float64{0.65134081, 6.98865958, 92.4090111}, 2.00023163}
	for _, c := range []struct {
		k    int
		want []component
	}{
		{2, []component{
			{0.64222391, [2]float64{4.28783278, 79.94597223}, [3]float64{0.1758993, 1.01411197, 36.79892203}, 176.82712608},
			{0.35777609, [2]float64{2.05489809, 54.69050019}, [3]float64{0.10520179, 0.84620629, 37.98557186}, 99.17287392},
		}},
		{6, []component{
			{0.641002008, [2]float64{4.28783204, 79.94597024}, [3]float64{0.1759009, 1.01412288, 36.79897462}, 176.82688156},
			{0.356552596, [2]float64{2.05489208, 54.6904265}, [3]float64{0.10519665, 0.84614091, 37.98488782}, 99.17219192},
			dead, dead, dead, dead,
		}},
	} {
		m, res := fit(t, datasets.Faithful(), GMMOptions{K: c.k, Options: elbo.Options{Tol: 1e-12}})
		w, mu, cov := m.Weights(), m.Means(), m.Covariances()
		t.Logf("K = %d: bound %.6f after %d iterations, %d of %d live, weights %.5f", c.k, res.Bound, res.Iterations, m.Live(1), c.k, w)
		for i, k := range byWeight(w) {
			got := component{w[k], [2]float64(mu.Row(k)), [3]float64{cov[k].Row(0)[0], cov[k].Row(0)[1], cov[k].Row(1)[1]}, m.cur.nu[k]}
			want := c.want[i]
			close := func(a, b float64) bool { return math.Abs(a-b) <= 2e-6*math.Max(1, math.Abs(b)) }
			if !close(got.weight, want.weight) || !close(got.nu, want.nu) || !close(got.mean[0], want.mean[0]) || !close(got.mean[1], want.mean[1]) ||
				!close(got.covariance[0], want.covariance[0]) || !close(got.covariance[1], want.covariance[1]) || !close(got.covariance[2], want.covariance[2]) {
				t.Errorf("K = %d, component %d: got %+v, scikit-learn has %+v", c.k, i, got, want)
			}
		}
		if m.Live(1) != 2 {
			t.Errorf("K = %d: %d components live, want 2", c.k, m.Live(1))
		}
	}
}

func TestBoundRises(t *testing.T) {
	run := func(t *testing.T, res elbo.Result, rows int, rel float64) {
		for i := 1; i < len(res.Bounds); i++ {
			if res.Bounds[i] < res.Bounds[i-1]-rel*math.Abs(res.Bounds[i]) {
				t.Errorf("iteration %d: the bound fell from %v to %v", i, res.Bounds[i-1], res.Bounds[i])
			}
		}
	}
	x := normals[float64](700, 3, 0)
	_, res := fit(t, x, GMMOptions{K: 8, Options: elbo.Options{Tol: 1e-11, MaxIter: 80}})
	run(t, res, x.Rows, 1e-13)
	y := convert[float32](x)
	m32, res32 := fit(t, y, GMMOptions{K: 8, Options: elbo.Options{Tol: -1, MaxIter: 40}})
	run(t, res32, x.Rows, 1e-6)
	if m32.Live(1) > 8 || math.Abs(res32.Bound-res.Bounds[40]) > 0.1 {
		t.Errorf("float32 bound %v, float64 bound %v", res32.Bound, res.Bounds[40])
	}
}

// parameters fits in a fixed way and returns everything that must not depend on workers or ISA.
func parameters[T kernels.Float](t *testing.T, workers int) []byte {
	t.Helper()
	x := normals[T](17000, 2, 5)
	m, res := fit(t, x, GMMOptions{K: 3, Options: elbo.Options{Workers: workers, MaxIter: 1, Tol: -1, Seed: 9}})
	out := m.AppendParameters(nil)
	for _, b := range res.Bounds {
		out = append(out, []byte(formatBits(b))...)
	}
	l, err := m.LogDensity(x.SliceRows(0, 600))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range l {
		out = append(out, []byte(formatBits(float64(v)))...)
	}
	return out
}

func formatBits(v float64) string {
	b := math.Float64bits(v)
	return string([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24), byte(b >> 32), byte(b >> 40), byte(b >> 48), byte(b >> 56)})
}

func testBits[T kernels.Float](t *testing.T) {
	want := parameters[T](t, 1)
	for _, workers := range []int{2, 3} {
		if !bytes.Equal(want, parameters[T](t, workers)) {
			t.Errorf("%d workers give other bits", workers)
		}
	}
	for _, isa := range kernels.Available() {
		restore, err := kernels.SetISA(isa)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, parameters[T](t, 2)) {
			t.Errorf("%v gives other bits", isa)
		}
		restore()
	}
}

func TestBits(t *testing.T) {
	t.Run("f32", testBits[float32])
	t.Run("f64", testBits[float64])
}

// The bits of a fit of real data: the same on every architecture and in every build.
func testGolden[T kernels.Float](t *testing.T, want string) {
	m, _ := fit(t, convert[T](datasets.Faithful()), GMMOptions{K: 3, Options: elbo.Options{MaxIter: 6, Tol: -1}})
	x, _ := m.Sample(20, 1)
	l, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	h.Write(m.AppendParameters(nil))
	for _, v := range l {
		h.Write([]byte(formatBits(float64(v))))
	}
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("the bits are %s, want %s", got, want)
	}
}

func TestGolden(t *testing.T) {
	t.Run("f32", func(t *testing.T) { testGolden[float32](t, "9b5542704445f690") })
	t.Run("f64", func(t *testing.T) { testGolden[float64](t, "29c42260d39f15e3") })
}

// Shifting the data shifts the means and nothing else; scaling them by a power of two scales the means and adds −N D s ln 2.
func TestEquivariance(t *testing.T) {
	x := normals[float64](300, 2, 0)
	for i, v := range x.Data {
		x.Data[i] = math.Round(v*1024) / 1024 // so that the shift is exact
	}
	o := GMMOptions{K: 5, Options: elbo.Options{Tol: 1e-13}}
	m, res := fit(t, x, o)
	w := m.Weights()
	for _, c := range []struct{ shift, scale float64 }{{1 << 20, 1}, {-1 << 30, 1}, {0, 0x1p20}, {0, 0x1p-40}} {
		y := kernels.NewMatrix[float64](x.Rows, 2)
		for i, v := range x.Data {
			y.Data[i] = v*c.scale + c.shift
		}
		m2, res2 := fit(t, y, o)
		want := res.Bound - 600*math.Log(c.scale)
		if math.Abs(res2.Bound-want) > 1e-7 {
			t.Errorf("%+v: the bound is %v, want %v", c, res2.Bound, want)
		}
		for k, v := range m2.Weights() {
			if math.Abs(v-w[k]) > 1e-6 {
				t.Errorf("%+v: weight %d is %v, want %v", c, k, v, w[k])
			}
			for j, v := range m2.Means().Row(k) {
				if want := m.Means().Row(k)[j]*c.scale + c.shift; math.Abs(v-want) > 1e-5*c.scale {
					t.Errorf("%+v: mean %d, %d is %v, want %v", c, k, j, v, want)
				}
			}
		}
	}
	// float32 at a thousand standard deviations from the origin
	far := kernels.NewMatrix[float32](x.Rows, 2)
	for i, v := range x.Data {
		far.Data[i] = float32(v + 4096)
	}
	if _, res2 := fit(t, far, GMMOptions{K: 5}); math.Abs(res2.Bound-res.Bound) > 0.5 {
		t.Errorf("float32, shifted: bound %v, float64 %v", res2.Bound, res.Bound)
	}
}

func TestRestarts(t *testing.T) {
	x := normals[float64](200, 2, 0)
	bounds := []float64{}
	for r := range uint64(4) {
		m, err := startGMM(context.Background(), elbo.Of(x), GMMOptions{K: 7}, r)
		if err != nil {
			t.Fatal(err)
		}
		res, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		bounds = append(bounds, res.Bound)
	}
	if _, res := fit(t, x, GMMOptions{K: 7, Restarts: elbo.Restarts{N: 4}}); res.Bound != slices.Max(bounds) {
		t.Errorf("4 restarts gave %v, want the best of %v", res.Bound, bounds)
	}
}

func TestRevert(t *testing.T) {
	x := datasets.Faithful()
	m, err := NewGMM(context.Background(), elbo.Of(x), GMMOptions{K: 3})
	if err != nil {
		t.Fatal(err)
	}
	stats := make([]float64, m.StatsLen())
	logZ := sweep(m, stats, x)
	before, bound := m.AppendParameters(nil), m.GlobalBound()
	if err := m.MStep(stats, 272); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(before, m.AppendParameters(nil)) {
		t.Fatal("the M-step changed nothing")
	}
	m.Revert()
	if !bytes.Equal(before, m.AppendParameters(nil)) || m.GlobalBound() != bound || sweep(m, make([]float64, m.StatsLen()), x) != logZ {
		t.Error("Revert did not bring the parameters back")
	}
	stats[0] = math.NaN()
	for _, s := range [][]float64{stats, stats[1:]} {
		if err := m.MStep(s, 272); err == nil {
			t.Error("bad statistics were taken")
		}
		if !bytes.Equal(before, m.AppendParameters(nil)) {
			t.Error("a failed M-step changed the model")
		}
	}
}

func TestAllocations(t *testing.T) {
	x := normals[float64](256, 3, 0)
	m, _ := fit(t, x, GMMOptions{K: 3})
	e, stats := m.NewEStep(), make([]float64, m.StatsLen())
	if n := testing.AllocsPerRun(10, func() { e.EStep(stats, elbo.Of(x)) }); n != 0 {
		t.Errorf("the E-step of a block allocates %v times", n)
	}
	clear(stats)
	e.EStep(stats, elbo.Of(x))
	if n := testing.AllocsPerRun(10, func() {
		if err := m.MStep(stats, 256); err != nil {
			t.Fatal(err)
		}
		m.Revert()
	}); n != 0 {
		t.Errorf("the M-step allocates %v times", n)
	}
	s := m.NewScorer()
	w, dst, r, labels := s.NewWorkspace(), make([]float64, 256), kernels.NewMatrix[float64](256, 3), make([]int, 256)
	for _, rows := range []int{1, 256} {
		if n := testing.AllocsPerRun(10, func() {
			b := x.SliceRows(0, rows)
			if s.LogDensity(dst[:rows], b, w) != nil || s.Responsibilities(r.SliceRows(0, rows), b, w) != nil || s.Predict(labels[:rows], b, w) != nil {
				t.Fatal("scoring failed")
			}
		}); n != 0 {
			t.Errorf("scoring %d rows allocates %v times", rows, n)
		}
	}
}

func TestErrors(t *testing.T) {
	ctx := context.Background()
	x := datasets.Faithful()
	with := func(row, col int, v float64) kernels.Matrix[float64] {
		y := convert[float64](x)
		y.Row(row)[col] = v
		return y
	}
	same := convert[float64](x)
	for i := range same.Rows {
		same.Row(i)[1] = 3
	}
	for _, c := range []struct {
		want string
		x    kernels.Matrix[float64]
		o    GMMOptions
	}{
		{"K is 0", x, GMMOptions{}},
		{"Restarts.N is -1", x, GMMOptions{K: 1, Restarts: elbo.Restarts{N: -1}}},
		{"fewer than the 273 components", x, GMMOptions{K: 273}},
		{"no columns", kernels.NewMatrix[float64](5, 0), GMMOptions{K: 1}},
		{"row 17, column 1 is +Inf", with(17, 1, math.Inf(1)), GMMOptions{K: 2}},
		{"row 3, column 0 is", with(3, 0, math.NaN()), GMMOptions{K: 2}},
		{"column 1 is constant", same, GMMOptions{K: 2}},
		{"column 0 has variance NaN", with(5, 0, 1e200), GMMOptions{K: 2}},
		{"Alpha is -1", x, GMMOptions{K: 2, Prior: Prior{Alpha: -1}}},
		{"Beta is NaN", x, GMMOptions{K: 2, Prior: Prior{Beta: math.NaN()}}},
		{"Nu is 1", x, GMMOptions{K: 2, Prior: Prior{Nu: 1}}},
		{"Mean has length 1", x, GMMOptions{K: 2, Prior: Prior{Mean: []float64{1}}}},
		{"Mean[1] is", x, GMMOptions{K: 2, Prior: Prior{Mean: []float64{1, math.Inf(-1)}}}},
		{"WInv is 1×1", x, GMMOptions{K: 2, Prior: Prior{WInv: kernels.NewMatrix[float64](1, 1)}}},
		{"not symmetric", x, GMMOptions{K: 2, Prior: Prior{WInv: kernels.MatrixOf(2, 2, []float64{1, 0.5, 0.4, 1})}}},
		{"not positive definite", x, GMMOptions{K: 2, Prior: Prior{WInv: kernels.MatrixOf(2, 2, []float64{1, 2, 2, 1})}}},
	} {
		m, _, err := FitGMM(ctx, elbo.Of(c.x), c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) || m != nil {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	// constant columns are fine under a prior that says how
	if _, _, err := FitGMM(ctx, elbo.Of(same), GMMOptions{K: 2, Prior: Prior{WInv: kernels.MatrixOf(2, 2, []float64{1, 0, 0, 1})}}); err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancelCause(ctx)
	mine := errors.New("mine")
	cancel(mine)
	if _, _, err := FitGMM(cancelled, elbo.Of(x), GMMOptions{K: 2}); !errors.Is(err, mine) {
		t.Errorf("cancelled: %v", err)
	}
}
