package table

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"

	"example.com/elbo/kernels"
)

// parse reads a table from the bytes of a file.
func parse(t *testing.T, path, text string, o Options) (*Table, error) {
	t.Helper()
	b := []byte(text)
	r, err := open(path, bytes.NewReader(b), bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return nil, err
	}
	return r.All(t.Context())
}

// written returns a table in the format of the extension of path.
func written(t testing.TB, path string, x *Table) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWriter(f, path, x.Names...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range x.X.Rows {
		w.Row(x.X.Row(i)...)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sound parses hostile bytes, and returns a table that is whole and finite, or nil if there is an error, which must be
// one of one line and some length.
func sound(t *testing.T, path, text string) *Table {
	t.Helper()
	got, err := parse(t, path, text, Options{})
	if err != nil {
		if s := err.Error(); len(s) > 1000 || !strings.Contains(s, path+": ") {
			t.Fatalf("the error is %q", s)
		}
		return nil
	}
	if len(got.Names) != got.X.Cols || len(got.At) != got.X.Rows || got.X.Rows < 1 || got.X.Cols < 1 || len(got.X.Data) != got.X.Rows*got.X.Cols {
		t.Fatalf("a table of %d×%d with %d names, %d places, %d entries", got.X.Rows, got.X.Cols, len(got.Names), len(got.At), len(got.X.Data))
	}
	for _, v := range got.X.Data {
		if math.IsInf(v, 0) {
			t.Fatal("an entry is infinite")
		}
	}
	return got
}

// numbers is a table with missing entries.
func numbers(rows, cols int) *Table {
	t := &Table{X: kernels.NewMatrix[float64](rows, cols)}
	for j := range cols {
		t.Names = append(t.Names, fmt.Sprintf("c%d", cols-j))
	}
	for i := range t.X.Data {
		t.X.Data[i] = float64(i*i%977) / 7
		if i%11 == 5 {
			t.X.Data[i] = math.NaN()
		}
	}
	return t
}

// TestFormats: what is written in a format is read again, in whole and in blocks, also by columns.
func TestFormats(t *testing.T) {
	for _, shape := range [][2]int{{1, 1}, {3, 1}, {7, 3}, {1000, 5}} {
		x := numbers(shape[0], shape[1])
		for _, path := range []string{"f.csv", "f.npy", "f.parquet"} {
			text := written(t, path, x)
			got, err := parse(t, path, text, Options{})
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			names := x.Names
			if path == "f.npy" {
				names = got.Names
			}
			if !same(got.X.Data, x.X.Data) || !slices.Equal(got.Names, names) || got.X.Rows != x.X.Rows {
				t.Fatalf("%s: %v differs after %v was written", path, shape, x.X.Data)
			}
			if first := int64(1); path != "f.csv" && got.At[0] != first || path == "f.csv" && got.At[0] != 2 {
				t.Errorf("%s: the first row is at %d", path, got.At[0])
			}
			for _, rows := range []int{1, 2, 7, 2000} {
				b := []byte(text)
				r, err := open(path, bytes.NewReader(b), bytes.NewReader(b), int64(len(b)), Options{})
				if err != nil {
					t.Fatal(err)
				}
				block := r.NewBlock(rows)
				var data []float64
				for {
					err := r.Next(t.Context(), block)
					if err == io.EOF {
						break
					}
					if err != nil {
						t.Fatal(err)
					}
					if len(data)/x.X.Cols+rows <= x.X.Rows && block.X.Rows != rows {
						t.Fatalf("%s: a block of %d rows, want %d", path, block.X.Rows, rows)
					}
					data = append(data, block.X.Data...)
				}
				if !same(data, x.X.Data) {
					t.Errorf("%s: blocks of %d rows differ from the whole", path, rows)
				}
			}
			if shape[1] < 3 {
				continue
			}
			got, err = parse(t, path, text, Options{Columns: []string{"3", "1-2"}, Drop: []string{"1"}})
			if err != nil {
				t.Fatal(err)
			}
			for i := range got.X.Rows {
				if !same(got.X.Row(i), []float64{x.X.Row(i)[2], x.X.Row(i)[1]}) {
					t.Fatalf("%s: row %d is %v, of %v", path, i, got.X.Row(i), x.X.Row(i))
				}
			}
		}
	}
}

func TestChoose(t *testing.T) {
	const text = "species,a,b,w,a,7\nsetosa,1,2,0.5,3,70\nsetosa,4,5,1,6,71\nvirginica,,8,0,9,72\nsetosa,10,11,2,12,73\n"
	got, err := parse(t, "f", text, Options{Header: Yes, Columns: []string{"7", "b"}, Weights: "w", Groups: "species"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Names, []string{"7", "b"}) || !slices.Equal(got.X.Data, []float64{70, 2, 71, 5, 72, 8, 73, 11}) ||
		!slices.Equal(got.Weights, []float64{0.5, 1, 0, 2}) || !slices.Equal(got.Groups, []float64{1, 1, 2, 3}) {
		t.Errorf("got %+v", got)
	}
	if p := got.Place(2, 1) + "; " + got.Column(0) + "; " + got.Row(3); p != "line 4, column 3 (b); column 6 (7); line 5" {
		t.Errorf("places: %s", p)
	}
	for _, c := range []struct {
		o     Options
		words string
	}{
		{Options{}, `f: line 2, column 1 (species): "setosa" is not a number|--drop`},
		{Options{Columns: []string{"a"}}, "f: columns 2 and 5 are both named a: give their numbers"},
		{Options{Columns: []string{"c"}}, `f: has no column "c": its columns are species, a, b, w, a, 7`},
		{Options{Columns: []string{"0"}}, "f: has no column 0: its columns are 1 to 6"},
		{Options{Columns: []string{"8"}}, "f: has no column 8"},
		{Options{Columns: []string{"3-2"}}, "f: has no column 3-2"},
		{Options{Columns: []string{"2-"}}, `f: has no column "2-"`},
		{Options{Columns: []string{"2-4", "b"}}, "f: column 3 (b) is chosen twice"},
		{Options{Drop: []string{"x"}}, `f: has no column "x"`},
		{Options{Drop: []string{"1-6"}}, "f: no column of its 6 is left"},
		{Options{Drop: []string{"species"}, Weights: "x"}, `f: has no column "x"`},
		{Options{Drop: []string{"species"}, Weights: "1-2"}, "f: 1-2 are 2 columns: name one"},
		{Options{Columns: []string{"b"}, Weights: "2"}, "f: line 4, column 2 (a) is NaN, and a row's weight is a number of at least 0"},
		{Options{Columns: []string{"b"}, Groups: "2"}, "f: line 4, column 2 (a) is missing, and every row belongs to a sequence"},
		{Options{Columns: []string{"3"}, Header: No}, `f: line 1, column 3 (x3): "b" is not a number`},
	} {
		if c.o.Header == "" {
			c.o.Header = Yes
		}
		fails(t, text, c.o, c.words)
	}
	fails(t, "a,w\n1,1\n2,-1\n", Options{Weights: "w"}, "f: line 3, column 2 (w) is -1, and a row's weight")

	got, err = parse(t, "f", "n,y,?\ny,n,y\n", Options{Header: No, Missing: []string{"?", "n", "y"}})
	if err != nil || got.X.Rows != 2 || got.X.Data[0] == got.X.Data[0] {
		t.Errorf("got %v, %v", got, err)
	}
	got, err = parse(t, "f", "1,2\n3,4\n", Options{Header: Yes})
	if err != nil || got.X.Rows != 1 || got.Names[1] != "2" {
		t.Errorf("got %v, %v", got, err)
	}
}

// fails wants an error that has all of the words.
func fails(t *testing.T, text string, o Options, words string) {
	t.Helper()
	_, err := parse(t, "f", text, o)
	if err == nil {
		t.Errorf("%+v: no error, want %q", o, words)
		return
	}
	for _, w := range strings.Split(words, "|") {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%+v: %q does not say %q", o, err, w)
		}
	}
}

func TestFormatErrors(t *testing.T) {
	npy := written(t, "f.npy", numbers(4, 3))
	parq := written(t, "f.parquet", numbers(4, 3))
	inf := numbers(4, 3)
	inf.X.Row(2)[1] = math.Inf(-1)
	header := func(dict string) string {
		return "\x93NUMPY\x01\x00" + string(rune(len(dict))) + "\x00" + dict
	}
	for _, c := range []struct{ path, text, words string }{
		{"f.csv", "PK\x03\x04abcdef", "f.csv: is a zip archive"},
		{"f.csv.gz", "\x1f\x8babcdef", "f.csv.gz: is compressed by gzip: decompress it first"},
		{"f.npy", "1,2\n", "f.npy: does not begin as .npy files do"},
		{"f.parquet", "1,2\n", "f.parquet: does not begin as .parquet files do"},
		{"f.npy", npy[:len(npy)-1], "f.npy: has 223 bytes, and its header promises 4 rows of 24 bytes after the 128 of itself"},
		{"f.npy", npy + "x", "has 225 bytes"},
		{"f.npy", npy[:60], "truncated within its header"},
		{"f.npy", npy[:7], "truncated within its header"},
		{"f.npy", "\x93NUMPY\x04\x00\x00\x00", "version 4"},
		{"f.npy", "\x93NUMPY\x02\x00\x00\x00\x01\x00", "truncated"},
		{"f.npy", "\x93NUMPY\x02\x00\x00\x00\x00\x7f", "header of 2130706432 bytes"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }"), "Fortran order: save numpy.ascontiguousarray"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3, 4), }"), "array of 3 dimensions"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (), }"), "array of 0 dimensions"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }"), "array of 0 rows and 3 columns"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 3), }"), "header promises"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 99999999), }"), "99999999 columns"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 3), }"), "no NPY header"},
		{"f.npy", header("{'descr': '<U5', 'fortran_order': False, 'shape': (2, 3), }"), `type "<U5"|astype`},
		{"f.npy", header("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }"), `type "|`},
		{"f.npy", header("{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3), }"), `type "<f2"`},
		{"f.npy", header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }"), "no NPY header"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False}"), "no NPY header"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}"), "no NPY header"},
		{"f.npy", header("{'descr': '<f8', 'descr': '<f8', 'shape': (2,)}"), "no NPY header"},
		{"f.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x"), "no NPY header"},
		{"f.npy", header("{'descr': '<f8"), "no NPY header"},
		{"f.npy", written(t, "f.npy", inf), "f.npy: row 3, column 2 (x2) is -Inf: remove the row or mark the entry missing with NaN"},
		{"f.parquet", written(t, "f.parquet", inf), "f.parquet: row 3, column 2 (c2) is -Inf: remove"},
		{"f.parquet", parq[:len(parq)-1], "f.parquet: is no Parquet file that can be read, or damaged"},
		{"f.parquet", parq[:20], "damaged"},
		{"f.parquet", parq[:len(parq)-5] + "\xffPAR1", "too short for a footer of 42"},
		{"f.parquet", "PAR1", "damaged"},
	} {
		_, err := parse(t, c.path, c.text, Options{})
		if err == nil {
			t.Errorf("%q: no error, want %q", c.text, c.words)
			continue
		}
		for _, w := range strings.Split(c.words, "|") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q: %q does not say %q", c.text, err, w)
			}
		}
	}
	if _, err := open("f.parquet", strings.NewReader(parq), nil, -1, Options{}); err == nil || !strings.Contains(err.Error(), "pipe") {
		t.Errorf("a pipe: %v", err)
	}
	r, err := open("f.npy", strings.NewReader(npy[:len(npy)-1]), nil, -1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.All(t.Context()); err == nil || !strings.Contains(err.Error(), "f.npy: ends within row 4 of 4") {
		t.Errorf("a pipe that ends early: %v", err)
	}
	if _, err := NewWriter(io.Discard, "f.npy", "a"); err == nil {
		t.Error("an NPY file without seeking")
	}
	if _, err := NewWriter(io.Discard, "f.parquet", "a", "a"); err == nil || !strings.Contains(err.Error(), "two columns are named a") {
		t.Errorf("names of a Parquet file: %v", err)
	}
}

