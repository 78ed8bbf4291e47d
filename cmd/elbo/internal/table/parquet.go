package table

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// parquetFile reads a Parquet file: columns of numbers or truth values, without repetition. A null is a missing entry.
type parquetFile struct {
	path   string
	at     io.ReaderAt
	header []string
	leaves []*parquet.Column
	groups []parquet.RowGroup // those not yet begun
	meta   []format.RowGroup  // their metadata
	cols   []*parquetColumn
	left   int64 // rows of the present group to be read
	done   int64
	values []parquet.Value
	runs   runs
}

// parquetColumn reads one column of a row group.
type parquetColumn struct {
	leaf   *parquet.Column
	number func(parquet.Value) float64
	pages  parquet.Pages
	ahead  pageHeaders // of pages
	page   parquet.Page
	values parquet.ValueReader
}

func newParquet(path string, at io.ReaderAt, size int64) (f *parquetFile, err error) {
	if at == nil {
		return nil, fmt.Errorf("%s: is a Parquet file in a pipe: give the file itself", path)
	}
	defer damaged(path, &err)
	var tail [8]byte // the footer's length and the mark; the library would allocate whatever it says
	if size < 12 {
		return nil, damage(path, errors.New("it is too short"))
	}
	if _, err := at.ReadAt(tail[:], size-8); err != nil {
		return nil, FileError("read the data", err)
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	switch {
	case string(tail[4:]) != string(parquetMagic):
		return nil, damage(path, fmt.Errorf("it ends with %q", tail[4:]))
	case n > size-12:
		return nil, damage(path, fmt.Errorf("it is too short for a footer of %d bytes", n))
	}
	if err := checkFooter(io.NewSectionReader(at, size-8-n, n)); err != nil {
		return nil, damage(path, err)
	}
	p, err := parquet.OpenFile(at, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, damage(path, err)
	}
	f = &parquetFile{path: path, at: at, groups: p.RowGroups(), meta: p.Metadata().RowGroups, values: make([]parquet.Value, 256)}
	var walk func(c *parquet.Column)
	walk = func(c *parquet.Column) {
		if c.Leaf() {
			f.leaves = append(f.leaves, c)
			f.header = append(f.header, strings.Join(c.Path(), "."))
		}
		for _, child := range c.Columns() {
			walk(child)
		}
	}
	walk(p.Root())
	if len(f.leaves) == 0 {
		return nil, fmt.Errorf("%s: has no columns: write at least one", path)
	}
	return f, nil
}

// damaged turns a panic of the library, as hostile bytes may bring about, into an error.
func damaged(path string, err *error) {
	if v := recover(); v != nil {
		*err = damage(path, fmt.Errorf("%v", v))
	}
}

func damage(path string, err error) error {
	const most = 300 // the library names all the levels of what it reads, of which a hostile file may have thousands
	if s := err.Error(); len(s) > most {
		err = errors.New(strings.ToValidUTF8(s[:most/2]+" … "+s[len(s)-most/2:], ""))
	}
	return fmt.Errorf("%s: is no Parquet file that can be read, or damaged: %w: write it again", path, err)
}

func (f *parquetFile) names() []string { return f.header }
func (f *parquetFile) unit() string    { return "row" }

func (f *parquetFile) choose(cols []int, group int) (err error) {
	for i, j := range cols {
		c := &parquetColumn{leaf: f.leaves[j]}
		if i == group && c.leaf.MaxRepetitionLevel() == 0 {
			var key []byte
			c.number = func(v parquet.Value) float64 {
				key = v.AppendBytes(key[:0])
				return f.runs.next(key)
			}
		} else if c.number, err = parquetNumber(c.leaf); err != nil {
			return fmt.Errorf("column %d (%s) %w", j+1, Shorten(f.header[j]), err)
		}
		f.cols = append(f.cols, c)
	}
	return nil
}

// parquetNumber returns how to read the entries of a column, or an error that says why they are no numbers.
func parquetNumber(c *parquet.Column) (func(parquet.Value) float64, error) {
	if c.MaxRepetitionLevel() > 0 {
		return nil, errors.New("holds lists: leave it out with --drop")
	}
	t := c.Type()
	unsigned, scale := false, 0
	if l := t.LogicalType(); l != nil && l.Value != nil {
		switch l := l.Value.(type) {
		case *format.IntType:
			unsigned = !l.IsSigned
		case *format.DecimalType:
			scale = int(l.Scale)
			if scale < 0 || scale > 22 {
				return nil, fmt.Errorf("holds decimals of %d places: write them as doubles", scale)
			}
		default:
			return nil, fmt.Errorf("holds values of type %s, which are no numbers: leave it out with --drop", Shorten(strings.ToLower(t.String())))
		}
	}
	power := math.Pow10(scale) // exact
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		}, nil
	case parquet.Int32:
		if unsigned {
			return func(v parquet.Value) float64 { return float64(v.Uint32()) }, nil
		}
		return func(v parquet.Value) float64 { return float64(v.Int32()) / power }, nil
	case parquet.Int64:
		if unsigned {
			return func(v parquet.Value) float64 { return float64(v.Uint64()) }, nil
		}
		return func(v parquet.Value) float64 { return float64(v.Int64()) / power }, nil
	case parquet.Float:
		return func(v parquet.Value) float64 { return float64(v.Float()) }, nil
	case parquet.Double:
		return func(v parquet.Value) float64 { return v.Double() }, nil
	}
	return nil, fmt.Errorf("holds values of type %s, which are no numbers: leave it out with --drop", Shorten(strings.ToLower(t.Kind().String())))
}

