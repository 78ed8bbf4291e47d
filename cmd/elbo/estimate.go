package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/elbo"
)

// fitOptions are the flags of elbo fit.
type fitOptions struct {
	data    dataOptions
	seed    uint64
	workers int
	out     string
	asJSON  bool

	components      int
	restarts        int
	short           int
	maxIter         int
	tol             float64
	covariance      string
	prior           string
	init            string
	mode            string
	minibatch       int
	kappa, tau      float64
	blocks          int
	accelerate      string
	aitken          bool
	start           string
	alpha, strength float64
	beta            []float64
	categories      []int // of each column

	emission    string
	leftToRight bool
	factors     int
	sharedNoise bool
	freedom     float64
	nuPrior     []float64
	shrinkage   float64
	policy      string

	vae vaeOptions
}

// fitReport is what elbo fit --json prints.
type fitReport struct {
	Model      string         `json:"model"`
	Rows       int64          `json:"rows"`
	Cols       int            `json:"cols"`
	Components int            `json:"components"`
	Iterations int            `json:"iterations"`
	Converged  bool           `json:"converged"`
	Bound      float64        `json:"bound"`
	LogLik     *float64       `json:"loglik"`
	Bits       string         `json:"bits"`
	Parameters map[string]any `json:"parameters"`

	how     string   // the fit went, for people
	details []string // more lines for people
}

// fitFlags are the flags that kinds of model choose from.
var fitFlags = map[string]func(f *pflag.FlagSet, o *fitOptions, k *kind){
	"components": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.IntVar(&o.components, "components", 2, "number of "+k.latent+"s")
	},
	"restarts": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.IntVar(&o.restarts, "restarts", 1, "fits from different starts, of which the one with the highest bound counts")
		f.IntVar(&o.short, "short", 0, "iterations after which all but the best of --restarts are given up (0: each is fitted to its end)")
	},
	"max-iter": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.IntVar(&o.maxIter, "max-iter", 1000, "most iterations")
	},
	"tol": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.Float64Var(&o.tol, "tol", 1e-7, "stop when an iteration raises the bound by no more than this, in nats a row")
		f.BoolVar(&o.aitken, "aitken", false, "stop when all further iterations together, extrapolated, would raise the bound by no more than --tol")
	},
	"covariance": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.StringVar(&o.covariance, "covariance", k.covariances[0], "covariances: "+either(k.covariances))
	},
	"prior": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.StringVar(&o.prior, "prior", k.priors[0], "prior: "+either(k.priors))
	},
	"policy": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		words := ""
		if slices.Contains(k.policies, "split") {
			words = "; split makes it\nhalf of the one with the most rows"
		}
		f.StringVar(&o.policy, "policy", k.policies[0], "what becomes of a "+k.latent+" that is empty or collapses: "+either(k.policies)+words+";\nprior leaves it to the prior")
	},
	"init": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.StringVar(&o.init, "init", "", "start from the model in this file, which elbo fit "+k.name+" --out wrote, and not from the data")
	},
	"stream": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.BoolVar(&o.data.stream, "stream", false, "read the file anew in each iteration, in blocks: it need not fit into memory")
	},
	"mode": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		f.StringVar(&o.mode, "mode", "batch", "batch: an M-step after each pass over the data; stepwise: after each minibatch, from a running average\n"+
			"of the statistics; incremental: after each block of rows, from the statistics of all blocks")
		f.IntVar(&o.minibatch, "minibatch", 0, "rows of a minibatch of --mode stepwise (0: 1024, or 16 sequences)")
		f.Float64Var(&o.kappa, "kappa", 0.7, "of --mode stepwise, whose step t goes (t + tau)^−kappa of the way, from above 0.5 to 1")
		f.Float64Var(&o.tau, "tau", 1, "of --mode stepwise: the greater, the smaller are the first steps")
		f.IntVar(&o.blocks, "blocks", 0, "blocks of --mode incremental (0: 10)")
		f.StringVar(&o.accelerate, "accelerate", "none", "none, or squarem: extrapolations between the iterations of --mode batch")
	},
	"weights": func(f *pflag.FlagSet, o *fitOptions, k *kind) {
		o.data.weightsFlag(f)
	},
}

// climbFlags are those of the kinds that elbo.Fit fits.
var climbFlags = []string{"components", "restarts", "max-iter", "tol", "init", "mode", "stream", "weights"}

