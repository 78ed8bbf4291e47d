package kernels

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The negative control: tests that pass on wrong kernels prove nothing.
//
//	ELBO_MUTANTS=all go test ./kernels -run TestNegativeControl -v
//
// makes a mutant of every arithmetic instruction in every routine of the assembly files (a number instead of all: so
// many of each routine; see kit_mutants_asm_test.go), and demands that the comparison of TestISAsAgree fails on each. ELBO_MUTANTS_GOARCH=arm64 with
// ELBO_MUTANTS_EXEC=qemu-aarch64-static does so for the other port, and ELBO_MUTANTS_ISA=avx512 restricts it to the
// files of one ISA, and ELBO_MUTANTS_FILES, a regular expression, to those of some names.

// These are there in the mutated copy of the package alone. takeReached returns by number which routines ran since
// its last call.
var (
	mutantList  []mutation
	setMutant   func(id int)
	takeReached func() []bool
)

func TestNegativeControl(t *testing.T) {
	if os.Getenv("ELBO_MUTANTS") == "" {
		t.Skip("ELBO_MUTANTS is not set")
	}
	n, err := strconv.Atoi(os.Getenv("ELBO_MUTANTS"))
	if os.Getenv("ELBO_MUTANTS") == "all" {
		n, err = math.MaxInt, nil
	}
	if err != nil || n < 1 {
		t.Fatalf("ELBO_MUTANTS=%s: want all, or a number of mutants per routine", os.Getenv("ELBO_MUTANTS"))
	}
	arch := runtime.GOARCH
	if a := os.Getenv("ELBO_MUTANTS_GOARCH"); a != "" {
		arch = a
	}
	dir := t.TempDir()
	copyFiles(t, "..", dir, "go.mod", "go.sum")
	names, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	copyFiles(t, ".", filepath.Join(dir, "kernels"), names...)
	for _, sub := range []string{"kernels/testdata", "internal/lockstep"} {
		if err := os.CopyFS(filepath.Join(dir, sub), os.DirFS(filepath.Join("..", sub))); err != nil {
			t.Fatal(err)
		}
	}
	files := regexp.MustCompile(os.Getenv("ELBO_MUTANTS_FILES"))
	var all []mutation
	for _, name := range names {
		isa := os.Getenv("ELBO_MUTANTS_ISA")
		if !files.MatchString(name) || !strings.HasSuffix(name, "_"+arch+".s") || isa != "" && !strings.EqualFold(isaOf(name).String(), isa) {
			continue
		}
		text, made, err := mutate(".", name, n, 1+len(all))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "kernels", name), text)
		all = append(all, made...)
	}
	routines := 0
	for _, m := range all {
		if m.Probe {
			routines++
		}
	}
	if len(all) == 0 {
		t.Fatalf("no assembly for %s %s", arch, os.Getenv("ELBO_MUTANTS_ISA"))
	}
	t.Logf("%d routines, %d mutants", routines, len(all)-2*routines)
	write(t, filepath.Join(dir, "kernels", "mutant.go"), fmt.Sprintf("package kernels\n\nvar mutant int64\nvar reached [%d]bool\n", len(all)+1))
	write(t, filepath.Join(dir, "kernels", "mutant_test.go"), fmt.Sprintf("package kernels\n\nfunc init() {\n\tsetMutant = func(id int) { mutant = int64(id) }\n\ttakeReached = func() []bool { r := reached; clear(reached[:]); return r[:] }\n\tmutantList = %s\n}\n",
		strings.ReplaceAll(fmt.Sprintf("%#v", all), "kernels.mutation", "mutation")))
	bin := filepath.Join(dir, "mutants.test")
	run(t, filepath.Join(dir, "kernels"), []string{"GOARCH=" + arch, "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false"}, "go", "test", "-c", "-vet=off", "-o", bin, ".")
	args := append(strings.Fields(os.Getenv("ELBO_MUTANTS_EXEC")), bin, "-test.run=^TestMutantsDie$", "-test.v", "-test.timeout=14m")
	t.Log(run(t, filepath.Join(dir, "kernels"), nil, args[0], args[1:]...))
}

// isaOf tells by its name which ISA an assembly file is for.
func isaOf(name string) ISA {
	switch {
	case strings.HasSuffix(name, "_arm64.s"):
		return NEON
	case strings.Contains(name, "_avx512_"):
		return AVX512
	}
	return AVX2
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func copyFiles(t *testing.T, from, to string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if fi, err := os.Stat(filepath.Join(from, name)); err == nil && fi.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, name), string(text))
	}
}

func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// trial is one input of a kernel with its results in pure Go.
type trial struct {
	d           []int
	ops         []operand
	input, want [][]byte
}

func (k *kernel) trials(t *testing.T, shapes [][]int) (r []trial) {
	withISA(t, Generic, func() {
		for _, how := range k.flavours() {
			for n, d := range how.sparse(shapes) {
				c := trial{d: d, ops: k.ops(d), want: k.buffers(d, uint64(n), how)}
				c.input = k.stale(c.ops, c.want)
				k.run(d, c.want)
				r = append(r, c)
			}
		}
	})
	return r
}

// walk runs the kernel over the shapes and looks at nothing.
func (k *kernel) walk(shapes [][]int) {
	for _, how := range k.flavours() {
		for n, d := range how.sparse(shapes) {
			k.run(d, k.buffers(d, uint64(n), how))
		}
	}
}

