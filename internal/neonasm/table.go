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
// destination, d, last; i is a lane, s a shift count and k an address. gnu is what a
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
	{"FMINP_D", "n, d", "0x7EF0F800", "fminp d{d}, {n}.2d"},
	{"FCVTL_D2", "n, d", "0x0E617800", "fcvtl {d}.2d, {n}.2s"},
	{"FCVTL2_D2", "n, d", "0x4E617800", "fcvtl2 {d}.2d, {n}.4s"},
	{"FCVTL_S4", "n, d", "0x0E217800", "fcvtl {d}.4s, {n}.4h"},
	{"FCVTN_H4", "n, d", "0x0E216800", "fcvtn {d}.4h, {n}.4s"},
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
	{"UMULL_D2", "m, n, d", "0x2EA0C000 | (m)<<16", "umull {d}.2d, {n}.2s, {m}.2s"},
	{"UMULL2_D2", "m, n, d", "0x6EA0C000 | (m)<<16", "umull2 {d}.2d, {n}.4s, {m}.4s"},
	{"XTN_S2", "n, d", "0x0EA12800", "xtn {d}.2s, {n}.2d"},
	{"SXTL_D2", "n, d", "0x0F20A400", "sxtl {d}.2d, {n}.2s"},
	// What Go's assembler has a name for, by number: a macro can make a register's name out of its number as
	// little as the number out of its name. k is 32 times an offset in 32 bytes plus the number of a base register.
	{"ADD_S4", "m, n, d", "0x4EA08400 | (m)<<16", "add {d}.4s, {n}.4s, {m}.4s"},
	{"ADD_D2", "m, n, d", "0x4EE08400 | (m)<<16", "add {d}.2d, {n}.2d, {m}.2d"},
	{"SUB_S4", "m, n, d", "0x6EA08400 | (m)<<16", "sub {d}.4s, {n}.4s, {m}.4s"},
	{"SUB_D2", "m, n, d", "0x6EE08400 | (m)<<16", "sub {d}.2d, {n}.2d, {m}.2d"},
	{"SHL_S4", "s, n, d", "0x4F005400 | (32+(s))<<16", "shl {d}.4s, {n}.4s, #{s}"},
	{"SHL_D2", "s, n, d", "0x4F005400 | (64+(s))<<16", "shl {d}.2d, {n}.2d, #{s}"},
	{"USHR_S4", "s, n, d", "0x6F000400 | (64-(s))<<16", "ushr {d}.4s, {n}.4s, #{s}"},
	{"USHR_D2", "s, n, d", "0x6F000400 | (128-(s))<<16", "ushr {d}.2d, {n}.2d, #{s}"},
	{"UMAX_S4", "m, n, d", "0x6EA06400 | (m)<<16", "umax {d}.4s, {n}.4s, {m}.4s"},
	{"UMIN_S4", "m, n, d", "0x6EA06C00 | (m)<<16", "umin {d}.4s, {n}.4s, {m}.4s"},
	{"UMAXV_S4", "n, d", "0x6EB0A800", "umaxv s{d}, {n}.4s"},
	{"CMHS_S4", "m, n, d", "0x6EA03C00 | (m)<<16", "cmhs {d}.4s, {n}.4s, {m}.4s"},
	{"CMHI_S4", "m, n, d", "0x6EA03400 | (m)<<16", "cmhi {d}.4s, {n}.4s, {m}.4s"},
	{"CMEQ_S4", "m, n, d", "0x6EA08C00 | (m)<<16", "cmeq {d}.4s, {n}.4s, {m}.4s"},
	{"AND_B16", "m, n, d", "0x4E201C00 | (m)<<16", "and {d}.16b, {n}.16b, {m}.16b"},
	{"ORR_B16", "m, n, d", "0x4EA01C00 | (m)<<16", "orr {d}.16b, {n}.16b, {m}.16b"},
	{"EOR_B16", "m, n, d", "0x6E201C00 | (m)<<16", "eor {d}.16b, {n}.16b, {m}.16b"},
	{"BSL_B16", "m, n, d", "0x6E601C00 | (m)<<16", "bsl {d}.16b, {n}.16b, {m}.16b"},
	{"BIT_B16", "m, n, d", "0x6EA01C00 | (m)<<16", "bit {d}.16b, {n}.16b, {m}.16b"},
	{"BIF_B16", "m, n, d", "0x6EE01C00 | (m)<<16", "bif {d}.16b, {n}.16b, {m}.16b"},
	{"MOV_B16", "n, d", "0x4EA01C00 | (n)<<16", "mov {d}.16b, {n}.16b"},
	{"LDR_Q", "k, d", "0x3DC00000 | ((k)>>5)<<11 | ((k)&31)<<5", "ldr q29, [x7, #96]"},
	{"LDR_Q_HIGH", "k, d", "0x3DC00400 | ((k)>>5)<<11 | ((k)&31)<<5", "ldr q29, [x7, #112]"},
	{"TBL2_B16", "m, n, d", "0x4E002000 | (m)<<16", "tbl v29.16b, {v7.16b, v8.16b}, v11.16b"},
	{"ZIP1_D2", "m, n, d", "0x4EC03800 | (m)<<16", "zip1 {d}.2d, {n}.2d, {m}.2d"},
	{"ZIP2_D2", "m, n, d", "0x4EC07800 | (m)<<16", "zip2 {d}.2d, {n}.2d, {m}.2d"},
	{"LDR_QX", "m, n, d", "0x3CE06800 | (m)<<16", "ldr q29, [x7, x11]"},
	{"STR_QX", "m, n, d", "0x3CA06800 | (m)<<16", "str q29, [x7, x11]"},
	{"STR_DX", "m, n, d", "0xFC206800 | (m)<<16", "str d29, [x7, x11]"},
	{"LD1R_D2", "n, d", "0x4D40CC00", "ld1r {v29.2d}, [x7]"},
	{"LD1_S", "i, n, d", "0x0D408000 | ((i)>>1)<<30 | ((i)&1)<<12", "ld1 {v29.s}[1], [x7]"},
	{"ST1_S", "i, n, d", "0x0D008000 | ((i)>>1)<<30 | ((i)&1)<<12", "st1 {v29.s}[1], [x7]"},
	{"LD1_D1", "n, d", "0x4D408400", "ld1 {v29.d}[1], [x7]"},
	{"ST1_D1", "n, d", "0x4D008400", "st1 {v29.d}[1], [x7]"},
	{"ADD_X", "m, n, d", "0x8B000000 | (m)<<16", "add x29, x7, x11"},
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
		n := " | (n)<<5"
		if strings.HasPrefix(o.args, "k") {
			n = ""
		}
		fmt.Fprintf(&b, "#define V%s(%s) WORD $(%s%s | (d))\n", o.name, o.args, o.expr, n)
	}
	return b.String()
}