// either lists alternatives.
func either(words []string) string {
	n := len(words)
	if n == 1 {
		return words[0]
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// check returns an error if a flag of the kind has a value that is out of range.
func (o *fitOptions) check(k *kind) error {
	if err := o.data.check(k); err != nil {
		return err
	}
	has := func(flag string) bool { return slices.Contains(k.flags, flag) }
	switch {
	case o.workers < 1:
		return usagef("--workers is %d: want at least 1", o.workers)
	case o.components < 1:
		return usagef("--components is %d: want at least 1", o.components)
	case has("restarts") && o.restarts < 1:
		return usagef("--restarts is %d: want at least 1", o.restarts)
	case o.short < 0 || o.short > 0 && o.restarts < 2:
		return usagef("--short is %d: want a positive number, with --restarts of at least 2", o.short)
	case has("max-iter") && o.maxIter < 1:
		return usagef("--max-iter is %d: want at least 1", o.maxIter)
	case has("tol") && (!(o.tol >= 0) || math.IsInf(o.tol, 0)):
		return usagef("--tol is %v: want a number of at least 0", o.tol)
	case has("covariance") && !slices.Contains(k.covariances, o.covariance):
		return usagef("--covariance is %q: want %s", o.covariance, either(k.covariances))
	case has("prior") && !slices.Contains(k.priors, o.prior):
		return usagef("--prior is %q: want %s", o.prior, either(k.priors))
	case has("policy") && !slices.Contains(k.policies, o.policy):
		return usagef("--policy is %q: want %s", o.policy, either(k.policies))
	case has("mode") && !slices.Contains(modes, o.mode):
		return usagef("--mode is %q: want %s", o.mode, either(modes))
	case has("mode") && o.accelerate != "none" && o.accelerate != "squarem":
		return usagef("--accelerate is %q: want none or squarem", o.accelerate)
	case has("mode") && o.accelerate != "none" && o.mode != "batch":
		return usagef("--accelerate is %s and --mode %s: extrapolations are of --mode batch", o.accelerate, o.mode)
	case o.aitken && (o.mode != "batch" || o.accelerate != "none"):
		return usagef("--aitken is given, with --mode %s and --accelerate %s: it is of --mode batch without acceleration", o.mode, o.accelerate)
	case o.minibatch < 0 || o.minibatch > 0 && o.mode != "stepwise":
		return usagef("--minibatch is %d: want a positive number, with --mode stepwise", o.minibatch)
	case has("mode") && !(o.kappa > 0.5 && o.kappa <= 1):
		return usagef("--kappa is %v: want a number above 0.5 and at most 1", o.kappa)
	case has("mode") && (!(o.tau > 0) || math.IsInf(o.tau, 0)):
		return usagef("--tau is %v: want a positive number", o.tau)
	case has("mode") && o.mode != "stepwise" && (o.kappa != 0.7 || o.tau != 1):
		return usagef("--kappa is %v, --tau %v and --mode %s: they are of --mode stepwise", o.kappa, o.tau, o.mode)
	case o.blocks < 0 || o.blocks > 0 && o.mode != "incremental":
		return usagef("--blocks is %d: want a positive number, with --mode incremental", o.blocks)
	}
	if err := o.checkPrior(k); err != nil || k.check == nil {
		return err
	}
	return k.check(o)
}

// engine are the options of elbo.Fit.
func (o *fitOptions) engine() elbo.Options {
	tol := o.tol
	if tol == 0 { // to the engine that is its default
		tol = math.SmallestNonzeroFloat64
	}
	e := elbo.Options{MaxIter: o.maxIter, Tol: tol, Aitken: o.aitken, Workers: o.workers, Seed: o.seed}
	switch o.mode {
	case "stepwise":
		e.Schedule = elbo.Stepwise{Rows: o.minibatch, Kappa: o.kappa, Tau: o.tau}
	case "incremental":
		e.Schedule = elbo.Incremental{Blocks: o.blocks}
	}
	if o.accelerate == "squarem" {
		e.Accelerate = elbo.SQUAREM
	}
	return e
}

// starts says how often a fit starts.
func (o *fitOptions) starts() elbo.Restarts { return elbo.Restarts{N: o.restarts, Short: o.short} }

// policyOf returns the policy that --policy names, which is checked with the flags.
func (o *fitOptions) policyOf() elbo.Policy {
	p, _ := elbo.ParsePolicy(o.policy)
	return p
}

// modes are the values of --mode.
var modes = []string{"batch", "stepwise", "incremental"}

// sharedFlags adds the flags that all kinds have.
func (o *fitOptions) sharedFlags(f *pflag.FlagSet, out string) {
	f.Uint64Var(&o.seed, "seed", 1, "seed of all random choices")
	f.IntVar(&o.workers, "workers", 1, "goroutines; they change the speed only")
	f.StringVar(&o.out, "out", "", out)
	f.BoolVar(&o.asJSON, "json", false, "print one JSON object on standard output")
	o.data.flags(f)
}

func fitCommand() *cobra.Command {
	const about = aboutData + "\n" +
		"The same data, options and seed give the same model, bit for bit, on every processor and with any number of workers.\n\n" +
		"With --json one object is printed: model, rows, cols, components, iterations, converged, bound (nats over all rows), loglik\n" +
		"(nats over all rows, or null), bits (SHA-256 over the raw bytes of the parameters) and parameters."
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	o := &fitOptions{}
	c := &cobra.Command{
		Use:   "fit " + strings.Join(names, "|") + " DATA",
		Short: "Fit a model to a table of numbers",
		Long:  "Fit a model to a table of numbers.\n\n" + about,
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("fit wants the kind of model, %s: see elbo fit --help", either(names))
			}
			return usagef("fit knows no model %q: want %s: see elbo fit --help", args[0], either(names))
		},
	}
	o.sharedFlags(c.PersistentFlags(), "write the model to this safetensors file")
	for _, k := range kinds {
		s := &cobra.Command{
			Use:   k.name + " DATA",
			Short: "Fit " + k.what,
			Long:  "Fit " + k.what + ".\n\n" + k.long + "\n\n" + about,
			Args:  exactArgs("DATA"),
			RunE: func(c *cobra.Command, args []string) error {
				return k.run(c, o, args[0])
			},
		}
		for _, flag := range k.flags {
			fitFlags[flag](s.Flags(), o, k)
		}
		c.AddCommand(s)
	}
	return c
}

