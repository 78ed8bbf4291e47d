package kernels

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

// arena is memory for one operand between two pages that nobody may touch, mapped twice: once to be read only.
type arena struct {
	rw, ro []byte // guard, data pages, guard
	page   int
}

func newArena(t testing.TB, n int) *arena {
	f, err := os.CreateTemp("", "guard")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := os.Remove(f.Name()); err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	size := (max(1, (n+page-1)/page) + 2) * page
	if err := f.Truncate(int64(size)); err != nil {
		t.Fatal(err)
	}
	view := func(prot int) []byte {
		m, err := syscall.Mmap(int(f.Fd()), 0, size, prot, syscall.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Munmap(m) })
		for _, g := range [][]byte{m[:page], m[size-page:]} {
			if err := syscall.Mprotect(g, syscall.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
		return m
	}
	return &arena{view(syscall.PROT_READ | syscall.PROT_WRITE), view(syscall.PROT_READ), page}
}

// place returns n bytes flush with the end of the data pages, or with their start: as the kernel gets them, and as
// the test writes them.
func (a *arena) place(o operand, n int, atEnd bool) (kernel, test []byte) {
	at := a.page
	if atEnd {
		at = len(a.rw) - a.page - n
	}
	kernel, test = a.rw[at:at+n:at+n], a.rw[at:at+n:at+n]
	if o.role == in {
		kernel = a.ro[at : at+n : at+n]
	}
	return kernel, test
}

// fault runs f and returns the address of the memory fault that it makes, if it makes one.
func fault(f func()) (addr uintptr, faulted bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			a, ok := r.(interface{ Addr() uintptr })
			if !ok {
				panic(r)
			}
			addr, faulted = a.Addr(), true
		}
	}()
	f()
	return 0, false
}

// where tells which operand a fault belongs to and how far off it is.
func where(addr uintptr, ops []operand, b [][]byte, arenas []*arena) string {
	for i, a := range arenas[:len(ops)] {
		for _, m := range [][]byte{a.rw, a.ro} {
			base := uintptr(unsafe.Pointer(&m[0]))
			if addr < base || addr >= base+uintptr(len(m)) {
				continue
			}
			at, start, n := int(addr-base), a.page, len(b[i])
			if n > 0 {
				start = int(uintptr(unsafe.Pointer(&b[i][0])) - base)
			}
			switch {
			case at < start:
				return fmt.Sprintf("%s: touched %d bytes before its start", ops[i].name, start-at)
			case at >= start+n:
				return fmt.Sprintf("%s: touched %d bytes past its end", ops[i].name, at-start-n)
			default:
				return fmt.Sprintf("%s: byte %d written, but it is an input", ops[i].name, at-start)
			}
		}
	}
	return fmt.Sprintf("a fault at %#x, near no operand", addr)
}

// TestGuardPages: no kernel touches a byte before or after an operand, or writes to an input. Every operand lies
// between two inaccessible pages, once flush with the one behind it and once with the one before it; inputs are
// mapped read-only.
func TestGuardPages(t *testing.T) {
	isas := isas(t)
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			shapes := thin(k.shapes, 10)
			arenas := k.arenas(t, shapes)
			for _, how := range k.flavours() {
				for n, d := range how.sparse(shapes) {
					k.guarded(t, isas, arenas, d, uint64(n), how)
				}
			}
		})
	}
}

// arenas returns memory for the operands at each of the shapes.
func (k *kernel) arenas(t *testing.T, shapes [][]int) (r []*arena) {
	var sizes []int
	for _, d := range shapes {
		for i, o := range k.ops(d) {
			if i == len(sizes) {
				sizes = append(sizes, 0)
			}
			sizes[i] = max(sizes[i], o.len*k.size)
		}
	}
	for _, n := range sizes {
		r = append(r, newArena(t, n))
	}
	return r
}

// guarded runs the kernel at one shape between the pages.
func (k *kernel) guarded(t *testing.T, isas []ISA, arenas []*arena, d []int, seed uint64, how flavour) {
	ops := k.ops(d)
	want := k.buffers(d, seed, how)
	input := k.stale(ops, want)
	withISA(t, Generic, func() { k.run(d, want) })
	got, fill := make([][]byte, len(ops)), make([][]byte, len(ops))
	for _, atEnd := range []bool{true, false} {
		for i, o := range ops {
			got[i], fill[i] = arenas[i].place(o, o.len*k.size, atEnd)
		}
		for _, isa := range isas {
			for i, o := range ops {
				k.staleInto(o, fill[i], input[i])
			}
			var addr uintptr
			var bad bool
			withISA(t, isa, func() { addr, bad = fault(func() { k.run(d, got) }) })
			if bad {
				t.Fatalf("%v, shape %v, %v, flush with the end %v: %s", isa, d, how, atEnd, where(addr, ops, got, arenas))
			}
			if err := k.compare(ops, got, want); err != nil {
				t.Fatalf("%v, shape %v, %v, flush with the end %v: %v", isa, d, how, atEnd, err)
			}
		}
	}
}

// TestGuardWorks: the pages do guard, and faults are told as what they are.
func TestGuardWorks(t *testing.T) {
	a := newArena(t, 100)
	ops := []operand{{name: "x", role: in, len: 25}}
	for _, c := range []struct {
		atEnd bool
		off   int
		want  string
	}{
		{true, 100, "x: touched 0 bytes past its end"},
		{true, 103, "x: touched 3 bytes past its end"},
		{false, -1, "x: touched 1 bytes before its start"},
		{false, 7, "x: byte 7 written, but it is an input"},
	} {
		x, _ := a.place(ops[0], 100, c.atEnd)
		p := (*byte)(unsafe.Add(unsafe.Pointer(&x[0]), c.off))
		addr, bad := fault(func() { *p = 1 })
		if got := where(addr, ops, [][]byte{x}, []*arena{a}); !bad || got != c.want {
			t.Errorf("flush with the end %v, byte %d: fault %v, %q, want %q", c.atEnd, c.off, bad, got, c.want)
		}
	}
}
