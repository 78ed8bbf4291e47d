package em_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	w := kernels.MatrixOf(6, 2, []float64{1, 0, .8, .1, .5, -.5, 0, 1, .3, .9, .2, -.7})
	truth, err := em.NewFAFrom[float64]([]float64{1, 2, 3, 4, 5, 6}, w, []float64{.1, .2, .3, .4, .5, .2}, em.FAOptions{})
	if err != nil {
		t.Fatal(err)
	}
	x, _ := truth.Sample(2000, 1)
	m, r, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Prior: em.PriorNone})
	fmt.Println(r.Iterations, r.Bounds, err, r.Reason)
	fmt.Println(m.Noise(), m.Loadings())
	m2, _ := em.NewFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Prior: em.PriorNone})
	r2, err := elbo.Fit(ctx, m2, elbo.Of(x), elbo.Options{})
	fmt.Println(r2.Iterations, r2.Bounds, err, r2.Reason)
	u := make([]float64, len(x.Data))
	kernels.Uniform(u, kernels.NewKey(4, 4), kernels.Counter{})
	for i, v := range u {
		if v < .3 {
			x.Data[i] = math.NaN()
		}
	}
	for _, s := range []int{1, 2, 8, 30} {
		m3, r3, err := em.FitFA(ctx, elbo.Of(x), em.FAOptions{Q: 2, Steps: s})
		fmt.Println(r3.Iterations, r3.Bound, err, r3.Reason)
		fmt.Println(m3.Noise(), m3.Loadings())
	}
	m4, r4, err := em.FitPPCA(ctx, elbo.Of(x), em.PPCAOptions{Q: 2})
	fmt.Println(r4.Iterations, r4.Bounds, err, r4.Reason)
	fmt.Println(m4.Noise(), m4.Loadings())
}
