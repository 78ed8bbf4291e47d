package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
)

// TestSelect: the criteria are those of em.Select, to the bit, and --out has the best model.
func TestSelect(t *testing.T) {
	data, out := faithful(t), filepath.Join(t.TempDir(), "best")
	for criterion, want := range map[string]em.Criterion{"bic": em.BIC, "icl": em.ICL, "aic": em.AIC, "held-out": em.HeldOut} {
		s, err := em.Select(t.Context(), elbo.Of(datasets.Faithful()), em.SelectOptions{
			Ks: []int{1, 2, 3}, Covariances: []em.Covariance{em.Full, em.Tied}, Criterion: want, Folds: 4,
			GMMOptions: em.GMMOptions{Options: elbo.Options{Seed: 1}, Restarts: elbo.Restarts{N: 2}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var got selection
		text := ok(t, "select", "gmm", data, "--components", "1-3", "--covariance", "full,tied", "--criterion", criterion, "--folds", "4", "--restarts", "2", "--json", "--out", out)
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Candidates) != len(s.Candidates) || got.Rows != 272 || got.Cols != 2 || got.Criterion != criterion || got.Model != "gmm" {
			t.Fatalf("got %+v", got)
		}
		for i, c := range s.Candidates {
			g := got.Candidates[i]
			if g.Components != c.K || g.Covariance != c.Covariance.String() || *g.LogLik != c.Fit.LogLik || *g.BIC != c.BIC || *g.AIC != c.AIC ||
				*g.ICL != c.ICL || *g.Entropy != c.Entropy || g.Free != c.Model.NumParameters() || (g.HeldOut != nil) != (criterion == "held-out") {
				t.Errorf("%s, candidate %d: %s, want %+v", criterion, i, text, c)
			}
			if g.HeldOut != nil && *g.HeldOut != c.HeldOut {
				t.Errorf("candidate %d: held-out %v, want %v", i, *g.HeldOut, c.HeldOut)
			}
			if s.Best == &s.Candidates[i] && got.Best != i {
				t.Errorf("%s: the best is %d, want %d", criterion, got.Best, i)
			}
		}
		m, _, err := loadModel(out)
		if err != nil || !slices.Equal(m.AppendParameters(nil), s.Best.Model.AppendParameters(nil)) {
			t.Errorf("%s: another model is written: %v", criterion, err)
		}
	}

	text := ok(t, "select", "gmm", data, "--components", "2,300", "--covariance", "tied")
	if !strings.HasPrefix(text, "gmm on 272 rows of 2 columns: by bic the best of 2 candidates has 2 components and tied covariances\n") ||
		!strings.Contains(text, "300 components tied: ") || !strings.Contains(text, "need as many rows, the data have 272") {
		t.Errorf("it says %q", text)
	}
}

// TestSelectKinds: every kind whose parameters are a point can be chosen among.
func TestSelectKinds(t *testing.T) {
	data := file(t, "d.csv", "a,b,c\n"+strings.Repeat("0,1,0\n1,0,1\n1,1,1\n0,0,1\n1,1,0\n0,2,1\n", 10))
	for _, k := range kinds {
		if !k.point {
			continue
		}
		args := []string{"select", k.name, data, "--components", "1,2", "--criterion", "held-out", "--folds", "2", "--workers", "2", "--max-iter", "20", "--json"}
		if k.covariances != nil {
			args = append(args, "--covariance", "diag")
		}
		if k.name == "bernoulli" {
			args = append(args, "--columns", "a,c")
		}
		var got selection
		if err := json.Unmarshal([]byte(ok(t, args...)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Candidates) != 2 || got.Best < 0 || got.Model != k.name {
			t.Fatalf("%s: %+v", k.name, got)
		}
		for i, c := range got.Candidates {
			if c.Components != 1+i || c.HeldOut == nil || c.BIC == nil || c.Free < 1 || (c.ICL != nil) != k.clusters || (c.Entropy != nil) != k.clusters {
				t.Errorf("%s: %+v", k.name, c)
			}
		}
	}
}

func TestSelectErrors(t *testing.T) {
	data := faithful(t)
	for _, c := range []struct{ args, words string }{
		{"select", "select wants the kind of model, gmm"},
		{"select vae DATA", `select knows no model "vae"`},
		{"select gmm", "select gmm wants DATA"},
		{"select gmm DATA --components 0", `--components is "0": want numbers from 1`},
		{"select gmm DATA --components 3-2", `--components is "3-2"`},
		{"select gmm DATA --components 1,x", `--components is "1,x"`},
		{"select gmm DATA --components 1-99999", `--components is "1-99999"`},
		{"select gmm DATA --covariance full,round", `--covariance is "round": want full, tied, diag or spherical`},
		{"select gmm DATA --criterion waic", `--criterion is "waic": want bic, aic, icl or held-out`},
		{"select fa DATA --criterion icl", "--criterion is icl, and fa has no clusters"},
		{"select gmm DATA --folds 1", "--folds is 1: want at least 2"},
		{"select gmm DATA --stream", "unknown flag: --stream"},
	} {
		bad(t, 2, c.words, strings.Fields(strings.ReplaceAll(c.args, "DATA", data))...)
	}
	bad(t, 1, "none of 2 candidates could be fitted; of the first: |300 components need as many rows, the data have 272", "select", "gmm", data, "--components", "300,301", "--covariance", "full")
	bad(t, 1, "--folds is 273, and there are 272 rows", "select", "gmm", data, "--components", "1", "--criterion", "held-out", "--folds", "273")
	bad(t, 1, "column 1 (a) is 1 in every row", "select", "gmm", file(t, "d.csv", "a,b\n1,2\n1,3\n1,4\n"))
}
