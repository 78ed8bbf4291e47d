// Package safetensors reads and writes the safetensors format: a length, a JSON header that names, types and
// places each tensor, and the tensors' raw little-endian bytes. It is the one format of all saved models.
//
// The layout (https://github.com/huggingface/safetensors, README, "Format"):
//
//	8 bytes    N, the length of the header, unsigned, little-endian
//	N bytes    {"__metadata__": {string: string}, "name": {"dtype", "shape", "data_offsets": [begin, end]}, ...}
//	the rest   the tensors, row-major, at their offsets, without holes or overlaps
//
// Read is safe on bytes from anywhere: it validates everything before it uses it, never panics, and allocates
// no more than a small multiple of the bytes that are there, nor of the caller's limit.
package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Limits of what Read accepts. The format itself allows headers of 100 MB and any rank; no model comes near these.
const (
	MaxHeader = 4 << 20 // bytes of the JSON header
	MaxRank   = 16      // dimensions of a tensor
)

// Tensor is one named array. Data holds its elements in row-major order, little-endian, and is
// exactly the product of Shape (1 for an empty Shape) times the size of DType long.
type Tensor struct {
	Name  string
	DType string // "F32", "F64", "I64", ...
	Shape []int
	Data  []byte
}

// File is what a safetensors file holds. Tensors are sorted by name.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor
}

// sizes holds the bytes of one element of each type of the format.
var sizes = map[string]int{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1,
	"U16": 2, "I16": 2, "F16": 2, "BF16": 2,
	"U32": 4, "I32": 4, "F32": 4,
	"U64": 8, "I64": 8, "F64": 8,
}

// byteLen returns the bytes that a tensor of the type and shape takes, or an error for an unknown type,
// a negative dimension or a product that does not fit an int.
func byteLen(dtype string, shape []int) (int, error) {
	n, ok := sizes[dtype]
	if !ok {
		return 0, fmt.Errorf("unknown dtype %q", dtype)
	}
	if len(shape) > MaxRank {
		return 0, fmt.Errorf("%d dimensions, the limit is %d", len(shape), MaxRank)
	}
	if slices.Contains(shape, 0) {
		n = 0
	}
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d > 0 && n > math.MaxInt/d {
			return 0, fmt.Errorf("shape %v overflows", shape)
		}
		n *= d
	}
	return n, nil
}

// dtypeOf is the format's name of T.
func dtypeOf[T float32 | float64]() string {
	if _, ok := any(T(0)).(float32); ok {
		return "F32"
	}
	return "F64"
}

// New returns a tensor of the name and shape with the values of data, row-major: "F32" or "F64" by T.
func New[T float32 | float64](name string, data []T, shape ...int) Tensor {
	t := Tensor{Name: name, DType: dtypeOf[T](), Shape: slices.Clone(shape)}
	switch d := any(data).(type) {
	case []float32:
		t.Data = make([]byte, 0, 4*len(d))
		for _, v := range d {
			t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(v))
		}
	case []float64:
		t.Data = make([]byte, 0, 8*len(d))
		for _, v := range d {
			t.Data = binary.LittleEndian.AppendUint64(t.Data, math.Float64bits(v))
		}
	}
	return t
}

// Lookup returns the tensor of the name, or an error that names it if it is missing.
func (f *File) Lookup(name string) (Tensor, error) {
	i, ok := slices.BinarySearchFunc(f.Tensors, name, func(t Tensor, n string) int { return strings.Compare(t.Name, n) })
	if !ok {
		return Tensor{}, fmt.Errorf("safetensors: tensor %q is missing", name)
	}
	return f.Tensors[i], nil
}

// Values returns the values of the tensor of the name in a new slice, row-major. It is an error if the tensor is missing, is
// not of type T, or has another shape; a dimension of -1 in shape stands for any. NaN and ±Inf are kept.
func Values[T float32 | float64](f *File, name string, shape ...int) ([]T, error) {
	t, err := f.Lookup(name)
	if err != nil {
		return nil, err
	}
	if t.DType != dtypeOf[T]() {
		return nil, fmt.Errorf("safetensors: tensor %q has dtype %s, want %s", name, t.DType, dtypeOf[T]())
	}
	same := len(t.Shape) == len(shape)
	for i := 0; same && i < len(shape); i++ {
		same = shape[i] == -1 || shape[i] == t.Shape[i]
	}
	if !same {
		return nil, fmt.Errorf("safetensors: tensor %q has shape %v, want %v (-1: any)", name, t.Shape, shape)
	}
	out := make([]T, len(t.Data)/sizes[t.DType])
	switch o := any(out).(type) {
	case []float32:
		for i := range o {
			o[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:]))
		}
	case []float64:
		for i := range o {
			o[i] = math.Float64frombits(binary.LittleEndian.Uint64(t.Data[8*i:]))
		}
	}
	return out, nil
}
