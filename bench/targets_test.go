package bench

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
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
	out     []target // those that say what can be attained where a target is out of reach
}

// attainable returns the ratio that is recorded for a workload of a target that is out of reach, or 0.
func (s *section) attainable(workload string, t target) float64 {
	for _, o := range s.out {
		if o.workload.MatchString(workload) && slices.Equal(o.peers, t.peers) {
			return o.atLeast
		}
	}
	return 0
}

func readTargets(text string) (r []section, err error) {
	for i, l := range strings.Split(text, "\n") {
		if title, ok := strings.CutPrefix(l, "## "); ok {
			r = append(r, section{title: title})
			continue
		}
		l, why, _ := strings.Cut(l, "#")
		w := strings.Fields(l)
		if len(w) == 0 {
			continue
		}
		out := w[0] == "out"
		if out {
			w = w[1:]
			if strings.TrimSpace(why) == "" || slices.Contains(w, "-") {
				return nil, fmt.Errorf("targets.txt:%d: what is out of reach needs what is attained, and the reason as a comment", i+1)
			}
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
		if out {
			s.out = append(s.out, t)
		} else {
			s.targets = append(s.targets, t)
		}
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
	for _, s := range sections { // what is out of reach is demanded, and more is demanded than is attained
		for _, o := range s.out {
			n := 0
			for _, name := range names {
				for _, g := range s.targets {
					if o.workload.MatchString(name) && g.workload.MatchString(name) && slices.Equal(o.peers, g.peers) {
						if n++; g.atLeast <= o.atLeast {
							t.Errorf("%s beside %v: %v is demanded, and %v is within reach", name, o.peers, g.atLeast, o.atLeast)
						}
					}
				}
			}
			if n == 0 {
				t.Errorf("%v beside %v is out of reach, but not demanded", o.workload, o.peers)
			}
		}
	}
	for _, bad := range []string{"a b", "a b c", "( b 1", "a b -1", "a b 1 2", "out a b 1", "out a b - # why"} {
		if _, err := readTargets("## s\n" + bad); err == nil {
			t.Errorf("%q: want an error", bad)
		}
	}
}
