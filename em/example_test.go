package em_test

import (
	"bytes"
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// Old Faithful's eruptions are short or long. The results are the same digits on every machine.
func ExampleFitGMM() {
	x := datasets.Faithful()
	m, r, err := em.FitGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 2, Prior: em.PriorNone})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("log-likelihood %.6f nats, BIC %.3f, %v\n", r.LogLik, m.BIC(r.LogLik, x.Rows), r.Reason)
	for k, w := range m.Weights() {
		fmt.Printf("%.4f of the eruptions: %.3f min, after %.2f min\n", w, m.Means().Row(k)[0], m.Means().Row(k)[1])
	}
	// Output:
	// log-likelihood -1130.263961 nats, BIC 2322.192, converged
	// 0.6441 of the eruptions: 4.290 min, after 79.97 min
	// 0.3559 of the eruptions: 2.036 min, after 54.48 min
}

// New and elbo.Steps show a fit while it runs.
func ExampleNewGMM() {
	ctx, x := context.Background(), datasets.Faithful()
	o := em.GMMOptions{K: 2, Covariance: em.Diagonal, Options: elbo.Options{Seed: 1}}
	m, err := em.NewGMM(ctx, elbo.Of(x), o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for p, err := range elbo.Steps(ctx, m, elbo.Of(x), o.Options) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d: bound %.4f, log-likelihood %.4f\n", p.Iter, p.Bound, p.LogLik)
	}
	// Output:
	// 0: bound -1156.2822, log-likelihood -1149.5210
	// 1: bound -1154.9904, log-likelihood -1147.8949
	// 2: bound -1154.9856, log-likelihood -1147.8704
	// 3: bound -1154.9856, log-likelihood -1147.8694
}

// A Scorer serves rows without allocating; each goroutine has a workspace of its own.
func ExampleScorer() {
	m, _, err := em.FitGMM(context.Background(), elbo.Of(datasets.Faithful()), em.GMMOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := m.NewScorer()
	w := s.NewWorkspace()
	row := kernels.MatrixOf(1, 2, []float64{3, 65})
	density, r := make([]float64, 1), kernels.NewMatrix[float64](1, 2)
	if err := s.LogDensity(density, row, w); err != nil {
		fmt.Println(err)
	}
	if err := s.Responsibilities(r, row, w); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("log-density %.4f, responsibilities %.4f\n", density[0], r.Data)
	// Output: log-density -8.8432, responsibilities [0.7393 0.2607]
}

// A model goes to a file and comes back to the bit.
func ExampleGMM_Save() {
	m, _, err := em.FitGMM(context.Background(), elbo.Of(datasets.Faithful()), em.GMMOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		fmt.Println(err)
	}
	again, err := em.LoadGMM[float64](&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)))
	// Output: true
}

// The air of New York on 153 days has 44 missing values. All days count: a missing value is integrated out of the fit, and Impute tells
// what the model expects in its place.
func ExampleGMM_Impute() {
	x := datasets.AirQuality() // ozone, solar radiation, wind, temperature
	m, r, err := em.FitGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("log-likelihood %.4f nats, %v\n", r.LogLik, r.Reason)
	filled, deviations, err := m.ImputeDeviations(x)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, day := range []int{4, 26} {
		fmt.Printf("day %d: observed %.1f\n", day, x.Row(day))
		fmt.Printf("  expected %.1f ± %.1f\n", filled.Row(day), deviations.Row(day))
	}
	// Output:
	// log-likelihood -2278.9497 nats, converged
	// day 4: observed [NaN NaN 14.3 56.0]
	//   expected [2.8 132.3 14.3 56.0] ± [12.6 89.4 0.0 0.0]
	// day 26: observed [NaN NaN 8.0 57.0]
	//   expected [9.0 112.7 8.0 57.0] ± [12.6 89.4 0.0 0.0]
}
