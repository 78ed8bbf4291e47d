package main

import (
	"math"
	"slices"

	"github.com/spf13/pflag"

	"example.com/elbo/em"
)

func init() {
	fitFlags["start"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.StringVar(&o.start, "start", starts[0], "where to start: "+either(starts)+": clusters of the rows, or random responsibilities")
	}
	fitFlags["alpha"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.Float64Var(&o.alpha, "alpha", 1, "parameters of the Dirichlet prior of the weights: rows that each component has beforehand, and 1")
	}
	fitFlags["strength"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.Float64Var(&o.strength, "strength", 1, "rows that the default prior counts as")
	}
	fitFlags["beta"] = func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.Float64SliceVar(&o.beta, "beta", []float64{1.5, 1.5}, "`a,b`, parameters of the beta prior of each probability")
		f.Lookup("beta").DefValue = "1.5,1.5"
	}
}

// starts are the values of --start.
var starts = []string{"kmeans", "random"}

// initOf returns the start that --start names, which is checked with the flags.
func (o *fitOptions) initOf() em.Init {
	if o.start == "random" {
		return em.InitRandom
	}
	return em.InitKMeans
}

// priorParameters returns α, and s, as the options of em take them: 0 without a prior.
func (o *fitOptions) priorParameters() (alpha, strength float64) {
	if o.prior == "none" {
		return 0, 0
	}
	return o.alpha, o.strength
}

// checkPrior returns an error if a flag of a start or a prior has a value that is out of range.
func (o *fitOptions) checkPrior(k *kind) error {
	has := func(flag string) bool { return slices.Contains(k.flags, flag) }
	finite := func(v, least float64) bool { return v >= least && v <= math.MaxFloat64 }
	switch {
	case has("start") && !slices.Contains(starts, o.start):
		return usagef("--start is %q: want %s", o.start, either(starts))
	case has("alpha") && !finite(o.alpha, 1):
		return usagef("--alpha is %v: want a number of at least 1", o.alpha)
	case has("strength") && !finite(o.strength, math.SmallestNonzeroFloat64):
		return usagef("--strength is %v: want a positive number of rows", o.strength)
	case has("beta") && (len(o.beta) != 2 || !finite(o.beta[0], 1) || !finite(o.beta[1], 1)):
		return usagef("--beta is %v: want two numbers of at least 1, as in 1.5,1.5", o.beta)
	case o.prior != "none":
		return nil
	case has("alpha") && o.alpha != 1:
		return usagef("--alpha is %v and --prior none: it is of the default prior", o.alpha)
	case has("strength") && o.strength != 1:
		return usagef("--strength is %v and --prior none: it is of the default prior", o.strength)
	case has("beta") && (o.beta[0] != 1.5 || o.beta[1] != 1.5):
		return usagef("--beta is %v and --prior none: it is of the default prior", o.beta)
	}
	return nil
}
