package table

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// splitParquet returns what stands before the footer of a Parquet file, and the footer.
func splitParquet(file string) (data, footer string) {
	n := int(binary.LittleEndian.Uint32([]byte(file[len(file)-8:])))
	return file[:len(file)-8-n], file[len(file)-8-n : len(file)-8]
}

// joinParquet is the inverse.
func joinParquet(data, footer string) string {
	return data + footer + string(binary.LittleEndian.AppendUint32(nil, uint32(len(footer)))) + "PAR1"
}

// edited returns a Parquet file with more data behind its own and another footer.
func edited(t testing.TB, file, more string, edit func(meta *format.FileMetaData, at int64)) string {
	t.Helper()
	data, footer := splitParquet(file)
	var meta format.FileMetaData
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, []byte(footer), &meta); err != nil {
		t.Fatal(err)
	}
	edit(&meta, int64(len(data)))
	b, err := thrift.Marshal(&thrift.CompactProtocol{}, &meta)
	if err != nil {
		t.Fatal(err)
	}
	return joinParquet(data+more, string(b))
}

// nested is a field of a struct that holds lists in lists, or sets, maps or structs.
func nested(kind byte, levels int) string {
	switch kind {
	case thriftMap:
		return "\xfb" + strings.Repeat("\x01\x3b\x05", levels) + "\x00"
	case thriftStruct:
		return strings.Repeat("\xfc", levels) + strings.Repeat("\x00", levels)
	}
	return string([]byte{0xf0 | kind}) + strings.Repeat(string([]byte{0x10 | kind}), levels) + "\x03"
}

// hostile are Parquet files that would exhaust the stack, with that many levels.
func hostile(t testing.TB, levels int) map[string]string {
	file := written(t, "f.parquet", numbers(5, 2))
	data, footer := splitParquet(file)
	files := map[string]string{}
	for _, kind := range []byte{thriftList, thriftSet, thriftMap, thriftStruct} {
		files[fmt.Sprintf("type %d in the footer", kind)] = joinParquet(data, footer[:len(footer)-1]+nested(kind, levels)+"\x00")
		page := nested(kind, levels) + "\x00"
		files[fmt.Sprintf("type %d in the header of a page", kind)] = edited(t, file, page, func(meta *format.FileMetaData, at int64) {
			c := &meta.RowGroups[0].Columns[1].MetaData
			c.DataPageOffset, c.DictionaryPageOffset, c.TotalCompressedSize = at, 0, int64(len(page))
		})
	}
	files["the schema"] = edited(t, file, "", func(meta *format.FileMetaData, _ int64) {
		one := thrift.Null[int32]{V: 1, Valid: true}
		deep := make([]format.SchemaElement, levels)
		for i := range deep {
			deep[i] = format.SchemaElement{Name: "a", NumChildren: one}
		}
		meta.Schema = append(append(meta.Schema[:1:1], deep...), meta.Schema[1:]...)
	})
	// A page behind an ordinary one.
	var chunk string
	edited(t, file, "", func(meta *format.FileMetaData, _ int64) {
		c := meta.RowGroups[0].Columns[1].MetaData
		chunk = file[c.DataPageOffset:][:c.TotalCompressedSize]
	})
	files["a second page"] = edited(t, file, chunk+nested(thriftList, levels)+"\x00", func(meta *format.FileMetaData, at int64) {
		g := &meta.RowGroups[0]
		meta.NumRows, g.NumRows = 10, 10
		for j := range g.Columns {
			c := &g.Columns[j].MetaData
			c.DataPageOffset, c.TotalCompressedSize = at, math.MaxInt32
		}
	})
	return files
}

