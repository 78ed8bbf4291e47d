package vae

import (
	"context"
	"fmt"

	"example.com/elbo/kernels"
)

// VarianceOptions are the settings of GradVariance.
type VarianceOptions struct {
	Estimators []Estimator // none: all
	Draws      int         // gradients drawn per estimator; 0: 1000
	Samples    int         // L, noise draws per gradient; 0: 2
	Seed       uint64
}

// GradReport is what GradVariance found of one estimator.
type GradReport struct {
	Estimator      Estimator
	Draws          int
	Mean, Variance []float64 // per encoder output: Latent means μ, then Latent log-variances s
}

// GradVariance draws the gradient of one row's bound in the encoder's outputs (μ, s) many times, and returns its mean
// and variance (divided by Draws−1) per coordinate and estimator. All estimators see the same noise. The means agree, all being
// unbiased; the variances say what an estimator costs. If the context ends, its cause is returned.
func (v *VAE[T]) GradVariance(ctx context.Context, row []T, o VarianceOptions) ([]GradReport, error) {
	if len(o.Estimators) == 0 {
		o.Estimators = []Estimator{ScoreSampled, Score, SGVBA, SGVBB}
	}
	if o.Draws == 0 {
		o.Draws = 1000
	}
	if o.Samples == 0 {
		o.Samples = 2
	}
	if o.Draws < 2 {
		return nil, fmt.Errorf("vae: %d draws: a variance wants at least 2", o.Draws)
	}
	if err := v.checkData(kernels.Matrix[T]{Rows: 1, Cols: len(row), Stride: len(row), Data: row}); err != nil {
		return nil, err
	}
	reports := make([]GradReport, len(o.Estimators))
	for i, e := range o.Estimators {
		if _, err := (TrainOptions{Estimator: e, Samples: o.Samples, Batch: blockRows}).withDefaults(); err != nil {
			return nil, err
		}
		m, s, err := v.gradMoments(ctx, row, e, o)
		if err != nil {
			return nil, err
		}
		reports[i] = GradReport{Estimator: e, Draws: o.Draws, Mean: m, Variance: s}
	}
	return reports, nil
}

func (v *VAE[T]) gradMoments(ctx context.Context, row []T, e Estimator, o VarianceOptions) (mean, variance []float64, err error) {
	p, err := newPlan(v, blockRows, o.Samples)
	if err != nil {
		return nil, nil, err
	}
	pass, key := p.slice(0, blockRows), kernels.NewKey(o.Seed, streamVariance)
	for r := range blockRows {
		p.raw[r] = v.frame.gather(p.x.Row(r), row)
	}
	mean, variance = make([]float64, 2*v.cfg.Latent), make([]float64, 2*v.cfg.Latent)
	for at := 0; at < o.Draws; at += blockRows {
		if ctx.Err() != nil {
			return nil, nil, fmt.Errorf("vae: stopped after %d draws: %w", at, context.Cause(ctx))
		}
		n := min(blockRows, o.Draws-at)
		for r := range n {
			p.id[r] = uint64(at + r)
		}
		if err := pass.run(n, e, noise{key: key}, 1); err != nil {
			return nil, nil, err
		}
		for r := range n { // Welford's recurrence; run gives the gradient of −bound
			for i, g := range p.dHead.Row(r) {
				d := -float64(g) - mean[i]
				mean[i] += d / float64(at+r+1)
				variance[i] += float64(d * (-float64(g) - mean[i]))
			}
		}
	}
	for i := range variance {
		variance[i] /= float64(o.Draws - 1)
	}
	return mean, variance, nil
}
