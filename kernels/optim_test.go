package kernels

import (
	"fmt"
	"math"
	"math/big"
	"testing"
)

func init() { registerOptim[float32](); registerOptim[float64]() }

func registerOptim[T Float]() {
	register(spec[T]{
		name: "Adam", shapes: lengths(2*lanesF32+3, 200, pieceLen+5), bits: [][]int{{1}, {37}, {1000}}, any: true,
		ops: func(d []int) []operand {
			return []operand{
				{name: "p", role: inout, len: d[0]}, {name: "m", role: inout, len: d[0]},
				{name: "v", role: inout, len: d[0]}, {name: "g", role: in, len: d[0]},
			}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for i := range b {
				fillNormal(b[i], g)
			}
			for i, v := range b[2] {
				b[2][i] = v * v
			}
		},
		run: func(d []int, b [][]T) {
			Adam(b[0], b[1], b[2], b[3], AdamStep[T]{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Step: 3 + d[0]})
		},
	})
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
	forEachISA(t, func(t *testing.T) { testAdam[float32](t, 2e-6); testAdam[float64](t, 4e-15) })
}

func testAdam[T Float](t *testing.T, tol float64) {
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
	s := AdamStep[T]{LR: 1e-2, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
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

func TestAdamPanics(t *testing.T) {
	a, b := make([]float64, 3), make([]float64, 4)
	if got, want := mustPanic(t, func() { Adam(a, a, a, b, AdamStep[float64]{Step: 1}) }), "kernels: Adam: g has length 4, want 3"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	if got, want := mustPanic(t, func() { Adam(a, a, a, a, AdamStep[float64]{}) }), "kernels: Adam: Step is 0: the first step is 1"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
}
