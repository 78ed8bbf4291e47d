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
	"strconv"

	"github.com/spf13/cobra"

	"example.com/elbo/em"
	"example.com/elbo/vae"
)

// fitOptions are the flags of elbo fit.
type fitOptions struct {
	seed    uint64
	workers int
	out     string
	asJSON  bool

	components int // of the mixtures
	maxIter    int
	tol        float64
	covariance string
	prior      string

	hidden     int
	likelihood string
	estimator  string
	samples    int
	epochs     int
	batch      int
	rate       float64
}

// fitReport is what elbo fit --json prints.
type fitReport struct {
	Model      string         `json:"model"`
	Rows       int            `json:"rows"`
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

// fitted is a model that a fit has made.
type fitted interface {
	Dim() int
	AppendParameters([]byte) []byte
	Save(io.Writer) error
}

// modelKind is a kind of model that elbo fit knows.
type modelKind struct {
	name, what, long string
	flags            func(c *cobra.Command, o *fitOptions)
	check            func(o fitOptions) error
	fit              func(ctx context.Context, o fitOptions, t *table, progress io.Writer) (fitted, fitReport, error)
}

var modelKinds = []modelKind{
	{
		name: "gmm", what: "a Gaussian mixture by EM",
		long: "The bound is the log-likelihood plus the log prior density of the parameters, with all constants; with --prior none it is the\n" +
			"log-likelihood. loglik is the total log-likelihood.",
		flags: func(c *cobra.Command, o *fitOptions) {
			mixtureFlags(c, o)
			c.Flags().StringVar(&o.covariance, "covariance", "full", "covariances: full or diag")
			c.Flags().StringVar(&o.prior, "prior", "default", "default (inverse-Wishart, maximum a posteriori) or none (maximum likelihood)")
		},
		check: func(o fitOptions) error {
			if _, err := em.ParseCovariance(o.covariance); err != nil {
				return usagef("--covariance is %q: want full or diag", o.covariance)
			}
			if o.prior != "default" && o.prior != "none" {
				return usagef("--prior is %q: want default or none", o.prior)
			}
			return o.checkMixture()
		},
		fit: fitGMM,
	},
	{
		name: "vbgmm", what: "a Gaussian mixture by variational EM",
		long: "Superfluous components die: their weight goes to nearly 0. The bound is the evidence lower bound, with all constants; loglik is\n" +
			"null. The parameters are the posterior means of the weights and the means, and the inverses of the expected precisions.",
		flags: func(c *cobra.Command, o *fitOptions) {
			mixtureFlags(c, o)
			c.Flags().StringVar(&o.covariance, "covariance", "full", "covariances: full")
			c.Flags().StringVar(&o.prior, "prior", "default", "default (Normal–Wishart and Dirichlet)")
		},
		check: func(o fitOptions) error {
			if o.covariance != "full" {
				return usagef("--covariance is %q: vbgmm has full covariances only", o.covariance)
			}
			if o.prior != "default" {
				return usagef("--prior is %q: vbgmm has the default prior only", o.prior)
			}
			return o.checkMixture()
		},
		fit: fitVBGMM,
	},
	{
		name: "vae", what: "a variational autoencoder by stochastic gradients",
		long: "Missing entries are left out of the likelihood. The bound is the evidence lower bound of all rows after the last epoch, by 16\n" +
			"samples a row; components is the number of latent dimensions, iterations that of steps, converged false (a run ends after\n" +
			"its epochs), loglik null, and parameters describes the model, whose weights only --out writes.\n" +
			"With --likelihood gaussian the networks see each column less its mean, over its standard deviation; results are in its units.",
		flags: func(c *cobra.Command, o *fitOptions) {
			f := c.Flags()
			f.IntVar(&o.components, "components", 2, "dimensions of the latent variable")
			f.IntVar(&o.hidden, "hidden", 64, "width of the hidden layer of the encoder and of the decoder")
			f.StringVar(&o.likelihood, "likelihood", "gaussian", "gaussian, or bernoulli for data in [0, 1]")
			f.StringVar(&o.estimator, "estimator", "sgvb-b", "gradient estimator: sgvb-b, sgvb-a or score")
			f.IntVar(&o.samples, "samples", 0, "samples a row and step (0: 1, and 8 for score)")
			f.IntVar(&o.epochs, "epochs", 50, "passes over the data")
			f.IntVar(&o.batch, "batch", 128, "rows a step")
			f.Float64Var(&o.rate, "rate", 1e-3, "Adam's learning rate")
		},
		check: fitOptions.checkVAE,
		fit:   fitVAE,
	},
}

func mixtureFlags(c *cobra.Command, o *fitOptions) {
	f := c.Flags()
	f.IntVar(&o.components, "components", 2, "number of components")
	f.IntVar(&o.maxIter, "max-iter", 1000, "most iterations")
	f.Float64Var(&o.tol, "tol", 1e-7, "stop when an iteration raises the bound by no more than this, in nats a row")
}

func (o fitOptions) checkMixture() error {
	switch {
	case o.components < 1:
		return usagef("--components is %d: want at least 1", o.components)
	case o.maxIter < 1:
		return usagef("--max-iter is %d: want at least 1", o.maxIter)
	case !(o.tol >= 0) || math.IsInf(o.tol, 0):
		return usagef("--tol is %v: want a number of at least 0", o.tol)
	}
	return nil
}

// mostSamples bounds the samples of a row, and of the rows of a step together.
const mostSamples = 1 << 20

func (o fitOptions) checkVAE() error {
	estimator, err := vae.ParseEstimator(o.estimator)
	switch {
	case err != nil:
		return usagef("--estimator is %q: want sgvb-b, sgvb-a or score", o.estimator)
	case o.likelihood != "gaussian" && o.likelihood != "bernoulli":
		return usagef("--likelihood is %q: want gaussian or bernoulli", o.likelihood)
	case o.components < 1:
		return usagef("--components is %d: want at least 1", o.components)
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

func fitCommand() *cobra.Command {
	const about = "The first line of DATA.csv may name the columns; an empty field, NA or NaN is a missing entry, everything else a finite number.\n" +
		"The same data, options and seed give the same model, bit for bit, on every processor and with any number of workers.\n\n" +
		"With --json one object is printed: model, rows, cols, components, iterations, converged, bound (nats over all rows), loglik\n" +
		"(nats over all rows, or null), bits (SHA-256 over the raw bytes of the parameters) and parameters."
	var o fitOptions
	c := &cobra.Command{
		Use:   "fit gmm|vbgmm|vae DATA.csv",
		Short: "Fit a model to a CSV file",
		Long:  "Fit a model to a CSV file of numbers.\n\n" + about,
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("fit wants the kind of model, gmm, vbgmm or vae: see elbo fit --help")
			}
			return usagef("fit knows no model %q: want gmm, vbgmm or vae: see elbo fit --help", args[0])
		},
	}
	f := c.PersistentFlags()
	f.Uint64Var(&o.seed, "seed", 1, "seed of all random choices")
	f.IntVar(&o.workers, "workers", 1, "goroutines; they change the speed only")
	f.StringVar(&o.out, "out", "", "write the model to this safetensors file")
	f.BoolVar(&o.asJSON, "json", false, "print one JSON object on standard output")
	for _, k := range modelKinds {
		s := &cobra.Command{
			Use:   k.name + " DATA.csv",
			Short: "Fit " + k.what,
			Long:  "Fit " + k.what + ".\n\n" + k.long + "\n\n" + about,
			Args:  exactArgs("DATA.csv"),
			RunE: func(c *cobra.Command, args []string) error {
				return k.run(c, o, args[0])
			},
		}
		k.flags(s, &o)
		c.AddCommand(s)
	}
	return c
}

// run fits the model to the file at path, writes it, and reports.
func (k modelKind) run(c *cobra.Command, o fitOptions, path string) error {
	if o.workers < 1 {
		return usagef("--workers is %d: want at least 1", o.workers)
	}
	if err := k.check(o); err != nil {
		return err
	}
	var out target
	if c.Flags().Changed("out") {
		if o.out == "" {
			return usagef("--out is empty: name a file")
		}
		var err error
		if out, err = newTarget(o.out); err != nil {
			return err
		}
	}
	t, err := readTable(c.Context(), path)
	if err != nil {
		return err
	}
	m, r, err := k.fit(c.Context(), o, t, c.ErrOrStderr())
	if err != nil {
		return err
	}
	h := sha256.Sum256(m.AppendParameters(nil))
	r.Model, r.Rows, r.Cols, r.Bits = k.name, t.x.Rows, t.x.Cols, hex.EncodeToString(h[:])
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

func (r fitReport) print(w *bytes.Buffer, o fitOptions) error {
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
