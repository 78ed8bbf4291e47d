package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// entry is a tensor of the header with its place in the data.
type entry struct {
	tensor     Tensor
	begin, end int
}

// Read reads one file to its end. Files above maxBytes are an error, found before anything of that size is
// allocated. So is everything else that the format forbids: a truncated file, bytes after the last tensor, a header that is not
// JSON or names a tensor twice, an unknown type, a shape whose product overflows, offsets that do not fit
// the shape, leave the file, overlap or leave holes.
func Read(r io.Reader, maxBytes int64) (File, error) {
	f, err := read(r, maxBytes)
	if err != nil {
		return File{}, fmt.Errorf("safetensors: %w", err)
	}
	return f, nil
}

func read(r io.Reader, maxBytes int64) (File, error) {
	var pre [8]byte
	if _, err := io.ReadFull(r, pre[:]); err != nil {
		return File{}, truncated("the length of the header", err)
	}
	n := binary.LittleEndian.Uint64(pre[:])
	if n > MaxHeader {
		return File{}, fmt.Errorf("the header would take %d bytes, the limit is %d: this is no model file", n, MaxHeader)
	}
	if int64(n) > maxBytes-8 {
		return File{}, fmt.Errorf("the header takes %d bytes, the limit of the whole file is %d", n, maxBytes)
	}
	header, err := readExactly(r, int(n))
	if err != nil {
		return File{}, truncated("the header", err)
	}
	if n == 0 || header[0] != '{' || !utf8.Valid(header) {
		return File{}, errors.New("the header is not a JSON object: this is no model file")
	}
	f, entries, err := parseHeader(header)
	if err != nil {
		return File{}, fmt.Errorf("header: %w", err)
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	total := 0
	for _, e := range entries {
		if e.begin != total {
			return File{}, fmt.Errorf("header: tensor %q begins at byte %d, but the one before it ends at byte %d", e.tensor.Name, e.begin, total)
		}
		total = e.end
	}
	if int64(total) > maxBytes-8-int64(n) {
		return File{}, fmt.Errorf("the tensors take %d bytes, the limit of the whole file is %d", total, maxBytes)
	}
	data, err := readExactly(r, total)
	if err != nil {
		return File{}, truncated("the tensors", err)
	}
	switch _, err := io.ReadFull(r, pre[:1]); err {
	case io.EOF:
	case nil:
		return File{}, errors.New("there are bytes after the last tensor")
	default:
		return File{}, err
	}
	f.Tensors = make([]Tensor, len(entries))
	for i, e := range entries {
		e.tensor.Data = data[e.begin:e.end:e.end]
		f.Tensors[i] = e.tensor
	}
	slices.SortFunc(f.Tensors, func(a, b Tensor) int { return strings.Compare(a.Name, b.Name) })
	return f, nil
}

func truncated(what string, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the file is truncated: it ends within %s: %w", what, io.ErrUnexpectedEOF)
	}
	return err
}

// readExactly reads n bytes. The buffer grows with the bytes that arrive: a false n costs nothing.
func readExactly(r io.Reader, n int) ([]byte, error) {
	buf := make([]byte, 0, min(n, 64<<10))
	for len(buf) < n {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(n, 2*cap(buf)))
			copy(grown, buf)
			buf = grown
		}
		m, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+m]
		if err != nil {
			return nil, err
		}
	}
	return buf, nil
}

// parseHeader walks the JSON token by token: unlike unmarshalling, that sees duplicate keys and cannot nest.
func parseHeader(header []byte) (File, []entry, error) {
	var f File
	var entries []entry
	p := parser{json.NewDecoder(bytes.NewReader(header))}
	p.d.UseNumber()
	names := map[string]bool{}
	err := p.object(func(name string) (err error) {
		if names[name] {
			return fmt.Errorf("the name %q is there twice", name)
		}
		names[name] = true
		switch name {
		case "":
			return errors.New("a tensor has no name")
		case metadataKey:
			f.Metadata, err = p.metadata()
		default:
			var e entry
			e, err = p.entry(name)
			entries = append(entries, e)
		}
		return err
	})
	if err != nil {
		return File{}, nil, err
	}
	if len(bytes.TrimRight(header[p.d.InputOffset():], " ")) > 0 {
		return File{}, nil, errors.New("there is text after the JSON object")
	}
	return f, entries, nil
}

