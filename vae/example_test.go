package vae_test

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
)

// Striped rows of eight binary columns, in four shifts: two bits of information, which two latent dimensions learn.
func Example() {
	x := kernels.NewMatrix[float32](200, 8)
	for r := range x.Rows {
		for c := range x.Cols {
			if (c+r)%4 < 2 {
				x.Row(r)[c] = 1
			}
		}
	}
	model, err := vae.New[float32](vae.Config{
		In: 8, Latent: 2, Seed: 1, Likelihood: vae.Bernoulli,
		Encoder: []nn.Layer{{Out: 16, Act: nn.Tanh}},
		Decoder: []nn.Layer{{Out: 16, Act: nn.Tanh}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = model.Fit(context.Background(), x, vae.TrainOptions{Epochs: 200, Batch: 20, LR: 3e-3, Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := model.Evaluate(context.Background(), x, vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Samples: 10}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("bound %.1f nats, at best −log 4 = %.1f; %d active units\n", m.Bound, -math.Log(4), m.ActiveUnits)
	row := kernels.MatrixOf(1, 8, []float32{1, 1, 0, 0, 1, float32(math.NaN()), 0, 0}) // one entry is missing
	full, err := model.Reconstruct(row)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f\n", full.Row(0))
	// Output:
	// bound -2.1 nats, at best −log 4 = -1.4; 2 active units
	// [1 1 0 0 1 1 0 0]
}

// Steps is for a caller who watches, and stops when it has seen enough.
func ExampleVAE_Steps() {
	x := kernels.MatrixOf(4, 2, []float64{1, 2, 2, 4, -1, -2, -2, -4})
	model, err := vae.New[float64](vae.Config{In: 2, Latent: 1, Likelihood: vae.GaussianShared})
	if err != nil {
		fmt.Println(err)
		return
	}
	steps := 0
	for p, err := range model.Steps(context.Background(), x, vae.TrainOptions{Epochs: 10000, LR: 1e-2}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if steps++; p.Bound > -1 {
			break
		}
	}
	fmt.Println("stopped early:", steps < 10000)
	// Output:
	// stopped early: true
}
