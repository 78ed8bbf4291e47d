package kernels

import (
	"fmt"
	"math"
	"math/big"
	"testing"
)

func init() { registerOptim[float32](); registerOptim[float64]() }

func registerOptim[T Float]() {
	step := func(name string, names []string, roles []role, run func(d []int, b [][]T)) {
		register(spec[T]{
			name: name, shapes: lengths(2*lanesF32+3, 200, pieceLen+5), bits: [][]int{{1}, {37}, {1000}}, any: true,
			ops: sameLength(names, roles),
			fill: func(d []int, b [][]T, g *gen) {
				for i := range b {
					fillNormal(b[i], g)
				}
				if n := len(b) - 2; n > 0 { // running squares
					for i, v := range b[n] {
						b[n][i] = v * v
					}
				}
			},
			run: run,
		})
	}
	step("Adam", []string{"p", "m", "v", "g"}, []role{inout, inout, inout, in}, func(d []int, b [][]T) {
		Adam(b[0], b[1], b[2], b[3], AdamStep[T]{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Step: 3 + d[0]})
	})
	step("Adam.decay", []string{"p", "m", "v", "g"}, []role{inout, inout, inout, in}, func(d []int, b [][]T) {
		Adam(b[0], b[1], b[2], b[3], AdamStep[T]{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Step: 3 + d[0], WeightDecay: 0.3})
	})
	step("SGD", []string{"p", "g"}, []role{inout, in}, func(_ []int, b [][]T) {
		SGD(b[0], b[1], SGDStep[T]{LR: 0.1, WeightDecay: 0.3})
	})
	step("Momentum", []string{"p", "v", "g"}, []role{inout, inout, in}, func(_ []int, b [][]T) {
		Momentum(b[0], b[1], b[2], SGDStep[T]{LR: 0.1, WeightDecay: 0.3, Momentum: 0.9})
	})
	step("Momentum.Nesterov", []string{"p", "v", "g"}, []role{inout, inout, in}, func(_ []int, b [][]T) {
		Momentum(b[0], b[1], b[2], SGDStep[T]{LR: 0.1, WeightDecay: 0.3, Momentum: 0.9, Nesterov: true})
	})
	step("AdaGrad", []string{"p", "s", "g"}, []role{inout, inout, in}, func(_ []int, b [][]T) {
		AdaGrad(b[0], b[1], b[2], AdaGradStep[T]{LR: 0.1, Epsilon: 1e-8, WeightDecay: 0.3})
	})
}

// TestOptimisers follows the formulas of the other steps in float64.
func TestOptimisers(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testOptimisers[float32](t, 1e-5); testOptimisers[float64](t, 1e-14) })
}

func testOptimisers[T Float](t *testing.T, tol float64) {
	const n, lr, decay, mu, eps = 21, 0.05, 0.1, 0.9, 1e-3
	for _, c := range []struct {
		name string
		step func(p, s, g []T)
		want func(p, s, g float64) (float64, float64)
	}{
		{"SGD", func(p, _, g []T) { SGD(p, g, SGDStep[T]{LR: lr, WeightDecay: decay}) },
			func(p, s, g float64) (float64, float64) { return p - float64(lr*(g+float64(decay*p))), s }},
		{"Momentum", func(p, s, g []T) { Momentum(p, s, g, SGDStep[T]{LR: lr, WeightDecay: decay, Momentum: mu}) },
			func(p, s, g float64) (float64, float64) {
				s = float64(mu*s) + g + float64(decay*p)
				return p - float64(lr*s), s
			}},
		{"Momentum.Nesterov", func(p, s, g []T) {
			Momentum(p, s, g, SGDStep[T]{LR: lr, WeightDecay: decay, Momentum: mu, Nesterov: true})
		},
			func(p, s, g float64) (float64, float64) {
				d := g + float64(decay*p)
				s = float64(mu*s) + d
				return p - float64(lr*(d+float64(mu*s))), s
			}},
		{"AdaGrad", func(p, s, g []T) { AdaGrad(p, s, g, AdaGradStep[T]{LR: lr, Epsilon: eps, WeightDecay: decay}) },
			func(p, s, g float64) (float64, float64) {
				d := g + float64(decay*p)
				s += float64(d * d)
				return p - float64(lr*d)/(math.Sqrt(s)+eps), s
			}},
	} {
		g := &gen{s: 4}
		p, s, grad := make([]T, n), make([]T, n), make([]T, n)
		fillNormal(p, g)
		wp, ws := make([]float64, n), make([]float64, n)
		for i := range p {
			wp[i] = float64(p[i])
		}
		for range 10 {
			fillNormal(grad, g)
			c.step(p, s, grad)
			for i := range p {
				wp[i], ws[i] = c.want(wp[i], ws[i], float64(grad[i]))
			}
		}
		for i := range p {
			if math.Abs(float64(p[i])-wp[i]) > tol*10 || math.Abs(float64(s[i])-ws[i]) > tol*50 {
				t.Fatalf("%s: element %d is %v, state %v, want %v, %v", c.name, i, p[i], s[i], wp[i], ws[i])
			}
		}
	}
}

