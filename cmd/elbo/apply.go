package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/elbo/em"
	"example.com/elbo/kernels"
	"example.com/elbo/vae"
	"example.com/elbo/vem"
)

func scoreCommand() *cobra.Command {
	var samples, workers int
	var seed uint64
	c := &cobra.Command{
		Use:   "score MODEL DATA.csv",
		Short: "Score the rows of a CSV file by a model, as CSV",
		Long: "Score the rows of a CSV file by a model. For a mixture each line holds the row's log-density in nats (that of vbgmm\n" +
			"is the predictive one), the most responsible component, and the responsibilities; for an autoencoder the row's\n" +
			"evidence lower bound, its reconstruction term and its KL term.",
		Args: exactArgs("MODEL", "DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			m, err := loadModel(args[0])
			if err != nil {
				return err
			}
			t, err := readTable(args[1])
			if err != nil {
				return err
			}
			w := newRows(c.OutOrStdout())
			switch m := m.(type) {
			case mixture:
				err = scoreMixture(w, m, t.x)
			case *vae.VAE[float64]:
				scores := make([]vae.RowScore, t.x.Rows)
				o := vae.EvalOptions{ScoreOptions: vae.ScoreOptions{Samples: samples, Seed: seed}, Workers: workers}
				if err = m.ScoreRows(c.Context(), scores, t.x, o); err == nil {
					w.header("elbo", "rec", "kl")
					for _, s := range scores {
						w.row(s.Bound, s.Rec, s.KL)
					}
				}
			}
			if err != nil {
				return fmt.Errorf("%s: %w", args[1], err)
			}
			return w.flush()
		},
	}
	f := c.Flags()
	f.IntVar(&samples, "samples", 16, "samples a row (autoencoders)")
	f.Uint64Var(&seed, "seed", 1, "seed of the samples (autoencoders)")
	f.IntVar(&workers, "workers", 1, "goroutines; they change the speed only (autoencoders)")
	return c
}

func scoreMixture(w *rows, m mixture, x kernels.Matrix[float64]) error {
	density, err := m.LogDensity(x)
	if err != nil {
		return err
	}
	r, err := m.Responsibilities(x)
	if err != nil {
		return err
	}
	labels, err := m.Predict(x)
	if err != nil {
		return err
	}
	names := []string{"logdensity", "component"}
	for k := range m.K() {
		names = append(names, "r"+strconv.Itoa(k+1))
	}
	w.header(names...)
	for i, d := range density {
		w.row(append([]float64{d, float64(labels[i] + 1)}, r.Row(i)...)...)
	}
	return nil
}

func sampleCommand() *cobra.Command {
	var n int
	var seed uint64
	c := &cobra.Command{
		Use:   "sample MODEL -n N",
		Short: "Draw rows from a model, as CSV",
		Args:  exactArgs("MODEL"),
		RunE: func(c *cobra.Command, args []string) error {
			if n < 1 {
				return usagef("-n is %d: want at least 1", n)
			}
			m, err := loadModel(args[0])
			if err != nil {
				return err
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
			return w.flush()
		},
	}
	c.Flags().IntVarP(&n, "n", "n", 10, "number of rows")
	c.Flags().Uint64Var(&seed, "seed", 1, "seed of the draws")
	return c
}

// rows writes CSV lines of numbers, each with the digits that give it back exactly.
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

func (r *rows) flush() error {
	if err := r.w.Flush(); err != nil {
		return fmt.Errorf("cannot write to standard output: %w", err)
	}
	return nil
}
