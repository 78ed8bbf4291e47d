package kernels

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

var updateBits = flag.Bool("update", false, "write testdata/bits.txt anew, from pure Go")

var bitsFile = filepath.Join("testdata", "bits.txt")

const bitsHeader = `# SHA-256 of every kernel's results over its fixed inputs: the same on every ISA, operating system and build.
# go test ./kernels -run TestBits -update writes it, from pure Go. A line that changes is a change of the numerics
# version; a line that is new is a new kernel.
`

// digest hashes the results of the kernel over its bits shapes, a NaN counting as the canonical one.
func (k *kernel) digest() string {
	h := sha256.New()
	canon := []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}
	if k.size == 4 {
		canon = []byte{0, 0, 0xc0, 0x7f}
	}
	for _, how := range k.flavours()[:min(2, len(k.flavours()))] {
		for n, d := range k.bits {
			b := k.buffers(d, uint64(n)+1000, how)
			k.run(d, b)
			fmt.Fprintf(h, "%v", d)
			for i, o := range k.ops(d) {
				if o.role != out && o.role != inout {
					continue
				}
				for e := 0; e < len(b[i]); e += k.size {
					v := b[i][e : e+k.size]
					if isNaN(v) {
						v = canon
					}
					h.Write(v)
				}
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// isNaN tells whether the bytes of an element are a NaN's.
func isNaN(v []byte) bool {
	var u uint64
	for i := len(v) - 1; i >= 0; i-- {
		u = u<<8 | uint64(v[i])
	}
	if len(v) == 4 {
		return u&0x7fffffff > 0x7f800000
	}
	return u&(1<<63-1) > 0x7ff<<52
}

// readBits returns the digests of the file by kernel, and the numerics version that it was written under.
func readBits() (digests map[string]string, version int, err error) {
	f, err := os.Open(bitsFile)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()
	digests = map[string]string{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		w := strings.Fields(s.Text())
		switch {
		case len(w) == 0 || w[0] == "#":
		case len(w) == 2 && w[0] == "numerics":
			if _, err := fmt.Sscan(w[1], &version); err != nil {
				return nil, 0, fmt.Errorf("%s: %q: %w", bitsFile, s.Text(), err)
			}
		case len(w) == 2 && digests[w[0]] == "":
			digests[w[0]] = w[1]
		default:
			return nil, 0, fmt.Errorf("%s: bad line %q", bitsFile, s.Text())
		}
	}
	return digests, version, s.Err()
}

func writeBits(t *testing.T) {
	lines := make([]string, len(registry))
	withISA(t, Generic, func() {
		for i := range registry {
			lines[i] = registry[i].name + " " + registry[i].digest() + "\n"
		}
	})
	sort.Strings(lines)
	text := bitsHeader + fmt.Sprintf("numerics %d\n", NumericsVersion) + strings.Join(lines, "")
	if err := os.WriteFile(bitsFile, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestBits: the results of every kernel have, on every ISA, the digests of the one checked-in file.
func TestBits(t *testing.T) {
	if *updateBits {
		writeBits(t)
	}
	want, version, err := readBits()
	if err != nil {
		t.Fatal(err)
	}
	if version != NumericsVersion {
		t.Fatalf("%s was written under numerics version %d, the package has %d", bitsFile, version, NumericsVersion)
	}
	seen := map[string]bool{}
	for _, k := range registry {
		if seen[k.name] {
			t.Errorf("%s is registered twice", k.name)
		}
		seen[k.name] = true
		if want[k.name] == "" {
			t.Errorf("%s is not in %s: run go test ./kernels -run TestBits -update", k.name, bitsFile)
		}
		if len(k.bits) == 0 {
			t.Errorf("%s has no bits shapes", k.name)
		}
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("%s names %s, which is not registered", bitsFile, name)
		}
	}
	forEachISA(t, func(t *testing.T) {
		for _, k := range registry {
			if got := k.digest(); want[k.name] != "" && got != want[k.name] {
				t.Errorf("%s: digest %s, want %s", k.name, got, want[k.name])
			}
		}
	})
}
