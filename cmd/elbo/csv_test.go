package main

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestParseTable(t *testing.T) {
	nan := math.NaN()
	wide := strings.Repeat("1.25,", 1<<18) + "2"
	for _, c := range []struct {
		text  string
		names string
		data  []float64
		lines []int
	}{
		{"1,2\n3,4\n", "x1 x2", []float64{1, 2, 3, 4}, []int{1, 2}},
		{"1,2\n3,4", "x1 x2", []float64{1, 2, 3, 4}, []int{1, 2}},
		{"a,b\r\n1,2\r\n", "a b", []float64{1, 2}, []int{2}},
		{"\xef\xbb\xbfa,b\n1,2\n", "a b", []float64{1, 2}, []int{2}},
		{"\xef\xbb\xbf1,2\n", "x1 x2", []float64{1, 2}, []int{1}},
		{"\xef\xbb\xbf\"a\",b\n1,2\n", "a b", []float64{1, 2}, []int{2}},
		{" a , b \n  1 ,\t-2e3\n", "a b", []float64{1, -2000}, []int{2}},
		{"a,b\n\"1\",\"2.5\"\n", "a b", []float64{1, 2.5}, []int{2}},
		{"\n \na,b\n\n1,2\n   \n\r\n3,4\n\n", "a b", []float64{1, 2, 3, 4}, []int{5, 8}},
		{"a,b,c\n1,,NA\nNaN, nan ,\"\"\n", "a b c", []float64{1, nan, nan, nan, nan, nan}, []int{2, 3}},
		{",2\n", "x1 x2", []float64{nan, 2}, []int{1}},
		{"NA\n2\n", "x1", []float64{nan, 2}, []int{1, 2}},
		{"\"a\nb\",c\n1,2\n", "a\nb c", []float64{1, 2}, []int{3}},
		{"a\n0x1p-2\n1e-999\n.5\n+7\n", "a", []float64{0.25, 0, 0.5, 7}, []int{2, 3, 4, 5}},
		{"a,a\n1,2\n", "a a", []float64{1, 2}, []int{2}},
	} {
		got, err := parseTable(t.Context(), "f", strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if strings.Join(got.names, " ") != c.names || !reflect.DeepEqual(got.lines, c.lines) || !same(got.x.Data, c.data) ||
			got.x.Rows != len(c.lines) || got.x.Cols != len(got.names) {
			t.Errorf("%q: got %+v", c.text, got)
		}
	}
	if got, err := parseTable(t.Context(), "f", strings.NewReader(wide)); err != nil || got.x.Cols != 1<<18+1 || got.x.Row(0)[1<<18] != 2 {
		t.Errorf("a long line: %v", err)
	}
}

func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (a[i] == a[i] || b[i] == b[i]) {
			return false
		}
	}
	return true
}

// FuzzParseTable: a table is whole and finite, what is written from it is read again, and an error is one line of some length.
func FuzzParseTable(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "1,2\r\n3,NA\r\n", "\xef\xbb\xbfa\n\"1\"\n", "\xff\xfe", "a,b\n1\n", "1e999\n", "x,y\n1,+Inf\n", "\"a\nb\",c\n1,\"\"\n", "a\n\n \n1\n", "1;2\n3;4",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseTable(t.Context(), "f", strings.NewReader(text))
		if err != nil {
			if s := oneLine(err.Error()); len(s) > 1000 || strings.ContainsAny(s, "\n\r\x1b") || !strings.Contains(s, "f: ") {
				t.Fatalf("the error is %q", s)
			}
			return
		}
		if len(got.names) != got.x.Cols || len(got.lines) != got.x.Rows || got.x.Rows < 1 || got.x.Cols < 1 || len(got.x.Data) != got.x.Rows*got.x.Cols {
			t.Fatalf("a table of %d×%d with %d names, %d lines, %d entries", got.x.Rows, got.x.Cols, len(got.names), len(got.lines), len(got.x.Data))
		}
		for _, v := range got.x.Data {
			if math.IsInf(v, 0) {
				t.Fatal("an entry is infinite")
			}
		}
		for i := 1; i < len(got.lines); i++ {
			if got.lines[i] <= got.lines[i-1] {
				t.Fatalf("lines %v", got.lines)
			}
		}
		var b strings.Builder
		w := newRows(&b)
		for i := range got.x.Rows {
			w.row(got.x.Row(i)...)
		}
		_ = w.w.Flush()
		again, err := parseTable(t.Context(), "f", strings.NewReader(b.String()))
		if err != nil || !same(again.x.Data, got.x.Data) {
			t.Fatalf("written and read again: %v", err)
		}
	})
}
