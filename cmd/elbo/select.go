package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
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
	score float64
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
	p := newProgress(c.ErrOrStderr(), "select", "nats", len(ks)*len(covariances))
	defer p.done()
	for _, covariance := range covariances {
		for _, n := range ks {
			o.fit.components, o.fit.covariance = n, covariance
			f := &candidate{Components: n, Covariance: covariance, score: math.NaN()}
			bound, err := o.try(ctx, k, d, f)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				f.Error = message(d.explain(err))
				f.score = math.NaN()
			} else if s.Best < 0 || f.score < s.Candidates[s.Best].score {
				s.Best = len(s.Candidates)
			}
			s.Candidates = append(s.Candidates, f)
			p.step(len(s.Candidates), bound)
		}
	}
	if s.Best < 0 {
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

// try fits a candidate and sets its criteria.
func (o *selectOptions) try(ctx context.Context, k *kind, d *dataset, f *candidate) (bound float64, err error) {
	nan := math.NaN()
	if n := d.X.Rows; f.Components > n {
		return nan, fmt.Errorf("%d %ss want as many rows, the data have %d", f.Components, k.latent, n)
	}
	m, r, err := k.best(ctx, d.rows, &o.fit)
	if err != nil {
		return nan, err
	}
	free, n := m.(interface{ NumParameters() int }).NumParameters(), float64(d.X.Rows)
	bic := float64(-2*r.LogLik) + float64(float64(free)*special.Log(n))
	aic := float64(-2*r.LogLik) + 2*float64(free)
	icl := nan
	if k.clusters {
		h, err := clusterEntropy(m, d.rows, r)
		if err != nil {
			return nan, err
		}
		icl = bic + 2*h
	}
	f.model, f.Iterations, f.Converged, f.Free = m, r.Iterations, r.Converged, free
	f.Bound, f.LogLik, f.Entropy = number(r.Bound), number(r.LogLik), number(r.Entropy)
	f.BIC, f.AIC, f.ICL = number(bic), number(aic), number(icl)
	switch o.criterion {
	case "bic":
		f.score = bic
	case "aic":
		f.score = aic
	case "icl":
		f.score = icl
	case "held-out":
		if f.score, err = o.heldOut(ctx, k, d); err != nil {
			return r.Bound, err
		}
		f.HeldOut = number(f.score)
	}
	return r.Bound, nil
}

// clusterEntropy returns the entropy of the posteriors of the components, or of the paths of states, in nats.
func clusterEntropy(m model, rows elbo.Rows[float64], r elbo.Result) (float64, error) {
	switch m := m.(type) {
	case interface {
		ResponsibilityEntropy(rows elbo.Rows[float64]) (float64, error)
	}:
		return m.ResponsibilityEntropy(rows)
	case *em.MFA[float64]: // whose result counts the entropy of the factors, too
		p, err := m.Responsibilities(rows.X)
		if err != nil {
			return 0, err
		}
		h := make([]float64, rows.X.Rows)
		for i := range h {
			for _, v := range p.Row(i) {
				if v > 0 {
					h[i] -= float64(v * special.Log(v))
				}
			}
		}
		return rows.Sum(h), nil
	}
	return r.Entropy, nil
}

// units returns the number of rows or, if they are sequences, that of sequences.
func (d *dataset) units() int {
	if d.rows.Lengths != nil {
		return len(d.rows.Lengths)
	}
	return d.rows.X.Rows
}

// heldOut returns −Σ w ln p(x) of each row under the model that is fitted to the folds that it is not in. As em.Select does, the
// rows are dealt out to the folds by a permutation that the seed gives.
func (o *selectOptions) heldOut(ctx context.Context, k *kind, d *dataset) (float64, error) {
	n := d.units()
	if o.folds > n {
		return 0, fmt.Errorf("--folds is %d, and there are %d rows: lower it", o.folds, n)
	}
	const stream = 2 // of the seed, as in em
	order, fold := make([]uint32, n), make([]int, n)
	kernels.Permutation(order, kernels.NewKey(o.fit.seed, stream), kernels.Counter{})
	for i, row := range order {
		fold[row] = i % o.folds
	}
	sum := 0.0
	for f := range o.folds {
		train := subset(d.rows, func(i int) bool { return fold[i] != f })
		test := subset(d.rows, func(i int) bool { return fold[i] == f })
		m, _, err := k.best(ctx, train, &o.fit)
		if err != nil {
			return 0, fmt.Errorf("fold %d: %w", f+1, err)
		}
		if test.Weight() == 0 {
			continue
		}
		for p, err := range elbo.Steps(ctx, m, test, elbo.Options{Workers: o.fit.workers}) {
			if err != nil {
				return 0, fmt.Errorf("fold %d: %w", f+1, err)
			}
			sum -= p.LogLik
			break
		}
	}
	return sum, nil
}

// subset returns a copy of some of the rows, or of the sequences.
func subset(rows elbo.Rows[float64], in func(i int) bool) elbo.Rows[float64] {
	var s elbo.Rows[float64]
	var data []float64
	units, at, n := rows.X.Rows, 0, 0
	if rows.Lengths != nil {
		units = len(rows.Lengths)
	}
	for i := range units {
		length := 1
		if rows.Lengths != nil {
			length = rows.Lengths[i]
		}
		if in(i) {
			for j := range length {
				data = append(data, rows.X.Row(at+j)...)
			}
			n += length
			if rows.Lengths != nil {
				s.Lengths = append(s.Lengths, length)
			}
			if rows.Weights != nil {
				s.Weights = append(s.Weights, rows.Weights[i])
			}
		}
		at += length
	}
	s.X = kernels.MatrixOf(n, rows.X.Cols, data)
	return s
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
