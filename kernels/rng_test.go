package kernels

import (
	"fmt"
	"math"
	"testing"
)

func init() { registerRNG[float32](); registerRNG[float64]() }

var testKey = NewKey(42, 7)

func registerRNG[T Float]() {
	fill := func(name string, f func(dst []T, k Key, c Counter)) {
		register(spec[T]{
			name: name, shapes: lengths(4*lanesF32+3, 1000, pieceLen+5), bits: [][]int{{1}, {37}, {1000}},
			ops: func(d []int) []operand { return []operand{{name: "dst", role: out, len: d[0]}} },
			run: func(d []int, b [][]T) {
				f(b[0], testKey, Counter{Row: 1<<40 + uint64(d[0]), Step: 9, Block: uint32(d[0])})
			},
		})
	}
	fill("Uniform", Uniform[T])
}

// TestPhilox: the known answers of Random123's kat_vectors for philox4x32-10.
func TestPhilox(t *testing.T) {
	const f = 0xffffffff
	for _, c := range []struct {
		ctr  [4]uint32
		key  Key
		want [4]uint32
	}{
		{[4]uint32{}, Key{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{f, f, f, f}, Key{f, f}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, Key{0xa4093822, 0x299f31d0}, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := philox(c.ctr, c.key); got != c.want {
			t.Errorf("philox(%08x, %08x) = %08x, want %08x", c.ctr, c.key, got, c.want)
		}
		// The same words through the exported function, on every ISA: the upper 24 and 53 bits.
		ctr := Counter{Block: c.ctr[0], Step: c.ctr[1], Row: uint64(c.ctr[3])<<32 | uint64(c.ctr[2])}
		forEachISA(t, func(t *testing.T) {
			var u [4]float32
			var v [2]float64
			Uniform(u[:], c.key, ctr)
			Uniform(v[:], c.key, ctr)
			for i, w := range c.want {
				if u[i] != float32(w>>8)/(1<<24) {
					t.Errorf("element %d is %v, want the upper bits of %08x", i, u[i], w)
				}
			}
			for i := range v {
				if w := word64(c.want, i); v[i] != float64(w>>11)/(1<<53) {
					t.Errorf("element %d is %v, want the upper bits of %016x", i, v[i], w)
				}
			}
		})
	}
}

// TestRNGSplit: a fill is the same as two that meet at a block, and different counters give different numbers.
func TestRNGSplit(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testRNGSplit(t, 4, Uniform[float32])
		testRNGSplit(t, 2, Uniform[float64])
	})
}

func testRNGSplit[T Float](t *testing.T, per int, f func([]T, Key, Counter)) {
	const n = 203
	whole, parts := make([]T, n), make([]T, n)
	c := Counter{Row: 5, Step: 6, Block: 0xfffff000}
	f(whole, testKey, c)
	for cut := 0; cut <= n; cut += per {
		clear(parts)
		d := c
		d.Block += uint32(cut / per)
		f(parts[:cut], testKey, c)
		f(parts[cut:], testKey, d)
		for i := range whole {
			if whole[i] != parts[i] {
				t.Fatalf("cut at %d: element %d is %v, want %v", cut, i, parts[i], whole[i])
			}
		}
	}
	for _, d := range []Counter{{Row: 5 + 1<<32, Step: 6, Block: c.Block}, {Row: 6, Step: 6, Block: c.Block}, {Row: 5, Step: 7, Block: c.Block}, {Row: 5, Step: 6, Block: c.Block + n}} {
		f(parts, testKey, d)
		same := 0
		for i := range whole {
			if whole[i] == parts[i] {
				same++
			}
		}
		if same > 2 {
			t.Errorf("counters %v and %v share %d of %d numbers", c, d, same, n)
		}
	}
}

func TestUniformMoments(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testUniform[float32](t); testUniform[float64](t) })
}

func testUniform[T Float](t *testing.T) {
	const n, bins = 1 << 16, 64
	x := make([]T, n)
	Uniform(x, testKey, Counter{})
	var count [bins]int
	mean, corr := 0.0, 0.0
	for i, v := range x {
		if !(v >= 0 && v < 1) {
			t.Fatalf("element %d is %v, outside [0, 1)", i, v)
		}
		count[int(v*bins)]++
		mean += float64(v)
		corr += (float64(v) - 0.5) * (float64(x[(i+1)%n]) - 0.5)
	}
	chi := 0.0
	for _, c := range count {
		d := float64(c) - n/bins
		chi += d * d / (n / bins)
	}
	if chi > 120 { // 63 degrees of freedom: P < 2e-5
		t.Errorf("chi-squared of %d bins is %.1f", bins, chi)
	}
	if z := (mean/n - 0.5) * math.Sqrt(12*n); math.Abs(z) > 4.5 {
		t.Errorf("the mean is %.1f standard errors off", z)
	}
	if z := corr * 12 / math.Sqrt(n); math.Abs(z) > 4.5 {
		t.Errorf("neighbours correlate: %.1f standard errors", z)
	}
}

func TestRNGPanics(t *testing.T) {
	want := "kernels: Uniform: 9 elements from block 4294967294 run over the 2³² blocks of a counter"
	if got := mustPanic(t, func() { Uniform(make([]float32, 9), Key{}, Counter{Block: 0xfffffffe}) }); got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	Uniform(make([]float32, 8), Key{}, Counter{Block: 0xfffffffe})
}

func TestNewKey(t *testing.T) {
	seen := map[Key]bool{}
	for seed := range uint64(50) {
		for stream := range uint64(50) {
			seen[NewKey(seed, stream)] = true
			seen[NewKey(seed<<32, stream+50)] = true
		}
	}
	if len(seen) < 2*50*50-50 { // seed 0 is 0<<32: its streams 50… differ from 0…49 all the same
		t.Errorf("only %d different keys", len(seen))
	}
}

func ExampleUniform() {
	k := NewKey(1, 0) // seed 1, stream 0
	x := make([]float64, 3)
	Uniform(x, k, Counter{Row: 17})
	fmt.Printf("%.4f\n", x)
	// Output: [0.6240 0.6728 0.2513]
}
