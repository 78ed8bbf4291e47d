package vem

import (
	"context"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/internal/datasets"
)

// Every way of fitting ends at the bound of batch VEM, and none lets the bound fall.
func TestModes(t *testing.T) {
	rows := elbo.Of(datasets.Faithful()) // two clusters: more components would have several optima
	o := GMMOptions{K: 2, Options: elbo.Options{Tol: 1e-10}}
	_, want, err := FitGMM(context.Background(), rows, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*elbo.Options){
		"SQUAREM":     func(o *elbo.Options) { o.Accelerate = elbo.SQUAREM },
		"incremental": func(o *elbo.Options) { o.Schedule = elbo.Incremental{Blocks: 6} },
		"Aitken":      func(o *elbo.Options) { o.Aitken = true },
		"stepwise":    func(o *elbo.Options) { o.Schedule, o.MaxIter = elbo.Stepwise{Rows: 60}, 300 },
	} {
		o := o
		change(&o.Options)
		_, r, err := FitGMM(context.Background(), rows, o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		gap := 1e-5
		if name == "stepwise" {
			gap = 0.1
		} else {
			for i := 1; i < len(r.Bounds); i++ {
				if r.Bounds[i] < r.Bounds[i-1]-1e-9 {
					t.Errorf("%s: the bound fell from %v to %v", name, r.Bounds[i-1], r.Bounds[i])
				}
			}
		}
		t.Logf("%s: bound %v after %d passes, batch %v after %d", name, r.Bound, r.ESteps, want.Bound, want.ESteps)
		if math.Abs(r.Bound-want.Bound) > gap {
			t.Errorf("%s: bound %v, batch %v", name, r.Bound, want.Bound)
		}
		if sum := r.Counts[0] + r.Counts[1]; math.Abs(sum-272) > 1 {
			t.Errorf("%s: counts %v", name, r.Counts)
		}
	}
}
