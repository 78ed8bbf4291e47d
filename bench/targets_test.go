package bench

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// target is a line of targets.txt.
type target struct {
	workload *regexp.Regexp
	peers    []string
	atLeast  float64 // 0: reported
}

// section is the lines under a heading.
type section struct {
	title   string
	targets []target
}

func readTargets(text string) (r []section, err error) {
	for i, l := range strings.Split(text, "\n") {
		if title, ok := strings.CutPrefix(l, "## "); ok {
			r = append(r, section{title: title})
			continue
		}
		l, _, _ := strings.Cut(l, "#")
		w := strings.Fields(l)
		if len(w) == 0 {
			continue
		}
		if len(w) != 3 || len(r) == 0 {
			return nil, fmt.Errorf("targets.txt:%d: %d words, want workload, peers, ratio, under a heading", i+1, len(w))
		}
		t := target{peers: strings.Split(w[1], ",")}
		if t.workload, err = regexp.Compile("^(?:" + w[0] + ")$"); err != nil {
			return nil, fmt.Errorf("targets.txt:%d: %w", i+1, err)
		}
		if w[2] != "-" {
			if t.atLeast, err = strconv.ParseFloat(w[2], 64); err != nil || t.atLeast <= 0 {
				return nil, fmt.Errorf("targets.txt:%d: %q is no ratio", i+1, w[2])
			}
		}
		s := &r[len(r)-1]
		s.targets = append(s.targets, t)
	}
	return r, nil
}

// ownWorkloads returns the names, without impl, of the benchmarks in a test binary that the ISA runs.
func ownWorkloads(binary, which, isa string) (names []string, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c := exec.Command(binary, "-test.run=^$", "-test.bench="+which, "-test.benchtime=1x")
	c.Env = append(os.Environ(), "STEP=list")
	c.ExtraFiles = []*os.File{r, w} // the first is not read
	c.Stderr = os.Stderr
	err = c.Start()
	w.Close()
	if err != nil {
		return nil, err
	}
	for l := range readLines(r) {
		if n, ok := strings.CutSuffix(l, "/impl=elbo-"+isa); ok {
			names = append(names, n)
		}
	}
	return names, c.Wait()
}

// TestTargets: every line of targets.txt names a workload that is there, and peers that are known.
func TestTargets(t *testing.T) {
	text, err := os.ReadFile("targets.txt")
	if err != nil {
		t.Fatal(err)
	}
	sections, err := readTargets(string(text))
	if err != nil {
		t.Fatal(err)
	}
	names, err := ownWorkloads(os.Args[0], ".", "generic")
	if err != nil {
		t.Fatal(err)
	}
	names = append(names, "Tile/type=f32", "Tile/type=f64") // of package kernels
	var targets []target
	for _, s := range sections {
		targets = append(targets, s.targets...)
	}
	if len(targets) == 0 {
		t.Error("targets.txt holds none")
	}
	for _, g := range targets {
		n := 0
		for _, name := range names {
			if g.workload.MatchString(name) {
				n++
				for _, p := range g.peers {
					if _, ok := programOf(name, p); !ok {
						t.Errorf("%v: no program has the peer %q", g.workload, p)
					}
				}
			}
		}
		if n == 0 {
			t.Errorf("%v: no such benchmark", g.workload)
		}
	}
	for _, bad := range []string{"a b", "a b c", "( b 1", "a b -1", "a b 1 2"} {
		if _, err := readTargets("## s\n" + bad); err == nil {
			t.Errorf("%q: want an error", bad)
		}
	}
}
