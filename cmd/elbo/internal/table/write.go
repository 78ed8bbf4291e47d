package table

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Writer writes rows of numbers.
type Writer interface {
	// Row writes one row. The first error is kept and is what Close returns.
	Row(v ...float64)
	// Flush writes what was buffered, where the format allows it.
	Flush() error
	// Close ends the table. It does not close what it writes to.
	Close() error
}

// NewWriter begins a table with columns of these names. Its format is what the extension of path says: NPY (float64, no
// names), Parquet (optional doubles, a null for a missing entry), else CSV.
func NewWriter(w io.Writer, path string, names ...string) (Writer, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".npy":
		return newNPYWriter(w, len(names))
	case ".parquet":
		return newParquetWriter(w, names)
	}
	return NewCSV(w, names...), nil
}

// csvWriter writes numbers with the digits that give them back exactly; a missing entry is NaN.
type csvWriter struct {
	w   *bufio.Writer // it keeps the first error
	buf []byte
}

// NewCSV begins a CSV table.
func NewCSV(w io.Writer, names ...string) Writer {
	c := &csvWriter{w: bufio.NewWriter(w)}
	for i, n := range names {
		if i > 0 {
			c.w.WriteByte(',')
		}
		if strings.ContainsAny(n, ",\"\r\n") || n != strings.TrimSpace(n) {
			n = `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
		}
		c.w.WriteString(n)
	}
	c.w.WriteByte('\n')
	return c
}

func (c *csvWriter) Row(v ...float64) {
	c.buf = c.buf[:0]
	for i, x := range v {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = strconv.AppendFloat(c.buf, x, 'g', -1, 64)
	}
	c.w.Write(append(c.buf, '\n'))
}

func (c *csvWriter) Flush() error { return c.w.Flush() }
func (c *csvWriter) Close() error { return c.w.Flush() }

// npyWriter writes the header again when it knows the number of rows.
type npyWriter struct {
	w    io.WriteSeeker
	b    *bufio.Writer
	cols int
	rows int64
	buf  []byte
}

func newNPYWriter(w io.Writer, cols int) (*npyWriter, error) {
	s, ok := w.(io.WriteSeeker)
	if !ok {
		return nil, errors.New("an NPY file is written to a regular file only: name one")
	}
	n := &npyWriter{w: s, b: bufio.NewWriterSize(s, 1<<16), cols: cols}
	_, err := n.b.Write(n.header())
	return n, err
}

// header is 128 bytes long, whatever the shape.
func (n *npyWriter) header() []byte {
	h := make([]byte, 0, 128)
	h = append(h, npyMagic...)
	h = append(h, 1, 0, 118, 0)
	h = fmt.Appendf(h, "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }", n.rows, n.cols)
	for len(h) < 127 {
		h = append(h, ' ')
	}
	return append(h, '\n')
}

func (n *npyWriter) Row(v ...float64) {
	n.rows++
	n.buf = n.buf[:0]
	for _, x := range v {
		n.buf = binary.LittleEndian.AppendUint64(n.buf, math.Float64bits(x))
	}
	n.b.Write(n.buf)
}

func (n *npyWriter) Flush() error { return n.b.Flush() }

func (n *npyWriter) Close() error {
	if err := n.b.Flush(); err != nil {
		return err
	}
	if _, err := n.w.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := n.w.Write(n.header()); err != nil {
		return err
	}
	_, err := n.w.Seek(0, io.SeekEnd)
	return err
}

// parquetRows is how many rows are written to a row group: readers keep one at a time.
const parquetRows = 1 << 17

type parquetWriter struct {
	w    *parquet.GenericWriter[any]
	rows int
	row  parquet.Row
	err  error
}

// ordered is a group whose fields keep their order.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func (g ordered) Fields() []parquet.Field { return g.fields }

func newParquetWriter(w io.Writer, names []string) (*parquetWriter, error) {
	g := ordered{Group: parquet.Group{}}
	for _, n := range names {
		if _, twice := g.Group[n]; twice {
			return nil, fmt.Errorf("two columns are named %s, which a Parquet file cannot hold: write CSV", Shorten(n))
		}
		g.Group[n] = parquet.Compressed(parquet.Optional(parquet.Leaf(parquet.DoubleType)), &parquet.Snappy)
	}
	sorted := g.Group.Fields()
	for _, n := range names {
		for _, f := range sorted {
			if f.Name() == n {
				g.fields = append(g.fields, f)
			}
		}
	}
	return &parquetWriter{
		w:   parquet.NewGenericWriter[any](w, parquet.NewSchema("table", g)),
		row: make(parquet.Row, len(names)),
	}, nil
}

func (p *parquetWriter) Row(v ...float64) {
	if p.err != nil {
		return
	}
	for j, x := range v {
		if x == x {
			p.row[j] = parquet.DoubleValue(x).Level(0, 1, j)
		} else {
			p.row[j] = parquet.NullValue().Level(0, 0, j)
		}
	}
	if _, p.err = p.w.WriteRows([]parquet.Row{p.row}); p.err != nil {
		return
	}
	if p.rows++; p.rows%parquetRows == 0 {
		p.err = p.w.Flush()
	}
}

func (p *parquetWriter) Flush() error { return p.err }

func (p *parquetWriter) Close() error {
	if p.err != nil {
		return p.err
	}
	return p.w.Close()
}
