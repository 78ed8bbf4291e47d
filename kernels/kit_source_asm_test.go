package kernels

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asmFile is an assembly source or header of this folder, taken apart line by line.
type asmFile struct {
	name  string
	lines []string // as they stand
	code  []string // without comments; a line that is only a comment is empty
	macro []bool   // the line belongs to a #define
}

func asmFiles(t testing.TB) []*asmFile {
	t.Helper()
	if emulated() {
		t.Skip("the sources are not on the emulated machine")
	}
	var r []*asmFile
	for _, pattern := range []string{"*.s", "*.h"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			r = append(r, parseAsm(name, string(text)))
		}
	}
	return r
}

var blockComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

func parseAsm(name, text string) *asmFile {
	text = blockComment.ReplaceAllStringFunc(text, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
	f := &asmFile{name: name, lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	inMacro := false
	for _, l := range f.lines {
		c, _, _ := strings.Cut(l, "//")
		c = strings.TrimSpace(c)
		f.code = append(f.code, c)
		inMacro = inMacro || strings.HasPrefix(c, "#define")
		f.macro = append(f.macro, inMacro)
		inMacro = inMacro && strings.HasSuffix(c, "\\")
	}
	return f
}

func (f *asmFile) amd64() bool   { return strings.Contains(f.name, "_amd64") }
func (f *asmFile) arm64() bool   { return strings.Contains(f.name, "_arm64") }
func (f *asmFile) neutral() bool { return !f.amd64() && !f.arm64() } // constants or macros for both
func (f *asmFile) header() bool  { return strings.HasSuffix(f.name, ".h") }

// statements returns the instructions of the code line n, without label and continuation mark.
func (f *asmFile) statements(n int) []string {
	c := strings.TrimSuffix(f.code[n], "\\")
	if strings.HasPrefix(c, "#define") {
		if c = defineBody(c); c == "" {
			return nil
		}
	} else if strings.HasPrefix(c, "#") {
		return nil
	}
	var r []string
	for _, s := range strings.Split(c, ";") {
		s = strings.TrimSpace(s)
		if m := labelDef.FindString(s); m != "" {
			s = strings.TrimSpace(s[len(m):])
		}
		if s != "" {
			r = append(r, s)
		}
	}
	return r
}

var (
	labelDef  = regexp.MustCompile(`^[A-Za-z_]\w*:`)
	defineRE  = regexp.MustCompile(`^#define\s+(\w+)(\(([^)]*)\))?\s*(.*)$`)
	textRE    = regexp.MustCompile(`^TEXT\s+(?:·|\x{00b7})?(\w+)(<>)?\(SB\),\s*([^,]+),\s*\$(\d+)(?:-(\d+))?`)
	evexReg   = regexp.MustCompile(`\b(?:Z(?:[12]?\d|3[01])|K[0-7]|[XY](?:1[6-9]|2\d|3[01]))\b`)
	wideReg   = regexp.MustCompile(`\b[YZ](?:[12]?\d|3[01])\b`)
	amd64Kept = regexp.MustCompile(`\b(?:R1[45][BWL]?|E?BPB?|g)\b`)
	arm64Kept = regexp.MustCompile(`\b(?:R(?:16|17|18|18_PLATFORM|27|28|29)|g|REGTMP)\b`)
	machine   = regexp.MustCompile(`\b(?:[ABCD][LX]|[DS]I|R\d+|[XYZ]\d+|[VF](?:[12]?\d|3[01])|K[0-7]|TEXT)\b`)
	forbidden = regexp.MustCompile(`\b(?:LDMXCSR|VLDMXCSR|FLDCW|STD|CLD|EMMS|V?RCP(?:14|28)?[PS][SD]|V?RSQRT(?:14|28)?[PS][SD]|VEXP2P[SD]|V?FRECPE\w*|V?FRSQRTE\w*|V?FRECPX\w*)\b|\bFPCR\b`)
)

func defineBody(c string) string {
	if m := defineRE.FindStringSubmatch(c); m != nil {
		return strings.TrimSpace(strings.TrimSuffix(m[4], "\\"))
	}
	return ""
}

// TestAsmSources: the rules of the house for assembly that a reader can check line by line, but would not.
func TestAsmSources(t *testing.T) {
	stubs := goStubs(t)
	seen := map[string]bool{}
	for _, f := range asmFiles(t) {
		for _, e := range f.check(stubs, seen) {
			t.Error(e)
		}
	}
	for key := range stubs {
		if !seen[key] {
			t.Errorf("%s is declared without a body, but no assembly file has it", key)
		}
	}
}

// TestAsmSourcesRed: the checks find what they are there for.
func TestAsmSourcesRed(t *testing.T) {
	const head = "//go:build !purego && !race\n\n// Sums.\n//\n// Contract: none.\n\n"
	for _, c := range []struct{ name, text, want string }{
		{"x_avx2_amd64.s", "\tVADDPS Z1, Z2, Z3\n", "AVX-512"},
		{"x_avx2_amd64.s", "\tKMOVW AX, K1\n", "AVX-512"},
		{"x_avx2_amd64.s", "\tVADDPS Y17, Y2, Y3\n", "AVX-512"},
		{"x_avx2_amd64.s", "\tVADDPS Y1, Y2, Y3\n\tRET\n", "VZEROUPPER"},
		{"x_avx2_amd64.s", "\tMOVQ AX, R14\n", "reserved"},
		{"x_avx2_amd64.s", "#define a_ptr BP\n", "reserved"},
		{"x_neon_arm64.s", "\tMOVD R0, R18\n", "reserved"},
		{"x_avx2_amd64.s", "#define LOAD(r) \\\n\tMOVQ x+0(FP), r\n", "(FP)"},
		{"x_avx2_amd64.s", "// func other(x *float32)\nTEXT ·sum(SB), NOSPLIT, $0-8\n\tRET\n", "comment"},
		{"x_avx2_amd64.s", "// func sum(y *float32)\nTEXT ·sum(SB), NOSPLIT, $0-8\n\tRET\n", "declaration"},
		{"x_avx2_amd64.s", "// func sum(x *float32)\nTEXT ·sum(SB), 0, $8-8\n\tRET\n", "NOSPLIT"},
		{"x_avx2_amd64.s", strings.Repeat("\tNOP\n", 600), "600 lines"},
		{"x_avx2_amd64.s", "\tVRCPPS Y1, Y2\n", "forbidden"},
		{"x.h", "#define MOVE VMOVAPS Y1, Y2\n", "both ports"},
		{"x.s", "DATA ·x+0(SB)/8, $0\n", "(amd64 || arm64)"},
		{"x_amd64.h", "TEXT ·sum(SB), NOSPLIT, $0-8\n", "header"},
	} {
		stubs := map[string]string{"amd64 sum": "func sum(x *float32)"}
		errs := parseAsm(c.name, head+c.text).check(stubs, map[string]bool{})
		if !strings.Contains(strings.Join(errs, "\n"), c.want) {
			t.Errorf("%s with %q: found %q, want a complaint about %s", c.name, c.text, errs, c.want)
		}
	}
	good := head + "// func sum(x *float32)\n//\n// It sums.\nTEXT ·sum(SB), NOSPLIT, $0-8\n\tMOVQ x+0(FP), SI\n\tVADDPS (SI), Y1, Y2\ndone:\n\tVZEROUPPER\n\tRET\n"
	if errs := parseAsm("x_avx2_amd64.s", good).check(map[string]string{"amd64 sum": "func sum(x *float32)"}, map[string]bool{}); errs != nil {
		t.Errorf("a good file: %q", errs)
	}
}

// check returns what is wrong with the file. stubs holds the Go declarations by "arch name"; those found are put
// into seen.
func (f *asmFile) check(stubs map[string]string, seen map[string]bool) (errs []string) {
	bad := func(n int, format string, a ...any) {
		errs = append(errs, fmt.Sprintf("%s:%d: %s", f.name, n+1, fmt.Sprintf(format, a...)))
	}
	if len(f.lines) >= 600 {
		bad(len(f.lines)-1, "the file has 600 lines or more")
	}
	f.checkHead(bad)
	arch := "amd64"
	if f.arm64() {
		arch = "arm64"
	}
	wide := false
	for _, c := range f.code {
		wide = wide || f.amd64() && wideReg.MatchString(c)
	}
	previous := "" // the instruction before
	for n, c := range f.code {
		switch {
		case f.neutral() && machine.MatchString(c):
			bad(n, "%s: a file for both ports names no register of one and has no routine", strings.TrimSpace(machine.FindString(c)))
		case f.amd64() && !strings.Contains(f.name, "_avx512_") && evexReg.MatchString(c):
			bad(n, "%s: AVX-512 outside an _avx512_ file", evexReg.FindString(c))
		case f.amd64() && amd64Kept.MatchString(c):
			bad(n, "%s is reserved", amd64Kept.FindString(c))
		case f.arm64() && arm64Kept.MatchString(c):
			bad(n, "%s is reserved", arm64Kept.FindString(c))
		}
		if (f.macro[n] || f.header()) && strings.Contains(c, "(FP)") {
			bad(n, "(FP) inside a macro: go vet does not see it")
		}
		for _, s := range f.statements(n) {
			op, _, _ := strings.Cut(s, " ")
			if w := forbidden.FindString(s); w != "" {
				bad(n, "%s is forbidden: an approximation, or a change of the floating-point state", w)
			}
			if op == "RET" && wide && previous != "VZEROUPPER" {
				bad(n, "RET without VZEROUPPER before it")
			}
			if strings.HasPrefix(s, "TEXT") {
				if f.header() || f.macro[n] {
					bad(n, "TEXT inside a header or a macro")
				} else {
					f.checkText(n, s, arch, stubs, seen, bad)
				}
			}
			previous = op
		}
	}
	return errs
}

// checkHead wants the build constraint in an assembly file and a comment that says what the file is.
func (f *asmFile) checkHead(bad func(int, string, ...any)) {
	n, comment := 0, 0
	tagged := f.header()
	for ; n < len(f.lines); n++ {
		l := strings.TrimSpace(f.lines[n])
		if l == "//go:build !purego && !race" && !f.neutral() || l == "//go:build (amd64 || arm64) && !purego && !race" && f.neutral() {
			tagged = true
		} else if strings.HasPrefix(l, "//") {
			comment++
		} else if l != "" && !strings.HasPrefix(l, "#include") {
			break
		}
	}
	if !tagged {
		bad(0, "want the line //go:build !purego && !race, and in a file for both ports (amd64 || arm64) too")
	}
	if comment < 2 {
		bad(0, "want a header comment: what, contract, registers, memory")
	}
}

// checkText wants NOSPLIT, no frame, and the Go declaration in the comment above.
func (f *asmFile) checkText(n int, s, arch string, stubs map[string]string, seen map[string]bool, bad func(int, string, ...any)) {
	m := textRE.FindStringSubmatch(s)
	if m == nil {
		bad(n, "cannot read %q", s)
		return
	}
	if !strings.Contains(m[3], "NOSPLIT") || m[4] != "0" {
		bad(n, "%s: want NOSPLIT, $0-size", m[1])
	}
	if m[2] != "" { // file-local: no Go declaration
		return
	}
	seen[arch+" "+m[1]] = true
	first := n
	for first > 0 && strings.HasPrefix(f.lines[first-1], "//") {
		first--
	}
	var words []string
	for _, l := range f.lines[first:n] {
		words = append(words, strings.Fields(strings.TrimLeft(l, "/"))...)
	}
	comment := strings.Join(words, " ")
	if !strings.HasPrefix(comment, "func "+m[1]+"(") {
		bad(n, "the comment above TEXT ·%s does not start with func %s(", m[1], m[1])
		return
	}
	want, ok := stubs[arch+" "+m[1]]
	if !ok {
		bad(n, "%s has no Go declaration", m[1])
	} else if !strings.HasPrefix(comment, want) {
		bad(n, "the comment above TEXT ·%s is not the Go declaration %s", m[1], want)
	}
}

// goStubs returns the functions without a body of this folder, by "arch name", and demands that each is marked
// //go:noescape and has a comment.
func goStubs(t *testing.T) map[string]string {
	t.Helper()
	r := map[string]string{}
	for _, arch := range []string{"amd64", "arm64"} {
		names, err := filepath.Glob("*_" + arch + ".go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			twin := "" // a stub after its twin of the other type needs no comment of its own
			for _, decl := range file.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || fn.Body != nil {
					continue
				}
				doc := fn.Doc
				fn.Doc = nil
				var b bytes.Buffer
				if err := printer.Fprint(&b, fset, fn); err != nil {
					t.Fatal(err)
				}
				r[arch+" "+fn.Name.Name] = strings.Join(strings.Fields(b.String()), " ")
				text := ""
				if doc != nil {
					text = doc.Text()
					for _, c := range doc.List {
						if c.Text == "//go:noescape" {
							text += "+noescape"
						}
					}
				}
				if !strings.HasSuffix(text, "+noescape") {
					t.Errorf("%s: %s is not marked //go:noescape", name, fn.Name.Name)
				}
				of := strings.NewReplacer("F32", "", "F64", "").Replace(fn.Name.Name)
				commented := doc != nil && !strings.HasPrefix(text, "+")
				if commented {
					twin = of
				} else if of != twin {
					t.Errorf("%s: %s has no comment: write the reference loop", name, fn.Name.Name)
				}
			}
		}
	}
	return r
}
