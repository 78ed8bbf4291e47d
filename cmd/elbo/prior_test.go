package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// Flags of starts, priors and step sizes are the options of the packages: they give the same models.
func TestPriorFlags(t *testing.T) {
	x := kernels.NewMatrix[float64](60, 3)
	var text bytes.Buffer
	text.WriteString("a,b,c\n")
	for i := range x.Rows {
		words := make([]string, x.Cols)
		for j := range words {
			x.Row(i)[j] = float64((i*i + i*j + i/7*j) % 5 / 3)
			words[j] = strconv.FormatFloat(x.Row(i)[j], 'g', -1, 64)
		}
		text.WriteString(strings.Join(words, ",") + "\n")
	}
	path := filepath.Join(t.TempDir(), "data.csv")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, rows, o := context.Background(), elbo.Of(x), elbo.Options{MaxIter: 9, Tol: math.SmallestNonzeroFloat64, Seed: 1}
	step := o
	step.Schedule = elbo.Stepwise{Rows: 10, Kappa: 0.9, Tau: 3}
	for args, fit := range map[string]func() (fitted, error){
		"bernoulli --alpha 3 --beta 2,4 --start random": func() (fitted, error) {
			m, _, err := em.FitBernoulliMixture(ctx, rows, em.BernoulliMixtureOptions{Options: o, K: 2, Alpha: 3, A: 2, B: 4, Init: em.InitRandom})
			return m, err
		},
		"categorical --alpha 3 --strength 5 --start random": func() (fitted, error) {
			m, _, err := em.FitCategoricalMixture(ctx, rows, em.CategoricalMixtureOptions{Options: o, K: 2, Alpha: 3, Strength: 5, Init: em.InitRandom})
			return m, err
		},
		"poisson --alpha 3 --strength 5 --start random": func() (fitted, error) {
			m, _, err := em.FitPoissonMixture(ctx, rows, em.PoissonMixtureOptions{Options: o, K: 2, Alpha: 3, Strength: 5, Init: em.InitRandom})
			return m, err
		},
		"student --alpha 3 --start random": func() (fitted, error) {
			m, _, err := em.FitStudentMixture(ctx, rows, em.StudentMixtureOptions{Options: o, K: 2, Alpha: 3, Init: em.InitRandom})
			return m, err
		},
		"hmm --strength 5": func() (fitted, error) {
			m, _, err := em.FitHMM(ctx, rows, em.HMMOptions{Options: o, K: 2, Strength: 5})
			return m, err
		},
		"gmm --start random": func() (fitted, error) {
			m, _, err := em.FitGMM(ctx, rows, em.GMMOptions{Options: o, K: 2, Init: em.InitRandom})
			return m, err
		},
		"gmm --mode stepwise --minibatch 10 --kappa 0.9 --tau 3": func() (fitted, error) {
			m, _, err := em.FitGMM(ctx, rows, em.GMMOptions{Options: step, K: 2})
			return m, err
		},
	} {
		m, err := fit()
		if err != nil {
			t.Fatal(args, err)
		}
		want := sha256.Sum256(m.AppendParameters(nil))
		run := func(args string) string {
			code, out, message := cli(t, append([]string{"fit"}, strings.Fields(args)...)...)
			var r fitReport
			if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
				t.Fatalf("%s: exit code %d, %s %v", args, code, message, err)
			}
			return r.Bits
		}
		shared := " --json --max-iter 9 --tol 0 " + path
		if got := run(args + shared); got != hex.EncodeToString(want[:]) {
			t.Errorf("%s: another model than that of the package", args)
		}
		if kind := strings.Fields(args)[0]; run(kind+shared) == hex.EncodeToString(want[:]) {
			t.Errorf("%s: the flags change nothing", args)
		}
	}
}
