package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// The mixtures of products of discrete distributions. Their rows may have missing entries.

func discreteKind(k kind) *kind {
	k.latent = "component"
	k.flags = slices.Concat([]string{"alpha", "policy", "prior", "start"}, k.flags, climbFlags)
	k.priors, k.policies = []string{"default", "none"}, policies
	k.fit, k.point, k.clusters = fitModel, true, true
	k.scorer, k.sample, k.impute = scoreMixture, sampleMixture, imputeRows
	return &k
}

// discretePrior is the prior that --prior names.
func discretePrior(o *fitOptions) em.Prior {
	if o.prior == "none" {
		return em.PriorNone
	}
	return 0
}

func bernoulliKind() *kind {
	options := func(o *fitOptions) em.BernoulliMixtureOptions {
		b := em.BernoulliMixtureOptions{
			Options: o.engine(), K: o.components, Prior: discretePrior(o), Init: o.initOf(), Policy: o.policyOf(), Restarts: o.starts(),
		}
		b.Alpha, _ = o.priorParameters()
		if o.prior != "none" {
			b.A, b.B = o.beta[0], o.beta[1]
		}
		return b
	}
	return discreteKind(kind{
		name: "bernoulli", file: "bernoulli-mixture", what: "a mixture of Bernoulli distributions by EM", flags: []string{"beta"},
		long: "Entries are 0, 1 or in between; a missing entry is left out of the likelihood, which is exact where what is missing does not\n" +
			"depend on the value. The default prior of each probability is Beta(3/2, 3/2); none is maximum likelihood.",
		suits: func(_ *kind, o *fitOptions, d *dataset) error {
			return suitsEach(o, d, func(v float64) bool { return v >= 0 && v <= 1 }, "bernoulli takes numbers from 0 to 1: correct the entry, or leave the column out")
		},
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewBernoulliMixture(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitBernoulliMixture(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) {
			b := m.(*em.BernoulliMixture[float64])
			describeProducts(r, b.Weights(), "probabilities", b.Probabilities())
		},
		load: func(r io.Reader) (fitted, error) { return em.LoadBernoulliMixture[float64](r) },
	})
}

func poissonKind() *kind {
	options := func(o *fitOptions) em.PoissonMixtureOptions {
		p := em.PoissonMixtureOptions{
			Options: o.engine(), K: o.components, Prior: discretePrior(o), Init: o.initOf(), Policy: o.policyOf(), Restarts: o.starts(),
		}
		p.Alpha, p.Strength = o.priorParameters()
		return p
	}
	return discreteKind(kind{
		name: "poisson", file: "poisson-mixture", what: "a mixture of Poisson distributions by EM", flags: []string{"strength"},
		long: "Entries are counts; a missing entry is left out of the likelihood, which is exact where what is missing does not depend on the\n" +
			"value. The default prior of each rate is a Gamma distribution about the mean of the column; none is maximum likelihood.",
		suits: func(_ *kind, o *fitOptions, d *dataset) error {
			return suitsEach(o, d, isCount, counts)
		},
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewPoissonMixture(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitPoissonMixture(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) {
			p := m.(*em.PoissonMixture[float64])
			describeProducts(r, p.Weights(), "rates", p.Rates())
		},
		load: func(r io.Reader) (fitted, error) { return em.LoadPoissonMixture[float64](r) },
	})
}

func categoricalKind() *kind {
	options := func(o *fitOptions) em.CategoricalMixtureOptions {
		c := em.CategoricalMixtureOptions{
			Options: o.engine(), K: o.components, Categories: o.categories, Prior: discretePrior(o), Init: o.initOf(), Policy: o.policyOf(),
			Restarts: o.starts(),
		}
		c.Alpha, c.Strength = o.priorParameters()
		return c
	}
	return discreteKind(kind{
		name: "categorical", file: "categorical-mixture", what: "a mixture of categorical distributions, latent class analysis, by EM", flags: []string{"strength"},
		long: "Entries are codes of categories, 0, 1, 2, …, of which each column has as many as its largest code and 1; --code gives words of a\n" +
			"CSV file their codes. A missing entry is left out of the likelihood, which is exact where what is missing does not depend on\n" +
			"the value. The default prior of each distribution is a Dirichlet one that counts as much as a row; none is maximum likelihood.",
		suits: func(_ *kind, o *fitOptions, d *dataset) error {
			if err := suitsEach(o, d, isCode, codes); err != nil {
				return err
			}
			o.categories = categoriesOf(d)
			return nil
		},
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewCategoricalMixture(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitCategoricalMixture(ctx, rows, options(o))
		},
		describe: func(m fitted, r *fitReport) {
			c := m.(*em.CategoricalMixture[float64])
			p := make([][][]float64, c.Dim())
			for j, q := range c.Probabilities() {
				p[j] = rowsOf(q)
			}
			r.Components = c.K()
			r.Parameters = map[string]any{"weights": c.Weights(), "probabilities": p}
			for k, w := range c.Weights() {
				r.details = append(r.details, fmt.Sprintf("component %d: weight %.4f, most probable %s", k+1, w, few(mostProbable(c.Probabilities(), k))))
			}
		},
		load: func(r io.Reader) (fitted, error) { return em.LoadCategoricalMixture[float64](r) },
	})
}

// mostProbable returns the most probable category of each column in component k.
func mostProbable(p []kernels.Matrix[float64], k int) []float64 {
	mode := make([]float64, len(p))
	for j, q := range p {
		mode[j] = float64(kernels.ArgMax(q.Row(k)))
	}
	return mode
}

// What the entries of counts and of categories are.
const (
	mostCode = 1<<16 - 1
	counts   = "counts are 0, 1, 2, …: correct the entry, or leave the column out"
	codes    = "codes of categories are 0, 1, 2, … 65535: correct the entry, or leave the column out"
)

func isCount(v float64) bool { return v >= 0 && v == math.Floor(v) }
func isCode(v float64) bool  { return isCount(v) && v <= mostCode }

// categoriesOf returns how many categories each column has in all rows.
func categoriesOf(d *dataset) []int {
	n := make([]int, d.X.Cols)
	for j := range n {
		most := 0.0
		if d.Most != nil { // of all rows; the table has a sample of them
			most = d.Most[j]
		} else {
			for i := range d.X.Rows {
				if v := d.X.Row(i)[j]; v > most {
					most = v
				}
			}
		}
		n[j] = int(min(max(most, 0), mostCode)) + 1
	}
	return n
}

// suitsEach returns an error if there are too few rows, if a column has no entry, or if an entry is not one that ok takes.
func suitsEach(o *fitOptions, d *dataset, ok func(v float64) bool, what string) error {
	if err := d.Observed(); err != nil {
		return err
	}
	if err := d.Each(ok, what); err != nil {
		return err
	}
	return enough(o, d)
}

// describeProducts describes a mixture with one number for each component and column.
func describeProducts(r *fitReport, weights []float64, name string, values kernels.Matrix[float64]) {
	r.Components = len(weights)
	r.Parameters = map[string]any{"weights": weights, name: rowsOf(values)}
	for k, w := range weights {
		r.details = append(r.details, fmt.Sprintf("component %d: weight %.4f, %s %s", k+1, w, name, few(values.Row(k))))
	}
}
