package main

import (
	"bufio"
	"context"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/elbo/em"
	"example.com/elbo/kernels"
	"example.com/elbo/vae"
	"example.com/elbo/vem"
)

func scoreCommand() *cobra.Command {
	var o vae.EvalOptions
	c := &cobra.Command{
		Use:   "score MODEL DATA.csv",
		Short: "Score the rows of a CSV file by a model, as CSV",
		Long: "Score the rows of a CSV file by a model, as CSV on standard output, one line a row. For a mixture it holds the row's\n" +
			"log-density in nats (that of vbgmm is the predictive one), its most responsible component, counted from 1, and the\n" +
			"responsibilities; all are NaN for a row with a missing entry. For an autoencoder it holds the row's evidence lower\n" +
			"bound, its reconstruction term and its KL term, in nats, over the entries that are not missing.",
		Args: exactArgs("MODEL", "DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case o.Samples < 1 || o.Samples > mostSamples:
				return usagef("--samples is %d: want 1 to %d", o.Samples, mostSamples)
			case o.Workers < 1:
				return usagef("--workers is %d: want at least 1", o.Workers)
			}
			m, err := loadModel(args[0])
			if err != nil {
				return err
			}
			t, err := readTable(c.Context(), args[1])
			if err != nil {
				return err
			}
			if err := t.wide(m.Dim(), args[0]); err != nil {
				return err
			}
			w := newRows(c.OutOrStdout())
			if v, ok := m.(*vae.VAE[float64]); ok {
				return scoreVAE(c.Context(), w, v, t, o)
			}
			return scoreMixture(c.Context(), w, m.(mixture), t)
		},
	}
	f := c.Flags()
	f.IntVar(&o.Samples, "samples", 16, "samples a row (autoencoders)")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the samples (autoencoders)")
	f.IntVar(&o.Workers, "workers", 1, "goroutines; they change the speed only (autoencoders)")
	return c
}

func scoreVAE(ctx context.Context, w *rows, v *vae.VAE[float64], t *table, o vae.EvalOptions) error {
	if v.Config().Likelihood == vae.Bernoulli {
		if err := t.within(); err != nil {
			return err
		}
	}
	scores := make([]vae.RowScore, t.x.Rows)
	if err := v.ScoreRows(ctx, scores, t.x, o); err != nil {
		return t.explain(err)
	}
	w.header("elbo", "rec", "kl")
	for _, s := range scores {
		w.row(s.Bound, s.Rec, s.KL)
	}
	return w.w.Flush()
}

// scoreMixture scores blocks of rows; a row's score does not depend on its block.
func scoreMixture(ctx context.Context, w *rows, m mixture, t *table) error {
	names := []string{"logdensity", "component"}
	for k := range m.K() {
		names = append(names, "r"+strconv.Itoa(k+1))
	}
	w.header(names...)
	const block = 4096
	for at := 0; at < t.x.Rows; at += block {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		x := t.x.SliceRows(at, min(at+block, t.x.Rows))
		density, err := m.LogDensity(x)
		if err != nil {
			return t.explain(err)
		}
		r, err := m.Responsibilities(x)
		if err != nil {
			return t.explain(err)
		}
		labels, err := m.Predict(x)
		if err != nil {
			return t.explain(err)
		}
		for i, d := range density {
			label := float64(labels[i] + 1)
			if d != d {
				label = math.NaN()
			}
			w.row(append([]float64{d, label}, r.Row(i)...)...)
		}
		if err := w.w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// mostDraws and mostEntries bound what elbo sample draws at once.
const mostDraws, mostEntries = 1 << 20, 1 << 28

func sampleCommand() *cobra.Command {
	var n int
	var seed uint64
	c := &cobra.Command{
		Use:   "sample MODEL -n N",
		Short: "Draw rows from a model, as CSV",
		Long: "Draw rows from a model, as CSV on standard output with the header x1,x2,… Of a model made by vbgmm they are draws from the\n" +
			"predictive density. Row i depends on the model, the seed and i alone.",
		Args: exactArgs("MODEL"),
		RunE: func(c *cobra.Command, args []string) error {
			if n < 1 {
				return usagef("-n is %d: want at least 1", n)
			}
			m, err := loadModel(args[0])
			if err != nil {
				return err
			}
			if most := min(mostDraws, mostEntries/m.Dim()); n > most {
				return usagef("-n is %d: draw at most %d rows of %d columns at once, and more with another --seed", n, most, m.Dim())
			}
			var x kernels.Matrix[float64]
			switch m := m.(type) {
			case *em.GMM[float64]:
				x, _ = m.Sample(n, seed)
			case *vem.GMM[float64]:
				x, _ = m.Sample(n, seed)
			case *vae.VAE[float64]:
				if x, err = m.Sample(n, seed); err != nil {
					return err
				}
			}
			w := newRows(c.OutOrStdout())
			var names []string
			for j := range x.Cols {
				names = append(names, "x"+strconv.Itoa(j+1))
			}
			w.header(names...)
			for i := range x.Rows {
				w.row(x.Row(i)...)
			}
			return w.w.Flush()
		},
	}
	c.Flags().IntVarP(&n, "n", "n", 10, "number of rows")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed of the draws")
	return c
}

// rows writes CSV lines of numbers, each with the digits that give it back exactly. Its writer keeps the first error.
type rows struct {
	w   *bufio.Writer
	buf []byte
}

func newRows(w io.Writer) *rows { return &rows{w: bufio.NewWriter(w)} }

func (r *rows) header(names ...string) {
	for i, n := range names {
		if i > 0 {
			r.w.WriteByte(',')
		}
		r.w.WriteString(n)
	}
	r.w.WriteByte('\n')
}

func (r *rows) row(v ...float64) {
	r.buf = r.buf[:0]
	for i, x := range v {
		if i > 0 {
			r.buf = append(r.buf, ',')
		}
		r.buf = strconv.AppendFloat(r.buf, x, 'g', -1, 64)
	}
	r.w.Write(append(r.buf, '\n'))
}
