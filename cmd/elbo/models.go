package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
	"example.com/elbo/vem"
)

// explain says of an error of the library in which file it arose, and where in the words of the file and the flags.
func (t *table) explain(err error) error {
	if e, ok := errors.AsType[*em.CollapseError](err); ok {
		return fmt.Errorf("%s: component %d collapsed: given the columns before it, column %d (%s) has no variance left over its %.3g rows: "+
			"use --prior default, fewer --components, or leave out a column that the others determine",
			t.path, e.Component+1, e.Column+1, shorten(t.names[e.Column]), e.Rows)
	}
	if e, ok := errors.AsType[*vae.NonFiniteError](err); ok {
		at := ""
		if e.Row >= 0 {
			at = fmt.Sprintf(", line %d", t.lines[e.Row])
		}
		return fmt.Errorf("%s: epoch %d, step %d%s: the %s is not finite: lower --rate or leave out extreme rows", t.path, e.Epoch+1, e.Step+1, at, e.What)
	}
	return fmt.Errorf("%s: %w", t.path, err)
}

// climb runs a fit to its end and shows its progress on w.
func climb(ctx context.Context, m elbo.Model[float64], t *table, o fitOptions, w io.Writer) (elbo.Progress, error) {
	p := newProgress(w, m.Kind(), "nats", o.maxIter)
	defer p.done()
	var last elbo.Progress
	for s, err := range elbo.Steps(ctx, m, elbo.Of(t.x), o.engine()) {
		if err != nil {
			return last, t.explain(err)
		}
		last = s
		p.step(s.Iter, s.Bound)
	}
	return last, nil
}

func (o fitOptions) engine() elbo.Options {
	tol := o.tol
	if tol == 0 { // to the engine that is its default
		tol = math.SmallestNonzeroFloat64
	}
	return elbo.Options{MaxIter: o.maxIter, Tol: tol, Workers: o.workers, Seed: o.seed}
}

// suits returns an error if a mixture cannot be fitted to the table.
func (o fitOptions) suits(t *table, kind string) error {
	if err := t.complete(kind); err != nil {
		return err
	}
	if o.components > t.x.Rows {
		return fmt.Errorf("%s: has %s, fewer than the %d components: lower --components", t.path, counted(t.x.Rows, "row"), o.components)
	}
	return t.varied()
}

func fitGMM(ctx context.Context, o fitOptions, t *table, w io.Writer) (fitted, fitReport, error) {
	if err := o.suits(t, "gmm"); err != nil {
		return nil, fitReport{}, err
	}
	options := em.GMMOptions{Options: o.engine(), K: o.components}
	options.Covariance, _ = em.ParseCovariance(o.covariance) // checked with the flags
	if o.prior == "none" {
		options.Prior = em.PriorNone
	}
	m, err := em.NewGMM(ctx, elbo.Of(t.x), options)
	if err != nil {
		return nil, fitReport{}, t.explain(err)
	}
	last, err := climb(ctx, m, t, o, w)
	if err != nil {
		return nil, fitReport{}, err
	}
	r := mixtureReport(last, m)
	r.LogLik = &last.LogLik
	return m, r, nil
}

