package vae

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/elbo"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// smallConfig has odd sizes, so that kernels meet their tails.
func smallConfig(l Likelihood) Config {
	return Config{In: 37, Latent: 5, Likelihood: l, Seed: 3,
		Encoder: []nn.Layer{{Out: 41, Act: nn.ReLU}, {Out: 18, Act: nn.Tanh}},
		Decoder: []nn.Layer{{Out: 19, Act: nn.Softplus, Init: nn.Glorot}, {Out: 33, Act: nn.Sigmoid, Init: nn.He}}}
}

// trained returns the fingerprint of a short training run.
func trained[T kernels.Float](t testing.TB, l Likelihood, o TrainOptions) string {
	t.Helper()
	v := must(New[T](smallConfig(l)))
	o.Epochs, o.Batch, o.Seed, o.LR = 2, 32, 8, 3e-3
	o.Binarize = l == Bernoulli
	if _, err := v.Fit(t.Context(), testData[T](70, 37, l, true), o); err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256(v.AppendParameters(nil))
	return hex.EncodeToString(h[:8])
}

// TestGolden pins the bits of training: the same on every architecture, ISA and worker count. They may change
// only with kernels.NumericsVersion or with the order of operations of this package.
func TestGolden(t *testing.T) {
	var lines []string
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		for e := SGVBB; e <= ScoreSampled; e++ {
			if l != Bernoulli && e != SGVBB {
				continue
			}
			o := TrainOptions{Estimator: e, Samples: 2}
			lines = append(lines,
				fmt.Sprintf("%v %v f32 %s", l, e, trained[float32](t, l, o)),
				fmt.Sprintf("%v %v f64 %s", l, e, trained[float64](t, l, o)))
		}
	}
	got := strings.Join(lines, "\n") + "\n"
	const file = "testdata/golden.txt"
	if os.Getenv("ELBO_GOLDEN") == "write" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(must(os.ReadFile(file))); got != want {
		t.Errorf("training gives\n%swant\n%s", got, want)
	}
}

// TestWorkersAndISAs: neither the number of workers nor the ISA changes a bit.
func TestWorkersAndISAs(t *testing.T) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		want := trained[float32](t, l, TrainOptions{})
		for _, isa := range kernels.Available() {
			restore := must(kernels.SetISA(isa))
			for _, w := range []int{1, 2, 3, 100} {
				if got := trained[float32](t, l, TrainOptions{Workers: w}); got != want {
					t.Errorf("%v, %v, %d workers: %s, want %s", l, isa, w, got, want)
				}
			}
			restore()
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	for _, workers := range []int{1, 2} {
		for e := SGVBB; e <= ScoreSampled; e++ {
			stepAllocs[float32](t, Bernoulli, TrainOptions{Estimator: e, Samples: 2, Workers: workers, Batch: 8, Binarize: true})
			stepAllocs[float64](t, GaussianNetwork, TrainOptions{Estimator: e, Samples: 2, Workers: workers, Batch: 8})
			stepAllocs[float32](t, GaussianShared, TrainOptions{Estimator: e, Samples: 2, Workers: workers, Batch: 8})
		}
	}
}

func stepAllocs[T kernels.Float](t *testing.T, l Likelihood, o TrainOptions) {
	tr := must(newTrainer(must(New[T](smallConfig(l))), testData[T](20, 37, l, true), o))
	defer tr.team.close()
	if n := testing.AllocsPerRun(5, func() { must(tr.next()) }); n != 0 {
		t.Errorf("%v, %v, %d workers: %v allocations per step, want 0", l, o.Estimator, o.Workers, n)
	}
}

