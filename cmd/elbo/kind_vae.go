package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/spf13/pflag"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
)

// vaeOptions are the flags of elbo fit vae.
type vaeOptions struct {
	hidden     int
	likelihood string
	estimator  string
	samples    int
	epochs     int
	batch      int
	rate       float64
}

func vaeKind() *kind {
	fitFlags["vae"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		v := &o.vae
		f.IntVar(&v.hidden, "hidden", 64, "width of the hidden layer of the encoder and of the decoder")
		f.StringVar(&v.likelihood, "likelihood", "gaussian", "gaussian, or bernoulli for data in [0, 1]")
		f.StringVar(&v.estimator, "estimator", "sgvb-b", "gradient estimator: sgvb-b, sgvb-a or score")
		f.IntVar(&v.samples, "samples", 0, "samples a row and step (0: 1, and 8 for score)")
		f.IntVar(&v.epochs, "epochs", 50, "passes over the data")
		f.IntVar(&v.batch, "batch", 128, "rows a step")
		f.Float64Var(&v.rate, "rate", 1e-3, "Adam's learning rate")
	}
	return &kind{
		name: "vae", file: "vae", what: "a variational autoencoder by stochastic gradients", latent: "dimension of the latent variable",
		long: "Missing entries are left out of the likelihood. The bound is the evidence lower bound of all rows after the last epoch, by 16\n" +
			"samples a row; components is the number of latent dimensions, iterations that of steps, converged false (a run ends after\n" +
			"its epochs), loglik null, and parameters describes the model, whose weights only --out writes.\n" +
			"With --likelihood gaussian the networks see each column less its mean, over its standard deviation; results are in its units.",
		flags: []string{"components", "vae"},
		check: func(o *fitOptions) error { return o.vae.check() },
		fit:   fitVAE,
		load:  func(r io.Reader) (fitted, error) { return vae.Load[float64](r) },
		scorer: func(m fitted, o *scoreOptions) scorer {
			return scorer{whole: true, names: []string{"elbo", "rec", "kl"}, score: scoreVAE(m.(*vae.VAE[float64]), o)}
		},
		sample: func(m fitted, n int, seed uint64) (kernels.Matrix[float64], error) {
			return m.(*vae.VAE[float64]).Sample(n, seed)
		},
	}
}

// mostSamples bounds the samples of a row, and of the rows of a step together.
const mostSamples = 1 << 20

func (o *vaeOptions) check() error {
	estimator, err := vae.ParseEstimator(o.estimator)
	switch {
	case err != nil:
		return usagef("--estimator is %q: want sgvb-b, sgvb-a or score", o.estimator)
	case o.likelihood != "gaussian" && o.likelihood != "bernoulli":
		return usagef("--likelihood is %q: want gaussian or bernoulli", o.likelihood)
	case o.hidden < 1:
		return usagef("--hidden is %d: want at least 1", o.hidden)
	case o.epochs < 1 || o.epochs > math.MaxInt32:
		return usagef("--epochs is %d: want 1 to %d", o.epochs, math.MaxInt32)
	case o.batch < 1 || o.batch > mostSamples:
		return usagef("--batch is %d: want 1 to %d", o.batch, mostSamples)
	case o.samples < 0:
		return usagef("--samples is %d: want at least 1, or 0 for the estimator's own number", o.samples)
	case o.samples == 1 && estimator == vae.Score:
		return usagef("--samples is 1: the estimator score wants at least 2")
	case o.samples > mostSamples/o.batch:
		return usagef("--samples is %d and --batch %d: their product may be at most %d", o.samples, o.batch, mostSamples)
	case !(o.rate > 0) || math.IsInf(o.rate, 0):
		return usagef("--rate is %v: want a positive number", o.rate)
	}
	return nil
}

// within returns an error if an entry lies outside [0, 1].
func within(t *table.Table) error {
	return t.Each(func(v float64) bool { return v >= 0 && v <= 1 },
		"the Bernoulli likelihood takes numbers from 0 to 1: rescale the data or fit with --likelihood gaussian")
}