// TestNPYTypes: arrays as NumPy writes them.
func TestNPYTypes(t *testing.T) {
	for _, c := range []struct {
		descr, data string
		want        []float64
	}{
		{"<f8", "\x00\x00\x00\x00\x00\x00\xf8\x3f\x00\x00\x00\x00\x00\x00\xf8\x7f", []float64{1.5, math.NaN()}},
		{">f8", "\x3f\xf8\x00\x00\x00\x00\x00\x00\x7f\xf8\x00\x00\x00\x00\x00\x00", []float64{1.5, math.NaN()}},
		{"<f4", "\x00\x00\xc0\x3f\x00\x00\xc0\xff", []float64{1.5, math.NaN()}},
		{">f4", "\x3f\xc0\x00\x00\xbf\xc0\x00\x00", []float64{1.5, -1.5}},
		{"<i8", "\xfe\xff\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x00\x00\x00", []float64{-2, 2}},
		{"<i4", "\xfe\xff\xff\xff\x02\x00\x00\x00", []float64{-2, 2}},
		{">i4", "\xff\xff\xff\xfe\x00\x00\x00\x02", []float64{-2, 2}},
		{"<i2", "\xfe\xff\x02\x00", []float64{-2, 2}},
		{"|i1", "\xfe\x02", []float64{-2, 2}},
		{"<u8", "\x00\x00\x00\x00\x00\x00\x00\x80\x02\x00\x00\x00\x00\x00\x00\x00", []float64{0x1p63, 2}},
		{"<u4", "\xff\xff\xff\xff\x02\x00\x00\x00", []float64{1<<32 - 1, 2}},
		{"<u2", "\xff\xff\x02\x00", []float64{65535, 2}},
		{"|u1", "\xff\x02", []float64{255, 2}},
		{"|b1", "\x01\x00", []float64{1, 0}},
	} {
		for _, dict := range []string{
			"{'descr': '" + c.descr + "', 'fortran_order': False, 'shape': (2,), }      \n",
			"{'shape':(2,1),\"descr\":\"" + c.descr + "\",'fortran_order':False}",
			"{'descr': '" + c.descr + "', 'fortran_order': True, 'shape': (2L,), }\n",
		} {
			got, err := parse(t, "f", "\x93NUMPY\x01\x00"+string([]byte{byte(len(dict)), 0})+dict+c.data, Options{})
			if err != nil || !same(got.X.Data, c.want) {
				t.Errorf("%s, %s: %v, %v", c.descr, dict, got, err)
			}
			if got, err = parse(t, "f", "\x93NUMPY\x03\x00"+string([]byte{byte(len(dict)), 0, 0, 0})+dict+c.data, Options{}); err != nil || !same(got.X.Data, c.want) {
				t.Errorf("version 3, %s: %v, %v", c.descr, got, err)
			}
		}
	}
}

