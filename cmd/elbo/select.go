package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/elbo/em"
)

// criteria are the values of --criterion; for all of them lower is better.
var criteria = []string{"bic", "aic", "icl", "held-out"}

// selectOptions are the flags of elbo select.
type selectOptions struct {
	fit         fitOptions
	components  string
	covariances []string
	criterion   string
	folds       int
}

// candidate is a model that elbo select has tried.
type candidate struct {
	Components int      `json:"components"`
	Covariance string   `json:"covariance,omitempty"`
	Iterations int      `json:"iterations"`
	Converged  bool     `json:"converged"`
	Bound      *float64 `json:"bound"`
	LogLik     *float64 `json:"loglik"`
	Entropy    *float64 `json:"entropy"`
	Free       int      `json:"free_parameters"`
	BIC        *float64 `json:"bic"`
	AIC        *float64 `json:"aic"`
	ICL        *float64 `json:"icl"`
	HeldOut    *float64 `json:"held_out"`
	Error      string   `json:"error,omitempty"`

	model model
}

// selection is what elbo select --json prints.
type selection struct {
	Model      string       `json:"model"`
	Rows       int64        `json:"rows"`
	Cols       int          `json:"cols"`
	Criterion  string       `json:"criterion"`
	Best       int          `json:"best"`
	Candidates []*candidate `json:"candidates"`
}

func selectCommand() *cobra.Command {
	var names []string
	for _, k := range kinds {
		if k.point {
			names = append(names, k.name)
		}
	}
	c := &cobra.Command{
		Use:   "select " + strings.Join(names, "|") + " DATA",
		Short: "Choose the number of components, and the shape of the covariances",
		Long:  "Choose the number of components, and the shape of the covariances, of a model.",
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("select wants the kind of model, %s: see elbo select --help", either(names))
			}
			return usagef("select knows no model %q: want %s: see elbo select --help", args[0], either(names))
		},
	}
	for _, k := range kinds {
		if !k.point {
			continue
		}
		o := &selectOptions{} // its defaults are of the kind
		s := &cobra.Command{
			Use:   k.name + " DATA",
			Short: "Choose among the models that fit " + k.name + " makes",
			Long: "Fit " + k.what + ",\nfor each number of " + k.latent + "s, and each shape of the covariances if there are some, and name the best.\n" +
				"With L the log-likelihood, p the number of free parameters, N that of rows and H the entropy of the posteriors of the\n" +
				"latent variables, all in nats, lower is better of each criterion:\n\n" +
				"  bic       −2L + p ln N\n" +
				"  aic       −2L + 2p\n" +
				"  icl       bic + 2H, H that of the components or states alone, which asks for separate clusters (mixtures, Markov models)\n" +
				"  held-out  −Σ ln p(x) of each row under a model that was fitted to the other folds\n\n" +
				"A candidate that cannot be fitted is listed with its error and does not count.\n\n" + aboutData,
			Args: exactArgs("DATA"),
			RunE: func(c *cobra.Command, args []string) error {
				return o.run(c, k, args[0])
			},
		}
		f := s.Flags()
		f.StringVar(&o.components, "components", "1-6", "numbers of "+k.latent+"s, as in 2,4-6")
		if k.covariances != nil {
			f.StringSliceVar(&o.covariances, "covariance", k.covariances, "shapes of the covariances: of "+either(k.covariances))
		}
		f.StringVar(&o.criterion, "criterion", criteria[0], "what to choose by: "+either(criteria))
		f.IntVar(&o.folds, "folds", 5, "folds of --criterion held-out")
		for _, flag := range k.flags {
			if !slices.Contains([]string{"components", "covariance", "init", "stream"}, flag) {
				fitFlags[flag](f, &o.fit, k)
			}
		}
		o.fit.sharedFlags(f, "write the best model to this safetensors file")
		c.AddCommand(s)
	}
	return c
}

