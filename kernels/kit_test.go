package kernels

import (
	"fmt"
	"math"
	"testing"
	"unsafe"
)

// The test kit. A kernel registers once, from an init function of its family's _test.go file, and gets every
// test of the kit on every ISA: equal bits for all shapes and offsets, guard pages, specials, the bits file,
// zero allocations, the negative control.

// role says what a kernel does with an operand.
type role uint8

const (
	in    role = iota // read only: the guard test maps it read-only
	out               // written only: its old contents must not matter
	inout             // read and written
	work              // scratch: contents before and after do not matter
)

// operand is one buffer of a kernel.
type operand struct {
	name  string
	role  role
	len   int
	alias int // 1 + the index of an operand of the same length that it may coincide with; 0: none
}

// spec describes a kernel to the kit.
type spec[T Float] struct {
	name   string                         // the exported name, and what distinguishes a variant: "Gemm.TN"
	shapes [][]int                        // what every test runs over: all lengths 0..4W+3 and what the tiling asks for
	bits   [][]int                        // the shapes whose results are hashed into testdata/bits.txt
	ops    func(d []int) []operand        // the operands at shape d
	fill   func(d []int, b [][]T, g *gen) // makes valid inputs; nil: near-normal variates of mixed scale
	any    bool                           // inputs may be anything: run on specials too (NaN, ±Inf, ±0, subnormals)
	run    func(d []int, b [][]T)         // calls the exported kernel
}

// kernel is a registered spec with its type erased.
type kernel struct {
	name   string // "Exp/f32"
	size   int    // bytes of an element
	shapes [][]int
	bits   [][]int
	any    bool
	ops    func(d []int) []operand
	fill   func(d []int, b [][]byte, g *gen)
	run    func(d []int, b [][]byte)
}

var registry []kernel

// register adds a kernel to the kit.
func register[T Float](s spec[T]) {
	var z T
	name := s.name + "/f64"
	if is32[T]() {
		name = s.name + "/f32"
	}
	fill := s.fill
	if fill == nil {
		fill = func(d []int, b [][]T, g *gen) {
			for i, o := range s.ops(d) {
				if o.role == in || o.role == inout {
					fillNormal(b[i], g)
				}
			}
		}
	}
	registry = append(registry, kernel{
		name: name, size: int(unsafe.Sizeof(z)), shapes: s.shapes, bits: s.bits, any: s.any, ops: s.ops,
		fill: func(d []int, b [][]byte, g *gen) { fill(d, typed[T](b), g) },
		run:  func(d []int, b [][]byte) { s.run(d, typed[T](b)) },
	})
}

// typed views byte buffers as slices of T.
func typed[T Float](b [][]byte) [][]T {
	var z T
	r := make([][]T, len(b))
	for i := range b {
		if len(b[i]) > 0 {
			r[i] = unsafe.Slice((*T)(unsafe.Pointer(&b[i][0])), len(b[i])/int(unsafe.Sizeof(z)))
		}
	}
	return r
}

// gen is splitmix64: the same values in every Go version, on every machine.
type gen struct{ s uint64 }