// TestParquetOfOthers: files of Impala and parquet-mr.
func TestParquetOfOthers(t *testing.T) {
	for _, c := range []struct {
		name, drop string
		want       []float64 // the first row
		rows       int
	}{
		{"alltypes_plain.parquet", "9-11", []float64{4, 1, 0, 0, 0, 0, 0, 0}, 8},
		{"alltypes_plain.snappy.parquet", "9-11", []float64{6, 1, 0, 0, 0, 0, 0, 0}, 2},
		{"int32_decimal.parquet", "", []float64{1}, 24},
		{"nulls.snappy.parquet", "", []float64{math.NaN()}, 8},
	} {
		o := Options{}
		if c.drop != "" {
			o.Drop = []string{c.drop}
		}
		got, err := Read(t.Context(), filepath.Join("testdata", c.name), o)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got.X.Rows != c.rows || !same(got.X.Row(0), c.want) {
			t.Errorf("%s: %d rows, %v of %v", c.name, got.X.Rows, got.X.Row(0), got.Names)
		}
	}
	path := filepath.Join("testdata", "alltypes_plain.parquet")
	for _, c := range []struct{ column, words string }{
		{"timestamp_col", "column 11 (timestamp_col) holds values of type int96, which are no numbers: leave it out with --drop"},
		{"string_col", "column 10 (string_col) holds values of type"},
	} {
		if _, err := Read(t.Context(), path, Options{Columns: []string{c.column}}); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", c.column, err)
		}
	}
	got, err := Read(t.Context(), path, Options{Columns: []string{"id", "double_col"}, Groups: "string_col"})
	if err != nil || !slices.Equal(got.Groups, []float64{1, 2, 3, 4, 5, 6, 7, 8}) || got.X.Row(1)[1] != 10.1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestBoundedMemory: a table is read in blocks with memory for a few blocks, whatever its size.
