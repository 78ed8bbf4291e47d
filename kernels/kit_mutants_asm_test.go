package kernels

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// Mutant assembly. Each routine of a .s file is given copies of itself, with all macros expanded, that differ from
// it in one instruction; which copy runs is chosen at the routine's entry by a variable of the package. So one
// build holds all mutants.

// mutation is one copy of a routine.
type mutation struct {
	ID           int
	File         string
	Symbol       string
	Line         int    // of the TEXT
	Old, New     string // the instruction; both empty: an unchanged copy, which proves the expansion
	Probe        bool   // no copy: stands for the routine itself, which notes at its entry that it was reached
	Index, Count int    // which of the routine's instructions that could be changed
}

func (m mutation) String() string {
	if m.Probe {
		return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Symbol)
	}
	if m.Old == "" {
		return fmt.Sprintf("%s:%d: %s, unchanged copy", m.File, m.Line, m.Symbol)
	}
	return fmt.Sprintf("%s:%d: %s, arithmetic instruction %d of %d: %s -> %s", m.File, m.Line, m.Symbol, m.Index+1, m.Count, m.Old, m.New)
}

// macro is a #define. One whose body is a WORD stands for an instruction and is not expanded.
type macro struct {
	params []string
	call   bool
	body   string
}

func (m macro) word() bool { return strings.HasPrefix(strings.TrimSpace(m.body), "WORD") }

type macros map[string]macro

// read takes over the #define and #undef lines of f that start at line n, and returns the line after them.
func (ms macros) read(f *asmFile, n int) int {
	c := f.code[n]
	if name, ok := strings.CutPrefix(c, "#undef"); ok {
		delete(ms, strings.TrimSpace(name))
		return n + 1
	}
	m := defineRE.FindStringSubmatch(strings.TrimSuffix(c, "\\"))
	if m == nil {
		return n + 1
	}
	d := macro{call: m[2] != "", body: m[4]}
	for _, p := range strings.Split(m[3], ",") {
		d.params = append(d.params, strings.TrimSpace(p))
	}
	for strings.HasSuffix(f.code[n], "\\") && n+1 < len(f.code) {
		n++
		d.body += "\n" + strings.TrimSuffix(f.code[n], "\\")
	}
	ms[m[1]] = d
	return n + 1
}

// include takes over the macros of a header of this folder.
func (ms macros) include(dir, line string) error {
	name := strings.Trim(strings.TrimSpace(strings.TrimPrefix(line, "#include")), `"`)
	text, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		return nil // textflag.h, go_asm.h
	} else if err != nil {
		return err
	}
	f := parseAsm(name, string(text))
	for n := 0; n < len(f.code); {
		if strings.HasPrefix(f.code[n], "#define") || strings.HasPrefix(f.code[n], "#undef") {
			n = ms.read(f, n)
			continue
		}
		if strings.HasPrefix(f.code[n], "#include") {
			if err := ms.include(dir, f.code[n]); err != nil {
				return err
			}
		}
		n++
	}
	return nil
}

var wordRE = regexp.MustCompile(`[A-Za-z_·][\w·]*`)

// expand replaces the macros in s.
func (ms macros) expand(s string, depth int) string {
	if depth > 50 {
		return s
	}
	var out strings.Builder
	for s != "" {
		at := wordRE.FindStringIndex(s)
		if at == nil {
			break
		}
		out.WriteString(s[:at[0]])
		name := s[at[0]:at[1]]
		rest := s[at[1]:]
		m, ok := ms[name]
		switch {
		case !ok:
			out.WriteString(name)
		case !m.call:
			out.WriteString(ms.expand(m.body, depth+1))
		default:
			open := len(rest) - len(strings.TrimLeft(rest, " \t"))
			if !strings.HasPrefix(rest[open:], "(") {
				out.WriteString(name)
				break
			}
			args, n := arguments(rest[open:])
			rest = rest[open+n:]
			if m.word() {
				out.WriteString(name + "(" + ms.expand(strings.Join(args, ", "), depth+1) + ")")
				break
			}
			body := wordRE.ReplaceAllStringFunc(m.body, func(w string) string {
				for i, p := range m.params {
					if p == w && i < len(args) {
						return args[i]
					}
				}
				return w
			})
			out.WriteString(ms.expand(body, depth+1))
		}
		s = rest
	}
	return out.String() + s
}