func (g *gen) next() uint64 {
	g.s += 0x9e3779b97f4a7c15
	z := g.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uniform returns a value in [0, 1).
func (g *gen) uniform() float64 { return float64(g.next()>>11) * 0x1p-53 }

// normal returns a near-normal variate of variance 1, with the same bits on every machine.
func (g *gen) normal() float64 {
	z := g.next()
	s := int(z&0xffff) + int(z>>16&0xffff) + int(z>>32&0xffff) + int(z>>48) - 131070
	return float64(s) * 2.6429e-05
}

func (g *gen) intn(n int) int { return int(g.next() % uint64(n)) }

func fillNormal[T Float](x []T, g *gen) {
	for i := range x {
		x[i] = T(g.normal())
	}
}

// fillSpecial fills x with values that break careless kernels, among ordinary ones.
func fillSpecial[T Float](x []T, g *gen) {
	t, u, v := 0x1p-1022, math.SmallestNonzeroFloat64, math.MaxFloat64
	if is32[T]() {
		t, u, v = 0x1p-126, math.SmallestNonzeroFloat32, math.MaxFloat32
	}
	tiny, sub, big := T(t), T(u), T(v)
	inf, zero := T(math.Inf(1)), T(0)
	s := []T{T(math.NaN()), inf, -inf, zero, T(math.Copysign(0, -1)), tiny, -tiny, sub, -sub, tiny - sub, big, -big, 1, -1, 88.7, -88.7, -104, 709.7, -745.2, 0.5625, 1e-30}
	for i := range x {
		if g.intn(3) == 0 {
			x[i] = s[g.intn(len(s))]
		} else {
			x[i] = T(g.normal() * 20)
		}
	}
}

// forEachISA runs the test once per ISA of this process, with that ISA active.
func forEachISA(t *testing.T, f func(t *testing.T)) {
	for _, i := range Available() {
		t.Run(i.String(), func(t *testing.T) {
			restore, err := SetISA(i)
			if err != nil {
				t.Fatal(err)
			}
			defer restore()
			f(t)
		})
	}
}

// sameBits compares two buffers of elements bit for bit, one NaN being like another, and tells the first difference.
func sameBits(size int, a, b []byte) (string, bool) {
	for i := 0; i+size <= len(a); i += size {
		if size == 4 {
			x, y := *(*float32)(unsafe.Pointer(&a[i])), *(*float32)(unsafe.Pointer(&b[i]))
			if math.Float32bits(x) != math.Float32bits(y) && (x == x || y == y) {
				return fmt.Sprintf("element %d is %v (%08x), want %v (%08x)", i/size, x, math.Float32bits(x), y, math.Float32bits(y)), false
			}
		} else {
			x, y := *(*float64)(unsafe.Pointer(&a[i])), *(*float64)(unsafe.Pointer(&b[i]))
			if math.Float64bits(x) != math.Float64bits(y) && (x == x || y == y) {
				return fmt.Sprintf("element %d is %v (%016x), want %v (%016x)", i/size, x, math.Float64bits(x), y, math.Float64bits(y)), false
			}
		}
	}
	return "", true
}

// buffers returns one buffer per operand, filled: inputs by the kernel's fill, outputs with a pattern.
func (k *kernel) buffers(d []int, seed uint64, special bool) [][]byte {
	ops := k.ops(d)
	b := make([][]byte, len(ops))
	for i, o := range ops {
		b[i] = make([]byte, o.len*k.size)
		for j := range b[i] {
			b[i][j] = 0x3e ^ byte(i)
		}
	}
	g := &gen{s: seed}
	k.fill(d, b, g)
	if special {
		for i, o := range ops {
			if o.role == in || o.role == inout {
				if k.size == 4 {
					fillSpecial(typed[float32](b[i : i+1])[0], g)
				} else {
					fillSpecial(typed[float64](b[i : i+1])[0], g)
				}
			}
		}
	}
	return b
}

// TestISAsAgree: every kernel gives the bits of pure Go, at every shape.
func TestISAsAgree(t *testing.T) {
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			for _, special := range []bool{false, true} {
				if special && !k.any {
					continue
				}
				for n, d := range k.shapes {
					want := k.buffers(d, uint64(n), special)
					withISA(t, Generic, func() { k.run(d, want) })
					for _, isa := range Available()[1:] {
						got := k.buffers(d, uint64(n), special)
						withISA(t, isa, func() { k.run(d, got) })
						for i, o := range k.ops(d) {
							if o.role == work {
								continue
							}
							if msg, ok := sameBits(k.size, got[i], want[i]); !ok {
								t.Fatalf("%v, shape %v, specials %v: %s: %s", isa, d, special, o.name, msg)
							}
						}
					}
				}
			}
		})
	}
}

func withISA(t testing.TB, i ISA, f func()) {
	t.Helper()
	restore, err := SetISA(i)
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	f()
}

// lengths returns 0..n as shapes of one dimension, and then the extra ones.
func lengths(n int, more ...int) [][]int {
	var r [][]int
	for i := 0; i <= n; i++ {
		r = append(r, []int{i})
	}
	for _, m := range more {
		r = append(r, []int{m})
	}
	return r
}