// TestPPCA: a linear VAE with one shared variance has the bound of probabilistic PCA as its optimum,
// −½[d log 2π + Σ_{j≤J} log λ_j + (d−J) log σ² + d], σ² the mean of the other eigenvalues (Lucas et al. 2019).
func TestPPCA(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long")
	}
	const n, d, j = 512, 6, 2
	// Whitened noise, turned and scaled: the scatter matrix is diag(λ) exactly, up to rounding.
	lambda := []float64{9, 4, 0.5, 0.4, 0.3, 0.3}
	x := orthogonalData(n, lambda)
	v := must(New[float64](Config{In: d, Latent: j, Likelihood: GaussianShared, Seed: 1}))
	_, err := v.Fit(t.Context(), x, TrainOptions{Epochs: 600, Batch: 128, Seed: 2, Samples: 2, Schedule: func(epoch int) float64 {
		return []float64{2e-2, 5e-3, 1e-3, 2e-4}[epoch/150]
	}})
	if err != nil {
		t.Fatal(err)
	}
	s2 := (0.5 + 0.4 + 0.3 + 0.3) / 4
	want := -0.5 * (d*math.Log(2*math.Pi) + math.Log(9) + math.Log(4) + (d-j)*math.Log(s2) + d)
	m := must(v.Evaluate(t.Context(), x, EvalOptions{ScoreOptions: ScoreOptions{Samples: 200}}))
	t.Logf("bound %.4f, closed form %.4f; σ² %.4f, closed form %.4f; KL %.3f", m.Bound, want, math.Exp(v.shared[0]), s2, m.KLPerDim)
	if !(math.Abs(m.Bound-want) < 0.02) {
		t.Errorf("bound %v, closed form %v", m.Bound, want)
	}
	if got := math.Exp(v.shared[0]); math.Abs(got/s2-1) > 0.03 {
		t.Errorf("σ² is %v, want %v", got, s2)
	}
	if m.ActiveUnits != j {
		t.Errorf("%d active units, want %d", m.ActiveUnits, j)
	}
}

// orthogonalData returns n rows whose mean is 0 and whose scatter matrix (1/n)·XᵀX is diag(λ): columns of normals, made
// orthogonal to each other and to the constant by Gram and Schmidt.
func orthogonalData(n int, lambda []float64) kernels.Matrix[float64] {
	d := len(lambda)
	cols := [][]float64{slices.Repeat([]float64{1}, n)}
	x := kernels.NewMatrix[float64](n, d)
	for c := range d {
		v := make([]float64, n)
		kernels.Normal(v, kernels.NewKey(21, 1), kernels.Counter{Row: uint64(c)})
		for range 2 {
			for _, u := range cols {
				kernels.Axpy(v, -kernels.Dot(u, v)/kernels.Dot(u, u), u)
			}
		}
		kernels.Scale(v, v, math.Sqrt(lambda[c]*float64(n)/kernels.Dot(v, v)))
		cols = append(cols, v)
		for r := range n {
			x.Data[r*d+c] = v[r]
		}
	}
	return x
}

// TestMissing: the bits that stand for a missing entry change nothing, and its gradient is 0.
func TestMissing(t *testing.T) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		fit := func(payload uint64) (string, []RowScore) {
			x := testData[float64](50, 7, l, true)
			for i, e := range x.Data {
				if e != e {
					x.Data[i] = math.Float64frombits(payload)
				}
			}
			v := must(New[float64](Config{In: 7, Latent: 2, Likelihood: l}))
			must(v.Fit(t.Context(), x, TrainOptions{Epochs: 2, Batch: 16}))
			scores := make([]RowScore, x.Rows)
			if err := v.ScoreRows(t.Context(), scores, x, EvalOptions{}); err != nil {
				t.Fatal(err)
			}
			return string(v.AppendParameters(nil)), scores
		}
		p, s := fit(0x7ff8000000000001)
		for _, payload := range []uint64{0xfff8000000000000, 0x7ff0000000000001, 0xffffffffffffffff} {
			if q, u := fit(payload); p != q || !slices.Equal(s, u) {
				t.Errorf("%v: another NaN (%x) gives another model", l, payload)
			}
		}
	}
	// A row without an observed entry has likelihood 1, and its decoder gradient is 0.
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		v := must(New[float32](Config{In: 4, Latent: 2, Likelihood: l}))
		d, nan := newDensity(v), float32(math.NaN())
		raw, a := []float32{nan, nan, nan, nan}, slices.Repeat([]float32{3}, v.cfg.outputs())
		grad := slices.Repeat([]float32{7}, len(a))
		logp, dt := d.row(grad, a, make([]float32, 4), raw, 1)
		if logp != 0 || dt != 0 || slices.ContainsFunc(grad, func(g float32) bool { return g != 0 }) {
			t.Errorf("%v: nothing observed: log p = %v, ∂t = %v, gradient %v; want zeros", l, logp, dt, grad)
		}
	}
}

