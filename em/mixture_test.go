package em_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

func testMixtureBits[T kernels.Float](t *testing.T, k kind[T]) {
	for _, missing := range []bool{false, true} {
		n := elbo.ChunkRows + 300
		if testing.Short() {
			n = 700
		}
		rows := elbo.Rows[T]{X: k.data(n, missing), Weights: rowWeights(n)}
		s := settings{k: 3, Options: elbo.Options{Seed: 4, MaxIter: 3, Tol: -1}}
		want, wantResult := fitKind(t, k, rows, s)
		density, err := want.LogDensity(rows.X)
		if err != nil {
			t.Fatal(err)
		}
		same := func(what string) {
			t.Helper()
			m, r := fitKind(t, k, rows, s)
			if !slices.Equal(r.Bounds, wantResult.Bounds) || !bytes.Equal(m.AppendParameters(nil), want.AppendParameters(nil)) {
				t.Errorf("missing %v: %s gives other bits", missing, what)
			}
			if d, err := want.LogDensity(rows.X); err != nil || !slices.Equal(d, density) {
				t.Errorf("missing %v: %s gives other log-densities (%v)", missing, what, err)
			}
		}
		for _, s.Workers = range []int{2, 3, 8} {
			same(fmt.Sprint(s.Workers, " workers"))
		}
		for _, isa := range kernels.Available() {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
			same(isa.String())
			restore()
		}
	}
}

func TestMixtureBits(t *testing.T) { each(t, testMixtureBits[float64], testMixtureBits[float32]) }

