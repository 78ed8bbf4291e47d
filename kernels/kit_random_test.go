package kernels

import (
	"bytes"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"
	"unsafe"
)

var (
	long    = flag.Bool("long", false, "measure accuracy over all 2^32 float32 inputs, and compare the ISAs on random shapes for -for")
	longFor = flag.Duration("for", time.Hour, "with -long: how long TestRandom runs")
)

// shape returns a random shape: the kernel's own kind; any length up to the longest where there is one dimension; each
// dimension from another of the listed shapes, and one of them anything below that, where there are more.
func (k *kernel) shape(g *gen) []int {
	if k.random != nil {
		return k.random(g)
	}
	d := slices.Clone(k.shapes[g.intn(len(k.shapes))])
	switch {
	case g.intn(4) == 0:
		return d
	case len(d) == 1:
		longest := 0
		for _, s := range k.shapes {
			longest = max(longest, s[0])
		}
		if g.intn(3) > 0 {
			longest = min(longest, 300)
		}
		return []int{g.intn(longest + 1)}
	}
	for {
		size := 1
		for i := range d {
			d[i] = k.shapes[g.intn(len(k.shapes))][i]
			if i < 3 {
				size *= max(d[i], 1)
			}
		}
		if i := g.intn(len(d)); i < 3 {
			d[i] = g.intn(d[i] + 1)
		}
		if size <= 1<<14 {
			return d
		}
	}
}

// offsetBuffers returns a buffer for every operand that starts at a random element of a cache line, in a larger one whose
// other bytes are canaries.
func (k *kernel) offsetBuffers(ops []operand, g *gen) (got, room [][]byte, at []int) {
	const line = 64
	for _, o := range ops {
		b := alloc(o.len*k.size + 3*line)
		for i := range b {
			b[i] = 0xa5
		}
		skip := line - int(uintptr(unsafe.Pointer(&b[0])))&(line-1) + g.intn(line/k.size)*k.size
		got = append(got, b[skip:skip+o.len*k.size:skip+o.len*k.size])
		room, at = append(room, b), append(at, skip)
	}
	return got, room, at
}

// try compares the ISAs with pure Go on one random trial: a shape, a flavour of values, a place for each operand, now and
// then in place.
func (k *kernel) try(t *testing.T, isas []ISA, g *gen) error {
	d, how, seed := k.shape(g), k.flavours()[g.intn(len(k.flavours()))], g.next()
	ops := k.ops(d)
	want := k.buffers(d, seed, how)
	alias := -1
	for i, o := range ops {
		if o.alias != 0 && g.intn(3) == 0 {
			alias = i
			if o.role == inout {
				copy(want[i], want[o.alias-1])
			}
		}
	}
	input := k.stale(ops, want)
	withISA(t, Generic, func() { k.run(d, want) })
	for _, isa := range isas {
		got, room, at := k.offsetBuffers(ops, g)
		for i, o := range ops {
			k.staleInto(o, got[i], input[i])
		}
		run := append([][]byte(nil), got...)
		if alias >= 0 {
			run[alias] = got[ops[alias].alias-1]
		}
		withISA(t, isa, func() { k.run(d, run) })
		check := run
		if alias >= 0 {
			check = append([][]byte(nil), run...)
			check[ops[alias].alias-1] = want[ops[alias].alias-1] // it is the output now
		}
		err := k.compare(ops, check, want)
		if alias >= 0 {
			err = k.compareGaps(ops, alias, input[ops[alias].alias-1], check, want)
		}
		for i := range room {
			if end := at[i] + len(got[i]); err == nil && (!all(room[i][:at[i]], 0xa5) || !all(room[i][end:], 0xa5)) {
				err = fmt.Errorf("%s: the memory around it is written", ops[i].name)
			}
			if o := ops[i]; err == nil && o.role == in && !bytes.Equal(got[i], input[i]) && !(alias >= 0 && ops[alias].alias == i+1) {
				err = fmt.Errorf("%s: an input is written", o.name)
			}
		}
		if err != nil {
			return fmt.Errorf("%s, %v, shape %v, seed %#x, %v, in place %v: %w", k.name, isa, d, seed, how, alias >= 0, err)
		}
	}
	return nil
}

// TestRandom compares the ISAs on random shapes, values, offsets and aliases. A few trials of each kernel by default;
// with -long, differential testing for as long as -for says:
//
//	go test ./kernels -run TestRandom -timeout 2h -args -long -for 1h
func TestRandom(t *testing.T) {
	isas := isas(t)
	trials := 12
	if quick() {
		trials = 3
	}
	g := &gen{s: 17}
	if *long {
		g.s = uint64(time.Now().UnixNano())
		t.Logf("seed %#x", g.s)
	}
	count, until := 0, time.Now().Add(*longFor)
	for round := 0; *long && time.Now().Before(until) || round < trials; round++ {
		for i := range registry {
			if err := registry[i].try(t, isas, g); err != nil {
				t.Fatal(err)
			}
			count++
		}
	}
	t.Logf("%d trials", count)
}

// TestParts: rows that are computed apart have the bits that they have together, whatever the cut.
func TestParts(t *testing.T) {
	isas := isas(t)
	for _, k := range registry {
		if k.part == nil {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			g := &gen{s: 5}
			shapes := slices.DeleteFunc(slices.Clone(k.shapes), func(d []int) bool { return d[0] < 2 })
			for n, d := range thin(spread(shapes, 24), 6) {
				ops := k.ops(d)
				want := k.buffers(d, uint64(n), ordinary)
				input := k.stale(ops, want)
				withISA(t, Generic, func() { k.run(d, want) })
				for _, isa := range isas {
					got := k.stale(ops, input)
					withISA(t, isa, func() {
						for lo := 0; lo < d[0]; {
							hi := min(d[0], lo+1+g.intn(1+d[0]/2))
							k.run(k.part(d, got, lo, hi))
							lo = hi
						}
					})
					for i, o := range ops {
						if slices.Contains(k.totals, o.name) {
							copy(got[i], want[i])
						}
					}
					if err := k.compare(ops, got, want); err != nil {
						t.Fatalf("%v, shape %v: %v", isa, d, err)
					}
				}
			}
		})
	}
}
