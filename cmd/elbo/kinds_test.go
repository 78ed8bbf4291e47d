package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/elbo/internal/datasets"
)

// kindCase is data that a kind of model is tried on.
type kindCase struct {
	data       func(t *testing.T) string
	args       string // of all commands that read the data
	fit        string // of elbo fit
	parameters string // the keys of the report
	header     string // of the scores
	units      string // the rows, or sequences
}

func votesFile(t *testing.T) string { return file(t, "votes.csv", datasets.VotesCSV) }

// daysFile has Old Faithful's eruptions by days of 20.
func daysFile(t *testing.T) string {
	var b strings.Builder
	for i, l := range strings.Split(strings.TrimSpace(datasets.FaithfulCSV), "\n") {
		if i == 0 {
			b.WriteString(l + ",day\n")
		} else {
			fmt.Fprintf(&b, "%s,d%d\n", l, (i-1)/20)
		}
	}
	return file(t, "days.csv", b.String())
}

func irisFile(*testing.T) string { return filepath.Join("testdata", "iris.csv") }

// kindCases has a case for each kind.
var kindCases = map[string]kindCase{
	"gmm":         {faithful, "", "--components 3", "covariances means weights", "logdensity component r1 r2 r3", "272"},
	"vbgmm":       {faithful, "", "--components 3", "covariances means weights", "logdensity component r1 r2 r3", "272"},
	"bernoulli":   {votesFile, votesArgs, "", "probabilities weights", "logdensity component r1 r2", "435"},
	"categorical": {votesFile, votesArgs, "", "probabilities weights", "logdensity component r1 r2", "435"},
	"poisson":     {votesFile, votesArgs, "--components 3", "rates weights", "logdensity component r1 r2 r3", "435"},
	"student":     {faithful, "", "--covariance diag", "freedom means scales weights", "logdensity component r1 r2", "272"},
	"fa":          {irisFile, "--drop species", "--components 1", "loadings mean noise", "logdensity z1", "150"},
	"ppca":        {irisFile, "--drop species", "--components 2", "loadings mean noise", "logdensity z1 z2", "150"},
	"mfa":         {irisFile, "--drop species", "", "loadings means noise weights", "logdensity component r1 r2", "150"},
	"hmm":         {daysFile, "--sequence day", "--covariance diag", "covariances initial means transitions", "loglik state r1 r2", "14"},
	"vae":         {faithful, "", "--epochs 2 --components 1", "count estimator hidden kl_per_row latent likelihood rec_per_row", "elbo rec kl", "272"},
}

// TestKinds: what every kind of model must do.
func TestKinds(t *testing.T) {
	for _, k := range kinds {
		c, ok := kindCases[k.name]
		if !ok {
			t.Errorf("no case for %s", k.name)
			continue
		}
		t.Run(k.name, func(t *testing.T) { testKind(t, k, c) })
	}
}

