package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/internal/datasets"
)

// blobs writes a table of rows in two groups, and a column of weights, in the format of the extension.
func blobs(t *testing.T, name string, rows, cols int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names := []string{"w"}
	for j := range cols {
		names = append(names, fmt.Sprintf("c%d", j))
	}
	w, err := table.NewWriter(f, path, names...)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, 1+cols)
	for i := range rows {
		row[0] = float64(i % 3)
		for j := 1; j <= cols; j++ {
			row[j] = float64(i*(i+j)%101)/10 + float64(i%2*20)
		}
		w.Row(row...)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStream: from one start a fit to a streamed file has the bits of one to the table in memory, in every format, with
// weights, by every schedule; scores of streamed rows are those of the table.
func TestStream(t *testing.T) {
	start := filepath.Join(t.TempDir(), "start")
	first := blobs(t, "f.csv", 20000, 3)
	ok(t, "fit", "gmm", first, "--columns", "c0,c1,c2", "--max-iter", "1", "--out", start)
	want := map[string]string{}
	for _, name := range []string{"f.csv", "f.npy", "f.parquet"} {
		data := blobs(t, name, 20000, 3)
		for _, more := range []string{"", "--weights 1", "--mode incremental --blocks 4", "--accelerate squarem", "--workers 2"} {
			args := append([]string{"gmm", data, "--columns", "2-4", "--init", start, "--max-iter", "4"}, strings.Fields(more)...)
			if more == "--workers 2" {
				more = ""
			}
			if want[more] == "" {
				want[more] = fit(t, args...).Bits
			}
			r := fit(t, append(args, "--stream")...)
			if r.Bits != want[more] || r.Rows != 20000 {
				t.Errorf("%s, %s: the stream gives %s of %d rows, the table %s", name, more, r.Bits, r.Rows, want[more])
			}
		}
		in := ok(t, "score", start, data, "--columns", "2-4")
		if out := ok(t, "score", start, data, "--columns", "2-4", "--stream"); in != out {
			t.Errorf("%s: streamed scores differ", name)
		}
	}
	if want[""] == want["--weights 1"] || want[""] == want["--mode incremental --blocks 4"] {
		t.Error("weights or blocks change nothing")
	}

	// From a start of its own, a sample of the rows.
	a, b := fit(t, "gmm", first, "--drop", "w", "--stream"), fit(t, "gmm", first, "--drop", "w")
	if math.Abs(*a.LogLik-*b.LogLik) > 1e-5*math.Abs(*b.LogLik) || !a.Converged {
		t.Errorf("the stream ends at %v, the table at %v", *a.LogLik, *b.LogLik)
	}
	if c := fit(t, "gmm", first, "--drop", "w", "--stream", "--mode", "stepwise", "--max-iter", "20"); math.Abs(*c.LogLik-*b.LogLik) > 1e-3*math.Abs(*b.LogLik) {
		t.Errorf("stepwise ends at %v, batch at %v", *c.LogLik, *b.LogLik)
	}
	if c := fit(t, "vbgmm", first, "--drop", "w", "--stream"); c.Rows != 20000 || !c.Converged {
		t.Errorf("vbgmm: %+v", c)
	}
}

// TestStreamRestarts: of several starts of a stream the best one counts, the first as without restarts; short ones save passes.
func TestStreamRestarts(t *testing.T) {
	data := faithful(t)
	args := []string{"gmm", data, "--components", "5", "--stream"}
	one := fit(t, args...)
	best := fit(t, append(slices.Clip(args), "--restarts", "8")...)
	if best.Bound < one.Bound || best.Bits == one.Bits || !best.Converged {
		t.Errorf("the best of 8 starts has the bound %v, the first %v", best.Bound, one.Bound)
	}
	short := fit(t, append(slices.Clip(args), "--restarts", "8", "--short", "20")...) // 20 iterations may tell wrong
	if short.Bound < one.Bound-1 || short.Bits == one.Bits || !short.Converged {
		t.Errorf("the best after 20 iterations has the bound %v, the first %v", short.Bound, one.Bound)
	}
	if again := fit(t, append(args, "--restarts", "1")...); again.Bits != one.Bits {
		t.Error("one restart is not the fit without")
	}
}

// TestAitken: the extrapolated rule goes on where single steps are small.
func TestAitken(t *testing.T) {
	data := faithful(t)
	for _, more := range []string{"", "--stream"} {
		args := append([]string{"gmm", data, "--components", "3", "--tol", "1e-4"}, strings.Fields(more)...)
		plain, aitken := fit(t, args...), fit(t, append(args, "--aitken")...)
		if !aitken.Converged || aitken.Iterations <= plain.Iterations || aitken.Bound <= plain.Bound {
			t.Errorf("%s: %d iterations to %v, with --aitken %d to %v", more, plain.Iterations, plain.Bound, aitken.Iterations, aitken.Bound)
		}
	}
}

// TestStreamMemory: a fit to a stream and its scores need memory for a sample and some blocks, whatever the size of the file.
func TestStreamMemory(t *testing.T) {
	const rows, cols = 400_000, 8 // 29 MB of entries
	data := blobs(t, "f.npy", rows, cols)
	model := filepath.Join(t.TempDir(), "model")
	for _, args := range [][]string{
		{"fit", "gmm", data, "--drop", "1", "--covariance", "diag", "--stream", "--max-iter", "1", "--out", model},
		{"score", model, data, "--drop", "1", "--stream", "--out", filepath.Join(t.TempDir(), "scores.npy")},
		{"estep", model, data, "--drop", "1", "--out", filepath.Join(t.TempDir(), "stats")},
	} {
		base := live()
		var done atomic.Bool
		most := make(chan uint64)
		go func() {
			// What is garbage by the end of a collection is counted too, and may be much of a busy machine's: three in turn do not all have it.
			high, last, before := uint64(0), uint64(0), uint64(0)
			for !done.Load() {
				now := live()
				high = max(high, min(now, last, before))
				before, last = last, now
				time.Sleep(10 * time.Millisecond)
			}
			most <- high
		}()
		ok(t, args...)
		done.Store(true)
		if high := <-most; high > base+14<<20 {
			t.Errorf("%s %s: %d MB are live, of a table of %d MB", args[0], args[1], (high-base)>>20, rows*(cols+1)*8>>20)
		}
	}
}

// live returns the bytes of the heap that are in use.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// changer changes a file when something is written to it.
type changer struct {
	bytes.Buffer
	path string
}

func (c *changer) Write(p []byte) (int, error) {
	if c.Len() == 0 {
		_ = os.WriteFile(c.path, []byte("1,2\n3,4\n"), 0o600)
	}
	return c.Buffer.Write(p)
}

func TestStreamErrors(t *testing.T) {
	if _, err := os.Stat("/dev/null"); err == nil {
		bad(t, 1, "/dev/null: is not a regular file, and a stream is read once for each iteration", "fit", "gmm", "/dev/null", "--stream")
	}
	bad(t, 1, "cannot read the data|check the path", "fit", "gmm", filepath.Join(t.TempDir(), "none"), "--stream")
	bad(t, 1, "line 3, column 2 (b): \"x\" is not a number", "fit", "gmm", file(t, "d.csv", "a,b\n1,2\n3,x\n"), "--stream")
	bad(t, 1, "line 3, column 2 (b) is missing, and the model needs complete rows", "fit", "vbgmm", file(t, "d.csv", "a,b\n1,2\n3,\n4,5\n"), "--stream")
	bad(t, 1, "has no rows of data", "fit", "gmm", file(t, "d.csv", "a,b\n"), "--stream")
	bad(t, 1, "column 1 (a) is 1 in every row", "fit", "gmm", file(t, "d.csv", "a,b\n1,2\n1,3\n1,4\n"), "--stream")

	// A missing entry that the sample of a long file does not have.
	var b strings.Builder
	b.WriteString("a,b\n")
	for i := range 200_000 {
		fmt.Fprintf(&b, "%d,%d\n", i%97, i*i%101)
	}
	long := b.String() + ",7\n"
	model := filepath.Join(t.TempDir(), "m")
	code, _, err := cli(t, "fit", "vbgmm", file(t, "d.csv", long), "--stream", "--max-iter", "1", "--out", model)
	if code != 1 || !strings.Contains(err, "column 1 (a) is missing, and") {
		t.Errorf("status %d, %q", code, err)
	}
	left(t, filepath.Dir(model))

	// The file changes between two passes: at the first line of the fit's progress.
	path := file(t, "d.csv", b.String())
	w := &changer{path: path}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"fit", "gmm", path, "--stream", "--tol", "0", "--max-iter", "100000"}, &out, w); code != 1 || !strings.Contains(w.String(), path+": has changed since it was first read") {
		t.Errorf("status %d, %q", code, w.String())
	}
}

