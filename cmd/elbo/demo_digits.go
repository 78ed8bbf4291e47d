package main

import (
	"fmt"
	"time"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
)

// digitConfig is the autoencoder of the demo: 784-400-20-400-784.
func digitConfig(cols int) vae.Config {
	hidden := []nn.Layer{{Out: 400, Act: nn.ReLU}}
	return vae.Config{In: cols, Latent: 20, Encoder: hidden, Decoder: hidden, Likelihood: vae.Bernoulli, Seed: 1}
}

const digitEpochs = 2

// digits trains the autoencoder on MNIST and draws what it has learned.
func (d *demo) digits(train, test kernels.Matrix[float32]) error {
	v, err := vae.New[float32](digitConfig(train.Cols))
	if err != nil {
		return err
	}
	var steps, bounds, epochs, tests []float64
	start := time.Now()
	evaluate := vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Samples: 1, Seed: 1, Binarize: true}, Workers: d.workers}
	for s, err := range v.Steps(d.ctx, train, vae.TrainOptions{
		Epochs: digitEpochs, Batch: 128, LR: 1e-3, Seed: 1, Workers: d.workers, Binarize: true,
	}) {
		if err != nil {
			return err
		}
		if s.Step%5 == 0 {
			steps, bounds = append(steps, float64(s.Step)), append(bounds, s.Bound)
		}
		if !s.EpochEnd {
			continue
		}
		took := time.Since(start)
		m, err := v.Evaluate(d.ctx, test, evaluate)
		if err != nil {
			return err
		}
		epochs, tests = append(epochs, float64(s.Step)), append(tests, m.Bound)
		d.say("VAE, MNIST, epoch %d: test ELBO %.2f nats (reconstruction %.2f, KL %.2f, %d of %d units active), %.1f s of training",
			s.Epoch+1, m.Bound, m.Rec, m.KL, m.ActiveUnits, digitConfig(train.Cols).Latent, took.Seconds())
		start = time.Now()
	}
	originals := headRows(test, 20)
	copies, err := v.Reconstruct(originals)
	if err != nil {
		return err
	}
	samples, err := v.SampleMeans(100, 1)
	if err != nil {
		return err
	}
	text := []string{
		fmt.Sprintf("MNIST (LeCun, Cortes and Burges), %d training and %d test images, binarised anew in each epoch. A 784-400-20-400-784 network, "+
			"gradients by SGVB-B with one sample, batches of 128, Adam at 1e-3.", train.Rows, test.Rows),
		fmt.Sprintf("Test ELBO after each epoch: %.2f nats.", tests),
	}
	reports, err := v.GradVariance(d.ctx, binary(test.Row(0)), vae.VarianceOptions{
		Estimators: []vae.Estimator{vae.Score, vae.SGVBA, vae.SGVBB}, Draws: 500, Samples: 2, Seed: 1,
	})
	if err != nil {
		return err
	}
	var names []string
	var variances []float64
	for _, r := range reports {
		names = append(names, r.Estimator.String())
		variances = append(variances, mean(r.Variance))
	}
	return d.add("A variational autoencoder", text,
		drawn("Training: the ELBO of the batches, and of the test images after each epoch.", func() ([]byte, error) {
			return linePlot("The ELBO of MNIST", "step", "nats per image", curve{"training batches", steps, bounds}, curve{"test", epochs, tests})
		}),
		drawn("Test images, two rows, and below them their reconstructions.", func() ([]byte, error) {
			return digitGrid(stacked(originals, copies), mnistSide, 10)
		}),
		drawn("Samples: the decoder's means for draws from the prior.", func() ([]byte, error) {
			return digitGrid(samples, mnistSide, 10)
		}),
		drawn("The three gradient estimators after training: variance of the encoder's gradient on one test image, mean over its coordinates, two samples each.", func() ([]byte, error) {
			return dotPlot("Variance of the gradient", "variance", names, variances)
		}))
}

// stacked puts b below a.
func stacked(a, b kernels.Matrix[float32]) kernels.Matrix[float32] {
	s := kernels.NewMatrix[float32](a.Rows+b.Rows, a.Cols)
	for i := range s.Rows {
		if i < a.Rows {
			copy(s.Row(i), a.Row(i))
		} else {
			copy(s.Row(i), b.Row(i-a.Rows))
		}
	}
	return s
}

// binary rounds intensities to 0 and 1.
func binary(x []float32) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		if v >= 0.5 {
			y[i] = 1
		}
	}
	return y
}

func mean(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}
