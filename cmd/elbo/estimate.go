package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// fitOptions are the flags of elbo fit.
type fitOptions struct {
	components int
	covariance string
	seed       uint64
	workers    int
	maxIter    int
	tol        float64
	prior      string

	estimator  string
	samples    int
	epochs     int
	batch      int
	hidden     int
	latent     int
	rate       float64
	likelihood string

	out    string
	asJSON bool
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
}

// fitted is a model that a fit has made.
type fitted interface {
	AppendParameters([]byte) []byte
	Save(io.Writer) error
}

// kindsOfModel names the models that elbo fit knows, and how each is fitted.
var kindsOfModel = []struct {
	kind, what string
	fit        func(ctx context.Context, o fitOptions, t *table, p io.Writer) (fitted, fitReport, error)
	flags      func(c *cobra.Command, o *fitOptions)
}{
	{"gmm", "a Gaussian mixture by EM", fitGMM, func(c *cobra.Command, o *fitOptions) {
		mixtureFlags(c, o)
		c.Flags().StringVar(&o.covariance, "covariance", "full", "covariances: full or diag")
		c.Flags().StringVar(&o.prior, "prior", "default", "default (inverse-Wishart, maximum a posteriori) or none (maximum likelihood)")
	}},
	{"vbgmm", "a Gaussian mixture by variational EM", fitVBGMM, mixtureFlags},
	{"vae", "a variational autoencoder by stochastic gradients", fitVAE, func(c *cobra.Command, o *fitOptions) {
		f := c.Flags()
		f.IntVar(&o.latent, "latent", 2, "dimensions of the latent variable")
		f.IntVar(&o.hidden, "hidden", 64, "width of the hidden layer of the encoder and of the decoder")
		f.StringVar(&o.likelihood, "likelihood", "gaussian", "gaussian, or bernoulli for data in [0, 1]")
		f.StringVar(&o.estimator, "estimator", "sgvb-b", "gradient estimator: sgvb-b, sgvb-a or score")
		f.IntVar(&o.samples, "samples", 0, "samples a row and step (0: 1, and 8 for score)")
		f.IntVar(&o.epochs, "epochs", 50, "passes over the data")
		f.IntVar(&o.batch, "batch", 128, "rows a step")
		f.Float64Var(&o.rate, "rate", 1e-3, "Adam's learning rate")
	}},
}

func mixtureFlags(c *cobra.Command, o *fitOptions) {
	f := c.Flags()
	f.IntVar(&o.components, "components", 2, "number of components")
	f.IntVar(&o.maxIter, "max-iter", 1000, "most iterations")
	f.Float64Var(&o.tol, "tol", 1e-7, "stop when the bound gains less than this, in nats a row")
}

func fitCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "fit gmm|vbgmm|vae DATA.csv",
		Short: "Fit a model to a CSV file",
		Long: "Fit a model to a CSV file of numbers. The first line may name the columns; an empty field, NA or NaN is a missing entry.\n" +
			"The same data, options and seed give the same model, bit for bit, on every processor and with any number of workers.",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("elbo fit wants the kind of model: gmm, vbgmm or vae: see elbo fit --help")
			}
			return usagef("elbo fit: unknown model %q: want gmm, vbgmm or vae", args[0])
		},
		Args: cobra.ArbitraryArgs,
	}
	for _, k := range kindsOfModel {
		var o fitOptions
		s := &cobra.Command{
			Use:   k.kind + " DATA.csv",
			Short: "Fit " + k.what,
			Args:  exactArgs("DATA.csv"),
			RunE: func(c *cobra.Command, args []string) error {
				if err := o.check(); err != nil {
					return err
				}
				t, err := readTable(args[0])
				if err != nil {
					return err
				}
				m, r, err := k.fit(c.Context(), o, t, c.ErrOrStderr())
				if err != nil {
					if errors.Is(err, context.Canceled) {
						return fmt.Errorf("interrupted: no model was written")
					}
					return fmt.Errorf("%s: %w", args[0], err)
				}
				h := sha256.Sum256(m.AppendParameters(nil))
				r.Model, r.Rows, r.Cols, r.Bits = k.kind, t.x.Rows, t.x.Cols, hex.EncodeToString(h[:])
				if o.out != "" {
					if err := writeFile(o.out, m.Save); err != nil {
						return err
					}
				}
				return r.print(c.OutOrStdout(), o)
			},
		}
		f := s.Flags()
		k.flags(s, &o)
		f.Uint64Var(&o.seed, "seed", 1, "seed of all random choices")
		f.IntVar(&o.workers, "workers", 1, "goroutines; they change the speed only")
		f.StringVar(&o.out, "out", "", "write the model to this safetensors file")
		f.BoolVar(&o.asJSON, "json", false, "print one JSON object on standard output")
		c.AddCommand(s)
	}
	return c
}

func (r fitReport) print(w io.Writer, o fitOptions) error {
	if o.asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	state := "converged"
	if !r.Converged {
		state = "stopped"
	}
	fmt.Fprintf(w, "%s with %d components on %d×%d: %s after %d iterations\n", r.Model, r.Components, r.Rows, r.Cols, state, r.Iterations)
	fmt.Fprintf(w, "bound   %.6f nats\n", r.Bound)
	if r.LogLik != nil {
		fmt.Fprintf(w, "loglik  %.6f nats\n", *r.LogLik)
	}
	fmt.Fprintf(w, "bits    %s\n", r.Bits)
	if o.out != "" {
		fmt.Fprintf(w, "wrote   %s\n", o.out)
	}
	return nil
}
