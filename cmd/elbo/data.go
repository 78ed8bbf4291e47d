package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
)

// dataOptions are the flags of the commands that read data.
type dataOptions struct {
	table.Options
	header string
	codes  map[string]string
	stream bool
}

// aboutData is what the help of these commands says about files.
const aboutData = "DATA is a CSV, NPY or Parquet file, told by its first bytes. The first line of a CSV file may name the columns; an empty field, NA,\n" +
	"NaN and a null are missing entries, every other entry a finite number. Columns are named, or numbered from 1."

// flags adds the flags of every command.
func (o *dataOptions) flags(f *pflag.FlagSet) {
	f.StringSliceVar(&o.Columns, "columns", nil, "read these columns alone: names, numbers or ranges of numbers, as in 1,4-6")
	f.StringSliceVar(&o.Drop, "drop", nil, "leave these columns out")
	f.StringVar(&o.header, "header", "auto", "whether the first line of a CSV file names the columns: auto, yes or no")
	f.StringToStringVar(&o.codes, "code", nil, "numbers for words of a CSV file, as in yes=1,no=0")
	f.StringVar(&o.Groups, "sequence", "", "the column that tells sequences apart, for hidden Markov models: consecutive rows with the same entry are one")
	f.StringSliceVar(&o.Missing, "missing", nil, "further words for a missing entry in a CSV file, as in \"?\"")
}

func (o *dataOptions) weightsFlag(f *pflag.FlagSet) {
	f.StringVar(&o.Weights, "weights", "", "the column of the rows' weights: a row of weight 2 counts as two rows")
}

// check returns an error if a flag is out of range, or of no use to the kind of model.
func (o *dataOptions) check(k *kind) error {
	if o.Groups != "" && !k.sequential {
		return usagef("--sequence is given, and %s is a model of independent rows: leave it out, see --drop", k.name)
	}
	switch o.Header = table.Header(o.header); o.Header {
	case table.Auto, table.Yes, table.No:
	default:
		return usagef("--header is %q: want auto, yes or no", o.header)
	}
	o.Codes = map[string]float64{}
	for word, code := range o.codes {
		v, err := strconv.ParseFloat(code, 64)
		if err != nil || v-v != 0 {
			return usagef("--code gives %q the code %q: want a finite number", table.Shorten(word), table.Shorten(code))
		}
		o.Codes[word] = v
	}
	return nil
}

// dataset is the data of a fit.
type dataset struct {
	*table.Table                    // all rows or, of a stream, a sample of them
	rows         elbo.Rows[float64] // of the table
	stream       *table.Stream      // nil if the table has all rows
	n            int64              // the number of rows
}

// sampleEntries is about how many entries the sample of a stream has.
const sampleEntries = 1 << 22

// read reads the data or, if they are to be streamed, a sample of them.
func (o *dataOptions) read(ctx context.Context, path string, seed uint64) (*dataset, error) {
	d := &dataset{}
	var err error
	if !o.stream {
		if d.Table, err = table.Read(ctx, path, o.Options); err != nil {
			return nil, err
		}
		d.n = int64(d.X.Rows)
	} else {
		if d.stream, err = table.NewStream(path, o.Options); err != nil {
			return nil, err
		}
		if d.n, d.Table, err = d.stream.Sample(ctx, max(4096, min(65536, sampleEntries/len(d.stream.Names()))), seed); err != nil {
			return nil, err
		}
	}
	d.rows, err = d.Rows()
	return d, err
}

// source returns all rows.
func (d *dataset) source() elbo.Source[float64] {
	if d.stream != nil {
		return d.stream
	}
	return d.rows
}

// wide returns an error unless the data have a model's number of columns.
func wide(path string, cols, dim int, model string) error {
	if cols != dim {
		return fmt.Errorf("%s: has %s, and the model %s has %d: give the columns that it was fitted to, see --columns and --drop",
			path, counted(cols, "column"), model, dim)
	}
	return nil
}
