package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/elbo/kernels"
)

var activations = []Activation{Identity, ReLU, Tanh, Sigmoid, Softplus}

func normals[T kernels.Float](rows, cols int, stream uint64) kernels.Matrix[T] {
	m := kernels.NewMatrix[T](rows, cols)
	kernels.Normal(m.Data, kernels.NewKey(7, stream), kernels.Counter{})
	return m
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// TestGradient checks every activation, in the middle and at the end of a network, with every initialisation.
func TestGradient(t *testing.T) {
	for i, act := range activations {
		t.Run(fmt.Sprint(act), func(t *testing.T) {
			const rows, in, out = 5, 4, 3
			m := must(NewMLP[float64](in, []Layer{{Out: 6, Act: act, Init: Init(i % 3)}, {Out: 5, Act: Tanh}, {Out: out, Act: act}}, kernels.NewKey(3, uint64(i))))
			ws := must(m.NewWorkspace(rows + 2))
			x, c := normals[float64](rows, in, 1), normals[float64](rows, out, 2)
			// f = Σ c ⊙ (y + y²): its gradient depends on the output.
			f := func([]float64) float64 {
				y := must(m.Forward(ws, x))
				s := 0.0
				for k, v := range y.Data[:rows*out] {
					s += float64(c.Data[k]*v) * (1 + v)
				}
				return s
			}
			f(nil)
			dOut, dIn := kernels.NewMatrix[float64](rows, out), kernels.NewMatrix[float64](rows, in)
			y := must(m.Forward(ws, x))
			for k, v := range y.Data[:rows*out] {
				dOut.Data[k] = c.Data[k] * (1 + 2*v)
			}
			grad := make([]float64, m.Len())
			if err := m.Backward(ws, grad, x, dOut, dIn); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				what        string
				theta, grad []float64
			}{{"parameter", m.Params(), grad}, {"input", x.Data, dIn.Data}} {
				r := must(CheckGradient(f, c.theta, c.grad))
				if !(r.RelError < 1e-6) {
					t.Errorf("%s %d: gradient %v, central difference %v, relative error %.2g", c.what, r.Index, r.Gradient, r.Numerical, r.RelError)
				}
			}
		})
	}
}

func TestCheckGradientFindsErrors(t *testing.T) {
	f := func(x []float64) float64 { return x[0]*x[0] + 3*x[1] }
	x := []float64{2, 1}
	if r := must(CheckGradient(f, x, []float64{4, 3})); r.RelError > 1e-9 {
		t.Errorf("right gradient: %+v", r)
	}
	if r := must(CheckGradient(f, x, []float64{4, 3.1})); r.Index != 1 || r.RelError < 0.01 {
		t.Errorf("wrong gradient: %+v", r)
	}
	if !slices.Equal(x, []float64{2, 1}) {
		t.Errorf("theta was left at %v", x)
	}
	if _, err := CheckGradient(f, x, nil); err == nil {
		t.Error("no error for a short gradient")
	}
	if _, err := CheckGradient(func([]float64) float64 { return math.NaN() }, x, x); err == nil {
		t.Error("no error for NaN")
	}
}

// TestSplit: rows and parts in any number of pieces, on goroutines, give the bits of one piece; a row's output
// does not depend on the rows beside it.
func TestSplit(t *testing.T) { testSplit[float32](t); testSplit[float64](t) }

