package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
)

func estepCommand() *cobra.Command {
	var data dataOptions
	var first int64
	var workers int
	var out string
	c := &cobra.Command{
		Use:   "estep MODEL DATA --first ROW --out FILE",
		Short: "Write the statistics of a shard of the rows: the E-step of a distributed fit",
		Long: "Write the expected sufficient statistics of some of the rows of a data set, a shard, under a model. DATA holds the shard, and ROW\n" +
			"is where its first row stands in the whole data set, counted from 0: a multiple of " + fmt.Sprint(elbo.ChunkRows) + ". Only the shard of the last rows\n" +
			"may have another number of rows than a multiple of that. elbo merge makes the M-step from the statistics of all shards.\n" +
			"For a hidden Markov model --first counts sequences, in multiples of " + fmt.Sprint(elbo.ChunkSequences) + ".\n\n" +
			"The shard is read once, block by block: it need not fit into memory. The file is versioned and carries a checksum.\n\n" + aboutData,
		Args: exactArgs("MODEL", "DATA"),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case workers < 1:
				return usagef("--workers is %d: want at least 1", workers)
			case first < 0:
				return usagef("--first is %d: want at least 0", first)
			case !c.Flags().Changed("out"):
				return usagef("--out is missing: name the file of the statistics")
			}
			to, err := outFlag(c, out)
			if err != nil {
				return err
			}
			m, k, err := loadIterated(args[0])
			if err != nil {
				return err
			}
			if err := data.check(k); err != nil {
				return err
			}
			if chunk := chunkOf(m); first%chunk != 0 {
				return usagef("--first is %d: shards of a model of the kind %s begin at multiples of %d", first, k.name, chunk)
			}
			s := elbo.NewStats[float64](m)
			n, err := accumulate(c.Context(), s, m, &data, args[0], args[1], first, workers)
			if err != nil {
				return err
			}
			b, err := s.MarshalBinary()
			if err != nil {
				return err
			}
			if err := to.write(func(w io.Writer) error {
				_, err := w.Write(b)
				return err
			}); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s, rows %d to %d: loglik %s nats\nwrote   %s\n", k.name, first, first+n-1, nats(s.LogLik()), to.path)
			return err
		},
	}
	f := c.Flags()
	f.Int64Var(&first, "first", 0, "where the shard's first row stands in the whole data set, counted from 0")
	f.IntVar(&workers, "workers", 1, "goroutines; they change the speed only")
	f.StringVar(&out, "out", "", "write the statistics to this file")
	data.weightsFlag(f)
	data.flags(f)
	return c
}

// chunkOf returns the rows, or sequences, of a chunk of a model's statistics.
func chunkOf(m model) int64 {
	if _, ok := m.(elbo.Sequential); ok {
		return elbo.ChunkSequences
	}
	return elbo.ChunkRows
}

// loadIterated reads a model whose fit is a sequence of E-steps and M-steps.
func loadIterated(path string) (model, *kind, error) {
	f, k, err := loadModel(path)
	if err != nil {
		return nil, nil, err
	}
	m, ok := f.(model)
	if !ok {
		return nil, nil, fmt.Errorf("%s: holds a model of the kind %s, which has no statistics: give one of another kind", path, k.name)
	}
	return m, k, nil
}

