package em_test

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// Old Faithful's eruptions in their order: after a short one there seldom is another short one. (Azzalini and Bowman 1990 saw as much.) The results are the
// same digits on every machine.
func ExampleFitHMM() {
	x := datasets.Faithful()
	m, r, err := em.FitHMM(context.Background(), elbo.Of(x), em.HMMOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("log-likelihood %.4f nats, BIC %.2f, %v\n", r.LogLik, m.BIC(r.LogLik, x.Rows), r.Reason)
	for k := range m.K() {
		fmt.Printf("%.2f min after %.1f min: then %.3f\n", m.Means().Row(k)[0], m.Means().Row(k)[1], m.Transitions().Row(k))
	}
	// Output:
	// log-likelihood -1096.5141 nats, BIC 2265.90, converged
	// 4.29 min after 80.0 min: then [0.477 0.523]
	// 2.04 min after 54.5 min: then [0.934 0.066]
}

// A filter follows one sequence while it comes in.
func ExampleHMMFilter() {
	m, err := em.NewHMMFrom[float64](em.HMMParameters{
		Initial:     []float64{0.5, 0.5},
		Transitions: kernels.MatrixOf(2, 2, []float64{0.9, 0.1, 0.2, 0.8}),
		Means:       kernels.MatrixOf(2, 1, []float64{0, 3}),
		Covariances: []kernels.Matrix[float64]{kernels.MatrixOf(1, 1, []float64{1}), kernels.MatrixOf(1, 1, []float64{1})},
	}, em.HMMOptions{Prior: em.PriorNone})
	if err != nil {
		fmt.Println(err)
		return
	}
	filter, state := m.NewScorer().NewFilter(), make([]float64, 2)
	for _, x := range []float64{0.2, 0.5, math.NaN(), 2.8} { // one frame is missing
		density, err := filter.Step([]float64{x})
		if err == nil {
			err = filter.State(state)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%v: log-density %.4f, states %.4f\n", x, density, state)
	}
	// Output:
	// 0.2: log-density -1.6120, states [0.9802 0.0198]
	// 0.5: log-density -1.1585, states [0.9936 0.0064]
	// NaN: log-density 0.0000, states [0.8955 0.1045]
	// 2.8: log-density -2.6004, states [0.0882 0.9118]
}