func TestBoundedMemory(t *testing.T) {
	const rows, cols, block = 300_000, 8, 4096 // 19 MB of entries
	dir := t.TempDir()
	for _, path := range []string{"f.csv", "f.npy", "f.parquet"} {
		path := filepath.Join(dir, path)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for j := range cols {
			names = append(names, fmt.Sprintf("c%d", j))
		}
		w, err := NewWriter(f, path, names...)
		if err != nil {
			t.Fatal(err)
		}
		row := make([]float64, cols)
		for i := range rows {
			for j := range row {
				row[j] = float64((i*7 + j*j) % 1013)
			}
			w.Row(row...)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		f.Close()
		w = nil
		base := heap()
		r, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := r.NewBlock(block)
		n, sum, most := 0, 0.0, uint64(0)
		for {
			err := r.Next(t.Context(), b)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if n/block%8 == 0 {
				most = max(most, heap()-min(base, heap()))
			}
			n += b.X.Rows
			sum += b.X.Row(0)[0]
		}
		r.Close()
		if n != rows || sum == 0 {
			t.Errorf("%s: %d rows", path, n)
		}
		if most > 8<<20 {
			t.Errorf("%s: %d bytes are live in the middle of the file", path, most)
		}
	}
}

// heap returns the bytes that are live.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, path := range []string{"f.csv", "f.npy", "f.parquet"} {
		b := []byte(written(t, path, numbers(5, 2)))
		r, err := open(path, bytes.NewReader(b), bytes.NewReader(b), int64(len(b)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.All(ctx); err != context.Canceled {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func FuzzNPY(f *testing.F) {
	for _, s := range []string{
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n", "{'descr':'|u1','shape':(3,),'fortran_order':True}", "{'descr': '>i2', 'fortran_order': False, 'shape': (2L, 1L)}",
	} {
		f.Add([]byte("\x93NUMPY\x01\x00" + string([]byte{byte(len(s)), 0}) + s + strings.Repeat("\x01\x02", 8)))
		f.Add([]byte("\x93NUMPY\x02\x00" + string([]byte{byte(len(s)), 0, 0, 0}) + s + strings.Repeat("\x01\x02", 2)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !bytes.HasPrefix(b, npyMagic) {
			return
		}
		if got := sound(t, "f", string(b)); got != nil {
			if again, err := parse(t, "f", written(t, "f.npy", got), Options{}); err != nil || !same(again.X.Data, got.X.Data) {
				t.Fatalf("written and read again: %v", err)
			}
		}
	})
}

func FuzzParquet(f *testing.F) {
	f.Add([]byte("PAR1PAR1"))
	for _, name := range []string{"alltypes_plain.parquet", "alltypes_plain.snappy.parquet", "int32_decimal.parquet", "nulls.snappy.parquet"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, file := range hostile(f, 100) {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, parquetMagic) {
			sound(t, "f", string(b))
		}
	})
}

// TestOneLine: names of a file in messages are printable once the command has made one line of them.
func TestShorten(t *testing.T) {
	if s := Shorten(strings.Repeat("é", 1000)); len([]rune(s)) != 41 || strings.ContainsFunc(s, unicode.IsControl) {
		t.Errorf("got %q", s)
	}
}
