package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
)

// votesArgs read the votes as they are: words for numbers, and ? for a missing one.
const votesArgs = "--drop party --code y=1,n=0 --missing ?"

// TestVotes: the members' votes, with their missing ones, by latent classes: what the library makes of the same numbers.
func TestVotes(t *testing.T) {
	data, dir := file(t, "votes.csv", datasets.VotesCSV), t.TempDir()
	model := filepath.Join(dir, "model")
	x, republican := datasets.Votes()
	o := elbo.Options{Seed: 1}
	_, b, err := em.FitBernoulliMixture(t.Context(), elbo.Of(x), em.BernoulliMixtureOptions{Options: o, K: 2, Restarts: elbo.Restarts{N: 3}})
	if err != nil {
		t.Fatal(err)
	}
	_, c, err := em.FitCategoricalMixture(t.Context(), elbo.Of(x), em.CategoricalMixtureOptions{Options: o, K: 2, Restarts: elbo.Restarts{N: 3}, Prior: em.PriorNone})
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]elbo.Result{"bernoulli": b, "categorical --prior none": c} {
		r := fit(t, append(strings.Fields(args+" --restarts 3 "+votesArgs), data, "--out", model)...)
		if r.Bound != want.Bound || *r.LogLik != want.LogLik || r.Rows != 435 || r.Cols != 16 || r.Components != 2 || r.Iterations != want.Iterations {
			t.Errorf("%s: %+v, want %+v", args, r, want)
		}
		scores := read(t, ok(t, append([]string{"score", model, data}, strings.Fields(votesArgs)...)...))
		sum, right := 0.0, 0
		for i := range scores.X.Rows {
			sum += scores.X.Row(i)[0]
			if (scores.X.Row(i)[1] == 1) == republican[i] {
				right++
			}
		}
		if math.Abs(sum-want.LogLik) > 1e-9*math.Abs(sum) || max(right, 435-right) < 370 {
			t.Errorf("%s: the log-densities sum to %v, want %v; %d members are in their party's class", args, sum, want.LogLik, right)
		}

		filled := read(t, ok(t, append([]string{"impute", model, data}, strings.Fields(votesArgs)...)...))
		if filled.Names[0] != "handicapped_infants" || filled.X.Rows != 435 {
			t.Fatalf("%s: %d rows of %v", args, filled.X.Rows, filled.Names)
		}
		for i, v := range x.Data {
			f := filled.X.Data[i]
			if v == v && f != v || !(f >= 0 && f <= 1) || strings.HasPrefix(args, "cat") && f != 0 && f != 1 {
				t.Fatalf("%s: entry %d is %v, and was %v", args, i, f, v)
			}
		}
		npy := filepath.Join(dir, "filled.npy")
		for _, more := range []string{"", " --stream"} {
			if out := ok(t, append([]string{"impute", model, data, "--out", npy}, strings.Fields(votesArgs+more)...)...); out != "" {
				t.Errorf("it says %q", out)
			}
			if again := read(t, ok(t, "impute", model, npy)); !equal(again.X.Data, filled.X.Data) {
				t.Errorf("%s: filled in twice differs", args)
			}
		}
		for i, v := range read(t, ok(t, "sample", model, "-n", "30")).X.Data {
			if v != 0 && v != 1 {
				t.Fatalf("%s: entry %d of the samples is %v", args, i, v)
			}
		}
	}

	bad(t, 1, "line 2, column 2 (handicapped_infants): \"n\" is not a number", "fit", "bernoulli", data, "--drop", "party")
	bad(t, 2, `--code gives "y" the code "one": want a finite number`, "fit", "bernoulli", data, "--code", "y=one")
	r := fit(t, append(strings.Fields("categorical --stream "+votesArgs), data)...)
	if r.Rows != 435 || !r.Converged {
		t.Errorf("streamed: %+v", r)
	}
}

