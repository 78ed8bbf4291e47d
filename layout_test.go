package elbo_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "example.com/elbo"

// libraries are the packages that a user imports.
var libraries = []string{".", "kernels", "nn", "em", "vem", "vae"}

// files returns the paths, with slashes, of the repository's files that f accepts. Hidden folders and testdata are
// passed over.
func files(t *testing.T, f func(path string) bool) []string {
	t.Helper()
	var r []string
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if p := filepath.ToSlash(path); f(p) {
			r = append(r, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// nestedModules returns the folders of the modules below the root's.
func nestedModules(t *testing.T) []string {
	t.Helper()
	var r []string
	for _, f := range files(t, func(p string) bool { return strings.HasSuffix(p, "/go.mod") }) {
		r = append(r, strings.TrimSuffix(f, "/go.mod"))
	}
	return r
}

// goFiles returns the Go files of the root module.
func goFiles(t *testing.T) []string {
	t.Helper()
	nested := nestedModules(t)
	return files(t, func(p string) bool {
		return strings.HasSuffix(p, ".go") && !slices.ContainsFunc(nested, func(d string) bool { return strings.HasPrefix(p, d+"/") })
	})
}

// TestLayout: the house has its rooms, by these names.
func TestLayout(t *testing.T) {
	for _, f := range []string{
		"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "go.mod", ".ci/run", "docs/numerics.md",
		"doc.go", "bound.go", "fit.go", "stats.go", "kernels/kernels_amd64.s", "kernels/kernels_arm64.s", "kernels/testdata/bits.txt",
		"internal/emul/go.mod", "internal/emul/avx512-run", "bench/doc.go", "cmd/elbo/go.mod",
	} {
		if fi, err := os.Stat(f); err != nil || !fi.Mode().IsRegular() {
			t.Errorf("%s: want a file (%v)", f, err)
		}
	}
	for _, d := range append(libraries, "bench") {
		if names, err := filepath.Glob(filepath.Join(d, "*.go")); len(names) == 0 {
			t.Errorf("%s: want a package (%v)", d, err)
		}
	}
}

// floor tells how high a package stands; imports point down only. The models stand side by side.
func floor(path string) int {
	rel := strings.TrimPrefix(strings.TrimPrefix(path, modulePath), "/")
	top, _, _ := strings.Cut(rel, "/")
	switch top {
	case "kernels":
		return 1
	case "internal":
		if rel == "internal/lockstep" { // it imports nothing of ours, and the tests of kernels need it
			return 1
		}
		if rel == "internal/moments" || rel == "internal/modeltest" { // what em and vem share
			return 4
		}
		return 2
	case "", "nn":
		return 3
	case "em", "vem", "vae":
		return 5
	case "bench", "examples":
		return 6
	}
	return 0
}

// TestFloors: no import points up, the models do not import each other, and nobody else's code comes in but what
// go.mod names, in kernels alone.
func TestFloors(t *testing.T) {
	for _, f := range goFiles(t) {
		dir := filepath.ToSlash(filepath.Dir(f))
		self := modulePath
		if dir != "." {
			self += "/" + dir
		}
		mine := floor(self)
		if mine == 0 {
			t.Errorf("%s: the house has no floor for %s", f, self)
			continue
		}
		test := strings.HasSuffix(f, "_test.go")
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case path == self: // an external test
			case path == modulePath || strings.HasPrefix(path, modulePath+"/"):
				at := floor(path)
				below := at < mine || at == mine && (mine == 2 || test)
				if at == 0 || !below {
					t.Errorf("%s: %s is not below %s", f, path, self)
				}
			case strings.Contains(strings.Split(path, "/")[0], "."):
				if mine != 1 || path != "golang.org/x/sys/cpu" && path != "github.com/klauspost/cpuid/v2" {
					t.Errorf("%s imports %s", f, path)
				}
			}
		}
	}
}

// TestModules: the root module requires exactly two others, the nested ones replace it by the checkout, and no
// workspace changes what is tested.
func TestModules(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range strings.Split(string(text), "\n") {
		w := strings.Fields(strings.TrimPrefix(l, "require"))
		if len(w) >= 2 && strings.Contains(w[0], ".") && strings.HasPrefix(w[1], "v") {
			got = append(got, w[0])
		}
		if strings.HasPrefix(l, "replace") {
			t.Errorf("go.mod: %s", l)
		}
	}
	slices.Sort(got)
	if want := []string{"github.com/klauspost/cpuid/v2", "golang.org/x/sys"}; !slices.Equal(got, want) {
		t.Errorf("go.mod requires %v, want %v", got, want)
	}
	for _, d := range nestedModules(t) {
		text, err := os.ReadFile(d + "/go.mod")
		if err != nil {
			t.Fatal(err)
		}
		up := strings.Repeat("../", strings.Count(d, "/")) + ".."
		if s := string(text); strings.Contains(s, modulePath+" v") && !strings.Contains(s, "replace "+modulePath+" => "+up+"\n") {
			t.Errorf("%s/go.mod has no line replace %s => %s", d, modulePath, up)
		}
	}
	for _, f := range files(t, func(p string) bool { return strings.HasSuffix(p, "go.work") }) {
		if ignored, err := os.ReadFile(".gitignore"); err != nil || !strings.Contains(string(ignored), "go.work") {
			t.Errorf("%s: want no workspace in the repository (%v)", f, err)
		}
	}
}

// TestFileSizes: no file has 600 lines.
func TestFileSizes(t *testing.T) {
	for _, f := range files(t, func(p string) bool {
		return strings.HasSuffix(p, ".go") || strings.HasSuffix(p, ".s") || strings.HasSuffix(p, ".h")
	}) {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n >= 600 {
			t.Errorf("%s has %d lines, want fewer than 600", f, n)
		}
	}
}

// TestExamples: every package that a user imports has a runnable example with its output.
func TestExamples(t *testing.T) {
	for _, dir := range libraries {
		names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		var parsed []*ast.File
		for _, name := range names {
			f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, f)
		}
		if !slices.ContainsFunc(doc.Examples(parsed...), func(e *doc.Example) bool { return e.Output != "" }) {
			t.Errorf("%s has no example with output", dir)
		}
	}
}

