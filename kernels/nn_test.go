package kernels

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func init() { registerNN[float32](); registerNN[float64]() }

// sameLength are operands that are all as long as the shape.
func sameLength(names []string, roles []role) func(d []int) []operand {
	return func(d []int) []operand {
		r := make([]operand, len(names))
		for i := range r {
			r[i] = operand{name: names[i], role: roles[i], len: d[0]}
		}
		return r
	}
}

func registerNN[T Float]() {
	shapes := lengths(2*lanesF32+3, 131, 200, lossPiece, lossPiece+1, 2*lossPiece+7)
	bits := [][]int{{1}, {37}, {1000}}
	for _, act := range []struct {
		name string
		act  Activation
	}{{"Identity", ActIdentity}, {"ReLU", ActReLU}, {"Tanh", ActTanh}, {"Sigmoid", ActSigmoid}, {"Softplus", ActSoftplus}} {
		register(spec[T]{
			name: "ActivationGrad." + act.name, shapes: lengths(2*lanesF32+3, pieceLen+5), bits: bits, any: true, part: elementwise[T],
			ops: func(d []int) []operand {
				return []operand{{name: "d", role: out, len: d[0], alias: 2, or: 3}, {name: "dy", role: in, len: d[0]}, {name: "y", role: in, len: d[0]}}
			},
			run: func(_ []int, b [][]T) { ActivationGrad(b[0], b[1], b[2], act.act) },
		})
	}
	loss := func(name string, names []string, roles []role, run func(b [][]T) T, fill func(b [][]T, g *gen), place ...string) {
		ops := sameLength(names, roles)
		register(spec[T]{
			name: name, shapes: shapes, bits: bits, any: true, totals: []string{"loss"},
			part: func(d []int, b [][]T, lo, hi int) ([]int, [][]T) {
				d, r := elementwise(d, b[1:], lo, hi)
				return d, append([][]T{b[0]}, r...)
			},
			ops: func(d []int) []operand {
				r := append([]operand{{name: "loss", role: out, len: 1}}, ops(d)...)
				for i := 0; i < len(place); i += 2 { // one operand that may stand in the place of another
					r[1+slices.Index(names, place[i])].alias = 2 + slices.Index(names, place[i+1])
				}
				return r
			},
			fill: func(d []int, b [][]T, g *gen) {
				for i := range b {
					fillNormal(b[i], g)
				}
				fill(b[1:], g)
			},
			run: func(_ []int, b [][]T) { b[0][0] = run(b[1:]) },
		})
	}
	missing := func(x []T, g *gen, f func(v T) T) {
		for i := range x {
			x[i] = f(x[i])
			if g.intn(5) == 0 {
				x[i] = T(math.NaN())
			}
		}
	}
	binary := func(v T) T {
		if v > 0 {
			return 1
		}
		return 0
	}
	plain := func(v T) T { return v }
	loss("BernoulliLogits", []string{"grad", "a", "x"}, []role{out, in, in},
		func(b [][]T) T { return BernoulliLogits(b[0], b[1], b[2], 0.25) }, func(b [][]T, g *gen) { missing(b[2], g, binary) }, "grad", "a")
	loss("BernoulliLogits.value", []string{"a", "x"}, []role{in, in},
		func(b [][]T) T { return BernoulliLogits(nil, b[0], b[1], 1) }, func(b [][]T, g *gen) { missing(b[1], g, binary) })
	loss("GaussianMeans", []string{"grad", "mean", "x"}, []role{out, in, in},
		func(b [][]T) T { return GaussianMeans(b[0], b[1], b[2], 1.5, 0.25) }, func(b [][]T, g *gen) { missing(b[2], g, plain) }, "grad", "mean")
	loss("GaussianMeans.value", []string{"mean", "x"}, []role{in, in},
		func(b [][]T) T { return GaussianMeans(nil, b[0], b[1], 1.5, 1) }, func(b [][]T, g *gen) { missing(b[1], g, plain) })
	loss("GaussianLogVars", []string{"dMean", "dLogVar", "mean", "logVar", "x"}, []role{out, out, in, in, in},
		func(b [][]T) T { return GaussianLogVars(b[0], b[1], b[2], b[3], b[4], -1.5, 1.25, 0.25) },
		func(b [][]T, g *gen) { missing(b[4], g, plain) }, "dMean", "mean", "dLogVar", "logVar")
	loss("GaussianLogVars.value", []string{"mean", "logVar", "x"}, []role{in, in, in},
		func(b [][]T) T { return GaussianLogVars(nil, nil, b[0], b[1], b[2], -1.5, 1.25, 1) },
		func(b [][]T, g *gen) { missing(b[2], g, plain) })
	loss("Reparameterise", []string{"z", "sigma", "mu", "logVar", "eps"}, []role{out, out, in, in, in},
		func(b [][]T) T { return Reparameterise(b[0], b[1], b[2], b[3], b[4]) }, func([][]T, *gen) {}, "z", "eps", "sigma", "logVar")
	register(spec[T]{
		name: "ReparameteriseGrad", shapes: lengths(2*lanesF32+3, 131, 1000), bits: bits, any: true, part: elementwise[T],
		ops: sameLength([]string{"dMu", "dLogVar", "dz", "mu", "sigma", "eps"}, []role{inout, inout, in, in, in, in}),
		run: func(_ []int, b [][]T) { ReparameteriseGrad(b[0], b[1], b[2], b[3], b[4], b[5], 0.25) },
	})
}

