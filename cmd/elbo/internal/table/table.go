// Package table reads and writes tables of numbers: CSV, NPY and Parquet behind one interface, as a whole or in blocks of
// bounded memory. An empty field, NA, NaN and a null are missing entries, NaN; every other entry is a finite number. Errors
// say the file, the row, the column and the mend.
package table

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"example.com/elbo/kernels"
)

// Header says whether the first line of a CSV file names the columns.
type Header string

// The values of Header. Auto takes the first line as names if none of its fields is a number or missing.
const (
	Auto Header = "auto"
	Yes  Header = "yes"
	No   Header = "no"
)

// Options choose what to read from a file. The zero value reads every column.
type Options struct {
	Header  Header             // of a CSV file; "" is Auto
	Columns []string           // the columns to read, in this order: names, numbers counted from 1, or ranges of numbers; nil: all
	Drop    []string           // columns to leave out
	Weights string             // the column of the rows' weights, which is no column of the data; "": none
	Groups  string             // the column that tells the sequence to which a row belongs, which is no column of the data; "": none
	Missing []string           // more words for a missing entry of a CSV file
	Codes   map[string]float64 // numbers for words of a CSV file
}

// source reads the rows of one kind of file.
type source interface {
	// names returns the names of the file's columns.
	names() []string
	// choose says, once and before next, which columns to read. It returns an error if one cannot hold numbers. The column at
	// cols[group], unless group is −1, may hold anything: of it, runs of the same value are numbered from 1.
	choose(cols []int, group int) error
	// next writes the chosen entries of the next rows to dst, row by row, and the places of the rows to at, whose length
	// is the most rows. It returns their number, and io.EOF with none.
	next(ctx context.Context, dst []float64, at []int64) (int, error)
	// unit names what places count: "line" or "row".
	unit() string
}

// Reader reads the rows of a file from the first to the last.
type Reader struct {
	path   string
	names  []string // of the columns of the data
	chosen []int    // where the file has what is read: the columns of the data, then the extra ones
	extra  []string // the names of the columns behind those of the data
	weight int      // index into extra, or −1
	group  int
	f      source
	wide   []float64 // rows of all that is read
	some   bool      // a row has been read
	close  func() error
}

// Block holds rows.
type Block struct {
	X       kernels.Matrix[float64]
	Weights []float64 // nil if the file has none
	Groups  []float64 // the numbers of the sequences, from 1, or nil: consecutive rows with the same entry are one
	At      []int64   // the lines of the rows in a CSV file, their numbers in others, counted from 1
}

// Open opens a file. What it is, its first bytes say: NPY, Parquet, or else CSV.
func Open(path string, o Options) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, FileError("read the data", err)
	}
	var r *Reader
	switch s, errStat := f.Stat(); {
	case errStat != nil:
		err = FileError("read the data", errStat)
	case s.Mode().IsRegular():
		r, err = open(path, f, f, s.Size(), o)
	default:
		r, err = open(path, f, nil, -1, o)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	r.close = f.Close
	return r, nil
}

// The first bytes of files.
var (
	npyMagic     = []byte("\x93NUMPY")
	parquetMagic = []byte("PAR1")
)

