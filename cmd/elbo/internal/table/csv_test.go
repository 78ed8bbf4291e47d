package table

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
		lines []int64
	}{
		{"1,2\n3,4\n", "x1 x2", []float64{1, 2, 3, 4}, []int64{1, 2}},
		{"1,2\n3,4", "x1 x2", []float64{1, 2, 3, 4}, []int64{1, 2}},
		{"a,b\r\n1,2\r\n", "a b", []float64{1, 2}, []int64{2}},
		{"\xef\xbb\xbfa,b\n1,2\n", "a b", []float64{1, 2}, []int64{2}},
		{"\xef\xbb\xbf1,2\n", "x1 x2", []float64{1, 2}, []int64{1}},
		{"\xef\xbb\xbf\"a\",b\n1,2\n", "a b", []float64{1, 2}, []int64{2}},
		{" a , b \n  1 ,\t-2e3\n", "a b", []float64{1, -2000}, []int64{2}},
		{"a,b\n\"1\",\"2.5\"\n", "a b", []float64{1, 2.5}, []int64{2}},
		{"\n \na,b\n\n1,2\n   \n\r\n3,4\n\n", "a b", []float64{1, 2, 3, 4}, []int64{5, 8}},
		{"a,b,c\n1,,NA\nNaN, nan ,\"\"\n", "a b c", []float64{1, nan, nan, nan, nan, nan}, []int64{2, 3}},
		{",2\n", "x1 x2", []float64{nan, 2}, []int64{1}},
		{"NA\n2\n", "x1", []float64{nan, 2}, []int64{1, 2}},
		{"\"a\nb\",c\n1,2\n", "a\nb c", []float64{1, 2}, []int64{3}},
		{"a\n0x1p-2\n1e-999\n.5\n+7\n", "a", []float64{0.25, 0, 0.5, 7}, []int64{2, 3, 4, 5}},
		{"a,a\n1,2\n", "a a", []float64{1, 2}, []int64{2}},
	} {
		got, err := parse(t, "f", c.text, Options{})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if strings.Join(got.Names, " ") != c.names || !reflect.DeepEqual(got.At, c.lines) || !same(got.X.Data, c.data) ||
			got.X.Rows != len(c.lines) || got.X.Cols != len(got.Names) {
			t.Errorf("%q: got %+v", c.text, got)
		}
	}
	if got, err := parse(t, "f", wide, Options{}); err != nil || got.X.Cols != 1<<18+1 || got.X.Row(0)[1<<18] != 2 {
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

// FuzzCSV: a table is whole and finite, what is written from it is read again, and an error is one line of some length.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "1,2\r\n3,NA\r\n", "\xef\xbb\xbfa\n\"1\"\n", "\xff\xfe", "a,b\n1\n", "1e999\n", "x,y\n1,+Inf\n", "\"a\nb\",c\n1,\"\"\n", "a\n\n \n1\n", "1;2\n3;4",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "\x93NUMPY") || strings.HasPrefix(text, "PAR1") {
			return // other targets
		}
		got := sound(t, "f", text)
		if got == nil {
			return
		}
		for i := 1; i < len(got.At); i++ {
			if got.At[i] <= got.At[i-1] {
				t.Fatalf("lines %v", got.At)
			}
		}
		again, err := parse(t, "f", written(t, "f.csv", got), Options{})
		if err != nil || !same(again.X.Data, got.X.Data) || len(again.Names) != len(got.Names) {
			t.Fatalf("written and read again: %v", err)
		}
	})
}