// TestLosses compares the losses with their formulas in float64, and the gradients with central differences of those.
func TestLosses(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		t.Run("f32", func(t *testing.T) { testLosses[float32](t, 1e-5) })
		t.Run("f64", func(t *testing.T) { testLosses[float64](t, 1e-13) })
	})
}

func testLosses[T Float](t *testing.T, tol float64) {
	const n, scale = 600, 0.5
	g := &gen{s: 3}
	a, s, x, bin, e := make([]T, n), make([]T, n), make([]T, n), make([]T, n), make([]T, n)
	for _, v := range [][]T{a, s, x, e} {
		fillNormal(v, g)
	}
	for i := range bin {
		bin[i] = T(g.intn(2))
		a[i] *= 4
		if i%7 == 0 {
			bin[i], x[i] = T(math.NaN()), T(math.NaN())
		}
	}
	g1, g2, g3 := make([]T, n), make([]T, n), make([]T, n)
	check := func(what string, got T, want, size float64) {
		t.Helper()
		if !(math.Abs(float64(got)-want) <= tol*size) {
			t.Fatalf("%s is %v, want %v", what, got, want)
		}
	}
	// f is the loss of element i alone as a function of two of its parameters; the gradients are checked by differences.
	compare := func(what string, total T, d1, d2 []T, p1, p2 []T, x []T, f func(i int, p1, p2 float64) float64) {
		t.Helper()
		sum, size := 0.0, 1.0
		for i := range n {
			u, v := float64(p1[i]), 0.0
			if p2 != nil {
				v = float64(p2[i])
			}
			l := 0.0
			if x == nil || x[i] == x[i] {
				l = f(i, u, v)
			}
			sum, size = sum+l, size+math.Abs(l)
			const h = 1e-4
			diff := func(df func(h float64) float64) float64 { // of fourth order
				return (8*(df(h)-df(-h)) - (df(2*h) - df(-2*h))) / (12 * h)
			}
			w1, w2 := 0.0, 0.0
			if x == nil || x[i] == x[i] {
				w1 = diff(func(h float64) float64 { return f(i, u+h, v) })
				w2 = diff(func(h float64) float64 { return f(i, u, v+h) })
			}
			if d1 != nil && !(math.Abs(float64(d1[i])+scale*w1) <= max(tol, 1e-9)*(3+math.Abs(w1))) {
				t.Fatalf("%s: gradient %d is %v, by differences %v", what, i, d1[i], -scale*w1)
			}
			if d2 != nil && !(math.Abs(float64(d2[i])+scale*w2) <= max(tol, 1e-9)*(3+math.Abs(w2))) {
				t.Fatalf("%s: second gradient %d is %v, by differences %v", what, i, d2[i], -scale*w2)
			}
		}
		check(what, total, sum, size)
	}

	logp := BernoulliLogits(g1, a, bin, scale)
	compare("BernoulliLogits", logp, g1, nil, a, nil, bin, func(i int, a, _ float64) float64 {
		return float64(float64(bin[i])*a) - max(a, 0) - math.Log1p(math.Exp(-math.Abs(a)))
	})
	if v := BernoulliLogits(nil, a, bin, scale); v != logp {
		t.Errorf("BernoulliLogits is %v with a gradient and %v without", logp, v)
	}

	const precision = 1.5
	q := GaussianMeans(g1, a, x, precision, scale)
	compare("GaussianMeans", -0.5*precision*q, g1, nil, a, nil, x, func(i int, m, _ float64) float64 {
		r := float64(x[i]) - m
		return -0.5 * precision * r * r
	})
	if v := GaussianMeans(nil, a, x, precision, scale); v != q {
		t.Errorf("GaussianMeans is %v with a gradient and %v without", q, v)
	}

	const lo, hi = -1.2345, 1.3456
	logp = GaussianLogVars(g1, g2, a, s, x, lo, hi, scale)
	compare("GaussianLogVars", logp, g1, g2, a, s, x, func(i int, m, v float64) float64 {
		c := min(max(v, rounded[T](lo)), rounded[T](hi))
		r := float64(x[i]) - m
		return -0.5 * (math.Log(2*math.Pi) + c + float64(r*r*math.Exp(-c)))
	})
	if v := GaussianLogVars(nil, nil, a, s, x, lo, hi, scale); v != logp {
		t.Errorf("GaussianLogVars is %v with gradients and %v without", logp, v)
	}

	z, sigma := make([]T, n), make([]T, n)
	kl := Reparameterise(z, sigma, a, s, e)
	compare("Reparameterise", kl, nil, nil, a, s, nil, func(_ int, m, v float64) float64 {
		return 0.5 * (float64(m*m) + math.Exp(v) - 1 - v)
	})
	for i := range z {
		check("z", z[i], float64(a[i])+float64(math.Exp(float64(s[i])/2)*float64(e[i])), 8)
	}
	// The gradient of w·z + scale·KL.
	clear(g2)
	clear(g3)
	ReparameteriseGrad(g2, g3, x, a, sigma, e, -scale) // compare multiplies by −scale
	for i := range x {
		if x[i] != x[i] {
			x[i], g2[i], g3[i] = 0, 0, 0
			ReparameteriseGrad(g2[i:i+1], g3[i:i+1], x[i:i+1], a[i:i+1], sigma[i:i+1], e[i:i+1], -scale)
		}
	}
	compare("ReparameteriseGrad", kl, g2, g3, a, s, nil, func(i int, m, v float64) float64 {
		zi := m + float64(math.Exp(v/2)*float64(e[i]))
		return 0.5*(float64(m*m)+math.Exp(v)-1-v) - float64(float64(x[i])*(zi-float64(z[i])))/scale
	})
}

