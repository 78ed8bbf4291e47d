package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/spf13/pflag"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
	"example.com/elbo/vem"
)

// gaussian is what the Gaussian mixtures of em and vem have in common.
type gaussian interface {
	mixture
	Weights() []float64
	Means() kernels.Matrix[float64]
	Covariances() []kernels.Matrix[float64]
}

func gmmKind() *kind {
	fitFlags["shrinkage"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.Float64Var(&o.shrinkage, "shrinkage", 0, "rows at the mean of the data that the default prior adds to each component (0: means are free)")
	}
	options := func(o *fitOptions) em.GMMOptions {
		g := em.GMMOptions{Options: o.engine(), K: o.components, PriorShrinkage: o.shrinkage, Init: o.initOf(), Restarts: o.starts()}
		g.Covariance, _ = em.ParseCovariance(o.covariance) // checked with the flags
		g.Policy = o.policyOf()
		if o.prior == "none" {
			g.Prior = em.PriorNone
		}
		return g
	}
	return &kind{
		name: "gmm", file: "gmm", what: "a Gaussian mixture by EM", latent: "component", clusters: true,
		long: "The bound is the log-likelihood plus the log prior density of the parameters, with all constants; with --prior none it is the\n" +
			"log-likelihood. loglik is the total log-likelihood. The default prior is the inverse-Wishart one (maximum a posteriori), none is\n" +
			"maximum likelihood.",
		flags: append([]string{"covariance", "policy", "prior", "shrinkage", "start"}, climbFlags...),
		check: func(o *fitOptions) error {
			switch {
			case !(o.shrinkage >= 0) || math.IsInf(o.shrinkage, 0):
				return usagef("--shrinkage is %v: want a number of rows of at least 0", o.shrinkage)
			case o.shrinkage > 0 && o.prior == "none":
				return usagef("--shrinkage is %v and --prior none: it is of the default prior", o.shrinkage)
			}
			return nil
		},
		covariances: []string{"full", "tied", "diag", "spherical"},
		priors:      []string{"default", "none"},
		policies:    policies,
		fit:         fitModel, suits: suitsMixture, point: true, describe: describeGaussian,
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewGMM(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitGMM(ctx, rows, options(o))
		},
		load:   func(r io.Reader) (fitted, error) { return em.LoadGMM[float64](r) },
		scorer: scoreMixture,
		sample: sampleMixture,
		impute: imputeRows,
	}
}

// policies are the values of --policy of mixtures.
var policies = []string{"prior", "split", "drop", "error"}

func vbgmmKind() *kind {
	options := func(o *fitOptions) vem.GMMOptions {
		return vem.GMMOptions{Options: o.engine(), K: o.components, Restarts: o.starts()}
	}
	return &kind{
		name: "vbgmm", file: "vbgmm", what: "a Gaussian mixture by variational EM", latent: "component",
		long: "Superfluous components die: their weight goes to nearly 0. The bound is the evidence lower bound, with all constants; loglik is\n" +
			"null. The parameters are the posterior means of the weights and the means, and the inverses of the expected precisions. The prior\n" +
			"is Normal–Wishart and Dirichlet.",
		flags:       append([]string{"covariance", "prior"}, climbFlags...),
		covariances: []string{"full"},
		priors:      []string{"default"},
		fit:         fitModel, suits: suitsMixture, describe: describeGaussian,
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(vem.NewGMM(ctx, rows, options(o)))
		},
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return vem.FitGMM(ctx, rows, options(o))
		},
		load:   func(r io.Reader) (fitted, error) { return vem.LoadGMM[float64](r) },
		scorer: scoreMixture,
		sample: sampleMixture,
	}
}

// orNil makes an untyped nil of a model that an error comes with.
func orNil[M model](m M, err error) (model, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

func describeGaussian(m fitted, r *fitReport) {
	g := m.(gaussian)
	covs := make([][][]float64, g.K())
	for k, c := range g.Covariances() {
		covs[k] = rowsOf(c)
	}
	r.Components = g.K()
	r.Parameters = map[string]any{"weights": g.Weights(), "means": rowsOf(g.Means()), "covariances": covs}
	for k, w := range g.Weights() {
		r.details = append(r.details, fmt.Sprintf("component %d: weight %.4f, mean %s", k+1, w, few(g.Means().Row(k))))
	}
}