func testKind(t *testing.T, k *kind, c kindCase) {
	data, dir := c.data(t), t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	with := func(args ...string) []string { return append(args, strings.Fields(c.args)...) }
	fitArgs := with(append([]string{k.name, data}, strings.Fields(c.fit)...)...)

	var r map[string]json.RawMessage
	if err := json.Unmarshal([]byte(ok(t, append(append([]string{"fit"}, fitArgs...), "--json", "--out", in("model"))...)), &r); err != nil {
		t.Fatal(err)
	}
	if got := keys(r); got != "bits bound cols components converged iterations loglik model parameters rows" {
		t.Errorf("keys %s", got)
	}
	var p map[string]json.RawMessage
	if err := json.Unmarshal(r["parameters"], &p); err != nil || keys(p) != c.parameters {
		t.Errorf("parameters %s, want %s (%v)", keys(p), c.parameters, err)
	}
	if (string(r["loglik"]) == "null") == k.point || string(r["model"]) != `"`+k.name+`"` {
		t.Errorf("loglik %s, model %s", r["loglik"], r["model"])
	}

	// The file, scores and samples.
	m, of, err := loadModel(in("model"))
	if err != nil || of != k {
		t.Fatalf("the file is of the kind %v: %v", of, err)
	}
	if err := (target{path: in("again"), real: in("again")}).write(m.Save); err != nil {
		t.Fatal(err)
	}
	if same, err := equalFiles(in("again"), in("model")); err != nil || !same {
		t.Errorf("a model that is read and written is another file: %v", err)
	}
	scores := read(t, ok(t, with("score", in("model"), data)...))
	if strings.Join(scores.Names, " ") != c.header {
		t.Errorf("scores %v, want %s", scores.Names, c.header)
	}
	drawn := ok(t, "sample", in("model"), "-n", "20")
	if x := read(t, drawn); x.X.Rows != 20 || x.X.Cols != m.Dim() {
		t.Errorf("%d×%d samples", x.X.Rows, x.X.Cols)
	}
	if !strings.HasPrefix(drawn, ok(t, "sample", in("model"), "-n", "3")) {
		t.Error("the first of 20 samples are not those of 3")
	}
	if out := ok(t, "sample", in("model"), "-n", "4", "--out", in("drawn.parquet")); out != "" || read(t, drawn).X.Data[5] != readFile(t, in("drawn.parquet"))[5] {
		t.Errorf("samples in a file differ, or it says %q", out)
	}
	if k.impute != nil {
		holes := strings.Split(drawn, "\n")
		holes[3] = strings.Repeat(",", m.Dim()-1)
		if m.Dim() == 1 {
			holes[3] = "NA"
		}
		filled := read(t, ok(t, "impute", in("model"), file(t, "holes.csv", strings.Join(holes, "\n"))))
		for j, v := range filled.X.Data {
			if v != v || j/m.Dim() != 2 && v != read(t, drawn).X.Data[j] {
				t.Errorf("entry %d is %v", j, v)
			}
		}
	}

	// Damaged files.
	b, err := os.ReadFile(in("model"))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(b); n += 1 + len(b)/9 {
		bad(t, 1, "elbo fit --out", "sample", file(t, "cut", string(b[:n])))
	}

	if k.fit == nil || k.begin == nil {
		return
	}
	// Fits of nine iterations, of four and five, from a stream, and with two workers; an iteration by files.
	ok(t, append(append([]string{"fit"}, fitArgs...), "--max-iter", "4", "--tol", "0", "--out", in("four"))...)
	nine := fit(t, append(fitArgs, "--max-iter", "6", "--tol", "0", "--workers", "2")...)
	base := append(with(k.name, data, "--init", in("four"), "--tol", "0"), "--max-iter")
	base = slices.Clip(base)
	for _, more := range []string{"", "--stream", "--workers 2"} {
		if r := fit(t, append(append(base, "2"), strings.Fields(more)...)...); r.Bits != nine.Bits {
			t.Errorf("%s: 4 and 2 iterations give %s, 6 give %s", more, r.Bits, nine.Bits)
		}
	}
	for _, mode := range []string{"--mode incremental --blocks 2", "--mode stepwise", "--accelerate squarem", "--aitken"} {
		if r := fit(t, append(append(base, "3"), strings.Fields(mode)...)...); r.Iterations < 1 {
			t.Errorf("%s: %+v", mode, r)
		}
	}
	// From starts of its own, from one and, where a kind has several, from short ones; in memory and from a stream.
	own := slices.Clip(append(fitArgs, "--max-iter", "3", "--aitken"))
	for _, more := range []string{"", "--restarts 2 --short 1"} {
		if more != "" && !slices.Contains(k.flags, "restarts") {
			continue
		}
		in, out := fit(t, append(own, strings.Fields(more)...)...), fit(t, append(append(own, strings.Fields(more)...), "--stream")...)
		if in.Iterations > 3 || out.Iterations > 3 || more == "" && !k.direct && in.Bits != out.Bits {
			t.Errorf("%s: %d iterations to %s, from a stream %d to %s", more, in.Iterations, in.Bits, out.Iterations, out.Bits)
		}
	}
	five := fit(t, append(base, "1")...)
	ok(t, with("estep", in("four"), data, "--out", in("stats"))...)
	if out := ok(t, "merge", in("stats"), "--model", in("four"), "--rows", c.units, "--out", in("five")); !strings.Contains(out, five.Bits) {
		t.Errorf("merge gives %q, an iteration %s", out, five.Bits)
	}
	if k.point {
		text := ok(t, with("select", k.name, data, "--components", "1-2", "--max-iter", "5", "--json")...)
		var s selection
		if err := json.Unmarshal([]byte(text), &s); err != nil || s.Best < 0 || !slices.ContainsFunc(s.Candidates, func(c *candidate) bool { return c.Error == "" && c.Free > 0 }) {
			t.Errorf("select gives %s (%v)", text, err)
		}
	}
}
