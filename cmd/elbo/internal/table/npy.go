package table

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// npyFile reads an array of NumPy's format: of numbers, of one dimension (one column) or two, in C order.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
type npyFile struct {
	path   string
	r      *bufio.Reader
	rows   int64
	header []string
	size   int // of an element, bytes
	value  func([]byte) float64
	cols   []int
	group  int
	runs   runs
	done   int64
	row    []byte
}

const mostNPYHeader, mostNPYCols = 1 << 20, 1 << 24

// newNPY reads the header. size is that of the file, −1 if it is not known.
func newNPY(path string, r *bufio.Reader, size int64) (*npyFile, error) {
	bad := func(format string, args ...any) (*npyFile, error) {
		return nil, fmt.Errorf("%s: "+format, append([]any{path}, args...)...)
	}
	cut := func() (*npyFile, error) {
		return bad("is truncated within its header: write it again with numpy.save")
	}
	var head [12]byte
	if _, err := io.ReadFull(r, head[:8]); err != nil {
		return cut()
	}
	field := head[8:10]
	if head[6] > 1 {
		field = head[8:12]
	}
	if head[6] < 1 || head[6] > 3 {
		return bad("has version %d of the NPY format, and versions 1 to 3 are read: write it again with numpy.save", head[6])
	}
	if _, err := io.ReadFull(r, field); err != nil {
		return cut()
	}
	length := int64(binary.LittleEndian.Uint16(field))
	if len(field) == 4 {
		length = int64(binary.LittleEndian.Uint32(field))
	}
	if length > mostNPYHeader {
		return bad("has a header of %d bytes, which holds more than an array of numbers: save one with numpy.save", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return cut()
	}
	h, err := parseNPYHeader(string(text))
	if err != nil {
		return bad("%w: write it again with numpy.save", err)
	}
	f := &npyFile{path: path, r: r}
	if f.size, f.value, err = npyType(h.descr); err != nil {
		return bad("%w", err)
	}
	cols := int64(1)
	switch len(h.shape) {
	case 1:
	case 2:
		cols = h.shape[1]
	default:
		return bad("is an array of %d dimensions: save one of two, rows and columns", len(h.shape))
	}
	f.rows = h.shape[0]
	switch {
	case h.fortran && f.rows > 1 && cols > 1:
		return bad("is in Fortran order: save numpy.ascontiguousarray of it")
	case f.rows < 1 || cols < 1:
		return bad("is an array of %d rows and %d columns: save one of at least one row and column", f.rows, cols)
	case cols > mostNPYCols:
		return bad("has %d columns, and the most is %d: transpose it", cols, mostNPYCols)
	}
	row := cols * int64(f.size)
	begin := 8 + int64(len(field)) + length
	if f.rows > (math.MaxInt64-begin)/row || size >= 0 && size != begin+f.rows*row {
		return bad("has %d bytes, and its header promises %d rows of %d bytes after the %d of itself: write it again with numpy.save", size, f.rows, row, begin)
	}
	for j := range cols {
		f.header = append(f.header, "x"+strconv.FormatInt(j+1, 10))
	}
	f.row = make([]byte, row)
	return f, nil
}

func (f *npyFile) names() []string { return f.header }
func (f *npyFile) unit() string    { return "row" }

func (f *npyFile) choose(cols []int, group int) error {
	f.cols, f.group = cols, group
	return nil
}

func (f *npyFile) next(ctx context.Context, dst []float64, at []int64) (int, error) {
	for n := range at {
		if n%1024 == 0 && ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		if f.done == f.rows {
			return n, io.EOF
		}
		if _, err := io.ReadFull(f.r, f.row); errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
			return n, fmt.Errorf("%s: ends within row %d of %d: write it again with numpy.save", f.path, f.done+1, f.rows)
		} else if err != nil {
			return n, FileError("read the data", err)
		}
		f.done++
		at[n] = f.done
		row := dst[n*len(f.cols) : (n+1)*len(f.cols)]
		for i, j := range f.cols {
			row[i] = f.value(f.row[j*f.size:])
			if i == f.group && row[i] == row[i] {
				row[i] = f.runs.next(f.row[j*f.size : (j+1)*f.size])
			}
		}
	}
	return len(at), nil
}

