package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kernel returns the uncompressed kernel and its setup header, downloading
// Debian's kernel on first use.
func kernel(cache string) (vmlinux, header []byte, err error) {
	image := env("KERNEL", filepath.Join(cache, "vmlinuz"))
	if _, err := os.Stat(image); err != nil {
		if err := download(cache, image); err != nil {
			return nil, nil, fmt.Errorf("get a kernel: %w", err)
		}
	}
	bz, err := os.ReadFile(image)
	if err != nil {
		return nil, nil, err
	}
	if len(bz) < 4096 || string(bz[0x202:0x206]) != "HdrS" {
		return nil, nil, fmt.Errorf("%s is no Linux kernel image", image)
	}
	le := binary.LittleEndian
	code := (int(bz[0x1f1]) + 1) * 512
	off, n := int(le.Uint32(bz[0x248:])), int(le.Uint32(bz[0x24c:]))
	payload := bz[code+off : code+off+n]
	switch {
	case bytes.HasPrefix(payload, []byte{0x02, 0x21, 0x4c, 0x18}):
		vmlinux, err = unlz4(payload[4 : len(payload)-4])
	case bytes.HasPrefix(payload, []byte{0x1f, 0x8b}):
		vmlinux, err = filter(payload, "gzip", "-dc")
	case bytes.HasPrefix(payload, []byte("\xfd7zXZ")):
		vmlinux, err = filter(payload, "xz", "-dc")
	case bytes.HasPrefix(payload, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		vmlinux, err = filter(payload, "zstd", "-dc")
	default:
		err = fmt.Errorf("%s: unknown compression", image)
	}
	// The kernel checks its own type information (BTF) while it starts, which
	// takes a fifth of the whole start; without its mark it is passed over.
	if i := bytes.Index(vmlinux, []byte{0x9f, 0xeb, 1, 0, 24, 0, 0, 0}); i >= 0 {
		vmlinux[i] = 0
	}
	end := 0x202 + int(bz[0x201])
	return vmlinux, bz[0x1f1:end], err
}

// filter decompresses with a tool; the four bytes after the stream, which the
// kernel build appends, make some tools complain, so output is what counts.
func filter(in []byte, tool string, args ...string) ([]byte, error) {
	c := exec.Command(tool, args...)
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	if len(out) > 1<<20 {
		return out, nil
	}
	return nil, fmt.Errorf("%s: %v", tool, err)
}

// unlz4 reads the blocks of the old LZ4 format that the kernel build uses.
func unlz4(in []byte) ([]byte, error) {
	bad := errors.New("kernel: damaged LZ4 data")
	out := make([]byte, 0, 4*len(in))
	for len(in) >= 4 {
		n := int(binary.LittleEndian.Uint32(in))
		if n > len(in)-4 {
			return nil, bad
		}
		b := in[4 : 4+n]
		in = in[4+n:]
		more := func(v int) int {
			for v >= 15 && len(b) > 0 {
				x := b[0]
				b = b[1:]
				v += int(x)
				if x != 255 {
					break
				}
			}
			return v
		}
		for len(b) > 0 {
			t := int(b[0])
			b = b[1:]
			lit := more(t >> 4)
			if lit > len(b) {
				return nil, bad
			}
			out = append(out, b[:lit]...)
			b = b[lit:]
			if len(b) < 2 {
				break
			}
			d := int(b[0]) | int(b[1])<<8
			b = b[2:]
			m := more(t&15) + 4
			if d == 0 || d > len(out) {
				return nil, bad
			}
			for i := len(out) - d; m > 0; m-- {
				out = append(out, out[i])
				i++
			}
		}
	}
	return out, nil
}

// download fetches Debian's smallest stock kernel through apt.
func download(cache, image string) error {
	dir, err := os.MkdirTemp(cache, "apt-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	pkg := env("PACKAGE", "")
	if pkg == "" {
		out, err := exec.Command("apt-cache", "depends", "linux-image-cloud-amd64").Output()
		if err != nil {
			return fmt.Errorf("apt-cache: %w (is this Debian, and has apt-get update been run?)", err)
		}
		for _, l := range strings.Split(string(out), "\n") {
			if p, ok := strings.CutPrefix(strings.TrimSpace(l), "Depends: "); ok && strings.HasPrefix(p, "linux-image") {
				pkg = p
				break
			}
		}
	}
	fmt.Fprintln(os.Stderr, "emul: downloading", pkg)
	c := exec.Command("apt-get", "download", pkg)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get download: %w\n%s", err, out)
	}
	debs, _ := filepath.Glob(filepath.Join(dir, "*.deb"))
	if len(debs) != 1 {
		return fmt.Errorf("apt-get download %s left %d packages", pkg, len(debs))
	}
	if out, err := exec.Command("dpkg-deb", "-x", debs[0], filepath.Join(dir, "x")).CombinedOutput(); err != nil {
		return fmt.Errorf("dpkg-deb: %w\n%s", err, out)
	}
	found, _ := filepath.Glob(filepath.Join(dir, "x/boot/vmlinuz-*"))
	if len(found) != 1 {
		return fmt.Errorf("%s holds %d kernels", pkg, len(found))
	}
	return os.Rename(found[0], image)
}