// arguments splits "(a, b(c, d)) ..." and returns how long it is.
func arguments(s string) (args []string, n int) {
	depth, start := 0, 1
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
			if depth == 0 {
				return append(args, strings.TrimSpace(s[start:i])), i + 1
			}
		case ',':
			if depth == 1 {
				args = append(args, strings.TrimSpace(s[start:i]))
				start = i + 1
			}
		}
	}
	return args, len(s)
}

// mutate returns the text of the file with its mutants, n for each routine, numbered from id.
func mutate(dir, name string, n, id int) (string, []mutation, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "", nil, err
	}
	f := parseAsm(name, string(text))
	ms := macros{}
	var out strings.Builder
	var all []mutation
	for l := 0; l < len(f.code); {
		switch c := f.code[l]; {
		case strings.HasPrefix(c, "#define"), strings.HasPrefix(c, "#undef"):
			next := ms.read(f, l)
			out.WriteString(strings.Join(f.lines[l:next], "\n") + "\n")
			l = next
		case strings.HasPrefix(c, "#include"):
			if err := ms.include(dir, c); err != nil {
				return "", nil, err
			}
			out.WriteString(c + "\n")
			l++
		case strings.HasPrefix(c, "#"):
			return "", nil, fmt.Errorf("%s:%d: %s: conditional assembly has no place here", name, l+1, c)
		case strings.HasPrefix(c, "TEXT"):
			end := l + 1
			var flat []string
			for end < len(f.code) && !strings.HasPrefix(f.code[end], "TEXT") && !strings.HasPrefix(f.code[end], "DATA") && !strings.HasPrefix(f.code[end], "GLOBL") {
				if strings.HasPrefix(f.code[end], "#") {
					end = ms.read(f, end)
					continue
				}
				for _, s := range strings.FieldsFunc(ms.expand(f.code[end], 0), func(r rune) bool { return r == '\n' || r == ';' }) {
					if s = strings.TrimSpace(s); s != "" {
						flat = append(flat, s)
					}
				}
				end++
			}
			m := textRE.FindStringSubmatch(c)
			if m == nil {
				return "", nil, fmt.Errorf("%s:%d: cannot read %q", name, l+1, c)
			}
			entry, copies, made, err := mutants(f, m[1], flat, n, id)
			if err != nil {
				return "", nil, fmt.Errorf("%s:%d: %w", name, l+1, err)
			}
			for i := range made {
				made[i].Line = l + 1
			}
			out.WriteString(c + "\n" + entry + strings.Join(f.lines[l+1:end], "\n") + "\n" + copies)
			all = append(all, made...)
			id += len(made)
			l = end
		default:
			out.WriteString(f.lines[l] + "\n")
			l++
		}
	}
	return out.String(), all, nil
}

