package em_test

import (
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// testHMMLostStates compares with recursions by logarithms models whose transitions are of all sizes, and sequences that leap between states that are as far
// apart as T reaches: now a path through a state that the scaled recursion rounds to 0 is the most probable one, now it is nothing.
func testHMMLostStates[T kernels.Float](t *testing.T, far, tol float64) {
	sizes := []float64{0, 0, 1e-250, 1e-60, 1e-30, 1e-12, 1e-3, 1, 1}
	for seed := range uint64(60) {
		u := hmmUniforms(1000, 900+seed)
		draw := func() float64 { v := u[0]; u = u[1:]; return v }
		k := 2 + int(4*draw())
		p := em.HMMParameters{Initial: make([]float64, k), Transitions: kernels.NewMatrix[float64](k, k), Means: kernels.NewMatrix[float64](k, 1)}
		fill := func(row []float64) {
			sum := 0.0
			for j := range row {
				row[j] = sizes[int(float64(len(sizes))*draw())]
				sum += row[j]
			}
			if sum == 0 {
				row[int(float64(k)*draw())], sum = 1, 1
			}
			for j := range row {
				row[j] /= sum
			}
		}
		fill(p.Initial)
		for i := range k {
			fill(p.Transitions.Row(i))
			p.Means.Row(i)[0] = far * float64(i)
			p.Covariances = append(p.Covariances, kernels.MatrixOf(1, 1, []float64{1}))
		}
		m, err := em.NewHMMFrom[T](p, em.HMMOptions{Prior: em.PriorNone})
		if err != nil {
			t.Fatal(err)
		}
		h := newNaiveHMM(m)
		n := 3 + int(30*draw())
		x := kernels.NewMatrix[T](n, 1)
		at := 0.0
		for i := range x.Data {
			if draw() < 0.3 {
				at = float64(k-1) * draw()
				if draw() < 0.7 {
					at = math.Round(at)
				}
			}
			x.Data[i] = T(far*at + draw())
		}
		rows := elbo.Of(x)
		z, gamma, xi := h.run(hmmSplit(elbo.Rows[T]{X: x, Lengths: []int{n}})[0])
		logLik, err := m.LogLikelihood(rows)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Responsibilities(rows)
		if err != nil {
			t.Fatal(err)
		}
		stats, l := hmmStats(m, rows)
		if !near(logLik[0], z, tol) || l.LogZ != logLik[0] {
			t.Errorf("seed %d: the log-likelihood is %v and %v, want %v", seed, logLik[0], l.LogZ, z)
		}
		if math.IsInf(z, -1) {
			continue
		}
		slack := 10 * tol * (1 + math.Abs(z)) // the densities' rounding
		for i := range n {
			for j, v := range gamma[i] {
				if math.Abs(float64(r.Row(i)[j])-v) > slack {
					t.Fatalf("%T, seed %d: γ of row %d is %v, want %v", T(0), seed, i, r.Row(i), gamma[i])
				}
			}
		}
		for i := range k {
			for j := range k {
				if got := stats[k+i*k+j]; math.Abs(got-xi[i][j]) > slack*float64(n) {
					t.Fatalf("%T, seed %d: %v transitions from %d to %d, want %v", T(0), seed, got, i, j, xi[i][j])
				}
			}
		}
	}
}

func TestHMMLostStates(t *testing.T) {
	testHMMLostStates[float64](t, 45, 1e-12)
	testHMMLostStates[float32](t, 15, 1e-6)
}
