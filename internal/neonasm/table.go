// Package neonasm writes kernels/neon_arm64.h, macros for the arm64 vector instructions that Go's assembler has
// no name for, from the table below. Its test has an independent disassembler read every macro.
//
// The estimates (FRECPE, FRSQRTE and their steps) are left out on purpose: their bits differ between processors.
package neonasm

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// op is one macro. Its arguments are register numbers, sources first, and the
// destination, d, last; i is a lane and s a shift count. gnu is what a
// disassembler makes of it, with the arguments' names in braces.
type op struct{ name, args, expr, gnu string }

// Instructions on two sources, with the encoding of their 4S form; bit 22 makes
// it the 2D form.
var three = map[string]uint32{
	"fadd": 0x4E20D400, "fsub": 0x4EA0D400, "fmul": 0x6E20DC00, "fdiv": 0x6E20FC00,
	"fmax": 0x4E20F400, "fmin": 0x4EA0F400, "fmaxnm": 0x4E20C400, "fminnm": 0x4EA0C400,
	"fabd": 0x6EA0D400, "fmulx": 0x4E20DC00, "faddp": 0x6E20D400, "fmaxp": 0x6E20F400,
	"fminp": 0x6EA0F400, "fmaxnmp": 0x6E20C400, "fminnmp": 0x6EA0C400,
	"fcmeq": 0x4E20E400, "fcmge": 0x6E20E400, "fcmgt": 0x6EA0E400,
	"facge": 0x6E20EC00, "facgt": 0x6EA0EC00, "fmla": 0x4E20CC00, "fmls": 0x4EA0CC00,
}

// Instructions on one source, likewise.
var two = map[string]uint32{
	"fabs": 0x4EA0F800, "fneg": 0x6EA0F800, "fsqrt": 0x6EA1F800,
	"frintn": 0x4E218800, "frintm": 0x4E219800, "frintp": 0x4EA18800, "frintz": 0x4EA19800,
	"frinta": 0x6E218800, "frintx": 0x6E219800, "frinti": 0x6EA19800,
	"fcvtns": 0x4E21A800, "fcvtms": 0x4E21B800, "fcvtps": 0x4EA1A800, "fcvtas": 0x4E21C800,
	"fcvtzs": 0x4EA1B800, "fcvtzu": 0x6EA1B800, "scvtf": 0x4E21D800, "ucvtf": 0x6E21D800,
}

// Comparisons with zero, likewise.
var zero = map[string]uint32{
	"fcmeq": 0x4EA0D800, "fcmge": 0x6EA0C800, "fcmgt": 0x4EA0C800, "fcmle": 0x6EA0D800, "fcmlt": 0x4EA0E800,
}

