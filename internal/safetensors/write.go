package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// metadataKey is the header's one key that is not a tensor.
const metadataKey = "__metadata__"

// Write writes the tensors and the metadata (nil: none). The bytes depend on the contents alone: tensors stand in
// order of element size, wide ones first, then name, so that each is aligned; metadata is sorted by key; the header is
// padded with spaces to a multiple of 8 bytes. Errors: a name that is empty, reserved, not UTF-8 or used twice,
// a shape that does not fit the data, a header above MaxHeader, and what w returns.
func Write(w io.Writer, meta map[string]string, tensors []Tensor) error {
	ts := slices.Clone(tensors)
	slices.SortFunc(ts, func(a, b Tensor) int {
		return cmp.Or(sizes[b.DType]-sizes[a.DType], strings.Compare(a.Name, b.Name))
	})
	h := make([]byte, 8, 1024)
	h = append(h, '{')
	if meta != nil {
		for k, v := range meta {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return fmt.Errorf("safetensors: metadata %q: %q is not UTF-8", k, v)
			}
		}
		h = append(h, `"`+metadataKey+`":`...)
		h = appendJSON(h, meta)
	}
	seen := make(map[string]bool, len(ts))
	offset := 0
	for _, t := range ts {
		n, err := byteLen(t.DType, t.Shape)
		switch {
		case err != nil:
			return fmt.Errorf("safetensors: tensor %q: %v", t.Name, err)
		case n != len(t.Data):
			return fmt.Errorf("safetensors: tensor %q: %s of shape %v takes %d bytes, but there are %d", t.Name, t.DType, t.Shape, n, len(t.Data))
		case t.Name == "" || t.Name == metadataKey || !utf8.ValidString(t.Name):
			return fmt.Errorf("safetensors: %q cannot be the name of a tensor", t.Name)
		case seen[t.Name]:
			return fmt.Errorf("safetensors: two tensors are named %q", t.Name)
		}
		seen[t.Name] = true
		if len(h) > 9 {
			h = append(h, ',')
		}
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		h = appendJSON(h, t.Name)
		h = append(h, `:{"dtype":"`+t.DType+`","shape":`...)
		h = appendJSON(h, shape)
		h = fmt.Appendf(h, `,"data_offsets":[%d,%d]}`, offset, offset+n)
		offset += n
	}
	h = append(h, '}')
	for len(h)%8 != 0 {
		h = append(h, ' ')
	}
	if len(h)-8 > MaxHeader {
		return fmt.Errorf("safetensors: the header takes %d bytes, the limit is %d", len(h)-8, MaxHeader)
	}
	binary.LittleEndian.PutUint64(h, uint64(len(h)-8))
	if _, err := w.Write(h); err != nil {
		return err
	}
	for _, t := range ts {
		if _, err := w.Write(t.Data); err != nil {
			return err
		}
	}
	return nil
}

// appendJSON appends v, which is a string, a map of strings or a slice of ints: encoding them cannot fail.
func appendJSON(dst []byte, v any) []byte {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
