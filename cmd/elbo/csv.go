package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"example.com/elbo/kernels"
)

// table is a CSV file's numbers, with the names of its columns and where the rows stand in the file.
type table struct {
	path  string
	names []string
	lines []int // of each row, counted from 1
	x     kernels.Matrix[float64]
}

// readTable reads a CSV file. The first line is a header if none of its fields is a number or missing. Empty fields, NA and
// NaN are missing entries, NaN in the table. Everything else must be a finite number. Blank lines do not count.
func readTable(ctx context.Context, path string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError("read the data", err)
	}
	defer f.Close()
	return parseTable(ctx, path, f)
}

func parseTable(ctx context.Context, path string, r io.Reader) (*table, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	switch mark, _ := b.Peek(3); {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return nil, fmt.Errorf("%s: is in UTF-16: save it as UTF-8", path)
	}
	c := csv.NewReader(b)
	c.ReuseRecord = true
	c.TrimLeadingSpace = true
	c.FieldsPerRecord = -1
	t := &table{path: path}
	var data []float64
	firstLine := 0
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(path, err)
		}
		if len(rec) == 1 && strings.TrimSpace(rec[0]) == "" {
			continue
		}
		line, _ := c.FieldPos(0)
		if firstLine == 0 {
			firstLine = line
			if isHeader(rec) {
				for _, s := range rec {
					t.names = append(t.names, strings.Clone(strings.TrimSpace(s)))
				}
				continue
			}
			for i := range rec {
				t.names = append(t.names, "x"+strconv.Itoa(i+1))
			}
		}
		if len(rec) != len(t.names) {
			return nil, fmt.Errorf("%s: line %d has %s, and line %d has %d: give every line the same number of fields",
				path, line, counted(len(rec), "field"), firstLine, len(t.names))
		}
		for i, s := range rec {
			v, err := parseEntry(s)
			if err != nil {
				line, _ := c.FieldPos(i)
				return nil, fmt.Errorf("%s: %s: %w", path, t.column(line, i), err)
			}
			data = append(data, v)
		}
		t.lines = append(t.lines, line)
	}
	if len(t.lines) == 0 {
		return nil, fmt.Errorf("%s: has no rows of data: give it at least one line of numbers", path)
	}
	t.x = kernels.MatrixOf(len(t.lines), len(t.names), data)
	return t, nil
}

// csvError says what is wrong with the form of a CSV file, or why it could not be read.
func csvError(path string, err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return fileError("read the data", err)
	}
	return fmt.Errorf("%s: line %d: %v: quote whole fields, and a quote within them by another", path, p.Line, p.Err)
}

func isHeader(rec []string) bool {
	for _, s := range rec {
		s = strings.TrimSpace(s)
		if _, err := strconv.ParseFloat(s, 64); err == nil || errors.Is(err, strconv.ErrRange) || missing(s) {
			return false
		}
	}
	return true
}

func missing(s string) bool {
	return s == "" || strings.EqualFold(s, "NA") || strings.EqualFold(s, "NaN")
}

func parseEntry(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if missing(s) {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is out of the range of float64: rescale the column", shorten(s))
	case err != nil && strings.ContainsAny(s, ";\t"):
		return 0, fmt.Errorf("%q is not a number: separate the fields by commas, with points in the numbers", shorten(s))
	case err != nil:
		return 0, fmt.Errorf("%q is not a number: correct it, or leave it empty if it is missing", shorten(s))
	case v-v != 0:
		return 0, fmt.Errorf("%s is not finite: remove the line, or leave the entry empty if it is missing", shorten(s))
	}
	return v, nil
}

// column names a place in the file.
func (t *table) column(line, col int) string {
	return fmt.Sprintf("line %d, column %d (%s)", line, col+1, shorten(t.names[col]))
}

// complete returns an error if an entry is missing.
func (t *table) complete(kind string) error {
	for i := range t.x.Rows {
		for j, v := range t.x.Row(i) {
			if v != v {
				return fmt.Errorf("%s: %s is missing, and %s needs complete rows: fill the entry in or remove the line",
					t.path, t.column(t.lines[i], j), kind)
			}
		}
	}
	return nil
}

// varied returns an error if a column does not have two different numbers, or if its variance is out of float64's reach.
func (t *table) varied() error {
	const least, most = 1e-120, 1e120
	for j := range t.x.Cols {
		low, high := math.Inf(1), math.Inf(-1)
		for i := range t.x.Rows {
			if v := t.x.Row(i)[j]; v == v {
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
		return fmt.Errorf("%s: column %d (%s) %s", t.path, j+1, shorten(t.names[j]), why)
	}
	return nil
}

// within returns an error if an entry lies outside [0, 1].
func (t *table) within() error {
	for i := range t.x.Rows {
		for j, v := range t.x.Row(i) {
			if v < 0 || v > 1 {
				return fmt.Errorf("%s: %s is %v, and the Bernoulli likelihood takes numbers from 0 to 1: rescale the data or fit with --likelihood gaussian",
					t.path, t.column(t.lines[i], j), v)
			}
		}
	}
	return nil
}

// wide returns an error unless the table has a model's number of columns.
func (t *table) wide(dim int, model string) error {
	if t.x.Cols != dim {
		return fmt.Errorf("%s: has %s, and the model %s has %d: give the columns that it was fitted to",
			t.path, counted(t.x.Cols, "column"), model, dim)
	}
	return nil
}
