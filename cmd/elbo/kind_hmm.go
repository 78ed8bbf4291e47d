package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/pflag"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

func hmmKind() *kind {
	fitFlags["emission"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.StringVar(&o.emission, "emission", "gaussian", "the rows' distribution in a state: gaussian, categorical or poisson")
		f.BoolVar(&o.leftToRight, "left-to-right", false, "sequences begin in state 1 and go from a state to itself or the next alone")
	}
	options := func(o *fitOptions) em.HMMOptions {
		h := em.HMMOptions{Options: o.engine(), K: o.components, LeftToRight: o.leftToRight, Categories: o.categories, Restarts: o.starts()}
		h.Emission, _ = em.ParseEmission(o.emission) // checked with the flags
		h.Covariance, _ = em.ParseCovariance(o.covariance)
		_, h.Strength = o.priorParameters()
		h.Policy = o.policyOf()
		if o.prior == "none" {
			h.Prior = em.PriorNone
		}
		return h
	}
	return &kind{
		name: "hmm", file: "hmm", what: "a hidden Markov model by EM, the Baum–Welch algorithm", latent: "state", sequential: true, clusters: true,
		long: "Rows are the frames of sequences, in order: those with the same entry in the column that --sequence names are one; without it all\n" +
			"rows are. Missing entries are integrated out, frames without any entry too. A weight belongs to a sequence: all its rows have it.\n" +
			"The default prior is weak and proper; none is maximum likelihood. --covariance is of gaussian emissions.",
		flags:       append([]string{"emission", "covariance", "policy", "prior", "strength"}, climbFlags...),
		covariances: []string{"full", "tied", "diag", "spherical"},
		priors:      []string{"default", "none"},
		policies:    []string{"prior", "error"},
		check: func(o *fitOptions) error {
			if _, err := em.ParseEmission(o.emission); err != nil {
				return usagef("--emission is %q: want gaussian, categorical or poisson", o.emission)
			}
			if o.data.stream && o.data.Groups == "" {
				return usagef("--stream is given without --sequence: a stream is read in whole sequences, name their column")
			}
			return nil
		},
		suits: suitsHMM,
		fit:   fitModel, point: true,
		begin: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error) {
			return orNil(em.NewHMM(ctx, rows, options(o)))
		},
		spec: func(o *fitOptions) em.Spec { return options(o) },
		best: func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error) {
			return em.FitHMM(ctx, rows, options(o))
		},
		describe: describeHMM,
		load:     func(r io.Reader) (fitted, error) { return em.LoadHMM[float64](r) },
		scorer:   scoreHMM,
		sample: func(m fitted, n int, seed uint64) (kernels.Matrix[float64], error) {
			rows, _, err := m.(*em.HMM[float64]).Sample([]int{n}, seed)
			return rows.X, err
		},
		impute: func(m fitted, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
			return m.(*em.HMM[float64]).Impute(rows)
		},
	}
}

func suitsHMM(_ *kind, o *fitOptions, d *dataset) error {
	switch o.emission {
	case "categorical":
		if err := suitsEach(o, d, isCode, codes); err != nil {
			return err
		}
		o.categories = categoriesOf(d)
		return nil
	case "poisson":
		return suitsEach(o, d, isCount, counts)
	}
	if err := enough(o, d); err != nil {
		return err
	}
	return d.Varied()
}

func describeHMM(m fitted, r *fitReport) {
	h := m.(*em.HMM[float64])
	initial, transitions := h.Initial(), h.Transitions()
	r.Components = h.K()
	r.Parameters = map[string]any{"initial": initial, "transitions": rowsOf(transitions)}
	what := "mean"
	switch h.Emission() {
	case em.GaussianEmission:
		covs := make([][][]float64, h.K())
		for k, c := range h.Covariances() {
			covs[k] = rowsOf(c)
		}
		r.Parameters["means"], r.Parameters["covariances"] = rowsOf(h.Means()), covs
	case em.PoissonEmission:
		what = "rates"
		r.Parameters["rates"] = rowsOf(h.Means())
	case em.CategoricalEmission:
		p := make([][][]float64, h.Dim())
		for j, q := range h.Probabilities() {
			p[j] = rowsOf(q)
		}
		r.Parameters["probabilities"] = p
	}
	for k := range h.K() {
		text := fmt.Sprintf("state %d: initial %.4f, stays %.4f", k+1, initial[k], transitions.Row(k)[k])
		if h.Emission() == em.CategoricalEmission {
			text += ", most probable " + few(mostProbable(h.Probabilities(), k))
		} else {
			text += ", " + what + " " + few(h.Means().Row(k))
		}
		r.details = append(r.details, text)
	}
}

// scoreHMM scores a frame by its whole sequence: the log-likelihood of that, the state on its most probable path, and the
// posteriors of the states.
func scoreHMM(m fitted, _ *scoreOptions) scorer {
	h := m.(*em.HMM[float64])
	s := scorer{whole: true, names: []string{"loglik", "state"}}
	for k := range h.K() {
		s.names = append(s.names, "r"+strconv.Itoa(k+1))
	}
	s.score = func(_ context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
		dst := kernels.NewMatrix[float64](rows.X.Rows, 2+h.K())
		logLik, err := h.LogLikelihood(rows)
		if err != nil {
			return dst, explain(t, err)
		}
		path, _, err := h.Viterbi(rows)
		if err != nil {
			return dst, explain(t, err)
		}
		r, err := h.Responsibilities(rows)
		if err != nil {
			return dst, explain(t, err)
		}
		lengths := rows.Lengths
		if lengths == nil {
			lengths = []int{rows.X.Rows}
		}
		at := 0
		for i, n := range lengths {
			for range n {
				row := dst.Row(at)
				row[0], row[1] = logLik[i], float64(path[at]+1)
				copy(row[2:], r.Row(at))
				at++
			}
		}
		return dst, nil
	}
	return s
}