// TestColumns: columns by name and number, weights, and words for missing entries.
func TestColumns(t *testing.T) {
	var doubled strings.Builder
	doubled.WriteString("waiting,eruptions\n")
	weighted := "kind,eruptions,w,waiting\n"
	for i, l := range strings.Split(strings.TrimSpace(datasets.FaithfulCSV), "\n")[1:] {
		a, b, _ := strings.Cut(l, ",")
		for range 1 + i%2 {
			doubled.WriteString(b + "," + a + "\n")
		}
		weighted += fmt.Sprintf("k%d,%s,%d,%s\n", i%5, a, 1+i%2, b)
	}
	// The starts differ: the weighted one is by weight too. Both go to the one maximum.
	x := fit(t, "gmm", file(t, "a.csv", doubled.String()), "--prior", "none", "--tol", "1e-12")
	y := fit(t, "gmm", file(t, "b.csv", weighted), "--prior", "none", "--tol", "1e-12", "--columns", "waiting,2", "--weights", "w")
	if math.Abs(*x.LogLik-*y.LogLik) > 1e-7*math.Abs(*x.LogLik) || x.Rows != 408 || y.Rows != 272 || y.Cols != 2 {
		t.Errorf("twice each second row: %v, by weight %v; %d and %d rows", *x.LogLik, *y.LogLik, x.Rows, y.Rows)
	}
	bad(t, 1, `b.csv: line 2, column 1 (kind): "k0" is not a number|--drop`, "fit", "gmm", file(t, "b.csv", weighted))
	bad(t, 1, `has no column "x": its columns are kind, eruptions, w, waiting`, "fit", "gmm", file(t, "b.csv", weighted), "--drop", "x")
	bad(t, 2, `--header is "maybe": want auto, yes or no`, "fit", "gmm", file(t, "b.csv", weighted), "--header", "maybe")
	z := fit(t, "gmm", file(t, "b.csv", weighted), "--prior", "none", "--tol", "1e-12", "--drop", "kind", "--drop", "w")
	if z.Rows != 272 || math.Abs(*z.LogLik+1130.264) > 0.002 {
		t.Errorf("got %+v", z)
	}
}