// fails reports whether any trial of the kernel gives wrong results or touches what it must not.
func (k *kernel) fails(t *testing.T, isa ISA, arenas []*arena, trials []trial) (bad bool) {
	withISA(t, whole(isa), func() {
		defer func() {
			if recover() != nil {
				bad = true
			}
		}()
		for _, c := range trials {
			got := make([][]byte, len(c.ops))
			for i, o := range c.ops {
				var fill []byte
				got[i], fill = arenas[i].place(o, o.len*k.size, true)
				k.staleInto(o, fill, c.input[i])
			}
			_, bad = fault(func() { k.run(c.d, got) })
			if bad = bad || k.compare(c.ops, got, c.want) != nil; bad {
				return
			}
		}
	})
	return bad
}

// whole is the way to take an ISA that reaches all its routines.
func whole(isa ISA) ISA {
	if isa == AVX512 {
		return avx512Whole
	}
	return isa
}

// equivalents reads the mutants that give the same results by design, each with its reason: "symbol | instruction |
// reason".
func equivalents(t *testing.T) map[string]bool {
	text, err := os.ReadFile(filepath.Join("testdata", "equivalent.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := map[string]bool{}
	for _, l := range strings.Split(string(text), "\n") {
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		f := strings.Split(l, "|")
		if len(f) != 3 || strings.TrimSpace(f[2]) == "" {
			t.Fatalf("equivalent.txt: %q: want symbol | instruction | reason", l)
		}
		r[equivalent(f[0], f[1])] = true
	}
	return r
}

func equivalent(symbol, instruction string) string {
	return strings.TrimSpace(symbol) + " " + strings.Join(strings.Fields(instruction), " ")
}

// TestMutantsDie runs in the mutated copy: every routine is reached by a kernel; every mutant gives a wrong result
// somewhere, save those that testdata/equivalent.txt explains; and every unchanged copy gives none.
func TestMutantsDie(t *testing.T) {
	if setMutant == nil {
		t.Skip("no mutants in this build")
	}
	type subject struct {
		*kernel
		arenas     []*arena
		shapes     [][]int
		few, whole []trial
	}
	few := 24 // shapes that are tried first
	if emulated() {
		few = 6
	}
	subjects := make([]*subject, len(registry))
	for i := range registry {
		k := &registry[i]
		shapes := append(spread(k.shapes, few), k.bits...)
		subjects[i] = &subject{kernel: k, arenas: k.arenas(t, append(shapes, k.shapes...)), shapes: shapes}
	}
	reaching := map[int][]*subject{} // by the number of the routine
	note := func(thorough bool) {
		for _, isa := range []ISA{AVX2, AVX512, NEON} {
			routines := slices.DeleteFunc(slices.Clone(mutantList), func(m mutation) bool {
				return !m.Probe || isaOf(m.File) != isa || thorough && len(reaching[m.ID]) > 0
			})
			for i := 0; i < len(subjects) && len(routines) > 0; i++ {
				s, shapes := subjects[i], subjects[i].shapes
				if thorough {
					shapes = s.kernel.shapes
				}
				takeReached()
				withISA(t, whole(isa), func() { s.walk(shapes) })
				got := takeReached()
				for _, m := range routines {
					if got[m.ID] {
						reaching[m.ID] = append(reaching[m.ID], s)
					}
				}
			}
		}
	}
	note(false)
	note(true)
	// find returns the first of the kernels that fails on the mutant.
	find := func(m mutation, among []*subject, thorough bool) *subject {
		watch := time.AfterFunc(5*time.Minute, func() {
			fmt.Printf("%v: does not come to an end\n", m)
			os.Exit(3)
		})
		defer watch.Stop()
		for _, s := range among {
			shapes, trials := s.shapes, &s.few
			if thorough {
				shapes, trials = s.kernel.shapes, &s.whole
			}
			if *trials == nil {
				*trials = s.trials(t, shapes)
			}
			setMutant(m.ID)
			bad := s.fails(t, isaOf(m.File), s.arenas, *trials)
			setMutant(0)
			if bad {
				return s
			}
		}
		return nil
	}
	known := equivalents(t)
	dead, same, survived := 0, 0, 0
	var reach []*subject // the kernels that reach the routine; the one that found the last mutant comes first
	for _, m := range mutantList {
		if m.Probe {
			reach = slices.Clone(reaching[m.ID])
			if len(reach) == 0 {
				t.Errorf("%v: no kernel reaches it", m)
			}
			continue
		}
		by := find(m, reach, false)
		if by == nil && m.Old != "" && !known[equivalent(m.Symbol, m.Old)] { // perhaps one of the shapes left out finds it
			by = find(m, reach, true)
		}
		switch {
		case by != nil && m.Old == "":
			t.Errorf("%v: gives other results", m)
		case by != nil:
			dead++
			at := slices.Index(reach, by)
			copy(reach[1:at+1], reach[:at])
			reach[0] = by
		case m.Old == "":
		case known[equivalent(m.Symbol, m.Old)]:
			same++
		default:
			survived++
			t.Errorf("%v: survives", m)
		}
	}
	t.Logf("%d mutants found, %d equivalent, %d survive", dead, same, survived)
}
