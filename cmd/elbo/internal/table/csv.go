package table

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// csvFile reads a CSV file. Blank lines do not count.
type csvFile struct {
	path    string
	c       *csv.Reader
	header  []string
	first   int      // the first line that is not blank
	pending []string // that line if it holds data, else nil
	words   []string // further words for a missing entry
	codes   map[string]float64
	cols    []int
	group   int
	runs    runs
}

func newCSV(path string, b *bufio.Reader, o Options) (*csvFile, error) {
	switch mark, _ := b.Peek(3); {
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return nil, fmt.Errorf("%s: is in UTF-16: save it as UTF-8", path)
	}
	f := &csvFile{path: path, c: csv.NewReader(b), words: o.Missing, codes: o.Codes}
	f.c.ReuseRecord = true
	f.c.TrimLeadingSpace = true
	f.c.FieldsPerRecord = -1
	rec, err := f.record()
	if err == io.EOF {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	f.first, _ = f.c.FieldPos(0)
	if o.Header == Yes || o.Header != No && f.isHeader(rec) {
		for _, s := range rec {
			f.header = append(f.header, strings.Clone(strings.TrimSpace(s)))
		}
		return f, nil
	}
	for i := range rec {
		f.header = append(f.header, "x"+strconv.Itoa(i+1))
	}
	f.pending = rec
	return f, nil
}

func (f *csvFile) names() []string { return f.header }
func (f *csvFile) unit() string    { return "line" }

func (f *csvFile) choose(cols []int, group int) error {
	f.cols, f.group = cols, group
	return nil
}

// record reads the next line that is not blank.
func (f *csvFile) record() ([]string, error) {
	for {
		rec, err := f.c.Read()
		if err == io.EOF {
			return nil, err
		}
		if err != nil {
			return nil, f.malformed(err)
		}
		if len(rec) > 1 || strings.TrimSpace(rec[0]) != "" {
			return rec, nil
		}
	}
}

// malformed says what is wrong with the form of the file, or why it could not be read.
func (f *csvFile) malformed(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return FileError("read the data", err)
	}
	return fmt.Errorf("%s: line %d: %v: quote whole fields, and a quote within them by another", f.path, p.Line, p.Err)
}

func (f *csvFile) next(ctx context.Context, dst []float64, at []int64) (int, error) {
	for n := range at {
		if n%1024 == 0 && ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		rec := f.pending
		f.pending = nil
		if rec == nil {
			var err error
			if rec, err = f.record(); err != nil {
				return n, err
			}
		}
		line, _ := f.c.FieldPos(0)
		if len(rec) != len(f.header) {
			return n, fmt.Errorf("%s: line %d has %s, and line %d has %d: give every line the same number of fields",
				f.path, line, counted(len(rec), "field"), f.first, len(f.header))
		}
		at[n] = int64(line)
		row := dst[n*len(f.cols) : (n+1)*len(f.cols)]
		for i, j := range f.cols {
			if i == f.group {
				row[i] = math.NaN()
				if !f.missing(strings.TrimSpace(rec[j])) {
					row[i] = f.runs.next([]byte(rec[j]))
				}
				continue
			}
			v, err := f.parse(rec[j])
			if err != nil {
				line, _ := f.c.FieldPos(j)
				return n, fmt.Errorf("%s: line %d, column %d (%s): %w", f.path, line, j+1, Shorten(f.header[j]), err)
			}
			row[i] = v
		}
	}
	return len(at), nil
}

func (f *csvFile) isHeader(rec []string) bool {
	for _, s := range rec {
		s = strings.TrimSpace(s)
		_, coded := f.codes[s]
		if _, err := strconv.ParseFloat(s, 64); err == nil || errors.Is(err, strconv.ErrRange) || f.missing(s) || coded {
			return false
		}
	}
	return true
}

func (f *csvFile) missing(s string) bool {
	return s == "" || strings.EqualFold(s, "NA") || strings.EqualFold(s, "NaN") || slices.Contains(f.words, s)
}

func (f *csvFile) parse(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if f.missing(s) {
		return math.NaN(), nil
	}
	if v, ok := f.codes[s]; ok {
		return v, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is out of the range of float64: rescale the column", Shorten(s))
	case err != nil && strings.ContainsAny(s, ";\t"):
		return 0, fmt.Errorf("%q is not a number: separate the fields by commas, with points in the numbers", Shorten(s))
	case err != nil:
		return 0, fmt.Errorf("%q is not a number: correct it, leave it empty if it is missing, or leave the column out with --drop", Shorten(s))
	case v-v != 0:
		return 0, fmt.Errorf("%s is not finite: remove the line, or leave the entry empty if it is missing", Shorten(s))
	}
	return v, nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
