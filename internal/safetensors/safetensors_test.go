package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func sample() (map[string]string, []Tensor) {
	return map[string]string{"kind": "gmm", "format": "1", "note": "a<b & \"c\" é\n"}, []Tensor{
		New("weights", []float32{1, 2, 3}, 3),
		New("means", []float64{1, -0.5, math.Inf(1), math.NaN(), 5e-324, math.Copysign(0, -1)}, 2, 3),
		New("scalar", []float64{7}),
		New("empty", []float64{}, 0, 4),
		{Name: "flags", DType: "U8", Shape: []int{3}, Data: []byte{1, 2, 3}},
	}
}

func encode(t testing.TB, meta map[string]string, ts []Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, meta, ts); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func file(header string, data ...byte) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), data...)
}

func TestRoundTrip(t *testing.T) {
	meta, ts := sample()
	raw := encode(t, meta, ts)
	f, err := Read(iotest.OneByteReader(bytes.NewReader(raw)), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.Metadata, meta) || len(f.Tensors) != len(ts) {
		t.Fatalf("got %+v", f)
	}
	for _, want := range ts {
		got, err := f.Lookup(want.Name)
		if err != nil || got.DType != want.DType || !bytes.Equal(got.Data, want.Data) || fmt.Sprint(got.Shape) != fmt.Sprint(want.Shape) {
			t.Errorf("%q: got %+v, %v, want %+v", want.Name, got, err, want)
		}
	}
	v, err := Values[float64](&f, "means", -1, 3)
	if err != nil || len(v) != 6 || v[1] != -0.5 || !math.IsInf(v[2], 1) || !math.IsNaN(v[3]) || v[4] != 5e-324 || !math.Signbit(v[5]) {
		t.Errorf("Values: %v, %v", v, err)
	}
	if w, err := Values[float32](&f, "weights", 3); err != nil || w[2] != 3 {
		t.Errorf("Values: %v, %v", w, err)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(Values[float64](&f, "weights", 3)), `tensor "weights" has dtype F32, want F64`},
		{second(Values[float32](&f, "weights", 4)), `has shape [3], want [4]`},
		{second(Values[float32](&f, "weights", 3, 1)), `has shape [3], want [3 1]`},
		{second(Values[float64](&f, "covariances", 3)), `tensor "covariances" is missing`},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("got %v, want %q", c.err, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestWriteIsDeterministicAndAligned(t *testing.T) {
	meta, ts := sample()
	a := encode(t, meta, ts)
	for i := range ts[1:] {
		ts[0], ts[i+1] = ts[i+1], ts[0]
		if !bytes.Equal(a, encode(t, meta, ts)) {
			t.Fatal("the order of the tensors changes the bytes")
		}
	}
	n := binary.LittleEndian.Uint64(a)
	if n%8 != 0 {
		t.Errorf("the header is %d bytes long", n)
	}
	const want = `{"__metadata__":{"format":"1","kind":"gmm"},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}`
	b := encode(t, map[string]string{"kind": "gmm", "format": "1"}, []Tensor{New("b", []float32{1}), New("a", []float64{1}, 1)})
	if got := strings.TrimRight(string(b[8:len(b)-12]), " "); got != want {
		t.Errorf("header is\n%s\nwant\n%s", got, want)
	}
}

func TestWriteErrors(t *testing.T) {
	for _, c := range []struct {
		want string
		ts   []Tensor
	}{
		{"two tensors are named", []Tensor{New("a", []float64{1}, 1), New("a", []float32{1}, 1)}},
		{"takes 16 bytes, but there are 8", []Tensor{New("a", []float64{1}, 2)}},
		{"negative dimension", []Tensor{New("a", []float64{1}, -1)}},
		{"cannot be the name", []Tensor{New("__metadata__", []float64{1}, 1)}},
		{"cannot be the name", []Tensor{New("", []float64{1}, 1)}},
		{"cannot be the name", []Tensor{New("\xff", []float64{1}, 1)}},
		{"unknown dtype", []Tensor{{Name: "a", DType: "F128"}}},
	} {
		if err := Write(io.Discard, nil, c.ts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	if err := Write(io.Discard, map[string]string{"a": "\xff"}, nil); err == nil {
		t.Error("metadata that is not UTF-8 was written")
	}
	meta, ts := sample()
	for n := range 3 {
		if err := Write(&failing{n}, meta, ts); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("after %d writes: %v", n, err)
		}
	}
}

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.ErrClosedPipe
	}
	f.left--
	return len(p), nil
}

func TestReadErrors(t *testing.T) {
	const ok = `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`
	if _, err := Read(bytes.NewReader(file(ok, 1, 2)), 1<<20); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("1,", MaxRank) + "1"
	for _, c := range []struct {
		want string
		raw  []byte
	}{
		{"truncated", nil},
		{"truncated", []byte{1, 2, 3}},
		{"ends within the header", file(ok)[:20]},
		{"ends within the tensors", file(ok, 1)},
		{"bytes after the last tensor", file(ok, 1, 2, 3)},
		{"the limit is", binary.LittleEndian.AppendUint64(nil, math.MaxUint64)},
		{"not a JSON object", file("")},
		{"not a JSON object", file("[]")},
		{"not a JSON object", file(" {}")},
		{"not a JSON object", file("{\"\xff\":1}")},
		{"not complete", file(`{"a":{"dtype":"U8"`)},
		{"text after the JSON", file(`{}{}`)},
		{"is there twice", file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`)},
		{"is there twice", file(`{"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}`)},
		{"is there twice", file(`{"__metadata__":{"a":"","a":""}}`)},
		{"is not a string", file(`{"__metadata__":{"a":1}}`)},
		{"has no name", file(`{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`)},
		{"unknown dtype", file(`{"a":{"dtype":"X","shape":[0],"data_offsets":[0,0]}}`)},
		{"unknown key", file(`{"a":{"Dtype":"U8","shape":[0],"data_offsets":[0,0]}}`)},
		{"is missing", file(`{"a":{"dtype":"U8","shape":[0]}}`)},
		{"is missing", file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}}`)},
		{"more than 2 elements", file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}`)},
		{"more than 16 elements", file(`{"a":{"dtype":"U8","shape":[`+long+`],"data_offsets":[0,1]}}`, 1)},
		{"is not a size", file(`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}`)},
		{"is not a size", file(`{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,0]}}`)},
		{"is not a size", file(`{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,0]}}`)},
		{"is not a number", file(`{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,0]}}`)},
		{"overflows", file(`{"a":{"dtype":"F64","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,0]}}`)},
		{"its offsets are", file(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,7]}}`)},
		{"its offsets are", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}`)},
		{"begins at byte", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 1, 2)},
		{"begins at byte", file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 1, 2, 3)},
		{"the tensors take", file(`{"a":{"dtype":"U8","shape":[2000000],"data_offsets":[0,2000000]}}`)},
		{"where { was expected", file(`{"a":[]}`)},
		{"where [ was expected", file(`{"a":{"dtype":"U8","shape":{},"data_offsets":[0,0]}}`)},
	} {
		_, err := Read(bytes.NewReader(c.raw), 1<<20)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.raw, err, c.want)
		}
		if strings.Contains(c.want, "truncated") && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v is not io.ErrUnexpectedEOF", err)
		}
	}
	if _, err := Read(bytes.NewReader(file(ok, 1, 2)), 20); err == nil {
		t.Error("a file above the limit was read")
	}
	if _, err := Read(iotest.ErrReader(io.ErrClosedPipe), 20); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the reader's own error is lost: %v", err)
	}
}

// A header that promises a gigabyte must not cost one.
func TestReadAllocatesWhatIsThere(t *testing.T) {
	raw := file(`{"a":{"dtype":"U8","shape":[1000000000],"data_offsets":[0,1000000000]}}`, make([]byte, 100)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(bytes.NewReader(raw), 1<<40)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Error("a truncated file was read")
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated for a file of %d", n, len(raw))
	}
}

func FuzzRead(f *testing.F) {
	meta, ts := sample()
	f.Add(encode(f, meta, ts))
	f.Add(encode(f, nil, nil))
	f.Add(file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 1, 2))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := Read(bytes.NewReader(raw), 1<<16)
		if err != nil {
			return
		}
		w := encode(t, a.Metadata, a.Tensors)
		b, err := Read(bytes.NewReader(w), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v became %+v", a, b)
		}
		if !bytes.Equal(w, encode(t, b.Metadata, b.Tensors)) {
			t.Fatal("writing twice gave other bytes")
		}
	})
}