func equal(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// TestCounts: years of inventions, by a mixture of Poisson distributions.
func TestCounts(t *testing.T) {
	model := filepath.Join(t.TempDir(), "model")
	r := fit(t, "poisson", "testdata/discoveries.csv", "--out", model)
	if r.Rows != 100 || r.Cols != 1 || !r.Converged || r.LogLik == nil || *r.LogLik < -216 || *r.LogLik > -200 {
		t.Errorf("got %+v", r)
	}
	if m := columnMean(read(t, ok(t, "sample", model, "-n", "4000")).X, 0); math.Abs(m-3.1) > 0.25 {
		t.Errorf("the samples' mean is %v", m)
	}
	if out := ok(t, "impute", model, file(t, "d.csv", "discoveries\nNA\n3\n")); !strings.HasSuffix(out, "\n3\n") || strings.Contains(out, "NaN") {
		t.Errorf("it says %q", out)
	}
}

// TestStreamedCategories: a category that the sample of a stream does not have.
func TestStreamedCategories(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,b\n")
	for i := range 70_000 {
		fmt.Fprintf(&b, "%d,%d\n", i%3, i*i%5)
	}
	b.WriteString("7,4\n")
	data, model := file(t, "d.csv", b.String()), filepath.Join(t.TempDir(), "model")
	ok(t, "fit", "categorical", data, "--stream", "--max-iter", "2", "--out", model)
	m, _, err := loadModel(model)
	if err != nil {
		t.Fatal(err)
	}
	if c := m.(*em.CategoricalMixture[float64]).Categories(); c[0] != 8 || c[1] != 5 {
		t.Errorf("categories %v", c)
	}
}

func TestBadDiscreteData(t *testing.T) {
	for _, c := range []struct{ kind, text, words string }{
		{"bernoulli", "a,b\n1,0\n1,2\n", "line 3, column 2 (b) is 2, and bernoulli takes numbers from 0 to 1: correct the entry"},
		{"bernoulli", "a,b\n1,NA\n1,\n", "column 2 (b) is missing in every row: leave the column out"},
		{"bernoulli", "a,b\n1,0\n", "has 1 row, fewer than the 2 components"},
		{"poisson", "a,b\n1,0\n1,-2\n", "line 3, column 2 (b) is -2, and counts are 0, 1, 2"},
		{"poisson", "a,b\n1,0\n1.5,2\n", "line 3, column 1 (a) is 1.5, and counts are 0, 1"},
		{"categorical", "a,b\n1,0\n1.5,2\n", "line 3, column 1 (a) is 1.5, and codes of categories are"},
		{"categorical", "a,b\n1,0\n1,70000\n", "line 3, column 2 (b) is 70000, and codes of categories are"},
	} {
		bad(t, 1, c.words, "fit", c.kind, file(t, "d.csv", c.text))
		bad(t, 1, c.words, "fit", c.kind, file(t, "d.csv", c.text), "--stream")
	}
	dir := t.TempDir()
	ok(t, "fit", "categorical", file(t, "d.csv", "a\n0\n1\n1\n"), "--out", filepath.Join(dir, "m"))
	bad(t, 1, "d.csv: |takes", "score", filepath.Join(dir, "m"), file(t, "d.csv", "a\n0\n5\n"))
	ok(t, "fit", "vbgmm", faithful(t), "--out", filepath.Join(dir, "vb"))
	bad(t, 1, "holds a model of the kind vbgmm, which fills nothing in: give one of ", "impute", filepath.Join(dir, "vb"), faithful(t))
	bad(t, 2, "impute wants MODEL and DATA", "impute", filepath.Join(dir, "vb"))
}

// TestAirQuality: New York's air, with missing measurements: filled in, with standard deviations, and by draws.
func TestAirQuality(t *testing.T) {
	data := file(t, "airquality.csv", datasets.AirQualityCSV)
	model := filepath.Join(t.TempDir(), "model")
	r := fit(t, "gmm", data, "--out", model)
	if r.Rows != 153 || r.Cols != 4 || !r.Converged {
		t.Errorf("got %+v", r)
	}
	was := read(t, ok(t, "impute", model, data))
	both := read(t, ok(t, "impute", model, data, "--deviations"))
	if strings.Join(both.Names, " ") != "ozone solar wind temperature ozone_sd solar_sd wind_sd temperature_sd" {
		t.Fatalf("columns %v", both.Names)
	}
	raw, err := table.Read(t.Context(), data, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	draws := [2][]float64{read(t, ok(t, "impute", model, data, "--draw")).X.Data, read(t, ok(t, "impute", model, data, "--draw", "--seed", "2")).X.Data}
	missing := 0
	for i := range raw.X.Rows {
		for j, v := range raw.X.Row(i) {
			filled, sd := both.X.Row(i)[j], both.X.Row(i)[4+j]
			at := i*4 + j
			if filled != was.X.Data[at] {
				t.Fatalf("%s is %v with deviations, %v without", raw.Place(i, j), filled, was.X.Data[at])
			}
			if v == v {
				if filled != v || sd != 0 || draws[0][at] != v {
					t.Fatalf("%s is %v ± %v, drawn %v, and was %v", raw.Place(i, j), filled, sd, draws[0][at], v)
				}
				continue
			}
			missing++
			if !(sd > 1) || draws[0][at] == draws[1][at] || math.Abs(draws[0][at]-filled) > 6*sd {
				t.Fatalf("%s is %v ± %v, drawn %v and %v", raw.Place(i, j), filled, sd, draws[0][at], draws[1][at])
			}
		}
	}
	if missing != 44 {
		t.Errorf("%d are missing", missing)
	}
	bad(t, 2, "--deviations and --draw are given", "impute", model, data, "--deviations", "--draw")
	bad(t, 2, "--draw and --stream are given", "impute", model, data, "--stream", "--draw")
	ok(t, "fit", "ppca", data, "--out", model)
	bad(t, 2, "a model of the kind ppca has expectations alone", "impute", model, data, "--deviations")
}
