package vae

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

func TestConfigErrors(t *testing.T) {
	good := smallConfig(Bernoulli)
	for want, change := range map[string]func(c *Config){
		"In is 0":                  func(c *Config) { c.In = 0 },
		"Latent is -1":             func(c *Config) { c.Latent = -1 },
		"unknown likelihood":       func(c *Config) { c.Likelihood = 77 },
		"Variance is -1":           func(c *Config) { c.Variance = -1 },
		"Variance is NaN":          func(c *Config) { c.Variance = math.NaN() },
		"Variance is +Inf":         func(c *Config) { c.Variance = math.Inf(1) },
		"clamped to [3, 2]":        func(c *Config) { c.LogVarMin, c.LogVarMax = 3, 2 },
		"clamped to [-100, 2]":     func(c *Config) { c.LogVarMin, c.LogVarMax = -100, 2 },
		"encoder: nn: layer 0 has": func(c *Config) { c.Encoder = []nn.Layer{{Out: 0}} },
		"decoder: nn: layer 1":     func(c *Config) { c.Decoder = []nn.Layer{{Out: 2}, {Out: 2, Act: 50}} },
		"unknown initialisation":   func(c *Config) { c.HeadInit = 9 },
	} {
		c := good
		change(&c)
		if _, err := New[float64](c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestTrainOptionErrors(t *testing.T) {
	v, x := must(New[float64](smallConfig(GaussianFixed))), testData[float64](5, 37, GaussianFixed, false)
	for want, o := range map[string]TrainOptions{
		"unknown estimator":  {Estimator: 9},
		"-1 epochs":          {Epochs: -1},
		"batch of -1":        {Batch: -1},
		"batch of 100000000": {Batch: 100000000},
		"-1 samples":         {Samples: -1},
		"1 samples: the estimator score wants at least 2": {Estimator: Score, Samples: 1},
		"are more than":          {Samples: 1 << 20},
		"-1 workers":             {Workers: -1},
		"learning rate -1":       {LR: -1},
		"Binarize is for":        {Binarize: true},
		"epoch 0: nn: learning ": {Schedule: func(int) float64 { return 0 }},
	} {
		if _, err := v.Fit(t.Context(), x, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", o, err, want)
		}
	}
}

func TestDataErrors(t *testing.T) {
	for _, c := range []struct {
		l    Likelihood
		v    float64
		want string
	}{
		{GaussianFixed, math.Inf(1), "row 2, column 1 is +Inf: remove the row or mark the entry missing with NaN"},
		{GaussianShared, math.Inf(-1), "row 2, column 1 is -Inf: remove the row or mark the entry missing with NaN"},
		{Bernoulli, math.Inf(1), "row 2, column 1 is +Inf"},
		{Bernoulli, 1.5, "row 2, column 1 is 1.5: the Bernoulli likelihood takes values from 0 to 1"},
		{Bernoulli, -0.1, "row 2, column 1 is -0.1"},
	} {
		v, x := must(New[float64](Config{In: 3, Latent: 2, Likelihood: c.l})), testData[float64](4, 3, c.l, false)
		x.Data[2*3+1] = c.v
		check := func(what string, err error) {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %v: error %v, want %q", what, c.l, err, c.want)
			}
		}
		_, err := v.Fit(t.Context(), x, TrainOptions{})
		check("Fit", err)
		_, err = v.Evaluate(t.Context(), x, EvalOptions{})
		check("Evaluate", err)
		_, _, err = v.Encode(x)
		check("Encode", err)
		_, err = v.Reconstruct(x)
		check("Reconstruct", err)
	}
	v := must(New[float32](smallConfig(Bernoulli)))
	for _, x := range []kernels.Matrix[float32]{{}, kernels.NewMatrix[float32](0, 37), kernels.NewMatrix[float32](3, 36), {Rows: 2, Cols: 37, Stride: 36, Data: make([]float32, 99)}, {Rows: 2, Cols: 37, Stride: 37, Data: make([]float32, 73)}} {
		if _, err := v.Fit(t.Context(), x, TrainOptions{}); err == nil {
			t.Errorf("no error for data of %d×%d, stride %d, %d elements", x.Rows, x.Cols, x.Stride, len(x.Data))
		}
		if _, err := v.Evaluate(t.Context(), x, EvalOptions{}); err == nil {
			t.Errorf("Evaluate: no error for data of %d×%d, stride %d, %d elements", x.Rows, x.Cols, x.Stride, len(x.Data))
		}
	}
	fail := func(what string, err error) {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	one := kernels.NewMatrix[float32](1, 37)
	_, err := v.NewScorer(ScoreOptions{Samples: -1})
	fail("samples", err)
	_, err = must(New[float32](smallConfig(GaussianFixed))).NewScorer(ScoreOptions{Binarize: true})
	fail("binarised Gaussian", err)
	_, err = v.Evaluate(t.Context(), one, EvalOptions{Workers: -1})
	fail("workers", err)
	fail("scores", v.ScoreRows(t.Context(), nil, one, EvalOptions{}))
	_, err = v.Sample(0, 1)
	fail("no samples", err)
	_, err = v.SampleMeans(-1, 1)
	fail("no samples", err)
	_, err = v.Decode(kernels.NewMatrix[float32](1, 4))
	fail("latent dimensions", err)
	_, err = v.Decode(kernels.MatrixOf(1, 5, []float32{0, 0, float32(math.NaN()), 0, 0}))
	fail("NaN in z", err)
	_, err = v.GradVariance(t.Context(), one.Data, VarianceOptions{Draws: 1})
	fail("one draw", err)
	_, err = v.GradVariance(t.Context(), one.Data[1:], VarianceOptions{})
	fail("short row", err)
	_, err = v.GradVariance(t.Context(), one.Data, VarianceOptions{Samples: 1, Estimators: []Estimator{Score}})
	fail("leave-one-out of one", err)
	s := must(v.NewScorer(ScoreOptions{}))
	w := must(s.NewScratch())
	_, err = s.Score(w, one.Data[1:], 0)
	fail("short row", err)
	_, err = must(v.NewScorer(ScoreOptions{})).Score(w, one.Data, 0)
	fail("another's scratch", err)
	fail("latent dimensions", s.Encode(w, make([]float32, 4), make([]float32, 5), one.Data))
	fail("short row", s.Encode(w, make([]float32, 5), make([]float32, 5), one.Data[1:]))
}

func TestNames(t *testing.T) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		if got := must(ParseLikelihood(l.String())); got != l {
			t.Errorf("%v is parsed as %v", l, got)
		}
	}
	for e := SGVBB; e <= ScoreSampled; e++ {
		if got := must(ParseEstimator(e.String())); got != e {
			t.Errorf("%v is parsed as %v", e, got)
		}
	}
	if _, err := ParseEstimator("best"); err == nil || Likelihood(9).String() != "unknown(9)" {
		t.Error("unknown names must be told")
	}
}

// TestScore: a row's score does not depend on who computes it, beside what, or with how many workers; more samples keep the
// first ones' noise; and it allocates nothing.
func TestScore(t *testing.T) { testScore[float32](t); testScore[float64](t) }

func testScore[T kernels.Float](t *testing.T) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		v, x := must(New[T](smallConfig(l))), testData[T](140, 37, l, true)
		o := ScoreOptions{Samples: 3, Seed: 5, Binarize: l == Bernoulli}
		want := make([]RowScore, x.Rows)
		if err := v.ScoreRows(t.Context(), want, x, EvalOptions{ScoreOptions: o}); err != nil {
			t.Fatal(err)
		}
		got := make([]RowScore, x.Rows)
		if err := v.ScoreRows(t.Context(), got, x, EvalOptions{ScoreOptions: o, Workers: 3}); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v: three workers give other scores (%v)", l, err)
		}
		s := must(v.NewScorer(o))
		clear(v.params) // the scorer has a copy
		w := must(s.NewScratch())
		mean, logVar := make([]T, 5), make([]T, 5)
		for r := range x.Rows {
			if g := must(s.Score(w, x.Row(r), uint64(r))); g != want[r] {
				t.Fatalf("%v: row %d scores %+v alone, %+v among others", l, r, g, want[r])
			}
			if err := s.Encode(w, mean, logVar, x.Row(r)); err != nil {
				t.Fatal(err)
			}
			if l != Bernoulli { // there Score has binarised the row
				kl := 0.0
				for i, m := range mean {
					kl += 0.5 * (float64(m*m) + math.Exp(float64(logVar[i])) - 1 - float64(logVar[i]))
				}
				if math.Abs(kl-want[r].KL) > 1e-4 {
					t.Errorf("%v: row %d has KL %v by Encode, %v by Score", l, r, kl, want[r].KL)
				}
			}
		}
		if n := testing.AllocsPerRun(5, func() {
			must(s.Score(w, x.Row(7), 7))
			if err := s.Encode(w, mean, logVar, x.Row(7)); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations per score, want 0", l, n)
		}
	}
}

