package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/kernels"
)

// scoreOptions are the flags of elbo score.
type scoreOptions struct {
	data    dataOptions
	out     string
	samples int
	seed    uint64
	workers int
}

// scorer is how a model scores rows: a matrix with a row for each of them.
type scorer struct {
	names []string // of its columns
	whole bool     // the table is to be scored at once
	score func(ctx context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error)
}

// aboutOut is what the help of the commands that write tables says.
const aboutOut = "The table is CSV on standard output or, with --out, a file: NPY, Parquet or else CSV, as its extension says."

const aboutOutFlag = "write the table to this file: .csv, .npy or .parquet"

func scoreCommand() *cobra.Command {
	o := &scoreOptions{}
	c := &cobra.Command{
		Use:   "score MODEL DATA",
		Short: "Score the rows of a table by a model",
		Long: "Score the rows of a table by a model, one line a row. For a mixture it holds the row's log-density in nats (that of vbgmm is\n" +
			"the predictive one), its most responsible component, counted from 1, and the responsibilities. For an autoencoder it holds the\n" +
			"row's evidence lower bound, its reconstruction term and its KL term, in nats, over the entries that are not missing. For a hidden\n" +
			"Markov model it holds the log-likelihood of the row's sequence, the row's state, counted from 1, on the most probable path, and the\n" +
			"posteriors of the states.\n" +
			"A row with a missing entry scores NaN if the model needs complete rows.\n\n" + aboutOut + "\n\n" + aboutData,
		Args: exactArgs("MODEL", "DATA"),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case o.samples < 1 || o.samples > mostSamples:
				return usagef("--samples is %d: want 1 to %d", o.samples, mostSamples)
			case o.workers < 1:
				return usagef("--workers is %d: want at least 1", o.workers)
			}
			m, k, err := loadModel(args[0])
			if err != nil {
				return err
			}
			if err := o.data.check(k); err != nil {
				return err
			}
			s := k.scorer(m, o)
			if s.whole && o.data.stream {
				return usagef("--stream is given, and a model of the kind %s scores the whole table: leave --stream out", k.name)
			}
			return apply(c, &o.data, o.out, args[1], args[0], m.Dim(), func([]string) []string { return s.names }, s)
		},
	}
	f := c.Flags()
	f.IntVar(&o.samples, "samples", 16, "samples a row (autoencoders)")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the samples (autoencoders)")
	f.IntVar(&o.workers, "workers", 1, "goroutines; they change the speed only (autoencoders)")
	o.data.flags(f)
	f.BoolVar(&o.data.stream, "stream", false, "read and write block by block: neither table need fit into memory")
	f.StringVar(&o.out, "out", "", aboutOutFlag)
	return c
}

// apply writes a row for each row of the data at path; header returns the names of its columns, given those of the data.
func apply(c *cobra.Command, data *dataOptions, out, path, modelPath string, dim int, header func([]string) []string, s scorer) error {
	ctx := c.Context()
	to, err := outFlag(c, out)
	if err != nil {
		return err
	}
	if data.stream {
		stream, err := table.NewStream(path, data.Options)
		if err != nil {
			return err
		}
		if err := wide(path, len(stream.Names()), dim, modelPath); err != nil {
			return err
		}
		return emit(c, to, header(stream.Names()), func(w table.Writer) error {
			for t, err := range stream.Tables(ctx) {
				if err != nil {
					return err
				}
				if err := s.write(ctx, w, t); err != nil {
					return err
				}
			}
			return nil
		})
	}
	t, err := table.Read(ctx, path, data.Options)
	if err != nil {
		return err
	}
	if err := wide(path, t.X.Cols, dim, modelPath); err != nil {
		return err
	}
	return emit(c, to, header(t.Names), func(w table.Writer) error { return s.write(ctx, w, t) })
}