// run fits the model to the file at path, writes it, and reports.
func (k *kind) run(c *cobra.Command, o *fitOptions, path string) error {
	if err := o.check(k); err != nil {
		return err
	}
	if c.Flags().Changed("init") {
		for _, flag := range []string{
			"alpha", "beta", "components", "covariance", "emission", "factors", "freedom", "freedom-prior", "left-to-right", "policy", "prior",
			"restarts", "shared-noise", "short", "shrinkage", "start", "strength",
		} {
			if c.Flags().Changed(flag) {
				return usagef("--%s is given and --init too: the model of --init has its own", flag)
			}
		}
	}
	out, err := outFlag(c, o.out)
	if err != nil {
		return err
	}
	var start fitted
	if o.init != "" {
		if start, err = loadKind(o.init, k); err != nil {
			return err
		}
	}
	d, err := o.data.read(c.Context(), path, o.seed)
	if err != nil {
		return err
	}
	if start != nil {
		if err := wide(path, d.X.Cols, start.Dim(), o.init); err != nil {
			return err
		}
	}
	m, r, err := k.fit(c.Context(), k, o, d, start, c.ErrOrStderr())
	if err != nil {
		return err
	}
	h := sha256.Sum256(m.AppendParameters(nil))
	r.Model, r.Rows, r.Cols, r.Bits = k.name, d.n, d.X.Cols, hex.EncodeToString(h[:])
	var report bytes.Buffer
	if err := r.print(&report, o); err != nil {
		return err
	}
	if o.out != "" {
		if err := out.write(m.Save); err != nil {
			return err
		}
	}
	_, err = report.WriteTo(c.OutOrStdout())
	return err
}

// outFlag returns the file that --out names, or an error if it could not be written.
func outFlag(c *cobra.Command, path string) (target, error) {
	if !c.Flags().Changed("out") {
		return target{}, nil
	}
	if path == "" {
		return target{}, usagef("--out is empty: name a file")
	}
	return newTarget(path)
}

func (r *fitReport) print(w *bytes.Buffer, o *fitOptions) error {
	if o.asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	fmt.Fprintf(w, "%s on %s of %s: %s\n", r.Model, counted(r.Rows, "row"), counted(r.Cols, "column"), r.how)
	fmt.Fprintf(w, "bound   %s nats\n", nats(r.Bound))
	if r.LogLik != nil {
		fmt.Fprintf(w, "loglik  %s nats\n", nats(*r.LogLik))
	}
	fmt.Fprintf(w, "bits    %s\n", r.Bits)
	for _, d := range r.details {
		fmt.Fprintln(w, d)
	}
	if o.out != "" {
		fmt.Fprintf(w, "wrote   %s\n", o.out)
	}
	return nil
}

// nats prints six decimals of what is not astronomical.
func nats(v float64) string {
	if math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 6, 64)
	}
	return strconv.FormatFloat(v, 'g', 7, 64)
}

// climb runs a fit of one model to its end and shows its progress on w.
func climb(ctx context.Context, k *kind, m elbo.Model[float64], d *dataset, o *fitOptions, w io.Writer) (elbo.Progress, error) {
	p := newProgress(w, k.name, "nats", o.maxIter)
	defer p.done()
	var last elbo.Progress
	for s, err := range elbo.Steps(ctx, m, d.source(), o.engine()) {
		if err != nil {
			return last, d.explain(err)
		}
		last = s
		p.step(s.Iter, s.Bound)
	}
	return last, nil
}
