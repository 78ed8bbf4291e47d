package vae

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

func frameConfig(x kernels.Matrix[float64], l Likelihood) Config {
	hidden := []nn.Layer{{Out: 8, Act: nn.Tanh}}
	return Config{In: x.Cols, Latent: 2, Encoder: hidden, Decoder: hidden, Likelihood: l, Seed: 3}
}

// TestFrameIsAChangeOfUnits: a model with a frame is, bit for bit, the model of the standardised data without one; its
// bound is lower by the logarithms of the scales, its means and samples are the others in the data's units.
func TestFrameIsAChangeOfUnits(t *testing.T) {
	x := datasets.Faithful()
	x.Row(5)[1], x.Row(9)[0] = math.NaN(), math.NaN()
	center, scale, err := Standardise(x)
	if err != nil {
		t.Fatal(err)
	}
	u := kernels.NewMatrix[float64](x.Rows, x.Cols)
	observed := [2]float64{}
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			u.Row(i)[j] = (v - center[j]) * (1 / scale[j])
			if v == v {
				observed[j]++
			}
		}
	}
	for _, l := range []Likelihood{GaussianFixed, GaussianShared, GaussianNetwork} {
		c := frameConfig(x, l)
		plain, err := New[float64](c)
		if err != nil {
			t.Fatal(err)
		}
		c.Center, c.Scale = center, scale
		framed, err := New[float64](c)
		if err != nil {
			t.Fatal(err)
		}
		o := TrainOptions{Epochs: 3, Batch: 32, Seed: 5}
		if _, err := plain.Fit(context.Background(), u, o); err != nil {
			t.Fatal(err)
		}
		if _, err := framed.Fit(context.Background(), x, o); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(plain.Params(), framed.Params()) {
			t.Fatalf("%v: the parameters differ", l)
		}
		a, err := plain.Evaluate(context.Background(), u, EvalOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := framed.Evaluate(context.Background(), x, EvalOptions{})
		if err != nil {
			t.Fatal(err)
		}
		shift := (observed[0]*math.Log(scale[0]) + observed[1]*math.Log(scale[1])) / float64(x.Rows)
		if d := a.Bound - shift - b.Bound; math.Abs(d) > 1e-12*math.Abs(b.Bound) {
			t.Errorf("%v: bounds %v and %v differ by %v more than the scales", l, a.Bound, b.Bound, d)
		}
		inUnits := func(what string, p, f kernels.Matrix[float64]) {
			for i := range p.Rows {
				for j, v := range p.Row(i) {
					want := v*scale[j] + center[j]
					if g := f.Row(i)[j]; math.Abs(g-want) > 1e-12*(math.Abs(want)+scale[j]) {
						t.Fatalf("%v: %s (%d, %d) is %v, want %v", l, what, i, j, g, want)
					}
				}
			}
		}
		p, _ := plain.Reconstruct(u)
		f, err := framed.Reconstruct(x)
		if err != nil {
			t.Fatal(err)
		}
		inUnits("reconstruction", p, f)
		p, _ = plain.Sample(20, 7)
		if f, err = framed.Sample(20, 7); err != nil {
			t.Fatal(err)
		}
		inUnits("sample", p, f)

		var file bytes.Buffer
		if err := framed.Save(&file); err != nil {
			t.Fatal(err)
		}
		again, err := Load[float64](bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(framed.AppendParameters(nil), again.AppendParameters(nil)) || bytes.Equal(framed.AppendParameters(nil), plain.AppendParameters(nil)) {
			t.Errorf("%v: the loaded model is another", l)
		}
		e, err := again.Evaluate(context.Background(), x, EvalOptions{})
		if err != nil || e.Bound != b.Bound {
			t.Errorf("%v: the loaded model's bound is %v, want %v (%v)", l, e.Bound, b.Bound, err)
		}
	}
}

func TestStandardise(t *testing.T) {
	nan := math.NaN()
	center, scale, err := Standardise(kernels.MatrixOf(4, 4, []float64{
		1, 7, nan, nan,
		2, 7, nan, 4,
		3, 7, nan, 6,
		nan, 7, nan, 8,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{2, 7, 0, 6}; !slices.Equal(center, want) {
		t.Errorf("centers %v, want %v", center, want)
	}
	if want := []float64{math.Sqrt(2. / 3), 1, 1, math.Sqrt(8. / 3)}; !slices.Equal(scale, want) {
		t.Errorf("scales %v, want %v", scale, want)
	}
	constant := make([]float64, 272)
	for i := range constant {
		constant[i] = 0.1 // whose mean is rounded
	}
	if _, scale, err = Standardise(kernels.MatrixOf(272, 1, constant)); err != nil || scale[0] != 1 {
		t.Errorf("a constant column has the scale %v (%v), want 1", scale, err)
	}
	if _, _, err := Standardise(kernels.MatrixOf(1, 2, []float64{0, math.Inf(1)})); err == nil || !strings.Contains(err.Error(), "column 1") {
		t.Errorf("an infinite entry: %v", err)
	}
}

func TestFrameErrors(t *testing.T) {
	x := datasets.Faithful()
	for want, change := range map[string]func(*Config){
		"lengths 1 and 2":  func(c *Config) { c.Center = c.Center[:1] },
		"column 1":         func(c *Config) { c.Scale[1] = 0 },
		"column 0":         func(c *Config) { c.Center[0] = math.Inf(1) },
		"the model's is b": func(c *Config) { c.Likelihood = Bernoulli },
	} {
		c := frameConfig(x, GaussianNetwork)
		c.Center, c.Scale = []float64{1, 2}, []float64{1, 2}
		change(&c)
		if _, err := New[float64](c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
}
