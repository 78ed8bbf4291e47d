package table

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// The footer of a Parquet file and the header before each of its pages are Thrift structs in the compact protocol. The library
// reads them, and the schema in the footer, by recursion, so that some megabytes of lists in lists would exhaust the stack, which ends
// the program. Hence each is walked through first, by a loop. (Apache Thrift, doc/specs/thrift-compact-protocol.md.)

// deepest is the most levels of a struct or a schema. Those of the format are less than ten.
const deepest = 64

// checkFooter returns an error if a footer, or the schema in it, is nested too deeply to be read.
func checkFooter(footer *io.SectionReader) error {
	size := footer.Size()
	if _, err := scanStruct(bufio.NewReader(footer), size); err != nil {
		return fmt.Errorf("the footer: %w", err)
	}
	var meta format.FileMetaData
	if _, err := footer.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := thrift.NewDecoder((&thrift.CompactProtocol{}).NewReader(bufio.NewReader(footer))).Decode(&meta); err != nil {
		return fmt.Errorf("the footer: %w", err)
	}
	var open []int32 // the children to come at each level
	for _, e := range meta.Schema {
		if n := len(open); n > 0 {
			open[n-1]--
		}
		if e.NumChildren.V > 0 {
			open = append(open, e.NumChildren.V)
		}
		if len(open) > deepest {
			return fmt.Errorf("the schema has more than %d levels", deepest)
		}
		for len(open) > 0 && open[len(open)-1] == 0 {
			open = open[:len(open)-1]
		}
	}
	return nil
}

// pageHeaders walks through the headers of the pages of a column chunk, ahead of the library.
type pageHeaders struct {
	at   io.ReaderAt
	pos  int64 // of the next header
	end  int64 // of the chunk
	read *bufio.Reader
}

// newPageHeaders returns the headers of a chunk of the file.
func newPageHeaders(at io.ReaderAt, c *format.ColumnMetaData) pageHeaders {
	pos := c.DataPageOffset
	if c.DictionaryPageOffset != 0 {
		pos = c.DictionaryPageOffset
	}
	end := int64(math.MaxInt64) // as io.NewSectionReader has it
	if pos <= math.MaxInt64-c.TotalCompressedSize {
		end = pos + c.TotalCompressedSize
	}
	return pageHeaders{at: at, pos: pos, end: end, read: bufio.NewReaderSize(nil, 512)}
}

// check returns an error if one of the headers up to that of the next page of data is nested too deeply. The end of the chunk is
// no error here.
func (p *pageHeaders) check() error {
	for p.pos < p.end {
		left := p.end - p.pos
		p.read.Reset(io.NewSectionReader(p.at, p.pos, left))
		h, err := scanStruct(p.read, left)
		if err != nil {
			return fmt.Errorf("the header of a page: %w", err)
		}
		if h.pageSize < 0 || h.pageSize > math.MaxInt32 {
			return fmt.Errorf("a page of %d bytes", h.pageSize)
		}
		p.pos += h.length + h.pageSize
		if h.pageType != int64(format.DictionaryPage) {
			return nil
		}
	}
	return nil
}

// header is what scanStruct tells of a struct: how many bytes it has and, if it is that of a page, two of its fields.
type header struct {
	length             int64
	pageType, pageSize int64
}

// scanLevel is a struct or a collection that scanStruct is in.
type scanLevel struct {
	left  int64   // the elements to come, of a map keys and values; −1: a struct
	types [2]byte // of the keys and of the values of a map; of other elements, twice
}

// The types of values. Values of truth have no bytes as fields and one as elements.
const (
	thriftTrue, thriftFalse           = 1, 2
	thriftByte                        = 3
	thriftInt16, thriftInt, thriftI64 = 4, 5, 6
	thriftDouble, thriftBinary        = 7, 8
	thriftList, thriftSet, thriftMap  = 9, 10, 11
	thriftStruct, thriftUUID          = 12, 13
)

var errSize = errors.New("a collection has more elements than there are bytes")

