package em

import (
	"math"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// testHMMParts: what is kept of the forward recursion, and what is made again, does not touch a bit; nor does it whether few sequences go frame
// after frame or side by side.
func testHMMParts[T kernels.Float](t *testing.T, lengths []int) {
	n := 0
	for _, l := range lengths {
		n += l
	}
	x := kernels.NewMatrix[T](n, 1)
	u := make([]float64, n)
	kernels.Normal(u, kernels.NewKey(5, 5), kernels.Counter{})
	for i, v := range u {
		place := i / 9
		if i > 701 && i < 2001 {
			place += i / 200 // past a state
		}
		x.Data[i] = T(v + float64(40*(place%4)))
		if i%17 == 0 {
			x.Data[i] = T(math.NaN())
		}
	}
	rows := elbo.Rows[T]{X: x, Lengths: lengths, Weights: []float64{1, 2, 0.5, 1, 3, 1, 1}[:len(lengths)]}
	one := kernels.MatrixOf(1, 1, []float64{1})
	m, err := NewHMMFrom[T](HMMParameters{
		Initial: []float64{0.5, 0.25, 0.25, 0}, Means: kernels.MatrixOf(4, 1, []float64{0, 40, 80, 120}), Covariances: []kernels.Matrix[float64]{one, one, one, one},
		Transitions: kernels.MatrixOf(4, 4, []float64{0.5, 0.5, 0, 0, 0, 0.5, 0.5, 0, 0, 0.25, 0.25, 0.5, 1e-200, 0, 0.5, 0.5}),
	}, HMMOptions{Prior: PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	run := func(most, few int) (stats []float64, local elbo.Local, gamma kernels.Matrix[T], path []int, logp []float64, lost []bool) {
		e := m.NewEStep().(*hmmEStep[T])
		e.pass.most, e.pass.lanes.few = most, few
		stats = make([]float64, m.StatsLen())
		local = e.EStep(stats, rows)
		s, gamma := m.NewScorer(), kernels.NewMatrix[T](n, 4)
		w := s.NewWorkspace()
		w.pass.most, w.pass.lanes.few = most, few
		for range 2 { // the second time nothing is left of the first
			if err := s.Responsibilities(gamma, rows, w); err != nil {
				t.Fatal(err)
			}
		}
		path, logp = make([]int, n), make([]float64, len(lengths))
		if err := s.Viterbi(path, logp, rows, w); err != nil {
			t.Fatal(err)
		}
		return stats, local, gamma, path, logp, slices.Clone(e.pass.lost.lost[:len(lengths)])
	}
	stats, local, gamma, path, logp, lost := run(hmmHeld, 1)
	if len(lengths) == 5 && (!slices.Contains(lost, true) || !slices.Contains(lost, false)) {
		t.Errorf("lost is %v: want sequences of either kind", lost)
	}
	for i, most := range []int{hmmHeld, hmmHeld, hmmHeld, 2, 3, 4, 2, 2} {
		few := []int{2, 3, 4, 1, 2, 4, 4, kernels.HMMSequences}[i]
		s, l, g, way, p, _ := run(most, few)
		if !slices.Equal(s, stats) || l != local || !slices.Equal(g.Data, gamma.Data) || !slices.Equal(way, path) || !slices.Equal(p, logp) {
			t.Errorf("%T: with %d blocks a part, %d few, the bits are others", T(0), most, few)
		}
	}
	for i := range n {
		if sum := kernels.Sum(gamma.Row(i)); math.Abs(float64(sum)-1) > 1e-5 {
			t.Fatalf("γ of row %d is %v", i, gamma.Row(i))
		}
	}
}

func TestHMMParts(t *testing.T) {
	for _, lengths := range [][]int{{700, 1, 1300, 40, 1031}, {300, 300, 700, 700, 700, 20, 701}, {400, 900}} {
		testHMMParts[float64](t, lengths)
		testHMMParts[float32](t, lengths)
	}
}