// npyType returns the size of an element of a type and how to read it.
func npyType(descr string) (size int, value func([]byte) float64, err error) {
	refused := fmt.Errorf("holds elements of type %q: save numbers, as with astype(\"f8\")", Shorten(descr))
	if len(descr) != 3 {
		return 0, nil, refused
	}
	var o binary.ByteOrder
	switch descr[0] {
	case '<', '|', '=':
		o = binary.LittleEndian
	case '>':
		o = binary.BigEndian
	default:
		return 0, nil, refused
	}
	switch descr[1:] {
	case "f8":
		return 8, func(b []byte) float64 { return math.Float64frombits(o.Uint64(b)) }, nil
	case "f4":
		return 4, func(b []byte) float64 { return float64(math.Float32frombits(o.Uint32(b))) }, nil
	case "i8":
		return 8, func(b []byte) float64 { return float64(int64(o.Uint64(b))) }, nil
	case "i4":
		return 4, func(b []byte) float64 { return float64(int32(o.Uint32(b))) }, nil
	case "i2":
		return 2, func(b []byte) float64 { return float64(int16(o.Uint16(b))) }, nil
	case "i1":
		return 1, func(b []byte) float64 { return float64(int8(b[0])) }, nil
	case "u8":
		return 8, func(b []byte) float64 { return float64(o.Uint64(b)) }, nil
	case "u4":
		return 4, func(b []byte) float64 { return float64(o.Uint32(b)) }, nil
	case "u2":
		return 2, func(b []byte) float64 { return float64(o.Uint16(b)) }, nil
	case "u1", "b1":
		return 1, func(b []byte) float64 { return float64(b[0]) }, nil
	}
	return 0, nil, refused
}

// npyHeader is the dictionary of a header.
type npyHeader struct {
	descr   string
	fortran bool
	shape   []int64
}

// parseNPYHeader reads the literal of a Python dictionary with the keys descr, fortran_order and shape, in any order.
func parseNPYHeader(s string) (h npyHeader, err error) {
	p := &literal{s: s}
	p.want("{")
	seen := map[string]bool{}
	for p.err == nil && !p.take("}") {
		key := p.text()
		p.want(":")
		if seen[key] {
			p.fail()
		}
		switch seen[key] = true; key {
		case "descr":
			h.descr = p.text()
		case "fortran_order":
			if h.fortran = p.take("True"); !h.fortran {
				p.want("False")
			}
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail()
		}
		if !p.take(",") {
			p.want("}")
			break
		}
	}
	p.space()
	if p.err == nil && (p.s != "" || len(seen) != 3) {
		p.fail()
	}
	return h, p.err
}

// literal reads parts of a Python literal until the first error.
type literal struct {
	s   string
	err error
}

func (p *literal) fail() {
	if p.err == nil {
		p.err = fmt.Errorf("its header is no NPY header, see %q", Shorten(p.s))
	}
}

func (p *literal) space() { p.s = strings.TrimLeft(p.s, " \t\n\r\x00") }

func (p *literal) take(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.s, token)
	if ok {
		p.s = rest
	}
	return ok && p.err == nil
}

func (p *literal) want(token string) {
	if !p.take(token) {
		p.fail()
	}
}

func (p *literal) text() string {
	quote := "'"
	if !p.take(quote) {
		quote = `"`
		p.want(quote)
	}
	text, rest, ok := strings.Cut(p.s, quote)
	if !ok {
		p.fail()
		return ""
	}
	p.s = rest
	return text
}

func (p *literal) tuple() (t []int64) {
	p.want("(")
	for p.err == nil && !p.take(")") {
		p.space()
		n := 0
		for n < len(p.s) && p.s[n] >= '0' && p.s[n] <= '9' {
			n++
		}
		v, err := strconv.ParseInt(p.s[:n], 10, 64)
		if err != nil || len(t) == 64 {
			p.fail()
			return nil
		}
		p.s = p.s[n:]
		p.take("L") // of Python 2
		t = append(t, v)
		if !p.take(",") {
			p.want(")")
			break
		}
	}
	return t
}