// accumulate adds the statistics of the rows of the file at path to s and returns their number, or that of the sequences.
func accumulate(ctx context.Context, s *elbo.Stats, m model, data *dataOptions, modelPath, path string, first int64, workers int) (int64, error) {
	r, err := table.Open(path, data.Options)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	if err := wide(path, r.Cols(), m.Dim(), modelPath); err != nil {
		return 0, err
	}
	n := int64(0)
	add := func(t *table.Table) error {
		rows, err := t.Rows()
		if err != nil {
			return err
		}
		if err := elbo.Accumulate(ctx, s, m, rows, first+n, elbo.Options{Workers: workers}); err != nil {
			if ctx.Err() != nil {
				return err
			}
			return explain(t, err)
		}
		if n += int64(rows.X.Rows); rows.Lengths != nil {
			n = int64(len(rows.Lengths))
		}
		return nil
	}
	if _, ok := m.(elbo.Sequential); ok {
		t, err := r.All(ctx)
		if err != nil {
			return 0, err
		}
		err = add(t)
		return n, err
	}
	for t, err := range r.Tables(ctx, elbo.ChunkRows*min(workers, 64)) {
		if err == nil {
			err = add(t)
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func mergeCommand() *cobra.Command {
	var modelPath, out string
	var rows int64
	var asJSON bool
	c := &cobra.Command{
		Use:   "merge STATS... --model MODEL --rows N --out MODEL2",
		Short: "Make the next model from the statistics of all shards: the M-step of a distributed fit",
		Long: "Make the next model from the statistics that elbo estep wrote, of all shards of a data set of N rows. MODEL is the model that\n" +
			"they were made under. The order of the shards does not matter: the result has the bits of an iteration of elbo fit. A shard\n" +
			"that is missing, that is there twice, or that was made under another model is an error.\n\n" +
			"The bound and the log-likelihood are those of MODEL; the bits and the parameters those of MODEL2. With --json one object is\n" +
			"printed, with the keys of elbo fit.\n\n" +
			"Without --model the statistics are only merged, into the file of statistics that --out names.",
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef("merge wants files of statistics: see elbo merge --help")
			case !c.Flags().Changed("out"):
				return usagef("--out is missing: name the file of the next model")
			case modelPath != "" && rows < 1:
				return usagef("--rows is %d: want the number of rows of the whole data set", rows)
			}
			to, err := outFlag(c, out)
			if err != nil {
				return err
			}
			if modelPath == "" {
				return mergeOnly(c, args, to)
			}
			m, k, err := loadIterated(modelPath)
			if err != nil {
				return err
			}
			total := elbo.NewStats[float64](m)
			if err := mergeFiles(total, "of "+modelPath, args); err != nil {
				return err
			}
			bound, err := elbo.Update[float64](m, total, rows)
			switch {
			case errors.Is(err, elbo.ErrMissingRows):
				return fmt.Errorf("%w of those that have no statistics; --rows is %d: give the files of all shards", err, rows)
			case err != nil:
				return fmt.Errorf("%w; --rows is %d", err, rows)
			}
			r := fitReport{Model: k.name, Rows: rows, Cols: m.Dim(), Iterations: 1, Bound: bound}
			if k.point {
				logLik := total.LogLik()
				r.LogLik = &logLik
			}
			k.describe(m, &r)
			h := sha256.Sum256(m.AppendParameters(nil))
			r.Bits = hex.EncodeToString(h[:])
			r.how = fmt.Sprintf("%s, an iteration from %s", counted(r.Components, k.latent), counted(len(args), "file"))
			var report bytes.Buffer
			if err := r.print(&report, &fitOptions{out: out, asJSON: asJSON}); err != nil {
				return err
			}
			if err := to.write(m.Save); err != nil {
				return err
			}
			_, err = report.WriteTo(c.OutOrStdout())
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&modelPath, "model", "", "the model under which the statistics were made")
	f.Int64Var(&rows, "rows", 0, "the number of rows of the whole data set (of sequences for a hidden Markov model)")
	f.StringVar(&out, "out", "", "write the next model to this safetensors file")
	f.BoolVar(&asJSON, "json", false, "print one JSON object on standard output")
	return c
}

// mergeOnly merges files of statistics into one.
func mergeOnly(c *cobra.Command, paths []string, to target) error {
	total, err := readStats(paths[0])
	if err != nil {
		return err
	}
	if err := mergeFiles(total, "of "+paths[0], paths[1:]); err != nil {
		return err
	}
	b, err := total.MarshalBinary()
	if err != nil {
		return err
	}
	if err := to.write(func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "merged  %s: loglik %s nats\nwrote   %s\n", counted(len(paths), "file"), nats(total.LogLik()), to.path)
	return err
}

// mergeFiles merges files of statistics into total, whose model what names.
func mergeFiles(total *elbo.Stats, what string, paths []string) error {
	for i, path := range paths {
		s, err := readStats(path)
		if err != nil {
			return err
		}
		err = total.Merge(s)
		switch {
		case errors.Is(err, elbo.ErrStale):
			return fmt.Errorf("%s: was made under other parameters than those %s: run elbo estep for this shard again", path, what)
		case errors.Is(err, elbo.ErrDoubledRows):
			other := ""
			if j := slices.Index(paths[:i], path); j >= 0 {
				other = ", the file is given twice"
			}
			return fmt.Errorf("%s: %w%s: give each shard once", path, err, other)
		case err != nil:
			return fmt.Errorf("%s: %w: give the statistics that elbo estep wrote under one model", path, err)
		}
	}
	return nil
}

// readStats reads a file that elbo estep wrote.
func readStats(path string) (*elbo.Stats, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, table.FileError("read the statistics", err)
	}
	s := &elbo.Stats{}
	if err := s.UnmarshalBinary(b); err != nil {
		return nil, fmt.Errorf("%s: %w: give a file that elbo estep wrote", path, err)
	}
	return s, nil
}
