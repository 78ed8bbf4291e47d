package main

import (
	"bufio"
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

// table is a CSV file's numbers, with the names of its columns.
type table struct {
	names []string
	x     kernels.Matrix[float64]
}

// readTable reads a CSV file. The first line is a header if none of its fields is a number. An empty field, NA
// and NaN are missing entries, NaN in the table. Everything else must be a finite number.
func readTable(path string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError("read the data", err)
	}
	defer f.Close()
	return parseTable(path, f)
}

func parseTable(path string, r io.Reader) (*table, error) {
	c := csv.NewReader(bufio.NewReaderSize(r, 1<<16))
	c.ReuseRecord = true
	c.TrimLeadingSpace = true
	t := &table{}
	var data []float64
	rows := 0
	for first := true; ; first = false {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var p *csv.ParseError
			if errors.As(err, &p) && errors.Is(p.Err, csv.ErrFieldCount) {
				return nil, fmt.Errorf("%s: line %d has %d fields, but the first line has %d: give every line the same number",
					path, p.Line, len(rec), len(t.names))
			}
			return nil, fmt.Errorf("%s: %v: make it a CSV file of numbers", path, err)
		}
		line, _ := c.FieldPos(0)
		if first {
			if isHeader(rec) {
				t.names = append(t.names, rec...)
				continue
			}
			for i := range rec {
				t.names = append(t.names, "x"+strconv.Itoa(i+1))
			}
		}
		for i, s := range rec {
			v, err := parseEntry(s)
			if err != nil {
				return nil, fmt.Errorf("%s: line %d, column %d (%s): %w", path, line, i+1, t.names[i], err)
			}
			data = append(data, v)
		}
		rows++
	}
	if rows == 0 {
		return nil, fmt.Errorf("%s: has no rows of data: give it at least one line of numbers", path)
	}
	t.x = kernels.MatrixOf(rows, len(t.names), data)
	return t, nil
}

func isHeader(rec []string) bool {
	for _, s := range rec {
		if _, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil || missing(s) {
			return false
		}
	}
	return true
}

func missing(s string) bool {
	switch strings.TrimSpace(s) {
	case "", "NA", "NaN", "nan":
		return true
	}
	return false
}

func parseEntry(s string) (float64, error) {
	if missing(s) {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is out of the range of float64: rescale the column", s)
	case err != nil:
		return 0, fmt.Errorf("%q is not a number: correct it, or leave it empty if it is missing", s)
	case math.IsInf(v, 0):
		return 0, fmt.Errorf("%s is infinite: remove the row, or leave the entry empty if it is missing", s)
	}
	return v, nil
}

// fileError says in one line what could not be done with which file, and why.
func fileError(what string, err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		mend := "check the path and its permissions"
		if errors.Is(err, os.ErrNotExist) {
			mend = "check the path"
		}
		return fmt.Errorf("cannot %s: %s: %v: %s", what, p.Path, p.Err, mend)
	}
	return fmt.Errorf("cannot %s: %w", what, err)
}

// convert copies a table's matrix to another element type.
func convert[T kernels.Float](x kernels.Matrix[float64]) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	for i := range x.Rows {
		r, s := y.Row(i), x.Row(i)
		for j := range r {
			r[j] = T(s[j])
		}
	}
	return y
}