func fitVBGMM(ctx context.Context, o fitOptions, t *table, w io.Writer) (fitted, fitReport, error) {
	if err := o.suits(t, "vbgmm"); err != nil {
		return nil, fitReport{}, err
	}
	m, err := vem.NewGMM(ctx, elbo.Of(t.x), vem.GMMOptions{Options: o.engine(), K: o.components})
	if err != nil {
		return nil, fitReport{}, t.explain(err)
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
	state := "converged"
	if last.Reason != elbo.Converged {
		state = "stopped"
	}
	r := fitReport{
		Components: m.K(), Iterations: last.Iter, Converged: last.Reason == elbo.Converged, Bound: last.Bound,
		Parameters: map[string]any{"weights": m.Weights(), "means": rowsOf(m.Means()), "covariances": covs},
		how:        fmt.Sprintf("%s, %s after %s", counted(m.K(), "component"), state, counted(last.Iter, "iteration")),
	}
	const most = 8 // columns of which to print the mean
	for k, w := range m.Weights() {
		mean := m.Means().Row(k)
		more := ""
		if len(mean) > most {
			mean, more = mean[:most], " …"
		}
		r.details = append(r.details, fmt.Sprintf("component %d: weight %.4f, mean %s%s", k+1, w, strings.Trim(fmt.Sprintf("%.5g", mean), "[]"), more))
	}
	return r
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
		return nil, r, err
	}
	likelihood := vae.GaussianNetwork
	suits := t.varied
	if o.likelihood == "bernoulli" {
		likelihood, suits = vae.Bernoulli, t.within
	}
	if err := suits(); err != nil {
		return nil, r, err
	}
	if o.samples == 0 && estimator == vae.Score {
		o.samples = 8
	}
	hidden := []nn.Layer{{Out: o.hidden, Act: nn.ReLU}}
	c := vae.Config{In: t.x.Cols, Latent: o.components, Encoder: hidden, Decoder: hidden, Likelihood: likelihood, Seed: o.seed}
	if likelihood != vae.Bernoulli {
		if c.Center, c.Scale, err = vae.Standardise(t.x); err != nil {
			return nil, r, t.explain(err)
		}
		const most = 0x1p60 // what vae.New takes
		for j, s := range c.Scale {
			if !(s >= 1/most && s <= most) || !(math.Abs(c.Center[j]) <= most) {
				return nil, r, fmt.Errorf("%s: column %d (%s) has the mean %.3g and the standard deviation %.3g: rescale it to be near 1",
					t.path, j+1, shorten(t.names[j]), c.Center[j], s)
			}
		}
	}
	v, err := vae.New[float64](c)
	if err != nil {
		return nil, r, fmt.Errorf("%w: lower --hidden or --components", t.explain(err))
	}
	p := newProgress(w, "vae", "nats a row", o.epochs*((t.x.Rows+o.batch-1)/o.batch))
	defer p.done()
	for s, err := range v.Steps(ctx, t.x, vae.TrainOptions{
		Epochs: o.epochs, Batch: o.batch, LR: o.rate, Seed: o.seed, Workers: o.workers, Estimator: estimator, Samples: o.samples,
	}) {
		if err != nil {
			return nil, r, t.explain(err)
		}
		r.Iterations = s.Step + 1
		p.step(r.Iterations, s.EpochBound)
	}
	m, err := v.Evaluate(ctx, t.x, vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Seed: o.seed, Samples: 16}, Workers: o.workers})
	if err != nil {
		return nil, r, t.explain(err)
	}
	r.Components, r.Bound = o.components, float64(m.Bound*float64(t.x.Rows))
	if r.Bound-r.Bound != 0 || math.IsInf(m.Rec, 0) {
		return nil, r, fmt.Errorf("%s: the bound after training is %v: lower --rate or leave out extreme rows", t.path, r.Bound)
	}
	r.how = fmt.Sprintf("%s, %s, %s", counted(o.components, "latent dimension"), counted(o.epochs, "epoch"), counted(r.Iterations, "step"))
	r.details = []string{fmt.Sprintf("a row: elbo %.6g, reconstruction %.6g, KL %.6g nats", m.Bound, m.Rec, m.KL)}
	r.Parameters = map[string]any{
		"latent": o.components, "hidden": o.hidden, "likelihood": likelihood.String(), "estimator": estimator.String(),
		"count": len(v.Params()), "rec_per_row": m.Rec, "kl_per_row": m.KL,
	}
	return v, r, nil
}

// loadModel reads a model of whatever kind its file names.
func loadModel(path string) (fitted, error) {
	const most = 1 << 30 // bytes, as the packages' own limit
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError("read the model", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fileError("read the model", err)
	}
	if len(b) > most {
		return nil, fmt.Errorf("%s: is larger than 1 GiB: give a file that elbo fit --out wrote", path)
	}
	raw, err := safetensors.Read(bytes.NewReader(b), most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: give a file that elbo fit --out wrote", path, err)
	}
	var m fitted
	switch kind := raw.Metadata["kind"]; kind {
	case "gmm":
		m, err = em.LoadGMM[float64](bytes.NewReader(b))
	case "vbgmm":
		m, err = vem.LoadGMM[float64](bytes.NewReader(b))
	case "vae":
		m, err = vae.Load[float64](bytes.NewReader(b))
	default:
		return nil, fmt.Errorf("%s: is a safetensors file, but its kind is %q, not gmm, vbgmm or vae: give a file that elbo fit --out wrote", path, shorten(kind))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: fit the model anew with elbo fit --out", path, err)
	}
	return m, nil
}