func (f *parquetFile) next(ctx context.Context, dst []float64, at []int64) (n int, err error) {
	defer damaged(f.path, &err)
	for f.left == 0 {
		if len(f.groups) == 0 {
			return 0, io.EOF
		}
		if err := f.begin(); err != nil {
			return 0, err
		}
	}
	n = int(min(int64(len(at)), f.left))
	for j, c := range f.cols {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		for i := 0; i < n; {
			k, err := c.read(f.values[:min(len(f.values), n-i)])
			if err != nil {
				return 0, damage(f.path, fmt.Errorf("column %s, after row %d: %w", Shorten(strings.Join(c.leaf.Path(), ".")), f.done+int64(i), err))
			}
			for _, v := range f.values[:k] {
				x := math.NaN()
				if !v.IsNull() {
					x = c.number(v)
				}
				dst[i*len(f.cols)+j] = x
				i++
			}
		}
	}
	for i := range n {
		f.done++
		at[i] = f.done
	}
	f.left -= int64(n)
	return n, nil
}

// begin begins the next row group.
func (f *parquetFile) begin() error {
	g, meta := f.groups[0], &f.meta[0]
	f.groups, f.meta = f.groups[1:], f.meta[1:]
	chunks := g.ColumnChunks()
	for _, c := range f.cols {
		if err := c.close(); err != nil {
			return damage(f.path, err)
		}
		c.pages = chunks[c.leaf.Index()].Pages()
		c.ahead = newPageHeaders(f.at, &meta.Columns[c.leaf.Index()].MetaData)
	}
	f.left = g.NumRows()
	if f.left < 0 {
		return damage(f.path, fmt.Errorf("a group of %d rows", f.left))
	}
	return nil
}

func (c *parquetColumn) close() error {
	if c.page != nil {
		parquet.Release(c.page)
		c.page, c.values = nil, nil
	}
	if c.pages == nil {
		return nil
	}
	err := c.pages.Close()
	c.pages = nil
	return err
}

// read reads at least one value, or returns an error.
func (c *parquetColumn) read(dst []parquet.Value) (int, error) {
	for {
		if c.page != nil {
			n, err := c.values.ReadValues(dst)
			if n > 0 {
				return n, nil
			}
			if err != nil && err != io.EOF {
				return 0, err
			}
			parquet.Release(c.page)
			c.page = nil
		}
		err := c.ahead.check()
		if err != nil {
			return 0, err
		}
		if c.page, err = c.pages.ReadPage(); err != nil {
			c.page = nil
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		c.values = c.page.Values()
	}
}