// TestStart: a fit that is stopped and goes on from its file ends where one goes that is not stopped.
func TestStart(t *testing.T) {
	data, dir := faithful(t), t.TempDir()
	half := filepath.Join(dir, "half")
	for _, kind := range []string{"gmm", "vbgmm"} {
		whole := fit(t, kind, data, "--components", "3", "--max-iter", "9")
		fit(t, kind, data, "--components", "3", "--max-iter", "4", "--out", half)
		rest := fit(t, kind, data, "--init", half, "--max-iter", "5")
		if rest.Bits != whole.Bits || rest.Iterations != 5 || rest.Components != 3 {
			t.Errorf("%s: 4 and 5 iterations give %s, 9 give %s", kind, rest.Bits, whole.Bits)
		}
		bad(t, 2, "--components is given and --init too", "fit", kind, data, "--init", half, "--components", "3")
	}
	bad(t, 2, "--freedom is given and --init too", "fit", "student", data, "--init", half, "--freedom", "3")
	bad(t, 1, "holds a model of the kind vbgmm, not gmm", "fit", "gmm", data, "--init", half)
	bad(t, 1, "has 1 column, and the model|has 2", "fit", "vbgmm", data, "--drop", "2", "--init", half)
	bad(t, 1, "no model file|elbo fit --out", "fit", "gmm", data, "--init", data)

	one, best := fit(t, "gmm", data, "--components", "5"), fit(t, "gmm", data, "--components", "5", "--restarts", "8")
	if best.Bound < one.Bound || best.Bits == one.Bits {
		t.Errorf("the best of 8 starts has the bound %v, the first %v", best.Bound, one.Bound)
	}
}
