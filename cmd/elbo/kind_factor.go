package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// factorModel is what factor analysis and probabilistic principal component analysis have in common.
type factorModel interface {
	model
	Q() int
	Mean() []float64
	Loadings() kernels.Matrix[float64]
	LogDensity(x kernels.Matrix[float64]) ([]float64, error)
	Transform(x kernels.Matrix[float64]) (z, cov kernels.Matrix[float64], err error)
	Sample(n int, seed uint64) (x, z kernels.Matrix[float64])
}

// factorKind completes a kind of model with one start, whose fit to a table has a shorter way than elbo.Steps.
func factorKind(k kind) *kind {
	k.flags = append([]string{"prior"}, slices.DeleteFunc(slices.Clone(climbFlags), func(f string) bool { return f == "restarts" })...)
	k.priors = []string{"default", "none"}
	k.fit, k.point, k.direct = fitModel, true, true
	k.suits = func(_ *kind, o *fitOptions, d *dataset) error {
		if err := suitsFactors(o.init, o.components, "components", d); err != nil {
			return err
		}
		return d.Varied()
	}
	k.scorer = func(m fitted, _ *scoreOptions) scorer { return scoreFactors(m.(factorModel)) }
	k.sample = func(m fitted, n int, seed uint64) (kernels.Matrix[float64], error) {
		x, _ := m.(factorModel).Sample(n, seed)
		return x, nil
	}
	k.impute = imputeRows
	return &k
}

// suitsFactors returns an error if there are as many factors as columns.
func suitsFactors(init string, q int, flag string, d *dataset) error {
	if init == "" && q >= d.X.Cols {
		return fmt.Errorf("%s: has %s, and --%s is %d: want fewer factors than columns", d.Path, counted(d.X.Cols, "column"), flag, q)
	}
	return nil
}

func faKind() *kind {
	options := func(o *fitOptions) em.FAOptions {
		return em.FAOptions{Options: o.engine(), Q: o.components, Prior: discretePrior(o)}
	}
	return factorKind(kind{
		name: "fa", file: "fa", what: "factor analysis by EM", latent: "factor",
		long: "Columns are explained by independent factors and noise of each column, x = Wz + μ + ε. Missing entries are integrated out.\n" +
			"The default prior keeps the variances of the noise off 0; none is maximum likelihood. parameters has the mean, the loadings W,\n" +
			"a row for each column, and the variances of the noise.",
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewFA(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitFA(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) { describeFactors(m.(factorModel), m.(*em.FA[float64]).Noise(), r) },
		load:     func(r io.Reader) (fitted, error) { return em.LoadFA[float64](r) },
	})
}

func ppcaKind() *kind {
	options := func(o *fitOptions) em.PPCAOptions {
		return em.PPCAOptions{Options: o.engine(), Q: o.components, Prior: discretePrior(o)}
	}
	return factorKind(kind{
		name: "ppca", file: "ppca", what: "probabilistic principal component analysis by EM", latent: "factor",
		long: "Factor analysis whose noise is the same in all columns, which must have one unit: the loadings lie along the principal axes.\n" +
			"Missing entries are integrated out. The default prior keeps the variance of the noise off 0; none is maximum likelihood.\n" +
			"parameters has the mean, the loadings W, a row for each column, and the variance of the noise.",
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewPPCA(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitPPCA(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) {
			describeFactors(m.(factorModel), []float64{m.(*em.PPCA[float64]).Noise()}, r)
		},
		load: func(r io.Reader) (fitted, error) { return em.LoadPPCA[float64](r) },
	})
}

func describeFactors(m factorModel, noise []float64, r *fitReport) {
	w := m.Loadings()
	r.Components = m.Q()
	r.Parameters = map[string]any{"mean": m.Mean(), "loadings": rowsOf(w), "noise": noise}
	for q := range m.Q() {
		column := make([]float64, w.Rows)
		for j := range column {
			column[j] = w.Row(j)[q]
		}
		r.details = append(r.details, fmt.Sprintf("factor %d: loadings %s", q+1, few(column)))
	}
	r.details = append(r.details, "noise: variance "+few(noise))
}

// scoreFactors scores a row by its log-density and its factors' expectations.
func scoreFactors(m factorModel) scorer {
	s := scorer{names: []string{"logdensity"}}
	for q := range m.Q() {
		s.names = append(s.names, "z"+strconv.Itoa(q+1))
	}
	s.score = func(_ context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
		dst := kernels.NewMatrix[float64](rows.X.Rows, 1+m.Q())
		density, err := m.LogDensity(rows.X)
		if err != nil {
			return dst, explain(t, err)
		}
		z, _, err := m.Transform(rows.X)
		if err != nil {
			return dst, explain(t, err)
		}
		for i, d := range density {
			dst.Row(i)[0] = d
			copy(dst.Row(i)[1:], z.Row(i))
		}
		return dst, nil
	}
	return s
}

func mfaKind() *kind {
	fitFlags["factors"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.IntVar(&o.factors, "factors", 1, "number of factors of each component")
		f.BoolVar(&o.sharedNoise, "shared-noise", false, "one variance of the noise of each column for all components")
	}
	options := func(o *fitOptions) em.MFAOptions {
		return em.MFAOptions{
			Options: o.engine(), K: o.components, Q: o.factors, SharedNoise: o.sharedNoise, Prior: discretePrior(o), Policy: o.policyOf(),
			Restarts: o.starts(),
		}
	}
	return &kind{
		name: "mfa", file: "mfa", what: "a mixture of factor analysers by EM", latent: "component", clusters: true,
		long: "A mixture of Gaussians whose covariances are those of factor analysis, WWᵀ + Ψ: far fewer numbers than full ones where there are\n" +
			"many columns. Missing entries are integrated out. The default prior keeps the variances of the noise off 0; none is maximum\n" +
			"likelihood. --accelerate squarem saves iterations. parameters has the weights, the means, the loadings W and the noise Ψ.",
		flags:  append([]string{"factors", "policy", "prior"}, climbFlags...),
		priors: []string{"default", "none"}, policies: policies,
		check: func(o *fitOptions) error {
			if o.factors < 1 {
				return usagef("--factors is %d: want at least 1", o.factors)
			}
			return nil
		},
		suits: func(k *kind, o *fitOptions, d *dataset) error {
			if err := suitsFactors(o.init, o.factors, "factors", d); err != nil {
				return err
			}
			return suitsMixture(k, o, d)
		},
		fit: fitModel, point: true,
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewMFA(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitMFA(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) {
			a := m.(*em.MFA[float64])
			loadings := make([][][]float64, a.K())
			for k, w := range a.Loadings() {
				loadings[k] = rowsOf(w)
			}
			describeProducts(r, a.Weights(), "means", a.Means())
			r.Parameters["loadings"], r.Parameters["noise"] = loadings, rowsOf(a.Noise())
		},
		load:   func(r io.Reader) (fitted, error) { return em.LoadMFA[float64](r) },
		scorer: scoreMixture,
		sample: sampleMixture,
		impute: imputeRows,
	}
}
