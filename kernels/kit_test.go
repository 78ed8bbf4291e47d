package kernels

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
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
	or    int // another such
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
	random func(g *gen) []int             // a random valid shape; nil: see kernel.shape
	// part returns the shape and the operands of the rows (or elements) lo … hi−1 of d[0] alone, whose results must be
	// those of the whole; nil: they have no such parts. totals names the outputs over all rows, which parts do not have.
	part   func(d []int, b [][]T, lo, hi int) ([]int, [][]T)
	totals []string
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
	bind   func(d []int, b [][]byte) func() // run with its operands fixed
	random func(g *gen) []int
	part   func(d []int, b [][]byte, lo, hi int) ([]int, [][]byte)
	totals []string
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
	var part func(d []int, b [][]byte, lo, hi int) ([]int, [][]byte)
	if s.part != nil {
		part = func(d []int, b [][]byte, lo, hi int) ([]int, [][]byte) {
			d, parts := s.part(d, typed[T](b), lo, hi)
			return d, untyped(parts)
		}
	}
	registry = append(registry, kernel{
		random: s.random, part: part, totals: s.totals, name: name, size: int(unsafe.Sizeof(z)), shapes: s.shapes, bits: s.bits, any: s.any, ops: s.ops,
		fill: func(d []int, b [][]byte, g *gen) { fill(d, typed[T](b), g) },
		run:  func(d []int, b [][]byte) { s.run(d, typed[T](b)) },
		bind: func(d []int, b [][]byte) func() {
			x := typed[T](b)
			return func() { s.run(d, x) }
		},
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

// untyped is the inverse of typed.
func untyped[T Float](x [][]T) [][]byte {
	r := make([][]byte, len(x))
	for i := range x {
		if len(x[i]) > 0 {
			r[i] = unsafe.Slice((*byte)(unsafe.Pointer(&x[i][0])), len(x[i])*sizeOf[T]())
		}
	}
	return r
}

// elementwise is the part of a kernel of one dimension whose operands are all as long as it.
func elementwise[T Float](d []int, b [][]T, lo, hi int) ([]int, [][]T) {
	r := make([][]T, len(b))
	for i := range b {
		r[i] = b[i][lo:hi]
	}
	return []int{hi - lo}, r
}

// from returns b with operand i from element at on, if it has so many.
func from[T Float](b [][]T, i, at int) {
	b[i] = b[i][min(at, len(b[i])):]
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

// specials are values that break careless kernels.
func specials[T Float]() []T {
	t, u, v := 0x1p-1022, math.SmallestNonzeroFloat64, math.MaxFloat64
	if is32[T]() {
		t, u, v = 0x1p-126, math.SmallestNonzeroFloat32, math.MaxFloat32
	}
	tiny, sub, big := T(t), T(u), T(v)
	inf, zero := T(math.Inf(1)), T(0)
	return []T{T(math.NaN()), inf, -inf, zero, T(math.Copysign(0, -1)), tiny, -tiny, sub, -sub, tiny - sub, big, -big, 1, -1, 88.7, -88.7, -104, 709.7, -745.2, 0.5625, 1e-30}
}

// fillFlavour fills x with specials of a flavour.
func fillFlavour[T Float](how flavour, x []T, g *gen) {
	s := specials[T]()
	one := s[0]
	if how == same {
		one = s[g.intn(len(s))]
	}
	for i := range x {
		switch {
		case how == same:
			x[i] = one
		case how == zeros:
			x[i] = s[3+g.intn(2)]
		case g.intn(3) == 0:
			x[i] = s[g.intn(len(s))]
		default:
			x[i] = T(g.normal() * 20)
		}
	}
}

// isas returns the ISAs of this process. ELBO_WANT_ISA=avx2,!avx512 names those that it must and must not have: a
// missing one is a failure, so that no leg of the CI passes by testing less than it is there for.
func isas(t testing.TB) []ISA {
	t.Helper()
	for _, name := range strings.FieldsFunc(os.Getenv("ELBO_WANT_ISA"), func(r rune) bool { return r == ',' }) {
		name, not := strings.CutPrefix(name, "!")
		i, err := ParseISA(name)
		if err != nil {
			t.Fatalf("ELBO_WANT_ISA: %v", err)
		}
		if has(i) == not {
			t.Fatalf("ELBO_WANT_ISA is %s, but the ISAs here are %v", os.Getenv("ELBO_WANT_ISA"), available)
		}
	}
	if emulated() {
		return available[len(available)-1:]
	}
	return variants()
}

// emulated tells that this is an emulated machine, which is slow and whose best ISA alone is of interest; the rig
// of internal/emul sets ELBO_EMUL.
func emulated() bool { return os.Getenv("ELBO_EMUL") != "" }

// forEachISA runs the test once per ISA of this process, with that ISA active.
func forEachISA(t *testing.T, f func(t *testing.T)) {
	for _, i := range isas(t) {
		name := i.String()
		switch i {
		case avx512Whole:
			name = "avx512-whole"
		case avx512Halves:
			name = "avx512-halves"
		}
		t.Run(name, func(t *testing.T) { withISA(t, i, func() { f(t) }) })
	}
}

// AVX-512 as processors take it that work on 512 bits whole, or in halves. Both must be tested on any of them.
const (
	avx512Whole ISA = 100 + iota
	avx512Halves
)

// variants is Available with both ways to take AVX-512.
func variants() []ISA {
	r := Available()
	if r[len(r)-1] == AVX512 {
		r = append(r[:len(r)-1], avx512Whole, avx512Halves)
	}
	return r
}

func withISA(t testing.TB, i ISA, f func()) {
	t.Helper()
	if i == avx512Whole || i == avx512Halves {
		defer setHalves(i == avx512Halves)()
		i = AVX512
	}
	restore, err := SetISA(i)
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	f()
}

// quick tells whether to run over fewer shapes.
func quick() bool { return testing.Short() || emulated() }

// thin returns the shapes, or in quick mode n of them, evenly spread, the last one among them.
func thin(shapes [][]int, n int) [][]int {
	if !quick() {
		return shapes
	}
	return spread(shapes, n)
}

func spread(shapes [][]int, n int) [][]int {
	if len(shapes) <= n {
		return shapes
	}
	r := make([][]int, n)
	for i := range r {
		r[i] = shapes[len(shapes)-1-i*len(shapes)/n]
	}
	return r
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

// What outputs and scratch hold before a call: one pattern for the run that gives the reference, another for the
// run that is compared with it, so that neither an old value that is read nor an element that is never written
// passes unnoticed. The second pattern is a NaN.
const (
	oldPattern   = 0x3e
	stalePattern = 0xff
)

// flavour says what a kernel's inputs are like.
type flavour uint8

const (
	ordinary flavour = iota // as the kernel's fill makes them
	mixed                   // specials among ordinary values
	zeros                   // zeros of both signs
	same                    // one special value, all over
)

func (f flavour) String() string {
	return [...]string{"ordinary values", "specials among others", "zeros of both signs", "one special value"}[f]
}

// flavours lists the inputs that a kernel takes.
func (k *kernel) flavours() []flavour {
	if k.any {
		return []flavour{ordinary, mixed, zeros, same}
	}
	return []flavour{ordinary}
}

// sparse returns fewer of the shapes for the flavours for which a few do.
func (f flavour) sparse(shapes [][]int) [][]int {
	if f >= zeros {
		return spread(shapes, 9)
	}
	return shapes
}

// buffers returns one buffer per operand, filled: inputs by the kernel's fill, outputs with a pattern.
func (k *kernel) buffers(d []int, seed uint64, how flavour) [][]byte {
	ops := k.ops(d)
	b := make([][]byte, len(ops))
	for i, o := range ops {
		b[i] = alloc(o.len * k.size)
		for j := range b[i] {
			b[i][j] = oldPattern
		}
	}
	g := &gen{s: seed}
	k.fill(d, b, g)
	for i, o := range ops {
		if how != ordinary && (o.role == in || o.role == inout) {
			if k.size == 4 {
				fillFlavour(how, typed[float32](b[i : i+1])[0], g)
			} else {
				fillFlavour(how, typed[float64](b[i : i+1])[0], g)
			}
		}
	}
	return b
}

// alloc returns n zero bytes, aligned for any element type.
func alloc(n int) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(make([]uint64, (n+7)/8)))), n)
}