// mutants returns the jumps at a routine's entry and the copies after its end.
func mutants(f *asmFile, symbol string, flat []string, n, id int) (entry, copies string, made []mutation, err error) {
	type choice struct {
		at  int
		new string
	}
	var choices []choice
	for _, table := range [][][2]string{swaps, shuffles} {
		if len(choices) > 0 {
			break
		}
		for i, s := range flat {
			if r := wrong(s, table); r != s {
				choices = append(choices, choice{i, r})
			}
		}
	}
	if len(choices) == 0 { // a routine that only copies: let it forget its last store
		for i, s := range flat {
			if isStore(s) {
				choices = []choice{{i, ""}}
			}
		}
	}
	if len(choices) == 0 {
		return "", "", nil, fmt.Errorf("%s has no instruction to change", symbol)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(symbol))
	g := &gen{s: h.Sum64()}
	picked := map[int]bool{}
	for i := 0; i < n && i < len(choices); i++ { // one out of each n-th of the routine
		n := min(n, len(choices))
		lo, hi := i*len(choices)/n, (i+1)*len(choices)/n
		picked[lo+g.intn(hi-lo)] = true
	}
	const probe, unchanged = -2, -1
	order := []int{probe, unchanged}
	for p := range picked {
		order = append(order, p)
	}
	sort.Ints(order)
	var in, after strings.Builder
	for _, p := range order {
		m := mutation{ID: id, File: f.name, Symbol: symbol, Probe: p == probe, Index: p, Count: len(choices)}
		if m.Probe {
			if f.arm64() {
				fmt.Fprintf(&in, "\tMOVD $1, R0\n\tMOVB R0, ·reached+%d(SB)\n\tMOVD ·mutant(SB), R0\n", id)
			} else {
				fmt.Fprintf(&in, "\tMOVB $1, ·reached+%d(SB)\n", id)
			}
			made = append(made, m)
			id++
			continue
		}
		if f.arm64() {
			fmt.Fprintf(&in, "\tCMP $%d, R0\n\tBEQ mutant_%d\n", id, id)
		} else {
			fmt.Fprintf(&in, "\tCMPQ ·mutant(SB), $%d\n\tJEQ mutant_%d\n", id, id)
		}
		body := append([]string(nil), flat...)
		if p >= 0 {
			c := choices[p]
			m.Old, m.New = body[c.at], c.new
			if c.new == "" {
				m.New = "(nothing)"
			}
			body[c.at] = c.new
		}
		fmt.Fprintf(&after, "mutant_%d:\n", id)
		for _, s := range relabel(body, fmt.Sprintf("_m%d", id)) {
			after.WriteString("\t" + s + "\n")
		}
		made = append(made, m)
		id++
	}
	return in.String(), after.String(), made, nil
}

// relabel gives the labels of a routine a suffix.
func relabel(body []string, suffix string) []string {
	labels := map[string]bool{}
	for _, s := range body {
		if l := labelDef.FindString(s); l != "" {
			labels[strings.TrimSuffix(l, ":")] = true
		}
	}
	r := make([]string, len(body))
	for i, s := range body {
		if l := labelDef.FindString(s); l != "" {
			s = strings.TrimSuffix(l, ":") + suffix + ":" + s[len(l):]
		}
		if at := strings.LastIndexAny(s, " \t,"); at >= 0 && labels[s[at+1:]] {
			s += suffix
		}
		r[i] = s
	}
	return r
}

// swaps lists how an instruction goes wrong: the first prefix that fits.
var swaps = [][2]string{
	{"VFMADD", "VFNMADD"}, {"VFNMADD", "VFMADD"}, {"VFMSUB", "VFNMSUB"}, {"VFNMSUB", "VFMSUB"},
	{"VADDP", "VSUBP"}, {"VADDS", "VSUBS"}, {"VSUBP", "VADDP"}, {"VSUBS", "VADDS"}, {"VMULP", "VADDP"}, {"VMULS", "VADDS"},
	{"VDIVP", "VMULP"}, {"VDIVS", "VMULS"}, {"VMAXP", "VMINP"}, {"VMAXS", "VMINS"}, {"VMINP", "VMAXP"}, {"VMINS", "VMAXS"},
	{"VSQRTP", "VMOVUP"}, {"VCVTPS2PH $0", "VCVTPS2PH $3"}, {"VSCALEFP", "VMULP"}, {"VPADD", "VPSUB"}, {"VPSUB", "VPADD"}, {"VPMULUDQ", "VPADDQ"}, {"VPXOR", "VPOR"},
	{"VFMLA_", "VFMLS_"}, {"VFMLS_", "VFMLA_"}, {"VFADD_", "VFSUB_"}, {"VFSUB_", "VFADD_"}, {"VFMUL_S4_LANE", "VFMLA_S4_LANE"},
	{"VFMUL_D2_LANE", "VFMLA_D2_LANE"}, {"VFMUL_", "VFADD_"}, {"VFDIV_", "VFMUL_"}, {"VFSQRT_", "VFABS_"}, {"VFMLA ", "VFMLS "},
	{"VFMLS ", "VFMLA "}, {"FMADD", "FMSUB"}, {"FMSUB", "FMADD"}, {"FNMADD", "FNMSUB"}, {"FNMSUB", "FNMADD"}, {"FADD", "FSUB"},
	{"FSUB", "FADD"}, {"FMUL", "FADD"}, {"FDIV", "FMUL"}, {"VADD ", "VSUB "}, {"VSUB ", "VADD "}, {"VEOR ", "VORR "},
	{"VFMAX_", "VFMIN_"}, {"VFMIN_", "VFMAX_"}, {"VADD_S4", "VSUB_S4"}, {"VADD_D2", "VSUB_D2"}, {"VSUB_", "VADD_"}, {"VEOR_", "VORR_"},
}

