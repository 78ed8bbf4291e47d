package kernels

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// TestISAs: the process has the ISAs that it must have, SetISA reaches each of them and comes back.
func TestISAs(t *testing.T) {
	before := Active()
	forEachISA(t, func(t *testing.T) {
		if _, name, _ := strings.Cut(t.Name(), "/"); strings.Split(name, "-")[0] != Active().String() {
			t.Errorf("%s runs with %v active", t.Name(), Active())
		}
	})
	if Active() != before {
		t.Errorf("active is %v after the tests, was %v", Active(), before)
	}
	if _, err := SetISA(ISA(99)); err == nil {
		t.Error("SetISA(99) is no error")
	}
}

// agree runs the kernel at one shape on pure Go and on the ISAs, and compares.
func (k *kernel) agree(t testing.TB, isas []ISA, d []int, seed uint64, how flavour) error {
	ops := k.ops(d)
	want := k.buffers(d, seed, how)
	input := k.stale(ops, want)
	withISA(t, Generic, func() { k.run(d, want) })
	for _, isa := range isas {
		got := k.stale(ops, input)
		withISA(t, isa, func() { k.run(d, got) })
		if err := k.compare(ops, got, want); err != nil {
			return fmt.Errorf("%v, shape %v, %v: %w", isa, d, how, err)
		}
	}
	return nil
}

// TestISAsAgree: every kernel gives the bits of pure Go, at every shape, whatever its outputs and its scratch
// held before. (Pure Go runs against itself too: the old contents differ.)
func TestISAsAgree(t *testing.T) {
	isas := isas(t)
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			for _, how := range k.flavours() {
				for n, d := range how.sparse(thin(k.shapes, 24)) {
					if err := k.agree(t, isas, d, uint64(n), how); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

// TestOffsets: the bits do not depend on where in a cache line each operand starts, and nothing around it is
// written. The operands start at different offsets in each run, and each of them at every offset.
func TestOffsets(t *testing.T) {
	const line = 64
	isas := isas(t)
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			shapes := k.bits
			if len(shapes) == 0 {
				shapes = spread(k.shapes, 3)
			}
			for n, d := range thin(shapes, 2) {
				ops := k.ops(d)
				want := k.buffers(d, uint64(n), ordinary)
				input := k.stale(ops, want)
				withISA(t, Generic, func() { k.run(d, want) })
				w := line / k.size
				room, got := make([][]byte, len(ops)), make([][]byte, len(ops))
				for i, o := range ops {
					b := alloc(o.len*k.size + 4*line)
					skip := -int(uintptr(unsafe.Pointer(&b[0]))) & (line - 1)
					room[i] = b[skip:]
				}
				for o := range w {
					if quick() && o&(o-1) != 0 && o != w-1 {
						continue
					}
					for i := range ops {
						at := line + (o*(2*i+1)+i)%w*k.size
						for j := range room[i] {
							room[i][j] = 0xa5
						}
						got[i] = room[i][at : at+ops[i].len*k.size : at+ops[i].len*k.size]
					}
					for _, isa := range isas {
						for i := range ops {
							k.staleInto(ops[i], got[i], input[i])
						}
						withISA(t, isa, func() { k.run(d, got) })
						if err := k.compare(ops, got, want); err != nil {
							t.Fatalf("%v, shape %v, offset %d: %v", isa, d, o, err)
						}
						for i := range ops {
							at := line + (o*(2*i+1)+i)%w*k.size
							if !all(room[i][:at], 0xa5) || !all(room[i][at+len(got[i]):], 0xa5) {
								t.Fatalf("%v, shape %v, offset %d: %s: the memory around it is written", isa, d, o, ops[i].name)
							}
						}
					}
				}
			}
		})
	}
}

// places lists the ways in which operands may coincide: 1 + the operand whose place each takes. They are each operand in each
// of its places, and all that have one at once.
func places(ops []operand) (ways [][]int) {
	all := make([]int, len(ops))
	for i, o := range ops {
		all[i] = o.alias
		for _, j := range []int{o.alias, o.or} {
			if j != 0 {
				way := make([]int, len(ops))
				way[i] = j
				ways = append(ways, way)
			}
		}
	}
	if len(ways) > 1 {
		ways = append(ways, all)
	}
	return ways
}