// ExampleAdam minimises (x − 3)².
func ExampleAdam() {
	x, m, v, g := []float64{0}, []float64{0}, []float64{0}, []float64{0}
	for t := 1; t <= 500; t++ {
		g[0] = 2 * (x[0] - 3)
		Adam(x, m, v, g, AdamStep[float64]{LR: 0.1, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Step: t})
	}
	fmt.Printf("%.3f\n", x[0])
	// Output: 3.000
}

// TestAdam follows the paper's formulas in 200 bits.
func TestAdam(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		for _, decay := range []float32{0, 0.25} {
			testAdam(t, decay, 2e-6)
			testAdam(t, float64(decay), 4e-15)
		}
	})
}

func testAdam[T Float](t *testing.T, decay T, tol float64) {
	const n, steps = 45, 20
	g := &gen{s: 1}
	p, m, v, grad := make([]T, n), make([]T, n), make([]T, n), make([]T, n)
	fillNormal(p, g)
	bf := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	op := func() *big.Float { return new(big.Float).SetPrec(200) }
	P, M, V := make([]*big.Float, n), make([]*big.Float, n), make([]*big.Float, n)
	for i := range p {
		P[i], M[i], V[i] = bf(float64(p[i])), bf(0), bf(0)
	}
	s := AdamStep[T]{LR: 1e-2, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: decay}
	b1, b2, one := bf(float64(s.Beta1)), bf(float64(s.Beta2)), bf(1)
	c1, c2, p1, p2 := op().Sub(one, b1), op().Sub(one, b2), bf(1), bf(1)
	for s.Step = 1; s.Step <= steps; s.Step++ {
		fillNormal(grad, g)
		Adam(p, m, v, grad, s)
		p1.Mul(p1, b1)
		p2.Mul(p2, b2)
		for i := range P {
			gi := bf(float64(grad[i]))
			M[i] = op().Add(op().Mul(b1, M[i]), op().Mul(c1, gi))
			V[i] = op().Add(op().Mul(b2, V[i]), op().Mul(c2, op().Mul(gi, gi)))
			mh, vh := op().Quo(M[i], op().Sub(one, p1)), op().Quo(V[i], op().Sub(one, p2))
			d := op().Add(op().Sqrt(vh), bf(float64(s.Epsilon)))
			P[i].Mul(P[i], op().Sub(one, op().Mul(bf(float64(s.LR)), bf(float64(s.WeightDecay)))))
			P[i].Sub(P[i], op().Quo(op().Mul(bf(float64(s.LR)), mh), d))
		}
	}
	for i := range p {
		want, _ := P[i].Float64()
		if math.Abs(float64(p[i])-want) > tol*(1+math.Abs(want)) {
			t.Errorf("after %d steps element %d is %v, want %v", steps, i, p[i], want)
		}
	}
}

// TestAdamDecay: 1−αλ is rounded to float32 once, from float64: here just below the middle between 1 and the number before it.
func TestAdamDecay(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		p, zero := []float32{1}, []float32{0}
		Adam(p, []float32{0}, []float32{0}, zero, AdamStep[float32]{LR: 0xa265b1p-35, WeightDecay: 0xc9c6dfp-37, Beta1: 0.5, Beta2: 0.5, Epsilon: 1, Step: 1})
		if p[0] != 1-0x1p-24 {
			t.Errorf("decayed to %x, want %x", p[0], 1-0x1p-24)
		}
	})
}

func TestAdamPanics(t *testing.T) {
	a, b := make([]float64, 3), make([]float64, 4)
	if got, want := mustPanic(t, func() { Adam(a, a, a, b, AdamStep[float64]{Step: 1}) }), "kernels: Adam: g has length 4, want 3"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	if got, want := mustPanic(t, func() { Adam(a, a, a, a, AdamStep[float64]{}) }), "kernels: Adam: Step is 0: the first step is 1"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
}
