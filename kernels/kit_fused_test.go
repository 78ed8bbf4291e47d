package kernels

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var fusedRE = regexp.MustCompile(`\(([^()]+\.go):(\d+)\)\s+(FN?M(?:ADD|SUB)[SD]|VFN?M(?:ADD|SUB)\d+S[SD])\s`)

// TestNothingFused reads what the compiler makes of the whole module where it may fuse (arm64 and GOAMD64=v3):
// every fused multiply-add stands where the source says math.FMA, or where the product is exact. TestGoSources looks
// at the source; this one also sees what inlining brings together. It compiles everything twice, so it runs when
// ELBO_FUSED is set.
func TestNothingFused(t *testing.T) {
	if os.Getenv("ELBO_FUSED") == "" {
		t.Skip("ELBO_FUSED is not set")
	}
	for _, env := range [][]string{{"GOARCH=arm64"}, {"GOARCH=amd64", "GOAMD64=v3"}} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			// The packages' tests are compiled too, for they hold instances of the generic functions.
			cmd := exec.Command("go", "list", "-export", "-test", "-gcflags=example.com/elbo/...=-S", "./...")
			cmd.Dir = ".."
			cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out[max(0, len(out)-4000):])
			}
			lines := map[string][]string{}
			seen := map[string]bool{}
			s := bufio.NewScanner(bytes.NewReader(out))
			s.Buffer(nil, 1<<24)
			n := 0
			for s.Scan() {
				m := fusedRE.FindStringSubmatch(s.Text())
				if m == nil || strings.HasSuffix(m[1], "_test.go") {
					continue
				}
				n++
				at, _ := strconv.Atoi(m[2])
				if lines[m[1]] == nil {
					text, err := os.ReadFile(m[1])
					if err != nil {
						t.Fatal(err)
					}
					lines[m[1]] = strings.Split(string(text), "\n")
				}
				line := lines[m[1]][at-1]
				if key := m[1] + ":" + m[2]; !seen[key] && !strings.Contains(line, "math.FMA(") && !strings.Contains(line, "exact") {
					seen[key] = true
					t.Errorf("%s:%s: %s: the compiler fuses %s", filepath.Base(m[1]), m[2], m[3], strings.TrimSpace(line))
				}
			}
			if err := s.Err(); err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				t.Error("no fused multiply-add at all: the listing was not read")
			}
			t.Logf("%d fused multiply-adds", n)
		})
	}
}