// TestHostileParquet: megabytes of lists in lists are an error and not the end of the program.
func TestHostileParquet(t *testing.T) {
	for name, file := range hostile(t, 2<<20) {
		if _, err := parse(t, "f", file, Options{}); err == nil || !strings.Contains(err.Error(), "64 levels") || len(err.Error()) > 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
	// As deep as is allowed: the library skips what it does not know.
	data, footer := splitParquet(written(t, "f.parquet", numbers(5, 2)))
	for _, kind := range []byte{thriftList, thriftSet, thriftMap, thriftStruct} {
		if got, err := parse(t, "f", joinParquet(data, footer[:len(footer)-1]+nested(kind, deepest-3)+"\x00"), Options{}); err != nil || got.X.Rows != 5 {
			t.Errorf("type %d: %v", kind, err)
		}
	}
	for name, footer := range map[string]string{
		"a list longer than the footer": "\x19\xfc\xff\xff\xff\xff\x07", "a field out of range": "\x05\xff\xff\xff\x7f", "no type": "\x1f\x00",
		"a text longer than the footer": "\x18\xff\xff\xff\xff\x07", "no end": "\x15\x02",
	} {
		if _, err := parse(t, "f", joinParquet(data, footer), Options{}); err == nil || !strings.Contains(err.Error(), "the footer: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestScanStruct: structs that the library writes have the length and the fields that it reads.
func TestScanStruct(t *testing.T) {
	for _, h := range []format.PageHeader{
		{Type: format.DataPage, UncompressedPageSize: 9, CompressedPageSize: 7},
		{Type: format.DictionaryPage, CompressedPageSize: math.MaxInt32, CRC: -5, DictionaryPageHeader: thrift.Null[format.DictionaryPageHeader]{V: format.DictionaryPageHeader{NumValues: 3, IsSorted: true}, Valid: true}},
		{Type: format.DataPageV2, CompressedPageSize: -1, DataPageHeaderV2: thrift.Null[format.DataPageHeaderV2]{V: format.DataPageHeaderV2{Statistics: format.Statistics{Max: []byte("abc")}}, Valid: true}},
	} {
		b, err := thrift.Marshal(&thrift.CompactProtocol{}, &h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := scanStruct(bufio.NewReader(bytes.NewReader(append(b, 1, 2, 3))), int64(len(b)+3))
		if err != nil || got != (header{int64(len(b)), int64(h.Type), int64(h.CompressedPageSize)}) {
			t.Errorf("%+v of %d bytes is %+v (%v)", h, len(b), got, err)
		}
	}
	for _, path := range []string{"alltypes_plain.parquet", "nulls.snappy.parquet"} {
		b, err := os.ReadFile(filepath.Join("testdata", path))
		if err != nil {
			t.Fatal(err)
		}
		_, footer := splitParquet(string(b))
		if h, err := scanStruct(bufio.NewReader(strings.NewReader(footer)), int64(len(footer))); err != nil || h.length != int64(len(footer)) {
			t.Errorf("%s: %d bytes of %d (%v)", path, h.length, len(footer), err)
		}
	}
}

// FuzzScanStruct: what is walked through the library reads to the same byte, whatever type it expects.
func FuzzScanStruct(f *testing.F) {
	for _, kind := range []byte{thriftList, thriftSet, thriftMap, thriftStruct} {
		f.Add([]byte(nested(kind, 20) + "\x00"))
		f.Add([]byte(nested(kind, 100) + "\x00"))
	}
	_, footer := splitParquet(written(f, "f.parquet", numbers(5, 2)))
	f.Add([]byte(footer))
	f.Add([]byte("\x15\x02\x15\x80\x01\x15\x90\x01\x1c\x11\x12\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := scanStruct(bufio.NewReader(bytes.NewReader(b)), int64(len(b)))
		if err != nil {
			return
		}
		check := func(v any) {
			r := (&thrift.CompactProtocol{}).NewReaderFromBytes(b)
			if err := thrift.NewDecoder(r).Decode(v); err == nil && int64(r.BytesRead()) != got.length {
				t.Fatalf("%T: the library reads %d bytes, the scan %d", v, r.BytesRead(), got.length)
			}
		}
		var h format.PageHeader
		check(&h)
		check(&struct{}{})
		if len(b) < 1<<12 {
			check(&format.FileMetaData{})
		}
		r := (&thrift.CompactProtocol{}).NewReader(bufio.NewReader(bytes.NewReader(b)))
		if err := thrift.NewDecoder(r).Decode(&h); err == nil && (int64(h.Type) != got.pageType || int64(h.CompressedPageSize) != got.pageSize) {
			t.Fatalf("type %d, %d bytes; the scan has %+v", h.Type, h.CompressedPageSize, got)
		}
	})
}