// TestEvaluate: the means are those of the rows; the shares of the KL divergence add up.
func TestEvaluate(t *testing.T) {
	v, x := must(New[float64](smallConfig(GaussianNetwork))), testData[float64](300, 37, GaussianNetwork, true)
	m := must(v.Evaluate(t.Context(), x, EvalOptions{Workers: 2}))
	scores := make([]RowScore, x.Rows)
	if err := v.ScoreRows(t.Context(), scores, x, EvalOptions{}); err != nil {
		t.Fatal(err)
	}
	rec, kl, dims := 0.0, 0.0, 0.0
	for _, s := range scores {
		rec, kl = rec+s.Rec/300, kl+s.KL/300
	}
	for _, d := range m.KLPerDim {
		dims += d
	}
	if m.Rows != 300 || math.Abs(rec-m.Rec) > 1e-9 || math.Abs(kl-m.KL) > 1e-9 || math.Abs(dims-kl) > 1e-9 || math.Abs(m.Bound-rec+kl) > 1e-9 {
		t.Errorf("%+v: the rows have rec %v and KL %v, the dimensions KL %v", m, rec, kl, dims)
	}
}

// TestReconstructSample: shapes, ranges, determinism, and the moments of what a known decoder generates.
func TestReconstructSample(t *testing.T) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		v := must(New[float64](Config{In: 4, Latent: 2, Likelihood: l, Variance: 0.25, Seed: 1}))
		const n = 20000
		means, x := must(v.SampleMeans(n, 3)), must(v.Sample(n, 3))
		if again := must(v.Sample(10, 3)); !slices.Equal(again.Data, x.Data[:40]) {
			t.Errorf("%v: row i of a sample depends on the sample's size", l)
		}
		bias, square := 0.0, 0.0
		for i, m := range means.Data {
			e := x.Data[i]
			if l == Bernoulli && e != 0 && e != 1 {
				t.Fatalf("a Bernoulli sample is %v", e)
			}
			bias += (e - m) / (4 * n)
			square += (e - m) * (e - m) / (4 * n)
		}
		if math.Abs(bias) > 0.02 {
			t.Errorf("%v: samples are off their means by %v on average", l, bias)
		}
		if (l == GaussianFixed || l == GaussianShared) && math.Abs(square-0.25) > 0.01 {
			t.Errorf("%v: the samples' variance is %v, want 0.25", l, square)
		}
		in := testData[float64](7, 4, l, true)
		r := must(v.Reconstruct(in))
		mean, _, err := v.Encode(in)
		if err != nil || r.Rows != 7 || r.Cols != 4 || !slices.Equal(r.Data, must(v.Decode(mean)).Data) || slices.ContainsFunc(r.Data, func(e float64) bool { return e != e }) {
			t.Errorf("%v: reconstruction %v, %v", l, r, err)
		}
	}
}

