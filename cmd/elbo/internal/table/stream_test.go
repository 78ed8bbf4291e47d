package table

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
)

// save writes a file to a folder of the test.
func save(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSequences: a stream yields whole sequences, and all of them those of the table, in order.
func TestSequences(t *testing.T) {
	var b strings.Builder
	b.WriteString("s,a,b,w\n")
	row := 0
	for s := range 300 {
		for range 1 + s*s%97 {
			fmt.Fprintf(&b, "p%d,%d,%d,%d\n", s%7, row, row%5, 1+s%3)
			row++
		}
	}
	path := save(t, "f.csv", b.String())
	o := Options{Weights: "w", Groups: "s"}
	whole, err := Read(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	want, err := whole.Rows()
	if err != nil || len(want.Lengths) != 300 || want.X.Rows != row {
		t.Fatalf("%d sequences, %d rows, %v", len(want.Lengths), want.X.Rows, err)
	}
	s, err := NewStream(path, o)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var got elbo.Rows[float64]
		blocks := 0
		for r, err := range s.Blocks() {
			if err != nil {
				t.Fatal(err)
			}
			blocks++
			got.X.Data = append(got.X.Data, r.X.Data...)
			got.Weights = append(got.Weights, r.Weights...)
			got.Lengths = append(got.Lengths, r.Lengths...)
		}
		if blocks < 2 || !slices.Equal(got.X.Data, want.X.Data) || !slices.Equal(got.Weights, want.Weights) || !slices.Equal(got.Lengths, want.Lengths) {
			t.Fatalf("in %d blocks the stream has %d sequences of %d entries, the table %d of %d", blocks, len(got.Lengths), len(got.X.Data), len(want.Lengths), len(want.X.Data))
		}
	}
	n, sample, err := s.Sample(t.Context(), 500, 1)
	if err != nil || n != int64(row) {
		t.Fatalf("%d rows, %v", n, err)
	}
	r, err := sample.Rows()
	if err != nil || r.X.Rows < 500 || r.X.Rows > 600 || !slices.Equal(r.Lengths, want.Lengths[:len(r.Lengths)]) || !slices.Equal(r.X.Data, want.X.Data[:len(r.X.Data)]) {
		t.Errorf("a sample of %d rows in %d sequences, %v", r.X.Rows, len(r.Lengths), err)
	}
}

// TestSample: a sample has rows of the whole file, each with the same chance, and by the seed alone.
func TestSample(t *testing.T) {
	const rows, most, seeds = 1000, 50, 400
	var b strings.Builder
	b.WriteString("a,b,w\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,%d\n", i, -i, 1+i%4)
	}
	s, err := NewStream(save(t, "f.csv", b.String()), Options{Weights: "w"})
	if err != nil {
		t.Fatal(err)
	}
	tenths := [10]int{}
	for seed := range uint64(seeds) {
		n, x, err := s.Sample(t.Context(), most, seed)
		if err != nil || n != rows || x.X.Rows != most || x.Most[0] != rows-1 || x.Most[1] != 0 {
			t.Fatalf("%d rows, %d in the sample, at most %v: %v", n, x.X.Rows, x.Most, err)
		}
		seen := map[float64]bool{}
		for i := range x.X.Rows {
			v := x.X.Row(i)[0]
			if seen[v] || x.X.Row(i)[1] != -v || x.Weights[i] != float64(1+int(v)%4) || x.At[i] != int64(v)+2 {
				t.Fatalf("row %v of weight %v at line %d", x.X.Row(i), x.Weights[i], x.At[i])
			}
			seen[v] = true
			tenths[int(v)*10/rows]++
		}
		if seed < 2 {
			if _, again, err := s.Sample(t.Context(), most, seed); err != nil || !slices.Equal(again.X.Data, x.X.Data) {
				t.Errorf("seed %d gives another sample the second time", seed)
			}
		}
	}
	for i, n := range tenths { // 2000 each; the standard deviation is below 43
		if n < 1800 || n > 2200 {
			t.Errorf("tenth %d of the file has %d of %d rows", i, n, most*seeds)
		}
	}
	if _, x, err := s.Sample(t.Context(), 5000, 1); err != nil || x.X.Rows != rows || x.X.Row(7)[0] != 7 {
		t.Errorf("a sample that is all: %d rows, %v", x.X.Rows, err)
	}
}