type parser struct{ d *json.Decoder }

func (p parser) token() (json.Token, error) {
	t, err := p.d.Token()
	if err == io.EOF {
		err = errors.New("the JSON is not complete")
	}
	return t, err
}

// delim consumes the delimiter.
func (p parser) delim(want json.Delim) error {
	t, err := p.token()
	if err == nil && t != want {
		err = fmt.Errorf("%v where %v was expected", t, want)
	}
	return err
}

// object consumes an object; member is called at each value and must consume it.
func (p parser) object(member func(key string) error) error {
	if err := p.delim('{'); err != nil {
		return err
	}
	for p.d.More() {
		t, err := p.token()
		if err != nil {
			return err
		}
		if err := member(t.(string)); err != nil { // the decoder lets nothing but strings be keys
			return err
		}
	}
	return p.delim('}')
}

func (p parser) string(what string) (string, error) {
	t, err := p.token()
	if err != nil {
		return "", err
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("%s is not a string", what)
	}
	return s, nil
}

func (p parser) metadata() (map[string]string, error) {
	m := map[string]string{}
	err := p.object(func(key string) error {
		if _, twice := m[key]; twice {
			return fmt.Errorf("metadata %q is there twice", key)
		}
		s, err := p.string("metadata " + strconv.Quote(key))
		m[key] = s
		return err
	})
	return m, err
}

// ints consumes an array of at most limit non-negative integers.
func (p parser) ints(limit int) ([]int, error) {
	if err := p.delim('['); err != nil {
		return nil, err
	}
	v := []int{}
	for p.d.More() {
		t, err := p.token()
		if err != nil {
			return nil, err
		}
		s, ok := t.(json.Number)
		if !ok {
			return nil, fmt.Errorf("%v is not a number", t)
		}
		n, err := strconv.ParseUint(string(s), 10, 63)
		if err != nil || n > math.MaxInt {
			return nil, fmt.Errorf("%s is not a size", s)
		}
		if len(v) == limit {
			return nil, fmt.Errorf("an array has more than %d elements", limit)
		}
		v = append(v, int(n))
	}
	return v, p.delim(']')
}

func (p parser) entry(name string) (entry, error) {
	e := entry{tensor: Tensor{Name: name}}
	var offsets []int
	seen := map[string]bool{}
	err := p.object(func(key string) (err error) {
		if seen[key] {
			return fmt.Errorf("%q is there twice", key)
		}
		seen[key] = true
		switch key {
		case "dtype":
			e.tensor.DType, err = p.string("dtype")
		case "shape":
			e.tensor.Shape, err = p.ints(MaxRank)
		case "data_offsets":
			offsets, err = p.ints(2)
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		return err
	})
	if err == nil && (!seen["dtype"] || !seen["shape"] || len(offsets) != 2) {
		err = errors.New("dtype, shape or one of two data_offsets is missing")
	}
	if err != nil {
		return e, fmt.Errorf("tensor %q: %w", name, err)
	}
	n, err := byteLen(e.tensor.DType, e.tensor.Shape)
	if err != nil {
		return e, fmt.Errorf("tensor %q: %w", name, err)
	}
	e.begin, e.end = offsets[0], offsets[1]
	if e.end < e.begin || e.end-e.begin != n {
		return e, fmt.Errorf("tensor %q: %s of shape %v takes %d bytes, but its offsets are [%d, %d]", name, e.tensor.DType, e.tensor.Shape, n, e.begin, e.end)
	}
	return e, nil
}
