package vem_test

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
	"example.com/elbo/vem"
)

// Six components for data that have two clusters: four die.
func ExampleFitGMM() {
	x := datasets.Faithful() // 272 eruptions: duration and waiting time, minutes
	m, result, err := vem.FitGMM(context.Background(), elbo.Of(x), vem.GMMOptions{K: 6})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %d components live, %v, bound %.2f nats\n", m.Live(1), m.K(), result.Reason, result.Bound)
	for k, n := range m.EffectiveCounts() {
		if n > 1 {
			fmt.Printf("%.1f rows about %.2f\n", n, m.Means().Row(k))
		}
	}
	// The bound prefers the two components that live to the six.
	_, two, _ := vem.FitGMM(context.Background(), elbo.Of(x), vem.GMMOptions{K: 2})
	fmt.Printf("with 2 components: %.2f nats\n", two.Bound)
	// Output:
	// 2 of 6 components live, converged, bound -1184.51 nats
	// 97.2 rows about [2.05 54.69]
	// 174.8 rows about [4.29 79.95]
	// with 2 components: -1178.98 nats
}

// Scoring on a serving path: one Scorer for all goroutines, one Workspace for each, no allocation per call.
func ExampleGMM_NewScorer() {
	m, _, err := vem.FitGMM(context.Background(), elbo.Of(datasets.Faithful()), vem.GMMOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	scorer := m.NewScorer()
	workspace := scorer.NewWorkspace()
	density := make([]float64, 2)
	rows := kernels.MatrixOf(2, 2, []float64{4.3, 80, 3, 120})
	if err := scorer.LogDensity(density, rows, workspace); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", density)
	// Output:
	// [-3.140 -36.936]
}