func fitVAE(ctx context.Context, k *kind, o *fitOptions, d *dataset, _ fitted, w io.Writer) (fitted, fitReport, error) {
	var r fitReport
	f := o.vae
	estimator, err := vae.ParseEstimator(f.estimator)
	if err != nil {
		return nil, r, err
	}
	likelihood := vae.GaussianNetwork
	suits := d.Varied
	if f.likelihood == "bernoulli" {
		likelihood, suits = vae.Bernoulli, func() error { return within(d.Table) }
	}
	if err := suits(); err != nil {
		return nil, r, err
	}
	if f.samples == 0 && estimator == vae.Score {
		f.samples = 8
	}
	hidden := []nn.Layer{{Out: f.hidden, Act: nn.ReLU}}
	c := vae.Config{In: d.X.Cols, Latent: o.components, Encoder: hidden, Decoder: hidden, Likelihood: likelihood, Seed: o.seed}
	if likelihood != vae.Bernoulli {
		if c.Center, c.Scale, err = vae.Standardise(d.X); err != nil {
			return nil, r, d.explain(err)
		}
		const most = 0x1p60 // what vae.New takes
		for j, s := range c.Scale {
			if !(s >= 1/most && s <= most) || !(math.Abs(c.Center[j]) <= most) {
				return nil, r, fmt.Errorf("%s: %s has the mean %.3g and the standard deviation %.3g: rescale it to be near 1",
					d.Path, d.Column(j), c.Center[j], s)
			}
		}
	}
	v, err := vae.New[float64](c)
	if err != nil {
		return nil, r, fmt.Errorf("%w: lower --hidden or --components", d.explain(err))
	}
	p := newProgress(w, "vae", "nats a row", f.epochs*((d.X.Rows+f.batch-1)/f.batch))
	defer p.done()
	for s, err := range v.Steps(ctx, d.X, vae.TrainOptions{
		Epochs: f.epochs, Batch: f.batch, LR: f.rate, Seed: o.seed, Workers: o.workers, Estimator: estimator, Samples: f.samples,
	}) {
		if err != nil {
			return nil, r, d.explain(err)
		}
		r.Iterations = s.Step + 1
		p.step(r.Iterations, s.EpochBound)
	}
	m, err := v.Evaluate(ctx, d.X, vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Seed: o.seed, Samples: 16}, Workers: o.workers})
	if err != nil {
		return nil, r, d.explain(err)
	}
	r.Components, r.Bound = o.components, float64(m.Bound*float64(d.X.Rows))
	if r.Bound-r.Bound != 0 || math.IsInf(m.Rec, 0) {
		return nil, r, fmt.Errorf("%s: the bound after training is %v: lower --rate or leave out extreme rows", d.Path, r.Bound)
	}
	r.how = fmt.Sprintf("%s, %s, %s", counted(o.components, "latent dimension"), counted(f.epochs, "epoch"), counted(r.Iterations, "step"))
	r.details = []string{fmt.Sprintf("a row: elbo %.6g, reconstruction %.6g, KL %.6g nats", m.Bound, m.Rec, m.KL)}
	r.Parameters = map[string]any{
		"latent": o.components, "hidden": f.hidden, "likelihood": likelihood.String(), "estimator": estimator.String(),
		"count": len(v.Params()), "rec_per_row": m.Rec, "kl_per_row": m.KL,
	}
	return v, r, nil
}

func scoreVAE(v *vae.VAE[float64], o *scoreOptions) func(ctx context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
	return func(ctx context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
		if v.Config().Likelihood == vae.Bernoulli {
			if err := within(t); err != nil {
				return kernels.Matrix[float64]{}, err
			}
		}
		scores := make([]vae.RowScore, rows.X.Rows)
		e := vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Seed: o.seed, Samples: o.samples}, Workers: o.workers}
		if err := v.ScoreRows(ctx, scores, rows.X, e); err != nil {
			return kernels.Matrix[float64]{}, explain(t, err)
		}
		dst := kernels.NewMatrix[float64](len(scores), 3)
		for i, s := range scores {
			copy(dst.Row(i), []float64{s.Bound, s.Rec, s.KL})
		}
		return dst, nil
	}
}