var assembly = regexp.MustCompile(`^kernels/([a-z0-9]+)(_[a-z0-9]+)*_(avx2_amd64|avx512_amd64|neon_arm64)\.s$`)

// TestFamilies: in kernels each family F has F.go, F_generic.go and what chooses between that and its assembly.
func TestFamilies(t *testing.T) {
	have := map[string]bool{}
	for _, f := range files(t, func(p string) bool { return strings.HasPrefix(p, "kernels/") }) {
		have[f] = true
	}
	for f := range have {
		if family, ok := strings.CutSuffix(f, "_generic.go"); ok {
			for _, end := range []string{".go", "_noasm.go", "_test.go"} {
				if !have[family+end] {
					t.Errorf("%s has no %s", f, family+end)
				}
			}
		}
		if !strings.HasSuffix(f, ".s") || f == "kernels/kernels_amd64.s" || f == "kernels/kernels_arm64.s" {
			continue
		}
		if consts, ok := strings.CutSuffix(f, "_consts_amd64.s"); ok && have[consts+"_amd64.go"] {
			continue
		}
		if consts, ok := strings.CutSuffix(f, "_consts.s"); ok && have[consts+"_generic.go"] { // for both ports
			continue
		}
		m := assembly.FindStringSubmatch(f)
		if m == nil {
			t.Errorf("%s: want kernels/FAMILY_ISA_ARCH.s", f)
			continue
		}
		_, arch, _ := strings.Cut(m[3], "_")
		if !have["kernels/"+m[1]+"_generic.go"] || !have["kernels/"+m[1]+"_"+arch+".go"] {
			t.Errorf("%s: the family %s has no kernels/%s_generic.go or kernels/%s_%s.go", f, m[1], m[1], m[1], arch)
		}
	}
}