// open begins to read a file: the stream r and, unless it is nil, the same bytes in at, of which there are size.
func open(path string, r io.Reader, at io.ReaderAt, size int64, o Options) (*Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	mark, err := b.Peek(6)
	if err != nil && err != io.EOF {
		return nil, FileError("read the data", err)
	}
	var f source
	switch extension := strings.ToLower(filepath.Ext(path)); {
	case bytes.Equal(mark, npyMagic):
		f, err = newNPY(path, b, size)
	case bytes.HasPrefix(mark, parquetMagic):
		f, err = newParquet(path, at, size)
	case bytes.HasPrefix(mark, []byte("PK\x03\x04")):
		err = fmt.Errorf("%s: is a zip archive, as NPZ and XLSX files are: save the table as CSV, NPY or Parquet", path)
	case bytes.HasPrefix(mark, []byte("\x1f\x8b")):
		err = fmt.Errorf("%s: is compressed by gzip: decompress it first", path)
	case extension == ".npy" || extension == ".parquet":
		err = fmt.Errorf("%s: does not begin as %s files do: check the file, or give it the extension of what it is", path, extension)
	default:
		f, err = newCSV(path, b, o)
	}
	if err != nil {
		return nil, err
	}
	t := &Reader{path: path, f: f, weight: -1, group: -1, close: func() error { return nil }}
	if err := t.choose(o); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := f.choose(t.chosen, t.groupAt()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

var errEmpty = errors.New("has no rows of data: give it at least one line of numbers")

// groupAt returns where the column of the sequences stands in chosen, or −1.
func (r *Reader) groupAt() int {
	if r.group < 0 {
		return -1
	}
	return len(r.names) + r.group
}

// runs numbers the runs of equal keys.
type runs struct {
	key string
	n   float64
}

func (r *runs) next(key []byte) float64 {
	if r.n == 0 || string(key) != r.key {
		r.key = string(key)
		r.n++
	}
	return r.n
}

// Close closes the file.
func (r *Reader) Close() error { return r.close() }

// Names returns the names of the columns of the data: those of the file, or else x1, x2, ….
func (r *Reader) Names() []string { return r.names }

// Cols returns the number of columns of the data.
func (r *Reader) Cols() int { return len(r.names) }

// NewBlock returns a block for at most rows rows.
func (r *Reader) NewBlock(rows int) *Block {
	b := &Block{X: kernels.NewMatrix[float64](rows, r.Cols()), At: make([]int64, rows)}
	if r.weight >= 0 {
		b.Weights = make([]float64, rows)
	}
	if r.group >= 0 {
		b.Groups = make([]float64, rows)
	}
	return b
}

// Next reads the next rows into b, as many as it has room for unless the file ends, and shortens it to them. After the
// last row it returns io.EOF.
func (r *Reader) Next(ctx context.Context, b *Block) error {
	d, w := r.Cols(), len(r.chosen)
	rows := cap(b.At)
	b.At = b.At[:rows]
	dst := b.X.Data[:rows*d]
	if w > d {
		if len(r.wide) < rows*w {
			r.wide = make([]float64, rows*w)
		}
		dst = r.wide[:rows*w]
	}
	n := 0
	for n < rows {
		k, err := r.f.next(ctx, dst[n*w:], b.At[n:])
		if err != nil && err != io.EOF {
			return err
		}
		if err := r.finite(dst[n*w:(n+k)*w], b.At[n:n+k]); err != nil {
			return err
		}
		n += k
		if err == io.EOF {
			break
		}
	}
	if n == 0 && !r.some {
		return fmt.Errorf("%s: %w", r.path, errEmpty)
	}
	if n == 0 {
		return io.EOF
	}
	r.some = true
	b.At = b.At[:n]
	b.X = kernels.MatrixOf(n, d, b.X.Data[:n*d])
	if w == d {
		return nil
	}
	if r.weight >= 0 {
		b.Weights = b.Weights[:n]
	}
	if r.group >= 0 {
		b.Groups = b.Groups[:n]
	}
	for i := range n {
		row := dst[i*w : (i+1)*w]
		copy(b.X.Row(i), row)
		if r.weight >= 0 {
			v := row[d+r.weight]
			if !(v >= 0) {
				return fmt.Errorf("%s: %s is %v, and a row's weight is a number of at least 0: correct it or leave the row out",
					r.path, r.place(b.At[i], d+r.weight), v)
			}
			b.Weights[i] = v
		}
		if r.group >= 0 {
			v := row[d+r.group]
			if v != v {
				return fmt.Errorf("%s: %s is missing, and every row belongs to a sequence: fill it in or leave the row out",
					r.path, r.place(b.At[i], d+r.group))
			}
			b.Groups[i] = v
		}
	}
	return nil
}

// finite returns an error if an entry is infinite.
func (r *Reader) finite(x []float64, at []int64) error {
	for i, v := range x {
		if math.IsInf(v, 0) {
			return fmt.Errorf("%s: %s is %+v: remove the row or mark the entry missing with NaN", r.path, r.place(at[i/len(r.chosen)], i%len(r.chosen)), v)
		}
	}
	return nil
}

// place names an entry: the row at, column col of those chosen.
func (r *Reader) place(at int64, col int) string {
	name := ""
	if col < len(r.names) {
		name = r.names[col]
	} else {
		name = r.extra[col-len(r.names)]
	}
	return fmt.Sprintf("%s %d, column %d (%s)", r.f.unit(), at, r.chosen[col]+1, Shorten(name))
}

// Shorten cuts a text of a file to a length fit for a message.
func Shorten(s string) string {
	const most = 40
	if r := []rune(s[:min(len(s), 4*most+4)]); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// FileError says what could not be done with which file, why, and the mend.
func FileError(what string, err error) error {
	mend := "check the file"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		mend = "check the path"
	case errors.Is(err, fs.ErrPermission):
		mend = "check its permissions"
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("cannot %s: %s: %w: %s", what, p.Path, p.Err, mend)
	}
	return fmt.Errorf("cannot %s: %w: %s", what, err, mend)
}