// scanStruct reads one struct, whose bytes are among the next size of r. It returns an error if it has more than deepest levels or
// is no struct.
func scanStruct(r *bufio.Reader, size int64) (header, error) {
	s := scanner{r: r, size: size}
	h, err := s.scan()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	h.length = s.n
	return h, err
}

type scanner struct {
	r       *bufio.Reader
	n, size int64 // the bytes read, and the most there are
	levels  []scanLevel
}

// ReadByte makes the scanner an io.ByteReader.
func (s *scanner) ReadByte() (byte, error) {
	b, err := s.r.ReadByte()
	if err == nil {
		s.n++
	}
	return b, err
}

func (s *scanner) skip(n int64) error {
	if n > s.size-s.n {
		return io.EOF
	}
	k, err := s.r.Discard(int(n))
	s.n += int64(k)
	return err
}

func (s *scanner) push(l scanLevel) error {
	if len(s.levels) == deepest {
		return fmt.Errorf("it is nested more than %d levels deep", deepest)
	}
	if l.left > s.size-s.n {
		return errSize
	}
	s.levels = append(s.levels, l)
	return nil
}

func (s *scanner) scan() (h header, err error) {
	s.levels = append(s.levels, scanLevel{left: -1})
	field := int16(0) // of the outermost struct
	for len(s.levels) > 0 {
		top := &s.levels[len(s.levels)-1]
		var kind byte
		switch {
		case top.left > 0:
			kind = top.types[top.left&1]
			if top.left--; kind == thriftTrue || kind == thriftFalse {
				kind = thriftByte
			}
		case top.left == 0:
			s.levels = s.levels[:len(s.levels)-1]
			continue
		default:
			b, err := s.ReadByte()
			if err != nil {
				return h, err
			}
			if b == 0 {
				s.levels = s.levels[:len(s.levels)-1]
				continue
			}
			id := field + int16(b>>4)
			if kind = b & 15; b>>4 == 0 {
				v, err := binary.ReadVarint(s)
				if err != nil {
					return h, err
				}
				if id = int16(v); int64(id) != v {
					return h, fmt.Errorf("it has a field %d", v)
				}
			}
			if len(s.levels) == 1 {
				field = id
			}
		}
		outermost := len(s.levels) == 1
		number, err := s.value(kind)
		if err != nil {
			return h, err
		}
		if outermost && kind == thriftInt {
			switch field {
			case 1:
				h.pageType = number
			case 3:
				h.pageSize = number
			}
		}
	}
	return h, nil
}

// value skips a value, or begins the struct or the collection that it is. It returns the value of an integer.
func (s *scanner) value(kind byte) (number int64, err error) {
	switch kind {
	case thriftTrue, thriftFalse:
	case thriftByte:
		err = s.skip(1)
	case thriftInt16, thriftInt, thriftI64:
		number, err = binary.ReadVarint(s)
	case thriftDouble:
		err = s.skip(8)
	case thriftUUID:
		err = s.skip(16)
	case thriftBinary:
		var n uint64
		if n, err = binary.ReadUvarint(s); err == nil {
			err = s.skip(int64(min(n, math.MaxInt32)))
		}
	case thriftStruct:
		err = s.push(scanLevel{left: -1})
	case thriftList, thriftSet:
		var b byte
		if b, err = s.ReadByte(); err != nil {
			break
		}
		n := uint64(b >> 4)
		if n == 15 {
			if n, err = binary.ReadUvarint(s); err != nil {
				break
			}
		}
		err = s.push(scanLevel{left: int64(min(n, math.MaxInt32)), types: [2]byte{b & 15, b & 15}})
	case thriftMap:
		var n uint64
		var b byte
		if n, err = binary.ReadUvarint(s); err != nil || n == 0 {
			break
		}
		if b, err = s.ReadByte(); err == nil {
			err = s.push(scanLevel{left: int64(2 * min(n, math.MaxInt32)), types: [2]byte{b >> 4, b & 15}})
		}
	default:
		err = fmt.Errorf("it has a value of the unknown type %d", kind)
	}
	return number, err
}
