package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
	"example.com/elbo/vem"
)

// climb runs a fit to its end and shows its progress on w.
func climb(ctx context.Context, m elbo.Model[float64], t *table, o fitOptions, w io.Writer) (elbo.Progress, error) {
	p := newProgress(w, m.Kind(), o.maxIter)
	defer p.done()
	var last elbo.Progress
	for s, err := range elbo.Steps(ctx, m, t.x, o.engine()) {
		if err != nil {
			return last, err
		}
		last = s
		p.step(s.Iter, s.Bound)
	}
	return last, nil
}

func (o fitOptions) engine() elbo.Options {
	return elbo.Options{MaxIter: o.maxIter, Tol: o.tol, Workers: o.workers, Seed: o.seed}
}

// check refuses values that no fit accepts, in the words of the command line.
func (o fitOptions) check() error {
	switch {
	case o.workers < 1:
		return usagef("--workers is %d: want at least 1", o.workers)
	case o.components < 0 || o.maxIter < 0 || o.epochs < 0 || o.batch < 0 || o.samples < 0 || o.hidden < 0 || o.latent < 0:
		return usagef("a count is negative: want at least 1")
	}
	return nil
}

func fitGMM(ctx context.Context, o fitOptions, t *table, w io.Writer) (fitted, fitReport, error) {
	var r fitReport
	c, err := em.ParseCovariance(o.covariance)
	if err != nil {
		return nil, r, usagef("--covariance %s: want full or diag", o.covariance)
	}
	options := em.Options{Options: o.engine(), K: o.components, Covariance: c}
	switch o.prior {
	case "default":
	case "none":
		options.Prior = em.PriorNone
	default:
		return nil, r, usagef("--prior %s: want default or none", o.prior)
	}
	m, err := em.New(ctx, t.x, options)
	if err != nil {
		return nil, r, err
	}
	last, err := climb(ctx, m, t, o, w)
	if err != nil {
		return nil, r, err
	}
	r = mixtureReport(last, m)
	r.LogLik = &last.LogLik
	return m, r, nil
}

func fitVBGMM(ctx context.Context, o fitOptions, t *table, w io.Writer) (fitted, fitReport, error) {
	m, err := vem.New(ctx, t.x, vem.Options{Options: o.engine(), K: o.components})
	if err != nil {
		return nil, fitReport{}, err
	}
	last, err := climb(ctx, m, t, o, w)
	if err != nil {
		return nil, fitReport{}, err
	}
	return m, mixtureReport(last, m), nil
}

// mixture is what the Gaussian mixtures of em and vem have in common.
type mixture interface {
	fitted
	K() int
	Dim() int
	Weights() []float64
	Means() kernels.Matrix[float64]
	Covariances() []kernels.Matrix[float64]
	LogDensity(x kernels.Matrix[float64]) ([]float64, error)
	Responsibilities(x kernels.Matrix[float64]) (kernels.Matrix[float64], error)
	Predict(x kernels.Matrix[float64]) ([]int, error)
}

func mixtureReport(last elbo.Progress, m mixture) fitReport {
	covs := make([][][]float64, m.K())
	for k, c := range m.Covariances() {
		covs[k] = rowsOf(c)
	}
	return fitReport{
		Components: m.K(), Iterations: last.Iter, Converged: last.Reason == elbo.Converged, Bound: last.Bound,
		Parameters: map[string]any{"weights": m.Weights(), "means": rowsOf(m.Means()), "covariances": covs},
	}
}

func rowsOf(m kernels.Matrix[float64]) [][]float64 {
	r := make([][]float64, m.Rows)
	for i := range r {
		r[i] = m.Row(i)
	}
	return r
}

func fitVAE(ctx context.Context, o fitOptions, t *table, w io.Writer) (fitted, fitReport, error) {
	var r fitReport
	estimator, err := vae.ParseEstimator(o.estimator)
	if err != nil {
		return nil, r, usagef("--estimator %s: want sgvb-b, sgvb-a or score", o.estimator)
	}
	likelihood := vae.GaussianNetwork
	switch o.likelihood {
	case "gaussian":
	case "bernoulli":
		likelihood = vae.Bernoulli
	default:
		return nil, r, usagef("--likelihood %s: want gaussian or bernoulli", o.likelihood)
	}
	if o.samples == 0 && estimator == vae.Score {
		o.samples = 8
	}
	hidden := []nn.Layer{{Out: o.hidden, Act: nn.ReLU}}
	c := vae.Config{In: t.x.Cols, Latent: o.latent, Encoder: hidden, Decoder: hidden, Likelihood: likelihood, Seed: o.seed}
	if likelihood != vae.Bernoulli {
		if c.Center, c.Scale, err = vae.Standardise(t.x); err != nil {
			return nil, r, err
		}
	}
	v, err := vae.New[float64](c)
	if err != nil {
		return nil, r, err
	}
	p := newProgress(w, "vae", o.epochs)
	defer p.done()
	for s, err := range v.Steps(ctx, t.x, vae.TrainOptions{
		Epochs: o.epochs, Batch: o.batch, LR: o.rate, Seed: o.seed, Workers: o.workers, Estimator: estimator, Samples: o.samples,
	}) {
		if err != nil {
			return nil, r, err
		}
		r.Iterations = s.Step + 1
		if s.EpochEnd {
			p.step(s.Epoch+1, s.EpochBound)
		}
	}
	m, err := v.Evaluate(ctx, t.x, vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Seed: o.seed, Samples: 16}, Workers: o.workers})
	if err != nil {
		return nil, r, err
	}
	r.Components, r.Bound = o.latent, m.Bound*float64(t.x.Rows)
	r.Parameters = map[string]any{
		"latent": o.latent, "hidden": o.hidden, "likelihood": likelihood.String(), "estimator": estimator.String(),
		"count": len(v.Params()), "rec_per_row": m.Rec, "kl_per_row": m.KL,
	}
	return v, r, nil
}

// loadModel reads a model of whatever kind its file names.
func loadModel(path string) (any, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError("read the model", err)
	}
	f, err := safetensors.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: give a file that elbo fit --out wrote", path, err)
	}
	var m any
	switch kind := f.Metadata["kind"]; kind {
	case "gmm":
		m, err = em.Load[float64](bytes.NewReader(b))
	case "vbgmm":
		m, err = vem.Load[float64](bytes.NewReader(b))
	case "vae":
		m, err = vae.Load[float64](bytes.NewReader(b))
	default:
		return nil, fmt.Errorf("%s: holds a model of the unknown kind %q: want gmm, vbgmm or vae", path, kind)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
