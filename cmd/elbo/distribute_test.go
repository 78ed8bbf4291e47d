package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/elbo"
)

// shards writes a table of 3 chunks and a half, and its shards of one, two and half a chunk; it returns the paths.
func shards(t *testing.T) (whole string, parts []string, first []int) {
	t.Helper()
	const rows = 3*elbo.ChunkRows + elbo.ChunkRows/2
	line := func(i int) string { return fmt.Sprintf("%d.25,%d,%d\n", i*i%977, i*7%13, i%3) }
	text := func(lo, hi int) string {
		var b strings.Builder
		b.WriteString("a,b,w\n")
		for i := lo; i < hi; i++ {
			b.WriteString(line(i))
		}
		return b.String()
	}
	first = []int{0, elbo.ChunkRows, 3 * elbo.ChunkRows, rows}
	for i := range 3 {
		parts = append(parts, file(t, fmt.Sprintf("part%d.csv", i), text(first[i], first[i+1])))
	}
	return file(t, "whole.csv", text(0, rows)), parts, first
}

// TestDistributed: an iteration by files has the bits of an iteration of elbo fit, in any order of the shards.
func TestDistributed(t *testing.T) {
	whole, parts, first := shards(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []string{"gmm", "gmm --covariance diag --prior none", "vbgmm", "gmm --weights w"} {
		kind, more, _ := strings.Cut(c, " ")
		data := append(strings.Fields("--columns a,b"), strings.Fields(more)...)
		shape := data
		weights := []string{"--columns", "a,b"}
		if strings.Contains(more, "weights") {
			weights = append(weights, "--weights", "w")
		}
		ok(t, append([]string{"fit", kind, whole, "--components", "3", "--max-iter", "2", "--out", in("old")}, shape...)...)
		want := fit(t, append([]string{kind, whole, "--init", in("old"), "--max-iter", "1", "--out", in("want")}, weights...)...)

		for i, p := range parts {
			out := ok(t, append([]string{"estep", in("old"), p, "--first", fmt.Sprint(first[i]), "--out", in(fmt.Sprintf("s%d", i)), "--workers", fmt.Sprint(2 - i%2)}, weights...)...)
			if w := fmt.Sprintf("%s, rows %d to %d: loglik", kind, first[i], first[i+1]-1); !strings.HasPrefix(out, w) {
				t.Errorf("it says %q, want %q", out, w)
			}
		}
		for _, order := range []string{"s0 s1 s2", "s2 s0 s1", "s1 s2 s0", "s02 s1", "s1 s02"} {
			if strings.Contains(order, "s02") {
				ok(t, "merge", in("s2"), in("s0"), "--out", in("s02"))
			}
			args := []string{"merge", "--model", in("old"), "--rows", fmt.Sprint(first[3]), "--out", in("new")}
			for _, s := range strings.Fields(order) {
				args = append(args, in(s))
			}
			if out := ok(t, args...); !strings.Contains(out, "bits    "+want.Bits+"\n") {
				t.Errorf("%s: merging %s gives %q, want the bits %s", c, order, out, want.Bits)
			}
			if same, err := equalFiles(in("new"), in("want")); err != nil || !same {
				t.Errorf("%s: merging %s writes another model: %v", c, order, err)
			}
		}
	}
}

func equalFiles(a, b string) (bool, error) {
	x, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	y, err := os.ReadFile(b)
	return string(x) == string(y), err
}

// TestBadShards: a shard that is lost, doubled or stale, and files that are no statistics, are errors, and no model is
// written.
func TestBadShards(t *testing.T) {
	_, parts, first := shards(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	rows := fmt.Sprint(first[3])
	ok(t, "fit", "gmm", parts[0], "--drop", "w", "--max-iter", "1", "--out", in("old"))
	ok(t, "fit", "gmm", parts[0], "--drop", "w", "--max-iter", "2", "--out", in("older"))
	ok(t, "fit", "vbgmm", parts[0], "--drop", "w", "--max-iter", "1", "--out", in("vb"))
	for i, p := range parts {
		ok(t, "estep", in("old"), p, "--drop", "w", "--first", fmt.Sprint(first[i]), "--out", in(fmt.Sprintf("s%d", i)))
	}
	ok(t, "estep", in("older"), parts[1], "--drop", "w", "--first", fmt.Sprint(first[1]), "--out", in("stale"))
	ok(t, "estep", in("vb"), parts[1], "--drop", "w", "--first", fmt.Sprint(first[1]), "--out", in("other"))
	b, err := os.ReadFile(in("s1"))
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(in("damaged"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("cut"), b[:len(b)-9], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ stats, words string }{
		{"s0 s2", "rows are missing|row 8192 is the first|--rows is " + rows + ": give the files of all shards"},
		{"s1 s2", "rows are missing|row 0 is the first"},
		{"s0 s1", "rows are missing|row 24576 is the first"},
		{"s0 s1 s2 s1", "s1: |in the statistics twice|row 8192 is in both, the file is given twice: give each shard once"},
		{"s0 s1 stale s2", "stale: was made under other parameters than those of " + in("old") + ": run elbo estep for this shard again"},
		{"s0 other s2", "other: |do not belong to this model|under one model"},
		{"s0 damaged s2", "damaged: |checksum is wrong|give a file that elbo estep wrote"},
		{"s0 cut s2", "cut: |checksum is wrong"},
		{"s0 old s2", "old: |do not begin with elbostat"},
		{"s0 none s2", "cannot read the statistics|none|check the path"},
	} {
		args := []string{"merge", "--model", in("old"), "--rows", rows, "--out", in("new")}
		for _, s := range strings.Fields(c.stats) {
			args = append(args, in(s))
		}
		bad(t, 1, c.words, args...)
	}
	bad(t, 1, "cover rows from 100 on: the data have 100; --rows is 100", "merge", "--model", in("old"), "--rows", "100", "--out", in("new"), in("s0"), in("s1"), in("s2"))
	bad(t, 1, "stale: was made under other parameters than those of "+in("s0"), "merge", "--out", in("new"), in("s0"), in("stale"))
	bad(t, 1, "other: ", "merge", "--out", in("new"), in("s0"), in("other"))
	bad(t, 1, "has no statistics|of the kind vae", "merge", in("s0"), "--rows", "9", "--out", in("new"), "--model", func() string {
		ok(t, "fit", "vae", faithful(t), "--epochs", "1", "--out", in("vae"))
		return in("vae")
	}())
	left(t, dir, strings.Fields("old older vb vae s0 s1 s2 stale other damaged cut")...)

	for _, c := range []struct{ args, words string }{
		{"estep OLD PART", "--out is missing"},
		{"estep OLD PART --out=", "--out is empty"},
		{"estep OLD PART --first -8192 --out NEW", "--first is -8192: want at least 0"},
		{"estep OLD PART --first 100 --out NEW", "--first is 100: shards of a model of the kind gmm begin at multiples of 8192"},
		{"estep OLD PART --workers 0 --out NEW", "--workers is 0"},
		{"estep OLD", "estep wants MODEL and DATA"},
		{"merge", "merge wants files of statistics"},
		{"merge S0", "--out is missing"},
		{"merge S0 --out NEW --model OLD", "--rows is 0"},
	} {
		r := strings.NewReplacer("OLD", in("old"), "PART", parts[0], "NEW", in("new"), "S0", in("s0"))
		bad(t, 2, c.words, strings.Fields(r.Replace(c.args))...)
	}
	holes := file(t, "holes.csv", "a,b\n1,2\n3,\n")
	bad(t, 1, holes+": line 3, column 2 (b) is missing, and the model needs complete rows", "estep", in("vb"), holes, "--out", in("new"))
	bad(t, 1, "has 3 columns|has 2|--drop", "estep", in("old"), parts[0], "--out", in("new"))
	left(t, dir, strings.Fields("old older vb vae s0 s1 s2 stale other damaged cut")...)
}