// write scores a table, in blocks if the scorer does not take it whole, and writes the scores.
func (s *scorer) write(ctx context.Context, w table.Writer, t *table.Table) error {
	rows, err := t.Rows()
	if err != nil {
		return err
	}
	const block = 4096
	for lo := 0; lo < t.X.Rows; lo += block {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		part := rows
		if !s.whole && rows.Lengths == nil {
			part = rows.Slice(lo, min(lo+block, t.X.Rows))
		}
		r, err := s.score(ctx, t, part)
		if err != nil {
			return err
		}
		for i := range r.Rows {
			w.Row(r.Row(i)...)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if part.X.Rows == t.X.Rows {
			break
		}
	}
	return nil
}

// emit writes a table to the target or, if there is none, as CSV on standard output.
func emit(c *cobra.Command, to target, names []string, rows func(w table.Writer) error) error {
	if to.path == "" {
		w := table.NewCSV(c.OutOrStdout(), names...)
		if err := rows(w); err != nil {
			return err
		}
		return w.Close()
	}
	var failed error
	err := to.write(func(f io.Writer) error {
		w, err := table.NewWriter(f, to.path, names...)
		if err != nil {
			return err
		}
		if failed = rows(w); failed != nil {
			return failed
		}
		return w.Close()
	})
	if failed != nil {
		return failed
	}
	return err
}

// mixture is a model of components, which score rows by their densities.
type mixture interface {
	fitted
	K() int
	LogDensity(x kernels.Matrix[float64]) ([]float64, error)
	Responsibilities(x kernels.Matrix[float64]) (kernels.Matrix[float64], error)
	Predict(x kernels.Matrix[float64]) ([]int, error)
	Sample(n int, seed uint64) (x kernels.Matrix[float64], labels []int)
}

func sampleMixture(m fitted, n int, seed uint64) (kernels.Matrix[float64], error) {
	x, _ := m.(mixture).Sample(n, seed)
	return x, nil
}

func scoreMixture(model fitted, _ *scoreOptions) scorer {
	m := model.(mixture)
	s := scorer{names: []string{"logdensity", "component"}}
	for k := range m.K() {
		s.names = append(s.names, "r"+strconv.Itoa(k+1))
	}
	s.score = func(_ context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
		dst := kernels.NewMatrix[float64](rows.X.Rows, 2+m.K())
		density, err := m.LogDensity(rows.X)
		if err != nil {
			return dst, explain(t, err)
		}
		r, err := m.Responsibilities(rows.X)
		if err != nil {
			return dst, explain(t, err)
		}
		labels, err := m.Predict(rows.X)
		if err != nil {
			return dst, explain(t, err)
		}
		for i, d := range density {
			label := float64(labels[i] + 1)
			if d != d {
				label = math.NaN()
			}
			dst.Row(i)[0], dst.Row(i)[1] = d, label
			copy(dst.Row(i)[2:], r.Row(i))
		}
		return dst, nil
	}
	return s
}

// imputer is a model that fills in missing entries of rows.
type imputer interface {
	Impute(x kernels.Matrix[float64]) (kernels.Matrix[float64], error)
}

func imputeRows(m fitted, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
	return m.(imputer).Impute(rows.X)
}

func imputeCommand() *cobra.Command {
	var data dataOptions
	var out string
	var deviations, draw bool
	var seed uint64
	var names []string
	for _, k := range kinds {
		if k.impute != nil {
			names = append(names, k.name)
		}
	}
	c := &cobra.Command{
		Use:   "impute MODEL DATA",
		Short: "Fill in the missing entries of a table by a model",
		Long: "Write the rows of a table with their missing entries replaced by what the model expects of them, given the entries of the row\n" +
			"that are there: E[x_missing | x_observed] or, if they are categories, the most probable one. Entries that are there stay as they\n" +
			"are, to the bit. The model is one of " + either(names) + ".\n\n" + aboutOut + "\n\n" + aboutData,
		Args: exactArgs("MODEL", "DATA"),
		RunE: func(c *cobra.Command, args []string) error {
			m, k, err := loadModel(args[0])
			if err != nil {
				return err
			}
			if err := data.check(k); err != nil {
				return err
			}
			_, deviates := m.(deviator)
			switch {
			case deviations && draw:
				return usagef("--deviations and --draw are given: give one of the two")
			case (deviations || draw) && !deviates:
				return usagef("--deviations or --draw is given, and a model of the kind %s has expectations alone: leave it out", k.name)
			case draw && data.stream:
				return usagef("--draw and --stream are given: draws are of the whole table, leave --stream out")
			}
			if k.sequential && data.stream {
				return usagef("--stream is given, and a model of the kind %s fills in whole sequences: leave --stream out", k.name)
			}
			if k.impute == nil {
				return fmt.Errorf("%s: holds a model of the kind %s, which fills nothing in: give one of %s", args[0], k.name, either(names))
			}
			s := scorer{whole: k.sequential || draw, score: func(_ context.Context, t *table.Table, rows elbo.Rows[float64]) (kernels.Matrix[float64], error) {
				var x kernels.Matrix[float64]
				var err error
				switch {
				case deviations:
					x, err = imputeDeviations(m.(deviator), rows.X)
				case draw:
					x, err = m.(deviator).ImputeSample(rows.X, seed)
				default:
					x, err = k.impute(m, rows)
				}
				if err != nil {
					return x, explain(t, err)
				}
				return x, nil
			}}
			return apply(c, &data, out, args[1], args[0], m.Dim(), func(names []string) []string {
				if deviations {
					for _, n := range names {
						names = append(names, n+"_sd")
					}
				}
				return names
			}, s)
		},
	}
	f := c.Flags()
	data.flags(f)
	f.BoolVar(&data.stream, "stream", false, "read and write block by block: neither table need fit into memory")
	f.BoolVar(&deviations, "deviations", false, "write behind the columns NAME_sd of each: the standard deviation given what is there (gmm)")
	f.BoolVar(&draw, "draw", false, "draw what is missing from its distribution given what is there, for multiple imputation (gmm)")
	f.Uint64Var(&seed, "seed", 1, "seed of --draw")
	f.StringVar(&out, "out", "", aboutOutFlag)
	return c
}

// deviator is a model that knows more of missing entries than their expectations.
type deviator interface {
	ImputeDeviations(x kernels.Matrix[float64]) (filled, deviations kernels.Matrix[float64], err error)
	ImputeSample(x kernels.Matrix[float64], seed uint64) (kernels.Matrix[float64], error)
}

// imputeDeviations returns the rows filled in, and behind them the standard deviations.
func imputeDeviations(m deviator, x kernels.Matrix[float64]) (kernels.Matrix[float64], error) {
	filled, deviations, err := m.ImputeDeviations(x)
	if err != nil {
		return filled, err
	}
	both := kernels.NewMatrix[float64](x.Rows, 2*x.Cols)
	for i := range x.Rows {
		copy(both.Row(i), filled.Row(i))
		copy(both.Row(i)[x.Cols:], deviations.Row(i))
	}
	return both, nil
}

// mostDraws and mostEntries bound what elbo sample draws at once.
const mostDraws, mostEntries = 1 << 20, 1 << 28

func sampleCommand() *cobra.Command {
	var n int
	var seed uint64
	var out string
	c := &cobra.Command{
		Use:   "sample MODEL -n N",
		Short: "Draw rows from a model",
		Long: "Draw rows from a model, with the header x1,x2,… Of a model made by vbgmm they are draws from the predictive density. Row i depends\n" +
			"on the model, the seed and i alone.\n\n" + aboutOut,
		Args: exactArgs("MODEL"),
		RunE: func(c *cobra.Command, args []string) error {
			if n < 1 {
				return usagef("-n is %d: want at least 1", n)
			}
			to, err := outFlag(c, out)
			if err != nil {
				return err
			}
			m, k, err := loadModel(args[0])
			if err != nil {
				return err
			}
			if most := min(mostDraws, mostEntries/m.Dim()); n > most {
				return usagef("-n is %d: draw at most %d rows of %d columns at once, and more with another --seed", n, most, m.Dim())
			}
			x, err := k.sample(m, n, seed)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			var names []string
			for j := range x.Cols {
				names = append(names, "x"+strconv.Itoa(j+1))
			}
			return emit(c, to, names, func(w table.Writer) error {
				for i := range x.Rows {
					w.Row(x.Row(i)...)
				}
				return nil
			})
		},
	}
	c.Flags().IntVarP(&n, "n", "n", 10, "number of rows")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed of the draws")
	c.Flags().StringVar(&out, "out", "", aboutOutFlag)
	return c
}
