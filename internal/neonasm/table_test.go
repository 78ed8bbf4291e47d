package neonasm

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the header anew")

const path = "../../kernels/neon_arm64.h"

// TestHeader: the header in kernels is the one that the table gives.
func TestHeader(t *testing.T) {
	if *update {
		if err := os.WriteFile(path, []byte(Header()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != Header() {
		t.Fatalf("%s does not match table.go (%v): run with -update", path, err)
	}
}

// TestEncodings assembles every macro and compares with what GNU objdump reads.
func TestEncodings(t *testing.T) {
	objdump, err := exec.LookPath("aarch64-linux-gnu-objdump")
	if err != nil {
		if os.Getenv("ELBO_CI") == "1" {
			t.Fatal("aarch64-linux-gnu-objdump is missing (Debian: binutils-aarch64-linux-gnu)")
		}
		t.Skip("needs aarch64-linux-gnu-objdump (Debian: binutils-aarch64-linux-gnu)")
	}
	val := map[string]string{"m": "v11", "n": "v7", "d": "v29", "i": "1", "s": "23", "k": "(3*32+7)"}
	src := "#include \"neon_arm64.h\"\nTEXT ·f(SB), 4, $0\n"
	for _, o := range ops() {
		var a []string
		for _, x := range strings.Split(o.args, ", ") {
			a = append(a, val[x])
		}
		src += fmt.Sprintf("\tV%s(%s)\n", o.name, strings.Join(a, ", "))
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f.s"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "tool", "asm", "-S", "-p", "x", "-I", filepath.Dir(path), "-o", filepath.Join(dir, "f.o"), filepath.Join(dir, "f.s"))
	c.Env = append(os.Environ(), "GOARCH=arm64", "GOOS=linux")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var code []byte
	for _, m := range regexp.MustCompile(`\tWORD\t\$(-?\d+)`).FindAllStringSubmatch(string(out), -1) {
		v, _ := strconv.ParseInt(m[1], 10, 64)
		code = binary.LittleEndian.AppendUint32(code, uint32(v))
	}
	bin := filepath.Join(dir, "f.bin")
	if err := os.WriteFile(bin, code, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err = exec.Command(objdump, "-D", "-b", "binary", "-maarch64", bin).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^ +[0-9a-f]+:\t[0-9a-f]+ *\t(.*)$`).FindAllStringSubmatch(string(out), -1)
	if len(lines) != len(ops()) {
		t.Fatalf("%d instructions for %d macros", len(lines), len(ops()))
	}
	r := strings.NewReplacer("s{d}", "s29", "d{d}", "d29", "{m}", "v11", "{n}", "v7", "{d}", "v29", "{i}", "1", "{s}", "23")
	for i, o := range ops() {
		if got, want := strings.ReplaceAll(lines[i][1], "\t", " "), r.Replace(o.gnu); got != want {
			t.Errorf("%s: is %q, want %q", o.name, got, want)
		}
	}
}