// TestInPlace: an operand that may coincide with another gives the same bits when it does.
func TestInPlace(t *testing.T) {
	isas := isas(t)
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			for n, d := range thin(k.shapes, 12) {
				for _, way := range places(k.ops(d)) {
					for _, how := range k.flavours() {
						k.inPlace(t, isas, d, way, uint64(n), how)
					}
				}
			}
		})
	}
}

// inPlace runs the kernel at one shape with operands that coincide.
func (k *kernel) inPlace(t *testing.T, isas []ISA, d []int, way []int, seed uint64, how flavour) {
	ops := k.ops(d)
	want := k.buffers(d, seed, how)
	for i, j := range way {
		if j != 0 && ops[j-1].len != ops[i].len {
			t.Fatalf("shape %v: %s has %d elements and %s %d: they cannot coincide", d, ops[i].name, ops[i].len, ops[j-1].name, ops[j-1].len)
		}
		if j != 0 && ops[i].role == inout {
			copy(want[i], want[j-1])
		}
	}
	input := k.stale(ops, want)
	withISA(t, Generic, func() { k.run(d, want) })
	for _, isa := range isas {
		got := k.stale(ops, input)
		for i, j := range way {
			if j != 0 {
				got[i] = got[j-1]
			}
		}
		withISA(t, isa, func() { k.run(d, got) })
		for i, j := range way {
			if j == 0 {
				continue
			}
			clone := append([][]byte(nil), got...)
			for o := range ops { // what lies in another's place is that one's output now, or compared in its turn
				if o != i && (way[o] != 0 || slices.Contains(way, o+1)) {
					clone[o] = want[o]
				}
			}
			if err := k.compareGaps(ops, i, input[j-1], clone, want); err != nil {
				t.Fatalf("%v, shape %v, %v, %s in the place of %s: %v", isa, d, how, ops[i].name, ops[j-1].name, err)
			}
		}
	}
}

// compareGaps is compare for an output i that holds an input's old values where it is not written.
func (k *kernel) compareGaps(ops []operand, i int, old []byte, got, want [][]byte) error {
	if ops[i].role == out && !bytes.Equal(got[i], want[i]) {
		g := append(alloc(0), got[i]...)
		for e := 0; e < len(g); e += k.size {
			if all(want[i][e:e+k.size], oldPattern) && bytes.Equal(g[e:e+k.size], old[e:e+k.size]) {
				copy(g[e:e+k.size], want[i][e:e+k.size])
			}
		}
		got = append([][]byte(nil), got...)
		got[i] = g
	}
	return k.compare(ops, got, want)
}

// TestZeroAllocs: with the workspaces that it asks for, no kernel allocates.
func TestZeroAllocs(t *testing.T) {
	isas := isas(t)
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			for _, d := range thin(spread(k.shapes, 4), 2) {
				b := k.buffers(d, 1, ordinary)
				f := k.bind(d, b)
				for _, isa := range isas {
					withISA(t, isa, func() {
						if n := testing.AllocsPerRun(2, f); n != 0 {
							t.Errorf("%v, shape %v: %v allocations", isa, d, n)
						}
					})
				}
			}
		})
	}
}

// TestSwitchISA: a kernel has its bits also while another goroutine switches the ISA.
func TestSwitchISA(t *testing.T) {
	if len(available) == 1 || emulated() {
		t.Skip("there is nothing to switch, or it takes too long")
	}
	before, stop, stopped := active.Load(), make(chan bool), make(chan bool)
	defer active.Store(before)
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				for j := range 64 {
					active.Store(uint32(available[(i+j)%len(available)]))
				}
			}
		}
	}()
	defer func() { close(stop); <-stopped }()
	for i := range registry {
		k := &registry[i]
		for n, d := range spread(k.bits, 2) {
			ops := k.ops(d)
			want := k.buffers(d, uint64(n), ordinary)
			input := k.stale(ops, want)
			k.run(d, want)
			got := k.stale(ops, input)
			for begin, round := time.Now(), 0; round < 100 && time.Since(begin) < 2*time.Millisecond; round++ {
				for i, o := range ops {
					k.staleInto(o, got[i], input[i])
				}
				k.run(d, got)
				if err := k.compare(ops, got, want); err != nil {
					t.Errorf("%s, shape %v: %v", k.name, d, err)
					break
				}
			}
		}
	}
}