// shuffles is for routines without arithmetic.
var shuffles = [][2]string{
	{"VTRN1", "VTRN2"}, {"VTRN2", "VTRN1"}, {"VZIP1", "VZIP2"}, {"VZIP2", "VZIP1"}, {"VUZP1", "VUZP2"}, {"VUZP2", "VUZP1"},
	{"VUNPCKL", "VUNPCKH"}, {"VUNPCKH", "VUNPCKL"}, {"VPUNPCKL", "VPUNPCKH"}, {"VPUNPCKH", "VPUNPCKL"}, {"VPACKSS", "VPACKUS"},
}

// wrong returns the instruction with another operation, or the same where there is nothing to change.
func wrong(s string, table [][2]string) string {
	label := labelDef.FindString(s)
	op := strings.TrimLeft(s[len(label):], " \t")
	op = strings.Replace(op, "\t", " ", 1)
	end := strings.IndexAny(op, " (")
	if o := strings.Split(strings.Trim(op[end+1:], " )"), ","); end > 0 && (strings.HasPrefix(op, "VPXOR") || strings.HasPrefix(op, "VEOR")) && len(o) == 3 && strings.TrimSpace(o[0]) == strings.TrimSpace(o[1]) {
		return s // sets to zero
	}
	for _, w := range table {
		if rest, ok := strings.CutPrefix(op, w[0]); ok {
			return label + " " + w[1] + rest
		}
	}
	return s
}

var storeRE = regexp.MustCompile(`^(?:V?MOV\w*(?:\.\w+)?|VMASKMOV\w+|VST1\S*|FMOV\w+(?:\.\w)?|FSTP\w+(?:\.\w)?|VEXTRACT\w+)\s.*,\s*[-*\w+]*\(\w+\)(?:\(\w+(?:\*\d)?\))?$|^VST[1R]_\w+\(.*\)$`)

func isStore(s string) bool {
	return storeRE.MatchString(strings.TrimSpace(s[len(labelDef.FindString(s)):]))
}

// TestMutate: macros are expanded as the assembler does, and each copy has its labels and its one change.
func TestMutate(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("m_amd64.h", "#define acc Y0\n#define ROW(p, d) \\\n\tVMOVUPS (p), Y1 \\\n\tSTEP(Y1, d)\n#define STEP(a, b) VADDPS a, b, b; VPXOR a, a, a\n")
	write("x_avx2_amd64.s", `#include "m_amd64.h"
#define x_ptr SI
TEXT ·sum(SB), NOSPLIT, $0-8
	MOVQ x+0(FP), x_ptr // the row
loop: ROW(x_ptr, acc)
	JNZ loop
	RET
`)
	got, made, err := mutate(dir, "x_avx2_amd64.s", 3, 7)
	if err != nil {
		t.Fatal(err)
	}
	want := `#include "m_amd64.h"
#define x_ptr SI
TEXT ·sum(SB), NOSPLIT, $0-8
	MOVB $1, ·reached+7(SB)
	CMPQ ·mutant(SB), $8
	JEQ mutant_8
	CMPQ ·mutant(SB), $9
	JEQ mutant_9
	MOVQ x+0(FP), x_ptr // the row
loop: ROW(x_ptr, acc)
	JNZ loop
	RET
mutant_8:
	MOVQ x+0(FP), SI
	loop_m8:
	VMOVUPS (SI), Y1
	VADDPS Y1, Y0, Y0
	VPXOR Y1, Y1, Y1
	JNZ loop_m8
	RET
mutant_9:
	MOVQ x+0(FP), SI
	loop_m9:
	VMOVUPS (SI), Y1
	 VSUBPS Y1, Y0, Y0
	VPXOR Y1, Y1, Y1
	JNZ loop_m9
	RET
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(made) != 3 || !made[0].Probe || made[2].Old != "VADDPS Y1, Y0, Y0" || made[2].Line != 3 {
		t.Errorf("mutations %v", made)
	}
}