// numbers reads a list of positive numbers and ranges of them.
func numbers(s string) ([]int, error) {
	bad := usagef("--components is %q: want numbers from 1 to 10000 and ranges of them, as in 2,4-6", s)
	var list []int
	for _, part := range strings.Split(s, ",") {
		low, high, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			high = low
		}
		a, errA := strconv.Atoi(low)
		b, errB := strconv.Atoi(high)
		if errA != nil || errB != nil || a < 1 || b < a || b > 10000 {
			return nil, bad
		}
		for n := a; n <= b; n++ {
			if !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	return list, nil
}

// run fits the candidates to the file at path, writes the best, and reports.
func (o *selectOptions) run(c *cobra.Command, k *kind, path string) error {
	ks, err := numbers(o.components)
	if err != nil {
		return err
	}
	covariances := o.covariances
	if k.covariances == nil {
		covariances = []string{""}
	}
	for _, s := range covariances {
		o.fit.components, o.fit.covariance = ks[0], s
		if err := o.fit.check(k); err != nil {
			return err
		}
	}
	switch {
	case len(covariances) == 0:
		return usagef("--covariance is empty: want %s", either(k.covariances))
	case !slices.Contains(criteria, o.criterion):
		return usagef("--criterion is %q: want %s", o.criterion, either(criteria))
	case o.criterion == "icl" && !k.clusters:
		return usagef("--criterion is icl, and %s has no clusters: want bic, aic or held-out", k.name)
	case o.folds < 2:
		return usagef("--folds is %d: want at least 2", o.folds)
	}
	out, err := outFlag(c, o.fit.out)
	if err != nil {
		return err
	}
	ctx := c.Context()
	d, err := o.fit.data.read(ctx, path, o.fit.seed)
	if err != nil {
		return err
	}
	o.fit.components = 1
	if err := k.suits(k, &o.fit, d); err != nil {
		return err
	}
	s := selection{Model: k.name, Rows: d.n, Cols: d.X.Cols, Criterion: o.criterion, Best: -1}
	sweep := em.Sweep{Folds: o.folds, Seed: o.fit.seed, Workers: o.fit.workers, Criterion: em.Criterion(slices.Index(criteria, o.criterion))}
	total := len(ks) * len(covariances)
	if sweep.Criterion == em.HeldOut {
		if n := d.units(); o.folds > n {
			return fmt.Errorf("--folds is %d, and there are %d rows: lower it", o.folds, n)
		}
		total *= 1 + o.folds
	}
	p := newProgress(c.ErrOrStderr(), "select", "nats", total)
	defer p.done()
	sweep.Done = func(done, _ int, bound float64) { p.step(done, bound) }
	for _, covariance := range covariances {
		for _, n := range ks {
			o.fit.components, o.fit.covariance = n, covariance
			sweep.Specs = append(sweep.Specs, k.spec(&o.fit))
			s.Candidates = append(s.Candidates, &candidate{Components: n, Covariance: covariance})
		}
	}
	found, err := em.SelectModel(ctx, d.rows, sweep)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for i := range found.Candidates {
		f := &found.Candidates[i]
		s.Candidates[i].set(f, d)
		if found.Best == f {
			s.Best = i
		}
	}
	switch {
	case len(found.Candidates) == 0:
		return d.explain(err)
	case s.Best < 0:
		return fmt.Errorf("none of %s could be fitted; of the first: %s", counted(len(s.Candidates), "candidate"), s.Candidates[0].Error)
	}
	var report bytes.Buffer
	if err := s.print(&report, k, o); err != nil {
		return err
	}
	if o.fit.out != "" {
		if err := out.write(s.Candidates[s.Best].model.Save); err != nil {
			return err
		}
	}
	_, err = report.WriteTo(c.OutOrStdout())
	return err
}

// number is a number as JSON has it: null if it is not finite.
func number(v float64) *float64 {
	if v-v != 0 {
		return nil
	}
	return &v
}

// set sets the criteria, or why there are none.
func (c *candidate) set(f *em.Candidate[em.Selectable[float64]], d *dataset) {
	if f.Err != nil {
		c.Error = oneLine(d.explain(f.Err).Error())
		return
	}
	c.model, c.Iterations, c.Converged, c.Free = f.Model.(model), f.Fit.Iterations, f.Fit.Converged, f.Model.NumParameters()
	c.Bound, c.LogLik, c.Entropy = number(f.Fit.Bound), number(f.Fit.LogLik), number(f.Entropy)
	c.BIC, c.AIC, c.ICL, c.HeldOut = number(f.BIC), number(f.AIC), number(f.ICL), number(f.HeldOut)
}

// units returns the number of rows or, if they are sequences, that of sequences.
func (d *dataset) units() int {
	if d.rows.Lengths != nil {
		return len(d.rows.Lengths)
	}
	return d.rows.X.Rows
}

// print prints the candidates, the best one marked.
func (s *selection) print(w *bytes.Buffer, k *kind, o *selectOptions) error {
	if o.fit.asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(s)
	}
	best := s.Candidates[s.Best]
	fmt.Fprintf(w, "%s on %s of %s: by %s the best of %s has %s", s.Model, counted(s.Rows, "row"), counted(s.Cols, "column"), s.Criterion,
		counted(len(s.Candidates), "candidate"), counted(best.Components, k.latent))
	if best.Covariance != "" {
		fmt.Fprintf(w, " and %s covariances", best.Covariance)
	}
	fmt.Fprintln(w)
	var columns bytes.Buffer
	t := tabwriter.NewWriter(&columns, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, k.latent, "s\t")
	if k.covariances != nil {
		fmt.Fprint(t, "covariance\t")
	}
	fmt.Fprint(t, "loglik\tfree\tbic\taic\t")
	if k.clusters {
		fmt.Fprint(t, "icl\t")
	}
	if o.criterion == "held-out" {
		fmt.Fprint(t, "held-out\t")
	}
	fmt.Fprint(t, "\t\n")
	for i, f := range s.Candidates {
		fmt.Fprintf(t, "%d\t", f.Components)
		if k.covariances != nil {
			fmt.Fprintf(t, "%s\t", f.Covariance)
		}
		free := strconv.Itoa(f.Free)
		if f.model == nil {
			free = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t", three(f.LogLik), free, three(f.BIC), three(f.AIC))
		if k.clusters {
			fmt.Fprintf(t, "%s\t", three(f.ICL))
		}
		if o.criterion == "held-out" {
			fmt.Fprintf(t, "%s\t", three(f.HeldOut))
		}
		mark := ""
		if i == s.Best {
			mark = "best"
		}
		fmt.Fprintf(t, "%s\t\n", mark)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(columns.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	for _, f := range s.Candidates {
		if f.Error != "" {
			fmt.Fprintf(w, "%s %s: %s\n", counted(f.Components, k.latent), f.Covariance, f.Error)
		}
	}
	if o.fit.out != "" {
		fmt.Fprintf(w, "wrote   %s\n", o.fit.out)
	}
	return nil
}

// three prints three decimals.
func three(v *float64) string {
	if v == nil {
		return "-"
	}
	return strconv.FormatFloat(*v, 'f', 3, 64)
}