func testSplit[T kernels.Float](t *testing.T) {
	const rows, in, out = 37, 19, 11
	m := must(NewMLP[T](in, []Layer{{Out: 23, Act: ReLU}, {Out: 7, Act: Softplus}, {Out: out}}, kernels.NewKey(1, 2)))
	x, dOut := normals[T](rows, in, 1), normals[T](rows, out, 2)
	one := must(m.NewWorkspace(rows))
	y := must(m.Forward(one, x))
	grad, dIn := make([]T, m.Len()), kernels.NewMatrix[T](rows, in)
	if err := m.Backward(one, grad, x, dOut, dIn); err != nil {
		t.Fatal(err)
	}
	for parts := 1; parts <= 4; parts++ {
		ws := must(m.NewWorkspace(rows + 3))
		grad2, dIn2 := make([]T, m.Len()), kernels.NewMatrix[T](rows, in)
		sub := make([]*Workspace[T], parts)
		each := func(f func(p int)) {
			var wg sync.WaitGroup
			for p := range parts {
				wg.Go(func() { f(p) })
			}
			wg.Wait()
		}
		each(func(p int) {
			lo, hi := span(rows, p, parts)
			sub[p] = ws.SliceRows(lo, hi)
			yp := must(m.Forward(sub[p], x.SliceRows(lo, hi)))
			for r := lo; r < hi; r++ {
				if !slices.Equal(yp.Row(r-lo), y.Row(r)) {
					t.Errorf("%d parts: row %d of the output differs", parts, r)
				}
			}
			if err := m.BackwardInput(sub[p], dOut.SliceRows(lo, hi), dIn2.SliceRows(lo, hi)); err != nil {
				t.Error(err)
			}
		})
		each(func(p int) {
			if err := m.BackwardParams(sub[p], grad2, x, dOut, p, parts); err != nil {
				t.Error(err)
			}
		})
		if !slices.Equal(grad, grad2) || !slices.Equal(dIn.Data, dIn2.Data) {
			t.Errorf("%d parts: the gradient differs", parts)
		}
	}
}