func TestCancel(t *testing.T) {
	x := testData[float32](64, 37, Bernoulli, false)
	v := must(New[float32](smallConfig(Bernoulli)))
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	why := errors.New("enough")
	before := runtime.NumGoroutine()
	steps := 0
	var last string
	for p, err := range v.Steps(ctx, x, TrainOptions{Epochs: 1000, Batch: 16, Workers: 3}) {
		if err != nil {
			if !errors.Is(err, why) || p.Step != 6 || p.Reason != elbo.Cancelled {
				t.Errorf("step %+v, error %v, want the last step and the context's cause", p, err)
			}
			break
		}
		if steps++; steps == 7 {
			if p.Epoch != 1 || p.Step != 6 || p.EpochEnd || p.Rows != 16 || p.Bound != p.Rec-p.KL {
				t.Errorf("seventh step: %+v", p)
			}
			last = string(v.AppendParameters(nil))
			cancel(why)
		}
	}
	if steps != 7 || last != string(v.AppendParameters(nil)) {
		t.Errorf("%d steps were done, want 7 and the parameters of the seventh", steps)
	}
	for i := 0; runtime.NumGoroutine() > before && i < 100; i++ {
		time.Sleep(time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines were left behind", n-before)
	}
	r, err := v.Fit(ctx, x, TrainOptions{})
	if !errors.Is(err, why) || r.Steps != 0 || r.Reason != elbo.Cancelled || !math.IsNaN(r.Bound) {
		t.Errorf("Fit with an ended context: %+v, %v", r, err)
	}
	if err := v.ScoreRows(ctx, make([]RowScore, 64), x, EvalOptions{}); !errors.Is(err, why) {
		t.Errorf("ScoreRows with an ended context: %v", err)
	}
	if _, err := v.GradVariance(ctx, x.Row(0), VarianceOptions{}); !errors.Is(err, why) {
		t.Errorf("GradVariance with an ended context: %v", err)
	}
}

// TestNonFinite: a step that leaves the finite numbers is a typed error, and the parameters are those before it.
func TestNonFinite(t *testing.T) {
	for _, c := range []struct {
		what   string
		breaks func(v *VAE[float32], x kernels.Matrix[float32])
	}{
		{"bound", func(v *VAE[float32], x kernels.Matrix[float32]) { x.Data[3*37+5] = math.MaxFloat32 }},
		{"bound", func(v *VAE[float32], x kernels.Matrix[float32]) { v.params[17] = float32(math.NaN()) }},
		{"gradient", func(v *VAE[float32], x kernels.Matrix[float32]) { // a finite bound: tanh 0 = 0 hides the huge weights
			clear(x.Data)
			clear(v.dec.Params()[:2*4+4])
			for i := range 4 * 37 {
				v.dec.Params()[2*4+4+i] = math.MaxFloat32
			}
		}},
	} {
		v := must(New[float32](Config{In: 37, Latent: 2, Likelihood: GaussianFixed, Decoder: []nn.Layer{{Out: 4, Act: nn.Tanh}}}))
		for i := range v.dec.Params()[len(v.dec.Params())-37:] {
			v.dec.Params()[len(v.dec.Params())-37+i] = 0.5
		}
		x := testData[float32](20, 37, GaussianFixed, false)
		c.breaks(v, x)
		before := v.AppendParameters(nil)
		_, err := v.Fit(t.Context(), x, TrainOptions{Batch: 20})
		var nf *NonFiniteError
		if !errors.As(err, &nf) || !errors.Is(err, ErrNonFinite) || nf.What != c.what || nf.Step != 0 || !strings.Contains(err.Error(), "learning rate") {
			t.Errorf("%s: error %v", c.what, err)
		} else if c.what == "bound" && nf.Row < 0 {
			t.Errorf("no row is named: %v", err)
		}
		if !slices.Equal(before, v.AppendParameters(nil)) {
			t.Errorf("%s: the parameters changed", c.what)
		}
	}
}

// TestLearns: training raises the bound by every estimator; Fit's result agrees with the steps.
func TestLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long")
	}
	for e := SGVBB; e <= Score; e++ {
		x := kernels.NewMatrix[float32](256, 12)
		for r := range x.Rows {
			for c := range 12 {
				if (c+r)%4 < 2 {
					x.Row(r)[c] = 1
				}
			}
		}
		v := must(New[float32](Config{In: 12, Latent: 2, Encoder: []nn.Layer{{Out: 16, Act: nn.Tanh}}, Decoder: []nn.Layer{{Out: 16, Act: nn.Tanh}}}))
		before := must(v.Evaluate(t.Context(), x, EvalOptions{}))
		r := must(v.Fit(t.Context(), x, TrainOptions{Epochs: 60, Batch: 32, LR: 1e-2, Estimator: e, Workers: 2, Samples: 4}))
		after := must(v.Evaluate(t.Context(), x, EvalOptions{ScoreOptions: ScoreOptions{Samples: 10}, Workers: 2}))
		t.Logf("%v: bound %.3f, then %.3f (the last epoch's %.3f)", e, before.Bound, after.Bound, r.Bound)
		if r.Epochs != 60 || r.Steps != 480 || len(r.Bounds) != 60 || r.Bounds[59] != r.Bound || r.Reason != elbo.MaxIterations {
			t.Errorf("%v: result %+v", e, r)
		}
		// Four patterns, equally often: log p(x) = −log 4 for a perfect model.
		if !(after.Bound > -3.5) || after.Bound > -math.Log(4)+0.01 || math.Abs(after.Bound-r.Bound) > 1 {
			t.Errorf("%v: bound %v after training, %v before", e, after.Bound, before.Bound)
		}
	}
}

