package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/spf13/pflag"

	"example.com/elbo"
	"example.com/elbo/em"
)

func studentKind() *kind {
	fitFlags["freedom"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.Float64Var(&o.freedom, "freedom", 0, "degrees of freedom of all components (0: each component's own are fitted)")
		f.Float64SliceVar(&o.nuPrior, "freedom-prior", nil, "`a,b`, shape and rate of a gamma prior of the degrees of freedom, as in 2,0.1")
		f.Lookup("freedom-prior").DefValue = ""
	}
	options := func(o *fitOptions) em.StudentMixtureOptions {
		s := em.StudentMixtureOptions{Options: o.engine(), K: o.components, Freedom: o.freedom, Prior: discretePrior(o), Init: o.initOf(), Restarts: o.starts()}
		if len(o.nuPrior) == 2 {
			s.NuPrior = em.FreedomPrior{Shape: o.nuPrior[0], Rate: o.nuPrior[1]}
		}
		s.Alpha, _ = o.priorParameters()
		s.Policy = o.policyOf()
		s.Covariance, _ = em.ParseCovariance(o.covariance) // checked with the flags
		return s
	}
	return &kind{
		name: "student", file: "student-mixture", what: "a mixture of Student-t distributions by EM", latent: "component", clusters: true,
		long: "A Gaussian mixture with heavy tails, of which rows far out move little. Missing entries are integrated out. --covariance is the\n" +
			"shape of the scale matrices, of which the default prior is the inverse-Wishart one; none is maximum likelihood. --accelerate\n" +
			"squarem saves iterations. parameters has the weights, the means, the scale matrices and the degrees of freedom.",
		flags:       append([]string{"alpha", "freedom", "covariance", "policy", "prior", "start"}, climbFlags...),
		covariances: []string{"full", "diag"},
		priors:      []string{"default", "none"},
		policies:    policies,
		check: func(o *fitOptions) error {
			switch p := o.nuPrior; {
			case !(o.freedom >= 0) || math.IsInf(o.freedom, 0):
				return usagef("--freedom is %v: want a positive number, or 0 for each component's own", o.freedom)
			case p == nil:
			case len(p) != 2 || !(p[0] >= 1) || math.IsInf(p[0], 0) || !(p[1] > 0) || math.IsInf(p[1], 0):
				return usagef("--freedom-prior is %v: want a shape of at least 1 and a positive rate, as in 2,0.1", p)
			case o.freedom != 0 || o.prior == "none":
				return usagef("--freedom-prior is given with --freedom %v and --prior %s: it is of fitted ones under the default prior", o.freedom, o.prior)
			}
			return nil
		},
		suits: suitsMixture,
		fit:   fitModel, point: true,
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewStudentMixture(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitStudentMixture(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) {
			s := m.(*em.StudentMixture[float64])
			scales := make([][][]float64, s.K())
			for k, c := range s.Scales() {
				scales[k] = rowsOf(c)
			}
			r.Components = s.K()
			r.Parameters = map[string]any{"weights": s.Weights(), "means": rowsOf(s.Means()), "scales": scales, "freedom": s.Freedom()}
			for k, w := range s.Weights() {
				r.details = append(r.details, fmt.Sprintf("component %d: weight %.4f, freedom %.4g, mean %s", k+1, w, s.Freedom()[k], few(s.Means().Row(k))))
			}
		},
		load:   func(r io.Reader) (fitted, error) { return em.LoadStudentMixture[float64](r) },
		scorer: scoreMixture,
		sample: sampleMixture,
		impute: imputeRows,
	}
}