var other = []op{
	{"FMUL_S4_LANE", "m, i, n, d", "0x4F809000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16", "fmul {d}.4s, {n}.4s, {m}.s[{i}]"},
	{"FMLA_S4_LANE", "m, i, n, d", "0x4F801000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16", "fmla {d}.4s, {n}.4s, {m}.s[{i}]"},
	{"FMLS_S4_LANE", "m, i, n, d", "0x4F805000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16", "fmls {d}.4s, {n}.4s, {m}.s[{i}]"},
	{"FMUL_D2_LANE", "m, i, n, d", "0x4FC09000 | (i)<<11 | (m)<<16", "fmul {d}.2d, {n}.2d, {m}.d[{i}]"},
	{"FMLA_D2_LANE", "m, i, n, d", "0x4FC01000 | (i)<<11 | (m)<<16", "fmla {d}.2d, {n}.2d, {m}.d[{i}]"},
	{"FMLS_D2_LANE", "m, i, n, d", "0x4FC05000 | (i)<<11 | (m)<<16", "fmls {d}.2d, {n}.2d, {m}.d[{i}]"},
	{"FMAXV_S4", "n, d", "0x6E30F800", "fmaxv s{d}, {n}.4s"},
	{"FMINV_S4", "n, d", "0x6EB0F800", "fminv s{d}, {n}.4s"},
	{"FMAXNMV_S4", "n, d", "0x6E30C800", "fmaxnmv s{d}, {n}.4s"},
	{"FADDP_D", "n, d", "0x7E70D800", "faddp d{d}, {n}.2d"},
	{"FMAXP_D", "n, d", "0x7E70F800", "fmaxp d{d}, {n}.2d"},
	{"FCVTL_D2", "n, d", "0x0E617800", "fcvtl {d}.2d, {n}.2s"},
	{"FCVTL2_D2", "n, d", "0x4E617800", "fcvtl2 {d}.2d, {n}.4s"},
	{"FCVTN_S2", "n, d", "0x0E616800", "fcvtn {d}.2s, {n}.2d"},
	{"FCVTN2_S4", "n, d", "0x4E616800", "fcvtn2 {d}.4s, {n}.2d"},
	{"CMGT_S4", "m, n, d", "0x4EA03400 | (m)<<16", "cmgt {d}.4s, {n}.4s, {m}.4s"},
	{"CMGE_S4", "m, n, d", "0x4EA03C00 | (m)<<16", "cmge {d}.4s, {n}.4s, {m}.4s"},
	{"SMAX_S4", "m, n, d", "0x4EA06400 | (m)<<16", "smax {d}.4s, {n}.4s, {m}.4s"},
	{"SMIN_S4", "m, n, d", "0x4EA06C00 | (m)<<16", "smin {d}.4s, {n}.4s, {m}.4s"},
	{"MUL_S4", "m, n, d", "0x4EA09C00 | (m)<<16", "mul {d}.4s, {n}.4s, {m}.4s"},
	{"SSHL_S4", "m, n, d", "0x4EA04400 | (m)<<16", "sshl {d}.4s, {n}.4s, {m}.4s"},
	{"SSHL_D2", "m, n, d", "0x4EE04400 | (m)<<16", "sshl {d}.2d, {n}.2d, {m}.2d"},
	{"SSHR_S4", "s, n, d", "0x4F000400 | (64-(s))<<16", "sshr {d}.4s, {n}.4s, #{s}"},
	{"SSHR_D2", "s, n, d", "0x4F000400 | (128-(s))<<16", "sshr {d}.2d, {n}.2d, #{s}"},
	{"BIC_B16", "m, n, d", "0x4E601C00 | (m)<<16", "bic {d}.16b, {n}.16b, {m}.16b"},
	{"NOT_B16", "n, d", "0x6E205800", "mvn {d}.16b, {n}.16b"},
	{"XTN_S2", "n, d", "0x0EA12800", "xtn {d}.2s, {n}.2d"},
	{"SXTL_D2", "n, d", "0x0F20A400", "sxtl {d}.2d, {n}.2s"},
}

// ops returns all macros, in the header's order.
func ops() []op {
	var r []op
	add := func(name, suffix string, code uint32, args, gnu string) {
		for k, a := range []string{"S4", "D2"} {
			e := fmt.Sprintf("0x%08X", code|uint32(k)<<22)
			if strings.HasPrefix(args, "m") {
				e += " | (m)<<16"
			}
			r = append(r, op{strings.ToUpper(name) + suffix + "_" + a, args, e,
				name + " " + strings.ReplaceAll(gnu, "?", []string{"4s", "2d"}[k])})
		}
	}
	for _, n := range slices.Sorted(maps.Keys(three)) {
		add(n, "", three[n], "m, n, d", "{d}.?, {n}.?, {m}.?")
	}
	for _, n := range slices.Sorted(maps.Keys(two)) {
		add(n, "", two[n], "n, d", "{d}.?, {n}.?")
	}
	for _, n := range slices.Sorted(maps.Keys(zero)) {
		add(n, "Z", zero[n], "n, d", "{d}.?, {n}.?, #0.0")
	}
	return append(r, other...)
}

// Header returns the text of kernels/neon_arm64.h.
func Header() string {
	var b strings.Builder
	b.WriteString("// Made by 'go test ./internal/neonasm -run Header -update' from its table.go.\n//\n" +
		"// Vector instructions that Go's assembler has no name for, one WORD each. Operands are in Go's order, the\n" +
		"// destination last, and registers are written v0 to v31:\n" +
		"//\tVFADD_S4(v2, v1, v0)    is    fadd v0.4s, v1.4s, v2.4s\n" +
		"// Uses: the named sources. Clobbers: the destination d, nothing else.\n\n")
	for i := range 32 {
		fmt.Fprintf(&b, "#define v%d %d\n", i, i)
	}
	b.WriteString("\n")
	for _, o := range ops() {
		fmt.Fprintf(&b, "#define V%s(%s) WORD $(%s | (n)<<5 | (d))\n", o.name, o.args, o.expr)
	}
	return b.String()
}
