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

// The yearly numbers of great inventions and discoveries, 1860 to 1959 (The World Almanac and Book of Facts, 1975): years of two kinds, and 1900 to 1902 unknown.
func ExampleHMM_Impute() {
	x := kernels.MatrixOf(100, 1, []float64{
		5, 3, 0, 2, 0, 3, 2, 3, 6, 1, 2, 1, 2, 1, 3, 3, 3, 5, 2, 4, 4, 0, 2, 3, 7, 12, 3, 10, 9, 2, 3, 7, 7, 2, 3, 3, 6, 2, 4, 3, 5, 2, 2, 4, 0, 4, 2, 5, 2, 3,
		3, 6, 5, 8, 3, 6, 6, 0, 5, 2, 2, 2, 6, 3, 4, 4, 2, 2, 4, 7, 5, 3, 3, 0, 2, 2, 2, 1, 3, 4, 2, 2, 1, 1, 1, 2, 1, 4, 4, 3, 2, 1, 4, 1, 1, 1, 0, 0, 2, 0,
	})
	for year := 1900; year < 1903; year++ {
		x.Row(year - 1860)[0] = math.NaN()
	}
	m, r, err := em.FitHMM(context.Background(), elbo.Of(x), em.HMMOptions{K: 2, Emission: em.PoissonEmission, Options: elbo.Options{Tol: 1e-9, MaxIter: 5000}})
	if err != nil {
		fmt.Println(err)
		return
	}
	path, err := m.Predict(elbo.Of(x))
	if err != nil {
		fmt.Println(err)
		return
	}
	filled, err := m.Impute(elbo.Of(x))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v, %.3f a year or %.3f\n", r.Reason, m.Means().Row(0)[0], m.Means().Row(1)[0])
	for i, k := range path {
		if i == 0 || k != path[i-1] {
			fmt.Printf("from %d on: state %d\n", 1860+i, k)
		}
	}
	fmt.Printf("1900 to 1902: %.3f\n", filled.Data[40:43])
	// Output:
	// converged, 5.342 a year or 2.383
	// from 1860 on: state 0
	// from 1861 on: state 1
	// from 1884 on: state 0
	// from 1893 on: state 1
	// from 1911 on: state 0
	// from 1917 on: state 1
	// 1900 to 1902: [2.837 2.838 2.793]
}