// stale copies the inputs of b and gives outputs and scratch other contents.
func (k *kernel) stale(ops []operand, b [][]byte) [][]byte {
	r := make([][]byte, len(b))
	for i, o := range ops {
		r[i] = alloc(len(b[i]))
		k.staleInto(o, r[i], b[i])
	}
	return r
}

func (k *kernel) staleInto(o operand, dst, src []byte) {
	if o.role == in || o.role == inout {
		copy(dst, src)
		return
	}
	for j := range dst {
		dst[j] = stalePattern
	}
}

// compare tells the first operand whose bits differ from the reference. An element of an output that neither run
// has written (between a matrix's columns and its stride) is no difference.
func (k *kernel) compare(ops []operand, got, want [][]byte) error {
	for i, o := range ops {
		if o.role == work || bytes.Equal(got[i], want[i]) {
			continue
		}
		for e := 0; e < len(want[i]); e += k.size {
			g, w := got[i][e:e+k.size], want[i][e:e+k.size]
			if msg, ok := sameBits(k.size, g, w); !ok {
				if o.role == out && all(g, stalePattern) && all(w, oldPattern) {
					continue
				}
				return fmt.Errorf("%s: element %d%s", o.name, e/k.size, strings.TrimPrefix(msg, "element 0"))
			}
		}
	}
	return nil
}

func all(b []byte, v byte) bool {
	for _, x := range b {
		if x != v {
			return false
		}
	}
	return true
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
