package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// read parses what a command printed.
func read(t *testing.T, text string) *table.Table {
	t.Helper()
	x, err := table.Read(t.Context(), file(t, "output.csv", text), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestRoundTrip fits, scores, samples, and scores the samples.
func TestRoundTrip(t *testing.T) {
	data := faithful(t)
	for _, c := range []struct{ args, header string }{
		{"gmm --components 3", "logdensity component r1 r2 r3"},
		{"gmm --covariance diag --prior none", "logdensity component r1 r2"},
		{"vbgmm --components 3", "logdensity component r1 r2 r3"},
		{"vae --epochs 20 --hidden 16", "elbo rec kl"},
		{"vae --epochs 2 --hidden 4 --estimator sgvb-a --samples 3", "elbo rec kl"},
		{"vae --epochs 2 --hidden 4 --estimator score --components 1", "elbo rec kl"},
	} {
		model := filepath.Join(t.TempDir(), "m.safetensors")
		r := fit(t, append(strings.Fields(c.args), data, "--out", model)...)
		m, _, err := loadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		if err := (target{path: model, real: model}).write(m.Save); err != nil {
			t.Fatal(err)
		}
		scores := read(t, ok(t, "score", model, data))
		if strings.Join(scores.Names, " ") != c.header || scores.X.Rows != 272 {
			t.Fatalf("%s: scores of %d rows, %v", c.args, scores.X.Rows, scores.Names)
		}
		sum := 0.0
		for i := range scores.X.Rows {
			row := scores.X.Row(i)
			sum += row[0]
			if c.header == "elbo rec kl" {
				if d := row[1] - row[2] - row[0]; math.Abs(d) > 1e-9*(1+math.Abs(row[1])) {
					t.Fatalf("%s: row %d is %v", c.args, i, row)
				}
				continue
			}
			total, best := 0.0, 0
			for k, v := range row[2:] {
				total += v
				if v > row[2+best] {
					best = k
				}
			}
			if math.Abs(total-1) > 1e-12 || row[1] != float64(best+1) {
				t.Fatalf("%s: row %d is %v", c.args, i, row)
			}
		}
		want := r.Bound
		if r.LogLik != nil {
			want = *r.LogLik
		}
		if r.Model != "vbgmm" && math.Abs(sum-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s: the scores sum to %v, the fit says %v", c.args, sum, want)
		}

		drawn := ok(t, "sample", model, "-n", "500", "--seed", "3")
		x := read(t, drawn)
		if x.X.Rows != 500 || strings.Join(x.Names, " ") != "x1 x2" {
			t.Fatalf("%s: %d samples of %v", c.args, x.X.Rows, x.Names)
		}
		if few := ok(t, "sample", model, "-n", "7", "--seed", "3"); !strings.HasPrefix(drawn, few) {
			t.Errorf("%s: the first of 500 samples are not those of 7", c.args)
		}
		if other := ok(t, "sample", model, "-n", "7"); strings.HasPrefix(drawn, other) {
			t.Errorf("%s: another seed gives the same samples", c.args)
		}
		if got := read(t, ok(t, "score", model, file(t, "s.csv", drawn))); got.X.Rows != 500 {
			t.Errorf("%s: %d scores of 500 samples", c.args, got.X.Rows)
		}
		if mean := columnMean(x.X, 1); r.Model != "vae" && math.Abs(mean-columnMean(datasets.Faithful(), 1)) > 3 {
			t.Errorf("%s: the samples' mean is %v", c.args, mean)
		}
	}
}

func columnMean(x kernels.Matrix[float64], j int) float64 {
	s := 0.0
	for i := range x.Rows {
		s += x.Row(i)[j]
	}
	return s / float64(x.Rows)
}

// TestScoreBlocks: a row's score depends neither on the rows around it nor on the workers.
func TestScoreBlocks(t *testing.T) {
	data, dir := faithful(t), t.TempDir()
	_, body, _ := strings.Cut(datasets.FaithfulCSV, "\n")
	many := file(t, "many.csv", strings.Repeat(body, 16)) // 4352 rows: more than one block
	for _, kind := range []string{"gmm", "vbgmm"} {
		model := filepath.Join(dir, kind)
		ok(t, "fit", kind, data, "--out", model)
		header, one, _ := strings.Cut(ok(t, "score", model, data), "\n")
		if got := ok(t, "score", model, many); got != header+"\n"+strings.Repeat(one, 16) {
			t.Errorf("%s: scores depend on the block", kind)
		}
	}
	model := filepath.Join(dir, "vae")
	ok(t, "fit", "vae", "--epochs", "1", data, "--out", model)
	if ok(t, "score", model, many) != ok(t, "score", model, many, "--workers", "2") {
		t.Error("vae: scores depend on the workers")
	}
	if ok(t, "score", model, data) == ok(t, "score", model, data, "--seed", "2") {
		t.Error("vae: scores do not depend on the seed")
	}
}

// TestMissing: a missing entry makes the scores of vbgmm NaN; a Gaussian mixture and an autoencoder take it, in a fit too.
func TestMissing(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	holes := file(t, "holes.csv", "eruptions,waiting\n3.5,70\n,70\n2,NA\n")
	ok(t, "fit", "vbgmm", faithful(t), "--out", model)
	lines := strings.Split(ok(t, "score", model, holes), "\n")
	if lines[2] != "NaN,NaN,NaN,NaN" || lines[3] != lines[2] || strings.Contains(lines[1], "NaN") || len(lines) != 5 {
		t.Errorf("vbgmm: %q", lines)
	}
	data := file(t, "d.csv", strings.Replace(datasets.FaithfulCSV, "3.6,79", "3.6,", 1))
	for _, args := range []string{"gmm", "vae --epochs 2"} {
		ok(t, append(append([]string{"fit"}, strings.Fields(args)...), data, "--out", model)...)
		if out := ok(t, "score", model, holes); strings.Contains(out, "NaN") {
			t.Errorf("%s: %q", args, out)
		}
	}
}

// TestBernoulli: the autoencoder for data in [0, 1].
func TestBernoulli(t *testing.T) {
	var b strings.Builder
	for i := range 64 {
		b.WriteString(strconv.Itoa(i&1) + "," + strconv.Itoa(i>>1&1) + ",0.5,1\n")
	}
	data, model := file(t, "bits.csv", b.String()), filepath.Join(t.TempDir(), "m")
	ok(t, "fit", "vae", "--likelihood", "bernoulli", "--epochs", "3", "--hidden", "4", data, "--out", model)
	for i, v := range read(t, ok(t, "sample", model, "-n", "20")).X.Data {
		if v != 0 && v != 1 {
			t.Fatalf("entry %d of the samples is %v", i, v)
		}
	}
	bad(t, 1, "line 2, column 3 (x3) is 1.5|0 to 1", "score", model, file(t, "d.csv", "0,0,0,0\n0,0,1.5,0\n"))
}

// readFile returns the entries of a table in a file.
func readFile(t *testing.T, path string) []float64 {
	t.Helper()
	x, err := table.Read(t.Context(), path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x.X.Data
}