// TestGather: missing entries become 0, and a binarised entry is 1 exactly if it is above its uniform variate.
func TestGather(t *testing.T) { testGather[float32](t); testGather[float64](t) }

func testGather[T kernels.Float](t *testing.T) {
	nan, key := T(math.NaN()), kernels.NewKey(1, 2)
	u, got := make([]T, 10), make([]T, 10)
	kernels.Uniform(u, key, kernels.Counter{Row: 5, Step: 6})
	row := []T{0, 1, T(math.Copysign(0, -1)), u[3], u[4] + u[4]/1000, u[5] - u[5]/1000, 1e-30, 0.5, 0.5, nan}
	for _, r := range [][]T{row, row[:9]} {
		raw := gatherBinary(got[:len(r)], r, key, 5, 6)
		for i, v := range r {
			want := T(0)
			if v > u[i] {
				want = 1
			}
			if got[i] != want {
				t.Errorf("entry %v against %v is %v, want %v", v, u[i], got[i], want)
			}
		}
		if holes := len(r) == 10; holes != (raw != nil) || holes != (gather(got[:len(r)], r) != nil) {
			t.Errorf("a row of %d: missing entries are told wrongly", len(r))
		}
	}
	if got[9] != 0 {
		t.Errorf("a missing entry becomes %v", got[9])
	}
}
