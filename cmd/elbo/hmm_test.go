package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSequences: rows are cut into sequences where the entry of a column changes, and a weight belongs to a sequence.
func TestSequences(t *testing.T) {
	var once, weighted strings.Builder
	once.WriteString("patient,x\n")
	weighted.WriteString("x,patient,w\n")
	for s := range 6 {
		for i := range 10 + s {
			x := (i*i+s)%7 + i/5*9
			fmt.Fprintf(&once, "p%d,%d\n", s, x)
			fmt.Fprintf(&weighted, "%d,p%d,%d\n", x, s, 1+s%2)
		}
	}
	data := file(t, "once.csv", once.String())
	model := filepath.Join(t.TempDir(), "model")
	one := fit(t, "hmm", data, "--sequence", "patient", "--out", model)
	if one.Rows != 75 || one.Cols != 1 || one.Components != 2 {
		t.Errorf("got %+v", one)
	}
	if all := fit(t, "hmm", data, "--drop", "patient"); all.Bits == one.Bits {
		t.Error("one sequence and six give the same model")
	}
	heavy := fit(t, "hmm", file(t, "w.csv", weighted.String()), "--sequence", "patient", "--weights", "w")
	if *heavy.LogLik >= *one.LogLik {
		t.Errorf("weights of 1 and 2 give %v, without %v", *heavy.LogLik, *one.LogLik)
	}

	// Scores of a sequence do not depend on those beside it.
	scores := read(t, ok(t, "score", model, data, "--sequence", "patient")).X
	first := read(t, ok(t, "score", model, file(t, "first.csv", strings.Join(strings.Split(once.String(), "\n")[:11], "\n")), "--sequence", "patient")).X
	sum := 0.0
	at := 0
	for s := range 6 {
		sum += scores.Row(at)[0]
		at += 10 + s
	}
	if !slices.Equal(first.Data, scores.Data[:len(first.Data)]) || math.Abs(sum-*one.LogLik) > 1e-9*math.Abs(sum) {
		t.Errorf("the first sequence alone scores %v; the sequences sum to %v, want %v", first.Row(0), sum, *one.LogLik)
	}

	// The emissions of --init are those that the data must suit.
	ok(t, "fit", "hmm", data, "--sequence", "patient", "--emission", "poisson", "--max-iter", "2", "--out", model)
	bad(t, 1, "d.csv: line 3, column 1 (x) is 1.5, and counts are 0, 1, 2", "fit", "hmm", file(t, "d.csv", "x\n1\n1.5\n"), "--init", model)
	bad(t, 2, "--emission is given and --init too", "fit", "hmm", data, "--init", model, "--emission", "poisson")

	bad(t, 1, "d.csv: line 3 has the weight 2, and its sequence began with 1", "fit", "hmm", file(t, "d.csv", "x,s,w\n1,a,1\n2,a,2\n"), "--sequence", "s", "--weights", "w")
}
