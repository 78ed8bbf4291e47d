package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"example.com/elbo/internal/datasets"
)

var update = flag.Bool("update", false, "write what the commands in README.md print into it")

// TestReadme runs the commands of README.md in the order in which they stand there. Of an output that ends in … there as
// many lines as stand before that are compared.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	path, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("faithful.csv", []byte(datasets.FaithfulCSV), 0o600); err != nil {
		t.Fatal(err)
	}
	const indent, more = "    ", "…"
	var out []string
	ran := 0
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		out = append(out, lines[i])
		command, found := strings.CutPrefix(lines[i], indent+"$ elbo ")
		if !found {
			continue
		}
		ran++
		_, stdout, stderr := cli(t, strings.Fields(command)...)
		printed := strings.Split(strings.TrimSuffix(stdout+stderr, "\n"), "\n")
		cut, shown := false, -1
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], indent) {
			i++
			shown++
			cut = lines[i] == indent+more
		}
		if cut {
			printed = append(printed[:min(shown, len(printed))], more)
		}
		for _, l := range printed {
			out = append(out, indent+l)
		}
	}
	if got := strings.Join(out, "\n"); *update {
		if err := os.WriteFile(path+"/README.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(text) {
		t.Errorf("the commands print something else now (go test -run TestReadme -update writes it down):\n%s", got)
	}
	if ran < 7 {
		t.Errorf("%d commands", ran)
	}
}
