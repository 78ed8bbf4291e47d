package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/elbo/internal/datasets"
)

var update = flag.Bool("update", false, "write what the commands in README.md and docs/cli.md print into them")

// TestReadme runs the commands of README.md and of docs/cli.md in the order in which they stand there. Of an output that
// ends in … there as many lines as stand before that are compared.
func TestReadme(t *testing.T) {
	for path, least := range map[string]int{"README.md": 7, "../../docs/cli.md": 18} {
		t.Run(filepath.Base(path), func(t *testing.T) { testReadme(t, path, least) })
	}
}

func testReadme(t *testing.T, path string, least int) {
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data := map[string]string{"faithful.csv": datasets.FaithfulCSV, "votes.csv": datasets.VotesCSV, "airquality.csv": datasets.AirQualityCSV}
	for _, name := range []string{"iris.csv", "discoveries.csv"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		data[name] = string(b)
	}
	t.Chdir(dir)
	for name, text := range data {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
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
		_, stdout, stderr := cli(t, strings.Fields(strings.ReplaceAll(command, "'", ""))...)
		printed := strings.Split(strings.TrimSuffix(stdout+stderr, "\n"), "\n")
		if stdout+stderr == "" {
			printed = nil
		}
		cut, shown := false, -1
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], indent) && !strings.HasPrefix(lines[i+1], indent+"$ ") {
			i++
			shown++
			cut = lines[i] == indent+more
		}
		if cut {
			if shown == 0 { // a new example
				shown = 6
			}
			printed = append(printed[:min(shown, len(printed))], more)
		}
		for _, l := range printed {
			out = append(out, indent+l)
		}
	}
	if got := strings.Join(out, "\n"); *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(text) {
		for i, l := range lines {
			if i >= len(out) || out[i] != l {
				t.Errorf("from line %d on the commands print something else now (go test -run TestReadme -update writes it down):\n%s",
					i+1, strings.Join(out[min(i, len(out)):min(i+8, len(out))], "\n"))
				break
			}
		}
	}
	if ran < least {
		t.Errorf("%d commands", ran)
	}
}