func TestAdam(t *testing.T) {
	// The first step of Adam has length LR whatever the gradient's size; after it, halves give the bits of a whole.
	p, g := []float64{1, -2, 3}, []float64{1e-3, -5, 1e4}
	a := must(NewAdam[float64](3, AdamOptions{LR: 0.1}))
	if err := a.Step(p, g); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.9, -1.9, 2.9} {
		if math.Abs(p[i]-want) > 1e-5 {
			t.Errorf("parameter %d after one step is %v, want %v", i, p[i], want)
		}
	}
	// Saved and put back, the state goes on with the same bits.
	b := must(NewAdam[float64](3, AdamOptions{LR: 0.1}))
	b.M, b.V, b.Steps = slices.Clone(a.M), slices.Clone(a.V), a.Steps
	q := slices.Clone(p)
	if err := a.Step(p, g); err != nil {
		t.Fatal(err)
	}
	for part := range 2 {
		if err := b.StepPart(q, g, part, 2); err != nil {
			t.Fatal(err)
		}
	}
	b.Advance()
	if !slices.Equal(p, q) || !slices.Equal(a.V, b.V) || a.Steps != b.Steps {
		t.Errorf("resumed in two parts: %v, want %v", q, p)
	}
	for _, o := range []AdamOptions{{LR: -1}, {LR: math.NaN()}, {LR: math.Inf(1)}, {Beta1: 1}, {Beta2: -0.5}, {Epsilon: -1}} {
		if _, err := NewAdam[float32](1, o); err == nil {
			t.Errorf("no error for %+v", o)
		}
	}
	if a.Step(p, g[:2]) == nil || a.StepPart(p, g, 2, 2) == nil || a.SetLR(0) == nil || a.SetLR(0.2) != nil {
		t.Error("wrong lengths, a part that is not there or a learning rate of 0 must fail")
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		in     int
		layers []Layer
		want   string
	}{
		{0, []Layer{{Out: 1}}, "input length 0"},
		{1, nil, "at least one layer"},
		{2, []Layer{{Out: 3}, {Out: 0}}, "layer 1 has 0 units"},
		{2, []Layer{{Out: 3, Act: 99}}, "layer 0: unknown activation"},
		{2, []Layer{{Out: 3, Init: 9}}, "layer 0: unknown initialisation"},
		{1 << 20, []Layer{{Out: 1 << 20}}, "more than"},
		{2, []Layer{{Out: math.MaxInt}}, "more than"},
	} {
		if _, err := NewMLP[float32](c.in, c.layers, kernels.Key{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("NewMLP(%d, %v): %v, want %q", c.in, c.layers, err, c.want)
		}
	}
	m := must(NewMLP[float32](3, []Layer{{Out: 4, Act: ReLU}, {Out: 2}}, kernels.Key{}))
	other := must(NewMLP[float32](3, []Layer{{Out: 5}, {Out: 2}}, kernels.Key{}))
	deep := must(NewMLP[float32](3, []Layer{{Out: 2}}, kernels.Key{}))
	ws := must(m.NewWorkspace(2))
	x, d, none := kernels.NewMatrix[float32](2, 3), kernels.NewMatrix[float32](2, 2), kernels.Matrix[float32]{}
	g := make([]float32, m.Len())
	fail := func(what string, err error) {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	_, err := m.NewWorkspace(0)
	fail("no rows", err)
	_, err = m.NewWorkspace(maxParams)
	fail("too many rows", err)
	_, err = m.WithParams(g[1:])
	fail("short parameters", err)
	_, err = m.Forward(ws, kernels.NewMatrix[float32](2, 4))
	fail("wide input", err)
	_, err = m.Forward(ws, kernels.NewMatrix[float32](3, 3))
	fail("many rows", err)
	_, err = m.Forward(must(other.NewWorkspace(2)), x)
	fail("another network's workspace", err)
	_, err = m.Forward(must(deep.NewWorkspace(2)), x)
	fail("a workspace of another depth", err)
	fail("narrow output gradient", m.Backward(ws, g, x, kernels.NewMatrix[float32](2, 1), none))
	fail("wrong input gradient", m.Backward(ws, g, x, d, kernels.NewMatrix[float32](1, 3)))
	fail("short gradient", m.Backward(ws, g[1:], x, d, none))
	fail("wrong rows", m.BackwardParams(ws, g, x, kernels.NewMatrix[float32](1, 2), 0, 1))
	fail("wrong input", m.BackwardParams(ws, g, kernels.NewMatrix[float32](2, 4), d, 0, 1))
	fail("no such part", m.BackwardParams(ws, g, x, d, 1, 1))
	fail("another's workspace", m.BackwardInput(must(other.NewWorkspace(2)), d, none))
	fail("another's workspace", m.BackwardParams(must(other.NewWorkspace(2)), g, x, d, 0, 1))
}

func TestInitAndTensors(t *testing.T) {
	m := must(NewMLP[float64](50, []Layer{{Out: 40}, {Out: 30, Init: Glorot}, {Out: 200, Init: He}}, kernels.NewKey(5, 1)))
	limits := map[string]float64{"enc.0.weight": 1 / math.Sqrt(50), "enc.0.bias": 1 / math.Sqrt(50), "enc.1.weight": math.Sqrt(6.0 / 70)}
	n := 0
	for name, w := range m.Tensors("enc") {
		n += w.Rows * w.Cols
		sum, sq, top := 0.0, 0.0, 0.0
		for _, v := range w.Data {
			sum, sq, top = sum+v, sq+v*v, max(top, math.Abs(v))
		}
		k := float64(len(w.Data))
		if limit, ok := limits[name]; ok {
			if top > limit || top < 0.9*limit || math.Abs(sum/k) > 4*limit/math.Sqrt(3*k) {
				t.Errorf("%s: largest %v of limit %v, mean %v", name, top, limit, sum/k)
			}
		} else if name == "enc.2.weight" {
			if sd := math.Sqrt(sq / k); math.Abs(sd*math.Sqrt(15)-1) > 0.05 {
				t.Errorf("%s: standard deviation %v, want %v", name, sd, 1/math.Sqrt(15))
			}
		} else if top != 0 {
			t.Errorf("%s: want zeros", name)
		}
	}
	if n != m.Len() || m.Len() != 51*40+41*30+31*200 || m.In() != 50 || m.Out() != 200 || len(m.Layers()) != 3 {
		t.Errorf("%d parameters in tensors, Len %d, In %d, Out %d", n, m.Len(), m.In(), m.Out())
	}
	for range m.Tensors("x") {
		break
	}
	same := must(NewMLP[float64](50, []Layer{{Out: 40}}, kernels.NewKey(5, 1)))
	if !slices.Equal(same.Params(), m.Params()[:same.Len()]) {
		t.Error("the first layer's draw depends on the layers behind it")
	}
}

func TestNoAllocations(t *testing.T) { noAllocations[float32](t); noAllocations[float64](t) }

func noAllocations[T kernels.Float](t *testing.T) {
	const rows = 9
	layers := []Layer{{Out: 13, Act: ReLU}, {Out: 12, Act: Tanh}, {Out: 11, Act: Sigmoid}, {Out: 10, Act: Softplus}, {Out: 3}}
	m := must(NewMLP[T](17, layers, kernels.NewKey(1, 1)))
	ws, a, g := must(m.NewWorkspace(rows)), must(NewAdam[T](m.Len(), AdamOptions{})), make([]T, m.Len())
	x, d, dIn := normals[T](rows, 17, 1), normals[T](rows, 3, 2), kernels.NewMatrix[T](rows, 17)
	if n := testing.AllocsPerRun(20, func() {
		must(m.Forward(ws, x))
		if err := m.Backward(ws, g, x, d, dIn); err != nil {
			t.Fatal(err)
		}
		if err := a.Step(m.Params(), g); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per step, want 0", n)
	}
}

// TestLearns: the whole of it fits a curve.
func TestLearns(t *testing.T) {
	const rows = 32
	m := must(NewMLP[float32](1, []Layer{{Out: 16, Act: Tanh}, {Out: 1}}, kernels.NewKey(2, 0)))
	ws, a, g := must(m.NewWorkspace(rows)), must(NewAdam[float32](m.Len(), AdamOptions{LR: 1e-2})), make([]float32, m.Len())
	x, want, d := kernels.NewMatrix[float32](rows, 1), make([]float64, rows), kernels.NewMatrix[float32](rows, 1)
	for i := range want {
		v := 6*float64(i)/rows - 3
		x.Data[i], want[i] = float32(v), math.Sin(v)
	}
	loss := 0.0
	for range 1000 {
		y := must(m.Forward(ws, x))
		loss = 0
		for i, v := range y.Data[:rows] {
			e := float64(v) - want[i]
			loss += e * e / rows
			d.Data[i] = float32(2 * e / rows)
		}
		if err := m.Backward(ws, g, x, d, kernels.Matrix[float32]{}); err != nil {
			t.Fatal(err)
		}
		if err := a.Step(m.Params(), g); err != nil {
			t.Fatal(err)
		}
	}
	if !(loss < 1e-3) {
		t.Errorf("mean squared error %v after 1000 steps, want < 1e-3", loss)
	}
}

// TestReLUGrad: the derivative is 0 at both zeros.
func TestReLUGrad(t *testing.T) {
	negZero := math.Copysign(0, -1)
	d := make([]float64, 4)
	kernels.ActivationGrad(d, []float64{3, 3, 3, -3}, []float64{0, negZero, 5e-324, 2}, ReLU)
	if !slices.Equal(d, []float64{0, 0, 3, -3}) {
		t.Errorf("float64: %v", d)
	}
	e := make([]float32, 4)
	kernels.ActivationGrad(e, []float32{3, 3, 3, -3}, []float32{0, float32(negZero), 1e-45, 2}, ReLU)
	if !slices.Equal(e, []float32{0, 0, 3, -3}) {
		t.Errorf("float32: %v", e)
	}
}
