package kernels

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

// arena is memory for one operand between two pages that nobody may touch.
type arena struct {
	mem  []byte // guard, data pages, guard
	page int
}

func newArena(t testing.TB, n int) *arena {
	page := os.Getpagesize()
	size := max(1, (n+page-1)/page) * page
	m, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(m) })
	for _, g := range [][]byte{m[:page], m[page+size:]} {
		if err := syscall.Mprotect(g, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return &arena{m, page}
}

func (a *arena) data() []byte { return a.mem[a.page : len(a.mem)-a.page] }

// place returns n bytes flush with the end of the data pages, or with their start.
func (a *arena) place(n int, atEnd bool) []byte {
	d := a.data()
	if atEnd {
		return d[len(d)-n:]
	}
	return d[:n:n]
}

func (a *arena) protect(t testing.TB, prot int) {
	if err := syscall.Mprotect(a.data(), prot); err != nil {
		t.Fatal(err)
	}
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
	for i, a := range arenas {
		lo, hi := uintptr(unsafe.Pointer(&a.mem[0])), uintptr(len(a.mem))
		if addr < lo || addr >= lo+hi {
			continue
		}
		off := int(addr-lo) - a.page // from the start of the data pages
		start := 0
		if len(b[i]) > 0 {
			start = int(uintptr(unsafe.Pointer(&b[i][0]))-lo) - a.page
		}
		switch n := len(b[i]); {
		case off < start:
			return fmt.Sprintf("%s: touched %d bytes before its start", ops[i].name, start-off)
		case off >= start+n:
			return fmt.Sprintf("%s: touched %d bytes past its end", ops[i].name, off-start-n)
		default:
			return fmt.Sprintf("%s: byte %d written, but it is an input", ops[i].name, off-start)
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
			var arenas []*arena
			for _, d := range shapes {
				for i, o := range k.ops(d) {
					if i == len(arenas) {
						arenas = append(arenas, nil)
					}
					if a := arenas[i]; a == nil || len(a.data()) < o.len*k.size {
						arenas[i] = newArena(t, o.len*k.size)
					}
				}
			}
			for n, d := range shapes {
				ops := k.ops(d)
				want := k.buffers(d, uint64(n), false)
				input := k.stale(ops, want)
				withISA(t, Generic, func() { k.run(d, want) })
				got := make([][]byte, len(ops))
				for _, atEnd := range []bool{true, false} {
					for i, o := range ops {
						got[i] = arenas[i].place(o.len*k.size, atEnd)
					}
					for _, isa := range isas {
						for i, o := range ops {
							k.staleInto(o, got[i], input[i])
							if o.role == in {
								arenas[i].protect(t, syscall.PROT_READ)
							}
						}
						var addr uintptr
						var bad bool
						withISA(t, isa, func() { addr, bad = fault(func() { k.run(d, got) }) })
						for i, o := range ops {
							if o.role == in {
								arenas[i].protect(t, syscall.PROT_READ|syscall.PROT_WRITE)
							}
						}
						if bad {
							t.Fatalf("%v, shape %v, flush with the end %v: %s", isa, d, atEnd, where(addr, ops, got, arenas))
						}
						if err := k.compare(ops, got, want); err != nil {
							t.Fatalf("%v, shape %v, flush with the end %v: %v", isa, d, atEnd, err)
						}
					}
				}
			}
		})
	}
}

// TestGuardWorks: the pages do guard, and faults are told as what they are.
func TestGuardWorks(t *testing.T) {
	a := newArena(t, 100)
	ops := []operand{{"x", in, 25, 0}}
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
		x := a.place(100, c.atEnd)
		a.protect(t, syscall.PROT_READ)
		p := (*byte)(unsafe.Add(unsafe.Pointer(&x[0]), c.off))
		addr, bad := fault(func() { *p = 1 })
		a.protect(t, syscall.PROT_READ|syscall.PROT_WRITE)
		if got := where(addr, ops, [][]byte{x}, []*arena{a}); !bad || got != c.want {
			t.Errorf("flush with the end %v, byte %d: fault %v, %q, want %q", c.atEnd, c.off, bad, got, c.want)
		}
	}
}