// TestLossBounds: bounds of the log-variances that are no range are refused.
func TestLossBounds(t *testing.T) {
	x := make([]float64, 3)
	for _, b := range [][2]float64{{1, -1}, {math.NaN(), 1}, {-1, math.NaN()}} {
		if msg := mustPanic(t, func() { GaussianLogVars(nil, nil, x, x, x, b[0], b[1], 1) }); !strings.HasPrefix(msg, "kernels: GaussianLogVars: the log-variances of 3 elements are to be in [") {
			t.Errorf("bounds %v: %q", b, msg)
		}
	}
	GaussianLogVars(nil, nil, x, x, x, 1, 1, 1)
}

// rounded is v rounded to T.
func rounded[T Float](v float64) float64 { return float64(T(v)) }

// TestActivationGrad: the chain rule by differences of the activations themselves.
func TestActivationGrad(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		for _, c := range []struct {
			act Activation
			f   func(y, x []float64)
		}{
			{ActIdentity, func(y, x []float64) { copy(y, x) }}, {ActTanh, Tanh[float64]}, {ActSigmoid, Sigmoid[float64]}, {ActSoftplus, Softplus[float64]},
			{ActReLU, func(y, x []float64) { copy(y, x); reluRow(y) }},
		} {
			const h = 1e-5
			x := []float64{-3, -0.7, 0.2, 1.5, 4}
			y, hi, lo, up, down, d := make([]float64, 5), make([]float64, 5), make([]float64, 5), make([]float64, 5), make([]float64, 5), make([]float64, 5)
			for i, v := range x {
				up[i], down[i] = v+h, v-h
			}
			c.f(y, x)
			c.f(hi, up)
			c.f(lo, down)
			ActivationGrad(d, []float64{1, 2, 3, 4, 5}, y, c.act)
			for i := range x {
				if want := float64(i+1) * (hi[i] - lo[i]) / (2 * h); math.Abs(d[i]-want) > 1e-8 {
					t.Errorf("activation %d at %v: %v, want %v", c.act, x[i], d[i], want)
				}
			}
		}
	})
	if got, want := mustPanic(t, func() { ActivationGrad(make([]float64, 2), make([]float64, 2), make([]float64, 2), ActSoftplus+1) }),
		"kernels: ActivationGrad: activation 5 of 2 elements has no derivative by its output"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	if got, want := mustPanic(t, func() { GaussianLogVars[float64](nil, nil, nil, nil, nil, 1, 0, 1) }),
		"kernels: GaussianLogVars: the log-variances of 0 elements are to be in [1, 0]"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
}

// One pass gives the log-likelihood of two pixels, one of them missing, and the gradient.
func ExampleBernoulliLogits() {
	logits, x := []float64{2, -1}, []float64{1, math.NaN()}
	grad := make([]float64, 2)
	fmt.Printf("%.4f nats, ", BernoulliLogits(grad, logits, x, 1))
	fmt.Printf("gradient of the loss %.4f\n", grad)
	// Output: -0.1269 nats, gradient of the loss [-0.1192 0.0000]
}

// A draw from N(1, 0.25) by way of a standard normal variate, and its divergence from N(0, 1).
func ExampleReparameterise() {
	z, sigma := make([]float64, 1), make([]float64, 1)
	kl := Reparameterise(z, sigma, []float64{1}, []float64{math.Log(0.25)}, []float64{-0.5})
	fmt.Printf("z = %.2f, KL = %.4f nats\n", z[0], kl)
	// Output: z = 0.75, KL = 0.8181 nats
}