// The bound rises through E-steps and M-steps (elbo.Fit checks it), is the log-likelihood plus the log prior, and weights are
// repetitions of rows.
func testMixtureBound[T kernels.Float](t *testing.T, k kind[T], tol float64) {
	for _, prior := range []em.Prior{0, em.PriorNone} {
		for _, missing := range []bool{false, true} {
			x := k.data(400, missing)
			w := make([]float64, 400)
			var data []T
			for i := range w {
				w[i] = float64(i % 3)
				for range i % 3 {
					data = append(data, x.Row(i)...)
				}
			}
			s := settings{k: 3, prior: prior, Options: elbo.Options{Seed: 1, MaxIter: 30, Tol: -1}}
			m, err := k.start(elbo.Rows[T]{X: x, Weights: w}, s)
			if err != nil {
				t.Fatal(err)
			}
			again, err := k.load(bytes.NewReader(saved(t, m)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := elbo.Fit(context.Background(), m, elbo.Rows[T]{X: x, Weights: w}, s.Options)
			if err != nil {
				t.Fatalf("prior %v, missing %v: %v", prior, missing, err)
			}
			repeated := kernels.MatrixOf(len(data)/x.Cols, x.Cols, data)
			r2, err := elbo.Fit(context.Background(), again, elbo.Of(repeated), s.Options)
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.Bounds {
				if !near(r.Bounds[i], r2.Bounds[i], tol) {
					t.Fatalf("prior %v, missing %v, iteration %d: weighted %v, repeated %v", prior, missing, i, r.Bounds[i], r2.Bounds[i])
				}
			}
			if prior == em.PriorNone && (m.GlobalBound() != 0 || r.Bound != r.LogLik) {
				t.Errorf("without a prior: bound %v, log-likelihood %v", r.Bound, r.LogLik)
			}
			if !near(r.Bound, r.LogLik+m.GlobalBound(), 1e-12) {
				t.Errorf("bound %v, log-likelihood %v, log prior %v", r.Bound, r.LogLik, m.GlobalBound())
			}
		}
	}
}

func TestMixtureBound(t *testing.T) {
	slow(t)
	each(t,
		func(t *testing.T, k kind[float64]) { testMixtureBound(t, k, 1e-11) },
		func(t *testing.T, k kind[float32]) { testMixtureBound(t, k, 1e-5) })
}

func testMixtureScores[T kernels.Float](t *testing.T, k kind[T], tol float64) {
	x := k.data(elbo.BlockRows+77, true)
	m, r := fitKind(t, k, elbo.Of(x), settings{k: 3, Options: elbo.Options{Seed: 2}})
	density, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := m.Responsibilities(x)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	full, err := m.Impute(x)
	if err != nil {
		t.Fatal(err)
	}
	s := m.NewScorer()
	w := s.NewWorkspace()
	one, label, single, filled := make([]T, 1), make([]int, 1), kernels.NewMatrix[T](1, 3), kernels.NewMatrix[T](1, x.Cols)
	sum, entropy := 0.0, 0.0
	for i := range x.Rows {
		sum += float64(density[i])
		total, best := 0.0, 0
		for c, v := range resp.Row(i) {
			if total += float64(v); v > resp.Row(i)[best] {
				best = c
			}
			if v > 0 {
				entropy -= float64(v) * math.Log(float64(v))
			}
		}
		if math.Abs(total-1) > 1e-6 || labels[i] != best {
			t.Fatalf("row %d: responsibilities %v, label %d", i, resp.Row(i), labels[i])
		}
		row := x.SliceRows(i, i+1)
		if err := errors.Join(s.LogDensity(one, row, w), s.Predict(label, row, w), s.Responsibilities(single, row, w), s.Impute(filled, row, w)); err != nil {
			t.Fatal(err)
		}
		if one[0] != density[i] || label[0] != labels[i] || !slices.Equal(single.Data, resp.Row(i)) || !slices.Equal(filled.Data, full.Row(i)) {
			t.Fatalf("row %d alone scores otherwise than among others", i)
		}
		for j, v := range x.Row(i) {
			if v == v && full.Row(i)[j] != v {
				t.Fatalf("row %d: imputation changes %v to %v", i, v, full.Row(i)[j])
			}
		}
	}
	if !near(sum, r.LogLik, tol) {
		t.Errorf("the log-densities sum to %v, the fit's log-likelihood is %v", sum, r.LogLik)
	}
	if h, err := m.ResponsibilityEntropy(elbo.Of(x)); err != nil || !near(h, entropy, 1e-4) {
		t.Errorf("entropy of the responsibilities %v, want %v (%v)", h, entropy, err)
	}
	if p := float64(m.NumParameters()); !near(m.BIC(r.LogLik, 300), -2*r.LogLik+p*math.Log(300), 1e-14) || m.AIC(r.LogLik) != -2*r.LogLik+2*p ||
		m.ICL(r.LogLik, 5, 300) != m.BIC(r.LogLik, 300)+10 {
		t.Errorf("BIC %v, AIC %v, ICL %v", m.BIC(r.LogLik, 300), m.AIC(r.LogLik), m.ICL(r.LogLik, 5, 300))
	}
	row := x.SliceRows(0, 1)
	if n := testing.AllocsPerRun(10, func() {
		if s.LogDensity(one, row, w) != nil || s.Responsibilities(single, row, w) != nil || s.Predict(label, row, w) != nil || s.Impute(filled, row, w) != nil {
			t.Error("scoring fails")
		}
	}); n != 0 {
		t.Errorf("%v allocations for a row", n)
	}
	nothing := kernels.NewMatrix[T](1, x.Cols)
	kernels.Fill(nothing.Data, T(math.NaN()))
	if err := s.LogDensity(one, nothing, w); err != nil || math.Abs(float64(one[0])) > 1e-6 {
		t.Errorf("a row without an entry has log-density %v, %v", one[0], err)
	}
	outside := x.SliceRows(0, 2)
	outside.Row(1)[1] = k.outside
	for what, err := range map[string]error{
		"row 1, column 1":              s.LogDensity(make([]T, 2), outside, w),
		"row 1, column 1 is":           m.CheckRows(outside),
		"columns, the model has":       s.LogDensity(one, kernels.NewMatrix[T](1, x.Cols+1), w),
		"dst has 1 rows":               s.LogDensity(one, x, w),
		"r has 2 rows":                 s.Responsibilities(kernels.NewMatrix[T](2, 3), row, w),
		"r has 2 columns":              s.Responsibilities(kernels.NewMatrix[T](1, 2), row, w),
		"labels has 0 rows":            s.Predict(nil, row, w),
		"dst has 1 columns, the model": s.Impute(kernels.NewMatrix[T](1, 1), row, w),
	} {
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("error %v, want %q", err, what)
		}
	}
	if got, _, err := k.fit(context.Background(), elbo.Of(outside), settings{k: 1}); err == nil || !strings.Contains(err.Error(), "row 1, column 1") || got != nil {
		t.Errorf("fit of an entry outside of the domain: %v", err)
	}
	if _, err := elbo.Fit(context.Background(), m, elbo.Of(outside), elbo.Options{}); err == nil || !strings.Contains(err.Error(), "row 1, column 1") {
		t.Errorf("elbo.Fit of an entry outside of the domain: %v", err)
	}
}

func TestMixtureScores(t *testing.T) {
	each(t,
		func(t *testing.T, k kind[float64]) { testMixtureScores(t, k, 1e-12) },
		func(t *testing.T, k kind[float32]) { testMixtureScores(t, k, 1e-6) })
}

func testMixtureSaveAndLoad[T kernels.Float](t *testing.T, k kind[T]) {
	x := k.data(300, true)
	for _, prior := range []em.Prior{0, em.PriorNone} {
		m, r := fitKind(t, k, elbo.Of(x), settings{k: 2, prior: prior, Options: elbo.Options{MaxIter: 50}})
		b := saved(t, m)
		fromFile, err := k.load(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		fromParameters, err := k.again(m)
		if err != nil {
			t.Fatal(err)
		}
		o := elbo.Options{MaxIter: 3, Tol: -1}
		want, err := elbo.Fit(context.Background(), m, elbo.Of(x), o)
		if err != nil {
			t.Fatal(err)
		}
		for what, n := range map[string]anyMixture[T]{"file": fromFile, "parameters": fromParameters} {
			if n.Prior() != prior || n.Kind() != k.name || n.K() != 2 || n.Dim() != x.Cols {
				t.Errorf("from the %s: prior %v, kind %s, %d×%d", what, n.Prior(), n.Kind(), n.K(), n.Dim())
			}
			if what == "file" && !bytes.Equal(saved(t, n), b) {
				t.Error("the file written again differs")
			}
			got, err := elbo.Fit(context.Background(), n, elbo.Of(x), o)
			if err != nil || what == "file" && !slices.Equal(got.Bounds, want.Bounds) || !near(got.Bounds[0], r.Bound, 1e-6) {
				t.Errorf("a fit from the %s has bounds %v, want %v (%v)", what, got.Bounds, want.Bounds, err)
			}
		}
		for n := range len(b) {
			if _, err := k.load(bytes.NewReader(b[:n])); err == nil {
				t.Fatalf("truncated to %d of %d bytes: no error", n, len(b))
			}
		}
		for what, change := range map[string]func(meta map[string]string, v map[string][]float64){
			"kind":     func(meta map[string]string, _ map[string][]float64) { meta["kind"] = "gmm" },
			"format":   func(meta map[string]string, _ map[string][]float64) { meta["format"] = "2" },
			"prior":    func(meta map[string]string, _ map[string][]float64) { delete(meta, "prior") },
			"weights":  func(_ map[string]string, v map[string][]float64) { v["weights"][0] += 0.1 },
			"negative": func(_ map[string]string, v map[string][]float64) { v["weights"][0], v["weights"][1] = -0.5, 1.5 },
			"NaN":      func(_ map[string]string, v map[string][]float64) { v[k.tensor][0] = math.NaN() },
			"value":    func(_ map[string]string, v map[string][]float64) { v[k.tensor][0] = k.wrong },
			"missing":  func(_ map[string]string, v map[string][]float64) { delete(v, k.tensor) },
			"alpha": func(_ map[string]string, v map[string][]float64) {
				if prior == em.PriorNone {
					delete(v, "weights")
				} else {
					v["alpha"][0] = 0.5
				}
			},
			"nothing": nil,
		} {
			if _, err := k.load(bytes.NewReader(changed(t, b, change))); (err == nil) != (change == nil) {
				t.Errorf("prior %v, %s: error %v", prior, what, err)
			}
		}
	}
}

func TestMixtureSaveAndLoad(t *testing.T) {
	slow(t)
	each(t, testMixtureSaveAndLoad[float64], testMixtureSaveAndLoad[float32])
}

// changed returns the file after a change of its metadata or values.
func changed(t *testing.T, file []byte, change func(meta map[string]string, values map[string][]float64)) []byte {
	t.Helper()
	f, err := safetensors.Read(bytes.NewReader(file), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]float64{}
	for _, x := range f.Tensors {
		if values[x.Name], err = safetensors.Values[float64](&f, x.Name, x.Shape...); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f.Metadata, values)
	}
	var tensors []safetensors.Tensor
	for _, x := range f.Tensors {
		if v, ok := values[x.Name]; ok {
			tensors = append(tensors, safetensors.New(x.Name, v, x.Shape...))
		}
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, f.Metadata, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Statistics that no rows have leave the model as it was, and so does Revert.
func TestMixtureMStep(t *testing.T) {
	each(t, func(t *testing.T, k kind[float64]) {
		x := k.data(200, true)
		m, err := k.start(elbo.Of(x), settings{k: 3})
		if err != nil {
			t.Fatal(err)
		}
		before, prior := m.AppendParameters(nil), m.GlobalBound()
		stats := make([]float64, m.StatsLen())
		m.NewEStep().EStep(stats, elbo.Of(x))
		if got := m.Counts(nil, stats); !slices.Equal(got, stats[:3]) {
			t.Errorf("counts %v", got)
		}
		for what, change := range map[string]func(s []float64){
			"negative count": func(s []float64) { s[0] = -1 },
			"no rows":        func(s []float64) { clear(s) },
			"NaN":            func(s []float64) { s[len(s)-1] = math.NaN() },
			"extrapolation": func(s []float64) {
				for i := 4; i < len(s); i++ {
					s[i] = -s[i]
				}
			},
		} {
			bad := slices.Clone(stats)
			change(bad)
			if err := m.MStep(bad, 200); err == nil {
				t.Errorf("%s: no error", what)
			}
			if !bytes.Equal(m.AppendParameters(nil), before) || m.GlobalBound() != prior {
				t.Errorf("%s changes the model", what)
			}
		}
		if m.MStep(stats[1:], 200) == nil {
			t.Error("short statistics: no error")
		}
		if err := m.MStep(stats, 200); err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(m.AppendParameters(nil), before) {
			t.Error("an M-step changes nothing")
		}
		m.Revert()
		if !bytes.Equal(m.AppendParameters(nil), before) || m.GlobalBound() != prior {
			t.Error("Revert does not restore the model")
		}
		e := m.NewEStep()
		if n := testing.AllocsPerRun(5, func() { e.EStep(stats, elbo.Of(x)) }); n != 0 {
			t.Errorf("E-step: %v allocations", n)
		}
		if n := testing.AllocsPerRun(5, func() {
			if err := m.MStep(stats, 200); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("M-step: %v allocations", n)
		}
	}, nil)
}

// A component that lost all its rows has weight 0 and changes nothing.
func TestMixtureEmptyComponent(t *testing.T) {
	each(t, func(t *testing.T, k kind[float64]) {
		for _, prior := range []em.Prior{0, em.PriorNone} {
			x := k.data(150, true)
			m, err := k.start(elbo.Of(x), settings{k: 3, prior: prior})
			if err != nil {
				t.Fatal(err)
			}
			b := changed(t, saved(t, m), func(_ map[string]string, v map[string][]float64) { v["weights"] = []float64{0.5, 0, 0.5} })
			m, err = k.load(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: 20})
			if err != nil {
				t.Fatal(err)
			}
			if m.Weights()[1] != 0 || r.Bound-r.Bound != 0 {
				t.Errorf("prior %v: weights %v, bound %v", prior, m.Weights(), r.Bound)
			}
			if _, labels := m.Sample(1000, 1); slices.Contains(labels, 1) {
				t.Errorf("prior %v: sampled from a component of weight 0", prior)
			}
		}
	}, nil)
}

// A sample has the model's proportions and, fitted, its likelihood; its rows do not depend on their number.
func TestMixtureSample(t *testing.T) {
	slow(t)
	each(t, func(t *testing.T, k kind[float64]) {
		m, _ := fitKind(t, k, elbo.Of(k.data(600, false)), settings{k: 3, Options: elbo.Options{Seed: 1}})
		const n = 8000
		x, labels := m.Sample(n, 7)
		y, _ := m.Sample(10, 7)
		if !slices.Equal(y.Data, x.Data[:len(y.Data)]) {
			t.Error("the first rows of a short sample differ from those of a long one")
		}
		for c, w := range m.Weights() {
			count := 0.0
			for _, l := range labels {
				if l == c {
					count++
				}
			}
			if z := (count/n - w) / math.Sqrt(w*(1-w)/n); math.Abs(z) > 5 {
				t.Errorf("%v of the rows are of component %d, want %v", count/n, c, w)
			}
		}
		if err := m.CheckRows(x); err != nil {
			t.Fatal(err)
		}
		// The model fits its own sample nearly as well as what a fit from there makes of it: 2·(gain) is χ² with the number of parameters.
		o := elbo.Options{MaxIter: 30}
		file, err := k.load(bytes.NewReader(saved(t, m)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := elbo.Fit(context.Background(), file, elbo.Of(x), o)
		if err != nil {
			t.Fatal(err)
		}
		p := float64(m.NumParameters())
		if gain := 2 * (r.Bound - r.Bounds[0]); gain > p+6*math.Sqrt(2*p) {
			t.Errorf("a fit of the sample gains %v nats, %v parameters", gain/2, p)
		}
	}, nil)
}

func TestMixtureRefuses(t *testing.T) {
	each(t, func(t *testing.T, k kind[float64]) {
		x := k.data(5, false)
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		hollow := k.data(3, false)
		for i := range 3 {
			hollow.Row(i)[2] = math.NaN()
		}
		for says, c := range map[string]struct {
			rows elbo.Rows[float64]
			s    settings
			ctx  context.Context
		}{
			"K is 0":                           {rows: elbo.Of(x)},
			"6 components need as many rows":   {rows: elbo.Of(x), s: settings{k: 6}},
			"Restarts.N is -1":                 {rows: elbo.Of(x), s: settings{k: 1, restarts: -1}},
			"Prior is":                         {rows: elbo.Of(x), s: settings{k: 1, prior: 77}},
			"at least one":                     {rows: elbo.Of(kernels.Matrix[float64]{Rows: 2}), s: settings{k: 1}},
			"sequences":                        {rows: elbo.Rows[float64]{X: x, Lengths: []int{5}}, s: settings{k: 1}},
			"4 weights for 5 rows":             {rows: elbo.Rows[float64]{X: x, Weights: make([]float64, 4)}, s: settings{k: 1}},
			"MaxIter":                          {rows: elbo.Of(x), s: settings{k: 1, Options: elbo.Options{MaxIter: -1}}},
			"canceled":                         {rows: elbo.Of(x), s: settings{k: 1}, ctx: ended},
			"column 2 ":                        {rows: elbo.Of(hollow), s: settings{k: 1}},
			"row 0, column 1 is +Inf: remove ": {rows: elbo.Of(kernels.MatrixOf(1, 2, []float64{0, math.Inf(1)})), s: settings{k: 1}},
		} {
			ctx := c.ctx
			if ctx == nil {
				ctx = context.Background()
			}
			_, _, err := k.fit(ctx, c.rows, c.s)
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("error %v, want %q", err, says)
			}
		}
	}, nil)
}

func TestMixtureRestarts(t *testing.T) {
	slow(t)
	each(t, func(t *testing.T, k kind[float64]) {
		x := k.data(300, true)
		_, one := fitKind(t, k, elbo.Of(x), settings{k: 5, Options: elbo.Options{Seed: 1, MaxIter: 60}})
		_, best := fitKind(t, k, elbo.Of(x), settings{k: 5, restarts: 4, Options: elbo.Options{Seed: 1, MaxIter: 60}})
		if best.Bound < one.Bound {
			t.Errorf("the best of 4 restarts has bound %v, the first %v", best.Bound, one.Bound)
		}
	}, nil)
}