func TestSaveLoad(t *testing.T) { testSaveLoad[float32](t); testSaveLoad[float64](t) }

func testSaveLoad[T kernels.Float](t *testing.T) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		c := smallConfig(l)
		c.Variance, c.LogVarMin, c.LogVarMax, c.HeadInit = 0.3, -7, 5.5, nn.Glorot
		v := must(New[T](c))
		var a, b bytes.Buffer
		if err := v.Save(&a); err != nil {
			t.Fatal(err)
		}
		w, err := Load[T](bytes.NewReader(a.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(v.params, w.params) || !reflect.DeepEqual(v.Config(), w.Config()) {
			t.Errorf("%v: the model came back changed: %+v, want %+v", l, w.Config(), v.Config())
		}
		if err := w.Save(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%v: saved again, the bytes differ (%v)", l, err)
		}
		for _, cut := range []int{0, 7, 8, 100, a.Len() - 1} {
			if _, err := Load[T](bytes.NewReader(a.Bytes()[:cut])); err == nil {
				t.Errorf("%v: no error for the first %d bytes", l, cut)
			}
		}
		var e1, e2 error
		if _, ok := any(T(0)).(float32); ok {
			_, e1 = Load[float64](bytes.NewReader(a.Bytes()))
		} else {
			_, e2 = Load[float32](bytes.NewReader(a.Bytes()))
		}
		if e1 == nil && e2 == nil {
			t.Errorf("%v: no error for the other element type", l)
		}
		v.params[3] = T(math.NaN())
		a.Reset()
		if err := v.Save(&a); err != nil {
			t.Fatal(err)
		}
		if _, err := Load[T](bytes.NewReader(a.Bytes())); err == nil || !strings.Contains(err.Error(), "finite") {
			t.Errorf("%v: a NaN weight: %v", l, err)
		}
	}
	if err := must(New[T](smallConfig(Bernoulli))).Save(brokenWriter{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Save to a broken writer: %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// FuzzLoad: whatever the bytes, Load returns a usable model or an error.
func FuzzLoad(f *testing.F) {
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		v := must(New[float32](Config{In: 3, Latent: 2, Likelihood: l, Encoder: []nn.Layer{{Out: 4, Act: nn.ReLU}}}))
		var b bytes.Buffer
		if err := v.Save(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		for _, change := range [][2]string{{`"in":"3"`, `"in":"9"`}, {"4:relu", "4:rely"}, {"4:relu", "-:relu"}, {`"vae"`, `"gmm"`}, {`"seed"`, `"weed"`}, {"-20", "nan"}} {
			f.Add(bytes.Replace(b.Bytes(), []byte(change[0]), []byte(change[1]), 1))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Load[float32](bytes.NewReader(data))
		if err != nil {
			return
		}
		if v.Config().In < 1<<16 && v.Config().Latent < 1<<10 {
			must(v.Sample(1, 1))
		}
	})
}

func TestLoadMessages(t *testing.T) {
	v := must(New[float32](Config{In: 3, Latent: 2, Encoder: []nn.Layer{{Out: 4, Act: nn.ReLU}}}))
	var b bytes.Buffer
	if err := v.Save(&b); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][3]string{
		{`"vae"`, `"gmm"`, `the file holds a "gmm"`},
		{`"format":"1"`, `"format":"7"`, `version "7"`},
		{`"in":"3"`, `"in":"9"`, "tensors of"},
		{`"in":"3"`, `"in":"x"`, `metadata "in"`},
		{"4:relu:uniform", "4:rely:uniform", "unknown activation"},
		{"4:relu:uniform", "4:relu:uniforn", "unknown initialisation"},
		{"4:relu:uniform", "4:relu,uniform", "list of at most"},
		{`"seed"`, `"weed"`, `"seed" is missing`},
		{`"bernoulli"`, `"bernoully"`, "unknown likelihood"},
		{"enc.0.bias", "enc.0.bist", "missing"},
	} {
		if !bytes.Contains(b.Bytes(), []byte(c[0])) {
			t.Errorf("%q is not in the file", c[0])
		}
		_, err := Load[float32](bytes.NewReader(bytes.Replace(b.Bytes(), []byte(c[0]), []byte(c[1]), 1)))
		if err == nil || !strings.HasPrefix(err.Error(), "vae: ") || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%q for %q: error %v, want %q", c[1], c[0], err, c[2])
		}
	}
}
