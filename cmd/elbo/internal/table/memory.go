package table

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"example.com/elbo/kernels"
)

// Table is a whole table in memory.
type Table struct {
	Path    string
	Names   []string // of the columns
	X       kernels.Matrix[float64]
	Weights []float64 // of the rows; nil: none
	Groups  []float64 // to which the rows belong; nil: none
	At      []int64   // where the rows stand in the file
	Most    []float64 // of a sample of a stream: the largest entry of each column in all rows; else nil
	r       *Reader
}

// Read reads a whole file.
func Read(ctx context.Context, path string, o Options) (*Table, error) {
	r, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.All(ctx)
}

// All reads all rows, of which none has been read.
func (r *Reader) All(ctx context.Context) (*Table, error) {
	t := &Table{Path: r.path, Names: r.names, r: r}
	b := r.NewBlock(max(1, min(4096, 1<<16/len(r.chosen))))
	var data []float64
	for {
		err := r.Next(ctx, b)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		data = append(data, b.X.Data...)
		t.At = append(t.At, b.At...)
		t.Weights = append(t.Weights, b.Weights...)
		t.Groups = append(t.Groups, b.Groups...)
	}
	t.X = kernels.MatrixOf(len(t.At), r.Cols(), slices.Clip(data))
	return t, nil
}

// Place names an entry by its place in the file, both counted from 0 in the table.
func (t *Table) Place(row, col int) string { return t.r.place(t.At[row], col) }

// Column names a column, counted from 0 in the table, by its place in the file.
func (t *Table) Column(col int) string {
	return fmt.Sprintf("column %d (%s)", t.r.chosen[col]+1, Shorten(t.Names[col]))
}

// Row names a row, counted from 0 in the table, by its place in the file.
func (t *Table) Row(row int) string { return fmt.Sprintf("%s %d", t.r.f.unit(), t.At[row]) }

// Varied returns an error if a column does not have two different numbers, or if its variance is out of float64's reach.
func (t *Table) Varied() error {
	const least, most = 1e-120, 1e120
	for j := range t.X.Cols {
		low, high := math.Inf(1), math.Inf(-1)
		for i := range t.X.Rows {
			if v := t.X.Row(i)[j]; v == v {
				low, high = min(low, v), max(high, v)
			}
		}
		why := ""
		switch {
		case low > high:
			why = "is missing in every row: leave the column out"
		case low == high:
			why = fmt.Sprintf("is %v in every row, which has no density: leave the column out", low)
		case !(high-low >= least && high-low <= most):
			why = fmt.Sprintf("spans %.3g to %.3g, and wants a width of %g to %g: rescale the column", low, high, least, most)
		default:
			continue
		}
		return fmt.Errorf("%s: %s %s", t.Path, t.Column(j), why)
	}
	return nil
}

// Observed returns an error if a column is missing in every row.
func (t *Table) Observed() error {
	for j := range t.X.Cols {
		seen := false
		for i := 0; i < t.X.Rows && !seen; i++ {
			v := t.X.Row(i)[j]
			seen = v == v
		}
		if !seen {
			return fmt.Errorf("%s: %s is missing in every row: leave the column out", t.Path, t.Column(j))
		}
	}
	return nil
}

// Each returns an error unless every entry that is not missing is one that ok takes; what says which numbers those are, and
// the mend.
func (t *Table) Each(ok func(v float64) bool, what string) error {
	for i := range t.X.Rows {
		for j, v := range t.X.Row(i) {
			if v == v && !ok(v) {
				return fmt.Errorf("%s: %s is %v, and %s", t.Path, t.Place(i, j), v, what)
			}
		}
	}
	return nil
}
